/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What joins sites and AWS: VPN connections with their gateways, and Direct Connect.
 *
 * A VPN connection stands where it ends: in the root of its VPC, with the virtual private gateway;
 * in that of its transit gateway, of which it is an attachment; or in the global root, with the
 * core network that it is attached to.  Customer gateways are of the shared root of their region,
 * since several connections may use one.  Direct Connect is of no region and stands in the global
 * root; virtual interfaces, and ports, are asked for in the region of their connection.
 *
 * Options of tunnels are AWS's defaults and their keys are AWS's to choose: no secret is written.
 * What a site does (the prefixes it advertises, AS numbers it puts before its own, communities,
 * which of its lines it prefers) is the configuration of its routers, not of AWS.
 */
#include <string.h>

#include "model/base/str.h"
#include "render/artifacts/terraform_private.h"

enum { NAME_BYTES = 100, EXTENDED_ASN = 0x7fffffff, ANY_ASN = 65000 };

/* ---- where ---- */

struct dm_vpn_connection_id dm_tf_vpn_at(const struct dm_tf *tf, struct dm_ref end)
{
    for (uint32_t i = 0; i < tf->model->n_vpn_connections; i++) {
        struct dm_ref other = tf->model->vpn_connections[i].end;

        if (other.kind == end.kind && other.v == end.v) {
            return (struct dm_vpn_connection_id){ i + 1 };
        }
    }
    return (struct dm_vpn_connection_id){ 0 };
}

uint32_t dm_tf_root_of_end(struct dm_tf *tf, struct dm_ref end)
{
    const struct dm_vpn_gateway *gateway;
    const struct dm_attachment *attachment;

    if (end.kind == DM_KIND_vpn_gateway) {
        gateway = dm_vpn_gateway_get(tf->model, (struct dm_vpn_gateway_id){ end.v });
        return gateway->vpc.v ? dm_tf_root_of_vpc(tf, gateway->vpc)
                              : dm_tf_root_shared(tf, gateway->region);
    }
    if (end.kind == DM_KIND_attachment) {
        attachment = dm_attachment_get(tf->model, (struct dm_attachment_id){ end.v });
        if (attachment->kind == DM_ATTACHMENT_VPN) {
            return dm_tf_root_of_gateway(tf, attachment->gateway);
        }
    }
    return dm_tf_root_global(tf);
}

struct dm_customer_gateway_id dm_tf_customer(const struct dm_tf *tf,
                                             struct dm_customer_gateway_id id)
{
    const struct dm_customer_gateway *object = dm_customer_gateway_get(tf->model, id);

    for (uint32_t i = 1; i < id.v; i++) {
        const struct dm_customer_gateway *other = &tf->model->customer_gateways[i - 1];

        if (other->region.v == object->region.v && other->asn == object->asn
            && dm_addr_compare(other->address, object->address) == 0) {
            return (struct dm_customer_gateway_id){ i };
        }
    }
    return id;
}

/* ---- VPN ---- */

static void asn(struct dm_tf *tf, json_t *body, const char *key, uint32_t number)
{
    if (body) {
        dm_tf_set(tf, body, key, json_sprintf("%u", (unsigned)number));
    }
}

static void customer_gateway(struct dm_tf *tf, struct dm_customer_gateway_id id)
{
    const struct dm_customer_gateway *object = dm_customer_gateway_get(tf->model, id);
    uint32_t number = object->asn ? object->asn : ANY_ASN; /* static routing needs none */
    char buffer[DM_ADDR_TEXT_SIZE];
    uint32_t root;
    json_t *body;

    if (dm_tf_customer(tf, id).v != id.v) {
        return;
    }
    if (object->address.family == DM_FAMILY_NONE) {
        dm_tf_refuse(tf, object->object.origin, "customer gateway `%s` has no public address",
                     object->object.name);
        return;
    }
    root = dm_tf_root_shared(tf, object->region);
    body =
        dm_tf_object(tf, root, DM_TF_SITES, "aws_customer_gateway", DM_REF(customer_gateway, id));
    dm_tf_text(tf, body, "type", "ipsec.1");
    dm_tf_text(tf, body, "ip_address", dm_addr_text(object->address, buffer));
    asn(tf, body, number > EXTENDED_ASN ? "bgp_asn_extended" : "bgp_asn", number);
}

