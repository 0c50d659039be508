/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The table as a JSON Schema (draft 7), for editors: one definition a type, referred to by keys.
 * What a schema cannot say stays with the reader; it never refuses what the reader takes.
 */
#include "model/front/design/design.h"

#include <string.h>

#include "model/front/design/grammar_private.h"

enum { INDENT = 2 };

/* What the definition of a type within an override has after its name. */
#define PART_SUFFIX "_part"

/* JSON on its way out; 'is_first' says that nothing stands in the innermost bracket yet. */
struct json {
    struct dm_str *out;
    size_t depth;
    bool is_first;
};

static void put_string(struct json *json, const char *text)
{
    dm_str_addc(json->out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') {
            dm_str_addc(json->out, '\\');
        }
        dm_str_addc(json->out, *text);
    }
    dm_str_addc(json->out, '"');
}

/* Begins a new line; 'key' is NULL in a list. */
static void put_key(struct json *json, const char *key)
{
    if (json->depth) {
        dm_str_add(json->out, json->is_first ? "\n" : ",\n");
    }
    for (size_t i = 0; i < json->depth * INDENT; i++) {
        dm_str_addc(json->out, ' ');
    }
    if (key) {
        put_string(json, key);
        dm_str_add(json->out, ": ");
    }
    json->is_first = false;
}

static void put_begin(struct json *json, const char *key, char bracket)
{
    put_key(json, key);
    dm_str_addc(json->out, bracket);
    json->depth++;
    json->is_first = true;
}

static void put_end(struct json *json, char bracket)
{
    json->depth--;
    if (!json->is_first) {
        dm_str_addc(json->out, '\n');
        for (size_t i = 0; i < json->depth * INDENT; i++) {
            dm_str_addc(json->out, ' ');
        }
    }
    dm_str_addc(json->out, bracket);
    json->is_first = false;
}

static void put_text(struct json *json, const char *key, const char *text)
{
    put_key(json, key);
    put_string(json, text);
}

static void put_number(struct json *json, const char *key, int64_t number)
{
    put_key(json, key);
    dm_str_addf(json->out, "%lld", (long long)number);
}

static void put_truth(struct json *json, const char *key, bool truth)
{
    put_key(json, key);
    dm_str_add(json->out, truth ? "true" : "false");
}

/* Which keys of a shape are wanted: those of a whole entry, of an override, of an included file. */
enum scope { SCOPE_WHOLE, SCOPE_PART, SCOPE_INCLUDED };

/* Whether a type in an override differs from the same type outside: what is merged does. */
static bool has_part(const struct dm_type *type)
{
    return type->kind == DM_TYPE_KIND_MAP || type->kind == DM_TYPE_KIND_EITHER
           || type->kind == DM_TYPE_KIND_SHAPE;
}

/* {"$ref": "#/definitions/..."} as an item of a list or the value of a key */
static void put_ref(struct json *json, const char *key, enum dm_type_id id, enum scope scope)
{
    const struct dm_type *type = dm_grammar_type(id);

    put_key(json, key);
    dm_str_addf(json->out, "{ \"$ref\": \"#/definitions/%s%s\" }", type->id,
                scope == SCOPE_PART && has_part(type) ? PART_SUFFIX : "");
}

/* The names in "a|b|c" as a list of strings. */
static void put_names(struct json *json, const char *key, const char *names)
{
    struct dm_alternative alternatives[DM_GRAMMAR_MAX_ALTERNATIVES];
    size_t n = dm_grammar_split(names, alternatives);

    put_begin(json, key, '[');
    for (size_t i = 0; i < n; i++) {
        put_key(json, NULL);
        dm_str_addf(json->out, "\"%.*s\"", (int)alternatives[i].n, alternatives[i].head);
    }
    put_end(json, ']');
}

/* The pattern of a scalar type, from its first letter to its last. */
static const char *pattern_of(struct json *json, enum dm_type_id id)
{
    struct dm_str pattern;

    dm_str_init(&pattern, json->out->arena);
    dm_str_addc(&pattern, '^');
    dm_grammar_pattern(id, &pattern);
    dm_str_addc(&pattern, '$');
    json->out->failed = json->out->failed || pattern.failed;
    return pattern.text;
}

/* ---- types ---- */

static void put_range(struct json *json, int64_t min, int64_t max)
{
    put_text(json, "type", "integer");
    put_number(json, "minimum", min);
    put_number(json, "maximum", max);
}

static void put_number_type(struct json *json, const struct dm_type *type)
{
    if (!type->max2) {
        put_range(json, type->min, type->max);
        return;
    }
    put_begin(json, "anyOf", '[');
    put_begin(json, NULL, '{');
    put_range(json, type->min, type->max);
    put_end(json, '}');
    put_begin(json, NULL, '{');
    put_range(json, type->min2, type->max2);
    put_end(json, '}');
    put_end(json, ']');
}

