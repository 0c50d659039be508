/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/snippet.h"

#include <inttypes.h>
#include <string.h>

enum {
    TAB_COLUMNS = 8, /* at most */
    ELLIPSIS = 4,    /* columns of "... " and of " ..." */
    LEAST_PIECE = 24
};

/* The part of a line that is shown. */
struct piece {
    const char *line;
    size_t size;
    size_t begin;
    size_t end;
};

static struct dm_glyph glyph_at(const struct piece *piece, size_t at)
{
    struct dm_glyph glyph = dm_style_glyph(piece->line + at, piece->size - at);

    if (piece->line[at] == '\t') {
        glyph.columns = TAB_COLUMNS;
    }
    return glyph;
}

/* Begin of the character before 'at'. */
static size_t step_back(const struct piece *piece, size_t at)
{
    size_t first = at > 4 ? at - 4 : 0;

    for (size_t i = at - 1; i > first; i--) {
        if (((unsigned char)piece->line[i] & 0xc0U) != 0x80U) {
            return i;
        }
    }
    return glyph_at(piece, first).size == at - first ? first : at - 1;
}

/* Moves 'end' on while there is room for 'columns'; returns what is left of them. */
static size_t extend(struct piece *piece, size_t columns)
{
    while (piece->end < piece->size) {
        struct dm_glyph glyph = glyph_at(piece, piece->end);

        if (glyph.columns > columns) {
            break;
        }
        columns -= glyph.columns;
        piece->end += glyph.size;
    }
    return columns;
}

/* The whole line where it fits into 'columns', else a piece around byte 'at': a third of what is
 * left beside the 'size' bytes that are meant stands before them. */
static struct piece choose_piece(const char *line, size_t line_size, size_t at, size_t size,
                                 size_t columns)
{
    struct piece piece = { line, line_size, 0, 0 };
    size_t room = columns - 2 * (size_t)ELLIPSIS;
    size_t used = 0;
    size_t before;

    (void)extend(&piece, columns);
    if (piece.end == line_size) {
        return piece;
    }
    for (size_t i = at; i < at + size && used < room;) {
        struct dm_glyph glyph = glyph_at(&piece, i);

        used += glyph.columns;
        i += glyph.size;
    }
    before = used < room ? (room - used) / 3 : 0;
    piece.begin = at;
    while (piece.begin > 0) {
        size_t back = step_back(&piece, piece.begin);
        size_t wide = glyph_at(&piece, back).columns;

        if (wide > before) {
            break;
        }
        before -= wide;
        room -= wide;
        piece.begin = back;
    }
    piece.end = at;
    (void)extend(&piece, room);
    return piece;
}

static void add_line(struct dm_str *out, const struct piece *piece)
{
    dm_str_add(out, piece->begin > 0 ? "... " : "");
    for (size_t i = piece->begin; i < piece->end;) {
        struct dm_glyph glyph = glyph_at(piece, i);

        if (piece->line[i] == '\t') {
            dm_str_addc(out, '\t');
        } else {
            dm_str_add(out, glyph.shown);
        }
        i += glyph.size;
    }
    dm_str_add(out, piece->end < piece->size ? " ...\n" : "\n");
}

/* What stands before byte 'at' of the piece, as blanks of the same width. */
static void add_blanks(struct dm_str *out, const struct piece *piece, size_t at)
{
    dm_style_spaces(out, piece->begin > 0 ? ELLIPSIS : 0);
    for (size_t i = piece->begin; i < at;) {
        struct dm_glyph glyph = glyph_at(piece, i);

        if (piece->line[i] == '\t') {
            dm_str_addc(out, '\t');
        } else {
            dm_style_spaces(out, glyph.columns);
        }
        i += glyph.size;
    }
}

static void add_marks(struct dm_str *out, const struct piece *piece, size_t at, size_t size,
                      char mark)
{
    size_t end = at + size < piece->end ? at + size : piece->end;
    size_t columns = 0;

    for (size_t i = at; i < end;) {
        struct dm_glyph glyph = glyph_at(piece, i);

        columns += piece->line[i] == '\t' ? 1 : glyph.columns;
        i += glyph.size;
    }
    do {
        dm_str_addc(out, mark);
    } while (columns-- > 1);
}

static size_t digits_of(uint32_t number)
{
    size_t n = 1;

    while (number >= 10) {
        number /= 10;
        n++;
    }
    return n;
}

