/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Clusters of manifests: who can connect to whom by policies.
 *
 * Workloads stand in 20 namespaces of four teams, in layers as applications have them.  Half of the
 * policies let another layer of the team in, a quarter also says where to, by names of ports and
 * blocks of addresses with exceptions, and a quarter is of Calico, with tiers and denials.
 */
#include <stdio.h>

#include "model/base/file.h"
#include "tests/bench/bench.h"

enum { N_NAMESPACES = 20, N_TEAMS = 4, N_LAYERS = 10 };

static void write_workload(FILE *out, unsigned i)
{
    fprintf(out,
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w%u, namespace: ns%u}\n"
            "spec:\n  selector: {matchLabels: {app: w%u}}\n  template:\n"
            "    metadata: {labels: {app: w%u, layer: l%u}}\n"
            "    spec: {containers: [{name: c, ports: [{name: http, containerPort: %u}]}]}\n---\n",
            i, i % N_NAMESPACES, i, i, i / N_NAMESPACES % N_LAYERS, 8000 + i % 50);
}

static void write_policy(FILE *out, unsigned i)
{
    unsigned namespace = i % N_NAMESPACES;
    unsigned layer = i / N_NAMESPACES % N_LAYERS;

    if (i % 4 == 3) {
        fprintf(
            out,
            "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\n"
            "metadata: {name: p%u, namespace: ns%u}\n"
            "spec:\n  order: %u\n  selector: layer == 'l%u'\n  types: [Ingress]\n  ingress:\n"
            "  - {action: Deny, protocol: TCP, source: {nets: [198.51.%u.0/24]}}\n"
            "  - {action: Allow, protocol: TCP, source: {selector: \"layer in {'l%u', 'l%u'}\"}, "
            "destination: {ports: ['8000:8049']}}\n---\n",
            i, namespace, i, layer, i % 8, (layer + 1) % N_LAYERS, (layer + 2) % N_LAYERS);
        return;
    }
    fprintf(out,
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
            "metadata: {name: p%u, namespace: ns%u}\n"
            "spec:\n  podSelector: {matchLabels: {layer: l%u}}\n  policyTypes: [Ingress%s]\n"
            "  ingress:\n  - from: [{namespaceSelector: {matchLabels: {team: t%u}}, podSelector: "
            "{matchLabels: {layer: l%u}}}]\n    ports: [{port: http}, {port: %u, endPort: %u}]\n",
            i, namespace, layer, i % 4 == 1 ? ", Egress" : "", namespace % N_TEAMS,
            (layer + i) % N_LAYERS, 9000 + i % 16, 9020);
    if (i % 4 == 1) {
        fprintf(out,
                "  egress:\n  - to: [{namespaceSelector: {}, podSelector: {}}, {ipBlock: {cidr: "
                "10.%u.0.0/16, except: [10.%u.64.0/18]}}]\n",
                i % 16, i % 16);
    }
    fputs("---\n", out);
}

static bool write_cluster(const char *path, unsigned n_workloads, unsigned n_policies)
{
    FILE *out = fopen(path, "w");
    bool done;

    if (!out) {
        return false;
    }
    for (unsigned i = 0; i < N_NAMESPACES; i++) {
        fprintf(out,
                "{apiVersion: v1, kind: Namespace, metadata: {name: ns%u, labels: {team: t%u}}}\n"
                "---\n",
                i, i % N_TEAMS);
    }
    for (unsigned i = 0; i < n_workloads; i++) {
        write_workload(out, i);
    }
    for (unsigned i = 0; i < n_policies; i++) {
        write_policy(out, i);
    }
    done = !ferror(out);
    return fclose(out) == 0 && done;
}

void dm_bench_clusters(struct dm_bench *bench)
{
    static const struct {
        unsigned n_workloads;
        unsigned n_policies;
        int limit_ms;
    } sizes[] = { { 200, 100, 100 }, { 2000, 1000, 2000 } };
    char program[4096];

    snprintf(program, sizeof program, "%s/demarc", bench->programs);
    dm_bench_section(bench, "clusters of manifests: the shortest of three runs");
    if (!dm_file_exists(program)) {
        dm_bench_note(bench, "not measured: demarc is not built");
        return;
    }
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char path[4096];
        char input[4200];
        char name[128];

        snprintf(path, sizeof path, "%s/cluster-%u.yaml", bench->work, sizes[i].n_workloads);
        snprintf(input, sizeof input, "k8s:%s", path);
        snprintf(name, sizeof name, "demarc reach: %u workloads, %u policies", sizes[i].n_workloads,
                 sizes[i].n_policies);
        if (!write_cluster(path, sizes[i].n_workloads, sizes[i].n_policies)) {
            dm_bench_note(bench, "not measured: the manifests cannot be written");
            return;
        }
        dm_bench_run(bench, name,
                     &(struct dm_bench_command){
                         3, 0, sizes[i].limit_ms, 1000, { program, "reach", input } });
    }
}
