/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/roles.h"

#include <stdlib.h>
#include <string.h>

#include "model/base/planted.h"
#include "scenarios/names.h"

/* What belongs to a VPC or an attachment, in an order that does not depend on names. */
struct member {
    uint32_t owner;
    struct dm_prefix order;
    uint64_t second; /* order, where the prefix says nothing */
    uint32_t v;
};

struct members {
    struct member *items;
    size_t n;
    size_t capacity;
    const uint32_t *first; /* by owner's handle; of the next handle: the end */
};

struct dm_roles {
    struct dm_arena *arena;
    const struct dm_model *model;
    struct dm_names names;
    struct members subnets;
    struct members nats;
    struct members groups;
    struct members attachments;
    struct members peerings;     /* second: the far VPC */
    struct members propagations; /* of attachments; second: the table */
    bool *is_literal;            /* by VPC */
    uint32_t *vpc_roles;         /* by VPC */
    uint32_t *subnet_at;         /* number within the VPC, by handle */
    uint32_t *table_at;          /* 0: not yet met */
    uint32_t *acl_at;
    uint32_t *group_at;
    uint32_t *nat_at;
    bool *group_is_named;   /* by rules of another VPC */
    DM_VEC(uint64_t) words; /* of the shape or key that is being written */
    struct dm_map shapes;
    struct dm_map classes;
    bool failed;
};

/* ---- words ---- */

enum tag { TAG_OWN = 1, TAG_LITERAL, TAG_END };

static void put(struct dm_roles *roles, uint64_t word)
{
    roles->failed |= !DM_VEC_PUSH(roles->arena, &roles->words, word);
}

static void put2(struct dm_roles *roles, uint64_t a, uint64_t b)
{
    put(roles, a);
    put(roles, b);
}

/* Which CIDR of 'vpc' has the prefix; n_cidrs: none. */
static size_t own_cidr(const struct dm_vpc *vpc, struct dm_prefix prefix)
{
    size_t i = 0;

    while (i < vpc->n_cidrs && !dm_prefix_covers(vpc->cidrs[i], prefix)) {
        i++;
    }
    return i;
}

static void put_prefix(struct dm_roles *roles, const struct dm_vpc *vpc, struct dm_prefix prefix)
{
    size_t own = own_cidr(vpc, prefix);

    if (own < vpc->n_cidrs) {
        struct dm_addr base = dm_prefix_first(vpc->cidrs[own]);

        /* Bits below a CIDR's length: no carry. */
        put2(roles, TAG_OWN, own);
        put2(roles, prefix.addr.high ^ base.high, prefix.addr.low ^ base.low);
    } else {
        put2(roles, TAG_LITERAL, prefix.addr.family);
        put2(roles, prefix.addr.high, prefix.addr.low);
    }
    put(roles, prefix.length);
}

static void put_match(struct dm_roles *roles, const struct dm_match *match)
{
    put(roles, (uint64_t)(uint16_t)match->protocol << 48 | (uint64_t)match->port_first << 32
                   | (uint64_t)match->port_last << 16 | (uint16_t)match->icmp_type);
    put(roles, (uint16_t)match->icmp_code);
}

/* ---- members ---- */

static void join(struct dm_roles *roles, struct members *members, uint32_t owner,
                 struct dm_prefix order, uint64_t second, uint32_t v)
{
    struct member member = { owner, order, second, v };

    roles->failed |= !DM_VEC_PUSH(roles->arena, members, member);
}

static int compare_members(const void *a, const void *b)
{
    const struct member *x = a;
    const struct member *y = b;
    int order;

    if (x->owner != y->owner) {
        return x->owner < y->owner ? -1 : 1;
    }
    order = dm_prefix_compare(x->order, y->order);
    if (order) {
        return order;
    }
    if (x->second != y->second) {
        return x->second < y->second ? -1 : 1;
    }
    return (x->v > y->v) - (x->v < y->v);
}