size_t dm_snippet_gutter(const struct dm_sources *sources, const struct dm_label *labels,
                         unsigned n_labels)
{
    size_t widest = 2;

    for (unsigned i = 0; i < n_labels; i++) {
        size_t n = digits_of(dm_sources_place(sources, labels[i].span).line);

        widest = n > widest ? n : widest;
    }
    return widest;
}

/* What is needed to write one snippet. */
struct context {
    struct dm_str *out;
    const struct dm_sources *sources;
    const struct dm_render_options *options;
    enum dm_tint tint;
    size_t gutter;
};

/* "   | ", or the number of the line before the bar. */
static void add_gutter(const struct context *c, uint32_t line, const char *after)
{
    dm_style_begin(c->out, c->options, DM_TINT_PLACE);
    if (line) {
        dm_style_spaces(c->out, c->gutter - digits_of(line));
        dm_str_addf(c->out, "%" PRIu32, line);
    } else {
        dm_style_spaces(c->out, c->gutter);
    }
    dm_str_add(c->out, " |");
    dm_style_end(c->out, c->options, DM_TINT_PLACE);
    dm_str_add(c->out, after);
}

static void add_label(const struct context *c, const struct piece *piece,
                      const struct dm_label *label, bool is_first)
{
    struct dm_place place = dm_sources_place(c->sources, label->span);
    enum dm_tint tint = is_first ? c->tint : DM_TINT_PLACE;
    size_t at = place.column_byte - 1;
    size_t size = label->span.end_byte - label->span.begin_byte;

    at = at < piece->size ? at : piece->size;
    size = size < piece->size - at ? size : piece->size - at;
    if (at < piece->begin || at > piece->end) {
        /* Outside the piece that its neighbour chose. */
        at = piece->end;
        size = 0;
    }
    add_gutter(c, 0, " ");
    add_blanks(c->out, piece, at);
    dm_style_begin(c->out, c->options, tint);
    add_marks(c->out, piece, at, size, is_first ? '^' : '~');
    if (label->text) {
        dm_str_addc(c->out, ' ');
        dm_style_add(c->out, label->text);
    }
    dm_style_end(c->out, c->options, tint);
    dm_str_addc(c->out, '\n');
}

/* Label 'i' with its line, and all later ones on that line. */
static void add_block(const struct context *c, const struct dm_label *labels, unsigned n_labels,
                      unsigned i, bool *done)
{
    struct dm_place place = dm_sources_place(c->sources, labels[i].span);
    size_t size = 0;
    const char *line = dm_sources_line(c->sources, labels[i].span.source, place.line, &size);
    size_t at = place.column_byte - 1 < size ? place.column_byte - 1 : size;
    size_t length = labels[i].span.end_byte - labels[i].span.begin_byte;
    size_t columns = dm_style_columns(c->options);
    bool is_first = true;
    struct piece piece;

    for (unsigned j = 0; j < i; j++) {
        is_first = is_first && !done[j];
    }
    columns = columns > c->gutter + 3 + LEAST_PIECE ? columns - c->gutter - 3 : LEAST_PIECE;
    piece = choose_piece(line, size, at, length < size - at ? length : size - at, columns);
    dm_style_spaces(c->out, c->gutter);
    dm_style_tinted(c->out, c->options, DM_TINT_PLACE, is_first ? "--> " : "::: ");
    dm_style_add(c->out, place.path);
    dm_str_addf(c->out, ":%" PRIu32 ":%" PRIu32 "\n", place.line, place.column);
    add_gutter(c, 0, "\n");
    add_gutter(c, place.line, size ? " " : "");
    add_line(c->out, &piece);
    for (unsigned j = i; j < n_labels; j++) {
        struct dm_place other = dm_sources_place(c->sources, labels[j].span);

        if (!done[j] && labels[j].span.source == labels[i].span.source
            && other.line == place.line) {
            add_label(c, &piece, &labels[j], is_first && j == i);
            done[j] = true;
        }
    }
}

bool dm_snippet_add(struct dm_str *out, const struct dm_sources *sources,
                    const struct dm_label *labels, unsigned n_labels, enum dm_tint tint,
                    const struct dm_render_options *options)
{
    struct context c = { out, sources, options, tint,
                         dm_snippet_gutter(sources, labels, n_labels) };
    bool done[DM_DIAG_MAX_LABELS] = { false };
    bool any = false;

    DM_ASSERT(n_labels <= DM_DIAG_MAX_LABELS);
    for (unsigned i = 0; i < n_labels; i++) {
        if (labels[i].span.source && !done[i]) {
            add_block(&c, labels, n_labels, i, done);
            any = true;
        }
    }
    return any;
}
