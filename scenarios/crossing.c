/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/crossing.h"

/* The flows that count: 'test' tells no two flows apart that lie in the same of its matches. */
static bool counted_flows(struct dm_checker *checker, const struct dm_crossing_test *test,
                          struct dm_interface_id at, struct dm_set *ret_set)
{
    struct dm_sets *sets = dm_symbolic_sets(checker->symbolic);
    DM_VEC(struct dm_set) pieces = { 0 };
    struct dm_set result = DM_SET_EMPTY;
    struct dm_arena_mark mark;
    bool fine;

    if (!test || !test->n_told) {
        struct dm_flow any = { .protocol = DM_PROTO_TCP };

        *ret_set = !test || test->counts(test->context, at, &any) ? DM_SET_ALL : DM_SET_EMPTY;
        return true;
    }
    mark = dm_arena_save(checker->brief);
    fine = DM_VEC_PUSH(checker->brief, &pieces, DM_SET_ALL);
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
            if (test->counts(test->context, at, &flow)) {
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
        *crossing = (struct dm_crossing){ .outcome = DM_VIOLATED,
                                          .query = { *start, dm_symbolic_flow(&packet), false },
                                          .walk = walk };
    } else if (!dm_set_is_empty(dm_set_and(sets, passes.perhaps, counted))
               && crossing->outcome == DM_HOLDS) {
        crossing->outcome = DM_UNDECIDED;
        crossing->why = walk->why ? walk->why : "a rule of a filter is not understood";
    }
}

/* ---- through load balancers ---- */

/* What is sent to a node, and where of it may arrive. */
struct sending {
    struct dm_checker *checker;
    struct dm_alive *alive;
    const struct dm_walk_start *start;
    const struct dm_walk *walk; /* to the node */
    struct dm_interface_id target;
    const struct dm_crossing_test *test;
    struct dm_flow_sets flows; /* of one piece */
    struct dm_crossing *crossing;
    struct dm_set found; /* what crosses of the piece, once something does */
    struct dm_interface_id at;
    const struct dm_walk *joined; /* the second time: the way of the packet that is shown */
    bool failed;
};

static void note_undecided(struct dm_crossing *crossing, const char *why)
{
    if (crossing->outcome == DM_HOLDS) {
        crossing->outcome = DM_UNDECIDED;
        crossing->why = why ? why : "a rule of a filter is not understood";
    }
}

static void hear_end(void *context, const struct dm_relay_end *end)
{
    struct sending *sending = context;
    struct dm_sets *sets = dm_symbolic_sets(sending->checker->symbolic);
    bool anyone = sending->target.v == sending->walk->interface.v;
    struct dm_set counted;

    if (end->end == DM_SESSION_UNKNOWN) {
        note_undecided(sending->crossing, end->why);
    }
    if (end->end != DM_SESSION_PASS || (!anyone && end->at.v != sending->target.v)
        || !dm_set_is_empty(sending->found)) {
        return;
    }
    if (!counted_flows(sending->checker, sending->test, end->at, &counted)) {
        sending->failed = true;
    } else if (!dm_set_is_empty(dm_set_and(sets, sending->flows.sure, counted))) {
        sending->found = dm_set_and(sets, sending->flows.sure, counted);
        sending->at = end->at;
    } else if (!dm_set_is_empty(dm_set_and(sets, sending->flows.perhaps, counted))) {
        note_undecided(sending->crossing, NULL);
    }
}

static void hear_way(void *context, const struct dm_relay_end *end)
{
    struct sending *sending = context;

    if (end->end == DM_SESSION_PASS && end->at.v == sending->at.v && !sending->joined) {
        sending->joined = end->request;
    }
}

/* Follows a piece of the flows that reach the node, and one packet of what crosses of it. */
static bool follow_piece(struct sending *sending, const struct dm_relay_piece *piece)
{
    const struct dm_walker *walker = &sending->checker->crossing_walker;
    struct dm_relay_listener listener = { hear_end, sending, true };
    struct dm_session_query query = { .start = *sending->start, .flow = piece->one };
    struct dm_onward onward;
    struct dm_packet packet;
    bool is_ping = piece->one.protocol == DM_PROTO_ICMP || piece->one.protocol == DM_PROTO_ICMPV6;

    sending->found = DM_SET_EMPTY;
    if (is_ping
        && dm_interface_get(walker->model, sending->walk->interface)->kind
               == DM_INTERFACE_ACCELERATOR) {
        return true; /* whoever answers it is outside: nothing but TCP and UDP goes on [GA-10] */
    }
    if (!dm_relay_onward(walker, sending->alive, &query, sending->walk, &listener, &onward)) {
        return false;
    }
    if (!dm_set_witness(dm_symbolic_sets(sending->checker->symbolic), sending->found, &packet)) {
        return !sending->failed;
    }
    query.flow = dm_symbolic_flow(&packet);
    listener.arrive = hear_way;
    if (!dm_relay_onward(walker, sending->alive, &query, sending->walk, &listener, &onward)) {
        return false;
    }
    DM_ASSERT(sending->joined != NULL); /* all flows of a piece go the same ways */
    *sending->crossing =
        (struct dm_crossing){ .outcome = DM_VIOLATED, .query = query, .walk = sending->joined };
    return true;
}

