/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Clusters written as objects of Kubernetes and read back: of what was written the same follows as
 * of what was read.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "model/base/file.h"
#include "model/base/str.h"
#include "model/front/design/design.h"
#include "model/front/k8s/k8s.h"
#include "render/artifacts/kubernetes.h"
#include "render/pairs.h"
#include "scenarios/workloads.h"
#include "tests/support/dmtest.h"

#define CASES "../shared/cases/netpol/tests"

static const char shop[] = "tests/golden/cases/cli_k8s/shop.yaml";
static const char one[] = "tests/golden/cases/cluster/net.demarc.yaml";
static const char two[] = "tests/artifacts/clusters/clusters.demarc.yaml";
static const char policies[] = "tests/golden/cases/cli_k8s/policies.yaml";

static const struct dm_model *load(struct dm_arena *arena, const char *path)
{
    struct dm_err err = DM_ERR_INIT;
    struct dm_sources *sources = dm_sources_new(arena, &err);
    struct dm_builder *builder = dm_builder_new(arena, sources, &err);
    const struct dm_model *model = NULL;
    struct dm_diags diags;

    dm_diags_init(&diags, arena);
    assert_int_equal(
        dm_str_ends(path, ".demarc.yaml")
            ? dm_design_load(arena, sources, path, dm_facts_new(arena), builder, &diags, &err)
            : dm_k8s_load(arena, sources, path, builder, &diags, &err),
        DM_OK);
    for (size_t i = 0; i < diags.n_items && diags.n_errors; i++) {
        print_error("%s: %s\n", path, diags.items[i].message);
    }
    assert_int_equal(diags.n_errors, 0);
    assert_int_equal(dm_model_build(builder, &diags, &model, &err), DM_OK);
    assert_non_null(model);
    return model;
}

/* Who can connect to whom; with 'exposure' also of pods that are not in the input. */
static const char *rows(struct dm_arena *arena, const struct dm_model *model, bool exposure)
{
    struct dm_pairs_options options = { .by = DM_PAIRS_BY_WORKLOAD };
    struct dm_err err = DM_ERR_INIT;
    struct dm_pairs pairs;
    struct dm_str out;

    dm_str_init(&out, arena);
    for (int i = 0; i < (exposure ? 2 : 1); i++) {
        options.exposure = i > 0;
        assert_int_equal(dm_workloads_find(arena, model, &options, &pairs, &err), DM_OK);
        dm_render_pairs(&pairs, &out);
    }
    assert_false(out.failed);
    return out.text;
}

/* The files in a folder of their own, which 'ret_folder' names. */
static void write_files(struct dm_arena *arena, const struct dm_layout *layout, char *ret_folder)
{
    assert_non_null(mkdtemp(ret_folder));
    for (size_t i = 0; i < layout->n; i++) {
        const char *path = dm_path_join(arena, ret_folder, layout->items[i].path);

        assert_int_equal(dm_file_make_folder(dm_path_folder(arena, path), NULL), DM_OK);
        assert_int_equal(dm_file_write(path, layout->items[i].text, layout->items[i].size, NULL),
                         DM_OK);
    }
}

/* False: it was refused. */
static bool goes_round(const char *path)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_err err = DM_ERR_INIT;
    struct dm_layout layout = { 0 };
    char folder[] = "/tmp/demarc-kubernetes-XXXXXX";
    const struct dm_model *model = load(arena, path);
    bool written =
        dm_kubernetes_make(arena, model, (struct dm_cluster_id){ 1 }, &layout, &err) == DM_OK;

    if (written) {
        write_files(arena, &layout, folder);
        assert_string_equal(rows(arena, load(arena, folder), true), rows(arena, model, true));
        assert_int_equal(dm_file_remove_tree(folder, NULL), DM_OK);
    } else {
        print_message("%s\n", err.text);
        assert_int_equal(err.status, DM_UNSUPPORTED);
    }
    dm_arena_free(arena);
    return written;
}

