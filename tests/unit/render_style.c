/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What text for people is made of: escapes, columns, wrapping, tables, digests.
 */
#include "render/style.h"

#include <string.h>

#include "render/digest.h"
#include "render/table.h"
#include "tests/support/dmtest.h"

static const struct dm_render_options plain = { false, 0, 0 };
static const struct dm_render_options colored = { true, 0, 0 };

static int set_up(void **state)
{
    *state = dm_arena_new(0);
    return *state ? 0 : 1;
}

static int tear_down(void **state)
{
    dm_arena_free(*state);
    return 0;
}

static const char *shown(void **state, const char *text)
{
    struct dm_str out;

    dm_str_init(&out, *state);
    dm_style_add(&out, text);
    return out.text;
}

static void what_could_drive_a_terminal_is_shown_as_an_escape(void **state)
{
    assert_string_equal(shown(state, "a\x1b[31mb"), "a\\x1b[31mb");
    assert_string_equal(shown(state, "line\nnext\ttab\r"), "line\\nnext\\ttab\\r");
    assert_string_equal(shown(state, "del\x7f"), "del\\x7f");
    assert_string_equal(shown(state, "\xc2\x9b"
                                     "31m"),
                        "\\u009b31m");
}

static void what_turns_or_hides_text_is_shown_as_an_escape(void **state)
{
    assert_string_equal(shown(state, "a\xe2\x80\xae"
                                     "b"),
                        "a\\u202eb");
    assert_string_equal(shown(state, "a\xe2\x81\xa6"
                                     "b"),
                        "a\\u2066b");
    assert_string_equal(shown(state, "a\xe2\x80\x8b"
                                     "b"),
                        "a\\u200bb");
    assert_string_equal(shown(state, "\xef\xbb\xbf"), "\\ufeff");
}

static void bytes_that_are_no_utf8_are_shown_in_hex(void **state)
{
    assert_string_equal(shown(state, "a\xff"
                                     "b\xc3"),
                        "a\\xffb\\xc3");
    assert_string_equal(shown(state, "\xed\xa0\x80"), "\\xed\\xa0\\x80");
}

static void ordinary_text_of_any_script_is_left_alone(void **state)
{
    assert_string_equal(shown(state, "Zürich 東京 e\xcc\x81 \xf0\x9f\x98\x80"),
                        "Zürich 東京 e\xcc\x81 \xf0\x9f\x98\x80");
}

static void columns_are_those_of_a_terminal(void **state)
{
    (void)state;
    assert_int_equal(dm_style_width("Zürich"), 6);
    assert_int_equal(dm_style_width("東京"), 4);
    assert_int_equal(dm_style_width("e\xcc\x81"), 1);
    assert_int_equal(dm_style_width("\x1b"), 4);
    assert_int_equal(dm_style_width("\xf0\x9f\x98\x80"), 2);
}

static void numbers_are_grouped_by_thousands(void **state)
{
    struct dm_str out;

    dm_str_init(&out, *state);
    dm_style_count(&out, 0);
    dm_str_addc(&out, ' ');
    dm_style_count(&out, 999);
    dm_str_addc(&out, ' ');
    dm_style_counted(&out, 4096, "set");
    dm_str_addc(&out, ' ');
    dm_style_counted(&out, 1, "set");
    dm_str_addc(&out, ' ');
    dm_style_count(&out, 1234567);
    dm_str_addc(&out, ' ');
    dm_style_count(&out, UINT64_MAX);
    assert_string_equal(out.text, "0 999 4,096 sets 1 set 1,234,567 more than 10^19");
}

static void text_is_wrapped_at_spaces_and_words_are_never_broken(void **state)
{
    const struct dm_render_options narrow = { false, 40, 0 };
    struct dm_str out;

    dm_str_init(&out, *state);
    dm_str_add(&out, "key: ");
    dm_style_wrap(&out, &narrow, "one two three four five six seven eight nine", 5, 5);
    assert_string_equal(out.text, "key: one two three four five six seven\n     eight nine\n");
    dm_str_clear(&out);
    dm_style_wrap(&out, &narrow, "a 0123456789012345678901234567890123456789x b", 0, 2);
    assert_string_equal(out.text, "a\n  0123456789012345678901234567890123456789x\n  b\n");
}

