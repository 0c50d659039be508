/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Policies on sets against one packet at a time: random clusters are written as manifests, read by
 * the front end, and each pod, peer and port is judged once by the engine's sets and once by a few
 * lines here that follow the words of Kubernetes, of its administrators' policies and of Calico,
 * and know nothing of selectors' trees, tiers' ranks or sets.  Some clusters are what was written
 * of them, as 'demarc build' does, and read back.
 */
#include "tests/support/dmtest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "model/front/k8s/k8s.h"
#include "render/artifacts/kubernetes.h"
#include "solver/cluster/policy.h"
#include "tests/support/rng.h"

enum {
    N_NAMESPACES = 3,
    MAX_PODS = 5,
    MAX_POLICIES = 5,
    MAX_RULES = 3,
    MAX_PORTS = 2,
    N_KEYS = 2,
    N_VALUES = 3, /* 0: the label is absent */
    N_CLUSTERS = 600
};

/* labels[k]: value of key k, 0 for none */
struct a_pod {
    unsigned namespace;
    unsigned labels[N_KEYS];
    unsigned named; /* the port that "web" is, TCP; 0: it has none */
};

enum test_kind { ANY, EQUALS, DIFFERS, EXISTS, ABSENT, AMONG };

struct a_selector {
    enum test_kind kind;
    unsigned key;
    unsigned value;
};

enum peer_kind { PEER_ANY, PEER_PODS, PEER_BLOCK, PEER_NAMESPACES };

struct a_peer {
    enum peer_kind kind;
    bool has_namespaces;
    struct a_selector pods;
    struct a_selector namespaces;
    unsigned block;  /* index in 'blocks' */
    bool has_except; /* the upper half of it */
};

struct a_port {
    unsigned protocol; /* index in 'protocols' */
    bool is_named;
    unsigned first;
    unsigned last;
};

struct a_rule {
    enum dm_policy_action action;
    struct a_peer peer;
    struct a_port ports[MAX_PORTS];
    unsigned n_ports; /* 0: all */
};

/* In the order of asking; policies of the second and of the last are administrators'. */
enum tier { EARLY, ADMIN, STANDARD, BASELINE, N_TIERS };

struct a_policy {
    bool is_calico;
    bool is_global;
    unsigned namespace;
    enum tier tier; /* of Calico: EARLY, or STANDARD, "default" */
    unsigned order; /* of an administrator's its priority */
    struct a_selector pods;
    bool has_pods;                /* else an administrator's names namespaces alone */
    struct a_selector namespaces; /* of an administrator's */
    bool is_for[2];               /* by direction */
    struct a_rule rules[2][MAX_RULES];
    unsigned n_rules[2];
};

struct a_cluster {
    unsigned namespace_labels[N_NAMESPACES][N_KEYS];
    struct a_pod pods[MAX_PODS];
    unsigned n_pods;
    struct a_policy policies[MAX_POLICIES];
    unsigned n_policies;
    bool early_passes;
};

static const char *const keys[N_KEYS] = { "app", "tier" };
static const char *const protocols[] = { "TCP", "UDP", "SCTP" };
static const uint8_t numbers[] = { DM_PROTO_TCP, DM_PROTO_UDP, DM_PROTO_SCTP };
static const char *const blocks[] = { "0.0.0.0/0", "198.51.100.0/24", "198.51.100.128/25" };
static const char *const upper[] = { "128.0.0.0/1", "198.51.100.128/25", "198.51.100.192/26" };

/* ---- random ---- */

static struct a_selector random_selector(struct dm_rng *rng)
{
    return (struct a_selector){ (enum test_kind)dm_rng_below(rng, AMONG + 1),
                                (unsigned)dm_rng_below(rng, N_KEYS),
                                1 + (unsigned)dm_rng_below(rng, N_VALUES - 1) };
}

static struct a_rule random_rule(struct dm_rng *rng, bool is_calico)
{
    struct a_rule rule = { .action = DM_POLICY_ALLOW };

    if (is_calico) {
        rule.action = (enum dm_policy_action)dm_rng_below(rng, DM_POLICY_LOG + 1);
    }
    rule.peer.kind = (enum peer_kind)dm_rng_below(rng, PEER_BLOCK + 1);
    rule.peer.has_namespaces = dm_rng_below(rng, 2) != 0;
    rule.peer.pods = random_selector(rng);
    rule.peer.namespaces = random_selector(rng);
    rule.peer.block = (unsigned)dm_rng_below(rng, 3);
    rule.peer.has_except = dm_rng_below(rng, 2) != 0;
    rule.n_ports = (unsigned)dm_rng_below(rng, MAX_PORTS + 1);
    for (unsigned i = 0; i < rule.n_ports; i++) {
        struct a_port *port = &rule.ports[i];

        /* A rule of Calico has one protocol. */
        port->protocol = is_calico && i ? rule.ports[0].protocol : (unsigned)dm_rng_below(rng, 3);
        port->is_named = dm_rng_below(rng, 3) == 0;
        port->first = 79 + (unsigned)dm_rng_below(rng, 4);
        port->last = port->first + (unsigned)dm_rng_below(rng, 3);
    }
    return rule;
}

