/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Steps of a walk on the network of a cluster (overlay.h).
 */
#include "model/base/limits.h"
#include "model/base/planted.h"
#include "solver/reach/overlay.h"
#include "solver/reach/walk_private.h"

static const struct dm_interface *interface_of(const struct machine *m, struct dm_node_id node)
{
    return dm_interface_get(m->model, dm_node_get(m->model, node)->interface);
}

struct dm_interface_id dm_walk_node_of(const struct machine *m, struct dm_interface_id pod)
{
    return dm_node_get(m->model, dm_interface_get(m->model, pod)->node)->interface;
}

/* ---- to a pod ---- */

/* Keeps what policies may take for the source; ended by none. */
static const struct dm_addr *keep_sources(struct machine *m, struct dm_addr a, struct dm_addr b)
{
    struct dm_addr *sources = DM_NEW_ARRAY(m->walker->arena, 3, struct dm_addr);

    m->out_of_memory |= !sources;
    if (sources) {
        sources[0] = a;
        sources[1] = b;
    }
    return sources;
}

struct source_list {
    DM_VEC(struct dm_addr) all;
};

static void add_source(struct machine *m, struct source_list *list, struct dm_prefix pool,
                       struct dm_addr source)
{
    if (!dm_prefix_has(pool, source)) {
        return;
    }
    for (size_t i = 0; i < list->all.n; i++) {
        if (dm_addr_equal(list->all.items[i], source)) {
            return;
        }
    }
    m->out_of_memory |= !DM_VEC_PUSH(m->walker->arena, &list->all, source);
}

/* Where prefixes begin, and where they are over. */
static void add_edges(struct machine *m, struct source_list *list, struct dm_prefix pool,
                      const struct dm_prefix *prefixes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        add_source(m, list, pool, dm_prefix_first(prefixes[i]));
        add_source(m, list, pool, dm_addr_add(dm_prefix_last(prefixes[i]), 1));
    }
}

/* The source is a tunnel's, so any address of the pool: one of each part that policies of the pod
 * may tell from others. */
static const struct dm_addr *keep_pool(struct machine *m, struct dm_interface_id pod,
                                       struct dm_prefix pool)
{
    const struct dm_model *model = m->model;
    struct dm_workload_id workload = dm_interface_get(model, pod)->workload;
    struct dm_cluster_id cluster = dm_model_cluster_of_interface(model, pod);
    struct source_list list = { .all = { 0 } };
    size_t n;
    const struct dm_network_policy_id *policies =
        dm_model_policies_for(model, dm_workload_get(model, workload)->namespace, &n);

    add_source(m, &list, pool, dm_prefix_first(pool));
    add_source(m, &list, pool, dm_prefix_last(pool));
    for (size_t i = 0; i < n && !DM_PLANTED(TUNNEL_AT_EDGES); i++) {
        const struct dm_network_policy *policy = dm_network_policy_get(model, policies[i]);

        for (size_t j = 0; j < policy->n_ingress; j++) {
            const struct dm_policy_entity *from = &policy->ingress[j].source;

            add_edges(m, &list, pool, from->nets, from->n_nets);
            add_edges(m, &list, pool, from->not_nets, from->n_not_nets);
        }
    }
    for (uint32_t i = 0; i < model->n_network_sets; i++) {
        const struct dm_network_set *set = &model->network_sets[i];

        if (set->cluster.v == cluster.v) {
            add_edges(m, &list, pool, set->prefixes, set->n_prefixes);
        }
    }
    m->out_of_memory |= !DM_VEC_PUSH(m->walker->arena, &list.all, (struct dm_addr){ 0 });
    return m->out_of_memory ? NULL : list.all.items;
}

/* At the node that the pod is on.  'sender' is the pod or the node that sends, or none; 'sources'
 * may be NULL. */
static enum step arrive(struct machine *m, struct dm_interface_id pod,
                        struct dm_interface_id sender, const struct dm_addr *sources)
{
    const struct dm_interface *item = dm_interface_get(m->model, pod);
    struct dm_zone_id zone = dm_node_get(m->model, item->node)->zone;

