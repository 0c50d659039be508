/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Copies of load balancers: their nodes, and for each listener a target group with the endpoints of
 * one service or store.
 *
 * Targets are addresses, registered once: those of the service's endpoints, or of the store's copy
 * in the balancer's region.  A target has the zone of its subnet; one of another VPC has none
 * [ELB-20], so nodes of every zone send to it.  Of a service on a cluster the targets are the
 * cluster's nodes, at the port that they then take for it, or on request the pods.
 */
#include <string.h>

#include "model/front/design/lower_private.h"

/* One balancer while it is made. */
struct making {
    const struct dm_lower_copy *copy;
    const struct dm_lower_vpc *vpc;
    const char *subnet; /* role of those that its nodes stand in */
    bool is_application;
    bool is_public;
    struct dm_listener *listeners;
    size_t n_listeners;
};

static bool is_word(struct dm_lower *lower, const struct dm_tree *tree, const char *key,
                    const char *word)
{
    const struct dm_tree *node = dm_tree_find(tree, key);
    const char *text = node ? dm_lower_text(lower, node) : NULL;

    return text && strcmp(text, word) == 0;
}

/* The copy of a service or store for an environment, NULL: the one of none, that stands in a
 * region. */
static const struct dm_lower_party *party_at(const struct dm_lower *lower, enum dm_party_kind kind,
                                             const char *base, const struct dm_lower_env *env,
                                             const struct dm_lower_region *region)
{
    for (size_t i = 0; i < lower->parties.n; i++) {
        const struct dm_lower_party *party = &lower->parties.items[i];

        if (party->party.kind != kind || party->copy->env != env
            || strcmp(party->copy->entry->key, base) != 0) {
            continue;
        }
        if (party->party.v == 0) {
            return party; /* it has a fault, which was reported */
        }
        for (size_t j = 0; j < party->regions.n; j++) {
            if (party->regions.items[j] == region) {
                return party;
            }
        }
    }
    return NULL;
}

/* The endpoints of a party in a region. */
static struct dm_lower_hosts hosts_at(const struct dm_lower *lower,
                                      const struct dm_lower_party *party,
                                      const struct dm_lower_region *region)
{
    struct dm_lower_hosts hosts = { 0 };

    if (party->party.kind == DM_PARTY_SERVICE) {
        const struct dm_service *service =
            dm_builder_edit_service(lower->builder, (struct dm_service_id){ party->party.v });

        hosts.items = (struct dm_host_id *)(uintptr_t)service->hosts;
        hosts.n = service->n_hosts;
        return hosts;
    }
    const struct dm_store *store =
        dm_builder_edit_store(lower->builder, (struct dm_store_id){ party->party.v });

    for (size_t i = 0; i < store->n_copies; i++) {
        if (store->copies[i].region.v == region->id.v) {
            hosts.items = (struct dm_host_id *)(uintptr_t)store->copies[i].hosts;
            hosts.n = store->copies[i].n_hosts;
        }
    }
    return hosts;
}

/* Targets of a group: their addresses come when interfaces have theirs. */
static void targets(struct dm_lower *lower, const struct making *making,
                    struct dm_lower_hosts hosts, uint16_t port, struct dm_span origin,
                    struct dm_target_group *group)
{
    struct dm_target *items = DM_NEW_ARRAY(lower->arena, hosts.n + 1, struct dm_target);

    if (!items) {
        lower->oom = true;
        return;
    }
    for (size_t i = 0; i < hosts.n; i++) {
        const struct dm_host *host = dm_builder_edit_host(lower->builder, hosts.items[i]);
        struct dm_interface_id id = host->interfaces[0];
        struct dm_subnet_id subnet = dm_builder_edit_interface(lower->builder, id)->subnet;
        const struct dm_subnet *at =
            subnet.v ? dm_builder_edit_subnet(lower->builder, subnet) : NULL; /* of a pod: none */

        items[i] = (struct dm_target){ .port = port, .is_healthy = true, .origin = origin };
        if (at && at->vpc.v == making->vpc->id.v) {
            items[i].zone = at->zone;
        }
        (void)DM_LOWER_PUSH(lower, &lower->targets, (struct dm_lower_target){ &items[i], id });
    }
    group->targets = items;
    group->n_targets = hosts.n;
}

