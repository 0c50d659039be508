/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "tests/support/nets_private.h"

#include <string.h>

void dm_nets_read_region(struct dm_nets_parser *parser)
{
    struct dm_region region = { .object = parser->object, .partition = "aws" };

    region.jurisdiction = dm_nets_option(parser, "jurisdiction");
    dm_builder_add_region(parser->builder, &region);
}

void dm_nets_read_zone(struct dm_nets_parser *parser)
{
    struct dm_zone zone = { .object = parser->object };

    zone.region = OBJECT(parser, region);
    dm_builder_add_zone(parser->builder, &zone);
}

void dm_nets_read_environment(struct dm_nets_parser *parser)
{
    struct dm_environment environment = { .object = parser->object };

    dm_builder_add_environment(parser->builder, &environment);
}

static struct dm_environment_id environment_option(struct dm_nets_parser *parser)
{
    const char *name = dm_nets_option(parser, "environment");

    return (struct dm_environment_id){ name ? dm_nets_find(parser, DM_KIND_environment, name) : 0 };
}

static struct dm_route_table_id add_table(struct dm_nets_parser *parser, struct dm_vpc_id vpc,
                                          const char *name)
{
    struct dm_route_table table = { .object = parser->object, .vpc = vpc };
    struct dm_route_table_id id = { 0 };

    table.object.name = name;
    id = dm_builder_add_route_table(parser->builder, &table);
    for (size_t i = 0; vpc.v && i < dm_builder_edit_vpc(parser->builder, vpc)->n_cidrs; i++) {
        struct dm_route local = { .target_kind = DM_TARGET_LOCAL, .origin = parser->object.origin };

        local.prefix = dm_builder_edit_vpc(parser->builder, vpc)->cidrs[i];
        dm_nets_push_route(parser, id.v, &local);
    }
    return id;
}

/* The ACL and the group of a VPC that allow all, both ways. */
static void add_open_filters(struct dm_nets_parser *parser, struct dm_vpc_id vpc, const char *name)
{
    struct dm_acl acl = { .object = parser->object, .vpc = vpc, .is_default = true };
    struct dm_group group = { .object = parser->object, .vpc = vpc, .is_default = true };
    struct dm_acl_id acl_id = { 0 };
    struct dm_group_id group_id = { 0 };

    acl.object.name = dm_nets_suffixed(parser, name, "acl");
    group.object.name = dm_nets_suffixed(parser, name, "open");
    acl_id = dm_builder_add_acl(parser->builder, &acl);
    group_id = dm_builder_add_group(parser->builder, &group);
    for (unsigned i = 0; i < 4; i++) {
        struct dm_prefix all = { { 0, 0, i < 2 ? DM_FAMILY_IPV4 : DM_FAMILY_IPV6 }, 0 };
        struct dm_acl_entry entry = { .number = 32000 + i,
                                      .egress = i % 2 == 1,
                                      .allow = true,
                                      .match = DM_MATCH_ALL,
                                      .prefix = all,
                                      .origin = parser->object.origin };
        struct dm_group_rule rule = { .egress = i % 2 == 1,
                                      .match = DM_MATCH_ALL,
                                      .prefix = all,
                                      .origin = parser->object.origin };

        dm_nets_push_entry(parser, acl_id.v, &entry);
        dm_nets_push_rule(parser, group_id.v, &rule);
    }
}

void dm_nets_read_vpc(struct dm_nets_parser *parser)
{
    struct dm_vpc vpc = { .object = parser->object };
    struct dm_vpc_id id = { 0 };
    struct dm_route_table_id table = { 0 };

    vpc.region = OBJECT(parser, region);
    vpc.cidrs = dm_nets_prefixes_word(parser, &vpc.n_cidrs);
    vpc.environment = environment_option(parser);
    id = dm_builder_add_vpc(parser->builder, &vpc);
    table = add_table(parser, id, dm_nets_suffixed(parser, vpc.object.name, "main"));
    dm_builder_edit_vpc(parser->builder, id)->main_table = table;
    add_open_filters(parser, id, vpc.object.name);
}

void dm_nets_read_table(struct dm_nets_parser *parser)
{
    struct dm_vpc_id vpc = OBJECT(parser, vpc);

    add_table(parser, vpc, parser->object.name);
}

