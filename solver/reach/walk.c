/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A walk is a small machine: each step looks at where the packet is, notes its
 * hops and says what the next step is.  Choices of AWS are taken from a script
 * of digits; running the machine again with the next script, as an odometer
 * counts, gives every combination.
 *
 * Hops and walks are noted on the stack and copied to the arena once their number is known: walks
 * are most of what a run keeps.
 */
#include <string.h>

#include "model/base/limits.h"
#include "solver/plane/lines.h"
#include "solver/reach/walk_private.h"

static enum step deliver(struct machine *m, struct dm_interface_id interface)
{
    m->walk.end = DM_WALK_DELIVERED;
    m->walk.interface = interface;
    add_hop(m, DM_HOP_DELIVER, DM_REF(interface, interface));
    return STEP_DONE;
}

/* An answer reaches the NAT gateway that sent for it, and goes on to the client. */
static enum step enter_nat(struct machine *m, struct dm_interface_id interface)
{
    struct dm_nat_gateway_id id = dm_model_nat_of_interface(m->model, interface);
    struct dm_ref at = DM_REF(interface, interface);
    const struct dm_nat_gateway *nat;
    size_t last = m->walk.n_sessions - 1;

    if (!id.v) {
        return drop(m, DM_CODE_NAT_NO_SESSION, at);
    }
    nat = dm_nat_gateway_get(m->model, id);
    at = DM_REF(nat_gateway, id);
    if (!dm_alive(m->alive, nat->element)) {
        return drop_dead(m, DM_CODE_ELEMENT_FAILED, at, nat->element);
    }
    if (!m->start->is_reply || !m->walk.n_sessions || m->walk.sessions[last].gateway.v != id.v) {
        return drop(m, DM_CODE_NAT_NO_SESSION, at);
    }
    m->walk.n_sessions--;
    m->destination = m->walk.sessions[last].client;
    m->subnet = nat->subnet;
    add_hop(m, DM_HOP_NAT_BACK, at);
    return STEP_ROUTER;
}

/* A node without groups has no filter of its own [ELB-07]. */
static enum step enter_balancer(struct machine *m, struct dm_interface_id interface)
{
    const struct dm_interface *item = dm_interface_get(m->model, interface);
    struct dm_zone_id zone = zone_of(m, item->subnet);
    struct dm_ref at = DM_REF(interface, interface);

    if (!zone_alive(m, zone)) {
        return drop_dead(m, DM_CODE_ELEMENT_FAILED, at, dm_zone_get(m->model, zone)->element);
    }
    if (!m->start->is_reply && item->n_groups) {
        add_groups_in(m, at);
    }
    m->walk.end = DM_WALK_BALANCER;
    m->walk.interface = interface;
    m->walk.why = "what a load balancer sends on depends on more than addresses";
    return STEP_DONE;
}

/* What an interface endpoint leads to answers, as far as a packet can tell, at the interface. */
static enum step enter_endpoint(struct machine *m, struct dm_interface_id interface)
{
    const struct dm_interface *item = dm_interface_get(m->model, interface);
    struct dm_zone_id zone = zone_of(m, item->subnet);
    struct dm_ref at = DM_REF(interface, interface);

    if (!zone_alive(m, zone)) {
        return drop_dead(m, DM_CODE_ELEMENT_FAILED, at, dm_zone_get(m->model, zone)->element);
    }
    if (!m->start->is_reply) {
        add_groups_in(m, at);
        add_hop(m, DM_HOP_ENDPOINT, DM_REF(vpc_endpoint, item->endpoint));
    }
    return deliver(m, interface);
}

static enum step enter_host(struct machine *m, struct dm_interface_id interface)
{
    const struct dm_interface *item = dm_interface_get(m->model, interface);
    struct dm_zone_id zone = zone_of(m, item->subnet);
    struct dm_ref at = DM_REF(interface, interface);

