/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Services, budgets and network policies of a namespace whose selector selects no pod.  Of a
 * namespace without any pod nothing is said: what runs there is not in the input.  Nor is it of
 * policies of no namespace in manifests: they may be for pods of anybody, or for nodes.
 */
#include "scenarios/rules/pods.h"

/* Among whom is selected: pods of a namespace, or where that is 0 all of a cluster. */
struct among {
    struct dm_namespace_id namespace;
    struct dm_cluster_id cluster;
    const struct dm_selector *namespaces; /* NULL: all */
};

static bool is_among(const struct dm_model *model, const struct among *among,
                     const struct dm_workload *workload)
{
    const struct dm_namespace *own = dm_namespace_get(model, workload->namespace);

    return among->namespace.v ? workload->namespace.v == among->namespace.v
                              : own->cluster.v == among->cluster.v
                                    && dm_selector_matches(among->namespaces, &own->labels);
}

/* Whether a selector selects any; '*ret_any': whether there is any to select. */
static bool selects(const struct dm_model *model, const struct among *among,
                    const struct dm_selector *selector, bool *ret_any)
{
    *ret_any = false;
    for (uint32_t i = 0; i < model->n_workloads; i++) {
        const struct dm_workload *workload = &model->workloads[i];

        if (!is_among(model, among, workload)) {
            continue;
        }
        for (size_t j = 0; j < workload->n_pods; j++) {
            *ret_any = true;
            if (selector && dm_selector_matches(selector, &workload->pods[j].labels)) {
                return true;
            }
        }
    }
    return false;
}

static enum dm_status look_at(struct dm_lint *lint, const char *kind,
                              const struct dm_object *object, const struct among *among,
                              const struct dm_selector *selector, struct dm_err *err)
{
    struct dm_lint_item item = { .origin = object->origin, .part = kind, .subject = object->name };
    bool any;

    if (!selects(lint->checker->model, among, selector, &any) && any) {
        item.message = dm_sprintf(lint->checker->run, "%s `%s` selects no pod", kind, object->name);
        /* A budget often has the name of its service: each is a finding of its own. */
        item.cause = dm_sprintf(lint->checker->run, "%s %s", kind, object->name);
        item.label = among->namespace.v ? "no pod of its namespace has these labels"
                                        : "no pod of the cluster has these labels";
        item.help = "select by labels that the template of a workload has";
        if (!item.message || !item.cause) {
            return DM_FAIL_NOMEM(err);
        }
    }
    return dm_lint_add(lint, &item, err);
}

static bool has_manifests(const struct dm_model *model, struct dm_cluster_id cluster)
{
    for (uint32_t i = 0; i < model->n_workloads; i++) {
        if (model->workloads[i].is_loose
            && dm_namespace_get(model, model->workloads[i].namespace)->cluster.v == cluster.v) {
            return true;
        }
    }
    return false;
}

static enum dm_status look_at_policy(struct dm_lint *lint, const struct dm_network_policy *policy,
                                     struct dm_err *err)
{
    const struct among among = { policy->namespace, policy->cluster, policy->namespace_selector };

    if (!policy->selector || policy->account_selector || policy->unknown.v
        || (!policy->namespace.v && has_manifests(lint->checker->model, policy->cluster))) {
        return DM_OK;
    }
    return look_at(lint, "network policy", &policy->object, &among, policy->selector, err);
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
            const struct among among = { .namespace = service->namespace };

            status = look_at(&lint, "service", &service->object, &among, service->selector, err);
        }
    }
    for (uint32_t i = 0; i < model->n_disruption_budgets && status == DM_OK; i++) {
        const struct dm_disruption_budget *budget = &model->disruption_budgets[i];
        const struct among among = { .namespace = budget->namespace };

        status = look_at(&lint, "budget", &budget->object, &among, budget->selector, err);
    }
    for (uint32_t i = 0; i < model->n_network_policies && status == DM_OK; i++) {
        status = look_at_policy(&lint, &model->network_policies[i], err);
    }
    return status == DM_OK ? dm_lint_report(&lint, err) : status;
}
