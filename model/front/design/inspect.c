/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What stands in the middle: firewalls with their policies, fleets of appliances with their
 * gateway load balancers, and the endpoints that routes lead to.
 *
 * A firewall or a fleet has a copy for each copy of its VPC, named after both. A firewall's policy
 * and its two groups of rules are its own. Endpoints are called VPC.NAME.ZONE, by which rows of
 * tables find them.
 */
#include <stdlib.h>
#include <string.h>

#include "model/base/str.h"
#include "model/front/design/lower_private.h"

struct firewall_rules {
    struct dm_firewall_rule *items;
    size_t n;
    size_t capacity;
};

struct prefixes {
    struct dm_prefix *items;
    size_t n;
    size_t capacity;
};

/* A firewall or a fleet in one copy of its VPC. */
struct middle {
    struct dm_lower_copy copy;
    const struct dm_lower_vpc *vpc;
    const char *subnet;
};

static bool vpc_has(const struct dm_lower_vpc *vpc, const char *subnet)
{
    return dm_tree_find(dm_tree_find(vpc->copy->tree, "subnets"), subnet) != NULL;
}

/* A VPC's role and a subnet's; false and a fault where they are none. */
static bool seat_text(struct dm_lower *lower, const struct dm_tree *node, const char *labels[2])
{
    const struct dm_tree *vpcs = dm_tree_find(lower->root, "vpcs");
    const char *text = dm_lower_text(lower, node);

    if (!text) {
        return false;
    }
    if (dm_lower_labels(lower, text, labels, 2) != 2) {
        (void)dm_lower_fault(lower, node->span, "`%s` is no VPC and subnet, as `app.private`",
                             text);
        return false;
    }
    if (!dm_lower_entry(lower, vpcs, labels[0])) {
        dm_lower_unknown_key(lower, node->span, "VPC", labels[0], vpcs);
        return false;
    }
    return true;
}

/* Whether 'entry' has a copy in 'vpc', which is then 'ret'. */
static bool middle_in(struct dm_lower *lower, const struct dm_tree_pair *entry,
                      const struct dm_lower_vpc *vpc, struct middle *ret)
{
    const struct dm_tree *tree = dm_lower_interpolate(lower, entry->value, vpc->copy);
    const struct dm_tree *in = dm_lower_need(lower, tree, "in", entry->key_span);
    const char *labels[2] = { NULL, NULL };

    if (!in || !seat_text(lower, in, labels) || strcmp(labels[0], dm_lower_role(vpc)) != 0) {
        return false;
    }
    if (!vpc_has(vpc, labels[1])) {
        dm_lower_unknown_key(lower, in->span, "subnet", labels[1],
                             dm_tree_find(vpc->copy->tree, "subnets"));
        return false;
    }
    *ret = (struct middle){ .copy = *vpc->copy, .vpc = vpc, .subnet = labels[1] };
    ret->copy.entry = entry;
    ret->copy.tree = tree;
    ret->copy.name = dm_lower_name(lower, "%s.%s", vpc->copy->name, entry->key);
    return true;
}

static void endpoints(struct dm_lower *lower, const struct middle *at,
                      const struct dm_lower_vpc *vpc, const char *subnet_role,
                      struct dm_gwlb_endpoint endpoint)
{
    for (size_t zone = 0; zone < vpc->copy->region->zones.n; zone++) {
        const struct dm_lower_subnet *subnet = dm_lower_subnet_at(vpc, subnet_role, zone);

        if (subnet) {
            endpoint.object.name =
                dm_lower_name(lower, "%s.%s.%c", vpc->copy->name, at->copy.entry->key,
                              vpc->copy->region->zones.items[zone].letter);
            endpoint.object.origin = at->copy.entry->key_span;
            endpoint.subnet = subnet->id;
            (void)DM_LOWER_ADD(lower, gwlb_endpoint, &endpoint);
        }
    }
}

/* ---- rules of firewalls ---- */

