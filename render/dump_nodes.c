/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Clusters on a network: their control plane, pools, node groups and nodes, and where pods may be.
 */
#include <inttypes.h>

#include "render/dump_private.h"

static void dump_number(struct dm_dump *dump, const char *name, int64_t value)
{
    dm_str_addf(dump->out, "    %s: %" PRId64 "\n", name, value);
}

static void dump_cluster(struct dm_dump *dump, const struct dm_cluster *cluster)
{
    static const char *const cnis[] = {
        [DM_CNI_NOT_KNOWN] = NULL, [DM_CNI_VPC] = "of the VPC", [DM_CNI_CALICO] = "of pools"
    };

    dm_dump_ref(dump, "unknown", DM_KIND_unknown, cluster->unknown.v);
    dm_dump_ref(dump, "vpc", DM_KIND_vpc, cluster->vpc.v);
    dm_dump_text(dump, "addresses of pods", cnis[cluster->cni]);
    if (!dm_addr_is_none(cluster->service_range.addr)) {
        dm_dump_prefixes(dump, "services", &cluster->service_range, 1);
    }
    if (cluster->pod_mtu) {
        dump_number(dump, "mtu of pods", cluster->pod_mtu);
    }
    if (cluster->vxlan_port) {
        dump_number(dump, "vxlan port", cluster->vxlan_port);
    }
    dm_dump_flag(dump, "wireguard", cluster->wireguard);
    dm_dump_refs(dump, "control plane", DM_KIND_host, cluster->control_plane,
                 cluster->n_control_plane);
    dm_dump_flag(dump, "private endpoint", cluster->endpoint_private);
    dm_dump_flag(dump, "public endpoint", cluster->endpoint_public);
    dm_dump_prefixes(dump, "public sources", cluster->public_sources, cluster->n_public_sources);
}

static void dump_pool(struct dm_dump *dump, const struct dm_ip_pool *pool)
{
    static const char *const kinds[] = {
        [DM_ENCAPSULATION_NONE] = "none",
        [DM_ENCAPSULATION_VXLAN] = "vxlan",
        [DM_ENCAPSULATION_VXLAN_CROSS_SUBNET] = "vxlan between subnets",
        [DM_ENCAPSULATION_IPIP] = "ip in ip",
        [DM_ENCAPSULATION_IPIP_CROSS_SUBNET] = "ip in ip between subnets",
    };

    dm_dump_ref(dump, "cluster", DM_KIND_cluster, pool->cluster.v);
    dm_dump_prefixes(dump, "addresses", &pool->prefix, 1);
    dm_dump_text(dump, "encapsulation", kinds[pool->encapsulation]);
    dm_dump_flag(dump, "nat outgoing", pool->nat_outgoing);
    dm_dump_flag(dump, "disabled", pool->disabled);
    if (pool->block_bits) {
        dump_number(dump, "block", pool->block_bits);
    }
    dm_dump_selector(dump, "nodes", pool->nodes);
    dm_dump_ref(dump, "unknown", DM_KIND_unknown, pool->unknown.v);
}

static void dump_resources(struct dm_dump *dump, const char *name,
                           const struct dm_resources *resources)
{
    if (resources->cpu_milli >= 0 || resources->memory >= 0) {
        dm_str_addf(dump->out, "    %s:", name);
        if (resources->cpu_milli >= 0) {
            dm_str_addf(dump->out, " cpu %" PRId64 "m", resources->cpu_milli);
        }
        if (resources->memory >= 0) {
            dm_str_addf(dump->out, " memory %" PRId64, resources->memory);
        }
        dm_str_addc(dump->out, '\n');
    }
}

static void dump_grown(struct dm_dump *dump, const struct dm_resources *grown)
{
    bool no_bound =
        grown->cpu_milli == DM_RESOURCE_UNBOUNDED || grown->memory == DM_RESOURCE_UNBOUNDED;

    if (no_bound) {
        dm_dump_text(dump, "requests at most", "without bound");
    } else if (grown->cpu_milli || grown->memory) {
        dump_resources(dump, "requests at most", grown);
    }
}

static const char *effect_text(enum dm_taint_effect effect)
{
    static const char *const effects[] = {
        [DM_TAINT_NO_SCHEDULE] = "NoSchedule",
        [DM_TAINT_PREFER_NO_SCHEDULE] = "PreferNoSchedule",
        [DM_TAINT_NO_EXECUTE] = "NoExecute",
    };

    return effects[effect];
}

static void dump_taints(struct dm_dump *dump, const struct dm_taint *taints, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        dm_str_addf(dump->out, "    taint: %s=%s:%s\n", taints[i].key, taints[i].value,
                    effect_text(taints[i].effect));
    }
}

