/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Core networks from describe output: one test a matter, on two VPCs in one region.  Each has
 * a host, all filters are open and all routes but the local ones lead to the core network.
 */
#include "tests/support/aws_probing.h"
#include "tests/support/dmtest.h"

#include <stdio.h>
#include <string.h>

#define ARN "arn:aws:networkmanager::111122223333:core-network/cn"
#define EC2(what) "arn:aws:ec2:eu-west-1:111122223333:" what

#define VPC(id, cidr) "{'VpcId':'" id "','CidrBlock':'" cidr "'}"
#define SUBNET(id, vpc, cidr)                                                                      \
    "{'SubnetId':'" id "','VpcId':'" vpc "','CidrBlock':'" cidr "','AvailabilityZone':'eu-west-"   \
    "1a'}"
#define TABLE(id, vpc, subnet, cidr, routes)                                                       \
    "{'RouteTableId':'" id "','VpcId':'" vpc "','Associations':[{'SubnetId':'" subnet              \
    "'}],'Routes':[{'DestinationCidrBlock':'" cidr "','GatewayId':'local'}" routes "]}"
#define ACL(id, vpc, subnet)                                                                       \
    "{'NetworkAclId':'" id "','VpcId':'" vpc "','Associations':[{'SubnetId':'" subnet              \
    "'}]," ALL_ROWS "}"
#define GROUP(id, vpc)                                                                             \
    "{'GroupId':'" id "','VpcId':'" vpc "','IpPermissions':[{'IpProtocol':'-1',"                   \
    "'IpRanges':[{'CidrIp':'0.0.0.0/0'}]}],'IpPermissionsEgress':[{'IpProtocol':'-1',"             \
    "'IpRanges':[{'CidrIp':'0.0.0.0/0'}]}]}"
#define HOST(id, vpc, subnet, group, address)                                                      \
    "{'InstanceId':'" id "','State':{'Name':'running'},'NetworkInterfaces':[{"                     \
    "'NetworkInterfaceId':'eni-" id "','SubnetId':'" subnet "','VpcId':'" vpc                      \
    "','Groups':[{'GroupId':'" group "'}],'PrivateIpAddress':'" address "'}]}"
#define TO_CORE ",{'DestinationCidrBlock':'0.0.0.0/0','CoreNetworkArn':'" ARN "','State':'active'}"

#define VPCS "'Vpcs':[" VPC("v", "10.0.0.0/16") "," VPC("w", "10.1.0.0/16") "]"
#define SUBNETS                                                                                    \
    "'Subnets':[" SUBNET("a", "v", "10.0.1.0/24") "," SUBNET("b", "w", "10.1.1.0/24") "]"
#define OF_V TABLE("ta", "v", "a", "10.0.0.0/16", TO_CORE)
#define OF_W(routes) TABLE("tb", "w", "b", "10.1.0.0/16", routes)
#define ACLS "'NetworkAcls':[" ACL("ca", "v", "a") "," ACL("cb", "w", "b") "]"
#define GROUPS "'SecurityGroups':[" GROUP("ga", "v") "," GROUP("gb", "w") "]"
#define HOST_I HOST("i", "v", "a", "ga", "10.0.1.10")
#define HOST_K HOST("k", "w", "b", "gb", "10.1.1.10")
#define HOSTS "'Reservations':[{'Instances':[" HOST_I "," HOST_K "]}]"
#define NETS_BY(of_w)                                                                              \
    "{" VPCS "," SUBNETS ",'RouteTables':[" OF_V "," OF_W(of_w) "]," ACLS "," GROUPS "," HOSTS

/* Hosts i in v, k in w, and further keys. */
#define NETS(more) NETS_BY(TO_CORE) more "}"

#define NETWORK                                                                                    \
    ",'CoreNetwork':{'CoreNetworkId':'cn','CoreNetworkArn':'" ARN "','State':'AVAILABLE',"         \
    "'Segments':[{'Name':'prod','EdgeLocations':['eu-west-1'],'SharedSegments':[]}],"              \
    "'Edges':[{'EdgeLocation':'eu-west-1','Asn':64512,'InsideCidrBlocks':[]}]}"
