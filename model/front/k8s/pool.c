/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What gives pods their addresses: pools of Calico, the operator's Installation, Felix, and which
 * endpoints of nodes policies are for.
 */
#include <string.h>

#include "model/front/k8s/k8s_private.h"

enum { BLOCK_BITS = 26, BLOCK_BITS_IPV6 = 122 };

static struct dm_cluster *cluster_of(struct dm_k8s *k8s)
{
    return dm_builder_edit_cluster(k8s->builder, k8s->cluster);
}

/* The index of the word that 'key' has; 0, and a fault where it is none of them. */
static size_t word_of(struct dm_k8s *k8s, const struct dm_tree *map, const char *key,
                      const char *const *words, size_t n)
{
    const char *text = dm_k8s_text(k8s, map, key);

    for (size_t i = 0; text && i < n; i++) {
        if (strcmp(text, words[i]) == 0) {
            return i;
        }
    }
    if (text) {
        (void)dm_k8s_fault(k8s, dm_k8s_get(map, key)->span, "unknown value `%s` of `%s`", text,
                           key);
    }
    return 0;
}

/* ---- pools ---- */

/* What pools have alike in both places where they are written. */
static bool read_range(struct dm_k8s *k8s, const struct dm_tree *map, struct dm_span span,
                       struct dm_ip_pool *pool)
{
    const struct dm_tree *nodes = dm_k8s_get(map, "nodeSelector");
    const struct dm_tree *uses = dm_k8s_list(k8s, map, "allowedUses");
    const char *mode = dm_k8s_text(k8s, map, "assignmentMode");
    bool is_for_pods = !uses || !uses->n;
    bool is_ipv6;

    if (!dm_k8s_get(map, "cidr")) {
        (void)dm_k8s_fault(k8s, span, "`cidr` is missing");
        return false;
    }
    if (!dm_k8s_prefix(k8s, dm_k8s_get(map, "cidr"), &pool->prefix)) {
        return false;
    }
    is_ipv6 = pool->prefix.addr.family == DM_FAMILY_IPV6;
    pool->block_bits =
        (uint8_t)dm_k8s_number(k8s, map, "blockSize", is_ipv6 ? 116 : 20, is_ipv6 ? 128 : 32,
                               is_ipv6 ? BLOCK_BITS_IPV6 : BLOCK_BITS);
    if (pool->block_bits < pool->prefix.length) {
        (void)dm_k8s_fault(k8s, dm_k8s_get(map, "cidr")->span,
                           "the pool is smaller than one of its blocks, /%u", pool->block_bits);
    }
    pool->nodes = nodes ? dm_k8s_calico_selector(k8s, nodes) : NULL;
    for (size_t i = 0; uses && i < uses->n; i++) {
        is_for_pods = is_for_pods || dm_str_equal(dm_tree_text(uses->items[i]), "Workload");
    }
    /* Pods get addresses of it only where they ask for them, or never. */
    pool->disabled = pool->disabled || !is_for_pods || (mode && strcmp(mode, "Automatic") != 0);
    return true;
}

static void add_pool(struct dm_k8s *k8s, const struct dm_ip_pool *pool)
{
    k8s->failed = k8s->failed || !DM_K8S_PUSH(k8s, &k8s->pools, *pool)
                  || dm_builder_add_ip_pool(k8s->builder, pool).v == 0;
}

void dm_k8s_read_ip_pool(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    static const char *const modes[] = { "Never", "Always", "CrossSubnet" };
    struct dm_ip_pool pool = { .object = { .name = dm_k8s_name(k8s, object),
                                           .origin = object->origin },
                               .cluster = k8s->cluster,
                               .unknown = k8s->felix_unknown };
    size_t vxlan;
    size_t ipip;

    if (!object->spec
        || !dm_k8s_keys(k8s, object, object->spec,
                        "cidr|vxlanMode|ipipMode|natOutgoing|disabled|nodeSelector|blockSize|"
                        "allowedUses|assignmentMode|disableBGPExport|nat-outgoing|ipip",
                        &pool.unknown)) {
        (void)dm_k8s_fault(k8s, object->origin, "IPPool `%s` has no spec", object->name);
        return;
    }
    vxlan = word_of(k8s, object->spec, "vxlanMode", modes, 3);
    ipip = word_of(k8s, object->spec, "ipipMode", modes, 3);
    if (vxlan && ipip) {
        (void)dm_k8s_fault(k8s, dm_k8s_get(object->spec, "ipipMode")->span,
                           "a pool cannot have both VXLAN and IP in IP");
    }
    pool.encapsulation = ipip == 1    ? DM_ENCAPSULATION_IPIP
                         : ipip == 2  ? DM_ENCAPSULATION_IPIP_CROSS_SUBNET
                         : vxlan == 1 ? DM_ENCAPSULATION_VXLAN
                         : vxlan == 2 ? DM_ENCAPSULATION_VXLAN_CROSS_SUBNET
                                      : DM_ENCAPSULATION_NONE;
    pool.nat_outgoing = dm_k8s_bool(k8s, object->spec, "natOutgoing");
    pool.disabled = dm_k8s_bool(k8s, object->spec, "disabled");
    if (read_range(k8s, object->spec, object->origin, &pool)) {
        add_pool(k8s, &pool);
    }
}

