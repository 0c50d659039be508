/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rules of security groups that name a group of a VPC from which nothing can come that they match.
 * A reference reaches into a VPC of the same region that is peered, and, of rules for what
 * comes in, into one at the same transit gateway or edge of a core network where that lets them; no
 * further, not over peerings of gateways or between edges [VPC-17, TGW-22, CWAN-17].  AWS
 * refuses most such rules; some are left over from a peering that is gone.
 *
 * Where routes of either VPC lead to something unknown it may be what joins them: nothing is said.
 *
 * One finding for each statement, though other copies of it may be as they should be.
 *
 * Complexity: O(references * (peerings + attachments + routes of both VPCs)).
 */
#include "model/base/str.h"
#include "scenarios/rules/lint.h"

enum bar_kind {
    BAR_NONE,     /* it may match */
    BAR_REGION,   /* they are in different regions */
    BAR_OUTBOUND, /* what joins them lets references match only for what comes in */
    BAR_OFF,      /* what joins them does not let references match: 'by' */
    BAR_APART     /* nothing joins them */
};

struct bar {
    enum bar_kind kind;
    struct dm_ref by;
};

/* Keeps what is nearest to a match. */
static void consider(struct bar *bar, bool is_on, bool egress, struct dm_ref by)
{
    enum bar_kind kind = !is_on ? BAR_OFF : egress ? BAR_OUTBOUND : BAR_NONE;

    if (kind < bar->kind) {
        *bar = (struct bar){ kind, by };
    }
}

static bool are_peered(const struct dm_model *model, struct dm_vpc_id a, struct dm_vpc_id b)
{
    for (uint32_t i = 0; i < model->n_peerings; i++) {
        const struct dm_peering *peering = &model->peerings[i];

        if ((peering->requester.v == a.v && peering->accepter.v == b.v)
            || (peering->requester.v == b.v && peering->accepter.v == a.v)) {
            return true;
        }
    }
    return false;
}

static void consider_transit(const struct dm_model *model, struct dm_vpc_id near,
                             struct dm_vpc_id far, bool egress, struct bar *bar)
{
    for (uint32_t i = 0; i < model->n_attachments; i++) {
        const struct dm_attachment *a = &model->attachments[i];
        const struct dm_transit_gateway *gateway;
        struct dm_attachment_id other;
        const struct dm_attachment *b;
        struct dm_ref by = DM_REF(transit_gateway, a->gateway);

        if (a->kind != DM_ATTACHMENT_VPC || a->vpc.v != near.v) {
            continue;
        }
        other = dm_model_attachment_of(model, far, a->gateway);
        if (!other.v) {
            continue;
        }
        gateway = dm_transit_gateway_get(model, a->gateway);
        b = dm_attachment_get(model, other);
        if (gateway->group_references && !a->group_references) {
            by = (struct dm_ref){ DM_KIND_attachment, i + 1 };
        } else if (gateway->group_references && !b->group_references) {
            by = DM_REF(attachment, other);
        }
        consider(bar, gateway->group_references && a->group_references && b->group_references,
                 egress, by);
    }
}

/* Of two attachments at one edge; each may refuse by itself [CWAN-25]. */
static void consider_attached(const struct dm_model *model, struct dm_core_attachment_id a,
                              struct dm_core_attachment_id b, bool egress, struct bar *bar)
{
    struct dm_core_network_id network = dm_core_attachment_get(model, a)->network;
    bool lets = dm_core_network_get(model, network)->group_references;
    bool a_refuses = dm_core_attachment_get(model, a)->refers_no_group;
    bool b_refuses = dm_core_attachment_get(model, b)->refers_no_group;
    struct dm_ref by = DM_REF(core_network, network);

    if (lets && (a_refuses || b_refuses)) {
        by = a_refuses ? DM_REF(core_attachment, a) : DM_REF(core_attachment, b);
    }
    consider(bar, lets && !a_refuses && !b_refuses, egress, by);
}

static void consider_core(const struct dm_model *model, struct dm_vpc_id near, struct dm_vpc_id far,
                          bool egress, struct bar *bar)
{
    for (uint32_t i = 0; i < model->n_core_attachments; i++) {
        const struct dm_core_attachment *a = &model->core_attachments[i];

        for (uint32_t j = 0; j < model->n_core_attachments; j++) {
            const struct dm_core_attachment *b = &model->core_attachments[j];

            if (a->kind == DM_CORE_ATTACHMENT_VPC && b->kind == DM_CORE_ATTACHMENT_VPC
                && a->vpc.v == near.v && b->vpc.v == far.v && a->edge.v == b->edge.v) {
                consider_attached(model, (struct dm_core_attachment_id){ i + 1 },
                                  (struct dm_core_attachment_id){ j + 1 }, egress, bar);
            }
        }
    }
}

/* Whether something that is not understood may lead out of it. */
static bool leads_to_unknown(const struct dm_model *model, struct dm_vpc_id vpc)
{
    for (uint32_t i = 0; i < model->n_route_tables; i++) {
        const struct dm_route_table *table = &model->route_tables[i];

        for (size_t j = 0; table->vpc.v == vpc.v && j < table->n_routes; j++) {
            if (table->routes[j].target_kind == DM_TARGET_UNKNOWN) {
                return true;
            }
        }
    }
    return false;
}

