/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sessions over transit gateways and their peerings, one test a fact.
 */
#include "tests/support/dmtest.h"

#include "tests/support/probing.h"

/* VPC v with host h in s, VPC w with host k in t, all in zone ra; se, te and te2, the last in zone
 * rb, are for attachments.  Subnets take the words that follow. */
#define VPCS(of_g)                                                                                 \
    "region r\nzone ra r\nzone rb r\nvpc v r 10.0.0.0/16\nvpc w r 10.1.0.0/16\n"                   \
    "tgw g r " of_g "\nttable m g\nacl a v\nacl b w\ngroup f v\ngroup e w\n"                       \
    "route v.main 10.1.0.0/16 tgw:g\nroute w.main 10.0.0.0/16 tgw:g\n"
#define SUBNETS(of_s, of_t, of_se, of_te, of_te2)                                                  \
    "subnet s v ra 10.0.1.0/24 " of_s "\nsubnet t w ra 10.1.1.0/24 " of_t "\n"                     \
    "subnet se v ra 10.0.9.0/28 " of_se "\nsubnet te w ra 10.1.9.0/28 " of_te "\n"                 \
    "subnet te2 w rb 10.1.9.16/28 " of_te2 "\n"
#define HOSTS "host h s 10.0.1.10\nhost k t 10.1.1.10\n"
#define ATTACHED(of_x, of_y) "attach x g v m " of_x "\nattach y g w m " of_y "\n"
#define ROUTED "propagate m x\npropagate m y\n"
#define PLAIN VPCS("") SUBNETS("", "", "", "", "") ATTACHED("se", "te,te2") HOSTS

static void a_transit_gateway_joins_vpcs_that_propagate_to_it(void **state)
{
    (void)state;
    dm_probe(PLAIN ROUTED, "h", "k", "tcp/443", "PASS");
    dm_probe(PLAIN "propagate m y\n", "h", "k", "tcp/443",
             "reply TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT m");
    dm_probe(PLAIN "propagate m x\n", "h", "k", "tcp/443", "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT m");
    dm_probe(PLAIN "troute m 10.1.1.0/24 y\ntroute m 10.0.0.0/8 x\n", "h", "k", "tcp/443", "PASS");
}

static void who_has_no_attachment_cannot_use_the_gateway(void **state)
{
    static const char net[] = PLAIN ROUTED "vpc z r 10.2.0.0/16\nsubnet u z ra 10.2.1.0/24\n"
                                           "host o u 10.2.1.10\nroute z.main 10.0.0.0/8 tgw:g\n";

    (void)state;
    dm_probe(net, "o", "k", "tcp/443", "NO_TRANSIT_ATTACHMENT g");
}

static void a_gateway_endpoint_serves_no_vpc_but_its_own(void **state)
{
    static const char net[] =
        PLAIN ROUTED "answers s3 tcp/443\nlist l 52.216.0.0/15 aws service=s3\nendpoint p w s3\n"
                     "route w.main list:l endpoint:p\nroute v.main 52.216.0.0/15 tgw:g\n"
                     "troute m 52.216.0.0/15 y\n";

    (void)state;
    dm_probe(net, "k", "52.216.1.1", "tcp/443", "PASS");
    dm_probe(net, "h", "52.216.1.1", "tcp/443", "CANNOT_ROUTE p");
}

