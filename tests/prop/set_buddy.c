/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sets of headers against BuDDy, a library of binary decision diagrams that shares nothing with
 * them.
 *
 * Random lists of rules, as ACLs have them, are turned into a set and into a diagram over 89 bits.
 * The set is then translated box by box: both diagrams must be the same, and two sets are
 * equal just where their diagrams are.  So are lists that are made to cost (support/adversary.h),
 * translations among them.
 */
#include "tests/support/dmtest.h"

#include "solver/packet/set.h"
#include "tests/support/adversary.h"
#include "tests/support/diagram.h"
#include "tests/support/nets.h"

enum { SEEDS = 60, RULES = 24, N_KEPT = 4, ADVERSARIES = 3, ADVERSARY_RULES = 20 };

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

static int diagram_of(const struct rule *rule)
{
    return dm_diagram_and(
        dm_diagram_and(dm_diagram_of_prefix(DM_FIELD_SOURCE, rule->source),
                       dm_diagram_of_prefix(DM_FIELD_DESTINATION, rule->destination)),
        dm_diagram_of_match(&rule->match));
}

static void add_box(void *context, const struct dm_box *box)
{
    int *sum = context;

    *sum = dm_diagram_or(*sum, dm_diagram_of_box(box));
}

/* Whether set and diagram hold the same headers. */
static bool is_same(const struct dm_sets *sets, struct dm_set set, int diagram)
{
    int sum = dm_diagram_none();

    dm_set_boxes(sets, set, add_box, &sum);
    return sum == diagram;
}

/* First match decides: what a rule takes is what those before it left. */
static void read_rules(struct dm_sets *sets, struct dm_random *random, struct dm_set *ret_set,
                       int *ret_diagram)
{
    struct dm_set taken = DM_SET_EMPTY;
    int diagram_taken = dm_diagram_none();

    *ret_set = DM_SET_EMPTY;
    *ret_diagram = dm_diagram_none();
    for (unsigned i = 0; i < RULES; i++) {
        struct rule rule = draw_rule(random);
        struct dm_set set = set_of(sets, &rule);
        int diagram = diagram_of(&rule);

        if (dm_random_chance(random, 1, 2)) {
            *ret_set = dm_set_or(sets, *ret_set, dm_set_minus(sets, set, taken));
            *ret_diagram = dm_diagram_or(*ret_diagram, dm_diagram_minus(diagram, diagram_taken));
        }
        taken = dm_set_or(sets, taken, set);
        diagram_taken = dm_diagram_or(diagram_taken, diagram);
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
        int diagrams[N_KEPT];

        for (unsigned i = 0; i < N_KEPT; i++) {
            read_rules(sets, &random, &kept[i], &diagrams[i]);
            if (!is_same(sets, kept[i], diagrams[i])) {
                fail_msg("DM_SEED=%llu, list %u", (unsigned long long)seed, i);
            }
        }
        for (unsigned i = 0; i < N_KEPT; i++) {
            for (unsigned j = 0; j < N_KEPT; j++) {
                struct dm_set rest = dm_set_minus(sets, kept[i], kept[j]);
                int other = dm_diagram_minus(diagrams[i], diagrams[j]);

                assert_int_equal(dm_set_is_empty(rest), other == dm_diagram_none());
                assert_int_equal(dm_set_is_equal(kept[i], kept[j]), diagrams[i] == diagrams[j]);
            }
        }
        dm_arena_free(arena);
    }
}

/* ---- lists that are made to cost ---- */

struct pair {
    struct dm_set set;
    int diagram;
};

static struct pair pair_of(struct dm_sets *sets, const struct dm_adversary_rule *adversary)
{
    struct rule rule = { adversary->match, adversary->source, adversary->destination };

    return (struct pair){ set_of(sets, &rule), diagram_of(&rule) };
}

/* What a rule has of 'all' gets another source. */
static struct pair translate(struct dm_sets *sets, struct pair all,
                             const struct dm_adversary_rule *rule)
{
    struct pair own = pair_of(sets, rule);
    struct dm_set changed = dm_set_and(sets, all.set, own.set);
    int diagram = dm_diagram_and(all.diagram, own.diagram);

    changed = dm_set_and(sets, dm_set_forget(sets, changed, DM_FIELD_BIT(DM_FIELD_SOURCE)),
                         dm_set_prefix(sets, DM_FIELD_SOURCE, rule->translated));
    diagram = dm_diagram_and(dm_diagram_forget_source(diagram),
                             dm_diagram_of_prefix(DM_FIELD_SOURCE, rule->translated));
    return (struct pair){ dm_set_or(sets, dm_set_minus(sets, all.set, own.set), changed),
                          dm_diagram_or(dm_diagram_minus(all.diagram, own.diagram), diagram) };
}

static void lists_that_are_made_to_cost_are_what_buddy_says(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < DM_ADVERSARY_COUNT; kind++) {
        for (uint64_t seed = 1; seed <= ADVERSARIES; seed++) {
            struct dm_arena *arena = dm_arena_new(0);
            struct dm_sets *sets = dm_sets_new(arena);
            struct dm_adversary_rule rules[ADVERSARY_RULES];
            struct pair taken = { DM_SET_EMPTY, dm_diagram_none() };
            struct pair all = taken;

            dm_adversary_rules((enum dm_adversary)kind, seed, rules, ADVERSARY_RULES);
            for (size_t i = 0; i < ADVERSARY_RULES; i++) {
                struct pair own = pair_of(sets, &rules[i]);

                if (rules[i].allow) {
                    all.set = dm_set_or(sets, all.set, dm_set_minus(sets, own.set, taken.set));
                    all.diagram =
                        dm_diagram_or(all.diagram, dm_diagram_minus(own.diagram, taken.diagram));
                }
                taken.set = dm_set_or(sets, taken.set, own.set);
                taken.diagram = dm_diagram_or(taken.diagram, own.diagram);
            }
            for (size_t i = 0; kind == DM_ADVERSARY_TRANSLATIONS && i < ADVERSARY_RULES; i++) {
                all = translate(sets, all, &rules[i]);
            }
            if (!is_same(sets, all.set, all.diagram)) {
                fail_msg("%s, seed %llu", dm_adversary_text((enum dm_adversary)kind),
                         (unsigned long long)seed);
            }
            dm_arena_free(arena);
        }
    }
}

static int set_up(void **state)
{
    (void)state;
    dm_diagram_begin();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    dm_diagram_end();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_of_rules_are_what_buddy_says),
        cmocka_unit_test(lists_that_are_made_to_cost_are_what_buddy_says),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
