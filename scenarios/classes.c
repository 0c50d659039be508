/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/classes.h"

#include <stdlib.h>

#include "model/prefixes.h"

struct cuts {
    struct dm_arena *arena;
    DM_VEC(struct dm_addr) items;
    bool failed;
};

static void cut(void *context, struct dm_prefix prefix)
{
    struct cuts *cuts = context;
    struct dm_addr after = dm_addr_add(dm_prefix_last(prefix), 1);

    cuts->failed |= !DM_VEC_PUSH(cuts->arena, &cuts->items, dm_prefix_first(prefix));
    if (dm_addr_compare(after, dm_prefix_last(prefix)) > 0) {
        cuts->failed |= !DM_VEC_PUSH(cuts->arena, &cuts->items, after);
    }
}

static int compare(const void *a, const void *b)
{
    return dm_addr_compare(*(const struct dm_addr *)a, *(const struct dm_addr *)b);
}

/* What a load balancer sends to is like nobody else. */
static void cut_targets(struct cuts *cuts, const struct dm_model *model)
{
    for (uint32_t i = 0; i < model->n_target_groups; i++) {
        for (size_t j = 0; j < model->target_groups[i].n_targets; j++) {
            if (!dm_addr_is_none(model->target_groups[i].targets[j].address)) {
                cut(cuts, dm_prefix_of(model->target_groups[i].targets[j].address));
            }
        }
    }
}

static void cut_interface(struct cuts *cuts, const struct dm_interface *interface)
{
    for (size_t i = 0; i < interface->n_addresses; i++) {
        cut(cuts, dm_prefix_of(interface->addresses[i].address));
    }
}

/* Nor is what an accelerator leads to. */
static void cut_endpoints(struct cuts *cuts, const struct dm_model *model)
{
    for (uint32_t i = 0; i < model->n_accelerators; i++) {
        for (size_t j = 0; j < model->accelerators[i].n_listeners; j++) {
            const struct dm_accelerator_listener *listener = &model->accelerators[i].listeners[j];

            for (size_t k = 0; k < listener->n_groups; k++) {
                const struct dm_accelerator_group *group = &listener->groups[k];

                for (size_t n = 0; n < group->n_endpoints; n++) {
                    if (group->endpoints[n].interface.v) {
                        cut_interface(cuts, dm_interface_get(model, group->endpoints[n].interface));
                    }
                }
            }
        }
    }
}

static bool init(struct dm_arena *arena, const struct dm_model *model, bool by_targets,
                 struct dm_atoms *ret_atoms)
{
    struct cuts cuts = { .arena = arena };
    size_t kept = 0;

    /* The families' own first addresses keep them apart. */
    cut(&cuts, (struct dm_prefix){ { 0, 0, DM_FAMILY_IPV4 }, 0 });
    cut(&cuts, (struct dm_prefix){ { 0, 0, DM_FAMILY_IPV6 }, 0 });
    dm_model_prefixes(model, cut, &cuts);
    if (by_targets) {
        cut_targets(&cuts, model);
        cut_endpoints(&cuts, model);
    }
    if (cuts.failed) {
        return false;
    }
    qsort(cuts.items.items, cuts.items.n, sizeof *cuts.items.items, compare);
    for (size_t i = 0; i < cuts.items.n; i++) {
        if (!kept || !dm_addr_equal(cuts.items.items[kept - 1], cuts.items.items[i])) {
            cuts.items.items[kept++] = cuts.items.items[i];
        }
    }
    *ret_atoms = (struct dm_atoms){ cuts.items.items, kept };
    return true;
}

bool dm_atoms_init(struct dm_arena *arena, const struct dm_model *model, struct dm_atoms *ret_atoms)
{
    return init(arena, model, true, ret_atoms);
}

bool dm_atoms_init_places(struct dm_arena *arena, const struct dm_model *model,
                          struct dm_atoms *ret_atoms)
{
    return init(arena, model, false, ret_atoms);
}