    if (!zone_alive(m, zone)) {
        return drop_dead(m, DM_CODE_ELEMENT_FAILED, DM_REF(node, item->node),
                         dm_zone_get(m->model, zone)->element);
    }
    if (!item->host.v || !dm_host_get(m->model, item->host)->running) {
        return drop(m, DM_CODE_NO_HOST_AT_ADDRESS, DM_REF(interface, pod));
    }
    if (!m->start->is_reply) {
        struct dm_hop *hop = add_hop(m, DM_HOP_POLICY_IN, DM_REF(interface, pod));

        hop->partner = sender;
        hop->seen_sources = sources;
    }
    m->walk.interface = pod;
    if (m->passed_on) {
        return unknown(m, DM_REF(node, item->node), (struct dm_unknown_id){ 0 },
                       "whether a node sends on what came for a pod of another node is not known");
    }
    m->walk.end = DM_WALK_DELIVERED;
    add_hop(m, DM_HOP_DELIVER, DM_REF(interface, pod));
    return STEP_DONE;
}

/* ---- from node to node ---- */

/* Between which nodes, and as which pool says. */
struct passage {
    struct dm_node_id from;
    struct dm_node_id to; /* the same: its twin */
    struct dm_ip_pool_id pool;
    bool is_new; /* an answer: groups of 'from' did not see what it answers */
};

static void end_as(struct machine *m, const struct dm_walk *outer)
{
    m->walk.end = outer->end;
    m->walk.code = outer->code;
    m->walk.at = outer->at;
    m->walk.dead = outer->dead;
    m->walk.unknown = outer->unknown;
    m->walk.why = outer->why;
}

/* Hops of the packet around this one. */
static void add_outer_hops(struct machine *m, const struct dm_walk *outer, uint32_t port)
{
    for (size_t i = 0; i < outer->n_hops && m->n_hops < dm_limit_value(DM_LIMIT_HOPS); i++) {
        if (outer->hops[i].kind != DM_HOP_SEND && outer->hops[i].kind != DM_HOP_DELIVER) {
            m->hops[m->n_hops] = outer->hops[i];
            m->hops[m->n_hops++].outer = port;
        }
    }
}

/* Between a node and its twin, in one subnet: their groups alone filter. */
static void add_twin_hops(struct machine *m, struct dm_node_id node, struct dm_hop header)
{
    static const enum dm_hop_kind kinds[] = { DM_HOP_GROUPS_OUT, DM_HOP_GROUPS_IN };
    struct dm_interface_id interface = dm_node_get(m->model, node)->interface;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct dm_hop *hop = add_hop(m, kinds[i], DM_REF(interface, interface));

        hop->source = header.source;
        hop->destination = header.destination;
        hop->partner = interface;
        hop->scope = DM_SCOPE_LOCAL;
        hop->outer = header.outer;
    }
}

/* Inside another packet; false where the walk has ended. */
static bool carry_inside(struct machine *m, const struct passage *way, uint32_t port)
{
    const struct dm_interface *from = interface_of(m, way->from);
    const struct dm_interface *to = interface_of(m, way->to);
    struct dm_walk_start start = { .interface = dm_node_get(m->model, way->from)->interface,
                                   .source = from->addresses[0].address,
                                   .destination = to->addresses[0].address,
                                   .is_outer = true };
    struct dm_hop header = { .source = start.source,
                             .destination = start.destination,
                             .outer = port };
    struct dm_hop *hop = add_hop(m, DM_HOP_ENCAPSULATE, DM_REF(node, way->from));

    hop->source = start.source;
    hop->destination = start.destination;
    hop->outer = port;
    if (way->from.v == way->to.v) {
        add_twin_hops(m, way->from, header);
    } else {
        const struct dm_walks *walks = dm_walk(m->walker, m->alive, &start);
        const struct dm_walk *outer;

        if (!walks) {
            m->out_of_memory = true;
            (void)drop(m, DM_CODE_NO_PATH, DM_REF(node, way->from));
            return false;
        }
        outer = &walks->items[choose(m, (unsigned)walks->n)];
        if (!(DM_PLANTED(OUTER_REPLY_FREE) && m->start->is_reply)) {
            add_outer_hops(m, outer, port);
        }
        if (outer->end != DM_WALK_DELIVERED) {
            end_as(m, outer);
            return false;
        }
        if (outer->n_sessions
            || outer->interface.v != dm_node_get(m->model, way->to)->interface.v) {
            (void)unknown(m, DM_REF(node, way->to), (struct dm_unknown_id){ 0 },
                          "what becomes of packets around others that are translated is not "
                          "followed");
            return false;
        }
    }
    m->subnet = to->subnet;
    m->vpc = dm_subnet_get(m->model, to->subnet)->vpc;
    add_hop(m, DM_HOP_DECAPSULATE, DM_REF(node, way->to));
    return true;
}