static void vpn_gateway(struct dm_tf *tf, struct dm_vpn_gateway_id id)
{
    const struct dm_vpn_gateway *object = dm_vpn_gateway_get(tf->model, id);
    struct dm_ref ref = DM_REF(vpn_gateway, id);
    uint32_t root = dm_tf_root_of_end(tf, ref);
    json_t *body = dm_tf_object(tf, root, DM_TF_SITES, "aws_vpn_gateway", ref);

    if (object->vpc.v) {
        dm_tf_refer(tf, root, body, "vpc_id", DM_REF(vpc, object->vpc));
    }
    if (object->asn) {
        asn(tf, body, "amazon_side_asn", object->asn);
    }
}

static void propagation(struct dm_tf *tf, struct dm_route_table_id id)
{
    const struct dm_route_table *object = dm_route_table_get(tf->model, id);
    uint32_t root = dm_tf_root_of_vpc(tf, object->vpc);
    json_t *body;

    if (!object->learns.v) {
        return;
    }
    body = dm_tf_row(tf, root, DM_TF_SITES, "aws_vpn_gateway_route_propagation",
                     DM_REF(route_table, id), "learns", object->object.origin);
    dm_tf_refer(tf, root, body, "route_table_id", DM_REF(route_table, id));
    dm_tf_refer(tf, root, body, "vpn_gateway_id", DM_REF(vpn_gateway, object->learns));
}

/* Of a transit gateway they are rows of its tables, written there [VPN-06]. */
static void static_routes(struct dm_tf *tf, uint32_t root, struct dm_vpn_connection_id id)
{
    const struct dm_vpn_connection *object = dm_vpn_connection_get(tf->model, id);
    char buffer[DM_ADDR_TEXT_SIZE];

    for (size_t i = 0; i < object->line.n_prefixes; i++) {
        struct dm_prefix prefix = object->line.prefixes[i];
        json_t *body =
            dm_tf_row(tf, root, DM_TF_SITES, "aws_vpn_connection_route", DM_REF(vpn_connection, id),
                      dm_prefix_text(prefix, buffer), object->object.origin);

        dm_tf_prefix(tf, body, "destination_cidr_block", prefix);
        dm_tf_refer(tf, root, body, "vpn_connection_id", DM_REF(vpn_connection, id));
    }
}

static void vpn_connection(struct dm_tf *tf, struct dm_vpn_connection_id id)
{
    const struct dm_vpn_connection *object = dm_vpn_connection_get(tf->model, id);
    uint32_t root = dm_tf_root_of_end(tf, object->end);
    json_t *body;

    if (!object->customer.v || (object->is_static && object->line.unknown.v)) {
        dm_tf_refuse(tf, object->object.origin, "VPN connection `%s`: its %s not known",
                     object->object.name,
                     object->customer.v ? "static routes are" : "customer gateway is");
        return;
    }
    body = dm_tf_object(tf, root, DM_TF_SITES, "aws_vpn_connection", DM_REF(vpn_connection, id));
    dm_tf_provide(tf, root, body, object->region);
    dm_tf_text(tf, body, "type", "ipsec.1");
    dm_tf_flag(tf, body, "static_routes_only", object->is_static);
    dm_tf_refer(tf, root, body, "customer_gateway_id", DM_REF(customer_gateway, object->customer));
    if (object->end.kind == DM_KIND_vpn_gateway) {
        dm_tf_refer(tf, root, body, "vpn_gateway_id", object->end);
        if (object->is_static) {
            static_routes(tf, root, id);
        }
    } else if (object->end.kind == DM_KIND_attachment) {
        struct dm_attachment_id attachment = { object->end.v };

        dm_tf_refer(tf, root, body, "transit_gateway_id",
                    DM_REF(transit_gateway, dm_attachment_get(tf->model, attachment)->gateway));
    }
}

