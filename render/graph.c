/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/graph.h"

#include <inttypes.h>
#include <string.h>

#include "render/graph_private.h"

/* ---- a VPC ---- */

/* One fill for each environment, light enough for black text, told apart by those who see red and
 * green alike; what is in none is white. */
static const char *environment_fill(struct dm_environment_id environment)
{
    static const char *const fills[] = { "#e8eef7", "#fdf3dc", "#e3f1ec", "#f3e7f1", "#ececec" };

    return environment.v ? fills[(environment.v - 1) % (sizeof fills / sizeof *fills)] : "#ffffff";
}

/* "12 subnets in 3 zones" and the roles that they have, each once. */
static void add_subnets(struct dm_drawing *drawing, struct dm_vpc_id vpc)
{
    const struct dm_model *model = drawing->model;
    struct dm_map roles;
    struct dm_map zones;
    uint64_t n = 0;

    dm_map_init(&roles, drawing->out->arena);
    dm_map_init(&zones, drawing->out->arena);
    for (uint32_t i = 0; i < model->n_subnets; i++) {
        const struct dm_subnet *subnet = &model->subnets[i];

        if (subnet->vpc.v == vpc.v) {
            n++;
            (void)dm_map_add(&zones, dm_zone_get(model, subnet->zone)->object.name, NULL);
            if (subnet->role) {
                (void)dm_map_add(&roles, subnet->role, NULL);
            }
        }
    }
    dm_style_counted(&drawing->label, n, "subnet");
    if (zones.n) {
        dm_str_add(&drawing->label, " in ");
        dm_style_counted(&drawing->label, zones.n, "zone");
    }
    for (size_t i = 0; i < roles.n; i++) {
        dm_str_add(&drawing->label, i == 0 ? "\n" : i % 3 == 0 ? ",\n" : ", ");
        dm_style_add(&drawing->label, roles.entries[i].key);
    }
}

/* How many services run in it, named in the tooltip; of input without services, how many hosts. */
static void add_tenants(struct dm_drawing *drawing, struct dm_vpc_id vpc)
{
    const struct dm_model *model = drawing->model;
    uint64_t n_services = 0;
    uint64_t n_hosts = 0;

    for (uint32_t i = 0; i < model->n_services; i++) {
        if (model->services[i].vpc.v == vpc.v) {
            dm_str_add(&drawing->tooltip, n_services ? ", " : "\n");
            dm_style_add(&drawing->tooltip, model->services[i].base
                                                ? model->services[i].base
                                                : model->services[i].object.name);
            n_services++;
        }
    }
    for (uint32_t i = 0; i < model->n_hosts && !n_services; i++) {
        const struct dm_host *host = &model->hosts[i];

        n_hosts +=
            host->n_interfaces && dm_model_vpc_of_interface(model, host->interfaces[0]).v == vpc.v;
    }
    if (n_services || n_hosts) {
        dm_str_addc(&drawing->label, '\n');
        dm_style_counted(&drawing->label, n_services ? n_services : n_hosts,
                         n_services ? "service" : "host");
    }
}

static void add_body(struct dm_drawing *drawing, struct dm_vpc_id id, const char *region)
{
    const struct dm_vpc *vpc = dm_vpc_get(drawing->model, id);

    dm_style_add(&drawing->tooltip, vpc->object.name);
    add_subnets(drawing, id);
    add_tenants(drawing, id);
    dm_graph_node(drawing, "      ", dm_graph_text(drawing, "body_%s", drawing->vpcs[id.v - 1]),
                  "body", region, "shape=plaintext");
}

static const char *next_gateway(struct dm_drawing *drawing, struct dm_graph_items *items,
                                const char *kind, const char *name)
{
    const char *id = dm_graph_id(drawing, kind, name);

    if (!DM_VEC_PUSH(drawing->out->arena, &items->gateways, id)) {
        drawing->out->failed = true;
    }
    return id;
}

/* Those of 'vpc', or those in 'region' that are attached to none where 'vpc' is 0. */
static void add_internet_gateways(struct dm_drawing *drawing, const char *indent,
                                  struct dm_region_id region, struct dm_vpc_id vpc,
                                  struct dm_graph_items *items)
{
    for (uint32_t i = 0; i < drawing->model->n_internet_gateways; i++) {
        const struct dm_internet_gateway *gateway = &drawing->model->internet_gateways[i];

        if (gateway->vpc.v == vpc.v && gateway->region.v == region.v) {
            dm_str_add(&drawing->label,
                       gateway->egress_only ? "egress-only\ngateway" : "internet\ngateway");
            dm_str_add(&drawing->tooltip, gateway->egress_only ? "egress-only internet gateway "
                                                               : "internet gateway ");
            dm_style_add(&drawing->tooltip, gateway->object.name);
            dm_graph_node(
                drawing, indent, next_gateway(drawing, items, "igw", gateway->object.name),
                "internet_gateway", drawing->regions[region.v - 1], "shape=house, width=0.5");
        }
    }
}

