/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench - what this program costs: times, memory, and counts of work done.
 *
 * A figure is a key of a row, a row belongs to a section, and all of them are one
 * JSON document; the table that people read is printed from it and holds nothing
 * else.  A row may hold "limit_KEY" for one of its figures: then the row is good only while the
 * figure is not above it.
 *
 * Each row is measured in a process of its own, so that its memory is its own: 'peak_mib', which
 * every row has, is the largest resident set of that process, or of the program that it ran.
 *
 * Seconds are for people, on a machine that others use too; tests look at counts alone
 * (tests/unit/bench_counts.c).
 */
#ifndef DM_TESTS_BENCH_BENCH_H
#define DM_TESTS_BENCH_BENCH_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct dm_bench {
    const char *programs; /* folder that has demarc, where it is built */
    const char *work;     /* folder for generated input */
    json_t *sections;
    json_t *rows; /* of the section that is open */
    unsigned n_over;
};

void dm_bench_section(struct dm_bench *bench, const char *title);

/* Says something about the open section. */
void dm_bench_note(struct dm_bench *bench, const char *text);

/* Adds a row with what 'measure' adds to it, in a process of its own. */
void dm_bench_case(struct dm_bench *bench, const char *name,
                   void (*measure)(json_t *row, const void *context), const void *context);

/* A program with its arguments.  Its output goes nowhere, and it is to end with status 'want'. */
struct dm_bench_command {
    unsigned runs;
    int want;
    int limit_ms;
    int limit_mib;
    const char *words[8]; /* ended by NULL */
};

/* Runs it once; the exit status, 128 and the signal where one ended it, or -1. */
int dm_bench_run_once(const struct dm_bench_command *command);

/* Adds a row about a program: the shortest of 'runs' times and its memory. */
void dm_bench_run(struct dm_bench *bench, const char *name, const struct dm_bench_command *command);

/* The row that was added last; borrowed. */
json_t *dm_bench_last(const struct dm_bench *bench);

void dm_bench_real(json_t *row, const char *key, double value);
void dm_bench_count(json_t *row, const char *key, unsigned long long value);
void dm_bench_text(json_t *row, const char *key, const char *value);
void dm_bench_limit(json_t *row, const char *key, double limit);

double dm_bench_now_ms(void);

/* The middle one of 'n' values, which are sorted. */
double dm_bench_median(double *values, size_t n);

/* The sections. */
void dm_bench_designs(struct dm_bench *bench);
void dm_bench_failures(struct dm_bench *bench);
void dm_bench_bad_input(struct dm_bench *bench);
void dm_bench_probes(struct dm_bench *bench);
void dm_bench_commands(struct dm_bench *bench);
void dm_bench_clusters(struct dm_bench *bench);
void dm_bench_fleets(struct dm_bench *bench);
void dm_bench_estates(struct dm_bench *bench);
void dm_bench_dataplane(struct dm_bench *bench);
void dm_bench_sets(struct dm_bench *bench);

#endif
