/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the top-level keys of describe output mean: one table.
 *
 * Every key is one of six.  Its objects are collected; or read by a function of
 * their own, perhaps with what stands beside it under a key that says so; or are rows of a table
 * that the output does not name; or cannot carry or stop a packet, and are passed over; or do so in
 * a way that is not understood, and then each is named.  A key that the table does not hold is
 * named too.
 */
#include "model/front/aws/aws_private.h"

#include <string.h>

enum action { COLLECT, READ, PASS, NAME, LOOSE, BESIDE };

struct key {
    const char *name;
    enum action action;
    enum dm_aws_family family; /* COLLECT, LOOSE */
    const char *id_key;        /* COLLECT, NAME */
    const char *word;          /* NAME: what one is called */
    void (*read)(struct dm_aws *, const struct dm_aws_file *, const struct dm_aws_node *);
};

static void read_reservation(struct dm_aws *aws, const struct dm_aws_file *file,
                             const struct dm_aws_node *item);
static void read_zone(struct dm_aws *aws, const struct dm_aws_file *file,
                      const struct dm_aws_node *item);
static void read_endpoint(struct dm_aws *aws, const struct dm_aws_file *file,
                          const struct dm_aws_node *item);
static void read_instance(struct dm_aws *aws, const struct dm_aws_file *file,
                          const struct dm_aws_node *item);

static void read_balancer_attributes(struct dm_aws *aws, const struct dm_aws_file *file,
                                     const struct dm_aws_node *item);

