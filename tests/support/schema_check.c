/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/schema_check.h"

#include <regex.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/schema_private.h"

static void add_text(char *text, size_t *length, const char *part)
{
    for (; *part != '\0' && *length + 1 < SCHEMA_FAULT_SIZE; part++) {
        text[(*length)++] = *part;
    }
    text[*length] = '\0';
}

/* '~' and '/' inside a key are written ~0 and ~1. */
static void add_key(char *text, size_t *length, const char *key)
{
    for (; *key != '\0'; key++) {
        char letter[2] = { *key, '\0' };

        add_text(text, length, *key == '~' ? "~0" : *key == '/' ? "~1" : letter);
    }
}

static unsigned add_pointer(char *text, size_t *length, const struct schema_step *at)
{
    char number[32];

    if (at == NULL) {
        return 0;
    }
    unsigned depth = add_pointer(text, length, at->up);
    add_text(text, length, "/");
    if (at->key != NULL) {
        add_key(text, length, at->key);
    } else {
        snprintf(number, sizeof number, "%zu", at->index);
        add_text(text, length, number);
    }
    return depth + 1;
}

bool schema_fail(struct schema_checker *checker, bool in_schema, const struct schema_step *at,
                 const char *fmt, ...)
{
    struct schema_fault *fault = checker->fault;
    size_t length = 0;
    va_list ap;

    *fault = (struct schema_fault){ .in_schema = in_schema };
    fault->depth = add_pointer(fault->pointer, &length, at);
    va_start(ap, fmt);
    vsnprintf(fault->text, sizeof fault->text, fmt, ap);
    va_end(ap);
    return false;
}

static bool fits(struct schema_checker *checker, const json_t *schema, json_t *value,
                 const struct schema_step *at);

static bool is_of_type(const json_t *value, const char *type)
{
    switch (json_typeof(value)) {
    case JSON_NULL:
        return strcmp(type, "null") == 0;
    case JSON_TRUE:
    case JSON_FALSE:
        return strcmp(type, "boolean") == 0;
    case JSON_OBJECT:
        return strcmp(type, "object") == 0;
    case JSON_ARRAY:
        return strcmp(type, "array") == 0;
    case JSON_STRING:
        return strcmp(type, "string") == 0;
    case JSON_INTEGER:
        return strcmp(type, "integer") == 0 || strcmp(type, "number") == 0;
    case JSON_REAL:
        return strcmp(type, "number") == 0;
    }
    return false;
}

static bool fits_type(struct schema_checker *checker, const json_t *type, const json_t *value,
                      const struct schema_step *at)
{
    size_t i = 0;
    json_t *item = NULL;

    if (type == NULL || (json_is_string(type) && is_of_type(value, json_string_value(type)))) {
        return true;
    }
    json_array_foreach(type, i, item)
    {
        if (is_of_type(value, json_string_value(item))) {
            return true;
        }
    }
    return schema_fail(checker, false, at, "is not of type %s",
                       json_is_string(type) ? json_string_value(type) : "that is listed");
}

static bool fits_enum(struct schema_checker *checker, const json_t *schema, const json_t *value,
                      const struct schema_step *at)
{
    const json_t *constant = json_object_get(schema, "const");
    const json_t *list = json_object_get(schema, "enum");
    size_t i = 0;
    json_t *item = NULL;

    if (constant != NULL && !json_equal(constant, value)) {
        return schema_fail(checker, false, at, "is not the constant of the schema");
    }
    if (list == NULL) {
        return true;
    }
    json_array_foreach(list, i, item)
    {
        if (json_equal(item, value)) {
            return true;
        }
    }
    return schema_fail(checker, false, at, "`%s` is none of the listed values",
                       json_is_string(value) ? json_string_value(value) : "the value");
}

static bool matches(const char *pattern, const char *text)
{
    regex_t regex;

    DM_ASSERT(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) == 0);
    bool found = regexec(&regex, text, 0, NULL, 0) == 0;
    regfree(&regex);
    return found;
}

