/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Stateful sets without a headless service: their pods have no names on the network [K8S-52].
 */
#include <string.h>

#include "scenarios/rules/pods.h"

static const struct dm_kube_service *service_of(const struct dm_pod_look *look)
{
    for (uint32_t i = 0; i < look->model->n_kube_services; i++) {
        const struct dm_kube_service *service = &look->model->kube_services[i];

        if (service->namespace.v == look->workload->namespace.v
            && dm_str_equal(service->short_name, look->workload->service_name)) {
            return service;
        }
    }
    return NULL;
}

static void look_at(struct dm_pod_look *look)
{
    const struct dm_workload *workload = look->workload;
    struct dm_lint_item item = dm_pod_item(look);
    const struct dm_kube_service *service = service_of(look);
    bool is_faulty = !service || !service->headless;

    if (strcmp(workload->owner_kind, "StatefulSet") != 0 || look->pod->is_running) {
        return;
    }
    if (is_faulty && !workload->service_name) {
        item.message =
            dm_sprintf(look->arena, "`%s` names no headless service, and its pods have no names",
                       workload->object.name);
    } else if (is_faulty) {
        item.message = dm_sprintf(
            look->arena, "service `%s` of `%s` is %s, and its pods have no names",
            workload->service_name, workload->object.name, service ? "not headless" : "not here");
    }
    if (is_faulty) {
        item.label = "pods are told apart by names that nothing gives them";
        item.help = "add a service with `clusterIP: None`, and name it as `serviceName`";
    }
    dm_pod_say(look, &item, is_faulty);
}

enum dm_status dm_rule_run_unnamed_pods(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "K8S-52", NULL };

    return dm_pods_lint(checker, DM_RULE_CLU019, facts, look_at, err);
}
