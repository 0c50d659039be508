/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * date - the day for which a network is judged.
 *
 * The only place of the program that asks a clock, and only where no day was given.  The day is
 * that of UTC, so that it is the same wherever a check runs.
 */
#ifndef DM_CLI_DATE_H
#define DM_CLI_DATE_H

#include "cli/command.h"

/* 'given' as it is where it is a day of the calendar, "2026-11-22"; today where it is NULL. */
DM_NODISCARD enum dm_status dm_date_of(struct dm_cli *cli, const char *given, const char **ret_date,
                                       struct dm_err *err);

#endif
