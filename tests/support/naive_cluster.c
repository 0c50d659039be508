/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/naive_cluster.h"

#include <string.h>

enum { MAX_NODES = 8 };

struct went;

struct seen {
    struct dm_addr source;
    struct dm_addr destination;
    uint8_t protocol;
    uint16_t first; /* ports that it may go to, all of which must pass */
    uint16_t last;
    bool is_answer;
    bool is_around;             /* another packet */
    const struct went *request; /* an answer's */
};

/* Which nodes passed a request on. */
struct went {
    bool by[MAX_NODES + 1];
};

static enum dm_naive_verdict least(enum dm_naive_verdict a, enum dm_naive_verdict b)
{
    return a < b ? a : b;
}

static enum dm_naive_verdict of(bool passes)
{
    return passes ? DM_NAIVE_PASSES : DM_NAIVE_FAILS;
}

static const struct dm_interface *get(const struct dm_naive_world *world, struct dm_interface_id id)
{
    return dm_interface_get(world->model, id);
}

static struct dm_addr address(const struct dm_naive_world *world, struct dm_interface_id id)
{
    return get(world, id)->addresses[0].address;
}

static bool lives(const struct dm_naive_world *world, struct dm_zone_id zone)
{
    return zone.v != world->dead.v;
}

static struct dm_zone_id zone_of(const struct dm_naive_world *world, struct dm_interface_id id)
{
    return dm_subnet_get(world->model, get(world, id)->subnet)->zone;
}

/* ---- filters of the VPC ---- */

static bool port_matches(const struct dm_match *match, uint8_t protocol, uint16_t port)
{
    return match->protocol < 0
           || (match->protocol == protocol && port >= match->port_first
               && port <= match->port_last);
}

static bool acl_lets(const struct dm_acl *acl, bool egress, const struct seen *packet,
                     uint16_t port)
{
    const struct dm_acl_entry *best = NULL;

    for (size_t i = 0; i < acl->n_entries; i++) {
        const struct dm_acl_entry *entry = &acl->entries[i];

        if (entry->egress == egress
            && dm_prefix_has(entry->prefix, egress ? packet->destination : packet->source)
            && port_matches(&entry->match, packet->protocol, port)
            && (!best || entry->number < best->number)) {
            best = entry;
        }
    }
    return best && best->allow;
}

/* Of a range of ports those where an entry may begin to decide otherwise. */
static enum dm_naive_verdict by_acl(const struct dm_naive_world *world, struct dm_subnet_id subnet,
                                    bool egress, const struct seen *packet)
{
    const struct dm_acl *acl = dm_acl_get(world->model, dm_subnet_get(world->model, subnet)->acl);
    bool lets =
        acl_lets(acl, egress, packet, packet->first) && acl_lets(acl, egress, packet, packet->last);

    for (size_t i = 0; i < acl->n_entries; i++) {
        uint16_t first = acl->entries[i].match.port_first;
        uint32_t after = acl->entries[i].match.port_last + 1u;

        lets = lets
               && (first < packet->first || first > packet->last
                   || acl_lets(acl, egress, packet, first))
               && (after < packet->first || after > packet->last
                   || acl_lets(acl, egress, packet, (uint16_t)after));
    }
    return of(lets);
}

/* One port.  'partner': the other end, whose own address the packet has or not: then a reference
 * may match or not. */
static enum dm_naive_verdict groups_let(const struct dm_naive_world *world,
                                        const struct dm_interface *item, bool egress,
                                        struct dm_interface_id partner, bool is_own,
                                        const struct seen *packet, uint16_t port)
{
    enum dm_naive_verdict result = DM_NAIVE_FAILS;

    for (size_t i = 0; i < item->n_groups; i++) {
        const struct dm_group *group = dm_group_get(world->model, item->groups[i]);

        for (size_t j = 0; j < group->n_rules; j++) {
            const struct dm_group_rule *rule = &group->rules[j];
            bool is_member = false;

            if (rule->egress != egress || !port_matches(&rule->match, packet->protocol, port)) {
                continue;
            }
            if (rule->peer_kind == DM_PEER_PREFIX
                && dm_prefix_has(rule->prefix, egress ? packet->destination : packet->source)) {
                return DM_NAIVE_PASSES;
            }
            for (size_t k = 0; partner.v && k < get(world, partner)->n_groups; k++) {
                is_member |= rule->peer_kind == DM_PEER_GROUP
                             && get(world, partner)->groups[k].v == rule->peer;
            }
            if (is_member && is_own) {
                return DM_NAIVE_PASSES;
            }
            result = is_member ? DM_NAIVE_UNSURE : result;
        }
    }
    return result;
}

