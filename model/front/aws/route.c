/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Route tables of VPCs: which subnets, gateway or VPC they serve, and their rows.
 *
 * A row whose target is gone is a black hole; one whose target is not shown, or of
 * a kind that is not modelled, is kept with an unknown as its target.
 */
#include "model/front/aws/aws_private.h"

#include <string.h>

struct routes {
    struct dm_route *items;
    size_t n;
    size_t capacity;
};

/* 'thing' gets 'table', once: two different ones contradict each other. */
static void associate(struct dm_aws *aws, struct dm_aws_thing *thing, struct dm_aws_thing *table,
                      const struct dm_aws_node *association)
{
    if (thing->table && thing->table != table) {
        struct dm_diag *diag =
            dm_aws_fault(aws, association, "%s `%s` is associated with two route tables",
                         dm_aws_family_words[thing->family], thing->id);
        dm_diag_label(aws->diags, diag, thing->table_span, "the other one");
        return;
    }
    thing->table = table;
    thing->table_span = association->tree->span;
}

/* Prefix lists that the rows name must be there, be it as stand-ins. */
static void need_lists(struct dm_aws *aws, const struct dm_aws_thing *thing)
{
    struct dm_aws_node list = dm_aws_list(aws, dm_aws_with(thing, "Routes"), "Routes");
    struct dm_aws_node row;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &row);) {
        const char *id = dm_aws_text(aws, &row, "DestinationPrefixListId");
        const char *gateway = dm_aws_text(aws, &row, "GatewayId");
        struct dm_aws_thing *item = id ? dm_aws_need(aws, DM_AWS_PREFIX_LIST, id, &row) : NULL;
        const struct dm_aws_thing *endpoint =
            gateway ? dm_aws_find(aws, DM_AWS_ENDPOINT, gateway) : NULL;
        if (item && endpoint && dm_aws_is_gateway_endpoint(endpoint)) {
            item->of_aws = true;
        }
    }
}

void dm_aws_refer_route_table(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    dm_aws_refer_in_vpc(aws, thing);
    need_lists(aws, thing);
    struct dm_aws_thing *vpc = dm_aws_vpc_of(aws, thing);
    for (const struct dm_aws_view *view = thing->views; view && vpc; view = view->next) {
        struct dm_aws_node list = dm_aws_list(aws, &view->node, "Associations");
        struct dm_aws_node item;
        for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
            const char *state = dm_aws_peek(&item, "AssociationState/State");
            if (dm_aws_association(state) == DM_AWS_GONE) {
                continue;
            }
            const char *subnet_id = dm_aws_text(aws, &item, "SubnetId");
            const char *gateway_id = dm_aws_text(aws, &item, "GatewayId");
            struct dm_aws_thing *served = NULL;
            if (subnet_id) {
                served = dm_aws_find(aws, DM_AWS_SUBNET, subnet_id);
            } else if (gateway_id) {
                served = dm_aws_find(aws, DM_AWS_INTERNET_GATEWAY, gateway_id);
                served = served ? served : dm_aws_find(aws, DM_AWS_VPN_GATEWAY, gateway_id);
            } else if (dm_aws_flag(aws, &item, "Main", false)) {
                served = vpc;
            }
            if (served) {
                associate(aws, served, thing, &item);
                if (dm_aws_association(state) == DM_AWS_UNDECIDED) {
                    dm_aws_doubt(aws, served, &item, "its route table is `%s`", state);
                }
            }
        }
    }
}

struct target {
    const char *key;
    enum dm_aws_family family; /* DM_AWS_FAMILY_COUNT: 'word' is not modelled */
    enum dm_target_kind kind;
    const char *word;
};

