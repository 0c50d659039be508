/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Steps of a walk between sites and AWS, by the lines of solver/plane/lines.h.
 *
 * A site's own network and router are not followed: a packet is at the site's interface or on a
 * line.
 */
#include "solver/plane/lines.h"
#include "solver/reach/walk_private.h"

/* The way by which the script goes on, kept with the walk; NULL: memory is out. */
static const struct dm_way_choice *take(struct machine *m, const struct dm_way_choices *choices)
{
    struct dm_way_choice *kept = DM_NEW(m->walker->arena, struct dm_way_choice);

    if (!kept) {
        m->out_of_memory = true;
        return NULL;
    }
    *kept = choices->items[choose(m, (unsigned)choices->n)];
    if (choices->too_many) {
        m->too_many_choices = true;
    }
    return kept;
}

static void add_line_hop(struct machine *m, const struct dm_way_choice *choice)
{
    enum dm_hop_kind kind =
        choice->way->line.kind == DM_KIND_vpn_connection ? DM_HOP_VPN : DM_HOP_DX_INTERFACE;

    add_hop(m, kind, choice->way->line)->way = choice;
}

/* Of a virtual interface's way, or none. */
static struct dm_dx_gateway_id dx_gateway_of(const struct machine *m,
                                             const struct dm_way_choice *choice)
{
    struct dm_dx_association_id id = choice->way->association;

    return id.v ? dm_dx_association_get(m->model, id)->gateway : (struct dm_dx_gateway_id){ 0 };
}

static void add_association_hop(struct machine *m, const struct dm_way_choice *choice)
{
    struct dm_dx_gateway_id gateway = dx_gateway_of(m, choice);

    if (gateway.v) {
        add_hop(m, DM_HOP_DX_GATEWAY, DM_REF(dx_gateway, gateway));
    }
}

/* ---- out of AWS ---- */

/* Whether any line of the input ends there. */
static bool has_lines(const struct machine *m, struct dm_ref end)
{
    for (uint32_t i = 0; i < m->model->n_vpn_connections; i++) {
        struct dm_ref at = m->model->vpn_connections[i].end;

        if (at.kind == end.kind && at.v == end.v) {
            return true;
        }
    }
    for (uint32_t i = 0; i < m->model->n_virtual_interfaces; i++) {
        struct dm_ref at = m->model->virtual_interfaces[i].end;

        if (at.kind == end.kind && at.v == end.v) {
            return true;
        }
    }
    for (uint32_t i = 0; i < m->model->n_dx_associations; i++) {
        struct dm_ref at = m->model->dx_associations[i].end;

        if (at.kind == end.kind && at.v == end.v) {
            return true;
        }
    }
    return false;
}

static enum step arrive(struct machine *m, struct dm_site_id site)
{
    struct dm_ref at = DM_REF(site, site);
    struct dm_interface_id interface = dm_model_site_interface(m->model, site, m->destination);

    if (!interface.v) {
        return unknown(m, at, (struct dm_unknown_id){ 0 },
                       "what a site does with addresses that are not its own is not known");
    }
    m->walk.end = DM_WALK_DELIVERED;
    m->walk.interface = interface;
    add_hop(m, DM_HOP_DELIVER, DM_REF(interface, interface));
    return STEP_DONE;
}

enum step dm_walk_by_line(struct machine *m, struct dm_ref end)
{
    struct dm_way_choices choices;
    const struct dm_way_choice *choice;

    if (!has_lines(m, end)) {
        return unknown(m, end, (struct dm_unknown_id){ 0 },
                       "the lines that end there are not in the input");
    }
    dm_lines_out(m->walker->plane, m->alive, end, m->destination, &choices);
    if (!choices.n) {
        return drop(m, DM_CODE_NO_LINE, end);
    }
    choice = take(m, &choices);
    if (!choice) {
        return STEP_DONE;
    }
    add_association_hop(m, choice);
    if (m->dx_gateway.v && m->dx_gateway.v == dx_gateway_of(m, choice).v) {
        return unknown(m, DM_REF(dx_gateway, m->dx_gateway), (struct dm_unknown_id){ 0 },
                       "whether a Direct Connect gateway takes back what came in through it, "
                       "though it joins no two virtual interfaces, is not documented [DX-05]");
    }
    add_line_hop(m, choice);
    if (choice->why) {
        return unknown(m, choice->way->line, choice->unknown, choice->why);
    }
    if (!choice->way->site.v) {
        return unknown(m, choice->way->line, (struct dm_unknown_id){ 0 },
                       "where this line leads is not in the input");
    }
    return arrive(m, choice->way->site);
}

