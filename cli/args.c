/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/args.h"

#include <string.h>

#include "model/base/str.h"

/* What is looked at while words are read. */
struct reader {
    struct dm_arena *arena;
    const struct dm_option *const *tables;
    size_t n_tables;
    const char *whose;
};

static const struct dm_option *find_name(const struct reader *reader, const char *name, size_t size)
{
    for (size_t i = 0; i < reader->n_tables; i++) {
        for (const struct dm_option *option = reader->tables[i]; option->name; option++) {
            if (strlen(option->name) == size && memcmp(option->name, name, size) == 0) {
                return option;
            }
        }
    }
    return NULL;
}

static const struct dm_option *find_letter(const struct reader *reader, char letter)
{
    for (size_t i = 0; i < reader->n_tables; i++) {
        for (const struct dm_option *option = reader->tables[i]; option->name; option++) {
            if (option->letter && option->letter == letter) {
                return option;
            }
        }
    }
    return NULL;
}

static const char *nearest(const struct reader *reader, const char *name)
{
    DM_VEC(const char *) names = { 0 };

    for (size_t i = 0; i < reader->n_tables; i++) {
        for (const struct dm_option *option = reader->tables[i]; option->name; option++) {
            if (!DM_VEC_PUSH(reader->arena, &names, option->name)) {
                return NULL;
            }
        }
    }
    return dm_str_nearest(name, names.items, names.n);
}

static enum dm_status fail_unknown(const struct reader *reader, const char *word,
                                   struct dm_err *err)
{
    bool is_long = word[1] == '-';
    char *name = dm_arena_strndup(reader->arena, word + 2, strcspn(word + 2, "="));
    const char *near = is_long && name ? nearest(reader, name) : NULL;
    const char *whose = reader->whose ? reader->whose : "demarc";

    if (is_long && near) {
        return DM_FAIL(err, DM_USAGE, "`%s` has no option `--%s`; did you mean `--%s`?", whose,
                       name, near);
    }
    return is_long ? DM_FAIL(err, DM_USAGE, "`%s` has no option `--%s`", whose, name ? name : "")
                   : DM_FAIL(err, DM_USAGE, "`%s` has no option `-%c`", whose, word[1]);
}

/* One option, at 'words[0]'; '*at' counts the words that it took. */
static enum dm_status read_option(const struct reader *reader, const char *const *words,
                                  size_t n_words, struct dm_args *args, size_t *at,
                                  struct dm_err *err)
{
    const char *word = words[0];
    bool is_long = word[1] == '-';
    size_t size = is_long ? strcspn(word + 2, "=") : 1;
    const struct dm_option *option =
        is_long ? find_name(reader, word + 2, size) : find_letter(reader, word[1]);
    const char *rest = is_long ? word + 2 + size : word + 2;
    const char *value = NULL;

    if (!option) {
        return fail_unknown(reader, word, err);
    }
    if (!option->value && *rest) {
        return is_long ? DM_FAIL(err, DM_USAGE, "`--%s` takes no value", option->name)
                       : DM_FAIL(err, DM_USAGE, "`-%c` takes no value", option->letter);
    }
    if (option->value) {
        if (*rest) {
            value = is_long ? rest + 1 : rest;
        } else if (n_words > 1) {
            value = words[1];
            (*at)++;
        } else {
            return DM_FAIL(err, DM_USAGE, "`%s` needs a value: %s", word, option->value);
        }
    }
    (*at)++;
    return DM_VEC_PUSH(reader->arena, &args->given, (struct dm_given){ option, value })
               ? DM_OK
               : DM_FAIL_NOMEM(err);
}

enum dm_status dm_args_read(struct dm_arena *arena, const char *const *words, size_t n_words,
                            const struct dm_option *const *tables, size_t n_tables,
                            const char *whose, bool stop_at_operand, struct dm_args *args,
                            size_t *ret_n_read, struct dm_err *err)
{
    struct reader reader = { arena, tables, n_tables, whose };
    bool options_ended = false;
    size_t at = 0;

    while (at < n_words) {
        const char *word = words[at];
        bool is_option = !options_ended && word[0] == '-' && word[1] != '\0';

        if (is_option && strcmp(word, "--") == 0) {
            options_ended = true;
            at++;
        } else if (is_option) {
            enum dm_status status = read_option(&reader, words + at, n_words - at, args, &at, err);

            if (status != DM_OK) {
                return status;
            }
        } else if (stop_at_operand) {
            break;
        } else {
            if (!DM_VEC_PUSH(arena, &args->operands, word)) {
                return DM_FAIL_NOMEM(err);
            }
            at++;
        }
    }
    *ret_n_read = at;
    return DM_OK;
}

bool dm_args_has(const struct dm_args *args, const char *name)
{
    for (size_t i = 0; i < args->given.n; i++) {
        if (strcmp(args->given.items[i].option->name, name) == 0) {
            return true;
        }
    }
    return false;
}

const char *dm_args_value(const struct dm_args *args, const char *name)
{
    for (size_t i = args->given.n; i > 0; i--) {
        if (strcmp(args->given.items[i - 1].option->name, name) == 0) {
            return args->given.items[i - 1].value;
        }
    }
    return NULL;
}

enum dm_status dm_args_list(struct dm_arena *arena, const struct dm_args *args, const char *name,
                            const char *const **ret_items, size_t *ret_n, struct dm_err *err)
{
    DM_VEC(const char *) items = { 0 };

    for (size_t i = 0; i < args->given.n; i++) {
        const char *at = args->given.items[i].value;

        if (strcmp(args->given.items[i].option->name, name) != 0) {
            continue;
        }
        for (;;) {
            size_t size = strcspn(at, ",");
            char *item = dm_arena_strndup(arena, at, size);

            if (size == 0) {
                return DM_FAIL(err, DM_USAGE, "`--%s` has an empty part", name);
            }
            if (!item || !DM_VEC_PUSH(arena, &items, item)) {
                return DM_FAIL_NOMEM(err);
            }
            if (!at[size]) {
                break;
            }
            at += size + 1;
        }
    }
    *ret_items = items.items;
    *ret_n = items.n;
    return DM_OK;
}
