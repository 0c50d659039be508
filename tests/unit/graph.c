/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The picture: what is in a region is drawn in it, whatever the layout does, and names do no harm.
 */
#include "render/graph.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/base/file.h"
#include "model/front/aws/aws.h"
#include "model/front/design/design.h"
#include "render/picture.h"
#include "tests/support/dmtest.h"

#define AWS_CASES "../shared/cases/aws-probes/"

enum { PATIENT_MS = 60000, MAX_SHAPES = 4096, NAME_SIZE = 160 };

/* ---- reading a picture back ---- */

/* A node or a cluster, and the box around all that is drawn for it. */
struct shape {
    char id[NAME_SIZE];
    char classes[NAME_SIZE];
    double min_x;
    double min_y;
    double max_x;
    double max_y;
};

struct picture {
    struct shape shapes[MAX_SHAPES];
    size_t n;
};

static void include_point(struct shape *shape, double x, double y)
{
    shape->min_x = x < shape->min_x ? x : shape->min_x;
    shape->min_y = y < shape->min_y ? y : shape->min_y;
    shape->max_x = x > shape->max_x ? x : shape->max_x;
    shape->max_y = y > shape->max_y ? y : shape->max_y;
}

/* The value of 'name="..."' in a line; false where it has none. */
static bool attribute(const char *line, const char *name, char value[NAME_SIZE])
{
    char begin[32];
    const char *at;
    size_t size;

    snprintf(begin, sizeof begin, " %s=\"", name);
    at = strstr(line, begin);
    if (!at) {
        return false;
    }
    at += strlen(begin);
    size = strcspn(at, "\"");
    assert_true(size < NAME_SIZE);
    memcpy(value, at, size);
    value[size] = '\0';
    return true;
}

static double number(const char *line, const char *name)
{
    char value[NAME_SIZE];

    assert_true(attribute(line, name, value));
    return strtod(value, NULL);
}

/* Pairs "x,y" of a polygon or a path; control points of curves lie around what is drawn. */
static void include_points(struct shape *shape, const char *line, const char *name)
{
    const char *at = strstr(line, name);

    assert_non_null(at);
    at += strlen(name);
    while (*at && *at != '"') {
        char *end;
        double x = strtod(at, &end);

        if (end == at) {
            at++;
        } else {
            assert_int_equal(*end, ',');
            at = end + 1;
            include_point(shape, x, strtod(at, &end));
            at = end;
        }
    }
}

