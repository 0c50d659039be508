/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Clusters in the build: which interfaces answer for a Service that selects pods.
 *
 * A pod that is placed answers at its own interfaces, one that is on its node's network at those of
 * the nodes that it may be on.  Backends that a front end gave by itself stay.
 */
#include "model/join_private.h"

struct backends {
    struct dm_interface_id *items;
    size_t n;
    size_t capacity;
};

static void add(struct dm_builder *builder, struct backends *backends,
                struct dm_interface_id interface)
{
    builder->failed |= !DM_VEC_PUSH(builder->arena, backends, interface);
}

static bool selects(const struct dm_kube_service *service, const struct dm_workload *workload,
                    const struct dm_pod *pod)
{
    return workload->namespace.v == service->namespace.v
           && dm_selector_matches(service->selector, &pod->labels);
}

/* Whether one of these pods may be on the node: it is, as far as the input shows pods. */
static bool may_be_on(const struct dm_builder *builder, const struct dm_pod *pod, uint32_t v)
{
    const struct dm_node *node = &builder->nodes.items[v - 1];

    for (size_t i = 0; i < pod->n_seats; i++) {
        if (dm_join_seat(builder, node->cluster, &pod->seats[i]).v == v) {
            return true;
        }
    }
    return !pod->n_seats && dm_schedule_allows(pod->schedule, node);
}

/* Nodes that a pod of the cluster may be on, which it then shares the network of. */
static void add_nodes(struct dm_builder *builder, struct backends *backends,
                      struct dm_cluster_id cluster, const struct dm_pod *pod)
{
    for (size_t i = 0; i < builder->nodes.n; i++) {
        const struct dm_node *node = &builder->nodes.items[i];

        if (node->cluster.v == cluster.v && node->interface.v
            && may_be_on(builder, pod, (uint32_t)i + 1)) {
            add(builder, backends, node->interface);
        }
    }
}

static bool has(const struct backends *backends, struct dm_interface_id interface)
{
    for (size_t i = 0; i < backends->n; i++) {
        if (backends->items[i].v == interface.v) {
            return true;
        }
    }
    return false;
}

/* Pods of several workloads may be on one node. */
static void drop_twice(struct backends *backends)
{
    struct backends kept = { backends->items, 0, backends->capacity };

    for (size_t i = 0; i < backends->n; i++) {
        if (!has(&kept, backends->items[i])) {
            kept.items[kept.n++] = backends->items[i];
        }
    }
    *backends = kept;
}

static void find_backends(struct dm_builder *builder, const struct backends *pods,
                          struct dm_kube_service *service)
{
    struct dm_cluster_id cluster = builder->namespaces.items[service->namespace.v - 1].cluster;
    struct backends backends = { 0 };
    bool on_nodes = false;

    for (size_t i = 0; i < pods->n; i++) {
        const struct dm_interface *at = &builder->interfaces.items[pods->items[i].v - 1];
        const struct dm_workload *workload = &builder->workloads.items[at->workload.v - 1];

        if (selects(service, workload, &workload->pods[at->pod])) {
            add(builder, &backends, pods->items[i]);
        }
    }
    for (size_t i = 0; i < builder->workloads.n; i++) {
        const struct dm_workload *workload = &builder->workloads.items[i];

        for (size_t j = 0; j < workload->n_pods; j++) {
            if (workload->pods[j].unplaced.v && !service->unknown.v
                && selects(service, workload, &workload->pods[j])) {
                service->unknown = workload->pods[j].unplaced;
            }
            if (workload->pods[j].host_network && selects(service, workload, &workload->pods[j])) {
                add_nodes(builder, &backends, cluster, &workload->pods[j]);
                on_nodes = true;
            }
        }
    }
    if (on_nodes) {
        drop_twice(&backends);
    }
    service->backends = backends.items;
    service->n_backends = backends.n;
}

static bool has_network(const struct dm_builder *builder)
{
    for (size_t i = 0; i < builder->clusters.n; i++) {
        if (builder->clusters.items[i].vpc.v) {
            return true;
        }
    }
    return builder->nodes.n != 0;
}

enum dm_status dm_model_settle_clusters(struct dm_builder *builder, struct dm_err *err)
{
    struct backends pods = { 0 };

    if (!has_network(builder)) {
        return DM_OK; /* the clusters are on no network: nothing has an interface */
    }
    for (uint32_t i = 0; i < builder->interfaces.n; i++) {
        if (builder->interfaces.items[i].kind == DM_INTERFACE_POD) {
            add(builder, &pods, (struct dm_interface_id){ i + 1 });
        }
    }
    for (size_t i = 0; i < builder->kube_services.n && !builder->failed; i++) {
        struct dm_kube_service *service = &builder->kube_services.items[i];

        if (service->selector && !service->n_backends) {
            find_backends(builder, &pods, service);
        }
    }
    return builder->failed ? DM_FAIL_NOMEM(err) : DM_OK;
}
