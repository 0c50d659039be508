/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Workloads of several pods that may all be in one zone, though their nodes are in several: the
 * scheduler prefers to spread them, and need not [K8S-22].  Asked of those whose cluster's nodes
 * are known; a constraint that is only preferred keeps nothing apart.
 */
#include <string.h>

#include "model/base/str.h"
#include "scenarios/rules/lint.h"

static const char zone_key[] = "topology.kubernetes.io/zone";

/* Whether the pods must be spread over zones, or no two of them may be in one. */
static bool is_spread(const struct dm_pod *pod)
{
    const struct dm_schedule *schedule = pod->schedule;

    for (size_t i = 0; i < schedule->n_spreads; i++) {
        const struct dm_spread *spread = &schedule->spreads[i];

        if (spread->is_required && strcmp(spread->topology_key, zone_key) == 0
            && dm_selector_matches(spread->selector, &pod->labels)) {
            return true;
        }
    }
    for (size_t i = 0; i < schedule->n_affinities; i++) {
        const struct dm_pod_affinity *affinity = &schedule->affinities[i];

        if (affinity->is_anti && affinity->is_required
            && strcmp(affinity->topology_key, zone_key) == 0 && !affinity->namespace_selector
            && dm_selector_matches(affinity->selector, &pod->labels)) {
            return true;
        }
    }
    return false;
}

/* In how many zones there are nodes that a pod may be on. */
static unsigned count_zones(const struct dm_model *model, struct dm_cluster_id cluster,
                            const struct dm_schedule *schedule)
{
    struct dm_zone_id first = { 0 };
    unsigned zones = 0;
    size_t n;
    const struct dm_node_id *nodes = dm_model_nodes_of(model, cluster, &n);

    for (size_t i = 0; i < n && zones < 2; i++) {
        const struct dm_node *node = dm_node_get(model, nodes[i]);

        if (node->zone.v && node->zone.v != first.v && dm_schedule_allows(schedule, node)) {
            first = node->zone;
            zones++;
        }
    }
    return zones;
}

static enum dm_status look_at(struct dm_lint *lint, const struct dm_workload *workload,
                              const struct dm_pod *pod, struct dm_err *err)
{
    const struct dm_model *model = lint->checker->model;
    struct dm_cluster_id cluster = dm_namespace_get(model, workload->namespace)->cluster;
    struct dm_lint_item item = { .origin = workload->object.origin,
                                 .subject = workload->object.name };

    if (!pod->schedule || pod->schedule->replicas < 2 || pod->schedule->unknown.v
        || pod->schedule->zonal_volume || count_zones(model, cluster, pod->schedule) < 2) {
        return DM_OK;
    }
    if (!is_spread(pod)) {
        item.message = dm_sprintf(lint->checker->run,
                                  "all %d pods of `%s` may be in one zone, and fail with it",
                                  (int)pod->schedule->replicas, workload->object.name);
        item.label = "nothing spreads them";
        item.help = "spread them over zones, as a constraint that must be kept";
        if (!item.message) {
            return DM_FAIL_NOMEM(err);
        }
    }
    return dm_lint_add(lint, &item, err);
}

enum dm_status dm_rule_run_unspread_pods(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "K8S-22", NULL };
    const struct dm_model *model = checker->model;
    enum dm_status status = DM_OK;
    struct dm_lint lint;

    dm_lint_init(&lint, checker, DM_RULE_RES002, facts);
    for (uint32_t i = 0; i < model->n_workloads; i++) {
        const struct dm_workload *workload = &model->workloads[i];

        for (size_t j = 0; j < workload->n_pods && status == DM_OK; j++) {
            status = look_at(&lint, workload, &workload->pods[j], err);
        }
    }
    return status == DM_OK ? dm_lint_report(&lint, err) : status;
}
