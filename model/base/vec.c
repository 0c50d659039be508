/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/base/vec.h"

#include <string.h>

#include "model/base/limits.h"

enum { FIRST_ITEMS = 8 };

bool dm_vec_reserve(struct dm_arena *arena, void *items_place, size_t *capacity, size_t want,
                    size_t size)
{
    size_t limit = (size_t)dm_limit_value(DM_LIMIT_OBJECTS);
    size_t grown = *capacity ? *capacity * 2 : FIRST_ITEMS;
    void *items;

    if (want <= *capacity) {
        return true;
    }
    if (want > limit) {
        return false;
    }
    grown = grown < want ? want : grown;
    grown = grown > limit ? limit : grown;
    /* All pointers to objects look alike on a POSIX system; copying keeps to the aliasing rules. */
    memcpy(&items, items_place, sizeof items);
    items = dm_arena_grow(arena, items, *capacity, grown, size);
    if (!items) {
        return false;
    }
    memcpy(items_place, &items, sizeof items);
    *capacity = grown;
    return true;
}
