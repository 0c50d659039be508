/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An estate as 'aws ... describe-*' prints it, in the folders of examples/collect-aws.sh:
 * accounts/ACCOUNT/REGION/CALL.json.  The network account has the transit gateways and the
 * inspection and shared VPCs, each environment an account of its own, what is isolated another.
 */
#include "tests/bench/estate_aws.h"

#include <string.h>

const char *dm_estate_account(enum dm_estate_role role)
{
    static const char *const accounts[] = { "100000000001", "100000000001", "100000000002",
                                            "100000000003", "100000000004", "100000000005" };

    return accounts[role];
}

const char *dm_estate_id(const char *kind, unsigned region, unsigned number, unsigned part,
                         struct dm_estate_id *buffer)
{
    /* As AWS's: 17 hexadecimal digits, here with the numbers in sight. */
    snprintf(buffer->text, sizeof buffer->text, "%s-0%04x%04x%08x", kind, region, number, part);
    return buffer->text;
}

/* Kinds of subnets: what an id's last part says. */
static unsigned part_of(bool is_second, unsigned zone)
{
    return (is_second ? 16U : 0U) + zone;
}

const char *dm_estate_subnet_id(const struct dm_estate_vpc *vpc, bool is_second, unsigned zone,
                                struct dm_estate_id *buffer)
{
    return dm_estate_id("subnet", vpc->region, vpc->number, part_of(is_second, zone), buffer);
}

#define ID(kind, vpc, part)                                                                        \
    dm_estate_id((kind), (vpc)->region, (vpc)->number, (part), &(struct dm_estate_id){ { 0 } })
#define SUBNET(vpc, is_second, zone)                                                               \
    dm_estate_subnet_id((vpc), (is_second), (zone), &(struct dm_estate_id){ { 0 } })

void dm_estate_tag(struct dm_describe *out, const char *name)
{
    dm_describe_open(out, "Tags", '[');
    dm_describe_open(out, NULL, '{');
    dm_describe_text(out, "Key", "Name");
    dm_describe_text(out, "Value", "%s", name);
    dm_describe_close(out, '}');
    dm_describe_close(out, ']');
}

const char *dm_estate_vpc_name(const struct dm_estate_vpc *vpc, char name[32])
{
    snprintf(name, 32, "%s-%02u-%04u", dm_estate_role_text(vpc->role), vpc->region, vpc->number);
    return name;
}

static void write_vpc(struct dm_describe *out, const struct dm_estate *estate,
                      const struct dm_estate_vpc *vpc)
{
    char address[16];
    char name[32];

    (void)estate;
    dm_estate_address(vpc->first, address);
    dm_describe_open(out, NULL, '{');
    dm_describe_text(out, "OwnerId", "%s", dm_estate_account(vpc->role));
    dm_describe_text(out, "InstanceTenancy", "default");
    dm_describe_open(out, "CidrBlockAssociationSet", '[');
    dm_describe_open(out, NULL, '{');
    dm_describe_text(out, "AssociationId", "%s", ID("vpc-cidr-assoc", vpc, 0));
    dm_describe_text(out, "CidrBlock", "%s/22", address);
    dm_describe_open(out, "CidrBlockState", '{');
    dm_describe_text(out, "State", "associated");
    dm_describe_close(out, '}');
    dm_describe_close(out, '}');
    dm_describe_close(out, ']');
    dm_describe_flag(out, "IsDefault", false);
    dm_estate_tag(out, dm_estate_vpc_name(vpc, name));
    dm_describe_text(out, "VpcId", "%s", ID("vpc", vpc, 0));
    dm_describe_text(out, "State", "available");
    dm_describe_text(out, "CidrBlock", "%s/22", address);
    dm_describe_text(out, "DhcpOptionsId", "dopt-0%016x", vpc->region);
    dm_describe_close(out, '}');
}

