/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where endpoints sit: `in: app.private`, their zones, groups and interfaces.
 */
#include <string.h>

#include "model/front/design/lower_private.h"

/* Whether a copy of a VPC has the subnet: overrides may add one to some copies. */
static bool some_vpc_has(const struct dm_lower *lower, const char *role, const char *subnet)
{
    size_t n;
    const struct dm_lower_vpc *vpcs = dm_lower_vpcs_of(lower, role, &n);

    for (size_t i = 0; i < n; i++) {
        if (dm_tree_find(dm_tree_find(vpcs[i].copy->tree, "subnets"), subnet)) {
            return true;
        }
    }
    return false;
}

bool dm_lower_seat(struct dm_lower *lower, const struct dm_lower_copy *copy, bool needs_groups,
                   struct dm_lower_seat *ret)
{
    const struct dm_tree *vpcs = dm_tree_find(lower->root, "vpcs");
    const struct dm_tree *in = dm_lower_need(lower, copy->tree, "in", copy->entry->key_span);
    const char *text = in ? dm_lower_text(lower, in) : NULL;
    const struct dm_tree *mtu = dm_tree_find(copy->tree, "mtu");
    const char *labels[2];
    int64_t bytes = 0;

    if (!text) {
        return false;
    }
    if (mtu) {
        (void)dm_lower_int(lower, mtu, 0, UINT16_MAX, "mtu", &bytes);
    }
    if (dm_lower_labels(lower, text, labels, 2) != 2) {
        (void)dm_lower_fault(lower, in->span, "`%s` is no VPC and subnet, as `app.private`", text);
        return false;
    }
    if (!dm_lower_entry(lower, vpcs, labels[0])) {
        dm_lower_unknown_key(lower, in->span, "VPC", labels[0], vpcs);
        return false;
    }
    if (!some_vpc_has(lower, labels[0], labels[1])) {
        dm_lower_unknown_key(lower, in->span, "subnet", labels[1],
                             dm_tree_find(dm_lower_entry(lower, vpcs, labels[0]), "subnets"));
        return false;
    }
    *ret = (struct dm_lower_seat){ .vpc = labels[0],
                                   .subnet = labels[1],
                                   .span = in->span,
                                   .groups = needs_groups ? dm_lower_need(
                                                 lower, copy->tree, "groups", copy->entry->key_span)
                                                          : dm_tree_find(copy->tree, "groups"),
                                   .is_public = dm_lower_bool(lower, copy->tree, "public"),
                                   .forwards = dm_lower_bool(lower, copy->tree, "forwards"),
                                   .mtu = (uint16_t)bytes,
                                   .zones = dm_tree_find(copy->tree, "zones") };
    return true;
}

bool dm_lower_seat_in(struct dm_lower *lower, const struct dm_lower_vpc *vpc,
                      const struct dm_tree_pair *entry, struct dm_lower_seat *ret)
{
    const struct dm_tree *in = dm_lower_need(lower, entry->value, "in", entry->key_span);
    const char *subnet = in ? dm_lower_text(lower, in) : NULL;
    const struct dm_tree *subnets = dm_tree_find(vpc->copy->tree, "subnets");

    if (!subnet) {
        return false;
    }
    if (!dm_tree_find(subnets, subnet)) {
        dm_lower_unknown_key(lower, in->span, "subnet", subnet, subnets);
        return false;
    }
    *ret = (struct dm_lower_seat){ .vpc = dm_lower_role(vpc),
                                   .subnet = subnet,
                                   .span = in->span,
                                   .groups = dm_lower_need(lower, entry->value, "groups",
                                                           entry->key_span),
                                   .is_public = dm_lower_bool(lower, entry->value, "public"),
                                   .zones = dm_tree_find(entry->value, "zones") };
    return true;
}

void dm_lower_left_out(struct dm_lower *lower, const struct dm_lower_copies *copies,
                       enum dm_party_kind kind)
{
    struct dm_map kept;

    dm_map_init(&kept, lower->arena);
    for (size_t i = 0; i < lower->parties.n; i++) {
        const struct dm_lower_party *party = &lower->parties.items[i];

        if (party->party.kind == kind && !dm_map_add(&kept, party->copy->entry->key, NULL)) {
            lower->oom = true;
        }
    }
    for (size_t i = 0; i < copies->n; i++) {
        const struct dm_tree_pair *entry = copies->items[i].entry;

        if (!dm_map_find(&kept, entry->key)) {
            (void)dm_lower_fault(lower, entry->key_span,
                                 "`%s` is nowhere: no copy of its VPC is where it would be",
                                 entry->key);
        }
    }
}

struct group_ids {
    struct dm_group_id *items;
    size_t n;
    size_t capacity;
};

static void groups(struct dm_lower *lower, const struct dm_lower_seat *seat,
                   const struct dm_lower_vpc *vpc, struct group_ids *ids)
{
    const struct dm_tree *entries = dm_tree_find(lower->root, "groups");

    for (size_t i = 0; i < dm_lower_n_items(seat->groups); i++) {
        const struct dm_tree *item = dm_lower_item(seat->groups, i);
        const char *name = dm_lower_text(lower, item);
        struct dm_ref ref = { 0 };

        if (!name) {
            continue;
        }
        ref = dm_builder_find(lower->builder, DM_KIND_group,
                              dm_lower_name(lower, "%s.%s", vpc->copy->name, name));
        if (!dm_lower_entry(lower, entries, name)) {
            dm_lower_unknown_key(lower, item->span, "group", name, entries);
        } else if (ref.v == 0) {
            (void)dm_lower_fault(lower, item->span, "group `%s` is not in VPC `%s`", name,
                                 dm_lower_role(vpc));
        } else {
            (void)DM_LOWER_PUSH(lower, ids, (struct dm_group_id){ ref.v });
        }
    }
}