static bool fits_string(struct schema_checker *checker, const json_t *schema, const json_t *value,
                        const struct schema_step *at)
{
    const json_t *pattern = json_object_get(schema, "pattern");
    const json_t *least = json_object_get(schema, "minLength");
    json_int_t length = 0;

    if (!json_is_string(value)) {
        return true;
    }
    for (const char *c = json_string_value(value); *c != '\0'; c++) {
        length += ((unsigned char)*c & 0xc0) != 0x80; /* code points, not bytes */
    }
    if (least != NULL && length < json_integer_value(least)) {
        return schema_fail(checker, false, at, "is too short");
    }
    if (pattern != NULL && !matches(json_string_value(pattern), json_string_value(value))) {
        return schema_fail(checker, false, at, "`%s` does not match `%s`", json_string_value(value),
                           json_string_value(pattern));
    }
    return true;
}

/* Less than 0, 0, more than 0.  Two integers are compared as such: doubles would lose digits. */
static int compare_numbers(const json_t *a, const json_t *b)
{
    if (json_is_integer(a) && json_is_integer(b)) {
        return (json_integer_value(a) > json_integer_value(b))
               - (json_integer_value(a) < json_integer_value(b));
    }
    return (json_number_value(a) > json_number_value(b))
           - (json_number_value(a) < json_number_value(b));
}

static bool fits_number(struct schema_checker *checker, const json_t *schema, const json_t *value,
                        const struct schema_step *at)
{
    const json_t *least = json_object_get(schema, "minimum");
    const json_t *most = json_object_get(schema, "maximum");

    if (!json_is_number(value)) {
        return true;
    }
    if (least != NULL && compare_numbers(value, least) < 0) {
        return schema_fail(checker, false, at, "is below the minimum");
    }
    if (most != NULL && compare_numbers(value, most) > 0) {
        return schema_fail(checker, false, at, "is above the maximum");
    }
    return true;
}

static bool fits_array(struct schema_checker *checker, const json_t *schema, const json_t *value,
                       const struct schema_step *at)
{
    const json_t *items = json_object_get(schema, "items");
    const json_t *least = json_object_get(schema, "minItems");
    const json_t *most = json_object_get(schema, "maxItems");
    size_t n = json_array_size(value);

    if (!json_is_array(value)) {
        return true;
    }
    if (least != NULL && (json_int_t)n < json_integer_value(least)) {
        return schema_fail(checker, false, at, "has too few items");
    }
    if (most != NULL && (json_int_t)n > json_integer_value(most)) {
        return schema_fail(checker, false, at, "has too many items");
    }
    for (size_t i = 0; i < n; i++) {
        struct schema_step step = { at, NULL, i };
        if (items != NULL && !fits(checker, items, json_array_get(value, i), &step)) {
            return false;
        }
        for (size_t j = 0; json_is_true(json_object_get(schema, "uniqueItems")) && j < i; j++) {
            if (json_equal(json_array_get(value, i), json_array_get(value, j))) {
                return schema_fail(checker, false, &step, "is there twice");
            }
        }
    }
    return true;
}

/* One property against each schema that speaks of its name. */
static bool fits_property(struct schema_checker *checker, const json_t *schema, const char *key,
                          json_t *value, const struct schema_step *at)
{
    const json_t *named = json_object_get(json_object_get(schema, "properties"), key);
    const json_t *others = json_object_get(schema, "additionalProperties");
    json_t *patterns = json_object_get(schema, "patternProperties");
    bool is_named = named != NULL;
    const char *pattern = NULL;
    json_t *by_pattern = NULL;
    struct schema_step step = { at, key, 0 };

    if (named != NULL && !fits(checker, named, value, &step)) {
        return false;
    }
    json_object_foreach(patterns, pattern, by_pattern)
    {
        if (matches(pattern, key)) {
            is_named = true;
            if (!fits(checker, by_pattern, value, &step)) {
                return false;
            }
        }
    }
    if (is_named || others == NULL) {
        return true;
    }
    if (json_is_false(others)) {
        return schema_fail(checker, false, &step, "`%s` is no property of this object", key);
    }
    return fits(checker, others, value, &step);
}

static bool fits_object(struct schema_checker *checker, const json_t *schema, json_t *value,
                        const struct schema_step *at)
{
    const json_t *required = json_object_get(schema, "required");
    const json_t *least = json_object_get(schema, "minProperties");
    const char *key = NULL;
    size_t i = 0;
    json_t *item = NULL;

    if (!json_is_object(value)) {
        return true;
    }
    json_array_foreach(required, i, item)
    {
        if (json_object_get(value, json_string_value(item)) == NULL) {
            return schema_fail(checker, false, at, "lacks `%s`", json_string_value(item));
        }
    }
    if (least != NULL && (json_int_t)json_object_size(value) < json_integer_value(least)) {
        return schema_fail(checker, false, at, "has too few properties");
    }
    json_object_foreach(value, key, item)
    {
        if (!fits_property(checker, schema, key, item, at)) {
            return false;
        }
    }
    return true;
}

