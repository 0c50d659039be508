/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sets of packets against packets tried one by one, on random networks full of filters.
 *
 * For each pair of hosts, by private and public addresses, and for the internet: the
 * representatives of all flows that the filters there and back tell apart, and ports about those
 * that answers go to, are sent as single sessions. Each must be delivered and answered just where
 * the symbolic session has it in its sets, be it for sure or perhaps. Load balancers stand in
 * between, one behind the other, with targets anywhere; to what they send on is followed by the
 * oracle with walks of its own. Built with a planted fault this program must fail.
 */
#include "tests/support/dmtest.h"

#include <string.h>

#include "model/base/str.h"
#include "solver/reach/balance.h"
#include "solver/reach/symbolic.h"
#include "tests/support/nets.h"
#include "tests/support/representatives.h"

enum { SEEDS = 400 };

struct totals {
    size_t sessions;
    size_t delivered;
    size_t answered;
    size_t unknown;
    size_t relayed; /* of those that are answered, through balancers */
};

struct world {
    struct dm_arena *arena;
    const struct dm_model *model;
    struct dm_walker walker;
    struct dm_alive *alive;
    struct dm_symbolic *symbolic;
    uint64_t seed;
    struct totals *totals;
};

static enum dm_filter_verdict worse(enum dm_filter_verdict a, enum dm_filter_verdict b)
{
    if (a == DM_FILTER_DENY || b == DM_FILTER_DENY) {
        return DM_FILTER_DENY;
    }
    return a == DM_FILTER_UNKNOWN ? a : b;
}

/* What the filters of one walk say of a packet, and its end where that is unknown. */
static enum dm_filter_verdict filter(const struct world *world, const struct dm_walk *walk,
                                     const struct dm_flow *flow)
{
    enum dm_filter_verdict worst =
        walk->end == DM_WALK_UNKNOWN ? DM_FILTER_UNKNOWN : DM_FILTER_ALLOW;

    for (size_t j = 0; j < walk->n_hops; j++) {
        if (dm_hop_is_filter(walk->hops[j].kind)) {
            worst = worse(worst, dm_filter_decide(world->model, &walk->hops[j], flow).verdict);
        }
    }
    return worst;
}

/* Whether a packet that a balancer's node took is delivered, whatever AWS chooses. */
static enum dm_filter_verdict send_on(const struct world *world, const struct dm_walk *came,
                                      const struct dm_flow *flow, unsigned depth)
{
    const struct dm_interface *node = dm_interface_get(world->model, came->interface);
    enum dm_filter_verdict worst = DM_FILTER_ALLOW;
    struct dm_balance balance;

    assert_true(dm_balance(&world->walker, world->alive, came->interface, came->source, flow, false,
                           &balance));
    if (balance.kind == DM_BALANCE_ANSWERS) {
        return DM_FILTER_ALLOW;
    }
    if (balance.kind != DM_BALANCE_FORWARDS) {
        return balance.kind == DM_BALANCE_REFUSES ? DM_FILTER_DENY : DM_FILTER_UNKNOWN;
    }
    if (balance.may_be_unknown) {
        worst = DM_FILTER_UNKNOWN;
    }
    for (size_t i = 0; i < balance.n_choices; i++) {
        const struct dm_balance_choice *choice = &balance.choices[i];
        enum dm_filter_verdict fails = choice->is_perhaps ? DM_FILTER_UNKNOWN : DM_FILTER_DENY;
        struct dm_flow sent = *flow;
        struct dm_walk_start start = {
            .interface = came->interface,
            .source = choice->keeps_client ? came->source : node->addresses[0].address,
            .destination = choice->address,
        };
        const struct dm_walks *walks = dm_walk(&world->walker, world->alive, &start);

        sent.port_first = choice->port;
        sent.port_last = choice->port;
        if (depth == 6) {
            worst = worse(worst, DM_FILTER_UNKNOWN);
        } else if (dm_addr_equal(start.source, start.destination)) {
            worst = worse(worst, fails); /* [ELB-23] */
            continue;
        }
        for (size_t j = 0; depth < 6 && j < walks->n; j++) {
            const struct dm_walk *walk = &walks->items[j];
            enum dm_filter_verdict verdict =
                walk->end == DM_WALK_DROPPED ? DM_FILTER_DENY : filter(world, walk, &sent);

            if (walk->end == DM_WALK_BALANCER && verdict != DM_FILTER_DENY) {
                verdict = worse(verdict, send_on(world, walk, &sent, depth + 1));
            }
            worst = worse(worst, verdict == DM_FILTER_DENY ? fails : verdict);
        }
    }
    return worst;
}