/* Whether the node's interface lets by what is not its own; else the walk has ended. */
static bool passes_check(struct machine *m, struct dm_node_id node, struct dm_addr own)
{
    const struct dm_interface *item = interface_of(m, node);

    if (item->source_dest_check && !dm_addr_equal(item->addresses[0].address, own)) {
        (void)drop(m, DM_CODE_ENI_SOURCE_DEST_CHECK_RESTRICTION,
                   DM_REF(interface, dm_node_get(m->model, node)->interface));
        return false;
    }
    return true;
}

/* Out of a node's interface, as it is. */
static void leave_bare(struct machine *m, const struct passage *way)
{
    struct dm_interface_id interface = dm_node_get(m->model, way->from)->interface;

    m->subnet = dm_interface_get(m->model, interface)->subnet;
    m->vpc = dm_subnet_get(m->model, m->subnet)->vpc;
    m->carrier = interface;
    if (!m->start->is_reply || way->is_new) {
        add_hop(m, DM_HOP_GROUPS_OUT, DM_REF(interface, interface));
    }
}

/* As it is, inside one subnet; false where the walk has ended. */
static bool carry_bare(struct machine *m, const struct passage *way)
{
    if (!passes_check(m, way->from, m->source) || !passes_check(m, way->to, m->destination)) {
        return false;
    }
    leave_bare(m, way);
    if (!m->start->is_reply) {
        add_groups_in(m, DM_REF(interface, dm_node_get(m->model, way->to)->interface));
    }
    return true;
}

/* The port of the packet around it, or that it is IP in IP; 0: it goes as it is. */
static uint32_t outer_port(const struct machine *m, const struct passage *way)
{
    const struct dm_ip_pool *pool = dm_ip_pool_get(m->model, way->pool);
    const struct dm_cluster *cluster = dm_cluster_get(m->model, pool->cluster);
    bool same_subnet = interface_of(m, way->from)->subnet.v == interface_of(m, way->to)->subnet.v;

    if (cluster->wireguard) {
        return DM_WIREGUARD_PORT;
    }
    if (pool->encapsulation == DM_ENCAPSULATION_VXLAN
        || (pool->encapsulation == DM_ENCAPSULATION_VXLAN_CROSS_SUBNET && !same_subnet)) {
        return cluster->vxlan_port;
    }
    if (pool->encapsulation == DM_ENCAPSULATION_IPIP
        || (pool->encapsulation == DM_ENCAPSULATION_IPIP_CROSS_SUBNET && !same_subnet)) {
        return DM_OUTER_IPIP;
    }
    return 0;
}

/* What becomes of a packet for another node. */
enum carried {
    CARRIED, /* it is there */
    ROUTED,  /* the VPC's routes decide: it is on its way from the first node */
    ENDED    /* the walk has */
};

static enum carried route_bare(struct machine *m, const struct passage *way)
{
    if (!passes_check(m, way->from, m->source)) {
        return ENDED;
    }
    leave_bare(m, way);
    return ROUTED;
}

static enum carried carry(struct machine *m, const struct passage *way)
{
    const struct dm_ip_pool *pool;
    uint32_t port;

    if (!way->pool.v) {
        (void)unknown(m, DM_REF(node, way->to), (struct dm_unknown_id){ 0 },
                      "the pool of this pod's address is not in the input");
        return ENDED;
    }
    pool = dm_ip_pool_get(m->model, way->pool);
    if (!dm_node_get(m->model, way->from)->interface.v
        || !dm_node_get(m->model, way->to)->interface.v) {
        (void)unknown(m, DM_REF(node, way->to), (struct dm_unknown_id){ 0 },
                      "the interface of a node is not in the input");
        return ENDED;
    }
    port = outer_port(m, way);
    if (pool->unknown.v) {
        (void)unknown(m, DM_REF(ip_pool, way->pool), pool->unknown,
                      "how this pool's packets travel between nodes is not followed");
        return ENDED;
    }
    if (port) {
        return carry_inside(m, way, port) ? CARRIED : ENDED;
    }
    if (interface_of(m, way->from)->subnet.v != interface_of(m, way->to)->subnet.v) {
        return route_bare(m, way);
    }
    return carry_bare(m, way) ? CARRIED : ENDED;
}

/* ---- from a pod or a node to a pod ---- */

/* Whether what goes between 'a' and 'b' stays on one node; an answer comes back as its request
 * went. */
