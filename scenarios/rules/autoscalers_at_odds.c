/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A horizontal and a vertical autoscaler of one workload that go by the same resource: the one
 * changes the number of pods by use of what is requested, the other what is requested [K8S-48].
 */
#include "scenarios/rules/pods.h"

static const struct dm_autoscaler *other_of(const struct dm_pod_look *look)
{
    const struct dm_autoscaler *own = look->autoscaler;

    for (uint32_t i = 0; i < look->model->n_autoscalers; i++) {
        const struct dm_autoscaler *other = &look->model->autoscalers[i];

        if (other->kind == DM_AUTOSCALER_VERTICAL && other->target.v == own->target.v
            && other->mode != DM_RESIZE_OFF
            && ((own->by_cpu && other->by_cpu) || (own->by_memory && other->by_memory))) {
            return other;
        }
    }
    return NULL;
}

static void look_at(struct dm_pod_look *look)
{
    const struct dm_autoscaler *own = look->autoscaler;
    struct dm_lint_item item = dm_pod_item(look);
    const struct dm_autoscaler *other;

    if (own->kind != DM_AUTOSCALER_HORIZONTAL || !look->workload) {
        return;
    }
    other = other_of(look);
    if (other) {
        item.message = dm_sprintf(
            look->arena,
            "two autoscalers of `%s` go by its use of %s, and each changes what the other goes by",
            look->workload->object.name, own->by_cpu && other->by_cpu ? "processors" : "memory");
        item.label = "sets the number of pods by it";
        item.help = "let the vertical one only recommend, or each go by something else";
        item.places[item.n_places++] =
            (struct dm_lint_place){ other->object.origin, "sets what they request" };
    }
    dm_pod_say(look, &item, other != NULL);
}

enum dm_status dm_rule_run_autoscalers_at_odds(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "K8S-48", "K8S-46", NULL };

    return dm_autoscalers_lint(checker, DM_RULE_CLU017, facts, look_at, err);
}
