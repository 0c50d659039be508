/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is looked up of clusters: pods by their address, pools, nodes, ports of nodes.
 *
 * Ranges of pods may be the same in several clusters, and those of a VPC elsewhere: an address of a
 * pod means something in its own cluster alone.
 */
#include <stdlib.h>

#include "model/model_private.h"

static int compare_members(const void *left, const void *right)
{
    const struct dm_member_entry *a = left;
    const struct dm_member_entry *b = right;

    if (a->cluster != b->cluster) {
        return a->cluster < b->cluster ? -1 : 1;
    }
    return (a->v > b->v) - (a->v < b->v);
}

static int compare_node_ports(const void *left, const void *right)
{
    const struct dm_node_port_entry *a = left;
    const struct dm_node_port_entry *b = right;

    if (a->cluster != b->cluster) {
        return a->cluster < b->cluster ? -1 : 1;
    }
    if (a->protocol != b->protocol) {
        return a->protocol < b->protocol ? -1 : 1;
    }
    if (a->node_port != b->node_port) {
        return a->node_port < b->node_port ? -1 : 1;
    }
    return (a->service > b->service) - (a->service < b->service);
}

static bool index_addresses(const struct dm_model *model, struct dm_model_index *index)
{
    size_t n = 0;

    for (uint32_t i = 0; i < model->n_interfaces; i++) {
        n += dm_interface_is_inside(&model->interfaces[i]) ? model->interfaces[i].n_addresses : 0;
    }
    index->in_cluster = DM_NEW_ARRAY(model->arena, n + 1, struct dm_address_entry);
    for (uint32_t i = 0; index->in_cluster && i < model->n_interfaces; i++) {
        const struct dm_interface *item = &model->interfaces[i];
        uint32_t cluster =
            dm_model_cluster_of_interface(model, (struct dm_interface_id){ i + 1 }).v;

        for (size_t j = 0; dm_interface_is_inside(item) && j < item->n_addresses; j++) {
            index->in_cluster[index->n_in_cluster++] = (struct dm_address_entry){
                cluster, item->addresses[j].address, i + 1, { 0, 0, DM_FAMILY_NONE }
            };
        }
    }
    if (index->n_in_cluster > 1) {
        qsort(index->in_cluster, index->n_in_cluster, sizeof index->in_cluster[0],
              dm_index_compare_addresses);
    }
    return index->in_cluster != NULL;
}

static void sort_members(struct dm_member_entry *entries, size_t n)
{
    if (n > 1) {
        qsort(entries, n, sizeof entries[0], compare_members);
    }
}

static bool index_members(const struct dm_model *model, struct dm_model_index *index)
{
    index->pools = DM_NEW_ARRAY(model->arena, model->n_ip_pools + 1, struct dm_member_entry);
    index->nodes = DM_NEW_ARRAY(model->arena, model->n_nodes + 1, struct dm_member_entry);
    index->pool_ids = DM_NEW_ARRAY(model->arena, model->n_ip_pools + 1, struct dm_ip_pool_id);
    index->node_ids = DM_NEW_ARRAY(model->arena, model->n_nodes + 1, struct dm_node_id);
    if (!index->pools || !index->nodes || !index->pool_ids || !index->node_ids) {
        return false;
    }
    for (uint32_t i = 0; i < model->n_ip_pools; i++) {
        index->pools[i] = (struct dm_member_entry){ model->ip_pools[i].cluster.v, i + 1 };
    }
    for (uint32_t i = 0; i < model->n_nodes; i++) {
        index->nodes[i] = (struct dm_member_entry){ model->nodes[i].cluster.v, i + 1 };
    }
    sort_members(index->pools, model->n_ip_pools);
    sort_members(index->nodes, model->n_nodes);
    for (uint32_t i = 0; i < model->n_ip_pools; i++) {
        index->pool_ids[i].v = index->pools[i].v;
    }
    for (uint32_t i = 0; i < model->n_nodes; i++) {
        index->node_ids[i].v = index->nodes[i].v;
    }
    return true;
}