static const struct key keys[] = {
    { "Accelerator", READ, 0, NULL, NULL, dm_aws_collect_accelerator },
    { "Accelerators", READ, 0, NULL, NULL, dm_aws_collect_accelerator },
    { "AccountAttributes", PASS, 0, NULL, NULL, NULL },
    { "AdditionalRoutesAvailable", BESIDE, 0, NULL, NULL, NULL },
    { "Addresses", COLLECT, DM_AWS_ADDRESS, "PublicIp", NULL, NULL },
    { "AttachmentRoutingPolicyAssociations", READ, 0, NULL, NULL, dm_aws_collect_core_label },
    { "Attachments", READ, 0, NULL, NULL, dm_aws_collect_core_attachment },
    { "Attributes", LOOSE, DM_AWS_FAMILY_COUNT, NULL, NULL, NULL },
    { "AvailabilityZones", READ, 0, NULL, NULL, read_zone },
    { "CacheClusters", READ, 0, NULL, NULL, dm_aws_collect_cache_cluster },
    { "CacheSubnetGroups", PASS, 0, NULL, NULL, NULL }, /* nodes have interfaces */
    { "CarrierGateways", NAME, 0, "CarrierGatewayId", "carrier-gateway", NULL },
    { "ClassicLinkInstances", NAME, 0, "InstanceId", "classic-link-instance", NULL },
    { "ClientVpnEndpoints", NAME, 0, "ClientVpnEndpointId", "client-vpn-endpoint", NULL },
    { "ConnectAttachment", READ, 0, NULL, NULL, dm_aws_collect_core_attachment },
    { "CoreNetwork", READ, 0, NULL, NULL, dm_aws_collect_core_network },
    { "CoreNetworkChangeEvents", PASS, 0, NULL, NULL, NULL },
    { "CoreNetworkChanges", PASS, 0, NULL, NULL, NULL },
    { "CoreNetworkPolicy", READ, 0, NULL, NULL, dm_aws_collect_core_policy },
    { "CoreNetworkPolicyVersions", PASS, 0, NULL, NULL, NULL },
    { "CoreNetworkSegmentEdge", BESIDE, 0, NULL, NULL, NULL }, /* read with NetworkRoutes */
    { "CoreNetworks", READ, 0, NULL, NULL, dm_aws_collect_core_network },
    { "CustomerGateways", COLLECT, DM_AWS_CUSTOMER_GATEWAY, "CustomerGatewayId", NULL, NULL },
    { "DBClusters", PASS, 0, NULL, NULL, NULL }, /* what has interfaces is an instance */
    { "DBInstances", READ, 0, NULL, NULL, dm_aws_collect_db_instance },
    { "DhcpOptions", PASS, 0, NULL, NULL, NULL },
    { "DirectConnectGatewayAttachment", READ, 0, NULL, NULL, dm_aws_collect_core_attachment },
    { "DomainStatusList", NAME, 0, "DomainId", "search-domain", NULL },
    { "EgressOnlyInternetGateways", COLLECT, DM_AWS_EGRESS_GATEWAY, "EgressOnlyInternetGatewayId",
      NULL, NULL },
    { "EndpointGroup", READ, 0, NULL, NULL, dm_aws_collect_endpoint_group },
    { "EndpointGroups", READ, 0, NULL, NULL, dm_aws_collect_endpoint_group },
    { "Entries", LOOSE, DM_AWS_PREFIX_LIST, NULL, NULL, NULL },
    { "FileSystems", PASS, 0, NULL, NULL, NULL }, /* reached by mount targets */
    { "Firewall", READ, 0, NULL, NULL, dm_aws_collect_firewall },
    { "FirewallPolicy", BESIDE, 0, NULL, NULL, NULL }, /* read with its response */
    { "FirewallPolicyResponse", READ, 0, NULL, NULL, dm_aws_collect_firewall_policy },
    { "FirewallStatus", BESIDE, 0, NULL, NULL, NULL }, /* read with its firewall */
    { "Firewalls", READ, 0, NULL, NULL, dm_aws_collect_firewall },
    { "FlowLogs", PASS, 0, NULL, NULL, NULL },
    { "Images", PASS, 0, NULL, NULL, NULL },
    { "GlobalNetworks", PASS, 0, NULL, NULL, NULL },
    { "InstanceConnectEndpoints", NAME, 0, "InstanceConnectEndpointId", "instance-connect-endpoint",
      NULL },
    { "InstanceStates", LOOSE, DM_AWS_FAMILY_COUNT, NULL, NULL, NULL },
    { "InstanceStatuses", PASS, 0, NULL, NULL, NULL },
    { "InstanceTypes", PASS, 0, NULL, NULL, NULL },
    { "InternetGateways", COLLECT, DM_AWS_INTERNET_GATEWAY, "InternetGatewayId", NULL, NULL },
    { "KeyPairs", PASS, 0, NULL, NULL, NULL },
    { "LaunchTemplates", PASS, 0, NULL, NULL, NULL },
    { "Listener", READ, 0, NULL, NULL, dm_aws_collect_listener },
    { "Listeners", READ, 0, NULL, NULL, dm_aws_collect_listener },
    { "LoadBalancerArn", BESIDE, 0, NULL, NULL, NULL },
    { "LoadBalancerAttributes", READ, 0, NULL, NULL, read_balancer_attributes },
    { "LoadBalancerDescriptions", READ, 0, NULL, NULL, dm_aws_collect_classic },
    { "LoadBalancerListeners", READ, 0, NULL, NULL, dm_aws_collect_balancer },
    { "LoadBalancerName", BESIDE, 0, NULL, NULL, NULL },
    { "LoadBalancerTargetHealth", READ, 0, NULL, NULL, dm_aws_collect_target_group },
    { "LoadBalancers", READ, 0, NULL, NULL, dm_aws_collect_balancer },
    { "LocalGateways", NAME, 0, "LocalGatewayId", "local-gateway", NULL },
    { "MountTargets", READ, 0, NULL, NULL, dm_aws_collect_mount_target },
    { "NatGateways", COLLECT, DM_AWS_NAT_GATEWAY, "NatGatewayId", NULL, NULL },
    { "NetworkAcls", COLLECT, DM_AWS_ACL, "NetworkAclId", NULL, NULL },
    { "NetworkInterfaces", COLLECT, DM_AWS_INTERFACE, "NetworkInterfaceId", NULL, NULL },
    { "NetworkRoutes", LOOSE, DM_AWS_NETWORK_ROUTES, NULL, NULL, NULL },
    { "Peerings", READ, 0, NULL, NULL, dm_aws_collect_core_peering },
    { "PlacementGroups", PASS, 0, NULL, NULL, NULL },
    /* Of routing policies, which are not followed where they name one. */
    { "PrefixListAssociations", PASS, 0, NULL, NULL, NULL },
    { "PrefixListId", BESIDE, 0, NULL, NULL, NULL },
    { "PrefixLists", COLLECT, DM_AWS_PREFIX_LIST, "PrefixListId", NULL, NULL },
    { "Regions", PASS, 0, NULL, NULL, NULL },
    { "ReplicationGroups", READ, 0, NULL, NULL, dm_aws_collect_replication_group },
    { "Reservations", READ, 0, NULL, NULL, read_reservation },
    { "ResponseMetadata", PASS, 0, NULL, NULL, NULL },
    { "RouteTables", COLLECT, DM_AWS_ROUTE_TABLE, "RouteTableId", NULL, NULL },
    { "RuleGroup", BESIDE, 0, NULL, NULL, NULL }, /* read with its response */
    { "RuleGroupResponse", READ, 0, NULL, NULL, dm_aws_collect_rule_group },
    { "Rules", READ, 0, NULL, NULL, dm_aws_collect_listener_rule },
    { "Routes", LOOSE, DM_AWS_STATIC_ROUTES, NULL, NULL, NULL },
    { "SecurityGroupRules", PASS, 0, NULL, NULL, NULL }, /* SecurityGroups hold the same */
    { "SecurityGroups", COLLECT, DM_AWS_GROUP, "GroupId", NULL, NULL },
    { "ServiceConfigurations", READ, 0, NULL, NULL, dm_aws_collect_endpoint_service },
    { "ServiceDetails", PASS, 0, NULL, NULL, NULL },
    { "ServiceNames", PASS, 0, NULL, NULL, NULL },
    { "SiteToSiteVpnAttachment", READ, 0, NULL, NULL, dm_aws_collect_core_attachment },
    { "Snapshots", PASS, 0, NULL, NULL, NULL },
    { "Subnets", COLLECT, DM_AWS_SUBNET, "SubnetId", NULL, NULL },
    { "TagDescriptions", READ, 0, NULL, NULL, dm_aws_collect_tags },
    { "Tags", PASS, 0, NULL, NULL, NULL },
    { "TargetGroupArn", BESIDE, 0, NULL, NULL, NULL },
    { "TargetGroupAttributes", READ, 0, NULL, NULL, dm_aws_collect_target_group },
    { "TargetGroups", READ, 0, NULL, NULL, dm_aws_collect_target_group },
    { "TargetHealthDescriptions", LOOSE, DM_AWS_TARGET_GROUP, NULL, NULL, NULL },
    { "TransitGatewayAttachments", READ, 0, NULL, NULL, dm_aws_collect_attachment },
    /* What they told stands in tables [TGW-33]. */
    { "TransitGatewayConnectPeers", PASS, 0, NULL, NULL, NULL },
    { "TransitGatewayConnects", READ, 0, NULL, NULL, dm_aws_collect_attachment },
    { "TransitGatewayPeering", READ, 0, NULL, NULL, dm_aws_collect_core_peering },
    { "TransitGatewayPeeringAttachments", READ, 0, NULL, NULL, dm_aws_collect_peering_attachment },
    /* Core networks write them, from the tables that are attached to segments. */
    { "TransitGatewayPolicyTableEntries", PASS, 0, NULL, NULL, NULL },
    { "TransitGatewayPolicyTables", PASS, 0, NULL, NULL, NULL },
    { "TransitGatewayPropagations", COLLECT, DM_AWS_PROPAGATIONS, "TransitGatewayRouteTableId",
      NULL, NULL },
    { "TransitGatewayRouteTableAttachment", READ, 0, NULL, NULL, dm_aws_collect_core_attachment },
    { "TransitGatewayRouteTableId", BESIDE, 0, NULL, NULL, NULL },
    { "TransitGatewayRouteTablePropagations", LOOSE, DM_AWS_PROPAGATIONS, NULL, NULL, NULL },
    { "TransitGatewayRouteTables", COLLECT, DM_AWS_TRANSIT_TABLE, "TransitGatewayRouteTableId",
      NULL, NULL },
    { "TransitGatewayStaticRoutes", COLLECT, DM_AWS_STATIC_ROUTES, "TransitGatewayRouteTableId",
      NULL, NULL },
    { "TransitGatewayVpcAttachments", READ, 0, NULL, NULL, dm_aws_collect_attachment },
    { "TransitGateways", COLLECT, DM_AWS_TRANSIT_GATEWAY, "TransitGatewayId", NULL, NULL },
    { "Volumes", PASS, 0, NULL, NULL, NULL },
    { "VpcAttachment", READ, 0, NULL, NULL, dm_aws_collect_core_attachment },
    { "VpcBlockPublicAccessExclusions", READ, 0, NULL, NULL, dm_aws_read_exclusion },
    { "VpcBlockPublicAccessOptions", READ, 0, NULL, NULL, dm_aws_read_block },
    { "VpcEndpoints", READ, 0, NULL, NULL, read_endpoint },
    { "VpcPeeringConnections", COLLECT, DM_AWS_PEERING, "VpcPeeringConnectionId", NULL, NULL },
    { "Vpcs", COLLECT, DM_AWS_VPC, "VpcId", NULL, NULL },
    { "VpnConnections", COLLECT, DM_AWS_VPN_CONNECTION, "VpnConnectionId", NULL, NULL },
    { "VpnGateways", COLLECT, DM_AWS_VPN_GATEWAY, "VpnGatewayId", NULL, NULL },
    { "cluster", READ, 0, NULL, NULL, dm_aws_read_cluster }, /* of EKS */
    { "clusters", PASS, 0, NULL, NULL, NULL },               /* their names */
    /* The same objects as some collectors group them. */
    /* Direct Connect has its own way of writing keys. */
    { "connections", COLLECT, DM_AWS_DX_CONNECTION, "connectionId", NULL, NULL },
    { "directConnectGatewayAssociations", COLLECT, DM_AWS_DX_ASSOCIATION, "associationId", NULL,
      NULL },
    { "directConnectGatewayAttachments", READ, 0, NULL, NULL, dm_aws_collect_dx_attachment },
    { "directConnectGatewayId", BESIDE, 0, NULL, NULL, NULL },
    { "directConnectGateways", COLLECT, DM_AWS_DX_GATEWAY, "directConnectGatewayId", NULL, NULL },
    { "instances", READ, 0, NULL, NULL, read_instance },
    { "internet_gateways", COLLECT, DM_AWS_INTERNET_GATEWAY, "InternetGatewayId", NULL, NULL },
    { "lags", READ, 0, NULL, NULL, dm_aws_collect_lag },
    { "locations", PASS, 0, NULL, NULL, NULL },
    { "nodegroup", PASS, 0, NULL, NULL, NULL }, /* its nodes are told by their tags */
    { "nodegroups", PASS, 0, NULL, NULL, NULL },
    { "network_acls", COLLECT, DM_AWS_ACL, "NetworkAclId", NULL, NULL },
    { "security_groups", COLLECT, DM_AWS_GROUP, "GroupId", NULL, NULL },
    { "subnets", COLLECT, DM_AWS_SUBNET, "SubnetId", NULL, NULL },
    { "virtualGateways", PASS, 0, NULL, NULL, NULL },
    { "virtualInterfaces", COLLECT, DM_AWS_DX_INTERFACE, "virtualInterfaceId", NULL, NULL },
    { "vpcs", COLLECT, DM_AWS_VPC, "VpcId", NULL, NULL },
};