static void add_nat_gateways(struct dm_drawing *drawing, struct dm_vpc_id vpc, const char *region,
                             struct dm_graph_items *items)
{
    uint64_t n = 0;

    for (uint32_t i = 0; i < drawing->model->n_nat_gateways; i++) {
        const struct dm_nat_gateway *gateway = &drawing->model->nat_gateways[i];

        if (dm_model_vpc_of_nat(drawing->model, (struct dm_nat_gateway_id){ i + 1 }).v == vpc.v) {
            dm_str_add(&drawing->tooltip, n++ ? ", " : "NAT gateways: ");
            dm_style_add(&drawing->tooltip, gateway->object.name);
        }
    }
    if (n) {
        dm_style_count(&drawing->label, n);
        dm_str_add(&drawing->label, n == 1 ? " NAT\ngateway" : " NAT\ngateways");
        dm_graph_node(
            drawing, "      ",
            next_gateway(drawing, items, "nat", dm_vpc_get(drawing->model, vpc)->object.name),
            "nat_gateway", region, "shape=invhouse, width=0.5");
    }
}

/* The VPC in which a copy has its endpoints; 0: it has none. */
static struct dm_vpc_id vpc_of_copy(const struct dm_model *model, const struct dm_store_copy *copy)
{
    const struct dm_host *host = copy->n_hosts ? dm_host_get(model, copy->hosts[0]) : NULL;
    struct dm_cluster_id cluster = { 0 };

    if (!host || !host->n_interfaces) {
        return (struct dm_vpc_id){ 0 };
    }
    cluster = dm_model_cluster_of_interface(model, host->interfaces[0]);
    return cluster.v ? dm_cluster_get(model, cluster)->vpc
                     : dm_model_vpc_of_interface(model, host->interfaces[0]);
}

/* In a VPC the environment is known, and a primary copy is at home. */
static void add_copy_label(struct dm_drawing *drawing, const struct dm_store *store, size_t index,
                           bool in_vpc)
{
    const struct dm_model *model = drawing->model;

    dm_style_add(&drawing->label, store->base ? store->base : store->object.name);
    if (!in_vpc && store->environment.v) {
        dm_str_add(&drawing->label, ", ");
        dm_style_add(&drawing->label, dm_environment_get(model, store->environment)->object.name);
    }
    if (index > 0) {
        dm_str_add(&drawing->label, "\nreplica of ");
        dm_style_add(&drawing->label, dm_region_get(model, store->copies[0].region)->object.name);
    } else {
        dm_str_add(&drawing->label, "\nprimary");
    }
    dm_str_add(&drawing->tooltip, index ? "replica of " : "primary of ");
    dm_style_add(&drawing->tooltip, store->object.name);
    dm_str_addf(&drawing->tooltip, ", %s", dm_store_engine_text(store->engine));
    for (size_t i = 0; i < store->n_classes; i++) {
        dm_str_add(&drawing->tooltip, i == 0 ? "\nholds " : ", ");
        dm_style_add(&drawing->tooltip, dm_data_class_get(model, store->classes[i])->object.name);
    }
}

/* Copies of stores in 'vpc', or those in 'region' that are in no VPC where 'vpc' is 0. */
static void add_copies(struct dm_drawing *drawing, const char *indent, struct dm_region_id region,
                       struct dm_vpc_id vpc, struct dm_graph_items *items)
{
    const struct dm_model *model = drawing->model;

    for (uint32_t i = 0; i < model->n_stores; i++) {
        const struct dm_store *store = &model->stores[i];

        for (size_t j = 0; j < store->n_copies; j++) {
            const struct dm_store_copy *copy = &store->copies[j];

            if (copy->region.v != region.v || vpc_of_copy(model, copy).v != vpc.v) {
                continue;
            }
            add_copy_label(drawing, store, j, vpc.v != 0);
            drawing->copies[i][j] = dm_graph_id(drawing, "store", store->object.name);
            if (!DM_VEC_PUSH(drawing->out->arena, &items->column, drawing->copies[i][j])) {
                drawing->out->failed = true;
            }
            dm_graph_node(
                drawing, indent, drawing->copies[i][j], "store", drawing->regions[region.v - 1],
                j == 0 ? "shape=cylinder, style=filled, fillcolor=\"#d5dff0\""
                       : "shape=cylinder, style=\"filled,dashed\", fillcolor=\"#ffffff\"");
        }
    }
}

