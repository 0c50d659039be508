/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Copies of services, and whom each calls.
 *
 * A call without a region goes to the callee's copy of the same environment (else of
 * none) in the caller's region, else to every region that the callee runs in.
 */
#include <string.h>

#include "model/base/str.h"
#include "model/front/design/lower_private.h"

/* Copies of a callee that a caller can mean. */
struct callees {
    const struct dm_lower_party **items;
    size_t n;
    size_t capacity;
};

static void done(struct dm_lower *lower, const struct dm_lower_copy *copy,
                 const struct dm_lower_vpc *vpc, struct dm_service *object,
                 struct dm_lower_party *party)
{
    object->vpc = vpc->id;
    if (copy->env) {
        object->environment = copy->env->id;
    }
    dm_lower_classes(lower, dm_tree_find(copy->tree, "data"), &object->classes, &object->n_classes);
    party->port = object->port;
    party->classes = object->classes;
    party->n_classes = object->n_classes;
    (void)DM_LOWER_PUSH(lower, &party->regions, copy->region);
    (void)DM_LOWER_PUSH(lower, &party->vpcs, vpc);
    party->party.v = DM_LOWER_ADD(lower, service, object).v;
}

/* One whose pods run on a cluster; false where it is not to be, as its cluster is not there. */
static bool on_cluster(struct dm_lower *lower, const struct dm_lower_copy *copy,
                       const struct dm_tree *on, struct dm_service *object,
                       struct dm_lower_party *party)
{
    const struct dm_tree *clusters = dm_tree_find(lower->root, "clusters");
    const char *name = dm_lower_text(lower, on);
    struct dm_lower_cluster *cluster =
        name ? dm_lower_cluster_at(lower, name, copy->env, copy->region) : NULL;

    if (cluster) {
        struct dm_lower_load load = {
            .party = party->party, .name = copy->name, .port = object->port, .copy = copy
        };
        struct dm_lower_hosts hosts = { 0 };

        if (dm_lower_pods(lower, cluster, &load, &hosts)) {
            object->hosts = hosts.items;
            object->n_hosts = hosts.n;
            object->cluster = cluster->id;
            object->kube_service = load.kube;
            object->is_webhook = dm_lower_bool(lower, copy->tree, "webhook");
            done(lower, copy, cluster->vpc, object, party);
            dm_lower_pods_done(cluster, party->party);
        }
        return true;
    }
    if (name && !dm_lower_entry(lower, clusters, name)) {
        dm_lower_unknown_key(lower, on->span, "cluster", name, clusters);
        return true;
    }
    if (name && !copy->by_all) {
        (void)dm_lower_fault(lower, on->span, "`%s` is on no copy of cluster `%s`", copy->name,
                             name);
    }
    return !copy->by_all;
}

static void service(struct dm_lower *lower, const struct dm_lower_copy *copy)
{
    struct dm_lower_party party = { .party = { .kind = DM_PARTY_SERVICE }, .copy = copy };
    struct dm_service object = {
        .object = { .name = copy->name, .origin = copy->entry->key_span },
        .base = copy->entry->key,
        .region = copy->region->id,
    };
    const struct dm_tree *port = dm_lower_need(lower, copy->tree, "port", copy->entry->key_span);
    struct dm_lower_seat seat = { 0 };
    struct dm_lower_hosts hosts = { 0 };
    const struct dm_tree *on = dm_tree_find(copy->tree, "cluster");
    const struct dm_lower_vpc *vpc;

    if (on && port && dm_lower_match(lower, port, &object.port)) {
        if (on_cluster(lower, copy, on, &object, &party)) {
            (void)DM_LOWER_PUSH(lower, &lower->parties, party);
        }
        return;
    }
    if (!port || on || !dm_lower_seat(lower, copy, true, &seat)
        || !dm_lower_match(lower, port, &object.port)) {
        (void)DM_LOWER_PUSH(lower, &lower->parties, party);
        return;
    }
    vpc = dm_lower_vpc_at(lower, seat.vpc, copy->env, copy->region);
    if (!vpc && copy->by_all) {
        return;
    }
    if (!vpc) {
        (void)dm_lower_fault(lower, seat.span, "`%s` is in no copy of VPC `%s`", copy->name,
                             seat.vpc);
        (void)DM_LOWER_PUSH(lower, &lower->parties, party);
        return;
    }
    object.is_public = seat.is_public;
    dm_lower_endpoints(lower, &seat, vpc, copy->name, copy->entry->key_span, &hosts);
    object.hosts = hosts.items;
    object.n_hosts = hosts.n;
    done(lower, copy, vpc, &object, &party);
    (void)DM_LOWER_PUSH(lower, &lower->parties, party);
}

void dm_lower_services(struct dm_lower *lower)
{
    dm_lower_unfold(lower, "services", true, &lower->service_copies);
    for (size_t i = 0; i < lower->service_copies.n; i++) {
        service(lower, &lower->service_copies.items[i]);
    }
    dm_lower_left_out(lower, &lower->service_copies, DM_PARTY_SERVICE);
}

/* ---- calls ---- */

static const char *party_key(struct dm_lower *lower, enum dm_party_kind kind, const char *base)
{
    return dm_lower_name(lower, "%s:%s", kind == DM_PARTY_SERVICE ? "service" : "store", base);
}

/* Copies stand in order of their names, so those of one entry are side by side. */
static void index_parties(struct dm_lower *lower)
{
    dm_map_init(&lower->first_party, lower->arena);
    for (size_t i = 0; i < lower->parties.n; i++) {
        const struct dm_lower_party *party = &lower->parties.items[i];
        bool added = false;
        uint64_t *first =
            dm_map_add(&lower->first_party,
                       party_key(lower, party->party.kind, party->copy->entry->key), &added);

        if (!first) {
            lower->oom = true;
            return;
        }
        *first = added ? i : *first;
    }
}

