/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Policies of pods that follow from the design, and those that it writes.
 *
 * `default_deny` is a global policy without rules, for all pods outside kube-system.  `allow_calls`
 * is a NetworkPolicy for each service: out to what it calls, to name resolution; in from what calls
 * it on the same cluster and from where load balancers bring it clients.  What these bring has the
 * address of a node or, where the node that takes it is not the pod's, of that node's tunnel, which
 * is one of the pool [EKS-21]; with local traffic that of the client, or of the balancer.
 */
#include <string.h>

#include "model/front/design/lower_private.h"

enum { MICRO = 1000000, DERIVED_ORDER = 1000, DNS_PORT = 53 };

/* A policy while it is made. */
struct writing {
    const struct dm_lower_cluster *cluster;
    struct dm_network_policy policy;
    DM_VEC(struct dm_policy_rule) ingress;
    DM_VEC(struct dm_policy_rule) egress;
};

static void add_rule(struct dm_lower *lower, struct writing *writing, bool egress,
                     struct dm_policy_rule rule)
{
    rule.icmp_type = -1;
    rule.icmp_code = -1;
    if (egress) {
        (void)DM_LOWER_PUSH(lower, &writing->egress, rule);
    } else {
        (void)DM_LOWER_PUSH(lower, &writing->ingress, rule);
    }
}

static void finish(struct dm_lower *lower, struct writing *writing)
{
    writing->policy.cluster = writing->cluster->id;
    writing->policy.tier = writing->cluster->tier;
    writing->policy.ingress = writing->ingress.items;
    writing->policy.n_ingress = writing->ingress.n;
    writing->policy.egress = writing->egress.items;
    writing->policy.n_egress = writing->egress.n;
    (void)DM_LOWER_ADD(lower, network_policy, &writing->policy);
}

/* Protocol and ports of a match, at the destination of a rule. */
static void set_match(struct dm_lower *lower, struct dm_policy_rule *rule,
                      const struct dm_match *match)
{
    struct dm_policy_port *port = DM_NEW(lower->arena, struct dm_policy_port);

    if (!port) {
        lower->oom = true;
        return;
    }
    rule->protocol = match->protocol < 0 ? 0 : (uint8_t)match->protocol;
    if (match->protocol == DM_PROTO_TCP || match->protocol == DM_PROTO_UDP) {
        *port = (struct dm_policy_port){ .first = match->port_first, .last = match->port_last };
        rule->destination.ports = port;
        rule->destination.n_ports = 1;
    }
}

/* ---- default deny ---- */

static const struct dm_selector *outside_system(struct dm_lower *lower)
{
    static const char *const system[] = { "kube-system" };
    struct dm_selector *other = DM_NEW(lower->arena, struct dm_selector);
    const struct dm_selector **parts = DM_NEW_ARRAY(lower->arena, 1, const struct dm_selector *);

    if (!other || !parts) {
        lower->oom = true;
        return NULL;
    }
    parts[0] = dm_lower_selector(lower, "kubernetes.io/metadata.name", system, 1);
    *other = (struct dm_selector){ .kind = DM_SELECTOR_NOT, .parts = parts, .n_parts = 1 };
    return other;
}

static void default_deny(struct dm_lower *lower, const struct dm_lower_cluster *cluster)
{
    const struct dm_tree_pair *pair = dm_tree_find_pair(cluster->copy->tree, "default_deny");
    struct writing writing = { .cluster = cluster };

    if (!pair || !dm_lower_bool(lower, cluster->copy->tree, "default_deny")) {
        return;
    }
    writing.policy = (struct dm_network_policy){
        .object = { .name = dm_lower_in_cluster(lower, cluster, "default-deny"),
                    .origin = pair->key_span },
        .kind = "GlobalNetworkPolicy",
        .rank_name = "default-deny",
        .order_micro = INT64_MAX,
        .namespace_selector = outside_system(lower),
        .for_ingress = true,
        .for_egress = true,
    };
    finish(lower, &writing);
}

/* ---- from calls ---- */

static const struct dm_lower_load *load_of(const struct dm_lower_cluster *cluster,
                                           const struct dm_lower_party *party)
{
    for (size_t i = 0; i < cluster->loads.n; i++) {
        if (cluster->loads.items[i].party.kind == party->party.kind
            && cluster->loads.items[i].party.v == party->party.v) {
            return &cluster->loads.items[i];
        }
    }
    return NULL;
}

/* The pods of another service of the cluster. */
static void set_pods(struct dm_lower *lower, struct dm_policy_entity *entity,
                     const struct dm_lower_load *load)
{
    entity->pods_only = true;
    entity->selector = dm_lower_selector(lower, "app", &load->copy->entry->key, 1);
    entity->namespace_selector =
        dm_lower_selector(lower, "kubernetes.io/metadata.name", &load->namespace, 1);
}

