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

/* An edge of the attachment: the one where the packet is, or the first that lives. */
static struct dm_core_edge_id edge_of(struct machine *m, const struct dm_core_attachment *out,
                                      struct dm_core_edge_id from)
{
    if (dm_core_attachment_at(out, from)) {
        return from;
    }
    for (size_t i = 0; i < out->n_edges; i++) {
        if (dm_alive(m->alive, dm_core_edge_get(m->model, out->edges[i])->element)) {
            return out->edges[i];
        }
    }
    return out->edge;
}

/* From the edge where it came in, over that of the attachment if it is another, out of the network.
 */
static enum step core_out(struct machine *m, struct dm_core_attachment_id id)
{
    const struct dm_core_attachment *in = dm_core_attachment_get(m->model, m->core_ingress);
    const struct dm_core_attachment *out = dm_core_attachment_get(m->model, id);
    struct dm_ref at = DM_REF(core_attachment, id);

    if (to_edge(m, in->edge, edge_of(m, out, in->edge), at) == STEP_DONE) {
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
    if (out->kind != DM_CORE_ATTACHMENT_VPC) {
        return unknown(m, at, out->unknown,
                       "what is behind an attachment of this kind is not followed");
    }
    m->subnet = exit_subnet(m, at, out->subnets, out->n_subnets, out->appliance_mode);
    if (!m->subnet.v) {
        return drop(m, DM_CODE_ELEMENT_FAILED, at);
    }
    m->vpc = out->vpc;
    m->references = m->references && m->scope == DM_SCOPE_TRANSIT;
    add_hop(m, DM_HOP_CORE_OUT, at);
    return STEP_ROUTER;
}

/* ---- network functions [CWAN-10] ---- */

static bool is_function_of(const struct dm_core_insertion *insertion,
                           const struct dm_core_attachment *attachment)
{
    for (size_t i = 0; i < insertion->n_functions; i++) {
        if (attachment->function.v == insertion->functions[i].v && attachment->function.v) {
            return true;
        }
    }
    return false;
}

/* Attachments of the functions at an edge. */
static unsigned functions_at(const struct machine *m, const struct dm_core_insertion *insertion,
                             struct dm_core_edge_id edge,
                             struct dm_core_attachment_id items[MAX_CHOICES])
{
    unsigned n = 0;

    for (uint32_t i = 0; i < m->model->n_core_attachments && n < MAX_CHOICES; i++) {
        const struct dm_core_attachment *item = &m->model->core_attachments[i];

        if (dm_core_attachment_at(item, edge) && is_function_of(insertion, item)) {
            items[n++].v = i + 1;
        }
    }
    return n;
}

static struct dm_core_edge_id overridden(const struct dm_core_insertion *insertion,
                                         struct dm_core_edge_id near, struct dm_core_edge_id far)
{
    for (size_t i = 0; i < insertion->n_overrides; i++) {
        const struct dm_core_override *item = &insertion->overrides[i];
        bool has_near = false;
        bool has_far = false;

        for (size_t j = 0; j < item->n_edges; j++) {
            has_near = has_near || item->edges[j].v == near.v;
            has_far = has_far || item->edges[j].v == far.v;
        }
        if (has_near && has_far) {
            return item->use;
        }
    }
    return (struct dm_core_edge_id){ 0 };
}

/* To the functions that stand between the edges 'near', where the packet is, and 'far': those of
 * the edge that an override says; else those of the one where it is, if the way is within one edge
 * or goes through the functions of both; else those of the only edge of the two that has any. */
static enum step into_function(struct machine *m, const struct dm_core_insertion *insertion,
                               struct dm_core_edge_id near, struct dm_core_edge_id far)
{
    struct dm_core_attachment_id here[MAX_CHOICES];
    struct dm_core_attachment_id there[MAX_CHOICES];
    struct dm_core_edge_id use = overridden(insertion, near, far);
    struct dm_ref at = DM_REF(core_segment, insertion->segment);
    unsigned n_here = functions_at(m, insertion, use.v ? use : near, here);
    unsigned n_there = near.v == far.v || use.v ? 0 : functions_at(m, insertion, far, there);

