/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names of resources, and texts of tags.
 */
#include <string.h>

#include "model/base/str.h"
#include "render/artifacts/artifacts_private.h"
#include "render/artifacts/terraform_private.h"
#include "render/digest.h"

enum { DIGEST_DIGITS = 8, TAG_BYTES = 256 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

char *dm_tf_ident(struct dm_arena *arena, const char *text)
{
    char *ident = dm_sprintf(arena, "%s%s", is_letter(text[0]) ? "" : "_", text);

    for (char *c = ident; c && *c; c++) {
        if (!is_letter(*c) && !is_digit(*c)) {
            *c = '_';
        }
    }
    return ident;
}

/* 'ident' with as many digits of the digest of 'name' as make it one that 'taken' has not. */
static const char *told_apart(struct dm_arena *arena, struct dm_map *taken, const char *ident,
                              const char *name)
{
    char digest[DM_DIGEST_SIZE];

    (void)dm_digest_sha256(name, strlen(name), digest);
    for (int n = DIGEST_DIGITS; n < DM_DIGEST_SIZE; n += DIGEST_DIGITS) {
        const char *longer = dm_sprintf(arena, "%s_%.*s", ident, n, digest);
        bool added = false;

        if (!longer || !dm_map_add(taken, longer, &added)) {
            return NULL;
        }
        if (added) {
            return longer;
        }
    }
    for (unsigned n = 2;; n++) { /* objects of two kinds with one name */
        const char *longer = dm_sprintf(arena, "%s_%u", ident, n);
        bool added = false;

        if (!longer || !dm_map_add(taken, longer, &added) || added) {
            return added ? longer : NULL;
        }
    }
}

const char *const *dm_tf_idents(struct dm_arena *arena, const char *const *names, size_t n)
{
    const char **idents = DM_NEW_ARRAY(arena, n ? n : 1, const char *);
    struct dm_map taken;

    dm_map_init(&taken, arena);
    for (size_t i = 0; idents && i < n; i++) {
        uint64_t *count;

        idents[i] = dm_tf_ident(arena, names[i]);
        count = idents[i] ? dm_map_add(&taken, idents[i], NULL) : NULL;
        if (!count) {
            return NULL;
        }
        ++*count;
    }
    for (size_t i = 0; idents && i < n; i++) {
        const uint64_t *count = dm_map_find(&taken, idents[i]);

        if (count && *count > 1) {
            idents[i] = told_apart(arena, &taken, idents[i], names[i]);
        }
        if (!idents[i]) {
            return NULL;
        }
    }
    return idents;
}

const char *dm_tf_plain(struct dm_tf *tf, const char *text, size_t max)
{
    size_t length = strlen(text);
    char *plain = dm_arena_strdup(tf->arena, length > max ? text + (length - max) : text);

    if (!plain) {
        dm_tf_nomem(tf);
        return "";
    }
    for (char *c = plain; *c; c++) {
        if (!is_letter(*c) && !is_digit(*c) && !strchr("._-:/=+@ ", *c)) {
            *c = '_';
        }
    }
    return plain;
}

const char *dm_tf_short(struct dm_tf *tf, struct dm_ref ref, size_t max)
{
    const char *ident = dm_tf_ident_of(tf, ref);
    size_t length = strlen(ident);
    /* Names of load balancers that begin so are AWS's own. */
    bool is_odd = ident[0] == '_' || dm_str_starts(ident, "internal_");
    char digest[DM_DIGEST_SIZE];
    char *text;

    if (is_odd || length > max || ident[length - 1] == '_') {
        size_t most = max - DIGEST_DIGITS - 2;

        (void)dm_digest_sha256(ident, length, digest);
        text = dm_sprintf(tf->arena, "%s%.*s-%.*s", is_odd ? "n" : "",
                          (int)(length < most ? length : most), ident, DIGEST_DIGITS, digest);
    } else {
        text = dm_arena_strdup(tf->arena, ident);
    }
    if (!text) {
        dm_tf_nomem(tf);
        return "";
    }
    for (char *c = text; *c; c++) {
        *c = (char)(*c == '_' ? '-' : *c);
    }
    return text;
}

const char *dm_tf_place(struct dm_tf *tf, struct dm_span span)
{
    struct dm_place place;
    const char *path;
    const char *text;

    if (!span.source || !tf->model->sources) {
        return NULL;
    }
    place = dm_sources_place(tf->model->sources, span);
    path = dm_artifacts_relative(tf->arena, tf->base, place.path);
    text = path ? dm_sprintf(tf->arena, "%s:%u", path, (unsigned)place.line) : NULL;
    if (!text) {
        dm_tf_nomem(tf);
        return NULL;
    }
    return dm_tf_plain(tf, text, TAG_BYTES);
}
