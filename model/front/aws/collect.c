/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/front/aws/aws_private.h"

#include <stdlib.h>
#include <string.h>

struct family {
    const char *id_key; /* whose place is the origin of the object */
    const char *state;  /* path of its state; NULL: it has none that matters */
    const char *fields; /* paths in which views must agree, separated by spaces */
};

static const struct family families[DM_AWS_FAMILY_COUNT] = {
    [DM_AWS_VPC] = { "VpcId", NULL, "CidrBlock CidrBlockAssociationSet" },
    [DM_AWS_SUBNET] = { "SubnetId", NULL, "VpcId AvailabilityZoneId CidrBlock" },
    [DM_AWS_ROUTE_TABLE] = { "RouteTableId", NULL, "VpcId Routes" },
    [DM_AWS_ACL] = { "NetworkAclId", NULL, "VpcId Entries" },
    [DM_AWS_GROUP] = { "GroupId", NULL, "VpcId IpPermissions IpPermissionsEgress" },
    [DM_AWS_PREFIX_LIST] = { "PrefixListId", NULL, "Cidrs Entries" },
    [DM_AWS_INSTANCE] = { "InstanceId", "State/Name", "State/Name VpcId SubnetId" },
    [DM_AWS_INTERFACE] = { "NetworkInterfaceId", NULL,
                           "VpcId SubnetId PrivateIpAddresses Ipv6Addresses Groups SourceDestCheck "
                           "InterfaceType Attachment/InstanceId" },
    [DM_AWS_MANAGED] = { "", NULL, "" },
    [DM_AWS_INTERNET_GATEWAY] = { "InternetGatewayId", NULL, "Attachments" },
    [DM_AWS_EGRESS_GATEWAY] = { "EgressOnlyInternetGatewayId", NULL, "Attachments" },
    [DM_AWS_NAT_GATEWAY] = { "NatGatewayId", "State",
                             "State SubnetId NatGatewayAddresses ConnectivityType "
                             "AvailabilityMode" },
    [DM_AWS_CUSTOMER_GATEWAY] = { "CustomerGatewayId", "State", "State BgpAsn IpAddress" },
    [DM_AWS_VPN_GATEWAY] = { "VpnGatewayId", "State", "State VpcAttachments" },
    [DM_AWS_VPN_CONNECTION] = { "VpnConnectionId", "State",
                                "State CustomerGatewayId VpnGatewayId TransitGatewayId Routes "
                                "Options/StaticRoutesOnly" },
    [DM_AWS_ENDPOINT] = { "VpcEndpointId", "State",
                          "State VpcId ServiceName VpcEndpointType NetworkInterfaceIds" },
    [DM_AWS_TARGET_GROUP] = { "TargetGroupArn", NULL, "Protocol Port TargetType VpcId" },
    [DM_AWS_BALANCER] = { "LoadBalancerArn", "State/Code", "State/Code Type VpcId Scheme" },
    [DM_AWS_CLASSIC] = { "LoadBalancerName", NULL,
                         "VPCId ListenerDescriptions Instances InstanceStates" },
    [DM_AWS_ACCELERATOR] = { "AcceleratorArn", NULL, "IpSets Enabled" },
    [DM_AWS_ACCELERATOR_LISTENER] = { "ListenerArn", NULL, "Protocol PortRanges" },
    [DM_AWS_ENDPOINT_GROUP] = { "EndpointGroupArn", NULL, "EndpointGroupRegion PortOverrides" },
    [DM_AWS_FIREWALL_RULES] = { "RuleGroupArn", NULL, "Type" },
    [DM_AWS_FIREWALL_POLICY] = { "FirewallPolicyArn", NULL, "FirewallPolicyName" },
    [DM_AWS_FIREWALL] = { "FirewallArn", NULL, "FirewallPolicyArn VpcId SubnetMappings" },
    [DM_AWS_GWLB_ENDPOINT] = { "VpcEndpointId", "State", "State VpcId ServiceName SubnetId" },
    [DM_AWS_PEERING] = { "VpcPeeringConnectionId", "Status/Code",
                         "Status/Code RequesterVpcInfo/VpcId AccepterVpcInfo/VpcId" },
    [DM_AWS_TRANSIT_GATEWAY] = { "TransitGatewayId", "State", "State Options" },
    [DM_AWS_TRANSIT_TABLE] = { "TransitGatewayRouteTableId", "State", "State TransitGatewayId" },
    [DM_AWS_ATTACHMENT] = { "TransitGatewayAttachmentId", "State",
                            "State ResourceType ResourceId VpcId SubnetIds "
                            "Association/TransitGatewayRouteTableId" },
    [DM_AWS_CORE_NETWORK] = { "CoreNetworkId", "State", "State Edges Segments" },
    [DM_AWS_CORE_PEERING] = { "PeeringId", "State", "State EdgeLocation ResourceArn" },
    [DM_AWS_CORE_ATTACHMENT] = { "AttachmentId", "State",
                                 "State AttachmentType ResourceArn EdgeLocation SegmentName "
                                 "NetworkFunctionGroupName SubnetArns Options PeeringId" },
    /* States of Direct Connect have keys of their own, see dx.c. */
    [DM_AWS_DX_CONNECTION] = { "connectionId", NULL, "connectionState location" },
    [DM_AWS_DX_GATEWAY] = { "directConnectGatewayId", NULL,
                            "directConnectGatewayState amazonSideAsn" },
    [DM_AWS_DX_ASSOCIATION] = { "associationId", NULL,
                                "associationState associatedGateway/id "
                                "allowedPrefixesToDirectConnectGateway" },
    [DM_AWS_DX_INTERFACE] = { "virtualInterfaceId", NULL,
                              "virtualInterfaceState virtualInterfaceType connectionId "
                              "virtualGatewayId directConnectGatewayId" },
    [DM_AWS_CORE_POLICY] = { "CoreNetworkId", NULL, "PolicyDocument" },
    [DM_AWS_CORE_LABEL] = { "AttachmentId", NULL, "RoutingPolicyLabel" },
    [DM_AWS_DX_ATTACHMENTS] = { "directConnectGatewayId", NULL, "" },
    [DM_AWS_ENDPOINT_SERVICE] = { "ServiceName", NULL, "GatewayLoadBalancerArns" },
    [DM_AWS_ADDRESS] = { "PublicIp", NULL, "NetworkInterfaceId PrivateIpAddress" },
    [DM_AWS_LISTENER] = { "ListenerArn", NULL, "Protocol Port DefaultActions" },
    [DM_AWS_PROPAGATIONS] = { "TransitGatewayRouteTableId", NULL,
                              "TransitGatewayRouteTablePropagations" },
    [DM_AWS_STATIC_ROUTES] = { "TransitGatewayRouteTableId", NULL, "Routes" },
    [DM_AWS_NETWORK_ROUTES] = { NULL, NULL, "" },
};

