/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Steps of a walk between a VPC and the outside: internet gateways, egress-only ones, regional NAT
 * gateways, and what Block Public Access leaves of them.
 *
 * Block Public Access is on for an account in a region, with exceptions for VPCs and subnets; what
 * comes out of both stands at each subnet.  It asks which way a session was opened, and by what.
 */
#include "solver/reach/walk_private.h"

static const char access_unknown[] = "what Block Public Access leaves to this subnet is not known";

/* ---- Block Public Access ---- */

/* What goes between a subnet and the outside. */
struct crossing {
    struct dm_subnet_id subnet;
    bool is_inbound;
    bool by_nat; /* a NAT gateway's, or an egress-only gateway's */
};

/* Whether it may pass; else the walk has ended. */
static bool may_cross(struct machine *m, struct crossing crossing)
{
    const struct dm_subnet *subnet = dm_subnet_get(m->model, crossing.subnet);
    bool answered = m->start->is_reply;
    bool passes = true;

    switch (subnet->public_access) {
    case DM_ACCESS_OPEN:
        break;
    case DM_ACCESS_BLOCKED:
        passes = false;
        break;
    case DM_ACCESS_NO_INGRESS: /* and so no answer but a NAT gateway's [VPC-30] */
        passes = crossing.is_inbound ? answered && crossing.by_nat : !answered;
        break;
    case DM_ACCESS_EGRESS: /* [VPC-31] */
        passes = crossing.is_inbound == answered;
        break;
    case DM_ACCESS_UNKNOWN:
        (void)unknown(m, DM_REF(subnet, crossing.subnet), subnet->access_unknown, access_unknown);
        return false;
    }
    if (!passes) {
        (void)drop(m, DM_CODE_VPC_BLOCK_PUBLIC_ACCESS_ENABLED, DM_REF(subnet, crossing.subnet));
    }
    return passes;
}

/* Whether the client of the NAT gateway that sends, in the same VPC, is kept in where the gateway
 * is not; then the walk has ended. */
static bool client_is_kept_in(struct machine *m, struct dm_subnet_id of_nat)
{
    size_t n = m->walk.n_sessions;
    struct dm_subnet_id client =
        n ? dm_model_subnet_at(m->model, m->vpc, m->walk.sessions[n - 1].client)
          : (struct dm_subnet_id){ 0 };

    if (m->start->is_reply || !client.v
        || dm_subnet_get(m->model, client)->public_access
               == dm_subnet_get(m->model, of_nat)->public_access
        || dm_subnet_get(m->model, client)->public_access == DM_ACCESS_OPEN) {
        return false;
    }
    (void)unknown(
        m, DM_REF(subnet, client), dm_subnet_get(m->model, client)->access_unknown,
        "whether a subnet that Block Public Access keeps in may use a NAT gateway that it "
        "does not is not documented");
    return true;
}

/* ---- out ---- */

/* The public address with which the packet's sender leaves this VPC, or none: a gateway knows the
 * interfaces of its own VPC only [IGW-01]. */
static struct dm_addr public_source(const struct machine *m)
{
    if (m->source.family == DM_FAMILY_IPV6) {
        return in_vpc(m, m->vpc, m->source) ? m->source : (struct dm_addr){ 0 };
    }
    if (m->start->sender && dm_addr_equal(m->source, m->start->sender->address)
        && dm_subnet_get(m->model, m->start->sender->subnet)->vpc.v == m->vpc.v) {
        return m->start->sender->public_address;
    }
    if (m->origin.v && dm_model_vpc_of_interface(m->model, m->origin).v == m->vpc.v) {
        const struct dm_interface *origin = dm_interface_get(m->model, m->origin);

        for (size_t i = 0; i < origin->n_addresses; i++) {
            if (dm_addr_equal(origin->addresses[i].address, m->source)) {
                return origin->addresses[i].public_address;
            }
        }
    }
    return (struct dm_addr){ 0 };
}

/* The packet is outside, from 'source'. */
static enum step leave_by(struct machine *m, struct dm_ref gateway, struct dm_addr source)
{
    m->source = source;
    m->origin = (struct dm_interface_id){ 0 };
    m->scope = DM_SCOPE_INTERNET;
    m->subnet = (struct dm_subnet_id){ 0 };
    add_hop(m, DM_HOP_INTERNET_OUT, gateway);
    return STEP_INTERNET;
}

/* An egress-only gateway knows its sessions: an answer to what came in another way is none of
 * them [EIGW-01]. */
static bool is_refused(const struct machine *m, const struct dm_internet_gateway *gateway)
{
    return gateway->egress_only && (m->destination.family != DM_FAMILY_IPV6 || m->start->is_reply);
}

