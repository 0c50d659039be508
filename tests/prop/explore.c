/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Exploration of failures against every set tried, on random networks.
 *
 * The oracle shares nothing with what it judges but the forwarding: it counts
 * out all sets, says by the objects' own places (not by the elements' containers) what else
 * is dead then, keeps no memo, and asks for single packets.  Held against it: each set lies in the
 * cube of exactly one leaf, with the leaf's outcome; the minimal sets are the same,
 * with pruning and without.  Built with a planted fault this program must fail.
 */
#include "tests/support/dmtest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/base/vec.h"
#include "solver/fail/explore.h"
#include "solver/reach/session.h"
#include "tests/support/nets.h"

enum { SEEDS = 3000, MAX_SETS = 3000 };

/* Whether a packet gets through ('wanted') or must not. */
struct ask {
    struct dm_walker walker;
    struct dm_session_query query;
    bool wanted;
};

static enum dm_outcome evaluate(const void *context, struct dm_alive *alive)
{
    const struct ask *ask = context;
    struct dm_session session;

    if (!dm_walk_interface_alive(&ask->walker, alive, ask->query.start.interface)) {
        return DM_NOT_APPLICABLE;
    }
    assert_true(dm_session_check(&ask->walker, alive, &ask->query, &session));
    if (session.end == DM_SESSION_UNKNOWN) {
        return DM_UNDECIDED;
    }
    return (session.end == DM_SESSION_PASS) == ask->wanted ? DM_HOLDS : DM_VIOLATED;
}

/* ---- the oracle ---- */

struct judged {
    struct dm_element_id set[4];
    size_t n;
    enum dm_outcome outcome;
};

struct oracle {
    struct dm_arena *arena;
    const struct dm_model *model;
    struct dm_alive *alive;
    DM_VEC(struct judged) sets;
    DM_VEC(struct dm_element_id) closed;
};

static bool in_set(const struct dm_element_id *set, size_t n, struct dm_element_id element)
{
    for (size_t i = 0; i < n; i++) {
        if (set[i].v == element.v) {
            return true;
        }
    }
    return false;
}

static bool region_in(const struct oracle *oracle, const struct judged *set,
                      struct dm_region_id region)
{
    return in_set(set->set, set->n, dm_region_get(oracle->model, region)->element);
}

static void close_over(struct oracle *oracle, bool dead, struct dm_element_id element)
{
    if (dead && !in_set(oracle->closed.items, oracle->closed.n, element)) {
        assert_true(DM_VEC_PUSH(oracle->arena, &oracle->closed, element));
    }
}

/* What stands in a subnet is dead with its zone, and with its region. */
static void close_in_subnet(struct oracle *oracle, const struct judged *set,
                            struct dm_subnet_id subnet, struct dm_element_id element)
{
    const struct dm_model *m = oracle->model;
    const struct dm_zone *zone = dm_zone_get(m, dm_subnet_get(m, subnet)->zone);

    close_over(oracle,
               region_in(oracle, set, zone->region) || in_set(set->set, set->n, zone->element),
               element);
}

