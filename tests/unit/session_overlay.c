/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sessions of pods over the network of their cluster and the VPC's, one test a fact.
 */
#include "tests/support/dmtest.h"

#include "tests/support/probing.h"

#define PLACES "region r\nzone ra r\nzone rb r\n"
#define NET                                                                                        \
    PLACES "vpc v r 10.0.0.0/16\nacl as v\nacl at v\ngroup g v\n"                                  \
           "subnet s v ra 10.0.1.0/24 acl=as\nsubnet t v rb 10.0.2.0/24 acl=at\n"                  \
           "subnet u v rb 10.0.3.0/24\nhost h u 10.0.3.10\n"                                       \
           "rule as in 100 allow all 0.0.0.0/0\nrule as out 100 allow all 0.0.0.0/0\n"             \
           "rule at in 100 allow all 0.0.0.0/0\nrule at out 100 allow all 0.0.0.0/0\n"             \
           "cluster c v 172.20.0.0/16\nns a c\n"
#define NODES(options)                                                                             \
    "worker n c s 10.0.1.4 " options "\nworker m c t 10.0.2.4 " options "\n"                       \
    "pods x a app:x n=192.168.0.1,m=192.168.1.1\npods y a app:y n=192.168.0.2,m=192.168.1.2 "      \
    "port=web:8080\n"
#define VXLAN "pool p c 192.168.0.0/16 vxlan nat\n"
#define OPEN NET VXLAN NODES("")

/* ---- from pod to pod ---- */

static void pods_on_different_nodes_talk_inside_packets_of_the_nodes(void **state)
{
    (void)state;
    dm_probe(OPEN, "x@n", "y@n", "tcp/8080", "PASS");
    dm_probe(OPEN, "x@n", "y@m", "tcp/8080", "PASS");
    /* What is inside no ACL sees, and what is around it each does [CAL-02]. */
    dm_probe(OPEN "rule at in 1 deny tcp/8080 0.0.0.0/0\n", "x@n", "y@m", "tcp/8080", "PASS");
    dm_probe(OPEN "rule at in 1 deny udp/4789 10.0.1.0/24\n", "x@n", "y@m", "tcp/8080",
             "SUBNET_ACL_RESTRICTION at");
    dm_probe(OPEN "rule at in 1 deny udp/4789 10.0.1.0/24\n", "x@n", "y@n", "tcp/8080", "PASS");
}

static void around_an_answer_is_a_packet_of_its_own(void **state)
{
    static const char one_way[] =
        NET VXLAN "group gm v\ngroup gn v\npermit gn out all 0.0.0.0/0\n"
                  "permit gm out all 0.0.0.0/0\npermit gm in udp/4789 group:gn\n" NODES(
                      "") "worker o c t 10.0.2.5 groups=gm\nworker l c s 10.0.1.5 groups=gn\n"
                          "pods z a app:z o=192.168.2.1,l=192.168.3.1\n";

    (void)state;
    /* Group gm lets gn in, gn lets nobody in: state of the pods' session does not help. */
    dm_probe(one_way, "z@l", "z@o", "tcp/8080", "reply ENI_SG_RULES_MISMATCH gn");
    dm_probe(one_way, "z@o", "z@l", "tcp/8080", "ENI_SG_RULES_MISMATCH gn");
    dm_probe(OPEN "rule as in 1 deny udp/4789 10.0.2.0/24\n", "x@n", "y@m", "tcp/8080",
             "reply SUBNET_ACL_RESTRICTION as");
}

static void nodes_that_are_alike_have_pods_on_both_sides(void **state)
{
    static const char twins[] =
        NET VXLAN "group gn v\npermit gn out all 0.0.0.0/0\n" NODES("groups=gn twins");

    (void)state;
    dm_probe(twins, "x@n", "y@n", "tcp/8080", "ENI_SG_RULES_MISMATCH gn");
    dm_probe(NET VXLAN "group gn v\npermit gn out all 0.0.0.0/0\n" NODES("groups=gn"), "x@n", "y@n",
             "tcp/8080", "PASS");
    dm_probe(NET VXLAN
             "group gn v\npermit gn out all 0.0.0.0/0\npermit gn in udp/4789 group:gn\n" NODES(
                 "groups=gn twins"),
             "x@n", "y@n", "tcp/8080", "PASS");
}

