/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The whole program: from its start to its exit.
 */
#include <stdio.h>
#include <string.h>

#include "model/base/file.h"
#include "tests/bench/bench.h"

enum { BAD_MS = 2000, BAD_MIB = 600 };

static void run_bad_inputs(struct dm_bench *bench, const char *program)
{
    struct dm_arena *arena = dm_arena_new(0);
    const char *const *files;
    size_t n = 0;
    char name[512];

    if (dm_file_list(arena, "tests/bad", &files, &n, NULL) != DM_OK) {
        dm_bench_note(bench, "tests/bad cannot be read");
    }
    for (size_t i = 0; i < n; i++) {
        const char *dot = strrchr(files[i], '.');
        struct dm_bench_command command = { 1, 2, BAD_MS, BAD_MIB, { program, "validate", name } };

        if (dot) {
            snprintf(name, sizeof name, "%stests/bad/%s", strcmp(dot, ".json") == 0 ? "aws:" : "",
                     files[i]);
            dm_bench_run(bench, name, &command);
        }
    }
    dm_arena_free(arena);
}

void dm_bench_commands(struct dm_bench *bench)
{
    const char *written = "data/designs/fineract-emea/as-written";
    const char *repaired = "data/designs/fineract-emea/repaired";
    char program[4096];

    snprintf(program, sizeof program, "%s/demarc", bench->programs);
    dm_bench_section(bench, "whole processes, the shortest of their runs");
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
    run_bad_inputs(bench, program);
}
