/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The lines of a network, told from its artifacts.
 */
#include <stdlib.h>
#include <string.h>

#include "model/base/str.h"
#include "tests/support/dmtest.h"
#include "tests/support/roots_private.h"

/* Words of a line: '.' the name of the resource, '@' its region, '>key' the name of what the key
 * refers to, '=key' its value, '%key' that with all in it, '?key' whether it is on, '*key' a set of
 * references, '+key' a set of texts, '#tag' the value of a tag, '!' what is matched, '/' whom a
 * rule or a route names, '^' the target of a route; others are themselves. */
static const struct {
    const char *type;
    const char *line;
} forms[] = {
    { "aws_vpc", "vpc . @ =cidr_block" },
    { "aws_vpc_ipv4_cidr_block_association", "block >vpc_id =cidr_block" },
    { "aws_main_route_table_association", "main >vpc_id >route_table_id" },
    { "aws_subnet", "subnet . >vpc_id =availability_zone =cidr_block ?map_public_ip_on_launch" },
    { "aws_network_acl_association", "acl-of >subnet_id >network_acl_id" },
    { "aws_internet_gateway", "igw . >vpc_id" },
    { "aws_nat_gateway", "nat . >subnet_id =private_ip =connectivity_type" },
    { "aws_eip", "eip . =domain" },
    { "aws_route_table", "table . >vpc_id" },
    { "aws_route", "route >route_table_id / ^" },
    { "aws_network_acl", "acl . >vpc_id" },
    { "aws_network_acl_rule", "entry >network_acl_id ?egress =rule_number =rule_action ! /" },
    { "aws_security_group", "group . >vpc_id" },
    { "aws_vpc_security_group_ingress_rule", "rule >security_group_id 0 ! /" },
    { "aws_vpc_security_group_egress_rule", "rule >security_group_id 1 ! /" },
    { "aws_ec2_transit_gateway", "tgw . @ =amazon_side_asn ?security_group_referencing_support" },
    { "aws_ec2_transit_gateway_route_table", "ttable . >transit_gateway_id" },
    { "aws_ec2_transit_gateway_vpc_attachment",
      "attach . >transit_gateway_id >vpc_id ?appliance_mode_support ?ipv6_support "
      "?security_group_referencing_support *subnet_ids" },
    { "aws_ec2_transit_gateway_route_table_association",
      "associate >transit_gateway_attachment_id >transit_gateway_route_table_id" },
    { "aws_ec2_transit_gateway_route_table_propagation",
      "propagate >transit_gateway_attachment_id >transit_gateway_route_table_id" },
    { "aws_ec2_transit_gateway_route", "troute >transit_gateway_route_table_id / "
                                       ">transit_gateway_attachment_id" },
    { "aws_ec2_transit_gateway_peering_attachment",
      "tpeer . @ >transit_gateway_id >peer_transit_gateway_id =peer_region" },
    { "aws_ec2_transit_gateway_peering_attachment_accepter",
      "taccept . @ >transit_gateway_attachment_id" },
    { "aws_networkmanager_global_network", "gnetwork . @" },
    { "aws_networkmanager_core_network", "cnetwork . @ >global_network_id" },
    { "aws_networkmanager_core_network_policy_attachment", "cpolicy @ >core_network_id" },
    { "aws_networkmanager_vpc_attachment",
      "cattach . @ >core_network_id >vpc_arn #demarc:segment *subnet_arns" },
    { "aws_networkmanager_transit_gateway_peering",
      "cpeer . @ >core_network_id >transit_gateway_arn" },
    { "aws_ec2_transit_gateway_policy_table", "ptable . @ >transit_gateway_id" },
    { "aws_ec2_transit_gateway_policy_table_association",
      "passociate @ >transit_gateway_attachment_id >transit_gateway_policy_table_id" },
    { "aws_networkmanager_transit_gateway_route_table_attachment",
      "ctable . @ >peering_id >transit_gateway_route_table_arn #demarc:segment" },
    { "aws_vpc_peering_connection", "peering . @ >vpc_id >peer_vpc_id =peer_region" },
    { "aws_vpc_peering_connection_accepter", "accept . @ >vpc_peering_connection_id" },
    { "aws_customer_gateway", "cgw . @ =ip_address =bgp_asn" },
    { "aws_vpn_gateway", "vgw . @ >vpc_id =amazon_side_asn" },
    { "aws_vpn_gateway_route_propagation", "learns >route_table_id >vpn_gateway_id" },
    { "aws_vpn_connection", "vpn . @ >customer_gateway_id >vpn_gateway_id >transit_gateway_id "
                            "?static_routes_only" },
    { "aws_vpn_connection_route", "vpn-route >vpn_connection_id =destination_cidr_block" },
    { "aws_dx_connection", "dx . @ =location =bandwidth ?request_macsec" },
    { "aws_dx_gateway", "dxgw . =amazon_side_asn" },
    { "aws_dx_private_virtual_interface",
      "private-vif . @ >connection_id >dx_gateway_id >vpn_gateway_id =vlan =bgp_asn =mtu" },
    { "aws_dx_transit_virtual_interface",
      "transit-vif . @ >connection_id >dx_gateway_id >vpn_gateway_id =vlan =bgp_asn =mtu" },
    { "aws_dx_gateway_association",
      "dx-to >dx_gateway_id >associated_gateway_id @ +allowed_prefixes" },
    { "aws_networkmanager_site_to_site_vpn_attachment",
      "core-vpn . >core_network_id >vpn_connection_arn" },
    { "aws_networkmanager_dx_gateway_attachment",
      "core-dx . >core_network_id >direct_connect_gateway_arn +edge_locations" },
    { "aws_eks_cluster", "cluster . @ >role_arn ?bootstrap_self_managed_addons %vpc_config "
                         "%kubernetes_network_config %access_config" },
    { "aws_iam_role", "role . =assume_role_policy" },
    { "aws_iam_role_policy_attachment", "may >role =policy_arn" },
    { "aws_iam_role_policy", "may >role =policy" },
    { "aws_iam_openid_connect_provider", "identity >url %client_id_list" },
    { "aws_eks_addon", "addon @ >cluster_name =addon_name" },
    { "aws_eks_node_group", "nodes . @ >cluster_name =node_group_name >node_role_arn %subnet_ids "
                            "%scaling_config %launch_template %labels %taint" },
    { "aws_launch_template", "template . @ %network_interfaces" },
    { "aws_autoscaling_attachment", "behind >lb_target_group_arn >autoscaling_group_name" },
    { "aws_network_interface", "eni . >subnet_id ?source_dest_check %private_ips %private_ip_list "
                               "%security_groups" },
    { "aws_lb", "lb . @ =load_balancer_type ?internal ?enable_cross_zone_load_balancing "
                "%subnet_mapping %subnets %security_groups" },
    { "aws_lb_listener", "listen >load_balancer_arn =port =protocol =certificate_arn "
                         "%default_action" },
    { "aws_lb_listener_rule", "lrule >listener_arn =priority %action %condition" },
    { "aws_lb_target_group", "targets . >vpc_id =target_type =port =protocol =preserve_client_ip "
                             "=load_balancing_cross_zone_enabled %health_check" },
    { "aws_lb_target_group_attachment",
      "target >target_group_arn =target_id =port =availability_zone" },
    { "aws_globalaccelerator_accelerator", "accelerator . @ ?enabled =ip_address_type" },
    { "aws_globalaccelerator_listener", "alisten >accelerator_arn @ =protocol %port_range" },
    { "aws_globalaccelerator_endpoint_group",
      "agroup >listener_arn @ =endpoint_group_region =traffic_dial_percentage "
      "%endpoint_configuration %port_override" },
    { "aws_networkfirewall_firewall", "firewall . @ >vpc_id >firewall_policy_arn %subnet_mapping" },
    { "aws_networkfirewall_firewall_policy", "fpolicy . @ %firewall_policy" },
    { "aws_networkfirewall_rule_group", "fgroup . @ =type %rule_group" },
    { "aws_vpc_endpoint_service", "gservice . @ ?acceptance_required %gateway_load_balancer_arns" },
    { "aws_vpc_endpoint", "gendpoint . @ >vpc_id >service_name =vpc_endpoint_type %subnet_ids" },
};

