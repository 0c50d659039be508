/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Groups of firewall rules, and the policies that have them.
 *
 * Stateless rules are blocks; stateful ones are text in the language of Suricata, one a line, since
 * blocks know neither lists nor exceptions.  AWS fixes the capacity of a group when it is made and
 * cannot replace one that is in use, so each gets twice what it needs.
 */
#include <string.h>

#include "model/base/str.h"
#include "render/artifacts/terraform_private.h"

enum { NAME_BYTES = 128, CAPACITY_STEP = 100 };

struct dm_firewall_policy_id dm_tf_policy_of(const struct dm_tf *tf, struct dm_firewall_rules_id id)
{
    for (uint32_t i = 1; i <= tf->model->n_firewall_policies; i++) {
        const struct dm_firewall_policy *policy = &tf->model->firewall_policies[i - 1];
        bool has = false;

        for (size_t j = 0; j < policy->n_stateless; j++) {
            has = has || policy->stateless[j].rules.v == id.v;
        }
        for (size_t j = 0; j < policy->n_stateful; j++) {
            has = has || policy->stateful[j].rules.v == id.v;
        }
        if (has && dm_tf_firewall_of(tf, (struct dm_firewall_policy_id){ i }).v) {
            return (struct dm_firewall_policy_id){ i };
        }
    }
    return (struct dm_firewall_policy_id){ 0 };
}

struct dm_firewall_id dm_tf_firewall_of(const struct dm_tf *tf, struct dm_firewall_policy_id id)
{
    for (uint32_t i = 1; id.v && i <= tf->model->n_firewalls; i++) {
        if (tf->model->firewalls[i - 1].policy.v == id.v) {
            return (struct dm_firewall_id){ i };
        }
    }
    return (struct dm_firewall_id){ 0 };
}

static uint32_t root_of(struct dm_tf *tf, struct dm_firewall_policy_id id)
{
    struct dm_firewall_id firewall = dm_tf_firewall_of(tf, id);

    return dm_tf_root_of_vpc(tf, dm_firewall_get(tf->model, firewall)->vpc);
}

/* ---- stateless rules ---- */

static void ports(struct dm_tf *tf, json_t *match, const char *key,
                  const struct dm_firewall_side *side)
{
    for (size_t i = 0; i < side->n_ports; i++) {
        json_t *block = dm_tf_block(tf, match, key);

        dm_tf_number(tf, block, "from_port", side->ports[i].first);
        dm_tf_number(tf, block, "to_port", side->ports[i].last);
    }
}

static void addresses(struct dm_tf *tf, json_t *match, const char *key,
                      const struct dm_firewall_side *side, struct dm_span origin)
{
    if (side->n_except || side->home != DM_HOME_NOT_NAMED) {
        dm_tf_refuse(tf, origin, "a stateless rule of a firewall names prefixes and no exceptions");
    }
    for (size_t i = 0; i < side->n_prefixes; i++) {
        dm_tf_prefix(tf, dm_tf_block(tf, match, key), "address_definition", side->prefixes[i]);
    }
}

static const char *stateless_action(enum dm_firewall_action action)
{
    return action == DM_FIREWALL_PASS   ? "aws:pass"
           : action == DM_FIREWALL_DROP ? "aws:drop"
                                        : "aws:forward_to_sfe";
}

static void stateless_rule(struct dm_tf *tf, json_t *list, const struct dm_firewall_rule *rule)
{
    json_t *body = dm_tf_block(tf, list, "stateless_rule");
    json_t *definition = dm_tf_block(tf, body, "rule_definition");
    json_t *match = dm_tf_block(tf, definition, "match_attributes");

    dm_tf_number(tf, body, "priority", rule->priority);
    dm_tf_push(tf, definition, "actions", json_string(stateless_action(rule->action)));
    for (size_t i = 0; i < rule->n_protocols; i++) {
        dm_tf_push(tf, match, "protocols", json_integer(rule->protocols[i]));
    }
    addresses(tf, match, "source", &rule->source, rule->origin);
    addresses(tf, match, "destination", &rule->destination, rule->origin);
    ports(tf, match, "source_port", &rule->source);
    ports(tf, match, "destination_port", &rule->destination);
}