static void bare_packets_need_checks_that_are_off_and_rules_for_pods(void **state)
{
#define CROSS NET "pool p c 192.168.0.0/16 cross nat\nworker l c s 10.0.1.5 nocheck\n"
#define PODS "pods z a app:z l=192.168.2.1\n"
    (void)state;
    dm_probe(CROSS NODES("") PODS, "x@m", "z@l", "tcp/80", "PASS"); /* in two subnets */
    dm_probe(CROSS NODES("") PODS, "x@n", "z@l", "tcp/80", "ENI_SOURCE_DEST_CHECK_RESTRICTION n.0");
    dm_probe(CROSS NODES("") PODS, "z@l", "x@n", "tcp/80", "ENI_SOURCE_DEST_CHECK_RESTRICTION n.0");
    dm_probe(CROSS NODES("nocheck") PODS, "x@n", "z@l", "tcp/80", "PASS");
    /* References to groups may know pods behind their members or not [CAL-23]. */
    dm_probe(CROSS "group gn v\npermit gn out all 0.0.0.0/0\npermit gn in all group:gn\n" NODES(
                 "groups=gn nocheck") "worker o c s 10.0.1.6 groups=gn nocheck\n"
                                      "pods w a app:w o=192.168.3.1\n",
             "w@o", "x@n", "tcp/80", "UNKNOWN");
    dm_probe(CROSS "group gn v\npermit gn out all 0.0.0.0/0\npermit gn in udp/1 group:gn\n" NODES(
                 "groups=gn nocheck") "worker o c s 10.0.1.6 groups=gn nocheck\n"
                                      "pods w a app:w o=192.168.3.1\n",
             "w@o", "x@n", "tcp/80", "ENI_SG_RULES_MISMATCH gn");
    /* The node that sends this is a member of another group. */
    dm_probe(CROSS "group gn v\npermit gn out all 0.0.0.0/0\npermit gn in all group:gn\n" NODES(
                 "groups=gn nocheck") PODS,
             "z@l", "x@n", "tcp/80", "ENI_SG_RULES_MISMATCH gn");
    dm_probe(CROSS
             "group gn v\npermit gn out all 0.0.0.0/0\npermit gn in all 192.168.0.0/16\n" NODES(
                 "groups=gn nocheck") PODS,
             "z@l", "x@n", "tcp/80", "PASS");
}

static void without_encapsulation_routes_lead_to_nodes(void **state)
{
#define BARE NET "pool p c 192.168.0.0/16 none nat\n" NODES("nocheck")
    (void)state;
    dm_probe(BARE, "x@n", "y@m", "tcp/80", "NO_ROUTE_TO_DESTINATION v.main");
    dm_probe(BARE "route v.main 192.168.1.0/24 eni:m.0\n", "x@n", "y@m", "tcp/80",
             "reply NO_ROUTE_TO_DESTINATION v.main");
    dm_probe(BARE "route v.main 192.168.1.0/24 eni:m.0\nroute v.main 192.168.0.0/24 eni:n.0\n",
             "x@n", "y@m", "tcp/80", "PASS");
    dm_probe(BARE "route v.main 192.168.1.0/24 eni:n.0\n", "x@n", "y@m", "tcp/80",
             "FORWARDING_LOOP n.0");
    dm_probe(BARE "worker l c t 10.0.2.5 nocheck\nroute v.main 192.168.1.0/24 eni:l.0\n", "x@n",
             "y@m", "tcp/80", "UNKNOWN");
    dm_probe(BARE "worker l c t 10.0.2.5 nocheck\nroute v.main 192.168.1.0/24 eni:l.0\n"
                  "kpolicy d c a all in\n",
             "x@n", "y@m", "tcp/80", "NETWORK_POLICY_RESTRICTION d");
}

static void ip_in_ip_is_a_protocol_without_ports(void **state)
{
#define GROUP(rule) "group gn v\npermit gn out all 0.0.0.0/0\npermit gn in " rule " group:gn\n"
#define IPIP NET "pool p c 192.168.0.0/16 ipip nat\n"
    (void)state;
    dm_probe(IPIP GROUP("proto/4") NODES("groups=gn"), "x@n", "y@m", "tcp/80", "PASS");
    dm_probe(IPIP GROUP("udp/4789") NODES("groups=gn"), "x@n", "y@m", "tcp/80",
             "ENI_SG_RULES_MISMATCH gn");
    dm_probe(IPIP "rule at in 1 deny proto/4 10.0.1.0/24\n" NODES(""), "x@n", "y@m", "tcp/80",
             "SUBNET_ACL_RESTRICTION at");
    dm_probe(NET "pool p c 192.168.0.0/16 ipip-cross nat\n" GROUP("proto/4")
                 NODES("groups=gn") "worker l c s 10.0.1.5\npods z a app:z l=192.168.2.1\n",
             "x@n", "z@l", "tcp/80", "ENI_SOURCE_DEST_CHECK_RESTRICTION n.0");
}

