/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lints that are computed on sets, against all packets of a small universe, one by one.
 *
 * What is said to be in vain is taken out, all at once and each by itself: no packet may notice. Of
 * what is left each statement must matter to some packet in one of these two lists, or be of the
 * kind that is never judged. What is said to be
 * shadowed must never be what decides, and say something else than what does.
 *
 * Answers that are lost, and circles: every pair of hosts is tried, packet by packet, with each
 * kind of flow; where an answer is lost, or something goes round, there must be a finding.
 *
 * Built with a planted fault this program must fail.
 */
#include "tests/support/dmtest.h"

#include <stdlib.h>
#include <string.h>

#include "model/base/str.h"
#include "scenarios/rules/entries.h"
#include "scenarios/rules/routes.h"
#include "tests/support/judging.h"
#include "tests/support/nets.h"
#include "tests/support/representatives.h"
#include "tests/support/rng.h"

enum { LISTS = 4000, TABLES = 1500, NETWORKS = 400, MAX = 8 };

/* ---- lists of ACL entries ---- */

/* Sixteen addresses, one outside; ports about every border that an entry can have. */
static const uint16_t ports[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 60000 };
static const uint8_t protocols[] = { DM_PROTO_TCP, DM_PROTO_UDP, DM_PROTO_ICMP, 47 };
enum {
    N_ADDRESSES = 17,
    N_PORTS = sizeof ports / sizeof *ports,
    N_PROTOCOLS = sizeof protocols,
    N_PACKETS = N_ADDRESSES * N_PORTS * N_PROTOCOLS
};

static struct dm_addr address_of(size_t n)
{
    return dm_addr_ipv4(n < 16 ? 0x0a000000 + (uint32_t)n : 0xc0a80001);
}

static struct dm_packet packet_of(size_t n)
{
    return (struct dm_packet){ .source = address_of(n % N_ADDRESSES),
                               .destination_port = ports[n / N_ADDRESSES % N_PORTS],
                               .protocol = protocols[n / N_ADDRESSES / N_PORTS] };
}

static struct dm_prefix random_prefix(struct dm_rng *rng)
{
    struct dm_prefix prefix = { dm_addr_ipv4(0), 0 };

    if (dm_rng_chance(rng, 80)) {
        prefix.length = (uint8_t)(28 + dm_rng_below(rng, 5));
        prefix.addr = dm_addr_ipv4(
            0x0a000000
            + (uint32_t)(dm_rng_below(rng, 16) >> (32 - prefix.length) << (32 - prefix.length)));
    }
    return prefix;
}

static struct dm_match random_match(struct dm_rng *rng)
{
    struct dm_match match = DM_MATCH_ALL;

    if (dm_rng_chance(rng, 75)) {
        match.protocol = protocols[dm_rng_below(rng, 3)];
    }
    if (match.protocol == DM_PROTO_TCP || match.protocol == DM_PROTO_UDP) {
        match.port_first = (uint16_t)dm_rng_below(rng, 8);
        match.port_last = (uint16_t)(match.port_first + dm_rng_below(rng, 8 - match.port_first));
    }
    return match;
}

/* The entry that decides, or 'n': none does. */
static size_t decides(const struct dm_acl_entry *entries, const bool *out, size_t n,
                      const struct dm_packet *packet)
{
    for (size_t i = 0; i < n; i++) {
        if (!out[i] && dm_match_has(&entries[i].match, packet)
            && dm_prefix_has(entries[i].prefix, packet->source)) {
            return i;
        }
    }
    return n;
}

static bool lets(const struct dm_acl_entry *entries, const bool *out, size_t n,
                 const struct dm_packet *packet)
{
    size_t i = decides(entries, out, n, packet);

    return i < n && entries[i].allow;
}

