/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/table.h"

#include <string.h>

enum { GAP = 2 };

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

/* Bytes of the words that fit into 'columns': at least one word. */
static size_t fitting(const char *text, size_t columns)
{
    size_t fits = strcspn(text, " ");

    for (size_t end = fits; text[end] == ' ';) {
        end += strspn(text + end, " ");
        end += strcspn(text + end, " ");
        if (dm_style_width_of(text, end) > columns) {
            break;
        }
        fits = end;
    }
    return fits;
}

/* Columns of the cell, and of its longest word. */
static void measure(const char *cell, size_t *widest, size_t *longest)
{
    size_t width = dm_style_width(cell);

    *widest = width > *widest ? width : *widest;
    while (*cell != '\0') {
        size_t n = strcspn(cell, " ");

        width = dm_style_width_of(cell, n);
        *longest = width > *longest ? width : *longest;
        cell += n + (cell[n] == ' ');
    }
}

/* The width of each column on a page of 'columns'. */
static void choose_widths(const struct dm_table *table, size_t columns, size_t indent,
                          size_t widths[DM_TABLE_MAX_COLUMNS])
{
    size_t least[DM_TABLE_MAX_COLUMNS] = { 0 };
    size_t total = indent + GAP * (table->n_columns - 1);

    for (size_t i = 0; i < table->n_columns; i++) {
        widths[i] = 0;
        for (size_t r = 0; r < table->rows.n; r++) {
            measure(table->rows.items[r].cells[i], &widths[i], &least[i]);
        }
        total += widths[i];
    }
    least[0] = widths[0]; /* numbers and names that rows are found by */
    while (total > columns) {
        size_t give = table->n_columns;

        for (size_t i = 0; i < table->n_columns; i++) {
            if (widths[i] > least[i] && (give == table->n_columns || widths[i] > widths[give])) {
                give = i;
            }
        }
        if (give == table->n_columns) {
            break;
        }
        widths[give]--;
        total--;
    }
}

/* One line of a row: what of each cell fits; moves the cells on.  False where nothing was left. */
static bool write_line(const struct dm_table *table, const struct dm_render_options *options,
                       const size_t widths[DM_TABLE_MAX_COLUMNS],
                       const char *cells[DM_TABLE_MAX_COLUMNS], const enum dm_tint *tints,
                       size_t indent, struct dm_str *out)
{
    size_t blanks = indent;
    bool any = false;

    for (size_t i = 0; i < table->n_columns; i++) {
        size_t n = fitting(cells[i], widths[i]);

        if (n != 0) {
            dm_style_spaces(out, blanks);
            dm_style_begin(out, options, tints[i]);
            dm_style_addn(out, cells[i], n);
            dm_style_end(out, options, tints[i]);
            blanks = 0;
            any = true;
        }
        blanks += widths[i] + GAP - (n ? dm_style_width_of(cells[i], n) : 0);
        cells[i] += n;
        cells[i] += strspn(cells[i], " ");
    }
    if (any) {
        dm_str_addc(out, '\n');
    }
    return any;
}

static void write_note(const struct dm_table_row *row, const struct dm_render_options *options,
                       size_t at, struct dm_str *out)
{
    dm_style_spaces(out, at);
    dm_style_begin(out, options, row->note_tint);
    dm_style_wrap(out, options, row->note, at, at);
    if (options->color && row->note_tint != DM_TINT_NONE) {
        /* The colour ends before the line does. */
        out->text[--out->length] = '\0';
        dm_style_end(out, options, row->note_tint);
        dm_str_addc(out, '\n');
    }
}

void dm_table_write(const struct dm_table *table, const struct dm_render_options *options,
                    size_t indent, bool on_line, struct dm_str *out)
{
    size_t widths[DM_TABLE_MAX_COLUMNS] = { 0 };

    out->failed = out->failed || table->failed;
    choose_widths(table, dm_style_columns(options), indent, widths);
    for (size_t r = 0; r < table->rows.n; r++) {
        const struct dm_table_row *row = &table->rows.items[r];
        const char *cells[DM_TABLE_MAX_COLUMNS];
        size_t begin = r == 0 && on_line ? 0 : indent;

        memcpy(cells, row->cells, sizeof cells);
        while (write_line(table, options, widths, cells, row->tints, begin, out)) {
            begin = indent;
        }
        if (row->note) {
            write_note(row, options, indent + widths[0] + GAP, out);
        }
    }
}
