/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Transit gateways, their tables, and attachments of VPCs with all that is about them.
 *
 * A static route stands where its target does: a black hole with the table, a route to a VPC with
 * the attachment, one over a peering in the global root.
 */
#include "render/artifacts/terraform_private.h"

static const char *enable(bool on)
{
    return on ? "enable" : "disable";
}

static void gateway(struct dm_tf *tf, struct dm_transit_gateway_id id)
{
    const struct dm_transit_gateway *object = dm_transit_gateway_get(tf->model, id);
    uint32_t root = dm_tf_root_of_gateway(tf, id);
    json_t *body = dm_tf_object(tf, root, DM_TF_TRANSIT, "aws_ec2_transit_gateway",
                                DM_REF(transit_gateway, id));

    dm_tf_text(tf, body, "description", object->object.name);
    if (object->asn) {
        dm_tf_number(tf, body, "amazon_side_asn", object->asn);
    }
    dm_tf_text(tf, body, "auto_accept_shared_attachments", enable(false));
    dm_tf_text(tf, body, "default_route_table_association", enable(false));
    dm_tf_text(tf, body, "default_route_table_propagation", enable(false));
    dm_tf_text(tf, body, "security_group_referencing_support", enable(object->group_references));
}

static void table(struct dm_tf *tf, struct dm_transit_table_id id)
{
    const struct dm_transit_table *object = dm_transit_table_get(tf->model, id);
    uint32_t root = dm_tf_root_of_gateway(tf, object->gateway);
    json_t *body = dm_tf_object(tf, root, DM_TF_TRANSIT, "aws_ec2_transit_gateway_route_table",
                                DM_REF(transit_table, id));

    if (object->unknown.v) {
        dm_tf_refuse(tf, object->object.origin, "not all routes of `%s` are known",
                     object->object.name);
    }
    dm_tf_refer(tf, root, body, "transit_gateway_id", DM_REF(transit_gateway, object->gateway));
}

bool dm_tf_has_ipv6(const struct dm_tf *tf, struct dm_vpc_id id)
{
    const struct dm_vpc *vpc = dm_vpc_get(tf->model, id);

    for (size_t i = 0; i < vpc->n_cidrs; i++) {
        if (vpc->cidrs[i].addr.family == DM_FAMILY_IPV6) {
            return true;
        }
    }
    return false;
}

static void vpc_attachment(struct dm_tf *tf, struct dm_attachment_id id)
{
    const struct dm_attachment *object = dm_attachment_get(tf->model, id);
    uint32_t root = dm_tf_root_of_vpc(tf, object->vpc);
    json_t *body = dm_tf_object(tf, root, DM_TF_TRANSIT, "aws_ec2_transit_gateway_vpc_attachment",
                                DM_REF(attachment, id));
    json_t *subnets = json_array();

    for (size_t i = 0; i < object->n_subnets; i++) {
        const char *subnet = dm_tf_id(tf, root, DM_REF(subnet, object->subnets[i]));

        if (json_array_append_new(subnets, json_string(subnet)) != 0) {
            dm_tf_nomem(tf);
        }
    }
    dm_tf_set(tf, body, "subnet_ids", subnets);
    dm_tf_refer(tf, root, body, "transit_gateway_id", DM_REF(transit_gateway, object->gateway));
    dm_tf_refer(tf, root, body, "vpc_id", DM_REF(vpc, object->vpc));
    dm_tf_text(tf, body, "appliance_mode_support", enable(object->appliance_mode));
    dm_tf_text(tf, body, "ipv6_support",
               enable(dm_tf_has_ipv6(tf, object->vpc) && !object->no_ipv6));
    dm_tf_text(tf, body, "security_group_referencing_support", enable(object->group_references));
    dm_tf_flag(tf, body, "transit_gateway_default_route_table_association", false);
    dm_tf_flag(tf, body, "transit_gateway_default_route_table_propagation", false);
}

/* Where what belongs to an attachment stands. */
static uint32_t root_of_attachment(struct dm_tf *tf, const struct dm_attachment *attachment)
{
    return attachment->kind == DM_ATTACHMENT_VPC   ? dm_tf_root_of_vpc(tf, attachment->vpc)
           : attachment->kind == DM_ATTACHMENT_VPN ? dm_tf_root_of_gateway(tf, attachment->gateway)
                                                   : dm_tf_root_global(tf);
}

static struct dm_region_id region_of(const struct dm_tf *tf, struct dm_transit_gateway_id id)
{
    return dm_transit_gateway_get(tf->model, id)->region;
}

