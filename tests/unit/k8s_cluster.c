/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Manifests about the cluster itself: pools, nodes, and where pods may run.
 */
#include "tests/support/manifests.h"

#include <stdio.h>

#include "model/base/str.h"

#define POOL(name, spec)                                                                           \
    "---\n{apiVersion: projectcalico.org/v3, kind: IPPool, metadata: {name: " name                 \
    "}, spec: {" spec "}}\n"
#define INSTALLATION(spec)                                                                         \
    "---\n{apiVersion: operator.tigera.io/v1, kind: Installation, metadata: {name: default}, "     \
    "spec: {" spec "}}\n"
#define FELIX(name, spec)                                                                          \
    "---\n{apiVersion: projectcalico.org/v3, kind: FelixConfiguration, metadata: {name: " name     \
    "}, spec: {" spec "}}\n"
#define DEPLOYMENT(spec)                                                                           \
    "---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {replicas: 4, "       \
    "template: {metadata: {labels: {app: d}}, spec: {" spec "}}}}\n"
#define CONTAINERS(resources) "containers: [{name: c, resources: {" resources "}}]"

static const struct dm_schedule *schedule(const struct dm_manifests *loaded)
{
    assert_int_equal(loaded->model->n_workloads, 1);
    assert_non_null(loaded->model->workloads[0].pods[0].schedule);
    return loaded->model->workloads[0].pods[0].schedule;
}

/* ---- addresses ---- */

static void pools_say_how_packets_between_nodes_travel(void **state)
{
    static const struct {
        const char *modes;
        enum dm_encapsulation is;
    } rows[] = { { "", DM_ENCAPSULATION_NONE },
                 { ", vxlanMode: Always", DM_ENCAPSULATION_VXLAN },
                 { ", vxlanMode: CrossSubnet", DM_ENCAPSULATION_VXLAN_CROSS_SUBNET },
                 { ", ipipMode: Always", DM_ENCAPSULATION_IPIP },
                 { ", ipipMode: CrossSubnet, vxlanMode: Never",
                   DM_ENCAPSULATION_IPIP_CROSS_SUBNET } };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[512];
        struct dm_manifests loaded;

        snprintf(text, sizeof text,
                 POOL("p", "cidr: 10.8.0.0/14, natOutgoing: true, nodeSelector: zone == 'a'%s"),
                 rows[i].modes);
        loaded = dm_manifests_fine(text);
        assert_int_equal(loaded.model->n_ip_pools, 1);
        assert_int_equal(loaded.model->ip_pools[0].encapsulation, rows[i].is);
        assert_int_equal(loaded.model->ip_pools[0].block_bits, 26);
        assert_true(loaded.model->ip_pools[0].nat_outgoing);
        assert_non_null(loaded.model->ip_pools[0].nodes);
        assert_int_equal(loaded.model->ip_pools[0].unknown.v, 0);
        dm_arena_free(loaded.arena);
    }
}

/* No pod has an address of these, yet they count as pools [EKS-21]. */
static void pools_that_pods_get_nothing_of_are_disabled(void **state)
{
    static const char *const specs[] = { "disabled: true", "allowedUses: [Tunnel]",
                                         "assignmentMode: Manual" };

    (void)state;
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        char text[512];
        struct dm_manifests loaded;

        snprintf(text, sizeof text, POOL("p", "cidr: 10.8.0.0/14, %s"), specs[i]);
        loaded = dm_manifests_fine(text);
        assert_true(loaded.model->ip_pools[0].disabled);
        dm_arena_free(loaded.arena);
    }
}

