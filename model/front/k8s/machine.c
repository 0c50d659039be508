/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Node objects: labels, taints, and what pods can have of a node.
 */
#include <string.h>

#include "model/front/k8s/schedule.h"

/* The zone of the model that the label names, by its own name or its zone id; none where the model
 * has no such zone. */
static struct dm_zone_id zone_of(struct dm_k8s *k8s, const struct dm_kube_labels *labels)
{
    static const char *const keys[] = { "topology.kubernetes.io/zone",
                                        "failure-domain.beta.kubernetes.io/zone" };

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        for (size_t j = 0; j < labels->n; j++) {
            if (strcmp(labels->items[j].key, keys[i]) == 0) {
                return (struct dm_zone_id){
                    dm_builder_find(k8s->builder, DM_KIND_zone, labels->items[j].value).v
                };
            }
        }
    }
    return (struct dm_zone_id){ 0 };
}

void dm_k8s_read_node(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    const struct dm_tree *status = dm_k8s_map(k8s, object->root, "status");
    const struct dm_tree *resources = dm_k8s_map(k8s, status, "allocatable");
    struct dm_node node = {
        .object = { .name = dm_k8s_name(k8s, object), .origin = object->origin },
        .cluster = k8s->cluster,
        .labels = dm_k8s_labels(k8s, dm_k8s_map(k8s, object->metadata, "labels"))
    };

    resources = resources ? resources : dm_k8s_map(k8s, status, "capacity");
    node.allocatable = dm_k8s_resources(k8s, resources);
    node.max_pods = dm_k8s_max_pods(k8s, resources);
    node.zone = zone_of(k8s, &node.labels);
    dm_k8s_read_taints(k8s, dm_k8s_list(k8s, object->spec, "taints"), &node.taints, &node.n_taints);
    k8s->failed = k8s->failed || dm_builder_add_node(k8s->builder, &node).v == 0;
}