static void wireguard_has_its_own_port(void **state)
{
    static const char net[] =
        PLACES "vpc v r 10.0.0.0/16\ngroup g v\nsubnet s v ra 10.0.1.0/24\ncluster c v "
               "172.20.0.0/16 wireguard\nns a c\npool p c 192.168.0.0/16 cross nat\n"
               "permit g out all 0.0.0.0/0\npermit g in udp/51820 group:g\n"
               "worker n c s 10.0.1.4 groups=g\nworker m c s 10.0.1.5 groups=g\n"
               "pods x a app:x n=192.168.0.1\npods y a app:y m=192.168.1.1\n";

    (void)state;
    dm_probe(net, "x@n", "y@m", "tcp/80", "PASS");
}

static void a_pod_lives_while_the_zone_of_its_node_does(void **state)
{
    (void)state;
    dm_probe_failed(OPEN, "zone:rb", "x@n", "y@m", "tcp/8080", "ELEMENT_FAILED");
    dm_probe_failed(OPEN, "zone:rb", "x@n", "y@n", "tcp/8080", "PASS");
    dm_probe_failed(OPEN, "zone:ra", "x@n", "y@n", "tcp/8080", "ELEMENT_FAILED");
}

/* ---- policies ---- */

static void policies_stand_at_both_ends(void **state)
{
#define DENY "kpolicy d c a all in,out\n"
#define LET                                                                                        \
    "kpolicy xo c a app:x out\nkrule xo out allow tcp/8080 app:y\n"                                \
    "kpolicy yi c a app:y in\nkrule yi in allow tcp/8080 app:x\n"
    (void)state;
    dm_probe(OPEN DENY, "x@n", "y@m", "tcp/8080", "NETWORK_POLICY_RESTRICTION d");
    dm_probe(OPEN DENY LET, "x@n", "y@m", "tcp/8080", "PASS");
    dm_probe(OPEN DENY LET, "y@n", "x@m", "tcp/8080", "NETWORK_POLICY_RESTRICTION d");
    dm_probe(OPEN DENY LET, "x@n", "y@m", "tcp/80", "NETWORK_POLICY_RESTRICTION xo");
    dm_probe(OPEN LET, "h", "x@n", "tcp/80", "POD_ADDRESS_NOT_ROUTED");
    /* By order, a rule that denies comes first. */
    dm_probe(OPEN LET "kpolicy b c - all in order=1\nkrule b in deny all *app:x\n", "x@n", "y@m",
             "tcp/8080", "NETWORK_POLICY_RESTRICTION b");
}

static void policies_are_of_one_cluster(void **state)
{
    static const char two[] = OPEN "cluster e v 172.21.0.0/16\nns b e\npool q e 192.168.0.0/16 "
                                   "vxlan nat\nworker k e s 10.0.1.9\n"
                                   "pods q b app:y k=192.168.9.1\npods r b app:x k=192.168.9.2\n"
                                   "kpolicy d e - all in,out\n";

    (void)state;
    dm_probe(two, "x@n", "y@m", "tcp/8080", "PASS");
    dm_probe(two, "q@k", "r@k", "tcp/8080", "NETWORK_POLICY_RESTRICTION d");
}

/* ---- out of the cluster ---- */

static void pods_leave_with_the_address_of_their_node(void **state)
{
    static const char only_nodes[] =
        OPEN "group gh v\npermit gh in tcp/443 10.0.1.4/32\nhost k u 10.0.3.11 groups=gh\n";

    (void)state;
    dm_probe(only_nodes, "x@n", "k", "tcp/443", "PASS"); /* [CAL-04] */
    dm_probe(only_nodes, "x@m", "k", "tcp/443", "ENI_SG_RULES_MISMATCH gh");
    dm_probe(NET "pool p c 192.168.0.0/16 vxlan\n" NODES(""), "x@n", "h", "tcp/443",
             "ENI_SOURCE_DEST_CHECK_RESTRICTION n.0");
    dm_probe(NET "pool p c 192.168.0.0/16 vxlan\n" NODES("nocheck"), "x@n", "h", "tcp/443",
             "reply POD_ADDRESS_NOT_ROUTED v.main");
    /* Policies see where it goes before that. */
    dm_probe(OPEN "kpolicy o c a app:x out\nkrule o out allow tcp/443 10.0.3.0/24\n", "x@n", "h",
             "tcp/443", "PASS");
    dm_probe(OPEN "kpolicy o c a app:x out\nkrule o out allow tcp/443 10.0.4.0/24\n", "x@n", "h",
             "tcp/443", "NETWORK_POLICY_RESTRICTION o");
}

