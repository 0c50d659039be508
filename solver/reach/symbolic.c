/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/base/planted.h"
#include "solver/cluster/policy.h"
#include "solver/reach/overlay.h"
#include "solver/reach/symbolic_private.h"

static const struct dm_flow_sets nothing = { { 0 }, { 0 } };

static struct dm_flow_sets both(struct dm_set set)
{
    return (struct dm_flow_sets){ set, set };
}

static struct dm_flow_sets meet(struct dm_sets *sets, struct dm_flow_sets a, struct dm_flow_sets b)
{
    return (struct dm_flow_sets){ dm_set_and(sets, a.sure, b.sure),
                                  dm_set_and(sets, a.perhaps, b.perhaps) };
}

struct dm_symbolic *dm_symbolic_new(struct dm_arena *arena, const struct dm_model *model)
{
    struct dm_symbolic *symbolic = DM_NEW(arena, struct dm_symbolic);
    static const uint8_t carried[] = { DM_PROTO_TCP, DM_PROTO_UDP, DM_PROTO_ICMP }; /* NAT-20 */

    if (!symbolic) {
        return NULL;
    }
    symbolic->arena = arena;
    symbolic->model = model;
    symbolic->sets = dm_sets_new(arena);
    if (!symbolic->sets) {
        return NULL;
    }
    dm_map_init(&symbolic->filters, arena);
    dm_map_init(&symbolic->divided, arena);
    dm_map_init(&symbolic->answers, arena);
    symbolic->translated = DM_SET_EMPTY;
    for (size_t i = 0; i < sizeof carried / sizeof *carried; i++) {
        symbolic->translated = dm_set_or(symbolic->sets, symbolic->translated,
                                         dm_set_protocol(symbolic->sets, carried[i]));
    }
    return symbolic;
}

struct dm_sets *dm_symbolic_sets(const struct dm_symbolic *symbolic)
{
    return symbolic->sets;
}

bool dm_symbolic_failed(const struct dm_symbolic *symbolic)
{
    return symbolic->failed || dm_sets_failed(symbolic->sets);
}

/* ---- filters ---- */

static struct dm_flow_sets acl_set(struct dm_symbolic *symbolic, const struct dm_acl *acl,
                                   bool egress, struct dm_addr address)
{
    struct dm_sets *sets = symbolic->sets;
    struct dm_set taken = DM_SET_EMPTY;
    struct dm_set allowed = DM_SET_EMPTY;

    for (size_t i = 0; i < acl->n_entries; i++) {
        const struct dm_acl_entry *entry = &acl->entries[i];
        struct dm_set match;

        if (entry->egress != egress || !dm_prefix_has(entry->prefix, address)) {
            continue;
        }
        match = dm_set_match(sets, &entry->match);
        if (entry->allow) {
            allowed = dm_set_or(sets, allowed, dm_set_minus(sets, match, taken));
        }
        taken = dm_set_or(sets, taken, match);
    }
    return both(allowed);
}

static struct dm_flow_sets group_set(struct dm_symbolic *symbolic, const struct dm_group *group,
                                     const struct dm_hop *hop)
{
    struct dm_sets *sets = symbolic->sets;
    struct dm_flow_sets result = nothing;

    for (size_t i = 0; i < group->n_rules; i++) {
        const struct dm_group_rule *rule = &group->rules[i];
        enum dm_filter_verdict verdict;
        struct dm_set match;

        if (rule->egress != (hop->kind == DM_HOP_GROUPS_OUT)) {
            continue;
        }
        verdict = dm_filter_peer(symbolic->model, hop, rule);
        if (verdict == DM_FILTER_DENY) {
            continue;
        }
        match = dm_set_match(sets, &rule->match);
        if (DM_PLANTED(ATOM_LEFT_OUT)) {
            match = dm_set_forget(sets, match, DM_FIELD_BIT(DM_FIELD_DETAIL));
        }
        result.perhaps = dm_set_or(sets, result.perhaps, match);
        if (verdict == DM_FILTER_ALLOW) {
            result.sure = dm_set_or(sets, result.sure, match);
        }
    }
    return result;
}

