/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Designs from file to builder: names that mean nothing, and the lock that stands beside.
 *
 * Files in tests/bad/names fit the grammar and say themselves, in lines that begin with "#~", what
 * is to be found: "LINE:COLUMN: part of the message", and "also LINE:COLUMN:" for the second place
 * of the fault before.  All of it must be there, and no other error.
 */
#include <stdlib.h>
#include <string.h>

#include "model/base/file.h"
#include "model/front/design/design.h"
#include "tests/support/dmtest.h"

#define BAD "tests/bad/names"

struct run {
    struct dm_arena *arena;
    struct dm_sources *sources;
    struct dm_diags diags;
    const struct dm_model *model;
};

static struct run run_load(const char *path)
{
    struct run run = { .arena = dm_arena_new(0) };
    struct dm_err err = DM_ERR_INIT;
    struct dm_builder *builder;

    assert_non_null(run.arena);
    run.sources = dm_sources_new(run.arena, &err);
    dm_diags_init(&run.diags, run.arena);
    builder = dm_builder_new(run.arena, run.sources, &err);
    assert_non_null(builder);
    if (dm_design_load(run.arena, run.sources, path, dm_facts_new(run.arena), builder, &run.diags,
                       &err)
        != DM_OK) {
        fail_msg("%s: %s", path, err.text);
    }
    if (run.diags.n_errors == 0) {
        assert_int_equal(dm_model_build(builder, &run.diags, &run.model, &err), DM_OK);
    }
    dm_diags_sort(&run.diags);
    return run;
}

static const char *place_text(const struct run *run, struct dm_span span)
{
    struct dm_place place = dm_sources_place(run->sources, span);

    return dm_sprintf(run->arena, "%u:%u:", (unsigned)place.line, (unsigned)place.column);
}

/* Whether fault 'i' is as a "#~" line says, with "also" of the label after the first. */
static bool is_as_said(const struct run *run, size_t i, const char *said)
{
    const struct dm_diag *diag = &run->diags.items[i];
    const char *message;

    if (dm_str_starts(said, "also ")) {
        return diag->n_labels > 1 && dm_str_equal(said + 5, place_text(run, diag->labels[1].span));
    }
    message = dm_sprintf(run->arena, "%s %s", place_text(run, diag->labels[0].span), diag->message);
    return dm_str_starts(message, said);
}

static void faults_of_names_are_at_their_place(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    const char *const *names = NULL;
    size_t n_names = 0;

    (void)state;
    assert_int_equal(dm_file_list(arena, BAD, &names, &n_names, NULL), DM_OK);
    assert_true(n_names > 5);
    for (size_t i = 0; i < n_names; i++) {
        struct run run = run_load(dm_path_join(arena, BAD, names[i]));
        size_t n_said = 0;

        for (uint32_t line = 1; line <= dm_sources_get(run.sources, 1)->n_lines; line++) {
            size_t size = 0;
            const char *text = dm_sources_line(run.sources, 1, line, &size);
            const char *said = dm_arena_strndup(run.arena, text, size);

            if (!dm_str_starts(said, "#~ ")) {
                continue;
            }
            n_said += !dm_str_starts(said, "#~ also ");
            if (n_said > run.diags.n_items || !is_as_said(&run, n_said - 1, said + 3)) {
                fail_msg("%s: not found: %s", names[i], said);
            }
        }
        assert_int_equal(n_said, run.diags.n_items);
        assert_null(run.model);
        dm_arena_free(run.arena);
    }
    dm_arena_free(arena);
}

/* ---- the lock ---- */

static const char design[] = "demarc: 1\nname: t\nregions: {eu-west-1: {zones: [a], cidr: "
                             "10.0.0.0/12}}\nvpcs:\n  app: {for: {region: all}, cidr: {pool: "
                             "region, size: 16}, subnets: {}}\n";

/* Loads the design with 'lock' beside it; NULL: none. */
static struct run run_with_lock(const char *lock)
{
    struct dm_arena *arena = dm_arena_new(0);
    char folder[] = "/tmp/demarc-lock-XXXXXX";
    const char *file = NULL;
    struct run run;

    assert_non_null(mkdtemp(folder));
    assert_int_equal(
        dm_file_write(dm_path_join(arena, folder, "t.demarc.yaml"), design, strlen(design), NULL),
        DM_OK);
    if (lock) {
        assert_int_equal(
            dm_file_write(dm_path_join(arena, folder, "demarc.lock"), lock, strlen(lock), NULL),
            DM_OK);
    }
    assert_int_equal(dm_design_locate(arena, folder, &file, NULL), DM_OK);
    run = run_load(file);
    assert_int_equal(dm_file_remove_tree(folder, NULL), DM_OK);
    dm_arena_free(arena);
    return run;
}

