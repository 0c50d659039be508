/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Peerings of VPCs, and the rows of route tables: the local route and what each
 * subnet role writes, with the target that its VPC has; then tables of gateways.
 *
 * `subnet:ROLE` as a destination is a row for the subnet of each zone, which leads to what inspects
 * in that zone: so what comes back from a NAT gateway passes where it went.
 */
#include <string.h>

#include "model/base/str.h"
#include "model/front/design/lower_private.h"

struct rows {
    struct dm_route *items;
    size_t n;
    size_t capacity;
};

static struct dm_lower_vpc *side(struct dm_lower *lower, const struct dm_tree *node)
{
    const char *name = dm_lower_text(lower, node);
    struct dm_lower_vpc *vpc = name ? dm_lower_vpc_find(lower, name) : NULL;
    DM_VEC(const char *) names = { 0 };

    if (!name || vpc) {
        return vpc;
    }
    for (size_t i = 0; i < lower->vpc_copies.n; i++) {
        (void)DM_LOWER_PUSH(lower, &names, lower->vpc_copies.items[i].name);
    }
    dm_lower_unknown(lower, node->span, "copy of a VPC", name, names.items, names.n);
    return NULL;
}

static void peering(struct dm_lower *lower, const struct dm_tree_pair *pair)
{
    const struct dm_tree *between = dm_lower_need(lower, pair->value, "between", pair->key_span);
    struct dm_lower_vpc *requester;
    struct dm_lower_vpc *accepter;
    struct dm_peering object = { .object = { .name = pair->key, .origin = pair->key_span } };

    if (!between) {
        return;
    }
    if (between->kind != DM_TREE_LIST || between->n != 2) {
        (void)dm_lower_fault(lower, between->span, "a peering is between two VPCs, found %zu",
                             dm_lower_n_items(between));
        return;
    }
    requester = side(lower, between->items[0]);
    accepter = side(lower, between->items[1]);
    if (!requester || !accepter) {
        return;
    }
    if (requester == accepter) {
        (void)dm_lower_fault(lower, between->items[1]->span, "`%s` cannot be peered with itself",
                             requester->copy->name);
        return;
    }
    object.requester = requester->id;
    object.accepter = accepter->id;
    (void)DM_LOWER_ADD(lower, peering, &object);
}

void dm_lower_peerings(struct dm_lower *lower)
{
    size_t n = 0;
    const struct dm_tree_pair *const *pairs =
        dm_lower_sorted(lower, dm_tree_find(lower->root, "peerings"), &n);

    for (size_t i = 0; i < n; i++) {
        peering(lower, pairs[i]);
    }
}

/* ---- targets ---- */

static bool target_internet(struct dm_lower *lower, const struct dm_lower_vpc *vpc,
                            struct dm_span span, struct dm_route *route)
{
    route->target_kind = DM_TARGET_INTERNET_GATEWAY;
    route->target = vpc->internet_gateway.v;
    if (route->target == 0) {
        dm_lower_help(lower,
                      dm_lower_fault(lower, span, "`%s` has no internet gateway", vpc->copy->name),
                      "`internet_gateway: true` gives it one");
    }
    return route->target != 0;
}

static bool target_nat(struct dm_lower *lower, const struct dm_lower_vpc *vpc, size_t zone,
                       struct dm_span span, struct dm_route *route)
{
    route->target_kind = DM_TARGET_NAT_GATEWAY;
    if (vpc->nats.n == 0) {
        /* Where it was asked for and could not be had, that was reported. */
        if (!dm_tree_find(vpc->copy->tree, "nat_gateways")) {
            dm_lower_help(lower,
                          dm_lower_fault(lower, span, "`%s` has no NAT gateway", vpc->copy->name),
                          "`nat_gateways: {in: SUBNET, per: zone}` gives it some");
        }
        return false;
    }
    route->target = vpc->nats.items[vpc->nats.n == 1 ? 0 : zone].v;
    return true;
}

