/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * text - what 'demarc check' shows a person.
 *
 * A header with what was looked at; each finding with the place to change, the
 * evidence and the smallest failure sets; then one line a requirement, what is not understood,
 * what was assumed, and at the end the answer of the gate.  The most important
 * stands last, where a terminal shows it.
 *
 * Nothing is decided here: what is shown is in the result, and all of it is in the
 * JSON form.  With 'limit_per_rule' the rest of a rule's findings, and of long
 * lists, is counted, never silently left out.
 */
#ifndef DM_RENDER_TEXT_H
#define DM_RENDER_TEXT_H

#include "render/style.h"
#include "scenarios/result.h"

void dm_render_text(const struct dm_result *result, const struct dm_render_options *options,
                    struct dm_str *out);

/* Only the verdicts and the answer of the gate: the end of the above. */
void dm_render_verdicts(const struct dm_result *result, const struct dm_render_options *options,
                        struct dm_str *out);

/* One finding whole, as in the above. */
void dm_render_finding(const struct dm_result *result, const struct dm_finding *finding,
                       const struct dm_render_options *options, struct dm_str *out);

/* "4 regions  13 VPCs  90 elements": what a model holds, for the header and for 'validate'. */
void dm_render_model_line(const struct dm_model *model, struct dm_str *out);

#endif
