/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Transit gateways, their tables and attachments.
 *
 * A peering of two transit gateways is one attachment id, shown on both sides; here
 * it is two attachments, each under its id and its gateway's.  A table of which not
 * all rows are known, and an attachment whose table is not shown, say so: what
 * looks a route up there gets no answer.
 */
#include "model/front/aws/aws_private.h"

static const char *attachment_key(struct dm_aws *aws, const char *id, const char *gateway)
{
    const char *key = dm_sprintf(aws->arena, "%s/%s", id, gateway);
    aws->failed = aws->failed || !key;
    return key ? key : "";
}

static struct dm_aws_thing *find_attachment(struct dm_aws *aws, const char *id, const char *gateway)
{
    return dm_aws_find(aws, DM_AWS_ATTACHMENT, attachment_key(aws, id, gateway));
}

void dm_aws_collect_attachment(struct dm_aws *aws, const struct dm_aws_file *file,
                               const struct dm_aws_node *node)
{
    const char *id = dm_aws_required(aws, node, "TransitGatewayAttachmentId");
    const char *gateway = dm_aws_required(aws, node, "TransitGatewayId");
    if (id && gateway) {
        const char *key = attachment_key(aws, id, gateway);
        const char *type = dm_aws_peek(node, "ResourceType");
        bool is_peering = dm_str_equal(type, "peering") || dm_str_equal(type, "tgw-peering");
        dm_aws_collect(aws, DM_AWS_ATTACHMENT, key, is_peering ? key : id, file, node, NULL);
    }
}

void dm_aws_collect_peering_attachment(struct dm_aws *aws, const struct dm_aws_file *file,
                                       const struct dm_aws_node *node)
{
    static const char *const sides[] = { "RequesterTgwInfo", "AccepterTgwInfo" };
    const char *id = dm_aws_required(aws, node, "TransitGatewayAttachmentId");
    for (size_t i = 0; id && i < sizeof sides / sizeof *sides; i++) {
        struct dm_aws_node info = dm_aws_map(aws, node, sides[i]);
        const char *gateway = info.tree ? dm_aws_text(aws, &info, "TransitGatewayId") : NULL;
        if (gateway) {
            const char *key = attachment_key(aws, id, gateway);
            dm_aws_collect(aws, DM_AWS_ATTACHMENT, key, key, file, node, gateway);
        }
    }
}

/* The transit gateway of an attachment or table. */
static const char *gateway_id(struct dm_aws *aws, const struct dm_aws_thing *thing)
{
    const char *id = dm_aws_text(aws, dm_aws_with(thing, "TransitGatewayId"), "TransitGatewayId");
    return id ? id : thing->views ? thing->views->owner : NULL;
}

/* Sets 'part_of' to the gateway; where that is not shown the thing stays out of the model. */
static bool refer_gateway(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const char *id = gateway_id(aws, thing);
    thing->part_of = id ? dm_aws_find(aws, DM_AWS_TRANSIT_GATEWAY, id) : thing->part_of;
    if (thing->part_of && thing->part_of->life == DM_AWS_LIVE) {
        return true;
    }
    thing->life = thing->part_of ? thing->part_of->life : DM_AWS_UNDECIDED;
    thing->unknown = thing->part_of ? thing->part_of->unknown : thing->unknown;
    if (!thing->part_of) {
        thing->unknown = dm_aws_unknown(aws, &thing->views->node,
                                        dm_sprintf(aws->arena, "transit-gateway %s", id ? id : "?"),
                                        "it is named but not in the input");
    }
    return false;
}

/* ---- gateways ---- */

static struct dm_transit_table_id default_table(struct dm_aws *aws,
                                                const struct dm_aws_node *options,
                                                const char *switch_key, const char *id_key)
{
    struct dm_unknown_id unknown;
    struct dm_transit_table_id table = { 0 };
    const char *id = dm_aws_text(aws, options, id_key);
    if (id && dm_str_equal(dm_aws_text(aws, options, switch_key), "enable")) {
        table.v = dm_aws_resolve(aws, DM_AWS_TRANSIT_TABLE, id, options, &unknown);
    }
    return table;
}

