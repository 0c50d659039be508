/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Routing policies, and to which attachments they are given.  Rules that drop, allow or prepend are
 * kept as that; a policy with others by name, as something not followed.
 */
#include <stdlib.h>
#include <string.h>

#include "model/front/policy/policy_private.h"

struct rules {
    struct dm_core_routing_rule *items;
    size_t n;
    size_t capacity;
};

static int by_number(const void *left, const void *right)
{
    const struct dm_core_routing_rule *a = left;
    const struct dm_core_routing_rule *b = right;

    return (a->number > b->number) - (a->number < b->number);
}

/* One condition of a rule as a row; false where it is of another kind. */
static bool condition(struct dm_cwan *cwan, const struct dm_cwan_node *node,
                      struct dm_core_routing_rule rule, struct rules *rules,
                      struct dm_unknown_id *slot)
{
    const char *type = dm_cwan_text(cwan, node, "type", true);
    struct dm_cwan_node value = dm_cwan_key(cwan, node, "value");

    dm_cwan_keys(cwan, node, "type|value", slot);
    if (dm_str_equal(type, "asn-in-as-path")) {
        rule.match = DM_CORE_ASN_IN_PATH;
        rule.asn = dm_cwan_number(cwan, node, "value", 1, UINT32_MAX);
        (void)DM_CWAN_PUSH(cwan, rules, rule);
        return true;
    }
    rule.match =
        dm_str_equal(type, "prefix-in-cidr") ? DM_CORE_PREFIX_WITHIN : DM_CORE_PREFIX_EQUALS;
    if (rule.match != DM_CORE_PREFIX_WITHIN && !dm_str_equal(type, "prefix-equals")) {
        return false;
    }
    if (dm_cwan_prefix(cwan, &value, &rule.prefix)) {
        (void)DM_CWAN_PUSH(cwan, rules, rule);
    }
    return true;
}

/* Whether what is done with a route is followed. */
static bool action(struct dm_cwan *cwan, const struct dm_cwan_node *node, const char *type,
                   struct dm_core_routing_rule *rule)
{
    struct dm_cwan_node value = dm_cwan_key(cwan, node, "value");

    if (dm_str_equal(type, "drop") || dm_str_equal(type, "allow")) {
        rule->action = type[0] == 'd' ? DM_CORE_DROP : DM_CORE_ALLOW;
        return true;
    }
    if (dm_str_equal(type, "prepend-asn-list")) {
        rule->action = DM_CORE_PREPEND;
        rule->n_prepended = (uint32_t)dm_cwan_n_items(cwan, &value);
        return true;
    }
    return false;
}

/* What a rule says, as rows; what it says beyond that is noted. */
static void rule(struct dm_cwan *cwan, const struct dm_cwan_node *node, struct rules *rules,
                 struct dm_unknown_id *slot)
{
    struct dm_core_routing_rule item = { .number =
                                             dm_cwan_number(cwan, node, "rule-number", 1, 65535) };
    struct dm_cwan_node body = dm_cwan_key(cwan, node, "rule-definition");
    struct dm_cwan_node list;
    struct dm_cwan_node act;
    const char *type;
    size_t n;
    bool plain;

    dm_cwan_keys(cwan, node, "rule-number|rule-definition", slot);
    if (!body.tree) {
        (void)dm_cwan_fault(cwan, node, "`rule-definition` is missing");
        return;
    }
    dm_cwan_keys(cwan, &body, "match-conditions|condition-logic|action", slot);
    list = dm_cwan_key(cwan, &body, "match-conditions");
    act = dm_cwan_key(cwan, &body, "action");
    if (!act.tree) {
        (void)dm_cwan_fault(cwan, &body, "`action` is missing");
        return;
    }
    dm_cwan_keys(cwan, &act, "type|value", slot);
    type = dm_cwan_text(cwan, &act, "type", true);
    plain = action(cwan, &act, type, &item);
    n = dm_cwan_n_items(cwan, &list);
    plain =
        plain && (n == 1 || (n > 1 && dm_cwan_word(cwan, &body, "condition-logic", "and|or") == 1));
    for (size_t i = 0; i < n; i++) {
        struct dm_cwan_node one = dm_cwan_item(cwan, &list, i);

        plain = condition(cwan, &one, item, rules, slot) && plain;
    }
    if (!plain) {
        dm_cwan_unknown(cwan, &body,
                        "a rule that does more than drop or allow prefixes is not "
                        "followed",
                        slot);
    }
}

