/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parts of a VPC's shape.
 */
#include "scenarios/roles_private.h"

static void put_cidrs(struct dm_roles *roles, struct dm_vpc_id id)
{
    const struct dm_vpc *vpc = dm_vpc_get(roles->model, id);

    dm_role_put2(roles, vpc->region.v, vpc->n_cidrs);
    for (size_t i = 0; i < vpc->n_cidrs; i++) {
        uint32_t at = dm_names_of(&roles->names, vpc->cidrs[i]);

        dm_role_put2(roles, vpc->cidrs[i].addr.family, vpc->cidrs[i].length);
        dm_role_put(roles, at ? roles->names.nodes.items[at - 1].parent : 0);
        dm_role_put_outside_rows(roles, id, vpc->cidrs[i]);
    }
}

/* From which virtual private gateway a table learns. */
static void put_learned(struct dm_roles *roles, struct dm_vpc_id vpc, struct dm_vpn_gateway_id id)
{
    bool own = id.v && dm_vpn_gateway_get(roles->model, id)->vpc.v == vpc.v;

    dm_role_put2(roles, own ? TAG_OWN : TAG_LITERAL, own ? 0 : id.v);
}

/* Number of a table, or of an ACL, of the VPC; its content follows where it is new. */
static void put_table(struct dm_roles *roles, struct dm_vpc_id vpc, struct dm_route_table_id id)
{
    const struct dm_route_table *table;
    size_t first;

    if (!id.v || roles->table_at[id.v]) {
        dm_role_put(roles, id.v ? roles->table_at[id.v] : 0);
        return;
    }
    table = dm_route_table_get(roles->model, id);
    roles->table_at[id.v] = ++roles->n_tables;
    dm_role_put2(roles, roles->n_tables, table->vpc.v == vpc.v ? 0 : id.v);
    put_learned(roles, vpc, table->learns);
    first = roles->words.n;
    for (size_t i = 0; i < table->n_routes; i++) {
        const struct dm_route *route = &table->routes[i];
        size_t row = roles->words.n;

        dm_role_put(roles, route->list.v);
        if (!route->list.v) {
            dm_role_put_prefix(roles, dm_vpc_get(roles->model, vpc), route->prefix);
        }
        dm_role_put_target(roles, vpc, vpc, route);
        dm_role_end_row(roles, row);
    }
    dm_role_sort_rows(roles, first);
}

static void put_acl(struct dm_roles *roles, struct dm_vpc_id vpc, struct dm_acl_id id)
{
    const struct dm_acl *acl;

    if (!id.v || roles->acl_at[id.v]) {
        dm_role_put(roles, id.v ? roles->acl_at[id.v] : 0);
        return;
    }
    acl = dm_acl_get(roles->model, id);
    roles->acl_at[id.v] = ++roles->n_acls;
    dm_role_put(roles, roles->n_acls);
    for (size_t i = 0; i < acl->n_entries; i++) {
        dm_role_put_entry(roles, &acl->entries[i]);
        dm_role_put_prefix(roles, dm_vpc_get(roles->model, vpc), acl->entries[i].prefix);
    }
    dm_role_put(roles, TAG_END);
}

static void put_subnets(struct dm_roles *roles, struct dm_vpc_id id)
{
    const struct dm_vpc *vpc = dm_vpc_get(roles->model, id);

    for (size_t i = roles->subnets.first[id.v]; i < roles->subnets.first[id.v + 1]; i++) {
        const struct dm_subnet *subnet = &roles->model->subnets[roles->subnets.items[i].v - 1];

        dm_role_put2(roles, subnet->zone.v, subnet->n_cidrs);
        for (size_t j = 0; j < subnet->n_cidrs; j++) {
            dm_role_put_prefix(roles, vpc, subnet->cidrs[j]);
        }
        dm_role_put2(roles, subnet->unknown.v, subnet->maps_public_address);
        dm_role_put2(roles, subnet->public_access, subnet->access_unknown.v);
        put_table(roles, id, subnet->table);
        put_acl(roles, id, subnet->acl);
    }
    dm_role_put2(roles, TAG_END, vpc->gateway_unknown.v);
    dm_role_put(roles, vpc->internet_gateway.v != 0);
    if (vpc->internet_gateway.v) {
        const struct dm_internet_gateway *gateway =
            dm_internet_gateway_get(roles->model, vpc->internet_gateway);

        dm_role_put(roles, gateway->egress_only);
        put_table(roles, id, gateway->edge_table);
    }
}

