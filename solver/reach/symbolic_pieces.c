/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What load balancers, accelerators, nodes of clusters and Services tell apart of flows: pieces,
 * each of which they treat alike, so that one flow of it is followed on for all.
 */
#include "solver/reach/symbolic_private.h"

/* Adds the flows of a set, by the protocols that a balancer may treat differently. */
static void add_pieces(struct dm_symbolic *symbolic, struct dm_set flows,
                       struct dm_relay_pieces *pieces)
{
    static const uint8_t protocols[] = { DM_PROTO_TCP, DM_PROTO_UDP, DM_PROTO_ICMP,
                                         DM_PROTO_ICMPV6 };
    enum { N = sizeof protocols / sizeof *protocols };
    struct dm_sets *sets = symbolic->sets;

    for (size_t i = 0; i <= N; i++) {
        struct dm_set of = i < N ? dm_set_protocol(sets, protocols[i]) : DM_SET_ALL;
        struct dm_relay_piece piece = { .flows = dm_set_and(sets, flows, of) };
        struct dm_packet packet;

        flows = dm_set_minus(sets, flows, of);
        if (dm_set_witness(sets, piece.flows, &packet)) {
            piece.one = dm_symbolic_flow(&packet);
            symbolic->failed |= !DM_VEC_PUSH(symbolic->arena, pieces, piece);
        }
    }
}

/* Flows on their way to pieces: sets that do not overlap. */
struct parts {
    struct dm_symbolic *symbolic;
    DM_VEC(struct dm_set) items;
};

static void push_part(struct parts *parts, struct dm_set set)
{
    parts->symbolic->failed |= !DM_VEC_PUSH(parts->symbolic->arena, &parts->items, set);
}

/* Divides each part into what the match has and what it has not. */
static void divide(struct parts *parts, const struct dm_match *match)
{
    struct dm_sets *sets = parts->symbolic->sets;
    struct dm_set has = dm_set_match(sets, match);
    size_t n = parts->items.n;

    for (size_t i = 0; i < n && !parts->symbolic->failed; i++) {
        struct dm_set both_have = dm_set_and(sets, parts->items.items[i], has);

        if (!dm_set_is_empty(both_have) && !dm_set_is_equal(both_have, parts->items.items[i])) {
            parts->items.items[i] = dm_set_minus(sets, parts->items.items[i], has);
            push_part(parts, both_have);
        }
    }
}

static void divide_by_listeners(struct parts *parts, const struct dm_balancer *balancer)
{
    for (size_t i = 0; i < balancer->n_listeners; i++) {
        divide(parts, &balancer->listeners[i].match);
    }
}

/* By all that looks at ports on the way into an interface. */
static void divide_by_filters(struct parts *parts, struct dm_interface_id id)
{
    const struct dm_model *model = parts->symbolic->model;
    const struct dm_interface *interface = dm_interface_get(model, id);
    struct dm_acl_id acl = dm_subnet_get(model, interface->subnet)->acl;

    for (size_t i = 0; i < interface->n_groups; i++) {
        const struct dm_group *group = dm_group_get(model, interface->groups[i]);

        for (size_t j = 0; j < group->n_rules; j++) {
            divide(parts, &group->rules[j].match);
        }
    }
    for (size_t i = 0; acl.v && i < dm_acl_get(model, acl)->n_entries; i++) {
        divide(parts, &dm_acl_get(model, acl)->entries[i].match);
    }
}

static struct dm_match port_of(uint8_t protocol, uint16_t port)
{
    return (struct dm_match){ protocol, port, port, -1, -1 };
}

static void divide_by_node_ports(struct parts *parts, struct dm_node_id node)
{
    const struct dm_model *model = parts->symbolic->model;
    struct dm_cluster_id cluster = dm_node_get(model, node)->cluster;

    for (uint32_t i = 0; i < model->n_kube_services; i++) {
        const struct dm_kube_service *service = &model->kube_services[i];

        if (dm_namespace_get(model, service->namespace)->cluster.v != cluster.v) {
            continue;
        }
        for (size_t j = 0; j < service->n_ports; j++) {
            struct dm_match match =
                port_of(service->ports[j].protocol, service->ports[j].node_port);

            if (match.port_first) {
                divide(parts, &match);
            }
        }
    }
}

