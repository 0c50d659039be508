/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The lines of a network, told from its model.
 */
#include <stdlib.h>
#include <string.h>

#include "model/base/str.h"
#include "tests/support/dmtest.h"
#include "tests/support/roots.h"

void roots_line(struct roots_lines *lines, const char *fmt, ...)
{
    va_list ap;
    const char *line;

    va_start(ap, fmt);
    line = dm_vsprintf(lines->arena, fmt, ap);
    va_end(ap);
    assert_non_null(line);
    assert_true(DM_VEC_PUSH(lines->arena, &lines->items, line));
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *roots_join(struct roots_lines *lines, bool once)
{
    struct dm_str text;

    dm_str_init(&text, lines->arena);
    if (lines->items.n) {
        qsort(lines->items.items, lines->items.n, sizeof *lines->items.items, compare_lines);
    }
    for (size_t i = 0; i < lines->items.n; i++) {
        if (!once || i == 0 || strcmp(lines->items.items[i], lines->items.items[i - 1]) != 0) {
            dm_str_addf(&text, "%s\n", lines->items.items[i]);
        }
    }
    assert_false(text.failed);
    return text.text;
}

/* What the tag Name says: labels are not always different, but as many here as there. */
static const char *shown(const struct dm_object *object)
{
    return object->label ? object->label : object->name;
}

static const char *name(const struct dm_model *model, enum dm_kind kind, uint32_t v)
{
    struct dm_ref ref = { kind, v };

    if (v == 0 || kind == DM_KIND_region || kind == DM_KIND_zone) {
        return v ? dm_model_ref_name(model, ref) : "-";
    }
    return shown(dm_model_object(model, ref));
}

static const char *list_text(struct dm_arena *arena, const struct dm_model *model, uint32_t v)
{
    const struct dm_prefix_list *list = dm_prefix_list_get(model, (struct dm_prefix_list_id){ v });
    struct roots_lines prefixes = { .arena = arena };
    char buffer[DM_ADDR_TEXT_SIZE];

    for (size_t i = 0; i < list->n_prefixes && !list->is_aws; i++) {
        roots_line(&prefixes, " %s", dm_prefix_text(list->prefixes[i], buffer));
    }
    return dm_sprintf(arena, "list %s\n%s", list->is_aws ? list->object.name : shown(&list->object),
                      roots_join(&prefixes, false));
}

static const char *match_text(struct dm_arena *arena, const struct dm_match *match)
{
    bool is_icmp = match->protocol == DM_PROTO_ICMP || match->protocol == DM_PROTO_ICMPV6;

    if (match->protocol == DM_PROTO_TCP || match->protocol == DM_PROTO_UDP) {
        return dm_sprintf(arena, "%d:%u:%u", match->protocol, match->port_first, match->port_last);
    }
    if (is_icmp && match->icmp_type >= 0) {
        return dm_sprintf(arena, "%d:%d:%d", match->protocol, match->icmp_type, match->icmp_code);
    }
    return dm_sprintf(arena, is_icmp ? "%d:-1:-1" : "%d", match->protocol);
}

/* ---- objects ---- */

static void vpcs(struct roots_lines *lines, const struct dm_model *model)
{
    char buffer[DM_ADDR_TEXT_SIZE];

    for (uint32_t i = 0; i < model->n_vpcs; i++) {
        const struct dm_vpc *vpc = &model->vpcs[i];

        roots_line(lines, "vpc %s %s %s", shown(&vpc->object),
                   name(model, DM_KIND_region, vpc->region.v),
                   dm_prefix_text(vpc->cidrs[0], buffer));
        for (size_t j = 1; j < vpc->n_cidrs; j++) {
            roots_line(lines, "block %s %s", shown(&vpc->object),
                       dm_prefix_text(vpc->cidrs[j], buffer));
        }
        roots_line(lines, "main %s %s", shown(&vpc->object),
                   name(model, DM_KIND_route_table, vpc->main_table.v));
    }
    for (uint32_t i = 0; i < model->n_subnets; i++) {
        const struct dm_subnet *subnet = &model->subnets[i];
        const struct dm_vpc *vpc = dm_vpc_get(model, subnet->vpc);

        roots_line(lines, "subnet %s %s %s %s %d", shown(&subnet->object), shown(&vpc->object),
                   name(model, DM_KIND_zone, subnet->zone.v),
                   dm_prefix_text(subnet->cidrs[0], buffer), subnet->maps_public_address);
        roots_line(lines, "acl-of %s %s", shown(&subnet->object),
                   name(model, DM_KIND_acl, subnet->acl.v));
        if (subnet->table.v != vpc->main_table.v) {
            roots_line(lines, "table-of %s %s", shown(&subnet->object),
                       name(model, DM_KIND_route_table, subnet->table.v));
        }
    }
}

static void gateways(struct roots_lines *lines, const struct dm_model *model)
{
    char buffer[DM_ADDR_TEXT_SIZE];

    for (uint32_t i = 0; i < model->n_internet_gateways; i++) {
        const struct dm_internet_gateway *gateway = &model->internet_gateways[i];

        roots_line(lines, "igw %s %s", shown(&gateway->object),
                   name(model, DM_KIND_vpc, gateway->vpc.v));
    }
    for (uint32_t i = 0; i < model->n_nat_gateways; i++) {
        const struct dm_nat_gateway *gateway = &model->nat_gateways[i];
        const struct dm_interface *interface = dm_interface_get(model, gateway->interface);

        roots_line(lines, "nat %s %s %s %s", shown(&gateway->object),
                   name(model, DM_KIND_subnet, gateway->subnet.v),
                   dm_addr_text(interface->addresses[0].address, buffer),
                   gateway->is_private ? "private" : "public");
        if (!gateway->is_private) {
            roots_line(lines, "eip %s vpc", shown(&gateway->object));
        }
    }
}

static void tables(struct roots_lines *lines, const struct dm_model *model)
{
    char buffer[DM_ADDR_TEXT_SIZE];

    for (uint32_t i = 0; i < model->n_route_tables; i++) {
        const struct dm_route_table *table = &model->route_tables[i];

        roots_line(lines, "table %s %s", shown(&table->object),
                   name(model, DM_KIND_vpc, table->vpc.v));
        if (table->edge.v) {
            roots_line(lines, "edge %s %s", name(model, DM_KIND_internet_gateway, table->edge.v),
                       shown(&table->object));
        }
        if (table->vpn_edge.v) {
            roots_line(lines, "edge %s %s", name(model, DM_KIND_vpn_gateway, table->vpn_edge.v),
                       shown(&table->object));
        }
        for (size_t j = 0; j < table->n_routes; j++) {
            const struct dm_route *route = &table->routes[j];
            struct dm_ref target = dm_route_target(route);

            if (route->target_kind == DM_TARGET_LOCAL) {
                continue;
            }
            assert_true(target.kind != DM_KIND_none);
            if (target.kind == DM_KIND_gwlb_endpoint
                && model->gwlb_endpoints[target.v - 1].firewall.v) {
                target = DM_REF(firewall, model->gwlb_endpoints[target.v - 1].firewall);
                roots_line(
                    lines, "in %s %s", shown(&table->object),
                    name(model, DM_KIND_subnet, model->gwlb_endpoints[route->target - 1].subnet.v));
            }
            roots_line(lines, "route %s %s %s %s", shown(&table->object),
                       route->list.v ? list_text(lines->arena, model, route->list.v)
                                     : dm_prefix_text(route->prefix, buffer),
                       dm_kind_text(target.kind), name(model, target.kind, target.v));
        }
    }
}

/* ---- filters ---- */

static void acls(struct roots_lines *lines, const struct dm_model *model)
{
    char buffer[DM_ADDR_TEXT_SIZE];

    for (uint32_t i = 0; i < model->n_acls; i++) {
        const struct dm_acl *acl = &model->acls[i];

        roots_line(lines, "acl %s %s", shown(&acl->object), name(model, DM_KIND_vpc, acl->vpc.v));
        for (size_t j = 0; j < acl->n_entries; j++) {
            const struct dm_acl_entry *entry = &acl->entries[j];

            if (entry->number < 32767) {
                roots_line(lines, "entry %s %d %u %s %s %s", shown(&acl->object), entry->egress,
                           (unsigned)entry->number, entry->allow ? "allow" : "deny",
                           match_text(lines->arena, &entry->match),
                           dm_prefix_text(entry->prefix, buffer));
            }
        }
    }
}

static const char *peer_text(struct roots_lines *lines, const struct dm_model *model,
                             const struct dm_group_rule *rule)
{
    char buffer[DM_ADDR_TEXT_SIZE];

    switch ((int)rule->peer_kind) {
    case DM_PEER_GROUP:
        return dm_sprintf(lines->arena, "group %s", name(model, DM_KIND_group, rule->peer));
    case DM_PEER_LIST:
        return list_text(lines->arena, model, rule->peer);
    default:
        return dm_arena_strdup(lines->arena, dm_prefix_text(rule->prefix, buffer));
    }
}

/* A rule that a group says twice is one. */
static void groups(struct roots_lines *lines, const struct dm_model *model)
{
    for (uint32_t i = 0; i < model->n_groups; i++) {
        const struct dm_group *group = &model->groups[i];
        struct roots_lines rules = { .arena = lines->arena };
        const char *text;

        roots_line(lines, "group %s %s", shown(&group->object),
                   name(model, DM_KIND_vpc, group->vpc.v));
        for (size_t j = 0; j < group->n_rules; j++) {
            roots_line(&rules, "rule %s %d %s %s", shown(&group->object), group->rules[j].egress,
                       match_text(lines->arena, &group->rules[j].match),
                       peer_text(&rules, model, &group->rules[j]));
        }
        (void)roots_join(&rules, true);
        text = NULL;
        for (size_t j = 0; j < rules.items.n; j++) {
            if (!text || strcmp(text, rules.items.items[j]) != 0) {
                text = rules.items.items[j];
                roots_line(lines, "%s", text);
            }
        }
    }
}

/* ---- sites ---- */

/* One stands for all that are alike. */
static const struct dm_customer_gateway *customer(const struct dm_model *model, uint32_t v)
{
    const struct dm_customer_gateway *gateway = &model->customer_gateways[v - 1];

    for (uint32_t i = v - 1; i > 0; i--) {
        const struct dm_customer_gateway *other = &model->customer_gateways[i - 1];

        if (other->region.v == gateway->region.v && other->asn == gateway->asn
            && dm_addr_equal(other->address, gateway->address)) {
            gateway = other;
        }
    }
    return gateway;
}

static const char *prefixes_text(struct dm_arena *arena, const struct dm_prefix *prefixes, size_t n)
{
    struct roots_lines lines = { .arena = arena };
    char buffer[DM_ADDR_TEXT_SIZE];

    for (size_t i = 0; i < n; i++) {
        roots_line(&lines, " %s", dm_prefix_text(prefixes[i], buffer));
    }
    return roots_join(&lines, false);
}

static void vpns(struct roots_lines *lines, const struct dm_model *model)
{
    char buffer[DM_ADDR_TEXT_SIZE];

    for (uint32_t i = 1; i <= model->n_customer_gateways; i++) {
        const struct dm_customer_gateway *gateway = &model->customer_gateways[i - 1];

        if (customer(model, i) == gateway) {
            roots_line(lines, "cgw %s %s %s %u", shown(&gateway->object),
                       name(model, DM_KIND_region, gateway->region.v),
                       dm_addr_text(gateway->address, buffer), (unsigned)gateway->asn);
        }
    }
    for (uint32_t i = 0; i < model->n_vpn_gateways; i++) {
        const struct dm_vpn_gateway *gateway = &model->vpn_gateways[i];

        roots_line(lines, "vgw %s %s %s %u", shown(&gateway->object),
                   name(model, DM_KIND_region, gateway->region.v),
                   name(model, DM_KIND_vpc, gateway->vpc.v), (unsigned)gateway->asn);
    }
    for (uint32_t i = 0; i < model->n_route_tables; i++) {
        const struct dm_route_table *table = &model->route_tables[i];

        if (table->learns.v) {
            roots_line(lines, "learns %s %s", shown(&table->object),
                       name(model, DM_KIND_vpn_gateway, table->learns.v));
        }
    }
    for (uint32_t i = 0; i < model->n_vpn_connections; i++) {
        const struct dm_vpn_connection *vpn = &model->vpn_connections[i];
        bool to_vpc = vpn->end.kind == DM_KIND_vpn_gateway;
        uint32_t transit =
            vpn->end.kind == DM_KIND_attachment ? model->attachments[vpn->end.v - 1].gateway.v : 0;

        roots_line(lines, "vpn %s %s %s %s %s %d", shown(&vpn->object),
                   name(model, DM_KIND_region, vpn->region.v),
                   shown(&customer(model, vpn->customer.v)->object),
                   name(model, DM_KIND_vpn_gateway, to_vpc ? vpn->end.v : 0),
                   name(model, DM_KIND_transit_gateway, transit), vpn->is_static);
        for (size_t j = 0; to_vpc && vpn->is_static && j < vpn->line.n_prefixes; j++) {
            roots_line(lines, "vpn-route %s %s", shown(&vpn->object),
                       dm_prefix_text(vpn->line.prefixes[j], buffer));
        }
    }
}

/* What a Direct Connect gateway is associated with, or attached to. */
static void dx_association(struct roots_lines *lines, const struct dm_model *model,
                           const struct dm_dx_association *association)
{
    const char *from = name(model, DM_KIND_dx_gateway, association->gateway.v);
    const char *allowed = prefixes_text(lines->arena, association->allowed, association->n_allowed);

    if (association->end.kind == DM_KIND_vpn_gateway) {
        const struct dm_vpn_gateway *to = &model->vpn_gateways[association->end.v - 1];

        roots_line(lines, "dx-to %s %s %s\n%s", from, shown(&to->object),
                   name(model, DM_KIND_region, to->region.v), allowed);
    } else if (association->end.kind == DM_KIND_attachment) {
        uint32_t v = model->attachments[association->end.v - 1].gateway.v;

        roots_line(lines, "dx-to %s %s %s\n%s", from, name(model, DM_KIND_transit_gateway, v),
                   name(model, DM_KIND_region, model->transit_gateways[v - 1].region.v), allowed);
    } else {
        const struct dm_core_attachment *to = &model->core_attachments[association->end.v - 1];
        struct roots_lines edges = { .arena = lines->arena };

        for (size_t i = 0; i < to->n_edges; i++) {
            roots_line(&edges, " %s",
                       name(model, DM_KIND_region, model->core_edges[to->edges[i].v - 1].region.v));
        }
        if (!to->n_edges) {
            roots_line(&edges, " %s",
                       name(model, DM_KIND_region, model->core_edges[to->edge.v - 1].region.v));
        }
        roots_line(lines, "core-dx %s %s %s\n%s", shown(&to->object),
                   name(model, DM_KIND_core_network, to->network.v), from,
                   roots_join(&edges, false));
    }
}

static void direct_connect(struct roots_lines *lines, const struct dm_model *model)
{
    for (uint32_t i = 0; i < model->n_dx_connections; i++) {
        const struct dm_dx_connection *connection = &model->dx_connections[i];

        roots_line(lines, "dx %s %s %s %s %d", shown(&connection->object),
                   name(model, DM_KIND_region, connection->region.v),
                   model->dx_locations[connection->location.v - 1].object.label,
                   connection->bandwidth, connection->macsec);
    }
    for (uint32_t i = 0; i < model->n_dx_gateways; i++) {
        roots_line(lines, "dxgw %s %u", shown(&model->dx_gateways[i].object),
                   (unsigned)model->dx_gateways[i].asn);
    }
    for (uint32_t i = 0; i < model->n_virtual_interfaces; i++) {
        const struct dm_virtual_interface *line = &model->virtual_interfaces[i];
        bool to_vpc = line->end.kind == DM_KIND_vpn_gateway;

        roots_line(
            lines, "%s-vif %s %s %s %s %s %u %u %u", line->is_transit ? "transit" : "private",
            shown(&line->object),
            name(model, DM_KIND_region, model->dx_connections[line->connection.v - 1].region.v),
            name(model, DM_KIND_dx_connection, line->connection.v),
            name(model, DM_KIND_dx_gateway, to_vpc ? 0 : line->end.v),
            name(model, DM_KIND_vpn_gateway, to_vpc ? line->end.v : 0), (unsigned)line->vlan,
            (unsigned)line->asn, line->mtu == DM_DX_MTU ? 0U : line->mtu);
    }
    for (uint32_t i = 0; i < model->n_dx_associations; i++) {
        dx_association(lines, model, &model->dx_associations[i]);
    }
    for (uint32_t i = 0; i < model->n_vpn_connections; i++) {
        const struct dm_vpn_connection *vpn = &model->vpn_connections[i];

        if (vpn->end.kind == DM_KIND_core_attachment) {
            const struct dm_core_attachment *to = &model->core_attachments[vpn->end.v - 1];

            roots_line(lines, "core-vpn %s %s %s", shown(&to->object),
                       name(model, DM_KIND_core_network, to->network.v), shown(&vpn->object));
        }
    }
}

/* What stands for an attachment: that which it comes with. */
static const char *attached(struct roots_lines *lines, const struct dm_model *model, uint32_t v)
{
    const struct dm_attachment *attachment = &model->attachments[v - 1];

    for (uint32_t i = 0; i < model->n_vpn_connections; i++) {
        const struct dm_vpn_connection *vpn = &model->vpn_connections[i];

        if (vpn->end.kind == DM_KIND_attachment && vpn->end.v == v) {
            return shown(&vpn->object);
        }
    }
    for (uint32_t i = 0; i < model->n_dx_associations; i++) {
        const struct dm_dx_association *association = &model->dx_associations[i];

        if (association->end.kind == DM_KIND_attachment && association->end.v == v) {
            return dm_sprintf(lines->arena, "%s to %s",
                              name(model, DM_KIND_dx_gateway, association->gateway.v),
                              name(model, DM_KIND_transit_gateway, attachment->gateway.v));
        }
    }
    return shown(&attachment->object);
}

/* ---- transit ---- */

/* An attachment is asked to take IPv6 where its VPC has any. */
static bool takes_ipv6(const struct dm_model *model, const struct dm_attachment *attachment)
{
    const struct dm_vpc *vpc = dm_vpc_get(model, attachment->vpc);
    bool has = false;

    for (size_t i = 0; i < vpc->n_cidrs; i++) {
        has |= vpc->cidrs[i].addr.family == DM_FAMILY_IPV6;
    }
    return has && !attachment->no_ipv6;
}

static void attachment(struct roots_lines *lines, const struct dm_model *model, uint32_t v)
{
    const struct dm_attachment *attachment =
        dm_attachment_get(model, (struct dm_attachment_id){ v });
    uint32_t shared = attachment->peer.v > v ? attachment->peer.v : v; /* both sides have one id */
    struct roots_lines subnets = { .arena = lines->arena };

    if (attachment->table.v) {
        roots_line(lines, "associate %s %s", attached(lines, model, shared),
                   name(model, DM_KIND_transit_table, attachment->table.v));
    }
    if (attachment->kind == DM_ATTACHMENT_CORE) {
        return;
    }
    if (attachment->kind == DM_ATTACHMENT_PEERING) {
        if (shared == attachment->peer.v) {
            const struct dm_attachment *peer = dm_attachment_get(model, attachment->peer);
            const struct dm_transit_gateway *near =
                dm_transit_gateway_get(model, attachment->gateway);
            const struct dm_transit_gateway *far = dm_transit_gateway_get(model, peer->gateway);

            roots_line(lines, "tpeer %s %s %s %s %s", shown(&attachment->object),
                       name(model, DM_KIND_region, near->region.v), shown(&near->object),
                       shown(&far->object), name(model, DM_KIND_region, far->region.v));
            roots_line(lines, "taccept %s %s %s", shown(&peer->object),
                       name(model, DM_KIND_region, far->region.v), shown(&attachment->object));
        }
        return;
    }
    if (attachment->kind != DM_ATTACHMENT_VPC) {
        return;
    }
    for (size_t i = 0; i < attachment->n_subnets; i++) {
        roots_line(&subnets, " %s", name(model, DM_KIND_subnet, attachment->subnets[i].v));
    }
    roots_line(lines, "attach %s %s %s %d %d %d\n%s", shown(&attachment->object),
               name(model, DM_KIND_transit_gateway, attachment->gateway.v),
               name(model, DM_KIND_vpc, attachment->vpc.v), attachment->appliance_mode,
               takes_ipv6(model, attachment), attachment->group_references,
               roots_join(&subnets, false));
}

static void transit_table(struct roots_lines *lines, const struct dm_model *model,
                          const struct dm_transit_table *table)
{
    char buffer[DM_ADDR_TEXT_SIZE];

    roots_line(lines, "ttable %s %s", shown(&table->object),
               name(model, DM_KIND_transit_gateway, table->gateway.v));
    for (size_t i = 0; i < table->n_propagations; i++) {
        struct dm_attachment_id from = table->propagations[i].attachment;

        if (dm_attachment_get(model, from)->kind != DM_ATTACHMENT_PEERING) {
            roots_line(lines, "propagate %s %s", attached(lines, model, from.v),
                       shown(&table->object));
        }
    }
    for (size_t i = 0; i < table->n_routes; i++) {
        uint32_t to = table->routes[i].attachment.v;

        if (to) {
            uint32_t peer = dm_attachment_get(model, (struct dm_attachment_id){ to })->peer.v;

            to = peer > to ? peer : to;
        }
        roots_line(lines, "troute %s %s %s", shown(&table->object),
                   dm_prefix_text(table->routes[i].prefix, buffer),
                   to ? attached(lines, model, to) : "-");
    }
}

static void transit(struct roots_lines *lines, const struct dm_model *model)
{
    for (uint32_t i = 0; i < model->n_transit_gateways; i++) {
        const struct dm_transit_gateway *gateway = &model->transit_gateways[i];

        roots_line(lines, "tgw %s %s %u %d", shown(&gateway->object),
                   name(model, DM_KIND_region, gateway->region.v), (unsigned)gateway->asn,
                   gateway->group_references);
    }
    for (uint32_t i = 1; i <= model->n_attachments; i++) {
        attachment(lines, model, i);
    }
    for (uint32_t i = 0; i < model->n_transit_tables; i++) {
        transit_table(lines, model, &model->transit_tables[i]);
    }
    for (uint32_t i = 0; i < model->n_peerings; i++) {
        const struct dm_peering *peering = &model->peerings[i];
        const struct dm_vpc *requester = dm_vpc_get(model, peering->requester);
        const struct dm_vpc *accepter = dm_vpc_get(model, peering->accepter);

        roots_line(lines, "peering %s %s %s %s %s", shown(&peering->object),
                   name(model, DM_KIND_region, requester->region.v), shown(&requester->object),
                   shown(&accepter->object), name(model, DM_KIND_region, accepter->region.v));
        roots_line(lines, "accept %s %s %s", shown(&peering->object),
                   name(model, DM_KIND_region, accepter->region.v), shown(&peering->object));
    }
}

/* ---- core networks ---- */

static void core_attachment(struct roots_lines *lines, const struct dm_model *model,
                            const struct dm_core_attachment *attachment)
{
    const char *segment =
        attachment->segment.v ? dm_core_segment_get(model, attachment->segment)->short_name : "-";
    const char *region =
        name(model, DM_KIND_region, dm_core_edge_get(model, attachment->edge)->region.v);
    struct roots_lines subnets = { .arena = lines->arena };

    if (attachment->kind == DM_CORE_ATTACHMENT_TABLE) {
        roots_line(lines, "ctable %s %s %s %s %s", shown(&attachment->object), region,
                   name(model, DM_KIND_core_peering, attachment->peering.v),
                   name(model, DM_KIND_transit_table, attachment->table.v), segment);
    } else if (attachment->kind == DM_CORE_ATTACHMENT_VPC) {
        for (size_t i = 0; i < attachment->n_subnets; i++) {
            roots_line(&subnets, " %s", name(model, DM_KIND_subnet, attachment->subnets[i].v));
        }
        roots_line(lines, "cattach %s %s %s %s %s\n%s", shown(&attachment->object), region,
                   name(model, DM_KIND_core_network, attachment->network.v),
                   name(model, DM_KIND_vpc, attachment->vpc.v), segment,
                   roots_join(&subnets, false));
    }
}

static void core(struct roots_lines *lines, const struct dm_model *model)
{
    for (uint32_t i = 0; i < model->n_core_networks; i++) {
        const char *network = shown(&model->core_networks[i].object);
        const char *region = NULL;

        for (uint32_t j = 0; j < model->n_core_edges && !region; j++) {
            if (model->core_edges[j].network.v == i + 1) {
                region = name(model, DM_KIND_region, model->core_edges[j].region.v);
            }
        }
        roots_line(lines, "gnetwork %s %s", network, region);
        roots_line(lines, "cnetwork %s %s %s", network, region, network);
        roots_line(lines, "cpolicy %s %s", region, network);
    }
    for (uint32_t i = 0; i < model->n_core_peerings; i++) {
        const struct dm_core_peering *peering = &model->core_peerings[i];
        const char *region =
            name(model, DM_KIND_region, dm_core_edge_get(model, peering->edge)->region.v);
        const char *gateway = name(model, DM_KIND_transit_gateway, peering->gateway.v);
        const char *own = shown(&peering->object);

        roots_line(lines, "cpeer %s %s %s %s", own, region,
                   name(model, DM_KIND_core_network, peering->network.v), gateway);
        roots_line(lines, "ptable %s %s %s", own, region, gateway);
        roots_line(lines, "passociate %s %s %s", region, own, own);
    }
    for (uint32_t i = 0; i < model->n_core_attachments; i++) {
        core_attachment(lines, model, &model->core_attachments[i]);
    }
}

const char *roots_text_of_model(struct dm_arena *arena, const struct dm_model *model)
{
    struct roots_lines lines = { .arena = arena };

    vpcs(&lines, model);
    gateways(&lines, model);
    tables(&lines, model);
    acls(&lines, model);
    groups(&lines, model);
    transit(&lines, model);
    vpns(&lines, model);
    direct_connect(&lines, model);
    core(&lines, model);
    roots_served_of_model(&lines, model);
    roots_clusters_of_model(&lines, model);
    return roots_join(&lines, false);
}
