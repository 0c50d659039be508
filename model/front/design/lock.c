/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "model/base/file.h"
#include "model/front/design/design.h"

static int by_name(const void *a, const void *b)
{
    const struct dm_vpc *const *left = a;
    const struct dm_vpc *const *right = b;

    return strcmp((*left)->object.name, (*right)->object.name);
}

static void add_head(struct dm_str *out)
{
    dm_str_add(out, "# The CIDR of each VPC, so that what is allocated stays as it is when the "
                    "design grows.\n"
                    "# Written by the tool.  Subnets and endpoints follow from it.\n"
                    "demarc_lock: 1\n");
}

static void add_vpcs(const struct dm_model *model, const char *indent, struct dm_str *out)
{
    const struct dm_vpc **vpcs = DM_NEW_ARRAY(out->arena, model->n_vpcs + 1, const struct dm_vpc *);
    char buffer[DM_ADDR_TEXT_SIZE];

    if (!vpcs) {
        out->failed = true;
        return;
    }
    for (uint32_t i = 0; i < model->n_vpcs; i++) {
        vpcs[i] = &model->vpcs[i];
    }
    qsort(vpcs, model->n_vpcs, sizeof *vpcs, by_name);
    dm_str_addf(out, "%svpcs:\n", indent);
    for (uint32_t i = 0; i < model->n_vpcs; i++) {
        dm_str_addf(out, "%s  %s: %s\n", indent, vpcs[i]->object.name,
                    dm_prefix_text(vpcs[i]->cidrs[0], buffer));
    }
}

void dm_design_lock(const struct dm_model *model, struct dm_str *out)
{
    add_head(out);
    add_vpcs(model, "", out);
}

/* ---- several designs in one folder ---- */

/* A file's name, in quotes. */
static void add_name(const char *name, struct dm_str *out)
{
    dm_str_add(out, "  \"");
    for (const char *c = name; *c; c++) {
        if ((unsigned char)*c < ' ') {
            dm_str_addf(out, "\\x%02x", (unsigned)(unsigned char)*c);
        } else {
            dm_str_addf(out, *c == '"' || *c == '\\' ? "\\%c" : "%c", *c);
        }
    }
    dm_str_add(out, "\":\n");
}

/* As they stand in an older lock. */
static void add_kept(const struct dm_tree *section, const char *indent, struct dm_str *out)
{
    const struct dm_tree *vpcs = dm_tree_find(section, "vpcs");

    if (!vpcs || vpcs->kind != DM_TREE_MAP) {
        return;
    }
    dm_str_addf(out, "%svpcs:\n", indent);
    for (size_t i = 0; i < vpcs->n; i++) {
        const char *prefix = dm_tree_text(vpcs->pairs[i].value);

        if (prefix) {
            dm_str_addf(out, "%s  %s: %s\n", indent, vpcs->pairs[i].key, prefix);
        }
    }
}

static void add_sections(const struct dm_model *model, const char *file, const struct dm_tree *old,
                         struct dm_str *out)
{
    const struct dm_tree *designs = old ? dm_tree_find(old, "designs") : NULL;
    bool added = false;

    add_head(out);
    if (old) {
        add_kept(old, "", out);
    }
    dm_str_add(out, "designs:\n");
    for (size_t i = 0; designs && designs->kind == DM_TREE_MAP && i <= designs->n; i++) {
        const struct dm_tree_pair *pair = i < designs->n ? &designs->pairs[i] : NULL;

        if (!added && (!pair || strcmp(file, pair->key) <= 0)) {
            add_name(file, out);
            add_vpcs(model, "    ", out);
            added = true;
        }
        if (pair && strcmp(file, pair->key) != 0) {
            add_name(pair->key, out);
            add_kept(pair->value, "    ", out);
        }
    }
    if (!added) {
        add_name(file, out);
        add_vpcs(model, "    ", out);
    }
}

/* Whether a design stands in the folder beside the one of this name. */
static enum dm_status has_neighbour(struct dm_arena *arena, const char *folder, const char *file,
                                    bool *ret_has, struct dm_err *err)
{
    const char *const *names = NULL;
    size_t n_names = 0;
    enum dm_status status = dm_file_list(arena, folder, &names, &n_names, err);

    for (size_t i = 0; status == DM_OK && i < n_names; i++) {
        *ret_has |= dm_str_ends(names[i], ".demarc.yaml") && strcmp(names[i], file) != 0;
    }
    return status;
}

/* The lock that is there, which the design was loaded with: it can be read. */
static enum dm_status read_old(struct dm_arena *arena, const char *folder, struct dm_tree **ret_old,
                               struct dm_err *err)
{
    const char *path = dm_path_join(arena, folder, "demarc.lock");
    struct dm_sources *sources = dm_sources_new(arena, err);
    struct dm_diags diags;
    uint32_t source = 0;
    enum dm_status status;

    if (!path || !sources) {
        return DM_FAIL_NOMEM(err);
    }
    if (!dm_file_exists(path)) {
        return DM_OK;
    }
    dm_diags_init(&diags, arena);
    status = dm_sources_read(sources, path, &source, err);
    return status == DM_OK ? dm_yaml_read(arena, sources, source, &diags, ret_old, err) : status;
}

enum dm_status dm_design_lock_beside(const struct dm_model *model, const char *file,
                                     struct dm_str *out, struct dm_err *err)
{
    const char *folder = dm_path_folder(out->arena, file);
    struct dm_tree *old = NULL;
    bool is_shared = false;
    enum dm_status status;

    if (!folder) {
        return DM_FAIL_NOMEM(err);
    }
    status = has_neighbour(out->arena, folder, dm_path_name(file), &is_shared, err);
    if (status == DM_OK) {
        status = read_old(out->arena, folder, &old, err);
    }
    if (status != DM_OK) {
        return status;
    }
    if (is_shared || (old && dm_tree_find(old, "designs"))) {
        add_sections(model, dm_path_name(file), old, out);
    } else {
        dm_design_lock(model, out);
    }
    return out->failed ? DM_FAIL_NOMEM(err) : DM_OK;
}

const struct dm_tree *dm_design_lock_section(const struct dm_tree *lock, const char *file)
{
    const struct dm_tree *designs = lock ? dm_tree_find(lock, "designs") : NULL;
    const struct dm_tree *own = designs ? dm_tree_find(designs, file) : NULL;

    if (own) {
        return own;
    }
    return lock && (!designs || dm_tree_find(lock, "vpcs")) ? lock : NULL;
}
