/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How sets of headers are best kept: interval diagrams a field (solver/packet/set.h), diagrams over
 * bits (BuDDy), lists of boxes, and atoms multiplied over all fields.
 *
 * Each is asked the same: what a list of rules lets pass, where the first that matches decides.
 * The sets of the single rules are there beforehand, but for atoms, which have to be cut. Of atoms
 * there is a count, and a time only where a bit for each fits.
 */
#include <stdlib.h>
#include <string.h>

#include "model/base/vec.h"
#include "solver/packet/set.h"
#include "tests/bench/bench.h"
#include "tests/support/adversary.h"
#include "tests/support/dataplane.h"
#include "tests/support/diagram.h"

enum { RULES = 64, DIMENSIONS = 4, MAX_BOXES = 400000, MAX_CELLS = 200000000 };

/* A box by numbers: source, destination, protocol, detail. */
struct range {
    uint32_t first[DIMENSIONS];
    uint32_t last[DIMENSIONS];
};

struct ranges {
    DM_VEC(struct range) list;
};

struct item {
    bool allow;
    bool begins; /* another list of rules */
    struct dm_set set;
    struct ranges ranges;
    int diagram;
};

struct rules {
    struct dm_arena *arena;
    struct dm_sets *sets;
    DM_VEC(struct item) items;
};

static void add_range(void *context, const struct dm_box *box)
{
    struct rules *rules = context;
    struct item *item = &rules->items.items[rules->items.n - 1];
    struct range range = {
        { (uint32_t)box->source_first.low, (uint32_t)box->destination_first.low,
          box->protocol_first, box->detail_first },
        { (uint32_t)box->source_last.low, (uint32_t)box->destination_last.low, box->protocol_last,
          box->detail_last },
    };

    (void)DM_VEC_PUSH(rules->arena, &item->ranges.list, range);
    item->diagram = dm_diagram_or(item->diagram, dm_diagram_of_box(box));
}

static void add_rule(struct rules *rules, bool allow, bool begins, struct dm_set set)
{
    struct item item = { allow, begins, set, { { 0 } }, dm_diagram_none() };

    if (DM_VEC_PUSH(rules->arena, &rules->items, item)) {
        dm_set_boxes(rules->sets, set, add_range, rules);
    }
}

/* ---- the four ways ---- */

static struct dm_set set_of(struct dm_sets *sets, const struct range *range)
{
    struct dm_set flows = DM_SET_EMPTY;

    for (uint32_t protocol = range->first[2]; protocol <= range->last[2]; protocol++) {
        bool is_whole = range->first[3] == 0 && range->last[3] == 65535;

        flows =
            dm_set_or(sets, flows,
                      is_whole ? dm_set_protocol(sets, (uint8_t)protocol)
                               : dm_set_details(sets, (uint8_t)protocol, (uint16_t)range->first[3],
                                                (uint16_t)range->last[3]));
    }
    return dm_set_and(
        sets, flows,
        dm_set_and(sets,
                   dm_set_addresses(sets, DM_FIELD_SOURCE, dm_addr_ipv4(range->first[0]),
                                    dm_addr_ipv4(range->last[0])),
                   dm_set_addresses(sets, DM_FIELD_DESTINATION, dm_addr_ipv4(range->first[1]),
                                    dm_addr_ipv4(range->last[1]))));
}

/* The sets of the rules in a store that has seen nothing else. */
static struct dm_sets *fresh_store(const struct rules *rules)
{
    struct dm_sets *sets = dm_sets_new(rules->arena);

    for (size_t i = 0; i < rules->items.n; i++) {
        struct item *item = &rules->items.items[i];

        item->set = DM_SET_EMPTY;
        for (size_t k = 0; k < item->ranges.list.n; k++) {
            item->set = dm_set_or(sets, item->set, set_of(sets, &item->ranges.list.items[k]));
        }
    }
    return sets;
}

static void with_intervals(json_t *row, const struct rules *rules)
{
    struct dm_sets *sets = fresh_store(rules);
    double begin_ms = dm_bench_now_ms();
    size_t n_before = dm_sets_nodes(sets);
    struct dm_set taken = DM_SET_EMPTY;
    struct dm_set passed = DM_SET_EMPTY;

    for (size_t i = 0; i < rules->items.n; i++) {
        const struct item *item = &rules->items.items[i];

        if (item->begins) {
            taken = DM_SET_EMPTY;
            passed = DM_SET_EMPTY;
        }
        if (item->allow) {
            passed = dm_set_or(sets, passed, dm_set_minus(sets, item->set, taken));
        }
        taken = dm_set_or(sets, taken, item->set);
    }
    dm_bench_real(row, "intervals_ms", dm_bench_now_ms() - begin_ms);
    dm_bench_count(row, "intervals_nodes", dm_sets_nodes(sets) - n_before);
}