/* By its tag, or where it has none by its own word. */
static const char *own_name(const json_t *body)
{
    const char *text = json_string_value(json_object_get(json_object_get(body, "tags"), "Name"));

    text = text ? text : json_string_value(json_object_get(body, "name"));
    return text ? text : "?";
}

static const char *referred(struct roots *roots, const struct place *place, const char *key)
{
    const char *text = json_string_value(json_object_get(place->body, key));
    struct place to;

    if (!text) {
        return "-";
    }
    to = roots_follow(roots, place->root, text);
    if (dm_str_equal(to.type, "data.aws_ec2_transit_gateway_dx_gateway_attachment")) {
        return dm_sprintf(roots->arena, "%s to %s", referred(roots, &to, "dx_gateway_id"),
                          referred(roots, &to, "transit_gateway_id"));
    }
    return roots_shown(roots, &to);
}

const char *roots_shown(struct roots *roots, const struct place *place)
{
    const json_t *ports = json_array_get(json_object_get(place->body, "port_range"), 0);

    if (dm_str_equal(place->type, "aws_lb_listener")) {
        return dm_sprintf(roots->arena, "%s:%lld", referred(roots, place, "load_balancer_arn"),
                          (long long)json_integer_value(json_object_get(place->body, "port")));
    }
    if (dm_str_equal(place->type, "aws_globalaccelerator_listener")) {
        return dm_sprintf(roots->arena, "%s:%lld", referred(roots, place, "accelerator_arn"),
                          (long long)json_integer_value(json_object_get(ports, "from_port")));
    }
    return own_name(place->body);
}

