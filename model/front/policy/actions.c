/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Segment actions: what joins segments, leads them through network functions or routes by hand.
 */
#include <string.h>

#include "model/front/policy/policy_private.h"

struct rows {
    DM_VEC(struct dm_core_share) shares;
    DM_VEC(struct dm_core_insertion) insertions;
    DM_VEC(struct dm_core_edge_policy) edge_policies;
};

/* "*", a list, or a list of exceptions. */
static struct dm_core_segments segments(struct dm_cwan *cwan, const struct dm_cwan_node *node,
                                        struct dm_unknown_id *slot)
{
    struct dm_core_segments result = { .all = false };
    struct dm_cwan_node except;
    const char *text;

    if (!node->tree) {
        (void)dm_cwan_fault(cwan, node, "the segments are missing");
        return result;
    }
    text = dm_tree_text(node->tree);
    if (text && strcmp(text, "*") == 0) {
        result.all = true;
        return result;
    }
    if (node->tree->kind == DM_TREE_MAP) {
        dm_cwan_keys(cwan, node, "except", slot);
        except = dm_cwan_key(cwan, node, "except");
        result.except = true;
        result.items = dm_cwan_refer_all(cwan, &except, "segment", &cwan->segments, &result.n);
        return result;
    }
    if (node->tree->kind == DM_TREE_LIST && node->tree->n == 1
        && dm_str_equal(dm_tree_text(node->tree->items[0]), "*")) {
        result.all = true;
        return result;
    }
    result.items = dm_cwan_refer_all(cwan, node, "segment", &cwan->segments, &result.n);
    return result;
}

static void share(struct dm_cwan *cwan, const struct dm_cwan_node *node,
                  struct dm_core_segment_id segment, struct rows *rows)
{
    struct dm_core_share item = { .segment = segment,
                                  .origin = node->tree->span,
                                  .pointer = node->pointer };
    struct dm_cwan_node with = dm_cwan_key(cwan, node, "share-with");
    struct dm_cwan_node policies = dm_cwan_key(cwan, node, "routing-policy-names");
    struct dm_cwan_node place = dm_cwan_key(cwan, node, "segment");

    dm_cwan_keys(cwan, node, "action|mode|segment|share-with|description|routing-policy-names",
                 &item.unknown);
    (void)dm_cwan_word(cwan, node, "mode", "attachment-route");
    item.origin = place.tree ? place.tree->span : item.origin;
    item.with = segments(cwan, &with, &item.unknown);
    if (policies.tree) {
        size_t n;

        (void)dm_cwan_refer_all(cwan, &policies, "routing policy", &cwan->policies, &n);
        dm_cwan_unknown(cwan, &policies, "routing policies of a share are not followed",
                        &item.unknown);
    }
    (void)DM_CWAN_PUSH(cwan, &rows->shares, item);
}

/* "with-edge-overrides" [CWAN-33]: lists of edges with the one whose function is taken between
 * them. */
static void overrides(struct dm_cwan *cwan, const struct dm_cwan_node *list,
                      struct dm_core_insertion *insertion)
{
    DM_VEC(struct dm_core_override) items = { 0 };

    for (size_t i = 0; i < dm_cwan_n_items(cwan, list); i++) {
        struct dm_cwan_node one = dm_cwan_item(cwan, list, i);
        struct dm_cwan_node sets = dm_cwan_key(cwan, &one, "edge-sets");
        struct dm_cwan_node edge = dm_cwan_key(cwan, &one, "use-edge-location");
        struct dm_core_override item = { 0 };

        dm_cwan_keys(cwan, &one, "edge-sets|use-edge|use-edge-location", &insertion->unknown);
        if (!edge.tree) {
            edge = dm_cwan_key(cwan, &one, "use-edge");
        }
        item.use.v = dm_cwan_refer(cwan, &edge, "edge location", &cwan->edges);
        for (size_t j = 0; j < dm_cwan_n_items(cwan, &sets); j++) {
            struct dm_cwan_node set = dm_cwan_item(cwan, &sets, j);

            item.edges =
                dm_cwan_refer_all(cwan, &set, "edge location", &cwan->edges, &item.n_edges);
            (void)DM_CWAN_PUSH(cwan, &items, item);
        }
    }
    insertion->overrides = items.items;
    insertion->n_overrides = items.n;
}

static void insertion(struct dm_cwan *cwan, const struct dm_cwan_node *node,
                      struct dm_core_segment_id segment, enum dm_core_insertion_kind kind,
                      struct rows *rows)
{
    struct dm_core_insertion item = {
        .kind = kind, .segment = segment, .origin = node->tree->span, .pointer = node->pointer
    };
    struct dm_cwan_node via = dm_cwan_key(cwan, node, "via");
    struct dm_cwan_node sent = dm_cwan_key(cwan, node, "when-sent-to");
    struct dm_cwan_node place = dm_cwan_key(cwan, node, "segment");
    struct dm_cwan_node functions;
    struct dm_cwan_node to;

