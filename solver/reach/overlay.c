/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/reach/overlay.h"

#include <string.h>

#include "solver/cluster/decide.h"

struct dm_flow dm_overlay_flow(uint32_t outer)
{
    struct dm_flow flow = { .protocol = DM_PROTO_IPIP };

    if (outer != DM_OUTER_IPIP) {
        flow.protocol = DM_PROTO_UDP;
        flow.port_first = flow.port_last = (uint16_t)outer;
    }
    return flow;
}

bool dm_overlay_has(const struct dm_model *model, struct dm_vpc_id vpc, struct dm_addr address)
{
    for (uint32_t i = 0; i < model->n_ip_pools; i++) {
        const struct dm_ip_pool *pool = &model->ip_pools[i];

        if (dm_cluster_get(model, pool->cluster)->vpc.v == vpc.v
            && dm_prefix_has(pool->prefix, address)) {
            return true;
        }
    }
    return false;
}

/* ---- backends ---- */

bool dm_overlay_backends(struct dm_arena *arena, const struct dm_model *model,
                         struct dm_alive *alive, struct dm_kube_service_id service, uint32_t port,
                         struct dm_node_id on, struct dm_backends *ret_backends)
{
    const struct dm_kube_service *item = dm_kube_service_get(model, service);
    struct dm_backends backends = { DM_NEW_ARRAY(arena, item->n_backends + 1, struct dm_backend),
                                    0 };

    if (!backends.items) {
        return false;
    }
    for (size_t i = 0; i < item->n_backends; i++) {
        const struct dm_interface *backend = dm_interface_get(model, item->backends[i]);
        struct dm_zone_id zone = dm_model_zone_of_interface(model, item->backends[i]);
        const struct dm_pod *pod =
            backend->workload.v ? &dm_workload_get(model, backend->workload)->pods[backend->pod]
                                : NULL;
        uint16_t target = dm_kube_backend_port(&item->ports[port], pod);

        if (!target || !backend->n_addresses || (on.v && backend->node.v != on.v)
            || !dm_alive(alive, dm_zone_get(model, zone)->element)) {
            continue;
        }
        backends.items[backends.n++] = (struct dm_backend){ backend->addresses[0].address, target };
    }
    *ret_backends = backends;
    return true;
}

/* ---- policies as filters ---- */

static struct dm_policy_party party_of(const struct dm_model *model, struct dm_interface_id id,
                                       struct dm_addr address)
{
    struct dm_policy_party party = { .address = address };

    if (id.v && dm_interface_get(model, id)->kind == DM_INTERFACE_POD) {
        party.workload = dm_interface_get(model, id)->workload;
        party.pod = dm_interface_get(model, id)->pod;
    }
    return party;
}

static struct dm_decision decide_for(const struct dm_model *model, const struct dm_hop *hop,
                                     const struct dm_packet *packet, struct dm_addr address)
{
    static const enum dm_filter_verdict verdicts[] = { [DM_POLICY_PASSES] = DM_FILTER_ALLOW,
                                                       [DM_POLICY_STOPPED] = DM_FILTER_DENY,
                                                       [DM_POLICY_UNSURE] = DM_FILTER_UNKNOWN };
    bool is_ingress = hop->kind == DM_HOP_POLICY_IN;
    struct dm_interface_id at = { hop->at.v };
    struct dm_policy_party subject = party_of(model, at, (struct dm_addr){ 0 });
    struct dm_policy_party peer = party_of(model, hop->partner, address);
    struct dm_policy_decision said = dm_policy_decide(
        model, &subject, is_ingress ? DM_POLICY_INGRESS : DM_POLICY_EGRESS, &peer, packet);
    struct dm_decision decision = { .verdict = verdicts[said.verdict],
                                    .code = DM_CODE_NETWORK_POLICY_RESTRICTION,
                                    .by = DM_REF(workload, subject.workload),
                                    .rule = said.number,
                                    .port = packet->destination_port,
                                    .unknown = said.unknown };

    decision.origin = dm_model_object(model, decision.by)->origin;
    if (said.policy.v) {
        decision.by = DM_REF(network_policy, said.policy);
        decision.origin = said.rule ? said.rule->origin
                                    : dm_network_policy_get(model, said.policy)->object.origin;
    }
    if (!said.is_selected && said.verdict == DM_POLICY_PASSES) {
        decision.note = is_ingress ? "no policy selects it for ingress, which"
                                   : "no policy selects it for egress, which";
    } else if (!said.rule && said.verdict == DM_POLICY_PASSES) {
        decision.note = "no rule of the last tier takes it, which";
    }
    return decision;
}

bool dm_overlay_is_own(const struct dm_model *model, const struct dm_hop *hop)
{
    const struct dm_interface *pod = dm_interface_get(model, (struct dm_interface_id){ hop->at.v });
    const struct dm_interface *partner =
        hop->partner.v ? dm_interface_get(model, hop->partner) : NULL;

    return partner && partner->kind == DM_INTERFACE_HOST && partner->node.v == pod->node.v;
}

struct dm_decision dm_overlay_decide(const struct dm_model *model, const struct dm_hop *hop,
                                     const struct dm_flow *flow)
{
    struct dm_packet packet = { .protocol = flow->protocol,
                                .destination_port = flow->port_first,
                                .icmp_type = flow->icmp_type,
                                .icmp_code = flow->icmp_code };
    struct dm_addr address = hop->kind == DM_HOP_POLICY_IN ? hop->source : hop->destination;
    struct dm_decision first;

    if (dm_overlay_is_own(model, hop)) {
        return (struct dm_decision){ .verdict = DM_FILTER_ALLOW,
                                     .by = hop->at,
                                     .origin = dm_model_object(model, hop->at)->origin,
                                     .note = "what its own node sends" };
    }
    if (!hop->seen_sources) {
        return decide_for(model, hop, &packet, address);
    }
    first = decide_for(model, hop, &packet, hop->seen_sources[0]);
    for (const struct dm_addr *source = hop->seen_sources + 1; !dm_addr_is_none(*source);
         source++) {
        struct dm_decision other = decide_for(model, hop, &packet, *source);

        if (other.verdict != first.verdict) {
            first.verdict = DM_FILTER_UNKNOWN;
            first.note = NULL;
        }
    }
    return first;
}
