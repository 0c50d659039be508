/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is written of a small design, byte by byte, with its evidence; and what becomes of the
 * folder that it is written to.  DM_BLESS=1 rewrites tests/artifacts/two-regions/expected.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "model/base/file.h"
#include "model/base/str.h"
#include "model/front/design/design.h"
#include "render/artifacts/artifacts.h"
#include "render/artifacts/layout.h"
#include "render/artifacts/terraform.h"
#include "render/digest.h"
#include "scenarios/check.h"
#include "tests/support/dmtest.h"
#include "tests/support/nets.h"

#define DESIGN "tests/artifacts/two-regions/two-regions.demarc.yaml"
#define EXPECTED "tests/artifacts/two-regions/expected"

struct fixture {
    struct dm_arena *arena;
    char folder[64];
    const char *out; /* a folder in it that is not there yet */
};

static int set_up(void **state)
{
    static struct fixture fixture;

    fixture.arena = dm_arena_new(0);
    (void)snprintf(fixture.folder, sizeof fixture.folder, "/tmp/demarc-artifacts-XXXXXX");
    *state = &fixture;
    if (!fixture.arena || !mkdtemp(fixture.folder)) {
        return -1;
    }
    fixture.out = dm_path_join(fixture.arena, fixture.folder, "out");
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    enum dm_status status = dm_file_remove_tree(fixture->folder, NULL);

    dm_arena_free(fixture->arena);
    return status == DM_OK ? 0 : -1;
}

static struct dm_artifacts build(struct fixture *fixture, const char *file, const char *folder)
{
    struct dm_err err = DM_ERR_INIT;
    struct dm_sources *sources = dm_sources_new(fixture->arena, &err);
    struct dm_builder *builder = dm_builder_new(fixture->arena, sources, &err);
    struct dm_facts *facts = dm_facts_new(fixture->arena);
    struct dm_check_options options = { .as_of = "2026-11-22" };
    struct dm_artifacts artifacts = { 0 };
    const struct dm_model *model = NULL;
    const struct dm_result *result = NULL;
    struct dm_diags diags;

    dm_diags_init(&diags, fixture->arena);
    assert_int_equal(dm_design_load(fixture->arena, sources, file, facts, builder, &diags, &err),
                     DM_OK);
    assert_int_equal(dm_model_build(builder, &diags, &model, &err), DM_OK);
    for (size_t i = 0; i < diags.n_items; i++) {
        print_error("%s\n", diags.items[i].message);
    }
    assert_non_null(model);
    assert_int_equal(dm_check(fixture->arena, model, facts, &options, &result, &err), DM_OK);
    assert_int_equal(dm_check_exit_code(result, DM_SEV_ERROR), 0);
    if (dm_artifacts_write(fixture->arena, result, folder, &artifacts, &err) != DM_OK) {
        fail_msg("%s", err.text);
    }
    return artifacts;
}

static const char *read_at(struct fixture *fixture, const char *folder, const char *path)
{
    char *text = NULL;
    size_t size = 0;
    struct dm_err err = DM_ERR_INIT;

    if (dm_file_read(fixture->arena, dm_path_join(fixture->arena, folder, path), 1 << 24, &text,
                     &size, &err)
        != DM_OK) {
        fail_msg("%s", err.text);
    }
    return text;
}

static void write_at(struct fixture *fixture, const char *folder, const char *path,
                     const char *text)
{
    const char *whole = dm_path_join(fixture->arena, folder, path);

    assert_int_equal(dm_file_make_folder(dm_path_folder(fixture->arena, whole), NULL), DM_OK);
    assert_int_equal(dm_file_write(whole, text, strlen(text), NULL), DM_OK);
}

static bool is_there(struct fixture *fixture, const char *folder, const char *path)
{
    return dm_file_exists(dm_path_join(fixture->arena, folder, path));
}

/* ---- what is written ---- */

static size_t count_files(struct fixture *fixture, const char *folder)
{
    const char *const *names = NULL;
    size_t n_names = 0;
    size_t n = 0;

    assert_int_equal(dm_file_list(fixture->arena, folder, &names, &n_names, NULL), DM_OK);
    for (size_t i = 0; i < n_names; i++) {
        const char *path = dm_path_join(fixture->arena, folder, names[i]);

        n += dm_file_is_folder(path) ? count_files(fixture, path) : 1;
    }
    return n;
}

