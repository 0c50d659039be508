/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/style.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { DEFAULT_COLUMNS = 100, LEAST_COLUMNS = 40 };

unsigned dm_style_columns(const struct dm_render_options *options)
{
    if (options->width == 0) {
        return DEFAULT_COLUMNS;
    }
    return options->width < LEAST_COLUMNS ? LEAST_COLUMNS : options->width;
}

enum dm_tint dm_style_severity(enum dm_severity severity)
{
    switch (severity) {
    case DM_SEV_ERROR:
        return DM_TINT_ERROR;
    case DM_SEV_WARNING:
        return DM_TINT_WARNING;
    case DM_SEV_NOTE:
        break;
    }
    return DM_TINT_NOTE;
}

const char *dm_style_severity_text(enum dm_severity severity)
{
    switch (severity) {
    case DM_SEV_ERROR:
        return "error";
    case DM_SEV_WARNING:
        return "warning";
    case DM_SEV_NOTE:
        break;
    }
    return "note";
}

struct range {
    uint32_t first;
    uint32_t last;
};

/* Combining marks, joiners and selectors. */
static const struct range zero_wide[] = {
    { 0x0300, 0x036f }, { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff },   { 0x20d0, 0x20ff },
    { 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f }, { 0xe0100, 0xe01ef },
};

/* Scripts and pictures that Unicode's East Asian Width calls wide. */
static const struct range two_wide[] = {
    { 0x1100, 0x115f },   { 0x2e80, 0x303e },   { 0x3041, 0x33ff },   { 0x3400, 0x4dbf },
    { 0x4e00, 0x9fff },   { 0xa000, 0xa4cf },   { 0xac00, 0xd7a3 },   { 0xf900, 0xfaff },
    { 0xfe30, 0xfe6f },   { 0xff00, 0xff60 },   { 0xffe0, 0xffe6 },   { 0x1f300, 0x1f64f },
    { 0x1f680, 0x1f6ff }, { 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd },
};

/* What moves the cursor, or turns or hides what is around it. */
static const struct range unsafe[] = {
    { 0x0000, 0x001f }, { 0x007f, 0x009f }, { 0x00ad, 0x00ad }, { 0x061c, 0x061c },
    { 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0xfeff, 0xfeff },
};

static bool is_in(const struct range *ranges, size_t n, uint32_t point)
{
    for (size_t i = 0; i < n; i++) {
        if (point >= ranges[i].first && point <= ranges[i].last) {
            return true;
        }
    }
    return false;
}

#define IS_IN(ranges, point) is_in((ranges), sizeof(ranges) / sizeof *(ranges), (point))

/* Bytes of the character that begins 'text', 0 where it is no UTF-8. */
static size_t decode(const char *text, size_t size, uint32_t *ret_point)
{
    unsigned char lead = (unsigned char)text[0];
    size_t n = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    uint32_t point = n == 1 ? lead : n ? lead & (0x7fU >> n) : 0;

    if (n == 0 || n > size || dm_utf8_invalid_at(text, n) != SIZE_MAX) {
        return 0;
    }
    for (size_t i = 1; i < n; i++) {
        point = point << 6 | ((unsigned char)text[i] & 0x3fU);
    }
    *ret_point = point;
    return n;
}

struct dm_glyph dm_style_glyph(const char *text, size_t size)
{
    struct dm_glyph glyph = { .size = 1, .columns = 1 };
    uint32_t point = 0;
    size_t n = decode(text, size, &point);

    if (n != 0 && !IS_IN(unsafe, point)) {
        glyph.size = n;
        glyph.columns = IS_IN(zero_wide, point) ? 0 : IS_IN(two_wide, point) ? 2 : 1;
        memcpy(glyph.shown, text, n);
        return glyph;
    }
    glyph.escaped = true;
    if (n == 0) {
        (void)snprintf(glyph.shown, sizeof glyph.shown, "\\x%02x", (unsigned char)text[0]);
    } else if (point == '\n' || point == '\t' || point == '\r') {
        (void)snprintf(glyph.shown, sizeof glyph.shown, "\\%c",
                       point == '\n'   ? 'n'
                       : point == '\t' ? 't'
                                       : 'r');
    } else {
        (void)snprintf(glyph.shown, sizeof glyph.shown,
                       point < 0x80 ? "\\x%02" PRIx32 : "\\u%04" PRIx32, point);
    }
    glyph.size = n ? n : 1;
    glyph.columns = strlen(glyph.shown);
    return glyph;
}

