/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * command - what a command of the program is, and what it is given.
 *
 * Each command is one row of the table in main.c and one file.  Its function gets the words that
 * followed its name, already held against its options, and gives an exit status; what it cannot
 * finish it says with a status, which main turns into a message and exit status 2.
 *
 * Results go to standard output and nothing else does; faults and messages go to standard error.
 * Both are put together in memory first and written at once, so that a command that fails has
 * written nothing.
 *
 * Ownership: 'model' holds inputs and models, 'run' all else; main frees both at the end.
 */
#ifndef DM_CLI_COMMAND_H
#define DM_CLI_COMMAND_H

#include "cli/args.h"
#include "render/style.h"

struct dm_command;

/* Exit statuses that are a result; what could not be judged at all is 2. */
enum { DM_EXIT_FINE = 0, DM_EXIT_NO = 1, DM_EXIT_FAILED = 2, DM_EXIT_UNKNOWN = 3 };

/* One run of the program. */
struct dm_cli {
    struct dm_arena *model;
    struct dm_arena *run;
    const struct dm_command *commands; /* the table, ended by a row without name */
    const struct dm_command *command;
    struct dm_args args;
    struct dm_render_options options;        /* of what goes to standard output */
    struct dm_render_options stderr_options; /* and to standard error */
    bool is_terminal;                        /* standard output is one */
    bool quiet;                              /* -q: results and errors alone */
    bool reported;                           /* what is wrong was said already */
};

struct dm_command {
    const char *name;
    enum dm_status (*run)(struct dm_cli *cli, int *ret_exit, struct dm_err *err);
    const char *summary;  /* one line, no full stop */
    const char *operands; /* "INPUT... SRC DST", "" */
    size_t min_operands;
    size_t max_operands;             /* 0 with 'min_operands' above: no end */
    const struct dm_option *options; /* ended by a row without name */
    const char *about;               /* some lines on what it does and its exit status */
    const char *examples;            /* one a line */
    bool takes_inputs;               /* help says what an INPUT is */
    bool is_common;                  /* shown where no command was given */
};

/* Options that every command has. */
extern const struct dm_option dm_global_options[];

/* The functions of the table's rows, each in the file of its name. */
enum dm_status dm_run_build(struct dm_cli *cli, int *ret_exit, struct dm_err *err);
enum dm_status dm_run_check(struct dm_cli *cli, int *ret_exit, struct dm_err *err);
enum dm_status dm_run_dump(struct dm_cli *cli, int *ret_exit, struct dm_err *err);
enum dm_status dm_run_graph(struct dm_cli *cli, int *ret_exit, struct dm_err *err);
enum dm_status dm_run_help(struct dm_cli *cli, int *ret_exit, struct dm_err *err);
enum dm_status dm_run_path(struct dm_cli *cli, int *ret_exit, struct dm_err *err);
enum dm_status dm_run_probe(struct dm_cli *cli, int *ret_exit, struct dm_err *err);
enum dm_status dm_run_reach(struct dm_cli *cli, int *ret_exit, struct dm_err *err);
enum dm_status dm_run_rule(struct dm_cli *cli, int *ret_exit, struct dm_err *err);
enum dm_status dm_run_rules(struct dm_cli *cli, int *ret_exit, struct dm_err *err);
enum dm_status dm_run_schema(struct dm_cli *cli, int *ret_exit, struct dm_err *err);
enum dm_status dm_run_validate(struct dm_cli *cli, int *ret_exit, struct dm_err *err);
enum dm_status dm_run_version(struct dm_cli *cli, int *ret_exit, struct dm_err *err);

extern const struct dm_option dm_build_options[];
extern const struct dm_option dm_check_options[];
extern const struct dm_option dm_graph_options[];
extern const struct dm_option dm_path_options[];
extern const struct dm_option dm_probe_options[];
extern const struct dm_option dm_reach_options[];
extern const struct dm_option dm_rule_options[];
extern const struct dm_option dm_rules_options[];
extern const struct dm_option dm_schema_options[];

/* NULL where there is none of this name. */
const struct dm_command *dm_command_find(const struct dm_command *table, const char *name);

/* DM_USAGE: no command has this name, with the one that may have been meant. */
DM_NODISCARD enum dm_status dm_command_unknown(const struct dm_cli *cli, const char *name,
                                               struct dm_err *err);

#endif
