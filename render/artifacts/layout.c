/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/artifacts/layout.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "model/base/file.h"
#include "model/base/limits.h"
#include "model/base/map.h"
#include "model/base/str.h"
#include "model/base/vec.h"

enum { BESIDE_TRIES = 1000, FOLDER_DEPTH = 64, LINKS = 8 };

bool dm_layout_add(struct dm_arena *arena, struct dm_layout *layout, const char *path,
                   const char *text, size_t size)
{
    return path && text
           && DM_VEC_PUSH(arena, layout,
                          (struct dm_layout_file){ .path = path, .text = text, .size = size });
}

static int compare_files(const void *a, const void *b)
{
    const struct dm_layout_file *x = a;
    const struct dm_layout_file *y = b;

    return strcmp(x->path, y->path);
}

void dm_layout_sort(struct dm_layout *layout)
{
    if (layout->n) {
        qsort(layout->items, layout->n, sizeof *layout->items, compare_files);
    }
}

/* ---- what is there ---- */

/* In a map of paths: a file that we wrote, and a folder above one. */
enum { OURS_FILE = 1, OURS_FOLDER = 2 };

static bool note_ours(struct dm_map *ours, const char *path)
{
    uint64_t *place = dm_map_add(ours, path, NULL);

    if (!place) {
        return false;
    }
    *place = OURS_FILE;
    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        place = dm_map_addn(ours, path, (size_t)(slash - path), NULL);
        if (!place) {
            return false;
        }
        *place = OURS_FOLDER;
    }
    return true;
}

/* Notes what the evidence in 'folder' lists.  False where there is none of this form. */
static bool read_ours(struct dm_arena *arena, const char *folder, struct dm_map *ours)
{
    const char *path = dm_path_join(arena, folder, DM_LAYOUT_EVIDENCE);
    char *text = NULL;
    size_t size = 0;
    bool fine;
    json_t *root;
    json_t *files;

    if (!path
        || dm_file_read(arena, path, dm_limit_value(DM_LIMIT_INPUT_BYTES), &text, &size, NULL)
               != DM_OK) {
        return false;
    }
    root = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    files = json_object_get(root, "files");
    fine = json_is_integer(json_object_get(root, DM_LAYOUT_KEY)) && json_is_array(files)
           && note_ours(ours, DM_LAYOUT_EVIDENCE);
    for (size_t i = 0; fine && i < json_array_size(files); i++) {
        const char *name = json_string_value(json_object_get(json_array_get(files, i), "path"));

        fine = name && note_ours(ours, name);
    }
    json_decref(root);
    return fine;
}

static bool has_file(struct dm_arena *arena, const char *folder, const struct dm_layout_file *file)
{
    const char *path = dm_path_join(arena, folder, file->path);
    char *text = NULL;
    size_t size = 0;

    return path && dm_file_exists(path)
           && dm_file_read(arena, path, dm_limit_value(DM_LIMIT_INPUT_BYTES), &text, &size, NULL)
                  == DM_OK
           && size == file->size && memcmp(text, file->text, size) == 0;
}

/* Equal evidence lists equal files, so none is left over. */
static bool is_unchanged(struct dm_arena *arena, const struct dm_layout *layout, const char *folder)
{
    struct dm_arena_mark mark = dm_arena_save(arena);
    bool same = true;

    for (size_t i = 0; same && i < layout->n; i++) {
        same = has_file(arena, folder, &layout->items[i]);
        dm_arena_restore(arena, mark);
    }
    return same;
}

/* ---- what is not ours ---- */

struct carry {
    struct dm_arena *arena;
    const char *from;
    const char *to;
    const struct dm_map *ours;
    bool moves; /* false: only looks whether all may be moved */
    struct dm_err *err;
};

static enum dm_status carry_one(const struct carry *carry, const char *path)
{
    const char *from = dm_path_join(carry->arena, carry->from, path);
    const char *to = dm_path_join(carry->arena, carry->to, path);
    const char *parent = to ? dm_path_folder(carry->arena, to) : NULL;
    enum dm_status status;

    if (!from || !parent) {
        return DM_FAIL_NOMEM(carry->err);
    }
    if (!carry->moves) {
        if (dm_str_ends(path, ".tf") || dm_str_ends(path, ".tf.json")) {
            return DM_FAIL(carry->err, DM_INVALID,
                           "%s: not written by demarc, and Terraform would read it as part of what "
                           "was proved",
                           from);
        }
        if (dm_file_exists(to)) {
            return DM_FAIL(carry->err, DM_INVALID,
                           "%s: not written by demarc, and stands where it is to write", from);
        }
        return DM_OK;
    }
    status = dm_file_make_folder(parent, carry->err);
    if (status == DM_OK && rename(from, to) != 0) {
        status = DM_FAIL(carry->err, DM_IO, "%s: cannot move to %s: %s", from, to, strerror(errno));
    }
    return status;
}

/* All below 'path' of the old folder ("": the folder itself) that we did not write. */
static enum dm_status carry_below(const struct carry *carry, const char *path, int depth)
{
    const char *folder = path[0] ? dm_path_join(carry->arena, carry->from, path) : carry->from;
    const char *const *names = NULL;
    size_t n = 0;
    enum dm_status status = folder ? dm_file_list(carry->arena, folder, &names, &n, carry->err)
                                   : DM_FAIL_NOMEM(carry->err);

