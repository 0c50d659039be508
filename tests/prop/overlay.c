/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Packets of pods: random clusters on random VPCs, where groups and ACLs close the overlay's ports
 * in one direction or both, pools encapsulate in either way or do not, checks of interfaces are on
 * or off, routes lead to the right nodes or to others, nodes have twins and zones are dead.
 *
 * Each pod and node asks each pod, Service, node and host, on ports that something listens on and
 * others; single sessions must end as the naive forwarding of support/naive_cluster.c says, and
 * sets of packets must hold the packet just where single sessions pass, for sure or perhaps.  Where
 * nothing between nodes filters, pods have what the policies alone let them have.  Written as
 * manifests, and joined with the network that has its nodes as hosts, a cluster is the same.  Built
 * with a planted fault this program must fail.
 */
#include "tests/support/dmtest.h"
#include "tests/support/manifests.h"

#include <stdio.h>
#include <string.h>

#include "model/base/str.h"
#include "model/front/k8s/k8s.h"
#include "solver/cluster/decide.h"
#include "solver/reach/symbolic.h"
#include "tests/support/naive_cluster.h"
#include "tests/support/nets.h"
#include "tests/support/written.h"

enum { SEEDS = 700, JOINED_SEEDS = 200, N_NODES = 3, N_LABELS = 3 };

struct totals {
    size_t sessions;
    size_t passed;
    size_t unknown;
    size_t outer; /* that a packet around another met a filter */
    size_t flat;  /* pairs without filters between */
    size_t balanced;
    size_t changing; /* targets whose health does */
    size_t looser;   /* unknown where no reading lets it pass */
};

struct world {
    struct dm_arena *arena;
    const struct dm_model *model;
    struct dm_walker walker;
    struct dm_alive *alive;
    struct dm_symbolic *symbolic;
    struct dm_naive_world naive;
    struct dm_element_id dead;
    uint64_t seed;
    struct totals *totals;
};

/* ---- worlds ---- */

static const char *word(struct dm_random *random, const char *const *words, unsigned n)
{
    return words[dm_random_below(random, n)];
}

static void add_filters(struct dm_str *text, struct dm_random *random)
{
    static const char *const ports[] = { "udp/4789",  "udp/4789",       "tcp/8080", "all",
                                         "udp/51820", "tcp/1024-40000", "proto/4" };
    static const char *const peers[] = { "0.0.0.0/0",   "10.0.0.0/16", "10.0.1.0/24",
                                         "10.0.2.0/24", "10.0.1.4/32", "192.168.0.0/16" };
    static const char *const groups[] = { "group:g", "0.0.0.0/0", "10.0.0.0/16", "192.168.0.0/16" };

    for (unsigned i = 0; i < 2; i++) {
        if (dm_random_chance(random, 1, 3)) {
            dm_str_addf(text, "rule %s %s 1 deny %s %s\n", i ? "at" : "as",
                        dm_random_chance(random, 1, 2) ? "in" : "out", word(random, ports, 7),
                        word(random, peers, 6));
        }
        dm_str_addf(text, "rule %s in 9 allow all 0.0.0.0/0\nrule %s out 9 allow all 0.0.0.0/0\n",
                    i ? "at" : "as", i ? "at" : "as");
    }
    dm_str_addf(text, "permit g out all %s\n",
                dm_random_chance(random, 1, 6) ? "10.0.0.0/16" : "0.0.0.0/0");
    dm_str_addf(text, "permit g in %s %s\n",
                dm_random_chance(random, 1, 2) ? "all" : word(random, ports, 7),
                word(random, groups, 4));
    if (dm_random_chance(random, 1, 2)) {
        dm_str_addf(text, "permit g in tcp/30080 10.0.3.0/24\npermit g in udp/4789 group:g\n");
    }
}

