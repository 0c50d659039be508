/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What each hop takes, by the facts.
 */
#include "solver/reach/mtu.h"

#include "solver/reach/overlay.h"

/* Figures of facts, in one place: TGW-17 and CWAN-14 of gateways, VPC-42, VPC-13 of peerings
 * between regions, NAT-30, VPCE-30 and GWLB-10 of endpoints, VPC-13 and VPN-20 of VPNs, CAL-01 of
 * what is put around packets of pods. */
enum {
    GATEWAY_MTU = 8500,
    INTERNET_MTU = 1500,
    PEERING_MTU = 8500,
    NAT_MTU = 8500,
    ENDPOINT_MTU = 8500,
    VPN_MTU = 1500,
    TUNNEL_MTU = 1446,
    VXLAN_BYTES = 50,
    WIREGUARD_BYTES = 60,
    IPIP_BYTES = 20
};

static const char vpn_doubt[] = "with some algorithms of its tunnels a VPN takes less";
static const char service_doubt[] =
    "what packets a gateway endpoint and the service behind it take is not documented";
static const char site_doubt[] = "what packets hosts of a site take is not known";
static const char line_doubt[] = "the MTU of the virtual interface is not known";

/* ---- nodes of clusters ---- */

/* What VXLAN, WireGuard or IP in IP puts around a packet [CAL-01, CAL-32]. */
static uint32_t overhead_of(uint32_t outer, enum dm_family family)
{
    uint32_t more = family == DM_FAMILY_IPV6 ? 20 : 0;

    if (outer == DM_OUTER_IPIP) {
        return IPIP_BYTES;
    }
    return (outer == DM_WIREGUARD_PORT ? WIREGUARD_BYTES : VXLAN_BYTES) + more;
}

uint32_t dm_mtu_around(const struct dm_model *model, struct dm_cluster_id id)
{
    const struct dm_cluster *cluster = dm_cluster_get(model, id);
    bool vxlan = false;
    bool ipip = false;

    if (cluster->wireguard) {
        return overhead_of(DM_WIREGUARD_PORT, DM_FAMILY_IPV4);
    }
    for (uint32_t i = 0; i < model->n_ip_pools; i++) {
        const struct dm_ip_pool *pool = &model->ip_pools[i];

        if (pool->cluster.v == id.v && !pool->disabled) {
            vxlan = vxlan || dm_encapsulation_is_vxlan(pool->encapsulation);
            ipip = ipip || dm_encapsulation_is_ipip(pool->encapsulation);
        }
    }
    if (vxlan) {
        return overhead_of(cluster->vxlan_port, DM_FAMILY_IPV4);
    }
    return ipip ? overhead_of(DM_OUTER_IPIP, DM_FAMILY_IPV4) : 0;
}

uint32_t dm_mtu_of_node(const struct dm_model *model, struct dm_node_id id)
{
    struct dm_interface_id interface = dm_node_get(model, id)->interface;
    uint16_t mtu = interface.v ? dm_interface_get(model, interface)->mtu : 0;

    return mtu ? mtu : DM_MTU_JUMBO;
}

/* On or off: what is around the packet between the nodes is on the next hop, or the one before. */
static struct dm_mtu_limit node_limit(const struct dm_model *model, const struct dm_walk *walk,
                                      size_t hop)
{
    const struct dm_hop *item = &walk->hops[hop];
    bool on = item->kind == DM_HOP_ENCAPSULATE;
    size_t beside = on ? hop + 1 : hop - 1;
    uint32_t outer = hop > 0 && beside < walk->n_hops ? walk->hops[beside].outer : 0;
    uint32_t more = overhead_of(outer, on ? item->source.family : walk->hops[beside].source.family);
    uint32_t takes = dm_mtu_of_node(model, (struct dm_node_id){ item->at.v });

    return (struct dm_mtu_limit){
        .bytes = on ? takes : takes - more,
        .reaction = DM_MTU_TELLS_PERHAPS,
        .why = "whether a node tells a pod that what it wraps is too large is not known",
        .fact = "CAL-01",
        .overhead = on ? (int32_t)more : -(int32_t)more,
    };
}

/* What Calico gives pods that it was not told otherwise: what their node takes, less what may be
 * put around it [CAL-01]. */
static uint32_t pod_mtu(const struct dm_model *model, struct dm_node_id id, bool *ret_assumed)
{
    const struct dm_node *node = dm_node_get(model, id);
    const struct dm_cluster *cluster = dm_cluster_get(model, node->cluster);

    *ret_assumed = !cluster->pod_mtu;
    return cluster->pod_mtu ? cluster->pod_mtu
                            : dm_mtu_of_node(model, id) - dm_mtu_around(model, node->cluster);
}

