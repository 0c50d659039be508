/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Network Firewalls with their policies and rule groups, and endpoints of these and of gateway load
 * balancers.
 *
 * Each is the output of one describe call, in two halves side by side: what it is, and what it is
 * called.  A firewall's status names its endpoints, zone by zone.  Rules that look at more than
 * headers are kept with what is known of them, and are unknown where they decide.  What appliances
 * behind a gateway load balancer do is unknown; who they are fleet.c says.
 */
#include "model/front/aws/aws_private.h"

#include <stdlib.h>
#include <string.h>

/* The other half of the output that 'thing' is of. */
static struct dm_aws_node half(struct dm_aws *aws, const struct dm_aws_thing *thing,
                               const char *key)
{
    const struct dm_aws_node *node = &thing->views->node;
    struct dm_aws_node none = { .parent = node };
    return node->parent && node->key ? dm_aws_map(aws, node->parent, key) : none;
}

static struct dm_aws_thing *collect(struct dm_aws *aws, enum dm_aws_family family, const char *key,
                                    const struct dm_aws_file *file, const struct dm_aws_node *item)
{
    size_t n_errors = aws->diags->n_errors;
    const char *id = dm_aws_text(aws, item, key);
    if (id) {
        return dm_aws_collect(aws, family, id, NULL, file, item, NULL);
    }
    if (aws->diags->n_errors == n_errors) {
        struct dm_aws_node field = dm_aws_at(item, key);
        dm_aws_fault(aws, &field, "`%s` is missing", key);
    }
    return NULL;
}

void dm_aws_collect_rule_group(struct dm_aws *aws, const struct dm_aws_file *file,
                               const struct dm_aws_node *item)
{
    (void)collect(aws, DM_AWS_FIREWALL_RULES, "RuleGroupArn", file, item);
}

void dm_aws_collect_firewall_policy(struct dm_aws *aws, const struct dm_aws_file *file,
                                    const struct dm_aws_node *item)
{
    (void)collect(aws, DM_AWS_FIREWALL_POLICY, "FirewallPolicyArn", file, item);
}

void dm_aws_collect_gwlb_endpoint(struct dm_aws *aws, const struct dm_aws_file *file,
                                  const struct dm_aws_node *item)
{
    (void)collect(aws, DM_AWS_GWLB_ENDPOINT, "VpcEndpointId", file, item);
}

/* A firewall, and its endpoints as its status shows them. */
void dm_aws_collect_firewall(struct dm_aws *aws, const struct dm_aws_file *file,
                             const struct dm_aws_node *item)
{
    struct dm_aws_thing *firewall = collect(aws, DM_AWS_FIREWALL, "FirewallArn", file, item);
    if (!firewall || !item->key || !item->parent) {
        return;
    }
    struct dm_aws_node status = dm_aws_map(aws, item->parent, "FirewallStatus");
    struct dm_aws_node states = dm_aws_map(aws, &status, "SyncStates");
    for (size_t i = 0; states.tree && i < states.tree->n; i++) {
        struct dm_aws_node state = { states.tree->pairs[i].value, &states,
                                     states.tree->pairs[i].key, 0 };
        struct dm_aws_node attachment = { 0 };
        if (state.tree && state.tree->kind == DM_TREE_MAP) {
            attachment = dm_aws_map(aws, &state, "Attachment");
        }
        const char *id = attachment.tree ? dm_aws_text(aws, &attachment, "EndpointId") : NULL;
        struct dm_aws_thing *endpoint =
            id ? dm_aws_collect(aws, DM_AWS_GWLB_ENDPOINT, id, NULL, file, &attachment, NULL)
               : NULL;
        if (endpoint) {
            endpoint->part_of = firewall;
        }
    }
}

static void leave_unknown(struct dm_aws *aws, struct dm_aws_thing *thing, const char *why)
{
    thing->life = DM_AWS_UNDECIDED;
    thing->unknown = dm_aws_unknown(
        aws, &thing->views->node,
        dm_sprintf(aws->arena, "%s %s", dm_aws_family_words[thing->family], thing->id), "%s", why);
}

void dm_aws_refer_firewall(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    if (!dm_aws_text(aws, dm_aws_with(thing, "VpcId"), "VpcId") || !dm_aws_vpc_of(aws, thing)) {
        leave_unknown(aws, thing, "it is listed but not described");
    }
}

/* The one subnet of an endpoint, or NULL. */
static const struct dm_aws_thing *subnet_of(struct dm_aws *aws, const struct dm_aws_thing *thing)
{
    const char *id = dm_aws_text(aws, dm_aws_with(thing, "SubnetId"), "SubnetId");
    struct dm_aws_node list = dm_aws_list(aws, dm_aws_with(thing, "SubnetIds"), "SubnetIds");
    if (!id && list.tree && list.tree->n == 1) {
        id = dm_tree_text(list.tree->items[0]);
    }
    return id ? dm_aws_find(aws, DM_AWS_SUBNET, id) : NULL;
}