/* What the set of one ACL or group depends on; no padding, all zero where unused. */
struct filter_key {
    uint64_t words[6];
};

static struct filter_key key_of(const struct dm_hop *hop, enum dm_kind kind, uint32_t object,
                                struct dm_addr address)
{
    bool is_group = kind == DM_KIND_group;

    return (struct filter_key){ {
        (uint64_t)kind << 32 | object,
        (uint64_t)hop->kind << 32 | (uint64_t)address.family << 16
            | (is_group ? (uint64_t)hop->scope << 8 | (uint64_t)hop->partner_carries << 1
                              | hop->references
                        : 0),
        address.high,
        address.low,
        is_group ? hop->partner.v : 0,
        is_group ? hop->at.v : 0,
    } };
}

/* The set that was kept for 'key', or a place for one. */
static struct dm_flow_sets *place_of(struct dm_symbolic *symbolic, const struct filter_key *key,
                                     bool *ret_added)
{
    uint64_t *index = dm_map_addn(&symbolic->filters, key->words, sizeof key->words, ret_added);

    if (!index) {
        return NULL;
    }
    if (*ret_added) {
        *index = symbolic->kept.n;
        if (!DM_VEC_PUSH(symbolic->arena, &symbolic->kept, nothing)) {
            return NULL;
        }
    }
    return &symbolic->kept.items[*index];
}

static struct dm_flow_sets fail(struct dm_symbolic *symbolic)
{
    symbolic->failed = true;
    return nothing;
}

static struct dm_flow_sets filter_acl(struct dm_symbolic *symbolic, const struct dm_hop *hop)
{
    bool egress = hop->kind == DM_HOP_ACL_OUT;
    struct dm_addr address = egress ? hop->destination : hop->source;
    const struct dm_subnet *subnet =
        dm_subnet_get(symbolic->model, (struct dm_subnet_id){ hop->at.v });
    struct filter_key key = key_of(hop, DM_KIND_acl, subnet->acl.v, address);
    struct dm_flow_sets *kept;
    bool added;

    if (!subnet->acl.v) {
        return (struct dm_flow_sets){ DM_SET_EMPTY, DM_SET_ALL };
    }
    kept = place_of(symbolic, &key, &added);
    if (!kept) {
        return fail(symbolic);
    }
    if (added) {
        *kept = acl_set(symbolic, dm_acl_get(symbolic->model, subnet->acl), egress, address);
    }
    return *kept;
}

static struct dm_flow_sets filter_groups(struct dm_symbolic *symbolic, const struct dm_hop *hop)
{
    const struct dm_interface *interface =
        dm_interface_get(symbolic->model, (struct dm_interface_id){ hop->at.v });
    struct dm_addr address = hop->kind == DM_HOP_GROUPS_OUT ? hop->destination : hop->source;
    struct dm_flow_sets result = nothing;

    for (size_t i = 0; i < interface->n_groups; i++) {
        struct filter_key key = key_of(hop, DM_KIND_group, interface->groups[i].v, address);
        struct dm_flow_sets *kept;
        bool added;

        kept = place_of(symbolic, &key, &added);
        if (!kept) {
            return fail(symbolic);
        }
        if (added) {
            *kept = group_set(symbolic, dm_group_get(symbolic->model, interface->groups[i]), hop);
        }
        result.sure = dm_set_or(symbolic->sets, result.sure, kept->sure);
        result.perhaps = dm_set_or(symbolic->sets, result.perhaps, kept->perhaps);
    }
    if (dm_filter_host_endpoint(symbolic->model, hop).v) {
        result.sure = DM_SET_EMPTY;
    }
    return result;
}

/* A service's own ports, and echo requests where they get to it; of a service that is not known in
 * whole, perhaps all else but ICMP [VPCE-20]. */
