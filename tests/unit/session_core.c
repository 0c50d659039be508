/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sessions through core networks: segments, what joins and parts them, edges.
 */
#include "tests/support/dmtest.h"
#include "tests/support/probing.h"

/* Host h in VPC v and host k in VPC w, region r, and host o in VPC z of region q; core network c
 * has an edge in both, and all three route everything private to it. */
#define REGIONS "region r\nzone ra r\nzone rb r\nregion q\nzone qa q\n"
#define VPCS                                                                                       \
    "vpc v r 10.0.0.0/16\nsubnet s v ra 10.0.1.0/24\nsubnet se v ra 10.0.9.0/28\n"                 \
    "vpc w r 10.1.0.0/16\nsubnet t w ra 10.1.1.0/24\nsubnet te w ra 10.1.9.0/28\n"                 \
    "subnet te2 w rb 10.1.9.16/28\n"                                                               \
    "vpc z q 10.2.0.0/16\nsubnet u z qa 10.2.1.0/24\nsubnet ue z qa 10.2.9.0/28\n"
#define HOSTS                                                                                      \
    "host h s 10.0.1.10\nhost k t 10.1.1.10\nhost o u 10.2.1.10\n"                                 \
    "route v.main 10.0.0.0/8 core:c\nroute w.main 10.0.0.0/8 core:c\n"                             \
    "route z.main 10.0.0.0/8 core:c\n"
#define CORE(flags) "core c " flags "\ncedge c.r c r\ncedge c.q c q\n"
#define BASE REGIONS VPCS CORE("")
#define ATTACH(of_x, of_y, of_o)                                                                   \
    "cattach x c v " of_x " se\ncattach y c w " of_y " te\ncattach xo c z " of_o " ue\n"

static void attachments_of_one_segment_reach_each_other_at_all_edges(void **state)
{
    static const char net[] = BASE "segment c.a c\n" ATTACH("c.a", "c.a", "c.a") HOSTS;

    (void)state;
    dm_probe(net, "h", "k", "tcp/443", "PASS");
    dm_probe(net, "h", "o", "tcp/443", "PASS");
    dm_probe(net, "o", "k", "tcp/443", "PASS");
}

static void segments_do_not_reach_each_other_unless_something_is_shared(void **state)
{
    (void)state;
    dm_probe(BASE "segment c.a c\nsegment c.b c\n" ATTACH("c.a", "c.b", "c.a") HOSTS, "h", "k",
             "tcp/443", "CORE_NO_ROUTE c.a");
    dm_probe(BASE "segment c.a c\nsegment c.b c\n" ATTACH("c.a", "c.b", "c.a") HOSTS
             "share c c.a c.b\n",
             "h", "k", "tcp/443", "PASS");
}

/* The same network with addresses of IPv6 alone; what one family routes says nothing of the other.
 */
static void ipv6_crosses_a_core_network_as_ipv4_does(void **state)
{
#define IPV6                                                                                       \
    REGIONS                                                                                        \
    "vpc v r 10.0.0.0/16,2001:db8:a::/56\nsubnet s v ra 10.0.1.0/24,2001:db8:a:1::/64\n"           \
    "subnet se v ra 10.0.9.0/28\n"                                                                 \
    "vpc z q 10.2.0.0/16,2001:db8:b::/56\nsubnet u z qa 10.2.1.0/24,2001:db8:b:1::/64\n"           \
    "subnet ue z qa 10.2.9.0/28\n" CORE(                                                           \
        "") "segment c.a c\nsegment c.b c\n"                                                       \
            "cattach x c v c.a se\ncattach xo c z c.b ue\n"                                        \
            "host h s 10.0.1.10,2001:db8:a:1::10\nhost o u 10.2.1.10,2001:db8:b:1::10\n"           \
            "route v.main 2001:db8::/32 core:c\nroute z.main 2001:db8::/32 core:c\n"
    (void)state;
    dm_probe(IPV6 "share c c.a c.b\n", "2001:db8:a:1::10", "2001:db8:b:1::10", "tcp/443", "PASS");
    dm_probe(IPV6, "2001:db8:a:1::10", "2001:db8:b:1::10", "tcp/443", "CORE_NO_ROUTE c.a");
    dm_probe(IPV6 "share c c.a c.b\n", "h", "o", "tcp/443", "NO_ROUTE_TO_DESTINATION v.main");
    dm_probe(IPV6 "share c c.a c.b\ncroute c.a 2001:db8:b::/56 none\n", "2001:db8:a:1::10",
             "2001:db8:b:1::10", "tcp/443", "CORE_BLACK_HOLE c.a");
    dm_probe(IPV6 "share c c.a c.b\ncroute c.a 0.0.0.0/0 none\n", "2001:db8:a:1::10",
             "2001:db8:b:1::10", "tcp/443", "PASS");
}

