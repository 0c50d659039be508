/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Targets by address where pods have addresses of an overlay: the VPC has no route to them, so
 * that no health check is answered, and the controller does not support it [EKS-03, CAL-05].  A pod
 * on its node's network is asked for at the node, and is as good a target as any.
 */
#include "model/base/str.h"
#include "scenarios/rules/kube.h"

/* What says that pods' addresses are not the VPC's: the installation, or a pool whose packets
 * travel inside others; none where nothing does. */
static bool find_overlay(const struct dm_model *model, struct dm_cluster_id cluster,
                         const struct dm_ip_pool **ret_pool)
{
    enum dm_cni cni = dm_cluster_get(model, cluster)->cni;
    bool is_overlay = cni == DM_CNI_CALICO;

    *ret_pool = NULL;
    for (uint32_t i = 0; i < model->n_ip_pools && cni != DM_CNI_VPC && !*ret_pool; i++) {
        const struct dm_ip_pool *pool = &model->ip_pools[i];

        if (pool->cluster.v == cluster.v && !pool->disabled
            && (cni == DM_CNI_CALICO || pool->encapsulation != DM_ENCAPSULATION_NONE)) {
            *ret_pool = pool;
            is_overlay = true;
        }
    }
    return is_overlay;
}

/* The first workload with a pod of the service that is not on its node's network. */
static const struct dm_workload *find_pod(const struct dm_model *model,
                                          const struct dm_kube_service *service)
{
    for (uint32_t i = 0; service->selector && i < model->n_workloads; i++) {
        const struct dm_workload *workload = &model->workloads[i];

        for (size_t j = 0; workload->namespace.v == service->namespace.v && j < workload->n_pods;
             j++) {
            if (!workload->pods[j].host_network
                && dm_selector_matches(service->selector, &workload->pods[j].labels)) {
                return workload;
            }
        }
    }
    for (size_t i = 0; i < service->n_endpoints; i++) {
        const struct dm_kube_endpoint *endpoint = &service->endpoints[i];

        if (endpoint->workload.v
            && !dm_workload_get(model, endpoint->workload)->pods[endpoint->pod].host_network) {
            return dm_workload_get(model, endpoint->workload);
        }
    }
    return NULL;
}

static bool lint_one(const struct dm_kube_look *look, struct dm_lint_item *item)
{
    const struct dm_ip_pool *pool = NULL;
    const struct dm_workload *workload;

    if (!look->target->is_address || !find_overlay(look->model, look->balancer->cluster, &pool)) {
        return true;
    }
    workload = find_pod(look->model, look->service);
    if (!workload) {
        return true;
    }
    item->message =
        dm_sprintf(look->arena,
                   "targets of `%s` on port %u of `%s` never become healthy: they are "
                   "addresses of an overlay, which the VPC does not route",
                   look->balancer->object.name, look->port->port, look->service->object.name);
    item->label = "by address";
    item->help = "use target type `instance` and a service with node ports, or put the pods on "
                 "their nodes' network";
    item->places[item->n_places++] =
        (struct dm_lint_place){ workload->object.origin, "its pods have such addresses" };
    if (pool) {
        item->places[item->n_places++] =
            (struct dm_lint_place){ pool->object.origin, "from this pool" };
    }
    return item->message != NULL;
}

enum dm_status dm_rule_run_targets_in_overlay(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "EKS-03", "CAL-05", NULL };

    return dm_kube_lint_targets(checker, DM_RULE_RCH020, facts, lint_one, err);
}
