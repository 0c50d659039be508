/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The front end for describe output, family by family, on small inputs: what a field becomes,
 * what is gone, what is unknown and where packets meet it, and what is a fault.
 */
#include "model/front/aws/aws.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/dmtest.h"

struct loaded {
    struct dm_arena *arena;
    struct dm_sources *sources;
    struct dm_diags diags; /* sorted */
    const struct dm_model *model;
    enum dm_status status;
    struct dm_err err;
};

/* 'text' as if it stood in a file of this name; ' stands for ". */
static struct loaded load_as(const char *path, const char *text)
{
    struct loaded loaded = { .arena = dm_arena_new(0) };
    loaded.sources = dm_sources_new(loaded.arena, &loaded.err);
    dm_diags_init(&loaded.diags, loaded.arena);
    if (text) {
        char *json = dm_arena_strdup(loaded.arena, text);
        uint32_t source = 0;
        assert_non_null(json);
        for (char *c = json; *c; c++) {
            *c = *c == '\'' ? '"' : *c;
        }
        assert_int_equal(
            dm_sources_add(loaded.sources, path, json, strlen(json), &source, &loaded.err), DM_OK);
    }
    struct dm_builder *builder = dm_builder_new(loaded.arena, loaded.sources, &loaded.err);
    loaded.status = dm_aws_load(loaded.arena, loaded.sources, path, dm_facts_new(loaded.arena),
                                builder, &loaded.diags, &loaded.err);
    if (loaded.status == DM_OK && loaded.diags.n_errors == 0) {
        assert_int_equal(dm_model_build(builder, &loaded.diags, &loaded.model, &loaded.err), DM_OK);
    }
    dm_diags_sort(&loaded.diags);
    for (size_t i = 0; i < loaded.diags.n_items && loaded.model; i++) {
        print_message("%s\n", loaded.diags.items[i].message);
    }
    return loaded;
}

/* A model without faults. */
static struct loaded load(const char *text)
{
    struct loaded loaded = load_as("eu-west-1/x.json", text);
    for (size_t i = 0; i < loaded.diags.n_items; i++) {
        print_message("%s\n", loaded.diags.items[i].message);
    }
    assert_int_equal(loaded.status, DM_OK);
    assert_int_equal(loaded.diags.n_errors, 0);
    assert_non_null(loaded.model);
    assert_int_equal(dm_model_check(loaded.model, &loaded.diags, &loaded.err), DM_OK);
    assert_int_equal(loaded.diags.n_errors, 0);
    return loaded;
}

static void release(struct loaded *loaded)
{
    dm_arena_free(loaded->arena);
}

/* Exactly one fault, at 'pointer', with 'part' in its message. */
static struct loaded fault_of(const char *text, const char *pointer, const char *part)
{
    struct loaded loaded = load_as("eu-west-1/x.json", text);
    assert_int_equal(loaded.status, DM_OK);
    assert_int_equal(loaded.diags.n_items, 1);
    assert_string_equal(loaded.diags.items[0].pointer, pointer);
    if (!strstr(loaded.diags.items[0].message, part)) {
        fail_msg("`%s` is not in `%s`", part, loaded.diags.items[0].message);
    }
    assert_int_not_equal(loaded.diags.items[0].labels[0].span.source, 0);
    return loaded;
}

static void assert_fault(const char *text, const char *pointer, const char *part)
{
    struct loaded loaded = fault_of(text, pointer, part);
    release(&loaded);
}

static void assert_unknown(const struct loaded *loaded, uint32_t handle, const char *name)
{
    assert_int_not_equal(handle, 0);
    const struct dm_unknown *unknown =
        dm_unknown_get(loaded->model, (struct dm_unknown_id){ handle });
    assert_string_equal(unknown->object.name, name);
    assert_non_null(unknown->object.pointer);
    assert_int_not_equal(unknown->object.origin.source, 0);
    assert_true(strlen(unknown->why) > 0);
}

static struct dm_ref find(const struct loaded *loaded, enum dm_kind kind, const char *name)
{
    struct dm_ref ref = dm_model_find(loaded->model, kind, name);
    if (ref.v == 0) {
        fail_msg("there is no `%s`", name);
    }
    return ref;
}

#define VPC "'Vpcs':[{'VpcId':'vpc-1','CidrBlock':'10.0.0.0/16'}]"
#define SUBNET                                                                                     \
    "'Subnets':[{'SubnetId':'subnet-1','VpcId':'vpc-1','CidrBlock':'10.0.1.0/24',"                 \
    "'AvailabilityZone':'eu-west-1a','AvailabilityZoneId':'euw1-az1'}]"
#define TABLE(routes)                                                                              \
    "'RouteTables':[{'RouteTableId':'rtb-1','VpcId':'vpc-1','Associations':[{'Main':true}],"       \
    "'Routes':[{'DestinationCidrBlock':'10.0.0.0/16','GatewayId':'local','State':'active'}" routes \
    "]}]"
#define ACL(entries)                                                                               \
    "'NetworkAcls':[{'NetworkAclId':'acl-1','VpcId':'vpc-1','Entries':[" entries                   \
    "],'Associations':[{'NetworkAclId':'acl-1','SubnetId':'subnet-1'}]}]"
#define PLACE VPC "," SUBNET "," TABLE("") "," ACL("")
#define NO_GROUPS ",'Groups':[]"
#define ENI(id, address, more)                                                                     \
    "{'NetworkInterfaceId':'" id "','SubnetId':'subnet-1','VpcId':'vpc-1',"                        \
    "'PrivateIpAddresses':[{'Primary':true,'PrivateIpAddress':'" address "'}]" more "}"

/* Inputs below are pieces of text set one after the other, which the tool cannot lay out. */
/* clang-format off */

/* ---- places ---- */

static void a_region_comes_from_the_folder_and_brings_its_facts(void **state)
{
    (void)state;
    struct loaded loaded = load("{" PLACE "}");
    const struct dm_model *model = loaded.model;
    assert_int_equal(model->n_regions, 1);
    assert_string_equal(model->regions[0].object.name, "eu-west-1");
    assert_string_equal(model->regions[0].jurisdiction, "IE");
    assert_string_equal(model->zones[0].object.name, "eu-west-1a");
    assert_string_equal(model->zones[0].zone_id, "euw1-az1");
    assert_int_equal(model->vpcs[0].main_table.v, 1);
    assert_int_equal(model->subnets[0].table.v, 1);
    assert_int_equal(model->subnets[0].acl.v, 1);
    assert_int_equal(model->n_unknowns, 0);
    release(&loaded);
}

static void without_a_folder_a_region_comes_from_zones(void **state)
{
    (void)state;
    struct loaded loaded = load_as("x.json", "{" PLACE "}");
    assert_int_equal(loaded.diags.n_errors, 0);
    assert_string_equal(loaded.model->regions[0].object.name, "eu-west-1");
    release(&loaded);
}