uint32_t dm_mtu_of_interface(const struct dm_model *model, struct dm_interface_id interface,
                             bool *ret_assumed)
{
    const struct dm_interface *item = interface.v ? dm_interface_get(model, interface) : NULL;

    *ret_assumed = true;
    if (item && item->kind == DM_INTERFACE_POD && item->node.v) {
        return pod_mtu(model, item->node, ret_assumed);
    }
    if (!item || item->kind == DM_INTERFACE_SITE || item->kind == DM_INTERFACE_ACCELERATOR) {
        return DM_MTU_ETHERNET;
    }
    if (item->mtu) {
        *ret_assumed = false;
        return item->mtu;
    }
    if (item->kind == DM_INTERFACE_ENDPOINT) {
        *ret_assumed = false;
        return ENDPOINT_MTU;
    }
    if (item->kind == DM_INTERFACE_BALANCER) {
        *ret_assumed = false; /* [ELB-30] */
    }
    return DM_MTU_JUMBO;
}

/* ---- transit gateways and core networks ---- */

/* Through what the packet came into the gateway that it leaves at 'hop', or is in. */
static bool came_from_vpc(const struct dm_model *model, const struct dm_walk *walk, size_t hop)
{
    for (size_t i = hop + 1; i-- > 0;) {
        const struct dm_hop *item = &walk->hops[i];

        switch ((int)item->kind) {
        case DM_HOP_TRANSIT_IN: {
            enum dm_attachment_kind kind =
                dm_attachment_get(model, (struct dm_attachment_id){ item->at.v })->kind;

            return kind == DM_ATTACHMENT_VPC || kind == DM_ATTACHMENT_CONNECT;
        }
        case DM_HOP_CORE_IN:
            return dm_core_attachment_get(model, (struct dm_core_attachment_id){ item->at.v })->kind
                   == DM_CORE_ATTACHMENT_VPC;
        case DM_HOP_TRANSIT_PEERING:
        case DM_HOP_CORE_EDGE:
        case DM_HOP_CORE_PEERING:
            return false;
        default:
            break;
        }
    }
    return false;
}

/* [TGW-17, TGW-18, CWAN-14, CWAN-30] */
static struct dm_mtu_limit gateway_limit(const struct dm_model *model, const struct dm_walk *walk,
                                         size_t hop, bool is_core)
{
    const struct dm_hop *item = &walk->hops[hop];
    bool to_vpn = false;

    if (item->kind == DM_HOP_TRANSIT_OUT) {
        to_vpn = dm_attachment_get(model, (struct dm_attachment_id){ item->at.v })->kind
                 == DM_ATTACHMENT_VPN;
    } else if (item->kind == DM_HOP_CORE_OUT) {
        to_vpn = dm_core_attachment_get(model, (struct dm_core_attachment_id){ item->at.v })->kind
                 == DM_CORE_ATTACHMENT_VPN;
    }
    return (struct dm_mtu_limit){
        .bytes = to_vpn ? VPN_MTU : GATEWAY_MTU,
        .reaction = came_from_vpc(model, walk, hop) ? DM_MTU_TELLS : DM_MTU_TELLS_NOT,
        .fact = is_core ? "CWAN-14" : "TGW-17",
        .clamps = true,
    };
}

/* ---- other gateways ---- */

static struct dm_mtu_limit peering_limit(const struct dm_model *model, struct dm_peering_id id)
{
    const struct dm_peering *peering = dm_peering_get(model, id);

    if (dm_vpc_get(model, peering->requester)->region.v
        == dm_vpc_get(model, peering->accepter)->region.v) {
        return (struct dm_mtu_limit){ .bytes = 0 };
    }
    return (struct dm_mtu_limit){
        .bytes = PEERING_MTU,
        .reaction = DM_MTU_TELLS_PERHAPS,
        .why = "whether a peering between regions tells the sender is not documented",
        .fact = "VPC-13",
    };
}

static struct dm_mtu_limit vpn_limit(const struct dm_walk *walk, size_t hop)
{
    bool from_site = hop > 0 && walk->hops[hop - 1].kind == DM_HOP_SITE_ROUTE;

    return (struct dm_mtu_limit){
        .bytes = TUNNEL_MTU,
        .reaction = from_site ? DM_MTU_TELLS_PERHAPS : DM_MTU_TELLS_NOT,
        .why = from_site ? "what the customer gateway does is not AWS's" : NULL,
        .fact = "VPN-20",
        .doubt = vpn_doubt,
        .tcp_is_open = true, /* the customer gateway may clamp */
    };
}

