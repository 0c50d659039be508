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

enum { N_NETS = 600, MOST_REFUSED_PERCENT = 60 };

/* What refuses, as the model shows it. */
static bool may_be_refused(const struct dm_model *model)
{
    bool may = model->n_unknowns > 0;

    for (uint32_t i = 0; i < model->n_route_tables; i++) {
        for (size_t j = 0; j < model->route_tables[i].n_routes; j++) {
            const struct dm_route *route = &model->route_tables[i].routes[j];

            may = may || route->propagated || route->target_kind >= DM_TARGET_INTERFACE
                  || route->target_kind == DM_TARGET_LOCAL;
        }
    }
    return may;
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
    options.with_endpoints = seed % 8 == 0;
    options.with_unknowns = seed % 8 == 1;
    options.with_core = seed % 8 == 2;
    text = dm_nets_random(arena, seed, &options);
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
