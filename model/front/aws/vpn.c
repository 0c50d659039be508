/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Virtual private gateways, customer gateways and VPN connections.
 *
 * Where a line leads is nobody's to describe: customer gateways stand at no site, and a packet on a
 * line ends in an unknown.  Static routes of a connection are shown; what it learned by BGP is
 * not, so that is unknown, but for what tables show that they learned from its gateway: each such
 * prefix may be of any connection with BGP that ends there.  Tables of a transit gateway and
 * segments of a core network can show all that it learned, see learned.c.
 */
#include "model/front/aws/aws_private.h"

/* ---- gateways ---- */

void dm_aws_define_customer_gateway(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    struct dm_customer_gateway *gateway = dm_builder_edit_customer_gateway(
        aws->builder, (struct dm_customer_gateway_id){ thing->handle });
    struct dm_aws_node field;
    int64_t asn = 0;
    if (!thing->views) {
        return; /* of the region of its connection */
    }
    gateway->region = dm_aws_region_of(aws, thing, NULL);
    (void)dm_aws_address(aws, dm_aws_with(thing, "IpAddress"), "IpAddress", &gateway->address);
    field = dm_aws_at(dm_aws_with(thing, "BgpAsn"), "BgpAsn");
    for (const char *c = field.tree ? dm_tree_text(field.tree) : NULL; c && *c; c++) {
        asn = *c >= '0' && *c <= '9' && asn <= UINT32_MAX ? asn * 10 + (*c - '0') : -1;
        if (asn < 0 || asn > UINT32_MAX) {
            dm_aws_fault(aws, &field, "`BgpAsn` is not a number of 32 bits");
            return;
        }
    }
    gateway->asn = (uint32_t)asn;
}

/* What is known of its connections is known: they have been looked at before. */
void dm_aws_refer_vpn_gateway(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const struct dm_aws_index *connections = &aws->families[DM_AWS_VPN_CONNECTION];
    const uint64_t *doubt = dm_map_find(&aws->doubts, thing->id);
    struct dm_aws_node list =
        dm_aws_list(aws, dm_aws_with(thing, "VpcAttachments"), "VpcAttachments");
    struct dm_aws_node item;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        const char *id = dm_aws_text(aws, &item, "VpcId");
        const char *state = dm_aws_text(aws, &item, "State");
        if (id && dm_aws_association(state) != DM_AWS_GONE) {
            thing->part_of = dm_aws_need(aws, DM_AWS_VPC, id, &item);
            if (dm_aws_association(state) == DM_AWS_UNDECIDED) {
                dm_aws_doubt(aws, thing, &item, "its attachment to a VPC is `%s`", state);
            }
        }
    }
    for (size_t i = 0; i < connections->items.n && !thing->odd.v; i++) {
        const struct dm_aws_thing *connection = connections->items.items[i];
        const struct dm_aws_node *node = dm_aws_with(connection, "VpnGatewayId");
        if (connection->life == DM_AWS_UNDECIDED
            && dm_str_equal(dm_aws_peek(node, "VpnGatewayId"), thing->id)) {
            thing->odd = connection->unknown;
        }
    }
    if (doubt && !thing->odd.v) {
        thing->odd.v = (uint32_t)*doubt;
    }
}

void dm_aws_define_vpn_gateway(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    struct dm_vpc_id vpc = { thing->part_of ? thing->part_of->handle : 0 };
    struct dm_region_id region =
        vpc.v ? dm_builder_edit_vpc(aws->builder, vpc)->region : dm_aws_region_of(aws, thing, NULL);
    int64_t asn = 0;
    if (thing->views
        && dm_aws_number(aws, dm_aws_with(thing, "AmazonSideAsn"), "AmazonSideAsn", &asn)
        && (asn < 0 || asn > UINT32_MAX)) {
        struct dm_aws_node field = dm_aws_at(dm_aws_with(thing, "AmazonSideAsn"), "AmazonSideAsn");
        dm_aws_fault(aws, &field, "`AmazonSideAsn` is not a number of 32 bits");
    }
    struct dm_vpn_gateway *gateway =
        dm_builder_edit_vpn_gateway(aws->builder, (struct dm_vpn_gateway_id){ thing->handle });
    gateway->vpc = vpc;
    gateway->region = region;
    gateway->asn = (uint32_t)asn;
    gateway->edge_table.v = thing->table ? thing->table->handle : 0;
}