    if (!item->host.v || !dm_host_get(m->model, item->host)->running) {
        return drop(m, DM_CODE_NO_HOST_AT_ADDRESS, at);
    }
    if (!zone_alive(m, zone)) {
        return drop_dead(m, DM_CODE_ELEMENT_FAILED, at, dm_zone_get(m->model, zone)->element);
    }
    if (!m->start->is_reply) {
        add_groups_in(m, at);
        if (item->service.v) {
            add_hop(m, DM_HOP_ENDPOINT, DM_REF(endpoint_service, item->service));
        }
    }
    return item->node.v ? dm_walk_enter_node(m, interface) : deliver(m, interface);
}

/* Whether the destination is that guest's, in the VPC where the packet is. */
static bool is_guest(const struct machine *m, const struct dm_guest *guest)
{
    return guest && dm_subnet_get(m->model, guest->subnet)->vpc.v == m->vpc.v
           && dm_addr_equal(guest->address, m->destination);
}

/* Into the subnet of 'vpc' that has the destination. */
static enum step enter(struct machine *m)
{
    struct dm_interface_id interface = dm_model_interface_at(m->model, m->vpc, m->destination);
    struct dm_subnet_id from = m->subnet;
    struct dm_subnet_id into = interface.v ? dm_interface_get(m->model, interface)->subnet
                                           : dm_model_subnet_at(m->model, m->vpc, m->destination);

    if (!into.v) {
        return drop(m, DM_CODE_NO_HOST_AT_ADDRESS, DM_REF(vpc, m->vpc));
    }
    m->subnet = into;
    if (into.v != from.v) {
        add_hop(m, DM_HOP_ACL_IN, DM_REF(subnet, into));
    }
    if (!interface.v && is_guest(m, m->start->receiver)) {
        m->walk.end = DM_WALK_DELIVERED;
        return STEP_DONE;
    }
    if (!interface.v && dm_subnet_get(m->model, into)->unknown.v) {
        return unknown(m, DM_REF(subnet, into), dm_subnet_get(m->model, into)->unknown,
                       "whether anything has this address is not known");
    }
    if (!interface.v) {
        return drop(m, DM_CODE_NO_HOST_AT_ADDRESS, DM_REF(subnet, into));
    }
    return dm_walk_enter_interface(m, interface);
}

enum step dm_walk_enter_interface(struct machine *m, struct dm_interface_id interface)
{
    switch (dm_interface_get(m->model, interface)->kind) {
    case DM_INTERFACE_NAT:
        return enter_nat(m, interface);
    case DM_INTERFACE_TRANSIT:
        return drop(m, DM_CODE_NO_HOST_AT_ADDRESS, DM_REF(interface, interface));
    case DM_INTERFACE_ENDPOINT:
        return enter_endpoint(m, interface);
    case DM_INTERFACE_BALANCER:
        return enter_balancer(m, interface);
    case DM_INTERFACE_UNKNOWN:
        return unknown(m, DM_REF(interface, interface),
                       dm_interface_get(m->model, interface)->unknown,
                       "what is behind this interface is not understood");
    case DM_INTERFACE_ACCELERATOR: /* in no VPC: not found here */
    case DM_INTERFACE_HOST:
    case DM_INTERFACE_SITE: /* of no VPC: not found here */
    case DM_INTERFACE_POD:
    case DM_INTERFACE_KUBE_SERVICE:
        break;
    }
    return enter_host(m, interface);
}

static enum step to_nat(struct machine *m, struct dm_nat_gateway_id id)
{
    const struct dm_nat_gateway *nat = dm_nat_gateway_get(m->model, id);
    struct dm_ref at = DM_REF(nat_gateway, id);
    const struct dm_interface *interface;

