/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/artifacts/artifacts.h"

#include "render/artifacts/evidence.h"
#include "render/artifacts/kubernetes.h"
#include "render/artifacts/terraform.h"

enum dm_status dm_artifacts_write(struct dm_arena *arena, const struct dm_result *result,
                                  const char *folder, struct dm_artifacts *ret_artifacts,
                                  struct dm_err *err)
{
    struct dm_layout layout = { 0 };
    struct dm_artifacts artifacts = { 0 };
    enum dm_status status = dm_terraform_make(arena, result->model, &layout, err);
    const char **paths;

    if (status == DM_OK) {
        status = dm_kubernetes_make_all(arena, result->model, &layout, err);
    }
    if (status == DM_OK) {
        status = dm_evidence_add(arena, result, &layout, err);
    }
    if (status != DM_OK) {
        return status;
    }
    paths = DM_NEW_ARRAY(arena, layout.n, const char *);
    if (!paths) {
        return DM_FAIL_NOMEM(err);
    }
    for (size_t i = 0; i < layout.n; i++) {
        paths[i] = layout.items[i].path;
    }
    artifacts.paths = paths;
    artifacts.n_paths = layout.n;
    status = dm_layout_write(arena, &layout, folder, &artifacts.unchanged, err);
    if (status == DM_OK) {
        *ret_artifacts = artifacts;
    }
    return status;
}
