/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Forwarding tables of random networks against one packet at a time.
 *
 * The universe has 16 addresses and two flows. The oracle looks at every rule for every address,
 * follows single packets from way to way, and finds loops by trying all rows of positions.
 * Rules are added, added twice and taken away in random order.  Built with a planted fault this
 * program must fail.
 */
#include "tests/support/dmtest.h"

#include <string.h>

#include "solver/reach/forwarding.h"
#include "tests/support/rng.h"

enum { SEEDS = 2500, ADDRESSES = 16, MAX_ELEMENTS = 4, PORTS = 4, WAYS = 4, MAX_RULES = 16 };
enum { MAX_LINKS = 14, FLOWS = 2, MAX_LOOPS = 400, MAX_LENGTH = MAX_ELEMENTS * WAYS };

struct rule {
    struct dm_forwarding_rule rule;
    bool there;
};

struct link {
    uint32_t element;
    uint32_t way;
    uint32_t to;
    uint32_t to_way;
    bool flows[FLOWS];    /* that pass */
    uint32_t first, last; /* addresses that pass */
};

struct net {
    uint32_t n_elements;
    struct rule rules[MAX_RULES]; /* in the order in which they were last added */
    size_t n_rules;
    bool leaves[MAX_ELEMENTS][PORTS][WAYS];
    struct link links[MAX_LINKS];
    size_t n_links;
};

static struct dm_addr address_of(uint32_t i)
{
    return dm_addr_ipv4(0x0a000000 + i);
}

/* ---- the oracle ---- */

static uint32_t port_at(const struct net *net, uint32_t element, uint32_t address)
{
    uint32_t port = DM_FORWARDING_NO_PORT;
    uint32_t best = 0;

    for (size_t i = 0; i < net->n_rules; i++) {
        const struct dm_forwarding_rule *rule = &net->rules[i].rule;

        if (net->rules[i].there && rule->element == element
            && dm_prefix_has(rule->prefix, address_of(address))
            && (port == DM_FORWARDING_NO_PORT || rule->priority >= best)) {
            port = rule->port;
            best = rule->priority;
        }
    }
    return port;
}

static bool leaves_by(const struct net *net, uint32_t element, uint32_t way, uint32_t address)
{
    uint32_t port = port_at(net, element, address);

    return port != DM_FORWARDING_NO_PORT && net->leaves[element][port][way];
}

static bool passes(const struct link *link, uint32_t address, unsigned flow)
{
    return link->flows[flow] && address >= link->first && address <= link->last;
}

struct position {
    uint32_t element;
    uint32_t way;
};

/* Whether a packet can get from a position to another by one link. */
static bool steps(const struct net *net, struct position from, struct position to, uint32_t address,
                  unsigned flow)
{
    for (size_t i = 0; i < net->n_links; i++) {
        const struct link *link = &net->links[i];

        if (link->element == from.element && link->way == from.way && link->to == to.element
            && link->to_way != to.way && passes(link, address, flow)
            && leaves_by(net, to.element, to.way, address)) {
            return true;
        }
    }
    return false;
}

struct loops {
    struct position items[MAX_LOOPS][MAX_LENGTH];
    size_t lengths[MAX_LOOPS];
    size_t n;
    bool too_many;
};

static void keep(struct loops *loops, const struct position *row, size_t n)
{
    for (size_t i = 0; i < loops->n; i++) {
        if (loops->lengths[i] == n && memcmp(loops->items[i], row, n * sizeof *row) == 0) {
            return;
        }
    }
    if (loops->n == MAX_LOOPS) {
        loops->too_many = true;
        return;
    }
    memcpy(loops->items[loops->n], row, n * sizeof *row);
    loops->lengths[loops->n++] = n;
}

