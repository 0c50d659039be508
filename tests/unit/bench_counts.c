/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Counts of work that must not grow: how often a question is evaluated.  The networks are those of
 * the bench (tests/bench/subject.h), and bounds are a little above what it takes now.
 */
#include "tests/support/dmtest.h"

#include "scenarios/check.h"
#include "tests/bench/subject.h"

enum { SMALL = 4, LARGE = SMALL + 50 }; /* 50 VPCs in each of four regions: 1,000 elements */

/* ---- the reference design ---- */

static const struct dm_result *check(struct dm_arena *arena, const char *file,
                                     unsigned requirement_kinds)
{
    struct dm_facts *facts = dm_facts_new(arena);
    struct dm_check_options options = { .as_of = "2026-11-22" };
    const struct dm_model *model = dm_subject_design(arena, file, facts);
    const struct dm_result *result = NULL;

    assert_non_null(model);
    model = dm_subject_harder(arena, model, requirement_kinds, 2);
    assert_non_null(model);
    assert_int_equal(dm_check(arena, model, facts, &options, &result, NULL), DM_OK);
    assert_true(result->exhaustive);
    assert_int_equal(result->n_elements, model->n_elements);
    return result;
}

static void single_packets_of_the_reference_design_take_few_evaluations(void **state)
{
    static const unsigned kinds = 1U << DM_REQUIRE_REACH | 1U << DM_REQUIRE_RESIDE;
    struct dm_arena *arena = dm_arena_new(0);
    const struct dm_result *repaired = check(arena, DM_SUBJECT_REPAIRED, kinds);
    const struct dm_result *written = check(arena, DM_SUBJECT_WRITTEN, kinds);

    (void)state;
    assert_true(repaired->n_evaluations > 0);
    assert_true(repaired->n_evaluations <= 32000);
    assert_true(written->n_evaluations <= 50000);
    assert_true(repaired->n_evaluations * 500 < repaired->n_brute_force_sets);
    assert_true(written->n_evaluations * 500 < written->n_brute_force_sets);
    dm_arena_free(arena);
}

static void exposure_of_the_reference_design_takes_few_evaluations(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    const struct dm_result *result = check(arena, DM_SUBJECT_REPAIRED, 1U << DM_REQUIRE_EXPOSE);

    (void)state;
    assert_true(result->n_evaluations > 0);
    assert_true(result->n_evaluations * 500 < result->n_brute_force_sets);
    dm_arena_free(arena);
}

/* Each pair of hosts, with all ways at once, would be some hundred thousand. */
static void isolation_in_the_reference_design_takes_few_evaluations(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    const struct dm_result *repaired = check(arena, DM_SUBJECT_REPAIRED, 1U << DM_REQUIRE_ISOLATE);
    const struct dm_result *written = check(arena, DM_SUBJECT_WRITTEN, 1U << DM_REQUIRE_ISOLATE);

    (void)state;
    assert_true(repaired->n_evaluations > 0);
    assert_true(repaired->n_evaluations <= 60000);
    assert_true(written->n_evaluations <= 180000);
    dm_arena_free(arena);
}

/* Results and memo of one check; what a machine has to have for it. */
static void a_check_of_the_reference_design_stays_small(void **state)
{
    struct dm_arena *arena = dm_arena_new(128 << 20);

    (void)state;
    (void)check(arena, DM_SUBJECT_REPAIRED, 1U << DM_REQUIRE_REACH | 1U << DM_REQUIRE_RESIDE);
    dm_arena_free(arena);
}

/* ---- the grid ---- */

struct seen {
    uint64_t elements;
    size_t reads[DM_GRID_QUESTION_COUNT];
    struct dm_exploration found[DM_GRID_QUESTION_COUNT];
};

static struct seen explore(struct dm_arena *arena, unsigned n_vpcs, unsigned k)
{
    const struct dm_model *model = dm_subject_grid(arena, n_vpcs);
    struct seen seen = { .elements = 0 };
    struct dm_grid grid;