    dm_cwan_keys(cwan, node, "action|segment|mode|when-sent-to|via|description", &item.unknown);
    item.origin = place.tree ? place.tree->span : item.origin;
    if (kind == DM_CORE_SEND_VIA) {
        item.dual_hop = dm_cwan_word(cwan, node, "mode", "single-hop|dual-hop") == 1;
        to = dm_cwan_key(cwan, &sent, "segments");
        if (sent.tree) {
            dm_cwan_keys(cwan, &sent, "segments", &item.unknown);
            item.when_sent_to = segments(cwan, &to, &item.unknown);
        } else {
            item.when_sent_to.all = true;
        }
    }
    if (!via.tree) {
        (void)dm_cwan_fault(cwan, node, "`via` is missing");
        return;
    }
    dm_cwan_keys(cwan, &via, "network-function-groups|with-edge-overrides|with-edge-override",
                 &item.unknown);
    functions = dm_cwan_key(cwan, &via, "with-edge-overrides");
    if (!functions.tree) {
        functions = dm_cwan_key(cwan, &via, "with-edge-override");
    }
    overrides(cwan, &functions, &item);
    functions = dm_cwan_key(cwan, &via, "network-function-groups");
    item.functions = dm_cwan_refer_all(cwan, &functions, "network function group", &cwan->functions,
                                       &item.n_functions);
    (void)DM_CWAN_PUSH(cwan, &rows->insertions, item);
}

/* Attachments by name, where a design has some; ids of others are not in the input. */
static void targets(struct dm_cwan *cwan, const struct dm_cwan_node *list,
                    struct dm_core_route *route)
{
    size_t n = dm_cwan_n_items(cwan, list);
    struct dm_core_attachment_id *ids =
        DM_NEW_ARRAY(cwan->arena, n + 1, struct dm_core_attachment_id);

    cwan->failed = cwan->failed || !ids;
    for (size_t i = 0; ids && i < n; i++) {
        struct dm_cwan_node item = dm_cwan_item(cwan, list, i);
        const char *text = dm_tree_text(item.tree);
        struct dm_ref found =
            text ? dm_builder_find(cwan->builder, DM_KIND_core_attachment, text) : DM_REF_NONE;

        if (found.v) {
            ids[route->n_attachments++].v = found.v;
        } else if (!text || strcmp(text, "blackhole") != 0 || n > 1) {
            dm_cwan_unknown(cwan, &item, "no attachment with this id is in the input",
                            &route->unknown);
        }
    }
    if (n == 0) {
        (void)dm_cwan_fault(cwan, list, "`destinations` names no attachment and no `blackhole`");
    }
    route->attachments = ids;
}

static void create_route(struct dm_cwan *cwan, const struct dm_cwan_node *node,
                         struct dm_core_segment_id segment)
{
    struct dm_cwan_node blocks = dm_cwan_key(cwan, node, "destination-cidr-blocks");
    struct dm_cwan_node destinations = dm_cwan_key(cwan, node, "destinations");
    struct dm_core_segment *owner = dm_builder_edit_core_segment(cwan->builder, segment);
    size_t n = dm_cwan_n_items(cwan, &blocks);
    struct dm_core_route *routes =
        DM_NEW_ARRAY(cwan->arena, owner->n_routes + n + 1, struct dm_core_route);
    struct dm_core_route route = { .pointer = node->pointer };

    if (!routes) {
        cwan->failed = true;
        return;
    }
    dm_cwan_keys(cwan, node, "action|segment|destination-cidr-blocks|destinations|description",
                 &route.unknown);
    targets(cwan, &destinations, &route);
    for (size_t i = 0; i < owner->n_routes; i++) {
        routes[i] = owner->routes[i];
    }
    for (size_t i = 0; i < n; i++) {
        struct dm_cwan_node item = dm_cwan_item(cwan, &blocks, i);

        route.origin = item.tree->span;
        if (dm_cwan_prefix(cwan, &item, &route.prefix)) {
            routes[owner->n_routes++] = route;
        }
    }
    if (n == 0) {
        (void)dm_cwan_fault(cwan, &blocks, "`destination-cidr-blocks` names no prefix");
    }
    owner->routes = routes;
}

/* Indices of routing policies by name. */
static const uint32_t *policies(struct dm_cwan *cwan, const struct dm_cwan_node *list,
                                size_t *ret_n)
{
    size_t n = dm_cwan_n_items(cwan, list);
    uint32_t *indices = DM_NEW_ARRAY(cwan->arena, n + 1, uint32_t);

    cwan->failed = cwan->failed || !indices;
    *ret_n = 0;
    for (size_t i = 0; indices && i < n; i++) {
        struct dm_cwan_node one = dm_cwan_item(cwan, list, i);
        uint32_t handle = dm_cwan_refer(cwan, &one, "routing policy", &cwan->policies);

        if (handle) {
            indices[(*ret_n)++] = handle - 1;
        }
    }
    return indices;
}

