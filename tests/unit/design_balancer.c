/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Load balancers and accelerators of designs: what each word becomes.
 */
#include "tests/support/dmtest.h"

#include <string.h>

#include "model/base/str.h"
#include "tests/support/lowered.h"

/* VPC v of environment e in two zones of each of two regions; services w and u, store d; what
 * follows. */
#define DESIGN(rest)                                                                               \
    "demarc: 1\nname: x\nenvironments: [e]\nregions:\n"                                            \
    "  eu-west-1: {zones: [a, b], cidr: 10.0.0.0/16}\n"                                            \
    "  eu-central-1: {zones: [a, b], cidr: 10.1.0.0/16}\n"                                         \
    "vpcs:\n  v:\n    for: {region: all, env: e}\n    cidr: {pool: region, size: 20}\n"            \
    "    internet_gateway: true\n    subnets:\n      s: {size: 24}\n      t: {size: 25, public: "  \
    "true, routes: {internet: internet-gateway}}\n"                                                \
    "groups:\n  g: {in: v}\ndata_classes: {c: {}}\nservices:\n"                                    \
    "  w: {for: {region: all, env: e}, in: v.s, port: tcp/8080, groups: [g]}\n"                    \
    "  u: {for: {region: all, env: e}, in: v.s, zones: [a], port: udp/53, groups: [g]}\n"          \
    "stores:\n  d: {for: {region: all, env: e}, engine: rds, in: v.s, port: tcp/5432, "            \
    "groups: [g], classes: [c], subjects: [DE]}\n"                                                 \
    "load_balancers:\n" rest "\n"
#define NET(more, listeners)                                                                       \
    "  n:\n    for: {region: all, env: e}\n    kind: network\n    in: v.t\n" more                  \
    "    listeners: {" listeners "}\n"
#define APP(more, listeners)                                                                       \
    "  p:\n    for: {region: eu-west-1, env: e}\n    kind: application\n    in: v.t\n"             \
    "    groups: [g]\n" more "    listeners: {" listeners "}\n"
#define INSIDE "    scheme: internal\n"
#define OPEN "    scheme: internet-facing\n"

static const struct dm_balancer *balancer(const struct dm_model *model, const char *name)
{
    struct dm_balancer_id id = { dm_model_find(model, DM_KIND_balancer, name).v };

    assert_true(id.v != 0);
    return dm_balancer_get(model, id);
}

/* The group of the only action of a listener; they are in order of protocol and port. */
static const struct dm_target_group *group_of(const struct dm_model *model,
                                              const struct dm_balancer *item, size_t listener)
{
    assert_true(listener < item->n_listeners);
    assert_int_equal(item->listeners[listener].action.n_groups, 1);
    return dm_target_group_get(model, item->listeners[listener].action.groups[0]);
}

static size_t count_nodes(const struct dm_model *model, const char *name, bool with_public)
{
    struct dm_ref id = dm_model_find(model, DM_KIND_balancer, name);
    size_t n = 0;

    for (uint32_t i = 0; i < model->n_interfaces; i++) {
        const struct dm_interface *node = &model->interfaces[i];

        n += node->balancer.v == id.v && node->kind == DM_INTERFACE_BALANCER
             && dm_addr_is_none(node->addresses[0].public_address) != with_public;
    }
    return n;
}

static void a_network_balancer_has_a_node_in_each_zone_and_targets_with_theirs(void **state)
{
    struct lowered lowered = lowered_new(
        DESIGN(NET(INSIDE, "tcp/80: {to: w}, udp/53: {to: u, health: tcp/9000}")), NULL);
    const struct dm_model *model = lowered.model;
    const struct dm_balancer *item;
    const struct dm_target_group *group;

    (void)state;
    assert_non_null(model);
    assert_int_equal(model->n_balancers, 2);
    item = balancer(model, "n.e.eu-west-1");
    assert_false(item->is_application);
    assert_false(item->cross_zone);
    assert_int_equal(count_nodes(model, "n.e.eu-west-1", false), 2);
    assert_int_equal(count_nodes(model, "n.e.eu-west-1", true), 0);
    assert_int_equal(item->n_listeners, 2);
    group = group_of(model, item, 0);
    assert_int_equal(item->listeners[0].match.protocol, DM_PROTO_TCP);
    assert_int_equal(group->n_targets, 2);
    assert_int_equal(group->targets[0].port, 8080);
    assert_int_equal(group->health_port, 0);
    assert_true(group->judges_health);
    assert_false(group->keeps_client);
    assert_string_equal(dm_zone_get(model, group->targets[0].zone)->object.name, "eu-west-1a");
    assert_string_equal(dm_zone_get(model, group->targets[1].zone)->object.name, "eu-west-1b");
    group = group_of(model, item, 1);
    assert_int_equal(group->n_targets, 1);
    assert_int_equal(group->health_port, 9000);
    assert_true(group->keeps_client); /* over UDP always [ELB-06] */
    lowered_free(&lowered);
}