static void one_zone_name_for_two_zones_gives_way_to_the_ids(void **state)
{
    (void)state;
    struct loaded loaded = load(
        "{" VPC "," TABLE("") ",'Subnets':["
                              "{'SubnetId':'s-1','VpcId':'vpc-1','CidrBlock':'10.0.1.0/24',"
                              "'AvailabilityZone':'eu-west-1a','AvailabilityZoneId':'euw1-az1'},"
                              "{'SubnetId':'s-2','VpcId':'vpc-1','CidrBlock':'10.0.2.0/24',"
                              "'AvailabilityZone':'eu-west-1a','AvailabilityZoneId':'euw1-az3'}]}");
    assert_int_equal(loaded.model->n_zones, 2);
    assert_string_equal(loaded.model->zones[0].object.name, "euw1-az1");
    assert_string_equal(loaded.model->zones[1].object.name, "euw1-az3");
    release(&loaded);
}

static void a_region_that_no_fact_knows_is_named_unknown(void **state)
{
    (void)state;
    struct loaded loaded =
        load_as("x.json",
                "{" VPC "," TABLE("") "," ACL(
                    "") ",'Subnets':[{'SubnetId':'subnet-1','VpcId':"
                        "'vpc-1','CidrBlock':'10.0.1.0/24','AvailabilityZone':'xx-nowhere-9a'}]}");
    assert_int_equal(loaded.diags.n_errors, 0);
    assert_string_equal(loaded.model->regions[0].object.name, "xx-nowhere-9");
    assert_null(loaded.model->regions[0].jurisdiction);
    assert_unknown(&loaded, 1, "region xx-nowhere-9");
    release(&loaded);
}

/* ---- routes ---- */

static const struct dm_route *second_route(const struct loaded *loaded)
{
    assert_int_equal(loaded->model->route_tables[0].n_routes, 2);
    return &loaded->model->route_tables[0].routes[1];
}