static void add_policies(struct dm_str *text, struct dm_random *random)
{
    static const char *const selectors[] = { "all", "app:x", "app:y", "app:z" };
    static const char *const directions[] = { "in", "out", "in,out" };
    static const char *const peers[] = {
        "any",    "app:x",          "*app:y",         "*all",
        "all",    "10.0.0.0/16",    "192.168.0.0/16", "10.0.3.0/24",
        "*app:z", "192.168.0.0/17", "192.168.64.0/18"
    };
    static const char *const ports[] = { "all", "tcp/8080", "tcp/8080-9000", "udp/53" };
    unsigned n = dm_random_below(random, 4);

    for (unsigned i = 0; i < n; i++) {
        unsigned n_rules = dm_random_below(random, 3);

        dm_str_addf(text, "kpolicy p%u c %s %s %s order=%u\n", i,
                    word(random, (const char *const[]){ "a", "b", "-" }, 3),
                    word(random, selectors, 4), word(random, directions, 3),
                    dm_random_below(random, 3));
        for (unsigned j = 0; j < n_rules; j++) {
            dm_str_addf(text, "krule p%u %s %s %s %s\n", i,
                        dm_random_chance(random, 1, 2) ? "in" : "out",
                        dm_random_chance(random, 1, 4) ? "deny" : "allow", word(random, ports, 4),
                        word(random, peers, 11));
        }
    }
}

static void add_pods(struct dm_str *text, struct dm_random *random)
{
    static const char *const apps = "xyz";

    for (unsigned i = 0; i < N_LABELS; i++) {
        bool any = false;

        dm_str_addf(text, "pods %c %s app:%c ", apps[i], i == 2 ? "b" : "a", apps[i]);
        for (unsigned j = 0; j < N_NODES; j++) {
            if (dm_random_chance(random, 2, 3)) {
                dm_str_addf(text, "%sn%u=192.168.%u.%u", any ? "," : "", j, j * 100, i + 1);
                any = true;
            }
        }
        dm_str_add(text, any ? "\n" : "-\n");
    }
}

/* Nodes in three subnets, of which two are in one zone. */
static void add_nodes(struct dm_str *text, struct dm_random *random, bool is_flat)
{
    static const char *const subnets = "stu";
    bool unchecked = dm_random_chance(random, 1, 2);
    bool twins = dm_random_chance(random, 1, 2);
    bool endpoints = !is_flat && dm_random_chance(random, 1, 12);

    for (unsigned j = 0; j < N_NODES; j++) {
        unsigned in = dm_random_below(random, 3);

        dm_str_addf(text, "worker n%u c %c 10.0.%u.%u%s%s%s%s\n", j, subnets[in], in + 1, 4 + j,
                    is_flat ? "" : " groups=g",
                    unchecked || dm_random_chance(random, 1, 6) ? " nocheck" : "",
                    twins && dm_random_chance(random, 2, 3) ? " twins" : "",
                    endpoints && dm_random_chance(random, 1, 2) ? " endpoint" : "");
    }
}

/* A load balancer in two zones before a node port of all nodes. */
static void add_balancer(struct dm_str *text, struct dm_random *random)
{
    static const char *const checked[] = { "checked=0", "checked=30080", "checked=10250", "" };

    dm_str_addf(text,
                "group gb v\npermit gb in all 0.0.0.0/0\npermit gb out all 0.0.0.0/0\n"
                "balancer b v app%s\nnode b.0 u 10.0.3.8 balancer=b groups=gb\n"
                "node b.1 t 10.0.2.8 balancer=b groups=gb\ntargets tg v %s\n"
                "listen b tcp/443 tg\n",
                dm_random_chance(random, 1, 2) ? " cross" : "", word(random, checked, 4));
}

/* Where its nodes are is in the text so far. */
static void add_targets(struct dm_str *text)
{
    for (unsigned j = 0; j < N_NODES; j++) {
        char name[24];
        const char *line;

        snprintf(name, sizeof name, "worker n%u c ", j);
        line = strstr(text->text, name) + strlen(name);
        dm_str_addf(text, "target tg %.*s 30080 zone=%s\n", (int)strcspn(line + 2, " \n"), line + 2,
                    *line == 't' ? "rb" : "ra");
    }
}

