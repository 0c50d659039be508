/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Routes of VPC tables whose target is gone, which drop what they take, and black holes of transit
 * gateways' tables that leave nothing of another route [TGW-12]. A black hole that takes a part is
 * how networks are kept apart, and is no fault.
 */
#include "model/base/str.h"
#include "scenarios/rules/routes.h"

static enum dm_status lint_table(struct dm_lint *lint, const struct dm_route_table *table,
                                 struct dm_err *err)
{
    struct dm_checker *checker = lint->checker;
    enum dm_status status = DM_OK;

    for (size_t i = 0; status == DM_OK && i < table->n_routes; i++) {
        const struct dm_route *route = &table->routes[i];
        const char *text = dm_lint_route_text(checker->run, checker->model, route);
        struct dm_lint_item item = { .origin = route->origin,
                                     .label = "drops what it takes",
                                     .help = "give it a target that lives, or take it out" };

        item.subject = text ? dm_sprintf(checker->run, "%s %s", table->object.name, text) : NULL;
        if (route->target_kind == DM_TARGET_NONE && text) {
            item.message = dm_sprintf(
                checker->run, "%s of table `%s` is a black hole: there is nothing behind it", text,
                table->object.name);
        }
        status = item.subject ? dm_lint_add(lint, &item, err) : DM_FAIL_NOMEM(err);
    }
    return status;
}

enum dm_status dm_rule_run_black_hole(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "VPC-05", "TGW-10", "TGW-12", NULL };
    struct dm_lint lint;
    enum dm_status status = DM_OK;

    dm_lint_init(&lint, checker, DM_RULE_RCH005, facts);
    for (uint32_t i = 0; status == DM_OK && i < checker->model->n_route_tables; i++) {
        status = lint_table(&lint, &checker->model->route_tables[i], err);
    }
    if (status == DM_OK) {
        status = dm_transit_rows_lint(&lint, DM_ROUTE_HIDDEN, err);
    }
    return status == DM_OK ? dm_lint_report(&lint, err) : status;
}
