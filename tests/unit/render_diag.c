/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Faults as people read them: the marks stand under what is meant, whatever the line holds.
 */
#include "render/diag.h"

#include <stdio.h>
#include <string.h>

#include "model/base/limits.h"
#include "tests/support/dmtest.h"

struct fixture {
    struct dm_arena *arena;
    struct dm_sources *sources;
    struct dm_diags diags;
    struct dm_str out;
    struct dm_err err;
    uint32_t source;
};

static const struct dm_render_options plain = { false, 0, 0 };

static int set_up(void **state)
{
    static struct fixture f;

    f = (struct fixture){ .arena = dm_arena_new(0) };
    if (!f.arena) {
        return 1;
    }
    f.sources = dm_sources_new(f.arena, &f.err);
    dm_diags_init(&f.diags, f.arena);
    dm_str_init(&f.out, f.arena);
    *state = &f;
    return f.sources ? 0 : 1;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    dm_arena_free(f->arena);
    return 0;
}

static void read_text(struct fixture *f, const char *path, const char *text)
{
    assert_int_equal(dm_sources_add(f->sources, path, text, strlen(text), &f->source, &f->err),
                     DM_OK);
}

/* The first place of 'word' in the newest source. */
static struct dm_span span_of(const struct fixture *f, const char *word)
{
    const char *text = dm_sources_get(f->sources, f->source)->text;
    const char *at = strstr(text, word);
    uint32_t begin;

    assert_non_null(at);
    begin = (uint32_t)(at - text);
    return (struct dm_span){ f->source, begin, begin + (uint32_t)strlen(word) };
}

static const char *rendered(struct fixture *f)
{
    dm_str_clear(&f->out);
    dm_render_diags(&f->diags, f->sources, &plain, &f->out);
    return f->out.text;
}

static void a_fault_shows_its_line_with_carets_under_what_is_wrong(void **state)
{
    struct fixture *f = *state;
    struct dm_diag *diag;

    read_text(f, "a.yaml", "demarc: 1\nvpcs:\n  app: {sice: 20}\n");
    diag = dm_diags_add(&f->diags, DM_SEV_ERROR, span_of(f, "sice"), "no key `sice` here");
    diag->code = "REF001";
    (void)dm_diag_help(&f->diags, diag, "did you mean `size`?");
    assert_string_equal(rendered(f), "error[REF001]: no key `sice` here\n"
                                     "  --> a.yaml:3:9\n"
                                     "   |\n"
                                     " 3 |   app: {sice: 20}\n"
                                     "   |         ^^^^\n"
                                     "help: did you mean `size`?\n"
                                     "\n"
                                     "1 fault\n");
}

static void both_places_of_a_fault_are_shown_the_second_with_tildes(void **state)
{
    struct fixture *f = *state;
    struct dm_diag *diag;

    read_text(f, "a.yaml", "first: 1\n# between\nsecond: 2\n");
    diag = dm_diags_add(&f->diags, DM_SEV_ERROR, span_of(f, "second"), "twice");
    diag->labels[0].text = "again";
    (void)dm_diag_label(&f->diags, diag, span_of(f, "first"), "once");
    assert_string_equal(rendered(f), "error: twice\n"
                                     "  --> a.yaml:3:1\n"
                                     "   |\n"
                                     " 3 | second: 2\n"
                                     "   | ^^^^^^ again\n"
                                     "  ::: a.yaml:1:1\n"
                                     "   |\n"
                                     " 1 | first: 1\n"
                                     "   | ~~~~~ once\n"
                                     "\n"
                                     "1 fault\n");
}

static void places_on_one_line_share_it(void **state)
{
    struct fixture *f = *state;
    struct dm_diag *diag;

    read_text(f, "a.yaml", "{one: 1, two: 2}\n");
    diag = dm_diags_add(&f->diags, DM_SEV_WARNING, span_of(f, "two"), "two");
    (void)dm_diag_label(&f->diags, diag, span_of(f, "one"), "one");
    assert_string_equal(rendered(f), "warning: two\n"
                                     "  --> a.yaml:1:10\n"
                                     "   |\n"
                                     " 1 | {one: 1, two: 2}\n"
                                     "   |          ^^^\n"
                                     "   |  ~~~ one\n"
                                     "\n"
                                     "1 warning\n");
}

