/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Nodes that do not reach their control plane in the VPC, on 443, or whose kubelets the control
 * plane does not reach, on 10250 [EKS-40].  Where it has a public endpoint alone, nodes need the
 * internet; whether what may use the endpoint has their addresses is not asked.
 */
#include "model/base/str.h"
#include "scenarios/rules/clusters.h"

enum { API = 443, KUBELET = 10250 };

static bool ask(struct dm_checker *checker, const struct dm_cluster *cluster,
                const struct dm_node *node, const struct dm_host *plane, bool to_plane,
                struct dm_cluster_fault *fault)
{
    const struct dm_model *model = checker->model;
    struct dm_interface_id at = plane->interfaces[0];
    struct dm_interface_id from = to_plane ? node->interface : at;
    struct dm_interface_id to = to_plane ? at : node->interface;
    struct dm_cluster_fault asked = { .has_packet = true };

    asked.from = to_plane ? node->object.name : plane->object.name;
    asked.to = to_plane ? plane->object.name : node->object.name;
    if (!dm_clusters_ask(checker, from, dm_interface_get(model, to)->addresses[0].address,
                         DM_PROTO_TCP, to_plane ? API : KUBELET, &asked)) {
        return false;
    }
    if (asked.session.end != DM_SESSION_FAIL) {
        return true;
    }
    asked.span = node->object.origin;
    asked.label = to_plane ? "these nodes do not come up" : "their kubelets are not reached";
    asked.help = "let the groups of the control plane and of the nodes reach each other there";
    asked.message =
        dm_sprintf(checker->run,
                   to_plane ? "nodes of `%s` do not reach its control plane on tcp/443: %s"
                            : "the control plane of `%s` does not reach kubelets on tcp/10250: %s",
                   cluster->object.name, dm_code_text(asked.session.code));
    *fault = asked;
    return asked.message != NULL;
}

/* To its public endpoint, which is somewhere on the internet. */
static bool ask_outside(struct dm_checker *checker, const struct dm_cluster *cluster,
                        const struct dm_node *node, struct dm_cluster_fault *fault)
{
    struct dm_cluster_fault asked = { .has_packet = true,
                                      .from = node->object.name,
                                      .to = "internet" };

    if (!dm_clusters_ask(checker, node->interface, dm_model_internet_address(checker->model),
                         DM_PROTO_TCP, API, &asked)) {
        return false;
    }
    if (asked.session.end != DM_SESSION_FAIL) {
        return true;
    }
    asked.span = node->object.origin;
    asked.label = "these nodes do not come up";
    asked.help = "give the control plane a private endpoint, or the nodes a way to the internet";
    asked.message = dm_sprintf(checker->run,
                               "nodes of `%s` do not reach its control plane, which has a public "
                               "endpoint alone, on tcp/443: %s",
                               cluster->object.name, dm_code_text(asked.session.code));
    *fault = asked;
    return asked.message != NULL;
}

static bool look(struct dm_checker *checker, struct dm_cluster_id id,
                 struct dm_cluster_fault *fault)
{
    const struct dm_model *model = checker->model;
    const struct dm_cluster *cluster = dm_cluster_get(model, id);
    size_t n;
    const struct dm_node_id *nodes = dm_model_nodes_of(model, id, &n);

    for (size_t i = 0; i < n && !fault->message; i++) {
        const struct dm_node *node = dm_node_get(model, nodes[i]);

        if (node->interface.v && cluster->endpoint_public && !cluster->endpoint_private
            && !ask_outside(checker, cluster, node, fault)) {
            return false;
        }
        for (size_t j = 0; node->interface.v && j < cluster->n_control_plane && !fault->message;
             j++) {
            const struct dm_host *plane = dm_host_get(model, cluster->control_plane[j]);

            if ((cluster->endpoint_private && !ask(checker, cluster, node, plane, true, fault))
                || (!fault->message && !ask(checker, cluster, node, plane, false, fault))) {
                return false;
            }
        }
    }
    return true;
}

enum dm_status dm_rule_run_control_plane_apart(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "EKS-40", NULL };

    return dm_clusters_lint(checker, DM_RULE_CLU004, facts, look, err);
}