/* The id of an item, which must have one. */
static const char *item_id(struct dm_aws *aws, const struct dm_aws_node *item, const char *id_key)
{
    size_t n_errors = aws->diags->n_errors;
    const char *id = dm_aws_text(aws, item, id_key);
    if (!id && aws->diags->n_errors == n_errors) {
        struct dm_aws_node field = dm_aws_at(item, id_key);
        dm_aws_fault(aws, &field, "`%s` is missing", id_key);
    }
    return id;
}

static void collect(struct dm_aws *aws, const struct key *key, const struct dm_aws_file *file,
                    const struct dm_aws_node *item)
{
    const char *id = item_id(aws, item, key->id_key);
    if (!id) {
        return;
    }
    if (key->family == DM_AWS_SUBNET) {
        dm_aws_learn_zone(aws, dm_aws_text(aws, item, "AvailabilityZone"),
                          dm_aws_text(aws, item, "AvailabilityZoneId"));
    }
    dm_aws_collect(aws, key->family, id, NULL, file, item, NULL);
}

/* An instance, and its interfaces as further views of these. */
static void read_instance(struct dm_aws *aws, const struct dm_aws_file *file,
                          const struct dm_aws_node *item)
{
    const char *id = item_id(aws, item, "InstanceId");
    if (!id) {
        return;
    }
    dm_aws_collect(aws, DM_AWS_INSTANCE, id, NULL, file, item, NULL);
    struct dm_aws_node interfaces = dm_aws_list(aws, item, "NetworkInterfaces");
    struct dm_aws_node interface;
    for (size_t at = 0; dm_aws_next(aws, &interfaces, &at, &interface);) {
        const char *interface_id = item_id(aws, &interface, "NetworkInterfaceId");
        if (interface_id) {
            dm_aws_collect(aws, DM_AWS_INTERFACE, interface_id, NULL, file, &interface, id);
        }
    }
}

