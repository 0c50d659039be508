/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/dmtest.h"

struct fixture {
    struct dm_arena *arena;
    struct dm_err err;
    char folder[64];
};

static int set_up(void **state)
{
    static struct fixture fixture;

    fixture = (struct fixture){ .arena = dm_arena_new(0) };
    (void)snprintf(fixture.folder, sizeof fixture.folder, "/tmp/demarc-file-XXXXXX");
    *state = &fixture;
    return fixture.arena && mkdtemp(fixture.folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    enum dm_status status = dm_file_remove_tree(fixture->folder, NULL);

    dm_arena_free(fixture->arena);
    return status == DM_OK ? 0 : -1;
}

static const char *path_of(struct fixture *fixture, const char *name)
{
    return dm_path_join(fixture->arena, fixture->folder, name);
}

static void write_text(struct fixture *fixture, const char *name, const char *text)
{
    assert_int_equal(dm_file_write(path_of(fixture, name), text, strlen(text), &fixture->err),
                     DM_OK);
}

static void pipes_and_devices_are_told_from_files_without_opening_them(void **state)
{
    struct fixture *fixture = *state;

    write_text(fixture, "f", "text");
    assert_int_equal(mkfifo(path_of(fixture, "p"), 0600), 0);
    assert_true(dm_file_is_stream(path_of(fixture, "p")));
    assert_true(dm_file_is_stream("/dev/null"));
    assert_false(dm_file_is_stream(path_of(fixture, "f")));
    assert_false(dm_file_is_stream(fixture->folder));
    assert_false(dm_file_is_stream(path_of(fixture, "nothing")));
}

static void what_is_written_is_read_back(void **state)
{
    struct fixture *fixture = *state;
    size_t sizes[] = { 0, 1, 65535, 65536, 300000 };
    char *bytes = DM_NEW_ARRAY(fixture->arena, 300000, char);

    for (size_t i = 0; i < 300000; i++) {
        bytes[i] = (char)(i * 7 % 251);
    }
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const char *path = path_of(fixture, "f");
        char *text = NULL;
        size_t size = 0;

        assert_int_equal(dm_file_write(path, bytes, sizes[i], &fixture->err), DM_OK);
        assert_int_equal(dm_file_read(fixture->arena, path, 300000, &text, &size, &fixture->err),
                         DM_OK);
        assert_int_equal(size, sizes[i]);
        assert_memory_equal(text, bytes, size);
        assert_int_equal(text[size], 0);
    }
}

static void nothing_is_left_beside_a_file_that_was_written(void **state)
{
    struct fixture *fixture = *state;
    const char *const *names = NULL;
    size_t n = 0;

    write_text(fixture, "b", "1");
    write_text(fixture, "b", "2");
    write_text(fixture, "a10", "");
    write_text(fixture, ".hidden", "");
    assert_int_equal(dm_file_list(fixture->arena, fixture->folder, &names, &n, &fixture->err),
                     DM_OK);
    assert_int_equal(n, 3);
    assert_string_equal(names[0], ".hidden");
    assert_string_equal(names[1], "a10");
    assert_string_equal(names[2], "b");
}

