/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Health of targets against the plainest reading: a node sends to those of its targets that a
 * session of its own reaches on the port of health checks, to all where there is none; where checks
 * get through on one way and not on another, or where that cannot be told, all is tried that may
 * follow; on random networks, with anything failed.  An
 * accelerator before the balancers sends to those whose targets leave them healthy.
 */
#include "solver/reach/health.h"

#include <stdlib.h>
#include <string.h>

#include "model/base/str.h"
#include "solver/reach/balance.h"
#include "solver/reach/session_private.h"
#include "tests/support/dmtest.h"
#include "tests/support/nets.h"
#include "tests/support/rng.h"

enum { NETWORKS = 600, SETS = 6, MAX_TARGETS = 64 };

struct world {
    struct dm_arena *arena;
    const struct dm_model *model;
    struct dm_walker walker;
    struct dm_alive *alive;
    size_t n_left_out;
    size_t n_failed_open;
    size_t n_unknown;
    size_t n_changing;
    size_t n_steered; /* accelerators that pass over an endpoint for its targets */
    size_t n_without; /* ... that have no healthy endpoint, and send to all */
    size_t n_in_doubt;
};

/* Before all balancers, some of them dialed down, weighed nothing or described as not healthy. */
static void add_accelerator(struct dm_str *text, struct dm_random *random)
{
    static const char *const steering[] = { "100", "128", "100", "128", "0", "128", "100", "0" };
    const char *at = text->text;
    char sep = ' ';
    struct dm_str line;

    dm_str_init(&line, text->arena);
    while ((at = strstr(at, "\nbalancer ")) != NULL) {
        const char *const *pair = &steering[2 * dm_random_below(random, 4)];

        at += strlen("\nbalancer ");
        dm_str_addf(&line, "%c%s/%.*s/%s%s", sep, pair[0], (int)strcspn(at, " "), at, pair[1],
                    dm_random_chance(random, 1, 8) ? "/sick" : "");
        sep = ',';
    }
    if (line.length) {
        dm_str_addf(text, "accelerator front 198.51.100.7 tcp/443%s\n", line.text);
    }
}

/* Random networks with balancers whose health is to be judged, nodes in two zones, and rules that
 * let some ports in. */
static const char *draw(struct dm_arena *arena, uint64_t seed)
{
    struct dm_net_options options = DM_NET_ALL;
    struct dm_random random = { seed };
    const struct dm_model *model;
    struct dm_str text;

    options.max_hosts = 6;
    dm_str_init(&text, arena);
    dm_str_add(&text, dm_nets_random(arena, seed, &options));
    model = dm_nets_make(arena, text.text);
    dm_nets_add_balancers(&text, &random, model);
    for (uint32_t i = 0; i < model->n_subnets; i++) {
        const struct dm_subnet *subnet = &model->subnets[i];
        char address[DM_ADDR_TEXT_SIZE];
        const char *zone = dm_zone_get(model, subnet->zone)->object.name;

        if (subnet->vpc.v != 1) {
            continue;
        }
        dm_addr_text(dm_addr_add(dm_prefix_first(subnet->cidrs[0]), 220), address);
        if (!strstr(text.text, "balancer own ")) {
            dm_str_addf(&text, "balancer own %s net%s\ntargets mine %s checked=22\n",
                        dm_vpc_get(model, subnet->vpc)->object.name,
                        dm_random_chance(&random, 1, 2) ? " cross" : "",
                        dm_vpc_get(model, subnet->vpc)->object.name);
            dm_str_add(&text, "listen own tcp/443 mine\n");
        }
        dm_str_addf(&text, "node own.%u %s %s balancer=own\n", (unsigned)i, subnet->object.name,
                    address);
        for (uint32_t v = 0; v < model->n_interfaces; v++) {
            const struct dm_interface *interface = &model->interfaces[v];

            if (interface->kind == DM_INTERFACE_HOST && interface->subnet.v == i + 1) {
                dm_str_addf(&text, "target mine %s 443 zone=%s\n",
                            dm_addr_text(interface->addresses[0].address, address), zone);
            }
        }
    }
    for (uint32_t i = 0; i < model->n_groups; i++) {
        dm_str_addf(&text, "permit %s in tcp/%s 10.0.0.0/8\n", model->groups[i].object.name,
                    dm_random_chance(&random, 1, 2) ? "22" : "443");
    }
    add_accelerator(&text, &random);
    return text.text;
}

enum { GOOD, BAD, OPEN, CHANGING };

