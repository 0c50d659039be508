/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Direct Connect: connections, its gateways with what they are associated with, virtual interfaces.
 *
 * As with VPN connections (vpn.c) nobody describes where a line leads and what it brought by BGP,
 * but for what tables show that they learned.  So every virtual interface brings something that is
 * not known, and what it is depends on which are there: those that the gateway's list of
 * attachments names and that are not shown have stand-ins, and a gateway without such a list has
 * one.
 *
 * A part that is being made or changed, or that lacks what says where it ends, is left out of the
 * model, and what it may end at is doubtful.  Public virtual interfaces carry no packet that a
 * table of a VPC leads; they are named.
 */
#include "model/front/aws/aws_private.h"

/* What the state under 'key' says; parts of Direct Connect have keys and words of their own
 * [DX-21]. */
static void settle(struct dm_aws *aws, struct dm_aws_thing *thing, const char *key,
                   const char *other)
{
    static const char *const gone[] = { "confirming", "deleted",       "deleting",
                                        "detached",   "disassociated", "disassociating",
                                        "ordering",   "rejected",      "requested" };
    static const char *const live[] = { "available", "down", "associated" };
    const char *state = dm_aws_text(aws, dm_aws_with(thing, key), key);
    if (!state && other) {
        state = dm_aws_text(aws, dm_aws_with(thing, other), other);
    }
    for (size_t i = 0; state && i < sizeof gone / sizeof *gone; i++) {
        if (dm_str_equal(state, gone[i])) {
            thing->life = DM_AWS_GONE;
            return;
        }
    }
    for (size_t i = 0; state && i < sizeof live / sizeof *live; i++) {
        if (dm_str_equal(state, live[i])) {
            return;
        }
    }
    dm_aws_leave_unknown(
        aws, thing,
        state ? dm_sprintf(aws->arena, "its state is `%s`: what it will be is not known", state)
              : dm_sprintf(aws->arena, "its state, `%s`, is not in the input", key));
}

static const char *id_of(struct dm_aws *aws, const struct dm_aws_thing *thing, const char *key)
{
    return dm_aws_text(aws, dm_aws_with(thing, key), key);
}

/* What ends at a virtual private gateway is not known in full. */
static void doubt_gateway(struct dm_aws *aws, const char *id, struct dm_unknown_id unknown)
{
    uint64_t *place = id ? dm_map_add(&aws->doubts, id, NULL) : NULL;
    if (place) {
        *place = unknown.v;
    }
}

/* A group of ports is one connection. */
void dm_aws_collect_lag(struct dm_aws *aws, const struct dm_aws_file *file,
                        const struct dm_aws_node *item)
{
    const char *id = dm_aws_text(aws, item, "lagId");
    if (id) {
        dm_aws_collect(aws, DM_AWS_DX_CONNECTION, id, NULL, file, item, NULL);
    } else {
        dm_aws_fault(aws, item, "`lagId` is missing");
    }
}

void dm_aws_refer_dx_connection(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    if (thing->views) {
        settle(aws, thing, "connectionState", "lagState");
    }
}

void dm_aws_refer_dx_gateway(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    if (thing->views) {
        settle(aws, thing, "directConnectGatewayState", NULL);
    }
}

/* ---- virtual interfaces ---- */

static void refer_ends(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const char *to_vpc = id_of(aws, thing, "virtualGatewayId");
    const char *gateway = id_of(aws, thing, "directConnectGatewayId");
    const char *connection = id_of(aws, thing, "connectionId");
    const struct dm_aws_node *node = &thing->views->node;
    thing->first = connection ? dm_aws_need(aws, DM_AWS_DX_CONNECTION, connection, node) : NULL;
    thing->part_of = to_vpc    ? dm_aws_find(aws, DM_AWS_VPN_GATEWAY, to_vpc)
                     : gateway ? dm_aws_need(aws, DM_AWS_DX_GATEWAY, gateway, node)
                               : NULL;
    if (thing->first && !thing->first->views) {
        thing->first->region_hint = thing->views->file->region;
    }
    if (!thing->first) {
        dm_aws_leave_unknown(aws, thing, "its connection is not shown");
    } else if (!thing->part_of || thing->part_of->life != DM_AWS_LIVE) {
        dm_aws_leave_unknown(aws, thing, "what it ends at is not in the input, or not to be used");
    } else if (thing->odd.v) {
        thing->life = DM_AWS_UNDECIDED;
        thing->unknown = thing->odd;
    }
}

