/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Core networks, what is attached to them, and their peerings with transit gateways.
 *
 * All stands in the global root, for a core network has edges in many regions.  It is made with
 * what its policy document says without attachments as base, so that these can be made and come
 * into their segments; the whole document, whose static routes name attachments, follows.
 *
 * A transit gateway that is peered has a policy table: AWS fills it with the tables that are
 * attached to segments [CWAN-16, CWAN-22].
 */
#include "model/base/str.h"
#include "render/artifacts/terraform_private.h"

static struct dm_region_id region_of(const struct dm_tf *tf, struct dm_core_edge_id id)
{
    return dm_core_edge_get(tf->model, id)->region;
}

/* The region through which the network is asked for: that of its first edge. */
static struct dm_region_id home(const struct dm_tf *tf, struct dm_core_network_id id)
{
    for (uint32_t i = 0; i < tf->model->n_core_edges; i++) {
        if (tf->model->core_edges[i].network.v == id.v) {
            return tf->model->core_edges[i].region;
        }
    }
    return (struct dm_region_id){ 0 };
}

static void network(struct dm_tf *tf, struct dm_core_network_id id)
{
    const struct dm_core_network *object = dm_core_network_get(tf->model, id);
    struct dm_ref ref = DM_REF(core_network, id);
    uint32_t root = dm_tf_root_global(tf);
    struct dm_region_id region = home(tf, id);
    const char *base;
    const char *whole;
    json_t *body;

    if (!region.v) {
        dm_tf_refuse(tf, object->object.origin, "core network `%s` has no edge",
                     object->object.name);
        return;
    }
    base = dm_tf_core_policy(tf, id, false);
    whole = dm_tf_core_policy(tf, id, true);
    if (!base || !whole) {
        return;
    }
    body = dm_tf_second(tf, root, DM_TF_TRANSIT, "aws_networkmanager_global_network", ref);
    dm_tf_provide(tf, root, body, region);
    dm_tf_text(tf, body, "description", object->object.name);
    body = dm_tf_object(tf, root, DM_TF_TRANSIT, "aws_networkmanager_core_network", ref);
    dm_tf_provide(tf, root, body, region);
    dm_tf_text(tf, body, "description", object->object.name);
    dm_tf_refer_second(tf, body, "global_network_id", "aws_networkmanager_global_network", ref);
    dm_tf_flag(tf, body, "create_base_policy", true);
    dm_tf_set(tf, body, "base_policy_document", json_string(base));
    body = dm_tf_row(tf, root, DM_TF_TRANSIT, "aws_networkmanager_core_network_policy_attachment",
                     ref, "policy", object->object.origin);
    dm_tf_provide(tf, root, body, region);
    dm_tf_refer(tf, root, body, "core_network_id", ref);
    dm_tf_set(tf, body, "policy_document", json_string(whole));
}

/* ---- attachments ---- */

void dm_tf_core_tags(struct dm_tf *tf, json_t *body, struct dm_core_attachment_id id)
{
    const struct dm_core_attachment *object = dm_core_attachment_get(tf->model, id);
    bool by_document = dm_core_network_get(tf->model, object->network)->document != NULL;
    const char *place = dm_tf_place(tf, object->object.origin);
    json_t *map;

    if (!body) {
        return;
    }
    if (by_document) { /* its rules look at tags: no other than those that were looked at */
        dm_tf_set(tf, body, "tags", json_object());
        if (place) {
            dm_tf_text(tf, body, "//", place);
        }
    }
    map = dm_tf_child(tf, body, "tags");
    for (size_t i = 0; i < object->n_tags; i++) {
        dm_tf_text(tf, map, object->tags[i].key, object->tags[i].value);
    }
    if (!by_document && object->segment.v) {
        dm_tf_text(tf, map, DM_TF_SEGMENT_TAG,
                   dm_core_segment_get(tf->model, object->segment)->short_name);
    } else if (!by_document && object->function.v) {
        dm_tf_text(tf, map, DM_TF_GROUP_TAG,
                   dm_core_function_get(tf->model, object->function)->short_name);
    }
}

