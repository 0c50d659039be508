/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Published policy documents load, and packets between VPCs attached to their networks go as their
 * authors say: VPCs get a segment by their tags, and secondary blocks that a routing policy
 * filters are not known to others.
 */
#include "tests/support/dmtest.h"

#include <stdio.h>

#include "model/base/file.h"
#include "model/base/str.h"
#include "model/front/cloudwan/cloudwan.h"
#include "solver/plane/core.h"

#define CASES "../shared/cases/cloudwan/"

struct wan {
    struct dm_arena *arena;
    struct dm_builder *builder;
    const char *name;
    struct dm_sources *sources;
    struct dm_diags diags;
    const struct dm_model *model;
};

static struct wan load(const char *name)
{
    struct wan wan = { .arena = dm_arena_new(0), .name = name };
    const char *path = dm_sprintf(wan.arena, CASES "%s.json", name);
    struct dm_err err = DM_ERR_INIT;

    if (!dm_file_is_folder(CASES)) {
        print_message("skipped: %s is not there\n", path);
        dm_arena_free(wan.arena);
        skip();
    }
    wan.sources = dm_sources_new(wan.arena, &err);
    wan.builder = dm_builder_new(wan.arena, wan.sources, &err);
    dm_diags_init(&wan.diags, wan.arena);
    assert_int_equal(dm_cloudwan_load(wan.arena, wan.sources, path, dm_facts_new(wan.arena),
                                      wan.builder, &wan.diags, &err),
                     DM_OK);
    assert_int_equal(wan.diags.n_items, 0);
    return wan;
}

static void build(struct wan *wan)
{
    struct dm_err err = DM_ERR_INIT;

    assert_int_equal(dm_model_build(wan->builder, &wan->diags, &wan->model, &err), DM_OK);
    assert_int_equal(wan->diags.n_errors, 0);
    assert_int_equal(dm_model_check(wan->model, &wan->diags, &err), DM_OK);
    assert_int_equal(wan->diags.n_errors, 0);
}

static struct dm_prefix *prefix(struct wan *wan, const char *text)
{
    struct dm_prefix *item = DM_NEW_ARRAY(wan->arena, 2, struct dm_prefix);

    assert_int_equal(dm_prefix_parse(text, item), DM_ADDR_OK);
    assert_int_equal(dm_prefix_parse("10.100.0.0/16", item + 1), DM_ADDR_OK);
    return item;
}

/* A VPC with a secondary block of 10.100.0.0/16 if 'secondary', attached with one tag. */
static void attach(struct wan *wan, const char *name, const char *region, const char *cidr,
                   bool secondary, const char *key, const char *value, const char *label)
{
    struct dm_core_tag *tag = DM_NEW(wan->arena, struct dm_core_tag);
    struct dm_vpc vpc = { .object = { .name = name },
                          .region = { dm_builder_find(wan->builder, DM_KIND_region, region).v },
                          .cidrs = prefix(wan, cidr),
                          .n_cidrs = secondary ? 2 : 1 };
    struct dm_core_attachment attachment = { .object = { .name = name }, .label = label };

    *tag = (struct dm_core_tag){ key, value };
    attachment.tags = tag;
    attachment.n_tags = 1;
    attachment.vpc = dm_builder_add_vpc(wan->builder, &vpc);
    attachment.network.v = dm_builder_find(wan->builder, DM_KIND_core_network, wan->name).v;
    dm_builder_add_core_attachment(wan->builder, &attachment);
}

/* Where 'segment' at the edge of 'region' sends 'address'. */
static struct dm_core_choice ask(const struct wan *wan, const char *segment, const char *region,
                                 const char *address)
{
    struct dm_alive *alive = dm_alive_new(wan->arena, wan->model);
    struct dm_plane *plane = dm_plane_new(wan->arena, wan->model);
    struct dm_core_segment_id id = { dm_model_find(
                                         wan->model, DM_KIND_core_segment,
                                         dm_sprintf(wan->arena, "%s.%s", wan->name, segment))
                                         .v };
    struct dm_core_edge_id edge = { dm_model_find(
                                        wan->model, DM_KIND_core_edge,
                                        dm_sprintf(wan->arena, "%s.%s", wan->name, region))
                                        .v };
    struct dm_core_choice choices[DM_PLANE_MAX_CHOICES];
    struct dm_addr to;

    assert_int_equal(dm_addr_parse(address, &to), DM_ADDR_OK);
    dm_alive_begin(alive, NULL, 0);
    (void)dm_lookup_core(plane, alive, id, edge, to, choices);
    return choices[0];
}

