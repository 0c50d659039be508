/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/reach/firewall.h"

#include "model/base/planted.h"

/* How a packet may end in an engine. */
enum ending { PASSES, DROPPED, FORWARDED, UNMATCHED, N_ENDINGS };

enum matching { NO, PERHAPS, YES };

struct header {
    struct dm_addr source;
    struct dm_addr destination;
    uint8_t protocol;
    struct dm_port_range from;
    struct dm_port_range to;
};

struct cause {
    struct dm_ref by;
    uint32_t rule;
    struct dm_span origin;
    struct dm_unknown_id unknown;
    const char *note;
};

struct outcome {
    bool can[N_ENDINGS];
    struct cause causes[N_ENDINGS]; /* the first of each */
};

struct place {
    const struct dm_model *model;
    const struct dm_firewall *firewall;
    const struct dm_firewall_policy *policy;
};

/* ---- rules ---- */

static bool has_prefix(const struct dm_prefix *prefixes, size_t n, struct dm_addr address)
{
    for (size_t i = 0; i < n; i++) {
        if (dm_prefix_has(prefixes[i], address)) {
            return true;
        }
    }
    return false;
}

static bool is_home(const struct dm_model *model, const struct dm_firewall *firewall,
                    struct dm_addr address)
{
    const struct dm_firewall_policy *policy = dm_firewall_policy_get(model, firewall->policy);
    const struct dm_vpc *vpc = dm_vpc_get(model, firewall->vpc);

    return policy->n_home ? has_prefix(policy->home, policy->n_home, address)
                          : has_prefix(vpc->cidrs, vpc->n_cidrs, address);
}

bool dm_firewall_side_has(const struct dm_model *model, const struct dm_firewall *firewall,
                          const struct dm_firewall_side *side, struct dm_addr address)
{
    bool any = side->n_prefixes == 0 && side->home == DM_HOME_NOT_NAMED;
    bool named = has_prefix(side->prefixes, side->n_prefixes, address);

    if (side->home == DM_HOME_NET) {
        named |= is_home(model, firewall, address);
    } else if (side->home == DM_HOME_EXTERNAL) {
        named |= !is_home(model, firewall, address);
    }
    return (any || named) && !has_prefix(side->except, side->n_except, address);
}

/* Whether all, some or none of 'asked' are among the ports. */
static enum matching match_ports(const struct dm_firewall_side *side, struct dm_port_range asked)
{
    uint32_t port = asked.first;
    bool any = false;
    bool all = true;

    while (port <= asked.last) {
        bool found = side->n_ports == 0;
        uint32_t next = asked.last + 1u;

        for (size_t i = 0; i < side->n_ports; i++) {
            const struct dm_port_range *range = &side->ports[i];

            if (range->first <= port && port <= range->last) {
                found = true;
                next = next > range->last + 1u ? range->last + 1u : next;
            } else if (range->first > port && range->first < next) {
                next = range->first;
            }
        }
        any |= found;
        all &= found;
        port = next;
    }
    return all ? YES : any ? PERHAPS : NO;
}

static enum matching match_header(const struct place *place, const struct dm_firewall_rule *rule,
                                  const struct header *header)
{
    bool has_ports = header->protocol == DM_PROTO_TCP || header->protocol == DM_PROTO_UDP;
    bool found = rule->n_protocols == 0;
    enum matching from;
    enum matching to;

    for (size_t i = 0; i < rule->n_protocols; i++) {
        found |= rule->protocols[i] == header->protocol;
    }
    if (!found
        || !dm_firewall_side_has(place->model, place->firewall, &rule->source, header->source)
        || !dm_firewall_side_has(place->model, place->firewall, &rule->destination,
                                 header->destination)) {
        return NO;
    }
    from = has_ports ? match_ports(&rule->source, header->from) : YES;
    to = has_ports ? match_ports(&rule->destination, header->to) : YES;
    return from < to ? from : to;
}

static struct header turned(const struct header *header)
{
    return (struct header){ header->destination, header->source, header->protocol, header->to,
                            header->from };
}

static enum matching match_rule(const struct place *place, const struct dm_firewall_rule *rule,
                                const struct header *header)
{
    enum matching result = match_header(place, rule, header);

    if (rule->both_ways) {
        struct header back = turned(header);
        enum matching other = match_header(place, rule, &back);

        result = other > result ? other : result;
    }
    return rule->partial && result == YES ? PERHAPS : result;
}

/* ---- engines ---- */

static void note(struct outcome *outcome, enum ending ending, struct cause cause)
{
    if (!outcome->can[ending]) {
        outcome->can[ending] = true;
        outcome->causes[ending] = cause;
    }
}

static struct cause rule_cause(const struct dm_firewall_use *use,
                               const struct dm_firewall_rules *group, size_t i)
{
    return (struct cause){ .by = DM_REF(firewall_rules, use->rules),
                           .rule = (uint32_t)i + 1,
                           .origin = group->rules[i].origin,
                           .unknown = group->rules[i].unknown };
}

