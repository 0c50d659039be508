/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tables of transit gateways: their rows, and what an address takes of them.
 */
#include <stdlib.h>

#include "solver/plane/policy.h"
#include "solver/plane/rib_private.h"

static const uint8_t families[] = { DM_FAMILY_IPV4, DM_FAMILY_IPV6 };

static void doubt_all(struct dm_plane *plane, struct dm_rib_table *table, struct dm_rib_doubt doubt)
{
    for (size_t i = 0; i < 2; i++) {
        doubt.prefix = (struct dm_prefix){ { 0, 0, families[i] }, 0 };
        dm_rib_doubt(plane, table, doubt);
    }
}

static int compare_prefixes(const void *a, const void *b)
{
    const struct dm_rib_row *const *x = a;
    const struct dm_rib_row *const *y = b;

    return dm_prefix_compare((*x)->prefix, (*y)->prefix);
}

/* Marks rows of one prefix, the first 'n_equal' of 'rows', and those inside it that follow, where
 * they are of several attachments. */
static void mark_inside(struct dm_rib_row *const *rows, size_t n_equal, size_t n)
{
    bool mixed = false;
    bool disputed;

    for (size_t i = 1; i < n_equal; i++) {
        mixed = mixed || rows[i]->via != rows[0]->via;
    }
    disputed = mixed;
    for (size_t i = n_equal; i < n && dm_prefix_covers(rows[0]->prefix, rows[i]->prefix); i++) {
        if (mixed || rows[i]->via != rows[0]->via) {
            rows[i]->disputed = true;
            disputed = true;
        }
    }
    for (size_t i = 0; i < n_equal; i++) {
        rows[i]->disputed = rows[i]->disputed || disputed;
    }
}

/* Prefixes nest or are disjoint, so of sorted ones those inside another follow it: O(rows * bits of
 * an address), once they are sorted. */
static void mark_sorted(struct dm_rib_row *const *rows, size_t n)
{
    size_t end;

    for (size_t i = 0; i < n; i = end) {
        end = i + 1;
        while (end < n && dm_prefix_compare(rows[i]->prefix, rows[end]->prefix) == 0) {
            end++;
        }
        mark_inside(rows + i, end - i, n - i);
    }
}

/* Of networks that overlap only the first to be attached is propagated [TGW-21]. */
static void mark_disputed(struct dm_plane *plane, struct dm_rib_table *table)
{
    struct dm_rib_row **rows = DM_NEW_ARRAY(plane->arena, table->rows.n + 1, struct dm_rib_row *);
    size_t n = 0;

    plane->failed = plane->failed || !rows;
    for (size_t i = 0; rows && i < table->rows.n; i++) {
        if (table->rows.items[i].source == DM_SOURCE_VPC) {
            rows[n++] = &table->rows.items[i];
        }
    }
    if (n > 1) {
        qsort(rows, n, sizeof rows[0], compare_prefixes);
        mark_sorted(rows, n);
    }
}

static void add_static(struct dm_plane *plane, struct dm_rib_table *table,
                       const struct dm_transit_route *route)
{
    dm_rib_push(plane, table,
                (struct dm_rib_row){ .prefix = route->prefix,
                                     .source = DM_SOURCE_STATIC,
                                     .via = route->attachment.v,
                                     .unknown = route->unknown,
                                     .why = route->unknown.v
                                                ? "the target of a static route is not understood"
                                                : NULL,
                                     .origin = route->origin });
}

