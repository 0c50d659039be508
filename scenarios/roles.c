/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/roles.h"

#include "model/base/planted.h"
#include "scenarios/roles_private.h"

static uint64_t hash_words(const struct dm_roles *roles)
{
    uint64_t hash = UINT64_C(0x9e3779b97f4a7c15);

    for (size_t i = 0; i < roles->words.n; i++) {
        hash = (hash ^ roles->words.items[i]) * UINT64_C(0xff51afd7ed558ccd);
        hash ^= hash >> 32;
    }
    return hash;
}

/* The VPC of the last CIDR at or around a prefix.  VPCs of which one is around another's, or at the
 * same prefix, overlap, and so are like no other; so is one in which somebody names a prefix of
 * whom nothing is known here. */
static uint32_t look_at_node(struct dm_roles *roles, const struct dm_named *node, uint32_t near)
{
    size_t n_known = 0;
    size_t n_all = 0;

    for (size_t i = node->first; i < roles->names.namings.n; i++) {
        const struct dm_naming *naming = &roles->names.namings.items[i];

        if (dm_prefix_compare(naming->prefix, node->prefix) != 0) {
            break;
        }
        n_all += naming->reader.kind == DM_KIND_none;
        n_known += naming->reader.kind != DM_KIND_none
                   && naming->reader.kind != DM_KIND_target_group
                   && naming->reader.kind != DM_KIND_idle_address;
        if (naming->reader.kind == DM_KIND_vpc) {
            roles->is_literal[near] = true;
            roles->is_literal[naming->vpc] |= near != 0;
            near = naming->vpc;
        }
    }
    roles->is_literal[near] |= n_all > n_known;
    return near;
}

static void find_overlaps(struct dm_roles *roles)
{
    uint32_t *near = DM_NEW_ARRAY(roles->arena, roles->names.nodes.n + 1, uint32_t);

    roles->failed |= !near;
    for (size_t n = 1; n <= roles->names.nodes.n && !roles->failed; n++) {
        const struct dm_named *node = &roles->names.nodes.items[n - 1];

        near[n] = look_at_node(roles, node, node->parent ? near[node->parent] : 0);
    }
}

/* A static route to a VPC for a prefix that is not its own. */
static void note_static(struct dm_roles *roles, struct dm_prefix prefix, struct dm_vpc_id to)
{
    const struct dm_vpc *vpc = to.v ? dm_vpc_get(roles->model, to) : NULL;

    roles->is_literal[to.v] |= vpc && dm_role_own_cidr(vpc, prefix) == vpc->n_cidrs;
}

/* Of what is attached to a core network: what stands in a function group is chosen by others, and
 * of two attachments to one network one is taken. */
static void find_core_literals(struct dm_roles *roles)
{
    const struct dm_model *model = roles->model;
    const struct dm_role_members *all = &roles->core_attachments;

    for (size_t i = 0; i < all->n; i++) {
        const struct dm_role_member *member = &all->items[i];

        roles->is_literal[member->owner] |= model->core_attachments[member->v - 1].function.v != 0;
        if (i > 0 && all->items[i - 1].owner == member->owner
            && all->items[i - 1].second == member->second) {
            roles->is_literal[member->owner] = true;
        }
    }
    for (uint32_t i = 0; i < model->n_core_segments; i++) {
        for (size_t j = 0; j < model->core_segments[i].n_routes; j++) {
            const struct dm_core_route *route = &model->core_segments[i].routes[j];

            for (size_t k = 0; k < route->n_attachments; k++) {
                note_static(roles, route->prefix,
                            dm_core_attachment_get(model, route->attachments[k])->vpc);
            }
        }
    }
}

static void note_line(struct dm_roles *roles, struct dm_ref end)
{
    if (end.kind == DM_KIND_vpn_gateway) {
        roles->is_literal[roles->model->vpn_gateways[end.v - 1].vpc.v] = true;
    }
}

/* Lines that end at a VPC's own gateway. */
static void find_line_literals(struct dm_roles *roles)
{
    const struct dm_model *model = roles->model;
    const struct dm_role_members *all = &roles->vpn_gateways;

    for (uint32_t i = 0; i < model->n_vpn_connections; i++) {
        note_line(roles, model->vpn_connections[i].end);
    }
    for (uint32_t i = 0; i < model->n_virtual_interfaces; i++) {
        note_line(roles, model->virtual_interfaces[i].end);
    }
    for (size_t i = 1; i < all->n; i++) {
        roles->is_literal[all->items[i].owner] |= all->items[i - 1].owner == all->items[i].owner;
    }
}

