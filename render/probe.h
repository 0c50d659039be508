/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * probe - a line of 'demarc probe': what was asked, the answer, why, where.
 *
 *     SOURCE \t DESTINATION \t APP \t PASS|FAIL|UNKNOWN \t CODE \t ELEMENT
 *
 * CODE of PASS is NONE and ELEMENT "-"; no field is empty.
 */
#ifndef DM_RENDER_PROBE_H
#define DM_RENDER_PROBE_H

#include "model/base/str.h"
#include "solver/reach/session.h"

/* 'source', 'destination' and 'app' as they were read. */
void dm_render_probe(const struct dm_model *model, const char *source, const char *destination,
                     const char *app, const struct dm_session *session, struct dm_str *out);

#endif
