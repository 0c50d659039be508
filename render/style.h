/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * style - how text for people is put together: escapes, columns, colours, counts.
 *
 * Names come from input and may hold anything.  What could change a terminal or
 * the order of what is read (control characters, marks that turn the direction of
 * text, bytes that are no UTF-8) is shown as an escape, "\x1b" or "\u202e", so that
 * what a person sees is what is there, and a message stays on its line.
 *
 * Colour is an option of the caller, who alone knows the stream; nothing is said by
 * colour that a word does not say as well.  Columns are those of a terminal: wide
 * characters take two, combining ones none.
 *
 * All functions append to a 'dm_str' and cost O(bytes).
 */
#ifndef DM_RENDER_STYLE_H
#define DM_RENDER_STYLE_H

#include "model/base/diag.h"
#include "model/base/str.h"

enum dm_tint {
    DM_TINT_NONE,
    DM_TINT_ERROR,
    DM_TINT_WARNING,
    DM_TINT_NOTE,
    DM_TINT_GOOD,
    DM_TINT_PLACE, /* gutters and arrows */
    DM_TINT_STRONG
};

struct dm_render_options {
    bool color;
    unsigned width;        /* columns of a line; 0: 100 */
    size_t limit_per_rule; /* findings of a rule in full, and items of a list; 0: all */
};

/* Files and pipes: no colour, 100 columns, nothing left out. */
#define DM_RENDER_PLAIN ((struct dm_render_options){ false, 0, 0 })

unsigned dm_style_columns(const struct dm_render_options *options);

enum dm_tint dm_style_severity(enum dm_severity severity);
const char *dm_style_severity_text(enum dm_severity severity); /* "error", "warning", "note" */

/* One character of 'text' ('size' bytes, not 0) as it is shown. */
struct dm_glyph {
    size_t size; /* bytes of the text that it stands for */
    size_t columns;
    bool escaped;
    char shown[12]; /* ended by a zero byte */
};
struct dm_glyph dm_style_glyph(const char *text, size_t size);

/* Columns that 'text' takes as it is shown. */
size_t dm_style_width(const char *text);
size_t dm_style_width_of(const char *text, size_t size); /* of the first 'size' bytes */

void dm_style_add(struct dm_str *out, const char *text);
void dm_style_addn(struct dm_str *out, const char *text, size_t size);
void dm_style_spaces(struct dm_str *out, size_t n);

/* In a colour, where the options want one. */
void dm_style_tinted(struct dm_str *out, const struct dm_render_options *options, enum dm_tint tint,
                     const char *text);
void dm_style_begin(struct dm_str *out, const struct dm_render_options *options, enum dm_tint tint);
void dm_style_end(struct dm_str *out, const struct dm_render_options *options, enum dm_tint tint);

/* Breaks 'text' at spaces.  The line is at 'column' when this begins; further lines begin with
 * 'indent' spaces.  A word that is longer than a line stays whole.  Ends the last line. */
void dm_style_wrap(struct dm_str *out, const struct dm_render_options *options, const char *text,
                   size_t column, size_t indent);

/* "4,096"; UINT64_MAX, which stands for what does not fit, is "more than 10^19". */
void dm_style_count(struct dm_str *out, uint64_t n);

/* "1 error", "2 errors": 'noun' takes an s. */
void dm_style_counted(struct dm_str *out, uint64_t n, const char *noun);

#endif
