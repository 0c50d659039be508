/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "model/base/limits.h"
#include "model/base/str.h"
#include "tests/support/dmtest.h"
#include "tests/support/reading.h"

static struct reading good(const char *text)
{
    struct reading reading = reading_of(READING_JSON, text);

    assert_int_equal(reading.status, DM_OK);
    if (!reading.tree) {
        fail_msg("%s: %s", text,
                 reading.diags.n_items ? reading.diags.items[0].message : "no tree");
    }
    return reading;
}

static void check_span(const struct reading *reading, struct dm_span span, const char *text)
{
    const struct dm_source *source = dm_sources_get(reading->sources, 1);

    assert_int_equal(span.end_byte - span.begin_byte, strlen(text));
    assert_memory_equal(source->text + span.begin_byte, text, strlen(text));
}

static void every_value_and_key_has_its_place(void **state)
{
    struct reading reading =
        good(" { \"a\" : [ 1 , -2.5e3,\"x\\u00e9\\ud83d\\ude00\\n\" ,true,null , { } ],\n"
             "\"\\u00e9/~\":\"\\\\\" , \"\":[ ] } ");
    const struct dm_tree *list = dm_tree_find(reading.tree, "a");

    (void)state;
    assert_int_equal(reading.tree->span.begin_byte, 1);
    assert_int_equal(reading.tree->n, 3);
    check_span(&reading, reading.tree->pairs[0].key_span, "\"a\"");
    check_span(&reading, list->items[0]->span, "1");
    check_span(&reading, list->items[1]->span, "-2.5e3");
    check_span(&reading, list->items[2]->span, "\"x\\u00e9\\ud83d\\ude00\\n\"");
    check_span(&reading, list->items[3]->span, "true");
    check_span(&reading, list->items[4]->span, "null");
    check_span(&reading, list->items[5]->span, "{ }");
    check_span(&reading, reading.tree->pairs[1].key_span, "\"\\u00e9/~\"");
    check_span(&reading, reading.tree->pairs[1].value->span, "\"\\\\\"");
    check_span(&reading, reading.tree->pairs[2].value->span, "[ ]");
    assert_string_equal(list->items[2]->text, "xé\xf0\x9f\x98\x80\n");
    assert_string_equal(dm_tree_find(reading.tree, "é/~")->text, "\\");
    reading_release(&reading);
}

static void values_are_what_they_look_like_and_numbers_keep_their_text(void **state)
{
    struct reading reading =
        good("[\"true\",true,12,1.0,1e2,-0,123456789012345678901234567890,null,\"\"]");
    struct dm_tree *const *items = reading.tree->items;
    int64_t value;
    bool truth = false;

    (void)state;
    assert_int_equal(items[0]->scalar, DM_SCALAR_STRING);
    assert_true(items[0]->quoted);
    assert_int_equal(items[1]->scalar, DM_SCALAR_BOOL);
    assert_false(items[1]->quoted);
    assert_true(dm_tree_bool(items[1], &truth));
    assert_true(truth);
    assert_int_equal(items[2]->scalar, DM_SCALAR_INT);
    assert_int_equal(items[3]->scalar, DM_SCALAR_FLOAT);
    assert_string_equal(items[3]->text, "1.0");
    assert_int_equal(items[4]->scalar, DM_SCALAR_FLOAT);
    assert_string_equal(items[5]->text, "-0");
    assert_string_equal(items[6]->text, "123456789012345678901234567890");
    assert_false(dm_tree_int(items[6], &value));
    assert_int_equal(items[7]->kind, DM_TREE_NULL);
    assert_int_equal(items[8]->length, 0);
    reading_release(&reading);
}

static void a_value_alone_is_a_text(void **state)
{
    static const char *const texts[] = { "12", "12 ", " \"x\"", "null", "\xef\xbb\xbf{}" };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct reading reading = good(texts[i]);

        assert_int_equal(reading.diags.n_items, 0);
        reading_release(&reading);
    }
}

static void equal_keys_are_one_pointer(void **state)
{
    struct reading reading = good("[{\"k\":1},{\"k\":2}]");

    (void)state;
    assert_ptr_equal(reading.tree->items[0]->pairs[0].key, reading.tree->items[1]->pairs[0].key);
    reading_release(&reading);
}

struct fault {
    const char *path;
    uint32_t line;
    uint32_t column;
    const char *message;
    const char *pointer;
};

