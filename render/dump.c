/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/dump_private.h"

void dm_dump_origin(struct dm_dump *dump, struct dm_span origin, const char *pointer)
{
    if (origin.source && dump->model->sources) {
        struct dm_place place = dm_sources_place(dump->model->sources, origin);

        dm_str_addf(dump->out, "  @ %s:%lu", place.path, (unsigned long)place.line);
        if (pointer) {
            dm_str_addf(dump->out, " %s", pointer);
        }
    }
    dm_str_addc(dump->out, '\n');
}

void dm_dump_head(struct dm_dump *dump, enum dm_kind kind, const struct dm_object *object)
{
    dm_str_addf(dump->out, "\n%s %s", dm_kind_text(kind), object->name);
    dm_dump_origin(dump, object->origin, object->pointer);
    dm_dump_text(dump, "label", object->label);
}

void dm_dump_text(struct dm_dump *dump, const char *name, const char *text)
{
    if (text) {
        dm_str_addf(dump->out, "    %s: %s\n", name, text);
    }
}

void dm_dump_flag(struct dm_dump *dump, const char *name, bool value)
{
    dm_dump_text(dump, name, value ? "yes" : NULL);
}

void dm_dump_bytes(struct dm_dump *dump, const char *name, uint16_t bytes)
{
    if (bytes) {
        dm_str_addf(dump->out, "    %s: %u bytes\n", name, (unsigned)bytes);
    }
}

void dm_dump_ref(struct dm_dump *dump, const char *name, enum dm_kind kind, uint32_t v)
{
    if (v) {
        dm_dump_text(dump, name, dm_model_ref_name(dump->model, (struct dm_ref){ kind, v }));
    }
}

/* Begins and goes on with a line of several words. */
static void add_word(struct dm_dump *dump, const char *name, size_t i, const char *word)
{
    if (i == 0) {
        dm_str_addf(dump->out, "    %s: %s", name, word);
    } else {
        dm_str_addf(dump->out, ", %s", word);
    }
}

static void end_words(struct dm_dump *dump, size_t n)
{
    if (n > 0) {
        dm_str_addc(dump->out, '\n');
    }
}

void dm_dump_refs(struct dm_dump *dump, const char *name, enum dm_kind kind, const void *handles,
                  size_t n)
{
    const uint32_t *numbers = handles;

    for (size_t i = 0; i < n; i++) {
        add_word(dump, name, i,
                 dm_model_ref_name(dump->model, (struct dm_ref){ kind, numbers[i] }));
    }
    end_words(dump, n);
}

void dm_dump_texts(struct dm_dump *dump, const char *name, const char *const *texts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        add_word(dump, name, i, texts[i]);
    }
    end_words(dump, n);
}

void dm_dump_prefixes(struct dm_dump *dump, const char *name, const struct dm_prefix *prefixes,
                      size_t n)
{
    char text[DM_ADDR_TEXT_SIZE];

    for (size_t i = 0; i < n; i++) {
        add_word(dump, name, i, dm_prefix_text(prefixes[i], text));
    }
    end_words(dump, n);
}

void dm_dump_match(struct dm_dump *dump, const char *name, const struct dm_match *match)
{
    char text[DM_ADDR_TEXT_SIZE];

    dm_dump_text(dump, name, dm_match_text(match, text));
}

static const char *name_of(struct dm_dump *dump, enum dm_kind kind, uint32_t v)
{
    return dm_model_ref_name(dump->model, (struct dm_ref){ kind, v });
}

static void dump_region(struct dm_dump *dump, const struct dm_region *region)
{
    dm_dump_text(dump, "jurisdiction", region->jurisdiction);
    dm_dump_text(dump, "partition", region->partition);
}

static void dump_zone(struct dm_dump *dump, const struct dm_zone *zone)
{
    dm_dump_text(dump, "zone id", zone->zone_id);
    dm_dump_ref(dump, "region", DM_KIND_region, zone->region.v);
}

