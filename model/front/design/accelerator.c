/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Copies of accelerators: their listeners, one endpoint group a region, the load balancers in it.
 */
#include <string.h>

#include "model/front/design/lower_private.h"

/* AWS's default [GA-09]. */
enum { STANDARD_WEIGHT = 128, FULL_DIAL = 100, MAX_WEIGHT = 255 };

/* The copy of a load balancer in a region: of the accelerator's environment, else of none. */
static const struct dm_lower_party *balancer_at(const struct dm_lower *lower, const char *base,
                                                const struct dm_lower_env *env,
                                                const struct dm_lower_region *region)
{
    const struct dm_lower_party *found = NULL;

    for (size_t i = 0; i < lower->parties.n; i++) {
        const struct dm_lower_party *party = &lower->parties.items[i];

        if (party->party.kind != DM_PARTY_BALANCER || party->copy->region != region
            || strcmp(party->copy->entry->key, base) != 0) {
            continue;
        }
        if (party->copy->env == env) {
            return party;
        }
        found = party->copy->env ? found : party;
    }
    return found;
}

/* By default for all but network load balancers without groups [GA-04]. */
static bool may_keep(const struct dm_lower *lower, const struct dm_lower_party *party)
{
    const struct dm_balancer *balancer =
        dm_builder_edit_balancer(lower->builder, (struct dm_balancer_id){ party->party.v });

    return balancer->is_application
           || dm_lower_n_items(dm_tree_find(party->copy->tree, "groups")) > 0;
}

static uint32_t number_of(struct dm_lower *lower, const struct dm_tree *tree, const char *key,
                          int64_t max, uint32_t standard)
{
    const struct dm_tree *node = dm_tree_find(tree, key);
    int64_t value = standard;

    if (node && !dm_lower_int(lower, node, 0, max, key, &value)) {
        value = standard;
    }
    return (uint32_t)value;
}

/* False: there is none, or a fault, which was reported. */
static bool endpoint(struct dm_lower *lower, const struct dm_lower_copy *copy,
                     const struct dm_lower_region *region, const struct dm_tree *item,
                     struct dm_accelerator_endpoint *ret_endpoint)
{
    const struct dm_tree *entries = dm_tree_find(lower->root, "load_balancers");
    const struct dm_tree *to = dm_lower_need(lower, item, "to", item->span);
    const struct dm_tree *keep = dm_tree_find(item, "preserve_client");
    const char *base = to ? dm_lower_text(lower, to) : NULL;
    const struct dm_lower_party *party = base ? balancer_at(lower, base, copy->env, region) : NULL;
    bool can_keep;

    if (base && !dm_lower_entry(lower, entries, base)) {
        dm_lower_unknown_key(lower, to->span, "load balancer", base, entries);
    } else if (base && !party) {
        (void)dm_lower_fault(lower, to->span, "`%s` has no copy in `%s` for `%s`", base,
                             region->name, copy->name);
    }
    if (!party || party->party.v == 0) {
        return false;
    }
    can_keep = may_keep(lower, party);
    *ret_endpoint = (struct dm_accelerator_endpoint){
        .balancer = { party->party.v },
        .weight = (uint16_t)number_of(lower, item, "weight", MAX_WEIGHT, STANDARD_WEIGHT),
        .is_healthy = true,
        .keeps_client = keep ? dm_lower_bool(lower, item, "preserve_client") : can_keep,
        .origin = to->span,
    };
    if (ret_endpoint->keeps_client && !can_keep) {
        dm_lower_help(lower,
                      dm_lower_fault(lower, keep->span,
                                     "`%s` has no groups, so it cannot see the client's address",
                                     party->copy->name),
                      "it is a network load balancer: give it `groups` [GA-04]");
    }
    return true;
}

static void group(struct dm_lower *lower, const struct dm_lower_copy *copy,
                  const struct dm_tree_pair *pair, const struct dm_match *match,
                  struct dm_lower_party *party, struct dm_accelerator_group *ret_group)
{
    const struct dm_lower_region *region = dm_lower_region_find(lower, pair->key);
    const struct dm_tree *list = dm_lower_need(lower, pair->value, "endpoints", pair->key_span);
    const struct dm_tree *node = dm_tree_find(pair->value, "port");
    DM_VEC(struct dm_accelerator_endpoint) endpoints = { 0 };
    struct dm_match port = *match;