/* What all ways there and back come to; a balancer's node on the way is not followed. */
static int look(struct world *world, struct dm_interface_id node, const struct dm_target *target,
                uint16_t port)
{
    const struct dm_interface *from = dm_interface_get(world->model, node);
    struct dm_session_query query = {
        .start = { .interface = node,
                   .source = from->addresses[0].address,
                   .destination = target->address },
        .flow = { .protocol = DM_PROTO_TCP, .port_first = port, .port_last = port },
        .wide_ports = true,
    };
    size_t n[3] = { 0, 0, 0 };
    const struct dm_walks *there;

    if (query.start.source.family != target->address.family) {
        return OPEN;
    }
    there = dm_walk(&world->walker, world->alive, &query.start);
    for (size_t i = 0; i < there->n; i++) {
        const struct dm_walk *request = &there->items[i];
        struct dm_session asked = dm_session_judge_way(&world->walker, &query, request, NULL);
        struct dm_walk_start start = dm_session_reply_start(request);
        const struct dm_walks *back;

        if (asked.end != DM_SESSION_PASS || request->end == DM_WALK_BALANCER) {
            n[asked.end == DM_SESSION_FAIL ? DM_SESSION_FAIL : DM_SESSION_UNKNOWN]++;
            continue;
        }
        back = dm_walk(&world->walker, world->alive, &start);
        for (size_t j = 0; j < back->n; j++) {
            n[dm_session_judge_reply(&world->walker, &query, request, &back->items[j]).end]++;
        }
    }
    if (n[DM_SESSION_PASS] && n[DM_SESSION_FAIL]) {
        return CHANGING;
    }
    return n[DM_SESSION_UNKNOWN] ? OPEN : n[DM_SESSION_PASS] ? GOOD : BAD;
}

static bool same_zone(const struct world *world, struct dm_interface_id node,
                      const struct dm_target *target)
{
    return dm_model_zone_of_interface(world->model, node).v == target->zone.v;
}

/* By whom a target is checked: by the node that sends there, else by one in the target's zone. */
static struct dm_interface_id checker_of(const struct world *world, struct dm_interface_id node,
                                         const struct dm_target *target, bool cross)
{
    if (cross || !target->zone.v || same_zone(world, node, target)) {
        return node;
    }
    for (uint32_t v = 1; v <= world->model->n_interfaces; v++) {
        struct dm_interface_id other = { v };

        if (world->model->interfaces[v - 1].balancer.v
                == dm_interface_get(world->model, node)->balancer.v
            && same_zone(world, other, target)) {
            return other;
        }
    }
    return (struct dm_interface_id){ 0 };
}

static int health_of(struct world *world, struct dm_interface_id node,
                     const struct dm_target_group *group, const struct dm_target *target,
                     bool cross)
{
    struct dm_interface_id by = checker_of(world, node, target, cross);

    if (!target->is_healthy
        || (target->zone.v
            && !dm_alive(world->alive, dm_zone_get(world->model, target->zone)->element))) {
        return BAD;
    }
    if (!group->judges_health) {
        return GOOD;
    }
    return by.v ? look(world, by, target, group->health_port ? group->health_port : target->port)
                : BAD;
}

/* As one of AWS's choices, or as one perhaps. */
static bool has_choice(const struct dm_balance *balance, const struct dm_target *target,
                       bool *ret_perhaps)
{
    bool found = false;

    *ret_perhaps = true;
    for (size_t i = 0; i < balance->n_choices; i++) {
        if (dm_addr_equal(balance->choices[i].address, target->address)
            && balance->choices[i].port == target->port) {
            found = true;
            *ret_perhaps &= balance->choices[i].is_perhaps;
        }
    }
    return found;
}

/* Whether AWS chooses on a way to a target, or back: what fails on one of several was BAD above. */
static bool has_several_ways(struct world *world, const struct dm_target_group *group)
{
    for (uint32_t v = 1; v <= world->model->n_interfaces; v++) {
        const struct dm_interface *node = &world->model->interfaces[v - 1];

        for (size_t i = 0; node->kind == DM_INTERFACE_BALANCER && i < group->n_targets; i++) {
            struct dm_walk_start start = { .interface = { v },
                                           .source = node->addresses[0].address,
                                           .destination = group->targets[i].address };
            const struct dm_walks *there;

            if (start.source.family != start.destination.family) {
                continue;
            }
            there = dm_walk(&world->walker, world->alive, &start);
            start = dm_session_reply_start(&there->items[0]);
            if (there->n > 1
                || (there->items[0].end == DM_WALK_DELIVERED
                    && dm_walk(&world->walker, world->alive, &start)->n > 1)) {
                return true;
            }
        }
    }
    return false;
}

