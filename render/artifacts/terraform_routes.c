/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Route tables of VPCs, their routes, and what they are associated with.
 *
 * A route over a peering of VPCs, or to a core network, stands in the global root, where these are.
 */
#include "render/artifacts/terraform_private.h"

static void table(struct dm_tf *tf, struct dm_route_table_id id)
{
    const struct dm_route_table *object = dm_route_table_get(tf->model, id);
    uint32_t root = dm_tf_root_of_vpc(tf, object->vpc);
    struct dm_ref ref = DM_REF(route_table, id);
    json_t *body = dm_tf_object(tf, root, DM_TF_ROUTES, "aws_route_table", ref);

    dm_tf_refer(tf, root, body, "vpc_id", DM_REF(vpc, object->vpc));
    if (dm_vpc_get(tf->model, object->vpc)->main_table.v == id.v) {
        body = dm_tf_row(tf, root, DM_TF_ROUTES, "aws_main_route_table_association",
                         DM_REF(vpc, object->vpc), "main", object->object.origin);
        dm_tf_refer(tf, root, body, "vpc_id", DM_REF(vpc, object->vpc));
        dm_tf_refer(tf, root, body, "route_table_id", ref);
    }
    if (object->edge.v) {
        body = dm_tf_row(tf, root, DM_TF_ROUTES, "aws_route_table_association",
                         DM_REF(internet_gateway, object->edge), "edge", object->object.origin);
        dm_tf_refer(tf, root, body, "gateway_id", DM_REF(internet_gateway, object->edge));
        dm_tf_refer(tf, root, body, "route_table_id", ref);
    }
    if (object->vpn_edge.v) {
        body = dm_tf_row(tf, root, DM_TF_ROUTES, "aws_route_table_association",
                         DM_REF(vpn_gateway, object->vpn_edge), "edge", object->object.origin);
        dm_tf_refer(tf, root, body, "gateway_id", DM_REF(vpn_gateway, object->vpn_edge));
        dm_tf_refer(tf, root, body, "route_table_id", ref);
    }
}

/* A subnet without a table of its own goes by the main one; so does this one then. */
static void association(struct dm_tf *tf, struct dm_subnet_id id)
{
    const struct dm_subnet *object = dm_subnet_get(tf->model, id);
    uint32_t root = dm_tf_root_of_vpc(tf, object->vpc);
    json_t *body;

    if (object->table.v == dm_vpc_get(tf->model, object->vpc)->main_table.v) {
        return;
    }
    body = dm_tf_row(tf, root, DM_TF_ROUTES, "aws_route_table_association", DM_REF(subnet, id),
                     "table", object->object.origin);
    dm_tf_refer(tf, root, body, "subnet_id", DM_REF(subnet, id));
    dm_tf_refer(tf, root, body, "route_table_id", DM_REF(route_table, object->table));
}

/* A local route comes with its VPC; one that is written otherwise cannot be made. */
static bool is_implied(const struct dm_tf *tf, const struct dm_route *route,
                       const struct dm_route_table *in)
{
    const struct dm_vpc *vpc = dm_vpc_get(tf->model, in->vpc);

    if (route->target_kind != DM_TARGET_LOCAL || route->list.v) {
        return false;
    }
    for (size_t i = 0; i < vpc->n_cidrs; i++) {
        if (dm_prefix_compare(vpc->cidrs[i], route->prefix) == 0) {
            return true;
        }
    }
    return false;
}

/* AWS makes it, of what the gateway whose propagation is asked for has learned [VPN-03]. */
static bool is_learned(const struct dm_route *route, const struct dm_route_table *in)
{
    return route->propagated && route->target_kind == DM_TARGET_VPN_GATEWAY
           && route->target == in->learns.v;
}

/* Why AWS cannot be asked for a route, or NULL. */
static const char *refusal(const struct dm_tf *tf, const struct dm_route *route)
{
    struct dm_interface_id interface = { route->target };

    if (route->propagated) {
        return "it is propagated by a gateway that is not modelled";
    }
    switch (route->target_kind) {
    case DM_TARGET_INTERFACE:
        return dm_interface_get(tf->model, interface)->kind == DM_INTERFACE_HOST
                       && dm_interface_get(tf->model, interface)->host.v
                   ? NULL
                   : "its target is an interface of no host";
    case DM_TARGET_LOCAL:
        return "a local route is for a block of its VPC alone";
    case DM_TARGET_NONE:
        return "a table of a VPC has no black holes of its own; one of a transit gateway has";
    case DM_TARGET_VPC_ENDPOINT:
        return "its target is an endpoint, and endpoints are not generated";
    case DM_TARGET_UNKNOWN:
        return "its target is not understood";
    case DM_TARGET_INTERNET_GATEWAY:
    case DM_TARGET_NAT_GATEWAY:
    case DM_TARGET_PEERING:
    case DM_TARGET_TRANSIT_GATEWAY:
    case DM_TARGET_VPN_GATEWAY:
    case DM_TARGET_CORE_NETWORK:
    case DM_TARGET_GWLB_ENDPOINT:
        break;
    }
    return NULL;
}

