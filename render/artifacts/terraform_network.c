/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * VPCs, subnets, internet and NAT gateways.
 */
#include "model/base/str.h"
#include "render/artifacts/terraform_private.h"

static bool is_ipv4(struct dm_tf *tf, const struct dm_object *object, struct dm_prefix cidr)
{
    char buffer[DM_ADDR_TEXT_SIZE];

    if (cidr.addr.family != DM_FAMILY_IPV4) {
        dm_tf_refuse(tf, object->origin, "IPv6 block %s of `%s`: AWS chooses these",
                     dm_prefix_text(cidr, buffer), object->name);
        return false;
    }
    return true;
}

static void vpc(struct dm_tf *tf, struct dm_vpc_id id)
{
    const struct dm_vpc *object = dm_vpc_get(tf->model, id);
    uint32_t root = dm_tf_root_of_vpc(tf, id);
    json_t *body = dm_tf_object(tf, root, DM_TF_NETWORK, "aws_vpc", DM_REF(vpc, id));

    for (size_t i = 0; i < object->n_cidrs; i++) {
        char buffer[DM_ADDR_TEXT_SIZE];

        if (!is_ipv4(tf, &object->object, object->cidrs[i])) {
            return;
        }
        if (i > 0) {
            body = dm_tf_row(tf, root, DM_TF_NETWORK, "aws_vpc_ipv4_cidr_block_association",
                             DM_REF(vpc, id), dm_prefix_text(object->cidrs[i], buffer),
                             object->object.origin);
            dm_tf_refer(tf, root, body, "vpc_id", DM_REF(vpc, id));
        }
        dm_tf_prefix(tf, body, "cidr_block", object->cidrs[i]);
    }
}

/* The block of its VPC, other than the first, that the subnet lies in, has to be there before. */
static void depend_on_block(struct dm_tf *tf, json_t *body, const struct dm_subnet *subnet)
{
    const struct dm_vpc *object = dm_vpc_get(tf->model, subnet->vpc);

    for (size_t i = 1; i < object->n_cidrs; i++) {
        char buffer[DM_ADDR_TEXT_SIZE];

        if (dm_prefix_covers(object->cidrs[i], subnet->cidrs[0])) {
            dm_tf_depend_row(tf, body, "aws_vpc_ipv4_cidr_block_association",
                             DM_REF(vpc, subnet->vpc), dm_prefix_text(object->cidrs[i], buffer));
        }
    }
}

static void subnet(struct dm_tf *tf, struct dm_subnet_id id)
{
    const struct dm_subnet *object = dm_subnet_get(tf->model, id);
    const struct dm_zone *zone = dm_zone_get(tf->model, object->zone);
    const char *region = dm_region_get(tf->model, zone->region)->object.name;
    uint32_t root = dm_tf_root_of_vpc(tf, object->vpc);
    json_t *body = dm_tf_object(tf, root, DM_TF_NETWORK, "aws_subnet", DM_REF(subnet, id));

    for (size_t i = 0; i < object->n_cidrs; i++) {
        if (!is_ipv4(tf, &object->object, object->cidrs[i])) {
            return;
        }
    }
    dm_tf_refer(tf, root, body, "vpc_id", DM_REF(vpc, object->vpc));
    dm_tf_prefix(tf, body, "cidr_block", object->cidrs[0]);
    /* Where accounts differ in what they call a zone, the model goes by its id. */
    dm_tf_text(tf, body,
               dm_str_starts(zone->object.name, region) ? "availability_zone"
                                                        : "availability_zone_id",
               zone->object.name);
    dm_tf_flag(tf, body, "map_public_ip_on_launch", object->maps_public_address);
    depend_on_block(tf, body, object);
}

static void internet_gateway(struct dm_tf *tf, struct dm_internet_gateway_id id)
{
    const struct dm_internet_gateway *object = dm_internet_gateway_get(tf->model, id);
    uint32_t root = object->vpc.v ? dm_tf_root_of_vpc(tf, object->vpc)
                                  : dm_tf_root_of_region(tf, object->region);
    json_t *body = dm_tf_object(tf, root, DM_TF_NETWORK,
                                object->egress_only ? "aws_egress_only_internet_gateway"
                                                    : "aws_internet_gateway",
                                DM_REF(internet_gateway, id));

    if (object->vpc.v) {
        dm_tf_refer(tf, root, body, "vpc_id", DM_REF(vpc, object->vpc));
    }
}