static void put_nats(struct dm_roles *roles, struct dm_vpc_id id)
{
    for (size_t i = roles->nats.first[id.v]; i < roles->nats.first[id.v + 1]; i++) {
        const struct dm_nat_gateway *nat = &roles->model->nat_gateways[roles->nats.items[i].v - 1];

        dm_role_put2(roles, roles->subnet_at[nat->subnet.v], nat->is_private);
        dm_role_put(roles, nat->is_regional);
        put_table(roles, id, nat->table);
        for (size_t j = 0; j < nat->n_addresses; j++) {
            dm_role_put(roles, nat->addresses[j].zone.v);
            dm_role_put_public(roles, nat->addresses[j].address);
        }
        dm_role_put(roles, nat->interface.v != 0);
        if (nat->interface.v) {
            const struct dm_interface *interface = dm_interface_get(roles->model, nat->interface);

            for (size_t j = 0; j < interface->n_addresses; j++) {
                dm_role_put_prefix(roles, dm_vpc_get(roles->model, id),
                                   dm_prefix_of(interface->addresses[j].address));
                dm_role_put_public(roles, interface->addresses[j].public_address);
            }
        }
    }
    dm_role_put(roles, TAG_END);
}

/* A rule of a group; references to groups of the VPC by number, or as one where 'blind'. */
static void put_rule(struct dm_roles *roles, struct dm_vpc_id vpc, const struct dm_group_rule *rule,
                     bool blind)
{
    dm_role_put2(roles, rule->egress, rule->peer_kind);
    dm_role_put_match(roles, &rule->match);
    if (rule->peer_kind == DM_PEER_PREFIX) {
        dm_role_put_prefix(roles, dm_vpc_get(roles->model, vpc), rule->prefix);
    } else if (rule->peer_kind == DM_PEER_GROUP
               && dm_group_get(roles->model, (struct dm_group_id){ rule->peer })->vpc.v == vpc.v) {
        dm_role_put2(roles, TAG_OWN, blind ? 0 : roles->group_at[rule->peer]);
    } else {
        dm_role_put2(roles, TAG_LITERAL, rule->peer);
    }
}

void dm_role_put_group(struct dm_roles *roles, struct dm_vpc_id vpc, uint32_t v, bool blind)
{
    const struct dm_group *group = dm_group_get(roles->model, (struct dm_group_id){ v });
    size_t first;

    dm_role_put(roles, roles->group_is_named[v] ? v : 0);
    first = roles->words.n;
    for (size_t i = 0; i < group->n_rules; i++) {
        size_t row = roles->words.n;

        put_rule(roles, vpc, &group->rules[i], blind);
        dm_role_end_row(roles, row);
    }
    dm_role_sort_rows(roles, first);
}

static void put_groups(struct dm_roles *roles, struct dm_vpc_id id)
{
    for (size_t i = roles->groups.first[id.v]; i < roles->groups.first[id.v + 1]; i++) {
        dm_role_put_group(roles, id, roles->groups.items[i].v, false);
    }
    dm_role_put(roles, TAG_END);
}

/* The tables into which it propagates. */
static void put_propagations(struct dm_roles *roles, uint32_t attachment)
{
    const struct dm_role_members *all = &roles->propagations;

    for (size_t i = all->first[attachment]; i < all->first[attachment + 1]; i++) {
        dm_role_put(roles, all->items[i].second);
    }
    dm_role_put(roles, TAG_END);
}

