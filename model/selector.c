/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Selectors of labels: what they match, their order, their text.
 */
#include <string.h>

#include "model/base/str.h"
#include "model/cluster.h"

/* The value of a key, or NULL. */
static const char *label_value(const struct dm_kube_labels *labels, const char *key)
{
    size_t low = 0;
    size_t high = labels->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(labels->items[middle].key, key);

        if (order == 0) {
            return labels->items[middle].value;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

static bool value_matches(const struct dm_selector *selector, const char *value)
{
    for (size_t i = 0; value && i < selector->n_values; i++) {
        const char *wanted = selector->values[i];

        if ((selector->kind == DM_SELECTOR_IN && strcmp(value, wanted) == 0)
            || (selector->kind == DM_SELECTOR_CONTAINS && strstr(value, wanted))
            || (selector->kind == DM_SELECTOR_STARTS_WITH && dm_str_starts(value, wanted))
            || (selector->kind == DM_SELECTOR_ENDS_WITH && dm_str_ends(value, wanted))) {
            return true;
        }
    }
    return false;
}

bool dm_selector_matches(const struct dm_selector *selector, const struct dm_kube_labels *labels)
{
    bool is_and = selector && selector->kind == DM_SELECTOR_AND;

    if (!selector || selector->kind == DM_SELECTOR_ALL) {
        return true;
    }
    if (selector->kind == DM_SELECTOR_HAS) {
        return label_value(labels, selector->key) != NULL;
    }
    if (selector->kind == DM_SELECTOR_NOT) {
        return !dm_selector_matches(selector->parts[0], labels);
    }
    if (!is_and && selector->kind != DM_SELECTOR_OR) {
        return value_matches(selector, label_value(labels, selector->key));
    }
    for (size_t i = 0; i < selector->n_parts; i++) {
        if (dm_selector_matches(selector->parts[i], labels) != is_and) {
            return !is_and;
        }
    }
    return is_and;
}

enum dm_match_of_part dm_selector_matches_part(const struct dm_selector *selector,
                                               const struct dm_kube_labels *labels)
{
    bool is_and = selector && selector->kind == DM_SELECTOR_AND;
    enum dm_match_of_part all = is_and ? DM_PART_ALWAYS : DM_PART_NEVER;

    if (!selector || selector->kind == DM_SELECTOR_ALL) {
        return DM_PART_ALWAYS;
    }
    if (selector->kind == DM_SELECTOR_NOT) {
        return DM_PART_ALWAYS - dm_selector_matches_part(selector->parts[0], labels);
    }
    if (!is_and && selector->kind != DM_SELECTOR_OR) {
        return !label_value(labels, selector->key)     ? DM_PART_OPEN
               : dm_selector_matches(selector, labels) ? DM_PART_ALWAYS
                                                       : DM_PART_NEVER;
    }
    for (size_t i = 0; i < selector->n_parts; i++) {
        enum dm_match_of_part part = dm_selector_matches_part(selector->parts[i], labels);

        if (is_and ? part < all : part > all) {
            all = part;
        }
    }
    return all;
}

int dm_selector_compare(const struct dm_selector *a, const struct dm_selector *b)
{
    int order;

    if (!a || !b) {
        return (a != NULL) - (b != NULL);
    }
    order = (a->kind > b->kind) - (a->kind < b->kind);
    if (order == 0 && a->key && b->key) {
        order = strcmp(a->key, b->key);
    }
    if (order == 0) {
        order = (a->n_values > b->n_values) - (a->n_values < b->n_values);
    }
    for (size_t i = 0; order == 0 && i < a->n_values; i++) {
        order = strcmp(a->values[i], b->values[i]);
    }
    if (order == 0) {
        order = (a->n_parts > b->n_parts) - (a->n_parts < b->n_parts);
    }
    for (size_t i = 0; order == 0 && i < a->n_parts; i++) {
        order = dm_selector_compare(a->parts[i], b->parts[i]);
    }
    return order;
}

static void text_of_values(const struct dm_selector *selector, bool negated, struct dm_str *out)
{
    if (selector->n_values == 1) {
        dm_str_addf(out, "%s %s '%s'", selector->key, negated ? "!=" : "==", selector->values[0]);
        return;
    }
    dm_str_addf(out, "%s %sin {", selector->key, negated ? "not " : "");
    for (size_t i = 0; i < selector->n_values; i++) {
        dm_str_addf(out, "%s'%s'", i ? ", " : "", selector->values[i]);
    }
    dm_str_addc(out, '}');
}

static void text_of_parts(const struct dm_selector *selector, struct dm_str *out)
{
    const char *between = selector->kind == DM_SELECTOR_AND ? " && " : " || ";

    for (size_t i = 0; i < selector->n_parts; i++) {
        const struct dm_selector *part = selector->parts[i];
        bool is_group = part->kind == DM_SELECTOR_AND || part->kind == DM_SELECTOR_OR;

        dm_str_addf(out, "%s%s", i ? between : "", is_group ? "(" : "");
        dm_selector_text(part, out);
        dm_str_add(out, is_group ? ")" : "");
    }
}

void dm_selector_text(const struct dm_selector *selector, struct dm_str *out)
{
    if (!selector || selector->kind == DM_SELECTOR_ALL) {
        dm_str_add(out, "all()");
        return;
    }
    switch (selector->kind) {
    case DM_SELECTOR_HAS:
        dm_str_addf(out, "has(%s)", selector->key);
        break;
    case DM_SELECTOR_IN:
        text_of_values(selector, false, out);
        break;
    case DM_SELECTOR_CONTAINS:
        dm_str_addf(out, "%s contains '%s'", selector->key, selector->values[0]);
        break;
    case DM_SELECTOR_STARTS_WITH:
        dm_str_addf(out, "%s starts with '%s'", selector->key, selector->values[0]);
        break;
    case DM_SELECTOR_ENDS_WITH:
        dm_str_addf(out, "%s ends with '%s'", selector->key, selector->values[0]);
        break;
    case DM_SELECTOR_NOT:
        if (selector->parts[0]->kind == DM_SELECTOR_IN) {
            text_of_values(selector->parts[0], true, out);
        } else {
            dm_str_add(out, "!(");
            dm_selector_text(selector->parts[0], out);
            dm_str_addc(out, ')');
        }
        break;
    case DM_SELECTOR_AND:
    case DM_SELECTOR_OR:
        text_of_parts(selector, out);
        break;
    case DM_SELECTOR_ALL:
        break;
    }
}
