/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Transit gateways: tables, attachments of VPCs, and the mesh of peerings.
 *
 * What is asked for and does not exist in AWS, as propagation over a peering
 * [TGW-01], is lowered as it was asked: a rule finds it, with its place.
 */
#include <string.h>

#include "model/base/str.h"
#include "model/front/design/lower_private.h"

static struct dm_lower_gateway *gateway_find(const struct dm_lower *lower, const char *name)
{
    const uint64_t *index = dm_map_find(&lower->gateway_index, name);

    return index ? &lower->gateways.items[*index] : NULL;
}

/* The table of a gateway that a scalar names; NULL and a fault where there is none. */
static struct dm_lower_table *table_need(struct dm_lower *lower, struct dm_lower_gateway *gateway,
                                         struct dm_span span, const char *name)
{
    DM_VEC(const char *) names = { 0 };

    for (size_t i = 0; name && i < gateway->tables.n; i++) {
        if (strcmp(gateway->tables.items[i].name, name) == 0) {
            return &gateway->tables.items[i];
        }
        (void)DM_LOWER_PUSH(lower, &names, gateway->tables.items[i].name);
    }
    if (name) {
        dm_lower_unknown(lower, span, "table of the transit gateway", name, names.items, names.n);
    }
    return NULL;
}

/* The same for a value that may be absent. */
static struct dm_lower_table *table_of(struct dm_lower *lower, struct dm_lower_gateway *gateway,
                                       const struct dm_tree *node)
{
    const char *name = node ? dm_lower_text(lower, node) : NULL;

    return name ? table_need(lower, gateway, node->span, name) : NULL;
}

static void tables(struct dm_lower *lower, struct dm_lower_gateway *gateway)
{
    const struct dm_tree *list = dm_tree_find(gateway->copy->tree, "tables");

    for (size_t i = 0; i < dm_lower_n_items(list); i++) {
        const struct dm_tree *item = dm_lower_item(list, i);
        const char *name = dm_lower_text(lower, item);
        struct dm_transit_table object = { .gateway = gateway->id };
        bool twice = false;

        for (size_t j = 0; name && j < gateway->tables.n; j++) {
            twice = twice || strcmp(gateway->tables.items[j].name, name) == 0;
        }
        if (twice) {
            (void)dm_lower_fault(lower, item->span, "table `%s` is listed twice", name);
        } else if (name) {
            object.object.name = dm_lower_name(lower, "%s.%s", gateway->copy->name, name);
            object.object.origin = item->span;
            (void)DM_LOWER_PUSH(
                lower, &gateway->tables,
                (struct dm_lower_table){ .name = name,
                                         .id = DM_LOWER_ADD(lower, transit_table, &object) });
        }
    }
}

static struct dm_transit_table_id default_table(struct dm_lower *lower,
                                                struct dm_lower_gateway *gateway, const char *key)
{
    const struct dm_tree *node = dm_tree_find(gateway->copy->tree, key);
    const char *name = node ? dm_lower_text(lower, node) : NULL;
    struct dm_lower_table *table = NULL;

    if (name && strcmp(name, "none") != 0) {
        table = table_need(lower, gateway, node->span, name);
    }
    return table ? table->id : (struct dm_transit_table_id){ 0 };
}

static void gateway_add(struct dm_lower *lower, const struct dm_lower_copy *copy)
{
    struct dm_lower_gateway gateway = { .copy = copy };
    struct dm_transit_gateway object = {
        .object = { .name = copy->name, .origin = copy->entry->key_span },
        .region = copy->region->id,
        .asn = copy->region->asn,
        .group_references = dm_lower_bool(lower, copy->tree, "group_references"),
    };
    struct dm_transit_table_id association;
    struct dm_transit_table_id propagation;
    uint64_t *index = dm_map_add(&lower->gateway_index, copy->name, NULL);

    gateway.id = DM_LOWER_ADD(lower, transit_gateway, &object);
    tables(lower, &gateway);
    association = default_table(lower, &gateway, "default_association");
    propagation = default_table(lower, &gateway, "default_propagation");
    lower->oom = lower->oom || !index;
    if (!lower->oom) {
        struct dm_transit_gateway *edit =
            dm_builder_edit_transit_gateway(lower->builder, gateway.id);

        edit->default_association = association;
        edit->default_propagation = propagation;
        *index = lower->gateways.n;
        (void)DM_LOWER_PUSH(lower, &lower->gateways, gateway);
    }
}

