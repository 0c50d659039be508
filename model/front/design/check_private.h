/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * check_private - a tree held against the grammar.
 *
 * Every fault becomes a diagnostic at the scalar or key that is wrong; nothing
 * stops at the first.  O(nodes * keys of their shape).
 */
#ifndef DM_MODEL_FRONT_DESIGN_CHECK_PRIVATE_H
#define DM_MODEL_FRONT_DESIGN_CHECK_PRIVATE_H

#include "model/base/diag.h"
#include "model/front/design/grammar_private.h"
#include "model/load/tree.h"

/* What is being looked at, for messages: a value, an item of a list or a key of a mapping. */
enum dm_spot_role { DM_SPOT_VALUE, DM_SPOT_ITEM, DM_SPOT_KEY };

struct dm_spot {
    const char *name; /* the key that it belongs to; "" for a whole file */
    enum dm_spot_role role;
    struct dm_span span; /* where a mapping that lacks something is shown */
};

struct dm_check {
    struct dm_arena *arena;
    struct dm_diags *diags;
    bool is_first_file;
    bool is_partial; /* inside an override, whose mappings merge into those of the entry */
    bool is_out_of_memory;
};

/* Holds 'node' against type 'id' and all that it is made of. */
void dm_check_node(struct dm_check *check, enum dm_type_id id, const struct dm_tree *node,
                   const struct dm_spot *spot);

/* Whether a text of 'length' bytes is of scalar type 'id' (not: truth values and numbers). */
bool dm_scalar_fits(enum dm_type_id id, const char *text, size_t length);

/* Says what is wrong with a text that does not fit. */
void dm_scalar_explain(struct dm_check *check, enum dm_type_id id, const char *text, size_t length,
                       const struct dm_spot *spot, struct dm_span span);

/* "`size`", "an item of `zones`", "a key of `vpcs`", "the file". */
const char *dm_spot_text(struct dm_check *check, const struct dm_spot *spot);

/* A text as it is shown in a message: on one line and not too long. */
const char *dm_shown(struct dm_check *check, const char *text, size_t length);

#endif
