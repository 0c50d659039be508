/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sessions through the load balancers that a cluster asks for, one test a fact.
 */
#include "tests/support/dmtest.h"

#include "tests/support/nets.h"
#include "tests/support/probing.h"

#include <stdio.h>
#include <string.h>

#define ELB "tags=kubernetes.io/role/elb:1"
#define INTERNAL "tags=kubernetes.io/role/internal-elb:1"

/* Public subnets p and q, private ones s and t with a node each, of which groups let nothing in but
 * what is added; a host outside, one in the VPC. */
#define PLACES(of_p, of_q, of_s, of_t)                                                             \
    "region r\nzone ra r\nzone rb r\nvpc v r 10.0.0.0/16\nigw i v\ntable out v\ngroup gn v\n"      \
    "route out 0.0.0.0/0 igw:i\n"                                                                  \
    "subnet p v ra 10.0.1.0/24 table=out " of_p "\nsubnet q v rb 10.0.2.0/24 table=out " of_q      \
    "\nsubnet s v ra 10.0.3.0/24 " of_s "\nsubnet t v rb 10.0.4.0/24 " of_t                        \
    "\nhost h t 10.0.4.200\npermit gn out all 0.0.0.0/0\npermit gn in udp/4789 group:gn\n"
#define TAGGED PLACES(ELB, ELB, INTERNAL, INTERNAL)
#define CLUSTER(of_n, of_m)                                                                        \
    "cluster c v 172.20.0.0/16\nns a c\npool o c 192.168.0.0/16 vxlan nat\n"                       \
    "worker n c s 10.0.3.10 groups=gn " of_n "\nworker m c t 10.0.4.10 groups=gn " of_m            \
    "\npods w a app:w n=192.168.0.1,m=192.168.1.1\n"
#define SERVICE "kservice k a app:w 80:8080:30080\n"
#define NET TAGGED CLUSTER("", "") SERVICE
#define FACING "kbalancer b c app facing\nklisten b tcp/80 k\n"

/* Nodes get the first free addresses, and public ones from 198.18.0.1 on. */
#define PUBLIC "internet", "198.18.0.1", "tcp/80"

static void built(const char *net, const char *refused, const char *unknown)
{
    struct dm_probing probing;
    const struct dm_kube_balancer *balancer;

    dm_probing_begin(&probing, net);
    balancer = &probing.model->kube_balancers[0];
    if (refused ? !balancer->refused || !strstr(balancer->refused, refused)
                : balancer->refused || !balancer->balancer.v) {
        fail_msg("refused: `%s`\n%s", balancer->refused ? balancer->refused : "no", net);
    }
    if (!refused) {
        struct dm_unknown_id id = dm_balancer_get(probing.model, balancer->balancer)->unknown;
        const char *why = id.v ? dm_unknown_get(probing.model, id)->why : "";

        if (unknown ? !strstr(why, unknown) : *why) {
            fail_msg("unknown: `%s`\n%s", why, net);
        }
    }
    dm_probing_end(&probing);
}

/* [EKS-04, EKS-52] */
static void an_ingress_lets_the_internet_in_to_pods(void **state)
{
    (void)state;
    dm_probe(NET FACING, PUBLIC, "PASS");
    dm_probe(NET FACING, "internet", "198.18.0.2", "tcp/80", "PASS");
    dm_probe(NET FACING, "internet", "198.18.0.1", "tcp/443", "ENI_SG_RULES_MISMATCH b.front");
    dm_probe(NET FACING, "h", "n", "tcp/30080", "ENI_SG_RULES_MISMATCH gn");
    dm_probe(NET "kbalancer b c app facing inbound=192.0.2.0/24\nklisten b tcp/80 k\n", PUBLIC,
             "ENI_SG_RULES_MISMATCH b.front");
    dm_probe(NET "kbalancer b c app\nklisten b tcp/80 k\n", "h", "b.ra.node", "tcp/80", "PASS");
    dm_probe(NET "kbalancer b c net facing\nklisten b tcp/80 k keep\n", PUBLIC, "PASS");
    dm_probe(NET "kbalancer b c net facing\nklisten b tcp/80 k\nkpolicy d c a app:w in\n"
                 "krule d in allow tcp/8080 10.0.3.0/24\n",
             PUBLIC, "NETWORK_POLICY_RESTRICTION d");
}

