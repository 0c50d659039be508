/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Core networks: edges, segments with what joins and parts them, attachments of VPCs.
 *
 * An entry without `edges` and `segments` is described by a policy document of its name, which is
 * read later: its edges and segments are found when the model is built.
 */
#include <string.h>

#include "model/base/str.h"
#include "model/front/design/lower_private.h"

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

/* ---- edges ---- */

static void edge_add(struct dm_lower *lower, struct dm_lower_core_network *network,
                     const struct dm_lower_region *region, struct dm_span origin)
{
    struct dm_core_edge object = {
        .object = { .name = full_name(lower, network, region->name), .origin = origin },
        .network = network->id,
        .region = region->id,
        .asn = network->asn + network->n_edges,
    };

    if (region->id.v && !dm_builder_find(lower->builder, DM_KIND_core_edge, object.object.name).v) {
        network->n_edges++;
        (void)DM_LOWER_ADD(lower, core_edge, &object);
    }
}

static void edges(struct dm_lower *lower, struct dm_lower_core_network *network)
{
    const struct dm_tree *list = dm_tree_find(network->pair->value, "edges");

    for (size_t i = 0; i < dm_lower_n_items(list); i++) {
        const struct dm_tree *item = dm_lower_item(list, i);
        const char *text = dm_lower_text(lower, item);

        if (text && strcmp(text, "all") == 0) {
            for (size_t j = 0; j < lower->regions.n; j++) {
                edge_add(lower, network, &lower->regions.items[j], item->span);
            }
        } else if (text) {
            const struct dm_lower_region *region = dm_lower_region_need(lower, item);

            if (region) {
                edge_add(lower, network, region, item->span);
            }
        }
    }
}

/* Handles of the edges that a segment names; none stands for all. */
static struct ids edges_of(struct dm_lower *lower, const struct dm_lower_core_network *network,
                           const struct dm_tree *list)
{
    struct ids ids = { 0 };

    for (size_t i = 0; i < dm_lower_n_items(list); i++) {
        const struct dm_tree *item = dm_lower_item(list, i);
        const char *text = dm_lower_text(lower, item);
        struct dm_ref edge;

        if (!text || strcmp(text, "all") == 0) {
            continue;
        }
        edge = dm_builder_find(lower->builder, DM_KIND_core_edge, full_name(lower, network, text));
        if (edge.v) {
            (void)DM_LOWER_PUSH(lower, &ids, edge.v);
        } else {
            (void)dm_lower_fault(lower, item->span, "core network `%s` has no edge in `%s`",
                                 network->pair->key, text);
        }
    }
    return ids;
}

/* ---- segments ---- */

static uint32_t segment_need(struct dm_lower *lower, const struct dm_lower_core_network *network,
                             const struct dm_tree *node)
{
    const struct dm_tree *segments = dm_tree_find(network->pair->value, "segments");
    const char *name = dm_lower_text(lower, node);

    if (!name) {
        return 0;
    }
    if (!dm_tree_find(segments, name)) {
        dm_lower_unknown_key(lower, node->span, "segment", name, segments);
        return 0;
    }
    return dm_builder_find(lower->builder, DM_KIND_core_segment, full_name(lower, network, name)).v;
}

static struct ids segments_of(struct dm_lower *lower, const struct dm_lower_core_network *network,
                              const struct dm_tree *list)
{
    struct ids ids = { 0 };

    for (size_t i = 0; i < dm_lower_n_items(list); i++) {
        uint32_t v = segment_need(lower, network, dm_lower_item(list, i));

        if (v) {
            (void)DM_LOWER_PUSH(lower, &ids, v);
        }
    }
    return ids;
}

static void segment_add(struct dm_lower *lower, const struct dm_lower_core_network *network,
                        const struct dm_tree_pair *pair)
{
    struct dm_core_segment object = {
        .object = { .name = full_name(lower, network, pair->key), .origin = pair->key_span },
        .short_name = pair->key,
        .network = network->id,
        .isolated = dm_lower_bool(lower, pair->value, "isolate"),
    };
    struct ids ids = edges_of(lower, network, dm_tree_find(pair->value, "edges"));

    object.edges = (const struct dm_core_edge_id *)ids.items;
    object.n_edges = ids.n;
    (void)DM_LOWER_ADD(lower, core_segment, &object);
}

