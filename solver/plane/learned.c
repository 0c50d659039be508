/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/plane/learned.h"

#include "model/base/vec.h"

static enum dm_route_source source_of(const struct dm_model *model, struct dm_ref attachment)
{
    if (attachment.kind == DM_KIND_attachment) {
        enum dm_attachment_kind kind =
            dm_attachment_get(model, (struct dm_attachment_id){ attachment.v })->kind;

        return kind == DM_ATTACHMENT_DIRECT_CONNECT ? DM_SOURCE_DIRECT_CONNECT
               : kind == DM_ATTACHMENT_CONNECT      ? DM_SOURCE_CONNECT
                                                    : DM_SOURCE_VPN;
    }
    enum dm_core_attachment_kind kind =
        dm_core_attachment_get(model, (struct dm_core_attachment_id){ attachment.v })->kind;

    return kind == DM_CORE_ATTACHMENT_DIRECT_CONNECT ? DM_SOURCE_DIRECT_CONNECT
           : kind == DM_CORE_ATTACHMENT_CONNECT      ? DM_SOURCE_CONNECT
                                                     : DM_SOURCE_VPN;
}

struct list {
    struct dm_arena *arena;
    const struct dm_model *model;
    enum dm_route_source source;
    DM_VEC(struct dm_learned) rows;
    bool has_lines; /* one of the lines there leads to a site, or says what it brings */
    bool failed;
};

static void push(struct list *list, struct dm_learned row)
{
    row.source = list->source;
    list->failed |= !DM_VEC_PUSH(list->arena, &list->rows, row);
}

/* It may be anything: a row of length 0 a family. */
static void push_any(struct list *list, struct dm_unknown_id unknown, const char *why,
                     struct dm_span origin)
{
    static const uint8_t families[] = { DM_FAMILY_IPV4, DM_FAMILY_IPV6 };

    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        push(list, (struct dm_learned){ .prefix = { { 0, 0, families[i] }, 0 },
                                        .unknown = unknown,
                                        .why = why,
                                        .origin = origin });
    }
}

/* One session of a line, with what it stands on. */
static void push_session(struct list *list, const struct dm_object *object,
                         const struct dm_line *line, struct dm_site_id site,
                         struct dm_element_id carrier)
{
    struct dm_element_id *elements = DM_NEW_ARRAY(list->arena, 2, struct dm_element_id);
    size_t n = 0;

    if (!elements) {
        list->failed = true;
        return;
    }
    if (site.v) {
        elements[n++] = dm_site_get(list->model, site)->element;
    }
    elements[n++] = carrier;
    for (size_t i = 0; i < line->n_prefixes; i++) {
        push(list, (struct dm_learned){ .prefix = line->prefixes[i],
                                        .as_path_length = 1 + line->prepend,
                                        .elements = elements,
                                        .n_elements = n,
                                        .origin = object->origin });
    }
}

/* Static ones bring nothing: their routes are written into tables [VPN-06]. */
static void push_vpn(struct list *list, const struct dm_vpn_connection *connection)
{
    list->has_lines = true;
    if (connection->is_static) {
        return;
    }
    if (connection->line.unknown.v) {
        push_any(list, connection->line.unknown, "what a VPN connection learned is not known",
                 connection->object.origin);
    }
    for (size_t i = 0; i < DM_VPN_TUNNELS; i++) {
        if (!connection->tunnels[i].is_down) {
            push_session(list, &connection->object, &connection->line,
                         dm_customer_gateway_get(list->model, connection->customer)->site,
                         connection->tunnels[i].element);
        }
    }
}

static void push_direct_connect(struct list *list, const struct dm_dx_association *association)
{
    const struct dm_model *model = list->model;

    list->has_lines = true;
    for (uint32_t i = 0; i < model->n_virtual_interfaces; i++) {
        const struct dm_virtual_interface *interface = &model->virtual_interfaces[i];

        if (interface->end.kind != DM_KIND_dx_gateway || interface->end.v != association->gateway.v
            || !interface->is_transit || interface->is_down) {
            continue;
        }
        if (interface->line.unknown.v) {
            push_any(list, interface->line.unknown, "what a virtual interface learned is not known",
                     interface->object.origin);
        }
        push_session(list, &interface->object, &interface->line, interface->site,
                     dm_dx_connection_get(model, interface->connection)->element);
    }
}

/* What the tables of the input show that a router behind a Connect attachment told. */
static void push_connect(struct list *list, struct dm_ref attachment)
{
    const struct dm_object *object = dm_model_object(list->model, attachment);
    const struct dm_connect *connect =
        attachment.kind == DM_KIND_attachment
            ? &dm_attachment_get(list->model, (struct dm_attachment_id){ attachment.v })->connect
            : &dm_core_attachment_get(list->model, (struct dm_core_attachment_id){ attachment.v })
                   ->connect;

    list->has_lines |= connect->is_shown;
    for (size_t i = 0; i < connect->n_prefixes; i++) {
        push(list, (struct dm_learned){ .prefix = connect->prefixes[i],
                                        .as_path_length = 1,
                                        .origin = object->origin });
    }
}

static bool is_end(struct dm_ref a, struct dm_ref b)
{
    return a.kind == b.kind && a.v == b.v;
}

/* Rows of one prefix stay in their order. */
static void sort(struct list *list)
{
    for (size_t i = 1; i < list->rows.n; i++) {
        struct dm_learned row = list->rows.items[i];
        size_t j = i;

        while (j > 0 && dm_prefix_compare(list->rows.items[j - 1].prefix, row.prefix) > 0) {
            list->rows.items[j] = list->rows.items[j - 1];
            j--;
        }
        list->rows.items[j] = row;
    }
}

const struct dm_learned *dm_learned_by(struct dm_arena *arena, const struct dm_model *model,
                                       struct dm_ref attachment, size_t *ret_n)
{
    struct list list = { .arena = arena, .model = model, .source = source_of(model, attachment) };

    for (uint32_t i = 0; i < model->n_vpn_connections; i++) {
        if (is_end(model->vpn_connections[i].end, attachment)) {
            push_vpn(&list, &model->vpn_connections[i]);
        }
    }
    for (uint32_t i = 0; i < model->n_dx_associations; i++) {
        if (is_end(model->dx_associations[i].end, attachment)) {
            push_direct_connect(&list, &model->dx_associations[i]);
        }
    }
    push_connect(&list, attachment);
    if (!list.has_lines) {
        push_any(&list, (struct dm_unknown_id){ 0 },
                 "what an attachment learned is not in the input", DM_SPAN_NONE);
    }
    sort(&list);
    if (list.failed
        || (!list.rows.n
            && !dm_vec_reserve(arena, (void **)&list.rows.items, &list.rows.capacity, 1,
                               sizeof *list.rows.items))) {
        return NULL;
    }
    *ret_n = list.rows.n;
    return list.rows.items;
}
