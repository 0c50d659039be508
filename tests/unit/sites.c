/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sites by transit gateways and core networks, Direct Connect and VPN, a fact a test.  Virtual
 * private gateways have a property of their own, see tests/prop/sites.c.
 */
#include "solver/reach/session.h"
#include "tests/support/dmtest.h"
#include "tests/support/lowered.h"

/* VPC app with host ledger in each of two regions behind transit gateways hub. */
#define HUBS                                                                                       \
    "demarc: 1\nname: hybrid\nregions:\n"                                                          \
    "  eu-central-1: {zones: [a], cidr: 10.0.0.0/12, asn: 64512}\n"                                \
    "  eu-west-1: {zones: [a], cidr: 10.16.0.0/12, asn: 64513}\n"                                  \
    "vpcs:\n  app:\n    for: {region: all}\n    cidr: {pool: region, size: 16}\n"                  \
    "    subnets:\n      app: {size: 24, routes: {172.16.0.0/12: transit-gateway}}\n"              \
    "      attach: {size: 28}\n"                                                                   \
    "    attach: {to: hub, subnets: attach, table: spokes, propagate: [onprem]}\n"                 \
    "groups:\n  app: {in: app, ingress: [{from: any, port: tcp/443}]}\n"                           \
    "services:\n"                                                                                  \
    "  ledger: {for: {region: all}, in: app.app, port: tcp/443, groups: [app]}\n"                  \
    "direct_connect:\n  locations: {fra: {}, dub: {}}\n"                                           \
    "  connections:\n    c1: {location: fra, region: eu-central-1}\n"                              \
    "    c2: {location: dub, region: eu-west-1}\n"
#define TABLES(routes)                                                                             \
    "transit_gateways:\n  hub:\n    for: {region: all}\n    tables: [spokes, onprem]\n"            \
    "    default_association: none\n    default_propagation: none\n" routes
#define GATEWAY(west)                                                                              \
    "  gateways:\n    g:\n      asn: 64600\n      associations:\n"                                 \
    "        - {transit_gateway: hub, region: eu-central-1, table: onprem, propagate: [spokes], "  \
    "allowed: [10.0.0.0/12]}\n"                                                                    \
    "        - {transit_gateway: hub, region: eu-west-1, table: onprem, propagate: [spokes], "     \
    "allowed: [" west "]}\n"
#define SITE(links) "sites:\n  dc:\n    cidr: 172.20.0.0/16\n    links:\n" links
#define BY_DX                                                                                      \
    "      dx1: {direct_connect: {connection: c1, gateway: g}}\n"                                  \
    "      dx2: {direct_connect: {connection: c2, gateway: g}}\n"
#define BY_VPN(more)                                                                               \
    "      vpn: {vpn: {transit_gateway: hub, region: eu-central-1, table: onprem, "                \
    "propagate: [spokes]" more "}}\n"

/* 'expected' is "PASS", or "CODE", or "reply CODE"; 'failed' ends with NULL. */
static void ask(const char *design, const char *from, const char *to, const char *const *failed,
                const char *expected)
{
    struct lowered lowered = lowered_new(design, NULL);
    const struct dm_model *model = lowered.model;
    struct dm_element_id elements[4];
    size_t n = 0;
    struct dm_walker walker = { .arena = lowered.arena, .model = model };
    struct dm_alive *alive;
    struct dm_endpoint sender = { 0 };
    struct dm_endpoint target = { 0 };
    const char *why = NULL;
    struct dm_session_query query = {
        .flow = { .protocol = DM_PROTO_TCP, .port_first = 443, .port_last = 443 }
    };
    struct dm_session session;
    struct dm_str found;

    assert_non_null(model);
    walker.plane = dm_plane_new(lowered.arena, model);
    alive = dm_alive_new(lowered.arena, model);
    assert_non_null(walker.plane);
    assert_non_null(alive);
    for (; failed && failed[n]; n++) {
        elements[n] = dm_model_find_element(model, failed[n]);
        assert_true(elements[n].v != 0);
    }
    dm_alive_begin(alive, elements, n);
    assert_true(dm_endpoint_find(model, from, &sender, &why));
    assert_true(dm_endpoint_find(model, to, &target, &why));
    query.start = dm_endpoint_start(model, &sender, &target);
    assert_true(dm_session_check(&walker, alive, &query, &session));
    dm_str_init(&found, lowered.arena);
    if (session.end == DM_SESSION_PASS) {
        dm_str_add(&found, "PASS");
    } else {
        dm_str_addf(&found, "%s%s", session.on_reply ? "reply " : "", dm_code_name(session.code));
    }
    assert_string_equal(found.text, expected);
    lowered_free(&lowered);
}

