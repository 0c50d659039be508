/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * policy - what the policies of a cluster let pass, for all flows at once.
 *
 * A connection needs the sender's egress and the receiver's ingress.  In each direction, of the
 * policies that select a pod, tiers are asked in order, in a tier policies by order, in a policy
 * its rules: the first that matches decides, or passes on to the next tier; what no rule of a tier
 * takes is denied there, or passes where the tier says so.  Where none selects it, and after the
 * last tier, all is allowed.  NetworkPolicies of Kubernetes follow as their union
 * (model/cluster.h).
 *
 * So a pod's side of a connection is a chain of rules, the same for whoever is on the other side;
 * the other side only makes rules match or not.  Selectors are told once for each pod, not once a
 * pair.  Rules become sets of flows (packet/set.h): an evaluation takes from what remains what
 * each matching rule takes.
 *
 * Policies and network sets are of one cluster: pods of another are addresses outside to it.  A pod
 * whose address is in a network set is meant by selectors that select the set [CAL-36].
 *
 * Parties are pods of the input, addresses outside the cluster, guests: pods that are not in the
 * input, without labels; and strangers: those of any labels, so that what is sure holds for each of
 * them, and what is not for those that fit.  Of a stranger's own policies nothing is said.
 *
 * What is not understood makes two sets of one: what is allowed for sure, and what perhaps is.
 * Pods on their node's network are taken like others here: this is what policies say, not yet
 * what a plugin makes of it; who asks says so where it matters.
 *
 * Pods that nothing tells apart have what passes between them found once for all.
 *
 * Policies are stateful: answers pass.  Ownership: all in the arena given.
 * Complexity: O(selectors * pods) once, and O(rules of the two pods) set operations a pair.
 */
#ifndef DM_SOLVER_CLUSTER_POLICY_H
#define DM_SOLVER_CLUSTER_POLICY_H

#include "model/model.h"
#include "solver/packet/set.h"

struct dm_policies;

/* NULL when memory is out. */
struct dm_policies *dm_policies_new(struct dm_arena *arena, const struct dm_model *model,
                                    struct dm_sets *sets);
/* Whether memory ran out in any answer: none counts for anything then. */
bool dm_policies_failed(const struct dm_policies *policies);

/* A pod, by its number over all workloads, in their order. */
uint32_t dm_policies_n_pods(const struct dm_policies *policies);
uint32_t dm_policies_first_pod(const struct dm_policies *policies, struct dm_workload_id workload);

enum dm_policy_direction { DM_POLICY_INGRESS, DM_POLICY_EGRESS };

/* Flows from one pod to another. */
struct dm_flow_sets dm_policies_between(struct dm_policies *policies, uint32_t from, uint32_t to);

/* Flows that one side's policies let pass, with another pod, which has 'address' where it is
 * placed, or with one address outside. */
struct dm_flow_sets dm_policies_side(struct dm_policies *policies, uint32_t pod,
                                     enum dm_policy_direction direction, uint32_t peer,
                                     struct dm_addr address);
struct dm_flow_sets dm_policies_address(struct dm_policies *policies, uint32_t pod,
                                        enum dm_policy_direction direction, struct dm_addr address);

/* Of a pod with all addresses outside at once: sets of flows and of the outside's addresses, in
 * the field of sources for ingress and of destinations for egress. */
struct dm_flow_sets dm_policies_outside(struct dm_policies *policies, uint32_t pod,
                                        enum dm_policy_direction direction);

/* Of a pod with a guest in 'namespace', or where that is 0 in one that is not in the input. */
struct dm_flow_sets dm_policies_guest(struct dm_policies *policies, uint32_t pod,
                                      enum dm_policy_direction direction,
                                      struct dm_namespace_id namespace);

/* Of a pod with strangers in 'namespace', or where that is 0 in those that are not in the input. */
struct dm_flow_sets dm_policies_stranger(struct dm_policies *policies, uint32_t pod,
                                         enum dm_policy_direction direction,
                                         struct dm_namespace_id namespace);

/* What is known of strangers' labels and, where it is not in the input, of their namespace's. */
struct dm_policy_fit {
    const struct dm_selector *pods;       /* NULL: nothing */
    const struct dm_selector *namespaces; /* the same */
};

/* Of a pod with those strangers whose labels are such. */
struct dm_flow_sets dm_policies_fitting(struct dm_policies *policies, uint32_t pod,
                                        enum dm_policy_direction direction,
                                        struct dm_namespace_id namespace,
                                        const struct dm_policy_fit *fit);

/* ---- one packet ---- */

#define DM_POLICY_OUTSIDE UINT32_MAX

enum dm_policy_verdict { DM_POLICY_PASSES, DM_POLICY_STOPPED, DM_POLICY_UNSURE };

/* A policy that was asked, and the rule of it that takes the packet. */
struct dm_policy_step {
    const struct dm_network_policy *policy;
    const struct dm_policy_rule *rule; /* NULL: none does */
    bool is_sure;                      /* else it is not known whether it does */
};

struct dm_policy_account {
    enum dm_policy_verdict verdict;
    const struct dm_policy_step *steps; /* in order of asking; none: no policy selects the pod */
    size_t n_steps;
    struct dm_unknown_id unknown; /* UNSURE: what is not understood, or 0 */
};

/* How the policies of a pod in one direction come to let a packet pass or not: the verdict is that
 * of the sets, the steps say why.  'peer' is a pod or DM_POLICY_OUTSIDE, of which the packet has
 * the address.  What stops a packet without a rule is the end of a tier: its steps have no rule.
 * False when memory is out.  O(rules of the pod). */
bool dm_policies_explain(struct dm_policies *policies, uint32_t pod,
                         enum dm_policy_direction direction, uint32_t peer,
                         const struct dm_packet *packet, struct dm_policy_account *ret_account);

#endif
