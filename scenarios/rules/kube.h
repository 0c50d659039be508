/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * kube - what rules about load balancers of Kubernetes share: each target of each balancer, once.
 *
 * A rule is a function that looks at one target and fills a lint item where something is wrong; the
 * item's origin and cause are set before.  Complexity: O(targets * pods).
 */
#ifndef DM_SCENARIOS_RULES_KUBE_H
#define DM_SCENARIOS_RULES_KUBE_H

#include "scenarios/rules/lint.h"

struct dm_kube_look {
    struct dm_arena *arena;
    const struct dm_model *model;
    const struct dm_kube_balancer *balancer;
    const struct dm_kube_target *target;
    const struct dm_kube_service *service;
    const struct dm_kube_service_port *port;
};

/* False when memory is out. */
typedef bool dm_kube_lint(const struct dm_kube_look *look, struct dm_lint_item *item);

DM_NODISCARD enum dm_status dm_kube_lint_targets(struct dm_checker *checker, enum dm_rule_id rule,
                                                 const char *const *facts, dm_kube_lint *lint_one,
                                                 struct dm_err *err);

#endif
