/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * design_json - a tree as JSON text, to hold it against a JSON Schema.
 *
 * For tests.  Plain scalars become what the core schema says that they are.
 */
#ifndef DM_TESTS_SUPPORT_DESIGN_JSON_H
#define DM_TESTS_SUPPORT_DESIGN_JSON_H

#include "model/base/str.h"
#include "model/load/tree.h"

static inline void design_json_string(const char *text, size_t length, struct dm_str *out)
{
    dm_str_addc(out, '"');
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c < 0x20 || c == '"' || c == '\\') {
            dm_str_addf(out, "\\u%04x", c);
        } else {
            dm_str_addc(out, text[i]);
        }
    }
    dm_str_addc(out, '"');
}

static inline void design_json_scalar(const struct dm_tree *tree, struct dm_str *out)
{
    int64_t number;
    bool truth;

    if (tree->scalar == DM_SCALAR_BOOL && dm_tree_bool(tree, &truth)) {
        dm_str_add(out, truth ? "true" : "false");
    } else if (tree->scalar == DM_SCALAR_INT && dm_tree_int(tree, &number)) {
        dm_str_addf(out, "%lld", (long long)number);
    } else {
        design_json_string(tree->text, tree->length, out);
    }
}

static inline void design_json(const struct dm_tree *tree, struct dm_str *out)
{
    switch (tree->kind) {
    case DM_TREE_NULL:
        dm_str_add(out, "null");
        break;
    case DM_TREE_SCALAR:
        design_json_scalar(tree, out);
        break;
    case DM_TREE_LIST:
        dm_str_addc(out, '[');
        for (size_t i = 0; i < tree->n; i++) {
            dm_str_add(out, i ? "," : "");
            design_json(tree->items[i], out);
        }
        dm_str_addc(out, ']');
        break;
    case DM_TREE_MAP:
        dm_str_addc(out, '{');
        for (size_t i = 0; i < tree->n; i++) {
            dm_str_add(out, i ? "," : "");
            design_json_string(tree->pairs[i].key, tree->pairs[i].key_length, out);
            dm_str_addc(out, ':');
            design_json(tree->pairs[i].value, out);
        }
        dm_str_addc(out, '}');
        break;
    }
}

#endif
