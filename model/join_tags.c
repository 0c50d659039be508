/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Nodes of which no Node object is in the input: instances whose tags name the cluster [EKS-64],
 * also where the Node objects of others are there.  Manifests that name no cluster are taken for
 * those of the only one that tags name.
 */
#include <string.h>

#include "model/base/str.h"
#include "model/join_private.h"

/* Nodes by Node objects; '*ret_strays': one of them is no host of the network. */
static bool has_nodes(const struct dm_builder *builder, struct dm_cluster_id cluster,
                      bool *ret_strays)
{
    bool found = false;

    *ret_strays = false;
    for (size_t i = 0; i < builder->nodes.n; i++) {
        if (builder->nodes.items[i].cluster.v == cluster.v) {
            found = true;
            *ret_strays = *ret_strays || !builder->nodes.items[i].interface.v;
        }
    }
    return found;
}

/* The name that all tags of clusters have; NULL: there are none, or several. */
static const char *only_name(const struct dm_builder *builder)
{
    const char *name = NULL;

    for (size_t i = 0; i < builder->hosts.n; i++) {
        const char *other = builder->hosts.items[i].cluster_name;

        if (other && name && strcmp(other, name) != 0) {
            return NULL;
        }
        name = other ? other : name;
    }
    return name;
}

static bool is_without_name(const struct dm_cluster *cluster)
{
    return strcmp(cluster->object.name, "cluster") == 0 && !cluster->is_described;
}

/* The word of Kubernetes for an architecture; NULL: not known. */
static const char *architecture_of(const struct dm_host *host)
{
    return dm_str_equal(host->architecture, "x86_64")  ? "amd64"
           : dm_str_equal(host->architecture, "arm64") ? "arm64"
                                                       : NULL;
}

/* What the cluster itself would say of the node, as far as the instance shows it, by key. */
static struct dm_kube_labels labels_of(struct dm_builder *builder, const struct dm_host *host,
                                       struct dm_zone_id zone)
{
    struct dm_kube_label *items = DM_NEW_ARRAY(builder->arena, 5, struct dm_kube_label);
    const struct dm_zone *at = &builder->zones.items[zone.v - 1];
    size_t n = 0;

    if (!items) {
        builder->failed = true;
        return (struct dm_kube_labels){ NULL, 0 };
    }
    if (host->node_group) {
        items[n++] = (struct dm_kube_label){ "eks.amazonaws.com/nodegroup", host->node_group };
    }
    if (architecture_of(host)) {
        items[n++] = (struct dm_kube_label){ "kubernetes.io/arch", architecture_of(host) };
    }
    items[n++] =
        (struct dm_kube_label){ "kubernetes.io/os",
                                dm_str_equal(host->platform, "windows") ? "windows" : "linux" };
    items[n++] = (struct dm_kube_label){ "topology.kubernetes.io/region",
                                         builder->regions.items[at->region.v - 1].object.name };
    items[n++] = (struct dm_kube_label){ "topology.kubernetes.io/zone", at->object.name };
    return (struct dm_kube_labels){ items, n };
}

static void add_node(struct dm_joining *joining, struct dm_cluster_id cluster,
                     const struct dm_host *host, const struct dm_interface *interface)
{
    struct dm_builder *builder = joining->builder;
    const struct dm_subnet *subnet = &builder->subnets.items[interface->subnet.v - 1];
    struct dm_cluster *of = &builder->clusters.items[cluster.v - 1];
    struct dm_node node = { .object = host->object,
                            .cluster = cluster,
                            .short_name = host->object.name,
                            .instance = host->object.name,
                            .interface = host->interfaces[0],
                            .zone = subnet->zone,
                            .has_more_labels = true,
                            .allocatable = { -1, -1 } };

    if (!is_without_name(of)) {
        node.object.name = dm_sprintf(builder->arena, "%s:%s", of->object.name, host->object.name);
    }
    node.labels = labels_of(builder, host, subnet->zone);
    if (!node.object.name || (of->vpc.v && of->vpc.v != subnet->vpc.v)) {
        builder->failed |= !node.object.name;
        return;
    }
    of->vpc = subnet->vpc;
    builder->interfaces.items[host->interfaces[0].v - 1].node = dm_builder_add_node(builder, &node);
}

static void tell_found(struct dm_joining *joining, const struct dm_host *host, const char *cluster)
{
    dm_diags_add(joining->diags, DM_SEV_WARNING, host->object.origin,
                 "instance `%s` has the tag of cluster `%s`, and none of its Node objects in the "
                 "input: it is taken for a node",
                 host->object.name, cluster);
}

void dm_join_tagged(struct dm_joining *joining)
{
    struct dm_builder *builder = joining->builder;

    for (uint32_t c = 1; c <= builder->clusters.n && !builder->failed; c++) {
        struct dm_cluster *cluster = &builder->clusters.items[c - 1];
        bool is_unnamed = is_without_name(cluster);
        const char *name = is_unnamed ? only_name(builder) : cluster->object.name;

        bool has_strays;
        bool is_partial = has_nodes(builder, (struct dm_cluster_id){ c }, &has_strays);

        if (!name || has_strays) { /* one that strays may be this instance */
            continue;
        }
        for (size_t i = 0; i < builder->hosts.n && !builder->failed; i++) {
            const struct dm_host *host = &builder->hosts.items[i];
            const struct dm_interface *at =
                host->n_interfaces ? &builder->interfaces.items[host->interfaces[0].v - 1] : NULL;

            if (dm_str_equal(host->cluster_name, name) && host->running && at && !at->node.v
                && at->kind == DM_INTERFACE_HOST && at->subnet.v && at->n_addresses) {
                add_node(joining, (struct dm_cluster_id){ c }, host, at);
                cluster->is_assumed = cluster->is_assumed || (is_unnamed && !is_partial);
                if (is_partial) {
                    tell_found(joining, host, name);
                }
            }
        }
    }
}
