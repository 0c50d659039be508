/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/crossing.h"

/* The flows that count: 'test' tells no two flows apart that lie in the same of its matches. */
static bool counted_flows(struct dm_checker *checker, const struct dm_crossing_test *test,
                          struct dm_set *ret_set)
{
    struct dm_sets *sets = dm_symbolic_sets(checker->symbolic);
    DM_VEC(struct dm_set) pieces = { 0 };
    struct dm_arena_mark mark = dm_arena_save(checker->brief);
    bool fine = DM_VEC_PUSH(checker->brief, &pieces, DM_SET_ALL);
    struct dm_set result = DM_SET_EMPTY;

    for (size_t i = 0; fine && i < test->n_told; i++) {
        struct dm_set match = dm_set_match(sets, &test->told[i]);
        size_t n = pieces.n;

        for (size_t j = 0; fine && j < n; j++) {
            struct dm_set part = dm_set_and(sets, pieces.items[j], match);

            if (!dm_set_is_empty(part) && !dm_set_is_equal(part, pieces.items[j])) {
                pieces.items[j] = dm_set_minus(sets, pieces.items[j], match);
                fine = DM_VEC_PUSH(checker->brief, &pieces, part);
            }
        }
    }
    for (size_t i = 0; fine && i < pieces.n; i++) {
        struct dm_packet packet;
        struct dm_flow flow;

        if (dm_set_witness(sets, pieces.items[i], &packet)) {
            flow = dm_symbolic_flow(&packet);
            if (test->counts(test->context, &flow)) {
                result = dm_set_or(sets, result, pieces.items[i]);
            }
        }
    }
    dm_arena_restore(checker->brief, mark);
    *ret_set = result;
    return fine;
}

static void try_walk(struct dm_checker *checker, const struct dm_walk_start *start,
                     const struct dm_walk *walk, struct dm_set counted,
                     struct dm_crossing *crossing)
{
    struct dm_sets *sets = dm_symbolic_sets(checker->symbolic);
    struct dm_flow_sets passes = dm_symbolic_walk(checker->symbolic, walk);
    struct dm_packet packet;

    if (!dm_walk_is_open(walk)
        && dm_set_witness(sets, dm_set_and(sets, passes.sure, counted), &packet)) {
        *crossing = (struct dm_crossing){
            DM_VIOLATED, { *start, dm_symbolic_flow(&packet), false }, walk, NULL
        };
    } else if (!dm_set_is_empty(dm_set_and(sets, passes.perhaps, counted))
               && crossing->outcome == DM_HOLDS) {
        crossing->outcome = DM_UNDECIDED;
        crossing->why = walk->why ? walk->why : "a rule of a filter is not understood";
    }
}

bool dm_crossing_find(struct dm_checker *checker, struct dm_alive *alive,
                      const struct dm_walk_start *start, struct dm_interface_id target,
                      const struct dm_crossing_test *test, struct dm_crossing *ret_crossing)
{
    const struct dm_walks *walks = dm_walk(&checker->crossing_walker, alive, start);
    struct dm_crossing crossing = { .outcome = DM_HOLDS };
    struct dm_set counted = DM_SET_ALL;

    if (!checker->symbolic) {
        checker->symbolic = dm_symbolic_new(checker->run, checker->model);
    }
    if (!walks || !checker->symbolic || (test && !counted_flows(checker, test, &counted))) {
        return false;
    }
    for (size_t i = 0; i < walks->n && crossing.outcome != DM_VIOLATED; i++) {
        const struct dm_walk *walk = &walks->items[i];

        if (dm_walk_is_open(walk) || dm_walk_is_at(walk, target)) {
            try_walk(checker, start, walk, counted, &crossing);
        }
    }
    if (dm_symbolic_failed(checker->symbolic)) {
        return false;
    }
    *ret_crossing = crossing;
    return true;
}

void dm_crossing_begin(struct dm_checker *checker)
{
    dm_arena_restore(checker->brief, checker->brief_begin);
}

enum dm_status dm_crossing_witness(struct dm_checker *checker, const char *from, const char *to,
                                   const struct dm_crossing *crossing, const struct dm_cut *failed,
                                   struct dm_witness *ret_witness, struct dm_err *err)
{
    struct dm_session session = { .end = DM_SESSION_PASS, .request = crossing->walk };

    return dm_witness_path(checker, from, to, &crossing->query, &session, failed, ret_witness, err);
}

const char *dm_flow_text(const struct dm_flow *flow, char buffer[DM_ADDR_TEXT_SIZE])
{
    struct dm_match match = { flow->protocol, flow->port_first, flow->port_last, flow->icmp_type,
                              flow->icmp_code };

    return dm_match_text(&match, buffer);
}
