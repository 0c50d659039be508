/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sets of headers against BuDDy, a library of binary decision diagrams that shares nothing with
 * them.
 *
 * Random lists of rules, as ACLs have them, are turned into a set and into a diagram over 89 bits.
 * The set is then translated box by box: both diagrams must be the same, and two sets are
 * equal just where their diagrams are.
 */
#include "tests/support/dmtest.h"

#include <bdd.h>

#include "solver/packet/set.h"
#include "tests/support/nets.h"

enum { SEEDS = 60, RULES = 24, N_KEPT = 4 };

/* Where the bits of a field begin, the highest first. */
enum { FAMILY = 0, SOURCE = 1, DESTINATION = 33, PROTOCOL = 65, DETAIL = 73, BITS = 89 };

static bdd at_least(unsigned base, unsigned width, uint64_t number)
{
    bdd result = bddtrue;

    for (unsigned i = width; i-- > 0;) {
        bool bit = number >> (width - 1 - i) & 1;

        result = bit ? bdd_and(bdd_ithvar((int)(base + i)), result)
                     : bdd_or(bdd_ithvar((int)(base + i)), result);
        bdd_addref(result);
    }
    return result;
}

static bdd at_most(unsigned base, unsigned width, uint64_t number)
{
    bdd result = bddtrue;

    for (unsigned i = width; i-- > 0;) {
        bool bit = number >> (width - 1 - i) & 1;

        result = bit ? bdd_or(bdd_nithvar((int)(base + i)), result)
                     : bdd_and(bdd_nithvar((int)(base + i)), result);
        bdd_addref(result);
    }
    return result;
}

static bdd both(bdd a, bdd b)
{
    return bdd_addref(bdd_and(a, b));
}

static bdd between(unsigned base, unsigned width, uint64_t first, uint64_t last)
{
    return both(at_least(base, width, first), at_most(base, width, last));
}

struct rule {
    struct dm_match match;
    struct dm_prefix source;
    struct dm_prefix destination;
};

static struct dm_prefix draw_prefix(struct dm_random *random)
{
    struct dm_prefix prefix = { dm_addr_ipv4((uint32_t)dm_random_next(random) & 0x0f0f0f0fu),
                                (uint8_t)dm_random_below(random, 33) };

    prefix.addr = dm_prefix_first(prefix);
    return prefix;
}

static struct rule draw_rule(struct dm_random *random)
{
    static const int16_t protocols[] = { -1, 1, 6, 6, 17, 50 };
    struct rule rule = { DM_MATCH_ALL, draw_prefix(random), draw_prefix(random) };

    rule.match.protocol = protocols[dm_random_below(random, 6)];
    rule.match.port_first = (uint16_t)dm_random_below(random, 65536);
    rule.match.port_last =
        (uint16_t)(rule.match.port_first + dm_random_below(random, 65536u - rule.match.port_first));
    rule.match.icmp_type = (int16_t)((int)dm_random_below(random, 257) - 1);
    rule.match.icmp_code = (int16_t)((int)dm_random_below(random, 257) - 1);
    return rule;
}

static struct dm_set set_of(struct dm_sets *sets, const struct rule *rule)
{
    return dm_set_and(sets, dm_set_match(sets, &rule->match),
                      dm_set_and(sets, dm_set_prefix(sets, DM_FIELD_SOURCE, rule->source),
                                 dm_set_prefix(sets, DM_FIELD_DESTINATION, rule->destination)));
}

static bdd bdd_of_match(const struct dm_match *match)
{
    bdd protocol;

    if (match->protocol < 0) {
        return bddtrue;
    }
    protocol = between(PROTOCOL, 8, (uint64_t)match->protocol, (uint64_t)match->protocol);
    if (match->protocol == DM_PROTO_TCP || match->protocol == DM_PROTO_UDP) {
        return both(protocol, between(DETAIL, 16, match->port_first, match->port_last));
    }
    if (match->protocol == DM_PROTO_ICMP && match->icmp_type >= 0) {
        protocol = both(protocol,
                        between(DETAIL, 8, (uint64_t)match->icmp_type, (uint64_t)match->icmp_type));
        return match->icmp_code < 0
                   ? protocol
                   : both(protocol, between(DETAIL + 8, 8, (uint64_t)match->icmp_code,
                                            (uint64_t)match->icmp_code));
    }
    return protocol;
}

