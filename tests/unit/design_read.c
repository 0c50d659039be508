/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading designs.  Files in tests/bad/design hold one fault each and say themselves what must be
 * found, in lines that begin with "#~":
 *
 *     #~ [FILE:]LINE:COLUMN: part of the message     a fault; FILE is relative to the folder
 *     #~ also [FILE:]LINE:COLUMN:                    the second place of the fault before
 *     #~ help: part of the help                      of the fault before
 *
 * All of it must be there, and no other error.
 */
#include "tests/support/dmtest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/base/file.h"
#include "model/base/limits.h"
#include "model/facts/facts.h"
#include "model/front/design/check_private.h"
#include "model/front/design/design.h"
#include "model/front/design/read.h"
#include "tests/support/design_json.h"
#include "tests/support/schema_check.h"

#define BAD "tests/bad/design"
#define EVERYTHING "tests/designs/everything/everything.demarc.yaml"
#define REFERENCE "docs/design-reference.md"

struct run {
    struct dm_arena *arena;
    struct dm_sources *sources;
    struct dm_diags diags;
    const struct dm_tree *root;
    enum dm_status status;
    struct dm_err err;
};

static struct run run_begin(void)
{
    struct run run = { .err = DM_ERR_INIT };

    run.arena = dm_arena_new(0);
    assert_non_null(run.arena);
    run.sources = dm_sources_new(run.arena, &run.err);
    assert_non_null(run.sources);
    dm_diags_init(&run.diags, run.arena);
    return run;
}

static void run_read(struct run *run, const char *path)
{
    run->status =
        dm_design_read(run->arena, run->sources, path, &run->diags, &run->root, &run->err);
    dm_diags_sort(&run->diags);
}

static void run_add(struct run *run, const char *path, const char *text)
{
    uint32_t source;

    assert_int_equal(dm_sources_add(run->sources, path, text, strlen(text), &source, &run->err),
                     DM_OK);
}

/* ---- expectations ---- */

static char *place_text(const struct run *run, struct dm_span span)
{
    struct dm_place place = dm_sources_place(run->sources, span);

    return dm_sprintf(run->arena, "%s:%u:%u", place.path, place.line, place.column);
}

/* "tests/bad/design/parts/x.yaml:1:2" of "parts/x.yaml:1:2" or, for the file itself, "1:2" */
static char *wanted_place(const struct run *run, const char *file, const char *text, size_t length)
{
    bool has_file = memchr(text, '/', length) != NULL;

    return dm_sprintf(run->arena, "%s%s%.*s", has_file ? BAD "/" : file, has_file ? "" : ":",
                      (int)length, text);
}

/* Compares one line of expectations; '*index' is the fault that the last one spoke of. */
static void check_line(const struct run *run, const char *file, const char *line, size_t *index)
{
    const struct dm_diag *diag = *index < run->diags.n_items ? &run->diags.items[*index] : NULL;
    const char *colon;

    if (!strncmp(line, "help: ", 6)) {
        if (!diag || !diag->help || !strstr(diag->help, line + 6)) {
            fail_msg("%s: no help `%s` but `%s`", file, line + 6,
                     diag && diag->help ? diag->help : "");
        }
        return;
    }
    if (!strncmp(line, "also ", 5)) {
        assert_true(diag && diag->n_labels > 1);
        assert_string_equal(place_text(run, diag->labels[1].span),
                            wanted_place(run, file, line + 5, strlen(line + 5) - 1));
        return;
    }
    (*index)++;
    diag = *index < run->diags.n_items ? &run->diags.items[*index] : NULL;
    colon = strstr(line, ": ");
    assert_non_null(colon);
    if (!diag) {
        fail_msg("%s: nothing found, but wanted: %s", file, line);
        return;
    }
    assert_string_equal(place_text(run, diag->labels[0].span),
                        wanted_place(run, file, line, (size_t)(colon - line)));
    if (!strstr(diag->message, colon + 2)) {
        fail_msg("%s: found `%s`, but wanted `%s`", file, diag->message, colon + 2);
    }
}

