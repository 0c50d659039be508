/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Calico itself: its installation, pools of addresses, tiers, sets of networks.
 */
#include <string.h>

#include "model/base/str.h"
#include "render/artifacts/kubernetes_private.h"

#define CALICO "projectcalico.org/v3"

enum { MICRO = 1000000, STANDARD_VXLAN_PORT = 4789 };

/* Whether Calico is to have AWS let pass what has addresses of pods, of all nodes alike: it turns
 * the checks of their interfaces off, or leaves them as AWS makes them, which is on [CAL-33]. */
static bool turns_checks_off(struct dm_kube *kube, const struct dm_object *cluster)
{
    size_t n_on = 0;
    size_t n_off = 0;

    for (uint32_t i = 0; i < kube->model->n_nodes; i++) {
        const struct dm_node *node = &kube->model->nodes[i];

        if (node->cluster.v == kube->cluster.v && node->interface.v) {
            bool is_on = dm_interface_get(kube->model, node->interface)->source_dest_check;

            n_on += is_on;
            n_off += !is_on;
        }
    }
    if (n_on && n_off) {
        dm_kube_refuse(kube, cluster,
                       "Calico turns source and destination checks off of all nodes or of none");
    }
    return n_off > 0;
}

/* Without VXLAN nodes learn from BGP where pods are [CAL-32]. */
static bool needs_bgp(const struct dm_kube *kube)
{
    bool does = false;

    for (uint32_t i = 0; i < kube->model->n_ip_pools; i++) {
        const struct dm_ip_pool *pool = &kube->model->ip_pools[i];

        does = does
               || (pool->cluster.v == kube->cluster.v && !pool->disabled
                   && !dm_encapsulation_is_vxlan(pool->encapsulation));
    }
    return does;
}

/* Pools are objects of their own, so the operator makes none. */
static void installation(struct dm_kube *kube, const struct dm_cluster *at)
{
    json_t *spec = dm_kube_map(kube,
                               dm_kube_object(kube, DM_KUBE_CALICO, "operator.tigera.io/v1",
                                              "Installation", NULL, "default", &at->object),
                               "spec");
    json_t *network = dm_kube_map(kube, spec, "calicoNetwork");
    bool checks_off = turns_checks_off(kube, &at->object);
    /* Without it the cluster does not know kinds of Calico's own group. */
    json_t *server = dm_kube_object(kube, DM_KUBE_CALICO, "operator.tigera.io/v1", "APIServer",
                                    NULL, "default", &at->object);

    (void)dm_kube_map(kube, server, "spec");
    dm_kube_set(kube, spec, "kubernetesProvider", json_string("EKS"));
    dm_kube_set(kube, dm_kube_map(kube, spec, "cni"), "type", json_string("Calico"));
    dm_kube_set(kube, network, "bgp", json_string(needs_bgp(kube) ? "Enabled" : "Disabled"));
    dm_kube_set(kube, network, "ipPools", json_array());
    if (at->pod_mtu) {
        dm_kube_set(kube, network, "mtu", json_integer(at->pod_mtu));
    }
    if (at->wireguard || at->vxlan_port != STANDARD_VXLAN_PORT || checks_off) {
        spec = dm_kube_map(kube,
                           dm_kube_object(kube, DM_KUBE_CALICO, CALICO, "FelixConfiguration", NULL,
                                          "default", &at->object),
                           "spec");
        dm_kube_set(kube, spec, "wireguardEnabled", json_boolean(at->wireguard));
        dm_kube_set(kube, spec, "vxlanPort", json_integer(at->vxlan_port));
        dm_kube_set(kube, spec, "awsSrcDstCheck",
                    json_string(checks_off ? "Disable" : "DoNothing"));
    }
}