static struct dm_flow_sets filter_service(struct dm_symbolic *symbolic,
                                          struct dm_endpoint_service_id id, bool echo)
{
    static const struct dm_match echoes[] = { { DM_PROTO_ICMP, 0, 65535, 8, -1 },
                                              { DM_PROTO_ICMPV6, 0, 65535, 128, -1 } };
    const struct dm_endpoint_service *service = dm_endpoint_service_get(symbolic->model, id);
    struct dm_sets *sets = symbolic->sets;
    struct dm_flow_sets result = nothing;

    for (size_t i = 0; i < service->n_answers; i++) {
        result.sure = dm_set_or(sets, result.sure, dm_set_match(sets, &service->answers[i]));
    }
    for (size_t i = 0; echo && i < sizeof echoes / sizeof *echoes; i++) {
        result.sure = dm_set_or(sets, result.sure, dm_set_match(sets, &echoes[i]));
    }
    result.perhaps = result.sure;
    if (!service->is_whole) {
        struct dm_set icmp = dm_set_or(sets, dm_set_protocol(sets, DM_PROTO_ICMP),
                                       dm_set_protocol(sets, DM_PROTO_ICMPV6));

        result.perhaps = dm_set_or(sets, result.sure, dm_set_not(sets, icmp));
    }
    return result;
}

/* Of requests, also where the hop is of their answers' way: of answers a firewall looks at the port
 * that was asked, so no more than these is needed. */
static struct dm_flow_sets filter_firewall(struct dm_symbolic *symbolic, const struct dm_hop *hop)
{
    struct filter_key key = {
        { (uint64_t)hop->kind << 32 | hop->at.v,
          (uint64_t)hop->source.family << 32 | (uint64_t)hop->destination.family << 16 | hop->seen,
          hop->source.high, hop->source.low, hop->destination.high, hop->destination.low }
    };
    struct dm_flow_sets *kept;
    bool added;

    key.words[0] |= UINT64_C(1) << 63; /* unlike those of ACLs and groups */
    kept = place_of(symbolic, &key, &added);
    if (!kept) {
        return fail(symbolic);
    }
    if (added) {
        *kept = dm_firewall_sets(symbolic->sets, symbolic->model, hop);
    }
    return *kept;
}

/* ---- policies of clusters ---- */

/* The number of a pod among those that policies know; DM_POLICY_OUTSIDE: it is none. */
static uint32_t pod_number(const struct dm_symbolic *symbolic, struct dm_interface_id id)
{
    const struct dm_interface *item = id.v ? dm_interface_get(symbolic->model, id) : NULL;

    return item && item->kind == DM_INTERFACE_POD
               ? dm_policies_first_pod(symbolic->policies, item->workload) + item->pod
               : DM_POLICY_OUTSIDE;
}

/* For each source that policies may see, what is sure of all and what perhaps of any. */
static struct dm_flow_sets from_any(struct dm_symbolic *symbolic, uint32_t pod,
                                    const struct dm_addr *sources)
{
    struct dm_sets *sets = symbolic->sets;
    struct dm_flow_sets result = { DM_SET_ALL, DM_SET_EMPTY };

    for (; !dm_addr_is_none(*sources); sources++) {
        struct dm_flow_sets one =
            dm_policies_address(symbolic->policies, pod, DM_POLICY_INGRESS, *sources);

        result.sure = dm_set_and(sets, result.sure, one.sure);
        result.perhaps = dm_set_or(sets, result.perhaps, one.perhaps);
    }
    return result;
}

static struct dm_flow_sets policy_set(struct dm_symbolic *symbolic, const struct dm_hop *hop)
{
    enum dm_policy_direction direction =
        hop->kind == DM_HOP_POLICY_IN ? DM_POLICY_INGRESS : DM_POLICY_EGRESS;
    struct dm_interface_id at = { hop->at.v };
    uint32_t pod = pod_number(symbolic, at);
    uint32_t peer = pod_number(symbolic, hop->partner);

    if (dm_overlay_is_own(symbolic->model, hop)) {
        return both(DM_SET_ALL);
    }
    if (peer != DM_POLICY_OUTSIDE) {
        return dm_policies_side(symbolic->policies, pod, direction, peer,
                                direction == DM_POLICY_INGRESS ? hop->source : hop->destination);
    }
    if (hop->seen_sources) {
        return from_any(symbolic, pod, hop->seen_sources);
    }
    return dm_policies_address(symbolic->policies, pod, direction,
                               direction == DM_POLICY_INGRESS ? hop->source : hop->destination);
}

