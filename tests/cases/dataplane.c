/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Networks that other programs were measured on: the Stanford backbone and three of the Topology
 * Zoo.  Numbers of classes and loops are those that these programs found.
 */
#include "tests/support/dmtest.h"

#include <stdio.h>

#include "solver/packet/parts.h"
#include "tests/support/dataplane.h"

static bool is_there(void)
{
    if (dm_dataplane_is_there()) {
        return true;
    }
    print_message("the cases are not at hand: nothing was looked at\n");
    return false;
}

static struct dm_forwarding_classes classify(const struct dm_dataplane *plane)
{
    struct dm_forwarding_classes classes;

    assert_true(dm_forwarding_classify(plane->forwarding, plane->arena, &classes));
    return classes;
}

static void the_stanford_backbone_has_its_classes_and_loops(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_dataplane plane;
    struct dm_forwarding_classes classes;
    struct dm_forwarding_loops loops;
    const struct dm_set *parts;
    size_t n_parts;

    (void)state;
    if (!is_there()) {
        skip();
    }
    assert_true(dm_dataplane_stanford(&plane, arena, true, false));
    assert_int_equal(plane.n_updates, 9052 / 2);
    classes = classify(&plane);
    assert_true(dm_set_parts(
        arena, plane.sets,
        dm_set_addresses(plane.sets, DM_FIELD_SOURCE, dm_addr_ipv4(0), dm_addr_ipv4(UINT32_MAX)),
        plane.filters, plane.n_filters, &parts, &n_parts));
    assert_int_equal(
        dm_forwarding_loops(plane.forwarding, arena, plane.sets, &classes, &loops, NULL), DM_OK);
    print_message("%zu atoms, %zu classes, %zu of ACLs, %zu loops\n", classes.n_atoms, classes.n,
                  n_parts, loops.n);
    assert_int_equal(classes.n, 494);
    assert_int_equal(classes.n + n_parts, 515);
    assert_int_equal(loops.n, 20);
    dm_arena_free(arena);
}

static void what_was_added_and_taken_away_leaves_nothing(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_dataplane plane;
    struct dm_forwarding_classes classes;

    (void)state;
    if (!is_there()) {
        skip();
    }
    assert_true(dm_dataplane_stanford(&plane, arena, false, true));
    classes = classify(&plane);
    assert_int_equal(classes.n_atoms, 1);
    assert_int_equal(classes.n, 1);
    for (size_t e = 0; e < classes.n_elements; e++) {
        assert_int_equal(classes.ports[e], DM_FORWARDING_NO_PORT);
    }
    dm_arena_free(arena);
}

static void every_host_of_the_zoo_reaches_every_host(void **state)
{
    static const char *const names[] = { "Airtel", "Uninett2010", "Colt" };

    (void)state;
    if (!is_there()) {
        skip();
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct dm_arena *arena = dm_arena_new(0);
        struct dm_dataplane plane;
        struct dm_forwarding_classes classes;
        struct dm_forwarding_loops loops;
        size_t n;
        size_t of;

        assert_true(dm_dataplane_zoo(&plane, arena, names[i]));
        assert_true(dm_dataplane_zoo_pairs(&plane, names[i], &n, &of));
        classes = classify(&plane);
        assert_int_equal(
            dm_forwarding_loops(plane.forwarding, arena, plane.sets, &classes, &loops, NULL),
            DM_OK);
        print_message("%s: %zu of %zu pairs\n", names[i], n, of);
        assert_int_equal(n, of);
        assert_true(of > 0);
        assert_int_equal(loops.n, 0);
        dm_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_stanford_backbone_has_its_classes_and_loops),
        cmocka_unit_test(what_was_added_and_taken_away_leaves_nothing),
        cmocka_unit_test(every_host_of_the_zoo_reaches_every_host),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