/* Nothing of that name is in the region of the load balancer, which sends nowhere else. */
static void fail_target(struct dm_lower *lower, const struct making *making, struct dm_span span,
                        const char *base)
{
    if (lower->diags->n_errors == 0) { /* else other faults may be why */
        dm_lower_help(lower,
                      dm_lower_fault(lower, span, "`%s` has no copy in `%s` for `%s` to send to",
                                     base, making->copy->region->name, making->copy->name),
                      "targets are of the same region and environment: give `%s` and `%s` the same "
                      "`for`",
                      making->copy->entry->key, base);
    }
}

/* What a listener sends to; NULL and a fault: nothing. */
static const struct dm_lower_party *target_of(struct dm_lower *lower, const struct making *making,
                                              const struct dm_tree *to)
{
    const struct dm_lower_region *region = making->copy->region;
    const char *text = to ? dm_lower_text(lower, to) : NULL;
    enum dm_party_kind kind = DM_PARTY_SERVICE;
    const char *base = NULL;
    const struct dm_lower_party *party;

    if (!text || !dm_lower_party_kind(lower, to->span, text, &kind, &base)) {
        return NULL;
    }
    party = party_at(lower, kind, base, making->copy->env, region);
    if (!party && making->copy->env) {
        party = party_at(lower, kind, base, NULL, region);
    }
    if (!party) {
        fail_target(lower, making, to->span, base);
        return NULL;
    }
    if (party->party.v && hosts_at(lower, party, region).n == 0) {
        (void)dm_lower_fault(lower, to->span, "`%s` has no endpoints in this network",
                             party->copy->name);
    }
    return party->party.v ? party : NULL;
}

/* A port under a key of a listener, of the listener's protocol; NULL: of health checks. */
static bool port_at(struct dm_lower *lower, const struct dm_tree *tree, const char *key,
                    const struct dm_match *match, uint16_t *ret_port)
{
    const struct dm_tree *node = dm_tree_find(tree, key);
    struct dm_match port;

    if (!node || !dm_lower_match(lower, node, &port)) {
        return false;
    }
    if (match && port.protocol != match->protocol) {
        (void)dm_lower_fault(lower, node->span, "what a listener takes stays of its protocol");
    }
    if (!match && port.protocol != DM_PROTO_TCP) {
        (void)dm_lower_fault(lower, node->span, "health is checked over TCP");
    }
    *ret_port = port.port_first;
    return true;
}

/* What only some kinds of load balancers may have. */
static void look_at_listener(struct dm_lower *lower, const struct making *making,
                             const struct dm_tree_pair *pair, const struct dm_match *match)
{
    const struct dm_tree *keep = dm_tree_find(pair->value, "preserve_client");
    const struct dm_tree *certificate = dm_tree_find(pair->value, "certificate");

    if (making->is_application && match->protocol != DM_PROTO_TCP) {
        (void)dm_lower_fault(lower, pair->key_span,
                             "an application load balancer takes nothing but TCP");
    }
    if (keep && making->is_application && dm_lower_bool(lower, pair->value, "preserve_client")) {
        (void)dm_lower_fault(lower, keep->span,
                             "targets of an application load balancer see its own addresses");
    }
    if (keep && match->protocol == DM_PROTO_UDP
        && !dm_lower_bool(lower, pair->value, "preserve_client")) {
        (void)dm_lower_fault(lower, keep->span, "over UDP the client's address is always seen");
    }
    if (certificate && match->protocol != DM_PROTO_TCP) {
        (void)dm_lower_fault(lower, certificate->span, "TLS needs TCP");
    }
}