static bool has_nets(const struct dm_policy_rule *rules, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (rules[i].source.n_nets || rules[i].source.n_not_nets || rules[i].destination.n_nets
            || rules[i].destination.n_not_nets) {
            return true;
        }
    }
    return false;
}

static bool begin_policies(struct dm_symbolic *symbolic)
{
    const struct dm_model *model = symbolic->model;

    if (!symbolic->policies) {
        symbolic->policies = dm_policies_new(symbolic->arena, model, symbolic->sets);
        symbolic->by_address = model->n_network_sets > 0;
        for (uint32_t i = 0; i < model->n_network_policies; i++) {
            const struct dm_network_policy *policy = &model->network_policies[i];

            symbolic->by_address |= has_nets(policy->ingress, policy->n_ingress)
                                    || has_nets(policy->egress, policy->n_egress);
        }
    }
    return symbolic->policies != NULL;
}

/* Pods of a workload are alike, on whichever node they are, but where rules look at addresses. */
static struct filter_key policy_key(const struct dm_symbolic *symbolic, const struct dm_hop *hop)
{
    const struct dm_interface *at =
        dm_interface_get(symbolic->model, (struct dm_interface_id){ hop->at.v });
    const struct dm_interface *partner =
        hop->partner.v ? dm_interface_get(symbolic->model, hop->partner) : NULL;
    struct dm_addr address = hop->kind == DM_HOP_POLICY_IN ? hop->source : hop->destination;
    struct dm_addr also = { 0 };
    uint64_t self = (uint64_t)at->workload.v << 28 | at->pod;
    uint64_t party;

    if (hop->seen_sources) {
        address = hop->seen_sources[0];
        also = hop->seen_sources[1];
    }
    party = (uint64_t)address.family << 16 | also.family;
    if (partner && partner->kind == DM_INTERFACE_POD) {
        party = UINT64_C(1) << 63 | (uint64_t)partner->workload.v << 28 | partner->pod;
        address = symbolic->by_address ? address : also;
    }
    return (struct filter_key){ {
        UINT64_C(3) << 62 /* unlike those of firewalls */
            | (uint64_t)(hop->kind == DM_HOP_POLICY_IN) << 61
            | (uint64_t)dm_overlay_is_own(symbolic->model, hop) << 60 | self,
        party,
        address.high,
        address.low,
        also.high,
        also.low,
    } };
}

static struct dm_flow_sets filter_policy(struct dm_symbolic *symbolic, const struct dm_hop *hop)
{
    struct filter_key key;
    struct dm_flow_sets *kept;
    bool added;

    if (!begin_policies(symbolic)) {
        return fail(symbolic);
    }
    key = policy_key(symbolic, hop);
    kept = place_of(symbolic, &key, &added);
    if (!kept) {
        return fail(symbolic);
    }
    if (added) {
        struct dm_flow_sets made = policy_set(symbolic, hop);

        *kept = made;
        symbolic->failed |= dm_policies_failed(symbolic->policies);
    }
    return *kept;
}

static struct dm_flow_sets filter(struct dm_symbolic *symbolic, const struct dm_hop *hop)
{
    struct dm_vpc_endpoint_id endpoint = { hop->at.v };
    struct dm_endpoint_service_id service = { hop->at.v };
    struct dm_flow_sets result;

