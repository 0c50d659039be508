/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * AdminNetworkPolicy and BaselineAdminNetworkPolicy: a tier each, before NetworkPolicies and after
 * them, both of which pass on what no rule takes [K8S-63, K8S-64].  The order of a policy is its
 * priority.  One rule for each peer and protocol.
 *
 * Which of two policies of one priority is asked first is nowhere said [K8S-66]: where both are for
 * one pod, neither counts as understood.
 */
#include <string.h>

#include "model/front/k8s/k8s_private.h"

enum { MAX_PRIORITY = 1000, MICRO = 1000000 };

static bool is_baseline(const struct dm_k8s_object *object)
{
    return strcmp(object->kind_text, "BaselineAdminNetworkPolicy") == 0;
}

/* ---- ports ---- */

/* Of one protocol, or by its name of all. */
static void add_port(struct dm_k8s *k8s, struct dm_policy_port port, uint8_t protocol,
                     struct dm_k8s_ports ports[DM_K8S_N_PROTOCOLS])
{
    for (size_t i = 0; i < DM_K8S_N_PROTOCOLS; i++) {
        if (port.name || dm_k8s_protocols[i] == protocol) {
            (void)DM_K8S_PUSH(k8s, &ports[i].list, port);
        }
    }
}

static void read_number(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                        const struct dm_tree *map, const char *first, const char *last,
                        struct dm_k8s_ports ports[DM_K8S_N_PROTOCOLS], struct dm_unknown_id *slot)
{
    struct dm_policy_port port = { NULL, 0, 0 };

    if (!dm_k8s_keys(k8s, object, map, last ? "protocol|start|end" : "protocol|port", slot)) {
        return;
    }
    if (!dm_k8s_get(map, first) || (last && !dm_k8s_get(map, last))) {
        (void)dm_k8s_fault(k8s, map->span, "`%s` is missing",
                           dm_k8s_get(map, first) ? last : first);
        return;
    }
    port.first = (uint16_t)dm_k8s_number(k8s, map, first, 1, 65535, 1);
    port.last = last ? (uint16_t)dm_k8s_number(k8s, map, last, 1, 65535, port.first) : port.first;
    if (port.last < port.first) {
        (void)dm_k8s_fault(k8s, dm_k8s_get(map, last)->span, "`%s` %d is below `%s` %d", last,
                           port.last, first, port.first);
        port.last = port.first;
    }
    add_port(k8s, port, dm_k8s_protocol(k8s, map, "protocol", DM_PROTO_TCP), ports);
}

static void read_ports(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                       const struct dm_tree *list, struct dm_k8s_ports ports[DM_K8S_N_PROTOCOLS],
                       struct dm_unknown_id *slot)
{
    for (size_t i = 0; list && i < list->n; i++) {
        const struct dm_tree *map = list->items[i];
        const struct dm_tree *number;
        const struct dm_tree *range;
        const char *name;

        if (!dm_k8s_keys(k8s, object, map, "portNumber|portRange|namedPort", slot)) {
            continue;
        }
        number = dm_k8s_map(k8s, map, "portNumber");
        range = dm_k8s_map(k8s, map, "portRange");
        name = dm_k8s_text(k8s, map, "namedPort");
        if ((number != NULL) + (range != NULL) + (name != NULL) != 1 && !slot->v) {
            (void)dm_k8s_fault(k8s, map->span,
                               "a port is one of `portNumber`, `portRange` and `namedPort`");
        } else if (number) {
            read_number(k8s, object, number, "port", NULL, ports, slot);
        } else if (range) {
            read_number(k8s, object, range, "start", "end", ports, slot);
        } else if (name) {
            (void)dm_k8s_check_port_name(k8s, name, dm_k8s_get(map, "namedPort")->span);
            add_port(k8s, (struct dm_policy_port){ name, 0, 0 }, 0, ports);
        }
    }
}

/* ---- peers ---- */

