/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/roots.h"

#include <stdio.h>
#include <string.h>

#include "model/base/str.h"
#include "tests/support/dmtest.h"
#include "tests/support/roots_private.h"

void roots_fault(struct roots *roots, const char *fmt, ...)
{
    const char *text;
    va_list ap;

    va_start(ap, fmt);
    text = dm_vsprintf(roots->arena, fmt, ap);
    va_end(ap);
    assert_non_null(text);
    assert_true(DM_VEC_PUSH(roots->arena, &roots->faults, text));
}

static struct root *root_at(struct roots *roots, const char *key)
{
    for (size_t i = 0; i < roots->items.n; i++) {
        if (strcmp(roots->items.items[i].key, key) == 0) {
            return &roots->items.items[i];
        }
    }
    return NULL;
}

/* Each top-level key of a root stands in one of its files. */
static void merge(struct roots *roots, struct root *root, json_t *document, const char *path)
{
    const char *key;
    json_t *value;

    json_object_foreach(document, key, value)
    {
        const char *type;
        json_t *named;

        if (!json_object_get(root->all, key)) {
            assert_int_equal(json_object_set_new(root->all, key, json_object()), 0);
        }
        json_object_foreach(value, type, named)
        {
            if (json_object_get(json_object_get(root->all, key), type)) {
                roots_fault(roots, "%s: %s.%s stands in two files", path, key, type);
            }
            assert_int_equal(json_object_set(json_object_get(root->all, key), type, named), 0);
        }
    }
}

struct roots roots_read(struct dm_arena *arena, const struct dm_layout *layout)
{
    static const char top[] = "terraform/";
    struct roots roots = { .arena = arena };

    for (size_t i = 0; i < layout->n; i++) {
        const struct dm_layout_file *file = &layout->items[i];
        const char *slash = strrchr(file->path, '/');
        const char *key;
        json_t *document;

        if (!dm_str_starts(file->path, top) || !dm_str_ends(file->path, ".tf.json")) {
            continue;
        }
        key = dm_arena_strndup(arena, file->path + strlen(top),
                               (size_t)(slash - file->path) - strlen(top));
        assert_non_null(key);
        if (!root_at(&roots, key)) {
            assert_true(DM_VEC_PUSH(arena, &roots.items,
                                    (struct root){ .key = key, .all = json_object() }));
        }
        document = json_loadb(file->text, file->size, JSON_REJECT_DUPLICATES, NULL);
        if (!document) {
            roots_fault(&roots, "%s: no JSON", file->path);
        }
        merge(&roots, root_at(&roots, key), document, file->path);
        json_decref(document);
    }
    return roots;
}

void roots_release(struct roots *roots)
{
    for (size_t i = 0; i < roots->items.n; i++) {
        json_decref(roots->items.items[i].all);
    }
    roots->items.n = 0;
}

void roots_each(struct roots *roots,
                void (*visit)(struct roots *roots, const struct place *place, void *context),
                void *context)
{
    for (size_t i = 0; i < roots->items.n; i++) {
        const struct root *root = &roots->items.items[i];
        const char *type;
        json_t *named;

        json_object_foreach(json_object_get(root->all, "resource"), type, named)
        {
            const char *name;
            json_t *body;

            json_object_foreach(named, name, body)
            {
                struct place place = { root, type, name, body };

                visit(roots, &place, context);
            }
        }
    }
}

/* ---- references ---- */

/* The last root that stands before another may be read by it. */
static int rank(const char *key)
{
    return strcmp(key, "global") == 0      ? 3
           : strstr(key, ".nodes/")        ? 2
           : dm_str_starts(key, "shared/") ? 0
                                           : 1;
}

/* The root whose state 'state' reads. */
static const struct root *root_of_state(struct roots *roots, const struct root *root,
                                        const json_t *state)
{
    const char *path = json_string_value(json_object_get(json_object_get(state, "config"), "path"));
    const char *begin = dm_sprintf(roots->arena, "${path.module}/%s/",
                                   strcmp(root->key, "global") == 0 ? ".." : "../..");
    static const char end[] = "/terraform.tfstate";
    const struct root *found = NULL;

    if (path && dm_str_starts(path, begin) && dm_str_ends(path, end)
        && strlen(path) > strlen(begin) + strlen(end)) {
        found = root_at(roots, dm_arena_strndup(roots->arena, path + strlen(begin),
                                                strlen(path) - strlen(begin) - strlen(end)));
    }
    if (!found || rank(found->key) >= rank(root->key)) {
        roots_fault(roots, "%s: reads the state `%s`", root->key, path ? path : "");
        return NULL;
    }
    return found;
}

