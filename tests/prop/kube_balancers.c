/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Load balancers that a cluster asks for against the same ones written out: groups, rules of nodes'
 * groups, nodes, targets and listeners as lines of their own, in random small clusters.  Whatever
 * is asked, with anything failed, both networks must answer the same.
 */
#include <stdlib.h>
#include <string.h>

#include "model/base/str.h"
#include "tests/support/dmtest.h"
#include "tests/support/nets.h"
#include "tests/support/probing.h"
#include "tests/support/rng.h"

enum { NETWORKS = 1200, N_ZONES = 2, N_NODES = 3, NODE_PORT = 30080, HEALTH_PORT = 32767 };

/* One random cluster, and what it asks for. */
struct wish {
    bool app;
    bool facing;
    bool cross;
    bool named;   /* groups of the user's own */
    bool managed; /* rules all the same */
    bool ip;
    bool keep;
    bool local;
    bool asks;
    bool public_tagged[N_ZONES];
    unsigned inbound; /* 0: everybody */
    bool out[N_NODES];
    bool has_pod[N_NODES];
};

static const char *const zones[N_ZONES] = { "ra", "rb" };
static const char *const inbounds[] = { "0.0.0.0/0", "10.0.0.0/16", "192.0.2.0/24" };

static struct wish draw_wish(struct dm_random *random)
{
    struct wish wish = { .app = dm_random_chance(random, 1, 2),
                         .facing = dm_random_chance(random, 2, 3),
                         .named = dm_random_chance(random, 1, 3),
                         .ip = dm_random_chance(random, 1, 5),
                         .local = dm_random_chance(random, 1, 3),
                         .inbound = dm_random_below(random, 4) ? 0 : dm_random_below(random, 3) };

    wish.cross = wish.app || dm_random_chance(random, 1, 2);
    wish.managed = !wish.named || dm_random_chance(random, 1, 2);
    wish.keep = !wish.app && dm_random_chance(random, 1, 2);
    wish.asks = wish.local && !wish.ip && !wish.app && dm_random_chance(random, 2, 3);
    for (size_t i = 0; i < N_ZONES; i++) { /* one zone is enough for those of the network */
        wish.public_tagged[i] = wish.app || i == 0 || dm_random_chance(random, 1, 2);
    }
    for (size_t i = 0; i < N_NODES; i++) {
        wish.out[i] = dm_random_chance(random, 1, 6);
        wish.has_pod[i] = dm_random_chance(random, 2, 3);
    }
    return wish;
}

/* What both networks have in common, objects first. */
static void write_base(struct dm_str *text, struct dm_random *random, const struct wish *wish)
{
    const char *tag = wish->facing ? "kubernetes.io/role/elb" : "kubernetes.io/role/internal-elb";

    dm_str_add(text, "region r\nzone ra r\nzone rb r\nvpc v r 10.0.0.0/16\nigw i v\ntable out v\n"
                     "route out 0.0.0.0/0 igw:i\nacl as v\nacl ap v\ngroup own v\n"
                     "group gn v tags=kubernetes.io/cluster/c:owned\ngroup gm v\n");
    for (unsigned i = 0; i < N_ZONES; i++) {
        dm_str_addf(text, "subnet p%u v %s 10.0.%u.0/24 %sacl=ap%s%s%s\n", i, zones[i], i,
                    wish->facing ? "table=out " : "", wish->public_tagged[i] ? " tags=" : "",
                    wish->public_tagged[i] ? tag : "", wish->public_tagged[i] ? ":1" : "");
        dm_str_addf(text, "subnet s%u v %s 10.0.1%u.0/24 acl=as\n", i, zones[i], i);
    }
    dm_str_add(text, "host h s0 10.0.10.200\nhost k p1 10.0.1.200\n"
                     "cluster c v 172.20.0.0/16\nns a c\npool o c 192.168.0.0/16 vxlan nat\n");
    for (unsigned i = 0; i < N_NODES; i++) {
        dm_str_addf(text, "worker n%u c s%u 10.0.1%u.1%u groups=gn%s%s\n", i, i % N_ZONES,
                    i % N_ZONES, i, dm_random_chance(random, 1, 3) ? ",gm" : "",
                    wish->out[i] ? " labels=node.kubernetes.io/"
                                   "exclude-from-external-load-balancers:1"
                                 : "");
    }
    for (unsigned i = 0; i < N_NODES; i++) {
        if (wish->has_pod[i]) {
            dm_str_addf(text, "pods w%u a app:w n%u=192.168.%u.7\n", i, i, i);
        }
    }
    dm_str_addf(text, "kservice b a app:w 80:8080:%d%s\n", NODE_PORT, wish->local ? " local" : "");
    dm_str_add(text, "permit gn out all 0.0.0.0/0\npermit gn in udp/4789 group:gn\n"
                     "permit own in tcp/80 0.0.0.0/0\npermit own out all 0.0.0.0/0\n");
    if (dm_random_chance(random, 1, 3)) {
        dm_str_add(text, "permit gn in tcp/30080 group:own\n");
    }
    if (dm_random_chance(random, 1, 3)) {
        dm_str_addf(text, "kpolicy y c a app:w in\nkrule y in allow tcp/8080 %s\n",
                    dm_random_chance(random, 1, 2) ? "10.0.0.0/16" : "0.0.0.0/0");
    }
    if (dm_random_chance(random, 1, 3)) {
        dm_str_addf(text, "rule as in 10 deny tcp/%d 10.0.%u.0/24\n",
                    dm_random_chance(random, 1, 2) ? NODE_PORT : HEALTH_PORT,
                    dm_random_below(random, 2));
    }
    dm_str_add(text, "rule as in 100 allow all 0.0.0.0/0\nrule as out 100 allow all 0.0.0.0/0\n"
                     "rule ap in 100 allow all 0.0.0.0/0\nrule ap out 100 allow all 0.0.0.0/0\n");
}

