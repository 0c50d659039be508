/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/table.h"

enum { GAP = 2, LEAST_LAST = 24 };

void dm_table_init(struct dm_table *table, struct dm_arena *arena, size_t n_columns)
{
    DM_ASSERT(n_columns >= 2 && n_columns <= DM_TABLE_MAX_COLUMNS);
    *table = (struct dm_table){ .arena = arena, .n_columns = n_columns };
}

void dm_table_add(struct dm_table *table, const struct dm_table_row *row)
{
    struct dm_table_row copy = *row;

    for (size_t i = 0; i < table->n_columns; i++) {
        copy.cells[i] = copy.cells[i] ? copy.cells[i] : "-";
    }
    if (!DM_VEC_PUSH(table->arena, &table->rows, copy)) {
        table->failed = true;
    }
}

/* Where each column begins. */
static void place_columns(const struct dm_table *table, size_t indent,
                          size_t begins[DM_TABLE_MAX_COLUMNS])
{
    begins[0] = indent;
    for (size_t i = 1; i < table->n_columns; i++) {
        size_t widest = 0;

        for (size_t r = 0; r < table->rows.n; r++) {
            size_t width = dm_style_width(table->rows.items[r].cells[i - 1]);

            widest = width > widest ? width : widest;
        }
        begins[i] = begins[i - 1] + widest + GAP;
    }
}

/* A last column that has no room left is not squeezed into it: such lines are longer. */
static void write_last(const struct dm_render_options *options, const char *text, enum dm_tint tint,
                       size_t begin, struct dm_str *out)
{
    struct dm_render_options wide = *options;

    if (begin + LEAST_LAST > dm_style_columns(options)) {
        wide.width = (unsigned)(begin + LEAST_LAST);
    }
    dm_style_begin(out, options, tint);
    dm_style_wrap(out, &wide, text, begin, begin);
    if (options->color && tint != DM_TINT_NONE && out->length != 0) {
        /* The colour ends before the line does. */
        out->text[--out->length] = '\0';
        dm_style_end(out, options, tint);
        dm_str_addc(out, '\n');
    }
}

void dm_table_write(const struct dm_table *table, const struct dm_render_options *options,
                    size_t indent, bool on_line, struct dm_str *out)
{
    size_t begins[DM_TABLE_MAX_COLUMNS];
    size_t last = table->n_columns - 1;

    out->failed = out->failed || table->failed;
    place_columns(table, indent, begins);
    for (size_t r = 0; r < table->rows.n; r++) {
        const struct dm_table_row *row = &table->rows.items[r];

        if (r != 0 || !on_line) {
            dm_style_spaces(out, indent);
        }
        for (size_t i = 0; i < last; i++) {
            dm_style_tinted(out, options, row->tints[i], row->cells[i]);
            dm_style_spaces(out, begins[i + 1] - begins[i] - dm_style_width(row->cells[i]));
        }
        write_last(options, row->cells[last], row->tints[last], begins[last], out);
        if (row->note) {
            dm_style_spaces(out, begins[1]);
            write_last(options, row->note, row->note_tint, begins[1], out);
        }
    }
}
