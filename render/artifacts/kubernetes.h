/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * kubernetes - a cluster of the model as objects of Kubernetes and of Calico, in JSON.
 *
 * Files, below kubernetes/CLUSTER/, each a list of objects that `kubectl apply` takes:
 *
 *     calico.json      the installation of Calico, its pools, tiers and sets of networks
 *     namespaces.json  namespaces, and service accounts
 *     policies.json    NetworkPolicies of Kubernetes, and policies of Calico
 *     services.json    Services, and Ingresses
 *     workloads.json   what makes pods: Deployments, StatefulSets, ...
 *
 * They say what the model holds, and read back (front/k8s) give a model of which the same follows.
 * A policy that came from a NetworkPolicy is one again; another is of Calico's kind.  What a
 * container runs is no part of the model: its image has the workload's name, which the user's own
 * tools replace.  Objects carry the annotation demarc/origin, with file and line.
 *
 * Limits: what the model does not understand, and services of names outside the cluster or whose
 * endpoints are given by hand, are refused by name.  Annotations that ask a controller for a load
 * balancer are not written: a design has load balancers of its own.  O(objects) time and memory.
 */
#ifndef DM_RENDER_ARTIFACTS_KUBERNETES_H
#define DM_RENDER_ARTIFACTS_KUBERNETES_H

#include "model/model.h"
#include "render/artifacts/layout.h"

/* Adds the files of one cluster.  DM_UNSUPPORTED: it holds what cannot be written, and the text
 * names it. */
DM_NODISCARD enum dm_status dm_kubernetes_make(struct dm_arena *arena, const struct dm_model *model,
                                               struct dm_cluster_id cluster,
                                               struct dm_layout *layout, struct dm_err *err);

/* The same of all clusters that stand on the network of the model: of others the input is what
 * makes them. */
DM_NODISCARD enum dm_status dm_kubernetes_make_all(struct dm_arena *arena,
                                                   const struct dm_model *model,
                                                   struct dm_layout *layout, struct dm_err *err);

#endif
