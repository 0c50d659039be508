/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Health checks of a service of local traffic that ask nodes at a port of something else: a node
 * without pods of the service looks healthy and drops what it is sent [EKS-38, EKS-04].
 */
#include "model/base/str.h"
#include "scenarios/rules/kube.h"

enum { FIRST_NODE_PORT = 30000, LAST_NODE_PORT = 32767 };

/* Whether a node without pods of the service does not answer there.  Of ports that the cluster
 * chooses it is not known which they are. */
static bool tells_pods(const struct dm_kube_service *service, uint16_t port)
{
    bool is_known = service->health_node_port != 0;

    if (port == service->health_node_port) {
        return true;
    }
    for (size_t i = 0; i < service->n_ports; i++) {
        if (service->ports[i].node_port == port) {
            return true;
        }
        is_known = is_known && service->ports[i].node_port;
    }
    return !is_known && port >= FIRST_NODE_PORT && port <= LAST_NODE_PORT;
}

static bool lint_one(const struct dm_kube_look *look, struct dm_lint_item *item)
{
    const struct dm_kube_target *target = look->target;

    if (target->is_address || !look->service->local_traffic || !target->health_is_chosen
        || !target->health_port || tells_pods(look->service, target->health_port)) {
        return true;
    }
    item->message =
        dm_sprintf(look->arena,
                   "health of targets of `%s` is asked for at port %u, where a node "
                   "without pods of `%s` answers too, and drops what it is sent",
                   look->balancer->object.name, target->health_port, look->service->object.name);
    item->label = "asks elsewhere";
    item->help = "leave the port of the health check to the controller";
    item->places[item->n_places++] =
        (struct dm_lint_place){ look->service->object.origin, "its external traffic is local" };
    return item->message != NULL;
}

enum dm_status dm_rule_run_health_elsewhere(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "EKS-04", "EKS-38", NULL };

    return dm_kube_lint_targets(checker, DM_RULE_RCH022, facts, lint_one, err);
}
