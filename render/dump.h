/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dump - a model as text, whole: what 'demarc dump model' prints.
 *
 * One block an object, kind after kind in order of 'DM_KIND_LIST', within a
 * kind by handle: its kind and name and where it comes from, then a line a
 * field, then a line a row (a route, a rule), each row with its own place.
 * Fields that say nothing (no label, no unknown) are left out.  Two models are
 * the same exactly when their dumps are, so far as names and places are.
 *
 * The text depends on the model alone.  O(V + R).
 */
#ifndef DM_RENDER_DUMP_H
#define DM_RENDER_DUMP_H

#include "model/base/str.h"
#include "model/model.h"

void dm_render_model(const struct dm_model *model, struct dm_str *out);

/* All routes of transit gateways' tables, and of core networks' segments at each edge: those that
 * are taken and those that they hide, nothing having failed.  'demarc dump routes'.  False when
 * memory is out. */
bool dm_render_routes(struct dm_arena *arena, const struct dm_model *model, struct dm_str *out);

#endif
