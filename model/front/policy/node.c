/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Values of a document: what type they have, what they refer to.
 */
#include <stdarg.h>
#include <string.h>

#include "model/front/policy/policy_private.h"

enum { MAX_WORDS = 16 };

const char *dm_cwan_text_of(struct dm_cwan *cwan, const char *fmt, ...)
{
    const char *text;
    va_list ap;

    va_start(ap, fmt);
    text = dm_vsprintf(cwan->arena, fmt, ap);
    va_end(ap);
    cwan->failed = cwan->failed || !text;
    return text ? text : "";
}

struct dm_cwan_node dm_cwan_key(struct dm_cwan *cwan, const struct dm_cwan_node *map,
                                const char *key)
{
    const struct dm_tree_pair *pair = map->tree ? dm_tree_find_pair(map->tree, key) : NULL;
    struct dm_cwan_node node = { .key = map->key, .pointer = map->pointer };

    if (pair) {
        node.tree = pair->value;
        node.key = pair->key_span;
        node.pointer = dm_cwan_text_of(cwan, "%s/%s", map->pointer, key);
    }
    return node;
}

struct dm_cwan_node dm_cwan_item(struct dm_cwan *cwan, const struct dm_cwan_node *list, size_t i)
{
    return (struct dm_cwan_node){ .tree = list->tree->items[i],
                                  .key = list->tree->items[i]->span,
                                  .pointer = dm_cwan_text_of(cwan, "%s/%zu", list->pointer, i) };
}

size_t dm_cwan_n_items(struct dm_cwan *cwan, const struct dm_cwan_node *list)
{
    if (!list->tree) {
        return 0;
    }
    if (list->tree->kind != DM_TREE_LIST) {
        (void)dm_cwan_fault(cwan, list, "expected a list, found %s", dm_tree_kind_text(list->tree));
        return 0;
    }
    return list->tree->n;
}

struct dm_diag *dm_cwan_fault(struct dm_cwan *cwan, const struct dm_cwan_node *node,
                              const char *fmt, ...)
{
    struct dm_diag *diag;
    const char *text;
    va_list ap;

    va_start(ap, fmt);
    text = dm_vsprintf(cwan->arena, fmt, ap);
    va_end(ap);
    if (!text) {
        cwan->failed = true;
        return NULL;
    }
    diag = dm_diags_add(cwan->diags, DM_SEV_ERROR, node->tree ? node->tree->span : node->key, "%s",
                        text);
    if (diag) {
        diag->pointer = node->pointer;
    }
    return diag;
}

void dm_cwan_unknown(struct dm_cwan *cwan, const struct dm_cwan_node *node, const char *why,
                     struct dm_unknown_id *slot)
{
    struct dm_unknown unknown = {
        .object = { .name = dm_cwan_text_of(cwan, "%s of %s", node->pointer, cwan->name),
                    .pointer = node->pointer,
                    .origin = node->key },
        .why = why,
    };
    struct dm_ref known = dm_builder_find(cwan->builder, DM_KIND_unknown, unknown.object.name);

    if (!known.v) {
        known.v = dm_builder_add_unknown(cwan->builder, &unknown).v;
    }
    cwan->failed = cwan->failed || known.v == 0;
    if (!slot->v) {
        slot->v = known.v;
    }
}

/* Splits "a|b|c"; the number of parts. */
static size_t split(struct dm_cwan *cwan, const char *words, const char **parts)
{
    size_t n = 0;

    for (const char *at = words;;) {
        size_t length = strcspn(at, "|");

        DM_ASSERT(n < MAX_WORDS);
        parts[n] = dm_arena_strndup(cwan->arena, at, length);
        if (!parts[n]) {
            cwan->failed = true;
            return n;
        }
        n++;
        if (!at[length]) {
            return n;
        }
        at += length + 1;
    }
}

