/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * roots_private - what the readers of artifacts share: following a reference.
 */
#ifndef DM_TESTS_SUPPORT_ROOTS_PRIVATE_H
#define DM_TESTS_SUPPORT_ROOTS_PRIVATE_H

#include "tests/support/roots.h"

/* A resource or a source of data, and where it stands. */
struct place {
    const struct root *root;
    const char *type; /* "aws_vpc", "data.aws_ec2_managed_prefix_list" */
    const char *name;
    json_t *body; /* NULL: a reference led nowhere, and a fault says so */
};

void roots_fault(struct roots *roots, const char *fmt, ...) DM_PRINTF(2, 3);

/* What "${...}" in 'root' leads to. */
struct place roots_follow(struct roots *roots, const struct root *root, const char *text);

/* Whether 'text' asks for the endpoint of a firewall in a subnet, and of which. */
bool roots_of_firewall(struct roots *roots, const struct root *root, const char *text,
                       struct place *ret_firewall, struct place *ret_subnet);

/* A value with what is in it, in one order; names stand for references.  "-": there is none. */
const char *roots_value(struct roots *roots, const struct root *root, const json_t *value);

/* What people call a resource; of a listener, what it is of and its port. */
const char *roots_shown(struct roots *roots, const struct place *place);

/* The region that a resource is made in. */
const char *roots_region(struct roots *roots, const struct root *root, const json_t *body);

/* Calls 'visit' for each resource of each root. */
void roots_each(struct roots *roots,
                void (*visit)(struct roots *roots, const struct place *place, void *context),
                void *context);

#endif