static void marks_stand_right_after_tabs_and_wide_characters(void **state)
{
    struct fixture *f = *state;

    read_text(f, "a.yaml", "\tx: \"\xe6\x9d\xb1\xe4\xba\xac\", \xc3\xbcy: 1\n");
    (void)dm_diags_add(&f->diags, DM_SEV_ERROR, span_of(f, "\xc3\xbcy"), "here");
    assert_non_null(strstr(rendered(f), "  --> a.yaml:1:11\n"
                                        "   |\n"
                                        " 1 | \tx: \"\xe6\x9d\xb1\xe4\xba\xac\", \xc3\xbcy: 1\n"
                                        "   | \t           ^^\n"));
}

static void a_wide_character_has_a_mark_for_each_column(void **state)
{
    struct fixture *f = *state;

    read_text(f, "a.yaml", "x: \xe6\x9d\xb1\xe4\xba\xac\n");
    (void)dm_diags_add(&f->diags, DM_SEV_ERROR, span_of(f, "\xe6\x9d\xb1\xe4\xba\xac"), "here");
    assert_non_null(strstr(rendered(f), "   |    ^^^^\n"));
}

static void escapes_in_a_line_do_not_move_the_marks(void **state)
{
    struct fixture *f = *state;

    read_text(f, "a.yaml", "\x1b[2J x: bad\n");
    (void)dm_diags_add(&f->diags, DM_SEV_ERROR, span_of(f, "bad"), "here");
    assert_non_null(strstr(rendered(f), " 1 | \\x1b[2J x: bad\n"
                                        "   |            ^^^\n"));
}

static void of_a_long_line_the_piece_around_the_fault_is_shown(void **state)
{
    struct fixture *f = *state;
    char *line = DM_NEW_ARRAY(f->arena, 200001, char);
    const char *text;
    const char *shown;
    const char *marks;

    memset(line, 'x', 200000);
    memcpy(line + 100000, "NEEDLE", 6);
    read_text(f, "big.json", line);
    (void)dm_diags_add(&f->diags, DM_SEV_ERROR, span_of(f, "NEEDLE"), "here");
    text = rendered(f);
    assert_true(strlen(text) < 400);
    assert_non_null(strstr(text, "--> big.json:1:100001\n"));
    shown = strstr(text, " 1 | ... xxx");
    assert_non_null(shown);
    marks = strstr(shown, "\n   | ");
    assert_non_null(marks);
    assert_int_equal(strstr(shown, "NEEDLE") - shown, strstr(marks, "^^^^^^") - marks - 1);
    assert_non_null(strstr(shown, "xxx ...\n"));
    assert_true(strcspn(shown, "\n") <= 100);
}

static void a_span_longer_than_the_page_is_marked_as_far_as_it_is_shown(void **state)
{
    struct fixture *f = *state;
    char *line = DM_NEW_ARRAY(f->arena, 1001, char);
    const char *text;

    memset(line, 'y', 1000);
    read_text(f, "big.json", line);
    (void)dm_diags_add(&f->diags, DM_SEV_ERROR, (struct dm_span){ f->source, 0, 1000 }, "here");
    text = rendered(f);
    for (const char *at = text; *at; at += strcspn(at, "\n") + 1) {
        assert_true(strcspn(at, "\n") <= 100);
    }
}

static void a_span_over_lines_is_marked_to_the_end_of_its_first(void **state)
{
    struct fixture *f = *state;

    read_text(f, "a.yaml", "a: [1,\n  2]\n");
    (void)dm_diags_add(&f->diags, DM_SEV_ERROR, span_of(f, "[1,\n  2]"), "here");
    assert_non_null(strstr(rendered(f), " 1 | a: [1,\n   |    ^^^\n\n"));
}

