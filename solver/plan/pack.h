/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pack - whether things of several kinds fit into bins of several kinds.
 *
 * The problem of Kubernetes' scheduler, without its order: pods of workloads into nodes of groups
 * and zones.  Deciding it is as hard as packing gets, so there are three answers, and two of them
 * come with a proof:
 *
 * FITS   a packing was found, and was checked against every constraint in integers;
 * SHORT  a bound that every packing keeps is broken.  Bounds are exact: some item fits into no
 *        bin; or items may not share a bin, or a zone, and there are too few; or of one resource a
 *        maximum flow from items to the bins that may hold them leaves some over, of which the
 *        minimum cut names the items and the bins;
 * OPEN   neither: no packing was found and no bound excludes one.
 *
 * Packings are looked for by hand (scarcest items first, into zones in turn, into the fullest node
 * that takes it), and where that fails by an integer program (backend/program.h) with a bounded
 * number of steps.  Nothing depends on the clock.
 *
 * Bins of one kind are alike and in one zone.  'spread' is Kubernetes' skew: items of one kind in
 * one zone are at most so many more than in the zone, of those that have a bin for it, with the
 * fewest.
 *
 * Complexity: O(items * bins) by hand, O(kinds^2) flows.  Limits: DM_LIMIT_PACK_BINS bins and
 * items, beyond which the answer is OPEN unless a bound is broken.  All in the arena given.
 */
#ifndef DM_SOLVER_PLAN_PACK_H
#define DM_SOLVER_PLAN_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/base/arena.h"

/* In thousandths of a processor, octets, and pods. */
enum dm_pack_resource { DM_PACK_CPU, DM_PACK_MEMORY, DM_PACK_PODS, DM_PACK_RESOURCES };

/* 'count' bins alike. */
struct dm_pack_bins {
    uint32_t count;
    uint32_t zone;
    int64_t have[DM_PACK_RESOURCES];
};

/* Items of one kind may not be where those of another are, or only where one is. */
struct dm_pack_bond {
    uint32_t other; /* index of an item, also its own */
    bool apart;     /* else together */
    bool by_zone;   /* else by bin */
};

/* 'count' items alike. */
struct dm_pack_item {
    uint32_t count;
    int64_t need[DM_PACK_RESOURCES];
    const bool *allowed; /* one for each kind of bins */
    uint32_t spread;     /* greatest skew over zones; 0: none is asked for */
    const struct dm_pack_bond *bonds;
    size_t n_bonds;
};

struct dm_packing {
    const struct dm_pack_bins *bins;
    size_t n_bins;
    const struct dm_pack_item *items;
    size_t n_items;
};

enum dm_pack_verdict { DM_PACK_FITS, DM_PACK_SHORT, DM_PACK_OPEN };

enum dm_pack_bound {
    DM_PACK_NO_BINS, /* no bin may hold the item */
    DM_PACK_TOO_BIG, /* one item is greater than every bin that may hold it */
    DM_PACK_ALONE, /* not all items of a kind, whole and spread as asked, fit though nothing else is
                      there */
    DM_PACK_APART, /* there are too few bins, or zones, for items that may not share one */
    DM_PACK_RESOURCE /* items need more of a resource than the bins that may hold them have */
};

struct dm_pack_answer {
    enum dm_pack_verdict verdict;
    enum dm_pack_bound bound; /* SHORT */
    size_t item;              /* SHORT: the item, or the first of 'short_items' */
    enum dm_pack_resource resource;
    int64_t need;            /* of 'resource'; ALONE, APART: items */
    int64_t have;            /* TOO_BIG: in the greatest bin; ALONE: items; APART: bins or zones */
    const bool *short_items; /* RESOURCE: those that need it; else NULL */
    const bool *short_bins;  /* RESOURCE: all bins that may hold them */
    const uint32_t *placed;  /* FITS: how many of each item are in each kind of bins, by rows */
};

/* False when memory is out. */
bool dm_pack(struct dm_arena *arena, const struct dm_packing *packing,
             struct dm_pack_answer *ret_answer);

#endif
