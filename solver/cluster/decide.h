/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * decide - what the policies of a pod say of one packet, and which rule it was.
 *
 * The same semantics as on sets (policy.h), for who has a packet at hand and no sets: filters on
 * walks are asked so for each packet that is followed alone.  Policies that may select a pod stand
 * in order in the model's index, so nothing is allocated and nothing kept.
 *
 * What is not understood makes the answer UNSURE unless it does not matter.
 *
 * Complexity: O(rules of the policies of the pod's namespace and of all namespaces).
 */
#ifndef DM_SOLVER_CLUSTER_DECIDE_H
#define DM_SOLVER_CLUSTER_DECIDE_H

#include "solver/cluster/policy.h"

/* A pod of a workload, or where that is 0 an address outside the cluster. */
struct dm_policy_party {
    struct dm_workload_id workload;
    uint32_t pod;           /* index in the workload's */
    struct dm_addr address; /* of a pod: where it is placed, or none */
};

struct dm_policy_decision {
    enum dm_policy_verdict verdict;
    bool is_selected; /* by any policy */
    struct dm_network_policy_id
        policy; /* that decided; STOPPED without rule: the last of its tier */
    const struct dm_policy_rule *rule; /* NULL: none takes it */
    uint32_t number;                   /* of the rule in its direction, from 1; 0: none */
    struct dm_unknown_id unknown;      /* UNSURE: what is not understood, or 0 */
};

/* Of 'subject', a pod, with 'peer'; addresses of 'packet' are not looked at. */
struct dm_policy_decision dm_policy_decide(const struct dm_model *model,
                                           const struct dm_policy_party *subject,
                                           enum dm_policy_direction direction,
                                           const struct dm_policy_party *peer,
                                           const struct dm_packet *packet);

#endif