/* TGW-34: what becomes of IPv6 without the option is not documented; IPv4 goes on. */
static void what_an_attachment_without_ipv6_does_with_it_is_unknown(void **state)
{
#define BOTH(of_x, of_y, more)                                                                     \
    "region r\nzone ra r\nvpc v r 10.0.0.0/16,2001:db8:0::/56\n"                                   \
    "vpc w r 10.1.0.0/16,2001:db8:1::/56\ntgw g r\nttable m g\n"                                   \
    "subnet s v ra 10.0.1.0/24,2001:db8:0:1::/64\nsubnet t w ra 10.1.1.0/24,2001:db8:1:1::/64\n"   \
    "host h s 10.0.1.10,2001:db8:0:1::a\nhost k t 10.1.1.10,2001:db8:1:1::a\n"                     \
    "route v.main 10.1.0.0/16 tgw:g\nroute w.main 10.0.0.0/16 tgw:g\n"                             \
    "route v.main ::/0 tgw:g\nroute w.main ::/0 tgw:g\n"                                           \
    "attach x g v m s " of_x "\nattach y g w m t " of_y "\npropagate m x\n" more
    static const char half[] = BOTH("", "noipv6", "propagate m y\n");
    static const char by_hand[] = BOTH("", "noipv6", "troute m 2001:db8:1::/56 y\n");

    (void)state;
    dm_probe(BOTH("", "", "propagate m y\n"), "h", "2001:db8:1:1::a", "tcp/443", "PASS");
    dm_probe(half, "h", "10.1.1.10", "tcp/443", "PASS");
    dm_probe(half, "h", "2001:db8:1:1::a", "tcp/443", "UNKNOWN");
    dm_probe(half, "k", "2001:db8:0:1::a", "tcp/443", "UNKNOWN"); /* on its way in */
    dm_probe(by_hand, "h", "2001:db8:1:1::a", "tcp/443", "UNKNOWN");
}

/* ---- zones ---- */

static void the_gateway_is_entered_only_in_the_senders_zone(void **state)
{
#define SERVED(of_x, of_y) VPCS("") SUBNETS("", "", "", "", "") ATTACHED(of_x, of_y) HOSTS ROUTED
    (void)state;
    dm_probe(SERVED("se", "te"), "h", "k", "tcp/443", "PASS");
    dm_probe(SERVED("se", "te2"), "k", "h", "tcp/443", "TGW_ATTACH_VPC_AZ_RESTRICTION y");
    dm_probe(SERVED("se", "te2"), "h", "k", "tcp/443", "reply TGW_ATTACH_VPC_AZ_RESTRICTION y");
}

/* The ACL of te2 lets nothing through. */
#define HOLED(of_g, of_y)                                                                          \
    VPCS(of_g) SUBNETS("", "", "", "", "acl=b") ATTACHED("se", of_y) HOSTS ROUTED

static void it_leaves_in_the_senders_zone_where_the_attachment_is_there(void **state)
{
    (void)state;
    /* The ACL of te2 lets nothing out: whoever sends from zone ra does not meet it. */
    dm_probe(HOLED("", "te,te2"), "h", "k", "tcp/443", "PASS");
    dm_probe(HOLED("", "te2"), "h", "k", "tcp/443", "SUBNET_ACL_RESTRICTION b");
}

static void it_leaves_in_another_zone_where_the_attachment_is_not_in_the_senders(void **state)
{
    static const char net[] = VPCS("") SUBNETS("", "", "", "", "") ATTACHED("se", "te2")
        HOSTS ROUTED "subnet t2 w rb 10.1.2.0/24\nhost o t2 10.1.2.10\n";

    (void)state;
    /* The answer enters in zone rb and leaves in ra, the only zone of x. */
    dm_probe(net, "h", "o", "tcp/443", "PASS");
    dm_probe_failed(net, "zone:rb", "h", "o", "tcp/443", "ELEMENT_FAILED");
}

static void appliance_mode_takes_any_zone_so_all_must_do(void **state)
{
    (void)state;
    dm_probe(HOLED("", "te,te2 appliance"), "h", "k", "tcp/443", "SUBNET_ACL_RESTRICTION b");
    dm_probe_failed(HOLED("", "te,te2 appliance"), "zone:rb", "h", "k", "tcp/443", "PASS");
}

/* ---- ACLs of attachment subnets [TGW-27] ---- */

