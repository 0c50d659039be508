/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/plane/rib_private.h"

#include <stdlib.h>
#include <string.h>

#include "model/base/planted.h"
#include "solver/plane/policy.h"

/* ---- rows ---- */

void dm_rib_push(struct dm_plane *plane, struct dm_rib_table *table, struct dm_rib_row row)
{
    if (!DM_VEC_PUSH(plane->arena, &table->rows, row)) {
        plane->failed = true;
    }
}

void dm_rib_doubt(struct dm_plane *plane, struct dm_rib_table *table, struct dm_rib_doubt doubt)
{
    if (!DM_VEC_PUSH(plane->arena, &table->doubts, doubt)) {
        plane->failed = true;
    }
}

static int compare_prefixes(struct dm_prefix a, struct dm_prefix b)
{
    if (a.length != b.length) {
        return a.length > b.length ? -1 : 1;
    }
    return dm_prefix_compare(a, b);
}

static int compare_numbers(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

static int compare_rows(const void *a, const void *b)
{
    const struct dm_rib_row *x = a;
    const struct dm_rib_row *y = b;
    int order = compare_prefixes(x->prefix, y->prefix);

    order = order ? order : compare_numbers(x->source, y->source);
    order = order ? order : compare_numbers(x->as_path_length, y->as_path_length);
    order = order ? order : compare_numbers(x->med, y->med);
    return order ? order : compare_numbers(x->via, y->via);
}

void dm_rib_sort(struct dm_rib_table *table)
{
    if (table->rows.n > 1) {
        qsort(table->rows.items, table->rows.n, sizeof *table->rows.items, compare_rows);
    }
    for (size_t i = table->rows.n; i-- > 0;) {
        struct dm_rib_row *row = &table->rows.items[i];
        const struct dm_rib_row *next = i + 1 < table->rows.n ? row + 1 : NULL;

        row->end = next && dm_prefix_compare(row->prefix, next->prefix) == 0 ? next->end
                                                                             : (uint32_t)(i + 1);
        row->end_of_length = next && row->prefix.length == next->prefix.length ? next->end_of_length
                                                                               : (uint32_t)(i + 1);
    }
}

size_t dm_rib_end(const struct dm_rib_table *table, size_t first)
{
    return table->rows.items[first].end;
}

/* The first of the rows from 'low' to before 'high', all of one length, whose prefix is not before
 * that of 'address'. */
static size_t find_in_length(const struct dm_rib_row *rows, size_t low, size_t high,
                             struct dm_addr address)
{
    struct dm_prefix prefix = { address, rows[low].prefix.length };

    prefix.addr = dm_prefix_first(prefix);
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (dm_addr_compare(rows[middle].prefix.addr, prefix.addr) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

size_t dm_rib_next(const struct dm_rib_table *table, size_t first, struct dm_addr destination)
{
    const struct dm_rib_row *rows = table->rows.items;

    while (first < table->rows.n) {
        size_t end = rows[first].end_of_length;
        bool fits = destination.family == DM_FAMILY_IPV6 || rows[first].prefix.length <= 32;
        size_t at = fits ? find_in_length(rows, first, end, destination) : end;

        if (at < end && dm_prefix_has(rows[at].prefix, destination)) {
            return at;
        }
        first = end;
    }
    return table->rows.n;
}

size_t dm_rib_find(const struct dm_rib_table *table, struct dm_prefix prefix)
{
    size_t low = 0;
    size_t high = table->rows.n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare_prefixes(table->rows.items[middle].prefix, prefix) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < table->rows.n && dm_prefix_compare(table->rows.items[low].prefix, prefix) == 0
               ? low
               : table->rows.n;
}

const struct dm_rib_doubt *dm_rib_doubt_at(const struct dm_rib_table *table, struct dm_alive *alive,
                                           struct dm_addr destination)
{
    for (size_t i = 0; i < table->doubts.n; i++) {
        const struct dm_rib_doubt *doubt = &table->doubts.items[i];

        if (dm_prefix_has(doubt->prefix, destination)
            && (!doubt->element.v || dm_alive(alive, doubt->element))) {
            return doubt;
        }
    }
    return NULL;
}

/* ---- preference ---- */

static void offer(struct dm_rib_best *best, const struct dm_rib_route *route)
{
    for (size_t i = 0; i < 4 && best->n > 0; i++) {
        if (route->key[i] > best->items[0].key[i]) {
            return;
        }
        if (route->key[i] < best->items[0].key[i]) {
            best->n = 0;
            best->overflow = false;
        }
    }
    for (size_t i = 0; i < best->n; i++) {
        if (best->items[i].row->via == route->row->via
            && best->items[i].row->inserted == route->row->inserted) {
            return; /* over another session of the same attachment */
        }
    }
    if (best->n == DM_RIB_MAX) {
        best->overflow = true;
        return;
    }
    best->items[best->n++] = *route;
}

static bool has_number(const struct dm_rib_route *route, uint64_t number)
{
    for (size_t i = 0; i < route->n_path; i++) {
        if (route->path[i] == number) {
            return true;
        }
    }
    return false;
}

/* In front of the path: the number of what passes it on. */
static void prepend(struct dm_rib_route *route, uint64_t number)
{
    DM_ASSERT(route->n_path < DM_RIB_MAX_PATH);
    route->path[route->n_path++] = number;
    route->length++;
}

/* AS numbers that are not known are no two the same [TGW-24]. */
static uint64_t number_of_gateway(const struct dm_model *model, struct dm_transit_gateway_id id)
{
    uint32_t asn = dm_transit_gateway_get(model, id)->asn;

    return asn ? asn : UINT64_C(1) << 32 | id.v;
}

static uint64_t number_of_edge(const struct dm_model *model, struct dm_core_edge_id id)
{
    uint32_t asn = dm_core_edge_get(model, id)->asn;

    return asn ? asn : UINT64_C(1) << 33 | id.v;
}

static bool all_live(struct dm_alive *alive, const struct dm_rib_row *row)
{
    for (size_t i = 0; i < row->n_elements; i++) {
        if (!dm_alive(alive, row->elements[i])) {
            return false;
        }
    }
    return true;
}

/* ---- tables of transit gateways ---- */

static const char in_dispute[] =
    "two attachments propagate networks that overlap and which came first is not known";
static const char not_foretold[] =
    "which of several routes that are as good the core network passes on is not known";

/* What is the table's own; rows stand in order of preference. */
static void own_of_table(const struct dm_plane *plane, struct dm_alive *alive,
                         struct dm_transit_table_id table, size_t first, struct dm_rib_best *best)
{
    const struct dm_rib_table *item = &plane->tables[table.v - 1];
    size_t end = dm_rib_end(item, first);

    best->n = 0;
    best->overflow = false;
    for (size_t i = first; i < end; i++) {
        const struct dm_rib_row *row = &item->rows.items[i];
        struct dm_rib_route route = { .row = row,
                                      .key = { row->source, row->as_path_length, row->med, 0 },
                                      .length = row->as_path_length,
                                      .unknown = row->unknown,
                                      .why = row->why };
        bool stays = row->source == DM_SOURCE_STATIC && !DM_PLANTED(STATIC_FALLS_BACK);

        if (row->source == DM_SOURCE_CORE || (best->n && best->items[0].key[0] < row->source)) {
            return;
        }
        if (row->disputed) {
            route.why = in_dispute;
        } else if (row->via && !stays
                   && (!dm_alive(alive, dm_attachment_get(plane->model,
                                                          (struct dm_attachment_id){ row->via })
                                            ->element)
                       || !all_live(alive, row))) {
            continue;
        }
        offer(best, &route);
    }
}

/* What the segment passes on to a table that is attached to it. */
static void hear_segment(const struct dm_plane *plane, struct dm_alive *alive,
                         const struct dm_rib_row *row, struct dm_rib_best *best)
{
    const struct dm_attachment *side =
        dm_attachment_get(plane->model, (struct dm_attachment_id){ row->via });
    const struct dm_core_peering *peering = dm_core_peering_get(plane->model, side->core_peering);
    uint64_t own = number_of_gateway(plane->model, side->gateway);
    struct dm_rib_best heard;
    struct dm_rib_route route = { .row = row };
    size_t n_refused = 0;
    const char *why = NULL;
    bool found = false;

    if (!dm_alive(alive, peering->element)
        || !dm_alive(alive, dm_core_edge_get(plane->model, peering->edge)->element)) {
        return;
    }
    dm_rib_best_at_edge(plane, alive, &plane->segments[row->segment.v - 1], row->segment,
                        peering->edge, row->first, &heard);
    for (size_t i = 0; i < heard.n; i++) {
        if (has_number(&heard.items[i], own) && !DM_PLANTED(PATH_LOOPS_KEPT)) {
            n_refused++;
            continue;
        }
        if (!found || heard.items[i].why) {
            route = heard.items[i];
            route.row = row;
        }
        found = true;
        if (!heard.items[i].row->via) {
            why = "whether a black hole of a segment, or a route to a network function, is passed "
                  "on is not known";
        }
    }
    if (!found) {
        return;
    }
    if (n_refused > 0 || heard.overflow) {
        why = not_foretold;
    }
    route.why = route.why ? route.why : why ? why : row->why;
    route.unknown = route.unknown.v ? route.unknown : row->unknown;
    prepend(&route, number_of_edge(plane->model, peering->edge));
    route.key[0] = DM_SOURCE_CORE;
    route.key[1] = route.length;
    route.key[2] = 0;
    route.key[3] = 0;
    offer(best, &route);
}

void dm_rib_best_of_table(const struct dm_plane *plane, struct dm_alive *alive,
                          struct dm_transit_table_id table, size_t first, struct dm_rib_best *best)
{
    const struct dm_rib_table *item = &plane->tables[table.v - 1];
    size_t end = dm_rib_end(item, first);

    own_of_table(plane, alive, table, first, best);
    for (size_t i = first; i < end && (best->n == 0 || best->items[0].key[0] == DM_SOURCE_CORE);
         i++) {
        if (item->rows.items[i].source == DM_SOURCE_CORE) {
            hear_segment(plane, alive, &item->rows.items[i], best);
        }
    }
}

/* ---- segments ---- */

enum { CLASS_STATIC, CLASS_NEAR, CLASS_BGP };
enum { KIND_DIRECT_CONNECT, KIND_CONNECT, KIND_VPN, KIND_OTHER };

static uint32_t kind_of(enum dm_route_source source)
{
    return source == DM_SOURCE_DIRECT_CONNECT ? KIND_DIRECT_CONNECT
           : source == DM_SOURCE_CONNECT      ? KIND_CONNECT
           : source == DM_SOURCE_CORE         ? KIND_OTHER
                                              : KIND_VPN;
}

static const struct dm_core_attachment *core_attachment(const struct dm_plane *plane,
                                                        const struct dm_rib_row *row)
{
    return dm_core_attachment_get(plane->model, (struct dm_core_attachment_id){ row->via });
}

/* What a table that is attached passes on: what is its own. */
static void hear_table(const struct dm_plane *plane, struct dm_alive *alive,
                       const struct dm_rib_row *row, struct dm_rib_best *best)
{
    const struct dm_core_attachment *from = core_attachment(plane, row);
    const struct dm_core_peering *peering = dm_core_peering_get(plane->model, from->peering);
    uint64_t own = number_of_edge(plane->model, peering->edge);
    struct dm_rib_best heard;
    struct dm_rib_route route = { .row = row };

    if (!dm_alive(alive, dm_transit_gateway_get(plane->model, peering->gateway)->element)
        || !dm_alive(alive, peering->element)) {
        return;
    }
    own_of_table(plane, alive, from->table, row->first, &heard);
    if (heard.n == 0) {
        return;
    }
    route.length = heard.items[0].length + row->as_path_length;
    route.unknown = row->unknown;
    route.why = row->why;
    for (size_t i = 0; i < heard.n && !route.why; i++) {
        route.unknown = heard.items[i].unknown;
        route.why = heard.items[i].why;
    }
    if (!heard.items[0].row->via && !route.why) {
        route.why = "whether a black hole of a transit gateway is passed on is not known";
    }
    prepend(&route, number_of_gateway(plane->model, peering->gateway));
    if (has_number(&route, own)) {
        return;
    }
    route.key[0] = CLASS_BGP;
    route.key[1] = route.length;
    route.key[2] = row->med;
    route.key[3] = KIND_OTHER;
    offer(best, &route);
}

/* What comes from an attachment at the edge itself. */
static void own_of_edge(const struct dm_plane *plane, struct dm_alive *alive,
                        const struct dm_rib_row *row, struct dm_rib_best *best)
{
    struct dm_rib_route route = {
        .row = row, .length = row->as_path_length, .unknown = row->unknown, .why = row->why
    };

    if (row->source == DM_SOURCE_CORE) {
        hear_table(plane, alive, row, best);
        return;
    }
    if (!row->via || !dm_alive(alive, core_attachment(plane, row)->element)
        || !all_live(alive, row)) {
        return;
    }
    if (row->source == DM_SOURCE_VPC) {
        route.key[0] = CLASS_NEAR;
    } else {
        route.key[0] = CLASS_BGP;
        route.key[1] = row->as_path_length;
        route.key[2] = row->med;
        route.key[3] = kind_of(row->source);
    }
    offer(best, &route);
}

/* Both segments must be at both edges for what they share to be known to arrive. */
static bool is_shared_apart(const struct dm_plane *plane, struct dm_core_segment_id segment,
                            struct dm_core_edge_id edge, struct dm_core_edge_id far,
                            const struct dm_core_attachment *from)
{
    return segment.v && from->segment.v && from->segment.v != segment.v
           && (!dm_core_segment_at(dm_core_segment_get(plane->model, from->segment), edge)
               || !dm_core_segment_at(dm_core_segment_get(plane->model, segment), far));
}

/* Routing policies between two edges; false where they drop the route. */
static bool pass_policies(const struct dm_plane *plane, struct dm_core_segment_id segment,
                          struct dm_core_edge_id edge, struct dm_core_edge_id far,
                          struct dm_rib_route *route)
{
    const struct dm_core_network *network =
        dm_core_network_get(plane->model, dm_core_edge_get(plane->model, edge)->network);
    bool is_whole = route->length == route->n_path;
    struct dm_policy_effect effect = { .drops = false };

    for (size_t i = 0; i < network->n_edge_policies; i++) {
        const struct dm_core_edge_policy *item = &network->edge_policies[i];
        bool out = item->edge.v == far.v && item->peer.v == edge.v;
        bool in = item->edge.v == edge.v && item->peer.v == far.v;

        if (item->segment.v != segment.v || (!out && !in)) {
            continue;
        }
        if (item->unknown.v) {
            route->unknown = item->unknown;
            route->why = "what routing policies two edges have is not known";
        }
        for (size_t j = 0; j < item->n_policies; j++) {
            const struct dm_core_routing_policy *policy =
                &network->routing_policies[item->policies[j]];

            if (policy->inbound ? in : out) {
                dm_policy_apply(policy, route->row->prefix, route->path, route->n_path, is_whole,
                                &effect);
            }
        }
    }
    if (effect.why && !route->why) {
        route->unknown = effect.unknown;
        route->why = effect.why;
    }
    route->length += effect.n_prepended;
    return !effect.drops || route->why;
}

/* Whether a third edge, if edges pass on what they hear, could bring what policies drop between
 * 'far' and 'edge' [CWAN-21]. */
static bool may_come_round(const struct dm_plane *plane, struct dm_alive *alive,
                           struct dm_core_segment_id segment, struct dm_core_edge_id edge,
                           struct dm_core_edge_id far, const struct dm_rib_route *route)
{
    const struct dm_model *model = plane->model;
    const struct dm_core_edge *near = dm_core_edge_get(model, edge);

    for (uint32_t i = 1; i <= model->n_core_edges; i++) {
        struct dm_core_edge_id third = { i };
        struct dm_rib_route copy = *route;

        if (i == edge.v || i == far.v || model->core_edges[i - 1].network.v != near->network.v
            || !dm_core_segment_at(dm_core_segment_get(model, segment), third)
            || !dm_alive(alive, model->core_edges[i - 1].element)
            || !pass_policies(plane, segment, third, far, &copy)) {
            continue;
        }
        prepend(&copy, number_of_edge(model, far));
        if (pass_policies(plane, segment, edge, third, &copy)) {
            return true;
        }
    }
    return false;
}

/* What the edge 'far' prefers of its own, as 'edge' hears it. */
static void hear_edge(const struct dm_plane *plane, struct dm_alive *alive,
                      const struct dm_rib_table *item, struct dm_core_segment_id segment,
                      struct dm_core_edge_id edge, struct dm_core_edge_id far, size_t first,
                      struct dm_rib_best *best)
{
    size_t end = dm_rib_end(item, first);
    struct dm_rib_best heard;

    heard.n = 0;
    heard.overflow = false;
    for (size_t i = first; i < end; i++) {
        const struct dm_rib_row *row = &item->rows.items[i];

        if (row->source != DM_SOURCE_STATIC && row->via
            && dm_core_attachment_at(core_attachment(plane, row), far)
            && dm_alive(alive, dm_core_edge_get(plane->model, far)->element)) {
            own_of_edge(plane, alive, row, &heard);
        }
    }
    for (size_t i = 0; i < heard.n; i++) {
        struct dm_rib_route route = heard.items[i];

        if (has_number(&route, number_of_edge(plane->model, edge))) {
            continue;
        }
        if (!route.why
            && is_shared_apart(plane, segment, edge, far, core_attachment(plane, route.row))) {
            route.why = "how a share reaches an edge that one of the segments lacks is not known";
        }
        if (!pass_policies(plane, segment, edge, far, &route)) {
            if (!may_come_round(plane, alive, segment, edge, far, &heard.items[i])) {
                continue;
            }
            route.why = "whether what a routing policy drops between two edges comes over a third "
                        "one is not known";
            route.length++;
        }
        prepend(&route, number_of_edge(plane->model, far));
        route.key[0] = CLASS_BGP;
        route.key[1] = DM_PLANTED(FAR_EDGE_FREE) ? route.length - 1 : route.length;
        route.key[2] = 0;
        route.key[3] = KIND_OTHER;
        offer(best, &route);
    }
    best->overflow = best->overflow || (heard.overflow && heard.n > 0);
}

/* Static routes, which stay, and what leads to network functions. */
static bool static_of_segment(const struct dm_rib_table *item, size_t first, size_t end,
                              struct dm_rib_best *best)
{
    for (size_t i = first; i < end && item->rows.items[i].source == DM_SOURCE_STATIC; i++) {
        const struct dm_rib_row *row = &item->rows.items[i];

        offer(best, &(struct dm_rib_route){ .row = row,
                                            .key = { row->inserted && !row->via, 0, 0, 0 },
                                            .unknown = row->unknown,
                                            .why = row->why });
    }
    return best->n > 0;
}

void dm_rib_best_at_edge(const struct dm_plane *plane, struct dm_alive *alive,
                         const struct dm_rib_table *table, struct dm_core_segment_id segment,
                         struct dm_core_edge_id edge, size_t first, struct dm_rib_best *best)
{
    const struct dm_model *model = plane->model;
    struct dm_core_network_id network = dm_core_edge_get(model, edge)->network;
    size_t end = dm_rib_end(table, first);

    best->n = 0;
    best->overflow = false;
    if (static_of_segment(table, first, end, best)) {
        return;
    }
    for (size_t i = first; i < end; i++) {
        if (table->rows.items[i].via
            && dm_core_attachment_at(core_attachment(plane, &table->rows.items[i]), edge)) {
            own_of_edge(plane, alive, &table->rows.items[i], best);
        }
    }
    if (best->n > 0 && best->items[0].key[0] == CLASS_NEAR) {
        return;
    }
    for (uint32_t far = 1; far <= model->n_core_edges; far++) {
        if (far != edge.v && model->core_edges[far - 1].network.v == network.v) {
            hear_edge(plane, alive, table, segment, edge, (struct dm_core_edge_id){ far }, first,
                      best);
        }
    }
}

/* ---- views ---- */

/* Whether the segment would bring the prefix if the table had nothing of its own: while it has, its
 * gateway's number keeps it from coming back. */
static bool is_heard(const struct dm_plane *plane, struct dm_alive *alive,
                     const struct dm_rib_row *row)
{
    const struct dm_rib_table *segment = &plane->segments[row->segment.v - 1];
    uint32_t own =
        dm_attachment_get(plane->model, (struct dm_attachment_id){ row->via })->gateway.v;
    size_t end = dm_rib_end(segment, row->first);
    struct dm_rib_best best = { .n = 0 };

    for (size_t i = row->first; i < end && best.n == 0; i++) {
        const struct dm_rib_row *item = &segment->rows.items[i];
        const struct dm_core_attachment *from = item->via ? core_attachment(plane, item) : NULL;
        bool is_back = from && from->kind == DM_CORE_ATTACHMENT_TABLE
                       && dm_core_peering_get(plane->model, from->peering)->gateway.v == own;

        if (from && !is_back) {
            own_of_edge(plane, alive, item, &best);
        }
    }
    return best.n > 0;
}

bool dm_rib_is_there(const struct dm_plane *plane, struct dm_alive *alive,
                     const struct dm_rib_row *row)
{
    if (row->source == DM_SOURCE_STATIC || !row->via) {
        return true;
    }
    if (row->source == DM_SOURCE_CORE) {
        return is_heard(plane, alive, row);
    }
    return dm_alive(alive,
                    dm_attachment_get(plane->model, (struct dm_attachment_id){ row->via })->element)
           && all_live(alive, row);
}

void dm_rib_look_up(const struct dm_plane *plane, struct dm_alive *alive,
                    const struct dm_rib_place *place, struct dm_addr destination,
                    struct dm_rib_answer *ret_answer)
{
    const struct dm_rib_table *rows = place->rows;
    const struct dm_rib_doubt *doubt = dm_rib_doubt_at(rows, alive, destination);
    struct dm_rib_best *best = &ret_answer->best;

    best->n = 0; /* its items stay as they are: clearing them would cost more than the rest */
    best->overflow = false;
    ret_answer->kind = DM_TRANSIT_UNKNOWN;
    if (doubt) {
        ret_answer->unknown = doubt->unknown;
        ret_answer->why = doubt->why;
        return;
    }
    ret_answer->unknown.v = 0;
    ret_answer->why = NULL;
    for (size_t i = dm_rib_next(rows, 0, destination); i < rows->rows.n && best->n == 0;
         i = dm_rib_next(rows, dm_rib_end(rows, i), destination)) {
        if (place->table.v) {
            dm_rib_best_of_table(plane, alive, place->table, i, best);
        } else {
            dm_rib_best_at_edge(plane, alive, rows, place->segment, place->edge, i, best);
        }
    }
    if (best->overflow) {
        ret_answer->why = "more routes are as good than are looked at";
    } else {
        ret_answer->kind = best->n ? DM_TRANSIT_TO : DM_TRANSIT_NO_ROUTE;
    }
}