#define NETWORK_ALONE "'CoreNetwork':{'CoreNetworkId':'cn','State':'AVAILABLE'}"
#define CONFIGURATION                                                                              \
    "'version':'2021.12','core-network-configuration':{'asn-ranges':['64512-64520'],"              \
    "'edge-locations':[{'location':'eu-west-1'}]},"
#define POLICY_AS(alias, document)                                                                 \
    ",'CoreNetworkPolicy':{'CoreNetworkId':'cn','PolicyVersionId':2,'Alias':'" alias               \
    "','ChangeSetState':'EXECUTION_SUCCEEDED','PolicyDocument':" document "}"
#define POLICY(segments, actions)                                                                  \
    POLICY_AS("LIVE",                                                                              \
              "{" CONFIGURATION "'segments':[" segments "],'segment-actions':[" actions "]}")
#define APART "{'name':'prod'},{'name':'dev'}"
#define SHARE "{'action':'share','mode':'attachment-route','segment':'prod','share-with':['dev']}"

#define ATTACHED_AS(id, state, vpc, domain)                                                        \
    "{'CoreNetworkId':'cn','CoreNetworkArn':'" ARN "','AttachmentId':'" id "','State':'" state     \
    "','AttachmentType':'VPC','EdgeLocation':'eu-west-1','ResourceArn':'" EC2(                     \
        "vpc/" vpc) "',"                                                                           \
                    "'Tags':[]" domain "}"
#define ATTACHED(id, vpc, segment) ATTACHED_AS(id, "AVAILABLE", vpc, ",'SegmentName':'" segment "'")
#define OPTIONS                                                                                    \
    "'Options':{'Ipv6Support':false,'ApplianceModeSupport':false,"                                 \
    "'SecurityGroupReferencingSupport':true}"
#define DETAILS(inner, subnet)                                                                     \
    ",'VpcAttachment':{'Attachment':" inner ",'SubnetArns':['" EC2("subnet/" subnet) "']," OPTIONS \
                                                                                     "}"

/* Fails the test where the flow i to k does not end so. */
static void probe(const char *text, const char *expected)
{
    dm_aws_probe(text, "i", "k", "tcp/80", expected);
}

/* 'net' with further keys; a string may not be as long in the language. */
static const char *joined(const char *net, const char *more, char text[8192])
{
    snprintf(text, 8192, "%.*s%s}", (int)strlen(net) - 1, net, more);
    return text;
}
#define JOINED(net, more) joined(net, more, (char[8192]){ "" })

#define V(segment) ATTACHED("at-v", "v", segment)
#define W(segment) ATTACHED("at-w", "w", segment)
#define WITH(item, subnet)                                                                         \
    "{'Attachment':" item ",'SubnetArns':['" EC2("subnet/" subnet) "']," OPTIONS "}"
#define WIRED(of_v, of_w) ",'Attachments':[" WITH(of_v, "a") "," WITH(of_w, "b") "]"

static void attachments_of_one_segment_reach_each_other(void **state)
{
    (void)state;
    probe(NETS(NETWORK POLICY(APART, "") WIRED(V("prod"), W("prod"))), "PASS");
    probe(NETS(NETWORK POLICY("{'name':'prod','isolate-attachments':true}", "")
                   WIRED(V("prod"), W("prod"))),
          "CORE_NO_ROUTE");
}

static void segments_are_apart_unless_shared(void **state)
{
    (void)state;
    probe(NETS(NETWORK POLICY(APART, "") WIRED(V("prod"), W("dev"))), "CORE_NO_ROUTE");
    probe(NETS(NETWORK POLICY(APART, SHARE) WIRED(V("prod"), W("dev"))), "PASS");
}

#define DOCUMENT                                                                                   \
    "'{\\'version\\':\\'2021.12\\',\\'core-network-configuration\\':{\\'asn-ranges\\':"            \
    "[\\'64512-64520\\'],\\'edge-locations\\':[{\\'location\\':\\'eu-west-1\\'}]},"                \
    "\\'segments\\':[{\\'name\\':\\'prod\\'},{\\'name\\':\\'dev\\'}]}'"

/* As the command line prints it: JSON inside of a text. */
static void a_document_may_be_a_text(void **state)
{
    (void)state;
    probe(NETS(NETWORK POLICY_AS("LIVE", DOCUMENT) WIRED(V("prod"), W("prod"))), "PASS");
}

