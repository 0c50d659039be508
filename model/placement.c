/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which nodes the scheduler may choose for a pod, whatever else is on them; what a balancer may
 * send to.
 */
#include <string.h>

#include "model/base/str.h"
#include "model/cluster.h"

/* An effect keeps pods away from the node, or only makes it a worse choice. */
static bool keeps_away(enum dm_taint_effect effect)
{
    return effect != DM_TAINT_PREFER_NO_SCHEDULE;
}

bool dm_toleration_covers(const struct dm_toleration *toleration, const struct dm_taint *taint)
{
    return (!toleration->key || strcmp(toleration->key, taint->key) == 0)
           && (!toleration->value || strcmp(toleration->value, taint->value) == 0)
           && (toleration->any_effect || toleration->effect == taint->effect);
}

bool dm_schedule_allows(const struct dm_schedule *schedule, const struct dm_node *node)
{
    if (!schedule) {
        return true;
    }
    if (!dm_selector_matches(schedule->nodes, &node->labels)) {
        return false;
    }
    for (size_t i = 0; i < node->n_taints; i++) {
        bool is_tolerated = !keeps_away(node->taints[i].effect);

        for (size_t j = 0; j < schedule->n_tolerations && !is_tolerated; j++) {
            is_tolerated = dm_toleration_covers(&schedule->tolerations[j], &node->taints[i]);
        }
        if (!is_tolerated) {
            return false;
        }
    }
    return true;
}

bool dm_schedule_is_open(const struct dm_schedule *schedule, const struct dm_node *node)
{
    return schedule && node->has_more_labels
           && dm_selector_matches_part(schedule->nodes, &node->labels) == DM_PART_OPEN;
}

uint16_t dm_kube_backend_port(const struct dm_kube_service_port *port, const struct dm_pod *pod)
{
    if (!port->target_name) {
        return port->target ? port->target : port->port;
    }
    for (size_t i = 0; pod && i < pod->n_ports; i++) {
        if (pod->ports[i].name && pod->ports[i].protocol == port->protocol
            && strcmp(pod->ports[i].name, port->target_name) == 0) {
            return pod->ports[i].port;
        }
    }
    return 0;
}

bool dm_kube_target_fits(const struct dm_kube_target *target, const struct dm_kube_service *service)
{
    bool has_type = service->type == DM_KUBE_NODE_PORT || service->type == DM_KUBE_LOAD_BALANCER;

    return target->is_address
           || (has_type
               && (!service->without_node_ports || service->ports[target->port].node_port));
}