static void a_pool_that_is_disabled_is_still_inside(void **state)
{
#define OTHER                                                                                      \
    PLACES "vpc v r 10.0.0.0/16\nvpc w r 172.30.0.0/16\nsubnet s v ra 10.0.1.0/24\n"               \
           "subnet t w ra 172.30.1.0/24\nhost h t 172.30.1.10\npeering e v w\n"                    \
           "route v.main 172.30.0.0/16 peering:e\nroute w.main 10.0.0.0/16 peering:e\n"            \
           "cluster c v 172.20.0.0/16\nns a c\npool p c 192.168.0.0/16 vxlan nat\n"                \
           "worker n c s 10.0.1.4\npods x a app:x n=192.168.0.1\n"
    (void)state;
    dm_probe(OTHER, "x@n", "h", "tcp/443", "PASS");
    dm_probe(OTHER "pool q c 172.30.0.0/16 vxlan nat disabled\n", "x@n", "h", "tcp/443",
             "ENI_SOURCE_DEST_CHECK_RESTRICTION n.0");
    dm_probe(OTHER "pool q c 172.30.0.0/16 vxlan nat\n", "x@n", "h", "tcp/443",
             "NO_HOST_AT_ADDRESS q");
}

static void nobody_outside_reaches_an_address_of_a_pod(void **state)
{
    (void)state;
    dm_probe(OPEN, "h", "y@n", "tcp/8080", "POD_ADDRESS_NOT_ROUTED"); /* [EKS-05] */
    dm_probe(OPEN, "n", "y@m", "tcp/8080", "PASS");
    dm_probe(OPEN, "n", "192.168.7.7", "tcp/8080", "NO_HOST_AT_ADDRESS p");
    dm_probe(OPEN, "x@n", "192.168.7.7", "tcp/8080", "NO_HOST_AT_ADDRESS p");
}

/* ---- what policies see of nodes ---- */

static void a_nodes_own_packets_pass_policies_of_its_own_pods_alone(void **state)
{
#define POOL_IN "kpolicy f c a app:y in\nkrule f in allow all 192.168.0.0/16\n"
#define HALF_IN "kpolicy f c a app:y in\nkrule f in allow all 192.168.0.0/17\n"
    (void)state;
    dm_probe(OPEN DENY, "n", "y@n", "tcp/8080", "PASS"); /* [EKS-21] */
    dm_probe(OPEN DENY, "n", "y@m", "tcp/8080", "NETWORK_POLICY_RESTRICTION d");
    dm_probe(OPEN POOL_IN, "n", "y@m", "tcp/8080", "PASS"); /* from its tunnel */
    dm_probe(OPEN HALF_IN, "n", "y@m", "tcp/8080", "UNKNOWN");
}

/* ---- Services and node ports ---- */

#define SERVICE(options) "kservice k a app:y 80:web:30080 ip=172.20.0.10" options "\n"
#define ONE_ON_N                                                                                   \
    NET VXLAN "worker n c s 10.0.1.4\nworker m c t 10.0.2.4\n"                                     \
              "pods x a app:x n=192.168.0.1,m=192.168.1.1\n"                                       \
              "pods y a app:y n=192.168.0.2 port=web:8080\n"

static void a_service_is_a_choice_of_its_pods(void **state)
{
    (void)state;
    dm_probe(OPEN SERVICE(""), "x@n", "k.ip", "tcp/80", "PASS");
    dm_probe(OPEN SERVICE(""), "x@n", "k.ip", "tcp/8080", "NO_SERVICE_PORT k");
    dm_probe(OPEN SERVICE("") DENY LET, "x@n", "k.ip", "tcp/80", "PASS");
    dm_probe(OPEN SERVICE("") DENY, "x@n", "k.ip", "tcp/80", "NETWORK_POLICY_RESTRICTION d");
    dm_probe(OPEN SERVICE("") "rule at in 1 deny udp/4789 0.0.0.0/0\n", "x@n", "k.ip", "tcp/80",
             "SUBNET_ACL_RESTRICTION at");
    dm_probe_failed(OPEN SERVICE("") "rule at in 1 deny udp/4789 0.0.0.0/0\n", "zone:rb", "x@n",
                    "k.ip", "tcp/80", "PASS");
    dm_probe(OPEN SERVICE(""), "n", "k.ip", "tcp/80", "PASS");
    dm_probe(OPEN SERVICE(""), "y@n", "k.ip", "tcp/80", "PASS"); /* itself among others */
    dm_probe(OPEN "kservice k a app:q 80:8080 ip=172.20.0.10\n", "x@n", "k.ip", "tcp/80",
             "NO_BACKEND k");
}