/* ---- attachments of VPCs ---- */

/* 'propagate' as written, or AWS's default where nothing is. */
static void propagate(struct dm_lower *lower, struct dm_lower_gateway *gateway,
                      const struct dm_tree *list, struct dm_attachment_id attachment,
                      struct dm_span origin, struct dm_transit_table_id by_default)
{
    for (size_t i = 0; i < dm_lower_n_items(list); i++) {
        const struct dm_tree *item = dm_lower_item(list, i);
        struct dm_lower_table *table = table_of(lower, gateway, item);

        if (table) {
            (void)DM_LOWER_PUSH(
                lower, &table->propagations,
                (struct dm_propagation){ .attachment = attachment, .origin = item->span });
        }
    }
    for (size_t i = 0; !list && i < gateway->tables.n; i++) {
        struct dm_lower_table *table = &gateway->tables.items[i];

        if (table->id.v == by_default.v) {
            (void)DM_LOWER_PUSH(
                lower, &table->propagations,
                (struct dm_propagation){ .attachment = attachment, .origin = origin });
        }
    }
}

static void transit_interface(struct dm_lower *lower, const struct dm_lower_subnet *subnet,
                              const char *suffix, struct dm_span origin)
{
    struct dm_interface interface = {
        .object = { .name = dm_lower_name(lower, "%s.%s", subnet->name, suffix), .origin = origin },
        .kind = DM_INTERFACE_TRANSIT,
    };

    (void)dm_lower_interface(lower, &interface, subnet, false);
}

bool dm_lower_attached_subnets(struct dm_lower *lower, struct dm_lower_vpc *vpc,
                               const struct dm_tree *attach, struct dm_span owner,
                               const char *suffix, const struct dm_subnet_id **ret_subnets,
                               size_t *ret_n)
{
    const struct dm_tree *node = dm_lower_need(lower, attach, "subnets", owner);
    const char *role = node ? dm_lower_text(lower, node) : NULL;
    const struct dm_tree *roles = dm_tree_find(vpc->copy->tree, "subnets");
    DM_VEC(struct dm_subnet_id) ids = { 0 };

    if (!role) {
        return false;
    }
    if (!dm_lower_entry(lower, roles, role)) {
        dm_lower_unknown_key(lower, node->span, "subnet", role, roles);
        return false;
    }
    for (size_t zone = 0; zone < vpc->copy->region->zones.n; zone++) {
        const struct dm_lower_subnet *subnet = dm_lower_subnet_at(vpc, role, zone);

        if (subnet) {
            (void)DM_LOWER_PUSH(lower, &ids, subnet->id);
            transit_interface(lower, subnet, suffix, node->span);
        }
    }
    *ret_subnets = ids.items;
    *ret_n = ids.n;
    return true;
}

/* The copy of a gateway for a VPC: of its environment, else of none, in its region. */
static struct dm_lower_gateway *gateway_at(struct dm_lower *lower, const struct dm_tree *node,
                                           const struct dm_lower_copy *copy)
{
    const char *name = dm_lower_text(lower, node);
    const struct dm_tree *entries = dm_tree_find(lower->root, "transit_gateways");
    struct dm_lower_gateway *gateway = NULL;

    if (!name) {
        return NULL;
    }
    if (copy->env) {
        gateway = gateway_find(
            lower, dm_lower_name(lower, "%s.%s.%s", name, copy->env->name, copy->region->name));
    }
    if (!gateway) {
        gateway = gateway_find(lower, dm_lower_name(lower, "%s.%s", name, copy->region->name));
    }
    if (!gateway && !dm_lower_entry(lower, entries, name)) {
        dm_lower_unknown_key(lower, node->span, "transit gateway", name, entries);
    } else if (!gateway) {
        (void)dm_lower_fault(lower, node->span, "transit gateway `%s` is not in `%s`", name,
                             copy->region->name);
    }
    return gateway;
}

