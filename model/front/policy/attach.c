/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Attachment policies: by which conditions an attachment comes into a segment or a group [CWAN-11].
 */
#include <stdlib.h>
#include <string.h>

#include "model/front/policy/policy_private.h"

static const struct {
    const char *word;
    enum dm_core_condition_kind kind;
    bool has_key;
    bool has_value;
} kinds[] = {
    { "any", DM_CORE_IF_ANY, false, false },
    { "tag-exists", DM_CORE_IF_TAG_EXISTS, true, false },
    { "tag-name", DM_CORE_IF_TAG_NAME, false, true },
    { "tag-value", DM_CORE_IF_TAG_VALUE, true, true },
    { "region", DM_CORE_IF_REGION, false, true },
    { "resource-id", DM_CORE_IF_RESOURCE, false, true },
    { "account-id", DM_CORE_IF_ACCOUNT, false, true },
    { "account", DM_CORE_IF_ACCOUNT, false, true },
    { "attachment-type", DM_CORE_IF_TYPE, false, true },
};

static struct dm_core_condition condition(struct dm_cwan *cwan, const struct dm_cwan_node *node,
                                          struct dm_unknown_id *slot)
{
    struct dm_core_condition item = { .kind = DM_CORE_IF_UNKNOWN };
    const char *type = dm_cwan_text(cwan, node, "type", true);
    struct dm_cwan_node place = dm_cwan_key(cwan, node, "type");
    int how = DM_CORE_EQUALS;

    dm_cwan_keys(cwan, node, "type|operator|key|value", slot);
    for (size_t i = 0; type && i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(type, kinds[i].word) != 0) {
            continue;
        }
        item.kind = kinds[i].kind;
        if (kinds[i].has_key) {
            item.key = dm_cwan_text(cwan, node, "key", true);
        }
        if (kinds[i].has_value) {
            item.value = dm_cwan_text(cwan, node, "value", true);
            how = dm_cwan_word(cwan, node, "operator", "equals|not-equals|contains|begins-with");
        }
        item.operator= how<0 ? DM_CORE_EQUALS : (enum dm_core_operator)how;
        return item;
    }
    if (type) {
        struct dm_unknown_id of_condition = { 0 };

        dm_cwan_unknown(cwan, &place, "conditions of this type are not understood", &of_condition);
    }
    return item;
}

static void conditions(struct dm_cwan *cwan, const struct dm_cwan_node *node,
                       struct dm_core_rule *rule)
{
    struct dm_cwan_node list = dm_cwan_key(cwan, node, "conditions");
    size_t n = dm_cwan_n_items(cwan, &list);
    struct dm_core_condition *items = DM_NEW_ARRAY(cwan->arena, n + 1, struct dm_core_condition);

    cwan->failed = cwan->failed || !items;
    for (size_t i = 0; items && i < n; i++) {
        struct dm_cwan_node item = dm_cwan_item(cwan, &list, i);

        items[i] = condition(cwan, &item, &rule->unknown);
    }
    if (n == 0) {
        (void)dm_cwan_fault(cwan, &list, "`conditions` has none");
    }
    rule->conditions = items;
    rule->n_conditions = n;
}

static void action(struct dm_cwan *cwan, const struct dm_cwan_node *node, struct dm_core_rule *rule)
{
    struct dm_cwan_node map = dm_cwan_key(cwan, node, "action");
    struct dm_cwan_node group;
    struct dm_cwan_node segment;
    int method;

    if (!map.tree) {
        (void)dm_cwan_fault(cwan, node, "`action` is missing");
        return;
    }
    dm_cwan_keys(cwan, &map,
                 "association-method|segment|tag-value-of-key|require-acceptance|"
                 "add-to-network-function-group",
                 &rule->unknown);
    (void)dm_cwan_bool(cwan, &map, "require-acceptance", false);
    group = dm_cwan_key(cwan, &map, "add-to-network-function-group");
    if (group.tree) {
        rule->function.v = dm_cwan_refer(cwan, &group, "network function group", &cwan->functions);
        return;
    }
    method = dm_cwan_word(cwan, &map, "association-method", "constant|tag");
    if (method == 0) {
        segment = dm_cwan_key(cwan, &map, "segment");
        rule->segment.v = dm_cwan_refer(cwan, &segment, "segment", &cwan->segments);
    } else if (method == 1) {
        rule->tag = dm_cwan_text(cwan, &map, "tag-value-of-key", true);
    }
}

static int by_number(const void *left, const void *right)
{
    const struct dm_core_rule *a = left;
    const struct dm_core_rule *b = right;

    return (a->number > b->number) - (a->number < b->number);
}

void dm_cwan_attachment_policies(struct dm_cwan *cwan, const struct dm_cwan_node *root)
{
    struct dm_cwan_node list = dm_cwan_key(cwan, root, "attachment-policies");
    size_t n = dm_cwan_n_items(cwan, &list);
    struct dm_core_rule *rules = DM_NEW_ARRAY(cwan->arena, n + 1, struct dm_core_rule);
    struct dm_core_network *network;

    cwan->failed = cwan->failed || !rules;
    for (size_t i = 0; rules && i < n; i++) {
        struct dm_cwan_node item = dm_cwan_item(cwan, &list, i);
        struct dm_cwan_node logic = dm_cwan_key(cwan, &item, "condition-logic");

        rules[i].origin = item.tree->span;
        rules[i].pointer = item.pointer;
        dm_cwan_keys(cwan, &item, "rule-number|description|condition-logic|conditions|action",
                     &rules[i].unknown);
        rules[i].number = dm_cwan_number(cwan, &item, "rule-number", 1, 65535);
        if (logic.tree) {
            rules[i].any = dm_cwan_word(cwan, &item, "condition-logic", "and|or") == 1;
        }
        conditions(cwan, &item, &rules[i]);
        action(cwan, &item, &rules[i]);
    }
    if (cwan->failed) {
        return;
    }
    if (n > 1) {
        qsort(rules, n, sizeof rules[0], by_number);
    }
    for (size_t i = 1; i < n; i++) {
        if (rules[i].number && rules[i].number == rules[i - 1].number) {
            struct dm_diag *diag = dm_diags_add(cwan->diags, DM_SEV_ERROR, rules[i].origin,
                                                "there are two attachment policies with number %lu",
                                                (unsigned long)rules[i].number);

            if (diag) {
                diag->pointer = rules[i].pointer;
            }
            dm_diag_label(cwan->diags, diag, rules[i - 1].origin, "the first is here");
        }
    }
    network = dm_builder_edit_core_network(cwan->builder, cwan->network);
    network->rules = rules;
    network->n_rules = n;
}
