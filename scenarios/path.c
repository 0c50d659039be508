/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "model/base/str.h"
#include "scenarios/checker.h"
#include "solver/plane/lines.h"
#include "solver/reach/overlay.h"

static struct dm_region_id node_region(const struct dm_model *model, struct dm_node_id id)
{
    struct dm_zone_id zone = dm_node_get(model, id)->zone;

    return zone.v ? dm_zone_get(model, zone)->region : (struct dm_region_id){ 0 };
}

/* The region of what a hop is at; 0: none, as of the internet. */
static struct dm_region_id region_of(const struct dm_model *model, const struct dm_hop *hop)
{
    struct dm_vpc_id vpc = { 0 };

    switch ((int)hop->at.kind) {
    case DM_KIND_interface: {
        struct dm_interface_id id = { hop->at.v };
        const struct dm_interface *interface = dm_interface_get(model, id);

        if (interface->kind == DM_INTERFACE_POD) {
            return node_region(model, interface->node);
        }
        vpc = interface->kind == DM_INTERFACE_KUBE_SERVICE
                  ? dm_cluster_get(model, dm_model_cluster_of_interface(model, id))->vpc
                  : dm_model_vpc_of_interface(model, id);
        break;
    }
    case DM_KIND_node:
        return node_region(model, (struct dm_node_id){ hop->at.v });
    case DM_KIND_kube_service: {
        struct dm_kube_service_id id = { hop->at.v };
        struct dm_namespace_id namespace = dm_kube_service_get(model, id)->namespace;

        vpc = dm_cluster_get(model, dm_namespace_get(model, namespace)->cluster)->vpc;
        break;
    }
    case DM_KIND_subnet:
        vpc = dm_subnet_get(model, (struct dm_subnet_id){ hop->at.v })->vpc;
        break;
    case DM_KIND_route_table:
        vpc = dm_route_table_get(model, (struct dm_route_table_id){ hop->at.v })->vpc;
        break;
    case DM_KIND_nat_gateway:
        vpc = dm_model_vpc_of_nat(model, (struct dm_nat_gateway_id){ hop->at.v });
        break;
    case DM_KIND_gwlb_endpoint:
        vpc = dm_subnet_get(
                  model,
                  dm_gwlb_endpoint_get(model, (struct dm_gwlb_endpoint_id){ hop->at.v })->subnet)
                  ->vpc;
        break;
    case DM_KIND_balancer:
        vpc = dm_balancer_get(model, (struct dm_balancer_id){ hop->at.v })->vpc;
        break;
    case DM_KIND_vpc_endpoint:
        vpc = dm_vpc_endpoint_get(model, (struct dm_vpc_endpoint_id){ hop->at.v })->vpc;
        break;
    case DM_KIND_internet_gateway:
        return dm_internet_gateway_get(model, (struct dm_internet_gateway_id){ hop->at.v })->region;
    case DM_KIND_transit_table: {
        struct dm_transit_gateway_id gateway =
            dm_transit_table_get(model, (struct dm_transit_table_id){ hop->at.v })->gateway;

        return dm_transit_gateway_get(model, gateway)->region;
    }
    case DM_KIND_attachment: {
        struct dm_transit_gateway_id gateway =
            dm_attachment_get(model, (struct dm_attachment_id){ hop->at.v })->gateway;

        return dm_transit_gateway_get(model, gateway)->region;
    }
    case DM_KIND_vpn_gateway:
        return dm_vpn_gateway_get(model, (struct dm_vpn_gateway_id){ hop->at.v })->region;
    case DM_KIND_core_edge:
        return dm_core_edge_get(model, (struct dm_core_edge_id){ hop->at.v })->region;
    case DM_KIND_core_peering:
        return dm_core_edge_get(
                   model,
                   dm_core_peering_get(model, (struct dm_core_peering_id){ hop->at.v })->edge)
            ->region;
    case DM_KIND_core_attachment:
        return dm_core_edge_get(
                   model,
                   dm_core_attachment_get(model, (struct dm_core_attachment_id){ hop->at.v })->edge)
            ->region;
    default:
        break;
    }
    return vpc.v ? dm_vpc_get(model, vpc)->region : (struct dm_region_id){ 0 };
}

