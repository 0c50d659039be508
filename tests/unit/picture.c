/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The program that draws, as it should be, and programs in its place that misbehave.
 */
#include "render/picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/base/file.h"
#include "model/base/str.h"
#include "tests/support/dmtest.h"

enum { PATIENT_MS = 60000, SHORT_MS = 400 };

struct fixture {
    struct dm_arena *arena;
    char folder[64];
    struct dm_err err;
    const char *bytes;
    size_t size;
};

static int set_up(void **state)
{
    static struct fixture fixture;

    fixture = (struct fixture){ .arena = dm_arena_new(0), .folder = "/tmp/dm-picture-XXXXXX" };
    *state = &fixture;
    return fixture.arena == NULL || mkdtemp(fixture.folder) == NULL;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    enum dm_status status = dm_file_remove_tree(f->folder, NULL);

    dm_arena_free(f->arena);
    return status != DM_OK;
}

/* A program that is a script of these lines. */
static const char *script(struct fixture *f, const char *lines)
{
    char *path = dm_path_join(f->arena, f->folder, "draw");
    char *text = dm_sprintf(f->arena, "#!/bin/sh\n%s\n", lines);

    assert_int_equal(dm_file_write(path, text, strlen(text), NULL), DM_OK);
    assert_int_equal(chmod(path, S_IRWXU), 0);
    return path;
}

static enum dm_status draw(struct fixture *f, const char *program, const char *dot, int timeout_ms)
{
    return dm_picture_layout_with(f->arena, program, dot, "svg", timeout_ms, &f->bytes, &f->size,
                                  &f->err);
}

static void a_graph_becomes_a_picture_by_the_program_that_stands_beside(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(dm_picture_layout(f->arena, "digraph { alpha -> beta }", "svg", PATIENT_MS,
                                       &f->bytes, &f->size, &f->err),
                     DM_OK);
    assert_int_equal(f->size, strlen(f->bytes));
    assert_non_null(strstr(f->bytes, "<title>alpha&#45;&gt;beta</title>"));
    assert_non_null(strstr(f->bytes, "</svg>"));
    assert_int_equal(
        dm_picture_layout(f->arena, "graph { a }", "png", PATIENT_MS, &f->bytes, &f->size, &f->err),
        DM_OK);
    assert_memory_equal(f->bytes, "\x89PNG", 4);
}

static void text_that_is_no_graph_is_an_error_with_what_the_program_says(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(draw(f, dm_picture_program(f->arena), "digraph { a ->", PATIENT_MS),
                     DM_BACKEND);
    assert_non_null(strstr(f->err.text, "exit status 2"));
    assert_non_null(strstr(f->err.text, "syntax error"));
    assert_null(strchr(f->err.text, '\n'));
    assert_null(f->bytes);
}

static void a_label_that_cannot_be_read_is_an_error_not_a_picture_without_it(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(
        draw(f, dm_picture_program(f->arena), "digraph { a [label=<<b>x>] }", PATIENT_MS),
        DM_BACKEND);
    assert_non_null(strstr(f->err.text, "mismatched tag"));
}

static void a_program_that_is_missing_is_named(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(draw(f, NULL, "graph { a }", PATIENT_MS), DM_UNSUPPORTED);
    assert_non_null(strstr(f->err.text, "demarc-draw"));
    f->err = (struct dm_err)DM_ERR_INIT;
    assert_int_equal(draw(f, dm_path_join(f->arena, f->folder, "none"), "graph { a }", PATIENT_MS),
                     DM_UNSUPPORTED);
    assert_non_null(strstr(f->err.text, "cannot be started"));
}

static void a_program_that_hangs_is_ended_and_so_are_the_coarser_tries(void **state)
{
    struct fixture *f = *state;
    char *log = dm_path_join(f->arena, f->folder, "log");
    char *text = NULL;
    size_t size = 0;

    assert_int_equal(draw(f, script(f, "echo \"$@\" >> \"${0%/*}/log\"; exec sleep 1000"),
                          "graph { a }", SHORT_MS),
                     DM_LIMIT);
    assert_non_null(strstr(f->err.text, "400 ms"));
    assert_int_equal(dm_file_read(f->arena, log, 1000, &text, &size, NULL), DM_OK);
    assert_string_equal(text, "svg dot\nsvg dot splines=line nslimit=2\nsvg osage\n");
}