/* ---- the operator ---- */

/* The operator makes a pool of each row, which may be in the input as well. */
static bool is_known(const struct dm_k8s *k8s, struct dm_prefix prefix)
{
    for (size_t i = 0; i < k8s->pools.n; i++) {
        if (dm_prefix_compare(k8s->pools.items[i].prefix, prefix) == 0) {
            return true;
        }
    }
    return false;
}

static void read_operator_pool(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                               const struct dm_tree *map)
{
    static const char *const words[] = { "IPIP", "IPIPCrossSubnet", "VXLAN", "VXLANCrossSubnet",
                                         "None" };
    static const enum dm_encapsulation kinds[] = {
        DM_ENCAPSULATION_IPIP, DM_ENCAPSULATION_IPIP_CROSS_SUBNET, DM_ENCAPSULATION_VXLAN,
        DM_ENCAPSULATION_VXLAN_CROSS_SUBNET, DM_ENCAPSULATION_NONE
    };
    static const char *const abilities[] = { "Enabled", "Disabled" };
    struct dm_ip_pool pool = { .object = { .name = dm_k8s_text(k8s, map, "name"),
                                           .origin = map->span },
                               .cluster = k8s->cluster,
                               .unknown = k8s->felix_unknown };

    if (!dm_k8s_keys(k8s, object, map,
                     "name|cidr|encapsulation|natOutgoing|nodeSelector|blockSize|allowedUses|"
                     "assignmentMode|disableBGPExport|disableNewAllocations",
                     &pool.unknown)) {
        return;
    }
    pool.disabled = dm_k8s_bool(k8s, map, "disableNewAllocations");
    if (!read_range(k8s, map, map->span, &pool) || is_known(k8s, pool.prefix)) {
        return;
    }
    if (!pool.object.name) {
        pool.object.name = pool.prefix.addr.family == DM_FAMILY_IPV6 ? "default-ipv6-ippool"
                                                                     : "default-ipv4-ippool";
    }
    pool.object.name = dm_k8s_in_cluster(k8s, pool.object.name);
    pool.encapsulation = kinds[word_of(k8s, map, "encapsulation", words, 5)];
    pool.nat_outgoing = word_of(k8s, map, "natOutgoing", abilities, 2) == 0;
    add_pool(k8s, &pool);
}

/* Whose addresses pods have: Calico's, or of the VPC with Calico for policies alone.  Without type
 * it follows from where the cluster runs [CAL-30]. */
static enum dm_cni cni_of(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    const struct dm_tree *cni = dm_k8s_map(k8s, object->spec, "cni");
    const char *type = dm_k8s_text(k8s, cni, "type");
    const char *provider = dm_k8s_text(k8s, object->spec, "kubernetesProvider");

    if (!type) {
        return dm_str_equal(provider, "EKS") ? DM_CNI_VPC : DM_CNI_NOT_KNOWN;
    }
    if (strcmp(type, "Calico") == 0) {
        return DM_CNI_CALICO;
    }
    if (strcmp(type, "AmazonVPC") == 0) {
        return DM_CNI_VPC;
    }
    if (strcmp(type, "GKE") != 0 && strcmp(type, "AzureVNET") != 0) {
        (void)dm_k8s_fault(k8s, dm_k8s_get(cni, "type")->span, "unknown value `%s` of `type`",
                           type);
    }
    return DM_CNI_NOT_KNOWN;
}