static void zonal_nat_gateway(struct dm_tf *tf, struct dm_nat_gateway_id id)
{
    const struct dm_nat_gateway *object = dm_nat_gateway_get(tf->model, id);
    const struct dm_subnet *place = dm_subnet_get(tf->model, object->subnet);
    const struct dm_interface *interface = dm_interface_get(tf->model, object->interface);
    const struct dm_vpc *in = dm_vpc_get(tf->model, place->vpc);
    struct dm_ref ref = DM_REF(nat_gateway, id);
    uint32_t root = dm_tf_root_of_vpc(tf, place->vpc);
    json_t *body = dm_tf_object(tf, root, DM_TF_NETWORK, "aws_nat_gateway", ref);
    char buffer[DM_ADDR_TEXT_SIZE];

    if (interface->n_addresses != 1) {
        dm_tf_refuse(tf, object->object.origin, "NAT gateway `%s` has %zu addresses, not one",
                     object->object.name, interface->n_addresses);
        return;
    }
    dm_tf_text(tf, body, "connectivity_type", object->is_private ? "private" : "public");
    dm_tf_text(tf, body, "private_ip", dm_addr_text(interface->addresses[0].address, buffer));
    dm_tf_refer(tf, root, body, "subnet_id", DM_REF(subnet, object->subnet));
    if (!object->is_private) {
        json_t *address = dm_tf_second(tf, root, DM_TF_NETWORK, "aws_eip", ref);

        dm_tf_text(tf, address, "domain", "vpc");
        dm_tf_refer_second(tf, body, "allocation_id", "aws_eip", ref);
        if (in->internet_gateway.v) {
            dm_tf_depend(tf, body, DM_REF(internet_gateway, in->internet_gateway));
        }
    }
}

/* AWS gives it addresses in each zone that it is needed in. */
static void regional_nat_gateway(struct dm_tf *tf, struct dm_nat_gateway_id id)
{
    const struct dm_nat_gateway *object = dm_nat_gateway_get(tf->model, id);
    const struct dm_vpc *in = dm_vpc_get(tf->model, object->vpc);
    uint32_t root = dm_tf_root_of_vpc(tf, object->vpc);
    json_t *body =
        dm_tf_object(tf, root, DM_TF_NETWORK, "aws_nat_gateway", DM_REF(nat_gateway, id));

    dm_tf_text(tf, body, "availability_mode", "regional");
    dm_tf_text(tf, body, "connectivity_type", "public");
    dm_tf_refer(tf, root, body, "vpc_id", DM_REF(vpc, object->vpc));
    if (in->internet_gateway.v) {
        dm_tf_depend(tf, body, DM_REF(internet_gateway, in->internet_gateway));
    }
}

static void nat_gateway(struct dm_tf *tf, struct dm_nat_gateway_id id)
{
    const struct dm_nat_gateway *object = dm_nat_gateway_get(tf->model, id);

    if (object->is_regional) {
        regional_nat_gateway(tf, id);
    } else {
        zonal_nat_gateway(tf, id);
    }
}
/* Roots are of one account: their providers have one set of credentials. */
static void one_account(struct dm_tf *tf)
{
    const struct dm_vpc *first = NULL;

    for (uint32_t i = 0; i < tf->model->n_vpcs; i++) {
        const struct dm_vpc *object = &tf->model->vpcs[i];

        if (object->account && !first) {
            first = object;
        } else if (object->account && !dm_str_equal(first->account, object->account)) {
            dm_tf_refuse(tf, object->object.origin,
                         "VPCs of several accounts: `%s` is of %s, `%s` of %s", first->object.name,
                         first->account, object->object.name, object->account);
            return;
        }
    }
}

void dm_tf_network(struct dm_tf *tf)
{
    one_account(tf);
    for (uint32_t i = 1; i <= tf->model->n_vpcs; i++) {
        vpc(tf, (struct dm_vpc_id){ i });
    }
    for (uint32_t i = 1; i <= tf->model->n_subnets; i++) {
        subnet(tf, (struct dm_subnet_id){ i });
    }
    for (uint32_t i = 1; i <= tf->model->n_internet_gateways; i++) {
        internet_gateway(tf, (struct dm_internet_gateway_id){ i });
    }
    for (uint32_t i = 1; i <= tf->model->n_nat_gateways; i++) {
        nat_gateway(tf, (struct dm_nat_gateway_id){ i });
    }
}
