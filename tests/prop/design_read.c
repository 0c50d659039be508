/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A design that holds everything, spoilt at random: scalars are exchanged and deleted, keys and
 * bytes changed, lines dropped.  It is read or refused, each fault is placed within a file, and
 * what the reader takes the schema takes too.
 */
#include "tests/support/dmtest.h"

#include <stdlib.h>
#include <string.h>

#include "model/base/limits.h"
#include "model/base/str.h"
#include "model/base/vec.h"
#include "model/front/design/design.h"
#include "model/front/design/read.h"
#include "tests/support/design_json.h"
#include "tests/support/rng.h"
#include "tests/support/schema_check.h"

#define FOLDER "tests/designs/everything/"

enum { N_SEEDS = 1500, N_FILES = 3, MOST_CHANGES = 3 };

static const char *const files[N_FILES] = { "everything.demarc.yaml", "parts/data.yaml",
                                            "parts/needs.yaml" };

/* What stands in place of a scalar, beside the other scalars of the design. */
static const char *const odd[] = {
    "",       "~",          "{}",   "[]",          "-1",      "99999999999999999999",
    "1.5",    "true",       "all",  "\"\"",        "\"\\0\"", "${env}",
    "\"${\"", "10.0.0.0/8", "tcp/", "tcp/0-65536", "a.b.c.d", "[a, a]",
    "{a: b}", "\" & \"",    "vpc:", "ä",           "*x",      "2027-02-30",
};

/* The files of one case, before and after they are spoilt. */
struct spoil {
    struct dm_arena *arena;
    struct dm_rng rng;
    char *text[N_FILES];
    DM_VEC(struct dm_span) scalars; /* of all files: 'source' is the index plus one */
};

static void collect(struct spoil *spoil, const struct dm_tree *tree)
{
    if (tree->kind == DM_TREE_SCALAR) {
        assert_true(DM_VEC_PUSH(spoil->arena, &spoil->scalars, tree->span));
    }
    for (size_t i = 0; tree->kind == DM_TREE_LIST && i < tree->n; i++) {
        collect(spoil, tree->items[i]);
    }
    for (size_t i = 0; tree->kind == DM_TREE_MAP && i < tree->n; i++) {
        assert_true(DM_VEC_PUSH(spoil->arena, &spoil->scalars, tree->pairs[i].key_span));
        collect(spoil, tree->pairs[i].value);
    }
}

static void read_files(struct spoil *spoil)
{
    struct dm_err err = DM_ERR_INIT;
    struct dm_sources *sources = dm_sources_new(spoil->arena, &err);
    struct dm_diags diags;

    dm_diags_init(&diags, spoil->arena);
    for (uint32_t i = 0; i < N_FILES; i++) {
        char *path = dm_sprintf(spoil->arena, FOLDER "%s", files[i]);
        struct dm_tree *tree = NULL;
        uint32_t source;

        assert_int_equal(dm_sources_read(sources, path, &source, &err), DM_OK);
        assert_int_equal(source, i + 1);
        spoil->text[i] = dm_arena_strdup(spoil->arena, dm_sources_get(sources, source)->text);
        assert_int_equal(dm_yaml_read(spoil->arena, sources, source, &diags, &tree, &err), DM_OK);
        assert_non_null(tree);
        collect(spoil, tree);
    }
}

/* Puts 'text' in place of the bytes from 'begin' to 'end' of a file. */
static void replace(struct spoil *spoil, size_t file, size_t begin, size_t end, const char *text)
{
    const char *old = spoil->text[file];

    spoil->text[file] = dm_sprintf(spoil->arena, "%.*s%s%s", (int)begin, old, text, old + end);
    assert_non_null(spoil->text[file]);
}

static const char *text_of(struct spoil *spoil, struct dm_span span)
{
    return dm_arena_strndup(spoil->arena, spoil->text[span.source - 1] + span.begin_byte,
                            span.end_byte - span.begin_byte);
}

/* Spoils one scalar in one of several ways; spans stand for the text before all changes, so only
 * the first change of a case may use them. */
static void spoil_scalar(struct spoil *spoil)
{
    struct dm_span span = spoil->scalars.items[dm_rng_below(&spoil->rng, spoil->scalars.n)];
    struct dm_span other = spoil->scalars.items[dm_rng_below(&spoil->rng, spoil->scalars.n)];
    const char *text = "";

    switch (dm_rng_below(&spoil->rng, 3)) {
    case 0:
        text = odd[dm_rng_below(&spoil->rng, sizeof odd / sizeof odd[0])];
        break;
    case 1:
        text = text_of(spoil, other);
        break;
    default:
        span.end_byte = span.begin_byte
                        + (uint32_t)dm_rng_below(&spoil->rng, span.end_byte - span.begin_byte + 1);
        break;
    }
    replace(spoil, span.source - 1, span.begin_byte, span.end_byte, text);
}

