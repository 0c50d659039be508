/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Steps of a walk through what stands in the middle: endpoints of firewalls and gateway load
 * balancers, hosts that forward, tables of gateways that lead to either.
 */
#include "solver/reach/walk_private.h"

static bool is_same(struct dm_ref a, struct dm_ref b)
{
    return a.kind == b.kind && a.v == b.v;
}

const struct dm_passage *dm_walk_passage(struct machine *m, struct dm_ref at)
{
    for (size_t i = 0; m->start->is_reply && i < m->start->n_passages; i++) {
        const struct dm_passage *passage = &m->start->passages[i];

        if (is_same(passage->at, at) && dm_addr_equal(passage->source, m->destination)
            && dm_addr_equal(passage->destination, m->source)) {
            m->met[i] = true;
            return passage;
        }
    }
    return NULL;
}

void dm_walk_note_passage(struct machine *m, struct dm_ref at, struct dm_subnet_id subnet)
{
    struct dm_passage passage = { at, subnet, m->source, m->destination };

    if (m->start->is_reply) {
        return; /* nobody asks what an answer passed */
    }
    for (size_t i = 0; i < m->walk.n_passages; i++) {
        const struct dm_passage *other = &m->passages[i];

        if (is_same(other->at, at) && dm_addr_equal(other->source, m->source)
            && dm_addr_equal(other->destination, m->destination)) {
            return;
        }
    }
    if (m->walk.n_passages == DM_WALK_MAX_PASSAGES) {
        m->too_many_choices = true;
        return;
    }
    m->passages[m->walk.n_passages++] = passage;
}

/* Into the subnet of what stands in the middle, past its ACL [NFW-11]. */
static void enter_subnet(struct machine *m, struct dm_subnet_id subnet)
{
    if (m->subnet.v != subnet.v) {
        m->subnet = subnet;
        add_hop(m, DM_HOP_ACL_IN, DM_REF(subnet, subnet));
    }
    m->vpc = dm_subnet_get(m->model, subnet)->vpc;
}

/* ---- endpoints ---- */

/* Whether an appliance lives that gets what came to the balancer in 'zone' [GWLB-02]. */
static bool has_appliance(struct machine *m, const struct dm_gateway_balancer *balancer,
                          struct dm_zone_id zone)
{
    for (size_t i = 0; i < balancer->n_appliances; i++) {
        const struct dm_host *host = dm_host_get(m->model, balancer->appliances[i]);
        struct dm_zone_id own = host->n_interfaces
                                    ? dm_model_zone_of_interface(m->model, host->interfaces[0])
                                    : (struct dm_zone_id){ 0 };

        if (own.v && host->running && (balancer->cross_zone || own.v == zone.v)
            && zone_alive(m, own) && (!host->element.v || dm_alive(m->alive, host->element))) {
            return true;
        }
    }
    return false;
}

static enum step inspect_fleet(struct machine *m, const struct dm_gwlb_endpoint *endpoint,
                               struct dm_ref at)
{
    struct dm_ref ref = DM_REF(gateway_balancer, endpoint->balancer);
    const struct dm_gateway_balancer *balancer =
        dm_gateway_balancer_get(m->model, endpoint->balancer);

    if (balancer->unknown.v) {
        return unknown(m, ref, balancer->unknown, "what its appliances are is not known");
    }
    if (!has_appliance(m, balancer, zone_of(m, endpoint->subnet))) {
        return drop(m, DM_CODE_NO_APPLIANCE, ref);
    }
    if (!balancer->is_transparent) {
        return unknown(m, ref, balancer->unknown,
                       "what appliances do with packets is not known [GWLB-03]");
    }
    m->scope = DM_SCOPE_INSPECTED;
    add_hop(m, DM_HOP_INSPECTED, at);
    return STEP_ROUTER;
}

static enum step inspect_firewall(struct machine *m, const struct dm_gwlb_endpoint *endpoint,
                                  struct dm_ref at)
{
    const struct dm_firewall *firewall = dm_firewall_get(m->model, endpoint->firewall);
    struct dm_ref ref = DM_REF(firewall, endpoint->firewall);
    const struct dm_firewall_policy *policy;

    if (firewall->unknown.v) {
        return unknown(m, ref, firewall->unknown, "what this firewall does is not known");
    }
    policy = dm_firewall_policy_get(m->model, firewall->policy);
    if (policy->unknown.v) {
        return unknown(m, DM_REF(firewall_policy, firewall->policy), policy->unknown,
                       "what this policy says is not known");
    }
    m->scope = DM_SCOPE_INSPECTED;
    if (m->start->is_reply) {
        bool seen = dm_walk_passage(m, at) != NULL;

        add_hop(m, DM_HOP_FIREWALL_BACK, at)->seen = seen;
    } else {
        add_hop(m, DM_HOP_FIREWALL, at);
        dm_walk_note_passage(m, at, endpoint->subnet);
    }
    return STEP_ROUTER;
}

