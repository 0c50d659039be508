/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rules of groups and ACLs that name addresses which nothing in this network has: a private prefix
 * in which there is no subnet, and to which no route leads out of what is known. Public prefixes
 * are somebody's, and link-local ones are AWS's own.
 *
 * Where something is attached whose networks are not known, nothing is said at all: they may be
 * there. Complexity: O((S + R) log S) for S subnets and routes and R rules.
 */
#include <stdlib.h>

#include "model/base/str.h"
#include "scenarios/rules/lint.h"

/* Ranges that are somebody's, sorted and joined. */
struct range {
    struct dm_addr first;
    struct dm_addr last;
};

struct known {
    struct dm_arena *arena;
    DM_VEC(struct range) ranges;
    bool failed;
};

static void add(struct known *known, struct dm_prefix prefix)
{
    struct range range = { dm_prefix_first(prefix), dm_prefix_last(prefix) };

    known->failed |= !DM_VEC_PUSH(known->arena, &known->ranges, range);
}

static int compare(const void *a, const void *b)
{
    const struct range *x = a;
    const struct range *y = b;

    return dm_addr_compare(x->first, y->first);
}

static void settle(struct known *known)
{
    size_t kept = 0;

    if (known->ranges.n) {
        qsort(known->ranges.items, known->ranges.n, sizeof *known->ranges.items, compare);
    }
    for (size_t i = 0; i < known->ranges.n; i++) {
        struct range *last = kept ? &known->ranges.items[kept - 1] : NULL;
        struct range range = known->ranges.items[i];

        if (last && dm_addr_compare(range.first, last->last) <= 0) {
            last->last = dm_addr_compare(range.last, last->last) > 0 ? range.last : last->last;
        } else {
            known->ranges.items[kept++] = range;
        }
    }
    known->ranges.n = kept;
}

static bool is_somebodys(const struct known *known, struct dm_prefix prefix)
{
    struct dm_addr first = dm_prefix_first(prefix);
    size_t low = 0;
    size_t high = known->ranges.n;

    /* The first range that does not end before the prefix begins. */
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (dm_addr_compare(known->ranges.items[middle].last, first) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < known->ranges.n
           && dm_addr_compare(known->ranges.items[low].first, dm_prefix_last(prefix)) <= 0;
}

/* RFC 1918, 6598 and 4193: what networks of one's own have. */
static bool is_private(struct dm_prefix prefix)
{
    static const struct dm_prefix ranges[] = {
        { { 0, 0x0a000000, DM_FAMILY_IPV4 }, 8 },
        { { 0, 0x64400000, DM_FAMILY_IPV4 }, 10 },
        { { 0, 0xac100000, DM_FAMILY_IPV4 }, 12 },
        { { 0, 0xc0a80000, DM_FAMILY_IPV4 }, 16 },
        { { UINT64_C(0xfc00000000000000), 0, DM_FAMILY_IPV6 }, 7 },
    };

    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        if (dm_prefix_covers(ranges[i], prefix)) {
            return true;
        }
    }
    return false;
}

/* Whether it is known where every line leads, and there are any. */
static bool are_lines_known(const struct dm_model *model)
{
    for (uint32_t i = 0; i < model->n_vpn_connections; i++) {
        const struct dm_vpn_connection *item = &model->vpn_connections[i];

        if (item->line.unknown.v || !item->customer.v
            || !dm_customer_gateway_get(model, item->customer)->site.v) {
            return false;
        }
    }
    for (uint32_t i = 0; i < model->n_virtual_interfaces; i++) {
        if (model->virtual_interfaces[i].line.unknown.v || !model->virtual_interfaces[i].site.v) {
            return false;
        }
    }
    return model->n_sites > 0;
}

