/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A control plane with interfaces in fewer than two zones: EKS makes no such cluster [EKS-01].
 */
#include "model/base/str.h"
#include "scenarios/rules/clusters.h"

static bool look(struct dm_checker *checker, struct dm_cluster_id id,
                 struct dm_cluster_fault *fault)
{
    const struct dm_model *model = checker->model;
    const struct dm_cluster *cluster = dm_cluster_get(model, id);
    struct dm_zone_id first = { 0 };

    for (size_t i = 0; i < cluster->n_control_plane; i++) {
        const struct dm_host *host = dm_host_get(model, cluster->control_plane[i]);
        struct dm_zone_id zone = dm_model_zone_of_interface(model, host->interfaces[0]);

        if (first.v && zone.v != first.v) {
            return true;
        }
        first = zone;
    }
    if (!cluster->n_control_plane) {
        return true; /* not known */
    }
    fault->span = dm_host_get(model, cluster->control_plane[0])->object.origin;
    fault->label = "in one zone";
    fault->help = "give it subnets in two zones at least";
    fault->message =
        dm_sprintf(checker->run, "the control plane of `%s` has interfaces in `%s` alone",
                   cluster->object.name, dm_zone_get(model, first)->object.name);
    return fault->message != NULL;
}

enum dm_status dm_rule_run_control_plane_zones(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "EKS-01", NULL };

    return dm_clusters_lint(checker, DM_RULE_CLU001, facts, look, err);
}
