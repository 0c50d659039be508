/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Gateways between VPCs and the internet from describe output: egress-only ones, regional NAT
 * gateways, Block Public Access; one test a fact, on small inputs.
 */
#include "tests/support/dmtest.h"

#include <string.h>

#include "tests/support/aws_probing.h"

/* A VPC of both families with an internet gateway and an egress-only one; host h in subnet p, whose
 * table leads to 'out', and a second VPC with host x open to the internet. */
#define ROWS                                                                                       \
    "'Entries':[{'RuleNumber':1,'Protocol':'-1','RuleAction':'allow','Egress':true,"               \
    "'CidrBlock':'0.0.0.0/0'},{'RuleNumber':1,'Protocol':'-1','RuleAction':'allow',"               \
    "'Egress':false,'CidrBlock':'0.0.0.0/0'},"                                                     \
    "{'RuleNumber':2,'Protocol':'-1','RuleAction':'allow','Egress':true,"                          \
    "'Ipv6CidrBlock':'::/0'},{'RuleNumber':2,'Protocol':'-1','RuleAction':'allow',"                \
    "'Egress':false,'Ipv6CidrBlock':'::/0'}]"
#define OPEN_TO_ALL                                                                                \
    "[{'IpProtocol':'-1','IpRanges':[{'CidrIp':'0.0.0.0/0'}],"                                     \
    "'Ipv6Ranges':[{'CidrIpv6':'::/0'}]}]"
#define VPC_OF(v, cidr, cidr6)                                                                     \
    "{'VpcId':'" v "','CidrBlock':'" cidr "','OwnerId':'111111111111',"                            \
    "'Ipv6CidrBlockAssociationSet':[{'Ipv6CidrBlock':'" cidr6                                      \
    "','Ipv6CidrBlockState':{'State':'associated'}}]}"
#define SUBNET_OF(s, v, zone, cidr, cidr6)                                                         \
    "{'SubnetId':'" s "','VpcId':'" v "','CidrBlock':'" cidr "','AvailabilityZone':'" zone         \
    "','Ipv6CidrBlockAssociationSet':[{'Ipv6CidrBlock':'" cidr6                                    \
    "','Ipv6CidrBlockState':{'State':'associated'}}]}"
#define GATEWAY_OF(igw, v)                                                                         \
    "{'InternetGatewayId':'" igw "','Attachments':[{'VpcId':'" v "','State':'available'}]}"
#define TABLE_OF(t, v, cidr, cidr6, subnets, rows)                                                 \
    "{'RouteTableId':'" t "','VpcId':'" v "','Associations':[" subnets                             \
    "],'Routes':[{'DestinationCidrBlock':'" cidr "','GatewayId':'local'},"                         \
    "{'DestinationIpv6CidrBlock':'" cidr6 "','GatewayId':'local'}" rows "]}"
#define HOST_OF(h, s, v, group, address, address6, of_address)                                     \
    "{'InstanceId':'" h "','State':{'Name':'running'},'NetworkInterfaces':["                       \
    "{'NetworkInterfaceId':'eni-" h "','SubnetId':'" s "','VpcId':'" v                             \
    "','Groups':[{'GroupId':'" group "'}],'PrivateIpAddresses':[{'PrivateIpAddress':'" address     \
    "'" of_address "}],'Ipv6Addresses':[{'Ipv6Address':'" address6 "'}]}]}"
#define GROUP_OF(g, v)                                                                             \
    "{'GroupId':'" g "','VpcId':'" v "','IpPermissions':" OPEN_TO_ALL                              \
    ",'IpPermissionsEgress':" OPEN_TO_ALL "}"
#define PUBLIC(address) ",'Association':{'PublicIp':'" address "'}"
#define IGW4 ",{'DestinationCidrBlock':'0.0.0.0/0','GatewayId':'igw-v'}"
#define IGW6 ",{'DestinationIpv6CidrBlock':'::/0','GatewayId':'igw-v'}"
#define EIGW6 ",{'DestinationIpv6CidrBlock':'::/0','EgressOnlyInternetGatewayId':'eigw-v'}"
#define NAT4 ",{'DestinationCidrBlock':'0.0.0.0/0','NatGatewayId':'nat-1'}"

