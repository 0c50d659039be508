/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Roots, and bodies of resources in them with their values and references.
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

uint32_t dm_tf_root_of_gateway(struct dm_tf *tf, struct dm_transit_gateway_id gateway)
{
    return root_of(tf, DM_TF_SHARED, "shared", dm_transit_gateway_get(tf->model, gateway)->region);
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

/* The object under 'key', made where there is none; NULL of NULL. */
static json_t *child(struct dm_tf *tf, json_t *object, const char *key)
{
    json_t *found = json_object_get(object, key);

    if (!found && object) {
        found = json_object();
        dm_tf_set(tf, object, key, found);
    }
    return found;
}

/* ---- resources ---- */

static const char *ident_of(const struct dm_tf *tf, struct dm_ref ref)
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
        const char *key = dm_sprintf(tf->arena, "%s %s", type, ident);

        if (!key || !dm_map_add(&at->idents, key, &added)) {
            dm_tf_nomem(tf);
            return NULL;
        }
        if (!added) {
            ident = dm_sprintf(tf->arena, "%s_%u", ident, n);
        }
    }
    return child(tf, child(tf, child(tf, at->parts[part], "resource"), type), ident);
}

static void tags(struct dm_tf *tf, json_t *body, const struct dm_object *object)
{
    json_t *map = child(tf, body, "tags");
    const char *place = dm_tf_place(tf, object->origin);

    dm_tf_text(tf, map, "Name", object->label ? object->label : object->name);
    if (place) {
        dm_tf_text(tf, map, "demarc:origin", place);
    }
}

json_t *dm_tf_second(struct dm_tf *tf, uint32_t root, enum dm_tf_part part, const char *type,
                     struct dm_ref ref)
{
    json_t *body = resource(tf, root, part, type, ident_of(tf, ref));

    tags(tf, body, dm_model_object(tf->model, ref));
    return body;
}

/* "vpc_app_prod_eu_west_1": under which its root gives out the id of an object. */
static const char *output_of(struct dm_tf *tf, struct dm_ref ref)
{
    const char *kind = dm_tf_ident(tf->arena, dm_kind_text(ref.kind));

    return kind ? dm_sprintf(tf->arena, "%s_%s", kind, ident_of(tf, ref)) : NULL;
}

json_t *dm_tf_object(struct dm_tf *tf, uint32_t root, enum dm_tf_part part, const char *type,
                     struct dm_ref ref)
{
    json_t *body = dm_tf_second(tf, root, part, type, ref);
    const char *output = output_of(tf, ref);

    if (!output) {
        dm_tf_nomem(tf);
    } else if (body) {
        json_t *outputs = child(tf, tf->roots.items[root].parts[DM_TF_OUTPUTS], "output");
        const char *value = dm_sprintf(tf->arena, "${%s.%s.id}", type, ident_of(tf, ref));

        dm_tf_set(tf, child(tf, outputs, output), "value", json_string(value));
    }
    return body;
}

static const char *row_ident(struct dm_tf *tf, struct dm_ref parent, const char *rest)
{
    const char *text = rest ? dm_sprintf(tf->arena, "%s__%s", ident_of(tf, parent), rest) : NULL;

    return text ? dm_tf_ident(tf->arena, text) : NULL;
}

