/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sessions inside a region: what AWS's documents say of local routes, ACLs, groups,
 * internet and NAT gateways and peerings, one test a fact.
 */
#include "tests/support/dmtest.h"

#include "tests/support/nets.h"
#include "tests/support/probing.h"

#define PLACES "region r\nzone ra r\nzone rb r\n"

/* Two subnets of one VPC, h in s and k in t; subnets take the words that follow. */
#define TWO(of_s, of_t)                                                                            \
    "subnet s v ra 10.0.1.0/24 " of_s "\n"                                                         \
    "subnet t v rb 10.0.2.0/24 " of_t "\n"
#define HOSTS(of_h, of_k) "host h s 10.0.1.10 " of_h "\nhost k t 10.0.2.10 " of_k "\n"
#define VPC PLACES "vpc v r 10.0.0.0/16\n"

/* ---- local routes ---- */

static void a_vpc_is_routed_within_itself(void **state)
{
    static const char net[] = VPC TWO("", "") HOSTS("", "");

    (void)state;
    dm_probe(net, "h", "k", "tcp/443", "PASS");
    dm_probe(net, "h", "10.0.2.10", "udp/53", "PASS");
    dm_probe(net, "h", "10.0.2.11", "tcp/443", "NO_HOST_AT_ADDRESS t");
    dm_probe(net, "h", "10.0.3.10", "tcp/443", "NO_HOST_AT_ADDRESS v");
    dm_probe(net, "h", "10.1.0.1", "tcp/443", "NO_ROUTE_TO_DESTINATION v.main");
    dm_probe(net, "h", "203.0.113.1", "tcp/443", "NO_ROUTE_TO_DESTINATION v.main");
}

static void the_longest_prefix_decides_then_static_then_list_then_propagated(void **state)
{
#define ROUTED                                                                                     \
    VPC "vpc w r 10.1.0.0/16\npeering p v w\nlist l 10.1.1.0/24\n" TWO("", "") HOSTS(              \
        "",                                                                                        \
        "") "subnet u w ra 10.1.1.0/24\nhost x u 10.1.1.10\nroute w.main 10.0.0.0/16 peering:p\n"
    (void)state;
    dm_probe(ROUTED "route v.main 10.1.0.0/16 peering:p\n", "h", "x", "tcp/1", "PASS");
    /* A longer route to something that is gone is a black hole, not a step aside. */
    dm_probe(ROUTED "route v.main 10.1.0.0/16 peering:p\nroute v.main 10.1.1.0/24 none\n", "h", "x",
             "tcp/1", "BAD_STATE_ROUTE v.main");
    dm_probe(ROUTED "route v.main 10.1.0.0/16 none\nroute v.main 10.1.1.0/24 peering:p\n", "h", "x",
             "tcp/1", "PASS");
    dm_probe(ROUTED "route v.main list:l none\nroute v.main 10.1.1.0/24 peering:p\n", "h", "x",
             "tcp/1", "PASS");
    dm_probe(ROUTED "route v.main 10.1.1.0/24 none propagated\nroute v.main list:l peering:p\n",
             "h", "x", "tcp/1", "PASS");
    dm_probe(ROUTED "route v.main 10.1.1.0/24 none\nroute v.main list:l peering:p\n", "h", "x",
             "tcp/1", "BAD_STATE_ROUTE");
}

static void a_local_route_beats_propagated_ones_but_not_longer_static_ones(void **state)
{
#define NEAR VPC TWO("", "") HOSTS("", "nocheck") "nat n s 10.0.1.5\n"
    (void)state;
    dm_probe(NEAR "route v.main 10.0.2.0/24 none propagated\n", "h", "k", "tcp/1", "PASS");
    dm_probe(NEAR "route v.main 10.0.2.0/24 eni:h.0\n", "h", "k", "tcp/1",
             "ENI_SOURCE_DEST_CHECK_RESTRICTION h.0");
    /* Also where a propagated one is longer still. */
    dm_probe(NEAR "route v.main 10.0.2.0/24 eni:h.0\nroute v.main 10.0.2.8/29 none propagated\n",
             "h", "k", "tcp/1", "ENI_SOURCE_DEST_CHECK_RESTRICTION h.0");
    dm_probe(NEAR "route v.main 10.0.2.0/24 eni:h.0\n", "k", "h", "tcp/1",
             "reply ENI_SOURCE_DEST_CHECK_RESTRICTION h.0");
}

static void lists_that_hold_the_same_prefix_leave_the_choice_to_aws(void **state)
{
#define LISTS "list m 10.1.1.0/24,10.9.0.0/16\nroute v.main list:l peering:p\n"
    (void)state;
    dm_probe(ROUTED LISTS "route v.main list:m none\n", "h", "x", "tcp/1", "UNKNOWN");
    dm_probe(ROUTED LISTS "route v.main list:m peering:p\n", "h", "x", "tcp/1", "PASS");
    dm_probe(ROUTED LISTS "route v.main list:m none\nroute v.main 10.1.1.0/24 peering:p\n", "h",
             "x", "tcp/1", "PASS");
}

static void what_a_middlebox_does_is_unknown(void **state)
{
    static const char net[] = NEAR "route v.main 10.9.0.0/16 eni:k.0\n"
                                   "route v.main 10.8.0.0/16 eni:h.0\n";

    (void)state;
    dm_probe(net, "h", "10.9.0.1", "tcp/1", "UNKNOWN");
    dm_probe(net, "h", "10.8.0.1", "tcp/1", "ENI_SOURCE_DEST_CHECK_RESTRICTION h.0");
}

/* ---- ACLs ---- */

static void acls_stand_at_the_subnets_border_only(void **state)
{
    static const char net[] = VPC "acl a v\n" TWO("acl=a", "") HOSTS("", "") "host i s 10.0.1.11\n";

    (void)state;
    dm_probe(net, "h", "i", "tcp/443", "PASS");
    dm_probe(net, "h", "k", "tcp/443", "SUBNET_ACL_RESTRICTION a");
    dm_probe(net, "k", "h", "tcp/443", "SUBNET_ACL_RESTRICTION a");
}

