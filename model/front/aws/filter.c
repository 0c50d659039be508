/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What lets packets through: network ACLs, security groups, prefix lists.
 */
#include "model/front/aws/aws_private.h"

#include <string.h>

/* 'text' is "-1", a name or a number. */
static bool read_protocol(struct dm_aws *aws, const struct dm_aws_node *node, const char *key,
                          int16_t *ret_protocol)
{
    static const struct {
        const char *name;
        int16_t number;
    } names[] = {
        { "-1", -1 },
        { "all", -1 },
        { "tcp", DM_PROTO_TCP },
        { "udp", DM_PROTO_UDP },
        { "icmp", DM_PROTO_ICMP },
        { "icmpv6", DM_PROTO_ICMPV6 },
    };
    struct dm_aws_node field = dm_aws_at(node, key);
    int64_t number = 0;
    if (field.tree && field.tree->scalar == DM_SCALAR_INT && dm_tree_int(field.tree, &number)
        && number >= -1 && number <= 255) {
        *ret_protocol = (int16_t)number;
        return true;
    }
    size_t n_errors = aws->diags->n_errors;
    const char *text = dm_aws_text(aws, node, key);
    for (size_t i = 0; text && i < sizeof names / sizeof *names; i++) {
        if (dm_str_equal(names[i].name, text)) {
            *ret_protocol = names[i].number;
            return true;
        }
    }
    uint64_t value = 0;
    if (text && dm_str_to_u64(text, strlen(text), 255, &value)) {
        *ret_protocol = (int16_t)value;
        return true;
    }
    if (text) {
        dm_aws_fault(aws, &field, "`%s` is no protocol", text);
    } else if (aws->diags->n_errors == n_errors) {
        dm_aws_fault(aws, &field, "`%s` is missing", key);
    }
    return false;
}

/* A field of 0 to 'max', or -1 for any: that is written out, so one that is missing is a fault. */
static bool read_bounded(struct dm_aws *aws, const struct dm_aws_node *node, const char *key,
                         int64_t max, int64_t *ret_value)
{
    size_t n_errors = aws->diags->n_errors;
    struct dm_aws_node field = dm_aws_at(node, key);
    if (!dm_aws_number(aws, node, key, ret_value)) {
        if (aws->diags->n_errors == n_errors) {
            dm_aws_fault(aws, &field, "`%s` is missing", key);
        }
        return false;
    }
    if (*ret_value < -1 || *ret_value > max) {
        dm_aws_fault(aws, &field, "`%s` is %lld, not -1 to %lld", key, (long long)*ret_value,
                     (long long)max);
        return false;
    }
    return true;
}

/* Ports of TCP and UDP, type and code of ICMP; other protocols have neither [SG-20]. */
static bool read_fields(struct dm_aws *aws, struct dm_match *match, const struct dm_aws_node *ports,
                        const char *first_key, const char *last_key, const struct dm_aws_node *icmp,
                        const char *type_key, const char *code_key)
{
    int64_t first = -1;
    int64_t last = -1;
    switch (match->protocol) {
    case DM_PROTO_TCP:
    case DM_PROTO_UDP:
        if (!read_bounded(aws, ports, first_key, 65535, &first)
            || !read_bounded(aws, ports, last_key, 65535, &last)) {
            return false;
        }
        match->port_first = first < 0 ? 0 : (uint16_t)first;
        match->port_last = last < 0 ? 65535 : (uint16_t)last;
        if (match->port_first > match->port_last) {
            dm_aws_fault(aws, ports, "the first port %d is above the last one %d",
                         match->port_first, match->port_last);
            return false;
        }
        return true;
    case DM_PROTO_ICMP:
    case DM_PROTO_ICMPV6:
        if (!read_bounded(aws, icmp, type_key, 255, &first)
            || !read_bounded(aws, icmp, code_key, 255, &last)) {
            return false;
        }
        match->icmp_type = (int16_t)first;
        match->icmp_code = first < 0 ? -1 : (int16_t)last;
        return true;
    default:
        return true;
    }
}

/* ---- network ACLs ---- */