static void read_picture(struct picture *picture, char *svg)
{
    struct shape *shape = NULL;
    char *rest;

    picture->n = 0;
    for (char *line = strtok_r(svg, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        char classes[NAME_SIZE];

        if (strncmp(line, "<g id=", 6) == 0 && attribute(line, "class", classes)) {
            assert_true(picture->n < MAX_SHAPES);
            shape = &picture->shapes[picture->n++];
            *shape = (struct shape){ .min_x = 1e9, .min_y = 1e9, .max_x = -1e9, .max_y = -1e9 };
            snprintf(shape->classes, sizeof shape->classes, "%s", classes);
            assert_true(attribute(line, "id", shape->id));
        } else if (shape && strncmp(line, "<polygon", 8) == 0) {
            include_points(shape, line, "points=\"");
        } else if (shape && strncmp(line, "<path", 5) == 0) {
            include_points(shape, line, " d=\"");
        } else if (shape && strncmp(line, "<text", 5) == 0) {
            include_point(shape, number(line, "x"), number(line, "y"));
        } else if (shape && strncmp(line, "<ellipse", 8) == 0) {
            double x = number(line, "cx");
            double y = number(line, "cy");

            include_point(shape, x - number(line, "rx"), y - number(line, "ry"));
            include_point(shape, x + number(line, "rx"), y + number(line, "ry"));
        }
    }
}

static const struct shape *find_shape(const struct picture *picture, const char *id)
{
    for (size_t i = 0; i < picture->n; i++) {
        if (strcmp(picture->shapes[i].id, id) == 0) {
            return &picture->shapes[i];
        }
    }
    return NULL;
}

/* Things that say a region in their class; '*ret_n_outside' of them are not drawn in it. */
static size_t hold_against_regions(const struct picture *picture, size_t *ret_n_outside)
{
    size_t n = 0;

    *ret_n_outside = 0;
    for (size_t i = 0; i < picture->n; i++) {
        const struct shape *shape = &picture->shapes[i];
        const char *in = strstr(shape->classes, " in_region_");
        const struct shape *region = in ? find_shape(picture, in + 4) : NULL;

        if (!in) {
            continue;
        }
        assert_non_null(region);
        n++;
        *ret_n_outside += shape->min_x < region->min_x || shape->min_y < region->min_y
                          || shape->max_x > region->max_x || shape->max_y > region->max_y;
    }
    return n;
}

/* ---- drawing ---- */

struct drawn {
    struct dm_arena *arena;
    const struct dm_model *model;
    struct dm_str dot;
};

static struct drawn load(const char *path, bool is_aws)
{
    struct drawn drawn = { .arena = dm_arena_new(0) };
    struct dm_sources *sources = dm_sources_new(drawn.arena, NULL);
    struct dm_facts *facts = dm_facts_new(drawn.arena);
    struct dm_builder *builder = dm_builder_new(drawn.arena, sources, NULL);
    struct dm_err err = DM_ERR_INIT;
    const char *file = NULL;
    struct dm_diags diags;

    dm_diags_init(&diags, drawn.arena);
    if (is_aws) {
        assert_int_equal(dm_aws_load(drawn.arena, sources, path, facts, builder, &diags, &err),
                         DM_OK);
    } else {
        assert_int_equal(dm_design_locate(drawn.arena, path, &file, &err), DM_OK);
        assert_int_equal(dm_design_load(drawn.arena, sources, file, facts, builder, &diags, &err),
                         DM_OK);
    }
    assert_int_equal(dm_model_build(builder, &diags, &drawn.model, &err), DM_OK);
    assert_non_null(drawn.model);
    dm_str_init(&drawn.dot, drawn.arena);
    dm_render_graph(drawn.model, &drawn.dot);
    assert_false(drawn.dot.failed);
    return drawn;
}

static char *draw(struct dm_arena *arena, const char *dot)
{
    struct dm_err err = DM_ERR_INIT;
    const char *bytes = NULL;
    size_t size = 0;
    char *copy;

    if (dm_picture_layout(arena, dot, "svg", PATIENT_MS, &bytes, &size, &err) != DM_OK) {
        fail_msg("%s", err.text);
    }
    copy = dm_arena_strndup(arena, bytes, size);
    assert_non_null(copy);
    return copy;
}

/* Hosts that forward or are in a fleet, and one for each VPC with endpoints of a fleet. */
static size_t count_inspecting(const struct dm_model *model)
{
    size_t n = 0;

    for (uint32_t i = 1; i <= model->n_hosts; i++) {
        bool is_one = dm_host_get(model, (struct dm_host_id){ i })->forwards;

        for (uint32_t j = 0; j < model->n_gateway_balancers; j++) {
            for (size_t k = 0; k < model->gateway_balancers[j].n_appliances; k++) {
                is_one = is_one || model->gateway_balancers[j].appliances[k].v == i;
            }
        }
        n += is_one;
    }
    for (uint32_t i = 1; i <= model->n_gateway_balancers; i++) {
        for (uint32_t v = 1; v <= model->n_vpcs; v++) {
            bool has = false;

            for (uint32_t j = 0; j < model->n_gwlb_endpoints; j++) {
                const struct dm_gwlb_endpoint *endpoint = &model->gwlb_endpoints[j];

                has = has
                      || (endpoint->balancer.v == i
                          && dm_subnet_get(model, endpoint->subnet)->vpc.v == v);
            }
            n += has;
        }
    }
    return n;
}

/* How many things of the model are in a region: gateways, load balancers, firewalls, appliances,
 * copies of stores, VPCs with their bodies, and for each VPC that has NAT gateways one node. */
static size_t count_things(const struct dm_model *model)
{
    size_t n = 2 * (size_t)model->n_vpcs + model->n_transit_gateways + model->n_core_edges
               + model->n_internet_gateways + model->n_balancers + model->n_clusters
               + model->n_firewalls + model->n_gateway_balancers + count_inspecting(model);

    for (uint32_t i = 0; i < model->n_stores; i++) {
        n += model->stores[i].n_copies;
    }
    for (uint32_t i = 0; i < model->n_vpcs; i++) {
        bool has_nat = false;

        for (uint32_t j = 0; j < model->n_nat_gateways; j++) {
            has_nat =
                has_nat || dm_subnet_get(model, model->nat_gateways[j].subnet)->vpc.v == i + 1;
        }
        n += has_nat;
    }
    return n;
}

static void check_regions(const char *path, bool is_aws)
{
    static struct picture picture;
    struct drawn drawn = load(path, is_aws);
    size_t n_outside;

    read_picture(&picture, draw(drawn.arena, drawn.dot.text));
    assert_int_equal(hold_against_regions(&picture, &n_outside), count_things(drawn.model));
    assert_int_equal(n_outside, 0);
    dm_arena_free(drawn.arena);
}

static void whatever_belongs_to_a_region_is_drawn_inside_of_it(void **state)
{
    (void)state;
    check_regions("data/designs/fineract-emea/repaired", false);
    check_regions("data/designs/fineract-emea/as-written", false);
    check_regions("tests/designs/everything", false);
    check_regions("tests/golden/cases/load_balancers", false);
    check_regions("tests/golden/cases/cluster", false);
    check_regions("examples/shop/table-each", false);
}

/* Each site and each line once, and no attachment of a line as something not understood. */
static void sites_and_their_lines_are_drawn(void **state)
{
    static const char *const parts[] = {
        "site_office [id=",
        "tooltip=\"site hall\"",
        "\n  dxgw_transit [id=",
        "site_office -> body_vpc_tools_eu_central_1",
        "site_office -> tgw_main_eu_central_1",
        "site_office -> tgw_west_eu_west_1",
        "site_hall -> dxgw_transit",
        "virtual interface hall.private on second",
        "dxgw_transit -> tgw_main_eu_central_1",
        "dxgw_private -> body_vpc_tools_eu_west_1",
    };
    struct drawn drawn = load("tests/artifacts/hybrid", false);

    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const char *at = strstr(drawn.dot.text, parts[i]);

        if (!at || strstr(at + 1, parts[i])) {
            fail_msg("`%s` is not there once", parts[i]);
        }
    }
    assert_null(strstr(drawn.dot.text, "far_"));
    dm_arena_free(drawn.arena);
}

