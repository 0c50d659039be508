/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cloudwan - a core network from a file with its policy document, see model/front/policy/policy.h.
 *
 * The document names no network: it is called as the file is, so that it is that of a network that
 * a design left without edges and segments of its own and called so.
 *
 * Complexity: O(bytes).  Sources and objects live in the arena.
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
