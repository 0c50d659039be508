/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The engines of a firewall with all requests at once.
 *
 * 'left' are the requests that may come to a rule: all, less those that a rule before it has for
 * sure.  What a rule may match of them may end as the rule says.  Of answers the engines look
 * at headers that are turned round, so there the ports that requests ask for are on the source's
 * side.
 */
#include "solver/reach/firewall.h"

struct engine {
    struct dm_sets *sets;
    const struct dm_model *model;
    const struct dm_firewall *firewall;
    const struct dm_firewall_policy *policy;
    struct dm_set tcp;
};

/* Headers: those of requests, or of their answers. */
struct way {
    struct dm_addr source;
    struct dm_addr destination;
    bool is_answer;
};

/* Requests by how they may end in an engine. */
struct endings {
    struct dm_set pass;
    struct dm_set drop;
    struct dm_set forward;
    struct dm_set unmatched;
};

struct matched {
    struct dm_set sure;
    struct dm_set perhaps;
};

static void add(struct engine *e, struct dm_set *to, struct dm_set set)
{
    *to = dm_set_or(e->sets, *to, set);
}

static struct dm_set ports_of(struct engine *e, uint8_t protocol,
                              const struct dm_firewall_side *side)
{
    struct dm_set result = DM_SET_EMPTY;

    if (!side->n_ports) {
        return dm_set_protocol(e->sets, protocol);
    }
    for (size_t i = 0; i < side->n_ports; i++) {
        add(e, &result,
            dm_set_details(e->sets, protocol, side->ports[i].first, side->ports[i].last));
    }
    return result;
}

/* Adds what the rule matches of a protocol with ports. 'asked' is the side of the ports that
 * requests ask for, 'chosen' that of those that their senders choose. */
static void match_with_ports(struct engine *e, uint8_t protocol,
                             const struct dm_firewall_side *asked,
                             const struct dm_firewall_side *chosen, struct matched *matched)
{
    struct dm_set any =
        dm_set_details(e->sets, protocol, DM_FIREWALL_PORT_FIRST, DM_FIREWALL_PORT_LAST);
    struct dm_set among = dm_set_and(e->sets, any, ports_of(e, protocol, chosen));
    struct dm_set set = ports_of(e, protocol, asked);

    if (!dm_set_is_empty(among)) {
        add(e, &matched->perhaps, set);
    }
    if (dm_set_is_equal(among, any)) {
        add(e, &matched->sure, set);
    }
}

static void match_one_way(struct engine *e, const struct dm_firewall_rule *rule,
                          const struct way *way, struct matched *matched)
{
    static const uint8_t with_ports[] = { DM_PROTO_TCP, DM_PROTO_UDP };
    const struct dm_firewall_side *asked = way->is_answer ? &rule->source : &rule->destination;
    const struct dm_firewall_side *chosen = way->is_answer ? &rule->destination : &rule->source;
    struct dm_set rest = rule->n_protocols ? DM_SET_EMPTY : DM_SET_ALL;

    if (!dm_firewall_side_has(e->model, e->firewall, &rule->source, way->source)
        || !dm_firewall_side_has(e->model, e->firewall, &rule->destination, way->destination)) {
        return;
    }
    for (size_t i = 0; i < rule->n_protocols; i++) {
        add(e, &rest, dm_set_protocol(e->sets, rule->protocols[i]));
    }
    for (size_t i = 0; i < sizeof with_ports; i++) {
        struct dm_set all = dm_set_protocol(e->sets, with_ports[i]);

        if (!dm_set_is_empty(dm_set_and(e->sets, rest, all))) {
            match_with_ports(e, with_ports[i], asked, chosen, matched);
        }
        rest = dm_set_minus(e->sets, rest, all);
    }
    add(e, &matched->sure, rest);
    add(e, &matched->perhaps, rest);
}