static const struct fault file_faults[] = {
    { "truncated.json", 3, 22, "this string has no end", "/Vpcs/1" },
    { "truncated-value.json", 4, 1, "the file ends where a value is expected", "/Vpcs/1/VpcId" },
    { "trailing-comma.json", 3, 1, "expected a value, found `]`", "/Vpcs/1" },
    { "trailing-garbage.json", 2, 1, "expected the end of the file, found `{`", "" },
    { "duplicate.json", 4, 30, "duplicate key `Key`", "/Vpcs/1/Tags~1All/0/Key" },
    { "python.json", 1, 2, "expected a key or `}`, found `'Vpcs'`", "" },
    { "control.json", 1, 25, "control character U+000A in a string", "/Vpcs/0/VpcId" },
    { "escape.json", 1, 25, "invalid escape `\\x`", "/Vpcs/0/VpcId" },
    { "surrogate.json", 1, 23, "half a surrogate pair", "/Vpcs/0/VpcId" },
    { "zero.json", 1, 21, "a zero byte in a string", "/Vpcs/0/VpcId" },
    { "utf16.json", 1, 1, "this file is UTF-16, not UTF-8", "" },
};

static void check_fault(struct reading *reading, const struct fault *fault, const char *name)
{
    struct dm_place place;

    assert_int_equal(reading->status, DM_OK);
    if (reading->tree || reading->diags.n_errors != 1) {
        fail_msg("%s: %zu faults", name, reading->diags.n_errors);
    }
    place = reading_place(reading, 0, 0);
    if (place.line != fault->line || place.column != fault->column
        || strcmp(reading->diags.items[0].message, fault->message) != 0
        || strcmp(reading->diags.items[0].pointer, fault->pointer) != 0) {
        fail_msg("%s:%u:%u: %s at `%s`", name, place.line, place.column,
                 reading->diags.items[0].message, reading->diags.items[0].pointer);
    }
}

static void faults_in_files_are_named_at_their_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof file_faults / sizeof file_faults[0]; i++) {
        char path[64];
        struct reading reading;

        (void)snprintf(path, sizeof path, "tests/bad/%s", file_faults[i].path);
        reading = reading_of_file(READING_JSON, path);
        check_fault(&reading, &file_faults[i], path);
        reading_release(&reading);
    }
}

/* 'path' is the text itself. */
static const struct fault text_faults[] = {
    { "", 1, 1, "the file ends where a value is expected", "" },
    { " \n ", 2, 2, "the file ends where a value is expected", "" },
    { "[1,,2]", 1, 4, "expected a value, found `,`", "/1" },
    { "[1 2]", 1, 4, "expected `,` or `]`, found `2`", "/1" },
    { "[1", 1, 3, "the file ends where `,` or `]` is expected", "/1" },
    { "[1,", 1, 4, "the file ends where a value is expected", "/1" },
    { "[", 1, 2, "the file ends where a value or `]` is expected", "/0" },
    { "[1}", 1, 3, "expected `,` or `]`, found `}`", "/1" },
    { "{", 1, 2, "the file ends where a key or `}` is expected", "" },
    { "{\"a\" 1}", 1, 6, "expected `:`, found `1`", "/a" },
    { "{\"a\":1 \"b\":2}", 1, 8, "expected `,` or `}`, found `\"b\"`", "" },
    { "{\"a\":1,}", 1, 8, "expected a key, found `}`", "" },
    { "{\"a\":}", 1, 6, "expected a value, found `}`", "/a" },
    { "{\"a\":1", 1, 7, "the file ends where `,` or `}` is expected", "" },
    { "{1:2}", 1, 2, "expected a key or `}`, found `1`", "" },
    { "[True]", 1, 2, "expected a value or `]`, found `True`", "/0" },
    { "tru", 1, 1, "expected a value, found `tru`", "" },
    { "-", 1, 1, "expected a value, found `-`", "" },
    { "[01]", 1, 3, "expected `,` or `]`, found `1`", "/1" },
    { "[1.]", 1, 2, "expected a value or `]`, found `1.`", "/0" },
    { "1 x", 1, 3, "expected the end of the file, found `x`", "" },
    { "// x\n1", 1, 1, "expected a value, found `//`", "" },
    { "]", 1, 1, "expected a value, found `]`", "" },
    { "[\"ab", 1, 2, "this string has no end", "/0" },
    { "\"\\", 1, 1, "this string has no end", "" },
    { "[\"\\u12g4\"]", 1, 3, "invalid escape `\\u12`", "/0" },
    { "[\"\\\n\"]", 1, 3, "this backslash escapes nothing", "/0" },
    { "[\"\\udc00\"]", 1, 3, "half a surrogate pair", "/0" },
    { "[\"\\ud800\"]", 1, 3, "half a surrogate pair", "/0" },
    { "{\"\\ud800\":1}", 1, 3, "half a surrogate pair", "" },
    { "[\"\xff\"]", 1, 3, "byte 0xFF is not valid UTF-8", "" },
};