static void
into_the_gateway_the_attachments_inbound_rules_count_and_out_of_it_outbound(void **state)
{
#define ENTRY(rules)                                                                               \
    VPCS("") SUBNETS("", "", "acl=a", "", "") ATTACHED("se", "te") HOSTS ROUTED rules
#define EXIT(rules)                                                                                \
    VPCS("") SUBNETS("", "", "", "acl=b", "") ATTACHED("se", "te") HOSTS ROUTED rules
    (void)state;
    /* h asks: in at se by tcp/443, and the answer out of it to a port of h. */
    dm_probe(ENTRY("rule a in 1 allow tcp/443 10.0.1.10/32\n"
                   "rule a out 1 allow tcp/32768-60999 10.0.1.10/32\n"),
             "h", "k", "tcp/443", "PASS");
    dm_probe(ENTRY("rule a out 1 allow all 0.0.0.0/0\n"), "h", "k", "tcp/443",
             "SUBNET_ACL_RESTRICTION a");
    dm_probe(ENTRY("rule a in 1 allow all 0.0.0.0/0\n"), "h", "k", "tcp/443",
             "reply SUBNET_ACL_RESTRICTION a");
    dm_probe(EXIT("rule b out 1 allow tcp/443 10.1.1.10/32\n"
                  "rule b in 1 allow tcp/32768-60999 10.1.1.10/32\n"),
             "h", "k", "tcp/443", "PASS");
    dm_probe(EXIT("rule b in 1 allow all 0.0.0.0/0\n"), "h", "k", "tcp/443",
             "SUBNET_ACL_RESTRICTION b");
}

static void in_the_attachments_own_subnet_what_comes_out_is_not_evaluated(void **state)
{
#define OWN(rules) VPCS("") SUBNETS("acl=a", "", "", "", "") ATTACHED("s", "te") HOSTS ROUTED rules
    (void)state;
    /* From h: out of its subnet, and in again at the attachment.  To h: nothing. */
    dm_probe(
        OWN("rule a out 1 allow tcp/443 10.1.1.10/32\nrule a in 1 allow tcp/443 10.0.1.10/32\n"),
        "h", "k", "tcp/443", "PASS");
    dm_probe(OWN("rule a out 1 allow tcp/443 10.1.1.10/32\n"), "h", "k", "tcp/443",
             "SUBNET_ACL_RESTRICTION a");
    dm_probe(OWN("rule a in 1 allow tcp/443 10.0.1.10/32\n"), "h", "k", "tcp/443",
             "SUBNET_ACL_RESTRICTION a");
    /* The request of k meets no rule of a's; the answer does. */
    dm_probe(OWN("rule a out 1 allow tcp/32768-60999 10.1.1.10/32\n"
                 "rule a in 1 allow tcp/32768-60999 10.0.1.10/32\n"),
             "k", "h", "tcp/443", "PASS");
}

static void what_comes_out_is_routed_by_the_attachments_subnet(void **state)
{
    static const char net[] = VPCS("") "table hole w\n" SUBNETS("", "", "", "table=hole", "")
        ATTACHED("se", "te") HOSTS ROUTED "host q t 10.1.1.200\nroute hole 10.1.1.0/24 eni:q.0\n"
                                          "subnet t3 w ra 10.1.3.0/24\nhost o t3 10.1.3.10\n";

    (void)state;
    dm_probe(net, "h", "k", "tcp/443", "ENI_SOURCE_DEST_CHECK_RESTRICTION q.0");
    dm_probe(net, "h", "o", "tcp/443", "PASS");
}

/* ---- tables ---- */

static void what_comes_in_is_looked_up_in_the_attachments_own_table(void **state)
{
#define APART(of_x, of_y)                                                                          \
    VPCS("")                                                                                       \
    "ttable n g\n" SUBNETS("", "", "", "", "") "attach x g v " of_x " se\nattach y g w " of_y      \
                                               " te\n" HOSTS
    (void)state;
    dm_probe(APART("m", "n") "propagate m y\npropagate n x\n", "h", "k", "tcp/443", "PASS");
    dm_probe(APART("m", "n") "propagate n y\npropagate m x\n", "h", "k", "tcp/443",
             "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT m");
    dm_probe(APART("-", "n") ROUTED, "h", "k", "tcp/443",
             "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION x");
    dm_probe(APART("m", "-") ROUTED, "h", "k", "tcp/443",
             "reply TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION y");
}

static void black_holes_drop_and_longer_routes_pass_them_by(void **state)
{
    (void)state;
    dm_probe(PLAIN ROUTED "troute m 10.1.0.0/16 none\n", "h", "k", "tcp/443",
             "TGW_RTB_BAD_STATE_ROUTE m");
    dm_probe(PLAIN ROUTED "troute m 10.0.0.0/8 none\n", "h", "k", "tcp/443", "PASS");
    dm_probe(PLAIN ROUTED "troute m 10.1.1.0/24 none\n", "h", "k", "tcp/443",
             "TGW_RTB_BAD_STATE_ROUTE m");
}