static bool side(struct dm_lower *lower, const struct middle *at, const struct dm_tree *item,
                 const char *key, struct dm_firewall_side *ret)
{
    const struct dm_tree *list = dm_lower_need(lower, item, key, item->span);
    struct prefixes prefixes = { 0 };
    bool any = false;

    for (size_t i = 0; i < dm_lower_n_items(list); i++) {
        const struct dm_tree *node = dm_lower_item(list, i);
        const char *text = dm_lower_text(lower, node);
        struct dm_prefix prefix = at->vpc->cidr;

        if (!text
            || (strcmp(text, "any") != 0 && strcmp(text, "vpc") != 0
                && !dm_lower_network(lower, at->vpc->copy->region, node->span, text, &prefix))) {
            return false;
        }
        any = any || strcmp(text, "any") == 0;
        (void)DM_LOWER_PUSH(lower, &prefixes, prefix);
    }
    if (!any) {
        ret->prefixes = prefixes.items;
        ret->n_prefixes = prefixes.n;
    }
    return any || prefixes.n > 0;
}

/* The header of a rule: firewalls look at protocols and ports, not at types of ICMP; stateful rules
 * know few protocols by name. */
static bool header(struct dm_lower *lower, const struct dm_tree *node, bool is_stateful,
                   struct dm_firewall_rule *rule)
{
    struct dm_match match = DM_MATCH_ALL;
    uint8_t *protocol = DM_NEW(lower->arena, uint8_t);
    struct dm_port_range *ports = DM_NEW(lower->arena, struct dm_port_range);

    if (!protocol || !ports) {
        lower->oom = true;
        return false;
    }
    if (!dm_lower_match(lower, node, &match)) {
        return false;
    }
    if (match.icmp_type >= 0) {
        (void)dm_lower_fault(lower, node->span, "rules of a firewall do not look at types of ICMP");
        return false;
    }
    if (is_stateful && match.protocol >= 0 && match.protocol != 1 && match.protocol != 6
        && match.protocol != 17) {
        (void)dm_lower_fault(lower, node->span,
                             "stateful rules are for `tcp`, `udp`, `icmp` or `all`");
        return false;
    }
    if (match.protocol >= 0) {
        *protocol = (uint8_t)match.protocol;
        rule->protocols = protocol;
        rule->n_protocols = 1;
    }
    if ((match.protocol == 6 || match.protocol == 17)
        && (match.port_first > 0 || match.port_last < 65535)) {
        *ports = (struct dm_port_range){ match.port_first, match.port_last };
        rule->destination.ports = ports;
        rule->destination.n_ports = 1;
    }
    return true;
}

/* What a rule does, and to what; false and a fault: not exactly one of the words. */
static const struct dm_tree *verdict(struct dm_lower *lower, const struct dm_tree *item,
                                     bool is_stateful, struct dm_firewall_rule *rule)
{
    static const struct {
        const char *word;
        enum dm_firewall_action action;
    } words[] = { { "pass", DM_FIREWALL_PASS },
                  { "drop", DM_FIREWALL_DROP },
                  { "forward", DM_FIREWALL_FORWARD },
                  { "alert", DM_FIREWALL_ALERT } };
    const struct dm_tree *found = NULL;

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const struct dm_tree *node = dm_tree_find(item, words[i].word);

        if (!node || words[i].action == (is_stateful ? DM_FIREWALL_FORWARD : DM_FIREWALL_ALERT)) {
            continue;
        }
        if (found) {
            (void)dm_lower_fault(lower, node->span, "a rule of a firewall does one thing");
            return NULL;
        }
        found = node;
        rule->action = words[i].action;
    }
    if (!found) {
        (void)dm_lower_fault(lower, item->span, "a rule of a firewall has one of %s",
                             is_stateful ? "`pass`, `drop` and `alert`"
                                         : "`pass`, `drop` and `forward`");
    }
    return found;
}

static bool number_of(struct dm_lower *lower, const struct dm_tree *item,
                      const struct firewall_rules *rules, struct dm_firewall_rule *rule)
{
    const struct dm_tree *node = dm_lower_need(lower, item, "rule", item->span);
    int64_t number = 0;

    if (!node || !dm_lower_int(lower, node, 1, 65535, "`rule`", &number)) {
        return false;
    }
    rule->priority = (uint32_t)number;
    rule->origin = node->span;
    for (size_t i = 0; i < rules->n; i++) {
        if (rules->items[i].priority == rule->priority) {
            struct dm_diag *diag = dm_lower_fault(lower, node->span, "rule %u is there already",
                                                  (unsigned)rule->priority);

            dm_diag_label(lower->diags, diag, rules->items[i].origin, "the first one");
            return false;
        }
    }
    return true;
}