static const char *draw(struct dm_arena *arena, uint64_t seed, bool is_flat)
{
    static const char *const modes[] = { "none",  "vxlan", "vxlan",      "cross",
                                         "cross", "ipip",  "ipip-cross", "none" };
    struct dm_random random = { seed };
    struct dm_str text;

    dm_str_init(&text, arena);
    dm_str_addf(&text,
                "region r\nzone ra r\nzone rb r\nvpc v r 10.0.0.0/16\nacl as v\nacl at v\n"
                "group g v\nsubnet s v ra 10.0.1.0/24%s\nsubnet t v rb 10.0.2.0/24%s\n"
                "subnet u v ra 10.0.3.0/24\nhost h u 10.0.3.10\nhost k t 10.0.2.10 groups=g\n",
                is_flat ? "" : " acl=as", is_flat ? "" : " acl=at");
    dm_str_addf(&text, "cluster c v 172.20.0.0/16%s\nns a c\nns b c\n",
                !is_flat && dm_random_chance(&random, 1, 6) ? " wireguard" : "");
    dm_str_addf(&text, "pool p c 192.168.0.0/16 %s%s\n",
                is_flat ? "vxlan" : word(&random, modes, 8),
                dm_random_chance(&random, 2, 3) ? " nat" : "");
    if (dm_random_chance(&random, 1, 3)) {
        dm_str_add(&text, "pool q c 10.0.3.0/24 vxlan disabled\n");
    }
    add_nodes(&text, &random, is_flat);
    if (!is_flat) {
        add_balancer(&text, &random);
        add_targets(&text);
    }
    add_filters(&text, &random);
    add_pods(&text, &random);
    add_policies(&text, &random);
    dm_str_addf(&text, "kservice sy a app:y 80:8080:30080 ip=172.20.0.10%s\n",
                dm_random_chance(&random, 1, 2) ? " local" : "");
    dm_str_add(&text, "kservice sz b app:z 80:8080 ip=172.20.0.11\n");
    for (unsigned j = 0; j < N_NODES && dm_random_chance(&random, 1, 2); j++) {
        dm_str_addf(&text, "route v.main 192.168.%u.0/24 eni:n%u.0\n", j * 100,
                    dm_random_chance(&random, 3, 4) ? j : dm_random_below(&random, N_NODES));
    }
    return text.text;
}

static void begin(struct world *world, uint64_t seed, bool is_flat, struct totals *totals)
{
    *world = (struct world){ .arena = dm_arena_new(0), .seed = seed, .totals = totals };
    world->model = dm_nets_make(world->arena, draw(world->arena, seed, is_flat));
    world->alive = dm_alive_new(world->arena, world->model);
    world->walker = (struct dm_walker){ world->arena, world->model,
                                        dm_plane_new(world->arena, world->model), false };
    world->symbolic = dm_symbolic_new(world->arena, world->model);
    world->naive.model = world->model;
    assert_non_null(world->symbolic);
}

/* ---- one request ---- */

static bool has_outer(const struct dm_walk *walk)
{
    for (size_t i = 0; walk && i < walk->n_hops; i++) {
        if (walk->hops[i].outer && dm_hop_is_filter(walk->hops[i].kind)) {
            return true;
        }
    }
    return false;
}

/* Where the sets have the packet: as a session that ends so. */
static enum dm_session_end end_of(const struct world *world, struct dm_flow_sets sets,
                                  const struct dm_flow *flow)
{
    struct dm_packet packet = { .protocol = flow->protocol, .destination_port = flow->port_first };
    const struct dm_sets *store = dm_symbolic_sets(world->symbolic);

    if (dm_set_has(store, sets.sure, &packet)) {
        return DM_SESSION_PASS;
    }
    return dm_set_has(store, sets.perhaps, &packet) ? DM_SESSION_UNKNOWN : DM_SESSION_FAIL;
}

