/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The policy document of a core network.
 *
 * One that was read is written back as it is, with the attachments of its static routes as
 * references.  Of a network of a design the document is made: attachments come into segments by
 * the tags that dm_tf_core_tags writes.
 */
#include <string.h>

#include "model/base/str.h"
#include "render/artifacts/terraform_private.h"

enum { RULE_OF_SEGMENTS = 100, RULE_OF_GROUPS = 200, NAME_BYTES = 64 };

static void append(struct dm_tf *tf, json_t *list, json_t *owned_value)
{
    if (json_array_append_new(list, owned_value) != 0) {
        dm_tf_nomem(tf);
    }
}

/* The reference to an attachment, as in static routes. */
static json_t *attachment_id(struct dm_tf *tf, struct dm_core_attachment_id id)
{
    return json_string(dm_tf_id(tf, dm_tf_root_global(tf), DM_REF(core_attachment, id)));
}

/* ---- a document that was read ---- */

/* A copy in which no text is a template. */
static json_t *plain(struct dm_tf *tf, const json_t *value)
{
    json_t *copy;
    const char *key;
    json_t *item;

    if (json_is_string(value)) {
        json_t *holder = json_object();

        dm_tf_text(tf, holder, "text", json_string_value(value));
        copy = json_incref(json_object_get(holder, "text"));
        json_decref(holder);
        return copy;
    }
    if (json_is_array(value)) {
        copy = json_array();
        for (size_t i = 0; i < json_array_size(value); i++) {
            append(tf, copy, plain(tf, json_array_get(value, i)));
        }
        return copy;
    }
    if (!json_is_object(value)) {
        return json_incref((json_t *)(uintptr_t)value);
    }
    copy = json_object();
    json_object_foreach((json_t *)(uintptr_t)value, key, item)
    {
        dm_tf_set(tf, copy, key, plain(tf, item));
    }
    return copy;
}

static bool names_attachments(const json_t *action)
{
    const json_t *list = json_object_get(action, "destinations");

    return dm_str_equal(json_string_value(json_object_get(action, "action")), "create-route")
           && !(json_array_size(list) == 1
                && dm_str_equal(json_string_value(json_array_get(list, 0)), "blackhole"));
}

/* Names, or ids, of attachments become references to them. */
static void refer(struct dm_tf *tf, const struct dm_core_network *network, json_t *action)
{
    json_t *list = json_object_get(action, "destinations");

    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *name = json_string_value(json_array_get(list, i));
        struct dm_core_attachment_id found = { 0 };

        for (uint32_t j = 0; j < tf->model->n_core_attachments; j++) {
            if (dm_str_equal(name, tf->model->core_attachments[j].object.name)) {
                found.v = j + 1;
            }
        }
        if (!found.v) {
            dm_tf_refuse(tf, network->object.origin,
                         "a static route to `%s`, which is no attachment of the input",
                         name ? name : "?");
        } else if (json_array_set_new(list, i, attachment_id(tf, found)) != 0) {
            dm_tf_nomem(tf);
        }
    }
}

static json_t *as_read(struct dm_tf *tf, const struct dm_core_network *network, bool attachments)
{
    json_t *text = json_loads(network->document, 0, NULL);
    json_t *document = plain(tf, text);
    json_t *actions = json_object_get(document, "segment-actions");

    json_decref(text);
    for (size_t i = json_array_size(actions); i-- > 0;) {
        json_t *action = json_array_get(actions, i);

        if (names_attachments(action) && attachments) {
            refer(tf, network, action);
        } else if (names_attachments(action) && json_array_remove(actions, i) != 0) {
            dm_tf_nomem(tf);
        }
    }
    return document;
}

/* ---- a document of our own ---- */

/* [CWAN-02] */
static bool is_private(uint32_t asn)
{
    return (asn >= 64512 && asn <= 65534) || (asn >= 4200000000 && asn <= 4294967294);
}

/* One range for each of the two blocks that have private numbers, of the numbers in it that edges
 * have; all of the smaller block where AWS chooses for some. */