static void attach(struct dm_lower *lower, struct dm_lower_vpc *vpc)
{
    const struct dm_tree_pair *pair = dm_tree_find_pair(vpc->copy->tree, "attach");
    const struct dm_tree *to =
        pair ? dm_lower_need(lower, pair->value, "to", pair->key_span) : NULL;
    struct dm_lower_gateway *gateway = to ? gateway_at(lower, to, vpc->copy) : NULL;
    const struct dm_tree *table_node = pair ? dm_tree_find(pair->value, "table") : NULL;
    struct dm_transit_table_id propagation;
    struct dm_lower_table *table;
    struct dm_attachment object = { .kind = DM_ATTACHMENT_VPC, .vpc = vpc->id };
    struct dm_attachment_id id;

    if (!gateway || lower->oom) {
        return;
    }
    vpc->gateway = gateway;
    object.object.name = dm_lower_name(lower, "%s.%s", vpc->copy->name, gateway->copy->entry->key);
    object.object.origin = to->span;
    object.gateway = gateway->id;
    object.appliance_mode = dm_lower_bool(lower, pair->value, "appliance_mode");
    object.group_references =
        dm_builder_edit_transit_gateway(lower->builder, gateway->id)->group_references;
    if (!dm_lower_attached_subnets(lower, vpc, pair->value, pair->key_span, "tgw", &object.subnets,
                                   &object.n_subnets)) {
        return;
    }
    table = table_of(lower, gateway, table_node);
    object.table =
        table_node
            ? (table ? table->id : (struct dm_transit_table_id){ 0 })
            : dm_builder_edit_transit_gateway(lower->builder, gateway->id)->default_association;
    propagation = dm_builder_edit_transit_gateway(lower->builder, gateway->id)->default_propagation;
    id = DM_LOWER_ADD(lower, attachment, &object);
    propagate(lower, gateway, dm_tree_find(pair->value, "propagate"), id, to->span, propagation);
}

/* ---- attachments of lines to sites ---- */

void dm_lower_line_attach(struct dm_lower *lower, const struct dm_tree *tree, const char *name,
                          struct dm_span origin, enum dm_attachment_kind kind)
{
    const struct dm_tree *node = dm_tree_find(tree, "transit_gateway");
    const struct dm_tree *place = dm_tree_find(tree, "region");
    const struct dm_tree *table_node = dm_tree_find(tree, "table");
    const struct dm_lower_region *region = place ? dm_lower_region_need(lower, place) : NULL;
    const struct dm_lower_copy from = { .region = region };
    struct dm_lower_gateway *gateway = region ? gateway_at(lower, node, &from) : NULL;
    struct dm_attachment object = { .object = { .name = name, .origin = origin }, .kind = kind };
    const struct dm_transit_gateway *item;
    struct dm_transit_table_id propagation;
    struct dm_lower_table *table;
    struct dm_attachment_id id;

    if (!gateway || lower->oom) {
        return;
    }
    item = dm_builder_edit_transit_gateway(lower->builder, gateway->id);
    object.gateway = gateway->id;
    object.table = item->default_association;
    propagation = item->default_propagation;
    if (table_node) {
        table = table_of(lower, gateway, table_node);
        object.table = table ? table->id : (struct dm_transit_table_id){ 0 };
    }
    id = DM_LOWER_ADD(lower, attachment, &object);
    propagate(lower, gateway, dm_tree_find(tree, "propagate"), id, origin, propagation);
}

/* ---- the mesh ---- */

static const char *to_name(struct dm_lower *lower, const struct dm_lower_gateway *from,
                           const struct dm_lower_gateway *to)
{
    return dm_lower_name(lower, "%s.to.%s", from->copy->name, to->copy->region->name);
}

static bool meshed(const struct dm_lower_gateway *a, const struct dm_lower_gateway *b)
{
    return a != b && a->copy->entry == b->copy->entry && a->copy->env == b->copy->env
           && dm_tree_find(a->copy->tree, "mesh") && dm_tree_find(b->copy->tree, "mesh");
}