/* How many packets notice that those of 'out' are gone, given those of 'before' are. */
static size_t count_noticed(const struct dm_acl_entry *entries, const bool *before, const bool *out,
                            size_t n)
{
    size_t count = 0;

    for (size_t i = 0; i < N_PACKETS; i++) {
        struct dm_packet packet = packet_of(i);

        count += lets(entries, before, n, &packet) != lets(entries, out, n, &packet);
    }
    return count;
}

struct totals {
    size_t kinds[4];
    size_t joint; /* covered by several together */
    size_t lost;
    size_t fine;
};

static void hold_shadowed(const struct dm_acl_entry *entries, size_t n, size_t at)
{
    static const bool none[MAX];
    size_t otherwise = 0;

    for (size_t i = 0; i < N_PACKETS; i++) {
        struct dm_packet packet = packet_of(i);
        size_t by = decides(entries, none, n, &packet);

        assert_true(by != at);
        if (dm_match_has(&entries[at].match, &packet)
            && dm_prefix_has(entries[at].prefix, packet.source)) {
            otherwise += entries[by].allow != entries[at].allow;
        }
    }
    assert_true(otherwise > 0);
}

/* What is found can be taken out by itself too, the rest in its place. */
static void hold_alone(uint64_t seed, const struct dm_acl_entry *entries, const bool *out, size_t n,
                       size_t at)
{
    static const bool none[MAX];
    bool alone[MAX] = { false };

    alone[at] = true;
    if (out[at] && count_noticed(entries, none, alone, n)) {
        fail_msg("DM_SEED=%llu: entry %zu alone is not in vain", (unsigned long long)seed, at + 1);
    }
}

static void hold_list(uint64_t seed, struct totals *totals)
{
    struct dm_rng rng = dm_rng_seed(seed);
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_sets *sets = dm_sets_new(arena);
    struct dm_acl_entry entries[MAX];
    struct dm_acl acl = { .entries = entries, .n_entries = 1 + dm_rng_below(&rng, MAX) };
    const struct dm_entry_verdict *verdicts;
    size_t n = acl.n_entries;
    bool none[MAX] = { false };
    bool out[MAX] = { false };

    for (size_t i = 0; i < n; i++) {
        entries[i] = (struct dm_acl_entry){ .number = (uint32_t)i + 1,
                                            .allow = dm_rng_chance(&rng, 60),
                                            .match = random_match(&rng),
                                            .prefix = random_prefix(&rng) };
    }
    assert_true(dm_entries_judge(arena, sets, &acl, &verdicts));
    for (size_t i = 0; i < n; i++) {
        out[i] = verdicts[i].kind != DM_ENTRY_COUNTS;
        totals->kinds[verdicts[i].kind]++;
        totals->joint += verdicts[i].by.n > 1;
        if (verdicts[i].kind == DM_ENTRY_SHADOWED) {
            hold_shadowed(entries, n, i);
        }
        for (size_t j = 0; j < verdicts[i].by.n; j++) {
            assert_true(verdicts[i].by.items[j] < n && verdicts[i].by.items[j] != i);
        }
    }
    if (count_noticed(entries, none, out, n)) {
        fail_msg("DM_SEED=%llu: entries said to be in vain are not", (unsigned long long)seed);
    }
    for (size_t i = 0; i < n; i++) {
        bool catch_all =
            !entries[i].allow && entries[i].match.protocol == -1 && !entries[i].prefix.length;

        hold_alone(seed, entries, out, n, i);
        if (!out[i] && !catch_all) {
            bool more[MAX];
            bool alone[MAX] = { false };

            memcpy(more, out, sizeof more);
            more[i] = true;
            alone[i] = true;
            if (!count_noticed(entries, none, more, n) && !count_noticed(entries, none, alone, n)) {
                fail_msg("DM_SEED=%llu: entry %zu is in vain", (unsigned long long)seed, i + 1);
            }
        }
    }
    dm_arena_free(arena);
}