static size_t check_expectations(struct run *run, const char *file)
{
    uint32_t source;
    size_t index = SIZE_MAX;
    size_t n_lines = 0;

    assert_int_equal(dm_sources_read(run->sources, file, &source, &run->err), DM_OK);
    for (uint32_t line = 1; line <= dm_sources_get(run->sources, source)->n_lines; line++) {
        size_t size;
        const char *text = dm_sources_line(run->sources, source, line, &size);

        if (size > 3 && !memcmp(text, "#~ ", 3)) {
            check_line(run, file, dm_arena_strndup(run->arena, text + 3, size - 3), &index);
            n_lines++;
        }
    }
    assert_int_equal(index + 1, run->diags.n_items);
    return n_lines;
}

static void test_faults_are_named_at_their_place(void **state)
{
    struct run list = run_begin();
    const char *const *names;
    size_t n_names;
    size_t n_files = 0;

    (void)state;
    assert_int_equal(dm_file_list(list.arena, BAD, &names, &n_names, &list.err), DM_OK);
    for (size_t i = 0; i < n_names; i++) {
        struct run run;
        char *path;

        if (!dm_str_ends(names[i], ".demarc.yaml")) {
            continue;
        }
        run = run_begin();
        path = dm_path_join(run.arena, BAD, names[i]);
        run_read(&run, path);
        assert_int_equal(run.status, DM_OK);
        assert_null(run.root);
        assert_true(run.diags.n_errors > 0);
        assert_true(check_expectations(&run, path) > 0);
        n_files++;
        dm_arena_free(run.arena);
    }
    assert_true(n_files > 60);
    dm_arena_free(list.arena);
}

/* What the lines "#~" of the files about clusters say, together. */
static const char *said_of_clusters(struct run *run)
{
    const char *const *names;
    size_t n_names;
    struct dm_str said;

    dm_str_init(&said, run->arena);
    assert_int_equal(dm_file_list(run->arena, BAD, &names, &n_names, &run->err), DM_OK);
    for (size_t i = 0; i < n_names; i++) {
        uint32_t source;

        if (!dm_str_starts(names[i], "cluster")) {
            continue;
        }
        assert_int_equal(dm_sources_read(run->sources, dm_path_join(run->arena, BAD, names[i]),
                                         &source, &run->err),
                         DM_OK);
        for (uint32_t line = 1; line <= dm_sources_get(run->sources, source)->n_lines; line++) {
            size_t size;
            const char *text = dm_sources_line(run->sources, source, line, &size);

            if (size > 3 && !memcmp(text, "#~ ", 3)) {
                dm_str_addn(&said, text, size);
            }
        }
    }
    return said.text;
}

static bool is_about_clusters(const struct dm_key *key)
{
    static const enum dm_type_id shapes[] = { DM_TYPE_cluster,          DM_TYPE_control_plane,
                                              DM_TYPE_pod_pool,         DM_TYPE_node_group,
                                              DM_TYPE_group_size,       DM_TYPE_resources,
                                              DM_TYPE_namespace,        DM_TYPE_pod_policy,
                                              DM_TYPE_pod_ingress_rule, DM_TYPE_pod_egress_rule };
    size_t n;
    const struct dm_relation *relations = dm_grammar_relations(&n);

    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        if (key->shape == shapes[i]) {
            return true;
        }
    }
    for (size_t i = 0; i < n; i++) { /* of services and stores: what needs a cluster */
        if (relations[i].shape == key->shape && relations[i].kind == DM_RELATION_NEEDS
            && !strcmp(relations[i].other, "cluster") && !strcmp(relations[i].keys, key->key)) {
            return true;
        }
    }
    return false;
}

