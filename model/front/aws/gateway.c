/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Gateways of a VPC and peerings of two.
 */
#include "model/front/aws/aws_private.h"

void dm_aws_refer_internet_gateway(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    struct dm_aws_node list = dm_aws_list(aws, dm_aws_with(thing, "Attachments"), "Attachments");
    struct dm_aws_node item;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        const char *id = dm_aws_text(aws, &item, "VpcId");
        const char *state = dm_aws_text(aws, &item, "State");
        if (!id || dm_str_equal(state, "detached") || dm_str_equal(state, "detaching")) {
            continue;
        }
        struct dm_aws_thing *vpc = dm_aws_need(aws, DM_AWS_VPC, id, &item);
        if (vpc && vpc->gateway && vpc->gateway != thing) {
            struct dm_diag *diag =
                dm_aws_fault(aws, &item, "vpc `%s` has two internet gateways attached", id);
            dm_diag_label(aws->diags, diag, vpc->gateway->views->node.tree->span, "the other one");
        } else if (vpc) {
            vpc->gateway = thing;
            thing->part_of = vpc;
        }
    }
}

void dm_aws_define_internet_gateway(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    struct dm_vpc_id vpc = { thing->part_of ? thing->part_of->handle : 0 };
    struct dm_region_id region =
        vpc.v ? dm_builder_edit_vpc(aws->builder, vpc)->region : dm_aws_region_of(aws, thing, NULL);
    struct dm_internet_gateway *gateway = dm_builder_edit_internet_gateway(
        aws->builder, (struct dm_internet_gateway_id){ thing->handle });
    gateway->vpc = vpc;
    gateway->region = region;
    gateway->edge_table.v = thing->table ? thing->table->handle : 0;
}

/* The egress-only gateway of one VPC. */
void dm_aws_refer_egress_gateway(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    struct dm_aws_node list = dm_aws_list(aws, dm_aws_with(thing, "Attachments"), "Attachments");
    struct dm_aws_node item;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        const char *id = dm_aws_text(aws, &item, "VpcId");
        const char *state = dm_aws_text(aws, &item, "State");
        if (id && !dm_str_equal(state, "detached") && !dm_str_equal(state, "detaching")) {
            thing->part_of = dm_aws_need(aws, DM_AWS_VPC, id, &item);
        }
    }
    if (!thing->part_of) {
        dm_aws_leave_unknown(aws, thing, "the VPC that it is attached to is not shown");
    }
}

void dm_aws_define_egress_gateway(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    struct dm_vpc_id vpc = { thing->part_of->handle };
    struct dm_region_id region = dm_builder_edit_vpc(aws->builder, vpc)->region;
    struct dm_internet_gateway *gateway = dm_builder_edit_internet_gateway(
        aws->builder, (struct dm_internet_gateway_id){ thing->handle });
    gateway->vpc = vpc;
    gateway->region = region;
    gateway->egress_only = true;
}

/* Its table must be shown where it names one [VPC-10]. */
static void refer_regional(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const struct dm_aws_node *node = dm_aws_with(thing, "RouteTableId");
    const char *id = dm_aws_text(aws, node, "RouteTableId");
    thing->part_of = dm_aws_vpc_of(aws, thing);
    thing->table = id ? dm_aws_find(aws, DM_AWS_ROUTE_TABLE, id) : NULL;
    if (!thing->part_of) {
        dm_aws_leave_unknown(aws, thing, "the VPC it is in is not shown");
    } else if (id && !thing->table) {
        dm_aws_leave_unknown(aws, thing, "its route table is not in the input");
    }
}

static void define_regional(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    struct {
        struct dm_nat_address *items;
        size_t n;
        size_t capacity;
    } addresses = { 0 };
    struct dm_vpc_id vpc = { thing->part_of->handle };
    struct dm_region_id region = dm_builder_edit_vpc(aws->builder, vpc)->region;
    struct dm_aws_node list =
        dm_aws_list(aws, dm_aws_with(thing, "NatGatewayAddresses"), "NatGatewayAddresses");
    struct dm_aws_node item;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        struct dm_nat_address address = { 0 };
        const char *zone = dm_aws_text(aws, &item, "AvailabilityZone");
        const char *zone_id = dm_aws_text(aws, &item, "AvailabilityZoneId");
        const char *status = dm_aws_peek(&item, "Status");
        bool is_gone = dm_str_equal(status, "failed") || dm_str_equal(status, "disassociating")
                       || dm_str_equal(status, "unassigning");
        if (!is_gone && dm_aws_address(aws, &item, "PublicIp", &address.address)) {
            if (zone || zone_id) {
                address.zone = dm_aws_zone(aws, region, zone, zone_id, &item);
            }
            DM_AWS_PUSH(aws, &addresses, address);
        }
    }
    struct dm_nat_gateway *gateway =
        dm_builder_edit_nat_gateway(aws->builder, (struct dm_nat_gateway_id){ thing->handle });
    gateway->is_regional = true;
    gateway->vpc = vpc;
    gateway->table.v = thing->table ? thing->table->handle : 0;
    gateway->addresses = addresses.items;
    gateway->n_addresses = addresses.n;
}

