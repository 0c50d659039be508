/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/asked.h"

/* Whether a target is one of the cluster's nodes with the port that they take for the service. */
static bool is_target(const struct dm_model *model, const struct dm_service *service,
                      const struct dm_target *target, uint8_t protocol)
{
    const struct dm_cluster *cluster = dm_cluster_get(model, service->cluster);
    struct dm_interface_id node = dm_model_interface_at(model, cluster->vpc, target->address);
    uint32_t port;

    return node.v && dm_model_cluster_of_interface(model, node).v == service->cluster.v
           && dm_model_node_port(model, service->cluster, protocol, target->port, &port).v
                  == service->kube_service.v;
}

static bool sends_to(const struct dm_model *model, const struct dm_service *service,
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
                  const struct dm_service *service, const struct dm_match *port)
{
    for (size_t i = 0; i < balancer->n_listeners; i++) {
        const struct dm_listener *listener = &balancer->listeners[i];

        if (listener->match.protocol == port->protocol
            && listener->match.port_first <= port->port_first
            && listener->match.port_last >= port->port_first
            && sends_to(model, service, &listener->action, (uint8_t)port->protocol)) {
            return true;
        }
    }
    return false;
}

static bool is_public(const struct dm_interface *interface)
{
    return interface->n_addresses && !dm_addr_is_none(interface->addresses[0].public_address);
}

static struct dm_interface_id find_node(const struct dm_model *model, struct dm_alive *alive,
                                        const struct dm_service *service, bool wants_public,
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

struct dm_interface_id dm_asked_at(const struct dm_model *model, struct dm_alive *alive,
                                   const struct dm_service *service, struct dm_interface_id caller,
                                   const struct dm_match *port)
{
    struct dm_interface_id found = { 0 };

    if (!service->cluster.v || !service->kube_service.v) {
        return found;
    }
    if (caller.v && dm_model_cluster_of_interface(model, caller).v == service->cluster.v) {
        return dm_kube_service_get(model, service->kube_service)->interface;
    }
    found = find_node(model, alive, service, !caller.v, port);
    return found.v ? found : find_node(model, alive, service, caller.v != 0, port);
}
