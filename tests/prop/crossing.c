/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What crosses from one place to another, found by representatives and classes, against packets
 * tried one by one, on random networks full of filters.
 *
 * The oracle has filters of its own, and knows neither representatives nor classes: it
 * tries every protocol, the ports about each border that any rule of the network has and random
 * ones, ICMP types with several codes, between all hosts, and from outside from about each border
 * of any prefix. Built with a planted fault this program must fail.
 */
#include "tests/support/dmtest.h"

#include <stdlib.h>
#include <string.h>

#include "model/base/str.h"
#include "model/base/vec.h"
#include "scenarios/classes.h"
#include "scenarios/crossing.h"
#include "solver/reach/balance.h"
#include "solver/reach/firewall.h"
#include "tests/support/judging.h"
#include "tests/support/nets.h"

enum { SEEDS = 400, MAX_TOLD = 3 };

/* ---- filters, as written down ---- */

enum { DENIES, PERHAPS, ALLOWS };

struct world {
    struct dm_arena *arena;
    const struct dm_model *model;
    struct dm_checker checker;
    DM_VEC(struct dm_flow) flows;   /* that the oracle tries */
    DM_VEC(struct dm_addr) outside; /* from where the oracle tries */
    uint64_t seed;
};

static int acl_says(const struct dm_model *model, const struct dm_hop *hop, struct dm_packet packet)
{
    const struct dm_subnet *subnet = dm_subnet_get(model, (struct dm_subnet_id){ hop->at.v });
    const struct dm_acl *acl = dm_acl_get(model, subnet->acl);
    bool out = hop->kind == DM_HOP_ACL_OUT;
    const struct dm_acl_entry *first = NULL;

    for (size_t i = 0; i < acl->n_entries; i++) {
        const struct dm_acl_entry *entry = &acl->entries[i];

        if (entry->egress == out && dm_match_has(&entry->match, &packet)
            && dm_prefix_has(entry->prefix, out ? hop->destination : hop->source)
            && (!first || entry->number < first->number)) {
            first = entry;
        }
    }
    return first && first->allow ? ALLOWS : DENIES;
}

static bool reference_says(const struct dm_model *model, const struct dm_hop *hop, uint32_t group)
{
    const struct dm_interface *partner;
    struct dm_vpc_id here = dm_model_vpc_of_interface(model, (struct dm_interface_id){ hop->at.v });
    struct dm_vpc_id there;
    bool member = false;

    if (!hop->partner.v) {
        return false;
    }
    partner = dm_interface_get(model, hop->partner);
    there = dm_subnet_get(model, partner->subnet)->vpc;
    for (size_t i = 0; i < partner->n_groups; i++) {
        member |= partner->groups[i].v == group;
    }
    if (hop->scope == DM_SCOPE_LOCAL) {
        return member && here.v == there.v;
    }
    if (hop->scope == DM_SCOPE_PEERING) {
        return member && dm_vpc_get(model, here)->region.v == dm_vpc_get(model, there)->region.v;
    }
    return member && hop->scope == DM_SCOPE_TRANSIT && hop->references
           && hop->kind == DM_HOP_GROUPS_IN;
}

static int peer_says(const struct dm_model *model, const struct dm_hop *hop,
                     const struct dm_group_rule *rule)
{
    struct dm_addr address = rule->egress ? hop->destination : hop->source;
    const struct dm_prefix_list *list;

    switch (rule->peer_kind) {
    case DM_PEER_PREFIX:
        return dm_prefix_has(rule->prefix, address) ? ALLOWS : DENIES;
    case DM_PEER_GROUP:
        return reference_says(model, hop, rule->peer) ? ALLOWS : DENIES;
    case DM_PEER_LIST:
        list = dm_prefix_list_get(model, (struct dm_prefix_list_id){ rule->peer });
        for (size_t i = 0; i < list->n_prefixes; i++) {
            if (dm_prefix_has(list->prefixes[i], address)) {
                return ALLOWS;
            }
        }
        return list->unknown.v ? PERHAPS : DENIES;
    case DM_PEER_UNKNOWN:
        break;
    }
    return PERHAPS;
}

static int groups_say(const struct dm_model *model, const struct dm_hop *hop,
                      struct dm_packet packet)
{
    const struct dm_interface *interface =
        dm_interface_get(model, (struct dm_interface_id){ hop->at.v });
    int best = DENIES;

