/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What plain scalars mean: by the core schema of YAML 1.2 (section 10.3.2 of
 * the specification), and where YAML 1.1's types (yaml.org/type) say otherwise.
 *
 * Dates are left out of the comparison on purpose: 1.1 readers make a time
 * stamp of them, which is written as it was read.
 */
#include <string.h>

#include "model/load/load_private.h"

static bool is_one_of(const char *text, size_t length, const char *const *words, size_t n_words)
{
    for (size_t i = 0; i < n_words; i++) {
        if (strlen(words[i]) == length && !memcmp(words[i], text, length)) {
            return true;
        }
    }
    return false;
}

#define IS_ONE_OF(text, length, words)                                                             \
    is_one_of((text), (length), (words), sizeof(words) / sizeof((words)[0]))

/* Letters of 'set' at the begin of a text. */
static size_t span_of(const char *text, size_t length, const char *set)
{
    size_t n = 0;

    while (n < length && text[n] && strchr(set, text[n])) {
        n++;
    }
    return n;
}

static const char digits[] = "0123456789";

static size_t sign_of(const char *text, size_t length)
{
    return length && (text[0] == '-' || text[0] == '+') ? 1 : 0;
}

static bool is_core_int(const char *text, size_t length)
{
    size_t sign = sign_of(text, length);

    if (length > 2 && text[0] == '0' && text[1] == 'o') {
        return span_of(text + 2, length - 2, "01234567") == length - 2;
    }
    if (length > 2 && text[0] == '0' && text[1] == 'x') {
        return span_of(text + 2, length - 2, "0123456789abcdefABCDEF") == length - 2;
    }
    return length > sign && span_of(text + sign, length - sign, digits) == length - sign;
}

/* [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?, or .inf or .nan */
static bool is_core_float(const char *text, size_t length)
{
    static const char *const infinite[] = { ".inf", ".Inf", ".INF" };
    static const char *const no_number[] = { ".nan", ".NaN", ".NAN" };
    size_t i = sign_of(text, length);
    size_t n_whole;
    size_t n_fraction = 0;

    if (IS_ONE_OF(text + i, length - i, infinite) || IS_ONE_OF(text, length, no_number)) {
        return true;
    }
    n_whole = span_of(text + i, length - i, digits);
    i += n_whole;
    if (i < length && text[i] == '.') {
        i++;
        n_fraction = span_of(text + i, length - i, digits);
        i += n_fraction;
    }
    if (!n_whole && !n_fraction) {
        return false;
    }
    if (i < length && (text[i] == 'e' || text[i] == 'E')) {
        i++;
        i += sign_of(text + i, length - i);
        if (i == length) {
            return false;
        }
        i += span_of(text + i, length - i, digits);
    }
    return i == length;
}

enum dm_tree_kind dm_core_schema(const char *text, size_t length, enum dm_scalar_kind *ret_scalar)
{
    static const char *const nulls[] = { "", "~", "null", "Null", "NULL" };
    static const char *const truths[] = { "true", "True", "TRUE", "false", "False", "FALSE" };

    if (IS_ONE_OF(text, length, nulls)) {
        return DM_TREE_NULL;
    }
    if (IS_ONE_OF(text, length, truths)) {
        *ret_scalar = DM_SCALAR_BOOL;
    } else if (is_core_int(text, length)) {
        *ret_scalar = DM_SCALAR_INT;
    } else if (is_core_float(text, length)) {
        *ret_scalar = DM_SCALAR_FLOAT;
    } else {
        *ret_scalar = DM_SCALAR_STRING;
    }
    return DM_TREE_SCALAR;
}

/* [1-9][0-9_]* ( : [0-5]?[0-9] )+, and [0-9][0-9_]* before a fraction */
static bool is_base_60(const char *text, size_t length)
{
    size_t i = span_of(text, length, "0123456789_");
    bool has_colon = false;

    if (!i || text[0] == '_') {
        return false;
    }
    while (i < length && text[i] == ':') {
        size_t n = span_of(text + i + 1, length - i - 1, digits);

        if (n < 1 || n > 2 || (n == 2 && text[i + 1] > '5')) {
            return false;
        }
        has_colon = true;
        i += 1 + n;
    }
    if (i < length && text[i] == '.') {
        i++;
        i += span_of(text + i, length - i, "0123456789_");
    } else if (text[0] == '0') {
        return false;
    }
    return has_colon && i == length;
}

/* Numbers of 1.1 with underscores or in base 2, both without a sign. */
static bool is_11_only_int(const char *text, size_t length)
{
    if (length > 2 && text[0] == '0' && text[1] == 'b') {
        return span_of(text + 2, length - 2, "01_") == length - 2;
    }
    if (length > 2 && text[0] == '0' && text[1] == 'x') {
        return span_of(text + 2, length - 2, "0123456789abcdefABCDEF_") == length - 2;
    }
    return length && text[0] != '_' && span_of(text, length, "0123456789_") == length;
}

/* [0-9][0-9_]* \. [0-9_]* with an underscore */
static bool is_11_only_float(const char *text, size_t length)
{
    size_t n_whole = span_of(text, length, "0123456789_");

    return n_whole && text[0] != '_' && n_whole < length && text[n_whole] == '.'
           && span_of(text + n_whole + 1, length - n_whole - 1, "0123456789_")
                  == length - n_whole - 1;
}

/* Of what is a string in 1.2. */
static const char *string_meaning(const char *text, size_t length)
{
    static const char *const truths[] = { "y",  "Y",  "yes", "Yes", "YES", "n",   "N",   "no",
                                          "No", "NO", "on",  "On",  "ON",  "off", "Off", "OFF" };
    size_t sign = sign_of(text, length);

    if (IS_ONE_OF(text, length, truths)) {
        return "a truth value";
    }
    text += sign;
    length -= sign;
    if (is_base_60(text, length)) {
        return "a number in base 60";
    }
    if (is_11_only_int(text, length)) {
        return "an integer";
    }
    return is_11_only_float(text, length) ? "a number" : NULL;
}

/* Of what is an integer in 1.2. */
static const char *int_meaning(const char *text, size_t length)
{
    size_t sign = sign_of(text, length);

    text += sign;
    length -= sign;
    if (length > 1 && text[0] == '0' && text[1] == 'o') {
        return "a string";
    }
    if (length > 1 && text[0] == '0' && text[1] != 'x') {
        return span_of(text, length, "01234567") == length ? "an integer in base 8" : "a string";
    }
    return NULL;
}

/* Of what is a number with a fraction in 1.2: 1.1 wants a point, and a sign of the exponent. */
static const char *float_meaning(const char *text, size_t length)
{
    const char *exponent = memchr(text, 'e', length);

    if (!exponent) {
        exponent = memchr(text, 'E', length);
    }
    if (!exponent) {
        return NULL;
    }
    if (!memchr(text, '.', length) || (exponent[1] != '-' && exponent[1] != '+')) {
        return "a string";
    }
    return NULL;
}

const char *dm_yaml11_meaning(const char *text, size_t length)
{
    enum dm_scalar_kind scalar = DM_SCALAR_STRING;

    if (dm_core_schema(text, length, &scalar) == DM_TREE_NULL) {
        return NULL;
    }
    switch (scalar) {
    case DM_SCALAR_STRING:
        return string_meaning(text, length);
    case DM_SCALAR_INT:
        return int_meaning(text, length);
    case DM_SCALAR_FLOAT:
        return float_meaning(text, length);
    case DM_SCALAR_BOOL:
        break;
    }
    return NULL;
}
