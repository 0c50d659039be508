/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Copies of stores: where the primary and the replicas are, in what order they
 * are promoted, what they hold about whom, and their endpoints.
 */
#include <string.h>

#include "model/front/design/lower_private.h"

/* S3 is not in the network: what calls it speaks HTTPS. */
static const struct dm_match https = { DM_PROTO_TCP, 443, 443, -1, -1 };

struct store_place {
    const struct dm_lower_region *region;
    struct dm_span span;
    const struct dm_lower_vpc *vpc; /* NULL: not in a VPC, or a fault that was reported */
};

struct store_places {
    struct store_place *items; /* the first is the primary */
    size_t n;
    size_t capacity;
};

static bool engine_of(struct dm_lower *lower, const struct dm_lower_copy *copy,
                      struct dm_store *store)
{
    const struct dm_tree *node = dm_lower_need(lower, copy->tree, "engine", copy->entry->key_span);
    const char *word = node ? dm_lower_text(lower, node) : NULL;
    DM_VEC(const char *) words = { 0 };

    if (!word) {
        return false;
    }
    for (int engine = 0; engine < DM_ENGINE_COUNT; engine++) {
        const char *text = dm_store_engine_text((enum dm_store_engine)engine);

        (void)DM_LOWER_PUSH(lower, &words, text);
        if (strcmp(text, word) == 0) {
            store->engine = (enum dm_store_engine)engine;
            store->engine_origin = node->span;
            return true;
        }
    }
    dm_lower_unknown(lower, node->span, "engine", word, words.items, words.n);
    return false;
}

static void subjects(struct dm_lower *lower, const struct dm_lower_copy *copy,
                     struct dm_store *store)
{
    const struct dm_tree *list = dm_tree_find(copy->tree, "subjects");
    struct dm_lower_codes codes = { 0 };

    store->subjects_origin = list ? list->span : copy->entry->key_span;
    if (list) {
        dm_lower_codes(lower, list, &codes);
    }
    store->subjects = codes.items;
    store->n_subjects = codes.n;
}

static void place_add(struct dm_lower *lower, const struct dm_lower_copy *copy,
                      const struct dm_tree *item, struct store_places *places)
{
    const struct dm_lower_region *region = dm_lower_region_need(lower, item);

    if (!region) {
        return;
    }
    for (size_t i = 0; i < places->n; i++) {
        if (places->items[i].region == region) {
            struct dm_diag *diag = dm_lower_fault(lower, item->span,
                                                  i == 0 ? "the primary of `%s` is in `%s` already"
                                                         : "`%s` has a replica in `%s` already",
                                                  copy->name, region->name);

            dm_diag_label(lower->diags, diag, places->items[i].span,
                          i == 0 ? "the primary" : "the first one");
            return;
        }
    }
    (void)DM_LOWER_PUSH(lower, places,
                        (struct store_place){ .region = region, .span = item->span });
}

static bool places_of(struct dm_lower *lower, const struct dm_lower_copy *copy,
                      struct store_places *places)
{
    const struct dm_tree *primary = dm_tree_find(copy->tree, "primary");
    const struct dm_tree *replicas = dm_tree_find(copy->tree, "replicas");

    if (primary) {
        place_add(lower, copy, primary, places);
    } else if (copy->region) {
        (void)DM_LOWER_PUSH(
            lower, places,
            (struct store_place){ .region = copy->region, .span = copy->entry->key_span });
    } else {
        (void)dm_lower_fault(lower, copy->entry->key_span, "`%s` does not say where its primary is",
                             copy->entry->key);
    }
    if (places->n == 0) {
        return false;
    }
    for (size_t i = 0; i < dm_lower_n_items(replicas); i++) {
        place_add(lower, copy, dm_lower_item(replicas, i), places);
    }
    return true;
}

static void failover(struct dm_lower *lower, const struct dm_lower_copy *copy,
                     const struct store_places *places, struct dm_store *store)
{
    const struct dm_tree *list = dm_tree_find(copy->tree, "failover");
    DM_VEC(uint32_t) order = { 0 };

    for (size_t i = 0; i < dm_lower_n_items(list); i++) {
        const struct dm_tree *item = dm_lower_item(list, i);
        const struct dm_lower_region *region = dm_lower_region_need(lower, item);
        uint32_t at = 0;
        bool twice = false;

        for (uint32_t j = 1; region && j < places->n; j++) {
            at = places->items[j].region == region ? j : at;
        }
        for (size_t j = 0; j < order.n; j++) {
            twice = twice || (at && order.items[j] == at);
        }
        if (twice) {
            (void)dm_lower_fault(lower, item->span, "region `%s` is listed twice", region->name);
        } else if (at) {
            (void)DM_LOWER_PUSH(lower, &order, at);
        } else if (region) {
            (void)dm_lower_fault(lower, item->span, "`%s` has no replica in `%s` to fail over to",
                                 copy->name, region->name);
        }
    }
    store->failover = order.items;
    store->n_failover = order.n;
}

