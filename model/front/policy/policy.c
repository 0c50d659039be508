/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The document as a whole: its version, its configuration, its segments and groups.
 */
#include "model/front/policy/policy.h"

#include <string.h>

#include "model/front/policy/policy_private.h"

/* [CWAN-02, TGW-24] */
static bool is_private_asn(int64_t asn)
{
    return (asn >= 64512 && asn <= 65534) || (asn >= 4200000000 && asn <= 4294967294);
}

/* "64512-65534", or one number. */
static void asn_range(struct dm_cwan *cwan, const struct dm_cwan_node *node)
{
    const char *text = dm_tree_text(node->tree);
    const char *dash = text ? strchr(text, '-') : NULL;
    uint64_t first = 0;
    uint64_t last = 0;
    bool parsed = false;

    if (text) {
        size_t length = dash ? (size_t)(dash - text) : strlen(text);

        parsed = dm_str_to_u64(text, length, UINT32_MAX, &first);
        last = first;
        parsed = parsed && (!dash || dm_str_to_u64(dash + 1, strlen(dash + 1), UINT32_MAX, &last));
    }
    if (!parsed || first > last || !is_private_asn((int64_t)first)
        || !is_private_asn((int64_t)last)) {
        struct dm_diag *diag = dm_cwan_fault(cwan, node, "`%s` is no range of private AS numbers",
                                             text ? text : dm_tree_kind_text(node->tree));

        dm_diag_help(cwan->diags, diag,
                     "64512 to 65534 and 4200000000 to 4294967294 are [CWAN-02]");
    }
}

static struct dm_region_id region(struct dm_cwan *cwan, const struct dm_cwan_node *node,
                                  const char *name)
{
    struct dm_ref found = dm_builder_find(cwan->builder, DM_KIND_region, name);
    const struct dm_region_fact *fact = dm_facts_region(cwan->facts, name);
    struct dm_region item = {
        .object = { .name = name, .pointer = node->pointer, .origin = node->tree->span }
    };
    struct dm_region_id id = { found.v };

    if (found.v) {
        return id;
    }
    if (!fact) {
        size_t n = 0;
        const struct dm_region_fact *facts = dm_facts_regions(cwan->facts, &n);
        const char **names = DM_NEW_ARRAY(cwan->arena, n + 1, const char *);
        const char *near;

        for (size_t i = 0; names && i < n; i++) {
            names[i] = facts[i].code;
        }
        cwan->failed = cwan->failed || !names;
        near = names ? dm_str_nearest(name, names, n) : NULL;
        dm_diag_help(cwan->diags, dm_cwan_fault(cwan, node, "unknown region `%s`", name),
                     near ? "did you mean `%s`?" : "no region has this code", near);
        return id;
    }
    item.object.label = fact->name;
    item.jurisdiction = fact->jurisdiction;
    item.partition = fact->partition;
    id = dm_builder_add_region(cwan->builder, &item);
    cwan->failed = cwan->failed || id.v == 0;
    return id;
}

static void edge(struct dm_cwan *cwan, const struct dm_cwan_node *node, struct dm_unknown_id *slot)
{
    struct dm_cwan_node place = dm_cwan_key(cwan, node, "location");
    struct dm_cwan_node asn = dm_cwan_key(cwan, node, "asn");
    const char *name;
    int64_t number = 0;
    struct dm_core_edge item = { .network = cwan->network };

    dm_cwan_keys(cwan, node, "location|asn|inside-cidr-blocks", slot);
    name = dm_cwan_text(cwan, node, "location", true);
    if (!name) {
        return;
    }
    item.object = (struct dm_object){ .name = dm_cwan_text_of(cwan, "%s.%s", cwan->name, name),
                                      .pointer = place.pointer,
                                      .origin = place.tree->span };
    if (asn.tree && (!dm_tree_int(asn.tree, &number) || !is_private_asn(number))) {
        (void)dm_cwan_fault(cwan, &asn, "`asn` must be a private AS number [CWAN-02]");
    }
    item.asn = (uint32_t)number;
    item.region = region(cwan, &place, name);
    if (item.region.v) {
        struct dm_core_edge_id id = { 0 };

        if (dm_cwan_name(cwan, &place, "edge", name, 0, &cwan->edges)) {
            id = dm_builder_add_core_edge(cwan->builder, &item);
            cwan->failed = cwan->failed || id.v == 0;
            cwan->edges.items[cwan->edges.n - 1].handle = id.v;
        }
    }
}

