/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The checker that tests hold the program's JSON against its schemas with.
 */
#include "tests/support/schema_check.h"

#include <string.h>

#include "tests/support/dmtest.h"

struct example {
    const char *schema;
    const char *value;
    const char *pointer; /* of the fault; NULL: fits */
    const char *text;    /* stands in the fault */
};

static void try_each(const struct example *table, size_t n, bool in_schema)
{
    for (size_t i = 0; i < n; i++) {
        struct schema_fault fault = { .in_schema = false };
        bool good = schema_check_text(table[i].schema, table[i].value, &fault);

        if (table[i].pointer == NULL) {
            if (!good) {
                fail_msg("%s should fit %s: %s: %s", table[i].value, table[i].schema, fault.pointer,
                         fault.text);
            }
            continue;
        }
        if (good) {
            fail_msg("%s should not fit %s", table[i].value, table[i].schema);
        }
        if (strcmp(fault.pointer, table[i].pointer) != 0
            || strstr(fault.text, table[i].text) == NULL) {
            fail_msg("%s against %s: `%s`: %s", table[i].value, table[i].schema, fault.pointer,
                     fault.text);
        }
        assert_int_equal(fault.in_schema, in_schema);
    }
}

#define TRY(table) try_each(table, sizeof table / sizeof table[0], false)
#define TRY_SCHEMA(table) try_each(table, sizeof table / sizeof table[0], true)

static void a_value_has_the_type_that_is_asked_for(void **state)
{
    static const struct example table[] = {
        { "{\"type\":\"object\"}", "{}", NULL, NULL },
        { "{\"type\":\"object\"}", "[]", "", "is not of type object" },
        { "{\"type\":\"array\"}", "[]", NULL, NULL },
        { "{\"type\":\"array\"}", "{}", "", "is not of type array" },
        { "{\"type\":\"string\"}", "\"\"", NULL, NULL },
        { "{\"type\":\"string\"}", "1", "", "is not of type string" },
        { "{\"type\":\"integer\"}", "1", NULL, NULL },
        { "{\"type\":\"integer\"}", "1.5", "", "is not of type integer" },
        { "{\"type\":\"number\"}", "1", NULL, NULL },
        { "{\"type\":\"number\"}", "1.5", NULL, NULL },
        { "{\"type\":\"number\"}", "\"1\"", "", "is not of type number" },
        { "{\"type\":\"boolean\"}", "false", NULL, NULL },
        { "{\"type\":\"boolean\"}", "null", "", "is not of type boolean" },
        { "{\"type\":\"null\"}", "null", NULL, NULL },
        { "{\"type\":\"null\"}", "false", "", "is not of type null" },
        { "{\"type\":[\"string\",\"null\"]}", "null", NULL, NULL },
        { "{\"type\":[\"string\",\"null\"]}", "1", "", "is not of type that is listed" },
        { "true", "1", NULL, NULL },
        { "false", "1", "", "may not be there" },
        { "{}", "[1]", NULL, NULL },
    };

    (void)state;
    TRY(table);
}

static void properties_are_checked_by_name_by_pattern_and_as_the_rest(void **state)
{
    static const struct example table[] = {
        { "{\"properties\":{\"a\":{\"type\":\"string\"}}}", "{\"a\":\"x\",\"b\":1}", NULL, NULL },
        { "{\"properties\":{\"a\":{\"type\":\"string\"}}}", "{\"a\":1}", "/a", "type string" },
        { "{\"properties\":{\"a\":{}},\"additionalProperties\":false}", "{\"a\":1}", NULL, NULL },
        { "{\"properties\":{\"a\":{}},\"additionalProperties\":false}", "{\"a\":1,\"b/~\":1}",
          "/b~1~0", "is no property" },
        { "{\"properties\":{\"a\":{}},\"additionalProperties\":{\"type\":\"string\"}}",
          "{\"a\":1,\"b\":2}", "/b", "type string" },
        { "{\"patternProperties\":{\"^x-\":{\"type\":\"string\"}},\"additionalProperties\":false}",
          "{\"x-a\":\"1\"}", NULL, NULL },
        { "{\"patternProperties\":{\"^x-\":{\"type\":\"string\"}},\"additionalProperties\":false}",
          "{\"x-a\":1}", "/x-a", "type string" },
        { "{\"patternProperties\":{\"^x-\":{\"type\":\"string\"}},\"additionalProperties\":false}",
          "{\"y-a\":\"1\"}", "/y-a", "is no property" },
        { "{\"required\":[\"a\",\"b\"]}", "{\"a\":null,\"b\":null}", NULL, NULL },
        { "{\"required\":[\"a\",\"b\"]}", "{\"a\":null}", "", "lacks `b`" },
        { "{\"required\":[\"a\"]}", "[]", NULL, NULL },
        { "{\"minProperties\":1}", "{\"a\":1}", NULL, NULL },
        { "{\"minProperties\":1}", "{}", "", "too few properties" },
    };

    (void)state;
    TRY(table);
}