static void read_reservation(struct dm_aws *aws, const struct dm_aws_file *file,
                             const struct dm_aws_node *item)
{
    struct dm_aws_node instances = dm_aws_list(aws, item, "Instances");
    struct dm_aws_node instance;
    for (size_t at = 0; dm_aws_next(aws, &instances, &at, &instance);) {
        read_instance(aws, file, &instance);
    }
}

static void read_zone(struct dm_aws *aws, const struct dm_aws_file *file,
                      const struct dm_aws_node *item)
{
    (void)file;
    dm_aws_learn_zone(aws, dm_aws_text(aws, item, "ZoneName"), dm_aws_text(aws, item, "ZoneId"));
}

/* Those of a classic load balancer do not say whose they are, but for its name beside them. */
static void read_balancer_attributes(struct dm_aws *aws, const struct dm_aws_file *file,
                                     const struct dm_aws_node *item)
{
    if (dm_aws_at(item, "LoadBalancerArn").tree
        || !dm_aws_at(item, "CrossZoneLoadBalancing").tree) {
        dm_aws_collect_balancer(aws, file, item);
    } else if (dm_aws_peek(item->parent, "LoadBalancerName")) {
        dm_aws_collect_classic(aws, file, item->parent);
    } else {
        dm_aws_unknown(aws, item, dm_sprintf(aws->arena, "%s in %s", item->key, file->path),
                       "of what they are is not shown");
    }
}

