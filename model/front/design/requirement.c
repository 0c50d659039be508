/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Requirements: what is asked of which parties, in the face of which failures.
 */
#include <string.h>

#include "model/base/limits.h"
#include "model/front/design/lower_private.h"

struct pairs {
    struct dm_reach_pair *items;
    size_t n;
    size_t capacity;
};

struct isolations {
    struct dm_isolation *items;
    size_t n;
    size_t capacity;
};

static struct dm_party party_of(const struct dm_lower_party *party)
{
    return party ? party->party : (struct dm_party){ .kind = DM_PARTY_INTERNET };
}

static const char *party_name(const struct dm_lower_party *party)
{
    return party ? party->copy->name : "internet";
}

/* ---- level and survive ---- */

static enum dm_level level_of(struct dm_lower *lower, const struct dm_tree *tree)
{
    static const char *const words[] = { "note", "warn", "error" };
    const struct dm_tree *node = dm_tree_find(tree, "level");
    const char *word = node ? dm_lower_text(lower, node) : NULL;

    for (int i = 0; word && i < 3; i++) {
        if (strcmp(word, words[i]) == 0) {
            return (enum dm_level)i;
        }
    }
    if (word) {
        dm_lower_unknown(lower, node->span, "level", word, words, 3);
    }
    return DM_LEVEL_ERROR;
}

static uint32_t kind_bit(struct dm_lower *lower, const struct dm_tree *node)
{
    const char *word = dm_lower_text(lower, node);
    const char *words[DM_ELEMENT_KIND_COUNT];

    for (int kind = 0; kind < DM_ELEMENT_KIND_COUNT; kind++) {
        words[kind] = dm_element_kind_text((enum dm_element_kind)kind);
        if (word && strcmp(word, words[kind]) == 0) {
            return UINT32_C(1) << kind;
        }
    }
    if (word) {
        dm_lower_unknown(lower, node->span, "kind of element", word, words, DM_ELEMENT_KIND_COUNT);
    }
    return 0;
}

static void survive(struct dm_lower *lower, const struct dm_tree *tree,
                    struct dm_requirement *requirement)
{
    const struct dm_tree_pair *pair = dm_tree_find_pair(tree, "survive");
    const struct dm_tree *any = pair ? dm_tree_find(pair->value, "any") : NULL;
    const struct dm_tree *each = pair ? dm_tree_find(pair->value, "each") : NULL;
    const struct dm_tree *kinds = any ? any : each;
    const struct dm_tree *k = pair ? dm_tree_find(pair->value, "k") : NULL;
    int64_t value = 1;

    if (!pair) {
        return;
    }
    requirement->survive.origin = pair->value->span;
    if (!any == !each) {
        (void)dm_lower_fault(lower, pair->key_span, "`survive` has either `any` or `each`");
        return;
    }
    for (size_t i = 0; i < dm_lower_n_items(kinds); i++) {
        requirement->survive.kinds |= kind_bit(lower, dm_lower_item(kinds, i));
    }
    if (each && k) {
        (void)dm_lower_fault(lower, k->span, "`each` fails one element at a time and has no `k`");
    } else if (any) {
        k = dm_lower_need(lower, pair->value, "k", pair->key_span);
        if (k) {
            (void)dm_lower_int(lower, k, 0, (int64_t)dm_limit_value(DM_LIMIT_FAILURES), "`k`",
                               &value);
        }
    }
    requirement->survive.k = (unsigned)value;
    requirement->survive.each = each != NULL;
}

/* ---- reach ---- */

static bool is_same(const struct dm_match *a, const struct dm_match *b)
{
    return a->protocol == b->protocol && a->port_first == b->port_first
           && a->port_last == b->port_last;
}

static struct dm_cluster_id cluster_of(struct dm_lower *lower, const struct dm_lower_party *party)
{
    return party && party->party.kind == DM_PARTY_SERVICE && party->party.v
               ? dm_builder_edit_service(lower->builder, (struct dm_service_id){ party->party.v })
                     ->cluster
               : (struct dm_cluster_id){ 0 };
}

/* Who is not on its cluster asks for a service at the load balancers in front of it: from the
 * internet at those with public addresses, from elsewhere at the others, where there are such.
 * False: there is none at all. */