/* "euw1-az1" of eu-west-1a; what AWS calls them follows from the region's name. */
const char *dm_estate_zone_id(unsigned region, unsigned zone, char text[24])
{
    static const struct {
        const char *word;
        const char *letters;
    } words[] = { { "northeast", "ne" }, { "southeast", "se" }, { "central", "c" }, { "east", "e" },
                  { "north", "n" },      { "south", "s" },      { "west", "w" } };
    const char *name = dm_estate_region(region);
    const char *dash = strchr(name, '-');

    for (size_t i = 0; dash && i < sizeof words / sizeof *words; i++) {
        if (strncmp(dash + 1, words[i].word, strlen(words[i].word)) == 0) {
            snprintf(text, 24, "%.*s%s%c-az%u", (int)(dash - name), name, words[i].letters,
                     name[strlen(name) - 1], zone + 1);
            break;
        }
    }
    return text;
}

static void write_subnet(struct dm_describe *out, const struct dm_estate *estate,
                         const struct dm_estate_vpc *vpc)
{
    char address[16];
    char name[32];
    char text[64];
    char zone_id[24] = "";

    for (unsigned i = 0; i < 2 * estate->options.n_zones; i++) {
        bool is_second = i >= estate->options.n_zones;
        unsigned zone = i % estate->options.n_zones;

        dm_describe_open(out, NULL, '{');
        dm_describe_text(out, "AvailabilityZoneId", "%s",
                         dm_estate_zone_id(vpc->region, zone, zone_id));
        dm_describe_flag(out, "MapCustomerOwnedIpOnLaunch", false);
        dm_describe_text(out, "OwnerId", "%s", dm_estate_account(vpc->role));
        dm_describe_flag(out, "AssignIpv6AddressOnCreation", false);
        snprintf(text, sizeof text, "%s-%s-%c", dm_estate_vpc_name(vpc, name),
                 dm_estate_subnet(vpc->role, is_second), dm_estate_zone(zone));
        dm_estate_tag(out, text);
        dm_describe_text(out, "SubnetId", "%s", SUBNET(vpc, is_second, zone));
        dm_describe_text(out, "State", "available");
        dm_describe_text(out, "VpcId", "%s", ID("vpc", vpc, 0));
        dm_describe_text(
            out, "CidrBlock", "%s/%d",
            dm_estate_address(dm_estate_subnet_first(estate, vpc, is_second, zone), address),
            is_second ? 28 : 25);
        dm_describe_number(out, "AvailableIpAddressCount", is_second ? 10 : 100);
        dm_describe_text(out, "AvailabilityZone", "%s%c", dm_estate_region(vpc->region),
                         dm_estate_zone(zone));
        dm_describe_flag(out, "DefaultForAz", false);
        dm_describe_flag(out, "MapPublicIpOnLaunch",
                         vpc->role == DM_ESTATE_INSPECTION && !is_second);
        dm_describe_close(out, '}');
    }
}

/* ---- route tables ---- */

static void route(struct dm_describe *out, const char *prefix, const char *key, const char *target)
{
    dm_describe_open(out, NULL, '{');
    dm_describe_text(out, "DestinationCidrBlock", "%s", prefix);
    dm_describe_text(out, key, "%s", target);
    dm_describe_text(out, "Origin", "%s",
                     strcmp(target, "local") == 0 ? "CreateRouteTable" : "CreateRoute");
    dm_describe_text(out, "State", "active");
    dm_describe_close(out, '}');
}

static void open_table(struct dm_describe *out, const struct dm_estate_vpc *vpc, unsigned part)
{
    char address[16];
    char text[24];

    dm_describe_open(out, NULL, '{');
    dm_describe_text(out, "RouteTableId", "%s", ID("rtb", vpc, part));
    dm_describe_text(out, "VpcId", "%s", ID("vpc", vpc, 0));
    dm_describe_text(out, "OwnerId", "%s", dm_estate_account(vpc->role));
    dm_describe_open(out, "PropagatingVgws", '[');
    dm_describe_close(out, ']');
    dm_describe_open(out, "Routes", '[');
    snprintf(text, sizeof text, "%s/22", dm_estate_address(vpc->first, address));
    route(out, text, "GatewayId", "local");
}

