/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rules of security groups that name a group without members [VPC-28]: they match nothing. Looked
 * at is who has members itself, in a VPC whose interfaces are all in the input.
 *
 * Complexity: O(rules + interfaces).
 */
#include "model/base/str.h"
#include "scenarios/rules/lint.h"

static bool is_shown(const struct dm_model *model, struct dm_vpc_id vpc)
{
    for (uint32_t i = 0; i < model->n_subnets; i++) {
        if (model->subnets[i].vpc.v == vpc.v && model->subnets[i].unknown.v) {
            return false;
        }
    }
    return true;
}

static enum dm_status lint_group(struct dm_lint *lint, uint32_t index, const bool *has_members,
                                 struct dm_err *err)
{
    struct dm_checker *checker = lint->checker;
    const struct dm_model *model = checker->model;
    const struct dm_group *group = &model->groups[index];
    enum dm_status status = DM_OK;

    for (size_t i = 0; status == DM_OK && i < group->n_rules; i++) {
        const struct dm_group_rule *rule = &group->rules[i];
        struct dm_lint_item item = { .origin = rule->origin };
        const struct dm_group *peer;
        const char *text;

        if (rule->peer_kind != DM_PEER_GROUP || !has_members[index]) {
            continue;
        }
        peer = dm_group_get(model, (struct dm_group_id){ rule->peer });
        text = dm_lint_rule_text(checker->run, model, rule);
        item.subject = text ? dm_sprintf(checker->run, "%s %s %s", group->object.name,
                                         rule->egress ? "egress" : "ingress", text)
                            : NULL;
        if (item.subject && !has_members[rule->peer - 1] && is_shown(model, peer->vpc)) {
            item.message = dm_sprintf(checker->run,
                                      "rule `%s` of `%s` matches nothing: no interface is in `%s`",
                                      text, group->object.name, peer->object.name);
            item.help = "put in it who is meant, or take the rule out";
            item.places[item.n_places++] =
                (struct dm_lint_place){ peer->object.origin, "has no members" };
        }
        status = item.subject ? dm_lint_add(lint, &item, err) : DM_FAIL_NOMEM(err);
    }
    return status;
}

enum dm_status dm_rule_run_empty_reference(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "VPC-28", NULL };
    const struct dm_model *model = checker->model;
    bool *has_members = DM_NEW_ARRAY(checker->run, (size_t)model->n_groups + 1, bool);
    struct dm_lint lint;
    enum dm_status status = DM_OK;

    if (!has_members) {
        return DM_FAIL_NOMEM(err);
    }
    for (uint32_t i = 0; i < model->n_interfaces; i++) {
        for (size_t j = 0; j < model->interfaces[i].n_groups; j++) {
            has_members[model->interfaces[i].groups[j].v - 1] = true;
        }
    }
    dm_lint_init(&lint, checker, DM_RULE_REF002, facts);
    for (uint32_t i = 0; status == DM_OK && i < model->n_groups; i++) {
        status = lint_group(&lint, i, has_members, err);
    }
    return status == DM_OK ? dm_lint_report(&lint, err) : status;
}
