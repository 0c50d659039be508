/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * file - files and folders of the system, read and written whole.
 *
 * What is written is written beside its place and renamed when it is complete,
 * so that a full disk or an interruption leaves what was there before.
 */
#ifndef DM_MODEL_BASE_FILE_H
#define DM_MODEL_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/base/arena.h"
#include "model/base/err.h"

/* Reads all of 'path' ("-": standard input) into 'arena', with a zero byte after it. */
DM_NODISCARD enum dm_status dm_file_read(struct dm_arena *arena, const char *path,
                                         uint64_t limit_bytes, char **ret_text, size_t *ret_size,
                                         struct dm_err *err);

/* Replaces 'path' by 'size' bytes, atomically ("-": standard output). */
DM_NODISCARD enum dm_status dm_file_write(const char *path, const void *bytes, size_t size,
                                          struct dm_err *err);

/* What tells one state of a file from another. */
struct dm_file_state {
    uint64_t size;
    int64_t changed_ns;
    uint64_t device;
    uint64_t number;
};

/* False where 'path' is no plain file that can be seen. */
bool dm_file_state(const char *path, struct dm_file_state *ret_state);

/* The same of a folder; false where 'path' is none. */
bool dm_file_folder_state(const char *path, struct dm_file_state *ret_state);

/* Reads 'size' bytes from byte 'begin' on; false where the file is not in 'state' any more, or
 * does not have them. */
bool dm_file_read_part(const char *path, const struct dm_file_state *state, uint64_t begin,
                       char *to, size_t size);

bool dm_file_is_folder(const char *path);
bool dm_file_exists(const char *path);
/* Neither file nor folder: a pipe, a device, a socket.  Opening one may wait for ever; who did not
 * get the path from the user's own hand asks first. */
bool dm_file_is_stream(const char *path);

/* Makes 'path' and what is missing above it. */
DM_NODISCARD enum dm_status dm_file_make_folder(const char *path, struct dm_err *err);

/* Removes a folder with all in it; no error where it is not there. */
DM_NODISCARD enum dm_status dm_file_remove_tree(const char *path, struct dm_err *err);

/* Names in a folder, sorted by byte, without "." and "..". */
DM_NODISCARD enum dm_status dm_file_list(struct dm_arena *arena, const char *path,
                                         const char *const **ret_names, size_t *ret_n_names,
                                         struct dm_err *err);

/* "a/b" of "a" and "b"; 'name' alone where it begins with '/'.  The folder part of a path, "." if
 * it has none.  NULL when memory is out.  And what follows the folder, of 'path' itself. */
char *dm_path_join(struct dm_arena *arena, const char *folder, const char *name);
char *dm_path_folder(struct dm_arena *arena, const char *path);
const char *dm_path_name(const char *path);

/* Columns of the terminal that an open file is; 0: it is none, or does not say. */
unsigned dm_file_columns(int descriptor);

#endif
