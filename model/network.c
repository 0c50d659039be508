/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/network.h"

#include <string.h>

#include "model/base/err.h"

static const char *const element_kind_texts[DM_ELEMENT_KIND_COUNT] = {
    [DM_ELEMENT_REGION] = "region",
    [DM_ELEMENT_ZONE] = "zone",
    [DM_ELEMENT_TRANSIT_GATEWAY] = "transit-gateway",
    [DM_ELEMENT_CORE_EDGE] = "core-edge",
    [DM_ELEMENT_ATTACHMENT] = "attachment",
    [DM_ELEMENT_PEERING] = "peering",
    [DM_ELEMENT_CORE_PEERING] = "core-peering",
    [DM_ELEMENT_NAT_GATEWAY] = "nat-gateway",
    [DM_ELEMENT_INTERNET_GATEWAY] = "internet-gateway",
    [DM_ELEMENT_SITE] = "site",
    [DM_ELEMENT_DX_LOCATION] = "direct-connect-location",
    [DM_ELEMENT_DX_CONNECTION] = "direct-connect-connection",
    [DM_ELEMENT_VPN_GATEWAY] = "vpn-gateway",
    [DM_ELEMENT_VPN_CONNECTION] = "vpn-connection",
    [DM_ELEMENT_VPN_TUNNEL] = "vpn-tunnel",
    [DM_ELEMENT_ACCELERATOR] = "accelerator",
    [DM_ELEMENT_GWLB_ENDPOINT] = "gateway-load-balancer-endpoint",
    [DM_ELEMENT_APPLIANCE] = "appliance",
};

const char *dm_element_kind_text(enum dm_element_kind kind)
{
    DM_ASSERT((unsigned)kind < DM_ELEMENT_KIND_COUNT);
    return element_kind_texts[kind];
}

const char *dm_tags_value(const struct dm_tags *tags, const char *key)
{
    for (size_t i = 0; i < tags->n; i++) {
        if (strcmp(tags->items[i].key, key) == 0) {
            return tags->items[i].value;
        }
    }
    return NULL;
}