static void the_end_of_a_text_can_be_meant(void **state)
{
    struct fixture *f = *state;

    read_text(f, "a.yaml", "a: {");
    (void)dm_diags_add(&f->diags, DM_SEV_ERROR, (struct dm_span){ f->source, 4, 4 }, "ends here");
    assert_non_null(strstr(rendered(f), "  --> a.yaml:1:5\n   |\n 1 | a: {\n   |     ^\n"));
    read_text(f, "empty.yaml", "");
    f->diags.n_items = 0;
    (void)dm_diags_add(&f->diags, DM_SEV_ERROR, (struct dm_span){ f->source, 0, 0 }, "empty");
    assert_non_null(strstr(rendered(f), "  --> empty.yaml:1:1\n   |\n 1 |\n   | ^\n"));
}

static void a_fault_without_place_is_its_message(void **state)
{
    struct fixture *f = *state;

    (void)dm_diags_add(&f->diags, DM_SEV_ERROR, DM_SPAN_NONE, "no region at all");
    assert_string_equal(rendered(f), "error: no region at all\n\n1 fault\n");
}

static void a_fault_in_json_names_its_pointer(void **state)
{
    struct fixture *f = *state;

    read_text(f, "v.json", "{\"Vpcs\": [1]}");
    dm_diags_add(&f->diags, DM_SEV_ERROR, span_of(f, "1"), "no object")->pointer = "/Vpcs/0";
    assert_non_null(strstr(rendered(f), "   |           ^\n   = at: /Vpcs/0\n"));
}

static void line_numbers_of_any_length_keep_the_gutter_straight(void **state)
{
    struct fixture *f = *state;
    char *text = DM_NEW_ARRAY(f->arena, 1500, char);

    memset(text, '\n', 1233);
    memcpy(text + 1233, "last: 1\n", 9);
    read_text(f, "a.yaml", text);
    (void)dm_diags_add(&f->diags, DM_SEV_ERROR, span_of(f, "last"), "here");
    assert_non_null(strstr(rendered(f), "    --> a.yaml:1234:1\n"
                                        "     |\n"
                                        "1234 | last: 1\n"
                                        "     | ^^^^\n"));
}

static void what_was_dropped_is_counted(void **state)
{
    struct fixture *f = *state;
    unsigned long long limit = dm_limit_value(DM_LIMIT_DIAGNOSTICS);
    char expected[64];

    for (unsigned long long i = 0; i < limit + 12; i++) {
        (void)dm_diags_add(&f->diags, DM_SEV_ERROR, DM_SPAN_NONE, "fault %llu", i);
    }
    snprintf(expected, sizeof expected, "... and 12 more\n%llu faults\n", limit + 12);
    assert_non_null(strstr(rendered(f), expected));
}

static void nothing_wrong_gives_no_text(void **state)
{
    struct fixture *f = *state;

    assert_string_equal(rendered(f), "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_fault_shows_its_line_with_carets_under_what_is_wrong),
        TEST(both_places_of_a_fault_are_shown_the_second_with_tildes),
        TEST(places_on_one_line_share_it),
        TEST(marks_stand_right_after_tabs_and_wide_characters),
        TEST(a_wide_character_has_a_mark_for_each_column),
        TEST(escapes_in_a_line_do_not_move_the_marks),
        TEST(of_a_long_line_the_piece_around_the_fault_is_shown),
        TEST(a_span_longer_than_the_page_is_marked_as_far_as_it_is_shown),
        TEST(a_span_over_lines_is_marked_to_the_end_of_its_first),
        TEST(the_end_of_a_text_can_be_meant),
        TEST(a_fault_without_place_is_its_message),
        TEST(a_fault_in_json_names_its_pointer),
        TEST(line_numbers_of_any_length_keep_the_gutter_straight),
        TEST(what_was_dropped_is_counted),
        TEST(nothing_wrong_gives_no_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
