/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Direct Connect from describe output: one test a matter, on small inputs.  What a site announced
 * is not in such output, so what goes to one ends unknown, and what is missing has a name.
 */
#include "tests/support/aws_probing.h"
#include "tests/support/dmtest.h"

#define AWAY "172.16.1.1"
#define ELSEWHERE "172.17.1.1"

#define GATEWAY                                                                                    \
    ",'VpnGateways':[{'VpnGatewayId':'vgw-1','State':'available','AmazonSideAsn':64512,"           \
    "'VpcAttachments':[{'VpcId':'v','State':'attached'}]}]"
#define CONNECTION(state)                                                                          \
    ",'connections':[{'connectionId':'dxcon-1','connectionName':'one','connectionState':'" state   \
    "','region':'eu-west-1','location':'EqDC2','bandwidth':'10Gbps','macSecCapable':true,"         \
    "'encryptionMode':'must_encrypt'}]"
#define PEER(status)                                                                               \
    "{'bgpPeerId':'p','asn':65010,'addressFamily':'ipv4','bgpPeerState':'available',"              \
    "'bgpStatus':'" status "'}"
#define INTERFACE(state, type, end, peers)                                                         \
    ",'virtualInterfaces':[{'virtualInterfaceId':'dxvif-1','connectionId':'dxcon-1',"              \
    "'virtualInterfaceName':'first','virtualInterfaceType':'" type                                 \
    "','virtualInterfaceState':'" state                                                            \
    "','vlan':101,'mtu':9001,'asn':65010,'amazonSideAsn':64512," end ",'bgpPeers':[" peers "]}]"
#define AT_VPC "'virtualGatewayId':'vgw-1'"
#define AT_GATEWAY "'virtualGatewayId':'','directConnectGatewayId':'dxgw-1'"
#define DX_GATEWAY                                                                                 \
    ",'directConnectGateways':[{'directConnectGatewayId':'dxgw-1','directConnectGatewayName':"     \
    "'all','amazonSideAsn':64700,'directConnectGatewayState':'available'}]"
#define ASSOCIATION(state, end)                                                                    \
    ",'directConnectGatewayAssociations':[{'associationId':'as-1','associationState':'" state      \
    "','directConnectGatewayId':'dxgw-1'," end                                                     \
    ",'allowedPrefixesToDirectConnectGateway':[{'cidr':'10.0.0.0/8'}]}]"
#define WITH_VPC "'associatedGateway':{'id':'vgw-1','type':'virtualPrivateGateway'}"
#define ATTACHMENTS(interfaces)                                                                    \
    ",'directConnectGatewayId':'dxgw-1','directConnectGatewayAttachments':[" interfaces "]"
#define ATTACHED(id)                                                                               \
    "{'directConnectGatewayId':'dxgw-1','virtualInterfaceId':'" id                                 \
    "','virtualInterfaceRegion':'eu-west-1','attachmentState':'attached',"                         \
    "'attachmentType':'PrivateVirtualInterface'}"

#define TO_GATEWAY(prefix) ",{'DestinationCidrBlock':'" prefix "','GatewayId':'vgw-1'}"
#define LEARNED(prefix)                                                                            \
    ",{'DestinationCidrBlock':'" prefix                                                            \
    "','GatewayId':'vgw-1','Origin':'EnableVgwRoutePropagation','State':'active'}"
#define LEARNS(...) __VA_ARGS__ "],'PropagatingVgws':[{'GatewayId':'vgw-1'}"

#define DIRECT(connection, state, peers)                                                           \
    GATEWAY CONNECTION(connection) INTERFACE(state, "private", AT_VPC, peers)
#define SHARED(association, interfaces)                                                            \
    GATEWAY DX_GATEWAY CONNECTION("available")                                                     \
        INTERFACE("available", "private", AT_GATEWAY, PEER("up"))                                  \
            ASSOCIATION(association, WITH_VPC) interfaces

