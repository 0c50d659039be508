/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pods with addresses of the VPC: random networks, on which manifests put pods at addresses of
 * their nodes' interfaces.
 *
 * The oracle has no cluster.  There each pod is a host of its own beside its node, with the same
 * groups: what it may do with hosts, and with pods of other nodes, is the same.  Between pods of
 * one node nothing filters.  To another VPC a pod is seen as its node is, whose address it leaves
 * with, and, where that is left to others, as itself [EKS-60, EKS-61].
 */
#include "tests/support/dmtest.h"
#include "tests/support/manifests.h"

#include <stdio.h>
#include <string.h>

#include "model/base/str.h"
#include "model/front/k8s/k8s.h"
#include "solver/reach/session.h"
#include "tests/support/nets.h"

enum { SEEDS = 150, N_NODES = 3, N_PODS = 2 };

struct totals {
    size_t sessions;
    size_t passed;
    size_t outside;
    size_t on_one_node;
};

/* ---- worlds ---- */

static const char *word(struct dm_random *random, const char *const *words, unsigned n)
{
    return words[dm_random_below(random, n)];
}

static void add_filters(struct dm_str *text, struct dm_random *random)
{
    static const char *const ports[] = { "tcp/8080", "all", "tcp/1024-40000", "tcp/30080" };
    static const char *const peers[] = { "0.0.0.0/0",    "10.0.1.0/24",  "10.0.2.0/24",
                                         "10.0.1.20/32", "10.0.2.21/32", "10.0.1.4/32" };
    static const char *const groups[] = { "group:g", "0.0.0.0/0", "10.0.1.0/24", "group:k" };
    static const char *const acls[] = { "as", "at", "aw" };

    for (unsigned i = 0; i < 3; i++) {
        if (dm_random_chance(random, 1, 3)) {
            dm_str_addf(text, "rule %s %s 1 deny %s %s\n", acls[i],
                        dm_random_chance(random, 1, 2) ? "in" : "out", word(random, ports, 4),
                        word(random, peers, 6));
        }
        dm_str_addf(text, "rule %s in 9 allow all 0.0.0.0/0\nrule %s out 9 allow all 0.0.0.0/0\n",
                    acls[i], acls[i]);
    }
    dm_str_addf(text, "permit g out %s %s\n", dm_random_chance(random, 1, 2) ? "all" : "tcp/8080",
                word(random, groups, 3));
    dm_str_addf(text, "permit g in %s %s\npermit k in all %s\npermit k out all 0.0.0.0/0\n",
                word(random, ports, 4), word(random, groups, 4), word(random, groups, 4));
    dm_str_addf(text, "permit w out all 0.0.0.0/0\npermit w in all %s\n", word(random, peers, 6));
}

/* Node 'i' has 10.0.SUBNET.(4 + i), its pods 10.0.SUBNET.(20 + 10 i) and the next. */
struct world {
    unsigned subnets[N_NODES];
    const char *groups[N_NODES];
    bool keeps;
};

static void add_hosts(struct dm_str *text, const struct world *world, bool is_flat)
{
    for (unsigned i = 0; i < N_NODES; i++) {
        unsigned in = world->subnets[i];
        const char *subnet = in == 1 ? "s" : "t";

        dm_str_addf(text, "host n%u %s 10.0.%u.%u", i, subnet, in, 4 + i);
        for (unsigned j = 0; j < N_PODS && !is_flat; j++) {
            dm_str_addf(text, ",10.0.%u.%u", in, 20 + 10 * i + j);
        }
        dm_str_addf(text, " groups=%s\n", world->groups[i]);
        for (unsigned j = 0; j < N_PODS && is_flat; j++) {
            dm_str_addf(text, "host p%u%u %s 10.0.%u.%u groups=%s\n", i, j, subnet, in,
                        20 + 10 * i + j, world->groups[i]);
        }
    }
}