    if (!dm_alive(m->alive, nat->element)) {
        return drop_dead(m, DM_CODE_BAD_STATE_ROUTE, at, nat->element);
    }
    if (!nat->is_regional && !nat->interface.v) {
        return unknown(m, at, (struct dm_unknown_id){ 0 }, "its interface is not in the input");
    }
    if (m->start->is_reply) {
        return drop(m, DM_CODE_NAT_NO_SESSION, at);
    }
    for (size_t i = 0; i < m->walk.n_sessions; i++) {
        if (m->walk.sessions[i].gateway.v == id.v) {
            /* It came from here, with this source and for this destination, before. */
            return drop(m, DM_CODE_FORWARDING_LOOP, at);
        }
    }
    if (m->walk.n_sessions == DM_WALK_MAX_SESSIONS) {
        return unknown(m, at, (struct dm_unknown_id){ 0 },
                       "more NAT gateways in a row than are followed");
    }
    if (nat->is_regional) {
        return dm_walk_to_regional_nat(m, id);
    }
    interface = dm_interface_get(m->model, nat->interface);
    if (m->subnet.v != nat->subnet.v) {
        m->subnet = nat->subnet;
        add_hop(m, DM_HOP_ACL_IN, DM_REF(subnet, nat->subnet));
    }
    m->walk.sessions[m->walk.n_sessions++] =
        (struct dm_nat_session){ .gateway = id, .client = m->source };
    m->source = interface->addresses[0].address;
    m->origin = nat->interface;
    m->scope = DM_SCOPE_LOCAL;
    m->vpc = dm_subnet_get(m->model, nat->subnet)->vpc;
    add_hop(m, DM_HOP_NAT, at);
    return STEP_ROUTER;
}

static enum step to_peering(struct machine *m, struct dm_peering_id id)
{
    const struct dm_peering *peering = dm_peering_get(m->model, id);
    struct dm_ref at = DM_REF(peering, id);
    struct dm_vpc_id far =
        peering->requester.v == m->vpc.v ? peering->accepter : peering->requester;

    if (!dm_alive(m->alive, peering->element)) {
        return drop_dead(m, DM_CODE_BAD_STATE_ROUTE, at, peering->element);
    }
    if (!in_vpc(m, far, m->destination) || !in_vpc(m, m->vpc, m->source)) {
        return drop(m, DM_CODE_PCX_REQUIRES_ADDRESS_IN_VPC_CIDR, at);
    }
    m->subnet = (struct dm_subnet_id){ 0 };
    m->vpc = far;
    m->scope = m->scope == DM_SCOPE_INSPECTED ? m->scope : DM_SCOPE_PEERING;
    add_hop(m, DM_HOP_PEERING, at);
    return STEP_ENTER;
}

/* A gateway endpoint serves its own VPC only [VPC-19]. */
static enum step to_endpoint(struct machine *m, struct dm_vpc_endpoint_id id)
{
    const struct dm_vpc_endpoint *endpoint = dm_vpc_endpoint_get(m->model, id);
    struct dm_ref at = DM_REF(vpc_endpoint, id);

    if (!in_vpc(m, endpoint->vpc, m->source)) {
        return drop(m, DM_CODE_CANNOT_ROUTE, at);
    }
    m->subnet = (struct dm_subnet_id){ 0 };
    add_hop(m, DM_HOP_GATEWAY_ENDPOINT, at);
    if (!m->start->is_reply) {
        add_hop(m, DM_HOP_SERVICE, DM_REF(endpoint_service, endpoint->service));
    }
    m->walk.endpoint = id;
    return end_outside(m);
}

