/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/load/tree.h"

#include <string.h>

const struct dm_tree_pair *dm_tree_find_pair(const struct dm_tree *tree, const char *key)
{
    size_t length = strlen(key);

    if (!tree || tree->kind != DM_TREE_MAP) {
        return NULL;
    }
    for (size_t i = 0; i < tree->n; i++) {
        const struct dm_tree_pair *pair = &tree->pairs[i];

        if (pair->key_length == length && !memcmp(pair->key, key, length)) {
            return pair;
        }
    }
    return NULL;
}

const struct dm_tree *dm_tree_find(const struct dm_tree *tree, const char *key)
{
    const struct dm_tree_pair *pair = dm_tree_find_pair(tree, key);

    return pair ? pair->value : NULL;
}

bool dm_tree_bool(const struct dm_tree *tree, bool *ret_value)
{
    if (!tree || tree->kind != DM_TREE_SCALAR || tree->scalar != DM_SCALAR_BOOL) {
        return false;
    }
    *ret_value = tree->text[0] == 't' || tree->text[0] == 'T';
    return true;
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 16;
}

bool dm_tree_int(const struct dm_tree *tree, int64_t *ret_value)
{
    const char *p;
    bool negative;
    int base = 10;
    uint64_t value = 0;
    uint64_t max;

    if (!tree || tree->kind != DM_TREE_SCALAR || tree->scalar != DM_SCALAR_INT) {
        return false;
    }
    p = tree->text;
    negative = *p == '-';
    p += *p == '-' || *p == '+';
    if (p[0] == '0' && (p[1] == 'x' || p[1] == 'o')) {
        base = p[1] == 'x' ? 16 : 8;
        p += 2;
    }
    max = (uint64_t)INT64_MAX + (negative ? 1u : 0u);
    for (; *p; p++) {
        uint64_t digit = (uint64_t)digit_value(*p);

        if (value > (max - digit) / (uint64_t)base) {
            return false;
        }
        value = value * (uint64_t)base + digit;
    }
    if (negative) {
        *ret_value = value > (uint64_t)INT64_MAX ? INT64_MIN : -(int64_t)value;
    } else {
        *ret_value = (int64_t)value;
    }
    return true;
}

const char *dm_tree_text(const struct dm_tree *tree)
{
    return tree && tree->kind == DM_TREE_SCALAR ? tree->text : NULL;
}

static const char *scalar_text(enum dm_scalar_kind scalar)
{
    switch (scalar) {
    case DM_SCALAR_INT:
        return "an integer";
    case DM_SCALAR_FLOAT:
        return "a number with a fraction";
    case DM_SCALAR_BOOL:
        return "a truth value";
    case DM_SCALAR_STRING:
        break;
    }
    return "a string";
}

const char *dm_tree_kind_text(const struct dm_tree *tree)
{
    if (!tree) {
        return "nothing";
    }
    switch (tree->kind) {
    case DM_TREE_SCALAR:
        return scalar_text(tree->scalar);
    case DM_TREE_LIST:
        return "a list";
    case DM_TREE_MAP:
        return "a mapping";
    case DM_TREE_NULL:
        break;
    }
    return "nothing";
}