static void entries_in_vain_are_those_that_no_packet_misses(void **state)
{
    struct totals totals = { { 0 }, 0, 0, 0 };

    (void)state;
    for (uint64_t seed = dm_seed_first(1); seed < dm_seed_end(1, LISTS); seed++) {
        hold_list(seed, &totals);
    }
    print_message("%d lists: %zu entries count, %zu shadowed, %zu redundant, %zu by several\n",
                  (int)LISTS, totals.kinds[DM_ENTRY_COUNTS], totals.kinds[DM_ENTRY_SHADOWED],
                  totals.kinds[DM_ENTRY_REDUNDANT], totals.joint);
    if (!getenv("DM_SEED")) {
        assert_true(totals.kinds[DM_ENTRY_SHADOWED] > LISTS / 10 && totals.joint > 10);
    }
}

/* ---- rules of groups ---- */

static bool allows(const struct dm_group *group, const bool *out, const struct dm_packet *packet)
{
    for (size_t i = 0; i < group->n_rules; i++) {
        if (!out[i] && !group->rules[i].egress && dm_match_has(&group->rules[i].match, packet)
            && dm_prefix_has(group->rules[i].prefix, packet->source)) {
            return true;
        }
    }
    return false;
}

static size_t count_missed(const struct dm_group *group, const bool *out)
{
    static const bool none[2 * MAX];
    size_t count = 0;

    for (size_t i = 0; i < N_PACKETS; i++) {
        struct dm_packet packet = packet_of(i);

        count += allows(group, none, &packet) != allows(group, out, &packet);
    }
    return count;
}

/* Rules by what they say: a copy of one is another that says the same. */
static void mark_found(struct dm_arena *arena, const struct dm_result *result,
                       const struct dm_group *group, bool *out)
{
    for (size_t i = 0; i < result->n_findings; i++) {
        for (size_t j = 0; j < group->n_rules; j++) {
            const char *text = dm_sprintf(
                arena, "g ingress %s", dm_lint_rule_text(arena, result->model, &group->rules[j]));

            if (result->findings[i].rule == DM_RULE_SEC005
                && dm_str_equal(result->findings[i].subjects[0], text)) {
                out[j] = true;
            }
        }
    }
}

static void hold_group(uint64_t seed, size_t *n_found)
{
    static const char *const only[] = { "SEC005" };
    struct dm_check_options options = { .as_of = "2026-11-22", .only = only, .n_only = 1 };
    struct dm_rng rng = dm_rng_seed(seed);
    struct dm_arena *arena = dm_arena_new(0);
    const struct dm_result *result;
    const struct dm_group *group;
    bool out[2 * MAX] = { false };
    struct dm_str net;

    dm_str_init(&net, arena);
    dm_str_add(&net, "region r\nzone ra r\nvpc v r 10.0.0.0/16\ngroup g v\n");
    for (size_t n = 1 + dm_rng_below(&rng, MAX); n > 0; n--) {
        struct dm_match match = random_match(&rng);
        char a[DM_ADDR_TEXT_SIZE];
        char b[DM_ADDR_TEXT_SIZE];
        const char *row = dm_sprintf(arena, "permit g in %s %s\n", dm_match_text(&match, a),
                                     dm_prefix_text(random_prefix(&rng), b));

        if (!strstr(net.text, row)) {
            dm_str_add(&net, row);
        }
    }
    result = dm_judging_run(arena, net.text, &options);
    group = dm_group_get(
        result->model, (struct dm_group_id){ dm_model_find(result->model, DM_KIND_group, "g").v });
    mark_found(arena, result, group, out);
    *n_found += result->n_findings;
    if (count_missed(group, out)) {
        fail_msg("DM_SEED=%llu: rules said to be in vain are not\n%s", (unsigned long long)seed,
                 net.text);
    }
    for (size_t i = 0; i < group->n_rules; i++) {
        if (!out[i] && !group->rules[i].egress) {
            out[i] = true;
            if (!count_missed(group, out)) {
                fail_msg("DM_SEED=%llu: rule %zu is in vain\n%s", (unsigned long long)seed, i + 1,
                         net.text);
            }
            out[i] = false;
        }
    }
    dm_arena_free(arena);
}

