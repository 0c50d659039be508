/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sizes of packets in bands, against packets of every size that are sent hop by hop.
 *
 * For the sessions of random networks that pass, through load balancers too: a packet of each size
 * from 576 to 9002 bytes goes along the hops until one does not take it, which says so or does not.
 * Its word goes back through the ACLs that the packet came by, once from each address that they
 * tell apart: it arrives, it does not, or it depends on the address.  Each size must be in the band
 * that was found for it, or in none.  A sender that lowers its packets to what it is told must end
 * where it was said to.  So it is with pods, whose packets are put into others between nodes.  What
 * a hop takes and what it says is written down here once more.
 *
 * Built with a planted fault this program must fail.
 */
#include "tests/support/dmtest.h"

#include <string.h>

#include "model/base/str.h"
#include "solver/reach/mtu.h"
#include "tests/support/nets.h"

enum { SEEDS = 300, CLUSTERS = 60, LEAST = 576, MOST = 9002 };

struct totals {
    size_t sessions;
    size_t legs;
    size_t passes;
    size_t fates[3];
    size_t stuck;
};

struct world {
    struct dm_arena *arena;
    const struct dm_model *model;
    struct dm_walker walker;
    struct dm_alive *alive;
    uint64_t seed;
    struct totals *totals;
};

/* A part of a way that is one session's, there or back. */
struct part {
    const struct dm_walk *walk;
    size_t first;
    size_t end;
    const struct dm_walk *back;
    size_t back_first;
    size_t back_end;
    const struct dm_interface *sender; /* NULL: outside */
    const struct dm_interface *receiver;
    struct dm_flow flow;
    bool is_reply;
};

/* ---- hops ---- */

enum word { SAYS, SAYS_NOTHING, SAYS_PERHAPS };

static unsigned node_takes(const struct dm_model *model, uint32_t node)
{
    unsigned mtu = model->interfaces[model->nodes[node - 1].interface.v - 1].mtu;

    return mtu ? mtu : 9001;
}

/* What a cluster puts around packets; of all pools, some of which put nothing.  Its networks have
 * one pool. */
static unsigned around(const struct dm_model *model, uint32_t node, bool of_pools)
{
    struct dm_cluster_id cluster = model->nodes[node - 1].cluster;

    if (model->clusters[cluster.v - 1].wireguard) {
        return 60;
    }
    if (dm_encapsulation_is_ipip(model->ip_pools[0].encapsulation)) {
        return 20;
    }
    return of_pools && model->ip_pools[0].encapsulation == DM_ENCAPSULATION_NONE ? 0 : 50;
}

static unsigned host_takes(const struct dm_model *model, const struct dm_interface *host)
{
    if (!host) {
        return 1500;
    }
    if (host->kind == DM_INTERFACE_POD) {
        unsigned mtu = model->clusters[model->nodes[host->node.v - 1].cluster.v - 1].pod_mtu;

        return mtu ? mtu : node_takes(model, host->node.v) - around(model, host->node.v, true);
    }
    return host->mtu ? host->mtu : host->kind == DM_INTERFACE_ENDPOINT ? 8500 : 9001;
}

