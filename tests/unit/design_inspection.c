/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Firewalls, appliances and network functions of designs: what each word becomes, and what each
 * fault says where.
 */
#include "tests/support/dmtest.h"

#include <string.h>

#include "model/base/str.h"
#include "tests/support/lowered.h"

/* VPC v in two zones with subnets s, t and f, what s routes, what follows the subnets, the rest. */
#define DESIGN(routes, of_v, rest)                                                                 \
    "demarc: 1\nname: x\nregions:\n"                                                               \
    "  eu-west-1: {zones: [a, b], cidr: 10.0.0.0/16}\n"                                            \
    "vpcs:\n  v:\n    for: {region: eu-west-1}\n    cidr: {pool: region, size: 20}\n" of_v         \
    "    subnets:\n      s: {size: 24, routes: {" routes "}}\n      t: {size: 25}\n"               \
    "      f: {size: 28}\ngroups:\n  g: {in: v}\n" rest "\n"
#define FIREWALL(policy) "firewalls:\n  w:\n    in: v.f\n    policy: {" policy "}\n"
#define RULES                                                                                      \
    "stateless: [{rule: 20, forward: tcp/80-90, from: any, to: vpc}, "                             \
    "{rule: 10, drop: proto/50, from: [10.9.0.0/16, 10.8.0.0/16], to: any}], "                     \
    "stateless_default: pass, stateful: [{alert: all, from: any, to: any}, "                       \
    "{drop: icmp, from: any, to: any}], stateful_default: drop-established"
#define FLEET(more)                                                                                \
    "appliances:\n  w: {in: v.t, groups: [g], endpoints: v.f, cross_zone: true" more "}\n"
#define HOST(more)                                                                                 \
    "services:\n  w: {for: {region: all}, in: v.t, port: tcp/22, groups: [g]" more "}\n"

static const struct dm_route *route_to(const struct dm_model *model, const char *table,
                                       const char *prefix)
{
    char text[DM_ADDR_TEXT_SIZE];

    for (uint32_t i = 0; i < model->n_route_tables; i++) {
        const struct dm_route_table *item = &model->route_tables[i];

        for (size_t j = 0; dm_str_equal(item->object.name, table) && j < item->n_routes; j++) {
            if (dm_str_equal(dm_prefix_text(item->routes[j].prefix, text), prefix)) {
                return &item->routes[j];
            }
        }
    }
    fail_msg("no route %s in %s", prefix, table);
    return NULL;
}

static void a_firewall_has_an_endpoint_in_each_zone_and_a_policy_of_its_own(void **state)
{
    struct lowered lowered =
        lowered_new(DESIGN("internet: \"firewall:w\"", "", FIREWALL(RULES)), NULL);
    const struct dm_model *model = lowered.model;
    const struct dm_firewall_policy *policy;
    const struct dm_firewall_rules *stateless;
    const struct dm_firewall_rules *stateful;

    (void)state;
    assert_non_null(model);
    assert_int_equal(model->n_firewalls, 1);
    assert_string_equal(model->firewalls[0].object.name, "v.eu-west-1.w");
    assert_int_equal(model->n_gwlb_endpoints, 2);
    assert_string_equal(model->gwlb_endpoints[1].object.name, "v.eu-west-1.w.b");
    policy = &model->firewall_policies[0];
    assert_int_equal(policy->stateless_default, DM_FIREWALL_PASS);
    assert_true(policy->is_strict);
    assert_int_equal(policy->stateful_default, DM_FIREWALL_DEFAULT_DROP_ESTABLISHED);
    stateless = dm_firewall_rules_get(model, policy->stateless[0].rules);
    stateful = dm_firewall_rules_get(model, policy->stateful[0].rules);
    assert_int_equal(stateless->n_rules, 2);
    assert_int_equal(stateless->rules[0].priority, 10); /* in order of their numbers */
    assert_int_equal(stateless->rules[0].action, DM_FIREWALL_DROP);
    assert_int_equal(stateless->rules[0].protocols[0], 50);
    assert_int_equal(stateless->rules[0].source.n_prefixes, 2);
    assert_int_equal(stateless->rules[0].destination.n_prefixes, 0);
    assert_int_equal(stateless->rules[1].destination.ports[0].last, 90);
    assert_int_equal(stateless->rules[1].destination.prefixes[0].length, 20);
    assert_int_equal(stateful->n_rules, 2);
    assert_int_equal(stateful->rules[0].action, DM_FIREWALL_ALERT);
    assert_int_equal(stateful->rules[0].n_protocols, 0);
    /* Each zone's subnet goes by its own zone's endpoint. */
    assert_int_equal(route_to(model, "v.eu-west-1.s.a", "0.0.0.0/0")->target_kind,
                     DM_TARGET_GWLB_ENDPOINT);
    assert_int_equal(route_to(model, "v.eu-west-1.s.a", "0.0.0.0/0")->target, 1);
    assert_int_equal(route_to(model, "v.eu-west-1.s.b", "0.0.0.0/0")->target, 2);
    lowered_free(&lowered);
}