static void add_learned(struct dm_plane *plane, struct dm_rib_table *table,
                        const struct dm_propagation *propagation)
{
    size_t n = 0;
    const struct dm_attachment *from = dm_attachment_get(plane->model, propagation->attachment);
    const struct dm_learned *learned =
        dm_learned_by(plane->arena, plane->model, DM_REF(attachment, propagation->attachment), &n);

    plane->failed = plane->failed || !learned;
    for (size_t i = 0; learned && i < n; i++) {
        if (learned[i].why) {
            dm_rib_doubt(plane, table,
                         (struct dm_rib_doubt){ .prefix = learned[i].prefix,
                                                .element = from->element,
                                                .gateway = from->gateway,
                                                .unknown = learned[i].unknown,
                                                .why = learned[i].why });
            continue;
        }
        dm_rib_push(plane, table,
                    (struct dm_rib_row){ .prefix = learned[i].prefix,
                                         .source = learned[i].source,
                                         .as_path_length = learned[i].as_path_length,
                                         .med = learned[i].med,
                                         .via = propagation->attachment.v,
                                         .elements = learned[i].elements,
                                         .n_elements = learned[i].n_elements,
                                         .origin = learned[i].origin });
    }
}

static void add_propagation(struct dm_plane *plane, struct dm_rib_table *table,
                            const struct dm_propagation *propagation)
{
    const struct dm_attachment *from = dm_attachment_get(plane->model, propagation->attachment);
    const struct dm_vpc *vpc;

    switch (from->kind) {
    case DM_ATTACHMENT_VPC:
        vpc = dm_vpc_get(plane->model, from->vpc);
        for (size_t i = 0; i < vpc->n_cidrs; i++) {
            if (from->no_ipv6 && vpc->cidrs[i].addr.family == DM_FAMILY_IPV6) {
                dm_rib_doubt(plane, table,
                             (struct dm_rib_doubt){
                                 .prefix = vpc->cidrs[i],
                                 .element = from->element,
                                 .gateway = from->gateway,
                                 .why = "whether an attachment that was made without IPv6 brings "
                                        "such ranges is not documented [TGW-34]" });
                continue;
            }
            dm_rib_push(plane, table,
                        (struct dm_rib_row){ .prefix = vpc->cidrs[i],
                                             .source = DM_SOURCE_VPC,
                                             .via = propagation->attachment.v,
                                             .origin = propagation->origin });
        }
        break;
    case DM_ATTACHMENT_PEERING: /* propagates nothing [TGW-01] */
    case DM_ATTACHMENT_CORE:    /* by its policy table alone [CWAN-16] */
        break;
    case DM_ATTACHMENT_VPN:
    case DM_ATTACHMENT_DIRECT_CONNECT:
    case DM_ATTACHMENT_CONNECT:
        add_learned(plane, table, propagation);
        break;
    case DM_ATTACHMENT_UNKNOWN:
        doubt_all(plane, table,
                  (struct dm_rib_doubt){ .gateway = from->gateway,
                                         .unknown = from->unknown,
                                         .why = "not all routes of this table are known" });
        break;
    }
}

void dm_rib_fill_table(struct dm_plane *plane, struct dm_transit_table_id id)
{
    const struct dm_transit_table *item = dm_transit_table_get(plane->model, id);
    struct dm_rib_table *table = &plane->tables[id.v - 1];

    if (item->unknown.v) {
        doubt_all(plane, table,
                  (struct dm_rib_doubt){ .gateway = item->gateway,
                                         .unknown = item->unknown,
                                         .why = "not all routes of this table are known" });
    }
    for (size_t i = 0; i < item->n_routes; i++) {
        add_static(plane, table, &item->routes[i]);
    }
    for (size_t i = 0; i < item->n_propagations; i++) {
        add_propagation(plane, table, &item->propagations[i]);
    }
    mark_disputed(plane, table);
    dm_rib_sort(table);
}

/* ---- what tables hear from segments ---- */

/* Whether an outbound policy does more with what the table hears than drop prefixes: it may then
 * hear others than the segment has. */
static void doubt_policies(struct dm_plane *plane, struct dm_rib_table *table,
                           const struct dm_core_attachment *attachment)
{
    struct dm_policy_effect effect = { .drops = false };
    struct dm_prefix any = { { 0, 0, DM_FAMILY_IPV4 }, 0 };

    dm_policy_apply_labels(dm_core_network_get(plane->model, attachment->network), attachment,
                           false, any, true, &effect);
    if (effect.why) {
        doubt_all(plane, table,
                  (struct dm_rib_doubt){ .element = attachment->element,
                                         .unknown = effect.unknown,
                                         .why = effect.why });
    }
}

