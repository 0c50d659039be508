/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Random trees, printed as JSON and as YAML, are read back as they were, each
 * part at its place; texts that are cut or spoilt give a fault or a tree.
 */
#include <stdio.h>
#include <string.h>

#include "model/base/str.h"
#include "tests/support/dmtest.h"
#include "tests/support/reading.h"
#include "tests/support/rng.h"

enum { N_SEEDS = 400, N_CUT_SEEDS = 30, N_SPOILT_SEEDS = 2000, MOST_CHILDREN = 5, DEPTH = 5 };

struct maker {
    struct dm_arena *arena;
    struct dm_rng rng;
};

/* Making. */

static const char *random_text(struct maker *maker)
{
    static const char *const parts[] = { "a",
                                         "Zz",
                                         "0",
                                         "1.5",
                                         " ",
                                         ": ",
                                         "# ",
                                         "- ",
                                         "\"",
                                         "'",
                                         "\\",
                                         "/",
                                         "\n",
                                         "\t",
                                         "ä",
                                         "€",
                                         "\xf0\x9f\x98\x80",
                                         "{",
                                         "]",
                                         ",",
                                         "yes",
                                         "~",
                                         "null",
                                         "true",
                                         "010",
                                         "*a",
                                         "&a",
                                         "!t",
                                         "%",
                                         "@",
                                         "`",
                                         "|",
                                         ">",
                                         "\x01",
                                         "\x1f",
                                         "<<",
                                         "...",
                                         "---" };
    struct dm_str str;
    size_t n = dm_rng_below(&maker->rng, 5);

    dm_str_init(&str, maker->arena);
    for (size_t i = 0; i < n; i++) {
        dm_str_add(&str, parts[dm_rng_below(&maker->rng, sizeof parts / sizeof parts[0])]);
    }
    return str.text;
}

static struct dm_tree *random_scalar(struct maker *maker)
{
    static const struct {
        const char *text;
        enum dm_scalar_kind scalar;
    } plain[] = { { "true", DM_SCALAR_BOOL },  { "false", DM_SCALAR_BOOL },
                  { "0", DM_SCALAR_INT },      { "-12", DM_SCALAR_INT },
                  { "1.10", DM_SCALAR_FLOAT }, { "1.0e-5", DM_SCALAR_FLOAT } };
    struct dm_tree *node = DM_NEW(maker->arena, struct dm_tree);

    if (dm_rng_chance(&maker->rng, 10)) {
        node->kind = DM_TREE_NULL;
        return node;
    }
    node->kind = DM_TREE_SCALAR;
    if (dm_rng_chance(&maker->rng, 30)) {
        size_t i = dm_rng_below(&maker->rng, sizeof plain / sizeof plain[0]);

        node->text = plain[i].text;
        node->scalar = (uint8_t)plain[i].scalar;
    } else {
        node->text = random_text(maker);
        node->quoted = true;
    }
    node->length = strlen(node->text);
    return node;
}

static struct dm_tree *random_tree(struct maker *maker, size_t depth)
{
    struct dm_tree *node;

    if (depth == 0 || dm_rng_chance(&maker->rng, 30)) {
        return random_scalar(maker);
    }
    node = DM_NEW(maker->arena, struct dm_tree);
    node->n = dm_rng_below(&maker->rng, MOST_CHILDREN + 1);
    if (dm_rng_chance(&maker->rng, 50)) {
        struct dm_tree **items = DM_NEW_ARRAY(maker->arena, node->n, struct dm_tree *);

        node->kind = DM_TREE_LIST;
        for (size_t i = 0; i < node->n; i++) {
            items[i] = random_tree(maker, depth - 1);
        }
        node->items = items;
    } else {
        struct dm_tree_pair *pairs = DM_NEW_ARRAY(maker->arena, node->n, struct dm_tree_pair);

        node->kind = DM_TREE_MAP;
        for (size_t i = 0; i < node->n; i++) {
            /* The number makes them differ. */
            pairs[i].key = dm_sprintf(maker->arena, "%s%zu", random_text(maker), i);
            pairs[i].key_length = strlen(pairs[i].key);
            pairs[i].value = random_tree(maker, depth - 1);
        }
        node->pairs = pairs;
    }
    return node;
}

