/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/plane/lookup.h"

#include <stdlib.h>

#include "model/base/planted.h"
#include "solver/plane/core.h"

/* How a route came into the table; the lower one wins at equal length. */
enum rank { RANK_STATIC, RANK_LIST, RANK_PROPAGATED };

struct match {
    const struct dm_route *route;
    unsigned length;
    enum rank rank;
    bool uncertain; /* by a list that is not known in full: it may or may not match */
};

static bool match_route(const struct dm_model *model, const struct dm_route *route,
                        struct dm_addr destination, struct match *ret_match)
{
    *ret_match =
        (struct match){ .route = route, .rank = route->propagated ? RANK_PROPAGATED : RANK_STATIC };
    if (!route->list.v) {
        ret_match->length = route->prefix.length;
        return dm_prefix_has(route->prefix, destination);
    }
    const struct dm_prefix_list *list = dm_prefix_list_get(model, route->list);
    bool found = false;

    ret_match->rank = RANK_LIST;
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

/* A route inside a VPC's own addresses leads to an interface or a NAT gateway, or is local
 * [VPC-06]. */
static bool may_beat_local(const struct dm_route *route)
{
    return route->target_kind == DM_TARGET_INTERFACE || route->target_kind == DM_TARGET_NAT_GATEWAY
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

        if (left_out && left_out[i]) {
            continue;
        }
        (void)match_route(model, route, destination, &match);
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

/* A row of a transit gateway's table before anything failed. */
struct row {
    struct dm_prefix prefix;
    bool is_static;
    bool disputed; /* propagated: another attachment propagates something that overlaps it */
    struct dm_attachment_id attachment; /* static: none is a black hole */
    struct dm_unknown_id unknown;
    struct dm_span origin;
};

struct table {
    struct row *rows; /* longest first, then by prefix, static before propagated, by handle */
    size_t n_rows;
    struct dm_unknown_id unknown; /* of a propagation that is not understood */
    bool has_unknown;
};

struct dm_plane {
    const struct dm_model *model;
    struct table *tables; /* by handle less one */
    const struct dm_core_tables *core;
};

static int compare_rows(const void *a, const void *b)
{
    const struct row *x = a;
    const struct row *y = b;
    int order;

    if (x->prefix.length != y->prefix.length) {
        return x->prefix.length > y->prefix.length ? -1 : 1;
    }
    order = dm_prefix_compare(x->prefix, y->prefix);
    if (order) {
        return order;
    }
    if (x->is_static != y->is_static) {
        return x->is_static ? -1 : 1;
    }
    return (x->attachment.v > y->attachment.v) - (x->attachment.v < y->attachment.v);
}

static size_t count_rows(const struct dm_model *model, const struct dm_transit_table *item)
{
    size_t n = item->n_routes;

    for (size_t i = 0; i < item->n_propagations; i++) {
        const struct dm_attachment *from =
            dm_attachment_get(model, item->propagations[i].attachment);

        n += from->kind == DM_ATTACHMENT_VPC ? dm_vpc_get(model, from->vpc)->n_cidrs : 0;
    }
    return n;
}

/* Of networks that overlap only the first to be attached is propagated [TGW-21]. */
static void mark_disputed(struct table *table, size_t first)
{
    for (size_t i = first; i < table->n_rows; i++) {
        for (size_t j = i + 1; j < table->n_rows; j++) {
            struct row *a = &table->rows[i];
            struct row *b = &table->rows[j];

            if (a->attachment.v != b->attachment.v && dm_prefix_overlaps(a->prefix, b->prefix)) {
                a->disputed = true;
                b->disputed = true;
            }
        }
    }
}

static bool fill_table(struct dm_arena *arena, const struct dm_model *model,
                       const struct dm_transit_table *item, struct table *table)
{
    table->has_unknown = item->unknown.v != 0;
    table->unknown = item->unknown;
    table->rows = DM_NEW_ARRAY(arena, count_rows(model, item) + 1, struct row);
    if (!table->rows) {
        return false;
    }
    for (size_t i = 0; i < item->n_routes; i++) {
        const struct dm_transit_route *route = &item->routes[i];

        table->rows[table->n_rows++] = (struct row){ .prefix = route->prefix,
                                                     .is_static = true,
                                                     .attachment = route->attachment,
                                                     .unknown = route->unknown,
                                                     .origin = route->origin };
    }
    for (size_t i = 0; i < item->n_propagations; i++) {
        const struct dm_propagation *propagation = &item->propagations[i];
        const struct dm_attachment *from = dm_attachment_get(model, propagation->attachment);

        if (from->kind != DM_ATTACHMENT_VPC && from->kind != DM_ATTACHMENT_PEERING
            && !table->has_unknown) {
            table->has_unknown = true;
            table->unknown = from->unknown;
        }
        for (size_t j = 0;
             from->kind == DM_ATTACHMENT_VPC && j < dm_vpc_get(model, from->vpc)->n_cidrs; j++) {
            table->rows[table->n_rows++] =
                (struct row){ .prefix = dm_vpc_get(model, from->vpc)->cidrs[j],
                              .attachment = propagation->attachment,
                              .origin = propagation->origin };
        }
    }
    mark_disputed(table, item->n_routes);
    qsort(table->rows, table->n_rows, sizeof *table->rows, compare_rows);
    return true;
}

struct dm_plane *dm_plane_new(struct dm_arena *arena, const struct dm_model *model)
{
    struct dm_plane *plane = DM_NEW(arena, struct dm_plane);

    if (!plane) {
        return NULL;
    }
    plane->model = model;
    plane->tables = DM_NEW_ARRAY(arena, (size_t)model->n_transit_tables + 1, struct table);
    if (!plane->tables) {
        return NULL;
    }
    for (uint32_t i = 0; i < model->n_transit_tables; i++) {
        if (!fill_table(arena, model, &model->transit_tables[i], &plane->tables[i])) {
            return NULL;
        }
    }
    plane->core = dm_core_tables_new(arena, model);
    return plane->core ? plane : NULL;
}

const struct dm_core_tables *dm_plane_core(const struct dm_plane *plane)
{
    return plane->core;
}

/* The choice that one row makes; false where it is withdrawn. */
static bool choose_row(const struct dm_plane *plane, struct dm_alive *alive,
                       const struct table *table, size_t at, struct dm_transit_choice *ret_choice)
{
    const struct row *row = &table->rows[at];
    struct dm_transit_choice choice = { .kind = DM_TRANSIT_TO,
                                        .attachment = row->attachment,
                                        .is_static = row->is_static,
                                        .prefix = row->prefix,
                                        .origin = row->origin,
                                        .unknown = row->unknown };

    if (row->unknown.v) {
        choice.kind = DM_TRANSIT_UNKNOWN;
        choice.why = "the target of a static route is not understood";
    } else if (!row->attachment.v) {
        choice.kind = DM_TRANSIT_BLACK_HOLE;
    } else if (!row->is_static) {
        const struct dm_attachment *from = dm_attachment_get(plane->model, row->attachment);

        if (row->disputed) {
            choice.kind = DM_TRANSIT_UNKNOWN;
            choice.why =
                "two attachments propagate networks that overlap and which came first is not known";
        } else if (!dm_alive(alive, from->element)) {
            return false;
        }
    } else if (DM_PLANTED(STATIC_FALLS_BACK)
               && !dm_alive(alive, dm_attachment_get(plane->model, row->attachment)->element)) {
        return false;
    }
    *ret_choice = choice;
    return true;
}

struct dm_transit_choice dm_lookup_transit(const struct dm_plane *plane, struct dm_alive *alive,
                                           struct dm_transit_table_id table,
                                           struct dm_addr destination)
{
    const struct table *item = &plane->tables[table.v - 1];
    struct dm_transit_choice choice = { .kind = DM_TRANSIT_NO_ROUTE };

    if (item->has_unknown) {
        return (struct dm_transit_choice){
            .kind = DM_TRANSIT_UNKNOWN,
            .unknown = item->unknown,
            .why = "not all routes of this table are known",
        };
    }
    for (size_t i = 0; i < item->n_rows; i++) {
        if (dm_prefix_has(item->rows[i].prefix, destination)
            && choose_row(plane, alive, item, i, &choice)) {
            return choice;
        }
    }
    return choice;
}
