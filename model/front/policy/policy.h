/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * policy - a core network from its policy document, wherever that was found.
 *
 * The document is JSON of version 2021.12 or 2025.11 [CWAN-01]: a file of its own, or what AWS
 * shows of a core network.  It is lowered to a core network with its edges, segments, groups,
 * shares, static routes, attachment policies and routing policies (model/core.h).  This is no
 * front end but what those have in common that find such documents.
 *
 * The document names no network.  Where the builder has one called 'name' that has no document
 * yet, it is that one's; else there is a new one.
 *
 * References between its parts are checked, with the nearest name and the place of what that names;
 * so are regions, AS numbers and versions.  What is not understood, keys too, is a dm_unknown
 * with its JSON pointer, set where it acts: at a segment, an action, a rule, or the network.
 *
 * Complexity: O(bytes) and O(segments) a reference.  Objects live in the arena.
 */
#ifndef DM_MODEL_FRONT_POLICY_POLICY_H
#define DM_MODEL_FRONT_POLICY_POLICY_H

#include "model/facts/facts.h"
#include "model/load/tree.h"
#include "model/model.h"

struct dm_policy_document {
    const char *name; /* of the network */
    const char *text; /* as it was written; NULL: not at hand */
    const struct dm_tree *tree;
    const char *pointer; /* of 'tree' in its source */
};

/* Adds the network that the document describes to 'builder'.  Faults go to 'diags'. */
DM_NODISCARD enum dm_status dm_policy_read(struct dm_arena *arena, struct dm_facts *facts,
                                           struct dm_builder *builder, struct dm_diags *diags,
                                           const struct dm_policy_document *document,
                                           struct dm_err *err);

#endif