/* Not evidence.json: it has the digest of the facts, which grow. */
static void a_small_design_is_written_as_expected(void **state)
{
    struct fixture *fixture = *state;
    struct dm_artifacts artifacts = build(fixture, DESIGN, fixture->out);

    if (getenv("DM_BLESS")) {
        assert_int_equal(dm_file_remove_tree(EXPECTED, NULL), DM_OK);
    }
    for (size_t i = 0; i < artifacts.n_paths; i++) {
        const char *path = artifacts.paths[i];

        if (strcmp(path, "evidence.json") == 0) {
            continue;
        }
        if (getenv("DM_BLESS")) {
            write_at(fixture, EXPECTED, path, read_at(fixture, fixture->out, path));
        }
        assert_string_equal(read_at(fixture, fixture->out, path), read_at(fixture, EXPECTED, path));
    }
    assert_int_equal(count_files(fixture, fixture->out), artifacts.n_paths);
    assert_int_equal(count_files(fixture, EXPECTED), artifacts.n_paths - 1);
}

static void the_same_design_gives_the_same_bytes_however_it_is_named(void **state)
{
    struct fixture *fixture = *state;
    const char *other = dm_path_join(fixture->arena, fixture->folder, "other");
    struct dm_artifacts artifacts = build(fixture, DESIGN, fixture->out);
    char folder[4096];
    const char *absolute;

    assert_non_null(getcwd(folder, sizeof folder));
    absolute = dm_path_join(fixture->arena, folder, DESIGN);
    assert_int_equal(build(fixture, absolute, other).n_paths, artifacts.n_paths);
    for (size_t i = 0; i < artifacts.n_paths; i++) {
        assert_string_equal(read_at(fixture, fixture->out, artifacts.paths[i]),
                            read_at(fixture, other, artifacts.paths[i]));
    }
}

static void evidence_has_the_digest_of_each_file_and_each_verdict(void **state)
{
    struct fixture *fixture = *state;
    struct dm_artifacts artifacts = build(fixture, DESIGN, fixture->out);
    json_t *evidence = json_loads(read_at(fixture, fixture->out, "evidence.json"), 0, NULL);
    const json_t *files = json_object_get(evidence, "files");
    const json_t *verdict = json_array_get(json_object_get(evidence, "verdicts"), 0);
    const json_t *input = json_array_get(json_object_get(evidence, "inputs"), 0);
    char digest[DM_DIGEST_SIZE];

    assert_int_equal(json_integer_value(json_object_get(evidence, "demarc_evidence")), 1);
    assert_string_equal(json_string_value(json_object_get(evidence, "as_of")), "2026-11-22");
    assert_int_equal(json_array_size(files), artifacts.n_paths - 1);
    for (size_t i = 0; i < json_array_size(files); i++) {
        const json_t *file = json_array_get(files, i);
        const char *text =
            read_at(fixture, fixture->out, json_string_value(json_object_get(file, "path")));

        assert_string_equal(json_string_value(json_object_get(file, "sha256")),
                            dm_digest_sha256(text, strlen(text), digest));
    }
    assert_string_equal(json_string_value(json_object_get(verdict, "requirement")), "R-REACH");
    assert_string_equal(json_string_value(json_object_get(verdict, "verdict")), "holds");
    assert_string_equal(json_string_value(json_object_get(input, "path")),
                        "two-regions.demarc.yaml");
    json_decref(evidence);
}

/* "RESOURCE NAME" of each VPC, a line each. */
static const char *names_of_vpcs(struct fixture *fixture, const char *network)
{
    json_t *root = json_loads(network, 0, NULL);
    const json_t *vpcs = json_object_get(json_object_get(root, "resource"), "aws_vpc");
    struct dm_str text;
    const char *ident;
    json_t *body;

    dm_str_init(&text, fixture->arena);
    json_object_foreach((json_t *)(uintptr_t)vpcs, ident, body)
    {
        dm_str_addf(&text, "%s %s\n", ident,
                    json_string_value(json_object_get(json_object_get(body, "tags"), "Name")));
    }
    json_decref(root);
    return text.text;
}

