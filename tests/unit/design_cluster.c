/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Clusters of designs: what nodes, pods, Services and policies each word becomes, and what each
 * fault says where.
 */
#include "tests/support/dmtest.h"

#include <string.h>

#include "model/base/str.h"
#include "tests/support/lowered.h"

/* A cluster in VPC v in two zones with node groups w, in both, and x, in one of them, with a taint;
 * words of the cluster, services, the rest. */
#define DESIGN(of_cluster, services, rest)                                                         \
    "demarc: 1\nname: x\nregions:\n"                                                               \
    "  eu-west-1: {zones: [a, b], cidr: 10.0.0.0/16}\n"                                            \
    "vpcs:\n  v:\n    for: {region: eu-west-1}\n    cidr: {pool: region, size: 20}\n"              \
    "    subnets: {s: {size: 24}}\ngroups:\n  g: {in: v}\n"                                        \
    "clusters:\n  c:\n    for: {region: all}\n    in: v\n"                                         \
    "    control_plane: {in: s, groups: [g]}\n    services: 172.20.0.0/16\n"                       \
    "    namespaces: {ns: {labels: {team: t}}}\n    node_groups:\n"                                \
    "      w: {in: s, groups: [g], size: {min: 2, max: 3}, cpu: 1.5, memory: 2Gi}\n"               \
    "      x: {in: s, zones: [b], groups: [g], size: {min: 1, max: 1}, "                           \
    "taints: [\"only=x:NoSchedule\"]}\n" of_cluster "services:\n" services "\n" rest "\n"
#define POOL "    pods: {p: {range: 192.168.0.0/24, block: 28}}\n"
#define A(more) "  a: {for: {region: all}, cluster: c, port: tcp/80" more "}\n"
#define B(more) "  b: {for: {region: all}, cluster: c, namespace: ns, port: tcp/81" more "}\n"

static const struct dm_interface *interface_of(const struct dm_model *model, const char *name)
{
    struct dm_ref ref = dm_model_find(model, DM_KIND_interface, name);

    assert_int_not_equal(ref.v, 0);
    return dm_interface_get(model, (struct dm_interface_id){ ref.v });
}

static const char *address_of(const struct dm_model *model, const char *name)
{
    static char text[DM_ADDR_TEXT_SIZE];

    return dm_addr_text(interface_of(model, name)->addresses[0].address, text);
}

static void a_group_has_a_node_in_each_of_its_zones(void **state)
{
    struct lowered lowered = lowered_new(DESIGN(POOL, A(""), ""), NULL);
    const struct dm_model *model = lowered.model;

    (void)state;
    assert_non_null(model);
    assert_int_equal(model->n_nodes, 3);
    assert_string_equal(model->nodes[0].object.name, "c.eu-west-1.w.a");
    assert_true(model->nodes[0].has_twins); /* three in two zones */
    assert_false(model->nodes[2].has_twins);
    assert_int_equal(model->nodes[0].allocatable.cpu_milli, 1500);
    assert_int_equal(model->nodes[0].allocatable.memory, INT64_C(2147483648));
    assert_int_equal(model->nodes[2].n_taints, 1);
    assert_string_equal(model->nodes[2].taints[0].value, "x");
    assert_int_equal(model->clusters[0].n_control_plane, 2);
    assert_true(model->clusters[0].endpoint_private);
    assert_true(interface_of(model, "c.eu-west-1.w.a.eni")->source_dest_check);
    lowered_free(&lowered);
}

/* A pod that goes between nodes with its own address needs nodes that do not look at it [CAL-03].
 */
static void nodes_check_no_addresses_where_pods_show_theirs(void **state)
{
    struct lowered lowered = lowered_new(
        DESIGN("    pods: {p: {range: 192.168.0.0/24, mode: cross-subnet}}\n", A(""), ""), NULL);

    (void)state;
    assert_non_null(lowered.model);
    assert_false(interface_of(lowered.model, "c.eu-west-1.w.a.eni")->source_dest_check);
    lowered_free(&lowered);
}

/* What a group says of itself holds. */
static void checks_of_nodes_are_what_their_group_says(void **state)
{
    struct lowered lowered = lowered_new(
        DESIGN("      y: {in: s, groups: [g], size: {min: 1, max: 2}, source_dest_check: false}\n"
               "      z: {in: s, groups: [g], size: {min: 1, max: 2}, source_dest_check: true}\n"
               "    pods: {p: {range: 192.168.0.0/24, block: 28, mode: ipip-cross-subnet}}\n",
               A(""), ""),
        NULL);

    (void)state;
    assert_non_null(lowered.model);
    assert_false(interface_of(lowered.model, "c.eu-west-1.w.a.eni")->source_dest_check);
    assert_false(interface_of(lowered.model, "c.eu-west-1.y.a.eni")->source_dest_check);
    assert_true(interface_of(lowered.model, "c.eu-west-1.z.a.eni")->source_dest_check);
    assert_int_equal(lowered.model->ip_pools[0].encapsulation, DM_ENCAPSULATION_IPIP_CROSS_SUBNET);
    lowered_free(&lowered);
}

