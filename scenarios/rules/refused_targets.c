/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Targets by instance of a service that has no port on nodes: the controller refuses them, and
 * builds nothing of the ingresses of the group [EKS-39].
 */
#include "model/base/str.h"
#include "scenarios/rules/kube.h"

static bool lint_one(const struct dm_kube_look *look, struct dm_lint_item *item)
{
    bool has_type =
        look->service->type == DM_KUBE_NODE_PORT || look->service->type == DM_KUBE_LOAD_BALANCER;

    if (dm_kube_target_fits(look->target, look->service)) {
        return true;
    }
    item->message =
        dm_sprintf(look->arena,
                   "the controller refuses targets of `%s` by instance: `%s` has no "
                   "port %u on nodes",
                   look->balancer->object.name, look->service->object.name, look->port->port);
    item->label = "by instance";
    item->help = "give the service type `NodePort`, or where pods have addresses of the VPC target "
                 "type `ip`";
    item->places[item->n_places++] =
        (struct dm_lint_place){ look->service->object.origin, has_type
                                                                  ? "it is to do without node ports"
                                                                  : "its type has no node ports" };
    return item->message != NULL;
}

enum dm_status dm_rule_run_refused_targets(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "EKS-04", "EKS-39", NULL };

    return dm_kube_lint_targets(checker, DM_RULE_RCH021, facts, lint_one, err);
}