static void with_bits(json_t *row, const struct rules *rules)
{
    double begin_ms = dm_bench_now_ms();
    int taken = dm_diagram_none();
    int passed = taken;
    unsigned long long n_nodes = 0;

    for (size_t i = 0; i < rules->items.n; i++) {
        const struct item *item = &rules->items.items[i];

        if (item->begins) {
            n_nodes += (unsigned)dm_diagram_nodes(passed);
            taken = dm_diagram_none();
            passed = taken;
        }
        if (item->allow) {
            passed = dm_diagram_or(passed, dm_diagram_minus(item->diagram, taken));
        }
        taken = dm_diagram_or(taken, item->diagram);
    }
    dm_bench_real(row, "bits_ms", dm_bench_now_ms() - begin_ms);
    dm_bench_count(row, "bits_nodes", n_nodes + (unsigned)dm_diagram_nodes(passed));
}

static bool overlap(const struct range *a, const struct range *b)
{
    for (size_t d = 0; d < DIMENSIONS; d++) {
        if (a->last[d] < b->first[d] || b->last[d] < a->first[d]) {
            return false;
        }
    }
    return true;
}

/* What is left of 'from' without 'cut', up to two boxes a field. */
static void cut(struct dm_arena *arena, struct ranges *out, struct range from,
                const struct range *cut_off)
{
    for (size_t d = 0; d < DIMENSIONS; d++) {
        struct range part = from;

        if (from.first[d] < cut_off->first[d]) {
            part.last[d] = cut_off->first[d] - 1;
            (void)DM_VEC_PUSH(arena, &out->list, part);
            from.first[d] = cut_off->first[d];
        }
        part = from;
        if (from.last[d] > cut_off->last[d]) {
            part.first[d] = cut_off->last[d] + 1;
            (void)DM_VEC_PUSH(arena, &out->list, part);
            from.last[d] = cut_off->last[d];
        }
    }
}

static void with_boxes(json_t *row, const struct rules *rules)
{
    double begin_ms = dm_bench_now_ms();
    size_t begin = 0;
    size_t n = 0;

    for (size_t i = 0; i < rules->items.n && n < MAX_BOXES; i++) {
        const struct item *item = &rules->items.items[i];
        struct ranges left = { { 0 } };

        begin = item->begins ? i : begin;
        for (size_t k = 0; item->allow && k < item->ranges.list.n; k++) {
            (void)DM_VEC_PUSH(rules->arena, &left.list, item->ranges.list.items[k]);
        }
        for (size_t j = begin; j < i && left.list.n; j++) {
            const struct ranges *before = &rules->items.items[j].ranges;

            for (size_t k = 0; k < before->list.n && left.list.n < MAX_BOXES; k++) {
                struct ranges next = { { 0 } };

                for (size_t m = 0; m < left.list.n; m++) {
                    if (overlap(&left.list.items[m], &before->list.items[k])) {
                        cut(rules->arena, &next, left.list.items[m], &before->list.items[k]);
                    } else {
                        (void)DM_VEC_PUSH(rules->arena, &next.list, left.list.items[m]);
                    }
                }
                left = next;
            }
        }
        n += left.list.n;
    }
    dm_bench_real(row, "boxes_ms", dm_bench_now_ms() - begin_ms);
    dm_bench_count(row, "boxes", n);
}

