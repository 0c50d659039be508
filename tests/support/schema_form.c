/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * schema_form - is a schema one that schema_check understands whole?
 */
#include <regex.h>
#include <string.h>

#include "tests/support/schema_private.h"

enum shape {
    ANY,
    TEXT,
    NUMBER,
    COUNT,
    TRUTH,
    TEXTS,
    LIST,
    TYPES,
    PATTERN,
    REF,
    SCHEMA,
    SCHEMAS,
    SCHEMA_MAP,
    PATTERN_MAP
};

struct keyword {
    const char *name;
    enum shape shape;
    bool only_explains;
};

static const struct keyword keywords[] = {
    { "$schema", TEXT, true },
    { "$id", TEXT, true },
    { "$comment", TEXT, true },
    { "title", TEXT, true },
    { "description", TEXT, true },
    { "default", ANY, true },
    { "examples", LIST, true },
    { "definitions", SCHEMA_MAP, true },
    { "$ref", REF, false },
    { "type", TYPES, false },
    { "enum", LIST, false },
    { "const", ANY, false },
    { "properties", SCHEMA_MAP, false },
    { "patternProperties", PATTERN_MAP, false },
    { "additionalProperties", SCHEMA, false },
    { "required", TEXTS, false },
    { "minProperties", COUNT, false },
    { "items", SCHEMA, false },
    { "minItems", COUNT, false },
    { "maxItems", COUNT, false },
    { "uniqueItems", TRUTH, false },
    { "pattern", PATTERN, false },
    { "minLength", COUNT, false },
    { "minimum", NUMBER, false },
    { "maximum", NUMBER, false },
    { "allOf", SCHEMAS, false },
    { "anyOf", SCHEMAS, false },
    { "oneOf", SCHEMAS, false },
};

static const char *const type_names[] = { "null",   "boolean", "object", "array",
                                          "string", "number",  "integer" };

