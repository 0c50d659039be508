/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Policies.  One that orders itself as NetworkPolicies do, "knp.default.NAME", is one of
 * Kubernetes; all others are of Calico.
 */
#include <string.h>

#include "model/base/str.h"
#include "render/artifacts/kubernetes_private.h"

#define CALICO "projectcalico.org/v3"

static const char plain_prefix[] = "knp.default.";

static void refuse_rule(struct dm_kube *kube, const struct dm_network_policy *in, const char *why)
{
    dm_kube_refuse(kube, &in->object, why);
}

static void directions(struct dm_kube *kube, json_t *spec, const char *key,
                       const struct dm_network_policy *at)
{
    if (at->for_ingress) {
        dm_kube_push(kube, spec, key, json_string("Ingress"));
    }
    if (at->for_egress) {
        dm_kube_push(kube, spec, key, json_string("Egress"));
    }
}

/* ---- of Kubernetes ---- */

static json_t *label_selector(struct dm_kube *kube, const struct dm_network_policy *in,
                              const struct dm_selector *selector)
{
    json_t *map = NULL;

    if (!dm_kube_expressions(kube, selector, &map)) {
        refuse_rule(kube, in, "a selector of it is none of Kubernetes");
        return json_object();
    }
    return map;
}

/* Whether a rule says what one of a NetworkPolicy can. */
static bool is_plain(const struct dm_policy_rule *rule, const struct dm_policy_entity *peer,
                     const struct dm_policy_entity *own)
{
    bool has_block = peer->outside_only && peer->n_nets == 1;

    return rule->action == DM_POLICY_ALLOW && !rule->not_protocol && rule->icmp_type < 0
           && !peer->global_only && !peer->not_selector && !peer->account_selector
           && !peer->n_accounts && !rule->source.n_ports && !own->n_nets && !own->n_not_nets
           && !own->selector && !own->not_selector && !own->namespace_selector
           && !own->account_selector && !own->n_accounts && !rule->destination.n_not_ports
           && (has_block || (!peer->outside_only && !peer->n_nets && !peer->n_not_nets));
}

static json_t *peer_of(struct dm_kube *kube, const struct dm_network_policy *in,
                       const struct dm_policy_entity *at)
{
    json_t *peer = json_object();
    char buffer[DM_ADDR_TEXT_SIZE];

    if (at->outside_only) {
        json_t *block = dm_kube_map(kube, peer, "ipBlock");

        dm_kube_set(kube, block, "cidr", json_string(dm_prefix_text(at->nets[0], buffer)));
        for (size_t i = 0; i < at->n_not_nets; i++) {
            dm_kube_push(kube, block, "except",
                         json_string(dm_prefix_text(at->not_nets[i], buffer)));
        }
        return peer;
    }
    if (!at->own_namespace) {
        dm_kube_set(kube, peer, "namespaceSelector",
                    label_selector(kube, in, at->namespace_selector));
    }
    dm_kube_set(kube, peer, "podSelector", label_selector(kube, in, at->selector));
    return peer;
}

static void plain_ports(struct dm_kube *kube, json_t *rule, const struct dm_policy_rule *at)
{
    const struct dm_policy_entity *to = &at->destination;

    for (size_t i = 0; at->protocol && (i == 0 || i < to->n_ports); i++) {
        json_t *port = json_object();

        dm_kube_set(kube, port, "protocol", json_string(dm_kube_protocol(kube, at->protocol)));
        if (to->n_ports) {
            dm_kube_set(kube, port, "port",
                        to->ports[i].name ? json_string(to->ports[i].name)
                                          : json_integer(to->ports[i].first));
            if (!to->ports[i].name && to->ports[i].last > to->ports[i].first) {
                dm_kube_set(kube, port, "endPort", json_integer(to->ports[i].last));
            }
        }
        dm_kube_push(kube, rule, "ports", port);
    }
}

static void plain_rules(struct dm_kube *kube, json_t *spec, const struct dm_network_policy *in,
                        bool is_ingress)
{
    const struct dm_policy_rule *rules = is_ingress ? in->ingress : in->egress;
    size_t n = is_ingress ? in->n_ingress : in->n_egress;

    for (size_t i = 0; i < n; i++) {
        const struct dm_policy_entity *peer = is_ingress ? &rules[i].source : &rules[i].destination;
        const struct dm_policy_entity *own = is_ingress ? &rules[i].destination : &rules[i].source;
        json_t *rule = json_object();
        bool is_any = !peer->pods_only && !peer->outside_only;

        if (rules[i].unknown.v || !is_plain(&rules[i], peer, own)) {
            refuse_rule(kube, in, "a rule of it is none of a NetworkPolicy");
        } else if (!is_any) {
            dm_kube_push(kube, rule, is_ingress ? "from" : "to", peer_of(kube, in, peer));
        }
        plain_ports(kube, rule, &rules[i]);
        dm_kube_push(kube, spec, is_ingress ? "ingress" : "egress", rule);
    }
}