static struct dm_tree *random_container(struct maker *maker)
{
    for (;;) {
        struct dm_tree *tree = random_tree(maker, DEPTH);

        if (tree->kind == DM_TREE_LIST || tree->kind == DM_TREE_MAP) {
            return tree;
        }
    }
}

/* Printing. */

static void print_space(struct maker *maker, struct dm_str *str)
{
    static const char *const spaces[] = { "", "", "", " ", "\n   ", "  " };

    dm_str_add(str, spaces[dm_rng_below(&maker->rng, sizeof spaces / sizeof spaces[0])]);
}

/* Fits JSON and a double-quoted scalar of YAML. */
static void print_quoted(struct dm_str *str, const char *text)
{
    dm_str_addc(str, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') {
            dm_str_addc(str, '\\');
            dm_str_addc(str, *text);
        } else if (*text == '\n') {
            dm_str_add(str, "\\n");
        } else if ((unsigned char)*text < 0x20) {
            dm_str_addf(str, "\\u%04x", (unsigned)*text);
        } else {
            dm_str_addc(str, *text);
        }
    }
    dm_str_addc(str, '"');
}

static void print_json(struct maker *maker, struct dm_str *str, const struct dm_tree *tree)
{
    bool is_map = tree->kind == DM_TREE_MAP;

    if (tree->kind == DM_TREE_NULL) {
        dm_str_add(str, "null");
    } else if (tree->kind == DM_TREE_SCALAR) {
        if (tree->scalar == DM_SCALAR_STRING) {
            print_quoted(str, tree->text);
        } else {
            dm_str_add(str, tree->text);
        }
    } else {
        dm_str_addc(str, is_map ? '{' : '[');
        for (size_t i = 0; i < tree->n; i++) {
            dm_str_add(str, i ? "," : "");
            print_space(maker, str);
            if (is_map) {
                print_quoted(str, tree->pairs[i].key);
                dm_str_add(str, ": "); /* YAML wants a space here */
                print_space(maker, str);
            }
            print_json(maker, str, is_map ? tree->pairs[i].value : tree->items[i]);
            print_space(maker, str);
        }
        dm_str_addc(str, is_map ? '}' : ']');
    }
}

static void print_yaml_string(struct maker *maker, struct dm_str *str, const char *text)
{
    bool is_one_line = !strpbrk(text, "\n\t\x01\x1f");

    if (is_one_line && dm_rng_chance(&maker->rng, 50)) {
        dm_str_addc(str, '\'');
        for (; *text; text++) {
            dm_str_add(str, *text == '\'' ? "'" : "");
            dm_str_addc(str, *text);
        }
        dm_str_addc(str, '\'');
    } else {
        print_quoted(str, text);
    }
}

static void indent(struct dm_str *str, size_t depth)
{
    for (size_t i = 0; i < depth; i++) {
        dm_str_add(str, "  ");
    }
}

/* In block style at 'depth', on a line that has just begun after "-" or "key:". */
static void print_yaml(struct maker *maker, struct dm_str *str, const struct dm_tree *tree,
                       size_t depth)
{
    if (tree->kind == DM_TREE_SCALAR && tree->scalar == DM_SCALAR_STRING) {
        dm_str_addc(str, ' ');
        print_yaml_string(maker, str, tree->text);
        dm_str_add(str, dm_rng_chance(&maker->rng, 20) ? " # comment\n" : "\n");
    } else if (tree->kind == DM_TREE_NULL) {
        dm_str_add(str, dm_rng_chance(&maker->rng, 50) ? " ~\n" : "\n");
    } else if (tree->kind == DM_TREE_SCALAR || tree->n == 0 || dm_rng_chance(&maker->rng, 10)) {
        struct maker plain = *maker;

        dm_str_addc(str, ' ');
        plain.rng = dm_rng_seed(0);
        print_json(&plain, str, tree);
        dm_str_add(str, "\n");
    } else {
        dm_str_add(str, "\n");
        for (size_t i = 0; i < tree->n; i++) {
            indent(str, depth);
            if (tree->kind == DM_TREE_MAP) {
                print_yaml_string(maker, str, tree->pairs[i].key);
                dm_str_addc(str, ':');
                print_yaml(maker, str, tree->pairs[i].value, depth + 1);
            } else {
                dm_str_addc(str, '-');
                print_yaml(maker, str, tree->items[i], depth + 1);
            }
        }
    }
}

