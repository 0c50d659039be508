/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "model/base/map.h"
#include "model/base/str.h"
#include "scenarios/pairs_private.h"

static struct dm_pair_place *add_place(struct dm_pair_places *places, struct dm_ref ref)
{
    const struct dm_object *object = dm_model_object(places->model, ref);
    struct dm_pair_place place = { .object = object,
                                   .ref = ref,
                                   .name = object->label ? object->label : object->name,
                                   .sends = true };

    if (!DM_VEC_PUSH(places->arena, &places->items, place)) {
        places->failed = true;
        return NULL;
    }
    return &places->items.items[places->items.n - 1];
}

static void add_seat(struct dm_pair_places *places, struct dm_pair_place *place,
                     struct dm_seat seat)
{
    places->failed |= !DM_VEC_PUSH(places->arena, &place->seats, seat);
}

/* ---- hosts and endpoints ---- */

static void add_interface(struct dm_pair_places *places, struct dm_pair_place *place,
                          struct dm_interface_id id)
{
    const struct dm_interface *interface = dm_interface_get(places->model, id);

    for (size_t i = 0; i < interface->n_addresses; i++) {
        add_seat(places, place,
                 (struct dm_seat){ id,
                                   { interface->subnet, interface->addresses[i].address,
                                     interface->addresses[i].public_address } });
    }
}

/* "web[10.0.1.4]" */
static void name_by_address(struct dm_pair_places *places, struct dm_pair_place *place,
                            const char *name)
{
    char address[DM_ADDR_TEXT_SIZE];

    if (place->seats.n) {
        place->name = dm_sprintf(places->arena, "%s[%s]", name,
                                 dm_addr_text(place->seats.items[0].at.address, address));
        places->failed |= !place->name;
    }
}

static void add_hosts(struct dm_pair_places *places)
{
    const struct dm_model *model = places->model;

    for (uint32_t v = 1; v <= model->n_hosts && !places->failed; v++) {
        const struct dm_host *host = dm_host_get(model, (struct dm_host_id){ v });
        struct dm_pair_place *place;

        if (!host->running) {
            continue;
        }
        place = add_place(places, (struct dm_ref){ DM_KIND_host, v });
        for (size_t i = 0; place && i < host->n_interfaces; i++) {
            add_interface(places, place, host->interfaces[i]);
        }
        if (place) {
            name_by_address(places, place, place->name);
        }
    }
    for (uint32_t v = 1; v <= model->n_interfaces && !places->failed; v++) {
        struct dm_interface_id id = { v };
        enum dm_interface_kind kind = dm_interface_get(model, id)->kind;
        struct dm_pair_place *place;

        if (kind != DM_INTERFACE_ENDPOINT && kind != DM_INTERFACE_BALANCER
            && kind != DM_INTERFACE_UNKNOWN) {
            continue;
        }
        place = add_place(places, (struct dm_ref){ DM_KIND_interface, v });
        if (place) {
            place->sends = false;
            add_interface(places, place, id);
            name_by_address(places, place, place->name);
        }
    }
}

/* ---- subnets and VPCs ---- */

/* The first address from 'first' to 'last' of a subnet on which nobody is. */
static bool find_free(const struct dm_pair_places *places, const struct dm_subnet *subnet,
                      struct dm_addr first, struct dm_addr last, struct dm_addr *ret_address)
{
    while (dm_model_interface_at(places->model, subnet->vpc, first).v) {
        if (dm_addr_equal(first, last)) {
            return false;
        }
        first = dm_addr_add(first, 1);
    }
    *ret_address = first;
    return true;
}

/* A guest in each part of the subnet that rules tell apart. */
static void add_guests(struct dm_pair_places *places, struct dm_pair_place *place,
                       struct dm_subnet_id id)
{
    const struct dm_subnet *subnet = dm_subnet_get(places->model, id);

    for (size_t i = 0; i < subnet->n_cidrs; i++) {
        struct dm_addr at = dm_prefix_first(subnet->cidrs[i]);
        struct dm_addr end = dm_prefix_last(subnet->cidrs[i]);
        struct dm_seat seat = { { 0 }, { .subnet = id } };

        if (subnet->maps_public_address && at.family == DM_FAMILY_IPV4) {
            seat.at.public_address = dm_model_internet_address(places->model);
        }
        for (;;) {
            size_t atom = dm_atoms_of(&places->atoms, at);
            bool is_last =
                atom >= places->atoms.n || dm_addr_compare(places->atoms.cuts[atom], end) > 0;
            struct dm_addr last = is_last ? end : dm_addr_before(places->atoms.cuts[atom]);

            if (find_free(places, subnet, at, last, &seat.at.address)) {
                add_seat(places, place, seat);
            }
            if (is_last) {
                break;
            }
            at = places->atoms.cuts[atom];
        }
    }
}