static const char *draw(struct dm_arena *arena, uint64_t seed, struct world *world, bool is_flat)
{
    static const char *const groups[] = { "g", "k" };
    struct dm_random random = { seed };
    struct dm_str text;

    dm_str_init(&text, arena);
    dm_str_add(&text, "region r\nzone ra r\nzone rb r\nvpc v r 10.0.0.0/16\nvpc x r 10.9.0.0/16\n"
                      "acl as v\nacl at v\nacl aw x\ngroup g v\ngroup k v\ngroup w x\n"
                      "subnet s v ra 10.0.1.0/24 acl=as\nsubnet t v rb 10.0.2.0/24 acl=at\n"
                      "subnet u x ra 10.9.1.0/24 acl=aw\npeering q v x\n"
                      "route v.main 10.9.0.0/16 peering:q\nroute x.main 10.0.0.0/16 peering:q\n"
                      "host far u 10.9.1.10 groups=w\nhost near t 10.0.2.200 groups=k\n");
    for (unsigned i = 0; i < N_NODES; i++) {
        world->subnets[i] = 1 + dm_random_below(&random, 2);
        world->groups[i] = word(&random, groups, 2);
    }
    world->keeps = dm_random_chance(&random, 1, 3);
    add_hosts(&text, world, is_flat);
    add_filters(&text, &random);
    return text.text;
}

static const char *manifests(struct dm_arena *arena, const struct world *world)
{
    struct dm_str text;

    dm_str_init(&text, arena);
    dm_str_addf(&text,
                "kind: DaemonSet\napiVersion: apps/v1\nmetadata: {name: aws-node, namespace: "
                "kube-system}\nspec: {selector: {matchLabels: {k: n}}, template: {metadata: "
                "{labels: {k: n}}, spec: {hostNetwork: true, containers: [{name: aws-node, env: "
                "[{name: AWS_VPC_K8S_CNI_EXTERNALSNAT, value: \"%s\"}]}]}}}\n",
                world->keeps ? "true" : "false");
    for (unsigned i = 0; i < N_NODES; i++) {
        dm_str_addf(&text,
                    "---\nkind: Node\napiVersion: v1\nmetadata: {name: n%u}\n"
                    "status: {addresses: [{type: InternalIP, address: 10.0.%u.%u}]}\n",
                    i, world->subnets[i], 4 + i);
        for (unsigned j = 0; j < N_PODS; j++) {
            dm_str_addf(&text,
                        "---\nkind: Pod\napiVersion: v1\nmetadata: {name: p%u%u}\nspec: {nodeName: "
                        "n%u, containers: [{name: m}]}\nstatus: {phase: Running, podIP: "
                        "10.0.%u.%u}\n",
                        i, j, i, world->subnets[i], 20 + 10 * i + j);
        }
    }
    return text.text;
}

/* ---- sessions ---- */

struct asker {
    const struct dm_model *model;
    struct dm_walker walker;
    struct dm_alive *alive;
};

static struct asker asker_of(struct dm_arena *arena, const struct dm_model *model)
{
    return (struct asker){ model,
                           { arena, model, dm_plane_new(arena, model), false },
                           dm_alive_new(arena, model) };
}

/* What a node sends for a pod is from whichever port the node has free: 'by_node'. */
static enum dm_session_end ask(const struct asker *asker, const char *from, const char *to,
                               uint16_t port, bool by_node)
{
    struct dm_endpoint ends[2];
    struct dm_session_query query = {
        .flow = { .protocol = DM_PROTO_TCP, .port_first = port, .port_last = port },
        .wide_ports = by_node
    };
    struct dm_session session;
    const char *why = "";

    assert_true(dm_endpoint_find(asker->model, from, &ends[0], &why));
    assert_true(dm_endpoint_find(asker->model, to, &ends[1], &why));
    query.start = dm_endpoint_start(asker->model, &ends[0], &ends[1]);
    dm_alive_begin(asker->alive, NULL, 0);
    assert_true(dm_session_check(&asker->walker, asker->alive, &query, &session));
    return session.end;
}