static struct bar bar_between(const struct dm_model *model, struct dm_vpc_id near,
                              struct dm_vpc_id far, bool egress)
{
    struct bar bar = { BAR_APART, DM_REF(vpc, far) };

    if (near.v == far.v || !near.v || !far.v) {
        bar.kind = BAR_NONE;
        return bar;
    }
    if (dm_vpc_get(model, near)->region.v != dm_vpc_get(model, far)->region.v) {
        bar.kind = BAR_REGION;
        return bar;
    }
    if (are_peered(model, near, far)) {
        bar.kind = BAR_NONE;
        return bar;
    }
    consider_transit(model, near, far, egress, &bar);
    consider_core(model, near, far, egress, &bar);
    if (bar.kind != BAR_NONE && (leads_to_unknown(model, near) || leads_to_unknown(model, far))) {
        bar.kind = BAR_NONE;
    }
    return bar;
}

static const char *why(struct dm_arena *arena, const struct dm_model *model, const struct bar *bar,
                       struct dm_vpc_id near, struct dm_vpc_id far)
{
    const struct dm_vpc *here = dm_vpc_get(model, near);
    const struct dm_vpc *there = dm_vpc_get(model, far);
    const char *by = dm_model_ref_name(model, bar->by);

    switch (bar->kind) {
    case BAR_REGION:
        return dm_sprintf(arena,
                          "that group is in %s, and no reference reaches into another region",
                          dm_region_get(model, there->region)->object.name);
    case BAR_OUTBOUND:
        return dm_sprintf(arena,
                          "`%s` joins the two VPCs, and over that references match only in rules "
                          "for what comes in",
                          by);
    case BAR_OFF:
        return dm_sprintf(arena, "%s `%s` joins the two VPCs and does not let references match",
                          dm_kind_text(bar->by.kind), by);
    case BAR_APART:
    case BAR_NONE:
        break;
    }
    return dm_sprintf(arena, "nothing that references match over joins `%s` and `%s`",
                      here->object.name, there->object.name);
}

static const char *help(enum bar_kind kind)
{
    switch (kind) {
    case BAR_REGION:
    case BAR_OUTBOUND:
        return "name the addresses: a prefix, a pool or a prefix list";
    case BAR_OFF:
        return "turn `group_references` on there, or name the addresses";
    case BAR_APART:
    case BAR_NONE:
        break;
    }
    return "peer the VPCs or attach both to one transit gateway that lets references match, or "
           "name the addresses";
}

static enum dm_status look(struct dm_lint *lint, const struct dm_group *group,
                           const struct dm_group_rule *rule, struct dm_err *err)
{
    struct dm_checker *checker = lint->checker;
    const struct dm_model *model = checker->model;
    const struct dm_group *peer = dm_group_get(model, (struct dm_group_id){ rule->peer });
    struct bar bar = bar_between(model, group->vpc, peer->vpc, rule->egress);
    struct dm_lint_item item = { .origin = rule->origin, .help = help(bar.kind) };
    const char *text;
    const char *reason;

    if (bar.kind == BAR_NONE) {
        return DM_OK;
    }
    text = dm_lint_rule_text(checker->run, model, rule);
    reason = why(checker->run, model, &bar, group->vpc, peer->vpc);
    if (!text || !reason) {
        return DM_FAIL_NOMEM(err);
    }
    item.subject = dm_sprintf(checker->run, "%s %s %s", group->object.name,
                              rule->egress ? "egress" : "ingress", text);
    item.message = dm_sprintf(checker->run, "rule `%s` of `%s` never matches: %s", text,
                              group->object.name, reason);
    item.places[item.n_places++] =
        (struct dm_lint_place){ peer->object.origin, "the group that is named" };
    if (bar.kind == BAR_OFF) {
        item.places[item.n_places++] =
            (struct dm_lint_place){ dm_model_object(model, bar.by)->origin,
                                    "references do not match over this" };
    }
    return item.subject && item.message ? dm_lint_add(lint, &item, err) : DM_FAIL_NOMEM(err);
}

enum dm_status dm_rule_run_unmatched_reference(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "VPC-17", "TGW-22", "CWAN-17", "CWAN-25", NULL };
    const struct dm_model *model = checker->model;
    struct dm_lint lint;
    enum dm_status status = DM_OK;

    dm_lint_init(&lint, checker, DM_RULE_REF003, facts);
    for (uint32_t i = 0; i < model->n_groups; i++) {
        const struct dm_group *group = &model->groups[i];

        for (size_t j = 0; status == DM_OK && j < group->n_rules; j++) {
            if (group->rules[j].peer_kind == DM_PEER_GROUP) {
                status = look(&lint, group, &group->rules[j], err);
            }
        }
    }
    return status == DM_OK ? dm_lint_report(&lint, err) : status;
}
