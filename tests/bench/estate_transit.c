/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The transit gateways of an estate, as describe output.
 *
 * Propagations and static routes are grouped by their table, as no call of AWS itself prints them:
 * get-transit-gateway-route-table-propagations and search-transit-gateway-routes do not say which
 * table they were asked about.
 */
#include "tests/bench/estate_aws.h"

#define ID(kind, region, number, part)                                                             \
    dm_estate_id((kind), (region), (number), (part), &(struct dm_estate_id){ { 0 } })

/* Where the gateway of one region is peered with another's: one id, whichever side looks. */
static const char *peering_id(unsigned a, unsigned b, struct dm_estate_id *buffer)
{
    unsigned low = a < b ? a : b;
    unsigned high = a < b ? b : a;

    return dm_estate_id("tgw-attach", low, 0, 0x10000 + high, buffer);
}

#define PEERING(a, b) peering_id((a), (b), &(struct dm_estate_id){ { 0 } })

/* What is written about one region. */
struct transit {
    const struct dm_estate *estate;
    unsigned region;
    size_t begin;
    size_t end;
};

static void write_zones(struct dm_describe *out, const struct transit *transit)
{
    char zone_id[24] = "";

    for (unsigned zone = 0; zone < transit->estate->options.n_zones; zone++) {
        dm_describe_open(out, NULL, '{');
        dm_describe_text(out, "State", "available");
        dm_describe_text(out, "RegionName", "%s", dm_estate_region(transit->region));
        dm_describe_text(out, "ZoneName", "%s%c", dm_estate_region(transit->region),
                         dm_estate_zone(zone));
        dm_describe_text(out, "ZoneId", "%s", dm_estate_zone_id(transit->region, zone, zone_id));
        dm_describe_text(out, "ZoneType", "availability-zone");
        dm_describe_close(out, '}');
    }
}

static void write_gateways(struct dm_describe *out, const struct transit *transit)
{
    const char *owner = dm_estate_account(DM_ESTATE_INSPECTION);
    const char *id = ID("tgw", transit->region, 0, 0);

    dm_describe_open(out, NULL, '{');
    dm_describe_text(out, "TransitGatewayId", "%s", id);
    dm_describe_text(out, "TransitGatewayArn", "arn:aws:ec2:%s:%s:transit-gateway/%s",
                     dm_estate_region(transit->region), owner, id);
    dm_describe_text(out, "State", "available");
    dm_describe_text(out, "OwnerId", "%s", owner);
    dm_describe_open(out, "Options", '{');
    dm_describe_number(out, "AmazonSideAsn", 64512 + (long long)transit->region);
    dm_describe_text(out, "AutoAcceptSharedAttachments", "enable");
    dm_describe_text(out, "DefaultRouteTableAssociation", "disable");
    dm_describe_text(out, "DefaultRouteTablePropagation", "disable");
    dm_describe_text(out, "VpnEcmpSupport", "enable");
    dm_describe_text(out, "DnsSupport", "enable");
    dm_describe_text(out, "SecurityGroupReferencingSupport", "disable");
    dm_describe_text(out, "MulticastSupport", "disable");
    dm_describe_close(out, '}');
    dm_describe_close(out, '}');
}

static void write_tables(struct dm_describe *out, const struct transit *transit)
{
    for (unsigned table = 0; table < DM_ESTATE_TABLE_COUNT; table++) {
        dm_describe_open(out, NULL, '{');
        dm_describe_text(out, "TransitGatewayRouteTableId", "%s",
                         ID("tgw-rtb", transit->region, table, 0));
        dm_describe_text(out, "TransitGatewayId", "%s", ID("tgw", transit->region, 0, 0));
        dm_describe_text(out, "State", "available");
        dm_describe_flag(out, "DefaultAssociationRouteTable", false);
        dm_describe_flag(out, "DefaultPropagationRouteTable", false);
        dm_describe_text(out, "CreationTime", "2026-01-05T09:00:00+00:00");
        dm_describe_open(out, "Tags", '[');
        dm_describe_open(out, NULL, '{');
        dm_describe_text(out, "Key", "Name");
        dm_describe_text(out, "Value", "%s", dm_estate_table_text((enum dm_estate_table)table));
        dm_describe_close(out, '}');
        dm_describe_close(out, ']');
        dm_describe_close(out, '}');
    }
}

