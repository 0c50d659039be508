/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Security groups and network ACLs: one copy for each copy of the VPC they are in.
 */
#include <stdlib.h>
#include <string.h>

#include "model/base/str.h"
#include "model/front/design/lower_private.h"

/* AWS's own numbers of rules [VPC-14]. */
enum { RULE_FIRST = 1, RULE_LAST = 32766 };

struct group_rules {
    struct dm_group_rule *items;
    size_t n;
    size_t capacity;
};

struct acl_entries {
    struct dm_acl_entry *items;
    size_t n;
    size_t capacity;
};

/* A group or ACL in one copy of its VPC. */
struct filter_copy {
    const struct dm_tree_pair *entry;
    const struct dm_tree *tree;
    const struct dm_lower_vpc *vpc;
    const char *name;
    uint32_t id;
};

struct filter_copies {
    struct filter_copy *items;
    size_t n;
    size_t capacity;
};

static void filter_copies(struct dm_lower *lower, const char *key, struct filter_copies *copies)
{
    const struct dm_tree *vpcs = dm_tree_find(lower->root, "vpcs");
    size_t n = 0;
    const struct dm_tree_pair *const *pairs =
        dm_lower_sorted(lower, dm_tree_find(lower->root, key), &n);

    for (size_t i = 0; i < n; i++) {
        const struct dm_tree *in = dm_lower_need(lower, pairs[i]->value, "in", pairs[i]->key_span);
        const char *role = in ? dm_lower_text(lower, in) : NULL;
        const struct dm_lower_vpc *vpcs_of_role;
        size_t n_vpcs = 0;

        if (strcmp(pairs[i]->key, "default") == 0) {
            (void)dm_lower_fault(lower, pairs[i]->key_span,
                                 "`default` is the name of what AWS makes with each VPC");
        }
        if (role && !dm_lower_entry(lower, vpcs, role)) {
            dm_lower_unknown_key(lower, in->span, "VPC", role, vpcs);
        }
        vpcs_of_role = role ? dm_lower_vpcs_of(lower, role, &n_vpcs) : NULL;
        for (size_t j = 0; role && j < n_vpcs; j++) {
            const struct dm_lower_vpc *vpc = &vpcs_of_role[j];
            struct filter_copy copy = { .entry = pairs[i], .vpc = vpc };

            copy.tree = dm_lower_interpolate(lower, pairs[i]->value, vpc->copy);
            copy.name = dm_lower_name(lower, "%s.%s", vpc->copy->name, pairs[i]->key);
            (void)DM_LOWER_PUSH(lower, copies, copy);
        }
    }
}

/* ---- groups ---- */

/* A group of the same VPC by its name, one of another by that of its copy and its own. */
static struct dm_ref named_group(struct dm_lower *lower, const struct filter_copy *copy,
                                 struct dm_span span, const char *name)
{
    const struct dm_tree *groups = dm_tree_find(lower->root, "groups");
    const char *last = strrchr(name, '.');
    const char *full = last ? name : dm_lower_name(lower, "%s.%s", copy->vpc->copy->name, name);
    struct dm_ref ref = dm_builder_find(lower->builder, DM_KIND_group, full);
    struct dm_diag *diag;

    if (ref.v) {
        return ref;
    }
    if (!dm_lower_entry(lower, groups, last ? last + 1 : name)) {
        dm_lower_unknown_key(lower, span, "group", last ? last + 1 : name, groups);
        return ref;
    }
    if (last) {
        diag = dm_lower_fault(lower, span, "there is no group `%s`", name);
    } else {
        diag = dm_lower_fault(lower, span, "group `%s` is not in VPC `%s`", name,
                              dm_lower_role(copy->vpc));
    }
    dm_lower_help(lower, diag,
                  "a group of another VPC is `group:ROLE.ENV.REGION.NAME`, or without `ENV` where "
                  "that VPC has none");
    return ref;
}

static void group_peer(struct dm_lower *lower, const struct filter_copy *copy,
                       const struct dm_tree *node, struct dm_group_rule rule,
                       struct group_rules *rules)
{
    const char *text = dm_lower_text(lower, node);