static void read_pods(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                      const struct dm_tree *map, struct dm_unknown_id *slot,
                      const struct dm_selector **ret_namespaces,
                      const struct dm_selector **ret_pods)
{
    if (dm_k8s_keys(k8s, object, map, "namespaceSelector|podSelector", slot)) {
        *ret_namespaces =
            dm_k8s_label_selector(k8s, object, dm_k8s_map(k8s, map, "namespaceSelector"), slot);
        *ret_pods = dm_k8s_label_selector(k8s, object, dm_k8s_map(k8s, map, "podSelector"), slot);
    }
}

static void read_networks(struct dm_k8s *k8s, const struct dm_tree *list,
                          struct dm_policy_entity *entity)
{
    struct dm_prefix *prefixes = DM_NEW_ARRAY(k8s->arena, list->n + 1, struct dm_prefix);

    k8s->failed = k8s->failed || !prefixes;
    entity->nets = prefixes;
    for (size_t i = 0; prefixes && i < list->n; i++) {
        entity->n_nets += dm_k8s_prefix(k8s, list->items[i], &prefixes[entity->n_nets]);
    }
}

/* Nodes and names of domains: which addresses these are is not in the input. */
static void name_peer(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                      const struct dm_tree *peer, const char *key, struct dm_unknown_id *slot)
{
    const struct dm_tree *value = dm_k8s_get(peer, key);

    if (value) {
        (void)dm_k8s_warn(k8s, value->span, "which addresses these `%s` have is not known", key);
        dm_k8s_unknown(k8s, value->span,
                       dm_k8s_text_of(k8s, "%s of %s %s", key, object->kind_text, object->name),
                       "which addresses these have is not in the input", slot);
    }
}

/* Networks are of pods too, where their addresses are in them [K8S-65]. */
static struct dm_policy_entity read_peer(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                                         const struct dm_tree *peer, bool is_ingress,
                                         struct dm_unknown_id *slot)
{
    struct dm_policy_entity entity = { .pods_only = true };
    const struct dm_tree *namespaces;
    const struct dm_tree *networks;
    const struct dm_tree *pods;

    if (!dm_k8s_keys(k8s, object, peer,
                     is_ingress ? "namespaces|pods" : "namespaces|pods|networks|nodes|domainNames",
                     slot)) {
        return entity;
    }
    namespaces = dm_k8s_map(k8s, peer, "namespaces");
    pods = dm_k8s_map(k8s, peer, "pods");
    networks = is_ingress ? NULL : dm_k8s_list(k8s, peer, "networks");
    if (peer->n != 1 && !slot->v) {
        (void)dm_k8s_fault(k8s, peer->span, "a peer is one of `namespaces`, `pods`%s",
                           is_ingress ? "" : ", `networks`, `nodes` and `domainNames`");
    } else if (namespaces) {
        entity.namespace_selector = dm_k8s_label_selector(k8s, object, namespaces, slot);
    } else if (pods) {
        read_pods(k8s, object, pods, slot, &entity.namespace_selector, &entity.selector);
    } else if (networks) {
        entity.pods_only = false;
        read_networks(k8s, networks, &entity);
    } else {
        name_peer(k8s, object, peer, "nodes", slot);
        name_peer(k8s, object, peer, "domainNames", slot);
    }
    return entity;
}

/* ---- rules ---- */

static enum dm_policy_action action_of(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                                       const struct dm_tree *map)
{
    static const char *const words[] = { "Allow", "Deny", "Pass" };
    const char *text = dm_k8s_text(k8s, map, "action");
    size_t n = is_baseline(object) ? 2 : 3;

    for (size_t i = 0; text && i < n; i++) {
        if (strcmp(text, words[i]) == 0) {
            return (enum dm_policy_action)i;
        }
    }
    (void)dm_k8s_fault(k8s, text ? dm_k8s_get(map, "action")->span : map->span,
                       "`action` must be %s", n == 3 ? "Allow, Deny or Pass" : "Allow or Deny");
    return DM_POLICY_DENY;
}

