/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/base/span.h"

#include <string.h>

#include "model/base/limits.h"
#include "tests/support/dmtest.h"
#include "tests/support/rng.h"

struct fixture {
    struct dm_arena *arena;
    struct dm_sources *sources;
    struct dm_err err;
};

static int set_up(void **state)
{
    static struct fixture fixture;

    fixture = (struct fixture){ .arena = dm_arena_new(0) };
    fixture.sources = dm_sources_new(fixture.arena, &fixture.err);
    *state = &fixture;
    return fixture.sources ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    dm_arena_free(fixture->arena);
    return 0;
}

static uint32_t add(struct fixture *fixture, const char *path, const char *text, size_t size)
{
    uint32_t source = 0;

    assert_int_equal(dm_sources_add(fixture->sources, path, text, size, &source, &fixture->err),
                     DM_OK);
    return source;
}

static void check_place(struct fixture *fixture, uint32_t source, uint32_t byte, uint32_t line,
                        uint32_t column, uint32_t column_byte)
{
    struct dm_span span = { source, byte, byte };
    struct dm_place place = dm_sources_place(fixture->sources, span);
    struct dm_place end = dm_sources_place_end(fixture->sources, span);

    assert_int_equal(place.line, line);
    assert_int_equal(place.column, column);
    assert_int_equal(place.column_byte, column_byte);
    assert_int_equal(end.line, line);
    assert_int_equal(end.column, column);
}

static void lines_and_columns_count_from_one_in_code_points(void **state)
{
    struct fixture *fixture = *state;
    /*                  0    3 4   6           */
    const char text[] = "ab\nä\u20acx\n\nlast";
    uint32_t source = add(fixture, "f", text, strlen(text));

    check_place(fixture, source, 0, 1, 1, 1);
    check_place(fixture, source, 2, 1, 3, 3); /* the line's end is on the line */
    check_place(fixture, source, 3, 2, 1, 1);
    check_place(fixture, source, 5, 2, 2, 3);
    check_place(fixture, source, 8, 2, 3, 6);
    check_place(fixture, source, 10, 3, 1, 1);
    check_place(fixture, source, 11, 4, 1, 1);
    check_place(fixture, source, 15, 4, 5, 5);
    check_place(fixture, source, 1000, 4, 5, 5); /* past the end: the end */
}

static void no_source_is_no_place(void **state)
{
    struct fixture *fixture = *state;
    struct dm_place place = dm_sources_place(fixture->sources, DM_SPAN_NONE);

    assert_int_equal(place.line, 0);
    assert_string_equal(place.path, "");
}

static void lines_come_without_their_end(void **state)
{
    struct fixture *fixture = *state;
    uint32_t source = add(fixture, "f", "\xef\xbb\xbfone\r\ntwo\n", 12);
    size_t size = 0;
    const char *line = dm_sources_line(fixture->sources, source, 1, &size);

    assert_int_equal(size, 3); /* nor with a byte order mark */
    assert_memory_equal(line, "one", 3);
    line = dm_sources_line(fixture->sources, source, 2, &size);
    assert_int_equal(size, 3);
    assert_memory_equal(line, "two", 3);
    (void)dm_sources_line(fixture->sources, source, 3, &size);
    assert_int_equal(size, 0);
    check_place(fixture, source, 3, 1, 1, 4);
    check_place(fixture, source, 5, 1, 3, 6);
}

static void the_same_path_is_read_once(void **state)
{
    struct fixture *fixture = *state;
    uint32_t first = add(fixture, "known", "x", 1);
    uint32_t again = 0;

    assert_int_equal(dm_sources_read(fixture->sources, "known", &again, &fixture->err), DM_OK);
    assert_int_equal(again, first);
    assert_int_equal(dm_sources_count(fixture->sources), 1);
    assert_string_equal(dm_sources_get(fixture->sources, first)->path, "known");
}

static void a_file_that_is_not_there_is_an_error_with_its_name(void **state)
{
    struct fixture *fixture = *state;
    uint32_t source = 77;

    assert_int_equal(dm_sources_read(fixture->sources, "no/such/file", &source, &fixture->err),
                     DM_IO);
    assert_int_equal(source, 77);
    assert_non_null(strstr(fixture->err.text, "no/such/file"));
    assert_int_equal(dm_sources_count(fixture->sources), 0);
}

/* Every byte's place by walking over the text. */
static void places_agree_with_a_walk_over_the_text(void **state)
{
    static const char *const parts[] = { "a", "\n", "ä", "\r\n", "\xf0\x9f\x98\x80", "\t", "bc" };
    struct fixture *fixture = *state;

    for (uint64_t seed = dm_seed_first(1); seed < dm_seed_end(1, 100); seed++) {
        struct dm_rng rng = dm_rng_seed(seed);
        char text[400] = "";
        char path[32] = "";
        uint32_t line = 1;
        uint32_t column = 1;
        uint32_t column_byte = 1;
        uint32_t source;
        size_t size;

        for (int i = 0; i < 60; i++) {
            strncat(text, parts[dm_rng_below(&rng, 7)], 5);
        }
        size = strlen(text);
        source = add(fixture, path, text, size);
        for (uint32_t byte = 0; byte <= size; byte++) {
            bool begins = ((unsigned char)text[byte] & 0xc0u) != 0x80u;

            if (begins) {
                check_place(fixture, source, byte, line, column, column_byte);
                column++;
            }
            column_byte++;
            if (text[byte] == '\n') {
                line++;
                column = 1;
                column_byte = 1;
            }
        }
    }
}

static void what_is_no_utf8_is_found_at_its_first_byte(void **state)
{
    static const struct {
        const char *text;
        size_t at;
    } cases[] = {
        { "", SIZE_MAX },
        { "plain text of more than eight bytes", SIZE_MAX },
        { "ä\u20ac\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf", SIZE_MAX },
        { "0123456789\xff", 10 },
        { "\x80", 0 },
        { "a\xc0\x80", 1 },                       /* overlong */
        { "a\xc1\xbf", 1 },                       /* overlong */
        { "a\xe0\x9f\xbf", 1 },                   /* overlong */
        { "a\xf0\x8f\xbf\xbf", 1 },               /* overlong */
        { "a\xed\xa0\x80", 1 },                   /* a surrogate */
        { "a\xf4\x90\x80\x80", 1 },               /* above U+10FFFF */
        { "a\xf5\x80\x80\x80", 1 },               /* above U+10FFFF */
        { "ab\xe2\x82", 2 },                      /* cut */
        { "ab\xe2\x82z", 2 },                     /* cut */
        { "01234567\xc3", 8 },                    /* cut */
        { "\xed\x9f\xbf\xee\x80\x80", SIZE_MAX }, /* beside the surrogates */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t at = dm_utf8_invalid_at(cases[i].text, strlen(cases[i].text));

        if (at != cases[i].at) {
            fail_msg("case %zu: at %zu", i, at);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lines_and_columns_count_from_one_in_code_points, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(no_source_is_no_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lines_come_without_their_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_same_path_is_read_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_is_not_there_is_an_error_with_its_name, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(places_agree_with_a_walk_over_the_text, set_up, tear_down),
        cmocka_unit_test(what_is_no_utf8_is_found_at_its_first_byte),
    };

    return cmocka_run_group_tests_name("span", tests, NULL, NULL);
}
