/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/reach/filter.h"

#include "solver/reach/firewall.h"
#include "solver/reach/overlay.h"

static bool has_ports(uint8_t protocol)
{
    return protocol == DM_PROTO_TCP || protocol == DM_PROTO_UDP;
}

static struct dm_packet packet_of(const struct dm_flow *flow, uint16_t port)
{
    return (struct dm_packet){ .protocol = flow->protocol,
                               .destination_port = port,
                               .icmp_type = flow->icmp_type,
                               .icmp_code = flow->icmp_code };
}

static bool egress(const struct dm_hop *hop)
{
    return hop->kind == DM_HOP_ACL_OUT || hop->kind == DM_HOP_GROUPS_OUT;
}

static struct dm_addr filtered_address(const struct dm_hop *hop)
{
    return egress(hop) ? hop->destination : hop->source;
}

/* ---- network ACLs ---- */

static struct dm_decision decide_acl(const struct dm_model *model, const struct dm_hop *hop,
                                     const struct dm_packet *packet)
{
    const struct dm_subnet *subnet = dm_subnet_get(model, (struct dm_subnet_id){ hop->at.v });
    struct dm_decision decision = { .verdict = DM_FILTER_DENY,
                                    .code = DM_CODE_SUBNET_ACL_RESTRICTION,
                                    .port = packet->destination_port };
    const struct dm_acl *acl;

    if (!subnet->acl.v) {
        decision.verdict = DM_FILTER_UNKNOWN;
        decision.by = hop->at;
        decision.unknown = subnet->unknown;
        decision.origin = subnet->object.origin;
        return decision;
    }
    acl = dm_acl_get(model, subnet->acl);
    decision.by = DM_REF(acl, subnet->acl);
    decision.origin = acl->object.origin;
    for (size_t i = 0; i < acl->n_entries; i++) {
        const struct dm_acl_entry *entry = &acl->entries[i];

        if (entry->egress == egress(hop) && dm_match_has(&entry->match, packet)
            && dm_prefix_has(entry->prefix, filtered_address(hop))) {
            decision.verdict = entry->allow ? DM_FILTER_ALLOW : DM_FILTER_DENY;
            decision.rule = entry->number;
            decision.origin = entry->origin;
            return decision;
        }
    }
    return decision;
}

/* ---- security groups ---- */

static bool is_member(const struct dm_interface *interface, uint32_t group)
{
    for (size_t i = 0; i < interface->n_groups; i++) {
        if (interface->groups[i].v == group) {
            return true;
        }
    }
    return false;
}

/* Whether a reference to 'group' matches the other end of this hop. */
static bool reference_matches(const struct dm_model *model, const struct dm_hop *hop,
                              uint32_t group)
{
    struct dm_vpc_id near;
    struct dm_vpc_id far;

    if (!hop->partner.v || !is_member(dm_interface_get(model, hop->partner), group)) {
        return false;
    }
    near = dm_model_vpc_of_interface(model, (struct dm_interface_id){ hop->at.v });
    far = dm_model_vpc_of_interface(model, hop->partner);
    switch (hop->scope) {
    case DM_SCOPE_LOCAL:
        return near.v == far.v;
    case DM_SCOPE_PEERING:
        return dm_vpc_get(model, near)->region.v == dm_vpc_get(model, far)->region.v;
    case DM_SCOPE_TRANSIT:
        return hop->references && !egress(hop);
    case DM_SCOPE_TRANSIT_FAR:
    case DM_SCOPE_INSPECTED:
    case DM_SCOPE_INTERNET:
        break;
    }
    return false;
}

static enum dm_filter_verdict list_has(const struct dm_model *model, uint32_t list,
                                       struct dm_addr address)
{
    const struct dm_prefix_list *item =
        dm_prefix_list_get(model, (struct dm_prefix_list_id){ list });

    for (size_t i = 0; i < item->n_prefixes; i++) {
        if (dm_prefix_has(item->prefixes[i], address)) {
            return DM_FILTER_ALLOW;
        }
    }
    return item->unknown.v ? DM_FILTER_UNKNOWN : DM_FILTER_DENY;
}