/* A key that is added wants a fault of its own, with its place, in one of these files. */
static void test_each_key_of_clusters_has_a_fault_at_its_place(void **state)
{
    struct run run = run_begin();
    const char *said = said_of_clusters(&run);
    size_t n;
    const struct dm_key *keys = dm_grammar_all_keys(&n);
    size_t n_keys = 0;

    (void)state;
    for (size_t i = 0; i < n; i++) {
        if (is_about_clusters(&keys[i])) {
            if (!strstr(said, dm_sprintf(run.arena, "`%s`", keys[i].key))) {
                fail_msg("no file cluster*.demarc.yaml in %s has a fault of `%s`", BAD,
                         keys[i].key);
            }
            n_keys++;
        }
    }
    assert_true(n_keys > 50);
    dm_arena_free(run.arena);
}

/* ---- what is read ---- */

static const char small[] = "demarc: 1\n"
                            "name: small\n"
                            "regions:\n"
                            "  eu-west-1: {zones: [a]}\n";

static void test_files_are_merged_key_by_key(void **state)
{
    struct run run = run_begin();
    const struct dm_tree *pools;

    (void)state;
    run_add(&run, "d/main.demarc.yaml",
            "demarc: 1\nname: merged\ninclude: [one.yaml, sub/two.yaml]\n"
            "pools: {a: {cidr: 10.0.0.0/16}}\n");
    run_add(&run, "d/one.yaml", "pools: {b: {cidr: 10.1.0.0/16}}\nenvironments: [dev]\n");
    run_add(&run, "d/sub/two.yaml", "include: [../three.yaml]\npools: {c: {cidr: 10.2.0.0/16}}\n");
    run_add(&run, "d/three.yaml", "pools: {d: {cidr: 10.3.0.0/16}}\n");
    run_read(&run, "d/main.demarc.yaml");
    assert_int_equal(run.status, DM_OK);
    assert_int_equal(run.diags.n_items, 0);
    assert_non_null(run.root);
    assert_int_equal(run.root->n, 4);
    assert_null(dm_tree_find(run.root, "include"));
    pools = dm_tree_find(run.root, "pools");
    assert_int_equal(pools->n, 4);
    assert_string_equal(pools->pairs[3].key, "d");
    assert_string_equal(place_text(&run, pools->pairs[3].key_span), "d/three.yaml:1:9");
    dm_arena_free(run.arena);
}

static void test_a_first_file_that_is_not_there_is_an_error_of_input(void **state)
{
    struct run run = run_begin();

    (void)state;
    run_read(&run, "tests/bad/design/no-such-file.demarc.yaml");
    assert_int_equal(run.status, DM_IO);
    assert_null(run.root);
    dm_arena_free(run.arena);
}

static void test_includes_end_at_their_limit(void **state)
{
    unsigned long long limit = dm_limit_value(DM_LIMIT_INCLUDES);
    struct run run = run_begin();

    (void)state;
    run_add(&run, "f0", "demarc: 1\nname: chain\ninclude: [f1]\n");
    for (unsigned long long i = 1; i <= limit + 1; i++) {
        run_add(&run, dm_sprintf(run.arena, "f%llu", i),
                dm_sprintf(run.arena, "include: [f%llu]\n", i + 1));
    }
    run_read(&run, "f0");
    assert_int_equal(run.diags.n_items, 1);
    assert_string_equal(run.diags.items[0].message, "more than 256 files that a design includes");
    assert_string_equal(place_text(&run, run.diags.items[0].labels[0].span), "f256:1:11");
    dm_arena_free(run.arena);
}

static void test_a_file_past_its_limit_is_refused_at_its_begin(void **state)
{
    size_t size = (size_t)dm_limit_value(DM_LIMIT_DESIGN_BYTES) + 1;
    struct run run = run_begin();
    char *text = dm_arena_alloc(run.arena, size + 1, 1);

    (void)state;
    assert_non_null(text);
    memset(text, '#', size);
    run_add(&run, "f", text);
    run_read(&run, "f");
    assert_int_equal(run.status, DM_OK);
    assert_int_equal(run.diags.n_items, 1);
    assert_string_equal(run.diags.items[0].message,
                        "more than 16777216 bytes of one file of a design");
    assert_string_equal(place_text(&run, run.diags.items[0].labels[0].span), "f:1:1");
    dm_arena_free(run.arena);
}