static void of_what_was_written_the_same_follows(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_err err = DM_ERR_INIT;
    const char *const *names = NULL;
    size_t n_refused = 0;
    size_t n = 0;

    (void)state;
    assert_true(goes_round(shop));
    assert_false(goes_round(policies)); /* it has a rule that looks at source ports */
    if (dm_file_is_folder(CASES)) {
        assert_int_equal(dm_file_list(arena, CASES, &names, &n, &err), DM_OK);
    } else {
        print_message("skipped: " CASES " is not there\n");
    }
    for (size_t i = 0; i < n; i++) {
        n_refused += !goes_round(dm_path_join(arena, CASES, names[i]));
    }
    print_message("%zu of %zu folders refused\n", n_refused, n);
    assert_true(n_refused * 4 <= n);
    dm_arena_free(arena);
}

/* What random clusters and the cases do not have: each rule makes rows of its own. */
static const char kinds_of_rules[] =
    "apiVersion: v1\nkind: ServiceAccount\n"
    "metadata: {name: high, namespace: ns, labels: {trust: high}}\n---\n"
    "apiVersion: v1\nkind: ServiceAccount\n"
    "metadata: {name: low, namespace: ns, labels: {trust: low}}\n---\n"
    "apiVersion: v1\nkind: PodList\nitems:\n"
    "- metadata: {name: a, namespace: ns, labels: {app: a}}\n"
    "  spec: {containers: [{ports: [{name: web, containerPort: 80}]}]}\n"
    "- metadata: {name: b, namespace: ns, labels: {app: b}}\n"
    "  spec: {serviceAccountName: high, containers: [{}]}\n"
    "- metadata: {name: d, namespace: ns, labels: {app: d}}\n"
    "  spec: {serviceAccountName: low, containers: [{}]}\n"
    "- metadata: {name: c, namespace: other, labels: {app: c}}\n"
    "  spec: {containers: [{}]}\n---\n"
    "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkSet\n"
    "metadata: {name: partners, labels: {who: partner}}\nspec: {nets: [192.0.2.0/24]}\n---\n"
    "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\n"
    "metadata: {name: in, namespace: ns}\nspec:\n  order: 10.25\n  selector: app == 'a'\n"
    "  ingress:\n"
    "  - {action: Allow, protocol: TCP, source: {selector: all(), notSelector: app == 'a',\n"
    "     namespaceSelector: all()}, destination: {ports: [1, '7:9']}}\n"
    "  - {action: Allow, protocol: UDP, source: {serviceAccounts: {selector: trust == 'high'}},\n"
    "     destination: {notPorts: ['1:52', '54:65535']}}\n"
    "  - {action: Allow, protocol: SCTP, source: {serviceAccounts: {names: [high]}}}\n"
    "  - {action: Allow, notProtocol: TCP, source: {selector: who == 'partner',\n"
    "     namespaceSelector: global()}}\n"
    "  - {action: Allow, protocol: ICMP, icmp: {type: 8, code: 0},\n"
    "     source: {nets: [198.51.100.0/24], notNets: [198.51.100.128/25]}}\n"
    "  - {action: Allow, protocol: 47, source: {nets: [203.0.113.0/24]}}\n---\n"
    "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\n"
    "metadata: {name: out}\nspec:\n  namespaceSelector: has(kubernetes.io/metadata.name)\n"
    "  serviceAccountSelector: trust == 'high'\n  types: [Egress]\n  egress:\n"
    "  - {action: Allow, protocol: TCP, destination: {selector: app == 'a', ports: [web, 8]}}\n";

static void rules_of_every_kind_go_round(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    char folder[] = "/tmp/demarc-kubernetes-XXXXXX";
    const char *path;

    (void)state;
    assert_non_null(mkdtemp(folder));
    path = dm_path_join(arena, folder, "rules.yaml");
    assert_int_equal(dm_file_write(path, kinds_of_rules, strlen(kinds_of_rules), NULL), DM_OK);
    assert_true(goes_round(path));
    assert_int_equal(dm_file_remove_tree(folder, NULL), DM_OK);
    dm_arena_free(arena);
}

