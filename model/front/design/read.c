/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/front/design/read.h"
#include "model/front/design/credential.h"

#include <string.h>

#include "model/base/file.h"
#include "model/base/limits.h"
#include "model/base/map.h"
#include "model/base/vec.h"
#include "model/front/design/check_private.h"
#include "model/secret.h"

/* A file on the way from the first one to the one that is being read. */
struct file {
    const struct file *parent; /* the file that includes it, NULL for the first */
    const char *path;
    uint32_t source;
};

/* A key of the merged design; where files share a mapping, its entries grow. */
struct section {
    const char *key;
    size_t key_length;
    struct dm_span key_span;
    struct dm_tree *value; /* as the first file gave it */
    bool is_merged;        /* its entries come from 'pairs' */
    DM_VEC(struct dm_tree_pair) pairs;
};

struct reader {
    struct dm_check check;
    struct dm_arena *arena;
    struct dm_sources *sources;
    struct dm_diags *diags;
    struct dm_err *err;
    struct dm_map files;  /* path: index of 'included_at' */
    struct dm_map places; /* section, or section and entry: index of 'key_spans' */
    DM_VEC(struct dm_span) included_at;
    DM_VEC(struct dm_span) key_spans;
    DM_VEC(struct section) sections;
};

/* ---- paths ---- */

/* Takes `.`, doubled slashes and `x/..` out of a path, by its text alone. */
static char *plain_path(struct dm_arena *arena, const char *path)
{
    char *out = dm_arena_alloc(arena, strlen(path) + 3, 1);
    size_t n = 0;

    if (!out) {
        return NULL;
    }
    if (*path == '/') {
        out[n++] = '/';
    }
    while (*path) {
        size_t length = strcspn(path, "/");
        size_t begin = n;

        while (begin && out[begin - 1] != '/') {
            begin--;
        }
        if (length == 2 && !memcmp(path, "..", 2) && n && strcmp(out + begin, "..") != 0
            && out[n - 1] != '/') {
            n = begin > 1 ? begin - 1 : begin;
            out[n] = '\0';
        } else if (length && !(length == 1 && *path == '.')) {
            if (n && out[n - 1] != '/') {
                out[n++] = '/';
            }
            memcpy(out + n, path, length);
            n += length;
            out[n] = '\0';
        }
        path += length + (path[length] == '/');
    }
    return out;
}

/* The path of an include, as seen from where the program was started. */
static char *included_path(struct dm_arena *arena, const char *from, const char *name)
{
    char *folder = dm_path_folder(arena, from);
    char *joined = folder ? dm_path_join(arena, folder, name) : NULL;
    char *path = joined ? plain_path(arena, joined) : NULL;

    /* "-" alone would be standard input. */
    return path && !strcmp(path, "-") ? dm_path_join(arena, ".", "-") : path;
}

/* "a.yaml > b.yaml > a.yaml" */
static void add_chain(struct dm_str *out, const struct file *file)
{
    if (file->parent) {
        add_chain(out, file->parent);
    }
    dm_str_addf(out, "%s > ", file->path);
}

/* ---- merging ---- */

/* Notes where a key was given; false where one of that name was, which is a fault. */
static bool is_first_place(struct reader *reader, const char *section,
                           const struct dm_tree_pair *pair, enum dm_status *status)
{
    bool is_new = true;
    struct dm_diag *diag;
    struct dm_str name;
    uint64_t *place;

    dm_str_init(&name, reader->arena);
    dm_str_add(&name, section);
    dm_str_addc(&name, '\n');
    dm_str_addn(&name, pair->key, pair->key_length);
    place = name.failed ? NULL : dm_map_addn(&reader->places, name.text, name.length, &is_new);
    if (!place) {
        *status = DM_FAIL_NOMEM(reader->err);
        return false;
    }
    if (is_new) {
        *place = reader->key_spans.n;
        if (!DM_VEC_PUSH(reader->arena, &reader->key_spans, pair->key_span)) {
            *status = DM_FAIL_NOMEM(reader->err);
        }
        return true;
    }
    diag = dm_diags_add(reader->diags, DM_SEV_ERROR, pair->key_span, "`%s` is given in two files",
                        dm_shown(&reader->check, pair->key, pair->key_length));
    (void)dm_diag_label(reader->diags, diag, reader->key_spans.items[*place], "first given here");
    return false;
}

