/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ports that nodes take for load balancers, and that the internet reaches at the nodes' own public
 * addresses, past the balancer [EKS-04].
 */
#include "model/base/str.h"
#include "scenarios/rules/clusters.h"

static bool ask(struct dm_checker *checker, struct dm_cluster_id id, const struct dm_node *node,
                const struct dm_kube_service_port *port, struct dm_cluster_fault *fault)
{
    const struct dm_model *model = checker->model;
    const struct dm_interface *interface = dm_interface_get(model, node->interface);
    struct dm_cluster_fault asked = { .has_packet = true,
                                      .from = "internet",
                                      .to = node->object.name };

    if (dm_addr_is_none(interface->addresses[0].public_address)) {
        return true;
    }
    if (!dm_clusters_ask(checker, (struct dm_interface_id){ 0 },
                         interface->addresses[0].public_address, port->protocol, port->node_port,
                         &asked)) {
        return false;
    }
    if (asked.session.end != DM_SESSION_PASS) {
        return true;
    }
    asked.span = node->object.origin;
    asked.label = "nodes with public addresses";
    asked.help = "let the groups of the load balancers in there, and nobody else";
    asked.message = dm_sprintf(
        checker->run, "the internet reaches port %u of nodes of `%s`, past its load balancers",
        (unsigned)port->node_port, dm_cluster_get(model, id)->object.name);
    *fault = asked;
    return asked.message != NULL;
}

static bool look(struct dm_checker *checker, struct dm_cluster_id id,
                 struct dm_cluster_fault *fault)
{
    const struct dm_model *model = checker->model;
    size_t n;
    const struct dm_node_id *nodes = dm_model_nodes_of(model, id, &n);

    for (uint32_t i = 0; i < model->n_kube_services && !fault->message; i++) {
        const struct dm_kube_service *service = &model->kube_services[i];

        if (dm_namespace_get(model, service->namespace)->cluster.v != id.v) {
            continue;
        }
        for (size_t j = 0; j < service->n_ports * n && !fault->message; j++) {
            const struct dm_kube_service_port *port = &service->ports[j / n];
            const struct dm_node *node = dm_node_get(model, nodes[j % n]);

            if (port->node_port && node->interface.v && !ask(checker, id, node, port, fault)) {
                return false;
            }
        }
    }
    return true;
}

enum dm_status dm_rule_run_open_node_ports(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "EKS-04", NULL };

    return dm_clusters_lint(checker, DM_RULE_CLU006, facts, look, err);
}
