/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Node objects: labels, taints, and what pods can have of a node, and which host
 * of a network it is.
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

/* ---- which host it is ---- */

static bool is_instance(const char *text)
{
    static const char digits[] = "0123456789abcdef";

    return dm_str_starts(text, "i-") && text[2] && !text[2 + strspn(text + 2, digits)];
}

/* "aws:///eu-west-1a/i-0a96945f1dbc5b2ac"; NULL, and a fault where it is of AWS and names none. */
static const char *instance_of(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    const char *text = dm_k8s_text(k8s, object->spec, "providerID");
    const char *last = text ? strrchr(text, '/') : NULL;

    if (!text || !*text) {
        return NULL;
    }
    if (dm_str_starts(text, "aws://") && last && is_instance(last + 1)) {
        return last + 1;
    }
    if (dm_str_starts(text, "aws:") || !strstr(text, "://")) {
        dm_diag_help(
            k8s->diags,
            dm_k8s_fault(k8s, dm_k8s_get(object->spec, "providerID")->span,
                         "`%s` names no instance", text),
            "the form is aws:///ZONE/INSTANCE, as in aws:///eu-west-1a/i-0a96945f1dbc5b2a");
    }
    return NULL;
}

/* Its address in its VPC. */
static struct dm_addr address_of(struct dm_k8s *k8s, const struct dm_tree *status)
{
    const struct dm_tree *list = dm_k8s_list(k8s, status, "addresses");
    struct dm_addr address = { 0 };

    for (size_t i = 0; list && i < list->n && dm_addr_is_none(address); i++) {
        const char *type = dm_k8s_text(k8s, list->items[i], "type");
        const char *text = dm_k8s_text(k8s, list->items[i], "address");

        if (dm_str_equal(type, "InternalIP") && text
            && dm_addr_parse(text, &address) != DM_ADDR_OK) {
            (void)dm_k8s_fault(k8s, dm_k8s_get(list->items[i], "address")->span,
                               "`%s` is no address", text);
            return (struct dm_addr){ 0 };
        }
    }
    return address;
}

static void report_same_address(struct dm_k8s *k8s, const struct dm_node *node)
{
    char text[DM_ADDR_TEXT_SIZE];
    bool added = true;

    if (!dm_addr_is_none(node->address)) {
        const char *key =
            dm_k8s_text_of(k8s, "address of node/%s", dm_addr_text(node->address, text));

        k8s->failed = !dm_map_add(&k8s->by_name, key, &added) || k8s->failed;
    }
    if (!added) {
        (void)dm_k8s_fault(k8s, node->object.origin, "another node has the address %s of `%s`",
                           dm_addr_text(node->address, text), node->object.name);
    }
}

struct dm_node_id dm_k8s_node(struct dm_k8s *k8s, const char *name)
{
    return (struct dm_node_id){
        dm_builder_find(k8s->builder, DM_KIND_node, dm_k8s_in_cluster(k8s, name)).v
    };
}

void dm_k8s_read_node(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    const struct dm_tree *status = dm_k8s_map(k8s, object->root, "status");
    const struct dm_tree *resources = dm_k8s_map(k8s, status, "allocatable");
    struct dm_node node = {
        .object = { .name = dm_k8s_name(k8s, object), .origin = object->origin },
        .cluster = k8s->cluster,
        .short_name = object->name,
        .instance = instance_of(k8s, object),
        .address = address_of(k8s, status),
        .labels = dm_k8s_labels(k8s, dm_k8s_map(k8s, object->metadata, "labels"))
    };

    report_same_address(k8s, &node);
    resources = resources ? resources : dm_k8s_map(k8s, status, "capacity");
    node.allocatable = dm_k8s_resources(k8s, resources);
    node.max_pods = dm_k8s_max_pods(k8s, resources);
    node.zone = zone_of(k8s, &node.labels);
    dm_k8s_read_taints(k8s, dm_k8s_list(k8s, object->spec, "taints"), &node.taints, &node.n_taints);
    k8s->failed = k8s->failed || dm_builder_add_node(k8s->builder, &node).v == 0;
}