static json_t *ranges(struct dm_tf *tf, struct dm_core_network_id id)
{
    json_t *list = json_array();
    uint32_t first[2] = { UINT32_MAX, UINT32_MAX };
    uint32_t last[2] = { 0, 0 };

    for (uint32_t i = 0; i < tf->model->n_core_edges; i++) {
        const struct dm_core_edge *edge = &tf->model->core_edges[i];
        size_t block = edge->asn > 65534;

        if (edge->network.v != id.v) {
            continue;
        }
        if (edge->asn == 0) {
            first[0] = 64512;
            last[0] = 65534;
            continue;
        }
        if (!is_private(edge->asn)) {
            dm_tf_refuse(tf, edge->object.origin,
                         "edge `%s` has AS number %lu, which is no private one", edge->object.name,
                         (unsigned long)edge->asn);
        }
        first[block] = edge->asn < first[block] ? edge->asn : first[block];
        last[block] = edge->asn > last[block] ? edge->asn : last[block];
    }
    for (size_t i = 0; i < 2; i++) {
        if (last[i]) {
            append(tf, list,
                   json_sprintf("%lu-%lu", (unsigned long)first[i], (unsigned long)last[i]));
        }
    }
    return list;
}

static const char *region_name(const struct dm_tf *tf, struct dm_core_edge_id id)
{
    return dm_region_get(tf->model, dm_core_edge_get(tf->model, id)->region)->object.name;
}

static json_t *edge_names(struct dm_tf *tf, const struct dm_core_edge_id *edges, size_t n)
{
    json_t *list = json_array();

    for (size_t i = 0; i < n; i++) {
        append(tf, list, json_string(region_name(tf, edges[i])));
    }
    return list;
}

static json_t *configuration(struct dm_tf *tf, struct dm_core_network_id id)
{
    const struct dm_core_network *network = dm_core_network_get(tf->model, id);
    json_t *body = json_object();
    json_t *edges = json_array();

    for (uint32_t i = 1; i <= tf->model->n_core_edges; i++) {
        struct dm_core_edge_id edge = { i };
        const struct dm_core_edge *object = dm_core_edge_get(tf->model, edge);
        json_t *item;

        if (object->network.v != id.v) {
            continue;
        }
        item = json_object();
        dm_tf_text(tf, item, "location", region_name(tf, edge));
        if (object->asn) {
            dm_tf_number(tf, item, "asn", object->asn);
        }
        append(tf, edges, item);
    }
    dm_tf_set(tf, body, "asn-ranges", ranges(tf, id));
    dm_tf_set(tf, body, "edge-locations", edges);
    if (network->group_references) {
        dm_tf_flag(tf, body, "security-group-referencing-support", true);
    }
    return body;
}

/* AWS takes letters and digits, a letter first. */
static void check_name(struct dm_tf *tf, const struct dm_object *object, const char *name)
{
    bool fine = name[0] && strlen(name) <= NAME_BYTES && !(name[0] >= '0' && name[0] <= '9');

    for (const char *c = name; *c && fine; c++) {
        fine = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9');
    }
    if (!fine) {
        dm_tf_refuse(tf, object->origin,
                     "`%s`: AWS takes names of letters and digits only, a letter first", name);
    }
}

static const char *segment_name(const struct dm_tf *tf, struct dm_core_segment_id id)
{
    return dm_core_segment_get(tf->model, id)->short_name;
}

static json_t *segment_names(struct dm_tf *tf, const struct dm_core_segment_id *items, size_t n)
{
    json_t *list = json_array();

    for (size_t i = 0; i < n; i++) {
        append(tf, list, json_string(segment_name(tf, items[i])));
    }
    return list;
}

/* Nobody but these roots attaches anything, so nothing has to be accepted. */
static void segments(struct dm_tf *tf, struct dm_core_network_id id, json_t *list)
{
    for (uint32_t i = 0; i < tf->model->n_core_segments; i++) {
        const struct dm_core_segment *object = &tf->model->core_segments[i];
        json_t *item;

        if (object->network.v != id.v) {
            continue;
        }
        check_name(tf, &object->object, object->short_name);
        if (object->unknown.v) {
            dm_tf_refuse(tf, object->object.origin, "what segment `%s` routes is not known in full",
                         object->object.name);
        }
        item = json_object();
        dm_tf_text(tf, item, "name", object->short_name);
        if (object->n_edges) {
            dm_tf_set(tf, item, "edge-locations", edge_names(tf, object->edges, object->n_edges));
        }
        dm_tf_flag(tf, item, "isolate-attachments", object->isolated);
        dm_tf_flag(tf, item, "require-attachment-acceptance", false);
        if (object->has_allow) {
            dm_tf_set(tf, item, "allow-filter", segment_names(tf, object->allow, object->n_allow));
        }
        if (object->n_deny) {
            dm_tf_set(tf, item, "deny-filter", segment_names(tf, object->deny, object->n_deny));
        }
        append(tf, list, item);
    }
}

