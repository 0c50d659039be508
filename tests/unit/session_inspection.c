/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sessions through firewalls, appliances and hosts that forward, one test a fact.
 */
#include "tests/support/dmtest.h"

#include "tests/support/probing.h"

#define PLACES "region r\nzone ra r\nzone rb r\n"

/* h in s and k in t, of one VPC; both send by endpoint e of firewall f, in u [VPC-06]. */
#define MIDDLE(policy)                                                                             \
    PLACES "vpc v r 10.0.0.0/16\ntable ts v\ntable tt v\ntable tu v\ngroup gs v\n"                 \
           "subnet s v ra 10.0.1.0/24 table=ts\nsubnet t v ra 10.0.2.0/24 table=tt\n"              \
           "subnet u v ra 10.0.3.0/28 table=tu\nhost h s 10.0.1.10\nhost k t 10.0.2.10\n"          \
           "unknown x\n" policy "firewall f v p\nfendpoint e u firewall:f\n"
#define BOTH "route ts 10.0.2.0/24 gwlb:e\nroute tt 10.0.1.0/24 gwlb:e\n"
#define STATEFUL(group, more) "fgroup a stateful\nfpolicy p forward stateful=a " more "\n" group
#define STATELESS(group, otherwise) "fgroup a\nfpolicy p " otherwise " stateless=a\n" group

/* ---- firewalls ---- */

static void what_passes_goes_on_by_the_table_of_the_endpoints_subnet(void **state)
{
#define OPEN MIDDLE("fpolicy p pass\n") BOTH
    (void)state;
    dm_probe(OPEN, "h", "k", "tcp/443", "PASS");
    dm_probe(OPEN "route tu 10.0.2.0/24 none\n", "h", "k", "tcp/443", "BAD_STATE_ROUTE tu");
    dm_probe(OPEN "route tu 10.0.1.0/24 none\n", "h", "k", "tcp/443", "reply BAD_STATE_ROUTE tu");
    dm_probe(OPEN "route tu 10.0.2.0/24 gwlb:e\n", "h", "k", "tcp/443", "FORWARDING_LOOP");
}

static void an_endpoint_that_has_failed_is_a_black_hole(void **state)
{
    (void)state;
    dm_probe_failed(OPEN, "gateway-load-balancer-endpoint:e", "h", "k", "tcp/443",
                    "BAD_STATE_ROUTE e");
    dm_probe_failed(OPEN, "zone:rb", "h", "k", "tcp/443", "PASS");
}

static void the_acl_of_the_endpoints_subnet_filters(void **state)
{
    (void)state;
    dm_probe(PLACES
             "vpc v r 10.0.0.0/16\ntable ts v\ntable tu v\nacl c v\n"
             "subnet s v ra 10.0.1.0/24 table=ts\nsubnet t v ra 10.0.2.0/24\n"
             "subnet u v ra 10.0.3.0/28 table=tu acl=c\nhost h s 10.0.1.10\nhost k t 10.0.2.10\n"
             "fpolicy p pass\nfirewall f v p\nfendpoint e u firewall:f\n"
             "route ts 10.0.2.0/24 gwlb:e\nrule c in 1 allow tcp/443 10.0.1.0/24\n"
             "rule c out 1 allow all 0.0.0.0/0\n",
             "h", "k", "tcp/80", "SUBNET_ACL_RESTRICTION c");
}