static bool is_on_one(struct machine *m, struct dm_node_id a, struct dm_node_id b)
{
    if (a.v != b.v) {
        return false;
    }
    if (!dm_node_get(m->model, a)->has_twins || DM_PLANTED(TWIN_LEFT_OUT)) {
        return true;
    }
    if (m->start->is_reply) {
        return dm_walk_passage(m, DM_REF(node, a)) != NULL;
    }
    if (choose(m, 2) != 0) {
        return false;
    }
    dm_walk_note_passage(m, DM_REF(node, a), (struct dm_subnet_id){ 0 });
    return true;
}

/* From where the packet starts to a pod. */
static struct passage passage_to(const struct machine *m, struct dm_interface_id pod)
{
    struct dm_cluster_id cluster = dm_model_cluster_of_interface(m->model, pod);

    return (struct passage){ .from = dm_interface_get(m->model, m->start->interface)->node,
                             .to = dm_interface_get(m->model, pod)->node,
                             .pool = dm_model_pool_at(m->model, cluster, m->destination) };
}

/* Whether it came to the pod's node; else '*ret_step' is what follows. */
static bool is_carried(struct machine *m, const struct passage *way, enum step *ret_step)
{
    enum carried carried = carry(m, way);

    *ret_step = carried == ROUTED ? STEP_ROUTER : STEP_DONE;
    return carried == CARRIED;
}

/* With an address of the VPC: as the interface that has it. */
static enum step leave_by_carrier(struct machine *m, struct dm_interface_id carrier)
{
    const struct dm_interface *item = dm_interface_get(m->model, carrier);

    m->origin = carrier;
    m->subnet = item->subnet;
    m->vpc = dm_subnet_get(m->model, item->subnet)->vpc;
    if (!m->start->is_reply) {
        add_hop(m, DM_HOP_GROUPS_OUT, DM_REF(interface, carrier));
    }
    return STEP_ROUTER;
}

static enum step pod_to_pod(struct machine *m, struct dm_interface_id pod)
{
    struct dm_interface_id carrier = dm_interface_get(m->model, m->start->interface)->carrier;
    struct passage way = passage_to(m, pod);
    enum step step;

    if (carrier.v && way.from.v != way.to.v) {
        return leave_by_carrier(m, carrier);
    }
    if (!is_on_one(m, way.from, way.to) && !is_carried(m, &way, &step)) {
        return step;
    }
    return arrive(m, pod, m->start->interface, NULL);
}

/* A node sends for itself, for a client whose address it replaces, or in the client's name: then to
 * a pod of its own alone. */
static enum step node_to_pod(struct machine *m, struct dm_interface_id pod)
{
    struct dm_interface_id from = m->start->interface;
    const struct dm_addr own = dm_interface_get(m->model, from)->addresses[0].address;
    struct passage way = passage_to(m, pod);
    enum step step;
    bool keeps_client = m->start->stays;
    const struct dm_addr *sources = NULL;

    if ((keeps_client && way.from.v == way.to.v) || is_on_one(m, way.from, way.to)) {
        bool is_own = !keeps_client && dm_addr_is_none(m->start->client);

        if (!is_own && !keeps_client && !m->start->is_reply) {
            sources = keep_sources(m, own, m->start->client);
        }
        return arrive(m, pod, is_own ? from : (struct dm_interface_id){ 0 }, sources);
    }
    if (dm_interface_get(m->model, pod)->carrier.v) {
        return leave_by_carrier(m, from);
    }
    if (!is_carried(m, &way, &step)) {
        return step;
    }
    if (!m->start->is_reply && outer_port(m, &way)) {
        sources = keep_pool(m, pod, dm_ip_pool_get(m->model, way.pool)->prefix);
    }
    return arrive(m, pod, (struct dm_interface_id){ 0 }, sources);
}

/* ---- out of the cluster ---- */

static enum step leave_by_node(struct machine *m, struct dm_node_id id)
{
    const struct dm_node *node = dm_node_get(m->model, id);
    const struct dm_interface *item = interface_of(m, id);

    if (m->walk.n_sessions == DM_WALK_MAX_SESSIONS) {
        return unknown(m, DM_REF(node, id), (struct dm_unknown_id){ 0 },
                       "more translations in a row than are followed");
    }
    m->walk.sessions[m->walk.n_sessions++] =
        (struct dm_nat_session){ .node = id, .client = m->source };
    m->source = item->addresses[0].address;
    m->origin = node->interface;
    m->subnet = item->subnet;
    m->vpc = dm_subnet_get(m->model, item->subnet)->vpc;
    add_hop(m, DM_HOP_NODE_OUT, DM_REF(node, id));
    add_hop(m, DM_HOP_GROUPS_OUT, DM_REF(interface, node->interface));
    return STEP_ROUTER;
}

