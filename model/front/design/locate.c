/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/base/file.h"
#include "model/base/str.h"
#include "model/front/design/design.h"

enum dm_status dm_design_locate(struct dm_arena *arena, const char *path, const char **ret_file,
                                struct dm_err *err)
{
    const char *const *names = NULL;
    size_t n_names = 0;
    const char *found = NULL;
    struct dm_str several;
    size_t n_found = 0;
    enum dm_status status;
    char *file;

    if (!dm_file_is_folder(path)) {
        *ret_file = path;
        return DM_OK;
    }
    status = dm_file_list(arena, path, &names, &n_names, err);
    if (status != DM_OK) {
        return status;
    }
    dm_str_init(&several, arena);
    for (size_t i = 0; i < n_names; i++) {
        if (dm_str_ends(names[i], ".demarc.yaml")) {
            dm_str_addf(&several, "%s%s", n_found ? ", " : "", names[i]);
            found = names[i];
            n_found++;
        }
    }
    if (n_found != 1) {
        return n_found == 0 ? DM_FAIL(err, DM_USAGE, "no design (*.demarc.yaml) in '%s'", path)
                            : DM_FAIL(err, DM_USAGE, "%zu designs in '%s', name one of them: %s",
                                      n_found, path, several.text);
    }
    file = dm_path_join(arena, path, found);
    if (!file) {
        return DM_FAIL_NOMEM(err);
    }
    *ret_file = file;
    return DM_OK;
}
