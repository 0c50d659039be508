/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * names - who names which prefix, as a tree of prefixes.
 *
 * Every row of the model that names a prefix is there with the object that has it; rows of objects
 * that are not known here (model/prefixes.h knows of more) are there with no object.  Sorted by
 * address and length, what lies in a prefix follows it; of each prefix the smallest one around it
 * is known.
 *
 * Complexity: O(P log P) for P rows; O(log P + depth) a look-up.
 */
#ifndef DM_SCENARIOS_NAMES_H
#define DM_SCENARIOS_NAMES_H

#include "model/model.h"

/* A row that names a prefix. */
struct dm_naming {
    struct dm_prefix prefix;
    struct dm_ref reader; /* the object that has the row */
    uint32_t vpc;         /* the reader's, 0: it is of none */
    uint32_t row;
};

/* A prefix that is named, in the tree of all of them. */
struct dm_named {
    struct dm_prefix prefix;
    size_t first;    /* namings of it; those of what is inside follow */
    uint32_t parent; /* index plus one; 0: none */
};

/* 'arena' and 'model' are given. */
struct dm_names {
    struct dm_arena *arena;
    const struct dm_model *model;
    DM_VEC(struct dm_naming) namings;
    DM_VEC(struct dm_named) nodes;
    bool failed; /* memory is out */
};

/* False when memory is out. */
bool dm_names_find(struct dm_names *names);

/* The smallest named prefix that has the address, as index plus one; 0: none. */
uint32_t dm_names_around(const struct dm_names *names, struct dm_addr address);

/* That of a prefix that is named, as index plus one. */
uint32_t dm_names_of(const struct dm_names *names, struct dm_prefix prefix);

#endif