static void find_named_groups(struct dm_roles *roles)
{
    const struct dm_model *model = roles->model;

    for (uint32_t i = 0; i < model->n_groups; i++) {
        for (size_t j = 0; j < model->groups[i].n_rules; j++) {
            const struct dm_group_rule *rule = &model->groups[i].rules[j];

            if (rule->peer_kind == DM_PEER_GROUP
                && model->groups[rule->peer - 1].vpc.v != model->groups[i].vpc.v) {
                roles->group_is_named[rule->peer] = true;
            }
        }
    }
}

/* VPCs that are what they are by more than their shape says. */
static void find_literals(struct dm_roles *roles)
{
    const struct dm_model *model = roles->model;

    find_overlaps(roles);
    find_core_literals(roles);
    find_line_literals(roles);
    find_named_groups(roles);
    for (uint32_t i = 0; i < model->n_clusters; i++) {
        roles->is_literal[model->clusters[i].vpc.v] = true;
    }
    for (uint32_t i = 0; i < model->n_transit_tables; i++) {
        for (size_t j = 0; j < model->transit_tables[i].n_routes; j++) {
            const struct dm_transit_route *route = &model->transit_tables[i].routes[j];

            if (route->attachment.v) {
                note_static(roles, route->prefix, dm_attachment_get(model, route->attachment)->vpc);
            }
        }
    }
}

static const struct dm_prefix none = { { 0, 0, 0 }, 0 };

static struct dm_prefix order_of(const struct dm_prefix *cidrs, size_t n)
{
    return n ? cidrs[0] : none;
}

static void join_subnets(struct dm_roles *roles)
{
    const struct dm_model *model = roles->model;

    for (uint32_t v = 1; v <= model->n_subnets; v++) {
        const struct dm_subnet *subnet = &model->subnets[v - 1];

        dm_role_join(roles, &roles->subnets, subnet->vpc.v,
                     order_of(subnet->cidrs, subnet->n_cidrs), 0, v);
    }
}

static void join_nats(struct dm_roles *roles)
{
    const struct dm_model *model = roles->model;

    for (uint32_t v = 1; v <= model->n_nat_gateways; v++) {
        const struct dm_nat_gateway *nat = &model->nat_gateways[v - 1];
        struct dm_prefix order = none;

        if (nat->interface.v) {
            order = dm_prefix_of(dm_interface_get(model, nat->interface)->addresses[0].address);
        } else if (nat->n_addresses) {
            order = dm_prefix_of(nat->addresses[0].address);
        }
        if (nat->is_regional || nat->subnet.v) {
            dm_role_join(roles, &roles->nats,
                         dm_model_vpc_of_nat(model, (struct dm_nat_gateway_id){ v }).v, order, 0,
                         v);
        }
    }
}

static void join_attachments(struct dm_roles *roles)
{
    const struct dm_model *model = roles->model;

    for (uint32_t v = 1; v <= model->n_attachments; v++) {
        const struct dm_attachment *attachment = &model->attachments[v - 1];

        dm_role_join(roles, &roles->attachments, attachment->vpc.v, none, attachment->gateway.v, v);
    }
    for (uint32_t v = 1; v <= model->n_core_attachments; v++) {
        const struct dm_core_attachment *attachment = &model->core_attachments[v - 1];

        if (attachment->vpc.v) {
            dm_role_join(roles, &roles->core_attachments, attachment->vpc.v, none,
                         attachment->network.v, v);
        }
    }
    for (uint32_t v = 1; v <= model->n_transit_tables; v++) {
        const struct dm_transit_table *table = &model->transit_tables[v - 1];

        for (size_t i = 0; i < table->n_propagations; i++) {
            dm_role_join(roles, &roles->propagations, table->propagations[i].attachment.v, none, v,
                         0);
        }
    }
    for (uint32_t v = 1; v <= model->n_peerings; v++) {
        const struct dm_peering *peering = &model->peerings[v - 1];

        dm_role_join(roles, &roles->peerings, peering->requester.v, none, peering->accepter.v, v);
        dm_role_join(roles, &roles->peerings, peering->accepter.v, none, peering->requester.v, v);
    }
}

