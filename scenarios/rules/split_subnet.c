/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rules of security groups that tell the hosts of one subnet apart by their addresses: some match
 * and some do not. A subnet's addresses are given away as they come, so such a rule is about
 * whoever gets the address next. What all rules of a group with the same direction, protocol and
 * ports name counts together.
 *
 * Complexity: O(P (log S + I)) for P prefixes longer than their subnet, S subnets, I interfaces of
 * that subnet.
 */
#include "model/base/str.h"
#include "scenarios/rules/lint.h"

/* Interfaces by subnet, as lists. */
struct places {
    uint32_t *first; /* by subnet less one: an interface, or 0 */
    uint32_t *next;  /* by interface less one */
};

static bool same_flows(const struct dm_group_rule *a, const struct dm_group_rule *b)
{
    return a->egress == b->egress && a->match.protocol == b->match.protocol
           && a->match.port_first == b->match.port_first && a->match.port_last == b->match.port_last
           && a->match.icmp_type == b->match.icmp_type && a->match.icmp_code == b->match.icmp_code;
}

/* Whether any rule like this one has the address. */
static bool names(const struct dm_group *group, const struct dm_group_rule *like,
                  struct dm_addr address)
{
    for (size_t i = 0; i < group->n_rules; i++) {
        if (group->rules[i].peer_kind == DM_PEER_PREFIX && same_flows(&group->rules[i], like)
            && dm_prefix_has(group->rules[i].prefix, address)) {
            return true;
        }
    }
    return false;
}

/* A host of the subnet that the rules name, and one that they do not. */
struct sides {
    uint32_t in;
    uint32_t out;
};

static struct sides find_sides(const struct dm_model *model, const struct places *places,
                               const struct dm_group *group, const struct dm_group_rule *rule,
                               struct dm_subnet_id subnet)
{
    struct sides sides = { 0, 0 };

    for (uint32_t v = places->first[subnet.v - 1]; v; v = places->next[v - 1]) {
        const struct dm_interface *interface = &model->interfaces[v - 1];
        struct dm_addr address = interface->addresses[0].address;

        if (interface->kind == DM_INTERFACE_HOST && address.family == rule->prefix.addr.family) {
            *(names(group, rule, address) ? &sides.in : &sides.out) = v;
        }
    }
    return sides;
}

static enum dm_status lint_rule(struct dm_lint *lint, const struct places *places,
                                const struct dm_group *group, const struct dm_group_rule *rule,
                                struct dm_err *err)
{
    struct dm_checker *checker = lint->checker;
    const struct dm_model *model = checker->model;
    struct dm_lint_item item = { .origin = rule->origin };
    struct dm_subnet_id id = dm_model_subnet_at(model, group->vpc, dm_prefix_first(rule->prefix));
    struct sides sides = { 0, 0 };
    char match[DM_ADDR_TEXT_SIZE];
    const struct dm_subnet *subnet = id.v ? dm_subnet_get(model, id) : NULL;

    item.part = dm_match_text(&rule->match, match);
    if (subnet && !dm_prefix_covers(rule->prefix, subnet->cidrs[0])) {
        sides = find_sides(model, places, group, rule, id);
    }
    if (sides.in && sides.out) {
        const struct dm_object *in = &model->interfaces[sides.in - 1].object;
        const struct dm_object *out = &model->interfaces[sides.out - 1].object;

        item.message = dm_sprintf(
            checker->run,
            "`%s` tells hosts of subnet `%s` apart by address: %s %s matches `%s` and not `%s`",
            group->object.name, subnet->object.name, rule->egress ? "egress" : "ingress", item.part,
            in->name, out->name);
        item.label = "a part of the subnet";
        item.help = "name the subnet, or the group of who is meant";
    }
    item.cause =
        dm_sprintf(checker->run, "%s %s %s", group->object.name,
                   rule->egress ? "egress" : "ingress", subnet ? subnet->object.name : "-");
    item.subject = dm_lint_rule_text(checker->run, model, rule);
    return item.subject && item.cause ? dm_lint_add(lint, &item, err) : DM_FAIL_NOMEM(err);
}

enum dm_status dm_rule_run_split_subnet(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "VPC-16", NULL };
    const struct dm_model *model = checker->model;
    struct places places = { DM_NEW_ARRAY(checker->run, (size_t)model->n_subnets + 1, uint32_t),
                             DM_NEW_ARRAY(checker->run, (size_t)model->n_interfaces + 1,
                                          uint32_t) };
    struct dm_lint lint;
    enum dm_status status = DM_OK;

    if (!places.first || !places.next) {
        return DM_FAIL_NOMEM(err);
    }
    for (uint32_t v = model->n_interfaces; v > 0; v--) {
        const struct dm_interface *interface = &model->interfaces[v - 1];

        if (interface->subnet.v && interface->n_addresses) {
            places.next[v - 1] = places.first[interface->subnet.v - 1];
            places.first[interface->subnet.v - 1] = v;
        }
    }
    dm_lint_init(&lint, checker, DM_RULE_SEC007, facts);
    for (uint32_t i = 0; status == DM_OK && i < model->n_groups; i++) {
        const struct dm_group *group = &model->groups[i];

        for (size_t j = 0; status == DM_OK && j < group->n_rules; j++) {
            if (group->rules[j].peer_kind == DM_PEER_PREFIX && !group->rules[j].is_made) {
                status = lint_rule(&lint, &places, group, &group->rules[j], err);
            }
        }
    }
    return status == DM_OK ? dm_lint_report(&lint, err) : status;
}