    switch (hop->kind) {
    case DM_HOP_ACL_IN:
    case DM_HOP_ACL_OUT:
        result = filter_acl(symbolic, hop);
        return hop->is_lenient ? (struct dm_flow_sets){ result.sure, DM_SET_ALL } : result;
    case DM_HOP_GROUPS_IN:
    case DM_HOP_GROUPS_OUT:
        return filter_groups(symbolic, hop);
    case DM_HOP_NAT:
        return both(symbolic->translated);
    case DM_HOP_ENDPOINT:
        if (hop->at.kind == DM_KIND_vpc_endpoint) {
            service = dm_vpc_endpoint_get(symbolic->model, endpoint)->service;
        }
        return filter_service(symbolic, service, false);
    case DM_HOP_SERVICE:
        return filter_service(symbolic, service, true);
    case DM_HOP_FIREWALL:
    case DM_HOP_FIREWALL_BACK:
    case DM_HOP_FIREWALL_MISSED:
        return filter_firewall(symbolic, hop);
    case DM_HOP_POLICY_OUT:
    case DM_HOP_POLICY_IN:
        return filter_policy(symbolic, hop);
    case DM_HOP_SEND:
    case DM_HOP_ROUTE:
    case DM_HOP_NAT_BACK:
    case DM_HOP_INTERNET_OUT:
    case DM_HOP_INTERNET:
    case DM_HOP_INTERNET_IN:
    case DM_HOP_GATEWAY_ENDPOINT:
    case DM_HOP_INSPECTED:
    case DM_HOP_FORWARD:
    case DM_HOP_BALANCER:
    case DM_HOP_BALANCER_BACK:
    case DM_HOP_ACCELERATOR:
    case DM_HOP_ACCELERATOR_BACK:
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
    case DM_HOP_SITE_ROUTE:
    case DM_HOP_VPN:
    case DM_HOP_DX_INTERFACE:
    case DM_HOP_DX_GATEWAY:
    case DM_HOP_VPN_GATEWAY:
    case DM_HOP_ENCAPSULATE:
    case DM_HOP_DECAPSULATE:
    case DM_HOP_NODE_OUT:
    case DM_HOP_NODE_BACK:
    case DM_HOP_KUBE_SERVICE:
    case DM_HOP_KUBE_SERVICE_BACK:
    case DM_HOP_NODE_PORT:
    case DM_HOP_NODE_PORT_BACK:
    case DM_HOP_DELIVER:
        break;
    }
    DM_ASSERT(!dm_hop_is_filter(hop->kind));
    return both(DM_SET_ALL);
}

/* Packets to one port; of clusters there are few ports, and of packets inside others many. */
static struct dm_set outer_set(struct dm_symbolic *symbolic, uint32_t port)
{
    if (symbolic->outer_port != port) {
        symbolic->outer = port == DM_OUTER_IPIP ? dm_set_protocol(symbolic->sets, DM_PROTO_IPIP)
                                                : dm_set_details(symbolic->sets, DM_PROTO_UDP,
                                                                 (uint16_t)port, (uint16_t)port);
        symbolic->outer_port = port;
    }
    return symbolic->outer;
}

/* All or nothing of what is inside, as the packet around it passes or not. */
static struct dm_flow_sets around(struct dm_symbolic *symbolic, uint32_t port,
                                  struct dm_flow_sets passes)
{
    struct dm_set outer = outer_set(symbolic, port);

    return (struct dm_flow_sets){
        dm_set_is_empty(dm_set_minus(symbolic->sets, outer, passes.sure)) ? DM_SET_ALL
                                                                          : DM_SET_EMPTY,
        dm_set_is_empty(dm_set_minus(symbolic->sets, outer, passes.perhaps)) ? DM_SET_ALL
                                                                             : DM_SET_EMPTY
    };
}

struct dm_flow_sets dm_symbolic_filter(struct dm_symbolic *symbolic, const struct dm_hop *hop)
{
    struct dm_flow_sets passes = filter(symbolic, hop);

    return hop->outer ? around(symbolic, hop->outer, passes) : passes;
}

struct dm_flow_sets dm_symbolic_walk(struct dm_symbolic *symbolic, const struct dm_walk *walk)
{
    struct dm_flow_sets result = both(DM_SET_ALL);

    for (size_t i = 0; i < walk->n_hops && !dm_set_is_empty(result.perhaps); i++) {
        result = meet(symbolic->sets, result, dm_symbolic_filter(symbolic, &walk->hops[i]));
    }
    return result;
}

struct dm_flow_sets dm_symbolic_beyond(struct dm_symbolic *symbolic, const struct dm_walk *walk)
{
    struct dm_flow_sets result = both(DM_SET_ALL);
    size_t translated = walk->n_hops;

