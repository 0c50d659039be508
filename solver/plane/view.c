/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/plane/view.h"

#include "solver/plane/rib_private.h"

static const struct dm_rib_route *taken_of(const struct dm_rib_best *best,
                                           const struct dm_rib_row *row)
{
    for (size_t i = 0; i < best->n; i++) {
        if (best->items[i].row == row) {
            return &best->items[i];
        }
    }
    return NULL;
}

static struct dm_view_route show(const struct dm_rib_row *row, const struct dm_rib_best *best,
                                 bool there, enum dm_kind kind)
{
    const struct dm_rib_route *taken = taken_of(best, row);

    return (struct dm_view_route){ .prefix = row->prefix,
                                   .source = row->source,
                                   .via =
                                       row->via ? (struct dm_ref){ kind, row->via } : DM_REF_NONE,
                                   .inserted = row->inserted,
                                   .taken = taken != NULL,
                                   .there = taken || there,
                                   .why = taken ? taken->why : row->why,
                                   .origin = row->origin };
}

static bool begin(const struct dm_rib_table *table, struct dm_arena *arena, struct dm_view *view,
                  struct dm_view_route **ret_routes)
{
    *ret_routes = DM_NEW_ARRAY(arena, table->rows.n + 1, struct dm_view_route);
    *view = (struct dm_view){ .routes = *ret_routes,
                              .n = table->rows.n,
                              .doubt = table->doubts.n ? table->doubts.items[0].why : NULL };
    return *ret_routes != NULL;
}

bool dm_view_table(const struct dm_plane *plane, struct dm_alive *alive,
                   struct dm_transit_table_id table, struct dm_arena *arena,
                   struct dm_view *ret_view)
{
    const struct dm_rib_table *item = &plane->tables[table.v - 1];
    struct dm_view_route *routes;

    if (!begin(item, arena, ret_view, &routes)) {
        return false;
    }
    for (size_t i = 0; i < item->rows.n;) {
        size_t end = dm_rib_end(item, i);
        struct dm_rib_best best;
        size_t first = i;

        dm_rib_best_of_table(plane, alive, table, first, &best);
        for (; i < end; i++) {
            const struct dm_rib_row *row = &item->rows.items[i];

            routes[i] = show(row, &best, dm_rib_is_there(plane, alive, row), DM_KIND_attachment);
        }
    }
    return true;
}

bool dm_view_segment(const struct dm_plane *plane, struct dm_alive *alive,
                     struct dm_core_segment_id segment, struct dm_core_edge_id edge,
                     struct dm_arena *arena, struct dm_view *ret_view)
{
    const struct dm_rib_table *item = &plane->segments[segment.v - 1];
    struct dm_view_route *routes;

    if (!begin(item, arena, ret_view, &routes)) {
        return false;
    }
    for (size_t i = 0; i < item->rows.n;) {
        size_t end = dm_rib_end(item, i);
        struct dm_rib_best best;

        dm_rib_best_at_edge(plane, alive, item, segment, edge, i, &best);
        for (; i < end; i++) {
            const struct dm_rib_row *row = &item->rows.items[i];

            routes[i] = show(row, &best, row->source == DM_SOURCE_STATIC, DM_KIND_core_attachment);
        }
    }
    return true;
}