static void the_operator_makes_pools_that_are_not_there(void **state)
{
    struct dm_manifests loaded = dm_manifests_fine(
        INSTALLATION("cni: {type: Calico}, serviceCIDRs: [172.20.0.0/16], calicoNetwork: {mtu: "
                     "8941, ipPools: [{cidr: 10.244.0.0/16, encapsulation: VXLANCrossSubnet}, "
                     "{cidr: 10.245.0.0/16, encapsulation: VXLAN, natOutgoing: Disabled}]}")
            POOL("own", "cidr: 10.244.0.0/16, vxlanMode: Always")
                FELIX("default", "wireguardEnabled: true, vxlanPort: 4790"));
    const struct dm_cluster *cluster = &loaded.model->clusters[0];

    (void)state;
    assert_int_equal(cluster->cni, DM_CNI_CALICO);
    assert_int_equal(cluster->pod_mtu, 8941);
    assert_int_equal(cluster->vxlan_port, 4790);
    assert_true(cluster->wireguard);
    assert_int_equal(cluster->service_range.length, 16);
    assert_int_equal(loaded.model->n_ip_pools, 2);
    assert_string_equal(loaded.model->ip_pools[0].object.name, "own");
    assert_int_equal(loaded.model->ip_pools[0].encapsulation, DM_ENCAPSULATION_VXLAN);
    assert_string_equal(loaded.model->ip_pools[1].object.name, "default-ipv4-ippool");
    assert_false(loaded.model->ip_pools[1].nat_outgoing);
    dm_arena_free(loaded.arena);
}

/* [CAL-30] */
static void without_type_the_network_follows_from_where_the_cluster_runs(void **state)
{
    struct dm_manifests loaded = dm_manifests_fine(INSTALLATION("kubernetesProvider: EKS"));

    (void)state;
    assert_int_equal(loaded.model->clusters[0].cni, DM_CNI_VPC);
    dm_arena_free(loaded.arena);
    loaded = dm_manifests_fine(INSTALLATION("variant: Calico"));
    assert_int_equal(loaded.model->clusters[0].cni, DM_CNI_NOT_KNOWN);
    dm_arena_free(loaded.arena);
    loaded = dm_manifests_fine(INSTALLATION("cni: {type: Calico}"));
    assert_true(dm_manifests_has_unknown(&loaded, "pools of Installation"));
    dm_arena_free(loaded.arena);
}

static void what_felix_does_besides_makes_pools_unknown(void **state)
{
    struct dm_manifests loaded =
        dm_manifests_fine(POOL("p", "cidr: 10.8.0.0/14") FELIX("node.n1", "vxlanPort: 1"));

    (void)state;
    assert_true(loaded.model->ip_pools[0].unknown.v != 0);
    assert_int_equal(loaded.model->clusters[0].vxlan_port, 4789);
    dm_arena_free(loaded.arena);
    loaded = dm_manifests_fine(POOL("p", "cidr: 10.8.0.0/14")
                                   FELIX("default", "natOutgoingExclusions: IPPoolsAndHostIPs"));
    assert_true(loaded.model->ip_pools[0].unknown.v != 0);
    dm_arena_free(loaded.arena);
}

static void endpoints_of_nodes_and_what_changes_sizes_are_named(void **state)
{
    static const char text[] =
        "{apiVersion: projectcalico.org/v3, kind: HostEndpoint, metadata: {name: h}, spec: {}}\n"
        "---\n{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: b}, spec: {}}\n"
        "---\n{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: a}}\n";
    struct dm_manifests loaded = dm_manifests_fine(text);

    (void)state;
    assert_true(dm_manifests_has_unknown(&loaded, "HostEndpoint h"));
    assert_true(dm_manifests_has_unknown(&loaded, "PodDisruptionBudget default/b"));
    assert_true(dm_manifests_has_unknown(&loaded, "HorizontalPodAutoscaler default/a"));
    dm_arena_free(loaded.arena);
    dm_manifests_expect(text, DM_SEV_WARNING, 1,
                        "HostEndpoint `h` is not modelled: with it policies also hold for what the "
                        "node itself sends and receives, and pods on its network");
}

/* ---- nodes and pods ---- */