static void rules_of_groups_in_vain_are_those_that_no_packet_misses(void **state)
{
    size_t n_found = 0;

    (void)state;
    for (uint64_t seed = dm_seed_first(1); seed < dm_seed_end(1, TABLES); seed++) {
        hold_group(seed, &n_found);
    }
    print_message("%d groups: %zu rules in vain\n", (int)TABLES, n_found);
    assert_true(getenv("DM_SEED") || n_found > TABLES / 2);
}

/* ---- tables ---- */

/* The target of the longest route that has the address and is not out; NULL: none has. */
static const struct dm_route *longest(const struct dm_route_table *table, const bool *out,
                                      struct dm_addr address)
{
    const struct dm_route *best = NULL;

    for (size_t i = 0; i < table->n_routes; i++) {
        const struct dm_route *route = &table->routes[i];

        if (!out[i] && dm_prefix_has(route->prefix, address)
            && (!best || route->prefix.length > best->prefix.length)) {
            best = route;
        }
    }
    return best;
}

static bool same_way(const struct dm_route *a, const struct dm_route *b)
{
    return a == b || (a && b && a->target_kind == b->target_kind && a->target == b->target);
}

static size_t count_rerouted(const struct dm_route_table *table, const bool *out)
{
    static const bool none[4 * MAX];
    size_t count = 0;

    for (size_t i = 0; i < N_ADDRESSES; i++) {
        struct dm_addr address = address_of(i);

        count += !same_way(longest(table, none, address), longest(table, out, address));
    }
    return count;
}

static void hold_table(uint64_t seed, struct totals *totals)
{
    static const char *const targets[] = { "igw:i", "peering:p", "none" };
    struct dm_rng rng = dm_rng_seed(seed);
    struct dm_arena *arena = dm_arena_new(0);
    const struct dm_model *model;
    const struct dm_route_table *table;
    const struct dm_route_verdict *verdicts;
    struct dm_route_table_id id;
    bool out[4 * MAX] = { false };
    static const bool none[4 * MAX];
    struct dm_str net;

    dm_str_init(&net, arena);
    dm_str_add(&net, "region r\nzone ra r\nvpc v r 10.9.0.0/16\nvpc w r 10.8.0.0/16\nigw i v\n"
                     "peering p v w\ntable t v\n");
    for (size_t n = 1 + dm_rng_below(&rng, MAX); n > 0; n--) {
        char text[DM_ADDR_TEXT_SIZE];
        const char *row =
            dm_sprintf(arena, "route t %s ", dm_prefix_text(random_prefix(&rng), text));

        if (!strstr(net.text, row)) {
            dm_str_addf(&net, "%s%s\n", row, targets[dm_rng_below(&rng, 3)]);
        }
    }
    model = dm_nets_make(arena, net.text);
    id.v = dm_model_find(model, DM_KIND_route_table, "t").v;
    table = dm_route_table_get(model, id);
    assert_true(dm_routes_judge(arena, model, id, &verdicts));
    for (size_t i = 0; i < table->n_routes; i++) {
        out[i] = verdicts[i].fault != DM_ROUTE_NEEDED;
        totals->kinds[verdicts[i].fault]++;
        for (size_t j = 0; j < N_ADDRESSES && verdicts[i].fault == DM_ROUTE_SHADOWED; j++) {
            assert_true(longest(table, none, address_of(j)) != &table->routes[i]);
        }
    }
    if (count_rerouted(table, out)) {
        fail_msg("DM_SEED=%llu: routes said to be in vain are not\n%s", (unsigned long long)seed,
                 net.text);
    }
    /* What is shadowed stays, for the rest: it is for its owner to say which of them he meant. */
    for (size_t i = 0; i < table->n_routes; i++) {
        out[i] = verdicts[i].fault == DM_ROUTE_REDUNDANT;
    }
    for (size_t i = 0; i < table->n_routes; i++) {
        if (verdicts[i].fault == DM_ROUTE_NEEDED
            && table->routes[i].target_kind != DM_TARGET_LOCAL) {
            out[i] = true;
            if (!count_rerouted(table, out)) {
                fail_msg("DM_SEED=%llu: route %zu is in vain\n%s", (unsigned long long)seed, i,
                         net.text);
            }
            out[i] = false;
        }
    }
    dm_arena_free(arena);
}