/* AWS takes no route to a core network that the VPC is not attached to. */
static void to_core(struct dm_tf *tf, uint32_t root, json_t *body,
                    struct dm_core_network_id network, struct dm_vpc_id vpc)
{
    struct dm_core_attachment_id attachment = dm_model_core_attachment_of(tf->model, vpc, network);

    if (body) {
        dm_tf_set(tf, body, "core_network_arn",
                  json_string(dm_tf_arn(tf, root, DM_REF(core_network, network))));
    }
    if (attachment.v) {
        dm_tf_core_depend(tf, body, attachment);
    }
}

static void target(struct dm_tf *tf, uint32_t root, json_t *body, const struct dm_route *route,
                   struct dm_vpc_id vpc)
{
    struct dm_transit_gateway_id gateway = { route->target };
    struct dm_attachment_id attachment = { 0 };

    switch ((int)route->target_kind) {
    case DM_TARGET_INTERNET_GATEWAY:
        dm_tf_refer(
            tf, root, body,
            dm_internet_gateway_get(tf->model, (struct dm_internet_gateway_id){ route->target })
                    ->egress_only
                ? "egress_only_gateway_id"
                : "gateway_id",
            (struct dm_ref){ DM_KIND_internet_gateway, route->target });
        break;
    case DM_TARGET_VPN_GATEWAY:
        dm_tf_refer(tf, root, body, "gateway_id",
                    (struct dm_ref){ DM_KIND_vpn_gateway, route->target });
        break;
    case DM_TARGET_NAT_GATEWAY:
        dm_tf_refer(tf, root, body, "nat_gateway_id",
                    (struct dm_ref){ DM_KIND_nat_gateway, route->target });
        break;
    case DM_TARGET_PEERING:
        dm_tf_refer(tf, root, body, "vpc_peering_connection_id",
                    (struct dm_ref){ DM_KIND_peering, route->target });
        break;
    case DM_TARGET_GWLB_ENDPOINT:
        dm_tf_refer(tf, root, body, "vpc_endpoint_id",
                    (struct dm_ref){ DM_KIND_gwlb_endpoint, route->target });
        break;
    case DM_TARGET_INTERFACE:
        dm_tf_refer(tf, root, body, "network_interface_id",
                    (struct dm_ref){ DM_KIND_interface, route->target });
        break;
    case DM_TARGET_CORE_NETWORK:
        to_core(tf, root, body, (struct dm_core_network_id){ route->target }, vpc);
        break;
    default:
        dm_tf_refer(tf, root, body, "transit_gateway_id", DM_REF(transit_gateway, gateway));
        attachment = dm_model_attachment_of(tf->model, vpc, gateway);
        if (attachment.v) { /* AWS takes no route to a gateway that the VPC is not attached to */
            dm_tf_depend(tf, body, DM_REF(attachment, attachment));
        }
        break;
    }
}

static void route(struct dm_tf *tf, struct dm_route_table_id id, const struct dm_route *row)
{
    const struct dm_route_table *in = dm_route_table_get(tf->model, id);
    uint32_t owner = dm_tf_root_of_vpc(tf, in->vpc);
    bool is_global =
        row->target_kind == DM_TARGET_PEERING || row->target_kind == DM_TARGET_CORE_NETWORK;
    uint32_t root = is_global ? dm_tf_root_global(tf) : owner;
    struct dm_ref ref = DM_REF(route_table, id);
    char buffer[DM_ADDR_TEXT_SIZE];
    const char *to = row->list.v ? dm_prefix_list_get(tf->model, row->list)->object.name
                                 : dm_prefix_text(row->prefix, buffer);
    const char *why = refusal(tf, row);
    json_t *body;

    if (is_implied(tf, row, in) || is_learned(row, in)) {
        return;
    }
    if (why) {
        dm_tf_refuse(tf, row->origin, "route %s of `%s`: %s", to, in->object.name, why);
        return;
    }
    body = dm_tf_row(tf, root, DM_TF_ROUTES, "aws_route", ref, to, row->origin);
    if (!body) {
        dm_tf_refuse(tf, row->origin, "a second route %s of `%s`", to, in->object.name);
        return;
    }
    dm_tf_provide(tf, root, body, dm_vpc_get(tf->model, in->vpc)->region);
    dm_tf_refer(tf, root, body, "route_table_id", ref);
    if (row->list.v) {
        dm_tf_refer_list(tf, root, owner, body, "destination_prefix_list_id", row->list);
    } else {
        dm_tf_prefix(tf, body,
                     row->prefix.addr.family == DM_FAMILY_IPV6 ? "destination_ipv6_cidr_block"
                                                               : "destination_cidr_block",
                     row->prefix);
    }
    target(tf, root, body, row, in->vpc);
}

void dm_tf_routes(struct dm_tf *tf)
{
    for (uint32_t i = 1; i <= tf->model->n_route_tables; i++) {
        const struct dm_route_table *object = &tf->model->route_tables[i - 1];

        table(tf, (struct dm_route_table_id){ i });
        for (size_t j = 0; j < object->n_routes; j++) {
            route(tf, (struct dm_route_table_id){ i }, &object->routes[j]);
        }
    }
    for (uint32_t i = 1; i <= tf->model->n_subnets; i++) {
        association(tf, (struct dm_subnet_id){ i });
    }
}
