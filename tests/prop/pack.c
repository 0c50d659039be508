/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Packing against trying every way to put each item into each bin.
 *
 * The oracle knows items and bins one by one and looks at a finished assignment alone.  What is
 * said to fit must come with numbers that some assignment has; what is said to be short must have
 * no assignment, and the parts of a bound must say so; of what is left open nothing is claimed, but
 * that a packing is there and was not found must be rare.  Built with a planted fault this program
 * must fail.
 */
#include "tests/support/dmtest.h"

#include <stdio.h>

#include "model/base/arena.h"
#include "solver/plan/pack.h"
#include "tests/support/rng.h"

enum { CASES = 6000, MAX_KINDS = 3, MAX_BINS = 4, MAX_ITEMS = 6, MAX_ZONES = 2 };

struct universe {
    struct dm_packing packing;
    struct dm_pack_bins bins[MAX_KINDS];
    struct dm_pack_item items[MAX_KINDS];
    bool allowed[MAX_KINDS][MAX_KINDS];
    struct dm_pack_bond bonds[MAX_KINDS][2];
    /* one by one */
    size_t bin_kind[MAX_BINS];
    size_t n_bins;
    size_t item_kind[MAX_ITEMS];
    size_t n_items;
};

static int64_t draw_amount(struct dm_rng *rng, unsigned resource, unsigned limit)
{
    int64_t amount = (int64_t)dm_rng_below(rng, limit + 1);

    if (resource == DM_PACK_PODS) {
        return amount + 1;
    }
    /* Octets are more than fit into 32 bits, and no multiples of each other. */
    return resource == DM_PACK_CPU ? 250 * amount
                                   : (amount << 31) + (int64_t)dm_rng_below(rng, 3) * amount;
}

static void draw_bins(struct universe *universe, struct dm_rng *rng)
{
    universe->packing.n_bins = 1 + dm_rng_below(rng, MAX_KINDS);
    for (size_t b = 0; b < universe->packing.n_bins; b++) {
        struct dm_pack_bins *bins = &universe->bins[b];

        bins->count = (uint32_t)dm_rng_below(rng, 3);
        bins->zone = (uint32_t)dm_rng_below(rng, MAX_ZONES);
        if (universe->n_bins + bins->count > MAX_BINS) {
            bins->count = 0;
        }
        for (unsigned r = 0; r < DM_PACK_RESOURCES; r++) {
            bins->have[r] = draw_amount(rng, r, 6);
        }
        for (uint32_t i = 0; i < bins->count; i++) {
            universe->bin_kind[universe->n_bins++] = b;
        }
    }
    universe->packing.bins = universe->bins;
}

static void draw_items(struct universe *universe, struct dm_rng *rng)
{
    universe->packing.n_items = 1 + dm_rng_below(rng, MAX_KINDS);
    for (size_t i = 0; i < universe->packing.n_items; i++) {
        struct dm_pack_item *item = &universe->items[i];

        item->count = (uint32_t)dm_rng_below(rng, 4);
        if (universe->n_items + item->count > MAX_ITEMS) {
            item->count = 0;
        }
        for (unsigned r = 0; r < DM_PACK_RESOURCES; r++) {
            item->need[r] = r == DM_PACK_PODS ? 1 : draw_amount(rng, r, 3);
        }
        for (size_t b = 0; b < universe->packing.n_bins; b++) {
            universe->allowed[i][b] = dm_rng_below(rng, 5) > 0;
        }
        item->allowed = universe->allowed[i];
        item->spread = dm_rng_below(rng, 3) ? 0 : 1 + (uint32_t)dm_rng_below(rng, 2);
        item->n_bonds = dm_rng_below(rng, 3) ? 0 : 1 + dm_rng_below(rng, 2);
        for (size_t j = 0; j < item->n_bonds; j++) {
            universe->bonds[i][j] = (struct dm_pack_bond){
                .other = (uint32_t)dm_rng_below(rng, universe->packing.n_items),
                .apart = dm_rng_below(rng, 4) > 0,
                .by_zone = dm_rng_below(rng, 2) > 0,
            };
        }
        item->bonds = universe->bonds[i];
        for (uint32_t k = 0; k < item->count; k++) {
            universe->item_kind[universe->n_items++] = i;
        }
    }
    universe->packing.items = universe->items;
}

/* ---- the oracle ---- */

static uint32_t zone_of(const struct universe *universe, size_t bin)
{
    return universe->bins[universe->bin_kind[bin]].zone;
}

static bool keeps_room(const struct universe *universe, const size_t *at)
{
    for (size_t bin = 0; bin < universe->n_bins; bin++) {
        for (unsigned r = 0; r < DM_PACK_RESOURCES; r++) {
            int64_t sum = 0;

            for (size_t i = 0; i < universe->n_items; i++) {
                sum += at[i] == bin ? universe->items[universe->item_kind[i]].need[r] : 0;
            }
            if (sum > universe->bins[universe->bin_kind[bin]].have[r]) {
                return false;
            }
        }
    }
    return true;
}

static bool keeps_bond(const struct universe *universe, const size_t *at, size_t i,
                       const struct dm_pack_bond *bond)
{
    for (size_t j = 0; j < universe->n_items; j++) {
        bool near =
            bond->by_zone ? zone_of(universe, at[i]) == zone_of(universe, at[j]) : at[i] == at[j];

        if (universe->item_kind[j] != bond->other) {
            continue;
        }
        if (bond->apart && near && i != j) {
            return false;
        }
        if (!bond->apart && near) {
            return true;
        }
    }
    return bond->apart;
}