static void assert_app(const struct run *run, const char *expected)
{
    char buffer[DM_ADDR_TEXT_SIZE];

    assert_non_null(run->model);
    assert_string_equal(dm_prefix_text(run->model->vpcs[0].cidrs[0], buffer), expected);
}

static void the_lock_beside_a_design_is_read(void **state)
{
    struct run run = run_with_lock(NULL);

    (void)state;
    assert_app(&run, "10.0.0.0/16");
    assert_int_equal(run.diags.n_items, 0);
    dm_arena_free(run.arena);
    run = run_with_lock("demarc_lock: 1\nvpcs:\n  app.eu-west-1: 10.5.0.0/16\n");
    assert_app(&run, "10.5.0.0/16");
    assert_int_equal(run.diags.n_items, 0);
    dm_arena_free(run.arena);
}

static void of_several_designs_each_has_its_section(void **state)
{
    struct run run = run_with_lock("demarc_lock: 1\nvpcs:\n  app.eu-west-1: 10.5.0.0/16\ndesigns:\n"
                                   "  \"t.demarc.yaml\":\n    vpcs:\n"
                                   "      app.eu-west-1: 10.6.0.0/16\n");

    (void)state;
    assert_app(&run, "10.6.0.0/16");
    assert_int_equal(run.diags.n_items, 0);
    dm_arena_free(run.arena);
    /* Sections of others alone are no lock of this one. */
    run = run_with_lock("demarc_lock: 1\ndesigns:\n  u.demarc.yaml:\n    vpcs:\n"
                        "      app.eu-west-1: 10.6.0.0/16\n");
    assert_app(&run, "10.0.0.0/16");
    assert_int_equal(run.diags.n_items, 0);
    dm_arena_free(run.arena);
}

/* Two designs of one folder, locked one after the other, over a lock of before there were two. */
static void a_lock_keeps_the_sections_of_others(void **state)
{
    static const char old[] = "demarc_lock: 1\nvpcs:\n  gone: 10.9.0.0/16\n";
    struct dm_arena *arena = dm_arena_new(0);
    char folder[] = "/tmp/demarc-locks-XXXXXX";
    const char *const names[] = { "t.demarc.yaml", "a\"b.demarc.yaml" };
    const char *path;
    struct dm_str text;

    (void)state;
    assert_non_null(mkdtemp(folder));
    path = dm_path_join(arena, folder, "demarc.lock");
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(
            dm_file_write(dm_path_join(arena, folder, names[i]), design, strlen(design), NULL),
            DM_OK);
    }
    assert_int_equal(dm_file_write(path, old, strlen(old), NULL), DM_OK);
    for (size_t i = 0; i < 2; i++) {
        const char *file = dm_path_join(arena, folder, names[i]);
        struct run run = run_load(file);

        dm_str_init(&text, arena);
        assert_int_equal(dm_design_lock_beside(run.model, file, &text, NULL), DM_OK);
        assert_int_equal(dm_file_write(path, text.text, text.length, NULL), DM_OK);
        dm_arena_free(run.arena);
    }
    assert_non_null(strstr(text.text, "demarc_lock: 1\nvpcs:\n  gone: 10.9.0.0/16\ndesigns:\n"
                                      "  \"a\\\"b.demarc.yaml\":\n    vpcs:\n"
                                      "      app.eu-west-1: 10.0.0.0/16\n"
                                      "  \"t.demarc.yaml\":\n    vpcs:\n"
                                      "      app.eu-west-1: 10.0.0.0/16\n"));
    assert_int_equal(dm_file_remove_tree(folder, NULL), DM_OK);
    dm_arena_free(arena);
}

static void a_lock_that_does_not_fit_is_a_note_at_its_place(void **state)
{
    struct run run = run_with_lock("demarc_lock: 1\nvpcs:\n  app.eu-west-1: 10.5.0.0/17\n");

    (void)state;
    assert_app(&run, "10.0.0.0/16");
    assert_int_equal(run.diags.n_items, 1);
    assert_int_equal(run.diags.items[0].severity, DM_SEV_NOTE);
    assert_true(is_as_said(&run, 0,
                           "3:18: the lock of addresses is stale in 1 place: the design asks "
                           "for another size"));
    dm_arena_free(run.arena);
}

static void a_lock_that_cannot_be_read_is_an_error(void **state)
{
    struct run run = run_with_lock("demarc_lock: 1\nvpcs: {app.eu-west-1\n");

    (void)state;
    assert_null(run.model);
    assert_true(run.diags.n_errors > 0);
    dm_arena_free(run.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_of_names_are_at_their_place),
        cmocka_unit_test(the_lock_beside_a_design_is_read),
        cmocka_unit_test(of_several_designs_each_has_its_section),
        cmocka_unit_test(a_lock_keeps_the_sections_of_others),
        cmocka_unit_test(a_lock_that_does_not_fit_is_a_note_at_its_place),
        cmocka_unit_test(a_lock_that_cannot_be_read_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
