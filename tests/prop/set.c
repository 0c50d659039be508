/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sets of headers against lists of all headers, in a small universe.
 *
 * The universe has cells: each field is cut at random numbers, and no random set divides a cell.
 * The oracle keeps one truth value a cell and knows nothing of diagrams.  A set that an
 * expression gave must hold of the corners of each cell what the oracle says, and must be the very
 * same as the union of its cells, made in another order: that is what canonical means.
 * Built with a planted fault this program must fail.
 */
#include "tests/support/dmtest.h"

#include <string.h>

#include "solver/packet/set.h"
#include "tests/support/nets.h"

enum { SEEDS = 150, STEPS = 40, FAMILIES = 2, PARTS = 4, N_POOL = 8 };

/* What a flow can be: a range of protocols, and of details where there is one protocol. */
struct flow_cell {
    uint8_t protocol_first;
    uint8_t protocol_last;
    uint16_t first;
    uint16_t last;
};

enum { MAX_FLOWS = 32, CELLS = FAMILIES * PARTS * PARTS * MAX_FLOWS };

struct universe {
    struct dm_addr address_first[FAMILIES][PARTS];
    struct dm_addr address_last[FAMILIES][PARTS];
    struct flow_cell flows[MAX_FLOWS];
    unsigned n_flows;
};

struct both {
    struct dm_set set;
    bool cells[CELLS];
};

static size_t cell_of(unsigned family, unsigned source, unsigned destination, unsigned flow)
{
    return ((family * PARTS + source) * PARTS + destination) * MAX_FLOWS + flow;
}

static void add_details(struct universe *universe, struct dm_random *random, uint8_t protocol)
{
    unsigned first = 0;

    for (unsigned i = 0; i < PARTS; i++) {
        unsigned left = 65535 - first - (PARTS - i - 1);
        unsigned last = i + 1 == PARTS ? 65535 : first + dm_random_below(random, left / 2);

        universe->flows[universe->n_flows++] =
            (struct flow_cell){ protocol, protocol, (uint16_t)first, (uint16_t)last };
        first = last + 1;
    }
}

static void draw_universe(struct universe *universe, struct dm_random *random)
{
    static const uint8_t plain[][2] = { { 0, 0 },   { 2, 5 },   { 7, 16 },   { 18, 49 },
                                        { 50, 50 }, { 51, 57 }, { 59, 254 }, { 255, 255 } };

    *universe = (struct universe){ .n_flows = 0 };
    for (unsigned family = 0; family < FAMILIES; family++) {
        struct dm_prefix all = { { 0, 0, family ? DM_FAMILY_IPV6 : DM_FAMILY_IPV4 }, 0 };
        struct dm_addr at = all.addr;

        for (unsigned i = 0; i < PARTS; i++) {
            struct dm_addr last = at;

            if (family == 0) {
                last.low += dm_random_next(random) % 900000000;
            } else {
                last.high += dm_random_next(random) % (UINT64_C(1) << 61);
                last.low = dm_random_chance(random, 1, 2) ? UINT64_MAX : 5 + i;
            }
            universe->address_first[family][i] = at;
            universe->address_last[family][i] = i + 1 == PARTS ? dm_prefix_last(all) : last;
            at = dm_addr_add(last, 1);
        }
    }
    add_details(universe, random, DM_PROTO_TCP);
    add_details(universe, random, DM_PROTO_UDP);
    add_details(universe, random, DM_PROTO_ICMP);
    add_details(universe, random, DM_PROTO_ICMPV6);
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        universe->flows[universe->n_flows++] =
            (struct flow_cell){ plain[i][0], plain[i][1], 0, 65535 };
    }
}

static struct dm_set flow_set(struct dm_sets *sets, const struct flow_cell *flow)
{
    struct dm_set result = DM_SET_EMPTY;

    if (flow->first != 0 || flow->last != 65535) {
        return dm_set_details(sets, flow->protocol_first, flow->first, flow->last);
    }
    for (unsigned i = flow->protocol_first; i <= flow->protocol_last; i++) {
        result = dm_set_or(sets, result, dm_set_protocol(sets, (uint8_t)i));
    }
    return result;
}

static struct dm_set cell_set(struct dm_sets *sets, const struct universe *universe,
                              unsigned family, unsigned source, unsigned destination, unsigned flow)
{
    struct dm_set set = flow_set(sets, &universe->flows[flow]);

    set =
        dm_set_and(sets, set,
                   dm_set_addresses(sets, DM_FIELD_SOURCE, universe->address_first[family][source],
                                    universe->address_last[family][source]));
    return dm_set_and(sets, set,
                      dm_set_addresses(sets, DM_FIELD_DESTINATION,
                                       universe->address_first[family][destination],
                                       universe->address_last[family][destination]));
}

