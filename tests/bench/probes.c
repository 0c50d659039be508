/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Real deployments and what AWS did with real probes of them: loading, and probes a second.
 */
#include <stdio.h>
#include <string.h>

#include "model/base/file.h"
#include "model/front/aws/aws.h"
#include "solver/reach/session.h"
#include "tests/bench/bench.h"

#define CASES "../shared/cases/aws-probes/"

enum { MAX_PROBES = 4096 };

struct probe {
    struct dm_session_query query;
    bool passes; /* at AWS */
};

struct lab {
    const struct dm_model *model;
    struct probe probes[MAX_PROBES];
    size_t n;
};

static bool load(struct lab *lab, struct dm_arena *arena, const char *name)
{
    struct dm_sources *sources = dm_sources_new(arena, NULL);
    struct dm_builder *builder = sources ? dm_builder_new(arena, sources, NULL) : NULL;
    struct dm_diags diags;
    char path[256];

    dm_diags_init(&diags, arena);
    snprintf(path, sizeof path, CASES "%s", name);
    return builder
           && dm_aws_load(arena, sources, path, dm_facts_new(arena), builder, &diags, NULL) == DM_OK
           && dm_model_build(builder, &diags, &lab->model, NULL) == DM_OK && lab->model;
}

static void add_probe(struct lab *lab, const char *source, const char *target, const char *app,
                      bool passes)
{
    struct dm_endpoint from;
    struct dm_endpoint to;
    struct dm_match match;
    const char *why;

    if (lab->n < MAX_PROBES && dm_endpoint_find(lab->model, source, &from, &why)
        && dm_endpoint_find(lab->model, target, &to, &why) && dm_match_parse(app, &match)) {
        struct probe *probe = &lab->probes[lab->n++];

        probe->passes = passes;
        probe->query.start = dm_endpoint_start(lab->model, &from, &to);
        probe->query.flow = (struct dm_flow){ (uint8_t)match.protocol,
                                              match.port_first,
                                              match.port_first,
                                              match.protocol == DM_PROTO_ICMP ? 8 : 0,
                                              0,
                                              0,
                                              0 };
    }
}

static bool read_probes(struct lab *lab, struct dm_arena *arena, const char *name)
{
    char *text;
    size_t size;
    char *rest;

    if (dm_file_read(arena, CASES "probes.tsv", 1 << 24, &text, &size, NULL) != DM_OK) {
        return false;
    }
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        char row[5][64];

        if (sscanf(line, "%63[^\t]\t%63[^\t]\t%63[^\t]\t%63[^\t]\t%63[^\t\r]", row[0], row[1],
                   row[2], row[3], row[4])
                == 5
            && strcmp(row[0], name) == 0) {
            add_probe(lab, row[1], row[2], row[3], strcmp(row[4], "PASS") == 0);
        }
    }
    return lab->n > 0;
}

static void measure(json_t *row, const void *context)
{
    static struct lab lab;
    struct dm_arena *arena = dm_arena_new(0);
    double begin_ms = dm_bench_now_ms();
    double load_ms;
    struct dm_walker walker;
    struct dm_alive *alive;
    size_t n_agree = 0;

    if (!load(&lab, arena, context)) {
        dm_bench_text(row, "over", "it does not load");
        return;
    }
    load_ms = dm_bench_now_ms() - begin_ms;
    if (!read_probes(&lab, arena, context)) {
        dm_bench_text(row, "over", "it has no probes");
        return;
    }
    begin_ms = dm_bench_now_ms();
    walker = (struct dm_walker){ .arena = arena,
                                 .model = lab.model,
                                 .plane = dm_plane_new(arena, lab.model) };
    alive = dm_alive_new(arena, lab.model);
    for (size_t i = 0; i < lab.n; i++) {
        struct dm_session session;

        dm_alive_begin(alive, NULL, 0);
        n_agree += dm_session_check(&walker, alive, &lab.probes[i].query, &session)
                   && session.end == (lab.probes[i].passes ? DM_SESSION_PASS : DM_SESSION_FAIL);
    }
    begin_ms = dm_bench_now_ms() - begin_ms;
    dm_bench_real(row, "load_ms", load_ms);
    dm_bench_count(row, "probes", lab.n);
    dm_bench_count(row, "agree", n_agree);
    dm_bench_real(row, "ms", begin_ms);
    dm_bench_real(row, "probes_a_second", (double)lab.n / begin_ms * 1000);
    if (n_agree != lab.n) {
        dm_bench_text(row, "over", "AWS did otherwise");
    }
    dm_arena_free(arena);
}

void dm_bench_probes(struct dm_bench *bench)
{
    static const char *const labs[] = { "aws_tgw_multi_az_intra_region",
                                        "aws_multi_account_vpc_peering" };

    dm_bench_section(bench, "probes of real deployments, each asked once");
    if (!dm_file_exists(CASES "probes.tsv")) {
        dm_bench_note(bench, "not measured: " CASES "probes.tsv is not there");
        return;
    }
    for (size_t i = 0; i < sizeof labs / sizeof *labs; i++) {
        dm_bench_case(bench, labs[i], measure, labs[i]);
    }
}
