/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sides - the hosts of some parties, one of each class, by the places where they stand.
 *
 * Hosts of one place (classes.h) differ in their groups alone: whatever fails, packets go the same
 * way from them, and to them, as far as that is.  So a question about all classes of two places
 * reads what a question about two of their hosts reads, and is explored once; and where nothing
 * comes of one place to the other no groups need be asked.
 *
 * A store's hosts are those of all its copies.  The internet is a place of its own, with host 0.
 *
 * Complexity: O(hosts * classes of a subnet).
 */
#ifndef DM_SCENARIOS_SIDES_H
#define DM_SCENARIOS_SIDES_H

#include "scenarios/checker.h"
#include "scenarios/classes.h"

struct dm_side_class {
    struct dm_host_id host;
    struct dm_host_id other; /* one more of the class on this side, or none */
};

struct dm_side_place {
    const struct dm_side_class *classes;
    size_t n;
};

struct dm_side {
    const struct dm_side_place *places; /* in order of their first hosts; the internet comes last */
    size_t n;
    const bool *has_host; /* by handle */
};

/* 'place_atoms' are those of places.  Everything is in 'arena'.  False when memory is out. */
bool dm_side_find(struct dm_arena *arena, const struct dm_model *model,
                  const struct dm_atoms *atoms, const struct dm_atoms *place_atoms,
                  const struct dm_party *parties, size_t n_parties, struct dm_side *ret_side);

#endif
