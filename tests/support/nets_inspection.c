/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tests/support/nets_private.h"

void dm_nets_read_fgroup(struct dm_nets_parser *parser)
{
    struct dm_firewall_rules group = { .object = parser->object };

    group.is_stateful = dm_nets_flag(parser, "stateful");
    dm_builder_add_firewall_rules(parser->builder, &group);
}

/* "80", "80-90" or several of them with commas; "any". */
static const struct dm_port_range *ports_of(struct dm_nets_parser *parser, const char *text,
                                            size_t *ret_n)
{
    size_t n = 0;
    const char *const *parts = NULL;
    struct dm_port_range *ports = NULL;

    *ret_n = 0;
    if (!text || dm_str_equal(text, "any")) {
        return NULL;
    }
    parts = dm_nets_parts(parser, text, &n);
    ports = DM_NEW_ARRAY(parser->arena, n, struct dm_port_range);
    for (size_t i = 0; i < n && ports; i++) {
        size_t length = strcspn(parts[i], "-");
        const char *last = parts[i][length] ? parts[i] + length + 1 : parts[i];
        uint64_t a = 0;
        uint64_t b = 0;

        parser->bad = parser->bad || !dm_str_to_u64(parts[i], length, 65535, &a)
                      || !dm_str_to_u64(last, strlen(last), 65535, &b);
        ports[i] = (struct dm_port_range){ (uint16_t)a, (uint16_t)b };
    }
    *ret_n = n;
    return ports;
}

/* "any", "home", "external", or prefixes of which "!10.0.0.0/8" are excepted. */
static void side_word(struct dm_nets_parser *parser, struct dm_firewall_side *side)
{
    const char *text = dm_nets_word(parser);
    size_t n = 0;
    const char *const *parts = dm_nets_parts(parser, text, &n);
    struct dm_prefix *prefixes = DM_NEW_ARRAY(parser->arena, n + 1, struct dm_prefix);
    struct dm_prefix *except = DM_NEW_ARRAY(parser->arena, n + 1, struct dm_prefix);

    if (!prefixes || !except) {
        parser->bad = true;
        return;
    }
    for (size_t i = 0; i < n; i++) {
        if (dm_str_equal(parts[i], "home") || dm_str_equal(parts[i], "external")) {
            side->home = parts[i][0] == 'h' ? DM_HOME_NET : DM_HOME_EXTERNAL;
        } else if (parts[i][0] == '!') {
            except[side->n_except++] = dm_nets_prefix_of(parser, parts[i] + 1);
        } else if (!dm_str_equal(parts[i], "any")) {
            prefixes[side->n_prefixes++] = dm_nets_prefix_of(parser, parts[i]);
        }
    }
    side->prefixes = prefixes;
    side->except = except;
}

static uint8_t protocol_of(struct dm_nets_parser *parser, const char *text)
{
    struct dm_match match = DM_MATCH_ALL;

    parser->bad = parser->bad || !dm_match_parse(text, &match) || match.protocol < 0;
    return (uint8_t)match.protocol;
}

/* frule g 10 pass tcp,udp|any SIDE SIDE [from=PORTS] [to=PORTS] [both] [partial=u] */
void dm_nets_read_frule(struct dm_nets_parser *parser)
{
    static const char *const actions[] = { "pass", "drop", "forward", "alert", "either" };
    struct dm_nets_frule_row row = { dm_nets_find(parser, DM_KIND_firewall_rules,
                                                  parser->object.name),
                                     { .origin = parser->object.origin } };
    const char *text = dm_nets_word(parser);
    uint64_t number = 0;
    size_t n = 0;
    const char *const *parts = NULL;
    uint8_t *protocols = NULL;

    parser->bad = parser->bad || !dm_str_to_u64(text, strlen(text), 65535, &number);
    row.rule.priority = (uint32_t)number;
    text = dm_nets_word(parser);
    while (n < 5 && !dm_str_equal(actions[n], text)) {
        n++;
    }
    parser->bad = parser->bad || n == 5;
    row.rule.action = (enum dm_firewall_action)n;
    text = dm_nets_word(parser);
    parts = dm_nets_parts(parser, dm_str_equal(text, "any") ? "-" : text, &n);
    protocols = DM_NEW_ARRAY(parser->arena, n + 1, uint8_t);
    for (size_t i = 0; i < n && protocols; i++) {
        protocols[i] = protocol_of(parser, parts[i]);
    }
    row.rule.protocols = protocols;
    row.rule.n_protocols = n;
    side_word(parser, &row.rule.source);
    side_word(parser, &row.rule.destination);
    row.rule.source.ports =
        ports_of(parser, dm_nets_option(parser, "from"), &row.rule.source.n_ports);
    row.rule.destination.ports =
        ports_of(parser, dm_nets_option(parser, "to"), &row.rule.destination.n_ports);
    row.rule.both_ways = dm_nets_flag(parser, "both");
    text = dm_nets_option(parser, "partial");
    if (text) {
        row.rule.partial = true;
        row.rule.unknown.v = dm_nets_find(parser, DM_KIND_unknown, text);
    }
    if (!DM_VEC_PUSH(parser->arena, &parser->frules, row)) {
        parser->bad = true;
    }
}

