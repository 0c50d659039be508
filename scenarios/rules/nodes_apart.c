/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Nodes of a cluster that do not reach each other where its overlay needs it [CAL-02]: on the port
 * of packets that carry those of pods, and on Typha's.
 */
#include "model/base/str.h"
#include "scenarios/rules/clusters.h"

enum { WIREGUARD = 51820, TYPHA = 5473 };

static bool ask(struct dm_checker *checker, const struct dm_cluster *cluster,
                const struct dm_node *from, const struct dm_node *to, uint8_t protocol,
                uint16_t port, struct dm_cluster_fault *fault)
{
    const struct dm_model *model = checker->model;
    struct dm_cluster_fault asked = { .has_packet = true,
                                      .from = from->object.name,
                                      .to = to->object.name };

    if (!dm_clusters_ask(checker, from->interface,
                         dm_interface_get(model, to->interface)->addresses[0].address, protocol,
                         port, &asked)) {
        return false;
    }
    /* What carries packets of pods is not answered: the other way is a packet of its own. */
    if (asked.session.end != DM_SESSION_FAIL
        || (protocol == DM_PROTO_UDP && asked.session.on_reply)) {
        return true;
    }
    asked.span = to->object.origin;
    asked.label = "nodes here";
    asked.help = "let nodes of the cluster reach each other there, in all groups and zones";
    asked.message = dm_sprintf(checker->run, "nodes of `%s` do not reach each other on %s/%u: %s",
                               cluster->object.name, protocol == DM_PROTO_UDP ? "udp" : "tcp",
                               (unsigned)port, dm_code_text(asked.session.code));
    *fault = asked;
    return asked.message != NULL;
}

/* Some pool carries pods' packets inside others; Calico without that needs none of it here. */
static bool carries(const struct dm_model *model, struct dm_cluster_id id)
{
    size_t n;
    const struct dm_ip_pool_id *pools = dm_model_pools_of(model, id, &n);

    for (size_t i = 0; i < n; i++) {
        enum dm_encapsulation kind = dm_ip_pool_get(model, pools[i])->encapsulation;

        if (kind == DM_ENCAPSULATION_VXLAN || kind == DM_ENCAPSULATION_VXLAN_CROSS_SUBNET) {
            return true;
        }
    }
    return false;
}

static bool look(struct dm_checker *checker, struct dm_cluster_id id,
                 struct dm_cluster_fault *fault)
{
    const struct dm_model *model = checker->model;
    const struct dm_cluster *cluster = dm_cluster_get(model, id);
    uint16_t port = cluster->wireguard ? WIREGUARD : cluster->vxlan_port;
    bool is_carried = cluster->wireguard || carries(model, id);
    size_t n;
    const struct dm_node_id *nodes = dm_model_nodes_of(model, id, &n);

    for (size_t i = 0; i < n * n && !fault->message; i++) {
        const struct dm_node *from = dm_node_get(model, nodes[i / n]);
        const struct dm_node *to = dm_node_get(model, nodes[i % n]);

        if (from == to || !from->interface.v || !to->interface.v) {
            continue;
        }
        if ((is_carried && !ask(checker, cluster, from, to, DM_PROTO_UDP, port, fault))
            || (!fault->message && !ask(checker, cluster, from, to, DM_PROTO_TCP, TYPHA, fault))) {
            return false;
        }
    }
    return true;
}

enum dm_status dm_rule_run_nodes_apart(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "CAL-02", NULL };

    return dm_clusters_lint(checker, DM_RULE_CLU003, facts, look, err);
}