static void the_entry_with_the_lowest_number_that_matches_decides(void **state)
{
#define ACL VPC "acl a v\n" TWO("", "acl=a") HOSTS("", "") "rule a out 1 allow all 0.0.0.0/0\n"
    (void)state;
    dm_probe(ACL "rule a in 200 allow all 0.0.0.0/0\nrule a in 100 deny tcp/443 10.0.1.0/24\n", "h",
             "k", "tcp/443", "SUBNET_ACL_RESTRICTION a");
    dm_probe(ACL "rule a in 200 deny tcp/443 0.0.0.0/0\nrule a in 100 allow tcp/443 10.0.1.0/24\n",
             "h", "k", "tcp/443", "PASS");
    dm_probe(ACL "rule a in 200 allow all 0.0.0.0/0\nrule a in 100 deny tcp/443 10.0.1.0/24\n", "h",
             "k", "tcp/444", "PASS");
    dm_probe(ACL "rule a in 100 allow tcp/443 10.0.2.0/24\n", "h", "k", "tcp/443",
             "SUBNET_ACL_RESTRICTION a");
}

static void acls_know_no_sessions_and_see_answers_go_to_ephemeral_ports(void **state)
{
#define STATELESS(in, out)                                                                         \
    VPC "acl a v\n" TWO("", "acl=a") HOSTS("", "") "rule a in 1 allow " in " 10.0.1.0/24\n"        \
                                                   "rule a out 1 allow " out " 10.0.1.0/24\n"
    (void)state;
    dm_probe(STATELESS("tcp/443", "tcp/443"), "h", "k", "tcp/443",
             "reply SUBNET_ACL_RESTRICTION a");
    dm_probe(STATELESS("tcp/443", "tcp/32768-60999"), "h", "k", "tcp/443", "PASS");
    dm_probe(STATELESS("tcp/443", "tcp/32769-60999"), "h", "k", "tcp/443",
             "reply SUBNET_ACL_RESTRICTION a");
    dm_probe(STATELESS("tcp/443", "tcp/32768-60998"), "h", "k", "tcp/443",
             "reply SUBNET_ACL_RESTRICTION a");
    dm_probe(STATELESS("tcp/443", "udp/32768-60999"), "h", "k", "tcp/443",
             "reply SUBNET_ACL_RESTRICTION a");
    /* A hole in the middle of the range counts as much as its ends. */
    dm_probe(STATELESS("tcp/443", "tcp/40000-65535") "rule a out 2 allow tcp/1-39998 0.0.0.0/0\n",
             "h", "k", "tcp/443", "reply SUBNET_ACL_RESTRICTION a");
    dm_probe(STATELESS("tcp/443", "tcp/40000-65535") "rule a out 2 allow tcp/1-39999 0.0.0.0/0\n",
             "h", "k", "tcp/443", "PASS");
}

static void the_acl_of_the_senders_subnet_sees_both_ways_too(void **state)
{
#define OF_SENDER(in, out)                                                                         \
    VPC "acl a v\n" TWO("acl=a", "") HOSTS("", "") "rule a in 1 allow " in " 10.0.2.0/24\n"        \
                                                   "rule a out 1 allow " out " 10.0.2.0/24\n"
    (void)state;
    dm_probe(OF_SENDER("tcp/1024-65535", "tcp/443"), "h", "k", "tcp/443", "PASS");
    dm_probe(OF_SENDER("tcp/443", "tcp/443"), "h", "k", "tcp/443", "reply SUBNET_ACL_RESTRICTION");
    dm_probe(OF_SENDER("tcp/1024-65535", "tcp/80"), "h", "k", "tcp/443", "SUBNET_ACL_RESTRICTION");
}

static void an_echo_request_is_answered_by_an_echo_reply(void **state)
{
    (void)state;
    dm_probe(STATELESS("icmp/8", "icmp/0"), "h", "k", "icmp/8", "PASS");
    dm_probe(STATELESS("icmp/8", "icmp/8"), "h", "k", "icmp/8", "reply SUBNET_ACL_RESTRICTION");
    dm_probe(STATELESS("icmp/8/0", "icmp/0/0"), "h", "k", "icmp/8", "PASS");
    dm_probe(STATELESS("icmp/8/1", "icmp/0"), "h", "k", "icmp/8", "SUBNET_ACL_RESTRICTION");
    dm_probe(STATELESS("icmp/0", "icmp"), "h", "k", "icmp/8", "SUBNET_ACL_RESTRICTION");
}

/* ---- groups ---- */

static void groups_let_answers_pass_and_nothing_that_no_rule_names(void **state)
{
    static const char net[] = VPC "group g v\n" TWO("", "")
        HOSTS("", "groups=g") "permit g in tcp/443 10.0.1.0/24\npermit g in icmp/8 10.0.1.10/32\n";

    (void)state;
    dm_probe(net, "h", "k", "tcp/443", "PASS");
    dm_probe(net, "h", "k", "tcp/442", "ENI_SG_RULES_MISMATCH g");
    dm_probe(net, "h", "k", "udp/443", "ENI_SG_RULES_MISMATCH g");
    dm_probe(net, "h", "k", "icmp/8", "PASS");
    dm_probe(net, "k", "h", "tcp/443", "ENI_SG_RULES_MISMATCH g");
}

static void an_interface_has_the_rules_of_all_its_groups(void **state)
{
#define GROUPS                                                                                     \
    VPC "group g v\ngroup f v\ngroup empty v\n" TWO(                                               \
        "", "") "permit g in tcp/443 10.0.0.0/8\npermit f in tcp/80 10.0.0.0/8\n"
    static const char both[] = GROUPS HOSTS("", "groups=g,f,empty");

    (void)state;
    dm_probe(both, "h", "k", "tcp/443", "PASS");
    dm_probe(both, "h", "k", "tcp/80", "PASS");
    dm_probe(both, "h", "k", "tcp/22", "ENI_SG_RULES_MISMATCH");
    dm_probe(GROUPS HOSTS("", "groups=empty"), "h", "k", "tcp/80", "ENI_SG_RULES_MISMATCH empty");
    /* Groups stand at interfaces: also between two hosts of one subnet. */
    dm_probe(GROUPS HOSTS("", "") "host i s 10.0.1.11 groups=g\n", "h", "i", "tcp/80",
             "ENI_SG_RULES_MISMATCH g");
}

