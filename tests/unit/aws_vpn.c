/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * VPN connections and virtual private gateways from describe output: one test a fact, on small
 * inputs.  Where a line leads is not in such output, so nothing is ever said to arrive.
 */
#include "tests/support/aws_probing.h"
#include "tests/support/dmtest.h"

#define AWAY "172.16.1.1"
#define ELSEWHERE "172.17.1.1"

#define CUSTOMER                                                                                   \
    ",'CustomerGateways':[{'CustomerGatewayId':'cgw-1','State':'available','BgpAsn':'65010',"      \
    "'IpAddress':'192.0.2.1','Type':'ipsec.1'}]"
#define GATEWAY                                                                                    \
    ",'VpnGateways':[{'VpnGatewayId':'vgw-1','State':'available','AmazonSideAsn':64512,"           \
    "'VpcAttachments':[{'VpcId':'v','State':'attached'}]}]"
#define TUNNELS(first, second)                                                                     \
    "'VgwTelemetry':[{'OutsideIpAddress':'192.0.2.9','Status':'" first                             \
    "'},{'OutsideIpAddress':'192.0.2.10','Status':'" second "'}]"
#define CONNECTION(state, more)                                                                    \
    ",'VpnConnections':[{'VpnConnectionId':'vpn-1','State':'" state                                \
    "','CustomerGatewayId':'cgw-1','Type':'ipsec.1'," more "}]"
#define STATIC_ROUTES                                                                              \
    "'Options':{'StaticRoutesOnly':true},'Routes':[{'DestinationCidrBlock':'172.16.0.0/16',"       \
    "'State':'available'}]"
#define BY_HAND(state, first, second)                                                              \
    CUSTOMER GATEWAY CONNECTION(state, "'VpnGatewayId':'vgw-1'," STATIC_ROUTES                     \
                                       "," TUNNELS(first, second))
#define BY_BGP                                                                                     \
    CUSTOMER GATEWAY CONNECTION(                                                                   \
        "available",                                                                               \
        "'VpnGatewayId':'vgw-1','Options':{'StaticRoutesOnly':false},'Routes':[]," TUNNELS("UP",   \
                                                                                           "UP"))
#define TO_GATEWAY(prefix) ",{'DestinationCidrBlock':'" prefix "','GatewayId':'vgw-1'}"
#define LEARNED(prefix)                                                                            \
    ",{'DestinationCidrBlock':'" prefix                                                            \
    "','GatewayId':'vgw-1','Origin':'EnableVgwRoutePropagation','State':'active'}"
#define LEARNS(...) __VA_ARGS__ "],'PropagatingVgws':[{'GatewayId':'vgw-1'}"

static void what_a_line_carries_is_unknown_at_its_end(void **state)
{
    const char *net = NET(TO_GATEWAY("172.16.0.0/12"), "", BY_HAND("available", "UP", "UP"));

    (void)state;
    dm_aws_probe(net, "i", AWAY, "tcp/80", "UNKNOWN");
    /* Only what a connection has a route for goes by it. */
    dm_aws_probe(net, "i", ELSEWHERE, "tcp/80", "NO_LINE");
    dm_aws_probe(net, "k", AWAY, "tcp/80", "NO_ROUTE_TO_DESTINATION");
}

/* No computer on the internet has a private address; one at the far end of a line may. */
static void who_sends_from_behind_a_line_is_unknown(void **state)
{
    const char *net = NET(TO_GATEWAY("172.16.0.0/12"), "", BY_HAND("available", "UP", "UP"));

    (void)state;
    dm_aws_probe(net, AWAY, "i", "tcp/80", "UNKNOWN");
    dm_aws_probe(NET("", "", ""), AWAY, "i", "tcp/80", "NO_PATH");
}