    for (size_t i = 0; i < interface->n_groups; i++) {
        const struct dm_group *group = dm_group_get(model, interface->groups[i]);

        for (size_t j = 0; j < group->n_rules; j++) {
            const struct dm_group_rule *rule = &group->rules[j];

            if (rule->egress == (hop->kind == DM_HOP_GROUPS_OUT)
                && dm_match_has(&rule->match, &packet)) {
                int says = peer_says(model, hop, rule);

                best = says > best ? says : best;
            }
        }
    }
    return best;
}

/* What all filters of a walk say of a flow. */
static int walk_says(const struct dm_model *model, const struct dm_walk *walk,
                     const struct dm_flow *flow)
{
    struct dm_packet packet = { .protocol = flow->protocol,
                                .destination_port = flow->port_first,
                                .icmp_type = flow->icmp_type,
                                .icmp_code = flow->icmp_code };
    int worst = ALLOWS;

    for (size_t i = 0; i < walk->n_hops && worst != DENIES; i++) {
        const struct dm_hop *hop = &walk->hops[i];
        int says = ALLOWS;

        if (hop->kind == DM_HOP_ACL_IN || hop->kind == DM_HOP_ACL_OUT) {
            says = acl_says(model, hop, packet);
        } else if (hop->kind == DM_HOP_GROUPS_IN || hop->kind == DM_HOP_GROUPS_OUT) {
            says = groups_say(model, hop, packet);
        } else if (hop->kind == DM_HOP_FIREWALL) {
            enum dm_filter_verdict verdict = dm_firewall_decide(model, hop, flow).verdict;

            says = verdict == DM_FILTER_ALLOW  ? ALLOWS
                   : verdict == DM_FILTER_DENY ? DENIES
                                               : PERHAPS;
        } else if (hop->kind == DM_HOP_NAT && flow->protocol != 1 && flow->protocol != 6
                   && flow->protocol != 17) {
            says = DENIES;
        } else if (hop->kind == DM_HOP_SERVICE) {
            enum dm_filter_verdict verdict = dm_filter_decide(model, hop, flow).verdict;

            says = verdict == DM_FILTER_ALLOW  ? ALLOWS
                   : verdict == DM_FILTER_DENY ? DENIES
                                               : PERHAPS;
        }
        worst = says < worst ? says : worst;
    }
    return worst;
}

/* ---- what the oracle tries ---- */

static void add_flow(struct world *world, struct dm_flow flow)
{
    assert_true(DM_VEC_PUSH(world->arena, &world->flows, flow));
}

static void add_port(struct world *world, uint32_t port)
{
    if (port <= 65535) {
        add_flow(world,
                 (struct dm_flow){ DM_PROTO_TCP, (uint16_t)port, (uint16_t)port, 0, 0, 0, 0 });
        add_flow(world,
                 (struct dm_flow){ DM_PROTO_UDP, (uint16_t)port, (uint16_t)port, 0, 0, 0, 0 });
    }
}

static void add_around(struct world *world, const struct dm_match *match)
{
    for (uint32_t i = 0; i < 3 && match->protocol >= 0; i++) {
        add_port(world, match->port_first + i - 1);
        add_port(world, match->port_last + i - 1);
    }
}

static void add_around_ports(struct world *world, const struct dm_firewall_side *side)
{
    for (size_t i = 0; i < side->n_ports; i++) {
        struct dm_match match = { DM_PROTO_TCP, side->ports[i].first, side->ports[i].last, -1, -1 };

        add_around(world, &match);
    }
}