static void add_order(struct dm_drawing *drawing, const char *indent, const char *above,
                      const char *below)
{
    dm_str_addf(drawing->out, "%s%s -> %s [style=invis];\n", indent, above, below);
}

/* Invisible edges that put the items below 'top' (NULL: below nothing). */
static void order_items(struct dm_drawing *drawing, const char *indent, const char *top,
                        const struct dm_graph_items *items)
{
    const char *first = items->column.n ? items->column.items[0] : NULL;

    for (size_t i = 0; i < items->gateways.n; i++) {
        if (top) {
            add_order(drawing, indent, top, items->gateways.items[i]);
        }
        if (first) {
            add_order(drawing, indent, items->gateways.items[i], first);
        }
    }
    if (first && top && !items->gateways.n) {
        add_order(drawing, indent, top, first);
    }
    for (size_t i = 1; i < items->column.n; i++) {
        add_order(drawing, indent, items->column.items[i - 1], items->column.items[i]);
    }
}

static void add_vpc(struct dm_drawing *drawing, struct dm_vpc_id id)
{
    const struct dm_vpc *vpc = dm_vpc_get(drawing->model, id);
    const char *vpc_id = drawing->vpcs[id.v - 1];
    const char *region = drawing->regions[vpc->region.v - 1];
    struct dm_graph_items items = { 0 };
    char buffer[DM_ADDR_TEXT_SIZE];

    dm_graph_name(&drawing->label, &vpc->object);
    dm_str_add(&drawing->tooltip, "VPC ");
    dm_style_add(&drawing->tooltip, vpc->object.name);
    if (vpc->account) {
        dm_str_add(&drawing->tooltip, ", account ");
        dm_style_add(&drawing->tooltip, vpc->account);
    }
    for (size_t i = 0; i < vpc->n_cidrs; i++) {
        dm_str_addf(&drawing->label, "%s%s", i == 0 ? "\n" : ", ",
                    dm_prefix_text(vpc->cidrs[i], buffer));
    }
    dm_graph_cluster(drawing, "    ", vpc_id, dm_graph_text(drawing, "vpc in_%s", region),
                     dm_graph_text(drawing,
                                   "style=\"rounded,filled\", fillcolor=\"%s\", fontsize=10, "
                                   "fontname=\"Helvetica\"",
                                   environment_fill(vpc->environment)));
    add_body(drawing, id, region);
    add_internet_gateways(drawing, "      ", vpc->region, id, &items);
    add_nat_gateways(drawing, id, region, &items);
    dm_graph_served(drawing, id, region, &items);
    add_copies(drawing, "      ", vpc->region, id, &items);
    order_items(drawing, "      ", dm_graph_text(drawing, "body_%s", vpc_id), &items);
    dm_str_add(drawing->out, "    }\n");
}

/* ---- a region ---- */

static void add_transit_gateways(struct dm_drawing *drawing, struct dm_region_id region,
                                 const char **ret_first)
{
    for (uint32_t i = 0; i < drawing->model->n_transit_gateways; i++) {
        const struct dm_transit_gateway *gateway = &drawing->model->transit_gateways[i];

        if (gateway->region.v == region.v) {
            dm_graph_name(&drawing->label, &gateway->object);
            dm_str_add(&drawing->tooltip, "transit gateway ");
            dm_style_add(&drawing->tooltip, gateway->object.name);
            if (gateway->asn) {
                dm_str_addf(&drawing->label, "\nAS %" PRIu32, gateway->asn);
            }
            dm_graph_node(
                drawing, "    ", drawing->gateways[i], "transit_gateway",
                drawing->regions[region.v - 1],
                "shape=octagon, style=filled, fillcolor=\"#e6ddf0\", margin=\"0.05,0.02\"");
            *ret_first = *ret_first ? *ret_first : drawing->gateways[i];
        }
    }
}

