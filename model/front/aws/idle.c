/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Public addresses that describe output shows and that are on no interface [NAT-21]:
 * elastic addresses that nothing is associated with, and those of NAT gateways that
 * are deleted.  Those that are associated, or a load balancer's, but on no interface
 * that is shown are unknown.  Where the node of a load balancer or the interface of
 * an endpoint is not shown, so is what has the other addresses of its subnet.
 */
#include "model/front/aws/aws_private.h"

/* What an elastic address may be associated with. */
static bool is_associated(const struct dm_aws_thing *address)
{
    static const char *const keys[] = { "AssociationId", "InstanceId", "NetworkInterfaceId" };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (dm_aws_peek(dm_aws_with(address, keys[i]), keys[i])) {
            return true;
        }
    }
    return false;
}

static bool is_public_of_interface(struct dm_aws *aws, struct dm_addr address)
{
    const struct dm_aws_index *interfaces = &aws->families[DM_AWS_INTERFACE];
    for (size_t i = 0; i < interfaces->items.n; i++) {
        struct dm_interface_id id = { interfaces->items.items[i]->handle };
        const struct dm_interface *interface =
            id.v ? dm_builder_edit_interface(aws->builder, id) : NULL;
        for (size_t j = 0; interface && j < interface->n_addresses; j++) {
            if (dm_addr_equal(interface->addresses[j].public_address, address)) {
                return true;
            }
        }
    }
    return false;
}

/* The address in the field 'key'; of something that is there, but not shown, where 'is_used'. */
static void add_idle(struct dm_aws *aws, const struct dm_aws_node *node, const char *key,
                     bool is_used)
{
    struct dm_idle_address idle = { .object = { .origin = dm_aws_span(node, key) } };
    char text[DM_ADDR_TEXT_SIZE];
    if (!dm_aws_address(aws, node, key, &idle.address)) {
        return;
    }
    const char *name = dm_addr_text(idle.address, text);
    const struct dm_aws_thing *address = dm_aws_find(aws, DM_AWS_ADDRESS, name);
    if (is_public_of_interface(aws, idle.address)
        || dm_builder_find(aws->builder, DM_KIND_idle_address, name).v) {
        return;
    }
    struct dm_aws_node field = dm_aws_at(node, key);
    if (is_used || (address && is_associated(address))) {
        idle.unknown = dm_aws_unknown(aws, &field, dm_sprintf(aws->arena, "address %s", name),
                                      "the interface that it is on is not in the input");
    }
    idle.object.name = dm_sprintf(aws->arena, "%s", name);
    idle.object.pointer = dm_aws_pointer(aws, &field);
    if (!idle.object.name || dm_builder_add_idle_address(aws->builder, &idle).v == 0) {
        aws->failed = true;
    }
}

/* 'owner' has an interface in the subnet that 'node' names as 'id'. */
static void expect_interface(struct dm_aws *aws, const struct dm_aws_thing *owner, const char *id,
                             const struct dm_aws_node *node)
{
    const struct dm_aws_index *interfaces = &aws->families[DM_AWS_INTERFACE];
    const struct dm_aws_thing *subnet = id ? dm_aws_find(aws, DM_AWS_SUBNET, id) : NULL;
    if (owner->life != DM_AWS_LIVE || !subnet || !subnet->handle) {
        return;
    }
    for (size_t i = 0; i < interfaces->items.n; i++) {
        const struct dm_aws_thing *item = interfaces->items.items[i];
        struct dm_interface_id interface = { item->handle };
        if (item->part_of == owner && interface.v
            && dm_builder_edit_interface(aws->builder, interface)->subnet.v == subnet->handle) {
            return;
        }
    }
    struct dm_subnet *place =
        dm_builder_edit_subnet(aws->builder, (struct dm_subnet_id){ subnet->handle });
    if (!place->unknown.v) {
        place->unknown = dm_aws_unknown(
            aws, node, dm_sprintf(aws->arena, "interface of %s in %s", owner->name, id),
            "it is not in the input");
    }
}

static void expect_of_endpoints(struct dm_aws *aws)
{
    const struct dm_aws_index *endpoints = &aws->families[DM_AWS_ENDPOINT];
    for (size_t i = 0; i < endpoints->items.n; i++) {
        const struct dm_aws_thing *endpoint = endpoints->items.items[i];
        struct dm_aws_node ids = dm_aws_list(aws, dm_aws_with(endpoint, "SubnetIds"), "SubnetIds");
        for (size_t j = 0; ids.tree && j < ids.tree->n; j++) {
            struct dm_aws_node item = dm_aws_item(&ids, j);
            expect_interface(aws, endpoint, dm_tree_text(item.tree), &item);
        }
    }
}

/* A balancer shows the subnets of its nodes, and their public addresses. */
static void add_of_balancers(struct dm_aws *aws)
{
    const struct dm_aws_index *balancers = &aws->families[DM_AWS_BALANCER];
    for (size_t i = 0; i < balancers->items.n; i++) {
        const struct dm_aws_thing *balancer = balancers->items.items[i];
        struct dm_aws_node zones =
            dm_aws_list(aws, dm_aws_with(balancer, "AvailabilityZones"), "AvailabilityZones");
        struct dm_aws_node zone;
        for (size_t at = 0;
             balancer->life != DM_AWS_GONE && dm_aws_next(aws, &zones, &at, &zone);) {
            struct dm_aws_node list = dm_aws_list(aws, &zone, "LoadBalancerAddresses");
            struct dm_aws_node item;
            expect_interface(aws, balancer, dm_aws_peek(&zone, "SubnetId"), &zone);
            for (size_t j = 0; dm_aws_next(aws, &list, &j, &item);) {
                add_idle(aws, &item, "IpAddress", true);
            }
        }
    }
}

/* A classic one shows its subnets alone. */
static void expect_of_classic(struct dm_aws *aws)
{
    const struct dm_aws_index *balancers = &aws->families[DM_AWS_CLASSIC];
    for (size_t i = 0; i < balancers->items.n; i++) {
        const struct dm_aws_thing *balancer = balancers->items.items[i];
        struct dm_aws_node ids = dm_aws_list(aws, dm_aws_with(balancer, "Subnets"), "Subnets");
        for (size_t j = 0; ids.tree && j < ids.tree->n; j++) {
            struct dm_aws_node item = dm_aws_item(&ids, j);
            expect_interface(aws, balancer, dm_tree_text(item.tree), &item);
        }
    }
}

void dm_aws_add_idle_addresses(struct dm_aws *aws)
{
    const struct dm_aws_index *addresses = &aws->families[DM_AWS_ADDRESS];
    for (size_t i = 0; i < addresses->items.n; i++) {
        add_idle(aws, &addresses->items.items[i]->views->node, "PublicIp", false);
    }
    add_of_balancers(aws);
    expect_of_endpoints(aws);
    expect_of_classic(aws);
    const struct dm_aws_index *gateways = &aws->families[DM_AWS_NAT_GATEWAY];
    for (size_t i = 0; i < gateways->items.n; i++) {
        const struct dm_aws_thing *gateway = gateways->items.items[i];
        if (gateway->life != DM_AWS_GONE) {
            continue;
        }
        struct dm_aws_node list =
            dm_aws_list(aws, dm_aws_with(gateway, "NatGatewayAddresses"), "NatGatewayAddresses");
        struct dm_aws_node item;
        for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
            add_idle(aws, &item, "PublicIp", false);
        }
    }
}
