/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A load balancer that the controller builds nothing of: it lacks subnets, groups, or says what
 * contradicts itself [EKS-50, EKS-52, EKS-56].  Targets without a port on nodes are RCH021's.
 */
#include "model/base/str.h"
#include "scenarios/rules/lint.h"

static bool targets_fit(const struct dm_model *model, const struct dm_kube_rule *rule)
{
    for (size_t i = 0; i < rule->n_targets; i++) {
        if (!dm_kube_target_fits(&rule->targets[i],
                                 dm_kube_service_get(model, rule->targets[i].service))) {
            return false;
        }
    }
    return true;
}

static bool all_fit(const struct dm_model *model, const struct dm_kube_balancer *balancer)
{
    for (size_t i = 0; i < balancer->n_listeners; i++) {
        for (size_t j = 0; j < balancer->listeners[i].n_rules; j++) {
            if (!targets_fit(model, &balancer->listeners[i].rules[j])) {
                return false;
            }
        }
    }
    return true;
}

enum dm_status dm_rule_run_refused_balancer(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "EKS-50", "EKS-52", "EKS-56", NULL };
    const struct dm_model *model = checker->model;
    enum dm_status status = DM_OK;
    struct dm_lint lint;

    dm_lint_init(&lint, checker, DM_RULE_RCH023, facts);
    for (uint32_t i = 0; i < model->n_kube_balancers && status == DM_OK; i++) {
        const struct dm_kube_balancer *balancer = &model->kube_balancers[i];
        struct dm_lint_item item = { .origin = balancer->object.origin,
                                     .part = balancer->object.name,
                                     .subject = balancer->object.name };

        if (balancer->refused && all_fit(model, balancer)) {
            item.message = dm_sprintf(checker->run, "the controller builds nothing of `%s`: %s",
                                      balancer->object.name, balancer->refused);
            item.label = "nothing comes of it";
            status = item.message ? DM_OK : DM_FAIL_NOMEM(err);
        }
        status = status == DM_OK ? dm_lint_add(&lint, &item, err) : status;
    }
    return status == DM_OK ? dm_lint_report(&lint, err) : status;
}