static void references_match_members_in_the_vpc_both_ways(void **state)
{
#define REFERENCES VPC "group g v\ngroup m v\n" TWO("", "") HOSTS("groups=m", "groups=g")
    static const char in[] = REFERENCES "permit g in all group:m\npermit m out all 0.0.0.0/0\n"
                                        "host i s 10.0.1.11\n";
    static const char out[] = REFERENCES "permit g in all 0.0.0.0/0\npermit m out all group:g\n"
                                         "host i t 10.0.2.11\n";

    (void)state;
    dm_probe(in, "h", "k", "tcp/443", "PASS");
    dm_probe(in, "i", "k", "tcp/443", "ENI_SG_RULES_MISMATCH g");
    dm_probe(out, "h", "k", "tcp/443", "PASS");
    dm_probe(out, "h", "i", "tcp/443", "ENI_SG_RULES_MISMATCH m");
}

#define PEERED(of_x)                                                                               \
    VPC "region q\nzone qa q\nvpc w " of_x "\npeering p v w\n" TWO(                                \
        "", "") "group g v\ngroup f w\nroute v.main 10.1.0.0/16 peering:p\n"                       \
                "route w.main 10.0.0.0/16 peering:p\nhost x u 10.1.1.10 groups=f\n"
#define PEER_NEAR PEERED("r 10.1.0.0/16\nsubnet u w ra 10.1.1.0/24")
#define PEER_FAR PEERED("q 10.1.0.0/16\nsubnet u w qa 10.1.1.0/24")

static void references_match_over_a_peering_within_the_region_only(void **state)
{
#define FROM_X HOSTS("groups=g", "") "permit g in tcp/443 group:f\npermit f out all 0.0.0.0/0\n"
    (void)state;
    dm_probe(PEER_NEAR FROM_X, "x", "h", "tcp/443", "PASS");
    dm_probe(PEER_FAR FROM_X, "x", "h", "tcp/443", "ENI_SG_RULES_MISMATCH g");
}

static void prefix_lists_stand_for_their_prefixes_in_groups(void **state)
{
    static const char net[] = VPC "group g v\nlist l 10.9.0.0/16,10.0.1.0/28\n" TWO("", "")
        HOSTS("", "groups=g") "host i s 10.0.1.20\npermit g in all list:l\n";

    (void)state;
    dm_probe(net, "h", "k", "tcp/443", "PASS");
    dm_probe(net, "i", "k", "tcp/443", "ENI_SG_RULES_MISMATCH g");
}

/* ---- internet gateways ---- */

#define PUBLIC(more)                                                                               \
    VPC "vpc w r 10.1.0.0/16\nigw i v\nigw j w\n" TWO("", "") more                                 \
        "host h s 10.0.1.10=198.18.0.1\nhost k t 10.0.2.10=198.18.0.2 groups=g\n"                  \
        "host m s 10.0.1.11\nroute v.main 0.0.0.0/0 igw:i\n"

static void an_internet_gateway_translates_one_to_one_both_ways(void **state)
{
    static const char net[] =
        PUBLIC("group g v\n") "permit g in tcp/443 0.0.0.0/0\npermit g in tcp/80 203.0.113.0/24\n";

    (void)state;
    dm_probe(net, "h", "203.0.113.9", "tcp/443", "PASS");
    dm_probe(net, "m", "203.0.113.9", "tcp/443", "IGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS i");
    dm_probe(net, "203.0.113.9", "198.18.0.2", "tcp/443", "PASS");
    dm_probe(net, "203.0.113.9", "198.18.0.2", "tcp/80", "PASS");
    dm_probe(net, "192.0.2.9", "198.18.0.2", "tcp/80", "ENI_SG_RULES_MISMATCH g");
    dm_probe(net, "203.0.113.9", "198.18.0.77", "tcp/443", "PASS");
    dm_probe(net, "203.0.113.9", "10.0.1.11", "tcp/443", "NO_PATH");
    dm_probe(net, "h", "192.168.1.1", "tcp/443", "NO_PATH i");
}

static void a_public_address_of_the_same_network_is_reached_through_the_gateway(void **state)
{
    static const char net[] =
        PUBLIC("group g v\ngroup m v\n") "permit g in tcp/443 198.18.0.1/32\npermit g in tcp/80 "
                                         "10.0.0.0/8\n"
                                         "permit g in tcp/22 group:m\npermit m out all 0.0.0.0/0\n"
                                         "host o s 10.0.1.12=198.18.0.3 groups=m\n";

    (void)state;
    /* The filters at the target see the public source, and references do not match it. */
    dm_probe(net, "h", "198.18.0.2", "tcp/443", "PASS");
    dm_probe(net, "h", "198.18.0.2", "tcp/80", "ENI_SG_RULES_MISMATCH g");
    dm_probe(net, "o", "10.0.2.10", "tcp/22", "PASS");
    dm_probe(net, "o", "198.18.0.2", "tcp/22", "ENI_SG_RULES_MISMATCH g");
    dm_probe(net, "m", "198.18.0.2", "tcp/443", "IGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS");
}

static void references_out_do_not_match_what_is_asked_by_its_public_address(void **state)
{
    static const char net[] =
        PUBLIC("group g v\ngroup m v\n") "permit g in all 0.0.0.0/0\npermit m out all group:g\n"
                                         "host o s 10.0.1.12=198.18.0.3 groups=m\n";

    (void)state;
    dm_probe(net, "o", "10.0.2.10", "tcp/22", "PASS");
    dm_probe(net, "o", "198.18.0.2", "tcp/22", "ENI_SG_RULES_MISMATCH m");
}

