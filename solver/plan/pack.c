/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * By hand: the items with the fewest bins to go to first, the greatest among them first; each into
 * the zone with the fewest of its kind, there into the bin that is left with the least.
 */
#include "solver/plan/pack_private.h"

#include <stdlib.h>
#include <string.h>

#include "model/base/limits.h"
#include "model/base/planted.h"

bool dm_pack_state_init(struct dm_arena *arena, const struct dm_packing *packing,
                        struct dm_pack_state *ret_state)
{
    struct dm_pack_state state = { .packing = packing };
    size_t n_items = packing->n_items;
    size_t at = 0;

    for (size_t b = 0; b < packing->n_bins; b++) {
        state.n_single += packing->bins[b].count;
        if (packing->bins[b].zone >= state.n_zones) {
            state.n_zones = packing->bins[b].zone + 1;
        }
    }
    state.kind_of = DM_NEW_ARRAY(arena, state.n_single + 1, uint32_t);
    state.left = dm_arena_alloc(arena, state.n_single + 1, sizeof *state.left);
    state.in = DM_NEW_ARRAY(arena, state.n_single * n_items + 1, uint32_t);
    state.in_zone = DM_NEW_ARRAY(arena, state.n_zones * n_items + 1, uint32_t);
    state.has_zone = DM_NEW_ARRAY(arena, state.n_zones * n_items + 1, bool);
    if (!state.kind_of || !state.left || !state.in || !state.in_zone || !state.has_zone) {
        return false;
    }
    for (size_t b = 0; b < packing->n_bins; b++) {
        const struct dm_pack_bins *bins = &packing->bins[b];

        for (uint32_t k = 0; k < bins->count; k++) {
            state.kind_of[at] = (uint32_t)b;
            memcpy(state.left[at], bins->have, sizeof bins->have);
            at++;
        }
        for (size_t i = 0; i < n_items && bins->count; i++) {
            state.has_zone[bins->zone * n_items + i] |= packing->items[i].allowed[b];
        }
    }
    *ret_state = state;
    return true;
}

static const struct dm_pack_bins *bins_of(const struct dm_pack_state *state, size_t single)
{
    return &state->packing->bins[state->kind_of[single]];
}

static uint32_t in_bin(const struct dm_pack_state *state, size_t single, size_t item)
{
    return state->in[single * state->packing->n_items + item];
}

static uint32_t in_zone(const struct dm_pack_state *state, size_t zone, size_t item)
{
    return state->in_zone[zone * state->packing->n_items + item];
}

static uint32_t placed(const struct dm_pack_state *state, size_t item)
{
    uint32_t n = 0;

    for (size_t zone = 0; zone < state->n_zones; zone++) {
        n += in_zone(state, zone, item);
    }
    return n;
}

/* The fewest of an item in a zone that has a bin for it. */
static uint32_t fewest(const struct dm_pack_state *state, size_t item)
{
    uint32_t least = UINT32_MAX;

    for (size_t zone = 0; zone < state->n_zones; zone++) {
        if (state->has_zone[zone * state->packing->n_items + item]
            && in_zone(state, zone, item) < least) {
            least = in_zone(state, zone, item);
        }
    }
    return least;
}

/* Whether a bond of 'item' stands against one more of it here, where 'there' of the other are. */
static bool bond_forbids(const struct dm_pack_state *state, size_t item,
                         const struct dm_pack_bond *bond, uint32_t there)
{
    if (bond->apart) {
        return there > 0;
    }
    /* The first of those that want to be with their own kind may go anywhere. */
    return there == 0 && !(bond->other == item && placed(state, item) == 0);
}

static uint32_t there_of(const struct dm_pack_state *state, size_t single, size_t item,
                         bool by_zone)
{
    return by_zone ? in_zone(state, bins_of(state, single)->zone, item)
                   : in_bin(state, single, item);
}

/* Both the item's own bonds, and those of others to stay apart from it, which hold either way. */
static bool bonds_allow(const struct dm_pack_state *state, size_t item, size_t single)
{
    const struct dm_packing *packing = state->packing;

    for (size_t i = 0; i < packing->items[item].n_bonds; i++) {
        const struct dm_pack_bond *bond = &packing->items[item].bonds[i];

        if (bond_forbids(state, item, bond, there_of(state, single, bond->other, bond->by_zone))) {
            return false;
        }
    }
    for (size_t other = 0; other < packing->n_items; other++) {
        for (size_t i = 0; i < packing->items[other].n_bonds; i++) {
            const struct dm_pack_bond *bond = &packing->items[other].bonds[i];

            if (bond->apart && bond->other == item
                && there_of(state, single, other, bond->by_zone) > 0) {
                return false;
            }
        }
    }
    return true;
}

