/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/asked.h"

static struct dm_cluster_id cluster_of(const struct dm_model *model, struct dm_kube_service_id id)
{
    return dm_namespace_get(model, dm_kube_service_get(model, id)->namespace)->cluster;
}

/* Whether the Service sends to the pod at that address, which is one of the VPC. */
static bool has_backend(const struct dm_model *model, struct dm_kube_service_id id,
                        struct dm_addr address)
{
    const struct dm_kube_service *service = dm_kube_service_get(model, id);
    struct dm_interface_id pod =
        dm_model_interface_in_cluster(model, cluster_of(model, id), address);

    for (size_t i = 0; pod.v && i < service->n_backends; i++) {
        if (service->backends[i].v == pod.v) {
            return dm_interface_get(model, pod)->carrier.v != 0;
        }
    }
    return false;
}

/* Whether a target is one of the cluster's nodes with the port that they take for the Service, or a
 * pod of it. */
static bool is_target(const struct dm_model *model, struct dm_kube_service_id service,
                      const struct dm_target *target, uint8_t protocol)
{
    struct dm_cluster_id cluster = cluster_of(model, service);
    struct dm_interface_id node =
        dm_model_interface_at(model, dm_cluster_get(model, cluster)->vpc, target->address);
    uint32_t port;

    return node.v && dm_model_cluster_of_interface(model, node).v == cluster.v
           && (dm_model_node_port(model, cluster, protocol, target->port, &port).v == service.v
               || has_backend(model, service, target->address));
}

static bool sends_to(const struct dm_model *model, struct dm_kube_service_id service,
                     const struct dm_listener_action *action, uint8_t protocol)
{
    for (size_t i = 0; i < action->n_groups; i++) {
        const struct dm_target_group *group = dm_target_group_get(model, action->groups[i]);

        for (size_t j = 0; j < group->n_targets; j++) {
            if (is_target(model, service, &group->targets[j], protocol)) {
                return true;
            }
        }
    }
    return false;
}

static bool takes(const struct dm_model *model, const struct dm_balancer *balancer,
                  struct dm_kube_service_id service, const struct dm_match *port)
{
    for (size_t i = 0; i < balancer->n_listeners; i++) {
        const struct dm_listener *listener = &balancer->listeners[i];

        if (listener->match.protocol != port->protocol
            || listener->match.port_first > port->port_first
            || listener->match.port_last < port->port_first) {
            continue;
        }
        if (sends_to(model, service, &listener->action, (uint8_t)port->protocol)) {
            return true;
        }
        for (size_t j = 0; j < listener->n_rules; j++) {
            if (sends_to(model, service, &listener->rules[j].action, (uint8_t)port->protocol)) {
                return true;
            }
        }
    }
    return false;
}

static bool is_public(const struct dm_interface *interface)
{
    return interface->n_addresses && !dm_addr_is_none(interface->addresses[0].public_address);
}

static struct dm_interface_id find_node(const struct dm_model *model, struct dm_alive *alive,
                                        struct dm_kube_service_id service, bool wants_public,
                                        const struct dm_match *port)
{
    for (uint32_t v = 1; v <= model->n_interfaces; v++) {
        struct dm_interface_id id = { v };
        const struct dm_interface *interface = dm_interface_get(model, id);
        struct dm_zone_id zone = dm_model_zone_of_interface(model, id);

        if (interface->kind == DM_INTERFACE_BALANCER && is_public(interface) == wants_public
            && dm_alive(alive, dm_zone_get(model, zone)->element)
            && takes(model, dm_balancer_get(model, interface->balancer), service, port)) {
            return id;
        }
    }
    return (struct dm_interface_id){ 0 };
}

struct dm_interface_id dm_asked_at_kube(const struct dm_model *model, struct dm_alive *alive,
                                        struct dm_kube_service_id service,
                                        struct dm_interface_id caller, const struct dm_match *port)
{
    struct dm_interface_id found = { 0 };

    if (caller.v
        && dm_model_cluster_of_interface(model, caller).v == cluster_of(model, service).v) {
        return dm_kube_service_get(model, service)->interface;
    }
    found = find_node(model, alive, service, !caller.v, port);
    return found.v ? found : find_node(model, alive, service, caller.v != 0, port);
}

struct dm_interface_id dm_asked_at(const struct dm_model *model, struct dm_alive *alive,
                                   const struct dm_service *service, struct dm_interface_id caller,
                                   const struct dm_match *port)
{
    if (!service->cluster.v || !service->kube_service.v) {
        return (struct dm_interface_id){ 0 };
    }
    return dm_asked_at_kube(model, alive, service->kube_service, caller, port);
}

void dm_asked_arrived(const struct dm_model *model, struct dm_interface_id target,
                      struct dm_session *session)
{
    if (session->end == DM_SESSION_PASS && target.v
        && dm_interface_get(model, target)->kind == DM_INTERFACE_POD && !session->request->n_legs
        && session->request->interface.v != target.v) {
        session->end = DM_SESSION_FAIL;
        session->code = DM_CODE_POD_ADDRESS_NOT_ROUTED;
        session->on_reply = false;
        session->at = DM_REF(interface, target);
    }
}