/* The row of a key of a design, NULL where there is none. */
static const struct dm_key *row_of(const char *key)
{
    size_t n;
    const struct dm_key *keys = dm_grammar_keys(DM_TYPE_design, &n);

    for (size_t i = 0; i < n; i++) {
        if (!strcmp(keys[i].key, key)) {
            return &keys[i];
        }
    }
    return NULL;
}

static struct section *section_find(struct reader *reader, const char *key)
{
    for (size_t i = 0; i < reader->sections.n; i++) {
        if (!strcmp(reader->sections.items[i].key, key)) {
            return &reader->sections.items[i];
        }
    }
    return NULL;
}

static enum dm_status merge_entries(struct reader *reader, const struct dm_tree_pair *pair)
{
    struct section *section = section_find(reader, pair->key);
    enum dm_status status = DM_OK;

    for (size_t i = 0; i < pair->value->n && status == DM_OK; i++) {
        const struct dm_tree_pair *entry = &pair->value->pairs[i];

        if (is_first_place(reader, pair->key, entry, &status) && status == DM_OK
            && !DM_VEC_PUSH(reader->arena, &section->pairs, *entry)) {
            status = DM_FAIL_NOMEM(reader->err);
        }
    }
    return status;
}

static enum dm_status merge_pair(struct reader *reader, const struct dm_tree_pair *pair,
                                 bool is_first_file)
{
    const struct dm_key *row = row_of(pair->key);
    bool is_mergeable = row && dm_grammar_type(row->type)->kind == DM_TYPE_KIND_MAP
                        && pair->value->kind == DM_TREE_MAP;
    const struct section *known = section_find(reader, pair->key);
    struct section section = { .key = pair->key,
                               .key_length = pair->key_length,
                               .key_span = pair->key_span,
                               .value = pair->value,
                               .is_merged = is_mergeable };
    enum dm_status status = DM_OK;

    /* What is no key of a design, or not of this file, was reported when it was checked. */
    if (!row || row->type == DM_TYPE_files
        || (row->presence == DM_PRESENCE_FIRST && !is_first_file)) {
        return DM_OK;
    }
    if (!known && !DM_VEC_PUSH(reader->arena, &reader->sections, section)) {
        return DM_FAIL_NOMEM(reader->err);
    }
    if (is_mergeable && (!known || known->is_merged)) {
        return merge_entries(reader, pair);
    }
    (void)is_first_place(reader, "", pair, &status);
    return status;
}

static enum dm_status merged_root(struct reader *reader, struct dm_span span,
                                  const struct dm_tree **ret_root)
{
    struct dm_arena *arena = reader->arena;
    struct dm_tree *root = DM_NEW(arena, struct dm_tree);
    struct dm_tree_pair *pairs = DM_NEW_ARRAY(arena, reader->sections.n, struct dm_tree_pair);

    if (!root || !pairs) {
        return DM_FAIL_NOMEM(reader->err);
    }
    for (size_t i = 0; i < reader->sections.n; i++) {
        const struct section *section = &reader->sections.items[i];

        pairs[i] = (struct dm_tree_pair){ .key = section->key,
                                          .key_length = section->key_length,
                                          .key_span = section->key_span,
                                          .value = section->value };
        if (section->is_merged) {
            pairs[i].value = DM_NEW(arena, struct dm_tree);
            if (!pairs[i].value) {
                return DM_FAIL_NOMEM(reader->err);
            }
            *pairs[i].value = (struct dm_tree){ .kind = DM_TREE_MAP,
                                                .span = section->value->span,
                                                .pairs = section->pairs.items,
                                                .n = section->pairs.n };
        }
    }
    *root = (struct dm_tree){
        .kind = DM_TREE_MAP, .span = span, .pairs = pairs, .n = reader->sections.n
    };
    *ret_root = root;
    return DM_OK;
}

