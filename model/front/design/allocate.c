/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The address plan: which CIDR each copy of a VPC gets, and each subnet in it.
 *
 * First come CIDRs that the design writes, then those of the lock that still
 * fit, then the rest in order of the copies' names, each the first free block of
 * its pool.  So what is allocated depends on names and sizes alone.
 */
#include <stdlib.h>
#include <string.h>

#include "model/base/str.h"
#include "model/front/design/lower_private.h"

/* AWS's sizes of VPCs and subnets [VPC-01]. */
enum { LARGEST = 16, SMALLEST = 28 };

struct want {
    struct dm_lower_vpc *vpc;
    struct dm_prefix pool;
    uint8_t length;
    struct dm_span span; /* of the size */
};

struct wants {
    struct want *items;
    size_t n;
    size_t capacity;
};

static bool size_of(struct dm_lower *lower, const struct dm_tree *node, uint8_t *ret_length)
{
    int64_t value = 0;

    if (!dm_lower_int(lower, node, 0, 128, "`size`", &value)) {
        return false;
    }
    if (value < LARGEST || value > SMALLEST) {
        dm_lower_help(
            lower, dm_lower_fault(lower, node->span, "a network of size /%lld", (long long)value),
            "VPCs and subnets are /16 to /28 [VPC-01]");
        return false;
    }
    *ret_length = (uint8_t)value;
    return true;
}

static void written(struct dm_lower *lower, struct dm_lower_vpc *vpc, struct dm_map *places)
{
    const struct dm_tree *node = vpc->cidr_node;
    uint32_t key[2] = { node->span.source, node->span.begin_byte };
    struct dm_prefix prefix = { 0 };
    uint64_t *place;
    bool added = true;

    if (!dm_lower_prefix(lower, node, &prefix)) {
        return;
    }
    if (prefix.length < LARGEST || prefix.length > SMALLEST) {
        dm_lower_help(lower,
                      dm_lower_fault(lower, node->span, "the CIDR of a VPC has size /%u",
                                     (unsigned)prefix.length),
                      "VPCs and subnets are /16 to /28 [VPC-01]");
        return;
    }
    place = dm_map_addn(places, key, sizeof key, &added);
    lower->oom = lower->oom || !place || !dm_plan_take(&lower->plan, prefix);
    if (!added) {
        dm_lower_help(lower,
                      dm_lower_fault(lower, node->span, "`%s` and others would have the same CIDR",
                                     vpc->copy->name),
                      "`{pool: NAME, size: N}` gives each copy its own");
    }
    vpc->cidr = prefix;
}

static void asked(struct dm_lower *lower, struct dm_lower_vpc *vpc, struct wants *wants)
{
    const struct dm_tree *pool = dm_lower_need(lower, vpc->cidr_node, "pool", vpc->cidr_node->span);
    const struct dm_tree *size = dm_lower_need(lower, vpc->cidr_node, "size", vpc->cidr_node->span);
    const char *name = pool ? dm_lower_text(lower, pool) : NULL;
    struct want want = { .vpc = vpc };

    if (!name || !size || !size_of(lower, size, &want.length)
        || !dm_lower_pool(lower, pool->span, name, vpc->copy->region, &want.pool)) {
        return;
    }
    if (want.length < want.pool.length) {
        char buffer[DM_ADDR_TEXT_SIZE];

        (void)dm_lower_fault(lower, size->span, "a VPC of size /%u does not fit pool `%s`, %s",
                             (unsigned)want.length, name, dm_prefix_text(want.pool, buffer));
        return;
    }
    want.span = size->span;
    (void)DM_LOWER_PUSH(lower, wants, want);
}

/* ---- the lock ---- */

struct stale {
    struct dm_span places[DM_DIAG_MAX_LABELS];
    const char *why[DM_DIAG_MAX_LABELS];
    size_t n;
};

