/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pairs_private - the places between which pairs are asked about.
 *
 * A place has seats: the addresses from and to which its packets go.  Places of one class are alike
 * (roles.h): what one has with a place of another class, in its own VPC or outside of it, each has.
 */
#ifndef DM_SCENARIOS_PAIRS_PRIVATE_H
#define DM_SCENARIOS_PAIRS_PRIVATE_H

#include "model/base/vec.h"
#include "scenarios/classes.h"
#include "scenarios/pairs.h"
#include "scenarios/roles.h"
#include "solver/packet/set.h"
#include "solver/reach/walk.h"

struct dm_pair_place {
    const char *name;
    const struct dm_object *object;
    struct dm_ref ref; /* host, interface, subnet or VPC */
    uint32_t class;
    struct dm_vpc_id vpc; /* where its seats are; none: in several or none */
    DM_VEC(struct dm_seat) seats;
    bool sends;
};

/* A part of the internet that no rule divides. */
struct dm_outside {
    struct dm_addr address; /* one of it that is on no interface */
    struct dm_set where;    /* as destinations */
};

struct dm_pair_places {
    struct dm_arena *arena;
    const struct dm_model *model;
    struct dm_sets *sets;
    struct dm_atoms atoms;
    bool one_by_one; /* each place is a class of its own */
    DM_VEC(struct dm_pair_place) items;
    uint32_t n_classes;
    DM_VEC(struct dm_outside) outside;
    struct dm_set everywhere[2]; /* all parts of IPv4, all of IPv6 */
    bool failed;                 /* memory is out */
};

/* Fills 'items' and 'outside'; 'arena', 'model' and 'sets' are set. */
void dm_pair_places_find(struct dm_pair_places *places, enum dm_pairs_by by);

/* Whether a selector means the place; NULL: the internet. */
bool dm_pair_place_is(const struct dm_pair_places *places, const struct dm_pair_place *place,
                      const char *selector);

#endif