static void write_asked(struct dm_str *text, const struct wish *wish)
{
    dm_str_addf(text, "kbalancer x c %s%s%s%s%s inbound=%s\n", wish->app ? "app" : "net",
                wish->facing ? " facing" : "", wish->cross ? " cross" : "",
                wish->named ? " groups=own" : "", wish->named && wish->managed ? " managed" : "",
                inbounds[wish->inbound]);
    dm_str_addf(text, "klisten x tcp/80 b%s%s%s\n", wish->ip ? ":ip" : "",
                wish->keep ? " keep" : "", wish->asks ? " asks" : "");
}

static void write_groups(struct dm_str *text, const struct wish *wish)
{
    if (!wish->named) {
        dm_str_addf(text,
                    "group x.front v\npermit x.front in tcp/80 %s\n"
                    "permit x.front out all 0.0.0.0/0\n",
                    inbounds[wish->inbound]);
    }
    if (wish->managed) {
        dm_str_add(text, "group c.balancers v\npermit c.balancers out all 0.0.0.0/0\n");
    }
}

/* All of it, line by line. */
static void write_out(struct dm_str *text, const struct wish *wish)
{
    const char *groups =
        wish->managed ? wish->named ? "own,c.balancers" : "x.front,c.balancers" : "own";
    unsigned n = 0;
    int last = wish->asks ? HEALTH_PORT : NODE_PORT;
    bool any = false;

    write_groups(text, wish);
    dm_str_addf(text, "balancer x v %s%s\ntargets z v%s checked=%d\n", wish->app ? "app" : "net",
                wish->cross ? " cross" : "", wish->keep ? " keep" : "",
                wish->asks ? HEALTH_PORT : 0);
    for (unsigned i = 0; i < N_ZONES; i++) {
        if (wish->public_tagged[i] && wish->facing) {
            dm_str_addf(text, "node x.%s.node p%u 10.0.%u.4=198.18.0.%u balancer=x groups=%s\n",
                        zones[i], i, i, ++n, groups);
        } else if (wish->public_tagged[i]) {
            dm_str_addf(text, "node x.%s.node p%u 10.0.%u.4 balancer=x groups=%s\n", zones[i], i, i,
                        groups);
        }
    }
    for (unsigned i = 0; i < N_NODES; i++) {
        if (wish->ip && wish->has_pod[i]) {
            dm_str_addf(text, "target z 192.168.%u.7 8080\n", i); /* nothing to open for it */
        } else if (!wish->ip && !wish->out[i]) {
            dm_str_addf(text, "target z 10.0.1%u.1%u %d zone=%s\n", i % N_ZONES, i, NODE_PORT,
                        zones[i % N_ZONES]);
            any = true;
        }
    }
    if (wish->managed && any) {
        dm_str_addf(text, "permit gn in tcp/%d-%d group:c.balancers\n", NODE_PORT, last);
    }
    dm_str_add(text, "listen x tcp/80 z\n");
}

