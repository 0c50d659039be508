/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Verdicts on small networks: what each kind of requirement says when it holds, when it is
 * violated, unknown or not applicable, and what stays the same when input moves.
 */
#include "tests/support/dmtest.h"

#include <stdlib.h>
#include <string.h>

#include "model/base/str.h"
#include "tests/support/judging.h"
#include "tests/support/nets.h"

/* Service a in zone ra, b in both zones; one VPC, one subnet a zone. */
#define PLACES                                                                                     \
    "region r jurisdiction=DE\nzone ra r\nzone rb r\nvpc v r 10.0.0.0/16\nacl shut v\n"            \
    "group g v\nunknown u\nigw i v\nsubnet s v ra 10.0.1.0/24\nsubnet t v rb 10.0.2.0/24\n"        \
    "subnet x v rb 10.0.3.0/24 acl=shut\nroute v.main 0.0.0.0/0 igw:i\n"
#define SERVICES                                                                                   \
    "host a1 s 10.0.1.10\nhost b1 s 10.0.1.11\nhost b2 t 10.0.2.11\nhost c1 x 10.0.3.10\n"         \
    "service a tcp/80 a1\nservice b tcp/443 b1,b2\nservice c tcp/22 c1\n"
#define NET PLACES SERVICES

/* ---- reach ---- */

static void reach_holds_while_one_endpoint_of_the_target_answers(void **state)
{
    (void)state;
    dm_judge(NET "reach R service:a service:b tcp/443\n", "R holds\n");
    dm_judge(NET "reach R service:a service:b tcp/443 survive=zone,region/2\n", "R holds\n");
    dm_judge(NET "reach R service:b service:a tcp/80\n", "R holds\n");
}

static void reach_is_violated_when_all_targets_are_dead_or_barred(void **state)
{
    (void)state;
    dm_judge(NET "reach R service:a service:c tcp/22\n",
             "R violated\n  RCH001 from a to c: nothing\n");
    dm_judge(NET "reach R service:b service:a tcp/80 survive=zone/1\n",
             "R violated\n  RCH001 from b to a: zone:ra\n");
    dm_judge(NET "reach R service:b service:a tcp/80 survive=each:region\n", "R holds\n");
}

static void reach_is_not_applicable_where_every_source_is_dead_in_all_sets(void **state)
{
    /* With nothing failed a lives; a store whose primary is nowhere asks nothing. */
    (void)state;
    dm_judge(NET "class k\nstore q s3 tcp/443 k DE\ncopy q r -\n"
                 "reach R store:q service:a tcp/80\n",
             "R not-applicable\n");
}

static void a_dead_source_does_not_violate(void **state)
{
    (void)state;
    dm_judge(NET "host d1 s 10.0.1.20\nservice d tcp/1 d1\n"
                 "reach R service:a service:d tcp/1 survive=zone,region/2\n",
             "R holds\n");
}

static void reach_is_unknown_where_the_only_way_is_not_understood(void **state)
{
#define DARK                                                                                       \
    PLACES "host a1 s 10.0.1.10\nhost b1 t 10.0.2.10 groups=g\nhost b2 t 10.0.2.11\n"              \
           "service a tcp/80 a1\nservice b tcp/443 b1\nservice b_too tcp/443 b1,b2\n"              \
           "permit g in tcp/443 unknown:u\n"
    (void)state;
    dm_judge(DARK "reach R service:a service:b tcp/443\n", "R unknown\n");
    dm_judge(DARK "reach R service:a service:b_too tcp/443\n", "R holds\n");
    dm_judge(DARK "reach R service:a service:b tcp/444\n",
             "R violated\n  RCH001 from a to b: nothing\n");
}

static void a_call_for_which_no_port_is_named_is_unknown(void **state)
{
    (void)state;
    dm_judge(NET "reach R service:a service:b all\n", "R unknown\n");
}

static void reach_speaks_of_the_internet_on_either_side(void **state)
{
#define OUTSIDE                                                                                    \
    PLACES "host a1 s 10.0.1.10=198.18.0.1\nhost b1 t 10.0.2.10\n"                                 \
           "service a tcp/80 a1\nservice b tcp/443 b1\n"
    (void)state;
    dm_judge(OUTSIDE "reach R service:a internet tcp/443\nreach S service:b internet tcp/443\n"
                     "reach T internet service:a tcp/80\nreach U internet service:b tcp/443\n",
             "R holds\nS violated\n  RCH001 from b to internet: nothing\nT holds\n"
             "U violated\n  RCH001 from internet to b: nothing\n");
    dm_judge(OUTSIDE "reach R service:a internet tcp/443 survive=internet-gateway/1\n",
             "R violated\n  RCH001 from a to internet: internet-gateway:i\n");
}