static void add_networks(struct dm_pair_places *places, bool by_vpc)
{
    const struct dm_model *model = places->model;
    uint32_t n = by_vpc ? model->n_vpcs : model->n_subnets;

    for (uint32_t v = 1; v <= n && !places->failed; v++) {
        (void)add_place(places, (struct dm_ref){ by_vpc ? DM_KIND_vpc : DM_KIND_subnet, v });
    }
    for (uint32_t v = 1; v <= model->n_subnets && !places->failed; v++) {
        uint32_t of = by_vpc ? model->subnets[v - 1].vpc.v : v;

        add_guests(places, &places->items.items[of - 1], (struct dm_subnet_id){ v });
    }
}

/* ---- classes ---- */

static void classify(struct dm_pair_places *places)
{
    struct dm_roles *roles = places->failed ? NULL : dm_roles_new(places->arena, places->model);

    places->failed |= !roles;
    for (size_t i = 0; i < places->items.n && !places->failed; i++) {
        struct dm_pair_place *place = &places->items.items[i];
        struct dm_subnet_id subnet = { place->seats.n ? place->seats.items[0].at.subnet.v : 0 };
        bool is_alone = places->one_by_one || !subnet.v;

        if (subnet.v) {
            place->vpc = dm_subnet_get(places->model, subnet)->vpc;
        }
        places->failed |=
            !dm_roles_class(roles, place->ref.kind, is_alone ? i + 1 : 0, place->seats.items,
                            subnet.v ? place->seats.n : 0, &place->class);
        if (!places->failed && place->class >= places->n_classes) {
            places->n_classes = place->class + 1;
        }
    }
}

/* ---- the internet ---- */

/* All addresses of one family that are public and in no VPC. */
static struct dm_set public_set(const struct dm_pair_places *places, enum dm_family family)
{
    struct dm_sets *sets = places->sets;
    const struct dm_prefix all = { { 0, 0, (uint8_t)family }, 0 };
    struct dm_set set = dm_set_prefix(sets, DM_FIELD_DESTINATION, all);
    size_t n;
    const struct dm_prefix *not_public = dm_prefix_not_public(&n);

    for (size_t i = 0; i < n; i++) {
        set = dm_set_minus(sets, set, dm_set_prefix(sets, DM_FIELD_DESTINATION, not_public[i]));
    }
    for (uint32_t i = 0; i < places->model->n_vpcs; i++) {
        for (size_t j = 0; j < places->model->vpcs[i].n_cidrs; j++) {
            set = dm_set_minus(
                sets, set,
                dm_set_prefix(sets, DM_FIELD_DESTINATION, places->model->vpcs[i].cidrs[j]));
        }
    }
    return set;
}

/* The public addresses of the network's own interfaces. */
static struct dm_set own_set(const struct dm_pair_places *places)
{
    struct dm_set own = DM_SET_EMPTY;

    for (uint32_t i = 0; i < places->model->n_interfaces; i++) {
        const struct dm_interface *interface = &places->model->interfaces[i];

        for (size_t j = 0; j < interface->n_addresses; j++) {
            struct dm_addr address = interface->addresses[j].public_address;

            if (!dm_addr_is_none(address)) {
                own = dm_set_or(
                    places->sets, own,
                    dm_set_addresses(places->sets, DM_FIELD_DESTINATION, address, address));
            }
        }
    }
    return own;
}

static bool has_ipv6(const struct dm_model *model)
{
    for (uint32_t i = 0; i < model->n_vpcs; i++) {
        for (size_t j = 0; j < model->vpcs[i].n_cidrs; j++) {
            if (model->vpcs[i].cidrs[j].addr.family == DM_FAMILY_IPV6) {
                return true;
            }
        }
    }
    return false;
}

static void add_outside(struct dm_pair_places *places)
{
    struct dm_sets *sets = places->sets;
    struct dm_set own = own_set(places);
    struct dm_set public_sets[] = { public_set(places, DM_FAMILY_IPV4),
                                    has_ipv6(places->model) ? public_set(places, DM_FAMILY_IPV6)
                                                            : DM_SET_EMPTY };

    for (size_t i = 0; i < places->atoms.n && !places->failed; i++) {
        struct dm_addr first = places->atoms.cuts[i];
        bool is_ipv6 = first.family == DM_FAMILY_IPV6;
        struct dm_prefix all = { { 0, 0, first.family }, 0 };
        struct dm_addr last = dm_prefix_last(all);
        struct dm_outside outside;
        struct dm_packet packet;

        if (i + 1 < places->atoms.n && places->atoms.cuts[i + 1].family == first.family) {
            last = dm_addr_before(places->atoms.cuts[i + 1]);
        }
        outside.where = dm_set_and(sets, public_sets[is_ipv6],
                                   dm_set_addresses(sets, DM_FIELD_DESTINATION, first, last));
        if (dm_set_witness(sets, dm_set_minus(sets, outside.where, own), &packet)) {
            outside.address = packet.destination;
            places->everywhere[is_ipv6] =
                dm_set_or(sets, places->everywhere[is_ipv6], outside.where);
            places->failed |= !DM_VEC_PUSH(places->arena, &places->outside, outside);
        }
    }
}