/* All that is dead when the set failed, told by where each object stands. */
static void close_set(struct oracle *oracle, const struct judged *set)
{
    const struct dm_model *m = oracle->model;

    oracle->closed.n = 0;
    for (size_t i = 0; i < set->n; i++) {
        close_over(oracle, true, set->set[i]);
    }
    for (uint32_t i = 0; i < m->n_zones; i++) {
        close_over(oracle, region_in(oracle, set, m->zones[i].region), m->zones[i].element);
    }
    for (uint32_t i = 0; i < m->n_transit_gateways; i++) {
        close_over(oracle, region_in(oracle, set, m->transit_gateways[i].region),
                   m->transit_gateways[i].element);
    }
    for (uint32_t i = 0; i < m->n_attachments; i++) {
        struct dm_transit_gateway_id gateway = m->attachments[i].gateway;

        if (m->attachments[i].element.v) {
            close_over(oracle, region_in(oracle, set, dm_transit_gateway_get(m, gateway)->region),
                       m->attachments[i].element);
        }
    }
    for (uint32_t i = 0; i < m->n_peerings; i++) {
        const struct dm_peering *p = &m->peerings[i];

        close_over(oracle,
                   region_in(oracle, set, dm_vpc_get(m, p->requester)->region)
                       || region_in(oracle, set, dm_vpc_get(m, p->accepter)->region),
                   p->element);
    }
    for (uint32_t i = 0; i < m->n_internet_gateways; i++) {
        close_over(oracle, region_in(oracle, set, m->internet_gateways[i].region),
                   m->internet_gateways[i].element);
    }
    for (uint32_t i = 0; i < m->n_gwlb_endpoints; i++) {
        close_in_subnet(oracle, set, m->gwlb_endpoints[i].subnet, m->gwlb_endpoints[i].element);
    }
    for (uint32_t i = 0; i < m->n_hosts; i++) {
        if (m->hosts[i].element.v) {
            close_in_subnet(oracle, set, dm_interface_get(m, m->hosts[i].interfaces[0])->subnet,
                            m->hosts[i].element);
        }
    }
    for (uint32_t i = 0; i < m->n_nat_gateways; i++) {
        close_in_subnet(oracle, set, m->nat_gateways[i].subnet, m->nat_gateways[i].element);
    }
}

static void judge_sets(struct oracle *oracle, const struct dm_question *question,
                       const struct dm_element_id *elements, size_t n_elements, size_t from,
                       struct judged set, unsigned k)
{
    close_set(oracle, &set);
    dm_alive_begin(oracle->alive, oracle->closed.items, oracle->closed.n);
    set.outcome = question->evaluate(question->context, oracle->alive);
    assert_true(DM_VEC_PUSH(oracle->arena, &oracle->sets, set));
    for (size_t i = from; set.n < k && i < n_elements; i++) {
        struct judged next = set;

        next.set[next.n++] = elements[i];
        judge_sets(oracle, question, elements, n_elements, i + 1, next, k);
    }
}

static bool contains(const struct judged *outer, const struct judged *inner)
{
    for (size_t i = 0; i < inner->n; i++) {
        if (!in_set(outer->set, outer->n, inner->set[i])) {
            return false;
        }
    }
    return true;
}

static bool is_minimal(const struct oracle *oracle, const struct judged *set)
{
    for (size_t i = 0; i < oracle->sets.n; i++) {
        const struct judged *other = &oracle->sets.items[i];

        if (other->outcome == set->outcome && other->n < set->n && contains(set, other)) {
            return false;
        }
    }
    return true;
}

/* ---- leaves ---- */

struct leaf {
    struct judged failed;
    struct dm_read *trace;
    size_t n_trace;
};

struct leaves {
    struct dm_arena *arena;
    DM_VEC(struct leaf) items;
};

static void keep_leaf(void *context, const struct dm_leaf *given)
{
    struct leaves *leaves = context;
    struct leaf leaf = { .failed = { .n = given->failed.n, .outcome = given->outcome },
                         .n_trace = given->n_trace };

    memcpy(leaf.failed.set, given->failed.elements, given->failed.n * sizeof *leaf.failed.set);
    leaf.trace = DM_NEW_ARRAY(leaves->arena, given->n_trace + 1, struct dm_read);
    memcpy(leaf.trace, given->trace, given->n_trace * sizeof *leaf.trace);
    assert_true(DM_VEC_PUSH(leaves->arena, &leaves->items, leaf));
}

static bool covers(const struct leaf *leaf, const struct judged *set)
{
    if (!contains(set, &leaf->failed)) {
        return false;
    }
    for (size_t i = 0; i < leaf->n_trace; i++) {
        if (leaf->trace[i].alive && in_set(set->set, set->n, leaf->trace[i].element)) {
            return false;
        }
    }
    return true;
}

/* ---- one question ---- */

