/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Annotations: what their texts hold.
 */
#include <string.h>

#include "model/front/k8s/balancer.h"

enum { MAX_KNOWN = 96 };

const struct dm_tree *dm_k8s_annotation(const struct dm_k8s_object *object, const char *prefix,
                                        const char *name)
{
    const struct dm_tree *notes = dm_k8s_get(object->metadata, "annotations");
    size_t length = strlen(prefix);

    for (size_t i = 0; notes && notes->kind == DM_TREE_MAP && i < notes->n; i++) {
        const struct dm_tree_pair *pair = &notes->pairs[i];

        if (strncmp(pair->key, prefix, length) == 0 && strcmp(pair->key + length, name) == 0) {
            return pair->value->kind == DM_TREE_NULL ? NULL : pair->value;
        }
    }
    return NULL;
}

const char *dm_k8s_annotation_text(struct dm_k8s *k8s, const struct dm_tree *node)
{
    if (!node) {
        return NULL;
    }
    if (node->kind != DM_TREE_SCALAR || node->scalar != DM_SCALAR_STRING) {
        dm_diag_help(
            k8s->diags,
            dm_k8s_fault(k8s, node->span, "expected a string, found %s", dm_tree_kind_text(node)),
            "annotations are strings: put it in quotes");
        return NULL;
    }
    return node->text;
}

/* ---- lists ---- */

static const char *trimmed(struct dm_k8s *k8s, const char *text, size_t length)
{
    const char *word;

    while (length && strchr(" \t\n", *text)) {
        text++;
        length--;
    }
    while (length && strchr(" \t\n", text[length - 1])) {
        length--;
    }
    word = dm_arena_strndup(k8s->arena, text, length);
    k8s->failed = k8s->failed || !word;
    return word ? word : "";
}

struct dm_k8s_words dm_k8s_annotation_words(struct dm_k8s *k8s, const struct dm_tree *node)
{
    const char *text = dm_k8s_annotation_text(k8s, node);
    struct dm_k8s_words words = { NULL, 0, 0 };

    while (text && *text) {
        size_t length = strcspn(text, ",");
        const char *word = trimmed(k8s, text, length);

        if (*word) {
            (void)DM_K8S_PUSH(k8s, &words, word);
        }
        text += length + (text[length] == ',');
    }
    return words;
}

const char *dm_k8s_annotation_value(struct dm_k8s *k8s, const struct dm_tree *node, const char *key)
{
    struct dm_k8s_words words = dm_k8s_annotation_words(k8s, node);
    size_t length = strlen(key);

    for (size_t i = 0; i < words.n; i++) {
        if (strncmp(words.items[i], key, length) == 0 && words.items[i][length] == '=') {
            return words.items[i] + length + 1;
        }
    }
    return NULL;
}

/* ---- JSON ---- */

const struct dm_tree *dm_k8s_annotation_json(struct dm_k8s *k8s, const struct dm_tree *node)
{
    const char *text = dm_k8s_annotation_text(k8s, node);
    struct dm_tree *tree = NULL;
    struct dm_diags diags;
    uint32_t source = 0;

    if (!text) {
        return NULL;
    }
    dm_diags_init(&diags, k8s->arena);
    if (dm_sources_add(k8s->sources, "annotation", text, strlen(text), &source, NULL) != DM_OK
        || dm_json_read(k8s->arena, k8s->sources, source, &diags, &tree, NULL) != DM_OK) {
        k8s->failed = true;
        return NULL;
    }
    if (!tree) {
        (void)dm_k8s_fault(k8s, node->span, "this is no JSON: %s",
                           diags.n_items ? diags.items[0].message : "it has no content");
    }
    return tree;
}

/* ---- names ---- */

static bool is_known(const char *name, const char *const *known, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t length = strlen(known[i]);

        if (strcmp(name, known[i]) == 0
            || (length && known[i][length - 1] == '.' && strncmp(name, known[i], length) == 0
                && name[length])) {
            return true;
        }
    }
    return false;
}

static size_t split(struct dm_k8s *k8s, const char *words, const char **parts)
{
    size_t n = 0;

    for (const char *at = words; *at;) {
        size_t length = strcspn(at, "|");

        DM_ASSERT(n < MAX_KNOWN);
        parts[n++] = trimmed(k8s, at, length);
        at += length + (at[length] == '|');
    }
    return n;
}

void dm_k8s_annotation_check(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                             const char *prefix, const char *known, struct dm_unknown_id *slot)
{
    const struct dm_tree *notes = dm_k8s_map(k8s, object->metadata, "annotations");
    const char *parts[MAX_KNOWN];
    size_t n_parts = split(k8s, known, parts);

    for (size_t i = 0; notes && i < notes->n; i++) {
        const struct dm_tree_pair *pair = &notes->pairs[i];
        const char *name = pair->key + strlen(prefix);
        const char *near;

        if (!dm_str_starts(pair->key, prefix) || is_known(name, parts, n_parts)) {
            continue;
        }
        near = dm_str_nearest(name, parts, n_parts);
        dm_diag_help(k8s->diags,
                     dm_k8s_warn(k8s, pair->key_span,
                                 "the load balancer controller has no annotation `%s`", pair->key),
                     near ? "did you mean `%s%s`?" : "it is passed over", near ? prefix : "",
                     near ? near : "");
        dm_k8s_unknown(k8s, pair->key_span,
                       dm_k8s_text_of(k8s, "annotation %s of %s %s", pair->key, object->kind_text,
                                      dm_k8s_name(k8s, object)),
                       "no annotation of this name is known", slot);
    }
}