#define THREE "segment c.a c\nsegment c.b c\nsegment c.m c\n" ATTACH("c.a", "c.b", "c.m") HOSTS

static void a_share_goes_both_ways_but_not_on_to_a_third_segment(void **state)
{
    (void)state;
    dm_probe(BASE THREE "share c c.m c.a,c.b\n", "h", "o", "tcp/443", "PASS");
    dm_probe(BASE THREE "share c c.m c.a,c.b\n", "o", "k", "tcp/443", "PASS");
    dm_probe(BASE THREE "share c c.m c.a,c.b\n", "h", "k", "tcp/443", "CORE_NO_ROUTE c.a");
    dm_probe(BASE THREE "share c c.m *\n", "k", "o", "tcp/443", "PASS");
    dm_probe(BASE THREE "share c c.m *\n", "k", "h", "tcp/443", "CORE_NO_ROUTE c.b");
}

static void attachments_of_an_isolated_segment_see_only_what_is_shared(void **state)
{
    static const char net[] =
        BASE "segment c.a c isolate\nsegment c.m c\n" ATTACH("c.a", "c.a", "c.m") HOSTS
        "share c c.m c.a\n";

    (void)state;
    dm_probe(net, "h", "k", "tcp/443", "CORE_NO_ROUTE c.a");
    dm_probe(net, "h", "o", "tcp/443", "PASS");
    dm_probe(net, "o", "k", "tcp/443", "PASS");
}

static void filters_come_after_shares_and_may_leave_one_way(void **state)
{
#define FILTERED(of_b)                                                                             \
    BASE "segment c.a c\nsegment c.b c " of_b "\n" ATTACH("c.a", "c.b", "c.a") HOSTS               \
        "share c c.a c.b\n"
    (void)state;
    dm_probe(FILTERED("deny=c.a"), "h", "k", "tcp/443", "reply CORE_NO_ROUTE c.b");
    dm_probe(FILTERED("deny=c.a"), "k", "h", "tcp/443", "CORE_NO_ROUTE c.b");
    dm_probe(FILTERED("allow=-"), "k", "h", "tcp/443", "CORE_NO_ROUTE c.b");
    dm_probe(FILTERED("allow=c.a"), "k", "h", "tcp/443", "PASS");
}

#define ONE "segment c.a c\n" ATTACH("c.a", "c.a", "c.a") HOSTS

static void a_static_route_beats_a_propagated_one_of_its_length_only(void **state)
{
    (void)state;
    dm_probe(BASE ONE "croute c.a 10.1.0.0/16 none\n", "h", "k", "tcp/443", "CORE_BLACK_HOLE c.a");
    dm_probe(BASE ONE "croute c.a 10.0.0.0/8 none\n", "h", "k", "tcp/443", "PASS");
    dm_probe(BASE ONE "croute c.a 10.1.1.0/24 none\n", "h", "k", "tcp/443", "CORE_BLACK_HOLE c.a");
    dm_probe(BASE ONE "croute c.a 10.1.0.0/16 xo\n", "h", "k", "tcp/443", "FORWARDING_LOOP");
    dm_probe(BASE ONE "croute c.a 10.1.0.0/16 xo,y\n", "h", "k", "tcp/443", "UNKNOWN");
    dm_probe(BASE ONE "unknown n\ncroute c.a 10.1.0.0/16 unknown:n\n", "h", "k", "tcp/443",
             "UNKNOWN");
}

static void static_routes_stay_when_their_attachment_dies_and_propagated_ones_go(void **state)
{
    (void)state;
    dm_probe_failed(BASE ONE "croute c.a 10.1.0.0/16 y\n", "attachment:y", "h", "k", "tcp/443",
                    "CORE_BLACK_HOLE y");
    dm_probe_failed(BASE ONE "croute c.a 10.0.0.0/8 xo\n", "attachment:y", "h", "k", "tcp/443",
                    "FORWARDING_LOOP");
    dm_probe_failed(BASE ONE, "attachment:y", "h", "k", "tcp/443", "CORE_NO_ROUTE c.a");
}

