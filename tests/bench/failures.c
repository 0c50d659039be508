/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Exploration of failures on grids of 106 to 2,006 elements: evaluations against the number of
 * sets, and against the number of base events that a question reads.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/bench/bench.h"
#include "tests/bench/subject.h"

enum { BRUTE_SETS = 6000, MAX_K = 3 };

struct explored {
    unsigned n_vpcs;
    unsigned k;
    int question; /* -1: all of them */
};

static bool same_cuts(const struct dm_exploration *a, const struct dm_exploration *b)
{
    bool same = a->n_violated == b->n_violated;

    for (size_t i = 0; same && i < a->n_violated; i++) {
        same = a->violated[i].n == b->violated[i].n
               && memcmp(a->violated[i].elements, b->violated[i].elements,
                         a->violated[i].n * sizeof *a->violated[i].elements)
                      == 0;
    }
    return same;
}

struct sums {
    unsigned long long sets;
    unsigned long long evaluations;
    unsigned long long cuts;
    unsigned long long memo_hits;
    double ms;
    double brute_ms;
    unsigned n_brute;
    unsigned n_differ;
};

static bool explore(struct dm_grid *grid, enum dm_grid_question question, unsigned k,
                    struct sums *sums)
{
    uint64_t n_sets = dm_explore_count_sets(grid->walker.model->n_elements, k);
    struct dm_exploration found;
    struct dm_exploration tried;
    uint64_t hits_before = dm_alive_counts(grid->alive).memo_hits;
    double begin_ms = dm_bench_now_ms();

    if (dm_grid_explore(grid, question, k, false, &found, NULL) != DM_OK || !found.exhaustive) {
        return false;
    }
    sums->ms += dm_bench_now_ms() - begin_ms;
    sums->sets += n_sets;
    sums->evaluations += found.evaluations;
    sums->cuts += found.n_violated;
    sums->memo_hits += dm_alive_counts(grid->alive).memo_hits - hits_before;
    if (n_sets <= BRUTE_SETS) {
        begin_ms = dm_bench_now_ms();
        if (dm_grid_explore(grid, question, k, true, &tried, NULL) != DM_OK) {
            return false;
        }
        sums->brute_ms += dm_bench_now_ms() - begin_ms;
        sums->n_brute++;
        sums->n_differ += !same_cuts(&found, &tried);
    }
    return true;
}

static void measure(json_t *row, const void *context)
{
    const struct explored *explored = context;
    struct dm_arena *arena = dm_arena_new(0);
    const struct dm_model *model = dm_subject_grid(arena, explored->n_vpcs);
    struct sums sums = { .sets = 0 };
    struct dm_grid grid;

    if (!model || !dm_grid_init(&grid, arena, model)) {
        dm_bench_text(row, "over", "it cannot be built");
        return;
    }
    for (int q = 0; q < DM_GRID_QUESTION_COUNT; q++) {
        if ((explored->question < 0 || explored->question == q)
            && !explore(&grid, (enum dm_grid_question)q, explored->k, &sums)) {
            dm_bench_text(row, "over", "not explored to the end");
            return;
        }
    }
    dm_bench_count(row, "elements", model->n_elements);
    dm_bench_count(row, "k", explored->k);
    if (explored->question >= 0) {
        dm_bench_count(row, "reads",
                       dm_grid_reads(&grid, (enum dm_grid_question)explored->question));
    }
    dm_bench_count(row, "brute_force", sums.sets);
    dm_bench_count(row, "evaluations", sums.evaluations);
    dm_bench_real(row, "ratio", (double)sums.sets / (double)sums.evaluations);
    dm_bench_count(row, "memo_hits", sums.memo_hits);
    dm_bench_count(row, "minimal_sets", sums.cuts);
    dm_bench_real(row, "ms", sums.ms);
    if (sums.n_brute) {
        dm_bench_real(row, "brute_ms", sums.brute_ms);
        dm_bench_text(row, "brute_says", sums.n_differ ? "differs" : "the same");
    }
    if (sums.n_differ) {
        dm_bench_text(row, "over", "minimal sets differ");
    }
}

static double figure(const json_t *row, const char *key)
{
    return json_number_value(json_object_get(row, key));
}

/* The power of the number of elements with which a figure grew from one row to the other. */
static double growth(const json_t *small, const json_t *large, const char *key)
{
    return log(figure(large, key) / figure(small, key))
           / log(figure(large, "elements") / figure(small, "elements"));
}

void dm_bench_failures(struct dm_bench *bench)
{
    static const unsigned sizes[] = { 4, 24, 49, 99 };
    char name[64];

    dm_bench_section(bench, "failures of growing networks, six questions each");
    dm_bench_note(bench, "growth: exponent over the elements, from the smallest to the largest");
    for (unsigned k = 1; k <= MAX_K; k++) {
        size_t first = json_array_size(bench->rows);
        const json_t *small;
        json_t *large;

        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            struct explored explored = { sizes[i], k, -1 };

            snprintf(name, sizeof name, "any %u, %u VPCs", k, sizes[i] * 4);
            dm_bench_case(bench, name, measure, &explored);
        }
        small = json_array_get(bench->rows, first);
        large = dm_bench_last(bench);
        dm_bench_real(large, "growth", growth(small, large, "evaluations"));
        dm_bench_real(large, "brute_growth", growth(small, large, "brute_force"));
    }
    dm_bench_section(bench, "one question each, by the base events that it reads");
    for (int q = 0; q < DM_GRID_QUESTION_COUNT; q++) {
        for (unsigned k = 2; k <= MAX_K; k++) {
            struct explored explored = { sizes[sizeof sizes / sizeof *sizes - 1], k, q };

            dm_bench_case(bench, dm_grid_question_text((enum dm_grid_question)q), measure,
                          &explored);
        }
    }
}