static void a_fleet_has_an_appliance_and_an_endpoint_in_each_zone(void **state)
{
    struct lowered lowered = lowered_new(
        DESIGN("10.9.0.0/16: \"appliances:w\"", "", FLEET(", transparent: true")), NULL);
    const struct dm_model *model = lowered.model;

    (void)state;
    assert_non_null(model);
    assert_int_equal(model->n_gateway_balancers, 1);
    assert_int_equal(model->gateway_balancers[0].n_appliances, 2);
    assert_true(model->gateway_balancers[0].cross_zone);
    assert_true(model->gateway_balancers[0].is_transparent);
    assert_int_equal(model->n_gwlb_endpoints, 2);
    assert_int_equal(model->gwlb_endpoints[0].balancer.v, 1);
    assert_int_equal(route_to(model, "v.eu-west-1.s.b", "10.9.0.0/16")->target, 2);
    lowered_free(&lowered);
}

static void a_service_that_forwards_checks_no_addresses(void **state)
{
    struct lowered lowered =
        lowered_new(DESIGN("10.9.0.0/16: \"service:w\"", "", HOST(", forwards: true")), NULL);
    struct lowered only = lowered_new(
        DESIGN("10.9.0.0/16: \"service:w\"", "", HOST(", forwards: true, zones: [b]")), NULL);
    const struct dm_model *model = lowered.model;
    const struct dm_route *route;

    (void)state;
    assert_non_null(model);
    assert_true(model->hosts[0].forwards);
    route = route_to(model, "v.eu-west-1.s.b", "10.9.0.0/16");
    assert_int_equal(route->target_kind, DM_TARGET_INTERFACE);
    assert_false(model->interfaces[route->target - 1].source_dest_check);
    assert_string_equal(model->interfaces[route->target - 1].object.name, "w.eu-west-1.b.eni");
    assert_non_null(only.model);
    route = route_to(only.model, "v.eu-west-1.s.a", "10.9.0.0/16");
    assert_string_equal(only.model->interfaces[route->target - 1].object.name, "w.eu-west-1.b.eni");
    lowered_free(&lowered);
    lowered_free(&only);
}

#define GATEWAYS                                                                                   \
    "    internet_gateway: true\n    vpn_gateway: true\n    gateway_routes:\n"                     \
    "      internet_gateway: {\"subnet:s\": \"firewall:w\"}\n"                                     \
    "      vpn_gateway: {\"subnet:t\": \"firewall:w\"}\n"

