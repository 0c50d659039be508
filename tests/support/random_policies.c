/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/random_policies.h"

#include <string.h>

const char *const dm_random_keys[N_KEYS] = { "app", "tier" };
const char *const dm_random_blocks[3] = { "0.0.0.0/0", "198.51.100.0/24", "198.51.100.128/25" };
const char *const dm_random_upper[3] = { "128.0.0.0/1", "198.51.100.128/25", "198.51.100.192/26" };

const char *const dm_random_nets[3] = { "10.0.0.0/30", "10.0.0.3/32", "198.51.100.128/25" };

static const char *const protocols[] = { "TCP", "UDP", "SCTP" };

/* ---- random ---- */

struct a_selector dm_random_selector(struct dm_rng *rng)
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
    rule.peer.pods = dm_random_selector(rng);
    rule.peer.namespaces = dm_random_selector(rng);
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
    policy.pods = dm_random_selector(rng);
    policy.has_pods = dm_rng_below(rng, 2) != 0;
    policy.namespaces = dm_random_selector(rng);
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
    policy.pods = dm_random_selector(rng);
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

void dm_random_cluster(struct dm_rng *rng, struct a_cluster *cluster)
{
    bool has_admins = dm_rng_below(rng, 3) != 0;
    bool has_baseline = false;

    memset(cluster, 0, sizeof *cluster);
    for (unsigned i = 0; i <= N_NAMESPACES; i++) {
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
    cluster->n_sets = (unsigned)dm_rng_below(rng, MAX_SETS + 1);
    for (unsigned i = 0; i < cluster->n_sets; i++) {
        cluster->sets[i].namespace = (unsigned)dm_rng_below(rng, N_NAMESPACES + 1);
        cluster->sets[i].net = (unsigned)dm_rng_below(rng, 3);
        for (unsigned k = 0; k < N_KEYS; k++) {
            cluster->sets[i].labels[k] = (unsigned)dm_rng_below(rng, N_VALUES);
        }
    }
}

/* ---- as manifests ---- */

static void write_labels(struct dm_str *out, const unsigned labels[N_KEYS])
{
    dm_str_add(out, "{other: x");
    for (unsigned k = 0; k < N_KEYS; k++) {
        if (labels[k]) {
            dm_str_addf(out, ", %s: v%u", dm_random_keys[k], labels[k]);
        }
    }
    dm_str_add(out, "}");
}

static void write_kube_selector(struct dm_str *out, const struct a_selector *selector)
{
    const char *key = dm_random_keys[selector->key];

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
    const char *key = dm_random_keys[selector->key];

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
        dm_str_addf(out, "ipBlock: {cidr: %s%s%s%s}\n    ", dm_random_blocks[peer->block],
                    peer->has_except ? ", except: [" : "",
                    peer->has_except ? dm_random_upper[peer->block] : "",
                    peer->has_except ? "]" : "");
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
        dm_str_addf(out, "      nets: [%s]\n", dm_random_blocks[peer->block]);
        if (peer->has_except) {
            dm_str_addf(out, "      notNets: [%s]\n", dm_random_upper[peer->block]);
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
        dm_str_addf(out, "    - networks: [%s]\n", dm_random_blocks[peer->block]);
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

static void write_set(struct dm_str *out, const struct a_set *set, unsigned number)
{
    dm_str_addf(out,
                "---\napiVersion: projectcalico.org/v3\nkind: %sNetworkSet\nmetadata: {name: s%u",
                set->namespace == N_NAMESPACES ? "Global" : "", number);
    if (set->namespace != N_NAMESPACES) {
        dm_str_addf(out, ", namespace: n%u", set->namespace);
    }
    dm_str_add(out, ", labels: ");
    write_labels(out, set->labels);
    dm_str_addf(out, "}\nspec: {nets: [%s]}\n", dm_random_nets[set->net]);
}

void dm_random_cluster_write(struct dm_str *out, const struct a_cluster *cluster)
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
    for (unsigned i = 0; i < cluster->n_sets; i++) {
        write_set(out, &cluster->sets[i], i);
    }
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