static void references_to_groups_do_not_match_what_was_passed_on(void **state)
{
    static const char net[] =
        PLACES "vpc v r 10.0.0.0/16\ntable ts v\ngroup gs v\ngroup gt v\n"
               "subnet s v ra 10.0.1.0/24 table=ts\nsubnet t v ra 10.0.2.0/24\n"
               "subnet u v ra 10.0.3.0/28\nhost h s 10.0.1.10 groups=v.open,gs\n"
               "host k t 10.0.2.10 groups=gt\nfpolicy p pass\nfirewall f v p\n"
               "fendpoint e u firewall:f\npermit gt in tcp/443 group:gs\n"
               "permit gt in tcp/80 10.0.1.0/24\n";
    static const char through[] =
        PLACES "vpc v r 10.0.0.0/16\ntable ts v\ngroup gs v\ngroup gt v\n"
               "subnet s v ra 10.0.1.0/24 table=ts\nsubnet t v ra 10.0.2.0/24\n"
               "subnet u v ra 10.0.3.0/28\nhost h s 10.0.1.10 groups=v.open,gs\n"
               "host k t 10.0.2.10 groups=gt\nfpolicy p pass\nfirewall f v p\n"
               "fendpoint e u firewall:f\npermit gt in tcp/443 group:gs\n"
               "permit gt in tcp/80 10.0.1.0/24\nroute ts 10.0.2.0/24 gwlb:e\n";

    (void)state;
    dm_probe(net, "h", "k", "tcp/443", "PASS");
    dm_probe(through, "h", "k", "tcp/443", "ENI_SG_RULES_MISMATCH gt");
    dm_probe(through, "h", "k", "tcp/80", "PASS");
}

static void stateless_rules_decide_by_priority_each_packet_on_its_own(void **state)
{
    (void)state;
    dm_probe(MIDDLE(STATELESS("frule a 10 pass tcp 10.0.1.0/24 any to=443\n", "drop")) BOTH, "h",
             "k", "tcp/443", "reply FIREWALL_RULES_RESTRICTION p");
    dm_probe(MIDDLE(STATELESS("frule a 10 pass tcp 10.0.1.0/24 any to=443\n"
                              "frule a 20 pass tcp any 10.0.1.0/24 from=443\n",
                              "drop")) BOTH,
             "h", "k", "tcp/443", "PASS");
    dm_probe(MIDDLE(STATELESS("frule a 10 drop tcp any any to=443\nfrule a 20 pass any any any\n",
                              "drop")) BOTH,
             "h", "k", "tcp/443", "FIREWALL_RULES_RESTRICTION a");
    dm_probe(MIDDLE(STATELESS("frule a 10 drop tcp any any to=443\nfrule a 20 pass any any any\n",
                              "drop")) BOTH,
             "h", "k", "tcp/80", "PASS");
    /* Ports say nothing of other protocols [NFW-04]. */
    dm_probe(MIDDLE(STATELESS("frule a 10 drop any any any to=443\n", "pass")) BOTH, "h", "k",
             "icmp/8", "FIREWALL_RULES_RESTRICTION a");
    /* Only some of the ports that a sender may choose. */
    dm_probe(MIDDLE(STATELESS("frule a 10 drop tcp 10.0.1.0/24 any from=1024-2000\n", "pass")) BOTH,
             "h", "k", "tcp/443", "UNKNOWN");
    dm_probe(MIDDLE(STATELESS("frule a 10 drop tcp 10.0.1.0/24 any from=1-1000\n", "pass")) BOTH,
             "h", "k", "tcp/443", "PASS");
}

static void in_action_order_passing_rules_come_first(void **state)
{
#define ACTION                                                                                     \
    MIDDLE(                                                                                        \
        STATEFUL("frule a 0 drop any any any\nfrule a 0 pass tcp 10.0.1.0/24 any to=443\n", ""))   \
    BOTH
    (void)state;
    dm_probe(ACTION, "h", "k", "tcp/443", "PASS");
    dm_probe(ACTION, "h", "k", "tcp/80", "FIREWALL_RULES_RESTRICTION a");
    dm_probe(ACTION, "k", "h", "tcp/443", "FIREWALL_RULES_RESTRICTION a");
    dm_probe(MIDDLE("fpolicy p forward\n") BOTH, "h", "k", "tcp/443", "PASS");
}

