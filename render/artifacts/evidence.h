/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * evidence - what a set of artifacts was made from, and what was proved of it: evidence.json.
 *
 *     demarc_evidence  1, the version of this form; it only grows
 *     tool             version of the program, and the digest of the facts it holds
 *     as_of            the date that decided what had expired
 *     inputs           path, as seen from the folder of the first one, and digest
 *     verdicts         requirement, level, verdict, and the bound within which it was decided
 *     files            path and digest of each artifact
 *     not_generated    what the model holds that is no part of these artifacts, and why
 *
 * demarc.lock is no input here: 'build' writes it, and its addresses are in the files.  No clock
 * and no path of a machine go in, so the same design gives the same bytes.
 */
#ifndef DM_RENDER_ARTIFACTS_EVIDENCE_H
#define DM_RENDER_ARTIFACTS_EVIDENCE_H

#include "render/artifacts/layout.h"
#include "scenarios/result.h"

/* Adds README.md and, last, evidence.json about all files of 'layout' to it, and sorts it. */
DM_NODISCARD enum dm_status dm_evidence_add(struct dm_arena *arena, const struct dm_result *result,
                                            struct dm_layout *layout, struct dm_err *err);

#endif
