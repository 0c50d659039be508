/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/plane/lookup.h"

#include "solver/plane/lines.h"
#include "solver/plane/rib_private.h"

/* How a route came into the table; the lower one wins at equal length. */
enum rank { RANK_STATIC, RANK_LIST, RANK_PROPAGATED };

struct match {
    const struct dm_route *route;
    unsigned length;
    enum rank rank;
    bool uncertain; /* by a list that is not known in full: it may or may not match */
};

static bool match_list(const struct dm_model *model, const struct dm_route *route,
                       struct dm_addr destination, struct match *ret_match)
{
    const struct dm_prefix_list *list = dm_prefix_list_get(model, route->list);
    bool found = false;

    *ret_match = (struct match){ .route = route, .rank = RANK_LIST };
    ret_match->uncertain =
        list->unknown.v != 0 && (!list->is_aws || dm_addr_is_public(destination));
    for (size_t i = 0; i < list->n_prefixes; i++) {
        if (dm_prefix_has(list->prefixes[i], destination)) {
            if (!found || list->prefixes[i].length > ret_match->length) {
                ret_match->length = list->prefixes[i].length;
            }
            found = true;
        }
    }
    return found;
}

static bool match_route(const struct dm_model *model, const struct dm_route *route,
                        struct dm_addr destination, struct match *ret_match)
{
    if (route->list.v) {
        return match_list(model, route, destination, ret_match);
    }
    *ret_match = (struct match){ .route = route,
                                 .length = route->prefix.length,
                                 .rank = route->propagated ? RANK_PROPAGATED : RANK_STATIC };
    return dm_prefix_has(route->prefix, destination);
}

/* A route inside a VPC's own addresses leads to an interface, a NAT gateway or an endpoint of a
 * firewall or gateway load balancer, or is local [VPC-06]. */
static bool may_beat_local(const struct dm_route *route)
{
    return route->target_kind == DM_TARGET_INTERFACE || route->target_kind == DM_TARGET_NAT_GATEWAY
           || route->target_kind == DM_TARGET_GWLB_ENDPOINT
           || route->target_kind == DM_TARGET_UNKNOWN;
}

static bool beats(const struct match *a, const struct match *b)
{
    return !b->route || a->length > b->length || (a->length == b->length && a->rank < b->rank);
}

/* What matches. */
struct matches {
    struct match best[2]; /* [1]: of the propagated ones */
    const struct dm_route *local;
    bool tie; /* another list holds the prefix of best[0], and leads elsewhere */
};

static void note_match(struct matches *matches, const struct match *match)
{
    struct match *best = &matches->best[match->route->propagated];

    if (match->route->target_kind == DM_TARGET_LOCAL) {
        matches->local = match->route;
    }
    if (beats(match, best)) {
        *best = *match;
        matches->tie = matches->tie && best != &matches->best[0];
    } else if (match->rank == RANK_LIST && best->rank == RANK_LIST && match->length == best->length
               && (match->route->target_kind != best->route->target_kind
                   || match->route->target != best->route->target)) {
        matches->tie = true;
    }
}

/* A route but 'best' by a list that is not known in full, which may match as well or better. */
static const struct dm_route *find_uncertain(const struct dm_model *model,
                                             const struct dm_route_table *table,
                                             struct dm_addr destination,
                                             const struct dm_route *best,
                                             const struct dm_route *local, const bool *left_out)
{
    for (size_t i = 0; i < table->n_routes; i++) {
        const struct dm_route *route = &table->routes[i];
        struct match match;

        if (!route->list.v || (left_out && left_out[i])) {
            continue;
        }
        (void)match_list(model, route, destination, &match);
        if (match.uncertain && route != best && (!local || may_beat_local(route))) {
            return route;
        }
    }
    return NULL;
}

struct dm_route_choice dm_lookup_route(const struct dm_model *model, struct dm_route_table_id table,
                                       struct dm_addr destination)
{
    return dm_lookup_route_without(model, table, destination, NULL);
}

struct dm_route_choice dm_lookup_route_without(const struct dm_model *model,
                                               struct dm_route_table_id table,
                                               struct dm_addr destination, const bool *left_out)
{
    const struct dm_route_table *item = dm_route_table_get(model, table);
    struct matches matches = { .local = NULL };
    const struct match *best = &matches.best[0];

    const struct dm_route *uncertain;

    for (size_t i = 0; i < item->n_routes; i++) {
        struct match match;

        if ((!left_out || !left_out[i])
            && match_route(model, &item->routes[i], destination, &match)) {
            note_match(&matches, &match);
        }
    }
    if (!matches.local && matches.best[1].route && beats(&matches.best[1], best)) {
        best = &matches.best[1];
        matches.tie = false;
    }
    uncertain = find_uncertain(model, item, destination, best->route, matches.local, left_out);
    if (uncertain) {
        return (struct dm_route_choice){ .route = uncertain,
                                         .unknown =
                                             dm_prefix_list_get(model, uncertain->list)->unknown };
    }
    return (struct dm_route_choice){ .route = best->route, .tie = matches.tie };
}

struct dm_plane *dm_plane_new(struct dm_arena *arena, const struct dm_model *model)
{
    struct dm_plane *plane = DM_NEW(arena, struct dm_plane);

    if (!plane) {
        return NULL;
    }
    plane->arena = arena;
    plane->model = model;
    plane->tables = DM_NEW_ARRAY(arena, (size_t)model->n_transit_tables + 1, struct dm_rib_table);
    plane->segments = DM_NEW_ARRAY(arena, (size_t)model->n_core_segments + 1, struct dm_rib_table);
    plane->functions =
        DM_NEW_ARRAY(arena, (size_t)model->n_core_functions + 1, struct dm_rib_table);
    if (!plane->tables || !plane->segments || !plane->functions) {
        return NULL;
    }
    for (uint32_t i = 1; i <= model->n_transit_tables; i++) {
        dm_rib_fill_table(plane, (struct dm_transit_table_id){ i });
    }
    for (uint32_t i = 1; i <= model->n_core_segments; i++) {
        dm_rib_fill_segment(plane, (struct dm_core_segment_id){ i });
    }
    for (uint32_t i = 1; i <= model->n_core_functions; i++) {
        dm_rib_fill_function(plane, (struct dm_core_function_id){ i });
    }
    for (uint32_t i = 1; i <= model->n_transit_tables; i++) {
        dm_rib_hear_segments(plane, (struct dm_transit_table_id){ i });
    }
    for (uint32_t i = 0; i < model->n_core_segments && !plane->failed; i++) {
        dm_rib_link(plane, &plane->segments[i]);
    }
    for (uint32_t i = 0; i < model->n_core_functions && !plane->failed; i++) {
        dm_rib_link(plane, &plane->functions[i]);
    }
    plane->lines = dm_lines_new(arena, model);
    return plane->failed || !plane->lines ? NULL : plane;
}

const struct dm_lines *dm_plane_lines(const struct dm_plane *plane)
{
    return plane->lines;
}
