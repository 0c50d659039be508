/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * schema_check - does a JSON value have the form that a JSON Schema gives it?
 *
 * For tests alone: what the program prints is held against the schemas that it
 * prints.  It knows the part of draft-07 that those use:
 *
 *     type enum const · properties patternProperties additionalProperties required
 *     minProperties · items minItems maxItems uniqueItems · pattern minLength ·
 *     minimum maximum · allOf anyOf oneOf · $ref to "#" or to "#/..." of the same schema
 *
 * and passes over what only explains (title, description, default, examples,
 * $schema, $id, $comment, definitions).  Any other keyword is a fault of the
 * schema, also where no value reaches it, and so are: a keyword beside $ref, which
 * draft-07 ignores; a $ref that leads nowhere or in a circle; a pattern that a POSIX
 * extended expression and one of ECMAScript would not read alike (\d, [[:alpha:]], (?:).
 * An integer is a number without a fraction in its text: 1.0 is none.
 *
 * Where no form of anyOf or oneOf fits, the fault shown is the one found deepest in
 * the value: that of the form that was most likely meant.
 *
 * A test that uses it links dm_schema_check.  Nothing is allocated but by jansson
 * and regcomp.  Schemas and values are nested at most SCHEMA_CHECK_DEPTH levels.
 */
#ifndef DM_TESTS_SUPPORT_SCHEMA_CHECK_H
#define DM_TESTS_SUPPORT_SCHEMA_CHECK_H

#include <jansson.h>
#include <stdbool.h>

enum { SCHEMA_CHECK_DEPTH = 128, SCHEMA_FAULT_SIZE = 512 };

struct schema_fault {
    bool in_schema;                  /* the schema is at fault, not the value */
    unsigned depth;                  /* parts of 'pointer' */
    char pointer[SCHEMA_FAULT_SIZE]; /* JSON pointer into the one at fault; "" for all of it */
    char text[SCHEMA_FAULT_SIZE];    /* one line */
};

/* Whether 'schema' is one that this checker understands whole. */
bool schema_check_form(json_t *schema, struct schema_fault *ret_fault);

/* Whether 'value' has the form of 'schema', which is looked at as above first.  '*ret_fault' is
 * written where the answer is no. */
bool schema_check(json_t *schema, json_t *value, struct schema_fault *ret_fault);

/* The same of two texts; one that is no JSON is a fault of its side. */
bool schema_check_text(const char *schema, const char *value, struct schema_fault *ret_fault);

#endif
