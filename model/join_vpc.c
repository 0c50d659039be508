/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pods with addresses of the VPC: those of their node's interfaces, one by one or in delegated
 * prefixes [EKS-60].
 *
 * A pod that no input shows gets one that its node has for pods and none uses, or else, as the node
 * would ask for more, a free one of the node's subnet, from its end.
 */
#include "model/join_private.h"

static const struct dm_interface *interface_at(const struct dm_standing *standing, uint32_t v)
{
    return &standing->joining->builder->interfaces.items[v - 1];
}

void dm_join_index_vpc(struct dm_standing *standing)
{
    struct dm_builder *builder = standing->joining->builder;
    struct dm_vpc_id vpc = builder->clusters.items[standing->id.v - 1].vpc;

    dm_map_init(&standing->in_vpc, builder->arena);
    for (uint32_t v = 1; v <= builder->interfaces.n; v++) {
        const struct dm_interface *item = interface_at(standing, v);

        if (!item->subnet.v || builder->subnets.items[item->subnet.v - 1].vpc.v != vpc.v) {
            continue;
        }
        for (size_t i = 0; i < item->n_addresses; i++) {
            char text[DM_ADDR_TEXT_SIZE];
            uint64_t *slot =
                dm_map_add(&standing->in_vpc, dm_addr_text(item->addresses[i].address, text), NULL);

            builder->failed |= !slot;
            if (slot) {
                *slot = v;
            }
        }
    }
}

static uint32_t find(const struct dm_standing *standing, struct dm_addr address)
{
    char text[DM_ADDR_TEXT_SIZE];
    const uint64_t *value = dm_map_find(&standing->in_vpc, dm_addr_text(address, text));

    return value ? (uint32_t)*value : 0;
}

/* The node whose host the interface is of; none: of no node. */
static struct dm_node_id node_of(const struct dm_standing *standing, uint32_t v)
{
    const struct dm_builder *builder = standing->joining->builder;
    const struct dm_interface *item = interface_at(standing, v);
    const struct dm_host *host = item->host.v ? &builder->hosts.items[item->host.v - 1] : NULL;

    return host && host->n_interfaces ? interface_at(standing, host->interfaces[0].v)->node
                                      : (struct dm_node_id){ 0 };
}

struct dm_interface_id dm_join_carrier(const struct dm_standing *standing, struct dm_addr address)
{
    uint32_t v = find(standing, address);
    struct dm_node_id node = { v ? node_of(standing, v).v : 0 };
    bool is_own =
        node.v && standing->joining->builder->nodes.items[node.v - 1].cluster.v == standing->id.v;

    return (struct dm_interface_id){ is_own ? v : 0 };
}

static bool shows(const struct dm_standing *standing, const struct dm_pod *pod)
{
    for (size_t i = 0; i < pod->n_seats; i++) {
        if (!dm_addr_is_none(pod->seats[i].address)
            && dm_join_carrier(standing, pod->seats[i].address).v
            && !dm_join_has_pool(standing, pod->seats[i].address)) {
            return true;
        }
    }
    return false;
}

bool dm_join_is_of_vpc(const struct dm_standing *standing)
{
    const struct dm_builder *builder = standing->joining->builder;

    for (size_t i = 0; i < builder->workloads.n; i++) {
        const struct dm_workload *workload = &builder->workloads.items[i];
        bool is_own =
            workload->is_loose
            && builder->namespaces.items[workload->namespace.v - 1].cluster.v == standing->id.v;

        for (size_t j = 0; is_own && j < workload->n_pods; j++) {
            if (shows(standing, &workload->pods[j])) {
                return true;
            }
        }
    }
    return false;
}

void dm_join_take_interfaces(struct dm_standing *standing)
{
    struct dm_builder *builder = standing->joining->builder;

    for (size_t i = 0; i < standing->nodes.n; i++) {
        struct dm_node_id node = standing->nodes.items[i];
        struct dm_interface_id primary = builder->nodes.items[node.v - 1].interface;
        const struct dm_host *host =
            &builder->hosts.items[interface_at(standing, primary.v)->host.v - 1];

        for (size_t j = 0; j < host->n_interfaces; j++) {
            builder->interfaces.items[host->interfaces[j].v - 1].node = node;
        }
    }
}

/* ---- addresses that are chosen ---- */

static bool take(struct dm_standing *standing, struct dm_addr address)
{
    char text[DM_ADDR_TEXT_SIZE];
    bool added = false;

    standing->joining->builder->failed |=
        !dm_map_add(&standing->taken, dm_addr_text(address, text), &added);
    return added;
}

/* One that the node has besides those of its own, and no pod has. */
static struct dm_addr spare_of(struct dm_standing *standing, const struct dm_host *host,
                               uint32_t *ret_carrier)
{
    for (size_t i = 0; i < host->n_interfaces; i++) {
        const struct dm_interface *item = interface_at(standing, host->interfaces[i].v);

        for (size_t j = 1; j < item->n_addresses; j++) {
            if (item->addresses[j].address.family == DM_FAMILY_IPV4
                && take(standing, item->addresses[j].address)) {
                *ret_carrier = host->interfaces[i].v;
                return item->addresses[j].address;
            }
        }
    }
    return (struct dm_addr){ 0 };
}

/* A free one of the interface's subnet, from the last but one on, which is AWS's own. */
static struct dm_addr free_in_subnet(struct dm_standing *standing, uint32_t carrier)
{
    const struct dm_builder *builder = standing->joining->builder;
    struct dm_subnet_id id = interface_at(standing, carrier)->subnet;
    const struct dm_subnet *subnet = &builder->subnets.items[id.v - 1];
    struct dm_prefix range = subnet->cidrs[0];
    uint64_t room = range.length <= 32 ? UINT64_C(1) << (32 - range.length) : 0;

    for (uint64_t i = room; i > 5 && range.addr.family == DM_FAMILY_IPV4; i--) {
        struct dm_addr address = dm_addr_add(dm_prefix_first(range), i - 2);

        if (!find(standing, address) && take(standing, address)) {
            return address;
        }
    }
    return (struct dm_addr){ 0 };
}

/* One more address of the interface. */
static void add_to(struct dm_standing *standing, uint32_t carrier, struct dm_addr address)
{
    struct dm_builder *builder = standing->joining->builder;
    struct dm_interface *item = &builder->interfaces.items[carrier - 1];
    struct dm_interface_address *addresses =
        DM_NEW_ARRAY(builder->arena, item->n_addresses + 1, struct dm_interface_address);

    if (!addresses) {
        builder->failed = true;
        return;
    }
    for (size_t i = 0; i < item->n_addresses; i++) {
        addresses[i] = item->addresses[i];
    }
    addresses[item->n_addresses++].address = address;
    item->addresses = addresses;
}

struct dm_addr dm_join_next_in_vpc(struct dm_standing *standing, struct dm_node_id node,
                                   struct dm_interface_id *ret_carrier)
{
    struct dm_builder *builder = standing->joining->builder;
    uint32_t carrier = builder->nodes.items[node.v - 1].interface.v;
    const struct dm_host *host = &builder->hosts.items[interface_at(standing, carrier)->host.v - 1];
    struct dm_addr address = spare_of(standing, host, &carrier);

    if (dm_addr_is_none(address)) {
        address = free_in_subnet(standing, carrier);
        if (!dm_addr_is_none(address)) {
            add_to(standing, carrier, address);
        }
    }
    ret_carrier->v = carrier;
    return address;
}