static void filters(struct dm_lower *lower, const struct dm_lower_core_network *network,
                    const struct dm_tree_pair *pair, struct dm_core_segment_id id)
{
    const struct dm_tree *allow = dm_tree_find(pair->value, "allow");
    struct ids allowed = segments_of(lower, network, allow);
    struct ids denied = segments_of(lower, network, dm_tree_find(pair->value, "deny"));
    struct dm_core_segment *segment = dm_builder_edit_core_segment(lower->builder, id);

    segment->has_allow = allow != NULL;
    segment->allow = (const struct dm_core_segment_id *)allowed.items;
    segment->n_allow = allowed.n;
    segment->deny = (const struct dm_core_segment_id *)denied.items;
    segment->n_deny = denied.n;
}

struct shares {
    struct dm_core_share *items;
    size_t n;
    size_t capacity;
};

struct dm_core_segments dm_lower_core_segments(struct dm_lower *lower,
                                               const struct dm_lower_core_network *network,
                                               const struct dm_tree *node)
{
    struct dm_core_segments segments = { .all = dm_str_equal(dm_tree_text(node), "all") };

    if (!segments.all) {
        struct ids ids = segments_of(lower, network, node);

        segments.items = (const struct dm_core_segment_id *)ids.items;
        segments.n = ids.n;
    }
    return segments;
}

static void share(struct dm_lower *lower, const struct dm_lower_core_network *network,
                  const struct dm_tree_pair *pair, struct dm_core_segment_id id,
                  struct shares *shares)
{
    const struct dm_tree_pair *with = dm_tree_find_pair(pair->value, "share_with");
    struct dm_core_share item = { .segment = id };

    if (!with) {
        return;
    }
    item.origin = with->value->span;
    item.with = dm_lower_core_segments(lower, network, with->value);
    (void)DM_LOWER_PUSH(lower, shares, item);
}

/* What says more of a segment than its name comes once all have one. */
static void segments(struct dm_lower *lower, const struct dm_lower_core_network *network)
{
    size_t n = 0;
    const struct dm_tree_pair *const *pairs =
        dm_lower_sorted(lower, dm_tree_find(network->pair->value, "segments"), &n);
    struct shares shares = { 0 };
    struct dm_core_network *object;

    for (size_t i = 0; i < n; i++) {
        segment_add(lower, network, pairs[i]);
    }
    for (size_t i = 0; i < n && !lower->oom; i++) {
        struct dm_core_segment_id id = { dm_builder_find(lower->builder, DM_KIND_core_segment,
                                                         full_name(lower, network, pairs[i]->key))
                                             .v };

        filters(lower, network, pairs[i], id);
        share(lower, network, pairs[i], id, &shares);
    }
    if (!lower->oom) {
        object = dm_builder_edit_core_network(lower->builder, network->id);
        object->shares = shares.items;
        object->n_shares = shares.n;
    }
}

/* ---- attachments ---- */

void dm_lower_core_tags(struct dm_lower *lower, const struct dm_tree *map,
                        struct dm_core_attachment *attachment)
{
    size_t n = 0;
    const struct dm_tree_pair *const *pairs = dm_lower_sorted(lower, map, &n);
    struct dm_core_tag *items = DM_NEW_ARRAY(lower->arena, n + 1, struct dm_core_tag);

    lower->oom = lower->oom || !items;
    for (size_t i = 0; items && i < n; i++) {
        const char *value = dm_lower_text(lower, pairs[i]->value);

        items[i] = (struct dm_core_tag){ pairs[i]->key, value ? value : "" };
    }
    attachment->tags = items;
    attachment->n_tags = n;
}

