/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whatever stands in a line and whatever is meant of it: the first mark stands under the first
 * character that is meant, nothing leaves the page, and nothing reaches the terminal raw.
 */
#include "render/snippet.h"

#include <string.h>

#include "tests/support/dmtest.h"
#include "tests/support/rng.h"

enum { N_CASES = 20000, PAGE = 60, TAB = 8, MAX_PIECES = 120 };

static const char *const pieces[] = { "a",         "key: ", "\t",   "\xe6\x9d\xb1",
                                      "e\xcc\x81", "\x1b",  "\xff", "\xc3",
                                      "\r",        "\n",    " ",    "\xc3\xbc",
                                      "]",         "\"",    "\x7f", "\xe2\x80\xae" };

enum { N_PIECES = sizeof pieces / sizeof pieces[0] };

/* Columns of the first 'size' bytes of a line as it was shown. */
static size_t columns_of(const char *shown, size_t size)
{
    size_t column = 0;

    for (size_t i = 0; i < size;) {
        struct dm_glyph glyph = dm_style_glyph(shown + i, size - i);

        column = shown[i] == '\t' ? (column / TAB + 1) * TAB : column + glyph.columns;
        i += glyph.size;
    }
    return column;
}

/* Bytes of the line as they are shown. */
static void add_shown(struct dm_str *out, const char *text, size_t size)
{
    for (size_t i = 0; i < size;) {
        struct dm_glyph glyph = dm_style_glyph(text + i, size - i);

        dm_str_add(out, text[i] == '\t' ? "\t" : glyph.shown);
        i += glyph.size;
    }
}

/* The begin of the character that byte 'at' is in. */
static uint32_t begin_of(const struct dm_str *text, size_t at)
{
    size_t i = 0;

    while (i < text->length) {
        size_t next = i + dm_style_glyph(text->text + i, text->length - i).size;

        if (next > at) {
            break;
        }
        i = next;
    }
    return (uint32_t)i;
}

static struct dm_span random_span(struct dm_rng *rng, const struct dm_str *text)
{
    uint32_t begin = begin_of(text, dm_rng_below(rng, text->length + 1));
    size_t left = text->length - begin;
    size_t size = dm_rng_below(rng, (dm_rng_chance(rng, 80) && left > 6 ? 6 : left) + 1);

    return (struct dm_span){ 1, begin, begin_of(text, begin + size) };
}

/* "..." and the end of the line are not looked at: what stands before the mark is. */
static void marks_stand_under(const struct dm_sources *sources, struct dm_span span,
                              const char *source_row, const char *mark_row, struct dm_arena *arena)
{
    struct dm_place place = dm_sources_place(sources, span);
    size_t size = 0;
    const char *line = dm_sources_line(sources, 1, place.line, &size);
    size_t at = place.column_byte - 1 < size ? place.column_byte - 1 : size;
    size_t column = columns_of(mark_row, strcspn(mark_row, "^"));
    struct dm_str before;

    if (dm_str_starts(source_row, "... ")) {
        /* The character that is meant stands at the mark, unless the line ends there. */
        dm_str_init(&before, arena);
        add_shown(&before, line + at, at < size ? dm_style_glyph(line + at, size - at).size : 0);
        for (size_t i = 0; source_row[i] != '\n' && source_row[i] != '\0'; i++) {
            if (columns_of(source_row, i) == column
                && strncmp(source_row + i, before.text, before.length) == 0) {
                return;
            }
        }
        if (at < size) {
            fail_msg("no `%s` at column %zu", before.text, column);
        }
        return;
    }
    dm_str_init(&before, arena);
    add_shown(&before, line, at);
    assert_int_equal(columns_of(before.text, before.length), column);
}

static void check_case(uint64_t seed)
{
    const struct dm_render_options options = { false, PAGE, 0 };
    struct dm_rng rng = dm_rng_seed(seed);
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_sources *sources = dm_sources_new(arena, NULL);
    struct dm_label label = { .text = NULL };
    uint32_t source = 0;
    struct dm_str text;
    struct dm_str out;
    const char *source_row;
    const char *mark_row;

    dm_str_init(&text, arena);
    dm_str_init(&out, arena);
    for (size_t n = dm_rng_below(&rng, MAX_PIECES); n > 0; n--) {
        dm_str_add(&text, pieces[dm_rng_below(&rng, N_PIECES)]);
    }
    assert_int_equal(dm_sources_add(sources, "s", text.text, text.length, &source, NULL), DM_OK);
    label.span = random_span(&rng, &text);
    assert_true(dm_snippet_add(&out, sources, &label, 1, DM_TINT_ERROR, &options));
    for (const char *c = out.text; *c; c++) {
        if (((unsigned char)*c < 0x20 && *c != '\n' && *c != '\t') || *c == 0x7f) {
            fail_msg("DM_SEED=%llu: a raw control character", (unsigned long long)seed);
        }
    }
    assert_int_equal(dm_utf8_invalid_at(out.text, out.length), SIZE_MAX);
    source_row = strstr(out.text, " |\n");
    assert_non_null(source_row);
    source_row = strchr(source_row + 3, '|') + 1;
    mark_row = strchr(strchr(source_row, '\n'), '|') + 2;
    source_row += *source_row == ' ';
    marks_stand_under(sources, label.span, source_row, mark_row, arena);
    dm_arena_free(arena);
}

static void the_first_mark_stands_under_what_is_meant(void **state)
{
    (void)state;
    for (uint64_t seed = dm_seed_first(1); seed < dm_seed_end(1, N_CASES); seed++) {
        check_case(seed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_mark_stands_under_what_is_meant),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