static int compare_numbers(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

struct numbers {
    DM_VEC(uint64_t) list;
};

/* The cuts of one field, sorted, each once: as many atoms. */
static struct numbers cuts_of(const struct rules *rules, size_t dimension)
{
    struct numbers cuts = { { 0 } };
    size_t n = 0;

    (void)DM_VEC_PUSH(rules->arena, &cuts.list, 0);
    for (size_t i = 0; i < rules->items.n; i++) {
        const struct ranges *ranges = &rules->items.items[i].ranges;

        for (size_t k = 0; k < ranges->list.n; k++) {
            const struct range *range = &ranges->list.items[k];

            (void)DM_VEC_PUSH(rules->arena, &cuts.list, range->first[dimension]);
            (void)DM_VEC_PUSH(rules->arena, &cuts.list, (uint64_t)range->last[dimension] + 1);
        }
    }
    qsort(cuts.list.items, cuts.list.n, sizeof *cuts.list.items, compare_numbers);
    for (size_t i = 0; i < cuts.list.n; i++) {
        if (!n || cuts.list.items[n - 1] != cuts.list.items[i]) {
            cuts.list.items[n++] = cuts.list.items[i];
        }
    }
    cuts.list.n = n;
    return cuts;
}

static size_t cut_at(const struct numbers *cuts, uint64_t number)
{
    const uint64_t *at =
        bsearch(&number, cuts->list.items, cuts->list.n, sizeof number, compare_numbers);

    return at ? (size_t)(at - cuts->list.items) : cuts->list.n;
}

/* Decides each atom of a box that no rule before has decided. */
static void fill(const struct numbers *cuts, const struct range *range, unsigned char *cells)
{
    size_t first[DIMENSIONS];
    size_t end[DIMENSIONS];

    for (size_t d = 0; d < DIMENSIONS; d++) {
        first[d] = cut_at(&cuts[d], range->first[d]);
        end[d] = cut_at(&cuts[d], (uint64_t)range->last[d] + 1);
    }
    for (size_t a = first[0]; a < end[0]; a++) {
        for (size_t b = first[1]; b < end[1]; b++) {
            for (size_t c = first[2]; c < end[2]; c++) {
                size_t row = ((a * cuts[1].list.n + b) * cuts[2].list.n + c) * cuts[3].list.n;

                memset(cells + row + first[3], 1, end[3] - first[3]);
            }
        }
    }
}

static void with_atoms(json_t *row, const struct rules *rules)
{
    double begin_ms = dm_bench_now_ms();
    struct numbers cuts[DIMENSIONS];
    unsigned long long n = 1;
    unsigned char *cells;

    for (size_t d = 0; d < DIMENSIONS; d++) {
        cuts[d] = cuts_of(rules, d);
        n *= cuts[d].list.n;
    }
    dm_bench_count(row, "atoms", n);
    cells = n <= MAX_CELLS ? dm_arena_alloc(rules->arena, (size_t)n, 1) : NULL;
    if (!cells) {
        return;
    }
    for (size_t i = rules->items.n; i-- > 0;) {
        const struct item *item = &rules->items.items[i];

        for (size_t k = 0; k < item->ranges.list.n; k++) {
            fill(cuts, &item->ranges.list.items[k], cells);
        }
    }
    dm_bench_real(row, "atoms_ms", dm_bench_now_ms() - begin_ms);
}

/* ---- subjects ---- */

static void measure(json_t *row, const struct rules *rules)
{
    dm_bench_count(row, "rules", rules->items.n);
    with_intervals(row, rules);
    with_bits(row, rules);
    with_boxes(row, rules);
    with_atoms(row, rules);
}

static void measure_adversary(json_t *row, const void *context)
{
    enum dm_adversary kind = *(const enum dm_adversary *)context;
    struct rules rules = { .arena = dm_arena_new(0) };
    struct dm_adversary_rule drawn[RULES];

    rules.sets = dm_sets_new(rules.arena);
    dm_diagram_begin();
    dm_adversary_rules(kind, 1, drawn, RULES);
    for (size_t i = 0; i < RULES; i++) {
        struct dm_set addresses =
            dm_set_and(rules.sets, dm_set_prefix(rules.sets, DM_FIELD_SOURCE, drawn[i].source),
                       dm_set_prefix(rules.sets, DM_FIELD_DESTINATION, drawn[i].destination));

        add_rule(&rules, drawn[i].allow, i == 0,
                 dm_set_and(rules.sets, addresses, dm_set_match(rules.sets, &drawn[i].match)));
    }
    measure(row, &rules);
    dm_diagram_end();
    dm_arena_free(rules.arena);
}

static void measure_stanford(json_t *row, const void *context)
{
    struct rules rules = { .arena = dm_arena_new(0) };
    struct dm_dataplane plane;

    (void)context;
    dm_diagram_begin();
    if (!dm_dataplane_stanford(&plane, rules.arena, true, false)) {
        dm_bench_text(row, "over", "it was not read");
        return;
    }
    rules.sets = plane.sets;
    for (size_t i = 0; i < plane.n_entries; i++) {
        const struct dm_dataplane_entry *entry = &plane.entries[i];

        add_rule(&rules, entry->permit, i == 0 || entry[-1].acl != entry->acl, entry->headers);
    }
    measure(row, &rules);
    dm_diagram_end();
    dm_arena_free(rules.arena);
}

void dm_bench_sets(struct dm_bench *bench)
{
    static const enum dm_adversary kinds[] = { DM_ADVERSARY_ALL_FIELDS, DM_ADVERSARY_NESTED,
                                               DM_ADVERSARY_DUPLICATES };

    dm_bench_section(bench, "sets of headers, kept in four ways: what lists of rules let pass");
    if (dm_dataplane_is_there()) {
        dm_bench_case(bench, "the Stanford backbone's ACLs", measure_stanford, NULL);
    } else {
        dm_bench_note(bench, "the Stanford backbone is not at hand");
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        dm_bench_case(bench, dm_adversary_text(kinds[i]), measure_adversary, &kinds[i]);
    }
}
