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
    return NULL;
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