    if (insertion->unknown.v) {
        return unknown(m, at, insertion->unknown, "part of the action is not understood");
    }
    if (!dm_core_has_function(m->model, insertion)) {
        return drop(m, DM_CODE_CORE_NO_FUNCTION, at);
    }
    if (n_here + n_there == 0 || (insertion->dual_hop && n_here == 0)) {
        return unknown(m, at, insertion->unknown,
                       "which edge's function is taken where this one has none is not known");
    }
    if (!insertion->dual_hop && n_here > 0 && n_there > 0) {
        return unknown(m, at, insertion->unknown,
                       "at which of two edges the function is taken is not known");
    }
    return core_out(m, n_here ? here[choose(m, n_here)] : there[choose(m, n_there)]);
}

/* The action that leads what goes to the segment through the functions of both edges; NULL where
 * none does.  '*ret_mixed' where another leads it through one alone. */
static const struct dm_core_insertion *both_edges(const struct machine *m,
                                                  const struct dm_core_attachment *function,
                                                  struct dm_core_segment_id segment,
                                                  bool *ret_mixed)
{
    const struct dm_core_network *network = dm_core_network_get(m->model, function->network);
    const struct dm_core_insertion *found = NULL;
    bool single = false;

    for (size_t i = 0; i < network->n_insertions; i++) {
        const struct dm_core_insertion *item = &network->insertions[i];

        if (item->kind != DM_CORE_SEND_VIA || !is_function_of(item, function)
            || (item->segment.v != segment.v
                && !dm_core_segments_have(&item->when_sent_to, item->segment, segment))) {
            continue;
        }
        found = item->dual_hop ? item : found;
        single = single || !item->dual_hop;
    }
    *ret_mixed = found && single;
    return found;
}

/* What comes back from a function goes on to where it is addressed, and where both edges' functions
 * are asked for, through those of the other edge first. */
static enum step after_function(struct machine *m, const struct dm_core_choice *choice)
{
    const struct dm_core_attachment *in = dm_core_attachment_get(m->model, m->core_ingress);
    const struct dm_core_attachment *out = dm_core_attachment_get(m->model, choice->attachment);
    struct dm_core_attachment_id there[MAX_CHOICES];
    struct dm_ref at = DM_REF(core_attachment, m->core_ingress);
    bool mixed = false;
    const struct dm_core_insertion *dual = both_edges(m, in, out->segment, &mixed);
    unsigned n;

    if (!dual || dm_core_attachment_at(out, in->edge)) {
        return core_out(m, choice->attachment);
    }
    if (mixed) {
        return unknown(m, at, dual->unknown,
                       "whether it goes through the functions of one edge or of both is not known");
    }
    n = functions_at(m, dual, out->edge, there);
    if (n == 0) {
        return unknown(m, at, dual->unknown,
                       "which edge's function is taken where one has none is not known");
    }
    return core_out(m, there[choose(m, n)]);
}

/* Where the packet may go from where it came in; no segment and no group is none. */
static size_t look_up(struct machine *m, struct dm_core_choice choices[DM_PLANE_MAX_CHOICES])
{
    const struct dm_core_attachment *in = dm_core_attachment_get(m->model, m->core_ingress);

    if (in->function.v) {
        return dm_lookup_function(m->walker->plane, m->alive, in->function, in->edge,
                                  m->destination, choices);
    }
    return dm_lookup_core(m->walker->plane, m->alive, in->segment, in->edge, m->destination,
                          choices);
}

enum step dm_walk_core(struct machine *m)
{
    const struct dm_core_attachment *in = dm_core_attachment_get(m->model, m->core_ingress);
    struct dm_ref at = DM_REF(core_attachment, m->core_ingress);
    struct dm_core_choice choices[DM_PLANE_MAX_CHOICES];
    struct dm_core_choice *choice = DM_NEW(m->walker->arena, struct dm_core_choice);
    const struct dm_core_attachment *out;

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
    *choice = choices[choose(m, (unsigned)look_up(m, choices))];
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
    if (in->function.v) {
        return after_function(m, choice);
    }
    if (!choice->inserted) {
        return core_out(m, choice->attachment);
    }
    out = choice->attachment.v ? dm_core_attachment_get(m->model, choice->attachment) : NULL;
    return into_function(m, choice->inserted, in->edge, out ? edge_of(m, out, in->edge) : in->edge);
}
