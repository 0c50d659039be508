/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * schedule - what a pod's spec says of where it may run, and what nodes have.
 *
 * Whatever is said there and not modelled makes the schedule unknown, never wider or narrower: who
 * places pods must say so.  What is only preferred is no bound and not kept.
 */
#ifndef DM_MODEL_FRONT_K8S_SCHEDULE_H
#define DM_MODEL_FRONT_K8S_SCHEDULE_H

#include "model/front/k8s/k8s_private.h"

/* ---- resource.c ---- */

/* "cpu" and "memory" of a map; -1: not said. */
struct dm_resources dm_k8s_resources(struct dm_k8s *k8s, const struct dm_tree *map);
uint16_t dm_k8s_max_pods(struct dm_k8s *k8s, const struct dm_tree *map);

/* The "requests" or "limits" of all containers together. */
struct dm_resources dm_k8s_pod_resources(struct dm_k8s *k8s, const struct dm_tree *spec,
                                         const char *which);

/* ---- schedule.c ---- */

/* Of "nodeSelectorTerms" any is to be met; NULL where there are none. */
const struct dm_selector *dm_k8s_node_terms(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                                            const struct dm_tree *selector,
                                            struct dm_unknown_id *slot);

/* ---- volume.c ---- */

/* Whether pods have volumes that are in one zone; '*nodes' is narrowed by what volumes of the input
 * say themselves. */
void dm_k8s_read_volumes(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                         const struct dm_tree *spec, struct dm_schedule *schedule);

#endif
