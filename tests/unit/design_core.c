/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Core networks of designs: what each word becomes, and what each fault says where.
 */
#include "tests/support/dmtest.h"

#include <string.h>

#include "model/base/str.h"
#include "tests/support/lowered.h"

/* A design with VPC v in region eu-west-1, what follows its subnets and the networks given. */
#define DESIGN(of_v, networks)                                                                     \
    "demarc: 1\nname: x\nregions:\n"                                                               \
    "  eu-west-1: {zones: [a, b], cidr: 10.0.0.0/16}\n"                                            \
    "  eu-west-2: {zones: [a], cidr: 10.1.0.0/16}\n"                                               \
    "vpcs:\n  v:\n    for: {region: eu-west-1}\n    cidr: {pool: region, size: 20}\n"              \
    "    subnets:\n      s: {size: 24, routes: {10.0.0.0/8: core-network}}\n"                      \
    "      e: {size: 28}\n" of_v "\ncore_networks:\n" networks "\n"
#define CORE "    core: {to: c, subnets: e, segment: a}"
#define NETWORK "  c: {edges: all, segments: {a: {share_with: [b]}, b: {edges: eu-west-2}}}"

static void a_network_has_an_edge_in_each_region_and_an_attachment_in_each_zone(void **state)
{
    struct lowered lowered = lowered_new(DESIGN(CORE, NETWORK), NULL);
    const struct dm_model *model = lowered.model;

    (void)state;
    assert_non_null(model);
    assert_int_equal(model->n_core_networks, 1);
    assert_int_equal(model->n_core_edges, 2);
    assert_string_equal(model->core_edges[0].object.name, "c.eu-west-1");
    assert_int_equal(model->n_core_segments, 2);
    assert_string_equal(model->core_segments[0].object.name, "c.a");
    assert_int_equal(model->core_segments[1].n_edges, 1);
    assert_int_equal(model->core_segments[1].edges[0].v, 2);
    assert_int_equal(model->core_networks[0].n_shares, 1);
    assert_int_equal(model->core_networks[0].shares[0].with.items[0].v, 2);
    assert_int_equal(model->n_core_attachments, 1);
    assert_int_equal(model->core_attachments[0].edge.v, 1);
    assert_int_equal(model->core_attachments[0].segment.v, 1);
    assert_int_equal(model->core_attachments[0].n_subnets, 2);
    lowered_free(&lowered);
}

/* The same with a transit gateway in both regions. */
#define PEERED(core, networks)                                                                     \
    DESIGN(CORE, networks)                                                                         \
    "transit_gateways:\n  hub:\n    for: {region: all}\n    tables: [m, p]\n"                      \
    "    default_association: m\n    default_propagation: none\n    core: " core "\n"

static void a_transit_gateway_is_peered_with_the_edge_of_its_region(void **state)
{
    struct lowered lowered =
        lowered_new(PEERED("{to: c, tables: {m: {segment: a}}}", NETWORK), NULL);
    const struct dm_model *model = lowered.model;
    const struct dm_core_attachment *table;

    (void)state;
    assert_non_null(model);
    assert_int_equal(model->n_core_peerings, 2);
    assert_string_equal(model->core_peerings[0].object.name, "c.hub.eu-west-1");
    assert_int_equal(model->core_peerings[0].edge.v, 1);
    assert_int_equal(model->core_peerings[1].edge.v, 2);
    assert_int_equal(model->n_core_attachments, 3);
    table = &model->core_attachments[1];
    assert_int_equal(table->kind, DM_CORE_ATTACHMENT_TABLE);
    assert_string_equal(table->object.name, "c.hub.eu-west-1.m");
    assert_int_equal(table->segment.v, 1);
    assert_int_equal(table->table.v, 1);
    assert_int_equal(table->edge.v, 1);
    assert_int_equal(table->element.v, model->core_peerings[0].element.v);
    assert_string_equal(dm_element_get(model, table->element)->object.name,
                        "core-peering:c.hub.eu-west-1");
    assert_int_equal(model->core_edges[1].asn, 64521);
    lowered_free(&lowered);
}

/* The only fault is 'message', and stands on the text 'at'. */
static void expect_fault(const char *design, const char *at, const char *message)
{
    struct lowered lowered = lowered_new(design, NULL);

    assert_int_equal(lowered.diags.n_errors, 1);
    assert_string_equal(lowered.diags.items[0].message, message);
    assert_string_equal(lowered_at(&lowered, lowered.diags.items[0].labels[0].span), at);
    lowered_free(&lowered);
}

static void names_that_are_nowhere_are_faults_at_their_place(void **state)
{
    (void)state;
    expect_fault(DESIGN("    core: {to: d, subnets: e, segment: a}", NETWORK), "d",
                 "unknown core network `d`");
    expect_fault(DESIGN("    core: {to: c, subnets: f, segment: a}", NETWORK), "f",
                 "unknown subnet `f`");
    expect_fault(DESIGN("    core: {to: c, subnets: e, segment: z}", NETWORK), "z",
                 "unknown segment `z`");
    expect_fault(PEERED("{to: d, tables: {m: {segment: a}}}", NETWORK), "d",
                 "unknown core network `d`");
    expect_fault(
        PEERED("{to: c, tables: {m: {segment: a}}}", "  c: {edges: eu-west-1, segments: {a: {}}}"),
        "core", "core network `c` has no edge in `eu-west-2`");
    expect_fault(DESIGN(CORE, "  c: {edges: all, segments: {a: {deny: [q]}}}"), "q",
                 "unknown segment `q`");
    expect_fault(DESIGN(CORE, "  c: {edges: eu-west-1, segments: {a: {edges: eu-west-2}}}"),
                 "eu-west-2", "core network `c` has no edge in `eu-west-2`");
    expect_fault(DESIGN(CORE, "  c: {edges: all, segments: {a: {routes: "
                              "{10.9.0.0/16: \"vpc:w.eu-west-1\"}}}}"),
                 "\"vpc:w.eu-west-1\"", "`w.eu-west-1` is not attached to core network `c`");
}

static void an_attachment_needs_an_edge_and_a_segment_or_a_document_that_gives_it(void **state)
{
    (void)state;
    expect_fault(DESIGN("    core: {to: c, subnets: e}", NETWORK), "core", "`segment` is missing");
    expect_fault(DESIGN(CORE, "  c: {edges: eu-west-2, segments: {a: {}}}"), "core",
                 "core network `c` has no edge in `eu-west-1`");
    expect_fault(DESIGN(CORE, "  c: {}"), "a",
                 "the segments of core network `c` are not in the design");
    expect_fault(DESIGN("", NETWORK), "core-network",
                 "`v.eu-west-1` is attached to no core network");
    /* No document was read. */
    expect_fault(DESIGN("    core: {to: c, subnets: e}", "  c: {}"), "core",
                 "`c.v.eu-west-1` attaches a vpc of a region where the core network has no edge");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_network_has_an_edge_in_each_region_and_an_attachment_in_each_zone),
        cmocka_unit_test(a_transit_gateway_is_peered_with_the_edge_of_its_region),
        cmocka_unit_test(names_that_are_nowhere_are_faults_at_their_place),
        cmocka_unit_test(an_attachment_needs_an_edge_and_a_segment_or_a_document_that_gives_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