enum dm_filter_verdict dm_filter_peer(const struct dm_model *model, const struct dm_hop *hop,
                                      const struct dm_group_rule *rule)
{
    bool matches = false;

    switch (rule->peer_kind) {
    case DM_PEER_PREFIX:
        matches = dm_prefix_has(rule->prefix, filtered_address(hop));
        break;
    case DM_PEER_GROUP:
        matches = reference_matches(model, hop, rule->peer);
        if (matches && hop->partner_carries) {
            return DM_FILTER_UNKNOWN; /* [CAL-23] */
        }
        break;
    case DM_PEER_LIST:
        return list_has(model, rule->peer, filtered_address(hop));
    case DM_PEER_UNKNOWN:
        return DM_FILTER_UNKNOWN;
    }
    return matches ? DM_FILTER_ALLOW : DM_FILTER_DENY;
}

static struct dm_unknown_id unknown_of(const struct dm_model *model,
                                       const struct dm_group_rule *rule,
                                       enum dm_filter_verdict verdict)
{
    if (verdict != DM_FILTER_UNKNOWN || rule->peer_kind == DM_PEER_GROUP) {
        return (struct dm_unknown_id){ 0 };
    }
    return rule->peer_kind == DM_PEER_LIST
               ? dm_prefix_list_get(model, (struct dm_prefix_list_id){ rule->peer })->unknown
               : (struct dm_unknown_id){ rule->peer };
}

static struct dm_decision decide_groups(const struct dm_model *model, const struct dm_hop *hop,
                                        const struct dm_packet *packet)
{
    const struct dm_interface *interface =
        dm_interface_get(model, (struct dm_interface_id){ hop->at.v });
    struct dm_decision decision = { .verdict = DM_FILTER_DENY,
                                    .code = DM_CODE_ENI_SG_RULES_MISMATCH,
                                    .by = hop->at,
                                    .origin = interface->object.origin,
                                    .port = packet->destination_port };

    for (size_t i = 0; i < interface->n_groups; i++) {
        const struct dm_group *group = dm_group_get(model, interface->groups[i]);

        if (i == 0) {
            decision.by = DM_REF(group, interface->groups[i]);
            decision.origin = group->object.origin;
        }
        for (size_t j = 0; j < group->n_rules; j++) {
            const struct dm_group_rule *rule = &group->rules[j];
            enum dm_filter_verdict verdict;

            if (rule->egress != egress(hop) || !dm_match_has(&rule->match, packet)) {
                continue;
            }
            verdict = dm_filter_peer(model, hop, rule);
            if (verdict == DM_FILTER_DENY
                || (verdict == DM_FILTER_UNKNOWN && decision.verdict == DM_FILTER_UNKNOWN)) {
                continue;
            }
            decision.verdict = verdict;
            decision.by = DM_REF(group, interface->groups[i]);
            decision.rule = (uint32_t)j + 1;
            decision.origin = rule->origin;
            decision.unknown = unknown_of(model, rule, verdict);
            if (verdict == DM_FILTER_ALLOW) {
                return decision;
            }
        }
    }
    return decision;
}

struct dm_unknown_id dm_filter_host_endpoint(const struct dm_model *model, const struct dm_hop *hop)
{
    struct dm_node_id node = dm_interface_get(model, (struct dm_interface_id){ hop->at.v })->node;

    return node.v && !hop->outer ? dm_node_get(model, node)->host_endpoint
                                 : (struct dm_unknown_id){ 0 };
}

/* Groups, and where a host endpoint is, its policies behind them. */
static struct dm_decision decide_interface(const struct dm_model *model, const struct dm_hop *hop,
                                           const struct dm_packet *packet)
{
    struct dm_decision decision = decide_groups(model, hop, packet);
    struct dm_unknown_id unknown = dm_filter_host_endpoint(model, hop);

    if (unknown.v && decision.verdict == DM_FILTER_ALLOW) {
        decision.verdict = DM_FILTER_UNKNOWN;
        decision.by = DM_REF(unknown, unknown);
        decision.rule = 0;
        decision.origin = dm_unknown_get(model, unknown)->object.origin;
        decision.unknown = unknown;
    }
    return decision;
}