/* ---- connections ---- */

/* Of one that ends at a virtual private gateway 'part_of' is that, of one at a transit gateway or a
 * core network its attachment, which has been looked at before. */
void dm_aws_refer_vpn_connection(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const char *gateway_id = dm_aws_text(aws, dm_aws_with(thing, "VpnGatewayId"), "VpnGatewayId");
    const char *customer =
        dm_aws_text(aws, dm_aws_with(thing, "CustomerGatewayId"), "CustomerGatewayId");
    struct dm_aws_thing *gateway =
        gateway_id ? dm_aws_find(aws, DM_AWS_VPN_GATEWAY, gateway_id) : NULL;
    static const char core_key[] = "CoreNetworkAttachmentArn";
    bool is_attached = dm_aws_text(aws, dm_aws_with(thing, "TransitGatewayId"), "TransitGatewayId")
                       || dm_aws_text(aws, dm_aws_with(thing, core_key), core_key)
                       || (thing->part_of && thing->part_of->family == DM_AWS_CORE_ATTACHMENT);
    thing->part_of = gateway_id ? gateway : thing->part_of;
    thing->first =
        customer ? dm_aws_need(aws, DM_AWS_CUSTOMER_GATEWAY, customer, &thing->views->node) : NULL;
    if (!thing->first || thing->first->life != DM_AWS_LIVE) {
        dm_aws_leave_unknown(aws, thing, "its customer gateway is not shown, or not to be used");
    } else if (!gateway_id && !is_attached) {
        dm_aws_leave_unknown(aws, thing, "what it ends at is not modelled");
    } else if (!thing->part_of || thing->part_of->life != DM_AWS_LIVE) {
        dm_aws_leave_unknown(aws, thing, "what it ends at is not in the input, or not to be used");
    } else if (thing->odd.v) {
        thing->life = DM_AWS_UNDECIDED;
        thing->unknown = thing->odd;
    }
}

static bool is_static(struct dm_aws *aws, const struct dm_aws_thing *thing)
{
    struct dm_aws_node options = dm_aws_map(aws, dm_aws_with(thing, "Options"), "Options");
    return dm_aws_flag(aws, &options, "StaticRoutesOnly", false);
}

static void add_static(struct dm_aws *aws, const struct dm_aws_thing *thing,
                       struct dm_aws_prefixes *prefixes)
{
    struct dm_aws_node list = dm_aws_list(aws, dm_aws_with(thing, "Routes"), "Routes");
    struct dm_aws_node row;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &row);) {
        const char *state = dm_aws_text(aws, &row, "State");
        struct dm_prefix prefix;
        if ((!state || dm_str_equal(state, "available"))
            && dm_aws_prefix(aws, &row, "DestinationCidrBlock", &prefix)) {
            DM_AWS_PUSH(aws, prefixes, prefix);
        }
    }
}

void dm_aws_add_seen(struct dm_aws *aws, const struct dm_aws_thing *gateway,
                     struct dm_aws_prefixes *prefixes)
{
    static const char *const keys[] = { "DestinationCidrBlock", "DestinationIpv6CidrBlock" };
    const struct dm_aws_index *tables = &aws->families[DM_AWS_ROUTE_TABLE];
    for (size_t i = 0; i < tables->items.n; i++) {
        struct dm_aws_node list =
            dm_aws_list(aws, dm_aws_with(tables->items.items[i], "Routes"), "Routes");
        struct dm_aws_node row;
        for (size_t at = 0; dm_aws_next(aws, &list, &at, &row);) {
            struct dm_prefix prefix;
            if (!dm_str_equal(dm_aws_peek(&row, "Origin"), "EnableVgwRoutePropagation")
                || !dm_str_equal(dm_aws_peek(&row, "GatewayId"), gateway->id)) {
                continue;
            }
            for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
                if (dm_aws_prefix(aws, &row, keys[k], &prefix)) {
                    DM_AWS_PUSH(aws, prefixes, prefix);
                }
            }
        }
    }
}