void dm_aws_define_transit_gateway(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const char *arn =
        dm_aws_text(aws, dm_aws_with(thing, "TransitGatewayArn"), "TransitGatewayArn");
    struct dm_region_id region =
        dm_aws_region_of(aws, thing, arn ? dm_aws_region_of_arn(aws, arn) : NULL);
    struct dm_aws_node options = dm_aws_map(aws, dm_aws_with(thing, "Options"), "Options");
    int64_t asn = 0;
    if (dm_aws_number(aws, &options, "AmazonSideAsn", &asn) && (asn < 0 || asn > UINT32_MAX)) {
        struct dm_aws_node field = dm_aws_at(&options, "AmazonSideAsn");
        dm_aws_fault(aws, &field, "`AmazonSideAsn` is not a number of 32 bits");
        asn = 0;
    }
    struct dm_transit_table_id association = default_table(
        aws, &options, "DefaultRouteTableAssociation", "AssociationDefaultRouteTableId");
    struct dm_transit_table_id propagation = default_table(
        aws, &options, "DefaultRouteTablePropagation", "PropagationDefaultRouteTableId");
    const char *groups = dm_aws_text(aws, &options, "SecurityGroupReferencingSupport");
    struct dm_transit_gateway *gateway = dm_builder_edit_transit_gateway(
        aws->builder, (struct dm_transit_gateway_id){ thing->handle });
    gateway->region = region;
    gateway->asn = (uint32_t)asn;
    gateway->default_association = association;
    gateway->default_propagation = propagation;
    gateway->group_references = dm_str_equal(groups, "enable");
}

/* ---- tables ---- */

void dm_aws_refer_transit_table(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    refer_gateway(aws, thing);
}

struct transit_routes {
    struct dm_transit_route *items;
    size_t n;
    size_t capacity;
};

/* Where a row leads: to one attachment; several, or one that is not shown, are unknown. */
static void set_attachment(struct dm_aws *aws, const char *gateway, const struct dm_aws_node *row,
                           struct dm_transit_route *route)
{
    struct dm_aws_node list = dm_aws_list(aws, row, "TransitGatewayAttachments");
    struct dm_aws_node item = { 0 };
    size_t at = 0;
    bool found = dm_aws_next(aws, &list, &at, &item);
    const char *id = found ? dm_aws_text(aws, &item, "TransitGatewayAttachmentId") : NULL;
    const struct dm_aws_thing *attachment = id ? find_attachment(aws, id, gateway) : NULL;
    if (attachment && list.tree->n == 1 && attachment->life != DM_AWS_UNDECIDED) {
        route->attachment.v = attachment->handle; /* 0, a black hole, where it is gone */
        return;
    }
    if (attachment && attachment->unknown.v && list.tree->n == 1) {
        route->unknown = attachment->unknown;
    } else if (id && list.tree->n == 1) {
        route->unknown =
            dm_aws_unknown(aws, &item, dm_sprintf(aws->arena, "transit-gateway-attachment %s", id),
                           "it is named but not in the input");
    } else {
        route->unknown =
            dm_aws_unknown(aws, row, dm_sprintf(aws->arena, "transit route at %s", route->pointer),
                           "it leads to several attachments, or to none that is shown");
    }
}

