/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rules of security groups that allow nothing which the others of their group do not allow. A
 * group is the union of its rules [VPC-16], so the order does not matter: rules are judged from
 * the last to the first, and those found in vain count no more, so that all of them can be taken
 * out at once.
 *
 * A rule is a set of senders (or receivers), protocols and ports. Which addresses the members of a
 * group have may change, so a reference is told apart from addresses: as a mark that a packet bears
 * beside its address, kept in the field that a group does not look at. A reference is covered by
 * references to the same group, and by prefixes that have all addresses of its VPC [VPC-28], never
 * the other way round. A balancer's group also means clients whose addresses are kept [ELB-20], so
 * it is covered by all addresses alone. Lists of AWS, and what is not understood, change of
 * themselves: they neither cover nor are covered.
 *
 * Complexity: O(rules) set operations, each of O(rules) at worst.
 */
#include "model/base/str.h"
#include "scenarios/rules/lint.h"

/* The rules of one direction of a group. */
struct rules {
    struct dm_arena *arena;
    struct dm_sets *sets;
    const struct dm_model *model;
    const struct dm_group *group;
    const bool *of_balancer; /* by group: a balancer is among its members */
    size_t *items;           /* indices in the group */
    struct dm_set *packets;
    struct dm_set *before; /* of those before each */
    bool *usable;
    size_t n;
};

static struct dm_set marked(struct rules *rules, struct dm_prefix sources, uint32_t mark)
{
    struct dm_addr as_address = { 0, mark, sources.addr.family };

    return dm_set_and(rules->sets, dm_set_prefix(rules->sets, DM_FIELD_SOURCE, sources),
                      dm_set_addresses(rules->sets, DM_FIELD_DESTINATION, as_address, as_address));
}

static struct dm_set members(struct rules *rules, uint32_t group)
{
    const struct dm_group *item = dm_group_get(rules->model, (struct dm_group_id){ group });
    const struct dm_vpc *vpc = dm_vpc_get(rules->model, item->vpc);
    struct dm_prefix everything = { { 0, 0, DM_FAMILY_IPV4 }, 0 };
    struct dm_set result = DM_SET_EMPTY;

    for (size_t i = 0; i < vpc->n_cidrs; i++) {
        result = dm_set_or(rules->sets, result, marked(rules, vpc->cidrs[i], group));
    }
    if (rules->of_balancer[group - 1]) {
        result = dm_set_or(rules->sets, result, marked(rules, everything, group));
        everything.addr.family = DM_FAMILY_IPV6;
        result = dm_set_or(rules->sets, result, marked(rules, everything, group));
    }
    return result;
}

/* False: what the rule lets pass is not known, or not ours to judge. */
static bool packets_of(struct rules *rules, const struct dm_group_rule *rule,
                       struct dm_set *ret_packets)
{
    const struct dm_prefix_list *list;
    struct dm_set peers = DM_SET_EMPTY;

    switch (rule->peer_kind) {
    case DM_PEER_PREFIX:
        peers = dm_set_prefix(rules->sets, DM_FIELD_SOURCE, rule->prefix);
        break;
    case DM_PEER_GROUP:
        peers = members(rules, rule->peer);
        break;
    case DM_PEER_LIST:
        list = dm_prefix_list_get(rules->model, (struct dm_prefix_list_id){ rule->peer });
        if (list->is_aws || list->unknown.v || !list->n_prefixes) {
            return false;
        }
        for (size_t i = 0; i < list->n_prefixes; i++) {
            peers = dm_set_or(rules->sets, peers,
                              dm_set_prefix(rules->sets, DM_FIELD_SOURCE, list->prefixes[i]));
        }
        break;
    case DM_PEER_UNKNOWN:
        return false;
    }
    *ret_packets = dm_set_and(rules->sets, peers, dm_set_match(rules->sets, &rule->match));
    return true;
}

static bool begin(struct rules *rules, bool egress)
{
    size_t n = rules->group->n_rules;
    struct dm_set all = DM_SET_EMPTY;

    rules->items = DM_NEW_ARRAY(rules->arena, n + 1, size_t);
    rules->packets = DM_NEW_ARRAY(rules->arena, n + 1, struct dm_set);
    rules->before = DM_NEW_ARRAY(rules->arena, n + 1, struct dm_set);
    rules->usable = DM_NEW_ARRAY(rules->arena, n + 1, bool);
    if (!rules->items || !rules->packets || !rules->before || !rules->usable) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        const struct dm_group_rule *rule = &rules->group->rules[i];
        struct dm_set packets;

        if (rule->egress == egress && !rule->is_made && packets_of(rules, rule, &packets)) {
            rules->items[rules->n] = i;
            rules->packets[rules->n] = packets;
            rules->before[rules->n] = all;
            rules->usable[rules->n++] = true;
            all = dm_set_or(rules->sets, all, packets);
        }
    }
    return true;
}

