/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Destinations that tables send round in a circle [TGW-04]: transit gateways that are each other's
 * way to what neither has, a VPC whose gateway sends back what it sent there, a core network and a
 * VPC that it has a static route to, NAT gateways, firewalls and hosts behind each other. Every
 * atom of destinations is followed (follow.h) from every place that can be in a circle at all: from
 * transit gateways' tables and core networks from which their own routes, whatever the destination,
 * lead back, and from tables of subnets where something stands in the middle and that lead to
 * something in the middle.
 *
 * One finding for each circle, with all destinations that go round in it.
 *
 * Complexity: O(tables * rows) to find which can be in a circle; O(atoms * rows) for each of these.
 */
#include <string.h>

#include "model/base/map.h"
#include "model/base/str.h"
#include "scenarios/classes.h"
#include "scenarios/rules/follow.h"

enum { LONG_TEXT = 120 };

struct circle {
    const char *name; /* of its tables, beginning with the first by name */
    struct dm_position positions[DM_DIAG_MAX_LABELS];
    size_t n;
    bool by_transit;
    bool by_core;
    struct dm_set destinations;
};

struct circles {
    struct dm_checker *checker;
    const struct dm_model *model;
    struct dm_sets *sets;
    struct dm_map known;
    DM_VEC(struct circle) items;
};

/* ---- what can be in a circle ---- */

/* Which transit gateways' tables, and behind them core networks, routes lead to; each core network
 * is one node, whatever its segments. */
struct graph {
    const struct dm_model *model;
    bool *reached;
    bool *done;
    bool *met; /* tables of VPCs */
};

static size_t node_of_core(const struct dm_model *model, struct dm_core_network_id id)
{
    return model->n_transit_tables + id.v;
}

/* The subnet of what passes on what takes the route to it; none: it leads elsewhere. */
static struct dm_subnet_id middle_of(const struct dm_model *model, const struct dm_route *route)
{
    if (route->target_kind == DM_TARGET_NAT_GATEWAY) {
        return dm_nat_gateway_get(model, (struct dm_nat_gateway_id){ route->target })->subnet;
    }
    if (route->target_kind == DM_TARGET_GWLB_ENDPOINT) {
        return dm_gwlb_endpoint_get(model, (struct dm_gwlb_endpoint_id){ route->target })->subnet;
    }
    if (route->target_kind == DM_TARGET_INTERFACE) {
        return dm_interface_get(model, (struct dm_interface_id){ route->target })->subnet;
    }
    return (struct dm_subnet_id){ 0 };
}

static void mark_table(struct graph *graph, struct dm_subnet_id subnet)
{
    const struct dm_model *model = graph->model;
    struct dm_route_table_id id = dm_subnet_get(model, subnet)->table;
    const struct dm_route_table *table = dm_route_table_get(model, id);

    if (graph->met[id.v]) {
        return;
    }
    graph->met[id.v] = true;
    for (size_t i = 0; i < table->n_routes; i++) {
        const struct dm_route *route = &table->routes[i];
        struct dm_subnet_id middle = middle_of(model, route);
        struct dm_attachment_id out = { 0 };
        struct dm_core_network_id core = { route->target };

        if (middle.v) {
            mark_table(graph, middle);
        } else if (route->target_kind == DM_TARGET_TRANSIT_GATEWAY) {
            out = dm_model_attachment_of(model, table->vpc,
                                         (struct dm_transit_gateway_id){ route->target });
            graph->reached[out.v ? dm_attachment_get(model, out)->table.v : 0] = true;
        } else if (route->target_kind == DM_TARGET_CORE_NETWORK) {
            graph->reached[node_of_core(model, core)] = true;
        }
    }
}

static void mark_attachment(struct graph *graph, struct dm_attachment_id id)
{
    const struct dm_attachment *item = dm_attachment_get(graph->model, id);

    if (item->kind == DM_ATTACHMENT_PEERING && item->peer.v) {
        graph->reached[dm_attachment_get(graph->model, item->peer)->table.v] = true;
    }
    for (size_t i = 0; item->kind == DM_ATTACHMENT_VPC && i < item->n_subnets; i++) {
        mark_table(graph, item->subnets[i]);
    }
}