static struct matched match(struct engine *e, const struct dm_firewall_rule *rule,
                            const struct way *way)
{
    struct matched matched = { DM_SET_EMPTY, DM_SET_EMPTY };
    struct way back = { way->destination, way->source, !way->is_answer };

    match_one_way(e, rule, way, &matched);
    if (rule->both_ways) {
        match_one_way(e, rule, &back, &matched);
    }
    if (rule->partial) {
        matched.sure = DM_SET_EMPTY;
    }
    return matched;
}

/* ---- engines ---- */

static struct endings stateless(struct engine *e, const struct way *way)
{
    struct endings ends = { DM_SET_EMPTY, DM_SET_EMPTY, DM_SET_EMPTY, DM_SET_EMPTY };
    struct dm_set *const by_action[] = { [DM_FIREWALL_PASS] = &ends.pass,
                                         [DM_FIREWALL_DROP] = &ends.drop,
                                         [DM_FIREWALL_FORWARD] = &ends.forward };
    struct dm_set left = DM_SET_ALL;

    for (size_t i = 0; i < e->policy->n_stateless; i++) {
        const struct dm_firewall_rules *group =
            dm_firewall_rules_get(e->model, e->policy->stateless[i].rules);

        for (size_t j = 0; j < group->n_rules && !dm_set_is_empty(left); j++) {
            struct matched matched = match(e, &group->rules[j], way);
            struct dm_set set = dm_set_and(e->sets, left, matched.perhaps);

            for (int action = DM_FIREWALL_PASS; action <= DM_FIREWALL_FORWARD; action++) {
                if (group->rules[j].action == (enum dm_firewall_action)action
                    || group->rules[j].action == DM_FIREWALL_EITHER) {
                    add(e, by_action[action], set);
                }
            }
            left = dm_set_minus(e->sets, left, matched.sure);
        }
    }
    add(e, by_action[e->policy->stateless_default], left);
    return ends;
}

/* Rules that do 'first' or 'second', over all groups; what they leave. */
static struct dm_set stateful_rules(struct engine *e, const struct way *way, unsigned actions,
                                    struct dm_set left, struct endings *ends)
{
    for (size_t i = 0; i < e->policy->n_stateful; i++) {
        const struct dm_firewall_use *use = &e->policy->stateful[i];
        const struct dm_firewall_rules *group = dm_firewall_rules_get(e->model, use->rules);

        for (size_t j = 0; j < group->n_rules && !dm_set_is_empty(left); j++) {
            enum dm_firewall_action action = group->rules[j].action;
            struct matched matched;
            struct dm_set set;

            if (!(actions & 1u << action)
                || (action == DM_FIREWALL_DROP && use->drops_alert_only)) {
                continue;
            }
            matched = match(e, &group->rules[j], way);
            set = dm_set_and(e->sets, left, matched.perhaps);
            if (action == DM_FIREWALL_PASS || action == DM_FIREWALL_EITHER) {
                add(e, &ends->pass, set);
            }
            if (action == DM_FIREWALL_DROP
                || (action == DM_FIREWALL_EITHER && !use->drops_alert_only)) {
                add(e, &ends->drop, set);
            }
            left = dm_set_minus(e->sets, left, matched.sure);
        }
    }
    return left;
}

static struct endings stateful(struct engine *e, const struct way *way)
{
    const unsigned passing = 1u << DM_FIREWALL_PASS;
    const unsigned either = 1u << DM_FIREWALL_EITHER;
    const unsigned dropping = 1u << DM_FIREWALL_DROP;
    struct endings ends = { DM_SET_EMPTY, DM_SET_EMPTY, DM_SET_EMPTY, DM_SET_EMPTY };
    struct dm_set left = DM_SET_ALL;