static bool target_transit(struct dm_lower *lower, const struct dm_lower_vpc *vpc,
                           struct dm_span span, struct dm_route *route)
{
    route->target_kind = DM_TARGET_TRANSIT_GATEWAY;
    if (!vpc->gateway) {
        if (!dm_tree_find(vpc->copy->tree, "attach")) {
            dm_lower_help(lower,
                          dm_lower_fault(lower, span, "`%s` is attached to no transit gateway",
                                         vpc->copy->name),
                          "`attach: {to: NAME, subnets: ROLE}` attaches it");
        }
        return false;
    }
    route->target = vpc->gateway->id.v;
    return true;
}

static bool target_core(struct dm_lower *lower, const struct dm_lower_vpc *vpc, struct dm_span span,
                        struct dm_route *route)
{
    route->target_kind = DM_TARGET_CORE_NETWORK;
    route->target = vpc->core.v;
    /* Where it was asked for and could not be had, that was reported. */
    if (route->target == 0 && !dm_tree_find(vpc->copy->tree, "core")) {
        dm_lower_help(
            lower,
            dm_lower_fault(lower, span, "`%s` is attached to no core network", vpc->copy->name),
            "`core: {to: NAME, subnets: ROLE, segment: SEGMENT}` attaches it");
    }
    return route->target != 0;
}

static bool target_vpn(struct dm_lower *lower, const struct dm_lower_vpc *vpc, struct dm_span span,
                       struct dm_route *route)
{
    route->target_kind = DM_TARGET_VPN_GATEWAY;
    route->target = vpc->vpn_gateway.v;
    if (route->target == 0) {
        dm_lower_help(
            lower,
            dm_lower_fault(lower, span, "`%s` has no virtual private gateway", vpc->copy->name),
            "`vpn_gateway: true` gives it one");
    }
    return route->target != 0;
}

static bool target_peering(struct dm_lower *lower, const struct dm_lower_vpc *vpc, const char *name,
                           struct dm_span span, struct dm_route *route)
{
    const struct dm_tree *peerings = dm_tree_find(lower->root, "peerings");
    struct dm_ref ref = dm_builder_find(lower->builder, DM_KIND_peering, name);
    const struct dm_peering *object;

    if (!dm_tree_find(peerings, name)) {
        dm_lower_unknown_key(lower, span, "peering", name, peerings);
        return false;
    }
    if (ref.v == 0) {
        return false;
    }
    object = dm_builder_edit_peering(lower->builder, (struct dm_peering_id){ ref.v });
    if (object->requester.v != vpc->id.v && object->accepter.v != vpc->id.v) {
        (void)dm_lower_fault(lower, span, "peering `%s` does not join `%s`", name, vpc->copy->name);
        return false;
    }
    route->target_kind = DM_TARGET_PEERING;
    route->target = ref.v;
    return true;
}

/* The endpoint of a firewall or of a fleet, entries of 'key', in a zone of the VPC. */
static bool target_endpoint(struct dm_lower *lower, const struct dm_lower_vpc *vpc, size_t zone,
                            const char *key, const char *name, struct dm_span span,
                            struct dm_route *route)
{
    const struct dm_tree *entries = dm_tree_find(lower->root, key);
    char letter = vpc->copy->region->zones.items[zone].letter;
    struct dm_ref ref =
        dm_builder_find(lower->builder, DM_KIND_gwlb_endpoint,
                        dm_lower_name(lower, "%s.%s.%c", vpc->copy->name, name, letter));

    if (!dm_lower_entry(lower, entries, name)) {
        dm_lower_unknown_key(lower, span, key[0] == 'f' ? "firewall" : "fleet of appliances", name,
                             entries);
        return false;
    }
    route->target_kind = DM_TARGET_GWLB_ENDPOINT;
    route->target = ref.v;
    if (ref.v == 0) {
        dm_lower_help(
            lower,
            dm_lower_fault(lower, span, "`%s` has no endpoint of `%s`", vpc->copy->name, name),
            key[0] == 'f' ? "its key `in` says which VPC has one"
                          : "its key `endpoints` says which VPCs have one");
    }
    return ref.v != 0;
}