static void add_flows(struct world *world, const struct dm_match *told, size_t n_told)
{
    const struct dm_model *model = world->model;
    struct dm_random random = { world->seed };

    world->flows.n = 0;
    for (uint32_t i = 0; i < model->n_acls; i++) {
        for (size_t j = 0; j < model->acls[i].n_entries; j++) {
            add_around(world, &model->acls[i].entries[j].match);
        }
    }
    for (uint32_t i = 0; i < model->n_groups; i++) {
        for (size_t j = 0; j < model->groups[i].n_rules; j++) {
            add_around(world, &model->groups[i].rules[j].match);
        }
    }
    for (uint32_t i = 0; i < model->n_firewall_rule_groups; i++) {
        for (size_t j = 0; j < model->firewall_rule_groups[i].n_rules; j++) {
            add_around_ports(world, &model->firewall_rule_groups[i].rules[j].source);
            add_around_ports(world, &model->firewall_rule_groups[i].rules[j].destination);
        }
    }
    for (size_t i = 0; i < n_told; i++) {
        add_around(world, &told[i]);
    }
    for (unsigned i = 0; i < 20; i++) {
        add_port(world, dm_random_below(&random, 65536));
    }
    add_port(world, 0);
    add_port(world, 65535);
    add_port(world, 443);
    add_port(world, 80);
    add_port(world, 53);
    for (unsigned protocol = 0; protocol < 256; protocol++) {
        if (protocol != DM_PROTO_TCP && protocol != DM_PROTO_UDP) {
            add_flow(world, (struct dm_flow){ .protocol = (uint8_t)protocol });
        }
    }
    for (unsigned i = 0; i < 256 * 4; i++) {
        struct dm_flow flow = { .protocol = DM_PROTO_ICMP,
                                .icmp_type = (uint8_t)(i / 4),
                                .icmp_code = (uint8_t)(i % 4) };

        add_flow(world, flow);
        flow.protocol = DM_PROTO_ICMPV6;
        add_flow(world, flow);
    }
}

static void add_outside(struct world *world, struct dm_addr address)
{
    struct dm_addr ignored;

    if (address.family == DM_FAMILY_IPV4 && dm_addr_is_public(address)
        && !dm_model_interface_at_public(world->model, address, &ignored).v) {
        assert_true(DM_VEC_PUSH(world->arena, &world->outside, address));
    }
}

static void add_outside_about(struct world *world, struct dm_prefix prefix)
{
    for (uint64_t i = 0; i < 3; i++) {
        add_outside(world, dm_addr_add(dm_prefix_first(prefix), i - 1));
        add_outside(world, dm_addr_add(dm_prefix_last(prefix), i - 1));
    }
}

/* Of filters and lists alone: routes do not look at sources. */
static void add_places(struct world *world)
{
    const struct dm_model *model = world->model;
    struct dm_random random = { world->seed };

    for (uint32_t i = 0; i < model->n_acls; i++) {
        for (size_t j = 0; j < model->acls[i].n_entries; j++) {
            add_outside_about(world, model->acls[i].entries[j].prefix);
        }
    }
    for (uint32_t i = 0; i < model->n_groups; i++) {
        for (size_t j = 0; j < model->groups[i].n_rules; j++) {
            if (model->groups[i].rules[j].peer_kind == DM_PEER_PREFIX) {
                add_outside_about(world, model->groups[i].rules[j].prefix);
            }
        }
    }
    for (uint32_t i = 0; i < model->n_prefix_lists; i++) {
        for (size_t j = 0; j < model->prefix_lists[i].n_prefixes; j++) {
            add_outside_about(world, model->prefix_lists[i].prefixes[j]);
        }
    }
    for (unsigned i = 0; i < 3; i++) {
        add_outside(world, dm_addr_ipv4((uint32_t)dm_random_next(&random)));
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
        dm_str_addf(text, "icmp/%u ", dm_random_below(random, 4));
        break;
    case 3:
        dm_str_addf(text, "udp/%u-%u ", a, b);
        break;
    case 4:
        dm_str_addf(text, "tcp/0-%u ", dm_random_below(random, 3));
        break;
    case 5:
        dm_str_addf(text, "tcp/%u ", a);
        break;
    default:
        dm_str_addf(text, "tcp/%u-%u ", a, b);
        break;
    }
}

/* Some of the hosts, as the words of a service. */
static void add_service(struct dm_str *text, struct dm_random *random, const struct dm_model *model,
                        const char *name)
{
    unsigned first = dm_random_below(random, model->n_hosts);
    unsigned n = 1 + dm_random_below(random, model->n_hosts - first);

    dm_str_addf(text, "service %s tcp/443 ", name);
    for (unsigned i = first; i < first + n; i++) {
        dm_str_addf(text, "%s%s", i > first ? "," : "", model->hosts[i].object.name);
    }
    dm_str_add(text, "\n");
}

/* The beginning of what some rule permits: what is listed and the rest of a rule lie close. */
static void add_listed(struct dm_str *text, struct dm_random *random, const struct dm_model *model)
{
    const struct dm_group *group = &model->groups[dm_random_below(random, model->n_groups)];
    struct dm_match match = group->rules[dm_random_below(random, (unsigned)group->n_rules)].match;
    char buffer[DM_ADDR_TEXT_SIZE];

    if (match.protocol < 0) {
        match.protocol = DM_PROTO_TCP;
    }
    if (match.protocol == DM_PROTO_TCP || match.protocol == DM_PROTO_UDP) {
        unsigned length = (unsigned)match.port_last - match.port_first;

        match.port_last = (uint16_t)(match.port_first + dm_random_below(random, length + 1));
    }
    dm_str_addf(text, "%s\n", dm_match_text(&match, buffer));
}

