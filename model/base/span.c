/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/base/span.h"

#include <string.h>

#include "model/base/file.h"
#include "model/base/limits.h"
#include "model/base/map.h"
#include "model/base/vec.h"

struct part;

struct dm_sources {
    struct dm_arena *arena;
    DM_VEC(struct dm_source *) list;
    struct dm_map by_path;
    uint64_t hold_bytes; /* what may still be held of files that are opened */
    struct part *part;   /* the last one that was looked at */
    struct mark *mark;   /* where the last column was counted to */
};

/* A place whose column is known: the next one is often behind it, in a line that may be all of the
 * text. */
struct mark {
    const struct dm_source *source;
    uint32_t byte;
    uint32_t column;
};

/* A part of a source that is not held. */
struct part {
    const struct dm_source *source;
    size_t index;
    size_t size;
    char bytes[DM_SOURCE_PART];
};

struct dm_sources *dm_sources_new(struct dm_arena *arena, struct dm_err *err)
{
    struct dm_sources *sources = DM_NEW(arena, struct dm_sources);

    if (sources) {
        sources->mark = DM_NEW(arena, struct mark);
    }
    if (!sources || !sources->mark) {
        (void)DM_FAIL_NOMEM(err);
        return NULL;
    }
    sources->arena = arena;
    sources->hold_bytes = dm_limit_value(DM_LIMIT_HELD_BYTES);
    dm_map_init(&sources->by_path, arena);
    return sources;
}

bool dm_source_copy(const struct dm_source *source, size_t begin, char *to, size_t size)
{
    DM_ASSERT(begin <= source->size && size <= source->size - begin);
    if (source->text) {
        memcpy(to, source->text + begin, size);
        return true;
    }
    return dm_file_read_part(source->path, &source->state, begin, to, size);
}

/* Part 'index' of a source that is not held; NULL where the file was changed. */
static const struct part *look_at(const struct dm_sources *sources, const struct dm_source *source,
                                  size_t index)
{
    struct part *part = sources->part;
    size_t begin = index * DM_SOURCE_PART;
    size_t left = source->size - begin;

    if (part->source != source || part->index != index) {
        part->source = NULL;
        part->size = left < DM_SOURCE_PART ? left : DM_SOURCE_PART;
        if (!dm_source_copy(source, begin, part->bytes, part->size)) {
            return NULL;
        }
        part->source = source;
        part->index = index;
    }
    return part;
}

static size_t count_lines(const char *text, size_t size)
{
    const char *end = text + size;
    size_t n = 1;

    for (const char *p = text; (p = memchr(p, '\n', (size_t)(end - p))); p++) {
        n++;
    }
    return n;
}

/* 'text' and its zero byte belong to the arena. */
static enum dm_status add_source(struct dm_sources *sources, const char *path, const char *text,
                                 size_t size, uint32_t *ret_source, struct dm_err *err)
{
    struct dm_arena *arena = sources->arena;
    struct dm_source *source = DM_NEW(arena, struct dm_source);
    size_t n_lines = count_lines(text, size);
    uint32_t *begins = DM_NEW_ARRAY(arena, n_lines, uint32_t);
    char *path_copy = dm_arena_strdup(arena, path);
    uint64_t *place = dm_map_add(&sources->by_path, path, NULL);
    const char *end = text + size;
    size_t line = 1;

    if (!source || !begins || !path_copy || !place || !DM_VEC_PUSH(arena, &sources->list, source)) {
        return DM_FAIL_NOMEM(err);
    }
    for (const char *p = text; (p = memchr(p, '\n', (size_t)(end - p))); p++) {
        begins[line++] = (uint32_t)(p + 1 - text);
    }
    source->path = path_copy;
    source->text = text;
    source->size = size;
    source->line_begin_byte = begins;
    source->n_lines = (uint32_t)n_lines;
    *place = sources->list.n;
    *ret_source = (uint32_t)sources->list.n;
    return DM_OK;
}

enum dm_status dm_sources_read(struct dm_sources *sources, const char *path, uint32_t *ret_source,
                               struct dm_err *err)
{
    const uint64_t *known = dm_map_find(&sources->by_path, path);
    enum dm_status status;
    char *text;
    size_t size;