static void sort_members(struct dm_roles *roles, struct members *members, uint32_t n_owners)
{
    uint32_t *first = DM_NEW_ARRAY(roles->arena, (size_t)n_owners + 2, uint32_t);
    size_t at = 0;

    if (!first) {
        roles->failed = true;
        return;
    }
    if (members->n > 1) {
        qsort(members->items, members->n, sizeof *members->items, compare_members);
    }
    for (uint32_t v = 0; v <= n_owners + 1; v++) {
        while (at < members->n && members->items[at].owner < v) {
            at++;
        }
        first[v] = (uint32_t)at;
    }
    members->first = first;
}

static void number(const struct members *members, uint32_t *numbers)
{
    for (size_t i = 0; i < members->n; i++) {
        numbers[members->items[i].v] = (uint32_t)i - members->first[members->items[i].owner] + 1;
    }
}

/* ---- rows ---- */

/* Where a row of a table of 'of' leads, as 'vpc' sees it. */
static void put_target(struct dm_roles *roles, struct dm_vpc_id vpc, struct dm_vpc_id of,
                       const struct dm_route *route)
{
    const struct dm_model *model = roles->model;
    uint64_t tag = TAG_LITERAL;
    uint64_t what = route->target;

    switch (route->target_kind) {
    case DM_TARGET_LOCAL:
    case DM_TARGET_NONE:
        what = 0;
        break;
    case DM_TARGET_INTERNET_GATEWAY:
        if (dm_vpc_get(model, vpc)->internet_gateway.v == route->target) {
            tag = TAG_OWN;
            what = 0;
        }
        break;
    case DM_TARGET_NAT_GATEWAY:
        if (of.v == vpc.v && roles->nat_at[route->target]) {
            tag = TAG_OWN;
            what = roles->nat_at[route->target];
        }
        break;
    case DM_TARGET_PEERING: {
        const struct dm_peering *peering =
            dm_peering_get(model, (struct dm_peering_id){ route->target });

        what = peering->requester.v == of.v ? peering->accepter.v : peering->requester.v;
        if (what == vpc.v) {
            tag = TAG_OWN;
            what = 0;
        }
        break;
    }
    case DM_TARGET_VPC_ENDPOINT: {
        const struct dm_vpc_endpoint *endpoint =
            dm_vpc_endpoint_get(model, (struct dm_vpc_endpoint_id){ route->target });

        if (endpoint->vpc.v == vpc.v && of.v == vpc.v) {
            tag = TAG_OWN;
            what = (uint64_t)endpoint->is_gateway << 32 | endpoint->service.v;
        }
        break;
    }
    case DM_TARGET_TRANSIT_GATEWAY:
    case DM_TARGET_CORE_NETWORK:
    case DM_TARGET_VPN_GATEWAY:
    case DM_TARGET_INTERFACE:
    case DM_TARGET_GWLB_ENDPOINT:
    case DM_TARGET_UNKNOWN:
        break;
    }
    put(roles, (uint64_t)route->target_kind << 32 | tag);
    put2(roles, what, route->propagated);
}

static void put_entry(struct dm_roles *roles, const struct dm_acl_entry *entry)
{
    put(roles, (uint64_t)entry->number << 32 | (uint64_t)entry->egress << 1 | entry->allow);
    put_match(roles, &entry->match);
}

/* An attachment, as its own VPC sees it or as others do. */
static uint64_t attachment_word(const struct dm_roles *roles, struct dm_vpc_id vpc,
                                struct dm_attachment_id id)
{
    bool own = id.v && dm_attachment_get(roles->model, id)->vpc.v == vpc.v;

    return own ? UINT64_MAX : id.v;
}