static struct dm_decision decide_nat(const struct dm_model *model, const struct dm_hop *hop,
                                     const struct dm_packet *packet)
{
    bool carried = packet->protocol == DM_PROTO_TCP || packet->protocol == DM_PROTO_UDP
                   || packet->protocol == DM_PROTO_ICMP;

    return (struct dm_decision){ .verdict = carried ? DM_FILTER_ALLOW : DM_FILTER_DENY,
                                 .code = DM_CODE_NAT_PROTOCOL,
                                 .by = hop->at,
                                 .origin = dm_model_object(model, hop->at)->origin,
                                 .port = packet->destination_port };
}

/* ---- services behind endpoints ---- */

static const struct dm_endpoint_service *service_of(const struct dm_model *model,
                                                    const struct dm_hop *hop)
{
    if (hop->at.kind == DM_KIND_vpc_endpoint) {
        struct dm_vpc_endpoint_id id = { hop->at.v };

        return dm_endpoint_service_get(model, dm_vpc_endpoint_get(model, id)->service);
    }
    return dm_endpoint_service_get(model, (struct dm_endpoint_service_id){ hop->at.v });
}

/* Behind a gateway endpoint, or on the internet, a service also answers echo requests; an interface
 * endpoint takes nothing but the service's ports [VPCE-20]. */
static struct dm_decision decide_service(const struct dm_model *model, const struct dm_hop *hop,
                                         const struct dm_packet *packet)
{
    const struct dm_endpoint_service *service = service_of(model, hop);
    bool is_icmp = packet->protocol == DM_PROTO_ICMP || packet->protocol == DM_PROTO_ICMPV6;
    bool is_echo = (packet->protocol == DM_PROTO_ICMP && packet->icmp_type == 8)
                   || (packet->protocol == DM_PROTO_ICMPV6 && packet->icmp_type == 128);
    struct dm_decision decision = { .verdict = service->is_whole || is_icmp ? DM_FILTER_DENY
                                                                            : DM_FILTER_UNKNOWN,
                                    .code = DM_CODE_SERVICE_PORT,
                                    .by = hop->at,
                                    .origin = dm_model_object(model, hop->at)->origin,
                                    .port = packet->destination_port };

    if (is_echo && hop->kind == DM_HOP_SERVICE) {
        decision.verdict = DM_FILTER_ALLOW;
    }
    for (size_t i = 0; i < service->n_answers; i++) {
        if (dm_match_has(&service->answers[i], packet)) {
            decision.verdict = DM_FILTER_ALLOW;
        }
    }
    return decision;
}

/* Whether an ACL that denies stops what an accelerator brings is not documented [GA-08]. */
static struct dm_decision decide_lenient_acl(const struct dm_model *model, const struct dm_hop *hop,
                                             const struct dm_packet *packet)
{
    struct dm_decision decision = decide_acl(model, hop, packet);

    if (hop->is_lenient && decision.verdict == DM_FILTER_DENY) {
        decision.verdict = DM_FILTER_UNKNOWN;
    }
    return decision;
}

static struct dm_decision decide_one(const struct dm_model *model, const struct dm_hop *hop,
                                     const struct dm_packet *packet)
{
    if (hop->kind == DM_HOP_NAT) {
        return decide_nat(model, hop, packet);
    }
    if (hop->kind == DM_HOP_ACL_IN || hop->kind == DM_HOP_ACL_OUT) {
        return decide_lenient_acl(model, hop, packet);
    }
    if (hop->kind == DM_HOP_ENDPOINT || hop->kind == DM_HOP_SERVICE) {
        return decide_service(model, hop, packet);
    }
    DM_ASSERT(hop->kind == DM_HOP_GROUPS_IN || hop->kind == DM_HOP_GROUPS_OUT);
    return decide_interface(model, hop, packet);
}

/* ---- the rules' pieces ---- */

