/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sites in the build: hosts for their addresses, elements for what can fail of them.
 *
 * A site's prefix is cut at both ends of every prefix of the model that lies in it; between two
 * cuts stands one host for all addresses there, with the second of them for its own, as the first
 * one of a network is nobody's.
 */
#include <stdlib.h>
#include <string.h>

#include "model/base/str.h"
#include "model/model_private.h"
#include "model/prefixes.h"

/* The cuts in one prefix of a site. */
struct cuts {
    struct dm_arena *arena;
    struct dm_prefix within;
    DM_VEC(struct dm_addr) items;
    bool failed;
};

static void cut_at(struct cuts *cuts, struct dm_addr address)
{
    if (dm_prefix_has(cuts->within, address)) {
        cuts->failed |= !DM_VEC_PUSH(cuts->arena, &cuts->items, address);
    }
}

static void cut(void *context, struct dm_prefix prefix)
{
    struct cuts *cuts = context;
    struct dm_addr last = dm_prefix_last(prefix);
    struct dm_addr after = dm_addr_add(last, 1);

    if (!dm_prefix_covers(cuts->within, prefix)) {
        return;
    }
    cut_at(cuts, dm_prefix_first(prefix));
    if (dm_addr_compare(after, last) > 0) {
        cut_at(cuts, after);
    }
}

static int compare(const void *a, const void *b)
{
    return dm_addr_compare(*(const struct dm_addr *)a, *(const struct dm_addr *)b);
}

struct places {
    DM_VEC(struct dm_site_place) items;
    DM_VEC(struct dm_host_id) hosts;
    bool has_main; /* one has the site's own name */
};

/* The name that the site gives this address, or its own for the first without, or one after it. */
static const char *name_of(struct dm_builder *builder, const struct dm_site *site,
                           struct dm_addr first, struct places *places)
{
    char text[DM_ADDR_TEXT_SIZE];

    for (size_t i = 0; i < site->n_names; i++) {
        if (dm_addr_equal(site->names[i].address, first)) {
            return dm_sprintf(builder->arena, "%s.%s", site->object.name, site->names[i].name);
        }
    }
    if (!places->has_main) {
        places->has_main = true;
        return site->object.name;
    }
    return dm_sprintf(builder->arena, "%s@%s", site->object.name, dm_addr_text(first, text));
}

static bool is_named(const struct dm_site *site, struct dm_addr address)
{
    for (size_t i = 0; i < site->n_names; i++) {
        if (dm_addr_equal(site->names[i].address, address)) {
            return true;
        }
    }
    return false;
}

/* A host for the addresses from 'first' to before 'end'. */
static void add_place(struct dm_builder *builder, const struct dm_site *site, uint32_t handle,
                      struct places *places, struct dm_addr first, const struct dm_addr *end)
{
    struct dm_addr next = dm_addr_add(first, 1);
    bool is_alone = end && dm_addr_compare(next, *end) >= 0;
    struct dm_interface_address *address = DM_NEW(builder->arena, struct dm_interface_address);
    struct dm_interface_id *interfaces = DM_NEW(builder->arena, struct dm_interface_id);
    struct dm_host host = {
        .object = { .name = name_of(builder, site, first, places), .origin = site->object.origin },
        .interfaces = interfaces,
        .n_interfaces = 1,
        .running = true,
    };
    struct dm_interface interface = { .object = host.object,
                                      .kind = DM_INTERFACE_SITE,
                                      .site = { handle },
                                      .addresses = address,
                                      .n_addresses = 1 };
    struct dm_site_place place = { .first = first };

    if (!address || !interfaces || !host.object.name) {
        builder->failed = true;
        return;
    }
    address->address = is_alone || is_named(site, first) ? first : next;
    interface.host = dm_builder_add_host(builder, &host);
    *interfaces = dm_builder_add_interface(builder, &interface);
    place.interface = *interfaces;
    if (!DM_VEC_PUSH(builder->arena, &places->items, place)
        || !DM_VEC_PUSH(builder->arena, &places->hosts, interface.host)) {
        builder->failed = true;
    }
}

static void add_places(struct dm_builder *builder, const struct dm_model *model,
                       const struct dm_site *site, uint32_t handle, struct dm_prefix prefix,
                       struct places *places)
{
    struct cuts cuts = { .arena = builder->arena, .within = prefix };
    struct dm_addr after = dm_addr_add(dm_prefix_last(prefix), 1);
    bool has_end = dm_addr_compare(after, prefix.addr) > 0;