/* A random network with filters of more kinds, two services and what may not be. */
static const char *draw(struct dm_arena *arena, uint64_t seed)
{
    struct dm_net_options options = DM_NET_ALL;
    struct dm_random random = { seed };
    const struct dm_model *model;
    const char *permitted;
    struct dm_str text;

    options.max_regions = 2;
    options.max_zones = 2;
    options.max_vpcs = 3;
    options.with_unknowns = seed % 4 == 0;
    dm_str_init(&text, arena);
    dm_str_add(&text, dm_nets_random(arena, seed, &options));
    model = dm_nets_make(arena, text.text);
    for (uint32_t i = 0; i < model->n_groups; i++) {
        for (unsigned j = 0; j < 2; j++) {
            dm_str_addf(&text, "permit %s %s ", model->groups[i].object.name,
                        j == 0 ? "in" : "out");
            add_match(&text, &random);
            dm_nets_add_prefix(&text, &random);
        }
    }
    permitted = dm_arena_strndup(arena, text.text, text.length);
    for (uint32_t i = 0; i < model->n_acls; i++) {
        for (unsigned j = 0; j < 3; j++) {
            dm_str_addf(&text, "rule %s %s %u %s ", model->acls[i].object.name,
                        j == 0 ? "in" : "out", 1 + j,
                        dm_random_chance(&random, 1, 2) ? "allow" : "deny");
            add_match(&text, &random);
            dm_nets_add_prefix(&text, &random);
        }
    }
    dm_nets_add_balancers(&text, &random, model);
    add_service(&text, &random, model, "a");
    add_service(&text, &random, model, "b");
    dm_str_add(&text, "isolate I service:a service:b\nexpose O service:a=");
    add_listed(&text, &random, dm_nets_make(arena, permitted));
    return text.text;
}

static void begin(struct world *world, uint64_t seed)
{
    struct dm_checker *checker = &world->checker;

    *world = (struct world){ .arena = dm_arena_new(0), .seed = seed };
    world->model = dm_nets_make(world->arena, draw(world->arena, seed));
    checker->run = world->arena;
    checker->scratch = dm_arena_new(0);
    checker->brief = dm_arena_new(0);
    checker->model = world->model;
    checker->alive = dm_alive_new(world->arena, world->model);
    checker->walker = (struct dm_walker){ world->arena, world->model,
                                          dm_plane_new(world->arena, world->model), false };
    checker->crossing_walker =
        (struct dm_walker){ checker->brief, world->model, checker->walker.plane, true };
    assert_non_null(dm_arena_alloc(checker->brief, 1, 1));
    assert_non_null(dm_arena_alloc(checker->scratch, 1, 1));
    checker->brief_begin = dm_arena_save(checker->brief);
    dm_alive_begin(checker->alive, NULL, 0);
    add_places(world);
}

static void end(struct world *world)
{
    dm_arena_free(world->checker.scratch);
    dm_arena_free(world->checker.brief);
    dm_arena_free(world->arena);
}

static void complain(const struct world *world, const char *what, const char *from, const char *to)
{
    fail_msg("DM_SEED=%llu: %s, from %s to %s\n%s", (unsigned long long)world->seed, what, from, to,
             dm_nets_describe(world->model));
}

/* ---- the property ---- */

struct totals {
    size_t crossings[DM_OUTCOME_COUNT];
    size_t verdicts[DM_VERDICT_WAIVED + 1];
    size_t alike;
};

/* Tells flows apart by matches alone. */
struct told {
    struct dm_match items[MAX_TOLD];
    size_t n;
};

static bool counts_against(const struct told *told, const struct dm_flow *flow)
{
    struct dm_packet packet = { .protocol = flow->protocol,
                                .destination_port = flow->port_first,
                                .icmp_type = flow->icmp_type,
                                .icmp_code = flow->icmp_code };

    for (size_t i = 0; i < told->n; i++) {
        if (dm_match_has(&told->items[i], &packet)) {
            return false;
        }
    }
    return true;
}

/* What is told where a packet arrives: 'listed' where it is told of the first service alone. */
struct rule {
    const struct dm_model *model;
    struct told told;
    struct told listed; /* n 0: 'told' holds everywhere */
};

