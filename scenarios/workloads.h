/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * workloads - who can connect to whom in a cluster, and on what, by its policies.
 *
 * Places are workloads, the world outside the cluster, and where ingresses are, the controller that
 * serves them.  A row says what some pod of one workload can do to some pod of the other; pods of
 * one workload differ only where their labels do.  What a workload does to itself has no row, nor
 * have workloads of two clusters: whether and with which addresses they meet is a matter of the
 * network, which this does not look at; to each other they are of the outside.
 *
 * The outside is said by ranges of addresses, "10.0.0.0-10.255.255.255[External]": the longest ones
 * within which no workload tells addresses apart, on the way in and on the way out for
 * themselves.  IPv6 is said where a policy names addresses of it.
 *
 * "{ingress-controller}" has what ingresses send on, by services, as far as the policies of the
 * receivers let a pod of an unknown namespace in.
 *
 * With 'options.exposure', pods that are not in the input have rows too, by namespace:
 * "shop/{any pod}" has what the other's policies let pass whatever the labels of such a pod,
 * "shop/{pods app == 'x'}" what they let pass of one with such labels, which a rule asks for, and
 * "shop/{some pod}" all that they let pass if its labels, ports or account fit, both where that is
 * more; "{any namespace}", and "{namespaces team == 'x'}", stand for those that are not in the
 * input.  What policies say of such pods themselves is not looked at.
 *
 * Connections are said in the words of NetworkPolicies, which know ports of TCP, UDP and SCTP:
 * where a pair has all of them that is "All Connections", and other protocols are said only where a
 * policy of the input tells them apart.
 *
 * Marks are those of pairs.h: PLAIN, and UNKNOWN for what is only perhaps let pass.
 *
 * Complexity: O(W^2) evaluations for W workloads, O(ranges * different sets) set operations.
 */
#ifndef DM_SCENARIOS_WORKLOADS_H
#define DM_SCENARIOS_WORKLOADS_H

#include "scenarios/pairs.h"

/* 'options.by' is not looked at.  Selectors: names of workloads ("cart", "shop/cart",
 * "shop/cart[Deployment]"), namespaces, "external", "ingress-controller", "unseen".  DM_USAGE: one
 * selects nothing. */
DM_NODISCARD enum dm_status dm_workloads_find(struct dm_arena *arena, const struct dm_model *model,
                                              const struct dm_pairs_options *options,
                                              struct dm_pairs *ret_pairs, struct dm_err *err);

#endif
