/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/front/design/lower_private.h"

#include "model/front/design/lower.h"

enum dm_status dm_design_lower(struct dm_arena *arena, const struct dm_tree *root,
                               const struct dm_tree *lock, struct dm_facts *facts,
                               struct dm_builder *builder, struct dm_diags *diags,
                               struct dm_err *err)
{
    /* Each refers only to what those before it made.  Addresses come when all interfaces exist. */
    static void (*const passes[])(struct dm_lower *) = {
        dm_lower_world,        dm_lower_vpcs,       dm_lower_transit,
        dm_lower_core,         dm_lower_sites,      dm_lower_peerings,
        dm_lower_filters,      dm_lower_inspection, dm_lower_data,
        dm_lower_clusters,     dm_lower_services,   dm_lower_stores,
        dm_lower_routes,       dm_lower_balancers,  dm_lower_accelerators,
        dm_lower_site_parties, dm_lower_calls,      dm_lower_pod_policies,
        dm_lower_requirements, dm_lower_places,     dm_lower_cluster_addresses,
        dm_lower_targets,
    };
    struct dm_lower lower = { .arena = arena,
                              .root = root,
                              .lock = lock,
                              .facts = facts,
                              .builder = builder,
                              .diags = diags };

    dm_map_init(&lower.reported, arena);
    for (size_t i = 0; i < sizeof passes / sizeof passes[0]; i++) {
        passes[i](&lower);
        if (lower.oom) {
            return DM_FAIL_NOMEM(err);
        }
    }
    return DM_OK;
}
