/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A text that is read in pieces, and of which parts are kept, says what it says when it is held
 * whole.  Random texts, some with a fault, are longer than a piece; places, lines and faults must
 * be the same either way, and the parts those of the whole tree.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/base/file.h"
#include "model/base/str.h"
#include "model/load/tree.h"
#include "tests/support/dmtest.h"
#include "tests/support/rng.h"

enum { N_TEXTS = 60, LEAST_BYTES = 200 * 1024, MORE_BYTES = 700 * 1024 };

static char folder[64];

static void add_value(struct dm_rng *rng, struct dm_str *out, unsigned depth);

static void add_space(struct dm_rng *rng, struct dm_str *out)
{
    static const char *const spaces[] = { "", " ", "\n", "\r\n\t", "    " };

    dm_str_add(out, spaces[dm_rng_below(rng, sizeof spaces / sizeof *spaces)]);
    if (dm_rng_below(rng, 20000) == 0) { /* longer than a piece */
        for (size_t i = dm_rng_below(rng, 300 * 1024); i > 0; i--) {
            dm_str_addc(out, ' ');
        }
    }
}

static void add_string(struct dm_rng *rng, struct dm_str *out)
{
    static const char *const parts[] = { "a", "vpc-1", "\\u00e9", "é", "\\ud83d\\ude00",
                                         "😀", "\\n",   "\\\"",    " ", "[{:," };
    size_t n = dm_rng_below(rng, 12);

    if (dm_rng_below(rng, 4000) == 0) {
        n = dm_rng_below(rng, 200 * 1024);
    }
    dm_str_addc(out, '"');
    for (; n > 0; n--) {
        dm_str_add(out, parts[dm_rng_below(rng, sizeof parts / sizeof *parts)]);
    }
    dm_str_addc(out, '"');
}

/* Keys tell what becomes of them by their first letter; see care(). */
static void add_map(struct dm_rng *rng, struct dm_str *out, unsigned depth)
{
    size_t n = dm_rng_below(rng, 6);

    dm_str_addc(out, '{');
    for (size_t i = 0; i < n; i++) {
        add_space(rng, out);
        dm_str_addf(out, "%s\"%c%zu\"", i ? "," : "", "kwcd"[dm_rng_below(rng, 4)], i);
        add_space(rng, out);
        dm_str_addc(out, ':');
        add_value(rng, out, depth + 1);
    }
    add_space(rng, out);
    dm_str_addc(out, '}');
}

static void add_list(struct dm_rng *rng, struct dm_str *out, unsigned depth)
{
    size_t n = dm_rng_below(rng, 6);

    dm_str_addc(out, '[');
    for (size_t i = 0; i < n; i++) {
        dm_str_add(out, i ? "," : "");
        add_value(rng, out, depth + 1);
    }
    dm_str_addc(out, ']');
}

static void add_value(struct dm_rng *rng, struct dm_str *out, unsigned depth)
{
    static const char *const words[] = { "true", "null", "-12", "1.5e3", "12345678901" };
    uint64_t kind = dm_rng_below(rng, depth < 6 ? 4 : 2);

    add_space(rng, out);
    if (kind == 0) {
        dm_str_add(out, words[dm_rng_below(rng, sizeof words / sizeof *words)]);
    } else if (kind == 1) {
        add_string(rng, out);
    } else if (kind == 2) {
        add_map(rng, out, depth);
    } else {
        add_list(rng, out, depth);
    }
    add_space(rng, out);
}

static void add_text(struct dm_rng *rng, struct dm_str *out)
{
    size_t size = LEAST_BYTES + dm_rng_below(rng, MORE_BYTES);

    dm_str_add(out, dm_rng_chance(rng, 20) ? "\xef\xbb\xbf[" : "[");
    while (out->length < size) {
        add_value(rng, out, 1);
        dm_str_addc(out, ',');
    }
    dm_str_add(out, "1]");
    if (dm_rng_chance(rng, 50)) { /* a fault, or a cut */
        size_t at = dm_rng_below(rng, out->length);

        if (dm_rng_chance(rng, 30)) {
            out->length = at;
        } else {
            out->text[at] = "{}[],:\"x\x01\xff"[dm_rng_below(rng, 10)];
        }
    }
}

