/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * json - results for programs: 'demarc check --format json'.
 *
 * The form is that of data/schema/result-1.schema.json and only grows.  Nothing
 * is left out or folded.  Keys stand in a fixed order, lists in that of the
 * result; inputs are sorted by path and named as the user named them, with their
 * digests.  Numbers that do not fit 63 bits are null.
 */
#ifndef DM_RENDER_JSON_H
#define DM_RENDER_JSON_H

#include "model/base/str.h"
#include "scenarios/result.h"

DM_NODISCARD enum dm_status dm_render_json(const struct dm_result *result, struct dm_str *out,
                                           struct dm_err *err);

/* Word of the format for a kind of hop: it stays when what people read changes. */
const char *dm_json_hop_kind(enum dm_hop_kind kind);

#endif