/* Closes what 'open_table' left open; the table is that of the subnets from 'first_zone' on. */
static void close_table(struct dm_describe *out, const struct dm_estate_vpc *vpc, unsigned part,
                        bool is_second, unsigned first_zone, unsigned n_zones)
{
    dm_describe_close(out, ']');
    dm_describe_open(out, "Associations", '[');
    for (unsigned i = 0; i < (n_zones ? n_zones : 1); i++) {
        dm_describe_open(out, NULL, '{');
        dm_describe_flag(out, "Main", n_zones == 0);
        dm_describe_text(out, "RouteTableAssociationId", "%s",
                         ID("rtbassoc", vpc, part * 16 + first_zone + i));
        dm_describe_text(out, "RouteTableId", "%s", ID("rtb", vpc, part));
        if (n_zones) {
            dm_describe_text(out, "SubnetId", "%s", SUBNET(vpc, is_second, first_zone + i));
        }
        dm_describe_open(out, "AssociationState", '{');
        dm_describe_text(out, "State", "associated");
        dm_describe_close(out, '}');
        dm_describe_close(out, '}');
    }
    dm_describe_close(out, ']');
    dm_describe_close(out, '}');
}

/* To whatever joins the VPC with others. */
static void route_away(struct dm_describe *out, const struct dm_estate *estate,
                       const struct dm_estate_vpc *vpc, const char *prefix)
{
    char arn[96];

    if (estate->options.backbone || !dm_estate_is_attached(vpc->role)) {
        route(out, prefix, "CoreNetworkArn", dm_estate_core_arn(arn));
    } else {
        route(out, prefix, "TransitGatewayId",
              dm_estate_id("tgw", vpc->region, 0, 0, &(struct dm_estate_id){ { 0 } }));
    }
}

static void write_table(struct dm_describe *out, const struct dm_estate *estate,
                        const struct dm_estate_vpc *vpc)
{
    unsigned n_zones = estate->options.n_zones;

    open_table(out, vpc, 0); /* the main one, of no subnet */
    close_table(out, vpc, 0, false, 0, 0);
    open_table(out, vpc, 1);
    if (vpc->role == DM_ESTATE_INSPECTION) {
        route_away(out, estate, vpc, DM_ESTATE_POOL);
        route(out, "0.0.0.0/0", "GatewayId", ID("igw", vpc, 0));
    } else if (dm_estate_is_attached(vpc->role)) {
        route_away(out, estate, vpc, "0.0.0.0/0");
    } else if (estate->options.wan) {
        route_away(out, estate, vpc, DM_ESTATE_POOL);
    }
    close_table(out, vpc, 1, false, 0, n_zones);
    if (vpc->role != DM_ESTATE_INSPECTION) {
        open_table(out, vpc, 2);
        close_table(out, vpc, 2, true, 0, n_zones);
        return;
    }
    for (unsigned zone = 0; zone < n_zones; zone++) {
        open_table(out, vpc, 2 + zone);
        route(out, "0.0.0.0/0", "NatGatewayId", ID("nat", vpc, zone));
        close_table(out, vpc, 2 + zone, true, zone, 1);
    }
}

/* ---- filters ---- */

static void entry(struct dm_describe *out, unsigned number, bool egress,
                  const struct dm_estate_rule *rule)
{
    bool all = rule->protocol[0] == 'a';

    dm_describe_open(out, NULL, '{');
    dm_describe_text(out, "CidrBlock", "%s", rule->prefix);
    dm_describe_flag(out, "Egress", egress);
    if (!all) {
        dm_describe_open(out, "PortRange", '{');
        dm_describe_number(out, "From", rule->first_port);
        dm_describe_number(out, "To", rule->last_port);
        dm_describe_close(out, '}');
    }
    dm_describe_text(out, "Protocol", "%s", all ? "-1" : rule->protocol[0] == 't' ? "6" : "17");
    dm_describe_text(out, "RuleAction", "%s", rule->allow ? "allow" : "deny");
    dm_describe_number(out, "RuleNumber", number);
    dm_describe_close(out, '}');
}

