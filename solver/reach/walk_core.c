/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Steps of a walk through a core network.
 */
#include "solver/reach/walk_private.h"

/* Whether a packet of IPv6 is at an attachment that was made without it [CWAN-26]. */
static bool is_ipv6_without(const struct machine *m, const struct dm_core_attachment *attachment)
{
    return attachment->no_ipv6 && m->destination.family == DM_FAMILY_IPV6;
}

static const char without_ipv6[] =
    "whether IPv6 passes an attachment that was made without it is not documented";

enum step dm_walk_to_core(struct machine *m, struct dm_core_network_id id)
{
    struct dm_core_attachment_id in = dm_model_core_attachment_of(m->model, m->vpc, id);
    struct dm_zone_id zone = zone_of(m, m->subnet);
    struct dm_ref at = DM_REF(core_attachment, in);
    const struct dm_core_attachment *attachment;
    const struct dm_core_edge *edge;
    struct dm_subnet_id entry;

    if (!in.v) {
        return drop(m, DM_CODE_NO_CORE_ATTACHMENT, DM_REF(core_network, id));
    }
    attachment = dm_core_attachment_get(m->model, in);
    edge = dm_core_edge_get(m->model, attachment->edge);
    entry = subnet_in_zone(m, attachment->subnets, attachment->n_subnets, zone);
    if (!entry.v && attachment->unknown.v) {
        return unknown(m, at, attachment->unknown, "where an attachment stands is not known");
    }
    if (is_ipv6_without(m, attachment)) {
        return unknown(m, at, attachment->unknown, without_ipv6);
    }
    if (!entry.v) {
        return drop(m, DM_CODE_TGW_ATTACH_VPC_AZ_RESTRICTION, at);
    }
    if (!dm_alive(m->alive, edge->element)) {
        return drop_dead(m, DM_CODE_BAD_STATE_ROUTE, at, edge->element);
    }
    if (!dm_alive(m->alive, attachment->element)) {
        return drop_dead(m, DM_CODE_BAD_STATE_ROUTE, at, attachment->element);
    }
    m->subnet = entry;
    add_hop(m, DM_HOP_ACL_IN, DM_REF(subnet, entry));
    m->subnet = (struct dm_subnet_id){ 0 };
    m->core_ingress = in;
    m->sender_zone = zone;
    m->scope = m->scope == DM_SCOPE_LOCAL ? DM_SCOPE_TRANSIT : DM_SCOPE_TRANSIT_FAR;
    m->references =
        dm_core_network_get(m->model, id)->group_references && !attachment->refers_no_group;
    add_hop(m, DM_HOP_CORE_IN, at);
    return STEP_CORE;
}

/* To the edge of an attachment, where that is another than the one where the packet came in. */
static enum step to_edge(struct machine *m, struct dm_core_edge_id from, struct dm_core_edge_id to,
                         struct dm_ref at)
{
    const struct dm_core_edge *far = dm_core_edge_get(m->model, to);

    if (to.v == from.v) {
        return STEP_CORE;
    }
    if (!dm_alive(m->alive, far->element)) {
        return drop_dead(m, DM_CODE_ELEMENT_FAILED, at, far->element);
    }
    m->sender_zone = (struct dm_zone_id){ 0 };
    m->scope = DM_SCOPE_TRANSIT_FAR;
    add_hop(m, DM_HOP_CORE_EDGE, DM_REF(core_edge, to));
    return STEP_CORE;
}

/* Over the peering into a table of a transit gateway [CWAN-16]. */
static enum step into_table(struct machine *m, const struct dm_core_attachment *out)
{
    const struct dm_core_peering *peering = dm_core_peering_get(m->model, out->peering);
    struct dm_ref at = DM_REF(core_peering, out->peering);
    struct dm_element_id gateway = dm_transit_gateway_get(m->model, peering->gateway)->element;

    if (!dm_alive(m->alive, gateway)) {
        return drop_dead(m, DM_CODE_ELEMENT_FAILED, at, gateway);
    }
    m->ingress = peering->attachment;
    m->core_table = out->table;
    m->sender_zone = (struct dm_zone_id){ 0 };
    m->scope = DM_SCOPE_TRANSIT_FAR;
    m->references = false;
    add_hop(m, DM_HOP_CORE_PEERING, at);
    return STEP_TRANSIT;
}

