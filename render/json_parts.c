/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "model/base/str.h"
#include "render/digest.h"
#include "render/json.h"
#include "render/json_private.h"
#include "render/style.h"

void dm_json_put(struct dm_json *json, json_t *object, const char *key, json_t *owned_value)
{
    if (json_object_set_new(object, key, owned_value) != 0) {
        json->failed = true;
    }
}

void dm_json_push(struct dm_json *json, json_t *array, json_t *owned_value)
{
    if (json_array_append_new(array, owned_value) != 0) {
        json->failed = true;
    }
}

json_t *dm_json_text(struct dm_json *json, const char *text)
{
    struct dm_str escaped;

    if (!text) {
        return json_null();
    }
    if (dm_utf8_invalid_at(text, strlen(text)) == SIZE_MAX) {
        return json_string(text);
    }
    dm_str_init(&escaped, json->arena);
    dm_style_add(&escaped, text);
    return json_string(escaped.text);
}

json_t *dm_json_count(uint64_t n)
{
    return n > INT64_MAX ? json_null() : json_integer((json_int_t)n);
}

json_t *dm_json_texts(struct dm_json *json, const char *const *texts, size_t n)
{
    json_t *array = json_array();

    for (size_t i = 0; i < n; i++) {
        dm_json_push(json, array, dm_json_text(json, texts[i]));
    }
    return array;
}

json_t *dm_json_tool(struct dm_json *json)
{
    json_t *tool = json_object();
    char digest[DM_DIGEST_SIZE] = "";

    json->failed = !dm_digest_facts(json->arena, digest) || json->failed;
    dm_json_put(json, tool, "version", json_string(DM_VERSION));
    dm_json_put(json, tool, "facts", json_pack("s+", "sha256:", digest));
    return tool;
}

json_t *dm_json_location(struct dm_json *json, struct dm_span span)
{
    json_t *location;
    struct dm_place begin;
    struct dm_place end;

    if (!span.source) {
        return json_null();
    }
    location = json_object();
    begin = dm_sources_place(json->model->sources, span);
    end = dm_sources_place_end(json->model->sources, span);
    dm_json_put(json, location, "file", dm_json_text(json, begin.path));
    dm_json_put(json, location, "line", json_integer(begin.line));
    dm_json_put(json, location, "column", json_integer(begin.column));
    dm_json_put(json, location, "end_line", json_integer(end.line));
    dm_json_put(json, location, "end_column", json_integer(end.column));
    return location;
}

json_t *dm_json_cut(struct dm_json *json, const struct dm_cut *cut)
{
    json_t *array = json_array();

    for (size_t i = 0; i < cut->n; i++) {
        dm_json_push(
            json, array,
            dm_json_text(json, dm_element_get(json->model, cut->elements[i])->object.name));
    }
    return array;
}

static json_t *address(struct dm_addr addr)
{
    char text[DM_ADDR_TEXT_SIZE];

    return dm_addr_is_none(addr) ? json_null() : json_string(dm_addr_text(addr, text));
}

json_t *dm_json_packet(struct dm_json *json, const struct dm_packet *packet)
{
    json_t *object = json_object();
    bool is_icmp = packet->protocol == DM_PROTO_ICMP || packet->protocol == DM_PROTO_ICMPV6;
    bool has_ports = packet->protocol == DM_PROTO_TCP || packet->protocol == DM_PROTO_UDP;

    dm_json_put(json, object, "source", address(packet->source));
    dm_json_put(json, object, "destination", address(packet->destination));
    dm_json_put(json, object, "protocol", json_integer(packet->protocol));
    if (has_ports) {
        dm_json_put(json, object, "source_port", json_integer(packet->source_port));
        dm_json_put(json, object, "destination_port", json_integer(packet->destination_port));
    }
    if (is_icmp) {
        dm_json_put(json, object, "icmp_type", json_integer(packet->icmp_type));
        dm_json_put(json, object, "icmp_code", json_integer(packet->icmp_code));
    }
    return object;
}