static void divide_by_service(struct parts *parts, const struct dm_kube_service *service)
{
    for (size_t i = 0; i < service->n_ports; i++) {
        struct dm_match match = port_of(service->ports[i].protocol, service->ports[i].port);

        divide(parts, &match);
    }
}

/* By all that tells flows apart at any interface that the endpoint may mean. */
static void divide_by_endpoint(struct parts *parts, const struct dm_accelerator_endpoint *endpoint)
{
    const struct dm_model *model = parts->symbolic->model;

    if (endpoint->interface.v) {
        struct dm_node_id node = dm_interface_get(model, endpoint->interface)->node;

        divide_by_filters(parts, endpoint->interface);
        if (node.v) {
            divide_by_node_ports(parts, node);
        }
    }
    if (endpoint->balancer.v) {
        divide_by_listeners(parts, dm_balancer_get(model, endpoint->balancer));
    }
    for (uint32_t v = 1; endpoint->balancer.v && v <= model->n_interfaces; v++) {
        if (model->interfaces[v - 1].balancer.v == endpoint->balancer.v) {
            divide_by_filters(parts, (struct dm_interface_id){ v });
        }
    }
}

/* An accelerator leaves ports as they are, so its endpoints tell flows apart too; a port that it
 * changes is a part of its own. */
static void divide_by_accelerator(struct parts *parts, const struct dm_accelerator *accelerator)
{
    for (size_t i = 0; i < accelerator->n_listeners; i++) {
        const struct dm_accelerator_listener *listener = &accelerator->listeners[i];

        divide(parts, &listener->match);
        for (size_t j = 0; j < listener->n_groups; j++) {
            const struct dm_accelerator_group *group = &listener->groups[j];

            for (size_t k = 0; k < group->n_ports; k++) {
                struct dm_match port = listener->match;

                port.port_first = group->ports[k].listener;
                port.port_last = group->ports[k].listener;
                divide(parts, &port);
            }
            for (size_t k = 0; k < group->n_endpoints; k++) {
                divide_by_endpoint(parts, &group->endpoints[k]);
            }
        }
    }
}

static struct dm_relay_pieces divide_flows(struct dm_symbolic *symbolic,
                                           struct dm_interface_id node, struct dm_set flows)
{
    const struct dm_interface *interface = dm_interface_get(symbolic->model, node);
    struct parts parts = { .symbolic = symbolic };
    struct dm_relay_pieces pieces = { 0 };

    push_part(&parts, flows);
    if (interface->accelerator.v) {
        divide_by_accelerator(&parts, dm_accelerator_get(symbolic->model, interface->accelerator));
    } else if (interface->kube_service.v) {
        divide_by_service(&parts, dm_kube_service_get(symbolic->model, interface->kube_service));
    } else if (interface->node.v) {
        divide_by_node_ports(&parts, interface->node);
    } else {
        divide_by_listeners(&parts, dm_balancer_get(symbolic->model, interface->balancer));
    }
    for (size_t i = 0; i < parts.items.n && !symbolic->failed; i++) {
        add_pieces(symbolic, parts.items.items[i], &pieces);
    }
    return pieces;
}

/* A node divides a set alike whatever fails, so that is done once. */
bool dm_symbolic_pieces(struct dm_symbolic *symbolic, struct dm_interface_id node,
                        struct dm_set flows, struct dm_relay_pieces *ret_pieces)
{
    const uint32_t key[2] = { node.v, flows.v };
    uint64_t *place = dm_map_addn(&symbolic->divided, key, sizeof key, NULL);

    if (place && !*place) {
        struct dm_relay_pieces pieces = divide_flows(symbolic, node, flows);

        if (!DM_VEC_PUSH(symbolic->arena, &symbolic->pieces, pieces)) {
            symbolic->failed = true;
            return false;
        }
        *place = symbolic->pieces.n;
    }
    symbolic->failed = symbolic->failed || !place;
    if (!place || dm_symbolic_failed(symbolic)) {
        return false;
    }
    *ret_pieces = symbolic->pieces.items[*place - 1];
    return true;
}
