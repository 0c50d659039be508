/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/names.h"

#include <stdlib.h>

#include "model/prefixes.h"

static void name(struct dm_names *names, struct dm_prefix prefix, struct dm_ref reader,
                 uint32_t vpc, size_t row)
{
    struct dm_naming naming = { prefix, reader, vpc, (uint32_t)row };

    names->failed |= !DM_VEC_PUSH(names->arena, &names->namings, naming);
}

static void name_places(struct dm_names *names)
{
    const struct dm_model *model = names->model;

    for (uint32_t v = 1; v <= model->n_vpcs; v++) {
        for (size_t i = 0; i < model->vpcs[v - 1].n_cidrs; i++) {
            name(names, model->vpcs[v - 1].cidrs[i], (struct dm_ref){ DM_KIND_vpc, v }, v, i);
        }
    }
    for (uint32_t v = 1; v <= model->n_subnets; v++) {
        const struct dm_subnet *subnet = &model->subnets[v - 1];

        for (size_t i = 0; i < subnet->n_cidrs; i++) {
            name(names, subnet->cidrs[i], (struct dm_ref){ DM_KIND_subnet, v }, subnet->vpc.v, i);
        }
    }
}

static void name_routes(struct dm_names *names)
{
    const struct dm_model *model = names->model;

    for (uint32_t v = 1; v <= model->n_route_tables; v++) {
        const struct dm_route_table *table = &model->route_tables[v - 1];

        for (size_t i = 0; i < table->n_routes; i++) {
            if (!table->routes[i].list.v) {
                name(names, table->routes[i].prefix, (struct dm_ref){ DM_KIND_route_table, v },
                     table->vpc.v, i);
            }
        }
    }
    for (uint32_t v = 1; v <= model->n_transit_tables; v++) {
        const struct dm_transit_table *table = &model->transit_tables[v - 1];

        for (size_t i = 0; i < table->n_routes; i++) {
            name(names, table->routes[i].prefix, (struct dm_ref){ DM_KIND_transit_table, v }, 0, i);
        }
    }
    for (uint32_t v = 1; v <= model->n_core_segments; v++) {
        const struct dm_core_segment *segment = &model->core_segments[v - 1];

        for (size_t i = 0; i < segment->n_routes; i++) {
            name(names, segment->routes[i].prefix, (struct dm_ref){ DM_KIND_core_segment, v }, 0,
                 i);
        }
    }
}

static void name_filters(struct dm_names *names)
{
    const struct dm_model *model = names->model;

    for (uint32_t v = 1; v <= model->n_acls; v++) {
        const struct dm_acl *acl = &model->acls[v - 1];

        for (size_t i = 0; i < acl->n_entries; i++) {
            name(names, acl->entries[i].prefix, (struct dm_ref){ DM_KIND_acl, v }, acl->vpc.v, i);
        }
    }
    for (uint32_t v = 1; v <= model->n_groups; v++) {
        const struct dm_group *group = &model->groups[v - 1];

        for (size_t i = 0; i < group->n_rules; i++) {
            if (group->rules[i].peer_kind == DM_PEER_PREFIX) {
                name(names, group->rules[i].prefix, (struct dm_ref){ DM_KIND_group, v },
                     group->vpc.v, i);
            }
        }
    }
    for (uint32_t v = 1; v <= model->n_prefix_lists; v++) {
        const struct dm_prefix_list *list = &model->prefix_lists[v - 1];

        for (size_t i = 0; i < list->n_prefixes; i++) {
            name(names, list->prefixes[i], (struct dm_ref){ DM_KIND_prefix_list, v }, 0, i);
        }
    }
}

/* One end of rules of a firewall; 'row' is the end's. */
static void name_side(struct dm_names *names, const struct dm_firewall_side *side,
                      struct dm_ref reader, size_t row)
{
    for (size_t i = 0; i < side->n_prefixes; i++) {
        name(names, side->prefixes[i], reader, 0, 2 * row);
    }
    for (size_t i = 0; i < side->n_except; i++) {
        name(names, side->except[i], reader, 0, 2 * row + 1);
    }
}

static void name_firewalls(struct dm_names *names)
{
    const struct dm_model *model = names->model;

    for (uint32_t v = 1; v <= model->n_firewall_rule_groups; v++) {
        const struct dm_firewall_rules *group = &model->firewall_rule_groups[v - 1];
        struct dm_ref reader = { DM_KIND_firewall_rules, v };

        for (size_t i = 0; i < group->n_rules; i++) {
            name_side(names, &group->rules[i].source, reader, 2 * i);
            name_side(names, &group->rules[i].destination, reader, 2 * i + 1);
        }
    }
    for (uint32_t v = 1; v <= model->n_firewall_policies; v++) {
        const struct dm_firewall_policy *policy = &model->firewall_policies[v - 1];

        for (size_t i = 0; i < policy->n_home; i++) {
            name(names, policy->home[i], (struct dm_ref){ DM_KIND_firewall_policy, v }, 0, i);
        }
    }
}