static void join_vpn_gateways(struct dm_roles *roles)
{
    const struct dm_model *model = roles->model;

    for (uint32_t v = 1; v <= model->n_vpn_gateways; v++) {
        if (model->vpn_gateways[v - 1].vpc.v) {
            dm_role_join(roles, &roles->vpn_gateways, model->vpn_gateways[v - 1].vpc.v, none, 0, v);
        }
    }
    for (uint32_t v = 1; v <= model->n_dx_associations; v++) {
        const struct dm_dx_association *association = &model->dx_associations[v - 1];

        if (association->end.kind == DM_KIND_vpn_gateway) {
            dm_role_join(roles, &roles->associations, association->end.v, none,
                         association->gateway.v, v);
        }
    }
}

/* NAT gateways stand in the order of their addresses, attachments in that of their gateways. */
static void find_members(struct dm_roles *roles)
{
    const struct dm_model *model = roles->model;

    join_subnets(roles);
    join_nats(roles);
    join_attachments(roles);
    join_vpn_gateways(roles);
    dm_role_sort_members(roles, &roles->subnets, model->n_vpcs);
    dm_role_sort_members(roles, &roles->nats, model->n_vpcs);
    dm_role_sort_members(roles, &roles->attachments, model->n_vpcs);
    dm_role_sort_members(roles, &roles->core_attachments, model->n_vpcs);
    dm_role_sort_members(roles, &roles->peerings, model->n_vpcs);
    dm_role_sort_members(roles, &roles->vpn_gateways, model->n_vpcs);
    dm_role_sort_members(roles, &roles->propagations, model->n_attachments);
    dm_role_sort_members(roles, &roles->associations, model->n_vpn_gateways);
}

/* Groups are ordered by what their rules say, but for which groups they refer to: where that leaves
 * a choice, VPCs that are alike may be told apart. */
static void order_groups(struct dm_roles *roles)
{
    for (uint32_t v = 1; v <= roles->model->n_groups && !roles->failed; v++) {
        struct dm_vpc_id vpc = roles->model->groups[v - 1].vpc;

        roles->words.n = 0;
        dm_role_put_group(roles, vpc, v, true);
        dm_role_join(roles, &roles->groups, vpc.v, none, hash_words(roles), v);
    }
    dm_role_sort_members(roles, &roles->groups, roles->model->n_vpcs);
}

static uint32_t number_of(struct dm_roles *roles, struct dm_map *map)
{
    bool added = false;
    uint64_t *place = roles->failed ? NULL
                                    : dm_map_addn(map, roles->words.items,
                                                  roles->words.n * sizeof(uint64_t), &added);

    if (!place) {
        roles->failed = true;
        return 0;
    }
    if (added) {
        *place = map->n - 1;
    }
    return (uint32_t)*place;
}

static void find_roles(struct dm_roles *roles)
{
    for (uint32_t v = 1; v <= roles->model->n_vpcs && !roles->failed; v++) {
        struct dm_vpc_id id = { v };

        roles->words.n = 0;
        dm_role_put(roles, roles->is_literal[v] && !DM_PLANTED(OVERLAP_OVERLOOKED) ? v : 0);
        dm_role_put_vpc(roles, id);
        roles->vpc_roles[v] = number_of(roles, &roles->shapes) + 1;
    }
}

struct dm_roles *dm_roles_new(struct dm_arena *arena, const struct dm_model *model)
{
    struct dm_roles *roles = DM_NEW(arena, struct dm_roles);

