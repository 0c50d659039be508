/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * terraform - a model as roots of Terraform, in its JSON syntax.
 *
 * Roots, in the order in which they are applied; each knows only what stands before it:
 *
 *     shared/REGION  transit gateways, their tables, black holes in them, VPN connections to them;
 *                    customer gateways; VPCs of no environment
 *     ENV/REGION     VPCs of an environment, their attachments with association, propagation and
 *                    the static routes that lead to them; virtual private gateways with their VPN
 *                    connections; load balancers with listeners and targets, firewalls with policy
 *                    and rules, appliances with their gateway load balancer, and endpoints;
 *                    control planes of clusters
 *     ENV.nodes/REGION   node groups of clusters whose control planes are in ENV/REGION: between
 *                    the two the objects of Kubernetes are applied (kubernetes.h)
 *     global         peerings of transit gateways and of VPCs with their accepters, the routes over
 *                    them both ways, and rules that refer to a group of another VPC; core networks
 *                    with their policy and all that is attached to them, and routes to them;
 *                    Direct Connect, and lines to sites that end at a core network; accelerators
 *
 * A root takes from another what that gives out in outputs.tf.json, named after kind and name in
 * the model ('vpc_app_prod_eu_west_1'), through terraform_remote_state.
 *
 * One resource for each object and each row (route, rule, entry, association, propagation, target),
 * so that a change of one row is a change of one resource; nothing inline but rules of firewalls,
 * which AWS takes whole.  Names of resources are
 * names of the model, what is neither letter nor digit as '_'; names that then are equal get digits
 * of their digest, whatever their order.  Objects carry the tags Name and demarc:origin (file and
 * line), rows have the place as a comment.
 *
 * What AWS makes on its own is not left to it: VPCs get their main table, and what the model calls
 * the default ACL, as resources; transit gateways have no default tables, every association and
 * propagation is written out.  Not written: local routes (they come with the VPC), the last entry
 * of an ACL that denies all (AWS adds it), and propagation over peerings (AWS has none [TGW-01]).
 *
 * Two rows of a group that say the same are one.  Files are canonical: sorted keys, two spaces, a
 * newline at the end.  O(V + R) resources; O((V + R) log(V + R)) time.
 *
 * What AWS chooses where it takes no order: addresses of nodes of application and of public load
 * balancers, within their subnets, and static addresses of accelerators.
 *
 * Limits: IPv6 blocks of VPCs, VPCs of several accounts, attachments with labels of routing
 * policies, for which the provider has no argument, accelerators that describe calls gave, and
 * load balancers of which these say more than the model holds, are refused.
 */
#ifndef DM_RENDER_ARTIFACTS_TERRAFORM_H
#define DM_RENDER_ARTIFACTS_TERRAFORM_H

#include "model/model.h"
#include "render/artifacts/layout.h"

/* The version of the AWS provider that is written for. */
#define DM_TERRAFORM_PROVIDER_VERSION "6.25.0"

/* Adds the files of all roots, below "terraform/".  DM_UNSUPPORTED: the model holds what cannot be
 * written, and the text names it. */
DM_NODISCARD enum dm_status dm_terraform_make(struct dm_arena *arena, const struct dm_model *model,
                                              struct dm_layout *layout, struct dm_err *err);

#endif
