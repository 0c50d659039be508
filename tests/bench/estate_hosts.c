/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Hosts, interfaces and gateways of an estate, as describe output.
 */
#include "tests/bench/estate_aws.h"

#define ID(kind, vpc, part)                                                                        \
    dm_estate_id((kind), (vpc)->region, (vpc)->number, (part), &(struct dm_estate_id){ { 0 } })
#define SUBNET(vpc, is_second, zone)                                                               \
    dm_estate_subnet_id((vpc), (is_second), (zone), &(struct dm_estate_id){ { 0 } })

/* Keys that an interface has wherever it is shown. */
static void address_keys(struct dm_describe *out, const struct dm_estate_vpc *vpc,
                         const char *address, const char *public_address)
{
    dm_describe_text(out, "OwnerId", "%s", dm_estate_account(vpc->role));
    dm_describe_text(out, "PrivateIpAddress", "%s", address);
    dm_describe_open(out, "PrivateIpAddresses", '[');
    dm_describe_open(out, NULL, '{');
    if (public_address) {
        dm_describe_open(out, "Association", '{');
        dm_describe_text(out, "IpOwnerId", "%s", dm_estate_account(vpc->role));
        dm_describe_text(out, "PublicIp", "%s", public_address);
        dm_describe_close(out, '}');
    }
    dm_describe_flag(out, "Primary", true);
    dm_describe_text(out, "PrivateIpAddress", "%s", address);
    dm_describe_close(out, '}');
    dm_describe_close(out, ']');
    dm_describe_text(out, "Status", "in-use");
    dm_describe_text(out, "VpcId", "%s", ID("vpc", vpc, 0));
}

static void groups(struct dm_describe *out, const char *key, const struct dm_estate_vpc *vpc,
                   unsigned service)
{
    dm_describe_open(out, key, '[');
    dm_describe_open(out, NULL, '{');
    dm_describe_text(out, "GroupName", "g%u", service);
    dm_describe_text(out, "GroupId", "%s", ID("sg", vpc, service));
    dm_describe_close(out, '}');
    dm_describe_close(out, ']');
}

/* An interface of a host, as describe-instances or describe-network-interfaces shows it. */
static void host_interface(struct dm_describe *out, const struct dm_estate *estate,
                           const struct dm_estate_vpc *vpc, unsigned service, unsigned zone,
                           bool is_of_instance)
{
    unsigned part = service * 16 + zone;
    char address[16];

    dm_estate_address(
        dm_estate_subnet_first(estate, vpc, false, zone) + DM_ESTATE_FIRST_HOST + service, address);
    dm_describe_open(out, NULL, '{');
    dm_describe_open(out, "Attachment", '{');
    dm_describe_text(out, "AttachmentId", "%s", ID("eni-attach", vpc, part));
    dm_describe_number(out, "DeviceIndex", 0);
    if (!is_of_instance) {
        dm_describe_text(out, "InstanceId", "%s", ID("i", vpc, part));
    }
    dm_describe_text(out, "Status", "attached");
    dm_describe_close(out, '}');
    groups(out, "Groups", vpc, service);
    dm_describe_text(out, "InterfaceType", "interface");
    dm_describe_text(out, "NetworkInterfaceId", "%s", ID("eni", vpc, part));
    address_keys(out, vpc, address, NULL);
    dm_describe_flag(out, "SourceDestCheck", true);
    dm_describe_text(out, "SubnetId", "%s", SUBNET(vpc, false, zone));
    dm_describe_close(out, '}');
}

