/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/choice.h"

#include <string.h>

#include "model/base/str.h"

enum { WORDS_SIZE = 200 };

/* "a, b or c"; cut where it would not fit. */
static void join(const char *const *words, char text[WORDS_SIZE])
{
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; words[i]; i++) {
        const char *gap = i == 0 ? "" : words[i + 1] ? ", " : " or ";
        size_t size = strlen(gap) + strlen(words[i]);

        if (used + size >= WORDS_SIZE) {
            return;
        }
        memcpy(text + used, gap, strlen(gap));
        memcpy(text + used + strlen(gap), words[i], strlen(words[i]) + 1);
        used += size;
    }
}

enum dm_status dm_choice_read(const char *option, const char *text, const char *const *words,
                              size_t *ret_index, struct dm_err *err)
{
    char all[WORDS_SIZE];

    for (size_t i = 0; words[i]; i++) {
        if (strcmp(words[i], text) == 0) {
            *ret_index = i;
            return DM_OK;
        }
    }
    join(words, all);
    return DM_FAIL(err, DM_USAGE, "`--%s` is %s, not `%s`", option, all, text);
}

enum dm_status dm_choice_of(const struct dm_args *args, const char *option,
                            const char *const *words, size_t *ret_index, struct dm_err *err)
{
    const char *value = dm_args_value(args, option);

    return value ? dm_choice_read(option, value, words, ret_index, err) : DM_OK;
}

enum dm_status dm_choice_unknown(const char *what, const char *word, const char *const *candidates,
                                 size_t n_candidates, struct dm_err *err)
{
    const char *near = dm_str_nearest(word, candidates, n_candidates);

    return near ? DM_FAIL(err, DM_USAGE, "no %s `%s`; did you mean `%s`?", what, word, near)
                : DM_FAIL(err, DM_USAGE, "no %s `%s`", what, word);
}

static bool is_within(const char *name, const char *word)
{
    return dm_str_starts(name, word) && name[strlen(word)] == '.';
}

/* The first two candidates that go on after a dot where 'word' ends, the second not within the
 * first: NULL where there are none. */
static void find_copies(const char *word, const char *const *candidates, size_t n_candidates,
                        const char *ret_found[2])
{
    size_t n = 0;

    for (size_t i = 0; i < n_candidates && n < 2; i++) {
        if (is_within(candidates[i], word) && (n == 0 || !is_within(candidates[i], ret_found[0]))) {
            ret_found[n++] = candidates[i];
        }
    }
}

enum dm_status dm_choice_unnamed(const char *word, const char *why, const char *const *candidates,
                                 size_t n_candidates, struct dm_err *err)
{
    const char *copies[2] = { NULL, NULL };
    const char *near = dm_str_nearest(word, candidates, n_candidates);

    find_copies(word, candidates, n_candidates, copies);
    if (copies[1]) {
        return DM_FAIL(err, DM_USAGE, "`%s`: %s; did you mean one of its copies, such as `%s`?",
                       word, why, copies[0]);
    }
    near = copies[0] ? copies[0] : near;
    return near && strcmp(near, word) != 0
               ? DM_FAIL(err, DM_USAGE, "`%s`: %s; did you mean `%s`?", word, why, near)
               : DM_FAIL(err, DM_USAGE, "`%s`: %s", word, why);
}
