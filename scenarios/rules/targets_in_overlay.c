/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Targets by address where pods have addresses of an overlay: the VPC has no route to them, so
 * that no health check is answered, and the controller does not support it [EKS-03, CAL-05].  A pod
 * on its node's network is asked for at the node, and is as good a target as any.
 *
 * Looked at are the load balancers that the controller makes of manifests, and those of a network.
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

/* ---- load balancers of a network ---- */

/* The pool of an overlay that a target's address is from; NULL: the network may know it. */
static const struct dm_ip_pool *pool_of(const struct dm_model *model, struct dm_vpc_id vpc,
                                        const struct dm_target *target)
{
    for (uint32_t v = 1; vpc.v && v <= model->n_clusters; v++) {
        struct dm_cluster_id id = { v };
        struct dm_interface_id pod = dm_model_interface_in_cluster(model, id, target->address);
        struct dm_ip_pool_id pool = dm_model_pool_at(model, id, target->address);

        if (dm_cluster_get(model, id)->vpc.v == vpc.v && pool.v && pod.v
            && dm_interface_get(model, pod)->kind == DM_INTERFACE_POD
            && dm_ip_pool_get(model, pool)->encapsulation != DM_ENCAPSULATION_NONE) {
            return dm_ip_pool_get(model, pool);
        }
    }
    return NULL;
}

static enum dm_status look_at_group(struct dm_lint *lint, const struct dm_balancer *balancer,
                                    const struct dm_target_group *group, struct dm_err *err)
{
    struct dm_arena *arena = lint->checker->run;
    enum dm_status status = DM_OK;

    /* Of what is made of manifests they say it themselves. */
    for (size_t i = 0; !group->is_made && i < group->n_targets && status == DM_OK; i++) {
        const struct dm_target *target = &group->targets[i];
        const struct dm_ip_pool *pool = pool_of(lint->checker->model, balancer->vpc, target);
        struct dm_lint_item item = { .origin = target->origin };

        item.subject = dm_sprintf(arena, "%s to %s", balancer->object.name, group->object.name);
        if (pool) {
            item.message = dm_sprintf(
                arena,
                "targets of `%s` in `%s` never become healthy: they are addresses of an overlay, "
                "which the VPC does not route",
                balancer->object.name, group->object.name);
            item.label = "by address";
            item.help = "let it send to the nodes";
            item.places[item.n_places++] =
                (struct dm_lint_place){ pool->object.origin, "from this pool" };
        }
        status = item.subject && (!pool || item.message) ? dm_lint_add(lint, &item, err)
                                                         : DM_FAIL_NOMEM(err);
    }
    return status;
}

static enum dm_status look_at_action(struct dm_lint *lint, const struct dm_balancer *balancer,
                                     const struct dm_listener_action *action, struct dm_err *err)
{
    enum dm_status status = DM_OK;

    for (size_t i = 0; i < action->n_groups && status == DM_OK; i++) {
        status = look_at_group(lint, balancer,
                               dm_target_group_get(lint->checker->model, action->groups[i]), err);
    }
    return status;
}

static enum dm_status lint_network(struct dm_checker *checker, const char *const *facts,
                                   struct dm_err *err)
{
    const struct dm_model *model = checker->model;
    enum dm_status status = DM_OK;
    struct dm_lint lint;

    dm_lint_init(&lint, checker, DM_RULE_RCH020, facts);
    for (uint32_t i = 0; i < model->n_balancers && model->n_ip_pools; i++) {
        const struct dm_balancer *balancer = &model->balancers[i];

        for (size_t j = 0; j < balancer->n_listeners && status == DM_OK; j++) {
            const struct dm_listener *listener = &balancer->listeners[j];

            status = look_at_action(&lint, balancer, &listener->action, err);
            for (size_t k = 0; k < listener->n_rules && status == DM_OK; k++) {
                status = look_at_action(&lint, balancer, &listener->rules[k].action, err);
            }
        }
    }
    return status == DM_OK ? dm_lint_report(&lint, err) : status;
}

enum dm_status dm_rule_run_targets_in_overlay(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "EKS-03", "CAL-05", NULL };
    enum dm_status status = dm_kube_lint_targets(checker, DM_RULE_RCH020, facts, lint_one, err);

    return status == DM_OK ? lint_network(checker, facts, err) : status;
}
