/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "model/base/limits.h"
#include "model/base/str.h"
#include "tests/support/dmtest.h"
#include "tests/support/reading.h"

/* The tree of 'text'; fails where there is a fault.  Release it. */
static struct reading good(const char *text)
{
    struct reading reading = reading_of(READING_YAML, text);

    assert_int_equal(reading.status, DM_OK);
    if (!reading.tree) {
        fail_msg("%s", reading.diags.n_items ? reading.diags.items[0].message : "no tree");
    }
    return reading;
}

static void check_span(const struct reading *reading, struct dm_span span, const char *text)
{
    const struct dm_source *source = dm_sources_get(reading->sources, 1);

    assert_int_equal(span.source, 1);
    assert_int_equal(span.end_byte - span.begin_byte, strlen(text));
    assert_memory_equal(source->text + span.begin_byte, text, strlen(text));
}

static void scalars_mean_what_the_core_schema_says(void **state)
{
    static const struct {
        const char *text;
        enum dm_tree_kind kind;
        enum dm_scalar_kind scalar;
    } cases[] = {
        { "", DM_TREE_NULL, DM_SCALAR_STRING },
        { "~", DM_TREE_NULL, DM_SCALAR_STRING },
        { "null", DM_TREE_NULL, DM_SCALAR_STRING },
        { "nUll", DM_TREE_SCALAR, DM_SCALAR_STRING },
        { "true", DM_TREE_SCALAR, DM_SCALAR_BOOL },
        { "False", DM_TREE_SCALAR, DM_SCALAR_BOOL },
        { "tRUE", DM_TREE_SCALAR, DM_SCALAR_STRING },
        { "yes", DM_TREE_SCALAR, DM_SCALAR_STRING },
        { "NO", DM_TREE_SCALAR, DM_SCALAR_STRING },
        { "0", DM_TREE_SCALAR, DM_SCALAR_INT },
        { "-12", DM_TREE_SCALAR, DM_SCALAR_INT },
        { "+12", DM_TREE_SCALAR, DM_SCALAR_INT },
        { "012", DM_TREE_SCALAR, DM_SCALAR_INT },
        { "0x1F", DM_TREE_SCALAR, DM_SCALAR_INT },
        { "0o17", DM_TREE_SCALAR, DM_SCALAR_INT },
        { "0o18", DM_TREE_SCALAR, DM_SCALAR_STRING },
        { "0x", DM_TREE_SCALAR, DM_SCALAR_STRING },
        { "-0x1F", DM_TREE_SCALAR, DM_SCALAR_STRING },
        { "1_000", DM_TREE_SCALAR, DM_SCALAR_STRING },
        { "22:22", DM_TREE_SCALAR, DM_SCALAR_STRING },
        { "1.10", DM_TREE_SCALAR, DM_SCALAR_FLOAT },
        { ".5", DM_TREE_SCALAR, DM_SCALAR_FLOAT },
        { "1.", DM_TREE_SCALAR, DM_SCALAR_FLOAT },
        { ".", DM_TREE_SCALAR, DM_SCALAR_STRING },
        { "-.inf", DM_TREE_SCALAR, DM_SCALAR_FLOAT },
        { ".NaN", DM_TREE_SCALAR, DM_SCALAR_FLOAT },
        { "-.nan", DM_TREE_SCALAR, DM_SCALAR_STRING },
        { "1e3", DM_TREE_SCALAR, DM_SCALAR_FLOAT },
        { "1.5E-3", DM_TREE_SCALAR, DM_SCALAR_FLOAT },
        { "1e", DM_TREE_SCALAR, DM_SCALAR_STRING },
        { "1.2.3", DM_TREE_SCALAR, DM_SCALAR_STRING },
        { "10.0.0.0/16", DM_TREE_SCALAR, DM_SCALAR_STRING },
        { "+", DM_TREE_SCALAR, DM_SCALAR_STRING },
        { "\"true\"", DM_TREE_SCALAR, DM_SCALAR_STRING },
        { "'12'", DM_TREE_SCALAR, DM_SCALAR_STRING },
        { "!!str 12", DM_TREE_SCALAR, DM_SCALAR_STRING },
        { "! 12", DM_TREE_SCALAR, DM_SCALAR_STRING },
        { "!!str", DM_TREE_SCALAR, DM_SCALAR_STRING },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[64];
        struct reading reading;
        const struct dm_tree *value;

        (void)snprintf(text, sizeof text, "[a, %s ]", cases[i].text);
        if (!cases[i].text[0]) {
            (void)snprintf(text, sizeof text, "[a, {b: }]");
        }
        reading = good(text);
        value = reading.tree->items[1];
        value = value->kind == DM_TREE_MAP ? dm_tree_find(value, "b") : value;
        if (value->kind != cases[i].kind || value->scalar != cases[i].scalar) {
            fail_msg("`%s` is %s", cases[i].text, dm_tree_kind_text(value));
        }
        reading_release(&reading);
    }
}

