/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What must be true of clusters: handles are of objects that exist, labels are sorted, a workload
 * has pods, a backend is a port of its service.
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
    }
    if (workload->n_pods == 0) {
        dm_diags_add(checker->diags, DM_SEV_ERROR, checker->object->origin,
                     "workload `%s` has no pods", checker->object->name);
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

#define EACH(i, plural) for (uint32_t i = 0; i < model->n_##plural; i++)

void dm_model_check_cluster_handles(const struct dm_model *model, struct dm_diags *diags)
{
    EACH(i, clusters)
    {
        DM_CHECK_MAY(DM_CHECKED(model, diags, cluster, clusters, i), unknown,
                     model->clusters[i].unknown);
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
        DM_CHECK_NEED(DM_CHECKED(model, diags, kube_service, kube_services, i), namespace,
                      model->kube_services[i].namespace);
    }
    EACH(i, ingresses)
    {
        look_ingress(DM_CHECKED(model, diags, ingress, ingresses, i), &model->ingresses[i]);
    }
}
