/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Webhooks that the control plane does not reach, so that every request that it asks them about
 * fails or waits: their pods have addresses of their own network, which it is not on [EKS-05], or
 * groups, ACLs or routes stop it on the way to their nodes.
 */
#include "model/base/str.h"
#include "scenarios/rules/clusters.h"

static bool is_inside(const struct dm_model *model, const struct dm_service *service)
{
    for (size_t i = 0; i < service->n_hosts; i++) {
        const struct dm_host *host = dm_host_get(model, service->hosts[i]);

        if (dm_interface_get(model, host->interfaces[0])->kind == DM_INTERFACE_POD) {
            return true;
        }
    }
    return false;
}

/* From each interface of the control plane to each node that the pods may be on. */
static bool ask_nodes(struct dm_checker *checker, const struct dm_cluster *cluster,
                      const struct dm_service *service, struct dm_cluster_fault *fault)
{
    const struct dm_model *model = checker->model;

    for (size_t i = 0; i < service->n_hosts * cluster->n_control_plane && !fault->message; i++) {
        const struct dm_host *plane =
            dm_host_get(model, cluster->control_plane[i % cluster->n_control_plane]);
        const struct dm_host *host =
            dm_host_get(model, service->hosts[i / cluster->n_control_plane]);
        struct dm_cluster_fault asked = { .has_packet = true,
                                          .from = plane->object.name,
                                          .to = host->object.name };

        if (!dm_clusters_ask(checker, plane->interfaces[0],
                             dm_interface_get(model, host->interfaces[0])->addresses[0].address,
                             (uint8_t)service->port.protocol, service->port.port_first, &asked)) {
            return false;
        }
        if (asked.session.end == DM_SESSION_FAIL) {
            asked.help = "let the groups of the control plane and of the nodes reach each other "
                         "there";
            asked.message = dm_sprintf(
                checker->run, "the control plane of `%s` cannot reach `%s` on tcp/%u: %s",
                cluster->object.name, service->object.name, (unsigned)service->port.port_first,
                dm_code_text(asked.session.code));
            *fault = asked;
            return asked.message != NULL;
        }
    }
    return true;
}

static bool look_at(struct dm_checker *checker, const struct dm_cluster *cluster,
                    const struct dm_service *service, struct dm_cluster_fault *fault)
{
    if (!is_inside(checker->model, service)) {
        return service->port.protocol != DM_PROTO_TCP
               || ask_nodes(checker, cluster, service, fault);
    }
    fault->help = "put its pods on the network of their nodes, `host_network: true`";
    fault->message =
        dm_sprintf(checker->run, "the control plane of `%s` cannot reach the pods of `%s`",
                   cluster->object.name, service->object.name);
    return fault->message != NULL;
}

static bool look(struct dm_checker *checker, struct dm_cluster_id id,
                 struct dm_cluster_fault *fault)
{
    const struct dm_model *model = checker->model;

    for (uint32_t i = 0; i < model->n_services && !fault->message; i++) {
        const struct dm_service *service = &model->services[i];

        if (service->cluster.v != id.v || !service->is_webhook) {
            continue;
        }
        if (!look_at(checker, dm_cluster_get(model, id), service, fault)) {
            return false;
        }
        fault->span = service->object.origin;
        fault->label = "the control plane calls it";
    }
    return true;
}

enum dm_status dm_rule_run_webhook_in_overlay(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "EKS-05", NULL };

    return dm_clusters_lint(checker, DM_RULE_CLU005, facts, look, err);
}
