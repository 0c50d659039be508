/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * policy_private - what the files that read a policy document share.
 *
 * A node is a value with its JSON pointer.  Reading goes in order of need: edges, segments and
 * groups by name first, then all that refers to them.  A fault is reported and reading goes on, so
 * that one run shows them all; memory that runs out sets 'failed', looked at in the end.
 */
#ifndef DM_MODEL_FRONT_POLICY_POLICY_PRIVATE_H
#define DM_MODEL_FRONT_POLICY_POLICY_PRIVATE_H

#include "model/base/str.h"
#include "model/base/vec.h"
#include "model/front/policy/policy.h"
#include "model/load/tree.h"

struct dm_cwan_node {
    const struct dm_tree *tree; /* NULL: not there */
    struct dm_span key;         /* of the key that it stands under, else its own */
    const char *pointer;
};

/* Something with a name that others refer to. */
struct dm_cwan_name {
    const char *name;
    struct dm_span span;
    uint32_t handle; /* or an index */
};

struct dm_cwan_names {
    struct dm_cwan_name *items;
    size_t n;
    size_t capacity;
};

struct dm_cwan {
    struct dm_arena *arena;
    struct dm_facts *facts;
    struct dm_builder *builder;
    struct dm_diags *diags;
    bool failed;
    bool is_2025; /* or a version that is not known, which was reported */
    struct dm_core_network_id network;
    const char *name;
    const char *text;           /* the document */
    struct dm_cwan_names edges; /* by region */
    struct dm_cwan_names segments;
    struct dm_cwan_names functions;
    struct dm_cwan_names policies; /* routing policies, by index */
};

#define DM_CWAN_PUSH(cwan, vec, ...)                                                               \
    (DM_VEC_PUSH((cwan)->arena, (vec), __VA_ARGS__) || ((cwan)->failed = true, false))

/* ---- node.c ---- */

const char *dm_cwan_text_of(struct dm_cwan *cwan, const char *fmt, ...) DM_PRINTF(2, 3);

struct dm_cwan_node dm_cwan_key(struct dm_cwan *cwan, const struct dm_cwan_node *map,
                                const char *key);
struct dm_cwan_node dm_cwan_item(struct dm_cwan *cwan, const struct dm_cwan_node *list, size_t i);

/* Items of a list; something else is a fault and has none. */
size_t dm_cwan_n_items(struct dm_cwan *cwan, const struct dm_cwan_node *list);

struct dm_diag *dm_cwan_fault(struct dm_cwan *cwan, const struct dm_cwan_node *node,
                              const char *fmt, ...) DM_PRINTF(3, 4);

/* Adds an unknown and sets '*slot' to it where that has none yet. */
void dm_cwan_unknown(struct dm_cwan *cwan, const struct dm_cwan_node *node, const char *why,
                     struct dm_unknown_id *slot);

/* Reports keys that are not among 'known' (apart by '|'): near ones are faults, others unknown at
 * '*slot'. */
void dm_cwan_keys(struct dm_cwan *cwan, const struct dm_cwan_node *map, const char *known,
                  struct dm_unknown_id *slot);

/* Values of a key.  One of another type is a fault; NULL, or the default, where it is not there. */
const char *dm_cwan_text(struct dm_cwan *cwan, const struct dm_cwan_node *map, const char *key,
                         bool required);
bool dm_cwan_bool(struct dm_cwan *cwan, const struct dm_cwan_node *map, const char *key,
                  bool standard);
uint32_t dm_cwan_number(struct dm_cwan *cwan, const struct dm_cwan_node *map, const char *key,
                        int64_t min, int64_t max);
bool dm_cwan_prefix(struct dm_cwan *cwan, const struct dm_cwan_node *node,
                    struct dm_prefix *ret_prefix);
/* Which of the words apart by '|' it is; -1 and a fault where it is none or not there. */
int dm_cwan_word(struct dm_cwan *cwan, const struct dm_cwan_node *map, const char *key,
                 const char *words);

/* The handle of what a text names; 0 and a fault with the nearest name where there is none. */
uint32_t dm_cwan_refer(struct dm_cwan *cwan, const struct dm_cwan_node *node, const char *what,
                       const struct dm_cwan_names *names);
/* Remembers a name; false and a fault with both places where it is taken. */
bool dm_cwan_name(struct dm_cwan *cwan, const struct dm_cwan_node *node, const char *what,
                  const char *name, uint32_t handle, struct dm_cwan_names *names);

/* Handles of a list of names. */
const void *dm_cwan_refer_all(struct dm_cwan *cwan, const struct dm_cwan_node *list,
                              const char *what, const struct dm_cwan_names *names, size_t *ret_n);

/* ---- the sections of a document ---- */

void dm_cwan_configuration(struct dm_cwan *cwan, const struct dm_cwan_node *root);
void dm_cwan_segments(struct dm_cwan *cwan, const struct dm_cwan_node *root);
void dm_cwan_actions(struct dm_cwan *cwan, const struct dm_cwan_node *root);
void dm_cwan_attachment_policies(struct dm_cwan *cwan, const struct dm_cwan_node *root);
void dm_cwan_routing_policies(struct dm_cwan *cwan, const struct dm_cwan_node *root);

#endif