size_t dm_style_width_of(const char *text, size_t size)
{
    size_t columns = 0;

    for (size_t i = 0; i < size;) {
        struct dm_glyph glyph = dm_style_glyph(text + i, size - i);

        columns += glyph.columns;
        i += glyph.size;
    }
    return columns;
}

size_t dm_style_width(const char *text)
{
    return dm_style_width_of(text, strlen(text));
}

/* How many letters of ASCII, which are all shown as they are, 'text' begins with. */
static size_t plain_run(const char *text, size_t size)
{
    size_t n = 0;

    while (n < size && text[n] >= ' ' && text[n] <= '~') {
        n++;
    }
    return n;
}

void dm_style_addn(struct dm_str *out, const char *text, size_t size)
{
    for (size_t i = 0; i < size;) {
        size_t n = plain_run(text + i, size - i);
        struct dm_glyph glyph;

        if (n) {
            dm_str_addn(out, text + i, n);
            i += n;
            continue;
        }
        glyph = dm_style_glyph(text + i, size - i);

        dm_str_add(out, glyph.shown);
        i += glyph.size;
    }
}

void dm_style_add(struct dm_str *out, const char *text)
{
    dm_style_addn(out, text, strlen(text));
}

void dm_style_spaces(struct dm_str *out, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        dm_str_addc(out, ' ');
    }
}

void dm_style_begin(struct dm_str *out, const struct dm_render_options *options, enum dm_tint tint)
{
    static const char *const codes[] = {
        [DM_TINT_NONE] = "",   [DM_TINT_ERROR] = "1;31", [DM_TINT_WARNING] = "1;33",
        [DM_TINT_NOTE] = "36", [DM_TINT_GOOD] = "32",    [DM_TINT_PLACE] = "34",
        [DM_TINT_STRONG] = "1"
    };

    if (options->color && tint != DM_TINT_NONE) {
        dm_str_addf(out, "\x1b[%sm", codes[tint]);
    }
}

void dm_style_end(struct dm_str *out, const struct dm_render_options *options, enum dm_tint tint)
{
    if (options->color && tint != DM_TINT_NONE) {
        dm_str_add(out, "\x1b[0m");
    }
}

void dm_style_tinted(struct dm_str *out, const struct dm_render_options *options, enum dm_tint tint,
                     const char *text)
{
    dm_style_begin(out, options, tint);
    dm_style_add(out, text);
    dm_style_end(out, options, tint);
}

void dm_style_wrap(struct dm_str *out, const struct dm_render_options *options, const char *text,
                   size_t column, size_t indent)
{
    size_t columns = dm_style_columns(options);
    bool first = true; /* of its line */

    while (*text != '\0') {
        size_t n = strcspn(text, " ");
        size_t width = dm_style_width_of(text, n);

        if (n != 0) {
            if (!first && column + 1 + width > columns) {
                dm_str_addc(out, '\n');
                dm_style_spaces(out, indent);
                column = indent;
            } else if (!first) {
                dm_str_addc(out, ' ');
                column++;
            }
            dm_style_addn(out, text, n);
            column += width;
            first = false;
        }
        text += n + (text[n] == ' ');
    }
    dm_str_addc(out, '\n');
}

void dm_style_count(struct dm_str *out, uint64_t n)
{
    char digits[24];
    size_t length;

    if (n == UINT64_MAX) {
        dm_str_add(out, "more than 10^19");
        return;
    }
    (void)snprintf(digits, sizeof digits, "%" PRIu64, n);
    length = strlen(digits);
    for (size_t i = 0; i < length; i++) {
        if (i != 0 && (length - i) % 3 == 0) {
            dm_str_addc(out, ',');
        }
        dm_str_addc(out, digits[i]);
    }
}

void dm_style_counted(struct dm_str *out, uint64_t n, const char *noun)
{
    dm_style_count(out, n);
    dm_str_addf(out, " %s%s", noun, n == 1 ? "" : "s");
}
