/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Makes what a model's lookups search: sorted arrays, and the address that
 * stands for a computer on the internet.
 *
 * That address is the first, from the documentation range 203.0.113.0/24 on
 * and then around, that is public and lies in no prefix of the model.  Some
 * networks route everything by a few wide prefixes (0.0.0.0/1 and 128.0.0.0/1
 * in place of a default); where no address is free, prefixes of /1 are let go,
 * then those of /2, and so on, until one is.  O((V + R) log(V + R)).
 */
#include <stdlib.h>
#include <string.h>

#include "model/model_private.h"
#include "model/prefixes.h"

/* IPv4 addresses, first to last, that are taken. */
struct range {
    uint32_t first;
    uint32_t last;
    uint8_t length; /* of the prefix; UINT8_MAX: never let go */
};

struct range_list {
    struct dm_arena *arena;
    DM_VEC(struct range) ranges;
    bool failed;
};

static void take_prefix(struct range_list *list, struct dm_prefix prefix, uint8_t length)
{
    struct range range = { 0, 0, length };

    if (prefix.addr.family != DM_FAMILY_IPV4 || prefix.length == 0) {
        return;
    }
    range.first = (uint32_t)prefix.addr.low;
    range.last = (uint32_t)dm_prefix_last(prefix).low;
    if (!DM_VEC_PUSH(list->arena, &list->ranges, range)) {
        list->failed = true;
    }
}

static void take(void *context, struct dm_prefix prefix)
{
    take_prefix(context, prefix, prefix.length);
}

static void take_public(const struct dm_model *model, struct range_list *list)
{
    for (uint32_t i = 0; i < model->n_interfaces; i++) {
        const struct dm_interface *interface = &model->interfaces[i];

        for (size_t j = 0; j < interface->n_addresses; j++) {
            take(list, dm_prefix_of(interface->addresses[j].public_address));
        }
    }
}

static int compare_ranges(const void *left, const void *right)
{
    const struct range *a = left;
    const struct range *b = right;

    return (a->first > b->first) - (a->first < b->first);
}

/* The first free number from 'start' to 'end'; ranges are sorted.  False: none is. */
static bool first_free(const struct range_list *list, uint8_t shortest, uint32_t start,
                       uint32_t end, uint32_t *ret_number)
{
    uint32_t candidate = start;

    for (size_t i = 0; i < list->ranges.n; i++) {
        const struct range *range = &list->ranges.items[i];

        if (range->length < shortest || range->last < candidate) {
            continue;
        }
        if (range->first > candidate) {
            break;
        }
        if (range->last >= end) {
            return false;
        }
        candidate = range->last + 1;
    }
    *ret_number = candidate;
    return candidate <= end;
}

static bool find_internet(struct range_list *list, struct dm_addr *ret_address)
{
    const uint32_t start = 0xcb007101; /* 203.0.113.1 */
    size_t n = 0;
    const struct dm_prefix *taken = dm_prefix_not_public(&n);
    uint32_t number = 0;

    for (size_t i = 0; i < n; i++) {
        take_prefix(list, taken[i], UINT8_MAX);
    }
    if (list->failed) {
        return false;
    }
    DM_ASSERT(list->ranges.items != NULL); /* what is not public at least */
    qsort(list->ranges.items, list->ranges.n, sizeof list->ranges.items[0], compare_ranges);
    for (uint8_t shortest = 1; shortest <= 33; shortest++) {
        if (first_free(list, shortest, start, UINT32_MAX, &number)
            || first_free(list, shortest, 0, start - 1, &number)) {
            break;
        }
    }
    *ret_address = dm_addr_ipv4(number);
    return true;
}

static bool index_internet(const struct dm_model *model, struct dm_model_index *index)
{
    struct range_list list = { .arena = model->arena };

    dm_model_prefixes(model, take, &list);
    take_public(model, &list);
    return find_internet(&list, &index->internet);
}