static void read_rule(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                      const struct dm_tree *map, bool is_ingress, struct dm_k8s_policy_rules *rules)
{
    struct dm_k8s_ports ports[DM_K8S_N_PROTOCOLS] = { { { NULL, 0, 0 }, false } };
    struct dm_policy_rule rule = { .icmp_type = -1, .icmp_code = -1, .origin = map->span };
    const char *key = is_ingress ? "from" : "to";
    const struct dm_tree *peers;
    const struct dm_tree *list;

    if (!dm_k8s_keys(k8s, object, map,
                     is_ingress ? "name|action|from|ports" : "name|action|to|ports",
                     &rule.unknown)) {
        return;
    }
    rule.action = action_of(k8s, object, map);
    peers = dm_k8s_list(k8s, map, key);
    list = dm_k8s_list(k8s, map, "ports");
    if (!peers || peers->n == 0) {
        (void)dm_k8s_fault(k8s, map->span, "a rule without peers in `%s`", key);
        return;
    }
    read_ports(k8s, object, list, ports, &rule.unknown);
    for (size_t i = 0; i < peers->n; i++) {
        struct dm_policy_rule part = rule;
        struct dm_policy_entity entity =
            read_peer(k8s, object, peers->items[i], is_ingress, &part.unknown);

        part.origin = peers->items[i]->span;
        *(is_ingress ? &part.source : &part.destination) = entity;
        dm_k8s_add_rules(k8s, &part, ports, list && list->n, rules);
    }
}

static struct dm_k8s_policy_rules read_rules(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                                             const char *key)
{
    const struct dm_tree *list = dm_k8s_list(k8s, object->spec, key);
    struct dm_k8s_policy_rules rules = { NULL, 0, 0 };

    for (size_t i = 0; list && i < list->n; i++) {
        read_rule(k8s, object, list->items[i], key[0] == 'i', &rules);
    }
    return rules;
}

/* ---- policies ---- */

static void read_subject(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                         struct dm_network_policy *policy)
{
    const struct dm_tree *subject = dm_k8s_map(k8s, object->spec, "subject");
    const struct dm_tree *namespaces = dm_k8s_map(k8s, subject, "namespaces");
    const struct dm_tree *pods = dm_k8s_map(k8s, subject, "pods");

    if (!subject) {
        (void)dm_k8s_fault(k8s, object->origin, "`subject` is missing");
        return;
    }
    (void)dm_k8s_keys(k8s, object, subject, "namespaces|pods", &policy->unknown);
    if ((namespaces != NULL) == (pods != NULL) && !policy->unknown.v) {
        (void)dm_k8s_fault(k8s, subject->span, "a subject is one of `namespaces` and `pods`");
    } else if (namespaces) {
        policy->namespace_selector =
            dm_k8s_label_selector(k8s, object, namespaces, &policy->unknown);
    } else if (pods) {
        read_pods(k8s, object, pods, &policy->unknown, &policy->namespace_selector,
                  &policy->selector);
    }
}

/* The only baseline has this name. */
static void check_name(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    if (is_baseline(object) && strcmp(object->name, "default") != 0) {
        (void)dm_k8s_fault(k8s, object->origin, "the only %s must be called `default`",
                           object->kind_text);
    }
    if (!is_baseline(object) && !dm_k8s_get(object->spec, "priority")) {
        (void)dm_k8s_fault(k8s, object->origin, "`priority` is missing");
    }
}