/* The host of a service in a zone of the VPC, or its only one; 0: it has none. */
static struct dm_host_id host_in(struct dm_lower *lower, const struct dm_lower_party *party,
                                 char letter)
{
    const struct dm_service *service =
        party->party.v
            ? dm_builder_edit_service(lower->builder, (struct dm_service_id){ party->party.v })
            : NULL;

    if (service && service->n_hosts == 1) {
        return service->hosts[0];
    }
    return (struct dm_host_id){ dm_builder_find(
                                    lower->builder, DM_KIND_host,
                                    dm_lower_name(lower, "%s.%c", party->copy->name, letter))
                                    .v };
}

/* The endpoint of a service that forwards, in a zone of the VPC. */
static bool target_service(struct dm_lower *lower, const struct dm_lower_vpc *vpc, size_t zone,
                           const char *name, struct dm_span span, struct dm_route *route)
{
    const struct dm_tree *services = dm_tree_find(lower->root, "services");
    char letter = vpc->copy->region->zones.items[zone].letter;

    if (!dm_lower_entry(lower, services, name)) {
        dm_lower_unknown_key(lower, span, "service", name, services);
        return false;
    }
    for (size_t i = 0; i < lower->parties.n; i++) {
        const struct dm_lower_party *party = &lower->parties.items[i];
        struct dm_host_id id;
        const struct dm_host *host;

        if (party->party.kind != DM_PARTY_SERVICE || party->vpcs.n == 0
            || party->vpcs.items[0] != vpc || strcmp(party->copy->entry->key, name) != 0) {
            continue;
        }
        id = host_in(lower, party, letter);
        if (id.v == 0) {
            break;
        }
        host = dm_builder_edit_host(lower->builder, id);
        if (!host->forwards) {
            dm_lower_help(lower, dm_lower_fault(lower, span, "service `%s` does not forward", name),
                          "`forwards: true` says that it does");
            return false;
        }
        route->target_kind = DM_TARGET_INTERFACE;
        route->target = host->interfaces[0].v;
        return true;
    }
    (void)dm_lower_fault(lower, span, "service `%s` has no endpoint in zone `%c` of `%s`", name,
                         letter, vpc->copy->name);
    return false;
}

/* What inspects: a firewall, appliances or a service that forwards; false in 'ret_is': neither. */
static bool target_middle(struct dm_lower *lower, const struct dm_lower_vpc *vpc, size_t zone,
                          const struct dm_tree *node, bool *ret_is, struct dm_route *route)
{
    const char *text = dm_lower_text(lower, node);

    *ret_is = true;
    if (text && dm_str_starts(text, "firewall:")) {
        return target_endpoint(lower, vpc, zone, "firewalls", text + strlen("firewall:"),
                               node->span, route);
    }
    if (text && dm_str_starts(text, "appliances:")) {
        return target_endpoint(lower, vpc, zone, "appliances", text + strlen("appliances:"),
                               node->span, route);
    }
    if (text && dm_str_starts(text, "service:")) {
        return target_service(lower, vpc, zone, text + strlen("service:"), node->span, route);
    }
    *ret_is = false;
    return false;
}

static bool target_of(struct dm_lower *lower, const struct dm_lower_vpc *vpc, size_t zone,
                      const struct dm_tree *node, struct dm_route *route)
{
    static const char *const words[] = { "internet-gateway", "nat-gateway", "transit-gateway",
                                         "core-network",     "vpn-gateway", "blackhole" };
    const char *text = dm_lower_text(lower, node);
    bool is_middle = false;
    bool is_found = text && target_middle(lower, vpc, zone, node, &is_middle, route);

    if (!text || is_middle) {
        return is_found;
    }
    if (strcmp(text, "internet-gateway") == 0) {
        return target_internet(lower, vpc, node->span, route);
    }
    if (strcmp(text, "nat-gateway") == 0) {
        return target_nat(lower, vpc, zone, node->span, route);
    }
    if (strcmp(text, "transit-gateway") == 0) {
        return target_transit(lower, vpc, node->span, route);
    }
    if (strcmp(text, "core-network") == 0) {
        return target_core(lower, vpc, node->span, route);
    }
    if (strcmp(text, "vpn-gateway") == 0) {
        return target_vpn(lower, vpc, node->span, route);
    }
    if (strcmp(text, "blackhole") == 0) {
        route->target_kind = DM_TARGET_NONE;
        return true;
    }
    if (dm_str_starts(text, "peering:")) {
        return target_peering(lower, vpc, text + strlen("peering:"), node->span, route);
    }
    dm_lower_unknown(lower, node->span, "target", text, words, sizeof words / sizeof words[0]);
    return false;
}