static void reach_asks_by_each_family_that_the_internet_knows(void **state)
{
#define DUAL(public, routes, rules)                                                                \
    "region r\nzone ra r\nvpc v r 10.0.0.0/16,2600:1f00::/56\nigw i v\ngroup g v\n"                \
    "subnet s v ra 10.0.1.0/24,2600:1f00:0:1::/64\n"                                               \
    "host a1 s 10.0.1.10" public ",2600:1f00:0:1::a groups=g\nservice a tcp/80 a1\n" routes        \
                                 "permit g out all 0.0.0.0/0\npermit g out all ::/0\n" rules       \
                                 "reach R internet service:a tcp/80\nreach S service:a internet "  \
                                 "tcp/443\n"
#define BOTH_WAYS "route v.main 0.0.0.0/0 igw:i\nroute v.main ::/0 igw:i\n"
    (void)state;
    dm_judge(
        DUAL("=198.18.0.1", BOTH_WAYS, "permit g in tcp/80 0.0.0.0/0\npermit g in tcp/80 ::/0\n"),
        "R holds\nS holds\n");
    dm_judge(DUAL("=198.18.0.1", BOTH_WAYS, "permit g in tcp/80 0.0.0.0/0\n"),
             "R violated\n  RCH001 from internet to a: nothing\nS holds\n");
    dm_judge(
        DUAL("=198.18.0.1", "route v.main 0.0.0.0/0 igw:i\n", "permit g in tcp/80 0.0.0.0/0\n"),
        "R violated\n  RCH001 from internet to a: nothing\n"
        "S violated\n  RCH001 from a to internet: nothing\n");
    /* Without a public address of IPv4 nobody outside asks by it; out it is the host's own way. */
    dm_judge(DUAL("", BOTH_WAYS, "permit g in tcp/80 ::/0\n"),
             "R holds\nS violated\n  RCH001 from a to internet: nothing\n");
}

static void a_store_is_reached_where_it_is_written(void **state)
{
    static const char net[] =
        NET "class k\nstore q rds tcp/5432 k DE\nhost q1 s 10.0.1.30\nhost q2 x 10.0.3.30\n"
            "copy q r q1\ncopy q r q2\nfailover q 1\nreach R service:a store:q tcp/5432\n"
            "reach S service:b store:q tcp/5432 survive=zone/1\n";

    (void)state;
    /* Zone ra failed, the copy behind the shut ACL is promoted, and b2 does not get there. */
    dm_judge(net, "R holds\nS violated\n  RCH001 from b to q: zone:ra\n");
}

static void all_minimal_failure_sets_of_a_finding_are_named(void **state)
{
    static const char net[] =
        "region r\nzone ra r\nzone rb r\nzone rc r\nvpc v r 10.0.0.0/16\nvpc w r 10.1.0.0/16\n"
        "peering p v w\nsubnet s v ra 10.0.1.0/24\nsubnet t w rb 10.1.1.0/24\n"
        "subnet u w rc 10.1.2.0/24\nhost a1 s 10.0.1.10\nhost b1 t 10.1.1.10\n"
        "host b2 u 10.1.2.10\nservice a tcp/80 a1\nservice b tcp/443 b1,b2\n"
        "route v.main 10.1.0.0/16 peering:p\nroute w.main 10.0.0.0/16 peering:p\n"
        "reach R service:a service:b tcp/443 survive=zone,peering,region/3\n"
        "reach S service:a service:b tcp/443 survive=zone/1\n";

    (void)state;
    dm_judge(net, "R violated\n  RCH001 from a to b: peering:p; zone:rb + zone:rc\nS holds\n");
}

/* ---- isolate ---- */

static void isolate_holds_where_nothing_is_delivered(void **state)
{
    (void)state;
    dm_judge(NET "isolate R service:a service:c\n", "R holds\n");
    dm_judge(NET "isolate R service:a service:b\n",
             "R violated\n  SEC001 from service:a to service:b: nothing\n");
    dm_judge(NET "isolate R service:c,service:a service:b\n",
             "R violated\n  SEC001 from service:c,service:a to service:b: nothing\n");
}

static void isolate_asks_for_delivery_and_not_for_an_answer(void **state)
{
    /* k's ACL lets udp/7 in and nothing out. */
    static const char net[] = PLACES "acl in v\nrule in in 1 allow udp/7 10.0.1.0/24\n"
                                     "subnet k v rb 10.0.4.0/24 acl=in\nhost a1 s 10.0.1.10\n"
                                     "host d1 k 10.0.4.10\nservice a tcp/80 a1\n"
                                     "service d tcp/80 d1\nreach P service:a service:d udp/7\n"
                                     "isolate R service:a service:d\n";

    (void)state;
    dm_judge(net, "P violated\n  RCH001 from a to d: nothing\n"
                  "R violated\n  SEC001 from service:a to service:d: nothing\n");
}

