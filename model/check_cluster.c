/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What must be true of clusters: handles are of objects that exist, labels are sorted, a workload
 * has pods, backends and targets are ports of their services.
 */
#include <string.h>

#include "model/check_private.h"

static void look_labels(const struct dm_checked *checker, const struct dm_kube_labels *labels)
{
    for (size_t i = 1; i < labels->n; i++) {
        if (strcmp(labels->items[i - 1].key, labels->items[i].key) >= 0) {
            dm_diags_add(checker->diags, DM_SEV_ERROR, checker->object->origin,
                         "labels of `%s` are not in order", checker->object->name);
        }
    }
}

static void look_workload(const struct dm_checked *checker, const struct dm_workload *workload)
{
    DM_CHECK_NEED(checker, namespace, workload->namespace);
    for (size_t i = 0; i < workload->n_pods; i++) {
        look_labels(checker, &workload->pods[i].labels);
        DM_CHECK_MAY(checker, unknown, workload->pods[i].unplaced);
        for (size_t j = 0; j < workload->pods[i].n_seats; j++) {
            DM_CHECK_MAY(checker, node, workload->pods[i].seats[j].node);
        }
        if (workload->pods[i].schedule) {
            DM_CHECK_MAY(checker, unknown, workload->pods[i].schedule->unknown);
        }
    }
    if (workload->n_pods == 0) {
        dm_diags_add(checker->diags, DM_SEV_ERROR, checker->object->origin,
                     "workload `%s` has no pods", checker->object->name);
    }
}

static void look_autoscaler(const struct dm_checked *checker,
                            const struct dm_autoscaler *autoscaler)
{
    DM_CHECK_NEED(checker, namespace, autoscaler->namespace);
    DM_CHECK_MAY(checker, workload, autoscaler->target);
    if (!autoscaler->target_kind || !autoscaler->target_name) {
        dm_diags_add(checker->diags, DM_SEV_ERROR, checker->object->origin,
                     "autoscaler `%s` names no target", checker->object->name);
    }
}

static void look_policy(const struct dm_checked *checker, const struct dm_network_policy *policy)
{
    DM_CHECK_NEED(checker, cluster, policy->cluster);
    DM_CHECK_NEED(checker, policy_tier, policy->tier);
    DM_CHECK_MAY(checker, namespace, policy->namespace);
    DM_CHECK_MAY(checker, unknown, policy->unknown);
    for (size_t i = 0; i < policy->n_ingress; i++) {
        DM_CHECK_MAY(checker, unknown, policy->ingress[i].unknown);
    }
    for (size_t i = 0; i < policy->n_egress; i++) {
        DM_CHECK_MAY(checker, unknown, policy->egress[i].unknown);
    }
}

static void look_ingress(const struct dm_checked *checker, const struct dm_ingress *ingress)
{
    const struct dm_model *model = checker->model;

    DM_CHECK_NEED(checker, namespace, ingress->namespace);
    for (size_t i = 0; i < ingress->n_backends; i++) {
        const struct dm_ingress_backend *backend = &ingress->backends[i];

        DM_CHECK_NEED(checker, kube_service, backend->service);
        if (backend->service.v >= 1 && backend->service.v <= model->n_kube_services
            && backend->port >= model->kube_services[backend->service.v - 1].n_ports) {
            dm_diags_add(checker->diags, DM_SEV_ERROR, backend->origin,
                         "a backend of `%s` is no port of its service", ingress->object.name);
        }
    }
}

static void look_cluster(const struct dm_checked *checker, const struct dm_cluster *cluster)
{
    DM_CHECK_MAY(checker, unknown, cluster->unknown);
    DM_CHECK_MAY(checker, vpc, cluster->vpc);
    for (size_t i = 0; i < cluster->n_control_plane; i++) {
        DM_CHECK_NEED(checker, host, cluster->control_plane[i]);
    }
}

static void look_pool(const struct dm_checked *checker, const struct dm_ip_pool *pool)
{
    DM_CHECK_NEED(checker, cluster, pool->cluster);
    DM_CHECK_MAY(checker, unknown, pool->unknown);
}

static void look_node_group(const struct dm_checked *checker, const struct dm_node_group *group)
{
    DM_CHECK_NEED(checker, cluster, group->cluster);
    look_labels(checker, &group->labels);
}

static void look_node(const struct dm_checked *checker, const struct dm_node *node)
{
    DM_CHECK_NEED(checker, cluster, node->cluster);
    DM_CHECK_MAY(checker, node_group, node->group);
    DM_CHECK_MAY(checker, interface, node->interface);
    DM_CHECK_MAY(checker, zone, node->zone);
    look_labels(checker, &node->labels);
}

/* What a pod's interface says of its workload is used before the model is whole. */
static void look_interface(const struct dm_checked *checker, const struct dm_interface *interface)
{
    const struct dm_model *model = checker->model;

    DM_CHECK_MAY(checker, interface, interface->carrier);
    if (interface->kind == DM_INTERFACE_POD && interface->workload.v >= 1
        && interface->workload.v <= model->n_workloads
        && interface->pod >= model->workloads[interface->workload.v - 1].n_pods) {
        dm_diags_add(checker->diags, DM_SEV_ERROR, checker->object->origin,
                     "interface `%s` is of a pod that its workload does not have",
                     checker->object->name);
    }
}