static bool by_balancers(struct dm_lower *lower, const struct dm_lower_party *from,
                         const struct dm_lower_party *to, struct dm_span origin,
                         struct pairs *pairs)
{
    for (unsigned pass = 0; pass < 2; pass++) {
        size_t before = pairs->n;

        for (size_t i = 0; i < lower->brought.n; i++) {
            const struct dm_lower_brought *brought = &lower->brought.items[i];
            bool is_wanted = brought->is_public == !from;

            if (brought->service.v == to->party.v && is_wanted == (pass == 0)) {
                (void)DM_LOWER_PUSH(
                    lower, pairs,
                    (struct dm_reach_pair){ .from = party_of(from),
                                            .to = { DM_PARTY_BALANCER, brought->balancer.v },
                                            .port = brought->match,
                                            .origin = origin });
            }
        }
        if (pairs->n > before) {
            return true;
        }
    }
    return false;
}

static void pair_add(struct dm_lower *lower, const struct dm_lower_party *from,
                     const struct dm_lower_party *to, struct dm_match port, struct dm_span origin,
                     struct pairs *pairs)
{
    struct dm_cluster_id cluster = cluster_of(lower, to);
    bool is_own = to && is_same(&to->port, &port);

    if (cluster.v && is_own && cluster_of(lower, from).v != cluster.v
        && by_balancers(lower, from, to, origin, pairs)) {
        return;
    }
    if (from != to) {
        (void)DM_LOWER_PUSH(
            lower, pairs,
            (struct dm_reach_pair){
                .from = party_of(from), .to = party_of(to), .port = port, .origin = origin });
    }
}

static void reach_calls(struct dm_lower *lower, const struct dm_tree *node,
                        struct dm_requirement *requirement, struct pairs *pairs)
{
    struct dm_lower_selection callers = { 0 };

    dm_lower_select(lower, node, &callers);
    requirement->from_text = dm_lower_select_text(lower, node);
    for (size_t i = 0; i < callers.n; i++) {
        const struct dm_lower_party *caller = callers.items[i];

        for (size_t j = 0; caller && j < caller->calls.n; j++) {
            const struct dm_lower_call *call = &caller->calls.items[j];

            pair_add(lower, caller, call->to, call->to->port, call->origin, pairs);
        }
    }
    if (callers.n > 0 && pairs->n == 0 && lower->diags->n_errors == 0) {
        (void)dm_lower_fault(lower, node->span, "none of `%s` calls anything",
                             requirement->from_text);
    }
}

/* Load balancers and accelerators start nothing. */
static void refuse_entries(struct dm_lower *lower, const struct dm_tree *node,
                           const struct dm_lower_selection *selection, const char *help)
{
    for (size_t i = 0; i < selection->n; i++) {
        if (dm_lower_is_entry(selection->items[i])) {
            dm_lower_help(lower,
                          dm_lower_fault(lower, node->span, "nothing starts at `%s`",
                                         selection->items[i]->copy->name),
                          "%s", help);
            return;
        }
    }
}

/* On what the target listens itself. */
static void pair_add_own(struct dm_lower *lower, const struct dm_lower_party *from,
                         const struct dm_lower_party *target, struct dm_span origin,
                         struct pairs *pairs)
{
    DM_ASSERT(target);
    if (!dm_lower_is_entry(target)) {
        pair_add(lower, from, target, target->port, origin, pairs);
    }
    for (size_t i = 0; i < target->listened.n; i++) {
        pair_add(lower, from, target, target->listened.items[i], origin, pairs);
    }
}

/* Every 'from' to every 'to', on each port: those given, or the target's own. */
static void reach_each(struct dm_lower *lower, const struct dm_lower_selection *from,
                       const struct dm_lower_selection *to, const struct dm_tree *ports,
                       struct dm_span origin, struct pairs *pairs)
{
    for (size_t i = 0; i < from->n; i++) {
        for (size_t j = 0; j < to->n; j++) {
            const struct dm_lower_party *target = to->items[j];
            struct dm_match port;

            if (!ports && (!target || target->party.kind == DM_PARTY_SITE)) {
                (void)dm_lower_fault(lower, origin, "`port` is missing: %s has no own",
                                     target ? "a site" : "the internet");
            } else if (!ports) {
                pair_add_own(lower, from->items[i], target, origin, pairs);
            }
            for (size_t k = 0; k < dm_lower_n_items(ports); k++) {
                if (dm_lower_match(lower, dm_lower_item(ports, k), &port)) {
                    pair_add(lower, from->items[i], target, port, origin, pairs);
                }
            }
        }
    }
}

static void reach(struct dm_lower *lower, const struct dm_tree_pair *pair,
                  struct dm_requirement *requirement)
{
    const struct dm_tree *calls = dm_tree_find(pair->value, "calls");
    const struct dm_tree *from_node = dm_tree_find(pair->value, "from");
    const struct dm_tree *to_node = dm_tree_find(pair->value, "to");
    struct dm_lower_selection from = { 0 };
    struct dm_lower_selection to = { 0 };
    struct pairs pairs = { 0 };