static void pool(struct dm_kube *kube, const struct dm_ip_pool *at)
{
    static const char *const modes[] = {
        [DM_ENCAPSULATION_NONE] = "Never",
        [DM_ENCAPSULATION_VXLAN] = "Always",
        [DM_ENCAPSULATION_VXLAN_CROSS_SUBNET] = "CrossSubnet",
        [DM_ENCAPSULATION_IPIP] = "Always",
        [DM_ENCAPSULATION_IPIP_CROSS_SUBNET] = "CrossSubnet",
    };
    const char *mode = modes[at->encapsulation];
    bool is_ipip = dm_encapsulation_is_ipip(at->encapsulation);
    char buffer[DM_ADDR_TEXT_SIZE];
    json_t *spec;

    if (at->unknown.v) {
        dm_kube_refuse(kube, &at->object, "not all of this pool is understood");
        return;
    }
    spec = dm_kube_map(kube,
                       dm_kube_object(kube, DM_KUBE_CALICO, CALICO, "IPPool", NULL,
                                      dm_kube_short(kube, at->object.name), &at->object),
                       "spec");
    dm_kube_set(kube, spec, "cidr", json_string(dm_prefix_text(at->prefix, buffer)));
    dm_kube_set(kube, spec, "vxlanMode", json_string(is_ipip ? "Never" : mode));
    dm_kube_set(kube, spec, "ipipMode", json_string(is_ipip ? mode : "Never"));
    dm_kube_set(kube, spec, "natOutgoing", json_boolean(at->nat_outgoing));
    dm_kube_set(kube, spec, "disabled", json_boolean(at->disabled));
    if (at->block_bits) {
        dm_kube_set(kube, spec, "blockSize", json_integer(at->block_bits));
    }
    if (at->nodes) {
        dm_kube_set(kube, spec, "nodeSelector", dm_kube_selector(kube, at->nodes));
    }
}

/* The tier "default" is there, last but those of no order. */
static void tier(struct dm_kube *kube, const struct dm_policy_tier *at)
{
    const char *name = dm_kube_short(kube, at->object.name);
    json_t *spec;

    if (strcmp(name, "default") == 0) {
        return;
    }
    spec = dm_kube_map(
        kube, dm_kube_object(kube, DM_KUBE_CALICO, CALICO, "Tier", NULL, name, &at->object),
        "spec");
    dm_kube_set(kube, spec, "defaultAction", json_string(at->passes ? "Pass" : "Deny"));
    dm_kube_order(kube, spec, at->order_micro);
}

static void network_set(struct dm_kube *kube, const struct dm_network_set *at)
{
    const char *namespace =
        at->namespace.v ? dm_namespace_get(kube->model, at->namespace)->short_name : NULL;
    char buffer[DM_ADDR_TEXT_SIZE];
    json_t *object;

    if (at->unknown.v) {
        dm_kube_refuse(kube, &at->object, "not all of this set is understood");
        return;
    }
    object =
        dm_kube_object(kube, DM_KUBE_CALICO, CALICO, namespace ? "NetworkSet" : "GlobalNetworkSet",
                       namespace, dm_kube_short(kube, at->object.name), &at->object);
    (void)dm_kube_labels(kube, dm_kube_map(kube, object, "metadata"), "labels", &at->labels);
    for (size_t i = 0; i < at->n_prefixes; i++) {
        dm_kube_push(kube, dm_kube_map(kube, object, "spec"), "nets",
                     json_string(dm_prefix_text(at->prefixes[i], buffer)));
    }
}

void dm_kube_order(struct dm_kube *kube, json_t *spec, int64_t micro)
{
    if (micro != INT64_MAX) {
        dm_kube_set(kube, spec, "order",
                    micro % MICRO == 0 ? json_integer(micro / MICRO)
                                       : json_real((double)micro / (double)MICRO));
    }
}

void dm_kube_calico(struct dm_kube *kube)
{
    const struct dm_model *model = kube->model;
    const struct dm_cluster *at = dm_cluster_get(model, kube->cluster);

    if (at->vpc.v) {
        installation(kube, at);
    }
    for (uint32_t i = 0; i < model->n_ip_pools; i++) {
        if (model->ip_pools[i].cluster.v == kube->cluster.v) {
            pool(kube, &model->ip_pools[i]);
        }
    }
    for (uint32_t i = 0; i < model->n_policy_tiers; i++) {
        if (model->policy_tiers[i].cluster.v == kube->cluster.v) {
            tier(kube, &model->policy_tiers[i]);
        }
    }
    for (uint32_t i = 0; i < model->n_network_sets; i++) {
        if (model->network_sets[i].cluster.v == kube->cluster.v) {
            network_set(kube, &model->network_sets[i]);
        }
    }
}