static void nodes_have_labels_taints_and_room(void **state)
{
    struct dm_manifests loaded = dm_manifests_fine(
        "apiVersion: v1\nkind: Node\nmetadata: {name: n, labels: {topology.kubernetes.io/zone: "
        "eu-west-1a}}\nspec: {taints: [{key: db, value: sql, effect: NoExecute}]}\n"
        "status: {capacity: {cpu: '4', memory: 16Gi, pods: '58'}, allocatable: {cpu: 3920m, "
        "memory: 1.5Gi, pods: '57'}}\n");
    const struct dm_node *node = &loaded.model->nodes[0];

    (void)state;
    assert_int_equal(loaded.model->n_nodes, 1);
    assert_int_equal(node->allocatable.cpu_milli, 3920);
    assert_int_equal(node->allocatable.memory, (int64_t)3 << 29);
    assert_int_equal(node->max_pods, 57);
    assert_int_equal(node->n_taints, 1);
    assert_int_equal(node->taints[0].effect, DM_TAINT_NO_EXECUTE);
    assert_int_equal(node->labels.n, 1);
    dm_arena_free(loaded.arena);
}

static void quantities_are_exact(void **state)
{
    static const struct {
        const char *text;
        int64_t cpu_milli;
        int64_t memory;
    } rows[] = { { "1", 1000, 1 },
                 { "250m", 250, 1 },
                 { "0.1", 100, 1 },
                 { ".5", 500, 1 },
                 { "1.5", 1500, 2 },
                 { "2k", 2000000, 2000 },
                 { "1Ki", 1024000, 1024 },
                 { "1e3", 1000000, 1000 },
                 { "0.5Gi", INT64_C(536870912000), 536870912 } };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[512];
        struct dm_manifests loaded;

        snprintf(text, sizeof text, DEPLOYMENT(CONTAINERS("requests: {cpu: '%s', memory: '%s'}")),
                 rows[i].text, rows[i].text);
        loaded = dm_manifests_fine(text);
        assert_int_equal(schedule(&loaded)->requests.cpu_milli, rows[i].cpu_milli);
        assert_int_equal(schedule(&loaded)->requests.memory, rows[i].memory);
        assert_int_equal(schedule(&loaded)->limits.memory, -1);
        dm_arena_free(loaded.arena);
    }
}

static void what_containers_ask_for_adds_up(void **state)
{
    struct dm_manifests loaded = dm_manifests_fine(
        DEPLOYMENT("initContainers: [{resources: {requests: {cpu: 3, memory: 1M}}}, "
                   "{restartPolicy: Always, resources: {requests: {cpu: 100m}}}, {resources: "
                   "{requests: {cpu: 200m}}}], containers: [{resources: {requests: {cpu: 1}, "
                   "limits: {cpu: 2, memory: 2M}}}, {resources: {limits: {memory: 3M}}}], "
                   "overhead: {cpu: 10m}"));

    (void)state;
    /* The first alone asks for more than all others together. */
    assert_int_equal(schedule(&loaded)->requests.cpu_milli, 3010);
    assert_int_equal(schedule(&loaded)->requests.memory, 5000000);
    /* One may have as many processors as it likes. */
    assert_int_equal(schedule(&loaded)->limits.cpu_milli, -1);
    assert_int_equal(schedule(&loaded)->limits.memory, 5000000);
    assert_int_equal(schedule(&loaded)->replicas, 4);
    dm_arena_free(loaded.arena);
    /* What begins a pod runs beside those that were begun before and run on. */
    loaded = dm_manifests_fine(
        DEPLOYMENT("initContainers: [{restartPolicy: Always, resources: {requests: {cpu: 100m}}}, "
                   "{resources: {requests: {cpu: 3}}}], containers: [{resources: {requests: "
                   "{cpu: 1}}}]"));
    assert_int_equal(schedule(&loaded)->requests.cpu_milli, 3100);
    dm_arena_free(loaded.arena);
}