int dm_index_compare_addresses(const void *left, const void *right)
{
    const struct dm_address_entry *a = left;
    const struct dm_address_entry *b = right;
    int order = 0;

    if (a->vpc != b->vpc) {
        return a->vpc < b->vpc ? -1 : 1;
    }
    order = dm_addr_compare(a->address, b->address);
    return order ? order : (a->interface > b->interface) - (a->interface < b->interface);
}

static void sort_addresses(struct dm_address_entry *entries, size_t n)
{
    if (n > 1) {
        qsort(entries, n, sizeof entries[0], dm_index_compare_addresses);
    }
}

static void fill_addresses(const struct dm_model *model, struct dm_model_index *index)
{
    for (uint32_t i = 0; i < model->n_interfaces; i++) {
        const struct dm_interface *interface = &model->interfaces[i];
        uint32_t vpc = dm_model_vpc_of_interface(model, (struct dm_interface_id){ i + 1 }).v;

        for (size_t j = 0; j < interface->n_addresses; j++) {
            const struct dm_interface_address *address = &interface->addresses[j];
            struct dm_address_entry entry = { vpc, address->address, i + 1,
                                              address->public_address };

            if (!dm_interface_is_inside(interface)) {
                index->private_in_vpc[index->n_private++] = entry;
            }
            entry.vpc = 0;
            index->private_any[index->n_private_any++] = entry;
            if (!dm_addr_is_none(address->public_address)) {
                entry.address = address->public_address;
                entry.other = address->address;
                index->publics[index->n_publics++] = entry;
            }
        }
    }
}

static bool index_addresses(const struct dm_model *model, struct dm_model_index *index)
{
    size_t n = 0;

    for (uint32_t i = 0; i < model->n_interfaces; i++) {
        n += model->interfaces[i].n_addresses;
    }
    index->private_in_vpc = DM_NEW_ARRAY(model->arena, n + 1, struct dm_address_entry);
    index->private_any = DM_NEW_ARRAY(model->arena, n + 1, struct dm_address_entry);
    index->private_any_ids = DM_NEW_ARRAY(model->arena, n + 1, struct dm_interface_id);
    index->publics = DM_NEW_ARRAY(model->arena, n + 1, struct dm_address_entry);
    if (!index->private_in_vpc || !index->private_any || !index->private_any_ids
        || !index->publics) {
        return false;
    }
    fill_addresses(model, index);
    sort_addresses(index->private_in_vpc, index->n_private);
    sort_addresses(index->private_any, index->n_private_any);
    sort_addresses(index->publics, index->n_publics);
    for (size_t i = 0; i < index->n_private_any; i++) {
        index->private_any_ids[i].v = index->private_any[i].interface;
    }
    return true;
}

static int compare_subnets(const void *left, const void *right)
{
    const struct dm_subnet_entry *a = left;
    const struct dm_subnet_entry *b = right;
    int order = 0;

    if (a->vpc != b->vpc) {
        return a->vpc < b->vpc ? -1 : 1;
    }
    order = dm_prefix_compare(a->prefix, b->prefix);
    return order ? order : (a->subnet > b->subnet) - (a->subnet < b->subnet);
}

static bool index_subnets(const struct dm_model *model, struct dm_model_index *index)
{
    size_t n = 0;

    for (uint32_t i = 0; i < model->n_subnets; i++) {
        n += model->subnets[i].n_cidrs;
    }
    index->subnets = DM_NEW_ARRAY(model->arena, n + 1, struct dm_subnet_entry);
    if (!index->subnets) {
        return false;
    }
    for (uint32_t i = 0; i < model->n_subnets; i++) {
        for (size_t j = 0; j < model->subnets[i].n_cidrs; j++) {
            index->subnets[index->n_subnets++] =
                (struct dm_subnet_entry){ model->subnets[i].vpc.v, model->subnets[i].cidrs[j],
                                          i + 1 };
        }
    }
    if (n > 1) {
        qsort(index->subnets, n, sizeof index->subnets[0], compare_subnets);
    }
    return true;
}