void dm_nets_read_acl(struct dm_nets_parser *parser)
{
    struct dm_acl acl = { .object = parser->object };

    acl.vpc = OBJECT(parser, vpc);
    dm_builder_add_acl(parser->builder, &acl);
}

void dm_nets_read_group(struct dm_nets_parser *parser)
{
    struct dm_group group = { .object = parser->object };

    group.vpc = OBJECT(parser, vpc);
    group.tags = dm_nets_tags(parser);
    dm_builder_add_group(parser->builder, &group);
}

void dm_nets_read_list(struct dm_nets_parser *parser)
{
    struct dm_prefix_list list = { .object = parser->object };

    list.prefixes = dm_nets_prefixes_word(parser, &list.n_prefixes);
    list.is_aws = dm_nets_flag(parser, "aws");
    const char *service = dm_nets_option(parser, "service");
    if (service) {
        list.service.v = dm_nets_find(parser, DM_KIND_endpoint_service, service);
    }
    dm_builder_add_prefix_list(parser->builder, &list);
}

void dm_nets_read_answers(struct dm_nets_parser *parser)
{
    struct dm_endpoint_service service = { .object = parser->object };
    struct dm_match *match = DM_NEW(parser->arena, struct dm_match);

    if (!match) {
        parser->bad = true;
        return;
    }
    *match = dm_nets_match_word(parser);
    service.answers = match;
    service.n_answers = 1;
    service.is_whole = !dm_nets_flag(parser, "more");
    dm_builder_add_endpoint_service(parser->builder, &service);
}

void dm_nets_read_endpoint(struct dm_nets_parser *parser)
{
    struct dm_vpc_endpoint endpoint = { .object = parser->object, .is_gateway = true };

    endpoint.vpc = OBJECT(parser, vpc);
    endpoint.service = OBJECT(parser, endpoint_service);
    dm_builder_add_vpc_endpoint(parser->builder, &endpoint);
}

void dm_nets_read_idle(struct dm_nets_parser *parser)
{
    struct dm_idle_address idle = { .object = parser->object };

    parser->bad = parser->bad || dm_addr_parse(idle.object.name, &idle.address) != DM_ADDR_OK;
    dm_builder_add_idle_address(parser->builder, &idle);
}

void dm_nets_read_subnet(struct dm_nets_parser *parser)
{
    struct dm_subnet subnet = { .object = parser->object };
    const char *vpc = dm_nets_word(parser);
    const char *table = NULL;
    const char *acl = NULL;

    subnet.vpc.v = dm_nets_find(parser, DM_KIND_vpc, vpc);
    subnet.zone = OBJECT(parser, zone);
    subnet.cidrs = dm_nets_prefixes_word(parser, &subnet.n_cidrs);
    table = dm_nets_option(parser, "table");
    acl = dm_nets_option(parser, "acl");
    subnet.tags = dm_nets_tags(parser);
    subnet.table.v = dm_nets_find(parser, DM_KIND_route_table,
                                  table ? table : dm_nets_suffixed(parser, vpc, "main"));
    subnet.acl.v =
        dm_nets_find(parser, DM_KIND_acl, acl ? acl : dm_nets_suffixed(parser, vpc, "acl"));
    dm_builder_add_subnet(parser->builder, &subnet);
}

void dm_nets_read_igw(struct dm_nets_parser *parser)
{
    struct dm_internet_gateway gateway = { .object = parser->object };
    struct dm_internet_gateway_id id = { 0 };

    gateway.vpc = OBJECT(parser, vpc);
    if (gateway.vpc.v) {
        gateway.region = dm_builder_edit_vpc(parser->builder, gateway.vpc)->region;
        id = dm_builder_add_internet_gateway(parser->builder, &gateway);
        dm_builder_edit_vpc(parser->builder, gateway.vpc)->internet_gateway = id;
    }
}

void dm_nets_read_unknown_igw(struct dm_nets_parser *parser)
{
    struct dm_vpc_id vpc = { dm_nets_find(parser, DM_KIND_vpc, parser->object.name) };
    struct dm_unknown_id unknown = OBJECT(parser, unknown);

    if (vpc.v) {
        dm_builder_edit_vpc(parser->builder, vpc)->gateway_unknown = unknown;
    }
}

