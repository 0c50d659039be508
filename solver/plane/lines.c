/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/plane/lines.h"

#include "model/base/planted.h"

/* Rows that what a virtual private gateway learned puts into a table. */
struct learned_rows {
    DM_VEC(struct dm_route) routes;
};

struct dm_lines {
    const struct dm_model *model;
    DM_VEC(struct dm_way) ways;
    struct learned_rows *gateways; /* by virtual private gateway, less one */
};

/* ---- ways ---- */

static bool add_way(struct dm_arena *arena, struct dm_lines *lines, struct dm_way way)
{
    const struct dm_model *model = lines->model;
    const struct dm_core_attachment *attachment;

    if (way.end.kind != DM_KIND_core_attachment) {
        return DM_VEC_PUSH(arena, &lines->ways, way);
    }
    attachment = dm_core_attachment_get(model, (struct dm_core_attachment_id){ way.end.v });
    way.edge = attachment->edge;
    if (!attachment->n_edges) {
        return DM_VEC_PUSH(arena, &lines->ways, way);
    }
    for (size_t i = 0; i < attachment->n_edges; i++) {
        way.edge = attachment->edges[i];
        if (!DM_VEC_PUSH(arena, &lines->ways, way)) {
            return false;
        }
    }
    return true;
}

/* A virtual interface at a Direct Connect gateway: private ones lead to virtual private gateways,
 * transit ones to the others [DX-04]. */
static bool add_associated(struct dm_arena *arena, struct dm_lines *lines, struct dm_way way,
                           const struct dm_virtual_interface *interface)
{
    const struct dm_model *model = lines->model;

    for (uint32_t i = 0; i < model->n_dx_associations; i++) {
        const struct dm_dx_association *association = &model->dx_associations[i];

        if (association->gateway.v != interface->end.v
            || interface->is_transit == (association->end.kind == DM_KIND_vpn_gateway)) {
            continue;
        }
        way.end = association->end;
        way.association.v = i + 1;
        if (!add_way(arena, lines, way)) {
            return false;
        }
    }
    return true;
}