void dm_cwan_configuration(struct dm_cwan *cwan, const struct dm_cwan_node *root)
{
    struct dm_cwan_node node = dm_cwan_key(cwan, root, "core-network-configuration");
    struct dm_cwan_node ranges;
    struct dm_cwan_node edges;
    struct dm_unknown_id unknown = { 0 };
    bool references;

    if (!node.tree) {
        (void)dm_cwan_fault(cwan, root, "`core-network-configuration` is missing");
        return;
    }
    dm_cwan_keys(cwan, &node,
                 "asn-ranges|edge-locations|inside-cidr-blocks|vpn-ecmp-support|dns-support|"
                 "security-group-referencing-support",
                 &unknown);
    ranges = dm_cwan_key(cwan, &node, "asn-ranges");
    edges = dm_cwan_key(cwan, &node, "edge-locations");
    for (size_t i = 0; i < dm_cwan_n_items(cwan, &ranges); i++) {
        struct dm_cwan_node item = dm_cwan_item(cwan, &ranges, i);

        asn_range(cwan, &item);
    }
    if (!ranges.tree) {
        (void)dm_cwan_fault(cwan, &node, "`asn-ranges` is missing");
    }
    for (size_t i = 0; i < dm_cwan_n_items(cwan, &edges); i++) {
        struct dm_cwan_node item = dm_cwan_item(cwan, &edges, i);

        edge(cwan, &item, &unknown);
    }
    if (!edges.tree) {
        (void)dm_cwan_fault(cwan, &node, "`edge-locations` is missing");
    }
    (void)dm_cwan_bool(cwan, &node, "vpn-ecmp-support", true);
    (void)dm_cwan_bool(cwan, &node, "dns-support", true);
    references = dm_cwan_bool(cwan, &node, "security-group-referencing-support", false);
    if (!cwan->failed) {
        struct dm_core_network *network =
            dm_builder_edit_core_network(cwan->builder, cwan->network);

        network->group_references = references;
        network->unknown = network->unknown.v ? network->unknown : unknown;
    }
}

/* ---- segments and groups ---- */

static void declare_segment(struct dm_cwan *cwan, const struct dm_cwan_node *node)
{
    const char *name = dm_cwan_text(cwan, node, "name", true);
    struct dm_cwan_node place = dm_cwan_key(cwan, node, "name");
    struct dm_core_segment item = { .short_name = name, .network = cwan->network };
    struct dm_core_segment_id id;

    if (!name || !dm_cwan_name(cwan, &place, "segment", name, 0, &cwan->segments)) {
        return;
    }
    item.object = (struct dm_object){ .name = dm_cwan_text_of(cwan, "%s.%s", cwan->name, name),
                                      .pointer = node->pointer,
                                      .origin = place.tree->span };
    id = dm_builder_add_core_segment(cwan->builder, &item);
    cwan->failed = cwan->failed || id.v == 0;
    cwan->segments.items[cwan->segments.n - 1].handle = id.v;
}

