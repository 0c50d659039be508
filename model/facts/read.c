/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * read - from the text of a file of facts to its table.
 */
#include <inttypes.h>
#include <string.h>

#include "model/base/str.h"
#include "model/facts/facts_private.h"
#include "model/load/tree.h"

/* Zone ids end in one or two digits. */
enum { MAX_ZONE_NUMBER = 99 };

struct reader {
    struct dm_arena *arena;
    struct dm_sources *sources;
    struct dm_err *err;
};

static enum dm_status fault(const struct reader *reader, struct dm_span span, const char *what,
                            const char *name)
{
    struct dm_place place = dm_sources_place(reader->sources, span);
    return DM_FAIL(reader->err, DM_INVALID, "%s:%" PRIu32 ":%" PRIu32 ": %s `%s`", place.path,
                   place.line, place.column, what, name);
}

/* Whatever the YAML reader has to say about a file of ours is a fault, warnings too. */
static enum dm_status check_diags(const struct reader *reader, struct dm_diags *diags)
{
    if (diags->n_items == 0) {
        return DM_OK;
    }
    dm_diags_sort(diags);
    const struct dm_diag *first = &diags->items[0];
    struct dm_place place = dm_sources_place(reader->sources, first->labels[0].span);
    return DM_FAIL(reader->err, DM_INVALID, "%s:%" PRIu32 ":%" PRIu32 ": %s", place.path,
                   place.line, place.column, first->message);
}

/* The file must be a mapping with the one key 'key', and a list of mappings below it. */
static enum dm_status read_list(struct reader *reader, const char *path, const char *text,
                                size_t size, const char *key, const struct dm_tree **ret_list)
{
    reader->sources = dm_sources_new(reader->arena, reader->err);
    if (reader->sources == NULL) {
        return DM_FAIL_NOMEM(reader->err);
    }
    uint32_t source = 0;
    enum dm_status status = dm_sources_add(reader->sources, path, text, size, &source, reader->err);
    if (status != DM_OK) {
        return status;
    }
    struct dm_diags diags;
    dm_diags_init(&diags, reader->arena);
    struct dm_tree *tree = NULL;
    status = dm_yaml_read(reader->arena, reader->sources, source, &diags, &tree, reader->err);
    if (status == DM_OK) {
        status = check_diags(reader, &diags);
    }
    if (status != DM_OK) {
        return status;
    }
    const struct dm_tree *list = dm_tree_find(tree, key);
    if (list == NULL || tree->n != 1) {
        return DM_FAIL(reader->err, DM_INVALID, "%s: is not a mapping of the one key `%s`", path,
                       key);
    }
    if (list->kind != DM_TREE_LIST || list->n == 0) {
        return fault(reader, list->span, "no list below", key);
    }
    for (size_t i = 0; i < list->n; i++) {
        if (list->items[i]->kind != DM_TREE_MAP) {
            return fault(reader, list->items[i]->span, "not a mapping in", key);
        }
    }
    *ret_list = list;
    return DM_OK;
}

static enum dm_status check_keys(const struct reader *reader, const struct dm_tree *map,
                                 const char *const *keys, size_t n_keys)
{
    for (size_t i = 0; i < map->n; i++) {
        bool known = false;
        for (size_t j = 0; j < n_keys && !known; j++) {
            known = dm_str_equal(map->pairs[i].key, keys[j]);
        }
        if (!known) {
            return fault(reader, map->pairs[i].key_span, "unknown key", map->pairs[i].key);
        }
    }
    return DM_OK;
}

/* Leaves '*ret_text' as it is where the key is not there and need not be. */
static enum dm_status read_text(const struct reader *reader, const struct dm_tree *map,
                                const char *key, bool required, const char **ret_text)
{
    const struct dm_tree *value = dm_tree_find(map, key);
    if (value == NULL) {
        return required ? fault(reader, map->span, "lacks", key) : DM_OK;
    }
    const char *text = dm_tree_text(value);
    if (text == NULL || text[0] == '\0') {
        return fault(reader, value->span, "no text in", key);
    }
    if (strchr(text, '\n') != NULL) {
        return fault(reader, value->span, "several lines in", key);
    }
    *ret_text = text;
    return DM_OK;
}

static bool is_country(const char *text)
{
    return strlen(text) == 2 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'A'
           && text[1] <= 'Z';
}

static enum dm_status read_zones(const struct reader *reader, const struct dm_tree *map,
                                 struct dm_region_fact *region)
{
    const struct dm_tree *zones = dm_tree_find(map, "zones");
    if (zones == NULL && region->zone_prefix == NULL) {
        return DM_OK;
    }
    if (zones == NULL || region->zone_prefix == NULL || zones->kind != DM_TREE_LIST
        || zones->n == 0) {
        return fault(reader, map->span, "needs both a prefix and a list of zones:", region->code);
    }
    const char **ids = DM_NEW_ARRAY(reader->arena, zones->n, const char *);
    if (ids == NULL) {
        return DM_FAIL_NOMEM(reader->err);
    }
    int64_t last = 0;
    for (size_t i = 0; i < zones->n; i++) {
        int64_t number = 0;
        if (!dm_tree_int(zones->items[i], &number) || number <= last || number > MAX_ZONE_NUMBER) {
            return fault(reader, zones->items[i]->span, "not an ascending number of a zone of",
                         region->code);
        }
        last = number;
        ids[i] = dm_sprintf(reader->arena, "%s-az%" PRId64, region->zone_prefix, number);
        if (ids[i] == NULL) {
            return DM_FAIL_NOMEM(reader->err);
        }
    }
    region->zone_ids = ids;
    region->n_zones = (unsigned)zones->n;
    return DM_OK;
}

