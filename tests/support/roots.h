/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * roots - artifacts of Terraform read back for tests, by another way than they were written.
 *
 * A network is told as lines of text, one for each object and each row, once from the model and
 * once from the artifacts, where each reference is followed to the resource it names, in whichever
 * root. Sorted, both texts are equal exactly where everything stands in the artifacts, once, and
 * nothing else does.
 */
#ifndef DM_TESTS_SUPPORT_ROOTS_H
#define DM_TESTS_SUPPORT_ROOTS_H

#include <jansson.h>

#include "model/model.h"
#include "render/artifacts/layout.h"

struct root {
    const char *key; /* "prod/eu-west-1", "global" */
    json_t *all;     /* the documents of its files as one: "resource", "data", "output", ... */
};

struct roots {
    struct dm_arena *arena;
    DM_VEC(struct root) items;
    DM_VEC(const char *) faults; /* what is wrong with the artifacts, in words */
};

/* Reads the files below terraform/ of 'layout'. */
struct roots roots_read(struct dm_arena *arena, const struct dm_layout *layout);
void roots_release(struct roots *roots);

/* Holds every "${...}", dependency, provider and state that is named against what there is, and the
 * order of the roots.  Adds to the faults. */
void roots_check(struct roots *roots);

/* Holds types, names of arguments, what is required and shapes against the provider's schema. */
void roots_check_schema(struct roots *roots, json_t *schema);

/* That schema, which is no part of this repository; NULL, and a message, where it is not there. */
json_t *roots_schema_new(void);

/* The network as sorted lines. */
const char *roots_text(struct roots *roots);
const char *roots_text_of_model(struct dm_arena *arena, const struct dm_model *model);

/* Of it, what serves and what inspects: adds to the lines of the model. */
struct roots_lines;
void roots_clusters_of_model(struct roots_lines *lines, const struct dm_model *model);
void roots_served_of_model(struct roots_lines *lines, const struct dm_model *model);

/* The lines, sorted and joined. */
struct roots_lines {
    struct dm_arena *arena;
    DM_VEC(const char *) items;
};
void roots_line(struct roots_lines *lines, const char *fmt, ...) DM_PRINTF(2, 3);
const char *roots_join(struct roots_lines *lines, bool once);

#endif