/* ---- tables ---- */

static bool fits(struct dm_lower *lower, const struct dm_lower_vpc *vpc, const struct rows *rows,
                 const struct dm_route *route, bool to_subnet)
{
    char buffer[DM_ADDR_TEXT_SIZE];

    if (!to_subnet && !dm_addr_is_none(vpc->cidr.addr)
        && dm_prefix_covers(vpc->cidr, route->prefix)) {
        dm_lower_help(lower,
                      dm_lower_fault(lower, route->origin,
                                     "a route to %s cannot stand in `%s`: it is local there",
                                     dm_prefix_text(route->prefix, buffer), vpc->copy->name),
                      "inside a VPC only whole subnets are routed elsewhere, to a gateway in it; "
                      "`subnet:ROLE` names them [VPC-06]");
        return false;
    }
    for (size_t i = 0; i < rows->n; i++) {
        if (dm_prefix_compare(rows->items[i].prefix, route->prefix) == 0) {
            struct dm_diag *diag = dm_lower_fault(lower, route->origin, "a second route to %s",
                                                  dm_prefix_text(route->prefix, buffer));

            dm_diag_label(lower->diags, diag, rows->items[i].origin, "the first one");
            return false;
        }
    }
    return true;
}

static void local_route(struct dm_lower *lower, const struct dm_lower_vpc *vpc, struct rows *rows)
{
    (void)DM_LOWER_PUSH(lower, rows,
                        (struct dm_route){ .prefix = vpc->cidr,
                                           .target_kind = DM_TARGET_LOCAL,
                                           .origin = vpc->cidr_node ? vpc->cidr_node->span
                                                                    : vpc->copy->entry->key_span });
}

static void table_set(struct dm_lower *lower, struct dm_route_table_id id, const struct rows *rows)
{
    struct dm_route_table *table;

    if (id.v == 0) {
        return;
    }
    table = dm_builder_edit_route_table(lower->builder, id);
    table->routes = rows->items;
    table->n_routes = rows->n;
}

static void learn_routes(struct dm_lower *lower, const struct dm_lower_vpc *vpc,
                         const struct dm_lower_subnet *subnet, const struct dm_tree_pair *learn)
{
    if (!vpc->vpn_gateway.v) {
        dm_lower_help(lower,
                      dm_lower_fault(lower, learn->key_span, "`%s` has no virtual private gateway",
                                     vpc->copy->name),
                      "`vpn_gateway: true` gives it one");
    } else if (subnet->table.v) {
        dm_builder_edit_route_table(lower->builder, subnet->table)->learns = vpc->vpn_gateway;
    }
}

/* AWS lets routes to subnets of the VPC lead to NAT gateways, interfaces and endpoints alone. */
static bool may_inspect(struct dm_lower *lower, const struct dm_tree *node,
                        const struct dm_route *route)
{
    if (route->target_kind != DM_TARGET_NAT_GATEWAY && route->target_kind != DM_TARGET_INTERFACE
        && route->target_kind != DM_TARGET_GWLB_ENDPOINT) {
        (void)dm_lower_fault(lower, node->span,
                             "inside a VPC routes lead to what inspects or to NAT gateways alone "
                             "[VPC-06]");
        return false;
    }
    return true;
}

/* A row to the subnet of each zone, but not to that of the table itself ('own', or NULL). */
static void routes_to_subnets(struct dm_lower *lower, const struct dm_lower_vpc *vpc,
                              const struct dm_lower_subnet *own, const struct dm_tree_pair *pair,
                              struct rows *rows)
{
    const struct dm_tree *roles = dm_tree_find(vpc->copy->tree, "subnets");
    const char *role = pair->key + strlen("subnet:");

