/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Verdicts, findings and minimal failure sets of random estates on random networks: the
 * same when every failure set is tried, and the same when the lines of the input change places.
 *
 * The estates have services, stores whose writer moves, rules of residency some of which have
 * expired, and requirements of every kind under failures of random kinds.
 */
#include "tests/support/dmtest.h"

#include <stdlib.h>
#include <string.h>

#include "model/base/str.h"
#include "model/base/vec.h"
#include "tests/support/judging.h"
#include "tests/support/nets.h"

enum { SEEDS = 2000, MAX_K = 3 };

#define BELOW(random, limit) dm_random_below(random, limit)

static const char *const countries[] = { "DE", "FR", "GB" };

/* ---- estates ---- */

/* The text with a jurisdiction for most regions, by lines "region NAME". */
static void add_with_places(struct dm_str *text, struct dm_random *random, const char *net)
{
    for (const char *at = net; *at;) {
        size_t length = strcspn(at, "\n");

        dm_str_addn(text, at, length);
        if (dm_str_starts(at, "region ") && !dm_random_chance(random, 1, 8)) {
            dm_str_addf(text, " jurisdiction=%s", countries[BELOW(random, 3)]);
        }
        dm_str_add(text, "\n");
        at += length + (at[length] ? 1 : 0);
    }
}

/* Up to three hosts, "h2,h3,h0". */
static void add_hosts(struct dm_str *text, struct dm_random *random, const struct dm_model *model)
{
    unsigned first = BELOW(random, model->n_hosts);
    unsigned n = 1 + BELOW(random, model->n_hosts < 3 ? model->n_hosts : 3);

    for (unsigned i = 0; i < n; i++) {
        dm_str_addf(text, "%s%s", i ? "," : "",
                    model->hosts[(first + i) % model->n_hosts].object.name);
    }
}

static void add_estate(struct dm_str *text, struct dm_random *random, const struct dm_model *model)
{
    dm_str_add(text, "class c\nclass d\n");
    for (unsigned i = 0; i < 3; i++) {
        dm_str_addf(text, "service w%u tcp/443 ", i);
        add_hosts(text, random, model);
        dm_str_add(text, "\n");
    }
    for (unsigned i = 0; i < 2; i++) {
        unsigned n = 1 + BELOW(random, 3);

        dm_str_addf(text, "store q%u rds tcp/5432 c%s %s\n", i,
                    dm_random_chance(random, 1, 3) ? ",d" : "",
                    dm_random_chance(random, 1, 2) ? "DE" : "DE,FR");
        for (unsigned j = 0; j < n; j++) {
            dm_str_addf(text, "copy q%u %s ", i,
                        model->regions[BELOW(random, model->n_regions)].object.name);
            if (dm_random_chance(random, 1, 3)) {
                dm_str_add(text, "-");
            } else {
                add_hosts(text, random, model);
            }
            dm_str_add(text, "\n");
        }
        if (n > 1 && dm_random_chance(random, 3, 4)) {
            dm_str_addf(text, "failover q%u %s\n", i,
                        n == 2                           ? "1"
                        : dm_random_chance(random, 1, 2) ? "1,2"
                                                         : "2,1");
        }
    }
}

static void add_policies(struct dm_str *text, struct dm_random *random)
{
    static const char *const verbs[] = { "store", "process", "store,process" };
    static const char *const subjects[] = { "DE", "FR", "*" };
    static const char *const ends[] = { "", " until=2026-11-21", " until=2030-01-01" };

    for (unsigned i = 0; i < 5; i++) {
        unsigned first = BELOW(random, 3);

        dm_str_addf(text, "policy p%u %s %s %s %s,%s%s\n", i,
                    dm_random_chance(random, 2, 3) ? "c" : "d", subjects[BELOW(random, 3)],
                    verbs[BELOW(random, 3)], countries[first],
                    countries[(first + 1 + BELOW(random, 2)) % 3], ends[BELOW(random, 3)]);
    }
}

static void add_survive(struct dm_str *text, struct dm_random *random)
{
    if (dm_random_chance(random, 1, 6)) {
        dm_str_addf(
            text, " survive=each:%s\n",
            dm_element_kind_text((enum dm_element_kind)BELOW(random, DM_ELEMENT_KIND_COUNT)));
        return;
    }
    dm_str_addf(text, " survive=zone");
    for (unsigned i = 0; i < DM_ELEMENT_KIND_COUNT; i++) {
        if (i != DM_ELEMENT_ZONE && dm_random_chance(random, 2, 3)) {
            dm_str_addf(text, ",%s", dm_element_kind_text((enum dm_element_kind)i));
        }
    }
    dm_str_addf(text, "/%u\n", 1 + BELOW(random, MAX_K));
}