static int compare_attachments(const void *left, const void *right)
{
    const struct dm_attachment_entry *a = left;
    const struct dm_attachment_entry *b = right;

    if (a->vpc != b->vpc) {
        return a->vpc < b->vpc ? -1 : 1;
    }
    if (a->gateway != b->gateway) {
        return a->gateway < b->gateway ? -1 : 1;
    }
    return (a->attachment > b->attachment) - (a->attachment < b->attachment);
}

static bool index_gateways(const struct dm_model *model, struct dm_model_index *index)
{
    index->attachments =
        DM_NEW_ARRAY(model->arena, model->n_attachments + 1, struct dm_attachment_entry);
    index->nat_of_interface = DM_NEW_ARRAY(model->arena, model->n_interfaces + 1, uint32_t);
    index->is_target = DM_NEW_ARRAY(model->arena, model->n_interfaces + 1, bool);
    if (!index->attachments || !index->nat_of_interface || !index->is_target) {
        return false;
    }
    for (uint32_t i = 0; i < model->n_attachments; i++) {
        const struct dm_attachment *attachment = &model->attachments[i];

        if (attachment->kind == DM_ATTACHMENT_VPC) {
            index->attachments[index->n_attachments++] =
                (struct dm_attachment_entry){ attachment->vpc.v, attachment->gateway.v, i + 1 };
        }
    }
    if (index->n_attachments > 1) {
        qsort(index->attachments, index->n_attachments, sizeof index->attachments[0],
              compare_attachments);
    }
    for (uint32_t i = 0; i < model->n_nat_gateways; i++) {
        index->nat_of_interface[model->nat_gateways[i].interface.v] = i + 1; /* regional: at 0 */
    }
    index->nat_of_interface[0] = 0;
    for (uint32_t i = 0; i < model->n_route_tables; i++) {
        for (size_t j = 0; j < model->route_tables[i].n_routes; j++) {
            const struct dm_route *route = &model->route_tables[i].routes[j];

            if (route->target_kind == DM_TARGET_INTERFACE) {
                index->is_target[route->target] = true;
            }
        }
    }
    return true;
}

static bool index_core(const struct dm_model *model, struct dm_model_index *index)
{
    size_t n = model->n_core_attachments;

    index->core_attachments = DM_NEW_ARRAY(model->arena, n + 1, struct dm_attachment_entry);
    if (!index->core_attachments) {
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        const struct dm_core_attachment *attachment = &model->core_attachments[i];

        if (attachment->kind == DM_CORE_ATTACHMENT_VPC) {
            index->core_attachments[index->n_core_attachments++] =
                (struct dm_attachment_entry){ attachment->vpc.v, attachment->network.v, i + 1 };
        }
    }
    if (index->n_core_attachments > 1) {
        qsort(index->core_attachments, index->n_core_attachments, sizeof index->core_attachments[0],
              compare_attachments);
    }
    return true;
}

static bool index_elements(const struct dm_model *model, struct dm_model_index *index)
{
    dm_map_init(&index->short_elements, model->arena);
    for (uint32_t i = 0; i < model->n_elements; i++) {
        const char *colon = strchr(model->elements[i].object.name, ':');
        bool added = false;
        uint64_t *value = NULL;

        DM_ASSERT(colon);
        value = dm_map_add(&index->short_elements, colon + 1, &added);
        if (!value) {
            return false;
        }
        *value = added ? i + 1 : 0;
    }
    return true;
}

enum dm_status dm_model_make_index(const struct dm_model *model, const struct dm_map *names,
                                   struct dm_model_index **ret_index, struct dm_err *err)
{
    struct dm_model_index *index = DM_NEW(model->arena, struct dm_model_index);

    if (!index) {
        return DM_FAIL_NOMEM(err);
    }
    index->names = names;
    if (!index_addresses(model, index) || !index_subnets(model, index)
        || !index_gateways(model, index) || !index_core(model, index)
        || !dm_model_index_clusters(model, index) || !index_elements(model, index)
        || !index_internet(model, index)) {
        return DM_FAIL_NOMEM(err);
    }
    *ret_index = index;
    return DM_OK;
}
