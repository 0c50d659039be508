/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Resources against the schema of the provider: its types, arguments and blocks.
 */
#include <stdio.h>
#include <string.h>

#include "model/base/file.h"
#include "model/base/str.h"
#include "render/artifacts/terraform.h"
#include "tests/support/dmtest.h"
#include "tests/support/roots_private.h"

#define SCHEMA_FILE                                                                                \
    "../shared/validators/terraform/aws-" DM_TERRAFORM_PROVIDER_VERSION ".schema.json.gz"

/* The same schema's types that the extract lacks: Direct Connect, Network Firewall, interfaces. */
#define MORE_FILE "tests/artifacts/provider-schema-more.json"

json_t *roots_schema_new(void)
{
    json_t *schema;
    FILE *pipe;

    if (!dm_file_exists(SCHEMA_FILE)) {
        print_message("skipped: there is no %s\n", SCHEMA_FILE);
        return NULL;
    }
    pipe = popen("gzip -dc " SCHEMA_FILE, "r");
    assert_non_null(pipe);
    schema = json_loadf(pipe, 0, NULL);
    assert_int_equal(pclose(pipe), 0);
    assert_non_null(schema);
    return schema;
}

/* Whether 'value' may stand for the type 'type' of the schema: "string", ["set", "string"], ... */
static bool fits(const json_t *type, const json_t *value)
{
    const char *word = json_string_value(json_is_array(type) ? json_array_get(type, 0) : type);

    if (strcmp(word, "string") == 0) {
        return json_is_string(value);
    }
    if (strcmp(word, "number") == 0) {
        return json_is_integer(value);
    }
    if (strcmp(word, "bool") == 0) {
        return json_is_boolean(value);
    }
    if (strcmp(word, "map") == 0) {
        const char *key;
        json_t *item;

        json_object_foreach((json_t *)(uintptr_t)value, key, item)
        {
            if (!fits(json_array_get(type, 1), item)) {
                return false;
            }
        }
        return json_is_object(value);
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        if (!fits(json_array_get(type, 1), json_array_get(value, i))) {
            return false;
        }
    }
    return json_is_array(value);
}

static bool is_meta(const char *key)
{
    return strcmp(key, "//") == 0 || strcmp(key, "depends_on") == 0 || strcmp(key, "provider") == 0;
}

static void check_block(struct roots *roots, const struct place *place, const json_t *schema,
                        json_t *body);

static void check_key(struct roots *roots, const struct place *place, const json_t *schema,
                      const char *key, json_t *value)
{
    const json_t *attribute = json_object_get(json_object_get(schema, "attributes"), key);
    const json_t *block = json_object_get(json_object_get(schema, "block_types"), key);

    if (attribute) {
        if (!json_is_true(json_object_get(attribute, "required"))
            && !json_is_true(json_object_get(attribute, "optional"))) {
            roots_fault(roots, "%s.%s: `%s` is not ours to say", place->type, place->name, key);
        }
        if (!fits(json_object_get(attribute, "type"), value)) {
            roots_fault(roots, "%s.%s: `%s` has another type", place->type, place->name, key);
        }
    } else if (block) {
        if (!json_is_array(value)) {
            roots_fault(roots, "%s.%s: `%s` is a list of blocks", place->type, place->name, key);
        }
        for (size_t i = 0; i < json_array_size(value); i++) {
            check_block(roots, place, json_object_get(block, "block"), json_array_get(value, i));
        }
    } else {
        roots_fault(roots, "%s.%s: there is no `%s`", place->type, place->name, key);
    }
}

static void check_block(struct roots *roots, const struct place *place, const json_t *schema,
                        json_t *body)
{
    const char *key;
    json_t *value;

    json_object_foreach(body, key, value)
    {
        if (!is_meta(key)) {
            check_key(roots, place, schema, key, value);
        }
    }
    json_object_foreach(json_object_get(schema, "attributes"), key, value)
    {
        if (json_is_true(json_object_get(value, "required")) && !json_object_get(body, key)) {
            roots_fault(roots, "%s.%s: `%s` is missing", place->type, place->name, key);
        }
    }
}

static void check_resource(struct roots *roots, const struct place *place, void *context)
{
    const json_t *schema = json_object_get(context, place->type);

    if (!schema) {
        roots_fault(roots, "there is no type `%s`", place->type);
        return;
    }
    check_block(roots, place, json_object_get(schema, "block"), place->body);
}

void roots_check_schema(struct roots *roots, json_t *schema)
{
    json_t *provider =
        json_object_iter_value(json_object_iter(json_object_get(schema, "provider_schemas")));
    json_t *resources = json_object_get(provider, "resource_schemas");

    json_t *more = json_load_file(MORE_FILE, JSON_REJECT_DUPLICATES, NULL);

    assert_true(json_object_size(resources) > 0);
    assert_non_null(more);
    assert_int_equal(json_object_update_missing(resources, more), 0);
    json_decref(more);
    roots_each(roots, check_resource, resources);
}