void dm_aws_refer_nat_gateway(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const char *mode = dm_aws_text(aws, dm_aws_with(thing, "AvailabilityMode"), "AvailabilityMode");
    if (dm_str_equal(mode, "regional")) {
        refer_regional(aws, thing);
        return;
    }
    if (!dm_aws_need_subnet(aws, thing)) {
        dm_aws_leave_unknown(aws, thing, "the subnet it stands in is not shown");
        return;
    }
    struct dm_aws_node list =
        dm_aws_list(aws, dm_aws_with(thing, "NatGatewayAddresses"), "NatGatewayAddresses");
    struct dm_aws_node item;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        const char *id = dm_aws_text(aws, &item, "NetworkInterfaceId");
        if (!id) {
            continue;
        }
        struct dm_aws_thing *interface = dm_aws_find(aws, DM_AWS_INTERFACE, id);
        if (!interface) {
            interface =
                dm_aws_collect(aws, DM_AWS_INTERFACE, id, NULL, thing->views->file, &item, NULL);
        }
        if (interface) {
            interface->part_of = thing;
            bool is_primary = dm_aws_flag(aws, &item, "IsPrimary", false);
            thing->first = is_primary || !thing->first ? interface : thing->first;
        }
    }
    struct dm_aws_addresses addresses = { 0 };
    if (thing->first) {
        dm_aws_interface_addresses(aws, thing->first, &addresses);
    }
    if (!thing->first) {
        dm_aws_leave_unknown(aws, thing, "its network interface is not shown");
    } else if (addresses.n == 0) {
        dm_aws_leave_unknown(aws, thing, "its address is not shown");
    }
}

void dm_aws_define_nat_gateway(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    if (dm_str_equal(dm_aws_peek(dm_aws_with(thing, "AvailabilityMode"), "AvailabilityMode"),
                     "regional")) {
        define_regional(aws, thing);
        return;
    }
    const char *subnet_id = dm_aws_text(aws, dm_aws_with(thing, "SubnetId"), "SubnetId");
    const struct dm_aws_thing *subnet = dm_aws_find(aws, DM_AWS_SUBNET, subnet_id);
    const char *type = dm_aws_text(aws, dm_aws_with(thing, "ConnectivityType"), "ConnectivityType");
    struct dm_nat_gateway *gateway =
        dm_builder_edit_nat_gateway(aws->builder, (struct dm_nat_gateway_id){ thing->handle });
    gateway->subnet.v = subnet->handle;
    gateway->interface.v = thing->first->handle;
    gateway->is_private = dm_str_equal(type, "private");
}

/* The VPC of one side; a side that is not shown makes the peering unknown. */
static struct dm_aws_thing *side(struct dm_aws *aws, struct dm_aws_thing *thing, const char *key)
{
    struct dm_aws_node info = dm_aws_map(aws, dm_aws_with(thing, key), key);
    const char *id = info.tree ? dm_aws_text(aws, &info, "VpcId") : NULL;
    struct dm_aws_thing *vpc = id ? dm_aws_find(aws, DM_AWS_VPC, id) : NULL;
    if (!vpc) {
        dm_aws_leave_unknown(aws, thing,
                             id ? dm_sprintf(aws->arena, "its vpc %s is not in the input", id)
                                : "which VPCs it joins is not shown");
    }
    return vpc;
}

void dm_aws_refer_peering(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    struct dm_aws_thing *requester = side(aws, thing, "RequesterVpcInfo");
    struct dm_aws_thing *accepter = requester ? side(aws, thing, "AccepterVpcInfo") : NULL;
    thing->part_of = requester;
    thing->first = accepter;
}

void dm_aws_define_peering(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    struct dm_peering *peering =
        dm_builder_edit_peering(aws->builder, (struct dm_peering_id){ thing->handle });
    peering->requester.v = thing->part_of->handle;
    peering->accepter.v = thing->first->handle;
}