static void what_a_virtual_interface_brought_is_not_shown(void **state)
{
    const char *net =
        NET(TO_GATEWAY("172.16.0.0/12"), "", DIRECT("available", "available", PEER("up")));
    struct dm_aws_loaded loaded = dm_aws_load_text(net);
    const struct dm_model *model = loaded.model;

    (void)state;
    assert_int_equal(model->n_virtual_interfaces, 1);
    assert_int_equal(model->virtual_interfaces[0].end.kind, DM_KIND_vpn_gateway);
    assert_int_equal(model->virtual_interfaces[0].vlan, 101);
    assert_int_equal(model->virtual_interfaces[0].mtu, 9001);
    assert_int_equal(model->n_dx_locations, 1);
    assert_string_equal(model->dx_locations[0].object.name, "EqDC2");
    assert_true(model->dx_connections[0].macsec);
    dm_arena_free(loaded.arena);
    dm_aws_probe(net, "i", AWAY, "tcp/80", "UNKNOWN");
    dm_aws_probe(net, AWAY, "i", "tcp/80", "UNKNOWN");
    dm_aws_probe(net, "k", AWAY, "tcp/80", "NO_ROUTE_TO_DESTINATION");
}

static void one_that_is_down_carries_nothing(void **state)
{
    (void)state;
    dm_aws_probe(NET(TO_GATEWAY("172.16.0.0/12"), "", DIRECT("available", "down", PEER("up"))), "i",
                 AWAY, "tcp/80", "NO_LINE");
    dm_aws_probe(NET(TO_GATEWAY("172.16.0.0/12"), "", DIRECT("down", "available", PEER("up"))), "i",
                 AWAY, "tcp/80", "NO_LINE");
    dm_aws_probe(
        NET(TO_GATEWAY("172.16.0.0/12"), "", DIRECT("available", "available", PEER("down"))), "i",
        AWAY, "tcp/80", "NO_LINE");
    dm_aws_probe(NET(TO_GATEWAY("172.16.0.0/12"), "",
                     DIRECT("available", "available", PEER("down") "," PEER("up"))),
                 "i", AWAY, "tcp/80", "UNKNOWN");
    dm_aws_probe_failed(
        NET(TO_GATEWAY("172.16.0.0/12"), "", DIRECT("available", "available", PEER("up"))),
        "direct-connect-connection:dxcon-1", "i", AWAY, "tcp/80", "NO_LINE");
    dm_aws_probe_failed(
        NET(TO_GATEWAY("172.16.0.0/12"), "", DIRECT("available", "available", PEER("up"))),
        "direct-connect-location:EqDC2", "i", AWAY, "tcp/80", "NO_LINE");
}

static void one_that_is_being_made_may_carry(void **state)
{
    (void)state;
    /* Of a gateway without any line it is not known which end there. */
    dm_aws_probe(NET(TO_GATEWAY("172.16.0.0/12"), "", DIRECT("available", "pending", "")), "i",
                 AWAY, "tcp/80", "UNKNOWN");
    dm_aws_probe(NET(TO_GATEWAY("172.16.0.0/12"), "", DIRECT("available", "deleted", "")), "i",
                 AWAY, "tcp/80", "UNKNOWN");
}

static void what_was_learned_goes_with_its_line(void **state)
{
    const char *net = NET(LEARNS(LEARNED("172.16.0.0/16") TO_IGW), "",
                          DIRECT("available", "available", PEER("up")));

    (void)state;
    dm_aws_probe(net, "i", AWAY, "tcp/80", "UNKNOWN");
    dm_aws_probe_failed(net, "direct-connect-connection:dxcon-1", "i", AWAY, "tcp/80",
                        "NO_PATH igw");
}

static void a_gateway_leads_on_by_its_associations(void **state)
{
    const char *net = NET(TO_GATEWAY("172.16.0.0/12"), "",
                          SHARED("associated", ATTACHMENTS(ATTACHED("dxvif-1"))));
    struct dm_aws_loaded loaded = dm_aws_load_text(net);

    (void)state;
    assert_int_equal(loaded.model->n_dx_associations, 1);
    assert_int_equal(loaded.model->dx_associations[0].n_allowed, 1);
    assert_int_equal(loaded.model->n_virtual_interfaces, 1);
    dm_arena_free(loaded.arena);
    dm_aws_probe(net, "i", AWAY, "tcp/80", "UNKNOWN");
    dm_aws_probe_failed(net, "direct-connect-connection:dxcon-1", "i", AWAY, "tcp/80", "NO_LINE");
    dm_aws_probe(NET(TO_GATEWAY("172.16.0.0/12"), "",
                     SHARED("disassociated", ATTACHMENTS(ATTACHED("dxvif-1")))),
                 "i", AWAY, "tcp/80", "UNKNOWN");
    dm_aws_probe(NET(TO_GATEWAY("172.16.0.0/12"), "",
                     SHARED("associating", ATTACHMENTS(ATTACHED("dxvif-1")))),
                 "i", AWAY, "tcp/80", "UNKNOWN");
}