enum step dm_walk_follow(struct machine *m, const struct dm_route *route, struct dm_ref at)
{
    switch (route->target_kind) {
    case DM_TARGET_LOCAL:
        return STEP_ENTER;
    case DM_TARGET_INTERNET_GATEWAY:
        return dm_walk_to_internet_gateway(m, (struct dm_internet_gateway_id){ route->target });
    case DM_TARGET_NAT_GATEWAY:
        return to_nat(m, (struct dm_nat_gateway_id){ route->target });
    case DM_TARGET_PEERING:
        return to_peering(m, (struct dm_peering_id){ route->target });
    case DM_TARGET_TRANSIT_GATEWAY:
        return dm_walk_to_transit(m, (struct dm_transit_gateway_id){ route->target });
    case DM_TARGET_VPC_ENDPOINT:
        return to_endpoint(m, (struct dm_vpc_endpoint_id){ route->target });
    case DM_TARGET_CORE_NETWORK:
        return dm_walk_to_core(m, (struct dm_core_network_id){ route->target });
    case DM_TARGET_INTERFACE:
        return dm_walk_to_interface(m, (struct dm_interface_id){ route->target });
    case DM_TARGET_GWLB_ENDPOINT:
        return dm_walk_to_gwlb_endpoint(m, (struct dm_gwlb_endpoint_id){ route->target });
    case DM_TARGET_VPN_GATEWAY:
        return dm_walk_to_vpn_gateway(m, (struct dm_vpn_gateway_id){ route->target });
    case DM_TARGET_NONE:
        return drop(m, DM_CODE_BAD_STATE_ROUTE, at);
    case DM_TARGET_UNKNOWN:
        break;
    }
    return unknown(m, at, (struct dm_unknown_id){ route->target },
                   "the route's target is not understood");
}

/* In the subnet 'subnet' of 'vpc', on its way out or within it. */
static enum step router(struct machine *m)
{
    const struct dm_subnet *subnet = dm_subnet_get(m->model, m->subnet);
    struct dm_ref at = DM_REF(route_table, subnet->table);
    struct dm_route_choice choice;

    m->vpc = subnet->vpc;
    m->dx_gateway = (struct dm_dx_gateway_id){ 0 };
    if (dm_model_subnet_at(m->model, m->vpc, m->destination).v == m->subnet.v) {
        return STEP_ENTER;
    }
    add_hop(m, DM_HOP_ACL_OUT, DM_REF(subnet, m->subnet));
    choice = dm_lines_route(m->walker->plane, m->alive, subnet->table, m->destination,
                            dm_lookup_route(m->model, subnet->table, m->destination));
    if (choice.unknown.v) {
        return unknown(m, at, choice.unknown, "a prefix list of this table is not known in full");
    }
    if (choice.tie) {
        return unknown(m, at, choice.unknown,
                       "two prefix lists of this table hold the same prefix and AWS takes either");
    }
    if (!choice.route) {
        return drop(m, DM_CODE_NO_ROUTE_TO_DESTINATION, at);
    }
    add_hop(m, DM_HOP_ROUTE, at)->route = choice.route;
    return dm_walk_follow(m, choice.route, at);
}

/* The interface of the same host that has the destination, or 0. */
static struct dm_interface_id own_interface(const struct machine *m, struct dm_interface_id from)
{
    struct dm_host_id host = dm_interface_get(m->model, from)->host;
    const struct dm_host *item = host.v ? dm_host_get(m->model, host) : NULL;

    for (size_t i = 0; item && i < item->n_interfaces; i++) {
        const struct dm_interface *own = dm_interface_get(m->model, item->interfaces[i]);

        for (size_t j = 0; j < own->n_addresses; j++) {
            if (dm_addr_equal(own->addresses[j].address, m->destination)) {
                return item->interfaces[i];
            }
        }
    }
    return (struct dm_interface_id){ 0 };
}

/* An answer of the service behind a gateway endpoint. */
static enum step leave_endpoint(struct machine *m)
{
    m->vpc = dm_vpc_endpoint_get(m->model, m->start->endpoint)->vpc;
    m->scope = DM_SCOPE_INTERNET;
    add_hop(m, DM_HOP_GATEWAY_ENDPOINT, DM_REF(vpc_endpoint, m->start->endpoint));
    return STEP_ENTER;
}

/* The answer of a target to a client that its balancer showed it: what carries packets in the VPC
 * knows the session and brings it to the balancer's node, past the filters between [ELB-06]. */
static enum step leave_target(struct machine *m)
{
    const struct dm_interface *node = dm_interface_get(m->model, m->start->node);

