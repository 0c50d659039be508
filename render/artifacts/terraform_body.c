/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Roots, and bodies of resources in them with their values.
 */
#include <stdarg.h>
#include <string.h>

#include "model/base/str.h"
#include "render/artifacts/terraform_private.h"

enum { TAG_BYTES = 256 };

void dm_tf_nomem(struct dm_tf *tf)
{
    if (tf->status == DM_OK) {
        tf->status = DM_FAIL_NOMEM(tf->err);
    }
}

void dm_tf_refuse(struct dm_tf *tf, struct dm_span origin, const char *fmt, ...)
{
    const char *what;
    va_list ap;

    if (tf->status != DM_OK) {
        return;
    }
    va_start(ap, fmt);
    what = dm_vsprintf(tf->arena, fmt, ap);
    va_end(ap);
    if (!what) {
        dm_tf_nomem(tf);
    } else if (origin.source && tf->model->sources) {
        struct dm_place place = dm_sources_place(tf->model->sources, origin);

        tf->status = DM_FAIL(tf->err, DM_UNSUPPORTED, "%s:%u: cannot be written: %s", place.path,
                             (unsigned)place.line, what);
    } else {
        tf->status = DM_FAIL(tf->err, DM_UNSUPPORTED, "cannot be written: %s", what);
    }
}

/* ---- roots ---- */

/* A part of a path that is a plain name of one folder. */
static bool is_folder_name(const char *name)
{
    return name[0] && name[0] != '.' && !strchr(name, '/') && !strchr(name, '\\');
}

static uint32_t root_add(struct dm_tf *tf, enum dm_tf_rank rank, const char *key,
                         struct dm_region_id region)
{
    struct dm_tf_root root = { .rank = rank, .key = key, .region = region };

    for (uint32_t i = 0; key && i < tf->roots.n; i++) {
        if (strcmp(tf->roots.items[i].key, key) == 0) {
            return i;
        }
    }
    root.ident = key ? dm_tf_ident(tf->arena, key) : NULL;
    for (size_t i = 0; root.ident && i < tf->roots.n; i++) {
        if (strcmp(tf->roots.items[i].ident, root.ident) == 0) {
            root.ident = dm_sprintf(tf->arena, "%s_%zu", root.ident, tf->roots.n);
            i = 0;
        }
    }
    root.to_top = rank == DM_TF_GLOBAL ? ".." : "../..";
    dm_map_init(&root.idents, tf->arena);
    dm_map_init(&root.rows, tf->arena);
    for (int part = 0; part < DM_TF_PART_COUNT; part++) {
        root.parts[part] = json_object();
    }
    if (!root.ident || !DM_VEC_PUSH(tf->arena, &tf->roots, root)) {
        for (int part = 0; part < DM_TF_PART_COUNT; part++) {
            json_decref(root.parts[part]);
        }
        dm_tf_nomem(tf);
        return UINT32_MAX;
    }
    return (uint32_t)tf->roots.n - 1;
}

static uint32_t root_of(struct dm_tf *tf, enum dm_tf_rank rank, const char *first,
                        struct dm_region_id region)
{
    const struct dm_object *object = &dm_region_get(tf->model, region)->object;

    if (!is_folder_name(first) || !is_folder_name(object->name)) {
        dm_tf_refuse(tf, object->origin, "`%s/%s` is no name of a folder", first, object->name);
    }
    return root_add(tf, rank, dm_sprintf(tf->arena, "%s/%s", first, object->name), region);
}

uint32_t dm_tf_root_of_vpc(struct dm_tf *tf, struct dm_vpc_id vpc)
{
    const struct dm_vpc *object = dm_vpc_get(tf->model, vpc);
    const struct dm_object *environment;

    if (!object->environment.v) {
        return dm_tf_root_of_region(tf, object->region);
    }
    environment = &dm_environment_get(tf->model, object->environment)->object;
    if (strcmp(environment->name, "shared") == 0 || strcmp(environment->name, "global") == 0) {
        dm_tf_refuse(tf, environment->origin,
                     "environment `%s` has the name of a folder that is for something else",
                     environment->name);
    }
    return root_of(tf, DM_TF_ENVIRONMENT, environment->name, object->region);
}

uint32_t dm_tf_root_shared(struct dm_tf *tf, struct dm_region_id region)
{
    return root_of(tf, DM_TF_SHARED, "shared", region);
}

