/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What must be true of clusters: handles are of objects that exist, labels are sorted, a workload
 * has pods, a backend is a port of its service.
 */
#include <string.h>

#include "model/model_private.h"

struct checker {
    const struct dm_model *model;
    struct dm_diags *diags;
    const struct dm_object *object;
};

static void range(const struct checker *checker, enum dm_kind kind, uint32_t v, uint32_t low,
                  uint32_t n)
{
    if (v < low || v > n) {
        dm_diags_add(checker->diags, DM_SEV_ERROR, checker->object->origin,
                     "`%s` refers to a %s that does not exist", checker->object->name,
                     dm_kind_text(kind));
    }
}

#define NEED(checker, kind, plural, id)                                                            \
    range((checker), DM_KIND_##kind, (id).v, 1, (checker)->model->n_##plural)
#define MAY(checker, kind, plural, id)                                                             \
    range((checker), DM_KIND_##kind, (id).v, 0, (checker)->model->n_##plural)

static void look_labels(const struct checker *checker, const struct dm_kube_labels *labels)
{
    for (size_t i = 1; i < labels->n; i++) {
        if (strcmp(labels->items[i - 1].key, labels->items[i].key) >= 0) {
            dm_diags_add(checker->diags, DM_SEV_ERROR, checker->object->origin,
                         "labels of `%s` are not in order", checker->object->name);
        }
    }
}

static void look_workload(const struct checker *checker, const struct dm_workload *workload)
{
    NEED(checker, namespace, namespaces, workload->namespace);
    for (size_t i = 0; i < workload->n_pods; i++) {
        look_labels(checker, &workload->pods[i].labels);
    }
    if (workload->n_pods == 0) {
        dm_diags_add(checker->diags, DM_SEV_ERROR, checker->object->origin,
                     "workload `%s` has no pods", checker->object->name);
    }
}

static void look_policy(const struct checker *checker, const struct dm_network_policy *policy)
{
    NEED(checker, cluster, clusters, policy->cluster);
    NEED(checker, policy_tier, policy_tiers, policy->tier);
    MAY(checker, namespace, namespaces, policy->namespace);
    MAY(checker, unknown, unknowns, policy->unknown);
    for (size_t i = 0; i < policy->n_ingress; i++) {
        MAY(checker, unknown, unknowns, policy->ingress[i].unknown);
    }
    for (size_t i = 0; i < policy->n_egress; i++) {
        MAY(checker, unknown, unknowns, policy->egress[i].unknown);
    }
}

static void look_ingress(const struct checker *checker, const struct dm_ingress *ingress)
{
    const struct dm_model *model = checker->model;

    NEED(checker, namespace, namespaces, ingress->namespace);
    for (size_t i = 0; i < ingress->n_backends; i++) {
        const struct dm_ingress_backend *backend = &ingress->backends[i];

        NEED(checker, kube_service, kube_services, backend->service);
        if (backend->service.v >= 1 && backend->service.v <= model->n_kube_services
            && backend->port >= model->kube_services[backend->service.v - 1].n_ports) {
            dm_diags_add(checker->diags, DM_SEV_ERROR, backend->origin,
                         "a backend of `%s` is no port of its service", ingress->object.name);
        }
    }
}

#define EACH(i, plural) for (uint32_t i = 0; i < model->n_##plural; i++)
#define CHECKER(plural, i) (&(struct checker){ model, diags, &model->plural[i].object })

void dm_model_check_cluster_handles(const struct dm_model *model, struct dm_diags *diags)
{
    EACH(i, clusters)
    {
        MAY(CHECKER(clusters, i), unknown, unknowns, model->clusters[i].unknown);
    }
    EACH(i, namespaces)
    {
        NEED(CHECKER(namespaces, i), cluster, clusters, model->namespaces[i].cluster);
        look_labels(CHECKER(namespaces, i), &model->namespaces[i].labels);
    }
    EACH(i, workloads)
    {
        look_workload(CHECKER(workloads, i), &model->workloads[i]);
    }
    EACH(i, policy_tiers)
    {
        NEED(CHECKER(policy_tiers, i), cluster, clusters, model->policy_tiers[i].cluster);
    }
    EACH(i, network_policies)
    {
        look_policy(CHECKER(network_policies, i), &model->network_policies[i]);
    }
    EACH(i, network_sets)
    {
        NEED(CHECKER(network_sets, i), cluster, clusters, model->network_sets[i].cluster);
        MAY(CHECKER(network_sets, i), namespace, namespaces, model->network_sets[i].namespace);
    }
    EACH(i, kube_services)
    {
        NEED(CHECKER(kube_services, i), namespace, namespaces, model->kube_services[i].namespace);
    }
    EACH(i, ingresses)
    {
        look_ingress(CHECKER(ingresses, i), &model->ingresses[i]);
    }
}
