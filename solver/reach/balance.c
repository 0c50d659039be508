/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/reach/balance.h"

#include "model/base/limits.h"
#include "model/base/planted.h"
#include "solver/reach/accelerate.h"
#include "solver/reach/overlay.h"

static void be_unknown(struct dm_balance *balance, struct dm_unknown_id unknown, const char *why)
{
    balance->kind = DM_BALANCE_UNKNOWN;
    balance->unknown = unknown;
    balance->why = why;
}

static const struct dm_listener *listener_for(const struct dm_balancer *balancer,
                                              const struct dm_flow *flow)
{
    struct dm_packet packet = { .protocol = flow->protocol,
                                .destination_port = flow->port_first,
                                .icmp_type = flow->icmp_type,
                                .icmp_code = flow->icmp_code };

    for (size_t i = 0; i < balancer->n_listeners; i++) {
        if (dm_match_has(&balancer->listeners[i].match, &packet)) {
            return &balancer->listeners[i];
        }
    }
    return NULL;
}

/* What is asked of a node's listener, and what has come of it so far. */
struct balancing {
    const struct dm_walker *walker;
    struct dm_alive *alive;
    const struct dm_balancer *balancer;
    struct dm_interface_id node;
    struct dm_zone_id zone; /* the node's */
    bool on_failure_too;
    struct dm_balance *balance;
    bool may_lack_target;
    bool out_of_memory;
};

/* What a node may choose from, in one group. */
struct candidates {
    struct balancing *of;
    const struct dm_target_group *group;
    struct dm_zone_id zone; /* of the node; 0: targets of all zones */
};

static bool in_reach(const struct candidates *from, const struct dm_target *target)
{
    return !from->zone.v || !target->zone.v || from->zone.v == target->zone.v;
}

/* A node of the same balancer in a zone; 0: none. */
static struct dm_interface_id node_in(const struct balancing *of, struct dm_zone_id zone)
{
    const struct dm_model *model = of->walker->model;
    struct dm_balancer_id id = dm_interface_get(model, of->node)->balancer;

    for (uint32_t v = 1; v <= model->n_interfaces; v++) {
        struct dm_interface_id node = { v };

        if (model->interfaces[v - 1].balancer.v == id.v
            && dm_model_zone_of_interface(model, node).v == zone.v) {
            return node;
        }
    }
    return (struct dm_interface_id){ 0 };
}

/* Whether checks get through to the target from the node that sends to it. */
static enum dm_health passes_checks(const struct candidates *from, const struct dm_target *target)
{
    struct balancing *of = from->of;
    struct dm_interface_id node = in_reach(from, target) ? of->node : node_in(of, target->zone);
    enum dm_health health = DM_HEALTH_BAD;

    if (target->unknown.v) {
        return DM_HEALTH_OPEN;
    }
    if (node.v
        && !dm_health_check(of->walker, of->alive, node, target->address,
                            dm_health_port(from->group, target), &health)) {
        of->out_of_memory = true;
    }
    return health;
}

/* Whether it is a node port of a Service that keeps to the node, and the node has no living pod of
 * it. */
static bool lacks_pod(const struct candidates *from, const struct dm_target *target)
{
    const struct dm_model *model = from->of->walker->model;
    struct dm_interface_id id = { 0 };
    struct dm_node_id node;
    struct dm_kube_service_id service;
    uint32_t port;
    const struct dm_kube_service *item;

    if (model->n_nodes && from->group->vpc.v) {
        id = dm_model_interface_at(model, from->group->vpc, target->address);
    }
    if (!id.v || !dm_interface_get(model, id)->node.v) {
        return false;
    }
    node = dm_interface_get(model, id)->node;
    service = dm_model_node_port(model, dm_node_get(model, node)->cluster, DM_PROTO_TCP,
                                 target->port, &port);
    if (!service.v) {
        service = dm_model_node_port(model, dm_node_get(model, node)->cluster, DM_PROTO_UDP,
                                     target->port, &port);
    }
    if (!service.v || !dm_kube_service_get(model, service)->local_traffic
        || DM_PLANTED(LOCAL_AS_CLUSTER)) {
        return false;
    }
    item = dm_kube_service_get(model, service);
    for (size_t i = 0; i < item->n_backends; i++) {
        if (dm_interface_get(model, item->backends[i])->node.v == node.v) {
            return false; /* it lives while the node's zone does, which is asked for itself */
        }
    }
    return true;
}