/* z has w's block by a static route, and hosts nothing. */
#define THIRD "vpc z r 10.2.0.0/16\nsubnet u z ra 10.2.1.0/24\nattach zx g z m u\n"

static void of_one_prefix_the_static_route_wins_and_does_not_fall_back(void **state)
{
    (void)state;
    dm_probe(PLAIN ROUTED THIRD "troute m 10.1.0.0/16 zx\n", "h", "k", "tcp/443",
             "NO_ROUTE_TO_DESTINATION z.main");
    dm_probe_failed(PLAIN ROUTED THIRD "troute m 10.1.0.0/16 zx\n", "attachment:zx", "h", "k",
                    "tcp/443", "TGW_RTB_BAD_STATE_ROUTE m");
}

static void a_propagated_route_goes_with_its_attachment_and_a_shorter_one_takes_over(void **state)
{
    static const char net[] = PLAIN ROUTED THIRD "troute m 10.0.0.0/8 zx\n";

    (void)state;
    dm_probe(net, "h", "k", "tcp/443", "PASS");
    dm_probe_failed(net, "attachment:y", "h", "k", "tcp/443", "NO_ROUTE_TO_DESTINATION z.main");
    dm_probe_failed(PLAIN ROUTED, "attachment:y", "h", "k", "tcp/443",
                    "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT m");
    dm_probe_failed(PLAIN ROUTED, "attachment:x", "h", "k", "tcp/443", "BAD_STATE_ROUTE x");
    dm_probe_failed(PLAIN ROUTED, "transit-gateway:g", "h", "k", "tcp/443", "BAD_STATE_ROUTE x");
}

static void networks_that_overlap_are_not_decided_between(void **state)
{
#define CLASH(block) PLAIN ROUTED "vpc z r " block "\nsubnet u z ra " block "\nattach zx g z m u\n"
    (void)state;
    dm_probe(CLASH("10.1.0.0/16") "propagate m zx\n", "h", "k", "tcp/443", "UNKNOWN");
    dm_probe(CLASH("10.1.128.0/20") "propagate m zx\n", "h", "k", "tcp/443", "UNKNOWN");
    dm_probe(CLASH("10.1.0.0/16"), "h", "k", "tcp/443", "PASS");
    dm_probe(CLASH("10.1.0.0/16") "propagate m zx\ntroute m 10.1.0.0/16 y\n", "h", "k", "tcp/443",
             "PASS");
}

static void what_is_not_understood_of_a_table_is_unknown(void **state)
{
#define DARK PLAIN "unknown u\n"
    (void)state;
    dm_probe(DARK ROUTED "troute m 10.1.0.0/16 unknown:u\n", "h", "k", "tcp/443", "UNKNOWN");
    dm_probe(DARK ROUTED "troute m 10.0.0.0/8 unknown:u\n", "h", "k", "tcp/443", "PASS");
    dm_probe(DARK ROUTED "attach? q g m u\npropagate m q\n", "h", "k", "tcp/443", "UNKNOWN");
    dm_probe(DARK "attach? q g m u\npropagate m x\ntroute m 10.1.0.0/16 q\n", "h", "k", "tcp/443",
             "UNKNOWN");
}

/* ---- references [TGW-22] ---- */

static void references_match_over_one_gateway_inbound_where_all_three_allow_it(void **state)
{
#define MEMBERS                                                                                    \
    "host h s 10.0.1.10 groups=f\nhost k t 10.1.1.10 groups=e\npermit f out all 0.0.0.0/0\n"       \
    "permit e in tcp/443 group:f\n" ROUTED
#define REFS(of_g, of_x, of_y)                                                                     \
    VPCS(of_g) SUBNETS("", "", "", "", "") ATTACHED("se " of_x, "te " of_y) MEMBERS
    (void)state;
    dm_probe(REFS("refs", "", ""), "h", "k", "tcp/443", "PASS");
    dm_probe(REFS("", "", ""), "h", "k", "tcp/443", "ENI_SG_RULES_MISMATCH e");
    dm_probe(REFS("refs", "norefs", ""), "h", "k", "tcp/443", "ENI_SG_RULES_MISMATCH e");
    dm_probe(REFS("refs", "", "norefs"), "h", "k", "tcp/443", "ENI_SG_RULES_MISMATCH e");
}

