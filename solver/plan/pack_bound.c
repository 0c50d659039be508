/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bounds that every packing keeps.  Of flows: an item kind sends what its items need to every kind
 * of bins that may hold it, and those take what their bins have; what a flow cannot carry, no
 * packing can, as a packing is a flow that also keeps items whole.  Capacities of 32 bits are made
 * by rounding in units, needs down and bins up, so that a bound that breaks is broken for certain.
 */
#include "model/base/planted.h"
#include "solver/backend/program.h"
#include "solver/plan/pack_private.h"

static bool takes_one(const struct dm_pack_bins *bins, const struct dm_pack_item *item)
{
    for (unsigned r = 0; r < DM_PACK_RESOURCES; r++) {
        if (item->need[r] > bins->have[r]) {
            return false;
        }
    }
    return bins->count > 0;
}

/* The first resource of which no bin that may hold the item has enough, if there is one; else the
 * bins fail it by several together, and the first that some bin lacks is named. */
static void name_too_big(const struct dm_packing *packing, const struct dm_pack_item *item,
                         struct dm_pack_answer *answer)
{
    for (unsigned r = DM_PACK_RESOURCES; r-- > 0;) {
        int64_t greatest = -1;

        for (size_t b = 0; b < packing->n_bins; b++) {
            if (item->allowed[b] && packing->bins[b].count && packing->bins[b].have[r] > greatest) {
                greatest = packing->bins[b].have[r];
            }
        }
        if (item->need[r] > greatest || answer->need == 0) {
            answer->resource = (enum dm_pack_resource)r;
            answer->need = item->need[r];
            answer->have = greatest;
        }
    }
}

static bool one_fits(const struct dm_packing *packing, size_t i, struct dm_pack_answer *answer)
{
    const struct dm_pack_item *item = &packing->items[i];
    bool may = false;

    for (size_t b = 0; b < packing->n_bins; b++) {
        if (item->allowed[b] && packing->bins[b].count) {
            may = true;
            if (takes_one(&packing->bins[b], item)) {
                return true;
            }
        }
    }
    *answer = (struct dm_pack_answer){ .verdict = DM_PACK_SHORT,
                                       .bound = may ? DM_PACK_TOO_BIG : DM_PACK_NO_BINS,
                                       .item = i };
    if (may) {
        name_too_big(packing, item, answer);
    }
    return false;
}

/* How many items one bin holds when it holds nothing else. */
static int64_t hold(const struct dm_pack_bins *bins, const struct dm_pack_item *item)
{
    int64_t most = item->count;

    for (unsigned r = 0; r < DM_PACK_RESOURCES; r++) {
        if (item->need[r] > 0 && bins->have[r] / item->need[r] < most) {
            most = bins->have[r] < 0 ? 0 : bins->have[r] / item->need[r];
        }
    }
    return most;
}

/* The same of all bins of a zone; -1: none of them may hold it. */
static int64_t zone_holds(const struct dm_packing *packing, const struct dm_pack_item *item,
                          uint32_t zone)
{
    int64_t sum = -1;

    for (size_t b = 0; b < packing->n_bins; b++) {
        const struct dm_pack_bins *bins = &packing->bins[b];

        if (bins->zone == zone && bins->count && item->allowed[b]) {
            sum = (sum < 0 ? 0 : sum) + hold(bins, item) * bins->count;
        }
    }
    return sum;
}

/* No zone takes more than the poorest one and the skew. */
static bool fits_alone(const struct dm_packing *packing, size_t i, struct dm_pack_answer *answer)
{
    const struct dm_pack_item *item = &packing->items[i];
    int64_t poorest = INT64_MAX;
    int64_t sum = 0;

    for (size_t b = 0; b < packing->n_bins; b++) {
        int64_t here = zone_holds(packing, item, packing->bins[b].zone);

        poorest = here >= 0 && here < poorest ? here : poorest;
    }
    for (size_t b = 0; b < packing->n_bins; b++) {
        int64_t here = zone_holds(packing, item, packing->bins[b].zone);
        bool is_first = true;

        for (size_t j = 0; j < b; j++) {
            is_first = is_first && packing->bins[j].zone != packing->bins[b].zone;
        }
        if (is_first && here > 0) {
            sum += item->spread && here - poorest > item->spread ? poorest + item->spread : here;
        }
    }
    if (sum < item->count) {
        *answer = (struct dm_pack_answer){ .verdict = DM_PACK_SHORT,
                                           .bound = DM_PACK_ALONE,
                                           .item = i,
                                           .need = item->count,
                                           .have = sum };
    }
    return sum >= item->count;
}