/* Whether the interface has let pass what this answers. */
static bool knows(const struct dm_naive_world *world, const struct dm_interface *item,
                  bool is_between, const struct seen *packet)
{
    (void)world;
    return packet->is_answer
           && (!is_between || (packet->request && packet->request->by[item->node.v]));
}

/* 'is_between': 'id' is of a node that passes the packet on. */
static enum dm_naive_verdict by_groups(const struct dm_naive_world *world,
                                       struct dm_interface_id id, bool egress,
                                       struct dm_interface_id partner, bool is_own, bool is_between,
                                       const struct seen *packet)
{
    const struct dm_interface *item = get(world, id);
    enum dm_naive_verdict result = DM_NAIVE_PASSES;

    if (knows(world, item, is_between, packet)) {
        return DM_NAIVE_PASSES;
    }
    if (item->node.v && dm_node_get(world->model, item->node)->host_endpoint.v
        && !packet->is_around) {
        result = DM_NAIVE_UNSURE;
    }
    for (uint32_t port = packet->first; port <= packet->last; port++) {
        result =
            least(result, groups_let(world, item, egress, partner, is_own, packet, (uint16_t)port));
    }
    return result;
}

/* Where a packet has been. */
struct crossing {
    bool is_routed;    /* by the table, so that it left its subnet */
    bool from_between; /* the first interface passes it on, for another sender */
    bool into_between; /* so does the second */
};

/* Between two interfaces of the VPC. */
static enum dm_naive_verdict step_across(const struct dm_naive_world *world,
                                         struct dm_interface_id a, struct dm_interface_id b,
                                         struct crossing how, const struct seen *packet)
{
    bool own_a = dm_addr_equal(address(world, a), packet->source);
    bool own_b = dm_addr_equal(address(world, b), packet->destination);
    struct dm_subnet_id from = get(world, a)->subnet;
    struct dm_subnet_id into = get(world, b)->subnet;
    enum dm_naive_verdict result = of(lives(world, zone_of(world, b)));

    result = least(result, by_groups(world, a, true, b, own_b, how.from_between, packet));
    if (from.v != into.v || how.is_routed) {
        result = least(result, by_acl(world, from, true, packet));
    }
    if (from.v != into.v) {
        result = least(result, by_acl(world, into, false, packet));
    }
    return least(result, by_groups(world, b, false, a, own_a, how.into_between, packet));
}

static enum dm_naive_verdict across(const struct dm_naive_world *world, struct dm_interface_id a,
                                    struct dm_interface_id b, const struct seen *packet)
{
    return step_across(world, a, b, (struct crossing){ false, false, false }, packet);
}

/* ---- policies ---- */

/* One side's view of the other. */
struct other {
    struct dm_interface_id pod; /* 0: an address */
    struct dm_addr address;
};

static bool entity_is(const struct dm_model *model, const struct dm_network_policy *policy,
                      const struct dm_policy_entity *entity, const struct other *other)
{
    const struct dm_interface *item;
    const struct dm_workload *workload;

    if (!other->pod.v) {
        return !entity->pods_only
               && (!entity->n_nets || dm_prefix_has(entity->nets[0], other->address));
    }
    item = dm_interface_get(model, other->pod);
    workload = dm_workload_get(model, item->workload);
    return (!entity->n_nets || dm_prefix_has(entity->nets[0], item->addresses[0].address))
           && (!entity->own_namespace || policy->namespace.v == workload->namespace.v)
           && (!entity->selector
               || dm_selector_matches(entity->selector, &workload->pods[item->pod].labels));
}