/* A random box: some parts in a row of one field, any of the others. */
static void draw_box(struct dm_sets *sets, const struct universe *universe,
                     struct dm_random *random, struct both *both)
{
    unsigned field = dm_random_below(random, 3);
    unsigned family = dm_random_below(random, FAMILIES);
    unsigned first = dm_random_below(random, field == 2 ? universe->n_flows : PARTS);
    unsigned last = first + dm_random_below(random, PARTS - (field == 2 ? 0 : first));

    last = field == 2 ? first : last;
    both->set = field == 2 ? flow_set(sets, &universe->flows[first])
                           : dm_set_addresses(sets, field ? DM_FIELD_DESTINATION : DM_FIELD_SOURCE,
                                              universe->address_first[family][first],
                                              universe->address_last[family][last]);
    for (unsigned f = 0; f < FAMILIES; f++) {
        for (unsigned s = 0; s < PARTS; s++) {
            for (unsigned d = 0; d < PARTS; d++) {
                for (unsigned i = 0; i < universe->n_flows; i++) {
                    unsigned at = field == 0 ? s : field == 1 ? d : i;

                    both->cells[cell_of(f, s, d, i)] =
                        at >= first && at <= last && (field == 2 || f == family);
                }
            }
        }
    }
}

static void combine(struct dm_sets *sets, unsigned op, const struct both *a, const struct both *b,
                    struct both *result)
{
    result->set = op == 0   ? dm_set_and(sets, a->set, b->set)
                  : op == 1 ? dm_set_or(sets, a->set, b->set)
                  : op == 2 ? dm_set_minus(sets, a->set, b->set)
                            : dm_set_not(sets, a->set);
    for (size_t i = 0; i < CELLS; i++) {
        result->cells[i] = op == 0   ? a->cells[i] && b->cells[i]
                           : op == 1 ? a->cells[i] || b->cells[i]
                           : op == 2 ? a->cells[i] && !b->cells[i]
                                     : !a->cells[i];
    }
}

/* A packet at a corner of the cell. */
static struct dm_packet packet_at(const struct universe *universe, unsigned family, unsigned source,
                                  unsigned destination, unsigned flow, bool upper)
{
    const struct flow_cell *cell = &universe->flows[flow];
    uint16_t detail = upper ? cell->last : cell->first;
    struct dm_packet packet = {
        .source = upper ? universe->address_last[family][source]
                        : universe->address_first[family][source],
        .destination = upper ? universe->address_last[family][destination]
                             : universe->address_first[family][destination],
        .protocol = upper ? cell->protocol_last : cell->protocol_first,
    };

    if (packet.protocol == DM_PROTO_ICMP || packet.protocol == DM_PROTO_ICMPV6) {
        packet.icmp_type = (uint8_t)(detail >> 8);
        packet.icmp_code = (uint8_t)detail;
    } else if (packet.protocol == DM_PROTO_TCP || packet.protocol == DM_PROTO_UDP) {
        packet.destination_port = detail;
    }
    return packet;
}

/* The set that holds the cells, put together from the last to the first. */
static struct dm_set rebuild(struct dm_sets *sets, const struct universe *universe,
                             const struct both *both)
{
    struct dm_set result = DM_SET_EMPTY;

    for (unsigned i = FAMILIES * PARTS * PARTS * universe->n_flows; i-- > 0;) {
        unsigned flow = i % universe->n_flows;
        unsigned rest = i / universe->n_flows;
        unsigned destination = rest % PARTS;
        unsigned source = rest / PARTS % PARTS;
        unsigned family = rest / PARTS / PARTS;

        if (both->cells[cell_of(family, source, destination, flow)]) {
            result = dm_set_or(sets, result,
                               cell_set(sets, universe, family, source, destination, flow));
        }
    }
    return result;
}

static bool agrees(struct dm_sets *sets, const struct universe *universe, const struct both *both)
{
    struct dm_packet witness;
    bool any = false;

    for (unsigned f = 0; f < FAMILIES; f++) {
        for (unsigned s = 0; s < PARTS; s++) {
            for (unsigned d = 0; d < PARTS; d++) {
                for (unsigned i = 0; i < universe->n_flows; i++) {
                    struct dm_packet low = packet_at(universe, f, s, d, i, false);
                    struct dm_packet high = packet_at(universe, f, s, d, i, true);
                    bool expected = both->cells[cell_of(f, s, d, i)];

                    any |= expected;
                    if (dm_set_has(sets, both->set, &low) != expected
                        || dm_set_has(sets, both->set, &high) != expected) {
                        return false;
                    }
                }
            }
        }
    }
    if (dm_set_is_empty(both->set) == any
        || !dm_set_is_equal(both->set, rebuild(sets, universe, both))) {
        return false;
    }
    return dm_set_witness(sets, both->set, &witness) == any
           && (!any || dm_set_has(sets, both->set, &witness));
}

