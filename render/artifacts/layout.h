/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * layout - a set of files in memory, and a folder that becomes exactly that set, or stays.
 *
 * 'evidence.json' in the set is what makes a folder ours: it holds the key "demarc_evidence" and,
 * under "files", the paths that were written.  A folder that is not empty and has none is refused.
 *
 * The set is written to a new folder beside ('DIR.demarc-new-PID-N').  When that is whole, the old
 * folder is moved out of the way and the new one takes its name; what is in the old one and was not
 * written by us (state, a provider's cache) is moved into the new one, and the rest is removed.  A
 * failure before the new folder has its name leaves the old one as it was.  After that only the
 * moving of foreign files can fail; they then stay where the error says, and nothing is removed.
 *
 * A foreign file that Terraform would read as part of a root (*.tf, *.tf.json) is refused: what is
 * deployed would not be what was proved.
 *
 * O(bytes), and a system call or a few for each file.
 */
#ifndef DM_RENDER_ARTIFACTS_LAYOUT_H
#define DM_RENDER_ARTIFACTS_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "model/base/arena.h"
#include "model/base/err.h"

#define DM_LAYOUT_EVIDENCE "evidence.json"
#define DM_LAYOUT_KEY "demarc_evidence"

struct dm_layout_file {
    const char *path; /* below the folder, parts joined by '/' */
    const char *text;
    size_t size;
};

struct dm_layout {
    struct dm_layout_file *items;
    size_t n;
    size_t capacity;
};

/* False when memory is out. */
bool dm_layout_add(struct dm_arena *arena, struct dm_layout *layout, const char *path,
                   const char *text, size_t size);

/* In order of paths. */
void dm_layout_sort(struct dm_layout *layout);

/* Makes 'folder' hold the files of 'layout', which is sorted and has an evidence.json.
 * '*ret_unchanged': it did already. */
DM_NODISCARD enum dm_status dm_layout_write(struct dm_arena *arena, const struct dm_layout *layout,
                                            const char *folder, bool *ret_unchanged,
                                            struct dm_err *err);

#endif
