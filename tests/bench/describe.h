/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * describe - JSON as the AWS command line prints it: indented by four, a key a line.
 *
 * A value is given with its key, or with NULL where it is an item of a list.  Nothing is escaped:
 * what tests write needs none.
 */
#ifndef DM_TESTS_BENCH_DESCRIBE_H
#define DM_TESTS_BENCH_DESCRIBE_H

#include <stdbool.h>
#include <stdio.h>

#include "model/base/err.h"

struct dm_describe {
    FILE *file;
    unsigned depth;
    bool is_first; /* nothing was written in what is open */
};

/* A file with one object, whose only key, a list, stays open. */
struct dm_describe dm_describe_begin(FILE *file, const char *key);

/* Closes all; false where the file could not be written. */
bool dm_describe_end(struct dm_describe *describe);

void dm_describe_open(struct dm_describe *describe, const char *key, char bracket);
void dm_describe_close(struct dm_describe *describe, char bracket);
void dm_describe_text(struct dm_describe *describe, const char *key, const char *format, ...)
    DM_PRINTF(3, 4);
void dm_describe_number(struct dm_describe *describe, const char *key, long long value);
void dm_describe_flag(struct dm_describe *describe, const char *key, bool value);

#endif
