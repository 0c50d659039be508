/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * facts_private - the readers behind facts.h, apart from where their text comes from.
 *
 * They are declared here so that tests can give them text that is out of form.
 * What they refuse: a key that is unknown, missing or empty, a code or an id
 * that is there twice, regions out of order, whatever the YAML reader warns of.
 * O(bytes).
 */
#ifndef DM_MODEL_FACTS_FACTS_PRIVATE_H
#define DM_MODEL_FACTS_FACTS_PRIVATE_H

#include "model/base/map.h"
#include "model/facts/facts.h"

struct dm_fact_regions {
    const struct dm_region_fact *items; /* ascending by code */
    size_t n;
    struct dm_map by_code; /* to the index in 'items' */
};

struct dm_fact_rows {
    const struct dm_fact *items; /* in order of the file */
    size_t n;
    struct dm_map by_id;
};

/* 'path' is what faults name as the place. */
DM_NODISCARD enum dm_status dm_fact_regions_read(struct dm_arena *arena, const char *path,
                                                 const char *text, size_t size,
                                                 struct dm_fact_regions *ret_regions,
                                                 struct dm_err *err);
DM_NODISCARD enum dm_status dm_fact_rows_read(struct dm_arena *arena, const char *path,
                                              const char *text, size_t size,
                                              struct dm_fact_rows *ret_rows, struct dm_err *err);

#endif
