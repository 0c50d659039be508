/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "model/model_private.h"

const struct dm_object *dm_model_object(const struct dm_model *model, struct dm_ref ref)
{
    switch (ref.kind) {
    case DM_KIND_none:
    case DM_KIND_COUNT:
        return NULL;
#define DM_KIND_OBJECT(name, plural, text)                                                         \
    case DM_KIND_##name:                                                                           \
        DM_ASSERT(ref.v >= 1 && ref.v <= model->n_##plural);                                       \
        return &model->plural[ref.v - 1].object;
        DM_KIND_LIST(DM_KIND_OBJECT)
#undef DM_KIND_OBJECT
    }
    return NULL;
}

const char *dm_model_ref_name(const struct dm_model *model, struct dm_ref ref)
{
    const struct dm_object *object = dm_model_object(model, ref);

    return object ? object->name : "internet";
}

struct dm_ref dm_route_target(const struct dm_route *route)
{
    enum dm_kind kind = DM_KIND_none;

    switch (route->target_kind) {
    case DM_TARGET_LOCAL:
    case DM_TARGET_NONE:
        return DM_REF_NONE;
    case DM_TARGET_INTERNET_GATEWAY:
        kind = DM_KIND_internet_gateway;
        break;
    case DM_TARGET_NAT_GATEWAY:
        kind = DM_KIND_nat_gateway;
        break;
    case DM_TARGET_PEERING:
        kind = DM_KIND_peering;
        break;
    case DM_TARGET_TRANSIT_GATEWAY:
        kind = DM_KIND_transit_gateway;
        break;
    case DM_TARGET_CORE_NETWORK:
        kind = DM_KIND_core_network;
        break;
    case DM_TARGET_VPN_GATEWAY:
        kind = DM_KIND_vpn_gateway;
        break;
    case DM_TARGET_INTERFACE:
        kind = DM_KIND_interface;
        break;
    case DM_TARGET_VPC_ENDPOINT:
        kind = DM_KIND_vpc_endpoint;
        break;
    case DM_TARGET_GWLB_ENDPOINT:
        kind = DM_KIND_gwlb_endpoint;
        break;
    case DM_TARGET_UNKNOWN:
        kind = DM_KIND_unknown;
        break;
    }
    return (struct dm_ref){ kind, route->target };
}

struct dm_ref dm_model_find(const struct dm_model *model, enum dm_kind kind, const char *name)
{
    const uint64_t *value = dm_map_find(&model->index->names[kind], name);

    return (struct dm_ref){ kind, value ? (uint32_t)*value : 0 };
}

struct dm_element_id dm_model_find_element(const struct dm_model *model, const char *name)
{
    struct dm_ref ref = dm_model_find(model, DM_KIND_element, name);
    const uint64_t *value = NULL;

    if (ref.v == 0) {
        value = dm_map_find(&model->index->short_elements, name);
        ref.v = value ? (uint32_t)*value : 0;
    }
    return (struct dm_element_id){ ref.v };
}

struct dm_element_id dm_model_element_of(const struct dm_model *model, struct dm_ref ref)
{
    if (ref.v == 0) {
        return (struct dm_element_id){ 0 };
    }
    if (ref.kind == DM_KIND_region) {
        return dm_region_get(model, (struct dm_region_id){ ref.v })->element;
    }
    if (ref.kind == DM_KIND_zone) {
        return dm_zone_get(model, (struct dm_zone_id){ ref.v })->element;
    }
    if (ref.kind == DM_KIND_transit_gateway) {
        return dm_transit_gateway_get(model, (struct dm_transit_gateway_id){ ref.v })->element;
    }
    if (ref.kind == DM_KIND_attachment) {
        return dm_attachment_get(model, (struct dm_attachment_id){ ref.v })->element;
    }
    if (ref.kind == DM_KIND_core_edge) {
        return dm_core_edge_get(model, (struct dm_core_edge_id){ ref.v })->element;
    }
    if (ref.kind == DM_KIND_core_peering) {
        return dm_core_peering_get(model, (struct dm_core_peering_id){ ref.v })->element;
    }
    if (ref.kind == DM_KIND_core_attachment) {
        return dm_core_attachment_get(model, (struct dm_core_attachment_id){ ref.v })->element;
    }
    if (ref.kind == DM_KIND_peering) {
        return dm_peering_get(model, (struct dm_peering_id){ ref.v })->element;
    }
    if (ref.kind == DM_KIND_nat_gateway) {
        return dm_nat_gateway_get(model, (struct dm_nat_gateway_id){ ref.v })->element;
    }
    if (ref.kind == DM_KIND_internet_gateway) {
        return dm_internet_gateway_get(model, (struct dm_internet_gateway_id){ ref.v })->element;
    }
    if (ref.kind == DM_KIND_accelerator) {
        return dm_accelerator_get(model, (struct dm_accelerator_id){ ref.v })->element;
    }
    if (ref.kind == DM_KIND_gwlb_endpoint) {
        return dm_gwlb_endpoint_get(model, (struct dm_gwlb_endpoint_id){ ref.v })->element;
    }
    if (ref.kind == DM_KIND_host) {
        return dm_host_get(model, (struct dm_host_id){ ref.v })->element;
    }
    return (struct dm_element_id){ ref.kind == DM_KIND_element ? ref.v : 0 };
}

const struct dm_address_entry *dm_index_find_address(const struct dm_address_entry *entries,
                                                     size_t n, uint32_t vpc, struct dm_addr address)
{
    size_t low = 0;
    size_t high = n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct dm_address_entry *entry = &entries[middle];
        int order = entry->vpc == vpc ? dm_addr_compare(entry->address, address)
                                      : (entry->vpc > vpc) - (entry->vpc < vpc);

        if (order == 0) {
            return entry;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

struct dm_interface_id dm_model_interface_at(const struct dm_model *model, struct dm_vpc_id vpc,
                                             struct dm_addr address)
{
    const struct dm_address_entry *entry = dm_index_find_address(
        model->index->private_in_vpc, model->index->n_private, vpc.v, address);

    return (struct dm_interface_id){ entry ? entry->interface : 0 };
}

struct dm_interface_id dm_model_interface_at_public(const struct dm_model *model,
                                                    struct dm_addr address,
                                                    struct dm_addr *ret_private)
{
    const struct dm_address_entry *entry =
        dm_index_find_address(model->index->publics, model->index->n_publics, 0, address);

    if (entry) {
        *ret_private = entry->other;
    }
    return (struct dm_interface_id){ entry ? entry->interface : 0 };
}

const struct dm_interface_id *dm_model_interfaces_with(const struct dm_model *model,
                                                       struct dm_addr address, size_t *ret_n)
{
    const struct dm_model_index *index = model->index;
    const struct dm_address_entry *entry =
        dm_index_find_address(index->private_any, index->n_private_any, 0, address);
    size_t begin = 0;
    size_t end = 0;

    *ret_n = 0;
    if (!entry) {
        return NULL;
    }
    begin = (size_t)(entry - index->private_any);
    end = begin + 1;
    while (begin > 0 && dm_addr_equal(index->private_any[begin - 1].address, address)) {
        begin--;
    }
    while (end < index->n_private_any && dm_addr_equal(index->private_any[end].address, address)) {
        end++;
    }
    *ret_n = end - begin;
    return &index->private_any_ids[begin];
}

struct dm_nat_gateway_id dm_model_nat_of_interface(const struct dm_model *model,
                                                   struct dm_interface_id interface)
{
    DM_ASSERT(interface.v <= model->n_interfaces);
    return (struct dm_nat_gateway_id){ model->index->nat_of_interface[interface.v] };
}

struct dm_nat_gateway_id dm_model_regional_nat_at(const struct dm_model *model,
                                                  struct dm_addr address)
{
    for (uint32_t i = 0; i < model->n_nat_gateways; i++) {
        const struct dm_nat_gateway *nat = &model->nat_gateways[i];

        for (size_t j = 0; j < nat->n_addresses; j++) {
            if (dm_addr_equal(nat->addresses[j].address, address)) {
                return (struct dm_nat_gateway_id){ i + 1 };
            }
        }
    }
    return (struct dm_nat_gateway_id){ 0 };
}

struct dm_vpc_id dm_model_vpc_of_nat(const struct dm_model *model, struct dm_nat_gateway_id id)
{
    const struct dm_nat_gateway *nat = dm_nat_gateway_get(model, id);

    return nat->is_regional ? nat->vpc : dm_subnet_get(model, nat->subnet)->vpc;
}

bool dm_model_is_target(const struct dm_model *model, struct dm_interface_id interface)
{
    return model->index->is_target[interface.v];
}

static int compare_attachment_entry(const void *key, const void *item)
{
    const struct dm_attachment_entry *a = key;
    const struct dm_attachment_entry *b = item;

    if (a->vpc != b->vpc) {
        return a->vpc < b->vpc ? -1 : 1;
    }
    return (a->gateway > b->gateway) - (a->gateway < b->gateway);
}

static uint32_t find_attachment(const struct dm_attachment_entry *entries, size_t n, uint32_t vpc,
                                uint32_t gateway)
{
    struct dm_attachment_entry key = { vpc, gateway, 0 };
    const struct dm_attachment_entry *entry =
        n ? bsearch(&key, entries, n, sizeof key, compare_attachment_entry) : NULL;

    return entry ? entry->attachment : 0;
}

struct dm_attachment_id dm_model_attachment_of(const struct dm_model *model, struct dm_vpc_id vpc,
                                               struct dm_transit_gateway_id gateway)
{
    return (struct dm_attachment_id){ find_attachment(
        model->index->attachments, model->index->n_attachments, vpc.v, gateway.v) };
}

struct dm_core_attachment_id dm_model_core_attachment_of(const struct dm_model *model,
                                                         struct dm_vpc_id vpc,
                                                         struct dm_core_network_id network)
{
    return (struct dm_core_attachment_id){ find_attachment(
        model->index->core_attachments, model->index->n_core_attachments, vpc.v, network.v) };
}

/* Subnets of a VPC do not overlap: the last that begins at or before the address is the one. */
struct dm_subnet_id dm_model_subnet_at(const struct dm_model *model, struct dm_vpc_id vpc,
                                       struct dm_addr address)
{
    const struct dm_subnet_entry *entries = model->index->subnets;
    size_t low = 0;
    size_t high = model->index->n_subnets;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        bool after = entries[middle].vpc != vpc.v
                         ? entries[middle].vpc > vpc.v
                         : dm_addr_compare(entries[middle].prefix.addr, address) > 0;

        if (after) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    if (low > 0 && entries[low - 1].vpc == vpc.v
        && dm_prefix_has(entries[low - 1].prefix, address)) {
        return (struct dm_subnet_id){ entries[low - 1].subnet };
    }
    return (struct dm_subnet_id){ 0 };
}

struct dm_addr dm_model_internet_address(const struct dm_model *model)
{
    return model->index->internet;
}

struct dm_vpc_id dm_model_vpc_of_interface(const struct dm_model *model, struct dm_interface_id id)
{
    struct dm_subnet_id subnet = dm_interface_get(model, id)->subnet;

    return subnet.v ? dm_subnet_get(model, subnet)->vpc : (struct dm_vpc_id){ 0 };
}

struct dm_zone_id dm_model_zone_of_interface(const struct dm_model *model,
                                             struct dm_interface_id id)
{
    const struct dm_interface *interface = dm_interface_get(model, id);

    if (interface->kind == DM_INTERFACE_POD) {
        return dm_node_get(model, interface->node)->zone;
    }
    return interface->subnet.v ? dm_subnet_get(model, interface->subnet)->zone
                               : (struct dm_zone_id){ 0 };
}

struct dm_site_id dm_model_site_at(const struct dm_model *model, struct dm_addr address)
{
    for (uint32_t i = 0; i < model->n_sites; i++) {
        for (size_t j = 0; j < model->sites[i].n_prefixes; j++) {
            if (dm_prefix_has(model->sites[i].prefixes[j], address)) {
                return (struct dm_site_id){ i + 1 };
            }
        }
    }
    return (struct dm_site_id){ 0 };
}

struct dm_interface_id dm_model_site_interface(const struct dm_model *model, struct dm_site_id site,
                                               struct dm_addr address)
{
    const struct dm_site *item = dm_site_get(model, site);
    size_t low = 0;
    size_t high = item->n_places;

    if (dm_model_site_at(model, address).v != site.v) {
        return (struct dm_interface_id){ 0 };
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (dm_addr_compare(item->places[middle].first, address) <= 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low ? item->places[low - 1].interface : (struct dm_interface_id) {
        0
    };
}