static bool keeps_skew(const struct universe *universe, const size_t *at, size_t kind)
{
    uint32_t in[MAX_ZONES] = { 0 };
    bool counts[MAX_ZONES] = { false };

    for (size_t i = 0; i < universe->n_items; i++) {
        in[zone_of(universe, at[i])] += universe->item_kind[i] == kind;
    }
    for (size_t bin = 0; bin < universe->n_bins; bin++) {
        counts[zone_of(universe, bin)] |= universe->allowed[kind][universe->bin_kind[bin]];
    }
    for (size_t a = 0; a < MAX_ZONES; a++) {
        for (size_t b = 0; b < MAX_ZONES; b++) {
            if (counts[b] && in[a] > in[b] + universe->items[kind].spread) {
                return false;
            }
        }
    }
    return true;
}

static bool is_right(const struct universe *universe, const size_t *at)
{
    if (!keeps_room(universe, at)) {
        return false;
    }
    for (size_t i = 0; i < universe->n_items; i++) {
        const struct dm_pack_item *item = &universe->items[universe->item_kind[i]];

        if (!item->allowed[universe->bin_kind[at[i]]]
            || (item->spread && !keeps_skew(universe, at, universe->item_kind[i]))) {
            return false;
        }
        for (size_t j = 0; j < item->n_bonds; j++) {
            if (!keeps_bond(universe, at, i, &item->bonds[j])) {
                return false;
            }
        }
    }
    return true;
}

/* Whether the numbers by kinds are those of the assignment. */
static bool has_numbers(const struct universe *universe, const size_t *at, const uint32_t *placed)
{
    uint32_t numbers[MAX_KINDS][MAX_KINDS] = { { 0 } };

    for (size_t i = 0; i < universe->n_items; i++) {
        numbers[universe->item_kind[i]][universe->bin_kind[at[i]]]++;
    }
    for (size_t i = 0; i < universe->packing.n_items; i++) {
        for (size_t b = 0; b < universe->packing.n_bins; b++) {
            if (numbers[i][b] != placed[i * universe->packing.n_bins + b]) {
                return false;
            }
        }
    }
    return true;
}

/* Tries all assignments; one with the numbers of 'placed', where that is given. */
static bool exists(const struct universe *universe, const uint32_t *placed)
{
    size_t at[MAX_ITEMS] = { 0 };

    for (;;) {
        size_t i = 0;

        if ((universe->n_bins || !universe->n_items) && is_right(universe, at)
            && (!placed || has_numbers(universe, at, placed))) {
            return true;
        }
        while (i < universe->n_items && ++at[i] >= universe->n_bins) {
            at[i++] = 0;
        }
        if (i >= universe->n_items) {
            return false;
        }
    }
}

/* ---- what is held together ---- */

static void look_bound(const struct universe *universe, const struct dm_pack_answer *answer)
{
    assert_true(answer->item < universe->packing.n_items);
    if (answer->bound == DM_PACK_RESOURCE) {
        int64_t need = 0;
        int64_t have = 0;

        for (size_t i = 0; i < universe->packing.n_items; i++) {
            const struct dm_pack_item *item = &universe->items[i];

            need += answer->short_items[i] ? item->count * item->need[answer->resource] : 0;
        }
        for (size_t b = 0; b < universe->packing.n_bins; b++) {
            const struct dm_pack_bins *bins = &universe->bins[b];

            have += answer->short_bins[b] ? bins->count * bins->have[answer->resource] : 0;
        }
        assert_true(need == answer->need && have == answer->have && need > have);
    } else if (answer->bound == DM_PACK_APART || answer->bound == DM_PACK_ALONE) {
        assert_true(answer->need > answer->have);
    }
}

static void answers_are_those_of_all_assignments(void **state)
{
    size_t counts[3] = { 0 };
    size_t missed = 0;

    (void)state;
    for (uint64_t seed = dm_seed_first(1); seed < dm_seed_end(1, CASES); seed++) {
        struct dm_arena *arena = dm_arena_new(0);
        struct dm_rng rng = dm_rng_seed(seed);
        struct universe universe = { .n_bins = 0 };
        struct dm_pack_answer answer;
        bool found;

        draw_bins(&universe, &rng);
        draw_items(&universe, &rng);
        assert_true(dm_pack(arena, &universe.packing, &answer));
        found = exists(&universe, answer.verdict == DM_PACK_FITS ? answer.placed : NULL);
        if (answer.verdict != DM_PACK_OPEN && found != (answer.verdict == DM_PACK_FITS)) {
            fail_msg("DM_SEED=%llu: verdict %d, an assignment %s", (unsigned long long)seed,
                     (int)answer.verdict, found ? "exists" : "does not exist");
        }
        if (answer.verdict == DM_PACK_SHORT) {
            look_bound(&universe, &answer);
        }
        missed += answer.verdict == DM_PACK_OPEN && found;
        counts[answer.verdict]++;
        dm_arena_free(arena);
    }
    printf("%zu fit, %zu are short, %zu are open, of which %zu fit\n", counts[DM_PACK_FITS],
           counts[DM_PACK_SHORT], counts[DM_PACK_OPEN], missed);
    if (dm_seed_end(1, CASES) - dm_seed_first(1) > 1) {
        assert_true(counts[DM_PACK_FITS] > CASES / 10 && counts[DM_PACK_SHORT] > CASES / 10);
        assert_true(counts[DM_PACK_OPEN] < CASES / 5 && missed < CASES / 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_those_of_all_assignments),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