/* Whether single packets are delivered: the worst over all walks. */
static enum dm_filter_verdict deliver(const struct world *world, const struct dm_walks *walks,
                                      struct dm_interface_id target, const struct dm_flow *flow)
{
    enum dm_filter_verdict worst = DM_FILTER_ALLOW;

    for (size_t i = 0; i < walks->n; i++) {
        const struct dm_walk *walk = &walks->items[i];
        enum dm_filter_verdict verdict;

        if (walk->end != DM_WALK_UNKNOWN && !dm_walk_is_at(walk, target)) {
            return DM_FILTER_DENY;
        }
        verdict = filter(world, walk, flow);
        if (walk->end == DM_WALK_BALANCER && verdict != DM_FILTER_DENY) {
            verdict = worse(verdict, send_on(world, walk, flow, 1));
        }
        worst = worse(worst, verdict);
    }
    return worst;
}

static enum dm_filter_verdict verdict_of(const struct world *world, struct dm_flow_sets sets,
                                         const struct dm_flow *flow)
{
    struct dm_packet packet = { .protocol = flow->protocol,
                                .destination_port = flow->port_first,
                                .icmp_type = flow->icmp_type,
                                .icmp_code = flow->icmp_code };
    const struct dm_sets *store = dm_symbolic_sets(world->symbolic);

    if (dm_set_has(store, sets.sure, &packet)) {
        assert_true(dm_set_has(store, sets.perhaps, &packet));
        return DM_FILTER_ALLOW;
    }
    return dm_set_has(store, sets.perhaps, &packet) ? DM_FILTER_UNKNOWN : DM_FILTER_DENY;
}

static void compare(const struct world *world, const struct dm_walks *walks,
                    const struct dm_session_query *query, struct dm_interface_id target,
                    const struct dm_symbolic_session *symbolic)
{
    static const enum dm_filter_verdict verdicts[] = { [DM_SESSION_PASS] = DM_FILTER_ALLOW,
                                                       [DM_SESSION_FAIL] = DM_FILTER_DENY,
                                                       [DM_SESSION_UNKNOWN] = DM_FILTER_UNKNOWN };
    enum dm_filter_verdict delivered = deliver(world, walks, target, &query->flow);
    enum dm_filter_verdict answered = DM_FILTER_DENY;
    struct dm_session session;

    assert_true(dm_session_check(&world->walker, world->alive, query, &session));
    if (delivered != DM_FILTER_DENY) {
        answered = verdicts[session.end];
    }
    world->totals->sessions++;
    world->totals->delivered += delivered == DM_FILTER_ALLOW;
    world->totals->answered += answered == DM_FILTER_ALLOW;
    world->totals->unknown += answered == DM_FILTER_UNKNOWN;
    world->totals->relayed +=
        answered == DM_FILTER_ALLOW && walks->items[0].end == DM_WALK_BALANCER;
    if (verdict_of(world, symbolic->delivered, &query->flow) != delivered
        || verdict_of(world, symbolic->answered, &query->flow) != answered) {
        char source[DM_ADDR_TEXT_SIZE];
        char destination[DM_ADDR_TEXT_SIZE];

        fail_msg("DM_SEED=%llu: %s to %s, protocol %u, port %u, type %u/%u: delivered %u, not %u; "
                 "answered %u, not %u\n%s",
                 (unsigned long long)world->seed, dm_addr_text(query->start.source, source),
                 dm_addr_text(query->start.destination, destination), query->flow.protocol,
                 query->flow.port_first, query->flow.icmp_type, query->flow.icmp_code,
                 verdict_of(world, symbolic->delivered, &query->flow), delivered,
                 verdict_of(world, symbolic->answered, &query->flow), answered,
                 dm_nets_describe(world->model));
    }
}

