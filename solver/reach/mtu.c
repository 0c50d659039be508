/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/reach/mtu.h"

#include "model/base/planted.h"
#include "model/base/vec.h"

/* One leg, and what its answers need to be followed. */
struct leg {
    const struct dm_model *model;
    const struct dm_walk *walk;  /* this way */
    const struct dm_walk *other; /* the other way */
    size_t first;
    size_t end;
    size_t other_first;
    size_t other_end;
    struct dm_interface_id sender;
    struct dm_interface_id receiver;
    struct dm_flow flow; /* of the request */
    bool is_reply;
};

/* What becomes of the answer that a packet is too large. */
struct answer {
    enum dm_mtu_fate fate;
    const char *why;
    struct dm_ref by;
};

static const struct answer told = { .fate = DM_MTU_ANSWERED };

static struct answer open_answer(const char *why)
{
    return (struct answer){ .fate = DM_MTU_UNKNOWN, .why = why };
}

/* ---- filters on its way ---- */

static struct dm_packet too_big(struct dm_addr sender)
{
    bool is_v6 = sender.family == DM_FAMILY_IPV6;

    return (struct dm_packet){ .protocol = is_v6 ? DM_PROTO_ICMPV6 : DM_PROTO_ICMP,
                               .icmp_type = is_v6 ? 2 : 3,
                               .icmp_code = is_v6 ? 0 : 4 };
}

/* Whether the entry is one that the answer meets at 'to', as 'egress' says. */
static bool meets(const struct dm_acl_entry *entry, bool egress, struct dm_addr to,
                  const struct dm_packet *packet)
{
    return entry->egress == egress && entry->prefix.addr.family == to.family
           && dm_match_has(&entry->match, packet) && (!egress || dm_prefix_has(entry->prefix, to));
}

/* Whether one of the first 'n' entries takes all that this one could. */
static bool is_taken(const struct dm_acl *acl, size_t n, struct dm_addr to,
                     const struct dm_packet *packet)
{
    const struct dm_acl_entry *entry = &acl->entries[n];

    for (size_t i = 0; i < n; i++) {
        if (meets(&acl->entries[i], entry->egress, to, packet)
            && dm_prefix_covers(acl->entries[i].prefix, entry->prefix)) {
            return true;
        }
    }
    return false;
}

/* Whether the ACL of 'subnet' lets the answer in or out: of what comes in the source is some
 * address, so entries that look at it may match or not. */
static struct answer ask_acl(const struct dm_model *model, struct dm_subnet_id subnet, bool egress,
                             struct dm_addr to)
{
    const struct dm_subnet *item = dm_subnet_get(model, subnet);
    struct dm_packet packet = too_big(to);
    bool may_pass = false;
    bool may_stop = false;
    bool decided = false;
    const struct dm_acl *acl;

    if (!item->acl.v) {
        return open_answer("a network ACL on the way of the answer is not in the input");
    }
    acl = dm_acl_get(model, item->acl);
    for (size_t i = 0; i < acl->n_entries && !decided; i++) {
        const struct dm_acl_entry *entry = &acl->entries[i];

        if (!meets(entry, egress, to, &packet) || is_taken(acl, i, to, &packet)) {
            continue;
        }
        may_pass = may_pass || entry->allow;
        may_stop = may_stop || !entry->allow;
        decided = egress || entry->prefix.length == 0;
    }
    may_stop = may_stop || !decided;
    if (may_pass && may_stop) {
        return open_answer("a network ACL lets the answer pass from some addresses, and from which "
                           "one it comes is not known");
    }
    return may_pass ? told : (struct answer){ .fate = DM_MTU_SILENT, .by = DM_REF(acl, item->acl) };
}

/* Whether some rule of the interface's groups has all addresses and ports of a flow. */
static bool has_open_rule(const struct dm_model *model, const struct dm_interface *interface,
                          bool egress, const struct dm_packet *packet, enum dm_family family,
                          bool all_ports)
{
    for (size_t i = 0; i < interface->n_groups; i++) {
        const struct dm_group *group = dm_group_get(model, interface->groups[i]);

        for (size_t j = 0; j < group->n_rules; j++) {
            const struct dm_group_rule *rule = &group->rules[j];

            if (rule->egress == egress && rule->peer_kind == DM_PEER_PREFIX
                && rule->prefix.length == 0 && rule->prefix.addr.family == family
                && dm_match_has(&rule->match, packet)
                && (!all_ports || rule->match.protocol < 0
                    || (rule->match.port_first == 0 && rule->match.port_last == UINT16_MAX))) {
                return true;
            }
        }
    }
    return false;
}