static void references_out_do_not_match_over_a_gateway(void **state)
{
    static const char net[] = VPCS("refs") SUBNETS("", "", "", "", "") ATTACHED(
        "se",
        "te") "host h s 10.0.1.10 groups=f\nhost k t 10.1.1.10 groups=e\npermit f out all group:e\n"
              "permit e in all 0.0.0.0/0\n" ROUTED;

    (void)state;
    dm_probe(net, "h", "k", "tcp/443", "ENI_SG_RULES_MISMATCH f");
}

static void references_do_not_match_over_two_gateways(void **state)
{
    /* v to w by g, on to z by g2. */
    static const char net[] = VPCS("refs") SUBNETS("", "", "", "", "") ATTACHED(
        "se",
        "te") "vpc z r 10.2.0.0/16\ntgw g2 r refs\nttable m2 g2\nsubnet u z ra 10.2.1.0/24\n"
              "attach w2 g2 w m2 te\nattach z2 g2 z m2 u\ngroup d z\nhost h s 10.0.1.10 groups=f\n"
              "host o u 10.2.1.10 groups=d\npermit f out all 0.0.0.0/0\npermit d in tcp/443 "
              "group:f\n"
              "permit d in tcp/80 10.0.0.0/16\nroute v.main 10.2.0.0/16 tgw:g\n"
              "route w.main 10.2.0.0/16 tgw:g2\nroute z.main 10.0.0.0/16 tgw:g2\n"
              "troute m 10.2.0.0/16 y\ntroute m 10.0.0.0/16 x\ntroute m2 10.2.0.0/16 z2\n"
              "troute m2 10.0.0.0/16 w2\n";

    (void)state;
    dm_probe(net, "h", "o", "tcp/80", "PASS");
    dm_probe(net, "h", "o", "tcp/443", "ENI_SG_RULES_MISMATCH d");
}

/* ---- peerings of gateways ---- */

/* v in region r, w in region q with an attachment in zones qa and qb. */
#define FAR(of_te, of_te2, of_y)                                                                   \
    "region r\nzone ra r\nregion q\nzone qa q\nzone qb q\nvpc v r 10.0.0.0/16\n"                   \
    "vpc w q 10.1.0.0/16\nacl b w\ntable hole w\ngroup f v\ngroup e w\nunknown u\n"                \
    "tgw g r refs\nttable m g\ntgw n q refs\nttable l n\nsubnet s v ra 10.0.1.0/24\n"              \
    "subnet te w qa 10.1.1.0/24 " of_te "\nsubnet te2 w qb 10.1.2.0/24 " of_te2 "\n"               \
    "subnet t3 w qb 10.1.3.0/24\nattach x g v m s\nattach y n w l " of_y "\n"                      \
    "route v.main 10.1.0.0/16 tgw:g\nroute w.main 10.0.0.0/16 tgw:n\nroute hole 10.0.0.0/16 "      \
    "tgw:n\nhost h s 10.0.1.10\nhost k te 10.1.1.10\nhost o t3 10.1.3.10\n"
#define JOINED FAR("", "", "te,te2") "tpeer p g m p2 n l\n"
#define FAR_ROUTES "troute m 10.1.0.0/16 p\ntroute l 10.0.0.0/16 p2\n"
#define NEAR_ROUTES "propagate m x\npropagate l y\n"

static void a_peering_takes_static_routes_on_both_sides(void **state)
{
    (void)state;
    dm_probe(JOINED NEAR_ROUTES FAR_ROUTES, "h", "k", "tcp/443", "PASS");
    dm_probe(JOINED NEAR_ROUTES "troute m 10.1.0.0/16 p\n", "h", "k", "tcp/443",
             "reply TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT l");
    dm_probe(JOINED NEAR_ROUTES "troute l 10.0.0.0/16 p2\n", "h", "k", "tcp/443",
             "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT m");
}