/* Rows for the prefixes of a segment, and its doubts but those that come from the gateway itself.
 */
static void hear(struct dm_plane *plane, struct dm_transit_table_id id,
                 const struct dm_core_attachment *attachment)
{
    struct dm_rib_table *table = &plane->tables[id.v - 1];
    const struct dm_rib_table *segment = &plane->segments[attachment->segment.v - 1];
    const struct dm_core_peering *peering = dm_core_peering_get(plane->model, attachment->peering);

    doubt_policies(plane, table, attachment);
    for (size_t i = 0; i < segment->rows.n; i = dm_rib_end(segment, i)) {
        struct dm_policy_effect effect = { .drops = false };

        dm_policy_apply_labels(dm_core_network_get(plane->model, attachment->network), attachment,
                               false, segment->rows.items[i].prefix, false, &effect);
        if (effect.drops && !effect.why) {
            continue;
        }
        dm_rib_push(plane, table,
                    (struct dm_rib_row){ .unknown = effect.unknown,
                                         .why = effect.why,
                                         .prefix = segment->rows.items[i].prefix,
                                         .source = DM_SOURCE_CORE,
                                         .via = peering->attachment.v,
                                         .first = i,
                                         .segment = attachment->segment,
                                         .origin = attachment->object.origin });
    }
    for (size_t i = 0; i < segment->doubts.n; i++) {
        struct dm_rib_doubt doubt = segment->doubts.items[i];

        if (doubt.gateway.v != peering->gateway.v) {
            doubt.gateway.v = 0;
            dm_rib_doubt(plane, table, doubt);
        }
    }
}

void dm_rib_hear_segments(struct dm_plane *plane, struct dm_transit_table_id id)
{
    struct dm_rib_table *table = &plane->tables[id.v - 1];

    for (uint32_t i = 0; i < plane->model->n_core_attachments; i++) {
        const struct dm_core_attachment *attachment = &plane->model->core_attachments[i];

        if (attachment->kind != DM_CORE_ATTACHMENT_TABLE || attachment->table.v != id.v) {
            continue;
        }
        if (attachment->unknown.v) {
            doubt_all(plane, table,
                      (struct dm_rib_doubt){
                          .element = attachment->element,
                          .unknown = attachment->unknown,
                          .why = "which segment a table is attached to is not known" });
        } else if (attachment->segment.v) {
            hear(plane, id, attachment);
        }
    }
    dm_rib_sort(table);
}

/* ---- look-ups ---- */

static struct dm_transit_choice choice_of(const struct dm_rib_route *route)
{
    const struct dm_rib_row *row = route->row;

    return (struct dm_transit_choice){ .kind = route->why ? DM_TRANSIT_UNKNOWN
                                               : row->via ? DM_TRANSIT_TO
                                                          : DM_TRANSIT_BLACK_HOLE,
                                       .attachment = { row->via },
                                       .source = row->source,
                                       .is_static = row->source == DM_SOURCE_STATIC,
                                       .prefix = row->prefix,
                                       .origin = row->origin,
                                       .unknown = route->unknown,
                                       .why = route->why };
}

size_t dm_lookup_transit(const struct dm_plane *plane, struct dm_alive *alive,
                         struct dm_transit_table_id table, struct dm_addr destination,
                         struct dm_transit_choice ret_choices[DM_PLANE_MAX_CHOICES])
{
    struct dm_rib_place place = { .rows = &plane->tables[table.v - 1], .table = table };
    struct dm_rib_answer answer;

    dm_rib_look_up(plane, alive, &place, destination, &answer);
    if (answer.kind != DM_TRANSIT_TO) {
        ret_choices[0] = (struct dm_transit_choice){ .kind = answer.kind,
                                                     .unknown = answer.unknown,
                                                     .why = answer.why };
        return 1;
    }
    for (size_t i = 0; i < answer.best.n; i++) {
        ret_choices[i] = choice_of(&answer.best.items[i]);
    }
    return answer.best.n;
}
