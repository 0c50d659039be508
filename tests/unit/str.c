/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/base/str.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/dmtest.h"
#include "tests/support/rng.h"

static int set_up(void **state)
{
    *state = dm_arena_new(0);
    return *state ? 0 : -1;
}

static int tear_down(void **state)
{
    dm_arena_free(*state);
    return 0;
}

static void a_builder_is_text_from_the_begin(void **state)
{
    struct dm_str str;

    dm_str_init(&str, *state);
    assert_string_equal(str.text, "");
    dm_str_clear(&str);
    dm_str_add(&str, "");
    assert_string_equal(str.text, "");
    dm_str_add(&str, "ab");
    dm_str_addc(&str, 'c');
    dm_str_addn(&str, "defgh", 2);
    dm_str_addf(&str, "%d-%s", 42, "x");
    assert_string_equal(str.text, "abcde42-x");
    assert_int_equal(str.length, 9);
    dm_str_clear(&str);
    assert_string_equal(str.text, "");
    assert_false(str.failed);
}

static void a_builder_grows_and_stays_ended(void **state)
{
    struct dm_str str;

    dm_str_init(&str, *state);
    for (int i = 0; i < 5000; i++) {
        dm_str_addf(&str, "%04d", i);
        assert_int_equal(strlen(str.text), str.length);
    }
    assert_int_equal(str.length, 20000);
    assert_memory_equal(str.text + 4 * 4321, "4321", 4);
}

static void a_builder_out_of_memory_says_so_and_stays(void **state)
{
    struct dm_arena *arena = dm_arena_new(300);
    struct dm_str str;

    (void)state;
    dm_str_init(&str, arena);
    for (int i = 0; i < 100; i++) {
        dm_str_add(&str, "0123456789");
    }
    assert_true(str.failed);
    assert_int_equal(strlen(str.text), str.length);
    assert_true(str.length < 300);
    assert_null(dm_sprintf(arena, "%0500d", 1));
    dm_arena_free(arena);
}

static void texts_compare_by_begin_and_end(void **state)
{
    (void)state;
    assert_true(dm_str_equal(NULL, NULL));
    assert_false(dm_str_equal(NULL, ""));
    assert_false(dm_str_equal("", NULL));
    assert_true(dm_str_equal("a", "a"));
    assert_true(dm_str_starts("abc", "ab"));
    assert_true(dm_str_starts("abc", ""));
    assert_false(dm_str_starts("ab", "abc"));
    assert_true(dm_str_ends("abc", "bc"));
    assert_true(dm_str_ends("abc", ""));
    assert_false(dm_str_ends("bc", "abc"));
}

static void numbers_are_digits_only_and_within_their_maximum(void **state)
{
    static const char *const no_numbers[] = { "", "-1", "+1", " 1", "1 ", "0x1", "1.0", "a" };
    uint64_t value = 7;

    (void)state;
    for (size_t i = 0; i < sizeof no_numbers / sizeof no_numbers[0]; i++) {
        assert_false(dm_str_to_u64(no_numbers[i], strlen(no_numbers[i]), UINT64_MAX, &value));
    }
    assert_false(dm_str_to_u64("256", 3, 255, &value));
    assert_false(dm_str_to_u64("5", 1, 4, &value));
    assert_false(dm_str_to_u64("18446744073709551616", 20, UINT64_MAX, &value));
    assert_int_equal(value, 7); /* untouched */
    assert_true(dm_str_to_u64("255", 3, 255, &value));
    assert_int_equal(value, 255);
    assert_true(dm_str_to_u64("18446744073709551615", 20, UINT64_MAX, &value));
    assert_true(value == UINT64_MAX);
    assert_true(dm_str_to_u64("00012x", 5, UINT64_MAX, &value));
    assert_int_equal(value, 12);
    assert_true(dm_str_to_u64("0", 1, 0, &value));
}

static void natural_order_is_by_number(void **state)
{
    static const char *const ascending[] = { "",     "1",     "2",      "10", "a",
                                             "a01",  "a1",    "a1b",    "a2", "a10",
                                             "a10b", "a10b2", "a10b11", "ab", "eu-1a" };
    size_t n = sizeof ascending / sizeof ascending[0];

    (void)state;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            int order = dm_str_compare_natural(ascending[i], ascending[j]);

            if ((order > 0) - (order < 0) != (i > j) - (i < j)) {
                fail_msg("`%s` against `%s`: %d", ascending[i], ascending[j], order);
            }
        }
    }
}