static void nothing_propagates_over_a_peering(void **state)
{
    (void)state;
    dm_probe(JOINED NEAR_ROUTES "propagate m p\npropagate l p2\n", "h", "k", "tcp/443",
             "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT m");
}

static void a_static_route_over_a_dead_peering_is_a_black_hole(void **state)
{
    (void)state;
    dm_probe_failed(JOINED NEAR_ROUTES FAR_ROUTES, "peering:p", "h", "k", "tcp/443",
                    "TGW_RTB_BAD_STATE_ROUTE m");
    dm_probe_failed(JOINED NEAR_ROUTES FAR_ROUTES, "transit-gateway:n", "h", "k", "tcp/443",
                    "ELEMENT_FAILED p");
    dm_probe_failed(JOINED NEAR_ROUTES FAR_ROUTES, "region:q", "h", "k", "tcp/443",
                    "TGW_RTB_BAD_STATE_ROUTE m");
}

static void over_a_peering_every_zone_in_which_it_may_leave_must_do(void **state)
{
#define ZONES(of_te, of_te2, of_y)                                                                 \
    FAR(of_te, of_te2, of_y) "tpeer p g m p2 n l\n" NEAR_ROUTES FAR_ROUTES
    (void)state;
    /* b lets nothing out of te2, where the gateway leaves or not as it likes. */
    dm_probe(ZONES("", "acl=b", "te,te2"), "h", "k", "tcp/443", "SUBNET_ACL_RESTRICTION b");
    dm_probe(ZONES("", "acl=b", "te"), "h", "k", "tcp/443", "PASS");
    dm_probe_failed(ZONES("", "acl=b", "te,te2"), "zone:qb", "h", "k", "tcp/443", "PASS");
    /* What is unknown in one zone leaves it unknown, what fails in one decides. */
    dm_probe(ZONES("", "table=hole", "te,te2") "route hole 10.1.1.0/24 unknown:u\n", "h", "k",
             "tcp/443", "UNKNOWN");
    dm_probe(ZONES("acl=b", "table=hole", "te,te2") "route hole 10.1.3.0/24 unknown:u\n", "h", "o",
             "tcp/443", "SUBNET_ACL_RESTRICTION b");
}

static void references_do_not_match_over_a_peering_of_gateways(void **state)
{
    static const char net[] =
        ZONES("", "", "te,te2") "host c s 10.0.1.11 groups=f\nhost i te 10.1.1.11 groups=e\npermit "
                                "f out all 0.0.0.0/0\n"
                                "permit e in tcp/443 group:f\npermit e in tcp/80 10.0.0.0/16\n";

    (void)state;
    dm_probe(net, "c", "i", "tcp/80", "PASS");
    dm_probe(net, "c", "i", "tcp/443", "ENI_SG_RULES_MISMATCH e");
}

static void within_a_region_too_a_peering_forgets_the_senders_zone(void **state)
{
    static const char net[] =
        "region r\nzone ra r\nzone rb r\nvpc v r 10.0.0.0/16\nvpc w r 10.1.0.0/16\nacl b w\n"
        "tgw g r\nttable m g\ntgw n r\nttable l n\nsubnet s v ra 10.0.1.0/24\n"
        "subnet te w ra 10.1.1.0/24\nsubnet te2 w rb 10.1.2.0/24 acl=b\nattach x g v m s\n"
        "attach y n w l te,te2\ntpeer p g m p2 n l\nroute v.main 10.1.0.0/16 tgw:g\n"
        "route w.main 10.0.0.0/16 tgw:n\nhost h s 10.0.1.10\nhost k te 10.1.1.10\n" NEAR_ROUTES
            FAR_ROUTES;

    (void)state;
    dm_probe(net, "h", "k", "tcp/443", "SUBNET_ACL_RESTRICTION b");
    dm_probe_failed(net, "zone:rb", "h", "k", "tcp/443", "PASS");
}