static void test_several_faults_are_found_in_one_run(void **state)
{
    struct run run = run_begin();

    (void)state;
    run_add(&run, "f",
            "demarc: 1\nname: Many\npools: {a: {cidr: 1}, b: {}, c: {cidr: 10.0.0.0/8, x: 1}}\n");
    run_read(&run, "f");
    assert_int_equal(run.diags.n_errors, 4);
    dm_arena_free(run.arena);
}

static void test_faults_stop_at_their_limit(void **state)
{
    struct run run = run_begin();
    struct dm_str text;

    (void)state;
    dm_str_init(&text, run.arena);
    dm_str_add(&text, "demarc: 1\nname: many\npools:\n");
    for (unsigned i = 0; i < 100; i++) {
        dm_str_addf(&text, "  p%u: {cidr: none}\n", i);
    }
    run_add(&run, "f", text.text);
    run_read(&run, "f");
    assert_int_equal(run.diags.n_items, dm_limit_value(DM_LIMIT_DIAGNOSTICS));
    assert_int_equal(run.diags.n_errors, 100);
    dm_arena_free(run.arena);
}

/* ---- scalars ---- */

static bool fits(enum dm_type_id id, const char *text)
{
    return dm_scalar_fits(id, text, strlen(text));
}

static void test_scalars_are_what_the_table_says(void **state)
{
    (void)state;
    assert_true(fits(DM_TYPE_name, "a-1"));
    assert_false(fits(DM_TYPE_name, "-a"));
    assert_false(fits(DM_TYPE_name, "a_b"));
    assert_false(fits(DM_TYPE_name, ""));
    assert_false(fits(DM_TYPE_name, "${env}"));
    assert_true(fits(DM_TYPE_filled_name, "x-${env}-${region}"));
    assert_false(fits(DM_TYPE_filled_name, "-${env}"));
    assert_false(fits(DM_TYPE_filled_name, "${zone}"));
    assert_true(fits(DM_TYPE_subnet_role, "app.${env}"));
    assert_false(fits(DM_TYPE_subnet_role, "app"));
    assert_false(fits(DM_TYPE_subnet_role, "a.b.c"));
    assert_false(fits(DM_TYPE_subnet_role, "a."));
    assert_true(fits(DM_TYPE_terms, "env:dev & vpc:app.dev & region:eu-west-1"));
    assert_false(fits(DM_TYPE_terms, "env:dev &"));
    assert_false(fits(DM_TYPE_terms, "env:dev & "));
    assert_true(fits(DM_TYPE_country, "NO"));
    assert_false(fits(DM_TYPE_country, "N"));
    assert_false(fits(DM_TYPE_country, "NOR"));
    assert_true(fits(DM_TYPE_day, "2028-02-29"));
    assert_false(fits(DM_TYPE_day, "2100-02-29"));
    assert_false(fits(DM_TYPE_day, "2028-00-01"));
    assert_true(fits(DM_TYPE_peer, "10.0.0.0/8"));
    assert_true(fits(DM_TYPE_peer, "::/0"));
    assert_true(fits(DM_TYPE_port, "udp/53"));
    assert_false(fits(DM_TYPE_port, "icmp"));
    assert_true(fits(DM_TYPE_match, "icmp"));
}

/* ---- the table itself ---- */