/* 'line' without 'word', wherever it stands. */
static const char *without(struct dm_arena *arena, const char *line, const char *word)
{
    const char *at = strstr(line, word);

    return at ? without(
               arena, dm_sprintf(arena, "%.*s%s", (int)(at - line), line, at + strlen(word)), word)
              : line;
}

/* Lines about a cluster alone, without its name; others are of another, or of both. */
static const char *lines_of(struct dm_arena *arena, const struct dm_model *model, const char *text,
                            struct dm_cluster_id id)
{
    const char *own = dm_sprintf(arena, "%s:", dm_cluster_get(model, id)->object.name);
    struct dm_str out;

    dm_str_init(&out, arena);
    for (const char *at = text; *at;) {
        size_t length = strcspn(at, "\n") + 1;
        const char *line = dm_arena_strndup(arena, at, length);
        bool is_ours = strstr(line, own) != NULL;

        at += length;
        for (uint32_t i = 1; i <= model->n_clusters; i++) {
            const char *other = dm_sprintf(arena, "%s:", model->clusters[i - 1].object.name);

            is_ours = is_ours && (i == id.v || !strstr(line, other));
        }
        if (is_ours) {
            dm_str_add(&out, without(arena, line, own));
        }
    }
    assert_false(out.failed);
    return out.text;
}

static size_t count_lines(const char *text)
{
    size_t n = 0;

    for (; *text; text++) {
        n += *text == '\n';
    }
    return n;
}

/* Lines between workloads: rules of other clusters cut what is outside in finer pieces. */
static const char *inside(struct dm_arena *arena, const char *text)
{
    struct dm_str out;

    dm_str_init(&out, arena);
    for (const char *at = text; *at;) {
        size_t length = strcspn(at, "\n") + 1;
        const char *line = dm_arena_strndup(arena, at, length);

        at += length;
        if (!strstr(line, "[External]")) {
            dm_str_add(&out, line);
        }
    }
    return out.text;
}

static const struct dm_ip_pool *pool_at(const struct dm_model *model, struct dm_cluster_id id,
                                        struct dm_prefix prefix)
{
    for (uint32_t i = 0; i < model->n_ip_pools; i++) {
        if (model->ip_pools[i].cluster.v == id.v
            && dm_prefix_compare(model->ip_pools[i].prefix, prefix) == 0) {
            return &model->ip_pools[i];
        }
    }
    return NULL;
}

/* How pods of 'got' have their addresses as those of the cluster of 'want'. */
static void assert_same_pools(const struct dm_model *want, struct dm_cluster_id id,
                              const struct dm_model *got)
{
    const struct dm_cluster *ours = dm_cluster_get(want, id);
    const struct dm_cluster *theirs = &got->clusters[0];
    uint32_t n = 0;

    for (uint32_t i = 0; i < want->n_ip_pools; i++) {
        const struct dm_ip_pool *pool = &want->ip_pools[i];
        const struct dm_ip_pool *other;

        if (pool->cluster.v != id.v) {
            continue;
        }
        other = pool_at(got, (struct dm_cluster_id){ 1 }, pool->prefix);
        n++;
        assert_non_null(other);
        assert_int_equal(other->encapsulation, pool->encapsulation);
        assert_int_equal(other->nat_outgoing, pool->nat_outgoing);
        assert_int_equal(other->disabled, pool->disabled);
        assert_int_equal(other->block_bits, pool->block_bits);
    }
    assert_int_equal(got->n_ip_pools, n);
    assert_int_equal(theirs->pod_mtu, ours->pod_mtu);
    assert_int_equal(theirs->vxlan_port, ours->vxlan_port);
    assert_int_equal(theirs->wireguard, ours->wireguard);
}

static const struct dm_workload *workload_at(const struct dm_model *model, const char *namespace,
                                             const char *name)
{
    for (uint32_t i = 0; i < model->n_workloads; i++) {
        const struct dm_workload *at = &model->workloads[i];

        if (dm_str_equal(at->short_name, name)
            && dm_str_equal(dm_namespace_get(model, at->namespace)->short_name, namespace)) {
            return at;
        }
    }
    return NULL;
}