static void operations_agree_with_lists_of_cells(void **state)
{
    static struct both pool[N_POOL];
    static struct both result;
    uint64_t seed = 1;
    bool only = dm_nets_replay_seed(&seed);

    (void)state;
    for (uint64_t end = only ? seed : SEEDS; seed <= end; seed++) {
        struct dm_arena *arena = dm_arena_new(0);
        struct dm_sets *sets = dm_sets_new(arena);
        struct dm_random random = { seed };
        struct universe universe;

        assert_non_null(sets);
        draw_universe(&universe, &random);
        for (unsigned i = 0; i < N_POOL; i++) {
            draw_box(sets, &universe, &random, &pool[i]);
        }
        for (unsigned i = 0; i < STEPS; i++) {
            combine(sets, dm_random_below(&random, 4), &pool[dm_random_below(&random, N_POOL)],
                    &pool[dm_random_below(&random, N_POOL)], &result);
            if (!agrees(sets, &universe, &result)) {
                fail_msg("DM_SEED=%llu, step %u", (unsigned long long)seed, i);
            }
            pool[dm_random_below(&random, N_POOL)] = result;
            if (i % 3 == 0) {
                draw_box(sets, &universe, &random, &pool[dm_random_below(&random, N_POOL)]);
            }
        }
        assert_false(dm_sets_failed(sets));
        dm_arena_free(arena);
    }
}

struct sum {
    struct dm_sets *sets;
    struct dm_set all;
    bool overlap;
};

static void add_box(void *context, const struct dm_box *box)
{
    struct sum *sum = context;
    struct dm_set set = dm_set_and(
        sum->sets,
        dm_set_addresses(sum->sets, DM_FIELD_SOURCE, box->source_first, box->source_last),
        dm_set_addresses(sum->sets, DM_FIELD_DESTINATION, box->destination_first,
                         box->destination_last));
    struct dm_set flows = DM_SET_EMPTY;

    for (unsigned i = box->protocol_first; i <= box->protocol_last; i++) {
        struct flow_cell flow = { (uint8_t)i, (uint8_t)i, box->detail_first, box->detail_last };

        flows = dm_set_or(sum->sets, flows, flow_set(sum->sets, &flow));
    }
    set = dm_set_and(sum->sets, set, flows);
    sum->overlap |= !dm_set_is_empty(dm_set_and(sum->sets, sum->all, set));
    sum->all = dm_set_or(sum->sets, sum->all, set);
}

static void boxes_are_disjoint_and_together_the_set(void **state)
{
    static struct both pool[N_POOL];
    static struct both result;

    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct dm_arena *arena = dm_arena_new(0);
        struct dm_sets *sets = dm_sets_new(arena);
        struct dm_random random = { seed };
        struct universe universe;
        struct sum sum = { .sets = sets };

        draw_universe(&universe, &random);
        for (unsigned i = 0; i < N_POOL; i++) {
            draw_box(sets, &universe, &random, &pool[i]);
        }
        result = pool[0];
        for (unsigned i = 1; i < N_POOL; i++) {
            struct both next;

            combine(sets, 1 + dm_random_below(&random, 2), &result, &pool[i], &next);
            result = next;
        }
        dm_set_boxes(sets, result.set, add_box, &sum);
        assert_false(sum.overlap);
        assert_true(dm_set_is_equal(sum.all, result.set));
        dm_arena_free(arena);
    }
}

/* Forgetting a field is a union over all its parts. */
static void a_forgotten_field_has_any_value(void **state)
{
    static struct both pool[2];
    static struct both result;
    static const unsigned fields = DM_FIELD_BIT(DM_FIELD_SOURCE);

    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct dm_arena *arena = dm_arena_new(0);
        struct dm_sets *sets = dm_sets_new(arena);
        struct dm_random random = { seed };
        struct universe universe;

        draw_universe(&universe, &random);
        draw_box(sets, &universe, &random, &pool[0]);
        draw_box(sets, &universe, &random, &pool[1]);
        combine(sets, dm_random_below(&random, 4), &pool[0], &pool[1], &result);
        for (size_t at = 0; at < CELLS; at++) {
            size_t source = at / MAX_FLOWS / PARTS % PARTS;
            size_t first = at - source * PARTS * MAX_FLOWS;
            bool any = false;

            for (size_t s = 0; s < PARTS; s++) {
                any |= result.cells[first + s * PARTS * MAX_FLOWS];
            }
            pool[0].cells[at] = any;
        }
        pool[0].set = dm_set_forget(sets, result.set, fields);
        assert_true(agrees(sets, &universe, &pool[0]));
        dm_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operations_agree_with_lists_of_cells),
        cmocka_unit_test(boxes_are_disjoint_and_together_the_set),
        cmocka_unit_test(a_forgotten_field_has_any_value),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