/* [K8S-67] */
static void with_internal_policy_local_a_service_is_pods_of_the_callers_node(void **state)
{
    (void)state;
    dm_probe(OPEN SERVICE(" inner"), "x@n", "k.ip", "tcp/80", "PASS");
    dm_probe(OPEN SERVICE(" inner") "rule at in 1 deny udp/4789 0.0.0.0/0\n", "x@n", "k.ip",
             "tcp/80", "PASS");
    dm_probe(ONE_ON_N SERVICE(" inner"), "x@n", "k.ip", "tcp/80", "PASS");
    dm_probe(ONE_ON_N SERVICE(" inner"), "n", "k.ip", "tcp/80", "PASS");
    dm_probe(ONE_ON_N SERVICE(" inner"), "x@m", "k.ip", "tcp/80", "NO_LOCAL_BACKEND k");
    dm_probe(ONE_ON_N SERVICE(" inner"), "m", "k.ip", "tcp/80", "NO_LOCAL_BACKEND k");
    dm_probe(ONE_ON_N SERVICE(""), "x@m", "k.ip", "tcp/80", "PASS");
    dm_probe(ONE_ON_N SERVICE(" inner"), "h", "m", "tcp/30080", "PASS"); /* node ports are not */
}

static void a_node_port_leads_to_pods_of_all_nodes_or_its_own(void **state)
{
#define ON_N                                                                                       \
    NET VXLAN "worker n c s 10.0.1.4\nworker m c t 10.0.2.4\n"                                     \
              "pods y a app:y n=192.168.0.2 port=web:8080\n"
#define FROM_U "kpolicy i c a app:y in\nkrule i in allow all 10.0.3.0/24\n"
#define FROM_NODES FROM_U "krule i in allow all 10.0.1.4/32\nkrule i in allow all 192.168.0.0/16\n"
    (void)state;
    dm_probe(ON_N SERVICE(""), "h", "m", "tcp/30080", "PASS");
    dm_probe(ON_N SERVICE(" local"), "h", "m", "tcp/30080", "NO_LOCAL_BACKEND k");
    dm_probe(ON_N SERVICE(" local"), "h", "n", "tcp/30080", "PASS");
    dm_probe(ON_N SERVICE(" local"), "h", "m", "tcp/10250", "PASS");
    /* The client's address stays, or is the node's, or its tunnel's [EKS-21, CAL-22]. */
    dm_probe(ON_N SERVICE(" local") FROM_U, "h", "n", "tcp/30080", "PASS");
    dm_probe(ON_N SERVICE("") FROM_U, "h", "m", "tcp/30080", "NETWORK_POLICY_RESTRICTION i");
    dm_probe(ON_N SERVICE("") FROM_U, "h", "n", "tcp/30080", "UNKNOWN");
    dm_probe(ON_N SERVICE("") FROM_NODES, "h", "m", "tcp/30080", "PASS");
    dm_probe(ON_N SERVICE("") FROM_NODES, "h", "n", "tcp/30080", "PASS");
}