static enum dm_health health_of(const struct candidates *from, const struct dm_target *target)
{
    const struct balancing *of = from->of;

    if (!target->is_healthy
        || (target->zone.v
            && !dm_alive(of->alive, dm_zone_get(of->walker->model, target->zone)->element))
        || lacks_pod(from, target)) {
        return DM_HEALTH_BAD;
    }
    return from->group->judges_health && !of->on_failure_too ? passes_checks(from, target)
                                                             : DM_HEALTH_GOOD;
}

/* How many targets of the group, in reach or beyond, have which health. */
struct healths {
    size_t n[DM_HEALTH_OPEN + 1];
};

static struct healths count_healths(const struct candidates *from, bool near)
{
    struct healths healths = { { 0 } };

    for (size_t i = 0; i < from->group->n_targets; i++) {
        if (in_reach(from, &from->group->targets[i]) == near) {
            healths.n[health_of(from, &from->group->targets[i])]++;
        }
    }
    return healths;
}

/* Whether a target may be sent to: that is healthy, or may be, or one of all where none may be. */
enum chosen { NOT_CHOSEN, CHOSEN_PERHAPS, CHOSEN };

struct choosing {
    enum chosen open;      /* what may be healthy or not, as far as is known */
    enum chosen unhealthy; /* what is not */
};

/* Targets whose health changes may all be unhealthy at one time, so a target that is open is sent
 * to either way where it is the only one that might be healthy all the time. */
static struct choosing choosing_of(const struct healths *near, const struct healths *far)
{
    size_t n_open = near->n[DM_HEALTH_OPEN] + far->n[DM_HEALTH_OPEN];
    bool may_fail_open = !near->n[DM_HEALTH_GOOD] && !far->n[DM_HEALTH_GOOD];
    struct choosing choosing = { CHOSEN_PERHAPS, NOT_CHOSEN };

    if (may_fail_open) {
        choosing.open = n_open > 1 ? CHOSEN_PERHAPS : CHOSEN;
        choosing.unhealthy = n_open ? CHOSEN_PERHAPS : CHOSEN;
    }
    return choosing;
}

static enum chosen is_chosen(const struct choosing *choosing, enum dm_health health,
                             const struct dm_target *target)
{
    switch (health) {
    case DM_HEALTH_GOOD:
    case DM_HEALTH_CHANGING:
        return CHOSEN;
    case DM_HEALTH_OPEN:
        return choosing->open;
    case DM_HEALTH_BAD:
        break;
    }
    return target->is_leaving ? NOT_CHOSEN : choosing->unhealthy;
}

/* False: the outcome is settled, unknown. */
static bool add_choices(const struct candidates *from, const struct choosing *choosing,
                        struct dm_balance *balance)
{
    for (size_t i = 0; i < from->group->n_targets; i++) {
        const struct dm_target *target = &from->group->targets[i];
        enum chosen chosen = in_reach(from, target)
                                 ? is_chosen(choosing, health_of(from, target), target)
                                 : NOT_CHOSEN;

        if (chosen == NOT_CHOSEN) {
            continue;
        }
        if (balance->n_choices == dm_limit_value(DM_LIMIT_CHOICES)) {
            be_unknown(balance, (struct dm_unknown_id){ 0 },
                       "the load balancer has more targets than are followed");
            return false;
        }
        if (target->unknown.v) {
            be_unknown(balance, target->unknown, "one of the targets is not understood");
            return false;
        }
        balance->choices[balance->n_choices++] =
            (struct dm_balance_choice){ .address = target->address,
                                        .port = target->port,
                                        .keeps_client = from->group->keeps_client,
                                        .is_perhaps = chosen == CHOSEN_PERHAPS };
    }
    return true;
}