/* What a row outside of the VPC does with a prefix in it. */
static void put_outside_row(struct dm_roles *roles, struct dm_vpc_id vpc,
                            const struct dm_naming *naming)
{
    const struct dm_model *model = roles->model;
    uint32_t v = naming->reader.v;

    put(roles, (uint64_t)naming->reader.kind << 32 | v);
    if (naming->reader.kind == DM_KIND_route_table) {
        put_target(roles, vpc, (struct dm_vpc_id){ naming->vpc },
                   &model->route_tables[v - 1].routes[naming->row]);
    } else if (naming->reader.kind == DM_KIND_transit_table) {
        const struct dm_transit_route *route = &model->transit_tables[v - 1].routes[naming->row];

        put2(roles, attachment_word(roles, vpc, route->attachment), route->unknown.v);
    } else if (naming->reader.kind == DM_KIND_acl) {
        put_entry(roles, &model->acls[v - 1].entries[naming->row]);
    } else if (naming->reader.kind == DM_KIND_group) {
        const struct dm_group_rule *rule = &model->groups[v - 1].rules[naming->row];

        put(roles, rule->egress);
        put_match(roles, &rule->match);
    } else if (naming->reader.kind != DM_KIND_prefix_list) {
        put(roles, naming->row); /* not followed: no other has it */
    }
}

/* Rows of others that name what lies in a prefix of the VPC's own. */
static void put_outside_rows(struct dm_roles *roles, struct dm_vpc_id vpc, struct dm_prefix own)
{
    uint32_t at = dm_names_of(&roles->names, own);
    size_t i = at ? roles->names.nodes.items[at - 1].first : roles->names.namings.n;

    for (;
         i < roles->names.namings.n && dm_prefix_covers(own, roles->names.namings.items[i].prefix);
         i++) {
        const struct dm_naming *naming = &roles->names.namings.items[i];

        if (naming->vpc != vpc.v && naming->reader.kind != DM_KIND_none
            && !DM_PLANTED(OUTSIDE_FORGOTTEN)) {
            put_prefix(roles, dm_vpc_get(roles->model, vpc), naming->prefix);
            put_outside_row(roles, vpc, naming);
        }
    }
    put(roles, TAG_END);
}

/* Rows that name a public address and nothing else. */
static void put_rows_of_public(struct dm_roles *roles, uint32_t node)
{
    const struct dm_prefix *prefix = &roles->names.nodes.items[node - 1].prefix;

    for (size_t i = roles->names.nodes.items[node - 1].first;
         i < roles->names.namings.n
         && dm_prefix_compare(roles->names.namings.items[i].prefix, *prefix) == 0;
         i++) {
        put2(roles,
             (uint64_t)roles->names.namings.items[i].reader.kind << 32
                 | roles->names.namings.items[i].reader.v,
             roles->names.namings.items[i].row);
    }
    put(roles, TAG_END);
}

/* Where a public address lies: what is around it, and what names it alone. */
static void put_public(struct dm_roles *roles, struct dm_addr address)
{
    uint32_t at = dm_addr_is_none(address) ? 0 : dm_names_around(&roles->names, address);

    put(roles, address.family);
    if (at
        && dm_prefix_compare(roles->names.nodes.items[at - 1].prefix, dm_prefix_of(address)) == 0) {
        put_rows_of_public(roles, at);
        at = roles->names.nodes.items[at - 1].parent;
    }
    put(roles, at);
}

/* ---- the parts of a shape ---- */

static void put_cidrs(struct dm_roles *roles, struct dm_vpc_id id)
{
    const struct dm_vpc *vpc = dm_vpc_get(roles->model, id);

    put2(roles, vpc->region.v, vpc->n_cidrs);
    for (size_t i = 0; i < vpc->n_cidrs; i++) {
        uint32_t at = dm_names_of(&roles->names, vpc->cidrs[i]);

        put2(roles, vpc->cidrs[i].addr.family, vpc->cidrs[i].length);
        put(roles, at ? roles->names.nodes.items[at - 1].parent : 0);
        put_outside_rows(roles, id, vpc->cidrs[i]);
    }
}

/* Rows whose order says nothing are made equally wide and sorted. */
enum { ROW_WIDTH = 12 };

static int compare_rows(const void *a, const void *b)
{
    return memcmp(a, b, ROW_WIDTH * sizeof(uint64_t));
}

/* Fills the row that began at 'first' up to its full width. */
static void end_row(struct dm_roles *roles, size_t first)
{
    DM_ASSERT(roles->failed || roles->words.n - first <= ROW_WIDTH);
    while (roles->words.n - first < ROW_WIDTH && !roles->failed) {
        put(roles, 0);
    }
}