static void an_answer_to_the_internet_needs_a_route_out(void **state)
{
    static const char net[] = VPC "igw i v\ntable only_local v\n" TWO(
        "table=only_local", "") "host h s 10.0.1.10=198.18.0.1\nroute v.main 0.0.0.0/0 igw:i\n";

    (void)state;
    dm_probe(net, "203.0.113.9", "198.18.0.1", "tcp/443",
             "reply NO_ROUTE_TO_DESTINATION only_local");
}

static void what_comes_in_by_a_gateway_that_is_not_known_is_unknown(void **state)
{
#define NOT_SHOWN                                                                                  \
    VPC "unknown u\n" TWO("", "") "host h s 10.0.1.10=198.18.0.1\n"                                \
                                  "route v.main 0.0.0.0/0 unknown:u\n"
    (void)state;
    dm_probe(NOT_SHOWN, "203.0.113.9", "198.18.0.1", "tcp/443", "NO_PATH v");
    dm_probe(NOT_SHOWN "igw? v u\n", "203.0.113.9", "198.18.0.1", "tcp/443", "UNKNOWN");
    dm_probe(NOT_SHOWN "igw i v\nigw? v u\n", "203.0.113.9", "198.18.0.1", "tcp/443", "UNKNOWN");
#undef NOT_SHOWN
}

static void a_public_address_works_at_the_gateway_of_its_own_vpc_only(void **state)
{
    static const char net[] =
        PLACES "vpc v r 10.0.0.0/16\nvpc w r 10.1.0.0/16\nigw j w\ntgw g r\nttable m g\n"
               "subnet s v ra 10.0.1.0/24\nsubnet t w ra 10.1.1.0/24\nattach x g v m s\n"
               "attach y g w m t\nhost h s 10.0.1.10=198.18.0.1\nroute v.main 0.0.0.0/0 tgw:g\n"
               "route w.main 0.0.0.0/0 igw:j\nroute w.main 10.0.0.0/16 tgw:g\npropagate m x\n"
               "troute m 0.0.0.0/0 y\n";

    (void)state;
    dm_probe(net, "h", "203.0.113.9", "tcp/443", "IGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS j");
    /* The VPC of this one has no gateway at all. */
    dm_probe(net, "203.0.113.9", "198.18.0.1", "tcp/443", "NO_PATH v");
}

static void a_gateways_own_table_may_send_what_comes_in_to_a_middlebox(void **state)
{
#define EDGE PUBLIC("group g v\ntable e v\n") "edge i e\npermit g in all 0.0.0.0/0\n"
    (void)state;
    dm_probe(EDGE, "203.0.113.9", "198.18.0.2", "tcp/443", "PASS");
    dm_probe(EDGE "route e 10.0.2.0/24 eni:h.0\n", "203.0.113.9", "198.18.0.2", "tcp/443",
             "ENI_SOURCE_DEST_CHECK_RESTRICTION h.0");
}

static void over_ipv6_the_gateway_translates_nothing(void **state)
{
    static const char net[] = PLACES
        "vpc v r 10.0.0.0/16,2001:db8::/56\nvpc w r 10.1.0.0/16\nigw i v\nigw j w\ngroup g v\n"
        "acl a v\nsubnet s v ra 10.0.1.0/24,2001:db8:0:1::/64\n"
        "subnet t v rb 10.0.2.0/24,2001:db8:0:2::/64 acl=a\n"
        "host h s 10.0.1.10,2001:db8:0:1::a\nhost k t 10.0.2.10,2001:db8:0:2::a groups=g\n"
        "route v.main ::/0 igw:i\npermit g in tcp/443 2001:db8:0:1::/64\n"
        "permit g in icmpv6/128 ::/0\npermit g in tcp/22 2001:db8:f::/48\n"
        "rule a in 1 allow all ::/0\nrule a out 1 allow tcp/1024-65535 ::/0\n"
        "rule a out 2 allow icmpv6/129 ::/0\n";

    (void)state;
    dm_probe(net, "2001:db8:0:1::a", "2001:db8:0:2::a", "tcp/443", "PASS");
    dm_probe(net, "2001:db8:0:1::a", "2001:db8:0:2::a", "tcp/22", "ENI_SG_RULES_MISMATCH g");
    dm_probe(net, "2001:db8:0:1::a", "2001:db8:0:2::a", "icmpv6/128", "PASS");
    dm_probe(net, "2001:db8:0:1::a", "2600::1", "tcp/443", "PASS");
    dm_probe(net, "2001:db8:f::1", "2001:db8:0:2::a", "tcp/22", "PASS");
    dm_probe(net, "2600::1", "2001:db8:0:2::a", "tcp/22", "ENI_SG_RULES_MISMATCH g");
}

/* ---- NAT gateways ---- */

/* h in s behind a NAT gateway in the public subnet t; subnets take the words that follow. */
#define NAT(of_s, of_t, more)                                                                      \
    VPC "igw i v\ntable private v\n" more TWO(                                                     \
        "table=private " of_s, of_t) "nat n t 10.0.2.5 198.18.0.5\nroute private 0.0.0.0/0 "       \
                                     "nat:n\nroute v.main 0.0.0.0/0 "                              \
                                     "igw:i\nhost h s 10.0.1.10\nhost k t 10.0.2.10=198.18.0.6\n"

static void a_nat_gateway_brings_out_and_takes_the_answers_back(void **state)
{
    static const char net[] = NAT("", "", "");

    (void)state;
    dm_probe(net, "h", "203.0.113.9", "tcp/443", "PASS");
    dm_probe(net, "h", "203.0.113.9", "udp/53", "PASS");
    dm_probe(net, "h", "203.0.113.9", "icmp/8", "PASS");
    dm_probe(net, "h", "203.0.113.9", "proto/47", "NAT_PROTOCOL n");
    dm_probe(net, "h", "198.18.0.6", "tcp/443", "PASS");
}