/* Of all zones, where the group or its balancer says so. */
static void widen(struct candidates *from)
{
    if (from->group->cross_zone == DM_CROSS_ZONE_ON
        || (from->group->cross_zone == DM_CROSS_ZONE_AS_BALANCER
            && from->of->balancer->cross_zone)) {
        from->zone.v = 0;
    }
}

/* False where the outcome is settled: unknown. */
static bool choose_in_group(struct candidates *from, struct dm_balance *balance)
{
    static const char undocumented[] =
        "what a node does whose zone alone has no healthy target is not documented";
    struct healths near;
    struct healths far = { { 0 } };
    struct choosing choosing;
    size_t before = balance->n_choices;

    if (from->group->unknown.v) {
        be_unknown(balance, from->group->unknown, "the targets of its group are not known");
        return false;
    }
    widen(from);
    near = count_healths(from, true);
    if (!near.n[DM_HEALTH_GOOD]) {
        far = count_healths(from, false);
    }
    choosing = choosing_of(&near, &far);
    if (!add_choices(from, &choosing, balance)) {
        return false;
    }
    if (!far.n[DM_HEALTH_GOOD] && !far.n[DM_HEALTH_CHANGING] && !far.n[DM_HEALTH_OPEN]) {
        return true;
    }
    if (balance->n_choices == before && !far.n[DM_HEALTH_GOOD] && !far.n[DM_HEALTH_OPEN]) {
        return true; /* at times none is healthy anywhere, and none is in reach */
    }
    if (balance->n_choices == before) {
        be_unknown(balance, (struct dm_unknown_id){ 0 }, undocumented);
        return false;
    }
    balance->may_be_unknown = true;
    balance->why = undocumented;
    return true;
}

/* Adds what an action may choose.  False where the outcome is settled: unknown. */
static bool act(struct balancing *of, const struct dm_listener_action *action)
{
    size_t before = of->balance->n_choices;

    if (action->unknown.v) {
        be_unknown(of->balance, action->unknown, "what the listener does is not understood");
        return false;
    }
    of->balance->may_answer |= action->answers;
    for (size_t i = 0; i < action->n_groups; i++) {
        struct candidates from = { of, dm_target_group_get(of->walker->model, action->groups[i]),
                                   of->zone };
        size_t n = of->balance->n_choices;

        if (!choose_in_group(&from, of->balance)) {
            return false;
        }
        if (of->balance->n_choices == n && action->n_groups > 1) {
            be_unknown(of->balance, (struct dm_unknown_id){ 0 },
                       "what becomes of the share of a group without target is not documented");
            return false;
        }
    }
    of->may_lack_target |= of->balance->n_choices == before && !action->answers;
    return true;
}

static bool is_for(const struct dm_listener_rule *rule, struct dm_addr client)
{
    for (size_t i = 0; i < rule->n_sources; i++) {
        if (dm_prefix_has(rule->sources[i], client)) {
            return true;
        }
    }
    return rule->n_sources == 0;
}

/* Every rule that may be the first to fit a request of this client, and the default where it may be
 * that none does [ELB-24]. */
static void follow_rules(struct balancing *of, const struct dm_listener *listener,
                         struct dm_addr client)
{
    struct dm_balance *balance = of->balance;
    bool settled = false;

    for (size_t i = 0; i < listener->n_rules && !settled; i++) {
        if (is_for(&listener->rules[i], client)) {
            if (!act(of, &listener->rules[i].action)) {
                return;
            }
            settled = !listener->rules[i].asks_more;
        }
    }
    if (!settled && !act(of, &listener->action)) {
        return;
    }
    if (of->may_lack_target && (balance->n_choices || balance->may_answer)) {
        be_unknown(balance, (struct dm_unknown_id){ 0 },
                   "some of the listener's rules have no target, and which one a request fits is "
                   "not known");
    } else if (balance->n_choices) {
        balance->kind = DM_BALANCE_FORWARDS;
    } else if (balance->may_answer) {
        balance->kind = DM_BALANCE_ANSWERS;
    }
}