static void routes_in_vain_are_those_that_no_address_misses(void **state)
{
    struct totals totals = { { 0 }, 0, 0, 0 };

    (void)state;
    for (uint64_t seed = dm_seed_first(1); seed < dm_seed_end(1, TABLES); seed++) {
        hold_table(seed, &totals);
    }
    print_message("%d tables: %zu routes needed, %zu shadowed, %zu redundant\n", (int)TABLES,
                  totals.kinds[DM_ROUTE_NEEDED], totals.kinds[DM_ROUTE_SHADOWED],
                  totals.kinds[DM_ROUTE_REDUNDANT]);
    assert_true(getenv("DM_SEED") || totals.kinds[DM_ROUTE_SHADOWED] > TABLES / 100);
}

/* The row that an address takes: the longest, of one prefix the static one. */
static const struct dm_transit_row *takes(const struct dm_transit_row *rows, size_t n,
                                          struct dm_addr address)
{
    const struct dm_transit_row *best = NULL;

    for (size_t i = 0; i < n; i++) {
        if (dm_prefix_has(rows[i].prefix, address)
            && (!best || rows[i].prefix.length > best->prefix.length
                || (rows[i].prefix.length == best->prefix.length && rows[i].is_static
                    && !best->is_static))) {
            best = &rows[i];
        }
    }
    return best;
}

static void hold_transit_rows(uint64_t seed, struct totals *totals)
{
    static const char *const targets[] = { "x", "y", "none" };
    struct dm_rng rng = dm_rng_seed(seed);
    struct dm_arena *arena = dm_arena_new(0);
    const struct dm_model *model;
    struct dm_transit_row *rows;
    struct dm_str net;
    size_t n;

    dm_str_init(&net, arena);
    dm_str_add(&net, "region r\nzone ra r\nvpc v r 10.0.0.0/29\nvpc w r 10.0.0.8/29\n"
                     "subnet s v ra 10.0.0.0/30\nsubnet t w ra 10.0.0.8/30\ntgw g r\nttable m g\n"
                     "attach x g v m s\nattach y g w m t\npropagate m x\npropagate m y\n");
    for (size_t left = 1 + dm_rng_below(&rng, MAX); left > 0; left--) {
        char text[DM_ADDR_TEXT_SIZE];
        const char *row =
            dm_sprintf(arena, "troute m %s ", dm_prefix_text(random_prefix(&rng), text));

        if (!strstr(net.text, row)) {
            dm_str_addf(&net, "%s%s\n", row, targets[dm_rng_below(&rng, 3)]);
        }
    }
    model = dm_nets_make(arena, net.text);
    assert_true(dm_transit_rows_judge(arena, model, &model->transit_tables[0], &rows, &n));
    for (size_t i = 0; i < n; i++) {
        size_t taken = 0;
        size_t elsewhere = 0;
        size_t black = 0;

        for (size_t j = 0; j < N_ADDRESSES; j++) {
            const struct dm_transit_row *by = takes(rows, n, address_of(j));

            if (dm_prefix_has(rows[i].prefix, address_of(j))) {
                taken += by == &rows[i];
                elsewhere += by->attachment.v != rows[i].attachment.v;
                black += !by->attachment.v;
            }
        }
        totals->kinds[rows[i].fault]++;
        if (i > 0 && dm_prefix_compare(rows[i - 1].prefix, rows[i].prefix) == 0
            && rows[i - 1].attachment.v == rows[i].attachment.v) {
            continue; /* propagated, and a static route stands for it */
        }
        if ((rows[i].fault == DM_ROUTE_SHADOWED || rows[i].fault == DM_ROUTE_HIDDEN)
            != (!taken && elsewhere && rows[i].prefix.length >= 28)) {
            fail_msg("DM_SEED=%llu: row %zu has fault %d, taken %zu, elsewhere %zu\n%s",
                     (unsigned long long)seed, i, (int)rows[i].fault, taken, elsewhere, net.text);
        }
        assert_true(rows[i].fault != DM_ROUTE_HIDDEN || black);
    }
    dm_arena_free(arena);
}