/* What an administrator's policy can say: pods or namespaces, and for egress blocks. */
static struct a_rule random_admin_rule(struct dm_rng *rng, unsigned direction, enum tier tier)
{
    struct a_rule rule = random_rule(rng, false);

    rule.action = (enum dm_policy_action)dm_rng_below(rng, tier == ADMIN ? 3 : 2);
    rule.peer.has_except = false;
    if (rule.peer.kind == PEER_ANY || (rule.peer.kind == PEER_BLOCK && direction == 0)) {
        rule.peer.kind = PEER_NAMESPACES;
    }
    rule.peer.has_namespaces = true;
    for (unsigned i = 0; i < rule.n_ports; i++) {
        /* A name is of any protocol, and that of "web" is this. */
        rule.ports[i].protocol = rule.ports[i].is_named ? 0 : rule.ports[i].protocol;
    }
    return rule;
}

/* Priorities differ: nobody says what policies of one priority come to. */
static struct a_policy random_admin_policy(struct dm_rng *rng, unsigned number, bool is_baseline)
{
    struct a_policy policy = { .is_global = true, .tier = is_baseline ? BASELINE : ADMIN };

    policy.order = is_baseline ? 0 : 10 * (unsigned)dm_rng_below(rng, 100) + number;
    policy.pods = random_selector(rng);
    policy.has_pods = dm_rng_below(rng, 2) != 0;
    policy.namespaces = random_selector(rng);
    for (unsigned d = 0; d < 2; d++) {
        policy.n_rules[d] = (unsigned)dm_rng_below(rng, MAX_RULES + 1);
        policy.is_for[d] = policy.n_rules[d] > 0;
        for (unsigned i = 0; i < policy.n_rules[d]; i++) {
            policy.rules[d][i] = random_admin_rule(rng, d, policy.tier);
        }
    }
    return policy;
}

static struct a_policy random_policy(struct dm_rng *rng)
{
    struct a_policy policy = { .is_calico = dm_rng_below(rng, 2) != 0 };

    policy.is_global = policy.is_calico && dm_rng_below(rng, 2) != 0;
    policy.has_pods = true;
    policy.namespace = (unsigned)dm_rng_below(rng, N_NAMESPACES);
    policy.tier = policy.is_calico && dm_rng_below(rng, 2) ? EARLY : STANDARD;
    policy.order = policy.is_calico ? (unsigned)dm_rng_below(rng, 3) * 1000 : 1000;
    policy.pods = random_selector(rng);
    for (unsigned d = 0; d < 2; d++) {
        policy.is_for[d] = dm_rng_below(rng, 2) != 0;
        policy.n_rules[d] = policy.is_for[d] ? (unsigned)dm_rng_below(rng, MAX_RULES + 1) : 0;
        for (unsigned i = 0; i < policy.n_rules[d]; i++) {
            policy.rules[d][i] = random_rule(rng, policy.is_calico);
        }
    }
    policy.is_for[0] = policy.is_for[0] || !policy.is_for[1];
    return policy;
}

static void random_cluster(struct dm_rng *rng, struct a_cluster *cluster)
{
    bool has_admins = dm_rng_below(rng, 3) != 0;
    bool has_baseline = false;

    memset(cluster, 0, sizeof *cluster);
    for (unsigned i = 0; i < N_NAMESPACES; i++) {
        for (unsigned k = 0; k < N_KEYS; k++) {
            cluster->namespace_labels[i][k] = (unsigned)dm_rng_below(rng, N_VALUES);
        }
    }
    cluster->n_pods = 2 + (unsigned)dm_rng_below(rng, MAX_PODS - 1);
    for (unsigned i = 0; i < cluster->n_pods; i++) {
        struct a_pod *pod = &cluster->pods[i];

        pod->namespace = (unsigned)dm_rng_below(rng, N_NAMESPACES);
        pod->named = dm_rng_below(rng, 2) ? 80 + (unsigned)dm_rng_below(rng, 2) : 0;
        for (unsigned k = 0; k < N_KEYS; k++) {
            pod->labels[k] = (unsigned)dm_rng_below(rng, N_VALUES);
        }
    }
    cluster->n_policies = (unsigned)dm_rng_below(rng, MAX_POLICIES + 1);
    for (unsigned i = 0; i < cluster->n_policies; i++) {
        /* At most one is the baseline, and in every third cluster no policy is an administrator's.
         */
        unsigned kind = has_admins ? (unsigned)dm_rng_below(rng, 4) : 0;

        if (kind == 3 || (kind == 2 && has_baseline)) {
            cluster->policies[i] = random_admin_policy(rng, i, false);
        } else if (kind == 2) {
            cluster->policies[i] = random_admin_policy(rng, i, true);
            has_baseline = true;
        } else {
            cluster->policies[i] = random_policy(rng);
        }
    }
    cluster->early_passes = dm_rng_below(rng, 2) != 0;
}

/* ---- as manifests ---- */