static bool rule_takes(const struct dm_model *model, const struct dm_network_policy *policy,
                       const struct dm_policy_rule *rule, bool is_ingress,
                       const struct other *other, uint8_t protocol, uint16_t port)
{
    const struct dm_policy_entity *to = &rule->destination;

    if ((rule->protocol && rule->protocol != protocol)
        || (to->n_ports && (port < to->ports[0].first || port > to->ports[0].last))) {
        return false;
    }
    return entity_is(model, policy, is_ingress ? &rule->source : to, other);
}

static bool is_before(const struct dm_network_policy *a, const struct dm_network_policy *b)
{
    return a->order_micro != b->order_micro ? a->order_micro < b->order_micro
                                            : strcmp(a->rank_name, b->rank_name) < 0;
}

/* The next policy after 'last' that selects the pod. */
static const struct dm_network_policy *next_policy(const struct dm_model *model,
                                                   struct dm_interface_id pod, bool is_ingress,
                                                   const struct dm_network_policy *last)
{
    const struct dm_interface *item = dm_interface_get(model, pod);
    const struct dm_workload *workload = dm_workload_get(model, item->workload);
    const struct dm_network_policy *best = NULL;

    for (uint32_t i = 0; i < model->n_network_policies; i++) {
        const struct dm_network_policy *policy = &model->network_policies[i];

        if (policy->cluster.v == dm_node_get(model, item->node)->cluster.v
            && (!policy->namespace.v || policy->namespace.v == workload->namespace.v)
            && (is_ingress ? policy->for_ingress : policy->for_egress)
            && dm_selector_matches(policy->selector, &workload->pods[item->pod].labels)
            && (!last || is_before(last, policy)) && (!best || is_before(policy, best))) {
            best = policy;
        }
    }
    return best;
}

static bool side_lets(const struct dm_model *model, struct dm_interface_id pod, bool is_ingress,
                      const struct other *other, uint8_t protocol, uint16_t port)
{
    const struct dm_network_policy *policy = next_policy(model, pod, is_ingress, NULL);
    bool is_selected = policy != NULL;

    for (; policy; policy = next_policy(model, pod, is_ingress, policy)) {
        const struct dm_policy_rule *rules = is_ingress ? policy->ingress : policy->egress;
        size_t n = is_ingress ? policy->n_ingress : policy->n_egress;

        for (size_t i = 0; i < n; i++) {
            if (rule_takes(model, policy, &rules[i], is_ingress, other, protocol, port)) {
                return rules[i].action == DM_POLICY_ALLOW;
            }
        }
    }
    return !is_selected;
}

enum dm_naive_verdict dm_naive_policies(const struct dm_model *model, struct dm_interface_id from,
                                        struct dm_interface_id to, uint8_t protocol, uint16_t port)
{
    const struct other sender = { .pod = from };
    const struct other receiver = { .pod = to };

    return of(side_lets(model, from, false, &receiver, protocol, port)
              && side_lets(model, to, true, &sender, protocol, port));
}

/* ---- between nodes ---- */

static struct dm_interface_id of_node(const struct dm_naive_world *world, struct dm_node_id node)
{
    return dm_node_get(world->model, node)->interface;
}

static const struct dm_ip_pool *pool_at(const struct dm_naive_world *world,
                                        struct dm_cluster_id cluster, struct dm_addr at)
{
    for (uint32_t i = 0; i < world->model->n_ip_pools; i++) {
        const struct dm_ip_pool *pool = &world->model->ip_pools[i];

        if (pool->cluster.v == cluster.v && dm_prefix_has(pool->prefix, at)) {
            return pool;
        }
    }
    return NULL;
}

/* What is between the nodes around packets of the pool: 0 nothing, 4 IP in IP, else UDP. */
static uint16_t port_around(const struct dm_naive_world *world, const struct dm_ip_pool *pool,
                            struct dm_node_id a, struct dm_node_id b)
{
    bool one_subnet =
        get(world, of_node(world, a))->subnet.v == get(world, of_node(world, b))->subnet.v;