    if (node->kind == DM_INTERFACE_ACCELERATOR) {
        return dm_walk_back_to_accelerator(m);
    }
    if (dm_subnet_get(m->model, node->subnet)->vpc.v != m->vpc.v) {
        return unknown(
            m, DM_REF(interface, m->start->node), (struct dm_unknown_id){ 0 },
            "how answers of targets in another VPC come back to the balancer that showed "
            "them the client's address is not documented");
    }
    if (node->subnet.v != m->subnet.v) {
        add_hop(m, DM_HOP_ACL_OUT, DM_REF(subnet, m->subnet));
        m->subnet = node->subnet;
        add_hop(m, DM_HOP_ACL_IN, DM_REF(subnet, node->subnet));
    }
    return enter_balancer(m, m->start->node);
}

static bool has_groups_out(const struct machine *m, const struct dm_interface *interface)
{
    return !m->start->is_reply && (interface->kind != DM_INTERFACE_BALANCER || interface->n_groups);
}

/* Whether it answers a node that sent it for a pod: a twin, with the same address. */
static bool is_for_pod(const struct machine *m, struct dm_node_id node)
{
    size_t n = m->walk.n_sessions;

    return m->start->is_reply && node.v && n && m->walk.sessions[n - 1].node.v == node.v;
}

static enum step leave(struct machine *m)
{
    struct dm_interface_id from = m->start->interface;
    const struct dm_interface *interface;
    struct dm_interface_id own;

    if (!from.v && m->start->endpoint.v) {
        return leave_endpoint(m);
    }
    if (!from.v && m->start->sender) {
        m->subnet = m->start->sender->subnet;
        return STEP_ROUTER;
    }
    if (!from.v) {
        m->scope = DM_SCOPE_INTERNET;
        add_hop(m, DM_HOP_INTERNET, DM_REF_NONE);
        return STEP_INTERNET;
    }
    interface = dm_interface_get(m->model, from);
    if (interface->kind == DM_INTERFACE_ACCELERATOR) {
        return dm_walk_from_accelerator(m);
    }
    m->subnet = interface->subnet;
    m->vpc = dm_model_vpc_of_interface(m->model, from);
    m->origin = from;
    add_hop(m, DM_HOP_SEND, DM_REF(interface, from));
    switch (interface->kind) {
    case DM_INTERFACE_SITE:
        return dm_walk_from_site(m, interface->site);
    case DM_INTERFACE_POD:
        return dm_walk_from_pod(m);
    case DM_INTERFACE_KUBE_SERVICE:
        return dm_walk_from_service(m);
    case DM_INTERFACE_HOST:
    case DM_INTERFACE_NAT:
    case DM_INTERFACE_TRANSIT:
    case DM_INTERFACE_ENDPOINT:
    case DM_INTERFACE_BALANCER:
    case DM_INTERFACE_ACCELERATOR:
    case DM_INTERFACE_UNKNOWN:
        break;
    }
    if (m->start->node.v) {
        return leave_target(m);
    }
    own = own_interface(m, from);
    if (own.v && is_for_pod(m, interface->node)) {
        return dm_walk_end_at_node(m, own);
    }
    if (own.v && !dm_walk_is_pod_of(m, interface->node)) {
        return deliver(m, own);
    }
    if (interface->node.v && !m->start->is_outer && dm_walk_is_inside(m, from)) {
        return dm_walk_from_node(m);
    }
    if (has_groups_out(m, interface)) {
        add_hop(m, DM_HOP_GROUPS_OUT, DM_REF(interface, from));
    }
    return STEP_ROUTER;
}

/* Whom the sender's groups let it send to is known only at the end. */
static void settle_groups_out(struct machine *m)
{
    for (size_t i = 0; i < m->n_hops; i++) {
        struct dm_hop *hop = &m->hops[i];

        if (hop->kind == DM_HOP_GROUPS_OUT && !hop->outer && m->walk.interface.v
            && dm_addr_equal(hop->destination, m->destination)) {
            hop->partner = m->walk.interface;
            if (dm_interface_get(m->model, hop->partner)->carrier.v) {
                hop->partner = dm_interface_get(m->model, hop->partner)->carrier;
            } else if (dm_interface_get(m->model, hop->partner)->kind == DM_INTERFACE_POD) {
                hop->partner = dm_walk_node_of(m, hop->partner);
                hop->partner_carries = true;
            }
            hop->scope = m->scope;
            hop->references = m->references;
        }
    }
}