/* Why the provider cannot be asked for an attachment, or NULL. */
static const char *refusal(const struct dm_core_attachment *object)
{
    if (object->unknown.v) {
        return "which segment it is in is not known";
    }
    if (object->label) {
        return "the provider has no labels of routing policies";
    }
    if (object->kind == DM_CORE_ATTACHMENT_CONNECT || object->kind == DM_CORE_ATTACHMENT_UNKNOWN) {
        return "what is attached is not modelled";
    }
    return NULL;
}

static void vpc_attachment(struct dm_tf *tf, struct dm_core_attachment_id id)
{
    const struct dm_core_attachment *object = dm_core_attachment_get(tf->model, id);
    uint32_t root = dm_tf_root_global(tf);
    json_t *body = dm_tf_object(tf, root, DM_TF_TRANSIT, "aws_networkmanager_vpc_attachment",
                                DM_REF(core_attachment, id));
    json_t *subnets = json_array();
    json_t *options = json_object();
    json_t *blocks = json_array();

    for (size_t i = 0; i < object->n_subnets; i++) {
        const char *subnet = dm_tf_arn(tf, root, DM_REF(subnet, object->subnets[i]));

        if (json_array_append_new(subnets, json_string(subnet)) != 0) {
            dm_tf_nomem(tf);
        }
    }
    dm_tf_flag(tf, options, "appliance_mode_support", object->appliance_mode);
    dm_tf_flag(tf, options, "ipv6_support", dm_tf_has_ipv6(tf, object->vpc) && !object->no_ipv6);
    dm_tf_flag(tf, options, "security_group_referencing_support",
               dm_core_network_get(tf->model, object->network)->group_references
                   && !object->refers_no_group);
    if (json_array_append_new(blocks, options) != 0) {
        dm_tf_nomem(tf);
    }
    dm_tf_provide(tf, root, body, dm_vpc_get(tf->model, object->vpc)->region);
    dm_tf_refer(tf, root, body, "core_network_id", DM_REF(core_network, object->network));
    dm_tf_set(tf, body, "options", blocks);
    dm_tf_set(tf, body, "subnet_arns", subnets);
    if (body) {
        dm_tf_set(tf, body, "vpc_arn", json_string(dm_tf_arn(tf, root, DM_REF(vpc, object->vpc))));
    }
    dm_tf_core_tags(tf, body, id);
}

static void table_attachment(struct dm_tf *tf, struct dm_core_attachment_id id)
{
    const struct dm_core_attachment *object = dm_core_attachment_get(tf->model, id);
    struct dm_ref peering = DM_REF(core_peering, object->peering);
    uint32_t root = dm_tf_root_global(tf);
    json_t *body = dm_tf_object(tf, root, DM_TF_TRANSIT,
                                "aws_networkmanager_transit_gateway_route_table_attachment",
                                DM_REF(core_attachment, id));

    dm_tf_provide(tf, root, body, region_of(tf, object->edge));
    dm_tf_refer(tf, root, body, "peering_id", peering);
    if (body) {
        dm_tf_set(tf, body, "transit_gateway_route_table_arn",
                  json_string(dm_tf_arn(tf, root, DM_REF(transit_table, object->table))));
    }
    dm_tf_depend_row(tf, body, "aws_ec2_transit_gateway_policy_table_association", peering,
                     "policies");
    dm_tf_core_tags(tf, body, id);
}