/* Whether the endpoints are in zone 'zone'; 'zones' names were looked at before. */
static bool in_zone(const struct dm_tree *zones, char letter)
{
    const char *word = zones ? dm_tree_text(zones) : NULL;

    if (!zones || (word && strcmp(word, "all") == 0)) {
        return true;
    }
    for (size_t i = 0; i < dm_lower_n_items(zones); i++) {
        const char *text = dm_tree_text(dm_lower_item(zones, i));

        if (text && text[0] == letter && text[1] == '\0') {
            return true;
        }
    }
    return false;
}

static void zones_known(struct dm_lower *lower, const struct dm_lower_seat *seat,
                        const struct dm_lower_region *region)
{
    const char *word = seat->zones ? dm_tree_text(seat->zones) : NULL;

    if (word && strcmp(word, "all") == 0) {
        return;
    }
    for (size_t i = 0; i < dm_lower_n_items(seat->zones); i++) {
        const struct dm_tree *item = dm_lower_item(seat->zones, i);
        const char *text = dm_lower_text(lower, item);
        bool found = false;

        for (size_t j = 0; text && j < region->zones.n; j++) {
            found = found || (text[0] == region->zones.items[j].letter && text[1] == '\0');
        }
        if (text && !found) {
            (void)dm_lower_fault(lower, item->span, "region `%s` has no zone `%s`", region->name,
                                 text);
        }
    }
}

static void endpoint(struct dm_lower *lower, const struct dm_lower_seat *seat,
                     const struct dm_lower_subnet *subnet, const char *name, struct dm_span origin,
                     const struct group_ids *ids, struct dm_lower_hosts *hosts)
{
    struct dm_interface_id *interfaces = DM_NEW(lower->arena, struct dm_interface_id);
    struct dm_host host = { .object = { .name = name, .origin = origin },
                            .interfaces = interfaces,
                            .n_interfaces = 1,
                            .running = true,
                            .forwards = seat->forwards };
    struct dm_interface interface = {
        .object = { .name = dm_lower_name(lower, "%s.eni", name), .origin = origin },
        .kind = DM_INTERFACE_HOST,
        .groups = ids->items,
        .n_groups = ids->n,
        .source_dest_check = !seat->forwards,
        .mtu = seat->mtu,
    };

    if (!interfaces) {
        lower->oom = true;
        return;
    }
    interface.host = DM_LOWER_ADD(lower, host, &host);
    *interfaces = dm_lower_interface(lower, &interface, subnet, seat->is_public);
    (void)DM_LOWER_PUSH(lower, hosts, interface.host);
}

static void node(struct dm_lower *lower, const struct dm_lower_seat *seat,
                 const struct dm_lower_subnet *subnet, const char *name, struct dm_span origin,
                 const struct group_ids *ids, struct dm_balancer_id balancer)
{
    struct dm_interface interface = {
        .object = { .name = dm_lower_name(lower, "%s.node", name), .origin = origin },
        .kind = DM_INTERFACE_BALANCER,
        .balancer = balancer,
        .groups = ids->items,
        .n_groups = ids->n,
    };

    (void)dm_lower_interface(lower, &interface, subnet, seat->is_public);
}

/* Endpoints, added to 'hosts', or where that is NULL the nodes of a balancer. */
static void sit(struct dm_lower *lower, const struct dm_lower_seat *seat,
                const struct dm_lower_vpc *vpc, const char *name, struct dm_span origin,
                struct dm_balancer_id balancer, struct dm_lower_hosts *hosts)
{
    const struct dm_lower_region *region = vpc->copy->region;
    struct group_ids ids = { 0 };

    groups(lower, seat, vpc, &ids);
    zones_known(lower, seat, region);
    for (size_t zone = 0; zone < region->zones.n; zone++) {
        char letter = region->zones.items[zone].letter;
        const struct dm_lower_subnet *subnet = dm_lower_subnet_at(vpc, seat->subnet, zone);

        if (!in_zone(seat->zones, letter)) {
            continue;
        }
        if (!subnet) {
            (void)dm_lower_fault(lower, seat->span, "`%s` has no subnet `%s`", vpc->copy->name,
                                 seat->subnet);
            return;
        }
        if (seat->is_public && !subnet->is_public) {
            dm_lower_help(lower,
                          dm_lower_fault(lower, seat->span,
                                         "public endpoints need a public subnet, `%s` is none",
                                         subnet->name),
                          "`public: true` in the subnet makes it one");
        }
        if (!hosts) {
            node(lower, seat, subnet, dm_lower_name(lower, "%s.%c", name, letter), origin, &ids,
                 balancer);
        } else {
            endpoint(lower, seat, subnet, dm_lower_name(lower, "%s.%c", name, letter), origin, &ids,
                     hosts);
        }
    }
}

void dm_lower_endpoints(struct dm_lower *lower, const struct dm_lower_seat *seat,
                        const struct dm_lower_vpc *vpc, const char *name, struct dm_span origin,
                        struct dm_lower_hosts *hosts)
{
    sit(lower, seat, vpc, name, origin, (struct dm_balancer_id){ 0 }, hosts);
}

void dm_lower_nodes(struct dm_lower *lower, const struct dm_lower_seat *seat,
                    const struct dm_lower_vpc *vpc, const char *name, struct dm_span origin,
                    struct dm_balancer_id balancer)
{
    sit(lower, seat, vpc, name, origin, balancer, NULL);
}