    if (dm_cluster_get(world->model, pool->cluster)->wireguard) {
        return 51820;
    }
    switch (pool->encapsulation) {
    case DM_ENCAPSULATION_NONE:
        break;
    case DM_ENCAPSULATION_VXLAN:
        return 4789;
    case DM_ENCAPSULATION_VXLAN_CROSS_SUBNET:
        return one_subnet ? 0 : 4789;
    case DM_ENCAPSULATION_IPIP:
        return 4;
    case DM_ENCAPSULATION_IPIP_CROSS_SUBNET:
        return one_subnet ? 0 : 4;
    }
    return 0;
}

/* By a route of the VPC's table that leads to a node's interface. */
static enum dm_naive_verdict by_route(const struct dm_naive_world *world, struct dm_interface_id a,
                                      struct dm_interface_id *ret_to, const struct seen *packet)
{
    const struct dm_route_table *table =
        dm_route_table_get(world->model, dm_subnet_get(world->model, get(world, a)->subnet)->table);
    const struct dm_route *best = NULL;

    for (size_t i = 0; i < table->n_routes; i++) {
        if (dm_prefix_has(table->routes[i].prefix, packet->destination)
            && (!best || table->routes[i].prefix.length > best->prefix.length)) {
            best = &table->routes[i];
        }
    }
    if (!best || best->target_kind != DM_TARGET_INTERFACE) {
        return DM_NAIVE_FAILS;
    }
    ret_to->v = best->target;
    return of(!get(world, *ret_to)->source_dest_check);
}

/* On its way between nodes. */
struct journey {
    const struct dm_naive_world *world;
    const struct dm_ip_pool *pool;
    struct dm_node_id to;
    const struct seen *packet;
    struct went *went;
};

static enum dm_naive_verdict carry_on(const struct journey *on, struct dm_node_id a,
                                      bool is_between);

/* As a route says, to the right node or to one that would have to pass it on, of which it is not
 * known whether it does. */
static enum dm_naive_verdict route_on(const struct journey *on, struct dm_interface_id from,
                                      bool is_between)
{
    struct dm_interface_id at = { 0 };
    struct dm_node_id node;
    struct crossing how = { true, is_between, false };
    enum dm_naive_verdict result = by_route(on->world, from, &at, on->packet);

    if (result != DM_NAIVE_PASSES) {
        return result;
    }
    node = get(on->world, at)->node;
    if (node.v == on->to.v) {
        return step_across(on->world, from, at, how, on->packet);
    }
    if (on->went->by[node.v]) {
        return DM_NAIVE_FAILS;
    }
    on->went->by[node.v] = true;
    how.into_between = true;
    result = least(DM_NAIVE_UNSURE, step_across(on->world, from, at, how, on->packet));
    return least(result, carry_on(on, node, true));
}

static enum dm_naive_verdict carry_on(const struct journey *on, struct dm_node_id a,
                                      bool is_between)
{
    const struct dm_naive_world *world = on->world;
    const struct seen *packet = on->packet;
    struct dm_interface_id at = of_node(world, a);
    struct dm_interface_id to = of_node(world, on->to);
    uint16_t around = port_around(world, on->pool, a, on->to);
    const struct seen outer = { .source = address(world, at),
                                .destination = address(world, to),
                                .protocol = around == 4 ? 4 : DM_PROTO_UDP,
                                .first = around,
                                .last = around,
                                .is_around = true };
    bool is_own = dm_addr_equal(packet->destination, outer.destination);

    if (around) {
        return across(world, at, to, &outer);
    }
    if (get(world, at)->source_dest_check && !dm_addr_equal(packet->source, outer.source)) {
        return DM_NAIVE_FAILS;
    }
    if (get(world, at)->subnet.v != get(world, to)->subnet.v && !is_own) {
        return route_on(on, at, is_between);
    }
    if (get(world, to)->source_dest_check && !is_own) {
        return DM_NAIVE_FAILS;
    }
    return step_across(world, at, to, (struct crossing){ false, is_between, false }, packet);
}

/* From node to node, or to a twin where they are the same.  '*went' is where it is passed on. */
static enum dm_naive_verdict carry(const struct dm_naive_world *world,
                                   const struct dm_ip_pool *pool, struct dm_node_id a,
                                   struct dm_node_id b, const struct seen *packet,
                                   struct went *went)
{
    const struct journey on = { world, pool, b, packet, went };

    return carry_on(&on, a, false);
}