static void mark_from_table(struct graph *graph, uint32_t v)
{
    const struct dm_model *model = graph->model;
    const struct dm_transit_table *table = &model->transit_tables[v - 1];

    for (size_t i = 0; i < table->n_routes; i++) {
        if (table->routes[i].attachment.v) {
            mark_attachment(graph, table->routes[i].attachment);
        }
    }
    for (size_t i = 0; i < table->n_propagations; i++) {
        mark_attachment(graph, table->propagations[i].attachment);
    }
    for (uint32_t i = 0; i < model->n_core_attachments; i++) {
        if (model->core_attachments[i].table.v == v) {
            graph->reached[node_of_core(model, model->core_attachments[i].network)] = true;
        }
    }
}

static void mark_from_core(struct graph *graph, uint32_t v)
{
    const struct dm_model *model = graph->model;

    for (uint32_t i = 0; i < model->n_core_attachments; i++) {
        const struct dm_core_attachment *item = &model->core_attachments[i];

        if (item->network.v == v) {
            graph->reached[item->table.v] = true;
            for (size_t j = 0; j < item->n_subnets; j++) {
                mark_table(graph, item->subnets[j]);
            }
        }
    }
}

/* Whether routes lead from a node back to it, whatever they are for. */
static bool may_loop(struct graph *graph, size_t from)
{
    const struct dm_model *model = graph->model;
    size_t n = model->n_transit_tables + model->n_core_networks;
    bool more = true;

    memset(graph->reached, 0, (n + 1) * sizeof *graph->reached);
    memset(graph->done, 0, (n + 1) * sizeof *graph->done);
    memset(graph->met, 0, ((size_t)model->n_route_tables + 1) * sizeof *graph->met);
    for (size_t at = from; more;) {
        graph->done[at] = true;
        if (at <= model->n_transit_tables) {
            mark_from_table(graph, (uint32_t)at);
        } else {
            mark_from_core(graph, (uint32_t)(at - model->n_transit_tables));
        }
        more = false;
        for (size_t v = 1; v <= n && !more; v++) {
            if (graph->reached[v] && !graph->done[v]) {
                at = v;
                more = true;
            }
        }
    }
    return graph->reached[from];
}

/* ---- circles ---- */

static const char *name_at(const struct circles *circles, const struct dm_position *position)
{
    return dm_model_ref_name(circles->model, dm_position_ref(circles->model, position));
}

/* Its name begins with the table whose name comes first, so that each circle has one. */
static const char *name_of(struct circles *circles, struct dm_followed *followed)
{
    struct dm_str text;
    size_t first = 0;

    for (size_t i = 1; i < followed->n_loop; i++) {
        if (dm_str_compare_natural(name_at(circles, &followed->loop[i]),
                                   name_at(circles, &followed->loop[first]))
            < 0) {
            first = i;
        }
    }
    dm_str_init(&text, circles->checker->run);
    for (size_t i = 0; i < followed->n_loop; i++) {
        const struct dm_position *at = &followed->loop[(first + i) % followed->n_loop];

        dm_str_addf(&text, "%s`%s`", i ? ", " : "", name_at(circles, at));
    }
    return text.failed ? NULL : text.text;
}

static enum dm_status note(struct circles *circles, struct dm_followed *followed,
                           struct dm_addr first, struct dm_addr last, struct dm_err *err)
{
    const char *name = name_of(circles, followed);
    bool added = false;
    uint64_t *index = name ? dm_map_add(&circles->known, name, &added) : NULL;
    struct circle circle = { .name = name };
    struct circle *item;