/* What a hop takes; what becomes of more in '*ret_word'. */
static unsigned takes(const struct dm_model *model, const struct dm_hop *hop, enum word *ret_word)
{
    *ret_word = SAYS_NOTHING;
    if (hop->kind == DM_HOP_TRANSIT_IN || hop->kind == DM_HOP_CORE_IN) {
        *ret_word = SAYS; /* these networks have VPCs' attachments only */
        return 8500;
    }
    if (hop->kind == DM_HOP_TRANSIT_PEERING || hop->kind == DM_HOP_CORE_EDGE
        || hop->kind == DM_HOP_CORE_PEERING || hop->kind == DM_HOP_FIREWALL
        || hop->kind == DM_HOP_FIREWALL_BACK || hop->kind == DM_HOP_INSPECTED) {
        return 8500;
    }
    if (hop->kind == DM_HOP_ENDPOINT && hop->at.kind == DM_KIND_vpc_endpoint) {
        return 8500;
    }
    if (hop->kind == DM_HOP_INTERNET_OUT || hop->kind == DM_HOP_INTERNET_IN) {
        *ret_word = SAYS;
        return 1500;
    }
    *ret_word = SAYS_PERHAPS;
    if (hop->kind == DM_HOP_ENCAPSULATE || hop->kind == DM_HOP_DECAPSULATE) {
        return node_takes(model, hop->at.v);
    }
    if (hop->kind == DM_HOP_NAT || hop->kind == DM_HOP_NAT_BACK) {
        return 8500;
    }
    if (hop->kind == DM_HOP_FORWARD) {
        return host_takes(model, &model->interfaces[hop->at.v - 1]);
    }
    if (hop->kind == DM_HOP_PEERING) {
        const struct dm_peering *peering = &model->peerings[hop->at.v - 1];

        return model->vpcs[peering->requester.v - 1].region.v
                       == model->vpcs[peering->accepter.v - 1].region.v
                   ? MOST
                   : 8500;
    }
    if (hop->kind == DM_HOP_DELIVER) {
        *ret_word = SAYS;
        return host_takes(model, &model->interfaces[hop->at.v - 1]);
    }
    return MOST;
}

/* What tells TCP to send less. */
static bool clamps(const struct dm_hop *hop)
{
    return hop->kind == DM_HOP_TRANSIT_IN || hop->kind == DM_HOP_TRANSIT_OUT
           || hop->kind == DM_HOP_TRANSIT_PEERING || hop->kind == DM_HOP_CORE_IN
           || hop->kind == DM_HOP_CORE_OUT || hop->kind == DM_HOP_CORE_EDGE
           || hop->kind == DM_HOP_CORE_PEERING || hop->kind == DM_HOP_FIREWALL
           || hop->kind == DM_HOP_FIREWALL_BACK || hop->kind == DM_HOP_INSPECTED
           || (hop->kind == DM_HOP_ENDPOINT && hop->at.kind == DM_KIND_vpc_endpoint);
}

/* ---- the word back ---- */

static bool acl_allows(const struct dm_model *model, uint32_t subnet, bool egress,
                       struct dm_addr address)
{
    const struct dm_acl *acl = dm_acl_get(model, model->subnets[subnet - 1].acl);
    struct dm_packet packet = { .protocol = DM_PROTO_ICMP, .icmp_type = 3, .icmp_code = 4 };

    for (size_t i = 0; i < acl->n_entries; i++) {
        if (acl->entries[i].egress == egress && dm_match_has(&acl->entries[i].match, &packet)
            && dm_prefix_has(acl->entries[i].prefix, address)) {
            return acl->entries[i].allow;
        }
    }
    return false;
}

static bool is_changer(enum dm_hop_kind kind)
{
    switch ((int)kind) {
    case DM_HOP_SEND:
    case DM_HOP_GROUPS_OUT:
    case DM_HOP_GROUPS_IN:
    case DM_HOP_ACL_OUT:
    case DM_HOP_ACL_IN:
    case DM_HOP_ROUTE:
    case DM_HOP_PEERING:
    case DM_HOP_TRANSIT_IN:
    case DM_HOP_TRANSIT_ROUTE:
    case DM_HOP_TRANSIT_PEERING:
    case DM_HOP_TRANSIT_OUT:
    case DM_HOP_CORE_IN:
    case DM_HOP_CORE_ROUTE:
    case DM_HOP_CORE_EDGE:
    case DM_HOP_CORE_PEERING:
    case DM_HOP_CORE_OUT:
    case DM_HOP_INTERNET:
    case DM_HOP_GATEWAY_ENDPOINT:
    case DM_HOP_SERVICE:
    case DM_HOP_FIREWALL_MISSED:
    case DM_HOP_POLICY_OUT:
    case DM_HOP_POLICY_IN:
    case DM_HOP_DECAPSULATE:
    case DM_HOP_DELIVER:
        return false;
    default:
        return true;
    }
}

/* Whether a word from 'address', sent back at 'hop' the way that the packet came, arrives at hop
 * 'from'. */
