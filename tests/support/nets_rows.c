/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/nets_private.h"

#include <string.h>

/* Splits "kind:name" at its colon; the kind's index in 'kinds', 'n_kinds' where it is none. */
static size_t kind_of(const char *text, const char *const *kinds, size_t n_kinds,
                      const char **ret_name)
{
    const char *colon = strchr(text, ':');

    for (size_t i = 0; colon && i < n_kinds; i++) {
        if (strlen(kinds[i]) == (size_t)(colon - text)
            && memcmp(kinds[i], text, strlen(kinds[i])) == 0) {
            *ret_name = colon + 1;
            return i;
        }
    }
    return n_kinds;
}

static const struct {
    const char *word;
    enum dm_target_kind target_kind;
    enum dm_kind kind;
} targets[] = {
    { "igw", DM_TARGET_INTERNET_GATEWAY, DM_KIND_internet_gateway },
    { "nat", DM_TARGET_NAT_GATEWAY, DM_KIND_nat_gateway },
    { "peering", DM_TARGET_PEERING, DM_KIND_peering },
    { "tgw", DM_TARGET_TRANSIT_GATEWAY, DM_KIND_transit_gateway },
    { "vgw", DM_TARGET_VPN_GATEWAY, DM_KIND_vpn_gateway },
    { "core", DM_TARGET_CORE_NETWORK, DM_KIND_core_network },
    { "eni", DM_TARGET_INTERFACE, DM_KIND_interface },
    { "endpoint", DM_TARGET_VPC_ENDPOINT, DM_KIND_vpc_endpoint },
    { "gwlb", DM_TARGET_GWLB_ENDPOINT, DM_KIND_gwlb_endpoint },
    { "unknown", DM_TARGET_UNKNOWN, DM_KIND_unknown },
};

static void set_target(struct dm_nets_parser *parser, struct dm_route *route)
{
    const char *text = dm_nets_word(parser);

    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        const char *name = NULL;

        if (kind_of(text, &targets[i].word, 1, &name) == 0) {
            route->target_kind = targets[i].target_kind;
            route->target = dm_nets_find(parser, targets[i].kind, name);
            return;
        }
    }
    route->target_kind = dm_str_equal(text, "local") ? DM_TARGET_LOCAL : DM_TARGET_NONE;
    if (!dm_str_equal(text, "local") && !dm_str_equal(text, "none")) {
        parser->bad = true;
    }
}

void dm_nets_read_route(struct dm_nets_parser *parser)
{
    uint32_t table = dm_nets_find(parser, DM_KIND_route_table, parser->object.name);
    const char *destination = dm_nets_word(parser);
    struct dm_route route = { .origin = parser->object.origin };

    if (dm_str_starts(destination, "list:")) {
        route.list.v = dm_nets_find(parser, DM_KIND_prefix_list, destination + 5);
    } else {
        route.prefix = dm_nets_prefix_of(parser, destination);
    }
    set_target(parser, &route);
    route.propagated = dm_nets_flag(parser, "propagated");
    if (route.target_kind == DM_TARGET_LOCAL && !parser->bad) {
        for (size_t i = 0; i < parser->routes.n; i++) {
            parser->bad =
                parser->bad
                || (parser->routes.items[i].owner == table
                    && dm_prefix_compare(parser->routes.items[i].route.prefix, route.prefix) == 0);
        }
    }
    dm_nets_push_route(parser, table, &route);
}

void dm_nets_read_edge(struct dm_nets_parser *parser)
{
    uint32_t gateway = dm_nets_find(parser, DM_KIND_internet_gateway, parser->object.name);
    struct dm_route_table_id table = OBJECT(parser, route_table);

    if (gateway && table.v) {
        struct dm_internet_gateway_id id = { gateway };

        dm_builder_edit_internet_gateway(parser->builder, id)->edge_table = table;
        dm_builder_edit_route_table(parser->builder, table)->edge = id;
    }
}

void dm_nets_read_troute(struct dm_nets_parser *parser)
{
    struct dm_nets_transit_row row = { dm_nets_find(parser, DM_KIND_transit_table,
                                                    parser->object.name),
                                       { .origin = parser->object.origin } };
    const char *target = NULL;

    row.route.prefix = dm_nets_prefix_of(parser, dm_nets_word(parser));
    target = dm_nets_word(parser);
    if (dm_str_starts(target, "unknown:")) {
        row.route.unknown.v = dm_nets_find(parser, DM_KIND_unknown, target + 8);
    } else if (!dm_str_equal(target, "none")) {
        row.route.attachment.v = dm_nets_find(parser, DM_KIND_attachment, target);
    }
    if (!DM_VEC_PUSH(parser->arena, &parser->transit_routes, row)) {
        parser->bad = true;
    }
}