static void what_yaml_11_takes_for_something_else_is_warned_of(void **state)
{
    static const struct {
        const char *text;
        const char *meaning; /* NULL: no warning */
    } cases[] = {
        { "NO", "a truth value" },
        { "yes", "a truth value" },
        { "Off", "a truth value" },
        { "y", "a truth value" },
        { "22:22", "a number in base 60" },
        { "1:20:30.5", "a number in base 60" },
        { "1_000", "an integer" },
        { "0b101", "an integer" },
        { "-0x1F", "an integer" },
        { "1_0.5", "a number" },
        { "010", "an integer in base 8" },
        { "-017", "an integer in base 8" },
        { "089", "a string" },
        { "012345678901", "a string" },
        { "0o17", "a string" },
        { "1e3", "a string" },
        { "1.5e3", "a string" },
        { "1.5e+3", NULL },
        { "0", NULL },
        { "0x1F", NULL },
        { "true", NULL },
        { "~", NULL },
        { "1.10", NULL },
        { "12", NULL },
        { "nope", NULL },
        { "yEs", NULL },
        { "22:70", NULL },
        { "10.0.0.0/16", NULL },
        { "2026-11-22", NULL },
        { "fe80::1", NULL },
        { "\"NO\"", NULL },
        { "'010'", NULL },
        { "_1", NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[64];
        struct reading reading;

        (void)snprintf(text, sizeof text, "a:\n  - %s", cases[i].text);
        reading = good(text);
        if ((reading.diags.n_items != 0) != (cases[i].meaning != NULL)) {
            fail_msg("`%s`: %zu warnings", cases[i].text, reading.diags.n_items);
        }
        if (cases[i].meaning) {
            struct dm_place place = reading_place(&reading, 0, 0);

            assert_int_equal(reading.diags.n_items, 1);
            assert_int_equal(reading.diags.items[0].severity, DM_SEV_WARNING);
            if (!dm_str_ends(reading.diags.items[0].message,
                             dm_sprintf(reading.arena, ", but %s in YAML 1.1", cases[i].meaning))) {
                fail_msg("%s", reading.diags.items[0].message);
            }
            assert_int_equal(place.line, 2);
            assert_int_equal(place.column, 5);
        }
        reading_release(&reading);
    }
}

static void keys_that_yaml_11_takes_for_a_truth_value_are_warned_of(void **state)
{
    struct reading reading = good("regions: {NO: [eu-north-1]}");

    (void)state;
    assert_int_equal(reading.diags.n_items, 1);
    assert_int_equal(reading_place(&reading, 0, 0).column, 11);
    assert_non_null(dm_tree_find(dm_tree_find(reading.tree, "regions"), "NO"));
    reading_release(&reading);
}

static void every_part_has_its_place_in_bytes(void **state)
{
    struct reading reading = good("# ä comment\n"
                                  "ähre: \xf0\x9f\x98\x80 x # more\n"
                                  "list:\n"
                                  "- \"q\\n\"\n"
                                  "-   {k: [1, 2], ü: 3}\n"
                                  "block: |\n"
                                  "  one\n"
                                  "  two\n"
                                  "\n"
                                  "map:\n"
                                  "  inner: 1\n"
                                  "\n"
                                  "# end\n");
    const struct dm_tree *list = dm_tree_find(reading.tree, "list");
    const struct dm_tree *flow = list->items[1];

    (void)state;
    check_span(&reading, reading.tree->pairs[0].key_span, "ähre");
    check_span(&reading, reading.tree->pairs[0].value->span, "\xf0\x9f\x98\x80 x");
    check_span(&reading, list->items[0]->span, "\"q\\n\"");
    assert_string_equal(list->items[0]->text, "q\n");
    check_span(&reading, flow->span, "{k: [1, 2], ü: 3}");
    check_span(&reading, flow->pairs[0].value->span, "[1, 2]");
    check_span(&reading, flow->pairs[1].key_span, "ü");
    check_span(&reading, flow->pairs[1].value->span, "3");
    check_span(&reading, list->span, "- \"q\\n\"\n-   {k: [1, 2], ü: 3}");
    check_span(&reading, dm_tree_find(reading.tree, "block")->span, "|\n  one\n  two");
    assert_string_equal(dm_tree_find(reading.tree, "block")->text, "one\ntwo\n");
    check_span(&reading, dm_tree_find(reading.tree, "map")->span, "inner: 1");
    reading_release(&reading);
}

/* More than one step of the table that turns characters into bytes. */
static void places_stay_right_in_long_texts(void **state)
{
    enum { N_LINES = 700 };
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_str text;
    struct reading reading;

    (void)state;
    dm_str_init(&text, arena);
    dm_str_add(&text, "\xef\xbb\xbf");
    for (int i = 0; i < N_LINES; i++) {
        dm_str_addf(&text, "ключ%d: знач%d\r\n", i, i);
    }
    reading = good(text.text);
    assert_int_equal(reading.tree->n, N_LINES);
    for (size_t i = 0; i < N_LINES; i++) {
        const struct dm_tree_pair *pair = &reading.tree->pairs[i];
        struct dm_place place = dm_sources_place(reading.sources, pair->value->span);

        check_span(&reading, pair->key_span, pair->key);
        check_span(&reading, pair->value->span, pair->value->text);
        assert_int_equal(place.line, i + 1);
    }
    reading_release(&reading);
    dm_arena_free(arena);
}

static void aliases_are_copies_with_the_place_of_their_anchor(void **state)
{
    struct reading reading = good("a: &x {k: [1, é]}\nb: *x\nc: &x 2\nd: *x\n&key e: *key\n");
    const struct dm_tree *a = dm_tree_find(reading.tree, "a");
    const struct dm_tree *b = dm_tree_find(reading.tree, "b");

    (void)state;
    assert_ptr_not_equal(a, b);
    assert_memory_equal(&a->span, &b->span, sizeof a->span);
    assert_ptr_not_equal(dm_tree_find(a, "k"), dm_tree_find(b, "k"));
    assert_string_equal(dm_tree_find(b, "k")->items[1]->text, "é");
    assert_string_equal(dm_tree_find(reading.tree, "d")->text, "2"); /* the later anchor */
    assert_string_equal(dm_tree_find(reading.tree, "e")->text, "e");
    reading_release(&reading);
}

static void anchors_and_tags_are_no_part_of_a_place(void **state)
{
    struct reading reading = good("a: &x 5\nb: !!str &y  'q'\nc: &z # why\n  k: 1\nd: &w [1]\n"
                                  "e: !!map {}\nf: &v\ng: [&u , *u]\n&t h: *x\n");

    (void)state;
    check_span(&reading, dm_tree_find(reading.tree, "a")->span, "5");
    check_span(&reading, dm_tree_find(reading.tree, "b")->span, "'q'");
    check_span(&reading, dm_tree_find(reading.tree, "c")->span, "k: 1");
    check_span(&reading, dm_tree_find(reading.tree, "d")->span, "[1]");
    check_span(&reading, dm_tree_find(reading.tree, "e")->span, "{}");
    assert_int_equal(dm_tree_find(reading.tree, "f")->kind, DM_TREE_NULL);
    assert_int_equal(dm_tree_find(reading.tree, "g")->items[1]->kind, DM_TREE_NULL);
    check_span(&reading, dm_tree_find_pair(reading.tree, "h")->key_span, "h");
    check_span(&reading, dm_tree_find(reading.tree, "h")->span, "5");
    reading_release(&reading);
}

static void an_empty_document_is_nothing(void **state)
{
    static const char *const texts[] = { "", "\n", "# comment\n", "---\n", "\xef\xbb\xbf", "~" };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct reading reading = good(texts[i]);

        assert_int_equal(reading.tree->kind, DM_TREE_NULL);
        assert_string_equal(dm_tree_kind_text(reading.tree), "nothing");
        reading_release(&reading);
    }
}