/* To an address that no pod can have: outside all pools, or in one that is disabled, which is
 * enough to keep the pod's own [EKS-21]. */
static enum step leave_cluster(struct machine *m, struct dm_node_id id)
{
    struct dm_cluster_id cluster = dm_node_get(m->model, id)->cluster;
    struct dm_ip_pool_id pool = dm_model_pool_at(m->model, cluster, m->source);
    bool is_pooled = dm_model_pool_at(m->model, cluster, m->destination).v != 0;
    const struct passage way = { .from = id };
    bool translates = pool.v && dm_ip_pool_get(m->model, pool)->nat_outgoing
                      && (!is_pooled || DM_PLANTED(DISABLED_FORGOTTEN));

    if (!dm_node_get(m->model, id)->interface.v) {
        return unknown(m, DM_REF(node, id), (struct dm_unknown_id){ 0 },
                       "the interface of this node is not in the input");
    }
    if (!pool.v && dm_cluster_get(m->model, cluster)->cni != DM_CNI_VPC) {
        return unknown(m, DM_REF(node, id), (struct dm_unknown_id){ 0 },
                       "the pool of this pod's address is not in the input");
    }
    if (translates && !m->start->is_reply) {
        return leave_by_node(m, id);
    }
    return route_bare(m, &way) == ROUTED ? STEP_ROUTER : STEP_DONE;
}

/* To the pod's own node, where nothing lies between. */
static enum step to_own_node(struct machine *m, struct dm_interface_id node)
{
    m->subnet = dm_interface_get(m->model, node)->subnet;
    m->vpc = dm_subnet_get(m->model, m->subnet)->vpc;
    return dm_walk_end_at_node(m, node);
}

/* The answer to what a node sent, or sent on. */
static enum step answer_node(struct machine *m, struct dm_interface_id node)
{
    struct dm_node_id from = dm_interface_get(m->model, m->start->interface)->node;
    struct passage way = { .from = from,
                           .to = dm_interface_get(m->model, node)->node,
                           .pool = dm_model_pool_at(m->model, dm_node_get(m->model, from)->cluster,
                                                    m->source) };
    enum step step;

    if (way.pool.v && !is_on_one(m, way.from, way.to) && !is_carried(m, &way, &step)) {
        return step;
    }
    return to_own_node(m, node);
}

/* The interface of a node of the cluster that has the destination, or 0. */
static struct dm_interface_id node_at(const struct machine *m, struct dm_cluster_id cluster)
{
    struct dm_vpc_id vpc = dm_cluster_get(m->model, cluster)->vpc;
    struct dm_interface_id found = vpc.v ? dm_model_interface_at(m->model, vpc, m->destination)
                                         : (struct dm_interface_id){ 0 };
    struct dm_node_id node = { found.v ? dm_interface_get(m->model, found)->node.v : 0 };

    if (!node.v || dm_node_get(m->model, node)->cluster.v != cluster.v) {
        found.v = 0;
    }
    return found;
}

static enum step end_at_service(struct machine *m, struct dm_interface_id service)
{
    m->walk.end = DM_WALK_BALANCER;
    m->walk.interface = service;
    m->walk.why = "what a Service sends on depends on more than addresses";
    return STEP_DONE;
}

static bool is_service(const struct machine *m, struct dm_interface_id id)
{
    return id.v && dm_interface_get(m->model, id)->kind == DM_INTERFACE_KUBE_SERVICE;
}

/* Whether the destination is an address for pods; of a pool that is disabled it is for others. */
static bool is_lost(const struct machine *m, struct dm_cluster_id cluster)
{
    struct dm_ip_pool_id pool = dm_model_pool_at(m->model, cluster, m->destination);

    return pool.v && !dm_ip_pool_get(m->model, pool)->disabled;
}

/* From a pod with an address of the VPC: to addresses outside of it as the node, unless that is
 * left to a NAT gateway [EKS-61]. */
static enum step leave_in_vpc(struct machine *m, struct dm_interface_id carrier,
                              struct dm_node_id own)
{
    const struct dm_cluster *cluster =
        dm_cluster_get(m->model, dm_node_get(m->model, own)->cluster);
    const struct dm_vpc *vpc = dm_vpc_get(m->model, cluster->vpc);
    bool is_inside = false;

