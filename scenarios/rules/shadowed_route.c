/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/rules/routes.h"

enum dm_status dm_rule_run_shadowed_route(struct dm_checker *checker, struct dm_err *err)
{
    return dm_routes_lint(checker, DM_RULE_RCH003, DM_ROUTE_SHADOWED, err);
}
