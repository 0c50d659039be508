/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Network functions of core networks, and the segments whose traffic is sent through them.
 */
#include <string.h>

#include "model/base/str.h"
#include "model/front/design/lower_private.h"

struct insertions {
    struct dm_core_insertion *items;
    size_t n;
    size_t capacity;
};

struct ids {
    uint32_t *items;
    size_t n;
    size_t capacity;
};

static const char *full_name(struct dm_lower *lower, const struct dm_lower_core_network *network,
                             const char *name)
{
    return dm_lower_name(lower, "%s.%s", network->pair->key, name);
}

void dm_lower_core_functions(struct dm_lower *lower, const struct dm_lower_core_network *network)
{
    const struct dm_tree *list = dm_tree_find(network->pair->value, "network_functions");

    for (size_t i = 0; i < dm_lower_n_items(list); i++) {
        const struct dm_tree *item = dm_lower_item(list, i);
        const char *text = dm_lower_text(lower, item);
        struct dm_core_function object = { .network = network->id };

        if (!text) {
            continue;
        }
        object.object.name = full_name(lower, network, text);
        object.object.origin = item->span;
        object.short_name = text;
        if (!dm_builder_find(lower->builder, DM_KIND_core_function, object.object.name).v) {
            (void)DM_LOWER_ADD(lower, core_function, &object);
        }
    }
}

uint32_t dm_lower_core_function(struct dm_lower *lower, const struct dm_lower_core_network *network,
                                const struct dm_tree *node)
{
    const struct dm_tree *list = dm_tree_find(network->pair->value, "network_functions");
    const char *text = dm_lower_text(lower, node);
    uint32_t v = text ? dm_builder_find(lower->builder, DM_KIND_core_function,
                                        full_name(lower, network, text))
                            .v
                      : 0;
    DM_VEC(const char *) names = { 0 };

    if (!text || v) {
        return v;
    }
    for (size_t i = 0; i < dm_lower_n_items(list); i++) {
        const char *name = dm_tree_text(dm_lower_item(list, i));

        if (name) {
            (void)DM_LOWER_PUSH(lower, &names, name);
        }
    }
    dm_lower_unknown(lower, node->span, "network function", text, names.items, names.n);
    return 0;
}

static void functions_of(struct dm_lower *lower, const struct dm_lower_core_network *network,
                         const struct dm_tree *list, struct dm_core_insertion *insertion)
{
    struct ids ids = { 0 };

    for (size_t i = 0; i < dm_lower_n_items(list); i++) {
        uint32_t v = dm_lower_core_function(lower, network, dm_lower_item(list, i));

        if (v) {
            (void)DM_LOWER_PUSH(lower, &ids, v);
        }
    }
    insertion->functions = (const struct dm_core_function_id *)ids.items;
    insertion->n_functions = ids.n;
}

static uint32_t edge_need(struct dm_lower *lower, const struct dm_lower_core_network *network,
                          const struct dm_tree *node)
{
    const char *text = dm_lower_text(lower, node);
    uint32_t v =
        text ? dm_builder_find(lower->builder, DM_KIND_core_edge, full_name(lower, network, text)).v
             : 0;

    if (text && !v) {
        (void)dm_lower_fault(lower, node->span, "core network `%s` has no edge in `%s`",
                             network->pair->key, text);
    }
    return v;
}

static void preferences(struct dm_lower *lower, const struct dm_lower_core_network *network,
                        const struct dm_tree *list, struct dm_core_insertion *insertion)
{
    DM_VEC(struct dm_core_override) overrides = { 0 };

    for (size_t i = 0; i < dm_lower_n_items(list); i++) {
        const struct dm_tree *item = dm_lower_item(list, i);
        const struct dm_tree *between = dm_lower_need(lower, item, "between", item->span);
        const struct dm_tree *use = dm_lower_need(lower, item, "use", item->span);
        struct dm_core_override override = {
            .use = { use ? edge_need(lower, network, use) : 0 },
        };
        struct ids ids = { 0 };

        for (size_t j = 0; j < dm_lower_n_items(between); j++) {
            uint32_t v = edge_need(lower, network, dm_lower_item(between, j));

            if (v) {
                (void)DM_LOWER_PUSH(lower, &ids, v);
            }
        }
        override.edges = (const struct dm_core_edge_id *)ids.items;
        override.n_edges = ids.n;
        if (override.use.v) {
            (void)DM_LOWER_PUSH(lower, &overrides, override);
        }
    }
    insertion->overrides = overrides.items;
    insertion->n_overrides = overrides.n;
}

static bool dual_hop(struct dm_lower *lower, const struct dm_tree *item)
{
    static const char *const words[] = { "dual-hop", "single-hop" };
    const struct dm_tree *node = dm_tree_find(item, "mode");
    const char *text = node ? dm_lower_text(lower, node) : NULL;

    if (text && strcmp(text, words[0]) != 0 && strcmp(text, words[1]) != 0) {
        dm_lower_unknown(lower, node->span, "mode", text, words, 2);
    }
    return text && strcmp(text, words[0]) == 0;
}

static void segment_insertions(struct dm_lower *lower, const struct dm_lower_core_network *network,
                               const struct dm_tree_pair *pair, struct insertions *insertions)
{
    const struct dm_tree *via = dm_tree_find(pair->value, "send_via");
    const struct dm_tree *to = dm_tree_find(pair->value, "send_to");
    struct dm_core_segment_id segment = { dm_builder_find(lower->builder, DM_KIND_core_segment,
                                                          full_name(lower, network, pair->key))
                                              .v };

    for (size_t i = 0; i < dm_lower_n_items(via); i++) {
        const struct dm_tree *item = dm_lower_item(via, i);
        const struct dm_tree *targets = dm_lower_need(lower, item, "to", item->span);
        const struct dm_tree *list = dm_lower_need(lower, item, "via", item->span);
        struct dm_core_insertion insertion = { .kind = DM_CORE_SEND_VIA,
                                               .segment = segment,
                                               .dual_hop = dual_hop(lower, item),
                                               .origin = item->span };

        if (targets) {
            insertion.when_sent_to = dm_lower_core_segments(lower, network, targets);
        }
        functions_of(lower, network, list, &insertion);
        preferences(lower, network, dm_tree_find(item, "prefer"), &insertion);
        (void)DM_LOWER_PUSH(lower, insertions, insertion);
    }
    if (to) {
        struct dm_core_insertion insertion = { .kind = DM_CORE_SEND_TO,
                                               .segment = segment,
                                               .origin = to->span };

        functions_of(lower, network, to, &insertion);
        (void)DM_LOWER_PUSH(lower, insertions, insertion);
    }
}

void dm_lower_core_insertions(struct dm_lower *lower, const struct dm_lower_core_network *network)
{
    size_t n = 0;
    const struct dm_tree_pair *const *pairs =
        dm_lower_sorted(lower, dm_tree_find(network->pair->value, "segments"), &n);
    struct insertions insertions = { 0 };
    struct dm_core_network *object;

    for (size_t i = 0; i < n; i++) {
        segment_insertions(lower, network, pairs[i], &insertions);
    }
    if (!lower->oom) {
        object = dm_builder_edit_core_network(lower->builder, network->id);
        object->insertions = insertions.items;
        object->n_insertions = insertions.n;
    }
}