/* Its segment, where the design or a document may say which; false and a fault: none could be. */
bool dm_lower_core_segment(struct dm_lower *lower, const struct dm_lower_core_network *network,
                           const struct dm_tree_pair *core, struct dm_core_attachment *attachment)
{
    const struct dm_tree *node = dm_tree_find(core->value, "segment");

    if (network->is_given && node) {
        attachment->segment.v = segment_need(lower, network, node);
        return attachment->segment.v != 0;
    }
    if (network->is_given) {
        dm_lower_help(lower, dm_lower_fault(lower, core->key_span, "`segment` is missing"),
                      "only a policy document says which segment tags lead to");
    } else if (node) {
        dm_lower_help(lower,
                      dm_lower_fault(lower, node->span,
                                     "the segments of core network `%s` are not in the design",
                                     network->pair->key),
                      "its policy document gives the segment, by `tags`");
    }
    return !network->is_given && !node;
}

/* Its segment, or the network function group that it stands in. */
static bool domain(struct dm_lower *lower, const struct dm_lower_core_network *network,
                   const struct dm_tree_pair *core, struct dm_core_attachment *attachment)
{
    const struct dm_tree_pair *function = dm_tree_find_pair(core->value, "function");

    if (!function) {
        return dm_lower_core_segment(lower, network, core, attachment);
    }
    if (dm_tree_find(core->value, "segment")) {
        (void)dm_lower_fault(lower, function->key_span,
                             "an attachment is in a segment or in a network function group");
        return false;
    }
    attachment->function.v = dm_lower_core_function(lower, network, function->value);
    return attachment->function.v != 0;
}

static void attach(struct dm_lower *lower, const struct dm_lower_core_network *network,
                   struct dm_lower_vpc *vpc, const struct dm_tree_pair *core)
{
    const struct dm_tree *label = dm_tree_find(core->value, "label");
    struct dm_core_attachment object = {
        .object = { .name = full_name(lower, network, vpc->copy->name), .origin = core->key_span },
        .network = network->id,
        .vpc = vpc->id,
        .label = label ? dm_lower_text(lower, label) : NULL,
        .appliance_mode = dm_lower_bool(lower, core->value, "appliance_mode"),
    };

    vpc->core = network->id;
    if (network->is_given
        && !dm_builder_find(lower->builder, DM_KIND_core_edge,
                            full_name(lower, network, vpc->copy->region->name))
                .v) {
        (void)dm_lower_fault(lower, core->key_span, "core network `%s` has no edge in `%s`",
                             network->pair->key, vpc->copy->region->name);
        return;
    }
    dm_lower_core_tags(lower, dm_tree_find(core->value, "tags"), &object);
    if (domain(lower, network, core, &object)
        && dm_lower_attached_subnets(lower, vpc, core->value, core->key_span, "core",
                                     &object.subnets, &object.n_subnets)) {
        (void)DM_LOWER_ADD(lower, core_attachment, &object);
    }
}

static void attachments(struct dm_lower *lower, const struct dm_lower_core_network *networks,
                        size_t n)
{
    const struct dm_tree *entries = dm_tree_find(lower->root, "core_networks");

    for (size_t i = 0; i < lower->vpcs.n && !lower->oom; i++) {
        struct dm_lower_vpc *vpc = &lower->vpcs.items[i];
        const struct dm_tree_pair *core = dm_tree_find_pair(vpc->copy->tree, "core");
        const struct dm_tree *to =
            core ? dm_lower_need(lower, core->value, "to", core->key_span) : NULL;
        const char *name = to ? dm_lower_text(lower, to) : NULL;

        if (name && !dm_tree_find(entries, name)) {
            dm_lower_unknown_key(lower, to->span, "core network", name, entries);
        }
        for (size_t j = 0; name && j < n; j++) {
            if (strcmp(networks[j].pair->key, name) == 0) {
                attach(lower, &networks[j], vpc, core);
            }
        }
    }
}

/* ---- static routes ---- */

