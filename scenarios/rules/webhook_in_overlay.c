/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Webhooks whose pods have addresses of their own network: the control plane is not on it, and
 * every request that it asks them about fails or waits [EKS-05].
 */
#include "model/base/str.h"
#include "scenarios/rules/clusters.h"

static bool is_inside(const struct dm_model *model, const struct dm_service *service)
{
    for (size_t i = 0; i < service->n_hosts; i++) {
        const struct dm_host *host = dm_host_get(model, service->hosts[i]);

        if (dm_interface_get(model, host->interfaces[0])->kind == DM_INTERFACE_POD) {
            return true;
        }
    }
    return false;
}

static bool look(struct dm_checker *checker, struct dm_cluster_id id,
                 struct dm_cluster_fault *fault)
{
    const struct dm_model *model = checker->model;

    for (uint32_t i = 0; i < model->n_services; i++) {
        const struct dm_service *service = &model->services[i];

        if (service->cluster.v != id.v || !service->is_webhook || !is_inside(model, service)) {
            continue;
        }
        fault->span = service->object.origin;
        fault->label = "the control plane calls it";
        fault->help = "put its pods on the network of their nodes, `host_network: true`";
        fault->message =
            dm_sprintf(checker->run, "the control plane of `%s` cannot reach the pods of `%s`",
                       dm_cluster_get(model, id)->object.name, service->object.name);
        return fault->message != NULL;
    }
    return true;
}

enum dm_status dm_rule_run_webhook_in_overlay(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "EKS-05", NULL };

    return dm_clusters_lint(checker, DM_RULE_CLU005, facts, look, err);
}
