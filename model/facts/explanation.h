/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * explanation - what a rule means, for people, with two networks that run as tests.
 *
 * data/rules/CODE.md is Markdown of one shape: a title ("# ..."), then these
 * sections ("## ..."), in this order, each once, none empty:
 *
 *     What it means · Why it matters · Example · Repaired · Limits of the analysis · Facts
 *
 * of which Facts may be left out.  Example and Repaired each hold exactly one
 * block fenced as yaml: a design that has the fault, and one that has not.  A line
 * that looks like a heading inside a fence is none.
 *
 * Ownership: the texts live in the arena given.  O(bytes).
 */
#ifndef DM_MODEL_FACTS_EXPLANATION_H
#define DM_MODEL_FACTS_EXPLANATION_H

#include "model/base/arena.h"
#include "model/base/err.h"

enum dm_explanation_part {
    DM_EXPLANATION_MEANING,
    DM_EXPLANATION_REASON,
    DM_EXPLANATION_EXAMPLE,
    DM_EXPLANATION_REPAIRED,
    DM_EXPLANATION_LIMITS,
    DM_EXPLANATION_FACTS,
    DM_N_EXPLANATION_PARTS
};

struct dm_explanation {
    const char *title;                         /* without "# " */
    const char *parts[DM_N_EXPLANATION_PARTS]; /* Markdown below each heading, without blank lines
                                                * around it; NULL: no Facts */
    const char *example;                       /* the design in Example, without its fence */
    const char *repaired;                      /* the one in Repaired */
};

/* "What it means", ... */
const char *dm_explanation_heading(enum dm_explanation_part part);

/* That of rule 'code'.  DM_INVALID: the program holds none, or it is out of form. */
DM_NODISCARD enum dm_status dm_explanation_find(struct dm_arena *arena, const char *code,
                                                struct dm_explanation *ret_explanation,
                                                struct dm_err *err);

/* The same of a text, ended by a zero byte; 'path' is what faults name. */
DM_NODISCARD enum dm_status dm_explanation_read(struct dm_arena *arena, const char *path,
                                                const char *text,
                                                struct dm_explanation *ret_explanation,
                                                struct dm_err *err);

#endif