static void a_document_that_is_not_live_says_nothing(void **state)
{
    (void)state;
    probe(NETS(NETWORK POLICY_AS("LATEST", "{" CONFIGURATION "'segments':[{'name':'prod'}]}")
                   WIRED(V("prod"), W("prod"))),
          "UNKNOWN");
    probe(NETS(NETWORK WIRED(V("prod"), W("prod"))), "UNKNOWN");
}

static void what_is_shown_beside_the_document_must_agree(void **state)
{
    (void)state;
    probe(NETS(NETWORK POLICY("{'name':'dev'}", "") WIRED(V("dev"), W("dev"))), "UNKNOWN");
    probe(NETS(NETWORK POLICY(APART, "") WIRED(V("prod"), W("stage"))), "UNKNOWN");
    probe(NETS(NETWORK POLICY(APART, "")), "UNKNOWN");
}

/* One without a segment is in none, whatever the attachment policies would say [CWAN-27]. */
static void an_attachment_is_where_aws_shows_it(void **state)
{
    (void)state;
    probe(NETS(NETWORK POLICY_AS("LIVE",
                                 "{" CONFIGURATION "'segments':[" APART "],'attachment-policies':[{"
                                 "'rule-number':1,'conditions':[{'type':'any'}],'action':{"
                                 "'association-method':'constant','segment':'prod'}}]}")
                   WIRED(V("prod"), ATTACHED_AS("at-w", "AVAILABLE", "w", ""))),
          "CORE_NO_ROUTE");
}

static void the_state_of_an_attachment_counts(void **state)
{
    (void)state;
    probe(NETS(NETWORK POLICY(APART, "")
                   WIRED(V("prod"), ATTACHED_AS("at-w", "DELETING", "w", ",'SegmentName':'prod'"))),
          "CORE_NO_ROUTE");
    probe(NETS(NETWORK POLICY(APART, "")
                   WIRED(V("prod"), ATTACHED_AS("at-w", "UPDATING", "w", ",'SegmentName':'prod'"))),
          "UNKNOWN");
    /* It is doubtful, and nothing else: its ranges are all that it may bring. */
    dm_aws_probe(NETS(NETWORK POLICY(APART, "") WIRED(
                     V("prod"), ATTACHED_AS("at-w", "UPDATING", "w", ",'SegmentName':'prod'"))),
                 "i", "10.2.0.1", "tcp/80", "CORE_NO_ROUTE");
}

static void subnets_that_are_not_shown_are_unknown(void **state)
{
    (void)state;
    probe(NETS(NETWORK POLICY(APART, "") ",'Attachments':[" WITH(V("prod"), "a") "," W("prod") "]"),
          "UNKNOWN");
    probe(NETS(NETWORK POLICY(APART, "") ",'Attachments':[" V("prod") "," WITH(W("prod"), "b") "]"),
          "UNKNOWN");
}

/* Without a list of all there may be others; and a row shows that its VPC is attached. */
static void attachments_that_are_not_listed_are_unknown(void **state)
{
    (void)state;
    probe(NETS(NETWORK POLICY(APART, "") DETAILS(V("prod"), "a")), "UNKNOWN");
    probe(NETS(NETWORK POLICY(APART, "") ",'Attachments':[" WITH(W("prod"), "b") "]"), "UNKNOWN");
}

/* The document and the attachments say what it does, whatever else is shown of it. */
static void a_network_may_be_named_alone(void **state)
{
    (void)state;
    probe(NETS(POLICY(APART, "") WIRED(V("prod"), W("prod"))), "PASS");
    probe(NETS(POLICY(APART, "") WIRED(V("prod"), W("dev"))), "CORE_NO_ROUTE");
}

