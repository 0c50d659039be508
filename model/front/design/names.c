/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "model/base/str.h"
#include "model/front/design/lower_private.h"

const char *dm_lower_name(struct dm_lower *lower, const char *fmt, ...)
{
    const char *name;
    va_list ap;

    va_start(ap, fmt);
    name = dm_vsprintf(lower->arena, fmt, ap);
    va_end(ap);
    lower->oom = lower->oom || !name;
    return name ? name : "";
}

/* A design's fault shows once, though a matrix of copies meets it again and again. */
static bool is_new_place(struct dm_lower *lower, struct dm_span span)
{
    uint32_t key[3] = { span.source, span.begin_byte, span.end_byte };
    bool added = true;

    if (span.source != 0 && !dm_map_addn(&lower->reported, key, sizeof key, &added)) {
        lower->oom = true;
    }
    return added;
}

struct dm_diag *dm_lower_fault(struct dm_lower *lower, struct dm_span span, const char *fmt, ...)
{
    const char *text;
    va_list ap;

    if (!is_new_place(lower, span)) {
        return NULL;
    }
    va_start(ap, fmt);
    text = dm_vsprintf(lower->arena, fmt, ap);
    va_end(ap);
    lower->oom = lower->oom || !text;
    return text ? dm_diags_add(lower->diags, DM_SEV_ERROR, span, "%s", text) : NULL;
}

void dm_lower_help(struct dm_lower *lower, struct dm_diag *diag, const char *fmt, ...)
{
    const char *text;
    va_list ap;

    if (!diag) {
        return;
    }
    va_start(ap, fmt);
    text = dm_vsprintf(lower->arena, fmt, ap);
    va_end(ap);
    lower->oom = lower->oom || !text;
    if (text) {
        dm_diag_help(lower->diags, diag, "%s", text);
    }
}

void dm_lower_unknown(struct dm_lower *lower, struct dm_span span, const char *what,
                      const char *word, const char *const *candidates, size_t n_candidates)
{
    struct dm_diag *diag = dm_lower_fault(lower, span, "unknown %s `%s`", what, word);
    const char *nearest = dm_str_nearest(word, candidates, n_candidates);

    if (nearest) {
        dm_lower_help(lower, diag, "did you mean `%s`?", nearest);
    } else if (n_candidates == 0) {
        dm_lower_help(lower, diag, "there is no %s here", what);
    }
}

void dm_lower_unknown_key(struct dm_lower *lower, struct dm_span span, const char *what,
                          const char *word, const struct dm_tree *map)
{
    DM_VEC(const char *) names = { 0 };
    size_t n = 0;
    const struct dm_tree_pair *const *pairs = dm_lower_sorted(lower, map, &n);

    for (size_t i = 0; i < n; i++) {
        (void)DM_LOWER_PUSH(lower, &names, pairs[i]->key);
    }
    dm_lower_unknown(lower, span, what, word, names.items, names.n);
}

enum { MANY_PAIRS = 16 };

/* NULL when memory is out. */
static const struct dm_lower_keys *index_of(struct dm_lower *lower, const struct dm_tree *map)
{
    struct dm_lower_keys keys = { .map = map };

    for (size_t i = 0; i < lower->keys.n; i++) {
        if (lower->keys.items[i].map == map) {
            return &lower->keys.items[i];
        }
    }
    dm_map_init(&keys.by_key, lower->arena);
    for (size_t i = 0; i < map->n; i++) {
        uint64_t *place = dm_map_add(&keys.by_key, map->pairs[i].key, NULL);

        if (!place) {
            lower->oom = true;
            return NULL;
        }
        *place = i;
    }
    return DM_LOWER_PUSH(lower, &lower->keys, keys) ? &lower->keys.items[lower->keys.n - 1] : NULL;
}

const struct dm_tree *dm_lower_entry(struct dm_lower *lower, const struct dm_tree *map,
                                     const char *key)
{
    const struct dm_lower_keys *keys;
    const uint64_t *place;

    if (!map || map->kind != DM_TREE_MAP || map->n < MANY_PAIRS) {
        return dm_tree_find(map, key);
    }
    keys = index_of(lower, map);
    place = keys ? dm_map_find(&keys->by_key, key) : NULL;
    return place ? map->pairs[*place].value : NULL;
}

static int by_key(const void *a, const void *b)
{
    const struct dm_tree_pair *const *left = a;
    const struct dm_tree_pair *const *right = b;

    return strcmp((*left)->key, (*right)->key);
}