static void sort_rows(struct dm_roles *roles, size_t first)
{
    if (!roles->failed && roles->words.n > first) {
        qsort(roles->words.items + first, (roles->words.n - first) / ROW_WIDTH,
              ROW_WIDTH * sizeof(uint64_t), compare_rows);
    }
    put(roles, TAG_END);
}

/* Number of a table, or of an ACL, of the VPC; its content follows where it is new. */
static void put_table(struct dm_roles *roles, struct dm_vpc_id vpc, struct dm_route_table_id id,
                      uint32_t *n_met)
{
    const struct dm_route_table *table;
    size_t first;

    if (!id.v || roles->table_at[id.v]) {
        put(roles, id.v ? roles->table_at[id.v] : 0);
        return;
    }
    table = dm_route_table_get(roles->model, id);
    roles->table_at[id.v] = ++*n_met;
    put2(roles, *n_met, table->vpc.v == vpc.v ? 0 : id.v);
    first = roles->words.n;
    for (size_t i = 0; i < table->n_routes; i++) {
        const struct dm_route *route = &table->routes[i];
        size_t row = roles->words.n;

        put(roles, route->list.v);
        if (!route->list.v) {
            put_prefix(roles, dm_vpc_get(roles->model, vpc), route->prefix);
        }
        put_target(roles, vpc, vpc, route);
        end_row(roles, row);
    }
    sort_rows(roles, first);
}

static void put_acl(struct dm_roles *roles, struct dm_vpc_id vpc, struct dm_acl_id id,
                    uint32_t *n_met)
{
    const struct dm_acl *acl;

    if (!id.v || roles->acl_at[id.v]) {
        put(roles, id.v ? roles->acl_at[id.v] : 0);
        return;
    }
    acl = dm_acl_get(roles->model, id);
    roles->acl_at[id.v] = ++*n_met;
    put(roles, *n_met);
    for (size_t i = 0; i < acl->n_entries; i++) {
        put_entry(roles, &acl->entries[i]);
        put_prefix(roles, dm_vpc_get(roles->model, vpc), acl->entries[i].prefix);
    }
    put(roles, TAG_END);
}

static void put_subnets(struct dm_roles *roles, struct dm_vpc_id id)
{
    const struct dm_vpc *vpc = dm_vpc_get(roles->model, id);
    uint32_t n_tables = 0;
    uint32_t n_acls = 0;

    for (size_t i = roles->subnets.first[id.v]; i < roles->subnets.first[id.v + 1]; i++) {
        const struct dm_subnet *subnet = &roles->model->subnets[roles->subnets.items[i].v - 1];

        put2(roles, subnet->zone.v, subnet->n_cidrs);
        for (size_t j = 0; j < subnet->n_cidrs; j++) {
            put_prefix(roles, vpc, subnet->cidrs[j]);
        }
        put2(roles, subnet->unknown.v, subnet->maps_public_address);
        put2(roles, subnet->public_access, subnet->access_unknown.v);
        put_table(roles, id, subnet->table, &n_tables);
        put_acl(roles, id, subnet->acl, &n_acls);
    }
    put2(roles, TAG_END, vpc->gateway_unknown.v);
    put(roles, vpc->internet_gateway.v != 0);
    if (vpc->internet_gateway.v) {
        const struct dm_internet_gateway *gateway =
            dm_internet_gateway_get(roles->model, vpc->internet_gateway);

        put(roles, gateway->egress_only);
        put_table(roles, id, gateway->edge_table, &n_tables);
    }
}

static void put_nats(struct dm_roles *roles, struct dm_vpc_id id)
{
    for (size_t i = roles->nats.first[id.v]; i < roles->nats.first[id.v + 1]; i++) {
        const struct dm_nat_gateway *nat = &roles->model->nat_gateways[roles->nats.items[i].v - 1];

        put2(roles, roles->subnet_at[nat->subnet.v], nat->is_private);
        put(roles, nat->interface.v != 0);
        if (nat->interface.v) {
            const struct dm_interface *interface = dm_interface_get(roles->model, nat->interface);

            for (size_t j = 0; j < interface->n_addresses; j++) {
                put_prefix(roles, dm_vpc_get(roles->model, id),
                           dm_prefix_of(interface->addresses[j].address));
                put_public(roles, interface->addresses[j].public_address);
            }
        }
    }
    put(roles, TAG_END);
}