/* ---- files ---- */

static enum dm_status read_file(struct reader *reader, const struct file *file,
                                struct dm_span *ret_span);

/* Notes that a file is read; false where it was already, which is a fault. */
static bool is_first_include(struct reader *reader, const struct file *parent, const char *path,
                             struct dm_span span, enum dm_status *status)
{
    bool is_new = true;
    uint64_t *place = dm_map_add(&reader->files, path, &is_new);
    struct dm_diag *diag;
    struct dm_str chain;

    if (!place) {
        *status = DM_FAIL_NOMEM(reader->err);
        return false;
    }
    if (is_new) {
        *place = reader->included_at.n;
        if (!DM_VEC_PUSH(reader->arena, &reader->included_at, span)) {
            *status = DM_FAIL_NOMEM(reader->err);
        }
        return true;
    }
    for (const struct file *file = parent; file; file = file->parent) {
        if (!strcmp(file->path, path)) {
            dm_str_init(&chain, reader->arena);
            add_chain(&chain, parent);
            dm_str_add(&chain, path);
            (void)dm_diags_add(reader->diags, DM_SEV_ERROR, span, "`%s` includes itself: %s", path,
                               chain.text);
            return false;
        }
    }
    diag = dm_diags_add(reader->diags, DM_SEV_ERROR, span, "`%s` is included twice", path);
    (void)dm_diag_label(reader->diags, diag, reader->included_at.items[*place],
                        "first included here");
    return false;
}

static enum dm_status include_one(struct reader *reader, const struct file *parent,
                                  const struct dm_tree *item)
{
    struct dm_err why = DM_ERR_INIT;
    enum dm_status status = DM_OK;
    struct file file = { .parent = parent };
    struct dm_span span;

    if (strpbrk(item->text, "\n\r\t\b\f\v\x1b")) {
        (void)dm_diags_add(reader->diags, DM_SEV_ERROR, item->span,
                           "`%s` holds a control character",
                           dm_shown(&reader->check, item->text, item->length));
        return DM_OK;
    }
    if (item->text[0] == '/') {
        (void)dm_diags_add(reader->diags, DM_SEV_ERROR, item->span,
                           "`%s` is not relative to the file that names it",
                           dm_shown(&reader->check, item->text, item->length));
        return DM_OK;
    }
    file.path = included_path(reader->arena, parent->path, item->text);
    if (!file.path) {
        return DM_FAIL_NOMEM(reader->err);
    }
    if (!is_first_include(reader, parent, file.path, item->span, &status)) {
        return status;
    }
    if (reader->included_at.n > dm_limit_value(DM_LIMIT_INCLUDES) + 1) {
        (void)dm_diags_add(reader->diags, DM_SEV_ERROR, item->span, "more than %llu %s",
                           dm_limit_value(DM_LIMIT_INCLUDES), dm_limit_text(DM_LIMIT_INCLUDES));
        return DM_OK;
    }
    if (dm_file_is_stream(file.path)) {
        (void)dm_diags_add(reader->diags, DM_SEV_ERROR, item->span,
                           "included file: %s: is a device or a pipe, not a file", file.path);
        return DM_OK;
    }
    status = dm_sources_read(reader->sources, file.path, &file.source, &why);
    if (status == DM_NOMEM) {
        return DM_FAIL_NOMEM(reader->err);
    }
    if (status != DM_OK) {
        (void)dm_diags_add(reader->diags, DM_SEV_ERROR, item->span, "included file: %s", why.text);
        return DM_OK;
    }
    return read_file(reader, &file, &span);
}

