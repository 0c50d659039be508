/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/front/aws/aws_private.h"

#include <string.h>

struct dm_aws_node dm_aws_at(const struct dm_aws_node *node, const char *key)
{
    DM_DEBUG_CHECK(!node->parent || dm_aws_care(NULL, 2, key) <= DM_TREE_WHOLE);
    const struct dm_tree *tree = dm_tree_find(node->tree, key);
    if (tree && tree->kind == DM_TREE_NULL) {
        tree = NULL;
    }
    return (struct dm_aws_node){ tree, node, key, 0 };
}

struct dm_aws_node dm_aws_item(const struct dm_aws_node *list, size_t index)
{
    return (struct dm_aws_node){ list->tree->items[index], list, NULL, index };
}

struct dm_aws_node dm_aws_keep(struct dm_aws *aws, const struct dm_aws_node *node)
{
    struct dm_aws_node copy = *node;
    if (node->parent) {
        struct dm_aws_node *parent = DM_NEW(aws->arena, struct dm_aws_node);
        if (parent) {
            *parent = dm_aws_keep(aws, node->parent);
        } else {
            aws->failed = true;
        }
        copy.parent = parent;
    }
    return copy;
}

static void add_pointer(struct dm_str *str, const struct dm_aws_node *node)
{
    if (!node->parent) {
        return;
    }
    add_pointer(str, node->parent);
    dm_str_addc(str, '/');
    if (!node->key) {
        dm_str_addf(str, "%zu", node->index);
        return;
    }
    for (const char *c = node->key; *c; c++) {
        if (*c == '~') {
            dm_str_add(str, "~0");
        } else if (*c == '/') {
            dm_str_add(str, "~1");
        } else {
            dm_str_addc(str, *c);
        }
    }
}

const char *dm_aws_pointer(struct dm_aws *aws, const struct dm_aws_node *node)
{
    struct dm_str str;
    dm_str_init(&str, aws->arena);
    add_pointer(&str, node);
    aws->failed = aws->failed || str.failed;
    return str.text;
}

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7f;
}

char *dm_aws_one_line(char *text)
{
    for (char *c = text; c && *c; c++) {
        if (is_control(*c)) {
            *c = ' ';
        }
    }
    return text;
}

struct dm_diag *dm_aws_fault(struct dm_aws *aws, const struct dm_aws_node *node, const char *fmt,
                             ...)
{
    va_list ap;
    va_start(ap, fmt);
    const char *text = dm_aws_one_line(dm_vsprintf(aws->arena, fmt, ap));
    va_end(ap);
    const struct dm_aws_node *shown = node;
    while (!shown->tree && shown->parent) {
        shown = shown->parent;
    }
    struct dm_span span = shown->tree ? shown->tree->span : DM_SPAN_NONE;
    struct dm_diag *diag =
        dm_diags_add(aws->diags, DM_SEV_ERROR, span, "%s", text ? text : "out of memory");
    if (diag) {
        diag->pointer = dm_aws_pointer(aws, node);
    }
    return diag;
}

static void wrong_type(struct dm_aws *aws, const struct dm_aws_node *node, const char *want)
{
    if (node->key) {
        dm_aws_fault(aws, node, "`%s` is %s, not %s", node->key, dm_tree_kind_text(node->tree),
                     want);
    } else {
        dm_aws_fault(aws, node, "this is %s, not %s", dm_tree_kind_text(node->tree), want);
    }
}

const char *dm_aws_text(struct dm_aws *aws, const struct dm_aws_node *node, const char *key)
{
    struct dm_aws_node field = dm_aws_at(node, key);
    if (!field.tree) {
        return NULL;
    }
    if (field.tree->kind != DM_TREE_SCALAR || field.tree->scalar != DM_SCALAR_STRING) {
        wrong_type(aws, &field, "a string");
        return NULL;
    }
    for (const char *c = field.tree->text; *c; c++) {
        if (is_control(*c)) {
            dm_aws_fault(aws, &field, "`%s` holds a control character", key);
            return NULL;
        }
    }
    return field.tree->length > 0 ? field.tree->text : NULL;
}

const char *dm_aws_required(struct dm_aws *aws, const struct dm_aws_node *node, const char *key)
{
    size_t n_errors = aws->diags->n_errors;
    const char *text = dm_aws_text(aws, node, key);
    if (!text && aws->diags->n_errors == n_errors) {
        struct dm_aws_node field = dm_aws_at(node, key);
        dm_aws_fault(aws, &field, "`%s` is missing", key);
    }
    return text;
}

const char *dm_aws_words(struct dm_aws *aws, const struct dm_aws_node *node, const char *key)
{
    const char *text = dm_aws_peek(node, key);
    char *copy = text ? dm_aws_one_line(dm_arena_strdup(aws->arena, text)) : NULL;
    aws->failed = aws->failed || (text && !copy);
    return copy;
}