static void an_application_balancer_sends_to_all_zones_in_its_own_name(void **state)
{
    struct lowered lowered =
        lowered_new(DESIGN(APP(OPEN "    zones: [a]\n",
                               "tcp/443: {to: w, port: tcp/9090, certificate: \"arn:aws:acm:x\"}")),
                    NULL);
    const struct dm_model *model = lowered.model;
    const struct dm_balancer *item;

    (void)state;
    assert_non_null(model);
    item = balancer(model, "p.e.eu-west-1");
    assert_true(item->is_application);
    assert_true(item->cross_zone);
    assert_int_equal(count_nodes(model, "p.e.eu-west-1", true), 1);
    assert_int_equal(count_nodes(model, "p.e.eu-west-1", false), 0);
    assert_string_equal(item->listeners[0].certificate, "arn:aws:acm:x");
    assert_int_equal(group_of(model, item, 0)->targets[1].port, 9090);
    assert_false(group_of(model, item, 0)->keeps_client);
    lowered_free(&lowered);
}

static void a_store_is_served_by_its_copy_of_the_region(void **state)
{
    struct lowered lowered = lowered_new(
        DESIGN(NET(INSIDE "    cross_zone: true\n", "tcp/5432: {to: d, preserve_client: true}")),
        NULL);
    const struct dm_model *model = lowered.model;

    (void)state;
    assert_non_null(model);
    for (uint32_t i = 0; i < model->n_balancers; i++) {
        const struct dm_balancer *item = &model->balancers[i];
        const struct dm_target_group *group = group_of(model, item, 0);

        assert_true(item->cross_zone);
        assert_true(group->keeps_client);
        assert_true(group->n_targets > 0);
        for (size_t j = 0; j < group->n_targets; j++) {
            struct dm_interface_id at =
                dm_model_interface_at(model, item->vpc, group->targets[j].address);

            assert_true(at.v != 0);
            assert_int_equal(dm_model_vpc_of_interface(model, at).v, item->vpc.v);
        }
    }
    lowered_free(&lowered);
}

static void an_accelerator_leads_to_balancers_by_listener_and_region(void **state)
{
    struct lowered lowered =
        lowered_new(DESIGN(NET(INSIDE "    groups: [g]\n",
                               "tcp/80: {to: w}") "accelerators:\n  a:\n    for: {env: e}\n    "
                                                  "listeners:\n      tcp/443:\n"
                                                  "        groups:\n"
                                                  "          eu-west-1: {dial: 0, port: tcp/80, "
                                                  "endpoints: [{to: n, weight: 0}]}\n"
                                                  "          eu-central-1: {endpoints: [{to: n, "
                                                  "preserve_client: true}]}\n"
                                                  "  b:\n    for: {env: e}\n    enabled: false\n   "
                                                  " listeners: {tcp/1-9: {groups: "
                                                  "{eu-west-1: {endpoints: [{to: n}]}}}}\n"),
                    NULL);
    const struct dm_model *model = lowered.model;
    const struct dm_accelerator *item;
    const struct dm_accelerator_group *west = NULL;
    const struct dm_accelerator_group *central = NULL;

    (void)state;
    assert_non_null(model);
    assert_int_equal(model->n_accelerators, 2);
    item = &model->accelerators[0];
    assert_string_equal(item->object.name, "a.e");
    assert_true(item->is_enabled);
    assert_false(model->accelerators[1].is_enabled);
    assert_int_equal(dm_interface_get(model, item->interface)->kind, DM_INTERFACE_ACCELERATOR);
    assert_int_equal(dm_interface_get(model, item->interface)->n_addresses, 2);
    assert_int_equal(item->n_listeners, 1);
    assert_int_equal(item->listeners[0].n_groups, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct dm_accelerator_group *group = &item->listeners[0].groups[i];
        const char *region = dm_region_get(model, group->region)->object.name;

        *(dm_str_equal(region, "eu-west-1") ? &west : &central) = group;
    }
    assert_non_null(west);
    assert_non_null(central);
    assert_int_equal(west->dial, 0);
    assert_int_equal(west->n_ports, 1);
    assert_int_equal(west->ports[0].listener, 443);
    assert_int_equal(west->ports[0].endpoint, 80);
    assert_int_equal(west->endpoints[0].weight, 0);
    assert_int_equal(central->dial, 100);
    assert_int_equal(central->n_ports, 0);
    assert_true(central->endpoints[0].keeps_client);
    assert_string_equal(dm_balancer_get(model, central->endpoints[0].balancer)->object.name,
                        "n.e.eu-central-1");
    lowered_free(&lowered);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_network_balancer_has_a_node_in_each_zone_and_targets_with_theirs),
        cmocka_unit_test(an_application_balancer_sends_to_all_zones_in_its_own_name),
        cmocka_unit_test(a_store_is_served_by_its_copy_of_the_region),
        cmocka_unit_test(an_accelerator_leads_to_balancers_by_listener_and_region),
    };

    return cmocka_run_group_tests_name("design_balancer", tests, NULL, NULL);
}