const char *const dm_aws_family_words[DM_AWS_FAMILY_COUNT] = {
    [DM_AWS_VPC] = "vpc",
    [DM_AWS_SUBNET] = "subnet",
    [DM_AWS_ROUTE_TABLE] = "route-table",
    [DM_AWS_ACL] = "network-acl",
    [DM_AWS_GROUP] = "security-group",
    [DM_AWS_PREFIX_LIST] = "prefix-list",
    [DM_AWS_INSTANCE] = "instance",
    [DM_AWS_INTERFACE] = "network-interface",
    [DM_AWS_MANAGED] = "managed-endpoint",
    [DM_AWS_INTERNET_GATEWAY] = "internet-gateway",
    [DM_AWS_EGRESS_GATEWAY] = "egress-only-internet-gateway",
    [DM_AWS_NAT_GATEWAY] = "nat-gateway",
    [DM_AWS_CUSTOMER_GATEWAY] = "customer-gateway",
    [DM_AWS_VPN_GATEWAY] = "vpn-gateway",
    [DM_AWS_VPN_CONNECTION] = "vpn-connection",
    [DM_AWS_ENDPOINT] = "vpc-endpoint",
    [DM_AWS_TARGET_GROUP] = "target-group",
    [DM_AWS_BALANCER] = "load-balancer",
    [DM_AWS_CLASSIC] = "load-balancer",
    [DM_AWS_ACCELERATOR] = "accelerator",
    [DM_AWS_ACCELERATOR_LISTENER] = "accelerator-listener",
    [DM_AWS_ENDPOINT_GROUP] = "endpoint-group",
    [DM_AWS_FIREWALL_RULES] = "firewall-rule-group",
    [DM_AWS_FIREWALL_POLICY] = "firewall-policy",
    [DM_AWS_FIREWALL] = "firewall",
    [DM_AWS_GWLB_ENDPOINT] = "gateway-load-balancer-endpoint",
    [DM_AWS_PEERING] = "vpc-peering",
    [DM_AWS_TRANSIT_GATEWAY] = "transit-gateway",
    [DM_AWS_TRANSIT_TABLE] = "transit-gateway-route-table",
    [DM_AWS_ATTACHMENT] = "transit-gateway-attachment",
    [DM_AWS_CORE_NETWORK] = "core-network",
    [DM_AWS_CORE_PEERING] = "core-network-peering",
    [DM_AWS_CORE_ATTACHMENT] = "core-network-attachment",
    [DM_AWS_DX_CONNECTION] = "direct-connect-connection",
    [DM_AWS_DX_GATEWAY] = "direct-connect-gateway",
    [DM_AWS_DX_ASSOCIATION] = "direct-connect-gateway-association",
    [DM_AWS_DX_INTERFACE] = "virtual-interface",
    [DM_AWS_CORE_POLICY] = "core-network-policy",
    [DM_AWS_CORE_LABEL] = "routing-policy-label",
    [DM_AWS_DX_ATTACHMENTS] = "direct-connect-gateway-attachment",
    [DM_AWS_ENDPOINT_SERVICE] = "endpoint-service",
    [DM_AWS_ADDRESS] = "address",
    [DM_AWS_LISTENER] = "listener",
    [DM_AWS_PROPAGATIONS] = "propagations",
    [DM_AWS_STATIC_ROUTES] = "static-routes",
    [DM_AWS_NETWORK_ROUTES] = "network-routes",
};