/* ---- Direct Connect ---- */

/* Names, where there are no tags. */
static void plain_name(struct dm_tf *tf, json_t *body, const struct dm_object *object)
{
    dm_tf_text(tf, body, "name",
               dm_tf_plain(tf, object->label ? object->label : object->name, NAME_BYTES));
}

static bool has_macsec_speed(const char *bandwidth)
{
    return strcmp(bandwidth, "10Gbps") == 0 || strcmp(bandwidth, "100Gbps") == 0
           || strcmp(bandwidth, "400Gbps") == 0;
}

/* Why AWS cannot be asked for a connection, or NULL. */
static const char *connection_refusal(const struct dm_tf *tf, const struct dm_dx_connection *object)
{
    if (!object->region.v) {
        return "its region is not known";
    }
    if (!object->location.v || !dm_dx_location_get(tf->model, object->location)->object.label) {
        return "the code of its location is not given";
    }
    if (!object->bandwidth) {
        return "its bandwidth is not known";
    }
    return object->macsec && !has_macsec_speed(object->bandwidth)
               ? "MACsec needs a bandwidth of 10Gbps or more [DX-09]"
               : NULL;
}

static void dx_connection(struct dm_tf *tf, struct dm_dx_connection_id id)
{
    const struct dm_dx_connection *object = dm_dx_connection_get(tf->model, id);
    const char *why = connection_refusal(tf, object);
    uint32_t root = dm_tf_root_global(tf);
    json_t *body;

    if (why) {
        dm_tf_refuse(tf, object->object.origin, "Direct Connect connection `%s`: %s",
                     object->object.name, why);
        return;
    }
    body = dm_tf_object(tf, root, DM_TF_SITES, "aws_dx_connection", DM_REF(dx_connection, id));
    dm_tf_provide(tf, root, body, object->region);
    plain_name(tf, body, &object->object);
    dm_tf_text(tf, body, "bandwidth", object->bandwidth);
    dm_tf_text(tf, body, "location", dm_dx_location_get(tf->model, object->location)->object.label);
    dm_tf_flag(tf, body, "request_macsec", object->macsec);
}

/* It is of no region: it is asked for in the first of the model. */
static void dx_gateway(struct dm_tf *tf, struct dm_dx_gateway_id id)
{
    const struct dm_dx_gateway *object = dm_dx_gateway_get(tf->model, id);
    uint32_t root = dm_tf_root_global(tf);
    json_t *body = dm_tf_object(tf, root, DM_TF_SITES, "aws_dx_gateway", DM_REF(dx_gateway, id));

    if (!object->asn) {
        dm_tf_refuse(tf, object->object.origin, "Direct Connect gateway `%s` has no AS number",
                     object->object.name);
        return;
    }
    dm_tf_provide(tf, root, body, (struct dm_region_id){ 1 });
    (void)json_object_del(body, "tags");
    plain_name(tf, body, &object->object);
    asn(tf, body, "amazon_side_asn", object->asn);
}

static void virtual_interface(struct dm_tf *tf, struct dm_virtual_interface_id id)
{
    const struct dm_virtual_interface *object = dm_virtual_interface_get(tf->model, id);
    const char *why = !object->connection.v ? "its connection is not known"
                      : !object->vlan       ? "its VLAN is not given"
                      : !object->asn        ? "the AS number of its site is not given"
                                            : NULL;
    uint32_t root = dm_tf_root_global(tf);
    json_t *body;

    if (why) {
        dm_tf_refuse(tf, object->object.origin, "virtual interface `%s`: %s", object->object.name,
                     why);
        return;
    }
    body = dm_tf_object(tf, root, DM_TF_SITES,
                        object->is_transit ? "aws_dx_transit_virtual_interface"
                                           : "aws_dx_private_virtual_interface",
                        DM_REF(virtual_interface, id));
    dm_tf_provide(tf, root, body, dm_dx_connection_get(tf->model, object->connection)->region);
    plain_name(tf, body, &object->object);
    dm_tf_text(tf, body, "address_family", "ipv4");
    dm_tf_number(tf, body, "bgp_asn", object->asn);
    dm_tf_number(tf, body, "vlan", object->vlan);
    if (object->mtu && object->mtu != DM_DX_MTU) {
        dm_tf_number(tf, body, "mtu", object->mtu);
    }
    dm_tf_refer(tf, root, body, "connection_id", DM_REF(dx_connection, object->connection));
    dm_tf_refer(tf, root, body,
                object->end.kind == DM_KIND_vpn_gateway ? "vpn_gateway_id" : "dx_gateway_id",
                object->end);
}

