/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lower - from a tree that fits the grammar to AWS's own objects.
 *
 * Order: jurisdictions, environments, pools, regions and zones; copies of VPCs,
 * their address plan, subnets, gateways; transit gateways, tables, attachments,
 * mesh; peerings; groups, ACLs; routes; data classes, policies; stores,
 * services, calls; requirements.  Each pass only refers to what earlier ones made.
 */
#ifndef DM_MODEL_FRONT_DESIGN_LOWER_H
#define DM_MODEL_FRONT_DESIGN_LOWER_H

#include "model/facts/facts.h"
#include "model/load/tree.h"
#include "model/model.h"

/* 'lock' is the tree of demarc.lock, or NULL. */
DM_NODISCARD enum dm_status dm_design_lower(struct dm_arena *arena, const struct dm_tree *root,
                                            const struct dm_tree *lock, struct dm_facts *facts,
                                            struct dm_builder *builder, struct dm_diags *diags,
                                            struct dm_err *err);

#endif