static bool serves(const struct dm_model *model, struct dm_host_id host)
{
    for (size_t i = 0; i < model->services[0].n_hosts; i++) {
        if (host.v && model->services[0].hosts[i].v == host.v) {
            return true;
        }
    }
    return false;
}

static bool counts(const void *context, struct dm_interface_id at, const struct dm_flow *flow)
{
    const struct rule *rule = context;
    bool is_listed =
        rule->listed.n && at.v && serves(rule->model, dm_interface_get(rule->model, at)->host);

    return counts_against(is_listed ? &rule->listed : &rule->told, flow);
}

static int lesser(int a, int b)
{
    return a < b ? a : b;
}

/* What may come of a packet that a balancer's node took as 'sent', and the client sent as 'flow':
 * whether it counts at 'target', 0: wherever. */
static int send_on(const struct world *world, const struct dm_walk *came,
                   const struct dm_flow *sent, const struct dm_flow *flow,
                   struct dm_interface_id target, const struct rule *rule, unsigned depth)
{
    const struct dm_interface *node = dm_interface_get(world->model, came->interface);
    struct dm_walker walker = world->checker.crossing_walker;
    struct dm_balance balance;
    int best = DENIES;

    walker.arena = world->checker.scratch;
    assert_true(dm_balance(&walker, world->checker.alive, came->interface, came->source, sent, true,
                           &balance));
    if (balance.kind == DM_BALANCE_ANSWERS) {
        bool is_it = !target.v || target.v == came->interface.v;

        return is_it && counts(rule, came->interface, flow) ? ALLOWS : DENIES;
    }
    if (balance.kind != DM_BALANCE_FORWARDS) {
        return balance.kind == DM_BALANCE_REFUSES ? DENIES : PERHAPS;
    }
    for (size_t i = 0; i < balance.n_choices; i++) {
        const struct dm_balance_choice *choice = &balance.choices[i];
        struct dm_flow next = *sent;
        struct dm_walk_start start = {
            .interface = came->interface,
            .source = choice->keeps_client ? came->source : node->addresses[0].address,
            .destination = choice->address,
        };
        const struct dm_walks *walks =
            dm_walk(&world->checker.walker, world->checker.alive, &start);

        next.port_first = choice->port;
        next.port_last = choice->port;
        if (depth == 4 || dm_addr_equal(start.source, start.destination)) {
            best = depth == 4 && best == DENIES ? PERHAPS : best;
            continue;
        }
        for (size_t j = 0; j < walks->n; j++) {
            const struct dm_walk *walk = &walks->items[j];
            int says = walk_says(world->model, walk, &next);

            if (walk->end == DM_WALK_DROPPED) {
                says = DENIES;
            } else if (says != DENIES && walk->end == DM_WALK_UNKNOWN) {
                says = PERHAPS;
            } else if (says == ALLOWS && walk->end == DM_WALK_BALANCER) {
                says = send_on(world, walk, &next, flow, target, rule, depth + 1);
            } else if (says == ALLOWS
                       && ((target.v && walk->interface.v != target.v)
                           || !counts(rule, walk->interface, flow))) {
                says = DENIES;
            }
            best = says > best ? says : best;
        }
    }
    return best;
}

/* All flows that reach a node, one by one. */
static enum dm_outcome try_node(const struct world *world, const struct dm_walk *walk,
                                struct dm_interface_id target, const struct rule *rule)
{
    struct dm_interface_id where = { target.v == walk->interface.v ? 0 : target.v };
    struct dm_arena_mark mark = dm_arena_save(world->checker.scratch);
    enum dm_outcome outcome = DM_HOLDS;

    for (size_t j = 0; j < world->flows.n; j++) {
        const struct dm_flow *flow = &world->flows.items[j];
        int says = walk_says(world->model, walk, flow);

        if (says != DENIES) {
            says = lesser(says, send_on(world, walk, flow, flow, where, rule, 1));
            dm_arena_restore(world->checker.scratch, mark);
        }
        if (says == ALLOWS) {
            return DM_VIOLATED;
        }
        outcome = says == DENIES ? outcome : DM_UNDECIDED;
    }
    return outcome;
}

/* What packets do one by one. */
static enum dm_outcome try_all(struct world *world, const struct dm_walk_start *start,
                               struct dm_interface_id target, const struct rule *rule)
{
    const struct dm_walks *walks = dm_walk(&world->checker.walker, world->checker.alive, start);
    enum dm_outcome outcome = DM_HOLDS;