void dm_aws_refer_gwlb_endpoint(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const struct dm_aws_thing *subnet = subnet_of(aws, thing);
    struct dm_aws_node tags = dm_aws_list(aws, dm_aws_with(thing, "Tags"), "Tags");
    struct dm_aws_node tag;
    if (!subnet || subnet->life != DM_AWS_LIVE) {
        leave_unknown(aws, thing, "the subnet that it is in is not in the input");
    }
    for (size_t at = 0; !thing->part_of && dm_aws_next(aws, &tags, &at, &tag);) {
        const char *arn = dm_aws_peek(&tag, "Value");
        if (arn && dm_str_equal(dm_aws_peek(&tag, "Key"), "Firewall")) {
            thing->part_of = dm_aws_find(aws, DM_AWS_FIREWALL, arn);
        }
    }
}

void dm_aws_define_gwlb_endpoint(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const struct dm_aws_thing *subnet = subnet_of(aws, thing);
    struct dm_gwlb_endpoint fields = { .subnet = { subnet ? subnet->handle : 0 } };
    if (thing->part_of && thing->part_of->handle) {
        fields.firewall.v = thing->part_of->handle;
    } else {
        fields.balancer = dm_aws_fleet_of(aws, thing);
    }
    if (!fields.firewall.v && !fields.balancer.v) {
        fields.unknown =
            dm_aws_unknown(aws, &thing->views->node,
                           dm_sprintf(aws->arena, "gateway-load-balancer-endpoint %s", thing->id),
                           "what inspects packets behind it is not in the input");
    }
    struct dm_gwlb_endpoint *endpoint =
        dm_builder_edit_gwlb_endpoint(aws->builder, (struct dm_gwlb_endpoint_id){ thing->handle });
    fields.object = endpoint->object;
    *endpoint = fields;
}

void dm_aws_define_firewall(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const struct dm_aws_node *node = dm_aws_with(thing, "FirewallPolicyArn");
    const char *arn = dm_aws_text(aws, node, "FirewallPolicyArn");
    const struct dm_aws_thing *policy = arn ? dm_aws_find(aws, DM_AWS_FIREWALL_POLICY, arn) : NULL;
    struct dm_firewall fields = { .vpc = dm_aws_vpc_handle(aws, thing) };
    if (policy && policy->handle) {
        fields.policy.v = policy->handle;
    } else {
        fields.unknown =
            dm_aws_unknown(aws, node, dm_sprintf(aws->arena, "policy of firewall %s", thing->id),
                           "it is named but not in the input");
    }
    struct dm_firewall *firewall =
        dm_builder_edit_firewall(aws->builder, (struct dm_firewall_id){ thing->handle });
    fields.object = firewall->object;
    *firewall = fields;
}

/* ---- policies ---- */

struct uses {
    struct dm_firewall_use *items;
    size_t n;
    size_t capacity;
};

/* The group, or one in its stead that may do anything. */
static struct dm_firewall_rules_id group_of(struct dm_aws *aws, const struct dm_aws_node *item,
                                            const char *arn, bool stateful)
{
    const struct dm_aws_thing *thing = dm_aws_find(aws, DM_AWS_FIREWALL_RULES, arn);
    struct dm_ref found = dm_builder_find(aws->builder, DM_KIND_firewall_rules, arn);
    struct dm_firewall_rule *rule;
    if (thing && thing->handle) {
        return (struct dm_firewall_rules_id){ thing->handle };
    }
    if (found.v) {
        return (struct dm_firewall_rules_id){ found.v };
    }
    rule = DM_NEW(aws->arena, struct dm_firewall_rule);
    if (!rule) {
        aws->failed = true;
        return (struct dm_firewall_rules_id){ 0 };
    }
    rule->action = DM_FIREWALL_EITHER;
    rule->partial = true;
    rule->origin = item->tree->span;
    rule->pointer = dm_aws_pointer(aws, item);
    rule->unknown = dm_aws_unknown(aws, item, dm_sprintf(aws->arena, "firewall-rule-group %s", arn),
                                   "it is named but not in the input");
    struct dm_firewall_rules group = {
        .object = { .name = arn, .pointer = rule->pointer, .origin = rule->origin },
        .is_stateful = stateful,
        .rules = rule,
        .n_rules = 1,
    };
    return dm_builder_add_firewall_rules(aws->builder, &group);
}

static int compare_uses(const void *a, const void *b)
{
    const struct dm_firewall_use *x = a;
    const struct dm_firewall_use *y = b;
    if (x->priority != y->priority) {
        return x->priority < y->priority ? -1 : 1;
    }
    return (x->rules.v > y->rules.v) - (x->rules.v < y->rules.v);
}

