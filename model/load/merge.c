/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/load/merge_private.h"

#include <string.h>

struct merging {
    struct dm_builder *builder;
    const struct dm_source *source;
};

static bool is_merge(const struct merging *merging, const struct dm_tree_pair *pair)
{
    return strcmp(pair->key, "<<") == 0 && pair->key_span.begin_byte < merging->source->size
           && merging->source->text[pair->key_span.begin_byte] == '<';
}

static bool has_key(const struct dm_tree_pair *pairs, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(pairs[i].key, key) == 0) {
            return true;
        }
    }
    return false;
}

/* How many keys stand below "<<". */
static size_t count(const struct dm_tree *value)
{
    size_t n = value->kind == DM_TREE_MAP ? value->n : 0;

    for (size_t i = 0; value->kind == DM_TREE_LIST && i < value->n; i++) {
        n += value->items[i]->kind == DM_TREE_MAP ? value->items[i]->n : 0;
    }
    return n;
}

static void take(struct merging *merging, const struct dm_tree *from, struct dm_tree_pair *pairs,
                 size_t *n)
{
    if (from->kind != DM_TREE_MAP) {
        (void)dm_builder_fault(merging->builder, from->span,
                               "`<<` takes a mapping or a list of them, not %s",
                               dm_tree_kind_text(from));
        return;
    }
    for (size_t i = 0; i < from->n; i++) {
        if (!has_key(pairs, *n, from->pairs[i].key)) {
            pairs[(*n)++] = from->pairs[i];
        }
    }
}

/* All that the mapping has itself, then what it takes from the value of its pair 'at'. */
static bool merge_pair(struct merging *merging, struct dm_tree *map, size_t at)
{
    const struct dm_tree *value = map->pairs[at].value;
    struct dm_tree_pair *pairs =
        DM_NEW_ARRAY(merging->builder->arena, map->n + count(value), struct dm_tree_pair);
    size_t n = 0;

    if (!pairs) {
        merging->builder->status = DM_NOMEM;
        return false;
    }
    for (size_t i = 0; i < map->n; i++) {
        if (i != at) {
            pairs[n++] = map->pairs[i];
        }
    }
    if (value->kind == DM_TREE_LIST) {
        for (size_t i = 0; i < value->n; i++) {
            take(merging, value->items[i], pairs, &n);
        }
    } else {
        take(merging, value, pairs, &n);
    }
    map->pairs = pairs;
    map->n = n;
    return true;
}

static bool merge_all(struct merging *merging, struct dm_tree *tree)
{
    for (size_t i = 0; tree->kind == DM_TREE_LIST && i < tree->n; i++) {
        if (!merge_all(merging, tree->items[i])) {
            return false;
        }
    }
    if (tree->kind != DM_TREE_MAP) {
        return true;
    }
    for (size_t i = 0; i < tree->n; i++) {
        if (!merge_all(merging, tree->pairs[i].value)) {
            return false;
        }
    }
    for (size_t i = 0; i < tree->n; i++) {
        if (is_merge(merging, &tree->pairs[i])) {
            return merge_pair(merging, tree, i);
        }
    }
    return true;
}

bool dm_merge_keys(struct dm_builder *builder, const struct dm_source *source, struct dm_tree *tree)
{
    struct merging merging = { builder, source };

    return !tree || merge_all(&merging, tree);
}