    cut(&cuts, prefix);
    dm_model_prefixes(model, cut, &cuts);
    if (cuts.failed) {
        builder->failed = true;
        return;
    }
    qsort(cuts.items.items, cuts.items.n, sizeof *cuts.items.items, compare);
    for (size_t i = 0; i < cuts.items.n;) {
        struct dm_addr first = cuts.items.items[i];

        while (i < cuts.items.n && dm_addr_equal(cuts.items.items[i], first)) {
            i++;
        }
        add_place(builder, site, handle, places, first,
                  i < cuts.items.n ? &cuts.items.items[i]
                  : has_end        ? &after
                                   : NULL);
    }
}

static int compare_places(const void *left, const void *right)
{
    const struct dm_site_place *a = left;
    const struct dm_site_place *b = right;

    return dm_addr_compare(a->first, b->first);
}

enum dm_status dm_model_settle_sites(struct dm_builder *builder, const struct dm_model *model,
                                     struct dm_err *err)
{
    for (uint32_t i = 0; i < model->n_sites; i++) {
        struct dm_site *site = &builder->sites.items[i];
        struct places places = { .items = { 0 } };

        for (size_t j = 0; j < site->n_prefixes && !builder->failed; j++) {
            add_places(builder, model, site, i + 1, site->prefixes[j], &places);
        }
        if (places.items.n > 1) {
            qsort(places.items.items, places.items.n, sizeof *places.items.items, compare_places);
        }
        site->places = places.items.items;
        site->n_places = places.items.n;
        site->hosts = places.hosts.items;
        site->n_hosts = places.hosts.n;
    }
    return builder->failed ? DM_FAIL_NOMEM(err) : DM_OK;
}

/* ---- elements ---- */

static void region_of(const struct dm_builder *builder, struct dm_containers *in,
                      struct dm_region_id region)
{
    dm_contain(in, builder->regions.items[region.v - 1].element);
}

static void make_direct_connect(struct dm_builder *builder)
{
    for (size_t i = 0; i < builder->dx_locations.n; i++) {
        struct dm_dx_location *location = &builder->dx_locations.items[i];
        struct dm_containers none = { .n = 0 };

        location->element =
            dm_builder_element(builder, DM_ELEMENT_DX_LOCATION, &location->object, &none);
    }
    for (size_t i = 0; i < builder->dx_connections.n; i++) {
        struct dm_dx_connection *connection = &builder->dx_connections.items[i];
        struct dm_containers in = { .n = 0 };

        if (connection->location.v) {
            dm_contain(&in, builder->dx_locations.items[connection->location.v - 1].element);
        }
        connection->element =
            dm_builder_element(builder, DM_ELEMENT_DX_CONNECTION, &connection->object, &in);
    }
}

static void make_vpn(struct dm_builder *builder)
{
    for (size_t i = 0; i < builder->vpn_gateways.n; i++) {
        struct dm_vpn_gateway *gateway = &builder->vpn_gateways.items[i];
        struct dm_containers in = { .n = 0 };

        region_of(builder, &in, gateway->region);
        gateway->element =
            dm_builder_element(builder, DM_ELEMENT_VPN_GATEWAY, &gateway->object, &in);
    }
    for (size_t i = 0; i < builder->vpn_connections.n; i++) {
        struct dm_vpn_connection *connection = &builder->vpn_connections.items[i];
        struct dm_containers in = { .n = 0 };

        region_of(builder, &in, connection->region);
        connection->element =
            dm_builder_element(builder, DM_ELEMENT_VPN_CONNECTION, &connection->object, &in);
    }
    for (size_t i = 0; i < builder->vpn_connections.n; i++) {
        struct dm_vpn_connection *connection = &builder->vpn_connections.items[i];

        for (size_t j = 0; j < DM_VPN_TUNNELS; j++) {
            struct dm_containers in = { .n = 0 };

            region_of(builder, &in, connection->region);
            dm_contain(&in, connection->element);
            connection->tunnels[j].element = dm_builder_element(
                builder, DM_ELEMENT_VPN_TUNNEL, &connection->tunnels[j].object, &in);
        }
    }
}

void dm_model_make_site_elements(struct dm_builder *builder)
{
    for (size_t i = 0; i < builder->sites.n; i++) {
        struct dm_site *site = &builder->sites.items[i];
        struct dm_containers none = { .n = 0 };

        site->element = dm_builder_element(builder, DM_ELEMENT_SITE, &site->object, &none);
    }
    make_direct_connect(builder);
    make_vpn(builder);
}