static bdd bdd_of(const struct rule *rule)
{
    bdd addresses = both(
        between(SOURCE, 32, dm_prefix_first(rule->source).low, dm_prefix_last(rule->source).low),
        between(DESTINATION, 32, dm_prefix_first(rule->destination).low,
                dm_prefix_last(rule->destination).low));

    return both(both(bdd_addref(bdd_nithvar(FAMILY)), addresses), bdd_of_match(&rule->match));
}

static void add_box(void *context, const struct dm_box *box)
{
    bdd *sum = context;
    bdd addresses =
        both(between(SOURCE, 32, box->source_first.low, box->source_last.low),
             between(DESTINATION, 32, box->destination_first.low, box->destination_last.low));
    bdd flows = both(between(PROTOCOL, 8, box->protocol_first, box->protocol_last),
                     between(DETAIL, 16, box->detail_first, box->detail_last));

    assert_int_equal(box->source_first.family, DM_FAMILY_IPV4);
    *sum = bdd_addref(bdd_or(*sum, both(both(bdd_addref(bdd_nithvar(FAMILY)), addresses), flows)));
}

/* First match decides: what a rule takes is what those before it left. */
static void read_rules(struct dm_sets *sets, struct dm_random *random, struct dm_set *ret_set,
                       bdd *ret_bdd)
{
    struct dm_set taken = DM_SET_EMPTY;
    bdd bdd_taken = bddfalse;

    *ret_set = DM_SET_EMPTY;
    *ret_bdd = bddfalse;
    for (unsigned i = 0; i < RULES; i++) {
        struct rule rule = draw_rule(random);
        struct dm_set set = set_of(sets, &rule);
        bdd diagram = bdd_of(&rule);

        if (dm_random_chance(random, 1, 2)) {
            *ret_set = dm_set_or(sets, *ret_set, dm_set_minus(sets, set, taken));
            *ret_bdd =
                bdd_addref(bdd_or(*ret_bdd, bdd_addref(bdd_apply(diagram, bdd_taken, bddop_diff))));
        }
        taken = dm_set_or(sets, taken, set);
        bdd_taken = bdd_addref(bdd_or(bdd_taken, diagram));
    }
}

static void lists_of_rules_are_what_buddy_says(void **state)
{
    uint64_t seed = 1;
    bool only = dm_nets_replay_seed(&seed);

    (void)state;
    for (uint64_t end = only ? seed : SEEDS; seed <= end; seed++) {
        struct dm_arena *arena = dm_arena_new(0);
        struct dm_sets *sets = dm_sets_new(arena);
        struct dm_random random = { seed };
        struct dm_set kept[N_KEPT];
        bdd diagrams[N_KEPT];

        for (unsigned i = 0; i < N_KEPT; i++) {
            bdd sum = bddfalse;

            read_rules(sets, &random, &kept[i], &diagrams[i]);
            dm_set_boxes(sets, kept[i], add_box, &sum);
            if (sum != diagrams[i]) {
                fail_msg("DM_SEED=%llu, list %u", (unsigned long long)seed, i);
            }
        }
        for (unsigned i = 0; i < N_KEPT; i++) {
            for (unsigned j = 0; j < N_KEPT; j++) {
                struct dm_set rest = dm_set_minus(sets, kept[i], kept[j]);
                bdd bdd_rest = bdd_apply(diagrams[i], diagrams[j], bddop_diff);

                assert_int_equal(dm_set_is_empty(rest), bdd_rest == bddfalse);
                assert_int_equal(dm_set_is_equal(kept[i], kept[j]), diagrams[i] == diagrams[j]);
            }
        }
        dm_arena_free(arena);
    }
}

static int set_up(void **state)
{
    (void)state;
    bdd_init(2000000, 200000);
    bdd_gbc_hook(NULL);
    bdd_setvarnum(BITS);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    bdd_done();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_of_rules_are_what_buddy_says),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