void dm_aws_refer_dx_interface(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const char *type = id_of(aws, thing, "virtualInterfaceType");
    if (!thing->views) {
        return;
    }
    settle(aws, thing, "virtualInterfaceState", NULL);
    if (thing->life == DM_AWS_GONE) {
        return;
    }
    if (dm_str_equal(type, "public")) {
        dm_aws_leave_unknown(aws, thing, "public virtual interfaces are not modelled");
        return;
    }
    if (thing->life == DM_AWS_LIVE) {
        refer_ends(aws, thing);
    }
    if (thing->life == DM_AWS_LIVE && !dm_str_equal(type, "private")
        && !dm_str_equal(type, "transit")) {
        dm_aws_leave_unknown(aws, thing, "its type is not shown, or not understood");
    }
    if (thing->life == DM_AWS_UNDECIDED) {
        const char *gateway = id_of(aws, thing, "directConnectGatewayId");
        struct dm_aws_thing *found =
            gateway ? dm_aws_need(aws, DM_AWS_DX_GATEWAY, gateway, &thing->views->node) : NULL;
        doubt_gateway(aws, id_of(aws, thing, "virtualGatewayId"), thing->unknown);
        if (found) {
            found->odd = thing->unknown;
        }
    }
}

/* Down as described, or with no peer that is up. */
static bool is_down(struct dm_aws *aws, const struct dm_aws_thing *thing)
{
    struct dm_aws_node list = dm_aws_list(aws, dm_aws_with(thing, "bgpPeers"), "bgpPeers");
    struct dm_aws_node item;
    bool has_peers = false;
    bool is_up = false;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        has_peers = true;
        is_up = is_up || !dm_str_equal(dm_aws_text(aws, &item, "bgpStatus"), "down");
    }
    return (has_peers && !is_up) || dm_str_equal(id_of(aws, thing, "virtualInterfaceState"), "down")
           || dm_str_equal(id_of(aws, thing->first, "connectionState"), "down")
           || dm_str_equal(id_of(aws, thing->first, "lagState"), "down");
}

static uint32_t number_of(struct dm_aws *aws, const struct dm_aws_thing *thing, const char *key)
{
    const struct dm_aws_node *node = dm_aws_with(thing, key);
    int64_t number = 0;
    if (dm_aws_number(aws, node, key, &number) && (number < 0 || number > UINT32_MAX)) {
        struct dm_aws_node field = dm_aws_at(node, key);
        dm_aws_fault(aws, &field, "`%s` is not a number of 32 bits", key);
        return 0;
    }
    return (uint32_t)number;
}

/* What tables show that they learned from the gateways where it ends; false where that is not all.
 */
static bool add_prefixes(struct dm_aws *aws, const struct dm_aws_thing *thing,
                         struct dm_aws_prefixes *prefixes)
{
    const struct dm_aws_index *associations = &aws->families[DM_AWS_DX_ASSOCIATION];
    bool is_all = false;
    if (thing->part_of->family == DM_AWS_VPN_GATEWAY) {
        dm_aws_add_seen(aws, thing->part_of, prefixes);
        return false;
    }
    for (size_t i = 0; i < associations->items.n; i++) {
        const struct dm_aws_thing *item = associations->items.items[i];
        if (!item->handle || item->part_of != thing->part_of) {
            continue;
        }
        if (item->first->family == DM_AWS_VPN_GATEWAY) {
            dm_aws_add_seen(aws, item->first, prefixes);
        } else if (item->first->family == DM_AWS_ATTACHMENT) {
            is_all = dm_aws_add_learned(aws, item->first, prefixes) || is_all;
        } else {
            is_all = dm_aws_add_core_learned(aws, item->first, prefixes) || is_all;
        }
    }
    return is_all;
}

