/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rule groups of Network Firewalls: stateless rules, and stateful ones of five parts each.
 *
 * Texts of addresses and ports are those of Suricata: "ANY", "10.0.0.0/8", "[80,8000:8080]",
 * "!$HOME_NET".  What of them is not understood makes a rule partial, as do options, flags and
 * protocols of applications.  Lists of domains and rules as Suricata writes them are one rule that
 * may do anything.
 */
#include "model/front/aws/aws_private.h"

#include <stdlib.h>
#include <string.h>

struct ports {
    struct dm_port_range *items;
    size_t n;
    size_t capacity;
};

struct rules {
    struct dm_firewall_rule *items;
    size_t n;
    size_t capacity;
};

/* Marks a rule as one that is not understood in full. */
static void be_partial(struct dm_aws *aws, const struct dm_aws_thing *group,
                       const struct dm_aws_node *node, struct dm_firewall_rule *rule,
                       const char *why)
{
    if (!rule->partial) {
        rule->partial = true;
        rule->unknown = dm_aws_unknown(
            aws, node,
            dm_sprintf(aws->arena, "rule at %s of %s", dm_aws_pointer(aws, node), group->id), "%s",
            why);
    }
}

static void add_opaque(struct dm_aws *aws, const struct dm_aws_thing *group,
                       const struct dm_aws_node *node, struct rules *rules, const char *why)
{
    struct dm_firewall_rule rule = { .action = DM_FIREWALL_EITHER,
                                     .origin = node->tree ? node->tree->span : DM_SPAN_NONE,
                                     .pointer = dm_aws_pointer(aws, node) };
    be_partial(aws, group, node, &rule, why);
    DM_AWS_PUSH(aws, rules, rule);
}

/* ---- texts ---- */

/* The next of several texts apart by commas, with or without brackets around them all. */
static const char *next_text(struct dm_aws *aws, const char **at)
{
    size_t length;
    const char *text;
    while (**at == ',' || **at == ' ' || **at == '[' || **at == ']') {
        *at += 1;
    }
    length = strcspn(*at, ",] ");
    text = length ? dm_arena_strndup(aws->arena, *at, length) : NULL;
    *at += length;
    return text;
}

/* Brackets within brackets, or behind a "!", are not read. */
static bool is_plain(const char *text)
{
    const char *inner = text[0] == '[' ? text + 1 : text;
    return !strchr(inner, '[');
}

/* Prefixes that the group's own variable holds; a list without tree where there is none. */
static struct dm_aws_node variable(const struct dm_aws_node *group, const char *sets,
                                   const char *name, struct dm_aws_node steps[4])
{
    const char *path =
        dm_str_equal(sets, "IPSets") ? "RuleVariables/IPSets" : "RuleVariables/PortSets";
    struct dm_aws_node all = dm_aws_walk(group, path, steps);
    struct dm_aws_node none = { 0 };
    const struct dm_tree *item =
        all.tree && all.tree->kind == DM_TREE_MAP ? dm_tree_find(all.tree, name) : NULL;
    /* Its name is the customer's own. */
    steps[2] = item ? (struct dm_aws_node){ item, &steps[1], name, 0 } : none;
    steps[3] = item && item->kind == DM_TREE_MAP ? dm_aws_at(&steps[2], "Definition") : none;
    return steps[3].tree && steps[3].tree->kind == DM_TREE_LIST ? steps[3] : none;
}

struct side {
    struct dm_aws_prefixes prefixes;
    struct dm_aws_prefixes except;
    enum dm_home home;
    bool any;
    bool failed; /* not all was understood */
};

static void add_prefix(struct dm_aws *aws, struct side *side, const char *text, bool negated)
{
    struct dm_prefix prefix;
    struct dm_addr address;
    enum dm_addr_fault fault = dm_prefix_parse(text, &prefix);
    if (dm_addr_parse(text, &address) == DM_ADDR_OK) {
        prefix = dm_prefix_of(address);
    } else if (fault != DM_ADDR_OK && fault != DM_ADDR_HOST_BITS) {
        side->failed = true;
        return;
    }
    if (negated) {
        DM_AWS_PUSH(aws, &side->except, prefix);
    } else {
        DM_AWS_PUSH(aws, &side->prefixes, prefix);
    }
}

