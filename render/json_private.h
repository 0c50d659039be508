/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * json_private - what the writers of JSON share: values that cannot fail one by one.
 *
 * jansson gives NULL when memory is out or a text is no UTF-8, and its setters pass
 * that on; 'failed' keeps it until the end.  Texts from outside that are no UTF-8, as
 * names of files may be, are written with their bad bytes escaped.
 */
#ifndef DM_RENDER_JSON_PRIVATE_H
#define DM_RENDER_JSON_PRIVATE_H

#include <jansson.h>
#include <stdbool.h>

#include "model/base/str.h"
#include "scenarios/result.h"

struct dm_json {
    struct dm_arena *arena;
    const struct dm_model *model; /* may be NULL where there is no network */
    bool failed;
};

/* Both take 'owned_value' over. */
void dm_json_put(struct dm_json *json, json_t *object, const char *key, json_t *owned_value);
void dm_json_push(struct dm_json *json, json_t *array, json_t *owned_value);

json_t *dm_json_text(struct dm_json *json, const char *text); /* NULL: null */
json_t *dm_json_count(uint64_t n);                            /* above 63 bits: null */
json_t *dm_json_texts(struct dm_json *json, const char *const *texts, size_t n);

/* {"version", "facts"}: the program, and the digest of the facts it holds. */
json_t *dm_json_tool(struct dm_json *json);

/* {"file", "line", "column", "end_line", "end_column"}; null where there is no place. */
json_t *dm_json_location(struct dm_json *json, struct dm_span span);

json_t *dm_json_cut(struct dm_json *json, const struct dm_cut *cut);
json_t *dm_json_packet(struct dm_json *json, const struct dm_packet *packet);
json_t *dm_json_path(struct dm_json *json, const struct dm_path *path);

/* Writes 'owned_root' with a newline after it.  DM_NOMEM where anything failed. */
DM_NODISCARD enum dm_status dm_json_finish(struct dm_json *json, json_t *owned_root,
                                           struct dm_str *out, struct dm_err *err);

#endif
