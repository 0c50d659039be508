/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/base/diag.h"

#include <string.h>

#include "model/base/limits.h"
#include "tests/support/dmtest.h"
#include "tests/support/rng.h"

static struct dm_span at(uint32_t source, uint32_t byte)
{
    return (struct dm_span){ source, byte, byte + 1 };
}

static void a_fault_carries_text_labels_and_help(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_diags diags;
    struct dm_diag *diag;

    (void)state;
    dm_diags_init(&diags, arena);
    diag = dm_diags_add(&diags, DM_SEV_ERROR, at(1, 5), "name `%s`", "a");
    assert_ptr_equal(dm_diag_label(&diags, diag, at(1, 2), "first %d", 1), diag);
    assert_ptr_equal(dm_diag_help(&diags, diag, "use `%s`", "b"), diag);
    assert_string_equal(diag->message, "name `a`");
    assert_string_equal(diag->help, "use `b`");
    assert_int_equal(diag->n_labels, 2);
    assert_int_equal(diag->labels[0].span.begin_byte, 5);
    assert_null(diag->labels[0].text);
    assert_string_equal(diag->labels[1].text, "first 1");
    for (int i = 0; i < 10; i++) {
        (void)dm_diag_label(&diags, diag, at(1, 2), "more");
    }
    assert_int_equal(diag->n_labels, DM_DIAG_MAX_LABELS);
    assert_null(dm_diag_label(&diags, NULL, at(1, 2), "x"));
    assert_null(dm_diag_help(&diags, NULL, "x"));
    dm_arena_free(arena);
}

static void faults_past_the_limit_are_counted(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    size_t limit = (size_t)dm_limit_value(DM_LIMIT_DIAGNOSTICS);
    struct dm_diags diags;

    (void)state;
    dm_diags_init(&diags, arena);
    for (uint32_t i = 0; i < limit + 5; i++) {
        assert_int_equal(dm_diags_full(&diags), i >= limit);
        (void)dm_diags_add(&diags, DM_SEV_ERROR, at(1, i), "x");
    }
    assert_int_equal(diags.n_items, limit);
    assert_int_equal(diags.n_errors, limit + 5);
    assert_int_equal(diags.n_dropped, 5);
    assert_non_null(dm_diags_add(&diags, DM_SEV_WARNING, at(1, 0), "x")); /* counted apart */
    dm_arena_free(arena);
}

static void warnings_never_push_an_error_out(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    size_t limit = (size_t)dm_limit_value(DM_LIMIT_DIAGNOSTICS);
    struct dm_diags diags;

    (void)state;
    dm_diags_init(&diags, arena);
    for (uint32_t i = 0; i < 3 * limit; i++) {
        (void)dm_diags_add(&diags, DM_SEV_WARNING, at(1, i), "x");
    }
    assert_false(dm_diags_full(&diags));
    assert_int_equal(diags.n_errors, 0);
    assert_int_equal(diags.n_dropped, 2 * limit);
    for (uint32_t i = 0; i < limit; i++) {
        assert_non_null(dm_diags_add(&diags, DM_SEV_ERROR, at(1, i), "x"));
    }
    assert_null(dm_diags_add(&diags, DM_SEV_ERROR, at(1, 9), "x"));
    assert_null(dm_diags_add(&diags, DM_SEV_NOTE, at(1, 9), "x"));
    assert_int_equal(diags.n_items, 2 * limit);
    dm_arena_free(arena);
}

static void the_order_of_adding_does_not_show(void **state)
{
    static const char *const messages[] = { "a", "b", "c" };

    (void)state;
    for (uint64_t seed = dm_seed_first(1); seed < dm_seed_end(1, 200); seed++) {
        struct dm_rng rng = dm_rng_seed(seed);
        struct dm_arena *arena = dm_arena_new(0);
        struct dm_diags first;
        struct dm_diags second;
        struct dm_span spans[12];
        const char *texts[12];
        enum dm_severity severities[12];
        size_t n = 1 + dm_rng_below(&rng, 12);

        dm_diags_init(&first, arena);
        dm_diags_init(&second, arena);
        for (size_t i = 0; i < n; i++) {
            spans[i] = at(1 + (uint32_t)dm_rng_below(&rng, 2), (uint32_t)dm_rng_below(&rng, 3));
            texts[i] = messages[dm_rng_below(&rng, 3)];
            severities[i] = (enum dm_severity)dm_rng_below(&rng, 3);
        }
        for (size_t i = 0; i < n; i++) {
            (void)dm_diags_add(&first, severities[i], spans[i], "%s", texts[i]);
            (void)dm_diags_add(&second, severities[n - 1 - i], spans[n - 1 - i], "%s",
                               texts[n - 1 - i]);
        }
        dm_diags_sort(&first);
        dm_diags_sort(&second);
        assert_int_equal(first.n_items, second.n_items);
        assert_int_equal(first.n_errors, second.n_errors);
        for (size_t i = 0; i < first.n_items; i++) {
            assert_string_equal(first.items[i].message, second.items[i].message);
            assert_int_equal(first.items[i].severity, second.items[i].severity);
            assert_memory_equal(&first.items[i].labels[0].span, &second.items[i].labels[0].span,
                                sizeof(struct dm_span));
        }
        dm_arena_free(arena);
    }
}

static void faults_are_sorted_by_place_and_equal_ones_fold(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_diags diags;

    (void)state;
    dm_diags_init(&diags, arena);
    (void)dm_diags_add(&diags, DM_SEV_ERROR, at(2, 1), "other file");
    (void)dm_diags_add(&diags, DM_SEV_ERROR, at(1, 9), "late");
    (void)dm_diags_add(&diags, DM_SEV_WARNING, at(1, 3), "a warning");
    (void)dm_diags_add(&diags, DM_SEV_ERROR, at(1, 3), "worse");
    (void)dm_diags_add(&diags, DM_SEV_ERROR, at(1, 9), "late");
    dm_diags_sort(&diags);
    assert_int_equal(diags.n_items, 4);
    assert_int_equal(diags.n_errors, 3);
    assert_string_equal(diags.items[0].message, "worse");
    assert_string_equal(diags.items[1].message, "a warning");
    assert_string_equal(diags.items[2].message, "late");
    assert_string_equal(diags.items[3].message, "other file");
    dm_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fault_carries_text_labels_and_help),
        cmocka_unit_test(faults_past_the_limit_are_counted),
        cmocka_unit_test(warnings_never_push_an_error_out),
        cmocka_unit_test(the_order_of_adding_does_not_show),
        cmocka_unit_test(faults_are_sorted_by_place_and_equal_ones_fold),
    };

    return cmocka_run_group_tests_name("diag", tests, NULL, NULL);
}
