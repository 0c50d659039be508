/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * representatives - one packet of each kind that the filters of a walk can tell apart.
 *
 * The slow and plain way to say something of all packets: whatever two packets differ in, if no
 * rule looks at it, one stands for both.  It is the oracle of sets (solver/reach/symbolic.h).
 */
#ifndef DM_TESTS_SUPPORT_REPRESENTATIVES_H
#define DM_TESTS_SUPPORT_REPRESENTATIVES_H

#include "solver/reach/filter.h"

struct dm_flows {
    struct dm_flow *items;
    size_t n;
};

/* One representative of each combination of protocol, port, type and code that the rules of the
 * filters on the walk distinguish.  False when memory is out. */
bool dm_representatives(struct dm_arena *arena, const struct dm_model *model,
                        const struct dm_walk *walk, struct dm_flows *ret_flows);

#endif