/* clang-format off */
#define FIRST \
    "{'Vpcs':[" VPC_OF("v", "10.0.0.0/16", "2600:1f00::/56") "," \
    VPC_OF("w", "10.1.0.0/16", "2600:1f00:0:100::/56") "],'Subnets':[" \
    SUBNET_OF("p", "v", "eu-west-1a", "10.0.1.0/24", "2600:1f00::/64") "," \
    SUBNET_OF("q", "v", "eu-west-1b", "10.0.2.0/24", "2600:1f00:0:1::/64") "," \
    SUBNET_OF("o", "w", "eu-west-1a", "10.1.1.0/24", "2600:1f00:0:100::/64") "]," \
    "'InternetGateways':[" GATEWAY_OF("igw-v", "v") "," GATEWAY_OF("igw-w", "w") "]," \
    "'EgressOnlyInternetGateways':[{'EgressOnlyInternetGatewayId':'eigw-v'," \
    "'Attachments':[{'State':'attached','VpcId':'v'}]}]," \
    "'NetworkAcls':[{'NetworkAclId':'av','VpcId':'v','Associations':[{'SubnetId':'p'}," \
    "{'SubnetId':'q'}]," ROWS "},{'NetworkAclId':'aw','VpcId':'w','Associations':[" \
    "{'SubnetId':'o'}]," ROWS "}],"
#define SECOND \
    "'SecurityGroups':[" GROUP_OF("gv", "v") "," GROUP_OF("gw", "w") "]," \
    "'Reservations':[{'Instances':[" \
    HOST_OF("h", "p", "v", "gv", "10.0.1.10", "2600:1f00::10", PUBLIC("54.0.0.10")) "," \
    HOST_OF("n", "q", "v", "gv", "10.0.2.10", "2600:1f00:0:1::10", "") "," \
    HOST_OF("x", "o", "w", "gw", "10.1.1.10", "2600:1f00:0:100::10", PUBLIC("54.0.0.20")) \
    "]}],"
#define TABLES(of_p, of_q) \
    "'RouteTables':[" \
    TABLE_OF("tp", "v", "10.0.0.0/16", "2600:1f00::/56", "{'SubnetId':'p'}", of_p) "," \
    TABLE_OF("tq", "v", "10.0.0.0/16", "2600:1f00::/56", "{'SubnetId':'q'}", of_q) "," \
    TABLE_OF("to", "w", "10.1.0.0/16", "2600:1f00:0:100::/56", "{'SubnetId':'o'}", \
             ",{'DestinationCidrBlock':'0.0.0.0/0','GatewayId':'igw-w'}," \
             "{'DestinationIpv6CidrBlock':'::/0','GatewayId':'igw-w'}") "]"
/* clang-format on */

/* Compilers need not take longer texts in one piece. */
static const char *joined(const char *tables, const char *more)
{
    static char text[16384];
    static const char *const same[] = { FIRST, SECOND };
    size_t length = 0;

    for (size_t i = 0; i < 5; i++) {
        const char *part = i < 2 ? same[i] : i == 2 ? tables : i == 3 ? more : "}";

        assert_true(length + strlen(part) < sizeof text);
        memcpy(text + length, part, strlen(part) + 1);
        length += strlen(part);
    }
    return text;
}

/* Host h (54.0.0.10) in p, n in q without public address; 'of_p' and 'of_q' are further rows. */
#define NETWORK(of_p, of_q, more) joined(TABLES(of_p, of_q), more)

#define OUTSIDE "8.8.8.8"
#define OUTSIDE6 "2a00::1"

/* ---- egress-only internet gateways ---- */

static void an_egress_only_gateway_lets_out_and_its_answers_in(void **state)
{
    const char *net = NETWORK(EIGW6, IGW6, "");

    (void)state;
    dm_aws_probe(net, "2600:1f00::10", OUTSIDE6, "tcp/443", "PASS");
    dm_aws_probe(net, "2600:1f00::10", "2600:1f00:0:100::10", "tcp/443", "PASS");
    dm_aws_probe_failed(net, "internet-gateway:eigw-v", "2600:1f00::10", OUTSIDE6, "tcp/443",
                        "BAD_STATE_ROUTE eigw-v");
    /* That of the same VPC that lets in has nothing to do with it. */
    dm_aws_probe_failed(net, "internet-gateway:igw-v", "2600:1f00::10", OUTSIDE6, "tcp/443",
                        "PASS");
}

static void nobody_outside_opens_a_session_through_an_egress_only_gateway(void **state)
{
    const char *net = NETWORK(EIGW6, IGW6, "");

    (void)state;
    dm_aws_probe(net, OUTSIDE6, "2600:1f00::10", "tcp/443", "reply EGRESS_NO_SESSION eigw-v");
    dm_aws_probe(net, OUTSIDE6, "2600:1f00:0:1::10", "tcp/443", "PASS");
}

static void an_egress_only_gateway_carries_ipv6_alone(void **state)
{
    const char *net = NETWORK(",{'DestinationCidrBlock':'0.0.0.0/0','GatewayId':'eigw-v'}", "", "");

    (void)state;
    dm_aws_probe(net, "h", OUTSIDE, "tcp/443", "EGRESS_NO_SESSION eigw-v");
}

/* ---- regional NAT gateways ---- */

