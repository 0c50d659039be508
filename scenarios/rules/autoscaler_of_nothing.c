/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Autoscalers whose target is not there, or is of a kind that has nothing for them to set [K8S-43].
 * A kind that Kubernetes does not know itself may have it, and of pods that were seen without what
 * owns them it is not known whose they are.
 */
#include <string.h>

#include "scenarios/rules/pods.h"

static bool is_known_kind(const char *kind)
{
    return dm_autoscaler_scales(DM_AUTOSCALER_VERTICAL, kind) || strcmp(kind, "Pod") == 0;
}

/* Whether there are pods that may be the target's: of a replica set with its name before theirs. */
static bool may_be_there(const struct dm_pod_look *look)
{
    const struct dm_autoscaler *autoscaler = look->autoscaler;
    size_t length = strlen(autoscaler->target_name);

    for (uint32_t i = 0; i < look->model->n_workloads; i++) {
        const struct dm_workload *workload = &look->model->workloads[i];

        if (workload->namespace.v == autoscaler->namespace.v && workload->pods[0].is_running
            && strncmp(workload->short_name, autoscaler->target_name, length) == 0
            && workload->short_name[length] == '-') {
            return true;
        }
    }
    return false;
}

static void look_at(struct dm_pod_look *look)
{
    const struct dm_autoscaler *autoscaler = look->autoscaler;
    struct dm_lint_item item = dm_pod_item(look);
    bool is_kind = is_known_kind(autoscaler->target_kind);
    bool scales = dm_autoscaler_scales(autoscaler->kind, autoscaler->target_kind);
    bool is_faulty = is_kind && (!scales || (!autoscaler->target.v && !may_be_there(look)));

    if (is_faulty) {
        item.message = scales
                           ? dm_sprintf(look->arena, "`%s` is to scale %s `%s`, which is not here",
                                        autoscaler->object.name, autoscaler->target_kind,
                                        autoscaler->target_name)
                           : dm_sprintf(look->arena,
                                        "`%s` is to scale a %s, which has no number of pods to set",
                                        autoscaler->object.name, autoscaler->target_kind);
        item.label = "scales nothing";
        item.help = "name a workload of its namespace that can be scaled";
    }
    dm_pod_say(look, &item, is_faulty);
}

enum dm_status dm_rule_run_autoscaler_of_nothing(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "K8S-43", NULL };

    return dm_autoscalers_lint(checker, DM_RULE_CLU016, facts, look_at, err);
}
