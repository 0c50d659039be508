/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What nobody is to see of manifests: hidden as soon as a file is read, before anything is said of
 * it, so that what is wrong with a Secret shows it as little as what is right.
 */
#include <string.h>

#include "model/front/k8s/upkeep.h"
#include "model/secret.h"

void dm_k8s_hide(struct dm_k8s *k8s, struct dm_span span)
{
    k8s->failed = k8s->failed || !dm_sources_hide(k8s->sources, span);
}

/* ---- of trees ---- */

static bool is_secret_kind(const struct dm_tree *map)
{
    const char *kind = dm_tree_text(dm_tree_find(map, "kind"));

    return kind && (kind[0] == 'S' || kind[0] == 's') && dm_str_starts(kind + 1, "ecret");
}

/* Keys say what a Secret has; their values are what nobody sees, of whatever form. */
static void hide_values(struct dm_k8s *k8s, const struct dm_tree *values)
{
    if (values->kind != DM_TREE_MAP) {
        dm_k8s_hide(k8s, values->span);
        return;
    }
    for (size_t i = 0; i < values->n; i++) {
        dm_k8s_hide(k8s, values->pairs[i].value->span);
    }
}

/* "--token=..." in one word, an address with a password, a private key. */
static bool has_credential(const struct dm_tree *scalar)
{
    size_t name = strcspn(scalar->text, "=");

    return dm_secret_in_address(scalar->text, scalar->length)
           || dm_secret_is_private_key(scalar->text)
           || (name < scalar->length && dm_secret_is_name(scalar->text, name)
               && dm_secret_text_kind(scalar->text + name + 1, scalar->length - name - 1)
                      == DM_SECRET_LITERAL);
}

static void hide_in(struct dm_k8s *k8s, const struct dm_tree *tree, bool is_secret);

/* "value" of what is called so by "name", or what a key names itself. */
static bool is_named(const struct dm_tree *map, const struct dm_tree_pair *pair)
{
    const struct dm_tree *name = dm_tree_find(map, "name");

    return dm_secret_is_name(pair->key, pair->key_length)
           || (strcmp(pair->key, "value") == 0 && name && name->kind == DM_TREE_SCALAR
               && dm_secret_is_name(name->text, name->length));
}

static void hide_in_map(struct dm_k8s *k8s, const struct dm_tree *map, bool is_secret)
{
    is_secret = is_secret || is_secret_kind(map);
    for (size_t i = 0; i < map->n; i++) {
        const struct dm_tree_pair *pair = &map->pairs[i];
        const struct dm_tree *value = pair->value;
        bool is_text = value->kind == DM_TREE_SCALAR;

        if (strcmp(pair->key, "stringData") == 0 || (is_secret && strcmp(pair->key, "data") == 0)) {
            hide_values(k8s, value);
        } else if (strcmp(pair->key, "kubectl.kubernetes.io/last-applied-configuration") == 0) {
            dm_k8s_hide(k8s, value->span);
        } else if (is_named(map, pair)
                   && (is_text
                           ? dm_secret_text_kind(value->text, value->length) == DM_SECRET_LITERAL
                           : strcmp(pair->key, "value") == 0)) {
            dm_k8s_hide(k8s, value->span);
        } else {
            hide_in(k8s, value, is_secret && strcmp(pair->key, "items") == 0);
        }
    }
}

/* Of words of a command one may name the next: "--token", "...". */
static void hide_in_list(struct dm_k8s *k8s, const struct dm_tree *list, bool is_secret)
{
    for (size_t i = 0; i < list->n; i++) {
        const struct dm_tree *last = i ? list->items[i - 1] : NULL;

        if (last && last->kind == DM_TREE_SCALAR && last->text[0] == '-'
            && dm_secret_is_name(last->text, last->length)) {
            dm_k8s_hide(k8s, list->items[i]->span);
        } else {
            hide_in(k8s, list->items[i], is_secret);
        }
    }
}

static void hide_in(struct dm_k8s *k8s, const struct dm_tree *tree, bool is_secret)
{
    switch ((enum dm_tree_kind)tree->kind) {
    case DM_TREE_MAP:
        hide_in_map(k8s, tree, is_secret);
        break;
    case DM_TREE_LIST:
        hide_in_list(k8s, tree, is_secret);
        break;
    case DM_TREE_SCALAR:
        if (has_credential(tree)) {
            dm_k8s_hide(k8s, tree->span);
        }
        break;
    case DM_TREE_NULL:
        break;
    }
}

void dm_k8s_hide_tree(struct dm_k8s *k8s, const struct dm_tree *root)
{
    hide_in(k8s, root, false);
}

/* ---- of texts ---- */

static size_t line_size(const char *text, size_t size)
{
    const char *end = memchr(text, '\n', size);

    return end ? (size_t)(end - text) + 1 : size;
}

/* Whether something in the text is of kind Secret. */
static bool has_secret(const char *text, size_t size)
{
    for (size_t i = 0; i + 4 < size; i++) {
        size_t at = i + 4;

        if (strncmp(text + i, "kind", 4) != 0) {
            continue;
        }
        while (at < size && strchr("\"' \t:", text[at])) {
            at++;
        }
        if (at + 6 <= size && (text[at] == 'S' || text[at] == 's')
            && strncmp(text + at + 1, "ecret", 5) == 0) {
            return true;
        }
    }
    return false;
}

void dm_k8s_hide_text(struct dm_k8s *k8s, uint32_t source)
{
    const struct dm_source *item = dm_sources_get(k8s->sources, source);

    for (size_t begin = 0; begin < item->size;) {
        size_t end = begin + line_size(item->text + begin, item->size - begin);

        while (end < item->size && strncmp(item->text + end, "---", 3) != 0) {
            end += line_size(item->text + end, item->size - end);
        }
        if (has_secret(item->text + begin, end - begin)) {
            dm_k8s_hide(k8s, (struct dm_span){ source, (uint32_t)begin, (uint32_t)end });
        } else {
            k8s->failed = !dm_secret_hide_lines(k8s->sources, source, begin, end) || k8s->failed;
        }
        begin = end;
    }
}