static void plain_policy(struct dm_kube *kube, const struct dm_network_policy *at)
{
    json_t *spec =
        dm_kube_map(kube,
                    dm_kube_object(kube, DM_KUBE_POLICIES, "networking.k8s.io/v1", "NetworkPolicy",
                                   dm_namespace_get(kube->model, at->namespace)->short_name,
                                   at->rank_name + strlen(plain_prefix), &at->object),
                    "spec");

    dm_kube_set(kube, spec, "podSelector", label_selector(kube, at, at->selector));
    directions(kube, spec, "policyTypes", at);
    plain_rules(kube, spec, at, true);
    plain_rules(kube, spec, at, false);
}

/* ---- of Calico ---- */

static void nets(struct dm_kube *kube, json_t *map, const char *key,
                 const struct dm_prefix *prefixes, size_t n)
{
    char buffer[DM_ADDR_TEXT_SIZE];

    for (size_t i = 0; i < n; i++) {
        dm_kube_push(kube, map, key, json_string(dm_prefix_text(prefixes[i], buffer)));
    }
}

static void ports(struct dm_kube *kube, json_t *map, const char *key,
                  const struct dm_policy_port *at, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        dm_kube_push(kube, map, key,
                     at[i].name ? json_string(at[i].name)
                     : at[i].first == at[i].last
                         ? json_integer(at[i].first)
                         : json_sprintf("%u:%u", (unsigned)at[i].first, (unsigned)at[i].last));
    }
}

static void accounts(struct dm_kube *kube, json_t *map, const struct dm_policy_entity *at)
{
    json_t *body = NULL;

    if (at->account_selector || at->n_accounts) {
        body = dm_kube_map(kube, map, "serviceAccounts");
    }
    if (at->account_selector) {
        dm_kube_set(kube, body, "selector", dm_kube_selector(kube, at->account_selector));
    }
    for (size_t i = 0; i < at->n_accounts; i++) {
        dm_kube_push(kube, body, "names", json_string(at->accounts[i]));
    }
}

static bool has_sets(const struct dm_kube *kube)
{
    for (uint32_t i = 0; i < kube->model->n_network_sets; i++) {
        if (kube->model->network_sets[i].cluster.v == kube->cluster.v) {
            return true;
        }
    }
    return false;
}

/* Of pods alone: a selector of Calico would mean network sets too, but for a label that only pods
 * have [CAL-20, CAL-36]. */
static json_t *pods_selector(struct dm_kube *kube, const struct dm_selector *selector)
{
    static const char *const values[] = { "k8s" };
    static const struct dm_selector is_pod = { .kind = DM_SELECTOR_IN,
                                               .key = "projectcalico.org/orchestrator",
                                               .values = values,
                                               .n_values = 1 };
    const struct dm_selector *const parts[] = { &is_pod, selector };
    const struct dm_selector both = { .kind = DM_SELECTOR_AND, .parts = parts, .n_parts = 2 };
    bool is_any = !selector || selector->kind == DM_SELECTOR_ALL;

    return dm_kube_selector(kube, is_any ? &is_pod : &both);
}

/* Without a selector of namespaces an entity with one of pods is of the policy's own namespace. */
static void entity(struct dm_kube *kube, json_t *rule, const char *key,
                   const struct dm_policy_entity *at)
{
    json_t *map = json_object();
    bool has_accounts = at->account_selector || at->n_accounts;

    nets(kube, map, "nets", at->nets, at->n_nets);
    nets(kube, map, "notNets", at->not_nets, at->n_not_nets);
    ports(kube, map, "ports", at->ports, at->n_ports);
    ports(kube, map, "notPorts", at->not_ports, at->n_not_ports);
    accounts(kube, map, at);
    if (at->pods_only && !has_accounts && has_sets(kube)) {
        dm_kube_set(kube, map, "selector", pods_selector(kube, at->selector));
    } else if (at->selector || (at->own_namespace && !has_accounts)) {
        dm_kube_set(kube, map, "selector", dm_kube_selector(kube, at->selector));
    }
    if (at->not_selector) {
        dm_kube_set(kube, map, "notSelector", dm_kube_selector(kube, at->not_selector));
    }
    if (at->global_only) {
        dm_kube_set(kube, map, "namespaceSelector", json_string("global()"));
    } else if (at->namespace_selector || (at->pods_only && !has_accounts && !at->own_namespace)) {
        dm_kube_set(kube, map, "namespaceSelector", dm_kube_selector(kube, at->namespace_selector));
    }
    if (json_object_size(map) > 0) {
        dm_kube_set(kube, rule, key, map);
    } else {
        json_decref(map);
    }
}

