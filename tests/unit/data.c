/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The files of data/ that the build put into the program.
 */
#include "model/facts/data.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/dmtest.h"

static void every_file_is_found_by_its_path_with_the_bytes_it_has_on_disk(void **state)
{
    size_t n = 0;
    const struct dm_data_file *files = dm_data_list("", &n);

    (void)state;
    assert_true(n > 0);
    for (size_t i = 0; i < n; i++) {
        char path[512];
        FILE *stream = NULL;
        size_t at = 0;
        int c = 0;

        assert_ptr_equal(dm_data_find(files[i].path), &files[i]);
        assert_int_equal(files[i].text[files[i].size], 0);
        assert_true(snprintf(path, sizeof path, "data/%s", files[i].path) < (int)sizeof path);
        stream = fopen(path, "rb");
        assert_non_null(stream);
        while ((c = fgetc(stream)) != EOF) {
            assert_true(at < files[i].size);
            assert_int_equal((unsigned char)files[i].text[at], c);
            at++;
        }
        assert_int_equal(at, files[i].size);
        fclose(stream);
    }
}

static void paths_are_sorted_by_byte_and_stand_once(void **state)
{
    size_t n = 0;
    const struct dm_data_file *files = dm_data_list("", &n);

    (void)state;
    for (size_t i = 1; i < n; i++) {
        assert_true(strcmp(files[i - 1].path, files[i].path) < 0);
    }
}

static void a_path_that_does_not_exist_is_not_found(void **state)
{
    size_t n = 0;
    const struct dm_data_file *files = dm_data_list("", &n);
    char path[512];

    (void)state;
    assert_null(dm_data_find(""));
    assert_null(dm_data_find("zzz"));
    assert_null(dm_data_find("facts"));
    assert_true(snprintf(path, sizeof path, "%sx", files[n - 1].path) < (int)sizeof path);
    assert_null(dm_data_find(path));
    assert_true(snprintf(path, sizeof path, "%.*s", (int)strlen(files[0].path) - 1, files[0].path)
                < (int)sizeof path);
    assert_null(dm_data_find(path));
}

static void a_prefix_lists_its_files_and_no_other(void **state)
{
    size_t n = 0;
    size_t n_all = 0;
    size_t n_seen = 0;
    const struct dm_data_file *all = dm_data_list("", &n_all);
    const struct dm_data_file *facts = dm_data_list("facts/", &n);

    (void)state;
    assert_true(n > 0);
    for (size_t i = 0; i < n_all; i++) {
        if (strncmp(all[i].path, "facts/", 6) == 0) {
            assert_ptr_equal(&facts[n_seen], &all[i]);
            n_seen++;
        }
    }
    assert_int_equal(n, n_seen);
    dm_data_list("no such folder/", &n);
    assert_int_equal(n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_is_found_by_its_path_with_the_bytes_it_has_on_disk),
        cmocka_unit_test(paths_are_sorted_by_byte_and_stand_once),
        cmocka_unit_test(a_path_that_does_not_exist_is_not_found),
        cmocka_unit_test(a_prefix_lists_its_files_and_no_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