static struct dm_attachment_id mesh_side(struct dm_lower *lower, struct dm_lower_gateway *from,
                                         const struct dm_lower_gateway *to)
{
    const struct dm_tree_pair *mesh = dm_tree_find_pair(from->copy->tree, "mesh");
    const struct dm_tree *associate = dm_tree_find(mesh->value, "associate");
    struct dm_lower_table *table = table_of(lower, from, associate);
    struct dm_attachment object = {
        .object = { .name = to_name(lower, from, to), .origin = mesh->key_span },
        .kind = DM_ATTACHMENT_PEERING,
        .gateway = from->id,
    };

    if (associate) {
        object.table = table ? table->id : object.table;
    } else if (from->id.v) {
        object.table =
            dm_builder_edit_transit_gateway(lower->builder, from->id)->default_association;
    }
    return DM_LOWER_ADD(lower, attachment, &object);
}

static void mesh_peering(struct dm_lower *lower, struct dm_lower_gateway *a,
                         struct dm_lower_gateway *b)
{
    struct dm_attachment_id there = mesh_side(lower, a, b);
    struct dm_attachment_id back = mesh_side(lower, b, a);
    const struct dm_transit_table_id none = { 0 };
    const struct dm_tree *of_a = dm_tree_find(dm_tree_find(a->copy->tree, "mesh"), "propagate");
    const struct dm_tree *of_b = dm_tree_find(dm_tree_find(b->copy->tree, "mesh"), "propagate");

    if (lower->oom) {
        return;
    }
    dm_builder_edit_attachment(lower->builder, there)->peer = back;
    dm_builder_edit_attachment(lower->builder, back)->peer = there;
    if (of_a) {
        propagate(lower, a, of_a, there, DM_SPAN_NONE, none);
    }
    if (of_b) {
        propagate(lower, b, of_b, back, DM_SPAN_NONE, none);
    }
}

/* ---- static routes ---- */

static void route_add(struct dm_lower *lower, struct dm_lower_table *table,
                      struct dm_transit_route route)
{
    char text[DM_ADDR_TEXT_SIZE];
    uint64_t *place;

    if (!table->routes_by_prefix.arena) {
        dm_map_init(&table->routes_by_prefix, lower->arena);
    }
    place = dm_map_add(&table->routes_by_prefix, dm_prefix_text(route.prefix, text), NULL);
    lower->oom = lower->oom || !place;
    if (place && *place) {
        struct dm_diag *diag = dm_lower_fault(
            lower, route.origin, "a second static route to %s in table `%s`", text, table->name);

        dm_diag_label(lower->diags, diag, table->routes.items[*place - 1].origin, "the first one");
        dm_lower_help(lower, diag, "a table holds one static route for a prefix [TGW-11]");
    } else if (place && DM_LOWER_PUSH(lower, &table->routes, route)) {
        *place = table->routes.n;
    }
}

/* "app.prod" or "app": a role of VPCs and, where given, the environment. */
struct role_env {
    const char *role;
    const struct dm_lower_env *env;
};

static bool role_env(struct dm_lower *lower, struct dm_span span, const char *text,
                     struct role_env *ret)
{
    const char *labels[2];
    size_t n = dm_lower_labels(lower, text, labels, 2);
    const struct dm_lower_env *env = n == 2 ? dm_lower_env_find(lower, labels[1]) : NULL;
    const struct dm_tree *vpcs = dm_tree_find(lower->root, "vpcs");
    const struct dm_lower_vpc *of_role;
    size_t n_of_role = 0;

    if (!dm_lower_entry(lower, vpcs, labels[0])) {
        dm_lower_unknown_key(lower, span, "VPC", labels[0], vpcs);
        return false;
    }
    of_role = dm_lower_vpcs_of(lower, labels[0], &n_of_role);
    for (size_t i = 0; i < n_of_role; i++) {
        if (n == 1 || (env && of_role[i].copy->env == env)) {
            *ret = (struct role_env){ labels[0], env };
            return true;
        }
    }
    (void)dm_lower_fault(lower, span, "`%s` is no VPC with its environment, as `app.prod`", text);
    return false;
}