static void dump_vpc(struct dm_dump *dump, const struct dm_vpc *vpc)
{
    dm_dump_text(dump, "account", vpc->account);
    dm_dump_ref(dump, "region", DM_KIND_region, vpc->region.v);
    dm_dump_ref(dump, "environment", DM_KIND_environment, vpc->environment.v);
    dm_dump_text(dump, "role", vpc->role);
    dm_dump_prefixes(dump, "addresses", vpc->cidrs, vpc->n_cidrs);
    dm_dump_ref(dump, "main table", DM_KIND_route_table, vpc->main_table.v);
    dm_dump_ref(dump, "internet gateway", DM_KIND_internet_gateway, vpc->internet_gateway.v);
    dm_dump_ref(dump, "unknown", DM_KIND_unknown, vpc->gateway_unknown.v);
}

void dm_dump_tags(struct dm_dump *dump, const struct dm_tags *tags)
{
    for (size_t i = 0; i < tags->n; i++) {
        dm_str_addf(dump->out, "    tag: %s=%s\n", tags->items[i].key, tags->items[i].value);
    }
}

static void dump_subnet(struct dm_dump *dump, const struct dm_subnet *subnet)
{
    static const char *const accesses[] = {
        [DM_ACCESS_OPEN] = NULL,
        [DM_ACCESS_BLOCKED] = "blocked",
        [DM_ACCESS_NO_INGRESS] = "no ingress",
        [DM_ACCESS_EGRESS] = "sessions from inside only",
        [DM_ACCESS_UNKNOWN] = "unknown",
    };

    dm_dump_ref(dump, "vpc", DM_KIND_vpc, subnet->vpc.v);
    dm_dump_ref(dump, "zone", DM_KIND_zone, subnet->zone.v);
    dm_dump_text(dump, "role", subnet->role);
    dm_dump_prefixes(dump, "addresses", subnet->cidrs, subnet->n_cidrs);
    dm_dump_ref(dump, "table", DM_KIND_route_table, subnet->table.v);
    dm_dump_ref(dump, "acl", DM_KIND_acl, subnet->acl.v);
    dm_dump_ref(dump, "unknown", DM_KIND_unknown, subnet->unknown.v);
    dm_dump_flag(dump, "gives public addresses", subnet->maps_public_address);
    dm_dump_tags(dump, &subnet->tags);
    dm_dump_text(dump, "public access", accesses[subnet->public_access]);
    dm_dump_ref(dump, "access unknown", DM_KIND_unknown, subnet->access_unknown.v);
}

static void add_target(struct dm_dump *dump, const struct dm_route *route)
{
    struct dm_ref target = dm_route_target(route);

    if (target.kind == DM_KIND_none) {
        dm_str_add(dump->out, route->target_kind == DM_TARGET_LOCAL ? "local" : "black hole");
    } else {
        dm_str_addf(dump->out, "%s %s", dm_kind_text(target.kind),
                    name_of(dump, target.kind, target.v));
    }
}

static void dump_route_table(struct dm_dump *dump, const struct dm_route_table *table)
{
    char text[DM_ADDR_TEXT_SIZE];

    dm_dump_ref(dump, "vpc", DM_KIND_vpc, table->vpc.v);
    dm_dump_ref(dump, "edge of", DM_KIND_internet_gateway, table->edge.v);
    dm_dump_ref(dump, "edge of", DM_KIND_vpn_gateway, table->vpn_edge.v);
    for (size_t i = 0; i < table->n_routes; i++) {
        const struct dm_route *route = &table->routes[i];

        dm_str_addf(dump->out, "    route %s -> ",
                    route->list.v ? name_of(dump, DM_KIND_prefix_list, route->list.v)
                                  : dm_prefix_text(route->prefix, text));
        add_target(dump, route);
        dm_str_add(dump->out, route->propagated ? ", propagated" : "");
        dm_dump_origin(dump, route->origin, route->pointer);
    }
}

static void dump_acl(struct dm_dump *dump, const struct dm_acl *acl)
{
    char match[DM_ADDR_TEXT_SIZE];
    char prefix[DM_ADDR_TEXT_SIZE];

    dm_dump_ref(dump, "vpc", DM_KIND_vpc, acl->vpc.v);
    for (size_t i = 0; i < acl->n_entries; i++) {
        const struct dm_acl_entry *entry = &acl->entries[i];

        dm_str_addf(dump->out, "    %s %lu %s %s %s", entry->egress ? "out" : "in",
                    (unsigned long)entry->number, entry->allow ? "allow" : "deny",
                    dm_match_text(&entry->match, match), dm_prefix_text(entry->prefix, prefix));
        dm_dump_origin(dump, entry->origin, entry->pointer);
    }
}

