/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Peerings of transit gateways and of VPCs: a request in one region, its acceptance in the other.
 * Whatever goes over one refers to the acceptance, so that it is not made before.
 */
#include "render/artifacts/terraform_private.h"

/* The request is made by the side that stands first in the model. */
static void transit_peering(struct dm_tf *tf, struct dm_attachment_id id)
{
    const struct dm_attachment *object = dm_attachment_get(tf->model, id);
    const struct dm_attachment *peer;
    const struct dm_transit_gateway *from;
    const struct dm_transit_gateway *to;
    uint32_t root = dm_tf_root_global(tf);
    json_t *body;

    if (!object->peer.v) {
        dm_tf_refuse(tf, object->object.origin, "peering `%s`: its other side is not known",
                     object->object.name);
        return;
    }
    if (object->peer.v < id.v) {
        return;
    }
    peer = dm_attachment_get(tf->model, object->peer);
    from = dm_transit_gateway_get(tf->model, object->gateway);
    to = dm_transit_gateway_get(tf->model, peer->gateway);
    body = dm_tf_second(tf, root, DM_TF_PEERINGS, "aws_ec2_transit_gateway_peering_attachment",
                        DM_REF(attachment, id));
    dm_tf_provide(tf, root, body, from->region);
    dm_tf_refer(tf, root, body, "transit_gateway_id", DM_REF(transit_gateway, object->gateway));
    dm_tf_refer(tf, root, body, "peer_transit_gateway_id", DM_REF(transit_gateway, peer->gateway));
    dm_tf_text(tf, body, "peer_region", dm_region_get(tf->model, to->region)->object.name);
    body = dm_tf_object(tf, root, DM_TF_PEERINGS,
                        "aws_ec2_transit_gateway_peering_attachment_accepter",
                        DM_REF(attachment, object->peer));
    dm_tf_provide(tf, root, body, to->region);
    dm_tf_refer_second(tf, body, "transit_gateway_attachment_id",
                       "aws_ec2_transit_gateway_peering_attachment", DM_REF(attachment, id));
}

static void vpc_peering(struct dm_tf *tf, struct dm_peering_id id)
{
    const struct dm_peering *object = dm_peering_get(tf->model, id);
    struct dm_region_id from = dm_vpc_get(tf->model, object->requester)->region;
    struct dm_region_id to = dm_vpc_get(tf->model, object->accepter)->region;
    uint32_t root = dm_tf_root_global(tf);
    json_t *body =
        dm_tf_second(tf, root, DM_TF_PEERINGS, "aws_vpc_peering_connection", DM_REF(peering, id));

    dm_tf_provide(tf, root, body, from);
    dm_tf_refer(tf, root, body, "vpc_id", DM_REF(vpc, object->requester));
    dm_tf_refer(tf, root, body, "peer_vpc_id", DM_REF(vpc, object->accepter));
    dm_tf_text(tf, body, "peer_region", dm_region_get(tf->model, to)->object.name);
    body = dm_tf_object(tf, root, DM_TF_PEERINGS, "aws_vpc_peering_connection_accepter",
                        DM_REF(peering, id));
    dm_tf_provide(tf, root, body, to);
    dm_tf_refer_second(tf, body, "vpc_peering_connection_id", "aws_vpc_peering_connection",
                       DM_REF(peering, id));
    dm_tf_flag(tf, body, "auto_accept", true);
}

void dm_tf_peerings(struct dm_tf *tf)
{
    for (uint32_t i = 1; i <= tf->model->n_attachments; i++) {
        if (tf->model->attachments[i - 1].kind == DM_ATTACHMENT_PEERING) {
            transit_peering(tf, (struct dm_attachment_id){ i });
        }
    }
    for (uint32_t i = 1; i <= tf->model->n_peerings; i++) {
        vpc_peering(tf, (struct dm_peering_id){ i });
    }
}
