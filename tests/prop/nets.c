/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The generator of random networks: each text it draws is a network that keeps
 * all invariants, and together they have all that it is asked for.
 */
#include <string.h>

#include "tests/support/dmtest.h"
#include "tests/support/nets.h"

enum { N_NETS = 3000 };

static const struct dm_model *make(struct dm_arena *arena, uint64_t seed,
                                   const struct dm_net_options *options)
{
    const char *text = dm_nets_random(arena, seed, options);
    const struct dm_model *model = NULL;
    struct dm_err err = DM_ERR_INIT;

    assert_non_null(text);
    if (dm_nets_parse(arena, text, &model, &err) != DM_OK) {
        fail_msg("seed %llu: %s\n%s", (unsigned long long)seed, err.text, text);
    }
    return model;
}

static void every_seed_gives_a_network_that_keeps_the_invariants(void **state)
{
    struct dm_net_options options = DM_NET_ALL;
    uint64_t first = 1;
    uint64_t last = N_NETS;
    size_t n_targets[DM_TARGET_UNKNOWN + 1] = { 0 };
    size_t n_elements[DM_ELEMENT_KIND_COUNT] = { 0 };

    (void)state;
    if (dm_nets_replay_seed(&first)) {
        last = first;
    }
    for (uint64_t seed = first; seed <= last; seed++) {
        struct dm_arena *arena = dm_arena_new(0);
        const struct dm_model *model = NULL;

        options.with_unknowns = seed % 4 == 0;
        model = make(arena, seed, &options);
        for (uint32_t i = 0; i < model->n_elements; i++) {
            n_elements[model->elements[i].kind]++;
        }
        for (uint32_t i = 0; i < model->n_route_tables; i++) {
            for (size_t j = 0; j < model->route_tables[i].n_routes; j++) {
                n_targets[model->route_tables[i].routes[j].target_kind]++;
            }
        }
        dm_arena_free(arena);
    }
    /* Sites and what leads to them have networks of their own, see sites.c. */
    for (size_t i = 0; first != last && i <= DM_TARGET_UNKNOWN; i++) {
        assert_true(n_targets[i] > 50 || i == DM_TARGET_VPN_GATEWAY);
    }
    for (size_t i = 0; first != last && i < DM_ELEMENT_SITE; i++) {
        assert_true(n_elements[i] > 50);
    }
}

static void a_seed_gives_the_same_text_each_time_and_another_seed_another(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_net_options options = DM_NET_ALL;

    (void)state;
    assert_string_equal(dm_nets_random(arena, 7, &options), dm_nets_random(arena, 7, &options));
    assert_string_not_equal(dm_nets_random(arena, 7, &options), dm_nets_random(arena, 8, &options));
    dm_arena_free(arena);
}

static bool has_nat_route(const struct dm_model *model, void *context)
{
    (void)context;
    for (uint32_t i = 0; i < model->n_route_tables; i++) {
        for (size_t j = 0; j < model->route_tables[i].n_routes; j++) {
            if (model->route_tables[i].routes[j].target_kind == DM_TARGET_NAT_GATEWAY) {
                return true;
            }
        }
    }
    return false;
}

static void shrinking_leaves_only_the_lines_that_matter(void **state)
{
    struct dm_net_options options = DM_NET_ALL;
    unsigned n_shrunk = 0;

    (void)state;
    for (uint64_t seed = 1; n_shrunk < 10; seed++) {
        struct dm_arena *arena = dm_arena_new(0);
        const struct dm_model *model = make(arena, seed, &options);

        if (has_nat_route(model, NULL)) {
            const char *text = dm_nets_shrink(arena, dm_nets_describe(model), has_nat_route, NULL);
            unsigned n_lines = 0;

            for (const char *at = text; *at; at++) {
                n_lines += *at == '\n' ? 1 : 0;
            }
            /* region, zone, vpc, subnet, gateway, route; a table, an ACL, a list that these name */
            assert_in_range(n_lines, 6, 9);
            n_shrunk++;
        }
        dm_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_seed_gives_a_network_that_keeps_the_invariants),
        cmocka_unit_test(a_seed_gives_the_same_text_each_time_and_another_seed_another),
        cmocka_unit_test(shrinking_leaves_only_the_lines_that_matter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
