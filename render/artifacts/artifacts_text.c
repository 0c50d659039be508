/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Texts that all artifacts have: canonical JSON, and names of inputs.
 */
#include <string.h>

#include "model/base/file.h"
#include "model/base/str.h"
#include "render/artifacts/artifacts_private.h"

enum { PATH_PARTS = 256, REAL_DIGITS = 15 };

static int write_piece(const char *piece, size_t size, void *out)
{
    struct dm_str *text = out;

    dm_str_addn(text, piece, size);
    return text->failed ? -1 : 0;
}

bool dm_artifacts_add_json(struct dm_arena *arena, struct dm_layout *layout, const char *path,
                           const json_t *document)
{
    struct dm_str text;

    dm_str_init(&text, arena);
    if (json_dump_callback(document, write_piece, &text,
                           JSON_INDENT(2) | JSON_SORT_KEYS | JSON_REAL_PRECISION(REAL_DIGITS))
        != 0) {
        return false;
    }
    dm_str_addc(&text, '\n');
    return !text.failed && dm_layout_add(arena, layout, path, text.text, text.length);
}

const char *dm_artifacts_base(struct dm_arena *arena, const struct dm_sources *sources)
{
    bool has = sources && dm_sources_count(sources) > 0;

    return dm_path_folder(arena, has ? dm_sources_get(sources, 1)->path : "");
}

struct path {
    const char *parts[PATH_PARTS];
    size_t lengths[PATH_PARTS];
    size_t n;
    bool absolute;
};

static bool is_up(const struct path *path, size_t i)
{
    return path->lengths[i] == 2 && strncmp(path->parts[i], "..", 2) == 0;
}

/* Splits 'text', without "." and with ".." taken back where that can be said. */
static bool split(const char *text, struct path *path)
{
    *path = (struct path){ .absolute = text[0] == '/' };
    for (const char *at = text; *at;) {
        size_t length = strcspn(at, "/");

        if (length == 2 && strncmp(at, "..", 2) == 0 && path->n && !is_up(path, path->n - 1)) {
            path->n--;
        } else if (length && !(length == 1 && *at == '.')) {
            if (path->n == PATH_PARTS) {
                return false;
            }
            path->parts[path->n] = at;
            path->lengths[path->n++] = length;
        }
        at += length;
        at += strspn(at, "/");
    }
    return true;
}

const char *dm_artifacts_relative(struct dm_arena *arena, const char *base, const char *path)
{
    struct dm_str text;
    struct path from;
    struct path to;
    size_t same = 0;

    if (!split(base, &from) || !split(path, &to) || from.absolute != to.absolute) {
        return path;
    }
    while (same < from.n && same < to.n && from.lengths[same] == to.lengths[same]
           && strncmp(from.parts[same], to.parts[same], from.lengths[same]) == 0) {
        same++;
    }
    dm_str_init(&text, arena);
    for (size_t i = same; i < from.n; i++) {
        if (is_up(&from, i)) {
            return path; /* the name of the folder above is not in the texts */
        }
        dm_str_add(&text, "../");
    }
    for (size_t i = same; i < to.n; i++) {
        dm_str_addn(&text, to.parts[i], to.lengths[i]);
        dm_str_add(&text, i + 1 < to.n ? "/" : "");
    }
    return text.failed ? NULL : text.text;
}