enum step dm_walk_to_internet_gateway(struct machine *m, struct dm_internet_gateway_id id)
{
    const struct dm_internet_gateway *gateway = dm_internet_gateway_get(m->model, id);
    struct dm_ref at = DM_REF(internet_gateway, id);
    struct dm_addr source = public_source(m);
    bool by_nat =
        gateway->egress_only
        || (m->origin.v && dm_interface_get(m->model, m->origin)->kind == DM_INTERFACE_NAT);
    struct crossing crossing = { m->subnet, false, by_nat };

    if (gateway->vpc.v != m->vpc.v) {
        return drop(m, DM_CODE_CANNOT_ROUTE, at);
    }
    if (!dm_alive(m->alive, gateway->element)) {
        return drop_dead(m, DM_CODE_BAD_STATE_ROUTE, at, gateway->element);
    }
    if (is_refused(m, gateway)) {
        return drop(m, DM_CODE_EGRESS_NO_SESSION, at);
    }
    if (dm_addr_is_none(source)) {
        return drop(m, DM_CODE_IGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS, at);
    }
    if (!dm_addr_is_public(m->destination)) {
        return drop(m, DM_CODE_NO_PATH, at);
    }
    if (!may_cross(m, crossing) || (by_nat && client_is_kept_in(m, m->subnet))) {
        return STEP_DONE;
    }
    if (gateway->egress_only) {
        m->walk.egress = id;
    }
    return leave_by(m, at, source);
}

/* The address with which a regional NAT gateway sends on what comes from 'zone': one of that zone,
 * or any while it has not grown there; none where it shows none [VPC-10]. */
static struct dm_addr address_for(struct machine *m, const struct dm_nat_gateway *nat,
                                  struct dm_zone_id zone)
{
    struct dm_addr near[MAX_CHOICES] = { { 0 } };
    struct dm_addr any[MAX_CHOICES] = { { 0 } };
    unsigned n_near = 0;
    unsigned n_any = 0;

    for (size_t i = 0; i < nat->n_addresses; i++) {
        if (nat->addresses[i].zone.v == zone.v && n_near < MAX_CHOICES) {
            near[n_near++] = nat->addresses[i].address;
        }
        if (n_any < MAX_CHOICES) {
            any[n_any++] = nat->addresses[i].address;
        }
    }
    if (n_near) {
        return near[choose(m, n_near)];
    }
    return n_any ? any[choose(m, n_any)] : (struct dm_addr){ 0 };
}

/* Whether the gateway's own table leads out by the VPC's gateway; else the walk has ended. */
static bool leads_out(struct machine *m, const struct dm_nat_gateway *nat)
{
    struct dm_ref at = DM_REF(route_table, nat->table);
    struct dm_route_choice choice;

    if (!nat->table.v) {
        return true;
    }
    choice = dm_lookup_route(m->model, nat->table, m->destination);
    if (!choice.unknown.v && !choice.tie && !choice.route) {
        (void)drop(m, DM_CODE_NO_ROUTE_TO_DESTINATION, at);
        return false;
    }
    if (choice.unknown.v || choice.tie || choice.route->target_kind != DM_TARGET_INTERNET_GATEWAY) {
        (void)unknown(m, at, choice.unknown,
                      "what a regional NAT gateway does where its table does not lead to the "
                      "internet gateway is not documented");
        return false;
    }
    add_hop(m, DM_HOP_ROUTE, at)->route = choice.route;
    return true;
}

enum step dm_walk_to_regional_nat(struct machine *m, struct dm_nat_gateway_id id)
{
    const struct dm_nat_gateway *nat = dm_nat_gateway_get(m->model, id);
    struct dm_ref at = DM_REF(nat_gateway, id);
    struct dm_internet_gateway_id out = dm_vpc_get(m->model, nat->vpc)->internet_gateway;
    struct crossing crossing = { m->subnet, false, true };
    struct dm_addr address = address_for(m, nat, zone_of(m, m->subnet));

    if (m->source.family != DM_FAMILY_IPV4) {
        return unknown(m, at, (struct dm_unknown_id){ 0 },
                       "what NAT gateways do with IPv6 is not followed");
    }
    if (dm_addr_is_none(address)) {
        return unknown(m, at, (struct dm_unknown_id){ 0 },
                       "its public addresses are not in the input");
    }
    if (!dm_addr_is_public(m->destination)) {
        return unknown(m, at, (struct dm_unknown_id){ 0 },
                       "what a regional NAT gateway sends to private addresses from is not "
                       "documented");
    }
    m->walk.sessions[m->walk.n_sessions++] =
        (struct dm_nat_session){ .gateway = id, .client = m->source };
    m->source = address;
    m->vpc = nat->vpc;
    add_hop(m, DM_HOP_NAT, at);
    if (!leads_out(m, nat)) {
        return STEP_DONE;
    }
    if (dm_vpc_get(m->model, nat->vpc)->gateway_unknown.v) {
        return unknown(m, DM_REF(vpc, nat->vpc), dm_vpc_get(m->model, nat->vpc)->gateway_unknown,
                       "whether the internet gets into this VPC is not known");
    }
    if (!out.v) {
        return drop(m, DM_CODE_NO_PATH, at);
    }
    if (!dm_alive(m->alive, dm_internet_gateway_get(m->model, out)->element)) {
        return drop_dead(m, DM_CODE_BAD_STATE_ROUTE, DM_REF(internet_gateway, out),
                         dm_internet_gateway_get(m->model, out)->element);
    }
    return may_cross(m, crossing) ? leave_by(m, DM_REF(internet_gateway, out), address) : STEP_DONE;
}