    for (size_t i = 0; i < walk->n_hops; i++) {
        if (walk->hops[i].kind == DM_HOP_NAT || walk->hops[i].kind == DM_HOP_NODE_OUT) {
            translated = i;
        }
    }
    for (size_t i = 0; i < walk->n_hops && !dm_set_is_empty(result.perhaps); i++) {
        const struct dm_hop *hop = &walk->hops[i];

        if (i >= translated || hop->kind == DM_HOP_ACL_OUT || hop->kind == DM_HOP_ACL_IN) {
            result = meet(symbolic->sets, result, dm_symbolic_filter(symbolic, hop));
        }
    }
    return result;
}

struct dm_flow_sets dm_symbolic_own(struct dm_symbolic *symbolic, const struct dm_walk *walk,
                                    struct dm_interface_id sender)
{
    struct dm_flow_sets result = both(DM_SET_ALL);

    for (size_t i = 0; i < walk->n_hops && !dm_set_is_empty(result.perhaps); i++) {
        struct dm_hop hop = walk->hops[i];

        if ((hop.kind == DM_HOP_GROUPS_OUT || hop.kind == DM_HOP_POLICY_OUT)
            && hop.at.v == walk->hops[0].at.v && !hop.outer) {
            hop.at.v = sender.v;
            result = meet(symbolic->sets, result, dm_symbolic_filter(symbolic, &hop));
        }
    }
    return result;
}

/* ---- answers ---- */

/* Collects codes of one type as those of another. */
struct shift {
    struct dm_sets *sets;
    uint8_t protocol;
    uint8_t to;
    struct dm_set result;
};

static void shift_box(void *context, const struct dm_box *box)
{
    struct shift *shift = context;
    uint16_t type = (uint16_t)(shift->to << 8);

    shift->result = dm_set_or(shift->sets, shift->result,
                              dm_set_details(shift->sets, shift->protocol,
                                             (uint16_t)(type | (box->detail_first & 255)),
                                             (uint16_t)(type | (box->detail_last & 255))));
}

/* The echo requests of which 'passes' has the echo replies. */
static struct dm_set answered_echo(struct dm_sets *sets, struct dm_set passes, uint8_t protocol,
                                   uint8_t request, uint8_t reply)
{
    struct shift shift = { sets, protocol, request, DM_SET_EMPTY };
    struct dm_set replies =
        dm_set_details(sets, protocol, (uint16_t)(reply << 8), (uint16_t)(reply << 8 | 255));

    dm_set_boxes(sets, dm_set_and(sets, passes, replies), shift_box, &shift);
    return shift.result;
}

static struct dm_set find_answered(struct dm_sets *sets, struct dm_set passes,
                                   const struct dm_flow *flow)
{
    static const uint8_t with_ports[] = { DM_PROTO_TCP, DM_PROTO_UDP };
    static const struct {
        uint8_t protocol;
        uint8_t request;
        uint8_t reply;
    } echoes[] = { { DM_PROTO_ICMP, 8, 0 }, { DM_PROTO_ICMPV6, 128, 129 } };
    struct dm_set result = passes;

    for (size_t i = 0; i < sizeof with_ports / sizeof *with_ports; i++) {
        struct dm_set all = dm_set_protocol(sets, with_ports[i]);
        struct dm_set needed =
            dm_set_details(sets, with_ports[i], flow->port_first, flow->port_last);

        result = dm_set_is_empty(dm_set_minus(sets, needed, passes))
                     ? dm_set_or(sets, result, all)
                     : dm_set_minus(sets, result, all);
    }
    for (size_t i = 0; i < sizeof echoes / sizeof *echoes; i++) {
        uint16_t first = (uint16_t)(echoes[i].request << 8);
        struct dm_set requests =
            dm_set_details(sets, echoes[i].protocol, first, (uint16_t)(first | 255));

        result = dm_set_or(
            sets, dm_set_minus(sets, result, requests),
            answered_echo(sets, passes, echoes[i].protocol, echoes[i].request, echoes[i].reply));
    }
    return result;
}

