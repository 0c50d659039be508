/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rules of security groups whose reference to another group tells addresses of one subnet apart:
 * those of its members match, the rest of the subnet does not, and no prefix of the same rules has
 * the whole subnet. References are meant to do that, so this is said only when it is asked for by
 * name: for networks whose policy is by subnet.
 *
 * Complexity: O(R * M) for R references and M members.
 */
#include "model/base/str.h"
#include "scenarios/rules/lint.h"

static bool is_member(const struct dm_interface *interface, uint32_t group)
{
    for (size_t i = 0; i < interface->n_groups; i++) {
        if (interface->groups[i].v == group) {
            return true;
        }
    }
    return false;
}

/* Whether a prefix of the group lets the whole subnet do what 'rule' does. */
static bool has_whole(const struct dm_group *group, const struct dm_group_rule *rule,
                      const struct dm_subnet *subnet)
{
    for (size_t i = 0; i < group->n_rules; i++) {
        const struct dm_group_rule *other = &group->rules[i];
        bool same = other->match.protocol == -1
                    || (other->match.protocol == rule->match.protocol
                        && other->match.port_first <= rule->match.port_first
                        && other->match.port_last >= rule->match.port_last);

        if (other->peer_kind == DM_PEER_PREFIX && other->egress == rule->egress && same
            && dm_prefix_covers(other->prefix, subnet->cidrs[0])) {
            return true;
        }
    }
    return false;
}

static enum dm_status lint_subnet(struct dm_lint *lint, const struct dm_group *group,
                                  const struct dm_group_rule *rule,
                                  const struct dm_interface *member, struct dm_err *err)
{
    struct dm_arena *arena = lint->checker->run;
    const struct dm_model *model = lint->checker->model;
    const struct dm_subnet *subnet = dm_subnet_get(model, member->subnet);
    const char *name = subnet->object.label ? subnet->object.label : subnet->object.name;
    const char *way = rule->egress ? "egress" : "ingress";
    struct dm_lint_item item = { .origin = rule->origin, .label = "members only" };
    char address[DM_ADDR_TEXT_SIZE];

    item.part = subnet->object.name;
    item.subject = dm_lint_rule_text(arena, model, rule);
    item.cause = dm_sprintf(arena, "%s %s %s", group->object.name, way, subnet->object.name);
    if (item.subject && item.cause && !has_whole(group, rule, subnet)) {
        item.message = dm_sprintf(
            arena, "%s rule `%s` of `%s` splits subnet `%s`: %s matches and not all others", way,
            item.subject, group->object.name, name,
            dm_addr_text(member->addresses[0].address, address));
        item.help = "name the subnet where its hosts are to be treated alike";
    }
    return item.subject && item.cause ? dm_lint_add(lint, &item, err) : DM_FAIL_NOMEM(err);
}

enum dm_status dm_rule_run_reference_in_subnet(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "VPC-28", NULL };
    const struct dm_model *model = checker->model;
    struct dm_lint lint;
    enum dm_status status = DM_OK;

    dm_lint_init(&lint, checker, DM_RULE_SEC008, facts);
    for (uint32_t i = 0; i < model->n_groups; i++) {
        const struct dm_group *group = &model->groups[i];

        for (size_t j = 0; j < group->n_rules; j++) {
            for (uint32_t k = 0;
                 status == DM_OK && k < model->n_interfaces
                 && group->rules[j].peer_kind == DM_PEER_GROUP && !group->rules[j].is_made;
                 k++) {
                const struct dm_interface *interface = &model->interfaces[k];

                if (interface->subnet.v && interface->n_addresses
                    && is_member(interface, group->rules[j].peer)) {
                    status = lint_subnet(&lint, group, &group->rules[j], interface, err);
                }
            }
        }
    }
    return status == DM_OK ? dm_lint_report(&lint, err) : status;
}