static bool is_gone(const struct dm_aws_node *item)
{
    static const char *const paths[] = { "State", "State/Code", "Status" };
    static const char *const gone[] = { "deleted", "Deleted", "failed", "rejected", "expired" };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const char *state = dm_aws_peek(item, paths[i]);
        for (size_t j = 0; state && j < sizeof gone / sizeof *gone; j++) {
            if (dm_str_equal(state, gone[j])) {
                return true;
            }
        }
    }
    return false;
}

static struct dm_unknown_id name_item(struct dm_aws *aws, const char *word, const char *id_key,
                                      const struct dm_aws_node *item)
{
    const char *id = dm_aws_peek(item, id_key);
    const char *name = id ? strstr(id, ":loadbalancer/") : NULL;
    name = name ? name + strlen(":loadbalancer/") : id;
    struct dm_aws_node place = dm_aws_at(item, id_key);
    return dm_aws_unknown(aws, place.tree ? &place : item,
                          name
                              ? dm_sprintf(aws->arena, "%s %s", word, name)
                              : dm_sprintf(aws->arena, "%s at %s", word, dm_aws_pointer(aws, item)),
                          "a %s is not modelled", word);
}

/* An endpoint of another type is not understood, and its interfaces are part of it. */
static void read_endpoint(struct dm_aws *aws, const struct dm_aws_file *file,
                          const struct dm_aws_node *item)
{
    const char *type = dm_aws_text(aws, item, "VpcEndpointType");
    if (dm_str_equal(type, "Gateway") || dm_str_equal(type, "Interface")) {
        const char *endpoint_id = item_id(aws, item, "VpcEndpointId");
        if (endpoint_id) {
            dm_aws_collect(aws, DM_AWS_ENDPOINT, endpoint_id, NULL, file, item, NULL);
        }
        return;
    }
    if (dm_str_equal(type, "GatewayLoadBalancer")) {
        dm_aws_collect_gwlb_endpoint(aws, file, item);
        return;
    }
    if (is_gone(item)) {
        return;
    }
    struct dm_unknown_id unknown = name_item(aws, "vpc-endpoint", "VpcEndpointId", item);
    struct dm_aws_node ids = dm_aws_list(aws, item, "NetworkInterfaceIds");
    for (size_t i = 0; ids.tree && i < ids.tree->n; i++) {
        const char *id = dm_tree_text(ids.tree->items[i]);
        uint64_t *place = id ? dm_map_add(&aws->endpoints, id, NULL) : NULL;
        if (place) {
            *place = unknown.v;
        }
    }
}