/* ---- groups ---- */

static int64_t at_least_one(size_t n)
{
    return n ? (int64_t)n : 1;
}

/* What AWS counts: of stateless rules all that they combine, of others each. */
static int64_t capacity(const struct dm_firewall_rules *object)
{
    int64_t sum = 0;

    for (size_t i = 0; i < object->n_rules; i++) {
        const struct dm_firewall_rule *rule = &object->rules[i];
        int64_t protocols = at_least_one(rule->n_protocols);

        sum += object->is_stateful ? protocols
                                   : protocols * at_least_one(rule->source.n_prefixes)
                                         * at_least_one(rule->source.n_ports)
                                         * at_least_one(rule->destination.n_prefixes)
                                         * at_least_one(rule->destination.n_ports);
    }
    return (2 * sum / CAPACITY_STEP + 1) * CAPACITY_STEP;
}

static void rules_of(struct dm_tf *tf, json_t *body, const struct dm_firewall_rules *object,
                     bool is_strict)
{
    json_t *group = dm_tf_block(tf, body, "rule_group");
    json_t *source = dm_tf_block(tf, group, "rules_source");
    json_t *list = NULL;

    if (object->is_stateful) {
        const char *text = dm_tf_stateful_rules(tf, object);

        dm_tf_text(tf, source, "rules_string", text ? text : "");
        dm_tf_text(tf, dm_tf_block(tf, group, "stateful_rule_options"), "rule_order",
                   is_strict ? "STRICT_ORDER" : "DEFAULT_ACTION_ORDER");
        return;
    }
    list = dm_tf_block(tf, source, "stateless_rules_and_custom_actions");
    for (size_t i = 0; i < object->n_rules; i++) {
        stateless_rule(tf, list, &object->rules[i]);
    }
}

static void rule_group(struct dm_tf *tf, struct dm_firewall_rules_id id)
{
    const struct dm_firewall_rules *object = dm_firewall_rules_get(tf->model, id);
    struct dm_firewall_policy_id policy = dm_tf_policy_of(tf, id);
    json_t *body;

    if (!policy.v) {
        dm_tf_refuse(tf, object->object.origin, "firewall rules `%s`: no firewall has them",
                     object->object.name);
        return;
    }
    for (size_t i = 0; i < object->n_rules; i++) {
        const struct dm_firewall_rule *rule = &object->rules[i];

        if (rule->partial || rule->unknown.v || rule->action == DM_FIREWALL_EITHER) {
            dm_tf_refuse(tf, rule->origin, "a rule of `%s` looks at more than is modelled",
                         object->object.name);
        }
    }
    if (object->n_rules == 0) {
        dm_tf_refuse(tf, object->object.origin, "firewall rules `%s`: there is none",
                     object->object.name);
    }
    body = dm_tf_object(tf, root_of(tf, policy), DM_TF_INSPECTION, "aws_networkfirewall_rule_group",
                        DM_REF(firewall_rules, id));
    dm_tf_text(tf, body, "name", dm_tf_short(tf, DM_REF(firewall_rules, id), NAME_BYTES));
    dm_tf_text(tf, body, "type", object->is_stateful ? "STATEFUL" : "STATELESS");
    dm_tf_number(tf, body, "capacity", capacity(object));
    rules_of(tf, body, object, dm_firewall_policy_get(tf->model, policy)->is_strict);
}

/* ---- policies ---- */

static json_t *use(struct dm_tf *tf, uint32_t root, json_t *body, const char *key,
                   const struct dm_firewall_use *use)
{
    json_t *block = dm_tf_block(tf, body, key);
    const char *arn = dm_tf_arn(tf, root, DM_REF(firewall_rules, use->rules));

    dm_tf_set(tf, block, "resource_arn", json_string(arn));
    return block;
}