/* Copies hops and passages to the arena.  False when memory is out. */
static bool keep(struct machine *m)
{
    m->walk.hops = dm_arena_copy(m->walker->arena, m->hops, m->n_hops, sizeof *m->hops);
    m->walk.n_hops = m->n_hops;
    if (m->walk.n_passages) {
        m->walk.passages =
            dm_arena_copy(m->walker->arena, m->passages, m->walk.n_passages, sizeof *m->passages);
    }
    return m->walk.hops && (m->walk.passages || !m->walk.n_passages);
}

static void run(struct machine *m)
{
    size_t max_hops = (size_t)dm_limit_value(DM_LIMIT_HOPS);
    enum step step;

    m->source = m->start->source;
    m->destination = m->start->destination;
    m->walk.n_sessions = m->start->n_sessions;
    memcpy(m->walk.sessions, m->start->sessions, sizeof m->walk.sessions);
    step = leave(m);
    while (step != STEP_DONE) {
        if (m->n_hops > max_hops) {
            step = drop(m, DM_CODE_FORWARDING_LOOP, m->hops[m->n_hops - 1].at);
        } else if (step == STEP_ROUTER) {
            step = router(m);
        } else if (step == STEP_ENTER) {
            step = enter(m);
        } else if (step == STEP_TRANSIT) {
            step = dm_walk_transit(m);
        } else if (step == STEP_CORE) {
            step = dm_walk_core(m);
        } else {
            step = dm_walk_internet(m);
        }
    }
    m->walk.source = m->source;
    m->walk.destination = m->destination;
    settle_groups_out(m);
    dm_walk_note_missed(m);
    dm_walk_note_pod_address(m);
    m->out_of_memory |= !keep(m);
}

/* The next script after that which 'ran', as an odometer counts; false after the last. */
static bool next_script(unsigned script[MAX_CHOICES], const struct machine *ran)
{
    unsigned n = ran->n_choices;

    while (n > 0 && script[n - 1] + 1 >= ran->width[n - 1]) {
        script[--n] = 0;
    }
    if (!n) {
        return false;
    }
    script[n - 1]++;
    return true;
}

static const struct dm_walks *walk_all(const struct dm_walker *walker, struct dm_alive *alive,
                                       const struct dm_walk_start *start)
{
    size_t max_walks = (size_t)dm_limit_value(DM_LIMIT_CHOICES);
    struct dm_hop hops[MAX_HOPS];
    struct dm_walk items[MAX_WALKS];
    unsigned script[MAX_CHOICES] = { 0 };
    struct dm_walks walks = { items, 0 };
    struct machine m;

    DM_ASSERT(dm_limit_value(DM_LIMIT_HOPS) < MAX_HOPS);
    DM_ASSERT(max_walks < MAX_WALKS);
    do {
        m = (struct machine){
            .walker = walker, .model = walker->model, .alive = alive, .start = start, .hops = hops
        };
        memcpy(m.script, script, sizeof script);
        run(&m);
        if (m.too_many_choices || walks.n == max_walks) {
            (void)unknown(&m, DM_REF_NONE, (struct dm_unknown_id){ 0 },
                          "AWS has more choices on the way than are followed");
        }
        items[walks.n++] = m.walk;
    } while (!m.out_of_memory && walks.n <= max_walks && next_script(script, &m));
    walks.items = dm_arena_copy(walker->arena, items, walks.n, sizeof *items);
    if (!walks.items || m.out_of_memory) {
        return NULL;
    }
    return dm_arena_copy(walker->arena, &walks, 1, sizeof walks);
}

/* What a walk depends on, besides the oracle: so many words, which tell how many they are. */
struct walk_key {
    uint64_t words[13 + 4 * DM_WALK_MAX_SESSIONS + 6 * DM_WALK_MAX_PASSAGES];
};