#define REGIONAL(more)                                                                             \
    ",'NatGateways':[{'NatGatewayId':'nat-1','VpcId':'v','State':'available',"                     \
    "'AvailabilityMode':'regional','ConnectivityType':'public','NatGatewayAddresses':["            \
    "{'PublicIp':'54.0.0.70','AvailabilityZone':'eu-west-1a','Status':'succeeded'},"               \
    "{'PublicIp':'54.0.0.71','AvailabilityZone':'eu-west-1b','Status':'succeeded'}]" more "}]"

/* Host y of VPC w lets in one address alone. */
#define LETS_IN(prefix)                                                                            \
    ",'security_groups':[{'GroupId':'one','VpcId':'w','IpPermissions':[{'IpProtocol':'-1',"        \
    "'IpRanges':[{'CidrIp':'" prefix "'}]}],'IpPermissionsEgress':" OPEN_TO_ALL "}],"              \
    "'instances':[" HOST_OF("y", "o", "w", "one", "10.1.1.30", "2600:1f00:0:100::30",              \
                            PUBLIC("54.0.0.30")) "]"

static void a_regional_nat_gateway_needs_no_subnet(void **state)
{
    const char *net = NETWORK(IGW4, NAT4, REGIONAL(""));

    (void)state;
    dm_aws_probe(net, "n", OUTSIDE, "tcp/443", "PASS");
    dm_aws_probe(net, "n", OUTSIDE, "proto/50", "NAT_PROTOCOL nat-1");
    dm_aws_probe_failed(net, "nat-gateway:nat-1", "n", OUTSIDE, "tcp/443", "BAD_STATE_ROUTE nat-1");
    dm_aws_probe_failed(net, "eu-west-1a", "n", OUTSIDE, "tcp/443", "PASS");
    dm_aws_probe(net, "x", "54.0.0.70", "tcp/443", "NAT_NO_SESSION nat-1");
}

static void a_regional_nat_gateway_sends_with_an_address_of_the_senders_zone(void **state)
{
    (void)state;
    dm_aws_probe(NETWORK(IGW4, NAT4, REGIONAL("") LETS_IN("54.0.0.71/32")), "n", "54.0.0.30",
                 "tcp/443", "PASS");
    dm_aws_probe(NETWORK(IGW4, NAT4, REGIONAL("") LETS_IN("54.0.0.70/32")), "n", "54.0.0.30",
                 "tcp/443", "ENI_SG_RULES_MISMATCH one");
}

static void a_regional_nat_gateway_goes_by_its_own_table(void **state)
{
    (void)state;
    dm_aws_probe(NETWORK(IGW4, NAT4, REGIONAL(",'RouteTableId':'tp'")), "n", OUTSIDE, "tcp/443",
                 "PASS");
    dm_aws_probe(NETWORK("", NAT4, REGIONAL(",'RouteTableId':'tp'")), "n", OUTSIDE, "tcp/443",
                 "NO_ROUTE_TO_DESTINATION tp");
    dm_aws_probe(NETWORK(IGW4, NAT4, REGIONAL(",'RouteTableId':'gone'")), "n", OUTSIDE, "tcp/443",
                 "UNKNOWN");
}

/* ---- Block Public Access ---- */

#define ZONAL                                                                                      \
    ",'NatGateways':[{'NatGatewayId':'nat-1','VpcId':'v','SubnetId':'p','State':'available',"      \
    "'NatGatewayAddresses':[{'NetworkInterfaceId':'eni-n1','PrivateIp':'10.0.1.77','PublicIp':"    \
    "'54.0.0.77'}]}]"
#define BLOCK(mode)                                                                                \
    ",'VpcBlockPublicAccessOptions':{'InternetGatewayBlockMode':'" mode                            \
    "','AwsRegion':'eu-west-1','AwsAccountId':'111111111111','State':'update-complete',"           \
    "'ExclusionsAllowed':'allowed'}"
#define EXCEPT(rows) ",'VpcBlockPublicAccessExclusions':[" rows "]"
#define EXCLUSION(what, mode)                                                                      \
    "{'ExclusionId':'vpcbpa-exclude-1','State':'create-complete','ResourceArn':"                   \
    "'arn:aws:ec2:eu-west-1:111111111111:" what "','InternetGatewayExclusionMode':'" mode "'}"
#define BLOCKED_NET(mode, exclusions) NETWORK(IGW4 IGW6, NAT4 EIGW6, ZONAL BLOCK(mode) exclusions)

