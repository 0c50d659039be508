/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The whole program: from its start to its exit.
 */
#include <stdio.h>
#include <string.h>

#include "model/base/file.h"
#include "tests/bench/bench.h"

/* What each file of a folder costs that 'demarc validate' refuses; the worst of them. */
struct refused {
    const char *program;
    const char *folder;
};

static void measure_refusals(json_t *row, const void *context)
{
    const struct refused *refused = context;
    struct dm_arena *arena = dm_arena_new(0);
    const char *const *files = NULL;
    unsigned n_files = 0;
    size_t n = 0;
    double worst_ms = 0;
    char name[512];

    if (dm_file_list(arena, refused->folder, &files, &n, NULL) != DM_OK || !n) {
        dm_bench_text(row, "over", "the folder cannot be read");
    }
    for (size_t i = 0; i < n; i++) {
        const char *dot = strrchr(files[i], '.');
        struct dm_bench_command command = { .words = { refused->program, "validate", name } };
        double begin_ms = dm_bench_now_ms();
        double took_ms;

        if (!dot) {
            continue;
        }
        snprintf(name, sizeof name, "%s%s/%s", strcmp(dot, ".json") == 0 ? "aws:" : "",
                 refused->folder, files[i]);
        if (dm_bench_run_once(&command) != 2) {
            dm_bench_text(row, "over", name);
        }
        took_ms = dm_bench_now_ms() - begin_ms;
        worst_ms = took_ms > worst_ms ? took_ms : worst_ms;
        n_files++;
    }
    dm_bench_count(row, "files", n_files);
    dm_bench_real(row, "ms", worst_ms);
    dm_bench_limit(row, "ms", 1000);
    dm_bench_limit(row, "peak_mib", 150);
    dm_bench_count(row, "exit", 2);
    dm_arena_free(arena);
}

void dm_bench_commands(struct dm_bench *bench)
{
    const char *written = "data/designs/fineract-emea/as-written";
    const char *repaired = "data/designs/fineract-emea/repaired";
    char program[4096];

    snprintf(program, sizeof program, "%s/demarc", bench->programs);
    dm_bench_section(bench, "whole processes: the shortest of their runs, the worst of many files");
    if (!dm_file_exists(program)) {
        dm_bench_note(bench, "not measured: demarc is not built");
        return;
    }
    dm_bench_run(bench, "demarc --version",
                 &(struct dm_bench_command){ 9, 0, 50, 150, { program, "--version" } });
    dm_bench_run(bench, "demarc validate as-written",
                 &(struct dm_bench_command){ 9, 0, 50, 150, { program, "validate", written } });
    dm_bench_run(bench, "demarc validate repaired",
                 &(struct dm_bench_command){ 9, 0, 50, 150, { program, "validate", repaired } });
    dm_bench_run(bench, "demarc check as-written",
                 &(struct dm_bench_command){ 3, 1, 30000, 150, { program, "check", written } });
    dm_bench_run(bench, "demarc check repaired",
                 &(struct dm_bench_command){ 3, 0, 30000, 150, { program, "check", repaired } });
    dm_bench_run(bench, "demarc check repaired: reach and reside",
                 &(struct dm_bench_command){ 3,
                                             0,
                                             1000,
                                             150,
                                             { program, "check", repaired, "--only",
                                               "R-REACH,R-FRONT,R-PARTNERS,R-RESIDE" } });
    dm_bench_case(bench, "demarc validate, each file of tests/bad", measure_refusals,
                  &(struct refused){ program, "tests/bad" });
    dm_bench_case(bench, "demarc validate, each of tests/bad/design", measure_refusals,
                  &(struct refused){ program, "tests/bad/design" });
}