static void faults_in_texts_are_named_at_their_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof text_faults / sizeof text_faults[0]; i++) {
        struct reading reading = reading_of(READING_JSON, text_faults[i].path);

        check_fault(&reading, &text_faults[i], text_faults[i].path);
        reading_release(&reading);
    }
}

static void a_cut_text_says_what_was_left_open(void **state)
{
    struct reading reading = reading_of(READING_JSON, "{\"a\":[1,\n{\"b\":2}");

    (void)state;
    assert_int_equal(reading.diags.items[0].n_labels, 2);
    assert_string_equal(reading.diags.items[0].labels[1].text,
                        "the list that begins here has no end");
    assert_int_equal(reading_place(&reading, 0, 1).column, 6);
    reading_release(&reading);
}

static void every_duplicate_key_is_named_with_both_places(void **state)
{
    struct reading reading =
        reading_of(READING_JSON, "{\"a\":1,\n\"b\":{\"a\":2,\"a\":3},\n\"a\":4,\"a\":5}");

    (void)state;
    assert_null(reading.tree);
    assert_int_equal(reading.diags.n_errors, 3);
    assert_int_equal(reading_place(&reading, 0, 0).line, 2);
    assert_int_equal(reading_place(&reading, 0, 1).line, 2);
    assert_string_equal(reading.diags.items[0].pointer, "/b/a");
    assert_int_equal(reading_place(&reading, 1, 0).line, 3);
    assert_int_equal(reading_place(&reading, 1, 1).line, 1);
    assert_int_equal(reading_place(&reading, 2, 0).column, 7);
    assert_int_equal(reading_place(&reading, 2, 1).line, 1);
    reading_release(&reading);
}

static void nesting_stops_at_the_limit(void **state)
{
    size_t limit = (size_t)dm_limit_value(DM_LIMIT_TREE_DEPTH);
    static char text[200000];

    (void)state;
    for (size_t depth = limit; depth <= 100000; depth += depth == limit ? 1 : 99935) {
        struct reading reading;

        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        reading = reading_of_bytes(READING_JSON, text, 2 * depth);
        assert_int_equal(reading.status, DM_OK);
        assert_int_equal(reading.tree != NULL, depth <= limit);
        if (!reading.tree) {
            assert_int_equal(reading_place(&reading, 0, 0).column, limit + 1);
        }
        reading_release(&reading);
    }
}

static void long_strings_are_read_up_to_the_limit(void **state)
{
    size_t limit = (size_t)dm_limit_value(DM_LIMIT_STRING_BYTES);
    struct dm_arena *arena = dm_arena_new(0);

    (void)state;
    for (size_t size = limit; size <= limit + 1; size++) {
        char *text = DM_NEW_ARRAY(arena, size + 3, char);
        struct reading reading;

        memset(text, 'x', size + 2);
        memcpy(text, "[\"\\n", 4); /* with an escape: it goes through yajl's buffer */
        memcpy(text + size, "\"]", 2);
        text[0] = '[';
        reading = reading_of_bytes(READING_JSON, text, size + 2);
        assert_int_equal(reading.status, DM_OK);
        assert_int_equal(reading.tree != NULL, size == limit);
        if (reading.tree) {
            assert_int_equal(reading.tree->items[0]->length, size - 3);
        } else {
            assert_int_equal(reading_place(&reading, 0, 0).column, 2);
        }
        reading_release(&reading);
        /* Without its end it waits in the lexer's buffer. */
        reading = reading_of_bytes(READING_JSON, text, limit);
        assert_string_equal(reading.diags.items[0].message, "this string has no end");
        reading_release(&reading);
    }
    dm_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_and_key_has_its_place),
        cmocka_unit_test(values_are_what_they_look_like_and_numbers_keep_their_text),
        cmocka_unit_test(a_value_alone_is_a_text),
        cmocka_unit_test(equal_keys_are_one_pointer),
        cmocka_unit_test(faults_in_files_are_named_at_their_place),
        cmocka_unit_test(faults_in_texts_are_named_at_their_place),
        cmocka_unit_test(a_cut_text_says_what_was_left_open),
        cmocka_unit_test(every_duplicate_key_is_named_with_both_places),
        cmocka_unit_test(nesting_stops_at_the_limit),
        cmocka_unit_test(long_strings_are_read_up_to_the_limit),
    };

    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
