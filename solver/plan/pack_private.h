/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pack_private - what the parts of packing share: single bins, and what is in them.
 */
#ifndef DM_SOLVER_PLAN_PACK_PRIVATE_H
#define DM_SOLVER_PLAN_PACK_PRIVATE_H

#include "solver/plan/pack.h"

/* A state of packing: 'in' counts items by bin, row by row of single bins. */
struct dm_pack_state {
    const struct dm_packing *packing;
    uint32_t *kind_of; /* of each single bin, its kind */
    size_t n_single;
    size_t n_zones;
    int64_t (*left)[DM_PACK_RESOURCES]; /* of each single bin */
    uint32_t *in;                       /* [single][item] */
    uint32_t *in_zone;                  /* [zone][item] */
    bool *has_zone;                     /* [zone][item]: a bin of the zone may hold it */
};

/* False when memory is out. */
bool dm_pack_state_init(struct dm_arena *arena, const struct dm_packing *packing,
                        struct dm_pack_state *ret_state);

/* Whether one more item may be put into a single bin; of its skew only where that is asked. */
bool dm_pack_may(const struct dm_pack_state *state, size_t item, size_t single, bool asks_skew);

/* Puts it there, whatever speaks against it. */
void dm_pack_put(struct dm_pack_state *state, size_t item, size_t single);

/* Whether the state is a packing: all items, all constraints.  Looks at everything anew. */
bool dm_pack_is_whole(const struct dm_pack_state *state);

/* Bounds that every packing keeps; SHORT in '*ret_answer' where one is broken.  False when memory
 * is out. */
bool dm_pack_bounds(struct dm_arena *arena, const struct dm_packing *packing,
                    struct dm_pack_answer *ret_answer);

/* Looks for a packing by an integer program, and leaves it in 'state'.  False when memory is out;
 * '*ret_found' is true only of a state that is whole. */
bool dm_pack_by_program(struct dm_arena *arena, struct dm_pack_state *state, bool *ret_found);

#endif