static void stateful_engine(struct dm_tf *tf, uint32_t root, json_t *body,
                            const struct dm_firewall_policy *object)
{
    static const char *const actions[] = { [DM_FIREWALL_DEFAULT_PASS] = NULL,
                                           [DM_FIREWALL_DEFAULT_DROP_ESTABLISHED] =
                                               "aws:drop_established",
                                           [DM_FIREWALL_DEFAULT_DROP] = "aws:drop_strict" };
    json_t *options = dm_tf_block(tf, body, "stateful_engine_options");

    dm_tf_text(tf, options, "rule_order",
               object->is_strict ? "STRICT_ORDER" : "DEFAULT_ACTION_ORDER");
    dm_tf_text(tf, options, "stream_exception_policy", object->continues ? "CONTINUE" : "DROP");
    if (object->is_strict && actions[object->stateful_default]) {
        dm_tf_push(tf, body, "stateful_default_actions",
                   json_string(actions[object->stateful_default]));
    }
    for (size_t i = 0; i < object->n_stateful; i++) {
        json_t *block = use(tf, root, body, "stateful_rule_group_reference", &object->stateful[i]);

        if (object->is_strict) {
            dm_tf_number(tf, block, "priority", object->stateful[i].priority);
        }
        if (object->stateful[i].drops_alert_only) {
            dm_tf_text(tf, dm_tf_block(tf, block, "override"), "action", "DROP_TO_ALERT");
        }
    }
}

static void policy(struct dm_tf *tf, struct dm_firewall_policy_id id)
{
    const struct dm_firewall_policy *object = dm_firewall_policy_get(tf->model, id);
    const char *why = object->unknown.v              ? "not all of it is known"
                      : !dm_tf_firewall_of(tf, id).v ? "no firewall has it"
                                                     : NULL;
    const char *otherwise = stateless_action(object->stateless_default);
    uint32_t root;
    json_t *body;
    json_t *block;

    if (why) {
        dm_tf_refuse(tf, object->object.origin, "firewall policy `%s`: %s", object->object.name,
                     why);
        return;
    }
    root = root_of(tf, id);
    body = dm_tf_object(tf, root, DM_TF_INSPECTION, "aws_networkfirewall_firewall_policy",
                        DM_REF(firewall_policy, id));
    dm_tf_text(tf, body, "name", dm_tf_short(tf, DM_REF(firewall_policy, id), NAME_BYTES));
    block = dm_tf_block(tf, body, "firewall_policy");
    dm_tf_push(tf, block, "stateless_default_actions", json_string(otherwise));
    dm_tf_push(tf, block, "stateless_fragment_default_actions", json_string(otherwise));
    for (size_t i = 0; i < object->n_stateless; i++) {
        dm_tf_number(tf,
                     use(tf, root, block, "stateless_rule_group_reference", &object->stateless[i]),
                     "priority", object->stateless[i].priority);
    }
    stateful_engine(tf, root, block, object);
    if (object->n_home) {
        json_t *variables =
            dm_tf_block(tf, dm_tf_block(tf, block, "policy_variables"), "rule_variables");
        json_t *set = dm_tf_block(tf, variables, "ip_set");
        char buffer[DM_ADDR_TEXT_SIZE];

        dm_tf_text(tf, variables, "key", "HOME_NET");
        for (size_t i = 0; i < object->n_home; i++) {
            dm_tf_push(tf, set, "definition", json_string(dm_prefix_text(object->home[i], buffer)));
        }
    }
}

void dm_tf_rule_groups(struct dm_tf *tf)
{
    for (uint32_t i = 1; i <= tf->model->n_firewall_rule_groups; i++) {
        rule_group(tf, (struct dm_firewall_rules_id){ i });
    }
    for (uint32_t i = 1; i <= tf->model->n_firewall_policies; i++) {
        policy(tf, (struct dm_firewall_policy_id){ i });
    }
}