static void dx_association(struct dm_tf *tf, struct dm_dx_association_id id)
{
    const struct dm_dx_association *object = dm_dx_association_get(tf->model, id);
    uint32_t root = dm_tf_root_global(tf);
    struct dm_ref to = object->end;
    struct dm_region_id region;
    json_t *allowed;
    json_t *body;

    if (to.kind == DM_KIND_core_attachment) {
        return; /* its attachment is all there is */
    }
    if (object->unknown.v) {
        dm_tf_refuse(tf, object->object.origin, "association `%s`: what it allows is not known",
                     object->object.name);
        return;
    }
    if (to.kind == DM_KIND_attachment) {
        to = DM_REF(transit_gateway,
                    dm_attachment_get(tf->model, (struct dm_attachment_id){ to.v })->gateway);
        region = dm_transit_gateway_get(tf->model, (struct dm_transit_gateway_id){ to.v })->region;
    } else {
        region = dm_vpn_gateway_get(tf->model, (struct dm_vpn_gateway_id){ to.v })->region;
    }
    body = dm_tf_row(tf, root, DM_TF_SITES, "aws_dx_gateway_association",
                     DM_REF(dx_association, id), "to", object->object.origin);
    dm_tf_provide(tf, root, body, region);
    dm_tf_refer(tf, root, body, "dx_gateway_id", DM_REF(dx_gateway, object->gateway));
    dm_tf_refer(tf, root, body, "associated_gateway_id", to);
    allowed = json_array();
    for (size_t i = 0; i < object->n_allowed; i++) {
        char buffer[DM_ADDR_TEXT_SIZE];

        if (json_array_append_new(allowed, json_string(dm_prefix_text(object->allowed[i], buffer)))
            != 0) {
            dm_tf_nomem(tf);
        }
    }
    dm_tf_set(tf, body, "allowed_prefixes", allowed);
}

/* ---- attachments ---- */

static const struct dm_dx_association *association_at(const struct dm_tf *tf, struct dm_ref end,
                                                      struct dm_dx_association_id *ret_id)
{
    for (uint32_t i = 0; i < tf->model->n_dx_associations; i++) {
        const struct dm_dx_association *object = &tf->model->dx_associations[i];

        if (object->end.kind == end.kind && object->end.v == end.v) {
            ret_id->v = i + 1;
            return object;
        }
    }
    return NULL;
}

bool dm_tf_attachment_of_line(struct dm_tf *tf, struct dm_attachment_id id)
{
    const struct dm_attachment *object = dm_attachment_get(tf->model, id);
    struct dm_ref ref = DM_REF(attachment, id);
    struct dm_dx_association_id by = { 0 };
    const struct dm_dx_association *association = association_at(tf, ref, &by);
    struct dm_region_id region = dm_transit_gateway_get(tf->model, object->gateway)->region;
    uint32_t root;
    json_t *body;

    if (object->kind == DM_ATTACHMENT_VPN ? !dm_tf_vpn_at(tf, ref).v : !association) {
        dm_tf_refuse(tf, object->object.origin, "attachment `%s`: what is attached is not known",
                     object->object.name);
        return false;
    }
    if (object->kind == DM_ATTACHMENT_VPN) {
        return true;
    }
    root = dm_tf_root_global(tf);
    if (tf->status != DM_OK) {
        return false;
    }
    body = dm_tf_child(tf, tf->roots.items[root].parts[DM_TF_SITES], "data");
    body = dm_tf_child(tf, dm_tf_child(tf, body, "aws_ec2_transit_gateway_dx_gateway_attachment"),
                       dm_tf_ident_of(tf, ref));
    dm_tf_provide(tf, root, body, region);
    dm_tf_refer(tf, root, body, "dx_gateway_id", DM_REF(dx_gateway, association->gateway));
    dm_tf_refer(tf, root, body, "transit_gateway_id", DM_REF(transit_gateway, object->gateway));
    dm_tf_depend_row(tf, body, "aws_dx_gateway_association", DM_REF(dx_association, by), "to");
    return true;
}