static bool comes_back(const struct world *world, const struct part *part, size_t from, size_t hop,
                       struct dm_addr address)
{
    for (size_t i = from; i < hop; i++) {
        const struct dm_hop *item = &part->walk->hops[i];
        bool in_one_subnet = false;

        /* Out of a subnet and into that of the attachment, which is the same. */
        if (item->kind == DM_HOP_ACL_OUT && i + 2 < hop) {
            const struct dm_hop *next = &part->walk->hops[i + 2];

            in_one_subnet = next->kind == DM_HOP_ACL_IN && next->at.v == item->at.v;
        }
        if (in_one_subnet) {
            i += 2;
        } else if (item->kind == DM_HOP_ACL_OUT
                   && !acl_allows(world->model, item->at.v, false, address)) {
            return false;
        } else if (item->kind == DM_HOP_ACL_IN
                   && !acl_allows(world->model, item->at.v, true, item->source)) {
            return false;
        }
    }
    return true;
}

/* Of all rules of a host's groups, whether one has all addresses, and 'packet'. */
static bool any_rule(const struct world *world, const struct dm_interface *host, bool egress,
                     const struct dm_packet *packet, bool whole)
{
    for (size_t i = 0; i < host->n_groups; i++) {
        const struct dm_group *group = dm_group_get(world->model, host->groups[i]);

        for (size_t j = 0; j < group->n_rules; j++) {
            const struct dm_group_rule *rule = &group->rules[j];
            bool all_ports =
                rule->match.protocol < 0 || rule->match.port_last - rule->match.port_first == 65535;

            if (rule->egress == egress && rule->peer_kind == DM_PEER_PREFIX && !rule->prefix.length
                && rule->prefix.addr.family == DM_FAMILY_IPV4 && dm_match_has(&rule->match, packet)
                && (all_ports || !whole)) {
                return true;
            }
        }
    }
    return false;
}

/* Nothing is tracked that may come and go as it likes; then the word needs a rule. */
static bool is_tracked(const struct world *world, const struct part *part)
{
    struct dm_packet sent = { .protocol = part->flow.protocol,
                              .destination_port = part->flow.port_first };
    struct dm_packet word = { .protocol = DM_PROTO_ICMP, .icmp_type = 3, .icmp_code = 4 };

    return !part->sender || !part->sender->n_groups || part->flow.protocol == DM_PROTO_ICMP
           || any_rule(world, part->sender, false, &word, false)
           || !any_rule(world, part->sender, !part->is_reply, &sent, false)
           || !any_rule(world, part->sender, part->is_reply, &sent, true);
}

static enum dm_mtu_fate worse(enum dm_mtu_fate fate, bool arrives, bool *first)
{
    enum dm_mtu_fate this = arrives ? DM_MTU_ANSWERED : DM_MTU_SILENT;

    fate = *first || fate == this ? this : DM_MTU_UNKNOWN;
    *first = false;
    return fate;
}

static enum dm_mtu_fate fate_of(const struct world *world, const struct part *part, size_t hop,
                                enum word word)
{
    enum dm_mtu_fate fate = DM_MTU_ANSWERED;
    bool first = true;
    size_t from = part->first;

    if (word != SAYS) {
        return word == SAYS_PERHAPS ? DM_MTU_UNKNOWN : DM_MTU_SILENT;
    }
    if (part->walk->hops[hop].kind == DM_HOP_DELIVER) {
        for (size_t i = part->back_first; i < part->back_end; i++) {
            const struct dm_hop *item = &part->back->hops[i];

            if (is_changer(item->kind)) {
                return fate == DM_MTU_SILENT ? fate : DM_MTU_UNKNOWN;
            }
            if ((item->kind == DM_HOP_ACL_IN || item->kind == DM_HOP_ACL_OUT)
                && !acl_allows(world->model, item->at.v, item->kind == DM_HOP_ACL_OUT,
                               item->kind == DM_HOP_ACL_OUT ? item->destination : item->source)) {
                return DM_MTU_SILENT;
            }
        }
    } else {
        for (size_t i = part->first; i < hop; i++) {
            from = is_changer(part->walk->hops[i].kind) ? i : from;
        }
        fate = worse(fate, comes_back(world, part, from, hop, dm_addr_ipv4(0xffffffff)), &first);
        for (uint32_t i = 0; i < world->model->n_acls; i++) {
            for (size_t j = 0; j < world->model->acls[i].n_entries; j++) {
                struct dm_prefix prefix = world->model->acls[i].entries[j].prefix;

                if (prefix.addr.family == DM_FAMILY_IPV4) {
                    fate = worse(fate, comes_back(world, part, from, hop, dm_prefix_first(prefix)),
                                 &first);
                }
            }
        }
    }
    if (from > part->first) {
        return fate == DM_MTU_SILENT ? fate : DM_MTU_UNKNOWN;
    }
    return fate == DM_MTU_ANSWERED && !is_tracked(world, part) ? DM_MTU_UNKNOWN : fate;
}