static void a_file_keeps_its_mode(void **state)
{
    struct fixture *fixture = *state;
    struct stat info;

    write_text(fixture, "f", "1");
    assert_int_equal(chmod(path_of(fixture, "f"), 0640), 0);
    write_text(fixture, "f", "2");
    assert_int_equal(stat(path_of(fixture, "f"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0640);
}

static void a_device_is_written_to_and_not_replaced(void **state)
{
    struct fixture *fixture = *state;
    struct stat info;

    assert_int_equal(dm_file_write("/dev/null", "x", 1, &fixture->err), DM_OK);
    assert_int_equal(stat("/dev/null", &info), 0);
    assert_true(S_ISCHR(info.st_mode));
}

static void a_failed_write_leaves_what_was_there(void **state)
{
    struct fixture *fixture = *state;
    const char *const *names = NULL;
    size_t n = 7;

    assert_int_equal(dm_file_make_folder(path_of(fixture, "d"), &fixture->err), DM_OK);
    assert_int_equal(dm_file_write(path_of(fixture, "d"), "x", 1, &fixture->err), DM_IO);
    assert_non_null(strstr(fixture->err.text, "is a folder"));
    assert_int_equal(dm_file_write(path_of(fixture, "no/f"), "x", 1, NULL), DM_IO);
    assert_int_equal(dm_file_list(fixture->arena, path_of(fixture, "d"), &names, &n, NULL), DM_OK);
    assert_int_equal(n, 0);
}

static void reading_stops_at_the_limit(void **state)
{
    struct fixture *fixture = *state;
    char *text = NULL;
    size_t size = 0;

    write_text(fixture, "f", "12345");
    assert_int_equal(
        dm_file_read(fixture->arena, path_of(fixture, "f"), 4, &text, &size, &fixture->err),
        DM_LIMIT);
    assert_null(text);
    assert_int_equal(dm_file_read(fixture->arena, path_of(fixture, "f"), 5, &text, &size, NULL),
                     DM_OK);
    assert_int_equal(dm_file_read(fixture->arena, "/dev/zero", 100000, &text, &size, NULL),
                     DM_LIMIT);
}

static void folders_and_missing_files_cannot_be_read(void **state)
{
    struct fixture *fixture = *state;
    struct dm_err err = DM_ERR_INIT;
    char *text = NULL;
    size_t size = 0;

    assert_int_equal(dm_file_read(fixture->arena, fixture->folder, 10, &text, &size, &err), DM_IO);
    assert_non_null(strstr(err.text, "is a folder"));
    assert_int_equal(dm_file_read(fixture->arena, path_of(fixture, "no"), 10, &text, &size, NULL),
                     DM_IO);
    assert_false(dm_file_exists(path_of(fixture, "no")));
    assert_true(dm_file_exists(fixture->folder));
    assert_true(dm_file_is_folder(fixture->folder));
    assert_false(dm_file_is_folder("/dev/null"));
}

static void trees_are_made_and_removed_and_links_not_followed(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(dm_file_make_folder(path_of(fixture, "a//b/c/"), &fixture->err), DM_OK);
    assert_int_equal(dm_file_make_folder(path_of(fixture, "a/b"), &fixture->err), DM_OK);
    write_text(fixture, "a/b/c/f", "x");
    write_text(fixture, "kept", "x");
    assert_int_equal(symlink(fixture->folder, path_of(fixture, "a/b/link")), 0);
    assert_int_equal(dm_file_remove_tree(path_of(fixture, "a"), &fixture->err), DM_OK);
    assert_false(dm_file_exists(path_of(fixture, "a")));
    assert_true(dm_file_exists(path_of(fixture, "kept")));
    assert_int_equal(dm_file_remove_tree(path_of(fixture, "a"), &fixture->err), DM_OK);
    assert_int_equal(dm_file_make_folder(path_of(fixture, "kept/x"), NULL), DM_IO);
}

static void paths_are_joined_and_taken_apart(void **state)
{
    struct fixture *fixture = *state;
    struct dm_arena *arena = fixture->arena;

    assert_string_equal(dm_path_join(arena, "a", "b"), "a/b");
    assert_string_equal(dm_path_join(arena, "a/", "b"), "a/b");
    assert_string_equal(dm_path_join(arena, "a", "/b"), "/b");
    assert_string_equal(dm_path_join(arena, "", "b"), "b");
    assert_string_equal(dm_path_folder(arena, "a/b/c"), "a/b");
    assert_string_equal(dm_path_folder(arena, "a"), ".");
    assert_string_equal(dm_path_folder(arena, "/a"), "/");
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(what_is_written_is_read_back),
        IN_FOLDER(pipes_and_devices_are_told_from_files_without_opening_them),
        IN_FOLDER(nothing_is_left_beside_a_file_that_was_written),
        IN_FOLDER(a_file_keeps_its_mode),
        IN_FOLDER(a_device_is_written_to_and_not_replaced),
        IN_FOLDER(a_failed_write_leaves_what_was_there),
        IN_FOLDER(reading_stops_at_the_limit),
        IN_FOLDER(folders_and_missing_files_cannot_be_read),
        IN_FOLDER(trees_are_made_and_removed_and_links_not_followed),
        IN_FOLDER(paths_are_joined_and_taken_apart),
    };

    return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
