/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Steps of a walk through transit gateways.
 */
#include "model/base/planted.h"
#include "solver/reach/walk_private.h"

/* The VPC has no attachment to the gateway, unless it is one whose VPC is not in the input. */
static enum step no_attachment(struct machine *m, struct dm_transit_gateway_id id)
{
    for (uint32_t i = 0; i < m->model->n_attachments; i++) {
        const struct dm_attachment *item = &m->model->attachments[i];

        if (item->gateway.v == id.v && item->kind == DM_ATTACHMENT_UNKNOWN) {
            return unknown(m, DM_REF(transit_gateway, id), item->unknown,
                           "which VPC an attachment is of is not known");
        }
    }
    return drop(m, DM_CODE_NO_TRANSIT_ATTACHMENT, DM_REF(transit_gateway, id));
}

/* Whether a packet of IPv6 is at an attachment that was made without it [TGW-34]. */
static bool is_ipv6_without(const struct machine *m, const struct dm_attachment *attachment)
{
    return attachment->no_ipv6 && m->destination.family == DM_FAMILY_IPV6;
}

static const char without_ipv6[] =
    "whether IPv6 passes an attachment that was made without it is not documented [TGW-34]";

enum step dm_walk_to_transit(struct machine *m, struct dm_transit_gateway_id id)
{
    const struct dm_transit_gateway *gateway = dm_transit_gateway_get(m->model, id);
    struct dm_attachment_id in = dm_model_attachment_of(m->model, m->vpc, id);
    struct dm_ref at = DM_REF(attachment, in);
    const struct dm_attachment *attachment;
    struct dm_zone_id zone = zone_of(m, m->subnet);
    struct dm_subnet_id entry;

    if (!in.v) {
        return no_attachment(m, id);
    }
    attachment = dm_attachment_get(m->model, in);
    entry = subnet_in_zone(m, attachment->subnets, attachment->n_subnets, zone);
    if (!entry.v && attachment->unknown.v) {
        return unknown(m, at, attachment->unknown, "not all of its subnets are in the input");
    }
    if (is_ipv6_without(m, attachment)) {
        return unknown(m, at, attachment->unknown, without_ipv6);
    }
    if (!entry.v) {
        return drop(m, DM_CODE_TGW_ATTACH_VPC_AZ_RESTRICTION, at);
    }
    if (!dm_alive(m->alive, gateway->element)) {
        return drop_dead(m, DM_CODE_BAD_STATE_ROUTE, at, gateway->element);
    }
    if (!dm_alive(m->alive, attachment->element)) {
        return drop_dead(m, DM_CODE_BAD_STATE_ROUTE, at, attachment->element);
    }
    /* Also where the sender is in that subnet itself [TGW-27]. */
    m->subnet = entry;
    if (!DM_PLANTED(ATTACHED_ACL_DROPPED)) {
        add_hop(m, DM_HOP_ACL_IN, DM_REF(subnet, entry));
    }
    m->subnet = (struct dm_subnet_id){ 0 };
    m->ingress = in;
    m->core_table = (struct dm_transit_table_id){ 0 };
    m->sender_zone = zone;
    m->scope = m->scope == DM_SCOPE_LOCAL ? DM_SCOPE_TRANSIT : DM_SCOPE_TRANSIT_FAR;
    m->references = gateway->group_references && attachment->group_references;
    add_hop(m, DM_HOP_TRANSIT_IN, at);
    return STEP_TRANSIT;
}

/* Out of the transit gateway into a VPC. */
static enum step transit_out(struct machine *m, struct dm_attachment_id out)
{
    const struct dm_attachment *attachment = dm_attachment_get(m->model, out);
    struct dm_subnet_id exit = exit_subnet(m, DM_REF(attachment, out), attachment->subnets,
                                           attachment->n_subnets, attachment->appliance_mode);
    struct dm_ref at = DM_REF(attachment, out);

    if (attachment->unknown.v) {
        return unknown(m, at, attachment->unknown, "not all of its subnets are in the input");
    }
    if (is_ipv6_without(m, attachment)) {
        return unknown(m, at, attachment->unknown, without_ipv6);
    }
    if (!exit.v) {
        return drop(m, DM_CODE_ELEMENT_FAILED, at);
    }
    m->vpc = attachment->vpc;
    m->subnet = exit;
    m->references = m->references && attachment->group_references && m->scope == DM_SCOPE_TRANSIT;
    add_hop(m, DM_HOP_TRANSIT_OUT, at);
    return STEP_ROUTER;
}

static enum step transit_peering(struct machine *m, struct dm_attachment_id near)
{
    const struct dm_attachment *attachment = dm_attachment_get(m->model, near);
    const struct dm_attachment *far;
    struct dm_ref at = DM_REF(attachment, near);
    struct dm_element_id gateway;