/* Places: pods 0 to 5, nodes 6 to 8, two hosts. */
enum { N_PLACES = N_NODES * N_PODS + N_NODES + 2 };

static const char *place(char *text, unsigned i, const char *prefix)
{
    unsigned n_pods = N_NODES * N_PODS;

    if (i < n_pods) {
        snprintf(text, 32, "%sp%u%u", prefix, i / N_PODS, i % N_PODS);
    } else if (i < n_pods + N_NODES) {
        snprintf(text, 32, "n%u", i - n_pods);
    } else {
        snprintf(text, 32, "%s", i == n_pods + N_NODES ? "near" : "far");
    }
    return text;
}

static unsigned node_of(unsigned i)
{
    unsigned n_pods = N_NODES * N_PODS;

    return i < n_pods ? i / N_PODS : i < n_pods + N_NODES ? i - n_pods : N_NODES + i;
}

/* What the flat network says of it, as that sees it. */
static enum dm_session_end expected(const struct asker *flat, const struct world *world, unsigned a,
                                    unsigned b, uint16_t port, struct totals *totals)
{
    char from[32];
    char to[32];
    bool is_far = b == N_PLACES - 1;
    bool by_node = is_far && !world->keeps && a < N_NODES * N_PODS;

    if (node_of(a) == node_of(b)) {
        totals->on_one_node++;
        return DM_SESSION_PASS;
    }
    totals->outside += is_far && a < N_NODES * N_PODS;
    if (by_node) {
        a = N_NODES * N_PODS + node_of(a);
    }
    return ask(flat, place(from, a, ""), place(to, b, ""), port, by_node);
}

static void compare(const struct asker *joined, const struct asker *flat, const struct world *world,
                    uint64_t seed, struct totals *totals)
{
    static const uint16_t ports[] = { 8080, 30080 };

    for (unsigned a = 0; a < N_PLACES; a++) {
        for (unsigned b = 0; b < N_PLACES; b++) {
            for (size_t i = 0; i < 2; i++) {
                char from[32];
                char to[32];
                enum dm_session_end end = ask(joined, place(from, a, "default/"),
                                              place(to, b, "default/"), ports[i], false);
                enum dm_session_end should = expected(flat, world, a, b, ports[i], totals);

                if (end != should) {
                    fail_msg("DM_SEED=%llu: %s to %s, port %u: %d, not %d\n%s",
                             (unsigned long long)seed, from, to, ports[i], (int)end, (int)should,
                             dm_nets_describe(joined->model));
                }
                totals->sessions++;
                totals->passed += end == DM_SESSION_PASS;
            }
        }
    }
}

static void pods_of_the_vpc_are_as_hosts_of_it(void **state)
{
    struct totals totals = { 0 };

    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct dm_arena *arena = dm_arena_new(0);
        struct dm_err err = DM_ERR_INIT;
        struct world world;
        const struct dm_model *model = NULL;
        struct asker flat = asker_of(arena, dm_nets_make(arena, draw(arena, seed, &world, true)));
        struct asker joined;
        char *text = dm_arena_strdup(arena, manifests(arena, &world));

        if (dm_nets_parse_more(arena, draw(arena, seed, &world, false), dm_manifests_add, text,
                               &model, &err)
            != DM_OK) {
            fail_msg("DM_SEED=%llu: %s", (unsigned long long)seed, err.text);
        }
        joined = asker_of(arena, model);
        compare(&joined, &flat, &world, seed, &totals);
        dm_arena_free(arena);
    }
    print_message("%zu sessions as without cluster, %zu of them pass, %zu to another VPC, %zu on "
                  "one node\n",
                  totals.sessions, totals.passed, totals.outside, totals.on_one_node);
    assert_true(totals.passed > 1000 && totals.outside > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pods_of_the_vpc_are_as_hosts_of_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