    rule.origin = node->span;
    rule.peer_kind = DM_PEER_PREFIX;
    if (!text) {
        return;
    }
    if (strcmp(text, "vpc") == 0) {
        rule.prefix = copy->vpc->cidr;
    } else if (dm_str_starts(text, "group:")) {
        rule.peer_kind = DM_PEER_GROUP;
        rule.peer = named_group(lower, copy, node->span, text + strlen("group:")).v;
    } else if (!dm_lower_network(lower, copy->vpc->copy->region, node->span, text, &rule.prefix)) {
        return;
    }
    (void)DM_LOWER_PUSH(lower, rules, rule);
}

static void group_direction(struct dm_lower *lower, const struct filter_copy *copy, bool egress,
                            struct group_rules *rules)
{
    const struct dm_tree *list = dm_tree_find(copy->tree, egress ? "egress" : "ingress");
    const char *peer_key = egress ? "to" : "from";

    for (size_t i = 0; i < dm_lower_n_items(list); i++) {
        const struct dm_tree *item = dm_lower_item(list, i);
        const struct dm_tree *peers = dm_lower_need(lower, item, peer_key, item->span);
        const struct dm_tree *ports = dm_lower_need(lower, item, "port", item->span);

        for (size_t j = 0; peers && j < dm_lower_n_items(ports); j++) {
            struct dm_group_rule rule = { .egress = egress };

            if (!dm_lower_match(lower, dm_lower_item(ports, j), &rule.match)) {
                continue;
            }
            for (size_t k = 0; k < dm_lower_n_items(peers); k++) {
                group_peer(lower, copy, dm_lower_item(peers, k), rule, rules);
            }
        }
    }
}

static void group(struct dm_lower *lower, const struct filter_copy *copy)
{
    struct group_rules rules = { 0 };
    struct dm_group *object;

    group_direction(lower, copy, false, &rules);
    group_direction(lower, copy, true, &rules);
    if (!dm_tree_find(copy->tree, "egress")) {
        (void)DM_LOWER_PUSH(
            lower, &rules,
            (struct dm_group_rule){ .egress = true,
                                    .peer_kind = DM_PEER_PREFIX,
                                    .match = DM_MATCH_ALL,
                                    .prefix = { .addr = dm_addr_ipv4(0), .length = 0 },
                                    .origin = copy->entry->key_span });
    }
    if (copy->id) {
        object = dm_builder_edit_group(lower->builder, (struct dm_group_id){ copy->id });
        object->rules = rules.items;
        object->n_rules = rules.n;
    }
}

static void groups(struct dm_lower *lower)
{
    struct filter_copies copies = { 0 };

    filter_copies(lower, "groups", &copies);
    for (size_t i = 0; i < copies.n; i++) {
        struct filter_copy *copy = &copies.items[i];
        struct dm_group object = {
            .object = { .name = copy->name, .origin = copy->entry->key_span },
            .vpc = copy->vpc->id,
            .tags = dm_lower_tags(lower, dm_tree_find(copy->tree, "tags")),
        };

        copy->id = DM_LOWER_ADD(lower, group, &object).v;
    }
    for (size_t i = 0; i < copies.n; i++) {
        group(lower, &copies.items[i]);
    }
}

/* ---- ACLs ---- */

static bool acl_verdict(struct dm_lower *lower, const struct dm_tree *item,
                        struct dm_acl_entry *entry)
{
    const struct dm_tree *allow = dm_tree_find(item, "allow");
    const struct dm_tree *deny = dm_tree_find(item, "deny");

    if (!allow == !deny) {
        (void)dm_lower_fault(lower, item->span, "a rule of an ACL has either `allow` or `deny`");
        return false;
    }
    entry->allow = allow != NULL;
    return dm_lower_match(lower, allow ? allow : deny, &entry->match);
}