static void nat_gateways_whose_subnets_lead_to_themselves_bring_nothing_out(void **state)
{
#define ROUND(of_s)                                                                                \
    VPC "table back v\nigw i v\n" TWO(of_s,                                                        \
                                      "table=back") "nat n s 10.0.1.5 198.18.0.5\n"                \
                                                    "nat o t 10.0.2.5 198.18.0.6\nhost h s "       \
                                                    "10.0.1.10\nroute v.main 0.0.0.0/0 nat:o\n"
    (void)state;
    dm_probe(ROUND("") "route back 0.0.0.0/0 nat:o\n", "h", "203.0.113.9", "tcp/443",
             "FORWARDING_LOOP o");
    dm_probe(ROUND("") "route back 0.0.0.0/0 nat:n\n", "h", "203.0.113.9", "tcp/443",
             "FORWARDING_LOOP o");
#undef ROUND
}

static void a_nat_gateway_takes_nothing_that_it_did_not_ask_for(void **state)
{
    static const char net[] = NAT("", "", "");

    (void)state;
    dm_probe(net, "203.0.113.9", "198.18.0.5", "tcp/443", "NAT_NO_SESSION n");
    dm_probe(net, "h", "10.0.2.5", "tcp/443", "NAT_NO_SESSION n");
    dm_probe(net, "k", "10.0.2.5", "icmp/8", "NAT_NO_SESSION n");
    dm_probe(net, "k", "198.18.0.5", "tcp/443", "NAT_NO_SESSION n");
    dm_probe(net, "h", "198.18.0.5", "tcp/443", "NAT_NO_SESSION n");
}

static void answers_to_a_nat_gateway_go_to_its_ports_then_to_the_hosts(void **state)
{
#define AT_NAT(ports)                                                                              \
    NAT("", "acl=a", "acl a v\n")                                                                  \
    "rule a out 1 allow all 0.0.0.0/0\nrule a in 2 allow all 10.0.0.0/8\n"                         \
    "rule a in 3 allow " ports " 0.0.0.0/0\n"
#define AT_HOST(ports)                                                                             \
    NAT("acl=a", "", "acl a v\n")                                                                  \
    "rule a out 1 allow all 0.0.0.0/0\nrule a in 3 allow " ports " 0.0.0.0/0\n"
    (void)state;
    dm_probe(AT_NAT("tcp/1024-65535"), "h", "203.0.113.9", "tcp/443", "PASS");
    dm_probe(AT_NAT("tcp/1025-65535"), "h", "203.0.113.9", "tcp/443",
             "reply SUBNET_ACL_RESTRICTION a");
    dm_probe(AT_NAT("tcp/32768-60999"), "h", "203.0.113.9", "tcp/443",
             "reply SUBNET_ACL_RESTRICTION a");
    dm_probe(AT_HOST("tcp/32768-60999"), "h", "203.0.113.9", "tcp/443", "PASS");
    dm_probe(AT_HOST("tcp/32769-60999"), "h", "203.0.113.9", "tcp/443",
             "reply SUBNET_ACL_RESTRICTION a");
}

static void a_nat_gateways_source_is_what_filters_behind_it_see(void **state)
{
    static const char net[] = NAT(
        "", "",
        "group g v\ngroup m v\n") "host o t 10.0.2.11=198.18.0.7 groups=g\nhost c s 10.0.1.12 "
                                  "groups=m\n"
                                  "permit m out all 0.0.0.0/0\npermit g in tcp/443 198.18.0.5/32\n"
                                  "permit g in tcp/22 group:m\n";

    (void)state;
    dm_probe(net, "c", "198.18.0.7", "tcp/443", "PASS");
    dm_probe(net, "c", "198.18.0.7", "tcp/22", "ENI_SG_RULES_MISMATCH g");
    dm_probe(net, "c", "o", "tcp/22", "PASS");
}

static void a_private_nat_gateway_does_not_lead_to_the_internet(void **state)
{
    static const char net[] = VPC "igw i v\ntable private v\n" TWO(
        "table=private",
        "") "nat n t 10.0.2.5\nroute private 0.0.0.0/0 nat:n\nroute v.main 0.0.0.0/0 igw:i\n"
            "host h s 10.0.1.10\n";

    (void)state;
    dm_probe(net, "h", "203.0.113.9", "tcp/443", "IGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS i");
}

static void a_private_nat_gateway_hides_senders_from_other_networks(void **state)
{
    static const char net[] =
        PLACES "vpc v r 10.0.0.0/16,100.64.0.0/24\nvpc w r 10.1.0.0/16\ntgw g r\nttable m g\n"
               "table inner v\nsubnet s v ra 10.0.1.0/24 table=inner\nsubnet e v ra 100.64.0.0/28\n"
               "subnet t w ra 10.1.1.0/24\nattach x g v m e\nattach y g w m t\nnat n e 100.64.0.5\n"
               "group f w\nhost h s 10.0.1.10\nhost k t 10.1.1.10 groups=f\n"
               "permit f in tcp/443 100.64.0.5/32\nroute inner 10.1.0.0/16 nat:n\n"
               "route v.main 10.1.0.0/16 tgw:g\nroute w.main 100.64.0.0/24 tgw:g\n"
               "troute m 10.1.0.0/16 y\ntroute m 100.64.0.0/24 x\n";

    (void)state;
    dm_probe(net, "h", "k", "tcp/443", "PASS");
    dm_probe(net, "h", "k", "tcp/80", "ENI_SG_RULES_MISMATCH f");
    dm_probe(net, "k", "h", "tcp/443", "ENI_SG_RULES_MISMATCH f");
}

static void an_answer_that_meets_a_nat_gateway_which_did_not_ask_is_dropped(void **state)
{
    static const char net[] = VPC "igw i v\ntable odd v\n" TWO(
        "table=odd",
        "") "nat n t 10.0.2.5 198.18.0.5\nroute odd 0.0.0.0/0 nat:n\nroute v.main 0.0.0.0/0 igw:i\n"
            "host h s 10.0.1.10=198.18.0.1\n";

    (void)state;
    dm_probe(net, "203.0.113.9", "198.18.0.1", "tcp/443", "reply NAT_NO_SESSION n");
}

/* ---- peerings ---- */

