/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/base/arena.h"

#include <stdalign.h>
#include <string.h>

#include "tests/support/dmtest.h"
#include "tests/support/rng.h"

enum { N_SEEDS = 200, N_BLOCKS = 64 };

static void sizes_that_overflow_give_null(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);

    (void)state;
    assert_null(dm_arena_alloc(arena, SIZE_MAX, 2));
    assert_null(dm_arena_alloc(arena, 2, SIZE_MAX));
    assert_null(dm_arena_alloc(arena, SIZE_MAX, 1));
    assert_null(dm_arena_alloc(arena, SIZE_MAX / 2 + 2, 2));
    assert_null(dm_arena_grow(arena, NULL, 0, SIZE_MAX / 4, 8));
    assert_non_null(dm_arena_alloc(arena, 0, 8));
    assert_non_null(dm_arena_alloc(arena, 8, 0));
    dm_arena_free(arena);
    dm_arena_free(NULL);
}

static void the_ceiling_is_never_passed_and_can_be_reached(void **state)
{
    struct dm_arena *arena = dm_arena_new(100000);
    size_t n = 0;

    (void)state;
    assert_null(dm_arena_alloc(arena, 1, 100001));
    while (dm_arena_alloc(arena, 1, 1000)) {
        n++;
        assert_true(dm_arena_bytes(arena) <= 100000);
    }
    assert_in_range(n, 80, 100);
    assert_true(dm_arena_peak_bytes(arena) <= 100000);
    dm_arena_free(arena);
}

/* Blocks hold what was written to them, whatever was asked for around them. */
static void random_blocks_are_aligned_zeroed_and_apart(void **state)
{
    (void)state;
    for (uint64_t seed = dm_seed_first(1); seed < dm_seed_end(1, N_SEEDS); seed++) {
        struct dm_rng rng = dm_rng_seed(seed);
        struct dm_arena *arena = dm_arena_new(0);
        unsigned char *blocks[N_BLOCKS];
        size_t sizes[N_BLOCKS];

        for (size_t i = 0; i < N_BLOCKS; i++) {
            sizes[i] = dm_rng_below(&rng, dm_rng_chance(&rng, 5) ? 100000 : 600);
            if (i && dm_rng_chance(&rng, 30)) {
                size_t j = dm_rng_below(&rng, i);
                size_t old_size = sizes[j];

                sizes[j] += dm_rng_below(&rng, 500);
                blocks[j] = dm_arena_grow(arena, blocks[j], old_size, sizes[j], 1);
                assert_non_null(blocks[j]);
                for (size_t k = old_size; k < sizes[j]; k++) {
                    assert_int_equal(blocks[j][k], 0);
                    blocks[j][k] = (unsigned char)j;
                }
            }
            blocks[i] = dm_arena_alloc(arena, sizes[i], 1);
            assert_non_null(blocks[i]);
            assert_int_equal((uintptr_t)blocks[i] % alignof(max_align_t), 0);
            for (size_t k = 0; k < sizes[i]; k++) {
                assert_int_equal(blocks[i][k], 0);
            }
            memset(blocks[i], (int)i, sizes[i]);
        }
        for (size_t i = 0; i < N_BLOCKS; i++) {
            for (size_t k = 0; k < sizes[i]; k++) {
                if (blocks[i][k] != i) {
                    fail_msg("DM_SEED=%llu: block %zu was overwritten", (unsigned long long)seed,
                             i);
                }
            }
        }
        dm_arena_free(arena);
    }
}

static void memory_that_was_given_back_is_zeroed_when_it_comes_again(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_arena_mark mark = dm_arena_save(arena);

    (void)state;
    for (int round = 0; round < 3; round++) {
        unsigned char *bytes = dm_arena_alloc(arena, 1000, 1);

        for (size_t i = 0; i < 1000; i++) {
            assert_int_equal(bytes[i], 0);
        }
        memset(bytes, 0xff, 1000);
        dm_arena_restore(arena, mark);
    }
    dm_arena_free(arena);
}

static void restoring_keeps_what_was_there_before(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    char *kept = dm_arena_strdup(arena, "abc");
    struct dm_arena_mark mark = dm_arena_save(arena);
    size_t bytes = dm_arena_bytes(arena);

    (void)state;
    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < 100; i++) {
            assert_non_null(dm_arena_alloc(arena, 1, 5000));
        }
        dm_arena_restore(arena, mark);
        assert_string_equal(kept, "abc");
        assert_true(dm_arena_bytes(arena) <= bytes + 1024 * 1024); /* one block is kept */
    }
    assert_true(dm_arena_bytes(arena) >= bytes);
    assert_true(dm_arena_peak_bytes(arena) >= 500000);
    dm_arena_free(arena);
}

static void the_newest_block_grows_in_its_place(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    char *text = dm_arena_strdup(arena, "0123456789");
    char *first = DM_NEW_ARRAY(arena, 10, char);
    char *grown;

    (void)state;
    memcpy(first, "abcdefghi", 10);
    grown = dm_arena_grow(arena, first, 10, 100, 1);
    assert_ptr_equal(grown, first);
    assert_string_equal(grown, "abcdefghi");
    assert_ptr_not_equal(dm_arena_grow(arena, text, 11, 12, 1), text);
    dm_arena_free(arena);
}

static void texts_are_copied_with_a_zero_byte(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);

    (void)state;
    assert_string_equal(dm_arena_strdup(arena, "häh"), "häh");
    assert_string_equal(dm_arena_strndup(arena, "abcdef", 3), "abc");
    assert_string_equal(dm_arena_strndup(arena, "", 0), "");
    assert_null(dm_arena_strndup(arena, "", SIZE_MAX));
    assert_int_equal((uintptr_t)DM_NEW(arena, double) % alignof(max_align_t), 0);
    dm_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_that_overflow_give_null),
        cmocka_unit_test(the_ceiling_is_never_passed_and_can_be_reached),
        cmocka_unit_test(random_blocks_are_aligned_zeroed_and_apart),
        cmocka_unit_test(memory_that_was_given_back_is_zeroed_when_it_comes_again),
        cmocka_unit_test(restoring_keeps_what_was_there_before),
        cmocka_unit_test(the_newest_block_grows_in_its_place),
        cmocka_unit_test(texts_are_copied_with_a_zero_byte),
    };

    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