static void a_connection_carries_while_one_tunnel_is_up(void **state)
{
    (void)state;
    dm_aws_probe(NET(TO_GATEWAY("172.16.0.0/12"), "", BY_HAND("available", "DOWN", "UP")), "i",
                 AWAY, "tcp/80", "UNKNOWN");
    dm_aws_probe(NET(TO_GATEWAY("172.16.0.0/12"), "", BY_HAND("available", "DOWN", "DOWN")), "i",
                 AWAY, "tcp/80", "NO_LINE");
    dm_aws_probe_failed(NET(TO_GATEWAY("172.16.0.0/12"), "", BY_HAND("available", "DOWN", "UP")),
                        "vpn-tunnel:vpn-1.tunnel-2", "i", AWAY, "tcp/80", "NO_LINE");
}

static void a_connection_that_is_being_made_may_carry(void **state)
{
    (void)state;
    dm_aws_probe(NET(TO_GATEWAY("172.16.0.0/12"), "", BY_HAND("pending", "UP", "UP")), "i", AWAY,
                 "tcp/80", "UNKNOWN");
    dm_aws_probe(NET(TO_GATEWAY("172.16.0.0/12"), "", BY_HAND("deleted", "UP", "UP")), "i", AWAY,
                 "tcp/80", "UNKNOWN");
}

static void what_was_learned_goes_with_its_line(void **state)
{
    const char *net =
        NET(LEARNS(LEARNED("172.16.0.0/16") TO_IGW), "", BY_HAND("available", "UP", "UP"));

    (void)state;
    dm_aws_probe(net, "i", AWAY, "tcp/80", "UNKNOWN");
    /* The row is gone, and the next one leads to the internet, which has no such address. */
    dm_aws_probe_failed(net, "vpn-connection:vpn-1", "i", AWAY, "tcp/80", "NO_PATH igw");
}

static void what_was_learned_by_bgp_is_not_known_in_full(void **state)
{
    const char *net = NET(LEARNS(LEARNED("172.16.0.0/16")), TO_GATEWAY("172.16.0.0/12"), BY_BGP);

    (void)state;
    dm_aws_probe(net, "i", AWAY, "tcp/80", "UNKNOWN");
    dm_aws_probe(net, "k", AWAY, "tcp/80", "UNKNOWN");
    dm_aws_probe(net, "k", ELSEWHERE, "tcp/80", "UNKNOWN");
}

/* A row that no line explains was learned by something that is not shown. */
static void what_no_line_explains_is_unknown(void **state)
{
    const char *net = NET(LEARNS(LEARNED("172.17.0.0/16")), "", BY_HAND("available", "UP", "UP"));

    (void)state;
    dm_aws_probe(net, "i", ELSEWHERE, "tcp/80", "UNKNOWN");
}

static void direct_connect_makes_its_gateway_doubtful(void **state)
{
    static const char vif[] =
        NET(TO_GATEWAY("172.16.0.0/12"), "",
            BY_HAND("available", "UP", "UP") ",'virtualInterfaces':[{'virtualInterfaceId':"
                                             "'dxvif-1','virtualInterfaceState':'available',"
                                             "'virtualGatewayId':'vgw-1'}]");
    static const char association[] =
        NET(TO_GATEWAY("172.16.0.0/12"), "",
            BY_HAND("available", "UP", "UP") ",'directConnectGatewayAssociations':[{"
                                             "'associationId':'as-1','associationState':"
                                             "'associated','associatedGateway':{'id':'vgw-1'}}]");

    (void)state;
    dm_aws_probe(vif, "i", ELSEWHERE, "tcp/80", "UNKNOWN");
    dm_aws_probe(association, "i", ELSEWHERE, "tcp/80", "UNKNOWN");
}

static void filters_decide_before_the_line(void **state)
{
    static const char net[] =
        NET_WITH("'Entries':[{'RuleNumber':1,'Protocol':'6','PortRange':{'From':22,'To':22},"
                 "'RuleAction':'allow','Egress':true,'CidrBlock':'0.0.0.0/0'}]",
                 TO_GATEWAY("172.16.0.0/12"), "", BY_HAND("available", "UP", "UP"));

    (void)state;
    dm_aws_probe(net, "i", AWAY, "tcp/80", "SUBNET_ACL_RESTRICTION");
    dm_aws_probe(net, "i", AWAY, "tcp/22", "UNKNOWN");
}

