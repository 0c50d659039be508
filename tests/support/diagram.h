/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * diagram - sets of headers as BuDDy keeps them: diagrams over 89 bits, highest bit first, fields
 * in the order of solver/packet/set.h.  IPv4 only.
 *
 * BuDDy has one state for the whole process: 'dm_diagram_begin' once.  A diagram is a number; what
 * was made is never given back before 'dm_diagram_end'.  Equal sets are equal numbers.
 */
#ifndef DM_TESTS_SUPPORT_DIAGRAM_H
#define DM_TESTS_SUPPORT_DIAGRAM_H

#include "solver/packet/set.h"

void dm_diagram_begin(void);
void dm_diagram_end(void);

int dm_diagram_none(void);
int dm_diagram_of_match(const struct dm_match *match);
int dm_diagram_of_prefix(enum dm_field field, struct dm_prefix prefix);
int dm_diagram_of_box(const struct dm_box *box);
int dm_diagram_and(int a, int b);
int dm_diagram_or(int a, int b);
int dm_diagram_minus(int a, int b);
int dm_diagram_forget_source(int a);
int dm_diagram_nodes(int a);

#endif
