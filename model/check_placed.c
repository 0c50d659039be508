/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What must be true of clusters that stand on a network: a node is a host in its zone, a pod is on
 * a node of its own cluster, ranges of pods are apart, a Service's address is its own.
 */
#include "model/model_private.h"

static void fault(struct dm_diags *diags, const struct dm_object *object, const char *what)
{
    dm_diags_add(diags, DM_SEV_ERROR, object->origin, "`%s` %s", object->name, what);
}

static void check_node(const struct dm_model *model, struct dm_diags *diags, uint32_t handle)
{
    const struct dm_node *node = &model->nodes[handle - 1];
    const struct dm_interface *interface =
        node->interface.v ? dm_interface_get(model, node->interface) : NULL;

    if (node->group.v && dm_node_group_get(model, node->group)->cluster.v != node->cluster.v) {
        fault(diags, &node->object, "is a node of a group of another cluster");
    }
    if (interface
        && (interface->kind != DM_INTERFACE_HOST || interface->node.v != handle
            || !interface->host.v)) {
        fault(diags, &node->object, "is a node at an interface that is not its own");
    } else if (interface
               && (dm_model_zone_of_interface(model, node->interface).v != node->zone.v
                   || dm_model_vpc_of_interface(model, node->interface).v
                          != dm_cluster_get(model, node->cluster)->vpc.v)) {
        fault(diags, &node->object, "is a node in another zone, or VPC, than its interface");
    }
}

static void check_pod(const struct dm_model *model, struct dm_diags *diags,
                      const struct dm_interface *interface)
{
    const struct dm_node *node = dm_node_get(model, interface->node);
    const struct dm_workload *workload = dm_workload_get(model, interface->workload);

    if (dm_namespace_get(model, workload->namespace)->cluster.v != node->cluster.v) {
        fault(diags, &interface->object, "is a pod on a node of another cluster");
    }
    if (interface->n_addresses != 1 || interface->subnet.v || !interface->host.v || !node->zone.v
        || !node->interface.v) {
        fault(diags, &interface->object, "is a pod without an address and a node in a zone");
    } else if (interface->carrier.v
               && dm_interface_get(model, interface->carrier)->node.v != interface->node.v) {
        fault(diags, &interface->object, "is a pod with an address of another node");
    }
}

/* Its primary one, or another of the same host. */
static bool is_of_node(const struct dm_model *model, const struct dm_interface *interface,
                       uint32_t handle)
{
    struct dm_interface_id primary = dm_node_get(model, interface->node)->interface;

    return primary.v == handle
           || (primary.v && interface->host.v
               && dm_interface_get(model, primary)->host.v == interface->host.v);
}

static void check_interface(const struct dm_model *model, struct dm_diags *diags, uint32_t handle)
{
    const struct dm_interface *interface = &model->interfaces[handle - 1];

    if (interface->kind == DM_INTERFACE_POD) {
        check_pod(model, diags, interface);
    } else if (interface->kind == DM_INTERFACE_KUBE_SERVICE) {
        if (dm_kube_service_get(model, interface->kube_service)->interface.v != handle
            || interface->n_addresses != 1 || interface->subnet.v) {
            fault(diags, &interface->object, "is a Service's, which does not know it");
        }
    } else if (interface->node.v && !is_of_node(model, interface, handle)) {
        fault(diags, &interface->object, "is a node's, which does not know it");
    }
}

static void check_pools(const struct dm_model *model, struct dm_diags *diags,
                        struct dm_cluster_id cluster)
{
    size_t n;
    const struct dm_ip_pool_id *pools = dm_model_pools_of(model, cluster, &n);

    for (size_t i = 0; i < n; i++) {
        const struct dm_ip_pool *pool = dm_ip_pool_get(model, pools[i]);

        for (size_t j = 0; j < i; j++) {
            if (dm_prefix_overlaps(pool->prefix, dm_ip_pool_get(model, pools[j])->prefix)) {
                fault(diags, &pool->object, "overlaps with another pool of its cluster");
            }
        }
    }
}

static void check_service(const struct dm_model *model, struct dm_diags *diags,
                          const struct dm_kube_service *service)
{
    struct dm_cluster_id cluster = dm_namespace_get(model, service->namespace)->cluster;

    for (size_t i = 0; i < service->n_backends; i++) {
        if (dm_model_cluster_of_interface(model, service->backends[i]).v != cluster.v) {
            fault(diags, &service->object, "has a backend that is not of its cluster");
        }
    }
}

void dm_model_check_clusters(const struct dm_model *model, struct dm_diags *diags)
{
    for (uint32_t i = 0; i < model->n_clusters; i++) {
        check_pools(model, diags, (struct dm_cluster_id){ i + 1 });
    }
    for (uint32_t i = 0; i < model->n_nodes; i++) {
        check_node(model, diags, i + 1);
    }
    for (uint32_t i = 0; i < model->n_interfaces; i++) {
        check_interface(model, diags, i + 1);
    }
    for (uint32_t i = 0; i < model->n_kube_services; i++) {
        check_service(model, diags, &model->kube_services[i]);
    }
}
