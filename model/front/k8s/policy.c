/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * NetworkPolicy of Kubernetes, as a policy of Calico's form: of the tier "default", all of one
 * order, with rules that allow.  One rule for each peer and protocol.
 */
#include <string.h>

#include "model/front/k8s/k8s_private.h"

enum { DEFAULT_ORDER = 1000 };

const uint8_t dm_k8s_protocols[DM_K8S_N_PROTOCOLS] = { DM_PROTO_TCP, DM_PROTO_UDP, DM_PROTO_SCTP };

static struct dm_policy_port port_of(struct dm_k8s *k8s, const struct dm_tree *map,
                                     const struct dm_tree *node)
{
    struct dm_policy_port port = { NULL, 0, 0 };
    int64_t first = 0;

    if (node->kind == DM_TREE_SCALAR && node->scalar == DM_SCALAR_STRING) {
        port.name = node->text;
        (void)dm_k8s_check_port_name(k8s, port.name, node->span);
        if (dm_k8s_get(map, "endPort")) {
            (void)dm_k8s_fault(k8s, dm_k8s_get(map, "endPort")->span,
                               "`endPort` beside the port's name `%s`", node->text);
        }
        return port;
    }
    first = dm_k8s_number(k8s, map, "port", 1, 65535, 0);
    port.first = (uint16_t)first;
    port.last = (uint16_t)dm_k8s_number(k8s, map, "endPort", 1, 65535, first);
    if (port.last < port.first) {
        dm_diag_label(k8s->diags,
                      dm_k8s_fault(k8s, dm_k8s_get(map, "endPort")->span,
                                   "`endPort` %d is below `port` %d", port.last, port.first),
                      node->span, "the port is here");
        port.last = port.first;
    }
    return port;
}

static void read_ports(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                       const struct dm_tree *list, struct dm_k8s_ports ports[DM_K8S_N_PROTOCOLS],
                       struct dm_unknown_id *slot)
{
    for (size_t i = 0; list && i < list->n; i++) {
        const struct dm_tree *map = list->items[i];
        const struct dm_tree *node;
        uint8_t protocol;
        size_t at = 0;

        if (!dm_k8s_keys(k8s, object, map, "protocol|port|endPort", slot)) {
            continue;
        }
        protocol = dm_k8s_protocol(k8s, map, "protocol", DM_PROTO_TCP);
        while (at + 1 < DM_K8S_N_PROTOCOLS && dm_k8s_protocols[at] != protocol) {
            at++;
        }
        node = dm_k8s_get(map, "port");
        if (node) {
            (void)DM_K8S_PUSH(k8s, &ports[at].list, port_of(k8s, map, node));
        } else {
            ports[at].any = true;
            if (dm_k8s_get(map, "endPort")) {
                (void)dm_k8s_fault(k8s, dm_k8s_get(map, "endPort")->span,
                                   "`endPort` without `port`");
            }
        }
    }
}

static void read_block(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                       const struct dm_tree *block, struct dm_policy_entity *entity,
                       struct dm_unknown_id *slot)
{
    struct dm_prefix *prefixes;
    const struct dm_tree *except;
    size_t n;

    if (!dm_k8s_keys(k8s, object, block, "cidr|except", slot)) {
        return;
    }
    except = dm_k8s_list(k8s, block, "except");
    n = except ? except->n : 0;
    prefixes = DM_NEW_ARRAY(k8s->arena, n + 1, struct dm_prefix);
    if (!prefixes) {
        k8s->failed = true;
        return;
    }
    entity->outside_only = true;
    if (!dm_k8s_get(block, "cidr")) {
        (void)dm_k8s_fault(k8s, block->span, "`cidr` is missing");
        return;
    }
    if (!dm_k8s_prefix(k8s, dm_k8s_get(block, "cidr"), &prefixes[0])) {
        return;
    }
    entity->nets = prefixes;
    entity->n_nets = 1;
    entity->not_nets = prefixes + 1;
    for (size_t i = 0; i < n; i++) {
        struct dm_prefix prefix;

        if (!dm_k8s_prefix(k8s, except->items[i], &prefix)) {
            continue;
        }
        if (!dm_prefix_covers(prefixes[0], prefix) || dm_prefix_compare(prefixes[0], prefix) == 0) {
            (void)dm_k8s_fault(k8s, except->items[i]->span, "`%s` is not a part of `cidr`",
                               dm_tree_text(except->items[i]));
            continue;
        }
        prefixes[1 + entity->n_not_nets++] = prefix;
    }
}