/* Keys that say nothing of the network, or that only the owner of an object is shown. */
static const char *const silent_keys[] = {
    "AllocationId",
    "AssociationId",
    "Description",
    "GroupName",
    "IpOwnerId",
    "PeeringStatus",
    "PrivateDnsName",
    "PublicDnsName",
    "Tags",
    "UserId",
    "VpcPeeringConnectionId",
    "Primary",
    "NetworkBorderGroup",
    "ServiceManaged",
    "GroupOwnerId",
    "IsPrimaryIpv6",
};

static const struct {
    const char *word;
    enum dm_aws_life life;
} states[] = {
    { "AVAILABLE", DM_AWS_LIVE }, /* of parts of core networks [CWAN-27] */
    { "active", DM_AWS_LIVE },
    { "active_impaired", DM_AWS_LIVE },
    { "available", DM_AWS_LIVE },
    { "Available", DM_AWS_LIVE }, /* capitals: of endpoints */
    { "modifying", DM_AWS_LIVE },
    { "running", DM_AWS_LIVE },
    { "stopped", DM_AWS_LIVE },
    { "stopping", DM_AWS_LIVE },
    { "DELETED", DM_AWS_GONE },
    { "DELETING", DM_AWS_GONE },
    { "FAILED", DM_AWS_GONE },
    { "PENDING_ATTACHMENT_ACCEPTANCE", DM_AWS_GONE },
    { "REJECTED", DM_AWS_GONE },
    { "deleted", DM_AWS_GONE },
    { "Deleted", DM_AWS_GONE },
    { "Deleting", DM_AWS_GONE },
    { "Expired", DM_AWS_GONE },
    { "Failed", DM_AWS_GONE },
    { "PendingAcceptance", DM_AWS_GONE },
    { "Rejected", DM_AWS_GONE },
    { "deleting", DM_AWS_GONE },
    { "expired", DM_AWS_GONE },
    { "failed", DM_AWS_GONE },
    { "failing", DM_AWS_GONE },
    { "initiating", DM_AWS_GONE },
    { "initiating-request", DM_AWS_GONE },
    { "initiatingRequest", DM_AWS_GONE },
    { "pending-acceptance", DM_AWS_GONE },
    { "pendingAcceptance", DM_AWS_GONE },
    { "rejected", DM_AWS_GONE },
    { "rejecting", DM_AWS_GONE },
    { "shutting-down", DM_AWS_GONE },
    { "terminated", DM_AWS_GONE },
};