/* Whether a VPC of that role is meant. */
static bool is_of(const struct dm_lower_vpc *vpc, const struct role_env *wanted,
                  const struct dm_lower_region *region)
{
    return vpc->copy->region == region && (!wanted->env || vpc->copy->env == wanted->env)
           && !dm_addr_is_none(vpc->cidr.addr);
}

static void mesh_routes(struct dm_lower *lower, struct dm_lower_gateway *from,
                        const struct dm_lower_gateway *to, const struct dm_tree *list,
                        struct dm_lower_table *table)
{
    struct dm_ref ref =
        dm_builder_find(lower->builder, DM_KIND_attachment, to_name(lower, from, to));

    for (size_t i = 0; i < dm_lower_n_items(list); i++) {
        const struct dm_tree *item = dm_lower_item(list, i);
        const char *text = dm_lower_text(lower, item);
        const struct dm_lower_vpc *of_role;
        size_t n_of_role = 0;
        struct role_env wanted;

        if (!text || !role_env(lower, item->span, text, &wanted)) {
            continue;
        }
        of_role = dm_lower_vpcs_of(lower, wanted.role, &n_of_role);
        for (size_t j = 0; j < n_of_role; j++) {
            const struct dm_lower_vpc *vpc = &of_role[j];

            if (is_of(vpc, &wanted, to->copy->region)) {
                route_add(lower, table,
                          (struct dm_transit_route){
                              .prefix = vpc->cidr, .attachment = { ref.v }, .origin = item->span });
            }
        }
    }
}

static void mesh_tables(struct dm_lower *lower, struct dm_lower_gateway *from,
                        const struct dm_lower_gateway *to)
{
    const struct dm_tree *mesh = dm_tree_find(from->copy->tree, "mesh");
    size_t n = 0;
    const struct dm_tree_pair *const *pairs =
        dm_lower_sorted(lower, dm_tree_find(mesh, "routes"), &n);

    for (size_t i = 0; i < n; i++) {
        struct dm_lower_table *table = table_need(lower, from, pairs[i]->key_span, pairs[i]->key);

        if (table) {
            mesh_routes(lower, from, to, pairs[i]->value, table);
        }
    }
}

/* That of a link of a site, or of a Direct Connect gateway to this one. */
static bool line_target(struct dm_lower *lower, const struct dm_lower_gateway *gateway,
                        const struct dm_tree *node, const char *name, struct dm_attachment_id *ret)
{
    struct dm_ref ref = dm_builder_find(lower->builder, DM_KIND_attachment, name);

    if (!ref.v) {
        ref = dm_builder_find(lower->builder, DM_KIND_attachment,
                              dm_lower_name(lower, "%s.%s.%s", name, gateway->copy->entry->key,
                                            gateway->copy->region->name));
    }
    if (!ref.v
        || dm_builder_edit_attachment(lower->builder, (struct dm_attachment_id){ ref.v })->gateway.v
               != gateway->id.v) {
        (void)dm_lower_fault(lower, node->span, "`%s` does not end at `%s`", name,
                             gateway->copy->name);
        return false;
    }
    ret->v = ref.v;
    return true;
}