/* Whether it was left there whether a node passed it on: then nothing is known of its answer. */
static bool is_left(const struct went *went)
{
    bool any = false;

    for (size_t i = 0; i <= MAX_NODES; i++) {
        any |= went->by[i];
    }
    return any;
}

static struct seen request_of(struct dm_addr source, struct dm_addr destination, uint8_t protocol,
                              uint16_t port)
{
    return (struct seen){ .source = source,
                          .destination = destination,
                          .protocol = protocol,
                          .first = port,
                          .last = port };
}

static struct seen reversed(const struct seen *request, bool wide)
{
    return (struct seen){ .source = request->destination,
                          .destination = request->source,
                          .protocol = request->protocol,
                          .first = wide ? 1024 : 32768,
                          .last = wide ? 65535 : 60999,
                          .is_answer = true };
}

/* There, and back the same way; on one node nothing is in the way. */
static enum dm_naive_verdict both_ways(const struct dm_naive_world *world, struct dm_node_id a,
                                       struct dm_node_id b, const struct dm_ip_pool *pool,
                                       const struct dm_ip_pool *back,
                                       enum dm_naive_verdict policies, const struct seen *request,
                                       bool wide)
{
    struct seen answer = reversed(request, wide);
    struct went there = { { false } };
    struct went home = { { false } };
    enum dm_naive_verdict result = least(policies, carry(world, pool, a, b, request, &there));

    answer.request = &there;
    return is_left(&there) ? result : least(result, carry(world, back, b, a, &answer, &home));
}

/* ---- from pods and nodes to pods ---- */

static enum dm_naive_verdict pod_to_pod(const struct dm_naive_world *world,
                                        struct dm_interface_id from, struct dm_interface_id to,
                                        uint8_t protocol, uint16_t port)
{
    const struct dm_model *model = world->model;
    struct dm_node_id a = get(world, from)->node;
    struct dm_node_id b = get(world, to)->node;
    struct dm_cluster_id cluster = dm_node_get(model, a)->cluster;
    const struct seen request =
        request_of(address(world, from), address(world, to), protocol, port);
    const struct dm_ip_pool *pool = pool_at(world, cluster, request.destination);
    const struct dm_ip_pool *back = pool_at(world, cluster, request.source);
    enum dm_naive_verdict policies = dm_naive_policies(model, from, to, protocol, port);
    enum dm_naive_verdict here = least(policies, of(lives(world, dm_node_get(model, a)->zone)
                                                    && lives(world, dm_node_get(model, b)->zone)));

    if (a.v == b.v && !dm_node_get(model, a)->has_twins) {
        return here;
    }
    here = a.v == b.v ? here : DM_NAIVE_PASSES;
    return least(here, both_ways(world, a, b, pool, back, policies, &request, false));
}

/* What a pod's policies say of two addresses, either of which they may see. */
static enum dm_naive_verdict from_either(const struct dm_naive_world *world,
                                         struct dm_interface_id pod, struct dm_addr x,
                                         struct dm_addr y, uint8_t protocol, uint16_t port)
{
    const struct other one = { { 0 }, x };
    const struct other two = { { 0 }, y };
    bool first = side_lets(world->model, pod, true, &one, protocol, port);

    if (first != side_lets(world->model, pod, true, &two, protocol, port)) {
        return DM_NAIVE_UNSURE;
    }
    return of(first);
}

/* Of the tunnel of a node that is not the pod's, which may have any address of the pool: one in
 * each 64 is tried. */
static enum dm_naive_verdict from_tunnel(const struct dm_naive_world *world,
                                         struct dm_interface_id pod, struct dm_prefix pool,
                                         uint8_t protocol, uint16_t port)
{
    const struct other begin = { { 0 }, dm_prefix_first(pool) };
    bool first = side_lets(world->model, pod, true, &begin, protocol, port);

    for (uint64_t i = 64; i < UINT64_C(1) << (32 - pool.length); i += 64) {
        const struct other at = { { 0 }, dm_addr_add(dm_prefix_first(pool), i) };

        if (side_lets(world->model, pod, true, &at, protocol, port) != first) {
            return DM_NAIVE_UNSURE;
        }
    }
    return of(first);
}