/* That of a place outside AWS, or NULL. */
static const char *outside_jurisdiction(const struct dm_model *model, const struct dm_hop *hop)
{
    struct dm_site_id site = { 0 };

    if (hop->at.kind == DM_KIND_site) {
        site.v = hop->at.v;
    } else if (hop->at.kind == DM_KIND_interface) {
        site = dm_interface_get(model, (struct dm_interface_id){ hop->at.v })->site;
    } else if (hop->at.kind == DM_KIND_virtual_interface) {
        const struct dm_virtual_interface *interface =
            dm_virtual_interface_get(model, (struct dm_virtual_interface_id){ hop->at.v });
        struct dm_dx_location_id location =
            dm_dx_connection_get(model, interface->connection)->location;

        return location.v ? dm_dx_location_get(model, location)->jurisdiction : NULL;
    }
    return site.v ? dm_site_get(model, site)->jurisdiction : NULL;
}

static const char *jurisdiction_of(const struct dm_model *model, const struct dm_hop *hop)
{
    struct dm_region_id region = region_of(model, hop);

    return region.v ? dm_region_get(model, region)->jurisdiction : outside_jurisdiction(model, hop);
}

/* A segment, or a group of functions, is looked up at the edge where the packet is: that of the hop
 * before. */
static void settle_core(struct dm_path_hop *lines, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        if (lines[i].at.kind == DM_KIND_core_segment || lines[i].at.kind == DM_KIND_core_function) {
            lines[i].jurisdiction = lines[i - 1].jurisdiction;
        }
    }
}

/* What decided which line is taken. */
static const char *way_text(struct dm_arena *arena, const struct dm_model *model,
                            const struct dm_hop *hop)
{
    char buffer[DM_ADDR_TEXT_SIZE];
    const struct dm_way_choice *choice = hop->way;

    if (choice->why) {
        return choice->why;
    }
    if (hop->kind == DM_HOP_SITE_ROUTE) {
        return dm_sprintf(arena, "%s, heard by %s %s", dm_prefix_text(choice->prefix, buffer),
                          dm_kind_text(choice->way->line.kind),
                          dm_model_ref_name(model, choice->way->line));
    }
    return NULL;
}

static const char *target_text(struct dm_arena *arena, const struct dm_model *model,
                               const struct dm_route *route)
{
    struct dm_ref target = dm_route_target(route);

    if (route->target_kind == DM_TARGET_LOCAL) {
        return "local";
    }
    if (target.kind == DM_KIND_none) {
        return "nothing, a black hole";
    }
    return dm_sprintf(arena, "%s %s", dm_kind_text(target.kind), dm_model_ref_name(model, target));
}

static const char *route_text(struct dm_arena *arena, const struct dm_model *model,
                              const struct dm_route *route)
{
    char buffer[DM_ADDR_TEXT_SIZE];
    const char *prefix = route->list.v ? dm_prefix_list_get(model, route->list)->object.name
                                       : dm_prefix_text(route->prefix, buffer);

    return dm_sprintf(arena, "%s%s to %s", prefix, route->propagated ? ", propagated," : "",
                      target_text(arena, model, route));
}

static const char *choice_text(struct dm_arena *arena, const struct dm_model *model,
                               const struct dm_transit_choice *choice)
{
    char buffer[DM_ADDR_TEXT_SIZE];

    if (choice->kind == DM_TRANSIT_UNKNOWN) {
        return choice->why;
    }
    return dm_sprintf(arena, "%s, %s, to %s", dm_prefix_text(choice->prefix, buffer),
                      choice->is_static ? "static" : "propagated",
                      choice->kind == DM_TRANSIT_BLACK_HOLE
                          ? "nothing, a black hole"
                          : dm_attachment_get(model, choice->attachment)->object.name);
}

static const char *core_choice_text(struct dm_arena *arena, const struct dm_model *model,
                                    const struct dm_core_choice *choice)
{
    char buffer[DM_ADDR_TEXT_SIZE];
    const char *to = "nothing, a black hole";

    if (choice->kind == DM_TRANSIT_UNKNOWN) {
        return choice->why;
    }
    if (choice->inserted) {
        to = "a network function";
    } else if (choice->kind == DM_TRANSIT_TO) {
        to = dm_core_attachment_get(model, choice->attachment)->object.name;
    }
    return dm_sprintf(arena, "%s, %s, to %s", dm_prefix_text(choice->prefix, buffer),
                      choice->is_static ? "static" : "propagated", to);
}