static void stale_add(struct stale *stale, struct dm_span span, const char *why)
{
    if (stale->n < DM_DIAG_MAX_LABELS) {
        stale->places[stale->n] = span;
        stale->why[stale->n] = why;
    }
    stale->n++;
}

static void stale_say(struct dm_lower *lower, const struct stale *stale)
{
    struct dm_diag *diag;

    if (stale->n == 0) {
        return;
    }
    diag = dm_diags_add(lower->diags, DM_SEV_NOTE, stale->places[0],
                        "the lock of addresses is stale in %zu place%s: %s", stale->n,
                        stale->n == 1 ? "" : "s", stale->why[0]);
    for (size_t i = 1; i < stale->n && i < DM_DIAG_MAX_LABELS; i++) {
        dm_diag_label(lower->diags, diag, stale->places[i], "%s", stale->why[i]);
    }
    dm_lower_help(lower, diag, "what fits is kept, the rest is allocated anew");
}

static const char *pinned_fault(const struct dm_lower *lower, const struct want *want,
                                const struct dm_tree *node, struct dm_prefix *ret)
{
    const char *text = dm_tree_text(node);

    if (!text || dm_prefix_parse(text, ret) != DM_ADDR_OK || ret->addr.family != DM_FAMILY_IPV4) {
        return "this is no prefix";
    }
    if (ret->length != want->length) {
        return "the design asks for another size";
    }
    if (!dm_prefix_covers(want->pool, *ret)) {
        return "this is outside the pool";
    }
    return dm_plan_overlaps(&lower->plan, *ret) ? "this is taken" : NULL;
}

static void pinned(struct dm_lower *lower, const struct wants *wants)
{
    const struct dm_tree *vpcs = dm_tree_find(lower->lock, "vpcs");
    struct stale stale = { .n = 0 };
    size_t n = 0;
    const struct dm_tree_pair *const *pairs = dm_lower_sorted(lower, vpcs, &n);

    for (size_t i = 0; i < wants->n; i++) {
        const struct want *want = &wants->items[i];
        const struct dm_tree_pair *pair = dm_tree_find_pair(vpcs, want->vpc->copy->name);
        struct dm_prefix prefix = { 0 };
        const char *why = pair ? pinned_fault(lower, want, pair->value, &prefix) : NULL;

        if (!pair) {
            stale_add(&stale, lower->lock->span,
                      dm_lower_name(lower, "it lacks `%s`", want->vpc->copy->name));
        } else if (why) {
            stale_add(&stale, pair->value->span, why);
        } else {
            want->vpc->cidr = prefix;
            lower->oom = lower->oom || !dm_plan_take(&lower->plan, prefix);
        }
    }
    for (size_t i = 0; i < n; i++) {
        const struct dm_lower_vpc *vpc = dm_lower_vpc_find(lower, pairs[i]->key);
        const struct dm_tree *node = vpc ? vpc->cidr_node : NULL;

        if (!vpc) {
            stale_add(&stale, pairs[i]->key_span, "the design has no such VPC");
        } else if (node && node->kind == DM_TREE_SCALAR
                   && !dm_str_equal(node->text, dm_tree_text(pairs[i]->value))) {
            stale_add(&stale, pairs[i]->value->span, "the design writes another CIDR");
        }
    }
    stale_say(lower, &stale);
}