/* "ADDRESS" or "ADDRESS=PUBLIC". */
static struct dm_interface_address interface_address(struct dm_nets_parser *parser,
                                                     const char *text)
{
    struct dm_interface_address address = { { 0, 0, 0 }, { 0, 0, 0 } };
    const char *equals = strchr(text, '=');
    size_t length = equals ? (size_t)(equals - text) : strlen(text);

    address.address = dm_nets_address_of(parser, dm_arena_strndup(parser->arena, text, length));
    if (equals) {
        address.public_address = dm_nets_address_of(parser, equals + 1);
    }
    return address;
}

/* "ADDRESS[=PUBLIC],...", the first the primary one. */
void dm_nets_set_addresses(struct dm_nets_parser *parser, struct dm_interface *interface,
                           const char *text)
{
    size_t n = 0;
    const char *const *texts = dm_nets_parts(parser, text, &n);
    struct dm_interface_address *addresses =
        DM_NEW_ARRAY(parser->arena, n + 1, struct dm_interface_address);

    for (size_t i = 0; i < n && addresses; i++) {
        addresses[i] = interface_address(parser, texts[i]);
    }
    interface->addresses = addresses;
    interface->n_addresses = n;
}

void dm_nets_read_nat(struct dm_nets_parser *parser)
{
    struct dm_nat_gateway nat = { .object = parser->object };
    struct dm_interface interface = { .object = parser->object, .kind = DM_INTERFACE_NAT };
    const char *address = NULL;

    nat.subnet = OBJECT(parser, subnet);
    address = dm_nets_word(parser);
    nat.is_private = parser->n_taken == parser->n_words;
    if (!nat.is_private) {
        address = dm_sprintf(parser->arena, "%s=%s", address, dm_nets_word(parser));
    }
    interface.object.name = dm_nets_suffixed(parser, nat.object.name, "eni");
    interface.subnet = nat.subnet;
    dm_nets_set_addresses(parser, &interface, address);
    nat.interface = dm_builder_add_interface(parser->builder, &interface);
    dm_builder_add_nat_gateway(parser->builder, &nat);
}

void dm_nets_read_peering(struct dm_nets_parser *parser)
{
    struct dm_peering peering = { .object = parser->object };

    peering.requester = OBJECT(parser, vpc);
    peering.accepter = OBJECT(parser, vpc);
    dm_builder_add_peering(parser->builder, &peering);
}

void dm_nets_read_unknown(struct dm_nets_parser *parser)
{
    struct dm_unknown unknown = { .object = parser->object, .why = "a test says so" };

    dm_builder_add_unknown(parser->builder, &unknown);
}

void dm_nets_read_tgw(struct dm_nets_parser *parser)
{
    struct dm_transit_gateway gateway = { .object = parser->object };

    gateway.region = OBJECT(parser, region);
    gateway.group_references = dm_nets_flag(parser, "refs");
    gateway.asn = dm_nets_asn(parser);
    dm_builder_add_transit_gateway(parser->builder, &gateway);
}

void dm_nets_read_ttable(struct dm_nets_parser *parser)
{
    struct dm_transit_table table = { .object = parser->object };

    table.gateway = OBJECT(parser, transit_gateway);
    dm_builder_add_transit_table(parser->builder, &table);
}

void dm_nets_read_attach(struct dm_nets_parser *parser)
{
    struct dm_attachment attachment = { .object = parser->object, .kind = DM_ATTACHMENT_VPC };

    attachment.gateway = OBJECT(parser, transit_gateway);
    attachment.vpc = OBJECT(parser, vpc);
    attachment.table = OBJECT_OR_NONE(parser, transit_table);
    attachment.subnets =
        dm_nets_objects_of(parser, DM_KIND_subnet, dm_nets_word(parser), &attachment.n_subnets);
    attachment.appliance_mode = dm_nets_flag(parser, "appliance");
    attachment.no_ipv6 = dm_nets_flag(parser, "noipv6");
    attachment.group_references = !dm_nets_flag(parser, "norefs");
    dm_builder_add_attachment(parser->builder, &attachment);
}

