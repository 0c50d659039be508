/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pods of designs and the nodes that they find.
 */
#include "tests/support/dmtest.h"

#include <string.h>

#include "model/base/str.h"
#include "solver/plan/place.h"
#include "tests/support/lowered.h"

static const char world[] = "demarc: 1\n"
                            "name: room\n"
                            "environments: [prod]\n"
                            "regions:\n"
                            "  eu-west-1: {zones: [a, b, c], cidr: 10.0.0.0/16}\n"
                            "vpcs:\n"
                            "  app:\n"
                            "    for: {region: all, env: prod}\n"
                            "    cidr: {pool: region, size: 20}\n"
                            "    subnets: {private: {size: 24}}\n"
                            "groups:\n"
                            "  nodes: {in: app, ingress: [{from: \"group:nodes\", port: all}]}\n"
                            "clusters:\n"
                            "  core:\n"
                            "    for: {region: all, env: prod}\n"
                            "    in: app\n"
                            "    control_plane: {in: private, groups: [nodes]}\n"
                            "    services: 172.20.0.0/16\n"
                            "    pods: {main: {range: 192.168.0.0/16}}\n"
                            "    node_groups:\n"
                            "      workers:\n"
                            "        in: private\n"
                            "        groups: [nodes]\n"
                            "        size: {min: 3, desired: 4, max: 6}\n"
                            "        cpu: 4000m\n"
                            "        memory: 16777216Ki\n"
                            "        pods: 10\n"
                            "      data:\n"
                            "        in: private\n"
                            "        zones: [a]\n"
                            "        groups: [nodes]\n"
                            "        size: {min: 1, max: 1}\n"
                            "        cpu: 2000m\n"
                            "        memory: 64Gi\n"
                            "        pods: 10\n"
                            "        taints: [\"for=data:NoSchedule\"]\n"
                            "services:\n";

struct placed {
    struct lowered lowered;
    struct dm_placement placement;
};

/* The placement of the services in 'text', with zones of these letters failed. */
static struct placed place_as_many(const char *text, const char *failed, enum dm_place_nodes nodes,
                                   enum dm_place_pods pods)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct placed placed = { .lowered = lowered_new(dm_sprintf(arena, "%s%s", world, text), NULL) };
    const struct dm_model *model = placed.lowered.model;
    struct dm_element_id elements[3];
    struct dm_alive *alive;
    size_t n = 0;

    assert_non_null(model);
    alive = dm_alive_new(placed.lowered.arena, model);
    for (const char *letter = failed; *letter; letter++) {
        const char *name = dm_sprintf(arena, "eu-west-1%c", *letter);
        struct dm_zone_id zone = { dm_model_find(model, DM_KIND_zone, name).v };

        elements[n++] = dm_zone_get(model, zone)->element;
    }
    dm_alive_begin(alive, elements, n);
    assert_true(dm_place(placed.lowered.arena, model, alive, (struct dm_cluster_id){ 1 }, nodes,
                         pods, &placed.placement));
    dm_arena_free(arena);
    return placed;
}

static struct placed place(const char *text, const char *failed, enum dm_place_nodes nodes)
{
    return place_as_many(text, failed, nodes, DM_PLACE_LEAST);
}

static const char ledger[] = "  ledger:\n"
                             "    for: {region: all, env: prod}\n"
                             "    cluster: core\n"
                             "    port: tcp/8080\n";

/* That of one service; freed, so that only numbers of the answer count. */
static struct dm_pack_answer place_ledger(const char *more, const char *failed,
                                          enum dm_place_nodes nodes)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct placed placed = place(dm_sprintf(arena, "%s%s", ledger, more), failed, nodes);

    lowered_free(&placed.lowered);
    dm_arena_free(arena);
    return placed.placement.answer;
}

static struct dm_pack_answer place_at_most(const char *more, enum dm_place_pods pods)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct placed placed =
        place_as_many(dm_sprintf(arena, "%s%s", ledger, more), "", DM_PLACE_LEFT, pods);

    lowered_free(&placed.lowered);
    dm_arena_free(arena);
    return placed.placement.answer;
}

static const char *each(struct dm_arena *arena, const char *more)
{
    return dm_sprintf(arena,
                      "    replicas: 4\n    requests: {cpu: 1, memory: 1Gi}\n"
                      "    vertical_autoscaler: {resources: [cpu]%s}\n",
                      more);
}

/* Four nodes of four processors [K8S-44, K8S-46]. */
static void autoscalers_ask_for_more(void **state)
{
    static const char more_pods[] = "    replicas: 2\n    requests: {cpu: 2, memory: 1Gi}\n"
                                    "    horizontal_autoscaler: {min: 4, max: 9}\n";
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_pack_answer answer = place_at_most(more_pods, DM_PLACE_LEAST);

    (void)state;
    assert_int_equal(answer.verdict, DM_PACK_FITS);
    answer = place_at_most(more_pods, DM_PLACE_MOST);
    assert_int_equal(answer.verdict, DM_PACK_SHORT);
    assert_int_equal(answer.need, 9);
    answer = place_at_most(each(arena, ", max: {cpu: 3}"), DM_PLACE_LEAST);
    assert_int_equal(answer.verdict, DM_PACK_FITS);
    answer = place_at_most(each(arena, ", max: {cpu: 5}"), DM_PLACE_LEAST);
    assert_int_equal(answer.verdict, DM_PACK_SHORT);
    answer = place_at_most(each(arena, ""), DM_PLACE_LEAST);
    assert_int_equal(answer.verdict, DM_PACK_OPEN);
    answer = place_at_most(each(arena, ", mode: \"off\""), DM_PLACE_LEAST);
    assert_int_equal(answer.verdict, DM_PACK_FITS);
    dm_arena_free(arena);
}