static struct dm_policy_entity read_peer(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                                         const struct dm_tree *peer, struct dm_unknown_id *slot)
{
    struct dm_policy_entity entity = { .pods_only = true };
    const struct dm_tree *block;
    const struct dm_tree *pods;
    const struct dm_tree *namespaces;

    if (!dm_k8s_keys(k8s, object, peer, "ipBlock|podSelector|namespaceSelector", slot)) {
        return entity;
    }
    block = dm_k8s_map(k8s, peer, "ipBlock");
    pods = dm_k8s_map(k8s, peer, "podSelector");
    namespaces = dm_k8s_map(k8s, peer, "namespaceSelector");
    if (block && (pods || namespaces)) {
        (void)dm_k8s_fault(k8s, peer->span, "`ipBlock` beside a selector in one peer");
    }
    if (!block && !pods && !namespaces) {
        (void)dm_k8s_fault(k8s, peer->span, "a peer that says nothing");
    }
    if (block) {
        entity.pods_only = false;
        read_block(k8s, object, block, &entity, slot);
        return entity;
    }
    entity.own_namespace = namespaces == NULL;
    if (namespaces) {
        entity.namespace_selector = dm_k8s_label_selector(k8s, object, namespaces, slot);
    }
    entity.selector = dm_k8s_label_selector(k8s, object, pods, slot);
    return entity;
}

void dm_k8s_add_rules(struct dm_k8s *k8s, const struct dm_policy_rule *rule,
                      const struct dm_k8s_ports ports[DM_K8S_N_PROTOCOLS], bool has_ports,
                      struct dm_k8s_policy_rules *rules)
{
    if (!has_ports) {
        (void)DM_K8S_PUSH(k8s, rules, *rule);
        return;
    }
    for (size_t i = 0; i < DM_K8S_N_PROTOCOLS; i++) {
        struct dm_policy_rule part = *rule;

        part.protocol = dm_k8s_protocols[i];
        if (!ports[i].any) {
            part.destination.ports = ports[i].list.items;
            part.destination.n_ports = ports[i].list.n;
        }
        if (ports[i].any || ports[i].list.n) {
            (void)DM_K8S_PUSH(k8s, rules, part);
        }
    }
}

static void read_rule(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                      const struct dm_tree *map, bool is_ingress, struct dm_k8s_policy_rules *rules)
{
    struct dm_k8s_ports ports[DM_K8S_N_PROTOCOLS] = { { { NULL, 0, 0 }, false } };
    struct dm_policy_rule rule = {
        .action = DM_POLICY_ALLOW, .icmp_type = -1, .icmp_code = -1, .origin = map->span
    };
    const struct dm_tree_pair *wrong;
    const struct dm_tree *peers;
    const struct dm_tree *list;

    if (!dm_k8s_keys(k8s, object, map, "from|to|ports", &rule.unknown)) {
        return;
    }
    wrong = dm_tree_find_pair(map, is_ingress ? "to" : "from");
    if (wrong) {
        dm_diag_help(k8s->diags,
                     dm_k8s_fault(k8s, wrong->key_span, "`%s` in a rule for %s", wrong->key,
                                  is_ingress ? "ingress" : "egress"),
                     "its peers stand below `%s`", is_ingress ? "from" : "to");
    }
    peers = dm_k8s_list(k8s, map, is_ingress ? "from" : "to");
    list = dm_k8s_list(k8s, map, "ports");
    read_ports(k8s, object, list, ports, &rule.unknown);
    if (!peers || peers->n == 0) {
        dm_k8s_add_rules(k8s, &rule, ports, list && list->n, rules);
        return;
    }
    for (size_t i = 0; i < peers->n; i++) {
        struct dm_policy_rule part = rule;
        struct dm_policy_entity entity = read_peer(k8s, object, peers->items[i], &part.unknown);

        part.origin = peers->items[i]->span;
        if (is_ingress) {
            part.source = entity;
        } else {
            part.destination = entity;
        }
        dm_k8s_add_rules(k8s, &part, ports, list && list->n, rules);
    }
}