static void dump_group(struct dm_dump *dump, const struct dm_node_group *group)
{
    dm_dump_ref(dump, "cluster", DM_KIND_cluster, group->cluster.v);
    dm_str_addf(dump->out, "    size: %" PRIu32 " to %" PRIu32 ", %" PRIu32 " wanted\n",
                group->min_size, group->max_size, group->size);
    dm_dump_flag(dump, "public", group->is_public);
    if (group->max_pods) {
        dump_number(dump, "pods a node", group->max_pods);
    }
    dump_resources(dump, "allocatable", &group->allocatable);
    dm_dump_labels(dump, &group->labels);
    dump_taints(dump, group->taints, group->n_taints);
}

static void dump_node(struct dm_dump *dump, const struct dm_node *node)
{
    dm_dump_ref(dump, "cluster", DM_KIND_cluster, node->cluster.v);
    dm_dump_ref(dump, "group", DM_KIND_node_group, node->group.v);
    dm_dump_ref(dump, "interface", DM_KIND_interface, node->interface.v);
    dm_dump_ref(dump, "zone", DM_KIND_zone, node->zone.v);
    dm_dump_flag(dump, "several", node->has_twins);
    if (node->max_pods) {
        dump_number(dump, "pods a node", node->max_pods);
    }
    dump_resources(dump, "allocatable", &node->allocatable);
    dm_dump_labels(dump, &node->labels);
    dump_taints(dump, node->taints, node->n_taints);
    dm_dump_ref(dump, "unknown", DM_KIND_unknown, node->host_endpoint.v);
}

static void dump_tolerations(struct dm_dump *dump, const struct dm_schedule *schedule)
{
    for (size_t i = 0; i < schedule->n_tolerations; i++) {
        const struct dm_toleration *item = &schedule->tolerations[i];

        dm_str_addf(dump->out, "    tolerates: %s%s%s:%s\n", item->key ? item->key : "*",
                    item->value ? "=" : "", item->value ? item->value : "",
                    item->any_effect ? "*" : effect_text(item->effect));
    }
}

void dm_dump_schedule(struct dm_dump *dump, const struct dm_schedule *schedule)
{
    if (schedule->replicas >= 0) {
        dump_number(dump, "replicas", schedule->replicas);
    } else {
        dm_dump_text(dump, "replicas", "one a node");
    }
    if (schedule->most_replicas) {
        dump_number(dump, "replicas at most", schedule->most_replicas);
    }
    dump_resources(dump, "requests", &schedule->requests);
    dump_grown(dump, &schedule->grown);
    dump_resources(dump, "limits", &schedule->limits);
    dm_dump_selector(dump, "nodes", schedule->nodes);
    dump_tolerations(dump, schedule);
    for (size_t i = 0; i < schedule->n_spreads; i++) {
        const struct dm_spread *spread = &schedule->spreads[i];

        dm_str_addf(dump->out, "    spread: %s, at most %" PRIu32 " more%s\n", spread->topology_key,
                    spread->max_skew, spread->is_required ? "" : " where it can be");
    }
    for (size_t i = 0; i < schedule->n_affinities; i++) {
        const struct dm_pod_affinity *affinity = &schedule->affinities[i];

        dm_str_addf(dump->out, "    %s %s: by %s%s\n", affinity->is_anti ? "apart from" : "with",
                    affinity->selector ? "pods" : "all pods", affinity->topology_key,
                    affinity->is_required ? "" : " where it can be");
        dm_dump_selector(dump, "  pods", affinity->selector);
    }
    dm_dump_flag(dump, "volume in a zone", schedule->zonal_volume);
    dm_dump_ref(dump, "unknown", DM_KIND_unknown, schedule->unknown.v);
}

void dm_dump_nodes(struct dm_dump *dump)
{
    const struct dm_model *model = dump->model;

    for (uint32_t i = 0; i < model->n_clusters; i++) {
        dm_dump_head(dump, DM_KIND_cluster, &model->clusters[i].object);
        dump_cluster(dump, &model->clusters[i]);
    }
    for (uint32_t i = 0; i < model->n_ip_pools; i++) {
        dm_dump_head(dump, DM_KIND_ip_pool, &model->ip_pools[i].object);
        dump_pool(dump, &model->ip_pools[i]);
    }
    for (uint32_t i = 0; i < model->n_node_groups; i++) {
        dm_dump_head(dump, DM_KIND_node_group, &model->node_groups[i].object);
        dump_group(dump, &model->node_groups[i]);
    }
    for (uint32_t i = 0; i < model->n_nodes; i++) {
        dm_dump_head(dump, DM_KIND_node, &model->nodes[i].object);
        dump_node(dump, &model->nodes[i]);
    }
}