void dm_k8s_read_installation(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    static const char keys[] =
        "bgp|bpfNetworkBootstrap|clusterRoutingMode|containerIPForwarding|hostPorts|ipPools|"
        "kubeProxyManagement|linuxDataplane|linuxPodInterfaceType|linuxPolicySetupTimeoutSeconds|"
        "mtu|multiInterfaceMode|nodeAddressAutodetectionV4|nodeAddressAutodetectionV6|sysctl|"
        "windowsDataplane";
    const struct dm_tree *network = dm_k8s_map(k8s, object->spec, "calicoNetwork");
    const struct dm_tree *pools = dm_k8s_list(k8s, network, "ipPools");
    const struct dm_tree *services = dm_k8s_list(k8s, object->spec, "serviceCIDRs");
    struct dm_cluster *cluster = cluster_of(k8s);
    uint16_t mtu;

    cluster->cni = cni_of(k8s, object);
    if (services && services->n) {
        (void)dm_k8s_prefix(k8s, services->items[0], &cluster->service_range);
    }
    if (network) {
        (void)dm_k8s_keys(k8s, object, network, keys, &cluster->unknown);
        mtu = (uint16_t)dm_k8s_number(k8s, network, "mtu", 0, 65535, 0);
        cluster->pod_mtu = mtu ? mtu : cluster->pod_mtu;
    }
    for (size_t i = 0; pools && i < pools->n; i++) {
        read_operator_pool(k8s, object, pools->items[i]);
    }
    if (!pools && cluster->cni == DM_CNI_CALICO && !k8s->pools.n) {
        dm_k8s_unknown(k8s, object->origin, "pools of Installation",
                       "it names none, and the operator chooses one", NULL);
    }
}

/* ---- Felix ---- */

void dm_k8s_read_felix(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    static const char *const strange[] = { "natOutgoingExclusions", "externalNodesList",
                                           "bpfExternalServiceMode", "routeSource" };
    struct dm_cluster *cluster = cluster_of(k8s);

    if (strcmp(object->name, "default") != 0) {
        dm_k8s_unknown(k8s, object->origin,
                       dm_k8s_text_of(k8s, "FelixConfiguration %s", object->name),
                       "what holds for one node alone is not read", &k8s->felix_unknown);
        return;
    }
    cluster->wireguard = dm_k8s_bool(k8s, object->spec, "wireguardEnabled");
    cluster->vxlan_port = (uint16_t)dm_k8s_number(k8s, object->spec, "vxlanPort", 1, 65535, 4789);
    if (!cluster->pod_mtu) { /* what pods have where the Installation does not say [CAL-31] */
        cluster->pod_mtu = (uint16_t)dm_k8s_number(
            k8s, object->spec, cluster->wireguard ? "wireguardMTU" : "vxlanMTU", 0, 65535, 0);
    }
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++) {
        const struct dm_tree *node = dm_k8s_get(object->spec, strange[i]);

        if (node) {
            dm_k8s_unknown(k8s, node->span,
                           dm_k8s_text_of(k8s, "%s of FelixConfiguration", strange[i]),
                           "it changes addresses or ways of packets, and is not modelled",
                           &k8s->felix_unknown);
        }
    }
}

/* ---- endpoints of nodes ---- */

/* At the node that it names, or at any. */
static void mark_nodes(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                       struct dm_unknown_id unknown)
{
    const char *name = dm_k8s_text(k8s, object->spec, "node");

    for (size_t i = 0; i < k8s->objects.n; i++) {
        const struct dm_k8s_object *other = &k8s->objects.items[i];
        struct dm_node_id node = { 0 };

        if (other->kind == DM_K8S_NODE && (!name || dm_str_equal(other->name, name))) {
            node = dm_k8s_node(k8s, other->name);
        }
        if (node.v) {
            dm_builder_edit_node(k8s->builder, node)->host_endpoint = unknown;
        }
    }
}

void dm_k8s_read_host_endpoint(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    struct dm_unknown_id unknown = { 0 };

    (void)dm_k8s_warn(k8s, object->origin,
                      "HostEndpoint `%s` is not modelled: with it policies also hold for what the "
                      "node itself sends and receives, and pods on its network",
                      object->name);
    dm_k8s_unknown(k8s, object->origin, dm_k8s_text_of(k8s, "HostEndpoint %s", object->name),
                   "policies of a node's own interface are not modelled", &unknown);
    mark_nodes(k8s, object, unknown);
}