/* By the parent's id that stands beside the rows, as examples/collect-aws.sh writes it. */
static bool place_by_parent(struct dm_aws *aws, const struct dm_aws_loose *loose)
{
    static const struct {
        enum dm_aws_family family;
        const char *key;
    } parents[] = {
        { DM_AWS_STATIC_ROUTES, "TransitGatewayRouteTableId" },
        { DM_AWS_PROPAGATIONS, "TransitGatewayRouteTableId" },
        { DM_AWS_PREFIX_LIST, "PrefixListId" },
    };
    const struct dm_aws_node *root = &loose->root;
    if (loose->family == DM_AWS_NETWORK_ROUTES) {
        dm_aws_collect_network_routes(aws, loose->file, root);
        return true;
    }
    for (size_t i = 0; i < sizeof parents / sizeof *parents; i++) {
        const char *id = dm_aws_text(aws, root, parents[i].key);
        if (id && parents[i].family == loose->family) {
            dm_aws_collect(aws, loose->family, id, NULL, loose->file, root, NULL);
            return true;
        }
    }
    if (dm_aws_text(aws, root, "TargetGroupArn")) {
        dm_aws_collect_target_group(aws, loose->file, root);
        return true;
    }
    if (loose->family == DM_AWS_FAMILY_COUNT && dm_str_equal(loose->key, "InstanceStates")) {
        if (!dm_aws_text(aws, root, "LoadBalancerName")) {
            return false;
        }
        dm_aws_collect_classic(aws, loose->file, root);
        return true;
    }
    if (loose->family == DM_AWS_FAMILY_COUNT && dm_aws_text(aws, root, "LoadBalancerArn")) {
        dm_aws_collect_balancer(aws, loose->file, root);
        return true;
    }
    return false;
}

void dm_aws_place_loose(struct dm_aws *aws)
{
    const struct dm_aws_index *tables = &aws->families[DM_AWS_TRANSIT_TABLE];
    for (size_t i = 0; i < aws->loose.n; i++) {
        const struct dm_aws_loose *loose = &aws->loose.items[i];
        const struct dm_aws_thing *table = NULL;
        bool of_table =
            loose->family == DM_AWS_STATIC_ROUTES || loose->family == DM_AWS_PROPAGATIONS;
        size_t n_tables = 0;
        if (place_by_parent(aws, loose)) {
            continue;
        }
        for (size_t j = 0; of_table && j < tables->items.n; j++) {
            if (dm_str_equal(tables->items.items[j]->views->file->region, loose->file->region)) {
                table = tables->items.items[j];
                n_tables++;
            }
        }
        if (n_tables == 1) {
            dm_aws_collect(aws, loose->family, table->id, NULL, loose->file, &loose->root, NULL);
        } else {
            struct dm_aws_node place = dm_aws_at(&loose->root, loose->key);
            dm_aws_unknown(aws, &place,
                           dm_sprintf(aws->arena, "%s in %s", loose->key, loose->file->path),
                           of_table ? "of which transit gateway's table they are is not shown"
                                    : "of what they are is not shown");
        }
    }
}

