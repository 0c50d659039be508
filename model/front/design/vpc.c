/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Copies of VPCs: subnets with a route table each, gateways, and what AWS makes
 * with every VPC: its main table and its default ACL.
 */
#include <string.h>

#include "model/base/str.h"
#include "model/front/design/lower_private.h"

const char *dm_lower_role(const struct dm_lower_vpc *vpc)
{
    return vpc->copy->entry->key;
}

struct dm_lower_vpc *dm_lower_vpcs_of(const struct dm_lower *lower, const char *role, size_t *ret_n)
{
    const uint64_t *index = dm_map_find(&lower->role_index, role);
    struct dm_lower_vpc *first = index ? &lower->vpcs.items[*index] : NULL;
    size_t left = index ? lower->vpcs.n - (size_t)*index : 0;

    *ret_n = 0;
    while (*ret_n < left && strcmp(dm_lower_role(&first[*ret_n]), role) == 0) {
        ++*ret_n;
    }
    return first;
}

struct dm_lower_vpc *dm_lower_vpc_find(const struct dm_lower *lower, const char *name)
{
    const uint64_t *index = dm_map_find(&lower->vpc_index, name);

    return index ? &lower->vpcs.items[*index] : NULL;
}

const struct dm_lower_vpc *dm_lower_vpc_at(struct dm_lower *lower, const char *role,
                                           const struct dm_lower_env *env,
                                           const struct dm_lower_region *region)
{
    const struct dm_lower_vpc *vpc = NULL;

    if (env) {
        vpc = dm_lower_vpc_find(lower,
                                dm_lower_name(lower, "%s.%s.%s", role, env->name, region->name));
    }
    return vpc ? vpc : dm_lower_vpc_find(lower, dm_lower_name(lower, "%s.%s", role, region->name));
}

const struct dm_lower_subnet *dm_lower_subnet_at(const struct dm_lower_vpc *vpc, const char *role,
                                                 size_t zone)
{
    for (size_t i = 0; i < vpc->subnets.n; i++) {
        if (vpc->subnets.items[i].zone == zone
            && strcmp(vpc->subnets.items[i].role->key, role) == 0) {
            return &vpc->subnets.items[i];
        }
    }
    return NULL;
}

static struct dm_route_table_id table_add(struct dm_lower *lower, const struct dm_lower_vpc *vpc,
                                          const char *name, struct dm_span origin)
{
    struct dm_route_table table = { .object = { .name = name, .origin = origin }, .vpc = vpc->id };

    return DM_LOWER_ADD(lower, route_table, &table);
}

/* The table for what comes in by a gateway, where one is asked for; its rows come later. */
static struct dm_route_table_id gateway_table(struct dm_lower *lower,
                                              const struct dm_lower_vpc *vpc, const char *key,
                                              const char *name)
{
    const struct dm_tree_pair *pair =
        dm_tree_find_pair(dm_tree_find(vpc->copy->tree, "gateway_routes"), key);

    return pair ? table_add(lower, vpc, name, pair->key_span) : (struct dm_route_table_id){ 0 };
}

/* AWS's default ACL lets everything pass [VPC-15]. */
static void default_acl(struct dm_lower *lower, struct dm_lower_vpc *vpc)
{
    struct dm_acl_entry *entries = DM_NEW_ARRAY(lower->arena, 2, struct dm_acl_entry);
    struct dm_span origin = vpc->copy->entry->key_span;
    struct dm_acl acl = { .object = { .name = dm_lower_name(lower, "%s.default", vpc->copy->name),
                                      .origin = origin },
                          .vpc = vpc->id,
                          .entries = entries,
                          .n_entries = 2,
                          .is_default = true };

    if (!entries) {
        lower->oom = true;
        return;
    }
    for (size_t i = 0; i < 2; i++) {
        entries[i] = (struct dm_acl_entry){ .number = 100,
                                            .egress = i == 1,
                                            .allow = true,
                                            .match = DM_MATCH_ALL,
                                            .prefix = { .addr = dm_addr_ipv4(0), .length = 0 },
                                            .origin = origin };
    }
    vpc->default_acl = DM_LOWER_ADD(lower, acl, &acl);
}

struct dm_tags dm_lower_tags(struct dm_lower *lower, const struct dm_tree *map)
{
    size_t n = 0;
    const struct dm_tree_pair *const *pairs = dm_lower_sorted(lower, map, &n);
    struct dm_tag *items = DM_NEW_ARRAY(lower->arena, n + 1, struct dm_tag);

    lower->oom = lower->oom || !items;
    for (size_t i = 0; items && i < n; i++) {
        const char *value = dm_lower_text(lower, pairs[i]->value);

        items[i] = (struct dm_tag){ pairs[i]->key, value ? value : "" };
    }
    return (struct dm_tags){ items, items ? n : 0 };
}

