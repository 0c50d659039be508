/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What must be true inside VPCs: prefixes are canonical, subnets lie in their
 * VPC and do not overlap, addresses lie in their subnet and are had once,
 * tables and what they route to are where AWS lets them be.
 *
 * Overlaps are found in the sorted index, between neighbours: O(V log V).
 */
#include "model/model_private.h"

static void check_prefix(struct dm_diags *diags, struct dm_span origin, const char *name,
                         struct dm_prefix prefix)
{
    char text[DM_ADDR_TEXT_SIZE];
    unsigned bits = prefix.addr.family == DM_FAMILY_IPV4 ? 32 : 128;

    if ((prefix.addr.family != DM_FAMILY_IPV4 && prefix.addr.family != DM_FAMILY_IPV6)
        || prefix.length > bits || !dm_addr_equal(dm_prefix_first(prefix), prefix.addr)
        || (bits == 32 && (prefix.addr.high != 0 || prefix.addr.low > UINT32_MAX))) {
        dm_diags_add(diags, DM_SEV_ERROR, origin, "`%s` has `%s`, which is no prefix", name,
                     dm_prefix_text(prefix, text));
    }
}

static void check_prefixes(struct dm_diags *diags, const struct dm_object *object,
                           const struct dm_prefix *prefixes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        check_prefix(diags, object->origin, object->name, prefixes[i]);
    }
}

static void check_match(struct dm_diags *diags, struct dm_span origin, const char *name,
                        const struct dm_match *match)
{
    if (match->protocol < -1 || match->protocol > 255 || match->port_first > match->port_last
        || match->icmp_type < -1 || match->icmp_type > 255 || match->icmp_code < -1
        || match->icmp_code > 255) {
        dm_diags_add(diags, DM_SEV_ERROR, origin, "`%s` has a protocol or ports out of their range",
                     name);
    }
}

static void check_vpc(const struct dm_model *model, struct dm_diags *diags, uint32_t handle)
{
    const struct dm_vpc *vpc = &model->vpcs[handle - 1];

    check_prefixes(diags, &vpc->object, vpc->cidrs, vpc->n_cidrs);
    for (size_t i = 0; i < vpc->n_cidrs; i++) {
        for (size_t j = 0; j < i; j++) {
            if (dm_prefix_overlaps(vpc->cidrs[i], vpc->cidrs[j])) {
                dm_diags_add(diags, DM_SEV_ERROR, vpc->object.origin,
                             "two address ranges of vpc `%s` overlap", vpc->object.name);
            }
        }
    }
    if (vpc->main_table.v && dm_route_table_get(model, vpc->main_table)->vpc.v != handle) {
        dm_diags_add(diags, DM_SEV_ERROR, vpc->object.origin,
                     "the main table of vpc `%s` is of another vpc", vpc->object.name);
    }
    if (vpc->internet_gateway.v
        && (dm_internet_gateway_get(model, vpc->internet_gateway)->vpc.v != handle
            || dm_internet_gateway_get(model, vpc->internet_gateway)->egress_only)) {
        dm_diags_add(diags, DM_SEV_ERROR, vpc->object.origin,
                     "the internet gateway of vpc `%s` is attached elsewhere", vpc->object.name);
    }
}

static void check_internet_gateway(const struct dm_model *model, struct dm_diags *diags,
                                   uint32_t handle)
{
    const struct dm_internet_gateway *gateway = &model->internet_gateways[handle - 1];
    const struct dm_vpc *vpc = gateway->vpc.v ? dm_vpc_get(model, gateway->vpc) : NULL;

    if (vpc && vpc->internet_gateway.v != handle && !gateway->egress_only) {
        dm_diags_add(diags, DM_SEV_ERROR, gateway->object.origin,
                     "vpc `%s` does not know its internet gateway `%s`", vpc->object.name,
                     gateway->object.name);
    }
    if (vpc && vpc->region.v != gateway->region.v) {
        dm_diags_add(diags, DM_SEV_ERROR, gateway->object.origin,
                     "internet gateway `%s` and vpc `%s` are in different regions",
                     gateway->object.name, vpc->object.name);
    }
    if (gateway->edge_table.v
        && (!vpc || dm_route_table_get(model, gateway->edge_table)->vpc.v != gateway->vpc.v
            || dm_route_table_get(model, gateway->edge_table)->edge.v != handle)) {
        dm_diags_add(diags, DM_SEV_ERROR, gateway->object.origin,
                     "the edge table of internet gateway `%s` is not one of its vpc",
                     gateway->object.name);
    }
}