/* [EKS-52]: groups of the user's own are left alone. */
static void named_groups_open_nothing_at_the_nodes(void **state)
{
#define OWN "group own v\npermit own in tcp/80 0.0.0.0/0\npermit own out all 0.0.0.0/0\n"
    (void)state;
    dm_probe(TAGGED OWN CLUSTER("", "") SERVICE
             "kbalancer b c app facing groups=own\nklisten b tcp/80 k\n",
             PUBLIC, "ENI_SG_RULES_MISMATCH gn");
    dm_probe(TAGGED OWN CLUSTER("", "") SERVICE
             "kbalancer b c app facing groups=own managed\nklisten b tcp/80 k\n",
             PUBLIC, "PASS");
    dm_probe(TAGGED OWN "permit gn in tcp/30080 group:own\n" CLUSTER("", "") SERVICE
             "kbalancer b c app facing groups=own\nklisten b tcp/80 k\n",
             PUBLIC, "PASS");
    built(NET "kbalancer b c app facing groups=other\nklisten b tcp/80 k\n",
          "no security group `other`", NULL);
}

/* [EKS-52]: from the least to the greatest port, of all balancers of the cluster. */
static void rules_of_nodes_have_the_range_of_all_ports(void **state)
{
    struct dm_probing probing;
    const struct dm_group *group;

    (void)state;
    dm_probing_begin(&probing,
                     NET FACING "kservice l a app:w 80:8080:30090\nkbalancer e c net facing\n"
                                "klisten e tcp/80 l\n");
    group = &probing.model->groups[dm_model_find(probing.model, DM_KIND_group, "gn").v - 1];
    assert_int_equal(group->n_rules, 3);
    assert_int_equal(group->rules[2].match.port_first, 30080);
    assert_int_equal(group->rules[2].match.port_last, 30090);
    assert_true(group->rules[2].is_made);
    dm_probing_end(&probing);
}

/* [EKS-53] */
static void of_several_groups_the_tagged_one_gets_the_rules(void **state)
{
#define TWO(tags_of_x, tags_of_y)                                                                  \
    TAGGED "group x v " tags_of_x "\ngroup y v " tags_of_y "\npermit x out all 0.0.0.0/0\n"        \
           "permit y in udp/4789 group:x\ncluster c v 172.20.0.0/16\nns a c\n"                     \
           "pool o c 192.168.0.0/16 vxlan nat\nworker n c s 10.0.3.10 groups=x,y\n"                \
           "pods w a app:w n=192.168.0.1\n" SERVICE FACING
    (void)state;
    dm_probe(TWO("", "tags=kubernetes.io/cluster/c:owned"), PUBLIC, "PASS");
    dm_probe(TWO("", ""), PUBLIC, "ENI_SG_RULES_MISMATCH");
    dm_probe(TWO("tags=kubernetes.io/cluster/c:owned", "tags=kubernetes.io/cluster/c:owned"),
             PUBLIC, "ENI_SG_RULES_MISMATCH");
    dm_probe(TWO("tags=kubernetes.io/cluster/d:owned", "tags=kubernetes.io/cluster/c:owned"),
             PUBLIC, "PASS");
}