static void a_peering_carries_what_goes_between_its_two_vpcs(void **state)
{
    static const char net[] = PEER_NEAR HOSTS("", "") "permit f in all 0.0.0.0/0\n";

    (void)state;
    dm_probe(net, "h", "x", "tcp/443", "PASS");
    dm_probe_failed(net, "peering:p", "h", "x", "tcp/443", "BAD_STATE_ROUTE p");
}

static void an_answer_needs_a_route_of_its_own(void **state)
{
    static const char net[] = VPC "vpc w r 10.1.0.0/16\npeering p v w\n" TWO("", "") HOSTS(
        "",
        "") "subnet u w ra 10.1.1.0/24\nhost x u 10.1.1.10\nroute v.main 10.1.0.0/16 peering:p\n";

    (void)state;
    dm_probe(net, "h", "x", "tcp/443", "reply NO_ROUTE_TO_DESTINATION w.main");
}

static void a_peering_leads_no_further(void **state)
{
    static const char net[] =
        VPC "vpc w r 10.1.0.0/16\nvpc z r 10.2.0.0/16\npeering p v w\npeering q w z\nigw i w\n" TWO(
            "", "") HOSTS("", "") "subnet u w ra 10.1.1.0/24\nnat n u 10.1.1.5 198.18.0.5\n"
                                  "subnet y z ra 10.2.1.0/24\nhost x y 10.2.1.10\n"
                                  "route v.main 10.2.0.0/16 peering:p\n"
                                  "route w.main 10.2.0.0/16 peering:q\n"
                                  "route v.main 0.0.0.0/0 peering:p\nroute w.main 0.0.0.0/0 igw:i\n"
                                  "route z.main 10.0.0.0/16 peering:q\n";

    (void)state;
    dm_probe(net, "h", "x", "tcp/443", "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR p");
    dm_probe(net, "h", "203.0.113.9", "tcp/443", "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR p");
    dm_probe(net, "h", "10.1.1.5", "tcp/443", "NAT_NO_SESSION n");
}

/* ---- hosts ---- */

static void stopped_hosts_take_nothing(void **state)
{
    static const char net[] = VPC TWO("", "") HOSTS("", "stopped");

    (void)state;
    dm_probe(net, "h", "k", "tcp/443", "NO_HOST_AT_ADDRESS k.0");
    dm_probe(net, "k", "h", "tcp/443", "reply NO_HOST_AT_ADDRESS k.0");
}

static void a_host_speaks_to_its_own_other_interface_by_itself(void **state)
{
    static const char net[] = VPC "group g v\nacl a v\n" TWO(
        "acl=a", "") "host h s 10.0.1.10 groups=g\nnic h t 10.0.2.10 groups=g\n";

    (void)state;
    dm_probe(net, "h.0", "h.1", "tcp/443", "PASS");
    dm_probe(net, "h.1", "10.0.1.10", "tcp/443", "PASS");
}

static void each_interface_has_its_own_subnet_and_groups(void **state)
{
    static const char net[] = VPC "group g v\n" TWO(
        "", "") "host h s 10.0.1.10\nnic h t 10.0.2.10 groups=g\nhost k t 10.0.2.11\n"
                "permit g in tcp/443 0.0.0.0/0\n";

    (void)state;
    dm_probe(net, "k", "h.0", "tcp/80", "PASS");
    dm_probe(net, "k", "h.1", "tcp/80", "ENI_SG_RULES_MISMATCH g");
    dm_probe(net, "k", "h.1", "tcp/443", "PASS");
    dm_probe(net, "h.1", "k", "tcp/443", "ENI_SG_RULES_MISMATCH g");
}

static void an_answer_that_reaches_somebody_else_is_not_of_the_session(void **state)
{
    /* z has the sender's address too, and w's way back leads there. */
    static const char net[] =
        PLACES "vpc v r 10.0.0.0/16\nvpc w r 10.1.0.0/16\nvpc z r 10.0.0.0/16\npeering p v w\n"
               "peering q w z\nsubnet s v ra 10.0.1.0/24\nsubnet t w ra 10.1.1.0/24\n"
               "subnet y z ra 10.0.1.0/24\nhost h s 10.0.1.10\nhost k t 10.1.1.10\n"
               "host x y 10.0.1.10\nroute v.main 10.1.0.0/16 peering:p\n"
               "route w.main 10.0.0.0/16 peering:q\nroute z.main 10.1.0.0/16 peering:q\n";

    (void)state;
    dm_probe(net, "h", "10.1.1.10", "tcp/443", "reply REPLY_NOT_OF_SESSION x.0");
    dm_probe(net, "x", "10.1.1.10", "tcp/443", "PASS");
}

static void who_is_asked_from_a_public_address_answers_to_it(void **state)
{
    static const char net[] =
        PLACES "vpc v r 10.0.0.0/16\nvpc w r 10.1.0.0/16\npeering p v w\nigw i v\nigw j w\n"
               "subnet s v ra 10.0.1.0/24\nsubnet t w ra 10.1.1.0/24\n"
               "host h s 10.0.1.10=198.18.0.1\nhost k t 10.1.1.10=198.18.0.2\n"
               "route v.main 198.18.0.0/24 igw:i\nroute v.main 10.1.0.0/16 peering:p\n"
               "route w.main 10.0.0.0/16 peering:p\n";

    (void)state;
    dm_probe(net, "h", "k", "tcp/443", "PASS");
    dm_probe(net, "h", "198.18.0.2", "tcp/443", "reply NO_ROUTE_TO_DESTINATION w.main");
}

static void hosts_in_a_dead_zone_take_nothing(void **state)
{
    static const char net[] = VPC TWO("", "") HOSTS("", "");

    (void)state;
    dm_probe_failed(net, "zone:rb", "h", "k", "tcp/443", "ELEMENT_FAILED k.0");
    dm_probe_failed(net, "region:r", "h", "k", "tcp/443", "ELEMENT_FAILED k.0");
    dm_probe_failed(NAT("", "", ""), "zone:rb", "h", "203.0.113.9", "tcp/443", "BAD_STATE_ROUTE n");
    dm_probe_failed(NAT("", "", ""), "internet-gateway:i", "h", "203.0.113.9", "tcp/443",
                    "BAD_STATE_ROUTE i");
    dm_probe_failed(NAT("", "", ""), "internet-gateway:i", "203.0.113.9", "198.18.0.6", "tcp/443",
                    "ELEMENT_FAILED i");
}

