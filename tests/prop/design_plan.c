/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The address plan, against a map of single blocks: what is allocated is the
 * lowest free block, in its pool, and disjoint; a pool without room is a fault; the order of keys
 * is of no consequence.
 */
#include "model/front/design/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/base/file.h"
#include "tests/support/dmtest.h"
#include "tests/support/lowered.h"
#include "tests/support/rng.h"

#define BANK "tests/designs/bank/bank.demarc.yaml"

enum { N_PLANS = 3000, N_DESIGNS = 1500, N_SHUFFLES = 60, SPACE_BITS = 8 };

/* ---- the plan alone: 256 addresses, each one a flag ---- */

enum { SPACE = 1 << SPACE_BITS };

static const uint32_t space_first = UINT32_C(0x0a0a0a00);

static struct dm_prefix block(size_t at, uint8_t length)
{
    return (struct dm_prefix){ dm_addr_ipv4(space_first + (uint32_t)at), length };
}

static bool is_free(const bool *taken, size_t at, size_t size)
{
    for (size_t i = at; i < at + size; i++) {
        if (taken[i]) {
            return false;
        }
    }
    return true;
}

/* Where the lowest free block of 'size' in 'first' to 'end' stands, 'end' where none is. */
static size_t lowest(const bool *taken, size_t first, size_t end, size_t size)
{
    for (size_t at = first; at + size <= end; at += size) {
        if (is_free(taken, at, size)) {
            return at;
        }
    }
    return end;
}

/* Sorted, disjoint, never adjacent. */
static bool is_canonical(const struct dm_plan *plan)
{
    for (size_t i = 0; i < plan->n; i++) {
        if (plan->items[i].first > plan->items[i].last
            || (i > 0 && plan->items[i - 1].last + 1 >= plan->items[i].first)) {
            return false;
        }
    }
    return true;
}

static void the_plan_finds_the_lowest_free_block_of_a_pool(void **state)
{
    size_t n_found = 0;
    size_t n_full = 0;

    (void)state;
    for (uint64_t seed = dm_seed_first(1); seed < dm_seed_end(1, N_PLANS); seed++) {
        struct dm_rng rng = dm_rng_seed(seed);
        struct dm_arena *arena = dm_arena_new(0);
        struct dm_plan plan;
        bool taken[SPACE] = { false };
        bool good = true;

        dm_plan_init(&plan, arena);
        for (int step = 0; step < 40 && good; step++) {
            unsigned pool_bits = 3 + (unsigned)dm_rng_below(&rng, SPACE_BITS - 2);
            unsigned bits = (unsigned)dm_rng_below(&rng, pool_bits + 1);
            size_t pool_size = (size_t)1 << pool_bits;
            size_t pool_at = dm_rng_below(&rng, SPACE / pool_size) * pool_size;
            size_t size = (size_t)1 << bits;
            size_t at = lowest(taken, pool_at, pool_at + pool_size, size);
            struct dm_prefix found = { 0 };
            bool has = dm_plan_find(&plan, block(pool_at, (uint8_t)(32 - pool_bits)),
                                    (uint8_t)(32 - bits), &found);

            good = has == (at < pool_at + pool_size);
            if (has) {
                good = good && dm_prefix_compare(found, block(at, (uint8_t)(32 - bits))) == 0
                       && !dm_plan_overlaps(&plan, found);
            } else {
                at = dm_rng_below(&rng, SPACE / size) * size;
                found = block(at, (uint8_t)(32 - bits));
                good = good && dm_plan_overlaps(&plan, found) == !is_free(taken, at, size);
            }
            good = good && dm_plan_take(&plan, found) && is_canonical(&plan);
            memset(taken + at, 1, size);
            n_found += has;
            n_full += !has;
        }
        dm_arena_free(arena);
        if (!good) {
            fail_msg("DM_SEED=%llu: the plan and the map of flags differ",
                     (unsigned long long)seed);
        }
    }
    if (!getenv("DM_SEED")) {
        assert_true(n_found > 1000 && n_full > 1000);
    }
}

/* ---- whole designs: VPCs of random sizes in one pool ---- */

enum { MAX_VPCS = 12, BLOCK_BITS = 28, POOL_BLOCKS = 1 << (BLOCK_BITS - 16) };

struct wanted {
    char name[24];
    uint8_t length;
    bool is_written; /* its CIDR stands in the design, at 'block' */
    size_t block;
};

static int by_name(const void *a, const void *b)
{
    const struct wanted *left = a;
    const struct wanted *right = b;

    return strcmp(left->name, right->name);
}

static size_t draw(struct dm_rng *rng, struct wanted *wanted)
{
    size_t n = 1 + dm_rng_below(rng, MAX_VPCS);

    for (size_t i = 0; i < n; i++) {
        wanted[i] = (struct wanted){ .length = (uint8_t)(17 + dm_rng_below(rng, 4)) };
        (void)snprintf(wanted[i].name, sizeof wanted[i].name, "v%zu%c", dm_rng_below(rng, 1000),
                       (int)('a' + (int)i));
        if (dm_rng_chance(rng, 20)) {
            size_t size = (size_t)1 << (BLOCK_BITS - wanted[i].length);

            wanted[i].is_written = true;
            wanted[i].block = dm_rng_below(rng, POOL_BLOCKS / size) * size;
        }
    }
    return n;
}