static void items_are_checked_each_and_counted(void **state)
{
    static const struct example table[] = {
        { "{\"items\":{\"type\":\"integer\"}}", "[1,2]", NULL, NULL },
        { "{\"items\":{\"type\":\"integer\"}}", "[1,\"2\"]", "/1", "type integer" },
        { "{\"items\":{\"items\":{\"type\":\"integer\"}}}", "[[1],[2,\"3\"]]", "/1/1", "integer" },
        { "{\"minItems\":1,\"maxItems\":2}", "[1]", NULL, NULL },
        { "{\"minItems\":1,\"maxItems\":2}", "[]", "", "too few items" },
        { "{\"minItems\":1,\"maxItems\":2}", "[1,2,3]", "", "too many items" },
        { "{\"uniqueItems\":true}", "[1,2,[1]]", NULL, NULL },
        { "{\"uniqueItems\":true}", "[1,{\"a\":1},{\"a\":1}]", "/2", "is there twice" },
    };

    (void)state;
    TRY(table);
}

static void texts_and_numbers_keep_within_their_bounds(void **state)
{
    static const struct example table[] = {
        { "{\"pattern\":\"^[a-z]+[.]$\"}", "\"ab.\"", NULL, NULL },
        { "{\"pattern\":\"^[a-z]+[.]$\"}", "\"ab\"", "", "does not match" },
        { "{\"pattern\":\"b\"}", "\"abc\"", NULL, NULL },
        { "{\"pattern\":\"b\"}", "1", NULL, NULL },
        { "{\"minLength\":2}", "\"\\u00e4\\u00e4\"", NULL, NULL },
        { "{\"minLength\":2}", "\"\\u00e4\"", "", "too short" },
        { "{\"minimum\":0,\"maximum\":65535}", "0", NULL, NULL },
        { "{\"minimum\":0,\"maximum\":65535}", "65535", NULL, NULL },
        { "{\"minimum\":0,\"maximum\":65535}", "-1", "", "below" },
        { "{\"minimum\":0,\"maximum\":65535}", "65535.5", "", "above" },
        { "{\"maximum\":9007199254740992}", "9007199254740993", "", "above" },
        { "{\"enum\":[\"a\",1,null]}", "null", NULL, NULL },
        { "{\"enum\":[\"a\",1,null]}", "\"b\"", "", "`b` is none of the listed values" },
        { "{\"const\":1}", "1", NULL, NULL },
        { "{\"const\":1}", "2", "", "is not the constant" },
    };

    (void)state;
    TRY(table);
}

static void forms_are_combined_and_the_deepest_fault_is_shown(void **state)
{
    static const struct example table[] = {
        { "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"integer\"}]}", "1", NULL, NULL },
        { "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"integer\"}]}", "[]", "", "type string" },
        { "{\"anyOf\":[{\"type\":\"string\"},{\"items\":{\"type\":\"integer\"}}]}", "[1,true]",
          "/1", "type integer" },
        { "{\"oneOf\":[{\"minimum\":1},{\"maximum\":5}]}", "7", NULL, NULL },
        { "{\"oneOf\":[{\"minimum\":1},{\"maximum\":5}]}", "3", "", "fits 2 of the forms" },
        { "{\"oneOf\":[{\"type\":\"string\"},{\"properties\":{\"a\":false}}]}", "{\"a\":1}", "/a",
          "may not be there" },
        { "{\"allOf\":[{\"minimum\":1},{\"maximum\":5}]}", "3", NULL, NULL },
        { "{\"allOf\":[{\"minimum\":1},{\"maximum\":5}]}", "7", "", "above" },
    };

    (void)state;
    TRY(table);
}

static void references_lead_to_definitions_and_back_to_the_root(void **state)
{
#define TREE                                                                                       \
    "{\"definitions\":{\"a/b\":{\"type\":\"integer\"}},"                                           \
    "\"properties\":{\"v\":{\"$ref\":\"#/definitions/a~1b\"},"                                     \
    "\"next\":{\"$ref\":\"#\",\"description\":\"the rest\"}},\"additionalProperties\":false}"
    static const struct example table[] = {
        { TREE, "{\"v\":1,\"next\":{\"v\":2,\"next\":{}}}", NULL, NULL },
        { TREE, "{\"v\":1,\"next\":{\"v\":\"2\"}}", "/next/v", "type integer" },
        { TREE, "{\"next\":{\"next\":{\"w\":1}}}", "/next/next/w", "is no property" },
    };
#undef TREE

    (void)state;
    TRY(table);
}