static struct cause default_cause(const struct place *place, const char *text)
{
    return (struct cause){ .by = DM_REF(firewall_policy, place->firewall->policy),
                           .origin = place->policy->object.origin,
                           .note = text };
}

static struct outcome stateless(const struct place *place, const struct header *header)
{
    static const enum ending endings[] = {
        [DM_FIREWALL_PASS] = PASSES, [DM_FIREWALL_DROP] = DROPPED, [DM_FIREWALL_FORWARD] = FORWARDED
    };
    struct outcome outcome = { { false }, { { DM_REF_NONE, 0, DM_SPAN_NONE, { 0 }, NULL } } };

    for (size_t i = 0; i < place->policy->n_stateless; i++) {
        const struct dm_firewall_use *use = &place->policy->stateless[i];
        const struct dm_firewall_rules *group = dm_firewall_rules_get(place->model, use->rules);

        for (size_t j = 0; j < group->n_rules; j++) {
            enum matching match = match_rule(place, &group->rules[j], header);

            if (match == NO) {
                continue;
            }
            if (group->rules[j].action == DM_FIREWALL_EITHER) {
                note(&outcome, PASSES, rule_cause(use, group, j));
                note(&outcome, DROPPED, rule_cause(use, group, j));
                note(&outcome, FORWARDED, rule_cause(use, group, j));
            } else {
                note(&outcome, endings[group->rules[j].action], rule_cause(use, group, j));
            }
            if (match == YES && !DM_PLANTED(FIREWALL_GOES_ON)) {
                return outcome;
            }
        }
    }
    note(&outcome, endings[place->policy->stateless_default],
         default_cause(place, "the stateless default"));
    return outcome;
}

/* Rules that are looked at in one pass over the groups; in strict order there is one pass. */
enum pass { PASS_ALL, PASS_PASSING, PASS_EITHER, PASS_DROPPING };

static bool is_in(enum pass pass, enum dm_firewall_action action)
{
    return action != DM_FIREWALL_ALERT
           && (pass == PASS_ALL || (pass == PASS_PASSING && action == DM_FIREWALL_PASS)
               || (pass == PASS_EITHER && action == DM_FIREWALL_EITHER)
               || (pass == PASS_DROPPING && action == DM_FIREWALL_DROP));
}

/* True where a rule matched for sure, so that nothing comes after it. */
static bool stateful_pass(const struct place *place, const struct header *header, enum pass pass,
                          struct outcome *outcome)
{
    for (size_t i = 0; i < place->policy->n_stateful; i++) {
        const struct dm_firewall_use *use = &place->policy->stateful[i];
        const struct dm_firewall_rules *group = dm_firewall_rules_get(place->model, use->rules);

        for (size_t j = 0; j < group->n_rules; j++) {
            enum dm_firewall_action action = group->rules[j].action;
            enum matching match =
                is_in(pass, action) && !(use->drops_alert_only && action == DM_FIREWALL_DROP)
                    ? match_rule(place, &group->rules[j], header)
                    : NO;

            if (match == NO) {
                continue;
            }
            if (action != DM_FIREWALL_DROP) {
                note(outcome, PASSES, rule_cause(use, group, j));
            }
            if (action != DM_FIREWALL_PASS && !use->drops_alert_only) {
                note(outcome, DROPPED, rule_cause(use, group, j));
            }
            if (match == YES) {
                return true;
            }
        }
    }
    return false;
}

static struct outcome stateful(const struct place *place, const struct header *header)
{
    struct outcome outcome = { { false }, { { DM_REF_NONE, 0, DM_SPAN_NONE, { 0 }, NULL } } };
    struct cause by_default = default_cause(place, "the stateful default");

    if (!place->policy->is_strict) {
        if (!stateful_pass(place, header, PASS_PASSING, &outcome)
            && !stateful_pass(place, header, PASS_EITHER, &outcome)
            && !stateful_pass(place, header, PASS_DROPPING, &outcome)) {
            note(&outcome, UNMATCHED, by_default);
        }
        return outcome;
    }
    if (stateful_pass(place, header, PASS_ALL, &outcome)) {
        return outcome;
    }
    if (place->policy->stateful_default != DM_FIREWALL_DEFAULT_PASS) {
        note(&outcome, DROPPED, by_default);
    }
    if (place->policy->stateful_default == DM_FIREWALL_DEFAULT_PASS
        || (place->policy->stateful_default == DM_FIREWALL_DEFAULT_DROP_ESTABLISHED
            && header->protocol != DM_PROTO_TCP)) {
        note(&outcome, UNMATCHED, by_default);
    }
    return outcome;
}

/* ---- hops ---- */

/* What becomes of a request that the stateful engine gets, or of an answer that it knows nothing
 * of.
 */
static void note_stateful(const struct place *place, const struct header *header,
                          struct outcome *result)
{
    struct outcome outcome = stateful(place, header);

    for (int i = 0; i < N_ENDINGS; i++) {
        if (outcome.can[i]) {
            note(result, i == DROPPED ? DROPPED : PASSES, outcome.causes[i]);
        }
    }
}