/* The nodes of the cluster that a service runs on, with the port that they take for it. */
static bool nodes_of(struct dm_lower *lower, const struct dm_lower_party *party,
                     const struct dm_tree_pair *pair, struct dm_lower_hosts *hosts,
                     uint16_t *ret_port)
{
    struct dm_service_id id = { party->party.kind == DM_PARTY_SERVICE ? party->party.v : 0 };
    const struct dm_tree *target = dm_tree_find(pair->value, "target");
    struct dm_lower_cluster *cluster =
        id.v ? dm_lower_cluster_of(lower, dm_builder_edit_service(lower->builder, id)->cluster)
             : NULL;
    struct dm_lower_hosts found = { 0 };

    if (!cluster && target) {
        (void)dm_lower_fault(lower, target->span, "`%s` runs on no cluster", party->copy->name);
    }
    if (!cluster || is_word(lower, pair->value, "target", "ip")) {
        return false;
    }
    for (size_t i = 0; i < cluster->nodes.n; i++) {
        (void)DM_LOWER_PUSH(lower, &found, cluster->nodes.items[i].host);
    }
    *ret_port = dm_lower_node_port(lower, cluster, id);
    *hosts = found;
    return true;
}

static void note_brought(struct dm_lower *lower, const struct making *making,
                         const struct dm_lower_party *party, const struct dm_match *match,
                         bool keeps_client)
{
    if (party->party.kind == DM_PARTY_SERVICE) {
        (void)DM_LOWER_PUSH(lower, &lower->brought,
                            (struct dm_lower_brought){ { party->party.v },
                                                       *match,
                                                       making->vpc,
                                                       making->subnet,
                                                       keeps_client && !making->is_application,
                                                       making->is_public,
                                                       { 0 } });
    }
}

static void listener(struct dm_lower *lower, struct making *making, const struct dm_tree_pair *pair,
                     struct dm_lower_party *own)
{
    struct dm_lower_hosts hosts = { 0 };
    struct dm_listener object = { .match = DM_MATCH_ALL, .origin = pair->key_span };
    struct dm_target_group group = { .vpc = making->vpc->id };
    struct dm_target_group_id *ids = DM_NEW(lower->arena, struct dm_target_group_id);
    const struct dm_tree *to = dm_lower_need(lower, pair->value, "to", pair->key_span);
    const struct dm_tree *certificate = dm_tree_find(pair->value, "certificate");
    const struct dm_lower_party *party;
    uint16_t port = 0;
    uint16_t health = 0;

    if (!dm_match_parse(pair->key, &object.match)) {
        (void)dm_lower_fault(lower, pair->key_span, "`%s` is no protocol and port", pair->key);
        return;
    }
    lower->oom = lower->oom || !ids;
    look_at_listener(lower, making, pair, &object.match);
    (void)DM_LOWER_PUSH(lower, &own->listened, object.match);
    party = target_of(lower, making, to);
    if (!party || lower->oom) {
        return;
    }
    if (!port_at(lower, pair->value, "port", &object.match, &port)) {
        port = party->port.port_first;
        if (party->port.protocol != object.match.protocol) {
            (void)dm_lower_fault(lower, to->span, "`%s` does not listen on the protocol of `%s`",
                                 party->copy->name, pair->key);
        }
    }
    hosts = hosts_at(lower, party, making->copy->region);
    (void)nodes_of(lower, party, pair, &hosts, &port);
    (void)port_at(lower, pair->value, "health", NULL, &health);
    group.object.name = dm_lower_name(lower, "%s.%s-%u", making->copy->name,
                                      object.match.protocol == DM_PROTO_TCP ? "tcp" : "udp",
                                      (unsigned)object.match.port_first);
    group.object.origin = pair->key_span;
    group.keeps_client = object.match.protocol == DM_PROTO_UDP
                         || dm_lower_bool(lower, pair->value, "preserve_client");
    group.health_port = health;
    group.judges_health = true;
    targets(lower, making, hosts, port, to->span, &group);
    note_brought(lower, making, party, &object.match, group.keeps_client);
    *ids = DM_LOWER_ADD(lower, target_group, &group);
    object.certificate = certificate ? dm_lower_text(lower, certificate) : NULL;
    object.action.groups = ids;
    object.action.n_groups = 1;
    making->listeners[making->n_listeners++] = object;
}