static void an_edge_that_fails_takes_its_region_out_and_no_other(void **state)
{
    (void)state;
    dm_probe_failed(BASE ONE, "core-edge:c.q", "h", "o", "tcp/443", "CORE_NO_ROUTE c.a");
    dm_probe_failed(BASE ONE, "core-edge:c.q", "h", "k", "tcp/443", "PASS");
    dm_probe_failed(BASE ONE, "core-edge:c.r", "h", "k", "tcp/443", "BAD_STATE_ROUTE x");
    dm_probe_failed(BASE ONE, "region:q", "h", "o", "tcp/443", "CORE_NO_ROUTE c.a");
}

static void of_one_network_at_two_edges_the_near_one_is_taken_and_of_two_alike_either(void **state)
{
#define TWICE(block, region, zone)                                                                 \
    BASE "segment c.a c\nvpc i " region " " block "\nsubnet is i " zone " " block                  \
         "\n" ATTACH("c.a", "c.a", "c.a") "cattach xi c i c.a is\n" HOSTS
    (void)state;
    dm_probe(TWICE("10.1.0.0/16", "q", "qa"), "h", "k", "tcp/443", "PASS");
    dm_probe(TWICE("10.1.0.0/16", "q", "qa"), "o", "k", "tcp/443", "NO_HOST_AT_ADDRESS");
    dm_probe(TWICE("10.1.0.0/16", "r", "rb"), "h", "k", "tcp/443", "NO_HOST_AT_ADDRESS");
    dm_probe(TWICE("10.1.0.0/16", "r", "rb"), "o", "k", "tcp/443", "NO_HOST_AT_ADDRESS");
}

static void the_network_is_entered_in_the_senders_zone_only(void **state)
{
    static const char net[] = BASE "segment c.a c\ncattach x c v c.a se\ncattach y c w c.a te2\n"
                                   "cattach xo c z c.a ue\n" HOSTS;

    (void)state;
    dm_probe(net, "k", "h", "tcp/443", "TGW_ATTACH_VPC_AZ_RESTRICTION y");
}

static void who_is_not_attached_or_in_no_segment_cannot_use_it(void **state)
{
    (void)state;
    dm_probe(BASE "segment c.a c\ncattach y c w c.a te\n" HOSTS, "h", "k", "tcp/443",
             "NO_CORE_ATTACHMENT c");
    dm_probe(BASE "segment c.a c\n" ATTACH("-", "c.a", "c.a") HOSTS, "h", "k", "tcp/443",
             "CORE_NO_SEGMENT x");
}

static void the_first_attachment_policy_that_is_met_gives_the_segment(void **state)
{
#define TAGGED(tags)                                                                               \
    BASE "segment c.a c\nsegment c.b c\ncattach x c v - se tags=" tags                             \
         "\ncattach y c w c.a te\ncattach xo c z c.b ue\n" HOSTS
    (void)state;
    dm_probe(TAGGED("domain:a") "associate c 100 tag:domain tag:domain\n", "h", "k", "tcp/443",
             "PASS");
    dm_probe(TAGGED("domain:b") "associate c 100 tag:domain tag:domain\n", "h", "o", "tcp/443",
             "PASS");
    dm_probe(TAGGED("domain:x") "associate c 100 tag:domain tag:domain\n", "h", "o", "tcp/443",
             "CORE_NO_SEGMENT x");
    dm_probe(TAGGED("stage:p") "associate c 1 tag:stage=p c.b\nassociate c 2 any c.a\n", "h", "o",
             "tcp/443", "PASS");
    dm_probe(TAGGED("stage:q") "associate c 1 tag:stage=p c.b\nassociate c 2 any c.a\n", "h", "k",
             "tcp/443", "PASS");
    dm_probe(TAGGED("stage:q") "associate c 1 region=r c.a\nassociate c 2 any c.b\n", "h", "k",
             "tcp/443", "PASS");
    /* Whose account it is, is not in the input. */
    dm_probe(TAGGED("stage:q") "associate c 1 account=1 c.b\nassociate c 2 any c.a\n", "h", "k",
             "tcp/443", "UNKNOWN");
}