const char *roots_value(struct roots *roots, const struct root *root, const json_t *value)
{
    const char *text = json_string_value(value);
    struct roots_lines lines = { .arena = roots->arena };
    struct place to;

    if (text && strncmp(text, "${", 2) == 0) {
        to = roots_follow(roots, root, text);
        return roots_shown(roots, &to);
    }
    if (!value || text) {
        return text ? text : "-";
    }
    if (json_is_integer(value)) {
        return dm_sprintf(roots->arena, "%lld", (long long)json_integer_value(value));
    }
    if (json_is_boolean(value)) {
        return json_is_true(value) ? "1" : "0";
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        roots_line(&lines, " %s", roots_value(roots, root, json_array_get(value, i)));
    }
    for (void *at = json_object_iter((json_t *)(uintptr_t)value); at;
         at = json_object_iter_next((json_t *)(uintptr_t)value, at)) {
        roots_line(&lines, " %s=%s", json_object_iter_key(at),
                   roots_value(roots, root, json_object_iter_value(at)));
    }
    return dm_sprintf(roots->arena, json_is_array(value) ? "[\n%s]" : "(\n%s)",
                      roots_join(&lines, false));
}

static const char *scalar(struct roots *roots, const struct place *place, const char *key)
{
    const json_t *value = json_object_get(place->body, key);

    return json_is_integer(value)
               ? dm_sprintf(roots->arena, "%lld", (long long)json_integer_value(value))
           : json_is_string(value) ? json_string_value(value)
                                   : "0";
}

static const char *is_on(const struct place *place, const char *key)
{
    const json_t *value = json_object_get(place->body, key);

    return json_is_true(value) || dm_str_equal(json_string_value(value), "enable") ? "1" : "0";
}