/* So are they asked whether they are well, and given what they need. */
static void assert_same_upkeep(const struct dm_pod *ours, const struct dm_pod *theirs)
{
    assert_string_equal(theirs->account, ours->account);
    assert_int_equal(theirs->n_ports, ours->n_ports);
    assert_int_equal(theirs->n_probes, ours->n_probes);
    for (size_t i = 0; i < ours->n_probes; i++) {
        const struct dm_probe *a = &ours->probes[i];
        const struct dm_probe *b = &theirs->probes[i];

        assert_int_equal(b->purpose, a->purpose);
        assert_int_equal(b->kind, a->kind);
        assert_int_equal(b->port, a->port);
        assert_int_equal(b->is_declared, a->is_declared);
        assert_int_equal(b->is_tls, a->is_tls);
        assert_true(dm_str_equal(b->path, a->path));
        assert_int_equal(b->n_command, a->n_command);
    }
    assert_int_equal(theirs->n_variables, ours->n_variables);
    for (size_t i = 0; i < ours->n_variables; i++) {
        assert_string_equal(theirs->variables[i].name, ours->variables[i].name);
        assert_string_equal(theirs->variables[i].secret, ours->variables[i].secret);
        assert_string_equal(theirs->variables[i].key, ours->variables[i].key);
    }
}

/* "bank/api" of what stands in the cluster; others are of another. */
static const char *own_name(struct dm_arena *arena, const struct dm_model *model,
                            struct dm_cluster_id id, const char *name)
{
    return model->n_clusters == 1 && !strchr(name, ':')
               ? name
               : without(arena, name,
                         dm_sprintf(arena, "%s:", dm_cluster_get(model, id)->object.name));
}

static void assert_same_scaling(struct dm_arena *arena, const struct dm_model *want,
                                struct dm_cluster_id id, const struct dm_model *got)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < want->n_autoscalers; i++) {
        const struct dm_autoscaler *a = &want->autoscalers[i];
        const struct dm_autoscaler *b;

        if (dm_namespace_get(want, a->namespace)->cluster.v != id.v) {
            continue;
        }
        assert_true(n < got->n_autoscalers);
        b = &got->autoscalers[dm_model_find(got, DM_KIND_autoscaler,
                                            own_name(arena, want, id, a->object.name))
                                  .v
                              - 1];
        n++;
        assert_int_equal(b->kind, a->kind);
        assert_true(b->target.v && a->target.v);
        assert_string_equal(b->target_name, a->target_name);
        assert_int_equal(b->least, a->least);
        assert_int_equal(b->most, a->most);
        assert_int_equal(b->by_cpu, a->by_cpu);
        assert_int_equal(b->by_memory, a->by_memory);
        assert_int_equal(b->cpu_percent, a->cpu_percent);
        assert_int_equal(b->memory_percent, a->memory_percent);
        assert_int_equal(b->mode, a->mode);
        assert_int_equal(b->most_asked.memory, a->most_asked.memory);
    }
    assert_int_equal(got->n_autoscalers, n);
    n = 0;
    for (uint32_t i = 0; i < want->n_disruption_budgets; i++) {
        const struct dm_disruption_budget *a = &want->disruption_budgets[i];
        const struct dm_disruption_budget *b;

        if (dm_namespace_get(want, a->namespace)->cluster.v != id.v) {
            continue;
        }
        assert_true(n < got->n_disruption_budgets);
        b = &got->disruption_budgets[dm_model_find(got, DM_KIND_disruption_budget,
                                                   own_name(arena, want, id, a->object.name))
                                         .v
                                     - 1];
        n++;
        assert_int_equal(b->is_unavailable, a->is_unavailable);
        assert_int_equal(b->is_percent, a->is_percent);
        assert_int_equal(b->amount, a->amount);
        assert_int_equal(dm_selector_compare(a->selector, b->selector), 0);
    }
    assert_int_equal(got->n_disruption_budgets, n);
    for (uint32_t i = 0; i < want->n_service_accounts; i++) {
        const struct dm_service_account *a = &want->service_accounts[i];
        struct dm_ref ref =
            dm_model_find(got, DM_KIND_service_account, own_name(arena, want, id, a->object.name));

        if (dm_namespace_get(want, a->namespace)->cluster.v == id.v) {
            assert_true(ref.v && dm_str_equal(got->service_accounts[ref.v - 1].role, a->role));
        }
    }
}