/* ---- what is not understood ---- */

static void what_is_not_understood_is_unknown_never_passed(void **state)
{
#define DARK VPC "unknown u\ngroup g v\n" TWO("", "")
    (void)state;
    dm_probe(DARK HOSTS("", "") "route v.main 10.9.0.0/16 unknown:u\n", "h", "10.9.0.1", "tcp/1",
             "UNKNOWN");
    dm_probe(DARK HOSTS("", "groups=g") "permit g in tcp/443 unknown:u\n", "h", "k", "tcp/443",
             "UNKNOWN");
    dm_probe(DARK HOSTS("", "groups=g") "permit g in tcp/443 unknown:u\n", "h", "k", "tcp/80",
             "ENI_SG_RULES_MISMATCH g");
    dm_probe(DARK HOSTS("", "groups=g") "permit g in tcp/443 unknown:u\n"
                                        "permit g in tcp/443 10.0.1.0/24\n",
             "h", "k", "tcp/443", "PASS");
    dm_probe(DARK HOSTS("", "") "interface? e t 10.0.2.20 u\n", "h", "10.0.2.20", "tcp/443",
             "UNKNOWN");
}

static void a_filter_that_denies_settles_it_whatever_is_unknown_beyond(void **state)
{
    static const char net[] = DARK HOSTS("groups=g", "") "route v.main 10.9.0.0/16 unknown:u\n"
                                                         "permit g out tcp/443 0.0.0.0/0\n";

    (void)state;
    dm_probe(net, "h", "10.9.0.1", "tcp/443", "UNKNOWN");
    dm_probe(net, "h", "10.9.0.1", "tcp/80", "ENI_SG_RULES_MISMATCH g");
}

static void an_unknown_way_back_is_unknown(void **state)
{
    static const char net[] = VPC "unknown u\nvpc w r 10.1.0.0/16\npeering p v w\n" TWO("", "")
        HOSTS("", "") "subnet y w ra 10.1.1.0/24\nhost x y 10.1.1.10\nroute v.main 10.1.0.0/16 "
                      "peering:p\n"
                      "route w.main 10.0.0.0/16 unknown:u\n";

    (void)state;
    dm_probe(net, "h", "x", "tcp/443", "UNKNOWN");
}

/* ---- blockers ---- */

static void all_that_stops_a_packet_is_listed_in_order(void **state)
{
    static const char *const expected[] = { "ENI_SG_RULES_MISMATCH m", "SUBNET_ACL_RESTRICTION a",
                                            "SUBNET_ACL_RESTRICTION b", "ENI_SG_RULES_MISMATCH g" };
    struct dm_probing probing;
    struct dm_session_query query;
    struct dm_session session;
    struct dm_blockers blockers;

    (void)state;
    dm_probing_begin(&probing, VPC "acl a v\nacl b v\ngroup g v\ngroup m v\n" TWO("acl=a", "acl=b")
                                   HOSTS("groups=m", "groups=g"));
    session = dm_probing_ask(&probing, "h", "k", "tcp/443", NULL, &query);
    assert_true(dm_session_blockers(probing.arena, probing.model, &query, &session, &blockers));
    assert_int_equal(blockers.n, 4);
    for (size_t i = 0; i < blockers.n; i++) {
        struct dm_session one = { .end = DM_SESSION_FAIL,
                                  .code = blockers.items[i].code,
                                  .at = blockers.items[i].at };

        assert_string_equal(dm_probing_text(&probing, &one), expected[i]);
        assert_false(blockers.items[i].on_reply);
    }
    dm_probing_end(&probing);
}

static void the_end_of_a_walk_is_its_last_blocker(void **state)
{
    struct dm_probing probing;
    struct dm_session_query query;
    struct dm_session session;
    struct dm_blockers blockers;

    (void)state;
    dm_probing_begin(&probing, VPC "group m v\n" TWO("", "") HOSTS("groups=m", ""));
    session = dm_probing_ask(&probing, "h", "10.9.0.1", "tcp/443", NULL, &query);
    assert_true(dm_session_blockers(probing.arena, probing.model, &query, &session, &blockers));
    assert_int_equal(blockers.n, 2);
    assert_int_equal(blockers.items[0].code, DM_CODE_ENI_SG_RULES_MISMATCH);
    assert_int_equal(blockers.items[1].code, DM_CODE_NO_ROUTE_TO_DESTINATION);
    assert_int_equal(blockers.items[1].hop, session.request->n_hops);
    dm_probing_end(&probing);
}

static void blockers_of_the_way_back_follow_where_the_way_there_is_free(void **state)
{
    struct dm_probing probing;
    struct dm_session_query query;
    struct dm_session session;
    struct dm_blockers blockers;

    (void)state;
    dm_probing_begin(&probing, STATELESS("tcp/443", "tcp/443"));
    session = dm_probing_ask(&probing, "h", "k", "tcp/443", NULL, &query);
    assert_true(dm_session_blockers(probing.arena, probing.model, &query, &session, &blockers));
    assert_int_equal(blockers.n, 1);
    assert_true(blockers.items[0].on_reply);
    assert_int_equal(blockers.items[0].code, DM_CODE_SUBNET_ACL_RESTRICTION);
    dm_probing_end(&probing);
}

/* ---- endpoints ---- */

