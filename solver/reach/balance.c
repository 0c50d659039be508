/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/reach/balance.h"

#include "model/base/limits.h"
#include "solver/reach/accelerate.h"

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

/* What a node may choose from, in one group. */
struct candidates {
    const struct dm_model *model;
    struct dm_alive *alive;
    const struct dm_target_group *group;
    struct dm_zone_id zone; /* of the node; 0: targets of all zones */
};

static bool in_reach(const struct candidates *of, const struct dm_target *target)
{
    return !of->zone.v || !target->zone.v || of->zone.v == target->zone.v;
}

static bool is_healthy(const struct candidates *of, const struct dm_target *target)
{
    return target->is_healthy
           && (!target->zone.v
               || dm_alive(of->alive, dm_zone_get(of->model, target->zone)->element));
}

/* Healthy targets, of the whole group or of those in reach. */
static bool any_healthy(const struct candidates *of, bool only_in_reach)
{
    for (size_t i = 0; i < of->group->n_targets; i++) {
        const struct dm_target *target = &of->group->targets[i];

        if ((!only_in_reach || in_reach(of, target)) && is_healthy(of, target)) {
            return true;
        }
    }
    return false;
}

/* False: more than are followed. */
static bool add_choices(const struct candidates *of, bool healthy, struct dm_balance *balance)
{
    for (size_t i = 0; i < of->group->n_targets; i++) {
        const struct dm_target *target = &of->group->targets[i];

        if (!in_reach(of, target) || (healthy ? !is_healthy(of, target) : target->is_leaving)) {
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
        balance->choices[balance->n_choices++] = (struct dm_balance_choice){
            target->address, target->port, of->group->keeps_client, { 0 }
        };
    }
    return true;
}

/* False where the outcome is settled: unknown. */
static bool choose_in_group(const struct dm_balancer *balancer, struct candidates *of,
                            struct dm_balance *balance)
{
    bool healthy_near;

    if (of->group->unknown.v) {
        be_unknown(balance, of->group->unknown, "the targets of its group are not known");
        return false;
    }
    if (of->group->cross_zone == DM_CROSS_ZONE_ON
        || (of->group->cross_zone == DM_CROSS_ZONE_AS_BALANCER && balancer->cross_zone)) {
        of->zone.v = 0;
    }
    healthy_near = any_healthy(of, true);
    if (!healthy_near && any_healthy(of, false)) {
        be_unknown(balance, (struct dm_unknown_id){ 0 },
                   "what a node does whose zone alone has no healthy target is not documented");
        return false;
    }
    return add_choices(of, healthy_near, balance);
}

/* What is asked of a node's listener, and what has come of it so far. */
struct balancing {
    const struct dm_model *model;
    struct dm_alive *alive;
    const struct dm_balancer *balancer;
    struct dm_zone_id zone; /* the node's */
    struct dm_balance *balance;
    bool may_lack_target;
};

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
        struct candidates in = { of->model, of->alive,
                                 dm_target_group_get(of->model, action->groups[i]), of->zone };
        size_t n = of->balance->n_choices;

        if (!choose_in_group(of->balancer, &in, of->balance)) {
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

static bool balance_node(struct dm_arena *arena, const struct dm_model *model,
                         struct dm_alive *alive, struct dm_interface_id node, struct dm_addr client,
                         const struct dm_flow *flow, struct dm_balance *ret_balance)
{
    struct dm_balancer_id id = dm_interface_get(model, node)->balancer;
    const struct dm_balancer *balancer = dm_balancer_get(model, id);
    const struct dm_listener *listener = listener_for(balancer, flow);
    bool is_ping = flow->protocol == DM_PROTO_ICMP || flow->protocol == DM_PROTO_ICMPV6;
    struct dm_balance balance = { .kind = DM_BALANCE_REFUSES,
                                  .at = DM_REF(balancer, id),
                                  .origin = balancer->object.origin,
                                  .code = DM_CODE_NO_LISTENER };
    struct balancing of = { model,    alive, balancer, dm_model_zone_of_interface(model, node),
                            &balance, false };

    balance.choices =
        DM_NEW_ARRAY(arena, dm_limit_value(DM_LIMIT_CHOICES), struct dm_balance_choice);
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
    return true;
}

bool dm_balance(struct dm_arena *arena, const struct dm_model *model, struct dm_alive *alive,
                struct dm_interface_id node, struct dm_addr client, const struct dm_flow *flow,
                bool on_failure_too, struct dm_balance *ret_balance)
{
    if (dm_interface_get(model, node)->kind == DM_INTERFACE_ACCELERATOR) {
        return dm_accelerate(arena, model, alive, node, client, flow, on_failure_too, ret_balance);
    }
    return balance_node(arena, model, alive, node, client, flow, ret_balance);
}