static void attachment(struct dm_describe *out, const struct transit *transit, const char *id,
                       const char *type, const char *resource, const char *owner, unsigned table)
{
    dm_describe_open(out, NULL, '{');
    dm_describe_text(out, "TransitGatewayAttachmentId", "%s", id);
    dm_describe_text(out, "TransitGatewayId", "%s", ID("tgw", transit->region, 0, 0));
    dm_describe_text(out, "TransitGatewayOwnerId", "%s", dm_estate_account(DM_ESTATE_INSPECTION));
    dm_describe_text(out, "ResourceOwnerId", "%s", owner);
    dm_describe_text(out, "ResourceType", "%s", type);
    dm_describe_text(out, "ResourceId", "%s", resource);
    dm_describe_text(out, "State", "available");
    if (table < DM_ESTATE_TABLE_COUNT) {
        dm_describe_open(out, "Association", '{');
        dm_describe_text(out, "TransitGatewayRouteTableId", "%s",
                         ID("tgw-rtb", transit->region, table, 0));
        dm_describe_text(out, "State", "associated");
        dm_describe_close(out, '}');
    }
    dm_describe_close(out, '}');
}

static bool is_peered(const struct transit *transit, unsigned other)
{
    return transit->estate->options.mesh && other != transit->region;
}

static void write_attachments(struct dm_describe *out, const struct transit *transit)
{
    for (size_t v = transit->begin; v < transit->end; v++) {
        const struct dm_estate_vpc *vpc = &transit->estate->vpcs[v];

        if (dm_estate_is_attached(vpc->role)) {
            attachment(out, transit, ID("tgw-attach", vpc->region, vpc->number, 0), "vpc",
                       ID("vpc", vpc->region, vpc->number, 0), dm_estate_account(vpc->role),
                       dm_estate_table_of(vpc->role));
        }
    }
    for (unsigned other = 0; other < transit->estate->options.n_regions; other++) {
        if (is_peered(transit, other)) {
            attachment(out, transit, PEERING(transit->region, other), "peering",
                       ID("tgw", other, 0, 0), dm_estate_account(DM_ESTATE_INSPECTION),
                       DM_ESTATE_TABLE_MESH);
        }
    }
    if (transit->estate->options.wan) {
        attachment(out, transit, ID("tgw-attach", transit->region, 0, DM_ESTATE_CORE_SIDE),
                   "peering", ID("core-network", 0, 0, 0), dm_estate_account(DM_ESTATE_INSPECTION),
                   DM_ESTATE_TABLE_COUNT);
    }
}

static void side(struct dm_describe *out, const char *key, unsigned region)
{
    dm_describe_open(out, key, '{');
    dm_describe_text(out, "TransitGatewayId", "%s", ID("tgw", region, 0, 0));
    dm_describe_text(out, "OwnerId", "%s", dm_estate_account(DM_ESTATE_INSPECTION));
    dm_describe_text(out, "Region", "%s", dm_estate_region(region));
    dm_describe_close(out, '}');
}

static void write_peerings(struct dm_describe *out, const struct transit *transit)
{
    for (unsigned other = 0; other < transit->estate->options.n_regions; other++) {
        if (is_peered(transit, other)) {
            bool is_low = transit->region < other;

            dm_describe_open(out, NULL, '{');
            dm_describe_text(out, "TransitGatewayAttachmentId", "%s",
                             PEERING(transit->region, other));
            side(out, "RequesterTgwInfo", is_low ? transit->region : other);
            side(out, "AccepterTgwInfo", is_low ? other : transit->region);
            dm_describe_text(out, "State", "available");
            dm_describe_close(out, '}');
        }
    }
}

static void write_propagations(struct dm_describe *out, const struct transit *transit)
{
    for (unsigned table = 0; table < DM_ESTATE_TABLE_COUNT; table++) {
        dm_describe_open(out, NULL, '{');
        dm_describe_text(out, "TransitGatewayRouteTableId", "%s",
                         ID("tgw-rtb", transit->region, table, 0));
        dm_describe_open(out, "TransitGatewayRouteTablePropagations", '[');
        for (size_t v = transit->begin; v < transit->end; v++) {
            const struct dm_estate_vpc *vpc = &transit->estate->vpcs[v];

            if (dm_estate_propagates(transit->estate, vpc->role, (enum dm_estate_table)table)) {
                dm_describe_open(out, NULL, '{');
                dm_describe_text(out, "TransitGatewayAttachmentId", "%s",
                                 ID("tgw-attach", vpc->region, vpc->number, 0));
                dm_describe_text(out, "ResourceId", "%s", ID("vpc", vpc->region, vpc->number, 0));
                dm_describe_text(out, "ResourceType", "vpc");
                dm_describe_text(out, "State", "enabled");
                dm_describe_close(out, '}');
            }
        }
        dm_describe_close(out, ']');
        dm_describe_close(out, '}');
    }
}