static void where_pods_may_run_is_read(void **state)
{
    struct dm_manifests loaded = dm_manifests_fine(
        DEPLOYMENT("nodeSelector: {pool: a}, tolerations: [{operator: Exists}, {key: db, value: "
                   "sql, effect: NoSchedule}], affinity: {nodeAffinity: "
                   "{requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
                   "[{matchExpressions: [{key: x, operator: Exists}]}, {matchExpressions: [{key: "
                   "y, operator: In, values: [b]}]}]}}, podAntiAffinity: "
                   "{preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, "
                   "podAffinityTerm: {topologyKey: z, namespaces: [n]}}]}}, "
                   "topologySpreadConstraints: [{maxSkew: 2, topologyKey: z, whenUnsatisfiable: "
                   "DoNotSchedule, labelSelector: {matchLabels: {app: d}}}]"));
    const struct dm_schedule *got = schedule(&loaded);
    struct dm_str text;

    (void)state;
    dm_str_init(&text, loaded.arena);
    dm_selector_text(got->nodes, &text);
    assert_string_equal(text.text, "pool == 'a' && (has(x) || y == 'b')");
    assert_int_equal(got->n_tolerations, 2);
    assert_null(got->tolerations[0].key);
    assert_true(got->tolerations[0].any_effect);
    assert_string_equal(got->tolerations[1].value, "sql");
    assert_false(got->tolerations[1].any_effect);
    assert_int_equal(got->n_affinities, 1);
    assert_true(got->affinities[0].is_anti);
    assert_false(got->affinities[0].is_required);
    assert_non_null(got->affinities[0].namespace_selector);
    assert_int_equal(got->n_spreads, 1);
    assert_int_equal(got->spreads[0].max_skew, 2);
    assert_true(got->spreads[0].is_required);
    assert_int_equal(got->unknown.v, 0);
    dm_arena_free(loaded.arena);
}

static void what_is_not_modelled_of_it_makes_it_unknown(void **state)
{
    static const char *const specs[] = {
        "schedulerName: mine",
        "nodeName: n1",
        ("affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
         "{nodeSelectorTerms: [{matchExpressions: [{key: n, operator: Gt, values: ['3']}]}]}}}"),
        "topologySpreadConstraints: [{topologyKey: z, minDomains: 3}]",
        "volumes: [{name: v, persistentVolumeClaim: {claimName: nowhere}}]",
    };

    (void)state;
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        char text[1024];
        struct dm_manifests loaded;

        snprintf(text, sizeof text, DEPLOYMENT("%s"), specs[i]);
        loaded = dm_manifests_fine(text);
        if (!schedule(&loaded)->unknown.v) {
            fail_msg("%s", specs[i]);
        }
        dm_arena_free(loaded.arena);
    }
}

/* [EBS-01] */
static void volumes_of_block_storage_are_in_one_zone(void **state)
{
    static const char classes[] =
        "---\n{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: disk, "
        "annotations: {storageclass.kubernetes.io/is-default-class: 'true'}}, provisioner: "
        "ebs.csi.aws.com}\n"
        "---\n{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: files}, "
        "provisioner: efs.csi.aws.com}\n"
        "---\n{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: disk}}\n"
        "---\n{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: files}, spec: "
        "{storageClassName: files}}\n"
        "---\n{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: old}, spec: "
        "{volumeName: pv}}\n"
        "---\n{apiVersion: v1, kind: PersistentVolume, metadata: {name: pv}, spec: {csi: {driver: "
        "ebs.csi.aws.com}, nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: "
        "[{key: zone, operator: In, values: [a]}]}]}}}}\n";
    static const struct {
        const char *claim;
        bool is_zonal;
        bool is_tied;
    } rows[] = { { "disk", true, false }, { "files", false, false }, { "old", true, true } };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[4096];
        struct dm_manifests loaded;

        snprintf(text, sizeof text,
                 "%s" DEPLOYMENT("volumes: [{name: v, persistentVolumeClaim: {claimName: %s}}]"),
                 classes, rows[i].claim);
        loaded = dm_manifests_fine(text);
        assert_int_equal(schedule(&loaded)->zonal_volume, rows[i].is_zonal);
        assert_int_equal(schedule(&loaded)->nodes != NULL, rows[i].is_tied);
        assert_int_equal(schedule(&loaded)->unknown.v, 0);
        dm_arena_free(loaded.arena);
    }
}