static bool balance_node(const struct dm_walker *walker, struct dm_alive *alive,
                         struct dm_interface_id node, struct dm_addr client,
                         const struct dm_flow *flow, bool on_failure_too,
                         struct dm_balance *ret_balance)
{
    const struct dm_model *model = walker->model;
    struct dm_balancer_id id = dm_interface_get(model, node)->balancer;
    const struct dm_balancer *balancer = dm_balancer_get(model, id);
    const struct dm_listener *listener = listener_for(balancer, flow);
    bool is_ping = flow->protocol == DM_PROTO_ICMP || flow->protocol == DM_PROTO_ICMPV6;
    struct dm_balance balance = { .kind = DM_BALANCE_REFUSES,
                                  .at = DM_REF(balancer, id),
                                  .origin = balancer->object.origin,
                                  .code = DM_CODE_NO_LISTENER };
    struct balancing of = { .walker = walker,
                            .alive = alive,
                            .balancer = balancer,
                            .node = node,
                            .zone = dm_model_zone_of_interface(model, node),
                            .on_failure_too = on_failure_too,
                            .balance = &balance };

    balance.choices =
        DM_NEW_ARRAY(walker->arena, dm_limit_value(DM_LIMIT_CHOICES), struct dm_balance_choice);
    if (!balance.choices) {
        return false;
    }
    if (balancer->unknown.v) {
        be_unknown(&balance, balancer->unknown, "what the load balancer listens on is not known");
    } else if (is_ping && balancer->is_application) {
        be_unknown(&balance, (struct dm_unknown_id){ 0 },
                   "whether application load balancers answer ICMP is not documented");
    } else if (listener && listener->unknown.v) {
        be_unknown(&balance, listener->unknown, "what the listener does is not understood");
    } else if (listener) {
        balance.origin = listener->origin;
        balance.code = DM_CODE_NO_TARGET;
        follow_rules(&of, listener, client);
    }
    *ret_balance = balance;
    return !of.out_of_memory;
}

/* ---- health of a balancer ---- */

/* How its groups are, of those that listeners and their rules send to. */
struct group_tally {
    size_t n_good;
    size_t n_lost; /* no healthy target, though one is described as that */
    size_t n_bad;
    bool is_open;
};

/* Whether a group has a healthy target in reach of a node. */
static enum dm_health look_from(struct balancing *of, const struct dm_target_group *group)
{
    struct candidates from = { of, group, of->zone };
    struct healths near;

    widen(&from);
    near = count_healths(&from, true);
    if (near.n[DM_HEALTH_GOOD]) {
        return DM_HEALTH_GOOD;
    }
    return near.n[DM_HEALTH_OPEN] || near.n[DM_HEALTH_CHANGING] ? DM_HEALTH_OPEN : DM_HEALTH_BAD;
}

static bool is_described_healthy(const struct dm_target_group *group)
{
    for (size_t i = 0; i < group->n_targets; i++) {
        if (group->targets[i].is_healthy) {
            return true;
        }
    }
    return false;
}

static void count_group(struct balancing *of, struct dm_balancer_id id,
                        const struct dm_target_group *group, struct group_tally *tally)
{
    const struct dm_model *model = of->walker->model;
    bool is_open = group->unknown.v;
    enum dm_health health = DM_HEALTH_BAD;

    for (uint32_t v = 1; v <= model->n_interfaces && health != DM_HEALTH_GOOD; v++) {
        if (model->interfaces[v - 1].balancer.v != id.v) {
            continue;
        }
        of->node.v = v;
        of->zone = dm_model_zone_of_interface(model, of->node);
        if (dm_alive(of->alive, dm_zone_get(model, of->zone)->element)) {
            health = look_from(of, group);
            is_open |= health == DM_HEALTH_OPEN;
        }
    }
    tally->n_good += health == DM_HEALTH_GOOD;
    tally->is_open |= health != DM_HEALTH_GOOD && is_open;
    tally->n_bad += health != DM_HEALTH_GOOD && !is_open;
    tally->n_lost += health != DM_HEALTH_GOOD && is_described_healthy(group);
}