/* The VPC of each copy; false where the store is not to be, as its VPC is not there either. */
static bool seats(struct dm_lower *lower, const struct dm_lower_copy *copy,
                  const struct dm_lower_seat *seat, struct store_places *places)
{
    bool asked = !copy->by_all || !copy->region || dm_tree_find(copy->tree, "primary");

    for (size_t i = 0; i < places->n; i++) {
        struct store_place *place = &places->items[i];

        place->vpc = dm_lower_vpc_at(lower, seat->vpc, copy->env, place->region);
        if (!place->vpc && i == 0 && !asked) {
            return false;
        }
        if (!place->vpc) {
            (void)dm_lower_fault(lower, place->span, "`%s`%s%s is not in `%s`, where `%s` is",
                                 seat->vpc, copy->env ? " of " : "",
                                 copy->env ? copy->env->name : "", place->region->name, copy->name);
        }
    }
    return true;
}

static void copies_of(struct dm_lower *lower, const struct dm_lower_seat *seat,
                      const struct store_places *places, struct dm_store *store,
                      struct dm_lower_party *party)
{
    DM_VEC(struct dm_store_copy) copies = { 0 };

    for (size_t i = 0; i < places->n; i++) {
        const struct store_place *place = &places->items[i];
        struct dm_store_copy copy = { .region = place->region->id, .origin = place->span };
        struct dm_lower_hosts hosts = { 0 };

        (void)DM_LOWER_PUSH(lower, &party->regions, place->region);
        if (place->vpc) {
            dm_lower_endpoints(
                lower, seat, place->vpc,
                dm_lower_name(lower, "%s@%s", party->copy->name, place->region->name), place->span,
                &hosts);
            (void)DM_LOWER_PUSH(lower, &party->vpcs, place->vpc);
        }
        copy.hosts = hosts.items;
        copy.n_hosts = hosts.n;
        (void)DM_LOWER_PUSH(lower, &copies, copy);
    }
    store->copies = copies.items;
    store->n_copies = copies.n;
}

/* A copy on a cluster; false where the store is not to be, or has a fault. */
static bool on_cluster(struct dm_lower *lower, const struct dm_tree *on,
                       const struct store_places *places, struct dm_store *store,
                       struct dm_lower_party *party, struct dm_lower_cluster **ret_cluster)
{
    const struct dm_lower_copy *copy = party->copy;
    const struct dm_tree *clusters = dm_tree_find(lower->root, "clusters");
    const char *name = dm_lower_text(lower, on);
    const struct store_place *place = &places->items[0];
    struct dm_store_copy *made = DM_NEW(lower->arena, struct dm_store_copy);
    struct dm_lower_load load = { .party = party->party, .port = store->port, .copy = copy };
    struct dm_lower_hosts hosts = { 0 };

    if (!name || !made) {
        lower->oom = lower->oom || !made;
        return false;
    }
    if (!dm_lower_entry(lower, clusters, name)) {
        dm_lower_unknown_key(lower, on->span, "cluster", name, clusters);
        return false;
    }
    *ret_cluster = dm_lower_cluster_at(lower, name, copy->env, place->region);
    if (!*ret_cluster) {
        (void)dm_lower_fault(lower, on->span, "`%s` is on no copy of cluster `%s`", copy->name,
                             name);
        return false;
    }
    load.name = dm_lower_name(lower, "%s@%s", copy->name, place->region->name);
    if (!dm_lower_pods(lower, *ret_cluster, &load, &hosts)) {
        return false;
    }
    *made = (struct dm_store_copy){
        .region = place->region->id, .hosts = hosts.items, .n_hosts = hosts.n, .origin = place->span
    };
    store->copies = made;
    store->n_copies = 1;
    (void)DM_LOWER_PUSH(lower, &party->regions, place->region);
    (void)DM_LOWER_PUSH(lower, &party->vpcs, (*ret_cluster)->vpc);
    return true;
}