static void views_give_what_is_there_and_nothing_else(void **state)
{
    struct reading reading = good("i: -12\nh: 0x10\no: 0o17\nb: True\ns: x\nl: [1]\n"
                                  "max: 9223372036854775807\nmin: -9223372036854775808\n"
                                  "big: 9223372036854775808\nf: 1.5\nn:\n");
    int64_t value = 7;
    bool truth = false;

    (void)state;
    assert_true(dm_tree_int(dm_tree_find(reading.tree, "i"), &value));
    assert_int_equal(value, -12);
    assert_true(dm_tree_int(dm_tree_find(reading.tree, "h"), &value));
    assert_int_equal(value, 16);
    assert_true(dm_tree_int(dm_tree_find(reading.tree, "o"), &value));
    assert_int_equal(value, 15);
    assert_true(dm_tree_int(dm_tree_find(reading.tree, "max"), &value));
    assert_true(value == INT64_MAX);
    assert_true(dm_tree_int(dm_tree_find(reading.tree, "min"), &value));
    assert_true(value == INT64_MIN);
    assert_false(dm_tree_int(dm_tree_find(reading.tree, "big"), &value));
    assert_false(dm_tree_int(dm_tree_find(reading.tree, "f"), &value));
    assert_false(dm_tree_int(dm_tree_find(reading.tree, "s"), &value));
    assert_false(dm_tree_int(NULL, &value));
    assert_true(dm_tree_bool(dm_tree_find(reading.tree, "b"), &truth));
    assert_true(truth);
    assert_false(dm_tree_bool(dm_tree_find(reading.tree, "s"), &truth));
    assert_string_equal(dm_tree_text(dm_tree_find(reading.tree, "s")), "x");
    assert_null(dm_tree_text(dm_tree_find(reading.tree, "l")));
    assert_null(dm_tree_text(dm_tree_find(reading.tree, "n")));
    assert_null(dm_tree_find(reading.tree, "missing"));
    assert_null(dm_tree_find(dm_tree_find(reading.tree, "s"), "x"));
    assert_null(dm_tree_find_pair(NULL, "x"));
    reading_release(&reading);
}