/* The attachment that a static route "vpc:app.prod" goes to. */
static bool static_target(struct dm_lower *lower, const struct dm_lower_gateway *gateway,
                          const struct dm_tree *node, struct dm_attachment_id *ret)
{
    const char *text = dm_lower_text(lower, node);
    const struct dm_lower_vpc *found = NULL;
    const struct dm_lower_vpc *of_role;
    size_t n_of_role = 0;
    struct role_env wanted;
    struct dm_ref ref;

    if (!text || strcmp(text, "blackhole") == 0) {
        return text != NULL;
    }
    if (dm_str_starts(text, "link:") || dm_str_starts(text, "direct-connect:")) {
        return line_target(lower, gateway, node, strchr(text, ':') + 1, ret);
    }
    if (!dm_str_starts(text, "vpc:")) {
        dm_lower_help(lower, dm_lower_fault(lower, node->span, "unknown target `%s`", text),
                      "`blackhole`, or `vpc:ROLE.ENV` for a VPC of the same region");
        return false;
    }
    if (!role_env(lower, node->span, text + strlen("vpc:"), &wanted)) {
        return false;
    }
    of_role = dm_lower_vpcs_of(lower, wanted.role, &n_of_role);
    for (size_t i = 0; i < n_of_role; i++) {
        const struct dm_lower_vpc *vpc = &of_role[i];

        if (vpc->gateway == gateway && is_of(vpc, &wanted, gateway->copy->region)) {
            if (found) {
                (void)dm_lower_fault(lower, node->span, "`%s` may be `%s` or `%s`", text,
                                     found->copy->name, vpc->copy->name);
                return false;
            }
            found = vpc;
        }
    }
    if (!found) {
        (void)dm_lower_fault(lower, node->span, "no VPC `%s` is attached to `%s`",
                             text + strlen("vpc:"), gateway->copy->name);
        return false;
    }
    ref = dm_builder_find(
        lower->builder, DM_KIND_attachment,
        dm_lower_name(lower, "%s.%s", found->copy->name, gateway->copy->entry->key));
    ret->v = ref.v;
    return ref.v != 0;
}

static void static_routes(struct dm_lower *lower, struct dm_lower_gateway *gateway)
{
    size_t n_tables = 0;
    const struct dm_tree_pair *const *by_table =
        dm_lower_sorted(lower, dm_tree_find(gateway->copy->tree, "routes"), &n_tables);

    for (size_t i = 0; i < n_tables; i++) {
        struct dm_lower_table *table =
            table_need(lower, gateway, by_table[i]->key_span, by_table[i]->key);
        size_t n = 0;
        const struct dm_tree_pair *const *pairs = dm_lower_sorted(lower, by_table[i]->value, &n);

        for (size_t j = 0; table && j < n; j++) {
            struct dm_transit_route route = { .origin = pairs[j]->key_span };

            if (dm_lower_network(lower, gateway->copy->region, pairs[j]->key_span, pairs[j]->key,
                                 &route.prefix)
                && static_target(lower, gateway, pairs[j]->value, &route.attachment)) {
                route_add(lower, table, route);
            }
        }
    }
}

static void finish(struct dm_lower *lower, const struct dm_lower_gateway *gateway)
{
    for (size_t i = 0; i < gateway->tables.n && !lower->oom; i++) {
        const struct dm_lower_table *table = &gateway->tables.items[i];
        struct dm_transit_table *object = dm_builder_edit_transit_table(lower->builder, table->id);

        object->routes = table->routes.items;
        object->n_routes = table->routes.n;
        object->propagations = table->propagations.items;
        object->n_propagations = table->propagations.n;
    }
}

static void mesh(struct dm_lower *lower)
{
    struct dm_lower_gateway *gateways = lower->gateways.items;
    size_t n = lower->gateways.n;

    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) {
            if (meshed(&gateways[i], &gateways[j])) {
                mesh_peering(lower, &gateways[i], &gateways[j]);
            }
        }
    }
    for (size_t i = 0; i < n; i++) {
        static_routes(lower, &gateways[i]);
        for (size_t j = 0; j < n; j++) {
            if (meshed(&gateways[i], &gateways[j])) {
                mesh_tables(lower, &gateways[i], &gateways[j]);
            }
        }
    }
}

void dm_lower_transit(struct dm_lower *lower)
{
    dm_map_init(&lower->gateway_index, lower->arena);
    dm_lower_unfold(lower, "transit_gateways", true, &lower->gateway_copies);
    for (size_t i = 0; i < lower->gateway_copies.n; i++) {
        gateway_add(lower, &lower->gateway_copies.items[i]);
    }
    for (size_t i = 0; i < lower->vpcs.n; i++) {
        attach(lower, &lower->vpcs.items[i]);
    }
    dm_lower_line_attachments(lower);
    if (!lower->oom) {
        mesh(lower);
    }
    for (size_t i = 0; i < lower->gateways.n; i++) {
        finish(lower, &lower->gateways.items[i]);
    }
}