static int by_priority(const void *a, const void *b)
{
    const struct dm_firewall_rule *left = a;
    const struct dm_firewall_rule *right = b;

    return left->priority < right->priority ? -1 : left->priority > right->priority;
}

/* The rules of one engine as a group in a policy; none: no group. */
static size_t group(struct dm_lower *lower, const struct middle *at,
                    const struct dm_tree_pair *pair, bool is_stateful,
                    const struct dm_firewall_use **ret_uses)
{
    struct dm_firewall_use *use = DM_NEW(lower->arena, struct dm_firewall_use);
    struct firewall_rules rules = { 0 };
    struct dm_firewall_rules object = { .is_stateful = is_stateful };

    for (size_t i = 0; pair && i < dm_lower_n_items(pair->value); i++) {
        const struct dm_tree *item = dm_lower_item(pair->value, i);
        struct dm_firewall_rule rule = { .origin = item->span };
        const struct dm_tree *match = verdict(lower, item, is_stateful, &rule);

        if (match && (is_stateful || number_of(lower, item, &rules, &rule))
            && header(lower, match, is_stateful, &rule)
            && side(lower, at, item, "from", &rule.source)
            && side(lower, at, item, "to", &rule.destination)) {
            (void)DM_LOWER_PUSH(lower, &rules, rule);
        }
    }
    if (!use || rules.n == 0) {
        lower->oom = lower->oom || !use;
        return 0;
    }
    if (!is_stateful && rules.n > 1) {
        qsort(rules.items, rules.n, sizeof *rules.items, by_priority);
    }
    object.object.name =
        dm_lower_name(lower, "%s.%s", at->copy.name, is_stateful ? "stateful" : "stateless");
    object.object.origin = pair->key_span;
    object.rules = rules.items;
    object.n_rules = rules.n;
    *use = (struct dm_firewall_use){ .rules = DM_LOWER_ADD(lower, firewall_rules, &object),
                                     .priority = 1 };
    *ret_uses = use;
    return 1;
}

/* Which of 'words' stands under 'key'; the first where nothing does, or, a fault, another. */
static size_t word_of(struct dm_lower *lower, const struct dm_tree *map, const char *key,
                      const char *const *words, size_t n)
{
    const struct dm_tree *node = dm_tree_find(map, key);
    const char *text = node ? dm_lower_text(lower, node) : NULL;

    for (size_t i = 0; text && i < n; i++) {
        if (strcmp(text, words[i]) == 0) {
            return i;
        }
    }
    if (text) {
        dm_lower_unknown(lower, node->span, "word", text, words, n);
    }
    return 0;
}

static struct dm_firewall_policy_id policy(struct dm_lower *lower, const struct middle *at,
                                           const struct dm_tree_pair *pair)
{
    static const char *const actions[] = { "forward", "pass", "drop" };
    static const enum dm_firewall_action action_of[] = { DM_FIREWALL_FORWARD, DM_FIREWALL_PASS,
                                                         DM_FIREWALL_DROP };
    static const char *const orders[] = { "strict", "action" };
    static const char *const defaults[] = { "pass", "drop-established", "drop" };
    const struct dm_tree_pair *last = dm_tree_find_pair(pair->value, "stateful_default");
    struct dm_firewall_policy object = {
        .object = { .name = dm_lower_name(lower, "%s.policy", at->copy.name),
                    .origin = pair->key_span },
        .stateless_default =
            action_of[word_of(lower, pair->value, "stateless_default", actions, 3)],
        .is_strict = word_of(lower, pair->value, "order", orders, 2) == 0,
        .stateful_default =
            (enum dm_firewall_default)word_of(lower, pair->value, "stateful_default", defaults, 3),
    };

    if (last && !object.is_strict) {
        (void)dm_lower_fault(lower, last->key_span,
                             "only in strict order there is a default [NFW-06]");
    }
    object.n_stateless =
        group(lower, at, dm_tree_find_pair(pair->value, "stateless"), false, &object.stateless);
    object.n_stateful =
        group(lower, at, dm_tree_find_pair(pair->value, "stateful"), true, &object.stateful);
    return DM_LOWER_ADD(lower, firewall_policy, &object);
}

