/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * span - where something stands in the input.
 *
 * A span is a half-open range of bytes in one source.  Bytes, not characters:
 * libraries count in either, so positions are converted once, when a file is
 * read, and are bytes ever after.  Lines and columns are computed only when a
 * person is shown something.
 */
#ifndef DM_MODEL_BASE_SPAN_H
#define DM_MODEL_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/base/arena.h"
#include "model/base/err.h"

/* 'source' counts from 1; 0 means that there is no place. */
struct dm_span {
    uint32_t source;
    uint32_t begin_byte;
    uint32_t end_byte;
};

#define DM_SPAN_NONE ((struct dm_span){ 0, 0, 0 })

/* One file, or standard input, as it was read. */
struct dm_source {
    const char *path; /* as the user named it, "-" for standard input */
    const char *text; /* 'size' bytes and a zero byte */
    size_t size;
    const uint32_t *line_begin_byte; /* 'n_lines' of them, ascending, the first is 0 */
    uint32_t n_lines;
};

/* All sources of a run.  Lives in the model's arena. */
struct dm_sources;

/* A place for people: counted from 1; 'column' counts code points, 'column_byte' bytes. */
struct dm_place {
    const char *path;
    uint32_t line;
    uint32_t column;
    uint32_t column_byte;
};

struct dm_sources *dm_sources_new(struct dm_arena *arena, struct dm_err *err);

/* Reads 'path' ("-": standard input) whole.  Fails with DM_IO where it cannot be read, DM_LIMIT
 * beyond DM_LIMIT_INPUT_BYTES.  '*ret_source' counts from 1.  The same path is read once. */
DM_NODISCARD enum dm_status dm_sources_read(struct dm_sources *sources, const char *path,
                                            uint32_t *ret_source, struct dm_err *err);

/* Adds 'text' ('size' bytes, copied) under the name 'path'; for tests and generated input. */
DM_NODISCARD enum dm_status dm_sources_add(struct dm_sources *sources, const char *path,
                                           const char *text, size_t size, uint32_t *ret_source,
                                           struct dm_err *err);

uint32_t dm_sources_count(const struct dm_sources *sources);

/* 'source' must exist. */
const struct dm_source *dm_sources_get(const struct dm_sources *sources, uint32_t source);

/* Begin and end of 'span'.  O(log lines).  A span without source gives line 0 and path "". */
struct dm_place dm_sources_place(const struct dm_sources *sources, struct dm_span span);
struct dm_place dm_sources_place_end(const struct dm_sources *sources, struct dm_span span);

/* Text of line 'line' (from 1) without its end; '*ret_size' bytes. */
const char *dm_sources_line(const struct dm_sources *sources, uint32_t source, uint32_t line,
                            size_t *ret_size);

/* First byte that is no UTF-8, or SIZE_MAX where all is well. */
size_t dm_utf8_invalid_at(const char *text, size_t size);

#endif