static void add_address(struct dm_aws *aws, const struct dm_aws_node *group, struct side *side,
                        const char *text)
{
    bool negated = text[0] == '!';
    const char *word = text + negated;
    struct dm_aws_node steps[4];
    struct dm_aws_node list;
    if (dm_str_equal(word, "ANY") || dm_str_equal(word, "any")) {
        side->any = true;
        side->failed |= negated;
        return;
    }
    if (word[0] != '$') {
        add_prefix(aws, side, word, negated);
        return;
    }
    list = variable(group, "IPSets", word + 1, steps);
    for (size_t i = 0; list.tree && i < list.tree->n; i++) {
        const char *item = dm_tree_text(list.tree->items[i]);
        if (item) {
            add_prefix(aws, side, item, negated);
        }
    }
    if (!list.tree) {
        bool is_home = dm_str_equal(word, "$HOME_NET");
        bool is_external = dm_str_equal(word, "$EXTERNAL_NET");
        side->failed |= (!is_home && !is_external) || side->home != DM_HOME_NOT_NAMED;
        side->home = is_home != negated ? DM_HOME_NET : DM_HOME_EXTERNAL;
    }
}

/* False where not all was understood: then it is any. */
static bool read_addresses(struct dm_aws *aws, const struct dm_aws_node *group, const char *text,
                           struct dm_firewall_side *ret)
{
    struct side side = { .failed = !text || !is_plain(text) };
    const char *at = text ? text : "";
    for (const char *item; !side.failed && (item = next_text(aws, &at)) != NULL;) {
        add_address(aws, group, &side, item);
    }
    if (side.failed) {
        return false;
    }
    ret->except = side.except.items;
    ret->n_except = side.except.n;
    if (!side.any) {
        ret->prefixes = side.prefixes.items;
        ret->n_prefixes = side.prefixes.n;
        ret->home = side.home;
    }
    return true;
}

static bool read_port(const char *text, size_t length, uint16_t otherwise, uint16_t *ret)
{
    uint64_t value = otherwise;
    if (length && !dm_str_to_u64(text, length, 65535, &value)) {
        return false;
    }
    *ret = (uint16_t)value;
    return true;
}

/* "80", "80:90", "1024:", "!80". */
static bool add_ports(struct dm_aws *aws, struct ports *ports, const char *text)
{
    bool negated = text[0] == '!';
    const char *word = text + negated;
    size_t length = strcspn(word, ":");
    struct dm_port_range range = { 0, 0 };
    if (!read_port(word, length, 0, &range.first)) {
        return false;
    }
    range.last = range.first;
    if (word[length]
        && !read_port(word + length + 1, strlen(word + length + 1), 65535, &range.last)) {
        return false;
    }
    if (range.first > range.last) {
        return false;
    }
    if (!negated) {
        DM_AWS_PUSH(aws, ports, range);
        return true;
    }
    if (range.first > 0) {
        struct dm_port_range before = { 0, (uint16_t)(range.first - 1) };
        DM_AWS_PUSH(aws, ports, before);
    }
    if (range.last < 65535) {
        struct dm_port_range after = { (uint16_t)(range.last + 1), 65535 };
        DM_AWS_PUSH(aws, ports, after);
    }
    return true;
}

static bool read_ports(struct dm_aws *aws, const struct dm_aws_node *group, const char *text,
                       struct dm_firewall_side *ret)
{
    struct ports ports = { 0 };
    const char *at = text ? text : "";
    bool several_negated = text && strchr(text, '!') && strchr(text, ',');
    if (!text || !is_plain(text) || several_negated) {
        return false;
    }
    for (const char *item; (item = next_text(aws, &at)) != NULL;) {
        struct dm_aws_node steps[4];
        struct dm_aws_node list = { 0 };
        if (dm_str_equal(item, "ANY") || dm_str_equal(item, "any")) {
            return true;
        }
        if (item[0] == '$') {
            list = variable(group, "PortSets", item + 1, steps);
        }
        for (size_t i = 0; list.tree && i < list.tree->n; i++) {
            const char *port = dm_tree_text(list.tree->items[i]);
            if (!port || !add_ports(aws, &ports, port)) {
                return false;
            }
        }
        if (!list.tree && !add_ports(aws, &ports, item)) {
            return false;
        }
    }
    ret->ports = ports.items;
    ret->n_ports = ports.n;
    return true;
}

/* ---- stateful rules ---- */

/* False: protocols of applications, which are carried by any of several. */
static bool read_protocol(const char *word, struct dm_firewall_rule *rule)
{
    static const uint8_t tcp[] = { DM_PROTO_TCP };
    static const uint8_t udp[] = { DM_PROTO_UDP };
    static const uint8_t icmp[] = { DM_PROTO_ICMP, DM_PROTO_ICMPV6 };
    rule->n_protocols = 1;
    if (dm_str_equal(word, "TCP")) {
        rule->protocols = tcp;
    } else if (dm_str_equal(word, "UDP")) {
        rule->protocols = udp;
    } else if (dm_str_equal(word, "ICMP")) {
        rule->protocols = icmp;
        rule->n_protocols = 2;
    } else {
        rule->n_protocols = 0;
        return dm_str_equal(word, "IP");
    }
    return true;
}

