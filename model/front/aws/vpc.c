/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * VPCs and subnets.  One that is named but not shown gets a stand-in, so that
 * what stands in it keeps its address: a VPC has the ranges of its subnets then,
 * a subnet the addresses in it, and its filters and routes are unknown.
 */
#include "model/front/aws/aws_private.h"

struct dm_aws_thing *dm_aws_vpc_of(struct dm_aws *aws, const struct dm_aws_thing *thing)
{
    if (!thing->views) {
        return thing->part_of;
    }
    const struct dm_aws_node *node = dm_aws_with(thing, "VpcId");
    const char *id = dm_aws_text(aws, node, "VpcId");
    return id ? dm_aws_need(aws, DM_AWS_VPC, id, node) : NULL;
}

struct dm_vpc_id dm_aws_vpc_handle(struct dm_aws *aws, const struct dm_aws_thing *thing)
{
    const struct dm_aws_thing *vpc = dm_aws_vpc_of(aws, thing);
    return (struct dm_vpc_id){ vpc ? vpc->handle : 0 };
}

struct dm_aws_thing *dm_aws_need_subnet(struct dm_aws *aws, const struct dm_aws_thing *thing)
{
    const struct dm_aws_node *node = dm_aws_with(thing, "SubnetId");
    const char *id = dm_aws_text(aws, node, "SubnetId");
    struct dm_aws_thing *subnet = id ? dm_aws_find(aws, DM_AWS_SUBNET, id) : NULL;
    if (subnet && subnet->views) {
        return subnet;
    }
    struct dm_aws_thing *vpc = id ? dm_aws_vpc_of(aws, thing) : NULL;
    subnet = vpc ? dm_aws_need(aws, DM_AWS_SUBNET, id, node) : NULL;
    if (subnet) {
        subnet->part_of = vpc;
        subnet->region_hint = thing->views->file->region;
    }
    return subnet;
}

void dm_aws_refer_in_vpc(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    if (!dm_aws_vpc_of(aws, thing)) {
        struct dm_aws_node field =
            thing->views ? dm_aws_at(dm_aws_with(thing, "VpcId"), "VpcId") : thing->mention;
        dm_aws_fault(aws, &field, "`VpcId` of %s `%s` is missing",
                     dm_aws_family_words[thing->family], thing->id);
        thing->life = DM_AWS_GONE;
    }
}

/* Ranges of an association set that have not been taken away. */
static void add_blocks(struct dm_aws *aws, struct dm_aws_thing *thing, const char *set,
                       const char *key, const char *state_path, struct dm_aws_prefixes *prefixes)
{
    struct dm_aws_node list = dm_aws_list(aws, dm_aws_with(thing, set), set);
    struct dm_aws_node item;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        const char *state = dm_aws_peek(&item, state_path);
        enum dm_aws_life life = dm_aws_association(state);
        struct dm_prefix prefix;
        if (life == DM_AWS_UNDECIDED) {
            dm_aws_doubt(aws, thing, &item, "one of its ranges is `%s`", state);
        }
        if (life != DM_AWS_GONE && dm_aws_prefix(aws, &item, key, &prefix)) {
            DM_AWS_PUSH(aws, prefixes, prefix);
        }
    }
}

/* Ranges of a stand-in: of each subnet that says it is in 'vpc'. */
static void add_subnet_blocks(struct dm_aws *aws, const struct dm_aws_thing *vpc,
                              struct dm_aws_prefixes *prefixes);