    if (!index) {
        return DM_FAIL_NOMEM(err);
    }
    if (added) {
        *index = circles->items.n;
        for (size_t i = 0; i < followed->n_loop; i++) {
            if (i < DM_DIAG_MAX_LABELS) {
                circle.positions[circle.n++] = followed->loop[i];
            }
            circle.by_transit |= followed->loop[i].at.kind == DM_KIND_transit_table;
            circle.by_core |= followed->loop[i].at.kind == DM_KIND_core_attachment;
        }
        circle.destinations = DM_SET_EMPTY;
        if (!DM_VEC_PUSH(circles->checker->run, &circles->items, circle)) {
            return DM_FAIL_NOMEM(err);
        }
    }
    item = &circles->items.items[*index];
    item->destinations =
        dm_set_or(circles->sets, item->destinations,
                  dm_set_addresses(circles->sets, DM_FIELD_DESTINATION, first, last));
    return DM_OK;
}

/* The last address of the atom that begins with cut 'i'. */
static struct dm_addr end_of(const struct dm_atoms *atoms, size_t i)
{
    struct dm_prefix family = { { 0, 0, atoms->cuts[i].family }, 0 };
    struct dm_addr end = dm_prefix_last(family);

    if (i + 1 < atoms->n && atoms->cuts[i + 1].family == atoms->cuts[i].family) {
        end = dm_addr_before(atoms->cuts[i + 1]);
    }
    return end;
}

static enum dm_status follow_all(struct circles *circles, struct dm_follower *follower,
                                 const struct dm_atoms *atoms, struct dm_ref from,
                                 struct dm_err *err)
{
    enum dm_status status = DM_OK;

    for (size_t i = 0; status == DM_OK && i < atoms->n; i++) {
        struct dm_followed followed;

        if (from.kind == DM_KIND_transit_table) {
            dm_follow_transit(follower, (struct dm_transit_table_id){ from.v }, atoms->cuts[i],
                              &followed);
        } else if (from.kind == DM_KIND_core_attachment) {
            dm_follow_core(follower, (struct dm_core_attachment_id){ from.v }, atoms->cuts[i],
                           &followed);
        } else {
            dm_follow_table(follower, (struct dm_route_table_id){ from.v }, atoms->cuts[i],
                            &followed);
        }
        if (followed.loops) {
            status = note(circles, &followed, atoms->cuts[i], end_of(atoms, i), err);
        }
    }
    return status;
}

static enum dm_status add_finding(struct circles *circles, const struct circle *circle,
                                  struct dm_err *err)
{
    static const char *const transit[] = { "TGW-04", "TGW-28", NULL };
    static const char *const core[] = { "CWAN-09", "CWAN-15", "TGW-28", NULL };
    static const char *const within[] = { "NFW-01", "GWLB-01", "VPC-36", NULL };
    struct dm_checker *checker = circles->checker;
    const char *subjects[] = { circle->name };
    const char *others = "";
    struct dm_finding *finding;
    struct dm_str where;
    enum dm_status status =
        dm_finding_add(checker, NULL, DM_RULE_RCH007, subjects, 1, &finding, err);

    if (status != DM_OK) {
        return status;
    }
    dm_str_init(&where, checker->run);
    dm_set_addresses_text(circles->sets, circle->destinations, DM_FIELD_DESTINATION, &where);
    if (where.length > LONG_TEXT) { /* the first of many */
        where.text[strcspn(where.text, ",")] = '\0';
        others = " and others";
    }
    finding->message = dm_sprintf(
        checker->run, "packets to %s%s go round in a circle: table%s%s %s", where.text, others,
        strchr(circle->name, ',') ? "s" : "", circle->by_core ? " and segments" : "", circle->name);
    finding->help = circle->by_transit || circle->by_core
                        ? "let one of them drop what it does not have, with a black hole"
                        : "lead what has been there already on to somewhere else";
    dm_finding_facts(finding, circle->by_core ? core : circle->by_transit ? transit : within);
    for (size_t i = 0; i < circle->n; i++) {
        dm_finding_label(checker, finding, circle->positions[i].origin, "by `%s`",
                         name_at(circles, &circle->positions[i]));
    }
    return finding->message && !where.failed ? DM_OK : DM_FAIL_NOMEM(err);
}

