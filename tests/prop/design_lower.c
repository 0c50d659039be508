/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A design whose tree is spoilt at random, as no grammar would let it pass, and memory that ends
 * at any point: lowering names faults at a place, or makes a model that keeps all
 * invariants, or says that memory is out; it never falls over.
 */
#include "model/front/design/lower.h"

#include <stdlib.h>
#include <string.h>

#include "model/base/file.h"
#include "model/base/vec.h"
#include "tests/support/dmtest.h"
#include "tests/support/rng.h"

static const char *const designs[] = { "tests/designs/bank/bank.demarc.yaml",
                                       "tests/golden/cases/inspection/edge.demarc.yaml",
                                       "examples/inspection/wan.demarc.yaml" };

enum { N_DESIGNS = sizeof designs / sizeof designs[0] };
enum { N_SPOILT = 2400, N_CEILINGS = 250, MOST_CHANGES = 3 };

struct nodes {
    struct dm_tree **items;
    size_t n;
    size_t capacity;
};

static void collect(struct dm_arena *arena, struct dm_tree *tree, struct nodes *nodes)
{
    assert_true(DM_VEC_PUSH(arena, nodes, tree));
    for (size_t i = 0; tree->kind == DM_TREE_LIST && i < tree->n; i++) {
        collect(arena, tree->items[i], nodes);
    }
    for (size_t i = 0; tree->kind == DM_TREE_MAP && i < tree->n; i++) {
        collect(arena, tree->pairs[i].value, nodes);
    }
}

/* A copy with all its parts, so that a node can be put into itself. */
static struct dm_tree *copied(struct dm_arena *arena, const struct dm_tree *tree)
{
    struct dm_tree *copy = DM_NEW(arena, struct dm_tree);
    struct dm_tree **items = DM_NEW_ARRAY(arena, tree->n + 1, struct dm_tree *);
    struct dm_tree_pair *pairs = DM_NEW_ARRAY(arena, tree->n + 1, struct dm_tree_pair);

    assert_true(copy && items && pairs);
    *copy = *tree;
    for (size_t i = 0; tree->kind == DM_TREE_LIST && i < tree->n; i++) {
        items[i] = copied(arena, tree->items[i]);
    }
    for (size_t i = 0; tree->kind == DM_TREE_MAP && i < tree->n; i++) {
        pairs[i] = tree->pairs[i];
        pairs[i].value = copied(arena, tree->pairs[i].value);
    }
    if (tree->kind == DM_TREE_LIST) {
        copy->items = items;
    } else {
        copy->pairs = pairs;
    }
    return copy;
}

/* One node becomes another of the design, nothing, or loses its last part. */
static void spoil(struct dm_arena *arena, struct dm_rng *rng, struct dm_tree *node,
                  const struct dm_tree *other)
{
    struct dm_span span = node->span;

    switch (dm_rng_below(rng, 4)) {
    case 0:
        *node = (struct dm_tree){ .kind = DM_TREE_NULL };
        break;
    case 1:
        if (node->kind == DM_TREE_LIST || node->kind == DM_TREE_MAP) {
            node->n -= node->n > 0;
        }
        break;
    default:
        *node = *copied(arena, other);
        break;
    }
    node->span = span;
}

/* The tree of the design that the unit tests lower, read into 'arena'. */
static struct dm_tree *tree_of(struct dm_arena *arena, const char *text,
                               struct dm_sources **ret_sources, struct dm_diags *diags)
{
    struct dm_tree *root = NULL;
    uint32_t source = 0;

    *ret_sources = dm_sources_new(arena, NULL);
    dm_diags_init(diags, arena);
    assert_non_null(*ret_sources);
    assert_int_equal(dm_sources_add(*ret_sources, "t", text, strlen(text), &source, NULL), DM_OK);
    assert_int_equal(dm_yaml_read(arena, *ret_sources, source, diags, &root, NULL), DM_OK);
    assert_non_null(root);
    return root;
}

