/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/secret.h"

#include <string.h>

enum { MAX_WORD = 32 };

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

static char small(char c)
{
    return is_capital(c) ? (char)(c - 'A' + 'a') : c;
}

static bool is_letter(char c)
{
    return small(c) >= 'a' && small(c) <= 'z';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* One word of a name, in small letters; a longer one is cut at its beginning. */
struct word {
    char text[MAX_WORD];
    size_t n;
};

static void add(struct word *word, char c)
{
    if (word->n + 1 == MAX_WORD) {
        memmove(word->text, word->text + 1, word->n - 1);
        word->n--;
    }
    word->text[word->n++] = small(c);
    word->text[word->n] = '\0';
}

/* Whether a new word begins at 'i': behind what is no letter, or at a capital behind a small one.
 */
static bool begins(const char *name, size_t i)
{
    return is_letter(name[i])
           && (i == 0 || !is_letter(name[i - 1])
               || (is_capital(name[i]) && !is_capital(name[i - 1])));
}

/* The last two words; digits are none. */
static void last_words(const char *name, size_t length, struct word *before, struct word *last)
{
    *before = (struct word){ { 0 }, 0 };
    *last = (struct word){ { 0 }, 0 };
    for (size_t i = 0; i < length; i++) {
        if (begins(name, i)) {
            *before = *last;
            *last = (struct word){ { 0 }, 0 };
        }
        if (is_letter(name[i])) {
            add(last, name[i]);
        }
    }
}

static bool ends_with(const struct word *word, const char *end)
{
    size_t n = strlen(end);

    return word->n >= n && strcmp(word->text + word->n - n, end) == 0;
}

static bool is_among(const struct word *word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(word->text, list[i]) == 0) {
            return true;
        }
    }
    return false;
}

#define COUNT(list) (sizeof(list) / sizeof *(list))

bool dm_secret_is_name(const char *name, size_t length)
{
    static const char *const ends[] = { "password", "passwd",    "passphrase", "secret",    "token",
                                        "apikey",   "accesskey", "secretkey",  "privatekey" };
    static const char *const words[] = { "pwd", "pass", "credential", "credentials" };
    static const char *const openers[] = { "api",     "access",     "private", "secret", "signing",
                                           "master",  "encryption", "auth",    "shared", "storage",
                                           "account", "jwt",        "ssh",     "hmac" };
    struct word before;
    struct word last;

    last_words(name, length, &before, &last);
    for (size_t i = 0; i < COUNT(ends); i++) {
        if (ends_with(&last, ends[i])) {
            return true;
        }
    }
    return is_among(&last, words, COUNT(words))
           || (strcmp(last.text, "key") == 0 && is_among(&before, openers, COUNT(openers)));
}

/* ---- texts ---- */

static bool is_word(const char *text, size_t length, const char *word)
{
    if (strlen(word) != length) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        if (small(text[i]) != word[i]) {
            return false;
        }
    }
    return true;
}

static bool starts(const char *text, size_t length, const char *start)
{
    size_t n = strlen(start);

    return length >= n && strncmp(text, start, n) == 0;
}

/* "$oidc.clientSecret", "$DB_PASSWORD": what programs replace themselves. */
static bool is_replaced(const char *text, size_t length)
{
    bool is_name = length > 1 && text[0] == '$' && (is_letter(text[1]) || text[1] == '_');

    for (size_t i = 1; is_name && i < length; i++) {
        is_name = is_letter(text[i]) || (text[i] >= '0' && text[i] <= '9')
                  || (text[i] && strchr("_.:-", text[i]));
    }
    return is_name;
}

enum dm_secret_text dm_secret_text_kind(const char *text, size_t length)
{
    static const char *const switches[] = { "true", "false", "yes", "no",   "on",
                                            "off",  "0",     "1",   "none", "null" };
    static const char *const places[] = {
        "/",     "./",   "$(",   "${", "{{",         "arn:",   "vault:",
        "file:", "ssm:", "ref+", "<",  "secretref:", "awssm:", "secretsmanager:"
    };

    while (length && is_blank(*text)) {
        text++;
        length--;
    }
    while (length && is_blank(text[length - 1])) {
        length--;
    }
    if (!length) {
        return DM_SECRET_NOTHING;
    }
    for (size_t i = 0; i < COUNT(switches); i++) {
        if (is_word(text, length, switches[i])) {
            return DM_SECRET_NOTHING;
        }
    }
    for (size_t i = 0; i < COUNT(places); i++) {
        if (starts(text, length, places[i])) {
            return DM_SECRET_REFERENCE;
        }
    }
    return is_replaced(text, length) ? DM_SECRET_REFERENCE : DM_SECRET_LITERAL;
}

bool dm_secret_in_address(const char *text, size_t length)
{
    for (size_t i = 0; i + 3 < length; i++) {
        size_t begin = i + 3;
        size_t end = begin;
        const char *colon;

        if (!starts(text + i, length - i, "://")) {
            continue;
        }
        while (end < length && !strchr("/?# \t\n\"'", text[end]) && text[end] != '@') {
            end++;
        }
        colon = memchr(text + begin, ':', end - begin);
        if (end < length && text[end] == '@' && colon
            && dm_secret_text_kind(colon + 1, (size_t)(text + end - colon - 1))
                   == DM_SECRET_LITERAL) {
            return true;
        }
    }
    return false;
}

bool dm_secret_is_private_key(const char *text)
{
    return strstr(text, "PRIVATE KEY-----") != NULL;
}

/* ---- lines ---- */

/* Where what follows a credential's name begins in a line; 'size' where there is none.  What rules
 * of firewalls and policies call "pass" is none. */
static size_t behind_name(const char *line, size_t size)
{
    static const char inside[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";

    for (size_t i = 0; i < size;) {
        size_t n = strspn(line + i, inside);

        if (n && !is_word(line + i, n, "pass") && dm_secret_is_name(line + i, n)) {
            return i + n;
        }
        i += n ? n : 1;
    }
    return size;
}

bool dm_secret_hide_lines(struct dm_sources *sources, uint32_t source, size_t begin, size_t end)
{
    static const char nothing[] = ":|>-\"' \t\r\n";
    const char *text = dm_sources_get(sources, source)->text;
    size_t below = SIZE_MAX; /* lines further in than this belong to a name above */
    bool done = true;

    while (text && begin < end) {
        const char *line = text + begin;
        const char *last = memchr(line, '\n', end - begin);
        size_t size = last ? (size_t)(last - line) + 1 : end - begin;
        size_t in = strspn(line, " \t");
        bool is_below = in > below || strspn(line, " \t\r\n") >= size;
        size_t at = below != SIZE_MAX && is_below ? 0 : behind_name(line, size);

        if (dm_secret_in_address(line, size)) {
            at = 0;
        }
        if (at < size) {
            done = dm_sources_hide(sources, (struct dm_span){ source, (uint32_t)(begin + at),
                                                              (uint32_t)(begin + size) })
                   && done;
        }
        if (below == SIZE_MAX || !is_below) {
            below = at && at < size && strspn(line + at, nothing) + at >= size ? in : SIZE_MAX;
        }
        begin += size;
    }
    return done;
}