static void listeners(struct dm_lower *lower, struct making *making, struct dm_lower_party *own)
{
    const struct dm_tree *map =
        dm_lower_need(lower, making->copy->tree, "listeners", making->copy->entry->key_span);
    size_t n = 0;
    const struct dm_tree_pair *const *pairs = dm_lower_sorted(lower, map, &n);

    making->listeners = DM_NEW_ARRAY(lower->arena, n + 1, struct dm_listener);
    lower->oom = lower->oom || !making->listeners;
    for (size_t i = 0; i < n && !lower->oom; i++) {
        listener(lower, making, pairs[i], own);
    }
    if (map && n == 0) {
        (void)dm_lower_fault(lower, map->span, "`%s` listens on nothing", making->copy->name);
    }
}

static void balancer_at(struct dm_lower *lower, struct making *making,
                        const struct dm_lower_seat *seat, struct dm_lower_party *party)
{
    const struct dm_lower_copy *copy = making->copy;
    const struct dm_tree *cross = dm_tree_find(copy->tree, "cross_zone");
    struct dm_balancer object = {
        .object = { .name = copy->name, .origin = copy->entry->key_span },
        .vpc = making->vpc->id,
        .is_application = making->is_application,
        .cross_zone =
            cross ? dm_lower_bool(lower, copy->tree, "cross_zone") : making->is_application,
    };
    size_t n_brought = lower->brought.n;
    struct dm_balancer_id id;

    if (making->is_application && cross && !object.cross_zone) {
        (void)dm_lower_fault(lower, cross->span,
                             "an application load balancer always sends to all zones [ELB-03]");
    }
    if (making->is_application && dm_lower_n_items(seat->groups) == 0) {
        (void)dm_lower_fault(lower, copy->entry->key_span,
                             "`%s` is an application load balancer and needs `groups`",
                             copy->entry->key);
    }
    listeners(lower, making, party);
    if (lower->oom) {
        return;
    }
    object.listeners = making->listeners;
    object.n_listeners = making->n_listeners;
    id = DM_LOWER_ADD(lower, balancer, &object);
    for (size_t i = n_brought; i < lower->brought.n; i++) {
        lower->brought.items[i].balancer = id;
    }
    dm_lower_nodes(lower, seat, making->vpc, copy->name, copy->entry->key_span, id);
    (void)DM_LOWER_PUSH(lower, &party->regions, copy->region);
    (void)DM_LOWER_PUSH(lower, &party->vpcs, making->vpc);
    party->party.v = id.v;
}

static void balancer(struct dm_lower *lower, const struct dm_lower_copy *copy)
{
    struct dm_lower_party party = { .party = { .kind = DM_PARTY_BALANCER }, .copy = copy };
    struct dm_lower_seat seat = { 0 };
    struct making making = { .copy = copy };

    if (!dm_lower_seat(lower, copy, false, &seat)) {
        (void)DM_LOWER_PUSH(lower, &lower->parties, party);
        return;
    }
    making.subnet = seat.subnet;
    making.is_application = is_word(lower, copy->tree, "kind", "application");
    seat.is_public = is_word(lower, copy->tree, "scheme", "internet-facing");
    making.is_public = seat.is_public;
    making.vpc = dm_lower_vpc_at(lower, seat.vpc, copy->env, copy->region);
    if (!making.vpc && copy->by_all) {
        return;
    }
    if (making.vpc) {
        balancer_at(lower, &making, &seat, &party);
    } else {
        (void)dm_lower_fault(lower, seat.span, "`%s` is in no copy of VPC `%s`", copy->name,
                             seat.vpc);
    }
    (void)DM_LOWER_PUSH(lower, &lower->parties, party);
}

void dm_lower_balancers(struct dm_lower *lower)
{
    dm_lower_unfold(lower, "load_balancers", true, &lower->balancer_copies);
    for (size_t i = 0; i < lower->balancer_copies.n && !lower->oom; i++) {
        balancer(lower, &lower->balancer_copies.items[i]);
    }
    dm_lower_left_out(lower, &lower->balancer_copies, DM_PARTY_BALANCER);
}

void dm_lower_targets(struct dm_lower *lower)
{
    for (size_t i = 0; i < lower->targets.n; i++) {
        const struct dm_lower_target *item = &lower->targets.items[i];
        const struct dm_interface *interface =
            dm_builder_edit_interface(lower->builder, item->interface);

        if (interface->n_addresses) { /* else there was no room, which was reported */
            item->target->address = interface->addresses[0].address;
        }
    }
}
