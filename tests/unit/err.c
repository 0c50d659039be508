/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/base/err.h"

#include <string.h>

#include "model/base/limits.h"
#include "tests/support/dmtest.h"

static void the_first_failure_is_kept(void **state)
{
    struct dm_err err = DM_ERR_INIT;

    (void)state;
    assert_int_equal(DM_FAIL(&err, DM_IO, "disk %d", 7), DM_IO);
    assert_int_equal(DM_FAIL(&err, DM_NOMEM, "later"), DM_NOMEM);
    assert_int_equal(err.status, DM_IO);
    assert_string_equal(err.text, "disk 7");
    assert_non_null(strstr(err.file, "err.c"));
}

static void a_missing_err_is_fine(void **state)
{
    (void)state;
    assert_int_equal(DM_FAIL(NULL, DM_PARSE, "x"), DM_PARSE);
    dm_err_context(NULL, "x");
}

static void context_stands_before_the_cause(void **state)
{
    struct dm_err err = DM_ERR_INIT;

    (void)state;
    dm_err_context(&err, "nothing happened");
    assert_string_equal(err.text, "");
    (void)DM_FAIL(&err, DM_IO, "no such file");
    dm_err_context(&err, "reading `%s`", "a");
    dm_err_context(&err, "loading");
    assert_string_equal(err.text, "loading: reading `a`: no such file");
}

static void long_texts_are_cut_and_keep_the_begin_of_the_cause(void **state)
{
    struct dm_err err = DM_ERR_INIT;
    char longer[2 * DM_ERR_TEXT_SIZE];

    (void)state;
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    (void)DM_FAIL(&err, DM_IO, "cause %s", longer);
    assert_int_equal(strlen(err.text), DM_ERR_TEXT_SIZE - 1);
    for (int i = 0; i < 10; i++) {
        dm_err_context(&err, "%s", longer);
        assert_in_range(strlen(err.text), DM_ERR_TEXT_SIZE / 2, DM_ERR_TEXT_SIZE - 1);
    }
    err = (struct dm_err)DM_ERR_INIT;
    (void)DM_FAIL(&err, DM_IO, "cause");
    dm_err_context(&err, "%s", longer);
    assert_non_null(strstr(err.text, "x: cause"));
}

static void every_status_has_a_text_and_all_but_ok_exit_2(void **state)
{
    (void)state;
#define CHECK_STATUS(name, code, text)                                                             \
    assert_string_equal(dm_status_text(DM_##name), text);                                          \
    assert_int_equal(dm_status_exit_code(DM_##name), DM_##name == DM_OK ? 0 : 2);
    DM_STATUS_LIST(CHECK_STATUS)
#undef CHECK_STATUS
}

static void every_limit_has_a_value_and_says_what_it_bounds(void **state)
{
    (void)state;
#define CHECK_LIMIT(name, value, text)                                                             \
    assert_true(dm_limit_value(DM_LIMIT_##name) == (value));                                       \
    assert_true(dm_limit_value(DM_LIMIT_##name) > 0);                                              \
    assert_string_equal(dm_limit_text(DM_LIMIT_##name), text);
    DM_LIMIT_LIST(CHECK_LIMIT)
#undef CHECK_LIMIT
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_failure_is_kept),
        cmocka_unit_test(a_missing_err_is_fine),
        cmocka_unit_test(context_stands_before_the_cause),
        cmocka_unit_test(long_texts_are_cut_and_keep_the_begin_of_the_cause),
        cmocka_unit_test(every_status_has_a_text_and_all_but_ok_exit_2),
        cmocka_unit_test(every_limit_has_a_value_and_says_what_it_bounds),
    };

    return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
