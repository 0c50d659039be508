/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The same describe output in every layout that is read gives the same network: all keys in one
 * file, one file a call, files below folders of accounts, names of files that say nothing, the
 * output of a call in two files, and two inputs.  Models are compared as they are printed, without
 * the places.
 */
#include "tests/support/dmtest.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "model/base/file.h"
#include "model/front/aws/aws.h"
#include "render/dump.h"

#define WHOLE "tests/support/aws/leaves/eu-west-1/all.json"

enum { PATH = 512, MAX_INPUTS = 2 };

static char root[] = "/tmp/demarc-layouts-XXXXXX";

/* ---- layouts ---- */

static void write_keys(const char *path, const json_t *object)
{
    char *text = json_dumps(object, JSON_INDENT(1));
    struct dm_err err = DM_ERR_INIT;

    assert_non_null(text);
    assert_int_equal(dm_file_write(path, text, strlen(text), &err), DM_OK);
    free(text);
}

static void write_key(const char *folder, const char *name, const char *key, json_t *borrowed)
{
    json_t *object = json_pack("{s:O}", key, borrowed);
    char path[PATH];

    assert_non_null(object);
    snprintf(path, sizeof path, "%s/%s.json", folder, name);
    write_keys(path, object);
    json_decref(object);
}

static void make_folder(char path[PATH], const char *name)
{
    struct dm_err err = DM_ERR_INIT;

    snprintf(path, PATH, "%s/%s", root, name);
    assert_int_equal(dm_file_make_folder(path, &err), DM_OK);
}

/* A file for each key, called as the key is, or by number. */
static void one_file_a_call(json_t *whole, const char *place, bool by_number)
{
    const char *key;
    json_t *value;
    char folder[PATH];
    unsigned n = 0;

    make_folder(folder, place);
    json_object_foreach(whole, key, value)
    {
        char name[64];

        snprintf(name, sizeof name, "x%u", n++);
        write_key(folder, by_number ? name : key, key, value);
    }
}

/* Lists cut in half, as pages are. */
static void two_files_a_call(json_t *whole, const char *place)
{
    const char *key;
    json_t *value;
    char folder[PATH];

    make_folder(folder, place);
    json_object_foreach(whole, key, value)
    {
        json_t *halves[2] = { json_array(), json_array() };
        size_t n = json_array_size(value);

        for (size_t i = 0; i < n; i++) {
            json_array_append(halves[i >= n / 2], json_array_get(value, i));
        }
        for (unsigned i = 0; i < 2; i++) {
            char name[128];

            snprintf(name, sizeof name, "%s-%u", key, i);
            write_key(folder, name, key, halves[i]);
            json_decref(halves[i]);
        }
    }
}

static void two_inputs(json_t *whole, const char *first, const char *second)
{
    const char *key;
    json_t *value;
    char folders[2][PATH];
    unsigned n = 0;

    make_folder(folders[0], first);
    make_folder(folders[1], second);
    json_object_foreach(whole, key, value)
    {
        write_key(folders[n++ % 2], key, key, value);
    }
}

/* ---- models ---- */

/* The model as text, without "  @ PATH:LINE POINTER" and without the name of the input. */
static char *print(const char *const *inputs, size_t n_inputs)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_err err = DM_ERR_INIT;
    struct dm_sources *sources = dm_sources_new(arena, &err);
    struct dm_builder *builder = dm_builder_new(arena, sources, &err);
    struct dm_facts *facts = dm_facts_new(arena);
    const struct dm_model *model = NULL;
    const char *paths[MAX_INPUTS];
    struct dm_diags diags;
    struct dm_str out;
    char *text;
    char *to;

    dm_diags_init(&diags, arena);
    dm_builder_name(builder, "network", DM_SPAN_NONE);
    for (size_t i = 0; i < n_inputs; i++) {
        paths[i] = *inputs[i] == '.' ? inputs[i] + 1 : dm_sprintf(arena, "%s/%s", root, inputs[i]);
    }
    assert_int_equal(dm_aws_load_all(arena, sources, paths, n_inputs, facts, builder, &diags, &err),
                     DM_OK);
    assert_int_equal(dm_model_build(builder, &diags, &model, &err), DM_OK);
    assert_int_equal(diags.n_errors, 0);
    assert_non_null(model);
    assert_int_equal(model->n_unknowns, 0);
    dm_str_init(&out, arena);
    dm_render_model(model, &out);
    text = to = strdup(out.text);
    assert_non_null(text);
    for (const char *from = out.text; *from;) {
        if (strncmp(from, "  @ ", 4) == 0) {
            from += strcspn(from, "\n");
        } else {
            *to++ = *from++;
        }
    }
    *to = '\0';
    dm_arena_free(arena);
    return text;
}

static int make_layouts(void **state)
{
    json_t *whole = json_load_file(WHOLE, 0, NULL);

    (void)state;
    assert_non_null(whole);
    assert_non_null(mkdtemp(root));
    one_file_a_call(whole, "calls/eu-west-1", false);
    one_file_a_call(whole, "numbers/eu-west-1", true);
    one_file_a_call(whole, "accounts/111111111111/eu-west-1", false);
    two_files_a_call(whole, "pages/eu-west-1");
    two_inputs(whole, "first/eu-west-1", "second/eu-west-1");
    json_decref(whole);
    return 0;
}

static int remove_layouts(void **state)
{
    (void)state;
    return dm_file_remove_tree(root, NULL) == DM_OK ? 0 : -1;
}

static void every_layout_is_the_same_network(void **state)
{
    static const struct {
        const char *inputs[MAX_INPUTS];
        size_t n;
    } layouts[] = {
        { { "." WHOLE }, 1 },         { { "calls" }, 1 }, { { "calls/eu-west-1" }, 1 },
        { { "numbers" }, 1 },         { { "pages" }, 1 }, { { "first", "second" }, 2 },
        { { "second", "first" }, 2 },
    };
    char *expected = print(layouts[0].inputs, layouts[0].n);

    (void)state;
    assert_non_null(strstr(expected, "vpc-"));
    for (size_t i = 1; i < sizeof layouts / sizeof *layouts; i++) {
        char *got = print(layouts[i].inputs, layouts[i].n);

        assert_string_equal(got, expected);
        free(got);
    }
    free(expected);
}

/* The folder names the account too, which the output may not. */
static void folders_of_accounts_are_read(void **state)
{
    static const char *const inputs[] = { "accounts" };
    static const char *const by_calls[] = { "calls" };
    char *with_account = print(inputs, 1);
    char *without = print(by_calls, 1);

    (void)state;
    assert_non_null(strstr(with_account, "111111111111"));
    assert_true(strlen(with_account) >= strlen(without));
    free(with_account);
    free(without);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_layout_is_the_same_network),
        cmocka_unit_test(folders_of_accounts_are_read),
    };

    return cmocka_run_group_tests(tests, make_layouts, remove_layouts);
}