static struct outcome look_request(const struct place *place, const struct header *header)
{
    struct outcome outcome = stateless(place, header);
    struct outcome result = outcome;

    result.can[FORWARDED] = false;
    if (outcome.can[FORWARDED]) {
        note_stateful(place, header, &result);
    }
    return result;
}

/* TCP that the stateful engine sees one way of only. */
static void note_half(const struct place *place, struct dm_ref at, struct outcome *result)
{
    struct cause cause = { .by = at, .origin = dm_model_object(place->model, at)->origin };

    note(result, DROPPED, cause);
    if (place->policy->continues) {
        note(result, PASSES, cause);
    }
}

/* The answer is in the stateful engine, and so was its request. */
static void note_known(const struct place *place, const struct header *request,
                       const struct header *answer, struct outcome *result)
{
    struct outcome outcome = stateful(place, request);

    if (outcome.can[PASSES]) {
        note(result, PASSES, outcome.causes[PASSES]);
    }
    if (outcome.can[UNMATCHED]) {
        note_stateful(place, answer, result);
    }
}

static struct outcome look_answer(const struct place *place, const struct dm_hop *hop,
                                  const struct header *answer, bool *ret_half)
{
    struct header request = turned(answer);
    struct outcome there = stateless(place, &request);
    struct outcome back = stateless(place, answer);
    bool is_tcp = answer->protocol == DM_PROTO_TCP;
    bool missed = hop->kind == DM_HOP_FIREWALL_MISSED;
    bool unseen = hop->kind == DM_HOP_FIREWALL_BACK && !hop->seen;
    bool passed_by = there.can[PASSES] || unseen;
    bool forwarded = there.can[FORWARDED] && !unseen;
    struct outcome result = { { false }, { { DM_REF_NONE, 0, DM_SPAN_NONE, { 0 }, NULL } } };

    if (missed) { /* as if stateless rules had let the answer by */
        back = (struct outcome){ .can = { [PASSES] = true } };
        back.causes[PASSES] = default_cause(place, "it does not pass here");
    }
    if (back.can[DROPPED]) {
        note(&result, DROPPED, back.causes[DROPPED]);
    }
    if (back.can[PASSES] && (passed_by || !is_tcp)) {
        note(&result, PASSES, back.causes[PASSES]);
    }
    if ((back.can[PASSES] && forwarded && is_tcp) || (back.can[FORWARDED] && passed_by && is_tcp)) {
        *ret_half = !result.can[DROPPED];
        note_half(place, hop->at, &result);
    }
    if (back.can[FORWARDED] && passed_by && !is_tcp) {
        note_stateful(place, answer, &result);
    }
    if (back.can[FORWARDED] && forwarded) {
        note_known(place, &request, answer, &result);
    }
    return result;
}

static struct dm_decision decision_of(const struct outcome *outcome, const struct dm_flow *flow,
                                      bool half)
{
    bool both = outcome->can[PASSES] && outcome->can[DROPPED];
    const struct cause *cause = &outcome->causes[outcome->can[DROPPED] ? DROPPED : PASSES];
    struct dm_decision decision = { .verdict = both                    ? DM_FILTER_UNKNOWN
                                               : outcome->can[DROPPED] ? DM_FILTER_DENY
                                                                       : DM_FILTER_ALLOW,
                                    .code = half ? DM_CODE_FIREWALL_ASYMMETRY
                                                 : DM_CODE_FIREWALL_RULES_RESTRICTION,
                                    .port = flow->port_first };

    if (both && !cause->unknown.v && outcome->causes[PASSES].unknown.v) {
        cause = &outcome->causes[PASSES];
    }
    decision.by = cause->by;
    decision.rule = cause->rule;
    decision.origin = cause->origin;
    decision.note = cause->note;
    if (both) {
        decision.unknown = cause->unknown;
    }
    return decision;
}

struct dm_decision dm_firewall_decide(const struct dm_model *model, const struct dm_hop *hop,
                                      const struct dm_flow *flow)
{
    struct dm_gwlb_endpoint_id id = { hop->at.v };
    const struct dm_firewall *firewall =
        dm_firewall_get(model, dm_gwlb_endpoint_get(model, id)->firewall);
    struct place place = { model, firewall, dm_firewall_policy_get(model, firewall->policy) };
    struct dm_port_range chosen = { DM_FIREWALL_PORT_FIRST, DM_FIREWALL_PORT_LAST };
    struct header header = { hop->source, hop->destination, flow->protocol, chosen, chosen };
    bool half = false;
    struct outcome outcome;

    if (hop->kind == DM_HOP_FIREWALL) {
        header.to = (struct dm_port_range){ flow->port_first, flow->port_last };
        outcome = look_request(&place, &header);
    } else {
        header.from = (struct dm_port_range){ flow->source_first, flow->source_last };
        outcome = look_answer(&place, hop, &header, &half);
    }
    if (!outcome.can[PASSES] && !outcome.can[DROPPED]) {
        /* Its request does not get here. */
        note(&outcome, PASSES, default_cause(&place, "its request is dropped"));
    }
    return decision_of(&outcome, flow, half);
}