struct dm_aws_thing *dm_aws_find(const struct dm_aws *aws, enum dm_aws_family family,
                                 const char *id)
{
    const uint64_t *place = dm_map_find(&aws->families[family].by_id, id);
    return place && *place ? (struct dm_aws_thing *)(uintptr_t)*place : NULL;
}

static struct dm_aws_thing *find_or_add(struct dm_aws *aws, enum dm_aws_family family,
                                        const char *id, const char *name)
{
    struct dm_aws_index *index = &aws->families[family];
    uint64_t *place = dm_map_add(&index->by_id, id, NULL);
    if (place && *place) {
        return (struct dm_aws_thing *)(uintptr_t)*place;
    }
    struct dm_aws_thing *thing = place ? DM_NEW(aws->arena, struct dm_aws_thing) : NULL;
    if (!thing) {
        aws->failed = true;
        return NULL;
    }
    thing->id = id;
    thing->name = name ? name : id;
    thing->family = family;
    DM_AWS_PUSH(aws, &index->items, thing);
    *place = (uint64_t)(uintptr_t)thing;
    return thing;
}

struct dm_aws_thing *dm_aws_collect(struct dm_aws *aws, enum dm_aws_family family, const char *id,
                                    const char *name, const struct dm_aws_file *file,
                                    const struct dm_aws_node *node, const char *owner)
{
    struct dm_aws_thing *thing = find_or_add(aws, family, id, name);
    struct dm_aws_view *view = thing ? DM_NEW(aws->arena, struct dm_aws_view) : NULL;
    if (!view) {
        aws->failed = true;
        return NULL;
    }
    view->node = dm_aws_keep(aws, node);
    view->file = file;
    view->owner = owner;
    const char *holder = dm_aws_peek(node, "OwnerId");
    if (thing->views && holder && dm_str_equal(holder, file->account)) {
        view->next = thing->views; /* the owner is shown most: its view comes first */
        thing->views = view;
    } else if (thing->last_view) {
        thing->last_view->next = view;
        thing->last_view = view;
    } else {
        thing->views = view;
        thing->last_view = view;
    }
    return thing;
}

struct dm_aws_thing *dm_aws_need(struct dm_aws *aws, enum dm_aws_family family, const char *id,
                                 const struct dm_aws_node *node)
{
    struct dm_aws_thing *thing = dm_aws_find(aws, family, id);
    if (thing) {
        return thing;
    }
    thing = find_or_add(aws, family, id, NULL);
    if (thing) {
        thing->mention = dm_aws_keep(aws, node);
        thing->unknown = dm_aws_unknown(
            aws, node, dm_sprintf(aws->arena, "%s %s", dm_aws_family_words[family], id),
            "it is named but not in the input");
    }
    return thing;
}

static bool is_silent(const struct dm_tree_pair *pair)
{
    for (size_t i = 0; i < sizeof silent_keys / sizeof *silent_keys; i++) {
        if (dm_str_equal(pair->key, silent_keys[i])) {
            return true;
        }
    }
    return false;
}

/* Equal for trees that say the same of the network: neither the order of keys nor that of items
 * counts, and null, "" and what is missing are one. */
