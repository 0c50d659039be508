/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/plane/policy.h"

#include "model/base/str.h"

enum answer { NO, YES, NOT_KNOWN };

static enum answer matches(const struct dm_core_routing_rule *rule, struct dm_prefix prefix,
                           const uint64_t *path, size_t n_path, bool is_whole)
{
    switch (rule->match) {
    case DM_CORE_PREFIX_EQUALS:
        return dm_prefix_compare(rule->prefix, prefix) == 0 ? YES : NO;
    case DM_CORE_PREFIX_WITHIN:
        return dm_prefix_covers(rule->prefix, prefix) ? YES : NO;
    case DM_CORE_ASN_IN_PATH:
        break;
    }
    for (size_t i = 0; i < n_path; i++) {
        if (path[i] == rule->asn) {
            return YES;
        }
    }
    return is_whole ? NO : NOT_KNOWN;
}

void dm_policy_apply(const struct dm_core_routing_policy *policy, struct dm_prefix prefix,
                     const uint64_t *path, size_t n_path, bool is_whole,
                     struct dm_policy_effect *effect)
{
    uint32_t prepended = 0; /* the rule that lengthened the path */

    if (policy->unknown.v) {
        effect->unknown = policy->unknown;
        effect->why = "a routing policy acts on it that is not followed";
        return;
    }
    for (size_t i = 0; i < policy->n_rules; i++) {
        const struct dm_core_routing_rule *rule = &policy->rules[i];
        enum answer answer = matches(rule, prefix, path, n_path, is_whole);

        if (prepended && rule->number != prepended && answer != NO
            && rule->action != DM_CORE_ALLOW) {
            effect->why = "whether a routing policy goes on after a rule that lengthens the AS "
                          "path is not known";
            return;
        }
        if (prepended && answer == YES && rule->action == DM_CORE_ALLOW) {
            return;
        }
        if (prepended) {
            continue;
        }
        if (answer == NOT_KNOWN) {
            effect->why = "whether a number is in the AS path that a routing policy asks for is "
                          "not known";
            return;
        }
        if (answer == YES) {
            effect->drops = effect->drops || rule->action == DM_CORE_DROP;
            if (rule->action != DM_CORE_PREPEND) {
                return;
            }
            effect->n_prepended += rule->n_prepended;
            prepended = rule->number;
        }
    }
}

static bool is_given_at(const struct dm_core_label_rule *rule,
                        const struct dm_core_attachment *attachment)
{
    bool at = rule->n_edges == 0;

    for (size_t i = 0; i < rule->n_edges; i++) {
        at = at || dm_core_attachment_at(attachment, rule->edges[i]);
    }
    return at && dm_str_equal(rule->label, attachment->label);
}

void dm_policy_apply_labels(const struct dm_core_network *network,
                            const struct dm_core_attachment *attachment, bool inbound,
                            struct dm_prefix prefix, bool is_whole, struct dm_policy_effect *effect)
{
    size_t n_rules = 0;

    for (size_t i = 0; attachment->label && i < network->n_label_rules; i++) {
        const struct dm_core_label_rule *rule = &network->label_rules[i];

        if (!is_given_at(rule, attachment)) {
            continue;
        }
        if (rule->unknown.v) {
            effect->unknown = rule->unknown;
            effect->why = "the rule that gives it routing policies is not understood";
        }
        for (size_t j = 0; j < rule->n_policies; j++) {
            const struct dm_core_routing_policy *policy =
                &network->routing_policies[rule->policies[j]];

            if (policy->inbound == inbound) {
                dm_policy_apply(policy, prefix, NULL, 0, is_whole, effect);
            }
        }
        if (++n_rules > 1) {
            effect->why = "which of several rules gives it routing policies is not known";
        }
    }
}
