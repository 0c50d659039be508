/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Copies of clusters: their control plane, pools of addresses, namespaces and node groups.
 */
#include <stdlib.h>
#include <string.h>

#include "model/front/design/lower_private.h"

enum { MICRO = 1000000, DEFAULT_VXLAN_PORT = 4789, DEFAULT_BLOCK = 26 };

static const char *const given_namespaces[] = { "default", "kube-system" };

const char *dm_lower_in_cluster(struct dm_lower *lower, const struct dm_lower_cluster *cluster,
                                const char *name)
{
    return dm_lower_name(lower, "%s:%s", cluster->copy->name, name);
}

struct dm_lower_cluster *dm_lower_cluster_at(struct dm_lower *lower, const char *name,
                                             const struct dm_lower_env *env,
                                             const struct dm_lower_region *region)
{
    struct dm_lower_cluster *shared = NULL;

    for (size_t i = 0; i < lower->clusters.n; i++) {
        struct dm_lower_cluster *cluster = &lower->clusters.items[i];

        if (cluster->copy->region != region || strcmp(cluster->copy->entry->key, name) != 0) {
            continue;
        }
        if (cluster->copy->env == env) {
            return cluster;
        }
        shared = cluster->copy->env ? shared : cluster;
    }
    return shared;
}

struct dm_lower_cluster *dm_lower_cluster_of(struct dm_lower *lower, struct dm_cluster_id id)
{
    for (size_t i = 0; id.v && i < lower->clusters.n; i++) {
        if (lower->clusters.items[i].id.v == id.v) {
            return &lower->clusters.items[i];
        }
    }
    return NULL;
}

/* ---- pools ---- */

static enum dm_encapsulation mode_of(struct dm_lower *lower, const struct dm_tree *pool)
{
    static const char *const words[] = {
        [DM_ENCAPSULATION_NONE] = "none",
        [DM_ENCAPSULATION_VXLAN] = "vxlan",
        [DM_ENCAPSULATION_VXLAN_CROSS_SUBNET] = "cross-subnet",
        [DM_ENCAPSULATION_IPIP] = "ipip",
        [DM_ENCAPSULATION_IPIP_CROSS_SUBNET] = "ipip-cross-subnet",
    };
    const struct dm_tree *node = dm_tree_find(pool, "mode");
    const char *word = node ? dm_lower_text(lower, node) : NULL;

    for (size_t i = 0; word && i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i], word) == 0) {
            return (enum dm_encapsulation)i;
        }
    }
    return DM_ENCAPSULATION_VXLAN;
}

/* Which nodes take from the pool, by the label that AWS gives them; NULL: all. */
static const struct dm_selector *takers_of(struct dm_lower *lower,
                                           const struct dm_lower_cluster *cluster,
                                           const struct dm_tree *list)
{
    const struct dm_tree *known = dm_tree_find(cluster->copy->tree, "node_groups");
    DM_VEC(const char *) names = { 0 };

    for (size_t i = 0; i < dm_lower_n_items(list); i++) {
        const struct dm_tree *item = dm_lower_item(list, i);
        const char *name = dm_lower_text(lower, item);

        if (name && !dm_tree_find(known, name)) {
            dm_lower_unknown_key(lower, item->span, "node group", name, known);
        } else if (name) {
            (void)DM_LOWER_PUSH(lower, &names, name);
        }
    }
    return names.n ? dm_lower_selector(lower, "eks.amazonaws.com/nodegroup", names.items, names.n)
                   : NULL;
}

/* A pool is apart from the others of its cluster, and from its services. */
static bool is_apart(struct dm_lower *lower, const struct dm_lower_cluster *cluster,
                     const struct dm_tree *range, struct dm_prefix prefix)
{
    for (size_t i = 0; i < cluster->pools.n; i++) {
        if (dm_prefix_overlaps(cluster->pools.items[i].prefix, prefix)) {
            (void)dm_lower_fault(lower, range->span, "another pool of `%s` has addresses of this",
                                 cluster->copy->name);
            return false;
        }
    }
    return true;
}