static void associate_policy(struct dm_cwan *cwan, const struct dm_cwan_node *node,
                             struct dm_core_segment_id segment, struct rows *rows)
{
    struct dm_cwan_node place = dm_cwan_key(cwan, node, "edge-location-association");
    struct dm_core_edge_policy item = { .segment = segment,
                                        .origin = node->tree->span,
                                        .pointer = node->pointer };
    struct dm_cwan_node names;
    struct dm_cwan_node edge;
    struct dm_cwan_node peer;

    dm_cwan_keys(cwan, node, "action|segment|edge-location-association|description", &item.unknown);
    if (!cwan->is_2025) {
        (void)dm_cwan_fault(cwan, node,
                            "`associate-routing-policy` is not in documents of version 2021.12 "
                            "[CWAN-01]");
        return;
    }
    if (!place.tree) {
        (void)dm_cwan_fault(cwan, node, "`edge-location-association` is missing");
        return;
    }
    dm_cwan_keys(cwan, &place, "routing-policy-names|edge-location|peer-edge-location",
                 &item.unknown);
    names = dm_cwan_key(cwan, &place, "routing-policy-names");
    edge = dm_cwan_key(cwan, &place, "edge-location");
    peer = dm_cwan_key(cwan, &place, "peer-edge-location");
    item.policies = policies(cwan, &names, &item.n_policies);
    item.edge.v = dm_cwan_refer(cwan, &edge, "edge location", &cwan->edges);
    item.peer.v = dm_cwan_refer(cwan, &peer, "edge location", &cwan->edges);
    if (item.edge.v && item.peer.v) {
        (void)DM_CWAN_PUSH(cwan, &rows->edge_policies, item);
    }
}

static void action(struct dm_cwan *cwan, const struct dm_cwan_node *node, struct rows *rows,
                   struct dm_unknown_id *slot)
{
    const char *kind = dm_cwan_text(cwan, node, "action", true);
    struct dm_cwan_node name = dm_cwan_key(cwan, node, "segment");
    struct dm_cwan_node word = dm_cwan_key(cwan, node, "action");
    struct dm_core_segment_id segment;

    if (!kind) {
        return;
    }
    segment.v = dm_cwan_refer(cwan, &name, "segment", &cwan->segments);
    if (!segment.v || cwan->failed) {
        return;
    }
    if (strcmp(kind, "share") == 0) {
        share(cwan, node, segment, rows);
    } else if (strcmp(kind, "send-via") == 0) {
        insertion(cwan, node, segment, DM_CORE_SEND_VIA, rows);
    } else if (strcmp(kind, "send-to") == 0) {
        insertion(cwan, node, segment, DM_CORE_SEND_TO, rows);
    } else if (strcmp(kind, "create-route") == 0) {
        create_route(cwan, node, segment);
    } else if (strcmp(kind, "associate-routing-policy") == 0) {
        associate_policy(cwan, node, segment, rows);
    } else {
        static const char *const words[] = { "share", "send-via", "send-to", "create-route",
                                             "associate-routing-policy" };
        const char *near = dm_str_nearest(kind, words, sizeof words / sizeof words[0]);

        if (near) {
            dm_diag_help(cwan->diags, dm_cwan_fault(cwan, &word, "unknown action `%s`", kind),
                         "did you mean `%s`?", near);
        } else {
            dm_cwan_unknown(cwan, node, "segment actions of this kind are not understood", slot);
        }
    }
}

void dm_cwan_actions(struct dm_cwan *cwan, const struct dm_cwan_node *root)
{
    struct dm_cwan_node list = dm_cwan_key(cwan, root, "segment-actions");
    struct rows rows = { .shares = { 0 } };
    struct dm_unknown_id unknown = { 0 };
    struct dm_core_network *network;

    for (size_t i = 0; i < dm_cwan_n_items(cwan, &list); i++) {
        struct dm_cwan_node item = dm_cwan_item(cwan, &list, i);

        action(cwan, &item, &rows, &unknown);
    }
    network = dm_builder_edit_core_network(cwan->builder, cwan->network);
    network->shares = rows.shares.items;
    network->n_shares = rows.shares.n;
    network->insertions = rows.insertions.items;
    network->n_insertions = rows.insertions.n;
    network->edge_policies = rows.edge_policies.items;
    network->n_edge_policies = rows.edge_policies.n;
    network->unknown = network->unknown.v ? network->unknown : unknown;
}