static void the_nearest_word_is_one_that_may_have_been_meant(void **state)
{
    static const char *const words[] = { "region", "regions", "replicas", "vpc", "az" };
    size_t n = sizeof words / sizeof words[0];

    (void)state;
    assert_string_equal(dm_str_nearest("regoin", words, n), "region"); /* one swap */
    assert_string_equal(dm_str_nearest("regionss", words, n), "regions");
    assert_string_equal(dm_str_nearest("replica", words, n), "replicas");
    assert_string_equal(dm_str_nearest("vcp", words, n), "vpc");
    assert_string_equal(dm_str_nearest("vpc", words, n), "vpc");
    assert_null(dm_str_nearest("xy", words, n));
    assert_null(dm_str_nearest("gateway", words, n));
    assert_null(dm_str_nearest("region", words, 0));
    assert_null(dm_str_nearest("", words, n));
}

/* The slowest obvious definition: by the last letters of both. */
static size_t distance_by_recursion(const char *a, size_t n_a, const char *b, size_t n_b)
{
    size_t best;
    size_t other;

    if (!n_a || !n_b) {
        return n_a + n_b;
    }
    best = distance_by_recursion(a, n_a - 1, b, n_b - 1) + (a[n_a - 1] != b[n_b - 1]);
    other = distance_by_recursion(a, n_a - 1, b, n_b) + 1;
    best = other < best ? other : best;
    other = distance_by_recursion(a, n_a, b, n_b - 1) + 1;
    best = other < best ? other : best;
    if (n_a > 1 && n_b > 1 && a[n_a - 1] == b[n_b - 2] && a[n_a - 2] == b[n_b - 1]) {
        other = distance_by_recursion(a, n_a - 2, b, n_b - 2) + 1;
        best = other < best ? other : best;
    }
    return best;
}

static void nearness_is_that_of_the_plain_definition(void **state)
{
    (void)state;
    for (uint64_t seed = dm_seed_first(1); seed < dm_seed_end(1, 2000); seed++) {
        struct dm_rng rng = dm_rng_seed(seed);
        char a[7] = "";
        char b[7] = "";
        const char *const candidates[] = { b };
        size_t n_a = dm_rng_below(&rng, 7);
        size_t n_b = dm_rng_below(&rng, 7);
        size_t most;
        bool near;

        for (size_t i = 0; i < n_a; i++) {
            a[i] = "abc"[dm_rng_below(&rng, 3)];
        }
        for (size_t i = 0; i < n_b; i++) {
            b[i] = "abc"[dm_rng_below(&rng, 3)];
        }
        most = (n_a > n_b ? n_a : n_b) / 3;
        near = distance_by_recursion(a, n_a, b, n_b) <= most;
        if (near != (dm_str_nearest(a, candidates, 1) != NULL)) {
            fail_msg("DM_SEED=%llu: `%s` and `%s`", (unsigned long long)seed, a, b);
        }
    }
}

static void the_hash_is_fnv_1a(void **state)
{
    (void)state;
    assert_true(dm_hash(DM_HASH_SEED, "", 0) == UINT64_C(0xcbf29ce484222325));
    assert_true(dm_hash(DM_HASH_SEED, "a", 1) == UINT64_C(0xaf63dc4c8601ec8c));
    assert_true(dm_hash(DM_HASH_SEED, "foobar", 6) == UINT64_C(0x85944171f73967e8));
    assert_true(dm_hash(dm_hash(DM_HASH_SEED, "foo", 3), "bar", 3) == UINT64_C(0x85944171f73967e8));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_builder_is_text_from_the_begin),
        cmocka_unit_test(a_builder_grows_and_stays_ended),
        cmocka_unit_test(a_builder_out_of_memory_says_so_and_stays),
        cmocka_unit_test(texts_compare_by_begin_and_end),
        cmocka_unit_test(numbers_are_digits_only_and_within_their_maximum),
        cmocka_unit_test(natural_order_is_by_number),
        cmocka_unit_test(the_nearest_word_is_one_that_may_have_been_meant),
        cmocka_unit_test(nearness_is_that_of_the_plain_definition),
        cmocka_unit_test(the_hash_is_fnv_1a),
    };

    return cmocka_run_group_tests_name("str", tests, set_up, tear_down);
}