static void put_attachments(struct dm_roles *roles, struct dm_vpc_id id)
{
    const struct dm_role_members *all = &roles->attachments;

    for (size_t i = all->first[id.v]; i < all->first[id.v + 1]; i++) {
        const struct dm_attachment *attachment = &roles->model->attachments[all->items[i].v - 1];

        dm_role_put2(roles, attachment->kind, attachment->gateway.v);
        dm_role_put2(roles, attachment->table.v, attachment->unknown.v);
        dm_role_put2(roles, attachment->appliance_mode, attachment->group_references);
        dm_role_put(roles, attachment->no_ipv6);
        put_propagations(roles, all->items[i].v);
        for (size_t j = 0; j < attachment->n_subnets; j++) {
            dm_role_put(roles, roles->subnet_at[attachment->subnets[j].v]);
        }
        dm_role_put(roles, TAG_END);
    }
    dm_role_put(roles, TAG_END);
}

/* Tags have done their work: they chose the segment. */
static void put_core_attachments(struct dm_roles *roles, struct dm_vpc_id id)
{
    const struct dm_role_members *all = &roles->core_attachments;

    for (size_t i = all->first[id.v]; i < all->first[id.v + 1]; i++) {
        const struct dm_core_attachment *attachment =
            &roles->model->core_attachments[all->items[i].v - 1];

        dm_role_put2(roles, attachment->kind, attachment->network.v);
        dm_role_put2(roles, attachment->edge.v, attachment->segment.v);
        dm_role_put2(roles, attachment->appliance_mode, attachment->unknown.v);
        dm_role_put2(roles, attachment->refers_no_group, attachment->no_ipv6);
        dm_role_put_text(roles, attachment->label);
        for (size_t j = 0; j < attachment->n_subnets; j++) {
            dm_role_put(roles, roles->subnet_at[attachment->subnets[j].v]);
        }
        dm_role_put(roles, TAG_END);
    }
    dm_role_put(roles, TAG_END);
}

/* Lines end at Direct Connect gateways: one that ends here makes the VPC like no other. */
static void put_vpn_gateways(struct dm_roles *roles, struct dm_vpc_id id)
{
    const struct dm_model *model = roles->model;
    const struct dm_role_members *all = &roles->associations;

    for (size_t i = roles->vpn_gateways.first[id.v]; i < roles->vpn_gateways.first[id.v + 1]; i++) {
        uint32_t v = roles->vpn_gateways.items[i].v;

        put_table(roles, id, model->vpn_gateways[v - 1].edge_table);
        for (size_t j = all->first[v]; j < all->first[v + 1]; j++) {
            const struct dm_dx_association *association =
                &model->dx_associations[all->items[j].v - 1];

            dm_role_put2(roles, association->gateway.v, association->unknown.v);
            for (size_t k = 0; k < association->n_allowed; k++) {
                dm_role_put_prefix(roles, dm_vpc_get(model, id), association->allowed[k]);
            }
            dm_role_put(roles, TAG_END);
        }
        dm_role_put(roles, TAG_END);
    }
    dm_role_put(roles, TAG_END);
}

static void put_peerings(struct dm_roles *roles, struct dm_vpc_id id)
{
    for (size_t i = roles->peerings.first[id.v]; i < roles->peerings.first[id.v + 1]; i++) {
        dm_role_put(roles, roles->peerings.items[i].second);
    }
    dm_role_put(roles, TAG_END);
}

void dm_role_put_vpc(struct dm_roles *roles, struct dm_vpc_id id)
{
    roles->n_tables = 0;
    roles->n_acls = 0;
    put_cidrs(roles, id);
    put_subnets(roles, id);
    put_nats(roles, id);
    put_groups(roles, id);
    put_attachments(roles, id);
    put_core_attachments(roles, id);
    put_vpn_gateways(roles, id);
    put_peerings(roles, id);
}