static void isolate_follows_what_nodes_of_a_cluster_send_on(void **state)
{
#define CLUSTER                                                                                    \
    "region r\nzone ra r\nvpc v r 10.0.0.0/16\nsubnet s v ra 10.0.1.0/24\nhost h s 10.0.1.10\n"    \
    "cluster c v 172.20.0.0/16\nns a c\npool p c 192.168.0.0/16 vxlan nat\n"                       \
    "worker n c s 10.0.1.4\npods x a app:x n=192.168.0.1\npods y a app:y n=192.168.0.2\n"          \
    "service out tcp/80 h\nservice in tcp/80 x@n\nservice other tcp/80 y@n\n"                      \
    "isolate R service:out service:in\nisolate S service:in service:out\n"
    (void)state;
    dm_judge(CLUSTER, "R holds\nS violated\n  SEC001 from service:in to service:out: nothing\n");
    dm_judge(CLUSTER "kservice k a app:x 80:8080:30080\n",
             "R violated\n  SEC001 from service:out to service:in: nothing\n"
             "S violated\n  SEC001 from service:in to service:out: nothing\n");
    dm_judge(CLUSTER "kservice k a app:y 80:8080:30080\n",
             "R holds\nS violated\n  SEC001 from service:in to service:out: nothing\n");
}

static void isolate_tells_pods_of_one_node_apart_by_their_policies(void **state)
{
#define BOTH                                                                                       \
    CLUSTER "pods z a app:z n=192.168.0.3\nservice both tcp/80 y@n,z@n\n"                          \
            "isolate T service:in service:both\n"
    (void)state;
    dm_judge(BOTH "kpolicy q c a app:y in\n",
             "R holds\nS violated\n  SEC001 from service:in to service:out: nothing\n"
             "T violated\n  SEC001 from service:in to service:both: nothing\n");
    dm_judge(BOTH "kpolicy q c a app:y in\nkpolicy o c a app:z in\n",
             "R holds\nS violated\n  SEC001 from service:in to service:out: nothing\nT holds\n");
}

static void isolate_looks_between_hosts_that_are_alike_too(void **state)
{
    (void)state;
    dm_judge(NET "isolate R service:a service:a\n", "R not-applicable\n");
    dm_judge(PLACES "host d1 s 10.0.1.10\nhost d2 s 10.0.1.11\nservice d tcp/80 d1,d2\n"
                    "isolate R service:d service:d\n",
             "R violated\n  SEC001 from service:d to service:d: nothing\n");
    dm_judge(PLACES "host d1 s 10.0.1.10\nhost d2 s 10.0.1.11\nservice d tcp/80 d1,d2\n"
                    "service e tcp/80 d1\nisolate R service:e service:d\n",
             "R violated\n  SEC001 from service:e to service:d: nothing\n");
}

static void isolate_is_unknown_where_something_might_cross(void **state)
{
    (void)state;
    dm_judge(DARK "isolate R service:a service:b\n", "R unknown\n");
    dm_judge(DARK "permit g in udp/9 10.0.1.10/32\nisolate R service:a service:b\n",
             "R violated\n  SEC001 from service:a to service:b: nothing\n");
}

static void isolate_sees_what_crosses_only_when_something_failed(void **state)
{
    /* The propagated route into a hole goes with its attachment; the summary leads to w. */
    static const char net[] =
        "region r\nzone ra r\nvpc v r 10.0.0.0/16\nvpc w r 10.1.0.0/16\nvpc z r 10.1.0.0/17\n"
        "tgw g r\nttable m g\nttable n g\nsubnet s v ra 10.0.1.0/24\nsubnet t w ra 10.1.1.0/24\n"
        "subnet y z ra 10.1.2.0/24\nattach x g v m s\nattach wx g w n t\nattach zx g z n y\n"
        "propagate m zx\ntroute m 10.1.0.0/16 wx\nroute v.main 10.1.0.0/16 tgw:g\n"
        "host a1 s 10.0.1.10\nhost b1 t 10.1.1.10\nservice a tcp/80 a1\nservice b tcp/80 b1\n"
        "isolate R service:a service:b survive=attachment,zone/2\nisolate S service:a service:b\n";

    (void)state;
    dm_judge(net, "R violated\n  SEC001 from service:a to service:b: attachment:zx\nS holds\n"
                  "-\n  ADR001 w z\n");
}