/* A rule of a group; references to groups of the VPC by number, or as one where 'blind'. */
static void put_rule(struct dm_roles *roles, struct dm_vpc_id vpc, const struct dm_group_rule *rule,
                     bool blind)
{
    put2(roles, rule->egress, rule->peer_kind);
    put_match(roles, &rule->match);
    if (rule->peer_kind == DM_PEER_PREFIX) {
        put_prefix(roles, dm_vpc_get(roles->model, vpc), rule->prefix);
    } else if (rule->peer_kind == DM_PEER_GROUP
               && dm_group_get(roles->model, (struct dm_group_id){ rule->peer })->vpc.v == vpc.v) {
        put2(roles, TAG_OWN, blind ? 0 : roles->group_at[rule->peer]);
    } else {
        put2(roles, TAG_LITERAL, rule->peer);
    }
}

static void put_group(struct dm_roles *roles, struct dm_vpc_id vpc, uint32_t v, bool blind)
{
    const struct dm_group *group = dm_group_get(roles->model, (struct dm_group_id){ v });
    size_t first;

    put(roles, roles->group_is_named[v] ? v : 0);
    first = roles->words.n;
    for (size_t i = 0; i < group->n_rules; i++) {
        size_t row = roles->words.n;

        put_rule(roles, vpc, &group->rules[i], blind);
        end_row(roles, row);
    }
    sort_rows(roles, first);
}

static void put_groups(struct dm_roles *roles, struct dm_vpc_id id)
{
    for (size_t i = roles->groups.first[id.v]; i < roles->groups.first[id.v + 1]; i++) {
        put_group(roles, id, roles->groups.items[i].v, false);
    }
    put(roles, TAG_END);
}

/* The tables into which it propagates. */
static void put_propagations(struct dm_roles *roles, uint32_t attachment)
{
    const struct members *all = &roles->propagations;

    for (size_t i = all->first[attachment]; i < all->first[attachment + 1]; i++) {
        put(roles, all->items[i].second);
    }
    put(roles, TAG_END);
}

static void put_links(struct dm_roles *roles, struct dm_vpc_id id)
{
    const struct dm_model *model = roles->model;

    for (size_t i = roles->attachments.first[id.v]; i < roles->attachments.first[id.v + 1]; i++) {
        const struct dm_attachment *attachment =
            &model->attachments[roles->attachments.items[i].v - 1];

        put2(roles, attachment->kind, attachment->gateway.v);
        put2(roles, attachment->table.v, attachment->unknown.v);
        put2(roles, attachment->appliance_mode, attachment->group_references);
        put_propagations(roles, roles->attachments.items[i].v);
        for (size_t j = 0; j < attachment->n_subnets; j++) {
            put(roles, roles->subnet_at[attachment->subnets[j].v]);
        }
        put(roles, TAG_END);
    }
    put(roles, TAG_END);
    for (size_t i = roles->peerings.first[id.v]; i < roles->peerings.first[id.v + 1]; i++) {
        put(roles, roles->peerings.items[i].second);
    }
    put(roles, TAG_END);
}

/* ---- making ---- */

static uint64_t hash_words(const struct dm_roles *roles)
{
    uint64_t hash = UINT64_C(0x9e3779b97f4a7c15);

    for (size_t i = 0; i < roles->words.n; i++) {
        hash = (hash ^ roles->words.items[i]) * UINT64_C(0xff51afd7ed558ccd);
        hash ^= hash >> 32;
    }
    return hash;
}

/* The VPC of the last CIDR at or around a prefix.  VPCs of which one is around another's, or at the
 * same prefix, overlap, and so are like no other; so is one in which somebody names a prefix of
 * whom nothing is known here. */