/* [EKS-32, EKS-50, EKS-51] */
static void subnets_are_found_by_name_by_tag_or_by_routes(void **state)
{
#define WITH(places, line) places CLUSTER("", "") SERVICE line "\nklisten b tcp/80 k\n"
    (void)state;
    built(WITH(TAGGED, "kbalancer b c app facing"), NULL, NULL);
    built(WITH(TAGGED, "kbalancer b c app"), NULL, NULL);
    built(WITH(PLACES("", "", "", ""), "kbalancer b c app facing"), NULL,
          "no subnet has the tag kubernetes.io/role/elb");
    dm_probe(WITH(PLACES("", "", "", ""), "kbalancer b c app facing"), PUBLIC, "UNKNOWN");
    built(WITH(PLACES(ELB, "", "", ""), "kbalancer b c app facing"), "two zones", NULL);
    built(WITH(PLACES(ELB, "", "", ""), "kbalancer b c net facing"), NULL, NULL);
    built(WITH(PLACES("", "", "", ""), "kbalancer b c app facing subnets=p,q"), NULL, NULL);
    built(WITH(PLACES("", "", "", ""), "kbalancer b c app facing subnets=p,s"), "in one zone",
          NULL);
    built(WITH(PLACES("", "", "", ""), "kbalancer b c app facing subnets=p,x"), "no subnet `x`",
          NULL);
    /* Those of other clusters are left out, those of this one come first, then the least id. */
    built(WITH(PLACES(ELB ",kubernetes.io/cluster/d:shared", ELB ",kubernetes.io/cluster/c:shared",
                      "", ""),
               "kbalancer b c app facing"),
          "two zones", NULL);
    dm_probe(WITH(PLACES(ELB, ELB, ELB ",kubernetes.io/cluster/c:owned", ELB),
                  "kbalancer b c app facing"),
             "internet", "198.18.0.2", "tcp/80", "PASS");
    dm_probe(WITH(PLACES(ELB, ELB, ELB ",kubernetes.io/cluster/c:owned", ELB),
                  "kbalancer b c app facing"),
             PUBLIC, "reply NO_ROUTE_TO_DESTINATION v.main");
}

/* A subnet without eight free addresses is not taken [EKS-50]. */
static void full_subnets_are_left_out(void **state)
{
    static const char small[] =
        "region r\nzone ra r\nvpc v r 10.0.0.0/16\nsubnet s v ra 10.0.3.0/28 " INTERNAL
        "\ncluster c v 172.20.0.0/16\nns a c\npool o c 192.168.0.0/16 vxlan nat\n"
        "worker n c s 10.0.3.10%s\npods w a app:w n=192.168.0.1\n" SERVICE
        "kbalancer b c net\nklisten b tcp/80 k\n";
    char text[1024];

    (void)state;
    (void)snprintf(text, sizeof text, small, ",10.0.3.4,10.0.3.6");
    built(text, NULL, NULL);
    dm_probe(text, "n", "b.ra.node", "tcp/80", "PASS");
    (void)snprintf(text, sizeof text, small, ",10.0.3.4,10.0.3.6,10.0.3.7");
    built(text, "no subnet", NULL);
}

/* [EKS-54] */
static void nodes_may_keep_out(void **state)
{
#define LOCAL "kservice k a app:w 80:8080:30080 local\n"
#define OUT "labels=node.kubernetes.io/exclude-from-external-load-balancers:true"
    struct dm_probing probing;

    (void)state;
    dm_probing_begin(&probing, TAGGED CLUSTER("", OUT) SERVICE FACING);
    assert_int_equal(probing.model->n_target_groups, 1);
    assert_int_equal(probing.model->target_groups[0].n_targets, 1);
    assert_int_equal(probing.model->target_groups[0].targets[0].port, 30080);
    dm_probing_end(&probing);
    dm_probe(TAGGED CLUSTER(OUT, OUT) SERVICE FACING, PUBLIC, "NO_TARGET");
}

/* [EKS-38]: a node without pods is not healthy, and gets nothing while another is. */
static void local_traffic_goes_where_pods_are(void **state)
{
    static const char one[] =
        TAGGED "cluster c v 172.20.0.0/16\nns a c\npool o c 192.168.0.0/16 vxlan nat\n"
               "worker n c s 10.0.3.10 groups=gn\nworker m c t 10.0.4.10 groups=gn\n"
               "pods w a app:w n=192.168.0.1\n" LOCAL
               "kbalancer b c net facing cross\nklisten b tcp/80 k keep asks\n"
               "kpolicy d c a app:w in\nkrule d in allow tcp/8080 %s\n";
    char text[2048];

    (void)state;
    (void)snprintf(text, sizeof text, one, "0.0.0.0/0");
    dm_probe(text, PUBLIC, "PASS");
    dm_probe(text, "internet", "198.18.0.2", "tcp/80", "PASS");
    (void)snprintf(text, sizeof text, one, "10.0.0.0/8"); /* pods see the client */
    dm_probe(text, PUBLIC, "NETWORK_POLICY_RESTRICTION d");
}

/* [EKS-03] */
static void addresses_of_an_overlay_are_never_reached(void **state)
{
    (void)state;
    dm_probe(NET "kbalancer b c app facing\nklisten b tcp/80 k:ip\n", PUBLIC,
             "POD_ADDRESS_NOT_ROUTED");
}

