/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Services and budgets whose selector selects no pod.  Of a namespace without any pod nothing is
 * said: what runs there is not in the input.
 */
#include "scenarios/rules/pods.h"

/* Whether a selector selects any; '*ret_any': whether there is any to select. */
static bool selects(const struct dm_model *model, struct dm_namespace_id namespace,
                    const struct dm_selector *selector, bool *ret_any)
{
    *ret_any = false;
    for (uint32_t i = 0; i < model->n_workloads; i++) {
        const struct dm_workload *workload = &model->workloads[i];

        for (size_t j = 0; workload->namespace.v == namespace.v && j < workload->n_pods; j++) {
            *ret_any = true;
            if (selector && dm_selector_matches(selector, &workload->pods[j].labels)) {
                return true;
            }
        }
    }
    return false;
}

static enum dm_status look_at(struct dm_lint *lint, const char *kind,
                              const struct dm_object *object, struct dm_namespace_id namespace,
                              const struct dm_selector *selector, struct dm_err *err)
{
    struct dm_lint_item item = { .origin = object->origin, .part = kind, .subject = object->name };
    bool any;

    if (!selects(lint->checker->model, namespace, selector, &any) && any) {
        item.message = dm_sprintf(lint->checker->run, "%s `%s` selects no pod", kind, object->name);
        /* A budget often has the name of its service: each is a finding of its own. */
        item.cause = dm_sprintf(lint->checker->run, "%s %s", kind, object->name);
        item.label = "no pod of its namespace has these labels";
        item.help = "select by labels that the template of a workload has";
        if (!item.message || !item.cause) {
            return DM_FAIL_NOMEM(err);
        }
    }
    return dm_lint_add(lint, &item, err);
}

enum dm_status dm_rule_run_selects_nothing(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { NULL };
    const struct dm_model *model = checker->model;
    enum dm_status status = DM_OK;
    struct dm_lint lint;

    dm_lint_init(&lint, checker, DM_RULE_REF004, facts);
    for (uint32_t i = 0; i < model->n_kube_services && status == DM_OK; i++) {
        const struct dm_kube_service *service = &model->kube_services[i];

        if (service->selector && service->type != DM_KUBE_EXTERNAL_NAME) {
            status = look_at(&lint, "service", &service->object, service->namespace,
                             service->selector, err);
        }
    }
    for (uint32_t i = 0; i < model->n_disruption_budgets && status == DM_OK; i++) {
        const struct dm_disruption_budget *budget = &model->disruption_budgets[i];

        status =
            look_at(&lint, "budget", &budget->object, budget->namespace, budget->selector, err);
    }
    return status == DM_OK ? dm_lint_report(&lint, err) : status;
}