static void balancers_send_to_node_ports(void **state)
{
#define FRONT(keep)                                                                                \
    OPEN "group gb v\npermit gb in tcp/80 0.0.0.0/0\npermit gb out all 0.0.0.0/0\n"                \
         "balancer b v app cross\nnode b.0 u 10.0.3.8 balancer=b groups=gb\n"                      \
         "targets tg v " keep "\ntarget tg 10.0.1.4 30080 zone=ra\n"                               \
         "target tg 10.0.2.4 30080 zone=rb\nlisten b tcp/80 tg\n"
    (void)state;
    dm_probe(FRONT("") SERVICE(""), "h", "b.0", "tcp/80", "PASS");
    dm_probe(FRONT("keep") SERVICE(""), "h", "b.0", "tcp/80", "PASS");
    dm_probe(FRONT("keep") SERVICE(" local"), "h", "b.0", "tcp/80", "PASS");
    dm_probe(FRONT("") SERVICE("") "rule at in 1 deny udp/4789 0.0.0.0/0\n", "h", "b.0", "tcp/80",
             "SUBNET_ACL_RESTRICTION at");
    /* With Local each node needs no other. */
    dm_probe(FRONT("") SERVICE(" local") "rule at in 1 deny udp/4789 0.0.0.0/0\n", "h", "b.0",
             "tcp/80", "PASS");
    /* Targets of type ip: nothing leads to a pod [EKS-03]. */
    dm_probe(OPEN "group gb v\npermit gb in tcp/80 0.0.0.0/0\npermit gb out all 0.0.0.0/0\n"
                  "balancer b v app cross\nnode b.0 u 10.0.3.8 balancer=b groups=gb\n"
                  "targets tg v\ntarget tg 192.168.0.2 8080 zone=ra sick\nlisten b tcp/80 tg\n",
             "h", "b.0", "tcp/80", "POD_ADDRESS_NOT_ROUTED");
}

static void with_local_a_node_without_a_pod_fails_its_health_check(void **state)
{
#define ASKED(port)                                                                                \
    NET VXLAN "worker n c s 10.0.1.4\nworker m c t 10.0.2.4\n"                                     \
              "pods y a app:y n=192.168.0.2 port=web:8080\n"                                       \
              "balancer b v net cross\nnode b.0 u 10.0.3.8 balancer=b\n"                           \
              "targets tg v keep\ntarget tg 10.0.1.4 30080 zone=ra\n"                              \
              "target tg 10.0.2.4 30080 zone=rb\nlisten b " port " tg\n"
    (void)state;
    dm_probe(ASKED("tcp/80") SERVICE(" local"), "h", "b.0", "tcp/80", "PASS");
    dm_probe(ASKED("udp/80") "kservice k a app:y 80:8080:30080 udp local\n", "h", "b.0", "udp/80",
             "PASS");
}

static void pods_call_node_ports_and_other_clusters(void **state)
{
    static const char two[] =
        OPEN SERVICE("") "cluster e v 172.20.0.0/16\nns b e\npool q e 192.168.0.0/16 vxlan nat\n"
                         "worker k e t 10.0.2.9\npods z b app:z k=192.168.0.1 port=web:8080\n"
                         "kservice l b app:z 80:web:30080 ip=172.20.0.11\n";

    (void)state;
    dm_probe(two, "x@n", "k", "tcp/30080", "PASS");
    dm_probe(two, "z@k", "n", "tcp/30080", "PASS");
    dm_probe(two, "x@n", "m", "tcp/30080", "PASS");
    dm_probe(two, "x@n", "n", "tcp/30080", "PASS");
    dm_probe(two, "x@n", "l.ip", "tcp/80", "NO_ROUTE_TO_DESTINATION v.main");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pods_on_different_nodes_talk_inside_packets_of_the_nodes),
        cmocka_unit_test(around_an_answer_is_a_packet_of_its_own),
        cmocka_unit_test(nodes_that_are_alike_have_pods_on_both_sides),
        cmocka_unit_test(bare_packets_need_checks_that_are_off_and_rules_for_pods),
        cmocka_unit_test(without_encapsulation_routes_lead_to_nodes),
        cmocka_unit_test(ip_in_ip_is_a_protocol_without_ports),
        cmocka_unit_test(wireguard_has_its_own_port),
        cmocka_unit_test(a_pod_lives_while_the_zone_of_its_node_does),
        cmocka_unit_test(policies_stand_at_both_ends),
        cmocka_unit_test(policies_are_of_one_cluster),
        cmocka_unit_test(pods_leave_with_the_address_of_their_node),
        cmocka_unit_test(a_pool_that_is_disabled_is_still_inside),
        cmocka_unit_test(nobody_outside_reaches_an_address_of_a_pod),
        cmocka_unit_test(a_nodes_own_packets_pass_policies_of_its_own_pods_alone),
        cmocka_unit_test(a_service_is_a_choice_of_its_pods),
        cmocka_unit_test(with_internal_policy_local_a_service_is_pods_of_the_callers_node),
        cmocka_unit_test(a_node_port_leads_to_pods_of_all_nodes_or_its_own),
        cmocka_unit_test(balancers_send_to_node_ports),
        cmocka_unit_test(with_local_a_node_without_a_pod_fails_its_health_check),
        cmocka_unit_test(pods_call_node_ports_and_other_clusters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
