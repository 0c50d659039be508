/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Filters, tables and lists that nothing uses: a security group that no interface has and no rule
 * names, a network ACL and a route table without subnet or gateway, a prefix list that no route and
 * no rule names. What AWS makes with a VPC, and its own lists, cannot be deleted and are left out;
 * so are groups of a VPC whose interfaces are not all in the input.
 *
 * Complexity: O(objects and rules).
 */
#include "model/base/str.h"
#include "scenarios/rules/lint.h"

struct uses {
    const struct dm_model *model;
    bool *kinds[DM_KIND_COUNT]; /* by handle less one: used; NULL: not looked at */
    bool *shown;                /* by VPC: some interface is, and none is missing */
};

static void use(struct uses *uses, enum dm_kind kind, uint32_t v)
{
    if (v) {
        uses->kinds[kind][v - 1] = true;
    }
}

static void note_rules(struct uses *uses)
{
    const struct dm_model *model = uses->model;

    for (uint32_t i = 0; i < model->n_groups; i++) {
        for (size_t j = 0; j < model->groups[i].n_rules; j++) {
            const struct dm_group_rule *rule = &model->groups[i].rules[j];

            if (rule->peer_kind == DM_PEER_LIST) {
                use(uses, DM_KIND_prefix_list, rule->peer);
            } else if (rule->peer_kind == DM_PEER_GROUP && rule->peer != i + 1) {
                use(uses, DM_KIND_group, rule->peer);
            }
        }
    }
    for (uint32_t i = 0; i < model->n_route_tables; i++) {
        for (size_t j = 0; j < model->route_tables[i].n_routes; j++) {
            use(uses, DM_KIND_prefix_list, model->route_tables[i].routes[j].list.v);
        }
    }
}

static void note_places(struct uses *uses)
{
    const struct dm_model *model = uses->model;

    for (uint32_t i = 0; i < model->n_interfaces; i++) {
        const struct dm_interface *interface = &model->interfaces[i];
        struct dm_interface_id id = { i + 1 };

        for (size_t j = 0; j < interface->n_groups; j++) {
            use(uses, DM_KIND_group, interface->groups[j].v);
        }
        if (interface->subnet.v && interface->n_groups) {
            uses->shown[dm_model_vpc_of_interface(model, id).v - 1] = true;
        }
    }
    for (uint32_t i = 0; i < model->n_subnets; i++) {
        use(uses, DM_KIND_acl, model->subnets[i].acl.v);
        use(uses, DM_KIND_route_table, model->subnets[i].table.v);
        if (model->subnets[i].unknown.v) {
            uses->shown[model->subnets[i].vpc.v - 1] = false;
        }
    }
    for (uint32_t i = 0; i < model->n_vpcs; i++) {
        use(uses, DM_KIND_route_table, model->vpcs[i].main_table.v);
    }
    for (uint32_t i = 0; i < model->n_internet_gateways; i++) {
        use(uses, DM_KIND_route_table, model->internet_gateways[i].edge_table.v);
    }
    for (uint32_t i = 0; i < model->n_nat_gateways; i++) {
        use(uses, DM_KIND_route_table, model->nat_gateways[i].table.v);
    }
    for (uint32_t i = 0; i < model->n_route_tables; i++) {
        if (model->route_tables[i].edge.v || model->route_tables[i].vpn_edge.v) {
            uses->kinds[DM_KIND_route_table][i] = true;
        }
    }
}

/* The unused object of this kind, or why it does not count. */
static bool counts(const struct uses *uses, enum dm_kind kind, uint32_t index)
{
    const struct dm_model *model = uses->model;

    switch ((int)kind) {
    case DM_KIND_group:
        return !model->groups[index].is_default && uses->shown[model->groups[index].vpc.v - 1];
    case DM_KIND_acl:
        return !model->acls[index].is_default;
    case DM_KIND_prefix_list:
        return !model->prefix_lists[index].is_aws;
    default:
        return true;
    }
}

static enum dm_status lint_kind(struct dm_lint *lint, const struct uses *uses, enum dm_kind kind,
                                uint32_t n, const char *said, struct dm_err *err)
{
    struct dm_arena *arena = lint->checker->run;
    enum dm_status status = DM_OK;

    for (uint32_t i = 0; status == DM_OK && i < n; i++) {
        const struct dm_object *object =
            dm_model_object(uses->model, (struct dm_ref){ kind, i + 1 });
        struct dm_lint_item item = { .origin = object->origin,
                                     .part = dm_kind_text(kind),
                                     .help = "take it out, or give it to what it was made for" };

        item.subject = dm_sprintf(arena, "%s %s", dm_kind_text(kind), object->name);
        if (!uses->kinds[kind][i] && counts(uses, kind, i)) {
            item.message = dm_sprintf(arena, "%s `%s`", said, object->name);
        } else if (kind == DM_KIND_group && !uses->kinds[kind][i]) {
            continue; /* whether it is used is not known */
        }
        status = item.subject ? dm_lint_add(lint, &item, err) : DM_FAIL_NOMEM(err);
    }
    return status;
}

enum dm_status dm_rule_run_unused(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "VPC-14", "VPC-16", NULL };
    const struct dm_model *model = checker->model;
    const struct {
        enum dm_kind kind;
        uint32_t n;
        const char *said;
    } kinds[] = {
        { DM_KIND_route_table, model->n_route_tables, "no subnet and no gateway uses table" },
        { DM_KIND_acl, model->n_acls, "no subnet uses network ACL" },
        { DM_KIND_group, model->n_groups, "no interface is in security group" },
        { DM_KIND_prefix_list, model->n_prefix_lists, "no route and no rule uses prefix list" },
    };
    struct uses uses = { .model = model };
    struct dm_lint lint;
    enum dm_status status = DM_OK;

    dm_lint_init(&lint, checker, DM_RULE_REF001, facts);
    uses.shown = DM_NEW_ARRAY(checker->run, (size_t)model->n_vpcs + 1, bool);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        uses.kinds[kinds[i].kind] = DM_NEW_ARRAY(checker->run, (size_t)kinds[i].n + 1, bool);
        if (!uses.kinds[kinds[i].kind] || !uses.shown) {
            return DM_FAIL_NOMEM(err);
        }
    }
    note_rules(&uses);
    note_places(&uses);
    for (size_t i = 0; status == DM_OK && i < sizeof kinds / sizeof *kinds; i++) {
        status = lint_kind(&lint, &uses, kinds[i].kind, kinds[i].n, kinds[i].said, err);
    }
    return status == DM_OK ? dm_lint_report(&lint, err) : status;
}
