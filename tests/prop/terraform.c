/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Artifacts of random networks: all of the network and nothing else, or a refusal that names what
 * cannot be written.
 */
#include <string.h>

#include "model/base/str.h"
#include "render/artifacts/terraform.h"
#include "tests/support/dmtest.h"
#include "tests/support/nets.h"
#include "tests/support/roots.h"

enum { N_NETS = 600, MOST_REFUSED_PERCENT = 40 };

/* A listener that answers, or that sends to the group of another balancer or protocol, or takes
 * what its balancer does not. */
static bool balancers_may_be(const struct dm_model *model)
{
    bool may = false;

    for (uint32_t i = 0; i < model->n_balancers; i++) {
        const struct dm_balancer *balancer = &model->balancers[i];

        for (size_t j = 0; j < balancer->n_listeners; j++) {
            const struct dm_listener *row = &balancer->listeners[j];
            const struct dm_listener *first = &balancer->listeners[0];

            may = may || row->action.answers
                  || (balancer->is_application && row->match.protocol == DM_PROTO_UDP)
                  || (i > 0 && row->action.groups[0].v == 1)
                  || (row->action.groups[0].v == first->action.groups[0].v
                      && row->match.protocol != first->match.protocol);
        }
    }
    return may;
}

/* Firewalls of two regions share rules, which are of one. */
static bool firewalls_may_be(const struct dm_model *model)
{
    bool may = false;

    for (uint32_t i = 1; i < model->n_firewalls; i++) {
        may = may
              || dm_vpc_get(model, model->firewalls[i].vpc)->region.v
                     != dm_vpc_get(model, model->firewalls[0].vpc)->region.v;
    }
    return may;
}

/* What refuses, as the model shows it. */
static bool may_be_refused(const struct dm_model *model)
{
    bool may = model->n_unknowns > 0 || balancers_may_be(model) || firewalls_may_be(model);

    for (uint32_t i = 0; i < model->n_route_tables; i++) {
        for (size_t j = 0; j < model->route_tables[i].n_routes; j++) {
            const struct dm_route *route = &model->route_tables[i].routes[j];

            may = may || route->propagated || route->target_kind == DM_TARGET_VPC_ENDPOINT
                  || route->target_kind == DM_TARGET_NONE || route->target_kind == DM_TARGET_UNKNOWN
                  || route->target_kind == DM_TARGET_LOCAL;
        }
    }
    return may;
}

/* 'text' without black holes in tables of VPCs, which are always refused, but for some seeds; with
 * firewalls, where it has policies, so that each is used; and with balancers for others. */
static const char *changed(struct dm_arena *arena, uint64_t seed, const char *text)
{
    struct dm_random random = { seed };
    struct dm_str out;

    dm_str_init(&out, arena);
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n") + 1;
        bool is_none = dm_str_starts(line, "route ") && length > 6
                       && strncmp(line + length - 6, " none\n", 6) == 0;

        if (!is_none || seed % 16 == 4) {
            dm_str_addn(&out, line, length);
        }
        line += length;
    }
    if (strstr(text, "fpolicy o3")) {
        for (unsigned i = 0; i < 4; i++) {
            dm_str_addf(&out, "firewall g%u v0 o%u\nfendpoint r%u s0.0 firewall:g%u\n", i, i, i, i);
        }
    }
    if (seed % 8 == 3) {
        dm_nets_add_balancers(&out, &random, dm_nets_make(arena, out.text));
    }
    assert_false(out.failed);
    return out.text;
}

static bool one_net(uint64_t seed, json_t *schema)
{
    struct dm_net_options options = DM_NET_ALL;
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_err err = DM_ERR_INIT;
    struct dm_layout layout = { 0 };
    const char *text;
    const struct dm_model *model;
    bool refused;

    options.with_middleboxes = seed % 8 == 0;
    options.with_endpoints = seed % 8 == 4;
    options.with_unknowns = seed % 8 == 1;
    options.with_core = seed % 8 == 2;
    text = changed(arena, seed, dm_nets_random(arena, seed, &options));
    model = dm_nets_make(arena, text);
    refused = dm_terraform_make(arena, model, &layout, &err) != DM_OK;
    if (refused) {
        if (err.status != DM_UNSUPPORTED || !may_be_refused(model)) {
            fail_msg("seed %llu: %s\n%s", (unsigned long long)seed, err.text, text);
        }
    } else {
        struct roots roots = roots_read(arena, &layout);
        const char *got;
        const char *want = roots_text_of_model(arena, model);

        roots_check(&roots);
        if (schema) {
            roots_check_schema(&roots, schema);
        }
        got = roots_text(&roots);
        if (roots.faults.n || strcmp(got, want) != 0) {
            fail_msg("seed %llu: %s\n%s\ngot:\n%s\nwant:\n%s", (unsigned long long)seed,
                     roots.faults.n ? roots.faults.items[0] : "differs", text, got, want);
        }
        roots_release(&roots);
    }
    dm_arena_free(arena);
    return refused;
}

static void random_networks_are_written_whole_or_refused(void **state)
{
    uint64_t first = 1;
    uint64_t last = N_NETS;
    unsigned n_refused = 0;
    json_t *schema = roots_schema_new();

    (void)state;
    if (dm_nets_replay_seed(&first)) {
        last = first;
    }
    for (uint64_t seed = first; seed <= last; seed++) {
        n_refused += one_net(seed, schema);
    }
    json_decref(schema);
    print_message("%u of %d refused\n", n_refused, N_NETS);
    if (first != last) {
        assert_true(n_refused > 0);
        assert_true(n_refused * 100 < N_NETS * MOST_REFUSED_PERCENT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_networks_are_written_whole_or_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