    for (size_t i = 0; i < walks->n; i++) {
        const struct dm_walk *walk = &walks->items[i];
        bool arrives = walk->end == DM_WALK_DELIVERED && walk->interface.v == target.v;

        if (walk->end == DM_WALK_BALANCER) {
            enum dm_outcome by_node = try_node(world, walk, target, rule);

            if (by_node == DM_VIOLATED) {
                return by_node;
            }
            outcome = by_node == DM_HOLDS ? outcome : by_node;
        }
        for (size_t j = 0; (arrives || walk->end == DM_WALK_UNKNOWN) && j < world->flows.n; j++) {
            int says = counts(rule, target, &world->flows.items[j])
                           ? walk_says(world->model, walk, &world->flows.items[j])
                           : DENIES;

            if (says == ALLOWS && arrives) {
                return DM_VIOLATED;
            }
            outcome = says == DENIES ? outcome : DM_UNDECIDED;
        }
    }
    return outcome;
}

/* Whether all filters let the packet pass that is shown, as it comes to each. */
static bool crosses(const struct dm_model *model, const struct dm_crossing *crossing)
{
    for (size_t i = 0; i < crossing->walk->n_hops; i++) {
        struct dm_walk step = { .hops = &crossing->walk->hops[i], .n_hops = 1 };
        struct dm_flow flow = dm_session_flow(&crossing->query, crossing->walk, NULL, i);

        if (walk_says(model, &step, &flow) != ALLOWS) {
            return false;
        }
    }
    return true;
}

static enum dm_outcome hold_crossing(struct world *world, const struct dm_walk_start *start,
                                     struct dm_interface_id target, const struct rule *rule,
                                     struct totals *totals)
{
    const struct told *told = rule->listed.n ? &rule->listed : &rule->told;
    struct dm_crossing_test test = { counts, rule, told->items, told->n };
    enum dm_outcome expected = try_all(world, start, target, rule);
    const char *from = start->interface.v
                           ? dm_interface_get(world->model, start->interface)->object.name
                           : "internet";
    const char *to = dm_interface_get(world->model, target)->object.name;
    struct dm_crossing crossing;

    dm_crossing_begin(&world->checker);
    assert_true(dm_crossing_find(&world->checker, world->checker.alive, start, target,
                                 told->n ? &test : NULL, &crossing));
    if (crossing.outcome != expected) {
        complain(world, "packets tried one by one say otherwise", from, to);
    }
    if (expected == DM_VIOLATED
        && (!crosses(world->model, &crossing)
            || !counts(rule, crossing.walk->interface, &crossing.query.flow))) {
        complain(world, "the packet that is shown does not cross", from, to);
    }
    totals->crossings[expected]++;
    return expected;
}

/* All that an interface may send to another, by any address of 'by'. */
static enum dm_outcome hold_interfaces(struct world *world, struct dm_interface_id from,
                                       struct dm_interface_id to, struct dm_interface_id by,
                                       const struct rule *rule, struct totals *totals)
{
    const struct dm_interface *source = dm_interface_get(world->model, from);
    const struct dm_interface *target = dm_interface_get(world->model, by);
    enum dm_outcome worst = DM_HOLDS;

    for (size_t i = 0; i < source->n_addresses; i++) {
        for (size_t j = 0; j < target->n_addresses * 2; j++) {
            const struct dm_interface_address *of = &target->addresses[j / 2];
            struct dm_walk_start start = { .interface = from,
                                           .source = source->addresses[i].address,
                                           .destination =
                                               j % 2 ? of->public_address : of->address };
            enum dm_outcome outcome;

            if (dm_addr_is_none(start.destination)) {
                continue;
            }
            outcome = hold_crossing(world, &start, to, rule, totals);
            worst = outcome > worst ? outcome : worst;
        }
    }
    return worst;
}

/* Whether a target of some listener of the node's balancer has the address of the interface, or is
 * a node of another balancer with such a target, or is not understood: nodes of others send it
 * nothing, even where it is not known what becomes of what they send. */
static bool may_send_to(const struct dm_model *model, struct dm_interface_id node,
                        struct dm_interface_id to, unsigned depth)
{
    const struct dm_balancer *balancer =
        dm_balancer_get(model, dm_interface_get(model, node)->balancer);
    bool may = depth > 4;