static bool index_node_ports(const struct dm_model *model, struct dm_model_index *index)
{
    size_t n = 0;

    for (uint32_t i = 0; i < model->n_kube_services; i++) {
        n += model->kube_services[i].n_ports;
    }
    index->node_ports = DM_NEW_ARRAY(model->arena, n + 1, struct dm_node_port_entry);
    for (uint32_t i = 0; index->node_ports && i < model->n_kube_services; i++) {
        const struct dm_kube_service *service = &model->kube_services[i];
        uint32_t cluster = dm_namespace_get(model, service->namespace)->cluster.v;

        for (uint32_t j = 0; j < service->n_ports; j++) {
            if (service->ports[j].node_port) {
                index->node_ports[index->n_node_ports++] =
                    (struct dm_node_port_entry){ cluster, service->ports[j].protocol,
                                                 service->ports[j].node_port, i + 1, j };
            }
        }
    }
    if (index->n_node_ports > 1) {
        qsort(index->node_ports, index->n_node_ports, sizeof index->node_ports[0],
              compare_node_ports);
    }
    return index->node_ports != NULL;
}

bool dm_model_index_clusters(const struct dm_model *model, struct dm_model_index *index)
{
    return index_addresses(model, index) && index_members(model, index)
           && index_node_ports(model, index) && dm_model_index_policies(model, index);
}

/* Those of a cluster stand side by side. */
static size_t find_members(const struct dm_member_entry *entries, size_t n, uint32_t cluster,
                           size_t *ret_n)
{
    size_t low = 0;
    size_t high = n;
    size_t end;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (entries[middle].cluster < cluster) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    end = low;
    while (end < n && entries[end].cluster == cluster) {
        end++;
    }
    *ret_n = end - low;
    return low;
}

const struct dm_ip_pool_id *dm_model_pools_of(const struct dm_model *model,
                                              struct dm_cluster_id cluster, size_t *ret_n)
{
    return &model->index
                ->pool_ids[find_members(model->index->pools, model->n_ip_pools, cluster.v, ret_n)];
}

const struct dm_node_id *dm_model_nodes_of(const struct dm_model *model,
                                           struct dm_cluster_id cluster, size_t *ret_n)
{
    return &model->index
                ->node_ids[find_members(model->index->nodes, model->n_nodes, cluster.v, ret_n)];
}

struct dm_ip_pool_id dm_model_pool_at(const struct dm_model *model, struct dm_cluster_id cluster,
                                      struct dm_addr address)
{
    size_t n;
    const struct dm_ip_pool_id *pools = dm_model_pools_of(model, cluster, &n);

    for (size_t i = 0; i < n; i++) {
        if (dm_prefix_has(dm_ip_pool_get(model, pools[i])->prefix, address)) {
            return pools[i];
        }
    }
    return (struct dm_ip_pool_id){ 0 };
}

enum dm_of_pools dm_model_pools_in(const struct dm_model *model, struct dm_cluster_id cluster,
                                   const struct dm_prefix *prefixes, size_t n)
{
    size_t n_pools;
    const struct dm_ip_pool_id *pools = dm_model_pools_of(model, cluster, &n_pools);
    bool covers_all = n_pools > 0;
    bool meets_any = n_pools == 0;
    bool has_all[2] = { false, false }; /* addresses of IPv4, and of IPv6 */

    for (size_t i = 0; i < n_pools; i++) {
        struct dm_prefix pool = dm_ip_pool_get(model, pools[i])->prefix;
        bool is_covered = false;

        for (size_t j = 0; j < n; j++) {
            is_covered = is_covered || dm_prefix_covers(prefixes[j], pool);
            meets_any = meets_any || dm_prefix_overlaps(prefixes[j], pool);
        }
        covers_all = covers_all && is_covered;
    }
    for (size_t j = 0; j < n; j++) {
        if (prefixes[j].length == 0) {
            has_all[prefixes[j].addr.family == DM_FAMILY_IPV6] = true;
        }
    }
    if (n == 0 || !meets_any) {
        return DM_OF_POOLS_NONE;
    }
    return covers_all || (has_all[0] && has_all[1]) ? DM_OF_POOLS_ALL : DM_OF_POOLS_SOME;
}