static void what_is_sent_via_a_group_without_attachment_is_dropped(void **state)
{
#define VIA(more) BASE "segment c.a c\nsegment c.b c\nfunction c.f c\n" more HOSTS
    (void)state;
    dm_probe(VIA(ATTACH("c.a", "c.b", "c.a")) "via c c.a c.b c.f\n", "h", "k", "tcp/443",
             "CORE_NO_FUNCTION c.a");
    dm_probe(VIA(ATTACH("c.a", "c.b", "c.f")) "via c c.a c.b c.f\n", "h", "k", "tcp/443",
             "UNKNOWN");
    dm_probe(VIA(ATTACH("c.a", "c.a", "c.f")) "via c c.a c.b c.f\n", "h", "k", "tcp/443", "PASS");
    dm_probe(VIA(ATTACH("c.a", "c.b", "c.b")) "to c c.a c.f\n", "h", "k", "tcp/443",
             "CORE_NO_FUNCTION c.a");
}

/* VPCs i at edge c.r and j at edge c.q, whose tables send everything private back. */
#define INSPECTION                                                                                 \
    "vpc i r 10.8.0.0/16\nsubnet ie i ra 10.8.9.0/28\nroute i.main 10.0.0.0/8 core:c\n"            \
    "vpc j q 10.9.0.0/16\nsubnet je j qa 10.9.9.0/28\nroute j.main 10.0.0.0/8 core:c\n"
#define AT_R "cattach fi c i c.f ie\n"
#define AT_Q "cattach fj c j c.f je\n"

static void what_is_sent_via_a_function_comes_back_from_it_and_goes_on(void **state)
{
#define LED(functions) VIA(ATTACH("c.a", "c.b", "c.b") INSPECTION functions)
    (void)state;
    dm_probe(LED(AT_R) "via c c.a c.b c.f\n", "h", "k", "tcp/443", "PASS");
    dm_probe(LED(AT_R) "via c c.a c.b c.f\n", "h", "o", "tcp/443", "PASS");
    dm_probe(LED(AT_Q) "via c c.a c.b c.f\n", "h", "o", "tcp/443", "PASS");
    dm_probe(LED(AT_Q) "via c c.a c.b c.f\n", "h", "k", "tcp/443", "UNKNOWN");
    dm_probe_failed(LED(AT_R) "via c c.a c.b c.f\n", "attachment:fi", "h", "k", "tcp/443",
                    "CORE_BLACK_HOLE fi");
}

static void at_which_edge_the_function_stands_the_mode_and_overrides_say(void **state)
{
    (void)state;
    dm_probe(LED(AT_R AT_Q) "via c c.a c.b c.f\n", "h", "o", "tcp/443", "UNKNOWN");
    dm_probe(LED(AT_R AT_Q) "via c c.a c.b c.f use=c.q:c.r,c.q\n", "h", "o", "tcp/443", "PASS");
    dm_probe(LED(AT_R AT_Q) "via c c.a c.b c.f dual\n", "h", "o", "tcp/443", "PASS");
    dm_probe(LED(AT_R) "via c c.a c.b c.f dual\n", "h", "o", "tcp/443", "UNKNOWN");
    dm_probe_failed(LED(AT_R AT_Q) "via c c.a c.b c.f dual\n", "attachment:fj", "h", "o", "tcp/443",
                    "CORE_BLACK_HOLE fj");
}

/* Region r has transit gateway g, region q gateway i; both are peered with the core network, and
 * the VPCs of h and o are attached to them. */
#define GATEWAYS                                                                                   \
    BASE "segment c.a c\ntgw g r asn=64512\nttable m g\ntgw i q asn=64513\nttable n i\n"           \
         "attach x g v m se\nattach y i z n ue\npropagate m x\npropagate n y\n"                    \
         "cpeer p c.r g\ncpeer q c.q i\n"                                                          \
         "host h s 10.0.1.10\nhost o u 10.2.1.10\nhost k t 10.1.1.10\n"                            \
         "route v.main 10.0.0.0/8 tgw:g\nroute z.main 10.0.0.0/8 tgw:i\n"                          \
         "route w.main 10.0.0.0/8 core:c\n"