static void test_rows_of_a_shape_stand_together(void **state)
{
    size_t n;
    const struct dm_key *keys = dm_grammar_all_keys(&n);
    size_t n_seen = 0;

    (void)state;
    for (enum dm_type_id id = DM_TYPE_none + 1; id < DM_TYPE_COUNT; id++) {
        size_t n_keys = 0;

        (void)dm_grammar_keys(id, &n_keys);
        assert_true(n_keys == 0 || dm_grammar_type(id)->kind == DM_TYPE_KIND_SHAPE);
        assert_true(n_keys > 0 || dm_grammar_type(id)->kind != DM_TYPE_KIND_SHAPE);
        assert_true(n_keys <= 64);
        n_seen += n_keys;
    }
    assert_int_equal(n_seen, n);
    for (size_t i = 1; i < n; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_false(keys[i].shape == keys[j].shape && !strcmp(keys[i].key, keys[j].key));
        }
    }
}

static void test_relations_speak_of_keys_that_exist(void **state)
{
    size_t n;
    const struct dm_relation *relations = dm_grammar_relations(&n);

    (void)state;
    for (size_t i = 0; i < n; i++) {
        struct dm_alternative wanted[DM_GRAMMAR_MAX_ALTERNATIVES];
        size_t n_keys;
        const struct dm_key *keys = dm_grammar_keys(relations[i].shape, &n_keys);
        size_t n_wanted = dm_grammar_split(relations[i].keys, wanted);
        size_t n_found = 0;

        for (size_t j = 0; j < n_wanted; j++) {
            for (size_t k = 0; k < n_keys; k++) {
                n_found += strlen(keys[k].key) == wanted[j].n
                           && !memcmp(keys[k].key, wanted[j].head, wanted[j].n);
            }
        }
        assert_int_equal(n_found, n_wanted);
    }
}

static void test_limits_and_partitions_are_those_of_limits_and_facts(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_facts *facts = dm_facts_new(arena);
    size_t n;
    const struct dm_region_fact *regions = dm_facts_regions(facts, &n);

    (void)state;
    assert_int_equal(dm_grammar_type(DM_TYPE_failures)->max, dm_limit_value(DM_LIMIT_FAILURES));
    for (size_t i = 0; i < n; i++) {
        assert_true(fits(DM_TYPE_partition, regions[i].partition));
        assert_true(fits(DM_TYPE_region_code, regions[i].code));
        assert_true(fits(DM_TYPE_country, regions[i].jurisdiction));
    }
    dm_arena_free(arena);
}

/* ---- schema and page ---- */

static const char *schema_text(struct dm_arena *arena)
{
    struct dm_str out;

    dm_str_init(&out, arena);
    dm_design_schema(&out);
    assert_false(out.failed);
    return out.text;
}

static void test_the_schema_is_one_and_takes_designs(void **state)
{
    static const char *const designs[] = {
        EVERYTHING,
        "data/designs/fineract-emea/as-written/fineract-emea.demarc.yaml",
        "data/designs/fineract-emea/repaired/fineract-emea.demarc.yaml",
    };
    struct schema_fault fault;
    struct run run = run_begin();
    const char *schema = schema_text(run.arena);

    (void)state;
    run_add(&run, "small", small);
    for (size_t i = 0; i <= sizeof designs / sizeof designs[0]; i++) {
        struct dm_str json;

        run_read(&run, i ? designs[i - 1] : "small");
        assert_int_equal(run.diags.n_errors, 0);
        assert_non_null(run.root);
        dm_str_init(&json, run.arena);
        design_json(run.root, &json);
        if (!schema_check_text(schema, json.text, &fault)) {
            fail_msg("%s: at `%s`: %s", fault.in_schema ? "schema" : "design", fault.pointer,
                     fault.text);
        }
    }
    dm_arena_free(run.arena);
}

/* What the grammar takes in this design has a meaning too: reading and lowering speak one language.
 */
static void test_everything_has_a_meaning(void **state)
{
    struct run run = run_begin();
    struct dm_builder *builder = dm_builder_new(run.arena, run.sources, &run.err);

    (void)state;
    assert_non_null(builder);
    run.status = dm_design_load(run.arena, run.sources, EVERYTHING, dm_facts_new(run.arena),
                                builder, &run.diags, &run.err);
    assert_int_equal(run.status, DM_OK);
    for (size_t i = 0; i < run.diags.n_items; i++) {
        fail_msg("%s: %s", place_text(&run, run.diags.items[i].labels[0].span),
                 run.diags.items[i].message);
    }
    dm_arena_free(run.arena);
}