static const char *tag(const struct place *place, const char *key)
{
    const char *text =
        json_string_value(json_object_get(json_object_get(place->body, "tags"), key));

    return text ? text : "-";
}

static const char *set(struct roots *roots, const struct place *place, const char *key)
{
    const json_t *list = json_object_get(place->body, key);
    struct roots_lines lines = { .arena = roots->arena };

    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));

        roots_line(&lines, " %s", own_name(roots_follow(roots, place->root, text).body));
    }
    return dm_sprintf(roots->arena, "\n%s", roots_join(&lines, false));
}

static const char *texts(struct roots *roots, const struct place *place, const char *key)
{
    const json_t *list = json_object_get(place->body, key);
    struct roots_lines lines = { .arena = roots->arena };

    for (size_t i = 0; i < json_array_size(list); i++) {
        roots_line(&lines, " %s", json_string_value(json_array_get(list, i)));
    }
    return dm_sprintf(roots->arena, "\n%s", roots_join(&lines, false));
}

static const char *match(struct roots *roots, const struct place *place)
{
    static const char *const words[][2] = {
        { "tcp", "6" }, { "udp", "17" }, { "icmp", "1" }, { "icmpv6", "58" }
    };
    bool is_group = strcmp(place->type, "aws_network_acl_rule") != 0;
    const char *protocol = scalar(roots, place, is_group ? "ip_protocol" : "protocol");
    bool is_icmp;

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        protocol = strcmp(protocol, words[i][0]) == 0 ? words[i][1] : protocol;
    }
    is_icmp = strcmp(protocol, "1") == 0 || strcmp(protocol, "58") == 0;
    if (is_icmp && !is_group) {
        return dm_sprintf(roots->arena, "%s:%s:%s", protocol, scalar(roots, place, "icmp_type"),
                          scalar(roots, place, "icmp_code"));
    }
    if (json_object_get(place->body, "from_port")) {
        return dm_sprintf(roots->arena, "%s:%s:%s", protocol, scalar(roots, place, "from_port"),
                          scalar(roots, place, "to_port"));
    }
    return protocol;
}

static const char *list_text(struct roots *roots, const struct place *place, const char *text)
{
    struct place list = roots_follow(roots, place->root, text);
    const json_t *entries = json_object_get(list.body, "entry");
    struct roots_lines lines = { .arena = roots->arena };
    bool is_data = list.type && dm_str_starts(list.type, "data.");

    for (size_t i = 0; i < json_array_size(entries); i++) {
        roots_line(&lines, " %s",
                   json_string_value(json_object_get(json_array_get(entries, i), "cidr")));
    }
    return dm_sprintf(roots->arena, "list %s\n%s",
                      is_data ? scalar(roots, &list, "name") : own_name(list.body),
                      roots_join(&lines, false));
}

/* Exactly one of these keys says whom a rule or a route names. */
static const char *peer(struct roots *roots, const struct place *place)
{
    static const char *const keys[] = { "cidr_block",
                                        "ipv6_cidr_block",
                                        "destination_cidr_block",
                                        "destination_ipv6_cidr_block",
                                        "cidr_ipv4",
                                        "cidr_ipv6",
                                        "destination_prefix_list_id",
                                        "prefix_list_id",
                                        "referenced_security_group_id" };
    const char *found = NULL;

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *text = json_string_value(json_object_get(place->body, keys[i]));

        if (text && found) {
            roots_fault(roots, "%s.%s names two", place->type, place->name);
        }
        if (text && strstr(keys[i], "prefix_list")) {
            found = list_text(roots, place, text);
        } else if (text && strcmp(keys[i], "referenced_security_group_id") == 0) {
            found = dm_sprintf(roots->arena, "group %s", referred(roots, place, keys[i]));
        } else if (text) {
            found = text;
        }
    }
    return found ? found : "?";
}