static struct dm_prefix pool_block(size_t at, uint8_t length)
{
    return (struct dm_prefix){ dm_addr_ipv4(UINT32_C(0x0a000000) + ((uint32_t)at << 4)), length };
}

static void write_design(const struct wanted *wanted, size_t n, struct dm_str *out)
{
    char buffer[DM_ADDR_TEXT_SIZE];

    dm_str_add(out, "demarc: 1\nname: t\npools: {p: {cidr: 10.0.0.0/16}}\n"
                    "regions: {eu-west-1: {zones: [a, b]}}\nvpcs:\n");
    for (size_t i = 0; i < n; i++) {
        dm_str_addf(out, "  %s: {for: {region: all}, subnets: {one: {size: %u}, two: {size: 27}}, ",
                    wanted[i].name, (unsigned)(wanted[i].length + 3));
        if (wanted[i].is_written) {
            dm_str_addf(out, "cidr: %s}\n",
                        dm_prefix_text(pool_block(wanted[i].block, wanted[i].length), buffer));
        } else {
            dm_str_addf(out, "cidr: {pool: p, size: %u}}\n", (unsigned)wanted[i].length);
        }
    }
}

/* The plan as a person would make it; false where there is no room. */
static bool expected(struct wanted *wanted, size_t n)
{
    static bool taken[POOL_BLOCKS];

    memset(taken, 0, sizeof taken);
    qsort(wanted, n, sizeof *wanted, by_name);
    for (size_t i = 0; i < n; i++) {
        if (wanted[i].is_written) {
            memset(taken + wanted[i].block, 1, (size_t)1 << (BLOCK_BITS - wanted[i].length));
        }
    }
    for (size_t i = 0; i < n; i++) {
        size_t size = (size_t)1 << (BLOCK_BITS - wanted[i].length);

        if (!wanted[i].is_written) {
            wanted[i].block = lowest(taken, 0, POOL_BLOCKS, size);
            if (wanted[i].block == POOL_BLOCKS) {
                return false;
            }
            memset(taken + wanted[i].block, 1, size);
        }
    }
    return true;
}

static bool subnets_fit(const struct dm_model *model)
{
    for (uint32_t i = 0; i < model->n_subnets; i++) {
        const struct dm_subnet *subnet = &model->subnets[i];

        if (!dm_prefix_covers(dm_vpc_get(model, subnet->vpc)->cidrs[0], subnet->cidrs[0])) {
            return false;
        }
        for (uint32_t j = 0; j < i; j++) {
            if (model->subnets[j].vpc.v == subnet->vpc.v
                && dm_prefix_overlaps(model->subnets[j].cidrs[0], subnet->cidrs[0])) {
                return false;
            }
        }
    }
    return true;
}

static void designs_are_planned_as_by_hand(void **state)
{
    size_t n_full = 0;

    (void)state;
    for (uint64_t seed = dm_seed_first(1); seed < dm_seed_end(1, N_DESIGNS); seed++) {
        struct dm_rng rng = dm_rng_seed(seed);
        struct dm_arena *arena = dm_arena_new(0);
        struct wanted wanted[MAX_VPCS];
        size_t n = draw(&rng, wanted);
        struct dm_str text;
        struct lowered lowered;
        bool good;

        dm_str_init(&text, arena);
        write_design(wanted, n, &text);
        lowered = lowered_new(text.text, NULL);
        if (expected(wanted, n)) {
            good = lowered.model && subnets_fit(lowered.model);
            for (size_t i = 0; good && i < n; i++) {
                good = dm_prefix_compare(lowered.model->vpcs[i].cidrs[0],
                                         pool_block(wanted[i].block, wanted[i].length))
                       == 0;
            }
        } else {
            good = lowered.diags.n_errors > 0
                   && strncmp(lowered.diags.items[0].message, "no room for `v", 14) == 0;
            n_full++;
        }
        if (!good) {
            fail_msg("DM_SEED=%llu:\n%s", (unsigned long long)seed, text.text);
        }
        lowered_free(&lowered);
        dm_arena_free(arena);
    }
    if (!getenv("DM_SEED")) {
        assert_true(n_full > 100 && n_full < N_DESIGNS - 100);
    }
}

static void the_order_of_keys_is_of_no_consequence(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct lowered base;
    char *text = NULL;
    size_t size = 0;

    (void)state;
    assert_int_equal(dm_file_read(arena, BANK, 1 << 20, &text, &size, NULL), DM_OK);
    base = lowered_new(text, NULL);
    for (uint64_t seed = dm_seed_first(1); seed < dm_seed_end(1, N_SHUFFLES); seed++) {
        struct dm_rng rng = dm_rng_seed(seed);
        struct lowered shuffled = lowered_new_shuffled(text, &rng);

        if (!shuffled.model || strcmp(lowered_text(&shuffled), lowered_text(&base)) != 0) {
            fail_msg("DM_SEED=%llu: another model", (unsigned long long)seed);
        }
        lowered_free(&shuffled);
    }
    lowered_free(&base);
    dm_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_plan_finds_the_lowest_free_block_of_a_pool),
        cmocka_unit_test(designs_are_planned_as_by_hand),
        cmocka_unit_test(the_order_of_keys_is_of_no_consequence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