void dm_aws_define_vpc(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    struct dm_aws_prefixes cidrs = { 0 };
    size_t n_errors = aws->diags->n_errors;
    add_blocks(aws, thing, "CidrBlockAssociationSet", "CidrBlock", "CidrBlockState/State", &cidrs);
    struct dm_prefix prefix;
    if (cidrs.n == 0 && dm_aws_prefix(aws, dm_aws_with(thing, "CidrBlock"), "CidrBlock", &prefix)) {
        DM_AWS_PUSH(aws, &cidrs, prefix);
    }
    add_blocks(aws, thing, "Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock",
               "Ipv6CidrBlockState/State", &cidrs);
    if (!thing->views) {
        add_subnet_blocks(aws, thing, &cidrs);
    } else if (cidrs.n == 0 && aws->diags->n_errors == n_errors) {
        struct dm_aws_node field = dm_aws_at(&thing->views->node, "CidrBlock");
        dm_aws_fault(aws, &field, "vpc `%s` has no range: `CidrBlock` is missing", thing->id);
    }
    struct dm_region_id region = dm_aws_region_of(aws, thing, thing->region_hint);
    const char *account = dm_aws_account(aws, thing);
    struct dm_vpc *vpc = dm_builder_edit_vpc(aws->builder, (struct dm_vpc_id){ thing->handle });
    vpc->account = account;
    vpc->region = region;
    vpc->cidrs = cidrs.items;
    vpc->n_cidrs = cidrs.n;
    vpc->main_table.v = thing->table ? thing->table->handle : 0;
    vpc->internet_gateway.v = thing->gateway ? thing->gateway->handle : 0;
}

/* The table of a VPC's subnets that no shown table names. */
static struct dm_aws_thing *need_main_table(struct dm_aws *aws, struct dm_aws_thing *vpc,
                                            const struct dm_aws_thing *subnet)
{
    if (!vpc->table) {
        const char *id = dm_sprintf(aws->arena, "main of %s", vpc->id);
        const struct dm_aws_node *node = subnet->views ? &subnet->views->node : &subnet->mention;
        vpc->table = id ? dm_aws_need(aws, DM_AWS_ROUTE_TABLE, id, node) : NULL;
        if (vpc->table) {
            vpc->table->part_of = vpc;
        }
    }
    return vpc->table;
}

void dm_aws_refer_subnet(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    dm_aws_refer_in_vpc(aws, thing);
    struct dm_aws_thing *vpc = dm_aws_vpc_of(aws, thing);
    if (!vpc) {
        return;
    }
    if (!thing->table) {
        need_main_table(aws, vpc, thing);
    }
    const char *zone = dm_aws_text(aws, dm_aws_with(thing, "AvailabilityZone"), "AvailabilityZone");
    const char *arn = dm_aws_text(aws, dm_aws_with(thing, "SubnetArn"), "SubnetArn");
    if (!vpc->region_hint) {
        vpc->region_hint = arn ? dm_aws_region_of_arn(aws, arn) : NULL;
    }
    if (!vpc->region_hint && zone) {
        vpc->region_hint = dm_aws_region_of_zone(aws, zone);
    }
    if (!vpc->region_hint) {
        vpc->region_hint = thing->region_hint;
    }
}

static void subnet_blocks(struct dm_aws *aws, struct dm_aws_thing *thing,
                          struct dm_aws_prefixes *cidrs)
{
    struct dm_prefix prefix;
    if (dm_aws_prefix(aws, dm_aws_with(thing, "CidrBlock"), "CidrBlock", &prefix)) {
        DM_AWS_PUSH(aws, cidrs, prefix);
    }
    add_blocks(aws, thing, "Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock",
               "Ipv6CidrBlockState/State", cidrs);
    if (thing->views) {
        return;
    }
    /* A stand-in: what is known of it is which addresses are in it. */
    const struct dm_aws_index *interfaces = &aws->families[DM_AWS_INTERFACE];
    for (size_t i = 0; i < interfaces->items.n; i++) {
        const struct dm_aws_thing *interface = interfaces->items.items[i];
        const char *subnet = dm_aws_peek(dm_aws_with(interface, "SubnetId"), "SubnetId");
        struct dm_aws_addresses list = { 0 };
        if (interface->life == DM_AWS_LIVE && dm_str_equal(subnet, thing->id)) {
            dm_aws_interface_addresses(aws, interface, &list);
        }
        for (size_t j = 0; j < list.n; j++) {
            DM_AWS_PUSH(aws, cidrs, dm_prefix_of(list.items[j].address));
        }
    }
}

