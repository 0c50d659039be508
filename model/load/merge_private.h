/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * merge_private - merge keys of YAML 1.1.
 *
 * "<<" is no key of YAML 1.2, and designs do not have it.  Manifests are written for programs that
 * know it: what stands below it, a mapping or a list of them, is taken into the mapping that it
 * stands in, but for keys that are there; of a list the first that has a key wins.
 *
 * Works on a whole tree, after aliases are unfolded, so each node has one place only and can be
 * moved.  O(nodes * keys of a mapping).
 */
#ifndef DM_MODEL_LOAD_MERGE_PRIVATE_H
#define DM_MODEL_LOAD_MERGE_PRIVATE_H

#include "model/load/load_private.h"

/* Merges in all of 'tree', which may be NULL.  A "<<" in quotes is a key like others.  What is no
 * mapping below "<<" is a fault.  False when memory is out. */
bool dm_merge_keys(struct dm_builder *builder, const struct dm_source *source,
                   struct dm_tree *tree);

#endif