void dm_aws_refer_acl(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    dm_aws_refer_in_vpc(aws, thing);
    for (const struct dm_aws_view *view = thing->views; view; view = view->next) {
        struct dm_aws_node list = dm_aws_list(aws, &view->node, "Associations");
        struct dm_aws_node item;
        for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
            const char *id = dm_aws_text(aws, &item, "SubnetId");
            struct dm_aws_thing *subnet = id ? dm_aws_find(aws, DM_AWS_SUBNET, id) : NULL;
            if (subnet && subnet->acl && subnet->acl != thing) {
                struct dm_diag *diag =
                    dm_aws_fault(aws, &item, "subnet `%s` is associated with two network ACLs", id);
                dm_diag_label(aws->diags, diag, subnet->acl_span, "the other one");
            } else if (subnet) {
                subnet->acl = thing;
                subnet->acl_span = item.tree->span;
            }
        }
    }
}

static bool read_entry(struct dm_aws *aws, const struct dm_aws_node *item,
                       struct dm_acl_entry *entry)
{
    size_t n_errors = aws->diags->n_errors;
    int64_t number = 0;
    const char *action = dm_aws_text(aws, item, "RuleAction");
    bool has_number = dm_aws_number(aws, item, "RuleNumber", &number);
    bool has_prefix = dm_aws_prefix(aws, item, "CidrBlock", &entry->prefix)
                      || dm_aws_prefix(aws, item, "Ipv6CidrBlock", &entry->prefix);
    struct dm_aws_node ports = dm_aws_map(aws, item, "PortRange");
    struct dm_aws_node icmp = dm_aws_map(aws, item, "IcmpTypeCode");
    entry->match = DM_MATCH_ALL;
    if (!read_protocol(aws, item, "Protocol", &entry->match.protocol)
        || !read_fields(aws, &entry->match, &ports, "From", "To", &icmp, "Type", "Code")) {
        return false;
    }
    struct dm_aws_node side = dm_aws_at(item, "Egress");
    if (!side.tree) {
        dm_aws_fault(aws, &side, "`Egress` is missing");
    }
    entry->egress = dm_aws_flag(aws, item, "Egress", false);
    entry->allow = dm_str_equal(action, "allow");
    entry->number = (uint32_t)number;
    entry->origin = dm_aws_span(item, "RuleNumber");
    entry->pointer = dm_aws_pointer(aws, item);
    if (aws->diags->n_errors != n_errors) {
        return false;
    }
    if (!has_number || number < 1 || number > 32768) {
        dm_aws_fault(aws, item, "`RuleNumber` is not 1 to 32768");
    } else if (!entry->allow && !dm_str_equal(action, "deny")) {
        dm_aws_fault(aws, item, "`RuleAction` is neither `allow` nor `deny`");
    } else if (!has_prefix) {
        dm_aws_fault(aws, item, "this entry has no `CidrBlock`");
    }
    return aws->diags->n_errors == n_errors;
}

void dm_aws_define_acl(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    struct {
        struct dm_acl_entry *items;
        size_t n;
        size_t capacity;
    } entries = { 0 };
    struct dm_aws_node list = dm_aws_list(aws, dm_aws_with(thing, "Entries"), "Entries");
    struct dm_aws_node item;
    if (thing->views && !list.tree) {
        dm_aws_fault(aws, &list, "`Entries` is missing");
    }
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        struct dm_acl_entry entry = { 0 };
        if (read_entry(aws, &item, &entry)) {
            DM_AWS_PUSH(aws, &entries, entry);
        }
    }
    struct dm_vpc_id vpc = dm_aws_vpc_handle(aws, thing);
    bool is_default = dm_aws_flag(aws, dm_aws_with(thing, "IsDefault"), "IsDefault", false);
    struct dm_acl *acl = dm_builder_edit_acl(aws->builder, (struct dm_acl_id){ thing->handle });
    acl->vpc = vpc;
    acl->entries = entries.items;
    acl->n_entries = entries.n;
    acl->is_default = is_default;
}

/* ---- security groups ---- */

struct rules {
    struct dm_group_rule *items;
    size_t n;
    size_t capacity;
};

