/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * args - the words of a command line, held against a table of options.
 *
 * One reader for all commands.  '--name VALUE', '--name=VALUE', '-n VALUE' and '-nVALUE' are the
 * same; flags take no value; '--' ends the options; '-' is an operand.  Options and operands may be
 * mixed.  Nothing is abbreviated: what is not in the table is refused, with the nearest name.
 *
 * What was given is kept in order; an option that is given twice is there twice, and the command
 * decides whether the last one counts or all do.  Texts are those of the command line, borrowed.
 * O(words * options).
 */
#ifndef DM_CLI_ARGS_H
#define DM_CLI_ARGS_H

#include "model/base/err.h"
#include "model/base/vec.h"

struct dm_option {
    const char *name;  /* "format", without dashes; NULL ends a table */
    char letter;       /* 'o' for "-o"; 0: none */
    const char *value; /* what its value is called in help, "FILE"; NULL: a flag */
    const char *doc;   /* one line */
};

struct dm_given {
    const struct dm_option *option;
    const char *value; /* NULL: a flag */
};

struct dm_args {
    DM_VEC(struct dm_given) given;
    DM_VEC(const char *) operands;
};

/* Reads 'words' by the options of all 'tables' (each ended by a row without name).  'whose' is the
 * command, for messages; NULL: the program.  With 'stop_at_operand' reading ends before the first
 * operand.  '*ret_n_read' is the number of words that were read.  DM_USAGE: one is not understood.
 */
DM_NODISCARD enum dm_status dm_args_read(struct dm_arena *arena, const char *const *words,
                                         size_t n_words, const struct dm_option *const *tables,
                                         size_t n_tables, const char *whose, bool stop_at_operand,
                                         struct dm_args *args, size_t *ret_n_read,
                                         struct dm_err *err);

bool dm_args_has(const struct dm_args *args, const char *name);

/* The last value given; NULL where there is none. */
const char *dm_args_value(const struct dm_args *args, const char *name);

/* All values of an option, each split at its commas, in order.  DM_USAGE: a part is empty. */
DM_NODISCARD enum dm_status dm_args_list(struct dm_arena *arena, const struct dm_args *args,
                                         const char *name, const char *const **ret_items,
                                         size_t *ret_n, struct dm_err *err);

#endif