static void a_route_to_what_is_not_shown_or_not_modelled_is_kept_as_unknown(void **state)
{
    (void)state;
    static const struct {
        const char *target;
        const char *unknown;
    } cases[] = {
        { "'GatewayId':'vgw-1'", "vpn-gateway vgw-1" },
        { "'GatewayId':'vpce-1'", "vpc-endpoint vpce-1" },
        { "'GatewayId':'igw-9'", "internet-gateway igw-9" },
        { "'NatGatewayId':'nat-9'", "nat-gateway nat-9" },
        { "'TransitGatewayId':'tgw-9'", "transit-gateway tgw-9" },
        { "'VpcPeeringConnectionId':'pcx-9'", "vpc-peering pcx-9" },
        { "'NetworkInterfaceId':'eni-9','InstanceId':'i-9'", "network-interface eni-9" },
        { "'EgressOnlyInternetGatewayId':'eigw-1'", "egress-only-internet-gateway eigw-1" },
        { "'CoreNetworkArn':'arn:1'", "core-network arn:1" },
        { "'NewThingId':'new-1'", "route at /RouteTables/0/Routes/1" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[2048];
        snprintf(text, sizeof text,
                 "{" VPC "," SUBNET "," ACL("") ",'RouteTables':[{'RouteTableId':'rtb-1',"
                 "'VpcId':'vpc-1','Associations':[{'Main':true}],'Routes':[{"
                 "'DestinationCidrBlock':'10.0.0.0/16','GatewayId':'local'},"
                 "{'DestinationCidrBlock':'0.0.0.0/0',%s}]}]}", cases[i].target);
        struct loaded loaded = load(text);
        const struct dm_route *route = second_route(&loaded);
        assert_int_equal(route->target_kind, DM_TARGET_UNKNOWN);
        assert_unknown(&loaded, route->target, cases[i].unknown);
        assert_string_equal(route->pointer, "/RouteTables/0/Routes/1");
        /* An internet gateway that is not shown is one all the same. */
        assert_int_equal(loaded.model->vpcs[0].gateway_unknown.v,
                         strstr(cases[i].target, "'igw-") ? route->target : 0);
        release(&loaded);
    }
}

static void a_route_to_what_is_gone_is_a_black_hole(void **state)
{
    (void)state;
    struct loaded loaded = load("{" VPC "," SUBNET "," ACL(
        "") "," TABLE(",{'DestinationCidrBlock':'10.9.0.0/16','VpcPeeringConnectionId':'pcx-1'},"
                      "{'DestinationCidrBlock':'0.0.0.0/"
                      "0','GatewayId':'igw-9','State':'blackhole'}") ",'VpcPeeringConnections':[{'"
                                                                     "VpcPeeringConnectionId':'pcx-"
                                                                     "1','Status':{'Code':"
                                                                     "'deleted'},'RequesterVpcInfo'"
                                                                     ":{'VpcId':'vpc-1'},'"
                                                                     "AccepterVpcInfo':{'VpcId':'v'"
                                                                     "}}]}");
    assert_int_equal(loaded.model->route_tables[0].n_routes, 3);
    assert_int_equal(loaded.model->route_tables[0].routes[1].target_kind, DM_TARGET_NONE);
    assert_int_equal(loaded.model->route_tables[0].routes[2].target_kind, DM_TARGET_NONE);
    assert_int_equal(loaded.model->n_peerings, 0);
    assert_int_equal(loaded.model->n_unknowns, 0);
    release(&loaded);
}

static void a_route_by_vpn_propagation_is_marked_and_ipv6_is_read(void **state)
{
    (void)state;
    struct loaded loaded = load("{" VPC "," SUBNET "," ACL("") "," TABLE(
        ",{'DestinationIpv6CidrBlock':'::/0','GatewayId':'vgw-1','Origin':"
        "'EnableVgwRoutePropagation'}") "}");
    assert_true(second_route(&loaded)->propagated);
    assert_int_equal(second_route(&loaded)->prefix.addr.family, DM_FAMILY_IPV6);
    release(&loaded);
}

static void the_list_of_a_gateway_endpoint_is_of_aws(void **state)
{
    (void)state;
    struct loaded loaded = load(
        "{" VPC "," SUBNET "," ACL("") ","
        TABLE(",{'DestinationPrefixListId':'pl-1','GatewayId':'vpce-1'}")
        ",'VpcEndpoints':[{'VpcEndpointId':'vpce-1','VpcEndpointType':'Gateway'}]}");
    const struct dm_route *route = second_route(&loaded);
    assert_true(dm_prefix_list_get(loaded.model, route->list)->is_aws);
    assert_unknown(&loaded, route->target, "vpc-endpoint vpce-1");
    release(&loaded);
}

static void a_prefix_list_that_is_not_shown_makes_its_routes_and_rules_unknown(void **state)
{
    (void)state;
    struct loaded loaded =
        load(
            "{" VPC
            "," SUBNET "," ACL("") "," TABLE(",{'DestinationPrefixListId':'pl-1','GatewayId':'vpce-"
                                             "1'}") ",'SecurityGroups':[{'GroupId':'sg-1','VpcId':'"
                                                    "vpc-1','IpPermissions':[{'IpProtocol':'-1',"
                                                    "'PrefixListIds':[{'PrefixListId':'pl-1'}]}]}]"
                                                    "}");
    const struct dm_route *route = second_route(&loaded);
    const struct dm_prefix_list *list = dm_prefix_list_get(loaded.model, route->list);
    assert_unknown(&loaded, list->unknown.v, "prefix-list pl-1");
    assert_false(list->is_aws);
    assert_int_equal(route->target_kind, DM_TARGET_UNKNOWN);
    assert_int_equal(loaded.model->groups[0].rules[0].peer_kind, DM_PEER_UNKNOWN);
    assert_int_equal(loaded.model->groups[0].rules[0].peer, list->unknown.v);
    release(&loaded);
}

static void a_subnet_without_a_table_of_its_own_has_the_main_one_and_others_theirs(void **state)
{
    (void)state;
    struct loaded loaded = load(
        "{" VPC ",'Subnets':["
        "{'SubnetId':'s-1','VpcId':'vpc-1','CidrBlock':'10.0.1.0/24','AvailabilityZone':"
        "'eu-west-1a'},"
        "{'SubnetId':'s-2','VpcId':'vpc-1','CidrBlock':'10.0.2.0/24','AvailabilityZone':"
        "'eu-west-1a'}],'RouteTables':["
        "{'RouteTableId':'rtb-m','VpcId':'vpc-1','Associations':[{'Main':true}],'Routes':[]},"
        "{'RouteTableId':'rtb-o','VpcId':'vpc-1','Associations':[{'Main':false,'SubnetId':'s-2'}],"
        "'Routes':[]}]}");
    const struct dm_model *model = loaded.model;
    assert_string_equal(dm_route_table_get(model, model->subnets[0].table)->object.name, "rtb-m");
    assert_string_equal(dm_route_table_get(model, model->subnets[1].table)->object.name, "rtb-o");
    release(&loaded);
}

static void without_its_table_and_acl_a_subnet_is_unknown_but_local(void **state)
{
    (void)state;
    struct loaded loaded = load("{" VPC "," SUBNET "}");
    const struct dm_model *model = loaded.model;
    const struct dm_route_table *table = dm_route_table_get(model, model->subnets[0].table);
    assert_int_equal(table->n_routes, 3);
    assert_int_equal(table->routes[0].target_kind, DM_TARGET_LOCAL);
    assert_int_equal(table->routes[1].target_kind, DM_TARGET_UNKNOWN);
    assert_unknown(&loaded, table->routes[1].target, "route-table main of vpc-1");
    assert_int_equal(model->subnets[0].acl.v, 0);
    assert_unknown(&loaded, model->subnets[0].unknown.v, "network-acl of subnet-1");
    release(&loaded);
}

static void a_block_of_public_access_without_its_exclusions_is_unknown(void **state)
{
    (void)state;
    static const char *const modes[] = { "off", "block-ingress" };
    for (size_t i = 0; i < 2; i++) {
        char text[2048];
        snprintf(text, sizeof text,
                 "{" VPC "," SUBNET "," ACL("") ","
                 TABLE(",{'DestinationCidrBlock':'0.0.0.0/0','GatewayId':'igw-1'}")
                 ",'InternetGateways':[{'InternetGatewayId':'igw-1','Attachments':["
                 "{'VpcId':'vpc-1','State':'available'}]}],'VpcBlockPublicAccessOptions':"
                 "{'AwsRegion':'eu-west-1','InternetGatewayBlockMode':'%s'}}", modes[i]);
        struct loaded loaded = load(text);
        assert_int_equal(second_route(&loaded)->target_kind, DM_TARGET_INTERNET_GATEWAY);
        assert_int_equal(loaded.model->vpcs[0].internet_gateway.v, 1);
        assert_int_equal(loaded.model->subnets[0].public_access,
                         i == 0 ? DM_ACCESS_OPEN : DM_ACCESS_UNKNOWN);
        assert_int_equal(loaded.model->subnets[0].access_unknown.v != 0, i == 1);
        release(&loaded);
    }
}

/* ---- filters ---- */

static void entries_of_acls_keep_ports_types_and_order(void **state)
{
    (void)state;
    struct loaded loaded = load("{" VPC "," SUBNET "," TABLE("") "," ACL(
        "{'RuleNumber':200,'Protocol':'6','RuleAction':'allow','Egress':false,'CidrBlock':"
        "'0.0.0.0/0','PortRange':{'From':443,'To':444}},"
        "{'RuleNumber':100,'Protocol':'1','RuleAction':'deny','Egress':false,'CidrBlock':"
        "'10.0.0.0/8','IcmpTypeCode':{'Type':8,'Code':-1}},"
        "{'RuleNumber':32768,'Protocol':'-1','RuleAction':'deny','Egress':true,"
        "'Ipv6CidrBlock':'::/0'}") "}");
    const struct dm_acl *acl = &loaded.model->acls[0];
    assert_int_equal(acl->n_entries, 3);
    assert_int_equal(acl->entries[0].number, 100);
    assert_false(acl->entries[0].allow);
    assert_int_equal(acl->entries[0].match.protocol, DM_PROTO_ICMP);
    assert_int_equal(acl->entries[0].match.icmp_type, 8);
    assert_int_equal(acl->entries[0].match.icmp_code, -1);
    assert_int_equal(acl->entries[1].match.port_first, 443);
    assert_int_equal(acl->entries[1].match.port_last, 444);
    assert_true(acl->entries[1].allow);
    assert_true(acl->entries[2].egress);
    assert_int_equal(acl->entries[2].match.protocol, -1);
    release(&loaded);
}

static void each_peer_of_a_permission_is_a_rule(void **state)
{
    (void)state;
    struct loaded loaded =
        load("{" PLACE ",'SecurityGroups':[{'GroupId':'sg-1','VpcId':'vpc-1','IpPermissions':["
             "{'IpProtocol':'tcp','FromPort':80,'ToPort':81,'IpRanges':[{'CidrIp':'10.0.0.0/8'},"
             "{'CidrIp':'0.0.0.0/0'}],'Ipv6Ranges':[{'CidrIpv6':'::/0'}],'UserIdGroupPairs':["
             "{'GroupId':'sg-1'},{'GroupId':'sg-9'}]},"
             "{'IpProtocol':'icmp','FromPort':8,'ToPort':-1,'IpRanges':[{'CidrIp':'0.0.0.0/0'}]},"
             "{'IpProtocol':'udp','FromPort':-1,'ToPort':-1,'IpRanges':[{'CidrIp':'0.0.0.0/0'}]},"
             "{'IpProtocol':'50','IpRanges':[{'CidrIp':'0.0.0.0/0'}]}],"
             "'IpPermissionsEgress':[{'IpProtocol':'-1','IpRanges':[{'CidrIp':'0.0.0.0/0'}]}]}]}");
    const struct dm_group *group = &loaded.model->groups[0];
    assert_int_equal(group->n_rules, 9);
    assert_int_equal(group->rules[0].match.port_first, 80);
    assert_int_equal(group->rules[0].match.port_last, 81);
    assert_int_equal(group->rules[2].prefix.addr.family, DM_FAMILY_IPV6);
    assert_int_equal(group->rules[3].peer_kind, DM_PEER_GROUP);
    assert_int_equal(group->rules[3].peer, 1);
    assert_int_equal(group->rules[4].peer_kind, DM_PEER_UNKNOWN);
    assert_unknown(&loaded, group->rules[4].peer, "security-group sg-9");
    assert_int_equal(group->rules[5].match.icmp_type, 8);
    assert_int_equal(group->rules[5].match.icmp_code, -1);
    assert_int_equal(group->rules[6].match.port_last, 65535);
    assert_int_equal(group->rules[7].match.protocol, 50);
    assert_true(group->rules[8].egress);
    assert_string_equal(group->rules[1].pointer, "/SecurityGroups/0/IpPermissions/0/IpRanges/1");
    release(&loaded);
}

/* ---- instances and interfaces ---- */

static void a_terminated_instance_is_gone_and_a_stopped_one_does_not_run(void **state)
{
    (void)state;
    struct loaded loaded = load(
        "{" PLACE ",'Reservations':[{'Instances':["
        "{'InstanceId':'i-1','State':{'Name':'running'},'NetworkInterfaces':["
        ENI("eni-1", "10.0.1.5", NO_GROUPS) "]},"
        "{'InstanceId':'i-2','State':{'Name':'stopped'},'NetworkInterfaces':["
        ENI("eni-2", "10.0.1.6", NO_GROUPS) "]},"
        "{'InstanceId':'i-3','State':{'Name':'terminated'},'NetworkInterfaces':[]}]}]}");
    assert_int_equal(loaded.model->n_hosts, 2);
    assert_true(loaded.model->hosts[0].running);
    assert_false(loaded.model->hosts[1].running);
    assert_int_equal(loaded.model->n_interfaces, 2);
    assert_int_equal(loaded.model->hosts[1].interfaces[0].v, 2);
    release(&loaded);
}

static void interfaces_of_an_instance_are_in_order_of_their_device_index(void **state)
{
    (void)state;
    struct loaded loaded = load(
        "{" PLACE ",'Reservations':[{'Instances':[{'InstanceId':'i-1','State':{'Name':'running'},"
        "'NetworkInterfaces':["
        ENI("eni-1", "10.0.1.5", NO_GROUPS ",'Attachment':{'DeviceIndex':1}") ","
        ENI("eni-2", "10.0.1.6", NO_GROUPS ",'Attachment':{'DeviceIndex':0}") "]}]}]}");
    const struct dm_host *host = &loaded.model->hosts[0];
    assert_int_equal(host->n_interfaces, 2);
    assert_string_equal(dm_interface_get(loaded.model, host->interfaces[0])->object.name, "eni-2");
    release(&loaded);
}

static void interfaces_of_what_is_not_modelled_keep_their_addresses(void **state)
{
    (void)state;
    struct loaded loaded = load(
        "{" PLACE ",'VpcEndpoints':[{'VpcEndpointId':'vpce-1','State':'available',"
        "'NetworkInterfaceIds':['eni-2']}],'NetworkInterfaces':["
        ENI("eni-1", "10.0.1.5", NO_GROUPS ",'InterfaceType':'interface','RequesterManaged':true"
                                 ",'Description':'RDSNetworkInterface'") ","
        ENI("eni-2", "10.0.1.6", ",'InterfaceType':'vpc_endpoint'") ","
        ENI("eni-3", "10.0.1.7", ",'InterfaceType':'network_load_balancer','Description':"
                                 "'ELB net/a/1'") ","
        ENI("eni-4", "10.0.1.8", ",'InterfaceType':'transit_gateway'") ","
        ENI("eni-5", "10.0.1.9", NO_GROUPS ",'InterfaceType':'interface'") ","
        ENI("eni-6", "10.0.1.10",
            NO_GROUPS ",'Attachment':{'InstanceId':'i-9','Status':'attached'}")
        "]}");
    const struct dm_interface *all = loaded.model->interfaces;
    assert_int_equal(loaded.model->n_interfaces, 6);
    assert_int_equal(all[0].kind, DM_INTERFACE_UNKNOWN);
    assert_unknown(&loaded, all[0].unknown.v, "network-interface eni-1");
    assert_unknown(&loaded, all[1].unknown.v, "vpc-endpoint vpce-1");
    assert_unknown(&loaded, all[2].unknown.v, "load-balancer net/a/1");
    assert_int_equal(all[3].kind, DM_INTERFACE_TRANSIT);
    assert_int_equal(all[4].kind, DM_INTERFACE_HOST);
    assert_int_equal(all[4].host.v, 0);
    assert_int_equal(all[5].kind, DM_INTERFACE_UNKNOWN);
    assert_int_equal(all[0].n_addresses, 1);
    release(&loaded);
}

static void public_addresses_come_from_interfaces_and_from_elastic_addresses(void **state)
{
    (void)state;
    struct loaded loaded =
        load("{" PLACE ",'NetworkInterfaces':[{'NetworkInterfaceId':'eni-1','SubnetId':'subnet-1',"
             "'VpcId':'vpc-1','PrivateIpAddresses':["
             "{'Primary':false,'PrivateIpAddress':'10.0.1.6'},"
             "{'Primary':true,'PrivateIpAddress':'10.0.1.5','Association':{'PublicIp':'3.3.3.3'}}],"
             "'Ipv4Prefixes':[{'Ipv4Prefix':'10.0.1.16/28'}]}],"
             "'Addresses':[{'PublicIp':'3.3.3.4','NetworkInterfaceId':'eni-1','PrivateIpAddress':"
             "'10.0.1.6'},{'PublicIp':'3.3.3.5'}]}");
    const struct dm_interface *interface = &loaded.model->interfaces[0];
    char text[DM_ADDR_TEXT_SIZE];
    assert_int_equal(interface->n_addresses, 18);
    assert_string_equal(dm_addr_text(interface->addresses[0].address, text), "10.0.1.5");
    assert_string_equal(dm_addr_text(interface->addresses[0].public_address, text), "3.3.3.3");
    assert_string_equal(dm_addr_text(interface->addresses[1].public_address, text), "3.3.3.4");
    assert_string_equal(dm_addr_text(interface->addresses[17].address, text), "10.0.1.31");
    release(&loaded);
}

static void without_a_place_an_interface_is_a_fault(void **state)
{
    (void)state;
    assert_fault("{'NetworkInterfaces':[{'NetworkInterfaceId':'eni-1','VpcId':'vpc-1'}]}",
                 "/NetworkInterfaces/0/SubnetId", "`SubnetId` is missing");
    assert_fault("{'NetworkInterfaces':[{'NetworkInterfaceId':'eni-1','SubnetId':'subnet-1'}]}",
                 "/NetworkInterfaces/0/SubnetId", "`VpcId` is missing");
}

static void a_group_that_is_not_shown_may_let_anything_through(void **state)
{
    (void)state;
    struct loaded loaded = load("{" PLACE ",'NetworkInterfaces':[" ENI(
        "eni-1", "10.0.1.5", ",'Groups':[{'GroupId':'sg-9'}]") "]}");
    assert_int_equal(loaded.model->n_groups, 1);
    assert_int_equal(loaded.model->interfaces[0].n_groups, 1);
    assert_int_equal(loaded.model->groups[0].n_rules, 2);
    assert_int_equal(loaded.model->groups[0].rules[0].peer_kind, DM_PEER_UNKNOWN);
    assert_int_equal(loaded.model->groups[0].rules[0].match.protocol, -1);
    release(&loaded);
}

static void what_stands_in_a_network_that_is_not_shown_keeps_its_address(void **state)
{
    (void)state;
    struct loaded loaded = load("{'NetworkInterfaces':[" ENI("eni-1", "10.0.1.5", "") "]}");
    const struct dm_model *model = loaded.model;
    assert_int_equal(model->n_vpcs, 1);
    assert_int_equal(model->n_subnets, 1);
    assert_int_equal(model->subnets[0].acl.v, 0);
    assert_int_not_equal(model->subnets[0].unknown.v, 0);
    assert_int_equal(model->interfaces[0].n_addresses, 1);
    assert_int_equal(model->subnets[0].cidrs[0].length, 32);
    assert_int_equal(model->vpcs[0].cidrs[0].length, 32);
    release(&loaded);
}

/* ---- gateways ---- */

#define NAT(state)                                                                                 \
    "'NatGateways':[{'NatGatewayId':'nat-1','SubnetId':'subnet-1','VpcId':'vpc-1','State':'" state \
    "','NatGatewayAddresses':[{'NetworkInterfaceId':'eni-1','PrivateIp':'10.0.1.9','PublicIp':"    \
    "'3.3.3.3'}]}]"

static void a_nat_gateway_brings_its_interface_along(void **state)
{
    (void)state;
    struct loaded loaded = load("{" PLACE "," NAT("available") "}");
    const struct dm_model *model = loaded.model;
    char text[DM_ADDR_TEXT_SIZE];
    assert_int_equal(model->n_nat_gateways, 1);
    assert_int_equal(model->n_interfaces, 1);
    assert_int_equal(model->interfaces[0].kind, DM_INTERFACE_NAT);
    assert_string_equal(dm_addr_text(model->interfaces[0].addresses[0].public_address, text),
                        "3.3.3.3");
    release(&loaded);
}

static void a_private_nat_gateway_is_private(void **state)
{
    (void)state;
    static const char *const types[] = { "public", "private" };
    for (size_t i = 0; i < 2; i++) {
        char text[2048];
        snprintf(text, sizeof text,
                 "{" PLACE ",'NatGateways':[{'NatGatewayId':'nat-1','SubnetId':'subnet-1',"
                 "'State':'available','ConnectivityType':'%s',"
                 "'NatGatewayAddresses':[{'NetworkInterfaceId':'eni-1',"
                 "'PrivateIp':'10.0.1.9'}]}]}", types[i]);
        struct loaded loaded = load(text);
        assert_int_equal(loaded.model->nat_gateways[0].is_private, i == 1);
        release(&loaded);
    }
}

static void a_deleted_nat_gateway_is_gone_and_a_pending_one_unknown(void **state)
{
    (void)state;
    struct loaded gone = load("{" VPC "," SUBNET "," ACL("") "," NAT("deleted") "," TABLE(
        ",{'DestinationCidrBlock':'0.0.0.0/0','NatGatewayId':'nat-1'}") "}");
    assert_int_equal(gone.model->n_nat_gateways, 0);
    assert_int_equal(second_route(&gone)->target_kind, DM_TARGET_NONE);
    release(&gone);
    struct loaded pending = load("{" VPC "," SUBNET "," ACL("") "," NAT("pending") "," TABLE(
        ",{'DestinationCidrBlock':'0.0.0.0/0','NatGatewayId':'nat-1'}") "}");
    assert_int_equal(pending.model->n_nat_gateways, 0);
    assert_unknown(&pending, second_route(&pending)->target, "nat-gateway nat-1");
    release(&pending);
}

static void a_peering_with_a_network_that_is_not_shown_is_unknown(void **state)
{
    (void)state;
    struct loaded loaded =
        load("{" VPC "," SUBNET "," ACL(
            "") "," TABLE(",{'DestinationCidrBlock':'10.9.0.0/"
                          "16','VpcPeeringConnectionId':'pcx-1'}") ",'VpcPeeringConnections':[{'"
                                                                   "VpcPeeringConnectionId':'pcx-1'"
                                                                   ",'Status':{'Code':'active'},"
                                                                   "'RequesterVpcInfo':{'VpcId':'"
                                                                   "vpc-1'},'AccepterVpcInfo':{'"
                                                                   "VpcId':'vpc-9'}}]}");
    assert_int_equal(loaded.model->n_peerings, 0);
    assert_unknown(&loaded, second_route(&loaded)->target, "vpc-peering pcx-1");
    release(&loaded);
}

/* ---- transit gateways ---- */

#define TGW                                                                                        \
    "'TransitGateways':[{'TransitGatewayId':'tgw-1','State':'available','Options':{"               \
    "'AmazonSideAsn':64512,'SecurityGroupReferencingSupport':'enable'}}],"                         \
    "'TransitGatewayRouteTables':[{'TransitGatewayRouteTableId':'rt-1','TransitGatewayId':"        \
    "'tgw-1','State':'available'}],'TransitGatewayAttachments':[{'TransitGatewayAttachmentId':"    \
    "'att-1','TransitGatewayId':'tgw-1','ResourceType':'vpc','ResourceId':'vpc-1','State':"        \
    "'available','Association':{'TransitGatewayRouteTableId':'rt-1','State':'associated'}}],"      \
    "'TransitGatewayVpcAttachments':[{'TransitGatewayAttachmentId':'att-1','TransitGatewayId':"    \
    "'tgw-1','VpcId':'vpc-1','State':'available','SubnetIds':['subnet-1'],'Options':{"             \
    "'ApplianceModeSupport':'enable'}}]"
#define PROPAGATIONS                                                                               \
    "'TransitGatewayPropagations':[{'TransitGatewayRouteTableId':'rt-1',"                          \
    "'TransitGatewayRouteTablePropagations':[{'TransitGatewayAttachmentId':'att-1','State':"       \
    "'enabled'}]}]"
#define STATIC(routes)                                                                             \
    "'TransitGatewayStaticRoutes':[{'TransitGatewayRouteTableId':'rt-1','Routes':[" routes "]}]"

static void an_attachment_is_put_together_from_its_two_descriptions(void **state)
{
    (void)state;
    struct loaded loaded = load("{" PLACE "," TGW "," PROPAGATIONS "," STATIC(
        "{'DestinationCidrBlock':'10.9.0.0/16','Type':'static','State':'active',"
        "'TransitGatewayAttachments':[{'TransitGatewayAttachmentId':'att-1'}]},"
        "{'DestinationCidrBlock':'10.8.0.0/16','Type':'static','State':'blackhole'},"
        "{'DestinationCidrBlock':'10.0.0.0/16','Type':'propagated','State':'active',"
        "'TransitGatewayAttachments':[{'TransitGatewayAttachmentId':'att-1'}]},"
        "{'DestinationCidrBlock':'10.7.0.0/16','Type':'static','State':'active',"
        "'TransitGatewayAttachments':[{'TransitGatewayAttachmentId':'att-9'}]}") "}");
    const struct dm_model *model = loaded.model;
    const struct dm_attachment *attachment = &model->attachments[0];
    const struct dm_transit_table *table = &model->transit_tables[0];
    assert_string_equal(attachment->object.name, "att-1");
    assert_int_equal(attachment->kind, DM_ATTACHMENT_VPC);
    assert_int_equal(attachment->n_subnets, 1);
    assert_int_equal(attachment->table.v, 1);
    assert_true(attachment->appliance_mode);
    assert_int_equal(model->transit_gateways[0].asn, 64512);
    assert_true(model->transit_gateways[0].group_references);
    assert_int_equal(table->n_propagations, 1);
    assert_int_equal(table->n_routes, 3);
    assert_int_equal(table->routes[0].attachment.v, 1);
    assert_int_equal(table->routes[1].attachment.v, 0);
    assert_int_equal(table->routes[1].unknown.v, 0);
    assert_unknown(&loaded, table->routes[2].unknown.v, "transit-gateway-attachment att-9");
    assert_int_equal(table->unknown.v, 0);
    release(&loaded);
}

static void a_table_of_which_not_all_is_shown_says_so(void **state)
{
    (void)state;
    struct loaded loaded = load("{" PLACE "," TGW "," PROPAGATIONS "}");
    assert_unknown(&loaded, loaded.model->transit_tables[0].unknown.v, "routes of rt-1");
    release(&loaded);
    loaded = load("{" PLACE "," TGW "," STATIC("") "}");
    assert_unknown(&loaded, loaded.model->transit_tables[0].unknown.v, "routes of rt-1");
    release(&loaded);
}

static void rows_without_a_table_are_of_the_only_one_there_is(void **state)
{
    (void)state;
    struct loaded loaded =
        load("{" PLACE "," TGW "," PROPAGATIONS ",'Routes':[{'DestinationCidrBlock':'10.8.0.0/16',"
             "'Type':'static','State':'blackhole'}]}");
    assert_int_equal(loaded.model->transit_tables[0].n_routes, 1);
    assert_int_equal(loaded.model->n_unknowns, 0);
    release(&loaded);
    loaded = load("{'TransitGateways':[{'TransitGatewayId':'tgw-1','State':'available'}],"
                  "'TransitGatewayRouteTables':["
                  "{'TransitGatewayRouteTableId':'rt-1','TransitGatewayId':'tgw-1',"
                  "'State':'available'},"
                  "{'TransitGatewayRouteTableId':'rt-2','TransitGatewayId':'tgw-1',"
                  "'State':'available'}],"
                  "'Routes':[{'DestinationCidrBlock':'10.8.0.0/16'}]}");
    find(&loaded, DM_KIND_unknown, "Routes in eu-west-1/x.json");
    assert_int_equal(loaded.model->transit_tables[0].n_routes, 0);
    release(&loaded);
    loaded = load("{" PLACE ",'Routes':[{'DestinationCidrBlock':'10.8.0.0/16'}]}");
    assert_unknown(&loaded, 1, "Routes in eu-west-1/x.json");
    release(&loaded);
}

static void a_peering_of_transit_gateways_is_two_attachments(void **state)
{
    (void)state;
    struct loaded loaded = load(
        "{'TransitGateways':[{'TransitGatewayId':'tgw-1','State':'available'},"
        "{'TransitGatewayId':'tgw-2','State':'available'}],'TransitGatewayPeeringAttachments':["
        "{'TransitGatewayAttachmentId':'att-1','State':'available','RequesterTgwInfo':{"
        "'TransitGatewayId':'tgw-1'},'AccepterTgwInfo':{'TransitGatewayId':'tgw-2'}}]}");
    const struct dm_model *model = loaded.model;
    assert_int_equal(model->n_attachments, 2);
    assert_string_equal(model->attachments[0].object.name, "att-1/tgw-1");
    assert_int_equal(model->attachments[0].kind, DM_ATTACHMENT_PEERING);
    assert_int_equal(model->attachments[0].peer.v, 2);
    assert_int_equal(model->attachments[1].peer.v, 1);
    assert_int_equal(model->attachments[0].element.v, model->attachments[1].element.v);
    release(&loaded);
}

static void a_peering_whose_other_side_is_not_shown_is_unknown(void **state)
{
    (void)state;
    struct loaded loaded = load(
        "{'TransitGateways':[{'TransitGatewayId':'tgw-1','State':'available'}],"
        "'TransitGatewayAttachments':[{'TransitGatewayAttachmentId':'att-1','TransitGatewayId':"
        "'tgw-1','ResourceType':'peering','ResourceId':'tgw-2','State':'available'},"
        "{'TransitGatewayAttachmentId':'att-2','TransitGatewayId':'tgw-1','ResourceType':'vpn',"
        "'ResourceId':'vpn-1','State':'available'},"
        "{'TransitGatewayAttachmentId':'att-3','TransitGatewayId':'tgw-1','ResourceType':'vpc',"
        "'ResourceId':'vpc-1','State':'deleted'}]}");
    const struct dm_model *model = loaded.model;
    assert_int_equal(model->n_attachments, 2);
    assert_int_equal(model->attachments[0].peer.v, 0);
    assert_unknown(&loaded, model->attachments[0].unknown.v,
                   "transit-gateway-attachment att-1/tgw-1");
    assert_int_equal(model->attachments[1].kind, DM_ATTACHMENT_UNKNOWN);
    assert_unknown(&loaded, model->attachments[1].unknown.v, "transit-gateway-attachment att-2");
    release(&loaded);
}

/* ---- keys, views, faults ---- */

static void
keys_that_are_not_understood_are_named_and_those_without_packets_passed_over(void **state)
{
    (void)state;
    struct loaded loaded =
        load("{" PLACE ",'NewThings':[{'A':1}],'Empty':[],'Volumes':[{'VolumeId':'v'}],"
             "'CarrierGateways':[{'CarrierGatewayId':'cagw-1','State':'available'},"
             "{'CarrierGatewayId':'cagw-2','State':'deleted'}],'NextToken':'abc'}");
    assert_int_equal(loaded.model->n_unknowns, 3);
    find(&loaded, DM_KIND_unknown, "key NewThings");
    find(&loaded, DM_KIND_unknown, "carrier-gateway cagw-1");
    find(&loaded, DM_KIND_unknown, "rest of eu-west-1/x.json");
    release(&loaded);
}

static void input_without_describe_output_is_refused(void **state)
{
    (void)state;
    struct loaded loaded = load_as("x.json", "{'name':'a package','version':'1'}");
    assert_int_equal(loaded.status, DM_INVALID);
    release(&loaded);
    loaded = load_as("x.txt", "no JSON at all");
    assert_int_equal(loaded.status, DM_INVALID);
    release(&loaded);
    loaded = load_as("there/is/no/such/file.json", NULL);
    assert_int_equal(loaded.status, DM_IO);
    release(&loaded);
}

static void a_field_of_another_type_is_a_fault_at_its_place(void **state)
{
    (void)state;
    assert_fault("{'Vpcs':[{'VpcId':7,'CidrBlock':'10.0.0.0/16'}]}", "/Vpcs/0/VpcId",
                 "`VpcId` is an integer, not a string");
    assert_fault("{'Vpcs':{'VpcId':'vpc-1'}}", "/Vpcs", "`Vpcs` is a mapping, not a list");
    assert_fault("{'Vpcs':['vpc-1']}", "/Vpcs/0", "not a mapping");
    assert_fault("{'Vpcs':[{'VpcId':'a\\nb','CidrBlock':'10.0.0.0/16'}]}", "/Vpcs/0/VpcId",
                 "`VpcId` holds a control character");
    assert_fault("{'Vpcs':[{'CidrBlock':'10.0.0.0/16'}]}", "/Vpcs/0/VpcId", "`VpcId` is missing");
    assert_fault("{'Vpcs':[{'VpcId':'vpc-1','CidrBlock':'10.300.0.0/16'}]}", "/Vpcs/0/CidrBlock",
                 "`10.300.0.0/16` is no prefix");
    assert_fault("{" VPC "," SUBNET "," TABLE("") "," ACL(
                     "{'RuleNumber':'1','Protocol':'6','RuleAction':'allow','Egress':true,"
                     "'PortRange':{'From':1,'To':2},'CidrBlock':"
                     "'0.0.0.0/0'}") "}",
                 "/NetworkAcls/0/Entries/0/RuleNumber", "not an integer");
    assert_fault("{" VPC "," SUBNET "," TABLE("") "," ACL(
                     "{'RuleNumber':1,'Protocol':'6','RuleAction':'maybe','Egress':true,"
                     "'PortRange':{'From':1,'To':2},'CidrBlock':"
                     "'0.0.0.0/0'}") "}",
                 "/NetworkAcls/0/Entries/0", "neither `allow` nor `deny`");
    assert_fault("{" PLACE ",'SecurityGroups':[{'GroupId':'sg-1','VpcId':'vpc-1','IpPermissions':["
                 "{'IpProtocol':'tcp','FromPort':70000,'ToPort':1}]}]}",
                 "/SecurityGroups/0/IpPermissions/0/FromPort", "70000");
    assert_fault("{" PLACE ",'SecurityGroups':[{'GroupId':'sg-1','VpcId':'vpc-1','IpPermissions':["
                 "{'IpProtocol':'tpc'}]}]}",
                 "/SecurityGroups/0/IpPermissions/0/IpProtocol", "`tpc` is no protocol");
}

static void views_that_contradict_each_other_are_a_fault_with_both_places(void **state)
{
    (void)state;
    struct loaded loaded =
        fault_of("{" VPC "," TABLE("") ",'NetworkInterfaces':[" ENI(
                     "eni-1", "10.0.1.5", "") "," ENI("eni-1", "10.0.1.6", "") "]}",
                 "/NetworkInterfaces/1/PrivateIpAddresses", "contradict each other");
    assert_int_equal(loaded.diags.items[0].n_labels, 2);
    assert_int_not_equal(loaded.diags.items[0].labels[1].span.source, 0);
    release(&loaded);
    assert_fault("{" VPC "," SUBNET ",'RouteTables':["
                 "{'RouteTableId':'r-1','VpcId':'vpc-1','Associations':[{'SubnetId':'subnet-1'}]},"
                 "{'RouteTableId':'r-2','VpcId':'vpc-1','Associations':[{'SubnetId':'subnet-1'}]}"
                 "]}",
                 "/RouteTables/1/Associations/0", "two route tables");
    assert_fault("{" PLACE ",'NetworkInterfaces':[{'NetworkInterfaceId':'eni-1','SubnetId':"
                 "'subnet-1','VpcId':'vpc-1','PrivateIpAddresses':[{'PrivateIpAddress':'10.0.1.5',"
                 "'Association':{'PublicIp':'3.3.3.3'}}]}],'Addresses':[{'PublicIp':'3.3.3.4',"
                 "'NetworkInterfaceId':'eni-1','PrivateIpAddress':'10.0.1.5'}]}",
                 "/Addresses/0/PublicIp", "contradict each other");
}

static void views_that_differ_in_order_and_in_what_does_not_matter_are_merged(void **state)
{
    (void)state;
    struct loaded loaded = load(
        "{" PLACE ",'SecurityGroups':["
        "{'GroupId':'sg-1','VpcId':'vpc-1','Description':'a',"
        "'IpPermissionsEgress':[],'IpPermissions':[{'IpProtocol':'-1',"
        "'IpRanges':[{'CidrIp':'10.0.0.0/8','Description':'x'},{'CidrIp':'11.0.0.0/8'}]}]},"
        "{'GroupId':'sg-1','VpcId':'vpc-1','Tags':[{'Key':'Name','Value':'web'}],'IpPermissions':["
        "{'IpRanges':[{'CidrIp':'11.0.0.0/8'},{'CidrIp':'10.0.0.0/8'}],'IpProtocol':'-1'}]}]}");
    assert_int_equal(loaded.model->n_groups, 1);
    assert_int_equal(loaded.model->groups[0].n_rules, 2);
    assert_string_equal(loaded.model->groups[0].object.label, "web");
    release(&loaded);
}

static void truncated_input_is_a_fault(void **state)
{
    (void)state;
    struct loaded loaded = load_as("x.json", "{'Vpcs':[{'VpcId':");
    assert_int_equal(loaded.status, DM_OK);
    assert_true(loaded.diags.n_errors > 0);
    assert_null(loaded.model);
    release(&loaded);
}

static void the_order_of_objects_does_not_show(void **state)
{
    (void)state;
    struct loaded a = load("{" PLACE ",'NetworkInterfaces':[" ENI("eni-2", "10.0.1.6", "") "," ENI(
        "eni-1", "10.0.1.5", "") "]}");
    struct loaded b = load("{'NetworkInterfaces':[" ENI("eni-1", "10.0.1.5", "") "," ENI(
        "eni-2", "10.0.1.6", "") "]," PLACE "}");
    assert_int_equal(a.model->n_interfaces, b.model->n_interfaces);
    for (uint32_t i = 0; i < a.model->n_interfaces; i++) {
        assert_string_equal(a.model->interfaces[i].object.name, b.model->interfaces[i].object.name);
        assert_true(dm_addr_equal(a.model->interfaces[i].addresses[0].address,
                                  b.model->interfaces[i].addresses[0].address));
    }
    release(&a);
    release(&b);
}

static void two_accounts_files_are_merged_from_folders(void **state)
{
    (void)state;
    struct loaded loaded = load_as("tests/support/aws/two-accounts", NULL);
    assert_int_equal(loaded.status, DM_OK);
    assert_int_equal(loaded.diags.n_errors, 0);
    const struct dm_model *model = loaded.model;
    assert_int_equal(model->n_vpcs, 2);
    assert_int_equal(model->n_peerings, 1);
    assert_string_equal(model->vpcs[0].account, "111111111111");
    assert_string_equal(model->vpcs[1].account, "222222222222");
    assert_int_equal(model->n_unknowns, 0);
    release(&loaded);
}

static void bad_files_end_with_a_fault_and_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        uint32_t line;
        const char *part;
    } cases[] = {
        { "tests/bad/aws-truncated.json", 7, "" },
        { "tests/bad/aws-types.json", 5, "`CidrBlock` is a list, not a string" },
        { "tests/bad/aws-prefix.json", 5, "`10.300.0.0/16` is no prefix" },
        { "tests/bad/aws-contradiction.json", 14, "contradict each other in `VpcId`" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct loaded loaded = load_as(cases[i].path, NULL);
        assert_int_equal(loaded.status, DM_OK);
        assert_true(loaded.diags.n_errors > 0);
        assert_null(loaded.model);
        const struct dm_diag *diag = &loaded.diags.items[0];
        struct dm_place place = dm_sources_place(loaded.sources, diag->labels[0].span);
        if (place.line != cases[i].line || !strstr(diag->message, cases[i].part)) {
            fail_msg("%s:%u: %s", cases[i].path, (unsigned)place.line, diag->message);
        }
        release(&loaded);
    }
}