void dm_aws_define_dx_interface(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    struct dm_virtual_interface_id id = { thing->handle };
    struct dm_virtual_interface fields = {
        .object = dm_builder_edit_virtual_interface(aws->builder, id)->object,
        .connection = { thing->first->handle },
        .local_preference = DM_DX_MEDIUM,
        .is_transit = thing->views
                          ? dm_str_equal(id_of(aws, thing, "virtualInterfaceType"), "transit")
                          : thing->of_aws,
    };
    struct dm_aws_prefixes prefixes = { 0 };
    fields.end.kind =
        thing->part_of->family == DM_AWS_VPN_GATEWAY ? DM_KIND_vpn_gateway : DM_KIND_dx_gateway;
    fields.end.v = thing->part_of->handle;
    bool is_all = add_prefixes(aws, thing, &prefixes);
    fields.line.prefixes = prefixes.items;
    fields.line.n_prefixes = prefixes.n;
    if (thing->views) {
        const char *name =
            dm_aws_words(aws, dm_aws_with(thing, "virtualInterfaceName"), "virtualInterfaceName");
        fields.object.label = fields.object.label ? fields.object.label : name;
        fields.asn = number_of(aws, thing, "asn");
        fields.asn = fields.asn ? fields.asn : number_of(aws, thing, "asnLong");
        fields.vlan = (uint16_t)(number_of(aws, thing, "vlan") & 0xfff);
        uint32_t mtu = number_of(aws, thing, "mtu");
        fields.mtu = mtu <= UINT16_MAX ? (uint16_t)mtu : 0;
        fields.is_down = is_down(aws, thing);
    }
    if (!is_all) {
        const struct dm_aws_node *node = thing->views ? &thing->views->node : &thing->mention;
        fields.line.unknown =
            dm_aws_unknown(aws, node, dm_sprintf(aws->arena, "routes of %s", thing->id),
                           "what it learned by BGP is not in the input");
    }
    *dm_builder_edit_virtual_interface(aws->builder, id) = fields;
}

/* ---- associations ---- */

/* The end of an association, and what is doubtful where the association is. */
static struct dm_aws_thing *find_end(struct dm_aws *aws, const struct dm_aws_thing *thing)
{
    const struct dm_aws_node *node = dm_aws_with(thing, "associatedGateway");
    const char *gateway = dm_aws_peek(node, "associatedGateway/id");
    const char *attachment = dm_aws_peek(dm_aws_with(thing, "associatedCoreNetwork"),
                                         "associatedCoreNetwork/attachmentId");
    const char *own = id_of(aws, thing, "directConnectGatewayId");
    const struct dm_aws_index *attachments = &aws->families[DM_AWS_ATTACHMENT];
    if (attachment) {
        return dm_aws_find(aws, DM_AWS_CORE_ATTACHMENT, attachment);
    }
    gateway = gateway ? gateway : id_of(aws, thing, "virtualGatewayId");
    if (!gateway) {
        return NULL;
    }
    for (size_t i = 0; i < attachments->items.n; i++) {
        struct dm_aws_thing *item = attachments->items.items[i];
        const struct dm_aws_node *type = dm_aws_with(item, "ResourceType");
        if (dm_str_equal(dm_aws_peek(type, "ResourceType"), "direct-connect-gateway")
            && dm_str_equal(dm_aws_peek(dm_aws_with(item, "ResourceId"), "ResourceId"), own)
            && dm_str_equal(dm_aws_peek(dm_aws_with(item, "TransitGatewayId"), "TransitGatewayId"),
                            gateway)) {
            return item;
        }
    }
    return dm_aws_find(aws, DM_AWS_VPN_GATEWAY, gateway);
}

/* A virtual interface of a gateway that is named but not shown. */
static void stand_in(struct dm_aws *aws, struct dm_aws_thing *gateway, const char *id,
                     const struct dm_aws_node *node, bool is_transit)
{
    struct dm_aws_thing *interface = id ? dm_aws_need(aws, DM_AWS_DX_INTERFACE, id, node) : NULL;
    const char *name = id ? dm_sprintf(aws->arena, "connection of %s", id) : NULL;
    if (!name || !interface) {
        aws->failed = true;
        return;
    }
    if (!interface->views) {
        interface->part_of = gateway;
        interface->of_aws = is_transit;
        interface->first = dm_aws_need(aws, DM_AWS_DX_CONNECTION, name, node);
    }
}