/* From gateways and core networks. */
static enum dm_status find_between(struct circles *circles, struct dm_follower *follower,
                                   const struct dm_atoms *atoms, struct graph *graph,
                                   struct dm_err *err)
{
    const struct dm_model *model = circles->model;
    enum dm_status status = DM_OK;

    for (uint32_t v = 1; status == DM_OK && v <= model->n_transit_tables; v++) {
        if (may_loop(graph, v)) {
            status = follow_all(circles, follower, atoms,
                                (struct dm_ref){ DM_KIND_transit_table, v }, err);
        }
    }
    for (uint32_t v = 1; status == DM_OK && v <= model->n_core_networks; v++) {
        bool loops = may_loop(graph, node_of_core(model, (struct dm_core_network_id){ v }));

        for (uint32_t i = 1; status == DM_OK && loops && i <= model->n_core_attachments; i++) {
            struct dm_core_attachment_id id = { i };

            if (model->core_attachments[i - 1].network.v == v && dm_follow_is_first(follower, id)) {
                status = follow_all(circles, follower, atoms, DM_REF(core_attachment, id), err);
            }
        }
    }
    return status;
}

/* From tables of subnets where something stands in the middle. */
static enum dm_status find_within(struct circles *circles, struct dm_follower *follower,
                                  const struct dm_atoms *atoms, struct graph *graph,
                                  struct dm_err *err)
{
    const struct dm_model *model = circles->model;
    enum dm_status status = DM_OK;

    memset(graph->met, 0, ((size_t)model->n_route_tables + 1) * sizeof *graph->met);
    for (uint32_t v = 1; v <= model->n_route_tables; v++) {
        for (size_t i = 0; i < model->route_tables[v - 1].n_routes; i++) {
            struct dm_subnet_id middle = middle_of(model, &model->route_tables[v - 1].routes[i]);

            graph->met[middle.v ? dm_subnet_get(model, middle)->table.v : 0] = true;
        }
    }
    for (uint32_t v = 1; status == DM_OK && v <= model->n_route_tables; v++) {
        bool onward = false;

        for (size_t i = 0; i < model->route_tables[v - 1].n_routes; i++) {
            onward |= middle_of(model, &model->route_tables[v - 1].routes[i]).v != 0;
        }
        if (graph->met[v] && onward) {
            status = follow_all(circles, follower, atoms, (struct dm_ref){ DM_KIND_route_table, v },
                                err);
        }
    }
    return status;
}

static enum dm_status find_all(struct circles *circles, struct dm_arena *scratch,
                               struct dm_err *err)
{
    const struct dm_model *model = circles->model;
    struct dm_follower *follower = dm_follower_new(scratch, circles->checker);
    size_t n = (size_t)model->n_transit_tables + model->n_core_networks + 1;
    struct graph graph = { .model = model,
                           .reached = DM_NEW_ARRAY(scratch, n, bool),
                           .done = DM_NEW_ARRAY(scratch, n, bool),
                           .met = DM_NEW_ARRAY(scratch, (size_t)model->n_route_tables + 1, bool) };
    enum dm_status status;
    struct dm_atoms atoms;

    if (!follower || !graph.reached || !graph.done || !graph.met
        || !dm_atoms_init(scratch, model, &atoms)) {
        return DM_FAIL_NOMEM(err);
    }
    status = find_between(circles, follower, &atoms, &graph, err);
    return status == DM_OK ? find_within(circles, follower, &atoms, &graph, err) : status;
}

enum dm_status dm_rule_run_forwarding_loop(struct dm_checker *checker, struct dm_err *err)
{
    struct circles circles = { .checker = checker, .model = checker->model };
    struct dm_lint_scratch scratch;
    enum dm_status status = dm_lint_scratch_begin(&scratch, checker, err);

    circles.sets = scratch.sets;
    dm_map_init(&circles.known, checker->run);
    if (status == DM_OK) {
        status = find_all(&circles, checker->scratch, err);
    }
    for (size_t i = 0; status == DM_OK && i < circles.items.n; i++) {
        status = add_finding(&circles, &circles.items.items[i], err);
    }
    return dm_lint_scratch_end(&scratch, status, err);
}