/* clang-format on */

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_region_comes_from_the_folder_and_brings_its_facts),
        cmocka_unit_test(without_a_folder_a_region_comes_from_zones),
        cmocka_unit_test(one_zone_name_for_two_zones_gives_way_to_the_ids),
        cmocka_unit_test(a_region_that_no_fact_knows_is_named_unknown),
        cmocka_unit_test(a_route_to_what_is_not_shown_or_not_modelled_is_kept_as_unknown),
        cmocka_unit_test(a_route_to_what_is_gone_is_a_black_hole),
        cmocka_unit_test(a_route_by_vpn_propagation_is_marked_and_ipv6_is_read),
        cmocka_unit_test(the_list_of_a_gateway_endpoint_is_of_aws),
        cmocka_unit_test(a_prefix_list_that_is_not_shown_makes_its_routes_and_rules_unknown),
        cmocka_unit_test(a_subnet_without_a_table_of_its_own_has_the_main_one_and_others_theirs),
        cmocka_unit_test(without_its_table_and_acl_a_subnet_is_unknown_but_local),
        cmocka_unit_test(a_block_of_public_access_without_its_exclusions_is_unknown),
        cmocka_unit_test(entries_of_acls_keep_ports_types_and_order),
        cmocka_unit_test(each_peer_of_a_permission_is_a_rule),
        cmocka_unit_test(a_terminated_instance_is_gone_and_a_stopped_one_does_not_run),
        cmocka_unit_test(interfaces_of_an_instance_are_in_order_of_their_device_index),
        cmocka_unit_test(interfaces_of_what_is_not_modelled_keep_their_addresses),
        cmocka_unit_test(public_addresses_come_from_interfaces_and_from_elastic_addresses),
        cmocka_unit_test(without_a_place_an_interface_is_a_fault),
        cmocka_unit_test(a_group_that_is_not_shown_may_let_anything_through),
        cmocka_unit_test(what_stands_in_a_network_that_is_not_shown_keeps_its_address),
        cmocka_unit_test(a_nat_gateway_brings_its_interface_along),
        cmocka_unit_test(a_private_nat_gateway_is_private),
        cmocka_unit_test(a_deleted_nat_gateway_is_gone_and_a_pending_one_unknown),
        cmocka_unit_test(a_peering_with_a_network_that_is_not_shown_is_unknown),
        cmocka_unit_test(an_attachment_is_put_together_from_its_two_descriptions),
        cmocka_unit_test(a_table_of_which_not_all_is_shown_says_so),
        cmocka_unit_test(rows_without_a_table_are_of_the_only_one_there_is),
        cmocka_unit_test(a_peering_of_transit_gateways_is_two_attachments),
        cmocka_unit_test(a_peering_whose_other_side_is_not_shown_is_unknown),
        cmocka_unit_test(
            keys_that_are_not_understood_are_named_and_those_without_packets_passed_over),
        cmocka_unit_test(input_without_describe_output_is_refused),
        cmocka_unit_test(a_field_of_another_type_is_a_fault_at_its_place),
        cmocka_unit_test(views_that_contradict_each_other_are_a_fault_with_both_places),
        cmocka_unit_test(views_that_differ_in_order_and_in_what_does_not_matter_are_merged),
        cmocka_unit_test(truncated_input_is_a_fault),
        cmocka_unit_test(the_order_of_objects_does_not_show),
        cmocka_unit_test(two_accounts_files_are_merged_from_folders),
        cmocka_unit_test(bad_files_end_with_a_fault_and_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