static void what_is_alike_but_for_signs_is_told_apart_in_any_order(void **state)
{
    static const char *const rows[] = { "vpc a-b r1 10.0.0.0/16\n", "vpc a.b r1 10.1.0.0/16\n",
                                        "vpc a_b r1 10.2.0.0/16\n", "vpc c r1 10.3.0.0/16\n" };
    struct fixture *fixture = *state;
    const char *first = NULL;

    for (size_t i = 0; i < 4; i++) {
        const char *text = dm_sprintf(fixture->arena, "region r1\nzone r1a r1\n%s%s%s%s", rows[i],
                                      rows[(i + 3) % 4], rows[(i + 2) % 4], rows[(i + 1) % 4]);
        struct dm_layout layout = { 0 };
        const char *names = NULL;

        assert_int_equal(
            dm_terraform_make(fixture->arena, dm_nets_make(fixture->arena, text), &layout, NULL),
            DM_OK);
        for (size_t j = 0; j < layout.n; j++) {
            if (strstr(layout.items[j].path, "network")) {
                names = names_of_vpcs(fixture, layout.items[j].text);
            }
        }
        assert_non_null(names);
        first = first ? first : names;
        assert_string_equal(names, first);
    }
    assert_string_equal(first, "a_b_2e7336dc a.b\na_b_648fa9b3 a_b\na_b_d44362d6 a-b\nc c\n");
}

#define VPC "region r1\nzone r1a r1\nvpc v r1 10.0.0.0/16\nsubnet s v r1a 10.0.1.0/24\n"
#define BALANCER                                                                                   \
    VPC "balancer b v net\nnode b.0 s 10.0.1.8 balancer=b\ntargets t v\ntarget t 10.0.1.9 80\n"    \
        "targets t2 v\ntarget t2 10.0.1.9 80\n"

static void what_cannot_be_written_is_refused_by_name(void **state)
{
    static const char *const nets[][2] = {
        { "region r1\nzone r1a r1\nenvironment shared\nvpc v r1 10.0.0.0/16 environment=shared\n",
          "environment `shared` has the name of a folder" },
        { "region r1\nzone r1a r1\nvpc v r1 10.0.0.0/16\ntable t v\nroute t 0.0.0.0/0 none\n",
          "route 0.0.0.0/0 of `t`: a table of a VPC has no black holes" },
        { "region r1\nzone r1a r1\nunknown u\nvpc v r1 10.0.0.0/16\ntable t v\n"
          "route t 0.0.0.0/0 unknown:u\n",
          "route 0.0.0.0/0 of `t`: its target is not understood" },
        { "region r1\nzone r1a r1\nunknown u\nvpc v r1 10.0.0.0/16\ngroup g v\n"
          "permit g in all unknown:u\n",
          "a rule of group `g`" },
        { "region r1\nzone r1a r1\nunknown u\ntgw g1 r1\nttable m g1\nattach? z g1 m u\n",
          "attachment `z`" },
        { "region r1\nzone r1a r1\nvpc v r1 10.0.0.0/16,2001:db8::/56\n", "IPv6 block" },
        { BALANCER "listen b tcp/80 -\n", "of load balancer `b`: what it answers itself" },
        { BALANCER "listen b tcp/53 t\nlisten b udp/53 t\n", "`b`: AWS has one listener a port" },
        { BALANCER "listen b tcp/53 t\nlisten b udp/54 t\n", "`t`: listeners of two protocols" },
        { BALANCER "listen b tcp/53 t,t2\n", "by which weight it sends to several" },
        { BALANCER "listen b tcp/53 t\n", "target group `t2`: no listener sends to it" },
        { VPC "balancer b v app\ntargets t v\nlisten b udp/53 t\n",
          "an application load balancer takes TCP" },
        { VPC "fleet b v -\n", "gateway load balancer `b`: it has no appliances" },
        { VPC "fgroup g stateful\n", "firewall rules `g`: no firewall has them" },
        { VPC "fpolicy p pass\nfirewall f v p\n", "firewall `f` has no endpoint" },
        { VPC "fgroup g\nfrule g 1 pass tcp !10.0.0.0/8 any\nfpolicy p pass stateless=g\n"
              "firewall f v p\nfendpoint e s firewall:f\n",
          "a stateless rule of a firewall names prefixes" },
        { VPC "unknown u\nfgroup g stateful\nfrule g 0 pass tcp any any partial=u\n"
              "fpolicy p pass stateful=g\nfirewall f v p\nfendpoint e s firewall:f\n",
          "a rule of `g` looks at more than is modelled" },
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof nets / sizeof nets[0]; i++) {
        const struct dm_model *model = dm_nets_make(fixture->arena, nets[i][0]);
        struct dm_layout layout = { 0 };
        struct dm_err err = DM_ERR_INIT;

        assert_int_equal(dm_terraform_make(fixture->arena, model, &layout, &err), DM_UNSUPPORTED);
        if (!strstr(err.text, nets[i][1])) {
            fail_msg("`%s` is not in `%s`", nets[i][1], err.text);
        }
    }
}