/* The sender's groups: by state, unless they let all of it through both ways and so keep none. */
static struct answer ask_groups(const struct leg *leg, struct dm_addr to)
{
    const struct dm_interface *sender =
        leg->sender.v ? dm_interface_get(leg->model, leg->sender) : NULL;
    struct dm_packet sent = { .protocol = leg->flow.protocol,
                              .destination_port = leg->flow.port_first,
                              .icmp_type = leg->flow.icmp_type,
                              .icmp_code = leg->flow.icmp_code };
    struct dm_packet answer = too_big(to);
    bool has_ports = sent.protocol == DM_PROTO_TCP || sent.protocol == DM_PROTO_UDP;

    if (!sender || !sender->n_groups || !has_ports
        || has_open_rule(leg->model, sender, false, &answer, to.family, false)) {
        return told;
    }
    if (has_open_rule(leg->model, sender, !leg->is_reply, &sent, to.family, false)
        && has_open_rule(leg->model, sender, leg->is_reply, &sent, to.family, true)) {
        return open_answer("the sender's groups let all through both ways and so may track nothing "
                           "that the answer belongs to");
    }
    return told;
}

/* ---- its way ---- */

static bool hides_sender(enum dm_hop_kind kind)
{
    return kind == DM_HOP_NAT || kind == DM_HOP_NAT_BACK || kind == DM_HOP_INTERNET_OUT
           || kind == DM_HOP_INTERNET_IN || kind == DM_HOP_FIREWALL || kind == DM_HOP_FIREWALL_BACK
           || kind == DM_HOP_INSPECTED || kind == DM_HOP_FORWARD || kind == DM_HOP_BALANCER
           || kind == DM_HOP_BALANCER_BACK || kind == DM_HOP_ACCELERATOR
           || kind == DM_HOP_ACCELERATOR_BACK || kind == DM_HOP_ENDPOINT
           || kind == DM_HOP_ENCAPSULATE || kind == DM_HOP_NODE_OUT || kind == DM_HOP_NODE_BACK
           || kind == DM_HOP_KUBE_SERVICE || kind == DM_HOP_KUBE_SERVICE_BACK
           || kind == DM_HOP_NODE_PORT || kind == DM_HOP_NODE_PORT_BACK;
}

static const char hidden[] =
    "whether what translates, inspects or forwards on the way hands the answer back is not known";

/* From a gateway at 'hop': the way of the packet, backwards. */
static struct answer from_gateway(const struct leg *leg, size_t hop)
{
    struct answer worst = ask_groups(leg, leg->walk->hops[leg->first].source);

    for (size_t i = hop; i-- > leg->first;) {
        const struct dm_hop *item = &leg->walk->hops[i];
        struct answer answer = told;

        if (hides_sender(item->kind)) {
            return open_answer(hidden);
        }
        if (item->kind == DM_HOP_ACL_IN && i > leg->first
            && leg->walk->hops[i - 1].kind == DM_HOP_ROUTE && i > leg->first + 1
            && leg->walk->hops[i - 2].kind == DM_HOP_ACL_OUT
            && leg->walk->hops[i - 2].at.v == item->at.v) {
            i -= 2; /* sender and attachment in one subnet: no ACL is asked on the way to it */
            continue;
        }
        if (item->kind == DM_HOP_ACL_OUT || item->kind == DM_HOP_ACL_IN) {
            answer = ask_acl(leg->model, (struct dm_subnet_id){ item->at.v },
                             item->kind == DM_HOP_ACL_IN, item->source);
        }
        if (answer.fate == DM_MTU_SILENT && !DM_PLANTED(TOO_BIG_UNFILTERED)) {
            return answer;
        }
        worst = answer.fate == DM_MTU_UNKNOWN ? answer : worst;
    }
    return worst;
}

/* From the receiver: the way of answers. */
static struct answer from_receiver(const struct leg *leg)
{
    struct answer worst;