static void add_static_routes(struct dm_aws *aws, const struct dm_aws_thing *thing,
                              const struct dm_aws_thing *source, struct transit_routes *routes)
{
    const char *gateway = gateway_id(aws, thing);
    struct dm_aws_node list = dm_aws_list(aws, dm_aws_with(source, "Routes"), "Routes");
    struct dm_aws_node row;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &row);) {
        struct dm_transit_route route = { .origin = dm_aws_span(&row, "DestinationCidrBlock"),
                                          .pointer = dm_aws_pointer(aws, &row) };
        const char *type = dm_aws_text(aws, &row, "Type");
        const char *state = dm_aws_text(aws, &row, "State");
        if (dm_str_equal(type, "propagated") || dm_str_equal(state, "deleted")) {
            continue; /* it follows from the propagations, or is gone */
        }
        size_t n_errors = aws->diags->n_errors;
        if (!dm_aws_prefix(aws, &row, "DestinationCidrBlock", &route.prefix)) {
            if (aws->diags->n_errors == n_errors) {
                dm_aws_fault(aws, &row, "this route has no `DestinationCidrBlock`");
            }
            continue;
        }
        struct dm_aws_node odd;
        bool is_odd = dm_aws_find_odd(aws, &row, &odd);
        bool is_hole = dm_str_equal(state, "blackhole");
        if (is_odd || !dm_str_equal(type, "static")
            || !(is_hole || dm_str_equal(state, "active"))) {
            route.unknown = dm_aws_unknown(
                aws, is_odd ? &odd : &row,
                dm_sprintf(aws->arena, "transit route at %s", route.pointer),
                "its type, its state, or another field of it, is not understood or not shown");
        } else if (!is_hole) {
            set_attachment(aws, gateway, &row, &route);
        }
        DM_AWS_PUSH(aws, routes, route);
    }
}

struct propagations {
    struct dm_propagation *items;
    size_t n;
    size_t capacity;
};

/* Gives what makes the propagated routes incomplete, or none. */
static struct dm_unknown_id add_propagations(struct dm_aws *aws, const struct dm_aws_thing *thing,
                                             const struct dm_aws_thing *source,
                                             struct propagations *propagations)
{
    static const char *const key = "TransitGatewayRouteTablePropagations";
    const char *gateway = gateway_id(aws, thing);
    struct dm_unknown_id unknown = { 0 };
    struct dm_aws_node list = dm_aws_list(aws, dm_aws_with(source, key), key);
    struct dm_aws_node item;
    if (!list.tree) {
        unknown =
            dm_aws_unknown(aws, &list, dm_sprintf(aws->arena, "propagations to %s", thing->id),
                           "they are not in the input");
    }
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        const char *state = dm_aws_text(aws, &item, "State");
        const char *id = dm_aws_required(aws, &item, "TransitGatewayAttachmentId");
        if (!id || dm_str_equal(state, "disabled")) {
            continue;
        }
        const struct dm_aws_thing *attachment = find_attachment(aws, id, gateway);
        if (!dm_str_equal(state, "enabled")) {
            unknown = dm_aws_unknown(
                aws, &item, dm_sprintf(aws->arena, "propagation of %s to %s", id, thing->id),
                "its state is `%s`: whether it is there is not known", state ? state : "not shown");
        }
        if (attachment && attachment->handle) {
            struct dm_propagation propagation = {
                .attachment = { attachment->handle },
                .origin = dm_aws_span(&item, "TransitGatewayAttachmentId"),
                .pointer = dm_aws_pointer(aws, &item),
            };
            DM_AWS_PUSH(aws, propagations, propagation);
        }
        if (!attachment) {
            unknown = dm_aws_unknown(aws, &item,
                                     dm_sprintf(aws->arena, "transit-gateway-attachment %s", id),
                                     "it is named but not in the input");
        } else if (attachment->life != DM_AWS_GONE && attachment->unknown.v) {
            unknown = attachment->unknown; /* which ranges it has is not known */
        }
    }
    return unknown;
}

