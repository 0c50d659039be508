/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Horizontal autoscalers that go by a percentage of what pods request, where these request nothing:
 * the figure is not defined, and they never scale by it [K8S-45].
 */
#include "scenarios/rules/pods.h"

static void look_at(struct dm_pod_look *look)
{
    const struct dm_autoscaler *own = look->autoscaler;
    const struct dm_schedule *schedule = look->pod ? look->pod->schedule : NULL;
    struct dm_lint_item item = dm_pod_item(look);
    bool no_cpu;
    bool no_memory;

    if (own->kind != DM_AUTOSCALER_HORIZONTAL || !schedule
        || !dm_autoscaler_scales(own->kind, own->target_kind)) {
        return;
    }
    no_cpu = own->cpu_percent && schedule->requests.cpu_milli < 0;
    no_memory = own->memory_percent && schedule->requests.memory < 0;
    if (no_cpu || no_memory) {
        item.message = dm_sprintf(
            look->arena,
            "`%s` goes by a percentage of the %s that `%s` requests, which requests none",
            own->object.name, no_cpu ? "processors" : "memory", look->workload->object.name);
        item.label = "never scales by it";
        item.help = "let the containers request what the autoscaler goes by";
        item.places[item.n_places++] =
            (struct dm_lint_place){ look->workload->object.origin, "requests none" };
    }
    dm_pod_say(look, &item, no_cpu || no_memory);
}

enum dm_status dm_rule_run_autoscaler_without_base(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "K8S-45", NULL };

    return dm_autoscalers_lint(checker, DM_RULE_CLU018, facts, look_at, err);
}