/* How many schemas of 'list' fit; '*best' becomes the deepest fault of those that do not. */
static size_t count_fits(struct schema_checker *checker, const json_t *list, json_t *value,
                         const struct schema_step *at, struct schema_fault *best)
{
    size_t n_fits = 0;
    size_t i = 0;
    json_t *item = NULL;

    json_array_foreach(list, i, item)
    {
        struct schema_fault fault = { .in_schema = false };
        struct schema_checker branch = { checker->root, &fault, checker->level };

        if (fits(&branch, item, value, at)) {
            n_fits++;
        } else if (i == 0 || fault.in_schema || fault.depth > best->depth) {
            *best = fault;
        }
        if (fault.in_schema) {
            return 0;
        }
    }
    return n_fits;
}

static bool fits_combined(struct schema_checker *checker, const json_t *schema, json_t *value,
                          const struct schema_step *at)
{
    const json_t *any = json_object_get(schema, "anyOf");
    const json_t *one = json_object_get(schema, "oneOf");
    struct schema_fault best = { .in_schema = false };
    size_t i = 0;
    json_t *item = NULL;

    json_array_foreach(json_object_get(schema, "allOf"), i, item)
    {
        if (!fits(checker, item, value, at)) {
            return false;
        }
    }
    if (any != NULL && count_fits(checker, any, value, at, &best) == 0) {
        *checker->fault = best;
        return false;
    }
    if (one == NULL) {
        return true;
    }
    size_t n_fits = count_fits(checker, one, value, at, &best);
    if (n_fits > 1) {
        return schema_fail(checker, false, at, "fits %zu of the forms of which it may fit one",
                           n_fits);
    }
    if (n_fits == 0) {
        *checker->fault = best;
    }
    return n_fits == 1;
}

static bool fits(struct schema_checker *checker, const json_t *schema, json_t *value,
                 const struct schema_step *at)
{
    const json_t *ref = json_object_get(schema, "$ref");

    while (ref != NULL) {
        schema = schema_follow(checker->root, json_string_value(ref));
        ref = json_object_get(schema, "$ref");
    }
    if (json_is_boolean(schema)) {
        return json_is_true(schema) || schema_fail(checker, false, at, "may not be there");
    }
    if (++checker->level > SCHEMA_CHECK_DEPTH) {
        checker->level--;
        return schema_fail(checker, true, NULL, "the schema leads in a circle or too deep");
    }
    bool good = fits_type(checker, json_object_get(schema, "type"), value, at)
                && fits_enum(checker, schema, value, at) && fits_string(checker, schema, value, at)
                && fits_number(checker, schema, value, at) && fits_array(checker, schema, value, at)
                && fits_object(checker, schema, value, at)
                && fits_combined(checker, schema, value, at);
    checker->level--;
    return good;
}

bool schema_check_form(json_t *schema, struct schema_fault *ret_fault)
{
    struct schema_checker checker = { schema, ret_fault, 0 };

    return schema_form(&checker, schema, NULL);
}

bool schema_check(json_t *schema, json_t *value, struct schema_fault *ret_fault)
{
    struct schema_checker checker = { schema, ret_fault, 0 };

    return schema_form(&checker, schema, NULL) && fits(&checker, schema, value, NULL);
}

bool schema_check_text(const char *schema, const char *value, struct schema_fault *ret_fault)
{
    struct schema_checker checker = { NULL, ret_fault, 0 };
    json_error_t error;
    bool good = false;
    json_t *schema_json = json_loads(schema, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    json_t *value_json = NULL;

    if (schema_json == NULL) {
        return schema_fail(&checker, true, NULL, "is no JSON: line %d: %s", error.line, error.text);
    }
    value_json = json_loads(value, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (value_json == NULL) {
        schema_fail(&checker, false, NULL, "is no JSON: line %d: %s", error.line, error.text);
    } else {
        good = schema_check(schema_json, value_json, ret_fault);
    }
    json_decref(value_json);
    json_decref(schema_json);
    return good;
}