/* Whether all options only describe the rule. */
static bool only_describes(struct dm_aws *aws, const struct dm_aws_node *item)
{
    static const char *const plain[] = { "sid",       "msg",      "rev",       "gid",
                                         "classtype", "metadata", "reference", "priority" };
    struct dm_aws_node list = dm_aws_list(aws, item, "RuleOptions");
    struct dm_aws_node option;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &option);) {
        const char *word = dm_aws_text(aws, &option, "Keyword");
        bool found = false;
        for (size_t i = 0; word && i < sizeof plain / sizeof *plain; i++) {
            found |= dm_str_equal(plain[i], word) || dm_str_starts(word, "sid:");
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

static void add_stateful(struct dm_aws *aws, const struct dm_aws_thing *thing,
                         const struct dm_aws_node *group, const struct dm_aws_node *item,
                         struct rules *rules)
{
    static const struct {
        const char *word;
        enum dm_firewall_action action;
    } actions[] = { { "PASS", DM_FIREWALL_PASS },
                    { "DROP", DM_FIREWALL_DROP },
                    { "REJECT", DM_FIREWALL_DROP },
                    { "ALERT", DM_FIREWALL_ALERT } };
    struct dm_firewall_rule rule = { .action = DM_FIREWALL_EITHER,
                                     .origin = item->tree->span,
                                     .pointer = dm_aws_pointer(aws, item) };
    struct dm_aws_node header = dm_aws_map(aws, item, "Header");
    const char *word = dm_aws_text(aws, item, "Action");
    for (size_t i = 0; word && i < sizeof actions / sizeof *actions; i++) {
        if (dm_str_equal(actions[i].word, word)) {
            rule.action = actions[i].action;
        }
    }
    if (rule.action == DM_FIREWALL_EITHER) {
        be_partial(aws, thing, item, &rule, "what it does is not understood");
    }
    if (!read_protocol(dm_aws_text(aws, &header, "Protocol"), &rule)) {
        be_partial(aws, thing, item, &rule, "it is for a protocol of applications");
    }
    if (!read_addresses(aws, group, dm_aws_text(aws, &header, "Source"), &rule.source)
        || !read_addresses(aws, group, dm_aws_text(aws, &header, "Destination"),
                           &rule.destination)) {
        be_partial(aws, thing, item, &rule, "its addresses are not understood");
    }
    if (!read_ports(aws, group, dm_aws_text(aws, &header, "SourcePort"), &rule.source)
        || !read_ports(aws, group, dm_aws_text(aws, &header, "DestinationPort"),
                       &rule.destination)) {
        be_partial(aws, thing, item, &rule, "its ports are not understood");
    }
    rule.both_ways = dm_str_equal(dm_aws_text(aws, &header, "Direction"), "ANY");
    if (!only_describes(aws, item)) {
        be_partial(aws, thing, item, &rule, "its options look at more than headers");
    }
    DM_AWS_PUSH(aws, rules, rule);
}

/* ---- stateless rules ---- */

static void read_definitions(struct dm_aws *aws, const struct dm_aws_node *match,
                             const char *addresses, const char *ports,
                             struct dm_firewall_side *side)
{
    struct dm_aws_node list = dm_aws_list(aws, match, addresses);
    struct dm_aws_node item;
    struct dm_aws_prefixes prefixes = { 0 };
    struct ports ranges = { 0 };
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        struct dm_prefix prefix;
        if (dm_aws_prefix(aws, &item, "AddressDefinition", &prefix)) {
            DM_AWS_PUSH(aws, &prefixes, prefix);
        }
    }
    list = dm_aws_list(aws, match, ports);
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        int64_t first = 0;
        int64_t last = 0;
        if (dm_aws_number(aws, &item, "FromPort", &first)
            && dm_aws_number(aws, &item, "ToPort", &last) && first >= 0 && first <= last
            && last <= 65535) {
            struct dm_port_range range = { (uint16_t)first, (uint16_t)last };
            DM_AWS_PUSH(aws, &ranges, range);
        } else {
            dm_aws_fault(aws, &item, "these are no ports");
        }
    }
    side->prefixes = prefixes.items;
    side->n_prefixes = prefixes.n;
    side->ports = ranges.items;
    side->n_ports = ranges.n;
}

static void read_protocols(struct dm_aws *aws, const struct dm_aws_node *match,
                           struct dm_firewall_rule *rule)
{
    struct dm_aws_node list = dm_aws_list(aws, match, "Protocols");
    uint8_t *protocols = DM_NEW_ARRAY(aws->arena, list.tree ? list.tree->n + 1 : 1, uint8_t);
    for (size_t i = 0; protocols && list.tree && i < list.tree->n; i++) {
        int64_t number = -1;
        if (dm_tree_int(list.tree->items[i], &number) && number >= 0 && number <= 255) {
            protocols[rule->n_protocols++] = (uint8_t)number;
        } else {
            dm_aws_fault(aws, &list, "`Protocols` holds what is no number of a protocol");
        }
    }
    aws->failed = aws->failed || !protocols;
    rule->protocols = protocols;
}