/* The requests whose answers 'passes' has, where answers go to the ports of 'flow', all of which
 * may be chosen. */
static struct dm_set answered(struct dm_symbolic *symbolic, struct dm_set passes,
                              const struct dm_flow *flow)
{
    uint32_t key[] = { passes.v, (uint32_t)flow->port_first << 16 | flow->port_last };
    uint64_t *place;
    bool added;

    place = dm_map_addn(&symbolic->answers, key, sizeof key, &added);
    if (!place) {
        symbolic->failed = true;
        return DM_SET_EMPTY;
    }
    if (added) {
        *place = find_answered(symbolic->sets, passes, flow).v;
    }
    return (struct dm_set){ (uint32_t)*place };
}

/* The requests whose answers come back on one walk. */
static struct dm_flow_sets judge_reply(struct dm_symbolic *symbolic,
                                       const struct dm_session_query *query,
                                       const struct dm_walk *request, const struct dm_walk *reply)
{
    struct dm_sets *sets = symbolic->sets;
    struct dm_flow_sets result = both(DM_SET_ALL);

    if (reply->end == DM_WALK_DROPPED) {
        return nothing;
    }
    for (size_t i = 0; i < reply->n_hops && !dm_set_is_empty(result.perhaps); i++) {
        struct dm_flow_sets filter;
        struct dm_flow flow;

        if (!dm_hop_is_filter(reply->hops[i].kind)) {
            continue;
        }
        flow = dm_session_flow(query, request, reply, i);
        filter = dm_symbolic_filter(symbolic, &reply->hops[i]);
        if (reply->hops[i].kind == DM_HOP_FIREWALL_BACK
            || reply->hops[i].kind == DM_HOP_FIREWALL_MISSED || reply->hops[i].outer) {
            result = meet(sets, result, filter); /* of requests already, or of all alike */
            continue;
        }
        filter.sure = answered(symbolic, filter.sure, &flow);
        filter.perhaps = answered(symbolic, filter.perhaps, &flow);
        result = meet(sets, result, filter);
    }
    if (reply->end == DM_WALK_UNKNOWN) {
        result.sure = DM_SET_EMPTY;
    } else if (!dm_session_is_answer(query, reply)) {
        return nothing;
    }
    return result;
}

/* Of what one walk delivers, perhaps too, what is answered on all ways back. */
static bool judge_replies(struct dm_symbolic *symbolic, const struct dm_walker *walker,
                          struct dm_alive *alive, const struct dm_session_query *query,
                          const struct dm_walk *request, struct dm_flow_sets *answered_sets)
{
    struct dm_sets *sets = symbolic->sets;
    struct dm_walk_start start = dm_session_reply_start(request);
    struct dm_flow_sets all = *answered_sets;
    const struct dm_walks *replies;

    start.sender = query->start.receiver;
    start.receiver = query->start.sender;
    replies = dm_walk(walker, alive, &start);
    if (!replies) {
        return false;
    }
    for (size_t i = 0; i < replies->n; i++) {
        all = meet(sets, all, judge_reply(symbolic, query, request, &replies->items[i]));
    }
    *answered_sets = all;
    return true;
}

/* ---- through load balancers ---- */

static void add(struct dm_sets *sets, struct dm_set *to, struct dm_set set)
{
    *to = dm_set_or(sets, *to, set);
}

/* One request's walk, with what its filters let pass; what becomes of that. */
struct way {
    const struct dm_session_query *query;
    const struct dm_walk *request;
    struct dm_flow_sets passes;
    struct dm_symbolic_session result;
};

/* What a piece of the flows that reach a balancer's node comes to; 'back' is what gets from there
 * back to the sender. */
