/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which nodes the scheduler may choose for a pod, whatever else is on them.
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