static void differ(const struct world *world, const struct dm_session_query *query,
                   const char *what, int is, int should)
{
    char source[DM_ADDR_TEXT_SIZE];
    char destination[DM_ADDR_TEXT_SIZE];

    print_message("%s\n", dm_nets_describe(world->model));
    fail_msg("DM_SEED=%llu: %s to %s, protocol %u, port %u, zone %u dead: %s %d, not %d",
             (unsigned long long)world->seed, dm_addr_text(query->start.source, source),
             dm_addr_text(query->start.destination, destination), query->flow.protocol,
             query->flow.port_first, world->naive.dead.v, what, is, should);
}

/* By all three; the end. */
static enum dm_session_end ask(const struct world *world, struct dm_interface_id from,
                               struct dm_interface_id to, uint8_t protocol, uint16_t port)
{
    static const enum dm_session_end ends[] = { [DM_NAIVE_FAILS] = DM_SESSION_FAIL,
                                                [DM_NAIVE_UNSURE] = DM_SESSION_UNKNOWN,
                                                [DM_NAIVE_PASSES] = DM_SESSION_PASS };
    struct dm_session_query query = {
        .start = { .interface = from,
                   .source = dm_interface_get(world->model, from)->addresses[0].address,
                   .destination = dm_interface_get(world->model, to)->addresses[0].address },
        .flow = { .protocol = protocol, .port_first = port, .port_last = port }
    };
    struct dm_symbolic_session sets;
    struct dm_session session;
    enum dm_session_end naive;

    dm_alive_begin(world->alive, &world->dead, world->dead.v != 0);
    assert_true(dm_session_check(&world->walker, world->alive, &query, &session));
    assert_true(dm_symbolic_session(world->symbolic, &world->walker, world->alive, &query.start, to,
                                    &sets));
    naive =
        ends[dm_naive_cluster_send(&world->naive, from, query.start.destination, protocol, port)];
    if (session.end != naive) {
        differ(world, &query, "the session ends", (int)session.end, (int)naive);
    }
    if (end_of(world, sets.answered, &query.flow) != session.end) {
        differ(world, &query, "the sets say", (int)end_of(world, sets.answered, &query.flow),
               (int)session.end);
    }
    world->totals->sessions++;
    world->totals->passed += session.end == DM_SESSION_PASS;
    world->totals->unknown += session.end == DM_SESSION_UNKNOWN;
    world->totals->outer += has_outer(session.request);
    return session.end;
}

/* ---- all requests ---- */

static bool is_pod(const struct world *world, struct dm_interface_id id)
{
    return dm_interface_get(world->model, id)->kind == DM_INTERFACE_POD;
}

static bool is_service(const struct world *world, struct dm_interface_id id)
{
    return dm_interface_get(world->model, id)->kind == DM_INTERFACE_KUBE_SERVICE;
}

static bool is_asked(const struct world *world, struct dm_interface_id from)
{
    return !is_service(world, from) && !dm_interface_get(world->model, from)->balancer.v
           && dm_walk_interface_alive(&world->walker, world->alive, from);
}

/* ---- through a load balancer ---- */

enum { GOOD, BAD, OPEN, CHANGING };

/* By each choice of a pod, here or on a twin. */
static int health_of(struct dm_naive_world naive, struct dm_interface_id by, struct dm_addr target,
                     uint16_t port)
{
    size_t n_of[3] = { 0, 0, 0 };
    size_t n = 0;

    naive.n_backends = &n;
    (void)dm_naive_cluster_send(&naive, by, target, DM_PROTO_TCP, port);
    naive.n_backends = NULL;
    n = n ? n : 1;
    for (naive.backend = 1; naive.backend <= n; naive.backend++) {
        for (naive.twin = 1; naive.twin <= 2; naive.twin++) {
            n_of[dm_naive_cluster_send(&naive, by, target, DM_PROTO_TCP, port)]++;
        }
    }
    if (n_of[DM_NAIVE_PASSES] && n_of[DM_NAIVE_FAILS]) {
        return CHANGING;
    }
    return n_of[DM_NAIVE_UNSURE] ? OPEN : n_of[DM_NAIVE_PASSES] ? GOOD : BAD;
}

