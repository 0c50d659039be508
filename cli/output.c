/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/base/file.h"

enum { MIN_COLUMNS = 40, MAX_COLUMNS = 1000 };

enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* '--color' and '--no-color': the last one given counts. */
static enum dm_status color_option(const struct dm_args *args, enum color_choice *ret_choice,
                                   struct dm_err *err)
{
    enum color_choice choice = COLOR_AUTO;

    for (size_t i = 0; i < args->given.n; i++) {
        const struct dm_given *given = &args->given.items[i];

        if (strcmp(given->option->name, "no-color") == 0) {
            choice = COLOR_NEVER;
        } else if (strcmp(given->option->name, "color") != 0) {
            continue;
        } else if (strcmp(given->value, "auto") == 0) {
            choice = COLOR_AUTO;
        } else if (strcmp(given->value, "always") == 0) {
            choice = COLOR_ALWAYS;
        } else if (strcmp(given->value, "never") == 0) {
            choice = COLOR_NEVER;
        } else {
            return DM_FAIL(err, DM_USAGE, "`--color` is auto, always or never, not `%s`",
                           given->value);
        }
    }
    *ret_choice = choice;
    return DM_OK;
}

static bool stream_color(enum color_choice choice, bool is_terminal)
{
    const char *no_color = getenv("NO_COLOR");
    const char *force = getenv("CLICOLOR_FORCE");
    const char *term = getenv("TERM");

    if (choice != COLOR_AUTO) {
        return choice == COLOR_ALWAYS;
    }
    if (no_color && *no_color) {
        return false;
    }
    if (force && *force && strcmp(force, "0") != 0) {
        return true;
    }
    return is_terminal && !(term && strcmp(term, "dumb") == 0);
}

/* Of a terminal alone, so that files are the same whatever the window was. */
static unsigned stream_columns(int stream, bool is_terminal)
{
    const char *text = is_terminal ? getenv("COLUMNS") : NULL;
    uint64_t columns = 0;

    if (!is_terminal) {
        return 0;
    }
    if (!text || !dm_str_to_u64(text, strlen(text), MAX_COLUMNS, &columns)) {
        columns = dm_file_columns(stream);
    }
    return columns < MIN_COLUMNS || columns > MAX_COLUMNS ? 0 : (unsigned)columns;
}

enum dm_status dm_output_init(struct dm_cli *cli, struct dm_err *err)
{
    bool err_is_terminal = isatty(STDERR_FILENO) != 0;
    enum color_choice choice = COLOR_AUTO;
    enum dm_status status = color_option(&cli->args, &choice, err);

    if (status != DM_OK) {
        return status;
    }
    cli->is_terminal = isatty(STDOUT_FILENO) != 0;
    cli->options.color = stream_color(choice, cli->is_terminal);
    cli->options.width = stream_columns(STDOUT_FILENO, cli->is_terminal);
    cli->stderr_options.color = stream_color(choice, err_is_terminal);
    cli->stderr_options.width = stream_columns(STDERR_FILENO, err_is_terminal);
    cli->quiet = dm_args_has(&cli->args, "quiet");
    return DM_OK;
}

enum dm_status dm_output_write(const char *path, const struct dm_str *text, struct dm_err *err)
{
    return text->failed ? DM_FAIL_NOMEM(err) : dm_file_write(path, text->text, text->length, err);
}

void dm_output_say(const struct dm_str *text)
{
    (void)fputs(text->text, stderr);
}
