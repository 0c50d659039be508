/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/packet/parts.h"

#include "model/base/vec.h"

bool dm_set_parts(struct dm_arena *arena, struct dm_sets *sets, struct dm_set whole,
                  const struct dm_set *given, size_t n_given, const struct dm_set **ret_parts,
                  size_t *ret_n_parts)
{
    DM_VEC(struct dm_set) parts = { 0 };

    if (!dm_set_is_empty(whole) && !DM_VEC_PUSH(arena, &parts, whole)) {
        return false;
    }
    for (size_t i = 0; i < n_given; i++) {
        size_t n = parts.n;

        for (size_t j = 0; j < n; j++) {
            struct dm_set inside = dm_set_and(sets, parts.items[j], given[i]);

            if (dm_set_is_empty(inside) || dm_set_is_equal(inside, parts.items[j])) {
                continue;
            }
            parts.items[j] = dm_set_minus(sets, parts.items[j], given[i]);
            if (!DM_VEC_PUSH(arena, &parts, inside)) {
                return false;
            }
        }
    }
    *ret_parts = parts.items;
    *ret_n_parts = parts.n;
    return !dm_sets_failed(sets);
}
