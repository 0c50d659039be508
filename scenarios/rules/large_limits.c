/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pods that may use more than any node that they may be on has to give: the limit stops nothing, as
 * the node runs short first [K8S-54].
 */
#include "scenarios/rules/pods.h"

/* Whether some node has as much, or says nothing; '*ret_any': whether the pod may be on any. */
static bool fits_one(const struct dm_pod_look *look, bool *ret_any)
{
    const struct dm_schedule *schedule = look->pod->schedule;
    size_t n = 0;
    const struct dm_node_id *nodes = dm_model_nodes_of(
        look->model, dm_namespace_get(look->model, look->workload->namespace)->cluster, &n);

    *ret_any = false;
    for (size_t i = 0; i < n; i++) {
        const struct dm_node *node = dm_node_get(look->model, nodes[i]);
        const struct dm_resources *has = &node->allocatable;

        if (!dm_schedule_allows(schedule, node)) {
            continue;
        }
        *ret_any = true;
        if ((has->cpu_milli < 0 || schedule->limits.cpu_milli <= has->cpu_milli)
            && (has->memory < 0 || schedule->limits.memory <= has->memory)) {
            return true;
        }
    }
    return false;
}

static void look_at(struct dm_pod_look *look)
{
    struct dm_lint_item item = dm_pod_item(look);
    bool any;

    if (!look->pod->schedule || look->pod->schedule->unknown.v) {
        return;
    }
    if (!fits_one(look, &any) && any) {
        item.message = dm_sprintf(look->arena,
                                  "a pod of `%s` may use more than any node that it may be on has",
                                  look->workload->object.name);
        item.label = "its limits are above what nodes have";
        item.help = "lower the limits, or let it be on larger nodes";
    }
    dm_pod_say(look, &item, item.message != NULL);
}

enum dm_status dm_rule_run_large_limits(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "K8S-54", NULL };

    return dm_pods_lint(checker, DM_RULE_CAP004, facts, look_at, err);
}