static void in_strict_order_the_first_rule_and_then_the_default_decide(void **state)
{
    (void)state;
    dm_probe(MIDDLE(STATEFUL("frule a 0 drop any any any\nfrule a 0 pass tcp any any\n",
                             "strict=drop")) BOTH,
             "h", "k", "tcp/443", "FIREWALL_RULES_RESTRICTION a");
    dm_probe(MIDDLE(STATEFUL("frule a 0 pass tcp any any to=443\n", "strict=drop")) BOTH, "h", "k",
             "tcp/443", "PASS");
    dm_probe(MIDDLE(STATEFUL("frule a 0 pass tcp any any to=443\n", "strict=drop")) BOTH, "h", "k",
             "tcp/80", "FIREWALL_RULES_RESTRICTION p");
    dm_probe(MIDDLE(STATEFUL("frule a 0 pass tcp any any to=443\n", "strict=pass")) BOTH, "h", "k",
             "tcp/80", "PASS");
    /* An alert does not end it; a drop that was made an alert does not either. */
    dm_probe(MIDDLE(STATEFUL("frule a 0 alert any any any\nfrule a 0 pass any any any\n",
                             "strict=drop")) BOTH,
             "h", "k", "tcp/80", "PASS");
    dm_probe(MIDDLE("fgroup a stateful\nfpolicy p forward stateful=~a strict=pass\n"
                    "frule a 0 drop any any any\n") BOTH,
             "h", "k", "tcp/80", "PASS");
}

static void where_established_is_dropped_tcp_carries_nothing(void **state)
{
    (void)state;
    dm_probe(MIDDLE("fpolicy p forward strict=established\n") BOTH, "h", "k", "tcp/443",
             "FIREWALL_RULES_RESTRICTION p");
    dm_probe(MIDDLE("fpolicy p forward strict=established\n") BOTH, "h", "k", "udp/53", "UNKNOWN");
}

static void a_rule_that_is_not_understood_is_unknown_only_where_it_decides(void **state)
{
#define OPAQUE(order)                                                                              \
    MIDDLE(STATEFUL("frule a 0 pass tcp any any to=22\n"                                           \
                    "frule a 0 either tcp any any partial=x\n",                                    \
                    order))                                                                        \
    BOTH
    (void)state;
    dm_probe(OPAQUE("strict=drop"), "h", "k", "tcp/22", "PASS");
    dm_probe(OPAQUE("strict=drop"), "h", "k", "tcp/443", "UNKNOWN");
    dm_probe(OPAQUE("strict=drop"), "h", "k", "udp/53", "FIREWALL_RULES_RESTRICTION p");
    dm_probe(OPAQUE(""), "h", "k", "tcp/443", "UNKNOWN");
    dm_probe(OPAQUE(""), "h", "k", "udp/53", "PASS");
    /* Whether it matches or not, both rules drop. */
    dm_probe(MIDDLE(STATEFUL("frule a 0 drop tcp any any partial=x\n", "strict=drop")) BOTH, "h",
             "k", "tcp/443", "FIREWALL_RULES_RESTRICTION a");
    dm_probe(MIDDLE("fpolicy p forward unknown=x\n") BOTH, "h", "k", "tcp/443", "UNKNOWN");
}

static void home_net_is_the_vpc_or_what_the_policy_says(void **state)
{
    (void)state;
    dm_probe(MIDDLE(STATEFUL("frule a 0 pass any home any\n", "strict=drop")) BOTH, "h", "k",
             "tcp/443", "PASS");
    dm_probe(MIDDLE(STATEFUL("frule a 0 pass any home any\n", "strict=drop home=10.0.2.0/24")) BOTH,
             "h", "k", "tcp/443", "FIREWALL_RULES_RESTRICTION p");
    dm_probe(MIDDLE(STATEFUL("frule a 0 pass any external,10.0.1.10/32 any,!10.0.9.0/24\n",
                             "strict=drop")) BOTH,
             "h", "k", "tcp/443", "PASS");
    dm_probe(MIDDLE(STATEFUL("frule a 0 pass any any any,!10.0.2.0/24\n", "strict=drop")) BOTH, "h",
             "k", "tcp/443", "FIREWALL_RULES_RESTRICTION p");
}