/* A rule of the document by labels needs the labels of attachments. */
static void labels_that_are_not_shown_are_unknown(void **state)
{
    static const char policy[] = POLICY_AS(
        "LIVE",
        "{'version':'2025.11','core-network-configuration':{'asn-ranges':['64512-64520'],"
        "'edge-locations':[{'location':'eu-west-1'}]},'segments':[" APART "],"
        "'routing-policies':[{'routing-policy-name':'no-w','routing-policy-direction':'inbound',"
        "'routing-policy-number':1,'routing-policy-rules':[{'rule-number':1,'rule-definition':{"
        "'match-conditions':[{'type':'prefix-in-cidr','value':'10.1.0.0/16'}],"
        "'condition-logic':'or','action':{'type':'drop'}}}]}],"
        "'attachment-routing-policy-rules':[{'rule-number':1,'conditions':[{'type':"
        "'routing-policy-label','value':'quiet'}],'action':{'associate-routing-policies':["
        "'no-w']}}]}");
    const char *net = NETS(NETWORK WIRED(V("prod"), W("prod")));
    char text[8192];

    (void)state;
    joined(net, policy, text);
    probe(text, "UNKNOWN");
    probe(JOINED(text, ",'AttachmentRoutingPolicyAssociations':[]"), "PASS");
    probe(JOINED(text, ",'AttachmentRoutingPolicyAssociations':[{'AttachmentId':'at-w',"
                       "'RoutingPolicyLabel':'quiet'}]"),
          "CORE_NO_ROUTE");
}

#define OTHER(type, more)                                                                          \
    ",{'CoreNetworkId':'cn','AttachmentId':'at-o','State':'AVAILABLE','AttachmentType':'" type     \
    "','EdgeLocation':'eu-west-1','SegmentName':'dev'" more "}"
#define WITH_OTHER(other)                                                                          \
    NETS(NETWORK POLICY(APART, "") ",'Attachments':[" WITH(V("prod"), "a") "," WITH(               \
        W("prod"), "b") other "]")
#define WITH_OTHER_SHARED(other)                                                                   \
    NETS(NETWORK POLICY(APART, SHARE) ",'Attachments':[" WITH(V("prod"), "a") "," WITH(            \
        W("prod"), "b") other "]")

/* What is in one segment does not touch another that sees nothing of it. */
static void what_is_not_understood_is_met_in_its_segment(void **state)
{
    (void)state;
    dm_aws_probe(WITH_OTHER(OTHER("CONNECT", "")), "i", "10.2.0.1", "tcp/80", "CORE_NO_ROUTE");
    dm_aws_probe(WITH_OTHER_SHARED(OTHER("CONNECT", "")), "i", "10.2.0.1", "tcp/80", "UNKNOWN");
    dm_aws_probe(WITH_OTHER(OTHER("SATELLITE", "")), "i", "10.2.0.1", "tcp/80", "CORE_NO_ROUTE");
    dm_aws_probe(WITH_OTHER_SHARED(OTHER("SATELLITE", "")), "i", "10.2.0.1", "tcp/80", "UNKNOWN");
    dm_aws_probe(WITH_OTHER_SHARED(OTHER("SITE_TO_SITE_VPN", ",'ResourceArn':'x/vpn-1'")), "i",
                 "10.2.0.1", "tcp/80", "UNKNOWN");
}

#define VPN(static_routes)                                                                         \
    ",'CustomerGateways':[{'CustomerGatewayId':'cgw-1','State':'available','BgpAsn':'65010',"      \
    "'IpAddress':'192.0.2.1','Type':'ipsec.1'}],'VpnConnections':[{'VpnConnectionId':'vpn-1',"     \
    "'State':'available','CustomerGatewayId':'cgw-1','Type':'ipsec.1','CoreNetworkArn':'" ARN      \
    "','CoreNetworkAttachmentArn':'arn:aws:networkmanager::1:attachment/at-o','Options':{"         \
    "'StaticRoutesOnly':" static_routes "},'Routes':[]}]"

static void what_a_vpn_connection_brought_is_not_shown(void **state)
{
    const char *nets = JOINED(NETS(NETWORK POLICY(APART, SHARE) VPN("false")),
                              ",'Attachments':[" WITH(V("prod"), "a") "," WITH(W("prod"), "b")
                                  OTHER("SITE_TO_SITE_VPN", ",'ResourceArn':'x/vpn-1'") "]");
    struct dm_aws_loaded loaded = dm_aws_load_text(nets);

    (void)state;
    assert_int_equal(loaded.model->n_vpn_connections, 1);
    assert_int_equal(loaded.model->vpn_connections[0].end.kind, DM_KIND_core_attachment);
    dm_arena_free(loaded.arena);
    dm_aws_probe(nets, "i", "10.2.0.1", "tcp/80", "UNKNOWN");
}

#define CORE_ROW(prefix, type, id)                                                                 \
    "{'DestinationCidrBlock':'" prefix "','Destinations':[{'CoreNetworkAttachmentId':'" id         \
    "','SegmentName':'dev','EdgeLocation':'eu-west-1','ResourceType':'x','ResourceId':'y'}],"      \
    "'State':'ACTIVE','Type':'" type "'}"
