/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Why policies let one packet pass, or not: policy by policy, rule by rule.
 */
#include "solver/cluster/policy_private.h"

struct account {
    struct dm_policies *policies;
    const struct dm_packet *packet;
    enum dm_policy_direction direction;
    uint32_t subject;
    struct party peer;
    struct {
        struct dm_policy_step *items;
        size_t n;
        size_t capacity;
    } steps;
    struct dm_unknown_id unknown; /* the first that was met */
};

/* What became of the packet in a policy. */
enum fate { GOES_ON, NEXT_TIER, DECIDED };

static void add_step(struct account *account, const struct selected *selected,
                     const struct dm_policy_rule *rule, bool is_sure)
{
    struct dm_policies *policies = account->policies;
    struct dm_policy_step step = { selected->policy, rule, is_sure };

    if (!DM_VEC_PUSH(policies->arena, &account->steps, step)) {
        policies->failed = true;
    }
}

static void note(struct account *account, struct dm_unknown_id unknown)
{
    if (!account->unknown.v) {
        account->unknown = unknown;
    }
}

static enum fate ask_policy(struct account *account, const struct selected *selected)
{
    const struct dm_network_policy *policy = selected->policy;
    bool is_ingress = account->direction == DM_POLICY_INGRESS;
    const struct dm_policy_rule *rules = is_ingress ? policy->ingress : policy->egress;
    size_t n = is_ingress ? policy->n_ingress : policy->n_egress;
    bool is_taken = false;

    if (policy->unknown.v) {
        note(account, policy->unknown);
        add_step(account, selected, NULL, false);
        return GOES_ON;
    }
    for (size_t i = 0; i < n; i++) {
        struct dm_flow_sets taken =
            dm_policies_match(account->policies, policy, &rules[i], account->direction,
                              account->subject, &account->peer);
        bool is_sure = selected->truth == YES && !rules[i].unknown.v
                       && dm_set_has(account->policies->sets, taken.sure, account->packet);
        bool is_perhaps = rules[i].unknown.v
                          || dm_set_has(account->policies->sets, taken.perhaps, account->packet);

        if (rules[i].action == DM_POLICY_LOG || !is_perhaps) {
            continue;
        }
        is_taken = true;
        add_step(account, selected, &rules[i], is_sure);
        if (is_sure) {
            return rules[i].action == DM_POLICY_PASS ? NEXT_TIER : DECIDED;
        }
        note(account, rules[i].unknown);
    }
    if (!is_taken) {
        add_step(account, selected, NULL, selected->truth == YES);
    }
    return GOES_ON;
}

/* The policies of one tier, from 'at' on; true: the packet goes on to the next one. */
static bool ask_tier(struct account *account, const struct side *side, size_t *at)
{
    const struct selected *first = &side->items[*at];
    bool passes = dm_policy_tier_get(account->policies->model, first->policy->tier)->passes;
    enum fate fate = GOES_ON;
    bool is_there = false;

    for (; *at < side->n && side->items[*at].tier == first->tier; (*at)++) {
        if (fate == GOES_ON) {
            fate = ask_policy(account, &side->items[*at]);
        }
        is_there = is_there || side->items[*at].truth == YES;
    }
    return fate == NEXT_TIER || (fate == GOES_ON && (passes || !is_there));
}

bool dm_policies_explain(struct dm_policies *policies, uint32_t pod,
                         enum dm_policy_direction direction, uint32_t peer,
                         const struct dm_packet *packet, struct dm_policy_account *ret_account)
{
    const struct side *side = &policies->pods[pod].sides[direction];
    struct account account = { .policies = policies,
                               .packet = packet,
                               .direction = direction,
                               .subject = pod,
                               .peer = { .kind = peer == DM_POLICY_OUTSIDE ? OUTSIDE : A_POD,
                                         .pod = peer },
                               .unknown = dm_policies_unknown(policies, pod) };
    struct dm_flow_sets allowed = dm_policies_evaluate(policies, pod, direction, &account.peer);
    enum dm_policy_verdict verdict = DM_POLICY_STOPPED;
    bool goes_on = true;

    if (dm_set_has(policies->sets, allowed.sure, packet)) {
        verdict = DM_POLICY_PASSES;
    } else if (dm_set_has(policies->sets, allowed.perhaps, packet)) {
        verdict = DM_POLICY_UNSURE;
    }
    for (size_t i = 0; goes_on && i < side->n;) {
        goes_on = ask_tier(&account, side, &i);
    }
    *ret_account = (struct dm_policy_account){ verdict, account.steps.items, account.steps.n,
                                               account.unknown };
    return !dm_policies_failed(policies);
}