void dm_nets_read_unknown_attach(struct dm_nets_parser *parser)
{
    struct dm_attachment attachment = { .object = parser->object, .kind = DM_ATTACHMENT_UNKNOWN };

    attachment.gateway = OBJECT(parser, transit_gateway);
    attachment.table = OBJECT_OR_NONE(parser, transit_table);
    attachment.unknown = OBJECT(parser, unknown);
    dm_builder_add_attachment(parser->builder, &attachment);
}

void dm_nets_read_tpeer(struct dm_nets_parser *parser)
{
    struct dm_attachment_id sides[2] = { { 0 }, { 0 } };

    for (size_t i = 0; i < 2; i++) {
        struct dm_attachment attachment = { .object = parser->object,
                                            .kind = DM_ATTACHMENT_PEERING };

        if (i == 1) {
            attachment.object.name = dm_nets_word(parser);
        }
        attachment.gateway = OBJECT(parser, transit_gateway);
        attachment.table = OBJECT_OR_NONE(parser, transit_table);
        if (!parser->bad) {
            sides[i] = dm_builder_add_attachment(parser->builder, &attachment);
        }
    }
    if (!parser->bad) {
        dm_builder_edit_attachment(parser->builder, sides[0])->peer = sides[1];
        dm_builder_edit_attachment(parser->builder, sides[1])->peer = sides[0];
    }
}

/* What stands after the addresses of an interface of a host. */
static void add_host_interface(struct dm_nets_parser *parser, uint32_t host, const char *name)
{
    struct dm_interface interface = { .object = parser->object, .kind = DM_INTERFACE_HOST };
    struct dm_nets_interface_row row = { host, { 0 } };
    const char *groups = NULL;

    interface.object.name = name;
    interface.host.v = host;
    interface.subnet = OBJECT(parser, subnet);
    dm_nets_set_addresses(parser, &interface, dm_nets_word(parser));
    groups = dm_nets_option(parser, "groups");
    if (!groups && interface.subnet.v) {
        struct dm_vpc_id vpc = dm_builder_edit_subnet(parser->builder, interface.subnet)->vpc;

        groups = dm_nets_suffixed(parser, dm_builder_edit_vpc(parser->builder, vpc)->object.name,
                                  "open");
    }
    interface.groups = dm_nets_objects_of(parser, DM_KIND_group, groups, &interface.n_groups);
    interface.source_dest_check = !dm_nets_flag(parser, "nocheck");
    row.interface = dm_builder_add_interface(parser->builder, &interface);
    if (!DM_VEC_PUSH(parser->arena, &parser->interfaces, row)) {
        parser->bad = true;
    }
}

uint16_t dm_nets_mtu(struct dm_nets_parser *parser)
{
    const char *text = dm_nets_option(parser, "mtu");

    return (uint16_t)strtoul(text ? text : "0", NULL, 10);
}

void dm_nets_read_host(struct dm_nets_parser *parser)
{
    struct dm_host host = { .object = parser->object, .running = true };
    struct dm_host_id id = dm_builder_add_host(parser->builder, &host);
    uint16_t mtu;

    add_host_interface(parser, id.v, dm_nets_suffixed(parser, host.object.name, "0"));
    dm_builder_edit_host(parser->builder, id)->running = !dm_nets_flag(parser, "stopped");
    dm_builder_edit_host(parser->builder, id)->forwards = dm_nets_flag(parser, "forwards");
    mtu = dm_nets_mtu(parser);
    if (mtu) {
        dm_builder_edit_interface(parser->builder,
                                  parser->interfaces.items[parser->interfaces.n - 1].interface)
            ->mtu = mtu;
    }
}

void dm_nets_read_nic(struct dm_nets_parser *parser)
{
    uint32_t host = dm_nets_find(parser, DM_KIND_host, parser->object.name);
    unsigned n = 0;

    for (size_t i = 0; i < parser->interfaces.n; i++) {
        n += parser->interfaces.items[i].owner == host;
    }
    add_host_interface(parser, host, dm_sprintf(parser->arena, "%s.%u", parser->object.name, n));
}