static size_t add_address(uint64_t *words, size_t n, struct dm_addr address)
{
    words[n++] = address.high;
    words[n++] = address.low;
    return n;
}

static struct walk_key key_of(const struct dm_walk_start *start, size_t *ret_n)
{
    struct walk_key key = { { 0 } };
    size_t n = 0;

    key.words[n++] = start->interface.v;
    key.words[n++] = start->endpoint.v;
    key.words[n++] = start->node.v;
    key.words[n++] = start->egress.v;
    key.words[n++] = start->entry.v;
    key.words[n++] = (uint64_t)start->stays << 34 | (uint64_t)start->is_outer << 33
                     | (uint64_t)start->is_reply << 32 | (uint64_t)start->source.family << 16
                     | (uint64_t)start->client.family << 8 | start->destination.family;
    n = add_address(key.words, n, start->source);
    n = add_address(key.words, n, start->destination);
    n = add_address(key.words, n, start->client);
    key.words[n++] = (uint64_t)start->n_sessions << 32 | start->n_passages;
    for (size_t i = 0; i < start->n_sessions; i++) {
        key.words[n++] = (uint64_t)start->sessions[i].node.v << 32 | start->sessions[i].gateway.v;
        key.words[n++] = start->sessions[i].client.family;
        n = add_address(key.words, n, start->sessions[i].client);
    }
    for (size_t i = 0; i < start->n_passages; i++) {
        const struct dm_passage *passage = &start->passages[i];

        key.words[n++] = (uint64_t)passage->at.kind << 32 | passage->at.v;
        key.words[n++] = (uint64_t)passage->subnet.v << 32 | (uint64_t)passage->source.family << 16
                         | passage->destination.family;
        n = add_address(key.words, n, passage->source);
        n = add_address(key.words, n, passage->destination);
    }
    *ret_n = n;
    return key;
}

const struct dm_walks *dm_walk(const struct dm_walker *walker, struct dm_alive *alive,
                               const struct dm_walk_start *start)
{
    struct walk_key key;
    size_t n_words;
    struct dm_memo_mark mark;
    const struct dm_walks *walks;

    if (walker->without_memo || start->sender || start->receiver) {
        return walk_all(walker, alive, start);
    }
    key = key_of(start, &n_words);
    walks = dm_memo_begin(alive, DM_MEMO_WALK, &key, n_words * sizeof *key.words, &mark);
    if (!walks) {
        walks = walk_all(walker, alive, start);
        dm_memo_end(alive, mark, walks);
    }
    return walks;
}

bool dm_walk_is_at(const struct dm_walk *walk, struct dm_interface_id target)
{
    bool at_interface = walk->end == DM_WALK_DELIVERED || walk->end == DM_WALK_BALANCER;

    return at_interface ? walk->interface.v == target.v : walk->end == DM_WALK_OUTSIDE && !target.v;
}

bool dm_walk_is_open(const struct dm_walk *walk)
{
    return walk->end == DM_WALK_UNKNOWN || walk->end == DM_WALK_BALANCER;
}

bool dm_walk_interface_alive(const struct dm_walker *walker, struct dm_alive *alive,
                             struct dm_interface_id interface)
{
    const struct dm_interface *item = dm_interface_get(walker->model, interface);
    struct dm_zone_id zone = dm_model_zone_of_interface(walker->model, interface);

    if (item->site.v) {
        return dm_alive(alive, dm_site_get(walker->model, item->site)->element);
    }
    if (item->accelerator.v) {
        return dm_alive(alive, dm_accelerator_get(walker->model, item->accelerator)->element);
    }
    if (item->kind == DM_INTERFACE_KUBE_SERVICE) {
        return true; /* it is on every node */
    }
    return dm_alive(alive, dm_zone_get(walker->model, zone)->element);
}