/* What a node may do with one group, each target that is OPEN or CHANGING taken for healthy and for
 * not.  Which of both an OPEN one is holds for good. */
struct plain {
    const struct dm_target_group *group;
    int healths[MAX_TARGETS];
    bool near[MAX_TARGETS];
    bool ever[MAX_TARGETS];   /* chosen at some time, whatever holds */
    bool always[MAX_TARGETS]; /* chosen at some time, for all that may hold */
    bool undocumented;
    bool without; /* of any healthy target at some time, for all that may hold */
};

static bool is_healthy(const struct plain *plain, size_t i, uint64_t open, uint64_t changing)
{
    return plain->healths[i] == GOOD || (plain->healths[i] == OPEN && (open >> i & 1))
           || (plain->healths[i] == CHANGING && (changing >> i & 1));
}

/* At one time. */
static void choose(struct plain *plain, uint64_t open, uint64_t changing, bool *chosen,
                   bool *ret_all)
{
    bool near = false;
    bool far = false;

    for (size_t i = 0; i < plain->group->n_targets; i++) {
        bool healthy = is_healthy(plain, i, open, changing);

        near |= healthy && plain->near[i];
        far |= healthy && !plain->near[i];
    }
    plain->undocumented |= !near && far;
    *ret_all &= near || far;
    for (size_t i = 0; i < plain->group->n_targets && (near || !far); i++) {
        chosen[i] |=
            plain->near[i]
            && (near ? is_healthy(plain, i, open, changing) : !plain->group->targets[i].is_leaving);
    }
}

/* The next set of targets with this health; back to none after all. */
static uint64_t next_set(const struct plain *plain, int health, uint64_t set)
{
    for (size_t i = 0; i < plain->group->n_targets; i++) {
        if (plain->healths[i] == health) {
            set ^= UINT64_C(1) << i;
            if (set >> i & 1) {
                return set;
            }
        }
    }
    return set;
}

static void choose_always(struct plain *plain)
{
    uint64_t open = 0;

    memset(plain->always, 1, sizeof plain->always);
    plain->without = true;
    do {
        bool chosen[MAX_TARGETS] = { false };
        bool all = true;
        uint64_t changing = 0;

        do {
            choose(plain, open, changing, chosen, &all);
            changing = next_set(plain, CHANGING, changing);
        } while (changing);
        for (size_t i = 0; i < plain->group->n_targets; i++) {
            plain->ever[i] |= chosen[i];
            plain->always[i] &= chosen[i];
        }
        plain->without &= !all;
        open = next_set(plain, OPEN, open);
    } while (open);
}

static void hold_node(struct world *world, struct dm_interface_id node,
                      const struct dm_balancer *balancer)
{
    struct plain plain = { .group = dm_target_group_get(world->model,
                                                        balancer->listeners[0].action.groups[0]) };
    const struct dm_target_group *group = plain.group;
    struct dm_flow flow = { .protocol = DM_PROTO_TCP, .port_first = 443, .port_last = 443 };
    struct dm_addr client = dm_model_internet_address(world->model);
    bool cross = group->cross_zone == DM_CROSS_ZONE_ON
                 || (group->cross_zone == DM_CROSS_ZONE_AS_BALANCER && balancer->cross_zone);
    struct dm_balance balance;
    bool any = false;

    assert_true(group->n_targets <= MAX_TARGETS);
    for (size_t i = 0; i < group->n_targets; i++) {
        const struct dm_target *target = &group->targets[i];

        plain.near[i] = cross || !target->zone.v || same_zone(world, node, target);
        plain.healths[i] = health_of(world, node, group, target, cross);
        world->n_changing += plain.healths[i] == CHANGING;
    }
    choose_always(&plain);
    assert_true(dm_balance(&world->walker, world->alive, node, client, &flow, false, &balance));
    for (size_t i = 0; i < group->n_targets; i++) {
        bool perhaps;
        bool twice = false;

        any |= plain.ever[i];
        for (size_t j = 0; j < group->n_targets; j++) {
            twice |= j != i && dm_addr_equal(group->targets[j].address, group->targets[i].address);
        }
        if (balance.kind == DM_BALANCE_UNKNOWN || twice) {
            continue; /* an address may be registered twice, on one port */
        }
        assert_int_equal(has_choice(&balance, &group->targets[i], &perhaps), plain.ever[i]);
        assert_true(!plain.ever[i] || perhaps == !plain.always[i]);
        world->n_left_out += plain.near[i] && plain.healths[i] == BAD && !plain.ever[i];
        world->n_failed_open += plain.healths[i] == BAD && plain.ever[i] && group->judges_health;
    }
    world->n_unknown += balance.kind == DM_BALANCE_UNKNOWN;
    assert_int_equal(balance.kind == DM_BALANCE_UNKNOWN,
                     plain.undocumented && !any && !plain.without);
    assert_true(balance.kind != DM_BALANCE_FORWARDS
                || balance.may_be_unknown == plain.undocumented);
}

