/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Selectors in both languages.
 */
#include "model/base/str.h"
#include "render/artifacts/kubernetes_private.h"

/* One condition on a label as an item of matchExpressions; NULL: it is none. */
static json_t *condition(const struct dm_selector *selector)
{
    bool is_not = selector->kind == DM_SELECTOR_NOT;
    const struct dm_selector *of = is_not ? selector->parts[0] : selector;
    json_t *values;

    if (of->kind == DM_SELECTOR_HAS) {
        return json_pack("{s:s, s:s}", "key", of->key, "operator",
                         is_not ? "DoesNotExist" : "Exists");
    }
    if (of->kind != DM_SELECTOR_IN || of->n_values == 0) {
        return NULL;
    }
    values = json_array();
    for (size_t i = 0; i < of->n_values; i++) {
        (void)json_array_append_new(values, json_string(of->values[i]));
    }
    return json_pack("{s:s, s:s, s:o}", "key", of->key, "operator", is_not ? "NotIn" : "In",
                     "values", values);
}

/* A label that has one value goes to matchLabels, unless another condition did already. */
static bool add_condition(struct dm_kube *kube, json_t *map, const struct dm_selector *part)
{
    json_t *labels = json_object_get(map, "matchLabels");
    json_t *item;

    if (part->kind == DM_SELECTOR_ALL) {
        return true;
    }
    if (part->kind == DM_SELECTOR_IN && part->n_values == 1
        && !json_object_get(labels, part->key)) {
        dm_kube_set(kube, dm_kube_map(kube, map, "matchLabels"), part->key,
                    json_string(part->values[0]));
        return true;
    }
    item = condition(part);
    if (item) {
        dm_kube_push(kube, map, "matchExpressions", item);
    }
    return item != NULL;
}

bool dm_kube_expressions(struct dm_kube *kube, const struct dm_selector *selector,
                         json_t **ret_selector)
{
    json_t *map = json_object();
    bool is_plain = true;

    if (selector && selector->kind == DM_SELECTOR_AND) {
        for (size_t i = 0; is_plain && i < selector->n_parts; i++) {
            is_plain = add_condition(kube, map, selector->parts[i]);
        }
    } else if (selector) {
        is_plain = add_condition(kube, map, selector);
    }
    if (!is_plain) {
        json_decref(map);
        return false;
    }
    *ret_selector = map;
    return true;
}

json_t *dm_kube_selector(struct dm_kube *kube, const struct dm_selector *selector)
{
    struct dm_str text;

    dm_str_init(&text, kube->arena);
    dm_selector_text(selector, &text);
    if (text.failed) {
        dm_kube_nomem(kube);
        return NULL;
    }
    return json_string(text.text);
}