/* Targets of a node of the balancer; bits of sets are their numbers. */
struct targets {
    unsigned near;
    unsigned of[4]; /* by health */
    enum dm_naive_verdict sent[N_NODES];
};

static enum dm_naive_verdict least(enum dm_naive_verdict a, enum dm_naive_verdict b)
{
    return a < b ? a : b;
}

/* With these healthy. */
static enum dm_naive_verdict sent_to(const struct targets *targets, unsigned healthy)
{
    unsigned chosen = healthy & targets->near;
    enum dm_naive_verdict result = DM_NAIVE_PASSES;

    if (!chosen && healthy) {
        return DM_NAIVE_UNSURE; /* not documented */
    }
    chosen = chosen ? chosen : targets->near;
    for (unsigned j = 0; j < N_NODES; j++) {
        result = chosen >> j & 1 ? least(result, targets->sent[j]) : result;
    }
    return chosen ? result : DM_NAIVE_FAILS;
}

/* Whatever is open holds for good, whatever changes is there at one time or another. */
static enum dm_naive_verdict sent_by(const struct targets *targets)
{
    bool some[3] = { false, false, false };

    for (unsigned open = 0; open < 1U << N_NODES; open++) {
        enum dm_naive_verdict result = DM_NAIVE_PASSES;

        for (unsigned changing = 0; changing < 1U << N_NODES; changing++) {
            if (!(open & ~targets->of[OPEN]) && !(changing & ~targets->of[CHANGING])) {
                result = least(result, sent_to(targets, targets->of[GOOD] | open | changing));
            }
        }
        some[result] |= !(open & ~targets->of[OPEN]);
    }
    if (some[DM_NAIVE_FAILS] + some[DM_NAIVE_UNSURE] + some[DM_NAIVE_PASSES] > 1) {
        return DM_NAIVE_UNSURE;
    }
    return some[DM_NAIVE_FAILS]    ? DM_NAIVE_FAILS
           : some[DM_NAIVE_UNSURE] ? DM_NAIVE_UNSURE
                                   : DM_NAIVE_PASSES;
}

/* The node port of a Service with traffic policy Local is not healthy by itself where the node has
 * no pod of it. */
static bool lacks_pod(const struct world *world, unsigned j)
{
    const struct dm_kube_service *service = &world->model->kube_services[0];

    for (size_t i = 0; i < service->n_backends; i++) {
        if (dm_interface_get(world->model, service->backends[i])->node.v == j + 1) {
            return false;
        }
    }
    return service->local_traffic;
}

static struct targets targets_of(const struct world *world, struct dm_interface_id node,
                                 const struct dm_interface_id *nodes)
{
    const struct dm_target_group *group = &world->model->target_groups[0];
    bool cross = world->model->balancers[0].cross_zone;
    struct targets targets = { 0 };

    for (unsigned j = 0; j < N_NODES; j++) {
        const struct dm_target *target = &group->targets[j];
        struct dm_zone_id zone = dm_model_zone_of_interface(world->model, node);
        bool near = cross || target->zone.v == zone.v;
        struct dm_interface_id by =
            near || dm_model_zone_of_interface(world->model, nodes[0]).v == target->zone.v
                ? (near ? node : nodes[0])
                : nodes[1];
        int health = target->zone.v == world->naive.dead.v || lacks_pod(world, j) ? BAD
                     : group->judges_health
                         ? health_of(world->naive, by, target->address,
                                     group->health_port ? group->health_port : target->port)
                         : GOOD;

        targets.near |= (unsigned)near << j;
        targets.of[health] |= 1U << j;
        targets.sent[j] =
            dm_naive_cluster_send(&world->naive, node, target->address, DM_PROTO_TCP, target->port);
        world->totals->changing += health == CHANGING;
    }
    return targets;
}