static struct uses read_uses(struct dm_aws *aws, const struct dm_aws_node *policy, const char *key,
                             bool stateful)
{
    struct dm_aws_node list = dm_aws_list(aws, policy, key);
    struct dm_aws_node item;
    struct uses uses = { 0 };
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        const char *arn = dm_aws_text(aws, &item, "ResourceArn");
        struct dm_aws_node override = dm_aws_map(aws, &item, "Override");
        int64_t priority = 0;
        if (!arn) {
            continue;
        }
        dm_aws_number(aws, &item, "Priority", &priority);
        struct dm_firewall_use use = {
            .rules = group_of(aws, &item, arn, stateful),
            .priority = priority > 0 && priority <= UINT32_MAX ? (uint32_t)priority : 0,
            .drops_alert_only = dm_str_equal(dm_aws_peek(&override, "Action"), "DROP_TO_ALERT"),
        };
        DM_AWS_PUSH(aws, &uses, use);
    }
    if (uses.n > 1) {
        qsort(uses.items, uses.n, sizeof *uses.items, compare_uses);
    }
    return uses;
}

/* Whether a list of texts has 'word'. */
static bool has_text(struct dm_aws *aws, const struct dm_aws_node *node, const char *key,
                     const char *word)
{
    struct dm_aws_node list = dm_aws_list(aws, node, key);
    for (size_t i = 0; list.tree && i < list.tree->n; i++) {
        if (dm_str_equal(dm_tree_text(list.tree->items[i]), word)) {
            return true;
        }
    }
    return false;
}

static void read_home(struct dm_aws *aws, const struct dm_aws_node *policy,
                      struct dm_firewall_policy *fields)
{
    struct dm_aws_node steps[4];
    struct dm_aws_node list =
        dm_aws_walk(policy, "PolicyVariables/RuleVariables/HOME_NET/Definition", steps);
    struct dm_aws_prefixes home = { 0 };
    for (size_t i = 0; list.tree && list.tree->kind == DM_TREE_LIST && i < list.tree->n; i++) {
        const char *text = dm_tree_text(list.tree->items[i]);
        struct dm_prefix prefix;
        enum dm_addr_fault fault = text ? dm_prefix_parse(text, &prefix) : DM_ADDR_NOT_AN_ADDRESS;
        if (fault == DM_ADDR_OK || fault == DM_ADDR_HOST_BITS) {
            DM_AWS_PUSH(aws, &home, prefix);
        } else {
            fields->unknown = dm_aws_unknown(
                aws, &list, dm_sprintf(aws->arena, "HOME_NET of %s", fields->object.name),
                "not all of it are prefixes");
        }
    }
    fields->home = home.items;
    fields->n_home = home.n;
}

void dm_aws_define_firewall_policy(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    struct dm_aws_node node = half(aws, thing, "FirewallPolicy");
    struct dm_aws_node options = dm_aws_map(aws, &node, "StatefulEngineOptions");
    struct uses stateless = read_uses(aws, &node, "StatelessRuleGroupReferences", false);
    struct uses stateful = read_uses(aws, &node, "StatefulRuleGroupReferences", true);
    const char *word = dm_sprintf(aws->arena, "firewall-policy %s", thing->id);
    struct dm_firewall_policy fields = {
        .object = dm_builder_edit_firewall_policy(aws->builder,
                                                  (struct dm_firewall_policy_id){ thing->handle })
                      ->object,
        .stateless = stateless.items,
        .n_stateless = stateless.n,
        .stateful = stateful.items,
        .n_stateful = stateful.n,
        .stateless_default =
            has_text(aws, &node, "StatelessDefaultActions", "aws:pass")   ? DM_FIREWALL_PASS
            : has_text(aws, &node, "StatelessDefaultActions", "aws:drop") ? DM_FIREWALL_DROP
                                                                          : DM_FIREWALL_FORWARD,
        .is_strict = dm_str_equal(dm_aws_peek(&options, "RuleOrder"), "STRICT_ORDER"),
        .continues = dm_str_equal(dm_aws_peek(&options, "StreamExceptionPolicy"), "CONTINUE"),
    };
    if (has_text(aws, &node, "StatefulDefaultActions", "aws:drop_strict")) {
        fields.stateful_default = DM_FIREWALL_DEFAULT_DROP;
    } else if (has_text(aws, &node, "StatefulDefaultActions", "aws:drop_established")
               || has_text(aws, &node, "StatefulDefaultActions",
                           "aws:drop_established_app_layer")) {
        fields.stateful_default = DM_FIREWALL_DEFAULT_DROP_ESTABLISHED;
    }
    read_home(aws, &node, &fields);
    if (!node.tree) {
        fields.unknown = dm_aws_unknown(aws, &thing->views->node, dm_arena_strdup(aws->arena, word),
                                        "what it says is not in the input");
    } else if (dm_aws_text(aws, &node, "TLSInspectionConfigurationArn")) {
        fields.unknown = dm_aws_unknown(aws, &node, dm_arena_strdup(aws->arena, word),
                                        "what TLS inspection lets pass is not modelled");
    }
    *dm_builder_edit_firewall_policy(aws->builder,
                                     (struct dm_firewall_policy_id){ thing->handle }) = fields;
}
