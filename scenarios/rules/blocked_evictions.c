/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Budgets that let no pod be gone: nodes with such pods are never drained [K8S-49].  Counted is the
 * number of pods that stands without load.
 */
#include "scenarios/rules/pods.h"

/* Pods that the budget selects; -1: not known, 0: none. */
static int64_t count_pods(const struct dm_model *model, const struct dm_disruption_budget *budget)
{
    int64_t n = 0;

    for (uint32_t i = 0; budget->selector && i < model->n_workloads; i++) {
        const struct dm_workload *workload = &model->workloads[i];

        for (size_t j = 0; workload->namespace.v == budget->namespace.v && j < workload->n_pods;
             j++) {
            const struct dm_pod *pod = &workload->pods[j];

            if (!dm_selector_matches(budget->selector, &pod->labels)) {
                continue;
            }
            if (!pod->schedule || pod->schedule->replicas < 0) {
                return -1;
            }
            n += pod->schedule->replicas;
        }
    }
    return n;
}

static bool blocks(const struct dm_disruption_budget *budget, int64_t n)
{
    int64_t needed = budget->amount;

    if (budget->is_unavailable) {
        return budget->amount == 0;
    }
    if (budget->is_percent) {
        needed = (n * needed + 99) / 100;
    }
    return needed >= n;
}

static enum dm_status look_at(struct dm_lint *lint, const struct dm_disruption_budget *budget,
                              struct dm_err *err)
{
    int64_t n = count_pods(lint->checker->model, budget);
    struct dm_lint_item item = { .origin = budget->object.origin, .subject = budget->object.name };

    if (n > 0 && blocks(budget, n)) {
        item.message =
            budget->is_unavailable
                ? dm_sprintf(lint->checker->run, "budget `%s` lets none of its %lld pods be gone",
                             budget->object.name, (long long)n)
                : dm_sprintf(lint->checker->run,
                             "budget `%s` needs %u%s of its %lld pods, and lets none be gone",
                             budget->object.name, (unsigned)budget->amount,
                             budget->is_percent ? "%" : "", (long long)n);
        item.label = "nodes with these pods are never drained";
        item.help = "let one pod be gone, and have more than are needed";
        if (!item.message) {
            return DM_FAIL_NOMEM(err);
        }
    }
    return dm_lint_add(lint, &item, err);
}

enum dm_status dm_rule_run_blocked_evictions(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "K8S-49", NULL };
    const struct dm_model *model = checker->model;
    enum dm_status status = DM_OK;
    struct dm_lint lint;

    dm_lint_init(&lint, checker, DM_RULE_RES004, facts);
    for (uint32_t i = 0; i < model->n_disruption_budgets && status == DM_OK; i++) {
        status = look_at(&lint, &model->disruption_budgets[i], err);
    }
    return status == DM_OK ? dm_lint_report(&lint, err) : status;
}