void dm_estate_write_reservation(struct dm_describe *out, const struct dm_estate *estate,
                                 const struct dm_estate_vpc *vpc)
{
    unsigned n_zones = estate->options.n_zones;
    char name[32];
    char text[64];

    for (unsigned i = 0; dm_estate_has_hosts(vpc->role) && i < n_zones * estate->options.n_services;
         i++) {
        unsigned service = i / n_zones;
        unsigned part = service * 16 + i % n_zones;

        dm_describe_open(out, NULL, '{');
        dm_describe_text(out, "ReservationId", "%s", ID("r", vpc, part));
        dm_describe_text(out, "OwnerId", "%s", dm_estate_account(vpc->role));
        dm_describe_open(out, "Instances", '[');
        dm_describe_open(out, NULL, '{');
        dm_describe_text(out, "InstanceId", "%s", ID("i", vpc, part));
        dm_describe_text(out, "InstanceType", "t3.micro");
        dm_describe_open(out, "Placement", '{');
        dm_describe_text(out, "AvailabilityZone", "%s%c", dm_estate_region(vpc->region),
                         dm_estate_zone(i % n_zones));
        dm_describe_close(out, '}');
        dm_describe_open(out, "State", '{');
        dm_describe_number(out, "Code", 16);
        dm_describe_text(out, "Name", "running");
        dm_describe_close(out, '}');
        dm_describe_text(out, "SubnetId", "%s", SUBNET(vpc, false, i % n_zones));
        dm_describe_text(out, "VpcId", "%s", ID("vpc", vpc, 0));
        dm_describe_open(out, "NetworkInterfaces", '[');
        host_interface(out, estate, vpc, service, i % n_zones, true);
        dm_describe_close(out, ']');
        groups(out, "SecurityGroups", vpc, service);
        snprintf(text, sizeof text, "%s-s%u-%c", dm_estate_vpc_name(vpc, name), service,
                 dm_estate_zone(i % n_zones));
        dm_estate_tag(out, text);
        dm_describe_close(out, '}');
        dm_describe_close(out, ']');
        dm_describe_close(out, '}');
    }
}

/* Public addresses of NAT gateways: outside of what anything else here has. */
static const char *nat_address(const struct dm_estate_vpc *vpc, unsigned zone, char address[16])
{
    return dm_estate_address((UINT32_C(52) << 24) + (vpc->region << 8) + zone + 1, address);
}

/* The interface of a NAT gateway or of the transit gateway's attachment. */
static void gateway_interface(struct dm_describe *out, const struct dm_estate *estate,
                              const struct dm_estate_vpc *vpc, bool is_second, unsigned zone)
{
    char address[16];
    char nat[16];

    dm_estate_address(dm_estate_subnet_first(estate, vpc, is_second, zone) + DM_ESTATE_FIRST_HOST,
                      address);
    dm_describe_open(out, NULL, '{');
    if (is_second) {
        dm_describe_text(out, "Description", "Network Interface for Transit Gateway Attachment %s",
                         ID("tgw-attach", vpc, 0));
    } else {
        dm_describe_text(out, "Description", "Interface for NAT Gateway %s", ID("nat", vpc, zone));
    }
    dm_describe_open(out, "Groups", '[');
    dm_describe_close(out, ']');
    dm_describe_text(out, "InterfaceType", "%s", is_second ? "transit_gateway" : "nat_gateway");
    dm_describe_text(out, "NetworkInterfaceId", "%s",
                     ID("eni", vpc, (is_second ? 512 : 256) + zone));
    address_keys(out, vpc, address, is_second ? NULL : nat_address(vpc, zone, nat));
    dm_describe_flag(out, "SourceDestCheck", is_second);
    dm_describe_text(out, "SubnetId", "%s", SUBNET(vpc, is_second, zone));
    dm_describe_close(out, '}');
}

void dm_estate_write_interface(struct dm_describe *out, const struct dm_estate *estate,
                               const struct dm_estate_vpc *vpc)
{
    unsigned n_zones = estate->options.n_zones;

    for (unsigned zone = 0; zone < n_zones; zone++) {
        for (unsigned service = 0;
             dm_estate_has_hosts(vpc->role) && service < estate->options.n_services; service++) {
            host_interface(out, estate, vpc, service, zone, false);
        }
        if (vpc->role == DM_ESTATE_INSPECTION) {
            gateway_interface(out, estate, vpc, false, zone);
        }
        if (dm_estate_is_attached(vpc->role)) {
            gateway_interface(out, estate, vpc, true, zone);
        }
    }
}