static void add_edge(struct dm_tf *tf, json_t *list, struct dm_core_edge_id edge)
{
    struct dm_region_id region = dm_core_edge_get(tf->model, edge)->region;

    if (json_array_append_new(list, json_string(dm_region_get(tf->model, region)->object.name))
        != 0) {
        dm_tf_nomem(tf);
    }
}

static void core_attachment(struct dm_tf *tf, struct dm_core_attachment_id id)
{
    const struct dm_core_attachment *object = dm_core_attachment_get(tf->model, id);
    struct dm_ref ref = DM_REF(core_attachment, id);
    struct dm_vpn_connection_id vpn = dm_tf_vpn_at(tf, ref);
    struct dm_dx_association_id by = { 0 };
    const struct dm_dx_association *association = association_at(tf, ref, &by);
    bool is_vpn = object->kind == DM_CORE_ATTACHMENT_VPN;
    uint32_t root = dm_tf_root_global(tf);
    json_t *edges;
    json_t *body;

    if (is_vpn ? !vpn.v : !association) {
        dm_tf_refuse(tf, object->object.origin, "attachment `%s`: what is attached is not known",
                     object->object.name);
        return;
    }
    body = dm_tf_second(tf, root, DM_TF_SITES,
                        is_vpn ? "aws_networkmanager_site_to_site_vpn_attachment"
                               : "aws_networkmanager_dx_gateway_attachment",
                        ref);
    dm_tf_core_tags(tf, body, id);
    dm_tf_provide(tf, root, body, dm_core_edge_get(tf->model, object->edge)->region);
    dm_tf_refer(tf, root, body, "core_network_id", DM_REF(core_network, object->network));
    if (is_vpn) {
        dm_tf_refer_to(tf, body, "vpn_connection_arn", DM_REF(vpn_connection, vpn), "arn");
        return;
    }
    dm_tf_refer_to(tf, body, "direct_connect_gateway_arn", DM_REF(dx_gateway, association->gateway),
                   "arn");
    edges = json_array();
    for (size_t i = 0; i < object->n_edges; i++) {
        add_edge(tf, edges, object->edges[i]);
    }
    if (!object->n_edges) {
        add_edge(tf, edges, object->edge);
    }
    dm_tf_set(tf, body, "edge_locations", edges);
}

#define EACH(kind)                                                                                 \
    for (uint32_t i = 1; i <= tf->model->n_##kind##s; i++) {                                       \
        kind(tf, (struct dm_##kind##_id){ i });                                                    \
    }

void dm_tf_sites(struct dm_tf *tf)
{
    EACH(customer_gateway)
    EACH(vpn_gateway)
    EACH(vpn_connection)
    EACH(dx_connection)
    EACH(dx_gateway)
    EACH(virtual_interface)
    EACH(dx_association)
    for (uint32_t i = 1; i <= tf->model->n_route_tables; i++) {
        propagation(tf, (struct dm_route_table_id){ i });
    }
    for (uint32_t i = 1; i <= tf->model->n_core_attachments; i++) {
        enum dm_core_attachment_kind kind = tf->model->core_attachments[i - 1].kind;

        if (kind == DM_CORE_ATTACHMENT_VPN || kind == DM_CORE_ATTACHMENT_DIRECT_CONNECT) {
            core_attachment(tf, (struct dm_core_attachment_id){ i });
        }
    }
}