    if (!roles) {
        return NULL;
    }
    roles->arena = arena;
    roles->model = model;
    dm_map_init(&roles->shapes, arena);
    dm_map_init(&roles->classes, arena);
    roles->is_literal = DM_NEW_ARRAY(arena, (size_t)model->n_vpcs + 1, bool);
    roles->vpc_roles = DM_NEW_ARRAY(arena, (size_t)model->n_vpcs + 1, uint32_t);
    roles->subnet_at = DM_NEW_ARRAY(arena, (size_t)model->n_subnets + 1, uint32_t);
    roles->table_at = DM_NEW_ARRAY(arena, (size_t)model->n_route_tables + 1, uint32_t);
    roles->acl_at = DM_NEW_ARRAY(arena, (size_t)model->n_acls + 1, uint32_t);
    roles->group_at = DM_NEW_ARRAY(arena, (size_t)model->n_groups + 1, uint32_t);
    roles->nat_at = DM_NEW_ARRAY(arena, (size_t)model->n_nat_gateways + 1, uint32_t);
    roles->group_is_named = DM_NEW_ARRAY(arena, (size_t)model->n_groups + 1, bool);
    if (!roles->is_literal || !roles->vpc_roles || !roles->subnet_at || !roles->table_at
        || !roles->acl_at || !roles->group_at || !roles->nat_at || !roles->group_is_named) {
        return NULL;
    }
    roles->names.arena = arena;
    roles->names.model = model;
    find_members(roles);
    if (!dm_names_find(&roles->names) || roles->failed) {
        return NULL;
    }
    dm_role_number(&roles->subnets, roles->subnet_at);
    dm_role_number(&roles->nats, roles->nat_at);
    find_literals(roles);
    order_groups(roles);
    if (roles->failed) {
        return NULL;
    }
    dm_role_number(&roles->groups, roles->group_at);
    find_roles(roles);
    return roles->failed ? NULL : roles;
}

uint32_t dm_roles_of_vpc(const struct dm_roles *roles, struct dm_vpc_id vpc)
{
    DM_ASSERT(vpc.v >= 1 && vpc.v <= roles->model->n_vpcs);
    return roles->vpc_roles[vpc.v];
}

/* ---- places ---- */

/* What is at a seat; what leads on from there, or stands in several subnets, is like nothing else.
 */
static void put_interface(struct dm_roles *roles, struct dm_interface_id id)
{
    const struct dm_interface *interface = dm_interface_get(roles->model, id);
    struct dm_vpc_id vpc = dm_model_vpc_of_interface(roles->model, id);
    bool is_plain = interface->kind == DM_INTERFACE_ENDPOINT;

    if (interface->kind == DM_INTERFACE_HOST && interface->host.v) {
        is_plain = dm_host_get(roles->model, interface->host)->n_interfaces == 1;
        dm_role_put(roles, dm_host_get(roles->model, interface->host)->running);
    }
    dm_role_put2(roles, interface->kind, is_plain ? 0 : id.v);
    dm_role_put(roles, interface->endpoint.v
                           ? dm_vpc_endpoint_get(roles->model, interface->endpoint)->service.v
                           : 0);
    dm_role_put(roles, interface->service.v);
    for (size_t i = 0; i < interface->n_groups; i++) {
        struct dm_group_id group = interface->groups[i];
        bool own = dm_group_get(roles->model, group)->vpc.v == vpc.v;

        dm_role_put2(roles, own ? TAG_OWN : TAG_LITERAL, own ? roles->group_at[group.v] : group.v);
    }
    dm_role_put(roles, TAG_END);
}

static void put_seat(struct dm_roles *roles, const struct dm_seat *seat)
{
    const struct dm_subnet *subnet = dm_subnet_get(roles->model, seat->at.subnet);
    const struct dm_vpc *vpc = dm_vpc_get(roles->model, subnet->vpc);
    uint32_t at = dm_names_around(&roles->names, seat->at.address);

    dm_role_put2(roles, roles->vpc_roles[subnet->vpc.v], roles->subnet_at[seat->at.subnet.v]);
    dm_role_put(roles, at != 0);
    if (at) {
        dm_role_put_prefix(roles, vpc, roles->names.nodes.items[at - 1].prefix);
    }
    dm_role_put_public(roles, seat->at.public_address);
    dm_role_put(roles, seat->interface.v != 0);
    if (seat->interface.v) {
        put_interface(roles, seat->interface);
    }
}

bool dm_roles_class(struct dm_roles *roles, uint64_t kind, uint64_t literal,
                    const struct dm_seat *seats, size_t n_seats, uint32_t *ret_class)
{
    roles->words.n = 0;
    dm_role_put2(roles, kind, literal);
    for (size_t i = 0; i < n_seats; i++) {
        put_seat(roles, &seats[i]);
    }
    *ret_class = number_of(roles, &roles->classes);
    return !roles->failed;
}