    if (!leg->other) {
        return open_answer(hidden);
    }
    worst = ask_groups(leg, leg->walk->hops[leg->first].source);
    for (size_t i = leg->other_first; i < leg->other_end; i++) {
        const struct dm_hop *item = &leg->other->hops[i];
        struct dm_packet packet = too_big(item->destination);
        struct dm_flow flow = { .protocol = packet.protocol,
                                .icmp_type = packet.icmp_type,
                                .icmp_code = packet.icmp_code };
        struct dm_decision decision;

        if (hides_sender(item->kind)) {
            return open_answer(hidden);
        }
        if (item->kind != DM_HOP_ACL_IN && item->kind != DM_HOP_ACL_OUT) {
            continue;
        }
        decision = dm_filter_decide(leg->model, item, &flow);
        if (decision.verdict == DM_FILTER_DENY) {
            return (struct answer){ .fate = DM_MTU_SILENT, .by = decision.by };
        }
        if (decision.verdict == DM_FILTER_UNKNOWN) {
            worst = open_answer("a network ACL on the way of the answer is not understood");
        }
    }
    return worst;
}

static struct answer answer_of(const struct leg *leg, const struct dm_mtu_limit *limit, size_t hop,
                               bool is_outer)
{
    if (limit->reaction == DM_MTU_TELLS_NOT) {
        return (struct answer){ .fate = DM_MTU_SILENT };
    }
    if (limit->reaction == DM_MTU_TELLS_PERHAPS) {
        return open_answer(limit->why);
    }
    if (is_outer) {
        return open_answer("the answer goes to the node that wrapped the packet, and what that "
                           "tells the pod is not known");
    }
    return limit->is_receiver && !DM_PLANTED(TOO_BIG_BACKWARDS) ? from_receiver(leg)
                                                                : from_gateway(leg, hop);
}

/* ---- one leg ---- */

/* What TCP is told on the way of the other end's word: the least of all that clamp there. */
static uint32_t clamped(const struct leg *leg, uint32_t bytes)
{
    int64_t extra = 0;

    for (size_t i = leg->other_first; leg->other && i < leg->other_end; i++) {
        struct dm_mtu_limit limit = dm_mtu_limit_of(leg->model, leg->other, i);

        extra += limit.overhead;
        if (limit.clamps && extra == 0 && limit.bytes < bytes) {
            bytes = limit.bytes;
        }
    }
    return bytes;
}

static bool find_leg(struct dm_arena *arena, const struct leg *leg, struct dm_mtu_leg *ret)
{
    bool assumed;
    uint32_t received = dm_mtu_of_interface(leg->model, leg->receiver, &assumed);
    struct dm_mtu_leg found = { .first_hop = leg->first, .end_hop = leg->end };
    DM_VEC(struct dm_mtu_band) bands = { 0 };
    int64_t extra = 0;

    found.sent = dm_mtu_of_interface(leg->model, leg->sender, &found.assumed);
    found.bytes = found.sent;
    for (size_t i = leg->first; i < leg->end; i++) {
        struct dm_mtu_limit limit = dm_mtu_limit_of(leg->model, leg->walk, i);
        struct dm_mtu_band band = {
            .largest = found.bytes, .hop = i, .fact = limit.fact, .tcp_is_open = limit.tcp_is_open
        };

        extra += DM_PLANTED(OVERHEAD_LEFT_OUT) ? 0 : limit.overhead;
        found.doubt = found.doubt ? found.doubt : limit.doubt;
        if (limit.bytes && (int64_t)found.bytes + extra > limit.bytes) {
            struct answer answer = answer_of(leg, &limit, i, extra > 0);

            band.bytes = (uint32_t)(limit.bytes - extra);
            band.fate = answer.fate;
            band.why = answer.why;
            band.by = answer.by;
            found.bytes = band.bytes;
            if (!DM_VEC_PUSH(arena, &bands, band)) {
                return false;
            }
        }
    }
    found.bands = bands.items;
    found.n_bands = bands.n;
    found.tcp = clamped(leg, found.sent < received ? found.sent : received);
    *ret = found;
    return true;
}

/* ---- legs of a walk ---- */

static bool ends_sessions(const struct dm_model *model, const struct dm_hop *hop)
{
    return (hop->kind == DM_HOP_BALANCER || hop->kind == DM_HOP_BALANCER_BACK)
           && dm_balancer_get(model, (struct dm_balancer_id){ hop->at.v })->is_application;
}