static uint64_t meaning(const struct dm_tree *tree)
{
    uint64_t sum = 0;
    switch (tree->kind) {
    case DM_TREE_NULL:
        return 0;
    case DM_TREE_SCALAR:
        return tree->length ? dm_hash(DM_HASH_SEED, tree->text, tree->length) : 0;
    case DM_TREE_LIST:
        for (size_t i = 0; i < tree->n; i++) {
            uint64_t item = meaning(tree->items[i]);
            sum += dm_hash(DM_HASH_SEED, &item, sizeof item);
        }
        return sum;
    case DM_TREE_MAP:
        for (size_t i = 0; i < tree->n; i++) {
            const struct dm_tree_pair *pair = &tree->pairs[i];
            uint64_t value = is_silent(pair) ? 0 : meaning(pair->value);
            if (value) {
                uint64_t hash = dm_hash(DM_HASH_SEED, pair->key, pair->key_length);
                sum += dm_hash(hash, &value, sizeof value);
            }
        }
        return sum;
    }
    return sum;
}

/* Both views must agree in 'path' where both show it. */
static void compare_field(struct dm_aws *aws, const struct dm_aws_thing *thing, const char *path,
                          const struct dm_aws_view *first, const struct dm_aws_view *second)
{
    struct dm_aws_node first_steps[4];
    struct dm_aws_node second_steps[4];
    struct dm_aws_node a = dm_aws_walk(&first->node, path, first_steps);
    struct dm_aws_node b = dm_aws_walk(&second->node, path, second_steps);
    if (!a.tree || !b.tree || meaning(a.tree) == meaning(b.tree)) {
        return;
    }
    struct dm_diag *diag =
        dm_aws_fault(aws, &b, "two views of %s `%s` contradict each other in `%s`",
                     dm_aws_family_words[thing->family], thing->id, path);
    dm_diag_label(aws->diags, diag, a.tree->span, "the other view, in %s", first->file->path);
}

static void compare_views(struct dm_aws *aws, const struct dm_aws_thing *thing)
{
    char path[64];
    for (const struct dm_aws_view *view = thing->views; view; view = view->next) {
        for (const char *at = families[thing->family].fields; *at;) {
            size_t length = strcspn(at, " ");
            memcpy(path, at, length);
            path[length] = '\0';
            at += length + strspn(at + length, " ");
            const struct dm_aws_view *first = thing->views;
            struct dm_aws_node steps[4];
            while (first != view && !dm_aws_walk(&first->node, path, steps).tree) {
                first = first->next;
            }
            if (first != view) {
                compare_field(aws, thing, path, first, view);
            }
        }
    }
}

/* Where a family has a state, AWS shows it: without one, whether it is there is not known. */
static void leave_stateless(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    bool by_firewall = thing->family == DM_AWS_GWLB_ENDPOINT && thing->views
                       && dm_str_equal(dm_aws_peek(&thing->views->node, "Status"), "READY");
    if (!families[thing->family].state || !thing->views || by_firewall) {
        return;
    }
    thing->life = DM_AWS_UNDECIDED;
    thing->unknown = dm_aws_unknown(
        aws, &thing->views->node,
        dm_sprintf(aws->arena, "%s %s", dm_aws_family_words[thing->family], thing->name),
        "its state, `%s`, is not in the input", families[thing->family].state);
}

void dm_aws_doubt(struct dm_aws *aws, struct dm_aws_thing *thing, const struct dm_aws_node *node,
                  const char *fmt, ...)
{
    if (thing->odd.v) {
        return;
    }
    va_list ap;
    va_start(ap, fmt);
    const char *why = dm_vsprintf(aws->arena, fmt, ap);
    va_end(ap);
    thing->odd = dm_aws_unknown(
        aws, node,
        dm_sprintf(aws->arena, "part of %s %s", dm_aws_family_words[thing->family], thing->name),
        "%s", why ? why : "out of memory");
}

enum dm_aws_life dm_aws_association(const char *state)
{
    static const struct {
        const char *word;
        enum dm_aws_life life;
    } words[] = {
        { "associated", DM_AWS_LIVE },    { "attached", DM_AWS_LIVE }, { "available", DM_AWS_LIVE },
        { "disassociated", DM_AWS_GONE }, { "detached", DM_AWS_GONE }, { "failed", DM_AWS_GONE },
        { "failing", DM_AWS_GONE },
    };
    for (size_t i = 0; state && i < sizeof words / sizeof *words; i++) {
        if (dm_str_equal(words[i].word, state)) {
            return words[i].life;
        }
    }
    return state ? DM_AWS_UNDECIDED : DM_AWS_LIVE;
}

