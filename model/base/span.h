/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * span - where something stands in the input.
 *
 * A span is a half-open range of bytes in one source.  Bytes, not characters:
 * libraries count in either, so positions are converted once, when a file is
 * read, and are bytes ever after.  Lines and columns are computed only when a
 * person is shown something.
 *
 * Most sources are held in memory.  Those of which a program keeps only parts may
 * be left where they are (dm_sources_open): such a source has no 'text', but a mark
 * every DM_SOURCE_PART bytes that says in which line and column that byte stands,
 * and what is shown of it is read again.  A file that was changed since gives its
 * places still, and no text.
 *
 * What nobody is to see, such as a password, is covered with stars where lines are shown
 * (dm_sources_hide).
 */
#ifndef DM_MODEL_BASE_SPAN_H
#define DM_MODEL_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/base/arena.h"
#include "model/base/err.h"
#include "model/base/file.h"

/* 'source' counts from 1; 0 means that there is no place. */
struct dm_span {
    uint32_t source;
    uint32_t begin_byte;
    uint32_t end_byte;
};

#define DM_SPAN_NONE ((struct dm_span){ 0, 0, 0 })

enum { DM_SOURCE_PART = 16 * 1024 };

/* Where byte i * DM_SOURCE_PART of a source stands that is not held. */
struct dm_source_mark {
    uint32_t line;            /* from 0 */
    uint32_t line_begin_byte; /* of that line */
    uint32_t column;          /* code points of the line before it */
};

/* One file, or standard input, as it was read. */
struct dm_source {
    const char *path; /* as the user named it, "-" for standard input */
    const char *text; /* 'size' bytes and a zero byte; NULL: it is not held */
    char *shown;      /* a copy with stars over what is hidden; NULL: nothing is */
    size_t size;
    const uint32_t *line_begin_byte; /* 'n_lines' of them, ascending, the first is 0; or NULL */
    uint32_t n_lines;
    const struct dm_source_mark *marks; /* where it is not held: one a part */
    struct dm_file_state state;         /* where it is not held: as it was read */
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

/* As dm_sources_read, but a file with which all that were opened so would be more than
 * DM_LIMIT_HELD_BYTES, or what dm_sources_hold says, is not held. */
DM_NODISCARD enum dm_status dm_sources_open(struct dm_sources *sources, const char *path,
                                            uint32_t *ret_source, struct dm_err *err);

/* For tests: lets dm_sources_open hold at most 'limit_bytes' of files. */
void dm_sources_hold(struct dm_sources *sources, uint64_t limit_bytes);

/* Copies 'size' bytes from byte 'begin' on, which must be there; false where a file that is not
 * held was changed since. */
bool dm_source_copy(const struct dm_source *source, size_t begin, char *to, size_t size);

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

/* Text of line 'line' (from 1) without its end; '*ret_size' bytes.  Of a source that is not held:
 * empty where the line has more than DM_SOURCE_PART bytes or the file was changed. */
const char *dm_sources_line(const struct dm_sources *sources, uint32_t source, uint32_t line,
                            size_t *ret_size);

/* From now on stars are shown in place of what is at 'span' of a source that is held; its first
 * call for a source copies that.  False when memory is out. */
bool dm_sources_hide(struct dm_sources *sources, struct dm_span span);

/* First byte that is no UTF-8, or SIZE_MAX where all is well. */
size_t dm_utf8_invalid_at(const char *text, size_t size);

#endif
