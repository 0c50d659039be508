/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A column for each item kind and single bin: how many of it are there.  Rows: all items are
 * somewhere; no bin holds more than it has; of what may not share a bin or a zone with its own kind
 * there is one at most; for the skew, a zone's number is at most that of each other one and the
 * skew.  Other bonds are left to the check at the end, which refuses what breaks them.
 */
#include "model/base/vec.h"
#include "solver/backend/program.h"
#include "solver/plan/pack_private.h"

enum { MAX_COLUMNS = 4000, MAX_NODES = 2000 };

/* Octets are counted in MiB, or they would be too great for floating point. */
static const int64_t units[DM_PACK_RESOURCES] = {
    [DM_PACK_CPU] = 1, [DM_PACK_MEMORY] = 1048576, [DM_PACK_PODS] = 1
};

struct writer {
    struct dm_arena *arena;
    const struct dm_pack_state *state;
    DM_VEC(struct dm_program_row) rows;
    DM_VEC(struct dm_program_entry) entries;
    bool out_of_memory;
};

static uint32_t column_of(const struct writer *writer, size_t item, size_t single)
{
    return (uint32_t)(single * writer->state->packing->n_items + item);
}

static uint32_t zone_of(const struct writer *writer, size_t single)
{
    return writer->state->packing->bins[writer->state->kind_of[single]].zone;
}

static void begin_row(struct writer *writer, int64_t least, int64_t most)
{
    writer->out_of_memory |=
        !DM_VEC_PUSH(writer->arena, &writer->rows, (struct dm_program_row){ least, most });
}

static void add_entry(struct writer *writer, size_t item, size_t single, int64_t value)
{
    struct dm_program_entry entry = { (uint32_t)writer->rows.n - 1, column_of(writer, item, single),
                                      value };

    if (value && writer->state->packing->items[item].allowed[writer->state->kind_of[single]]) {
        writer->out_of_memory |= !DM_VEC_PUSH(writer->arena, &writer->entries, entry);
    }
}

static void write_bins(struct writer *writer)
{
    const struct dm_packing *packing = writer->state->packing;

    for (size_t single = 0; single < writer->state->n_single; single++) {
        for (unsigned r = 0; r < DM_PACK_RESOURCES; r++) {
            begin_row(writer, INT64_MIN, writer->state->left[single][r] / units[r]);
            for (size_t i = 0; i < packing->n_items; i++) {
                int64_t need = packing->items[i].need[r];

                add_entry(writer, i, single, need / units[r] + (need % units[r] != 0));
            }
        }
    }
}

/* All of an item in one zone, or but for one other zone's, which are taken off. */
static void write_zone(struct writer *writer, size_t item, uint32_t zone, uint32_t off,
                       int64_t most)
{
    begin_row(writer, INT64_MIN, most);
    for (size_t single = 0; single < writer->state->n_single; single++) {
        uint32_t here = zone_of(writer, single);

        add_entry(writer, item, single, here == zone ? 1 : here == off ? -1 : 0);
    }
}

static void write_item(struct writer *writer, size_t i)
{
    const struct dm_pack_state *state = writer->state;
    const struct dm_pack_item *item = &state->packing->items[i];
    uint32_t n_zones = (uint32_t)state->n_zones;

    begin_row(writer, item->count, item->count);
    for (size_t single = 0; single < state->n_single; single++) {
        add_entry(writer, i, single, 1);
    }
    for (uint32_t zone = 0; zone < n_zones && item->spread; zone++) {
        for (uint32_t other = 0; other < n_zones; other++) {
            if (other != zone && state->has_zone[other * state->packing->n_items + i]) {
                write_zone(writer, i, zone, other, item->spread);
            }
        }
    }
    for (size_t j = 0; j < item->n_bonds; j++) {
        if (item->bonds[j].apart && item->bonds[j].by_zone && item->bonds[j].other == i) {
            for (uint32_t zone = 0; zone < n_zones; zone++) {
                write_zone(writer, i, zone, UINT32_MAX, 1);
            }
        }
    }
}

static uint32_t most_in_bin(const struct dm_pack_state *state, size_t i, size_t single)
{
    const struct dm_pack_item *item = &state->packing->items[i];

    for (size_t j = 0; j < item->n_bonds; j++) {
        if (item->bonds[j].apart && item->bonds[j].other == i) {
            return item->allowed[state->kind_of[single]];
        }
    }
    return item->allowed[state->kind_of[single]] ? item->count : 0;
}

/* Fills the state with what was proposed. */
static bool take(struct dm_pack_state *state, const uint32_t *values)
{
    size_t n_items = state->packing->n_items;

    for (size_t single = 0; single < state->n_single; single++) {
        for (size_t i = 0; i < n_items; i++) {
            for (uint32_t k = 0; k < values[single * n_items + i]; k++) {
                dm_pack_put(state, i, single);
            }
        }
    }
    return dm_pack_is_whole(state);
}

bool dm_pack_by_program(struct dm_arena *arena, struct dm_pack_state *state, bool *ret_found)
{
    struct writer writer = { .arena = arena, .state = state };
    size_t n_columns = state->n_single * state->packing->n_items;
    uint32_t *most = DM_NEW_ARRAY(arena, n_columns + 1, uint32_t);
    uint32_t *values = DM_NEW_ARRAY(arena, n_columns + 1, uint32_t);
    struct dm_program program = { .most = most, .n_columns = n_columns, .max_nodes = MAX_NODES };

    *ret_found = false;
    if (!n_columns || n_columns > MAX_COLUMNS) {
        return true;
    }
    if (!most || !values) {
        return false;
    }
    for (size_t single = 0; single < state->n_single; single++) {
        for (size_t i = 0; i < state->packing->n_items; i++) {
            most[column_of(&writer, i, single)] = most_in_bin(state, i, single);
        }
    }
    write_bins(&writer);
    for (size_t i = 0; i < state->packing->n_items; i++) {
        write_item(&writer, i);
    }
    if (writer.out_of_memory) {
        return false;
    }
    program.rows = writer.rows.items;
    program.n_rows = writer.rows.n;
    program.entries = writer.entries.items;
    program.n_entries = writer.entries.n;
    *ret_found = dm_program_solve(&program, values) && take(state, values);
    return true;
}
