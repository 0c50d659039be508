/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Generated estates: what is written for AWS's command line and what is written as a design are
 * one network, so all pairs of hosts get the same answers.  Two front ends and two writers that
 * share nothing but the plan of the estate thereby hold each other.
 */
#include "tests/support/dmtest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/base/file.h"
#include "model/base/str.h"
#include "model/front/aws/aws.h"
#include "model/front/design/design.h"
#include "scenarios/pairs.h"
#include "tests/bench/estate.h"

struct form {
    struct dm_arena *arena;
    const struct dm_model *model;
    const char **rows; /* "10.0.0.4 > Internet 0 TCP 443", sorted */
    size_t n_rows;
};

/* The address in "name[address]"; what has none as it is. */
static const char *address_in(struct dm_arena *arena, const char *name)
{
    const char *open = strrchr(name, '[');

    return open ? dm_sprintf(arena, "%.*s", (int)strlen(open) - 2, open + 1) : name;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static struct form load(const char *path, bool is_aws)
{
    struct form form = { .arena = dm_arena_new(0) };
    struct dm_err err = DM_ERR_INIT;
    struct dm_sources *sources = dm_sources_new(form.arena, &err);
    struct dm_builder *builder = dm_builder_new(form.arena, sources, &err);
    struct dm_facts *facts = dm_facts_new(form.arena);
    struct dm_pairs_options options = { .by = DM_PAIRS_BY_ENDPOINT };
    struct dm_pairs pairs;
    struct dm_diags diags;

    dm_diags_init(&diags, form.arena);
    assert_int_equal(is_aws
                         ? dm_aws_load(form.arena, sources, path, facts, builder, &diags, &err)
                         : dm_design_load(form.arena, sources, path, facts, builder, &diags, &err),
                     DM_OK);
    if (diags.n_errors) {
        printf("%s: %s\n", path, diags.items[0].message);
        fail();
    }
    assert_int_equal(dm_model_build(builder, &diags, &form.model, &err), DM_OK);
    assert_non_null(form.model);
    assert_int_equal(dm_pairs_find(form.arena, form.model, &options, &pairs, &err), DM_OK);
    form.rows = DM_NEW_ARRAY(form.arena, pairs.n_rows, const char *);
    form.n_rows = pairs.n_rows;
    for (size_t i = 0; i < pairs.n_rows; i++) {
        form.rows[i] = dm_sprintf(
            form.arena, "%s > %s %d %s", address_in(form.arena, pairs.rows[i].from),
            address_in(form.arena, pairs.rows[i].to), (int)pairs.rows[i].mark, pairs.rows[i].flows);
    }
    qsort(form.rows, form.n_rows, sizeof *form.rows, compare);
    return form;
}

static void check(const char *folder, const struct dm_estate_options *options, size_t *n_rows)
{
    struct dm_arena *arena = dm_arena_new(0);
    char aws_path[256];
    char design_path[256];
    char file_path[512];
    struct dm_estate estate;
    struct form aws;
    struct form design;

    snprintf(aws_path, sizeof aws_path, "%s/aws", folder);
    snprintf(design_path, sizeof design_path, "%s/design", folder);
    snprintf(file_path, sizeof file_path, "%s/estate.demarc.yaml", design_path);
    assert_int_equal(dm_file_remove_tree(folder, NULL), DM_OK);
    assert_true(dm_estate_init(arena, options, &estate));
    assert_true(dm_estate_write_aws(&estate, aws_path));
    assert_true(dm_estate_write_design(&estate, design_path));
    aws = load(aws_path, true);
    design = load(file_path, false);
    assert_int_equal(aws.model->n_unknowns, 0);
    assert_int_equal(aws.model->n_vpcs, estate.n_vpcs);
    assert_int_equal(aws.model->n_subnets, estate.n_subnets);
    assert_int_equal(aws.model->n_hosts, estate.n_hosts);
    assert_int_equal(design.model->n_subnets, estate.n_subnets);
    assert_int_equal(design.model->n_hosts, estate.n_hosts);
    for (size_t i = 0; i < aws.n_rows && i < design.n_rows; i++) {
        if (strcmp(aws.rows[i], design.rows[i]) != 0) {
            printf("seed %llu: aws: has %s, the design %s\n", (unsigned long long)options->seed,
                   aws.rows[i], design.rows[i]);
            fail();
        }
    }
    assert_int_equal(aws.n_rows, design.n_rows);
    *n_rows += aws.n_rows;
    dm_arena_free(aws.arena);
    dm_arena_free(design.arena);
    dm_arena_free(arena);
}

static void both_forms_of_an_estate_give_the_same_answers(void **state)
{
    enum { N = 24 };
    char folder[] = "/tmp/dm-estate-XXXXXX";
    size_t n_rows = 0;

    (void)state;
    assert_non_null(mkdtemp(folder));
    for (unsigned i = 0; i < N; i++) {
        struct dm_estate_options options = {
            .seed = i,
            .n_regions = 1 + i / 2 % 3,
            .n_vpcs = 6 + i % 7 * 2,
            .n_zones = 1 + i % 3,
            .n_services = 1 + i % 2,
            .n_group_rules = 1 + i % 5,
            .n_acl_entries = i % 4 * 3,
            .mesh = i % 3 == 0 || i % 5 == 1,
        };

        options.wan = !options.mesh && i % 2 == 0;
        options.backbone = !options.mesh && !options.wan;
        check(folder, &options, &n_rows);
    }
    assert_int_equal(dm_file_remove_tree(folder, NULL), DM_OK);
    assert_true(n_rows > 1000);
    printf("%d estates, %zu rows\n", N, n_rows);
}

/* What is folded at a backbone must be what each pair says. */
static void pairs_at_a_backbone_are_what_each_pair_says(void **state)
{
    enum { N = 6 };
    char folder[] = "/tmp/dm-estate-XXXXXX";
    size_t n_folded = 0;

    (void)state;
    assert_non_null(mkdtemp(folder));
    for (unsigned i = 0; i < N; i++) {
        struct dm_arena *arena = dm_arena_new(0);
        struct dm_estate_options options = {
            .seed = i,
            .n_regions = 1 + i % 3,
            .n_vpcs = 24,
            .n_zones = 1 + i % 2,
            .n_services = 1,
            .n_group_rules = 2,
            .n_acl_entries = i % 4,
            .backbone = true,
        };
        struct dm_pairs_options by = { .by = DM_PAIRS_BY_ENDPOINT };
        struct dm_err err = DM_ERR_INIT;
        struct dm_estate estate;
        struct dm_pairs folded;
        struct dm_pairs all;
        struct form form;
        char path[256];

        snprintf(path, sizeof path, "%s/estate.demarc.yaml", folder);
        assert_true(dm_estate_init(arena, &options, &estate));
        assert_true(dm_estate_write_design(&estate, folder));
        form = load(path, false);
        assert_int_equal(dm_pairs_find(arena, form.model, &by, &folded, &err), DM_OK);
        by.one_by_one = true;
        assert_int_equal(dm_pairs_find(arena, form.model, &by, &all, &err), DM_OK);
        assert_int_equal(folded.n_rows, all.n_rows);
        for (size_t j = 0; j < all.n_rows; j++) {
            assert_string_equal(folded.rows[j].from, all.rows[j].from);
            assert_string_equal(folded.rows[j].to, all.rows[j].to);
            assert_string_equal(folded.rows[j].flows, all.rows[j].flows);
        }
        assert_true(folded.n_classes < folded.n_places);
        n_folded += folded.n_places - folded.n_classes;
        assert_int_equal(dm_file_remove_tree(folder, NULL), DM_OK);
        dm_arena_free(form.arena);
        dm_arena_free(arena);
    }
    printf("%d estates with a backbone, %zu places folded\n", N, n_folded);
}

static void options_out_of_their_limits_are_refused(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_estate_options options = DM_ESTATE_SMALL;
    struct dm_estate estate;

    (void)state;
    assert_true(dm_estate_init(arena, &options, &estate));
    options.n_vpcs = 3;
    assert_false(dm_estate_init(arena, &options, &estate));
    options.n_vpcs = 2049;
    assert_false(dm_estate_init(arena, &options, &estate));
    dm_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_forms_of_an_estate_give_the_same_answers),
        cmocka_unit_test(pairs_at_a_backbone_are_what_each_pair_says),
        cmocka_unit_test(options_out_of_their_limits_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
