/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * design - a network as its owners write it down: the design language, version 1.
 *
 * The language says what exists, how it is joined and what must be true of it.
 * It is read in three passes: the tree is held against one table of keys (grammar.def: key, type,
 * unit, range, whether required, doc), from which also the error texts, the JSON Schema and the
 * reference page come; matrices are unfolded into copies; copies are lowered to AWS's own objects.
 * Every fault carries the place of the scalar that is wrong.
 *
 * Nothing is guessed: a key that is not in the table, a name that nothing bears, a unit that
 * is missing are faults, with the nearest name as help.
 *
 * Addresses that the design leaves to the tool are allocated in order of the copies' names and,
 * where demarc.lock stands beside the design, taken from there; a lock that does not fit the design
 * is a note that says it is stale, and the allocation is then made anew for what it lacks.  Designs
 * in one folder share that file, and have a section each.
 */
#ifndef DM_MODEL_FRONT_DESIGN_DESIGN_H
#define DM_MODEL_FRONT_DESIGN_DESIGN_H

#include "model/base/str.h"
#include "model/facts/facts.h"
#include "model/load/tree.h"
#include "model/model.h"

/* The design file of 'path': itself, or the one *.demarc.yaml of a folder.  No or several:
 * DM_USAGE, naming them. */
DM_NODISCARD enum dm_status dm_design_locate(struct dm_arena *arena, const char *path,
                                             const char **ret_file, struct dm_err *err);

/* Adds the design in 'file' and all that it includes to 'builder'.  Faults go to 'diags'. */
DM_NODISCARD enum dm_status dm_design_load(struct dm_arena *arena, struct dm_sources *sources,
                                           const char *file, struct dm_facts *facts,
                                           struct dm_builder *builder, struct dm_diags *diags,
                                           struct dm_err *err);

/* The JSON Schema (draft 7) of a design, and its reference page in Markdown, from the table. */
void dm_design_schema(struct dm_str *out);
void dm_design_reference(struct dm_str *out);

/* The text of demarc.lock for a model that was loaded from a design: every allocated CIDR. */
void dm_design_lock(const struct dm_model *model, struct dm_str *out);

/* The same for the one beside the design in 'file'.  Where several designs stand in that folder it
 * has a section for each, by the names of their files, and those of others stay as they are. */
DM_NODISCARD enum dm_status dm_design_lock_beside(const struct dm_model *model, const char *file,
                                                  struct dm_str *out, struct dm_err *err);

/* What a lock says of the design in 'file': its section, else what is in none; or NULL. */
const struct dm_tree *dm_design_lock_section(const struct dm_tree *lock, const char *file);

#endif