/* In order: an interface's row names its instance too. */
static const struct target targets[] = {
    { "NatGatewayId", DM_AWS_NAT_GATEWAY, DM_TARGET_NAT_GATEWAY, NULL },
    { "TransitGatewayId", DM_AWS_TRANSIT_GATEWAY, DM_TARGET_TRANSIT_GATEWAY, NULL },
    { "VpcPeeringConnectionId", DM_AWS_PEERING, DM_TARGET_PEERING, NULL },
    { "NetworkInterfaceId", DM_AWS_INTERFACE, DM_TARGET_INTERFACE, NULL },
    { "InstanceId", DM_AWS_INSTANCE, DM_TARGET_INTERFACE, NULL },
    { "EgressOnlyInternetGatewayId", DM_AWS_EGRESS_GATEWAY, DM_TARGET_INTERNET_GATEWAY, NULL },
    { "CoreNetworkArn", DM_AWS_CORE_NETWORK, DM_TARGET_CORE_NETWORK, NULL },
    { "CarrierGatewayId", DM_AWS_FAMILY_COUNT, DM_TARGET_UNKNOWN, "carrier-gateway" },
    { "LocalGatewayId", DM_AWS_FAMILY_COUNT, DM_TARGET_UNKNOWN, "local-gateway" },
    { "VpcEndpointId", DM_AWS_GWLB_ENDPOINT, DM_TARGET_GWLB_ENDPOINT, NULL },
    { "OdbNetworkArn", DM_AWS_FAMILY_COUNT, DM_TARGET_UNKNOWN, "odb-network" },
};

static void set_unknown(struct dm_route *route, struct dm_unknown_id unknown)
{
    route->target_kind = DM_TARGET_UNKNOWN;
    route->target = unknown.v;
}

static void set_target(struct dm_aws *aws, struct dm_route *route, const struct dm_aws_node *row,
                       enum dm_aws_family family, enum dm_target_kind kind, const char *id)
{
    struct dm_unknown_id unknown;
    route->target_kind = kind;
    route->target = dm_aws_resolve(aws, family, id, row, &unknown);
    const struct dm_aws_thing *thing = dm_aws_find(aws, family, id);
    if (route->target && thing->odd.v) {
        set_unknown(route, thing->odd);
        return;
    }
    if (route->target && family == DM_AWS_INSTANCE) {
        route->target = thing->first ? thing->first->handle : 0;
    }
    if (route->target == 0 && unknown.v) {
        set_unknown(route, unknown);
    } else if (route->target == 0) {
        route->target_kind = DM_TARGET_NONE;
    }
}

/* A table that leads to an internet gateway shows that the VPC has one, whatever is known of it. */
static void note_gateway(struct dm_aws *aws, const struct dm_aws_thing *table, uint32_t unknown)
{
    struct dm_vpc_id vpc = dm_aws_vpc_handle(aws, table);
    if (vpc.v) {
        dm_builder_edit_vpc(aws->builder, vpc)->gateway_unknown.v = unknown;
    }
}

/* A row that it learned must be of a line that is shown, or by what it leads on is not known. */
static void set_vpn_gateway(struct dm_aws *aws, struct dm_route *route,
                            const struct dm_aws_node *row, const char *id)
{
    set_target(aws, route, row, DM_AWS_VPN_GATEWAY, DM_TARGET_VPN_GATEWAY, id);
    if (route->propagated && route->target_kind == DM_TARGET_VPN_GATEWAY
        && !dm_aws_may_learn(aws, dm_aws_find(aws, DM_AWS_VPN_GATEWAY, id), route->prefix)) {
        set_unknown(route,
                    dm_aws_unknown(aws, row, dm_sprintf(aws->arena, "route at %s", route->pointer),
                                   "by which line %s learned it is not in the input", id));
    }
}

/* Whether a row follows from what the gateway has learned; the table then learns from it. */
static bool is_learned(struct dm_aws *aws, const struct dm_aws_thing *table,
                       const struct dm_aws_node *row, const struct dm_route *route)
{
    const char *id = dm_aws_text(aws, row, "GatewayId");
    const struct dm_aws_thing *gateway = id ? dm_aws_find(aws, DM_AWS_VPN_GATEWAY, id) : NULL;
    return route->propagated && route->target_kind == DM_TARGET_VPN_GATEWAY && gateway
           && gateway->part_of && gateway->part_of == dm_aws_vpc_of(aws, table)
           && dm_aws_is_learning(aws, table, gateway);
}