static void put_list_type(struct json *json, const struct dm_type *type)
{
    put_text(json, "type", "array");
    put_ref(json, "items", type->of, SCOPE_WHOLE);
    if (type->min) {
        put_number(json, "minItems", type->min);
    }
    if (type->max) {
        put_number(json, "maxItems", type->max);
    }
    if (dm_type_is_scalar(dm_grammar_type(type->of))) {
        put_truth(json, "uniqueItems", true);
    }
}

static void put_map_type(struct json *json, const struct dm_type *type, enum scope scope)
{
    put_text(json, "type", "object");
    put_begin(json, "patternProperties", '{');
    put_ref(json, pattern_of(json, type->of), type->map, scope);
    put_end(json, '}');
    put_truth(json, "additionalProperties", false);
}

static void put_either_type(struct json *json, const struct dm_type *type, enum scope scope)
{
    enum dm_type_id either[3] = { type->of, type->list, type->map };

    put_begin(json, "anyOf", '[');
    for (size_t i = 0; i < 3; i++) {
        if (either[i]) {
            put_ref(json, NULL, either[i], scope);
        }
    }
    put_end(json, ']');
}

static void put_relation(struct json *json, const struct dm_relation *relation)
{
    struct dm_alternative wanted[DM_GRAMMAR_MAX_ALTERNATIVES];
    size_t n = dm_grammar_split(relation->keys, wanted);

    put_begin(json, NULL, '{');
    put_begin(json, relation->kind == DM_RELATION_EXACTLY_ONE ? "oneOf" : "anyOf", '[');
    if (relation->kind == DM_RELATION_NEEDS) {
        put_begin(json, NULL, '{');
        put_names(json, "required", relation->other);
        put_end(json, '}');
        put_begin(json, NULL, '{');
        put_begin(json, "properties", '{');
        put_truth(json, relation->keys, false);
        put_end(json, '}');
        put_end(json, '}');
    }
    for (size_t i = 0; relation->kind != DM_RELATION_NEEDS && i < n; i++) {
        put_begin(json, NULL, '{');
        put_begin(json, "required", '[');
        put_key(json, NULL);
        dm_str_addf(json->out, "\"%.*s\"", (int)wanted[i].n, wanted[i].head);
        put_end(json, ']');
        put_end(json, '}');
    }
    put_end(json, ']');
    put_end(json, '}');
}

static void put_relations(struct json *json, enum dm_type_id shape)
{
    size_t n;
    const struct dm_relation *relations = dm_grammar_relations(&n);
    bool is_begun = false;

    for (size_t i = 0; i < n; i++) {
        if (relations[i].shape == shape) {
            if (!is_begun) {
                put_begin(json, "allOf", '[');
                is_begun = true;
            }
            put_relation(json, &relations[i]);
        }
    }
    if (is_begun) {
        put_end(json, ']');
    }
}

static bool is_within(const struct dm_key *key, enum scope scope)
{
    switch (key->presence) {
    case DM_PRESENCE_FIRST:
        return scope != SCOPE_INCLUDED;
    case DM_PRESENCE_WHOLE:
    case DM_PRESENCE_WHOLE_REQUIRED:
        return scope != SCOPE_PART;
    case DM_PRESENCE_OPTIONAL:
    case DM_PRESENCE_REQUIRED:
        break;
    }
    return true;
}

static bool is_required(const struct dm_key *key, enum scope scope)
{
    return is_within(key, scope) && scope != SCOPE_PART && key->presence != DM_PRESENCE_OPTIONAL
           && key->presence != DM_PRESENCE_WHOLE;
}

static void put_key_schema(struct json *json, const struct dm_key *key, enum scope scope)
{
    put_begin(json, key->key, '{');
    put_text(json, "description", key->doc);
    if (key->standard && dm_grammar_type(key->type)->kind == DM_TYPE_KIND_TRUTH) {
        put_truth(json, "default", !strcmp(key->standard, "true"));
    } else if (key->standard) {
        put_text(json, "default", key->standard);
    }
    put_begin(json, "allOf", '[');
    put_ref(json, NULL, key->type, scope);
    put_end(json, ']');
    put_end(json, '}');
}

static void put_shape(struct json *json, enum dm_type_id shape, enum scope scope)
{
    size_t n;
    const struct dm_key *keys = dm_grammar_keys(shape, &n);
    size_t n_required = 0;

    put_text(json, "type", "object");
    for (size_t i = 0; i < n; i++) {
        n_required += is_required(&keys[i], scope);
    }
    if (n_required) {
        put_begin(json, "required", '[');
        for (size_t i = 0; i < n; i++) {
            if (is_required(&keys[i], scope)) {
                put_text(json, NULL, keys[i].key);
            }
        }
        put_end(json, ']');
    }
    put_begin(json, "properties", '{');
    for (size_t i = 0; i < n; i++) {
        if (is_within(&keys[i], scope)) {
            put_key_schema(json, &keys[i], scope);
        }
    }
    put_end(json, '}');
    put_truth(json, "additionalProperties", false);
    if (scope != SCOPE_PART) {
        put_relations(json, shape);
    }
}

