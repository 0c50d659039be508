/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * marks_private - from characters, which libyaml counts, to bytes.
 *
 * The byte of every 256th character stands in a table; what lies between is
 * walked over.  A text with one byte for each character needs no table.
 *
 * O(bytes) to begin with, O(1) for a mark.
 */
#ifndef DM_MODEL_LOAD_MARKS_PRIVATE_H
#define DM_MODEL_LOAD_MARKS_PRIVATE_H

#include "model/base/span.h"

struct dm_marks {
    const struct dm_source *source;
    size_t begin;          /* byte of the first character */
    const uint32_t *bytes; /* NULL: one byte each */
    size_t n;
};

/* The characters of 'source' from byte 'begin' on; false when memory is out. */
bool dm_marks_init(struct dm_marks *marks, struct dm_arena *arena, const struct dm_source *source,
                   size_t begin);

/* Past the last character: the end of the text. */
size_t dm_marks_byte(const struct dm_marks *marks, size_t character);

#endif