static void subnets(struct dm_lower *lower, struct dm_lower_vpc *vpc)
{
    const struct dm_lower_region *region = vpc->copy->region;

    dm_lower_allocate_subnets(lower, vpc);
    for (size_t i = 0; i < vpc->subnets.n; i++) {
        struct dm_lower_subnet *subnet = &vpc->subnets.items[i];
        struct dm_span origin = subnet->role->key_span;
        struct dm_prefix *cidrs = DM_NEW(lower->arena, struct dm_prefix);
        struct dm_subnet object = {
            .object = { .name = subnet->name, .origin = origin },
            .vpc = vpc->id,
            .zone = region->zones.items[subnet->zone].id,
            .role = subnet->role->key,
            .cidrs = cidrs,
            .n_cidrs = 1,
            .acl = vpc->default_acl,
            .maps_public_address = subnet->is_public,
            .tags = dm_lower_tags(lower, dm_tree_find(subnet->role->value, "tags")),
        };

        if (!cidrs) {
            lower->oom = true;
            return;
        }
        *cidrs = subnet->cidr;
        subnet->table = table_add(lower, vpc, subnet->name, origin);
        object.table = subnet->table;
        subnet->id = DM_LOWER_ADD(lower, subnet, &object);
    }
}

static void internet_gateway(struct dm_lower *lower, struct dm_lower_vpc *vpc)
{
    const struct dm_tree_pair *pair = dm_tree_find_pair(vpc->copy->tree, "internet_gateway");
    struct dm_internet_gateway gateway = { .vpc = vpc->id, .region = vpc->copy->region->id };

    if (!pair || !dm_lower_bool(lower, vpc->copy->tree, "internet_gateway")) {
        return;
    }
    gateway.object.name = dm_lower_name(lower, "%s.igw", vpc->copy->name);
    gateway.object.origin = pair->key_span;
    vpc->internet_gateway = DM_LOWER_ADD(lower, internet_gateway, &gateway);
    vpc->internet_table = gateway_table(lower, vpc, "internet_gateway", gateway.object.name);
    if (vpc->internet_table.v && !lower->oom) {
        dm_builder_edit_internet_gateway(lower->builder, vpc->internet_gateway)->edge_table =
            vpc->internet_table;
        dm_builder_edit_route_table(lower->builder, vpc->internet_table)->edge =
            vpc->internet_gateway;
    }
}

static void vpn_gateway(struct dm_lower *lower, struct dm_lower_vpc *vpc)
{
    const struct dm_tree_pair *pair = dm_tree_find_pair(vpc->copy->tree, "vpn_gateway");
    struct dm_vpn_gateway gateway = { .vpc = vpc->id, .region = vpc->copy->region->id };

    if (!pair || !dm_lower_bool(lower, vpc->copy->tree, "vpn_gateway")) {
        return;
    }
    gateway.object.name = dm_lower_name(lower, "%s.vgw", vpc->copy->name);
    gateway.object.origin = pair->key_span;
    vpc->vpn_gateway = DM_LOWER_ADD(lower, vpn_gateway, &gateway);
    vpc->vpn_table = gateway_table(lower, vpc, "vpn_gateway", gateway.object.name);
    if (vpc->vpn_table.v && !lower->oom) {
        dm_builder_edit_vpn_gateway(lower->builder, vpc->vpn_gateway)->edge_table = vpc->vpn_table;
        dm_builder_edit_route_table(lower->builder, vpc->vpn_table)->vpn_edge = vpc->vpn_gateway;
    }
}

static void nat_gateway(struct dm_lower *lower, struct dm_lower_vpc *vpc,
                        const struct dm_lower_subnet *subnet, struct dm_span origin)
{
    char letter = vpc->copy->region->zones.items[subnet->zone].letter;
    const char *name = dm_lower_name(lower, "%s.nat.%c", vpc->copy->name, letter);
    struct dm_interface interface = {
        .object = { .name = dm_lower_name(lower, "%s.eni", name), .origin = origin },
        .kind = DM_INTERFACE_NAT,
    };
    struct dm_nat_gateway gateway = { .object = { .name = name, .origin = origin },
                                      .subnet = subnet->id };

    gateway.interface = dm_lower_interface(lower, &interface, subnet, true);
    (void)DM_LOWER_PUSH(lower, &vpc->nats, DM_LOWER_ADD(lower, nat_gateway, &gateway));
}