/* Whether nobody but on the internet has an address of any of them. */
static bool are_public(const struct dm_prefix *prefixes, size_t n)
{
    size_t n_reserved;
    const struct dm_prefix *reserved = dm_prefix_not_public(&n_reserved);

    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n_reserved; j++) {
            if (dm_prefix_overlaps(prefixes[i], reserved[j])) {
                return false;
            }
        }
    }
    return true;
}

enum dm_of_pools dm_model_pods_in_set(const struct dm_model *model, struct dm_cluster_id cluster,
                                      bool on_nodes, const struct dm_prefix *prefixes, size_t n)
{
    size_t n_pools;

    (void)dm_model_pools_of(model, cluster, &n_pools);
    if (n == 0 || ((on_nodes || !n_pools) && are_public(prefixes, n))) {
        return DM_OF_POOLS_NONE;
    }
    return on_nodes ? DM_OF_POOLS_SOME : dm_model_pools_in(model, cluster, prefixes, n);
}

enum dm_block_meaning dm_model_block_means(const struct dm_model *model,
                                           struct dm_cluster_id cluster)
{
    const struct dm_cluster *item = dm_cluster_get(model, cluster);

    if (!item->vpc.v) {
        return DM_BLOCK_NO_PODS;
    }
    return item->cni == DM_CNI_CALICO ? DM_BLOCK_PODS : DM_BLOCK_PERHAPS_PODS;
}

struct dm_interface_id dm_model_interface_in_cluster(const struct dm_model *model,
                                                     struct dm_cluster_id cluster,
                                                     struct dm_addr address)
{
    const struct dm_address_entry *entry = dm_index_find_address(
        model->index->in_cluster, model->index->n_in_cluster, cluster.v, address);

    return (struct dm_interface_id){ entry ? entry->interface : 0 };
}

struct dm_kube_service_id dm_model_node_port(const struct dm_model *model,
                                             struct dm_cluster_id cluster, uint8_t protocol,
                                             uint16_t port, uint32_t *ret_port)
{
    struct dm_node_port_entry key = { cluster.v, protocol, port, 0, 0 };
    const struct dm_node_port_entry *entries = model->index->node_ports;
    size_t low = 0;
    size_t high = model->index->n_node_ports;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare_node_ports(&entries[middle], &key) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == model->index->n_node_ports || entries[low].cluster != cluster.v
        || entries[low].protocol != protocol || entries[low].node_port != port) {
        return (struct dm_kube_service_id){ 0 };
    }
    *ret_port = entries[low].port;
    return (struct dm_kube_service_id){ entries[low].service };
}

struct dm_cluster_id dm_model_cluster_of_interface(const struct dm_model *model,
                                                   struct dm_interface_id id)
{
    const struct dm_interface *interface = dm_interface_get(model, id);

    if (interface->kind == DM_INTERFACE_KUBE_SERVICE) {
        const struct dm_kube_service *service = dm_kube_service_get(model, interface->kube_service);

        return dm_namespace_get(model, service->namespace)->cluster;
    }
    return interface->node.v ? dm_node_get(model, interface->node)->cluster
                             : (struct dm_cluster_id){ 0 };
}

struct dm_node_id dm_model_node_of_interface(const struct dm_model *model,
                                             struct dm_interface_id id)
{
    return dm_interface_get(model, id)->node;
}

bool dm_interface_is_inside(const struct dm_interface *interface)
{
    return interface->kind == DM_INTERFACE_POD || interface->kind == DM_INTERFACE_KUBE_SERVICE;
}
