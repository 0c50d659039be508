/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What tables of transit gateways and segments of core networks know, all being alive.
 */
#include "render/dump_private.h"
#include "solver/plane/view.h"

static const char *const sources[] = {
    [DM_SOURCE_STATIC] = "static",
    [DM_SOURCE_LIST] = "static, by list",
    [DM_SOURCE_VPC] = "of the vpc",
    [DM_SOURCE_DIRECT_CONNECT] = "from direct connect",
    [DM_SOURCE_CONNECT] = "from connect",
    [DM_SOURCE_VPN_OVER_DIRECT_CONNECT] = "from vpn over direct connect",
    [DM_SOURCE_VPN] = "from vpn",
    [DM_SOURCE_CORE] = NULL,
};

static void dump_route(struct dm_dump *dump, const struct dm_view_route *route, const char *of_core)
{
    char text[DM_ADDR_TEXT_SIZE];

    dm_str_addf(dump->out, "    %s %s", dm_prefix_text(route->prefix, text),
                sources[route->source] ? sources[route->source] : of_core);
    if (route->via.v) {
        dm_str_addf(dump->out, " -> %s", dm_model_ref_name(dump->model, route->via));
    } else if (!route->inserted && !route->why) {
        dm_str_add(dump->out, " -> black hole");
    }
    if (route->inserted) {
        dm_str_add(dump->out, ", through");
    }
    for (size_t i = 0; route->inserted && i < route->inserted->n_functions; i++) {
        dm_str_addf(dump->out, " %s",
                    dm_core_function_get(dump->model, route->inserted->functions[i])->object.name);
    }
    if (route->why) {
        dm_str_addf(dump->out, ", not known: %s", route->why);
    } else if (!route->taken) {
        dm_str_add(dump->out, route->there ? ", hidden" : ", not taken");
    }
    dm_dump_origin(dump, route->origin, NULL);
}

static void dump_view(struct dm_dump *dump, const struct dm_view *view, const char *of_core)
{
    if (view->doubt) {
        dm_str_addf(dump->out, "    there may be more: %s\n", view->doubt);
    }
    for (size_t i = 0; i < view->n; i++) {
        dump_route(dump, &view->routes[i], of_core);
    }
}

static bool dump_tables(struct dm_dump *dump, const struct dm_plane *plane, struct dm_alive *alive,
                        struct dm_arena *arena)
{
    struct dm_view view;

    for (uint32_t i = 1; i <= dump->model->n_transit_tables; i++) {
        if (!dm_view_table(plane, alive, (struct dm_transit_table_id){ i }, arena, &view)) {
            return false;
        }
        dm_dump_head(dump, DM_KIND_transit_table, &dump->model->transit_tables[i - 1].object);
        dump_view(dump, &view, "from the core network");
    }
    return true;
}

static bool dump_segments(struct dm_dump *dump, const struct dm_plane *plane,
                          struct dm_alive *alive, struct dm_arena *arena)
{
    const struct dm_model *model = dump->model;
    struct dm_view view;

    for (uint32_t i = 1; i <= model->n_core_segments; i++) {
        const struct dm_core_segment *segment = &model->core_segments[i - 1];

        dm_dump_head(dump, DM_KIND_core_segment, &segment->object);
        for (uint32_t e = 1; e <= model->n_core_edges; e++) {
            struct dm_core_edge_id edge = { e };

            if (model->core_edges[e - 1].network.v != segment->network.v
                || !dm_core_segment_at(segment, edge)) {
                continue;
            }
            if (!dm_view_segment(plane, alive, (struct dm_core_segment_id){ i }, edge, arena,
                                 &view)) {
                return false;
            }
            dm_str_addf(dump->out, "  at %s\n", model->core_edges[e - 1].object.name);
            dump_view(dump, &view, "of the table");
        }
    }
    return true;
}

bool dm_render_routes(struct dm_arena *arena, const struct dm_model *model, struct dm_str *out)
{
    struct dm_dump dump = { model, out };
    struct dm_alive *alive = dm_alive_new(arena, model);
    struct dm_plane *plane = dm_plane_new(arena, model);

    if (!alive || !plane) {
        return false;
    }
    dm_alive_begin(alive, NULL, 0);
    return dump_tables(&dump, plane, alive, arena) && dump_segments(&dump, plane, alive, arena);
}