static bool is_apart(const struct dm_pack_item *item, size_t from, bool by_zone)
{
    for (size_t i = 0; i < item->n_bonds; i++) {
        if (item->bonds[i].apart && item->bonds[i].other == from
            && item->bonds[i].by_zone == by_zone) {
            return true;
        }
    }
    return false;
}

/* Whether an earlier kind of bins that takes one of the items is in the same zone. */
static bool zone_is_counted(const struct dm_packing *packing, const struct dm_pack_item *item,
                            size_t b)
{
    for (size_t i = 0; i < b; i++) {
        if (packing->bins[i].zone == packing->bins[b].zone && item->allowed[i]
            && takes_one(&packing->bins[i], item)) {
            return true;
        }
    }
    return false;
}

static bool room_apart(const struct dm_packing *packing, size_t i, struct dm_pack_answer *answer)
{
    const struct dm_pack_item *item = &packing->items[i];

    for (unsigned by_zone = 0; by_zone < 2; by_zone++) {
        int64_t places = 0;

        if (!is_apart(item, i, by_zone)) {
            continue;
        }
        for (size_t b = 0; b < packing->n_bins; b++) {
            if (item->allowed[b] && takes_one(&packing->bins[b], item)) {
                places += !by_zone                            ? packing->bins[b].count
                          : zone_is_counted(packing, item, b) ? 0
                                                              : 1;
            }
        }
        if (places < item->count) {
            *answer = (struct dm_pack_answer){ .verdict = DM_PACK_SHORT,
                                               .bound = DM_PACK_APART,
                                               .item = i,
                                               .need = item->count,
                                               .have = places };
            return false;
        }
    }
    return true;
}

/* ---- flows ---- */

struct network {
    const struct dm_packing *packing;
    enum dm_pack_resource resource;
    int64_t unit;
    struct dm_flow_arc *arcs;
    size_t n_arcs;
};

static int32_t clamp(int64_t value)
{
    return value > INT32_MAX ? INT32_MAX : (int32_t)value;
}

static int64_t in_units(int64_t value, int64_t count, int64_t unit, bool up)
{
    int64_t each = up || DM_PLANTED(NEED_ROUNDED_UP) ? (value + unit - 1) / unit : value / unit;

    return each > 0 && count > INT64_MAX / each ? INT64_MAX : each * count;
}

/* The unit in which all needs together, and each capacity, are below 2^31. */
static int64_t find_unit(const struct dm_packing *packing, enum dm_pack_resource resource)
{
    int64_t unit = 1;

    for (;;) {
        int64_t sum = 0;
        int64_t have = 0;

        for (size_t i = 0; i < packing->n_items && sum <= INT32_MAX; i++) {
            int64_t part =
                in_units(packing->items[i].need[resource], packing->items[i].count, unit, false);

            sum = part > INT32_MAX ? part : sum + part;
        }
        for (size_t b = 0; b < packing->n_bins; b++) {
            int64_t part =
                in_units(packing->bins[b].have[resource], packing->bins[b].count, unit, true);

            have = part > have ? part : have;
        }
        if ((sum <= INT32_MAX && have <= INT32_MAX) || unit > INT64_MAX / 4) {
            return unit;
        }
        unit *= 2;
    }
}