static void what_a_schema_may_not_say_is_a_fault_even_where_no_value_reaches_it(void **state)
{
    static const struct example table[] = {
        { "{\"typo\":1}", "1", "/typo", "is no keyword that is known here" },
        { "{\"properties\":{\"a\":{\"format\":\"uri\"}}}", "{}", "/properties/a/format",
          "no keyword" },
        { "{\"definitions\":{\"d\":{\"if\":true}}}", "1", "/definitions/d/if", "no keyword" },
        { "{\"items\":{\"anyOf\":[{},{\"not\":{}}]}}", "[]", "/items/anyOf/1/not", "no keyword" },
        { "{\"items\":[{}]}", "[]", "/items", "is no schema" },
        { "{\"type\":\"text\"}", "1", "/type", "cannot have" },
        { "{\"type\":[]}", "1", "/type", "cannot have" },
        { "{\"required\":\"a\"}", "{}", "/required", "cannot have" },
        { "{\"required\":[1]}", "{}", "/required", "cannot have" },
        { "{\"enum\":[]}", "1", "/enum", "cannot have" },
        { "{\"minItems\":-1}", "[]", "/minItems", "cannot have" },
        { "{\"minimum\":\"1\"}", "1", "/minimum", "cannot have" },
        { "{\"anyOf\":[]}", "1", "/anyOf", "no list of schemas" },
        { "{\"properties\":[]}", "{}", "/properties", "no mapping" },
        { "{\"pattern\":\"[\"}", "1", "/pattern", "cannot have" },
        { "{\"pattern\":\"^\\\\d+$\"}", "1", "/pattern", "cannot have" },
        { "{\"pattern\":\"(?:a)\"}", "1", "/pattern", "cannot have" },
        { "{\"pattern\":\"[[:alpha:]]\"}", "1", "/pattern", "cannot have" },
        { "{\"pattern\":\"[a\\\\-z]\"}", "1", "/pattern", "cannot have" },
        { "{\"patternProperties\":{\"(\":{}}}", "{}", "/patternProperties/(", "no pattern" },
        { "{\"$ref\":\"#/definitions/a\"}", "1", "/$ref", "cannot have" },
        { "{\"$ref\":\"other.json\"}", "1", "/$ref", "cannot have" },
        { "{\"$ref\":\"#\"}", "1", "/$ref", "cannot have" },
        { "{\"definitions\":{\"a\":{}},\"$ref\":\"#/definitions/a\",\"type\":\"string\"}", "1",
          "/type", "beside `$ref` is ignored" },
        { "{\"anyOf\":[{\"$ref\":\"#\"},{\"$ref\":\"#\"}]}", "1", "", "in a circle" },
        { "[]", "1", "", "is no schema" },
        { "{", "1", "", "is no JSON" },
    };

    (void)state;
    TRY_SCHEMA(table);
}

static void patterns_that_posix_and_ecmascript_read_alike_are_accepted(void **state)
{
    static const struct example table[] = {
        { "{\"pattern\":\"^10\\\\.[0-9]{1,3}(/[0-9]+)?$\"}", "\"10.1/8\"", NULL, NULL },
        { "{\"pattern\":\"^10\\\\.[0-9]{1,3}(/[0-9]+)?$\"}", "\"10x1\"", "", "does not match" },
        { "{\"pattern\":\"^[^/]+$\"}", "\"a-b\"", NULL, NULL },
        { "{\"pattern\":\"^(a|b-)*$\"}", "\"ab-a\"", NULL, NULL },
    };

    (void)state;
    TRY(table);
}

static void a_value_that_is_no_json_or_says_a_key_twice_is_at_fault_itself(void **state)
{
    static const struct example table[] = {
        { "{}", "{\"a\":1", "", "is no JSON: line 1" },
        { "{}", "{\"a\":1,\"a\":2}", "", "is no JSON" },
        { "{}", "", "", "is no JSON" },
    };

    (void)state;
    TRY(table);
}

/* The pointer is cut, not written past its end. */
static void a_pointer_longer_than_its_place_is_cut(void **state)
{
    char value[2 * SCHEMA_FAULT_SIZE] = "{\"";
    struct schema_fault fault = { .in_schema = false };

    (void)state;
    memset(value + 2, '/', SCHEMA_FAULT_SIZE);
    memcpy(value + 2 + SCHEMA_FAULT_SIZE, "\":1}", sizeof "\":1}");
    assert_false(schema_check_text("{\"additionalProperties\":false}", value, &fault));
    assert_int_equal(strlen(fault.pointer), SCHEMA_FAULT_SIZE - 1);
    assert_int_equal(fault.depth, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_has_the_type_that_is_asked_for),
        cmocka_unit_test(properties_are_checked_by_name_by_pattern_and_as_the_rest),
        cmocka_unit_test(items_are_checked_each_and_counted),
        cmocka_unit_test(texts_and_numbers_keep_within_their_bounds),
        cmocka_unit_test(forms_are_combined_and_the_deepest_fault_is_shown),
        cmocka_unit_test(references_lead_to_definitions_and_back_to_the_root),
        cmocka_unit_test(what_a_schema_may_not_say_is_a_fault_even_where_no_value_reaches_it),
        cmocka_unit_test(patterns_that_posix_and_ecmascript_read_alike_are_accepted),
        cmocka_unit_test(a_value_that_is_no_json_or_says_a_key_twice_is_at_fault_itself),
        cmocka_unit_test(a_pointer_longer_than_its_place_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