#define TABLES "ctable km p m c.a\nctable kn q n c.a\n"

static void transit_gateways_reach_each_other_over_the_core_network_they_are_peered_with(void **s)
{
    (void)s;
    dm_probe(GATEWAYS TABLES, "h", "o", "tcp/443", "PASS");
    dm_probe(GATEWAYS TABLES "cattach ko c w c.a te\n", "k", "o", "tcp/443", "PASS");
    dm_probe(GATEWAYS TABLES "cattach ko c w c.a te\n", "h", "k", "tcp/443", "PASS");
    dm_probe(GATEWAYS "ctable km p m c.a\n", "h", "o", "tcp/443",
             "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT m");
    dm_probe_failed(GATEWAYS TABLES, "core-peering:q", "h", "o", "tcp/443",
                    "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT m");
    dm_probe_failed(GATEWAYS TABLES, "core-edge:c.r", "h", "o", "tcp/443",
                    "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT m");
    dm_probe_failed(GATEWAYS TABLES, "transit-gateway:i", "h", "o", "tcp/443",
                    "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT m");
}

static void a_static_route_over_a_peering_hides_the_core_network_and_does_not_fail_over(void **s)
{
    static const char net[] = GATEWAYS TABLES "tpeer a g m b i n\ntroute m 10.2.0.0/16 a\n"
                                              "troute n 10.0.0.0/16 b\n";
    static const char backup[] = GATEWAYS TABLES "tpeer a g m b i n\ntroute m 10.0.0.0/8 a\n"
                                                 "troute n 10.0.0.0/8 b\n";

    (void)s;
    dm_probe(net, "h", "o", "tcp/443", "PASS");
    dm_probe_failed(net, "peering:a", "h", "o", "tcp/443", "TGW_RTB_BAD_STATE_ROUTE m");
    dm_probe_failed(net, "core-peering:p", "h", "o", "tcp/443", "PASS");
    dm_probe_failed(backup, "peering:a", "h", "o", "tcp/443", "PASS");
    dm_probe_failed(backup, "core-peering:p", "h", "o", "tcp/443", "PASS");
}

static void gateways_of_one_as_number_do_not_hear_each_other_over_a_core_network(void **state)
{
    (void)state;
    dm_probe(BASE "segment c.a c\ntgw g r asn=64512\nttable m g\ntgw i q asn=64512\nttable n i\n"
                  "attach x g v m se\nattach y i z n ue\npropagate m x\npropagate n y\n"
                  "cpeer p c.r g\ncpeer q c.q i\nhost h s 10.0.1.10\nhost o u 10.2.1.10\n"
                  "route v.main 10.0.0.0/8 tgw:g\n" TABLES,
             "h", "o", "tcp/443", "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT m");
}

static void routing_policies_that_drop_are_followed_and_others_are_not_guessed(void **state)
{
#define LABELLED(policy)                                                                           \
    BASE "segment c.a c\nunknown n\ncattach x c v c.a se\ncattach y c w c.a te label=l\n"          \
         "cattach xo c z c.a ue\n" HOSTS "rpolicy c p " policy "\nlabel c l p\n"
    (void)state;
    dm_probe(LABELLED("drop equals 10.1.0.0/16"), "h", "k", "tcp/443", "CORE_NO_ROUTE c.a");
    dm_probe(LABELLED("drop within 10.0.0.0/8"), "h", "k", "tcp/443", "CORE_NO_ROUTE c.a");
    dm_probe(LABELLED("drop equals 10.0.0.0/8"), "h", "k", "tcp/443", "PASS");
    dm_probe(LABELLED("unknown:n equals 10.0.0.0/8"), "h", "k", "tcp/443", "UNKNOWN");
    dm_probe(LABELLED("drop equals 10.1.0.0/16"), "h", "o", "tcp/443", "PASS");
    dm_probe(
        LABELLED("drop equals 10.1.0.0/16") "rpolicy c q drop equals 10.9.0.0/16\nlabel c l q\n",
        "h", "k", "tcp/443", "UNKNOWN");
}