static bool fill(struct rules *rules, struct dm_checker *checker, const struct dm_group_rule *rule,
                 struct dm_set packets, struct dm_lint_item *item)
{
    const struct dm_group *group = rules->group;
    struct dm_lint_cover by;
    const char *first;
    const char *own;

    if (!dm_lint_cover_find(rules->arena, rules->sets, packets, rules->packets, rules->usable,
                            rules->n, &by)) {
        return false;
    }
    first =
        dm_lint_rule_text(checker->run, checker->model, &group->rules[rules->items[by.items[0]]]);
    own = dm_lint_rule_text(checker->run, checker->model, rule);
    if (!first || !own) {
        return false;
    }
    item->label = "changes nothing";
    item->help = "take it out";
    if (by.n == 1) {
        item->message =
            dm_sprintf(checker->run, "rule `%s` of `%s` allows nothing but what `%s` does", own,
                       group->object.name, first);
    } else {
        item->message = dm_sprintf(checker->run,
                                   "rule `%s` of `%s` allows nothing but what `%s` and %zu more do "
                                   "together",
                                   own, group->object.name, first, by.n - 1);
    }
    for (size_t i = 0; i < by.n && item->n_places < DM_DIAG_MAX_LABELS - 1; i++) {
        const struct dm_group_rule *other = &group->rules[rules->items[by.items[i]]];

        item->places[item->n_places++] =
            (struct dm_lint_place){ other->origin,
                                    dm_lint_rule_text(checker->run, checker->model, other) };
    }
    return item->message != NULL;
}

static enum dm_status lint_direction(struct dm_lint *lint, struct rules *rules, struct dm_err *err)
{
    struct dm_checker *checker = lint->checker;
    struct dm_set after = DM_SET_EMPTY;
    enum dm_status status = DM_OK;

    for (size_t i = rules->n; status == DM_OK && i-- > 0;) {
        const struct dm_group_rule *rule = &rules->group->rules[rules->items[i]];
        struct dm_set packets = rules->packets[i];
        struct dm_set others = dm_set_or(rules->sets, rules->before[i], after);
        struct dm_lint_item item = { .origin = rule->origin };
        bool fine = true;
        char match[DM_ADDR_TEXT_SIZE];

        item.part = dm_match_text(&rule->match, match);
        item.subject = dm_sprintf(checker->run, "%s %s %s", rules->group->object.name,
                                  rule->egress ? "egress" : "ingress",
                                  dm_lint_rule_text(checker->run, checker->model, rule));
        rules->usable[i] = false;
        if (dm_set_is_empty(dm_set_minus(rules->sets, packets, others))) {
            fine = fill(rules, checker, rule, packets, &item);
        } else {
            after = dm_set_or(rules->sets, after, packets);
            rules->usable[i] = true;
        }
        status = fine && item.subject ? dm_lint_add(lint, &item, err) : DM_FAIL_NOMEM(err);
    }
    return status;
}

static enum dm_status lint_group(struct dm_lint *lint, const struct dm_group *group,
                                 const bool *of_balancer, struct dm_err *err)
{
    struct dm_lint_scratch scratch;
    enum dm_status status = dm_lint_scratch_begin(&scratch, lint->checker, err);

    for (int egress = 0; status == DM_OK && egress < 2; egress++) {
        struct rules rules = { .arena = lint->checker->scratch,
                               .sets = scratch.sets,
                               .model = lint->checker->model,
                               .group = group,
                               .of_balancer = of_balancer };

        status =
            begin(&rules, egress == 1) ? lint_direction(lint, &rules, err) : DM_FAIL_NOMEM(err);
    }
    return dm_lint_scratch_end(&scratch, status, err);
}

enum dm_status dm_rule_run_redundant_group_rule(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "VPC-16", "VPC-28", NULL };
    const struct dm_model *model = checker->model;
    bool *of_balancer = DM_NEW_ARRAY(checker->run, (size_t)model->n_groups + 1, bool);
    struct dm_lint lint;

    if (!of_balancer) {
        return DM_FAIL_NOMEM(err);
    }
    for (uint32_t i = 0; i < model->n_interfaces; i++) {
        const struct dm_interface *interface = &model->interfaces[i];

        for (size_t j = 0; j < interface->n_groups; j++) {
            of_balancer[interface->groups[j].v - 1] |= interface->kind != DM_INTERFACE_HOST;
        }
    }
    dm_lint_init(&lint, checker, DM_RULE_SEC005, facts);
    for (uint32_t i = 0; i < model->n_groups; i++) {
        enum dm_status status = lint_group(&lint, &model->groups[i], of_balancer, err);

        if (status != DM_OK) {
            return status;
        }
    }
    return dm_lint_report(&lint, err);
}