/* Whether all that is attached is in the input. */
static bool is_whole(const struct dm_model *model)
{
    bool lines = are_lines_known(model);

    for (uint32_t i = 0; i < model->n_attachments; i++) {
        const struct dm_attachment *item = &model->attachments[i];
        bool by_line =
            item->kind == DM_ATTACHMENT_VPN || item->kind == DM_ATTACHMENT_DIRECT_CONNECT;

        if (item->kind != DM_ATTACHMENT_VPC && item->kind != DM_ATTACHMENT_CORE
            && (item->kind != DM_ATTACHMENT_PEERING || !item->peer.v) && !(by_line && lines)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < model->n_transit_tables; i++) {
        if (model->transit_tables[i].unknown.v) {
            return false;
        }
    }
    for (uint32_t i = 0; i < model->n_core_attachments; i++) {
        enum dm_core_attachment_kind kind = model->core_attachments[i].kind;

        if (kind != DM_CORE_ATTACHMENT_VPC && kind != DM_CORE_ATTACHMENT_TABLE && !lines) {
            return false;
        }
    }
    for (uint32_t i = 0; i < model->n_core_segments; i++) {
        if (model->core_segments[i].unknown.v) {
            return false;
        }
    }
    return true;
}

static void find_known(struct known *known, const struct dm_model *model)
{
    for (uint32_t i = 0; i < model->n_subnets; i++) {
        for (size_t j = 0; j < model->subnets[i].n_cidrs; j++) {
            add(known, model->subnets[i].cidrs[j]);
        }
    }
    for (uint32_t i = 0; i < model->n_vpcs; i++) {
        for (size_t j = 0; j < model->vpcs[i].n_cidrs && !model->n_subnets; j++) {
            add(known, model->vpcs[i].cidrs[j]);
        }
    }
    for (uint32_t i = 0; i < model->n_sites; i++) {
        for (size_t j = 0; j < model->sites[i].n_prefixes; j++) {
            add(known, model->sites[i].prefixes[j]);
        }
    }
    for (uint32_t i = 0; i < model->n_route_tables; i++) {
        for (size_t j = 0; j < model->route_tables[i].n_routes; j++) {
            const struct dm_route *route = &model->route_tables[i].routes[j];

            if (route->target_kind == DM_TARGET_UNKNOWN && !route->list.v) {
                add(known, route->prefix);
            }
        }
    }
    for (uint32_t i = 0; i < model->n_transit_tables; i++) {
        for (size_t j = 0; j < model->transit_tables[i].n_routes; j++) {
            if (model->transit_tables[i].routes[j].unknown.v) {
                add(known, model->transit_tables[i].routes[j].prefix);
            }
        }
    }
    settle(known);
}

static enum dm_status lint_prefix(struct dm_lint *lint, const struct known *known,
                                  const struct dm_object *filter, struct dm_prefix prefix,
                                  struct dm_lint_item *item, const char *rule, struct dm_err *err)
{
    struct dm_arena *arena = lint->checker->run;
    char text[DM_ADDR_TEXT_SIZE];

    item->subject = dm_sprintf(arena, "%s: %s", filter->name, rule);
    if (item->subject && is_private(prefix) && !is_somebodys(known, prefix)) {
        item->cause = dm_sprintf(arena, "%s", dm_prefix_text(prefix, text));
        item->message = dm_sprintf(arena, "`%s` names %s, in which there is no subnet and no site",
                                   item->subject, text);
        item->label = "nobody's addresses";
        item->help = "name what is meant, or take the rule out";
    }
    return item->subject ? dm_lint_add(lint, item, err) : DM_FAIL_NOMEM(err);
}

static enum dm_status lint_rules(struct dm_lint *lint, const struct known *known,
                                 struct dm_err *err)
{
    struct dm_checker *checker = lint->checker;
    const struct dm_model *model = checker->model;
    enum dm_status status = DM_OK;

    for (uint32_t i = 0; i < model->n_groups; i++) {
        const struct dm_group *group = &model->groups[i];

        for (size_t j = 0; status == DM_OK && j < group->n_rules; j++) {
            const struct dm_group_rule *rule = &group->rules[j];
            struct dm_lint_item item = { .origin = rule->origin };
            const char *text = dm_lint_rule_text(checker->run, model, rule);

            if (rule->peer_kind == DM_PEER_PREFIX && !rule->is_made) {
                status =
                    text ? lint_prefix(lint, known, &group->object, rule->prefix, &item, text, err)
                         : DM_FAIL_NOMEM(err);
            }
        }
    }
    for (uint32_t i = 0; i < model->n_acls; i++) {
        const struct dm_acl *acl = &model->acls[i];

        for (size_t j = 0; status == DM_OK && j < acl->n_entries; j++) {
            struct dm_lint_item item = { .origin = acl->entries[j].origin };
            const char *text = dm_lint_entry_text(checker->run, &acl->entries[j]);

            status = text ? lint_prefix(lint, known, &acl->object, acl->entries[j].prefix, &item,
                                        text, err)
                          : DM_FAIL_NOMEM(err);
        }
    }
    return status;
}

enum dm_status dm_rule_run_nobodys_addresses(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "VPC-14", "VPC-16", NULL };
    struct known known = { .arena = checker->run };
    struct dm_lint lint;
    enum dm_status status;

    if (!is_whole(checker->model)) {
        return DM_OK;
    }
    find_known(&known, checker->model);
    if (known.failed) {
        return DM_FAIL_NOMEM(err);
    }
    dm_lint_init(&lint, checker, DM_RULE_ADR002, facts);
    status = lint_rules(&lint, &known, err);
    return status == DM_OK ? dm_lint_report(&lint, err) : status;
}