#define FAIL(...)                                                                                  \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }
#define HYBRID HUBS GATEWAY("10.16.0.0/12") TABLES("")
#define CENTRAL "ledger.eu-central-1.a"
#define WEST "ledger.eu-west-1.a"

/* DX-01, DX-07 */
static void direct_connect_lives_while_one_location_does(void **state)
{
    static const char net[] = HYBRID SITE(BY_DX);

    (void)state;
    ask(net, "dc", CENTRAL, NULL, "PASS");
    ask(net, CENTRAL, "dc", NULL, "PASS");
    ask(net, "dc", WEST, NULL, "PASS");
    ask(net, "dc", CENTRAL, FAIL("direct-connect-location:fra"), "PASS");
    ask(net, "dc", CENTRAL, FAIL("direct-connect-location:fra", "direct-connect-connection:c2"),
        "SITE_NO_ROUTE");
    ask(net, CENTRAL, "dc", FAIL("direct-connect-location:fra", "direct-connect-connection:c2"),
        "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT");
    ask(net, CENTRAL, "dc", FAIL("site:dc"), "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT");
}

/* DX-03 */
static void allowed_prefixes_are_all_that_a_transit_gateway_tells_by_direct_connect(void **state)
{
    static const char net[] = HUBS GATEWAY("10.128.0.0/12") TABLES("") SITE(BY_DX);

    (void)state;
    ask(net, "dc", CENTRAL, NULL, "PASS");
    ask(net, "dc", WEST, NULL, "SITE_NO_ROUTE");
    ask(net, WEST, "dc", NULL, "reply SITE_NO_ROUTE");
}

/* DX-05 */
static void a_direct_connect_gateway_does_not_join_its_transit_gateways(void **state)
{
    (void)state;
    ask(HYBRID SITE(BY_DX), CENTRAL, WEST, NULL, "NO_ROUTE_TO_DESTINATION");
}

/* DX-05: also where the table of a transit gateway leads back to where it came from; by another
 * Direct Connect gateway, or a VPN, it may go on. */
static void a_direct_connect_gateway_is_not_said_to_join_its_sites(void **state)
{
#define BACK(other)                                                                                \
    HUBS                                                                                           \
        "  gateways:\n    g:\n      asn: 64600\n      associations:\n"                             \
        "        - {transit_gateway: hub, region: eu-central-1, table: onprem, "                   \
        "propagate: [spokes, onprem], allowed: [10.0.0.0/8, 172.16.0.0/12]}\n"                     \
        "    g2:\n      asn: 64601\n      associations:\n"                                         \
        "        - {transit_gateway: hub, region: eu-central-1, table: onprem, "                   \
        "propagate: [spokes, onprem], allowed: [10.0.0.0/8, 172.16.0.0/12]}\n" TABLES("") SITE(    \
            "      dx1: {direct_connect: {connection: c1, gateway: g}}\n") "  office:\n    cidr: " \
                                                                           "172.21.0.0/16\n    "   \
                                                                           "links:\n"              \
                                                                           "      dx2: "           \
                                                                           "{direct_connect: "     \
                                                                           "{connection: c2, "     \
                                                                           "gateway: " other       \
                                                                           "}}\n"
    (void)state;
    ask(BACK("g"), "dc", "office", NULL, "NOT_UNDERSTOOD");
    ask(BACK("g"), "dc", CENTRAL, NULL, "PASS");
    ask(BACK("g2"), "dc", "office", NULL, "PASS");
}