static bool lies_in_vpc(const struct dm_vpc *vpc, struct dm_prefix prefix)
{
    for (size_t i = 0; i < vpc->n_cidrs; i++) {
        if (dm_prefix_covers(vpc->cidrs[i], prefix)) {
            return true;
        }
    }
    return false;
}

static void check_subnet(const struct dm_model *model, struct dm_diags *diags,
                         const struct dm_subnet *subnet)
{
    const struct dm_vpc *vpc = dm_vpc_get(model, subnet->vpc);
    const struct dm_zone *zone = dm_zone_get(model, subnet->zone);
    char text[DM_ADDR_TEXT_SIZE];

    check_prefixes(diags, &subnet->object, subnet->cidrs, subnet->n_cidrs);
    for (size_t i = 0; i < subnet->n_cidrs; i++) {
        if (!lies_in_vpc(vpc, subnet->cidrs[i])) {
            struct dm_diag *diag = dm_diags_add(
                diags, DM_SEV_ERROR, subnet->object.origin,
                "subnet `%s` has `%s`, which is not in an address range of vpc `%s`",
                subnet->object.name, dm_prefix_text(subnet->cidrs[i], text), vpc->object.name);

            dm_diag_label(diags, diag, vpc->object.origin, "the vpc");
        }
    }
    if (zone->region.v != vpc->region.v) {
        dm_diags_add(diags, DM_SEV_ERROR, subnet->object.origin,
                     "subnet `%s` is in zone `%s`, which is not in the region of vpc `%s`",
                     subnet->object.name, zone->object.name, vpc->object.name);
    }
    if (dm_route_table_get(model, subnet->table)->vpc.v != subnet->vpc.v) {
        dm_diags_add(diags, DM_SEV_ERROR, subnet->object.origin,
                     "subnet `%s` has a route table of another vpc", subnet->object.name);
    }
    if (subnet->acl.v && dm_acl_get(model, subnet->acl)->vpc.v != subnet->vpc.v) {
        dm_diags_add(diags, DM_SEV_ERROR, subnet->object.origin,
                     "subnet `%s` has a network acl of another vpc", subnet->object.name);
    }
}

/* Prefixes are nested or disjoint, and sorted with the shorter first: if any two of a VPC
 * overlap, then some two neighbours do. */
static void check_subnets_apart(const struct dm_model *model, struct dm_diags *diags)
{
    const struct dm_subnet_entry *entries = model->index->subnets;

    for (size_t i = 1; i < model->index->n_subnets; i++) {
        const struct dm_object *first = &model->subnets[entries[i - 1].subnet - 1].object;
        const struct dm_object *second = &model->subnets[entries[i].subnet - 1].object;

        if (entries[i - 1].vpc == entries[i].vpc
            && dm_prefix_overlaps(entries[i - 1].prefix, entries[i].prefix)) {
            struct dm_diag *diag =
                dm_diags_add(diags, DM_SEV_ERROR, second->origin, "subnets `%s` and `%s` overlap",
                             second->name, first->name);

            dm_diag_label(diags, diag, first->origin, "the other one");
        }
    }
}

