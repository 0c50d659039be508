/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/front/cloudwan/cloudwan.h"

#include <string.h>

#include "model/base/str.h"
#include "model/front/policy/policy.h"

/* "backbone" of "policies/backbone.json"; NULL when memory is out. */
static const char *base_name(struct dm_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    size_t length = strlen(name);

    if (dm_str_ends(name, ".json") && length > strlen(".json")) {
        length -= strlen(".json");
    }
    return dm_arena_strndup(arena, name, length);
}

enum dm_status dm_cloudwan_load(struct dm_arena *arena, struct dm_sources *sources,
                                const char *path, struct dm_facts *facts,
                                struct dm_builder *builder, struct dm_diags *diags,
                                struct dm_err *err)
{
    struct dm_policy_document document = { .name = base_name(arena, path), .pointer = "" };
    struct dm_tree *tree = NULL;
    uint32_t source = 0;
    enum dm_status status =
        document.name ? dm_sources_read(sources, path, &source, err) : DM_FAIL_NOMEM(err);

    if (status == DM_OK) {
        status = dm_json_read(arena, sources, source, diags, &tree, err);
    }
    if (status != DM_OK || !tree) {
        return status;
    }
    document.text = dm_sources_get(sources, source)->text;
    document.tree = tree;
    return dm_policy_read(arena, facts, builder, diags, &document, err);
}