    for (size_t i = 0; i < vpc->n_cidrs; i++) {
        is_inside = is_inside || dm_prefix_has(vpc->cidrs[i], m->destination);
    }
    if (is_inside || cluster->keeps_pods || m->start->is_reply
        || m->destination.family != DM_FAMILY_IPV4) {
        return leave_by_carrier(m, carrier);
    }
    return leave_by_node(m, own);
}

/* To an address that is no pod's and no Service's. */
static enum step pod_to_outside(struct machine *m, struct dm_cluster_id cluster,
                                struct dm_node_id own)
{
    struct dm_interface_id node = node_at(m, cluster);
    struct dm_interface_id carrier = dm_interface_get(m->model, m->start->interface)->carrier;

    if (carrier.v) {
        return node.v && dm_interface_get(m->model, node)->node.v == own.v
                   ? to_own_node(m, node)
                   : leave_in_vpc(m, carrier, own);
    }
    if (is_lost(m, cluster)) {
        return drop(m, DM_CODE_NO_HOST_AT_ADDRESS,
                    DM_REF(ip_pool, dm_model_pool_at(m->model, cluster, m->destination)));
    }
    if (node.v && m->start->is_reply) {
        return answer_node(m, node);
    }
    if (node.v && is_on_one(m, dm_interface_get(m->model, node)->node, own)) {
        return to_own_node(m, node);
    }
    return leave_cluster(m, own);
}

/* Whether what a pod sends to its own address never leaves it.  A Service may have chosen another
 * pod of its kind, on its node or a twin. */
static bool is_itself(struct machine *m, struct dm_node_id node)
{
    if (m->start->is_reply) {
        return !dm_node_get(m->model, node)->has_twins || dm_walk_passage(m, DM_REF(node, node));
    }
    if (m->start->entry.v) {
        return false;
    }
    dm_walk_note_passage(m, DM_REF(node, node), (struct dm_subnet_id){ 0 });
    return true;
}

enum step dm_walk_from_pod(struct machine *m)
{
    struct dm_interface_id from = m->start->interface;
    const struct dm_interface *item = dm_interface_get(m->model, from);
    struct dm_cluster_id cluster = dm_model_cluster_of_interface(m->model, from);
    struct dm_interface_id to = dm_model_interface_in_cluster(m->model, cluster, m->destination);

    m->origin = (struct dm_interface_id){ 0 };
    if (m->start->node.v) {
        return to_own_node(m, m->start->node);
    }
    if (to.v == from.v && is_itself(m, item->node)) {
        m->walk.end = DM_WALK_DELIVERED;
        m->walk.interface = from;
        add_hop(m, DM_HOP_DELIVER, DM_REF(interface, from));
        return STEP_DONE;
    }
    if (is_service(m, to)) {
        return end_at_service(m, to);
    }
    if (!m->start->is_reply) {
        add_hop(m, DM_HOP_POLICY_OUT, DM_REF(interface, from))->partner = to;
    }
    return to.v ? pod_to_pod(m, to) : pod_to_outside(m, cluster, item->node);
}

bool dm_walk_is_inside(const struct machine *m, struct dm_interface_id from)
{
    struct dm_cluster_id cluster =
        dm_node_get(m->model, dm_interface_get(m->model, from)->node)->cluster;

    return dm_model_interface_in_cluster(m->model, cluster, m->destination).v
           || is_lost(m, cluster);
}

enum step dm_walk_from_node(struct machine *m)
{
    struct dm_node_id node = dm_interface_get(m->model, m->start->interface)->node;
    struct dm_cluster_id cluster = dm_node_get(m->model, node)->cluster;
    struct dm_interface_id to = dm_model_interface_in_cluster(m->model, cluster, m->destination);

    if (is_service(m, to)) {
        return end_at_service(m, to);
    }
    if (to.v) {
        return node_to_pod(m, to);
    }
    return drop(m, DM_CODE_NO_HOST_AT_ADDRESS,
                DM_REF(ip_pool, dm_model_pool_at(m->model, cluster, m->destination)));
}

enum step dm_walk_from_service(struct machine *m)
{
    struct dm_interface_id from = m->start->interface;
    struct dm_cluster_id cluster = dm_model_cluster_of_interface(m->model, from);
    struct dm_interface_id to = dm_model_interface_in_cluster(m->model, cluster, m->destination);