static void add_core_edges(struct dm_drawing *drawing, struct dm_region_id region,
                           const char **ret_first)
{
    for (uint32_t i = 0; i < drawing->model->n_core_edges; i++) {
        const struct dm_core_edge *edge = &drawing->model->core_edges[i];

        if (edge->region.v == region.v) {
            dm_style_add(&drawing->label,
                         dm_core_network_get(drawing->model, edge->network)->object.name);
            if (edge->asn) {
                dm_str_addf(&drawing->label, "\nAS %" PRIu32, edge->asn);
            }
            dm_str_add(&drawing->tooltip, "core network edge ");
            dm_style_add(&drawing->tooltip, edge->object.name);
            dm_graph_node(
                drawing, "    ", drawing->edges[i], "core_edge", drawing->regions[region.v - 1],
                "shape=hexagon, style=filled, fillcolor=\"#dbe9f4\", margin=\"0.05,0.02\"");
            *ret_first = *ret_first ? *ret_first : drawing->edges[i];
        }
    }
}

static void add_region(struct dm_drawing *drawing, struct dm_region_id id)
{
    const struct dm_model *model = drawing->model;
    const struct dm_region *region = dm_region_get(model, id);
    struct dm_graph_items items = { 0 };
    const char *top = NULL;
    bool has_vpc = false;

    dm_style_add(&drawing->label, region->object.name);
    dm_str_add(&drawing->tooltip, "region ");
    dm_style_add(&drawing->tooltip, region->object.name);
    dm_str_add(&drawing->label, "  ");
    dm_style_add(&drawing->label, region->jurisdiction ? region->jurisdiction : "");
    if (region->jurisdiction) {
        dm_str_add(&drawing->tooltip, ", under the law of ");
        dm_style_add(&drawing->tooltip, region->jurisdiction);
    }
    dm_graph_cluster(drawing, "  ", drawing->regions[id.v - 1], "region",
                     "style=filled, fillcolor=\"#f7f7f7\", color=\"#555555\", fontsize=16, "
                     "fontname=\"Helvetica-Bold\"");
    add_transit_gateways(drawing, id, &top);
    add_core_edges(drawing, id, &top);
    for (uint32_t i = 0; i < model->n_vpcs; i++) {
        if (model->vpcs[i].region.v == id.v) {
            has_vpc = true;
            add_vpc(drawing, (struct dm_vpc_id){ i + 1 });
        }
    }
    add_internet_gateways(drawing, "    ", id, (struct dm_vpc_id){ 0 }, &items);
    add_copies(drawing, "    ", id, (struct dm_vpc_id){ 0 }, &items);
    order_items(drawing, "    ", top, &items);
    if (!has_vpc && !top && !items.gateways.n && !items.column.n) {
        /* A cluster without nodes would not be drawn. */
        dm_str_add(&drawing->label, "nothing here");
        dm_graph_node(drawing, "    ",
                      dm_graph_text(drawing, "nothing_%s", drawing->regions[id.v - 1]), "nothing",
                      drawing->regions[id.v - 1], "shape=plaintext");
    }
    dm_str_add(drawing->out, "  }\n");
}

/* ---- between them ---- */

/* All transit gateways side by side, whatever their regions: what 'newrank' is for. */
static void add_rank(struct dm_drawing *drawing)
{
    if (drawing->model->n_transit_gateways > 1) {
        dm_str_add(drawing->out, "  { rank=same;");
        for (uint32_t i = 0; i < drawing->model->n_transit_gateways; i++) {
            dm_str_addf(drawing->out, " %s;", drawing->gateways[i]);
        }
        dm_str_add(drawing->out, " }\n");
    }
}

static void add_vpc_attachment(struct dm_drawing *drawing, const struct dm_attachment *attachment)
{
    const struct dm_model *model = drawing->model;
    const char *vpc = drawing->vpcs[attachment->vpc.v - 1];

    dm_str_add(&drawing->tooltip, "attachment ");
    dm_style_add(&drawing->tooltip, attachment->object.name);
    if (attachment->table.v) {
        dm_str_add(&drawing->tooltip, ", associated with ");
        dm_style_add(&drawing->tooltip,
                     dm_transit_table_get(model, attachment->table)->object.name);
    }
    dm_graph_edge(drawing, drawing->gateways[attachment->gateway.v - 1],
                  dm_graph_text(drawing, "body_%s", vpc), "attachment",
                  dm_graph_text(drawing, "lhead=cluster_%s, dir=none", vpc));
}

/* Whether something that is drawn by itself ends there. */
static bool has_line(const struct dm_model *model, struct dm_ref end)
{
    for (uint32_t i = 0; i < model->n_vpn_connections; i++) {
        struct dm_ref at = model->vpn_connections[i].end;

        if (at.kind == end.kind && at.v == end.v) {
            return true;
        }
    }
    for (uint32_t i = 0; i < model->n_dx_associations; i++) {
        struct dm_ref at = model->dx_associations[i].end;

        if (at.kind == end.kind && at.v == end.v) {
            return true;
        }
    }
    return false;
}