void dm_k8s_read_admin_policy(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    struct dm_network_policy policy = {
        .object = { .name = dm_k8s_text_of(k8s, "%s[%s]", object->name, object->kind_text),
                    .origin = object->origin },
        .cluster = k8s->cluster,
        .tier = dm_k8s_tier(k8s, is_baseline(object) ? DM_K8S_BASELINE_TIER : DM_K8S_ADMIN_TIER,
                            DM_SPAN_NONE),
        .kind = object->kind_text,
        .rank_name = object->name,
    };
    struct dm_k8s_policy_rules ingress;
    struct dm_k8s_policy_rules egress;

    if (!object->spec) {
        (void)dm_k8s_fault(k8s, object->origin, "%s `%s` has no spec", object->kind_text,
                           object->name);
        return;
    }
    (void)dm_k8s_keys(k8s, object, object->spec,
                      is_baseline(object) ? "subject|ingress|egress"
                                          : "priority|subject|ingress|egress",
                      &policy.unknown);
    check_name(k8s, object);
    policy.order_micro = dm_k8s_number(k8s, object->spec, "priority", 0, MAX_PRIORITY, 0) * MICRO;
    read_subject(k8s, object, &policy);
    ingress = read_rules(k8s, object, "ingress");
    egress = read_rules(k8s, object, "egress");
    policy.for_ingress = ingress.n > 0;
    policy.for_egress = egress.n > 0;
    policy.ingress = ingress.items;
    policy.n_ingress = ingress.n;
    policy.egress = egress.items;
    policy.n_egress = egress.n;
    k8s->failed = k8s->failed
                  || !DM_K8S_PUSH(k8s, &k8s->admin_policies,
                                  dm_builder_add_network_policy(k8s->builder, &policy))
                  || k8s->admin_policies.items[k8s->admin_policies.n - 1].v == 0;
}

/* ---- policies of one priority ---- */

static bool selects(struct dm_k8s *k8s, const struct dm_network_policy *policy,
                    const struct dm_workload *workload)
{
    const struct dm_namespace *namespace =
        dm_builder_edit_namespace(k8s->builder, workload->namespace);
    bool result = false;

    for (size_t i = 0; i < workload->n_pods; i++) {
        result = result || dm_selector_matches(policy->selector, &workload->pods[i].labels);
    }
    return result && dm_selector_matches(policy->namespace_selector, &namespace->labels);
}

/* The first policies of each priority that select a workload: of each tier and each way. */
struct firsts {
    struct dm_network_policy *items[2][2][MAX_PRIORITY + 1];
};

static void report_clash(struct dm_k8s *k8s, struct dm_network_policy *policy,
                         struct dm_network_policy *first)
{
    struct dm_network_policy *both[] = { policy, first };

    if (policy->unknown.v && first->unknown.v) {
        return; /* neither counts as understood as it is */
    }
    dm_diag_label(k8s->diags,
                  dm_k8s_warn(k8s, policy->object.origin,
                              "two policies of one priority are for one pod: which is asked first "
                              "is not defined"),
                  first->object.origin, "the other is here");
    for (size_t i = 0; i < 2; i++) {
        dm_k8s_unknown(k8s, both[i]->object.origin,
                       dm_k8s_text_of(k8s, "priority of %s", both[i]->object.name),
                       "another policy of this priority is for the same pod", &both[i]->unknown);
    }
}

static void add_first(struct dm_k8s *k8s, struct firsts *firsts, struct dm_network_policy *policy,
                      bool is_ingress)
{
    bool is_base = strcmp(policy->kind, "BaselineAdminNetworkPolicy") == 0;
    struct dm_network_policy **first =
        &firsts->items[is_base][is_ingress][policy->order_micro / MICRO];

    if (*first) {
        report_clash(k8s, policy, *first);
    } else {
        *first = policy;
    }
}

/* O(workloads x policies): of those that select one workload, each is held against the first of its
 * priority. */
void dm_k8s_check_priorities(struct dm_k8s *k8s)
{
    struct firsts *firsts = k8s->admin_policies.n > 1 ? DM_NEW(k8s->arena, struct firsts) : NULL;

    k8s->failed = k8s->failed || (k8s->admin_policies.n > 1 && !firsts);
    for (size_t i = 0; firsts && i < k8s->workloads.n && !k8s->failed; i++) {
        const struct dm_workload *workload =
            dm_builder_edit_workload(k8s->builder, k8s->workloads.items[i]);

        memset(firsts, 0, sizeof *firsts);
        for (size_t j = 0; j < k8s->admin_policies.n; j++) {
            struct dm_network_policy *policy =
                dm_builder_edit_network_policy(k8s->builder, k8s->admin_policies.items[j]);

            if (!selects(k8s, policy, workload)) {
                continue;
            }
            if (policy->for_ingress) {
                add_first(k8s, firsts, policy, true);
            }
            if (policy->for_egress) {
                add_first(k8s, firsts, policy, false);
            }
        }
    }
}