/* TGW-09, VPN-01 */
static void a_vpn_takes_over_and_lives_on_one_tunnel(void **state)
{
    static const char net[] = HYBRID SITE(BY_DX BY_VPN(""));

    (void)state;
    ask(net, "dc", CENTRAL, FAIL("direct-connect-location:fra", "direct-connect-location:dub"),
        "PASS");
    ask(net, CENTRAL, "dc",
        FAIL("direct-connect-location:fra", "direct-connect-location:dub",
             "vpn-tunnel:dc.vpn.tunnel-1"),
        "PASS");
    ask(net, "dc", CENTRAL,
        FAIL("direct-connect-location:fra", "direct-connect-location:dub", "vpn-connection:dc.vpn"),
        "SITE_NO_ROUTE");
}

/* VPN-06 */
static void a_static_vpn_needs_a_static_route_in_the_table(void **state)
{
    (void)state;
    ask(HYBRID SITE(BY_VPN(", routing: static")), "dc", CENTRAL, NULL,
        "reply TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT");
    ask(HUBS GATEWAY("10.16.0.0/12")
            TABLES("    override:\n      eu-central-1:\n"
                   "        routes: {spokes: {172.20.0.0/16: 'link:dc.vpn'}}\n")
                SITE(BY_VPN(", routing: static")),
        "dc", CENTRAL, NULL, "PASS");
}

/* Sites are not the internet: what is not theirs is not answered for. */
static void an_address_that_is_not_the_sites_own_is_not_known(void **state)
{
    static const char net[] =
        HYBRID SITE(BY_DX "      dx3: {direct_connect: {connection: c1, gateway: g}, "
                          "advertise: [172.16.0.0/12]}\n");

    (void)state;
    ask(net, CENTRAL, "172.20.7.7", NULL, "PASS");
    ask(net, CENTRAL, "172.21.7.7", NULL, "NOT_UNDERSTOOD");
}

static void rules_tell_addresses_of_a_site_apart(void **state)
{
    struct lowered lowered = lowered_new(
        HUBS GATEWAY("10.16.0.0/12") TABLES("    routes: {spokes: {172.20.128.0/17: blackhole}}\n")
            SITE(BY_DX) "    hosts: {erp: 172.20.1.5}\n",
        NULL);
    const struct dm_site *site;

    (void)state;
    assert_non_null(lowered.model);
    site = &lowered.model->sites[0];
    assert_int_equal(site->n_hosts, 4);
    assert_string_equal(dm_host_get(lowered.model, site->hosts[0])->object.name, "dc");
    assert_string_equal(dm_host_get(lowered.model, site->hosts[1])->object.name, "dc.erp");
    assert_string_equal(dm_host_get(lowered.model, site->hosts[3])->object.name, "dc@172.20.128.0");
    lowered_free(&lowered);
}