static enum dm_tree_care care(const void *context, size_t depth, const char *key)
{
    (void)context;
    (void)depth;
    return key[0] == 'k'   ? DM_TREE_KEEP
           : key[0] == 'w' ? DM_TREE_WHOLE
           : key[0] == 'c' ? DM_TREE_CUT
                           : DM_TREE_DROP;
}

struct read {
    struct dm_arena *arena;
    struct dm_sources *sources;
    struct dm_diags diags;
    struct dm_tree *tree;
};

static struct read read_file(const char *path, uint64_t hold, const struct dm_tree_choice *choice)
{
    struct read read = { .arena = dm_arena_new(0) };
    uint32_t source = 0;

    read.sources = dm_sources_new(read.arena, NULL);
    dm_sources_hold(read.sources, hold);
    dm_diags_init(&read.diags, read.arena);
    assert_int_equal(dm_sources_open(read.sources, path, &source, NULL), DM_OK);
    assert_int_equal(dm_sources_get(read.sources, source)->text != NULL, hold > 0);
    assert_int_equal(
        dm_json_read_parts(read.arena, read.sources, source, choice, &read.diags, &read.tree, NULL),
        DM_OK);
    return read;
}

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fail_msg("DM_SEED=%" PRIu64 ": %s", seed, #condition);                                 \
        }                                                                                          \
    } while (0)

static void check_place(uint64_t seed, const struct read *held, const struct read *pieces,
                        struct dm_span span)
{
    struct dm_place a = dm_sources_place(held->sources, span);
    struct dm_place b = dm_sources_place(pieces->sources, span);
    size_t a_size = 0;
    size_t b_size = 0;
    const char *a_line = dm_sources_line(held->sources, 1, a.line, &a_size);
    const char *b_line = dm_sources_line(pieces->sources, 1, b.line, &b_size);

    CHECK(a.line == b.line && a.column == b.column && a.column_byte == b.column_byte);
    CHECK(a_size >= DM_SOURCE_PART - 2 || (a_size == b_size && !memcmp(a_line, b_line, a_size)));
}

static void check_faults(uint64_t seed, const struct read *held, const struct read *pieces)
{
    CHECK(held->diags.n_errors == pieces->diags.n_errors);
    for (size_t i = 0; i < held->diags.n_items; i++) {
        const struct dm_diag *a = &held->diags.items[i];
        const struct dm_diag *b = &pieces->diags.items[i];

        CHECK(!strcmp(a->message, b->message) && !strcmp(a->pointer, b->pointer));
        CHECK(a->n_labels == b->n_labels);
        for (unsigned j = 0; j < a->n_labels; j++) {
            CHECK(!memcmp(&a->labels[j].span, &b->labels[j].span, sizeof a->labels[j].span));
            check_place(seed, held, pieces, a->labels[j].span);
        }
    }
}

static bool same_span(struct dm_span a, struct dm_span b)
{
    return a.begin_byte == b.begin_byte && a.end_byte == b.end_byte;
}

/* 'part' is what 'choice' leaves of 'whole'; 'all' where it leaves all. */
static void check_tree(uint64_t seed, const struct dm_tree *whole, const struct dm_tree *part,
                       bool all)
{
    size_t n = 0;

    CHECK(whole->kind == part->kind && same_span(whole->span, part->span) && !part->is_cut);
    if (whole->kind == DM_TREE_SCALAR) {
        CHECK(whole->length == part->length && !memcmp(whole->text, part->text, whole->length));
        CHECK(whole->scalar == part->scalar && whole->quoted == part->quoted);
    }
    for (size_t i = 0; i < whole->n && whole->kind == DM_TREE_LIST; i++) {
        CHECK(part->n == whole->n);
        check_tree(seed, whole->items[i], part->items[i], all);
    }
    for (size_t i = 0; i < whole->n && whole->kind == DM_TREE_MAP; i++) {
        const struct dm_tree_pair *from = &whole->pairs[i];
        enum dm_tree_care wanted = all ? DM_TREE_WHOLE : care(NULL, 2, from->key);

        if (wanted == DM_TREE_DROP) {
            continue;
        }
        CHECK(n < part->n && !strcmp(part->pairs[n].key, from->key));
        if (wanted == DM_TREE_CUT) {
            const struct dm_tree *cut = part->pairs[n].value;

            CHECK(cut->kind == from->value->kind && same_span(cut->span, from->value->span));
            CHECK(cut->n == 0 && cut->length == 0);
            CHECK(cut->is_cut == (cut->kind == DM_TREE_SCALAR || from->value->n > 0));
        } else {
            check_tree(seed, from->value, part->pairs[n].value, wanted == DM_TREE_WHOLE);
        }
        n++;
    }
    CHECK(whole->kind != DM_TREE_MAP || n == part->n);
}

