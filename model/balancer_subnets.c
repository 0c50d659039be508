/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Subnets of a load balancer that is made, and its nodes there.
 *
 * The controller takes one subnet a zone: of those with the tag of the scheme the ones that belong
 * to the cluster first, then the one whose id comes first; it leaves out those of other clusters
 * and those with less than eight free addresses [EKS-50].  Subnets of designs have no ids yet:
 * where one of several would have to be chosen by that, the balancer is unknown.
 */
#include <stdlib.h>
#include <string.h>

#include "model/balancer_private.h"
#include "model/base/str.h"

/* AWS keeps the first four addresses of a subnet and its last [VPC-03]. */
enum { KEPT_FIRST = 4, KEPT = 5, MUST_BE_FREE = 8 };

/* RFC 2544's range for benchmarks, which designs have their public addresses from too. */
static const struct dm_prefix public_range = { { 0, UINT64_C(0xc6120000), DM_FAMILY_IPV4 }, 15 };

static struct dm_subnet *subnet_at(const struct dm_made *made, uint32_t v)
{
    return &made->builder->subnets.items[v - 1];
}

static bool is_designed(const struct dm_made *made)
{
    return made->builder->vpcs.items[made->vpc.v - 1].role != NULL;
}

/* ---- addresses ---- */

/* Pods have addresses of subnets without being in one. */
static bool may_be_in(const struct dm_interface *item, uint32_t subnet)
{
    return item->subnet.v == subnet || item->kind == DM_INTERFACE_POD;
}

struct taken {
    struct dm_addr *items;
    size_t n;
    size_t capacity;
};

static int compare_addresses(const void *left, const void *right)
{
    return dm_addr_compare(*(const struct dm_addr *)left, *(const struct dm_addr *)right);
}

static struct taken list_taken(const struct dm_made *made, uint32_t subnet, struct dm_prefix cidr)
{
    struct dm_builder *builder = made->builder;
    struct taken taken = { NULL, 0, 0 };

    for (size_t i = 0; i < builder->interfaces.n; i++) {
        const struct dm_interface *item = &builder->interfaces.items[i];

        for (size_t j = 0; may_be_in(item, subnet) && j < item->n_addresses; j++) {
            if (dm_prefix_has(cidr, item->addresses[j].address)) {
                builder->failed |= !DM_VEC_PUSH(builder->arena, &taken, item->addresses[j].address);
            }
        }
    }
    if (taken.n > 1) {
        qsort(taken.items, taken.n, sizeof *taken.items, compare_addresses);
    }
    return taken;
}

static uint64_t count_taken(const struct dm_made *made, uint32_t subnet)
{
    const struct dm_builder *builder = made->builder;
    uint64_t n = 0;

    for (size_t i = 0; i < builder->interfaces.n; i++) {
        const struct dm_interface *item = &builder->interfaces.items[i];

        for (size_t j = 0; item->subnet.v == subnet && j < item->n_addresses; j++) {
            n += item->addresses[j].address.family == DM_FAMILY_IPV4;
        }
    }
    return n;
}

static uint64_t count_free(const struct dm_made *made, uint32_t v)
{
    const struct dm_subnet *subnet = subnet_at(made, v);
    uint64_t sum = 0;
    uint64_t taken;

    if (subnet->knows_free) {
        return subnet->n_free;
    }
    for (size_t i = 0; i < subnet->n_cidrs; i++) {
        if (subnet->cidrs[i].addr.family == DM_FAMILY_IPV4 && subnet->cidrs[i].length <= 28) {
            sum += (UINT64_C(1) << (32 - subnet->cidrs[i].length)) - KEPT;
        }
    }
    taken = count_taken(made, v);
    return sum > taken ? sum - taken : 0;
}

/* The first of a family that nothing in the subnet has; false: there is none. */
static bool find_address(const struct dm_made *made, uint32_t v, uint8_t family,
                         struct dm_addr *ret_address)
{
    const struct dm_subnet *subnet = subnet_at(made, v);

    for (size_t i = 0; i < subnet->n_cidrs; i++) {
        struct dm_prefix cidr = subnet->cidrs[i];
        struct dm_addr address = dm_addr_add(dm_prefix_first(cidr), KEPT_FIRST);
        struct taken taken = { NULL, 0, 0 };

        if (cidr.addr.family != family) {
            continue;
        }
        taken = list_taken(made, v, cidr);
        for (size_t j = 0; j < taken.n; j++) {
            if (dm_addr_equal(taken.items[j], address)) {
                address = dm_addr_add(address, 1);
            }
        }
        if (dm_addr_compare(address, dm_prefix_last(cidr)) < 0) {
            *ret_address = address;
            return true;
        }
    }
    return false;
}

