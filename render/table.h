/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * table - columns of text that line up.
 *
 * Cells are borrowed until the table is written, and shown escaped.  A column is as
 * wide as its widest cell.  Where the page is too narrow for that, the widest columns give way
 * and their cells are wrapped at spaces; words are never broken, so a page may still be too narrow.
 * Below a row may stand a note, under its second column.  No cell is empty: what there is
 * nothing to say of is "-".
 *
 * Complexity: O(bytes + columns of the page * columns of the table).
 */
#ifndef DM_RENDER_TABLE_H
#define DM_RENDER_TABLE_H

#include "model/base/vec.h"
#include "render/style.h"

enum { DM_TABLE_MAX_COLUMNS = 6 };

struct dm_table_row {
    const char *cells[DM_TABLE_MAX_COLUMNS]; /* NULL: "-" */
    enum dm_tint tints[DM_TABLE_MAX_COLUMNS];
    const char *note; /* NULL: none */
    enum dm_tint note_tint;
};

struct dm_table {
    struct dm_arena *arena;
    size_t n_columns;
    DM_VEC(struct dm_table_row) rows; /* the first is the heading */
    bool failed;                      /* memory is out */
};

void dm_table_init(struct dm_table *table, struct dm_arena *arena, size_t n_columns);

/* The row is copied. */
void dm_table_add(struct dm_table *table, const struct dm_table_row *row);

/* Each line begins with 'indent' spaces, but the first where 'on_line' says that they stand
 * there already. */
void dm_table_write(const struct dm_table *table, const struct dm_render_options *options,
                    size_t indent, bool on_line, struct dm_str *out);

#endif
