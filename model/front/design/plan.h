/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plan - which addresses are taken, and the first free block of a size.
 *
 * A plan is the set of IPv4 addresses that are given out, as intervals that are
 * sorted, disjoint and never adjacent: blocks given out one after the other are
 * one interval.  A block is looked for from the start of its pool, on its own
 * boundary, so the same questions in the same order have the same answers.
 *
 * Invariant: a block that 'dm_plan_find' returns lies in its pool and overlaps nothing that was
 * taken before.
 *
 * Ownership: intervals live in the arena of the plan.
 * Complexity: O(intervals) for each call; as they merge, few remain.
 * Limits: IPv4 only, as designs allocate.
 */
#ifndef DM_MODEL_FRONT_DESIGN_PLAN_H
#define DM_MODEL_FRONT_DESIGN_PLAN_H

#include "model/address.h"
#include "model/base/arena.h"

struct dm_plan_interval {
    uint64_t first;
    uint64_t last;
};

struct dm_plan {
    struct dm_arena *arena;
    struct dm_plan_interval *items;
    size_t n;
    size_t capacity;
};

void dm_plan_init(struct dm_plan *plan, struct dm_arena *arena);

/* Whether an address of 'prefix' is taken. */
bool dm_plan_overlaps(const struct dm_plan *plan, struct dm_prefix prefix);

/* Takes all of 'prefix', also where parts are taken.  False when memory is out. */
bool dm_plan_take(struct dm_plan *plan, struct dm_prefix prefix);

/* The lowest free block of 'pool' with this length; false where none is.  Takes nothing. */
bool dm_plan_find(const struct dm_plan *plan, struct dm_prefix pool, uint8_t length,
                  struct dm_prefix *ret_prefix);

#endif