static uint32_t look_at_node(struct dm_roles *roles, const struct dm_named *node, uint32_t near)
{
    size_t n_known = 0;
    size_t n_all = 0;

    for (size_t i = node->first; i < roles->names.namings.n; i++) {
        const struct dm_naming *naming = &roles->names.namings.items[i];

        if (dm_prefix_compare(naming->prefix, node->prefix) != 0) {
            break;
        }
        n_all += naming->reader.kind == DM_KIND_none;
        n_known += naming->reader.kind != DM_KIND_none
                   && naming->reader.kind != DM_KIND_target_group
                   && naming->reader.kind != DM_KIND_idle_address;
        if (naming->reader.kind == DM_KIND_vpc) {
            roles->is_literal[near] = true;
            roles->is_literal[naming->vpc] |= near != 0;
            near = naming->vpc;
        }
    }
    roles->is_literal[near] |= n_all > n_known;
    return near;
}

static void find_overlaps(struct dm_roles *roles)
{
    uint32_t *near = DM_NEW_ARRAY(roles->arena, roles->names.nodes.n + 1, uint32_t);

    roles->failed |= !near;
    for (size_t n = 1; n <= roles->names.nodes.n && !roles->failed; n++) {
        const struct dm_named *node = &roles->names.nodes.items[n - 1];

        near[n] = look_at_node(roles, node, node->parent ? near[node->parent] : 0);
    }
}

/* VPCs that are what they are by more than their shape says. */
static void find_literals(struct dm_roles *roles)
{
    const struct dm_model *model = roles->model;

    find_overlaps(roles);
    for (uint32_t i = 0; i < model->n_core_attachments; i++) {
        roles->is_literal[model->core_attachments[i].vpc.v] = true;
    }
    for (uint32_t i = 0; i < model->n_nat_gateways; i++) {
        roles->is_literal[model->nat_gateways[i].vpc.v] |= model->nat_gateways[i].is_regional;
    }
    for (uint32_t i = 0; i < model->n_vpn_gateways; i++) {
        roles->is_literal[model->vpn_gateways[i].vpc.v] = true;
    }
    for (uint32_t i = 0; i < model->n_transit_tables; i++) {
        for (size_t j = 0; j < model->transit_tables[i].n_routes; j++) {
            const struct dm_transit_route *route = &model->transit_tables[i].routes[j];
            struct dm_vpc_id to = { 0 };

            if (route->attachment.v) {
                to = dm_attachment_get(model, route->attachment)->vpc;
            }
            if (to.v) {
                const struct dm_vpc *vpc = dm_vpc_get(model, to);

                roles->is_literal[to.v] |= own_cidr(vpc, route->prefix) == vpc->n_cidrs;
            }
        }
    }
    for (uint32_t i = 0; i < model->n_groups; i++) {
        for (size_t j = 0; j < model->groups[i].n_rules; j++) {
            const struct dm_group_rule *rule = &model->groups[i].rules[j];

            if (rule->peer_kind == DM_PEER_GROUP
                && model->groups[rule->peer - 1].vpc.v != model->groups[i].vpc.v) {
                roles->group_is_named[rule->peer] = true;
            }
        }
    }
}

static struct dm_prefix order_of(const struct dm_prefix *cidrs, size_t n)
{
    return n ? cidrs[0] : (struct dm_prefix){ { 0, 0, 0 }, 0 };
}