/* 'text' stands in the graph 'n' times. */
static void check_times(const struct drawn *drawn, const char *text, size_t n)
{
    size_t found = 0;

    for (const char *at = strstr(drawn->dot.text, text); at; at = strstr(at + 1, text)) {
        found++;
    }
    if (found != n) {
        fail_msg("`%s` is there %zu times, not %zu", text, found, n);
    }
}

/* From the internet to accelerators, from these to endpoints, from balancers to targets. */
static void what_serves_leads_to_what_it_sends_to(void **state)
{
    struct drawn drawn = load("tests/golden/cases/load_balancers", false);

    (void)state;
    check_times(&drawn, "\n  the_internet [", 1);
    check_times(&drawn, "\n  the_internet -> ga_global_prod [", 1);
    check_times(&drawn, "label=\"tcp/443, tcp/5432\"", 1);
    check_times(&drawn, "the_internet -> lb_front_prod_eu_west_1 [", 1);
    check_times(&drawn, "the_internet -> lb_books", 0);
    check_times(&drawn, "ga_global_prod -> lb_front_prod_eu_west_1 [", 1);
    check_times(&drawn, "ga_global_prod -> lb_front_prod_eu_central_1 [", 1);
    check_times(&drawn, "label=\"tcp/443 (dial 0)\"", 1);
    check_times(&drawn, "ga_global_prod -> lb_books_prod_eu_west_1 [", 1);
    check_times(&drawn, "lb_front_prod_eu_west_1 -> body_vpc_app_prod_eu_west_1 [", 1);
    check_times(&drawn, "lb_books_prod_eu_west_1 -> store_ledger_prod_eu_west_1 [id=", 1);
    check_times(&drawn, "class=\"listener\"", 4);
    dm_arena_free(drawn.arena);
}

/* A firewall in its VPC, endpoints to the fleet's balancer, this to each appliance. */
static void what_inspects_is_drawn_with_its_appliances(void **state)
{
    struct drawn drawn = load("tests/designs/everything", false);

    (void)state;
    check_times(&drawn, "class=\"firewall in_region_eu_west_1\"", 1);
    check_times(&drawn, "firewall, 3 endpoints", 1);
    check_times(&drawn, " -> gwlb_inspection_eu_west_1_fleet [id=", 1);
    check_times(&drawn, "gwlb_inspection_eu_west_1_fleet -> appliance_", 3);
    check_times(&drawn, "gwlb_inspection_eu_central_1_fleet -> appliance_", 2);
    check_times(&drawn, "accelerator, disabled", 1);
    dm_arena_free(drawn.arena);
}

static void a_real_deployment_is_drawn_inside_its_regions_too(void **state)
{
    (void)state;
    if (!dm_file_exists(AWS_CASES "probes.tsv")) {
        print_message("skipped: " AWS_CASES " is not there\n");
        skip();
    }
    check_regions(AWS_CASES "aws_tgw_multi_az_intra_region", true);
    check_regions(AWS_CASES "aws_multi_account_vpc_peering", true);
}

/* ---- that the check sees what is wrong ---- */

/* 'dot' with the first 'old' replaced. */
static char *replace(struct dm_arena *arena, const char *dot, const char *old, const char *new_text)
{
    const char *at = strstr(dot, old);

    assert_non_null(at);
    return dm_sprintf(arena, "%.*s%s%s", (int)(at - dot), dot, new_text, at + strlen(old));
}