static enum dm_status read_region(const struct reader *reader, const struct dm_tree *map,
                                  struct dm_region_fact *region)
{
    static const char *const keys[] = { "code",         "name",        "partition",
                                        "jurisdiction", "zone_prefix", "zones" };
    enum dm_status status = check_keys(reader, map, keys, sizeof keys / sizeof keys[0]);
    if (status == DM_OK) {
        status = read_text(reader, map, "code", true, &region->code);
    }
    if (status == DM_OK) {
        status = read_text(reader, map, "name", true, &region->name);
    }
    if (status == DM_OK) {
        status = read_text(reader, map, "partition", true, &region->partition);
    }
    if (status == DM_OK) {
        status = read_text(reader, map, "jurisdiction", true, &region->jurisdiction);
    }
    if (status == DM_OK && !is_country(region->jurisdiction)) {
        return fault(reader, map->span, "no code of a country:", region->jurisdiction);
    }
    if (status == DM_OK) {
        status = read_text(reader, map, "zone_prefix", false, &region->zone_prefix);
    }
    return status == DM_OK ? read_zones(reader, map, region) : status;
}

/* Enters 'name' as number 'index' of the table; a name that is there is a fault. */
static enum dm_status enter(const struct reader *reader, struct dm_map *map,
                            const struct dm_tree *item, const char *name, size_t index)
{
    bool added = false;
    uint64_t *value = dm_map_add(map, name, &added);
    if (value == NULL) {
        return DM_FAIL_NOMEM(reader->err);
    }
    if (!added) {
        return fault(reader, item->span, "there already is a", name);
    }
    *value = index;
    return DM_OK;
}

enum dm_status dm_fact_regions_read(struct dm_arena *arena, const char *path, const char *text,
                                    size_t size, struct dm_fact_regions *ret_regions,
                                    struct dm_err *err)
{
    struct reader reader = { .arena = arena, .err = err };
    const struct dm_tree *list = NULL;
    enum dm_status status = read_list(&reader, path, text, size, "regions", &list);
    if (status != DM_OK) {
        return status;
    }
    DM_ASSERT(list != NULL);
    struct dm_region_fact *items = DM_NEW_ARRAY(arena, list->n, struct dm_region_fact);
    if (items == NULL) {
        return DM_FAIL_NOMEM(err);
    }
    struct dm_map by_code;
    dm_map_init(&by_code, arena);
    for (size_t i = 0; i < list->n; i++) {
        const struct dm_tree *item = list->items[i];
        status = read_region(&reader, item, &items[i]);
        if (status == DM_OK) {
            status = enter(&reader, &by_code, item, items[i].code, i);
        }
        if (status == DM_OK && i > 0 && strcmp(items[i - 1].code, items[i].code) > 0) {
            status = fault(&reader, item->span, "out of order:", items[i].code);
        }
        if (status != DM_OK) {
            return status;
        }
    }
    *ret_regions = (struct dm_fact_regions){ .items = items, .n = list->n, .by_code = by_code };
    return DM_OK;
}

static enum dm_status read_confidence(const struct reader *reader, const struct dm_tree *map,
                                      enum dm_confidence *ret_confidence)
{
    static const enum dm_confidence all[] = { DM_CONFIDENCE_UNVERIFIED, DM_CONFIDENCE_LOW,
                                              DM_CONFIDENCE_MEDIUM, DM_CONFIDENCE_HIGH };
    const char *text = NULL;
    enum dm_status status = read_text(reader, map, "confidence", true, &text);
    if (status != DM_OK) {
        return status;
    }
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (dm_str_equal(text, dm_confidence_text(all[i]))) {
            *ret_confidence = all[i];
            return DM_OK;
        }
    }
    return fault(reader, dm_tree_find(map, "confidence")->span, "no degree of confidence:", text);
}

static enum dm_status read_row(const struct reader *reader, const struct dm_tree *map,
                               struct dm_fact *row)
{
    static const char *const keys[] = { "id", "text", "figure", "source", "confidence" };
    enum dm_status status = check_keys(reader, map, keys, sizeof keys / sizeof keys[0]);
    if (status == DM_OK) {
        status = read_text(reader, map, "id", true, &row->id);
    }
    if (status == DM_OK) {
        status = read_text(reader, map, "text", true, &row->text);
    }
    if (status == DM_OK) {
        status = read_text(reader, map, "figure", false, &row->figure);
    }
    if (status == DM_OK) {
        status = read_text(reader, map, "source", true, &row->source);
    }
    return status == DM_OK ? read_confidence(reader, map, &row->confidence) : status;
}

enum dm_status dm_fact_rows_read(struct dm_arena *arena, const char *path, const char *text,
                                 size_t size, struct dm_fact_rows *ret_rows, struct dm_err *err)
{
    struct reader reader = { .arena = arena, .err = err };
    const struct dm_tree *list = NULL;
    enum dm_status status = read_list(&reader, path, text, size, "rows", &list);
    if (status != DM_OK) {
        return status;
    }
    DM_ASSERT(list != NULL);
    struct dm_fact *items = DM_NEW_ARRAY(arena, list->n, struct dm_fact);
    if (items == NULL) {
        return DM_FAIL_NOMEM(err);
    }
    struct dm_map by_id;
    dm_map_init(&by_id, arena);
    for (size_t i = 0; i < list->n; i++) {
        status = read_row(&reader, list->items[i], &items[i]);
        if (status == DM_OK) {
            status = enter(&reader, &by_id, list->items[i], items[i].id, i);
        }
        if (status != DM_OK) {
            return status;
        }
    }
    *ret_rows = (struct dm_fact_rows){ .items = items, .n = list->n, .by_id = by_id };
    return DM_OK;
}