static void node_groups_take_from_the_pools_that_are_for_them(void **state)
{
    struct lowered lowered = lowered_new(
        DESIGN("    pods:\n      p: {range: 192.168.0.0/24, block: 28, node_groups: [x]}\n"
               "      q: {range: 192.168.1.0/24, block: 28, mode: ipip}\n",
               A("") B(", tolerations: [\"only=x:NoSchedule\"], nodes: [x]"), ""),
        NULL);
    const struct dm_model *model = lowered.model;

    (void)state;
    assert_non_null(model);
    assert_string_equal(address_of(model, "a.eu-west-1.w.a.pod"), "192.168.1.1");
    assert_string_equal(address_of(model, "a.eu-west-1.w.b.pod"), "192.168.1.17");
    assert_string_equal(address_of(model, "b.eu-west-1.x.b.pod"), "192.168.0.1");
    assert_non_null(model->ip_pools[0].nodes);
    assert_null(model->ip_pools[1].nodes);
    assert_true(interface_of(model, "c.eu-west-1.w.a.eni")->source_dest_check);
    lowered_free(&lowered);
}

static void pods_are_on_the_nodes_that_they_may_be_on(void **state)
{
    struct lowered lowered = lowered_new(
        DESIGN(POOL, A("") B(", tolerations: [\"only=x:NoSchedule\"], nodes: [x]"), ""), NULL);
    const struct dm_model *model = lowered.model;

    (void)state;
    assert_non_null(model);
    assert_int_equal(model->services[0].n_hosts, 2);
    assert_int_equal(model->services[1].n_hosts, 1);
    /* Each node has a block, and the first address of that is its tunnel's. */
    assert_string_equal(address_of(model, "a.eu-west-1.w.a.pod"), "192.168.0.1");
    assert_string_equal(address_of(model, "a.eu-west-1.w.b.pod"), "192.168.0.17");
    assert_string_equal(address_of(model, "b.eu-west-1.x.b.pod"), "192.168.0.33");
    assert_string_equal(address_of(model, "a.eu-west-1.service"), "172.20.0.16");
    assert_int_equal(model->kube_services[0].n_backends, 2);
    assert_int_equal(model->kube_services[1].n_backends, 1);
    lowered_free(&lowered);
}

static void pods_on_the_network_of_their_nodes_are_asked_for_there(void **state)
{
    struct lowered lowered =
        lowered_new(DESIGN(POOL, A(", host_network: true, webhook: true"), ""), NULL);
    const struct dm_model *model = lowered.model;
    struct dm_host_id host;

    (void)state;
    assert_non_null(model);
    host = model->services[0].hosts[0];
    assert_string_equal(dm_host_get(model, host)->object.name, "c.eu-west-1.w.a");
    assert_int_equal(model->kube_services[0].n_backends, 2);
    assert_true(model->services[0].is_webhook);
    lowered_free(&lowered);
}

static void calls_become_policies_of_both_sides(void **state)
{
    struct lowered lowered = lowered_new(
        DESIGN(POOL "    default_deny: true\n    allow_calls: true\n", A(", calls: [b]") B(""), ""),
        NULL);
    const struct dm_model *model = lowered.model;
    const struct dm_network_policy *of_a;
    const struct dm_network_policy *of_b;

    (void)state;
    assert_non_null(model);
    assert_int_equal(model->n_network_policies, 3);
    assert_string_equal(model->network_policies[0].object.name, "c.eu-west-1:default-deny");
    of_a = &model->network_policies[1];
    of_b = &model->network_policies[2];
    assert_int_equal(of_a->n_ingress, 0);
    assert_int_equal(of_a->n_egress, 3); /* the call, and name resolution */
    assert_int_equal(of_a->egress[0].destination.ports[0].first, 81);
    assert_int_equal(of_b->n_ingress, 1);
    assert_int_equal(of_b->n_egress, 2);
    lowered_free(&lowered);
}

static void a_store_has_pods_in_as_many_zones_as_volumes(void **state)
{
#define STORE(pods)                                                                                \
    "data_classes:\n  k: {}\nstores:\n  q: {for: {region: all}, engine: postgresql, cluster: c, "  \
    "port: tcp/5432, classes: [k], subjects: [], pods: " pods "}\n"
    struct lowered one = lowered_new(DESIGN(POOL, A(""), STORE("1")), NULL);
    struct lowered two = lowered_new(DESIGN(POOL, A(""), STORE("2")), NULL);

    (void)state;
    assert_non_null(one.model);
    assert_int_equal(one.model->stores[0].copies[0].n_hosts, 1);
    assert_non_null(two.model);
    assert_int_equal(two.model->stores[0].copies[0].n_hosts, 2);
    lowered_free(&one);
    lowered_free(&two);
}

