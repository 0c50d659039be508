/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Designs of many clusters: each in a VPC of its own, with 20 services that call the next one and a
 * load balancer in front of the first.  Nothing is asked between clusters, so that work grows with
 * their number; the exponent says how near it comes to that.
 */
#include <math.h>
#include <stdio.h>

#include "model/base/file.h"
#include "tests/bench/bench.h"

enum { N_SERVICES = 20 };

static void write_networks(FILE *out, unsigned n)
{
    fputs("demarc: 1\nname: fleet\nenvironments: [prod]\n"
          "regions:\n  eu-west-1: {zones: [a, b, c], cidr: 10.0.0.0/8}\nvpcs:\n",
          out);
    for (unsigned i = 0; i < n; i++) {
        fprintf(out,
                "  app%u:\n    for: {env: prod, region: all}\n    cidr: {pool: region, size: 20}\n"
                "    internet_gateway: true\n    subnets:\n"
                "      public: {size: 24, public: true, routes: {internet: internet-gateway}}\n"
                "      private: {size: 24}\n",
                i);
    }
    fputs("groups:\n", out);
    for (unsigned i = 0; i < n; i++) {
        fprintf(out,
                "  control-plane%u:\n    in: app%u\n"
                "    ingress: [{from: \"group:nodes%u\", port: tcp/443}]\n"
                "    egress: [{to: \"group:nodes%u\", port: [tcp/443, tcp/10250]}]\n"
                "  nodes%u:\n    in: app%u\n    ingress:\n"
                "      - {from: \"group:nodes%u\", port: [udp/4789, tcp/5473, tcp/10250]}\n"
                "      - {from: \"group:control-plane%u\", port: tcp/10250}\n"
                "      - {from: \"group:front%u\", port: tcp/30000-32767}\n",
                i, i, i, i, i, i, i, i, i);
        fprintf(out,
                "  front%u:\n    in: app%u\n    ingress: [{from: any, port: tcp/443}]\n"
                "    egress: [{to: \"group:nodes%u\", port: tcp/30000-32767}]\n",
                i, i, i);
    }
}

static void write_clusters(FILE *out, unsigned n)
{
    fputs("clusters:\n", out);
    for (unsigned i = 0; i < n; i++) {
        fprintf(out,
                "  core%u:\n    for: {env: prod, region: all}\n    in: app%u\n"
                "    control_plane: {in: private, groups: [control-plane%u]}\n"
                "    services: 172.20.0.0/16\n    pods: {main: {range: 192.168.0.0/16}}\n"
                "    mtu: 8951\n    default_deny: true\n    allow_calls: true\n"
                "    namespaces: {bank: {}}\n    node_groups:\n      workers:\n"
                "        in: private\n        groups: [nodes%u]\n"
                "        size: {min: 2, desired: 3, max: 6}\n"
                "        cpu: 16\n        memory: 64Gi\n        pods: 110\n",
                i, i, i, i);
    }
    fputs("services:\n", out);
    for (unsigned i = 0; i < n * N_SERVICES; i++) {
        fprintf(out,
                "  s%u:\n    for: {env: prod, region: all}\n    cluster: core%u\n"
                "    namespace: bank\n    port: tcp/%u\n    replicas: 3\n    spread: zones\n"
                "    requests: {cpu: 100m, memory: 128Mi}\n",
                i, i / N_SERVICES, 8000 + i % N_SERVICES);
        if ((i + 1) % N_SERVICES) {
            fprintf(out, "    calls: [s%u]\n", i + 1);
        }
    }
    fputs("load_balancers:\n", out);
    for (unsigned i = 0; i < n; i++) {
        fprintf(out,
                "  front%u:\n    for: {env: prod, region: all}\n    kind: application\n"
                "    scheme: internet-facing\n    in: app%u.public\n    groups: [front%u]\n"
                "    listeners: {tcp/443: {to: s%u}}\n",
                i, i, i, i * N_SERVICES);
    }
}

static bool write_design(const char *path, unsigned n)
{
    FILE *out = fopen(path, "w");
    bool done;

    if (!out) {
        return false;
    }
    write_networks(out, n);
    write_clusters(out, n);
    fputs("requirements:\n  R-CALLS: {reach: {calls: all}, survive: {any: [zone], k: 1}}\n"
          "  R-EXPOSE:\n    expose:\n      allow:\n",
          out);
    for (unsigned i = 0; i < n; i++) {
        fprintf(out, "        - {to: \"load-balancer:front%u\", port: tcp/443}\n", i);
    }
    done = !ferror(out);
    return fclose(out) == 0 && done;
}

void dm_bench_fleets(struct dm_bench *bench)
{
    static const struct {
        unsigned n_clusters;
        int limit_ms;
    } sizes[] = { { 10, 100 }, { 30, 300 }, { 100, 1500 } };
    char program[4096];
    double before_ms = 0;

    snprintf(program, sizeof program, "%s/demarc", bench->programs);
    dm_bench_section(bench,
                     "designs of clusters with 20 services each: the shortest of three runs");
    if (!dm_file_exists(program)) {
        dm_bench_note(bench, "not measured: demarc is not built");
        return;
    }
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char path[4096];
        char name[64];
        double took_ms;

        snprintf(path, sizeof path, "%.4000s/fleet-%u.demarc.yaml", bench->work,
                 sizes[i].n_clusters);
        snprintf(name, sizeof name, "demarc check: %u clusters", sizes[i].n_clusters);
        if (!write_design(path, sizes[i].n_clusters)) {
            dm_bench_note(bench, "not measured: the design cannot be written");
            return;
        }
        dm_bench_run(
            bench, name,
            &(struct dm_bench_command){ 3, 0, sizes[i].limit_ms, 200, { program, "check", path } });
        took_ms = json_real_value(json_object_get(dm_bench_last(bench), "ms"));
        if (before_ms > 0 && took_ms > 0) {
            dm_bench_real(dm_bench_last(bench), "exponent",
                          log(took_ms / before_ms)
                              / log((double)sizes[i].n_clusters / sizes[i - 1].n_clusters));
        }
        before_ms = took_ms;
    }
}