static json_t *some_segments(struct dm_tf *tf, const struct dm_core_segments *segments)
{
    json_t *names;

    if (segments->all) {
        return json_string("*");
    }
    names = segment_names(tf, segments->items, segments->n);
    return segments->except ? json_pack("{s:o}", "except", names) : names;
}

static void shares(struct dm_tf *tf, const struct dm_core_network *network, json_t *list)
{
    for (size_t i = 0; i < network->n_shares; i++) {
        const struct dm_core_share *share = &network->shares[i];
        json_t *item = json_object();

        if (share->unknown.v) {
            dm_tf_refuse(tf, share->origin, "a share that is not understood");
        }
        dm_tf_text(tf, item, "action", "share");
        dm_tf_text(tf, item, "mode", "attachment-route");
        dm_tf_text(tf, item, "segment", segment_name(tf, share->segment));
        dm_tf_set(tf, item, "share-with", some_segments(tf, &share->with));
        append(tf, list, item);
    }
}

static json_t *via(struct dm_tf *tf, const struct dm_core_insertion *insertion)
{
    json_t *body = json_object();
    json_t *groups = json_array();
    json_t *overrides = json_array();

    for (size_t i = 0; i < insertion->n_functions; i++) {
        append(tf, groups,
               json_string(dm_core_function_get(tf->model, insertion->functions[i])->short_name));
    }
    for (size_t i = 0; i < insertion->n_overrides; i++) {
        const struct dm_core_override *item = &insertion->overrides[i];

        append(tf, overrides,
               json_pack("{s:[o], s:s}", "edge-sets", edge_names(tf, item->edges, item->n_edges),
                         "use-edge-location", region_name(tf, item->use)));
    }
    dm_tf_set(tf, body, "network-function-groups", groups);
    if (insertion->n_overrides) {
        dm_tf_set(tf, body, "with-edge-overrides", overrides);
    } else {
        json_decref(overrides);
    }
    return body;
}

static void insertions(struct dm_tf *tf, const struct dm_core_network *network, json_t *list)
{
    for (size_t i = 0; i < network->n_insertions; i++) {
        const struct dm_core_insertion *insertion = &network->insertions[i];
        bool between = insertion->kind == DM_CORE_SEND_VIA;
        json_t *item = json_object();

        if (insertion->unknown.v) {
            dm_tf_refuse(tf, insertion->origin, "an insertion that is not understood");
        }
        dm_tf_text(tf, item, "action", between ? "send-via" : "send-to");
        dm_tf_text(tf, item, "segment", segment_name(tf, insertion->segment));
        if (between) {
            dm_tf_text(tf, item, "mode", insertion->dual_hop ? "dual-hop" : "single-hop");
            dm_tf_set(tf, dm_tf_child(tf, item, "when-sent-to"), "segments",
                      some_segments(tf, &insertion->when_sent_to));
        }
        dm_tf_set(tf, item, "via", via(tf, insertion));
        append(tf, list, item);
    }
}

static void static_routes(struct dm_tf *tf, struct dm_core_network_id id, bool attachments,
                          json_t *list)
{
    for (uint32_t i = 0; i < tf->model->n_core_segments; i++) {
        const struct dm_core_segment *segment = &tf->model->core_segments[i];

        for (size_t j = 0; segment->network.v == id.v && j < segment->n_routes; j++) {
            const struct dm_core_route *route = &segment->routes[j];
            json_t *destinations;
            char buffer[DM_ADDR_TEXT_SIZE];

            if (route->unknown.v) {
                dm_tf_refuse(tf, route->origin, "a static route that is not understood");
            }
            if (route->n_attachments && !attachments) {
                continue;
            }
            destinations = json_array();
            for (size_t k = 0; k < route->n_attachments; k++) {
                append(tf, destinations, attachment_id(tf, route->attachments[k]));
            }
            if (route->n_attachments == 0) {
                append(tf, destinations, json_string("blackhole"));
            }
            append(tf, list,
                   json_pack("{s:s, s:s, s:[s], s:o}", "action", "create-route", "segment",
                             segment->short_name, "destination-cidr-blocks",
                             dm_prefix_text(route->prefix, buffer), "destinations", destinations));
        }
    }
}