static void ask_balancer(const struct world *world, struct dm_interface_id from,
                         struct dm_interface_id node, const struct dm_interface_id *nodes)
{
    static const enum dm_session_end ends[] = { [DM_NAIVE_FAILS] = DM_SESSION_FAIL,
                                                [DM_NAIVE_UNSURE] = DM_SESSION_UNKNOWN,
                                                [DM_NAIVE_PASSES] = DM_SESSION_PASS };
    struct dm_session_query query = {
        .start = { .interface = from,
                   .source = dm_interface_get(world->model, from)->addresses[0].address,
                   .destination = dm_interface_get(world->model, node)->addresses[0].address },
        .flow = { .protocol = DM_PROTO_TCP, .port_first = 443, .port_last = 443 }
    };
    struct targets targets = targets_of(world, node, nodes);
    struct dm_session session;
    struct dm_symbolic_session sets;
    enum dm_naive_verdict naive = least(
        dm_naive_cluster_send(&world->naive, from, query.start.destination, DM_PROTO_TCP, 443),
        sent_by(&targets));

    dm_alive_begin(world->alive, &world->dead, world->dead.v != 0);
    assert_true(dm_session_check(&world->walker, world->alive, &query, &session));
    assert_true(dm_symbolic_session(world->symbolic, &world->walker, world->alive, &query.start,
                                    node, &sets));
    if (session.end == DM_SESSION_UNKNOWN && naive == DM_NAIVE_FAILS && targets.of[OPEN]) {
        world->totals->looser++;
    } else if (session.end != ends[naive]) {
        differ(world, &query, "through the balancer it ends", (int)session.end, (int)ends[naive]);
    }
    if (end_of(world, sets.answered, &query.flow) != session.end) {
        differ(world, &query, "the sets say", (int)end_of(world, sets.answered, &query.flow),
               (int)session.end);
    }
    world->totals->balanced++;
}

static void ask_balancers(const struct world *world)
{
    struct dm_interface_id nodes[2] = { { 0 }, { 0 } };
    size_t n = 0;

    for (uint32_t v = 1; v <= world->model->n_interfaces; v++) {
        if (world->model->interfaces[v - 1].balancer.v) {
            nodes[n++].v = v;
        }
    }
    for (uint32_t v = 1; v <= world->model->n_interfaces; v++) {
        struct dm_interface_id from = { v };

        dm_alive_begin(world->alive, &world->dead, world->dead.v != 0);
        if (is_asked(world, from)) {
            ask_balancer(world, from, nodes[0], nodes);
            ask_balancer(world, from, nodes[1], nodes);
        }
    }
}

static void ask_all(struct world *world)
{
    static const struct {
        uint8_t protocol;
        uint16_t port;
    } flows[] = {
        { DM_PROTO_TCP, 8080 }, { DM_PROTO_TCP, 80 }, { DM_PROTO_TCP, 30080 }, { DM_PROTO_UDP, 53 }
    };

    for (uint32_t a = 1; a <= world->model->n_interfaces; a++) {
        for (uint32_t b = 1; b <= world->model->n_interfaces; b++) {
            for (size_t i = 0; i < sizeof flows / sizeof *flows; i++) {
                struct dm_interface_id from = { a };
                struct dm_interface_id to = { b };

                dm_alive_begin(world->alive, &world->dead, world->dead.v != 0);
                if (is_asked(world, from) && !dm_interface_get(world->model, to)->balancer.v) {
                    (void)ask(world, from, to, flows[i].protocol, flows[i].port);
                }
            }
        }
    }
}