static void read_item(struct dm_aws *aws, const struct key *key, const struct dm_aws_file *file,
                      const struct dm_aws_node *item)
{
    switch (key->action) {
    case COLLECT:
        collect(aws, key, file, item);
        break;
    case READ:
        key->read(aws, file, item);
        break;
    case NAME:
        if (!is_gone(item)) {
            name_item(aws, key->word, key->id_key, item);
        }
        break;
    case PASS:
    case BESIDE:
    case LOOSE:
        break;
    }
}

/* The value of a known key: a list of objects; a few calls give a single one. */
static void read_value(struct dm_aws *aws, const struct key *key, const struct dm_aws_file *file,
                       const struct dm_aws_node *root)
{
    struct dm_aws_node value = dm_aws_at(root, key->name);
    if (key->action == PASS || key->action == BESIDE || !value.tree) {
        return;
    }
    if (key->action == LOOSE) {
        struct dm_aws_loose loose = { key->family, file, *root, key->name };
        DM_AWS_PUSH(aws, &aws->loose, loose);
        return;
    }
    if (key->action != COLLECT && value.tree->kind == DM_TREE_MAP) {
        read_item(aws, key, file, &value);
        return;
    }
    if (key->read == dm_aws_read_exclusion) {
        dm_aws_show_exclusions(aws, file);
    }
    if (dm_str_equal(key->name, "Attachments") || key->read == dm_aws_collect_core_label) {
        dm_aws_show_core(aws, file, key->read == dm_aws_collect_core_label);
    }
    if (key->read == dm_aws_collect_dx_attachment) {
        dm_aws_collect_dx_attachment(aws, file, root); /* where it says beside whose it is */
    }
    struct dm_aws_node list = dm_aws_list(aws, root, key->name);
    struct dm_aws_node item;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        read_item(aws, key, file, &item);
    }
}

static const struct key *find_key(const char *name)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (dm_str_equal(keys[i].name, name)) {
            return &keys[i];
        }
    }
    return NULL;
}

bool dm_aws_reads_key(const char *name)
{
    const struct key *key = find_key(name);
    return key ? key->action != PASS : dm_str_equal(name, "NextToken");
}

bool dm_aws_is_beside(const char *name)
{
    const struct key *key = find_key(name);
    return key && (key->action == LOOSE || key->action == BESIDE);
}

void dm_aws_read_keys(struct dm_aws *aws, const struct dm_aws_file *file,
                      const struct dm_aws_node *root, bool *ret_known)
{
    *ret_known = false;
    for (size_t i = 0; i < root->tree->n; i++) {
        const struct dm_tree_pair *pair = &root->tree->pairs[i];
        const struct key *key = find_key(pair->key);
        struct dm_aws_node value = { pair->value, root, pair->key, 0 };
        if (key) {
            *ret_known = true;
            aws->n_understood++;
            read_value(aws, key, file, root);
            /* That a load balancer has none is said only beside its name. */
            if (dm_str_equal(key->name, "Listeners") && dm_aws_text(aws, root, "LoadBalancerArn")) {
                dm_aws_collect_balancer(aws, file, root);
            }
        } else if (dm_str_equal(pair->key, "NextToken") && pair->value->kind == DM_TREE_SCALAR) {
            dm_aws_unknown(aws, &value, dm_sprintf(aws->arena, "rest of %s", file->path),
                           "the output ends with `NextToken`: more of it is not in the input");
        } else if (pair->value->is_cut) {
            dm_aws_unknown(aws, &value, dm_sprintf(aws->arena, "key %s", pair->key),
                           "this key of describe output is not understood");
        }
    }
}