static void add_piece(struct dm_sets *sets, struct way *way, struct dm_set piece,
                      const struct dm_onward *onward, struct dm_flow_sets back)
{
    struct dm_set sure = dm_set_and(sets, way->passes.sure, piece);
    struct dm_set perhaps = dm_set_and(sets, way->passes.perhaps, piece);
    struct dm_symbolic_session *result = &way->result;

    if (onward->delivered == DM_SESSION_FAIL) {
        return;
    }
    add(sets, &result->delivered.perhaps, perhaps);
    if (onward->delivered == DM_SESSION_PASS) {
        add(sets, &result->delivered.sure, sure);
    }
    if (onward->answered == DM_SESSION_FAIL) {
        return;
    }
    add(sets, &result->answered.perhaps,
        onward->some_back ? dm_set_and(sets, perhaps, back.perhaps) : perhaps);
    if (onward->answered == DM_SESSION_PASS) {
        add(sets, &result->answered.sure, dm_set_and(sets, sure, back.sure));
    }
}

/* What becomes of flows that reached a balancer's node. */
static bool follow_balancer(struct dm_symbolic *symbolic, const struct dm_walker *walker,
                            struct dm_alive *alive, struct way *way)
{
    struct dm_session_query query = *way->query;
    struct dm_flow_sets back = both(DM_SET_ALL);
    struct dm_relay_pieces pieces;

    if (!dm_symbolic_pieces(symbolic, way->request->interface, way->passes.perhaps, &pieces)
        || !judge_replies(symbolic, walker, alive, way->query, way->request, &back)) {
        return false;
    }
    for (size_t i = 0; i < pieces.n; i++) {
        struct dm_onward onward;

        query.flow = pieces.items[i].one;
        if (!dm_relay_onward(walker, alive, &query, way->request, NULL, &onward)) {
            return false;
        }
        add_piece(symbolic->sets, way, pieces.items[i].flows, &onward, back);
    }
    return true;
}

bool dm_symbolic_session_of(struct dm_symbolic *symbolic, const struct dm_walker *walker,
                            struct dm_alive *alive, const struct dm_walk_start *start,
                            struct dm_interface_id target, struct dm_set scope,
                            struct dm_symbolic_session *ret_session)
{
    struct dm_sets *sets = symbolic->sets;
    const struct dm_walks *requests = dm_walk(walker, alive, start);
    struct dm_session_query query = { .start = *start };
    struct dm_symbolic_session session = { both(scope), both(scope) };

    if (!requests) {
        return false;
    }
    for (size_t i = 0; i < requests->n && !dm_set_is_empty(session.delivered.perhaps); i++) {
        const struct dm_walk *request = &requests->items[i];
        struct way way = { .query = &query, .request = request };
        bool is_at = dm_walk_is_at(request, target);

        if (is_at || dm_walk_is_open(request)) {
            way.passes = meet(sets, both(scope), dm_symbolic_walk(symbolic, request));
        }
        if (is_at && request->end == DM_WALK_BALANCER) {
            if (!follow_balancer(symbolic, walker, alive, &way)) {
                return false;
            }
        } else {
            if (dm_walk_is_open(request)) {
                way.passes.sure = DM_SET_EMPTY;
            }
            way.result = (struct dm_symbolic_session){ way.passes, way.passes };
            if (!dm_walk_is_open(request) && !dm_set_is_empty(way.passes.perhaps)
                && !judge_replies(symbolic, walker, alive, &query, request, &way.result.answered)) {
                return false;
            }
        }
        session.delivered = meet(sets, session.delivered, way.result.delivered);
        session.answered = meet(sets, session.answered, way.result.answered);
    }
    *ret_session = session;
    return !dm_symbolic_failed(symbolic);
}

bool dm_symbolic_session(struct dm_symbolic *symbolic, const struct dm_walker *walker,
                         struct dm_alive *alive, const struct dm_walk_start *start,
                         struct dm_interface_id target, struct dm_symbolic_session *ret_session)
{
    return dm_symbolic_session_of(symbolic, walker, alive, start, target, DM_SET_ALL, ret_session);
}

struct dm_flow dm_symbolic_flow(const struct dm_packet *packet)
{
    return (struct dm_flow){ .protocol = packet->protocol,
                             .port_first = packet->destination_port,
                             .port_last = packet->destination_port,
                             .icmp_type = packet->icmp_type,
                             .icmp_code = packet->icmp_code };
}
