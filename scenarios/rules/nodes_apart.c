/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Nodes of a cluster that do not reach each other where its overlay needs it [CAL-02, CAL-32]: with
 * packets that carry those of pods, on Typha's port, and on that of BGP where nodes learn from it.
 * Nodes of one group in one zone have the same groups and no ACL between them, so of two such
 * groups alone are asked.
 */
#include "model/base/str.h"
#include "scenarios/rules/clusters.h"

enum { WIREGUARD = 51820, TYPHA = 5473, BGP = 179, MAX_NEEDS = 5 };

/* What nodes send each other. */
struct need {
    uint8_t protocol;
    uint16_t port;
};

struct needs {
    struct need items[MAX_NEEDS];
    size_t n;
};

static void add(struct needs *needs, bool is_needed, uint8_t protocol, uint16_t port)
{
    if (is_needed) {
        needs->items[needs->n++] = (struct need){ protocol, port };
    }
}

/* Some pool carries pods' packets inside others; Calico without that needs none of it here. */
static struct needs needs_of(const struct dm_model *model, struct dm_cluster_id id)
{
    const struct dm_cluster *cluster = dm_cluster_get(model, id);
    struct needs needs = { .n = 0 };
    bool vxlan = false;
    bool ipip = false;
    size_t n;
    const struct dm_ip_pool_id *pools = dm_model_pools_of(model, id, &n);

    for (size_t i = 0; i < n; i++) {
        const struct dm_ip_pool *pool = dm_ip_pool_get(model, pools[i]);

        vxlan = vxlan || dm_encapsulation_is_vxlan(pool->encapsulation);
        ipip = ipip || (!pool->disabled && dm_encapsulation_is_ipip(pool->encapsulation));
    }
    add(&needs, cluster->wireguard, DM_PROTO_UDP, WIREGUARD);
    add(&needs, vxlan && !cluster->wireguard, DM_PROTO_UDP, cluster->vxlan_port);
    add(&needs, ipip && !cluster->wireguard, DM_PROTO_IPIP, 0);
    add(&needs, ipip, DM_PROTO_TCP, BGP);
    add(&needs, cluster->cni != DM_CNI_VPC && (n || cluster->cni == DM_CNI_CALICO), DM_PROTO_TCP,
        TYPHA);
    return needs;
}

static const char *need_text(struct dm_arena *arena, const struct need *need)
{
    return need->protocol == DM_PROTO_IPIP
               ? "protocol 4"
               : dm_sprintf(arena, "%s/%u", need->protocol == DM_PROTO_UDP ? "udp" : "tcp",
                            (unsigned)need->port);
}

static bool say(struct dm_checker *checker, const struct dm_cluster *cluster,
                const struct dm_node *to, const struct need *need, enum dm_code code,
                struct dm_cluster_fault *fault)
{
    const char *text = need_text(checker->run, need);

    fault->span = to->object.origin;
    fault->label = "nodes here";
    fault->help = "let nodes of the cluster reach each other there, in all groups and zones";
    fault->message =
        text ? dm_sprintf(checker->run, "nodes of `%s` do not reach each other on %s: %s",
                          cluster->object.name, text, dm_code_text(code))
             : NULL;
    return fault->message != NULL;
}

static bool ask(struct dm_checker *checker, const struct dm_cluster *cluster,
                const struct dm_node *from, const struct dm_node *to, const struct need *need,
                struct dm_cluster_fault *fault)
{
    const struct dm_model *model = checker->model;
    struct dm_cluster_fault asked = { .has_packet = true,
                                      .from = from->object.name,
                                      .to = to->object.name };

    if (!dm_clusters_ask(checker, from->interface,
                         dm_interface_get(model, to->interface)->addresses[0].address,
                         need->protocol, need->port, &asked)) {
        return false;
    }
    /* What carries packets of pods is not answered: the other way is a packet of its own. */
    if (asked.session.end != DM_SESSION_FAIL
        || (need->protocol != DM_PROTO_TCP && asked.session.on_reply)) {
        return true;
    }
    if (!say(checker, cluster, to, need, asked.session.code, &asked)) {
        return false;
    }
    *fault = asked;
    return true;
}

/* Between two nodes that this one stands for. */
static bool ask_twins(struct dm_checker *checker, const struct dm_cluster *cluster,
                      const struct dm_node *node, const struct need *need,
                      struct dm_cluster_fault *fault)
{
    static const enum dm_hop_kind kinds[] = { DM_HOP_GROUPS_OUT, DM_HOP_GROUPS_IN };
    const struct dm_interface *item = dm_interface_get(checker->model, node->interface);
    struct dm_match match = { need->protocol, need->port, need->port, -1, -1 };
    struct dm_flow flow = dm_flow_of_match(&match);

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && !fault->message; i++) {
        struct dm_hop hop = { .kind = kinds[i],
                              .at = DM_REF(interface, node->interface),
                              .source = item->addresses[0].address,
                              .destination = item->addresses[0].address,
                              .partner = node->interface,
                              .scope = DM_SCOPE_LOCAL };
        struct dm_decision decision = dm_filter_decide(checker->model, &hop, &flow);

        if (decision.verdict == DM_FILTER_DENY
            && !say(checker, cluster, node, need, decision.code, fault)) {
            return false;
        }
    }
    return true;
}

static bool look(struct dm_checker *checker, struct dm_cluster_id id,
                 struct dm_cluster_fault *fault)
{
    const struct dm_model *model = checker->model;
    const struct dm_cluster *cluster = dm_cluster_get(model, id);
    struct needs needs = needs_of(model, id);
    size_t n;
    const struct dm_node_id *nodes = dm_model_nodes_of(model, id, &n);

    for (size_t i = 0; i < n * n * needs.n && !fault->message; i++) {
        const struct dm_node *from = dm_node_get(model, nodes[i / needs.n / n]);
        const struct dm_node *to = dm_node_get(model, nodes[i / needs.n % n]);

        if (from != to && from->interface.v && to->interface.v
            && !ask(checker, cluster, from, to, &needs.items[i % needs.n], fault)) {
            return false;
        }
    }
    for (size_t i = 0; i < n * needs.n && !fault->message; i++) {
        const struct dm_node *node = dm_node_get(model, nodes[i / needs.n]);

        if (node->has_twins && node->interface.v
            && !ask_twins(checker, cluster, node, &needs.items[i % needs.n], fault)) {
            return false;
        }
    }
    return true;
}

enum dm_status dm_rule_run_nodes_apart(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "CAL-02", "CAL-32", NULL };

    return dm_clusters_lint(checker, DM_RULE_CLU003, facts, look, err);
}