/* NAT gateways stand in the order of their addresses, attachments in that of their gateways. */
static void find_members(struct dm_roles *roles)
{
    const struct dm_model *model = roles->model;
    struct dm_prefix none = { { 0, 0, 0 }, 0 };

    for (uint32_t v = 1; v <= model->n_subnets; v++) {
        const struct dm_subnet *subnet = &model->subnets[v - 1];

        join(roles, &roles->subnets, subnet->vpc.v, order_of(subnet->cidrs, subnet->n_cidrs), 0, v);
    }
    for (uint32_t v = 1; v <= model->n_nat_gateways; v++) {
        const struct dm_nat_gateway *nat = &model->nat_gateways[v - 1];
        struct dm_prefix order = none;

        if (nat->interface.v) {
            order = dm_prefix_of(dm_interface_get(model, nat->interface)->addresses[0].address);
        }
        if (nat->subnet.v) {
            join(roles, &roles->nats, dm_subnet_get(model, nat->subnet)->vpc.v, order, 0, v);
        }
    }
    for (uint32_t v = 1; v <= model->n_attachments; v++) {
        const struct dm_attachment *attachment = &model->attachments[v - 1];

        join(roles, &roles->attachments, attachment->vpc.v, none, attachment->gateway.v, v);
    }
    for (uint32_t v = 1; v <= model->n_peerings; v++) {
        const struct dm_peering *peering = &model->peerings[v - 1];

        join(roles, &roles->peerings, peering->requester.v, none, peering->accepter.v, v);
        join(roles, &roles->peerings, peering->accepter.v, none, peering->requester.v, v);
    }
    for (uint32_t v = 1; v <= model->n_transit_tables; v++) {
        const struct dm_transit_table *table = &model->transit_tables[v - 1];

        for (size_t i = 0; i < table->n_propagations; i++) {
            join(roles, &roles->propagations, table->propagations[i].attachment.v, none, v, 0);
        }
    }
    sort_members(roles, &roles->subnets, model->n_vpcs);
    sort_members(roles, &roles->nats, model->n_vpcs);
    sort_members(roles, &roles->attachments, model->n_vpcs);
    sort_members(roles, &roles->peerings, model->n_vpcs);
    sort_members(roles, &roles->propagations, model->n_attachments);
}

/* Groups are ordered by what their rules say, but for which groups they refer to: where that leaves
 * a choice, VPCs that are alike may be told apart. */
static void order_groups(struct dm_roles *roles)
{
    for (uint32_t v = 1; v <= roles->model->n_groups && !roles->failed; v++) {
        struct dm_vpc_id vpc = roles->model->groups[v - 1].vpc;

        roles->words.n = 0;
        put_group(roles, vpc, v, true);
        join(roles, &roles->groups, vpc.v, (struct dm_prefix){ { 0, 0, 0 }, 0 }, hash_words(roles),
             v);
    }
    sort_members(roles, &roles->groups, roles->model->n_vpcs);
}

static uint32_t number_of(struct dm_roles *roles, struct dm_map *map)
{
    bool added = false;
    uint64_t *place = roles->failed ? NULL
                                    : dm_map_addn(map, roles->words.items,
                                                  roles->words.n * sizeof(uint64_t), &added);

    if (!place) {
        roles->failed = true;
        return 0;
    }
    if (added) {
        *place = map->n - 1;
    }
    return (uint32_t)*place;
}

static void find_roles(struct dm_roles *roles)
{
    for (uint32_t v = 1; v <= roles->model->n_vpcs && !roles->failed; v++) {
        struct dm_vpc_id id = { v };

        roles->words.n = 0;
        put(roles, roles->is_literal[v] && !DM_PLANTED(OVERLAP_OVERLOOKED) ? v : 0);
        put_cidrs(roles, id);
        put_subnets(roles, id);
        put_nats(roles, id);
        put_groups(roles, id);
        put_links(roles, id);
        roles->vpc_roles[v] = number_of(roles, &roles->shapes) + 1;
    }
}

struct dm_roles *dm_roles_new(struct dm_arena *arena, const struct dm_model *model)
{
    struct dm_roles *roles = DM_NEW(arena, struct dm_roles);