static void rows_of_transit_gateways_that_take_nothing_are_found(void **state)
{
    struct totals totals = { { 0 }, 0, 0, 0 };

    (void)state;
    for (uint64_t seed = dm_seed_first(1); seed < dm_seed_end(1, TABLES); seed++) {
        hold_transit_rows(seed, &totals);
    }
    print_message("%d transit tables: %zu rows needed, %zu shadowed, %zu redundant, %zu hidden\n",
                  (int)TABLES, totals.kinds[DM_ROUTE_NEEDED], totals.kinds[DM_ROUTE_SHADOWED],
                  totals.kinds[DM_ROUTE_REDUNDANT], totals.kinds[DM_ROUTE_HIDDEN]);
    assert_true(getenv("DM_SEED")
                || (totals.kinds[DM_ROUTE_SHADOWED] > TABLES / 30
                    && totals.kinds[DM_ROUTE_HIDDEN] > TABLES / 100));
}

/* ---- answers, and circles ---- */

struct network {
    struct dm_arena *arena;
    const struct dm_model *model;
    struct dm_walker walker;
    struct dm_alive *alive;
};

static void begin_network(struct network *network, uint64_t seed)
{
    struct dm_net_options options = DM_NET_ALL;

    network->arena = dm_arena_new(0);
    network->model = dm_nets_make(network->arena, dm_nets_random(network->arena, seed, &options));
    network->alive = dm_alive_new(network->arena, network->model);
    network->walker = (struct dm_walker){ network->arena, network->model,
                                          dm_plane_new(network->arena, network->model), true };
}

static size_t count_findings(struct network *network, const char *only)
{
    struct dm_check_options options = { .as_of = "2026-11-22", .only = &only, .n_only = 1 };

    return dm_judging_run_model(network->arena, network->model, &options)->n_findings;
}

/* Whether one of the flows that filters of the walk tell apart gets there and is not answered. */
static bool loses_answer(struct network *network, const struct dm_walk_start *start,
                         struct dm_interface_id target, const struct dm_walk *walk)
{
    struct dm_flows flows;

    assert_true(dm_representatives(network->arena, network->model, walk, &flows));
    for (size_t i = 0; i < flows.n; i++) {
        struct dm_session_query query = { .start = *start, .flow = flows.items[i] };
        struct dm_session session;

        if (flows.items[i].protocol != DM_PROTO_TCP) {
            continue;
        }
        query.flow.port_last = query.flow.port_first;
        dm_alive_begin(network->alive, NULL, 0);
        assert_true(dm_session_check(&network->walker, network->alive, &query, &session));
        if (session.end == DM_SESSION_FAIL && session.on_reply
            && dm_walk_is_at(session.request, target)) {
            return true;
        }
    }
    return false;
}

/* Whether the walk is by what is followed for circles: not out of AWS and back. */
static bool is_followed(const struct dm_walk *walk)
{
    for (size_t i = 0; i < walk->n_hops; i++) {
        enum dm_hop_kind kind = walk->hops[i].kind;

        if (kind == DM_HOP_INTERNET || kind == DM_HOP_SITE_ROUTE) {
            return false;
        }
    }
    return true;
}

