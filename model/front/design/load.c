/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "model/base/file.h"
#include "model/front/design/design.h"
#include "model/front/design/lower.h"
#include "model/front/design/read.h"

/* demarc.lock beside the design; '*ret_lock' stays NULL where there is none. */
static enum dm_status read_lock(struct dm_arena *arena, struct dm_sources *sources,
                                const char *file, struct dm_diags *diags, struct dm_tree **ret_lock,
                                struct dm_err *err)
{
    const char *folder = strcmp(file, "-") == 0 ? "." : dm_path_folder(arena, file);
    const char *path = folder ? dm_path_join(arena, folder, "demarc.lock") : NULL;
    uint32_t source = 0;
    enum dm_status status;

    if (!path) {
        return DM_FAIL_NOMEM(err);
    }
    if (strcmp(file, "-") == 0 || !dm_file_exists(path)) {
        return DM_OK;
    }
    status = dm_sources_read(sources, path, &source, err);
    if (status != DM_OK) {
        return status;
    }
    return dm_yaml_read(arena, sources, source, diags, ret_lock, err);
}

enum dm_status dm_design_load(struct dm_arena *arena, struct dm_sources *sources, const char *file,
                              struct dm_facts *facts, struct dm_builder *builder,
                              struct dm_diags *diags, struct dm_err *err)
{
    const struct dm_tree *root = NULL;
    struct dm_tree *lock = NULL;
    enum dm_status status = dm_design_read(arena, sources, file, diags, &root, err);

    if (status != DM_OK || !root) {
        return status;
    }
    status = read_lock(arena, sources, file, diags, &lock, err);
    if (status != DM_OK) {
        return status;
    }
    return dm_design_lower(arena, root, dm_design_lock_section(lock, dm_path_name(file)), facts,
                           builder, diags, err);
}