/* Parts of a walk between what ends sessions: '*n' of them, into 'cuts' with the end of the last.
 */
static bool cut(struct dm_arena *arena, const struct dm_model *model, const struct dm_walk *walk,
                size_t **ret_cuts, size_t *ret_n)
{
    size_t *cuts = DM_NEW_ARRAY(arena, walk->n_legs + 2, size_t);
    size_t n = 0;

    if (!cuts) {
        return false;
    }
    cuts[n++] = 0;
    for (size_t i = 1; i < walk->n_legs; i++) {
        size_t first = walk->legs[i].first_hop;

        if (ends_sessions(model, &walk->hops[first - 1])) {
            cuts[n++] = first;
        }
    }
    cuts[n] = walk->n_hops;
    *ret_cuts = cuts;
    *ret_n = n;
    return true;
}

/* The leg of the joined walk that holds hop 'hop'; NULL: it is not joined. */
static const struct dm_leg *leg_at(const struct dm_walk *walk, size_t hop)
{
    const struct dm_leg *found = NULL;

    for (size_t i = 0; i < walk->n_legs && walk->legs[i].first_hop <= hop; i++) {
        found = &walk->legs[i];
    }
    return found;
}

static bool find_way(struct dm_arena *arena, const struct dm_model *model,
                     const struct dm_session_query *query, const struct dm_session *session,
                     bool is_reply, struct dm_mtu_way *ret)
{
    const struct dm_walk *walk = is_reply ? session->reply : session->request;
    const struct dm_walk *other = is_reply ? session->request : session->reply;
    struct dm_mtu_leg *legs;
    size_t *cuts;
    size_t *others = NULL;
    size_t n;
    size_t n_others = 0;

    if (!cut(arena, model, walk, &cuts, &n)
        || (other && !cut(arena, model, other, &others, &n_others))) {
        return false;
    }
    legs = DM_NEW_ARRAY(arena, n, struct dm_mtu_leg);
    if (!legs) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        const struct dm_leg *near = leg_at(walk, cuts[i]);
        const struct dm_leg *far = leg_at(walk, cuts[i + 1] - 1);
        const struct dm_session_query *from = near ? near->query : query;
        const struct dm_session_query *to = far ? far->query : query;
        const struct dm_walk *begins = near ? near->request : session->request;
        const struct dm_walk *ends = far ? far->request : session->request;
        struct leg leg = { .model = model,
                           .walk = walk,
                           .first = cuts[i],
                           .end = cuts[i + 1],
                           .flow = from->flow,
                           .is_reply = is_reply };

        leg.sender = is_reply ? begins->interface : from->start.interface;
        leg.receiver = is_reply ? to->start.interface : ends->interface;
        if (n == n_others) {
            leg.other = other;
            leg.other_first = others[n - 1 - i];
            leg.other_end = others[n - i];
        }
        if (!find_leg(arena, &leg, &legs[i])) {
            return false;
        }
    }
    *ret = (struct dm_mtu_way){ legs, n };
    return true;
}

bool dm_mtu_find(struct dm_arena *arena, const struct dm_model *model,
                 const struct dm_session_query *query, const struct dm_session *session,
                 struct dm_mtu_way *ret_request, struct dm_mtu_way *ret_reply)
{
    struct dm_mtu_way request = { NULL, 0 };
    struct dm_mtu_way reply = { NULL, 0 };

    DM_ASSERT(session->end == DM_SESSION_PASS);
    if (session->request->n_hops && !find_way(arena, model, query, session, false, &request)) {
        return false;
    }
    if (session->reply && session->reply->n_hops
        && !find_way(arena, model, query, session, true, &reply)) {
        return false;
    }
    *ret_request = request;
    *ret_reply = reply;
    return true;
}

const struct dm_mtu_band *dm_mtu_stuck(const struct dm_mtu_leg *leg, uint32_t size)
{
    for (size_t i = 0; i < leg->n_bands; i++) {
        const struct dm_mtu_band *band = &leg->bands[i];

        if (size <= band->bytes) {
            continue;
        }
        if (band->fate != DM_MTU_ANSWERED) {
            return band;
        }
        size = band->bytes;
    }
    return NULL;
}