static void secondary_blocks_are_filtered_where_the_label_says_so(void **state)
{
    struct wan wan = load("1-filtering_vpc_secondary_cidr_blocks");

    (void)state;
    attach(&wan, "p1", "us-east-1", "10.1.0.0/16", true, "domain", "production", "vpcAttachments");
    attach(&wan, "p2", "eu-west-1", "10.2.0.0/16", true, "domain", "production", "vpcAttachments");
    attach(&wan, "d", "eu-west-1", "10.3.0.0/16", true, "domain", "development", NULL);
    build(&wan);
    assert_int_equal(wan.model->n_unknowns, 0);
    assert_int_equal(ask(&wan, "production", "us-east-1", "10.2.0.1").attachment.v, 2);
    assert_int_equal(ask(&wan, "production", "us-east-1", "10.100.0.1").kind, DM_TRANSIT_NO_ROUTE);
    assert_int_equal(ask(&wan, "production", "us-east-1", "10.3.0.1").kind, DM_TRANSIT_NO_ROUTE);
    assert_int_equal(ask(&wan, "development", "eu-west-1", "10.100.0.1").attachment.v, 3);
    dm_arena_free(wan.arena);
}

static void traffic_between_segments_is_inspected_and_other_blocks_are_filtered(void **state)
{
    struct wan wan = load("3-inspection_after_filtering");
    struct dm_core_choice choice;
    struct dm_core_exits exits;

    (void)state;
    attach(&wan, "p", "us-east-1", "10.1.0.0/16", false, "domain", "production", "vpcAttachments");
    attach(&wan, "d", "eu-west-1", "10.2.0.0/16", false, "domain", "development", "vpcAttachments");
    attach(&wan, "x", "eu-west-1", "192.168.0.0/16", false, "domain", "production",
           "vpcAttachments");
    attach(&wan, "i", "us-east-1", "10.9.0.0/16", false, "inspection", "true", NULL);
    build(&wan);
    assert_int_equal(wan.model->n_unknowns, 0);
    choice = ask(&wan, "production", "us-east-1", "10.2.0.1");
    assert_int_equal(choice.attachment.v, 2);
    assert_non_null(choice.inserted);
    dm_core_exits_find(wan.model, dm_alive_new(wan.arena, wan.model),
                       (struct dm_core_attachment_id){ 1 }, &choice, &exits);
    assert_null(exits.why);
    assert_int_equal(exits.n, 1);
    assert_int_equal(exits.items[0].v, 4);
    assert_int_equal(ask(&wan, "production", "us-east-1", "192.168.0.1").kind, DM_TRANSIT_NO_ROUTE);
    assert_null(ask(&wan, "production", "eu-west-1", "10.1.0.1").inserted);
    dm_arena_free(wan.arena);
}

static void a_policy_for_paths_with_a_number_leaves_other_paths_alone(void **state)
{
    struct wan wan = load("5-influencing_hybrid_path_between_cnes");

    (void)state;
    attach(&wan, "v", "us-east-1", "10.1.0.0/16", false, "a", "b", NULL);
    build(&wan);
    assert_int_equal(wan.model->core_attachments[0].segment.v, 1);
    assert_int_equal(wan.model->n_core_edges, 3);
    assert_int_equal(wan.model->n_unknowns, 0);
    assert_int_equal(ask(&wan, "vpcs", "eu-west-1", "10.1.0.1").attachment.v, 1);
    assert_int_equal(ask(&wan, "hybrid", "eu-west-1", "10.1.0.1").attachment.v, 1);
    dm_arena_free(wan.arena);
}

static void two_segments_that_share_a_third_do_not_see_each_other(void **state)
{
    struct wan wan = load("7-summarization");

    (void)state;
    attach(&wan, "p", "us-east-1", "10.1.0.0/16", false, "domain", "production", NULL);
    attach(&wan, "d", "us-east-1", "10.2.0.0/16", false, "domain", "development", NULL);
    attach(&wan, "h", "eu-west-1", "10.3.0.0/16", false, "domain", "hybrid", NULL);
    build(&wan);
    assert_int_equal(wan.model->n_unknowns, 1);
    assert_int_equal(ask(&wan, "production", "us-east-1", "10.3.0.1").attachment.v, 3);
    assert_int_equal(ask(&wan, "hybrid", "eu-west-1", "10.2.0.1").attachment.v, 2);
    assert_int_equal(ask(&wan, "production", "us-east-1", "10.2.0.1").kind, DM_TRANSIT_NO_ROUTE);
    dm_arena_free(wan.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(secondary_blocks_are_filtered_where_the_label_says_so),
        cmocka_unit_test(traffic_between_segments_is_inspected_and_other_blocks_are_filtered),
        cmocka_unit_test(a_policy_for_paths_with_a_number_leaves_other_paths_alone),
        cmocka_unit_test(two_segments_that_share_a_third_do_not_see_each_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
