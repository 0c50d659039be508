/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * alias_private - the anchors of a YAML file, and copies of them for its aliases.
 *
 * An alias is unfolded where it stands: the tree has no shared node.  That a
 * few lines can unfold to more than any memory holds is why each anchor is
 * measured when it is first used, and a copy is made only where depth, nodes and
 * bytes of all copies stay within DM_LIMIT_TREE_DEPTH, DM_LIMIT_TREE_NODES and
 * DM_LIMIT_ALIAS_BYTES.  The bytes are those of nodes and texts; the copies share
 * the texts.
 *
 * O(1) for an anchor, O(nodes) for an alias.
 */
#ifndef DM_MODEL_LOAD_ALIAS_PRIVATE_H
#define DM_MODEL_LOAD_ALIAS_PRIVATE_H

#include "model/load/load_private.h"

struct dm_anchor {
    const struct dm_tree *node;
    bool is_open; /* its container has not ended */
    bool is_measured;
    unsigned depth;
    uint64_t n_nodes;
    uint64_t bytes;
};

struct dm_anchors {
    struct dm_builder *builder;
    struct dm_map ids; /* name to index plus one */
    DM_VEC(struct dm_anchor) list;
    DM_VEC(size_t) open; /* indices, the innermost last */
    uint64_t bytes;      /* of all copies */
};

void dm_anchors_init(struct dm_anchors *anchors, struct dm_builder *builder);

/* An anchor before a scalar, and before a container that has just begun; NULL 'name': there is
 * none.  False to stop. */
bool dm_anchors_add(struct dm_anchors *anchors, const char *name, const struct dm_tree *node);
bool dm_anchors_open(struct dm_anchors *anchors, const char *name, const struct dm_tree *node);

/* The innermost container that has an anchor has ended. */
void dm_anchors_close(struct dm_anchors *anchors);

/* A copy of what 'name' stands for, for the alias at 'span'; a node without content where there
 * is no such anchor, which is reported.  NULL to stop. */
struct dm_tree *dm_anchors_unfold(struct dm_anchors *anchors, const char *name,
                                  struct dm_span span);

#endif