/* ---- expose ---- */

#define EXPOSED(permits)                                                                           \
    PLACES "host a1 s 10.0.1.10=198.18.0.1 groups=g\nhost b1 t 10.0.2.10\nservice a tcp/80 a1\n"   \
           "service b tcp/443 b1\n" permits

static void expose_holds_for_what_is_listed_and_nothing_else(void **state)
{
    (void)state;
    dm_judge(EXPOSED("permit g in tcp/80 0.0.0.0/0\n") "expose R service:a=tcp/80\n", "R holds\n");
    dm_judge(EXPOSED("permit g in tcp/80 0.0.0.0/0\n") "expose R -\n",
             "R violated\n  SEC002 a1.0: nothing\n");
    dm_judge(EXPOSED("permit g in tcp/80 0.0.0.0/0\n") "expose R service:b=tcp/80\n",
             "R violated\n  SEC002 a1.0: nothing\n");
    dm_judge(EXPOSED("permit g in tcp/80 10.0.0.0/8\n") "expose R -\n", "R holds\n");
}

static void expose_asks_about_ipv6_addresses_which_nothing_translates(void **state)
{
    static const char open[] =
        "region r\nzone ra r\nvpc v r 10.0.0.0/16,2600:1f00::/56\nigw i v\ngroup g v\n"
        "subnet s v ra 10.0.1.0/24,2600:1f00:0:1::/64\n"
        "host a1 s 10.0.1.10,2600:1f00:0:1::a groups=g\nservice a tcp/80 a1\n"
        "permit g in tcp/80 ::/0\nexpose R -\n";
    static const char shut[] =
        "region r\nzone ra r\nvpc v r 10.0.0.0/16,2600:1f00::/56\nigw i v\ngroup g v\n"
        "subnet s v ra 10.0.1.0/24,2600:1f00:0:1::/64\n"
        "host a1 s 10.0.1.10,2600:1f00:0:1::a groups=g\nservice a tcp/80 a1\n"
        "permit g in tcp/80 2600:1f00::/56\nexpose R -\n";

    (void)state;
    dm_judge(open, "R violated\n  SEC002 a1.0: nothing\n");
    dm_judge(shut, "R holds\n");
}

static void expose_tells_apart_what_is_listed_from_the_rest_of_a_rules_ports(void **state)
{
    /* Each rule's first port is listed, the others are not. */
    (void)state;
    dm_judge(EXPOSED("permit g in tcp/80-90 0.0.0.0/0\n") "expose R service:a=tcp/80\n",
             "R violated\n  SEC002 a1.0: nothing\n");
    dm_judge(EXPOSED("permit g in tcp/1-1000 0.0.0.0/0\n") "expose R service:a=tcp/1-999\n",
             "R violated\n  SEC002 a1.0: nothing\n");
    dm_judge(EXPOSED("permit g in tcp/1-1000 0.0.0.0/0\n") "expose R service:a=tcp/0-1000\n",
             "R holds\n");
    dm_judge(EXPOSED("permit g in icmp 0.0.0.0/0\n") "expose R service:a=icmp/0\n",
             "R violated\n  SEC002 a1.0: nothing\n");
    dm_judge(
        EXPOSED("permit g in tcp/80-90 0.0.0.0/0\n") "expose R "
                                                     "service:a=tcp/80-85,service:a=tcp/86-90\n",
        "R holds\n");
}

static void expose_asks_from_every_place_that_rules_tell_apart(void **state)
{
    (void)state;
    dm_judge(EXPOSED("permit g in tcp/22 203.0.113.64/32\n") "expose R -\n",
             "R violated\n  SEC002 a1.0: nothing\n");
    dm_judge(EXPOSED("permit g in tcp/22 198.18.0.1/32\n") "expose R -\n", "R holds\n");
    dm_judge(EXPOSED("permit g in tcp/22 unknown:u\n") "expose R -\n", "R unknown\n");
    dm_judge(EXPOSED("permit g in tcp/22 unknown:u\n") "expose R service:a=tcp/22\n", "R holds\n");
}

static void expose_needs_a_gateway_that_lives(void **state)
{
    (void)state;
    dm_judge(
        EXPOSED("permit g in tcp/80 0.0.0.0/0\n") "expose R - survive=internet-gateway,zone/2\n",
        "R violated\n  SEC002 a1.0: nothing\n");
    dm_judge(PLACES "vpc w r 10.1.0.0/16\nsubnet y w ra 10.1.1.0/24\n"
                    "host a1 y 10.1.1.10=198.18.0.1\nexpose R -\n",
             "R holds\n");
    dm_judge(NET "expose R -\n", "R holds\n");
}