#define CORE_ROUTES(segment, rows)                                                                 \
    ",'RouteTableType':'CORE_NETWORK_SEGMENT','RouteTableTimestamp':1,'CoreNetworkSegmentEdge':{"  \
    "'CoreNetworkId':'cn','SegmentName':'" segment                                                 \
    "','EdgeLocation':'eu-west-1'},'NetworkRoutes':[" rows "]"
#define LEARNED_ROW CORE_ROW("10.3.0.0/16", "PROPAGATED", "at-o")

/* What a segment's routes show, a Connect attachment told, and nothing else [CWAN-31, CWAN-32]. */
static void routes_of_a_segment_show_what_was_learned(void **state)
{
    const char *other = WITH_OTHER_SHARED(OTHER("CONNECT", ""));
    const char *shown = JOINED(other, CORE_ROUTES("dev", LEARNED_ROW));

    (void)state;
    dm_aws_probe(shown, "i", "10.3.0.1", "tcp/80", "UNKNOWN");
    dm_aws_probe(shown, "i", "10.2.0.1", "tcp/80", "CORE_NO_ROUTE");
    dm_aws_probe(shown, "i", "k", "tcp/80", "PASS");
    dm_aws_probe(shown, "10.3.0.1", "i", "tcp/80", "UNKNOWN"); /* it may stand behind it */
    /* A row of another attachment, of another segment, or a static one, says nothing. */
    dm_aws_probe(JOINED(other, CORE_ROUTES("dev", CORE_ROW("10.3.0.0/16", "PROPAGATED", "at-v"))),
                 "i", "10.2.0.1", "tcp/80", "UNKNOWN");
    dm_aws_probe(JOINED(other, CORE_ROUTES("prod", LEARNED_ROW)), "i", "10.2.0.1", "tcp/80",
                 "UNKNOWN");
    dm_aws_probe(JOINED(other, CORE_ROUTES("dev", CORE_ROW("10.3.0.0/16", "STATIC", "at-o"))), "i",
                 "10.2.0.1", "tcp/80", "UNKNOWN");
    /* Nor does a list with a row that is not understood. */
    dm_aws_probe(JOINED(other, CORE_ROUTES("dev", LEARNED_ROW ",{'PrefixListId':'pl-1','Type':"
                                                              "'PROPAGATED','Destinations':[]}")),
                 "i", "10.2.0.1", "tcp/80", "UNKNOWN");
    /* The same of a VPN connection. */
    dm_aws_probe(JOINED(JOINED(NETS(NETWORK POLICY(APART, SHARE) VPN("false")),
                               ",'Attachments':[" WITH(V("prod"), "a") "," WITH(W("prod"), "b")
                                   OTHER("SITE_TO_SITE_VPN", ",'ResourceArn':'x/vpn-1'") "]"),
                        CORE_ROUTES("dev", LEARNED_ROW)),
                 "i", "10.2.0.1", "tcp/80", "CORE_NO_ROUTE");
}

#define ON(transport)                                                                              \
    ",'ConnectAttachment':{'Attachment':{'CoreNetworkId':'cn','AttachmentId':'at-o','State':"      \
    "'AVAILABLE'},'TransportAttachmentId':'" transport "'}"

static void a_connect_attachment_fails_with_its_transport(void **state)
{
    const char *other =
        JOINED(WITH_OTHER_SHARED(OTHER("CONNECT", "")), CORE_ROUTES("dev", LEARNED_ROW));

    (void)state;
    dm_aws_probe_failed(JOINED(other, ON("at-w")), "attachment:at-w", "i", "10.3.0.1", "tcp/80",
                        "CORE_NO_ROUTE");
    dm_aws_probe_failed(JOINED(other, ON("at-x")), "attachment:at-w", "i", "10.3.0.1", "tcp/80",
                        "UNKNOWN");
}

/* ---- a transit gateway with VPC w, peered with the core network, to which v is attached ---- */

