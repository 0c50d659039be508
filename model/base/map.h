/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * map - from a name to a number, by hashing.
 *
 * Keys are byte strings, copied into the arena; values are 64 bits.  Iteration
 * is in the order of insertion, never of the hash, so that what is printed does
 * not depend on it.  Nothing is removed.  O(1) on average, load at most one half.
 */
#ifndef DM_MODEL_BASE_MAP_H
#define DM_MODEL_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/base/arena.h"

struct dm_map_entry {
    const char *key; /* ended by a zero byte */
    size_t length;
    uint64_t hash;
    uint64_t value;
};

struct dm_map {
    struct dm_arena *arena;
    struct dm_map_entry *entries; /* in order of insertion */
    size_t n;
    size_t capacity;
    uint32_t *slots; /* index of an entry plus one, 0: free */
    size_t n_slots;
};

void dm_map_init(struct dm_map *map, struct dm_arena *arena);

/* The value's place, or NULL.  Borrowed until the next insertion. */
uint64_t *dm_map_find(const struct dm_map *map, const char *key);
uint64_t *dm_map_findn(const struct dm_map *map, const void *key, size_t length);

/* Finds or inserts with value 0; '*ret_added' (may be NULL) says which.  NULL: out of memory. */
uint64_t *dm_map_add(struct dm_map *map, const char *key, bool *ret_added);
uint64_t *dm_map_addn(struct dm_map *map, const void *key, size_t length, bool *ret_added);

#endif