/* ---- reside ---- */

#define STORES                                                                                     \
    "region de jurisdiction=DE\nregion fr jurisdiction=FR\nregion gb jurisdiction=GB\n"            \
    "region xx\nzone dea de\nclass pii\nclass logs\n"                                              \
    "store q rds tcp/5432 pii DE\n"

static void reside_holds_where_the_policy_allows_every_copy(void **state)
{
    (void)state;
    dm_judge(STORES "copy q de -\ncopy q fr -\npolicy p pii DE store,process DE,FR\n"
                    "reside R q pii\n",
             "R holds\n");
    dm_judge(STORES "copy q de -\ncopy q gb -\npolicy p pii DE store,process DE,FR\n"
                    "reside R q pii\n",
             "R violated\n  SOV001 DE p q store: nothing\n");
    dm_judge(STORES "copy q gb -\npolicy p pii DE store,process DE,FR\nreside R q pii\n",
             "R violated\n  SOV001 DE p q store: nothing\n  SOV002 DE p process q: nothing\n");
}

static void reside_follows_the_writer_and_is_not_monotone(void **state)
{
    /* de fails: written in gb, which may store but not process; gb too: in fr, which may. */
    (void)state;
    dm_judge(STORES "copy q de -\ncopy q gb -\ncopy q fr -\nfailover q 1,2\n"
                    "policy p pii DE store DE,FR,GB\npolicy o pii DE process DE,FR\n"
                    "reside R q pii\nreside S q pii survive=region/2\n",
             "R holds\nS violated\n  SOV002 DE o process q: region:de\n");
    dm_judge(STORES "copy q de -\ncopy q gb -\ncopy q fr -\nfailover q 2,1\n"
                    "policy p pii DE store DE,FR,GB\npolicy o pii DE process DE,FR\n"
                    "reside R q pii survive=region/1\nreside S q pii survive=region/2\n",
             "R holds\nS violated\n  SOV002 DE o process q: region:de + region:fr\n");
}

static void a_store_that_nobody_writes_is_processed_nowhere(void **state)
{
    (void)state;
    dm_judge(STORES "copy q de -\ncopy q gb -\npolicy p pii DE store DE,GB\n"
                    "policy o pii DE process DE\nreside R q pii survive=region/1\n",
             "R holds\n");
}

static void a_copy_lives_while_one_of_its_zones_does(void **state)
{
    static const char net[] =
        STORES "zone deb de\nvpc v de 10.0.0.0/16\nsubnet s v dea 10.0.1.0/24\n"
               "subnet t v deb 10.0.2.0/24\nhost q1 s 10.0.1.10\nhost q2 t 10.0.2.10\n"
               "copy q de q1,q2\ncopy q gb -\nfailover q 1\npolicy p pii DE store DE,GB\n"
               "policy o pii DE process DE\nreside R q pii survive=zone,region/2\n";

    (void)state;
    dm_judge(net, "R violated\n  SOV002 DE o process q: region:de; zone:dea + zone:deb\n");
}

static void what_no_rule_in_force_decides_is_unknown_not_allowed(void **state)
{
#define UNDECIDED "R unknown\n  SOV003 DE process q: nothing\n  SOV003 DE q store: nothing\n"
    (void)state;
    dm_judge(STORES "copy q de -\nreside R q pii\n", UNDECIDED);
    dm_judge(STORES "copy q de -\npolicy p logs DE store,process DE\nreside R q pii\n", UNDECIDED);
    dm_judge(STORES "copy q de -\npolicy p pii FR store,process DE\nreside R q pii\n", UNDECIDED);
    dm_judge(STORES "copy q de -\npolicy p pii DE store,process DE until=2026-11-21\n"
                    "reside R q pii\n",
             UNDECIDED);
    dm_judge(STORES "copy q de -\npolicy p pii DE store,process DE until=2026-11-22\n"
                    "reside R q pii\n",
             "R holds\n");
    dm_judge(STORES "copy q xx -\npolicy p pii DE store,process DE\nreside R q pii\n", UNDECIDED);
}

static void a_rule_about_a_subject_goes_before_one_about_any(void **state)
{
    (void)state;
    dm_judge(STORES "copy q gb -\npolicy p pii * store,process GB\nreside R q pii\n", "R holds\n");
    dm_judge(STORES "copy q gb -\npolicy p pii * store,process GB\n"
                    "policy o pii DE store,process DE\nreside R q pii\n",
             "R violated\n  SOV001 DE o q store: nothing\n  SOV002 DE o process q: nothing\n");
    /* Expired, it still keeps the other from deciding. */
    dm_judge(STORES "copy q gb -\npolicy p pii * store,process GB\n"
                    "policy o pii DE store,process DE until=2020-01-01\nreside R q pii\n",
             UNDECIDED);
}

