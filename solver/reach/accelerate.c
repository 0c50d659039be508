/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/reach/accelerate.h"

#include "model/base/limits.h"

/* Sets of endpoints, each asked only where those before it hold none. */
enum tier { TIER_STEERED, TIER_HEALTHY, TIER_ALL };

struct endpoints {
    const struct dm_walker *walker;
    const struct dm_model *model;
    struct dm_alive *alive;
    struct dm_addr client;
    const struct dm_flow *flow;
    enum tier tier;
    struct dm_balance *balance;
    bool out_of_memory;
};

static void be_unknown(struct dm_balance *balance, struct dm_unknown_id unknown, const char *why)
{
    balance->kind = DM_BALANCE_UNKNOWN;
    balance->unknown = unknown;
    balance->why = why;
}

/* Whether it is healthy; where that is not known, so is what the accelerator does. */
static bool is_healthy(struct endpoints *of, const struct dm_accelerator_endpoint *endpoint)
{
    enum dm_health health = DM_HEALTH_GOOD;

    if (!endpoint->is_healthy) {
        return false;
    }
    if (endpoint->balancer.v && !endpoint->unknown.v
        && !dm_balancer_health(of->walker, of->alive, endpoint->balancer, &health)) {
        of->out_of_memory = true;
    }
    if (health == DM_HEALTH_OPEN) {
        be_unknown(of->balance, (struct dm_unknown_id){ 0 },
                   "whether the targets of an endpoint leave it healthy is not known [GA-02]");
    }
    return health == DM_HEALTH_GOOD;
}

static bool is_in_tier(struct endpoints *of, const struct dm_accelerator_group *group,
                       const struct dm_accelerator_endpoint *endpoint)
{
    return of->tier == TIER_ALL
           || (endpoint->weight > 0 && (of->tier == TIER_HEALTHY || group->dial > 0)
               && is_healthy(of, endpoint));
}

static bool lives(const struct endpoints *of, struct dm_interface_id interface)
{
    struct dm_zone_id zone = dm_model_zone_of_interface(of->model, interface);

    return dm_alive(of->alive, dm_zone_get(of->model, zone)->element);
}

/* The port at the endpoint. */
static uint16_t port_at(const struct dm_accelerator_group *group, uint16_t port)
{
    for (size_t i = 0; i < group->n_ports; i++) {
        if (group->ports[i].listener == port) {
            return group->ports[i].endpoint;
        }
    }
    return port;
}

static bool keeps_client(const struct dm_model *model, const struct dm_listener_action *action)
{
    for (size_t i = 0; i < action->n_groups; i++) {
        if (dm_target_group_get(model, action->groups[i])->keeps_client) {
            return true;
        }
    }
    return false;
}

/* Whether anything behind a balancer's node looks at the address that the node is sent from. */
static bool looks_at_source(const struct endpoints *of, const struct dm_interface *node)
{
    const struct dm_balancer *balancer = dm_balancer_get(of->model, node->balancer);

    if (node->n_groups || balancer->is_application) {
        return true;
    }
    for (size_t i = 0; i < balancer->n_listeners; i++) {
        if (keeps_client(of->model, &balancer->listeners[i].action)) {
            return true;
        }
    }
    return false;
}

static void add_interface(const struct endpoints *of, const struct dm_accelerator_group *group,
                          const struct dm_accelerator_endpoint *endpoint,
                          struct dm_interface_id interface)
{
    const struct dm_interface *item = dm_interface_get(of->model, interface);
    struct dm_balance *balance = of->balance;
    size_t i = 0;

    if (!lives(of, interface)) {
        return;
    }
    while (i < item->n_addresses && item->addresses[i].address.family != of->client.family) {
        i++;
    }
    if (i == item->n_addresses) {
        be_unknown(balance, (struct dm_unknown_id){ 0 },
                   "what an accelerator does between IPv4 and IPv6 is not followed");
    } else if (!endpoint->keeps_client
               && (item->kind != DM_INTERFACE_BALANCER || looks_at_source(of, item)
                   || of->client.family != DM_FAMILY_IPV4)) {
        be_unknown(balance, (struct dm_unknown_id){ 0 },
                   "which address the endpoint sees where the accelerator does not keep the "
                   "client's is not known");
    } else if (balance->n_choices == dm_limit_value(DM_LIMIT_CHOICES)) {
        be_unknown(balance, (struct dm_unknown_id){ 0 },
                   "the accelerator has more endpoints than are followed");
    } else {
        balance->choices[balance->n_choices++] =
            (struct dm_balance_choice){ .address = item->addresses[i].address,
                                        .port = port_at(group, of->flow->port_first),
                                        .keeps_client = endpoint->keeps_client,
                                        .entry = interface };
    }
}

