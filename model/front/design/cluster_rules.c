/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Policies of pods as a design writes them, rule by rule.
 */
#include <string.h>

#include "model/base/str.h"
#include "model/front/design/lower_private.h"

enum { MICRO = 1000000, DEFAULT_ORDER = 100 };

/* One policy while it is read. */
struct reading {
    const struct dm_lower_cluster *cluster;
    struct dm_policy_rule *items;
    size_t n;
    size_t capacity;
};

static bool set_net(struct dm_lower *lower, struct dm_policy_entity *entity,
                    struct dm_prefix prefix)
{
    struct dm_prefix *copy = DM_NEW(lower->arena, struct dm_prefix);

    if (!copy) {
        lower->oom = true;
        return false;
    }
    *copy = prefix;
    entity->nets = copy;
    entity->n_nets = 1;
    return true;
}

/* The pods of a service, which must run on the cluster. */
static bool set_service(struct dm_lower *lower, const struct reading *reading,
                        const struct dm_tree *node, const char *name,
                        struct dm_policy_entity *entity)
{
    const struct dm_tree *services = dm_tree_find(lower->root, "services");

    for (size_t i = 0; i < reading->cluster->loads.n; i++) {
        const struct dm_lower_load *load = &reading->cluster->loads.items[i];

        if (load->party.kind == DM_PARTY_SERVICE && strcmp(load->copy->entry->key, name) == 0) {
            entity->pods_only = true;
            entity->selector = dm_lower_selector(lower, "app", &name, 1);
            entity->namespace_selector =
                dm_lower_selector(lower, "kubernetes.io/metadata.name", &load->namespace, 1);
            return true;
        }
    }
    if (!dm_lower_entry(lower, services, name)) {
        dm_lower_unknown_key(lower, node->span, "service", name, services);
    } else {
        (void)dm_lower_fault(lower, node->span, "service `%s` does not run on `%s`", name,
                             reading->cluster->copy->name);
    }
    return false;
}

static bool set_peer(struct dm_lower *lower, const struct reading *reading,
                     const struct dm_tree *node, struct dm_policy_entity *entity)
{
    const char *text = dm_lower_text(lower, node);
    const char *name = text ? strchr(text, ':') : NULL;
    const struct dm_lower_region *region = reading->cluster->copy->region;
    struct dm_prefix prefix;

    if (!text) {
        return false;
    }
    if (strcmp(text, "any") == 0) {
        return true;
    }
    if (strcmp(text, "pods") == 0) {
        entity->pods_only = true;
        return true;
    }
    if (strcmp(text, "vpc") == 0) {
        return set_net(lower, entity, reading->cluster->vpc->cidr);
    }
    if (dm_str_starts(text, "service:")) {
        return set_service(lower, reading, node, name + 1, entity);
    }
    if (dm_str_starts(text, "namespace:")) {
        name++;
        entity->pods_only = true;
        entity->namespace_selector =
            dm_lower_selector(lower, "kubernetes.io/metadata.name", &name, 1);
        return dm_lower_namespace(lower, reading->cluster, node, name).v != 0;
    }
    return dm_lower_network(lower, region, node->span, text, &prefix)
           && set_net(lower, entity, prefix);
}

static bool set_match(struct dm_lower *lower, const struct dm_tree *node,
                      struct dm_policy_rule *rule)
{
    struct dm_policy_port *port = DM_NEW(lower->arena, struct dm_policy_port);
    struct dm_match match;

    if (!port || !dm_lower_match(lower, node, &match)) {
        lower->oom = lower->oom || !port;
        return false;
    }
    rule->protocol = match.protocol < 0 ? 0 : (uint8_t)match.protocol;
    rule->icmp_type = match.icmp_type;
    rule->icmp_code = match.icmp_code;
    if (match.protocol == DM_PROTO_TCP || match.protocol == DM_PROTO_UDP) {
        *port = (struct dm_policy_port){ .first = match.port_first, .last = match.port_last };
        rule->destination.ports = port;
        rule->destination.n_ports = 1;
    }
    return true;
}

