/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Input that is made to cost: refused within the limits of model/base/limits.h.  The files are
 * made here, for some are large.
 */
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "model/base/file.h"
#include "model/front/aws/aws.h"
#include "model/front/design/design.h"
#include "tests/bench/bench.h"

enum { DEPTH = 200000, OBJECTS = 5700000, HUGE_MIB = 600, LARGE_MIB = 100 };

/* Nine anchors, each ten of the one before: 10^9 texts of ten letters. */
static void write_aliases(FILE *out)
{
    fputs("demarc: 1\nname: bad\na0: &a0 [abcdefghij]\n", out);
    for (int i = 1; i <= 9; i++) {
        fprintf(out, "a%d: &a%d [", i, i);
        for (int j = 0; j < 10; j++) {
            fprintf(out, "%s*a%d", j ? ", " : "", i - 1);
        }
        fputs("]\n", out);
    }
}

static void write_deep_yaml(FILE *out)
{
    fputs("demarc: 1\nname: ", out);
    for (int i = 0; i < DEPTH; i++) {
        fputc('[', out);
    }
}

static void write_deep_json(FILE *out)
{
    fputs("{\"Vpcs\": ", out);
    for (int i = 0; i < DEPTH; i++) {
        fputs("{\"a\":", out);
    }
}

/* About 480 MiB of VPCs, cut off in the middle of the last one. */
static void write_large_json(FILE *out)
{
    fputs("{\"Vpcs\": [\n", out);
    for (int i = 0; i < OBJECTS; i++) {
        fprintf(out,
                "  {\"VpcId\": \"vpc-%08x\", \"CidrBlock\": \"10.%d.%d.0/24\", \"State\": "
                "\"available\"},\n",
                (unsigned)i, i / 256 % 256, i % 256);
    }
    fputs("  {\"VpcId\": \"vpc-", out);
}

/* Longer than any input may be: a hole, which takes no room on the disk. */
static void write_hole(FILE *out)
{
    fflush(out);
    (void)!ftruncate(fileno(out), (off_t)HUGE_MIB << 20);
}

static void write_large_yaml(FILE *out)
{
    fflush(out);
    (void)!ftruncate(fileno(out), (off_t)LARGE_MIB << 20);
}

static void write_loop(FILE *out)
{
    fputs("demarc: 1\nname: bad\ninclude: [loop.demarc.yaml]\n", out);
}

static const struct bad {
    const char *name;
    const char *file;
    void (*write)(FILE *out);
    double limit_mib;
} bads[] = {
    { "aliases that unfold to 10 GB", "aliases.demarc.yaml", write_aliases, 150 },
    { "YAML 200,000 levels deep", "deep.demarc.yaml", write_deep_yaml, 150 },
    { "a design that includes itself", "loop.demarc.yaml", write_loop, 150 },
    { "a design of 100 MiB", "large.demarc.yaml", write_large_yaml, 150 },
    { "JSON 200,000 levels deep", "deep.json", write_deep_json, 150 },
    { "480 MiB of JSON, truncated", "large.json", write_large_json, 32 },
    { "a file of 600 MiB", "huge.json", write_hole, 150 },
};

struct tried {
    const struct bad *bad;
    char path[4096];
};

static void measure(json_t *row, const void *context)
{
    const struct tried *tried = context;
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_err err = DM_ERR_INIT;
    double begin_ms = dm_bench_now_ms();
    struct dm_sources *sources = dm_sources_new(arena, &err);
    struct dm_builder *builder = dm_builder_new(arena, sources, &err);
    struct dm_facts *facts = dm_facts_new(arena);
    const struct dm_model *model = NULL;
    struct dm_diags diags;
    enum dm_status status;

    dm_diags_init(&diags, arena);
    status = strstr(tried->bad->file, ".json")
                 ? dm_aws_load(arena, sources, tried->path, facts, builder, &diags, &err)
                 : dm_design_load(arena, sources, tried->path, facts, builder, &diags, &err);
    if (status == DM_OK && !diags.n_errors) {
        status = dm_model_build(builder, &diags, &model, &err);
    }
    dm_bench_real(row, "ms", dm_bench_now_ms() - begin_ms);
    dm_bench_limit(row, "ms", 20000);
    dm_bench_limit(row, "peak_mib", tried->bad->limit_mib);
    dm_bench_text(row, "says",
                  status != DM_OK  ? err.text
                  : diags.n_errors ? diags.items[0].message
                                   : "nothing");
    if (model) {
        dm_bench_text(row, "over", "it was taken");
    }
}

void dm_bench_bad_input(struct dm_bench *bench)
{
    char folder[4096];

    snprintf(folder, sizeof folder, "%s/bench-input", bench->work);
    dm_bench_section(bench, "input that is made to cost, refused");
    if (dm_file_make_folder(folder, NULL) != DM_OK) {
        dm_bench_note(bench, "not measured: its folder cannot be made");
        return;
    }
    for (size_t i = 0; i < sizeof bads / sizeof *bads; i++) {
        struct tried tried = { .bad = &bads[i] };
        FILE *out;

        snprintf(tried.path, sizeof tried.path, "%.4000s/%s", folder, bads[i].file);
        out = fopen(tried.path, "w");
        if (!out) {
            dm_bench_note(bench, "not all measured: a file cannot be written");
            continue;
        }
        bads[i].write(out);
        fclose(out);
        dm_bench_case(bench, bads[i].name, measure, &tried);
        (void)remove(tried.path);
    }
    if (dm_file_remove_tree(folder, NULL) != DM_OK) {
        dm_bench_note(bench, "its folder cannot be removed");
    }
}