static void write_labels(struct dm_str *out, const unsigned labels[N_KEYS])
{
    dm_str_add(out, "{other: x");
    for (unsigned k = 0; k < N_KEYS; k++) {
        if (labels[k]) {
            dm_str_addf(out, ", %s: v%u", keys[k], labels[k]);
        }
    }
    dm_str_add(out, "}");
}

static void write_kube_selector(struct dm_str *out, const struct a_selector *selector)
{
    const char *key = keys[selector->key];

    switch (selector->kind) {
    case ANY:
        dm_str_add(out, "{}");
        break;
    case EQUALS:
        dm_str_addf(out, "{matchLabels: {%s: v%u}}", key, selector->value);
        break;
    case DIFFERS:
        dm_str_addf(out, "{matchExpressions: [{key: %s, operator: NotIn, values: [v%u]}]}", key,
                    selector->value);
        break;
    case EXISTS:
        dm_str_addf(out, "{matchExpressions: [{key: %s, operator: Exists}]}", key);
        break;
    case ABSENT:
        dm_str_addf(out, "{matchExpressions: [{key: %s, operator: DoesNotExist}]}", key);
        break;
    case AMONG:
        dm_str_addf(out,
                    "{matchLabels: {other: x}, matchExpressions: [{key: %s, operator: In, "
                    "values: [v%u, v9]}]}",
                    key, selector->value);
        break;
    }
}

/* With 'other: x' only of pods, which all have it; namespaces have it too here. */
static void write_calico_selector(struct dm_str *out, const struct a_selector *selector)
{
    const char *key = keys[selector->key];

    switch (selector->kind) {
    case ANY:
        dm_str_add(out, "\"all()\"");
        break;
    case EQUALS:
        dm_str_addf(out, "\"%s == 'v%u'\"", key, selector->value);
        break;
    case DIFFERS:
        dm_str_addf(out, "\"%s != 'v%u'\"", key, selector->value);
        break;
    case EXISTS:
        dm_str_addf(out, "\"has(%s)\"", key);
        break;
    case ABSENT:
        dm_str_addf(out, "\"!has(%s)\"", key);
        break;
    case AMONG:
        dm_str_addf(out, "\"other == 'x' && (%s in {'v9', 'v%u'} || other == 'y')\"", key,
                    selector->value);
        break;
    }
}

static void write_kube_rule(struct dm_str *out, const struct a_rule *rule, unsigned direction)
{
    const struct a_peer *peer = &rule->peer;

    dm_str_add(out, "  - ");
    if (peer->kind != PEER_ANY) {
        dm_str_addf(out, "%s:\n    - ", direction == 0 ? "from" : "to");
    }
    if (peer->kind == PEER_BLOCK) {
        dm_str_addf(out, "ipBlock: {cidr: %s%s%s%s}\n    ", blocks[peer->block],
                    peer->has_except ? ", except: [" : "",
                    peer->has_except ? upper[peer->block] : "", peer->has_except ? "]" : "");
    } else if (peer->kind == PEER_PODS) {
        dm_str_add(out, "podSelector: ");
        write_kube_selector(out, &peer->pods);
        if (peer->has_namespaces) {
            dm_str_add(out, "\n      namespaceSelector: ");
            write_kube_selector(out, &peer->namespaces);
        }
        dm_str_add(out, "\n    ");
    }
    dm_str_add(out, "ports: [");
    for (unsigned i = 0; i < rule->n_ports; i++) {
        const struct a_port *port = &rule->ports[i];

        dm_str_addf(out, "%s{protocol: %s, ", i ? ", " : "", protocols[port->protocol]);
        if (port->is_named) {
            dm_str_add(out, "port: web}");
        } else {
            dm_str_addf(out, "port: %u, endPort: %u}", port->first, port->last);
        }
    }
    dm_str_add(out, "]\n");
}

static void write_calico_rule(struct dm_str *out, const struct a_rule *rule, unsigned direction)
{
    static const char *const actions[] = { "Allow", "Deny", "Pass", "Log" };
    const struct a_peer *peer = &rule->peer;
    const char *theirs = direction == 0 ? "source" : "destination";

    dm_str_addf(out, "  - action: %s\n", actions[rule->action]);
    if (rule->n_ports) {
        dm_str_addf(out, "    protocol: %s\n", protocols[rule->ports[0].protocol]);
    }
    if (direction == 0 && peer->kind != PEER_ANY) {
        dm_str_addf(out, "    %s:\n", theirs);
    } else if (direction == 1 && (peer->kind != PEER_ANY || rule->n_ports)) {
        dm_str_add(out, "    destination:\n");
    }
    if (peer->kind == PEER_BLOCK) {
        dm_str_addf(out, "      nets: [%s]\n", blocks[peer->block]);
        if (peer->has_except) {
            dm_str_addf(out, "      notNets: [%s]\n", upper[peer->block]);
        }
    } else if (peer->kind == PEER_PODS) {
        dm_str_add(out, "      selector: ");
        write_calico_selector(out, &peer->pods);
        if (peer->has_namespaces) {
            dm_str_add(out, "\n      namespaceSelector: ");
            write_calico_selector(out, &peer->namespaces);
        }
        dm_str_add(out, "\n");
    }
    if (rule->n_ports) {
        dm_str_addf(out, "%s      ports: [", direction == 0 ? "    destination:\n" : "");
        for (unsigned i = 0; i < rule->n_ports; i++) {
            dm_str_add(out, i ? ", " : "");
            if (rule->ports[i].is_named) {
                dm_str_add(out, "web");
            } else {
                dm_str_addf(out, "'%u:%u'", rule->ports[i].first, rule->ports[i].last);
            }
        }
        dm_str_add(out, "]\n");
    }
}