void dm_lower_allocate(struct dm_lower *lower)
{
    struct wants wants = { 0 };
    struct dm_map places;
    char buffer[DM_ADDR_TEXT_SIZE];

    dm_map_init(&places, lower->arena);
    for (size_t i = 0; i < lower->vpcs.n; i++) {
        struct dm_lower_vpc *vpc = &lower->vpcs.items[i];

        if (vpc->cidr_node && vpc->cidr_node->kind == DM_TREE_MAP) {
            asked(lower, vpc, &wants);
        } else if (vpc->cidr_node) {
            written(lower, vpc, &places);
        }
    }
    if (lower->lock) {
        pinned(lower, &wants);
    }
    for (size_t i = 0; i < wants.n; i++) {
        const struct want *want = &wants.items[i];

        if (!dm_addr_is_none(want->vpc->cidr.addr)) {
            continue;
        }
        if (!dm_plan_find(&lower->plan, want->pool, want->length, &want->vpc->cidr)) {
            (void)dm_lower_fault(lower, want->span, "no room for `%s` (/%u) in %s: all is taken",
                                 want->vpc->copy->name, (unsigned)want->length,
                                 dm_prefix_text(want->pool, buffer));
        } else if (!dm_plan_take(&lower->plan, want->vpc->cidr)) {
            lower->oom = true;
        }
    }
}

/* ---- subnets ---- */

static int by_size(const void *a, const void *b)
{
    const struct dm_lower_subnet *left = a;
    const struct dm_lower_subnet *right = b;
    int order = strcmp(left->role->key, right->role->key);

    if (left->length != right->length) {
        return left->length < right->length ? -1 : 1;
    }
    if (order != 0) {
        return order;
    }
    return left->zone < right->zone ? -1 : left->zone > right->zone;
}

static void subnets_of_role(struct dm_lower *lower, struct dm_lower_vpc *vpc,
                            const struct dm_tree_pair *role)
{
    const struct dm_lower_region *region = vpc->copy->region;
    const struct dm_tree *size = dm_lower_need(lower, role->value, "size", role->key_span);
    struct dm_lower_subnet subnet = { .role = role,
                                      .is_public = dm_lower_bool(lower, role->value, "public") };

    if (!size || !size_of(lower, size, &subnet.length)) {
        subnet.length = 0;
    } else if (!dm_addr_is_none(vpc->cidr.addr) && subnet.length < vpc->cidr.length) {
        char buffer[DM_ADDR_TEXT_SIZE];

        (void)dm_lower_fault(lower, size->span, "a subnet of size /%u is larger than `%s`, %s",
                             (unsigned)subnet.length, vpc->copy->name,
                             dm_prefix_text(vpc->cidr, buffer));
        subnet.length = 0;
    }
    for (subnet.zone = 0; subnet.zone < region->zones.n; subnet.zone++) {
        subnet.name = dm_lower_name(lower, "%s.%s.%c", vpc->copy->name, role->key,
                                    region->zones.items[subnet.zone].letter);
        (void)DM_LOWER_PUSH(lower, &vpc->subnets, subnet);
    }
}

void dm_lower_allocate_subnets(struct dm_lower *lower, struct dm_lower_vpc *vpc)
{
    struct dm_plan plan;
    size_t n = 0;
    const struct dm_tree_pair *const *roles =
        dm_lower_sorted(lower, dm_tree_find(vpc->copy->tree, "subnets"), &n);
    char buffer[DM_ADDR_TEXT_SIZE];

    for (size_t i = 0; i < n; i++) {
        subnets_of_role(lower, vpc, roles[i]);
    }
    if (vpc->subnets.n > 1) {
        qsort(vpc->subnets.items, vpc->subnets.n, sizeof *vpc->subnets.items, by_size);
    }
    dm_plan_init(&plan, lower->arena);
    for (size_t i = 0; i < vpc->subnets.n && !dm_addr_is_none(vpc->cidr.addr); i++) {
        struct dm_lower_subnet *subnet = &vpc->subnets.items[i];

        if (subnet->length == 0) {
            continue;
        }
        if (!dm_plan_find(&plan, vpc->cidr, subnet->length, &subnet->cidr)) {
            (void)dm_lower_fault(lower, dm_tree_find(subnet->role->value, "size")->span,
                                 "no room for subnet `%s` (/%u) in %s: all is taken", subnet->name,
                                 (unsigned)subnet->length, dm_prefix_text(vpc->cidr, buffer));
        } else if (!dm_plan_take(&plan, subnet->cidr)) {
            lower->oom = true;
        }
    }
}
