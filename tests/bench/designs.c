/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The reference design: loaded, and judged under the failure of any two of all its base events.
 */
#include <stdio.h>

#include "scenarios/check.h"
#include "tests/bench/bench.h"
#include "tests/bench/subject.h"

enum { RUNS = 9 };

static const unsigned single_packets = 1U << DM_REQUIRE_REACH | 1U << DM_REQUIRE_RESIDE;
static const unsigned all_kinds = 1U << DM_REQUIRE_REACH | 1U << DM_REQUIRE_ISOLATE
                                  | 1U << DM_REQUIRE_EXPOSE | 1U << DM_REQUIRE_RESIDE;

static void measure_load(json_t *row, const void *context)
{
    double took_ms[RUNS] = { 0 };
    size_t arena_bytes = 0;

    for (size_t i = 0; i < RUNS; i++) {
        double begin_ms = dm_bench_now_ms();
        struct dm_arena *arena = dm_arena_new(0);
        const struct dm_model *model = dm_subject_design(arena, context, dm_facts_new(arena));

        took_ms[i] = dm_bench_now_ms() - begin_ms;
        if (!model) {
            dm_bench_text(row, "over", "it does not load");
            return;
        }
        dm_bench_count(row, "elements", model->n_elements);
        arena_bytes = dm_arena_peak_bytes(arena);
        dm_arena_free(arena);
    }
    dm_bench_real(row, "ms", dm_bench_median(took_ms, RUNS));
    dm_bench_limit(row, "ms", 50);
    dm_bench_real(row, "arena_mib", (double)arena_bytes / 1048576);
    dm_bench_limit(row, "peak_mib", 150);
}

struct judged {
    const char *file;
    unsigned requirement_kinds;
    bool harder; /* every requirement under any two of all base events; else as it says itself */
    double limit_ms;
};

static void measure_check(json_t *row, const void *context)
{
    const struct judged *judged = context;
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_arena *run = dm_arena_new(0);
    struct dm_facts *facts = dm_facts_new(arena);
    struct dm_check_options options = { .as_of = "2026-11-22" };
    const struct dm_model *model = dm_subject_design(arena, judged->file, facts);
    const struct dm_result *result = NULL;
    double begin_ms;

    if (model && judged->harder) {
        model = dm_subject_harder(arena, model, judged->requirement_kinds, 2);
    }
    begin_ms = dm_bench_now_ms();
    if (!model || dm_check(run, model, facts, &options, &result, NULL) != DM_OK) {
        dm_bench_text(row, "over", "it cannot be judged");
        return;
    }
    dm_bench_count(row, "elements", result->n_elements);
    dm_bench_real(row, "ms", dm_bench_now_ms() - begin_ms);
    dm_bench_limit(row, "ms", judged->limit_ms);
    dm_bench_real(row, "arena_mib", (double)dm_arena_peak_bytes(run) / 1048576);
    dm_bench_limit(row, "peak_mib", 150);
    dm_bench_count(row, "findings", result->n_findings);
    dm_bench_count(row, "sets", result->n_sets);
    dm_bench_count(row, "brute_force", result->n_brute_force_sets);
    dm_bench_count(row, "evaluations", result->n_evaluations);
    dm_bench_real(row, "ratio", (double)result->n_brute_force_sets / (double)result->n_evaluations);
    dm_bench_count(row, "memo_hits", result->n_memo_hits);
    dm_bench_count(row, "memo_misses", result->n_memo_misses);
    dm_bench_text(row, "exhaustive", result->exhaustive ? "yes" : "no");
}

void dm_bench_designs(struct dm_bench *bench)
{
    static const struct {
        const char *name;
        const char *file;
    } forms[] = { { "repaired", DM_SUBJECT_REPAIRED }, { "as-written", DM_SUBJECT_WRITTEN } };
    char name[64];

    dm_bench_section(bench, "fineract-emea, read and made a model");
    for (size_t i = 0; i < 2; i++) {
        dm_bench_case(bench, forms[i].name, measure_load, forms[i].file);
    }
    dm_bench_section(bench, "fineract-emea, judged; 'every event': any two of all base events");
    dm_bench_note(bench, "brute_force: evaluations that trying every set would take");
    for (size_t i = 0; i < 2; i++) {
        struct judged judged[] = { { forms[i].file, single_packets, true, 1000 },
                                   { forms[i].file, all_kinds, true, 30000 },
                                   { forms[i].file, all_kinds, false, 30000 } };

        snprintf(name, sizeof name, "%s: reach and reside, every event", forms[i].name);
        dm_bench_case(bench, name, measure_check, &judged[0]);
        snprintf(name, sizeof name, "%s: all, every event", forms[i].name);
        dm_bench_case(bench, name, measure_check, &judged[1]);
        snprintf(name, sizeof name, "%s: all, as required", forms[i].name);
        dm_bench_case(bench, name, measure_check, &judged[2]);
    }
}