/* A side that is not in the input, or an attachment of a kind that is not understood. */
static void add_unknown_attachment(struct dm_drawing *drawing,
                                   const struct dm_attachment *attachment)
{
    const char *id = dm_graph_id(drawing, "far", attachment->object.name);

    dm_str_add(&drawing->label, attachment->kind == DM_ATTACHMENT_PEERING
                                    ? "a transit gateway\nthat is not in the input"
                                    : "not understood");
    dm_str_addc(&drawing->tooltip, '\n');
    dm_style_add(&drawing->tooltip, attachment->object.name);
    dm_graph_node(drawing, "  ", id, "unknown", NULL, "shape=box, style=dashed");
    dm_str_add(&drawing->tooltip, "attachment ");
    dm_style_add(&drawing->tooltip, attachment->object.name);
    dm_graph_edge(drawing, drawing->gateways[attachment->gateway.v - 1], id, "attachment",
                  "constraint=false, dir=none, style=dashed");
}

/* A peering of transit gateways is two attachments; it is drawn from the first. */
static void add_attachments(struct dm_drawing *drawing)
{
    const struct dm_model *model = drawing->model;

    for (uint32_t i = 0; i < model->n_attachments; i++) {
        const struct dm_attachment *attachment = &model->attachments[i];

        if (attachment->kind == DM_ATTACHMENT_VPC && attachment->vpc.v) {
            add_vpc_attachment(drawing, attachment);
        } else if (attachment->kind == DM_ATTACHMENT_PEERING && attachment->peer.v) {
            const struct dm_attachment *peer = dm_attachment_get(model, attachment->peer);

            if (attachment->peer.v > i + 1) {
                dm_str_add(&drawing->tooltip, "peering ");
                dm_style_add(&drawing->tooltip, attachment->object.name);
                dm_graph_edge(drawing, drawing->gateways[attachment->gateway.v - 1],
                              drawing->gateways[peer->gateway.v - 1], "transit_peering",
                              "constraint=false, dir=none, penwidth=2, color=\"#6b4c9a\"");
            }
        } else if (attachment->kind != DM_ATTACHMENT_CORE
                   && !has_line(model, DM_REF(attachment, (struct dm_attachment_id){ i + 1 }))) {
            add_unknown_attachment(drawing, attachment);
        }
    }
}

/* Peerings of transit gateways with edges; the segments that their tables are attached to are in
 * the tooltip. */
static void add_core_peerings(struct dm_drawing *drawing)
{
    const struct dm_model *model = drawing->model;

    for (uint32_t i = 0; i < model->n_core_peerings; i++) {
        const struct dm_core_peering *peering = &model->core_peerings[i];

        dm_str_add(&drawing->tooltip, "peering ");
        dm_style_add(&drawing->tooltip, peering->object.name);
        for (uint32_t j = 0; j < model->n_core_attachments; j++) {
            const struct dm_core_attachment *attachment = &model->core_attachments[j];

            if (attachment->kind == DM_CORE_ATTACHMENT_TABLE && attachment->peering.v == i + 1) {
                dm_str_addc(&drawing->tooltip, '\n');
                dm_style_add(&drawing->tooltip,
                             dm_transit_table_get(model, attachment->table)->object.name);
                dm_str_add(&drawing->tooltip, " in ");
                dm_style_add(&drawing->tooltip,
                             attachment->segment.v
                                 ? dm_core_segment_get(model, attachment->segment)->short_name
                                 : "no segment");
            }
        }
        dm_graph_edge(drawing, drawing->gateways[peering->gateway.v - 1],
                      drawing->edges[peering->edge.v - 1], "core_peering",
                      "constraint=false, dir=none, penwidth=2, color=\"#6b4c9a\"");
    }
}

