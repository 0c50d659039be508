/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * choice - values of options that are one of a few words, or a number.
 *
 * What is none of them is refused with the words that there are.
 */
#ifndef DM_CLI_CHOICE_H
#define DM_CLI_CHOICE_H

#include "cli/command.h"

/* The place of 'text' among 'words' (ended by NULL); DM_USAGE where it is none of them. */
DM_NODISCARD enum dm_status dm_choice_read(const char *option, const char *text,
                                           const char *const *words, size_t *ret_index,
                                           struct dm_err *err);

/* The same for the last value of an option; '*ret_index' stays where it was not given. */
DM_NODISCARD enum dm_status dm_choice_of(const struct dm_args *args, const char *option,
                                         const char *const *words, size_t *ret_index,
                                         struct dm_err *err);

/* "no X `word`; did you mean `Y`?" or "no X `word`", with DM_USAGE. */
DM_NODISCARD enum dm_status dm_choice_unknown(const char *what, const char *word,
                                              const char *const *candidates, size_t n_candidates,
                                              struct dm_err *err);

/* "`word`: why", with the copies that `word` begins the names of, or the name that it is near to.
 */
DM_NODISCARD enum dm_status dm_choice_unnamed(const char *word, const char *why,
                                              const char *const *candidates, size_t n_candidates,
                                              struct dm_err *err);

#endif
