/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/crossing.h"

/* What the filters of a walk say of one flow: the worst of them. */
static enum dm_filter_verdict pass(const struct dm_model *model, const struct dm_walk *walk,
                                   const struct dm_flow *flow)
{
    enum dm_filter_verdict worst = DM_FILTER_ALLOW;

    for (size_t i = 0; i < walk->n_hops; i++) {
        struct dm_decision decision;

        if (!dm_hop_is_filter(walk->hops[i].kind)) {
            continue;
        }
        decision = dm_filter_decide(model, &walk->hops[i], flow);
        if (decision.verdict == DM_FILTER_DENY) {
            return DM_FILTER_DENY;
        }
        worst = decision.verdict == DM_FILTER_UNKNOWN ? DM_FILTER_UNKNOWN : worst;
    }
    return worst;
}

static bool try_walk(struct dm_checker *checker, const struct dm_walk_start *start,
                     const struct dm_walk *walk, const struct dm_crossing_test *test,
                     struct dm_crossing *crossing)
{
    struct dm_arena_mark mark = dm_arena_save(checker->brief);
    struct dm_flows flows;
    bool fine =
        dm_filter_representatives(checker->brief, checker->model, walk->hops, walk->n_hops,
                                  test ? test->told : NULL, test ? test->n_told : 0, &flows);

    for (size_t i = 0; fine && i < flows.n && crossing->outcome != DM_VIOLATED; i++) {
        enum dm_filter_verdict verdict;

        if (test && !test->counts(test->context, &flows.items[i])) {
            continue;
        }
        verdict = pass(checker->model, walk, &flows.items[i]);
        if (verdict == DM_FILTER_ALLOW && walk->end != DM_WALK_UNKNOWN) {
            *crossing = (struct dm_crossing){ DM_VIOLATED, { *start, flows.items[i] }, walk, NULL };
        } else if (verdict != DM_FILTER_DENY && crossing->outcome == DM_HOLDS) {
            crossing->outcome = DM_UNDECIDED;
            crossing->why = walk->why ? walk->why : "a rule of a filter is not understood";
        }
    }
    dm_arena_restore(checker->brief, mark);
    return fine;
}

bool dm_crossing_find(struct dm_checker *checker, struct dm_alive *alive,
                      const struct dm_walk_start *start, struct dm_interface_id target,
                      const struct dm_crossing_test *test, struct dm_crossing *ret_crossing)
{
    const struct dm_walks *walks = dm_walk(&checker->crossing_walker, alive, start);
    struct dm_crossing crossing = { .outcome = DM_HOLDS };

    if (!walks) {
        return false;
    }
    for (size_t i = 0; i < walks->n && crossing.outcome != DM_VIOLATED; i++) {
        const struct dm_walk *walk = &walks->items[i];
        bool arrives = target.v ? walk->end == DM_WALK_DELIVERED && walk->interface.v == target.v
                                : walk->end == DM_WALK_OUTSIDE;

        if ((arrives || walk->end == DM_WALK_UNKNOWN)
            && !try_walk(checker, start, walk, test, &crossing)) {
            return false;
        }
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
