/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * schema_private - what the two halves of schema_check share: schema_form.c looks at schemas,
 * schema_check.c holds values against them.
 */
#ifndef DM_TESTS_SUPPORT_SCHEMA_PRIVATE_H
#define DM_TESTS_SUPPORT_SCHEMA_PRIVATE_H

#include "model/base/err.h"
#include "tests/support/schema_check.h"

/* Where in a document we are: a chain on the C stack. */
struct schema_step {
    const struct schema_step *up;
    const char *key; /* NULL: 'index' */
    size_t index;
};

struct schema_checker {
    json_t *root;
    struct schema_fault *fault;
    unsigned level; /* schemas that are being looked at, one inside the other */
};

/* Writes the fault at 'at'.  Always false. */
bool schema_fail(struct schema_checker *checker, bool in_schema, const struct schema_step *at,
                 const char *fmt, ...) DM_PRINTF(4, 5);

/* The schema that "#/a/b" leads to from 'root', or NULL. */
json_t *schema_follow(json_t *root, const char *ref);

bool schema_form(struct schema_checker *checker, json_t *schema, const struct schema_step *at);

#endif
