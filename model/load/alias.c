/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/load/alias_private.h"

#include "model/base/limits.h"

void dm_anchors_init(struct dm_anchors *anchors, struct dm_builder *builder)
{
    *anchors = (struct dm_anchors){ .builder = builder };
    dm_map_init(&anchors->ids, builder->scratch);
}

static bool add(struct dm_anchors *anchors, const char *name, const struct dm_tree *node,
                bool is_open)
{
    struct dm_anchor anchor = { .node = node, .is_open = is_open };
    uint64_t *place = dm_map_add(&anchors->ids, name, NULL);

    if (!place || !DM_VEC_PUSH(anchors->builder->scratch, &anchors->list, anchor)) {
        anchors->builder->status = DM_NOMEM;
        return false;
    }
    *place = anchors->list.n; /* an anchor that is set again takes the place of the last */
    return true;
}

bool dm_anchors_add(struct dm_anchors *anchors, const char *name, const struct dm_tree *node)
{
    return !name || add(anchors, name, node, false);
}

bool dm_anchors_open(struct dm_anchors *anchors, const char *name, const struct dm_tree *node)
{
    if (!name) {
        return true;
    }
    if (!add(anchors, name, node, true)) {
        return false;
    }
    if (!DM_VEC_PUSH(anchors->builder->scratch, &anchors->open, anchors->list.n - 1)) {
        anchors->builder->status = DM_NOMEM;
        return false;
    }
    return true;
}

void dm_anchors_close(struct dm_anchors *anchors)
{
    DM_ASSERT(anchors->open.n);
    anchors->list.items[anchors->open.items[--anchors->open.n]].is_open = false;
}

/* Depth, nodes and bytes of what an alias of 'node' would add. */
static void measure(const struct dm_tree *node, unsigned depth, struct dm_anchor *ret_size)
{
    ret_size->n_nodes++;
    ret_size->bytes += sizeof *node + node->length;
    if (node->kind == DM_TREE_LIST || node->kind == DM_TREE_MAP) {
        depth++;
        ret_size->bytes +=
            node->n * (node->kind == DM_TREE_MAP ? sizeof *node->pairs : sizeof *node->items);
    }
    ret_size->depth = depth > ret_size->depth ? depth : ret_size->depth;
    for (size_t i = 0; i < node->n; i++) {
        measure(node->kind == DM_TREE_MAP ? node->pairs[i].value : node->items[i], depth, ret_size);
    }
}

/* Texts are shared between copies: they do not change. */
static struct dm_tree *copy_tree(struct dm_builder *builder, const struct dm_tree *from)
{
    struct dm_tree *to = dm_builder_node(builder, from->kind, from->span);
    struct dm_tree_pair *pairs = NULL;
    struct dm_tree **items = NULL;

    if (!to) {
        return NULL;
    }
    *to = *from;
    if (!from->n) {
        return to;
    }
    if (from->kind == DM_TREE_MAP) {
        pairs = DM_NEW_ARRAY(builder->arena, from->n, struct dm_tree_pair);
        to->pairs = pairs;
    } else {
        items = DM_NEW_ARRAY(builder->arena, from->n, struct dm_tree *);
        to->items = items;
    }
    if (!pairs && !items) {
        builder->status = DM_NOMEM;
        return NULL;
    }
    for (size_t i = 0; i < from->n; i++) {
        struct dm_tree *copy = copy_tree(builder, pairs ? from->pairs[i].value : from->items[i]);

        if (!copy) {
            return NULL;
        }
        if (pairs) {
            pairs[i] = from->pairs[i];
            pairs[i].value = copy;
        } else {
            items[i] = copy;
        }
    }
    return to;
}

/* Whether one more copy of the anchor stays within the limits; reports it where it does not. */
static bool fits(const struct dm_anchors *anchors, const struct dm_anchor *anchor, const char *name,
                 struct dm_span span)
{
    struct dm_builder *builder = anchors->builder;
    enum dm_limit limit;
    struct dm_diag *diag;

    if (builder->n_nodes + anchor->n_nodes > dm_limit_value(DM_LIMIT_TREE_NODES)) {
        limit = DM_LIMIT_TREE_NODES;
    } else if (anchors->bytes + anchor->bytes > dm_limit_value(DM_LIMIT_ALIAS_BYTES)) {
        limit = DM_LIMIT_ALIAS_BYTES;
    } else if (builder->frames.n + anchor->depth > dm_limit_value(DM_LIMIT_TREE_DEPTH)) {
        limit = DM_LIMIT_TREE_DEPTH;
    } else {
        return true;
    }
    diag = dm_builder_fault(builder, span, "alias `*%s`: more than %llu %s", name,
                            dm_limit_value(limit), dm_limit_text(limit));
    (void)dm_diag_label(builder->diags, diag, anchor->node->span, "what it stands for");
    return false;
}

struct dm_tree *dm_anchors_unfold(struct dm_anchors *anchors, const char *name, struct dm_span span)
{
    struct dm_builder *builder = anchors->builder;
    const uint64_t *place = dm_map_find(&anchors->ids, name);
    struct dm_anchor *anchor;
    struct dm_diag *diag;

    if (!place) {
        (void)dm_builder_fault(builder, span, "alias `*%s` has no anchor before it", name);
        return dm_builder_node(builder, DM_TREE_NULL, span);
    }
    anchor = &anchors->list.items[*place - 1];
    if (anchor->is_open) {
        diag = dm_builder_fault(builder, span, "alias `*%s` inside of its own anchor", name);
        (void)dm_diag_label(builder->diags, diag, anchor->node->span, "what it would stand for");
        return NULL;
    }
    if (!anchor->is_measured) {
        measure(anchor->node, 0, anchor);
        anchor->is_measured = true;
    }
    if (!fits(anchors, anchor, name, span)) {
        return NULL;
    }
    anchors->bytes += anchor->bytes;
    return copy_tree(builder, anchor->node);
}