struct fault {
    const char *path;
    uint32_t line;
    uint32_t column;
    const char *message;
    uint32_t label_line; /* 0: no second label */
    uint32_t label_column;
};

static const struct fault faults[] = {
    { "truncated.yaml", 4, 1, "did not find expected ',' or ']'", 3, 37 },
    { "unclosed-quote.yaml", 5, 1, "found unexpected end of stream", 3, 5 },
    { "binary.yaml", 1, 8, "a zero byte: this is no YAML text", 0, 0 },
    { "utf16.yaml", 1, 1, "this file is UTF-16, not UTF-8", 0, 0 },
    { "latin1.yaml", 2, 9, "byte 0xFC is not valid UTF-8", 0, 0 },
    { "control.yaml", 2, 10, "character U+001B is not allowed in YAML", 0, 0 },
    { "tab.yaml", 3, 1, "a tab in the indentation", 0, 0 },
    { "merge.yaml", 3, 3, "merge key `<<` is no part of YAML 1.2", 0, 0 },
    { "anchor-loop.yaml", 2, 19, "alias `*all` inside of its own anchor", 2, 3 },
    { "anchor-unknown.yaml", 2, 6, "alias `*bsae` has no anchor before it", 0, 0 },
    { "two-documents.yaml", 2, 1, "a second document in one file", 0, 0 },
    { "complex-key.yaml", 2, 3, "a list as a key: keys are plain text", 0, 0 },
    { "tag.yaml", 1, 7, "tag `!Ref` is not supported", 0, 0 },
    { "indent.yaml", 4, 4, "a key in another column than those of its mapping", 2, 3 },
};