bool dm_pack_may(const struct dm_pack_state *state, size_t item, size_t single, bool asks_skew)
{
    const struct dm_pack_item *kind = &state->packing->items[item];
    size_t zone = bins_of(state, single)->zone;

    if (!kind->allowed[state->kind_of[single]]) {
        return false;
    }
    for (unsigned r = 0; r < DM_PACK_RESOURCES; r++) {
        if (kind->need[r] > state->left[single][r]) {
            return false;
        }
    }
    return !(asks_skew && kind->spread && !DM_PLANTED(SKEW_FORGOTTEN)
             && in_zone(state, zone, item) + 1 > fewest(state, item) + kind->spread)
           && bonds_allow(state, item, single);
}

void dm_pack_put(struct dm_pack_state *state, size_t item, size_t single)
{
    for (unsigned r = 0; r < DM_PACK_RESOURCES; r++) {
        state->left[single][r] -= state->packing->items[item].need[r];
    }
    state->in[single * state->packing->n_items + item]++;
    state->in_zone[bins_of(state, single)->zone * state->packing->n_items + item]++;
}

/* ---- looking again ---- */

static bool bin_is_right(const struct dm_pack_state *state, size_t single)
{
    const struct dm_packing *packing = state->packing;
    const struct dm_pack_bins *bins = bins_of(state, single);

    for (unsigned r = 0; r < DM_PACK_RESOURCES; r++) {
        int64_t sum = 0;

        for (size_t i = 0; i < packing->n_items; i++) {
            sum += packing->items[i].need[r] * in_bin(state, single, i);
        }
        if (sum > bins->have[r]) {
            return false;
        }
    }
    for (size_t i = 0; i < packing->n_items; i++) {
        const struct dm_pack_item *item = &packing->items[i];

        if (!in_bin(state, single, i)) {
            continue;
        }
        if (!item->allowed[state->kind_of[single]]) {
            return false;
        }
        for (size_t j = 0; j < item->n_bonds; j++) {
            const struct dm_pack_bond *bond = &item->bonds[j];
            uint32_t others = there_of(state, single, bond->other, bond->by_zone);

            if (bond->apart ? others > (bond->other == i ? 1U : 0U) : others == 0) {
                return false;
            }
        }
    }
    return true;
}

bool dm_pack_is_whole(const struct dm_pack_state *state)
{
    const struct dm_packing *packing = state->packing;

    for (size_t i = 0; i < packing->n_items; i++) {
        const struct dm_pack_item *item = &packing->items[i];
        uint32_t least = fewest(state, i);

        if (placed(state, i) != item->count) {
            return false;
        }
        for (size_t zone = 0; zone < state->n_zones && item->spread; zone++) {
            if (!DM_PLANTED(SKEW_FORGOTTEN) && in_zone(state, zone, i) > least
                && in_zone(state, zone, i) - least > item->spread) {
                return false;
            }
        }
    }
    for (size_t single = 0; single < state->n_single; single++) {
        if (!bin_is_right(state, single)) {
            return false;
        }
    }
    return true;
}

/* ---- by hand ---- */

struct rank {
    size_t item;
    uint64_t bins;  /* that may hold it */
    int64_t weight; /* its share of all that there is, in millionths, of the scarcest resource */
    bool follows;   /* it wants to be where others are */
};

static int compare_ranks(const void *a, const void *b)
{
    const struct rank *x = a;
    const struct rank *y = b;

    if (x->follows != y->follows) {
        return x->follows ? 1 : -1;
    }
    if (x->bins != y->bins) {
        return x->bins < y->bins ? -1 : 1;
    }
    if (x->weight != y->weight) {
        return x->weight > y->weight ? -1 : 1;
    }
    return x->item < y->item ? -1 : x->item > y->item;
}

static struct rank rank_of(const struct dm_packing *packing, size_t i)
{
    const struct dm_pack_item *item = &packing->items[i];
    struct rank rank = { .item = i };

