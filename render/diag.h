/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * diag - faults of the input as a person reads them.
 *
 *     error[REF001]: no VPC is named `shraed`
 *        --> bank.demarc.yaml:31:15
 *         |
 *      31 |     attach: {to: shraed}
 *         |                  ^^^^^^ used here
 *     help: did you mean `shared`?
 *
 * One block a fault, in the order of the list, which has been sorted, then how many there
 * were.  A fault in JSON names the pointer to it too, for lines there say little.
 */
#ifndef DM_RENDER_DIAG_H
#define DM_RENDER_DIAG_H

#include "render/style.h"

/* Nothing is written for an empty list. */
void dm_render_diags(const struct dm_diags *diags, const struct dm_sources *sources,
                     const struct dm_render_options *options, struct dm_str *out);

/* "error: TEXT", for what is no fault of the input: a status that ended the program. */
void dm_render_err(const struct dm_err *err, const struct dm_render_options *options,
                   struct dm_str *out);

/* "error[CODE]: MESSAGE"; 'code' may be NULL. */
void dm_render_headline(enum dm_severity severity, const char *code, const char *message,
                        const struct dm_render_options *options, struct dm_str *out);

#endif