static void look_service(const struct dm_checked *checker, const struct dm_kube_service *service)
{
    const struct dm_model *model = checker->model;

    DM_CHECK_NEED(checker, namespace, service->namespace);
    DM_CHECK_MAY(checker, interface, service->interface);
    DM_CHECK_MAY(checker, unknown, service->unknown);
    for (size_t i = 0; i < service->n_backends; i++) {
        DM_CHECK_NEED(checker, interface, service->backends[i]);
    }
    for (size_t i = 0; i < service->n_endpoints; i++) {
        const struct dm_kube_endpoint *endpoint = &service->endpoints[i];

        DM_CHECK_MAY(checker, workload, endpoint->workload);
        if (endpoint->workload.v >= 1 && endpoint->workload.v <= model->n_workloads
            && endpoint->pod >= model->workloads[endpoint->workload.v - 1].n_pods) {
            dm_diags_add(checker->diags, DM_SEV_ERROR, checker->object->origin,
                         "an endpoint of `%s` is no pod of its workload", checker->object->name);
        }
    }
}

static void look_rule(const struct dm_checked *checker, const struct dm_kube_rule *rule)
{
    const struct dm_model *model = checker->model;

    for (size_t i = 0; i < rule->n_targets; i++) {
        const struct dm_kube_target *target = &rule->targets[i];

        DM_CHECK_NEED(checker, kube_service, target->service);
        if (target->service.v >= 1 && target->service.v <= model->n_kube_services
            && target->port >= model->kube_services[target->service.v - 1].n_ports) {
            dm_diags_add(checker->diags, DM_SEV_ERROR, target->origin,
                         "a target of `%s` is no port of its service", checker->object->name);
        }
    }
}

static void look_kube_balancer(const struct dm_checked *checker,
                               const struct dm_kube_balancer *balancer)
{
    DM_CHECK_NEED(checker, cluster, balancer->cluster);
    DM_CHECK_MAY(checker, unknown, balancer->unknown);
    DM_CHECK_MAY(checker, balancer, balancer->balancer);
    for (size_t i = 0; i < balancer->n_listeners; i++) {
        for (size_t j = 0; j < balancer->listeners[i].n_rules; j++) {
            look_rule(checker, &balancer->listeners[i].rules[j]);
        }
    }
}

#define EACH(i, plural) for (uint32_t i = 0; i < model->n_##plural; i++)

void dm_model_check_cluster_handles(const struct dm_model *model, struct dm_diags *diags)
{
    EACH(i, clusters)
    {
        look_cluster(DM_CHECKED(model, diags, cluster, clusters, i), &model->clusters[i]);
    }
    EACH(i, ip_pools)
    {
        look_pool(DM_CHECKED(model, diags, ip_pool, ip_pools, i), &model->ip_pools[i]);
    }
    EACH(i, node_groups)
    {
        look_node_group(DM_CHECKED(model, diags, node_group, node_groups, i),
                        &model->node_groups[i]);
    }
    EACH(i, nodes)
    {
        look_node(DM_CHECKED(model, diags, node, nodes, i), &model->nodes[i]);
    }
    EACH(i, interfaces)
    {
        look_interface(DM_CHECKED(model, diags, interface, interfaces, i), &model->interfaces[i]);
    }
    EACH(i, namespaces)
    {
        DM_CHECK_NEED(DM_CHECKED(model, diags, namespace, namespaces, i), cluster,
                      model->namespaces[i].cluster);
        look_labels(DM_CHECKED(model, diags, namespace, namespaces, i),
                    &model->namespaces[i].labels);
    }
    EACH(i, workloads)
    {
        look_workload(DM_CHECKED(model, diags, workload, workloads, i), &model->workloads[i]);
    }
    EACH(i, service_accounts)
    {
        DM_CHECK_NEED(DM_CHECKED(model, diags, service_account, service_accounts, i), namespace,
                      model->service_accounts[i].namespace);
        look_labels(DM_CHECKED(model, diags, service_account, service_accounts, i),
                    &model->service_accounts[i].labels);
    }
    EACH(i, autoscalers)
    {
        look_autoscaler(DM_CHECKED(model, diags, autoscaler, autoscalers, i),
                        &model->autoscalers[i]);
    }
    EACH(i, disruption_budgets)
    {
        DM_CHECK_NEED(DM_CHECKED(model, diags, disruption_budget, disruption_budgets, i), namespace,
                      model->disruption_budgets[i].namespace);
    }
    EACH(i, config_objects)
    {
        DM_CHECK_NEED(DM_CHECKED(model, diags, config_object, config_objects, i), namespace,
                      model->config_objects[i].namespace);
    }
    EACH(i, policy_tiers)
    {
        DM_CHECK_NEED(DM_CHECKED(model, diags, policy_tier, policy_tiers, i), cluster,
                      model->policy_tiers[i].cluster);
    }
    EACH(i, network_policies)
    {
        look_policy(DM_CHECKED(model, diags, network_policy, network_policies, i),
                    &model->network_policies[i]);
    }
    EACH(i, network_sets)
    {
        DM_CHECK_NEED(DM_CHECKED(model, diags, network_set, network_sets, i), cluster,
                      model->network_sets[i].cluster);
        DM_CHECK_MAY(DM_CHECKED(model, diags, network_set, network_sets, i), namespace,
                     model->network_sets[i].namespace);
        DM_CHECK_MAY(DM_CHECKED(model, diags, network_set, network_sets, i), unknown,
                     model->network_sets[i].unknown);
    }
    EACH(i, kube_services)
    {
        look_service(DM_CHECKED(model, diags, kube_service, kube_services, i),
                     &model->kube_services[i]);
    }
    EACH(i, ingresses)
    {
        look_ingress(DM_CHECKED(model, diags, ingress, ingresses, i), &model->ingresses[i]);
    }
    EACH(i, kube_balancers)
    {
        look_kube_balancer(DM_CHECKED(model, diags, kube_balancer, kube_balancers, i),
                           &model->kube_balancers[i]);
    }
}
