/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vec - arrays that grow, in an arena, typed by a macro.
 *
 *     DM_VEC(uint32_t) list = { 0 };
 *     if (!DM_VEC_PUSH(arena, &list, 7)) { out of memory }
 *     for (size_t i = 0; i < list.n; i++) { use list.items[i] }
 *
 * Growth doubles, so that a push costs O(1) on average.  No vector grows past
 * DM_LIMIT_OBJECTS items: DM_VEC_PUSH then fails as if memory were out.
 */
#ifndef DM_MODEL_BASE_VEC_H
#define DM_MODEL_BASE_VEC_H

#include <stdbool.h>
#include <stddef.h>

#include "model/base/arena.h"

#define DM_VEC(type)                                                                               \
    struct {                                                                                       \
        type *items;                                                                               \
        size_t n;                                                                                  \
        size_t capacity;                                                                           \
    }

#define DM_VEC_RESERVE(arena, vec, want)                                                           \
    ((vec)->capacity >= (want)                                                                     \
     || dm_vec_reserve((arena), &(vec)->items, &(vec)->capacity, (want), sizeof *(vec)->items))

#define DM_VEC_PUSH(arena, vec, ...)                                                               \
    (DM_VEC_RESERVE((arena), (vec), (vec)->n + 1)                                                  \
     && ((vec)->items[(vec)->n++] = (__VA_ARGS__), true))

/* Makes room for 'want' items; false when memory is out.  'items_place' is the address of the
 * vector's pointer, whatever type it points to. */
bool dm_vec_reserve(struct dm_arena *arena, void *items_place, size_t *capacity, size_t want,
                    size_t size);

#endif