static const char *peer_text(struct dm_dump *dump, const struct dm_group_rule *rule,
                             char buffer[DM_ADDR_TEXT_SIZE])
{
    switch (rule->peer_kind) {
    case DM_PEER_PREFIX:
        return dm_prefix_text(rule->prefix, buffer);
    case DM_PEER_GROUP:
        return name_of(dump, DM_KIND_group, rule->peer);
    case DM_PEER_LIST:
        return name_of(dump, DM_KIND_prefix_list, rule->peer);
    case DM_PEER_UNKNOWN:
        return name_of(dump, DM_KIND_unknown, rule->peer);
    }
    return "";
}

static void dump_group(struct dm_dump *dump, const struct dm_group *group)
{
    static const char *const kinds[] = { [DM_PEER_PREFIX] = "",
                                         [DM_PEER_GROUP] = "group ",
                                         [DM_PEER_LIST] = "list ",
                                         [DM_PEER_UNKNOWN] = "unknown " };
    char match[DM_ADDR_TEXT_SIZE];
    char peer[DM_ADDR_TEXT_SIZE];

    dm_dump_ref(dump, "vpc", DM_KIND_vpc, group->vpc.v);
    dm_dump_tags(dump, &group->tags);
    for (size_t i = 0; i < group->n_rules; i++) {
        const struct dm_group_rule *rule = &group->rules[i];

        dm_str_addf(dump->out, "    %s %s %s%s%s", rule->egress ? "out" : "in",
                    dm_match_text(&rule->match, match), kinds[rule->peer_kind],
                    peer_text(dump, rule, peer), rule->is_made ? ", of a controller" : "");
        dm_dump_origin(dump, rule->origin, rule->pointer);
    }
}

static void dump_prefix_list(struct dm_dump *dump, const struct dm_prefix_list *list)
{
    dm_dump_prefixes(dump, "addresses", list->prefixes, list->n_prefixes);
    dm_dump_flag(dump, "of a service of AWS", list->is_aws);
    dm_dump_ref(dump, "service", DM_KIND_endpoint_service, list->service.v);
    dm_dump_ref(dump, "unknown", DM_KIND_unknown, list->unknown.v);
}

static void dump_host(struct dm_dump *dump, const struct dm_host *host)
{
    dm_dump_refs(dump, "interfaces", DM_KIND_interface, host->interfaces, host->n_interfaces);
    dm_dump_flag(dump, "stopped", !host->running);
    dm_dump_flag(dump, "forwards", host->forwards);
}

static void dump_interface(struct dm_dump *dump, const struct dm_interface *interface)
{
    static const char *const kinds[] = { [DM_INTERFACE_HOST] = "host",
                                         [DM_INTERFACE_NAT] = "nat-gateway",
                                         [DM_INTERFACE_TRANSIT] = "transit-gateway",
                                         [DM_INTERFACE_ENDPOINT] = "vpc-endpoint",
                                         [DM_INTERFACE_BALANCER] = "load-balancer",
                                         [DM_INTERFACE_SITE] = "site",
                                         [DM_INTERFACE_ACCELERATOR] = "accelerator",
                                         [DM_INTERFACE_POD] = "pod",
                                         [DM_INTERFACE_KUBE_SERVICE] = "kubernetes-service",
                                         [DM_INTERFACE_UNKNOWN] = "unknown" };
    char text[DM_ADDR_TEXT_SIZE];

    dm_dump_text(dump, "kind", kinds[interface->kind]);
    dm_dump_ref(dump, "subnet", DM_KIND_subnet, interface->subnet.v);
    dm_dump_ref(dump, "host", DM_KIND_host, interface->host.v);
    dm_dump_ref(dump, "endpoint", DM_KIND_vpc_endpoint, interface->endpoint.v);
    dm_dump_ref(dump, "answers as", DM_KIND_endpoint_service, interface->service.v);
    dm_dump_ref(dump, "load balancer", DM_KIND_balancer, interface->balancer.v);
    dm_dump_ref(dump, "site", DM_KIND_site, interface->site.v);
    dm_dump_ref(dump, "accelerator", DM_KIND_accelerator, interface->accelerator.v);
    dm_dump_ref(dump, "node", DM_KIND_node, interface->node.v);
    dm_dump_ref(dump, "workload", DM_KIND_workload, interface->workload.v);
    dm_dump_ref(dump, "address of", DM_KIND_interface, interface->carrier.v);
    dm_dump_ref(dump, "kubernetes service", DM_KIND_kube_service, interface->kube_service.v);
    for (size_t i = 0; i < interface->n_addresses; i++) {
        const struct dm_interface_address *address = &interface->addresses[i];

        dm_str_addf(dump->out, "    address: %s", dm_addr_text(address->address, text));
        if (!dm_addr_is_none(address->public_address)) {
            dm_str_addf(dump->out, ", public %s", dm_addr_text(address->public_address, text));
        }
        dm_str_addc(dump->out, '\n');
    }
    dm_dump_refs(dump, "groups", DM_KIND_group, interface->groups, interface->n_groups);
    dm_dump_ref(dump, "unknown", DM_KIND_unknown, interface->unknown.v);
    dm_dump_flag(dump, "checks source and destination", interface->source_dest_check);
    dm_dump_bytes(dump, "largest packet", interface->mtu);
}