static void firewall(struct dm_lower *lower, const struct middle *at)
{
    const struct dm_tree_pair *pair = dm_tree_find_pair(at->copy.tree, "policy");
    struct dm_firewall object = {
        .object = { .name = at->copy.name, .origin = at->copy.entry->key_span },
        .vpc = at->vpc->id,
    };
    struct dm_gwlb_endpoint endpoint = { .subnet = { 0 } };

    if (!pair) {
        (void)dm_lower_need(lower, at->copy.tree, "policy", at->copy.entry->key_span);
        return;
    }
    object.policy = policy(lower, at, pair);
    endpoint.firewall = DM_LOWER_ADD(lower, firewall, &object);
    endpoints(lower, at, at->vpc, at->subnet, endpoint);
}

/* ---- fleets of appliances ---- */

/* Endpoints of a fleet in each VPC of a role that it serves: of its region, and of its environment,
 * or of any where it has none. */
static void endpoints_of(struct dm_lower *lower, const struct middle *at,
                         const struct dm_tree *node, struct dm_gwlb_endpoint endpoint)
{
    const char *labels[2] = { NULL, NULL };
    bool any = false;

    if (!seat_text(lower, node, labels)) {
        return;
    }
    for (size_t i = 0; i < lower->vpcs.n; i++) {
        const struct dm_lower_vpc *vpc = &lower->vpcs.items[i];

        if (strcmp(dm_lower_role(vpc), labels[0]) == 0 && vpc_has(vpc, labels[1])
            && vpc->copy->region == at->copy.region
            && (!at->copy.env || vpc->copy->env == at->copy.env)) {
            endpoints(lower, at, vpc, labels[1], endpoint);
            any = true;
        }
    }
    if (!any) {
        (void)dm_lower_fault(lower, node->span, "no VPC `%s` with subnet `%s` is where `%s` is",
                             labels[0], labels[1], at->copy.name);
    }
}

static void fleet(struct dm_lower *lower, const struct middle *at)
{
    const struct dm_lower_copy *copy = &at->copy;
    const struct dm_tree *list =
        dm_lower_need(lower, copy->tree, "endpoints", copy->entry->key_span);
    const struct dm_tree *in = dm_tree_find(copy->tree, "in");
    struct dm_lower_seat seat = {
        .vpc = dm_lower_role(at->vpc),
        .subnet = at->subnet,
        .span = in->span,
        .groups = dm_lower_need(lower, copy->tree, "groups", copy->entry->key_span),
    };
    struct dm_lower_hosts hosts = { 0 };
    struct dm_gateway_balancer object = {
        .object = { .name = copy->name, .origin = copy->entry->key_span },
        .vpc = at->vpc->id,
        .cross_zone = dm_lower_bool(lower, copy->tree, "cross_zone"),
        .is_transparent = dm_lower_bool(lower, copy->tree, "transparent"),
    };
    struct dm_gwlb_endpoint endpoint = { .subnet = { 0 } };

    dm_lower_endpoints(lower, &seat, at->vpc, copy->name, copy->entry->key_span, &hosts);
    object.appliances = hosts.items;
    object.n_appliances = hosts.n;
    endpoint.balancer = DM_LOWER_ADD(lower, gateway_balancer, &object);
    for (size_t i = 0; i < dm_lower_n_items(list); i++) {
        endpoints_of(lower, at, dm_lower_item(list, i), endpoint);
    }
}

static void each(struct dm_lower *lower, const char *key,
                 void (*make)(struct dm_lower *, const struct middle *))
{
    size_t n = 0;
    const struct dm_tree_pair *const *pairs =
        dm_lower_sorted(lower, dm_tree_find(lower->root, key), &n);

    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < lower->vpcs.n && !lower->oom; j++) {
            struct middle at;

            if (middle_in(lower, pairs[i], &lower->vpcs.items[j], &at)) {
                make(lower, &at);
            }
        }
    }
}

void dm_lower_inspection(struct dm_lower *lower)
{
    each(lower, "firewalls", firewall);
    each(lower, "appliances", fleet);
}