static void add_subnet_blocks(struct dm_aws *aws, const struct dm_aws_thing *vpc,
                              struct dm_aws_prefixes *prefixes)
{
    const struct dm_aws_index *subnets = &aws->families[DM_AWS_SUBNET];
    for (size_t i = 0; i < subnets->items.n; i++) {
        struct dm_aws_thing *subnet = subnets->items.items[i];
        if (subnet->life == DM_AWS_LIVE && dm_aws_vpc_of(aws, subnet) == vpc) {
            subnet_blocks(aws, subnet, prefixes);
        }
    }
}

/* What is doubtful of it, or of what routes and filters it: then what its boundary does is not
 * known, as if its network ACL were not. */
static struct dm_unknown_id doubt_of_subnet(const struct dm_aws_thing *thing,
                                            const struct dm_aws_thing *vpc)
{
    const struct dm_aws_thing *table = thing->table ? thing->table : vpc->table;
    const struct dm_aws_thing *const of[] = { thing, vpc, table, thing->acl };
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        if (of[i] && of[i]->odd.v) {
            return of[i]->odd;
        }
    }
    return (struct dm_unknown_id){ 0 };
}

void dm_aws_define_subnet(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const struct dm_aws_thing *vpc = dm_aws_vpc_of(aws, thing);
    struct dm_vpc_id vpc_id = { vpc->handle };
    const struct dm_aws_node *node = thing->views ? &thing->views->node : &thing->mention;
    struct dm_aws_prefixes cidrs = { 0 };
    size_t n_errors = aws->diags->n_errors;
    subnet_blocks(aws, thing, &cidrs);
    if (cidrs.n == 0 && aws->diags->n_errors == n_errors) {
        struct dm_aws_node field = dm_aws_at(node, "CidrBlock");
        dm_aws_fault(aws, &field, "subnet `%s` has no range: `CidrBlock` is missing", thing->id);
    }
    struct dm_unknown_id unknown = thing->unknown;
    struct dm_unknown_id odd = doubt_of_subnet(thing, vpc);
    if (odd.v && !unknown.v) {
        unknown = odd;
    }
    if (!thing->acl && !unknown.v) {
        unknown = dm_aws_unknown(aws, node, dm_sprintf(aws->arena, "network-acl of %s", thing->id),
                                 "no network ACL of the input is associated with this subnet");
    }
    const struct dm_aws_node *zone_node = dm_aws_with(thing, "AvailabilityZone");
    const char *zone_name = dm_aws_text(aws, zone_node, "AvailabilityZone");
    const char *zone_id =
        dm_aws_text(aws, dm_aws_with(thing, "AvailabilityZoneId"), "AvailabilityZoneId");
    if (!thing->views) {
        zone_name = dm_aws_peek(node, "AvailabilityZone");
        zone_node = node;
    }
    struct dm_region_id region = dm_builder_edit_vpc(aws->builder, vpc_id)->region;
    struct dm_zone_id zone = dm_aws_zone(aws, region, zone_name, zone_id, zone_node);
    bool maps =
        dm_aws_flag(aws, dm_aws_with(thing, "MapPublicIpOnLaunch"), "MapPublicIpOnLaunch", false);
    const struct dm_aws_thing *table = thing->table ? thing->table : vpc->table;
    struct dm_tags tags = dm_aws_tags(aws, thing);
    int64_t n_free = 0;
    bool knows_free = dm_aws_number(aws, dm_aws_with(thing, "AvailableIpAddressCount"),
                                    "AvailableIpAddressCount", &n_free)
                      && n_free >= 0 && n_free <= UINT32_MAX;
    struct dm_subnet *subnet =
        dm_builder_edit_subnet(aws->builder, (struct dm_subnet_id){ thing->handle });
    subnet->vpc = vpc_id;
    subnet->zone = zone;
    subnet->cidrs = cidrs.items;
    subnet->n_cidrs = cidrs.n;
    subnet->table.v = table ? table->handle : 0;
    subnet->acl.v = thing->acl && !odd.v ? thing->acl->handle : 0;
    subnet->unknown = unknown;
    subnet->maps_public_address = maps;
    subnet->tags = tags;
    subnet->knows_free = knows_free;
    subnet->n_free = knows_free ? (uint32_t)n_free : 0;
    dm_aws_set_public_access(aws, vpc, thing->id, subnet);
}