/* From one address to another: bit 0: an answer is lost; bit 1: something goes round. */
static unsigned try_pair(struct network *network, const struct dm_walk_start *start,
                         struct dm_interface_id target)
{
    const struct dm_walks *walks;
    unsigned found = 0;

    if (start->source.family != start->destination.family) {
        return 0;
    }
    dm_alive_begin(network->alive, NULL, 0);
    walks = dm_walk(&network->walker, network->alive, start);
    assert_non_null(walks);
    for (size_t i = 0; i < walks->n; i++) {
        const struct dm_walk *walk = &walks->items[i];

        found |= walk->end == DM_WALK_DROPPED && walk->code == DM_CODE_FORWARDING_LOOP
                         && is_followed(walk)
                     ? 2
                     : 0;
        found |= walks->n == 1 && walk->end == DM_WALK_DELIVERED && dm_walk_is_at(walk, target)
                         && loses_answer(network, start, target, walk)
                     ? 1
                     : 0;
    }
    return found;
}

static unsigned try_all(struct network *network)
{
    const struct dm_model *model = network->model;
    unsigned found = 0;

    for (uint32_t i = 0; i < model->n_interfaces; i++) {
        const struct dm_interface *from = &model->interfaces[i];

        for (uint32_t j = 0; j <= model->n_interfaces; j++) {
            struct dm_interface_id target = { j };
            struct dm_walk_start start = { .interface = { i + 1 },
                                           .source = from->addresses[0].address };

            start.destination = j ? model->interfaces[j - 1].addresses[0].address
                                  : dm_model_internet_address(model);
            if (from->kind == DM_INTERFACE_HOST && from->host.v && from->subnet.v
                && dm_host_get(model, from->host)->running && i + 1 != j
                && (!j || model->interfaces[j - 1].subnet.v)) {
                found |= try_pair(network, &start, target);
            }
        }
    }
    return found;
}

static void answers_that_are_lost_and_circles_are_found(void **state)
{
    size_t n_lost = 0;
    size_t n_round = 0;
    size_t n_fine = 0;

    (void)state;
    for (uint64_t seed = dm_seed_first(1); seed < dm_seed_end(1, NETWORKS); seed++) {
        struct network network;
        size_t n_findings;
        unsigned found;

        begin_network(&network, seed);
        found = try_all(&network);
        n_findings = count_findings(&network, "SEC006") + count_findings(&network, "RCH008");
        if (found & 1 && !n_findings) {
            fail_msg("DM_SEED=%llu: an answer is lost and there is no finding\n%s",
                     (unsigned long long)seed, dm_nets_describe(network.model));
        }
        if (found & 2 && !count_findings(&network, "RCH007")) {
            fail_msg("DM_SEED=%llu: something goes round and there is no finding\n%s",
                     (unsigned long long)seed, dm_nets_describe(network.model));
        }
        n_lost += found & 1;
        n_round += (found & 2) != 0;
        n_fine += !n_findings;
        dm_arena_free(network.arena);
    }
    print_message("%d networks: %zu lose answers, %zu send round, %zu have no finding\n",
                  (int)NETWORKS, n_lost, n_round, n_fine);
    assert_true(getenv("DM_SEED") || (n_lost > NETWORKS / 20 && n_fine > NETWORKS / 20));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_in_vain_are_those_that_no_packet_misses),
        cmocka_unit_test(rules_of_groups_in_vain_are_those_that_no_packet_misses),
        cmocka_unit_test(routes_in_vain_are_those_that_no_address_misses),
        cmocka_unit_test(rows_of_transit_gateways_that_take_nothing_are_found),
        cmocka_unit_test(answers_that_are_lost_and_circles_are_found),
    };

    return cmocka_run_group_tests_name("lint", tests, NULL, NULL);
}
