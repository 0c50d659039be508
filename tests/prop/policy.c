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
#include "solver/cluster/decide.h"
#include "solver/cluster/policy.h"
#include "tests/support/random_policies.h"
enum { N_CLUSTERS = 600 };

static const uint8_t numbers[] = { DM_PROTO_TCP, DM_PROTO_UDP, DM_PROTO_SCTP };

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
        return value == selector->value;
    case AMONG:
        return value == selector->value || value == RARE;
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

/* Whether a network set that the peer's selectors mean has the address, be it a pod's [CAL-36]. */
static bool is_in_sets(const struct a_cluster *cluster, const struct a_policy *policy,
                       const struct a_peer *peer, struct dm_addr address)
{
    for (unsigned i = 0; policy->is_calico && i < cluster->n_sets; i++) {
        const struct a_set *set = &cluster->sets[i];
        bool is_global = set->namespace == N_NAMESPACES;
        bool is_meant = policy->is_global || set->namespace == policy->namespace;

        if (peer->has_namespaces) {
            is_meant =
                !is_global && selects(&peer->namespaces, cluster->namespace_labels[set->namespace]);
        }
        if (is_meant && selects(&peer->pods, set->labels)
            && is_in(dm_random_nets[set->net], address)) {
            return true;
        }
    }
    return false;
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
               && is_in(dm_random_blocks[peer->block], other->address)
               && !(peer->has_except && is_in(dm_random_upper[peer->block], other->address));
    }
    if (is_in_sets(cluster, policy, peer, other->address)) {
        return true;
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
    const struct dm_model *model;
    struct dm_sets *sets;
    struct dm_policies *policies;
    uint32_t pods[MAX_PODS];                             /* the engine's numbers */
    struct dm_namespace_id namespaces[N_NAMESPACES + 1]; /* the last: 0 */
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
    dm_random_cluster_write(&text, cluster);
    model = read_manifests(arena, "random.yaml", text.text, text.length);
    if (again) {
        model = written_and_read(arena, model, ret_n);
    }
    loaded->arena = arena;
    loaded->model = model;
    loaded->namespaces[N_NAMESPACES].v = 0;
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

/* What one packet is told without sets; each workload has one pod, so their numbers are alike. */
static void hold_decision(const struct a_cluster *cluster, const struct loaded *loaded,
                          uint64_t seed, unsigned subject, unsigned direction,
                          const struct other *other, uint32_t peer, struct a_flow flow)
{
    struct dm_packet packet = packet_of(flow, other->address, other->address);
    struct dm_policy_party self = { .workload = { loaded->pods[subject] + 1 } };
    struct dm_policy_party party = { .address = other->address };
    struct dm_policy_decision said;
    bool expected;

    if (seed % 4 != 2) {
        return; /* as with accounts */
    }
    expected = lets_pass(cluster, &cluster->pods[subject], direction, other, flow);
    party.workload.v = other->pod ? peer + 1 : 0;
    said = dm_policy_decide(loaded->model, &self, (enum dm_policy_direction)direction, &party,
                            &packet);
    if (said.verdict != (expected ? DM_POLICY_PASSES : DM_POLICY_STOPPED)) {
        fail_msg("DM_SEED=%llu: one packet: %d here and %d there", (unsigned long long)seed,
                 expected, (int)said.verdict);
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
                hold_decision(cluster, loaded, seed, i, 1, &receiver, loaded->pods[j], flows[f]);
                hold_decision(cluster, loaded, seed, j, 0, &sender, loaded->pods[i], flows[f]);
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
                hold_decision(cluster, loaded, seed, i, d, &other, DM_POLICY_OUTSIDE, flow);
                hold_account(cluster, loaded, seed, i, d, &other, DM_POLICY_OUTSIDE, flow);
            }
        }
    }
}