    if (known && *known) {
        *ret_source = (uint32_t)*known;
        return DM_OK;
    }
    status =
        dm_file_read(sources->arena, path, dm_limit_value(DM_LIMIT_INPUT_BYTES), &text, &size, err);
    if (status != DM_OK) {
        return status;
    }
    return add_source(sources, path, text, size, ret_source, err);
}

static bool continues(char c)
{
    return ((unsigned char)c & 0xc0u) == 0x80u;
}

/* Goes over 'size' bytes that begin at byte 'begin', where 'mark' stands. */
static void advance(struct dm_source_mark *mark, const char *bytes, size_t begin, size_t size)
{
    const char *at = bytes;
    const char *end = bytes + size;

    for (const char *p = at; (p = memchr(p, '\n', (size_t)(end - p))); p++) {
        mark->line++;
        mark->column = 0;
        at = p + 1;
        mark->line_begin_byte = (uint32_t)(begin + (size_t)(at - bytes));
    }
    for (; at < end; at++) {
        mark->column += !continues(*at);
    }
}

static enum dm_status mark_parts(struct dm_source *source, struct dm_source_mark *marks,
                                 char *bytes, struct dm_err *err)
{
    struct dm_source_mark mark = { 0 };

    for (size_t i = 0; i * DM_SOURCE_PART < source->size; i++) {
        size_t begin = i * DM_SOURCE_PART;
        size_t left = source->size - begin;
        size_t size = left < DM_SOURCE_PART ? left : DM_SOURCE_PART;

        marks[i] = mark;
        if (!dm_source_copy(source, begin, bytes, size)) {
            return DM_FAIL(err, DM_IO, "%s: cannot read, or it changes while it is read",
                           source->path);
        }
        advance(&mark, bytes, begin, size);
    }
    source->n_lines = mark.line + 1;
    source->marks = marks;
    return DM_OK;
}

/* A file that is not held. */
static enum dm_status add_file(struct dm_sources *sources, const char *path,
                               const struct dm_file_state *state, uint32_t *ret_source,
                               struct dm_err *err)
{
    struct dm_arena *arena = sources->arena;
    struct dm_source *source = DM_NEW(arena, struct dm_source);
    size_t n_parts = (size_t)(state->size / DM_SOURCE_PART) + 1;
    struct dm_source_mark *marks = DM_NEW_ARRAY(arena, n_parts, struct dm_source_mark);
    char *path_copy = dm_arena_strdup(arena, path);
    uint64_t *place = dm_map_add(&sources->by_path, path, NULL);
    enum dm_status status;

    sources->part = sources->part ? sources->part : DM_NEW(arena, struct part);
    if (!source || !marks || !path_copy || !place || !sources->part) {
        return DM_FAIL_NOMEM(err);
    }
    source->path = path_copy;
    source->size = (size_t)state->size;
    source->state = *state;
    sources->part->source = NULL;
    status = mark_parts(source, marks, sources->part->bytes, err);
    if (status != DM_OK) {
        return status;
    }
    if (!DM_VEC_PUSH(arena, &sources->list, source)) {
        return DM_FAIL_NOMEM(err);
    }
    *place = sources->list.n;
    *ret_source = (uint32_t)sources->list.n;
    return DM_OK;
}

void dm_sources_hold(struct dm_sources *sources, uint64_t limit_bytes)
{
    sources->hold_bytes = limit_bytes;
}

enum dm_status dm_sources_open(struct dm_sources *sources, const char *path, uint32_t *ret_source,
                               struct dm_err *err)
{
    const uint64_t *known = dm_map_find(&sources->by_path, path);
    struct dm_file_state state;

    if ((known && *known) || !strcmp(path, "-") || !dm_file_state(path, &state)
        || state.size > dm_limit_value(DM_LIMIT_INPUT_BYTES)) {
        return dm_sources_read(sources, path, ret_source, err);
    }
    if (state.size <= sources->hold_bytes) {
        sources->hold_bytes -= state.size;
        return dm_sources_read(sources, path, ret_source, err);
    }
    return add_file(sources, path, &state, ret_source, err);
}