    for (size_t i = 0; status == DM_OK && i < n; i++) {
        const char *below = path[0] ? dm_path_join(carry->arena, path, names[i]) : names[i];
        const char *whole = below ? dm_path_join(carry->arena, carry->from, below) : NULL;
        const uint64_t *ours = whole ? dm_map_find(carry->ours, below) : NULL;

        if (!whole) {
            status = DM_FAIL_NOMEM(carry->err);
        } else if (ours && *ours == OURS_FOLDER && dm_file_is_folder(whole) && depth > 0) {
            status = carry_below(carry, below, depth - 1);
        } else if (!ours || *ours != OURS_FILE) {
            status = carry_one(carry, below);
        }
    }
    return status;
}

/* ---- the new folder ---- */

/* A name beside 'folder' that nothing has: "out.demarc-new-71-0". */
static const char *beside(struct dm_arena *arena, const char *folder, const char *what,
                          struct dm_err *err)
{
    for (int i = 0; i < BESIDE_TRIES; i++) {
        const char *name =
            dm_sprintf(arena, "%s.demarc-%s-%ld-%d", folder, what, (long)getpid(), i);

        if (!name) {
            (void)DM_FAIL_NOMEM(err);
            return NULL;
        }
        if (!dm_file_exists(name)) {
            return name;
        }
    }
    (void)DM_FAIL(err, DM_IO, "%s: folders of earlier runs stand beside it", folder);
    return NULL;
}

static enum dm_status write_files(struct dm_arena *arena, const struct dm_layout *layout,
                                  const char *folder, struct dm_err *err)
{
    enum dm_status status = dm_file_make_folder(folder, err);

    for (size_t i = 0; status == DM_OK && i < layout->n; i++) {
        const char *path = dm_path_join(arena, folder, layout->items[i].path);
        const char *parent = path ? dm_path_folder(arena, path) : NULL;

        status = parent ? dm_file_make_folder(parent, err) : DM_FAIL_NOMEM(err);
        if (status == DM_OK) {
            status = dm_file_write(path, layout->items[i].text, layout->items[i].size, err);
        }
    }
    return status;
}

static enum dm_status move(const char *from, const char *to, struct dm_err *err)
{
    if (rename(from, to) != 0) {
        return DM_FAIL(err, DM_IO, "%s: cannot rename to %s: %s", from, to, strerror(errno));
    }
    return DM_OK;
}

/* 'made' takes the place of 'folder', which is ours. */
static enum dm_status replace(struct carry *carry, const char *folder, const char *made,
                              struct dm_err *err)
{
    const char *old = beside(carry->arena, folder, "old", err);
    enum dm_status status;

    if (!old) {
        return DM_IO;
    }
    *carry = (struct carry){ carry->arena, folder, made, carry->ours, false, err };
    status = carry_below(carry, "", FOLDER_DEPTH);
    if (status == DM_OK) {
        status = move(folder, old, err);
    }
    if (status != DM_OK) {
        return status;
    }
    status = move(made, folder, err);
    if (status != DM_OK) {
        (void)rename(old, folder);
        return status;
    }
    *carry = (struct carry){ carry->arena, old, folder, carry->ours, true, err };
    status = carry_below(carry, "", FOLDER_DEPTH);
    return status == DM_OK ? dm_file_remove_tree(old, err) : status;
}

/* Without slashes at its end; a link is followed, so that what it leads to is replaced. */
static const char *own_name(struct dm_arena *arena, const char *folder)
{
    size_t length = strlen(folder);
    const char *name;

    while (length > 1 && folder[length - 1] == '/') {
        length--;
    }
    name = dm_arena_strndup(arena, folder, length);
    for (int i = 0; name && i < LINKS; i++) {
        char target[PATH_MAX];
        ssize_t n = readlink(name, target, sizeof target - 1);
        const char *parent = n > 0 ? dm_path_folder(arena, name) : NULL;

        if (n <= 0) {
            break;
        }
        target[n] = '\0';
        name = parent ? dm_path_join(arena, parent, target) : NULL;
    }
    return name;
}

static enum dm_status write_there(struct dm_arena *arena, const struct dm_layout *layout,
                                  const char *folder, bool is_ours, const struct dm_map *ours,
                                  struct dm_err *err)
{
    struct carry carry = { .arena = arena, .ours = ours };
    const char *made = beside(arena, folder, "new", err);
    enum dm_status status;

    if (!made) {
        return DM_IO;
    }
    status = write_files(arena, layout, made, err);
    if (status == DM_OK) {
        status = is_ours ? replace(&carry, folder, made, err) : move(made, folder, err);
    }
    if (status != DM_OK) {
        enum dm_status removed = dm_file_remove_tree(made, NULL);

        (void)removed; /* what failed before is what is told */
    }
    return status;
}

enum dm_status dm_layout_write(struct dm_arena *arena, const struct dm_layout *layout,
                               const char *folder, bool *ret_unchanged, struct dm_err *err)
{
    const char *name = own_name(arena, folder);
    bool is_ours = false;
    bool unchanged = false;
    struct dm_map ours;
    enum dm_status status = DM_OK;

    dm_map_init(&ours, arena);
    if (!name) {
        return DM_FAIL_NOMEM(err);
    }
    if (dm_file_exists(name)) {
        const char *const *names = NULL;
        size_t n = 0;

        status = dm_file_list(arena, name, &names, &n, err);
        if (status != DM_OK) {
            return status;
        }
        is_ours = n > 0;
        if (is_ours && !read_ours(arena, name, &ours)) {
            return DM_FAIL(err, DM_INVALID,
                           "%s: holds files, and no evidence.json of demarc among them; choose "
                           "another folder, or an empty one",
                           folder);
        }
        unchanged = is_ours && is_unchanged(arena, layout, name);
    }
    if (!unchanged) {
        status = write_there(arena, layout, name, is_ours, &ours, err);
    }
    if (status == DM_OK) {
        *ret_unchanged = unchanged;
    }
    return status;
}