const char *dm_json_hop_kind(enum dm_hop_kind kind)
{
    static const char *const kinds[] = {
        [DM_HOP_SEND] = "send",
        [DM_HOP_GROUPS_OUT] = "groups-out",
        [DM_HOP_ACL_OUT] = "acl-out",
        [DM_HOP_ROUTE] = "route",
        [DM_HOP_ACL_IN] = "acl-in",
        [DM_HOP_GROUPS_IN] = "groups-in",
        [DM_HOP_NAT] = "nat",
        [DM_HOP_NAT_BACK] = "nat-back",
        [DM_HOP_INTERNET_OUT] = "internet-gateway-out",
        [DM_HOP_INTERNET] = "internet",
        [DM_HOP_INTERNET_IN] = "internet-gateway-in",
        [DM_HOP_ENDPOINT] = "vpc-endpoint",
        [DM_HOP_GATEWAY_ENDPOINT] = "gateway-endpoint",
        [DM_HOP_SERVICE] = "endpoint-service",
        [DM_HOP_FIREWALL] = "firewall",
        [DM_HOP_FIREWALL_BACK] = "firewall-back",
        [DM_HOP_FIREWALL_MISSED] = "firewall-missed",
        [DM_HOP_INSPECTED] = "inspected",
        [DM_HOP_FORWARD] = "forward",
        [DM_HOP_BALANCER] = "balancer",
        [DM_HOP_BALANCER_BACK] = "balancer-back",
        [DM_HOP_ACCELERATOR] = "accelerator",
        [DM_HOP_ACCELERATOR_BACK] = "accelerator-back",
        [DM_HOP_PEERING] = "vpc-peering",
        [DM_HOP_TRANSIT_IN] = "transit-in",
        [DM_HOP_TRANSIT_ROUTE] = "transit-route",
        [DM_HOP_TRANSIT_PEERING] = "transit-peering",
        [DM_HOP_TRANSIT_OUT] = "transit-out",
        [DM_HOP_CORE_IN] = "core-in",
        [DM_HOP_CORE_ROUTE] = "core-route",
        [DM_HOP_CORE_EDGE] = "core-edge",
        [DM_HOP_CORE_PEERING] = "core-peering",
        [DM_HOP_CORE_OUT] = "core-out",
        [DM_HOP_SITE_ROUTE] = "site-route",
        [DM_HOP_VPN] = "vpn-connection",
        [DM_HOP_DX_INTERFACE] = "virtual-interface",
        [DM_HOP_DX_GATEWAY] = "direct-connect-gateway",
        [DM_HOP_VPN_GATEWAY] = "vpn-gateway",
        [DM_HOP_POLICY_OUT] = "policy-out",
        [DM_HOP_POLICY_IN] = "policy-in",
        [DM_HOP_ENCAPSULATE] = "encapsulate",
        [DM_HOP_DECAPSULATE] = "decapsulate",
        [DM_HOP_NODE_OUT] = "node-out",
        [DM_HOP_NODE_BACK] = "node-back",
        [DM_HOP_KUBE_SERVICE] = "kubernetes-service",
        [DM_HOP_KUBE_SERVICE_BACK] = "kubernetes-service-back",
        [DM_HOP_NODE_PORT] = "node-port",
        [DM_HOP_NODE_PORT_BACK] = "node-port-back",
        [DM_HOP_DELIVER] = "deliver",
    };

    return kinds[kind];
}

/* The end of a way that is not complete is described as a delivery that is blocked. */
static json_t *hop_object(struct dm_json *json, const struct dm_path_hop *hop)
{
    json_t *object = json_object();
    bool is_stopped = hop->kind == DM_HOP_DELIVER && hop->blocked != DM_CODE_NONE;

    dm_json_put(json, object, "kind",
                json_string(is_stopped ? "stop" : dm_json_hop_kind(hop->kind)));
    dm_json_put(json, object, "name", dm_json_text(json, hop->name));
    dm_json_put(json, object, "object", json_object());
    dm_json_put(json, json_object_get(object, "object"), "kind",
                json_string(dm_kind_text(hop->at.kind)));
    dm_json_put(json, json_object_get(object, "object"), "name",
                dm_json_text(json, dm_model_ref_name(json->model, hop->at)));
    dm_json_put(json, object, "decided_by", dm_json_text(json, hop->decided_by));
    dm_json_put(json, object, "location", dm_json_location(json, hop->origin));
    dm_json_put(json, object, "jurisdiction", dm_json_text(json, hop->jurisdiction));
    dm_json_put(json, object, "source", address(hop->source));
    dm_json_put(json, object, "destination", address(hop->destination));
    dm_json_put(json, object, "blocked",
                hop->blocked == DM_CODE_NONE ? json_null()
                                             : json_string(dm_code_name(hop->blocked)));
    return object;
}

json_t *dm_json_path(struct dm_json *json, const struct dm_path *path)
{
    json_t *object;
    json_t *hops;

    if (!path->n_hops) {
        return json_null();
    }
    object = json_object();
    hops = json_array();
    for (size_t i = 0; i < path->n_hops; i++) {
        dm_json_push(json, hops, hop_object(json, &path->hops[i]));
    }
    dm_json_put(json, object, "arrives", json_boolean(path->arrives));
    dm_json_put(json, object, "hops", hops);
    return object;
}

static int write_piece(const char *piece, size_t size, void *out)
{
    struct dm_str *text = out;

    dm_str_addn(text, piece, size);
    return text->failed ? -1 : 0;
}

enum dm_status dm_json_finish(struct dm_json *json, json_t *owned_root, struct dm_str *out,
                              struct dm_err *err)
{
    int result =
        json->failed ? -1 : json_dump_callback(owned_root, write_piece, out, JSON_INDENT(2));

    json_decref(owned_root);
    dm_str_addc(out, '\n');
    if (result != 0 || out->failed) {
        return DM_FAIL_NOMEM(err);
    }
    return DM_OK;
}