uint32_t dm_tf_root_of_gateway(struct dm_tf *tf, struct dm_transit_gateway_id gateway)
{
    return dm_tf_root_shared(tf, dm_transit_gateway_get(tf->model, gateway)->region);
}

uint32_t dm_tf_root_of_region(struct dm_tf *tf, struct dm_region_id region)
{
    return tf->model->n_environments ? root_of(tf, DM_TF_SHARED, "shared", region)
                                     : root_of(tf, DM_TF_ENVIRONMENT, "default", region);
}

uint32_t dm_tf_root_global(struct dm_tf *tf)
{
    return root_add(tf, DM_TF_GLOBAL, "global", (struct dm_region_id){ 0 });
}

uint32_t dm_tf_root_of_nodes(struct dm_tf *tf, struct dm_vpc_id vpc)
{
    uint32_t beside = dm_tf_root_of_vpc(tf, vpc);
    const char *key = beside < tf->roots.n ? tf->roots.items[beside].key : "";
    int length = (int)strcspn(key, "/");

    if (!key[0]) {
        return UINT32_MAX;
    }
    return root_add(tf, DM_TF_NODES,
                    dm_sprintf(tf->arena, "%.*s.nodes%s", length, key, key + length),
                    tf->roots.items[beside].region);
}

/* ---- values ---- */

void dm_tf_set(struct dm_tf *tf, json_t *body, const char *key, json_t *owned_value)
{
    if (!body) {
        json_decref(owned_value);
    } else if (json_object_set_new(body, key, owned_value) != 0) {
        dm_tf_nomem(tf);
    }
}

/* A string as it is: "${" and "%{" begin templates. */
void dm_tf_text(struct dm_tf *tf, json_t *body, const char *key, const char *text)
{
    struct dm_str plain;

    dm_str_init(&plain, tf->arena);
    for (const char *c = text; *c; c++) {
        if ((*c == '$' || *c == '%') && c[1] == '{') {
            dm_str_addc(&plain, *c);
        }
        dm_str_addc(&plain, *c);
    }
    if (plain.failed) {
        dm_tf_nomem(tf);
    }
    dm_tf_set(tf, body, key, json_string(plain.text));
}

void dm_tf_number(struct dm_tf *tf, json_t *body, const char *key, int64_t number)
{
    dm_tf_set(tf, body, key, json_integer(number));
}

void dm_tf_flag(struct dm_tf *tf, json_t *body, const char *key, bool flag)
{
    dm_tf_set(tf, body, key, json_boolean(flag));
}

void dm_tf_prefix(struct dm_tf *tf, json_t *body, const char *key, struct dm_prefix prefix)
{
    char buffer[DM_ADDR_TEXT_SIZE];

    dm_tf_set(tf, body, key, json_string(dm_prefix_text(prefix, buffer)));
}

json_t *dm_tf_child(struct dm_tf *tf, json_t *object, const char *key)
{
    json_t *found = json_object_get(object, key);

    if (!found && object) {
        found = json_object();
        dm_tf_set(tf, object, key, found);
    }
    return found;
}

void dm_tf_push(struct dm_tf *tf, json_t *body, const char *key, json_t *owned_value)
{
    json_t *list = json_object_get(body, key);

    if (body && !list) {
        list = json_array();
        dm_tf_set(tf, body, key, list);
    }
    if (!body) {
        json_decref(owned_value);
    } else if (json_array_append_new(list, owned_value) != 0) {
        dm_tf_nomem(tf);
    }
}

void dm_tf_push_once(struct dm_tf *tf, json_t *body, const char *key, const char *text)
{
    const json_t *list = json_object_get(body, key);

    for (size_t i = 0; i < json_array_size(list); i++) {
        if (strcmp(json_string_value(json_array_get(list, i)), text) == 0) {
            return;
        }
    }
    dm_tf_push(tf, body, key, json_string(text));
}

json_t *dm_tf_block(struct dm_tf *tf, json_t *body, const char *key)
{
    json_t *block = body ? json_object() : NULL;

    if (body) {
        dm_tf_push(tf, body, key, block);
    }
    return block;
}

/* ---- resources ---- */

const char *dm_tf_ident_of(const struct dm_tf *tf, struct dm_ref ref)
{
    DM_ASSERT(tf->idents[ref.kind] && ref.v);
    return tf->idents[ref.kind][ref.v - 1];
}

