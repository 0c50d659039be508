/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 *     bench [--json] PROGRAMS WORK
 *
 * Measures, writes WORK/bench.json, and prints it as a table, or as it is with --json.  PROGRAMS
 * is the folder of demarc, WORK an existing one for output; run it at the root of the tree.
 * Exit status: 0; 1 where a limit was passed; 2 where it could not be measured.
 */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <string.h>

static bool is_column(const char *key, const json_t *value)
{
    return strcmp(key, "name") != 0 && strcmp(key, "over") != 0 && strncmp(key, "limit_", 6) != 0
           && !json_is_array(value);
}

/* Columns of a section, in the order in which rows first have them. */
struct columns {
    const char *keys[16];
    size_t n;
};

static struct columns columns_of(const json_t *rows)
{
    struct columns columns = { .n = 0 };
    size_t index;
    json_t *row;

    json_array_foreach(rows, index, row)
    {
        const char *key;
        json_t *value;

        json_object_foreach(row, key, value)
        {
            size_t i = 0;

            while (i < columns.n && strcmp(columns.keys[i], key) != 0) {
                i++;
            }
            if (i == columns.n && is_column(key, value)
                && i < sizeof columns.keys / sizeof *columns.keys) {
                columns.keys[columns.n++] = key;
            }
        }
    }
    return columns;
}

static const char *cell_text(const json_t *row, const char *key, char *text, size_t size)
{
    const json_t *value = json_object_get(row, key);
    double number = json_number_value(value);
    char limit_key[64];
    const json_t *limit;
    size_t length;

    if (json_is_string(value)) {
        snprintf(text, size, "%.60s", json_string_value(value));
        return text;
    }
    if (!value) {
        return "";
    }
    if (json_is_integer(value)) {
        snprintf(text, size, "%lld", (long long)json_integer_value(value));
    } else {
        snprintf(text, size, "%.*f", number < 10 ? 2 : number < 1000 ? 1 : 0, number);
    }
    snprintf(limit_key, sizeof limit_key, "limit_%s", key);
    limit = json_object_get(row, limit_key);
    length = strlen(text);
    if (limit) {
        snprintf(text + length, size - length, "/%.0f", json_number_value(limit));
    }
    return text;
}

static void print_row(const struct columns *columns, const int *widths, const json_t *row)
{
    const char *over = json_string_value(json_object_get(row, "over"));

    printf("  %-44s", json_string_value(json_object_get(row, "name")));
    for (size_t i = 0; i < columns->n; i++) {
        char text[64];

        printf("  %*s", widths[i], cell_text(row, columns->keys[i], text, sizeof text));
    }
    printf("%s%s\n", over ? "  <- " : "", over ? over : "");
}

static void print_section(const json_t *section)
{
    const json_t *rows = json_object_get(section, "rows");
    const char *note = json_string_value(json_object_get(section, "note"));
    struct columns columns = columns_of(rows);
    int widths[sizeof columns.keys / sizeof *columns.keys] = { 0 };
    size_t index;
    json_t *row;

    printf("\n%s\n", json_string_value(json_object_get(section, "title")));
    if (note) {
        printf("  %s\n", note);
    }
    if (!json_array_size(rows)) {
        return;
    }
    printf("  %-44s", "");
    for (size_t i = 0; i < columns.n; i++) {
        widths[i] = (int)strlen(columns.keys[i]);
        json_array_foreach(rows, index, row)
        {
            char text[64];
            int width = (int)strlen(cell_text(row, columns.keys[i], text, sizeof text));

            widths[i] = width > widths[i] ? width : widths[i];
        }
        printf("  %*s", widths[i], columns.keys[i]);
    }
    printf("\n");
    json_array_foreach(rows, index, row)
    {
        print_row(&columns, widths, row);
    }
}

int main(int argc, char **argv)
{
    bool as_json = argc > 1 && strcmp(argv[1], "--json") == 0;
    struct dm_bench bench = { .sections = json_array() };
    json_t *document = json_object();
    char path[4096];
    size_t index;
    json_t *section;

    if (argc - as_json != 3) {
        fputs("usage: bench [--json] PROGRAMS WORK\n", stderr);
        return 2;
    }
    bench.programs = argv[1 + as_json];
    bench.work = argv[2 + as_json];
    dm_bench_designs(&bench);
    dm_bench_failures(&bench);
    dm_bench_probes(&bench);
    dm_bench_bad_input(&bench);
    dm_bench_commands(&bench);
    dm_bench_clusters(&bench);
    dm_bench_fleets(&bench);
    dm_bench_estates(&bench);
    dm_bench_dataplane(&bench);
    dm_bench_sets(&bench);
    dm_bench_text(document, "version", DM_VERSION);
    dm_bench_count(document, "over", bench.n_over);
    (void)json_object_set_new(document, "sections", bench.sections);
    if (as_json) {
        (void)json_dumpf(document, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
        printf("\n");
    } else {
        json_array_foreach(bench.sections, index, section)
        {
            print_section(section);
        }
    }
    snprintf(path, sizeof path, "%s/bench.json", bench.work);
    if (json_dump_file(document, path, JSON_INDENT(2) | JSON_REAL_PRECISION(6)) != 0) {
        fprintf(stderr, "bench: cannot write %s\n", path);
        return 2;
    }
    if (bench.n_over) {
        fprintf(stderr, "bench: %u rows are over a limit\n", bench.n_over);
    }
    json_decref(document);
    return bench.n_over ? 1 : 0;
}
