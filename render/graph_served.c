/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What serves and what inspects: load balancers with their targets, clusters, accelerators,
 * firewalls, gateway load balancers with their endpoints, hosts that forward.
 *
 * What stands in a VPC is a node in its column; of endpoints of one gateway load balancer in a VPC
 * there is one.  A target is drawn as what it is: a copy of a store, another load balancer, a
 * cluster of which it is a node or a pod, a host that forwards, else the VPC's body.  One edge for
 * each two ends, with the ports of all listeners that lead there.
 */
#include <string.h>

#include "render/graph_private.h"

/* Between what stands in regions nothing pulls at ranks. */
static const char serves[] = "constraint=false, color=\"#1f6f8b\", fontcolor=\"#1f6f8b\"";
static const char inspects[] = "constraint=false, color=\"#a33e00\"";
static const char begins[] = "color=\"#1f6f8b\", fontcolor=\"#1f6f8b\"";

/* ---- nodes ---- */

static void push(struct dm_drawing *drawing, struct dm_graph_items *items, const char *id)
{
    if (!DM_VEC_PUSH(drawing->out->arena, &items->column, id)) {
        drawing->out->failed = true;
    }
}

static void add_kind(struct dm_drawing *drawing, const char *kind, const struct dm_object *object)
{
    dm_graph_name(&drawing->label, object);
    dm_str_addf(&drawing->tooltip, "%s ", kind);
    dm_style_add(&drawing->tooltip, object->name);
}

static bool is_public(const struct dm_model *model, struct dm_balancer_id id)
{
    for (uint32_t i = 0; i < model->n_interfaces; i++) {
        const struct dm_interface *node = &model->interfaces[i];

        for (size_t j = 0; node->balancer.v == id.v && j < node->n_addresses; j++) {
            if (!dm_addr_is_none(node->addresses[j].public_address)) {
                return true;
            }
        }
    }
    return false;
}

static void add_balancers(struct dm_drawing *drawing, struct dm_vpc_id vpc, const char *region,
                          struct dm_graph_items *items)
{
    for (uint32_t i = 0; i < drawing->model->n_balancers; i++) {
        const struct dm_balancer *balancer = &drawing->model->balancers[i];
        bool open = is_public(drawing->model, (struct dm_balancer_id){ i + 1 });

        if (balancer->vpc.v == vpc.v) {
            add_kind(drawing,
                     balancer->is_application ? "application load balancer"
                                              : "network load balancer",
                     &balancer->object);
            dm_str_addf(&drawing->label, "\n%s load balancer%s",
                        balancer->is_application ? "application" : "network",
                        open ? ",\ninternet-facing" : "");
            push(drawing, items, drawing->balancers[i]);
            dm_graph_node(drawing, "      ", drawing->balancers[i], "load_balancer", region,
                          "shape=box, style=\"rounded,filled\", fillcolor=\"#cfe8ef\"");
        }
    }
}

/* How many endpoints of a firewall, or of a gateway load balancer, are in a VPC (0: in any). */
static uint64_t count_endpoints(const struct dm_model *model, struct dm_vpc_id vpc,
                                struct dm_firewall_id firewall,
                                struct dm_gateway_balancer_id balancer)
{
    uint64_t n = 0;

    for (uint32_t i = 0; i < model->n_gwlb_endpoints; i++) {
        const struct dm_gwlb_endpoint *endpoint = &model->gwlb_endpoints[i];

        n += endpoint->firewall.v == firewall.v && endpoint->balancer.v == balancer.v
             && (!vpc.v || dm_subnet_get(model, endpoint->subnet)->vpc.v == vpc.v);
    }
    return n;
}

static void add_firewalls(struct dm_drawing *drawing, struct dm_vpc_id vpc, const char *region,
                          struct dm_graph_items *items)
{
    const struct dm_model *model = drawing->model;

    for (uint32_t i = 0; i < model->n_firewalls; i++) {
        const struct dm_firewall *firewall = &model->firewalls[i];

        if (firewall->vpc.v == vpc.v) {
            add_kind(drawing, "firewall", &firewall->object);
            dm_str_add(&drawing->label, "\nfirewall, ");
            dm_style_counted(&drawing->label,
                             count_endpoints(model, (struct dm_vpc_id){ 0 },
                                             (struct dm_firewall_id){ i + 1 },
                                             (struct dm_gateway_balancer_id){ 0 }),
                             "endpoint");
            push(drawing, items, drawing->firewalls[i]);
            dm_graph_node(drawing, "      ", drawing->firewalls[i], "firewall", region,
                          "shape=box, penwidth=2, color=\"#a33e00\"");
        }
    }
}