/* ---- packets ---- */

/* Where a packet of 'size' is dropped, and what becomes of it; the part's end: it arrives. */
static size_t send(const struct world *world, const struct part *part, unsigned size,
                   enum dm_mtu_fate *ret_fate, unsigned *ret_told)
{
    unsigned more = 0;

    for (size_t i = part->first; i < part->end; i++) {
        const struct dm_hop *hop = &part->walk->hops[i];
        enum word word;
        unsigned most = takes(world->model, hop, &word);

        if (hop->kind == DM_HOP_ENCAPSULATE) {
            more = around(world->model, hop->at.v, false);
        }
        if (size + more > most) {
            *ret_fate = fate_of(world, part, i, word);
            *ret_told = most - more;
            return i;
        }
        more = hop->kind == DM_HOP_DECAPSULATE ? 0 : more;
    }
    return part->end;
}

static void fail_part(const struct world *world, const struct part *part, unsigned size,
                      const char *what)
{
    char source[DM_ADDR_TEXT_SIZE];
    char destination[DM_ADDR_TEXT_SIZE];

    fail_msg("DM_SEED=%llu: %u bytes from %s to %s, %s: %s\n%s", (unsigned long long)world->seed,
             size, dm_addr_text(part->walk->hops[part->first].source, source),
             dm_addr_text(part->walk->hops[part->first].destination, destination),
             part->is_reply ? "back" : "there", what, dm_nets_describe(world->model));
}

static void hold_tcp(const struct world *world, const struct part *part,
                     const struct dm_mtu_leg *leg)
{
    unsigned tcp = host_takes(world->model, part->sender);

    tcp = host_takes(world->model, part->receiver) < tcp ? host_takes(world->model, part->receiver)
                                                         : tcp;
    for (size_t i = part->back_first; i < part->back_end; i++) {
        tcp = clamps(&part->back->hops[i]) && tcp > 8500 ? 8500 : tcp;
    }
    if (leg->tcp != tcp) {
        fail_part(world, part, tcp, "TCP is told something else");
    }
}

/* The sender goes on from its largest packet with what it is told. */
static void hold_discovery(const struct world *world, const struct part *part,
                           const struct dm_mtu_leg *leg)
{
    const struct dm_mtu_band *stuck = dm_mtu_stuck(leg, leg->sent);
    unsigned size = leg->sent;
    enum dm_mtu_fate fate = DM_MTU_ANSWERED;
    size_t at = part->first;

    while (fate == DM_MTU_ANSWERED && at != part->end) {
        unsigned told = size;

        at = send(world, part, size, &fate, &told);
        size = at != part->end && fate == DM_MTU_ANSWERED ? told : size;
    }
    world->totals->stuck += stuck != NULL;
    if ((at != part->end) != (stuck != NULL) || (stuck && (stuck->hop != at || stuck->fate != fate))
        || (!stuck && leg->bytes != size)) {
        fail_part(world, part, size, "it is not where its sender ends");
    }
}