/* Peers of one kind: each makes a rule of its own. */
static void add_peers(struct dm_aws *aws, struct rules *rules, const struct dm_group_rule *like,
                      const struct dm_aws_node *permission, const char *key, const char *id_key,
                      enum dm_peer_kind kind)
{
    struct dm_aws_node list = dm_aws_list(aws, permission, key);
    struct dm_aws_node item;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        struct dm_group_rule rule = *like;
        rule.peer_kind = kind;
        rule.origin = dm_aws_span(&item, id_key);
        rule.pointer = dm_aws_pointer(aws, &item);
        size_t n_errors = aws->diags->n_errors;
        bool found = false;
        if (kind == DM_PEER_PREFIX) {
            found = dm_aws_prefix(aws, &item, id_key, &rule.prefix);
        } else {
            const char *id = dm_aws_text(aws, &item, id_key);
            struct dm_unknown_id unknown = { 0 };
            found = id != NULL;
            rule.peer =
                id ? dm_aws_resolve(aws, kind == DM_PEER_GROUP ? DM_AWS_GROUP : DM_AWS_PREFIX_LIST,
                                    id, &item, &unknown)
                   : 0;
            if (kind == DM_PEER_LIST && rule.peer) {
                unknown = dm_aws_find(aws, DM_AWS_PREFIX_LIST, id)->unknown;
            }
            if (unknown.v) {
                rule.peer_kind = DM_PEER_UNKNOWN;
                rule.peer = unknown.v;
            } else if (found && rule.peer == 0) {
                continue; /* what is gone has no members */
            }
        }
        if (found) {
            DM_AWS_PUSH(aws, rules, rule);
        } else if (aws->diags->n_errors == n_errors) {
            dm_aws_fault(aws, &item, "`%s` is missing", id_key);
        }
    }
}

/* AWS has no rule for nobody: where no list holds anything, one is not shown. */
static bool names_peers(const struct dm_aws_node *permission)
{
    static const char *const keys[] = { "IpRanges", "Ipv6Ranges", "UserIdGroupPairs",
                                        "PrefixListIds" };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct dm_aws_node list = dm_aws_at(permission, keys[i]);
        if (list.tree && list.tree->kind != DM_TREE_LIST) {
            return true; /* that is a fault */
        }
        if (list.tree && list.tree->n > 0) {
            return true;
        }
    }
    return false;
}

static void add_permissions(struct dm_aws *aws, struct dm_aws_thing *thing, const char *key,
                            bool egress, struct rules *rules)
{
    struct dm_aws_node list = dm_aws_list(aws, dm_aws_with(thing, key), key);
    struct dm_aws_node item;
    if (thing->views && !list.tree) {
        dm_aws_doubt(aws, thing, &list, "its `%s` are not in the input", key);
    }
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        struct dm_group_rule rule = { .egress = egress, .match = DM_MATCH_ALL };
        struct dm_aws_node odd;
        if (dm_aws_find_odd(aws, &item, &odd)) {
            dm_aws_doubt(aws, thing, &odd, "its field `%s` is not understood", odd.key);
            continue;
        }
        if (!read_protocol(aws, &item, "IpProtocol", &rule.match.protocol)
            || !read_fields(aws, &rule.match, &item, "FromPort", "ToPort", &item, "FromPort",
                            "ToPort")) {
            continue;
        }
        if (!names_peers(&item)) {
            dm_aws_doubt(aws, thing, &item, "one of its rules names nobody");
        }
        add_peers(aws, rules, &rule, &item, "IpRanges", "CidrIp", DM_PEER_PREFIX);
        add_peers(aws, rules, &rule, &item, "Ipv6Ranges", "CidrIpv6", DM_PEER_PREFIX);
        add_peers(aws, rules, &rule, &item, "UserIdGroupPairs", "GroupId", DM_PEER_GROUP);
        add_peers(aws, rules, &rule, &item, "PrefixListIds", "PrefixListId", DM_PEER_LIST);
    }
}

/* It may let in and out anything: nothing, or not all, is known of it. */
static void add_unknown_rules(struct dm_aws *aws, const struct dm_aws_thing *thing,
                              struct dm_unknown_id unknown, struct rules *rules)
{
    struct dm_object object = dm_aws_object(aws, thing);
    for (int egress = 0; egress < 2; egress++) {
        struct dm_group_rule rule = { .egress = egress == 1,
                                      .peer_kind = DM_PEER_UNKNOWN,
                                      .match = DM_MATCH_ALL,
                                      .peer = unknown.v,
                                      .origin = object.origin,
                                      .pointer = object.pointer };
        DM_AWS_PUSH(aws, rules, rule);
    }
}