/* ---- accelerators ---- */

static bool is_alive_node(const struct world *world, uint32_t v, struct dm_balancer_id id)
{
    const struct dm_interface *item = &world->model->interfaces[v - 1];
    struct dm_zone_id zone;

    if (item->kind != DM_INTERFACE_BALANCER || item->balancer.v != id.v) {
        return false;
    }
    zone = dm_model_zone_of_interface(world->model, (struct dm_interface_id){ v });
    return dm_alive(world->alive, dm_zone_get(world->model, zone)->element);
}

/* The best of what the balancer's nodes see in reach. */
static int group_health(struct world *world, struct dm_balancer_id id,
                        const struct dm_target_group *group)
{
    bool cross = group->cross_zone == DM_CROSS_ZONE_ON
                 || (group->cross_zone == DM_CROSS_ZONE_AS_BALANCER
                     && dm_balancer_get(world->model, id)->cross_zone);
    int best = BAD;

    for (uint32_t v = 1; v <= world->model->n_interfaces; v++) {
        struct dm_interface_id node = { v };

        for (size_t i = 0; i < group->n_targets && is_alive_node(world, v, id); i++) {
            const struct dm_target *target = &group->targets[i];

            if (cross || !target->zone.v || same_zone(world, node, target)) {
                int health = health_of(world, node, group, target, cross);

                best = health == GOOD || best == GOOD         ? GOOD
                       : health == OPEN || health == CHANGING ? OPEN
                                                              : best;
            }
        }
    }
    return best;
}

static int endpoint_health(struct world *world, const struct dm_accelerator_endpoint *endpoint)
{
    const struct dm_balancer *balancer = dm_balancer_get(world->model, endpoint->balancer);
    size_t counts[3] = { 0, 0, 0 };
    size_t n_lost = 0;

    for (size_t i = 0; i < balancer->n_listeners; i++) {
        const struct dm_listener_action *action = &balancer->listeners[i].action;

        for (size_t j = 0; j < action->n_groups; j++) {
            const struct dm_target_group *group =
                dm_target_group_get(world->model, action->groups[j]);
            int health = group_health(world, endpoint->balancer, group);
            bool had = false;

            for (size_t k = 0; k < group->n_targets; k++) {
                had |= group->targets[k].is_healthy;
            }
            counts[health]++;
            n_lost += had && health != GOOD;
        }
    }
    if (!endpoint->is_healthy) {
        return BAD;
    }
    return counts[OPEN] ? OPEN : counts[BAD] && !counts[GOOD] ? BAD : n_lost ? OPEN : GOOD;
}

static bool chooses(const struct dm_balance *balance, uint32_t node)
{
    for (size_t i = 0; i < balance->n_choices; i++) {
        if (balance->choices[i].entry.v == node) {
            return true;
        }
    }
    return false;
}

/* Endpoints of a tier, and whether one of them has a node that lives. */
static bool tier_of(struct world *world, const struct dm_accelerator_listener *listener, int tier,
                    bool *in_tier, bool *open)
{
    bool any = false;

    *open = false;
    for (size_t i = 0; i < listener->n_groups; i++) {
        const struct dm_accelerator_endpoint *endpoint = &listener->groups[i].endpoints[0];
        bool steered = tier == 2 || (endpoint->weight && (tier == 1 || listener->groups[i].dial));
        int health = steered && tier < 2 ? endpoint_health(world, endpoint) : GOOD;

        in_tier[i] = steered && health == GOOD;
        *open |= steered && health == OPEN;
        for (uint32_t v = 1; v <= world->model->n_interfaces && in_tier[i]; v++) {
            any |= is_alive_node(world, v, endpoint->balancer);
        }
        world->n_steered += steered && health == BAD && endpoint->is_healthy;
    }
    return any;
}