static const char *const hop_texts[] = {
    [DM_HOP_SEND] = "send",
    [DM_HOP_GROUPS_OUT] = "security groups, out",
    [DM_HOP_ACL_OUT] = "network ACL, out",
    [DM_HOP_ROUTE] = "route",
    [DM_HOP_ACL_IN] = "network ACL, in",
    [DM_HOP_GROUPS_IN] = "security groups, in",
    [DM_HOP_NAT] = "NAT gateway",
    [DM_HOP_NAT_BACK] = "NAT gateway, answer",
    [DM_HOP_INTERNET_OUT] = "internet gateway, out",
    [DM_HOP_INTERNET] = "internet",
    [DM_HOP_INTERNET_IN] = "internet gateway, in",
    [DM_HOP_ENDPOINT] = "interface endpoint",
    [DM_HOP_GATEWAY_ENDPOINT] = "gateway endpoint",
    [DM_HOP_SERVICE] = "service of AWS",
    [DM_HOP_FIREWALL] = "firewall",
    [DM_HOP_FIREWALL_BACK] = "firewall, answer",
    [DM_HOP_FIREWALL_MISSED] = "firewall that saw no answer",
    [DM_HOP_INSPECTED] = "inspection",
    [DM_HOP_FORWARD] = "forwarding host",
    [DM_HOP_BALANCER] = "load balancer",
    [DM_HOP_BALANCER_BACK] = "load balancer, answer",
    [DM_HOP_ACCELERATOR] = "accelerator",
    [DM_HOP_ACCELERATOR_BACK] = "accelerator, answer",
    [DM_HOP_PEERING] = "VPC peering",
    [DM_HOP_TRANSIT_IN] = "transit gateway, in",
    [DM_HOP_TRANSIT_ROUTE] = "transit gateway route",
    [DM_HOP_TRANSIT_PEERING] = "transit gateway peering",
    [DM_HOP_TRANSIT_OUT] = "transit gateway, out",
    [DM_HOP_CORE_IN] = "core network, in",
    [DM_HOP_CORE_ROUTE] = "core network route",
    [DM_HOP_CORE_EDGE] = "core network edge",
    [DM_HOP_CORE_PEERING] = "core network peering",
    [DM_HOP_CORE_OUT] = "core network, out",
    [DM_HOP_SITE_ROUTE] = "site route",
    [DM_HOP_VPN] = "VPN connection",
    [DM_HOP_DX_INTERFACE] = "virtual interface",
    [DM_HOP_DX_GATEWAY] = "Direct Connect gateway",
    [DM_HOP_VPN_GATEWAY] = "virtual private gateway",
    [DM_HOP_POLICY_OUT] = "network policy, out",
    [DM_HOP_POLICY_IN] = "network policy, in",
    [DM_HOP_ENCAPSULATE] = "encapsulation",
    [DM_HOP_DECAPSULATE] = "decapsulation",
    [DM_HOP_NODE_OUT] = "node, for a pod",
    [DM_HOP_NODE_BACK] = "node, answer for a pod",
    [DM_HOP_KUBE_SERVICE] = "Service",
    [DM_HOP_KUBE_SERVICE_BACK] = "Service, answer",
    [DM_HOP_NODE_PORT] = "node port",
    [DM_HOP_NODE_PORT_BACK] = "node port, answer",
    [DM_HOP_DELIVER] = "deliver",
};

const char *dm_hop_kind_text(enum dm_hop_kind kind)
{
    return hop_texts[kind];
}

bool dm_hop_is_filter(enum dm_hop_kind kind)
{
    return kind == DM_HOP_GROUPS_OUT || kind == DM_HOP_ACL_OUT || kind == DM_HOP_ACL_IN
           || kind == DM_HOP_GROUPS_IN || kind == DM_HOP_NAT || kind == DM_HOP_ENDPOINT
           || kind == DM_HOP_SERVICE || kind == DM_HOP_FIREWALL || kind == DM_HOP_FIREWALL_BACK
           || kind == DM_HOP_FIREWALL_MISSED || dm_hop_is_policy(kind);
}

bool dm_hop_is_policy(enum dm_hop_kind kind)
{
    return kind == DM_HOP_POLICY_OUT || kind == DM_HOP_POLICY_IN;
}