/* ---- in ---- */

/* By the internet gateway of 'vpc', or by that which a session left; false where the walk has
 * ended. */
static bool enter_by_gateway(struct machine *m, struct dm_vpc_id vpc)
{
    struct dm_internet_gateway_id id = dm_vpc_get(m->model, vpc)->internet_gateway;
    struct dm_internet_gateway_id egress = m->start->egress;
    const struct dm_internet_gateway *gateway;

    if (egress.v && dm_internet_gateway_get(m->model, egress)->vpc.v == vpc.v) {
        id = egress;
    } else if (dm_vpc_get(m->model, vpc)->gateway_unknown.v) {
        (void)unknown(m, DM_REF(vpc, vpc), dm_vpc_get(m->model, vpc)->gateway_unknown,
                      "whether the internet gets into this VPC is not known");
        return false;
    }
    if (!id.v) {
        (void)drop(m, DM_CODE_NO_PATH, DM_REF(vpc, vpc));
        return false;
    }
    gateway = dm_internet_gateway_get(m->model, id);
    if (!dm_alive(m->alive, gateway->element)) {
        (void)drop_dead(m, DM_CODE_ELEMENT_FAILED, DM_REF(internet_gateway, id), gateway->element);
        return false;
    }
    m->vpc = vpc;
    m->subnet = (struct dm_subnet_id){ 0 };
    add_hop(m, DM_HOP_INTERNET_IN, DM_REF(internet_gateway, id));
    return true;
}

/* Where what comes in by a gateway is routed: to where it belongs, unless the gateway's table leads
 * elsewhere. */
static enum step route_in(struct machine *m, struct dm_internet_gateway_id id)
{
    const struct dm_internet_gateway *gateway = id.v ? dm_internet_gateway_get(m->model, id) : NULL;

    return gateway && gateway->edge_table.v ? dm_walk_edge(m, gateway->edge_table) : STEP_ENTER;
}

enum step dm_walk_into_vpc(struct machine *m, struct dm_vpc_id vpc, struct dm_addr private_address)
{
    struct dm_addr before = m->destination;
    struct dm_interface_id interface = dm_model_interface_at(m->model, vpc, private_address);
    bool by_egress =
        m->start->egress.v && dm_internet_gateway_get(m->model, m->start->egress)->vpc.v == vpc.v;
    struct crossing crossing = { .subnet = dm_model_subnet_at(m->model, vpc, private_address),
                                 .is_inbound = true,
                                 .by_nat = by_egress };

    if (interface.v) {
        crossing.by_nat |= dm_interface_get(m->model, interface)->kind == DM_INTERFACE_NAT;
        crossing.subnet = dm_interface_get(m->model, interface)->subnet;
    }
    m->destination = private_address;
    if (!enter_by_gateway(m, vpc)) {
        m->destination = before;
        return STEP_DONE;
    }
    if (crossing.subnet.v && !may_cross(m, crossing)) {
        return STEP_DONE;
    }
    return route_in(m, by_egress ? m->start->egress : dm_vpc_get(m->model, vpc)->internet_gateway);
}

enum step dm_walk_from_regional_nat(struct machine *m, struct dm_nat_gateway_id id)
{
    const struct dm_nat_gateway *nat = dm_nat_gateway_get(m->model, id);
    struct dm_ref at = DM_REF(nat_gateway, id);
    size_t last = m->walk.n_sessions - 1;
    struct crossing crossing = { .is_inbound = true, .by_nat = true };

    if (!m->start->is_reply || !m->walk.n_sessions || m->walk.sessions[last].gateway.v != id.v) {
        return drop(m, DM_CODE_NAT_NO_SESSION, at);
    }
    if (!dm_alive(m->alive, nat->element)) {
        return drop_dead(m, DM_CODE_ELEMENT_FAILED, at, nat->element);
    }
    if (!enter_by_gateway(m, nat->vpc)) {
        return STEP_DONE;
    }
    m->walk.n_sessions--;
    m->destination = m->walk.sessions[last].client;
    add_hop(m, DM_HOP_NAT_BACK, at);
    crossing.subnet = dm_model_subnet_at(m->model, nat->vpc, m->destination);
    if (!crossing.subnet.v) {
        return unknown(m, at, (struct dm_unknown_id){ 0 },
                       "how a regional NAT gateway answers clients in other VPCs is not "
                       "documented");
    }
    return may_cross(m, crossing) ? STEP_ENTER : STEP_DONE;
}