static struct dm_addr take_public(struct dm_balancing_all *all)
{
    const struct dm_builder *builder = all->builder;
    uint64_t low = public_range.addr.low;

    for (size_t i = 0; i < builder->interfaces.n && !all->next_public; i++) {
        const struct dm_interface *item = &builder->interfaces.items[i];

        for (size_t j = 0; j < item->n_addresses; j++) {
            struct dm_addr address = item->addresses[j].public_address;

            if (dm_prefix_has(public_range, address) && address.low > low) {
                low = address.low;
            }
        }
    }
    all->next_public = all->next_public ? all->next_public : low + 1;
    return dm_addr_ipv4((uint32_t)all->next_public++);
}

/* ---- choosing ---- */

struct candidate {
    struct dm_subnet_id id;
    uint32_t zone;
    bool is_of_cluster;
    const char *name;
};

struct candidates {
    struct candidate *items;
    size_t n;
    size_t capacity;
};

static int compare(const void *left, const void *right)
{
    const struct candidate *a = left;
    const struct candidate *b = right;

    if (a->zone != b->zone) {
        return a->zone < b->zone ? -1 : 1;
    }
    if (a->is_of_cluster != b->is_of_cluster) {
        return a->is_of_cluster ? -1 : 1;
    }
    return strcmp(a->name, b->name);
}

static bool reaches_internet(const struct dm_made *made, const struct dm_subnet *subnet)
{
    const struct dm_builder *builder = made->builder;
    const struct dm_route_table *table =
        subnet->table.v ? &builder->route_tables.items[subnet->table.v - 1] : NULL;

    for (size_t i = 0; table && i < table->n_routes; i++) {
        const struct dm_route *route = &table->routes[i];

        if (route->target_kind == DM_TARGET_INTERNET_GATEWAY && route->target
            && !builder->internet_gateways.items[route->target - 1].egress_only) {
            return true;
        }
    }
    return false;
}

/* Subnets that the controller may take: with the tag, or as they are routed. */
static struct candidates gather(struct dm_made *made, bool by_tag)
{
    const char *tag =
        made->of.is_internet_facing ? "kubernetes.io/role/elb" : "kubernetes.io/role/internal-elb";
    const char *cluster = dm_made_cluster_name(made);
    struct candidates found = { NULL, 0, 0 };

    for (uint32_t v = 1; v <= made->builder->subnets.n; v++) {
        const struct dm_subnet *subnet = subnet_at(made, v);
        const char *value = dm_tags_value(&subnet->tags, tag);
        enum dm_of_cluster of = dm_made_of_cluster(cluster, &subnet->tags);
        struct candidate item = {
            { v }, subnet->zone.v, of == DM_OF_THIS_CLUSTER, subnet->object.name
        };
        bool fits = by_tag ? value && (!*value || strcmp(value, "1") == 0)
                           : reaches_internet(made, subnet) == made->of.is_internet_facing;

        if (subnet->vpc.v == made->vpc.v && subnet->zone.v && fits && of != DM_OF_OTHERS
            && count_free(made, v) >= MUST_BE_FREE) {
            made->builder->failed |= !DM_VEC_PUSH(made->builder->arena, &found, item);
        }
    }
    return found;
}

/* One a zone. */
static void take_each_zone(struct dm_made *made, struct candidates *found)
{
    if (found->n > 1) {
        qsort(found->items, found->n, sizeof *found->items, compare);
    }
    for (size_t i = 0; i < found->n; i++) {
        const struct candidate *item = &found->items[i];

        if (i == 0 || item[-1].zone != item->zone) {
            made->builder->failed |= !DM_VEC_PUSH(made->builder->arena, &made->subnets, item->id);
        } else if (is_designed(made) && item[-1].zone == item->zone
                   && item[-1].is_of_cluster == item->is_of_cluster
                   && made->subnets.items[made->subnets.n - 1].v == item[-1].id.v) {
            dm_made_doubt(made, "subnets",
                          dm_sprintf(made->builder->arena,
                                     "`%s` and `%s` are both fit in one zone, and the controller "
                                     "goes by ids, which a design does not have; name them, or tag "
                                     "one",
                                     item[-1].name, item->name));
        }
    }
}