static void write_admin_rule(struct dm_str *out, const struct a_rule *rule, unsigned direction)
{
    static const char *const actions[] = { "Allow", "Deny", "Pass" };
    const struct a_peer *peer = &rule->peer;

    dm_str_addf(out, "  - action: %s\n    %s:\n", actions[rule->action],
                direction == 0 ? "from" : "to");
    if (peer->kind == PEER_BLOCK) {
        dm_str_addf(out, "    - networks: [%s]\n", blocks[peer->block]);
    } else if (peer->kind == PEER_NAMESPACES) {
        dm_str_add(out, "    - namespaces: ");
        write_kube_selector(out, &peer->namespaces);
        dm_str_add(out, "\n");
    } else {
        dm_str_add(out, "    - pods:\n        podSelector: ");
        write_kube_selector(out, &peer->pods);
        dm_str_add(out, "\n        namespaceSelector: ");
        write_kube_selector(out, &peer->namespaces);
        dm_str_add(out, "\n");
    }
    dm_str_add(out, rule->n_ports ? "    ports:\n" : "");
    for (unsigned i = 0; i < rule->n_ports; i++) {
        const struct a_port *port = &rule->ports[i];

        if (port->is_named) {
            dm_str_add(out, "    - namedPort: web\n");
        } else if (port->first == port->last) {
            dm_str_addf(out, "    - portNumber: {protocol: %s, port: %u}\n",
                        protocols[port->protocol], port->first);
        } else {
            dm_str_addf(out, "    - portRange: {protocol: %s, start: %u, end: %u}\n",
                        protocols[port->protocol], port->first, port->last);
        }
    }
}

static void write_admin_policy(struct dm_str *out, const struct a_policy *policy, unsigned number)
{
    static const char *const lists[] = { "ingress", "egress" };

    dm_str_add(out, "---\napiVersion: policy.networking.k8s.io/v1alpha1\n");
    if (policy->tier == BASELINE) {
        dm_str_add(out, "kind: BaselineAdminNetworkPolicy\nmetadata: {name: default}\nspec:\n");
    } else {
        dm_str_addf(out, "kind: AdminNetworkPolicy\nmetadata: {name: p%u}\nspec:\n  priority: %u\n",
                    number, policy->order);
    }
    dm_str_add(out,
               policy->has_pods ? "  subject: {pods: {podSelector: " : "  subject: {namespaces: ");
    if (policy->has_pods) {
        write_kube_selector(out, &policy->pods);
        dm_str_add(out, ", namespaceSelector: ");
    }
    write_kube_selector(out, &policy->namespaces);
    dm_str_add(out, policy->has_pods ? "}}\n" : "}\n");
    for (unsigned d = 0; d < 2; d++) {
        if (policy->n_rules[d]) {
            dm_str_addf(out, "  %s:\n", lists[d]);
        }
        for (unsigned i = 0; i < policy->n_rules[d]; i++) {
            write_admin_rule(out, &policy->rules[d][i], d);
        }
    }
}

static void write_policy(struct dm_str *out, const struct a_policy *policy, unsigned number)
{
    static const char *const directions[] = { "Ingress", "Egress" };
    static const char *const lists[] = { "ingress", "egress" };

    dm_str_addf(out, "---\napiVersion: %s\nkind: %sNetworkPolicy\nmetadata: {name: p%u",
                policy->is_calico ? "projectcalico.org/v3" : "networking.k8s.io/v1",
                policy->is_global ? "Global" : "", number);
    if (!policy->is_global) {
        dm_str_addf(out, ", namespace: n%u", policy->namespace);
    }
    dm_str_addf(out, "}\nspec:\n  %s: ", policy->is_calico ? "selector" : "podSelector");
    if (policy->is_calico) {
        write_calico_selector(out, &policy->pods);
        dm_str_addf(out, "\n  tier: %s\n  order: %u.5\n",
                    policy->tier == EARLY ? "early" : "default", policy->order);
    } else {
        write_kube_selector(out, &policy->pods);
    }
    dm_str_addf(out, "\n  %s: [", policy->is_calico ? "types" : "policyTypes");
    for (unsigned d = 0; d < 2; d++) {
        dm_str_addf(out, "%s%s", d && policy->is_for[0] && policy->is_for[1] ? ", " : "",
                    policy->is_for[d] ? directions[d] : "");
    }
    dm_str_add(out, "]\n");
    for (unsigned d = 0; d < 2; d++) {
        if (policy->n_rules[d]) {
            dm_str_addf(out, "  %s:\n", lists[d]);
        }
        for (unsigned i = 0; i < policy->n_rules[d]; i++) {
            (policy->is_calico ? write_calico_rule : write_kube_rule)(out, &policy->rules[d][i], d);
        }
    }
}

