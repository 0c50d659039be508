/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Networks that other programs were measured on (P6, P7), from text in memory to answers; their
 * figures are APKeep's, the one of them that is fastest, taken update by update.
 */
#include "tests/support/dataplane.h"

#include "solver/packet/parts.h"
#include "tests/bench/bench.h"

enum { RUNS = 5 };

static void over(json_t *row)
{
    dm_bench_text(row, "over", "it failed");
}

/* The state of all updates: classes of addresses and of ACLs, and loops. */
static void measure_stanford(json_t *row, const void *context)
{
    bool with_acls = *(const bool *)context;
    double took_ms[RUNS];

    for (size_t i = 0; i < RUNS; i++) {
        struct dm_arena *arena = dm_arena_new(0);
        double begin_ms = dm_bench_now_ms();
        struct dm_dataplane plane;
        struct dm_forwarding_classes classes;
        struct dm_forwarding_loops loops = { .n = 0 };
        const struct dm_set *parts;
        struct dm_set whole;
        size_t n_parts = 0;

        if (!dm_dataplane_stanford(&plane, arena, with_acls, false)) {
            over(row);
            return;
        }
        whole = dm_set_addresses(plane.sets, DM_FIELD_SOURCE, dm_addr_ipv4(0),
                                 dm_addr_ipv4(UINT32_MAX));
        if (!dm_forwarding_classify(plane.forwarding, arena, &classes)
            || (with_acls
                && !dm_set_parts(arena, plane.sets, whole, plane.filters, plane.n_filters, &parts,
                                 &n_parts))
            || dm_forwarding_loops(plane.forwarding, arena, plane.sets, &classes, &loops, NULL)
                   != DM_OK) {
            over(row);
            return;
        }
        took_ms[i] = dm_bench_now_ms() - begin_ms;
        if (i == 0) {
            dm_bench_count(row, "updates", plane.n_updates);
            dm_bench_count(row, "atoms", classes.n_atoms);
            dm_bench_count(row, "classes", classes.n + n_parts);
            dm_bench_count(row, "loops", loops.n);
            dm_bench_count(row, "nodes", dm_sets_nodes(plane.sets));
        }
        dm_arena_free(arena);
    }
    dm_bench_real(row, "ms", dm_bench_median(took_ms, RUNS));
    dm_bench_limit(row, "ms", 130);
    dm_bench_count(row, "peer_ms", 1300);
}

struct zoo {
    const char *name;
    unsigned peer_ms;
};

static void measure_zoo(json_t *row, const void *context)
{
    const struct zoo *zoo = context;
    struct dm_arena *arena = dm_arena_new(0);
    double began_ms = dm_bench_now_ms();
    double took_ms[RUNS];
    struct dm_dataplane plane;
    size_t n = 0;
    size_t of = 1;

    if (!dm_dataplane_zoo(&plane, arena, zoo->name)) {
        over(row);
        return;
    }
    dm_bench_real(row, "read_ms", dm_bench_now_ms() - began_ms);
    for (size_t i = 0; i < RUNS; i++) {
        double begin_ms = dm_bench_now_ms();

        if (!dm_dataplane_zoo_pairs(&plane, zoo->name, &n, &of) || n != of) {
            over(row);
            return;
        }
        took_ms[i] = dm_bench_now_ms() - begin_ms;
    }
    dm_bench_real(row, "ms", dm_bench_median(took_ms, RUNS));
    dm_bench_limit(row, "ms", zoo->peer_ms / 5.0);
    dm_bench_count(row, "pairs", n);
    dm_bench_count(row, "peer_ms", zoo->peer_ms);
    dm_arena_free(arena);
}

void dm_bench_dataplane(struct dm_bench *bench)
{
    static const struct zoo zoos[] = { { "Airtel", 5 }, { "Uninett2010", 103 }, { "Colt", 1191 } };
    static const bool with[] = { false, true };

    dm_bench_section(bench, "P6: classes and loops of the Stanford backbone, reading included");
    if (!dm_dataplane_is_there()) {
        dm_bench_note(bench, "not measured: the cases are not at hand");
        return;
    }
    dm_bench_case(bench, "without ACLs", measure_stanford, &with[0]);
    dm_bench_case(bench, "with ACLs", measure_stanford, &with[1]);
    dm_bench_section(bench, "P7: all pairs of Topology Zoo networks");
    for (size_t i = 0; i < sizeof zoos / sizeof *zoos; i++) {
        dm_bench_case(bench, zoos[i].name, measure_zoo, &zoos[i]);
    }
}