/* ---- names ---- */

/* Where two places would go by one name, both go by that of the input. */
static void tell_apart(struct dm_pair_places *places)
{
    struct dm_map names;

    dm_map_init(&names, places->arena);
    for (size_t i = 0; i < places->items.n && !places->failed; i++) {
        uint64_t *n = dm_map_add(&names, places->items.items[i].name, NULL);

        places->failed |= !n;
        if (n) {
            (*n)++;
        }
    }
    for (size_t i = 0; i < places->items.n && !places->failed; i++) {
        struct dm_pair_place *place = &places->items.items[i];

        if (*dm_map_find(&names, place->name) > 1) {
            place->name = place->object->name;
            if (place->ref.kind == DM_KIND_host || place->ref.kind == DM_KIND_interface) {
                name_by_address(places, place, place->name);
            }
        }
    }
}

void dm_pair_places_find(struct dm_pair_places *places, enum dm_pairs_by by)
{
    if (!dm_atoms_init(places->arena, places->model, &places->atoms)) {
        places->failed = true;
        return;
    }
    if (by == DM_PAIRS_BY_ENDPOINT) {
        add_hosts(places);
    } else {
        add_networks(places, by == DM_PAIRS_BY_VPC);
    }
    classify(places);
    tell_apart(places);
    add_outside(places);
}

/* ---- selectors ---- */

static bool object_is(const struct dm_object *object, const char *selector)
{
    return dm_str_equal(object->name, selector) || dm_str_equal(object->label, selector);
}

static bool has_host(const struct dm_host_id *hosts, size_t n, struct dm_ref ref)
{
    for (size_t i = 0; i < n; i++) {
        if (ref.kind == DM_KIND_host && hosts[i].v == ref.v) {
            return true;
        }
    }
    return false;
}

/* NAME, or NAME.ENV of a copy that is NAME.ENV.REGION, as requirements select them. */
static bool is_or_begins(const struct dm_object *object, const char *selector)
{
    return object_is(object, selector)
           || (dm_str_starts(object->name, selector) && object->name[strlen(selector)] == '.');
}

/* Whether it is an endpoint of a service or store of that name. */
static bool runs(const struct dm_model *model, struct dm_ref ref, const char *selector)
{
    for (uint32_t v = 1; v <= model->n_services; v++) {
        const struct dm_service *item = dm_service_get(model, (struct dm_service_id){ v });

        if (is_or_begins(&item->object, selector) && has_host(item->hosts, item->n_hosts, ref)) {
            return true;
        }
    }
    for (uint32_t v = 1; v <= model->n_stores; v++) {
        const struct dm_store *item = dm_store_get(model, (struct dm_store_id){ v });

        for (size_t i = 0; is_or_begins(&item->object, selector) && i < item->n_copies; i++) {
            if (has_host(item->copies[i].hosts, item->copies[i].n_hosts, ref)) {
                return true;
            }
        }
    }
    return false;
}

static bool is_of_subnet(const struct dm_model *model, const struct dm_pair_place *place,
                         struct dm_subnet_id id, const char *selector)
{
    const struct dm_subnet *subnet;

    if (!id.v) { /* pods, sites and static addresses are in none */
        return false;
    }
    subnet = dm_subnet_get(model, id);
    return (place->ref.kind != DM_KIND_vpc && object_is(&subnet->object, selector))
           || object_is(&dm_vpc_get(model, subnet->vpc)->object, selector);
}

/* The interface itself, its addresses, or the load balancer that has it as a node. */
static bool is_interface(const struct dm_model *model, const struct dm_seat *seat,
                         struct dm_addr address, const char *selector)
{
    const struct dm_interface *interface;

    if (!seat->interface.v) {
        return false;
    }
    interface = dm_interface_get(model, seat->interface);
    return (!dm_addr_is_none(address)
            && (dm_addr_equal(seat->at.address, address)
                || dm_addr_equal(seat->at.public_address, address)))
           || object_is(&interface->object, selector)
           || (interface->balancer.v
               && is_or_begins(&dm_balancer_get(model, interface->balancer)->object, selector));
}

bool dm_pair_place_is(const struct dm_pair_places *places, const struct dm_pair_place *place,
                      const char *selector)
{
    const struct dm_model *model = places->model;
    struct dm_addr address = { 0 };

    if (!place) {
        return dm_str_equal(selector, "internet") || dm_str_equal(selector, "Internet");
    }
    if (object_is(place->object, selector) || dm_str_equal(place->name, selector)
        || runs(model, place->ref, selector)) {
        return true;
    }
    (void)dm_addr_parse(selector, &address);
    for (size_t i = 0; i < place->seats.n; i++) {
        const struct dm_seat *seat = &place->seats.items[i];

        if (is_of_subnet(model, place, seat->at.subnet, selector)
            || is_interface(model, seat, address, selector)) {
            return true;
        }
    }
    return false;
}