    if (!e->policy->is_strict) {
        left = stateful_rules(e, way, passing, left, &ends);
        left = stateful_rules(e, way, either, left, &ends);
        ends.unmatched = stateful_rules(e, way, dropping, left, &ends);
        return ends;
    }
    left = stateful_rules(e, way, passing | either | dropping, left, &ends);
    switch (e->policy->stateful_default) {
    case DM_FIREWALL_DEFAULT_PASS:
        ends.unmatched = left;
        break;
    case DM_FIREWALL_DEFAULT_DROP_ESTABLISHED:
        ends.unmatched = dm_set_minus(e->sets, left, e->tcp);
        add(e, &ends.drop, left);
        break;
    case DM_FIREWALL_DEFAULT_DROP:
        add(e, &ends.drop, left);
        break;
    }
    return ends;
}

/* ---- hops ---- */

/* Requests of 'set' as the stateful engine lets their packets of 'way' pass, or not. */
static void add_stateful(struct engine *e, const struct way *way, struct dm_set set,
                         struct endings *result)
{
    struct endings ends = stateful(e, way);

    add(e, &result->pass, dm_set_and(e->sets, set, ends.pass));
    add(e, &result->pass, dm_set_and(e->sets, set, ends.unmatched));
    add(e, &result->drop, dm_set_and(e->sets, set, ends.drop));
}

static struct endings look_request(struct engine *e, const struct way *way)
{
    struct endings result = stateless(e, way);

    add_stateful(e, way, result.forward, &result);
    return result;
}

static struct endings look_answer(struct engine *e, const struct dm_hop *hop, const struct way *way)
{
    struct way request = { way->destination, way->source, false };
    struct endings there = stateless(e, &request);
    struct endings back = stateless(e, way);
    struct endings result = { DM_SET_EMPTY, DM_SET_EMPTY, DM_SET_EMPTY, DM_SET_EMPTY };
    struct endings known = stateful(e, &request);
    struct dm_set set;

    if (hop->kind == DM_HOP_FIREWALL_MISSED) {
        back = (struct endings){ .pass = DM_SET_ALL };
    } else if (!hop->seen) {
        there.pass = DM_SET_ALL;
        there.forward = DM_SET_EMPTY;
    }
    result.drop = back.drop;
    add(e, &result.pass, dm_set_minus(e->sets, back.pass, e->tcp));
    add(e, &result.pass, dm_set_and(e->sets, back.pass, there.pass));
    set = dm_set_or(e->sets, dm_set_and(e->sets, back.pass, there.forward),
                    dm_set_and(e->sets, back.forward, there.pass));
    set = dm_set_and(e->sets, set, e->tcp);
    add(e, &result.drop, set);
    if (e->policy->continues) {
        add(e, &result.pass, set);
    }
    set = dm_set_and(e->sets, back.forward, there.pass);
    add_stateful(e, way, dm_set_minus(e->sets, set, e->tcp), &result);
    set = dm_set_and(e->sets, back.forward, there.forward);
    add(e, &result.pass, dm_set_and(e->sets, set, known.pass));
    add_stateful(e, way, dm_set_and(e->sets, set, known.unmatched), &result);
    return result;
}

struct dm_flow_sets dm_firewall_sets(struct dm_sets *sets, const struct dm_model *model,
                                     const struct dm_hop *hop)
{
    struct dm_gwlb_endpoint_id id = { hop->at.v };
    const struct dm_firewall *firewall =
        dm_firewall_get(model, dm_gwlb_endpoint_get(model, id)->firewall);
    struct engine e = { sets, model, firewall, dm_firewall_policy_get(model, firewall->policy),
                        dm_set_protocol(sets, DM_PROTO_TCP) };
    struct way way = { hop->source, hop->destination, hop->kind != DM_HOP_FIREWALL };
    struct endings ends = way.is_answer ? look_answer(&e, hop, &way) : look_request(&e, &way);
    struct dm_set sure = dm_set_not(sets, ends.drop);

    return (struct dm_flow_sets){ sure, dm_set_or(sets, ends.pass, sure) };
}
