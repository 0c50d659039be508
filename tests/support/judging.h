/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * judging - what 'dm_check' says of a small network, as text to compare.
 *
 * One line a requirement, in order of their names, and below it one for each of its
 * findings, in order of their text:
 *
 *     R1 violated
 *       RCH001 a b: zone:ra; peering:p + zone:rb
 *
 * code, subjects, then the minimal failure sets, each sorted by name; "nothing" is the empty set.
 * Rules of their own come last, below "-", but for those that only warn (tests/unit/lint.c):
 * small networks of tests are full of things that nobody uses.  Nothing in it depends on the order
 * of the input.
 */
#ifndef DM_TESTS_SUPPORT_JUDGING_H
#define DM_TESTS_SUPPORT_JUDGING_H

#include "scenarios/check.h"

/* Judges a network's text; a text that is none fails the running test. */
const struct dm_result *dm_judging_run(struct dm_arena *arena, const char *net,
                                       const struct dm_check_options *options);
const struct dm_result *dm_judging_run_model(struct dm_arena *arena, const struct dm_model *model,
                                             const struct dm_check_options *options);

/* The text above; with 'ids' each finding's line ends with its id. */
const char *dm_judging_text(struct dm_arena *arena, const struct dm_result *result, bool ids);

/* Fails the running test where the network, judged on 2026-11-22, is not as expected. */
void dm_judge(const char *net, const char *expected);

#endif
