/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * routes - which routes no packet needs.
 *
 * Of a VPC's table every range of destinations that its routes tell apart is looked up once with
 * all routes (solver/plane/lookup.h, so that every rule of precedence counts: lists, propagated,
 * local) and once without the route in question. A route is SHADOWED when others take all its
 * destinations and lead some of them elsewhere; it is REDUNDANT when each destination goes to the
 * same target without it. The longest are judged first, and redundant ones count no more, so that
 * all that are found can be taken out at once. Local and propagated routes are nobody's statement
 * and are not judged.
 *
 * Of a transit gateway's table the longest prefix decides, and of one prefix the static route
 * [TGW-09, TGW-10], so prefixes are sorted and nested. SHADOWED are static and propagated routes
 * alike; REDUNDANT static ones whose target is also that of the next wider route, or of the
 * propagated one of the same prefix. HIDDEN are those that black holes alone take everything from
 * [TGW-12].
 *
 * Where a list is not known in full, what it may take counts as taken by whoever may.
 *
 * Complexity: a VPC's table O(R^2) for R routes, of which AWS allows a thousand; a transit
 * gateway's O(R log R + R * depth of nesting).
 */
#ifndef DM_SCENARIOS_RULES_ROUTES_H
#define DM_SCENARIOS_RULES_ROUTES_H

#include "scenarios/rules/lint.h"

enum dm_route_fault {
    DM_ROUTE_NEEDED,
    DM_ROUTE_SHADOWED,
    DM_ROUTE_REDUNDANT,
    DM_ROUTE_HIDDEN /* by black holes */
};

struct dm_route_verdict {
    enum dm_route_fault fault;
    const struct dm_route *by; /* one of those that take its place; SHADOWED: one elsewhere */
    size_t n_by;
};

/* One verdict for each route of a VPC's table, in 'arena'.  False: memory is out. */
bool dm_routes_judge(struct dm_arena *arena, const struct dm_model *model,
                     struct dm_route_table_id table, const struct dm_route_verdict **ret_verdicts);

/* A row of a transit gateway's table. */
struct dm_transit_row {
    struct dm_prefix prefix;
    struct dm_attachment_id attachment; /* 0: a black hole, or of unknown target */
    bool is_static;
    bool is_unknown;
    struct dm_span origin;
    enum dm_route_fault fault;
    size_t by; /* index of one that takes its place */
};

/* Static and propagated rows of VPCs, judged; sorted by prefix, static before propagated. */
bool dm_transit_rows_judge(struct dm_arena *arena, const struct dm_model *model,
                           const struct dm_transit_table *table, struct dm_transit_row **ret_rows,
                           size_t *ret_n);

/* Hands in every row of all transit gateways' tables, as faulty where its fault is 'fault'. */
DM_NODISCARD enum dm_status dm_transit_rows_lint(struct dm_lint *lint, enum dm_route_fault fault,
                                                 struct dm_err *err);

/* Hands every route of all tables in, as faulty where its fault is 'fault', and reports. */
DM_NODISCARD enum dm_status dm_routes_lint(struct dm_checker *checker, enum dm_rule_id rule,
                                           enum dm_route_fault fault, struct dm_err *err);

#endif