    assert_non_null(model);
    assert_true(dm_grid_init(&grid, arena, model));
    seen.elements = model->n_elements;
    for (int q = 0; q < DM_GRID_QUESTION_COUNT; q++) {
        enum dm_grid_question question = (enum dm_grid_question)q;

        seen.reads[q] = dm_grid_reads(&grid, question);
        assert_int_equal(dm_grid_explore(&grid, question, k, false, &seen.found[q], NULL), DM_OK);
        assert_true(seen.found[q].exhaustive);
    }
    return seen;
}

static void a_thousand_irrelevant_elements_change_no_count_of_evaluations(void **state)
{
    (void)state;
    for (unsigned k = 1; k <= 3; k++) {
        struct dm_arena *arena = dm_arena_new(0);
        struct seen small = explore(arena, SMALL, k);
        struct seen large = explore(arena, LARGE, k);

        assert_int_equal(small.elements + 1000, large.elements);
        for (int q = 0; q < DM_GRID_QUESTION_COUNT; q++) {
            assert_int_equal(small.reads[q], large.reads[q]);
            assert_int_equal(small.found[q].evaluations, large.found[q].evaluations);
            assert_int_equal(small.found[q].n_violated, large.found[q].n_violated);
        }
        dm_arena_free(arena);
    }
}

static void each_question_of_the_grid_keeps_to_its_number_of_evaluations(void **state)
{
    static const struct {
        size_t reads;
        uint64_t evaluations;
    } bounds[DM_GRID_QUESTION_COUNT] = {
        [DM_GRID_NEAR] = { 3, 4 }, [DM_GRID_OVER] = { 5, 6 },  [DM_GRID_MESH] = { 13, 24 },
        [DM_GRID_OUT] = { 4, 5 },  [DM_GRID_ALL] = { 41, 42 }, [DM_GRID_ANY] = { 13, 63 },
    };
    struct dm_arena *arena = dm_arena_new(0);
    struct seen seen = explore(arena, SMALL, 2);

    (void)state;
    for (int q = 0; q < DM_GRID_QUESTION_COUNT; q++) {
        assert_in_range(seen.reads[q], 1, bounds[q].reads);
        assert_in_range(seen.found[q].evaluations, seen.reads[q] + 1, bounds[q].evaluations);
    }
    dm_arena_free(arena);
}

/* Else few evaluations would mean little. */
static void the_minimal_sets_of_the_grid_are_those_that_trying_every_set_finds(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct seen seen = explore(arena, SMALL, 2);
    struct dm_grid grid;

    (void)state;
    assert_true(dm_grid_init(&grid, arena, dm_subject_grid(arena, SMALL)));
    for (int q = 0; q < DM_GRID_QUESTION_COUNT; q++) {
        struct dm_exploration tried;

        assert_int_equal(dm_grid_explore(&grid, (enum dm_grid_question)q, 2, true, &tried, NULL),
                         DM_OK);
        assert_int_equal(tried.evaluations, dm_explore_count_sets(seen.elements, 2));
        assert_int_equal(seen.found[q].n_violated, tried.n_violated);
        for (size_t i = 0; i < tried.n_violated; i++) {
            assert_int_equal(seen.found[q].violated[i].n, tried.violated[i].n);
            assert_memory_equal(seen.found[q].violated[i].elements, tried.violated[i].elements,
                                tried.violated[i].n * sizeof *tried.violated[i].elements);
        }
    }
    dm_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(single_packets_of_the_reference_design_take_few_evaluations),
        cmocka_unit_test(exposure_of_the_reference_design_takes_few_evaluations),
        cmocka_unit_test(isolation_in_the_reference_design_takes_few_evaluations),
        cmocka_unit_test(a_check_of_the_reference_design_stays_small),
        cmocka_unit_test(a_thousand_irrelevant_elements_change_no_count_of_evaluations),
        cmocka_unit_test(each_question_of_the_grid_keeps_to_its_number_of_evaluations),
        cmocka_unit_test(the_minimal_sets_of_the_grid_are_those_that_trying_every_set_finds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