static void add_reach(struct dm_str *text, struct dm_random *random, unsigned i)
{
    static const char *const parties[] = { "service:w0", "service:w1", "service:w2",
                                           "store:q0",   "store:q1",   "internet" };
    unsigned from = BELOW(random, 6);

    from = from == 3 || from == 4 ? 0 : from;
    dm_str_addf(text, "reach R%u %s %s tcp/443", i, parties[from],
                parties[(from + 1 + BELOW(random, 5)) % 6]);
}

/* Whether the last line, one requirement, holds while nothing has failed. */
static bool holds(struct dm_arena *arena, const char *net)
{
    struct dm_check_options options = { .as_of = "2026-11-22" };

    return dm_judging_run(arena, net, &options)->verdicts[0].verdict == DM_VERDICT_HOLDS;
}

/* Calls that mostly get through until something fails. */
static void add_calls(struct dm_str *text, struct dm_random *random)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_str net;
    unsigned n = 0;

    dm_str_init(&net, arena);
    dm_str_add(&net, text->text);
    for (unsigned i = 0; i < 12 && n < 4; i++) {
        struct dm_str reach;

        dm_str_init(&reach, arena);
        add_reach(&reach, random, n);
        if (holds(arena, dm_sprintf(arena, "%s%s\n", net.text, reach.text))
            || dm_random_chance(random, 1, 8)) {
            dm_str_add(text, reach.text);
            add_survive(text, random);
            n++;
        }
    }
    dm_arena_free(arena);
}

static void add_requirements(struct dm_str *text, struct dm_random *random)
{
    add_calls(text, random);
    dm_str_addf(text, "isolate I service:w%u service:w%u,store:q%u", BELOW(random, 3),
                BELOW(random, 3), BELOW(random, 2));
    add_survive(text, random);
    dm_str_addf(text, "expose O service:w%u=tcp/443,store:q%u=tcp/1-1024", BELOW(random, 3),
                BELOW(random, 2));
    add_survive(text, random);
    dm_str_addf(text, "reside D q0,q1 c%s", dm_random_chance(random, 1, 2) ? ",d" : "");
    add_survive(text, random);
}

static const char *draw(struct dm_arena *arena, uint64_t seed)
{
    struct dm_net_options options = DM_NET_ALL;
    struct dm_random random = { seed };
    struct dm_str text;

    options.max_regions = 2;
    options.max_vpcs = 3;
    options.max_hosts = 5;
    options.with_unknowns = dm_random_chance(&random, 1, 4);
    options.with_filters = dm_random_chance(&random, 1, 3);
    dm_str_init(&text, arena);
    add_with_places(&text, &random, dm_nets_random(arena, seed, &options));
    add_estate(&text, &random, dm_nets_make(arena, text.text));
    add_policies(&text, &random);
    add_requirements(&text, &random);
    assert_false(text.failed);
    return text.text;
}

/* ---- the same lines in another order ---- */

/* Kinds of lines in an order in which each stands after what it names. */
static const char *const order[] = {
    "region", "zone",     "unknown",  "vpc",     "table",    "acl",       "group",    "answers",
    "list",   "endpoint", "idle",     "subnet",  "igw",      "nat",       "peering",  "tgw",
    "ttable", "attach",   "tpeer",    "core",    "cedge",    "segment",   "function", "cattach",
    "cpeer",  "ctable",   "host",     "nic",     "class",    "service",   "store",    "policy",
    "reach",  "isolate",  "fgroup",   "fpolicy", "firewall", "fendpoint", "expose",   "reside",
    "route",  "edge",     "troute",   "share",   "via",      "croute",    "rule",     "propagate",
    "permit", "copy",     "failover", "frule",
};

/* The order of a store's copies and of a host's interfaces has a meaning; segments name others in
 * their filters, and a firewall takes the first rule. */
static bool may_move(const char *kind)
{
    return !dm_str_equal(kind, "copy") && !dm_str_equal(kind, "nic")
           && !dm_str_equal(kind, "segment") && !dm_str_equal(kind, "frule");
}

struct line {
    const char *text;
    size_t length;
};