/* Tries every row of positions, the first of which is its lowest. */
static void try_rows(const struct net *net, uint32_t address, unsigned flow, struct position *row,
                     size_t n, struct loops *loops)
{
    if (steps(net, row[n - 1], row[0], address, flow)) {
        keep(loops, row, n);
    }
    for (uint32_t e = 0; e < net->n_elements; e++) {
        for (uint32_t w = 0; w < WAYS; w++) {
            struct position next = { e, w };
            bool is_free = e > row[0].element || (e == row[0].element && w > row[0].way);

            for (size_t i = 0; i < n; i++) {
                is_free = is_free && (row[i].element != e || row[i].way != w);
            }
            if (is_free && !loops->too_many && steps(net, row[n - 1], next, address, flow)) {
                row[n] = next;
                try_rows(net, address, flow, row, n + 1, loops);
            }
        }
    }
}

/* Whether a packet that came in at 'element' by 'in' (WAYS: it began there) comes to a port. */
static bool comes(const struct net *net, uint32_t element, uint32_t in, uint32_t address,
                  unsigned flow, uint32_t target, uint32_t port, bool seen[MAX_ELEMENTS][WAYS + 1])
{
    if (element == target && port_at(net, element, address) == port) {
        return true;
    }
    if (seen[element][in]) {
        return false;
    }
    seen[element][in] = true;
    for (size_t i = 0; i < net->n_links; i++) {
        const struct link *link = &net->links[i];

        if (link->element == element && link->way != in
            && leaves_by(net, element, link->way, address) && passes(link, address, flow)
            && comes(net, link->to, link->to_way, address, flow, target, port, seen)) {
            return true;
        }
    }
    return false;
}

/* ---- random networks ---- */

static struct dm_prefix draw_prefix(struct dm_rng *rng)
{
    uint8_t length = (uint8_t)(28 + dm_rng_below(rng, 5));
    struct dm_prefix prefix = { address_of((uint32_t)dm_rng_below(rng, ADDRESSES)), length };

    prefix.addr = dm_prefix_first(prefix);
    return prefix;
}

static void draw_rules(struct dm_rng *rng, struct net *net, struct dm_forwarding *forwarding)
{
    size_t n_steps = dm_rng_below(rng, MAX_RULES + 1);

    for (size_t i = 0; i < n_steps; i++) {
        struct dm_forwarding_rule rule = {
            .element = (uint32_t)dm_rng_below(rng, net->n_elements),
            .prefix = draw_prefix(rng),
            .priority = (uint32_t)dm_rng_below(rng, 3),
            .port = (uint32_t)dm_rng_below(rng, PORTS),
        };

        bool is_new = true;

        for (size_t j = 0; j < net->n_rules; j++) {
            const struct dm_forwarding_rule *other = &net->rules[j].rule;

            is_new = is_new
                     && (other->element != rule.element || other->priority != rule.priority
                         || other->port != rule.port
                         || dm_prefix_compare(other->prefix, rule.prefix) != 0);
        }
        assert_true(dm_forwarding_add(forwarding, &rule));
        if (!is_new) {
            /* It keeps its place, and is there twice. */
            assert_true(dm_forwarding_remove(forwarding, &rule));
        } else if (dm_rng_chance(rng, 20)) {
            assert_true(dm_forwarding_remove(forwarding, &rule));
            assert_false(dm_forwarding_remove(forwarding, &rule));
        } else {
            net->rules[net->n_rules++] = (struct rule){ rule, true };
        }
    }
    for (size_t j = 0; j < net->n_rules; j++) {
        if (dm_rng_chance(rng, 15)) {
            net->rules[j].there = false;
            assert_true(dm_forwarding_remove(forwarding, &net->rules[j].rule));
        }
    }
}

static void draw_ways(struct dm_rng *rng, struct net *net, struct dm_forwarding *forwarding)
{
    for (uint32_t e = 0; e < net->n_elements; e++) {
        for (uint32_t p = 0; p < PORTS; p++) {
            for (uint32_t w = 0; w < WAYS; w++) {
                net->leaves[e][p][w] = p == w ? dm_rng_chance(rng, 90) : dm_rng_chance(rng, 15);
                if (net->leaves[e][p][w]) {
                    assert_true(dm_forwarding_leave(forwarding, e, p, w));
                }
            }
        }
    }
}