static void clusters_forward_as_the_naive_forwarding_does(void **state)
{
    struct totals totals = { 0 };
    uint64_t seed = 1;
    bool is_replay = dm_nets_replay_seed(&seed);

    (void)state;
    for (uint64_t end = is_replay ? seed + 1 : SEEDS + 1; seed < end; seed++) {
        struct world world;

        begin(&world, seed, false, &totals);
        if (seed % 4 == 0) {
            world.naive.dead.v = 1 + seed / 4 % 2;
            world.dead = dm_zone_get(world.model, world.naive.dead)->element;
        }
        ask_all(&world);
        ask_balancers(&world);
        dm_arena_free(world.arena);
    }
    print_message("%zu sessions in %d clusters: %zu pass, %zu unknown, %zu of them with packets "
                  "around them that are filtered\n",
                  totals.sessions, SEEDS, totals.passed, totals.unknown, totals.outer);
    print_message(
        "%zu sessions through load balancers, of targets whose health changes %zu; %zu are "
        "unknown that cannot pass\n",
        totals.balanced, totals.changing, totals.looser);
    if (!is_replay) {
        assert_true(totals.passed > totals.sessions / 10 && totals.passed < totals.sessions / 2);
        assert_true(totals.changing > 100 && totals.looser < totals.balanced / 100);
        assert_true(totals.unknown > 50 && totals.outer > totals.sessions / 20);
    }
}

static void without_filters_between_nodes_policies_alone_decide(void **state)
{
    struct totals totals = { 0 };
    uint64_t seed = 1;
    bool is_replay = dm_nets_replay_seed(&seed);

    (void)state;
    for (uint64_t end = is_replay ? seed + 1 : SEEDS / 2 + 1; seed < end; seed++) {
        struct world world;

        begin(&world, seed, true, &totals);
        for (uint32_t a = 1; a <= world.model->n_interfaces; a++) {
            for (uint32_t b = 1; b <= world.model->n_interfaces; b++) {
                struct dm_interface_id from = { a };
                struct dm_interface_id to = { b };

                if (a != b && is_pod(&world, from) && is_pod(&world, to)) {
                    bool passes = ask(&world, from, to, DM_PROTO_TCP, 8080) == DM_SESSION_PASS;

                    assert_int_equal(passes,
                                     dm_naive_policies(world.model, from, to, DM_PROTO_TCP, 8080)
                                         == DM_NAIVE_PASSES);
                    totals.flat++;
                }
            }
        }
        dm_arena_free(world.arena);
    }
    print_message("%zu pairs of pods have what policies let them have, %zu of them something\n",
                  totals.flat, totals.passed);
}

/* ---- manifests ---- */

/* The one of the same kind with the same address; fails the test where there is none. */
static struct dm_interface_id twin_of(const struct world *world, const struct dm_model *model,
                                      struct dm_interface_id id)
{
    const struct dm_interface *item = dm_interface_get(world->model, id);

    for (uint32_t v = 1; v <= model->n_interfaces; v++) {
        const struct dm_interface *other = dm_interface_get(model, (struct dm_interface_id){ v });

        if (other->kind == item->kind
            && dm_addr_equal(other->addresses[0].address, item->addresses[0].address)) {
            return (struct dm_interface_id){ v };
        }
    }
    fail_msg("DM_SEED=%llu: nothing is what `%s` was", (unsigned long long)world->seed,
             item->object.name);
    return (struct dm_interface_id){ 0 };
}

static enum dm_session_end end_in(const struct world *world, struct dm_interface_id from,
                                  struct dm_interface_id to, uint16_t port)
{
    struct dm_session_query query = {
        .start = { .interface = from,
                   .source = dm_interface_get(world->model, from)->addresses[0].address,
                   .destination = dm_interface_get(world->model, to)->addresses[0].address },
        .flow = { .protocol = DM_PROTO_TCP, .port_first = port, .port_last = port }
    };
    struct dm_session session;

    dm_alive_begin(world->alive, NULL, 0);
    assert_true(dm_session_check(&world->walker, world->alive, &query, &session));
    return session.end;
}