    if (calls && (from_node || to_node)) {
        (void)dm_lower_fault(lower, pair->key_span,
                             "`reach` has either `calls`, or `from` and `to`");
    } else if (calls) {
        reach_calls(lower, calls, requirement, &pairs);
    } else {
        from_node = dm_lower_need(lower, pair->value, "from", pair->key_span);
        to_node = dm_lower_need(lower, pair->value, "to", pair->key_span);
    }
    if (!calls && from_node && to_node) {
        dm_lower_select(lower, from_node, &from);
        dm_lower_select(lower, to_node, &to);
        refuse_entries(lower, from_node, &from, "it may be reached, as `to`");
        requirement->from_text = dm_lower_select_text(lower, from_node);
        requirement->to_text = dm_lower_select_text(lower, to_node);
        reach_each(lower, &from, &to, dm_tree_find(pair->value, "port"), pair->key_span, &pairs);
        if (from.n > 0 && to.n > 0 && pairs.n == 0) {
            (void)dm_lower_fault(lower, to_node->span, "`%s` is on both sides",
                                 requirement->to_text);
        }
    }
    requirement->pairs = pairs.items;
    requirement->n_pairs = pairs.n;
}

/* ---- isolate ---- */

static const struct dm_party *parties_of(struct dm_lower *lower,
                                         const struct dm_lower_selection *selection)
{
    DM_VEC(struct dm_party) parties = { 0 };

    for (size_t i = 0; i < selection->n; i++) {
        (void)DM_LOWER_PUSH(lower, &parties, party_of(selection->items[i]));
    }
    return parties.items;
}

/* One side of an isolation, selected once however many others it is kept from. */
struct side {
    const struct dm_tree *node;
    struct dm_lower_selection selection;
    const char *text;
    const struct dm_party *parties;
};

static struct side side_of(struct dm_lower *lower, const struct dm_tree *node)
{
    struct side side = { .node = node, .text = dm_lower_select_text(lower, node) };

    dm_lower_select(lower, node, &side.selection);
    refuse_entries(lower, node, &side.selection,
                   "keep apart what stands behind it: what it sends there counts");
    side.parties = parties_of(lower, &side.selection);
    return side;
}

/* Whether a party is on both sides: both are in the same order. */
static bool apart(struct dm_lower *lower, const struct side *from, const struct side *to)
{
    size_t i = 0;
    size_t j = 0;

    while (i < from->selection.n && j < to->selection.n) {
        int order = dm_lower_party_compare(from->selection.items[i], to->selection.items[j]);

        if (order == 0) {
            (void)dm_lower_fault(lower, to->node->span,
                                 "`%s` is on both sides and cannot be isolated from itself",
                                 party_name(from->selection.items[i]));
            return false;
        }
        i += order < 0;
        j += order > 0;
    }
    return true;
}

static void isolation(struct dm_lower *lower, const struct side *from, const struct side *to,
                      struct isolations *isolations)
{
    if (from->selection.n > 0 && to->selection.n > 0 && apart(lower, from, to)) {
        (void)DM_LOWER_PUSH(lower, isolations,
                            (struct dm_isolation){ .from = from->parties,
                                                   .n_from = from->selection.n,
                                                   .to = to->parties,
                                                   .n_to = to->selection.n,
                                                   .from_text = from->text,
                                                   .to_text = to->text,
                                                   .origin = from->node->span });
    }
}

static void isolate_each(struct dm_lower *lower, const struct dm_tree *between,
                         struct isolations *isolations)
{
    DM_VEC(struct side) sides = { 0 };

    for (size_t i = 0; i < dm_lower_n_items(between); i++) {
        (void)DM_LOWER_PUSH(lower, &sides, side_of(lower, dm_lower_item(between, i)));
    }
    for (size_t i = 0; i < sides.n; i++) {
        for (size_t j = 0; j < sides.n; j++) {
            if (i != j) {
                isolation(lower, &sides.items[i], &sides.items[j], isolations);
            }
        }
    }
}

static void isolate(struct dm_lower *lower, const struct dm_tree_pair *pair,
                    struct dm_requirement *requirement)
{
    const struct dm_tree *between = dm_tree_find(pair->value, "between");
    const struct dm_tree *from = dm_tree_find(pair->value, "from");
    const struct dm_tree *to = dm_tree_find(pair->value, "to");
    struct isolations isolations = { 0 };

