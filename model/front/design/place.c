/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Addresses of interfaces: in each subnet the first free ones after those that
 * AWS keeps [VPC-03], in order of the interfaces' names; public ones in order
 * of all names from a range that is nobody's.
 */
#include <stdlib.h>
#include <string.h>

#include "model/front/design/lower_private.h"

/* AWS keeps the first four addresses of a subnet and its last [VPC-03]. */
enum { KEPT_FIRST = 4, KEPT = 5 };

/* RFC 2544's range for benchmarks, which no one has on the internet: 198.18.0.0/15. */
enum { PUBLIC_BITS = 17, STATIC_ADDRESSES = 2 };
static const uint32_t public_first = UINT32_C(0xc6120000);

struct dm_interface_id dm_lower_interface(struct dm_lower *lower, const struct dm_interface *item,
                                          const struct dm_lower_subnet *subnet, bool is_public)
{
    struct dm_interface interface = *item;
    struct dm_interface_id id;

    interface.subnet = subnet->id;
    id = DM_LOWER_ADD(lower, interface, &interface);
    (void)DM_LOWER_PUSH(lower, &lower->places,
                        (struct dm_lower_place){ interface.object.name, id, subnet, is_public });
    return id;
}

struct dm_interface_id dm_lower_static_interface(struct dm_lower *lower,
                                                 const struct dm_interface *item)
{
    struct dm_interface_id id = DM_LOWER_ADD(lower, interface, item);

    (void)DM_LOWER_PUSH(lower, &lower->places,
                        (struct dm_lower_place){ item->object.name, id, NULL, true });
    return id;
}

static int by_subnet(const void *a, const void *b)
{
    const struct dm_lower_place *left = a;
    const struct dm_lower_place *right = b;

    if (!left->subnet != !right->subnet) {
        return left->subnet ? -1 : 1;
    }
    if (left->subnet && left->subnet->id.v != right->subnet->id.v) {
        return left->subnet->id.v < right->subnet->id.v ? -1 : 1;
    }
    return strcmp(left->name, right->name);
}

static int by_name(const void *a, const void *b)
{
    const struct dm_lower_place *left = a;
    const struct dm_lower_place *right = b;

    return strcmp(left->name, right->name);
}

static void private_addresses(struct dm_lower *lower, const struct dm_lower_place *places, size_t n)
{
    const struct dm_lower_subnet *subnet = places[0].subnet;
    size_t room = subnet && subnet->length ? ((size_t)1 << (32 - subnet->length)) - KEPT : SIZE_MAX;

    if (!subnet) {
        return;
    }
    if (n > room) {
        const struct dm_tree *size = dm_tree_find(subnet->role->value, "size");

        (void)dm_lower_fault(lower, size ? size->span : subnet->role->key_span,
                             "subnet `%s` (/%u) has room for %zu addresses, %zu are needed",
                             subnet->name, (unsigned)subnet->length, room, n);
        return;
    }
    for (size_t i = 0; i < n && !dm_addr_is_none(subnet->cidr.addr); i++) {
        struct dm_interface_address *address = DM_NEW(lower->arena, struct dm_interface_address);
        struct dm_interface *interface;

        if (!address || places[i].interface.v == 0) {
            lower->oom = true;
            return;
        }
        address->address = dm_addr_add(dm_prefix_first(subnet->cidr), KEPT_FIRST + i);
        interface = dm_builder_edit_interface(lower->builder, places[i].interface);
        interface->addresses = address;
        interface->n_addresses = 1;
    }
}

/* The two of an accelerator [GA-01]. */
static void static_addresses(struct dm_lower *lower, struct dm_interface *interface, uint32_t first)
{
    struct dm_interface_address *addresses =
        DM_NEW_ARRAY(lower->arena, STATIC_ADDRESSES, struct dm_interface_address);

    if (!addresses) {
        lower->oom = true;
        return;
    }
    for (uint32_t i = 0; i < STATIC_ADDRESSES; i++) {
        addresses[i].address = dm_addr_ipv4(public_first + first + i);
        addresses[i].public_address = addresses[i].address;
    }
    interface->addresses = addresses;
    interface->n_addresses = STATIC_ADDRESSES;
}

static void public_addresses(struct dm_lower *lower)
{
    uint32_t next = 1;

    for (size_t i = 0; i < lower->places.n; i++) {
        const struct dm_lower_place *place = &lower->places.items[i];
        struct dm_interface *interface =
            place->is_public && place->interface.v
                ? dm_builder_edit_interface(lower->builder, place->interface)
                : NULL;
        struct dm_interface_address *address;

        if (!interface || (place->subnet && interface->n_addresses == 0)) {
            continue;
        }
        if (next + STATIC_ADDRESSES >= (UINT32_C(1) << PUBLIC_BITS)) {
            (void)dm_lower_fault(lower, interface->object.origin,
                                 "no public address is left for `%s`", place->name);
            return;
        }
        if (!place->subnet) {
            static_addresses(lower, interface, next);
            next += STATIC_ADDRESSES;
            continue;
        }
        address = DM_NEW(lower->arena, struct dm_interface_address);
        if (!address) {
            lower->oom = true;
            return;
        }
        *address = interface->addresses[0];
        address->public_address = dm_addr_ipv4(public_first + next++);
        interface->addresses = address;
    }
}

void dm_lower_places(struct dm_lower *lower)
{
    struct dm_lower_place *places = lower->places.items;
    size_t begin = 0;

    if (lower->places.n == 0) {
        return;
    }
    qsort(places, lower->places.n, sizeof *places, by_subnet);
    for (size_t end = 1; end <= lower->places.n; end++) {
        if (end == lower->places.n || places[end].subnet != places[begin].subnet) {
            private_addresses(lower, places + begin, end - begin);
            begin = end;
        }
    }
    qsort(places, lower->places.n, sizeof *places, by_name);
    public_addresses(lower);
}
