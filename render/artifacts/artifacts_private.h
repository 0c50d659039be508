/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * artifacts_private - what all writers of artifacts share: canonical JSON, and names of inputs that
 * do not depend on where the program runs.
 *
 * Inputs are named as seen from the folder of the first one: a design gives the same bytes whether
 * it is named from its own folder, from one above, or absolutely.
 */
#ifndef DM_RENDER_ARTIFACTS_ARTIFACTS_PRIVATE_H
#define DM_RENDER_ARTIFACTS_ARTIFACTS_PRIVATE_H

#include <jansson.h>

#include "model/base/span.h"
#include "render/artifacts/layout.h"

/* Adds 'document' as text: sorted keys, two spaces, a newline at the end.  False: memory is out. */
bool dm_artifacts_add_json(struct dm_arena *arena, struct dm_layout *layout, const char *path,
                           const json_t *document);

/* The folder of the first input, "." where there is none.  NULL when memory is out. */
const char *dm_artifacts_base(struct dm_arena *arena, const struct dm_sources *sources);

/* 'path' as seen from the folder 'base', by their texts alone; 'path' itself where that cannot be
 * said.  NULL when memory is out. */
const char *dm_artifacts_relative(struct dm_arena *arena, const char *base, const char *path);

#endif