static void a_group_that_may_have_no_node_has_none(void **state)
{
    struct lowered lowered = lowered_new(
        DESIGN("      y: {in: s, groups: [g], size: {min: 0, max: 0}}\n" POOL, A(""), ""), NULL);

    (void)state;
    assert_non_null(lowered.model);
    assert_int_equal(lowered.model->n_nodes, 3);
    assert_int_equal(lowered.model->services[0].n_hosts, 2);
    lowered_free(&lowered);
}

static void expect_fault(const char *design, const char *at, const char *message)
{
    struct lowered lowered = lowered_new(design, NULL);

    assert_null(lowered.model);
    assert_true(lowered.diags.n_items > 0);
    assert_string_equal(lowered.diags.items[0].message, message);
    assert_string_equal(lowered_at(&lowered, lowered.diags.items[0].labels[0].span), at);
    lowered_free(&lowered);
}

static void faults_are_named_at_their_place(void **state)
{
    (void)state;
    expect_fault(DESIGN(POOL, "  a: {for: {region: all}, cluster: d, port: tcp/80}\n", ""), "d",
                 "unknown cluster `d`");
    expect_fault(DESIGN(POOL, A(", namespace: no-ns"), ""), "no-ns", "unknown namespace `no-ns`");
    expect_fault(DESIGN(POOL, A(", nodes: [z]"), ""), "z", "unknown node group `z`");
    expect_fault(
        DESIGN(POOL, A(", nodes: [x]"), ""), "a",
        "no node of `c.eu-west-1` takes the pods of `a.eu-west-1`, with their tolerations");
    expect_fault(DESIGN(POOL, A(", requests: {cpu: 2x}"), ""), "2x", "`2x` is no quantity");
    expect_fault(DESIGN(POOL, A(", tolerations: [only]"), ""), "only", "`only` is no taint");
    expect_fault(DESIGN("    pods: {p: {range: 192.168.0.0/28}}\n", A(""), ""), "192.168.0.0/28",
                 "a block of /26 does not fit the pool");
    expect_fault(DESIGN("    pods: {p: {range: 192.168.0.0/27, block: 28}}\n", A(""), ""),
                 "{p: {range: 192.168.0.0/27, block: 28}}",
                 "the pool of `c.eu-west-1` has no block left for all its nodes");
    expect_fault(DESIGN("    pods: {p: {range: 192.168.0.0/24, node_groups: [x]}}\n", A(""), ""),
                 "{p: {range: 192.168.0.0/24, node_groups: [x]}}",
                 "no pool of `c.eu-west-1` gives addresses to pods on nodes of `w`");
    expect_fault(DESIGN("    pods: {p: {range: 192.168.0.0/24, node_groups: [z]}}\n", A(""), ""),
                 "z", "unknown node group `z`");
}

static void faults_of_upkeep_are_named_at_their_place(void **state)
{
    (void)state;
    expect_fault(DESIGN(POOL, A(", requests: {cpu: 2}, limits: {cpu: 1500m}"), ""), "2",
                 "more cpu is requested than the limit allows");
    expect_fault(DESIGN(POOL, A(", credentials: {WORD: hunter2}"), ""), "hunter2",
                 "`WORD` must name a secret and a key of it");
    expect_fault(DESIGN(POOL, A(", credentials: {WORD: /run/x}"), ""), "/run/x",
                 "`WORD` must name a secret and a key of it");
    expect_fault(DESIGN(POOL, A(", probes: {liveness: {http: /a, grpc: true}}"), ""),
                 "{http: /a, grpc: true}", "a probe asks in one way");
    expect_fault(DESIGN(POOL, A(", probes: {liveness: {port: udp/53}}"), ""), "udp/53",
                 "a probe asks over TCP");
    expect_fault(DESIGN(POOL, A(", horizontal_autoscaler: {min: 3, max: 2}"), ""), "3",
                 "`min` is 3, and `max` 2");
    expect_fault(DESIGN(POOL, A(", disruption_budget: {min_available: half}"), ""), "half",
                 "expected a number of pods or a percentage");
    expect_fault(
        DESIGN(POOL,
               "  a: {for: {region: all}, cluster: c, port: tcp/80, account: x, role: one}\n"
               "  b: {for: {region: all}, cluster: c, port: tcp/80, account: x, role: two}\n",
               ""),
        "two", "account `x` is bound to another role");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_has_a_node_in_each_of_its_zones),
        cmocka_unit_test(a_group_that_may_have_no_node_has_none),
        cmocka_unit_test(nodes_check_no_addresses_where_pods_show_theirs),
        cmocka_unit_test(checks_of_nodes_are_what_their_group_says),
        cmocka_unit_test(node_groups_take_from_the_pools_that_are_for_them),
        cmocka_unit_test(pods_are_on_the_nodes_that_they_may_be_on),
        cmocka_unit_test(pods_on_the_network_of_their_nodes_are_asked_for_there),
        cmocka_unit_test(calls_become_policies_of_both_sides),
        cmocka_unit_test(a_store_has_pods_in_as_many_zones_as_volumes),
        cmocka_unit_test(faults_are_named_at_their_place),
        cmocka_unit_test(faults_of_upkeep_are_named_at_their_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