struct nets {
    struct dm_prefix *items;
    size_t n;
    size_t capacity;
};

static void add_net(struct dm_lower *lower, struct nets *nets, struct dm_prefix prefix)
{
    for (size_t i = 0; i < nets->n; i++) {
        if (dm_prefix_compare(nets->items[i], prefix) == 0) {
            return;
        }
    }
    if (!dm_addr_is_none(prefix.addr)) {
        (void)DM_LOWER_PUSH(lower, nets, prefix);
    }
}

static void add_hosts(struct dm_lower *lower, struct nets *nets, const struct dm_host_id *hosts,
                      size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct dm_host *host = dm_builder_edit_host(lower->builder, hosts[i]);
        struct dm_subnet_id subnet =
            dm_builder_edit_interface(lower->builder, host->interfaces[0])->subnet;

        if (subnet.v) {
            add_net(lower, nets, dm_builder_edit_subnet(lower->builder, subnet)->cidrs[0]);
        }
    }
}

static void add_subnets(struct dm_lower *lower, struct nets *nets, const struct dm_lower_vpc *vpc,
                        const char *role)
{
    for (size_t zone = 0; zone < vpc->copy->region->zones.n; zone++) {
        const struct dm_lower_subnet *subnet = dm_lower_subnet_at(vpc, role, zone);

        if (subnet) {
            add_net(lower, nets, subnet->cidr);
        }
    }
}

static void allow_nets(struct dm_lower *lower, struct writing *writing, bool egress,
                       const struct nets *nets, const struct dm_match *match, struct dm_span origin)
{
    struct dm_policy_rule rule = { .action = DM_POLICY_ALLOW, .origin = origin };
    struct dm_policy_entity *entity = egress ? &rule.destination : &rule.source;

    if (nets->n) {
        entity->nets = nets->items;
        entity->n_nets = nets->n;
        set_match(lower, &rule, match);
        add_rule(lower, writing, egress, rule);
    }
}

/* A callee on another cluster is asked for at the load balancers in front of it. */
static void to_balancers(struct dm_lower *lower, struct writing *writing,
                         const struct dm_lower_party *to, struct dm_span origin)
{
    for (size_t i = 0; i < lower->brought.n; i++) {
        const struct dm_lower_brought *brought = &lower->brought.items[i];
        struct nets nets = { 0 };

        if (brought->service.v == to->party.v) {
            add_subnets(lower, &nets, brought->vpc, brought->subnet);
            allow_nets(lower, writing, true, &nets, &brought->match, origin);
        }
    }
}

static void to_outside(struct dm_lower *lower, struct writing *writing,
                       const struct dm_lower_party *to, struct dm_span origin)
{
    struct nets nets = { 0 };

    if (to->party.kind == DM_PARTY_SERVICE) {
        const struct dm_service *service =
            dm_builder_edit_service(lower->builder, (struct dm_service_id){ to->party.v });

        if (service->cluster.v) {
            to_balancers(lower, writing, to, origin);
            return;
        }
        add_hosts(lower, &nets, service->hosts, service->n_hosts);
    } else {
        const struct dm_store *store =
            dm_builder_edit_store(lower->builder, (struct dm_store_id){ to->party.v });

        for (size_t i = 0; i < store->n_copies; i++) {
            add_hosts(lower, &nets, store->copies[i].hosts, store->copies[i].n_hosts);
        }
        if (store->engine == DM_ENGINE_S3) {
            add_net(lower, &nets, (struct dm_prefix){ dm_addr_ipv4(0), 0 });
        }
    }
    allow_nets(lower, writing, true, &nets, &to->port, origin);
}

static void egress_of(struct dm_lower *lower, struct writing *writing,
                      const struct dm_lower_party *party)
{
    for (size_t i = 0; i < party->calls.n; i++) {
        const struct dm_lower_call *call = &party->calls.items[i];
        const struct dm_lower_load *load = load_of(writing->cluster, call->to);
        struct dm_policy_rule rule = { .action = DM_POLICY_ALLOW, .origin = call->origin };

        if (load) {
            set_pods(lower, &rule.destination, load);
            set_match(lower, &rule, &call->to->port);
            add_rule(lower, writing, true, rule);
        } else {
            to_outside(lower, writing, call->to, call->origin);
        }
    }
}