static void check_route(const struct dm_model *model, struct dm_diags *diags,
                        const struct dm_route_table *table, const struct dm_route *route)
{
    bool elsewhere = false;

    if (!route->list.v) {
        check_prefix(diags, route->origin, table->object.name, route->prefix);
    }
    if (route->target_kind == DM_TARGET_INTERNET_GATEWAY) {
        elsewhere = model->internet_gateways[route->target - 1].vpc.v != table->vpc.v;
    } else if (route->target_kind == DM_TARGET_NAT_GATEWAY) {
        struct dm_nat_gateway_id nat = { route->target };

        elsewhere = dm_model_vpc_of_nat(model, nat).v != table->vpc.v;
    } else if (route->target_kind == DM_TARGET_PEERING) {
        const struct dm_peering *peering = &model->peerings[route->target - 1];

        elsewhere = peering->requester.v != table->vpc.v && peering->accepter.v != table->vpc.v;
    } else if (route->target_kind == DM_TARGET_TRANSIT_GATEWAY) {
        elsewhere = model->transit_gateways[route->target - 1].region.v
                    != dm_vpc_get(model, table->vpc)->region.v;
    } else if (route->target_kind == DM_TARGET_VPC_ENDPOINT) {
        const struct dm_vpc_endpoint *endpoint = &model->vpc_endpoints[route->target - 1];

        elsewhere = endpoint->vpc.v != table->vpc.v || !endpoint->is_gateway;
    } else if (route->target_kind == DM_TARGET_VPN_GATEWAY) {
        const struct dm_vpn_gateway *gateway = &model->vpn_gateways[route->target - 1];

        elsewhere = gateway->vpc.v && gateway->vpc.v != table->vpc.v;
    } else if (route->target_kind == DM_TARGET_GWLB_ENDPOINT) {
        const struct dm_gwlb_endpoint *endpoint = &model->gwlb_endpoints[route->target - 1];

        elsewhere = dm_subnet_get(model, endpoint->subnet)->vpc.v != table->vpc.v;
    } else if (route->target_kind == DM_TARGET_INTERFACE) {
        elsewhere = dm_model_vpc_of_interface(model, (struct dm_interface_id){ route->target }).v
                    != table->vpc.v;
    }
    if (elsewhere) {
        dm_diags_add(diags, DM_SEV_ERROR, route->origin,
                     "a route of table `%s` has a target that is not at its vpc",
                     table->object.name);
    }
}

static void check_filters(const struct dm_model *model, struct dm_diags *diags)
{
    for (uint32_t i = 0; i < model->n_acls; i++) {
        const struct dm_acl *acl = &model->acls[i];

        for (size_t j = 0; j < acl->n_entries; j++) {
            const struct dm_acl_entry *entry = &acl->entries[j];
            const struct dm_acl_entry *before = j ? &acl->entries[j - 1] : NULL;

            check_prefix(diags, entry->origin, acl->object.name, entry->prefix);
            check_match(diags, entry->origin, acl->object.name, &entry->match);
            if (before && before->egress == entry->egress && before->number == entry->number) {
                dm_diags_add(diags, DM_SEV_ERROR, entry->origin,
                             "network acl `%s` has two rules %lu of one direction",
                             acl->object.name, (unsigned long)entry->number);
            } else if (before
                       && (before->egress > entry->egress
                           || (before->egress == entry->egress
                               && before->number > entry->number))) {
                dm_diags_add(diags, DM_SEV_ERROR, entry->origin,
                             "rules of network acl `%s` are not sorted", acl->object.name);
            }
        }
    }
    for (uint32_t i = 0; i < model->n_groups; i++) {
        const struct dm_group *group = &model->groups[i];

        for (size_t j = 0; j < group->n_rules; j++) {
            check_match(diags, group->rules[j].origin, group->object.name, &group->rules[j].match);
            if (group->rules[j].peer_kind == DM_PEER_PREFIX) {
                check_prefix(diags, group->rules[j].origin, group->object.name,
                             group->rules[j].prefix);
            }
        }
    }
    for (uint32_t i = 0; i < model->n_prefix_lists; i++) {
        check_prefixes(diags, &model->prefix_lists[i].object, model->prefix_lists[i].prefixes,
                       model->prefix_lists[i].n_prefixes);
    }
}

static bool lies_in_subnet(const struct dm_subnet *subnet, struct dm_addr address)
{
    for (size_t i = 0; i < subnet->n_cidrs; i++) {
        if (dm_prefix_has(subnet->cidrs[i], address)) {
            return true;
        }
    }
    return false;
}

static void check_interface(const struct dm_model *model, struct dm_diags *diags, uint32_t handle)
{
    const struct dm_interface *interface = &model->interfaces[handle - 1];
    const struct dm_subnet *subnet =
        interface->subnet.v ? dm_subnet_get(model, interface->subnet) : NULL;
    char text[DM_ADDR_TEXT_SIZE];

    for (size_t i = 0; subnet && i < interface->n_addresses; i++) {
        if (!lies_in_subnet(subnet, interface->addresses[i].address)) {
            dm_diags_add(diags, DM_SEV_ERROR, interface->object.origin,
                         "interface `%s` has address %s, which is not in subnet `%s`",
                         interface->object.name,
                         dm_addr_text(interface->addresses[i].address, text), subnet->object.name);
        }
    }
    if ((interface->kind == DM_INTERFACE_HOST || interface->kind == DM_INTERFACE_SITE
         || interface->kind == DM_INTERFACE_POD)
        && interface->host.v) {
        const struct dm_host *host = dm_host_get(model, interface->host);
        bool found = false;

        for (size_t i = 0; i < host->n_interfaces; i++) {
            found = found || host->interfaces[i].v == handle;
        }
        if (!found) {
            dm_diags_add(diags, DM_SEV_ERROR, interface->object.origin,
                         "host `%s` does not know its interface `%s`", host->object.name,
                         interface->object.name);
        }
    } else if (interface->host.v) {
        dm_diags_add(diags, DM_SEV_ERROR, interface->object.origin,
                     "interface `%s` is of a host but of another kind", interface->object.name);
    }
}