/* Comparing. */

static bool is_equal(const struct dm_tree *a, const struct dm_tree *b)
{
    if (a->kind != b->kind || a->n != b->n) {
        return false;
    }
    if (a->kind == DM_TREE_SCALAR) {
        return a->scalar == b->scalar && a->quoted == b->quoted && a->length == b->length
               && !memcmp(a->text, b->text, a->length) && !b->text[b->length];
    }
    for (size_t i = 0; i < a->n; i++) {
        if (a->kind == DM_TREE_LIST) {
            if (!is_equal(a->items[i], b->items[i])) {
                return false;
            }
        } else if (a->pairs[i].key_length != b->pairs[i].key_length
                   || strcmp(a->pairs[i].key, b->pairs[i].key) != 0
                   || !is_equal(a->pairs[i].value, b->pairs[i].value)) {
            return false;
        }
    }
    return true;
}

/* The bytes at a node's place, read alone, are the node; 'text' is JSON. */
static bool has_right_places(const struct dm_tree *tree, const char *text, size_t size)
{
    struct reading alone;
    bool fine = tree->span.begin_byte < tree->span.end_byte && tree->span.end_byte <= size;

    if (!fine) {
        return false;
    }
    alone = reading_of_bytes(READING_JSON, text + tree->span.begin_byte,
                             tree->span.end_byte - tree->span.begin_byte);
    fine = alone.tree && is_equal(tree, alone.tree);
    reading_release(&alone);
    for (size_t i = 0; fine && i < tree->n; i++) {
        if (tree->kind == DM_TREE_MAP) {
            const struct dm_tree_pair *pair = &tree->pairs[i];

            alone = reading_of_bytes(READING_JSON, text + pair->key_span.begin_byte,
                                     pair->key_span.end_byte - pair->key_span.begin_byte);
            fine = alone.tree && dm_str_equal(alone.tree->text, pair->key)
                   && has_right_places(pair->value, text, size);
            reading_release(&alone);
        } else {
            fine = has_right_places(tree->items[i], text, size);
        }
    }
    return fine;
}

static void check_equal(uint64_t seed, const struct dm_tree *tree, enum reading_language language,
                        const char *text, bool with_places)
{
    struct reading reading = reading_of(language, text);

    if (reading.status != DM_OK || !reading.tree || !is_equal(tree, reading.tree)
        || (with_places && !has_right_places(reading.tree, text, strlen(text)))) {
        fail_msg("DM_SEED=%llu: %s\n%s", (unsigned long long)seed,
                 reading.diags.n_items ? reading.diags.items[0].message : "not equal", text);
    }
    reading_release(&reading);
}

static void what_is_printed_is_read_back_as_it_was(void **state)
{
    (void)state;
    for (uint64_t seed = dm_seed_first(1); seed < dm_seed_end(1, N_SEEDS); seed++) {
        struct maker maker = { .arena = dm_arena_new(0), .rng = dm_rng_seed(seed) };
        const struct dm_tree *tree = random_tree(&maker, DEPTH);
        struct dm_str json;
        struct dm_str yaml;

        dm_str_init(&json, maker.arena);
        print_json(&maker, &json, tree);
        check_equal(seed, tree, READING_JSON, json.text, true);
        check_equal(seed, tree, READING_YAML, json.text, true);
        dm_str_init(&yaml, maker.arena);
        dm_str_add(&yaml, "---");
        print_yaml(&maker, &yaml, tree, 0);
        check_equal(seed, tree, READING_YAML, yaml.text, false);
        dm_arena_free(maker.arena);
    }
}