static void both_ways_of_a_connection_must_cross_the_endpoint(void **state)
{
#define THERE "route ts 10.0.2.0/24 gwlb:e\n"
#define BACK "route tt 10.0.1.0/24 gwlb:e\n"
    (void)state;
    dm_probe(MIDDLE("fpolicy p forward\n") THERE, "h", "k", "tcp/443",
             "reply FIREWALL_ASYMMETRY e");
    dm_probe(MIDDLE("fpolicy p forward\n") BACK, "h", "k", "tcp/443", "reply FIREWALL_ASYMMETRY e");
    dm_probe(MIDDLE("fpolicy p forward\n") BACK, "h", "k", "udp/53", "PASS");
    /* What stateless rules pass needs no state. */
    dm_probe(MIDDLE("fpolicy p pass\n") THERE, "h", "k", "tcp/443", "PASS");
    dm_probe(MIDDLE(STATELESS("frule a 1 pass any 10.0.1.0/24 any\n", "forward")) BOTH, "h", "k",
             "tcp/443", "reply FIREWALL_ASYMMETRY e");
    dm_probe(MIDDLE("fpolicy p forward continues\n") THERE, "h", "k", "tcp/443", "UNKNOWN");
}

static void answers_of_what_no_rule_matched_are_looked_at_on_their_own(void **state)
{
    (void)state;
    dm_probe(MIDDLE(STATEFUL("frule a 0 drop any 10.0.2.0/24 any\n", "")) BOTH, "h", "k", "tcp/443",
             "reply FIREWALL_RULES_RESTRICTION a");
    dm_probe(MIDDLE(STATEFUL("frule a 0 drop any 10.0.2.0/24 any\nfrule a 0 pass any any "
                             "10.0.2.0/24\n",
                             "")) BOTH,
             "h", "k", "tcp/443", "PASS");
    dm_probe(MIDDLE(STATEFUL("frule a 0 drop tcp 10.0.1.0/24 10.0.2.0/24 to=80 both\n", "")) BOTH,
             "k", "h", "tcp/443", "PASS");
    dm_probe(MIDDLE(STATEFUL("frule a 0 drop tcp 10.0.1.0/24 10.0.2.0/24 both\n", "")) BOTH, "k",
             "h", "tcp/443", "FIREWALL_RULES_RESTRICTION a");
}

/* ---- gateways and zones ---- */

static void a_gateways_table_leads_what_comes_in_to_an_endpoint(void **state)
{
#define EDGE(policy)                                                                               \
    PLACES "vpc v r 10.0.0.0/16\nigw i v\ntable ts v\ntable tu v\ntable te v\n"                    \
           "subnet s v ra 10.0.1.0/24 table=ts\nsubnet u v ra 10.0.3.0/28 table=tu\n"              \
           "host h s 10.0.1.10=198.18.0.1\n" policy "firewall f v p\nfendpoint e u firewall:f\n"   \
           "route tu 0.0.0.0/0 igw:i\nedge i te\n"
    (void)state;
    dm_probe(EDGE("fpolicy p forward\n") "route ts 0.0.0.0/0 gwlb:e\nroute te 10.0.1.0/24 gwlb:e\n",
             "203.0.113.9", "198.18.0.1", "tcp/443", "PASS");
    dm_probe(EDGE("fpolicy p forward\n") "route ts 0.0.0.0/0 gwlb:e\nroute te 10.0.1.0/24 gwlb:e\n",
             "h", "203.0.113.9", "tcp/443", "PASS");
    dm_probe(EDGE("fpolicy p forward\n") "route ts 0.0.0.0/0 gwlb:e\n", "203.0.113.9", "198.18.0.1",
             "tcp/443", "reply FIREWALL_ASYMMETRY e");
    dm_probe(EDGE("fpolicy p forward\n") "route ts 0.0.0.0/0 igw:i\nroute te 10.0.1.0/24 gwlb:e\n",
             "203.0.113.9", "198.18.0.1", "tcp/443", "reply FIREWALL_ASYMMETRY e");
    dm_probe(EDGE("fpolicy p drop\n") "route ts 0.0.0.0/0 igw:i\nroute te 10.0.1.0/24 gwlb:e\n",
             "203.0.113.9", "198.18.0.1", "tcp/443", "FIREWALL_RULES_RESTRICTION p");
}