#define TRANSIT(of_table)                                                                          \
    ",'TransitGateways':[{'TransitGatewayId':'tgw-1','State':'available','Options':{}}],"          \
    "'TransitGatewayRouteTables':[{'TransitGatewayRouteTableId':'tt','TransitGatewayId':'tgw-1',"  \
    "'State':'available'}],"                                                                       \
    "'TransitGatewayVpcAttachments':[{'TransitGatewayAttachmentId':'at-v',"                        \
    "'TransitGatewayId':'tgw-1','VpcId':'v','State':'available','SubnetIds':['a','b'],"            \
    "'Options':{}}],"                                                                              \
    "'TransitGatewayAttachments':[{'TransitGatewayAttachmentId':'at-v','TransitGatewayId':"        \
    "'tgw-1','ResourceType':'vpc','ResourceId':'v','State':'available','Association':{"            \
    "'TransitGatewayRouteTableId':'tt','State':'associated'}},"                                    \
    "{'TransitGatewayAttachmentId':'at-n','TransitGatewayId':'tgw-1','ResourceType':'vpn',"        \
    "'ResourceId':'vpn-1','State':'available','Association':{"                                     \
    "'TransitGatewayRouteTableId':'tt','State':'associated'}}],"                                   \
    "'TransitGatewayStaticRoutes':[{'TransitGatewayRouteTableId':'tt','Routes':[" of_table "]}],"  \
    "'TransitGatewayPropagations':[{'TransitGatewayRouteTableId':'tt',"                            \
    "'TransitGatewayRouteTablePropagations':[{'TransitGatewayAttachmentId':'at-v','State':"        \
    "'enabled'},{'TransitGatewayAttachmentId':'at-n','State':'enabled'}]}]"
#define TO_VPN(prefix)                                                                             \
    "{'DestinationCidrBlock':'" prefix "','Type':'static','State':'active',"                       \
    "'TransitGatewayAttachments':[{'TransitGatewayAttachmentId':'at-n','ResourceType':'vpn',"      \
    "'ResourceId':'vpn-1'}]}"
#define TO_TRANSIT ",{'DestinationCidrBlock':'172.16.0.0/12','TransitGatewayId':'tgw-1'}"
#define AT_TRANSIT(is_static)                                                                      \
    CUSTOMER CONNECTION("available",                                                               \
                        "'TransitGatewayId':'tgw-1','Options':{'StaticRoutesOnly':" is_static      \
                        "},'Routes':[]," TUNNELS("UP", "DOWN"))

static void a_connection_may_end_at_a_transit_gateway(void **state)
{
    (void)state;
    dm_aws_probe(NET(TO_TRANSIT, "", TRANSIT(TO_VPN("172.16.0.0/16")) AT_TRANSIT("true")), "i",
                 AWAY, "tcp/80", "UNKNOWN");
    /* A static one brings no routes [VPN-06]; what one with BGP brought is not shown. */
    dm_aws_probe(NET(TO_TRANSIT, "", TRANSIT(TO_VPN("172.16.0.0/16")) AT_TRANSIT("true")), "i",
                 ELSEWHERE, "tcp/80", "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT");
    dm_aws_probe(NET(TO_TRANSIT, "", TRANSIT("") AT_TRANSIT("false")), "i", ELSEWHERE, "tcp/80",
                 "UNKNOWN");
}

#define PROPAGATED(prefix, id)                                                                     \
    "{'DestinationCidrBlock':'" prefix "','Type':'propagated','State':'active',"                   \
    "'TransitGatewayAttachments':[{'TransitGatewayAttachmentId':'" id "'}]}"
#define OF_VPC PROPAGATED("10.0.0.0/16", "at-v")
#define MORE "],'AdditionalRoutesAvailable':true,'Tags':["

/* A listing with propagated rows has all that won; each follows from a propagation, and is there
 * once. */
