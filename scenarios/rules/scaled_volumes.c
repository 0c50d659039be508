/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Horizontal autoscalers of workloads whose pods have a volume each: a pod that is added begins
 * with an empty one, in whichever zone, and nothing copies to it what the others have [K8S-53,
 * EBS-01].
 */
#include "scenarios/rules/pods.h"

static void look_at(struct dm_pod_look *look)
{
    const struct dm_autoscaler *own = look->autoscaler;
    struct dm_lint_item item = dm_pod_item(look);
    bool is_faulty = own->kind == DM_AUTOSCALER_HORIZONTAL && own->most > own->least && look->pod
                     && look->pod->schedule && look->pod->schedule->zonal_volume;

    if (own->kind != DM_AUTOSCALER_HORIZONTAL) {
        return;
    }
    if (is_faulty) {
        item.message = dm_sprintf(
            look->arena, "`%s` adds pods to `%s`, each of which begins with an empty volume",
            own->object.name, look->workload->object.name);
        item.label = "does not replicate what they keep";
        item.help = "let what keeps the data replicate it, and leave the number of its pods alone";
        item.places[item.n_places++] = (struct dm_lint_place){ look->workload->object.origin,
                                                               "each of its pods has a volume" };
    }
    dm_pod_say(look, &item, is_faulty);
}

enum dm_status dm_rule_run_scaled_volumes(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "K8S-53", "EBS-01", NULL };

    return dm_autoscalers_lint(checker, DM_RULE_RES003, facts, look_at, err);
}