/* Calls 'each' with the match of every rule that the hop's filter may use. */
static void each_match(const struct dm_model *model, const struct dm_hop *hop,
                       void (*each)(void *context, const struct dm_match *match), void *context)
{
    if (hop->kind == DM_HOP_ACL_IN || hop->kind == DM_HOP_ACL_OUT) {
        struct dm_acl_id id = dm_subnet_get(model, (struct dm_subnet_id){ hop->at.v })->acl;
        const struct dm_acl *acl = id.v ? dm_acl_get(model, id) : NULL;

        for (size_t i = 0; acl && i < acl->n_entries; i++) {
            if (acl->entries[i].egress == egress(hop)) {
                each(context, &acl->entries[i].match);
            }
        }
    } else if (hop->kind == DM_HOP_ENDPOINT || hop->kind == DM_HOP_SERVICE) {
        const struct dm_endpoint_service *service = service_of(model, hop);

        const struct dm_match echo = { DM_PROTO_ICMP, 0, 65535, 8, -1 };
        const struct dm_match echo_v6 = { DM_PROTO_ICMPV6, 0, 65535, 128, -1 };

        for (size_t i = 0; i < service->n_answers; i++) {
            each(context, &service->answers[i]);
        }
        each(context, &echo);
        each(context, &echo_v6);
    } else if (hop->kind == DM_HOP_GROUPS_IN || hop->kind == DM_HOP_GROUPS_OUT) {
        const struct dm_interface *interface =
            dm_interface_get(model, (struct dm_interface_id){ hop->at.v });

        for (size_t i = 0; i < interface->n_groups; i++) {
            const struct dm_group *group = dm_group_get(model, interface->groups[i]);

            for (size_t j = 0; j < group->n_rules; j++) {
                if (group->rules[j].egress == egress(hop)) {
                    each(context, &group->rules[j].match);
                }
            }
        }
    }
}

/* The first port after 'after' at which a rule of the hop begins or has ended; 65536: none. */
struct next_port {
    uint8_t protocol;
    uint32_t after;
    uint32_t found;
};

static void consider_port(struct next_port *next, uint32_t port)
{
    if (port > next->after && port < next->found) {
        next->found = port;
    }
}

static void consider_ports(void *context, const struct dm_match *match)
{
    struct next_port *next = context;

    if (match->protocol == next->protocol) {
        consider_port(next, match->port_first);
        consider_port(next, (uint32_t)match->port_last + 1);
    }
}

static bool is_firewall(enum dm_hop_kind kind)
{
    return kind == DM_HOP_FIREWALL || kind == DM_HOP_FIREWALL_BACK
           || kind == DM_HOP_FIREWALL_MISSED;
}

static struct dm_decision decide_pieces(const struct dm_model *model, const struct dm_hop *hop,
                                        const struct dm_flow *flow)
{
    struct dm_packet packet = packet_of(flow, flow->port_first);
    struct dm_decision result = decide_one(model, hop, &packet);
    uint32_t at = flow->port_first;

    while (has_ports(flow->protocol) && result.verdict != DM_FILTER_DENY) {
        struct next_port next = { flow->protocol, at, 65536 };
        struct dm_decision decision;

        each_match(model, hop, consider_ports, &next);
        if (next.found > flow->port_last) {
            break;
        }
        at = next.found;
        packet = packet_of(flow, (uint16_t)at);
        decision = decide_one(model, hop, &packet);
        if (decision.verdict != DM_FILTER_ALLOW) {
            result = decision;
        }
    }
    return result;
}

struct dm_decision dm_filter_decide(const struct dm_model *model, const struct dm_hop *hop,
                                    const struct dm_flow *flow)
{
    struct dm_flow seen = hop->outer ? dm_overlay_flow(hop->outer) : *flow;

    if (dm_hop_is_policy(hop->kind)) {
        return dm_overlay_decide(model, hop, flow);
    }
    return is_firewall(hop->kind) ? dm_firewall_decide(model, hop, &seen)
                                  : decide_pieces(model, hop, &seen);
}