/* From the edge where it came in, over that of the attachment if it is another, out of the network.
 */
static enum step core_out(struct machine *m, struct dm_core_attachment_id id)
{
    const struct dm_core_attachment *in = dm_core_attachment_get(m->model, m->core_ingress);
    const struct dm_core_attachment *out = dm_core_attachment_get(m->model, id);
    struct dm_ref at = DM_REF(core_attachment, id);

    if (to_edge(m, in->edge, dm_core_edge_towards(m->model, m->alive, out, in->edge), at)
        == STEP_DONE) {
        return STEP_DONE;
    }
    if (!dm_alive(m->alive, out->element)) {
        return drop_dead(m, DM_CODE_CORE_BLACK_HOLE, at, out->element);
    }
    if (out->kind == DM_CORE_ATTACHMENT_TABLE) {
        return into_table(m, out);
    }
    if (out->kind == DM_CORE_ATTACHMENT_VPN || out->kind == DM_CORE_ATTACHMENT_DIRECT_CONNECT) {
        add_hop(m, DM_HOP_CORE_OUT, at);
        return dm_walk_by_line(m, at);
    }
    if (out->kind == DM_CORE_ATTACHMENT_CONNECT) {
        add_hop(m, DM_HOP_CORE_OUT, at);
        return unknown(m, at, out->unknown,
                       "what the router behind a Connect attachment does is not in the input "
                       "[CWAN-31]");
    }
    if (out->kind != DM_CORE_ATTACHMENT_VPC) {
        return unknown(m, at, out->unknown,
                       "what is behind an attachment of this kind is not followed");
    }
    if (is_ipv6_without(m, out)) {
        return unknown(m, at, out->unknown, without_ipv6);
    }
    m->subnet = exit_subnet(m, at, out->subnets, out->n_subnets, out->appliance_mode);
    if (!m->subnet.v) {
        return drop(m, DM_CODE_ELEMENT_FAILED, at);
    }
    m->vpc = out->vpc;
    m->references = m->references && !out->refers_no_group && m->scope == DM_SCOPE_TRANSIT;
    add_hop(m, DM_HOP_CORE_OUT, at);
    return STEP_ROUTER;
}

enum step dm_walk_core(struct machine *m)
{
    const struct dm_core_attachment *in = dm_core_attachment_get(m->model, m->core_ingress);
    struct dm_ref at = DM_REF(core_attachment, m->core_ingress);
    struct dm_core_choice choices[DM_PLANE_MAX_CHOICES];
    struct dm_core_choice *choice = DM_NEW(m->walker->arena, struct dm_core_choice);
    struct dm_core_exits exits;
    size_t n;

    if (!choice) {
        m->out_of_memory = true;
        return STEP_DONE;
    }
    if (in->unknown.v) {
        return unknown(m, at, in->unknown, "which segment an attachment is in is not known");
    }
    if (!in->segment.v && !in->function.v) {
        return drop(m, DM_CODE_CORE_NO_SEGMENT, at);
    }
    at = in->function.v ? DM_REF(core_function, in->function) : DM_REF(core_segment, in->segment);
    n = dm_lookup_ingress(m->walker->plane, m->alive, m->core_ingress, m->destination, choices);
    *choice = choices[choose(m, (unsigned)n)];
    if (choice->kind == DM_TRANSIT_NO_ROUTE) {
        return drop(m, DM_CODE_CORE_NO_ROUTE, at);
    }
    add_hop(m, DM_HOP_CORE_ROUTE, at)->core_choice = choice;
    if (choice->kind == DM_TRANSIT_UNKNOWN) {
        return unknown(m, at, choice->unknown, choice->why);
    }
    if (choice->kind == DM_TRANSIT_BLACK_HOLE) {
        return drop(m, DM_CODE_CORE_BLACK_HOLE, at);
    }
    dm_core_exits_find(m->model, m->alive, m->core_ingress, choice, &exits);
    if (exits.why) {
        return unknown(m, exits.at, exits.unknown, exits.why);
    }
    if (!exits.n) {
        return drop(m, DM_CODE_CORE_NO_FUNCTION, exits.at);
    }
    return core_out(m, exits.items[choose(m, (unsigned)exits.n)]);
}