static void gateways_follow_their_static_routes_literally_also_through_a_third(void **state)
{
    static const char net[] =
        "region r\nzone ra r\nregion q\nzone qa q\nregion b\nzone ba b\nvpc v r 10.0.0.0/16\n"
        "vpc w q 10.1.0.0/16\ntgw g r\nttable m g\ntgw n q\nttable l n\ntgw j b\nttable i j\n"
        "subnet s v ra 10.0.1.0/24\nsubnet t w qa 10.1.1.0/24\nattach x g v m s\n"
        "attach y n w l t\ntpeer p g m p2 j i\ntpeer d j i d2 n l\nroute v.main 0.0.0.0/0 tgw:g\n"
        "route w.main 0.0.0.0/0 tgw:n\nhost h s 10.0.1.10\nhost k t 10.1.1.10\npropagate m x\n"
        "propagate l y\ntroute m 10.1.0.0/16 p\ntroute i 10.1.0.0/16 d\ntroute l 10.0.0.0/16 d2\n"
        "troute i 10.0.0.0/16 p2\ntroute m 10.9.0.0/16 p\ntroute i 10.9.0.0/16 p2\n";

    (void)state;
    dm_probe(net, "h", "k", "tcp/443", "PASS");
    dm_probe_failed(net, "transit-gateway:j", "h", "k", "tcp/443", "ELEMENT_FAILED p");
    /* m and i send 10.9.0.0/16 to each other. */
    dm_probe(net, "h", "10.9.0.1", "tcp/443", "FORWARDING_LOOP");
}

static void a_nat_gateway_behind_a_transit_gateway_serves_other_vpcs(void **state)
{
    /* Central egress: v's way out is w's NAT gateway, whose answers go back over g. */
#define EGRESS                                                                                     \
    VPCS("")                                                                                       \
    "table out w\nigw i w\n" SUBNETS("", "", "", "table=out", "") ATTACHED("se", "te")             \
        HOSTS ROUTED "nat n t 10.1.1.5 198.18.0.5\nroute v.main 0.0.0.0/0 tgw:g\n"                 \
                     "route out 0.0.0.0/0 nat:n\nroute w.main 0.0.0.0/0 igw:i\n"
    (void)state;
    dm_probe(EGRESS "troute m 0.0.0.0/0 y\n", "h", "203.0.113.9", "tcp/443", "PASS");
    dm_probe(EGRESS, "h", "203.0.113.9", "tcp/443", "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT m");
    dm_probe_failed(EGRESS "troute m 0.0.0.0/0 y\n", "nat-gateway:n", "h", "203.0.113.9", "tcp/443",
                    "BAD_STATE_ROUTE n");
}

static void what_comes_over_a_gateway_does_not_go_on_over_a_vpc_peering(void **state)
{
    static const char net[] = PLAIN ROUTED
        "vpc z r 10.2.0.0/16\npeering p w z\nsubnet u z ra 10.2.1.0/24\nhost o u 10.2.1.10\n"
        "troute m 10.2.0.0/16 y\nroute v.main 10.2.0.0/16 tgw:g\n"
        "route w.main 10.2.0.0/16 peering:p\nroute z.main 10.0.0.0/8 peering:p\n";

    (void)state;
    dm_probe(net, "h", "o", "tcp/443", "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR p");
    dm_probe(net, "k", "o", "tcp/443", "PASS");
}

static void references_out_do_not_match_past_a_nat_gateway_in_another_vpc(void **state)
{
    /* What comes out at te goes through w's NAT gateway to k. */
#define PAST_NAT(permit)                                                                           \
    VPCS("refs")                                                                                   \
    "table out w\n" SUBNETS("", "", "", "table=out", "") ATTACHED(                                 \
        "se",                                                                                      \
        "te") "host h s 10.0.1.10 groups=f\nhost k t 10.1.1.10 groups=e\nnat n t 10.1.1.20\n"      \
              "route out 10.1.1.0/24 nat:n\npermit e in all 10.1.1.20/32\n" ROUTED permit
    (void)state;
    dm_probe(PAST_NAT("permit f out all 10.1.1.10/32\n"), "h", "k", "tcp/443", "PASS");
    dm_probe(PAST_NAT("permit f out all group:e\n"), "h", "k", "tcp/443",
             "ENI_SG_RULES_MISMATCH f");
}