static void count_groups(struct balancing *of, struct dm_balancer_id id,
                         const struct dm_listener_action *action, struct group_tally *tally)
{
    tally->is_open |= action->unknown.v != 0;
    for (size_t i = 0; i < action->n_groups; i++) {
        count_group(of, id, dm_target_group_get(of->walker->model, action->groups[i]), tally);
    }
}

bool dm_balancer_health(const struct dm_walker *walker, struct dm_alive *alive,
                        struct dm_balancer_id id, enum dm_health *ret_health)
{
    const struct dm_balancer *balancer = dm_balancer_get(walker->model, id);
    struct balancing of = { .walker = walker, .alive = alive, .balancer = balancer };
    struct group_tally tally = { 0, 0, 0, balancer->unknown.v != 0 };

    for (size_t i = 0; i < balancer->n_listeners; i++) {
        const struct dm_listener *listener = &balancer->listeners[i];

        tally.is_open |= listener->unknown.v != 0;
        count_groups(&of, id, &listener->action, &tally);
        for (size_t j = 0; j < listener->n_rules; j++) {
            count_groups(&of, id, &listener->rules[j].action, &tally);
        }
    }
    *ret_health = DM_PLANTED(ENDPOINTS_STAY_HEALTHY) ? DM_HEALTH_GOOD
                  : tally.is_open                    ? DM_HEALTH_OPEN
                  : tally.n_bad && !tally.n_good     ? DM_HEALTH_BAD
                  : tally.n_lost                     ? DM_HEALTH_OPEN
                                                     : DM_HEALTH_GOOD;
    return !of.out_of_memory;
}

/* ---- kube-proxy ---- */

/* What may be chosen of a Service's port, 'on' one node or, where that is 0, anywhere. */
struct served {
    struct dm_kube_service_id service;
    uint32_t port;
    struct dm_node_id on;
    struct dm_balance_choice how; /* its address and port are each backend's */
};

static bool serve(struct dm_arena *arena, const struct dm_model *model, struct dm_alive *alive,
                  const struct served *served, struct dm_balance *balance)
{
    struct dm_backends backends;
    size_t n;

    if (!dm_overlay_backends(arena, model, alive, served->service, served->port, served->on,
                             &backends)) {
        return false;
    }
    if (dm_kube_service_get(model, served->service)->unknown.v) {
        be_unknown(balance, dm_kube_service_get(model, served->service)->unknown,
                   "where the Service sends to is not all known");
        return true;
    }
    n = backends.n;
    balance->choices = DM_NEW_ARRAY(arena, n + 1, struct dm_balance_choice);
    if (!balance->choices) {
        return false;
    }
    if (n > dm_limit_value(DM_LIMIT_CHOICES)) {
        be_unknown(balance, (struct dm_unknown_id){ 0 },
                   "the Service has more pods than are followed");
        return true;
    }
    for (size_t i = 0; i < n; i++) {
        balance->choices[i] = served->how;
        balance->choices[i].address = backends.items[i].address;
        balance->choices[i].port = backends.items[i].port;
    }
    balance->n_choices = n;
    balance->kind = n ? DM_BALANCE_FORWARDS : DM_BALANCE_REFUSES;
    balance->code = served->on.v ? DM_CODE_NO_LOCAL_BACKEND : DM_CODE_NO_BACKEND;
    return true;
}

/* The node of whoever of the cluster asks from an address: on it, or it itself; 0: not known. */
static struct dm_node_id node_of_caller(const struct dm_model *model, struct dm_cluster_id cluster,
                                        struct dm_addr client)
{
    struct dm_interface_id caller = dm_model_interface_in_cluster(model, cluster, client);
    struct dm_vpc_id vpc = dm_cluster_get(model, cluster)->vpc;
    struct dm_node_id node = { 0 };

    if (!caller.v && vpc.v) {
        caller = dm_model_interface_at(model, vpc, client);
    }
    if (caller.v && dm_model_cluster_of_interface(model, caller).v == cluster.v) {
        node = dm_interface_get(model, caller)->node;
    }
    return node;
}