static const char *shuffle(struct dm_arena *arena, const char *net, struct dm_random *random)
{
    size_t n_lines = 0;
    size_t n_moved = 0;
    struct dm_str out;

    dm_str_init(&out, arena);
    for (size_t kind = 0; kind < sizeof order / sizeof *order; kind++) {
        size_t word = strlen(order[kind]);
        DM_VEC(struct line) lines = { 0 };

        for (const char *at = net; *at;) {
            struct line line = { at, strcspn(at, "\n") };

            n_lines += kind == 0;
            if (strncmp(at, order[kind], word) == 0 && at[word] == ' ') {
                assert_true(DM_VEC_PUSH(arena, &lines, line));
            }
            at += line.length + 1;
        }
        for (size_t i = 0; i < lines.n; i++) {
            size_t other = i + BELOW(random, (unsigned)(lines.n - i));
            struct line line = lines.items[i];

            if (may_move(order[kind])) {
                lines.items[i] = lines.items[other];
                lines.items[other] = line;
            }
            dm_str_addn(&out, lines.items[i].text, lines.items[i].length);
            dm_str_add(&out, "\n");
            n_moved++;
        }
    }
    assert_int_equal(n_lines, n_moved);
    return out.text;
}

/* ---- the properties ---- */

struct totals {
    size_t verdicts[DM_VERDICT_WAIVED + 1];
    size_t findings;
    size_t single; /* minimal sets of one */
    size_t pairs;  /* and of two and more */
    uint64_t evaluations;
    uint64_t sets;
};

static void count(struct totals *totals, const struct dm_result *result)
{
    for (size_t i = 0; i < result->n_verdicts; i++) {
        totals->verdicts[result->verdicts[i].verdict]++;
    }
    totals->findings += result->n_findings;
    for (size_t i = 0; i < result->n_findings; i++) {
        for (size_t j = 0; j < result->findings[i].n_cuts; j++) {
            totals->single += result->findings[i].cuts[j].n == 1;
            totals->pairs += result->findings[i].cuts[j].n >= 2;
        }
    }
    totals->evaluations += result->n_evaluations;
    totals->sets += result->n_brute_force_sets;
}

static void hold_same(const char *what, uint64_t seed, const char *expected, const char *got,
                      const char *net)
{
    if (strcmp(expected, got) != 0) {
        print_message("DM_SEED=%llu: %s:\n%s\n%s\n%s", (unsigned long long)seed, what, expected,
                      got, net);
        fail();
    }
}

static void hold_network(uint64_t seed, struct totals *totals)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_check_options options = { .as_of = "2026-11-22" };
    struct dm_random random = { seed };
    const char *net = draw(arena, seed);
    const struct dm_result *result = dm_judging_run(arena, net, &options);
    const char *text = dm_judging_text(arena, result, true);
    const char *shuffled;

    count(totals, result);
    options.brute_force = true;
    hold_same("every set tried says otherwise", seed, text,
              dm_judging_text(arena, dm_judging_run(arena, net, &options), true), net);
    options.brute_force = false;
    shuffled = shuffle(arena, net, &random);
    hold_same("lines in another order say otherwise", seed, text,
              dm_judging_text(arena, dm_judging_run(arena, shuffled, &options), true), shuffled);
    dm_arena_free(arena);
}

static void verdicts_are_those_of_every_set_tried_in_any_order_of_the_input(void **state)
{
    struct totals totals = { { 0 }, 0, 0, 0, 0, 0 };
    uint64_t seed;

    (void)state;
    if (dm_nets_replay_seed(&seed)) {
        hold_network(seed, &totals);
        return;
    }
    for (seed = 1; seed <= SEEDS; seed++) {
        hold_network(seed, &totals);
    }
    print_message("%d estates: %zu requirements violated, %zu hold, %zu unknown; %zu findings, "
                  "minimal sets: %zu of one element, %zu of more; %llu evaluations for %llu sets\n",
                  (int)SEEDS, totals.verdicts[DM_VERDICT_VIOLATED],
                  totals.verdicts[DM_VERDICT_HOLDS], totals.verdicts[DM_VERDICT_UNKNOWN],
                  totals.findings, totals.single, totals.pairs,
                  (unsigned long long)totals.evaluations, (unsigned long long)totals.sets);
    /* The estates must be of the kind that is to be tested. */
    assert_true(totals.verdicts[DM_VERDICT_VIOLATED] > SEEDS);
    assert_true(totals.verdicts[DM_VERDICT_HOLDS] > SEEDS);
    assert_true(totals.verdicts[DM_VERDICT_UNKNOWN] > SEEDS / 10);
    assert_true(totals.pairs > SEEDS / 20);
    assert_true(totals.single > SEEDS / 2);
    assert_true(totals.evaluations < totals.sets / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts_are_those_of_every_set_tried_in_any_order_of_the_input),
    };

    return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