static void tables_of_gateways_lead_to_subnets_by_zone(void **state)
{
    struct lowered lowered =
        lowered_new(DESIGN("\"subnet:s\": \"firewall:w\"", GATEWAYS, FIREWALL("")), NULL);
    const struct dm_model *model = lowered.model;
    const struct dm_route_table *table;
    char text[DM_ADDR_TEXT_SIZE];
    const char *b;

    (void)state;
    assert_non_null(model);
    table = dm_route_table_get(model, model->internet_gateways[0].edge_table);
    assert_string_equal(table->object.name, "v.eu-west-1.igw");
    assert_int_equal(table->edge.v, 1);
    assert_int_equal(table->n_routes, 3);
    b = dm_prefix_text(table->routes[2].prefix, text);
    assert_int_equal(table->routes[1].target, 1);
    assert_int_equal(table->routes[2].target, 2);
    /* The table of a subnet has no row for itself. */
    assert_int_equal(route_to(model, "v.eu-west-1.s.a", b)->target, 2);
    table = dm_route_table_get(model, model->vpn_gateways[0].edge_table);
    assert_int_equal(table->vpn_edge.v, 1);
    assert_int_equal(table->n_routes, 3);
    lowered_free(&lowered);
}

#define WAN(attach, segments)                                                                      \
    DESIGN("internet: core-network", "    core: {to: c, subnets: f, " attach "}\n",                \
           "core_networks:\n  c:\n    edges: all\n    network_functions: [fw, mw]\n"               \
           "    segments: {" segments "}")

static void segments_send_via_network_functions(void **state)
{
    struct lowered lowered =
        lowered_new(WAN("function: mw",
                        "a: {send_via: [{to: b, via: [mw], mode: dual-hop, "
                        "prefer: [{between: [eu-west-1], use: eu-west-1}]}, {to: all, via: fw}]}, "
                        "b: {send_to: [fw]}"),
                    NULL);
    const struct dm_model *model = lowered.model;
    const struct dm_core_network *network;

    (void)state;
    assert_non_null(model);
    network = &model->core_networks[0];
    assert_int_equal(model->n_core_functions, 2);
    assert_string_equal(model->core_functions[0].object.name, "c.fw");
    assert_int_equal(model->core_attachments[0].function.v, 2);
    assert_int_equal(model->core_attachments[0].segment.v, 0);
    assert_int_equal(network->n_insertions, 3);
    assert_true(network->insertions[0].dual_hop);
    assert_int_equal(network->insertions[0].functions[0].v, 2);
    assert_int_equal(network->insertions[0].when_sent_to.items[0].v, 2);
    assert_int_equal(network->insertions[0].overrides[0].use.v, 1);
    assert_false(network->insertions[1].dual_hop);
    assert_true(network->insertions[1].when_sent_to.all);
    assert_int_equal(network->insertions[2].kind, DM_CORE_SEND_TO);
    lowered_free(&lowered);
}

/* The only fault is 'message', and stands on the text 'at'. */
static void expect_fault(const char *design, const char *at, const char *message)
{
    struct lowered lowered = lowered_new(design, NULL);

    assert_int_equal(lowered.diags.n_errors, 1);
    assert_string_equal(lowered.diags.items[0].message, message);
    assert_string_equal(lowered_at(&lowered, lowered.diags.items[0].labels[0].span), at);
    lowered_free(&lowered);
}

static void routes_need_what_inspects(void **state)
{
    (void)state;
    expect_fault(DESIGN("internet: \"firewall:q\"", "", FIREWALL("")), "\"firewall:q\"",
                 "unknown firewall `q`");
    expect_fault(DESIGN("internet: \"appliances:q\"", "", FLEET("")), "\"appliances:q\"",
                 "unknown fleet of appliances `q`");
    expect_fault(DESIGN("internet: \"service:w\"", "", HOST("")), "\"service:w\"",
                 "service `w` does not forward");
    expect_fault(DESIGN("internet: \"service:q\"", "", HOST("")), "\"service:q\"",
                 "unknown service `q`");
    expect_fault(DESIGN("\"subnet:q\": \"firewall:w\"", "", FIREWALL("")), "\"subnet:q\"",
                 "unknown subnet `q`");
    expect_fault(DESIGN("\"subnet:t\": blackhole", "", ""), "blackhole",
                 "inside a VPC routes lead to what inspects or to NAT gateways alone [VPC-06]");
    expect_fault(DESIGN("",
                        "    gateway_routes: {internet_gateway: {\"subnet:s\": "
                        "\"firewall:w\"}}\n",
                        FIREWALL("")),
                 "internet_gateway", "`v.eu-west-1` has no internet gateway");
    expect_fault(DESIGN("", "    gateway_routes: {vpn_gateway: {\"subnet:s\": \"firewall:w\"}}\n",
                        FIREWALL("")),
                 "vpn_gateway", "`v.eu-west-1` has no virtual private gateway");
}