static void faults_of_form_are_named_at_their_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        const struct fault *fault = &faults[i];
        char path[64];
        struct reading reading;
        struct dm_place place;

        (void)snprintf(path, sizeof path, "tests/bad/%s", fault->path);
        reading = reading_of_file(READING_YAML, path);
        assert_int_equal(reading.status, DM_OK);
        assert_null(reading.tree);
        assert_int_equal(reading.diags.n_errors, 1);
        place = reading_place(&reading, 0, 0);
        if (place.line != fault->line || place.column != fault->column
            || strcmp(reading.diags.items[0].message, fault->message) != 0) {
            fail_msg("%s:%u:%u: %s", path, place.line, place.column,
                     reading.diags.items[0].message);
        }
        assert_int_equal(reading.diags.items[0].n_labels, fault->label_line ? 2 : 1);
        if (fault->label_line) {
            place = reading_place(&reading, 0, 1);
            if (place.line != fault->label_line || place.column != fault->label_column) {
                fail_msg("%s: label at %u:%u", path, place.line, place.column);
            }
        }
        reading_release(&reading);
    }
}

static void every_duplicate_key_is_named_with_both_places(void **state)
{
    struct reading reading = reading_of_file(READING_YAML, "tests/bad/duplicate.yaml");
    static const uint32_t places[][4] = { { 4, 39, 4, 10 }, { 5, 3, 3, 3 }, { 6, 1, 1, 1 } };

    (void)state;
    assert_null(reading.tree);
    assert_int_equal(reading.diags.n_errors, 3);
    for (size_t i = 0; i < 3; i++) {
        struct dm_place again = reading_place(&reading, i, 0);
        struct dm_place first = reading_place(&reading, i, 1);

        assert_int_equal(again.line, places[i][0]);
        assert_int_equal(again.column, places[i][1]);
        assert_int_equal(first.line, places[i][2]);
        assert_int_equal(first.column, places[i][3]);
    }
    reading_release(&reading);
}

static void a_zero_byte_in_a_string_is_refused(void **state)
{
    struct reading reading = reading_of(READING_YAML, "a: \"x\\0y\"");

    (void)state;
    assert_null(reading.tree);
    assert_string_equal(reading.diags.items[0].message, "a zero byte in a string");
    assert_int_equal(reading_place(&reading, 0, 0).column, 4);
    reading_release(&reading);
}

static void nesting_stops_at_the_limit(void **state)
{
    size_t limit = (size_t)dm_limit_value(DM_LIMIT_TREE_DEPTH);
    char text[4096];

    (void)state;
    for (size_t depth = limit; depth < 2000; depth += depth == limit ? 1 : 1000) {
        struct reading reading;

        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        reading = reading_of_bytes(READING_YAML, text, 2 * depth);
        assert_int_equal(reading.status, DM_OK);
        assert_int_equal(reading.tree != NULL, depth <= limit);
        if (!reading.tree) {
            assert_int_equal(reading_place(&reading, 0, 0).column, limit + 1);
        }
        reading_release(&reading);
    }
}

/* Nine levels of ten: 10^9 values, some 100 MB of text already at the eighth. */
static void anchors_that_unfold_without_end_stop_at_the_alias(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_str text;
    struct reading reading;
    const struct dm_diag *diag;

    (void)state;
    dm_str_init(&text, arena);
    dm_str_add(&text, "a: &a [x, x, x, x, x, x, x, x, x, x]\n");
    for (char c = 'b'; c <= 'i'; c++) {
        dm_str_addf(&text, "%c: &%c [", c, c);
        for (int i = 0; i < 10; i++) {
            dm_str_addf(&text, "%s*%c", i ? ", " : "", c - 1);
        }
        dm_str_add(&text, "]\n");
    }
    reading = reading_of(READING_YAML, text.text);
    assert_int_equal(reading.status, DM_OK);
    assert_null(reading.tree);
    assert_int_equal(reading.diags.n_errors, 1);
    diag = &reading.diags.items[0];
    assert_non_null(strstr(diag->message, dm_limit_text(DM_LIMIT_ALIAS_BYTES)));
    assert_int_equal(text.text[diag->labels[0].span.begin_byte], '*');
    assert_int_equal(diag->n_labels, 2);
    assert_int_equal(text.text[diag->labels[1].span.begin_byte], '[');
    assert_true(dm_arena_peak_bytes(reading.arena) < 2 * dm_limit_value(DM_LIMIT_ALIAS_BYTES));
    reading_release(&reading);
    dm_arena_free(arena);
}