#define GATEWAY                                                                                    \
    ",'TransitGateways':[{'TransitGatewayId':'tgw-1','State':'available','Options':{"              \
    "'AmazonSideAsn':64900}}],'TransitGatewayRouteTables':[{'TransitGatewayRouteTableId':'tt',"    \
    "'TransitGatewayId':'tgw-1','State':'available'}],'TransitGatewayVpcAttachments':[{"           \
    "'TransitGatewayAttachmentId':'ta-w','TransitGatewayId':'tgw-1','VpcId':'w','State':"          \
    "'available','SubnetIds':['b'],'Options':{}}],'TransitGatewayAttachments':[{"                  \
    "'TransitGatewayAttachmentId':'ta-w','TransitGatewayId':'tgw-1','ResourceType':'vpc',"         \
    "'ResourceId':'w','State':'available','Association':{'TransitGatewayRouteTableId':'tt',"       \
    "'State':'associated'}},{'TransitGatewayAttachmentId':'ta-c','TransitGatewayId':'tgw-1',"      \
    "'ResourceType':'peering','ResourceId':'cn','State':'available'}],"                            \
    "'TransitGatewayPolicyTables':[{'TransitGatewayPolicyTableId':'tp','TransitGatewayId':"        \
    "'tgw-1','State':'available'}],'TransitGatewayStaticRoutes':[{"                                \
    "'TransitGatewayRouteTableId':'tt','Routes':[]}],'TransitGatewayPropagations':[{"              \
    "'TransitGatewayRouteTableId':'tt','TransitGatewayRouteTablePropagations':[{"                  \
    "'TransitGatewayAttachmentId':'ta-w','State':'enabled'}]}]"
#define PEERING(state)                                                                             \
    ",'TransitGatewayPeering':{'Peering':{'CoreNetworkId':'cn','PeeringId':'pe','PeeringType':"    \
    "'TRANSIT_GATEWAY','State':'" state "','EdgeLocation':'eu-west-1','ResourceArn':'" EC2(        \
        "transit-gateway/tgw-1") "'},'TransitGatewayArn':'" EC2("transit-gateway/tgw-1") "',"      \
                                                                                         "'Transi" \
                                                                                         "tGatewa" \
                                                                                         "yPeerin" \
                                                                                         "gAttach" \
                                                                                         "mentId'" \
                                                                                         ":'ta-c'" \
                                                                                         "}"
#define TABLE_AT(segment)                                                                          \
    ",{'Attachment':{'CoreNetworkId':'cn','AttachmentId':'at-t','State':'AVAILABLE',"              \
    "'AttachmentType':'TRANSIT_GATEWAY_ROUTE_TABLE','EdgeLocation':'eu-west-1','SegmentName':"     \
    "'" segment "'},'PeeringId':'pe','TransitGatewayRouteTableArn':'" EC2(                         \
        "transit-gateway-route-table/tt") "'}"
#define AND_TABLE(segment) ",'Attachments':[" WITH(V("prod"), "a") TABLE_AT(segment) "]"
#define TO_GATEWAY ",{'DestinationCidrBlock':'0.0.0.0/0','TransitGatewayId':'tgw-1'}"
#define W_AT_GATEWAY(more) NETS_BY(TO_GATEWAY) more "}"

static void a_peering_joins_a_table_with_a_segment(void **state)
{
    const char *prod = JOINED(W_AT_GATEWAY(NETWORK POLICY(APART, "") GATEWAY),
                              PEERING("AVAILABLE") AND_TABLE("prod"));

    (void)state;
    probe(prod, "PASS");
    probe(JOINED(W_AT_GATEWAY(NETWORK POLICY(APART, "") GATEWAY),
                 PEERING("AVAILABLE") AND_TABLE("dev")),
          "CORE_NO_ROUTE");
    dm_aws_probe_failed(prod, "core-peering:pe", "i", "k", "tcp/80", "CORE_NO_ROUTE");
}

static void a_peering_that_is_not_shown_or_not_ready_is_unknown(void **state)
{
    (void)state;
    probe(JOINED(W_AT_GATEWAY(NETWORK POLICY(APART, "") GATEWAY),
                 PEERING("CREATING") AND_TABLE("prod")),
          "UNKNOWN");
    probe(JOINED(W_AT_GATEWAY(NETWORK POLICY(APART, "") GATEWAY), AND_TABLE("prod")), "UNKNOWN");
}

/* ---- what is wrong, and where ---- */