static void pool(struct dm_lower *lower, struct dm_lower_cluster *cluster,
                 const struct dm_tree_pair *entry)
{
    const struct dm_tree *range = dm_lower_need(lower, entry->value, "range", entry->key_span);
    const struct dm_tree *block = dm_tree_find(entry->value, "block");
    const struct dm_tree *nat = dm_tree_find(entry->value, "nat_outgoing");
    struct dm_ip_pool item = { .object = { .origin = entry->key_span }, .cluster = cluster->id };
    struct dm_lower_pod_pool own = { .groups = dm_tree_find(entry->value, "node_groups"),
                                     .span = entry->key_span };
    int64_t bits = DEFAULT_BLOCK;

    if (!range || !dm_lower_prefix(lower, range, &item.prefix)
        || !is_apart(lower, cluster, range, item.prefix)
        || (block && !dm_lower_int(lower, block, 20, 30, "`block`", &bits))) {
        return;
    }
    if (item.prefix.length > bits) {
        (void)dm_lower_fault(lower, range->span, "a block of /%lld does not fit the pool",
                             (long long)bits);
        return;
    }
    item.object.name = dm_lower_in_cluster(lower, cluster, entry->key);
    item.encapsulation = mode_of(lower, entry->value);
    item.nat_outgoing = !nat || dm_lower_bool(lower, entry->value, "nat_outgoing");
    item.disabled = dm_lower_bool(lower, entry->value, "disabled");
    item.block_bits = (uint8_t)bits;
    item.nodes = takers_of(lower, cluster, own.groups);
    cluster->sends_as_is |=
        item.encapsulation != DM_ENCAPSULATION_VXLAN && item.encapsulation != DM_ENCAPSULATION_IPIP;
    (void)DM_LOWER_ADD(lower, ip_pool, &item);
    own.prefix = item.prefix;
    own.block = item.block_bits;
    own.is_disabled = item.disabled;
    (void)DM_LOWER_PUSH(lower, &cluster->pools, own);
}

static void pools(struct dm_lower *lower, struct dm_lower_cluster *cluster)
{
    const struct dm_lower_copy *copy = cluster->copy;
    const struct dm_tree *map = dm_lower_need(lower, copy->tree, "pods", copy->entry->key_span);
    size_t n_errors = lower->diags->n_errors;
    size_t n = 0;
    bool any = false;
    const struct dm_tree_pair *const *entries = dm_lower_sorted(lower, map, &n);

    for (size_t i = 0; i < n; i++) {
        pool(lower, cluster, entries[i]);
    }
    for (size_t i = 0; i < cluster->pools.n; i++) {
        any |= !cluster->pools.items[i].is_disabled;
    }
    cluster->pool_span = map ? map->span : copy->entry->key_span;
    if (map && !any && lower->diags->n_errors == n_errors) {
        (void)dm_lower_fault(lower, map->span, "no pool of `%s` gives addresses", copy->entry->key);
    }
}

/* ---- control plane ---- */

static void endpoint_mode(struct dm_lower *lower, const struct dm_tree *map,
                          struct dm_cluster *cluster)
{
    const struct dm_tree *node = dm_tree_find(map, "endpoint");
    const char *word = node ? dm_lower_text(lower, node) : NULL;
    const struct dm_tree *sources = dm_tree_find(map, "public_sources");
    size_t n = dm_lower_n_items(sources);
    struct dm_prefix *prefixes = DM_NEW_ARRAY(lower->arena, n + 1, struct dm_prefix);

    cluster->endpoint_private = !word || strcmp(word, "public") != 0;
    cluster->endpoint_public = word && strcmp(word, "private") != 0;
    if (!prefixes) {
        lower->oom = true;
        return;
    }
    for (size_t i = 0; i < n; i++) {
        if (dm_lower_prefix(lower, dm_lower_item(sources, i),
                            &prefixes[cluster->n_public_sources])) {
            cluster->n_public_sources++;
        }
    }
    cluster->public_sources = prefixes;
    if (sources && !cluster->endpoint_public) {
        (void)dm_lower_fault(lower, sources->span, "this cluster has no public endpoint");
    }
}

static void control_plane(struct dm_lower *lower, const struct dm_lower_cluster *own,
                          struct dm_cluster *cluster)
{
    const struct dm_lower_copy *copy = own->copy;
    const struct dm_tree_pair *pair = dm_tree_find_pair(copy->tree, "control_plane");
    struct dm_lower_hosts hosts = { 0 };
    struct dm_lower_seat seat = { 0 };

    if (!pair) {
        (void)dm_lower_need(lower, copy->tree, "control_plane", copy->entry->key_span);
        return;
    }
    endpoint_mode(lower, pair->value, cluster);
    if (dm_lower_seat_in(lower, own->vpc, pair, &seat)) {
        dm_lower_endpoints(lower, &seat, own->vpc,
                           dm_lower_name(lower, "%s.control-plane", copy->name), pair->key_span,
                           &hosts);
    }
    cluster->control_plane = hosts.items;
    cluster->n_control_plane = hosts.n;
}

/* ---- namespaces ---- */

struct dm_namespace_id dm_lower_namespace(struct dm_lower *lower,
                                          const struct dm_lower_cluster *cluster,
                                          const struct dm_tree *node, const char *name)
{
    struct dm_ref ref = dm_builder_find(lower->builder, DM_KIND_namespace,
                                        dm_lower_in_cluster(lower, cluster, name));

    if (!ref.v && node) {
        dm_lower_unknown_key(lower, node->span, "namespace", name,
                             dm_tree_find(cluster->copy->tree, "namespaces"));
    }
    return (struct dm_namespace_id){ ref.v };
}

