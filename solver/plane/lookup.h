/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lookup - which route an address takes in a table.
 *
 * A VPC's table is looked at with the longest prefix first; of one prefix a static route wins over
 * a prefix list's, that over a propagated one [VPC-05]; a local route wins over
 * propagated ones even when they are longer [VPC-25].  Of two lists that hold one prefix AWS takes
 * either [VPC-05]: that is said, not decided.  The state of the target changes
 * nothing: a static route to something dead is a black hole, not a step aside.
 *
 * A transit gateway's table follows from its static routes, from the attachments that propagate
 * into it and from the core networks that it is peered with: longest prefix, then in the order of
 * sources [TGW-09, TGW-10], see rib_private.h.  Peerings of transit gateways propagate
 * nothing [TGW-01].  A propagated route is withdrawn when its attachment is dead; a static one
 * stays.  So the lookup asks the oracle about attachments in order of preference, and no
 * further than it must.
 *
 * Not decided, and said so: two attachments whose networks overlap (which came first decides,
 * and is not known [TGW-21]); a table into which something propagates that is not understood.
 *
 * Complexity: O(rows) a lookup; the memo of walks makes it rare.  Rows of transit gateways' tables
 * are sorted when the plane is made: O(rows log rows), and O(rows) for each that propagates.
 */
#ifndef DM_SOLVER_PLANE_LOOKUP_H
#define DM_SOLVER_PLANE_LOOKUP_H

#include "solver/fail/alive.h"
#include "solver/plane/learned.h"

struct dm_route_choice {
    const struct dm_route *route; /* NULL: no route */
    struct dm_unknown_id unknown; /* set: whether 'route' matches is not known */
    bool tie;                     /* a route to elsewhere by another list is as good */
};

struct dm_route_choice dm_lookup_route(const struct dm_model *model, struct dm_route_table_id table,
                                       struct dm_addr destination);

/* The same, were some routes of the table not there: those whose flag is set. */
struct dm_route_choice dm_lookup_route_without(const struct dm_model *model,
                                               struct dm_route_table_id table,
                                               struct dm_addr destination, const bool *left_out);

enum dm_transit_kind {
    DM_TRANSIT_TO,         /* to 'attachment' */
    DM_TRANSIT_BLACK_HOLE, /* a route that drops */
    DM_TRANSIT_NO_ROUTE,
    DM_TRANSIT_UNKNOWN /* see 'why' and 'unknown' */
};

enum { DM_PLANE_MAX_CHOICES = 8 };

struct dm_transit_choice {
    enum dm_transit_kind kind;
    struct dm_attachment_id attachment;
    enum dm_route_source source;
    bool is_static;
    struct dm_prefix prefix;
    struct dm_span origin;        /* of the route, or of the propagation */
    struct dm_unknown_id unknown; /* may be none */
    const char *why;              /* UNKNOWN: one clause */
};

/* The tables of a model's transit gateways and segments, sorted once; immutable. */
struct dm_plane;

/* NULL when memory is out. */
struct dm_plane *dm_plane_new(struct dm_arena *arena, const struct dm_model *model);

/* Lines to sites, see lines.h. */
struct dm_lines;
const struct dm_lines *dm_plane_lines(const struct dm_plane *plane);

/* All that AWS may take, at least one; what is said must hold for each. */
size_t dm_lookup_transit(const struct dm_plane *plane, struct dm_alive *alive,
                         struct dm_transit_table_id table, struct dm_addr destination,
                         struct dm_transit_choice ret_choices[DM_PLANE_MAX_CHOICES]);

#endif