/* A selector of the model, as the front end would make it. */
static const struct dm_selector *selector_of(struct dm_arena *arena,
                                             const struct a_selector *selector)
{
    struct dm_selector *items = DM_NEW_ARRAY(arena, 4, struct dm_selector);
    const struct dm_selector **parts = DM_NEW_ARRAY(arena, 2, const struct dm_selector *);
    const char **values = DM_NEW_ARRAY(arena, 3, const char *);

    values[0] = dm_sprintf(arena, "v%u", selector->value);
    values[1] = "v9";
    values[2] = "x";
    memset(items, 0, 4 * sizeof *items);
    items[0] = (struct dm_selector){ .kind = DM_SELECTOR_IN,
                                     .key = dm_random_keys[selector->key],
                                     .values = values,
                                     .n_values = selector->kind == AMONG ? 2 : 1 };
    items[1] =
        (struct dm_selector){ .kind = DM_SELECTOR_HAS, .key = dm_random_keys[selector->key] };
    items[2] = (struct dm_selector){
        .kind = DM_SELECTOR_IN, .key = "other", .values = &values[2], .n_values = 1
    };
    parts[0] = selector->kind == ABSENT ? &items[1] : &items[0];
    parts[1] = &items[2];
    switch (selector->kind) {
    case ANY:
        return &items[3]; /* of kind ALL */
    case EQUALS:
        return &items[0];
    case EXISTS:
        return &items[1];
    case DIFFERS:
    case ABSENT:
        items[3] = (struct dm_selector){ .kind = DM_SELECTOR_NOT, .parts = parts, .n_parts = 1 };
        return &items[3];
    case AMONG:
        items[3] = (struct dm_selector){ .kind = DM_SELECTOR_AND, .parts = parts, .n_parts = 2 };
        return &items[3];
    }
    return NULL;
}

/* A pod that nobody has seen, in any namespace, with labels that 'pods' and, where the namespace is
 * not in the input, 'namespaces' select; false where none was found. */
static bool random_stranger(struct dm_rng *rng, struct a_cluster *cluster,
                            const struct a_selector *pods, const struct a_selector *namespaces,
                            struct a_pod *pod)
{
    static const unsigned values[N_VALUES + 1] = { 0, 1, 2, RARE };
    unsigned *labels = cluster->namespace_labels[N_NAMESPACES];

    for (unsigned n = 0; n < 20; n++) {
        *pod = (struct a_pod){ .namespace = (unsigned)dm_rng_below(rng, N_NAMESPACES + 1) };
        pod->named = dm_rng_below(rng, 2) ? 80 + (unsigned)dm_rng_below(rng, 2) : 0;
        for (unsigned k = 0; k < N_KEYS; k++) {
            pod->labels[k] = values[dm_rng_below(rng, N_VALUES + 1)];
            labels[k] = values[dm_rng_below(rng, N_VALUES + 1)];
        }
        if (selects(pods, pod->labels)
            && (pod->namespace < N_NAMESPACES || selects(namespaces, labels))) {
            return true;
        }
    }
    return false;
}

/* What is sure of strangers holds for each, and what is not even perhaps for none; of strangers
 * with labels of which something is known, for those. */
static void compare_strangers(struct a_cluster *cluster, const struct loaded *loaded,
                              struct dm_rng *rng, uint64_t seed)
{
    for (unsigned n = 0; n < N_STRANGERS; n++) {
        struct a_pod pod;
        struct other other = { &pod, dm_addr_ipv4(0x0a0000c8) };
        struct a_selector pods = dm_random_selector(rng);
        struct a_selector namespaces = dm_random_selector(rng);
        struct dm_policy_fit fit = { selector_of(loaded->arena, &pods),
                                     selector_of(loaded->arena, &namespaces) };
        unsigned subject = (unsigned)dm_rng_below(rng, cluster->n_pods);
        enum dm_policy_direction direction = (enum dm_policy_direction)dm_rng_below(rng, 2);
        struct a_flow flow = flows[dm_rng_below(rng, N_FLOWS)];
        struct dm_packet packet = packet_of(flow, other.address, other.address);
        struct dm_flow_sets all;
        struct dm_flow_sets sets;
        bool passes;

        if (!random_stranger(rng, cluster, &pods, &namespaces, &pod)) {
            continue;
        }
        passes = lets_pass(cluster, &cluster->pods[subject], direction, &other, flow);
        all = dm_policies_stranger(loaded->policies, loaded->pods[subject], direction,
                                   loaded->namespaces[pod.namespace]);
        sets = dm_policies_fitting(loaded->policies, loaded->pods[subject], direction,
                                   loaded->namespaces[pod.namespace], &fit);
        assert_true(dm_set_is_empty(dm_set_minus(loaded->sets, all.sure, sets.sure)));
        assert_true(dm_set_is_empty(dm_set_minus(loaded->sets, sets.perhaps, all.perhaps)));
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

        dm_random_cluster(&rng, &cluster);
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
