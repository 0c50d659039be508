/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Regions and zones.  A zone's name is an account's own: two accounts may give
 * one name to two zones.  Where that is so in the input, or one zone has two
 * names, the zones concerned go by their ids, which all accounts share.
 */
#include "model/front/aws/aws_private.h"

#include <string.h>

/* In 'map', 'key' stands for 'value': the first is kept, a second, other one spoils it. */
static void learn(struct dm_aws *aws, struct dm_map *map, const char *key, const char *value)
{
    uint64_t *place = dm_map_add(map, key, NULL);
    if (!place) {
        aws->failed = true;
        return;
    }
    if (*place == 0) {
        DM_AWS_PUSH(aws, &aws->zones.texts, value);
        *place = aws->zones.texts.n;
    } else if (*place != UINT64_MAX && !dm_str_equal(aws->zones.texts.items[*place - 1], value)) {
        *place = UINT64_MAX;
    }
}

void dm_aws_learn_zone(struct dm_aws *aws, const char *name, const char *id)
{
    if (name) {
        dm_aws_learn_region(aws, dm_aws_region_of_zone(aws, name));
    }
    if (name && id) {
        learn(aws, &aws->zones.id_of_name, name, id);
        learn(aws, &aws->zones.name_of_id, id, name);
    }
}

void dm_aws_learn_region(struct dm_aws *aws, const char *name)
{
    if (!name || aws->several_regions) {
        return;
    }
    if (!aws->only_region) {
        aws->only_region = name;
    } else if (!dm_str_equal(aws->only_region, name)) {
        aws->only_region = NULL;
        aws->several_regions = true;
    }
}

/* What 'key' alone stands for, or NULL; '*ret_several' where it stands for several. */
static const char *lookup(const struct dm_aws *aws, const struct dm_map *map, const char *key,
                          bool *ret_several)
{
    const uint64_t *place = dm_map_find(map, key);
    *ret_several = place && *place == UINT64_MAX;
    return place && *place != UINT64_MAX && *place > 0 ? aws->zones.texts.items[*place - 1] : NULL;
}

struct dm_region_id dm_aws_region(struct dm_aws *aws, const char *name,
                                  const struct dm_aws_node *node)
{
    struct dm_ref found = dm_builder_find(aws->builder, DM_KIND_region, name);
    if (found.v) {
        return (struct dm_region_id){ found.v };
    }
    const struct dm_region_fact *fact = dm_facts_region(aws->facts, name);
    struct dm_region region = {
        .object = { .name = name,
                    .label = fact ? fact->name : NULL,
                    .pointer = dm_aws_pointer(aws, node),
                    .origin = node->tree ? node->tree->span : DM_SPAN_NONE },
        .jurisdiction = fact ? fact->jurisdiction : NULL,
        .partition = fact ? fact->partition : "unknown",
    };
    if (!fact) {
        dm_aws_unknown(aws, node, dm_sprintf(aws->arena, "region %s", name),
                       "no region of this name is known, so its jurisdiction is not");
    }
    return dm_builder_add_region(aws->builder, &region);
}

struct dm_region_id dm_aws_region_of(struct dm_aws *aws, const struct dm_aws_thing *thing,
                                     const char *hint)
{
    const char *name = NULL;
    for (const struct dm_aws_view *view = thing->views; view && !name; view = view->next) {
        name = view->file->region;
    }
    if (!name) {
        name = hint ? hint : aws->only_region;
    }
    const struct dm_aws_node *node = thing->views ? &thing->views->node : &thing->mention;
    if (!name) {
        name = "unknown-region";
    }
    return dm_aws_region(aws, name, node);
}

struct dm_zone_id dm_aws_zone(struct dm_aws *aws, struct dm_region_id region, const char *name,
                              const char *id, const struct dm_aws_node *node)
{
    bool several_ids = false;
    bool several_names = false;
    const char *known_id = name ? lookup(aws, &aws->zones.id_of_name, name, &several_ids) : NULL;
    if (!id) {
        id = known_id;
    }
    const char *known_name = id ? lookup(aws, &aws->zones.name_of_id, id, &several_names) : NULL;
    if (!name) {
        name = known_name;
    }
    if (id && (several_ids || several_names || !name)) {
        name = id;
    }
    if (!name) {
        name = dm_sprintf(aws->arena, "unknown-zone of %s", dm_aws_pointer(aws, node));
    }
    if (!name) {
        aws->failed = true;
        return (struct dm_zone_id){ 0 };
    }
    struct dm_ref found = dm_builder_find(aws->builder, DM_KIND_zone, name);
    if (found.v) {
        return (struct dm_zone_id){ found.v };
    }
    if (!id && several_ids) {
        dm_aws_unknown(aws, node, dm_sprintf(aws->arena, "zone %s", name),
                       "accounts give this name to several zones, and which is meant is not "
                       "shown");
    }
    struct dm_zone zone = {
        .object = { .name = name,
                    .pointer = dm_aws_pointer(aws, node),
                    .origin = dm_aws_span(node, "AvailabilityZone") },
        .zone_id = id,
        .region = region,
    };
    return dm_builder_add_zone(aws->builder, &zone);
}

const char *dm_aws_region_of_zone(struct dm_aws *aws, const char *zone)
{
    size_t begin = strcspn(zone, "0123456789");
    size_t digits = strspn(zone + begin, "0123456789");
    if (begin < 4 || digits == 0 || zone[begin - 1] != '-') {
        return NULL;
    }
    const char *region = dm_arena_strndup(aws->arena, zone, begin + digits);
    aws->failed = aws->failed || !region;
    return region;
}

const char *dm_aws_region_of_arn(struct dm_aws *aws, const char *arn)
{
    const char *at = arn;
    for (int i = 0; at && i < 3; i++) {
        at = strchr(at, ':');
        at = at ? at + 1 : NULL;
    }
    if (!at || !dm_str_starts(arn, "arn:")) {
        return NULL;
    }
    size_t length = strcspn(at, ":");
    if (length == 0) {
        return NULL;
    }
    const char *region = dm_arena_strndup(aws->arena, at, length);
    aws->failed = aws->failed || !region;
    return region;
}
