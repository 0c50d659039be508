/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Clusters in the build: which hosts of the network the nodes of manifests are.
 *
 * A node is the instance that its provider id names [EKS-62], or else the host that has its
 * address. Private addresses may be the same in several VPCs: then the VPC of the cluster's other
 * nodes decides, since all nodes of a cluster are in one [EKS-01].  A node for which nothing
 * decides, or which is not in the network, is named with what is missing, and stays on no network.
 * What contradicts itself is a fault: an instance without the node's address, two nodes at one
 * host, nodes in two VPCs.
 *
 * Where manifests have no Node objects, tags of instances say which are nodes (join_tags.c).
 *
 * Complexity: O((nodes + interfaces) log).
 */
#include "model/join_private.h"

#include "model/base/str.h"

/* ---- what is said ---- */

struct dm_unknown_id dm_join_unknown(struct dm_joining *joining, const struct dm_object *object,
                                     const char *what, const char *why)
{
    struct dm_builder *builder = joining->builder;
    struct dm_unknown item = { .object = { .origin = object->origin }, .why = why };
    struct dm_ref known;

    item.object.name = dm_sprintf(builder->arena, "%s %s", what, object->name);
    if (!item.object.name || !why) {
        builder->failed = true;
        return (struct dm_unknown_id){ 0 };
    }
    known = dm_builder_find(builder, DM_KIND_unknown, item.object.name);
    if (known.v) {
        return (struct dm_unknown_id){ known.v };
    }
    return dm_builder_add_unknown(builder, &item);
}

static void leave_apart(struct dm_joining *joining, const struct dm_node *node, const char *why)
{
    if (!why) {
        joining->builder->failed = true;
        return;
    }
    dm_diags_add(joining->diags, DM_SEV_WARNING, node->object.origin,
                 "node `%s` is not joined with the network: %s", node->object.name, why);
    (void)dm_join_unknown(joining, &node->object, "node", why);
}

/* ---- hosts ---- */

static struct dm_interface *interface_at(struct dm_joining *joining, uint32_t v)
{
    return &joining->builder->interfaces.items[v - 1];
}

static uint32_t vpc_at(struct dm_joining *joining, uint32_t interface)
{
    struct dm_subnet_id subnet = interface_at(joining, interface)->subnet;

    return joining->builder->subnets.items[subnet.v - 1].vpc.v;
}

static bool is_of_host(const struct dm_interface *interface)
{
    return interface->kind == DM_INTERFACE_HOST && interface->host.v && interface->subnet.v
           && interface->n_addresses;
}

static uint64_t *slot_of(struct dm_joining *joining, struct dm_addr address)
{
    char text[DM_ADDR_TEXT_SIZE];
    uint64_t *slot = dm_map_add(&joining->by_address, dm_addr_text(address, text), NULL);

    joining->builder->failed |= !slot;
    return slot;
}

/* Chains interfaces of hosts by their primary address, the first one first. */
static bool index_hosts(struct dm_joining *joining)
{
    size_t n = joining->builder->interfaces.n;

    dm_map_init(&joining->by_address, joining->builder->arena);
    joining->next = DM_NEW_ARRAY(joining->builder->arena, n + 1, uint32_t);
    for (uint32_t v = (uint32_t)n; joining->next && v > 0; v--) {
        const struct dm_interface *item = interface_at(joining, v);
        uint64_t *slot = is_of_host(item) ? slot_of(joining, item->addresses[0].address) : NULL;

        if (slot) {
            joining->next[v] = (uint32_t)*slot;
            *slot = v;
        }
    }
    return joining->next && !joining->builder->failed;
}

static bool has_address(const struct dm_interface *interface, struct dm_addr address)
{
    for (size_t i = 0; i < interface->n_addresses; i++) {
        if (dm_addr_equal(interface->addresses[i].address, address)) {
            return true;
        }
    }
    return false;
}

/* The primary interface of the instance, or 0. */
static uint32_t at_instance(struct dm_joining *joining, const struct dm_node *node)
{
    struct dm_ref ref = dm_builder_find(joining->builder, DM_KIND_host, node->instance);
    const struct dm_host *host = ref.v ? &joining->builder->hosts.items[ref.v - 1] : NULL;
    char text[DM_ADDR_TEXT_SIZE];

    if (!host || !host->n_interfaces || !is_of_host(interface_at(joining, host->interfaces[0].v))) {
        leave_apart(joining, node,
                    dm_sprintf(joining->builder->arena,
                               "instance %s, which its provider id names, is not in the input%s",
                               node->instance, host ? " with its interface" : ""));
        return 0;
    }
    if (!dm_addr_is_none(node->address)
        && !has_address(interface_at(joining, host->interfaces[0].v), node->address)) {
        dm_diag_label(joining->diags,
                      dm_diags_add(joining->diags, DM_SEV_ERROR, node->object.origin,
                                   "node `%s` has address %s, which instance %s does not have",
                                   node->object.name, dm_addr_text(node->address, text),
                                   node->instance),
                      host->object.origin, "the instance is here");
        return 0;
    }
    return host->interfaces[0].v;
}

/* The host with the node's address, in 'vpc' or, where that is 0, in any; 0: none, or several. */
static uint32_t at_address(struct dm_joining *joining, const struct dm_node *node, uint32_t vpc,
                           uint32_t *ret_other)
{
    uint64_t *slot = slot_of(joining, node->address);
    uint32_t found = 0;

    *ret_other = 0;
    for (uint32_t v = slot ? (uint32_t)*slot : 0; v; v = joining->next[v]) {
        if (vpc && vpc_at(joining, v) != vpc) {
            continue;
        }
        if (found) {
            *ret_other = v;
            return found;
        }
        found = v;
    }
    return found;
}