static const char *decision_text(struct dm_arena *arena, const struct dm_model *model,
                                 const struct dm_hop *hop, const struct dm_decision *decision)
{
    const char *by = dm_model_ref_name(model, decision->by);

    if (dm_hop_is_policy(hop->kind) && dm_overlay_is_own(model, hop)) {
        return "its own node sends it, so policies let it pass [EKS-21]";
    }
    if (decision->verdict == DM_FILTER_UNKNOWN && hop->seen_sources) {
        return dm_sprintf(arena, "%s: it depends on the source that it sees, which is not known",
                          by);
    }
    if (decision->verdict == DM_FILTER_UNKNOWN) {
        return dm_sprintf(arena, "%s: not understood", by);
    }
    if (hop->kind == DM_HOP_NAT) {
        return decision->verdict == DM_FILTER_ALLOW ? "source translated" : "protocol not carried";
    }
    if (hop->kind == DM_HOP_ENDPOINT || hop->kind == DM_HOP_SERVICE) {
        return decision->verdict == DM_FILTER_ALLOW ? "answers" : "does not answer";
    }
    if (decision->code == DM_CODE_FIREWALL_ASYMMETRY && decision->verdict == DM_FILTER_DENY) {
        return dm_sprintf(arena, "%s", dm_code_text(decision->code));
    }
    if (decision->note) {
        return dm_sprintf(arena, "%s: %s %s", by, decision->note,
                          decision->verdict == DM_FILTER_ALLOW ? "lets it pass" : "drops it");
    }
    if (!decision->rule) {
        return dm_sprintf(arena, "%s: no rule allows it", by);
    }
    return dm_sprintf(arena, "%s: rule %u %s", by, (unsigned)decision->rule,
                      decision->verdict == DM_FILTER_ALLOW ? "allows it" : "denies it");
}

/* Of a filter that sees the packet around this one. */
static const char *around(struct dm_arena *arena, const struct dm_hop *hop, const char *text)
{
    if (!hop->outer || !text) {
        return text;
    }
    return hop->outer == DM_OUTER_IPIP
               ? dm_sprintf(arena, "%s, IP in IP", text)
               : dm_sprintf(arena, "%s, UDP %u", text, (unsigned)hop->outer);
}

static bool fill_hop(struct dm_arena *arena, const struct dm_model *model, const struct dm_hop *hop,
                     const struct dm_flow *flow, struct dm_path_hop *line)
{
    *line = (struct dm_path_hop){
        .kind = hop->kind, .at = hop->at, .source = hop->source, .destination = hop->destination
    };
    line->jurisdiction = jurisdiction_of(model, hop);
    line->name = hop->at.kind == DM_KIND_none
                     ? "internet"
                     : dm_sprintf(arena, "%s %s", dm_kind_text(hop->at.kind),
                                  dm_model_ref_name(model, hop->at));
    if (dm_hop_is_filter(hop->kind)) {
        struct dm_decision decision = dm_filter_decide(model, hop, flow);

        line->decided_by = around(arena, hop, decision_text(arena, model, hop, &decision));
        line->origin = decision.origin;
        line->blocked = decision.verdict == DM_FILTER_ALLOW  ? DM_CODE_NONE
                        : decision.verdict == DM_FILTER_DENY ? decision.code
                                                             : DM_CODE_NOT_UNDERSTOOD;
    } else if (hop->kind == DM_HOP_ENCAPSULATE) {
        line->decided_by =
            hop->outer == DM_OUTER_IPIP
                ? "inside a packet of IP in IP, protocol 4"
                : dm_sprintf(arena, "inside a packet to UDP %u", (unsigned)hop->outer);
        line->origin = dm_model_object(model, hop->at)->origin;
    } else if (hop->kind == DM_HOP_ROUTE) {
        line->decided_by = route_text(arena, model, hop->route);
        line->origin = hop->route->origin;
    } else if (hop->kind == DM_HOP_TRANSIT_ROUTE) {
        line->decided_by = choice_text(arena, model, hop->choice);
        line->origin = hop->choice->origin;
    } else if (hop->kind == DM_HOP_CORE_ROUTE) {
        line->decided_by = core_choice_text(arena, model, hop->core_choice);
        line->origin = hop->core_choice->origin;
    } else if (hop->at.kind != DM_KIND_none) {
        line->origin = dm_model_object(model, hop->at)->origin;
        line->decided_by = hop->way ? way_text(arena, model, hop) : NULL;
    }
    return line->name != NULL;
}