static void add_gateway_balancers(struct dm_drawing *drawing, struct dm_vpc_id vpc,
                                  const char *region, struct dm_graph_items *items)
{
    const struct dm_model *model = drawing->model;

    for (uint32_t i = 0; i < model->n_gateway_balancers; i++) {
        const struct dm_gateway_balancer *balancer = &model->gateway_balancers[i];
        uint64_t n = count_endpoints(model, vpc, (struct dm_firewall_id){ 0 },
                                     (struct dm_gateway_balancer_id){ i + 1 });
        const char *from;

        if (balancer->vpc.v == vpc.v) {
            add_kind(drawing, "gateway load balancer", &balancer->object);
            dm_str_add(&drawing->label, "\ngateway load balancer");
            push(drawing, items, drawing->fleets[i]);
            dm_graph_node(drawing, "      ", drawing->fleets[i], "gateway_load_balancer", region,
                          "shape=box, style=rounded, penwidth=2, color=\"#a33e00\"");
        }
        if (n) {
            from = drawing->endpoints[i * model->n_vpcs + vpc.v - 1];
            dm_style_counted(&drawing->label, n, "endpoint");
            dm_str_add(&drawing->tooltip, "to gateway load balancer ");
            dm_style_add(&drawing->tooltip, balancer->object.name);
            push(drawing, items, from);
            dm_graph_node(drawing, "      ", from, "gateway_load_balancer_endpoint", region,
                          "shape=box, color=\"#a33e00\"");
        }
    }
}

static void add_appliances(struct dm_drawing *drawing, struct dm_vpc_id vpc, const char *region,
                           struct dm_graph_items *items)
{
    for (uint32_t i = 0; i < drawing->model->n_hosts; i++) {
        const struct dm_host *host = &drawing->model->hosts[i];

        if (drawing->appliances[i]
            && dm_model_vpc_of_interface(drawing->model, host->interfaces[0]).v == vpc.v) {
            add_kind(drawing, "appliance", &host->object);
            dm_str_add(&drawing->label, host->running ? "\nappliance" : "\nappliance, stopped");
            push(drawing, items, drawing->appliances[i]);
            dm_graph_node(drawing, "      ", drawing->appliances[i], "appliance", region,
                          "shape=component, color=\"#a33e00\"");
        }
    }
}

static uint64_t count_zones(const struct dm_model *model, struct dm_node_group_id group)
{
    uint64_t n = 0;

    for (uint32_t i = 0; i < model->n_nodes; i++) {
        n += model->nodes[i].group.v == group.v; /* of a design: one for all of a zone */
    }
    return n;
}

/* "workers: 3 nodes of 3 to 6 in 3 zones, public" */
static void add_node_group(struct dm_drawing *drawing, uint32_t at)
{
    const struct dm_node_group *group = &drawing->model->node_groups[at];
    const char *dot = strrchr(group->object.name, '.');

    dm_str_add(&drawing->label, "\n");
    dm_style_add(&drawing->label, dot ? dot + 1 : group->object.name);
    dm_str_addf(&drawing->label, ": ");
    dm_style_counted(&drawing->label, group->size, "node");
    dm_str_addf(&drawing->label, " of %u to %u in ", (unsigned)group->min_size,
                (unsigned)group->max_size);
    dm_style_counted(&drawing->label,
                     count_zones(drawing->model, (struct dm_node_group_id){ at + 1 }), "zone");
    dm_str_add(&drawing->label, group->is_public ? ", public" : "");
}

/* What runs on it, by name, a few of them. */
static void add_loads(struct dm_drawing *drawing, struct dm_cluster_id id)
{
    enum { MAX_SHOWN = 8, PER_LINE = 4 };
    const struct dm_model *model = drawing->model;
    uint64_t n = 0;

    for (uint32_t i = 0; i < model->n_workloads; i++) {
        const char *name = model->workloads[i].short_name;
        const char *slash = strchr(name, '/');

        if (dm_namespace_get(model, model->workloads[i].namespace)->cluster.v != id.v) {
            continue;
        }
        if (n < MAX_SHOWN) {
            dm_str_add(&drawing->label, n % PER_LINE ? ", " : "\n");
            dm_style_add(&drawing->label, slash ? slash + 1 : name);
        }
        n++;
    }
    if (n > MAX_SHOWN) {
        dm_str_addf(&drawing->label, "\nand %llu more", (unsigned long long)n - MAX_SHOWN);
    }
}