void dm_nets_read_other_interface(struct dm_nets_parser *parser)
{
    struct dm_interface interface = { .object = parser->object, .source_dest_check = true };
    bool is_transit = dm_str_equal(parser->words[0], "transit");

    interface.kind = is_transit ? DM_INTERFACE_TRANSIT : DM_INTERFACE_UNKNOWN;
    interface.subnet = OBJECT(parser, subnet);
    dm_nets_set_addresses(parser, &interface, dm_nets_word(parser));
    if (!is_transit) {
        interface.unknown = OBJECT(parser, unknown);
    }
    dm_builder_add_interface(parser->builder, &interface);
}

void dm_nets_read_class(struct dm_nets_parser *parser)
{
    struct dm_data_class data_class = { .object = parser->object };

    dm_builder_add_data_class(parser->builder, &data_class);
}

/* A pod's is that of its cluster. */
static struct dm_vpc_id vpc_of(struct dm_nets_parser *parser, struct dm_interface_id id)
{
    const struct dm_interface *interface = dm_builder_edit_interface(parser->builder, id);

    if (interface->subnet.v) {
        return dm_builder_edit_subnet(parser->builder, interface->subnet)->vpc;
    }
    return dm_builder_edit_cluster(parser->builder,
                                   dm_builder_edit_node(parser->builder, interface->node)->cluster)
        ->vpc;
}

void dm_nets_read_service(struct dm_nets_parser *parser)
{
    struct dm_service service = { .object = parser->object, .base = parser->object.name };

    service.port = dm_nets_match_word(parser);
    service.hosts =
        dm_nets_objects_of(parser, DM_KIND_host, dm_nets_word(parser), &service.n_hosts);
    service.classes = dm_nets_objects_of(parser, DM_KIND_data_class,
                                         dm_nets_option(parser, "classes"), &service.n_classes);
    service.environment = environment_option(parser);
    service.is_public = dm_nets_flag(parser, "public");
    for (size_t i = 0; i < parser->interfaces.n && !parser->bad && service.n_hosts; i++) {
        if (parser->interfaces.items[i].owner == service.hosts[0].v && !service.vpc.v) {
            service.vpc = vpc_of(parser, parser->interfaces.items[i].interface);
            service.region = dm_builder_edit_vpc(parser->builder, service.vpc)->region;
        }
    }
    dm_builder_add_service(parser->builder, &service);
}

void dm_nets_read_store(struct dm_nets_parser *parser)
{
    struct dm_store store = { .object = parser->object, .base = parser->object.name };
    const char *engine = dm_nets_word(parser);

    while (store.engine < DM_ENGINE_COUNT
           && !dm_str_equal(dm_store_engine_text(store.engine), engine)) {
        store.engine++;
    }
    parser->bad = parser->bad || store.engine == DM_ENGINE_COUNT;
    store.port = dm_nets_match_word(parser);
    store.classes =
        dm_nets_objects_of(parser, DM_KIND_data_class, dm_nets_word(parser), &store.n_classes);
    store.subjects = dm_nets_parts(parser, dm_nets_word(parser), &store.n_subjects);
    store.environment = environment_option(parser);
    store.engine_origin = parser->object.origin;
    store.classes_origin = parser->object.origin;
    store.subjects_origin = parser->object.origin;
    dm_builder_add_store(parser->builder, &store);
}

void dm_nets_read_failover(struct dm_nets_parser *parser)
{
    uint32_t store = dm_nets_find(parser, DM_KIND_store, parser->object.name);
    size_t n = 0;
    const char *const *texts = dm_nets_parts(parser, dm_nets_word(parser), &n);
    uint32_t *order = DM_NEW_ARRAY(parser->arena, n + 1, uint32_t);

    for (size_t i = 0; i < n && order; i++) {
        uint64_t value = 0;

        parser->bad = !dm_str_to_u64(texts[i], strlen(texts[i]), 1000, &value) || parser->bad;
        order[i] = (uint32_t)value;
    }
    if (store) {
        dm_builder_edit_store(parser->builder, (struct dm_store_id){ store })->failover = order;
        dm_builder_edit_store(parser->builder, (struct dm_store_id){ store })->n_failover = n;
    }
}