bool dm_aws_flag(struct dm_aws *aws, const struct dm_aws_node *node, const char *key,
                 bool otherwise)
{
    struct dm_aws_node field = dm_aws_at(node, key);
    bool value = otherwise;
    if (field.tree && !dm_tree_bool(field.tree, &value)) {
        wrong_type(aws, &field, "true or false");
    }
    return value;
}

bool dm_aws_number(struct dm_aws *aws, const struct dm_aws_node *node, const char *key,
                   int64_t *ret_number)
{
    struct dm_aws_node field = dm_aws_at(node, key);
    if (!field.tree) {
        return false;
    }
    if (!dm_tree_int(field.tree, ret_number)) {
        wrong_type(aws, &field, "an integer");
        return false;
    }
    return true;
}

struct dm_aws_node dm_aws_map(struct dm_aws *aws, const struct dm_aws_node *node, const char *key)
{
    struct dm_aws_node field = dm_aws_at(node, key);
    if (field.tree && field.tree->kind != DM_TREE_MAP) {
        wrong_type(aws, &field, "a mapping");
        field.tree = NULL;
    }
    return field;
}

struct dm_aws_node dm_aws_list(struct dm_aws *aws, const struct dm_aws_node *node, const char *key)
{
    struct dm_aws_node field = dm_aws_at(node, key);
    if (field.tree && field.tree->kind != DM_TREE_LIST) {
        wrong_type(aws, &field, "a list");
        field.tree = NULL;
    }
    return field;
}

bool dm_aws_address(struct dm_aws *aws, const struct dm_aws_node *node, const char *key,
                    struct dm_addr *ret_address)
{
    const char *text = dm_aws_text(aws, node, key);
    if (!text) {
        return false;
    }
    enum dm_addr_fault fault = dm_addr_parse(text, ret_address);
    if (fault != DM_ADDR_OK) {
        struct dm_aws_node field = dm_aws_at(node, key);
        dm_aws_fault(aws, &field, "`%s` is no address: %s", text, dm_addr_fault_text(fault));
        return false;
    }
    return true;
}

bool dm_aws_prefix(struct dm_aws *aws, const struct dm_aws_node *node, const char *key,
                   struct dm_prefix *ret_prefix)
{
    const char *text = dm_aws_text(aws, node, key);
    if (!text) {
        return false;
    }
    enum dm_addr_fault fault = dm_prefix_parse(text, ret_prefix);
    if (fault != DM_ADDR_OK && fault != DM_ADDR_HOST_BITS) {
        struct dm_aws_node field = dm_aws_at(node, key);
        dm_aws_fault(aws, &field, "`%s` is no prefix: %s", text, dm_addr_fault_text(fault));
        return false;
    }
    return true;
}

bool dm_aws_next(struct dm_aws *aws, const struct dm_aws_node *list, size_t *at,
                 struct dm_aws_node *ret_item)
{
    while (list->tree && *at < list->tree->n) {
        struct dm_aws_node item = dm_aws_item(list, *at);
        *at += 1;
        if (item.tree->kind == DM_TREE_MAP) {
            *ret_item = item;
            return true;
        }
        wrong_type(aws, &item, "a mapping");
    }
    return false;
}

struct dm_aws_node dm_aws_walk(const struct dm_aws_node *node, const char *path,
                               struct dm_aws_node steps[4])
{
    size_t n_steps = 0;
    struct dm_aws_node here = *node;
    const struct dm_aws_node *parent = node;
    while (*path && n_steps < 4) {
        size_t length = strcspn(path, "/");
        here = (struct dm_aws_node){ NULL, parent, NULL, 0 };
        for (size_t i = 0; parent->tree && parent->tree->kind == DM_TREE_MAP && i < parent->tree->n;
             i++) {
            const struct dm_tree_pair *pair = &parent->tree->pairs[i];
            if (pair->key_length == length && memcmp(pair->key, path, length) == 0
                && pair->value->kind != DM_TREE_NULL) {
                here.tree = pair->value;
                here.key = pair->key;
            }
        }
        steps[n_steps] = here;
        parent = &steps[n_steps];
        n_steps++;
        path += length + (path[length] == '/');
    }
    return here;
}

const char *dm_aws_peek(const struct dm_aws_node *node, const char *path)
{
    struct dm_aws_node steps[4];
    struct dm_aws_node found = dm_aws_walk(node, path, steps);
    if (!found.tree || found.tree->kind != DM_TREE_SCALAR || found.tree->length == 0) {
        return NULL;
    }
    return found.tree->text;
}

struct dm_span dm_aws_span(const struct dm_aws_node *node, const char *key)
{
    const struct dm_tree *tree = dm_tree_find(node->tree, key);
    if (tree) {
        return tree->span;
    }
    return node->tree ? node->tree->span : DM_SPAN_NONE;
}