/* 'client': for whom; none: the node for itself.  'keeps' its address. */
static enum dm_naive_verdict node_to_pod(const struct dm_naive_world *world, struct dm_node_id a,
                                         struct dm_interface_id to, struct dm_addr client,
                                         bool keeps, uint8_t protocol, uint16_t port)
{
    const struct dm_model *model = world->model;
    struct dm_addr own = address(world, of_node(world, a));
    struct dm_node_id b = get(world, to)->node;
    const struct seen request = request_of(own, address(world, to), protocol, port);
    const struct dm_ip_pool *pool =
        pool_at(world, dm_node_get(model, a)->cluster, request.destination);
    bool is_here = a.v == b.v;
    enum dm_naive_verdict here = of(lives(world, dm_node_get(model, b)->zone));
    enum dm_naive_verdict policies;

    if (keeps) {
        return least(here, from_either(world, to, client, client, protocol, port));
    }
    if (is_here && !dm_addr_is_none(client)) {
        here = least(here, from_either(world, to, client, own, protocol, port));
    }
    if (is_here && (!dm_node_get(model, a)->has_twins || world->twin == 1)) {
        return here;
    }
    is_here = is_here && world->twin != 2;
    policies = port_around(world, pool, a, b) ? from_tunnel(world, to, pool->prefix, protocol, port)
                                              : from_either(world, to, own, own, protocol, port);
    return least(is_here ? here : DM_NAIVE_PASSES,
                 both_ways(world, a, b, pool, pool, policies, &request, !dm_addr_is_none(client)));
}

/* ---- Services and nodes ---- */

/* To one of the living backends, whichever it is; 'on' a node or on any. */
struct sending {
    struct dm_interface_id
        pod; /* a pod that asked for the Service itself; or a node that sends on */
    struct dm_node_id node;
    struct dm_addr client;
    struct dm_node_id on;
};

static enum dm_naive_verdict serve(const struct dm_naive_world *world,
                                   const struct dm_kube_service *service, size_t port,
                                   const struct sending *sending)
{
    enum dm_naive_verdict result = DM_NAIVE_PASSES;
    size_t n = 0;

    for (size_t i = 0; i < service->n_backends; i++) {
        struct dm_interface_id to = service->backends[i];
        struct dm_node_id at = get(world, to)->node;
        uint8_t protocol = service->ports[port].protocol;
        uint16_t target = service->ports[port].target;

        if (!lives(world, dm_node_get(world->model, at)->zone)
            || (sending->on.v && sending->on.v != at.v)) {
            continue;
        }
        if (++n != world->backend && world->backend) {
            continue;
        }
        result =
            least(result, sending->pod.v ? pod_to_pod(world, sending->pod, to, protocol, target)
                                         : node_to_pod(world, sending->node, to, sending->client,
                                                       sending->on.v != 0, protocol, target));
    }
    if (world->n_backends) {
        *world->n_backends = n;
    }
    return n ? result : DM_NAIVE_FAILS;
}

static enum dm_naive_verdict pod_to_service(const struct dm_naive_world *world,
                                            struct dm_interface_id from,
                                            const struct dm_kube_service *service, uint8_t protocol,
                                            uint16_t port)
{
    const struct sending sending = { .pod = from };

    for (size_t i = 0; i < service->n_ports; i++) {
        if (service->ports[i].protocol == protocol && service->ports[i].port == port) {
            return serve(world, service, i, &sending);
        }
    }
    return DM_NAIVE_FAILS;
}

/* What a node does with what came for it. */
static enum dm_naive_verdict at_node(const struct dm_naive_world *world, struct dm_node_id node,
                                     struct dm_addr client, uint8_t protocol, uint16_t port)
{
    struct dm_cluster_id cluster = dm_node_get(world->model, node)->cluster;

    for (uint32_t i = 0; i < world->model->n_kube_services; i++) {
        const struct dm_kube_service *service = &world->model->kube_services[i];
        const struct sending sending = { .node = node,
                                         .client = client,
                                         .on = { service->local_traffic ? node.v : 0 } };

        if (dm_namespace_get(world->model, service->namespace)->cluster.v != cluster.v) {
            continue;
        }
        for (size_t j = 0; j < service->n_ports; j++) {
            if (service->ports[j].node_port == port && service->ports[j].protocol == protocol) {
                return serve(world, service, j, &sending);
            }
        }
    }
    return DM_NAIVE_PASSES;
}

