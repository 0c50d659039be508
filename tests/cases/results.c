/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Designs of the repository, judged for real: what comes out has the form that is published, says
 * the same in every format, and keeps its ids when lines move.
 */
#include <stdlib.h>
#include <string.h>

#include "model/base/file.h"
#include "model/facts/data.h"
#include "model/front/design/design.h"
#include "render/concise.h"
#include "render/json.h"
#include "render/text.h"
#include "scenarios/check.h"
#include "tests/support/dmtest.h"
#include "tests/support/schema_check.h"

static const char *const designs[] = { "examples/shop/one-table", "examples/shop/table-each",
                                       "data/designs/fineract-emea/as-written",
                                       "data/designs/fineract-emea/repaired" };

enum { N_DESIGNS = sizeof designs / sizeof designs[0] };

static int set_up(void **state)
{
    *state = dm_arena_new(0);
    return *state ? 0 : 1;
}

static int tear_down(void **state)
{
    dm_arena_free(*state);
    return 0;
}

static const struct dm_result *judge(struct dm_arena *arena, const char *path)
{
    struct dm_err err = DM_ERR_INIT;
    struct dm_sources *sources = dm_sources_new(arena, &err);
    struct dm_facts *facts = dm_facts_new(arena);
    struct dm_builder *builder = dm_builder_new(arena, sources, &err);
    struct dm_check_options options = { .as_of = "2026-11-22" };
    const struct dm_model *model = NULL;
    const struct dm_result *result = NULL;
    const char *file = NULL;
    struct dm_diags diags;

    dm_diags_init(&diags, arena);
    assert_int_equal(dm_design_locate(arena, path, &file, &err), DM_OK);
    assert_int_equal(dm_design_load(arena, sources, file, facts, builder, &diags, &err), DM_OK);
    assert_int_equal(dm_model_build(builder, &diags, &model, &err), DM_OK);
    assert_non_null(model);
    assert_int_equal(dm_check(arena, model, facts, &options, &result, &err), DM_OK);
    return result;
}

static const char *json_of(struct dm_arena *arena, const struct dm_result *result)
{
    struct dm_str out;

    dm_str_init(&out, arena);
    assert_int_equal(dm_render_json(result, &out, NULL), DM_OK);
    return out.text;
}

static void what_is_written_for_programs_has_the_form_that_is_published(void **state)
{
    const struct dm_data_file *schema = dm_data_find("schema/result-1.schema.json");
    struct schema_fault fault = { 0 };

    for (size_t i = 0; i < N_DESIGNS; i++) {
        if (!schema_check_text(schema->text, json_of(*state, judge(*state, designs[i])), &fault)) {
            fail_msg("%s: %s: %s", designs[i], fault.pointer, fault.text);
        }
    }
}

static size_t count(const char *text, const char *word)
{
    size_t n = 0;

    for (; (text = strstr(text, word)) != NULL; text++) {
        n++;
    }
    return n;
}

/* Each finding once in each format, under its own id. */
static void every_format_has_every_finding(void **state)
{
    const struct dm_render_options plain = { false, 0, 0 };

    for (size_t i = 0; i < N_DESIGNS; i++) {
        const struct dm_result *result = judge(*state, designs[i]);
        const char *json = json_of(*state, result);
        struct dm_str text;
        struct dm_str concise;

        dm_str_init(&text, *state);
        dm_str_init(&concise, *state);
        dm_render_text(result, &plain, &text);
        dm_render_concise(result, &concise);
        assert_int_equal(count(json, "\"code\": \"") >= result->n_findings, 1);
        assert_int_equal(count(text.text, "   explain: demarc rule "), result->n_findings);
        for (size_t j = 0; j < result->n_findings; j++) {
            const char *id = result->findings[j].id;

            assert_int_equal(count(text.text, id), 1);
            assert_int_equal(count(concise.text, id), 1);
            assert_int_equal(count(json, id), result->findings[j].requirement.v ? 2 : 1);
        }
    }
}

static void a_line_of_text_that_can_be_wrapped_fits_the_page(void **state)
{
    const struct dm_render_options wide = { false, 120, 0 };
    const struct dm_result *result = judge(*state, designs[2]);
    struct dm_str text;

    dm_str_init(&text, *state);
    dm_render_text(result, &wide, &text);
    for (const char *at = text.text; *at; at += strcspn(at, "\n") + 1) {
        /* A headline is one line, and so is the last, so that they can be found and copied whole.
         */
        size_t length = strcspn(at, "\n");
        bool is_headline = dm_str_starts(at, "error[") || dm_str_starts(at, "warning[")
                           || dm_str_starts(at, "note[");

        if (!is_headline && at[length] && at[length + 1] && length > 120) {
            fail_msg("%.*s", (int)strcspn(at, "\n"), at);
        }
    }
}

static void ids_stay_when_lines_move(void **state)
{
    static const char before[] = "# a line\n\n# and another\n";
    const struct dm_result *first = judge(*state, designs[0]);
    const struct dm_source *source = dm_sources_get(first->model->sources, 1);
    char folder[] = "/tmp/dm-results-XXXXXX";
    const struct dm_result *moved;
    struct dm_str text;
    const char *path;

    assert_non_null(mkdtemp(folder));
    path = dm_path_join(*state, folder, "other.demarc.yaml");
    dm_str_init(&text, *state);
    dm_str_add(&text, before);
    dm_str_addn(&text, source->text, source->size);
    assert_int_equal(dm_file_write(path, text.text, text.length, NULL), DM_OK);
    moved = judge(*state, path);
    assert_int_equal(dm_file_remove_tree(folder, NULL), DM_OK);
    assert_true(first->n_findings > 0);
    assert_int_equal(moved->n_findings, first->n_findings);
    for (size_t i = 0; i < first->n_findings; i++) {
        struct dm_place place =
            dm_sources_place(first->model->sources, first->findings[i].labels[0].span);

        assert_string_equal(moved->findings[i].id, first->findings[i].id);
        assert_int_equal(
            dm_sources_place(moved->model->sources, moved->findings[i].labels[0].span).line,
            place.line + 3);
    }
}

static void ids_tell_findings_apart(void **state)
{
    for (size_t i = 0; i < N_DESIGNS; i++) {
        const struct dm_result *result = judge(*state, designs[i]);

        for (size_t j = 0; j < result->n_findings; j++) {
            for (size_t k = 0; k < j; k++) {
                assert_string_not_equal(result->findings[j].id, result->findings[k].id);
            }
        }
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(what_is_written_for_programs_has_the_form_that_is_published),
        TEST(every_format_has_every_finding),
        TEST(a_line_of_text_that_can_be_wrapped_fits_the_page),
        TEST(ids_stay_when_lines_move),
        TEST(ids_tell_findings_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
