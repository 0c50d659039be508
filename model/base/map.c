/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Open addressing with linear probing over a table of indices; the entries
 * stand in an array of their own, in order of insertion.
 */
#include "model/base/map.h"

#include <string.h>

#include "model/base/str.h"

enum { FIRST_SLOTS = 16 };

void dm_map_init(struct dm_map *map, struct dm_arena *arena)
{
    *map = (struct dm_map){ .arena = arena };
}

/* The slot of the key, or the free one where it belongs.  There is always a free one. */
static size_t find_slot(const struct dm_map *map, const void *key, size_t length, uint64_t hash)
{
    size_t mask = map->n_slots - 1;
    size_t slot = (size_t)hash & mask;

    while (map->slots[slot]) {
        const struct dm_map_entry *entry = &map->entries[map->slots[slot] - 1];

        if (entry->hash == hash && entry->length == length && !memcmp(entry->key, key, length)) {
            break;
        }
        slot = (slot + 1) & mask;
    }
    return slot;
}

/* FNV over words, each folded in, for a product's low bits know nothing of the high ones; the table
 * takes the low ones.  Keys of walks have dozens of words. */
static uint64_t hash_key(const void *key, size_t length)
{
    const char *bytes = key;
    uint64_t hash = DM_HASH_SEED ^ length;

    while (length > 0) {
        uint64_t word = 0;
        size_t n = length < sizeof word ? length : sizeof word;

        memcpy(&word, bytes, n);
        hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
        bytes += n;
        length -= n;
    }
    return hash;
}

uint64_t *dm_map_findn(const struct dm_map *map, const void *key, size_t length)
{
    size_t slot;

    if (!map->n) {
        return NULL;
    }
    slot = find_slot(map, key, length, hash_key(key, length));
    return map->slots[slot] ? &map->entries[map->slots[slot] - 1].value : NULL;
}

uint64_t *dm_map_find(const struct dm_map *map, const char *key)
{
    return dm_map_findn(map, key, strlen(key));
}

static bool grow_slots(struct dm_map *map)
{
    size_t n_slots = map->n_slots ? map->n_slots * 2 : FIRST_SLOTS;
    uint32_t *slots = DM_NEW_ARRAY(map->arena, n_slots, uint32_t);

    if (!slots) {
        return false;
    }
    for (size_t i = 0; i < map->n; i++) {
        size_t slot = (size_t)map->entries[i].hash & (n_slots - 1);

        while (slots[slot]) {
            slot = (slot + 1) & (n_slots - 1);
        }
        slots[slot] = (uint32_t)(i + 1);
    }
    map->slots = slots;
    map->n_slots = n_slots;
    return true;
}

static bool make_room(struct dm_map *map)
{
    if (map->n >= UINT32_MAX / 2) {
        return false;
    }
    if (map->n == map->capacity) {
        size_t capacity = map->capacity ? map->capacity * 2 : FIRST_SLOTS / 2;
        struct dm_map_entry *entries =
            dm_arena_grow(map->arena, map->entries, map->capacity, capacity, sizeof *entries);

        if (!entries) {
            return false;
        }
        map->entries = entries;
        map->capacity = capacity;
    }
    return (map->n + 1) * 2 <= map->n_slots || grow_slots(map);
}

uint64_t *dm_map_addn(struct dm_map *map, const void *key, size_t length, bool *ret_added)
{
    uint64_t hash = hash_key(key, length);
    struct dm_map_entry *entry;
    size_t slot;
    char *copy;

    if (map->n) {
        slot = find_slot(map, key, length, hash);
        if (map->slots[slot]) {
            if (ret_added) {
                *ret_added = false;
            }
            return &map->entries[map->slots[slot] - 1].value;
        }
    }
    copy = make_room(map) ? dm_arena_strndup(map->arena, key, length) : NULL;
    if (!copy) {
        return NULL;
    }
    slot = find_slot(map, key, length, hash);
    entry = &map->entries[map->n++];
    *entry = (struct dm_map_entry){ .key = copy, .length = length, .hash = hash };
    map->slots[slot] = (uint32_t)map->n;
    if (ret_added) {
        *ret_added = true;
    }
    return &entry->value;
}

uint64_t *dm_map_add(struct dm_map *map, const char *key, bool *ret_added)
{
    return dm_map_addn(map, key, strlen(key), ret_added);
}