static void groups(struct dm_tf *tf, struct dm_core_network_id id, json_t *list, json_t *rules)
{
    for (uint32_t i = 0; i < tf->model->n_core_functions; i++) {
        const struct dm_core_function *object = &tf->model->core_functions[i];

        if (object->network.v != id.v) {
            continue;
        }
        check_name(tf, &object->object, object->short_name);
        append(tf, list,
               json_pack("{s:s, s:b}", "name", object->short_name, "require-attachment-acceptance",
                         0));
        append(tf, rules,
               json_pack("{s:i, s:[{s:s, s:s, s:s, s:s}], s:{s:s}}", "rule-number",
                         RULE_OF_GROUPS + (int)i, "conditions", "type", "tag-value", "operator",
                         "equals", "key", DM_TF_GROUP_TAG, "value", object->short_name, "action",
                         "add-to-network-function-group", object->short_name));
    }
}

static json_t *made(struct dm_tf *tf, struct dm_core_network_id id, bool attachments)
{
    const struct dm_core_network *network = dm_core_network_get(tf->model, id);
    json_t *document = json_object();
    json_t *segment_list = json_array();
    json_t *group_list = json_array();
    json_t *actions = json_array();
    json_t *rules = json_array();

    if (network->unknown.v || network->n_routing_policies || network->n_rules) {
        dm_tf_refuse(tf, network->object.origin,
                     "core network `%s` has more than a document can be made of",
                     network->object.name);
    }
    append(tf, rules,
           json_pack("{s:i, s:[{s:s, s:s}], s:{s:s, s:s}}", "rule-number", RULE_OF_SEGMENTS,
                     "conditions", "type", "tag-exists", "key", DM_TF_SEGMENT_TAG, "action",
                     "association-method", "tag", "tag-value-of-key", DM_TF_SEGMENT_TAG));
    segments(tf, id, segment_list);
    groups(tf, id, group_list, rules);
    shares(tf, network, actions);
    insertions(tf, network, actions);
    static_routes(tf, id, attachments, actions);
    dm_tf_text(tf, document, "version", network->version ? network->version : "2021.12");
    dm_tf_set(tf, document, "core-network-configuration", configuration(tf, id));
    dm_tf_set(tf, document, "segments", segment_list);
    if (json_array_size(group_list)) {
        dm_tf_set(tf, document, "network-function-groups", group_list);
    } else {
        json_decref(group_list);
    }
    dm_tf_set(tf, document, "segment-actions", actions);
    dm_tf_set(tf, document, "attachment-policies", rules);
    return document;
}

const char *dm_tf_core_policy(struct dm_tf *tf, struct dm_core_network_id id, bool attachments)
{
    const struct dm_core_network *network = dm_core_network_get(tf->model, id);
    json_t *document =
        network->document ? as_read(tf, network, attachments) : made(tf, id, attachments);
    size_t flags = JSON_COMPACT | JSON_PRESERVE_ORDER;
    size_t size = json_dumpb(document, NULL, 0, flags);
    char *text = DM_NEW_ARRAY(tf->arena, size + 1, char);

    if (!text || size == 0 || json_dumpb(document, text, size, flags) != size) {
        dm_tf_nomem(tf);
    }
    json_decref(document);
    return tf->status == DM_OK ? text : NULL;
}

/* ---- acceptance ---- */

static bool asks(const json_t *list, const char *name)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);

        if (dm_str_equal(json_string_value(json_object_get(item, "name")), name)) {
            return !json_is_false(json_object_get(item, "require-attachment-acceptance"));
        }
    }
    return false;
}

/* By its segment or group; or by a rule, of whichever it came by. */
bool dm_tf_core_accepts(struct dm_tf *tf, struct dm_core_attachment_id id)
{
    const struct dm_core_attachment *object = dm_core_attachment_get(tf->model, id);
    const char *document = dm_core_network_get(tf->model, object->network)->document;
    json_t *root = document ? json_loads(document, 0, NULL) : NULL;
    const json_t *rules = json_object_get(root, "attachment-policies");
    bool result = false;

    for (size_t i = 0; i < json_array_size(rules); i++) {
        const json_t *action = json_object_get(json_array_get(rules, i), "action");

        result = result || json_is_true(json_object_get(action, "require-acceptance"));
    }
    if (object->segment.v) {
        result = result
                 || asks(json_object_get(root, "segments"),
                         dm_core_segment_get(tf->model, object->segment)->short_name);
    } else if (object->function.v) {
        result = result
                 || asks(json_object_get(root, "network-function-groups"),
                         dm_core_function_get(tf->model, object->function)->short_name);
    }
    json_decref(root);
    return result;
}