/* VPN-05: the facts say nothing of static ones. */
static void sites_reach_each_other_by_a_virtual_private_gateway_with_bgp(void **state)
{
#define HUB(routing)                                                                               \
    "demarc: 1\nname: hub\nregions:\n  eu-central-1: {zones: [a], cidr: 10.0.0.0/12}\n"            \
    "vpcs:\n  app:\n    for: {region: all}\n    cidr: {pool: region, size: 16}\n"                  \
    "    vpn_gateway: true\n"                                                                      \
    "    subnets: {app: {size: 24, routes: {172.16.0.0/12: vpn-gateway}}}\n"                       \
    "sites:\n"                                                                                     \
    "  dc:\n    cidr: 172.20.0.0/16\n    links: {v: {vpn: {vpc: app.eu-central-1}}}\n"             \
    "  office:\n    cidr: 172.21.0.0/16\n"                                                         \
    "    links: {v: {vpn: {vpc: app.eu-central-1, routing: " routing "}}}\n"
    (void)state;
    ask(HUB("bgp"), "dc", "office", NULL, "PASS");
    ask(HUB("bgp"), "dc", "office", FAIL("vpn-connection:office.v"), "SITE_NO_ROUTE");
    ask(HUB("static"), "dc", "office", NULL, "NOT_UNDERSTOOD");
    ask(HUB("static"), "office", "dc", NULL, "reply NOT_UNDERSTOOD");
    ask(HUB("static"), "dc", "office", FAIL("vpn-connection:office.v"), "SITE_NO_ROUTE");
}

/* CWAN-15, DX-08 */
static void core_networks_lead_to_sites_by_segment(void **state)
{
#define CORE(segment)                                                                              \
    "demarc: 1\nname: wan\nregions:\n"                                                             \
    "  eu-central-1: {zones: [a], cidr: 10.0.0.0/12}\n"                                            \
    "core_networks:\n  wan: {edges: all, segments: {prod: {}, dev: {}}}\n"                         \
    "vpcs:\n  app:\n    for: {region: all}\n    cidr: {pool: region, size: 16}\n"                  \
    "    subnets:\n      app: {size: 24, routes: {172.16.0.0/12: core-network}}\n"                 \
    "      attach: {size: 28}\n"                                                                   \
    "    core: {to: wan, subnets: attach, segment: prod}\n"                                        \
    "groups:\n  app: {in: app, ingress: [{from: any, port: tcp/443}]}\n"                           \
    "services:\n"                                                                                  \
    "  ledger: {for: {region: all}, in: app.app, port: tcp/443, groups: [app]}\n"                  \
    "direct_connect:\n  locations: {fra: {}}\n"                                                    \
    "  connections: {c1: {location: fra, region: eu-central-1}}\n"                                 \
    "  gateways: {g: {asn: 64600, associations: [{core_network: wan, region: eu-central-1, "       \
    "segment: " segment "}]}}\n"                                                                   \
    "sites:\n  dc:\n    cidr: 172.20.0.0/16\n"                                                     \
    "    links: {dx: {direct_connect: {connection: c1, gateway: g}}}\n"
    (void)state;
    ask(CORE("prod"), "dc", CENTRAL, NULL, "PASS");
    ask(CORE("prod"), CENTRAL, "dc", NULL, "PASS");
    ask(CORE("prod"), "dc", CENTRAL, FAIL("direct-connect-connection:c1"), "SITE_NO_ROUTE");
    ask(CORE("dev"), "dc", CENTRAL, NULL, "SITE_NO_ROUTE");
    ask(CORE("dev"), CENTRAL, "dc", NULL, "CORE_NO_ROUTE");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(direct_connect_lives_while_one_location_does),
        cmocka_unit_test(allowed_prefixes_are_all_that_a_transit_gateway_tells_by_direct_connect),
        cmocka_unit_test(a_direct_connect_gateway_does_not_join_its_transit_gateways),
        cmocka_unit_test(a_direct_connect_gateway_is_not_said_to_join_its_sites),
        cmocka_unit_test(a_vpn_takes_over_and_lives_on_one_tunnel),
        cmocka_unit_test(a_static_vpn_needs_a_static_route_in_the_table),
        cmocka_unit_test(an_address_that_is_not_the_sites_own_is_not_known),
        cmocka_unit_test(rules_tell_addresses_of_a_site_apart),
        cmocka_unit_test(sites_reach_each_other_by_a_virtual_private_gateway_with_bgp),
        cmocka_unit_test(core_networks_lead_to_sites_by_segment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