static struct dm_set filter_of(struct dm_sets *sets, const struct link *link)
{
    struct dm_set flows = dm_set_or(
        sets, link->flows[0] ? dm_set_protocol(sets, 6) : DM_SET_EMPTY,
        link->flows[1] ? dm_set_minus(sets, DM_SET_ALL, dm_set_protocol(sets, 6)) : DM_SET_EMPTY);

    return link->flows[0] && link->flows[1] && link->first == 0 && link->last == ADDRESSES - 1
               ? DM_SET_ALL
               : dm_set_and(sets, flows,
                            dm_set_addresses(sets, DM_FIELD_DESTINATION, address_of(link->first),
                                             address_of(link->last)));
}

static void draw_links(struct dm_rng *rng, struct net *net, struct dm_forwarding *forwarding,
                       struct dm_sets *sets)
{
    size_t n = dm_rng_below(rng, MAX_LINKS);

    for (size_t i = 0; i < n; i++) {
        struct link link = {
            .element = (uint32_t)dm_rng_below(rng, net->n_elements),
            .way = (uint32_t)dm_rng_below(rng, WAYS),
            .to = (uint32_t)dm_rng_below(rng, net->n_elements),
            .to_way = (uint32_t)dm_rng_below(rng, WAYS),
            .flows = { dm_rng_chance(rng, 85), dm_rng_chance(rng, 85) },
            .first = dm_rng_chance(rng, 70) ? 0 : (uint32_t)dm_rng_below(rng, ADDRESSES),
            .last = ADDRESSES - 1,
        };

        net->links[net->n_links++] = link;
        assert_true(dm_forwarding_link(forwarding, link.element, link.way, link.to, link.to_way,
                                       filter_of(sets, &link)));
    }
}

/* ---- held together ---- */

static struct dm_packet packet_of(uint32_t address, unsigned flow)
{
    return (struct dm_packet){ .source = dm_addr_ipv4(0x0b000000),
                               .destination = address_of(address),
                               .protocol = flow ? 17 : 6,
                               .destination_port = 80 };
}

static bool classes_agree(const struct net *net, const struct dm_forwarding_classes *classes)
{
    bool is_used[ADDRESSES + 1] = { false };
    size_t n_used = 0;

    /* Address 'ADDRESSES' stands for all outside. */
    for (uint32_t a = 0; a <= ADDRESSES; a++) {
        size_t class = dm_forwarding_class_at(classes, address_of(a));

        if (class >= classes->n) {
            return false;
        }
        for (uint32_t e = 0; e < net->n_elements; e++) {
            if (classes->ports[class * classes->n_elements + e] != port_at(net, e, a)) {
                return false;
            }
        }
        for (uint32_t b = 0; b < a; b++) {
            bool equal = true;

            for (uint32_t e = 0; e < net->n_elements; e++) {
                equal = equal && port_at(net, e, a) == port_at(net, e, b);
            }
            if (equal != (class == dm_forwarding_class_at(classes, address_of(b)))) {
                return false;
            }
        }
        n_used += !is_used[class];
        is_used[class] = true;
    }
    return n_used == classes->n;
}