json_t *dm_tf_row(struct dm_tf *tf, uint32_t root, enum dm_tf_part part, const char *type,
                  struct dm_ref parent, const char *rest, struct dm_span origin)
{
    const char *name =
        rest ? dm_sprintf(tf->arena, "%s %s %s", type, ident_of(tf, parent), rest) : NULL;
    const char *ident = row_ident(tf, parent, rest);
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

/* ---- references ---- */

/* The type of resource whose id is that of 'ref', and the object that it is named after. */
static const char *type_of(const struct dm_tf *tf, struct dm_ref *ref)
{
    const struct dm_attachment *attachment;

    switch ((int)ref->kind) {
    case DM_KIND_vpc:
        return "aws_vpc";
    case DM_KIND_subnet:
        return "aws_subnet";
    case DM_KIND_route_table:
        return "aws_route_table";
    case DM_KIND_acl:
        return "aws_network_acl";
    case DM_KIND_group:
        return "aws_security_group";
    case DM_KIND_internet_gateway:
        return "aws_internet_gateway";
    case DM_KIND_nat_gateway:
        return "aws_nat_gateway";
    case DM_KIND_peering: /* not before it is accepted */
        return "aws_vpc_peering_connection_accepter";
    case DM_KIND_transit_gateway:
        return "aws_ec2_transit_gateway";
    case DM_KIND_transit_table:
        return "aws_ec2_transit_gateway_route_table";
    case DM_KIND_attachment:
        attachment = dm_attachment_get(tf->model, (struct dm_attachment_id){ ref->v });
        if (attachment->kind == DM_ATTACHMENT_VPC) {
            return "aws_ec2_transit_gateway_vpc_attachment";
        }
        /* Both sides have one id, and not before it is accepted, by the one that comes later. */
        if (attachment->peer.v > ref->v) {
            ref->v = attachment->peer.v;
        }
        return "aws_ec2_transit_gateway_peering_attachment_accepter";
    default:
        dm_assert_fail(__FILE__, __LINE__, "a kind that is referred to");
    }
}

static struct dm_vpc_id vpc_of(const struct dm_model *model, struct dm_ref ref)
{
    switch ((int)ref.kind) {
    case DM_KIND_vpc:
        return (struct dm_vpc_id){ ref.v };
    case DM_KIND_subnet:
        return dm_subnet_get(model, (struct dm_subnet_id){ ref.v })->vpc;
    case DM_KIND_route_table:
        return dm_route_table_get(model, (struct dm_route_table_id){ ref.v })->vpc;
    case DM_KIND_acl:
        return dm_acl_get(model, (struct dm_acl_id){ ref.v })->vpc;
    case DM_KIND_group:
        return dm_group_get(model, (struct dm_group_id){ ref.v })->vpc;
    case DM_KIND_internet_gateway:
        return dm_internet_gateway_get(model, (struct dm_internet_gateway_id){ ref.v })->vpc;
    case DM_KIND_nat_gateway:
        return dm_subnet_get(model,
                             dm_nat_gateway_get(model, (struct dm_nat_gateway_id){ ref.v })->subnet)
            ->vpc;
    case DM_KIND_attachment:
        return dm_attachment_get(model, (struct dm_attachment_id){ ref.v })->vpc;
    default:
        return (struct dm_vpc_id){ 0 };
    }
}

static uint32_t root_of_object(struct dm_tf *tf, struct dm_ref ref)
{
    struct dm_vpc_id vpc = vpc_of(tf->model, ref);

    if (vpc.v) {
        return dm_tf_root_of_vpc(tf, vpc);
    }
    if (ref.kind == DM_KIND_transit_gateway) {
        return dm_tf_root_of_gateway(tf, (struct dm_transit_gateway_id){ ref.v });
    }
    if (ref.kind == DM_KIND_transit_table) {
        return dm_tf_root_of_gateway(
            tf, dm_transit_table_get(tf->model, (struct dm_transit_table_id){ ref.v })->gateway);
    }
    return dm_tf_root_global(tf);
}

/* The output 'name' of root 'owner', read by root 'root'. */
static const char *remote(struct dm_tf *tf, uint32_t root, uint32_t owner, const char *name)
{
    const struct dm_tf_root *from = &tf->roots.items[root];
    const struct dm_tf_root *to = &tf->roots.items[owner];
    json_t *states =
        child(tf, child(tf, from->parts[DM_TF_REMOTE], "data"), "terraform_remote_state");

    if (!json_object_get(states, to->ident)) {
        json_t *state = child(tf, states, to->ident);
        const char *path =
            dm_sprintf(tf->arena, "${path.module}/%s/%s/terraform.tfstate", from->to_top, to->key);

        dm_tf_set(tf, state, "backend", json_string("local"));
        dm_tf_set(tf, child(tf, state, "config"), "path", json_string(path));
    }
    return dm_sprintf(tf->arena, "${data.terraform_remote_state.%s.outputs.%s}", to->ident, name);
}

const char *dm_tf_id(struct dm_tf *tf, uint32_t root, struct dm_ref ref)
{
    uint32_t owner = root_of_object(tf, ref);
    const char *text = NULL;

    if (tf->status != DM_OK || owner >= tf->roots.n || root >= tf->roots.n) {
        return "";
    }
    if (owner == root) {
        const char *type = type_of(tf, &ref);

        text = dm_sprintf(tf->arena, "${%s.%s.id}", type, ident_of(tf, ref));
    } else if (tf->roots.items[owner].rank < tf->roots.items[root].rank) {
        const char *output = output_of(tf, ref);

        text = output ? remote(tf, root, owner, output) : NULL;
    } else {
        dm_tf_refuse(tf, dm_model_object(tf->model, ref)->origin,
                     "%s `%s` is of terraform/%s, which terraform/%s may not depend on",
                     dm_kind_text(ref.kind), dm_model_ref_name(tf->model, ref),
                     tf->roots.items[owner].key, tf->roots.items[root].key);
        return "";
    }
    if (!text) {
        dm_tf_nomem(tf);
    }
    return text ? text : "";
}

void dm_tf_refer(struct dm_tf *tf, uint32_t root, json_t *body, const char *key, struct dm_ref ref)
{
    if (body) {
        dm_tf_set(tf, body, key, json_string(dm_tf_id(tf, root, ref)));
    }
}

/* A list of ours is made in 'root'; one of AWS's own is looked up there. */
static void list_body(struct dm_tf *tf, uint32_t root, const struct dm_prefix_list *list,
                      struct dm_ref ref)
{
    json_t *entries = json_array();
    json_t *body;