static void write_cluster(struct dm_str *out, const struct a_cluster *cluster)
{
    for (unsigned i = 0; i < N_NAMESPACES; i++) {
        dm_str_addf(out, "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: n%u, labels: ", i);
        write_labels(out, cluster->namespace_labels[i]);
        dm_str_add(out, "}\n");
    }
    dm_str_addf(out,
                "---\napiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: early}\n"
                "spec: {order: 5, defaultAction: %s}\n",
                cluster->early_passes ? "Pass" : "Deny");
    for (unsigned i = 0; i < cluster->n_pods; i++) {
        const struct a_pod *pod = &cluster->pods[i];

        dm_str_addf(out,
                    "---\napiVersion: v1\nkind: Pod\nmetadata: {name: pod%u, namespace: n%u, "
                    "labels: ",
                    i, pod->namespace);
        write_labels(out, pod->labels);
        dm_str_addf(out, "}\nstatus: {podIP: 10.0.0.%u}\nspec: {containers: [{name: c, ports: [",
                    i + 1);
        if (pod->named) {
            dm_str_addf(out, "{name: web, containerPort: %u}", pod->named);
        }
        dm_str_add(out, "]}]}\n");
    }
    for (unsigned i = 0; i < cluster->n_policies; i++) {
        const struct a_policy *policy = &cluster->policies[i];
        bool is_admin = policy->tier == ADMIN || policy->tier == BASELINE;

        (is_admin ? write_admin_policy : write_policy)(out, policy, i);
    }
}

/* ---- one packet ---- */

/* The other side: a pod, or where 'pod' is NULL an address. */
struct other {
    const struct a_pod *pod;
    struct dm_addr address;
};

struct a_flow {
    unsigned protocol;
    unsigned port;
};

static bool selects(const struct a_selector *selector, const unsigned labels[N_KEYS])
{
    unsigned value = labels[selector->key];

    switch (selector->kind) {
    case EQUALS:
    case AMONG:
        return value == selector->value;
    case DIFFERS:
        return value != selector->value;
    case EXISTS:
        return value != 0;
    case ABSENT:
        return value == 0;
    case ANY:
        break;
    }
    return true;
}

static bool is_in(const char *text, struct dm_addr address)
{
    struct dm_prefix prefix;

    assert_int_equal(dm_prefix_parse(text, &prefix), DM_ADDR_OK);
    return dm_prefix_has(prefix, address);
}

static bool peer_is(const struct a_cluster *cluster, const struct a_policy *policy,
                    const struct a_peer *peer, const struct other *other)
{
    if (peer->kind == PEER_ANY) {
        return true;
    }
    if (peer->kind == PEER_NAMESPACES) {
        return other->pod
               && selects(&peer->namespaces, cluster->namespace_labels[other->pod->namespace]);
    }
    if (peer->kind == PEER_BLOCK) {
        return (!other->pod || policy->is_calico || policy->tier == ADMIN
                || policy->tier == BASELINE)
               && is_in(blocks[peer->block], other->address)
               && !(peer->has_except && is_in(upper[peer->block], other->address));
    }
    if (!other->pod || !selects(&peer->pods, other->pod->labels)) {
        return false;
    }
    if (peer->has_namespaces) {
        return selects(&peer->namespaces, cluster->namespace_labels[other->pod->namespace]);
    }
    return policy->is_global || other->pod->namespace == policy->namespace;
}

static bool rule_matches(const struct a_cluster *cluster, const struct a_policy *policy,
                         const struct a_rule *rule, const struct other *other,
                         const struct a_pod *destination, struct a_flow flow)
{
    if (!peer_is(cluster, policy, &rule->peer, other)) {
        return false;
    }
    for (unsigned i = 0; i < rule->n_ports; i++) {
        const struct a_port *port = &rule->ports[i];
        bool has_name = destination && destination->named && port->protocol == 0;

        if (port->protocol == flow.protocol
            && (port->is_named ? has_name && flow.port == destination->named
                               : flow.port >= port->first && flow.port <= port->last)) {
            return true;
        }
    }
    return rule->n_ports == 0;
}

static bool applies(const struct a_cluster *cluster, const struct a_policy *policy,
                    const struct a_pod *pod, unsigned direction, enum tier tier)
{
    bool is_admin = tier == ADMIN || tier == BASELINE;

    return policy->tier == tier && policy->is_for[direction]
           && (policy->is_global || policy->namespace == pod->namespace)
           && (!is_admin || selects(&policy->namespaces, cluster->namespace_labels[pod->namespace]))
           && (!policy->has_pods || selects(&policy->pods, pod->labels));
}

/* Policies of one tier, in order: Kubernetes' are at 1000, Calico's at 0.5, 1000.5 or 2000.5,
 * administrators' at their priority.  What none of an administrator's rules takes is not decided.
 * '*decided' becomes the policy whose rule took it. */