static void define_segment(struct dm_cwan *cwan, const struct dm_cwan_node *node)
{
    struct dm_cwan_node edges = dm_cwan_key(cwan, node, "edge-locations");
    struct dm_cwan_node allow = dm_cwan_key(cwan, node, "allow-filter");
    struct dm_cwan_node deny = dm_cwan_key(cwan, node, "deny-filter");
    const char *name =
        node->tree->kind == DM_TREE_MAP ? dm_tree_text(dm_tree_find(node->tree, "name")) : NULL;
    struct dm_core_segment item = { 0 };
    struct dm_core_segment *segment;

    dm_cwan_keys(cwan, node,
                 "name|description|edge-locations|isolate-attachments|"
                 "require-attachment-acceptance|allow-filter|deny-filter",
                 &item.unknown);
    item.edges = dm_cwan_refer_all(cwan, &edges, "edge location", &cwan->edges, &item.n_edges);
    item.allow = dm_cwan_refer_all(cwan, &allow, "segment", &cwan->segments, &item.n_allow);
    item.deny = dm_cwan_refer_all(cwan, &deny, "segment", &cwan->segments, &item.n_deny);
    item.isolated = dm_cwan_bool(cwan, node, "isolate-attachments", false);
    (void)dm_cwan_bool(cwan, node, "require-attachment-acceptance", true);
    for (size_t i = 0; name && i < cwan->segments.n && !cwan->failed; i++) {
        struct dm_core_segment_id id = { cwan->segments.items[i].handle };

        if (strcmp(cwan->segments.items[i].name, name) == 0) {
            segment = dm_builder_edit_core_segment(cwan->builder, id);
            segment->edges = item.edges;
            segment->n_edges = item.n_edges;
            segment->has_allow = allow.tree != NULL;
            segment->allow = item.allow;
            segment->n_allow = item.n_allow;
            segment->deny = item.deny;
            segment->n_deny = item.n_deny;
            segment->isolated = item.isolated;
            segment->unknown = item.unknown;
        }
    }
}

static void declare_function(struct dm_cwan *cwan, const struct dm_cwan_node *node,
                             struct dm_unknown_id *slot)
{
    const char *name = dm_cwan_text(cwan, node, "name", true);
    struct dm_cwan_node place = dm_cwan_key(cwan, node, "name");
    struct dm_core_function item = { .short_name = name, .network = cwan->network };
    struct dm_core_function_id id;

    dm_cwan_keys(cwan, node, "name|description|require-attachment-acceptance", slot);
    (void)dm_cwan_bool(cwan, node, "require-attachment-acceptance", true);
    if (!name || !dm_cwan_name(cwan, &place, "network function group", name, 0, &cwan->functions)) {
        return;
    }
    item.object = (struct dm_object){ .name = dm_cwan_text_of(cwan, "%s.%s", cwan->name, name),
                                      .pointer = node->pointer,
                                      .origin = place.tree->span };
    id = dm_builder_add_core_function(cwan->builder, &item);
    cwan->failed = cwan->failed || id.v == 0;
    cwan->functions.items[cwan->functions.n - 1].handle = id.v;
}

void dm_cwan_segments(struct dm_cwan *cwan, const struct dm_cwan_node *root)
{
    struct dm_cwan_node list = dm_cwan_key(cwan, root, "segments");
    struct dm_cwan_node groups = dm_cwan_key(cwan, root, "network-function-groups");
    struct dm_unknown_id unknown = { 0 };

    if (!list.tree) {
        (void)dm_cwan_fault(cwan, root, "`segments` is missing");
    }
    for (size_t i = 0; i < dm_cwan_n_items(cwan, &list); i++) {
        struct dm_cwan_node item = dm_cwan_item(cwan, &list, i);

        declare_segment(cwan, &item);
    }
    for (size_t i = 0; list.tree && list.tree->kind == DM_TREE_LIST && i < list.tree->n; i++) {
        struct dm_cwan_node item = dm_cwan_item(cwan, &list, i);

        define_segment(cwan, &item);
    }
    for (size_t i = 0; i < dm_cwan_n_items(cwan, &groups); i++) {
        struct dm_cwan_node item = dm_cwan_item(cwan, &groups, i);

        declare_function(cwan, &item, &unknown);
    }
    if (unknown.v && !cwan->failed) {
        dm_builder_edit_core_network(cwan->builder, cwan->network)->unknown = unknown;
    }
}

