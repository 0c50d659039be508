/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * load_private - what the readers of YAML and JSON share: building trees.
 *
 * A reader tells the builder what it meets, in order: a scalar, a key, the
 * begin and end of a list or mapping.  Finished children of all open
 * containers wait on one stack and are copied to an array of just their number
 * when their container ends, so that the tree's arena holds nothing but the
 * tree.  Keys are interned: inputs repeat a few of them many times.
 *
 * A function that returns false wants reading to stop: either a fault was
 * reported, or 'status' says what failed.
 *
 * A reader that wants parts alone says of each key what becomes of its value (tree.h).  What is
 * left out is still read and checked, and has its frames, so that faults in it have their pointers;
 * it has no nodes.  Where 'silent', that goes for all.
 *
 * Duplicate keys are found when a mapping ends: each interned key remembers
 * the mapping that it was last seen in.  O(1) a key.
 */
#ifndef DM_MODEL_LOAD_LOAD_PRIVATE_H
#define DM_MODEL_LOAD_LOAD_PRIVATE_H

#include "model/base/map.h"
#include "model/base/vec.h"
#include "model/load/tree.h"

struct dm_builder_key {
    const char *text;
    size_t length;
    size_t seen_in; /* number of the mapping, from 1 */
    struct dm_span seen_span;
    bool is_judged; /* 'care' is that of the key below the top level */
    enum dm_tree_care care;
};

struct dm_builder_child {
    struct dm_tree *value; /* NULL: left out */
    size_t key;
    struct dm_span key_span;
};

struct dm_builder_frame {
    struct dm_tree *node; /* NULL: left out */
    enum dm_tree_kind kind;
    struct dm_span span;
    bool is_silent;         /* what is in it is left out */
    bool is_whole;          /* all that is in it is kept */
    size_t n;               /* values in it that have ended */
    enum dm_tree_care care; /* of the key's value, or of every item */
    size_t first_child;     /* in the stack of children */
    size_t key;             /* where 'has_key' */
    struct dm_span key_span;
    bool has_key;
};

struct dm_builder {
    struct dm_arena *arena;   /* of the tree */
    struct dm_arena *scratch; /* of all else */
    struct dm_diags *diags;
    uint32_t source;
    bool with_pointer; /* faults carry a JSON pointer */
    enum dm_status status;
    const struct dm_tree_choice *choice; /* NULL: all is kept */
    bool silent;                         /* the tree is not wanted, only its faults */
    bool has_root;
    struct dm_tree *root;
    size_t n_nodes;
    size_t n_maps;
    size_t n_faults;       /* of this reading */
    struct dm_map key_ids; /* text to index plus one */
    DM_VEC(struct dm_builder_key) keys;
    DM_VEC(struct dm_builder_child) children;
    DM_VEC(struct dm_builder_frame) frames;
};

/* False when memory is out. */
bool dm_builder_init(struct dm_builder *builder, struct dm_arena *arena, struct dm_diags *diags,
                     uint32_t source);
void dm_builder_release(struct dm_builder *builder);

/* What a reader returns: the tree where there was no fault. */
enum dm_status dm_builder_finish(const struct dm_builder *builder, struct dm_tree **ret_tree,
                                 struct dm_err *err);

struct dm_span dm_builder_span(const struct dm_builder *builder, size_t begin, size_t end);

/* NULL where the list is full or memory is out; then 'status' is set. */
struct dm_diag *dm_builder_fault(struct dm_builder *builder, struct dm_span span, const char *fmt,
                                 ...) DM_PRINTF(3, 4);
struct dm_diag *dm_builder_warning(struct dm_builder *builder, struct dm_span span, const char *fmt,
                                   ...) DM_PRINTF(3, 4);

/* The innermost open container, NULL where there is none.  Borrowed until the next call. */
struct dm_builder_frame *dm_builder_top(struct dm_builder *builder);
size_t dm_builder_n_children(const struct dm_builder *builder);

/* A new node of 'kind' that is in no container yet. */
struct dm_tree *dm_builder_node(struct dm_builder *builder, enum dm_tree_kind kind,
                                struct dm_span span);

/* A scalar node with a copy of 'text'. */
struct dm_tree *dm_builder_text_node(struct dm_builder *builder, struct dm_span span,
                                     const char *text, size_t length, enum dm_scalar_kind scalar,
                                     bool quoted);

/* A scalar, put where the next value belongs, as far as it is wanted there. */
bool dm_builder_scalar(struct dm_builder *builder, enum dm_tree_kind kind, struct dm_span span,
                       const char *text, size_t length, enum dm_scalar_kind scalar, bool quoted);

/* Puts 'node' where the next value belongs: under the key, at the end of the list, at the root. */
bool dm_builder_put(struct dm_builder *builder, struct dm_tree *node);
bool dm_builder_key(struct dm_builder *builder, struct dm_span span, const char *text,
                    size_t length);
bool dm_builder_begin(struct dm_builder *builder, enum dm_tree_kind kind, struct dm_span span);

/* The same, where all is kept: gives the node. */
struct dm_tree *dm_builder_open(struct dm_builder *builder, enum dm_tree_kind kind,
                                struct dm_span span);

/* Ends the innermost container at 'end_byte', 0: where its last child ends. */
bool dm_builder_close(struct dm_builder *builder, size_t end_byte);

/* Checks of the whole text before a library sees it: UTF-16, zero bytes, what is no UTF-8.  It is
 * given in pieces: '*size' bytes that begin at byte 'begin'.  Where a piece that is not the last
 * ends within a code point, '*size' is made to end before it.  '*ret_begin' is the first byte after
 * a byte order mark. */
bool dm_builder_check_text(struct dm_builder *builder, const char *text, size_t *size, size_t begin,
                           bool is_last, const char *language, size_t *ret_begin);

/* What a plain scalar is by the core schema of YAML 1.2: NULL or a scalar of '*ret_scalar'. */
enum dm_tree_kind dm_core_schema(const char *text, size_t length, enum dm_scalar_kind *ret_scalar);

/* How readers of YAML 1.1 take a plain scalar, in words, where that is something else. */
const char *dm_yaml11_meaning(const char *text, size_t length);

#endif
