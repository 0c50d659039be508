/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows of a shape: where routes lead, what filters say, and what others say of a VPC's own prefix.
 */
#include "model/base/planted.h"
#include "scenarios/roles_private.h"

void dm_role_put_target(struct dm_roles *roles, struct dm_vpc_id vpc, struct dm_vpc_id of,
                        const struct dm_route *route)
{
    const struct dm_model *model = roles->model;
    uint64_t tag = TAG_LITERAL;
    uint64_t what = route->target;

    switch (route->target_kind) {
    case DM_TARGET_LOCAL:
    case DM_TARGET_NONE:
        what = 0;
        break;
    case DM_TARGET_INTERNET_GATEWAY:
        if (dm_vpc_get(model, vpc)->internet_gateway.v == route->target) {
            tag = TAG_OWN;
            what = 0;
        }
        break;
    case DM_TARGET_VPN_GATEWAY:
        if (dm_vpn_gateway_get(model, (struct dm_vpn_gateway_id){ route->target })->vpc.v == vpc.v
            && of.v == vpc.v) {
            tag = TAG_OWN;
            what = 0;
        }
        break;
    case DM_TARGET_NAT_GATEWAY:
        if (of.v == vpc.v && roles->nat_at[route->target]) {
            tag = TAG_OWN;
            what = roles->nat_at[route->target];
        }
        break;
    case DM_TARGET_PEERING: {
        const struct dm_peering *peering =
            dm_peering_get(model, (struct dm_peering_id){ route->target });

        what = peering->requester.v == of.v ? peering->accepter.v : peering->requester.v;
        if (what == vpc.v) {
            tag = TAG_OWN;
            what = 0;
        }
        break;
    }
    case DM_TARGET_VPC_ENDPOINT: {
        const struct dm_vpc_endpoint *endpoint =
            dm_vpc_endpoint_get(model, (struct dm_vpc_endpoint_id){ route->target });

        if (endpoint->vpc.v == vpc.v && of.v == vpc.v) {
            tag = TAG_OWN;
            what = (uint64_t)endpoint->is_gateway << 32 | endpoint->service.v;
        }
        break;
    }
    case DM_TARGET_TRANSIT_GATEWAY:
    case DM_TARGET_CORE_NETWORK:
    case DM_TARGET_INTERFACE:
    case DM_TARGET_GWLB_ENDPOINT:
    case DM_TARGET_UNKNOWN:
        break;
    }
    dm_role_put(roles, (uint64_t)route->target_kind << 32 | tag);
    dm_role_put2(roles, what, route->propagated);
}

void dm_role_put_entry(struct dm_roles *roles, const struct dm_acl_entry *entry)
{
    dm_role_put(roles, (uint64_t)entry->number << 32 | (uint64_t)entry->egress << 1 | entry->allow);
    dm_role_put_match(roles, &entry->match);
}

/* An attachment, as its own VPC sees it or as others do. */
static uint64_t attachment_word(const struct dm_roles *roles, struct dm_vpc_id vpc,
                                struct dm_attachment_id id)
{
    bool own = id.v && dm_attachment_get(roles->model, id)->vpc.v == vpc.v;

    return own ? UINT64_MAX : id.v;
}

/* A static route of a segment. */
static void put_core_route(struct dm_roles *roles, struct dm_vpc_id vpc,
                           const struct dm_core_route *route)
{
    dm_role_put2(roles, route->n_attachments, route->unknown.v);
    for (size_t i = 0; i < route->n_attachments; i++) {
        struct dm_core_attachment_id to = route->attachments[i];
        bool own = dm_core_attachment_get(roles->model, to)->vpc.v == vpc.v;

        dm_role_put(roles, own ? UINT64_MAX : to.v);
    }
}

/* What a row outside of the VPC does with a prefix in it. */
static void put_outside_row(struct dm_roles *roles, struct dm_vpc_id vpc,
                            const struct dm_naming *naming)
{
    const struct dm_model *model = roles->model;
    uint32_t v = naming->reader.v;

    dm_role_put(roles, (uint64_t)naming->reader.kind << 32 | v);
    if (naming->reader.kind == DM_KIND_route_table) {
        dm_role_put_target(roles, vpc, (struct dm_vpc_id){ naming->vpc },
                           &model->route_tables[v - 1].routes[naming->row]);
    } else if (naming->reader.kind == DM_KIND_transit_table) {
        const struct dm_transit_route *route = &model->transit_tables[v - 1].routes[naming->row];

        dm_role_put2(roles, attachment_word(roles, vpc, route->attachment), route->unknown.v);
    } else if (naming->reader.kind == DM_KIND_acl) {
        dm_role_put_entry(roles, &model->acls[v - 1].entries[naming->row]);
    } else if (naming->reader.kind == DM_KIND_group) {
        const struct dm_group_rule *rule = &model->groups[v - 1].rules[naming->row];

        dm_role_put(roles, rule->egress);
        dm_role_put_match(roles, &rule->match);
    } else if (naming->reader.kind == DM_KIND_core_segment) {
        put_core_route(roles, vpc, &model->core_segments[v - 1].routes[naming->row]);
    } else if (naming->reader.kind != DM_KIND_prefix_list
               && naming->reader.kind != DM_KIND_dx_association) {
        dm_role_put(roles, naming->row); /* not followed: no other has it */
    }
}

void dm_role_put_outside_rows(struct dm_roles *roles, struct dm_vpc_id vpc, struct dm_prefix own)
{
    uint32_t at = dm_names_of(&roles->names, own);
    size_t i = at ? roles->names.nodes.items[at - 1].first : roles->names.namings.n;

    for (;
         i < roles->names.namings.n && dm_prefix_covers(own, roles->names.namings.items[i].prefix);
         i++) {
        const struct dm_naming *naming = &roles->names.namings.items[i];

        if (naming->vpc != vpc.v && naming->reader.kind != DM_KIND_none
            && !DM_PLANTED(OUTSIDE_FORGOTTEN)) {
            dm_role_put_prefix(roles, dm_vpc_get(roles->model, vpc), naming->prefix);
            put_outside_row(roles, vpc, naming);
        }
    }
    dm_role_put(roles, TAG_END);
}

/* Rows that name a public address and nothing else. */
static void put_rows_of_public(struct dm_roles *roles, uint32_t node)
{
    const struct dm_prefix *prefix = &roles->names.nodes.items[node - 1].prefix;

    for (size_t i = roles->names.nodes.items[node - 1].first;
         i < roles->names.namings.n
         && dm_prefix_compare(roles->names.namings.items[i].prefix, *prefix) == 0;
         i++) {
        dm_role_put2(roles,
                     (uint64_t)roles->names.namings.items[i].reader.kind << 32
                         | roles->names.namings.items[i].reader.v,
                     roles->names.namings.items[i].row);
    }
    dm_role_put(roles, TAG_END);
}

void dm_role_put_public(struct dm_roles *roles, struct dm_addr address)
{
    uint32_t at = dm_addr_is_none(address) ? 0 : dm_names_around(&roles->names, address);

    dm_role_put(roles, address.family);
    if (at
        && dm_prefix_compare(roles->names.nodes.items[at - 1].prefix, dm_prefix_of(address)) == 0) {
        put_rows_of_public(roles, at);
        at = roles->names.nodes.items[at - 1].parent;
    }
    dm_role_put(roles, at);
}