static void what_a_document_says_and_is_not_understood_leaves_its_segments_open(void **state)
{
    (void)state;
    dm_probe(REGIONS VPCS "unknown n\n" CORE("unknown=n") ONE, "h", "k", "tcp/443", "UNKNOWN");
    dm_probe(BASE "unknown n\nsegment c.a c unknown=n\nsegment c.b c\n" ATTACH("c.a", "c.b", "c.b")
                 HOSTS,
             "h", "k", "tcp/443", "UNKNOWN");
    dm_probe(BASE "unknown n\nsegment c.a c unknown=n\nsegment c.b c\n" ATTACH("c.a", "c.b", "c.b")
                 HOSTS,
             "k", "o", "tcp/443", "PASS");
}

static void a_share_between_edges_that_a_segment_lacks_is_not_decided(void **state)
{
    static const char net[] =
        BASE "segment c.a c edges=c.r\nsegment c.b c\n" ATTACH("c.a", "c.b", "c.b") HOSTS
        "share c c.a c.b\n";

    (void)state;
    dm_probe(net, "h", "k", "tcp/443", "PASS");
    dm_probe(net, "h", "o", "tcp/443", "UNKNOWN");
}

static void groups_are_referred_to_at_one_edge_and_where_the_network_has_the_option(void **state)
{
#define REFERRING(flags, to)                                                                       \
    REGIONS VPCS "group g v\ngroup i w\ngroup j z\n" CORE(flags) "segment c.a c\n" ATTACH(         \
        "c.a", "c.a", "c.a") "host h s 10.0.1.10 groups=g,v.open\nhost k t 10.1.1.10 groups=i\n"   \
                             "host o u 10.2.1.10 groups=j\nroute v.main 10.0.0.0/8 core:c\n"       \
                             "route w.main 10.0.0.0/8 core:c\nroute z.main 10.0.0.0/8 core:c\n"    \
                             "permit " to " in tcp/443 group:g\n"
    (void)state;
    dm_probe(REFERRING("refs", "i"), "h", "k", "tcp/443", "PASS");
    dm_probe(REFERRING("", "i"), "h", "k", "tcp/443", "ENI_SG_RULES_MISMATCH");
    dm_probe(REFERRING("refs", "j"), "h", "o", "tcp/443", "ENI_SG_RULES_MISMATCH");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attachments_of_one_segment_reach_each_other_at_all_edges),
        cmocka_unit_test(segments_do_not_reach_each_other_unless_something_is_shared),
        cmocka_unit_test(ipv6_crosses_a_core_network_as_ipv4_does),
        cmocka_unit_test(a_share_goes_both_ways_but_not_on_to_a_third_segment),
        cmocka_unit_test(attachments_of_an_isolated_segment_see_only_what_is_shared),
        cmocka_unit_test(filters_come_after_shares_and_may_leave_one_way),
        cmocka_unit_test(a_static_route_beats_a_propagated_one_of_its_length_only),
        cmocka_unit_test(static_routes_stay_when_their_attachment_dies_and_propagated_ones_go),
        cmocka_unit_test(an_edge_that_fails_takes_its_region_out_and_no_other),
        cmocka_unit_test(of_one_network_at_two_edges_the_near_one_is_taken_and_of_two_alike_either),
        cmocka_unit_test(the_network_is_entered_in_the_senders_zone_only),
        cmocka_unit_test(who_is_not_attached_or_in_no_segment_cannot_use_it),
        cmocka_unit_test(the_first_attachment_policy_that_is_met_gives_the_segment),
        cmocka_unit_test(what_is_sent_via_a_group_without_attachment_is_dropped),
        cmocka_unit_test(what_is_sent_via_a_function_comes_back_from_it_and_goes_on),
        cmocka_unit_test(at_which_edge_the_function_stands_the_mode_and_overrides_say),
        cmocka_unit_test(
            transit_gateways_reach_each_other_over_the_core_network_they_are_peered_with),
        cmocka_unit_test(
            a_static_route_over_a_peering_hides_the_core_network_and_does_not_fail_over),
        cmocka_unit_test(gateways_of_one_as_number_do_not_hear_each_other_over_a_core_network),
        cmocka_unit_test(routing_policies_that_drop_are_followed_and_others_are_not_guessed),
        cmocka_unit_test(what_a_document_says_and_is_not_understood_leaves_its_segments_open),
        cmocka_unit_test(a_share_between_edges_that_a_segment_lacks_is_not_decided),
        cmocka_unit_test(groups_are_referred_to_at_one_edge_and_where_the_network_has_the_option),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