    if (!region) {
        dm_lower_unknown_key(lower, pair->key_span, "region", pair->key,
                             dm_tree_find(lower->root, "regions"));
        return;
    }
    for (size_t i = 0; i < dm_lower_n_items(list); i++) {
        struct dm_accelerator_endpoint one;

        if (endpoint(lower, copy, region, dm_lower_item(list, i), &one)) {
            (void)DM_LOWER_PUSH(lower, &endpoints, one);
        }
    }
    *ret_group = (struct dm_accelerator_group){
        .region = region->id,
        .dial = (uint8_t)number_of(lower, pair->value, "dial", FULL_DIAL, FULL_DIAL),
        .endpoints = endpoints.items,
        .n_endpoints = endpoints.n,
    };
    if (node && dm_lower_match(lower, node, &port)) {
        struct dm_accelerator_port *override = DM_NEW(lower->arena, struct dm_accelerator_port);

        if (!override) {
            lower->oom = true;
            return;
        }
        if (port.protocol != match->protocol) {
            (void)dm_lower_fault(lower, node->span, "what a listener takes stays of its protocol");
        }
        *override = (struct dm_accelerator_port){ match->port_first, port.port_first };
        ret_group->ports = override;
        ret_group->n_ports = 1;
    }
    (void)DM_LOWER_PUSH(lower, &party->regions, region);
}

/* False: it has a fault, which was reported. */
static bool listener(struct dm_lower *lower, const struct dm_lower_copy *copy,
                     const struct dm_tree_pair *pair, struct dm_lower_party *party,
                     struct dm_accelerator_listener *ret_listener)
{
    const struct dm_tree *map = dm_lower_need(lower, pair->value, "groups", pair->key_span);
    size_t n = 0;
    const struct dm_tree_pair *const *pairs = dm_lower_sorted(lower, map, &n);
    struct dm_accelerator_group *groups =
        DM_NEW_ARRAY(lower->arena, n + 1, struct dm_accelerator_group);

    *ret_listener = (struct dm_accelerator_listener){ .origin = pair->key_span };
    if (!groups) {
        lower->oom = true;
        return false;
    }
    if (!dm_match_parse(pair->key, &ret_listener->match)) {
        (void)dm_lower_fault(lower, pair->key_span, "`%s` is no protocol and port", pair->key);
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        group(lower, copy, pairs[i], &ret_listener->match, party, &groups[ret_listener->n_groups]);
        ret_listener->n_groups += groups[ret_listener->n_groups].region.v != 0;
    }
    ret_listener->groups = groups;
    (void)DM_LOWER_PUSH(lower, &party->listened, ret_listener->match);
    return true;
}

static void accelerator(struct dm_lower *lower, const struct dm_lower_copy *copy)
{
    struct dm_lower_party party = { .party = { .kind = DM_PARTY_ACCELERATOR }, .copy = copy };
    struct dm_accelerator object = {
        .object = { .name = copy->name, .origin = copy->entry->key_span },
        .is_enabled =
            !dm_tree_find(copy->tree, "enabled") || dm_lower_bool(lower, copy->tree, "enabled"),
    };
    struct dm_interface interface = { .object = object.object, .kind = DM_INTERFACE_ACCELERATOR };
    const struct dm_tree *map =
        dm_lower_need(lower, copy->tree, "listeners", copy->entry->key_span);
    size_t n = 0;
    const struct dm_tree_pair *const *pairs = dm_lower_sorted(lower, map, &n);
    struct dm_accelerator_listener *listeners =
        DM_NEW_ARRAY(lower->arena, n + 1, struct dm_accelerator_listener);
    struct dm_accelerator_id id;

    lower->oom = lower->oom || !listeners;
    for (size_t i = 0; i < n && !lower->oom; i++) {
        object.n_listeners +=
            listener(lower, copy, pairs[i], &party, &listeners[object.n_listeners]);
    }
    if (lower->oom) {
        return;
    }
    if (map && n == 0) {
        (void)dm_lower_fault(lower, map->span, "`%s` listens on nothing", copy->name);
    }
    object.listeners = listeners;
    id = DM_LOWER_ADD(lower, accelerator, &object);
    interface.accelerator = id;
    interface.object.name = dm_lower_name(lower, "%s.addresses", copy->name);
    if (!lower->oom) {
        dm_builder_edit_accelerator(lower->builder, id)->interface =
            dm_lower_static_interface(lower, &interface);
    }
    party.party.v = id.v;
    (void)DM_LOWER_PUSH(lower, &lower->parties, party);
}

void dm_lower_accelerators(struct dm_lower *lower)
{
    dm_lower_unfold(lower, "accelerators", false, &lower->accelerator_copies);
    for (size_t i = 0; i < lower->accelerator_copies.n && !lower->oom; i++) {
        accelerator(lower, &lower->accelerator_copies.items[i]);
    }
}
