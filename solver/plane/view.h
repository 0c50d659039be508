/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * view - all routes of a table or a segment at an edge: those that are taken and those that they
 * hide, for people and for rules.
 *
 * A look-up answers for one address and asks no further than it must; a view answers for each
 * prefix that the node knows, and says of each row whether it is there at all (its attachment
 * lives, what passes it on prefers it).  Rows stand as in rib_private.h: longest prefix first, then
 * in order of preference.  Views live in the arena.
 *
 * Complexity: O(rows * edges).
 */
#ifndef DM_SOLVER_PLANE_VIEW_H
#define DM_SOLVER_PLANE_VIEW_H

#include "solver/plane/core.h"

struct dm_view_route {
    struct dm_prefix prefix;
    enum dm_route_source source; /* of a segment, CORE: from a transit gateway's table */
    struct dm_ref via;           /* attachment, or core attachment; none: a black hole */
    const struct dm_core_insertion *inserted;
    bool taken;      /* else another of the prefix hides it, or it is not there */
    bool there;      /* not withdrawn; of what a table hears: it would, had it nothing else */
    const char *why; /* set: what it does is not known */
    struct dm_span origin;
};

struct dm_view {
    const struct dm_view_route *routes;
    size_t n;
    const char *doubt; /* set: there may be others */
};

/* Where the oracle stands now; false when memory is out. */
bool dm_view_table(const struct dm_plane *plane, struct dm_alive *alive,
                   struct dm_transit_table_id table, struct dm_arena *arena,
                   struct dm_view *ret_view);
bool dm_view_segment(const struct dm_plane *plane, struct dm_alive *alive,
                     struct dm_core_segment_id segment, struct dm_core_edge_id edge,
                     struct dm_arena *arena, struct dm_view *ret_view);

#endif