/* ---- asking both ---- */

struct tally {
    size_t n_asked;
    size_t n_passed;
    size_t n_failed;
    size_t n_unknown;
};

static void hold(struct dm_probing pair[2], const char *from, const char *to, const char *port,
                 const char *failed, uint64_t seed, struct tally *tally)
{
    struct dm_session_query query;
    struct dm_session asked = dm_probing_ask(&pair[0], from, to, port, failed, &query);
    struct dm_session written = dm_probing_ask(&pair[1], from, to, port, failed, &query);
    const char *left = dm_probing_text(&pair[0], &asked);
    const char *right = dm_probing_text(&pair[1], &written);

    if (strcmp(left, right) != 0) {
        fail_msg("seed %llu: %s to %s on %s without %s: asked for `%s`, written out `%s`\n%s\n%s",
                 (unsigned long long)seed, from, to, port, failed ? failed : "nothing", left, right,
                 dm_nets_describe(pair[0].model), dm_nets_describe(pair[1].model));
    }
    tally->n_asked++;
    tally->n_passed += asked.end == DM_SESSION_PASS;
    tally->n_failed += asked.end == DM_SESSION_FAIL;
    tally->n_unknown += asked.end == DM_SESSION_UNKNOWN;
}

static void hold_all(const char *asked, const char *written, const struct wish *wish, uint64_t seed,
                     struct tally *tally)
{
    static const char *const failures[] = { NULL, "zone:ra", "zone:rb" };
    static const char *const hosts[] = { "h", "k" };
    struct dm_probing pair[2];

    dm_probing_begin(&pair[0], asked);
    dm_probing_begin(&pair[1], written);
    assert_int_equal(pair[0].model->n_balancers, 1);
    for (size_t f = 0; f < sizeof failures / sizeof *failures; f++) {
        if (wish->facing) {
            hold(pair, "internet", "198.18.0.1", "tcp/80", failures[f], seed, tally);
            hold(pair, "internet", "198.18.0.1", "tcp/443", failures[f], seed, tally);
            hold(pair, "internet", "198.18.0.2", "tcp/80", failures[f], seed, tally);
        }
        for (size_t i = 0; i < 2; i++) {
            hold(pair, hosts[i], "10.0.0.4", "tcp/80", failures[f], seed, tally);
            hold(pair, hosts[i], "10.0.1.4", "tcp/80", failures[f], seed, tally);
            hold(pair, hosts[i], "n0", "tcp/30080", failures[f], seed, tally);
        }
    }
    dm_probing_end(&pair[0]);
    dm_probing_end(&pair[1]);
}

static void what_is_asked_for_is_as_if_it_was_written_out(void **state)
{
    struct tally tally = { 0, 0, 0, 0 };

    (void)state;
    for (uint64_t seed = dm_seed_first(1); seed < dm_seed_end(1, NETWORKS); seed++) {
        struct dm_arena *arena = dm_arena_new(0);
        struct dm_random random = { seed };
        struct wish wish = draw_wish(&random);
        struct dm_str asked;
        struct dm_str written;

        dm_str_init(&asked, arena);
        dm_str_init(&written, arena);
        write_base(&asked, &random, &wish);
        dm_str_add(&written, asked.text);
        write_asked(&asked, &wish);
        write_out(&written, &wish);
        hold_all(asked.text, written.text, &wish, seed, &tally);
        dm_arena_free(arena);
    }
    print_message("%d clusters, %zu sessions: %zu pass, %zu fail, %zu are unknown\n", (int)NETWORKS,
                  tally.n_asked, tally.n_passed, tally.n_failed, tally.n_unknown);
    assert_true(getenv("DM_SEED")
                || (tally.n_passed > NETWORKS && tally.n_failed > NETWORKS
                    && tally.n_unknown < tally.n_asked / 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_asked_for_is_as_if_it_was_written_out),
    };

    return cmocka_run_group_tests_name("kube_balancers", tests, NULL, NULL);
}