void dm_aws_define_transit_table(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const struct dm_aws_thing *rows = dm_aws_find(aws, DM_AWS_STATIC_ROUTES, thing->id);
    const struct dm_aws_thing *sources = dm_aws_find(aws, DM_AWS_PROPAGATIONS, thing->id);
    const struct dm_aws_node *node = thing->views ? &thing->views->node : &thing->mention;
    struct transit_routes routes = { 0 };
    struct propagations propagations = { 0 };
    struct dm_unknown_id unknown = thing->unknown;
    if (rows) {
        add_static_routes(aws, thing, rows, &routes);
        if (dm_aws_flag(aws, dm_aws_with(rows, "AdditionalRoutesAvailable"),
                        "AdditionalRoutesAvailable", false)) {
            rows = NULL;
        }
    }
    if (sources) {
        struct dm_unknown_id missing = add_propagations(aws, thing, sources, &propagations);
        unknown = unknown.v ? unknown : missing;
        unknown = unknown.v ? unknown : sources->odd;
    }
    unknown = unknown.v ? unknown : thing->odd;
    if (!unknown.v && rows) {
        unknown = rows->odd;
        unknown =
            unknown.v ? unknown : dm_aws_check_propagated(aws, thing, rows, gateway_id(aws, thing));
    }
    if (!unknown.v && (!rows || !sources)) {
        unknown = dm_aws_unknown(aws, node, dm_sprintf(aws->arena, "routes of %s", thing->id),
                                 "not all of its %s are in the input",
                                 rows ? "propagations" : "static routes");
    }
    struct dm_transit_table *table =
        dm_builder_edit_transit_table(aws->builder, (struct dm_transit_table_id){ thing->handle });
    table->gateway.v = thing->part_of->handle;
    table->routes = routes.items;
    table->n_routes = routes.n;
    table->propagations = propagations.items;
    table->n_propagations = propagations.n;
    table->unknown = unknown;
}

/* ---- attachments ---- */

/* The associated table.  Only the owner of the gateway is shown that there is none. */
static void refer_table(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const struct dm_aws_node *node = dm_aws_with(thing, "Association");
    struct dm_aws_node association = dm_aws_map(aws, node, "Association");
    const char *id = dm_aws_peek(&association, "TransitGatewayRouteTableId");
    const char *state = dm_aws_peek(&association, "State");
    if (dm_str_equal(state, "disassociated")) {
        return;
    }
    if (association.tree && !id) {
        dm_aws_doubt(aws, thing, &association, "which table it is associated with is not shown");
    }
    if (dm_aws_association(state) == DM_AWS_UNDECIDED) {
        dm_aws_doubt(aws, thing, &association, "its association with a table is `%s`", state);
    }
    for (const struct dm_aws_view *view = thing->views; view && !id; view = view->next) {
        const char *owner = dm_aws_peek(&view->node, "TransitGatewayOwnerId");
        bool by_owner = !view->file->account || dm_str_equal(owner, view->file->account);
        if (dm_aws_peek(&view->node, "ResourceType") && by_owner) {
            return;
        }
    }
    id = id ? id : dm_sprintf(aws->arena, "table of %s", thing->id);
    thing->table = id ? dm_aws_need(aws, DM_AWS_TRANSIT_TABLE, id, node) : NULL;
    if (thing->table && !thing->table->views) {
        thing->table->part_of = thing->part_of;
    }
}

static void leave_unknown(struct dm_aws *aws, struct dm_aws_thing *thing, const char *why)
{
    thing->unknown =
        dm_aws_unknown(aws, &thing->views->node,
                       dm_sprintf(aws->arena, "transit-gateway-attachment %s", thing->name), "%s",
                       why ? why : "out of memory");
}

/* What is attached is a VPN connection, which learns that it ends here. */
static void refer_vpn(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const char *id = dm_aws_text(aws, dm_aws_with(thing, "ResourceId"), "ResourceId");
    thing->first = id ? dm_aws_find(aws, DM_AWS_VPN_CONNECTION, id) : NULL;
    if (thing->first && thing->first->life == DM_AWS_LIVE) {
        thing->first->part_of = thing;
    } else {
        thing->first = NULL;
        leave_unknown(aws, thing,
                      dm_sprintf(aws->arena,
                                 "its VPN connection %s is not in the input, or in no "
                                 "state in which it carries anything",
                                 id ? id : "?"));
    }
}

static bool is_connect(const struct dm_aws_thing *thing)
{
    static const char key[] = "TransportTransitGatewayAttachmentId";
    return dm_str_equal(dm_aws_peek(dm_aws_with(thing, "ResourceType"), "ResourceType"), "connect")
           || dm_aws_peek(dm_aws_with(thing, key), key);
}