    for (size_t b = 0; b < packing->n_bins; b++) {
        rank.bins += item->allowed[b] ? packing->bins[b].count : 0;
    }
    for (unsigned r = 0; r < DM_PACK_RESOURCES; r++) {
        int64_t greatest = 1;

        for (size_t b = 0; b < packing->n_bins; b++) {
            greatest = packing->bins[b].have[r] > greatest ? packing->bins[b].have[r] : greatest;
        }
        if (item->need[r] / (greatest / 1000000 + 1) > rank.weight) {
            rank.weight = item->need[r] / (greatest / 1000000 + 1);
        }
    }
    for (size_t j = 0; j < item->n_bonds; j++) {
        rank.follows |= !item->bonds[j].apart && item->bonds[j].other != i;
    }
    return rank;
}

/* What a bin is left with, for the order in which they are tried. */
static bool fuller(const struct dm_pack_state *state, size_t a, size_t b)
{
    for (unsigned r = 0; r < DM_PACK_RESOURCES; r++) {
        if (state->left[a][r] != state->left[b][r]) {
            return state->left[a][r] < state->left[b][r];
        }
    }
    return false;
}

static bool put_somewhere(struct dm_pack_state *state, size_t item)
{
    size_t best = SIZE_MAX;

    for (size_t single = 0; single < state->n_single; single++) {
        uint32_t here = in_zone(state, bins_of(state, single)->zone, item);
        uint32_t there = best == SIZE_MAX ? 0 : in_zone(state, bins_of(state, best)->zone, item);

        if ((best == SIZE_MAX || here < there || (here == there && fuller(state, single, best)))
            && dm_pack_may(state, item, single, true)) {
            best = single;
        }
    }
    if (best != SIZE_MAX) {
        dm_pack_put(state, item, best);
    }
    return best != SIZE_MAX;
}

/* False when memory is out. */
static bool by_hand(struct dm_arena *arena, struct dm_pack_state *state)
{
    const struct dm_packing *packing = state->packing;
    struct rank *ranks = DM_NEW_ARRAY(arena, packing->n_items + 1, struct rank);

    if (!ranks) {
        return false;
    }
    for (size_t i = 0; i < packing->n_items; i++) {
        ranks[i] = rank_of(packing, i);
    }
    qsort(ranks, packing->n_items, sizeof *ranks, compare_ranks);
    for (size_t i = 0; i < packing->n_items; i++) {
        for (uint32_t k = 0; k < packing->items[ranks[i].item].count; k++) {
            if (!put_somewhere(state, ranks[i].item)) {
                return true;
            }
        }
    }
    return true;
}

static bool answer_fits(struct dm_arena *arena, const struct dm_pack_state *state,
                        struct dm_pack_answer *ret_answer)
{
    size_t n_bins = state->packing->n_bins;
    uint32_t *rows = DM_NEW_ARRAY(arena, state->packing->n_items * n_bins + 1, uint32_t);

    if (!rows) {
        return false;
    }
    for (size_t single = 0; single < state->n_single; single++) {
        for (size_t i = 0; i < state->packing->n_items; i++) {
            rows[i * n_bins + state->kind_of[single]] += in_bin(state, single, i);
        }
    }
    *ret_answer = (struct dm_pack_answer){ .verdict = DM_PACK_FITS, .placed = rows };
    return true;
}

/* Whether there are so many bins or items that packing them one by one takes too long. */
static bool is_huge(const struct dm_packing *packing)
{
    uint64_t bins = 0;
    uint64_t items = 0;

    for (size_t b = 0; b < packing->n_bins; b++) {
        bins += packing->bins[b].count;
    }
    for (size_t i = 0; i < packing->n_items; i++) {
        items += packing->items[i].count;
    }
    return bins > dm_limit_value(DM_LIMIT_PACK_BINS) || items > dm_limit_value(DM_LIMIT_PACK_BINS);
}

bool dm_pack(struct dm_arena *arena, const struct dm_packing *packing,
             struct dm_pack_answer *ret_answer)
{
    struct dm_pack_state state;
    bool found;

    if (!dm_pack_bounds(arena, packing, ret_answer)) {
        return false;
    }
    if (ret_answer->verdict == DM_PACK_SHORT || is_huge(packing)) {
        return true;
    }
    if (!dm_pack_state_init(arena, packing, &state) || !by_hand(arena, &state)) {
        return false;
    }
    if (dm_pack_is_whole(&state)) {
        return answer_fits(arena, &state, ret_answer);
    }
    if (!dm_pack_state_init(arena, packing, &state) || !dm_pack_by_program(arena, &state, &found)) {
        return false;
    }
    return !found || answer_fits(arena, &state, ret_answer);
}