/* The ACL of one kind of subnet, or both: AWS's default one, or one with entries of its own. */
static void acl(struct dm_describe *out, const struct dm_estate *estate,
                const struct dm_estate_vpc *vpc, bool is_default)
{
    static const struct dm_estate_rule all = { true, "all", 0, 0, "0.0.0.0/0" };
    static const struct dm_estate_rule none = { false, "all", 0, 0, "0.0.0.0/0" };
    bool has_own = dm_estate_has_acl(estate, vpc->role);

    dm_describe_open(out, NULL, '{');
    dm_describe_open(out, "Associations", '[');
    for (unsigned i = 0; i < 2 * estate->options.n_zones; i++) {
        bool is_second = i >= estate->options.n_zones;

        if (has_own && is_second != is_default) {
            continue;
        }
        dm_describe_open(out, NULL, '{');
        dm_describe_text(out, "NetworkAclAssociationId", "%s", ID("aclassoc", vpc, i));
        dm_describe_text(out, "NetworkAclId", "%s", ID("acl", vpc, is_default ? 0 : 1));
        dm_describe_text(out, "SubnetId", "%s",
                         SUBNET(vpc, is_second, i % estate->options.n_zones));
        dm_describe_close(out, '}');
    }
    dm_describe_close(out, ']');
    dm_describe_open(out, "Entries", '[');
    for (unsigned egress = 2; egress-- > 0;) {
        for (unsigned i = 0; !is_default && i <= estate->options.n_acl_entries; i++) {
            struct dm_estate_rule rule = dm_estate_acl_entry(estate, vpc->role, egress != 0, i);

            entry(out, 100 + 10 * i, egress != 0, &rule);
        }
        if (is_default) {
            entry(out, 100, egress != 0, &all);
        }
        entry(out, 32767, egress != 0, &none);
    }
    dm_describe_close(out, ']');
    dm_describe_flag(out, "IsDefault", is_default);
    dm_describe_text(out, "NetworkAclId", "%s", ID("acl", vpc, is_default ? 0 : 1));
    dm_describe_open(out, "Tags", '[');
    dm_describe_close(out, ']');
    dm_describe_text(out, "VpcId", "%s", ID("vpc", vpc, 0));
    dm_describe_text(out, "OwnerId", "%s", dm_estate_account(vpc->role));
    dm_describe_close(out, '}');
}

static void write_acl(struct dm_describe *out, const struct dm_estate *estate,
                      const struct dm_estate_vpc *vpc)
{
    acl(out, estate, vpc, true);
    if (dm_estate_has_acl(estate, vpc->role)) {
        acl(out, estate, vpc, false);
    }
}

static void permission(struct dm_describe *out, const struct dm_estate_vpc *vpc,
                       const struct dm_estate_rule *rule, const char *group)
{
    dm_describe_open(out, NULL, '{');
    if (rule->protocol[0] == 'a') {
        dm_describe_text(out, "IpProtocol", "-1");
    } else {
        dm_describe_text(out, "IpProtocol", "%s", rule->protocol);
        dm_describe_number(out, "FromPort", rule->first_port);
        dm_describe_number(out, "ToPort", rule->last_port);
    }
    dm_describe_open(out, "UserIdGroupPairs", '[');
    if (!rule->prefix[0]) {
        dm_describe_open(out, NULL, '{');
        dm_describe_text(out, "UserId", "%s", dm_estate_account(vpc->role));
        dm_describe_text(out, "GroupId", "%s", group);
        dm_describe_close(out, '}');
    }
    dm_describe_close(out, ']');
    dm_describe_open(out, "IpRanges", '[');
    if (rule->prefix[0]) {
        dm_describe_open(out, NULL, '{');
        dm_describe_text(out, "CidrIp", "%s", rule->prefix);
        dm_describe_close(out, '}');
    }
    dm_describe_close(out, ']');
    dm_describe_open(out, "Ipv6Ranges", '[');
    dm_describe_close(out, ']');
    dm_describe_open(out, "PrefixListIds", '[');
    dm_describe_close(out, ']');
    dm_describe_close(out, '}');
}