/* "pods 192.168.0.0/16, VXLAN", a line for each node group, and what runs there. */
static void add_cluster_label(struct dm_drawing *drawing, struct dm_cluster_id id)
{
    const struct dm_model *model = drawing->model;
    char text[DM_ADDR_TEXT_SIZE];

    dm_str_add(&drawing->label, "\ncluster");
    for (uint32_t i = 0; i < model->n_ip_pools; i++) {
        if (model->ip_pools[i].cluster.v == id.v && !model->ip_pools[i].disabled) {
            enum dm_encapsulation inside = model->ip_pools[i].encapsulation;

            dm_str_addf(&drawing->label, "\npods %s%s",
                        dm_prefix_text(model->ip_pools[i].prefix, text),
                        dm_encapsulation_is_vxlan(inside)  ? ", VXLAN"
                        : dm_encapsulation_is_ipip(inside) ? ", IP in IP"
                                                           : "");
        }
    }
    for (uint32_t i = 0; i < model->n_node_groups; i++) {
        if (model->node_groups[i].cluster.v == id.v) {
            add_node_group(drawing, i);
        }
    }
    add_loads(drawing, id);
}

static void add_clusters(struct dm_drawing *drawing, struct dm_vpc_id vpc, const char *region,
                         struct dm_graph_items *items)
{
    for (uint32_t i = 0; i < drawing->model->n_clusters; i++) {
        const struct dm_cluster *cluster = &drawing->model->clusters[i];

        if (cluster->vpc.v == vpc.v) {
            add_kind(drawing, "cluster", &cluster->object);
            add_cluster_label(drawing, (struct dm_cluster_id){ i + 1 });
            push(drawing, items, drawing->clusters[i]);
            dm_graph_node(drawing, "      ", drawing->clusters[i], "kubernetes_cluster", region,
                          "shape=box, style=\"rounded,filled\", fillcolor=\"#e4dff2\"");
        }
    }
}

void dm_graph_served(struct dm_drawing *drawing, struct dm_vpc_id vpc, const char *region,
                     struct dm_graph_items *items)
{
    add_balancers(drawing, vpc, region, items);
    add_clusters(drawing, vpc, region, items);
    add_firewalls(drawing, vpc, region, items);
    add_gateway_balancers(drawing, vpc, region, items);
    add_appliances(drawing, vpc, region, items);
}

/* ---- edges ---- */

/* From one node: where it leads, and on which ports. */
struct ends {
    struct dm_drawing *drawing;
    const char *from;
    struct dm_vpc_id within; /* that 'from' stands in; 0: in none */
    struct dm_map known;     /* ids of what is led to, with the index */
    struct dm_map said;      /* the same, each with a text of its label */
    DM_VEC(struct end) items;
};

struct end {
    const char *to;
    const char *cluster; /* of the VPC, where it is one; NULL */
    struct dm_str label;
};

static void lead(struct ends *ends, const char *to, const char *cluster, const char *text)
{
    struct dm_drawing *drawing = ends->drawing;
    struct dm_arena *arena = drawing->out->arena;
    bool added = false;
    uint64_t *index = dm_map_add(&ends->known, to, &added);
    struct end end = { .to = to, .cluster = cluster };
    struct end *item;

    dm_str_init(&end.label, arena);
    if (index && added) {
        *index = ends->items.n;
    }
    if (!index || (added && !DM_VEC_PUSH(arena, &ends->items, end))) {
        drawing->out->failed = true;
        return;
    }
    item = &ends->items.items[*index];
    (void)dm_map_add(&ends->said, dm_graph_text(drawing, "%s %s", to, text), &added);
    if (added && *text) {
        dm_str_addf(&item->label, "%s%s", item->label.length ? ", " : "", text);
    }
}

