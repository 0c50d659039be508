/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Gives a fuzz target what libFuzzer would: every file that is named, and every
 * file below each folder that is named.  So the corpus is a test everywhere.
 */
#include <stdio.h>
#include <string.h>

#include "model/base/file.h"
#include "model/base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Number of files, or -1 where one cannot be read. */
static long replay(const char *path)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_err err = DM_ERR_INIT;
    long n_files = -1;

    if (!arena) {
        return -1;
    }
    if (dm_file_is_folder(path)) {
        const char *const *names = NULL;
        size_t n_names = 0;

        if (dm_file_list(arena, path, &names, &n_names, &err) == DM_OK) {
            n_files = 0;
        }
        for (size_t i = 0; i < n_names && n_files >= 0; i++) {
            long n = replay(dm_path_join(arena, path, names[i]));

            n_files = n < 0 ? -1 : n_files + n;
        }
    } else {
        char *text = NULL;
        size_t size = 0;

        if (dm_file_read(arena, path, dm_limit_value(DM_LIMIT_DESIGN_BYTES), &text, &size, &err)
            == DM_OK) {
            (void)LLVMFuzzerTestOneInput((const uint8_t *)text, size);
            n_files = 1;
        }
    }
    if (err.status != DM_OK) {
        (void)fprintf(stderr, "%s\n", err.text);
    }
    dm_arena_free(arena);
    return n_files;
}

int main(int argc, char **argv)
{
    long n_files = 0;

    for (int i = 1; i < argc; i++) {
        long n = replay(argv[i]);

        if (n < 0) {
            return 2;
        }
        n_files += n;
    }
    (void)printf("%ld files\n", n_files);
    return n_files > 0 ? 0 : 1;
}
