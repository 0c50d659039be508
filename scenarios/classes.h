/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * classes - which addresses and which endpoints no rule can tell apart.
 *
 * Every prefix that a model names, in routes, ACLs, groups, lists and rules of firewalls, cuts the
 * line of addresses at its first and after its last. Between two cuts lies an
 * atom: no rule distinguishes two addresses of one atom.  Two endpoints are of
 * one class when they have one interface each, in one subnet, with the same
 * groups, to which no route leads, and their addresses, the public ones too, lie in the same atoms;
 * whatever one may send or receive the other may.
 *
 * Hosts of sites stand for a range of addresses each: no two of them are of one class.  Nor are two
 * pods, whose labels some policy may tell apart; but on one node they are at one place.
 *
 * Complexity: O(P log P) for P prefixes, O(log P) a look-up.
 */
#ifndef DM_SCENARIOS_CLASSES_H
#define DM_SCENARIOS_CLASSES_H

#include "model/model.h"

/* The cuts of a model, sorted. */
struct dm_atoms {
    const struct dm_addr *cuts; /* first address of each atom but the first of a family */
    size_t n;
};

/* False when memory is out. */
bool dm_atoms_init(struct dm_arena *arena, const struct dm_model *model,
                   struct dm_atoms *ret_atoms);

/* The same but for what load balancers and accelerators send to, which tells no ways apart. */
bool dm_atoms_init_places(struct dm_arena *arena, const struct dm_model *model,
                          struct dm_atoms *ret_atoms);

/* Number of the atom that has 'address'; those of one family are distinct from the other's. */
size_t dm_atoms_of(const struct dm_atoms *atoms, struct dm_addr address);

/* One public address for each atom that holds any, by which no interface of the model goes. */
bool dm_atoms_public(struct dm_arena *arena, const struct dm_model *model,
                     const struct dm_atoms *atoms, const struct dm_addr **ret_addresses,
                     size_t *ret_n);

/* Whether two hosts are of one class. */
bool dm_classes_same(const struct dm_model *model, const struct dm_atoms *atoms,
                     struct dm_host_id x, struct dm_host_id y);

/* 'atoms' are those of places.  Whether two hosts differ in their groups, or in what policies say
 * of them, at most: packets go the same ways from them and to them. */
bool dm_classes_same_place(const struct dm_model *model, const struct dm_atoms *atoms,
                           struct dm_host_id x, struct dm_host_id y);

#endif
