/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * upkeep - what manifests say of how pods are kept up and what they are given (model/workload.h).
 *
 * What the API server refuses is a fault here: a probe that asks in two ways, a request above its
 * limit, an autoscaler whose smallest number is above its largest.  What it takes and what then
 * does not work is a finding of a rule.
 *
 * Where a text looks like a credential its place is hidden at once, and in Secrets every value is
 * (hide.c).
 */
#ifndef DM_MODEL_FRONT_K8S_UPKEEP_H
#define DM_MODEL_FRONT_K8S_UPKEEP_H

#include "model/front/k8s/k8s_private.h"

/* ---- container.c ---- */

/* Ports, probes and variables of the containers of a pod. */
void dm_k8s_read_containers(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                            const struct dm_tree *spec, struct dm_pod *pod);

/* ---- account.c ---- */

void dm_k8s_read_account(struct dm_k8s *k8s, const struct dm_k8s_object *object);
/* Sets which account a pod has, and what is known of it. */
void dm_k8s_pod_account(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                        const struct dm_tree *spec, struct dm_pod *pod);

/* ---- scale.c: once workloads are there ---- */

void dm_k8s_read_horizontal(struct dm_k8s *k8s, const struct dm_k8s_object *object);
void dm_k8s_read_vertical(struct dm_k8s *k8s, const struct dm_k8s_object *object);
void dm_k8s_read_budget(struct dm_k8s *k8s, const struct dm_k8s_object *object);

/* ---- config.c ---- */

void dm_k8s_read_config(struct dm_k8s *k8s, const struct dm_k8s_object *object);

/* ---- hide.c: before anything is said of a file ---- */

void dm_k8s_hide(struct dm_k8s *k8s, struct dm_span span);
/* Values of Secrets, whatever is wrong with these, and what looks like a credential elsewhere.
 * kubectl keeps a copy of what was applied in an annotation: it is hidden too. */
void dm_k8s_hide_tree(struct dm_k8s *k8s, const struct dm_tree *root);
/* Of a source that could not be read: all documents with a Secret, and of the others what follows
 * the name of a credential. */
void dm_k8s_hide_text(struct dm_k8s *k8s, uint32_t source);

#endif