static void write_group(struct dm_describe *out, const struct dm_estate *estate,
                        const struct dm_estate_vpc *vpc)
{
    static const struct dm_estate_rule all = { true, "all", 0, 0, "0.0.0.0/0" };

    for (unsigned service = 0;
         dm_estate_has_hosts(vpc->role) && service < estate->options.n_services; service++) {
        dm_describe_open(out, NULL, '{');
        dm_describe_text(out, "GroupId", "%s", ID("sg", vpc, service));
        dm_describe_open(out, "IpPermissionsEgress", '[');
        permission(out, vpc, &all, NULL);
        dm_describe_close(out, ']');
        dm_describe_text(out, "VpcId", "%s", ID("vpc", vpc, 0));
        dm_describe_text(out, "OwnerId", "%s", dm_estate_account(vpc->role));
        dm_describe_text(out, "GroupName", "g%u", service);
        dm_describe_text(out, "Description", "service %u", service);
        dm_describe_open(out, "IpPermissions", '[');
        for (unsigned i = 0; i < estate->options.n_group_rules; i++) {
            struct dm_estate_rule rule = dm_estate_group_rule(estate, vpc->role, service, i);

            permission(out, vpc, &rule, ID("sg", vpc, service ? service - 1 : 0));
        }
        dm_describe_close(out, ']');
        dm_describe_close(out, '}');
    }
}

/* ---- files ---- */

static const struct call {
    const char *key;
    void (*write)(struct dm_describe *, const struct dm_estate *, const struct dm_estate_vpc *);
} calls[] = {
    { "Vpcs", write_vpc },
    { "Subnets", write_subnet },
    { "RouteTables", write_table },
    { "NetworkAcls", write_acl },
    { "SecurityGroups", write_group },
    { "Reservations", dm_estate_write_reservation },
    { "NetworkInterfaces", dm_estate_write_interface },
    { "InternetGateways", dm_estate_write_internet_gateway },
    { "NatGateways", dm_estate_write_nat_gateway },
    { "TransitGatewayVpcAttachments", dm_estate_write_attachment },
};

/* The VPCs from 'begin' to 'end' are one region's; those of one account are written. */
static bool write_account(const struct dm_estate *estate, const char *folder, const char *account,
                          size_t begin, size_t end)
{
    char path[4096];

    snprintf(path, sizeof path, "%.4000s/accounts/%s/%s", folder, account,
             dm_estate_region(estate->vpcs[begin].region));
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        struct dm_describe out;
        char name[64];
        FILE *file;

        snprintf(name, sizeof name, "%s.json", calls[i].key);
        file = dm_estate_open(path, name);
        if (!file) {
            return false;
        }
        out = dm_describe_begin(file, calls[i].key);
        for (size_t v = begin; v < end; v++) {
            if (strcmp(dm_estate_account(estate->vpcs[v].role), account) == 0) {
                calls[i].write(&out, estate, &estate->vpcs[v]);
            }
        }
        if (!dm_describe_end(&out)) {
            return false;
        }
    }
    return true;
}

bool dm_estate_write_aws(const struct dm_estate *estate, const char *folder)
{
    size_t begin = 0;

    for (unsigned region = 0; region < estate->options.n_regions; region++) {
        unsigned written = 0; /* bits of roles */
        size_t end = begin;

        while (end < estate->n_vpcs && estate->vpcs[end].region == region) {
            end++;
        }
        for (size_t v = begin; v < end; v++) {
            enum dm_estate_role role = estate->vpcs[v].role;

            if (role == DM_ESTATE_SHARED || written >> role & 1) {
                continue; /* it is in the inspection VPC's account */
            }
            written |= 1U << role;
            if (!write_account(estate, folder, dm_estate_account(role), begin, end)) {
                return false;
            }
        }
        if (!dm_estate_write_transit(estate, folder, region, begin, end)) {
            return false;
        }
        begin = end;
    }
    return !(estate->options.wan || estate->options.backbone)
           || dm_estate_write_core(estate, folder);
}
