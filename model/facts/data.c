/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/facts/data.h"

#include <string.h>

#include "model/facts/data_private.h"

/* The first row whose path, cut to 'length' bytes, is not before 'key' ('above': is after it). */
static size_t bound(const char *key, size_t length, int above)
{
    size_t low = 0;
    size_t high = dm_data_n_files;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strncmp(dm_data_files[middle].path, key, length);

        if (order < 0 || (above && order == 0)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

const struct dm_data_file *dm_data_find(const char *path)
{
    size_t at = bound(path, strlen(path) + 1, 0);

    if (at < dm_data_n_files && strcmp(dm_data_files[at].path, path) == 0) {
        return &dm_data_files[at];
    }
    return NULL;
}

const struct dm_data_file *dm_data_list(const char *prefix, size_t *ret_n)
{
    size_t length = strlen(prefix);
    size_t begin = bound(prefix, length, 0);

    *ret_n = bound(prefix, length, 1) - begin;
    return &dm_data_files[begin];
}