static void check_hosts(const struct dm_model *model, struct dm_diags *diags)
{
    for (uint32_t i = 0; i < model->n_hosts; i++) {
        const struct dm_host *host = &model->hosts[i];

        for (size_t j = 0; j < host->n_interfaces; j++) {
            const struct dm_interface *interface = dm_interface_get(model, host->interfaces[j]);

            if (interface->host.v != i + 1) {
                dm_diags_add(diags, DM_SEV_ERROR, host->object.origin,
                             "interface `%s` is not of host `%s`, which has it",
                             interface->object.name, host->object.name);
            }
        }
    }
}

static void check_addresses_apart(const struct dm_model *model, struct dm_diags *diags,
                                  const struct dm_address_entry *entries, size_t n)
{
    char text[DM_ADDR_TEXT_SIZE];

    for (size_t i = 1; i < n; i++) {
        const struct dm_object *first = &model->interfaces[entries[i - 1].interface - 1].object;
        const struct dm_object *second = &model->interfaces[entries[i].interface - 1].object;

        if (entries[i - 1].vpc == entries[i].vpc
            && dm_addr_equal(entries[i - 1].address, entries[i].address)) {
            struct dm_diag *diag = dm_diags_add(
                diags, DM_SEV_ERROR, second->origin, "interfaces `%s` and `%s` both have %s",
                second->name, first->name, dm_addr_text(entries[i].address, text));

            dm_diag_label(diags, diag, first->origin, "the other one");
        }
    }
}

static void check_nat_gateway(const struct dm_model *model, struct dm_diags *diags,
                              const struct dm_nat_gateway *nat)
{
    const struct dm_interface *interface;

    if (nat->is_regional) {
        if (nat->is_private
            || (nat->table.v && dm_route_table_get(model, nat->table)->vpc.v != nat->vpc.v)) {
            dm_diags_add(diags, DM_SEV_ERROR, nat->object.origin,
                         "regional nat gateway `%s` is private, or its table is of another vpc",
                         nat->object.name);
        }
        return;
    }
    interface = dm_interface_get(model, nat->interface);
    if (interface->subnet.v != nat->subnet.v || interface->kind != DM_INTERFACE_NAT) {
        dm_diags_add(diags, DM_SEV_ERROR, nat->object.origin,
                     "nat gateway `%s` has an interface that is not one of its own in its subnet",
                     nat->object.name);
    }
}

void dm_model_check_network(const struct dm_model *model, struct dm_diags *diags)
{
    for (uint32_t i = 0; i < model->n_vpcs; i++) {
        check_vpc(model, diags, i + 1);
    }
    for (uint32_t i = 0; i < model->n_internet_gateways; i++) {
        check_internet_gateway(model, diags, i + 1);
    }
    for (uint32_t i = 0; i < model->n_subnets; i++) {
        check_subnet(model, diags, &model->subnets[i]);
    }
    check_subnets_apart(model, diags);
    for (uint32_t i = 0; i < model->n_route_tables; i++) {
        for (size_t j = 0; j < model->route_tables[i].n_routes; j++) {
            check_route(model, diags, &model->route_tables[i], &model->route_tables[i].routes[j]);
        }
    }
    check_filters(model, diags);
    for (uint32_t i = 0; i < model->n_interfaces; i++) {
        check_interface(model, diags, i + 1);
    }
    check_hosts(model, diags);
    check_addresses_apart(model, diags, model->index->private_in_vpc, model->index->n_private);
    check_addresses_apart(model, diags, model->index->publics, model->index->n_publics);
    check_addresses_apart(model, diags, model->index->in_cluster, model->index->n_in_cluster);
    for (uint32_t i = 0; i < model->n_nat_gateways; i++) {
        check_nat_gateway(model, diags, &model->nat_gateways[i]);
    }
}