/* To what an interface is of. */
static void lead_to_interface(struct ends *ends, struct dm_interface_id id, const char *text)
{
    const struct dm_drawing *drawing = ends->drawing;
    const struct dm_model *model = drawing->model;
    const struct dm_interface *interface = dm_interface_get(model, id);
    struct dm_vpc_id vpc = { 0 };

    if (interface->balancer.v) {
        lead(ends, drawing->balancers[interface->balancer.v - 1], NULL, text);
        return;
    }
    if (interface->node.v) {
        struct dm_cluster_id cluster = dm_model_cluster_of_interface(model, id);

        lead(ends, drawing->clusters[cluster.v - 1], NULL, text);
        return;
    }
    if (interface->host.v && drawing->appliances[interface->host.v - 1]) {
        lead(ends, drawing->appliances[interface->host.v - 1], NULL, text);
        return;
    }
    for (uint32_t i = 0; i < model->n_stores; i++) {
        for (size_t j = 0; j < model->stores[i].n_copies; j++) {
            const struct dm_store_copy *copy = &model->stores[i].copies[j];

            for (size_t k = 0; interface->host.v && k < copy->n_hosts; k++) {
                if (copy->hosts[k].v == interface->host.v) {
                    lead(ends, drawing->copies[i][j], NULL, text);
                    return;
                }
            }
        }
    }
    if (interface->site.v) {
        lead(ends, drawing->sites[interface->site.v - 1], NULL, text);
    } else if (interface->subnet.v) {
        vpc = dm_model_vpc_of_interface(model, id);
        lead(ends, dm_graph_text(ends->drawing, "body_%s", drawing->vpcs[vpc.v - 1]),
             vpc.v == ends->within.v ? NULL : drawing->vpcs[vpc.v - 1], text);
    }
}

static void draw_ends(struct ends *ends, const char *kind, const char *style, const char *what,
                      const struct dm_object *object)
{
    struct dm_drawing *drawing = ends->drawing;

    for (size_t i = 0; i < ends->items.n; i++) {
        struct end *end = &ends->items.items[i];
        const char *cluster =
            end->cluster ? dm_graph_text(drawing, ", lhead=cluster_%s", end->cluster) : "";

        dm_str_addf(&drawing->tooltip, "%s ", what);
        dm_style_add(&drawing->tooltip, object->name);
        drawing->out->failed |= end->label.failed;
        dm_graph_edge(drawing, ends->from, end->to, kind,
                      dm_graph_text(drawing, "%s%s, label=\"%s\"", style, cluster,
                                    end->label.length ? end->label.text : ""));
    }
}

static void begin(struct ends *ends, struct dm_drawing *drawing, const char *from,
                  struct dm_vpc_id within)
{
    *ends = (struct ends){ .drawing = drawing, .from = from, .within = within };
    dm_map_init(&ends->known, drawing->out->arena);
    dm_map_init(&ends->said, drawing->out->arena);
}

/* Of a match a listener has: "tcp/443". */
static const char *port_text(struct dm_drawing *drawing, const struct dm_match *match)
{
    char buffer[DM_ADDR_TEXT_SIZE];

    return dm_graph_text(drawing, "%s", dm_match_text(match, buffer));
}

static void lead_to_targets(struct ends *ends, const struct dm_balancer *balancer,
                            const struct dm_listener_action *action, const char *text)
{
    const struct dm_model *model = ends->drawing->model;

    for (size_t i = 0; i < action->n_groups; i++) {
        const struct dm_target_group *group = dm_target_group_get(model, action->groups[i]);

        for (size_t j = 0; j < group->n_targets; j++) {
            struct dm_addr address = group->targets[j].address;
            struct dm_interface_id at =
                dm_model_interface_at(model, group->vpc.v ? group->vpc : balancer->vpc, address);
            size_t n = 0;
            const struct dm_interface_id *others = dm_model_interfaces_with(model, address, &n);

            if (at.v || n) {
                lead_to_interface(ends, at.v ? at : others[0], text);
            }
        }
    }
}