static void acl_entry(struct dm_lower *lower, const struct filter_copy *copy,
                      const struct dm_tree *item, bool egress, struct acl_entries *entries)
{
    const struct dm_tree *number = dm_lower_need(lower, item, "rule", item->span);
    const struct dm_tree *peer = dm_lower_need(lower, item, egress ? "to" : "from", item->span);
    const char *text = peer ? dm_lower_text(lower, peer) : NULL;
    struct dm_acl_entry entry = { .egress = egress };
    int64_t value = 0;

    if (!number || !text || !dm_lower_int(lower, number, RULE_FIRST, RULE_LAST, "`rule`", &value)
        || !acl_verdict(lower, item, &entry)) {
        return;
    }
    entry.number = (uint32_t)value;
    entry.origin = number->span;
    if (strcmp(text, "vpc") == 0) {
        entry.prefix = copy->vpc->cidr;
    } else if (!dm_lower_network(lower, copy->vpc->copy->region, peer->span, text, &entry.prefix)) {
        return;
    }
    for (size_t i = 0; i < entries->n; i++) {
        if (entries->items[i].egress == egress && entries->items[i].number == entry.number) {
            struct dm_diag *diag = dm_lower_fault(lower, number->span, "rule %u is there already",
                                                  (unsigned)entry.number);

            dm_diag_label(lower->diags, diag, entries->items[i].origin, "the first one");
            return;
        }
    }
    (void)DM_LOWER_PUSH(lower, entries, entry);
}

static int by_number(const void *a, const void *b)
{
    const struct dm_acl_entry *left = a;
    const struct dm_acl_entry *right = b;

    if (left->egress != right->egress) {
        return left->egress ? 1 : -1;
    }
    return left->number < right->number ? -1 : left->number > right->number;
}

static void acls(struct dm_lower *lower)
{
    struct filter_copies copies = { 0 };

    filter_copies(lower, "acls", &copies);
    for (size_t i = 0; i < copies.n; i++) {
        const struct filter_copy *copy = &copies.items[i];
        struct acl_entries entries = { 0 };
        struct dm_acl object = {
            .object = { .name = copy->name, .origin = copy->entry->key_span },
            .vpc = copy->vpc->id,
        };

        for (int egress = 0; egress < 2; egress++) {
            const struct dm_tree *list = dm_tree_find(copy->tree, egress ? "egress" : "ingress");

            for (size_t j = 0; j < dm_lower_n_items(list); j++) {
                acl_entry(lower, copy, dm_lower_item(list, j), egress != 0, &entries);
            }
        }
        if (entries.n > 1) {
            qsort(entries.items, entries.n, sizeof *entries.items, by_number);
        }
        object.entries = entries.items;
        object.n_entries = entries.n;
        (void)DM_LOWER_ADD(lower, acl, &object);
    }
}

static void subnet_acl(struct dm_lower *lower, const struct dm_lower_vpc *vpc,
                       const struct dm_lower_subnet *subnet)
{
    const struct dm_tree *entries = dm_tree_find(lower->root, "acls");
    const struct dm_tree *node = dm_tree_find(subnet->role->value, "acl");
    const char *name = node ? dm_lower_text(lower, node) : NULL;
    struct dm_ref ref;

    if (!name || subnet->id.v == 0) {
        return;
    }
    ref = dm_builder_find(lower->builder, DM_KIND_acl,
                          dm_lower_name(lower, "%s.%s", vpc->copy->name, name));
    if (strcmp(name, "default") != 0 && !dm_lower_entry(lower, entries, name)) {
        dm_lower_unknown_key(lower, node->span, "ACL", name, entries);
    } else if (ref.v == 0) {
        (void)dm_lower_fault(lower, node->span, "ACL `%s` is not in VPC `%s`", name,
                             dm_lower_role(vpc));
    } else {
        dm_builder_edit_subnet(lower->builder, subnet->id)->acl = (struct dm_acl_id){ ref.v };
    }
}

void dm_lower_filters(struct dm_lower *lower)
{
    groups(lower);
    acls(lower);
    for (size_t i = 0; i < lower->vpcs.n; i++) {
        const struct dm_lower_vpc *vpc = &lower->vpcs.items[i];

        for (size_t j = 0; j < vpc->subnets.n; j++) {
            subnet_acl(lower, vpc, &vpc->subnets.items[j]);
        }
    }
}
