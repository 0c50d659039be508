/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * data - the files of data/ that are part of the program.
 *
 * The build writes their bytes into one C file.  Paths are below data/, sorted,
 * with '/' between their parts: "facts/regions.yaml", "rules/RCH001.md".
 */
#ifndef DM_MODEL_FACTS_DATA_H
#define DM_MODEL_FACTS_DATA_H

#include <stddef.h>

struct dm_data_file {
    const char *path;
    const char *text; /* 'size' bytes and a zero byte */
    size_t size;
};

/* NULL where there is none.  O(log n). */
const struct dm_data_file *dm_data_find(const char *path);

/* Files whose path begins with 'prefix' stand together: the first of them, and how many. */
const struct dm_data_file *dm_data_list(const char *prefix, size_t *ret_n);

#endif