static void hold_part(const struct world *world, const struct part *part,
                      const struct dm_mtu_leg *leg)
{
    assert_int_equal(leg->first_hop, part->first);
    assert_int_equal(leg->end_hop, part->end);
    assert_int_equal(leg->sent, host_takes(world->model, part->sender));
    world->totals->legs++;
    for (unsigned size = LEAST; size <= MOST && size <= leg->sent; size++) {
        enum dm_mtu_fate fate = DM_MTU_ANSWERED;
        unsigned told = 0;
        size_t at = send(world, part, size, &fate, &told);
        const struct dm_mtu_band *found = NULL;

        for (size_t i = 0; i < leg->n_bands; i++) {
            if (size > leg->bands[i].bytes && size <= leg->bands[i].largest) {
                found = &leg->bands[i];
            }
        }
        world->totals->passes += at == part->end;
        world->totals->fates[fate] += at != part->end;
        if ((found ? found->hop : part->end) != at
            || (found && (found->fate != fate || found->bytes != told))) {
            print_error("hop %zu, not %zu; fate %d, not %d; %u bytes, not %u\n",
                        found ? found->hop : part->end, at, found ? (int)found->fate : -1,
                        (int)fate, found ? (unsigned)found->bytes : 0, told);
            fail_part(world, part, size, found ? "another hop or fate" : "it was said to pass");
        }
        if ((size <= leg->bytes) != (at == part->end)) {
            fail_part(world, part, size, "the largest is another");
        }
    }
    hold_discovery(world, part, leg);
    hold_tcp(world, part, leg);
}

/* ---- sessions ---- */

static const struct dm_interface *interface_of(const struct world *world, uint32_t v)
{
    return v ? &world->model->interfaces[v - 1] : NULL;
}

static bool is_end(const struct world *world, const struct dm_hop *hop)
{
    return (hop->kind == DM_HOP_BALANCER || hop->kind == DM_HOP_BALANCER_BACK)
           && world->model->balancers[hop->at.v - 1].is_application;
}

/* The parts of a walk: their first hops, and the end. */
static size_t parts_of(const struct world *world, const struct dm_walk *walk, size_t firsts[16])
{
    size_t n = 0;

    firsts[n++] = 0;
    for (size_t i = 0; i < walk->n_hops; i++) {
        if (is_end(world, &walk->hops[i])) {
            firsts[n++] = i + 1;
        }
    }
    firsts[n] = walk->n_hops;
    return n;
}

/* The leg of a joined walk that has 'hop': who asks, and who is asked. */
static void ends_of(const struct dm_walk *walk, const struct dm_session_query *query,
                    const struct dm_walk *request, size_t hop, uint32_t *ret_asks,
                    uint32_t *ret_asked, struct dm_flow *ret_flow)
{
    *ret_asks = query->start.interface.v;
    *ret_asked = request->interface.v;
    *ret_flow = query->flow;
    for (size_t i = 0; i < walk->n_legs; i++) {
        if (walk->legs[i].first_hop <= hop) {
            *ret_asks = walk->legs[i].query->start.interface.v;
            *ret_asked = walk->legs[i].request->interface.v;
            *ret_flow = walk->legs[i].query->flow;
        }
    }
}

static void hold_way(const struct world *world, const struct dm_session_query *query,
                     const struct dm_session *session, bool is_reply, const struct dm_mtu_way *way)
{
    const struct dm_walk *walk = is_reply ? session->reply : session->request;
    const struct dm_walk *back = is_reply ? session->request : session->reply;
    size_t firsts[16];
    size_t backs[16];
    size_t n = parts_of(world, walk, firsts);
    size_t n_backs = parts_of(world, back, backs);

    assert_int_equal(n, n_backs);
    assert_int_equal(n, way->n_legs);
    for (size_t i = 0; i < n; i++) {
        struct part part = { .walk = walk,
                             .first = firsts[i],
                             .end = firsts[i + 1],
                             .back = back,
                             .back_first = backs[n - 1 - i],
                             .back_end = backs[n - i],
                             .is_reply = is_reply };
        struct dm_flow flow;
        uint32_t near[2];
        uint32_t far[2];

        ends_of(walk, query, session->request, part.first, &near[0], &near[1], &part.flow);
        ends_of(walk, query, session->request, part.end - 1, &far[0], &far[1], &flow);
        part.sender = interface_of(world, is_reply ? near[1] : near[0]);
        part.receiver = interface_of(world, is_reply ? far[0] : far[1]);
        hold_part(world, &part, &way->legs[i]);
    }
}