static size_t n_outside(struct dm_arena *arena, const char *dot)
{
    static struct picture picture;
    size_t n;

    read_picture(&picture, draw(arena, dot));
    (void)hold_against_regions(&picture, &n);
    return n;
}

static void without_global_ranks_gateways_would_stand_outside_and_that_is_seen(void **state)
{
    struct drawn drawn = load("data/designs/fineract-emea/repaired", false);

    (void)state;
    assert_int_equal(n_outside(drawn.arena, drawn.dot.text), 0);
    assert_true(n_outside(drawn.arena, replace(drawn.arena, drawn.dot.text, "newrank=true, ", ""))
                > 0);
    dm_arena_free(drawn.arena);
}

static void a_node_that_stands_in_another_region_than_its_own_is_seen(void **state)
{
    struct drawn drawn = load("data/designs/fineract-emea/repaired", false);

    (void)state;
    assert_int_equal(
        n_outside(drawn.arena, replace(drawn.arena, drawn.dot.text,
                                       "class=\"transit_gateway in_region_eu_central_1\"",
                                       "class=\"transit_gateway in_region_eu_west_1\"")),
        1);
    dm_arena_free(drawn.arena);
}

/* ---- names ---- */

#define NASTY "a\"b\\N<i>&amp;\x1b[1m\nx"

/* Two regions whose names make one id, the first with a gateway that bears a nasty name. */
static struct drawn load_names(void)
{
    struct drawn drawn = { .arena = dm_arena_new(0) };
    struct dm_sources *sources = dm_sources_new(drawn.arena, NULL);
    struct dm_builder *builder = dm_builder_new(drawn.arena, sources, NULL);
    struct dm_diags diags;
    struct dm_region_id first = dm_builder_add_region(
        builder, &(struct dm_region){ .object = { .name = "x-1" }, .partition = "aws" });

    (void)dm_builder_add_region(
        builder, &(struct dm_region){ .object = { .name = "x.1" }, .partition = "aws" });
    (void)dm_builder_add_transit_gateway(
        builder,
        &(struct dm_transit_gateway){ .object = { .name = "t", .label = NASTY }, .region = first });
    dm_diags_init(&diags, drawn.arena);
    assert_int_equal(dm_model_build(builder, &diags, &drawn.model, NULL), DM_OK);
    assert_non_null(drawn.model);
    dm_str_init(&drawn.dot, drawn.arena);
    dm_render_graph(drawn.model, &drawn.dot);
    return drawn;
}

static void names_of_any_kind_come_out_as_they_are_and_break_nothing(void **state)
{
    struct drawn drawn = load_names();
    char *svg = draw(drawn.arena, drawn.dot.text);

    (void)state;
    assert_non_null(strstr(svg, ">a&quot;b\\N&lt;i&gt;&amp;amp;\\x1b[1m\\nx<"));
    dm_arena_free(drawn.arena);
}

static void names_that_make_one_id_are_told_apart(void **state)
{
    struct drawn drawn = load_names();

    (void)state;
    assert_non_null(strstr(drawn.dot.text, "[id=\"region_x_1\""));
    assert_non_null(strstr(drawn.dot.text, "[id=\"region_x_1_2\""));
    assert_non_null(strstr(draw(drawn.arena, drawn.dot.text), "<g id=\"region_x_1_2\""));
    dm_arena_free(drawn.arena);
}

static void the_same_model_gives_the_same_text(void **state)
{
    struct drawn drawn = load("tests/designs/everything", false);
    struct dm_str again;

    (void)state;
    dm_str_init(&again, drawn.arena);
    dm_render_graph(drawn.model, &again);
    assert_string_equal(again.text, drawn.dot.text);
    dm_arena_free(drawn.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_belongs_to_a_region_is_drawn_inside_of_it),
        cmocka_unit_test(sites_and_their_lines_are_drawn),
        cmocka_unit_test(what_serves_leads_to_what_it_sends_to),
        cmocka_unit_test(what_inspects_is_drawn_with_its_appliances),
        cmocka_unit_test(a_real_deployment_is_drawn_inside_its_regions_too),
        cmocka_unit_test(without_global_ranks_gateways_would_stand_outside_and_that_is_seen),
        cmocka_unit_test(a_node_that_stands_in_another_region_than_its_own_is_seen),
        cmocka_unit_test(names_of_any_kind_come_out_as_they_are_and_break_nothing),
        cmocka_unit_test(names_that_make_one_id_are_told_apart),
        cmocka_unit_test(the_same_model_gives_the_same_text),
    };

    return cmocka_run_group_tests_name("graph", tests, NULL, NULL);
}