static bool target(struct dm_lower *lower, const struct dm_lower_core_network *network,
                   const struct dm_tree *node, struct dm_core_route *route)
{
    const char *text = dm_lower_text(lower, node);
    struct dm_core_attachment_id *id = DM_NEW(lower->arena, struct dm_core_attachment_id);
    const char *name;

    lower->oom = lower->oom || !id;
    if (!text || !id || strcmp(text, "blackhole") == 0) {
        return text != NULL && id != NULL;
    }
    name = text + strlen("vpc:");
    id->v =
        dm_builder_find(lower->builder, DM_KIND_core_attachment, full_name(lower, network, name)).v;
    if (!id->v) {
        (void)dm_lower_fault(lower, node->span, "`%s` is not attached to core network `%s`", name,
                             network->pair->key);
        return false;
    }
    route->attachments = id;
    route->n_attachments = 1;
    return true;
}

static void static_routes(struct dm_lower *lower, const struct dm_lower_core_network *network,
                          const struct dm_tree_pair *segment)
{
    size_t n = 0;
    const struct dm_tree_pair *const *pairs =
        dm_lower_sorted(lower, dm_tree_find(segment->value, "routes"), &n);
    struct dm_core_route *routes = DM_NEW_ARRAY(lower->arena, n + 1, struct dm_core_route);
    struct dm_core_segment *object;
    size_t kept = 0;

    lower->oom = lower->oom || !routes;
    for (size_t i = 0; routes && i < n; i++) {
        struct dm_core_route route = { .origin = pairs[i]->key_span };

        if (dm_lower_network(lower, NULL, pairs[i]->key_span, pairs[i]->key, &route.prefix)
            && target(lower, network, pairs[i]->value, &route)) {
            routes[kept++] = route;
        }
    }
    if (!lower->oom) {
        object = dm_builder_edit_core_segment(
            lower->builder,
            (struct dm_core_segment_id){ dm_builder_find(lower->builder, DM_KIND_core_segment,
                                                         full_name(lower, network, segment->key))
                                             .v });
        object->routes = routes;
        object->n_routes = kept;
    }
}

static void network_add(struct dm_lower *lower, struct dm_lower_core_network *network)
{
    const struct dm_tree *tree = network->pair->value;
    struct dm_core_network object = {
        .object = { .name = network->pair->key, .origin = network->pair->key_span },
        .group_references = dm_lower_bool(lower, tree, "group_references"),
    };

    const struct dm_tree *asn = dm_tree_find(tree, "asn");
    int64_t number = 0;

    network->is_given = dm_tree_find(tree, "segments") != NULL;
    object.version = network->is_given ? "2025.11" : NULL;
    network->id = DM_LOWER_ADD(lower, core_network, &object);
    network->asn = 64520;
    if (asn && dm_lower_int(lower, asn, 1, UINT32_MAX, "`asn`", &number)) {
        network->asn = (uint32_t)number;
    }
    if (!lower->oom) {
        edges(lower, network);
        segments(lower, network);
        dm_lower_core_functions(lower, network);
        dm_lower_core_insertions(lower, network);
    }
}

void dm_lower_core(struct dm_lower *lower)
{
    size_t n = 0;
    const struct dm_tree_pair *const *pairs =
        dm_lower_sorted(lower, dm_tree_find(lower->root, "core_networks"), &n);
    struct dm_lower_core_network *networks =
        DM_NEW_ARRAY(lower->arena, n + 1, struct dm_lower_core_network);

    lower->oom = lower->oom || !networks;
    for (size_t i = 0; networks && i < n; i++) {
        networks[i].pair = pairs[i];
        network_add(lower, &networks[i]);
    }
    if (networks && !lower->oom) {
        attachments(lower, networks, n);
        dm_lower_core_peerings(lower, networks, n);
    }
    for (size_t i = 0; i < n && !lower->oom; i++) {
        size_t n_segments = 0;
        const struct dm_tree_pair *const *segment =
            dm_lower_sorted(lower, dm_tree_find(pairs[i]->value, "segments"), &n_segments);

        for (size_t j = 0; j < n_segments; j++) {
            static_routes(lower, &networks[i], segment[j]);
        }
    }
}