/* What 'GatewayId' may name: "local", or a gateway that its id's first letters tell. */
static void set_gateway(struct dm_aws *aws, struct dm_route *route, const struct dm_aws_node *row,
                        const struct dm_aws_thing *table, const char *id)
{
    static const struct {
        const char *start;
        const char *word;
    } kinds[] = {
        { "vpce-", "vpc-endpoint" },
        { "lgw-", "local-gateway" },
        { "cagw-", "carrier-gateway" },
    };
    if (dm_str_equal(id, "local")) {
        route->target_kind = DM_TARGET_LOCAL;
        return;
    }
    const struct dm_aws_thing *endpoint = dm_aws_find(aws, DM_AWS_ENDPOINT, id);
    if (endpoint && dm_aws_is_gateway_endpoint(endpoint)) {
        set_target(aws, route, row, DM_AWS_ENDPOINT, DM_TARGET_VPC_ENDPOINT, id);
        return;
    }
    if (dm_aws_find(aws, DM_AWS_GWLB_ENDPOINT, id)) {
        set_target(aws, route, row, DM_AWS_GWLB_ENDPOINT, DM_TARGET_GWLB_ENDPOINT, id);
        return;
    }
    if (dm_str_starts(id, "vgw-")) {
        set_vpn_gateway(aws, route, row, id);
        return;
    }
    const char *word = NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (dm_str_starts(id, kinds[i].start)) {
            word = kinds[i].word;
        }
    }
    if (!word) {
        bool is_egress = dm_str_starts(id, "eigw-");
        set_target(aws, route, row, is_egress ? DM_AWS_EGRESS_GATEWAY : DM_AWS_INTERNET_GATEWAY,
                   DM_TARGET_INTERNET_GATEWAY, id);
        if (route->target_kind == DM_TARGET_UNKNOWN && !is_egress) {
            note_gateway(aws, table, route->target);
        }
        return;
    }
    set_unknown(route, dm_aws_unknown(aws, row, dm_sprintf(aws->arena, "%s %s", word, id),
                                      "a %s is not modelled", word));
}

/* An active row shows that the VPC is attached: then its attachment must be in the input. */
static void set_core_network(struct dm_aws *aws, struct dm_route *route,
                             const struct dm_aws_node *row, const struct dm_aws_thing *table,
                             const char *arn)
{
    const char *id = dm_aws_last_part(arn);
    const struct dm_aws_thing *network = dm_aws_find(aws, DM_AWS_CORE_NETWORK, id);
    set_target(aws, route, row, DM_AWS_CORE_NETWORK, DM_TARGET_CORE_NETWORK, id);
    if (route->target_kind == DM_TARGET_CORE_NETWORK
        && !dm_aws_is_core_attached(dm_aws_vpc_of(aws, table), network)) {
        set_unknown(route,
                    dm_aws_unknown(aws, row, dm_sprintf(aws->arena, "route at %s", route->pointer),
                                   "the VPC's attachment to %s is not in the input", id));
    }
}

static void read_target(struct dm_aws *aws, struct dm_route *route, const struct dm_aws_node *row,
                        const struct dm_aws_thing *table)
{
    const char *state = dm_aws_text(aws, row, "State");
    struct dm_aws_node odd;
    if (dm_str_equal(state, "blackhole")) {
        route->target_kind = DM_TARGET_NONE;
        return;
    }
    if (state && !dm_str_equal(state, "active")) {
        set_unknown(route,
                    dm_aws_unknown(aws, row, dm_sprintf(aws->arena, "route at %s", route->pointer),
                                   "its state is `%s`: what it does is not known", state));
        return;
    }
    if (dm_aws_find_odd(aws, row, &odd)) {
        set_unknown(route,
                    dm_aws_unknown(aws, &odd, dm_sprintf(aws->arena, "route at %s", route->pointer),
                                   "its field `%s` is not understood", odd.key));
        return;
    }
    const char *gateway = dm_aws_text(aws, row, "GatewayId");
    if (gateway) {
        set_gateway(aws, route, row, table, gateway);
        return;
    }
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        const struct target *target = &targets[i];
        const char *id = dm_aws_text(aws, row, target->key);
        if (id && target->family == DM_AWS_CORE_NETWORK) {
            set_core_network(aws, route, row, table, id);
            return;
        }
        if (id && target->family != DM_AWS_FAMILY_COUNT) {
            set_target(aws, route, row, target->family, target->kind, id);
            return;
        }
        if (id) {
            set_unknown(route,
                        dm_aws_unknown(aws, row, dm_sprintf(aws->arena, "%s %s", target->word, id),
                                       "a %s is not modelled", target->word));
            return;
        }
    }
    set_unknown(route,
                dm_aws_unknown(aws, row, dm_sprintf(aws->arena, "route at %s", route->pointer),
                               "the kind of its target is not understood"));
}

