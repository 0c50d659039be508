/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cuts - minimal failure sets as a person reads them: those inside others folded away.
 *
 * Failures are independent events, so where the loss of a zone violates something and
 * the loss of a gateway in that zone does too, both are minimal: neither set
 * holds the other.  For a person the second stands inside the first.  A set is folded into
 * a set of one element where all its elements lie in that element; of each set it is
 * known how many were folded into it, and which is the least of them, for the loss of a
 * whole zone is not what it takes.  In JSON nothing is folded.
 *
 * Complexity: O(cuts * elements of one * containers).
 */
#ifndef DM_RENDER_CUTS_H
#define DM_RENDER_CUTS_H

#include "model/base/str.h"
#include "solver/fail/explore.h"

struct dm_fold {
    const struct dm_cut *cut;
    size_t n_inside;             /* folded into it */
    const struct dm_cut *inside; /* the first of these, or NULL */
};

/* In the order of 'cuts', without those that were folded.  NULL when memory is out. */
const struct dm_fold *dm_cuts_fold(struct dm_arena *arena, const struct dm_model *model,
                                   const struct dm_cut *cuts, size_t n_cuts, size_t *ret_n);

/* "{zone:eu-west-1a, peering:a-b}"; "{}" for the empty set. */
void dm_cuts_add(struct dm_str *out, const struct dm_model *model, const struct dm_cut *cut);

/* "with zone:eu-west-1a and peering:a-b down", "with nothing failed". */
void dm_cuts_add_with(struct dm_str *out, const struct dm_model *model, const struct dm_cut *cut);

#endif
