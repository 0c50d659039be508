/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * k8s - a cluster as its manifests describe it.
 *
 * Input is a file, a folder with all below it, or "-", standard input.  YAML of any number of
 * documents and JSON are read; lists of objects count as their items.  Several inputs may be of one
 * cluster, which has a name or, where it is the only one, need not.  A cluster of that name which
 * the builder has already, of a design or of describe output, is the one that the manifests are
 * for: names of their objects begin with "NAME:", as there.  Without a
 * name they are taken for those of the only cluster that describe output shows, where it shows one.
 * An object stands in the namespace that it names, else in "default"; namespaces that nothing
 * declares are there all the same.
 *
 * Pods belong to the workload that owns them as far as the input shows it: a pod of a replica
 * set of a deployment is the deployment's where all three are in the input, else what its owner
 * reference says.  Where pods of a workload are in the input its template is not looked at.
 *
 * What gives pods their addresses is read where it is there: pools, the operator's Installation,
 * Felix; nodes with labels, taints and room, and the instance and address that a network knows them
 * by; of pods that run where they do (model/join_private.h joins both with a network); of pods what
 * they ask for and where they may run, with volumes that are in one zone.  Where a service has no
 * selector, EndpointSlices and Endpoints say where it leads.
 *
 * Of ingresses and services follows what the AWS load balancer controller builds, a
 * 'dm_kube_balancer' (balancer.h).  Annotations that it does not know are named.
 *
 * Probes, variables, service accounts with their roles, autoscalers, budgets of disruption, secrets
 * and config maps are read for rules (upkeep.h); of credentials names alone are kept.
 *
 * Other kinds that carry no traffic and stop none are known by name and passed over.  Any other
 * kind, and files that are no manifests, are unknowns with their place.  In policies each key
 * counts: one that is not understood makes its policy's verdicts unknown, and one that is nearly a
 * known key is a fault.
 *
 * Complexity: O(bytes), and O(log n) a reference.  Sources and objects live in the arena.
 */
#ifndef DM_MODEL_FRONT_K8S_K8S_H
#define DM_MODEL_FRONT_K8S_K8S_H

#include "model/model.h"

/* Adds what 'path' describes to 'builder'.  Faults of the input go to 'diags'. */
DM_NODISCARD enum dm_status dm_k8s_load(struct dm_arena *arena, struct dm_sources *sources,
                                        const char *path, struct dm_builder *builder,
                                        struct dm_diags *diags, struct dm_err *err);

/* All inputs of one cluster; 'name' NULL: the only one, whose objects have no prefix. */
DM_NODISCARD enum dm_status dm_k8s_load_all(struct dm_arena *arena, struct dm_sources *sources,
                                            const char *name, const char *const *paths,
                                            size_t n_paths, struct dm_builder *builder,
                                            struct dm_diags *diags, struct dm_err *err);

#endif