void dm_nets_read_propagate(struct dm_nets_parser *parser)
{
    struct dm_nets_propagation_row row = { dm_nets_find(parser, DM_KIND_transit_table,
                                                        parser->object.name),
                                           { .origin = parser->object.origin } };

    row.propagation.attachment = OBJECT(parser, attachment);
    if (!DM_VEC_PUSH(parser->arena, &parser->propagations, row)) {
        parser->bad = true;
    }
}

/* "in" is false, "out" true. */
static bool direction_word(struct dm_nets_parser *parser)
{
    const char *text = dm_nets_word(parser);

    parser->bad = parser->bad || (!dm_str_equal(text, "in") && !dm_str_equal(text, "out"));
    return dm_str_equal(text, "out");
}

void dm_nets_read_rule(struct dm_nets_parser *parser)
{
    uint32_t acl = dm_nets_find(parser, DM_KIND_acl, parser->object.name);
    struct dm_acl_entry entry = { .origin = parser->object.origin };
    const char *number = NULL;
    const char *verdict = NULL;
    uint64_t value = 0;

    entry.egress = direction_word(parser);
    number = dm_nets_word(parser);
    parser->bad = !dm_str_to_u64(number, strlen(number), 32767, &value) || parser->bad;
    entry.number = (uint32_t)value;
    verdict = dm_nets_word(parser);
    entry.allow = dm_str_equal(verdict, "allow");
    parser->bad = parser->bad || (!entry.allow && !dm_str_equal(verdict, "deny"));
    entry.match = dm_nets_match_word(parser);
    entry.prefix = dm_nets_prefix_of(parser, dm_nets_word(parser));
    dm_nets_push_entry(parser, acl, &entry);
}

void dm_nets_read_permit(struct dm_nets_parser *parser)
{
    static const char *const kinds[] = { "group", "list", "unknown" };
    static const enum dm_peer_kind peers[] = { DM_PEER_GROUP, DM_PEER_LIST, DM_PEER_UNKNOWN };
    static const enum dm_kind objects[] = { DM_KIND_group, DM_KIND_prefix_list, DM_KIND_unknown };
    uint32_t group = dm_nets_find(parser, DM_KIND_group, parser->object.name);
    struct dm_group_rule rule = { .origin = parser->object.origin };
    const char *peer = NULL;
    const char *name = NULL;
    size_t kind = 0;

    rule.egress = direction_word(parser);
    rule.match = dm_nets_match_word(parser);
    peer = dm_nets_word(parser);
    kind = kind_of(peer, kinds, 3, &name);
    if (kind < 3) {
        rule.peer_kind = peers[kind];
        rule.peer = dm_nets_find(parser, objects[kind], name);
    } else {
        rule.prefix = dm_nets_prefix_of(parser, peer);
    }
    dm_nets_push_rule(parser, group, &rule);
}

void dm_nets_read_call(struct dm_nets_parser *parser)
{
    static const char *const kinds[] = { "service", "store" };
    struct dm_nets_call_row row = { dm_nets_find(parser, DM_KIND_service, parser->object.name),
                                    { .origin = parser->object.origin } };
    const char *name = "";
    size_t kind = kind_of(dm_nets_word(parser), kinds, 2, &name);

    row.call.to.kind = kind == 0 ? DM_PARTY_SERVICE : DM_PARTY_STORE;
    row.call.to.v = dm_nets_find(parser, kind == 0 ? DM_KIND_service : DM_KIND_store, name);
    if (!DM_VEC_PUSH(parser->arena, &parser->calls, row)) {
        parser->bad = true;
    }
}

void dm_nets_read_copy(struct dm_nets_parser *parser)
{
    struct dm_nets_copy_row row = { dm_nets_find(parser, DM_KIND_store, parser->object.name),
                                    { .origin = parser->object.origin } };

    row.copy.region = OBJECT(parser, region);
    row.copy.hosts =
        dm_nets_objects_of(parser, DM_KIND_host, dm_nets_word(parser), &row.copy.n_hosts);
    if (!DM_VEC_PUSH(parser->arena, &parser->copies, row)) {
        parser->bad = true;
    }
}