static bool is_type_name(const json_t *value)
{
    const char *text = json_string_value(value);

    for (size_t i = 0; text != NULL && i < sizeof type_names / sizeof type_names[0]; i++) {
        if (strcmp(text, type_names[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool only_texts(const json_t *list)
{
    size_t i = 0;
    json_t *item = NULL;

    json_array_foreach(list, i, item)
    {
        if (!json_is_string(item)) {
            return false;
        }
    }
    return json_is_array(list);
}

/* Whether 'text' would mean the same as an ECMA pattern, which is what JSON Schema asks for: a
 * backslash before a letter or a digit, one inside brackets, "[]", "[:" and "(?" do not. */
static bool means_the_same(const char *text)
{
    bool in_brackets = false;

    for (const char *at = text; *at != '\0'; at++) {
        if (in_brackets) {
            if (at[0] == '\\' || (at[0] == '[' && strchr(":.=", at[1]) != NULL)) {
                return false;
            }
            in_brackets = at[0] != ']';
        } else if (at[0] == '[') {
            in_brackets = true;
            at += at[1] == '^';
            if (at[1] == ']') {
                return false;
            }
        } else if (at[0] == '(' && at[1] == '?') {
            return false;
        } else if (at[0] == '\\') {
            at++;
            if (at[0] == '\0' || strchr("^.[]$()|*+?{}\\/-", at[0]) == NULL) {
                return false;
            }
        }
    }
    return !in_brackets;
}

static bool is_pattern(const char *text)
{
    regex_t regex;

    if (!means_the_same(text) || regcomp(&regex, text, REG_EXTENDED | REG_NOSUB) != 0) {
        return false;
    }
    regfree(&regex);
    return true;
}

json_t *schema_follow(json_t *root, const char *ref)
{
    json_t *at = root;

    if (ref[0] != '#' || (ref[1] != '\0' && ref[1] != '/')) {
        return NULL;
    }
    for (const char *part = ref + 1; *part == '/' && at != NULL;) {
        char key[SCHEMA_FAULT_SIZE];
        size_t length = 0;

        for (part++; *part != '\0' && *part != '/'; part++) {
            char letter = *part;
            if (letter == '~' && (part[1] == '0' || part[1] == '1')) {
                letter = *++part == '0' ? '~' : '/';
            }
            if (length + 1 >= sizeof key) {
                return NULL;
            }
            key[length++] = letter;
        }
        key[length] = '\0';
        at = json_object_get(at, key);
    }
    return at;
}

/* A $ref whose target is a $ref again, and so on, must come to an end. */
static bool has_target(json_t *root, const json_t *ref)
{
    for (size_t i = 0; i < SCHEMA_CHECK_DEPTH && json_is_string(ref); i++) {
        const json_t *target = schema_follow(root, json_string_value(ref));
        if (!json_is_object(target) && !json_is_boolean(target)) {
            return false;
        }
        ref = json_object_get(target, "$ref");
        if (ref == NULL) {
            return true;
        }
    }
    return false;
}

static bool form_of_each(struct schema_checker *checker, json_t *map, bool patterns,
                         const struct schema_step *at)
{
    const char *key = NULL;
    json_t *item = NULL;

    if (!json_is_object(map)) {
        return schema_fail(checker, true, at, "is no mapping to schemas");
    }
    json_object_foreach(map, key, item)
    {
        struct schema_step step = { at, key, 0 };
        if (patterns && !is_pattern(key)) {
            return schema_fail(checker, true, &step, "`%s` is no pattern that is known here", key);
        }
        if (!schema_form(checker, item, &step)) {
            return false;
        }
    }
    return true;
}

static bool form_of_list(struct schema_checker *checker, const json_t *list,
                         const struct schema_step *at)
{
    size_t i = 0;
    json_t *item = NULL;

    if (json_array_size(list) == 0) {
        return schema_fail(checker, true, at, "is no list of schemas");
    }
    json_array_foreach(list, i, item)
    {
        struct schema_step step = { at, NULL, i };
        if (!schema_form(checker, item, &step)) {
            return false;
        }
    }
    return true;
}

static bool is_types(const json_t *value)
{
    size_t i = 0;
    json_t *item = NULL;

    if (is_type_name(value)) {
        return true;
    }
    json_array_foreach(value, i, item)
    {
        if (!is_type_name(item)) {
            return false;
        }
    }
    return json_array_size(value) > 0;
}

static bool form_of_value(struct schema_checker *checker, enum shape shape, json_t *value,
                          const struct schema_step *at)
{
    bool good = true;

    switch (shape) {
    case ANY:
        break;
    case TEXT:
        good = json_is_string(value);
        break;
    case NUMBER:
        good = json_is_number(value);
        break;
    case COUNT:
        good = json_is_integer(value) && json_integer_value(value) >= 0;
        break;
    case TRUTH:
        good = json_is_boolean(value);
        break;
    case TEXTS:
        good = only_texts(value);
        break;
    case LIST:
        good = json_array_size(value) > 0;
        break;
    case TYPES:
        good = is_types(value);
        break;
    case PATTERN:
        good = json_is_string(value) && is_pattern(json_string_value(value));
        break;
    case REF:
        good = has_target(checker->root, value);
        break;
    case SCHEMA:
        return schema_form(checker, value, at);
    case SCHEMAS:
        return form_of_list(checker, value, at);
    case SCHEMA_MAP:
        return form_of_each(checker, value, false, at);
    case PATTERN_MAP:
        return form_of_each(checker, value, true, at);
    }
    return good || schema_fail(checker, true, at, "`%s` has a value that it cannot have", at->key);
}

static const struct keyword *find_keyword(const char *name)
{
    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
        if (strcmp(keywords[i].name, name) == 0) {
            return &keywords[i];
        }
    }
    return NULL;
}

bool schema_form(struct schema_checker *checker, json_t *schema, const struct schema_step *at)
{
    const char *key = NULL;
    json_t *value = NULL;
    bool is_ref = json_object_get(schema, "$ref") != NULL;
    bool good = true;

    if (json_is_boolean(schema)) {
        return true;
    }
    if (!json_is_object(schema)) {
        return schema_fail(checker, true, at, "is no schema");
    }
    if (++checker->level > SCHEMA_CHECK_DEPTH) {
        return schema_fail(checker, true, at, "is nested too deep");
    }
    json_object_foreach(schema, key, value)
    {
        struct schema_step step = { at, key, 0 };
        const struct keyword *keyword = find_keyword(key);
        if (keyword == NULL) {
            good = schema_fail(checker, true, &step, "`%s` is no keyword that is known here", key);
        } else if (is_ref && keyword->shape != REF && !keyword->only_explains) {
            good = schema_fail(checker, true, &step, "`%s` beside `$ref` is ignored", key);
        } else {
            good = form_of_value(checker, keyword->shape, value, &step);
        }
        if (!good) {
            break;
        }
    }
    checker->level--;
    return good;
}
