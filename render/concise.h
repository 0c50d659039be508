/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * concise - one line a finding, for grep and editors.
 *
 *     bank.demarc.yaml:39:68: error SOV003 personal-de leaves EU under {fra-1, fra-2} 7c1e9a04...
 *
 * What a finding has no place in the input for stands at "-".  Requirements that are
 * unknown or not refuted have no finding and get a line of their own, with the
 * requirement for a code, so that silence means that everything holds.
 */
#ifndef DM_RENDER_CONCISE_H
#define DM_RENDER_CONCISE_H

#include "model/base/str.h"
#include "scenarios/result.h"

void dm_render_concise(const struct dm_result *result, struct dm_str *out);

#endif