static struct dm_mtu_limit line_limit(const struct dm_model *model,
                                      struct dm_virtual_interface_id id)
{
    uint16_t mtu = dm_virtual_interface_get(model, id)->mtu;

    return (struct dm_mtu_limit){
        .bytes = mtu,
        .reaction = DM_MTU_TELLS_PERHAPS,
        .why = "whether Direct Connect tells the sender is not documented",
        .fact = "DX-20",
        .doubt = mtu ? NULL : line_doubt,
        .tcp_is_open = true,
    };
}

static struct dm_mtu_limit endpoint_limit(const char *fact)
{
    return (struct dm_mtu_limit){
        .bytes = ENDPOINT_MTU, .reaction = DM_MTU_TELLS_NOT, .fact = fact, .clamps = true
    };
}

/* ---- hosts ---- */

static struct dm_mtu_limit receiver_limit(const struct dm_model *model,
                                          struct dm_interface_id interface)
{
    bool assumed;
    uint32_t bytes = dm_mtu_of_interface(model, interface, &assumed);

    if (dm_interface_get(model, interface)->kind == DM_INTERFACE_SITE) {
        return (struct dm_mtu_limit){ .doubt = site_doubt };
    }
    return (struct dm_mtu_limit){
        .bytes = bytes, .reaction = DM_MTU_TELLS, .fact = "VPC-41", .is_receiver = true
    };
}

static struct dm_mtu_limit forward_limit(const struct dm_model *model,
                                         struct dm_interface_id interface)
{
    bool assumed;

    return (struct dm_mtu_limit){
        .bytes = dm_mtu_of_interface(model, interface, &assumed),
        .reaction = DM_MTU_TELLS_PERHAPS,
        .why = "what a host that forwards does with it is not known",
        .fact = "VPC-40",
    };
}

struct dm_mtu_limit dm_mtu_limit_of(const struct dm_model *model, const struct dm_walk *walk,
                                    size_t hop)
{
    const struct dm_hop *item = &walk->hops[hop];

    switch ((int)item->kind) {
    case DM_HOP_TRANSIT_IN:
    case DM_HOP_TRANSIT_PEERING:
    case DM_HOP_TRANSIT_OUT:
        return gateway_limit(model, walk, hop, false);
    case DM_HOP_CORE_IN:
    case DM_HOP_CORE_EDGE:
    case DM_HOP_CORE_PEERING:
    case DM_HOP_CORE_OUT:
        return gateway_limit(model, walk, hop, true);
    case DM_HOP_PEERING:
        return peering_limit(model, (struct dm_peering_id){ item->at.v });
    case DM_HOP_INTERNET_OUT:
    case DM_HOP_INTERNET_IN:
        return (struct dm_mtu_limit){ .bytes = INTERNET_MTU,
                                      .reaction = DM_MTU_TELLS,
                                      .fact = "VPC-42" };
    case DM_HOP_NAT:
    case DM_HOP_NAT_BACK:
        return (struct dm_mtu_limit){
            .bytes = NAT_MTU,
            .reaction = DM_MTU_TELLS_PERHAPS,
            .why = "whether a NAT gateway tells the sender is not documented",
            .fact = "NAT-30",
        };
    case DM_HOP_ENDPOINT:
        return item->at.kind == DM_KIND_vpc_endpoint ? endpoint_limit("VPCE-30")
                                                     : (struct dm_mtu_limit){ .bytes = 0 };
    case DM_HOP_FIREWALL:
    case DM_HOP_FIREWALL_BACK:
        return endpoint_limit("VPCE-30");
    case DM_HOP_INSPECTED:
        return endpoint_limit("GWLB-10");
    case DM_HOP_GATEWAY_ENDPOINT:
        return (struct dm_mtu_limit){ .doubt = service_doubt };
    case DM_HOP_VPN:
        return vpn_limit(walk, hop);
    case DM_HOP_DX_INTERFACE:
        return line_limit(model, (struct dm_virtual_interface_id){ item->at.v });
    case DM_HOP_FORWARD:
        return forward_limit(model, (struct dm_interface_id){ item->at.v });
    case DM_HOP_ENCAPSULATE:
    case DM_HOP_DECAPSULATE:
        return node_limit(model, walk, hop);
    case DM_HOP_DELIVER:
        return receiver_limit(model, (struct dm_interface_id){ item->at.v });
    default:
        break;
    }
    return (struct dm_mtu_limit){ .bytes = 0 };
}