const struct dm_tree_pair *const *dm_lower_sorted(struct dm_lower *lower, const struct dm_tree *map,
                                                  size_t *ret_n)
{
    DM_VEC(const struct dm_tree_pair *) pairs = { 0 };

    if (map && map->kind != DM_TREE_MAP && map->kind != DM_TREE_NULL) {
        (void)dm_lower_fault(lower, map->span, "expected a mapping, found %s",
                             dm_tree_kind_text(map));
    }
    for (size_t i = 0; map && map->kind == DM_TREE_MAP && i < map->n; i++) {
        (void)DM_LOWER_PUSH(lower, &pairs, &map->pairs[i]);
    }
    if (pairs.n > 1) {
        qsort(pairs.items, pairs.n, sizeof *pairs.items, by_key);
    }
    *ret_n = pairs.n;
    return pairs.items;
}

size_t dm_lower_n_items(const struct dm_tree *tree)
{
    if (!tree || tree->kind == DM_TREE_NULL) {
        return 0;
    }
    return tree->kind == DM_TREE_LIST ? tree->n : 1;
}

const struct dm_tree *dm_lower_item(const struct dm_tree *tree, size_t i)
{
    return tree->kind == DM_TREE_LIST ? tree->items[i] : tree;
}

const char *dm_lower_text(struct dm_lower *lower, const struct dm_tree *node)
{
    const char *text = node ? dm_tree_text(node) : NULL;

    if (node && !text) {
        (void)dm_lower_fault(lower, node->span, "expected text, found %s", dm_tree_kind_text(node));
    }
    return text;
}

bool dm_lower_bool(struct dm_lower *lower, const struct dm_tree *map, const char *key)
{
    const struct dm_tree *node = dm_tree_find(map, key);
    bool value = false;

    if (node && !dm_tree_bool(node, &value)) {
        (void)dm_lower_fault(lower, node->span, "`%s` must be `true` or `false`, found %s", key,
                             dm_tree_kind_text(node));
    }
    return value;
}

bool dm_lower_int(struct dm_lower *lower, const struct dm_tree *node, int64_t min, int64_t max,
                  const char *what, int64_t *ret_value)
{
    int64_t value = 0;

    if (!dm_tree_int(node, &value)) {
        (void)dm_lower_fault(lower, node->span, "%s must be an integer, found %s", what,
                             dm_tree_kind_text(node));
        return false;
    }
    if (value < min || value > max) {
        (void)dm_lower_fault(lower, node->span, "%s must be %lld to %lld, found %lld", what,
                             (long long)min, (long long)max, (long long)value);
        return false;
    }
    *ret_value = value;
    return true;
}

const struct dm_tree *dm_lower_need(struct dm_lower *lower, const struct dm_tree *map,
                                    const char *key, struct dm_span owner)
{
    const struct dm_tree *node = dm_tree_find(map, key);

    if (!node || node->kind == DM_TREE_NULL) {
        (void)dm_lower_fault(lower, owner, "`%s` is missing", key);
        return NULL;
    }
    return node;
}

bool dm_lower_match(struct dm_lower *lower, const struct dm_tree *node, struct dm_match *ret)
{
    const char *text = dm_lower_text(lower, node);

    if (!text) {
        return false;
    }
    if (!dm_match_parse(text, ret)) {
        dm_lower_help(lower,
                      dm_lower_fault(lower, node->span, "`%s` is no protocol and port", text),
                      "as in `tcp/443`, `udp/53`, `tcp/1024-65535`, `icmp` or `all`");
        return false;
    }
    return true;
}

bool dm_lower_prefix(struct dm_lower *lower, const struct dm_tree *node, struct dm_prefix *ret)
{
    const char *text = dm_lower_text(lower, node);
    struct dm_prefix prefix = { 0 };
    enum dm_addr_fault fault;

    if (!text) {
        return false;
    }
    fault = dm_prefix_parse(text, &prefix);
    if (fault != DM_ADDR_OK) {
        char buffer[DM_ADDR_TEXT_SIZE];
        struct dm_diag *diag = dm_lower_fault(lower, node->span, "`%s` is no prefix: %s", text,
                                              dm_addr_fault_text(fault));

        if (fault == DM_ADDR_HOST_BITS) {
            dm_lower_help(lower, diag, "the network is `%s`", dm_prefix_text(prefix, buffer));
        }
        return false;
    }
    if (prefix.addr.family != DM_FAMILY_IPV4) {
        (void)dm_lower_fault(lower, node->span, "`%s` is no IPv4 prefix", text);
        return false;
    }
    *ret = prefix;
    return true;
}

size_t dm_lower_labels(struct dm_lower *lower, const char *text, const char **labels, size_t max)
{
    size_t n = 0;

    for (;;) {
        const char *dot = strchr(text, '.');
        size_t length = dot ? (size_t)(dot - text) : strlen(text);

        if (n < max) {
            labels[n] = dm_lower_name(lower, "%.*s", (int)length, text);
        }
        n++;
        if (!dot) {
            return n;
        }
        text = dot + 1;
    }
}
