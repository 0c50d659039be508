/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/sides.h"

/* A place while hosts are sorted into it. */
struct sorted {
    DM_VEC(struct dm_side_class) classes;
    size_t next; /* place of the same subnet, plus one; 0: none */
};

struct sorting {
    struct dm_arena *arena;
    const struct dm_model *model;
    const struct dm_atoms *atoms;
    const struct dm_atoms *place_atoms;
    bool *has_host;
    DM_VEC(struct sorted) places;
    size_t *of_subnet; /* by handle: its first place, plus one; 0: none */
    bool internet;
    bool out_of_memory;
};

static void add_to_place(struct sorting *sorting, struct sorted *place, struct dm_host_id host)
{
    for (size_t i = 0; i < place->classes.n; i++) {
        struct dm_side_class *class = &place->classes.items[i];

        if (dm_classes_same(sorting->model, sorting->atoms, class->host, host)) {
            class->other = class->other.v ? class->other : host;
            return;
        }
    }
    sorting->out_of_memory |=
        !DM_VEC_PUSH(sorting->arena, &place->classes, (struct dm_side_class){ host, { 0 } });
}

static void add_host(struct sorting *sorting, struct dm_host_id host)
{
    const struct dm_host *item = dm_host_get(sorting->model, host);
    struct dm_subnet_id subnet = { 0 };
    size_t at;

    if (sorting->has_host[host.v]) {
        return;
    }
    sorting->has_host[host.v] = true;
    if (item->n_interfaces) {
        subnet = dm_interface_get(sorting->model, item->interfaces[0])->subnet;
    }
    at = sorting->of_subnet[subnet.v];
    while (at
           && !dm_classes_same_place(sorting->model, sorting->place_atoms,
                                     sorting->places.items[at - 1].classes.items[0].host, host)) {
        at = sorting->places.items[at - 1].next;
    }
    if (!at) {
        struct sorted place = { .next = sorting->of_subnet[subnet.v] };

        if (!DM_VEC_PUSH(sorting->arena, &sorting->places, place)) {
            sorting->out_of_memory = true;
            return;
        }
        at = sorting->places.n;
        sorting->of_subnet[subnet.v] = at;
    }
    add_to_place(sorting, &sorting->places.items[at - 1], host);
}

static void add_hosts(struct sorting *sorting, const struct dm_host_id *hosts, size_t n)
{
    for (size_t i = 0; i < n && !sorting->out_of_memory; i++) {
        add_host(sorting, hosts[i]);
    }
}

static void add_party(struct sorting *sorting, struct dm_party party)
{
    if (party.kind == DM_PARTY_INTERNET) {
        sorting->internet = true;
    } else if (party.kind == DM_PARTY_SERVICE) {
        const struct dm_service *service =
            dm_service_get(sorting->model, (struct dm_service_id){ party.v });

        add_hosts(sorting, service->hosts, service->n_hosts);
    } else if (party.kind == DM_PARTY_SITE) {
        const struct dm_site *site = dm_site_get(sorting->model, (struct dm_site_id){ party.v });

        add_hosts(sorting, site->hosts, site->n_hosts);
    } else if (party.kind == DM_PARTY_STORE) {
        const struct dm_store *store =
            dm_store_get(sorting->model, (struct dm_store_id){ party.v });

        for (size_t i = 0; i < store->n_copies; i++) {
            add_hosts(sorting, store->copies[i].hosts, store->copies[i].n_hosts);
        }
    }
}

bool dm_side_find(struct dm_arena *arena, const struct dm_model *model,
                  const struct dm_atoms *atoms, const struct dm_atoms *place_atoms,
                  const struct dm_party *parties, size_t n_parties, struct dm_side *ret_side)
{
    static const struct dm_side_class internet = { { 0 }, { 0 } };
    struct sorting sorting = {
        .arena = arena, .model = model, .atoms = atoms, .place_atoms = place_atoms
    };
    struct dm_side_place *places;

    sorting.has_host = DM_NEW_ARRAY(arena, (size_t)model->n_hosts + 1, bool);
    sorting.of_subnet = DM_NEW_ARRAY(arena, (size_t)model->n_subnets + 1, size_t);
    if (!sorting.has_host || !sorting.of_subnet) {
        return false;
    }
    for (size_t i = 0; i < n_parties && !sorting.out_of_memory; i++) {
        add_party(&sorting, parties[i]);
    }
    places = DM_NEW_ARRAY(arena, sorting.places.n + 1, struct dm_side_place);
    if (!places || sorting.out_of_memory) {
        return false;
    }
    for (size_t i = 0; i < sorting.places.n; i++) {
        places[i] = (struct dm_side_place){ sorting.places.items[i].classes.items,
                                            sorting.places.items[i].classes.n };
    }
    places[sorting.places.n] = (struct dm_side_place){ &internet, 1 };
    *ret_side = (struct dm_side){ places, sorting.places.n + sorting.internet, sorting.has_host };
    return true;
}