/* Each edge with each other [CWAN-04], and attachments. */
static void add_core(struct dm_drawing *drawing)
{
    const struct dm_model *model = drawing->model;

    for (uint32_t i = 0; i < model->n_core_edges; i++) {
        for (uint32_t j = i + 1; j < model->n_core_edges; j++) {
            if (model->core_edges[i].network.v == model->core_edges[j].network.v) {
                dm_str_add(&drawing->tooltip, "inside ");
                dm_style_add(&drawing->tooltip,
                             dm_core_network_get(model, model->core_edges[i].network)->object.name);
                dm_graph_edge(drawing, drawing->edges[i], drawing->edges[j], "core_link",
                              "constraint=false, dir=none, penwidth=2, color=\"#2d6a9f\"");
            }
        }
    }
    for (uint32_t i = 0; i < model->n_core_attachments; i++) {
        const struct dm_core_attachment *attachment = &model->core_attachments[i];
        const char *vpc;

        if (attachment->kind != DM_CORE_ATTACHMENT_VPC) {
            continue;
        }
        vpc = drawing->vpcs[attachment->vpc.v - 1];
        dm_str_add(&drawing->tooltip, "attachment ");
        dm_style_add(&drawing->tooltip, attachment->object.name);
        if (attachment->segment.v) {
            dm_str_add(&drawing->tooltip, ", in segment ");
            dm_style_add(&drawing->tooltip,
                         dm_core_segment_get(model, attachment->segment)->short_name);
        }
        dm_graph_edge(drawing, drawing->edges[attachment->edge.v - 1],
                      dm_graph_text(drawing, "body_%s", vpc), "attachment",
                      dm_graph_text(drawing, "lhead=cluster_%s, dir=none", vpc));
    }
    add_core_peerings(drawing);
}

/* ---- sites ---- */

/* An edge to what a line ends at: a VPC, a transit gateway, an edge of a core network. */
static void add_to_end(struct dm_drawing *drawing, const char *from, struct dm_ref end,
                       const char *kind, const char *attributes)
{
    const struct dm_model *model = drawing->model;
    struct dm_vpc_id vpc = { 0 };

    if (end.kind == DM_KIND_attachment) {
        dm_graph_edge(drawing, from, drawing->gateways[model->attachments[end.v - 1].gateway.v - 1],
                      kind, attributes);
        return;
    }
    if (end.kind == DM_KIND_core_attachment) {
        dm_graph_edge(drawing, from, drawing->edges[model->core_attachments[end.v - 1].edge.v - 1],
                      kind, attributes);
        return;
    }
    vpc = dm_vpn_gateway_get(model, (struct dm_vpn_gateway_id){ end.v })->vpc;
    if (vpc.v) {
        dm_graph_edge(
            drawing, from, dm_graph_text(drawing, "body_%s", drawing->vpcs[vpc.v - 1]), kind,
            dm_graph_text(drawing, "lhead=cluster_%s, %s", drawing->vpcs[vpc.v - 1], attributes));
    } else {
        dm_str_clear(&drawing->tooltip);
    }
}

/* Where a line leads that is not in the input: a node of its own. */
static const char *far_end(struct dm_drawing *drawing, struct dm_site_id site, const char *line)
{
    const char *id;

    if (site.v) {
        return drawing->sites[site.v - 1];
    }
    id = dm_graph_id(drawing, "beyond", line);
    dm_str_add(&drawing->label, "not in the input");
    dm_str_add(&drawing->tooltip, "beyond ");
    dm_style_add(&drawing->tooltip, line);
    dm_graph_node(drawing, "  ", id, "unknown", NULL, "shape=note, style=dashed");
    return id;
}

static void add_site_nodes(struct dm_drawing *drawing)
{
    const struct dm_model *model = drawing->model;

    for (uint32_t i = 0; i < model->n_sites; i++) {
        const struct dm_site *site = &model->sites[i];
        char buffer[DM_ADDR_TEXT_SIZE];

        dm_graph_name(&drawing->label, &site->object);
        for (size_t j = 0; j < site->n_prefixes; j++) {
            dm_str_addf(&drawing->label, "\n%s", dm_prefix_text(site->prefixes[j], buffer));
        }
        dm_str_add(&drawing->tooltip, "site ");
        dm_style_add(&drawing->tooltip, site->object.name);
        if (site->jurisdiction) {
            dm_str_add(&drawing->tooltip, ", under the law of ");
            dm_style_add(&drawing->tooltip, site->jurisdiction);
        }
        dm_graph_node(drawing, "  ", drawing->sites[i], "site", NULL,
                      "shape=house, style=filled, fillcolor=\"#f4e8d0\"");
    }
    for (uint32_t i = 0; i < model->n_dx_gateways; i++) {
        dm_graph_name(&drawing->label, &model->dx_gateways[i].object);
        dm_str_add(&drawing->tooltip, "Direct Connect gateway ");
        dm_style_add(&drawing->tooltip, model->dx_gateways[i].object.name);
        dm_graph_node(drawing, "  ", drawing->connects[i], "dx_gateway", NULL,
                      "shape=diamond, style=filled, fillcolor=\"#f4e8d0\", margin=\"0.02,0.02\"");
    }
}