static void hold_session(const struct world *world, struct dm_interface_id from,
                         struct dm_addr source, struct dm_addr destination)
{
    static const struct dm_flow flows[] = { { DM_PROTO_TCP, 443, 443, 0, 0, 0, 0 },
                                            { DM_PROTO_UDP, 53, 53, 0, 0, 0, 0 } };

    for (size_t i = 0; i < sizeof flows / sizeof *flows; i++) {
        struct dm_session_query query = {
            .start = { .interface = from, .source = source, .destination = destination },
            .flow = flows[i]
        };
        struct dm_session session;
        struct dm_mtu_way request;
        struct dm_mtu_way reply;

        dm_alive_begin(world->alive, NULL, 0);
        assert_true(dm_session_check(&world->walker, world->alive, &query, &session));
        if (session.end != DM_SESSION_PASS || !session.request->n_hops || !session.reply
            || !session.reply->n_hops) {
            continue;
        }
        assert_true(dm_mtu_find(world->arena, world->model, &query, &session, &request, &reply));
        world->totals->sessions++;
        hold_way(world, &query, &session, false, &request);
        hold_way(world, &query, &session, true, &reply);
    }
}

static const char *draw(struct dm_arena *arena, uint64_t seed)
{
    struct dm_net_options options = DM_NET_ALL;
    struct dm_random random = { seed };
    const struct dm_model *model;
    struct dm_str text;
    const char *line;

    options.max_hosts = 5;
    dm_str_init(&text, arena);
    /* Some hosts take less than others. */
    for (line = dm_nets_random(arena, seed, &options); *line;) {
        const char *end = line;

        while (*end && *end != '\n') {
            end++;
        }
        dm_str_addf(&text, "%.*s", (int)(end - line), line);
        if (strncmp(line, "host ", 5) == 0 && dm_random_chance(&random, 1, 3)) {
            dm_str_addf(&text, " mtu=%u", 576 + dm_random_below(&random, 8426));
        }
        dm_str_addc(&text, '\n');
        line = *end ? end + 1 : end;
    }
    model = dm_nets_make(arena, text.text);
    dm_nets_add_balancers(&text, &random, model);
    /* ACLs let TCP pass more often than not, and answers about sizes now and then. */
    for (uint32_t i = 0; i < model->n_acls; i++) {
        for (unsigned j = 0; j < 2; j++) {
            const char *way = j == 0 ? "in" : "out";
            const char *name = model->acls[i].object.name;

            for (unsigned k = 0; k < 2; k++) {
                dm_str_addf(&text, "rule %s %s %u %s icmp/3/4 ", name, way, 1 + k,
                            dm_random_chance(&random, 2, 3) ? "allow" : "deny");
                if (dm_random_chance(&random, 2, 3)) {
                    dm_str_add(&text, "0.0.0.0/0\n");
                } else {
                    dm_nets_add_prefix(&text, &random);
                }
            }
            dm_str_addf(&text, "rule %s %s 3 allow tcp/0-65535 0.0.0.0/0\n", name, way);
        }
    }
    return text.text;
}

/* Pods on nodes that take more or less, and what is put around their packets or is not. */
static const char *draw_cluster(struct dm_arena *arena, uint64_t seed)
{
    static const char *const modes[] = { "none", "vxlan", "ipip", "cross", "ipip-cross" };
    struct dm_random random = { seed };
    struct dm_str text;

    dm_str_init(&text, arena);
    dm_str_add(&text, "region r\nzone ra r\nzone rb r\nvpc v r 10.0.0.0/16\n"
                      "subnet s0 v ra 10.0.1.0/24\nsubnet s1 v rb 10.0.2.0/24\n"
                      "host h s0 10.0.1.10\ncluster c v 172.20.0.0/16");
    dm_str_add(&text, dm_random_chance(&random, 1, 3) ? " wireguard" : "");
    if (dm_random_chance(&random, 1, 2)) {
        dm_str_addf(&text, " mtu=%u", 576 + dm_random_below(&random, 8426));
    }
    dm_str_addf(&text, "\nns a c\npool p c 192.168.0.0/16 %s%s\n",
                modes[dm_random_below(&random, 5)], dm_random_chance(&random, 2, 3) ? " nat" : "");
    for (unsigned i = 0; i < 3; i++) {
        dm_str_addf(&text, "worker n%u c s%u 10.0.%u.%u nocheck%s", i, i % 2, i % 2 + 1, 4 + i,
                    dm_random_chance(&random, 1, 3) ? " twins" : "");
        if (dm_random_chance(&random, 1, 2)) {
            dm_str_addf(&text, " mtu=%u", 1280 + dm_random_below(&random, 7722));
        }
        dm_str_addc(&text, '\n');
    }
    dm_str_add(&text, "pods x a app:x n0=192.168.0.1,n1=192.168.100.1\n"
                      "pods y a app:y n1=192.168.100.2,n2=192.168.200.2\n"
                      "kservice sy a app:y 80:8080:30080 ip=172.20.0.10\n");
    return text.text;
}

