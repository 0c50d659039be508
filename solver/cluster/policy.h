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
 * Parties are pods of the input, addresses outside the cluster, and guests: pods that are not in
 * the input, of which nothing is known but that they are pods, and perhaps their namespace.
 *
 * What is not understood makes two sets of one: what is allowed for sure, and what perhaps is.
 * Pods on their node's network are taken like others here: this is what policies say, not yet
 * what a plugin makes of it; who asks says so where it matters.
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

/* Of a pod with all addresses outside at once: sets of flows and of the outside's addresses, in
 * the field of sources for ingress and of destinations for egress. */
struct dm_flow_sets dm_policies_outside(struct dm_policies *policies, uint32_t pod,
                                        enum dm_policy_direction direction);

/* Of a pod with a guest in 'namespace', or where that is 0 in one that is not in the input. */
struct dm_flow_sets dm_policies_guest(struct dm_policies *policies, uint32_t pod,
                                      enum dm_policy_direction direction,
                                      struct dm_namespace_id namespace);

#endif