/* Sites, the lines from them, and what Direct Connect gateways are associated with. */
static void add_sites(struct dm_drawing *drawing)
{
    static const char vpn[] = "dir=none, style=dashed, color=\"#8a6d1d\"";
    static const char direct[] = "dir=none, penwidth=2, color=\"#8a6d1d\"";
    const struct dm_model *model = drawing->model;

    add_site_nodes(drawing);
    for (uint32_t i = 0; i < model->n_vpn_connections; i++) {
        const struct dm_vpn_connection *line = &model->vpn_connections[i];
        const char *from = far_end(drawing, dm_customer_gateway_get(model, line->customer)->site,
                                   line->object.name);

        dm_str_add(&drawing->tooltip, "VPN connection ");
        dm_style_add(&drawing->tooltip, line->object.name);
        add_to_end(drawing, from, line->end, "vpn", vpn);
    }
    for (uint32_t i = 0; i < model->n_virtual_interfaces; i++) {
        const struct dm_virtual_interface *line = &model->virtual_interfaces[i];
        const char *from = far_end(drawing, line->site, line->object.name);

        dm_str_add(&drawing->tooltip, "virtual interface ");
        dm_style_add(&drawing->tooltip, line->object.name);
        dm_str_add(&drawing->tooltip, " on ");
        dm_style_add(&drawing->tooltip, dm_dx_connection_get(model, line->connection)->object.name);
        if (line->end.kind == DM_KIND_dx_gateway) {
            dm_graph_edge(drawing, from, drawing->connects[line->end.v - 1], "direct_connect",
                          direct);
        } else {
            add_to_end(drawing, from, line->end, "direct_connect", direct);
        }
    }
    for (uint32_t i = 0; i < model->n_dx_associations; i++) {
        const struct dm_dx_association *association = &model->dx_associations[i];

        dm_str_add(&drawing->tooltip, "association ");
        dm_style_add(&drawing->tooltip, association->object.name);
        add_to_end(drawing, drawing->connects[association->gateway.v - 1], association->end,
                   "direct_connect", direct);
    }
}

static void add_peerings(struct dm_drawing *drawing)
{
    for (uint32_t i = 0; i < drawing->model->n_peerings; i++) {
        const struct dm_peering *peering = &drawing->model->peerings[i];
        const char *from = drawing->vpcs[peering->requester.v - 1];
        const char *to = drawing->vpcs[peering->accepter.v - 1];

        dm_str_add(&drawing->tooltip, "VPC peering ");
        dm_style_add(&drawing->tooltip, peering->object.name);
        dm_graph_edge(
            drawing, dm_graph_text(drawing, "body_%s", from), dm_graph_text(drawing, "body_%s", to),
            "peering",
            dm_graph_text(drawing,
                          "ltail=cluster_%s, lhead=cluster_%s, constraint=false, dir=none, "
                          "penwidth=2, color=\"#2f6f4f\"",
                          from, to));
    }
}

static void add_replication(struct dm_drawing *drawing)
{
    for (uint32_t i = 0; i < drawing->model->n_stores; i++) {
        const struct dm_store *store = &drawing->model->stores[i];

        for (size_t j = 1; j < store->n_copies; j++) {
            const char *from = drawing->copies[i][0];
            const char *to = drawing->copies[i][j];

            dm_str_add(&drawing->tooltip, "replication of ");
            dm_style_add(&drawing->tooltip, store->object.name);
            dm_graph_edge(drawing, from, to, "replication",
                          "constraint=false, style=dashed, color=\"#9a5b1e\"");
        }
    }
}

static void add_unknowns(struct dm_drawing *drawing)
{
    const struct dm_model *model = drawing->model;

    if (!model->n_unknowns) {
        return;
    }
    dm_style_counted(&drawing->label, model->n_unknowns, "part");
    dm_str_add(&drawing->label, "\nnot understood");
    for (uint32_t i = 0; i < model->n_unknowns; i++) {
        dm_str_add(&drawing->tooltip, i == 0 ? "" : "\n");
        dm_style_add(&drawing->tooltip, model->unknowns[i].object.name);
    }
    dm_graph_node(drawing, "  ", dm_graph_id(drawing, "not", "understood"), "unknown", NULL,
                  "shape=note, style=dashed");
}

/* ---- the whole ---- */