/* Single addresses that are no prefixes of the model. */
static void name_addresses(struct dm_names *names)
{
    const struct dm_model *model = names->model;

    for (uint32_t v = 1; v <= model->n_target_groups; v++) {
        const struct dm_target_group *group = &model->target_groups[v - 1];

        for (size_t i = 0; i < group->n_targets; i++) {
            if (!dm_addr_is_none(group->targets[i].address)) {
                name(names, dm_prefix_of(group->targets[i].address),
                     (struct dm_ref){ DM_KIND_target_group, v }, 0, i);
            }
        }
    }
    for (uint32_t v = 1; v <= model->n_idle_addresses; v++) {
        name(names, dm_prefix_of(model->idle_addresses[v - 1].address),
             (struct dm_ref){ DM_KIND_idle_address, v }, 0, 0);
    }
}

/* What Direct Connect gateways let through. */
static void name_associations(struct dm_names *names)
{
    const struct dm_model *model = names->model;

    for (uint32_t v = 1; v <= model->n_dx_associations; v++) {
        const struct dm_dx_association *association = &model->dx_associations[v - 1];
        uint32_t vpc = 0;

        if (association->end.kind == DM_KIND_vpn_gateway) {
            vpc = model->vpn_gateways[association->end.v - 1].vpc.v;
        }
        for (size_t i = 0; i < association->n_allowed; i++) {
            name(names, association->allowed[i], (struct dm_ref){ DM_KIND_dx_association, v }, vpc,
                 i);
        }
    }
}

static void count_prefix(void *context, struct dm_prefix prefix)
{
    (void)prefix;
    ++*(size_t *)context;
}

static void name_by_nobody(void *context, struct dm_prefix prefix)
{
    name(context, prefix, DM_REF_NONE, 0, 0);
}

/* What somebody names who is not known here; nothing where all are. */
static void name_rest(struct dm_names *names)
{
    size_t n = 0;

    dm_model_prefixes(names->model, count_prefix, &n);
    if (n != names->namings.n) {
        dm_model_prefixes(names->model, name_by_nobody, names);
    }
}

static int compare_namings(const void *a, const void *b)
{
    const struct dm_naming *x = a;
    const struct dm_naming *y = b;
    int order = dm_prefix_compare(x->prefix, y->prefix);

    if (order) {
        return order;
    }
    if (x->reader.kind != y->reader.kind) {
        return x->reader.kind < y->reader.kind ? -1 : 1;
    }
    if (x->reader.v != y->reader.v) {
        return x->reader.v < y->reader.v ? -1 : 1;
    }
    return (x->row > y->row) - (x->row < y->row);
}

/* The tree of all prefixes that are named: sorted by address and length, what is inside a prefix
 * follows it. */
static void grow_tree(struct dm_names *names)
{
    uint32_t open = 0;

    if (names->namings.n > 1) {
        qsort(names->namings.items, names->namings.n, sizeof *names->namings.items,
              compare_namings);
    }
    for (size_t i = 0; i < names->namings.n && !names->failed; i++) {
        struct dm_prefix prefix = names->namings.items[i].prefix;
        struct dm_named node = { prefix, i, 0 };

        if (i > 0 && dm_prefix_compare(names->namings.items[i - 1].prefix, prefix) == 0) {
            continue;
        }
        while (open && !dm_prefix_covers(names->nodes.items[open - 1].prefix, prefix)) {
            open = names->nodes.items[open - 1].parent;
        }
        node.parent = open;
        names->failed |= !DM_VEC_PUSH(names->arena, &names->nodes, node);
        open = (uint32_t)names->nodes.n;
    }
}

uint32_t dm_names_around(const struct dm_names *names, struct dm_addr address)
{
    struct dm_prefix key = dm_prefix_of(address);
    size_t low = 0;
    size_t high = names->nodes.n;
    uint32_t at;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (dm_prefix_compare(names->nodes.items[middle].prefix, key) <= 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    at = (uint32_t)low;
    while (at && !dm_prefix_has(names->nodes.items[at - 1].prefix, address)) {
        at = names->nodes.items[at - 1].parent;
    }
    return at;
}

uint32_t dm_names_of(const struct dm_names *names, struct dm_prefix prefix)
{
    uint32_t at = dm_names_around(names, dm_prefix_first(prefix));

    while (at && dm_prefix_compare(names->nodes.items[at - 1].prefix, prefix) != 0) {
        at = names->nodes.items[at - 1].parent;
    }
    return at;
}

bool dm_names_find(struct dm_names *names)
{
    name_places(names);
    name_routes(names);
    name_filters(names);
    name_firewalls(names);
    name_associations(names);
    name_rest(names);
    name_addresses(names);
    grow_tree(names);
    return !names->failed;
}