    if (list->is_aws) {
        json_t *data = child(tf, tf->roots.items[root].parts[DM_TF_FILTERS], "data");

        body = child(tf, child(tf, data, "aws_ec2_managed_prefix_list"), ident_of(tf, ref));
        dm_tf_text(tf, body, dm_str_starts(list->object.name, "pl-") ? "id" : "name",
                   list->object.name);
        json_decref(entries);
        return;
    }
    body = dm_tf_second(tf, root, DM_TF_FILTERS, "aws_ec2_managed_prefix_list", ref);
    for (size_t i = 0; i < list->n_prefixes; i++) {
        json_t *entry = json_object();

        dm_tf_prefix(tf, entry, "cidr", list->prefixes[i]);
        if (json_array_append_new(entries, entry) != 0) {
            dm_tf_nomem(tf);
        }
    }
    dm_tf_text(tf, body, "name", list->object.name);
    dm_tf_text(tf, body, "address_family",
               list->n_prefixes && list->prefixes[0].addr.family == DM_FAMILY_IPV6 ? "IPv6"
                                                                                   : "IPv4");
    dm_tf_number(tf, body, "max_entries", list->n_prefixes ? (int64_t)list->n_prefixes : 1);
    dm_tf_set(tf, body, "entry", entries);
}

void dm_tf_refer_list(struct dm_tf *tf, uint32_t root, uint32_t owner, json_t *body,
                      const char *key, struct dm_prefix_list_id id)
{
    const struct dm_prefix_list *list = dm_prefix_list_get(tf->model, id);
    struct dm_ref ref = DM_REF(prefix_list, id);
    const char *value = dm_sprintf(tf->arena, "${%saws_ec2_managed_prefix_list.%s.id}",
                                   list->is_aws ? "data." : "", ident_of(tf, ref));
    const char *output = output_of(tf, ref);
    json_t *outputs;

    if (list->unknown.v && !list->is_aws) {
        dm_tf_refuse(tf, list->object.origin, "what prefix list `%s` holds is not known",
                     list->object.name);
    }
    if (!body || tf->status != DM_OK || owner >= tf->roots.n || !value || !output) {
        return;
    }
    outputs = child(tf, tf->roots.items[owner].parts[DM_TF_OUTPUTS], "output");
    if (!json_object_get(outputs, output)) {
        list_body(tf, owner, list, ref);
        dm_tf_set(tf, child(tf, outputs, output), "value", json_string(value));
    }
    dm_tf_set(tf, body, key, json_string(root == owner ? value : remote(tf, root, owner, output)));
}

void dm_tf_refer_second(struct dm_tf *tf, json_t *body, const char *key, const char *type,
                        struct dm_ref ref)
{
    if (body) {
        dm_tf_set(tf, body, key, json_sprintf("${%s.%s.id}", type, ident_of(tf, ref)));
    }
}

static void depend_on(struct dm_tf *tf, json_t *body, const char *type, const char *ident)
{
    json_t *list = json_object_get(body, "depends_on");

    if (!body) {
        return;
    }
    if (!list) {
        list = json_array();
        dm_tf_set(tf, body, "depends_on", list);
    }
    if (!ident || json_array_append_new(list, json_sprintf("%s.%s", type, ident)) != 0) {
        dm_tf_nomem(tf);
    }
}

void dm_tf_depend(struct dm_tf *tf, json_t *body, struct dm_ref ref)
{
    const char *type = type_of(tf, &ref);

    depend_on(tf, body, type, ident_of(tf, ref));
}

void dm_tf_depend_row(struct dm_tf *tf, json_t *body, const char *type, struct dm_ref parent,
                      const char *rest)
{
    depend_on(tf, body, type, row_ident(tf, parent, rest));
}

void dm_tf_provide(struct dm_tf *tf, uint32_t root, json_t *body, struct dm_region_id region)
{
    const char *name = dm_region_get(tf->model, region)->object.name;
    const char *alias = dm_tf_ident(tf->arena, name);
    json_t *settings;
    json_t *list;
    json_t *entry;

    if (!body || tf->roots.items[root].rank != DM_TF_GLOBAL) {
        return;
    }
    if (!alias) {
        dm_tf_nomem(tf);
        return;
    }
    dm_tf_set(tf, body, "provider", json_sprintf("aws.%s", alias));
    settings = child(tf, tf->roots.items[root].parts[DM_TF_SETTINGS], "provider");
    list = json_object_get(settings, "aws");
    if (!list) {
        list = json_array();
        dm_tf_set(tf, settings, "aws", list);
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *there = json_object_get(json_array_get(list, i), "region");

        if (strcmp(json_string_value(there), name) == 0) {
            return;
        }
    }
    entry = json_object();
    dm_tf_set(tf, entry, "alias", json_string(alias));
    dm_tf_set(tf, entry, "region", json_string(name));
    if (json_array_append_new(list, entry) != 0) {
        dm_tf_nomem(tf);
    }
}