static void settle_life(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const char *path = families[thing->family].state;
    const char *word = NULL;
    const struct dm_aws_view *view = thing->views;
    while (path && view && !(word = dm_aws_peek(&view->node, path))) {
        view = view->next;
    }
    if (!word) {
        leave_stateless(aws, thing);
        return;
    }
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        if (dm_str_equal(states[i].word, word)) {
            thing->life = states[i].life;
            return;
        }
    }
    if (thing->family == DM_AWS_INSTANCE && dm_str_equal(word, "pending")) {
        return; /* it is there, though it does not run yet */
    }
    thing->life = DM_AWS_UNDECIDED;
    thing->unknown = dm_aws_unknown(
        aws, &view->node,
        dm_sprintf(aws->arena, "%s %s", dm_aws_family_words[thing->family], thing->name),
        "its state is `%s`: what it will be is not known", word);
}

static int compare_things(const void *a, const void *b)
{
    const struct dm_aws_thing *const *first = a;
    const struct dm_aws_thing *const *second = b;
    return strcmp((*first)->id, (*second)->id);
}

void dm_aws_sort(struct dm_aws *aws)
{
    for (size_t family = 0; family < DM_AWS_FAMILY_COUNT; family++) {
        struct dm_aws_index *index = &aws->families[family];
        if (index->items.n > 1) {
            qsort(index->items.items, index->items.n, sizeof *index->items.items, compare_things);
        }
    }
}

void dm_aws_settle(struct dm_aws *aws)
{
    for (size_t family = 0; family < DM_AWS_FAMILY_COUNT; family++) {
        for (size_t i = 0; i < aws->families[family].items.n; i++) {
            struct dm_aws_thing *thing = aws->families[family].items.items[i];
            compare_views(aws, thing);
            settle_life(aws, thing);
        }
    }
}

static const struct dm_aws_node nothing;

const struct dm_aws_node *dm_aws_with(const struct dm_aws_thing *thing, const char *key)
{
    for (const struct dm_aws_view *view = thing->views; view; view = view->next) {
        const struct dm_tree *tree = dm_tree_find(view->node.tree, key);
        if (tree && tree->kind != DM_TREE_NULL
            && !(tree->kind == DM_TREE_SCALAR && tree->length == 0)) {
            return &view->node;
        }
    }
    return thing->views ? &thing->views->node : &nothing;
}

struct tags {
    struct dm_tag *items;
    size_t n;
    size_t capacity;
};

/* Of all views; what is said of one key twice counts once, as first said. */
static struct tags read_tags(struct dm_aws *aws, const struct dm_aws_thing *thing)
{
    static const char *const keys[] = { "Tags", "TagSet" };
    struct tags tags = { 0 };
    for (const struct dm_aws_view *view = thing->views; view; view = view->next) {
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
            struct dm_aws_node list = dm_aws_list(aws, &view->node, keys[i]);
            struct dm_aws_node item;
            for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
                struct dm_tag tag = { dm_aws_words(aws, &item, "Key"),
                                      dm_aws_words(aws, &item, "Value") };
                struct dm_tags so_far = { tags.items, tags.n };
                tag.value = tag.value ? tag.value : "";
                if (tag.key && !dm_tags_value(&so_far, tag.key)) {
                    DM_AWS_PUSH(aws, &tags, tag);
                }
            }
        }
    }
    return tags;
}

/* Value of the tag "Name", or NULL. */
static const char *name_tag(struct dm_aws *aws, const struct dm_aws_thing *thing)
{
    static const char *const keys[] = { "Tags", "TagSet" };
    for (const struct dm_aws_view *view = thing->views; view; view = view->next) {
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
            struct dm_aws_node tags = dm_aws_list(aws, &view->node, keys[i]);
            struct dm_aws_node tag;
            for (size_t at = 0; dm_aws_next(aws, &tags, &at, &tag);) {
                if (dm_str_equal(dm_aws_peek(&tag, "Key"), "Name")) {
                    return dm_aws_words(aws, &tag, "Value");
                }
            }
        }
    }
    return NULL;
}