/* To an attachment, or where 'id' is NULL to nowhere. */
static void route(struct dm_describe *out, const char *prefix, const char *id, const char *type,
                  const char *resource)
{
    dm_describe_open(out, NULL, '{');
    dm_describe_text(out, "DestinationCidrBlock", "%s", prefix);
    if (!id) {
        dm_describe_text(out, "Type", "static");
        dm_describe_text(out, "State", "blackhole");
        dm_describe_close(out, '}');
        return;
    }
    dm_describe_open(out, "TransitGatewayAttachments", '[');
    dm_describe_open(out, NULL, '{');
    dm_describe_text(out, "ResourceId", "%s", resource);
    dm_describe_text(out, "TransitGatewayAttachmentId", "%s", id);
    dm_describe_text(out, "ResourceType", "%s", type);
    dm_describe_close(out, '}');
    dm_describe_close(out, ']');
    dm_describe_text(out, "Type", "static");
    dm_describe_text(out, "State", "active");
    dm_describe_close(out, '}');
}

static void write_routes(struct dm_describe *out, const struct transit *transit)
{
    for (unsigned t = 0; t < DM_ESTATE_TABLE_COUNT; t++) {
        enum dm_estate_table table = (enum dm_estate_table)t;

        dm_describe_open(out, NULL, '{');
        dm_describe_text(out, "TransitGatewayRouteTableId", "%s",
                         ID("tgw-rtb", transit->region, table, 0));
        dm_describe_open(out, "Routes", '[');
        if (dm_estate_has_way_out(table)) {
            route(out, "0.0.0.0/0", ID("tgw-attach", transit->region, 0, 0), "vpc",
                  ID("vpc", transit->region, 0, 0));
            route(out, DM_ESTATE_POOL, NULL, NULL, NULL);
        }
        for (size_t v = 0; v < transit->estate->n_vpcs; v++) {
            const struct dm_estate_vpc *vpc = &transit->estate->vpcs[v];
            char address[16];
            char prefix[24];

            if (vpc->region == transit->region
                || !dm_estate_is_meshed(transit->estate, vpc->role, table)) {
                continue;
            }
            snprintf(prefix, sizeof prefix, "%s/22", dm_estate_address(vpc->first, address));
            route(out, prefix, PEERING(transit->region, vpc->region), "peering",
                  ID("tgw", vpc->region, 0, 0));
        }
        dm_describe_close(out, ']');
        dm_describe_close(out, '}');
    }
}

bool dm_estate_write_transit(const struct dm_estate *estate, const char *folder, unsigned region,
                             size_t begin, size_t end)
{
    static const struct {
        const char *key;
        void (*write)(struct dm_describe *, const struct transit *);
    } calls[] = {
        { "AvailabilityZones", write_zones },
        { "TransitGateways", write_gateways },
        { "TransitGatewayRouteTables", write_tables },
        { "TransitGatewayAttachments", write_attachments },
        { "TransitGatewayPeeringAttachments", write_peerings },
        { "TransitGatewayPropagations", write_propagations },
        { "TransitGatewayStaticRoutes", write_routes },
    };
    struct transit transit = { estate, region, begin, end };
    char path[4096];

    snprintf(path, sizeof path, "%.4000s/accounts/%s/%s", folder,
             dm_estate_account(DM_ESTATE_INSPECTION), dm_estate_region(region));
    for (size_t i = 0; i < (estate->options.backbone ? 1 : sizeof calls / sizeof *calls); i++) {
        struct dm_describe out; /* of a region without a gateway: its zones */
        char name[64];
        FILE *file;

        snprintf(name, sizeof name, "%s.json", calls[i].key);
        file = dm_estate_open(path, name);
        if (!file) {
            return false;
        }
        out = dm_describe_begin(file, calls[i].key);
        calls[i].write(&out, &transit);
        if (!dm_describe_end(&out)) {
            return false;
        }
    }
    return true;
}