void dm_estate_write_internet_gateway(struct dm_describe *out, const struct dm_estate *estate,
                                      const struct dm_estate_vpc *vpc)
{
    (void)estate;
    if (vpc->role == DM_ESTATE_INSPECTION) {
        dm_describe_open(out, NULL, '{');
        dm_describe_open(out, "Attachments", '[');
        dm_describe_open(out, NULL, '{');
        dm_describe_text(out, "State", "available");
        dm_describe_text(out, "VpcId", "%s", ID("vpc", vpc, 0));
        dm_describe_close(out, '}');
        dm_describe_close(out, ']');
        dm_describe_text(out, "InternetGatewayId", "%s", ID("igw", vpc, 0));
        dm_describe_text(out, "OwnerId", "%s", dm_estate_account(vpc->role));
        dm_describe_close(out, '}');
    }
}

void dm_estate_write_nat_gateway(struct dm_describe *out, const struct dm_estate *estate,
                                 const struct dm_estate_vpc *vpc)
{
    char address[16];

    for (unsigned zone = 0; vpc->role == DM_ESTATE_INSPECTION && zone < estate->options.n_zones;
         zone++) {
        dm_describe_open(out, NULL, '{');
        dm_describe_text(out, "CreateTime", "2026-01-05T09:00:00+00:00");
        dm_describe_open(out, "NatGatewayAddresses", '[');
        dm_describe_open(out, NULL, '{');
        dm_describe_text(out, "AllocationId", "%s", ID("eipalloc", vpc, zone));
        dm_describe_text(out, "NetworkInterfaceId", "%s", ID("eni", vpc, 256 + zone));
        dm_describe_text(out, "PrivateIp", "%s",
                         dm_estate_address(dm_estate_subnet_first(estate, vpc, false, zone)
                                               + DM_ESTATE_FIRST_HOST,
                                           address));
        dm_describe_text(out, "PublicIp", "%s", nat_address(vpc, zone, address));
        dm_describe_flag(out, "IsPrimary", true);
        dm_describe_text(out, "Status", "succeeded");
        dm_describe_close(out, '}');
        dm_describe_close(out, ']');
        dm_describe_text(out, "NatGatewayId", "%s", ID("nat", vpc, zone));
        dm_describe_text(out, "State", "available");
        dm_describe_text(out, "SubnetId", "%s", SUBNET(vpc, false, zone));
        dm_describe_text(out, "VpcId", "%s", ID("vpc", vpc, 0));
        dm_describe_text(out, "ConnectivityType", "public");
        dm_describe_close(out, '}');
    }
}

void dm_estate_write_attachment(struct dm_describe *out, const struct dm_estate *estate,
                                const struct dm_estate_vpc *vpc)
{
    if (!dm_estate_is_attached(vpc->role) || estate->options.backbone) {
        return;
    }
    dm_describe_open(out, NULL, '{');
    dm_describe_text(out, "TransitGatewayAttachmentId", "%s", ID("tgw-attach", vpc, 0));
    dm_describe_text(out, "TransitGatewayId", "%s",
                     dm_estate_id("tgw", vpc->region, 0, 0, &(struct dm_estate_id){ { 0 } }));
    dm_describe_text(out, "VpcId", "%s", ID("vpc", vpc, 0));
    dm_describe_text(out, "VpcOwnerId", "%s", dm_estate_account(vpc->role));
    dm_describe_text(out, "State", "available");
    dm_describe_open(out, "SubnetIds", '[');
    for (unsigned zone = 0; zone < estate->options.n_zones; zone++) {
        dm_describe_text(out, NULL, "%s", SUBNET(vpc, true, zone));
    }
    dm_describe_close(out, ']');
    dm_describe_text(out, "CreationTime", "2026-01-05T09:00:00+00:00");
    dm_describe_open(out, "Options", '{');
    dm_describe_text(out, "DnsSupport", "enable");
    dm_describe_text(out, "SecurityGroupReferencingSupport", "enable");
    dm_describe_text(out, "Ipv6Support", "disable");
    dm_describe_text(out, "ApplianceModeSupport", "disable");
    dm_describe_close(out, '}');
    dm_describe_open(out, "Tags", '[');
    dm_describe_close(out, ']');
    dm_describe_close(out, '}');
}