static const struct dm_firewall_use *uses_of(struct dm_nets_parser *parser, const char *text,
                                             size_t *ret_n)
{
    size_t n = 0;
    const char *const *parts = dm_nets_parts(parser, text, &n);
    struct dm_firewall_use *uses = DM_NEW_ARRAY(parser->arena, n + 1, struct dm_firewall_use);

    for (size_t i = 0; i < n && uses; i++) {
        bool alerts = parts[i][0] == '~';

        uses[i].rules.v = dm_nets_find(parser, DM_KIND_firewall_rules, parts[i] + alerts);
        uses[i].priority = (uint32_t)i + 1;
        uses[i].drops_alert_only = alerts;
    }
    *ret_n = n;
    return uses;
}

/* fpolicy p pass|drop|forward [stateless=g,...] [stateful=g,...] [strict=pass|established|drop]
 * [continues] [home=10.0.0.0/8] [unknown=u] */
void dm_nets_read_fpolicy(struct dm_nets_parser *parser)
{
    static const char *const defaults[] = { "pass", "established", "drop" };
    struct dm_firewall_policy policy = { .object = parser->object };
    const char *text = dm_nets_word(parser);
    struct dm_prefix *home = DM_NEW(parser->arena, struct dm_prefix);

    policy.stateless_default = dm_str_equal(text, "pass")   ? DM_FIREWALL_PASS
                               : dm_str_equal(text, "drop") ? DM_FIREWALL_DROP
                                                            : DM_FIREWALL_FORWARD;
    policy.stateless = uses_of(parser, dm_nets_option(parser, "stateless"), &policy.n_stateless);
    policy.stateful = uses_of(parser, dm_nets_option(parser, "stateful"), &policy.n_stateful);
    text = dm_nets_option(parser, "strict");
    if (text) {
        size_t n = 0;

        while (n < 3 && !dm_str_equal(defaults[n], text)) {
            n++;
        }
        parser->bad = parser->bad || n == 3;
        policy.is_strict = true;
        policy.stateful_default = (enum dm_firewall_default)n;
    }
    policy.continues = dm_nets_flag(parser, "continues");
    text = dm_nets_option(parser, "home");
    if (text && home) {
        *home = dm_nets_prefix_of(parser, text);
        policy.home = home;
        policy.n_home = 1;
    }
    text = dm_nets_option(parser, "unknown");
    if (text) {
        policy.unknown.v = dm_nets_find(parser, DM_KIND_unknown, text);
    }
    dm_builder_add_firewall_policy(parser->builder, &policy);
}

void dm_nets_read_firewall(struct dm_nets_parser *parser)
{
    struct dm_firewall firewall = { .object = parser->object };

    firewall.vpc = OBJECT(parser, vpc);
    firewall.policy = OBJECT(parser, firewall_policy);
    dm_builder_add_firewall(parser->builder, &firewall);
}

void dm_nets_read_fendpoint(struct dm_nets_parser *parser)
{
    struct dm_gwlb_endpoint endpoint = { .object = parser->object };
    const char *behind = NULL;

    endpoint.subnet = OBJECT(parser, subnet);
    behind = dm_nets_word(parser);
    if (dm_str_starts(behind, "firewall:")) {
        endpoint.firewall.v = dm_nets_find(parser, DM_KIND_firewall, behind + 9);
    } else if (dm_str_starts(behind, "fleet:")) {
        endpoint.balancer.v = dm_nets_find(parser, DM_KIND_gateway_balancer, behind + 6);
    } else {
        endpoint.unknown.v = dm_nets_find(parser, DM_KIND_unknown, behind);
    }
    dm_builder_add_gwlb_endpoint(parser->builder, &endpoint);
}

void dm_nets_read_fleet(struct dm_nets_parser *parser)
{
    struct dm_gateway_balancer balancer = { .object = parser->object };

    balancer.vpc = OBJECT(parser, vpc);
    balancer.appliances =
        dm_nets_objects_of(parser, DM_KIND_host, dm_nets_word(parser), &balancer.n_appliances);
    balancer.cross_zone = dm_nets_flag(parser, "cross");
    balancer.is_transparent = dm_nets_flag(parser, "transparent");
    dm_builder_add_gateway_balancer(parser->builder, &balancer);
}