static void add_endpoint(const struct endpoints *of, const struct dm_accelerator_group *group,
                         const struct dm_accelerator_endpoint *endpoint)
{
    if (endpoint->unknown.v) {
        be_unknown(of->balance, endpoint->unknown, "one of the endpoints is not understood");
        return;
    }
    if (endpoint->interface.v) {
        add_interface(of, group, endpoint, endpoint->interface);
        return;
    }
    for (uint32_t v = 1; v <= of->model->n_interfaces; v++) {
        struct dm_interface_id id = { v };

        if (dm_interface_get(of->model, id)->balancer.v == endpoint->balancer.v
            && of->balance->kind != DM_BALANCE_UNKNOWN) {
            add_interface(of, group, endpoint, id);
        }
    }
}

static void choose(struct endpoints *of, const struct dm_accelerator_listener *listener)
{
    for (size_t i = 0; i < listener->n_groups; i++) {
        const struct dm_accelerator_group *group = &listener->groups[i];

        if (group->unknown.v) {
            be_unknown(of->balance, group->unknown, "which endpoints its group has is not known");
        }
        for (size_t j = 0; j < group->n_endpoints; j++) {
            if (is_in_tier(of, group, &group->endpoints[j])
                && of->balance->kind != DM_BALANCE_UNKNOWN) {
                add_endpoint(of, group, &group->endpoints[j]);
            }
        }
    }
}

static const struct dm_accelerator_listener *listener_for(const struct dm_accelerator *accelerator,
                                                          const struct dm_flow *flow)
{
    struct dm_packet packet = { .protocol = flow->protocol,
                                .destination_port = flow->port_first,
                                .icmp_type = flow->icmp_type,
                                .icmp_code = flow->icmp_code };

    for (size_t i = 0; i < accelerator->n_listeners; i++) {
        if (dm_match_has(&accelerator->listeners[i].match, &packet)) {
            return &accelerator->listeners[i];
        }
    }
    return NULL;
}

bool dm_accelerate(const struct dm_walker *walker, struct dm_alive *alive,
                   struct dm_interface_id node, struct dm_addr client, const struct dm_flow *flow,
                   bool on_failure_too, struct dm_balance *ret_balance)
{
    const struct dm_model *model = walker->model;
    struct dm_accelerator_id id = dm_interface_get(model, node)->accelerator;
    const struct dm_accelerator *accelerator = dm_accelerator_get(model, id);
    const struct dm_accelerator_listener *listener = listener_for(accelerator, flow);
    struct dm_balance balance = { .kind = DM_BALANCE_REFUSES,
                                  .at = DM_REF(accelerator, id),
                                  .origin = accelerator->object.origin,
                                  .code = DM_CODE_NO_LISTENER };
    struct endpoints of = { walker, model, alive, client, flow, TIER_STEERED, &balance, false };

    balance.choices =
        DM_NEW_ARRAY(walker->arena, dm_limit_value(DM_LIMIT_CHOICES), struct dm_balance_choice);
    if (!balance.choices) {
        return false;
    }
    if (!accelerator->is_enabled) {
        balance.code = DM_CODE_ACCELERATOR_DISABLED;
    } else if (accelerator->unknown.v) {
        be_unknown(&balance, accelerator->unknown, "what the accelerator listens on is not known");
    } else if (flow->protocol == DM_PROTO_ICMP || flow->protocol == DM_PROTO_ICMPV6) {
        be_unknown(&balance, (struct dm_unknown_id){ 0 },
                   "whether accelerators answer ICMP is not documented");
    } else if (listener && listener->unknown.v) {
        be_unknown(&balance, listener->unknown, "which groups the listener has is not known");
    } else if (listener) {
        balance.origin = listener->origin;
        balance.code = DM_CODE_NO_TARGET;
        of.tier = on_failure_too ? TIER_ALL : TIER_STEERED;
        choose(&of, listener);
        while (!balance.n_choices && balance.kind != DM_BALANCE_UNKNOWN && of.tier != TIER_ALL) {
            of.tier++;
            choose(&of, listener);
        }
        if (balance.n_choices && balance.kind != DM_BALANCE_UNKNOWN) {
            balance.kind = DM_BALANCE_FORWARDS;
        }
    }
    *ret_balance = balance;
    return !of.out_of_memory;
}