/* To what a node that stands for several alike has on which of them is not known. */
static bool stays_on_node(const struct dm_model *model, const struct dm_kube_service *service,
                          struct dm_addr client, struct served *served, struct dm_balance *balance)
{
    struct dm_cluster_id cluster = dm_namespace_get(model, service->namespace)->cluster;

    served->on = node_of_caller(model, cluster, client);
    if (!served->on.v || dm_node_get(model, served->on)->has_twins) {
        be_unknown(balance, (struct dm_unknown_id){ 0 },
                   "which pods of the Service are on the node of the caller is not known");
        return false;
    }
    return true;
}

static bool balance_service(struct dm_arena *arena, const struct dm_model *model,
                            struct dm_alive *alive, struct dm_interface_id at,
                            struct dm_addr client, const struct dm_flow *flow,
                            struct dm_balance *ret_balance)
{
    struct dm_kube_service_id id = dm_interface_get(model, at)->kube_service;
    const struct dm_kube_service *service = dm_kube_service_get(model, id);
    struct dm_balance balance = { .kind = DM_BALANCE_REFUSES,
                                  .at = DM_REF(kube_service, id),
                                  .origin = service->object.origin,
                                  .code = DM_CODE_NO_SERVICE_PORT };

    for (uint32_t i = 0; i < service->n_ports; i++) {
        struct served served = {
            id, i, { 0 }, { .keeps_client = true, .by_sender = true, .entry = at }
        };

        if (service->ports[i].protocol == flow->protocol
            && service->ports[i].port == flow->port_first) {
            if (service->local_calls && !stays_on_node(model, service, client, &served, &balance)) {
                break;
            }
            if (!serve(arena, model, alive, &served, &balance)) {
                return false;
            }
            break;
        }
    }
    *ret_balance = balance;
    return true;
}

static bool balance_node_port(struct dm_arena *arena, const struct dm_model *model,
                              struct dm_alive *alive, struct dm_interface_id at,
                              const struct dm_flow *flow, struct dm_balance *ret_balance)
{
    struct dm_node_id node = dm_interface_get(model, at)->node;
    struct served served = { .port = 0 };
    struct dm_balance balance = { .kind = DM_BALANCE_ANSWERS,
                                  .at = DM_REF(node, node),
                                  .origin = dm_node_get(model, node)->object.origin };

    served.service = dm_model_node_port(model, dm_node_get(model, node)->cluster, flow->protocol,
                                        flow->port_first, &served.port);
    if (served.service.v) {
        const struct dm_kube_service *service = dm_kube_service_get(model, served.service);

        balance.at = DM_REF(kube_service, served.service);
        balance.origin = service->object.origin;
        if (service->local_traffic && !DM_PLANTED(LOCAL_AS_CLUSTER)) {
            served.on = node;
            served.how.keeps_client = true;
        }
        if (!serve(arena, model, alive, &served, &balance)) {
            return false;
        }
    }
    *ret_balance = balance;
    return true;
}

bool dm_balance(const struct dm_walker *walker, struct dm_alive *alive, struct dm_interface_id node,
                struct dm_addr client, const struct dm_flow *flow, bool on_failure_too,
                struct dm_balance *ret_balance)
{
    const struct dm_model *model = walker->model;
    struct dm_arena *arena = walker->arena;

    switch (dm_interface_get(model, node)->kind) {
    case DM_INTERFACE_ACCELERATOR:
        return dm_accelerate(walker, alive, node, client, flow, on_failure_too, ret_balance);
    case DM_INTERFACE_KUBE_SERVICE:
        return balance_service(arena, model, alive, node, client, flow, ret_balance);
    case DM_INTERFACE_HOST:
        return balance_node_port(arena, model, alive, node, flow, ret_balance);
    case DM_INTERFACE_NAT:
    case DM_INTERFACE_TRANSIT:
    case DM_INTERFACE_ENDPOINT:
    case DM_INTERFACE_BALANCER:
    case DM_INTERFACE_SITE:
    case DM_INTERFACE_POD:
    case DM_INTERFACE_UNKNOWN:
        break;
    }
    return balance_node(walker, alive, node, client, flow, on_failure_too, ret_balance);
}