    if (!m->start->is_reply) {
        return drop(m, DM_CODE_NO_PATH, DM_REF(interface, from));
    }
    if (!to.v) {
        to = node_at(m, cluster);
    }
    if (!to.v) {
        return drop(m, DM_CODE_NO_HOST_AT_ADDRESS, DM_REF(interface, from));
    }
    m->walk.end = DM_WALK_DELIVERED;
    m->walk.interface = to;
    add_hop(m, DM_HOP_DELIVER, DM_REF(interface, to));
    return STEP_DONE;
}

/* ---- at a node ---- */

static bool has_node_ports(const struct dm_model *model, struct dm_cluster_id cluster)
{
    for (uint32_t i = 0; i < model->n_kube_services; i++) {
        const struct dm_kube_service *service = &model->kube_services[i];

        if (dm_namespace_get(model, service->namespace)->cluster.v != cluster.v) {
            continue;
        }
        for (size_t j = 0; j < service->n_ports; j++) {
            if (service->ports[j].node_port) {
                return true;
            }
        }
    }
    return false;
}

/* The answer to what the node sent for a pod. */
static enum step answer_pod(struct machine *m, struct dm_node_id node)
{
    size_t last = m->walk.n_sessions - 1;
    struct dm_interface_id pod;

    m->destination = m->walk.sessions[last].client;
    m->walk.n_sessions--;
    add_hop(m, DM_HOP_NODE_BACK, DM_REF(node, node));
    pod = dm_model_interface_in_cluster(m->model, dm_node_get(m->model, node)->cluster,
                                        m->destination);
    return arrive(m, pod, (struct dm_interface_id){ 0 }, NULL);
}

enum step dm_walk_end_at_node(struct machine *m, struct dm_interface_id interface)
{
    struct dm_node_id node = dm_interface_get(m->model, interface)->node;
    size_t n = m->walk.n_sessions;
    bool is_whole = m->start->is_outer || m->start->is_reply
                    || !has_node_ports(m->model, dm_node_get(m->model, node)->cluster);

    if (m->start->is_reply && !m->start->node.v && n && m->walk.sessions[n - 1].node.v == node.v) {
        return answer_pod(m, node);
    }
    m->walk.interface = interface;
    if (is_whole && !m->start->node.v) {
        m->walk.end = DM_WALK_DELIVERED;
        add_hop(m, DM_HOP_DELIVER, DM_REF(interface, interface));
    } else {
        m->walk.end = DM_WALK_BALANCER;
        m->walk.why = "what a node sends on depends on more than addresses";
    }
    return STEP_DONE;
}

/* Whether the node at 'interface' passed the packet on before. */
static bool is_round(const struct machine *m, struct dm_interface_id interface)
{
    for (size_t i = 0; i < m->n_hops; i++) {
        if (m->hops[i].kind == DM_HOP_FORWARD && m->hops[i].at.v == interface.v
            && m->hops[i].at.kind == DM_KIND_interface) {
            return true;
        }
    }
    return false;
}

/* From the node at 'interface' to that which the pod is on, as the node's own routes say: so back
 * to the router where packets go as they are to another subnet. */
static enum step pass_on(struct machine *m, struct dm_interface_id interface,
                         struct dm_interface_id pod, struct dm_interface_id sender)
{
    struct dm_ref at = DM_REF(interface, interface);
    struct dm_node_id node = dm_interface_get(m->model, interface)->node;
    struct passage way = {
        .from = node,
        .to = dm_interface_get(m->model, pod)->node,
        .pool = dm_model_pool_at(m->model, dm_node_get(m->model, node)->cluster, m->destination),
        .is_new = m->start->is_reply && !dm_walk_passage(m, at),
    };
    enum step step;

    if (is_round(m, interface)) {
        return drop(m, DM_CODE_FORWARDING_LOOP, at);
    }
    if (!zone_alive(m, dm_node_get(m->model, node)->zone)) {
        return drop_dead(m, DM_CODE_ELEMENT_FAILED, at,
                         dm_zone_get(m->model, dm_node_get(m->model, node)->zone)->element);
    }
    if (way.is_new) {
        add_groups_in(m, at);
    }
    dm_walk_note_passage(m, at, m->subnet);
    m->origin = (struct dm_interface_id){ 0 };
    m->passed_on = true;
    add_hop(m, DM_HOP_FORWARD, at);
    if (!is_carried(m, &way, &step)) {
        return step;
    }
    return arrive(m, pod, sender, NULL);
}

