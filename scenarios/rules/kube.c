/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/rules/kube.h"

#include "model/base/str.h"

static enum dm_status look_at(struct dm_lint *lint, struct dm_kube_look *look,
                              dm_kube_lint *lint_one, struct dm_err *err)
{
    struct dm_lint_item item = { .origin = look->target->origin };

    look->service = dm_kube_service_get(look->model, look->target->service);
    look->port = &look->service->ports[look->target->port];
    item.subject = dm_sprintf(look->arena, "%s to %s port %u", look->balancer->object.name,
                              look->service->object.name, look->port->port);
    item.part = item.subject;
    return item.subject && lint_one(look, &item) ? dm_lint_add(lint, &item, err)
                                                 : DM_FAIL_NOMEM(err);
}

static enum dm_status look_at_rules(struct dm_lint *lint, struct dm_kube_look *look,
                                    const struct dm_kube_listener *listener, dm_kube_lint *lint_one,
                                    struct dm_err *err)
{
    enum dm_status status = DM_OK;

    for (size_t i = 0; i < listener->n_rules; i++) {
        const struct dm_kube_rule *rule = &listener->rules[i];

        for (size_t j = 0; j < rule->n_targets && status == DM_OK; j++) {
            look->target = &rule->targets[j];
            status = look_at(lint, look, lint_one, err);
        }
    }
    return status;
}

enum dm_status dm_kube_lint_targets(struct dm_checker *checker, enum dm_rule_id rule,
                                    const char *const *facts, dm_kube_lint *lint_one,
                                    struct dm_err *err)
{
    struct dm_kube_look look = { .arena = checker->run, .model = checker->model };
    enum dm_status status = DM_OK;
    struct dm_lint lint;

    dm_lint_init(&lint, checker, rule, facts);
    for (uint32_t i = 0; i < look.model->n_kube_balancers && status == DM_OK; i++) {
        look.balancer = &look.model->kube_balancers[i];
        for (size_t j = 0; j < look.balancer->n_listeners && status == DM_OK; j++) {
            status = look_at_rules(&lint, &look, &look.balancer->listeners[j], lint_one, err);
        }
    }
    return status == DM_OK ? dm_lint_report(&lint, err) : status;
}