static void add_balancer_edges(struct dm_drawing *drawing)
{
    const struct dm_model *model = drawing->model;

    for (uint32_t i = 0; i < model->n_balancers; i++) {
        const struct dm_balancer *balancer = &model->balancers[i];
        struct ends ends;

        begin(&ends, drawing, drawing->balancers[i], balancer->vpc);
        for (size_t j = 0; j < balancer->n_listeners; j++) {
            const struct dm_listener *listener = &balancer->listeners[j];
            const char *text = port_text(drawing, &listener->match);

            for (size_t k = 0; k < listener->n_rules; k++) {
                lead_to_targets(&ends, balancer, &listener->rules[k].action, text);
            }
            lead_to_targets(&ends, balancer, &listener->action, text);
        }
        draw_ends(&ends, "listener", serves, "targets of", &balancer->object);
    }
}

static void add_inspection_edges(struct dm_drawing *drawing)
{
    const struct dm_model *model = drawing->model;

    for (uint32_t i = 0; i < model->n_gateway_balancers; i++) {
        const struct dm_gateway_balancer *balancer = &model->gateway_balancers[i];
        struct ends ends;

        for (uint32_t v = 0; v < model->n_vpcs; v++) {
            if (drawing->endpoints[i * model->n_vpcs + v]) {
                begin(&ends, drawing, drawing->endpoints[i * model->n_vpcs + v],
                      (struct dm_vpc_id){ v + 1 });
                lead(&ends, drawing->fleets[i], NULL, "");
                draw_ends(&ends, "inspection", inspects, "to", &balancer->object);
            }
        }
        begin(&ends, drawing, drawing->fleets[i], balancer->vpc);
        for (size_t j = 0; j < balancer->n_appliances; j++) {
            const struct dm_host *host = dm_host_get(model, balancer->appliances[j]);

            if (host->n_interfaces) {
                lead_to_interface(&ends, host->interfaces[0], "");
            }
        }
        draw_ends(&ends, "inspection", inspects, "appliances of", &balancer->object);
    }
}

static void add_accelerator(struct dm_drawing *drawing, uint32_t index, struct ends *internet)
{
    const struct dm_model *model = drawing->model;
    const struct dm_accelerator *accelerator = &model->accelerators[index];
    struct ends ends;

    add_kind(drawing, "accelerator", &accelerator->object);
    dm_str_addf(&drawing->label, "\naccelerator%s", accelerator->is_enabled ? "" : ", disabled");
    dm_graph_node(drawing, "  ", drawing->accelerators[index], "accelerator", NULL,
                  accelerator->is_enabled
                      ? "shape=cds, style=filled, fillcolor=\"#cfe8ef\", margin=\"0.15,0.05\""
                      : "shape=cds, style=\"filled,dashed\", fillcolor=\"#ffffff\", "
                        "margin=\"0.15,0.05\"");
    begin(&ends, drawing, drawing->accelerators[index], (struct dm_vpc_id){ 0 });
    for (size_t i = 0; i < accelerator->n_listeners; i++) {
        const struct dm_accelerator_listener *listener = &accelerator->listeners[i];
        const char *text = port_text(drawing, &listener->match);

        lead(internet, drawing->accelerators[index], NULL, text);
        for (size_t j = 0; j < listener->n_groups; j++) {
            const struct dm_accelerator_group *group = &listener->groups[j];

            for (size_t k = 0; k < group->n_endpoints; k++) {
                const struct dm_accelerator_endpoint *endpoint = &group->endpoints[k];
                const char *label =
                    group->dial > 0 ? text : dm_graph_text(drawing, "%s (dial 0)", text);

                if (endpoint->balancer.v) {
                    lead(&ends, drawing->balancers[endpoint->balancer.v - 1], NULL, label);
                } else if (endpoint->interface.v) {
                    lead_to_interface(&ends, endpoint->interface, label);
                }
            }
        }
    }
    draw_ends(&ends, "accelerates", serves, "endpoints of", &accelerator->object);
}