static void pods_that_have_room_are_placed(void **state)
{
    struct dm_pack_answer placement = place_ledger(
        "    replicas: 8\n    requests: {cpu: 2000m, memory: 1Gi}\n", "", DM_PLACE_LEFT);

    (void)state;
    assert_int_equal(placement.verdict, DM_PACK_FITS);
}

static void many_pods_are_placed_one_by_one(void **state)
{
    struct dm_pack_answer answer = place_ledger(
        "    replicas: 40\n    requests: {cpu: 400m, memory: 1Mi}\n    spread: zones\n", "",
        DM_PLACE_GROWN);

    (void)state;
    assert_int_equal(answer.verdict, DM_PACK_FITS);
}

static void nodes_that_failed_hold_nothing_and_groups_may_grow(void **state)
{
    static const char more[] = "    replicas: 8\n    requests: {cpu: 2000m, memory: 1Gi}\n";
    struct dm_pack_answer left = place_ledger(more, "a", DM_PLACE_LEFT);
    struct dm_pack_answer grown = place_ledger(more, "a", DM_PLACE_GROWN);

    (void)state;
    /* Four nodes over three zones: the larger share is taken to be in the zone that failed. */
    assert_int_equal(left.verdict, DM_PACK_SHORT);
    assert_int_equal(left.bound, DM_PACK_ALONE);
    assert_int_equal(left.have, 4);
    assert_int_equal(grown.verdict, DM_PACK_FITS);
}

static void no_node_is_large_enough(void **state)
{
    struct dm_pack_answer placement = place_ledger(
        "    replicas: 1\n    requests: {cpu: 1000m, memory: 20Gi}\n", "", DM_PLACE_GROWN);

    (void)state;
    assert_int_equal(placement.verdict, DM_PACK_SHORT);
    assert_int_equal(placement.bound, DM_PACK_TOO_BIG);
    assert_int_equal(placement.resource, DM_PACK_MEMORY);
    assert_int_equal(placement.have >> 30, 16);
}

static void a_taint_that_is_tolerated_opens_larger_nodes(void **state)
{
    struct dm_pack_answer placement =
        place_ledger("    replicas: 1\n    tolerations: [\"for=data:NoSchedule\"]\n"
                     "    requests: {cpu: 1000m, memory: 20Gi}\n",
                     "", DM_PLACE_GROWN);

    (void)state;
    assert_int_equal(placement.verdict, DM_PACK_FITS);
}

static void pods_of_a_zone_that_failed_have_no_node(void **state)
{
    struct dm_pack_answer placement = place_ledger(
        "    replicas: 1\n    nodes: [data]\n    tolerations: [\"for=data:NoSchedule\"]\n"
        "    requests: {cpu: 1000m, memory: 1Gi}\n",
        "a", DM_PLACE_GROWN);

    (void)state;
    assert_int_equal(placement.verdict, DM_PACK_SHORT);
    assert_int_equal(placement.bound, DM_PACK_NO_BINS);
}

static void a_node_takes_so_many_pods(void **state)
{
    struct dm_pack_answer placement = place_ledger(
        "    replicas: 41\n    requests: {cpu: 10m, memory: 1Mi}\n", "", DM_PLACE_LEFT);

    (void)state;
    assert_int_equal(placement.verdict, DM_PACK_SHORT);
    assert_int_equal(placement.have, 40);
}

static void one_pod_alone_takes_a_port_of_its_node(void **state)
{
    struct dm_pack_answer three =
        place_ledger("    host_network: true\n    replicas: 3\n", "", DM_PLACE_LEFT);
    struct dm_pack_answer five =
        place_ledger("    host_network: true\n    replicas: 5\n", "", DM_PLACE_LEFT);

    (void)state;
    assert_int_equal(three.verdict, DM_PACK_FITS);
    assert_int_equal(five.verdict, DM_PACK_SHORT);
    assert_int_equal(five.have, 4);
}

static void services_compete_for_what_there_is(void **state)
{
    struct placed placed = place(
        "  ledger:\n    for: {region: all, env: prod}\n    cluster: core\n    port: tcp/8080\n"
        "    replicas: 5\n    requests: {cpu: 2000m, memory: 1Gi}\n"
        "  teller:\n    for: {region: all, env: prod}\n    cluster: core\n    port: tcp/8081\n"
        "    replicas: 4\n    requests: {cpu: 2000m, memory: 1Gi}\n",
        "", DM_PLACE_LEFT);

    (void)state;
    assert_int_equal(placed.placement.answer.verdict, DM_PACK_SHORT);
    assert_int_equal(placed.placement.answer.bound, DM_PACK_RESOURCE);
    assert_int_equal(placed.placement.answer.resource, DM_PACK_CPU);
    assert_int_equal(placed.placement.answer.need, 18000);
    assert_int_equal(placed.placement.answer.have, 16000);
    assert_true(placed.placement.answer.short_items[0] && placed.placement.answer.short_items[1]);
    lowered_free(&placed.lowered);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(autoscalers_ask_for_more),
        cmocka_unit_test(pods_that_have_room_are_placed),
        cmocka_unit_test(many_pods_are_placed_one_by_one),
        cmocka_unit_test(nodes_that_failed_hold_nothing_and_groups_may_grow),
        cmocka_unit_test(no_node_is_large_enough),
        cmocka_unit_test(a_taint_that_is_tolerated_opens_larger_nodes),
        cmocka_unit_test(pods_of_a_zone_that_failed_have_no_node),
        cmocka_unit_test(a_node_takes_so_many_pods),
        cmocka_unit_test(one_pod_alone_takes_a_port_of_its_node),
        cmocka_unit_test(services_compete_for_what_there_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