static void namespace(struct dm_lower *lower, const struct dm_lower_cluster *cluster,
                      const char *name, const struct dm_tree *labels, struct dm_span origin)
{
    struct dm_namespace item = {
        .object = { .name = dm_lower_in_cluster(lower, cluster, name), .origin = origin },
        .cluster = cluster->id,
        .short_name = name,
        .labels = dm_lower_kube_labels(lower, labels, "kubernetes.io/metadata.name", name),
    };

    if (!dm_builder_find(lower->builder, DM_KIND_namespace, item.object.name).v) {
        (void)DM_LOWER_ADD(lower, namespace, &item);
    }
}

static void namespaces(struct dm_lower *lower, const struct dm_lower_cluster *cluster)
{
    size_t n = 0;
    const struct dm_tree_pair *const *entries =
        dm_lower_sorted(lower, dm_tree_find(cluster->copy->tree, "namespaces"), &n);

    for (size_t i = 0; i < n; i++) {
        namespace(lower, cluster, entries[i]->key, dm_tree_find(entries[i]->value, "labels"),
                  entries[i]->key_span);
    }
    for (size_t i = 0; i < sizeof given_namespaces / sizeof *given_namespaces; i++) {
        namespace(lower, cluster, given_namespaces[i], NULL, cluster->copy->entry->key_span);
    }
}

/* ---- clusters ---- */

static void cluster_at(struct dm_lower *lower, struct dm_lower_cluster *own)
{
    const struct dm_lower_copy *copy = own->copy;
    const struct dm_tree *services =
        dm_lower_need(lower, copy->tree, "services", copy->entry->key_span);
    const struct dm_tree *mtu = dm_tree_find(copy->tree, "mtu");
    struct dm_cluster cluster = { .object = { .name = copy->name, .origin = copy->entry->key_span },
                                  .vpc = own->vpc->id,
                                  .cni = DM_CNI_CALICO,
                                  .vxlan_port = DEFAULT_VXLAN_PORT };
    struct dm_policy_tier tier = { .object = { .origin = copy->entry->key_span } };
    int64_t octets = 0;
    size_t n = 0;
    const struct dm_tree_pair *const *groups = NULL;

    if (services && dm_lower_prefix(lower, services, &cluster.service_range)) {
        own->services = cluster.service_range;
    }
    if (mtu && dm_lower_int(lower, mtu, 576, 9216, "`mtu`", &octets)) {
        cluster.pod_mtu = (uint16_t)octets;
    }
    cluster.wireguard = dm_lower_bool(lower, copy->tree, "wireguard");
    control_plane(lower, own, &cluster);
    own->id = DM_LOWER_ADD(lower, cluster, &cluster);
    tier.object.name = dm_lower_in_cluster(lower, own, "default");
    tier.cluster = own->id;
    tier.order_micro = (int64_t)MICRO * MICRO;
    own->tier = DM_LOWER_ADD(lower, policy_tier, &tier);
    pools(lower, own);
    namespaces(lower, own);
    groups = dm_lower_sorted(
        lower, dm_lower_need(lower, copy->tree, "node_groups", copy->entry->key_span), &n);
    for (size_t i = 0; i < n && !lower->oom; i++) {
        dm_lower_node_group(lower, own, groups[i]);
    }
}

static void cluster(struct dm_lower *lower, const struct dm_lower_copy *copy)
{
    const struct dm_tree *in = dm_lower_need(lower, copy->tree, "in", copy->entry->key_span);
    const char *role = in ? dm_lower_text(lower, in) : NULL;
    const struct dm_tree *vpcs = dm_tree_find(lower->root, "vpcs");
    struct dm_lower_cluster own = { .copy = copy };

    if (!role) {
        return;
    }
    if (!dm_lower_entry(lower, vpcs, role)) {
        dm_lower_unknown_key(lower, in->span, "VPC", role, vpcs);
        return;
    }
    own.vpc = dm_lower_vpc_at(lower, role, copy->env, copy->region);
    if (own.vpc) {
        cluster_at(lower, &own);
        (void)DM_LOWER_PUSH(lower, &lower->clusters, own);
    } else if (!copy->by_all) {
        (void)dm_lower_fault(lower, in->span, "`%s` is in no copy of VPC `%s`", copy->name, role);
    }
}

void dm_lower_clusters(struct dm_lower *lower)
{
    dm_lower_unfold(lower, "clusters", true, &lower->cluster_copies);
    for (size_t i = 0; i < lower->cluster_copies.n && !lower->oom; i++) {
        cluster(lower, &lower->cluster_copies.items[i]);
    }
}