static int compare_tags(const void *left, const void *right)
{
    return strcmp(((const struct dm_tag *)left)->key, ((const struct dm_tag *)right)->key);
}

struct dm_tags dm_aws_tags(struct dm_aws *aws, const struct dm_aws_thing *thing)
{
    struct tags tags = read_tags(aws, thing);
    size_t n = 0;
    for (size_t i = 0; i < tags.n; i++) {
        if (strcmp(tags.items[i].key, "Name") != 0) {
            tags.items[n++] = tags.items[i];
        }
    }
    if (n > 1) {
        qsort(tags.items, n, sizeof *tags.items, compare_tags);
    }
    return (struct dm_tags){ tags.items, n };
}

struct dm_object dm_aws_object(struct dm_aws *aws, const struct dm_aws_thing *thing)
{
    const struct dm_aws_node *node = thing->views ? &thing->views->node : &thing->mention;
    return (struct dm_object){
        .name = thing->name,
        .label = name_tag(aws, thing),
        .pointer = dm_aws_pointer(aws, node),
        .origin = dm_aws_span(node, families[thing->family].id_key),
    };
}

const char *dm_aws_account(struct dm_aws *aws, const struct dm_aws_thing *thing)
{
    const char *owner = dm_aws_text(aws, dm_aws_with(thing, "OwnerId"), "OwnerId");
    for (const struct dm_aws_view *view = thing->views; view && !owner; view = view->next) {
        owner = view->file->account;
    }
    return owner;
}

struct dm_unknown_id dm_aws_unknown(struct dm_aws *aws, const struct dm_aws_node *node, char *name,
                                    const char *fmt, ...)
{
    if (!name) {
        aws->failed = true;
        return (struct dm_unknown_id){ 0 };
    }
    struct dm_ref found = dm_builder_find(aws->builder, DM_KIND_unknown, dm_aws_one_line(name));
    if (found.v) {
        return (struct dm_unknown_id){ found.v };
    }
    va_list ap;
    va_start(ap, fmt);
    const char *why = dm_aws_one_line(dm_vsprintf(aws->arena, fmt, ap));
    va_end(ap);
    aws->failed = aws->failed || !why;
    const struct dm_aws_node *shown = node;
    while (!shown->tree && shown->parent) {
        shown = shown->parent;
    }
    struct dm_unknown unknown = {
        .object = { .name = name,
                    .pointer = dm_aws_pointer(aws, node),
                    .origin = shown->tree ? shown->tree->span : DM_SPAN_NONE },
        .why = why,
    };
    return dm_builder_add_unknown(aws->builder, &unknown);
}

void dm_aws_leave_unknown(struct dm_aws *aws, struct dm_aws_thing *thing, const char *why)
{
    thing->life = DM_AWS_UNDECIDED;
    thing->unknown = dm_aws_unknown(
        aws, thing->views ? &thing->views->node : &thing->mention,
        dm_sprintf(aws->arena, "%s %s", dm_aws_family_words[thing->family], thing->name), "%s",
        why ? why : "out of memory");
}

uint32_t dm_aws_resolve(struct dm_aws *aws, enum dm_aws_family family, const char *id,
                        const struct dm_aws_node *node, struct dm_unknown_id *ret_unknown)
{
    const struct dm_aws_thing *thing = dm_aws_find(aws, family, id);
    *ret_unknown = (struct dm_unknown_id){ 0 };
    if (!thing) {
        *ret_unknown = dm_aws_unknown(
            aws, node, dm_sprintf(aws->arena, "%s %s", dm_aws_family_words[family], id),
            "it is named but not in the input");
        return 0;
    }
    if (thing->life != DM_AWS_LIVE || thing->handle == 0) {
        *ret_unknown = thing->unknown;
        return 0;
    }
    return thing->handle;
}
