/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * str - text that grows, and small things done with text.
 *
 * A builder takes its arena when it is initialised and keeps its text ended by
 * a zero byte.  Once memory is out it stays as it is and 'failed' is set; check
 * it once at the end.  No function here depends on the locale.
 */
#ifndef DM_MODEL_BASE_STR_H
#define DM_MODEL_BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/base/arena.h"
#include "model/base/err.h"

struct dm_str {
    struct dm_arena *arena;
    char *text; /* never NULL after init, ended by a zero byte */
    size_t length;
    size_t capacity;
    bool failed;
};

void dm_str_init(struct dm_str *str, struct dm_arena *arena);
void dm_str_clear(struct dm_str *str);
void dm_str_add(struct dm_str *str, const char *text);
void dm_str_addn(struct dm_str *str, const char *text, size_t length);
void dm_str_addc(struct dm_str *str, char c);
void dm_str_addf(struct dm_str *str, const char *fmt, ...) DM_PRINTF(2, 3);
void dm_str_addv(struct dm_str *str, const char *fmt, va_list ap) DM_PRINTF(2, 0);

/* printf into 'arena'; NULL when memory is out. */
char *dm_sprintf(struct dm_arena *arena, const char *fmt, ...) DM_PRINTF(2, 3);
char *dm_vsprintf(struct dm_arena *arena, const char *fmt, va_list ap) DM_PRINTF(2, 0);

bool dm_str_equal(const char *a, const char *b); /* NULL equals NULL only */
bool dm_str_starts(const char *text, const char *start);
bool dm_str_ends(const char *text, const char *end);

/* Digits only, the whole text, no sign; false where it is no such number or above 'max'. */
bool dm_str_to_u64(const char *text, size_t length, uint64_t max, uint64_t *ret_value);

/* Orders "a2" before "a10": runs of digits compare as numbers.  For names shown to people. */
int dm_str_compare_natural(const char *a, const char *b);

/* The candidate nearest to 'word' (edit distance with transpositions) where it is near enough to
 * be meant: at most a third of the longer one's letters.  NULL: none is.  O(n * letters^2). */
const char *dm_str_nearest(const char *word, const char *const *candidates, size_t n_candidates);

/* FNV-1a, 64 bits; chain by passing the last result, begin with DM_HASH_SEED. */
#define DM_HASH_SEED UINT64_C(0xcbf29ce484222325)
uint64_t dm_hash(uint64_t seed, const void *bytes, size_t size);

#endif
