/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * read - from the files of a design to one tree that fits the grammar.
 *
 * Includes are read and merged key by key into one tree; a key that two files
 * give is a fault with both places.  Then every node is held against
 * grammar.def.  What comes out without faults has the right shape everywhere:
 * known keys only, required ones present, scalars of the type that the table
 * says (a prefix parses, a port parses, a date is one, a number is in range).  What names
 * mean, and whether they name anything, is for lowering (lower.h).
 */
#ifndef DM_MODEL_FRONT_DESIGN_READ_H
#define DM_MODEL_FRONT_DESIGN_READ_H

#include "model/load/tree.h"

/* '*ret_root' is NULL where 'diags' got an error. */
DM_NODISCARD enum dm_status dm_design_read(struct dm_arena *arena, struct dm_sources *sources,
                                           const char *file, struct dm_diags *diags,
                                           const struct dm_tree **ret_root, struct dm_err *err);

#endif