size_t dm_atoms_of(const struct dm_atoms *atoms, struct dm_addr address)
{
    size_t low = 0;
    size_t high = atoms->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (dm_addr_compare(atoms->cuts[middle], address) <= 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The prefix that has 'address' and of which nobody is on the internet, or NULL: it is not public,
 * or a VPC's own of IPv6, which AWS gives to no one else. */
static const struct dm_prefix *not_outside(const struct dm_model *model, struct dm_addr address)
{
    size_t n;
    const struct dm_prefix *prefixes = dm_prefix_not_public(&n);

    for (size_t i = 0; i < n; i++) {
        if (dm_prefix_has(prefixes[i], address)) {
            return &prefixes[i];
        }
    }
    for (uint32_t i = 0; address.family == DM_FAMILY_IPV6 && i < model->n_vpcs; i++) {
        for (size_t j = 0; j < model->vpcs[i].n_cidrs; j++) {
            if (dm_prefix_has(model->vpcs[i].cidrs[j], address)) {
                return &model->vpcs[i].cidrs[j];
            }
        }
    }
    return NULL;
}

static bool is_taken(const struct dm_model *model, struct dm_addr address)
{
    struct dm_addr ignored;
    size_t n;

    (void)dm_model_interfaces_with(model, address, &n);
    return n || dm_model_interface_at_public(model, address, &ignored).v;
}

/* The first public address from 'address' on, before 'end' (NULL: none), that nobody in the model
 * has. */
static bool find_public(const struct dm_model *model, struct dm_addr address,
                        const struct dm_addr *end, struct dm_addr *ret_address)
{
    while (!end || dm_addr_compare(address, *end) < 0) {
        const struct dm_prefix *reserved = not_outside(model, address);
        struct dm_addr next = dm_addr_add(reserved ? dm_prefix_last(*reserved) : address, 1);

        if (!reserved && !is_taken(model, address)) {
            *ret_address = address;
            return true;
        }
        if (dm_addr_compare(next, address) <= 0) {
            return false; /* the last address of the family */
        }
        address = next;
    }
    return false;
}

bool dm_atoms_public(struct dm_arena *arena, const struct dm_model *model,
                     const struct dm_atoms *atoms, const struct dm_addr **ret_addresses,
                     size_t *ret_n)
{
    DM_VEC(struct dm_addr) list = { 0 };

    for (size_t i = 0; i < atoms->n; i++) {
        const struct dm_addr *cut = &atoms->cuts[i];
        bool ends = i + 1 < atoms->n && cut[1].family == cut->family;
        struct dm_addr found;

        if (find_public(model, *cut, ends ? cut + 1 : NULL, &found)
            && !DM_VEC_PUSH(arena, &list, found)) {
            return false;
        }
    }
    *ret_addresses = list.items;
    *ret_n = list.n;
    return true;
}

/* ---- classes of hosts ---- */

static bool same_groups(const struct dm_interface *i, const struct dm_interface *j)
{
    if (i->n_groups != j->n_groups) {
        return false;
    }
    for (size_t n = 0; n < i->n_groups; n++) {
        if (i->groups[n].v != j->groups[n].v) {
            return false;
        }
    }
    return true;
}

bool dm_classes_same_place(const struct dm_model *model, const struct dm_atoms *atoms,
                           struct dm_host_id x, struct dm_host_id y)
{
    const struct dm_host *a = dm_host_get(model, x);
    const struct dm_host *b = dm_host_get(model, y);
    const struct dm_interface *i;
    const struct dm_interface *j;

    if (a->n_interfaces != 1 || b->n_interfaces != 1 || a->running != b->running) {
        return false;
    }
    i = dm_interface_get(model, a->interfaces[0]);
    j = dm_interface_get(model, b->interfaces[0]);
    if (dm_model_is_target(model, a->interfaces[0])
        || dm_model_is_target(model, b->interfaces[0])) {
        return false; /* what is for it goes another way than what is for its neighbours */
    }
    if (i->subnet.v != j->subnet.v || i->n_addresses != j->n_addresses || i->kind != j->kind
        || i->service.v != j->service.v || i->node.v != j->node.v || i->carrier.v != j->carrier.v
        || (i->kind == DM_INTERFACE_SITE && x.v != y.v)) {
        return false;
    }
    for (size_t n = 0; n < i->n_addresses; n++) {
        struct dm_addr p = i->addresses[n].public_address;
        struct dm_addr q = j->addresses[n].public_address;

        if (dm_atoms_of(atoms, i->addresses[n].address)
                != dm_atoms_of(atoms, j->addresses[n].address)
            || dm_addr_is_none(p) != dm_addr_is_none(q)
            || (!dm_addr_is_none(p) && dm_atoms_of(atoms, p) != dm_atoms_of(atoms, q))) {
            return false;
        }
    }
    return true;
}

/* Policies may ask for any label. */
static bool has_policies(const struct dm_model *model, struct dm_host_id host)
{
    struct dm_interface_id first = dm_host_get(model, host)->interfaces[0];

    return dm_interface_get(model, first)->kind == DM_INTERFACE_POD;
}

bool dm_classes_same(const struct dm_model *model, const struct dm_atoms *atoms,
                     struct dm_host_id x, struct dm_host_id y)
{
    return dm_classes_same_place(model, atoms, x, y) && !has_policies(model, x)
           && same_groups(dm_interface_get(model, dm_host_get(model, x)->interfaces[0]),
                          dm_interface_get(model, dm_host_get(model, y)->interfaces[0]));
}