static struct place follow_remote(struct roots *roots, const struct root *root, const char *state,
                                  const char *output)
{
    const json_t *states =
        json_object_get(json_object_get(root->all, "data"), "terraform_remote_state");
    const struct root *far = root_of_state(roots, root, json_object_get(states, state));
    const json_t *value =
        far ? json_object_get(json_object_get(json_object_get(far->all, "output"), output), "value")
            : NULL;

    if (!json_is_string(value)) {
        roots_fault(roots, "%s: there is no output %s.%s", root->key, state, output);
        return (struct place){ .root = root };
    }
    return roots_follow(roots, far, json_string_value(value));
}

/* What a resource may be asked for. */
static bool is_given_out(const char *type, const char *attribute)
{
    return strcmp(attribute, "id") == 0 || strcmp(attribute, "arn") == 0
           || (strcmp(attribute, "name") == 0 && strcmp(type, "aws_iam_role") == 0)
           || (strcmp(attribute, "latest_version") == 0 && strcmp(type, "aws_launch_template") == 0)
           || (strcmp(attribute, "identity[0].oidc[0].issuer") == 0
               && strcmp(type, "aws_eks_cluster") == 0)
           || (strcmp(attribute, "resources[0].autoscaling_groups[0].name") == 0
               && strcmp(type, "aws_eks_node_group") == 0)
           || (strcmp(attribute, "service_name") == 0
               && strcmp(type, "aws_vpc_endpoint_service") == 0)
           || (strcmp(attribute, "transit_gateway_attachment_id") == 0
               && strcmp(type, "aws_vpn_connection") == 0)
           || (strcmp(attribute, "transit_gateway_peering_attachment_id") == 0
               && strcmp(type, "aws_networkmanager_transit_gateway_peering") == 0);
}

bool roots_of_firewall(struct roots *roots, const struct root *root, const char *text,
                       struct place *ret_firewall, struct place *ret_subnet)
{
    char firewall[512] = "";
    char subnet[512] = "";
    int end = 0;

    if (sscanf(text,
               "${one([for state in aws_networkfirewall_firewall.%511[a-zA-Z0-9_].firewall_status"
               "[0].sync_states : state.attachment[0].endpoint_id if "
               "state.attachment[0].subnet_id == aws_subnet.%511[a-zA-Z0-9_].id])}%n",
               firewall, subnet, &end)
            != 2
        || end == 0 || text[end]) {
        return false;
    }
    *ret_firewall = roots_follow(
        roots, root, dm_sprintf(roots->arena, "${aws_networkfirewall_firewall.%s.id}", firewall));
    *ret_subnet =
        roots_follow(roots, root, dm_sprintf(roots->arena, "${aws_subnet.%s.id}", subnet));
    return true;
}

struct place roots_follow(struct roots *roots, const struct root *root, const char *text)
{
    char type[128] = "";
    char name[512] = "";
    char attribute[64] = "id";
    int end = 0;
    const char *kind = "resource";
    struct place place = { .root = root };
    struct place subnet;

    if (roots_of_firewall(roots, root, text, &place, &subnet)) {
        return place;
    }
    if (sscanf(text, "${var.%511[a-zA-Z0-9_]}%n", name, &end) == 1 && end > 0 && !text[end]) {
        place.body = json_object_get(json_object_get(root->all, "variable"), name);
        place.type = "var";
        place.name = dm_arena_strdup(roots->arena, name);
        if (!place.body) {
            roots_fault(roots, "%s: there is no variable `%s`", root->key, name);
        }
        return place;
    }
    if (sscanf(text, "${data.terraform_remote_state.%127[a-zA-Z0-9_].outputs.%511[a-zA-Z0-9_]}%n",
               type, name, &end)
            == 2
        && end > 0 && !text[end]) {
        return follow_remote(roots, root, type, name);
    }
    if (sscanf(text, "${data.%127[a-zA-Z0-9_].%511[a-zA-Z0-9_].id}%n", type, name, &end) == 2
        && end > 0 && !text[end]) {
        kind = "data";
    } else if (sscanf(text, "${%127[a-zA-Z0-9_].%511[a-zA-Z0-9_].%63[][a-z_0-9.]}%n", type, name,
                      attribute, &end)
                   != 3
               || end == 0 || text[end] || !is_given_out(type, attribute)) {
        roots_fault(roots, "%s: `%s` is no reference", root->key, text);
        return place;
    }
    place.body = json_object_get(json_object_get(json_object_get(root->all, kind), type), name);
    place.type = dm_sprintf(roots->arena, "%s%s", kind[0] == 'd' ? "data." : "", type);
    place.name = dm_arena_strdup(roots->arena, name);
    if (!place.body) {
        roots_fault(roots, "%s: `%s` leads nowhere", root->key, text);
    }
    return place;
}