/* ---- the folder ---- */

static struct dm_layout files(struct fixture *fixture, const char *more, const char *text)
{
    struct dm_layout layout = { 0 };
    const char *evidence = dm_sprintf(fixture->arena,
                                      "{\"demarc_evidence\": 1, \"files\": "
                                      "[{\"path\": \"a/x.tf.json\"}, {\"path\": \"%s\"}]}",
                                      more);

    assert_true(
        dm_layout_add(fixture->arena, &layout, "evidence.json", evidence, strlen(evidence)));
    assert_true(dm_layout_add(fixture->arena, &layout, "a/x.tf.json", "{}\n", 3));
    assert_true(dm_layout_add(fixture->arena, &layout, more, text, strlen(text)));
    dm_layout_sort(&layout);
    return layout;
}

static enum dm_status write_folder(struct fixture *fixture, const char *more, const char *text,
                                   bool *ret_unchanged, struct dm_err *err)
{
    struct dm_layout layout = files(fixture, more, text);

    return dm_layout_write(fixture->arena, &layout, fixture->out, ret_unchanged, err);
}

/* Nothing is left beside the folder. */
static void assert_alone(struct fixture *fixture, size_t n_expected)
{
    const char *const *names = NULL;
    size_t n = 0;

    assert_int_equal(dm_file_list(fixture->arena, fixture->folder, &names, &n, NULL), DM_OK);
    assert_int_equal(n, n_expected);
}

static void the_same_again_leaves_the_folder_alone(void **state)
{
    struct fixture *fixture = *state;
    bool unchanged = true;

    assert_int_equal(write_folder(fixture, "b/y.tf.json", "1", &unchanged, NULL), DM_OK);
    assert_false(unchanged);
    assert_int_equal(write_folder(fixture, "b/y.tf.json", "1", &unchanged, NULL), DM_OK);
    assert_true(unchanged);
    write_at(fixture, fixture->out, "b/y.tf.json", "edited");
    assert_int_equal(write_folder(fixture, "b/y.tf.json", "1", &unchanged, NULL), DM_OK);
    assert_false(unchanged);
    assert_string_equal(read_at(fixture, fixture->out, "b/y.tf.json"), "1");
    assert_alone(fixture, 1);
}

static void files_that_are_no_longer_made_go_and_state_stays(void **state)
{
    struct fixture *fixture = *state;
    bool unchanged = true;

    assert_int_equal(write_folder(fixture, "b/y.tf.json", "1", &unchanged, NULL), DM_OK);
    write_at(fixture, fixture->out, "a/terraform.tfstate", "state of a");
    write_at(fixture, fixture->out, "b/terraform.tfstate", "state of b");
    write_at(fixture, fixture->out, "b/.terraform/providers/x", "cache");
    assert_int_equal(write_folder(fixture, "c/z.tf.json", "2", &unchanged, NULL), DM_OK);
    assert_false(is_there(fixture, fixture->out, "b/y.tf.json"));
    assert_string_equal(read_at(fixture, fixture->out, "c/z.tf.json"), "2");
    assert_string_equal(read_at(fixture, fixture->out, "a/terraform.tfstate"), "state of a");
    assert_string_equal(read_at(fixture, fixture->out, "b/terraform.tfstate"), "state of b");
    assert_string_equal(read_at(fixture, fixture->out, "b/.terraform/providers/x"), "cache");
    assert_alone(fixture, 1);
}

static void assert_refused(struct fixture *fixture, const char *text)
{
    struct dm_err err = DM_ERR_INIT;
    bool unchanged = false;

    assert_int_equal(write_folder(fixture, "b/y.tf.json", "2", &unchanged, &err), DM_INVALID);
    assert_non_null(strstr(err.text, text));
    assert_alone(fixture, 1);
}