enum step dm_walk_to_vpn_gateway(struct machine *m, struct dm_vpn_gateway_id id)
{
    const struct dm_vpn_gateway *gateway = dm_vpn_gateway_get(m->model, id);
    struct dm_ref at = DM_REF(vpn_gateway, id);

    if (gateway->vpc.v != m->vpc.v) {
        return drop(m, DM_CODE_BAD_STATE_ROUTE, at);
    }
    if (!dm_alive(m->alive, gateway->element)) {
        return drop_dead(m, DM_CODE_BAD_STATE_ROUTE, at, gateway->element);
    }
    if (!in_vpc(m, m->vpc, m->source)) {
        return drop(m, DM_CODE_CANNOT_ROUTE, at); /* VPN-04 */
    }
    m->subnet = (struct dm_subnet_id){ 0 };
    add_hop(m, DM_HOP_VPN_GATEWAY, at);
    return dm_walk_by_line(m, at);
}

/* ---- into AWS ---- */

/* Into the VPC, or to another site at the same gateway [VPN-04, VPN-05]. */
static enum step from_vpn_gateway(struct machine *m, struct dm_ref at)
{
    const struct dm_vpn_gateway *gateway =
        dm_vpn_gateway_get(m->model, (struct dm_vpn_gateway_id){ at.v });

    add_hop(m, DM_HOP_VPN_GATEWAY, at);
    if (!gateway->vpc.v || !in_vpc(m, gateway->vpc, m->destination)) {
        return dm_walk_by_line(m, at);
    }
    m->vpc = gateway->vpc;
    return gateway->edge_table.v ? dm_walk_edge(m, gateway->edge_table) : STEP_ENTER;
}

static enum step from_attachment(struct machine *m, struct dm_attachment_id id)
{
    const struct dm_attachment *attachment = dm_attachment_get(m->model, id);
    const struct dm_transit_gateway *gateway =
        dm_transit_gateway_get(m->model, attachment->gateway);
    struct dm_ref at = DM_REF(attachment, id);

    if (!dm_alive(m->alive, gateway->element)) {
        return drop_dead(m, DM_CODE_ELEMENT_FAILED, at, gateway->element);
    }
    if (!dm_alive(m->alive, attachment->element)) {
        return drop_dead(m, DM_CODE_ELEMENT_FAILED, at, attachment->element);
    }
    m->ingress = id;
    m->core_table = (struct dm_transit_table_id){ 0 };
    add_hop(m, DM_HOP_TRANSIT_IN, at);
    return STEP_TRANSIT;
}

static enum step from_core_attachment(struct machine *m, struct dm_core_attachment_id id,
                                      struct dm_core_edge_id edge)
{
    struct dm_ref at = DM_REF(core_attachment, id);

    if (edge.v != dm_core_attachment_get(m->model, id)->edge.v) {
        return unknown(m, at, (struct dm_unknown_id){ 0 },
                       "what comes in at another edge than the first of an attachment is not "
                       "followed");
    }
    m->core_ingress = id;
    add_hop(m, DM_HOP_CORE_IN, at);
    return STEP_CORE;
}

enum step dm_walk_from_site(struct machine *m, struct dm_site_id site)
{
    struct dm_ref at = DM_REF(site, site);
    struct dm_interface_id own = dm_model_site_interface(m->model, site, m->destination);
    struct dm_way_choices choices;
    const struct dm_way_choice *choice;
    const struct dm_way *way;

    m->scope = DM_SCOPE_INTERNET;
    if (own.v) {
        return arrive(m, site);
    }
    dm_lines_in(m->walker->plane, m->alive, site, m->destination, &choices);
    if (!choices.n) {
        return drop(m, DM_CODE_SITE_NO_ROUTE, at);
    }
    choice = take(m, &choices);
    if (!choice) {
        return STEP_DONE;
    }
    way = choice->way;
    m->dx_gateway = dx_gateway_of(m, choice);
    add_hop(m, DM_HOP_SITE_ROUTE, at)->way = choice;
    if (choice->why) {
        return unknown(m, way->line, choice->unknown, choice->why);
    }
    add_line_hop(m, choice);
    add_association_hop(m, choice);
    if (way->end.kind == DM_KIND_vpn_gateway) {
        return from_vpn_gateway(m, way->end);
    }
    if (way->end.kind == DM_KIND_attachment) {
        return from_attachment(m, (struct dm_attachment_id){ way->end.v });
    }
    return from_core_attachment(m, (struct dm_core_attachment_id){ way->end.v }, way->edge);
}