/* False where it says no destination. */
static bool read_destination(struct dm_aws *aws, struct dm_route *route,
                             const struct dm_aws_node *row)
{
    static const char *const keys[] = { "DestinationCidrBlock", "DestinationIpv6CidrBlock" };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (dm_aws_prefix(aws, row, keys[i], &route->prefix)) {
            route->origin = dm_aws_span(row, keys[i]);
            return true;
        }
    }
    const char *id = dm_aws_text(aws, row, "DestinationPrefixListId");
    if (id) {
        route->list.v = dm_aws_find(aws, DM_AWS_PREFIX_LIST, id)->handle;
        route->origin = dm_aws_span(row, "DestinationPrefixListId");
    }
    return id != NULL;
}

/* A stand-in: AWS has local routes in every table [VPC-06], all else is unknown. */
static void add_unknown_routes(struct dm_aws *aws, const struct dm_aws_thing *thing,
                               struct routes *routes)
{
    static const char *const defaults[] = { "0.0.0.0/0", "::/0" };
    struct dm_object object = dm_aws_object(aws, thing);
    const struct dm_vpc *vpc = dm_builder_edit_vpc(aws->builder, dm_aws_vpc_handle(aws, thing));
    for (size_t i = 0; i < vpc->n_cidrs; i++) {
        struct dm_route local = { .prefix = vpc->cidrs[i],
                                  .target_kind = DM_TARGET_LOCAL,
                                  .origin = object.origin,
                                  .pointer = object.pointer };
        DM_AWS_PUSH(aws, routes, local);
    }
    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++) {
        struct dm_route route = { .target_kind = DM_TARGET_UNKNOWN,
                                  .target = thing->unknown.v,
                                  .origin = object.origin,
                                  .pointer = object.pointer };
        if (dm_prefix_parse(defaults[i], &route.prefix) == DM_ADDR_OK) {
            DM_AWS_PUSH(aws, routes, route);
        }
    }
}

/* The gateway of the family whose incoming traffic the table routes [VPC-35]; 0: none. */
static uint32_t gateway_with(const struct dm_aws *aws, enum dm_aws_family family,
                             const struct dm_aws_thing *table)
{
    const struct dm_aws_index *gateways = &aws->families[family];
    for (size_t i = 0; i < gateways->items.n; i++) {
        if (gateways->items.items[i]->table == table) {
            return gateways->items.items[i]->handle;
        }
    }
    return 0;
}

void dm_aws_define_route_table(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    struct routes routes = { 0 };
    struct dm_vpn_gateway_id learns = { 0 };
    struct dm_aws_node list = dm_aws_list(aws, dm_aws_with(thing, "Routes"), "Routes");
    struct dm_aws_node row;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &row);) {
        struct dm_route route = { .pointer = dm_aws_pointer(aws, &row) };
        size_t n_errors = aws->diags->n_errors;
        if (!read_destination(aws, &route, &row)) {
            if (aws->diags->n_errors == n_errors) {
                dm_aws_fault(aws, &row, "this route has no destination");
            }
            continue;
        }
        const char *origin = dm_aws_text(aws, &row, "Origin");
        route.propagated = dm_str_equal(origin, "EnableVgwRoutePropagation");
        read_target(aws, &route, &row, thing);
        if (is_learned(aws, thing, &row, &route)) {
            learns.v = route.target;
            continue;
        }
        DM_AWS_PUSH(aws, &routes, route);
    }
    if (thing->views && !list.tree && !thing->unknown.v) {
        thing->unknown =
            dm_aws_unknown(aws, &list, dm_sprintf(aws->arena, "routes of %s", thing->id),
                           "its `Routes` are not in the input");
    }
    if (!thing->views || !list.tree) {
        add_unknown_routes(aws, thing, &routes);
    }
    struct dm_vpc_id vpc = dm_aws_vpc_handle(aws, thing);
    struct dm_route_table *table =
        dm_builder_edit_route_table(aws->builder, (struct dm_route_table_id){ thing->handle });
    table->vpc = vpc;
    table->routes = routes.items;
    table->n_routes = routes.n;
    table->edge.v = gateway_with(aws, DM_AWS_INTERNET_GATEWAY, thing);
    table->vpn_edge.v = gateway_with(aws, DM_AWS_VPN_GATEWAY, thing);
    table->learns = learns;
}