    if (!roles) {
        return NULL;
    }
    roles->arena = arena;
    roles->model = model;
    dm_map_init(&roles->shapes, arena);
    dm_map_init(&roles->classes, arena);
    roles->is_literal = DM_NEW_ARRAY(arena, (size_t)model->n_vpcs + 1, bool);
    roles->vpc_roles = DM_NEW_ARRAY(arena, (size_t)model->n_vpcs + 1, uint32_t);
    roles->subnet_at = DM_NEW_ARRAY(arena, (size_t)model->n_subnets + 1, uint32_t);
    roles->table_at = DM_NEW_ARRAY(arena, (size_t)model->n_route_tables + 1, uint32_t);
    roles->acl_at = DM_NEW_ARRAY(arena, (size_t)model->n_acls + 1, uint32_t);
    roles->group_at = DM_NEW_ARRAY(arena, (size_t)model->n_groups + 1, uint32_t);
    roles->nat_at = DM_NEW_ARRAY(arena, (size_t)model->n_nat_gateways + 1, uint32_t);
    roles->group_is_named = DM_NEW_ARRAY(arena, (size_t)model->n_groups + 1, bool);
    if (!roles->is_literal || !roles->vpc_roles || !roles->subnet_at || !roles->table_at
        || !roles->acl_at || !roles->group_at || !roles->nat_at || !roles->group_is_named) {
        return NULL;
    }
    roles->names.arena = arena;
    roles->names.model = model;
    find_members(roles);
    if (!dm_names_find(&roles->names) || roles->failed) {
        return NULL;
    }
    number(&roles->subnets, roles->subnet_at);
    number(&roles->nats, roles->nat_at);
    find_literals(roles);
    order_groups(roles);
    if (roles->failed) {
        return NULL;
    }
    number(&roles->groups, roles->group_at);
    find_roles(roles);
    return roles->failed ? NULL : roles;
}

uint32_t dm_roles_of_vpc(const struct dm_roles *roles, struct dm_vpc_id vpc)
{
    DM_ASSERT(vpc.v >= 1 && vpc.v <= roles->model->n_vpcs);
    return roles->vpc_roles[vpc.v];
}

/* ---- places ---- */

/* What is at a seat; what leads on from there, or stands in several subnets, is like nothing else.
 */
static void put_interface(struct dm_roles *roles, struct dm_interface_id id)
{
    const struct dm_interface *interface = dm_interface_get(roles->model, id);
    struct dm_vpc_id vpc = dm_model_vpc_of_interface(roles->model, id);
    bool is_plain = interface->kind == DM_INTERFACE_ENDPOINT;

    if (interface->kind == DM_INTERFACE_HOST && interface->host.v) {
        is_plain = dm_host_get(roles->model, interface->host)->n_interfaces == 1;
        put(roles, dm_host_get(roles->model, interface->host)->running);
    }
    put2(roles, interface->kind, is_plain ? 0 : id.v);
    put(roles, interface->endpoint.v
                   ? dm_vpc_endpoint_get(roles->model, interface->endpoint)->service.v
                   : 0);
    put(roles, interface->service.v);
    for (size_t i = 0; i < interface->n_groups; i++) {
        struct dm_group_id group = interface->groups[i];
        bool own = dm_group_get(roles->model, group)->vpc.v == vpc.v;

        put2(roles, own ? TAG_OWN : TAG_LITERAL, own ? roles->group_at[group.v] : group.v);
    }
    put(roles, TAG_END);
}

static void put_seat(struct dm_roles *roles, const struct dm_seat *seat)
{
    const struct dm_subnet *subnet = dm_subnet_get(roles->model, seat->at.subnet);
    const struct dm_vpc *vpc = dm_vpc_get(roles->model, subnet->vpc);
    uint32_t at = dm_names_around(&roles->names, seat->at.address);

    put2(roles, roles->vpc_roles[subnet->vpc.v], roles->subnet_at[seat->at.subnet.v]);
    put(roles, at != 0);
    if (at) {
        put_prefix(roles, vpc, roles->names.nodes.items[at - 1].prefix);
    }
    put_public(roles, seat->at.public_address);
    put(roles, seat->interface.v != 0);
    if (seat->interface.v) {
        put_interface(roles, seat->interface);
    }
}

bool dm_roles_class(struct dm_roles *roles, uint64_t kind, uint64_t literal,
                    const struct dm_seat *seats, size_t n_seats, uint32_t *ret_class)
{
    roles->words.n = 0;
    put2(roles, kind, literal);
    for (size_t i = 0; i < n_seats; i++) {
        put_seat(roles, &seats[i]);
    }
    *ret_class = number_of(roles, &roles->classes);
    return !roles->failed;
}