/* Neither a crash nor silence: no tree without a fault, all places inside of the text. */
static bool is_sound(const struct reading *reading, size_t size)
{
    if (reading->status != DM_OK || !reading->tree != (reading->diags.n_errors > 0)) {
        return false;
    }
    for (size_t i = 0; i < reading->diags.n_items; i++) {
        const struct dm_diag *diag = &reading->diags.items[i];

        for (unsigned k = 0; k < diag->n_labels; k++) {
            const struct dm_span *span = &diag->labels[k].span;

            if (span->source != 1 || span->begin_byte > span->end_byte || span->end_byte > size) {
                return false;
            }
        }
    }
    return true;
}

static void a_text_cut_anywhere_gives_a_fault_or_a_tree(void **state)
{
    (void)state;
    for (uint64_t seed = dm_seed_first(1); seed < dm_seed_end(1, N_CUT_SEEDS); seed++) {
        struct maker maker = { .arena = dm_arena_new(0), .rng = dm_rng_seed(seed) };
        const struct dm_tree *tree = random_container(&maker);
        struct dm_str json;
        struct dm_str yaml;

        dm_str_init(&json, maker.arena);
        print_json(&maker, &json, tree);
        for (size_t size = 0; size < json.length; size++) {
            struct reading reading = reading_of_bytes(READING_JSON, json.text, size);

            /* What has not ended is never a tree. */
            if (!is_sound(&reading, size) || reading.tree) {
                fail_msg("DM_SEED=%llu: cut at %zu:\n%s", (unsigned long long)seed, size,
                         json.text);
            }
            reading_release(&reading);
        }
        dm_str_init(&yaml, maker.arena);
        print_yaml(&maker, &yaml, tree, 0);
        for (size_t size = 0; size < yaml.length; size++) {
            struct reading reading = reading_of_bytes(READING_YAML, yaml.text, size);

            if (!is_sound(&reading, size)) {
                fail_msg("DM_SEED=%llu: cut at %zu:\n%s", (unsigned long long)seed, size,
                         yaml.text);
            }
            reading_release(&reading);
        }
        dm_arena_free(maker.arena);
    }
}

static void a_spoilt_text_gives_a_fault_or_a_tree(void **state)
{
    static const char spoilers[] = "\"'[]{},:\\*&!#-|>%@\n\t \x01\x80\xff\xe2"
                                   "a0u";

    (void)state;
    for (uint64_t seed = dm_seed_first(1); seed < dm_seed_end(1, N_SPOILT_SEEDS); seed++) {
        struct maker maker = { .arena = dm_arena_new(0), .rng = dm_rng_seed(seed) };
        const struct dm_tree *tree = random_container(&maker);
        enum reading_language language = seed % 2 ? READING_JSON : READING_YAML;
        struct reading reading;
        struct dm_str text;

        dm_str_init(&text, maker.arena);
        if (language == READING_JSON) {
            print_json(&maker, &text, tree);
        } else {
            print_yaml(&maker, &text, tree, 0);
        }
        for (size_t n = 1 + dm_rng_below(&maker.rng, 3); n > 0; n--) {
            text.text[dm_rng_below(&maker.rng, text.length)] =
                spoilers[dm_rng_below(&maker.rng, sizeof spoilers)];
        }
        reading = reading_of_bytes(language, text.text, text.length);
        if (!is_sound(&reading, text.length)) {
            fail_msg("DM_SEED=%llu:\n%s", (unsigned long long)seed, text.text);
        }
        reading_release(&reading);
        dm_arena_free(maker.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_printed_is_read_back_as_it_was),
        cmocka_unit_test(a_text_cut_anywhere_gives_a_fault_or_a_tree),
        cmocka_unit_test(a_spoilt_text_gives_a_fault_or_a_tree),
    };

    return cmocka_run_group_tests_name("tree", tests, NULL, NULL);
}
