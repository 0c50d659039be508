/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rng - random numbers that come again: the same seed, the same numbers, everywhere.
 *
 * A property test makes one 'struct dm_rng' for each case from the number of the
 * case, and names that number when the case fails:
 *
 *     for (uint64_t seed = dm_seed_first(1); seed < dm_seed_end(1, 1000); seed++) {
 *         struct dm_rng rng = dm_rng_seed(seed);
 *         ...
 *         fail_msg("DM_SEED=%llu: ...", (unsigned long long)seed);
 *     }
 *
 * With DM_SEED=N in the environment only case N runs.
 *
 * xorshift64* (Vigna 2016), begun through splitmix64, so that neighbouring
 * seeds have nothing in common.
 */
#ifndef DM_TESTS_SUPPORT_RNG_H
#define DM_TESTS_SUPPORT_RNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

struct dm_rng {
    uint64_t state; /* never 0 */
};

static inline struct dm_rng dm_rng_seed(uint64_t seed)
{
    uint64_t z = seed + UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    z ^= z >> 31;
    return (struct dm_rng){ .state = z ? z : 1 };
}

static inline uint64_t dm_rng_next(struct dm_rng *rng)
{
    uint64_t x = rng->state;

    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    rng->state = x;
    return x * UINT64_C(0x2545f4914f6cdd1d);
}

/* From 0 to 'n' - 1; 'n' is not 0.  The upper bits are the better ones. */
static inline size_t dm_rng_below(struct dm_rng *rng, size_t n)
{
    return (size_t)((dm_rng_next(rng) >> 11) % n);
}

/* True 'percent' times in a hundred. */
static inline bool dm_rng_chance(struct dm_rng *rng, unsigned percent)
{
    return dm_rng_below(rng, 100) < percent;
}

/* The seed that DM_SEED asks for, else 'first'. */
static inline uint64_t dm_seed_first(uint64_t first)
{
    const char *text = getenv("DM_SEED");

    return text ? (uint64_t)strtoull(text, NULL, 10) : first;
}

/* One after the last seed: one alone where DM_SEED is set, else 'n' from 'first' on. */
static inline uint64_t dm_seed_end(uint64_t first, uint64_t n)
{
    return getenv("DM_SEED") ? dm_seed_first(first) + 1 : first + n;
}

#endif
