/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Clusters whose pods are told to send larger packets than fit between nodes: VXLAN or WireGuard
 * puts its own header around each [CAL-01], and the node's interface takes no more than it takes.
 *
 * One finding for each statement of a cluster.  O(C * N) for C clusters and N nodes.
 */
#include "model/base/str.h"
#include "scenarios/rules/lint.h"
#include "solver/reach/mtu.h"

/* Of the cluster's nodes in the network one that takes least; 0: it has none. */
static struct dm_node_id least_node(const struct dm_model *model, struct dm_cluster_id cluster)
{
    struct dm_node_id least = { 0 };

    for (uint32_t v = 1; v <= model->n_nodes; v++) {
        struct dm_node_id id = { v };
        const struct dm_node *node = dm_node_get(model, id);

        if (node->cluster.v == cluster.v && node->interface.v
            && (!least.v || dm_mtu_of_node(model, id) < dm_mtu_of_node(model, least))) {
            least = id;
        }
    }
    return least;
}

static enum dm_status look(struct dm_lint *lint, struct dm_checker *checker,
                           struct dm_cluster_id id, struct dm_err *err)
{
    const struct dm_model *model = checker->model;
    const struct dm_cluster *cluster = dm_cluster_get(model, id);
    struct dm_node_id least = least_node(model, id);
    uint32_t around = dm_mtu_around(model, id);
    const struct dm_node *node;
    uint32_t takes;
    struct dm_lint_item item = { .origin = cluster->object.origin,
                                 .subject = cluster->object.name,
                                 .label = "the packets of its pods are too large",
                                 .help = "give pods that much less than nodes take, or leave it to "
                                         "Calico, which finds it by itself" };

    if (!cluster->pod_mtu || !least.v || !around) {
        return DM_OK;
    }
    node = dm_node_get(model, least);
    takes = dm_mtu_of_node(model, least);
    if (cluster->pod_mtu + around > takes) {
        item.message = dm_sprintf(
            checker->run,
            "pods of `%s` send packets of up to %u bytes, with %u of %s around them: node `%s` "
            "takes %u%s",
            cluster->object.name, (unsigned)cluster->pod_mtu, (unsigned)around,
            cluster->wireguard ? "WireGuard" : "VXLAN", node->object.name, (unsigned)takes,
            dm_interface_get(model, node->interface)->mtu ? "" : ", as is assumed");
        if (!item.message) {
            return DM_FAIL_NOMEM(err);
        }
    }
    return dm_lint_add(lint, &item, err);
}

enum dm_status dm_rule_run_pod_packets_too_large(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "CAL-01", "VPC-40", NULL };
    struct dm_lint lint;
    enum dm_status status = DM_OK;

    dm_lint_init(&lint, checker, DM_RULE_RCH012, facts);
    for (uint32_t v = 1; status == DM_OK && v <= checker->model->n_clusters; v++) {
        status = look(&lint, checker, (struct dm_cluster_id){ v }, err);
    }
    return status == DM_OK ? dm_lint_report(&lint, err) : status;
}