static void dump_internet_gateway(struct dm_dump *dump, const struct dm_internet_gateway *gateway)
{
    dm_dump_ref(dump, "region", DM_KIND_region, gateway->region.v);
    dm_dump_ref(dump, "vpc", DM_KIND_vpc, gateway->vpc.v);
    dm_dump_ref(dump, "edge table", DM_KIND_route_table, gateway->edge_table.v);
    dm_dump_flag(dump, "egress only", gateway->egress_only);
}

static void dump_nat_gateway(struct dm_dump *dump, const struct dm_nat_gateway *nat)
{
    dm_dump_ref(dump, "subnet", DM_KIND_subnet, nat->subnet.v);
    dm_dump_ref(dump, "interface", DM_KIND_interface, nat->interface.v);
    dm_dump_flag(dump, "private", nat->is_private);
    dm_dump_flag(dump, "regional", nat->is_regional);
    dm_dump_ref(dump, "vpc", DM_KIND_vpc, nat->vpc.v);
    dm_dump_ref(dump, "table", DM_KIND_route_table, nat->table.v);
    for (size_t i = 0; i < nat->n_addresses; i++) {
        char text[DM_ADDR_TEXT_SIZE];

        dm_str_addf(
            dump->out, "    address: %s %s\n", dm_addr_text(nat->addresses[i].address, text),
            nat->addresses[i].zone.v ? dm_zone_get(dump->model, nat->addresses[i].zone)->object.name
                                     : "");
    }
}

static void dump_peering(struct dm_dump *dump, const struct dm_peering *peering)
{
    dm_dump_ref(dump, "requester", DM_KIND_vpc, peering->requester.v);
    dm_dump_ref(dump, "accepter", DM_KIND_vpc, peering->accepter.v);
}

static void dump_transit_gateway(struct dm_dump *dump, const struct dm_transit_gateway *gateway)
{
    dm_dump_ref(dump, "region", DM_KIND_region, gateway->region.v);
    if (gateway->asn) {
        dm_str_addf(dump->out, "    asn: %lu\n", (unsigned long)gateway->asn);
    }
    dm_dump_ref(dump, "default association", DM_KIND_transit_table, gateway->default_association.v);
    dm_dump_ref(dump, "default propagation", DM_KIND_transit_table, gateway->default_propagation.v);
    dm_dump_flag(dump, "group references", gateway->group_references);
}

static void dump_transit_table(struct dm_dump *dump, const struct dm_transit_table *table)
{
    char text[DM_ADDR_TEXT_SIZE];

    dm_dump_ref(dump, "transit gateway", DM_KIND_transit_gateway, table->gateway.v);
    dm_dump_ref(dump, "unknown", DM_KIND_unknown, table->unknown.v);
    for (size_t i = 0; i < table->n_routes; i++) {
        const struct dm_transit_route *route = &table->routes[i];

        dm_str_addf(dump->out, "    route %s -> ", dm_prefix_text(route->prefix, text));
        if (route->attachment.v) {
            dm_str_add(dump->out, name_of(dump, DM_KIND_attachment, route->attachment.v));
        } else if (route->unknown.v) {
            dm_str_addf(dump->out, "unknown %s", name_of(dump, DM_KIND_unknown, route->unknown.v));
        } else {
            dm_str_add(dump->out, "black hole");
        }
        dm_dump_origin(dump, route->origin, route->pointer);
    }
    for (size_t i = 0; i < table->n_propagations; i++) {
        const struct dm_propagation *propagation = &table->propagations[i];

        dm_str_addf(dump->out, "    propagation of %s",
                    name_of(dump, DM_KIND_attachment, propagation->attachment.v));
        dm_dump_origin(dump, propagation->origin, propagation->pointer);
    }
}