static void what_a_table_shows_as_propagated_was_learned(void **state)
{
    const char *shown =
        NET(TO_TRANSIT, "",
            TRANSIT(OF_VPC "," PROPAGATED("172.16.0.0/16", "at-n")) AT_TRANSIT("false"));
    struct dm_aws_loaded loaded = dm_aws_load_text(shown);

    (void)state;
    assert_int_equal(loaded.model->transit_tables[0].n_routes, 0);
    dm_arena_free(loaded.arena);
    dm_aws_probe(shown, "i", AWAY, "tcp/80", "UNKNOWN");
    dm_aws_probe(shown, "i", ELSEWHERE, "tcp/80", "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT");
    dm_aws_probe_failed(shown, "vpn-connection:vpn-1", "i", AWAY, "tcp/80",
                        "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT");
    /* There may be more than is shown. */
    dm_aws_probe(NET(TO_TRANSIT, "",
                     TRANSIT(OF_VPC "," PROPAGATED("172.16.0.0/16", "at-n") MORE)
                         AT_TRANSIT("false")),
                 "i", ELSEWHERE, "tcp/80", "UNKNOWN");
}

/* A route of the connection's that lost to one of the same prefix comes to light with that. */
static void what_lost_to_another_route_may_come_to_light(void **state)
{
    const char *net =
        NET(TO_TRANSIT, "",
            TRANSIT(OF_VPC "," PROPAGATED("172.18.0.0/16", "at-n")) AT_TRANSIT("false"));
    struct dm_aws_loaded loaded = dm_aws_load_text(net);

    (void)state;
    assert_int_equal(loaded.model->vpn_connections[0].line.n_prefixes, 2);
    assert_int_equal(loaded.model->vpn_connections[0].line.unknown.v, 0);
    dm_arena_free(loaded.arena);
}

#define CONNECT(of_table, more)                                                                    \
    ",'TransitGateways':[{'TransitGatewayId':'tgw-1','State':'available','Options':{}}],"          \
    "'TransitGatewayRouteTables':[{'TransitGatewayRouteTableId':'tt','TransitGatewayId':'tgw-1',"  \
    "'State':'available'}],'TransitGatewayVpcAttachments':[{'TransitGatewayAttachmentId':'at-v',"  \
    "'TransitGatewayId':'tgw-1','VpcId':'v','State':'available','SubnetIds':['a'],"                \
    "'Options':{}}],'TransitGatewayAttachments':[{'TransitGatewayAttachmentId':'at-v',"            \
    "'TransitGatewayId':'tgw-1','ResourceType':'vpc','ResourceId':'v','State':'available',"        \
    "'Association':{'TransitGatewayRouteTableId':'tt','State':'associated'}},"                     \
    "{'TransitGatewayAttachmentId':'at-n','TransitGatewayId':'tgw-1','ResourceType':'connect',"    \
    "'ResourceId':'at-v','State':'available','Association':{"                                      \
    "'TransitGatewayRouteTableId':'tt','State':'associated'}}],"                                   \
    "'TransitGatewayStaticRoutes':[{'TransitGatewayRouteTableId':'tt','Routes':[" of_table "]}],"  \
    "'TransitGatewayPropagations':[{'TransitGatewayRouteTableId':'tt',"                            \
    "'TransitGatewayRouteTablePropagations':[{'TransitGatewayAttachmentId':'at-v','State':"        \
    "'enabled'},{'TransitGatewayAttachmentId':'at-n','State':'enabled'}]}]" more

/* TGW-33: its routes are those that the table shows; what is behind it is not in the input. */
static void a_connect_attachment_brings_what_the_table_shows(void **state)
{
    const char *shown =
        NET(TO_TRANSIT, "", CONNECT(OF_VPC "," PROPAGATED("172.16.0.0/16", "at-n"), ""));
    const char *other = NET(TO_TRANSIT, "",
                            CONNECT("", ",'TransitGatewayConnects':[{"
                                        "'TransitGatewayAttachmentId':'at-n','TransitGatewayId':"
                                        "'tgw-1','TransportTransitGatewayAttachmentId':'at-v',"
                                        "'State':'available','Options':{'Protocol':'gre'}}],"
                                        "'TransitGatewayConnectPeers':[]"));

    (void)state;
    dm_aws_probe(shown, "i", AWAY, "tcp/80", "UNKNOWN");
    dm_aws_probe(shown, "i", ELSEWHERE, "tcp/80", "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT");
    dm_aws_probe(shown, AWAY, "i", "tcp/80", "UNKNOWN");
    /* Where no propagated row is shown, what it learned is not known. */
    dm_aws_probe(other, "i", ELSEWHERE, "tcp/80", "UNKNOWN");
}

