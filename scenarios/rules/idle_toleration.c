/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tolerations of a taint that no node of the cluster has.  Those of taints that clusters set
 * themselves, and of whatever taint there is, are no such ones.
 */
#include "scenarios/rules/pods.h"

static bool is_of_clusters(const char *key)
{
    return dm_str_starts(key, "node.kubernetes.io/") || dm_str_starts(key, "node-role.")
           || dm_str_starts(key, "node.cloudprovider.") || dm_str_starts(key, "CriticalAddons")
           || dm_str_starts(key, "eks.amazonaws.com/");
}

static bool is_used(const struct dm_pod_look *look, const struct dm_toleration *toleration,
                    const struct dm_node_id *nodes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct dm_node *node = dm_node_get(look->model, nodes[i]);

        for (size_t j = 0; j < node->n_taints; j++) {
            if (dm_toleration_covers(toleration, &node->taints[j])) {
                return true;
            }
        }
    }
    return false;
}

static void look_at(struct dm_pod_look *look)
{
    const struct dm_schedule *schedule = look->pod->schedule;
    size_t n = 0;
    const struct dm_node_id *nodes = dm_model_nodes_of(
        look->model, dm_namespace_get(look->model, look->workload->namespace)->cluster, &n);

    for (size_t i = 0; n && schedule && i < schedule->n_tolerations; i++) {
        const struct dm_toleration *toleration = &schedule->tolerations[i];
        struct dm_lint_item item = dm_pod_item(look);
        bool is_faulty = toleration->key && !is_of_clusters(toleration->key)
                         && !is_used(look, toleration, nodes, n);

        item.part = toleration->value && toleration->key
                        ? dm_sprintf(look->arena, "%s=%s", toleration->key, toleration->value)
                        : toleration->key;
        if (is_faulty) {
            item.message = dm_sprintf(
                look->arena, "`%s` tolerates taint `%s%s%s`, which no node of its cluster has",
                look->workload->object.name, toleration->key, toleration->value ? "=" : "",
                toleration->value ? toleration->value : "");
            item.label = "its toleration is of no use";
            item.help = "correct it, or taint the nodes that are to be kept for these pods";
        }
        dm_pod_say(look, &item, is_faulty);
    }
}

enum dm_status dm_rule_run_idle_toleration(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "K8S-20", NULL };

    return dm_pods_lint(checker, DM_RULE_REF005, facts, look_at, err);
}