static struct dm_core_routing_policy policy(struct dm_cwan *cwan, const struct dm_cwan_node *node,
                                            uint32_t index)
{
    struct dm_core_routing_policy item = { .origin = node->tree->span, .pointer = node->pointer };
    struct dm_cwan_node name = dm_cwan_key(cwan, node, "routing-policy-name");
    struct dm_cwan_node list = dm_cwan_key(cwan, node, "routing-policy-rules");
    struct rules rules = { 0 };

    dm_cwan_keys(cwan, node,
                 "routing-policy-name|routing-policy-description|routing-policy-direction|"
                 "routing-policy-number|routing-policy-rules",
                 &item.unknown);
    item.name = dm_cwan_text(cwan, node, "routing-policy-name", true);
    item.number = dm_cwan_number(cwan, node, "routing-policy-number", 1, 65535);
    item.inbound = dm_cwan_word(cwan, node, "routing-policy-direction", "inbound|outbound") == 0;
    if (item.name) {
        (void)dm_cwan_name(cwan, &name, "routing policy", item.name, index + 1, &cwan->policies);
        item.origin = name.tree->span;
    } else {
        item.name = "";
    }
    for (size_t i = 0; i < dm_cwan_n_items(cwan, &list); i++) {
        struct dm_cwan_node one = dm_cwan_item(cwan, &list, i);

        rule(cwan, &one, &rules, &item.unknown);
    }
    if (rules.n > 1) {
        qsort(rules.items, rules.n, sizeof rules.items[0], by_number);
    }
    item.rules = rules.items;
    item.n_rules = rules.n;
    return item;
}

/* The label that a rule is for; NULL and noted where it asks for something else. */
static const char *label_of(struct dm_cwan *cwan, const struct dm_cwan_node *node,
                            struct dm_unknown_id *slot)
{
    struct dm_cwan_node list = dm_cwan_key(cwan, node, "conditions");
    struct dm_cwan_node one;

    if (dm_cwan_n_items(cwan, &list) == 1) {
        one = dm_cwan_item(cwan, &list, 0);
        dm_cwan_keys(cwan, &one, "type|value", slot);
        if (dm_str_equal(dm_cwan_text(cwan, &one, "type", true), "routing-policy-label")) {
            return dm_cwan_text(cwan, &one, "value", true);
        }
    }
    dm_cwan_unknown(cwan, &list, "conditions other than one label are not understood", slot);
    return NULL;
}

static struct dm_core_label_rule label_rule(struct dm_cwan *cwan, const struct dm_cwan_node *node)
{
    struct dm_core_label_rule item = { .origin = node->tree->span, .pointer = node->pointer };
    struct dm_cwan_node edges = dm_cwan_key(cwan, node, "edge-locations");
    struct dm_cwan_node act = dm_cwan_key(cwan, node, "action");
    struct dm_cwan_node names = dm_cwan_key(cwan, &act, "associate-routing-policies");
    uint32_t *indices = DM_NEW_ARRAY(cwan->arena, dm_cwan_n_items(cwan, &names) + 1, uint32_t);

    dm_cwan_keys(cwan, node, "rule-number|description|edge-locations|conditions|action",
                 &item.unknown);
    item.number = dm_cwan_number(cwan, node, "rule-number", 1, 65535);
    item.edges = dm_cwan_refer_all(cwan, &edges, "edge location", &cwan->edges, &item.n_edges);
    item.label = label_of(cwan, node, &item.unknown);
    if (!act.tree || !names.tree) {
        (void)dm_cwan_fault(cwan, node, "`associate-routing-policies` is missing");
    } else {
        dm_cwan_keys(cwan, &act, "associate-routing-policies", &item.unknown);
    }
    cwan->failed = cwan->failed || !indices;
    for (size_t i = 0;
         indices && names.tree && names.tree->kind == DM_TREE_LIST && i < names.tree->n; i++) {
        struct dm_cwan_node one = dm_cwan_item(cwan, &names, i);
        uint32_t handle = dm_cwan_refer(cwan, &one, "routing policy", &cwan->policies);

        if (handle) {
            indices[item.n_policies++] = handle - 1;
        }
    }
    item.policies = indices;
    return item;
}

void dm_cwan_routing_policies(struct dm_cwan *cwan, const struct dm_cwan_node *root)
{
    struct dm_cwan_node list = dm_cwan_key(cwan, root, "routing-policies");
    struct dm_cwan_node given = dm_cwan_key(cwan, root, "attachment-routing-policy-rules");
    DM_VEC(struct dm_core_routing_policy) policies = { 0 };
    DM_VEC(struct dm_core_label_rule) rules = { 0 };
    struct dm_core_network *network;

    for (size_t i = 0; i < dm_cwan_n_items(cwan, &list) && !cwan->failed; i++) {
        struct dm_cwan_node item = dm_cwan_item(cwan, &list, i);

        (void)DM_CWAN_PUSH(cwan, &policies, policy(cwan, &item, (uint32_t)i));
    }
    for (size_t i = 0; i < dm_cwan_n_items(cwan, &given) && !cwan->failed; i++) {
        struct dm_cwan_node item = dm_cwan_item(cwan, &given, i);

        (void)DM_CWAN_PUSH(cwan, &rules, label_rule(cwan, &item));
    }
    network = dm_builder_edit_core_network(cwan->builder, cwan->network);
    network->routing_policies = policies.items;
    network->n_routing_policies = policies.n;
    network->label_rules = rules.items;
    network->n_label_rules = rules.n;
}