bool dm_aws_may_learn(struct dm_aws *aws, const struct dm_aws_thing *gateway,
                      struct dm_prefix prefix)
{
    const struct dm_aws_index *connections = &aws->families[DM_AWS_VPN_CONNECTION];
    for (size_t i = 0; i < connections->items.n; i++) {
        const struct dm_aws_thing *connection = connections->items.items[i];
        struct dm_aws_prefixes prefixes = { 0 };
        if (connection->life != DM_AWS_LIVE || connection->part_of != gateway) {
            continue;
        }
        if (!is_static(aws, connection)) {
            return true;
        }
        add_static(aws, connection, &prefixes);
        for (size_t j = 0; j < prefixes.n; j++) {
            if (dm_prefix_compare(prefixes.items[j], prefix) == 0) {
                return true;
            }
        }
    }
    return dm_aws_has_interface(aws, gateway);
}

bool dm_aws_is_learning(struct dm_aws *aws, const struct dm_aws_thing *table,
                        const struct dm_aws_thing *gateway)
{
    struct dm_aws_node list =
        dm_aws_list(aws, dm_aws_with(table, "PropagatingVgws"), "PropagatingVgws");
    struct dm_aws_node item;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        if (dm_str_equal(dm_aws_text(aws, &item, "GatewayId"), gateway->id)) {
            return true;
        }
    }
    return false;
}

/* The telemetry does not say of which tunnel it is: as many are down as it says. */
static size_t count_down(struct dm_aws *aws, const struct dm_aws_thing *thing)
{
    struct dm_aws_node list = dm_aws_list(aws, dm_aws_with(thing, "VgwTelemetry"), "VgwTelemetry");
    struct dm_aws_node item;
    size_t n = 0;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        n += dm_str_equal(dm_aws_text(aws, &item, "Status"), "DOWN");
    }
    return n;
}

static void define_line(struct dm_aws *aws, struct dm_aws_thing *thing,
                        struct dm_vpn_connection *connection)
{
    struct dm_aws_prefixes prefixes = { 0 };
    connection->is_static = is_static(aws, thing);
    if (connection->is_static) {
        add_static(aws, thing, &prefixes);
    } else {
        bool is_shown = false;
        if (thing->part_of->family == DM_AWS_VPN_GATEWAY) {
            dm_aws_add_seen(aws, thing->part_of, &prefixes);
        } else if (thing->part_of->family == DM_AWS_ATTACHMENT) {
            is_shown = dm_aws_add_learned(aws, thing->part_of, &prefixes);
        } else {
            is_shown = dm_aws_add_core_learned(aws, thing->part_of, &prefixes);
        }
        if (!is_shown) {
            connection->line.unknown = dm_aws_unknown(
                aws, &thing->views->node, dm_sprintf(aws->arena, "routes of %s", thing->id),
                "what it learned by BGP is not in the input");
        }
    }
    connection->line.prefixes = prefixes.items;
    connection->line.n_prefixes = prefixes.n;
}

void dm_aws_define_vpn_connection(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    struct dm_vpn_connection fields = { 0 };
    size_t n_down = count_down(aws, thing);
    struct dm_customer_gateway *customer = dm_builder_edit_customer_gateway(
        aws->builder, (struct dm_customer_gateway_id){ thing->first->handle });
    struct dm_object object =
        dm_builder_edit_vpn_connection(aws->builder, (struct dm_vpn_connection_id){ thing->handle })
            ->object;
    fields.object = object;
    fields.region = dm_aws_region_of(aws, thing, NULL);
    customer->region = customer->region.v ? customer->region : fields.region;
    fields.customer.v = thing->first->handle;
    fields.end.kind = thing->part_of->family == DM_AWS_VPN_GATEWAY  ? DM_KIND_vpn_gateway
                      : thing->part_of->family == DM_AWS_ATTACHMENT ? DM_KIND_attachment
                                                                    : DM_KIND_core_attachment;
    fields.end.v = thing->part_of->handle;
    define_line(aws, thing, &fields);
    for (size_t i = 0; i < DM_VPN_TUNNELS; i++) {
        fields.tunnels[i].object = object;
        fields.tunnels[i].object.name = dm_sprintf(aws->arena, "%s.tunnel-%zu", object.name, i + 1);
        fields.tunnels[i].is_down = i < n_down;
        aws->failed = aws->failed || !fields.tunnels[i].object.name;
    }
    *dm_builder_edit_vpn_connection(aws->builder, (struct dm_vpn_connection_id){ thing->handle }) =
        fields;
}