static void nat_gateways(struct dm_lower *lower, struct dm_lower_vpc *vpc)
{
    const struct dm_tree_pair *pair = dm_tree_find_pair(vpc->copy->tree, "nat_gateways");
    const struct dm_tree *in =
        pair ? dm_lower_need(lower, pair->value, "in", pair->key_span) : NULL;
    const struct dm_tree *per =
        pair ? dm_lower_need(lower, pair->value, "per", pair->key_span) : NULL;
    const char *role = in ? dm_lower_text(lower, in) : NULL;
    const char *word = per ? dm_lower_text(lower, per) : NULL;
    const struct dm_tree *roles = dm_tree_find(vpc->copy->tree, "subnets");
    size_t n_zones = vpc->copy->region->zones.n;

    if (!role || !word) {
        return;
    }
    if (strcmp(word, "zone") != 0 && strcmp(word, "vpc") != 0) {
        const char *const words[] = { "vpc", "zone" };

        dm_lower_unknown(lower, per->span, "word", word, words, 2);
        return;
    }
    if (!dm_lower_entry(lower, roles, role)) {
        dm_lower_unknown_key(lower, in->span, "subnet", role, roles);
        return;
    }
    if (n_zones > 0 && strcmp(word, "vpc") == 0) {
        n_zones = 1;
    }
    for (size_t zone = 0; zone < n_zones; zone++) {
        const struct dm_lower_subnet *subnet = dm_lower_subnet_at(vpc, role, zone);

        if (subnet) {
            nat_gateway(lower, vpc, subnet, in->span);
        }
    }
}

static void vpc_object(struct dm_lower *lower, struct dm_lower_vpc *vpc)
{
    const struct dm_lower_copy *copy = vpc->copy;
    struct dm_prefix *cidrs = DM_NEW(lower->arena, struct dm_prefix);
    struct dm_vpc object = {
        .object = { .name = copy->name, .origin = copy->entry->key_span },
        .region = copy->region->id,
        .role = copy->entry->key,
        .cidrs = cidrs,
        .n_cidrs = 1,
    };

    if (!cidrs) {
        lower->oom = true;
        return;
    }
    *cidrs = vpc->cidr;
    if (copy->env) {
        object.environment = copy->env->id;
    }
    vpc->id = DM_LOWER_ADD(lower, vpc, &object);
}

static void vpc_parts(struct dm_lower *lower, struct dm_lower_vpc *vpc)
{
    struct dm_route_table_id main_table;
    struct dm_vpc *object;

    main_table = table_add(lower, vpc, dm_lower_name(lower, "%s.main", vpc->copy->name),
                           vpc->copy->entry->key_span);
    default_acl(lower, vpc);
    subnets(lower, vpc);
    internet_gateway(lower, vpc);
    vpn_gateway(lower, vpc);
    nat_gateways(lower, vpc);
    if (lower->oom) {
        return;
    }
    object = dm_builder_edit_vpc(lower->builder, vpc->id);
    object->main_table = main_table;
    object->internet_gateway = vpc->internet_gateway;
}

void dm_lower_vpcs(struct dm_lower *lower)
{
    dm_map_init(&lower->vpc_index, lower->arena);
    dm_map_init(&lower->role_index, lower->arena);
    dm_plan_init(&lower->plan, lower->arena);
    dm_lower_unfold(lower, "vpcs", true, &lower->vpc_copies);
    for (size_t i = 0; i < lower->vpc_copies.n; i++) {
        struct dm_lower_vpc vpc = { .copy = &lower->vpc_copies.items[i] };
        uint64_t *index = dm_map_add(&lower->vpc_index, vpc.copy->name, NULL);
        bool is_first = false;
        uint64_t *first = dm_map_add(&lower->role_index, dm_lower_role(&vpc), &is_first);

        vpc.cidr_node = dm_lower_need(lower, vpc.copy->tree, "cidr", vpc.copy->entry->key_span);
        if (DM_LOWER_PUSH(lower, &lower->vpcs, vpc) && index && first) {
            *index = i;
            *first = is_first ? i : *first;
        }
        lower->oom = lower->oom || !index || !first;
    }
    dm_lower_allocate(lower);
    for (size_t i = 0; i < lower->vpcs.n && !lower->oom; i++) {
        vpc_object(lower, &lower->vpcs.items[i]);
        vpc_parts(lower, &lower->vpcs.items[i]);
    }
}

bool dm_lower_network(struct dm_lower *lower, const struct dm_lower_region *region,
                      struct dm_span span, const char *text, struct dm_prefix *ret)
{
    struct dm_prefix prefix = { 0 };
    enum dm_addr_fault fault;
    char buffer[DM_ADDR_TEXT_SIZE];

    if (strcmp(text, "internet") == 0 || strcmp(text, "any") == 0) {
        *ret = (struct dm_prefix){ .addr = dm_addr_ipv4(0), .length = 0 };
        return true;
    }
    if (dm_str_starts(text, "pool:")) {
        return dm_lower_pool(lower, span, text + strlen("pool:"), region, ret);
    }
    fault = dm_prefix_parse(text, &prefix);
    if (fault == DM_ADDR_HOST_BITS) {
        dm_lower_help(
            lower,
            dm_lower_fault(lower, span, "`%s` is no prefix: %s", text, dm_addr_fault_text(fault)),
            "the network is `%s`", dm_prefix_text(prefix, buffer));
        return false;
    }
    if (fault != DM_ADDR_OK) {
        (void)dm_lower_fault(lower, span, "`%s` is no prefix: %s", text, dm_addr_fault_text(fault));
        return false;
    }
    *ret = prefix;
    return true;
}
