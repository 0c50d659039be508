/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows: measured in child processes, held against their limits.
 */
#include "tests/bench/bench.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

double dm_bench_now_ms(void)
{
    struct timespec now = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

double dm_bench_median(double *values, size_t n)
{
    qsort(values, n, sizeof *values, compare_doubles);
    return values[n / 2];
}

void dm_bench_real(json_t *row, const char *key, double value)
{
    (void)json_object_set_new(row, key, json_real(value));
}

void dm_bench_count(json_t *row, const char *key, unsigned long long value)
{
    (void)json_object_set_new(row, key, json_integer((json_int_t)value));
}

void dm_bench_text(json_t *row, const char *key, const char *value)
{
    (void)json_object_set_new(row, key, json_string(value));
}

void dm_bench_limit(json_t *row, const char *key, double limit)
{
    char name[64];

    snprintf(name, sizeof name, "limit_%s", key);
    dm_bench_real(row, name, limit);
}

void dm_bench_section(struct dm_bench *bench, const char *title)
{
    json_t *section = json_object();

    bench->rows = json_array();
    dm_bench_text(section, "title", title);
    (void)json_object_set_new(section, "rows", bench->rows);
    (void)json_array_append_new(bench->sections, section);
}

void dm_bench_note(struct dm_bench *bench, const char *text)
{
    dm_bench_text(json_array_get(bench->sections, json_array_size(bench->sections) - 1), "note",
                  text);
}

json_t *dm_bench_last(const struct dm_bench *bench)
{
    return json_array_get(bench->rows, json_array_size(bench->rows) - 1);
}

/* Adds the row, with the name of the first figure that is above its limit. */
static void add_row(struct dm_bench *bench, json_t *row)
{
    const char *key;
    json_t *value;
    const char *over = NULL;

    json_object_foreach(row, key, value)
    {
        json_t *figure = strncmp(key, "limit_", 6) == 0 ? json_object_get(row, key + 6) : NULL;

        if (figure && json_number_value(figure) > json_number_value(value)) {
            over = over ? over : key + 6;
        }
    }
    if (over) {
        dm_bench_text(row, "over", over);
    }
    bench->n_over += json_object_get(row, "over") != NULL;
    (void)json_array_append_new(bench->rows, row);
}

static void measure_into(int out, void (*measure)(json_t *row, const void *context),
                         const void *context)
{
    json_t *row = json_object();
    struct rusage own = { 0 };
    struct rusage children = { 0 };

    measure(row, context);
    (void)getrusage(RUSAGE_SELF, &own);
    (void)getrusage(RUSAGE_CHILDREN, &children);
    dm_bench_real(row, "peak_mib",
                  (double)(children.ru_maxrss ? children.ru_maxrss : own.ru_maxrss) / 1024);
    _exit(json_dumpfd(row, out, JSON_COMPACT) == 0 ? 0 : 1);
}

void dm_bench_case(struct dm_bench *bench, const char *name,
                   void (*measure)(json_t *row, const void *context), const void *context)
{
    json_t *row = json_object();
    json_t *figures = NULL;
    int ends[2];
    int result = -1;
    pid_t pid = -1;

    dm_bench_text(row, "name", name);
    if (pipe(ends) == 0) {
        fflush(NULL);
        pid = fork();
        if (pid == 0) {
            close(ends[0]);
            measure_into(ends[1], measure, context);
        }
        close(ends[1]);
        figures = pid > 0 ? json_loadfd(ends[0], 0, NULL) : NULL;
        close(ends[0]);
    }
    if (pid > 0 && waitpid(pid, &result, 0) == pid && result == 0 && figures) {
        (void)json_object_update(row, figures);
    } else {
        dm_bench_text(row, "over", "it ended early");
    }
    json_decref(figures);
    add_row(bench, row);
}

int dm_bench_run_once(const struct dm_bench_command *command)
{
    int result = 0;
    pid_t pid = fork();

    if (pid == 0) {
        char *words[sizeof command->words / sizeof *command->words];
        int nowhere = open("/dev/null", O_RDWR);

        if (nowhere < 0 || dup2(nowhere, 0) < 0 || dup2(nowhere, 1) < 0 || dup2(nowhere, 2) < 0) {
            _exit(127);
        }
        memcpy(words, command->words, sizeof words);
        (void)execv(words[0], words);
        _exit(127);
    }
    if (pid < 0 || waitpid(pid, &result, 0) != pid) {
        return -1;
    }
    return WIFEXITED(result) ? WEXITSTATUS(result) : 128 + WTERMSIG(result);
}

static void measure_command(json_t *row, const void *context)
{
    const struct dm_bench_command *command = context;
    double best_ms = 0;
    int status = command->want;

    for (unsigned i = 0; i < command->runs && status == command->want; i++) {
        double begin_ms = dm_bench_now_ms();
        double took_ms;

        status = dm_bench_run_once(command);
        took_ms = dm_bench_now_ms() - begin_ms;
        best_ms = i == 0 || took_ms < best_ms ? took_ms : best_ms;
    }
    dm_bench_real(row, "ms", best_ms);
    dm_bench_limit(row, "ms", command->limit_ms);
    dm_bench_limit(row, "peak_mib", command->limit_mib);
    dm_bench_count(row, "exit", (unsigned)status);
    if (status != command->want) {
        dm_bench_text(row, "over", "exit");
    }
}

void dm_bench_run(struct dm_bench *bench, const char *name, const struct dm_bench_command *command)
{
    dm_bench_case(bench, name, measure_command, command);
}