static void every_rule_that_is_broken_is_a_finding(void **state)
{
    (void)state;
    dm_judge(STORES "copy q gb -\npolicy p pii DE store,process DE\n"
                    "policy o pii DE store DE,FR\nreside R q pii\n",
             "R violated\n  SOV001 DE o q store: nothing\n  SOV001 DE p q store: nothing\n"
             "  SOV002 DE p process q: nothing\n");
}

static void reside_looks_at_the_classes_that_it_names_only(void **state)
{
#define TWO_CLASSES                                                                                \
    "region de jurisdiction=DE\nregion gb jurisdiction=GB\nclass pii\nclass logs\n"                \
    "store q rds tcp/5432 pii,logs DE,FR\ncopy q gb -\npolicy p pii * store,process DE\n"          \
    "policy o logs * store,process GB\n"
    (void)state;
    dm_judge(TWO_CLASSES "reside R q logs\nreside S q pii\nreside T - pii\n",
             "R holds\nS violated\n  SOV001 DE p q store: nothing\n"
             "  SOV001 FR p q store: nothing\n  SOV002 DE p process q: nothing\n"
             "  SOV002 FR p process q: nothing\nT not-applicable\n");
}

/* ---- the whole ---- */

static int exit_code(const char *net, enum dm_severity level)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_check_options options = { .as_of = "2026-11-22" };
    int code = dm_check_exit_code(dm_judging_run(arena, net, &options), level);

    dm_arena_free(arena);
    return code;
}

/* Who has whose routes decides whether two networks may overlap. */
static void networks_overlap_where_a_core_network_joins_them(void **state)
{
#define CORE(of_a, of_b, actions)                                                                  \
    "region r\nzone ra r\nvpc v r 10.0.0.0/16\nvpc w r 10.0.0.0/16\nsubnet s v ra 10.0.1.0/24\n"   \
    "subnet t w ra 10.0.1.0/24\ncore c\ncedge c.r c r\nsegment c.b c\nsegment c.a c" of_a "\n"     \
    "cattach x c v c.a s\ncattach y c w " of_b " t\n" actions
#define GATEWAY(more)                                                                              \
    "region r\nzone ra r\nvpc v r 10.0.0.0/16\nvpc w r 10.0.0.0/16\nsubnet s v ra 10.0.1.0/24\n"   \
    "subnet t w ra 10.0.1.0/24\ncore c\ncedge c.r c r asn=64600\nsegment c.a c\n"                  \
    "tgw g r asn=64601\nttable m g\nattach z g w m t\ncpeer p c.r g\nctable q p m c.a\n" more
    (void)state;
    dm_judge(CORE("", "c.b", ""), "");
    dm_judge(CORE("", "c.a", ""), "-\n  ADR001 v w\n");
    dm_judge(CORE(" isolate", "c.a", ""), "");
    dm_judge(CORE("", "c.b", "share c c.a c.b\n"), "-\n  ADR001 v w\n");
    dm_judge(CORE(" deny=c.b", "c.b", "share c c.a c.b\n"), "-\n  ADR001 v w\n");
    dm_judge(CORE("", "c.b", "function c.f c\nvia c c.a c.b c.f\n"), "-\n  ADR001 v w\n");
    dm_judge(GATEWAY(""), "");
    dm_judge(GATEWAY("cattach x c v c.a s\n"), "-\n  ADR001 v w\n");
    dm_judge(GATEWAY("segment c.b c\ncattach x c v c.b s\n"), "");
#undef CORE
#undef GATEWAY
}

static void the_exit_status_is_that_of_the_worst_requirement_at_or_above_the_level(void **state)
{
    static const char violated[] = NET "reach R service:a service:c tcp/22 level=warn\n";
    static const char unknown[] = DARK "reach R service:a service:b tcp/443 level=warn\n";

    (void)state;
    assert_int_equal(exit_code(NET "reach R service:a service:b tcp/443\n", DM_SEV_WARNING), 0);
    /* Nobody is in group g: noted, and no more. */
    assert_int_equal(exit_code(NET "reach R service:a service:b tcp/443\n", DM_SEV_NOTE), 1);
    assert_int_equal(exit_code(violated, DM_SEV_WARNING), 1);
    assert_int_equal(exit_code(violated, DM_SEV_ERROR), 0);
    assert_int_equal(exit_code(unknown, DM_SEV_WARNING), 3);
    assert_int_equal(exit_code(unknown, DM_SEV_ERROR), 0);
    assert_int_equal(exit_code(DARK "reach R service:a service:b tcp/443 level=warn\n"
                                    "reach S service:a service:b tcp/9\n",
                               DM_SEV_WARNING),
                     1);
    assert_int_equal(exit_code(NET "isolate R service:a service:a\n", DM_SEV_WARNING), 0);
}