static void name_resolution(struct dm_lower *lower, struct writing *writing, struct dm_span origin)
{
    static const char *const system[] = { "kube-system" };
    static const char *const dns[] = { "kube-dns" };
    static const int16_t protocols[] = { DM_PROTO_UDP, DM_PROTO_TCP };

    for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++) {
        struct dm_policy_rule rule = { .action = DM_POLICY_ALLOW, .origin = origin };
        struct dm_match match = { protocols[i], DNS_PORT, DNS_PORT, -1, -1 };

        rule.destination.pods_only = true;
        rule.destination.selector = dm_lower_selector(lower, "k8s-app", dns, 1);
        rule.destination.namespace_selector =
            dm_lower_selector(lower, "kubernetes.io/metadata.name", system, 1);
        set_match(lower, &rule, &match);
        add_rule(lower, writing, true, rule);
    }
}

static void from_callers(struct dm_lower *lower, struct writing *writing,
                         const struct dm_lower_party *party)
{
    for (size_t i = 0; i < lower->parties.n; i++) {
        const struct dm_lower_party *caller = &lower->parties.items[i];
        const struct dm_lower_load *load = load_of(writing->cluster, caller);

        for (size_t j = 0; load && j < caller->calls.n; j++) {
            struct dm_policy_rule rule = { .action = DM_POLICY_ALLOW,
                                           .origin = caller->calls.items[j].origin };

            if (caller->calls.items[j].to == party) {
                set_pods(lower, &rule.source, load);
                set_match(lower, &rule, &party->port);
                add_rule(lower, writing, false, rule);
            }
        }
    }
}

/* Who is seen as sender of what a load balancer brings; see the head of this file. */
static void from_balancers(struct dm_lower *lower, struct writing *writing,
                           const struct dm_lower_party *party, const struct dm_lower_load *load)
{
    const struct dm_lower_cluster *cluster = writing->cluster;
    bool local = dm_builder_edit_kube_service(lower->builder, load->kube)->local_traffic;
    struct nets nets = { 0 };
    bool clients = false;

    for (size_t i = 0; i < lower->brought.n; i++) {
        const struct dm_lower_brought *brought = &lower->brought.items[i];

        if (party->party.kind != DM_PARTY_SERVICE || brought->service.v != party->party.v) {
            continue;
        }
        clients = clients || brought->keeps_client;
        add_subnets(lower, &nets, brought->vpc, brought->subnet);
        for (size_t j = 0; !local && j < cluster->nodes.n; j++) {
            add_hosts(lower, &nets, &cluster->nodes.items[j].host, 1);
        }
        for (size_t j = 0; !local && j < cluster->pools.n; j++) {
            add_net(lower, &nets, cluster->pools.items[j].prefix);
        }
    }
    if (clients) {
        nets.n = 0;
        add_net(lower, &nets, (struct dm_prefix){ dm_addr_ipv4(0), 0 });
    }
    allow_nets(lower, writing, false, &nets, &party->port, load->copy->entry->key_span);
}

static void allow_calls(struct dm_lower *lower, const struct dm_lower_cluster *cluster,
                        const struct dm_lower_party *party, const struct dm_lower_load *load)
{
    struct dm_span origin = dm_tree_find_pair(cluster->copy->tree, "allow_calls")->key_span;
    const char *name = load->copy->entry->key;
    struct writing writing = { .cluster = cluster };

    writing.policy = (struct dm_network_policy){
        .object = { .name = dm_lower_in_cluster(
                        lower, cluster, dm_lower_name(lower, "%s/%s", load->namespace, name)),
                    .origin = load->copy->entry->key_span },
        .namespace = dm_lower_namespace(lower, cluster, NULL, load->namespace),
        .kind = "NetworkPolicy",
        .rank_name = name,
        .order_micro = (int64_t)DERIVED_ORDER * MICRO,
        .selector = dm_lower_selector(lower, "app", &name, 1),
        .for_ingress = true,
        .for_egress = true,
    };
    egress_of(lower, &writing, party);
    name_resolution(lower, &writing, origin);
    from_callers(lower, &writing, party);
    from_balancers(lower, &writing, party, load);
    finish(lower, &writing);
}

void dm_lower_pod_policies(struct dm_lower *lower)
{
    for (size_t i = 0; i < lower->clusters.n; i++) {
        default_deny(lower, &lower->clusters.items[i]);
        dm_lower_written_policies(lower, &lower->clusters.items[i]);
    }
    for (size_t i = 0; i < lower->parties.n && !lower->oom; i++) {
        const struct dm_lower_party *party = &lower->parties.items[i];

        for (size_t j = 0; party->party.v && j < lower->clusters.n; j++) {
            const struct dm_lower_cluster *cluster = &lower->clusters.items[j];
            const struct dm_lower_load *load = load_of(cluster, party);

            if (load && dm_lower_bool(lower, cluster->copy->tree, "allow_calls")) {
                allow_calls(lower, cluster, party, load);
            }
        }
    }
}