/* A gateway without any line is one whose lines are not shown.  By those that a list names, or that
 * are in no list, packets may go as well. */
static void virtual_interfaces_that_are_not_shown_may_carry(void **state)
{
    const char *other =
        NET(TO_GATEWAY("172.16.0.0/12"), "",
            SHARED("associated", ATTACHMENTS(ATTACHED("dxvif-1") "," ATTACHED("dxvif-2"))));
    const char *no_list = NET(TO_GATEWAY("172.16.0.0/12"), "", SHARED("associated", ""));
    const char *none = NET(TO_GATEWAY("172.16.0.0/12"), "",
                           GATEWAY DX_GATEWAY ASSOCIATION("associated", WITH_VPC) ATTACHMENTS(""));

    (void)state;
    dm_aws_probe_failed(other, "direct-connect-connection:dxcon-1", "i", AWAY, "tcp/80", "UNKNOWN");
    dm_aws_probe_failed(no_list, "direct-connect-connection:dxcon-1", "i", AWAY, "tcp/80",
                        "UNKNOWN");
    dm_aws_probe(none, "i", AWAY, "tcp/80", "NO_LINE");
}

#define TRANSIT(more)                                                                              \
    ",'TransitGateways':[{'TransitGatewayId':'tgw-1','State':'available','Options':{}}],"          \
    "'TransitGatewayRouteTables':[{'TransitGatewayRouteTableId':'tt','TransitGatewayId':'tgw-1',"  \
    "'State':'available'}],"                                                                       \
    "'TransitGatewayVpcAttachments':[{'TransitGatewayAttachmentId':'at-v',"                        \
    "'TransitGatewayId':'tgw-1','VpcId':'v','State':'available','SubnetIds':['a','b'],"            \
    "'Options':{}}],"                                                                              \
    "'TransitGatewayAttachments':[{'TransitGatewayAttachmentId':'at-v','TransitGatewayId':"        \
    "'tgw-1','ResourceType':'vpc','ResourceId':'v','State':'available','Association':{"            \
    "'TransitGatewayRouteTableId':'tt','State':'associated'}},"                                    \
    "{'TransitGatewayAttachmentId':'at-d','TransitGatewayId':'tgw-1','ResourceType':"              \
    "'direct-connect-gateway','ResourceId':'dxgw-1','State':'available','Association':{"           \
    "'TransitGatewayRouteTableId':'tt','State':'associated'}}],"                                   \
    "'TransitGatewayStaticRoutes':[{'TransitGatewayRouteTableId':'tt','Routes':[]}],"              \
    "'TransitGatewayPropagations':[{'TransitGatewayRouteTableId':'tt',"                            \
    "'TransitGatewayRouteTablePropagations':[{'TransitGatewayAttachmentId':'at-v','State':"        \
    "'enabled'},{'TransitGatewayAttachmentId':'at-d','State':'enabled'}]}]" more
#define TO_TRANSIT ",{'DestinationCidrBlock':'172.16.0.0/12','TransitGatewayId':'tgw-1'}"
#define WITH_TRANSIT "'associatedGateway':{'id':'tgw-1','type':'transitGateway'}"

