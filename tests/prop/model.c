/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lookups of random models against the slowest obvious code: a look at every
 * object there is.
 */
#include "model/model.h"

#include <string.h>

#include "tests/support/dmtest.h"
#include "tests/support/nets.h"

enum { N_NETS = 500 };

static struct dm_interface_id slow_interface(const struct dm_model *model, uint32_t vpc,
                                             struct dm_addr address, bool is_public)
{
    struct dm_interface_id found = { 0 };

    for (uint32_t i = 0; i < model->n_interfaces && !found.v; i++) {
        const struct dm_interface *interface = &model->interfaces[i];

        for (size_t j = 0; j < interface->n_addresses; j++) {
            struct dm_addr candidate = is_public ? interface->addresses[j].public_address
                                                 : interface->addresses[j].address;

            if (dm_addr_equal(candidate, address)
                && (is_public || dm_subnet_get(model, interface->subnet)->vpc.v == vpc)) {
                found.v = i + 1;
            }
        }
    }
    return found;
}

static uint32_t slow_subnet(const struct dm_model *model, uint32_t vpc, struct dm_addr address)
{
    for (uint32_t i = 0; i < model->n_subnets; i++) {
        for (size_t j = 0; j < model->subnets[i].n_cidrs; j++) {
            if (model->subnets[i].vpc.v == vpc
                && dm_prefix_has(model->subnets[i].cidrs[j], address)) {
                return i + 1;
            }
        }
    }
    return 0;
}

static void look_up(const struct dm_model *model, struct dm_addr address)
{
    struct dm_addr private = { 0, 0, 0 };
    const struct dm_interface_id *all = NULL;
    size_t n = 0;
    size_t n_expected = 0;

    assert_int_equal(dm_model_interface_at_public(model, address, &private).v,
                     slow_interface(model, 0, address, true).v);
    all = dm_model_interfaces_with(model, address, &n);
    for (uint32_t v = 1; v <= model->n_vpcs; v++) {
        struct dm_vpc_id vpc = { v };
        struct dm_interface_id expected = slow_interface(model, v, address, false);
        bool listed = false;

        assert_int_equal(dm_model_interface_at(model, vpc, address).v, expected.v);
        assert_int_equal(dm_model_subnet_at(model, vpc, address).v, slow_subnet(model, v, address));
        for (size_t i = 0; i < n; i++) {
            listed = listed || all[i].v == expected.v;
            assert_true(i == 0 || all[i - 1].v < all[i].v);
        }
        assert_int_equal(listed, expected.v != 0);
        n_expected += expected.v != 0;
    }
    assert_int_equal(n, n_expected);
}

static void look_up_all(const struct dm_model *model)
{
    for (uint32_t i = 0; i < model->n_interfaces; i++) {
        for (size_t j = 0; j < model->interfaces[i].n_addresses; j++) {
            look_up(model, model->interfaces[i].addresses[j].address);
            look_up(model, dm_addr_add(model->interfaces[i].addresses[j].address, 1));
            if (!dm_addr_is_none(model->interfaces[i].addresses[j].public_address)) {
                look_up(model, model->interfaces[i].addresses[j].public_address);
            }
        }
    }
    for (uint32_t i = 0; i < model->n_subnets; i++) {
        look_up(model, dm_prefix_first(model->subnets[i].cidrs[0]));
        look_up(model, dm_prefix_last(model->subnets[i].cidrs[0]));
        look_up(model, dm_addr_add(dm_prefix_last(model->subnets[i].cidrs[0]), 1));
    }
}

static const struct dm_model *draw(struct dm_arena *arena, uint64_t seed)
{
    struct dm_net_options options = DM_NET_ALL;

    options.max_vpcs = 6;
    options.max_hosts = 12;
    options.with_unknowns = seed % 2 == 0;
    return dm_nets_make(arena, dm_nets_random(arena, seed, &options));
}

static void addresses_are_found_where_they_are_and_nowhere_else(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= N_NETS; seed++) {
        struct dm_arena *arena = dm_arena_new(0);

        look_up_all(draw(arena, seed));
        dm_arena_free(arena);
    }
}

static void gateways_and_names_are_found_where_they_are(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= N_NETS; seed++) {
        struct dm_arena *arena = dm_arena_new(0);
        const struct dm_model *model = draw(arena, seed);
        size_t n_pairs = 0;

        for (uint32_t v = 1; v <= model->n_vpcs; v++) {
            for (uint32_t g = 1; g <= model->n_transit_gateways; g++) {
                struct dm_attachment_id id = dm_model_attachment_of(
                    model, (struct dm_vpc_id){ v }, (struct dm_transit_gateway_id){ g });

                if (id.v) {
                    const struct dm_attachment *attachment = dm_attachment_get(model, id);

                    assert_true(attachment->vpc.v == v && attachment->gateway.v == g);
                    n_pairs++;
                }
            }
        }
        for (uint32_t i = 0; i < model->n_attachments; i++) {
            n_pairs -= model->attachments[i].kind == DM_ATTACHMENT_VPC ? 1 : 0;
        }
        assert_int_equal(n_pairs, 0);
        for (uint32_t i = 0; i < model->n_nat_gateways; i++) {
            assert_int_equal(dm_model_nat_of_interface(model, model->nat_gateways[i].interface).v,
                             i + 1);
        }
        for (uint32_t i = 0; i < model->n_elements; i++) {
            assert_int_equal(dm_model_find_element(model, model->elements[i].object.name).v, i + 1);
        }
        dm_arena_free(arena);
    }
}

static void no_prefix_but_a_default_route_covers_the_address_of_the_internet(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= N_NETS; seed++) {
        struct dm_arena *arena = dm_arena_new(0);
        const struct dm_model *model = draw(arena, seed);
        struct dm_addr internet = dm_model_internet_address(model);

        assert_true(dm_addr_is_public(internet));
        for (uint32_t i = 0; i < model->n_route_tables; i++) {
            for (size_t j = 0; j < model->route_tables[i].n_routes; j++) {
                const struct dm_route *route = &model->route_tables[i].routes[j];

                assert_true(route->list.v || route->prefix.length == 0
                            || !dm_prefix_has(route->prefix, internet));
            }
        }
        look_up(model, internet);
        assert_int_equal(slow_interface(model, 0, internet, true).v, 0);
        dm_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_found_where_they_are_and_nowhere_else),
        cmocka_unit_test(gateways_and_names_are_found_where_they_are),
        cmocka_unit_test(no_prefix_but_a_default_route_covers_the_address_of_the_internet),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
