/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Generated estates: all pairs of describe output, whole processes (P2), and how time grows with
 * the number of VPCs (P3), for describe output of transit gateways and for designs with a backbone.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/base/file.h"
#include "model/front/aws/aws.h"
#include "model/front/design/design.h"
#include "scenarios/pairs.h"
#include "tests/bench/bench.h"
#include "tests/bench/estate.h"

/* P2: what the best peer took for as many hosts, and a hundredth and a twentieth of it. */
static const struct {
    const char *name;
    unsigned n_regions;
    unsigned n_vpcs;
    int peer_ms;
    int peer_mib;
} snapshots[] = {
    { "36 hosts in 3 regions", 3, 15, 11000, 2355 },
    { "360 hosts in 6 regions", 6, 126, 34000, 4506 },
    { "1,080 hosts in 6 regions", 6, 366, 67000, 5939 },
};

/* P3. */
static const unsigned sizes[] = { 100, 1000, 10000 };
enum { N_SIZES = sizeof sizes / sizeof *sizes, LARGEST_MS = 10000, LARGEST_MIB = 4096 };

/* As describe output, or as a design where it has a backbone. */
static bool write_estate(const struct dm_estate_options *options, const char *folder)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_estate estate;
    bool fine = dm_file_remove_tree(folder, NULL) == DM_OK
                && dm_estate_init(arena, options, &estate)
                && (options->backbone ? dm_estate_write_design(&estate, folder)
                                      : dm_estate_write_aws(&estate, folder));

    dm_arena_free(arena);
    return fine;
}

static void snapshot(struct dm_bench *bench, size_t i, const char *folder, const char *program)
{
    struct dm_estate_options options = { .seed = 1,
                                         .n_regions = snapshots[i].n_regions,
                                         .n_vpcs = snapshots[i].n_vpcs,
                                         .n_zones = 3,
                                         .n_services = 1,
                                         .n_group_rules = 4,
                                         .n_acl_entries = 8,
                                         .mesh = true };
    char input[4096];

    snprintf(input, sizeof input, "aws:%.4000s", folder);
    if (!write_estate(&options, folder)) {
        dm_bench_note(bench, "not all measured: an estate cannot be written");
        return;
    }
    dm_bench_run(bench, snapshots[i].name,
                 &(struct dm_bench_command){ 3,
                                             0,
                                             snapshots[i].peer_ms / 100,
                                             snapshots[i].peer_mib / 20,
                                             { program, "reach", input } });
    dm_bench_count(dm_bench_last(bench), "peer_ms", (unsigned)snapshots[i].peer_ms);
    dm_bench_count(dm_bench_last(bench), "peer_mib", (unsigned)snapshots[i].peer_mib);
}

/* An estate on the disk. */
struct written {
    const char *folder;
    bool is_design;
};

static enum dm_status load(struct dm_arena *arena, const struct written *written,
                           struct dm_sources *sources, struct dm_builder *builder,
                           struct dm_diags *diags, struct dm_err *err)
{
    struct dm_facts *facts = dm_facts_new(arena);
    char file[4096];

    if (!written->is_design) {
        return dm_aws_load(arena, sources, written->folder, facts, builder, diags, err);
    }
    snprintf(file, sizeof file, "%.4000s/estate.demarc.yaml", written->folder);
    return dm_design_load(arena, sources, file, facts, builder, diags, err);
}

static void measure_classes(json_t *row, const void *context)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_err err = DM_ERR_INIT;
    double begin_ms = dm_bench_now_ms();
    struct dm_sources *sources = dm_sources_new(arena, &err);
    struct dm_builder *builder = dm_builder_new(arena, sources, &err);
    struct dm_pairs_options options = { .by = DM_PAIRS_BY_ENDPOINT, .by_class = true };
    const struct dm_model *model = NULL;
    struct dm_pairs pairs = { .n_rows = 0 };
    struct dm_diags diags;
    double read_ms;

    dm_diags_init(&diags, arena);
    if (load(arena, context, sources, builder, &diags, &err) != DM_OK
        || dm_model_build(builder, &diags, &model, &err) != DM_OK || !model) {
        dm_bench_text(row, "over", "it was not read");
        return;
    }
    read_ms = dm_bench_now_ms();
    if (dm_pairs_find(arena, model, &options, &pairs, &err) != DM_OK) {
        dm_bench_text(row, "over", "no pairs were found");
    }
    dm_bench_real(row, "ms", dm_bench_now_ms() - begin_ms);
    dm_bench_real(row, "read_ms", read_ms - begin_ms);
    dm_bench_count(row, "subnets", model->n_subnets);
    dm_bench_count(row, "hosts", model->n_hosts);
    dm_bench_count(row, "classes", pairs.n_classes);
    dm_bench_count(row, "sessions", pairs.n_sessions);
    dm_bench_count(row, "rows", pairs.n_rows);
    dm_bench_limit(row, "peak_mib", LARGEST_MIB);
    dm_bench_limit(row, "ms", LARGEST_MS);
}

static void growth(struct dm_bench *bench, const char *folder, bool backbone)
{
    struct written written = { folder, backbone };
    double took_ms[N_SIZES] = { 0 };

    for (size_t i = 0; i < N_SIZES; i++) {
        struct dm_estate_options options = { .seed = 1,
                                             .n_regions = 10,
                                             .n_vpcs = sizes[i],
                                             .n_zones = 3,
                                             .n_services = 1,
                                             .n_group_rules = 4,
                                             .n_acl_entries = 8,
                                             .mesh = true,
                                             .backbone = backbone };
        char name[64];

        snprintf(name, sizeof name, "%u VPCs in 10 regions%s", sizes[i],
                 backbone ? ", at a backbone" : "");
        if (!write_estate(&options, folder)) {
            dm_bench_note(bench, "not all measured: an estate cannot be written");
            return;
        }
        dm_bench_case(bench, name, measure_classes, &written);
        took_ms[i] = json_real_value(json_object_get(dm_bench_last(bench), "ms"));
        if (i && took_ms[i - 1] > 0 && took_ms[i] > 0) {
            dm_bench_real(dm_bench_last(bench), "exponent",
                          log(took_ms[i] / took_ms[i - 1]) / log((double)sizes[i] / sizes[i - 1]));
        }
    }
}

void dm_bench_estates(struct dm_bench *bench)
{
    char folder[4096];
    char program[4096];

    snprintf(folder, sizeof folder, "%.4000s/bench-estate", bench->work);
    snprintf(program, sizeof program, "%.4000s/demarc", bench->programs);
    dm_bench_section(bench, "P2: all pairs of a generated network, whole processes");
    if (dm_file_exists(program)) {
        for (size_t i = 0; i < sizeof snapshots / sizeof *snapshots; i++) {
            snapshot(bench, i, folder, program);
        }
    } else {
        dm_bench_note(bench, "not measured: demarc is not built");
    }
    dm_bench_section(bench, "P3: all classes against all, from files to answers");
    growth(bench, folder, false);
    growth(bench, folder, true);
    if (dm_file_remove_tree(folder, NULL) != DM_OK) {
        dm_bench_note(bench, "its folder cannot be removed");
    }
}