static void a_gateway_may_lead_to_a_transit_gateway(void **state)
{
    const char *net = NET(TO_TRANSIT, "",
                          TRANSIT(DX_GATEWAY CONNECTION("available")
                                      INTERFACE("available", "transit", AT_GATEWAY, PEER("up"))
                                          ASSOCIATION("associated", WITH_TRANSIT)
                                              ATTACHMENTS(ATTACHED("dxvif-1"))));
    struct dm_aws_loaded loaded = dm_aws_load_text(net);

    (void)state;
    assert_int_equal(loaded.model->dx_associations[0].end.kind, DM_KIND_attachment);
    assert_true(loaded.model->virtual_interfaces[0].is_transit);
    dm_arena_free(loaded.arena);
    dm_aws_probe(net, "i", AWAY, "tcp/80", "UNKNOWN");
    dm_aws_probe(NET(TO_TRANSIT, "", TRANSIT("")), "i", AWAY, "tcp/80", "UNKNOWN");
}

#define OTHER(state)                                                                               \
    "{'virtualInterfaceId':'dxvif-0','connectionId':'dxcon-2','virtualInterfaceType':'private',"   \
    "'virtualInterfaceState':'" state "','directConnectGatewayId':'dxgw-1'}"
#define TWO(state, of_gateway)                                                                     \
    GATEWAY of_gateway                                                                             \
        ",'connections':[{'connectionId':'dxcon-1','connectionState':'available'},"                \
        "{'connectionId':'dxcon-2','connectionState':'available'}],'virtualInterfaces':["          \
        "{'virtualInterfaceId':'dxvif-1','connectionId':'dxcon-1','virtualInterfaceType':"         \
        "'private','virtualInterfaceState':'available','directConnectGatewayId':'dxgw-1'}," OTHER( \
            state) "]" ASSOCIATION("associated", WITH_VPC)                                         \
            ATTACHMENTS(ATTACHED("dxvif-1") "," ATTACHED("dxvif-0"))

/* Of one whose state says nothing it is not known what it brings to whatever its gateway leads to;
 * one that is gone brings nothing. */
static void one_of_a_gateway_that_may_carry_makes_all_behind_it_doubtful(void **state)
{
    (void)state;
    dm_aws_probe_failed(NET(TO_GATEWAY("172.16.0.0/12"), "", TWO("unknown", DX_GATEWAY)),
                        "direct-connect-connection:dxcon-1", "i", AWAY, "tcp/80", "UNKNOWN");
    dm_aws_probe_failed(NET(TO_GATEWAY("172.16.0.0/12"), "", TWO("unknown", "")),
                        "direct-connect-connection:dxcon-1", "i", AWAY, "tcp/80", "UNKNOWN");
    dm_aws_probe_failed(NET(TO_GATEWAY("172.16.0.0/12"), "", TWO("deleted", DX_GATEWAY)),
                        "direct-connect-connection:dxcon-1", "i", AWAY, "tcp/80", "NO_LINE");
}

static void parts_without_what_they_need_make_their_gateway_doubtful(void **state)
{
    (void)state;
    dm_aws_probe(NET(TO_GATEWAY("172.16.0.0/12"), "",
                     GATEWAY ",'virtualInterfaces':[{'virtualInterfaceId':'dxvif-1',"
                             "'virtualInterfaceState':'available','virtualInterfaceType':'private',"
                             "'virtualGatewayId':'vgw-1'}]"),
                 "i", ELSEWHERE, "tcp/80", "UNKNOWN");
    dm_aws_probe(NET(TO_GATEWAY("172.16.0.0/12"), "",
                     GATEWAY
                     ",'directConnectGatewayAssociations':[{'associationId':'as-1',"
                     "'associationState':'associated','associatedGateway':{'id':'vgw-1'}}]"),
                 "i", ELSEWHERE, "tcp/80", "UNKNOWN");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_virtual_interface_brought_is_not_shown),
        cmocka_unit_test(one_that_is_down_carries_nothing),
        cmocka_unit_test(one_that_is_being_made_may_carry),
        cmocka_unit_test(what_was_learned_goes_with_its_line),
        cmocka_unit_test(a_gateway_leads_on_by_its_associations),
        cmocka_unit_test(virtual_interfaces_that_are_not_shown_may_carry),
        cmocka_unit_test(a_gateway_may_lead_to_a_transit_gateway),
        cmocka_unit_test(one_of_a_gateway_that_may_carry_makes_all_behind_it_doubtful),
        cmocka_unit_test(parts_without_what_they_need_make_their_gateway_doubtful),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