static void spoil_bytes(struct spoil *spoil)
{
    size_t file = dm_rng_below(&spoil->rng, N_FILES);
    size_t size = strlen(spoil->text[file]);
    size_t begin = dm_rng_below(&spoil->rng, size + 1);
    size_t end = begin;
    char byte[2] = { (char)(' ' + dm_rng_below(&spoil->rng, 95)), '\0' };

    if (dm_rng_chance(&spoil->rng, 50)) {
        end = begin < size ? begin + 1 : begin;
    } else if (dm_rng_chance(&spoil->rng, 50)) {
        while (begin && spoil->text[file][begin - 1] != '\n') {
            begin--;
        }
        end = begin + strcspn(spoil->text[file] + begin, "\n");
        byte[0] = '\0';
    }
    replace(spoil, file, begin, end, byte);
}

static void check_places(const struct dm_sources *sources, const struct dm_diags *diags)
{
    for (size_t i = 0; i < diags->n_items; i++) {
        const struct dm_diag *diag = &diags->items[i];

        assert_true(*diag->message && !strchr(diag->message, '\n'));
        assert_true(diag->n_labels >= 1);
        for (unsigned j = 0; j < diag->n_labels; j++) {
            struct dm_span span = diag->labels[j].span;

            assert_in_range(span.source, 1, dm_sources_count(sources));
            assert_true(span.begin_byte <= span.end_byte);
            assert_true(span.end_byte <= dm_sources_get(sources, span.source)->size);
        }
    }
}

/* Whether the spoilt design was taken. */
static bool check_case(struct spoil *spoil, const char *schema, uint64_t seed)
{
    struct dm_err err = DM_ERR_INIT;
    struct dm_sources *sources = dm_sources_new(spoil->arena, &err);
    const struct dm_tree *root = NULL;
    struct schema_fault fault;
    struct dm_diags diags;
    enum dm_status status;
    struct dm_str json;

    dm_diags_init(&diags, spoil->arena);
    for (size_t i = 0; i < N_FILES; i++) {
        uint32_t source;

        assert_int_equal(dm_sources_add(sources, files[i], spoil->text[i], strlen(spoil->text[i]),
                                        &source, &err),
                         DM_OK);
    }
    status = dm_design_read(spoil->arena, sources, files[0], &diags, &root, &err);
    if (status != DM_OK || (root != NULL) != (diags.n_errors == 0)) {
        fail_msg("DM_SEED=%llu: status %d, %zu errors", (unsigned long long)seed, (int)status,
                 diags.n_errors);
    }
    check_places(sources, &diags);
    if (!root) {
        return false;
    }
    dm_str_init(&json, spoil->arena);
    design_json(root, &json);
    if (!schema_check_text(schema, json.text, &fault)) {
        fail_msg("DM_SEED=%llu: the schema refuses at `%s`: %s", (unsigned long long)seed,
                 fault.pointer, fault.text);
    }
    return true;
}

static void test_spoilt_designs_are_read_or_refused_at_a_place(void **state)
{
    struct dm_arena *schema_arena = dm_arena_new(0);
    struct dm_str schema;
    size_t n_taken = 0;

    (void)state;
    dm_str_init(&schema, schema_arena);
    dm_design_schema(&schema);
    for (uint64_t seed = dm_seed_first(1); seed < dm_seed_end(1, N_SEEDS); seed++) {
        struct spoil spoil = { .arena = dm_arena_new(0), .rng = dm_rng_seed(seed) };
        size_t n_changes;

        read_files(&spoil);
        spoil_scalar(&spoil);
        n_changes = dm_rng_below(&spoil.rng, MOST_CHANGES);
        for (size_t i = 0; i < n_changes; i++) {
            spoil_bytes(&spoil);
        }
        n_taken += check_case(&spoil, schema.text, seed);
        dm_arena_free(spoil.arena);
    }
    if (!getenv("DM_SEED")) {
        assert_in_range(n_taken, N_SEEDS / 50, N_SEEDS / 2);
    }
    dm_arena_free(schema_arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spoilt_designs_are_read_or_refused_at_a_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
