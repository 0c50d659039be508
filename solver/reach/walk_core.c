/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Steps of a walk through a core network.
 */
#include "solver/reach/walk_private.h"

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
    m->references = dm_core_network_get(m->model, id)->group_references;
    add_hop(m, DM_HOP_CORE_IN, at);
    return STEP_CORE;
}

/* From the edge where it came in, over that of the attachment if it is another, into the VPC. */
static enum step core_out(struct machine *m, const struct dm_core_choice *choice)
{
    const struct dm_core_attachment *in = dm_core_attachment_get(m->model, m->core_ingress);
    const struct dm_core_attachment *out = dm_core_attachment_get(m->model, choice->attachment);
    struct dm_ref at = DM_REF(core_attachment, choice->attachment);

    if (out->edge.v != in->edge.v) {
        const struct dm_core_edge *far = dm_core_edge_get(m->model, out->edge);

        if (!dm_alive(m->alive, far->element)) {
            return drop_dead(m, DM_CODE_ELEMENT_FAILED, at, far->element);
        }
        m->sender_zone = (struct dm_zone_id){ 0 };
        m->scope = DM_SCOPE_TRANSIT_FAR;
        add_hop(m, DM_HOP_CORE_EDGE, DM_REF(core_edge, out->edge));
    }
    if (!dm_alive(m->alive, out->element)) {
        return drop_dead(m, DM_CODE_CORE_BLACK_HOLE, at, out->element);
    }
    if (out->kind != DM_CORE_ATTACHMENT_VPC) {
        return unknown(m, at, out->unknown,
                       "what is behind an attachment of this kind is not followed");
    }
    m->subnet = exit_subnet(m, out->subnets, out->n_subnets, out->appliance_mode);
    if (!m->subnet.v) {
        return drop(m, DM_CODE_ELEMENT_FAILED, at);
    }
    m->vpc = out->vpc;
    m->references = m->references && m->scope == DM_SCOPE_TRANSIT;
    add_hop(m, DM_HOP_CORE_OUT, at);
    return STEP_ROUTER;
}

enum step dm_walk_core(struct machine *m)
{
    const struct dm_core_attachment *in = dm_core_attachment_get(m->model, m->core_ingress);
    struct dm_ref at = DM_REF(core_attachment, m->core_ingress);
    struct dm_core_choice *choice = DM_NEW(m->walker->arena, struct dm_core_choice);

    if (!choice) {
        m->out_of_memory = true;
        return STEP_DONE;
    }
    if (in->unknown.v || in->function.v) {
        return unknown(m, at, in->unknown,
                       in->function.v ? "what comes back from a network function is not followed"
                                      : "which segment an attachment is in is not known");
    }
    if (!in->segment.v) {
        return drop(m, DM_CODE_CORE_NO_SEGMENT, at);
    }
    at = DM_REF(core_segment, in->segment);
    *choice = dm_lookup_core(m->walker->plane, m->alive, in->segment, in->edge, m->destination);
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
    if (choice->inserted && !dm_core_has_function(m->model, choice->inserted)) {
        return drop(m, DM_CODE_CORE_NO_FUNCTION, at);
    }
    if (choice->inserted) {
        return unknown(m, at, choice->inserted->unknown,
                       "what an inserted network function does is not followed");
    }
    return core_out(m, choice);
}