/* So are they placed. */
static void assert_same_schedules(const struct dm_model *want, struct dm_cluster_id id,
                                  const struct dm_model *got)
{
    for (uint32_t i = 0; i < want->n_workloads; i++) {
        const struct dm_workload *at = &want->workloads[i];
        const struct dm_namespace *in = dm_namespace_get(want, at->namespace);
        const struct dm_schedule *ours = at->pods[0].schedule;
        const struct dm_schedule *theirs;

        if (in->cluster.v != id.v) {
            continue;
        }
        assert_non_null(workload_at(got, in->short_name, at->short_name));
        assert_same_upkeep(&at->pods[0],
                           &workload_at(got, in->short_name, at->short_name)->pods[0]);
        theirs = workload_at(got, in->short_name, at->short_name)->pods[0].schedule;
        assert_non_null(theirs);
        assert_int_equal(theirs->most_replicas, ours->most_replicas);
        assert_int_equal(theirs->grown.cpu_milli, ours->grown.cpu_milli);
        assert_int_equal(theirs->grown.memory, ours->grown.memory);
        assert_int_equal(theirs->replicas, ours->replicas);
        /* Who says but a limit asks for as much. */
        assert_int_equal(theirs->requests.cpu_milli, ours->requests.cpu_milli >= 0
                                                         ? ours->requests.cpu_milli
                                                         : ours->limits.cpu_milli);
        assert_int_equal(theirs->requests.memory,
                         ours->requests.memory >= 0 ? ours->requests.memory : ours->limits.memory);
        assert_int_equal(theirs->limits.cpu_milli, ours->limits.cpu_milli);
        assert_int_equal(theirs->n_tolerations, ours->n_tolerations);
        assert_int_equal(theirs->n_spreads, ours->n_spreads);
        assert_int_equal(theirs->zonal_volume, ours->zonal_volume);
        assert_int_equal(theirs->nodes != NULL, ours->nodes != NULL);
        assert_true(!ours->nodes || dm_selector_compare(theirs->nodes, ours->nodes) == 0);
    }
}

/* Each cluster of a design, by itself: its workloads can connect as those of the design. */
static void goes_round_of(const char *path)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_err err = DM_ERR_INIT;
    const struct dm_model *model = load(arena, path);
    const char *all = rows(arena, model, false);

    assert_true(model->n_clusters > 0);
    for (uint32_t i = 1; i <= model->n_clusters; i++) {
        struct dm_cluster_id id = { i };
        struct dm_layout layout = { 0 };
        char folder[] = "/tmp/demarc-kubernetes-XXXXXX";
        const char *want = lines_of(arena, model, all, id);
        const struct dm_model *again;
        const char *got;

        assert_int_equal(dm_kubernetes_make(arena, model, id, &layout, &err), DM_OK);
        write_files(arena, &layout, folder);
        again = load(arena, folder);
        got = rows(arena, again, false);
        assert_same_pools(model, id, again);
        assert_same_schedules(model, id, again);
        assert_same_scaling(arena, model, id, again);
        assert_true(count_lines(inside(arena, want)) > 1);
        if (model->n_clusters == 1) {
            assert_string_equal(got, want);
        }
        assert_string_equal(inside(arena, got), inside(arena, want));
        assert_int_equal(dm_file_remove_tree(folder, NULL), DM_OK);
    }
    dm_arena_free(arena);
}

static void clusters_of_designs_say_what_the_design_does(void **state)
{
    (void)state;
    goes_round_of(one);
    goes_round_of(two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clusters_of_designs_say_what_the_design_does),
        cmocka_unit_test(rules_of_every_kind_go_round),
        cmocka_unit_test(of_what_was_written_the_same_follows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