static bool add_ways(struct dm_arena *arena, struct dm_lines *lines)
{
    const struct dm_model *model = lines->model;

    for (uint32_t i = 0; i < model->n_vpn_connections; i++) {
        const struct dm_vpn_connection *connection = &model->vpn_connections[i];
        struct dm_way way = { .line = { DM_KIND_vpn_connection, i + 1 }, .end = connection->end };

        way.site = dm_customer_gateway_get(model, connection->customer)->site;
        if (!add_way(arena, lines, way)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < model->n_virtual_interfaces; i++) {
        const struct dm_virtual_interface *interface = &model->virtual_interfaces[i];
        struct dm_way way = { .line = { DM_KIND_virtual_interface, i + 1 },
                              .site = interface->site,
                              .end = interface->end };
        bool added = interface->end.kind == DM_KIND_dx_gateway
                         ? add_associated(arena, lines, way, interface)
                         : add_way(arena, lines, way);

        if (!added) {
            return false;
        }
    }
    return true;
}

static bool has_row(const struct learned_rows *rows, struct dm_prefix prefix)
{
    for (size_t i = 0; i < rows->routes.n; i++) {
        if (dm_prefix_compare(rows->routes.items[i].prefix, prefix) == 0) {
            return true;
        }
    }
    return false;
}

static struct dm_span origin_of(const struct dm_model *model, const struct dm_way *way)
{
    return dm_model_object(model, way->line)->origin;
}

static bool add_rows(struct dm_arena *arena, struct dm_lines *lines)
{
    for (size_t i = 0; i < lines->ways.n; i++) {
        const struct dm_way *way = &lines->ways.items[i];
        const struct dm_line *line = dm_way_line(lines->model, way);
        struct learned_rows *rows;

        if (way->end.kind != DM_KIND_vpn_gateway) {
            continue;
        }
        rows = &lines->gateways[way->end.v - 1];
        for (size_t j = 0; j < line->n_prefixes; j++) {
            struct dm_route route = { .prefix = line->prefixes[j],
                                      .target_kind = DM_TARGET_VPN_GATEWAY,
                                      .target = way->end.v,
                                      .propagated = true,
                                      .origin = origin_of(lines->model, way) };

            if (!has_row(rows, route.prefix) && !DM_VEC_PUSH(arena, &rows->routes, route)) {
                return false;
            }
        }
    }
    return true;
}

struct dm_lines *dm_lines_new(struct dm_arena *arena, const struct dm_model *model)
{
    struct dm_lines *lines = DM_NEW(arena, struct dm_lines);

    if (!lines) {
        return NULL;
    }
    lines->model = model;
    lines->gateways = DM_NEW_ARRAY(arena, (size_t)model->n_vpn_gateways + 1, struct learned_rows);
    return lines->gateways && add_ways(arena, lines) && add_rows(arena, lines) ? lines : NULL;
}

const struct dm_line *dm_way_line(const struct dm_model *model, const struct dm_way *way)
{
    if (way->line.kind == DM_KIND_vpn_connection) {
        return &dm_vpn_connection_get(model, (struct dm_vpn_connection_id){ way->line.v })->line;
    }
    return &dm_virtual_interface_get(model, (struct dm_virtual_interface_id){ way->line.v })->line;
}

static bool tunnel_alive(struct dm_alive *alive, const struct dm_vpn_connection *connection)
{
    for (size_t i = 0; i < DM_VPN_TUNNELS; i++) {
        if (!connection->tunnels[i].is_down && dm_alive(alive, connection->tunnels[i].element)) {
            return true;
        }
        if (DM_PLANTED(SECOND_TUNNEL_IDLE)) {
            break;
        }
    }
    return false;
}

bool dm_way_alive(struct dm_alive *alive, const struct dm_way *way)
{
    const struct dm_model *model = dm_alive_model(alive);
    const struct dm_virtual_interface *interface;

    if (way->site.v && !dm_alive(alive, dm_site_get(model, way->site)->element)) {
        return false;
    }
    if (way->line.kind == DM_KIND_vpn_connection) {
        return tunnel_alive(
            alive, dm_vpn_connection_get(model, (struct dm_vpn_connection_id){ way->line.v }));
    }
    interface = dm_virtual_interface_get(model, (struct dm_virtual_interface_id){ way->line.v });
    return !interface->is_down
           && dm_alive(alive, dm_dx_connection_get(model, interface->connection)->element);
}

/* ---- the best of several ---- */

/* What a candidate is compared by; the smaller goes first. */
struct merit {
    unsigned short_by; /* bits that its prefix lacks */
    uint32_t keys[3];
};

struct candidate {
    struct dm_way_choice choice;
    struct merit merit;
};

static int compare_merits(const struct merit *a, const struct merit *b)
{
    if (a->short_by != b->short_by) {
        return a->short_by < b->short_by ? -1 : 1;
    }
    for (size_t i = 0; i < sizeof a->keys / sizeof a->keys[0]; i++) {
        if (a->keys[i] != b->keys[i]) {
            return a->keys[i] < b->keys[i] ? -1 : 1;
        }
    }
    return 0;
}

struct contest {
    struct dm_way_choices *choices;
    struct merit best;
    bool has_best;
};

static void keep(struct contest *contest, const struct dm_way_choice *choice)
{
    if (contest->choices->n == DM_WAYS_MAX) {
        contest->choices->too_many = true;
        return;
    }
    contest->choices->items[contest->choices->n++] = *choice;
}

static void drop_known(struct dm_way_choices *choices)
{
    size_t n = 0;

    for (size_t i = 0; i < choices->n; i++) {
        if (choices->items[i].why) {
            choices->items[n++] = choices->items[i];
        }
    }
    choices->n = n;
}

/* What is not known may be better than anything: it stays beside the best. */
static void enter(struct contest *contest, const struct candidate *candidate)
{
    int order = contest->has_best ? compare_merits(&candidate->merit, &contest->best) : -1;

    if (candidate->choice.why) {
        keep(contest, &candidate->choice);
        return;
    }
    if (order > 0) {
        return;
    }
    if (order < 0) {
        drop_known(contest->choices);
        contest->best = candidate->merit;
        contest->has_best = true;
    }
    keep(contest, &candidate->choice);
}

/* The longest of the prefixes that has the address; false: none has. */
static bool longest(const struct dm_prefix *prefixes, size_t n, struct dm_addr address,
                    struct dm_prefix *ret_prefix)
{
    bool found = false;

    for (size_t i = 0; i < n; i++) {
        if (dm_prefix_has(prefixes[i], address)
            && (!found || prefixes[i].length > ret_prefix->length)) {
            *ret_prefix = prefixes[i];
            found = true;
        }
    }
    return found;
}

/* ---- out of AWS ---- */

enum { RANK_DIRECT_CONNECT, RANK_STATIC_VPN, RANK_VPN };

static bool is_static(const struct dm_model *model, const struct dm_way *way)
{
    return way->line.kind == DM_KIND_vpn_connection
           && dm_vpn_connection_get(model, (struct dm_vpn_connection_id){ way->line.v })->is_static;
}

static struct merit merit_out(const struct dm_model *model, const struct dm_way *way,
                              struct dm_prefix prefix)
{
    const struct dm_line *line = dm_way_line(model, way);
    struct merit merit = { .short_by = 128u - prefix.length };

    if (way->line.kind == DM_KIND_vpn_connection) {
        merit.keys[0] = is_static(model, way) ? RANK_STATIC_VPN : RANK_VPN;
    } else {
        merit.keys[0] = RANK_DIRECT_CONNECT;
        merit.keys[1] = DM_DX_HIGH
                        - (uint32_t)dm_virtual_interface_get(
                              model, (struct dm_virtual_interface_id){ way->line.v })
                              ->local_preference;
    }
    merit.keys[2] = line->prepend;
    return merit;
}

static bool ends_at(const struct dm_way *way, struct dm_ref end)
{
    return way->end.kind == end.kind && way->end.v == end.v;
}

/* A line whose way begins at several edges is one way out. */
static bool is_repeated(const struct dm_lines *lines, size_t at)
{
    return at > 0 && lines->ways.items[at].line.v == lines->ways.items[at - 1].line.v
           && lines->ways.items[at].line.kind == lines->ways.items[at - 1].line.kind
           && ends_at(&lines->ways.items[at - 1], lines->ways.items[at].end);
}

void dm_lines_out(const struct dm_plane *plane, struct dm_alive *alive, struct dm_ref end,
                  struct dm_addr destination, struct dm_way_choices *ret_choices)
{
    const struct dm_lines *lines = dm_plane_lines(plane);
    struct contest contest = { .choices = ret_choices };

    *ret_choices = (struct dm_way_choices){ .n = 0 };
    for (size_t i = 0; i < lines->ways.n; i++) {
        const struct dm_way *way = &lines->ways.items[i];
        const struct dm_line *line = dm_way_line(lines->model, way);
        struct candidate candidate = { .choice = { .way = way } };
        bool takes_all =
            way->line.kind == DM_KIND_vpn_connection && end.kind != DM_KIND_vpn_gateway;

        if (!ends_at(way, end) || is_repeated(lines, i)) {
            continue;
        }
        if (!longest(line->prefixes, line->n_prefixes, destination, &candidate.choice.prefix)
            && !takes_all) {
            if (!line->unknown.v) {
                continue;
            }
            candidate.choice.why = "what AWS learned by a line to a site is not known";
            candidate.choice.unknown = line->unknown;
        }
        if (dm_way_alive(alive, way)) {
            candidate.merit = merit_out(lines->model, way, candidate.choice.prefix);
            enter(&contest, &candidate);
        }
    }
}

/* ---- into AWS ---- */

enum offer { OFFER_NONE, OFFER_PREFIX, OFFER_UNKNOWN };

static enum offer not_known(struct dm_way_choice *choice, struct dm_unknown_id what,
                            const char *why)
{
    choice->unknown = what;
    choice->why = why;
    return OFFER_UNKNOWN;
}

/* What other lines brought to a virtual private gateway [VPN-05]. */
static enum offer offer_of_neighbours(const struct dm_lines *lines, struct dm_alive *alive,
                                      const struct dm_way *way, struct dm_addr destination,
                                      struct dm_way_choice *choice)
{
    bool by_static = false;
    bool brought = false;

    for (size_t i = 0; i < lines->ways.n; i++) {
        const struct dm_way *other = &lines->ways.items[i];
        const struct dm_line *line = dm_way_line(lines->model, other);
        struct dm_prefix prefix;

        if (!ends_at(other, way->end) || other->association.v || other->site.v == way->site.v
            || !longest(line->prefixes, line->n_prefixes, destination, &prefix)
            || !dm_way_alive(alive, other)) {
            continue;
        }
        if (is_static(lines->model, other)) {
            by_static = true;
        } else if (!brought || prefix.length > choice->prefix.length) {
            choice->prefix = prefix;
            brought = true;
        }
    }
    if (!brought && by_static) {
        return not_known(choice, (struct dm_unknown_id){ 0 },
                         "whether a virtual private gateway tells sites of the static routes of "
                         "other VPN connections is not documented");
    }
    return brought ? OFFER_PREFIX : OFFER_NONE;
}

static bool is_allowed(const struct dm_dx_association *association, struct dm_prefix prefix)
{
    for (size_t i = 0; i < association->n_allowed; i++) {
        if (dm_prefix_covers(association->allowed[i], prefix)) {
            return true;
        }
    }
    return DM_PLANTED(ALLOWED_NOT_ASKED);
}

static enum offer offer_of_vpn_gateway(const struct dm_lines *lines, struct dm_alive *alive,
                                       const struct dm_way *way, struct dm_addr destination,
                                       struct dm_way_choice *choice)
{
    const struct dm_model *model = lines->model;
    const struct dm_vpn_gateway *gateway =
        dm_vpn_gateway_get(model, (struct dm_vpn_gateway_id){ way->end.v });
    const struct dm_dx_association *association =
        way->association.v ? dm_dx_association_get(model, way->association) : NULL;
    const struct dm_vpc *vpc = gateway->vpc.v ? dm_vpc_get(model, gateway->vpc) : NULL;

    if (!dm_alive(alive, gateway->element)) {
        return OFFER_NONE;
    }
    if (vpc && longest(vpc->cidrs, vpc->n_cidrs, destination, &choice->prefix)) {
        if (!association || is_allowed(association, choice->prefix)) {
            return OFFER_PREFIX;
        }
        return association->unknown.v
                   ? not_known(choice, association->unknown,
                               "which prefixes a Direct Connect gateway lets through is not known")
                   : OFFER_NONE;
    }
    return association ? OFFER_NONE : offer_of_neighbours(lines, alive, way, destination, choice);
}

static const char black_hole[] =
    "whether AWS advertises a route that is a black hole is not documented";

/* What a site is offered, when of all that the end of a line may choose one more is looked at. */
static enum offer hear(enum offer offer, enum dm_transit_kind kind, bool leads_on,
                       struct dm_way_choice doubt, struct dm_way_choice *choice)
{
    switch (kind) {
    case DM_TRANSIT_NO_ROUTE:
        break;
    case DM_TRANSIT_UNKNOWN:
        return not_known(choice, doubt.unknown, doubt.why);
    case DM_TRANSIT_BLACK_HOLE:
        return not_known(choice, doubt.unknown, black_hole);
    case DM_TRANSIT_TO:
        return leads_on ? OFFER_PREFIX : offer;
    }
    return offer;
}

static enum offer offer_of_transit(const struct dm_plane *plane, struct dm_alive *alive,
                                   const struct dm_way *way, struct dm_addr destination,
                                   struct dm_way_choice *choice)
{
    const struct dm_model *model = dm_alive_model(alive);
    const struct dm_attachment *attachment =
        dm_attachment_get(model, (struct dm_attachment_id){ way->end.v });
    bool lives = dm_alive(alive, dm_transit_gateway_get(model, attachment->gateway)->element)
                 && dm_alive(alive, attachment->element);
    struct dm_transit_choice routes[DM_PLANE_MAX_CHOICES];
    enum offer offer = OFFER_NONE;
    size_t n;

    if (way->association.v) {
        const struct dm_dx_association *association =
            dm_dx_association_get(model, way->association);

        if (!longest(association->allowed, association->n_allowed, destination, &choice->prefix)) {
            return association->unknown.v
                       ? not_known(choice, association->unknown,
                                   "which prefixes a Direct Connect gateway advertises is not "
                                   "known")
                       : OFFER_NONE;
        }
        return lives ? OFFER_PREFIX
                     : not_known(choice, association->unknown,
                                 "whether a Direct Connect gateway still advertises the prefixes "
                                 "of a gateway that has failed is not documented");
    }
    if (!lives || !attachment->table.v) {
        return OFFER_NONE;
    }
    n = dm_lookup_transit(plane, alive, attachment->table, destination, routes);
    choice->prefix = routes[0].prefix;
    for (size_t i = 0; i < n && offer != OFFER_UNKNOWN; i++) {
        offer = hear(offer, routes[i].kind, routes[i].attachment.v != way->end.v,
                     (struct dm_way_choice){ .unknown = routes[i].unknown, .why = routes[i].why },
                     choice);
    }
    return offer;
}

static enum offer offer_of_core(const struct dm_plane *plane, struct dm_alive *alive,
                                const struct dm_way *way, struct dm_addr destination,
                                struct dm_way_choice *choice)
{
    const struct dm_model *model = dm_alive_model(alive);
    const struct dm_core_attachment *attachment =
        dm_core_attachment_get(model, (struct dm_core_attachment_id){ way->end.v });
    struct dm_core_choice routes[DM_PLANE_MAX_CHOICES];
    enum offer offer = OFFER_NONE;
    size_t n;

    if (!dm_alive(alive, dm_core_edge_get(model, way->edge)->element)
        || !dm_alive(alive, attachment->element)) {
        return OFFER_NONE;
    }
    if (attachment->unknown.v) {
        return not_known(choice, attachment->unknown,
                         "which segment an attachment is in is not known");
    }
    if (!attachment->segment.v) {
        return OFFER_NONE;
    }
    n = dm_lookup_core(plane, alive, attachment->segment, way->edge, destination, routes);
    choice->prefix = routes[0].prefix;
    for (size_t i = 0; i < n && offer != OFFER_UNKNOWN; i++) {
        offer = hear(offer, routes[i].kind, routes[i].attachment.v != way->end.v,
                     (struct dm_way_choice){ .unknown = routes[i].unknown, .why = routes[i].why },
                     choice);
    }
    return offer;
}

void dm_lines_in(const struct dm_plane *plane, struct dm_alive *alive, struct dm_site_id site,
                 struct dm_addr destination, struct dm_way_choices *ret_choices)
{
    const struct dm_lines *lines = dm_plane_lines(plane);
    struct contest contest = { .choices = ret_choices };

    *ret_choices = (struct dm_way_choices){ .n = 0 };
    for (size_t i = 0; i < lines->ways.n; i++) {
        const struct dm_way *way = &lines->ways.items[i];
        struct candidate candidate = { .choice = { .way = way } };
        enum offer offer;

        if (way->site.v != site.v || !dm_way_alive(alive, way)) {
            continue;
        }
        if (way->end.kind == DM_KIND_vpn_gateway) {
            offer = offer_of_vpn_gateway(lines, alive, way, destination, &candidate.choice);
        } else if (way->end.kind == DM_KIND_attachment) {
            offer = offer_of_transit(plane, alive, way, destination, &candidate.choice);
        } else {
            offer = offer_of_core(plane, alive, way, destination, &candidate.choice);
        }
        if (offer != OFFER_NONE) {
            candidate.merit.short_by = 128u - candidate.choice.prefix.length;
            candidate.merit.keys[0] = UINT32_MAX - dm_way_line(lines->model, way)->preference;
            enter(&contest, &candidate);
        }
    }
}

/* ---- rows of VPC tables ---- */

static unsigned matched_length(const struct dm_model *model, const struct dm_route *route,
                               struct dm_addr destination)
{
    struct dm_prefix prefix = route->prefix;
    const struct dm_prefix_list *list =
        route->list.v ? dm_prefix_list_get(model, route->list) : NULL;

    if (list) {
        (void)longest(list->prefixes, list->n_prefixes, destination, &prefix);
    }
    return prefix.length;
}

static bool is_local(const struct dm_route_table *table, struct dm_addr destination)
{
    for (size_t i = 0; i < table->n_routes; i++) {
        if (table->routes[i].target_kind == DM_TARGET_LOCAL
            && dm_prefix_has(table->routes[i].prefix, destination)) {
            return true;
        }
    }
    return false;
}

/* Whether a line brings exactly this prefix to the gateway. */
static bool is_brought(const struct dm_lines *lines, struct dm_alive *alive, struct dm_ref end,
                       struct dm_prefix prefix)
{
    for (size_t i = 0; i < lines->ways.n; i++) {
        const struct dm_way *way = &lines->ways.items[i];
        const struct dm_line *line = dm_way_line(lines->model, way);

        for (size_t j = 0; ends_at(way, end) && j < line->n_prefixes; j++) {
            if (dm_prefix_compare(line->prefixes[j], prefix) == 0 && dm_way_alive(alive, way)) {
                return true;
            }
        }
    }
    return false;
}

struct dm_route_choice dm_lines_route(const struct dm_plane *plane, struct dm_alive *alive,
                                      struct dm_route_table_id table, struct dm_addr destination,
                                      struct dm_route_choice choice)
{
    const struct dm_lines *lines = dm_plane_lines(plane);
    const struct dm_route_table *item = dm_route_table_get(lines->model, table);
    struct dm_ref end = DM_REF(vpn_gateway, item->learns);
    unsigned length = 0;

    if (!item->learns.v || choice.unknown.v || choice.tie || is_local(item, destination)
        || !dm_alive(alive, dm_vpn_gateway_get(lines->model, item->learns)->element)) {
        return choice;
    }
    if (choice.route) {
        length = matched_length(lines->model, choice.route, destination);
    }
    for (size_t i = 0; i < lines->gateways[end.v - 1].routes.n; i++) {
        const struct dm_route *route = &lines->gateways[end.v - 1].routes.items[i];

        if (dm_prefix_has(route->prefix, destination)
            && (!choice.route || route->prefix.length > length)
            && is_brought(lines, alive, end, route->prefix)) {
            choice.route = route;
            length = route->prefix.length;
        }
    }
    return choice;
}