/* The last line of a walk that does not arrive: what ended it. */
static bool fill_end(struct dm_arena *arena, const struct dm_model *model,
                     const struct dm_walk *walk, struct dm_path_hop *line)
{
    struct dm_hop at = { .at = walk->at };
    const char *text = walk->end == DM_WALK_UNKNOWN ? walk->why : dm_code_text(walk->code);

    *line = (struct dm_path_hop){ .kind = DM_HOP_DELIVER,
                                  .at = walk->at,
                                  .source = walk->source,
                                  .destination = walk->destination,
                                  .blocked = walk->code,
                                  .decided_by = text };
    line->jurisdiction = jurisdiction_of(model, &at);
    if (walk->dead.v) {
        line->decided_by =
            dm_sprintf(arena, "%s has failed", dm_element_get(model, walk->dead)->object.name);
    }
    if (walk->at.kind == DM_KIND_none) {
        line->name = "internet";
    } else {
        line->name = dm_sprintf(arena, "%s %s", dm_kind_text(walk->at.kind),
                                dm_model_ref_name(model, walk->at));
        line->origin = dm_model_object(model, walk->at)->origin;
    }
    return line->name != NULL;
}

static enum dm_status describe(struct dm_arena *arena, const struct dm_model *model,
                               const struct dm_session_query *query, const struct dm_walk *request,
                               const struct dm_walk *reply, struct dm_path *ret_path,
                               struct dm_err *err)
{
    const struct dm_walk *walk = reply ? reply : request;
    bool ends_badly = walk->end == DM_WALK_DROPPED || walk->end == DM_WALK_UNKNOWN;
    struct dm_path_hop *lines = DM_NEW_ARRAY(arena, walk->n_hops + 1, struct dm_path_hop);
    struct dm_path path = { .hops = lines,
                            .n_hops = walk->n_hops + ends_badly,
                            .is_reply = reply != NULL,
                            .arrives = !ends_badly };

    if (!lines) {
        return DM_FAIL_NOMEM(err);
    }
    for (size_t i = 0; i < walk->n_hops; i++) {
        struct dm_flow flow = dm_session_flow(query, request, reply, i);

        if (!fill_hop(arena, model, &walk->hops[i], &flow, &lines[i])) {
            return DM_FAIL_NOMEM(err);
        }
        path.arrives &= lines[i].blocked == DM_CODE_NONE;
    }
    if (ends_badly && !fill_end(arena, model, walk, &lines[walk->n_hops])) {
        return DM_FAIL_NOMEM(err);
    }
    settle_core(lines, path.n_hops);
    *ret_path = path;
    return DM_OK;
}

enum dm_status dm_path_describe(struct dm_arena *arena, const struct dm_model *model,
                                const struct dm_session_query *query,
                                const struct dm_session *session, struct dm_path *ret_request,
                                struct dm_path *ret_reply, struct dm_err *err)
{
    struct dm_path request;
    struct dm_path reply = { NULL, 0, true, false };
    enum dm_status status = describe(arena, model, query, session->request, NULL, &request, err);

    if (status == DM_OK && session->reply) {
        status = describe(arena, model, query, session->request, session->reply, &reply, err);
        if (status == DM_OK && session->code == DM_CODE_REPLY_NOT_OF_SESSION) {
            reply.arrives = false;
        }
    }
    if (status == DM_OK) {
        *ret_request = request;
        *ret_reply = reply;
    }
    return status;
}

enum dm_status dm_witness_path(struct dm_checker *checker, const char *from, const char *to,
                               const struct dm_session_query *query,
                               const struct dm_session *session, const struct dm_cut *failed,
                               struct dm_witness *ret_witness, struct dm_err *err)
{
    struct dm_witness witness = { .kind = DM_WITNESS_PATH,
                                  .failed = *failed,
                                  .from = from,
                                  .to = to,
                                  .code = session->end == DM_SESSION_PASS ? DM_CODE_NONE
                                                                          : session->code };
    enum dm_status status;

    witness.packet = (struct dm_packet){ .source = query->start.source,
                                         .destination = query->start.destination,
                                         .protocol = query->flow.protocol,
                                         .destination_port = query->flow.port_first,
                                         .icmp_type = query->flow.icmp_type,
                                         .icmp_code = query->flow.icmp_code };
    if (session->end != DM_SESSION_PASS && session->at.kind != DM_KIND_none) {
        witness.where = dm_model_ref_name(checker->model, session->at);
    }
    *ret_witness = witness;
    status = dm_path_describe(checker->run, checker->model, query, session, &ret_witness->request,
                              &ret_witness->reply, err);
    if (session->code == DM_CODE_POD_ADDRESS_NOT_ROUTED) {
        ret_witness->request.arrives = false; /* at somebody else, at most */
    }
    return status;
}
