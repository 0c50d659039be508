/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pairs - what 'demarc reach' writes: who can connect to whom, and on what.
 *
 * Text is a line a row, "SOURCE => DESTINATION : CONNECTIONS", with a mark at its end: "*" where
 * answers to TCP are stopped, "?" where it is not known whether they get through.  CSV has the same
 * four columns under a line of their names.  Where rows are of classes, the members of each stand
 * before them, a line a class, in CSV a line a member with the mark "member".  JSON is that of
 * data/schema/reach-1.schema.json.
 */
#ifndef DM_RENDER_PAIRS_H
#define DM_RENDER_PAIRS_H

#include "model/base/str.h"
#include "scenarios/pairs.h"

void dm_render_pairs(const struct dm_pairs *pairs, struct dm_str *out);
void dm_render_pairs_csv(const struct dm_pairs *pairs, struct dm_str *out);
DM_NODISCARD enum dm_status dm_render_pairs_json(const struct dm_model *model,
                                                 const struct dm_pairs *pairs, struct dm_str *out,
                                                 struct dm_err *err);

#endif