/* Who sends to a pod in its own name: a pod of its cluster, whose address the packet still has. */
static struct dm_interface_id pod_that_sends(const struct machine *m, struct dm_cluster_id cluster)
{
    struct dm_interface_id sender = m->start->interface;

    if (!sender.v || dm_interface_get(m->model, sender)->kind != DM_INTERFACE_POD
        || dm_model_cluster_of_interface(m->model, sender).v != cluster.v || m->walk.n_sessions) {
        sender.v = 0;
    }
    return sender;
}

enum step dm_walk_enter_node(struct machine *m, struct dm_interface_id interface)
{
    const struct dm_interface *item = dm_interface_get(m->model, interface);
    struct dm_cluster_id cluster = dm_node_get(m->model, item->node)->cluster;
    struct dm_interface_id pod = dm_model_interface_in_cluster(m->model, cluster, m->destination);

    if (pod.v && dm_interface_get(m->model, pod)->carrier.v == interface.v) {
        return arrive(m, pod, pod_that_sends(m, cluster), NULL);
    }
    if (dm_cluster_get(m->model, cluster)->cni == DM_CNI_VPC
        && !dm_addr_equal(item->addresses[0].address, m->destination)) {
        return unknown(m, DM_REF(interface, interface), (struct dm_unknown_id){ 0 },
                       "this address of a node is for pods, and none of the input has it");
    }
    return dm_walk_end_at_node(m, interface);
}

bool dm_walk_is_pod_of(const struct machine *m, struct dm_node_id node)
{
    struct dm_cluster_id cluster = { node.v ? dm_node_get(m->model, node)->cluster.v : 0 };
    struct dm_interface_id pod = { 0 };

    if (node.v) {
        pod = dm_model_interface_in_cluster(m->model, cluster, m->destination);
    }
    return pod.v && dm_interface_get(m->model, pod)->carrier.v;
}

enum step dm_walk_by_node(struct machine *m, struct dm_interface_id interface)
{
    const struct dm_interface *item = dm_interface_get(m->model, interface);
    struct dm_cluster_id cluster = dm_node_get(m->model, item->node)->cluster;
    struct dm_interface_id pod = dm_model_interface_in_cluster(m->model, cluster, m->destination);
    struct dm_interface_id sender = pod_that_sends(m, cluster);

    m->subnet = item->subnet;
    if (!m->start->is_reply) {
        add_groups_in(m, DM_REF(interface, interface));
    }
    if (!pod.v) {
        return drop(m, DM_CODE_NO_HOST_AT_ADDRESS, DM_REF(node, item->node));
    }
    if (dm_interface_get(m->model, pod)->kind != DM_INTERFACE_POD) {
        return unknown(
            m, DM_REF(node, item->node), (struct dm_unknown_id){ 0 },
            "what a node does with packets for a Service from elsewhere is not followed");
    }
    return dm_interface_get(m->model, pod)->node.v == item->node.v
               ? arrive(m, pod, sender, NULL)
               : pass_on(m, interface, pod, sender);
}

/* ---- what is nobody's but a cluster's ---- */

void dm_walk_note_pod_address(struct machine *m)
{
    static const enum dm_code codes[] = { DM_CODE_NO_ROUTE_TO_DESTINATION,
                                          DM_CODE_CANNOT_ROUTE,
                                          DM_CODE_NO_PATH,
                                          DM_CODE_NO_HOST_AT_ADDRESS,
                                          DM_CODE_PCX_REQUIRES_ADDRESS_IN_VPC_CIDR,
                                          DM_CODE_TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT,
                                          DM_CODE_CORE_NO_ROUTE };
    struct dm_interface_id from = m->start->interface;
    struct dm_vpc_id vpc = { 0 };

    if (m->walk.end != DM_WALK_DROPPED || !m->model->n_ip_pools || !from.v
        || dm_interface_is_inside(dm_interface_get(m->model, from))) {
        return;
    }
    vpc = dm_model_vpc_of_interface(m->model, from);
    for (size_t i = 0; vpc.v && i < sizeof codes / sizeof *codes; i++) {
        if (m->walk.code == codes[i] && m->walk.at.kind != DM_KIND_ip_pool
            && dm_overlay_has(m->model, vpc, m->start->destination)) {
            m->walk.code = DM_CODE_POD_ADDRESS_NOT_ROUTED;
            return;
        }
    }
}