/* One long text, a hundred times. */
static void a_long_text_under_many_aliases_stops_too(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_str text;
    struct reading reading;

    (void)state;
    dm_str_init(&text, arena);
    dm_str_add(&text, "a: &a ");
    for (int i = 0; i < 1000000; i++) {
        dm_str_addc(&text, 'x');
    }
    dm_str_add(&text, "\nb: [");
    for (int i = 0; i < 100; i++) {
        dm_str_add(&text, "*a, ");
    }
    dm_str_add(&text, "]\n");
    reading = reading_of(READING_YAML, text.text);
    assert_null(reading.tree);
    assert_int_equal(reading.diags.n_errors, 1);
    assert_int_equal(reading_place(&reading, 0, 0).line, 2);
    reading_release(&reading);
    dm_arena_free(arena);
}

static void aliases_count_for_the_depth(void **state)
{
    enum { ANCHOR_DEPTH = 40, ALIAS_DEPTH = 30 };
    char text[256];
    size_t at = 0;
    struct reading reading;

    (void)state;
    memcpy(text, "- &a ", 5);
    at += 5;
    memset(text + at, '[', ANCHOR_DEPTH);
    memset(text + at + ANCHOR_DEPTH, ']', ANCHOR_DEPTH);
    at += 2 * (size_t)ANCHOR_DEPTH;
    memcpy(text + at, "\n- ", 3);
    at += 3;
    memset(text + at, '[', ALIAS_DEPTH);
    at += ALIAS_DEPTH;
    memcpy(text + at, "*a ", 3);
    at += 3;
    memset(text + at, ']', ALIAS_DEPTH);
    at += ALIAS_DEPTH;
    reading = reading_of_bytes(READING_YAML, text, at);
    assert_null(reading.tree);
    assert_non_null(strstr(reading.diags.items[0].message, dm_limit_text(DM_LIMIT_TREE_DEPTH)));
    assert_int_equal(reading_place(&reading, 0, 0).line, 2);
    reading_release(&reading);
}

static void a_list_of_faults_that_is_full_stops_reading(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    size_t limit = (size_t)dm_limit_value(DM_LIMIT_DIAGNOSTICS);
    struct dm_str text;
    struct reading reading;

    (void)state;
    dm_str_init(&text, arena);
    for (int i = 0; i < 100; i++) {
        dm_str_addf(&text, "k%d: *nothing%d\n", i, i);
    }
    reading = reading_of(READING_YAML, text.text);
    assert_null(reading.tree);
    assert_int_equal(reading.diags.n_errors, limit);
    reading_release(&reading);
    dm_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalars_mean_what_the_core_schema_says),
        cmocka_unit_test(what_yaml_11_takes_for_something_else_is_warned_of),
        cmocka_unit_test(keys_that_yaml_11_takes_for_a_truth_value_are_warned_of),
        cmocka_unit_test(every_part_has_its_place_in_bytes),
        cmocka_unit_test(places_stay_right_in_long_texts),
        cmocka_unit_test(aliases_are_copies_with_the_place_of_their_anchor),
        cmocka_unit_test(anchors_and_tags_are_no_part_of_a_place),
        cmocka_unit_test(an_empty_document_is_nothing),
        cmocka_unit_test(views_give_what_is_there_and_nothing_else),
        cmocka_unit_test(faults_of_form_are_named_at_their_place),
        cmocka_unit_test(every_duplicate_key_is_named_with_both_places),
        cmocka_unit_test(a_zero_byte_in_a_string_is_refused),
        cmocka_unit_test(nesting_stops_at_the_limit),
        cmocka_unit_test(anchors_that_unfold_without_end_stop_at_the_alias),
        cmocka_unit_test(a_long_text_under_many_aliases_stops_too),
        cmocka_unit_test(aliases_count_for_the_depth),
        cmocka_unit_test(a_list_of_faults_that_is_full_stops_reading),
    };

    return cmocka_run_group_tests_name("yaml", tests, NULL, NULL);
}