static void check_text(uint64_t seed)
{
    static const struct dm_tree_choice choice = { care, NULL };
    struct dm_rng rng = dm_rng_seed(seed);
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_str text;
    char path[128];

    dm_str_init(&text, arena);
    add_text(&rng, &text);
    (void)snprintf(path, sizeof path, "%s/x.json", folder);
    assert_false(text.failed);
    assert_int_equal(dm_file_write(path, text.text, text.length, NULL), DM_OK);

    struct read held = read_file(path, UINT64_MAX, NULL);
    struct read pieces = read_file(path, 0, NULL);
    struct read parts = read_file(path, 0, &choice);

    check_faults(seed, &held, &pieces);
    check_faults(seed, &held, &parts);
    CHECK(!held.tree == !pieces.tree && !held.tree == !parts.tree);
    if (held.tree) {
        check_tree(seed, held.tree, pieces.tree, true);
        check_tree(seed, held.tree, parts.tree, false);
    }
    for (size_t i = 0; i < 50; i++) {
        uint32_t at = (uint32_t)dm_rng_below(&rng, text.length + 1);

        check_place(seed, &held, &pieces, (struct dm_span){ 1, at, at });
    }
    dm_arena_free(held.arena);
    dm_arena_free(pieces.arena);
    dm_arena_free(parts.arena);
    dm_arena_free(arena);
    (void)remove(path);
}

static void a_text_says_the_same_whole_and_in_pieces(void **state)
{
    (void)state;
    for (uint64_t seed = dm_seed_first(1); seed < dm_seed_end(1, N_TEXTS); seed++) {
        check_text(seed);
    }
}

/* Its places are still known, its text is not shown; it is not read as if it were the same. */
static void a_file_that_was_changed_gives_its_places_and_no_text(void **state)
{
    char path[128];
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_sources *sources = dm_sources_new(arena, NULL);
    struct dm_tree *tree = NULL;
    struct dm_diags diags;
    uint32_t source = 0;
    size_t size = 0;
    char bytes[2];

    (void)state;
    dm_diags_init(&diags, arena);
    (void)snprintf(path, sizeof path, "%s/changed.json", folder);
    assert_int_equal(dm_file_write(path, "[1,\n2]", 6, NULL), DM_OK);
    dm_sources_hold(sources, 0);
    assert_int_equal(dm_sources_open(sources, path, &source, NULL), DM_OK);
    assert_true(dm_source_copy(dm_sources_get(sources, source), 4, bytes, 2));
    assert_memory_equal(bytes, "2]", 2);
    assert_int_equal(dm_file_write(path, "[1,\n2,3]", 8, NULL), DM_OK);
    assert_false(dm_source_copy(dm_sources_get(sources, source), 4, bytes, 2));
    assert_int_equal(dm_sources_place(sources, (struct dm_span){ source, 1, 2 }).line, 1);
    (void)dm_sources_line(sources, source, 2, &size);
    assert_int_equal(size, 0);
    assert_int_equal(dm_json_read(arena, sources, source, &diags, &tree, NULL), DM_IO);
    dm_arena_free(arena);
}

static int set_up(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/demarc-pieces-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    return dm_file_remove_tree(folder, NULL) == DM_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_says_the_same_whole_and_in_pieces),
        cmocka_unit_test(a_file_that_was_changed_gives_its_places_and_no_text),
    };

    return cmocka_run_group_tests_name("pieces", tests, set_up, tear_down);
}