    if (!dm_lower_entry(lower, roles, role)) {
        dm_lower_unknown_key(lower, pair->key_span, "subnet", role, roles);
        return;
    }
    for (size_t zone = 0; zone < vpc->copy->region->zones.n; zone++) {
        const struct dm_lower_subnet *to = dm_lower_subnet_at(vpc, role, zone);
        struct dm_route route = { .origin = pair->key_span };

        if (!to || to == own || dm_addr_is_none(to->cidr.addr)) {
            continue;
        }
        route.prefix = to->cidr;
        if (target_of(lower, vpc, zone, pair->value, &route)
            && may_inspect(lower, pair->value, &route) && fits(lower, vpc, rows, &route, true)) {
            (void)DM_LOWER_PUSH(lower, rows, route);
        }
    }
}

static void gateway_routes(struct dm_lower *lower, const struct dm_lower_vpc *vpc, const char *key,
                           struct dm_route_table_id id, const char *what)
{
    const struct dm_tree_pair *pair =
        dm_tree_find_pair(dm_tree_find(vpc->copy->tree, "gateway_routes"), key);
    size_t n = 0;
    const struct dm_tree_pair *const *pairs = dm_lower_sorted(lower, pair ? pair->value : NULL, &n);
    struct rows rows = { 0 };

    if (!pair) {
        return;
    }
    if (id.v == 0) {
        dm_lower_help(
            lower, dm_lower_fault(lower, pair->key_span, "`%s` has no %s", vpc->copy->name, what),
            "`%s: true` gives it one", key);
        return;
    }
    local_route(lower, vpc, &rows);
    for (size_t i = 0; i < n; i++) {
        if (dm_str_starts(pairs[i]->key, "subnet:")) {
            routes_to_subnets(lower, vpc, NULL, pairs[i], &rows);
        } else {
            (void)dm_lower_fault(lower, pairs[i]->key_span,
                                 "tables of gateways lead to subnets, `subnet:ROLE`");
        }
    }
    table_set(lower, id, &rows);
}

static void subnet_routes(struct dm_lower *lower, const struct dm_lower_vpc *vpc,
                          const struct dm_lower_subnet *subnet)
{
    size_t n = 0;
    const struct dm_tree_pair *const *pairs =
        dm_lower_sorted(lower, dm_tree_find(subnet->role->value, "routes"), &n);
    const struct dm_tree_pair *learn = dm_tree_find_pair(subnet->role->value, "learn");
    struct rows rows = { 0 };

    if (learn && dm_lower_bool(lower, subnet->role->value, "learn")) {
        learn_routes(lower, vpc, subnet, learn);
    }
    local_route(lower, vpc, &rows);
    for (size_t i = 0; i < n; i++) {
        struct dm_route route = { .origin = pairs[i]->key_span };

        if (dm_str_starts(pairs[i]->key, "subnet:")) {
            routes_to_subnets(lower, vpc, subnet, pairs[i], &rows);
        } else if (dm_lower_network(lower, vpc->copy->region, pairs[i]->key_span, pairs[i]->key,
                                    &route.prefix)
                   && target_of(lower, vpc, subnet->zone, pairs[i]->value, &route)
                   && fits(lower, vpc, &rows, &route, false)) {
            (void)DM_LOWER_PUSH(lower, &rows, route);
        }
    }
    table_set(lower, subnet->table, &rows);
}

void dm_lower_routes(struct dm_lower *lower)
{
    for (size_t i = 0; i < lower->vpcs.n; i++) {
        const struct dm_lower_vpc *vpc = &lower->vpcs.items[i];
        struct rows rows = { 0 };

        local_route(lower, vpc, &rows);
        table_set(lower, dm_builder_edit_vpc(lower->builder, vpc->id)->main_table, &rows);
        for (size_t j = 0; j < vpc->subnets.n; j++) {
            subnet_routes(lower, vpc, &vpc->subnets.items[j]);
        }
        gateway_routes(lower, vpc, "internet_gateway", vpc->internet_table, "internet gateway");
        gateway_routes(lower, vpc, "vpn_gateway", vpc->vpn_table, "virtual private gateway");
    }
}