static void a_check_that_is_cut_short_is_not_refuted(void **state)
{
    static const char net[] = NET "reach R service:a service:b tcp/443 survive=zone,region/2\n"
                                  "reach S service:a service:c tcp/22 survive=zone,region/2\n";
    struct dm_check_options options = { .as_of = "2026-11-22", .max_evaluations = 2 };
    const struct dm_result *result = dm_judging_run(*state, net, &options);

    assert_string_equal(dm_judging_text(*state, result, false),
                        "R not-refuted\nS violated\n  RCH001 from a to c: nothing\n");
    assert_int_equal(dm_check_exit_code(result, DM_SEV_ERROR), 1);
    assert_false(result->exhaustive);
    assert_true(result->verdicts[0].depth < result->verdicts[0].k);
}

static void k_replaces_that_of_any_and_leaves_each_alone(void **state)
{
    static const char net[] = NET "reach R service:b service:a tcp/80 survive=zone/1\n"
                                  "reach S service:b service:a tcp/80 survive=each:zone\n"
                                  "reach T service:b service:a tcp/80\n";
    struct dm_check_options options = { .as_of = "2026-11-22", .has_k = true, .k = 0 };

    assert_string_equal(dm_judging_text(*state, dm_judging_run(*state, net, &options), false),
                        "R holds\nS violated\n  RCH001 from b to a: zone:ra\nT holds\n");
}

static void only_what_is_asked_for_is_judged(void **state)
{
    static const char net[] = NET "reach R1 service:a service:b tcp/443\n"
                                  "reach S service:a service:c tcp/22\n";
    const char *only[] = { "R" };
    struct dm_check_options options = { .as_of = "2026-11-22", .only = only, .n_only = 1 };

    assert_string_equal(dm_judging_text(*state, dm_judging_run(*state, net, &options), false),
                        "R1 holds\n");
}

static void ids_stay_when_lines_move(void **state)
{
    static const char net[] = NET "reach R service:a service:c tcp/22\n"
                                  "isolate S service:a service:b\n";
    static const char moved[] =
        "\n\nregion other\nzone oa other\n" PLACES
        "host c1 x 10.0.3.10\nhost b2 t 10.0.2.11\nhost b1 s 10.0.1.11\nhost a1 s 10.0.1.10\n"
        "service c tcp/22 c1\nservice b tcp/443 b1,b2\nservice a tcp/80 a1\n\n"
        "isolate S service:a service:b\nreach R service:a service:c tcp/22\n";
    struct dm_check_options options = { .as_of = "2026-11-22" };

    assert_string_equal(dm_judging_text(*state, dm_judging_run(*state, net, &options), true),
                        dm_judging_text(*state, dm_judging_run(*state, moved, &options), true));
}

/* ---- references to groups of other VPCs ---- */

/* VPC v with group f, whose rule names a group of w in the same region or of z in another. */
#define TWO_REGIONS                                                                                \
    "region r\nzone ra r\nregion q\nzone qa q\nvpc v r 10.0.0.0/16\nvpc w r 10.1.0.0/16\n"         \
    "vpc z q 10.2.0.0/16\nsubnet s v ra 10.0.1.0/24\nsubnet t w ra 10.1.1.0/24\n"                  \
    "subnet x z qa 10.2.1.0/24\ngroup f v\ngroup e w\ngroup d z\nunknown u\n"
#define GATEWAY(of_g, of_x)                                                                        \
    "tgw g r " of_g "\nttable m g\nattach x g v m s " of_x "\nattach y g w m t\n"
#define CORE_WITH(words, of_h)                                                                     \
    "core c " words                                                                                \
    "\ncedge c.r c r\nsegment c.s c\ncattach b c v c.s s\ncattach h c w c.s t " of_h "\n"
#define CORE(words) CORE_WITH(words, "")
#define IN "permit f in tcp/443 group:e\n"
#define OUT "permit f out tcp/443 group:e\n"
#define NEVER_IN "-\n  REF003 f ingress tcp/443 from group e\n"
#define NEVER_OUT "-\n  REF003 f egress tcp/443 to group e\n"