static char *base_text(struct dm_arena *arena, uint64_t seed)
{
    char *text = NULL;
    size_t size = 0;

    assert_int_equal(dm_file_read(arena, designs[seed % N_DESIGNS], 1 << 20, &text, &size, NULL),
                     DM_OK);
    return text;
}

static bool placed(const struct dm_diags *diags, size_t size)
{
    for (size_t i = 0; i < diags->n_items; i++) {
        struct dm_span span = diags->items[i].labels[0].span;

        if (span.source != 1 || span.begin_byte > span.end_byte || span.end_byte > size) {
            return false;
        }
    }
    return true;
}

static void a_spoilt_tree_is_faults_at_a_place_or_a_model(void **state)
{
    size_t n_models = 0;
    size_t n_faulty = 0;

    (void)state;
    for (uint64_t seed = dm_seed_first(1); seed < dm_seed_end(1, N_SPOILT); seed++) {
        struct dm_rng rng = dm_rng_seed(seed);
        struct dm_arena *arena = dm_arena_new(0);
        const char *text = base_text(arena, seed);
        struct dm_sources *sources;
        struct dm_diags diags;
        struct dm_tree *root = tree_of(arena, text, &sources, &diags);
        struct dm_builder *builder = dm_builder_new(arena, sources, NULL);
        const struct dm_model *model = NULL;
        struct nodes nodes = { 0 };
        bool good;

        collect(arena, root, &nodes);
        for (size_t i = 1 + dm_rng_below(&rng, MOST_CHANGES); i > 0; i--) {
            size_t at = dm_rng_below(&rng, nodes.n);
            size_t other = dm_rng_below(&rng, nodes.n);

            spoil(arena, &rng, nodes.items[at], nodes.items[other]);
        }
        good =
            dm_design_lower(arena, root, NULL, dm_facts_new(arena), builder, &diags, NULL) == DM_OK;
        if (diags.n_errors == 0) {
            good = good && dm_model_build(builder, &diags, &model, NULL) == DM_OK && model
                   && dm_model_check(model, &diags, NULL) == DM_OK && diags.n_errors == 0;
            n_models++;
        } else {
            good = good && placed(&diags, strlen(text));
            n_faulty++;
        }
        if (!good) {
            fail_msg("DM_SEED=%llu: %s", (unsigned long long)seed,
                     diags.n_items ? diags.items[0].message : "no fault and no model");
        }
        dm_arena_free(arena);
    }
    if (!getenv("DM_SEED")) {
        assert_true(n_models > 100 && n_faulty > 500);
    }
}

static void memory_that_runs_out_is_said(void **state)
{
    size_t n_out = 0;
    size_t n_enough = 0;

    (void)state;
    for (uint64_t seed = dm_seed_first(1); seed < dm_seed_end(1, N_CEILINGS); seed++) {
        struct dm_rng rng = dm_rng_seed(seed);
        struct dm_arena *read = dm_arena_new(0);
        const char *text = base_text(read, seed);
        struct dm_arena *arena = dm_arena_new(dm_rng_below(&rng, 2000000));
        struct dm_sources *sources;
        struct dm_diags diags;
        struct dm_tree *root = tree_of(read, text, &sources, &diags);
        struct dm_builder *builder = arena ? dm_builder_new(arena, sources, NULL) : NULL;
        enum dm_status status = DM_NOMEM;

        if (builder) {
            status = dm_design_lower(arena, root, NULL, dm_facts_new(read), builder, &diags, NULL);
        }
        n_out += status == DM_NOMEM;
        n_enough += status == DM_OK;
        if ((status != DM_OK && status != DM_NOMEM) || (status == DM_OK && diags.n_errors != 0)) {
            fail_msg("DM_SEED=%llu", (unsigned long long)seed);
        }
        dm_arena_free(arena);
        dm_arena_free(read);
    }
    if (!getenv("DM_SEED")) {
        assert_true(n_out > 20 && n_enough > 20);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_spoilt_tree_is_faults_at_a_place_or_a_model),
        cmocka_unit_test(memory_that_runs_out_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
