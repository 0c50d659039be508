/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Maps and vectors: what grows in an arena.
 */
#include "model/base/map.h"

#include <stdio.h>
#include <string.h>

#include "model/base/limits.h"
#include "model/base/vec.h"
#include "tests/support/dmtest.h"
#include "tests/support/rng.h"

enum { N_KEYS = 300, N_STEPS = 1000 };

static void a_key_is_found_once_it_was_added(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_map map;
    bool added = false;

    (void)state;
    dm_map_init(&map, arena);
    assert_null(dm_map_find(&map, "a"));
    *dm_map_add(&map, "a", &added) = 7;
    assert_true(added);
    assert_int_equal(*dm_map_add(&map, "a", &added), 7);
    assert_false(added);
    assert_int_equal(*dm_map_add(&map, "b", NULL), 0);
    assert_int_equal(*dm_map_find(&map, "a"), 7);
    assert_null(dm_map_find(&map, ""));
    assert_int_equal(map.n, 2);
    dm_arena_free(arena);
}

static void keys_are_bytes_zero_bytes_too(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_map map;

    (void)state;
    dm_map_init(&map, arena);
    *dm_map_addn(&map, "a\0b", 3, NULL) = 1;
    *dm_map_addn(&map, "a\0c", 3, NULL) = 2;
    *dm_map_addn(&map, "", 0, NULL) = 3;
    assert_int_equal(*dm_map_findn(&map, "a\0b", 3), 1);
    assert_int_equal(*dm_map_findn(&map, "a\0c", 3), 2);
    assert_int_equal(*dm_map_find(&map, ""), 3);
    assert_null(dm_map_find(&map, "a"));
    dm_arena_free(arena);
}

/* Against an array that is searched from the begin. */
static void random_steps_agree_with_a_plain_array(void **state)
{
    (void)state;
    for (uint64_t seed = dm_seed_first(1); seed < dm_seed_end(1, 50); seed++) {
        struct dm_rng rng = dm_rng_seed(seed);
        struct dm_arena *arena = dm_arena_new(0);
        struct dm_map map;
        size_t order[N_KEYS];
        uint64_t values[N_KEYS] = { 0 };
        bool known[N_KEYS] = { false };
        size_t n = 0;

        dm_map_init(&map, arena);
        for (int step = 0; step < N_STEPS; step++) {
            size_t k = dm_rng_below(&rng, N_KEYS);
            char key[32];
            uint64_t *place;

            (void)snprintf(key, sizeof key, "key-%zu", k);
            place = dm_map_find(&map, key);
            assert_int_equal(place != NULL, known[k]);
            if (place) {
                assert_true(*place == values[k]);
            }
            if (dm_rng_chance(&rng, 60)) {
                bool added;

                values[k] = dm_rng_next(&rng);
                *dm_map_add(&map, key, &added) = values[k];
                assert_int_equal(added, !known[k]);
                if (added) {
                    order[n++] = k;
                }
                known[k] = true;
            }
        }
        assert_int_equal(map.n, n);
        for (size_t i = 0; i < n; i++) {
            char key[32];

            (void)snprintf(key, sizeof key, "key-%zu", order[i]);
            if (strcmp(map.entries[i].key, key) != 0 || map.entries[i].value != values[order[i]]) {
                fail_msg("DM_SEED=%llu: entry %zu is %s", (unsigned long long)seed, i,
                         map.entries[i].key);
            }
        }
        dm_arena_free(arena);
    }
}

static void a_map_without_memory_gives_null(void **state)
{
    struct dm_arena *arena = dm_arena_new(2000);
    struct dm_map map;
    size_t n = 0;
    char key[32];

    (void)state;
    dm_map_init(&map, arena);
    do {
        (void)snprintf(key, sizeof key, "%zu", n);
    } while (dm_map_add(&map, key, NULL) && ++n < 1000);
    assert_in_range(n, 1, 999);
    assert_int_equal(map.n, n);
    assert_null(dm_map_find(&map, key));
    assert_non_null(dm_map_find(&map, "0"));
    dm_arena_free(arena);
}

static void a_vector_holds_what_was_pushed(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    DM_VEC(uint32_t) numbers = { 0 };
    DM_VEC(const char *) names = { 0 };

    (void)state;
    for (uint32_t i = 0; i < 10000; i++) {
        assert_true(DM_VEC_PUSH(arena, &numbers, i * 3));
        assert_true(DM_VEC_PUSH(arena, &names, "x"));
    }
    assert_int_equal(numbers.n, 10000);
    for (uint32_t i = 0; i < 10000; i++) {
        assert_int_equal(numbers.items[i], i * 3);
        assert_string_equal(names.items[i], "x");
    }
    dm_arena_free(arena);
}

static void a_vector_stops_at_its_limit(void **state)
{
    struct dm_arena *arena = dm_arena_new(100000);
    DM_VEC(uint64_t) numbers = { 0 };
    size_t n = 0;

    (void)state;
    assert_false(DM_VEC_RESERVE(arena, &numbers, dm_limit_value(DM_LIMIT_OBJECTS) + 1));
    assert_int_equal(numbers.capacity, 0);
    while (DM_VEC_PUSH(arena, &numbers, n)) {
        n++;
    }
    assert_in_range(n, 1000, 12500);
    assert_int_equal(numbers.n, n);
    assert_int_equal(numbers.items[n - 1], n - 1);
    dm_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_found_once_it_was_added),
        cmocka_unit_test(keys_are_bytes_zero_bytes_too),
        cmocka_unit_test(random_steps_agree_with_a_plain_array),
        cmocka_unit_test(a_map_without_memory_gives_null),
        cmocka_unit_test(a_vector_holds_what_was_pushed),
        cmocka_unit_test(a_vector_stops_at_its_limit),
    };

    return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