static void callees_of_env(struct dm_lower *lower, enum dm_party_kind kind, const char *base,
                           const struct dm_lower_env *env, struct callees *callees)
{
    const uint64_t *first = dm_map_find(&lower->first_party, party_key(lower, kind, base));

    for (size_t i = first ? *first : lower->parties.n; i < lower->parties.n; i++) {
        const struct dm_lower_party *party = &lower->parties.items[i];

        if (party->party.kind != kind || strcmp(party->copy->entry->key, base) != 0) {
            break;
        }
        if (party->copy->env == env) {
            (void)DM_LOWER_PUSH(lower, callees, party);
        }
    }
}

static void call_add(struct dm_lower *lower, struct dm_lower_party *caller,
                     const struct dm_lower_party *callee, struct dm_span origin)
{
    if (callee == caller || callee->party.v == 0) {
        return;
    }
    for (size_t i = 0; i < caller->calls.n; i++) {
        if (caller->calls.items[i].to == callee) {
            struct dm_diag *diag = dm_lower_fault(lower, origin, "`%s` calls `%s` twice",
                                                  caller->copy->name, callee->copy->name);

            dm_diag_label(lower->diags, diag, caller->calls.items[i].origin, "the first one");
            return;
        }
    }
    (void)DM_LOWER_PUSH(lower, &caller->calls, (struct dm_lower_call){ callee, origin });
}

/* Calls to those of 'callees' in 'region', NULL: in all.  A store without region is in each. */
static bool calls_in(struct dm_lower *lower, struct dm_lower_party *caller,
                     const struct callees *callees, const struct dm_lower_region *region,
                     struct dm_span origin)
{
    bool any = false;

    for (size_t i = 0; i < callees->n; i++) {
        const struct dm_lower_party *callee = callees->items[i];

        if (!region || !callee->copy->region || callee->copy->region == region) {
            call_add(lower, caller, callee, origin);
            any = true;
        }
    }
    return any;
}

static void calls_asked(struct dm_lower *lower, struct dm_lower_party *caller,
                        const struct callees *callees, const struct dm_tree *regions,
                        struct dm_span origin)
{
    const char *word = dm_tree_text(regions);

    if (!callees->items[0]->copy->region) {
        (void)dm_lower_fault(lower, regions->span, "`%s` has no copy of its own in each region",
                             callees->items[0]->copy->entry->key);
        return;
    }
    if (word && strcmp(word, "all") == 0) {
        (void)calls_in(lower, caller, callees, NULL, origin);
        return;
    }
    for (size_t i = 0; i < dm_lower_n_items(regions); i++) {
        const struct dm_tree *item = dm_lower_item(regions, i);
        const char *text = dm_lower_text(lower, item);
        const struct dm_lower_region *region = text && strcmp(text, "same") == 0
                                                   ? caller->copy->region
                                                   : dm_lower_region_need(lower, item);

        if (region && !calls_in(lower, caller, callees, region, origin)) {
            (void)dm_lower_fault(lower, item->span, "`%s` does not run in `%s`",
                                 callees->items[0]->copy->entry->key, region->name);
        }
    }
}

static void call(struct dm_lower *lower, struct dm_lower_party *caller, const struct dm_tree *item)
{
    const struct dm_tree *to =
        item->kind == DM_TREE_MAP ? dm_lower_need(lower, item, "to", item->span) : item;
    const struct dm_tree *regions = dm_tree_find(item, "region");
    const char *text = to ? dm_lower_text(lower, to) : NULL;
    const char *base = NULL;
    enum dm_party_kind kind = DM_PARTY_SERVICE;
    struct callees callees = { 0 };

    if (!text || !dm_lower_party_kind(lower, to->span, text, &kind, &base)) {
        return;
    }
    callees_of_env(lower, kind, base, caller->copy->env, &callees);
    if (callees.n == 0 && caller->copy->env) {
        callees_of_env(lower, kind, base, NULL, &callees);
    }
    if (callees.n == 0 && lower->diags->n_errors == 0) {
        dm_lower_help(lower,
                      dm_lower_fault(lower, to->span, "`%s` has no copy for `%s` to call", base,
                                     caller->copy->name),
                      "the `for` of `%s` does not have this environment, nor is it without one",
                      base);
    } else if (callees.n == 0) {
        return; /* other faults may be why */
    } else if (regions) {
        calls_asked(lower, caller, &callees, regions, to->span);
    } else if (!calls_in(lower, caller, &callees, caller->copy->region, to->span)) {
        (void)calls_in(lower, caller, &callees, NULL, to->span);
    }
}

void dm_lower_calls(struct dm_lower *lower)
{
    index_parties(lower);
    for (size_t i = 0; i < lower->parties.n && !lower->oom; i++) {
        struct dm_lower_party *caller = &lower->parties.items[i];
        const struct dm_tree *list = dm_tree_find(caller->copy->tree, "calls");
        DM_VEC(struct dm_call) calls = { 0 };
        struct dm_service *object;

        if (caller->party.kind != DM_PARTY_SERVICE || caller->party.v == 0) {
            continue;
        }
        for (size_t j = 0; j < dm_lower_n_items(list); j++) {
            call(lower, caller, dm_lower_item(list, j));
        }
        for (size_t j = 0; j < caller->calls.n; j++) {
            const struct dm_lower_call *made = &caller->calls.items[j];

            (void)DM_LOWER_PUSH(lower, &calls, (struct dm_call){ made->to->party, made->origin });
        }
        object = dm_builder_edit_service(lower->builder, (struct dm_service_id){ caller->party.v });
        object->calls = calls.items;
        object->n_calls = calls.n;
    }
}