/* Spokes v and w, in one zone each, and inspection VPC x in both, over transit gateway g. */
#define INSPECTED(appliance, zone_of_k)                                                            \
    PLACES "vpc v r 10.0.0.0/16\nvpc w r 10.1.0.0/16\nvpc x r 10.9.0.0/16\ntgw g r\n"              \
           "ttable spokes g\nttable back g\ntable xa x\ntable xb x\ntable fa x\ntable fb x\n"      \
           "subnet s v ra 10.0.1.0/24\nsubnet t w " zone_of_k " 10.1.1.0/24\n"                     \
           "subnet aa x ra 10.9.0.0/28 table=xa\nsubnet ab x rb 10.9.0.16/28 table=xb\n"           \
           "subnet ea x ra 10.9.1.0/28 table=fa\nsubnet eb x rb 10.9.1.16/28 table=fb\n"           \
           "host h s 10.0.1.10\nhost k t 10.1.1.10\nfpolicy p forward\nfirewall f x p\n"           \
           "fendpoint e1 ea firewall:f\nfendpoint e2 eb firewall:f\n"                              \
           "attach av g v spokes s\nattach aw g w spokes t\nattach ax g x back aa,ab " appliance   \
           "\ntroute spokes 0.0.0.0/0 ax\npropagate back av\npropagate back aw\n"                  \
           "route v.main 0.0.0.0/0 tgw:g\nroute w.main 0.0.0.0/0 tgw:g\n"                          \
           "route xa 0.0.0.0/0 gwlb:e1\nroute xb 0.0.0.0/0 gwlb:e2\n"                              \
           "route fa 0.0.0.0/0 tgw:g\nroute fb 0.0.0.0/0 tgw:g\n"

static void without_appliance_mode_an_answer_from_another_zone_is_lost(void **state)
{
    (void)state;
    dm_probe(INSPECTED("", "ra"), "h", "k", "tcp/443", "PASS");
    dm_probe(INSPECTED("", "rb"), "h", "k", "tcp/443", "reply FIREWALL_ASYMMETRY e2");
    dm_probe(INSPECTED("", "rb"), "h", "k", "udp/53", "PASS");
}

static void appliance_mode_keeps_both_ways_in_one_zone(void **state)
{
    (void)state;
    dm_probe(INSPECTED("appliance", "rb"), "h", "k", "tcp/443", "PASS");
    dm_probe_failed(INSPECTED("appliance", "rb"), "gateway-load-balancer-endpoint:e2", "h", "k",
                    "tcp/443", "BAD_STATE_ROUTE e2");
}

/* ---- appliances ---- */

static void appliances_at_a_gateway_load_balancer_are_unknown_unless_declared(void **state)
{
#define FLEET(words)                                                                               \
    PLACES "vpc v r 10.0.0.0/16\ntable ts v\nsubnet s v ra 10.0.1.0/24 table=ts\n"                 \
           "subnet t v ra 10.0.2.0/24\nsubnet u v ra 10.0.3.0/28\nsubnet y v rb 10.0.4.0/28\n"     \
           "host h s 10.0.1.10\nhost k t 10.0.2.10\nhost m u 10.0.3.4\nhost n y 10.0.4.4\n"        \
           "fleet b v " words "\nfendpoint e u fleet:b\nroute ts 10.0.2.0/24 gwlb:e\n"
    (void)state;
    dm_probe(FLEET("m transparent"), "h", "k", "tcp/443", "PASS");
    dm_probe(FLEET("m"), "h", "k", "tcp/443", "UNKNOWN");
    dm_probe(FLEET("- transparent"), "h", "k", "tcp/443", "NO_APPLIANCE b");
    dm_probe(FLEET("n transparent"), "h", "k", "tcp/443", "NO_APPLIANCE b");
    dm_probe(FLEET("n cross transparent"), "h", "k", "tcp/443", "PASS");
    dm_probe_failed(FLEET("n cross transparent"), "zone:rb", "h", "k", "tcp/443", "NO_APPLIANCE b");
}

