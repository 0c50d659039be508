/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The reader of what explains a rule, and every explanation that the program holds.
 */
#include "model/facts/explanation.h"

#include <string.h>

#include "model/facts/data.h"
#include "tests/support/dmtest.h"

#define TITLE "# RCH001 unreachable\n"
#define MEANING "\n## What it means\n\nNobody answers.\n\n```text\n## no heading\n```\n"
#define REASON "\n## Why it matters\n\nPayments wait.\n"
#define EXAMPLE "\n## Example\n\nOne network:\n\n```yaml\n# no title\nregions:\n  - a\n```\n\nSo.\n"
#define REPAIRED "\n## Repaired\n```yaml\nregions: [b]\n```\n"
#define LIMITS "\n## Limits of the analysis\n\nNone.\n"
#define FACTS "\n## Facts\n\nTGW-01\n"

static int set_up(void **state)
{
    *state = dm_arena_new(0);
    return *state == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
    dm_arena_free(*state);
    return 0;
}

static void title_parts_and_designs_are_told_apart(void **state)
{
    struct dm_explanation got = { .title = NULL };
    struct dm_err err = DM_ERR_INIT;

    assert_int_equal(dm_explanation_read(*state, "f.md",
                                         TITLE MEANING REASON EXAMPLE REPAIRED LIMITS FACTS, &got,
                                         &err),
                     DM_OK);
    assert_string_equal(got.title, "RCH001 unreachable");
    assert_string_equal(got.parts[DM_EXPLANATION_MEANING],
                        "Nobody answers.\n\n```text\n## no heading\n```");
    assert_string_equal(got.parts[DM_EXPLANATION_REASON], "Payments wait.");
    assert_string_equal(got.parts[DM_EXPLANATION_EXAMPLE],
                        "One network:\n\n```yaml\n# no title\nregions:\n  - a\n```\n\nSo.");
    assert_string_equal(got.parts[DM_EXPLANATION_LIMITS], "None.");
    assert_string_equal(got.parts[DM_EXPLANATION_FACTS], "TGW-01");
    assert_string_equal(got.example, "# no title\nregions:\n  - a\n");
    assert_string_equal(got.repaired, "regions: [b]\n");
}

static void the_facts_may_be_left_out_and_nothing_else(void **state)
{
    struct dm_explanation got = { .title = NULL };
    struct dm_err err = DM_ERR_INIT;

    assert_int_equal(dm_explanation_read(*state, "f.md",
                                         TITLE MEANING REASON EXAMPLE REPAIRED LIMITS, &got, &err),
                     DM_OK);
    assert_null(got.parts[DM_EXPLANATION_FACTS]);
}

static void an_explanation_out_of_form_is_refused_with_the_line(void **state)
{
    static const struct {
        const char *text;
        const char *expected;
    } table[] = {
        { "", "f.md:1: the first line is not the title" },
        { "RCH001\n", "f.md:1: the first line is not the title" },
        { TITLE, "f.md:1: here belongs the heading `What it means`" },
        { TITLE "Text.\n" MEANING, "f.md:2: text stands before the heading" },
        { TITLE REASON, "f.md:3: here belongs the heading `What it means`" },
        { TITLE MEANING EXAMPLE, "here belongs the heading `Why it matters`" },
        { TITLE "\n## What it means that\n\nx\n", "f.md:3: here belongs" },
        { TITLE "\n## What it means", "f.md:3: nothing stands in `What it means`" },
        { TITLE "\n## What it means\n\n" REASON, "nothing stands in `What it means`" },
        { TITLE MEANING REASON "\n## Example\n\nNone.\n" REPAIRED,
          "no block fenced as yaml in `Example`" },
        { TITLE MEANING REASON "\n## Example\n```yaml\na\n```\n```yaml\nb\n```\n" REPAIRED,
          "a second design in `Example`" },
        { TITLE MEANING REASON "\n## Example\n```yaml\na\n\n## Repaired\n",
          "a fence is not closed in `Example`" },
        { TITLE MEANING REASON EXAMPLE REPAIRED,
          "here belongs the heading `Limits of the analysis`" },
        { TITLE MEANING REASON EXAMPLE REPAIRED LIMITS "\n## See also\n\nx\n",
          "here belongs the heading `Facts`" },
        { TITLE MEANING REASON EXAMPLE REPAIRED LIMITS FACTS FACTS, "a heading follows `Facts`" },
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct dm_explanation got = { .title = "untouched" };
        struct dm_err err = DM_ERR_INIT;

        assert_int_equal(dm_explanation_read(*state, "f.md", table[i].text, &got, &err),
                         DM_INVALID);
        if (strstr(err.text, table[i].expected) == NULL) {
            fail_msg("row %zu gives `%s`, not `%s`", i, err.text, table[i].expected);
        }
        assert_string_equal(got.title, "untouched");
    }
}

static void a_rule_that_does_not_exist_has_no_explanation(void **state)
{
    struct dm_explanation got = { .title = NULL };
    struct dm_err err = DM_ERR_INIT;

    assert_int_equal(dm_explanation_find(*state, "NIL999", &got, &err), DM_INVALID);
    assert_string_equal(err.text, "there is no rule `NIL999`");
}

static void every_explanation_of_the_program_is_in_form(void **state)
{
    size_t n = 0;
    const struct dm_data_file *files = dm_data_list("rules/", &n);

    for (size_t i = 0; i < n; i++) {
        struct dm_explanation got = { .title = NULL };
        struct dm_err err = DM_ERR_INIT;
        const char *name = files[i].path + strlen("rules/");
        size_t length = strlen(name);

        assert_true(length > 3 && strcmp(name + length - 3, ".md") == 0);
        char *code = dm_arena_strndup(*state, name, length - 3);
        assert_non_null(code);
        if (dm_explanation_find(*state, code, &got, &err) != DM_OK) {
            fail_msg("%s", err.text);
        }
        if (strncmp(got.title, code, strlen(code)) != 0) {
            fail_msg("%s: the title does not begin with the code", files[i].path);
        }
    }
}

static void headings_stand_for_the_parts(void **state)
{
    (void)state;
    assert_string_equal(dm_explanation_heading(DM_EXPLANATION_MEANING), "What it means");
    assert_string_equal(dm_explanation_heading(DM_EXPLANATION_FACTS), "Facts");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(title_parts_and_designs_are_told_apart),
        cmocka_unit_test(the_facts_may_be_left_out_and_nothing_else),
        cmocka_unit_test(an_explanation_out_of_form_is_refused_with_the_line),
        cmocka_unit_test(a_rule_that_does_not_exist_has_no_explanation),
        cmocka_unit_test(every_explanation_of_the_program_is_in_form),
        cmocka_unit_test(headings_stand_for_the_parts),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
