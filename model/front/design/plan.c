/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/front/design/plan.h"

#include <string.h>

#include "model/base/vec.h"

void dm_plan_init(struct dm_plan *plan, struct dm_arena *arena)
{
    *plan = (struct dm_plan){ .arena = arena };
}

static struct dm_plan_interval interval_of(struct dm_prefix prefix)
{
    return (struct dm_plan_interval){ dm_prefix_first(prefix).low, dm_prefix_last(prefix).low };
}

/* Index of the first interval that ends at or after 'address'. */
static size_t first_ending_at(const struct dm_plan *plan, uint64_t address)
{
    size_t low = 0;
    size_t high = plan->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (plan->items[middle].last < address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

bool dm_plan_overlaps(const struct dm_plan *plan, struct dm_prefix prefix)
{
    struct dm_plan_interval wanted = interval_of(prefix);
    size_t i = first_ending_at(plan, wanted.first);

    return i < plan->n && plan->items[i].first <= wanted.last;
}

bool dm_plan_take(struct dm_plan *plan, struct dm_prefix prefix)
{
    struct dm_plan_interval taken = interval_of(prefix);
    size_t begin = first_ending_at(plan, taken.first ? taken.first - 1 : 0);
    size_t end = begin;

    while (end < plan->n && plan->items[end].first <= taken.last + 1) {
        taken.first = plan->items[end].first < taken.first ? plan->items[end].first : taken.first;
        taken.last = plan->items[end].last > taken.last ? plan->items[end].last : taken.last;
        end++;
    }
    if (end == begin) {
        if (!DM_VEC_RESERVE(plan->arena, plan, plan->n + 1)) {
            return false;
        }
        memmove(plan->items + begin + 1, plan->items + begin,
                (plan->n - begin) * sizeof *plan->items);
        plan->n++;
    } else {
        memmove(plan->items + begin + 1, plan->items + end, (plan->n - end) * sizeof *plan->items);
        plan->n -= end - begin - 1;
    }
    plan->items[begin] = taken;
    return true;
}

bool dm_plan_find(const struct dm_plan *plan, struct dm_prefix pool, uint8_t length,
                  struct dm_prefix *ret_prefix)
{
    struct dm_plan_interval all = interval_of(pool);
    uint64_t size;
    uint64_t at = all.first;
    size_t i;

    if (length > 32 || length < pool.length) {
        return false;
    }
    size = UINT64_C(1) << (32 - length);
    for (i = first_ending_at(plan, at);
         i < plan->n && plan->items[i].first <= at + size - 1 && at <= all.last; i++) {
        at = (plan->items[i].last + size) / size * size;
    }
    if (at > all.last) {
        return false;
    }
    *ret_prefix = (struct dm_prefix){ dm_addr_ipv4((uint32_t)at), length };
    return true;
}