static void refuse(struct dm_lower *lower, const struct dm_lower_copy *copy, const char *key)
{
    const struct dm_tree_pair *pair = dm_tree_find_pair(copy->tree, key);

    if (pair) {
        (void)dm_lower_fault(lower, pair->key_span, "a store of engine `s3` has no `%s`", key);
    }
}

/* On a cluster runs what one runs oneself, and whatever replicates that sends packets of its own.
 */
static void refuse_on_cluster(struct dm_lower *lower, const struct dm_lower_copy *copy,
                              const struct dm_store *store, const struct store_places *places)
{
    static const char *const keys[] = { "in", "groups" };

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct dm_tree_pair *pair = dm_tree_find_pair(copy->tree, keys[i]);

        if (pair) {
            (void)dm_lower_fault(lower, pair->key_span, "a store on a cluster has no `%s`",
                                 keys[i]);
        }
    }
    if (store->engine != DM_ENGINE_POSTGRESQL && store->engine != DM_ENGINE_REDIS) {
        (void)dm_lower_fault(lower, store->engine_origin, "`%s` is run by AWS, not on a cluster",
                             dm_store_engine_text(store->engine));
    }
    if (places->n > 1) {
        (void)dm_lower_fault(lower, places->items[1].span,
                             "a store on a cluster has no replicas in other regions");
    }
}

/* What a store is and where; false where that has a fault, which was reported. */
static bool store_parts(struct dm_lower *lower, struct dm_lower_party *party,
                        struct dm_lower_seat *seat, struct store_places *places,
                        struct dm_store *object, bool *ret_is_there)
{
    const struct dm_lower_copy *copy = party->copy;
    const struct dm_tree *port;

    if (!engine_of(lower, copy, object) || !places_of(lower, copy, places)) {
        return false;
    }
    object->port = https;
    if (object->engine == DM_ENGINE_S3) {
        refuse(lower, copy, "in");
        refuse(lower, copy, "port");
        refuse(lower, copy, "groups");
        return true;
    }
    port = dm_lower_need(lower, copy->tree, "port", copy->entry->key_span);
    if (dm_tree_find(copy->tree, "cluster")) {
        refuse_on_cluster(lower, copy, object, places);
        return port && dm_lower_match(lower, port, &object->port);
    }
    if (!dm_lower_seat(lower, copy, true, seat)) {
        return false;
    }
    *ret_is_there = seats(lower, copy, seat, places);
    return port && dm_lower_match(lower, port, &object->port);
}

static void store(struct dm_lower *lower, const struct dm_lower_copy *copy)
{
    struct dm_lower_party party = { .party = { .kind = DM_PARTY_STORE }, .copy = copy };
    struct dm_store object = { .object = { .name = copy->name, .origin = copy->entry->key_span },
                               .base = copy->entry->key };
    const struct dm_tree *classes = dm_tree_find(copy->tree, "classes");
    const struct dm_tree *on = dm_tree_find(copy->tree, "cluster");
    struct dm_lower_cluster *cluster = NULL;
    struct dm_lower_seat seat = { 0 };
    struct store_places places = { 0 };
    bool is_there = true;

    if (!store_parts(lower, &party, &seat, &places, &object, &is_there)) {
        (void)DM_LOWER_PUSH(lower, &lower->parties, party);
        return;
    }
    if (!is_there) {
        return;
    }
    if (copy->env) {
        object.environment = copy->env->id;
    }
    object.classes_origin = classes ? classes->span : copy->entry->key_span;
    dm_lower_classes(lower, classes, &object.classes, &object.n_classes);
    subjects(lower, copy, &object);
    failover(lower, copy, &places, &object);
    if (!on) {
        copies_of(lower, &seat, &places, &object, &party);
    } else if (!on_cluster(lower, on, &places, &object, &party, &cluster)) {
        (void)DM_LOWER_PUSH(lower, &lower->parties, party);
        return;
    }
    party.port = object.port;
    party.classes = object.classes;
    party.n_classes = object.n_classes;
    party.party.v = DM_LOWER_ADD(lower, store, &object).v;
    if (cluster) {
        dm_lower_pods_done(cluster, party.party);
    }
    (void)DM_LOWER_PUSH(lower, &lower->parties, party);
}

void dm_lower_stores(struct dm_lower *lower)
{
    dm_lower_unfold(lower, "stores", false, &lower->store_copies);
    for (size_t i = 0; i < lower->store_copies.n; i++) {
        store(lower, &lower->store_copies.items[i]);
    }
    dm_lower_left_out(lower, &lower->store_copies, DM_PARTY_STORE);
}