static void add_stateless(struct dm_aws *aws, const struct dm_aws_thing *thing,
                          const struct dm_aws_node *item, struct rules *rules)
{
    static const struct {
        const char *word;
        enum dm_firewall_action action;
    } actions[] = { { "aws:pass", DM_FIREWALL_PASS },
                    { "aws:drop", DM_FIREWALL_DROP },
                    { "aws:forward_to_sfe", DM_FIREWALL_FORWARD } };
    struct dm_aws_node definition = dm_aws_map(aws, item, "RuleDefinition");
    struct dm_aws_node match = dm_aws_map(aws, &definition, "MatchAttributes");
    struct dm_aws_node list = dm_aws_list(aws, &definition, "Actions");
    struct dm_aws_node flags = dm_aws_list(aws, &match, "TCPFlags");
    struct dm_firewall_rule rule = { .action = DM_FIREWALL_EITHER,
                                     .origin = item->tree->span,
                                     .pointer = dm_aws_pointer(aws, item) };
    int64_t priority = 0;
    dm_aws_number(aws, item, "Priority", &priority);
    rule.priority = priority > 0 && priority <= UINT32_MAX ? (uint32_t)priority : 0;
    for (size_t i = 0; list.tree && i < list.tree->n; i++) {
        for (size_t j = 0; j < sizeof actions / sizeof *actions; j++) {
            if (dm_str_equal(dm_tree_text(list.tree->items[i]), actions[j].word)) {
                rule.action = actions[j].action;
            }
        }
    }
    if (rule.action == DM_FIREWALL_EITHER) {
        be_partial(aws, thing, item, &rule, "what it does is not understood");
    }
    read_definitions(aws, &match, "Sources", "SourcePorts", &rule.source);
    read_definitions(aws, &match, "Destinations", "DestinationPorts", &rule.destination);
    read_protocols(aws, &match, &rule);
    if (flags.tree && flags.tree->n) {
        be_partial(aws, thing, item, &rule, "it looks at flags of TCP");
    }
    DM_AWS_PUSH(aws, rules, rule);
}

/* By priority; stable, as rules of one priority cannot be. */
static void sort_rules(struct rules *rules)
{
    for (size_t i = 1; i < rules->n; i++) {
        struct dm_firewall_rule rule = rules->items[i];
        size_t at = i;
        for (; at > 0 && rules->items[at - 1].priority > rule.priority; at--) {
            rules->items[at] = rules->items[at - 1];
        }
        rules->items[at] = rule;
    }
}

/* ---- groups ---- */

static void read_source(struct dm_aws *aws, const struct dm_aws_thing *thing,
                        const struct dm_aws_node *group, struct rules *rules)
{
    struct dm_aws_node source = dm_aws_map(aws, group, "RulesSource");
    struct dm_aws_node stateless = dm_aws_map(aws, &source, "StatelessRulesAndCustomActions");
    struct dm_aws_node list = dm_aws_list(aws, &source, "StatefulRules");
    struct dm_aws_node item;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        add_stateful(aws, thing, group, &item, rules);
    }
    list = dm_aws_list(aws, &stateless, "StatelessRules");
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        add_stateless(aws, thing, &item, rules);
    }
    if (stateless.tree) {
        sort_rules(rules);
    }
    item = dm_aws_at(&source, "RulesString");
    if (item.tree) {
        add_opaque(aws, thing, &item, rules, "rules as Suricata writes them are not modelled");
    }
    item = dm_aws_at(&source, "RulesSourceList");
    if (item.tree) {
        add_opaque(aws, thing, &item, rules, "lists of domains are not modelled");
    }
    if (!source.tree) {
        add_opaque(aws, thing, &thing->views->node, rules, "its rules are not in the input");
    }
}

void dm_aws_define_firewall_rules(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const struct dm_aws_node *node = &thing->views->node;
    struct dm_aws_node none = { .parent = node };
    struct dm_aws_node group =
        node->parent && node->key ? dm_aws_map(aws, node->parent, "RuleGroup") : none;
    const char *type = dm_aws_text(aws, dm_aws_with(thing, "Type"), "Type");
    struct rules rules = { 0 };
    read_source(aws, thing, &group, &rules);
    struct dm_firewall_rules *item = dm_builder_edit_firewall_rules(
        aws->builder, (struct dm_firewall_rules_id){ thing->handle });
    item->is_stateful =
        type ? dm_str_equal(type, "STATEFUL") : strstr(thing->id, ":stateful-rulegroup/") != NULL;
    item->rules = rules.items;
    item->n_rules = rules.n;
}