static bool follow_node(struct sending *sending)
{
    struct dm_symbolic *symbolic = sending->checker->symbolic;
    struct dm_sets *sets = dm_symbolic_sets(symbolic);
    struct dm_flow_sets passes = dm_symbolic_walk(symbolic, sending->walk);
    struct dm_relay_pieces pieces;

    if (!dm_symbolic_pieces(symbolic, sending->walk->interface, passes.perhaps, &pieces)) {
        return false;
    }
    for (size_t i = 0; i < pieces.n && sending->crossing->outcome != DM_VIOLATED; i++) {
        sending->flows.sure = dm_set_and(sets, passes.sure, pieces.items[i].flows);
        sending->flows.perhaps = dm_set_and(sets, passes.perhaps, pieces.items[i].flows);
        if (!follow_piece(sending, &pieces.items[i])) {
            return false;
        }
    }
    return true;
}

struct dm_symbolic *dm_checker_symbolic(struct dm_checker *checker)
{
    if (!checker->symbolic) {
        checker->symbolic = dm_symbolic_new(checker->run, checker->model);
    }
    return checker->symbolic;
}

bool dm_crossing_find(struct dm_checker *checker, struct dm_alive *alive,
                      const struct dm_walk_start *start, struct dm_interface_id target,
                      const struct dm_crossing_test *test, struct dm_crossing *ret_crossing)
{
    const struct dm_walks *walks = dm_walk(&checker->crossing_walker, alive, start);
    struct dm_crossing crossing = { .outcome = DM_HOLDS };
    struct dm_set counted = DM_SET_ALL;
    bool arrives = false;

    if (!walks || !dm_checker_symbolic(checker)
        || !counted_flows(checker, test, target, &counted)) {
        return false;
    }
    for (size_t i = 0; i < walks->n && crossing.outcome != DM_VIOLATED; i++) {
        const struct dm_walk *walk = &walks->items[i];
        struct dm_crossing_way way;
        struct sending sending = { .checker = checker,
                                   .alive = alive,
                                   .start = start,
                                   .walk = walk,
                                   .target = target,
                                   .test = test,
                                   .crossing = &crossing };

        if (!dm_walk_is_open(walk) && !dm_walk_is_at(walk, target)) {
            continue;
        }
        arrives = true;
        way = (struct dm_crossing_way){ walk, dm_symbolic_beyond(checker->symbolic, walk).perhaps };
        if (dm_set_is_empty(way.beyond)) {
            continue;
        }
        if (!DM_VEC_PUSH(checker->brief, &checker->ways, way)) {
            return false;
        }
        if (walk->end != DM_WALK_BALANCER) {
            try_walk(checker, start, walk, counted, &crossing);
        } else if (!follow_node(&sending)) {
            return false;
        }
    }
    if (dm_symbolic_failed(checker->symbolic)) {
        return false;
    }
    crossing.arrives = arrives;
    *ret_crossing = crossing;
    return true;
}

void dm_crossing_begin(struct dm_checker *checker)
{
    dm_arena_restore(checker->brief, checker->brief_begin);
    checker->ways.items = NULL;
    checker->ways.n = 0;
    checker->ways.capacity = 0;
}

bool dm_crossing_may(struct dm_checker *checker, size_t n_ways, struct dm_interface_id sender)
{
    struct dm_sets *sets = dm_symbolic_sets(checker->symbolic);

    for (size_t i = 0; i < n_ways; i++) {
        const struct dm_crossing_way *way = &checker->ways.items[i];
        struct dm_flow_sets own = dm_symbolic_own(checker->symbolic, way->walk, sender);

        if (!dm_set_is_empty(dm_set_and(sets, own.perhaps, way->beyond))) {
            return true;
        }
    }
    return false;
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