static void a_folder_of_others_is_refused_and_left_as_it_was(void **state)
{
    struct fixture *fixture = *state;

    write_at(fixture, fixture->out, "thesis.txt", "years of work");
    assert_refused(fixture, "no evidence.json of demarc");
    write_at(fixture, fixture->out, "evidence.json", "{\"files\": []}");
    assert_refused(fixture, "no evidence.json of demarc");
    write_at(fixture, fixture->out, "evidence.json", "{\"demarc_evidence\": 1, \"fil");
    assert_refused(fixture, "no evidence.json of demarc");
    assert_string_equal(read_at(fixture, fixture->out, "thesis.txt"), "years of work");
}

static void configuration_that_was_not_proved_is_refused(void **state)
{
    struct fixture *fixture = *state;
    bool unchanged = true;

    assert_int_equal(write_folder(fixture, "b/y.tf.json", "1", &unchanged, NULL), DM_OK);
    write_at(fixture, fixture->out, "a/extra.tf", "resource {}");
    assert_refused(fixture, "a/extra.tf: not written by demarc");
    assert_string_equal(read_at(fixture, fixture->out, "b/y.tf.json"), "1");
}

static void an_empty_folder_and_one_with_a_slash_are_written_to(void **state)
{
    struct fixture *fixture = *state;
    struct dm_layout layout = files(fixture, "b/y", "1");
    const char *slash = dm_sprintf(fixture->arena, "%s//", fixture->out);
    bool unchanged = true;

    assert_int_equal(dm_file_make_folder(fixture->out, NULL), DM_OK);
    assert_int_equal(dm_layout_write(fixture->arena, &layout, slash, &unchanged, NULL), DM_OK);
    assert_false(unchanged);
    assert_string_equal(read_at(fixture, fixture->out, "b/y"), "1");
    assert_alone(fixture, 1);
}

static void a_link_stays_and_what_it_leads_to_is_replaced(void **state)
{
    struct fixture *fixture = *state;
    const char *link = dm_path_join(fixture->arena, fixture->folder, "link");
    struct dm_layout layout = files(fixture, "b/y", "2");
    bool unchanged = true;

    assert_int_equal(write_folder(fixture, "b/y", "1", &unchanged, NULL), DM_OK);
    assert_int_equal(symlink("out", link), 0);
    assert_int_equal(dm_layout_write(fixture->arena, &layout, link, &unchanged, NULL), DM_OK);
    assert_string_equal(read_at(fixture, fixture->out, "b/y"), "2");
    assert_alone(fixture, 2);
}

/* A file cannot be written below another file: that fails when half is written. */
static void a_failure_in_the_middle_leaves_everything_as_it_was(void **state)
{
    struct fixture *fixture = *state;
    struct dm_err err = DM_ERR_INIT;
    bool unchanged = true;

    assert_int_equal(write_folder(fixture, "a/x.tf.json/z", "1", &unchanged, &err), DM_IO);
    assert_alone(fixture, 0);
    assert_int_equal(write_folder(fixture, "b/y", "1", &unchanged, NULL), DM_OK);
    assert_int_equal(write_folder(fixture, "a/x.tf.json/z", "1", &unchanged, &err), DM_IO);
    assert_string_equal(read_at(fixture, fixture->out, "b/y"), "1");
    assert_string_equal(read_at(fixture, fixture->out, "a/x.tf.json"), "{}\n");
    assert_alone(fixture, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_small_design_is_written_as_expected),
        TEST(the_same_design_gives_the_same_bytes_however_it_is_named),
        TEST(evidence_has_the_digest_of_each_file_and_each_verdict),
        TEST(what_is_alike_but_for_signs_is_told_apart_in_any_order),
        TEST(what_cannot_be_written_is_refused_by_name),
        TEST(the_same_again_leaves_the_folder_alone),
        TEST(files_that_are_no_longer_made_go_and_state_stays),
        TEST(a_folder_of_others_is_refused_and_left_as_it_was),
        TEST(configuration_that_was_not_proved_is_refused),
        TEST(an_empty_folder_and_one_with_a_slash_are_written_to),
        TEST(a_link_stays_and_what_it_leads_to_is_replaced),
        TEST(a_failure_in_the_middle_leaves_everything_as_it_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