static void an_answer_to_another_gateway_of_the_same_address_is_dropped(void **state)
{
    /* v and z have one address plan and a NAT gateway each; w's way back leads to z. */
    static const char net[] =
        "region r\nzone ra r\nvpc v r 10.0.0.0/16\nvpc w r 10.1.0.0/16\nvpc z r 10.0.0.0/16\n"
        "peering p v w\npeering q w z\ntable inner v\nsubnet s v ra 10.0.1.0/24 table=inner\n"
        "subnet e v ra 10.0.9.0/24\nsubnet t w ra 10.1.1.0/24\nsubnet y z ra 10.0.9.0/24\n"
        "nat n e 10.0.9.5\nnat o y 10.0.9.5\nhost h s 10.0.1.10\nhost k t 10.1.1.10\n"
        "route inner 10.1.0.0/16 nat:n\nroute v.main 10.1.0.0/16 peering:p\n"
        "route w.main 10.0.0.0/16 peering:q\n";

    (void)state;
    dm_probe(net, "h", "k", "tcp/443", "reply NAT_NO_SESSION o");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_transit_gateway_joins_vpcs_that_propagate_to_it),
        cmocka_unit_test(a_gateway_endpoint_serves_no_vpc_but_its_own),
        cmocka_unit_test(who_has_no_attachment_cannot_use_the_gateway),
        cmocka_unit_test(what_an_attachment_without_ipv6_does_with_it_is_unknown),
        cmocka_unit_test(the_gateway_is_entered_only_in_the_senders_zone),
        cmocka_unit_test(it_leaves_in_the_senders_zone_where_the_attachment_is_there),
        cmocka_unit_test(it_leaves_in_another_zone_where_the_attachment_is_not_in_the_senders),
        cmocka_unit_test(appliance_mode_takes_any_zone_so_all_must_do),
        cmocka_unit_test(
            into_the_gateway_the_attachments_inbound_rules_count_and_out_of_it_outbound),
        cmocka_unit_test(in_the_attachments_own_subnet_what_comes_out_is_not_evaluated),
        cmocka_unit_test(what_comes_out_is_routed_by_the_attachments_subnet),
        cmocka_unit_test(what_comes_in_is_looked_up_in_the_attachments_own_table),
        cmocka_unit_test(black_holes_drop_and_longer_routes_pass_them_by),
        cmocka_unit_test(of_one_prefix_the_static_route_wins_and_does_not_fall_back),
        cmocka_unit_test(a_propagated_route_goes_with_its_attachment_and_a_shorter_one_takes_over),
        cmocka_unit_test(networks_that_overlap_are_not_decided_between),
        cmocka_unit_test(what_is_not_understood_of_a_table_is_unknown),
        cmocka_unit_test(references_match_over_one_gateway_inbound_where_all_three_allow_it),
        cmocka_unit_test(references_out_do_not_match_over_a_gateway),
        cmocka_unit_test(references_do_not_match_over_two_gateways),
        cmocka_unit_test(a_peering_takes_static_routes_on_both_sides),
        cmocka_unit_test(nothing_propagates_over_a_peering),
        cmocka_unit_test(a_static_route_over_a_dead_peering_is_a_black_hole),
        cmocka_unit_test(over_a_peering_every_zone_in_which_it_may_leave_must_do),
        cmocka_unit_test(references_do_not_match_over_a_peering_of_gateways),
        cmocka_unit_test(within_a_region_too_a_peering_forgets_the_senders_zone),
        cmocka_unit_test(gateways_follow_their_static_routes_literally_also_through_a_third),
        cmocka_unit_test(a_nat_gateway_behind_a_transit_gateway_serves_other_vpcs),
        cmocka_unit_test(what_comes_over_a_gateway_does_not_go_on_over_a_vpc_peering),
        cmocka_unit_test(references_out_do_not_match_past_a_nat_gateway_in_another_vpc),
        cmocka_unit_test(an_answer_to_another_gateway_of_the_same_address_is_dropped),
    };

    return cmocka_run_group_tests_name("session over transit gateways", tests, NULL, NULL);
}