void dm_aws_define_group(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    struct rules rules = { 0 };
    add_permissions(aws, thing, "IpPermissions", false, &rules);
    add_permissions(aws, thing, "IpPermissionsEgress", true, &rules);
    if (!thing->views) {
        add_unknown_rules(aws, thing, thing->unknown, &rules);
    } else if (thing->odd.v) {
        add_unknown_rules(aws, thing, thing->odd, &rules);
    }
    struct dm_vpc_id vpc = dm_aws_vpc_handle(aws, thing);
    const char *name = dm_aws_text(aws, dm_aws_with(thing, "GroupName"), "GroupName");
    struct dm_tags tags = dm_aws_tags(aws, thing);
    struct dm_group *group =
        dm_builder_edit_group(aws->builder, (struct dm_group_id){ thing->handle });
    group->vpc = vpc;
    group->tags = tags;
    group->rules = rules.items;
    group->n_rules = rules.n;
    group->is_default = dm_str_equal(name, "default");
}

/* ---- prefix lists ---- */

/* Some calls list prefix lists without what they hold. */
void dm_aws_refer_prefix_list(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    if (thing->views && !dm_aws_list(aws, dm_aws_with(thing, "Cidrs"), "Cidrs").tree
        && !dm_aws_list(aws, dm_aws_with(thing, "Entries"), "Entries").tree) {
        thing->unknown = dm_aws_unknown(aws, &thing->views->node,
                                        dm_sprintf(aws->arena, "prefix-list %s", thing->id),
                                        "what it holds is not in the input");
    }
}

void dm_aws_define_prefix_list(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    struct dm_aws_prefixes prefixes = { 0 };
    struct dm_aws_node cidrs = dm_aws_list(aws, dm_aws_with(thing, "Cidrs"), "Cidrs");
    for (size_t i = 0; cidrs.tree && i < cidrs.tree->n; i++) {
        struct dm_aws_node item = dm_aws_item(&cidrs, i);
        const char *text = dm_tree_text(item.tree);
        struct dm_prefix prefix;
        enum dm_addr_fault fault = text ? dm_prefix_parse(text, &prefix) : DM_ADDR_NOT_AN_ADDRESS;
        if (fault == DM_ADDR_OK || fault == DM_ADDR_HOST_BITS) {
            DM_AWS_PUSH(aws, &prefixes, prefix);
        } else {
            dm_aws_fault(aws, &item, "`%s` is no prefix: %s", text ? text : "",
                         dm_addr_fault_text(fault));
        }
    }
    struct dm_aws_node entries =
        dm_aws_list(aws, dm_aws_with(thing, "Entries"), "Entries"); /* of customers' lists */
    struct dm_aws_node entry;
    for (size_t at = 0; dm_aws_next(aws, &entries, &at, &entry);) {
        struct dm_prefix prefix;
        if (dm_aws_prefix(aws, &entry, "Cidr", &prefix)) {
            DM_AWS_PUSH(aws, &prefixes, prefix);
        }
    }
    const char *name = dm_aws_text(aws, dm_aws_with(thing, "PrefixListName"), "PrefixListName");
    const char *owner = dm_aws_text(aws, dm_aws_with(thing, "OwnerId"), "OwnerId");
    struct dm_endpoint_service_id service =
        dm_aws_service_of_list(aws, name, dm_aws_with(thing, "PrefixListName"));
    struct dm_prefix_list *list =
        dm_builder_edit_prefix_list(aws->builder, (struct dm_prefix_list_id){ thing->handle });
    list->prefixes = prefixes.items;
    list->n_prefixes = prefixes.n;
    list->is_aws = thing->of_aws || dm_str_equal(owner, "AWS")
                   || (name && dm_str_starts(name, "com.amazonaws."));
    list->service = service;
    list->unknown = thing->unknown.v ? thing->unknown : thing->odd;
}