static json_t *protocol(struct dm_kube *kube, uint8_t number)
{
    const char *text = dm_kube_protocol(kube, number);

    return text[0] >= '0' && text[0] <= '9' ? json_integer(number) : json_string(text);
}

static void rules_of(struct dm_kube *kube, json_t *spec, const char *key,
                     const struct dm_network_policy *in, const struct dm_policy_rule *rules,
                     size_t n)
{
    static const char *const actions[] = { "Allow", "Deny", "Pass", "Log" };

    for (size_t i = 0; i < n; i++) {
        json_t *rule = json_object();

        if (rules[i].unknown.v) {
            refuse_rule(kube, in, "a rule of it is not all understood");
        }
        dm_kube_set(kube, rule, "action", json_string(actions[rules[i].action]));
        if (rules[i].protocol) {
            dm_kube_set(kube, rule, "protocol", protocol(kube, rules[i].protocol));
        }
        if (rules[i].not_protocol) {
            dm_kube_set(kube, rule, "notProtocol", protocol(kube, rules[i].not_protocol));
        }
        if (rules[i].icmp_type >= 0) {
            json_t *icmp = dm_kube_map(kube, rule, "icmp");

            dm_kube_set(kube, icmp, "type", json_integer(rules[i].icmp_type));
            if (rules[i].icmp_code >= 0) {
                dm_kube_set(kube, icmp, "code", json_integer(rules[i].icmp_code));
            }
        }
        entity(kube, rule, "source", &rules[i].source);
        entity(kube, rule, "destination", &rules[i].destination);
        dm_kube_push(kube, spec, key, rule);
    }
}

/* The name of a policy begins with that of its tier, as Calico's server asks for it. */
static const char *name_of(struct dm_kube *kube, const struct dm_network_policy *at,
                           const char *tier)
{
    const char *prefix = dm_sprintf(kube->arena, "%s.", tier);
    const char *name = at->rank_name;

    if (prefix && strcmp(tier, "default") != 0 && !dm_str_starts(name, prefix)) {
        name = dm_sprintf(kube->arena, "%s%s", prefix, name);
    }
    if (!prefix || !name) {
        dm_kube_nomem(kube);
        return "";
    }
    return name;
}

static void calico_policy(struct dm_kube *kube, const struct dm_network_policy *at)
{
    const char *tier = dm_kube_short(kube, dm_policy_tier_get(kube->model, at->tier)->object.name);
    const char *namespace =
        at->namespace.v ? dm_namespace_get(kube->model, at->namespace)->short_name : NULL;
    json_t *spec = dm_kube_map(kube,
                               dm_kube_object(kube, DM_KUBE_POLICIES, CALICO,
                                              namespace ? "NetworkPolicy" : "GlobalNetworkPolicy",
                                              namespace, name_of(kube, at, tier), &at->object),
                               "spec");

    dm_kube_set(kube, spec, "tier", json_string(tier));
    dm_kube_order(kube, spec, at->order_micro);
    if (at->selector) {
        dm_kube_set(kube, spec, "selector", dm_kube_selector(kube, at->selector));
    }
    if (at->namespace_selector) {
        dm_kube_set(kube, spec, "namespaceSelector",
                    dm_kube_selector(kube, at->namespace_selector));
    }
    if (at->account_selector) {
        dm_kube_set(kube, spec, "serviceAccountSelector",
                    dm_kube_selector(kube, at->account_selector));
    }
    directions(kube, spec, "types", at);
    rules_of(kube, spec, "ingress", at, at->ingress, at->n_ingress);
    rules_of(kube, spec, "egress", at, at->egress, at->n_egress);
}

void dm_kube_policies(struct dm_kube *kube)
{
    for (uint32_t i = 0; i < kube->model->n_network_policies; i++) {
        const struct dm_network_policy *at = &kube->model->network_policies[i];

        if (at->cluster.v != kube->cluster.v) {
            continue;
        }
        if (at->unknown.v) {
            dm_kube_refuse(kube, &at->object, "not all of this policy is understood");
            return;
        }
        if (dm_str_starts(at->rank_name, plain_prefix)) {
            plain_policy(kube, at);
        } else {
            calico_policy(kube, at);
        }
    }
}