/* The attachment that carries it [TGW-33]; where that is not shown, it fails alone. */
static void refer_transport(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    static const char key[] = "TransportTransitGatewayAttachmentId";
    const char *id = dm_aws_text(aws, dm_aws_with(thing, key), key);
    const char *gateway = gateway_id(aws, thing);
    id = id ? id : dm_aws_text(aws, dm_aws_with(thing, "ResourceId"), "ResourceId");
    thing->first = id && gateway ? find_attachment(aws, id, gateway) : NULL;
}

void dm_aws_refer_attachment(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    if (!refer_gateway(aws, thing)
        || (thing->first && thing->first->family == DM_AWS_CORE_PEERING)) {
        return; /* what comes over a peering with a core network goes by its policy table */
    }
    refer_table(aws, thing);
    const char *type = dm_aws_text(aws, dm_aws_with(thing, "ResourceType"), "ResourceType");
    const char *vpc = dm_aws_text(aws, dm_aws_with(thing, "VpcId"), "VpcId");
    if (!vpc && dm_str_equal(type, "vpc")) {
        vpc = dm_aws_text(aws, dm_aws_with(thing, "ResourceId"), "ResourceId");
    }
    if (thing->name == thing->id) {
        return; /* a peering: its other side is found when all are known */
    }
    if (dm_str_equal(type, "vpn")) {
        refer_vpn(aws, thing);
        return;
    }
    if (dm_str_equal(type, "direct-connect-gateway")) {
        if (!thing->gateway) {
            leave_unknown(aws, thing,
                          "its association with a Direct Connect gateway is not in the input, or "
                          "not to be used");
        }
        return;
    }
    if (is_connect(thing)) {
        refer_transport(aws, thing);
        return;
    }
    if (!vpc) {
        leave_unknown(aws, thing,
                      dm_sprintf(aws->arena, "attachments of type %s are not modelled",
                                 type ? type : "unknown"));
        return;
    }
    thing->first = dm_aws_find(aws, DM_AWS_VPC, vpc);
    if (!thing->first) {
        leave_unknown(aws, thing, dm_sprintf(aws->arena, "its vpc %s is not in the input", vpc));
    } else if (!dm_aws_list(aws, dm_aws_with(thing, "SubnetIds"), "SubnetIds").tree) {
        leave_unknown(aws, thing, "its subnets are not in the input");
    }
}

static void define_subnets(struct dm_aws *aws, struct dm_aws_thing *thing,
                           struct dm_attachment *attachment)
{
    const struct dm_aws_node *node = dm_aws_with(thing, "SubnetIds");
    struct dm_aws_node list = dm_aws_list(aws, node, "SubnetIds");
    struct dm_subnet_id *subnets =
        DM_NEW_ARRAY(aws->arena, list.tree ? list.tree->n : 0, struct dm_subnet_id);
    attachment->subnets = subnets;
    for (size_t i = 0; subnets && list.tree && i < list.tree->n; i++) {
        struct dm_aws_node item = dm_aws_item(&list, i);
        const char *id = dm_tree_text(item.tree);
        const struct dm_aws_thing *subnet = id ? dm_aws_find(aws, DM_AWS_SUBNET, id) : NULL;
        if (subnet && subnet->handle) {
            subnets[attachment->n_subnets++].v = subnet->handle;
        } else {
            leave_unknown(
                aws, thing,
                dm_sprintf(aws->arena, "its subnet %s is not in the input", id ? id : "?"));
        }
    }
}

