/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output - how results leave the program: whole, and checked.
 *
 * A result is one text.  It is written to standard output, or to a file that is
 * replaced only when all of it is there (model/base/file.h).  A full disk or a
 * closed stream is a failure like any other and ends with exit status 2; of a
 * reader that stops reading early, as 'head' does, nobody is told.
 *
 * Colour: the option wins, then NO_COLOR (not empty), CLICOLOR_FORCE (neither empty nor 0),
 * TERM=dumb, and else whether the stream is a terminal.
 */
#ifndef DM_CLI_OUTPUT_H
#define DM_CLI_OUTPUT_H

#include "cli/command.h"
#include "model/base/str.h"

/* Sets the options of both streams from 'cli->args' and the environment. */
DM_NODISCARD enum dm_status dm_output_init(struct dm_cli *cli, struct dm_err *err);

/* Writes a text to 'path', "-" for standard output.  Memory that ran out while it was put together
 * is found here. */
DM_NODISCARD enum dm_status dm_output_write(const char *path, const struct dm_str *text,
                                            struct dm_err *err);

/* Messages, to standard error; where even that fails nothing can be said. */
void dm_output_say(const struct dm_str *text);

#endif