static void try_start(const struct world *world, const struct dm_walk_start *start,
                      struct dm_interface_id target)
{
    static const struct dm_flow more[] = {
        { DM_PROTO_TCP, 32768, 32768, 0, 0, 0, 0 }, { DM_PROTO_TCP, 60999, 60999, 0, 0, 0, 0 },
        { DM_PROTO_UDP, 65535, 65535, 0, 0, 0, 0 }, { DM_PROTO_ICMP, 0, 0, 8, 0, 0, 0 },
        { DM_PROTO_ICMP, 0, 0, 0, 0, 0, 0 },        { DM_PROTO_ICMPV6, 0, 0, 128, 3, 0, 0 },
        { DM_PROTO_TCP, 443, 443, 0, 0, 0, 0 },     { DM_PROTO_TCP, 80, 80, 0, 0, 0, 0 },
        { DM_PROTO_UDP, 53, 53, 0, 0, 0, 0 }
    };
    struct dm_session_query query = { .start = *start };
    struct dm_symbolic_session symbolic;
    const struct dm_walks *walks;

    dm_alive_begin(world->alive, NULL, 0);
    walks = dm_walk(&world->walker, world->alive, start);
    assert_non_null(walks);
    assert_true(dm_symbolic_session(world->symbolic, &world->walker, world->alive, start, target,
                                    &symbolic));
    for (size_t i = 0; i < walks->n; i++) {
        struct dm_walk_start back = dm_session_reply_start(&walks->items[i]);
        const struct dm_walks *replies;
        struct dm_flows flows;

        assert_true(dm_representatives(world->arena, world->model, &walks->items[i], &flows));
        for (size_t j = 0; j < flows.n; j++) {
            query.flow = flows.items[j];
            compare(world, walks, &query, target, &symbolic);
        }
        if (!dm_walk_is_at(&walks->items[i], target)) {
            continue;
        }
        replies = dm_walk(&world->walker, world->alive, &back);
        assert_true(dm_representatives(world->arena, world->model, &replies->items[0], &flows));
        for (size_t j = 0; j < flows.n; j++) {
            query.flow = flows.items[j];
            compare(world, walks, &query, target, &symbolic);
        }
    }
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        query.flow = more[i];
        compare(world, walks, &query, target, &symbolic);
    }
}

/* ---- worlds ---- */

static void add_match(struct dm_str *text, struct dm_random *random)
{
    unsigned a = dm_random_below(random, 65536);
    unsigned b = a + dm_random_below(random, 65536 - a);

    switch (dm_random_below(random, 8)) {
    case 0:
        dm_str_addf(text, "proto/%u ", 40 + dm_random_below(random, 20));
        break;
    case 1:
        dm_str_addf(text, "icmp/%u/%u ", dm_random_below(random, 12), dm_random_below(random, 3));
        break;
    case 2:
        dm_str_addf(text, "icmp/%u ", dm_random_chance(random, 1, 2) ? 8 : 0);
        break;
    case 3:
        dm_str_addf(text, "udp/%u-%u ", a, b);
        break;
    case 4:
        dm_str_add(text, "tcp/1024-65535 ");
        break;
    case 5:
        dm_str_addf(text, "tcp/%u ", a);
        break;
    default:
        dm_str_addf(text, "tcp/%u-%u ", a, b);
        break;
    }
}

static const char *draw(struct dm_arena *arena, uint64_t seed)
{
    struct dm_net_options options = DM_NET_ALL;
    struct dm_random random = { seed };
    const struct dm_model *model;
    struct dm_str text;

    options.with_unknowns = seed % 4 == 0;
    options.max_hosts = 4;
    dm_str_init(&text, arena);
    dm_str_add(&text, dm_nets_random(arena, seed, &options));
    model = dm_nets_make(arena, text.text);
    dm_nets_add_balancers(&text, &random, model);
    for (uint32_t i = 0; i < model->n_groups; i++) {
        for (unsigned j = 0; j < 2; j++) {
            dm_str_addf(&text, "permit %s %s ", model->groups[i].object.name,
                        j == 0 ? "in" : "out");
            add_match(&text, &random);
            dm_nets_add_prefix(&text, &random);
        }
    }
    for (uint32_t i = 0; i < model->n_acls; i++) {
        for (unsigned j = 0; j < 3; j++) {
            dm_str_addf(&text, "rule %s %s %u %s ", model->acls[i].object.name,
                        j == 0 ? "in" : "out", 1 + j,
                        dm_random_chance(&random, 1, 2) ? "allow" : "deny");
            add_match(&text, &random);
            dm_nets_add_prefix(&text, &random);
        }
    }
    return text.text;
}