    if (between && (from || to)) {
        (void)dm_lower_fault(lower, pair->key_span,
                             "`isolate` has either `between`, or `from` and `to`");
    } else if (between && dm_lower_n_items(between) < 2) {
        (void)dm_lower_fault(lower, between->span, "`between` needs two sides at least");
    } else if (between) {
        requirement->from_text = dm_lower_select_text(lower, between);
        isolate_each(lower, between, &isolations);
    } else {
        from = dm_lower_need(lower, pair->value, "from", pair->key_span);
        to = dm_lower_need(lower, pair->value, "to", pair->key_span);
    }
    if (!between && from && to) {
        struct side source = side_of(lower, from);
        struct side target = side_of(lower, to);

        requirement->from_text = source.text;
        requirement->to_text = target.text;
        isolation(lower, &source, &target, &isolations);
    }
    requirement->isolations = isolations.items;
    requirement->n_isolations = isolations.n;
}

/* ---- expose ---- */

static void expose(struct dm_lower *lower, const struct dm_tree_pair *pair,
                   struct dm_requirement *requirement)
{
    const struct dm_tree *list = dm_tree_find(pair->value, "allow");
    DM_VEC(struct dm_exposure) allowed = { 0 };

    for (size_t i = 0; i < dm_lower_n_items(list); i++) {
        const struct dm_tree *item = dm_lower_item(list, i);
        const struct dm_tree *to = dm_lower_need(lower, item, "to", item->span);
        const struct dm_tree *ports = dm_tree_find(item, "port");
        struct dm_lower_selection selection = { 0 };

        if (to) {
            dm_lower_select(lower, to, &selection);
        }
        for (size_t j = 0; j < selection.n; j++) {
            const struct dm_lower_party *party = selection.items[j];
            struct dm_exposure exposure = { .to = party_of(party), .origin = to->span };

            if (!party) {
                (void)dm_lower_fault(lower, to->span, "the internet is not exposed to itself");
                continue;
            }
            if (!ports) {
                exposure.port = party->port;
                (void)DM_LOWER_PUSH(lower, &allowed, exposure);
            }
            for (size_t k = 0; k < dm_lower_n_items(ports); k++) {
                if (dm_lower_match(lower, dm_lower_item(ports, k), &exposure.port)) {
                    (void)DM_LOWER_PUSH(lower, &allowed, exposure);
                }
            }
        }
    }
    requirement->allowed = allowed.items;
    requirement->n_allowed = allowed.n;
}

/* ---- reside ---- */

static bool holds(const struct dm_lower_party *party, const struct dm_data_class_id *classes,
                  size_t n_classes)
{
    for (size_t i = 0; i < party->n_classes; i++) {
        for (size_t j = 0; j < n_classes; j++) {
            if (party->classes[i].v == classes[j].v) {
                return true;
            }
        }
    }
    return false;
}

static void reside(struct dm_lower *lower, const struct dm_tree_pair *pair,
                   struct dm_requirement *requirement)
{
    const struct dm_tree *classes = dm_lower_need(lower, pair->value, "class", pair->key_span);
    const struct dm_tree *stores = dm_tree_find(pair->value, "stores");
    const char *word = classes ? dm_tree_text(classes) : NULL;
    struct dm_lower_selection selection = { 0 };
    DM_VEC(struct dm_store_id) ids = { 0 };

    if (!classes) {
        return;
    }
    if (word && strcmp(word, "all") == 0) {
        dm_lower_all_classes(lower, &requirement->classes, &requirement->n_classes);
    } else {
        dm_lower_classes(lower, classes, &requirement->classes, &requirement->n_classes);
    }
    requirement->from_text = dm_lower_select_text(lower, classes);
    requirement->to_text = dm_lower_select_text(lower, stores);
    if (stores) {
        dm_lower_select(lower, stores, &selection);
    }
    for (size_t i = 0; !stores && i < lower->parties.n; i++) {
        (void)DM_LOWER_PUSH(lower, &selection, &lower->parties.items[i]);
    }
    for (size_t i = 0; i < selection.n; i++) {
        const struct dm_lower_party *party = selection.items[i];

        if (party && party->party.kind == DM_PARTY_STORE
            && holds(party, requirement->classes, requirement->n_classes)) {
            (void)DM_LOWER_PUSH(lower, &ids, (struct dm_store_id){ party->party.v });
        }
    }
    if (ids.n == 0 && lower->diags->n_errors == 0) {
        (void)dm_lower_fault(lower, classes->span, "no store%s holds data of `%s`",
                             stores ? " of those" : "", requirement->from_text);
    }
    requirement->stores = ids.items;
    requirement->n_stores = ids.n;
}