static void put_type(struct json *json, enum dm_type_id id, enum scope scope)
{
    const struct dm_type *type = dm_grammar_type(id);
    struct dm_str name;

    dm_str_init(&name, json->out->arena);
    dm_str_addf(&name, "%s%s", type->id, scope == SCOPE_PART ? PART_SUFFIX : "");
    json->out->failed = json->out->failed || name.failed;
    put_begin(json, name.text, '{');
    put_text(json, "description", type->doc);
    switch (type->kind) {
    case DM_TYPE_KIND_TEXT:
        if (type->or_number) {
            put_names(json, "type", "string|number");
        } else {
            put_text(json, "type", "string");
        }
        put_number(json, "minLength", 1);
        break;
    case DM_TYPE_KIND_TRUTH:
        put_text(json, "type", "boolean");
        break;
    case DM_TYPE_KIND_NUMBER:
        put_number_type(json, type);
        break;
    case DM_TYPE_KIND_WORD:
    case DM_TYPE_KIND_TEMPLATE:
    case DM_TYPE_KIND_PATH:
    case DM_TYPE_KIND_FORM:
    case DM_TYPE_KIND_TERMS:
    case DM_TYPE_KIND_PREFIX:
    case DM_TYPE_KIND_DATE:
    case DM_TYPE_KIND_MATCH:
    case DM_TYPE_KIND_PORT:
        put_text(json, "type", "string");
        if (dm_type_is_choice(type)) {
            put_names(json, "enum", type->first);
        } else {
            put_text(json, "pattern", pattern_of(json, id));
        }
        break;
    case DM_TYPE_KIND_LIST:
        put_list_type(json, type);
        break;
    case DM_TYPE_KIND_MAP:
        put_map_type(json, type, scope);
        break;
    case DM_TYPE_KIND_EITHER:
        put_either_type(json, type, scope);
        break;
    case DM_TYPE_KIND_SHAPE:
        put_shape(json, id, scope);
        break;
    case DM_TYPE_KIND_PART:
        put_shape(json, type->of, SCOPE_PART);
        break;
    }
    put_end(json, '}');
}

/* Marks what an override holds and is merged with what the entry holds. */
static void mark_parts(enum dm_type_id id, bool *marks)
{
    const struct dm_type *type = dm_grammar_type(id);
    enum dm_type_id either[3] = { type->of, type->list, type->map };
    size_t n;
    const struct dm_key *keys =
        dm_grammar_keys(type->kind == DM_TYPE_KIND_PART ? type->of : id, &n);

    if (dm_type_is_scalar(type) || type->kind == DM_TYPE_KIND_LIST || marks[id]) {
        return;
    }
    marks[id] = has_part(type);
    for (size_t i = 0; i < n; i++) {
        if (is_within(&keys[i], SCOPE_PART)) {
            mark_parts(keys[i].type, marks);
        }
    }
    for (size_t i = 0; type->kind != DM_TYPE_KIND_PART && i < 3; i++) {
        if (either[i]) {
            mark_parts(either[i], marks);
        }
    }
}

static void put_parts(struct json *json)
{
    bool marks[DM_TYPE_COUNT] = { false };

    for (enum dm_type_id id = DM_TYPE_none + 1; id < DM_TYPE_COUNT; id++) {
        if (dm_grammar_type(id)->kind == DM_TYPE_KIND_PART) {
            mark_parts(id, marks);
        }
    }
    for (enum dm_type_id id = DM_TYPE_none + 1; id < DM_TYPE_COUNT; id++) {
        if (marks[id]) {
            put_type(json, id, SCOPE_PART);
        }
    }
}

void dm_design_schema(struct dm_str *out)
{
    const struct dm_type *design = dm_grammar_type(DM_TYPE_design);
    struct json json = { .out = out, .is_first = true };

    put_begin(&json, NULL, '{');
    put_text(&json, "$schema", "http://json-schema.org/draft-07/schema#");
    put_text(&json, "title", "demarc design, version 1");
    put_text(&json, "description", design->doc);
    put_shape(&json, DM_TYPE_design, SCOPE_WHOLE);
    put_begin(&json, "definitions", '{');
    for (enum dm_type_id id = DM_TYPE_none + 1; id < DM_TYPE_COUNT; id++) {
        if (id != DM_TYPE_design) {
            put_type(&json, id, SCOPE_WHOLE);
        }
    }
    put_parts(&json);
    put_begin(&json, "included_file", '{');
    put_text(&json, "description", "a file that a design includes");
    put_shape(&json, DM_TYPE_design, SCOPE_INCLUDED);
    put_end(&json, '}');
    put_end(&json, '}');
    put_end(&json, '}');
    dm_str_addc(out, '\n');
}