static void association(struct dm_tf *tf, struct dm_attachment_id id)
{
    const struct dm_attachment *object = dm_attachment_get(tf->model, id);
    uint32_t root = root_of_attachment(tf, object);
    json_t *body;

    if (!object->table.v) {
        return;
    }
    body = dm_tf_row(tf, root, DM_TF_TRANSIT, "aws_ec2_transit_gateway_route_table_association",
                     DM_REF(attachment, id), "table", object->object.origin);
    dm_tf_provide(tf, root, body, region_of(tf, object->gateway));
    dm_tf_refer(tf, root, body, "transit_gateway_attachment_id", DM_REF(attachment, id));
    dm_tf_refer(tf, root, body, "transit_gateway_route_table_id",
                DM_REF(transit_table, object->table));
}

static void attachment(struct dm_tf *tf, struct dm_attachment_id id)
{
    const struct dm_attachment *object = dm_attachment_get(tf->model, id);

    switch (object->kind) {
    case DM_ATTACHMENT_VPC:
        vpc_attachment(tf, id);
        break;
    case DM_ATTACHMENT_PEERING:
        break;
    case DM_ATTACHMENT_CORE: /* with the core network */
        return;
    case DM_ATTACHMENT_VPN:
    case DM_ATTACHMENT_DIRECT_CONNECT:
        if (!dm_tf_attachment_of_line(tf, id)) {
            return;
        }
        break;
    case DM_ATTACHMENT_CONNECT:
    case DM_ATTACHMENT_UNKNOWN:
        dm_tf_refuse(tf, object->object.origin, "attachment `%s`: what is attached is not modelled",
                     object->object.name);
        return;
    }
    association(tf, id);
}

static void propagation(struct dm_tf *tf, struct dm_transit_table_id id,
                        const struct dm_propagation *row)
{
    const struct dm_attachment *from = dm_attachment_get(tf->model, row->attachment);
    const char *name = dm_transit_table_get(tf->model, id)->object.name;
    uint32_t root = root_of_attachment(tf, from);
    json_t *body;

    if (from->kind == DM_ATTACHMENT_PEERING) {
        return; /* AWS has none [TGW-01] */
    }
    body = dm_tf_row(tf, root, DM_TF_TRANSIT, "aws_ec2_transit_gateway_route_table_propagation",
                     DM_REF(attachment, row->attachment), name, row->origin);
    dm_tf_provide(tf, root, body, region_of(tf, from->gateway));
    dm_tf_refer(tf, root, body, "transit_gateway_attachment_id",
                DM_REF(attachment, row->attachment));
    dm_tf_refer(tf, root, body, "transit_gateway_route_table_id", DM_REF(transit_table, id));
}

static void route(struct dm_tf *tf, struct dm_transit_table_id id,
                  const struct dm_transit_route *row)
{
    const struct dm_transit_table *in = dm_transit_table_get(tf->model, id);
    uint32_t root = row->attachment.v
                        ? root_of_attachment(tf, dm_attachment_get(tf->model, row->attachment))
                        : dm_tf_root_of_gateway(tf, in->gateway);
    char buffer[DM_ADDR_TEXT_SIZE];
    const char *to = dm_prefix_text(row->prefix, buffer);
    json_t *body;

    if (row->unknown.v) {
        dm_tf_refuse(tf, row->origin, "route %s of `%s`: its target is not understood", to,
                     in->object.name);
        return;
    }
    body = dm_tf_row(tf, root, DM_TF_TRANSIT, "aws_ec2_transit_gateway_route",
                     DM_REF(transit_table, id), to, row->origin);
    if (!body) {
        dm_tf_refuse(tf, row->origin, "a second route %s of `%s`", to, in->object.name);
        return;
    }
    dm_tf_provide(tf, root, body, region_of(tf, in->gateway));
    dm_tf_refer(tf, root, body, "transit_gateway_route_table_id", DM_REF(transit_table, id));
    dm_tf_prefix(tf, body, "destination_cidr_block", row->prefix);
    if (row->attachment.v) {
        dm_tf_refer(tf, root, body, "transit_gateway_attachment_id",
                    DM_REF(attachment, row->attachment));
    } else {
        dm_tf_flag(tf, body, "blackhole", true);
    }
}

void dm_tf_transit(struct dm_tf *tf)
{
    for (uint32_t i = 1; i <= tf->model->n_transit_gateways; i++) {
        gateway(tf, (struct dm_transit_gateway_id){ i });
    }
    for (uint32_t i = 1; i <= tf->model->n_attachments; i++) {
        attachment(tf, (struct dm_attachment_id){ i });
    }
    for (uint32_t i = 1; i <= tf->model->n_transit_tables; i++) {
        const struct dm_transit_table *object = &tf->model->transit_tables[i - 1];
        struct dm_transit_table_id id = { i };

        table(tf, id);
        for (size_t j = 0; j < object->n_propagations; j++) {
            propagation(tf, id, &object->propagations[j]);
        }
        for (size_t j = 0; j < object->n_routes; j++) {
            route(tf, id, &object->routes[j]);
        }
    }
}
