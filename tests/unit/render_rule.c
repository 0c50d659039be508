/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What 'demarc rule' and 'demarc rules' print.
 */
#include "render/rule.h"

#include <string.h>

#include "model/facts/data.h"
#include "scenarios/rule.h"
#include "tests/support/dmtest.h"
#include "tests/support/schema_check.h"

static const struct dm_render_options plain = { false, 0, 0 };

struct fixture {
    struct dm_arena *arena;
    struct dm_facts *facts;
    struct dm_str out;
    struct dm_err err;
};

static int set_up(void **state)
{
    static struct fixture f;

    f = (struct fixture){ .arena = dm_arena_new(0) };
    if (!f.arena) {
        return 1;
    }
    f.facts = dm_facts_new(f.arena);
    dm_str_init(&f.out, f.arena);
    *state = &f;
    return f.facts ? 0 : 1;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    dm_arena_free(f->arena);
    return 0;
}

static enum dm_status rule(struct fixture *f, const char *name, enum dm_rule_format format)
{
    dm_str_clear(&f->out);
    return dm_render_rule(name, f->facts, format, &plain, &f->out, &f->err);
}

static void has_form(struct fixture *f, const char *schema_path)
{
    const struct dm_data_file *schema = dm_data_find(schema_path);
    struct schema_fault fault = { 0 };

    assert_non_null(schema);
    if (!schema_check_text(schema->text, f->out.text, &fault)) {
        fail_msg("%s: %s", fault.pointer, fault.text);
    }
}

static void a_rule_is_explained_with_its_facts_and_their_sources(void **state)
{
    struct fixture *f = *state;
    const struct dm_data_file *file = dm_data_find("rules/RCH002.md");

    assert_int_equal(rule(f, "RCH002", DM_RULE_FORMAT_TEXT), DM_OK);
    assert_true(dm_str_starts(f->out.text,
                              "RCH002  propagation_over_peering  error  since 0.1\n"
                              "routes are to propagate over a transit gateway peering\n"
                              "\n# "));
    assert_non_null(strstr(f->out.text, file->text));
    assert_non_null(strstr(f->out.text, "\nTGW-01 (confidence: high)\n    Between two transit"));
    assert_non_null(strstr(f->out.text, "    https://docs.aws.amazon.com/"));
}

static void a_rule_is_found_by_its_name_too(void **state)
{
    struct fixture *f = *state;
    const char *by_code;

    assert_int_equal(rule(f, "SOV001", DM_RULE_FORMAT_TEXT), DM_OK);
    by_code = dm_arena_strdup(f->arena, f->out.text);
    assert_int_equal(rule(f, "stored_outside_policy", DM_RULE_FORMAT_TEXT), DM_OK);
    assert_string_equal(f->out.text, by_code);
}

static void every_rule_can_be_explained_in_every_format(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < DM_RULE_COUNT; i++) {
        const char *code = dm_rule_get((enum dm_rule_id)i)->code;

        assert_int_equal(rule(f, code, DM_RULE_FORMAT_TEXT), DM_OK);
        assert_int_equal(rule(f, code, DM_RULE_FORMAT_MARKDOWN), DM_OK);
        assert_true(dm_str_starts(f->out.text, "# "));
        assert_int_equal(rule(f, code, DM_RULE_FORMAT_JSON), DM_OK);
        has_form(f, "schema/rule-1.schema.json");
    }
}

static void a_code_that_is_not_known_names_the_one_that_may_be_meant(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(rule(f, "RCH099", DM_RULE_FORMAT_TEXT), DM_USAGE);
    assert_non_null(strstr(f->err.text, "no rule is called `RCH099`; did you mean `RCH00"));
    assert_string_equal(f->out.text, "");
    f->err = (struct dm_err)DM_ERR_INIT;
    assert_int_equal(rule(f, "completely-different", DM_RULE_FORMAT_TEXT), DM_USAGE);
    assert_non_null(strstr(f->err.text, "`demarc rules` lists them"));
}

static void the_catalogue_holds_every_rule_once_in_every_format(void **state)
{
    static const enum dm_rule_format formats[] = { DM_RULE_FORMAT_TEXT, DM_RULE_FORMAT_JSON,
                                                   DM_RULE_FORMAT_MARKDOWN };
    struct fixture *f = *state;

    for (size_t j = 0; j < 3; j++) {
        dm_str_clear(&f->out);
        assert_int_equal(dm_render_rules(formats[j], &plain, &f->out, &f->err), DM_OK);
        for (int i = 0; i < DM_RULE_COUNT; i++) {
            const char *code = dm_rule_get((enum dm_rule_id)i)->code;
            const char *at = strstr(f->out.text, code);

            assert_non_null(at);
            assert_null(strstr(at + 1, code));
        }
        assert_non_null(strstr(f->out.text, "NO_ROUTE_TO_DESTINATION"));
        if (formats[j] == DM_RULE_FORMAT_JSON) {
            has_form(f, "schema/rules-1.schema.json");
        }
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_rule_is_explained_with_its_facts_and_their_sources),
        TEST(a_rule_is_found_by_its_name_too),
        TEST(every_rule_can_be_explained_in_every_format),
        TEST(a_code_that_is_not_known_names_the_one_that_may_be_meant),
        TEST(the_catalogue_holds_every_rule_once_in_every_format),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