static void complain(const struct oracle *oracle, uint64_t seed, const char *what,
                     const struct judged *set)
{
    print_message("DM_SEED=%llu: %s:", (unsigned long long)seed, what);
    for (size_t i = 0; set && i < set->n; i++) {
        print_message(" %s", dm_element_get(oracle->model, set->set[i])->object.name);
    }
    print_message("\n%s\n", dm_nets_describe(oracle->model));
    fail();
}

static void hold_leaves(const struct oracle *oracle, const struct leaves *leaves, uint64_t seed)
{
    for (size_t i = 0; i < oracle->sets.n; i++) {
        const struct judged *set = &oracle->sets.items[i];
        size_t n = 0;

        for (size_t j = 0; j < leaves->items.n; j++) {
            if (covers(&leaves->items.items[j], set)) {
                n++;
                if (leaves->items.items[j].failed.outcome != set->outcome) {
                    complain(oracle, seed, "a leaf has another outcome than the set", set);
                }
            }
        }
        if (n != 1) {
            complain(oracle, seed, n ? "several leaves have the set" : "no leaf has the set", set);
        }
    }
}

static void hold_cuts(const struct oracle *oracle, enum dm_outcome outcome,
                      const struct dm_cut *cuts, size_t n_cuts, uint64_t seed, const char *what)
{
    size_t n = 0;

    for (size_t i = 0; i < oracle->sets.n; i++) {
        const struct judged *set = &oracle->sets.items[i];
        bool found = false;

        if (set->outcome != outcome || !is_minimal(oracle, set)) {
            continue;
        }
        n++;
        for (size_t j = 0; j < n_cuts && !found; j++) {
            struct judged cut = { .n = cuts[j].n };

            memcpy(cut.set, cuts[j].elements, cuts[j].n * sizeof *cut.set);
            found = cut.n == set->n && contains(set, &cut);
        }
        if (!found) {
            complain(oracle, seed, what, set);
        }
    }
    if (n != n_cuts) {
        complain(oracle, seed, what, NULL);
    }
}

struct totals {
    size_t questions;
    size_t sets;
    size_t evaluations;
    size_t violated;
    size_t repaired; /* sets that hold though a part of them violates: not monotone */
};

static void count(struct totals *totals, const struct oracle *oracle)
{
    totals->questions++;
    totals->sets += oracle->sets.n;
    for (size_t i = 0; i < oracle->sets.n; i++) {
        const struct judged *set = &oracle->sets.items[i];

        totals->violated += set->outcome == DM_VIOLATED;
        for (size_t j = 0; set->outcome == DM_HOLDS && j < oracle->sets.n; j++) {
            if (oracle->sets.items[j].outcome == DM_VIOLATED
                && contains(set, &oracle->sets.items[j])) {
                totals->repaired++;
                break;
            }
        }
    }
}

static void hold(const struct dm_model *model, struct dm_alive *alive, const struct ask *ask,
                 uint32_t kinds, unsigned k, uint64_t seed, struct totals *totals)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_question question = { evaluate, ask };
    struct oracle oracle = { .arena = arena, .model = model, .alive = dm_alive_new(arena, model) };
    struct leaves leaves = { .arena = arena };
    struct dm_explore_options options = {
        .kinds = kinds, .k = k, .visit = keep_leaf, .visit_context = &leaves
    };
    DM_VEC(struct dm_element_id) elements = { 0 };
    struct dm_exploration found;

    dm_alive_without_memo(oracle.alive);
    for (uint32_t v = 1; v <= model->n_elements; v++) {
        struct dm_element_id element = { v };

        if (kinds >> dm_element_get(model, element)->kind & 1) {
            assert_true(DM_VEC_PUSH(arena, &elements, element));
        }
    }
    while (k > 0 && dm_explore_count_sets(elements.n, k) > MAX_SETS) {
        k--;
    }
    options.k = k;
    judge_sets(&oracle, &question, elements.items, elements.n, 0, (struct judged){ .n = 0 }, k);
    assert_int_equal(oracle.sets.n, dm_explore_count_sets(elements.n, k));

    assert_int_equal(dm_explore(arena, alive, &question, &options, &found, NULL), DM_OK);
    assert_true(found.exhaustive);
    totals->evaluations += found.evaluations;
    hold_leaves(&oracle, &leaves, seed);
    hold_cuts(&oracle, DM_VIOLATED, found.violated, found.n_violated, seed, "violating sets");
    hold_cuts(&oracle, DM_UNDECIDED, found.undecided, found.n_undecided, seed, "undecided sets");

    options.visit = NULL;
    options.minimal = true;
    assert_int_equal(dm_explore(arena, alive, &question, &options, &found, NULL), DM_OK);
    hold_cuts(&oracle, DM_VIOLATED, found.violated, found.n_violated, seed,
              "violating sets, with pruning");
    assert_int_equal(dm_explore_brute(arena, alive, &question, &options, &found, NULL), DM_OK);
    hold_cuts(&oracle, DM_VIOLATED, found.violated, found.n_violated, seed,
              "violating sets, by brute force");
    count(totals, &oracle);
    dm_arena_free(arena);
}