static void a_coarser_try_that_ends_in_time_gives_the_picture(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(draw(f, script(f, "test $# -gt 2 || exec sleep 1000; echo \"$@\""),
                          "graph { a }", SHORT_MS * 5),
                     DM_OK);
    assert_string_equal(f->bytes, "svg dot splines=line nslimit=2\n");
}

static void a_program_that_closes_its_output_and_stays_is_ended(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(
        draw(f, script(f, "echo x; exec sleep 1000 >&- 2>&-"), "graph { a }", SHORT_MS), DM_LIMIT);
}

static void a_program_that_fails_or_crashes_is_an_error(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(
        draw(f, script(f, "echo half; echo 'no\tfont' >&2; exit 7"), "graph { a }", PATIENT_MS),
        DM_BACKEND);
    assert_non_null(strstr(f->err.text, "exit status 7"));
    assert_non_null(strstr(f->err.text, "no font"));
    f->err = (struct dm_err)DM_ERR_INIT;
    assert_int_equal(draw(f, script(f, "kill -SEGV $$"), "graph { a }", PATIENT_MS), DM_BACKEND);
    assert_non_null(strstr(f->err.text, "signal 11"));
    f->err = (struct dm_err)DM_ERR_INIT;
    assert_int_equal(draw(f, script(f, "exit 0"), "graph { a }", PATIENT_MS), DM_BACKEND);
    assert_non_null(strstr(f->err.text, "says nothing"));
    assert_null(f->bytes);
}

static void what_is_larger_than_any_pipe_goes_through_both_ways(void **state)
{
    struct fixture *f = *state;
    size_t size = (size_t)8 << 20;
    char *text = dm_arena_alloc(f->arena, size + 1, 1);

    for (size_t i = 0; i < size; i++) {
        text[i] = (char)('a' + (i * 7 + i / 4096) % 26);
    }
    assert_int_equal(draw(f, script(f, "exec cat"), text, PATIENT_MS), DM_OK);
    assert_int_equal(f->size, size);
    assert_memory_equal(f->bytes, text, size);
    /* One that speaks before it listens, and one that does not listen at all. */
    assert_int_equal(
        draw(f, script(f, "head -c 1000000 /dev/zero; cat > /dev/null"), text, PATIENT_MS), DM_OK);
    assert_int_equal(f->size, 1000000);
    assert_int_equal(draw(f, script(f, "exec <&-; echo deaf"), text, PATIENT_MS), DM_OK);
    assert_string_equal(f->bytes, "deaf\n");
}

static void much_that_is_said_and_a_picture_without_end_do_no_harm(void **state)
{
    struct fixture *f = *state;
    struct dm_arena *small = dm_arena_new((size_t)1 << 20);

    assert_int_equal(draw(f, script(f, "head -c 9000000 /dev/zero | tr '\\0' w >&2; exit 1"),
                          "graph { a }", PATIENT_MS),
                     DM_BACKEND);
    assert_true(strlen(f->err.text) < sizeof f->err.text);
    assert_int_equal(dm_picture_layout_with(small, script(f, "exec yes"), "graph { a }", "svg",
                                            PATIENT_MS, &f->bytes, &f->size, NULL),
                     DM_NOMEM);
    dm_arena_free(small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        T(a_graph_becomes_a_picture_by_the_program_that_stands_beside),
        T(text_that_is_no_graph_is_an_error_with_what_the_program_says),
        T(a_label_that_cannot_be_read_is_an_error_not_a_picture_without_it),
        T(a_program_that_is_missing_is_named),
        T(a_program_that_hangs_is_ended_and_so_are_the_coarser_tries),
        T(a_coarser_try_that_ends_in_time_gives_the_picture),
        T(a_program_that_closes_its_output_and_stays_is_ended),
        T(a_program_that_fails_or_crashes_is_an_error),
        T(what_is_larger_than_any_pipe_goes_through_both_ways),
        T(much_that_is_said_and_a_picture_without_end_do_no_harm),
#undef T
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