enum dm_status dm_sources_add(struct dm_sources *sources, const char *path, const char *text,
                              size_t size, uint32_t *ret_source, struct dm_err *err)
{
    char *copy;

    if (size > dm_limit_value(DM_LIMIT_INPUT_BYTES)) {
        return DM_FAIL(err, DM_LIMIT, "%s: more than %llu %s", path,
                       dm_limit_value(DM_LIMIT_INPUT_BYTES), dm_limit_text(DM_LIMIT_INPUT_BYTES));
    }
    copy = dm_arena_strndup(sources->arena, text, size);
    if (!copy) {
        return DM_FAIL_NOMEM(err);
    }
    return add_source(sources, path, copy, size, ret_source, err);
}

uint32_t dm_sources_count(const struct dm_sources *sources)
{
    return (uint32_t)sources->list.n;
}

const struct dm_source *dm_sources_get(const struct dm_sources *sources, uint32_t source)
{
    DM_ASSERT(source >= 1 && source <= sources->list.n);
    return sources->list.items[source - 1];
}

/* The last line that begins at 'byte' or before it, from 0. */
static uint32_t line_of(const struct dm_source *source, uint32_t byte)
{
    uint32_t low = 0;
    uint32_t high = source->n_lines;

    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;

        if (source->line_begin_byte[middle] <= byte) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Place of 'byte' in a source that is not held, but for its path. */
static struct dm_place place_in_file(const struct dm_sources *sources,
                                     const struct dm_source *source, uint32_t byte)
{
    size_t index =
        source->size ? (byte < source->size ? byte : source->size - 1) / DM_SOURCE_PART : 0;
    const struct part *part = source->size ? look_at(sources, source, index) : NULL;
    struct dm_source_mark mark = source->marks[index];
    struct dm_place place = { .path = source->path };
    bool after_bom;

    if (part) {
        advance(&mark, part->bytes, index * DM_SOURCE_PART, byte - index * DM_SOURCE_PART);
    }
    /* A byte order mark is no character of the text. */
    after_bom = mark.line == 0 && byte >= 3 && look_at(sources, source, 0)
                && !memcmp(sources->part->bytes, "\xef\xbb\xbf", 3);
    place.line = mark.line + 1;
    place.column = mark.column + 1 - after_bom;
    place.column_byte = byte - mark.line_begin_byte + 1;
    return place;
}

/* The last part that begins in 'line' (from 0) or before it. */
static size_t part_of_line(const struct dm_source *source, uint32_t line)
{
    size_t low = 0;
    size_t high = (source->size + DM_SOURCE_PART - 1) / DM_SOURCE_PART;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (source->marks[middle].line < line
            || (source->marks[middle].line == line
                && source->marks[middle].line_begin_byte == middle * DM_SOURCE_PART)) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Line 'line' (from 0) of a source that is not held, in the arena. */
static const char *line_in_file(const struct dm_sources *sources, const struct dm_source *source,
                                uint32_t line, size_t *ret_size)
{
    size_t index = part_of_line(source, line);
    const struct part *part = source->size ? look_at(sources, source, index) : NULL;
    uint32_t at_line = source->marks[index].line;
    size_t begin = index * DM_SOURCE_PART;
    size_t size;
    const char *at = part ? part->bytes : "";
    const char *end;
    char *copy;

    for (size_t left = part ? part->size : 0; at_line < line; at_line++) {
        const char *next = memchr(at, '\n', left);

        if (!next) {
            return "";
        }
        left -= (size_t)(next + 1 - at);
        at = next + 1;
    }
    begin += part ? (size_t)(at - part->bytes) : 0;
    size = source->size - begin;
    size = size < DM_SOURCE_PART ? size : DM_SOURCE_PART;
    copy = part ? DM_NEW_ARRAY(sources->arena, size + 1, char) : NULL;
    if (!copy || !dm_source_copy(source, begin, copy, size)) {
        return "";
    }
    end = memchr(copy, '\n', size);
    if (!end && begin + size < source->size) {
        return "";
    }
    *ret_size = end ? (size_t)(end - copy) : size;
    return copy;
}

static bool has_bom(const char *text, size_t size)
{
    return size >= 3 && !memcmp(text, "\xef\xbb\xbf", 3);
}

static struct dm_place place_of(const struct dm_sources *sources, uint32_t id, uint32_t byte)
{
    struct dm_place place = { .path = "" };
    const struct dm_source *source;
    uint32_t line;
    uint32_t begin;

    if (!id) {
        return place;
    }
    source = dm_sources_get(sources, id);
    byte = byte > source->size ? (uint32_t)source->size : byte;
    if (!source->text) {
        return place_in_file(sources, source, byte);
    }
    line = line_of(source, byte);
    begin = source->line_begin_byte[line];
    place.path = source->path;
    place.line = line + 1;
    place.column = 1;
    place.column_byte = byte - begin + 1;
    if (line == 0 && byte >= 3 && has_bom(source->text, source->size)) {
        begin = 3; /* a byte order mark is no character of the text */
    }
    if (sources->mark->source == source && sources->mark->byte > begin
        && sources->mark->byte <= byte) {
        begin = sources->mark->byte;
        place.column = sources->mark->column;
    }
    for (uint32_t i = begin; i < byte; i++) {
        place.column += !continues(source->text[i]);
    }
    *sources->mark = (struct mark){ source, byte, place.column };
    return place;
}

struct dm_place dm_sources_place(const struct dm_sources *sources, struct dm_span span)
{
    return place_of(sources, span.source, span.begin_byte);
}

struct dm_place dm_sources_place_end(const struct dm_sources *sources, struct dm_span span)
{
    return place_of(sources, span.source, span.end_byte);
}

const char *dm_sources_line(const struct dm_sources *sources, uint32_t source, uint32_t line,
                            size_t *ret_size)
{
    const struct dm_source *from = dm_sources_get(sources, source);
    size_t begin;
    size_t end;

    DM_ASSERT(line >= 1 && line <= from->n_lines);
    if (!from->text) {
        const char *text;
        bool bom;

        *ret_size = 0;
        text = line_in_file(sources, from, line - 1, ret_size);
        *ret_size -= *ret_size && text[*ret_size - 1] == '\r';
        bom = line == 1 && has_bom(text, *ret_size);
        *ret_size -= bom ? 3 : 0;
        return bom ? text + 3 : text;
    }
    begin = from->line_begin_byte[line - 1];
    end = line < from->n_lines ? from->line_begin_byte[line] - 1u : from->size;
    if (end > begin && from->text[end - 1] == '\r') {
        end--;
    }
    if (line == 1 && has_bom(from->text, from->size)) {
        begin = 3;
    }
    *ret_size = end - begin;
    return (from->shown ? from->shown : from->text) + begin;
}

bool dm_sources_hide(struct dm_sources *sources, struct dm_span span)
{
    struct dm_source *source = span.source ? sources->list.items[span.source - 1] : NULL;

    if (!source || !source->text) {
        return true;
    }
    if (!source->shown) {
        source->shown = dm_arena_strndup(sources->arena, source->text, source->size);
    }
    for (size_t i = span.begin_byte; source->shown && i < span.end_byte && i < source->size; i++) {
        bool is_end = source->text[i] == '\n' || source->text[i] == '\r';

        source->shown[i] = is_end ? source->text[i] : '*';
    }
    return source->shown != NULL;
}

/* Bytes of the code point at 'p', 0 where it is none; overlong forms and surrogates are none. */
static size_t code_point_size(const unsigned char *p, size_t left)
{
    unsigned char low = 0x80;
    unsigned char high = 0xbf;
    size_t size;

    if (p[0] < 0x80) {
        return 1;
    }
    if (p[0] >= 0xc2 && p[0] <= 0xdf) {
        size = 2;
    } else if (p[0] >= 0xe0 && p[0] <= 0xef) {
        size = 3;
        low = p[0] == 0xe0 ? 0xa0 : low;
        high = p[0] == 0xed ? 0x9f : high;
    } else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
        size = 4;
        low = p[0] == 0xf0 ? 0x90 : low;
        high = p[0] == 0xf4 ? 0x8f : high;
    } else {
        return 0;
    }
    if (left < size || p[1] < low || p[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < size; i++) {
        if ((p[i] & 0xc0u) != 0x80u) {
            return 0;
        }
    }
    return size;
}

size_t dm_utf8_invalid_at(const char *text, size_t size)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t i = 0;

    while (i < size) {
        uint64_t eight;
        size_t step;

        if (size - i >= sizeof eight) {
            memcpy(&eight, p + i, sizeof eight);
            if (!(eight & UINT64_C(0x8080808080808080))) {
                i += sizeof eight;
                continue;
            }
        }
        step = code_point_size(p + i, size - i);
        if (!step) {
            return i;
        }
        i += step;
    }
    return SIZE_MAX;
}