/* [EKS-39] */
static void instances_need_a_port_on_nodes(void **state)
{
    (void)state;
    built(TAGGED CLUSTER("", "") "kservice k a app:w 80:8080\n" FACING, "no port on nodes", NULL);
}

/* [EKS-56] */
static void rules_come_in_order_and_the_rest_gets_404(void **state)
{
#define GONE "kservice g a app:none 80:8080:30081\n"
    (void)state;
    dm_probe(NET "kbalancer b c app facing\nklisten b tcp/80 -\n", PUBLIC, "PASS");
    dm_probe(NET GONE "kbalancer b c app facing\nklisten b tcp/80 g\n", PUBLIC, "NO_BACKEND");
    dm_probe(NET GONE "kbalancer b c app facing\nklisten b tcp/80 g\nklisten b tcp/80 k first\n",
             PUBLIC, "PASS");
    dm_probe(NET GONE "kbalancer b c app facing\nklisten b tcp/80 g some\nklisten b tcp/80 k\n",
             PUBLIC, "NO_BACKEND");
    built(NET "kbalancer b c app facing\nklisten b tcp/80 k\nklisten b tcp/80 k\n", "default",
          NULL);
}

/* [EKS-57]: then it is as described, and not made. */
static void one_that_is_there_is_not_made_twice(void **state)
{
#define THERE(of)                                                                                  \
    NET "balancer x v app cross " of                                                               \
        "\nnode x.0 p 10.0.1.50=198.18.0.50 balancer=x groups=v.open\n"                            \
        "targets z v\ntarget z 10.0.3.10 30080\nlisten x tcp/443 z\n"                              \
        "kbalancer b c app facing stack=shop dns=shop.elb.example.org\nklisten b tcp/80 k\n"
    struct dm_probing probing;

    (void)state;
    dm_probing_begin(&probing, THERE("dns=Shop.elb.example.ORG"));
    assert_int_equal(probing.model->n_balancers, 1);
    assert_true(probing.model->kube_balancers[0].is_found);
    assert_int_equal(probing.model->kube_balancers[0].balancer.v, 1);
    dm_probing_end(&probing);
    dm_probing_begin(&probing, THERE("tags=elbv2.k8s.aws/cluster:core,ingress.k8s.aws/stack:shop"));
    assert_int_equal(probing.model->n_balancers, 1);
    dm_probing_end(&probing);
    dm_probing_begin(&probing, THERE("tags=elbv2.k8s.aws/cluster:core,ingress.k8s.aws/stack:web"));
    assert_int_equal(probing.model->n_balancers, 2);
    assert_false(probing.model->kube_balancers[0].is_found);
    dm_probing_end(&probing);
    dm_probe(THERE("dns=shop.elb.example.org"), "internet", "198.18.0.50", "tcp/443",
             "ENI_SG_RULES_MISMATCH gn");
}

static void what_is_not_understood_is_never_passed(void **state)
{
    (void)state;
    dm_probe("unknown u\n" NET "kbalancer b c app facing unknown=u\nklisten b tcp/80 k\n", PUBLIC,
             "UNKNOWN");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ingress_lets_the_internet_in_to_pods),
        cmocka_unit_test(named_groups_open_nothing_at_the_nodes),
        cmocka_unit_test(rules_of_nodes_have_the_range_of_all_ports),
        cmocka_unit_test(of_several_groups_the_tagged_one_gets_the_rules),
        cmocka_unit_test(subnets_are_found_by_name_by_tag_or_by_routes),
        cmocka_unit_test(full_subnets_are_left_out),
        cmocka_unit_test(nodes_may_keep_out),
        cmocka_unit_test(local_traffic_goes_where_pods_are),
        cmocka_unit_test(addresses_of_an_overlay_are_never_reached),
        cmocka_unit_test(instances_need_a_port_on_nodes),
        cmocka_unit_test(rules_come_in_order_and_the_rest_gets_404),
        cmocka_unit_test(one_that_is_there_is_not_made_twice),
        cmocka_unit_test(what_is_not_understood_is_never_passed),
    };

    return cmocka_run_group_tests_name("session_kube", tests, NULL, NULL);
}