static void references_match_in_the_same_vpc_and_in_a_peered_one(void **state)
{
    (void)state;
    dm_judge(TWO_REGIONS "permit f in tcp/443 group:f\npermit f out tcp/443 group:f\n", "");
    dm_judge(TWO_REGIONS "peering p v w\n" IN OUT, "");
    dm_judge(TWO_REGIONS IN, NEVER_IN);
}

static void no_reference_reaches_into_another_region(void **state)
{
    static const char never[] = "-\n  REF003 f ingress tcp/443 from group d\n";

    (void)state;
    dm_judge(TWO_REGIONS "permit f in tcp/443 group:d\n", never);
    dm_judge(TWO_REGIONS "peering p v z\npermit f in tcp/443 group:d\n", never);
}

static void references_over_a_gateway_need_leave_and_are_for_what_comes_in(void **state)
{
    (void)state;
    dm_judge(TWO_REGIONS GATEWAY("refs", "") IN, "");
    dm_judge(TWO_REGIONS GATEWAY("", "") IN, NEVER_IN);
    dm_judge(TWO_REGIONS GATEWAY("refs", "norefs") IN, NEVER_IN);
    dm_judge(TWO_REGIONS GATEWAY("refs", "") OUT, NEVER_OUT);
    dm_judge(TWO_REGIONS GATEWAY("refs", "") "peering p v w\n" OUT, "");
    dm_judge(TWO_REGIONS CORE("refs") IN, "");
    dm_judge(TWO_REGIONS CORE("") IN, NEVER_IN);
    dm_judge(TWO_REGIONS CORE_WITH("refs", "norefs") IN, NEVER_IN);
}

static void what_is_not_understood_may_join_two_vpcs(void **state)
{
    (void)state;
    dm_judge(TWO_REGIONS "route w.main 10.0.0.0/16 unknown:u\n" IN, "");
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
        TEST(reach_holds_while_one_endpoint_of_the_target_answers),
        TEST(reach_is_violated_when_all_targets_are_dead_or_barred),
        TEST(reach_is_not_applicable_where_every_source_is_dead_in_all_sets),
        TEST(a_dead_source_does_not_violate),
        TEST(reach_is_unknown_where_the_only_way_is_not_understood),
        TEST(a_call_for_which_no_port_is_named_is_unknown),
        TEST(reach_speaks_of_the_internet_on_either_side),
        TEST(reach_asks_by_each_family_that_the_internet_knows),
        TEST(a_store_is_reached_where_it_is_written),
        TEST(all_minimal_failure_sets_of_a_finding_are_named),
        TEST(isolate_holds_where_nothing_is_delivered),
        TEST(isolate_asks_for_delivery_and_not_for_an_answer),
        TEST(isolate_follows_what_nodes_of_a_cluster_send_on),
        TEST(isolate_tells_pods_of_one_node_apart_by_their_policies),
        TEST(isolate_looks_between_hosts_that_are_alike_too),
        TEST(isolate_is_unknown_where_something_might_cross),
        TEST(isolate_sees_what_crosses_only_when_something_failed),
        TEST(expose_holds_for_what_is_listed_and_nothing_else),
        TEST(expose_asks_about_ipv6_addresses_which_nothing_translates),
        TEST(expose_tells_apart_what_is_listed_from_the_rest_of_a_rules_ports),
        TEST(expose_asks_from_every_place_that_rules_tell_apart),
        TEST(expose_needs_a_gateway_that_lives),
        TEST(reside_holds_where_the_policy_allows_every_copy),
        TEST(reside_follows_the_writer_and_is_not_monotone),
        TEST(a_store_that_nobody_writes_is_processed_nowhere),
        TEST(a_copy_lives_while_one_of_its_zones_does),
        TEST(what_no_rule_in_force_decides_is_unknown_not_allowed),
        TEST(a_rule_about_a_subject_goes_before_one_about_any),
        TEST(every_rule_that_is_broken_is_a_finding),
        TEST(reside_looks_at_the_classes_that_it_names_only),
        TEST(the_exit_status_is_that_of_the_worst_requirement_at_or_above_the_level),
        TEST(a_check_that_is_cut_short_is_not_refuted),
        TEST(k_replaces_that_of_any_and_leaves_each_alone),
        TEST(networks_overlap_where_a_core_network_joins_them),
        TEST(only_what_is_asked_for_is_judged),
        TEST(ids_stay_when_lines_move),
        TEST(references_match_in_the_same_vpc_and_in_a_peered_one),
        TEST(no_reference_reaches_into_another_region),
        TEST(references_over_a_gateway_need_leave_and_are_for_what_comes_in),
        TEST(what_is_not_understood_may_join_two_vpcs),
    };

    return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