/* ---- schedule ---- */

struct cluster_ids {
    struct dm_cluster_id *items;
    size_t n;
    size_t capacity;
};

/* Adds all copies of a cluster; false where there is none of that name. */
static bool add_clusters(struct dm_lower *lower, const char *name, struct cluster_ids *ids)
{
    bool found = false;

    for (size_t i = 0; i < lower->clusters.n; i++) {
        if (!name || strcmp(lower->clusters.items[i].copy->entry->key, name) == 0) {
            found = true;
            (void)DM_LOWER_PUSH(lower, ids, lower->clusters.items[i].id);
        }
    }
    return found;
}

static void schedule(struct dm_lower *lower, const struct dm_tree_pair *pair,
                     struct dm_requirement *requirement)
{
    const struct dm_tree *clusters = dm_lower_need(lower, pair->value, "clusters", pair->key_span);
    const struct dm_tree *nodes = dm_tree_find(pair->value, "nodes");
    const struct dm_tree *pods = dm_tree_find(pair->value, "pods");
    const char *word = clusters ? dm_tree_text(clusters) : NULL;
    struct cluster_ids ids = { 0 };

    requirement->most_pods = pods && strcmp(dm_lower_text(lower, pods), "most") == 0;
    requirement->grown = !nodes || strcmp(dm_lower_text(lower, nodes), "left") != 0;
    if (word && strcmp(word, "all") == 0) {
        if (!add_clusters(lower, NULL, &ids) && lower->diags->n_errors == 0) {
            (void)dm_lower_fault(lower, clusters->span, "there is no cluster");
        }
    } else {
        for (size_t i = 0; i < dm_lower_n_items(clusters); i++) {
            const struct dm_tree *item = dm_lower_item(clusters, i);

            if (!add_clusters(lower, dm_lower_text(lower, item), &ids)
                && lower->diags->n_errors == 0) {
                dm_lower_unknown_key(lower, item->span, "cluster", dm_lower_text(lower, item),
                                     dm_tree_find(lower->root, "clusters"));
            }
        }
    }
    requirement->clusters = ids.items;
    requirement->n_clusters = ids.n;
}

/* ---- all ---- */

static void requirement(struct dm_lower *lower, const struct dm_tree_pair *pair)
{
    static const struct {
        const char *key;
        enum dm_requirement_kind kind;
        void (*lower)(struct dm_lower *, const struct dm_tree_pair *, struct dm_requirement *);
    } kinds[] = { { "reach", DM_REQUIRE_REACH, reach },
                  { "isolate", DM_REQUIRE_ISOLATE, isolate },
                  { "expose", DM_REQUIRE_EXPOSE, expose },
                  { "reside", DM_REQUIRE_RESIDE, reside },
                  { "schedule", DM_REQUIRE_SCHEDULE, schedule } };
    const struct dm_tree *note = dm_tree_find(pair->value, "note");
    struct dm_requirement object = { .object = { .name = pair->key, .origin = pair->key_span },
                                     .level = level_of(lower, pair->value) };
    const struct dm_tree_pair *asked = NULL;

    object.note = note ? dm_lower_text(lower, note) : NULL;
    survive(lower, pair->value, &object);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const struct dm_tree_pair *found = dm_tree_find_pair(pair->value, kinds[i].key);

        if (found && asked) {
            struct dm_diag *diag = dm_lower_fault(lower, found->key_span,
                                                  "requirement `%s` asks two things", pair->key);

            dm_diag_label(lower->diags, diag, asked->key_span, "the first one");
        } else if (found) {
            asked = found;
            object.kind = kinds[i].kind;
            kinds[i].lower(lower, found, &object);
        }
    }
    if (!asked) {
        dm_lower_help(
            lower,
            dm_lower_fault(lower, pair->key_span, "requirement `%s` asks nothing", pair->key),
            "it has one of `reach`, `isolate`, `expose`, `reside`, `schedule`");
        return;
    }
    (void)DM_LOWER_ADD(lower, requirement, &object);
}

void dm_lower_requirements(struct dm_lower *lower)
{
    size_t n = 0;
    const struct dm_tree_pair *const *pairs =
        dm_lower_sorted(lower, dm_tree_find(lower->root, "requirements"), &n);

    for (size_t i = 0; i < n; i++) {
        requirement(lower, pairs[i]);
    }
}