/* ---- the document ---- */

static void version(struct dm_cwan *cwan, const struct dm_cwan_node *root)
{
    static const char *const new_sections[] = { "routing-policies",
                                                "attachment-routing-policy-rules" };
    static const char *const versions[] = { "2021.12", "2025.11" };
    int which = dm_cwan_word(cwan, root, "version", "2021.12|2025.11");

    cwan->is_2025 = which != 0;
    if (which >= 0) {
        dm_builder_edit_core_network(cwan->builder, cwan->network)->version = versions[which];
    }
    for (size_t i = 0; i < 2 && !cwan->is_2025; i++) {
        struct dm_cwan_node node = dm_cwan_key(cwan, root, new_sections[i]);

        if (node.tree) {
            struct dm_diag *diag =
                dm_diags_add(cwan->diags, DM_SEV_ERROR, node.key,
                             "`%s` is not in documents of version 2021.12", new_sections[i]);

            if (diag) {
                diag->pointer = node.pointer;
            }
            dm_diag_help(cwan->diags, diag, "version 2025.11 has it [CWAN-01]");
        }
    }
}

/* The network: one that was declared, or a new one. */
static void begin(struct dm_cwan *cwan, const struct dm_cwan_node *root)
{
    struct dm_ref known = dm_builder_find(cwan->builder, DM_KIND_core_network, cwan->name);
    struct dm_core_network item = {
        .object = { .name = cwan->name, .pointer = root->pointer, .origin = root->tree->span }
    };

    cwan->network.v = known.v;
    if (!known.v) {
        item.object.origin.end_byte = item.object.origin.begin_byte;
        cwan->network = dm_builder_add_core_network(cwan->builder, &item);
        cwan->failed = cwan->failed || cwan->network.v == 0;
    } else if (dm_builder_edit_core_network(cwan->builder, cwan->network)->version) {
        (void)dm_cwan_fault(cwan, root, "core network `%s` has a policy document already",
                            cwan->name);
    }
}

static void read_document(struct dm_cwan *cwan, const struct dm_cwan_node *root)
{
    struct dm_unknown_id unknown = { 0 };

    dm_cwan_keys(cwan, root,
                 "version|core-network-configuration|segments|network-function-groups|"
                 "segment-actions|attachment-policies|routing-policies|"
                 "attachment-routing-policy-rules",
                 &unknown);
    if (root->tree->kind != DM_TREE_MAP) {
        return;
    }
    begin(cwan, root);
    if (cwan->failed) {
        return;
    }
    dm_builder_edit_core_network(cwan->builder, cwan->network)->unknown = unknown;
    dm_builder_edit_core_network(cwan->builder, cwan->network)->document = cwan->text;
    version(cwan, root);
    dm_cwan_configuration(cwan, root);
    dm_cwan_segments(cwan, root);
    dm_cwan_routing_policies(cwan, root);
    dm_cwan_actions(cwan, root);
    dm_cwan_attachment_policies(cwan, root);
}

enum dm_status dm_policy_read(struct dm_arena *arena, struct dm_facts *facts,
                              struct dm_builder *builder, struct dm_diags *diags,
                              const struct dm_policy_document *document, struct dm_err *err)
{
    struct dm_cwan cwan = { .arena = arena,
                            .facts = facts,
                            .builder = builder,
                            .diags = diags,
                            .name = document->name,
                            .text = document->text };
    struct dm_cwan_node root = { .tree = document->tree,
                                 .key = document->tree->span,
                                 .pointer = document->pointer };

    read_document(&cwan, &root);
    return cwan.failed ? DM_FAIL_NOMEM(err) : DM_OK;
}