/* All virtual interfaces of the gateway are there, be it as stand-ins. */
static void complete(struct dm_aws *aws, struct dm_aws_thing *gateway,
                     const struct dm_aws_node *node, bool is_transit)
{
    static const char key[] = "directConnectGatewayAttachments";
    const struct dm_aws_thing *shown = dm_aws_find(aws, DM_AWS_DX_ATTACHMENTS, gateway->id);
    if (!shown) {
        stand_in(aws, gateway, dm_sprintf(aws->arena, "virtual interfaces of %s", gateway->id),
                 node, is_transit);
    }
    for (const struct dm_aws_view *view = shown ? shown->views : NULL; view; view = view->next) {
        const char *id = dm_aws_text(aws, &view->node, "virtualInterfaceId");
        const char *state = dm_aws_text(aws, &view->node, "attachmentState");
        bool is_list = dm_tree_find(view->node.tree, key) != NULL;
        if (!is_list && !id) {
            dm_aws_fault(aws, &view->node, "`virtualInterfaceId` is missing");
        } else if (!is_list && !dm_str_equal(state, "detached")) {
            stand_in(aws, gateway, id, &view->node, is_transit);
        }
    }
}

/* By the gateway that it names; a list that says beside whose it is counts even where it is empty.
 */
void dm_aws_collect_dx_attachment(struct dm_aws *aws, const struct dm_aws_file *file,
                                  const struct dm_aws_node *item)
{
    const char *id = dm_aws_text(aws, item, "directConnectGatewayId");
    if (id) {
        dm_aws_collect(aws, DM_AWS_DX_ATTACHMENTS, id, NULL, file, item, NULL);
    }
}

void dm_aws_refer_dx_association(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const char *id = id_of(aws, thing, "directConnectGatewayId");
    settle(aws, thing, "associationState", NULL);
    if (thing->life == DM_AWS_GONE) {
        return;
    }
    thing->part_of = id ? dm_aws_need(aws, DM_AWS_DX_GATEWAY, id, &thing->views->node) : NULL;
    thing->first = find_end(aws, thing);
    if (thing->life == DM_AWS_LIVE && (!thing->part_of || !thing->first)) {
        dm_aws_leave_unknown(
            aws, thing,
            "its Direct Connect gateway, or what that is associated with, is not shown");
    } else if (thing->life == DM_AWS_LIVE && (thing->odd.v || thing->part_of->odd.v)) {
        thing->life = DM_AWS_UNDECIDED;
        thing->unknown = thing->odd.v ? thing->odd : thing->part_of->odd;
    }
    if (thing->life == DM_AWS_LIVE) {
        thing->first->gateway = thing->part_of;
        complete(aws, thing->part_of, &thing->views->node,
                 thing->first->family != DM_AWS_VPN_GATEWAY);
        return;
    }
    const char *to_vpc =
        dm_aws_peek(dm_aws_with(thing, "associatedGateway"), "associatedGateway/id");
    doubt_gateway(aws, to_vpc ? to_vpc : id_of(aws, thing, "virtualGatewayId"), thing->unknown);
    if (thing->first && !thing->first->odd.v) {
        thing->first->odd = thing->unknown;
    }
}