/* The other side: the same id at another gateway. */
static void define_peer(struct dm_aws *aws, struct dm_aws_thing *thing,
                        struct dm_attachment *attachment)
{
    const struct dm_aws_node *node = &thing->views->node;
    const char *id = dm_aws_text(aws, node, "TransitGatewayAttachmentId");
    const char *own = gateway_id(aws, thing);
    const char *gateways[3] = {
        dm_aws_peek(dm_aws_with(thing, "ResourceId"), "ResourceId"),
        dm_aws_peek(dm_aws_with(thing, "RequesterTgwInfo"), "RequesterTgwInfo/TransitGatewayId"),
        dm_aws_peek(dm_aws_with(thing, "AccepterTgwInfo"), "AccepterTgwInfo/TransitGatewayId"),
    };
    for (size_t i = 0; i < 3 && attachment->peer.v == 0; i++) {
        bool is_other = gateways[i] && !dm_str_equal(gateways[i], own);
        const struct dm_aws_thing *peer = is_other ? find_attachment(aws, id, gateways[i]) : NULL;
        attachment->peer.v = peer ? peer->handle : 0;
    }
    if (attachment->peer.v == 0) {
        leave_unknown(aws, thing, "the other side of this peering is not in the input");
    }
}

static void define_connect(struct dm_aws *aws, struct dm_aws_thing *thing,
                           struct dm_attachment *attachment)
{
    const struct dm_aws_thing *transport = thing->first;
    struct dm_aws_prefixes prefixes = { 0 };
    attachment->kind = DM_ATTACHMENT_CONNECT;
    attachment->connect.is_shown = dm_aws_add_learned(aws, thing, &prefixes);
    attachment->connect.prefixes = prefixes.items;
    attachment->connect.n_prefixes = prefixes.n;
    /* Peerings, whose names are their keys, and others like it carry none. */
    if (transport && transport->name != transport->id && !is_connect(transport)) {
        attachment->transport.v = transport->handle;
    }
}

void dm_aws_define_attachment(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    struct dm_attachment fields = { .kind = DM_ATTACHMENT_UNKNOWN };
    if (thing->first && thing->first->family == DM_AWS_CORE_PEERING) {
        fields.kind = DM_ATTACHMENT_CORE;
        fields.core_peering.v = thing->first->handle;
    } else if (thing->gateway) {
        fields.kind = DM_ATTACHMENT_DIRECT_CONNECT;
    } else if (thing->name == thing->id) {
        fields.kind = DM_ATTACHMENT_PEERING;
        define_peer(aws, thing, &fields);
    } else if (is_connect(thing)) {
        define_connect(aws, thing, &fields);
    } else if (thing->first && thing->first->family == DM_AWS_VPN_CONNECTION) {
        if (thing->first->handle) {
            fields.kind = DM_ATTACHMENT_VPN;
        } else {
            leave_unknown(aws, thing, "what its VPN connection does is not known");
        }
    } else if (thing->first && thing->first->handle) {
        fields.kind = DM_ATTACHMENT_VPC;
        fields.vpc.v = thing->first->handle;
        define_subnets(aws, thing, &fields);
    }
    struct dm_aws_node options = dm_aws_map(aws, dm_aws_with(thing, "Options"), "Options");
    const char *appliance = dm_aws_text(aws, &options, "ApplianceModeSupport");
    const char *groups = dm_aws_text(aws, &options, "SecurityGroupReferencingSupport");
    fields.no_ipv6 =
        fields.kind == DM_ATTACHMENT_VPC
        && !dm_str_equal(dm_aws_text(aws, &options, "Ipv6Support"), "enable"); /* [TGW-34] */
    fields.gateway.v = thing->part_of->handle;
    fields.table.v = thing->table ? thing->table->handle : 0;
    fields.appliance_mode = dm_str_equal(appliance, "enable");
    fields.group_references = !groups || dm_str_equal(groups, "enable"); /* the default [TGW-22] */
    fields.unknown = thing->unknown.v ? thing->unknown : thing->odd;
    if (!fields.unknown.v && thing->table && !thing->table->handle) {
        fields.unknown = thing->table->unknown;
    }
    if (fields.unknown.v && !thing->unknown.v) {
        fields.n_subnets = 0; /* whether packets come in is not known: none does by a subnet */
    }
    struct dm_attachment *attachment =
        dm_builder_edit_attachment(aws->builder, (struct dm_attachment_id){ thing->handle });
    fields.object = attachment->object;
    *attachment = fields;
}
