/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * kubernetes_private - what the writers of the kinds of objects share.
 *
 * Faults stick ('status'), and setters take NULL, so that writers need not look at them.
 */
#ifndef DM_RENDER_ARTIFACTS_KUBERNETES_PRIVATE_H
#define DM_RENDER_ARTIFACTS_KUBERNETES_PRIVATE_H

#include <jansson.h>

#include "render/artifacts/kubernetes.h"

enum dm_kube_part {
    DM_KUBE_CALICO,
    DM_KUBE_NAMESPACES,
    DM_KUBE_POLICIES,
    DM_KUBE_SERVICES,
    DM_KUBE_WORKLOADS,
    DM_KUBE_PART_COUNT
};

struct dm_kube {
    struct dm_arena *arena;
    const struct dm_model *model;
    struct dm_cluster_id cluster;
    const char *base; /* folder that places are named from */
    json_t *items[DM_KUBE_PART_COUNT];
    enum dm_status status;
    struct dm_err *err;
};

void dm_kube_nomem(struct dm_kube *kube);
void dm_kube_refuse(struct dm_kube *kube, const struct dm_object *object, const char *why);

/* A new object in its part; 'namespace' NULL: it is of none.  Its place is that of 'from'. */
json_t *dm_kube_object(struct dm_kube *kube, enum dm_kube_part part, const char *api,
                       const char *kind, const char *namespace, const char *name,
                       const struct dm_object *from);

/* "cart" of "CLUSTER:shop/cart", "shop/cart[Kind]" and the like. */
const char *dm_kube_short(struct dm_kube *kube, const char *name);

/* The map under 'key', made where there is none. */
json_t *dm_kube_map(struct dm_kube *kube, json_t *in, const char *key);

void dm_kube_set(struct dm_kube *kube, json_t *in, const char *key, json_t *owned_value);
void dm_kube_push(struct dm_kube *kube, json_t *in, const char *key, json_t *owned_value);

/* Sets labels but for those that clusters give themselves; false: there are no others. */
bool dm_kube_labels(struct dm_kube *kube, json_t *in, const char *key,
                    const struct dm_kube_labels *labels);

/* A selector as {matchLabels, matchExpressions} of Kubernetes.  False where it is none of these:
 * 'ret_selector' is then as it was. */
bool dm_kube_expressions(struct dm_kube *kube, const struct dm_selector *selector,
                         json_t **ret_selector);

/* The same in the language of Calico. */
json_t *dm_kube_selector(struct dm_kube *kube, const struct dm_selector *selector);

/* Sets "order", with its fraction: 15 digits are written, and a double keeps as many. */
void dm_kube_order(struct dm_kube *kube, json_t *spec, int64_t micro);

const char *dm_kube_protocol(struct dm_kube *kube, uint8_t protocol);

/* ---- writers ---- */

void dm_kube_calico(struct dm_kube *kube);
void dm_kube_workloads(struct dm_kube *kube);
/* Those of a pod: ports, probes, requests and limits, and what they have of secrets; values that a
 * manifest gave a variable are not kept, and designs have none. */
void dm_kube_containers(struct dm_kube *kube, json_t *spec, const struct dm_workload *at,
                        const struct dm_pod *pod);
/* Autoscalers, and budgets of disruption. */
void dm_kube_upkeep(struct dm_kube *kube);
void dm_kube_policies(struct dm_kube *kube);

#endif