static enum dm_policy_action ask_tier(const struct a_cluster *cluster, const struct a_pod *pod,
                                      unsigned direction, enum tier tier, const struct other *other,
                                      const struct a_pod *destination, struct a_flow flow,
                                      int *decided)
{
    bool is_there = false;

    for (unsigned order = 0; order <= 4001; order++) {
        for (unsigned i = 0; i < cluster->n_policies; i++) {
            const struct a_policy *policy = &cluster->policies[i];

            if (policy->order * 2 + policy->is_calico != order
                || !applies(cluster, policy, pod, direction, tier)) {
                continue;
            }
            is_there = true;
            for (unsigned j = 0; j < policy->n_rules[direction]; j++) {
                const struct a_rule *rule = &policy->rules[direction][j];

                if (rule->action != DM_POLICY_LOG
                    && rule_matches(cluster, policy, rule, other, destination, flow)) {
                    *decided = (int)i;
                    return rule->action;
                }
            }
        }
    }
    return !is_there || tier == ADMIN || tier == BASELINE
                   || (tier == EARLY && cluster->early_passes)
               ? DM_POLICY_PASS
               : DM_POLICY_DENY;
}

/* 'ret_decided': the policy whose rule allows or denies it, or -1. */
static bool judge(const struct a_cluster *cluster, const struct a_pod *pod, unsigned direction,
                  const struct other *other, struct a_flow flow, int *ret_decided)
{
    const struct a_pod *destination = direction == 0 ? pod : other->pod;
    enum dm_policy_action action = DM_POLICY_PASS;

    for (unsigned tier = EARLY; tier < N_TIERS && action == DM_POLICY_PASS; tier++) {
        *ret_decided = -1;
        action = ask_tier(cluster, pod, direction, (enum tier)tier, other, destination, flow,
                          ret_decided);
    }
    *ret_decided = action == DM_POLICY_PASS ? -1 : *ret_decided;
    return action != DM_POLICY_DENY;
}

static bool lets_pass(const struct a_cluster *cluster, const struct a_pod *pod, unsigned direction,
                      const struct other *other, struct a_flow flow)
{
    int decided = -1;

    return judge(cluster, pod, direction, other, flow, &decided);
}

/* ---- both ---- */

struct loaded {
    struct dm_arena *arena;
    struct dm_sets *sets;
    struct dm_policies *policies;
    uint32_t pods[MAX_PODS]; /* the engine's numbers */
    struct dm_namespace_id namespaces[N_NAMESPACES];
};

static const struct dm_model *read_manifests(struct dm_arena *arena, const char *path,
                                             const char *text, size_t size)
{
    struct dm_err err = DM_ERR_INIT;
    struct dm_sources *sources = dm_sources_new(arena, &err);
    struct dm_builder *builder = dm_builder_new(arena, sources, &err);
    const struct dm_model *model = NULL;
    struct dm_diags diags;
    uint32_t source;

    dm_diags_init(&diags, arena);
    assert_int_equal(dm_sources_add(sources, path, text, size, &source, &err), DM_OK);
    assert_int_equal(dm_k8s_load(arena, sources, path, builder, &diags, &err), DM_OK);
    if (diags.n_errors) {
        fail_msg("%s\n%s", diags.items[0].message, text);
    }
    assert_int_equal(dm_model_build(builder, &diags, &model, &err), DM_OK);
    assert_non_null(model);
    return model;
}

/* What a cluster says of pods that run, which nobody writes. */
static void give_addresses(json_t *items, const struct dm_model *model)
{
    for (size_t i = 0; i < json_array_size(items); i++) {
        json_t *item = json_array_get(items, i);
        const char *name =
            json_string_value(json_object_get(json_object_get(item, "metadata"), "name"));

        for (uint32_t j = 0; j < model->n_workloads; j++) {
            const struct dm_pod *pod = &model->workloads[j].pods[0];
            char buffer[DM_ADDR_TEXT_SIZE];

            if (strcmp(model->workloads[j].short_name, name) == 0) {
                assert_int_equal(json_object_set_new(item, "status",
                                                     json_pack("{s:s}", "podIP",
                                                               dm_addr_text(pod->address, buffer))),
                                 0);
            }
        }
    }
}

/* 'model' as 'demarc build' writes it, read back; itself where that is refused. */
static const struct dm_model *written_and_read(struct dm_arena *arena, const struct dm_model *model,
                                               size_t *ret_n)
{
    struct dm_err err = DM_ERR_INIT;
    struct dm_layout layout = { 0 };
    json_t *items = json_array();
    json_t *list;
    char *text;

    if (dm_kubernetes_make(arena, model, (struct dm_cluster_id){ 1 }, &layout, &err) != DM_OK) {
        assert_int_equal(err.status, DM_UNSUPPORTED);
        json_decref(items);
        return model;
    }
    for (size_t i = 0; i < layout.n; i++) {
        json_t *file = json_loadb(layout.items[i].text, layout.items[i].size, 0, NULL);

        assert_int_equal(json_array_extend(items, json_object_get(file, "items")), 0);
        json_decref(file);
    }
    give_addresses(items, model);
    list = json_pack("{s:s, s:s, s:o}", "apiVersion", "v1", "kind", "List", "items", items);
    text = json_dumps(list, JSON_REAL_PRECISION(15));
    assert_non_null(text);
    model = read_manifests(arena, "again.json", text, strlen(text));
    free(text);
    json_decref(list);
    ++*ret_n;
    return model;
}