static const char *target(struct roots *roots, const struct place *place)
{
    static const char *const keys[][2] = { { "gateway_id", "internet-gateway" },
                                           { "nat_gateway_id", "nat-gateway" },
                                           { "vpc_peering_connection_id", "vpc-peering" },
                                           { "transit_gateway_id", "transit-gateway" },
                                           { "core_network_arn", "core-network" },
                                           { "network_interface_id", "network-interface" },
                                           { "vpc_endpoint_id",
                                             "gateway-load-balancer-endpoint" } };
    const char *found = "?";

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *text = json_string_value(json_object_get(place->body, keys[i][0]));

        if (text) {
            const char *type = roots_follow(roots, place->root, text).type;

            found = dm_sprintf(roots->arena, "%s %s",
                               dm_str_equal(type, "aws_vpn_gateway")                ? "vpn-gateway"
                               : dm_str_equal(type, "aws_networkfirewall_firewall") ? "firewall"
                                                                                    : keys[i][1],
                               referred(roots, place, keys[i][0]));
        }
    }
    return found;
}

static const char *word(struct roots *roots, const struct place *place, const char *text)
{
    switch (text[0]) {
    case '.':
        return own_name(place->body);
    case '@':
        return roots_region(roots, place->root, place->body);
    case '>':
        return referred(roots, place, text + 1);
    case '#':
        return tag(place, text + 1);
    case '%':
        return roots_value(roots, place->root, json_object_get(place->body, text + 1));
    case '=':
        return scalar(roots, place, text + 1);
    case '?':
        return is_on(place, text + 1);
    case '*':
        return set(roots, place, text + 1);
    case '+':
        return texts(roots, place, text + 1);
    case '!':
        return match(roots, place);
    case '/':
        return peer(roots, place);
    case '^':
        return target(roots, place);
    default:
        return text;
    }
}

static void line(struct roots *roots, const struct place *place, const char *form,
                 struct roots_lines *lines)
{
    struct dm_str text;

    dm_str_init(&text, roots->arena);
    for (const char *at = form; *at;) {
        size_t length = strcspn(at, " ");
        const char *part = dm_arena_strndup(roots->arena, at, length);
        const char *said = word(roots, place, part);

        dm_str_addf(&text, "%s%s", text.length && said[0] != '\n' ? " " : "", said);
        at += length + (at[length] == ' ');
    }
    roots_line(lines, "%s", text.text);
}

/* In which subnet the endpoint stands that a route leads to. */
static void place_of_endpoint(struct roots *roots, const struct place *place,
                              struct roots_lines *lines)
{
    const char *text = json_string_value(json_object_get(place->body, "vpc_endpoint_id"));
    struct place firewall;
    struct place subnet;

    if (text && roots_of_firewall(roots, place->root, text, &firewall, &subnet)) {
        roots_line(lines, "in %s %s", referred(roots, place, "route_table_id"),
                   own_name(subnet.body));
    }
}

static void resource(struct roots *roots, const struct place *place, void *context)
{
    place_of_endpoint(roots, place, context);
    if (strcmp(place->type, "aws_eip") == 0 && json_object_get(place->body, "network_interface")) {
        line(roots, place, "eip-of >network_interface =associate_with_private_ip =domain", context);
        return;
    }
    if (strcmp(place->type, "aws_route_table_association") == 0) {
        line(roots, place,
             json_object_get(place->body, "subnet_id") ? "table-of >subnet_id >route_table_id"
                                                       : "edge >gateway_id >route_table_id",
             context);
        return;
    }
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (strcmp(place->type, forms[i].type) == 0) {
            line(roots, place, forms[i].line, context);
            return;
        }
    }
    if (strcmp(place->type, "aws_ec2_managed_prefix_list") != 0) {
        roots_fault(roots, "a resource `%s`", place->type);
    }
}

const char *roots_text(struct roots *roots)
{
    struct roots_lines lines = { .arena = roots->arena };

    roots_each(roots, resource, &lines);
    return roots_join(&lines, false);
}
