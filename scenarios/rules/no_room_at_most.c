/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Clusters whose pods find nodes, and do not when autoscalers ask for as many as they may: some
 * then wait, though node groups have grown as far as they may [K8S-44, EKS-22].
 */
#include "model/base/str.h"
#include "scenarios/rules/lint.h"
#include "solver/plan/place.h"

/* Whether something of the cluster may become more than it is without load. */
static bool is_scaled(const struct dm_model *model, struct dm_cluster_id cluster)
{
    for (uint32_t i = 0; i < model->n_workloads; i++) {
        const struct dm_workload *workload = &model->workloads[i];
        const struct dm_schedule *schedule = workload->pods[0].schedule;

        if (dm_namespace_get(model, workload->namespace)->cluster.v == cluster.v && schedule
            && schedule->most_replicas > schedule->replicas) {
            return true;
        }
    }
    return false;
}

static bool place(struct dm_checker *checker, struct dm_cluster_id cluster, enum dm_place_pods pods,
                  struct dm_placement *ret_placement)
{
    dm_alive_begin(checker->alive, NULL, 0);
    return dm_place(checker->brief, checker->model, checker->alive, cluster, DM_PLACE_GROWN, pods,
                    ret_placement);
}

static enum dm_status look_at(struct dm_lint *lint, struct dm_cluster_id id, struct dm_err *err)
{
    struct dm_checker *checker = lint->checker;
    const struct dm_cluster *cluster = dm_cluster_get(checker->model, id);
    struct dm_lint_item item = { .origin = cluster->object.origin,
                                 .subject = cluster->object.name };
    struct dm_placement least;
    struct dm_placement most;
    const struct dm_workload *workload;

    if (!place(checker, id, DM_PLACE_LEAST, &least) || !place(checker, id, DM_PLACE_MOST, &most)) {
        return DM_FAIL_NOMEM(err);
    }
    if (least.answer.verdict != DM_PACK_SHORT && most.answer.verdict == DM_PACK_SHORT) {
        workload = dm_workload_get(checker->model, most.pods[most.answer.item].workload);
        item.message = dm_sprintf(checker->run,
                                  "pods of `%s` find no node in `%s` when autoscalers ask for as "
                                  "many as they may",
                                  workload->object.name, cluster->object.name);
        item.label = "has too few nodes for that";
        item.help = "let node groups grow further, or autoscalers ask for less";
        item.places[item.n_places++] =
            (struct dm_lint_place){ workload->object.origin, "some of these then wait" };
        if (!item.message) {
            return DM_FAIL_NOMEM(err);
        }
    }
    return dm_lint_add(lint, &item, err);
}

enum dm_status dm_rule_run_no_room_at_most(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "K8S-44", "K8S-20", "EKS-22", NULL };
    const struct dm_model *model = checker->model;
    enum dm_status status = DM_OK;
    struct dm_lint lint;

    dm_lint_init(&lint, checker, DM_RULE_CAP003, facts);
    for (uint32_t v = 1; v <= model->n_clusters && status == DM_OK; v++) {
        struct dm_cluster_id id = { v };
        size_t n = 0;

        (void)dm_model_nodes_of(model, id, &n);
        if (n && is_scaled(model, id)) {
            status = look_at(&lint, id, err);
        }
    }
    return status == DM_OK ? dm_lint_report(&lint, err) : status;
}