static void rules_of_firewalls_say_what_their_engine_can(void **state)
{
    (void)state;
    expect_fault(DESIGN("", "", "firewalls:\n  w: {in: q.f, policy: {}}"), "q.f",
                 "unknown VPC `q`");
    expect_fault(DESIGN("", "", "firewalls:\n  w: {in: v.q, policy: {}}"), "v.q",
                 "unknown subnet `q`");
    expect_fault(DESIGN("", "", FIREWALL("stateful: [{pass: icmp/8, from: any, to: any}]")),
                 "icmp/8", "rules of a firewall do not look at types of ICMP");
    expect_fault(DESIGN("", "", FIREWALL("stateful: [{pass: proto/50, from: any, to: any}]")),
                 "proto/50", "stateful rules are for `tcp`, `udp`, `icmp` or `all`");
    expect_fault(DESIGN("", "", FIREWALL("order: action, stateful_default: drop")),
                 "stateful_default", "only in strict order there is a default [NFW-06]");
    expect_fault(DESIGN("", "",
                        FIREWALL("stateless: [{rule: 7, pass: all, from: any, to: any}, "
                                 "{rule: 7, drop: all, from: any, to: any}]")),
                 "7", "rule 7 is there already");
    expect_fault(DESIGN("", "", FIREWALL("stateful: [{pass: all, from: \"pool:q\", to: any}]")),
                 "\"pool:q\"", "unknown pool `q`");
}

static void fleets_and_functions_name_what_there_is(void **state)
{
    (void)state;
    expect_fault(DESIGN("", "", "appliances:\n  w: {in: v.t, groups: [q], endpoints: v.f}"), "q",
                 "unknown group `q`");
    expect_fault(DESIGN("", "", "appliances:\n  w: {in: v.t, groups: [g], endpoints: v.q}"), "v.q",
                 "no VPC `v` with subnet `q` is where `v.eu-west-1.w` is");
    expect_fault(WAN("function: q", "a: {}"), "q", "unknown network function `q`");
    expect_fault(WAN("function: fw, segment: a", "a: {}"), "function",
                 "an attachment is in a segment or in a network function group");
    expect_fault(WAN("function: fw", "a: {send_to: [q]}"), "q", "unknown network function `q`");
    expect_fault(WAN("function: fw", "a: {send_via: [{to: q, via: fw}]}"), "q",
                 "unknown segment `q`");
    expect_fault(WAN("function: fw",
                     "a: {send_via: [{to: all, via: fw, prefer: [{between: [eu-west-1], "
                     "use: eu-west-2}]}]}"),
                 "eu-west-2", "core network `c` has no edge in `eu-west-2`");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_firewall_has_an_endpoint_in_each_zone_and_a_policy_of_its_own),
        cmocka_unit_test(a_fleet_has_an_appliance_and_an_endpoint_in_each_zone),
        cmocka_unit_test(a_service_that_forwards_checks_no_addresses),
        cmocka_unit_test(tables_of_gateways_lead_to_subnets_by_zone),
        cmocka_unit_test(segments_send_via_network_functions),
        cmocka_unit_test(routes_need_what_inspects),
        cmocka_unit_test(rules_of_firewalls_say_what_their_engine_can),
        cmocka_unit_test(fleets_and_functions_name_what_there_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