static bool ways_are_one(struct world *world)
{
    for (uint32_t v = 1; v <= world->model->n_target_groups; v++) {
        if (dm_target_group_get(world->model, (struct dm_target_group_id){ v })->judges_health
            && has_several_ways(
                world, dm_target_group_get(world->model, (struct dm_target_group_id){ v }))) {
            return false;
        }
    }
    return true;
}

static void hold_accelerator(struct world *world, const struct dm_accelerator *accelerator)
{
    const struct dm_accelerator_listener *listener = &accelerator->listeners[0];
    struct dm_flow flow = { .protocol = DM_PROTO_TCP, .port_first = 443, .port_last = 443 };
    struct dm_addr client = dm_model_internet_address(world->model);
    struct dm_balance balance;
    bool in_tier[16];
    bool open = false;
    int tier = 0;

    assert_true(listener->n_groups <= 16);
    assert_true(dm_balance(&world->walker, world->alive, accelerator->interface, client, &flow,
                           false, &balance));
    while (!tier_of(world, listener, tier, in_tier, &open) && !open && tier < 2) {
        tier++;
    }
    if (balance.kind == DM_BALANCE_UNKNOWN) {
        world->n_in_doubt++;
        assert_true(open || !ways_are_one(world));
        return;
    }
    assert_true(!open || !ways_are_one(world));
    world->n_without += tier == 2;
    for (size_t i = 0; i < listener->n_groups && !open; i++) {
        for (uint32_t v = 1; v <= world->model->n_interfaces; v++) {
            if (is_alive_node(world, v, listener->groups[i].endpoints[0].balancer)
                && chooses(&balance, v) != in_tier[i]) {
                assert_false(ways_are_one(world));
            }
        }
    }
}

static void hold(struct world *world)
{
    for (uint32_t i = 0; i < world->model->n_accelerators; i++) {
        hold_accelerator(world, &world->model->accelerators[i]);
    }
    for (uint32_t v = 1; v <= world->model->n_interfaces; v++) {
        struct dm_interface_id node = { v };
        const struct dm_balancer *balancer;

        if (world->model->interfaces[v - 1].kind != DM_INTERFACE_BALANCER) {
            continue;
        }
        balancer = dm_balancer_get(world->model, world->model->interfaces[v - 1].balancer);
        if (balancer->n_listeners && balancer->listeners[0].action.n_groups) {
            hold_node(world, node, balancer);
        }
    }
}

static void targets_get_traffic_when_checks_get_through(void **state)
{
    size_t n_left_out = 0;
    size_t n_failed_open = 0;
    size_t n_unknown = 0;
    size_t n_changing = 0;
    size_t n_steered = 0;
    size_t n_without = 0;
    size_t n_in_doubt = 0;

    (void)state;
    for (uint64_t seed = dm_seed_first(1); seed < dm_seed_end(1, NETWORKS); seed++) {
        struct world world = { .arena = dm_arena_new(0) };
        struct dm_random random = { seed };

        world.model = dm_nets_make(world.arena, draw(world.arena, seed));
        world.alive = dm_alive_new(world.arena, world.model);
        world.walker = (struct dm_walker){ world.arena, world.model,
                                           dm_plane_new(world.arena, world.model), false };
        for (unsigned i = 0; i < SETS; i++) {
            struct dm_element_id failed[2];
            size_t n = i == 0 ? 0 : 1 + dm_random_below(&random, 2);

            for (size_t j = 0; j < n; j++) {
                failed[j].v = 1 + dm_random_below(&random, world.model->n_elements);
            }
            dm_alive_begin(world.alive, failed, n);
            hold(&world);
        }
        n_left_out += world.n_left_out;
        n_failed_open += world.n_failed_open;
        n_unknown += world.n_unknown;
        n_changing += world.n_changing;
        n_steered += world.n_steered;
        n_without += world.n_without;
        n_in_doubt += world.n_in_doubt;
        dm_arena_free(world.arena);
    }
    print_message(
        "%d networks: %zu targets left out, %zu of groups that fail open, %zu whose health "
        "changes, %zu nodes unknown\n",
        (int)NETWORKS, n_left_out, n_failed_open, n_changing, n_unknown);
    print_message("accelerators: %zu endpoints passed over, %zu without any, %zu in doubt\n",
                  n_steered, n_without, n_in_doubt);
    assert_true(getenv("DM_SEED") || (n_left_out > NETWORKS / 4 && n_failed_open > NETWORKS / 4));
    assert_true(getenv("DM_SEED") || (n_steered > NETWORKS && n_without > NETWORKS / 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets_get_traffic_when_checks_get_through),
    };

    return cmocka_run_group_tests_name("health", tests, NULL, NULL);
}