/* The internet, where something that serves is open to it. */
static void add_internet(struct dm_drawing *drawing)
{
    static const struct dm_object internet = { .name = "the internet" };
    const struct dm_model *model = drawing->model;
    struct ends ends; /* accelerators: in no region, so they may stand below */
    struct ends open; /* load balancers that face it */

    begin(&ends, drawing, dm_graph_id(drawing, "the", "internet"), (struct dm_vpc_id){ 0 });
    begin(&open, drawing, ends.from, (struct dm_vpc_id){ 0 });
    for (uint32_t i = 0; i < model->n_accelerators; i++) {
        add_accelerator(drawing, i, &ends);
    }
    for (uint32_t i = 0; i < model->n_balancers; i++) {
        const struct dm_balancer *balancer = &model->balancers[i];

        for (size_t j = 0;
             j < balancer->n_listeners && is_public(model, (struct dm_balancer_id){ i + 1 }); j++) {
            lead(&open, drawing->balancers[i], NULL,
                 port_text(drawing, &balancer->listeners[j].match));
        }
    }
    if (ends.items.n || open.items.n) {
        dm_str_add(&drawing->label, "internet");
        dm_graph_node(drawing, "  ", ends.from, "internet", NULL,
                      "shape=ellipse, style=dashed, fontsize=12");
        draw_ends(&ends, "from_internet", begins, "from", &internet);
        draw_ends(&open, "from_internet", serves, "from", &internet);
    }
}

void dm_graph_served_edges(struct dm_drawing *drawing)
{
    add_internet(drawing);
    add_balancer_edges(drawing);
    add_inspection_edges(drawing);
}

/* ---- ids ---- */

bool dm_graph_served_ids(struct dm_drawing *drawing)
{
    const struct dm_model *model = drawing->model;
    struct dm_arena *arena = drawing->out->arena;

    drawing->balancers = DM_NEW_ARRAY(arena, model->n_balancers + 1, const char *);
    drawing->accelerators = DM_NEW_ARRAY(arena, model->n_accelerators + 1, const char *);
    drawing->firewalls = DM_NEW_ARRAY(arena, model->n_firewalls + 1, const char *);
    drawing->fleets = DM_NEW_ARRAY(arena, model->n_gateway_balancers + 1, const char *);
    drawing->appliances = DM_NEW_ARRAY(arena, model->n_hosts + 1, const char *);
    drawing->clusters = DM_NEW_ARRAY(arena, model->n_clusters + 1, const char *);
    drawing->endpoints =
        DM_NEW_ARRAY(arena, (size_t)model->n_gateway_balancers * model->n_vpcs + 1, const char *);
    if (!drawing->balancers || !drawing->accelerators || !drawing->firewalls || !drawing->fleets
        || !drawing->appliances || !drawing->endpoints || !drawing->clusters) {
        return false;
    }
    for (uint32_t i = 0; i < model->n_balancers; i++) {
        drawing->balancers[i] = dm_graph_id(drawing, "lb", model->balancers[i].object.name);
    }
    for (uint32_t i = 0; i < model->n_clusters; i++) {
        drawing->clusters[i] = dm_graph_id(drawing, "cluster", model->clusters[i].object.name);
    }
    for (uint32_t i = 0; i < model->n_accelerators; i++) {
        drawing->accelerators[i] = dm_graph_id(drawing, "ga", model->accelerators[i].object.name);
    }
    for (uint32_t i = 0; i < model->n_firewalls; i++) {
        drawing->firewalls[i] = dm_graph_id(drawing, "firewall", model->firewalls[i].object.name);
    }
    for (uint32_t i = 0; i < model->n_gateway_balancers; i++) {
        const struct dm_gateway_balancer *balancer = &model->gateway_balancers[i];

        drawing->fleets[i] = dm_graph_id(drawing, "gwlb", balancer->object.name);
        for (size_t j = 0; j < balancer->n_appliances; j++) {
            drawing->appliances[balancer->appliances[j].v - 1] = "";
        }
    }
    for (uint32_t i = 0; i < model->n_gwlb_endpoints; i++) {
        const struct dm_gwlb_endpoint *endpoint = &model->gwlb_endpoints[i];
        struct dm_vpc_id vpc = dm_subnet_get(model, endpoint->subnet)->vpc;
        size_t at =
            endpoint->balancer.v ? (endpoint->balancer.v - 1) * model->n_vpcs + vpc.v - 1 : 0;

        if (endpoint->balancer.v && !drawing->endpoints[at]) {
            drawing->endpoints[at] = dm_graph_id(drawing, "gwlbe", drawing->vpcs[vpc.v - 1]);
        }
    }
    for (uint32_t i = 0; i < model->n_hosts; i++) {
        const struct dm_host *host = &model->hosts[i];

        if ((drawing->appliances[i] || host->forwards) && host->n_interfaces) {
            drawing->appliances[i] = dm_graph_id(drawing, "appliance", host->object.name);
        } else {
            drawing->appliances[i] = NULL;
        }
    }
    return true;
}