/* ---- from anywhere to anywhere ---- */

static struct dm_interface_id who_has(const struct dm_naive_world *world,
                                      struct dm_cluster_id inside, struct dm_addr at)
{
    for (uint32_t v = 1; v <= world->model->n_interfaces; v++) {
        struct dm_interface_id id = { v };
        bool is_inside = dm_interface_is_inside(get(world, id));

        if (get(world, id)->n_addresses && dm_addr_equal(address(world, id), at)
            && (inside.v
                    ? is_inside && dm_model_cluster_of_interface(world->model, id).v == inside.v
                    : !is_inside)) {
            return id;
        }
    }
    return (struct dm_interface_id){ 0 };
}

/* From an interface of the VPC to another, and what that does; the answer comes back. */
static enum dm_naive_verdict over_vpc(const struct dm_naive_world *world, struct dm_interface_id a,
                                      struct dm_interface_id b, struct dm_addr source,
                                      struct dm_addr to, uint8_t protocol, uint16_t port, bool wide)
{
    const struct seen request = request_of(source, to, protocol, port);
    struct seen answer = reversed(&request, wide);
    enum dm_naive_verdict result = across(world, a, b, &request);

    if (get(world, b)->node.v) {
        result = least(result, at_node(world, get(world, b)->node, source, protocol, port));
    }
    return least(result, across(world, b, a, &answer));
}

/* What a pod sends to an address outside of all pools. */
static enum dm_naive_verdict leave(const struct dm_naive_world *world, struct dm_interface_id from,
                                   struct dm_interface_id to, struct dm_addr at, uint8_t protocol,
                                   uint16_t port)
{
    struct dm_node_id node = get(world, from)->node;
    struct dm_interface_id by = of_node(world, node);
    const struct dm_ip_pool *pool =
        pool_at(world, dm_node_get(world->model, node)->cluster, address(world, from));
    const struct other other = { { 0 }, at };
    enum dm_naive_verdict policies =
        of(side_lets(world->model, from, false, &other, protocol, port));
    const struct seen bare = request_of(address(world, from), at, protocol, port);
    struct seen answer = reversed(&bare, false);
    struct went home = { { false } };
    const struct journey back = { world, pool, node, &answer, &home };
    enum dm_naive_verdict there;

    if (!to.v) {
        return DM_NAIVE_FAILS;
    }
    if (pool->nat_outgoing && !pool_at(world, pool->cluster, at)) {
        return least(policies,
                     over_vpc(world, by, to, address(world, by), at, protocol, port, true));
    }
    if (get(world, by)->source_dest_check) {
        return DM_NAIVE_FAILS;
    }
    there = least(policies, across(world, by, to, &bare));
    if (get(world, to)->node.v) {
        there = least(there, at_node(world, get(world, to)->node, bare.source, protocol, port));
    }
    if (get(world, to)->node.v
        && dm_node_get(world->model, get(world, to)->node)->cluster.v == pool->cluster.v) {
        return least(there, carry(world, pool, get(world, to)->node, node, &answer, &home));
    }
    return least(there, route_on(&back, to, false));
}

/* What a host sends to a pod, by the VPC's routes. */
static enum dm_naive_verdict from_outside(const struct dm_naive_world *world,
                                          struct dm_interface_id from, struct dm_interface_id pod,
                                          uint8_t protocol, uint16_t port)
{
    struct dm_node_id node = get(world, pod)->node;
    struct dm_interface_id by = of_node(world, node);
    const struct dm_ip_pool *pool =
        pool_at(world, dm_node_get(world->model, node)->cluster, address(world, pod));
    const struct other other = { { 0 }, address(world, from) };
    const struct seen request =
        request_of(address(world, from), address(world, pod), protocol, port);
    struct seen answer = reversed(&request, false);
    struct went went = { { false } };
    const struct journey on = { world, pool, node, &request, &went };
    enum dm_naive_verdict there = least(
        route_on(&on, from, false), of(side_lets(world->model, pod, true, &other, protocol, port)
                                       && lives(world, dm_node_get(world->model, node)->zone)));

    if (is_left(&went)) {
        return there;
    }
    return get(world, by)->source_dest_check ? DM_NAIVE_FAILS
                                             : least(there, across(world, by, from, &answer));
}