    for (uint32_t i = 0; i < model->n_target_groups; i++) {
        const struct dm_target_group *group = &model->target_groups[i];
        bool is_its = balancer->unknown.v || group->unknown.v;

        for (size_t j = 0; j < balancer->n_listeners; j++) {
            const struct dm_listener *listener = &balancer->listeners[j];

            is_its |= listener->unknown.v != 0;
            for (size_t k = 0; k < listener->n_rules + 1; k++) {
                const struct dm_listener_action *action =
                    k < listener->n_rules ? &listener->rules[k].action : &listener->action;

                is_its |= action->unknown.v != 0;
                for (size_t n = 0; n < action->n_groups; n++) {
                    is_its |= action->groups[n].v == i + 1;
                }
            }
        }
        for (size_t j = 0; is_its && j < group->n_targets; j++) {
            bool anyones = true;

            for (uint32_t v = 1; v <= model->n_interfaces; v++) {
                const struct dm_interface *interface = &model->interfaces[v - 1];

                for (size_t k = 0; k < interface->n_addresses; k++) {
                    const struct dm_interface_address *at = &interface->addresses[k];

                    if (dm_addr_equal(at->address, group->targets[j].address)
                        || dm_addr_equal(at->public_address, group->targets[j].address)) {
                        anyones = false;
                        may |= v == to.v
                               || (interface->kind == DM_INTERFACE_BALANCER && depth <= 4
                                   && may_send_to(model, (struct dm_interface_id){ v }, to,
                                                  depth + 1));
                    }
                }
            }
            may |= anyones || group->targets[j].unknown.v;
        }
        may |= is_its && (balancer->unknown.v || group->unknown.v);
    }
    return may;
}

static enum dm_outcome hold_hosts(struct world *world, const struct dm_host *from,
                                  const struct dm_host *to, struct totals *totals)
{
    const struct rule nothing = { .model = world->model };
    enum dm_outcome worst = DM_HOLDS;

    for (size_t i = 0; i < from->n_interfaces; i++) {
        for (size_t j = 0; j < to->n_interfaces; j++) {
            for (uint32_t v = 1; v <= world->model->n_interfaces; v++) {
                bool is_node = world->model->interfaces[v - 1].kind == DM_INTERFACE_BALANCER;
                struct dm_interface_id by = { v };
                enum dm_outcome outcome = DM_HOLDS;

                if (is_node || v == to->interfaces[j].v) {
                    outcome = hold_interfaces(world, from->interfaces[i], to->interfaces[j], by,
                                              &nothing, totals);
                }
                if (is_node && outcome == DM_UNDECIDED
                    && !may_send_to(world->model, by, to->interfaces[j], 1)) {
                    outcome = DM_HOLDS;
                }
                worst = outcome > worst ? outcome : worst;
            }
        }
    }
    return worst;
}

static enum dm_verdict verdict_of(enum dm_outcome outcome)
{
    return outcome == DM_VIOLATED    ? DM_VERDICT_VIOLATED
           : outcome == DM_UNDECIDED ? DM_VERDICT_UNKNOWN
                                     : DM_VERDICT_HOLDS;
}

static void hold_verdict(struct world *world, const struct dm_result *result, size_t at,
                         enum dm_verdict expected, struct totals *totals)
{
    if (result->verdicts[at].verdict != expected) {
        complain(world, dm_verdict_text(result->verdicts[at].verdict), "verdict",
                 dm_verdict_text(expected));
    }
    totals->verdicts[expected]++;
}

/* All pairs of hosts; those of one class are told apart by nobody. */
static void hold_isolation(struct world *world, const struct dm_result *result,
                           struct totals *totals)
{
    const struct dm_model *model = world->model;
    enum dm_outcome outcomes[32][32];
    enum dm_outcome worst = DM_HOLDS;
    struct dm_atoms atoms;
    bool any = false;