const char *roots_region(struct roots *roots, const struct root *root, const json_t *body)
{
    const json_t *provider = json_object_get(json_object_get(root->all, "provider"), "aws");
    const char *chosen = json_string_value(json_object_get(body, "provider"));

    if (json_is_object(provider) && !chosen) {
        return json_string_value(json_object_get(provider, "region"));
    }
    for (size_t i = 0; chosen && i < json_array_size(provider); i++) {
        const json_t *entry = json_array_get(provider, i);

        if (strcmp(dm_sprintf(roots->arena, "aws.%s",
                              json_string_value(json_object_get(entry, "alias"))),
                   chosen)
            == 0) {
            return json_string_value(json_object_get(entry, "region"));
        }
    }
    roots_fault(roots, "%s: there is no provider `%s`", root->key, chosen ? chosen : "aws");
    return "";
}

/* ---- the check ---- */

/* Every template of a text is a reference that leads somewhere. */
static void check_text(struct roots *roots, const struct root *root, const char *text)
{
    for (const char *at = strstr(text, "${"); at; at = strstr(at + 2, "${")) {
        const char *end = strchr(at, '}');

        if (at > text && at[-1] == '$') {
            continue;
        }
        (void)roots_follow(roots, root,
                           end ? dm_arena_strndup(roots->arena, at, (size_t)(end - at) + 1) : at);
    }
}

static void check_value(struct roots *roots, const struct root *root, const json_t *value)
{
    const char *key;
    const json_t *item;

    if (json_is_string(value)) {
        check_text(roots, root, json_string_value(value));
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        check_value(roots, root, json_array_get(value, i));
    }
    for (void *at = json_object_iter((json_t *)(uintptr_t)value); at;
         at = json_object_iter_next((json_t *)(uintptr_t)value, at)) {
        key = json_object_iter_key(at);
        item = json_object_iter_value(at);
        if (strcmp(key, "//") != 0) {
            check_value(roots, root, item);
        }
    }
}

/* What must be of the region that the resource is made in. */
static void check_region(struct roots *roots, const struct place *place)
{
    static const char *const keys[] = { "vpc_id",
                                        "route_table_id",
                                        "security_group_id",
                                        "transit_gateway_id",
                                        "transit_gateway_route_table_id",
                                        "subnet_id",
                                        "customer_gateway_id",
                                        "vpn_gateway_id",
                                        "connection_id" };
    const char *region = roots_region(roots, place->root, place->body);

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *text = json_string_value(json_object_get(place->body, keys[i]));
        struct place to = { .body = NULL };

        if (text) {
            to = roots_follow(roots, place->root, text);
        }
        if (to.body && strcmp(roots_region(roots, to.root, to.body), region) != 0) {
            roots_fault(roots, "%s: %s.%s: %s is in another region", place->root->key, place->type,
                        place->name, keys[i]);
        }
    }
}

static void check_resource(struct roots *roots, const struct place *place, void *context)
{
    const json_t *needed = json_object_get(place->body, "depends_on");

    (void)context;
    check_value(roots, place->root, place->body);
    check_region(roots, place);
    for (size_t i = 0; i < json_array_size(needed); i++) {
        (void)roots_follow(
            roots, place->root,
            dm_sprintf(roots->arena, "${%s.id}", json_string_value(json_array_get(needed, i))));
    }
}

/* An output gives out the resource that it is named after. */
static void check_outputs(struct roots *roots, const struct root *root)
{
    const char *name;
    json_t *output;

    json_object_foreach(json_object_get(root->all, "output"), name, output)
    {
        const char *value = json_string_value(json_object_get(output, "value"));
        struct place place = roots_follow(roots, root, value ? value : "");

        if (place.body && !dm_str_ends(name, dm_sprintf(roots->arena, "_%s", place.name))) {
            roots_fault(roots, "%s: output %s gives out %s", root->key, name, place.name);
        }
    }
}

/* What is looked up, not made; states of other roots are held where they are used. */
static void check_looked_up(struct roots *roots, const struct root *root)
{
    const char *type;
    json_t *named;

    json_object_foreach(json_object_get(root->all, "data"), type, named)
    {
        const char *name;
        json_t *body;

        if (strcmp(type, "terraform_remote_state") == 0) {
            continue;
        }
        json_object_foreach(named, name, body)
        {
            struct place place = { root, type, name, body };

            check_resource(roots, &place, NULL);
        }
    }
}

void roots_check(struct roots *roots)
{
    for (size_t i = 0; i < roots->items.n; i++) {
        const struct root *root = &roots->items.items[i];

        if (!json_object_get(json_object_get(root->all, "terraform"), "required_providers")) {
            roots_fault(roots, "%s: no version of the provider", root->key);
        }
        check_outputs(roots, root);
        check_looked_up(roots, root);
    }
    roots_each(roots, check_resource, NULL);
}
