/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cloudwan - a core network from its policy document.
 *
 * The document is JSON of version 2021.12 or 2025.11 [CWAN-01].  It is lowered to a core network
 * with its edges, segments, groups, shares, static routes, attachment policies and routing policies
 * (model/core.h).  It names no network: where a design left exactly one core network without edges
 * and segments of its own, the document is that one's; else the network is called as the file is.
 *
 * References between its parts are checked, with the nearest name and the place of what that names;
 * so are regions, AS numbers and versions.  What is not understood, keys too, is a dm_unknown
 * with its JSON pointer, set where it acts: at a segment, an action, a rule, or the network.
 *
 * Complexity: O(bytes) and O(segments) a reference.  Sources and objects live in the arena.
 */
#ifndef DM_MODEL_FRONT_CLOUDWAN_CLOUDWAN_H
#define DM_MODEL_FRONT_CLOUDWAN_CLOUDWAN_H

#include "model/facts/facts.h"
#include "model/model.h"

/* Adds the network that the document 'path' describes to 'builder'.  Faults of the input go to
 * 'diags'. */
DM_NODISCARD enum dm_status dm_cloudwan_load(struct dm_arena *arena, struct dm_sources *sources,
                                             const char *path, struct dm_facts *facts,
                                             struct dm_builder *builder, struct dm_diags *diags,
                                             struct dm_err *err);

#endif