static void endpoints_are_found_by_address_and_by_every_kind_of_name(void **state)
{
    static const struct {
        const char *text;
        const char *interface; /* NULL: outside */
        const char *address;
    } cases[] = {
        { "h", "h.0", "10.0.1.10" },
        { "h.1", "h.1", "10.0.2.12" },
        { "w", "k.0", "10.0.2.10" },
        { "q", "h.0", "10.0.1.10" },
        { "10.0.2.10", "k.0", "10.0.2.10" },
        { "198.18.0.1", "h.0", "198.18.0.1" },
        { "203.0.113.9", NULL, "203.0.113.9" },
        { "10.0.7.7", NULL, "10.0.7.7" },
    };
    const struct dm_model *model =
        dm_nets_make(*state, VPC TWO("", "") "host h s 10.0.1.10=198.18.0.1\nnic h t 10.0.2.12\n"
                                             "host k t 10.0.2.10\nservice w tcp/443 k,h\nclass c\n"
                                             "store q rds tcp/5432 c DE\ncopy q r h\n");
    struct dm_endpoint found;
    const char *why = NULL;
    char buffer[DM_ADDR_TEXT_SIZE];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(dm_endpoint_find(model, cases[i].text, &found, &why));
        assert_string_equal(dm_addr_text(found.address, buffer), cases[i].address);
        assert_string_equal(
            found.interface.v ? dm_interface_get(model, found.interface)->object.name : "outside",
            cases[i].interface ? cases[i].interface : "outside");
    }
    assert_true(dm_endpoint_find(model, "internet", &found, &why));
    assert_int_equal(found.interface.v, 0);
    assert_true(dm_addr_is_public(found.address));
    assert_false(dm_endpoint_find(model, "nobody", &found, &why));
    assert_string_equal(why, "nothing has this name");
}

static void an_address_that_two_vpcs_have_names_no_endpoint(void **state)
{
    const struct dm_model *model =
        dm_nets_make(*state, VPC "vpc w r 10.0.0.0/16\nsubnet s v ra 10.0.1.0/24\n"
                                 "subnet t w ra 10.0.1.0/24\nhost h s 10.0.1.10\n"
                                 "host k t 10.0.1.10\n");
    struct dm_endpoint found;
    const char *why = NULL;

    assert_false(dm_endpoint_find(model, "10.0.1.10", &found, &why));
    assert_string_equal(why, "several interfaces have this address");
    assert_true(dm_endpoint_find(model, "k", &found, &why));
}

static void who_is_named_by_a_public_address_sends_from_the_private_one(void **state)
{
    static const char net[] = PUBLIC("group g v\n") "permit g in tcp/443 10.0.1.0/24\n";

    (void)state;
    dm_probe(net, "198.18.0.1", "10.0.2.10", "tcp/443", "PASS");
}

static int begin(void **state)
{
    *state = dm_arena_new(0);
    return *state ? 0 : -1;
}

static int end(void **state)
{
    dm_arena_free(*state);
    return 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_vpc_is_routed_within_itself),
        TEST(the_longest_prefix_decides_then_static_then_list_then_propagated),
        TEST(a_local_route_beats_propagated_ones_but_not_longer_static_ones),
        TEST(lists_that_hold_the_same_prefix_leave_the_choice_to_aws),
        TEST(what_a_middlebox_does_is_unknown),
        TEST(acls_stand_at_the_subnets_border_only),
        TEST(the_entry_with_the_lowest_number_that_matches_decides),
        TEST(acls_know_no_sessions_and_see_answers_go_to_ephemeral_ports),
        TEST(the_acl_of_the_senders_subnet_sees_both_ways_too),
        TEST(an_echo_request_is_answered_by_an_echo_reply),
        TEST(groups_let_answers_pass_and_nothing_that_no_rule_names),
        TEST(an_interface_has_the_rules_of_all_its_groups),
        TEST(references_match_members_in_the_vpc_both_ways),
        TEST(references_match_over_a_peering_within_the_region_only),
        TEST(prefix_lists_stand_for_their_prefixes_in_groups),
        TEST(an_internet_gateway_translates_one_to_one_both_ways),
        TEST(a_public_address_of_the_same_network_is_reached_through_the_gateway),
        TEST(references_out_do_not_match_what_is_asked_by_its_public_address),
        TEST(an_answer_to_the_internet_needs_a_route_out),
        TEST(what_comes_in_by_a_gateway_that_is_not_known_is_unknown),
        TEST(a_public_address_works_at_the_gateway_of_its_own_vpc_only),
        TEST(a_gateways_own_table_may_send_what_comes_in_to_a_middlebox),
        TEST(over_ipv6_the_gateway_translates_nothing),
        TEST(a_nat_gateway_brings_out_and_takes_the_answers_back),
        TEST(a_nat_gateway_takes_nothing_that_it_did_not_ask_for),
        TEST(nat_gateways_whose_subnets_lead_to_themselves_bring_nothing_out),
        TEST(answers_to_a_nat_gateway_go_to_its_ports_then_to_the_hosts),
        TEST(a_nat_gateways_source_is_what_filters_behind_it_see),
        TEST(a_private_nat_gateway_does_not_lead_to_the_internet),
        TEST(a_private_nat_gateway_hides_senders_from_other_networks),
        TEST(an_answer_that_meets_a_nat_gateway_which_did_not_ask_is_dropped),
        TEST(a_peering_carries_what_goes_between_its_two_vpcs),
        TEST(an_answer_needs_a_route_of_its_own),
        TEST(a_peering_leads_no_further),
        TEST(stopped_hosts_take_nothing),
        TEST(a_host_speaks_to_its_own_other_interface_by_itself),
        TEST(each_interface_has_its_own_subnet_and_groups),
        TEST(an_answer_that_reaches_somebody_else_is_not_of_the_session),
        TEST(who_is_asked_from_a_public_address_answers_to_it),
        TEST(hosts_in_a_dead_zone_take_nothing),
        TEST(what_is_not_understood_is_unknown_never_passed),
        TEST(a_filter_that_denies_settles_it_whatever_is_unknown_beyond),
        TEST(an_unknown_way_back_is_unknown),
        TEST(all_that_stops_a_packet_is_listed_in_order),
        TEST(the_end_of_a_walk_is_its_last_blocker),
        TEST(blockers_of_the_way_back_follow_where_the_way_there_is_free),
        TEST(endpoints_are_found_by_address_and_by_every_kind_of_name),
        TEST(an_address_that_two_vpcs_have_names_no_endpoint),
        TEST(who_is_named_by_a_public_address_sends_from_the_private_one),
    };

    return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