static void colour_is_written_only_where_it_is_asked_for(void **state)
{
    struct dm_str out;

    dm_str_init(&out, *state);
    dm_style_tinted(&out, &plain, DM_TINT_ERROR, "error");
    assert_string_equal(out.text, "error");
    dm_str_clear(&out);
    dm_style_tinted(&out, &colored, DM_TINT_ERROR, "error");
    assert_string_equal(out.text, "\x1b[1;31merror\x1b[0m");
}

static struct dm_table table_of(void **state)
{
    struct dm_table table;

    dm_table_init(&table, *state, 3);
    dm_table_add(&table, &(struct dm_table_row){ .cells = { "name", "what", "why" } });
    dm_table_add(&table, &(struct dm_table_row){ .cells = { "東京", "a city", NULL },
                                                 .note = "below its second column" });
    dm_table_add(&table, &(struct dm_table_row){ .cells = { "x", "y",
                                                            "one two three four five six "
                                                            "seven eight" } });
    return table;
}

static void columns_line_up_and_no_cell_is_empty(void **state)
{
    struct dm_table table = table_of(state);
    struct dm_str out;

    dm_str_init(&out, *state);
    dm_table_write(&table, &plain, 2, false, &out);
    assert_string_equal(out.text, "  name  what    why\n"
                                  "  東京  a city  -\n"
                                  "        below its second column\n"
                                  "  x     y       one two three four five six seven eight\n");
}

static void a_narrow_page_wraps_the_widest_column(void **state)
{
    const struct dm_render_options narrow = { false, 40, 0 };
    struct dm_table table = table_of(state);
    struct dm_str out;

    dm_str_init(&out, *state);
    dm_table_write(&table, &narrow, 0, true, &out);
    assert_string_equal(out.text, "name  what    why\n"
                                  "東京  a city  -\n"
                                  "      below its second column\n"
                                  "x     y       one two three four five\n"
                                  "              six seven eight\n");
}

static void a_note_is_wrapped_and_the_first_column_never_is(void **state)
{
    const struct dm_render_options narrow = { true, 40, 0 };
    struct dm_table table;
    struct dm_str out;

    dm_table_init(&table, *state, 2);
    dm_table_add(&table, &(struct dm_table_row){
                             .cells = { "10 x", "one two three four five six seven eight nine" },
                             .note = "a note that is longer than what the page has room for",
                             .note_tint = DM_TINT_ERROR });
    dm_str_init(&out, *state);
    dm_table_write(&table, &narrow, 0, false, &out);
    assert_string_equal(out.text, "10 x  one two three four five six seven\n"
                                  "      eight nine\n"
                                  "      \x1b[1;31ma note that is longer than what\n"
                                  "      the page has room for\x1b[0m\n");
}

static void colour_does_not_move_columns(void **state)
{
    struct dm_table table;
    struct dm_str out;

    dm_table_init(&table, *state, 2);
    dm_table_add(&table,
                 &(struct dm_table_row){ .cells = { "ab", "c" }, .tints = { DM_TINT_GOOD } });
    dm_table_add(&table, &(struct dm_table_row){ .cells = { "a", "c" } });
    dm_str_init(&out, *state);
    dm_table_write(&table, &colored, 0, false, &out);
    assert_string_equal(out.text, "\x1b[32mab\x1b[0m  c\na   c\n");
}

static void the_digest_is_that_of_the_standard(void **state)
{
    char text[DM_DIGEST_SIZE];

    (void)state;
    assert_string_equal(dm_digest_sha256("abc", 3, text),
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_string_equal(dm_digest_sha256("", 0, text),
                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_could_drive_a_terminal_is_shown_as_an_escape),
        cmocka_unit_test(what_turns_or_hides_text_is_shown_as_an_escape),
        cmocka_unit_test(bytes_that_are_no_utf8_are_shown_in_hex),
        cmocka_unit_test(ordinary_text_of_any_script_is_left_alone),
        cmocka_unit_test(columns_are_those_of_a_terminal),
        cmocka_unit_test(numbers_are_grouped_by_thousands),
        cmocka_unit_test(text_is_wrapped_at_spaces_and_words_are_never_broken),
        cmocka_unit_test(colour_is_written_only_where_it_is_asked_for),
        cmocka_unit_test(columns_line_up_and_no_cell_is_empty),
        cmocka_unit_test(a_narrow_page_wraps_the_widest_column),
        cmocka_unit_test(a_note_is_wrapped_and_the_first_column_never_is),
        cmocka_unit_test(colour_does_not_move_columns),
        cmocka_unit_test(the_digest_is_that_of_the_standard),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
