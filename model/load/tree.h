/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tree - what a YAML or JSON text says, with the place of every part.
 *
 * One shape for both, so that front ends neither know nor care which it was.
 * Scalars keep their text as written; what it means (a number, a truth value)
 * is asked of the node with the YAML 1.2 core schema, never guessed by the
 * loader.  Keys are strings, always.  Mappings keep the order of the input and
 * hold every key once: a second one is a fault that names both places.
 *
 * Anchors and aliases are unfolded when they are read, within
 * DM_LIMIT_TREE_NODES and DM_LIMIT_ALIAS_BYTES, so a tree has no cycle and no
 * shared node; a node's span is that of the text it came from.  Merge keys are
 * refused, as the core schema has none, but in texts of many documents, which are
 * manifests and written for programs that know them (merge_private.h).  A zero
 * byte in a string is refused, so that all texts can be used as strings of C.
 *
 * Ownership: trees live in the arena they were read into.  O(bytes).
 */
#ifndef DM_MODEL_LOAD_TREE_H
#define DM_MODEL_LOAD_TREE_H

#include "model/base/diag.h"
#include "model/base/span.h"

enum dm_tree_kind { DM_TREE_NULL, DM_TREE_SCALAR, DM_TREE_LIST, DM_TREE_MAP };

/* What a plain scalar is by the core schema; a quoted one, or JSON's string, is a string. */
enum dm_scalar_kind { DM_SCALAR_STRING, DM_SCALAR_INT, DM_SCALAR_FLOAT, DM_SCALAR_BOOL };

struct dm_tree_pair;

/* Large inputs are some ten million of these: small numbers are of small types. */
struct dm_tree {
    unsigned char kind;   /* enum dm_tree_kind */
    unsigned char scalar; /* enum dm_scalar_kind */
    bool quoted;          /* in quotes, or a block scalar: a string, whatever it looks like */
    bool is_cut;          /* what it holds was not kept: 'text', items and pairs are missing */
    struct dm_span span;
    const char *text; /* scalar: as written, unescaped; else NULL */
    union {
        struct dm_tree *const *items;     /* list */
        const struct dm_tree_pair *pairs; /* map, in order of the input */
    };
    size_t length; /* bytes of 'text' */
    size_t n;      /* items or pairs */
};

struct dm_tree_pair {
    const char *key; /* equal keys of one input are one pointer */
    size_t key_length;
    struct dm_span key_span;
    struct dm_tree *value;
};

/* The value of 'key', or NULL where 'tree' is no map or lacks it (NULL 'tree' is fine). O(n) */
const struct dm_tree *dm_tree_find(const struct dm_tree *tree, const char *key);
const struct dm_tree_pair *dm_tree_find_pair(const struct dm_tree *tree, const char *key);

/* Typed views; false (and nothing written) where the node is not of that type. */
bool dm_tree_bool(const struct dm_tree *tree, bool *ret_value);
bool dm_tree_int(const struct dm_tree *tree, int64_t *ret_value);
const char *dm_tree_text(const struct dm_tree *tree); /* NULL where it is no scalar */

/* "a mapping", "a list", "an integer", ...: for messages. */
const char *dm_tree_kind_text(const struct dm_tree *tree);

/* Reads one YAML document; one without content gives a node of kind DM_TREE_NULL.  Faults of form
 * go to 'diags' and give a NULL tree with DM_OK: the caller looks at 'diags'.  The status is for
 * memory and limits of the program only. */
DM_NODISCARD enum dm_status dm_yaml_read(struct dm_arena *arena, const struct dm_sources *sources,
                                         uint32_t source, struct dm_diags *diags,
                                         struct dm_tree **ret_tree, struct dm_err *err);

/* Reads all documents of one YAML text, in their order; empty ones are nodes of kind DM_TREE_NULL.
 * A fault of form leaves none of them. */
DM_NODISCARD enum dm_status dm_yaml_read_all(struct dm_arena *arena,
                                             const struct dm_sources *sources, uint32_t source,
                                             struct dm_diags *diags,
                                             struct dm_tree *const **ret_trees, size_t *ret_n_trees,
                                             struct dm_err *err);

/* What becomes of the value of a key. */
enum dm_tree_care {
    DM_TREE_KEEP,  /* it is kept, and of what is in it what is wanted there */
    DM_TREE_WHOLE, /* it is kept with all in it */
    DM_TREE_CUT,   /* the key is kept, and a node of the value's kind and place, without content */
    DM_TREE_DROP   /* neither key nor value are kept */
};

/* Asked once for each key at 'depth' 1, the top level, and once for each that stands deeper, whose
 * 'depth' is 2 then: what is wanted does not depend on where it stands. */
struct dm_tree_choice {
    enum dm_tree_care (*of)(const void *context, size_t depth, const char *key);
    const void *context;
};

/* Reads one JSON text (RFC 8259, UTF-8), in the same way; 'pointer' of a fault is set.  The text is
 * read in pieces: what is needed besides the tree does not grow with it.  Of a text whose brackets
 * do not close nothing but the fault is kept. */
DM_NODISCARD enum dm_status dm_json_read(struct dm_arena *arena, const struct dm_sources *sources,
                                         uint32_t source, struct dm_diags *diags,
                                         struct dm_tree **ret_tree, struct dm_err *err);

/* The same, keeping what 'choice' wants. */
DM_NODISCARD enum dm_status dm_json_read_parts(struct dm_arena *arena,
                                               const struct dm_sources *sources, uint32_t source,
                                               const struct dm_tree_choice *choice,
                                               struct dm_diags *diags, struct dm_tree **ret_tree,
                                               struct dm_err *err);

#endif