/* One of the model for each peer and match. */
static void read_rule(struct dm_lower *lower, struct reading *reading, const struct dm_tree *item,
                      bool egress)
{
    const struct dm_tree *allow = dm_tree_find(item, "allow");
    const struct dm_tree *matches = allow ? allow : dm_tree_find(item, "deny");
    const struct dm_tree *peers = dm_lower_need(lower, item, egress ? "to" : "from", item->span);

    for (size_t i = 0; i < dm_lower_n_items(peers); i++) {
        for (size_t j = 0; j < dm_lower_n_items(matches); j++) {
            struct dm_policy_rule rule = { .action = allow ? DM_POLICY_ALLOW : DM_POLICY_DENY,
                                           .origin = item->span };

            if (set_match(lower, dm_lower_item(matches, j), &rule)
                && set_peer(lower, reading, dm_lower_item(peers, i),
                            egress ? &rule.destination : &rule.source)) {
                (void)DM_LOWER_PUSH(lower, reading, rule);
            }
        }
    }
}

static const struct dm_policy_rule *rules(struct dm_lower *lower,
                                          const struct dm_lower_cluster *cluster,
                                          const struct dm_tree *list, bool egress, size_t *ret_n)
{
    struct reading reading = { .cluster = cluster };

    for (size_t i = 0; i < dm_lower_n_items(list); i++) {
        read_rule(lower, &reading, dm_lower_item(list, i), egress);
    }
    *ret_n = reading.n;
    return reading.items;
}

static void policy(struct dm_lower *lower, const struct dm_lower_cluster *cluster,
                   const struct dm_tree_pair *entry)
{
    const struct dm_tree *namespace = dm_tree_find(entry->value, "namespace");
    const char *in = namespace ? dm_lower_text(lower, namespace) : NULL;
    const struct dm_tree *order = dm_tree_find(entry->value, "order");
    const struct dm_tree *ingress = dm_tree_find(entry->value, "ingress");
    const struct dm_tree *egress = dm_tree_find(entry->value, "egress");
    const struct dm_kube_labels labels =
        dm_lower_kube_labels(lower, dm_tree_find(entry->value, "pods"), NULL, NULL);
    struct dm_network_policy item = {
        .object = { .origin = entry->key_span },
        .cluster = cluster->id,
        .tier = cluster->tier,
        .kind = in ? "NetworkPolicy" : "GlobalNetworkPolicy",
        .rank_name = entry->key,
        .selector = dm_lower_selector_of(lower, &labels),
        .for_ingress = ingress != NULL,
        .for_egress = egress != NULL,
    };
    int64_t number = DEFAULT_ORDER;

    if (order && !dm_lower_int(lower, order, 0, MICRO, "`order`", &number)) {
        return;
    }
    item.order_micro = number * MICRO;
    item.object.name = dm_lower_in_cluster(
        lower, cluster, in ? dm_lower_name(lower, "%s/%s", in, entry->key) : entry->key);
    if (in) {
        item.namespace = dm_lower_namespace(lower, cluster, namespace, in);
    }
    item.ingress = rules(lower, cluster, ingress, false, &item.n_ingress);
    item.egress = rules(lower, cluster, egress, true, &item.n_egress);
    if (dm_builder_find(lower->builder, DM_KIND_network_policy, item.object.name).v) {
        (void)dm_lower_fault(lower, entry->key_span, "`%s` has another policy of this name",
                             cluster->copy->name);
    } else if (!in || item.namespace.v) {
        (void)DM_LOWER_ADD(lower, network_policy, &item);
    }
}

void dm_lower_written_policies(struct dm_lower *lower, const struct dm_lower_cluster *cluster)
{
    size_t n = 0;
    const struct dm_tree_pair *const *entries =
        dm_lower_sorted(lower, dm_tree_find(cluster->copy->tree, "policies"), &n);

    for (size_t i = 0; i < n && !lower->oom; i++) {
        policy(lower, cluster, entries[i]);
    }
}