static void test_the_schema_refuses_most_of_what_the_reader_refuses(void **state)
{
    static const char *const refused[] = {
        "unknown-key",
        "missing-key",
        "integer-is-list",
        "integer-range",
        "truth",
        "unit-port-bare",
        "word-engine",
        "name",
        "name-key",
        "country",
        "list-twice",
        "list-short",
        "acl-both",
        "acl-neither",
        "requirement-two",
        "reach-half",
        "survive-no-k",
        "selector",
        "override-for",
        "override-range",
        "policy-decides-nothing",
        "asn-range",
        "route-target",
        "firewall-two",
        "gateway-routes",
        "send-via-mode",
        "peer-head",
        "interpolation-place",
    };
    struct run run = run_begin();
    const char *schema = schema_text(run.arena);

    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        char *path = dm_sprintf(run.arena, BAD "/%s.demarc.yaml", refused[i]);
        struct schema_fault fault;
        struct dm_tree *tree = NULL;
        struct dm_str json;
        uint32_t source;

        assert_int_equal(dm_sources_read(run.sources, path, &source, &run.err), DM_OK);
        assert_int_equal(dm_yaml_read(run.arena, run.sources, source, &run.diags, &tree, &run.err),
                         DM_OK);
        assert_non_null(tree);
        dm_str_init(&json, run.arena);
        design_json(tree, &json);
        if (schema_check_text(schema, json.text, &fault)) {
            fail_msg("%s: the schema takes it", path);
        }
        assert_false(fault.in_schema);
    }
    dm_arena_free(run.arena);
}

/* DM_BLESS=1 writes the page anew. */
static void test_the_reference_page_is_that_of_the_table(void **state)
{
    struct run run = run_begin();
    struct dm_str page;
    char *text;
    size_t size;

    (void)state;
    dm_str_init(&page, run.arena);
    dm_design_reference(&page);
    assert_false(page.failed);
    if (getenv("DM_BLESS")) {
        assert_int_equal(dm_file_write(REFERENCE, page.text, page.length, &run.err), DM_OK);
    }
    assert_int_equal(dm_file_read(run.arena, REFERENCE, dm_limit_value(DM_LIMIT_DESIGN_BYTES),
                                  &text, &size, &run.err),
                     DM_OK);
    assert_int_equal(size, page.length);
    assert_memory_equal(text, page.text, size);
    dm_arena_free(run.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faults_are_named_at_their_place),
        cmocka_unit_test(test_each_key_of_clusters_has_a_fault_at_its_place),
        cmocka_unit_test(test_files_are_merged_key_by_key),
        cmocka_unit_test(test_a_first_file_that_is_not_there_is_an_error_of_input),
        cmocka_unit_test(test_includes_end_at_their_limit),
        cmocka_unit_test(test_a_file_past_its_limit_is_refused_at_its_begin),
        cmocka_unit_test(test_several_faults_are_found_in_one_run),
        cmocka_unit_test(test_faults_stop_at_their_limit),
        cmocka_unit_test(test_scalars_are_what_the_table_says),
        cmocka_unit_test(test_rows_of_a_shape_stand_together),
        cmocka_unit_test(test_relations_speak_of_keys_that_exist),
        cmocka_unit_test(test_limits_and_partitions_are_those_of_limits_and_facts),
        cmocka_unit_test(test_the_schema_is_one_and_takes_designs),
        cmocka_unit_test(test_everything_has_a_meaning),
        cmocka_unit_test(test_the_schema_refuses_most_of_what_the_reader_refuses),
        cmocka_unit_test(test_the_reference_page_is_that_of_the_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