static enum dm_naive_verdict from_pod(const struct dm_naive_world *world,
                                      struct dm_interface_id from, struct dm_addr at,
                                      uint8_t protocol, uint16_t port)
{
    struct dm_node_id node = get(world, from)->node;
    struct dm_cluster_id cluster = dm_node_get(world->model, node)->cluster;
    struct dm_interface_id inside = who_has(world, cluster, at);
    struct dm_interface_id to = who_has(world, (struct dm_cluster_id){ 0 }, at);
    const struct other other = { { 0 }, at };
    enum dm_naive_verdict here = DM_NAIVE_PASSES;

    if (inside.v && get(world, inside)->kind == DM_INTERFACE_KUBE_SERVICE) {
        return pod_to_service(world, from,
                              dm_kube_service_get(world->model, get(world, inside)->kube_service),
                              protocol, port);
    }
    if (inside.v) {
        return inside.v == from.v ? DM_NAIVE_PASSES
                                  : pod_to_pod(world, from, inside, protocol, port);
    }
    if (pool_at(world, cluster, at) && !pool_at(world, cluster, at)->disabled) {
        return DM_NAIVE_FAILS;
    }
    if (to.v && get(world, to)->node.v == node.v) {
        here = of(side_lets(world->model, from, false, &other, protocol, port));
        here = least(here, at_node(world, node, address(world, from), protocol, port));
        if (!dm_node_get(world->model, node)->has_twins) {
            return here;
        }
    }
    return least(here, leave(world, from, to, at, protocol, port));
}

static enum dm_naive_verdict from_node(const struct dm_naive_world *world,
                                       struct dm_interface_id from, struct dm_interface_id inside,
                                       uint8_t protocol, uint16_t port)
{
    const struct sending self = { .node = get(world, from)->node };
    const struct dm_kube_service *service;

    if (get(world, inside)->kind == DM_INTERFACE_POD) {
        return node_to_pod(world, get(world, from)->node, inside, (struct dm_addr){ 0 }, false,
                           protocol, port);
    }
    service = dm_kube_service_get(world->model, get(world, inside)->kube_service);
    for (size_t i = 0; i < service->n_ports; i++) {
        if (service->ports[i].protocol == protocol && service->ports[i].port == port) {
            return serve(world, service, i, &self);
        }
    }
    return DM_NAIVE_FAILS;
}

enum dm_naive_verdict dm_naive_cluster_send(const struct dm_naive_world *world,
                                            struct dm_interface_id from, struct dm_addr to,
                                            uint8_t protocol, uint16_t port)
{
    struct dm_cluster_id cluster = dm_model_cluster_of_interface(world->model, from);
    struct dm_interface_id inside =
        cluster.v ? who_has(world, cluster, to) : (struct dm_interface_id){ 0 };
    struct dm_interface_id at = who_has(world, (struct dm_cluster_id){ 0 }, to);
    struct dm_interface_id pod =
        cluster.v ? (struct dm_interface_id){ 0 } : who_has(world, (struct dm_cluster_id){ 1 }, to);

    if (pod.v && !at.v) {
        return get(world, pod)->kind == DM_INTERFACE_POD
                   ? from_outside(world, from, pod, protocol, port)
                   : DM_NAIVE_FAILS;
    }
    if (get(world, from)->kind == DM_INTERFACE_POD) {
        return from_pod(world, from, to, protocol, port);
    }
    if (inside.v) {
        return from_node(world, from, inside, protocol, port);
    }
    if (!at.v
        || (cluster.v && pool_at(world, cluster, to) && !pool_at(world, cluster, to)->disabled)) {
        return DM_NAIVE_FAILS;
    }
    if (at.v == from.v) {
        return DM_NAIVE_PASSES;
    }
    return over_vpc(world, from, at, address(world, from), to, protocol, port,
                    get(world, from)->kind == DM_INTERFACE_BALANCER);
}