static void a_block_both_ways_stops_all_that_passes_an_internet_gateway(void **state)
{
    const char *net = BLOCKED_NET("block-bidirectional", EXCEPT(""));

    (void)state;
    dm_aws_probe(net, "h", OUTSIDE, "tcp/443", "VPC_BLOCK_PUBLIC_ACCESS_ENABLED p");
    dm_aws_probe(net, "n", OUTSIDE, "tcp/443", "VPC_BLOCK_PUBLIC_ACCESS_ENABLED p");
    dm_aws_probe(net, "2600:1f00:0:1::10", OUTSIDE6, "tcp/443",
                 "VPC_BLOCK_PUBLIC_ACCESS_ENABLED q");
    dm_aws_probe(net, "internet", "54.0.0.10", "tcp/443", "VPC_BLOCK_PUBLIC_ACCESS_ENABLED p");
    dm_aws_probe(net, "h", "n", "tcp/443", "PASS");
}

static void a_block_of_ingress_leaves_nat_and_egress_only_gateways(void **state)
{
    const char *net = BLOCKED_NET("block-ingress", EXCEPT(""));

    (void)state;
    dm_aws_probe(net, "internet", "54.0.0.10", "tcp/443", "VPC_BLOCK_PUBLIC_ACCESS_ENABLED p");
    dm_aws_probe(net, "h", OUTSIDE, "tcp/443", "reply VPC_BLOCK_PUBLIC_ACCESS_ENABLED p");
    dm_aws_probe(net, "n", OUTSIDE, "tcp/443", "PASS");
    dm_aws_probe(net, "2600:1f00:0:1::10", OUTSIDE6, "tcp/443", "PASS");
    dm_aws_probe(NETWORK(IGW4, NAT4, REGIONAL("") BLOCK("block-ingress") EXCEPT("")), "n", OUTSIDE,
                 "tcp/443", "PASS");
}

static void exclusions_of_vpcs_and_subnets_except_from_a_block(void **state)
{
#define TO_ALL(what)                                                                               \
    BLOCKED_NET("block-bidirectional", EXCEPT(EXCLUSION(what, "allow-bidirectional")))
#define TO_EGRESS(what) BLOCKED_NET("block-bidirectional", EXCEPT(EXCLUSION(what, "allow-egress")))
    (void)state;
    dm_aws_probe(TO_ALL("vpc/v"), "internet", "54.0.0.10", "tcp/443", "PASS");
    dm_aws_probe(TO_ALL("vpc/v"), "n", OUTSIDE, "tcp/443", "PASS");
    dm_aws_probe(TO_ALL("subnet/p"), "h", OUTSIDE, "tcp/443", "PASS");
    dm_aws_probe(TO_ALL("subnet/p"), "n", OUTSIDE, "tcp/443", "UNKNOWN"); /* q is kept in */
    dm_aws_probe(TO_ALL("subnet/q"), "h", OUTSIDE, "tcp/443", "VPC_BLOCK_PUBLIC_ACCESS_ENABLED p");
    dm_aws_probe(TO_EGRESS("vpc/v"), "h", OUTSIDE, "tcp/443", "PASS");
    dm_aws_probe(TO_EGRESS("vpc/v"), "internet", "54.0.0.10", "tcp/443",
                 "VPC_BLOCK_PUBLIC_ACCESS_ENABLED p");
    dm_aws_probe(BLOCKED_NET("block-ingress", EXCEPT(EXCLUSION("vpc/v", "allow-egress"))), "h",
                 OUTSIDE, "tcp/443", "UNKNOWN");
}

static void exclusions_that_are_not_shown_leave_it_unknown(void **state)
{
    const char *net = BLOCKED_NET("block-bidirectional", "");

    (void)state;
    dm_aws_probe(net, "h", OUTSIDE, "tcp/443", "UNKNOWN");
    dm_aws_probe(net, "internet", "54.0.0.10", "tcp/443", "UNKNOWN");
    dm_aws_probe(net, "h", "n", "tcp/443", "PASS");
    dm_aws_probe(BLOCKED_NET("off", ""), "h", OUTSIDE, "tcp/443", "PASS");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_egress_only_gateway_lets_out_and_its_answers_in),
        cmocka_unit_test(nobody_outside_opens_a_session_through_an_egress_only_gateway),
        cmocka_unit_test(an_egress_only_gateway_carries_ipv6_alone),
        cmocka_unit_test(a_regional_nat_gateway_needs_no_subnet),
        cmocka_unit_test(a_regional_nat_gateway_sends_with_an_address_of_the_senders_zone),
        cmocka_unit_test(a_regional_nat_gateway_goes_by_its_own_table),
        cmocka_unit_test(a_block_both_ways_stops_all_that_passes_an_internet_gateway),
        cmocka_unit_test(a_block_of_ingress_leaves_nat_and_egress_only_gateways),
        cmocka_unit_test(exclusions_of_vpcs_and_subnets_except_from_a_block),
        cmocka_unit_test(exclusions_that_are_not_shown_leave_it_unknown),
    };

    return cmocka_run_group_tests_name("aws_gateway", tests, NULL, NULL);
}