/* 'ret_n' is counted up where the cluster is 'again' what was written of it. */
static void load(const struct a_cluster *cluster, struct loaded *loaded, bool again, size_t *ret_n)
{
    struct dm_arena *arena = dm_arena_new(0);
    const struct dm_model *model;
    struct dm_str text;

    dm_str_init(&text, arena);
    write_cluster(&text, cluster);
    model = read_manifests(arena, "random.yaml", text.text, text.length);
    if (again) {
        model = written_and_read(arena, model, ret_n);
    }
    loaded->arena = arena;
    loaded->sets = dm_sets_new(arena);
    loaded->policies = dm_policies_new(arena, model, loaded->sets);
    assert_non_null(loaded->policies);
    for (unsigned i = 0; i < N_NAMESPACES; i++) {
        char name[16];

        snprintf(name, sizeof name, "n%u", i);
        loaded->namespaces[i].v = dm_model_find(model, DM_KIND_namespace, name).v;
        assert_true(loaded->namespaces[i].v != 0);
    }
    for (unsigned i = 0; i < cluster->n_pods; i++) {
        char name[64];
        struct dm_ref ref;

        snprintf(name, sizeof name, "n%u/pod%u[Pod]", cluster->pods[i].namespace, i);
        ref = dm_model_find(model, DM_KIND_workload, name);
        assert_true(ref.v != 0);
        loaded->pods[i] = dm_policies_first_pod(loaded->policies, (struct dm_workload_id){ ref.v });
    }
}

static const struct a_flow flows[] = { { 0, 79 }, { 0, 80 }, { 0, 81 }, { 0, 84 },
                                       { 1, 80 }, { 1, 82 }, { 2, 81 }, { 2, 443 } };
enum { N_STRANGERS = 20 };
enum { N_FLOWS = sizeof flows / sizeof *flows };

static struct dm_packet packet_of(struct a_flow flow, struct dm_addr source,
                                  struct dm_addr destination)
{
    return (struct dm_packet){ .source = source,
                               .destination = destination,
                               .protocol = numbers[flow.protocol],
                               .destination_port = (uint16_t)flow.port };
}

static void hold(const struct loaded *loaded, uint64_t seed, const char *what,
                 struct dm_flow_sets sets, const struct dm_packet *packet, bool expected)
{
    bool sure = dm_set_has(loaded->sets, sets.sure, packet);
    bool perhaps = dm_set_has(loaded->sets, sets.perhaps, packet);

    if (sure != expected || perhaps != expected) {
        fail_msg("DM_SEED=%llu: %s protocol %u port %u: %d here, %d and %d there",
                 (unsigned long long)seed, what, packet->protocol, packet->destination_port,
                 expected, sure, perhaps);
    }
}

/* The number of the policy of that name; the baseline is always called "default". */
static int number_of(const struct a_cluster *cluster, const char *name)
{
    const char *at = strstr(name, "default[");
    int number = -1;

    if (!at) {
        assert_int_equal(sscanf(strrchr(name, 'p'), "p%d", &number), 0 + 1);
        return number;
    }
    for (unsigned i = 0; i < cluster->n_policies; i++) {
        number = cluster->policies[i].tier == BASELINE ? (int)i : number;
    }
    return number;
}

/* The account of one packet names who decided. */
static void hold_account(const struct a_cluster *cluster, const struct loaded *loaded,
                         uint64_t seed, unsigned subject, unsigned direction,
                         const struct other *other, uint32_t peer, struct a_flow flow)
{
    struct dm_packet packet = packet_of(flow, other->address, other->address);
    struct dm_policy_account account;
    const struct dm_policy_step *last;
    int decided = -1;
    int named = -1;
    bool expected = judge(cluster, &cluster->pods[subject], direction, other, flow, &decided);

    /* Accounts cost much more than sets: those of some clusters will do. */
    if (seed % 4 != 1) {
        return;
    }
    assert_true(dm_policies_explain(loaded->policies, loaded->pods[subject],
                                    (enum dm_policy_direction)direction, peer, &packet, &account));
    last = account.n_steps ? &account.steps[account.n_steps - 1] : NULL;
    if (last && last->rule && last->rule->action != DM_POLICY_PASS) {
        named = number_of(cluster, last->policy->object.name);
    }
    if (account.verdict != (expected ? DM_POLICY_PASSES : DM_POLICY_STOPPED) || named != decided) {
        fail_msg("DM_SEED=%llu: policy %d decides here and %d there, %d and %d",
                 (unsigned long long)seed, decided, named, expected, (int)account.verdict);
    }
}