static void dump_attachment(struct dm_dump *dump, const struct dm_attachment *attachment)
{
    static const char *const kinds[] = { [DM_ATTACHMENT_VPC] = "vpc",
                                         [DM_ATTACHMENT_PEERING] = "peering",
                                         [DM_ATTACHMENT_CORE] = "core-network peering",
                                         [DM_ATTACHMENT_VPN] = "vpn",
                                         [DM_ATTACHMENT_DIRECT_CONNECT] = "direct-connect-gateway",
                                         [DM_ATTACHMENT_CONNECT] = "connect",
                                         [DM_ATTACHMENT_UNKNOWN] = "unknown" };

    dm_dump_text(dump, "kind", kinds[attachment->kind]);
    dm_dump_ref(dump, "transit gateway", DM_KIND_transit_gateway, attachment->gateway.v);
    dm_dump_ref(dump, "association", DM_KIND_transit_table, attachment->table.v);
    dm_dump_ref(dump, "vpc", DM_KIND_vpc, attachment->vpc.v);
    dm_dump_refs(dump, "subnets", DM_KIND_subnet, attachment->subnets, attachment->n_subnets);
    dm_dump_flag(dump, "appliance mode", attachment->appliance_mode);
    dm_dump_flag(dump, "group references", attachment->group_references);
    dm_dump_flag(dump, "no IPv6", attachment->no_ipv6);
    dm_dump_ref(dump, "other side", DM_KIND_attachment, attachment->peer.v);
    dm_dump_ref(dump, "core peering", DM_KIND_core_peering, attachment->core_peering.v);
    dm_dump_ref(dump, "transport", DM_KIND_attachment, attachment->transport.v);
    dm_dump_prefixes(dump, "learned", attachment->connect.prefixes, attachment->connect.n_prefixes);
    dm_dump_ref(dump, "unknown", DM_KIND_unknown, attachment->unknown.v);
}

#define DUMP_ALL(kind, plural)                                                                     \
    for (uint32_t i = 0; i < model->n_##plural; i++) {                                             \
        dm_dump_head(&dump, DM_KIND_##kind, &model->plural[i].object);                             \
        dump_##kind(&dump, &model->plural[i]);                                                     \
    }

void dm_render_model(const struct dm_model *model, struct dm_str *out)
{
    struct dm_dump dump = { model, out };

    dm_str_addf(out, "model%s%s", model->name[0] ? " " : "", model->name);
    dm_dump_origin(&dump, model->name_origin, NULL);
    DUMP_ALL(region, regions)
    DUMP_ALL(zone, zones)
    for (uint32_t i = 0; i < model->n_environments; i++) {
        dm_dump_head(&dump, DM_KIND_environment, &model->environments[i].object);
    }
    DUMP_ALL(vpc, vpcs)
    DUMP_ALL(subnet, subnets)
    DUMP_ALL(route_table, route_tables)
    DUMP_ALL(acl, acls)
    DUMP_ALL(group, groups)
    DUMP_ALL(prefix_list, prefix_lists)
    DUMP_ALL(host, hosts)
    DUMP_ALL(interface, interfaces)
    DUMP_ALL(internet_gateway, internet_gateways)
    DUMP_ALL(nat_gateway, nat_gateways)
    dm_dump_served(&dump);
    dm_dump_inspection(&dump);
    DUMP_ALL(peering, peerings)
    DUMP_ALL(transit_gateway, transit_gateways)
    DUMP_ALL(transit_table, transit_tables)
    DUMP_ALL(attachment, attachments)
    dm_dump_core(&dump);
    dm_dump_cluster(&dump);
    dm_dump_sites(&dump);
    dm_dump_estate(&dump);
}
