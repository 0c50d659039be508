/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Manifests whose connectivity another program listed: this one lists the same, line by line.
 *
 * Both sides are read as sorted lines.  Each folder of the case has its expected list; a folder
 * without one, or a list without folder, fails.
 */
#include "tests/support/dmtest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/base/file.h"
#include "model/front/k8s/k8s.h"
#include "render/pairs.h"
#include "scenarios/workloads.h"

#define CASES "../shared/cases/netpol/"

enum { MAX_LINES = 4096, N_FOLDERS = 22 };

struct lines {
    char *text[MAX_LINES];
    size_t n;
};

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void read_lines(char *text, struct lines *lines)
{
    for (char *end = text; *text; text = end) {
        size_t length = strcspn(text, "\n");

        end = text + length + (text[length] == '\n');
        text[length] = '\0';
        assert_true(lines->n < MAX_LINES);
        lines->text[lines->n] = text;
        lines->n += length > 0;
    }
    qsort(lines->text, lines->n, sizeof *lines->text, compare_lines);
}

static void list_ours(struct dm_arena *arena, const char *folder, struct lines *lines)
{
    const struct dm_pairs_options options = { .by = DM_PAIRS_BY_WORKLOAD };
    struct dm_err err = DM_ERR_INIT;
    struct dm_sources *sources = dm_sources_new(arena, &err);
    struct dm_builder *builder = dm_builder_new(arena, sources, &err);
    const struct dm_model *model = NULL;
    struct dm_diags diags;
    struct dm_pairs pairs;
    struct dm_str out;

    dm_diags_init(&diags, arena);
    assert_int_equal(dm_k8s_load(arena, sources, folder, builder, &diags, &err), DM_OK);
    assert_int_equal(diags.n_errors, 0);
    assert_int_equal(dm_model_build(builder, &diags, &model, &err), DM_OK);
    assert_non_null(model);
    assert_int_equal(dm_workloads_find(arena, model, &options, &pairs, &err), DM_OK);
    dm_str_init(&out, arena);
    dm_render_pairs(&pairs, &out);
    read_lines(out.text, lines);
}

static void hold(const char *name)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_err err = DM_ERR_INIT;
    struct lines ours = { .n = 0 };
    struct lines theirs = { .n = 0 };
    char path[512];
    char *text;
    size_t size;

    snprintf(path, sizeof path, CASES "tests/%s", name);
    list_ours(arena, path, &ours);
    snprintf(path, sizeof path, CASES "expected/%s_connlist_output.txt", name);
    assert_int_equal(dm_file_read(arena, path, 1 << 22, &text, &size, &err), DM_OK);
    read_lines(text, &theirs);
    assert_true(theirs.n > 0);
    for (size_t i = 0; i < theirs.n && i < ours.n; i++) {
        assert_string_equal(ours.text[i], theirs.text[i]);
    }
    assert_int_equal(ours.n, theirs.n);
    dm_arena_free(arena);
}

static void their_lists_are_ours(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_err err = DM_ERR_INIT;
    const char *const *names = NULL;
    size_t n_expected = 0;
    size_t n = 0;

    (void)state;
    if (!dm_file_is_folder(CASES)) {
        print_message("skipped: " CASES " is not there\n");
        dm_arena_free(arena);
        return;
    }
    assert_int_equal(dm_file_list(arena, CASES "expected", &names, &n_expected, &err), DM_OK);
    assert_int_equal(dm_file_list(arena, CASES "tests", &names, &n, &err), DM_OK);
    assert_int_equal(n, n_expected);
    assert_true(n >= N_FOLDERS);
    for (size_t i = 0; i < n; i++) {
        hold(names[i]);
    }
    print_message("%zu folders as expected, line by line\n", n);
    dm_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(their_lists_are_ours),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