/* Services of AWS that answer their own ports only, by an address of each list. */
static void try_services(const struct world *world, struct dm_walk_start start)
{
    for (uint32_t i = 0; i < world->model->n_prefix_lists; i++) {
        const struct dm_prefix_list *list = &world->model->prefix_lists[i];

        if (list->n_prefixes && list->prefixes[0].addr.family == start.source.family) {
            start.destination = dm_prefix_first(list->prefixes[0]);
            try_start(world, &start, (struct dm_interface_id){ 0 });
        }
    }
}

/* All balancers, by their private and public addresses. */
static void try_nodes(const struct world *world, const struct dm_walk_start *from)
{
    for (uint32_t v = 1; v <= world->model->n_interfaces; v++) {
        const struct dm_interface *node = &world->model->interfaces[v - 1];
        struct dm_walk_start start = *from;

        if (node->kind != DM_INTERFACE_BALANCER) {
            continue;
        }
        start.destination = node->addresses[0].address;
        if (start.interface.v) {
            try_start(world, &start, (struct dm_interface_id){ v });
        }
        start.destination = node->addresses[0].public_address;
        if (!dm_addr_is_none(start.destination)) {
            try_start(world, &start, (struct dm_interface_id){ v });
        }
    }
}

static void try_pairs(const struct world *world)
{
    const struct dm_model *model = world->model;
    struct dm_addr outside = dm_model_internet_address(model);
    struct dm_walk_start from_outside = { .source = outside };

    try_nodes(world, &from_outside);
    for (uint32_t i = 0; i < model->n_hosts; i++) {
        struct dm_interface_id from = model->hosts[i].interfaces[0];
        const struct dm_interface_address *near = dm_interface_get(model, from)->addresses;
        struct dm_walk_start start = { .interface = from,
                                       .source = near->address,
                                       .destination = outside };

        try_start(world, &start, (struct dm_interface_id){ 0 });
        try_services(world, start);
        if (!dm_addr_is_none(near->public_address)) {
            struct dm_walk_start in = { .source = outside, .destination = near->public_address };

            try_start(world, &in, from);
        }
        for (uint32_t j = 0; j < model->n_hosts; j++) {
            struct dm_interface_id to = model->hosts[j].interfaces[0];
            const struct dm_interface_address *far = dm_interface_get(model, to)->addresses;

            start.destination = far->address;
            try_start(world, &start, to);
            start.destination = far->public_address;
            if (!dm_addr_is_none(start.destination)) {
                try_start(world, &start, to);
            }
        }
        try_nodes(world, &start);
    }
}

static void hold_network(uint64_t seed, struct totals *totals)
{
    struct world world = { .arena = dm_arena_new(0), .seed = seed, .totals = totals };

    world.model = dm_nets_make(world.arena, draw(world.arena, seed));
    world.alive = dm_alive_new(world.arena, world.model);
    world.walker = (struct dm_walker){ world.arena, world.model,
                                       dm_plane_new(world.arena, world.model), false };
    world.symbolic = dm_symbolic_new(world.arena, world.model);
    assert_non_null(world.symbolic);
    try_pairs(&world);
    dm_arena_free(world.arena);
}

static void sets_agree_with_single_packets(void **state)
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
    print_message("%zu sessions on %d networks: %zu delivered, %zu answered, of these %zu "
                  "through balancers, %zu unknown\n",
                  totals.sessions, (int)SEEDS, totals.delivered, totals.answered, totals.relayed,
                  totals.unknown);
    /* The networks must be of the kind that is to be tested. */
    assert_true(totals.delivered > totals.sessions / 20);
    assert_true(totals.answered > 0 && totals.answered < totals.delivered);
    assert_true(totals.unknown > 0);
    assert_true(totals.relayed > SEEDS / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_agree_with_single_packets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