static struct dm_k8s_policy_rules read_rules(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                                             const char *key)
{
    const struct dm_tree *list = dm_k8s_list(k8s, object->spec, key);
    struct dm_k8s_policy_rules rules = { NULL, 0, 0 };

    for (size_t i = 0; list && i < list->n; i++) {
        /* `- {}`, and `-` alone, allow all. */
        if (list->items[i]->kind == DM_TREE_NULL) {
            (void)DM_K8S_PUSH(k8s, &rules,
                              (struct dm_policy_rule){ .action = DM_POLICY_ALLOW,
                                                       .icmp_type = -1,
                                                       .icmp_code = -1,
                                                       .origin = list->items[i]->span });
        } else {
            read_rule(k8s, object, list->items[i], key[0] == 'i', &rules);
        }
    }
    return rules;
}

void dm_k8s_directions(struct dm_k8s *k8s, const struct dm_tree *types,
                       struct dm_network_policy *policy)
{
    for (size_t i = 0; types && i < types->n; i++) {
        const char *text = dm_tree_text(types->items[i]);

        if (text && strcmp(text, "Ingress") == 0) {
            policy->for_ingress = true;
        } else if (text && strcmp(text, "Egress") == 0) {
            policy->for_egress = true;
        } else {
            (void)dm_k8s_fault(k8s, types->items[i]->span,
                               "`%s` is no type of policy: Ingress and Egress are",
                               text ? text : dm_tree_kind_text(types->items[i]));
        }
    }
}

/* Both directions by "policyTypes", or what the rules say: ingress always, egress where there is a
 * rule; an empty list is none, and leaves egress alone [K8S-60]. */
static void read_types(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                       struct dm_network_policy *policy)
{
    const struct dm_tree *types = dm_k8s_list(k8s, object->spec, "policyTypes");

    if (!types || types->n == 0) {
        const struct dm_tree *egress = dm_k8s_get(object->spec, "egress");

        policy->for_ingress = true;
        policy->for_egress = egress && egress->n > 0;
        return;
    }
    dm_k8s_directions(k8s, types, policy);
}

void dm_k8s_read_network_policy(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    struct dm_network_policy policy = {
        .object = { .name = dm_k8s_text_of(k8s, "%s[NetworkPolicy]", dm_k8s_name(k8s, object)),
                    .origin = object->origin },
        .cluster = k8s->cluster,
        .tier = dm_k8s_tier(k8s, "default", DM_SPAN_NONE),
        .namespace = dm_k8s_namespace(k8s, object->namespace),
        .kind = "NetworkPolicy",
        .rank_name = dm_k8s_text_of(k8s, "knp.default.%s", object->name),
        .order_micro = (int64_t)DEFAULT_ORDER * 1000000,
    };
    struct dm_k8s_policy_rules ingress;
    struct dm_k8s_policy_rules egress;

    if (!object->spec) {
        (void)dm_k8s_fault(k8s, object->origin, "NetworkPolicy `%s` has no spec", object->name);
        return;
    }
    (void)dm_k8s_keys(k8s, object, object->spec, "podSelector|policyTypes|ingress|egress",
                      &policy.unknown);
    policy.selector = dm_k8s_label_selector(
        k8s, object, dm_k8s_map(k8s, object->spec, "podSelector"), &policy.unknown);
    read_types(k8s, object, &policy);
    ingress = read_rules(k8s, object, "ingress");
    egress = read_rules(k8s, object, "egress");
    policy.ingress = ingress.items;
    policy.n_ingress = ingress.n;
    policy.egress = egress.items;
    policy.n_egress = egress.n;
    k8s->failed = k8s->failed || dm_builder_add_network_policy(k8s->builder, &policy).v == 0;
}