    if (!attachment->peer.v) {
        return unknown(m, at, attachment->unknown,
                       "the other side of the peering is not in the input");
    }
    far = dm_attachment_get(m->model, attachment->peer);
    gateway = dm_transit_gateway_get(m->model, far->gateway)->element;
    if (!dm_alive(m->alive, gateway)) {
        return drop_dead(m, DM_CODE_ELEMENT_FAILED, at, gateway);
    }
    m->ingress = attachment->peer;
    m->core_table = (struct dm_transit_table_id){ 0 };
    m->sender_zone = (struct dm_zone_id){ 0 };
    m->scope = DM_SCOPE_TRANSIT_FAR;
    add_hop(m, DM_HOP_TRANSIT_PEERING, DM_REF(attachment, attachment->peer));
    return STEP_TRANSIT;
}

/* Over the peering with an edge, into the segment that the table is attached to [CWAN-16]. */
static enum step transit_to_core(struct machine *m, struct dm_transit_table_id table,
                                 const struct dm_attachment *near)
{
    const struct dm_core_peering *peering = dm_core_peering_get(m->model, near->core_peering);
    struct dm_ref at = DM_REF(core_peering, near->core_peering);
    const struct dm_core_edge *edge = dm_core_edge_get(m->model, peering->edge);

    if (!dm_alive(m->alive, edge->element)) {
        return drop_dead(m, DM_CODE_ELEMENT_FAILED, at, edge->element);
    }
    for (uint32_t i = 0; i < m->model->n_core_attachments; i++) {
        const struct dm_core_attachment *item = &m->model->core_attachments[i];

        if (item->kind == DM_CORE_ATTACHMENT_TABLE && item->table.v == table.v
            && item->peering.v == near->core_peering.v) {
            m->core_ingress = (struct dm_core_attachment_id){ i + 1 };
            m->sender_zone = (struct dm_zone_id){ 0 };
            m->scope = DM_SCOPE_TRANSIT_FAR;
            add_hop(m, DM_HOP_CORE_PEERING, at);
            return STEP_CORE;
        }
    }
    return drop(m, DM_CODE_TGW_RTB_BAD_STATE_ROUTE, at);
}

/* False when memory is out. */
static bool note_choice(struct machine *m, struct dm_ref at, struct dm_transit_choice choice)
{
    struct dm_transit_choice *kept = DM_NEW(m->walker->arena, struct dm_transit_choice);

    if (!kept) {
        m->out_of_memory = true;
        return false;
    }
    *kept = choice;
    add_hop(m, DM_HOP_TRANSIT_ROUTE, at)->choice = kept;
    return true;
}

enum step dm_walk_transit(struct machine *m)
{
    const struct dm_attachment *in = dm_attachment_get(m->model, m->ingress);
    struct dm_transit_table_id table = m->core_table.v ? m->core_table : in->table;
    struct dm_ref at = DM_REF(transit_table, table);
    struct dm_transit_choice choices[DM_PLANE_MAX_CHOICES];
    struct dm_transit_choice choice;
    const struct dm_attachment *out;
    size_t n;

    if (!table.v) {
        return drop(m, DM_CODE_TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION,
                    DM_REF(attachment, m->ingress));
    }
    n = dm_lookup_transit(m->walker->plane, m->alive, table, m->destination, choices);
    choice = choices[choose(m, (unsigned)n)];
    if (choice.kind == DM_TRANSIT_NO_ROUTE) {
        return drop(m, DM_CODE_TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT, at);
    }
    if (!note_choice(m, at, choice)) {
        return STEP_DONE;
    }
    if (choice.kind == DM_TRANSIT_UNKNOWN) {
        return unknown(m, at, choice.unknown, choice.why);
    }
    if (choice.kind == DM_TRANSIT_BLACK_HOLE) {
        return drop(m, DM_CODE_TGW_RTB_BAD_STATE_ROUTE, at);
    }
    out = dm_attachment_get(m->model, choice.attachment);
    if (out->kind == DM_ATTACHMENT_UNKNOWN) {
        return unknown(m, DM_REF(attachment, choice.attachment), out->unknown,
                       "attachments of this kind are not understood");
    }
    if (!dm_alive(m->alive, out->element)) {
        return drop_dead(m, DM_CODE_TGW_RTB_BAD_STATE_ROUTE, at, out->element);
    }
    if (out->kind == DM_ATTACHMENT_VPC) {
        return transit_out(m, choice.attachment);
    }
    if (out->kind == DM_ATTACHMENT_PEERING) {
        return transit_peering(m, choice.attachment);
    }
    if (out->kind == DM_ATTACHMENT_CORE) {
        return transit_to_core(m, table, out);
    }
    if (out->kind == DM_ATTACHMENT_VPN || out->kind == DM_ATTACHMENT_DIRECT_CONNECT) {
        add_hop(m, DM_HOP_TRANSIT_OUT, DM_REF(attachment, choice.attachment));
        return dm_walk_by_line(m, DM_REF(attachment, choice.attachment));
    }
    add_hop(m, DM_HOP_TRANSIT_OUT, DM_REF(attachment, choice.attachment));
    return unknown(m, DM_REF(attachment, choice.attachment), out->unknown,
                   "what the router behind a Connect attachment does is not in the input [TGW-33]");
}