static void take_by_tag(struct dm_made *made)
{
    struct candidates found = gather(made, true);

    if (!found.n) {
        found = gather(made, false);
        if (found.n && !is_designed(made)) {
            dm_made_doubt(
                made, "subnets",
                made->of.is_internet_facing
                    ? "no subnet has the tag kubernetes.io/role/elb: the controller takes "
                      "those with a route to an internet gateway, older versions none"
                    : "no subnet has the tag kubernetes.io/role/internal-elb: the "
                      "controller takes those without a route to an internet gateway, "
                      "older versions none");
        }
    }
    take_each_zone(made, &found);
}

static bool is_named(const struct dm_subnet *subnet, const char *word)
{
    return strcmp(subnet->object.name, word) == 0 || dm_str_equal(subnet->object.label, word);
}

static void take_named(struct dm_made *made)
{
    for (size_t i = 0; i < made->of.n_subnets && !made->refused; i++) {
        const char *word = made->of.subnets[i];
        struct dm_subnet_id id = { 0 };

        for (uint32_t v = 1; v <= made->builder->subnets.n && !id.v; v++) {
            if (subnet_at(made, v)->vpc.v == made->vpc.v && is_named(subnet_at(made, v), word)) {
                id.v = v;
            }
        }
        if (!id.v) {
            dm_made_refuse(made,
                           dm_sprintf(made->builder->arena, "its VPC has no subnet `%s`", word));
        }
        for (size_t j = 0; id.v && j < made->subnets.n; j++) {
            if (subnet_at(made, made->subnets.items[j].v)->zone.v
                == subnet_at(made, id.v)->zone.v) {
                dm_made_refuse(made,
                               dm_sprintf(made->builder->arena,
                                          "`%s` and another of its subnets are in one zone", word));
            }
        }
        made->builder->failed |= id.v && !DM_VEC_PUSH(made->builder->arena, &made->subnets, id);
    }
}

void dm_made_choose_subnets(struct dm_made *made)
{
    struct dm_addr ignored;

    if (made->of.n_subnets) {
        take_named(made);
    } else {
        take_by_tag(made);
    }
    if (made->subnets.n == 0) {
        dm_made_refuse(made, made->of.is_internet_facing
                                 ? "no subnet of its VPC is fit for a load balancer that faces the "
                                   "internet"
                                 : "no subnet of its VPC is fit for an internal load balancer");
    } else if (made->subnets.n == 1 && made->of.kind == DM_KUBE_ALB) {
        dm_made_refuse(made, "an application load balancer needs subnets in two zones [ELB-01]");
    }
    for (size_t i = 0; i < made->subnets.n && !made->refused; i++) {
        uint32_t v = made->subnets.items[i].v;

        if (!find_address(made, v, DM_FAMILY_IPV4, &ignored)
            || (subnet_at(made, v)->knows_free && !subnet_at(made, v)->n_free)) {
            dm_made_refuse(made, dm_sprintf(made->builder->arena, "subnet `%s` has no address left",
                                            subnet_at(made, v)->object.name));
        }
    }
}

/* ---- nodes ---- */

void dm_made_add_nodes(struct dm_made *made, struct dm_balancer_id balancer)
{
    struct dm_builder *builder = made->builder;

    for (size_t i = 0; i < made->subnets.n && !builder->failed; i++) {
        uint32_t v = made->subnets.items[i].v;
        struct dm_interface_address *addresses =
            DM_NEW_ARRAY(builder->arena, 2, struct dm_interface_address);
        struct dm_interface interface = {
            .object = made->of.object,
            .kind = DM_INTERFACE_BALANCER,
            .balancer = balancer,
            .subnet = { v },
            .addresses = addresses,
            .groups = made->groups.items,
            .n_groups = made->groups.n,
        };

        interface.object.name =
            dm_sprintf(builder->arena, "%s.%s.node", made->of.object.name,
                       builder->zones.items[subnet_at(made, v)->zone.v - 1].object.name);
        if (!addresses || !interface.object.name) {
            builder->failed = true;
            return;
        }
        (void)find_address(made, v, DM_FAMILY_IPV4, &addresses[0].address);
        if (made->of.is_internet_facing) {
            addresses[0].public_address = take_public(made->all);
        }
        interface.n_addresses = 1;
        if (made->of.is_dual_stack
            && find_address(made, v, DM_FAMILY_IPV6, &addresses[1].address)) {
            interface.n_addresses = 2;
        }
        builder->failed |= dm_builder_add_interface(builder, &interface).v == 0;
    }
}