static size_t compare_pods(const struct a_cluster *cluster, const struct loaded *loaded,
                           uint64_t seed)
{
    size_t n_allowed = 0;

    for (unsigned i = 0; i < cluster->n_pods; i++) {
        for (unsigned j = 0; j < cluster->n_pods; j++) {
            struct dm_flow_sets sets;
            struct other sender = { &cluster->pods[i], dm_addr_ipv4(0x0a000001 + i) };
            struct other receiver = { &cluster->pods[j], dm_addr_ipv4(0x0a000001 + j) };

            sets = dm_policies_between(loaded->policies, loaded->pods[i], loaded->pods[j]);
            for (size_t f = 0; f < N_FLOWS; f++) {
                struct dm_packet packet = packet_of(flows[f], sender.address, receiver.address);
                bool expected = lets_pass(cluster, &cluster->pods[i], 1, &receiver, flows[f])
                                && lets_pass(cluster, &cluster->pods[j], 0, &sender, flows[f]);

                hold(loaded, seed, "between pods", sets, &packet, expected);
                hold_account(cluster, loaded, seed, i, 1, &receiver, loaded->pods[j], flows[f]);
                hold_account(cluster, loaded, seed, j, 0, &sender, loaded->pods[i], flows[f]);
                n_allowed += expected;
            }
        }
    }
    return n_allowed;
}

static void compare_outside(const struct a_cluster *cluster, const struct loaded *loaded,
                            uint64_t seed)
{
    static const uint32_t addresses[] = { 0x01020304, 0xc0000201, 0xc6336401, 0xc6336481,
                                          0xc63364c1 };

    for (unsigned i = 0; i < cluster->n_pods; i++) {
        for (unsigned d = 0; d < 2; d++) {
            struct dm_flow_sets sets =
                dm_policies_outside(loaded->policies, loaded->pods[i], (enum dm_policy_direction)d);

            for (size_t f = 0; f < N_FLOWS * 5; f++) {
                struct other other = { NULL, dm_addr_ipv4(addresses[f / N_FLOWS]) };
                struct a_flow flow = flows[f % N_FLOWS];
                struct dm_packet packet = packet_of(flow, other.address, other.address);

                hold(loaded, seed, d ? "to outside" : "from outside", sets, &packet,
                     lets_pass(cluster, &cluster->pods[i], d, &other, flow));
                hold_account(cluster, loaded, seed, i, d, &other, DM_POLICY_OUTSIDE, flow);
            }
        }
    }
}

/* What is sure of strangers holds for each, and what is not even perhaps for none. */
static void compare_strangers(const struct a_cluster *cluster, const struct loaded *loaded,
                              struct dm_rng *rng, uint64_t seed)
{
    for (unsigned n = 0; n < N_STRANGERS; n++) {
        struct a_pod pod = { .namespace = (unsigned)dm_rng_below(rng, N_NAMESPACES) };
        struct other other = { &pod, dm_addr_ipv4(0x0a0000c8) };
        unsigned subject = (unsigned)dm_rng_below(rng, cluster->n_pods);
        unsigned direction = (unsigned)dm_rng_below(rng, 2);
        struct a_flow flow = flows[dm_rng_below(rng, N_FLOWS)];
        struct dm_packet packet = packet_of(flow, other.address, other.address);
        struct dm_flow_sets sets;
        bool passes;

        pod.named = dm_rng_below(rng, 2) ? 80 + (unsigned)dm_rng_below(rng, 2) : 0;
        for (unsigned k = 0; k < N_KEYS; k++) {
            pod.labels[k] = (unsigned)dm_rng_below(rng, N_VALUES);
        }
        passes = lets_pass(cluster, &cluster->pods[subject], direction, &other, flow);
        sets = dm_policies_stranger(loaded->policies, loaded->pods[subject],
                                    (enum dm_policy_direction)direction,
                                    loaded->namespaces[pod.namespace]);
        if ((dm_set_has(loaded->sets, sets.sure, &packet) && !passes)
            || (passes && !dm_set_has(loaded->sets, sets.perhaps, &packet))) {
            fail_msg("DM_SEED=%llu: a stranger: %d", (unsigned long long)seed, passes);
        }
    }
}

static void sets_say_what_packets_get(void **state)
{
    size_t n_allowed = 0;
    size_t n_again = 0;
    size_t n = 0;

    (void)state;
    for (uint64_t seed = dm_seed_first(1); seed < dm_seed_end(1, N_CLUSTERS); seed++) {
        struct dm_rng rng = dm_rng_seed(seed);
        struct a_cluster cluster;
        struct loaded loaded;

        random_cluster(&rng, &cluster);
        load(&cluster, &loaded, seed % 3 == 0, &n_again);
        n_allowed += compare_pods(&cluster, &loaded, seed);
        compare_outside(&cluster, &loaded, seed);
        compare_strangers(&cluster, &loaded, &rng, seed);
        n += (size_t)cluster.n_pods * cluster.n_pods * N_FLOWS;
        dm_arena_free(loaded.arena);
    }
    print_message("%zu of %zu packets between pods get through\n", n_allowed, n);
    print_message("%zu clusters were written and read back\n", n_again);
    assert_true(n_allowed > n / 10 && n_allowed < n - n / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_say_what_packets_get),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
