/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * help - what the program says of itself, from the tables that it works by.
 */
#ifndef DM_CLI_HELP_H
#define DM_CLI_HELP_H

#include "cli/command.h"
#include "model/base/str.h"

/* What is shown where no command was given: a dozen lines. */
void dm_help_overview(const struct dm_cli *cli, struct dm_str *out);

/* All commands and the options that each of them has. */
void dm_help_program(const struct dm_cli *cli, struct dm_str *out);

/* Usage, options and examples of one command. */
void dm_help_command(const struct dm_cli *cli, const struct dm_command *command,
                     struct dm_str *out);

#endif