static int64_t lay_out(struct network *network)
{
    const struct dm_packing *packing = network->packing;
    uint32_t n = (uint32_t)packing->n_items;
    uint32_t last = n + (uint32_t)packing->n_bins + 1;
    int64_t wanted = 0;

    for (uint32_t i = 0; i < n; i++) {
        const struct dm_pack_item *item = &packing->items[i];
        int64_t need = in_units(item->need[network->resource], item->count, network->unit, false);

        wanted += need;
        network->arcs[network->n_arcs++] = (struct dm_flow_arc){ 0, 1 + i, clamp(need) };
        for (uint32_t b = 0; b < packing->n_bins; b++) {
            if (item->allowed[b] && takes_one(&packing->bins[b], item)) {
                network->arcs[network->n_arcs++] =
                    (struct dm_flow_arc){ 1 + i, 1 + n + b, INT32_MAX };
            }
        }
    }
    for (uint32_t b = 0; b < packing->n_bins; b++) {
        const struct dm_pack_bins *bins = &packing->bins[b];

        network->arcs[network->n_arcs++] = (struct dm_flow_arc){
            1 + n + b, last,
            clamp(in_units(bins->have[network->resource], bins->count, network->unit, true))
        };
    }
    return wanted;
}

/* What is on the source's side of the cut needs more than the bins there have. */
static bool name_cut(struct dm_arena *arena, const struct network *network, const bool *source_side,
                     struct dm_pack_answer *answer)
{
    const struct dm_packing *packing = network->packing;
    bool *items = DM_NEW_ARRAY(arena, packing->n_items + 1, bool);
    bool *bins = DM_NEW_ARRAY(arena, packing->n_bins + 1, bool);

    if (!items || !bins) {
        return false;
    }
    *answer = (struct dm_pack_answer){ .verdict = DM_PACK_SHORT,
                                       .bound = DM_PACK_RESOURCE,
                                       .item = packing->n_items,
                                       .resource = network->resource,
                                       .short_items = items,
                                       .short_bins = bins };
    for (size_t i = 0; i < packing->n_items; i++) {
        const struct dm_pack_item *item = &packing->items[i];

        items[i] = source_side[1 + i] && item->need[network->resource] > 0 && item->count > 0;
        if (items[i]) {
            answer->item = i < answer->item ? i : answer->item;
            answer->need += item->need[network->resource] * item->count;
        }
    }
    for (size_t b = 0; b < packing->n_bins; b++) {
        bins[b] = source_side[1 + packing->n_items + b];
        if (bins[b]) {
            answer->have += packing->bins[b].have[network->resource] * packing->bins[b].count;
        }
    }
    return true;
}

static bool bound_resource(struct dm_arena *arena, const struct dm_packing *packing,
                           enum dm_pack_resource resource, struct dm_pack_answer *answer)
{
    size_t n_vertices = packing->n_items + packing->n_bins + 2;
    struct network network = { .packing = packing,
                               .resource = resource,
                               .unit = find_unit(packing, resource) };
    bool *source_side = DM_NEW_ARRAY(arena, n_vertices, bool);
    int64_t wanted;
    int64_t flow = 0;

    network.arcs =
        DM_NEW_ARRAY(arena, n_vertices + packing->n_items * packing->n_bins, struct dm_flow_arc);
    if (!source_side || !network.arcs) {
        return false;
    }
    wanted = lay_out(&network);
    if (!dm_flow_greatest(network.arcs, network.n_arcs, n_vertices, &flow, source_side)) {
        return false;
    }
    return flow >= wanted || name_cut(arena, &network, source_side, answer);
}

bool dm_pack_bounds(struct dm_arena *arena, const struct dm_packing *packing,
                    struct dm_pack_answer *ret_answer)
{
    *ret_answer = (struct dm_pack_answer){ .verdict = DM_PACK_OPEN };
    for (size_t i = 0; i < packing->n_items; i++) {
        if (packing->items[i].count
            && (!one_fits(packing, i, ret_answer) || !fits_alone(packing, i, ret_answer)
                || !room_apart(packing, i, ret_answer))) {
            return true;
        }
    }
    for (unsigned r = 0; r < DM_PACK_RESOURCES && ret_answer->verdict == DM_PACK_OPEN; r++) {
        if (!bound_resource(arena, packing, (enum dm_pack_resource)r, ret_answer)) {
            return false;
        }
    }
    return true;
}