/* Ids of all objects of a kind; 'taken' is filled before anything refers to them. */
static bool make_ids(struct dm_drawing *drawing)
{
    const struct dm_model *model = drawing->model;
    struct dm_arena *arena = drawing->out->arena;

    drawing->regions = DM_NEW_ARRAY(arena, model->n_regions + 1, const char *);
    drawing->vpcs = DM_NEW_ARRAY(arena, model->n_vpcs + 1, const char *);
    drawing->gateways = DM_NEW_ARRAY(arena, model->n_transit_gateways + 1, const char *);
    drawing->edges = DM_NEW_ARRAY(arena, model->n_core_edges + 1, const char *);
    drawing->sites = DM_NEW_ARRAY(arena, model->n_sites + 1, const char *);
    drawing->connects = DM_NEW_ARRAY(arena, model->n_dx_gateways + 1, const char *);
    drawing->copies = DM_NEW_ARRAY(arena, model->n_stores + 1, const char **);
    if (!drawing->regions || !drawing->vpcs || !drawing->gateways || !drawing->edges
        || !drawing->sites || !drawing->connects || !drawing->copies) {
        return false;
    }
    for (uint32_t i = 0; i < model->n_sites; i++) {
        drawing->sites[i] = dm_graph_id(drawing, "site", model->sites[i].object.name);
    }
    for (uint32_t i = 0; i < model->n_dx_gateways; i++) {
        drawing->connects[i] = dm_graph_id(drawing, "dxgw", model->dx_gateways[i].object.name);
    }
    for (uint32_t i = 0; i < model->n_regions; i++) {
        drawing->regions[i] = dm_graph_id(drawing, "region", model->regions[i].object.name);
    }
    for (uint32_t i = 0; i < model->n_vpcs; i++) {
        drawing->vpcs[i] = dm_graph_id(drawing, "vpc", model->vpcs[i].object.name);
    }
    for (uint32_t i = 0; i < model->n_transit_gateways; i++) {
        drawing->gateways[i] = dm_graph_id(drawing, "tgw", model->transit_gateways[i].object.name);
    }
    for (uint32_t i = 0; i < model->n_core_edges; i++) {
        drawing->edges[i] = dm_graph_id(drawing, "core", model->core_edges[i].object.name);
    }
    for (uint32_t i = 0; i < model->n_stores; i++) {
        drawing->copies[i] = DM_NEW_ARRAY(arena, model->stores[i].n_copies + 1, const char *);
        if (!drawing->copies[i]) {
            return false;
        }
    }
    return dm_graph_served_ids(drawing);
}

static void add_heading(struct dm_drawing *drawing)
{
    struct dm_str *out = drawing->out;

    dm_style_add(&drawing->label, drawing->model->name ? drawing->model->name : "unnamed network");
    dm_str_add(out, "digraph network {\n"
                    "  graph [id=\"network\", compound=true, newrank=true, rankdir=TB,\n"
                    "    splines=true, nodesep=0.25, ranksep=\"0.3 equally\",\n"
                    "    outputorder=edgesfirst, bgcolor=\"white\", fontname=\"Helvetica\",\n"
                    "    fontsize=20, labelloc=t, pad=0.3");
    dm_graph_texts(drawing, true);
    dm_str_add(out,
               "];\n"
               "  node [fontname=\"Helvetica\", fontsize=9, margin=\"0.08,0.04\", height=0.4,\n"
               "    color=\"#555555\"];\n"
               "  edge [fontname=\"Helvetica\", fontsize=8, color=\"#555555\"];\n");
}

void dm_render_graph(const struct dm_model *model, struct dm_str *out)
{
    struct dm_drawing drawing = { .model = model, .out = out };

    dm_map_init(&drawing.taken, out->arena);
    dm_str_init(&drawing.label, out->arena);
    dm_str_init(&drawing.tooltip, out->arena);
    if (!make_ids(&drawing)) {
        out->failed = true;
        return;
    }
    add_heading(&drawing);
    for (uint32_t i = 0; i < model->n_regions; i++) {
        add_region(&drawing, (struct dm_region_id){ i + 1 });
    }
    add_unknowns(&drawing);
    add_rank(&drawing);
    add_attachments(&drawing);
    add_core(&drawing);
    add_sites(&drawing);
    add_peerings(&drawing);
    add_replication(&drawing);
    dm_graph_served_edges(&drawing);
    dm_str_add(out, "}\n");
    out->failed = out->failed || drawing.label.failed || drawing.tooltip.failed;
}
