/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * parts - the fewest disjoint sets of headers that given sets divide a set into.
 *
 * Two headers of it are in one part when each given set has both or neither: what filters look at
 * no further than that is equal for them.  There can be as many parts as 2 to the number of sets;
 * in filters that people write there are few, for they repeat each other.
 *
 * The first part is that which no given set has a part of, where there is any; the others are in
 * order of the sets that first cut them off.
 *
 * Complexity: O(sets * parts) operations on sets.
 */
#ifndef DM_SOLVER_PACKET_PARTS_H
#define DM_SOLVER_PACKET_PARTS_H

#include "solver/packet/set.h"

/* The parts of 'whole', none where that is empty.  False when memory is out, or there are more than
 * a vector may have items. */
bool dm_set_parts(struct dm_arena *arena, struct dm_sets *sets, struct dm_set whole,
                  const struct dm_set *given, size_t n_given, const struct dm_set **ret_parts,
                  size_t *ret_n_parts);

#endif