/* An empty body; 'ident' is changed where it is taken. */
static json_t *resource(struct dm_tf *tf, uint32_t root, enum dm_tf_part part, const char *type,
                        const char *ident)
{
    struct dm_tf_root *at = root < tf->roots.n ? &tf->roots.items[root] : NULL;
    bool added = false;

    if (!at || tf->status != DM_OK) {
        return NULL;
    }
    for (unsigned n = 2; !added; n++) {
        const char *key = ident ? dm_sprintf(tf->arena, "%s %s", type, ident) : NULL;

        if (!key || !dm_map_add(&at->idents, key, &added)) {
            dm_tf_nomem(tf);
            return NULL;
        }
        if (!added) {
            ident = dm_sprintf(tf->arena, "%s_%u", ident, n);
        }
    }
    return dm_tf_child(tf, dm_tf_child(tf, dm_tf_child(tf, at->parts[part], "resource"), type),
                       ident);
}

/* What the design gives it itself. */
static void own_tags(struct dm_tf *tf, json_t *map, struct dm_ref ref)
{
    struct dm_tags tags = { NULL, 0 };

    if (ref.kind == DM_KIND_subnet) {
        tags = dm_subnet_get(tf->model, (struct dm_subnet_id){ ref.v })->tags;
    } else if (ref.kind == DM_KIND_group) {
        tags = dm_group_get(tf->model, (struct dm_group_id){ ref.v })->tags;
    }
    for (size_t i = 0; i < tags.n; i++) {
        dm_tf_text(tf, map, tags.items[i].key, tags.items[i].value);
    }
}

static void tags(struct dm_tf *tf, json_t *body, struct dm_ref ref)
{
    const struct dm_object *object = dm_model_object(tf->model, ref);
    json_t *map = dm_tf_child(tf, body, "tags");
    const char *place = dm_tf_place(tf, object->origin);

    own_tags(tf, map, ref);
    dm_tf_text(tf, map, "Name", object->label ? object->label : object->name);
    if (place) {
        dm_tf_text(tf, map, "demarc:origin", place);
    }
}

json_t *dm_tf_second(struct dm_tf *tf, uint32_t root, enum dm_tf_part part, const char *type,
                     struct dm_ref ref)
{
    json_t *body = resource(tf, root, part, type, dm_tf_ident_of(tf, ref));

    tags(tf, body, ref);
    return body;
}

const char *dm_tf_output_of(struct dm_tf *tf, struct dm_ref ref)
{
    const char *kind = dm_tf_ident(tf->arena, dm_kind_text(ref.kind));

    return kind ? dm_sprintf(tf->arena, "%s_%s", kind, dm_tf_ident_of(tf, ref)) : NULL;
}

json_t *dm_tf_object(struct dm_tf *tf, uint32_t root, enum dm_tf_part part, const char *type,
                     struct dm_ref ref)
{
    json_t *body = dm_tf_second(tf, root, part, type, ref);
    const char *output = dm_tf_output_of(tf, ref);

    if (!output) {
        dm_tf_nomem(tf);
    } else if (body) {
        json_t *outputs = dm_tf_child(tf, tf->roots.items[root].parts[DM_TF_OUTPUTS], "output");
        const char *value = dm_sprintf(tf->arena, "${%s.%s.id}", type, dm_tf_ident_of(tf, ref));

        dm_tf_set(tf, dm_tf_child(tf, outputs, output), "value", json_string(value));
    }
    return body;
}

const char *dm_tf_ident_of_row(struct dm_tf *tf, struct dm_ref parent, const char *rest)
{
    const char *text =
        rest ? dm_sprintf(tf->arena, "%s__%s", dm_tf_ident_of(tf, parent), rest) : NULL;

    return text ? dm_tf_ident(tf->arena, text) : NULL;
}

json_t *dm_tf_row(struct dm_tf *tf, uint32_t root, enum dm_tf_part part, const char *type,
                  struct dm_ref parent, const char *rest, struct dm_span origin)
{
    const char *name =
        rest ? dm_sprintf(tf->arena, "%s %s %s", type, dm_tf_ident_of(tf, parent), rest) : NULL;
    const char *ident = dm_tf_ident_of_row(tf, parent, rest);
    const char *place = dm_tf_place(tf, origin);
    bool added = false;
    json_t *body;

    if (!name || !ident || root >= tf->roots.n
        || !dm_map_add(&tf->roots.items[root].rows, name, &added)) {
        dm_tf_nomem(tf);
        return NULL;
    }
    body = added ? resource(tf, root, part, type, ident) : NULL;
    if (place) {
        dm_tf_text(tf, body, "//", place);
    }
    return body;
}
