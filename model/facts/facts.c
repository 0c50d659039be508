/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/facts/facts.h"

#include "model/base/err.h"
#include "model/facts/data.h"
#include "model/facts/facts_private.h"

struct dm_facts {
    struct dm_arena *arena;
    bool has_regions;
    bool has_rows;
    struct dm_fact_regions regions;
    struct dm_fact_rows rows;
};

struct dm_facts *dm_facts_new(struct dm_arena *arena)
{
    struct dm_facts *facts = DM_NEW(arena, struct dm_facts);
    if (facts != NULL) {
        facts->arena = arena;
    }
    return facts;
}

static enum dm_status load_regions(struct dm_facts *facts, struct dm_err *err)
{
    if (facts->has_regions) {
        return DM_OK;
    }
    const struct dm_data_file *file = dm_data_find("facts/regions.yaml");
    if (file == NULL) {
        return DM_FAIL(err, DM_INVALID, "the program holds no `facts/regions.yaml`");
    }
    enum dm_status status = dm_fact_regions_read(facts->arena, "data/facts/regions.yaml",
                                                 file->text, file->size, &facts->regions, err);
    facts->has_regions = status == DM_OK;
    return status;
}

static enum dm_status load_rows(struct dm_facts *facts, struct dm_err *err)
{
    if (facts->has_rows) {
        return DM_OK;
    }
    const struct dm_data_file *file = dm_data_find("facts/aws.yaml");
    if (file == NULL) {
        return DM_FAIL(err, DM_INVALID, "the program holds no `facts/aws.yaml`");
    }
    enum dm_status status = dm_fact_rows_read(facts->arena, "data/facts/aws.yaml", file->text,
                                              file->size, &facts->rows, err);
    facts->has_rows = status == DM_OK;
    return status;
}

enum dm_status dm_facts_load(struct dm_facts *facts, struct dm_err *err)
{
    enum dm_status status = load_regions(facts, err);
    return status == DM_OK ? load_rows(facts, err) : status;
}

static const struct dm_fact_regions *regions_of(struct dm_facts *facts)
{
    struct dm_err err = DM_ERR_INIT;
    if (load_regions(facts, &err) != DM_OK) {
        dm_assert_fail(__FILE__, __LINE__, err.text);
    }
    return &facts->regions;
}

static const struct dm_fact_rows *rows_of(struct dm_facts *facts)
{
    struct dm_err err = DM_ERR_INIT;
    if (load_rows(facts, &err) != DM_OK) {
        dm_assert_fail(__FILE__, __LINE__, err.text);
    }
    return &facts->rows;
}

const struct dm_region_fact *dm_facts_region(struct dm_facts *facts, const char *code)
{
    const struct dm_fact_regions *regions = regions_of(facts);
    const uint64_t *index = dm_map_find(&regions->by_code, code);
    return index == NULL ? NULL : &regions->items[*index];
}

const struct dm_region_fact *dm_facts_regions(struct dm_facts *facts, size_t *ret_n)
{
    const struct dm_fact_regions *regions = regions_of(facts);
    *ret_n = regions->n;
    return regions->items;
}

const struct dm_fact *dm_facts_find(struct dm_facts *facts, const char *id)
{
    const struct dm_fact_rows *rows = rows_of(facts);
    const uint64_t *index = dm_map_find(&rows->by_id, id);
    return index == NULL ? NULL : &rows->items[*index];
}

const struct dm_fact *dm_facts_rows(struct dm_facts *facts, size_t *ret_n)
{
    const struct dm_fact_rows *rows = rows_of(facts);
    *ret_n = rows->n;
    return rows->items;
}

const char *dm_confidence_text(enum dm_confidence confidence)
{
    switch (confidence) {
    case DM_CONFIDENCE_UNVERIFIED:
        return "unverified";
    case DM_CONFIDENCE_LOW:
        return "low";
    case DM_CONFIDENCE_MEDIUM:
        return "medium";
    case DM_CONFIDENCE_HIGH:
        return "high";
    }
    return "unverified";
}