static void fault(const char *text, const char *path, const char *pointer, const char *part)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_sources *sources = dm_sources_new(arena, NULL);
    struct dm_builder *builder = dm_builder_new(arena, sources, NULL);
    char *json = dm_arena_strdup(arena, text);
    const struct dm_diag *diag;
    struct dm_diags diags;
    uint32_t source = 0;

    for (char *c = json; *c; c++) {
        *c = *c == '\'' ? '"' : *c;
    }
    dm_diags_init(&diags, arena);
    assert_int_equal(dm_sources_add(sources, "eu-west-1/x.json", json, strlen(json), &source, NULL),
                     DM_OK);
    assert_int_equal(
        dm_aws_load(arena, sources, "eu-west-1/x.json", dm_facts_new(arena), builder, &diags, NULL),
        DM_OK);
    assert_true(diags.n_errors > 0);
    diag = &diags.items[0];
    assert_string_equal(dm_sources_get(sources, diag->labels[0].span.source)->path, path);
    assert_string_equal(diag->pointer, pointer);
    if (!strstr(diag->message, part)) {
        fail_msg("`%s` is not in `%s`", part, diag->message);
    }
    dm_arena_free(arena);
}

static void faults_have_their_place(void **state)
{
    static const char path[] = "eu-west-1/x.json";
    static const char inner[] = "eu-west-1/x.json#/CoreNetworkPolicy/PolicyDocument";

    (void)state;
    fault("{'CoreNetwork':{'State':'AVAILABLE'}}", path, "/CoreNetwork/CoreNetworkId",
          "is missing");
    fault("{'Attachments':[{'CoreNetworkId':'cn','State':'AVAILABLE'}]}", path,
          "/Attachments/0/AttachmentId", "is missing");
    fault("{'Attachments':[{'CoreNetworkId':['cn'],'AttachmentId':'at','State':'AVAILABLE',"
          "'AttachmentType':'VPC','EdgeLocation':'eu-west-1'}]}",
          path, "/Attachments/0/CoreNetworkId", "not a string");
    fault("{'Attachments':[{'CoreNetworkId':'cn','AttachmentId':'at','State':'AVAILABLE',"
          "'AttachmentType':'CONNECT'}]}",
          path, "/Attachments/0/EdgeLocation", "is missing");
    fault("{" NETWORK_ALONE POLICY_AS("LIVE", "'{\\'version\\':'") "}", inner, "/version", "");
    fault("{" NETWORK_ALONE POLICY_AS("LIVE", "[]") "}", path, "/CoreNetworkPolicy/PolicyDocument",
          "no document");
    fault("{" NETWORK_ALONE POLICY("{'name':'prod'}", "{'action':'share','mode':"
                                                      "'attachment-route','segment':'pord',"
                                                      "'share-with':'*'}") "}",
          path, "/CoreNetworkPolicy/PolicyDocument/segment-actions/0/segment",
          "unknown segment `pord`");
    fault("{'Peerings':[{'PeeringType':'TRANSIT_GATEWAY'}]}", path, "/Peerings/0/PeeringId",
          "is missing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attachments_of_one_segment_reach_each_other),
        cmocka_unit_test(segments_are_apart_unless_shared),
        cmocka_unit_test(a_document_may_be_a_text),
        cmocka_unit_test(a_document_that_is_not_live_says_nothing),
        cmocka_unit_test(what_is_shown_beside_the_document_must_agree),
        cmocka_unit_test(an_attachment_is_where_aws_shows_it),
        cmocka_unit_test(the_state_of_an_attachment_counts),
        cmocka_unit_test(subnets_that_are_not_shown_are_unknown),
        cmocka_unit_test(attachments_that_are_not_listed_are_unknown),
        cmocka_unit_test(a_network_may_be_named_alone),
        cmocka_unit_test(labels_that_are_not_shown_are_unknown),
        cmocka_unit_test(what_is_not_understood_is_met_in_its_segment),
        cmocka_unit_test(what_a_vpn_connection_brought_is_not_shown),
        cmocka_unit_test(routes_of_a_segment_show_what_was_learned),
        cmocka_unit_test(a_connect_attachment_fails_with_its_transport),
        cmocka_unit_test(a_peering_joins_a_table_with_a_segment),
        cmocka_unit_test(a_peering_that_is_not_shown_or_not_ready_is_unknown),
        cmocka_unit_test(faults_have_their_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