    assert_true(model->n_hosts < 32);
    assert_true(dm_atoms_init(world->arena, model, &atoms));
    for (uint32_t x = 1; x <= model->n_hosts; x++) {
        for (uint32_t y = 1; y <= model->n_hosts; y++) {
            outcomes[x][y] =
                x == y ? DM_HOLDS
                       : hold_hosts(world, &model->hosts[x - 1], &model->hosts[y - 1], totals);
        }
    }
    for (uint32_t x = 1; x <= model->n_hosts; x++) {
        for (uint32_t y = 1; y <= model->n_hosts; y++) {
            struct dm_host_id one = { x };
            struct dm_host_id other = { y };

            if (x == y || !dm_classes_same(model, &atoms, one, other)) {
                continue;
            }
            totals->alike++;
            for (uint32_t z = 1; z <= model->n_hosts; z++) {
                if (z != x && z != y
                    && (outcomes[x][z] != outcomes[y][z] || outcomes[z][x] != outcomes[z][y])) {
                    complain(world, "two of one class differ", model->hosts[x - 1].object.name,
                             model->hosts[y - 1].object.name);
                }
            }
        }
    }
    for (size_t i = 0; i < model->services[0].n_hosts; i++) {
        for (size_t j = 0; j < model->services[1].n_hosts; j++) {
            uint32_t x = model->services[0].hosts[i].v;
            uint32_t y = model->services[1].hosts[j].v;

            any |= x != y;
            worst = outcomes[x][y] > worst ? outcomes[x][y] : worst;
        }
    }
    hold_verdict(world, result, 0, any ? verdict_of(worst) : DM_VERDICT_NOT_APPLICABLE, totals);
}

static void hold_exposure(struct world *world, const struct dm_result *result,
                          struct totals *totals)
{
    const struct dm_model *model = world->model;
    struct rule rule = {
        .model = model, .listed = { .items = { model->requirements[1].allowed[0].port }, .n = 1 }
    };
    enum dm_outcome worst = DM_HOLDS;
    bool any = false;

    add_flows(world, rule.listed.items, 1);
    for (uint32_t v = 1; v <= model->n_interfaces; v++) {
        const struct dm_interface *interface = &model->interfaces[v - 1];
        for (size_t i = 0; i < interface->n_addresses; i++) {
            struct dm_addr address = interface->addresses[i].public_address;

            for (size_t j = 0; !dm_addr_is_none(address) && j < world->outside.n; j++) {
                struct dm_walk_start start = { .source = world->outside.items[j],
                                               .destination = address };
                enum dm_outcome outcome =
                    hold_crossing(world, &start, (struct dm_interface_id){ v }, &rule, totals);

                any = true;
                worst = outcome > worst ? outcome : worst;
            }
        }
    }
    hold_verdict(world, result, 1, any ? verdict_of(worst) : DM_VERDICT_HOLDS, totals);
}

static void hold_network(uint64_t seed, struct totals *totals)
{
    struct dm_check_options options = { .as_of = "2026-11-22" };
    const struct dm_result *result;
    struct world world;

    begin(&world, seed);
    add_flows(&world, NULL, 0);
    result = dm_judging_run_model(world.arena, world.model, &options);
    assert_int_equal(result->n_verdicts, 2);
    hold_isolation(&world, result, totals);
    hold_exposure(&world, result, totals);
    end(&world);
}

static void crossings_agree_with_packets_tried_one_by_one(void **state)
{
    struct totals totals = { { 0 }, { 0 }, 0 };
    uint64_t seed;

    (void)state;
    if (dm_nets_replay_seed(&seed)) {
        hold_network(seed, &totals);
        return;
    }
    for (seed = 1; seed <= SEEDS; seed++) {
        hold_network(seed, &totals);
    }
    print_message("%d networks: %zu pairs of addresses where something crosses, %zu where nothing "
                  "does, %zu undecided; %zu pairs of hosts that are alike; verdicts: %zu violated, "
                  "%zu hold, %zu unknown\n",
                  (int)SEEDS, totals.crossings[DM_VIOLATED], totals.crossings[DM_HOLDS],
                  totals.crossings[DM_UNDECIDED], totals.alike,
                  totals.verdicts[DM_VERDICT_VIOLATED], totals.verdicts[DM_VERDICT_HOLDS],
                  totals.verdicts[DM_VERDICT_UNKNOWN]);
    /* The networks must be of the kind that is to be tested. */
    assert_true(totals.crossings[DM_VIOLATED] > SEEDS);
    assert_true(totals.crossings[DM_HOLDS] > SEEDS);
    assert_true(totals.crossings[DM_UNDECIDED] > SEEDS / 10);
    assert_true(totals.alike > SEEDS / 10);
    assert_true(totals.verdicts[DM_VERDICT_VIOLATED] > SEEDS / 10);
    assert_true(totals.verdicts[DM_VERDICT_HOLDS] > SEEDS / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crossings_agree_with_packets_tried_one_by_one),
    };

    return cmocka_run_group_tests_name("crossing", tests, NULL, NULL);
}