/* Questions about random pairs of hosts of one network, which share a memo. */
static void hold_network(uint64_t seed, struct totals *totals)
{
    struct dm_net_options options = DM_NET_ALL;
    struct dm_random random = { seed };
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_arena *memo = dm_arena_new(0);
    struct dm_arena_mark begin = dm_arena_save(memo);
    struct dm_alive *alive;
    const struct dm_model *model;
    struct ask ask;

    options.with_unknowns = dm_random_chance(&random, 1, 4);
    options.with_filters = dm_random_chance(&random, 1, 3);
    model = dm_nets_make(arena, dm_nets_random(arena, seed, &options));
    ask.walker = (struct dm_walker){ memo, model, dm_plane_new(arena, model), false };
    alive = dm_alive_new(arena, model);
    dm_alive_forget(alive, memo);
    for (unsigned i = 0; i < 4 && model->n_hosts > 1; i++) {
        const struct dm_host *from = &model->hosts[dm_random_below(&random, model->n_hosts)];
        const struct dm_host *to = &model->hosts[dm_random_below(&random, model->n_hosts)];
        const struct dm_interface_address *address =
            dm_interface_get(model, to->interfaces[0])->addresses;
        bool outside = !dm_addr_is_none(address->public_address) && dm_random_chance(&random, 1, 3);

        ask.wanted = dm_random_chance(&random, 1, 2);
        ask.query = (struct dm_session_query){
            .flow = { .protocol = DM_PROTO_TCP, .port_first = 443, .port_last = 443 }
        };
        ask.query.start = (struct dm_walk_start){
            .interface = from->interfaces[0],
            .source = dm_interface_get(model, from->interfaces[0])->addresses[0].address,
            .destination = outside ? address->public_address : address->address,
        };
        hold(model, alive, &ask, (uint32_t)dm_random_next(&random) | 2,
             1 + dm_random_below(&random, 3), seed, totals);
        if (i == 1) { /* what the first two left is gone for the others */
            dm_arena_restore(memo, begin);
            dm_alive_forget(alive, memo);
        }
    }
    dm_arena_free(memo);
    dm_arena_free(arena);
}

static void exploration_agrees_with_every_set_tried(void **state)
{
    struct totals totals = { 0 };
    uint64_t seed;

    (void)state;
    if (dm_nets_replay_seed(&seed)) {
        hold_network(seed, &totals);
        return;
    }
    for (seed = 1; seed <= SEEDS; seed++) {
        hold_network(seed, &totals);
    }
    print_message("%zu questions on %d networks: %zu sets, %zu violating, %zu that hold though a "
                  "part of them violates; %zu evaluations\n",
                  totals.questions, (int)SEEDS, totals.sets, totals.violated, totals.repaired,
                  totals.evaluations);
    /* The networks must be of the kind that is to be tested. */
    assert_true(totals.violated > totals.questions);
    assert_true(totals.repaired > 100);
    assert_true(totals.evaluations < totals.sets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exploration_agrees_with_every_set_tried),
    };

    return cmocka_run_group_tests_name("explore", tests, NULL, NULL);
}