static bool is_among(const char *word, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(word, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

void dm_cwan_keys(struct dm_cwan *cwan, const struct dm_cwan_node *map, const char *known,
                  struct dm_unknown_id *slot)
{
    const char *words[MAX_WORDS];
    size_t n = split(cwan, known, words);

    if (map->tree->kind != DM_TREE_MAP) {
        (void)dm_cwan_fault(cwan, map, "expected an object, found %s",
                            dm_tree_kind_text(map->tree));
        return;
    }
    for (size_t i = 0; i < map->tree->n; i++) {
        const char *key = map->tree->pairs[i].key;
        const char *near;
        struct dm_cwan_node node;

        if (is_among(key, words, n)) {
            continue;
        }
        node = dm_cwan_key(cwan, map, key);
        near = dm_str_nearest(key, words, n);
        if (near) {
            struct dm_diag *diag =
                dm_diags_add(cwan->diags, DM_SEV_ERROR, node.key, "unknown key `%s`", key);

            if (diag) {
                diag->pointer = node.pointer;
            }
            dm_diag_help(cwan->diags, diag, "did you mean `%s`?", near);
        } else {
            dm_cwan_unknown(cwan, &node, "this key is not understood", slot);
        }
    }
}

const char *dm_cwan_text(struct dm_cwan *cwan, const struct dm_cwan_node *map, const char *key,
                         bool required)
{
    struct dm_cwan_node node = dm_cwan_key(cwan, map, key);
    const char *text = node.tree ? dm_tree_text(node.tree) : NULL;

    if (!node.tree && required) {
        (void)dm_cwan_fault(cwan, map, "`%s` is missing", key);
    } else if (node.tree && (!text || node.tree->scalar != DM_SCALAR_STRING)) {
        (void)dm_cwan_fault(cwan, &node, "expected a string, found %s",
                            dm_tree_kind_text(node.tree));
        return NULL;
    }
    return text;
}

bool dm_cwan_bool(struct dm_cwan *cwan, const struct dm_cwan_node *map, const char *key,
                  bool standard)
{
    struct dm_cwan_node node = dm_cwan_key(cwan, map, key);

    if (node.tree && !dm_tree_bool(node.tree, &standard)) {
        (void)dm_cwan_fault(cwan, &node, "expected `true` or `false`, found %s",
                            dm_tree_kind_text(node.tree));
    }
    return standard;
}

uint32_t dm_cwan_number(struct dm_cwan *cwan, const struct dm_cwan_node *map, const char *key,
                        int64_t min, int64_t max)
{
    struct dm_cwan_node node = dm_cwan_key(cwan, map, key);
    int64_t value = 0;

    if (!node.tree) {
        (void)dm_cwan_fault(cwan, map, "`%s` is missing", key);
        return 0;
    }
    if (!dm_tree_int(node.tree, &value) || value < min || value > max) {
        (void)dm_cwan_fault(cwan, &node, "`%s` must be a number from %lld to %lld", key,
                            (long long)min, (long long)max);
        return 0;
    }
    return (uint32_t)value;
}

bool dm_cwan_prefix(struct dm_cwan *cwan, const struct dm_cwan_node *node,
                    struct dm_prefix *ret_prefix)
{
    const char *text = node->tree ? dm_tree_text(node->tree) : NULL;
    struct dm_prefix prefix = { 0 };
    enum dm_addr_fault fault;

    if (!text) {
        (void)dm_cwan_fault(cwan, node, "a prefix is missing");
        return false;
    }
    fault = dm_prefix_parse(text, &prefix);
    if (fault != DM_ADDR_OK) {
        (void)dm_cwan_fault(cwan, node, "`%s` is no prefix: %s", text, dm_addr_fault_text(fault));
        return false;
    }
    *ret_prefix = prefix;
    return true;
}

int dm_cwan_word(struct dm_cwan *cwan, const struct dm_cwan_node *map, const char *key,
                 const char *words)
{
    const char *parts[MAX_WORDS];
    size_t n = split(cwan, words, parts);
    const char *text = dm_cwan_text(cwan, map, key, true);
    struct dm_cwan_node node = dm_cwan_key(cwan, map, key);
    const char *near;
    struct dm_diag *diag;

    if (!text) {
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        if (strcmp(text, parts[i]) == 0) {
            return (int)i;
        }
    }
    near = dm_str_nearest(text, parts, n);
    diag = dm_cwan_fault(cwan, &node, "unknown `%s` `%s`", key, text);
    if (near) {
        dm_diag_help(cwan->diags, diag, "did you mean `%s`?", near);
    }
    return -1;
}

static const struct dm_cwan_name *find(const struct dm_cwan_names *names, const char *name)
{
    for (size_t i = 0; i < names->n; i++) {
        if (strcmp(names->items[i].name, name) == 0) {
            return &names->items[i];
        }
    }
    return NULL;
}

uint32_t dm_cwan_refer(struct dm_cwan *cwan, const struct dm_cwan_node *node, const char *what,
                       const struct dm_cwan_names *names)
{
    const char *text = node->tree ? dm_tree_text(node->tree) : NULL;
    const struct dm_cwan_name *found = text ? find(names, text) : NULL;
    const char **candidates = DM_NEW_ARRAY(cwan->arena, names->n + 1, const char *);
    const char *near = NULL;
    struct dm_diag *diag;

    if (found) {
        return found->handle;
    }
    if (!text) {
        (void)dm_cwan_fault(cwan, node, "the name of a %s is missing", what);
        return 0;
    }
    for (size_t i = 0; candidates && i < names->n; i++) {
        candidates[i] = names->items[i].name;
    }
    near = candidates ? dm_str_nearest(text, candidates, names->n) : NULL;
    cwan->failed = cwan->failed || !candidates;
    diag = dm_cwan_fault(cwan, node, "unknown %s `%s`", what, text);
    if (near) {
        dm_diag_label(cwan->diags, diag, find(names, near)->span, "`%s` is declared here", near);
        dm_diag_help(cwan->diags, diag, "did you mean `%s`?", near);
    }
    return 0;
}

bool dm_cwan_name(struct dm_cwan *cwan, const struct dm_cwan_node *node, const char *what,
                  const char *name, uint32_t handle, struct dm_cwan_names *names)
{
    const struct dm_cwan_name *first = find(names, name);

    if (first) {
        dm_diag_label(cwan->diags,
                      dm_cwan_fault(cwan, node, "there are two of %s `%s`", what, name),
                      first->span, "the first is here");
        return false;
    }
    return DM_CWAN_PUSH(cwan, names, (struct dm_cwan_name){ name, node->tree->span, handle });
}

const void *dm_cwan_refer_all(struct dm_cwan *cwan, const struct dm_cwan_node *list,
                              const char *what, const struct dm_cwan_names *names, size_t *ret_n)
{
    size_t n = dm_cwan_n_items(cwan, list);
    uint32_t *handles = DM_NEW_ARRAY(cwan->arena, n + 1, uint32_t);

    *ret_n = 0;
    cwan->failed = cwan->failed || !handles;
    for (size_t i = 0; handles && i < n; i++) {
        struct dm_cwan_node item = dm_cwan_item(cwan, list, i);
        uint32_t handle = dm_cwan_refer(cwan, &item, what, names);

        if (handle) {
            handles[(*ret_n)++] = handle;
        }
    }
    return handles;
}
