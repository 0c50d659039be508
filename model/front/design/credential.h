/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * credential - a credential of a design is named, never written: a secret of the cluster and a key
 * of it, "db/password".  What stands there otherwise may be one, and is hidden before anything can
 * show its line.
 */
#ifndef DM_MODEL_FRONT_DESIGN_CREDENTIAL_H
#define DM_MODEL_FRONT_DESIGN_CREDENTIAL_H

#include "model/load/tree.h"

/* Whether the text has the form SECRET/KEY; '*ret_length': of the secret's name. */
bool dm_credential_is_reference(const char *text, size_t *ret_length);

/* Hides what stands under `credentials` of a file, or beside a key that says that it is one, and is
 * no reference.  False: memory is out. */
bool dm_credential_hide(struct dm_sources *sources, const struct dm_tree *tree);

#endif