static void compare(const struct world *world, const struct world *joined, struct totals *totals)
{
    static const uint16_t ports[] = { 8080, 80, 30080 };

    for (uint32_t a = 1; a <= world->model->n_interfaces; a++) {
        for (uint32_t b = 1; b <= world->model->n_interfaces; b++) {
            struct dm_interface_id from = { a };
            struct dm_interface_id to = { b };

            for (size_t i = 0; !is_service(world, from) && i < 3; i++) {
                enum dm_session_end end = end_in(world, from, to, ports[i]);
                enum dm_session_end other = end_in(joined, twin_of(world, joined->model, from),
                                                   twin_of(world, joined->model, to), ports[i]);

                if (other != end) {
                    fail_msg("DM_SEED=%llu: `%s` to `%s`, port %u: %d, and %d joined\n%s",
                             (unsigned long long)world->seed,
                             dm_interface_get(world->model, from)->object.name,
                             dm_interface_get(world->model, to)->object.name, ports[i], (int)end,
                             (int)other, dm_nets_describe(world->model));
                }
                totals->sessions++;
                totals->passed += end == DM_SESSION_PASS;
            }
        }
    }
}

/* The cluster as manifests, on the network that has its nodes as hosts. */
static void join(struct world *joined, const struct world *world)
{
    struct dm_err err = DM_ERR_INIT;
    struct dm_str network;
    struct dm_str manifests;

    *joined = *world;
    dm_str_init(&network, world->arena);
    dm_str_init(&manifests, world->arena);
    dm_written_network(dm_nets_describe(world->model), &network);
    dm_written_manifests(world->model, &manifests);
    if (dm_nets_parse_more(world->arena, network.text, dm_manifests_add, manifests.text,
                           &joined->model, &err)
        != DM_OK) {
        fail_msg("DM_SEED=%llu: %s\n%s\n%s", (unsigned long long)world->seed, err.text,
                 network.text, manifests.text);
    }
    joined->alive = dm_alive_new(world->arena, joined->model);
    joined->walker = (struct dm_walker){ world->arena, joined->model,
                                         dm_plane_new(world->arena, joined->model), false };
}

/* Leaves 'word', which ends lines, out. */
static const char *without(struct dm_arena *arena, const char *text, const char *word)
{
    struct dm_str out;

    dm_str_init(&out, arena);
    while (*text) {
        const char *next = strstr(text, word);

        if (!next) {
            dm_str_add(&out, text);
            break;
        }
        dm_str_addf(&out, "%.*s\n", (int)(next - text), text);
        text = next + strlen(word);
    }
    return out.text;
}

/* One node of manifests is one host: the model must not let it stand for several, nor have what
 * manifests are not given here. */
static const char *as_manifests(struct dm_arena *arena, const char *text)
{
    return without(arena, without(arena, text, " endpoint\n"), " twins\n");
}

static void manifests_on_the_network_are_that_cluster(void **state)
{
    struct totals totals = { 0 };

    (void)state;
    for (uint64_t seed = 1; seed <= JOINED_SEEDS; seed++) {
        struct world world = { .arena = dm_arena_new(0), .seed = seed, .totals = &totals };
        struct world joined;

        world.model = dm_nets_make(
            world.arena, as_manifests(world.arena, draw(world.arena, seed, seed % 4 == 0)));
        world.alive = dm_alive_new(world.arena, world.model);
        world.walker = (struct dm_walker){ world.arena, world.model,
                                           dm_plane_new(world.arena, world.model), false };
        join(&joined, &world);
        compare(&world, &joined, &totals);
        dm_arena_free(world.arena);
    }
    print_message("%zu sessions end in both models alike, %zu of them pass\n", totals.sessions,
                  totals.passed);
    assert_true(totals.passed > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clusters_forward_as_the_naive_forwarding_does),
        cmocka_unit_test(without_filters_between_nodes_policies_alone_decide),
        cmocka_unit_test(manifests_on_the_network_are_that_cluster),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