enum step dm_walk_to_gwlb_endpoint(struct machine *m, struct dm_gwlb_endpoint_id id)
{
    const struct dm_gwlb_endpoint *endpoint = dm_gwlb_endpoint_get(m->model, id);
    struct dm_ref at = DM_REF(gwlb_endpoint, id);

    if (!dm_alive(m->alive, endpoint->element)) {
        return drop_dead(m, DM_CODE_BAD_STATE_ROUTE, at, endpoint->element);
    }
    enter_subnet(m, endpoint->subnet);
    if (endpoint->unknown.v) {
        return unknown(m, at, endpoint->unknown, "what is behind this endpoint is not known");
    }
    return endpoint->firewall.v ? inspect_firewall(m, endpoint, at)
                                : inspect_fleet(m, endpoint, at);
}

void dm_walk_note_missed(struct machine *m)
{
    if (!m->start->is_reply || m->walk.end == DM_WALK_DROPPED || m->walk.end == DM_WALK_UNKNOWN) {
        return;
    }
    for (size_t i = 0; i < m->start->n_passages; i++) {
        const struct dm_passage *passage = &m->start->passages[i];

        if (passage->at.kind == DM_KIND_gwlb_endpoint && !m->met[i]) {
            struct dm_hop *hop = add_hop(m, DM_HOP_FIREWALL_MISSED, passage->at);

            hop->source = passage->destination;
            hop->destination = passage->source;
        }
    }
}

/* ---- hosts ---- */

enum step dm_walk_to_interface(struct machine *m, struct dm_interface_id id)
{
    const struct dm_interface *interface = dm_interface_get(m->model, id);
    struct dm_ref at = DM_REF(interface, id);
    const struct dm_host *host;
    bool filtered;

    for (size_t i = 0; i < interface->n_addresses; i++) {
        if (dm_addr_equal(interface->addresses[i].address, m->destination)) {
            return STEP_ENTER; /* it is for this one */
        }
    }
    if (interface->source_dest_check) {
        return drop(m, DM_CODE_ENI_SOURCE_DEST_CHECK_RESTRICTION, at);
    }
    if (interface->node.v && dm_walk_is_inside(m, id)) {
        enter_subnet(m, interface->subnet);
        return dm_walk_by_node(m, id);
    }
    host = interface->host.v ? dm_host_get(m->model, interface->host) : NULL;
    if (!host || !host->forwards) {
        return unknown(m, at, (struct dm_unknown_id){ 0 }, "what a host forwards is not known");
    }
    if (!host->running) {
        return drop(m, DM_CODE_BAD_STATE_ROUTE, at);
    }
    if (!dm_alive(m->alive, host->element)) {
        return drop_dead(m, DM_CODE_ELEMENT_FAILED, at, host->element);
    }
    enter_subnet(m, interface->subnet);
    /* Its groups know the answer to what they let pass [VPC-36]. */
    filtered = !dm_walk_passage(m, at);
    if (filtered) {
        add_groups_in(m, at);
    }
    dm_walk_note_passage(m, at, interface->subnet);
    m->scope = DM_SCOPE_INSPECTED;
    add_hop(m, DM_HOP_FORWARD, at);
    if (filtered) {
        add_hop(m, DM_HOP_GROUPS_OUT, at);
    }
    return STEP_ROUTER;
}

/* ---- tables of gateways ---- */

enum step dm_walk_edge(struct machine *m, struct dm_route_table_id table)
{
    struct dm_ref at = DM_REF(route_table, table);
    struct dm_route_choice choice = dm_lookup_route(m->model, table, m->destination);
    enum dm_target_kind kind;

    if (choice.unknown.v || choice.tie) {
        return unknown(m, at, choice.unknown,
                       "which route of the gateway's table is taken is not "
                       "known");
    }
    if (!choice.route) {
        return drop(m, DM_CODE_NO_ROUTE_TO_DESTINATION, at);
    }
    add_hop(m, DM_HOP_ROUTE, at)->route = choice.route;
    kind = choice.route->target_kind;
    if (kind != DM_TARGET_LOCAL && kind != DM_TARGET_INTERFACE && kind != DM_TARGET_GWLB_ENDPOINT
        && kind != DM_TARGET_NONE && kind != DM_TARGET_UNKNOWN) {
        return drop(m, DM_CODE_CANNOT_ROUTE, at);
    }
    return dm_walk_follow(m, choice.route, at);
}
