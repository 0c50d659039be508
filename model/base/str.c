/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/base/str.h"

#include <stdio.h>
#include <string.h>

enum { FIRST_CAPACITY = 64, NEAREST_MAX_LETTERS = 63 };

/* Text of every builder that holds nothing yet; never written to, as its capacity is 0. */
static char no_text[1];

void dm_str_init(struct dm_str *str, struct dm_arena *arena)
{
    *str = (struct dm_str){ .arena = arena, .text = no_text };
}

void dm_str_clear(struct dm_str *str)
{
    str->length = 0;
    if (str->capacity) {
        str->text[0] = '\0';
    }
}

/* Makes room for 'more' bytes and the zero byte. */
static bool reserve(struct dm_str *str, size_t more)
{
    size_t capacity = str->capacity ? str->capacity : FIRST_CAPACITY;
    char *text;

    if (str->failed) {
        return false;
    }
    if (more < str->capacity - str->length) {
        return true;
    }
    if (more >= SIZE_MAX / 4 - str->length) {
        str->failed = true;
        return false;
    }
    while (capacity - str->length <= more) {
        capacity *= 2;
    }
    text = dm_arena_grow(str->arena, str->capacity ? str->text : NULL, str->capacity, capacity, 1);
    if (!text) {
        str->failed = true;
        return false;
    }
    str->text = text;
    str->capacity = capacity;
    return true;
}

void dm_str_addn(struct dm_str *str, const char *text, size_t length)
{
    if (!length || !reserve(str, length)) {
        return;
    }
    memcpy(str->text + str->length, text, length);
    str->length += length;
    str->text[str->length] = '\0';
}

void dm_str_add(struct dm_str *str, const char *text)
{
    dm_str_addn(str, text, strlen(text));
}

void dm_str_addc(struct dm_str *str, char c)
{
    dm_str_addn(str, &c, 1);
}

void dm_str_addv(struct dm_str *str, const char *fmt, va_list ap)
{
    va_list again;
    int length;

    va_copy(again, ap);
    length = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    if (length < 0) {
        str->failed = true;
        return;
    }
    if (!reserve(str, (size_t)length)) {
        return;
    }
    (void)vsnprintf(str->text + str->length, (size_t)length + 1, fmt, ap);
    str->length += (size_t)length;
}

void dm_str_addf(struct dm_str *str, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    dm_str_addv(str, fmt, ap);
    va_end(ap);
}

char *dm_vsprintf(struct dm_arena *arena, const char *fmt, va_list ap)
{
    va_list again;
    int length;
    char *text;

    va_copy(again, ap);
    length = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    text = length < 0 ? NULL : DM_NEW_ARRAY(arena, (size_t)length + 1, char);
    if (text) {
        (void)vsnprintf(text, (size_t)length + 1, fmt, ap);
    }
    return text;
}

char *dm_sprintf(struct dm_arena *arena, const char *fmt, ...)
{
    va_list ap;
    char *text;

    va_start(ap, fmt);
    text = dm_vsprintf(arena, fmt, ap);
    va_end(ap);
    return text;
}

bool dm_str_equal(const char *a, const char *b)
{
    if (!a || !b) {
        return a == b;
    }
    return !strcmp(a, b);
}

bool dm_str_starts(const char *text, const char *start)
{
    return !strncmp(text, start, strlen(start));
}

bool dm_str_ends(const char *text, const char *end)
{
    size_t length = strlen(text);
    size_t end_length = strlen(end);

    return length >= end_length && !memcmp(text + length - end_length, end, end_length);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool dm_str_to_u64(const char *text, size_t length, uint64_t max, uint64_t *ret_value)
{
    uint64_t value = 0;

    if (!length) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        uint64_t digit;

        if (!is_digit(text[i])) {
            return false;
        }
        digit = (uint64_t)(text[i] - '0');
        if (digit > max || value > (max - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *ret_value = value;
    return true;
}

/* Compares the numbers that begin at '*a' and '*b' and steps over them. */
static int compare_digits(const char **a, const char **b)
{
    size_t n_a = 0;
    size_t n_b = 0;
    int order;

    while (**a == '0' && is_digit((*a)[1])) {
        (*a)++;
    }
    while (**b == '0' && is_digit((*b)[1])) {
        (*b)++;
    }
    while (is_digit((*a)[n_a])) {
        n_a++;
    }
    while (is_digit((*b)[n_b])) {
        n_b++;
    }
    order = n_a != n_b ? (n_a < n_b ? -1 : 1) : memcmp(*a, *b, n_a);
    *a += n_a;
    *b += n_b;
    return order;
}

int dm_str_compare_natural(const char *a, const char *b)
{
    const char *begin_a = a;
    const char *begin_b = b;

    while (*a && *b) {
        if (is_digit(*a) && is_digit(*b)) {
            int order = compare_digits(&a, &b);

            if (order) {
                return order;
            }
        } else if (*a != *b) {
            return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
        } else {
            a++;
            b++;
        }
    }
    if (*a || *b) {
        return *a ? 1 : -1;
    }
    /* "a01" and "a1" are the same number: their bytes decide, so that the order is total. */
    return strcmp(begin_a, begin_b);
}

static size_t min_size(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: insertions, deletions, changes, swaps of neighbours. */
static size_t edit_distance(const char *a, size_t n_a, const char *b, size_t n_b)
{
    size_t rows[3][NEAREST_MAX_LETTERS + 1];
    size_t *before = rows[0];
    size_t *last = rows[1];
    size_t *now = rows[2];

    for (size_t j = 0; j <= n_b; j++) {
        last[j] = j;
        before[j] = 0;
    }
    for (size_t i = 1; i <= n_a; i++) {
        size_t *oldest = before;

        now[0] = i;
        for (size_t j = 1; j <= n_b; j++) {
            size_t change = last[j - 1] + (a[i - 1] != b[j - 1]);

            now[j] = min_size(change, min_size(last[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                now[j] = min_size(now[j], before[j - 2] + 1);
            }
        }
        before = last;
        last = now;
        now = oldest;
    }
    return last[n_b];
}

const char *dm_str_nearest(const char *word, const char *const *candidates, size_t n_candidates)
{
    size_t length = strlen(word);
    const char *best = NULL;
    size_t best_distance = SIZE_MAX;

    if (length > NEAREST_MAX_LETTERS) {
        return NULL;
    }
    for (size_t i = 0; i < n_candidates; i++) {
        size_t other = strlen(candidates[i]);
        size_t distance;

        if (other > NEAREST_MAX_LETTERS) {
            continue;
        }
        distance = edit_distance(word, length, candidates[i], other);
        if (distance <= (length > other ? length : other) / 3 && distance < best_distance) {
            best_distance = distance;
            best = candidates[i];
        }
    }
    return best;
}

uint64_t dm_hash(uint64_t seed, const void *bytes, size_t size)
{
    const unsigned char *p = bytes;

    for (size_t i = 0; i < size; i++) {
        seed = (seed ^ p[i]) * UINT64_C(0x100000001b3);
    }
    return seed;
}