void dm_aws_define_dx_association(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    static const char key[] = "allowedPrefixesToDirectConnectGateway";
    static const enum dm_kind kinds[DM_AWS_FAMILY_COUNT] = {
        [DM_AWS_VPN_GATEWAY] = DM_KIND_vpn_gateway,
        [DM_AWS_ATTACHMENT] = DM_KIND_attachment,
        [DM_AWS_CORE_ATTACHMENT] = DM_KIND_core_attachment,
    };
    struct dm_aws_prefixes allowed = { 0 };
    struct dm_aws_node list = dm_aws_list(aws, dm_aws_with(thing, key), key);
    struct dm_unknown_id unknown = { 0 };
    struct dm_aws_node item;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        struct dm_prefix prefix;
        if (dm_aws_prefix(aws, &item, "cidr", &prefix)) {
            DM_AWS_PUSH(aws, &allowed, prefix);
        }
    }
    if (!list.tree && thing->first->family != DM_AWS_CORE_ATTACHMENT) {
        unknown = dm_aws_unknown(aws, &list, dm_sprintf(aws->arena, "prefixes of %s", thing->id),
                                 "which are allowed is not in the input");
    }
    struct dm_dx_association *association = dm_builder_edit_dx_association(
        aws->builder, (struct dm_dx_association_id){ thing->handle });
    association->gateway.v = thing->part_of->handle;
    association->end.kind = kinds[thing->first->family];
    association->end.v = thing->first->handle;
    association->allowed = allowed.items;
    association->n_allowed = allowed.n;
    association->unknown = unknown;
}

/* ---- connections and gateways ---- */

static struct dm_dx_location_id location(struct dm_aws *aws, const struct dm_aws_thing *thing)
{
    const struct dm_aws_node *node = dm_aws_with(thing, "location");
    const char *code = dm_aws_text(aws, node, "location");
    struct dm_aws_node field = dm_aws_at(node, "location");
    struct dm_ref found =
        code ? dm_builder_find(aws->builder, DM_KIND_dx_location, code) : DM_REF_NONE;
    if (!code || found.v) {
        return (struct dm_dx_location_id){ found.v };
    }
    return dm_builder_add_dx_location(aws->builder,
                                      &(struct dm_dx_location){
                                          .object = { .name = code,
                                                      .pointer = dm_aws_pointer(aws, &field),
                                                      .origin = field.tree->span },
                                      });
}

void dm_aws_define_dx_connection(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const char *region = id_of(aws, thing, "region");
    const char *mode = id_of(aws, thing, "encryptionMode");
    struct dm_region_id in = dm_aws_region_of(aws, thing, region ? region : thing->region_hint);
    const char *name = dm_aws_words(aws, dm_aws_with(thing, "connectionName"), "connectionName");
    struct dm_dx_location_id place = location(aws, thing);
    struct dm_dx_connection *connection =
        dm_builder_edit_dx_connection(aws->builder, (struct dm_dx_connection_id){ thing->handle });
    connection->object.label = connection->object.label ? connection->object.label : name;
    connection->location = place;
    connection->region = in;
    connection->bandwidth = id_of(aws, thing, "bandwidth");
    connection->macsec =
        dm_str_equal(mode, "must_encrypt")
        || dm_str_equal(id_of(aws, thing, "portEncryptionStatus"), "Encryption Up");
}

void dm_aws_define_dx_gateway(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const char *name = dm_aws_words(aws, dm_aws_with(thing, "directConnectGatewayName"),
                                    "directConnectGatewayName");
    uint32_t asn = number_of(aws, thing, "amazonSideAsn");
    struct dm_dx_gateway *gateway =
        dm_builder_edit_dx_gateway(aws->builder, (struct dm_dx_gateway_id){ thing->handle });
    gateway->object.label = gateway->object.label ? gateway->object.label : name;
    gateway->asn = asn;
}

bool dm_aws_has_interface(const struct dm_aws *aws, const struct dm_aws_thing *gateway)
{
    const struct dm_aws_index *interfaces = &aws->families[DM_AWS_DX_INTERFACE];
    const struct dm_aws_index *associations = &aws->families[DM_AWS_DX_ASSOCIATION];
    for (size_t i = 0; i < interfaces->items.n; i++) {
        const struct dm_aws_thing *interface = interfaces->items.items[i];
        if (interface->life != DM_AWS_LIVE || !interface->part_of) {
            continue;
        }
        if (interface->part_of == gateway) {
            return true;
        }
        for (size_t j = 0; j < associations->items.n; j++) {
            const struct dm_aws_thing *association = associations->items.items[j];
            if (association->life == DM_AWS_LIVE && association->first == gateway
                && association->part_of == interface->part_of) {
                return true;
            }
        }
    }
    return false;
}