static void a_host_that_forwards_is_passed_by_its_groups(void **state)
{
#define FORWARDED(of_m, more)                                                                      \
    PLACES "vpc v r 10.0.0.0/16\ntable ts v\ntable tt v\ngroup gm v\n"                             \
           "subnet s v ra 10.0.1.0/24 table=ts\nsubnet t v ra 10.0.2.0/24 table=tt\n"              \
           "subnet u v ra 10.0.3.0/28\nhost h s 10.0.1.10\nhost k t 10.0.2.10\n"                   \
           "host m u 10.0.3.4 " of_m "\nroute ts 10.0.2.0/24 eni:m.0\n" more
#define LETS "permit gm in tcp/443 10.0.1.0/24\npermit gm out tcp/443 10.0.2.0/24\n"
    (void)state;
    dm_probe(FORWARDED("nocheck forwards", ""), "h", "k", "tcp/443", "PASS");
    dm_probe(FORWARDED("nocheck", ""), "h", "k", "tcp/443", "UNKNOWN");
    dm_probe(FORWARDED("forwards", ""), "h", "k", "tcp/443",
             "ENI_SOURCE_DEST_CHECK_RESTRICTION m.0");
    dm_probe(FORWARDED("groups=gm nocheck forwards", LETS "route tt 10.0.1.0/24 eni:m.0\n"), "h",
             "k", "tcp/443", "PASS");
    dm_probe(FORWARDED("groups=gm nocheck forwards", LETS), "h", "k", "tcp/80",
             "ENI_SG_RULES_MISMATCH gm");
    /* Its groups know no request of this answer. */
    dm_probe(PLACES "vpc v r 10.0.0.0/16\ntable tt v\ngroup gm v\nsubnet s v ra 10.0.1.0/24\n"
                    "subnet t v ra 10.0.2.0/24 table=tt\nsubnet u v ra 10.0.3.0/28\n"
                    "host h s 10.0.1.10\nhost k t 10.0.2.10\n"
                    "host m u 10.0.3.4 groups=gm nocheck forwards\n"
                    "route tt 10.0.1.0/24 eni:m.0\n" LETS,
             "h", "k", "tcp/443", "reply ENI_SG_RULES_MISMATCH gm");
    dm_probe_failed(FORWARDED("nocheck forwards", ""), "appliance:m", "h", "k", "tcp/443",
                    "ELEMENT_FAILED m.0");
    dm_probe(FORWARDED("nocheck forwards", ""), "h", "m", "tcp/443", "PASS");
}

#define TEST(name) cmocka_unit_test(name)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_passes_goes_on_by_the_table_of_the_endpoints_subnet),
        TEST(an_endpoint_that_has_failed_is_a_black_hole),
        TEST(the_acl_of_the_endpoints_subnet_filters),
        TEST(references_to_groups_do_not_match_what_was_passed_on),
        TEST(stateless_rules_decide_by_priority_each_packet_on_its_own),
        TEST(in_action_order_passing_rules_come_first),
        TEST(in_strict_order_the_first_rule_and_then_the_default_decide),
        TEST(where_established_is_dropped_tcp_carries_nothing),
        TEST(a_rule_that_is_not_understood_is_unknown_only_where_it_decides),
        TEST(home_net_is_the_vpc_or_what_the_policy_says),
        TEST(both_ways_of_a_connection_must_cross_the_endpoint),
        TEST(answers_of_what_no_rule_matched_are_looked_at_on_their_own),
        TEST(a_gateways_table_leads_what_comes_in_to_an_endpoint),
        TEST(without_appliance_mode_an_answer_from_another_zone_is_lost),
        TEST(appliance_mode_keeps_both_ways_in_one_zone),
        TEST(appliances_at_a_gateway_load_balancer_are_unknown_unless_declared),
        TEST(a_host_that_forwards_is_passed_by_its_groups),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