/* ---- nodes ---- */

/* At that interface, which no other node may be at. */
static void seat(struct dm_joining *joining, uint32_t v, uint32_t at)
{
    struct dm_node *node = &joining->builder->nodes.items[v - 1];
    struct dm_interface *interface = interface_at(joining, at);
    struct dm_cluster *cluster = &joining->builder->clusters.items[node->cluster.v - 1];
    const struct dm_subnet *subnet = &joining->builder->subnets.items[interface->subnet.v - 1];

    if (interface->node.v && interface->node.v != v) {
        const struct dm_object *other =
            &joining->builder->nodes.items[interface->node.v - 1].object;

        dm_diag_label(joining->diags,
                      dm_diags_add(joining->diags, DM_SEV_ERROR, node->object.origin,
                                   "node `%s` and node `%s` are one host of the network, `%s`",
                                   node->object.name, other->name, interface->object.name),
                      other->origin, "the other is here");
        return;
    }
    if (cluster->vpc.v && cluster->vpc.v != subnet->vpc.v) {
        dm_diags_add(joining->diags, DM_SEV_ERROR, node->object.origin,
                     "node `%s` is in `%s`, but its cluster is in `%s`", node->object.name,
                     joining->builder->vpcs.items[subnet->vpc.v - 1].object.name,
                     joining->builder->vpcs.items[cluster->vpc.v - 1].object.name);
        return;
    }
    if (node->zone.v && node->zone.v != subnet->zone.v) {
        dm_diags_add(joining->diags, DM_SEV_ERROR, node->object.origin,
                     "node `%s` says that it is in zone %s, and its host is in %s",
                     node->object.name, joining->builder->zones.items[node->zone.v - 1].object.name,
                     joining->builder->zones.items[subnet->zone.v - 1].object.name);
        return;
    }
    cluster->vpc = subnet->vpc;
    node->zone = subnet->zone;
    node->interface.v = at;
    interface->node.v = v;
}

static void tell_ambiguous(struct dm_joining *joining, const struct dm_node *node, uint32_t a,
                           uint32_t b)
{
    char text[DM_ADDR_TEXT_SIZE];

    leave_apart(joining, node,
                dm_sprintf(joining->builder->arena,
                           "address %s is one of `%s` and of `%s`, and spec.providerID, which says "
                           "which instance it is, is not in the input",
                           dm_addr_text(node->address, text), interface_at(joining, a)->object.name,
                           interface_at(joining, b)->object.name));
}

/* First those that need no other node to tell their VPC, then the rest. */
static void join_node(struct dm_joining *joining, uint32_t v, bool is_last)
{
    const struct dm_node *node = &joining->builder->nodes.items[v - 1];
    uint32_t vpc = joining->builder->clusters.items[node->cluster.v - 1].vpc.v;
    uint32_t other = 0;
    uint32_t at;

    if (node->interface.v || (node->instance != NULL) == is_last) {
        return;
    }
    if (node->instance) {
        at = at_instance(joining, node);
    } else if (dm_addr_is_none(node->address)) {
        leave_apart(joining, node, "its Node object has neither spec.providerID nor an InternalIP");
        return;
    } else {
        char text[DM_ADDR_TEXT_SIZE];

        at = at_address(joining, node, vpc, &other);
        if (other) {
            tell_ambiguous(joining, node, at, other);
            return;
        }
        if (!at) {
            leave_apart(joining, node,
                        dm_sprintf(joining->builder->arena, "no host of the input%s has address %s",
                                   vpc ? "'s VPC" : "", dm_addr_text(node->address, text)));
        }
    }
    if (at) {
        seat(joining, v, at);
    }
}

/* An address that one host alone has tells the VPC as well as an instance does. */
static void settle_vpcs(struct dm_joining *joining)
{
    for (size_t i = 0; i < joining->builder->nodes.n; i++) {
        const struct dm_node *node = &joining->builder->nodes.items[i];
        struct dm_cluster *cluster = &joining->builder->clusters.items[node->cluster.v - 1];
        uint32_t other = 0;
        uint32_t at = 0;

        if (!cluster->vpc.v && !node->interface.v && !node->instance
            && !dm_addr_is_none(node->address)) {
            at = at_address(joining, node, 0, &other);
        }
        if (at && !other) {
            cluster->vpc.v = vpc_at(joining, at);
        }
    }
}

static bool has_strays(const struct dm_builder *builder)
{
    for (size_t i = 0; i < builder->nodes.n; i++) {
        if (!builder->nodes.items[i].interface.v) {
            return true;
        }
    }
    return false;
}

enum dm_status dm_model_join_clusters(struct dm_builder *builder, struct dm_diags *diags,
                                      struct dm_err *err)
{
    struct dm_joining joining = { .builder = builder, .diags = diags };
    size_t n = builder->nodes.n;

    if (builder->vpcs.n && has_strays(builder)) {
        if (!index_hosts(&joining)) {
            return DM_FAIL_NOMEM(err);
        }
        for (uint32_t v = 1; v <= n; v++) {
            join_node(&joining, v, false);
        }
        settle_vpcs(&joining);
        for (uint32_t v = 1; v <= n; v++) {
            join_node(&joining, v, true);
        }
    }
    dm_join_tagged(&joining);
    return builder->failed ? DM_FAIL_NOMEM(err) : dm_join_pods(&joining, err);
}