static void hold_network(uint64_t seed, const char *(*write)(struct dm_arena *, uint64_t),
                         struct totals *totals)
{
    struct world world = { .arena = dm_arena_new(0), .seed = seed, .totals = totals };
    const struct dm_model *model = dm_nets_make(world.arena, write(world.arena, seed));
    struct dm_addr outside = dm_model_internet_address(model);

    world.model = model;
    world.alive = dm_alive_new(world.arena, model);
    world.walker =
        (struct dm_walker){ world.arena, model, dm_plane_new(world.arena, model), false };
    for (uint32_t i = 1; i <= model->n_interfaces; i++) {
        const struct dm_interface *from = &model->interfaces[i - 1];

        if ((from->kind != DM_INTERFACE_HOST && from->kind != DM_INTERFACE_POD)
            || !from->n_addresses) {
            continue;
        }
        hold_session(&world, (struct dm_interface_id){ i }, from->addresses[0].address, outside);
        if (!dm_addr_is_none(from->addresses[0].public_address)) {
            hold_session(&world, (struct dm_interface_id){ 0 }, outside,
                         from->addresses[0].public_address);
        }
        for (uint32_t j = 1; j <= model->n_interfaces; j++) {
            if (model->interfaces[j - 1].n_addresses && j != i) {
                hold_session(&world, (struct dm_interface_id){ i }, from->addresses[0].address,
                             model->interfaces[j - 1].addresses[0].address);
            }
        }
    }
    dm_arena_free(world.arena);
}

static struct totals hold_all(const char *(*write)(struct dm_arena *, uint64_t), size_t n)
{
    struct totals totals = { 0 };
    uint64_t seed;

    if (dm_nets_replay_seed(&seed)) {
        hold_network(seed, write, &totals);
        skip();
    }
    for (seed = 1; seed <= n; seed++) {
        hold_network(seed, write, &totals);
    }
    print_message("%zu sessions on %zu networks, %zu legs: of all packets %zu pass, the sender of "
                  "%zu is told, of %zu not, of %zu perhaps; %zu senders go on in vain\n",
                  totals.sessions, n, totals.legs, totals.passes, totals.fates[DM_MTU_ANSWERED],
                  totals.fates[DM_MTU_SILENT], totals.fates[DM_MTU_UNKNOWN], totals.stuck);
    /* The networks must be of the kind that is to be tested. */
    assert_true(totals.sessions > n);
    assert_true(totals.fates[DM_MTU_ANSWERED] > n);
    assert_true(totals.fates[DM_MTU_UNKNOWN] > n);
    return totals;
}

static void bands_hold_for_packets_of_every_size(void **state)
{
    struct totals totals = hold_all(draw, SEEDS);

    (void)state;
    assert_true(totals.legs > 2 * totals.sessions);
    assert_true(totals.fates[DM_MTU_SILENT] > SEEDS);
}

static void they_hold_for_packets_that_are_put_into_others(void **state)
{
    (void)state;
    (void)hold_all(draw_cluster, CLUSTERS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bands_hold_for_packets_of_every_size),
        cmocka_unit_test(they_hold_for_packets_that_are_put_into_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