static void pods_that_are_alike_are_counted(void **state)
{
    struct dm_manifests loaded = dm_manifests_fine(
        "apiVersion: v1\nkind: PodList\nitems:\n"
        "- {metadata: {name: a-1, ownerReferences: [{kind: ReplicaSet, name: a}]}, spec: {}}\n"
        "- {metadata: {name: a-2, ownerReferences: [{kind: ReplicaSet, name: a}]}, spec: {}}\n");

    (void)state;
    assert_int_equal(schedule(&loaded)->replicas, 2);
    dm_arena_free(loaded.arena);
    loaded = dm_manifests_fine("{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: d}, spec: "
                               "{template: {spec: {}}}}");
    assert_int_equal(schedule(&loaded)->replicas, -1);
    dm_arena_free(loaded.arena);
}

/* ---- faults ---- */

static void faults_have_their_places(void **state)
{
    (void)state;
    dm_manifests_expect(POOL("p", "cidr: 10.8.0.0/33"), DM_SEV_ERROR, 2,
                        "`10.8.0.0/33` has a prefix length that is too large");
    dm_manifests_expect(POOL("p", "cidr: 10.8.0.0/28"), DM_SEV_ERROR, 2,
                        "the pool is smaller than one of its blocks, /26");
    dm_manifests_expect(POOL("p", "cidr: 10.8.0.0/14, vxlanMode: Always,\nipipMode: Always"),
                        DM_SEV_ERROR, 3, "a pool cannot have both VXLAN and IP in IP");
    dm_manifests_expect(POOL("p", "cidr: 10.8.0.0/14, vxlanMode: On"), DM_SEV_ERROR, 2,
                        "unknown value `On` of `vxlanMode`");
    dm_manifests_expect(POOL("p", "cidr: 10.8.0.0/14, blockSiz: 24"), DM_SEV_ERROR, 2,
                        "unknown key `blockSiz`");
    dm_manifests_expect(POOL("p", "vxlanMode: Always"), DM_SEV_ERROR, 2, "`cidr` is missing");
    dm_manifests_expect(INSTALLATION("cni: {type: Calcio}"), DM_SEV_ERROR, 2,
                        "unknown value `Calcio` of `type`");
    dm_manifests_expect(FELIX("default", "vxlanPort: 0"), DM_SEV_ERROR, 2,
                        "`vxlanPort` must be a number from 1 to 65535");
    dm_manifests_expect(DEPLOYMENT(CONTAINERS("requests: {cpu: lots}")), DM_SEV_ERROR, 2,
                        "`lots` is no quantity");
    dm_manifests_expect(DEPLOYMENT("tolerations: [{effect: NoRun}]"), DM_SEV_ERROR, 2,
                        "`effect` must be NoSchedule, PreferNoSchedule or NoExecute");
    dm_manifests_expect(DEPLOYMENT("topologySpreadConstraints: [{maxSkew: 1}]"), DM_SEV_ERROR, 2,
                        "`topologyKey` is missing");
    dm_manifests_expect(DEPLOYMENT("toleration: []"), DM_SEV_WARNING, 2,
                        "unknown key `toleration`");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pools_say_how_packets_between_nodes_travel),
        cmocka_unit_test(pools_that_pods_get_nothing_of_are_disabled),
        cmocka_unit_test(the_operator_makes_pools_that_are_not_there),
        cmocka_unit_test(without_type_the_network_follows_from_where_the_cluster_runs),
        cmocka_unit_test(what_felix_does_besides_makes_pools_unknown),
        cmocka_unit_test(endpoints_of_nodes_and_what_changes_sizes_are_named),
        cmocka_unit_test(nodes_have_labels_taints_and_room),
        cmocka_unit_test(quantities_are_exact),
        cmocka_unit_test(what_containers_ask_for_adds_up),
        cmocka_unit_test(where_pods_may_run_is_read),
        cmocka_unit_test(what_is_not_modelled_of_it_makes_it_unknown),
        cmocka_unit_test(volumes_of_block_storage_are_in_one_zone),
        cmocka_unit_test(pods_that_are_alike_are_counted),
        cmocka_unit_test(faults_have_their_places),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