static void a_propagated_row_must_follow_from_what_is_shown(void **state)
{
    (void)state;
    /* The VPC has no such range. */
    dm_aws_probe(NET(TO_TRANSIT, "",
                     TRANSIT(OF_VPC "," PROPAGATED("10.7.0.0/16", "at-v")) AT_TRANSIT("true")),
                 "i", ELSEWHERE, "tcp/80", "UNKNOWN");
    dm_aws_probe(NET(TO_TRANSIT, "", TRANSIT(OF_VPC) AT_TRANSIT("true")), "i", ELSEWHERE, "tcp/80",
                 "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT");
}

static void what_a_connection_names_and_is_not_shown_is_unknown(void **state)
{
    (void)state;
    dm_aws_probe(NET(TO_GATEWAY("172.16.0.0/12"), "", ""), "i", AWAY, "tcp/80", "UNKNOWN");
    dm_aws_probe(NET(TO_GATEWAY("172.16.0.0/12"), "", GATEWAY), "i", AWAY, "tcp/80", "UNKNOWN");
    dm_aws_probe(NET(TO_TRANSIT, "", TRANSIT(TO_VPN("172.16.0.0/16"))), "i", AWAY, "tcp/80",
                 "UNKNOWN");
}

/* VPC-35: else what sites send would be taken past the middlebox that it is led through. */
static void a_table_may_route_what_comes_in_by_a_gateway(void **state)
{
    struct dm_aws_loaded loaded = dm_aws_load_text(
        NET("",
            "]},{'RouteTableId':'te','VpcId':'v','Associations':[{'GatewayId':'vgw-1'}],"
            "'Routes':[{'DestinationCidrBlock':'10.0.0.0/16','GatewayId':'local'},"
            "{'DestinationCidrBlock':'10.0.1.0/24','NetworkInterfaceId':'eni-k'}",
            BY_HAND("available", "UP", "UP")));
    const struct dm_vpn_gateway *gateway = &loaded.model->vpn_gateways[0];

    (void)state;
    assert_int_equal(gateway->edge_table.v,
                     dm_model_find(loaded.model, DM_KIND_route_table, "te").v);
    assert_int_equal(dm_route_table_get(loaded.model, gateway->edge_table)->vpn_edge.v, 1);
    assert_int_equal(dm_route_table_get(loaded.model, gateway->edge_table)->edge.v, 0);
    dm_arena_free(loaded.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_line_carries_is_unknown_at_its_end),
        cmocka_unit_test(who_sends_from_behind_a_line_is_unknown),
        cmocka_unit_test(a_connection_carries_while_one_tunnel_is_up),
        cmocka_unit_test(a_connection_that_is_being_made_may_carry),
        cmocka_unit_test(what_was_learned_goes_with_its_line),
        cmocka_unit_test(what_was_learned_by_bgp_is_not_known_in_full),
        cmocka_unit_test(what_no_line_explains_is_unknown),
        cmocka_unit_test(direct_connect_makes_its_gateway_doubtful),
        cmocka_unit_test(filters_decide_before_the_line),
        cmocka_unit_test(a_connection_may_end_at_a_transit_gateway),
        cmocka_unit_test(what_a_table_shows_as_propagated_was_learned),
        cmocka_unit_test(a_connect_attachment_brings_what_the_table_shows),
        cmocka_unit_test(what_lost_to_another_route_may_come_to_light),
        cmocka_unit_test(a_propagated_row_must_follow_from_what_is_shown),
        cmocka_unit_test(a_table_may_route_what_comes_in_by_a_gateway),
        cmocka_unit_test(what_a_connection_names_and_is_not_shown_is_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
