/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * reading - one YAML or JSON text, read, with all that came of it.
 *
 * For tests: 'reading_of' or 'reading_of_file', look, 'reading_release'.
 */
#ifndef DM_TESTS_SUPPORT_READING_H
#define DM_TESTS_SUPPORT_READING_H

#include <string.h>

#include "model/load/tree.h"

enum reading_language { READING_YAML, READING_JSON };

struct reading {
    struct dm_arena *arena;
    struct dm_sources *sources;
    struct dm_diags diags; /* sorted */
    struct dm_tree *tree;
    enum dm_status status;
    struct dm_err err;
};

static inline void reading_tree(struct reading *reading, enum reading_language language,
                                uint32_t source)
{
    if (language == READING_YAML) {
        reading->status = dm_yaml_read(reading->arena, reading->sources, source, &reading->diags,
                                       &reading->tree, &reading->err);
    } else {
        reading->status = dm_json_read(reading->arena, reading->sources, source, &reading->diags,
                                       &reading->tree, &reading->err);
    }
    dm_diags_sort(&reading->diags);
}

/* Everything that fails on the way shows in 'status'. */
static inline struct reading reading_begin(void)
{
    struct reading reading = { .status = DM_NOMEM };

    reading.arena = dm_arena_new(0);
    if (reading.arena) {
        dm_diags_init(&reading.diags, reading.arena);
        reading.sources = dm_sources_new(reading.arena, &reading.err);
    }
    return reading;
}

static inline struct reading reading_of_bytes(enum reading_language language, const char *text,
                                              size_t size)
{
    struct reading reading = reading_begin();
    uint32_t source = 0;

    if (reading.sources) {
        reading.status =
            dm_sources_add(reading.sources, "input", text, size, &source, &reading.err);
        if (reading.status == DM_OK) {
            reading_tree(&reading, language, source);
        }
    }
    return reading;
}

static inline struct reading reading_of(enum reading_language language, const char *text)
{
    return reading_of_bytes(language, text, strlen(text));
}

static inline struct reading reading_of_file(enum reading_language language, const char *path)
{
    struct reading reading = reading_begin();
    uint32_t source = 0;

    if (reading.sources) {
        reading.status = dm_sources_read(reading.sources, path, &source, &reading.err);
        if (reading.status == DM_OK) {
            reading_tree(&reading, language, source);
        }
    }
    return reading;
}

static inline void reading_release(struct reading *reading)
{
    dm_arena_free(reading->arena);
    reading->arena = NULL;
}

/* Begin of label 'label' of fault 'i'. */
static inline struct dm_place reading_place(const struct reading *reading, size_t i, unsigned label)
{
    return dm_sources_place(reading->sources, reading->diags.items[i].labels[label].span);
}

#endif