static bool loops_agree(const struct net *net, struct dm_sets *sets,
                        const struct dm_forwarding_loops *found, size_t *n_loops)
{
    static struct loops loops;

    loops.n = 0;
    loops.too_many = false;
    for (uint32_t a = 0; a < ADDRESSES; a++) {
        for (unsigned flow = 0; flow < FLOWS; flow++) {
            static struct loops own;
            size_t n_own = 0;
            struct dm_packet packet = packet_of(a, flow);

            own.n = 0;
            own.too_many = false;
            for (uint32_t e = 0; e < net->n_elements; e++) {
                for (uint32_t w = 0; w < WAYS; w++) {
                    struct position row[MAX_LENGTH] = { { e, w } };

                    if (leaves_by(net, e, w, a)) {
                        try_rows(net, a, flow, row, 1, &own);
                    }
                }
            }
            if (own.too_many) {
                return true; /* too large for the oracle */
            }
            for (size_t i = 0; i < own.n; i++) {
                keep(&loops, own.items[i], own.lengths[i]);
            }
            for (size_t i = 0; i < found->n; i++) {
                n_own += dm_set_has(sets, found->items[i].headers, &packet);
            }
            if (n_own != own.n) {
                return false;
            }
        }
    }
    *n_loops += loops.n;
    return loops.too_many || loops.n == found->n;
}

static bool reach_agrees(const struct net *net, struct dm_arena *arena, struct dm_sets *sets,
                         const struct dm_forwarding *forwarding,
                         const struct dm_forwarding_classes *classes, uint32_t target,
                         uint32_t port, size_t *n_reached)
{
    for (uint32_t a = 0; a < ADDRESSES; a++) {
        struct dm_set from[MAX_ELEMENTS];

        assert_true(dm_forwarding_reach(forwarding, arena, sets, classes,
                                        dm_forwarding_class_at(classes, address_of(a)), target,
                                        port, from));
        for (uint32_t e = 0; e < net->n_elements; e++) {
            for (unsigned flow = 0; flow < FLOWS; flow++) {
                bool seen[MAX_ELEMENTS][WAYS + 1] = { { false } };
                struct dm_packet packet = packet_of(a, flow);
                bool does = comes(net, e, WAYS, a, flow, target, port, seen);

                if (does != dm_set_has(sets, from[e], &packet)) {
                    return false;
                }
                *n_reached += does && e != target;
            }
        }
    }
    return true;
}

static void tables_do_what_single_packets_show(void **state)
{
    size_t n_loops = 0;
    size_t n_reached = 0;

    (void)state;
    for (uint64_t seed = dm_seed_first(1); seed < dm_seed_end(1, SEEDS); seed++) {
        struct dm_rng rng = dm_rng_seed(seed);
        struct dm_arena *arena = dm_arena_new(0);
        struct dm_sets *sets = dm_sets_new(arena);
        struct net net = { .n_elements = 1 + (uint32_t)dm_rng_below(&rng, MAX_ELEMENTS) };
        struct dm_forwarding *forwarding = dm_forwarding_new(arena, net.n_elements);
        struct dm_forwarding_classes classes;
        struct dm_forwarding_loops loops;

        assert_non_null(forwarding);
        draw_rules(&rng, &net, forwarding);
        draw_ways(&rng, &net, forwarding);
        draw_links(&rng, &net, forwarding, sets);
        assert_true(dm_forwarding_classify(forwarding, arena, &classes));
        if (!classes_agree(&net, &classes)) {
            fail_msg("DM_SEED=%llu: classes differ", (unsigned long long)seed);
        }
        assert_int_equal(dm_forwarding_loops(forwarding, arena, sets, &classes, &loops, NULL),
                         DM_OK);
        if (!loops_agree(&net, sets, &loops, &n_loops)) {
            fail_msg("DM_SEED=%llu: loops differ", (unsigned long long)seed);
        }
        if (!reach_agrees(&net, arena, sets, forwarding, &classes,
                          (uint32_t)dm_rng_below(&rng, net.n_elements),
                          (uint32_t)dm_rng_below(&rng, PORTS), &n_reached)) {
            fail_msg("DM_SEED=%llu: reach differs", (unsigned long long)seed);
        }
        dm_arena_free(arena);
    }
    print_message("%zu loops, %zu arrivals\n", n_loops, n_reached);
    if (!getenv("DM_SEED")) {
        assert_true(n_loops > 500);
        assert_true(n_reached > 1000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_do_what_single_packets_show),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