static void attachment(struct dm_tf *tf, struct dm_core_attachment_id id)
{
    static const char *const types[] = {
        [DM_CORE_ATTACHMENT_VPC] = "VPC",
        [DM_CORE_ATTACHMENT_TABLE] = "TRANSIT_GATEWAY_ROUTE_TABLE",
        [DM_CORE_ATTACHMENT_VPN] = "SITE_TO_SITE_VPN",
        [DM_CORE_ATTACHMENT_DIRECT_CONNECT] = "DIRECT_CONNECT_GATEWAY",
    };
    const struct dm_core_attachment *object = dm_core_attachment_get(tf->model, id);
    const char *why = refusal(object);
    uint32_t root = dm_tf_root_global(tf);
    json_t *body;

    if (why) {
        dm_tf_refuse(tf, object->object.origin, "attachment `%s`: %s", object->object.name, why);
        return;
    }
    if (object->kind == DM_CORE_ATTACHMENT_VPC) {
        vpc_attachment(tf, id);
    } else if (object->kind == DM_CORE_ATTACHMENT_TABLE) {
        table_attachment(tf, id);
    }
    if (dm_tf_core_accepts(tf, id)) {
        body = dm_tf_row(tf, root, DM_TF_TRANSIT, "aws_networkmanager_attachment_accepter",
                         DM_REF(core_attachment, id), "accepted", object->object.origin);
        dm_tf_provide(tf, root, body, region_of(tf, object->edge));
        dm_tf_refer(tf, root, body, "attachment_id", DM_REF(core_attachment, id));
        dm_tf_text(tf, body, "attachment_type", types[object->kind]);
    }
}

void dm_tf_core_depend(struct dm_tf *tf, json_t *body, struct dm_core_attachment_id id)
{
    dm_tf_depend(tf, body, DM_REF(core_attachment, id));
    if (dm_tf_core_accepts(tf, id)) {
        dm_tf_depend_row(tf, body, "aws_networkmanager_attachment_accepter",
                         DM_REF(core_attachment, id), "accepted");
    }
}

/* ---- peerings ---- */

static void peering(struct dm_tf *tf, struct dm_core_peering_id id)
{
    const struct dm_core_peering *object = dm_core_peering_get(tf->model, id);
    struct dm_ref ref = DM_REF(core_peering, id);
    struct dm_ref gateway = DM_REF(transit_gateway, object->gateway);
    struct dm_region_id region = region_of(tf, object->edge);
    uint32_t root = dm_tf_root_global(tf);
    json_t *body =
        dm_tf_object(tf, root, DM_TF_PEERINGS, "aws_networkmanager_transit_gateway_peering", ref);

    dm_tf_provide(tf, root, body, region);
    dm_tf_refer(tf, root, body, "core_network_id", DM_REF(core_network, object->network));
    if (body) {
        dm_tf_set(tf, body, "transit_gateway_arn", json_string(dm_tf_arn(tf, root, gateway)));
    }
    body = dm_tf_second(tf, root, DM_TF_PEERINGS, "aws_ec2_transit_gateway_policy_table", ref);
    dm_tf_provide(tf, root, body, region);
    dm_tf_refer(tf, root, body, "transit_gateway_id", gateway);
    body = dm_tf_row(tf, root, DM_TF_PEERINGS, "aws_ec2_transit_gateway_policy_table_association",
                     ref, "policies", object->object.origin);
    dm_tf_provide(tf, root, body, region);
    if (body) {
        dm_tf_set(tf, body, "transit_gateway_attachment_id",
                  json_sprintf("${aws_networkmanager_transit_gateway_peering.%s."
                               "transit_gateway_peering_attachment_id}",
                               dm_tf_ident_of(tf, ref)));
    }
    dm_tf_refer_second(tf, body, "transit_gateway_policy_table_id",
                       "aws_ec2_transit_gateway_policy_table", ref);
}

void dm_tf_core(struct dm_tf *tf)
{
    for (uint32_t i = 1; i <= tf->model->n_core_networks; i++) {
        network(tf, (struct dm_core_network_id){ i });
    }
    for (uint32_t i = 1; i <= tf->model->n_core_peerings; i++) {
        peering(tf, (struct dm_core_peering_id){ i });
    }
    for (uint32_t i = 1; i <= tf->model->n_core_attachments; i++) {
        attachment(tf, (struct dm_core_attachment_id){ i });
    }
}