static enum dm_status follow_includes(struct reader *reader, const struct file *file,
                                      const struct dm_tree *root)
{
    const struct dm_tree *list = dm_tree_find(root, "include");
    enum dm_status status = DM_OK;

    if (!list || list->kind != DM_TREE_LIST) {
        return DM_OK;
    }
    for (size_t i = 0; i < list->n && status == DM_OK; i++) {
        const struct dm_tree *item = list->items[i];

        if (item->kind == DM_TREE_SCALAR
            && dm_scalar_fits(DM_TYPE_file, item->text, item->length)) {
            status = include_one(reader, file, item);
        }
    }
    return status;
}

/* Reads one file into the merged design, and what it includes. */
static enum dm_status read_file(struct reader *reader, const struct file *file,
                                struct dm_span *ret_span)
{
    const struct dm_source *source = dm_sources_get(reader->sources, file->source);
    struct dm_span begin = { .source = file->source };
    struct dm_spot spot = { .name = "", .span = begin };
    struct dm_tree *root = NULL;
    enum dm_status status;

    *ret_span = begin;
    if (source->size > dm_limit_value(DM_LIMIT_DESIGN_BYTES)) {
        (void)dm_diags_add(reader->diags, DM_SEV_ERROR, begin, "more than %llu %s",
                           dm_limit_value(DM_LIMIT_DESIGN_BYTES),
                           dm_limit_text(DM_LIMIT_DESIGN_BYTES));
        return DM_OK;
    }
    status = dm_yaml_read(reader->arena, reader->sources, file->source, reader->diags, &root,
                          reader->err);
    if (status != DM_OK) {
        return status;
    }
    if (!root) {
        return dm_secret_hide_lines(reader->sources, file->source, 0, source->size)
                   ? DM_OK
                   : DM_FAIL_NOMEM(reader->err);
    }
    if (!dm_credential_hide(reader->sources, root)) {
        return DM_FAIL_NOMEM(reader->err);
    }
    spot.span = root->span;
    reader->check.is_first_file = !file->parent;
    dm_check_node(&reader->check, DM_TYPE_design, root, &spot);
    for (size_t i = 0; root->kind == DM_TREE_MAP && i < root->n && status == DM_OK; i++) {
        status = merge_pair(reader, &root->pairs[i], !file->parent);
    }
    if (status == DM_OK) {
        *ret_span = root->span;
        status = follow_includes(reader, file, root);
    }
    return status;
}

enum dm_status dm_design_read(struct dm_arena *arena, struct dm_sources *sources, const char *file,
                              struct dm_diags *diags, const struct dm_tree **ret_root,
                              struct dm_err *err)
{
    struct reader reader = { .check = { .arena = arena, .diags = diags },
                             .arena = arena,
                             .sources = sources,
                             .diags = diags,
                             .err = err };
    struct file first = { .path = plain_path(arena, file) };
    size_t n_errors = diags->n_errors;
    const struct dm_tree *root = NULL;
    enum dm_status status = DM_OK;
    struct dm_span span;

    if (!first.path) {
        return DM_FAIL_NOMEM(err);
    }
    dm_map_init(&reader.files, arena);
    dm_map_init(&reader.places, arena);
    status = dm_sources_read(sources, file, &first.source, err);
    if (status == DM_OK) {
        (void)is_first_include(&reader, NULL, first.path, DM_SPAN_NONE, &status);
    }
    if (status == DM_OK) {
        status = read_file(&reader, &first, &span);
    }
    if (status == DM_OK && reader.check.is_out_of_memory) {
        status = DM_FAIL_NOMEM(err);
    }
    if (status == DM_OK && diags->n_errors == n_errors) {
        status = merged_root(&reader, span, &root);
    }
    if (status == DM_OK) {
        *ret_root = root;
    }
    return status;
}
