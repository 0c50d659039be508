/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a shape is written with: words, rows of them, and numbers for what belongs to a VPC.
 */
#include <stdlib.h>
#include <string.h>

#include "scenarios/roles_private.h"

void dm_role_put(struct dm_roles *roles, uint64_t word)
{
    roles->failed |= !DM_VEC_PUSH(roles->arena, &roles->words, word);
}

void dm_role_put2(struct dm_roles *roles, uint64_t a, uint64_t b)
{
    dm_role_put(roles, a);
    dm_role_put(roles, b);
}

void dm_role_put_text(struct dm_roles *roles, const char *text)
{
    size_t length = text ? strlen(text) : 0;
    uint64_t word = 0;

    dm_role_put2(roles, text != NULL, length);
    for (size_t i = 0; i < length; i++) {
        word = word << 8 | (unsigned char)text[i];
        if (i % 8 == 7 || i + 1 == length) {
            dm_role_put(roles, word);
            word = 0;
        }
    }
}

size_t dm_role_own_cidr(const struct dm_vpc *vpc, struct dm_prefix prefix)
{
    size_t i = 0;

    while (i < vpc->n_cidrs && !dm_prefix_covers(vpc->cidrs[i], prefix)) {
        i++;
    }
    return i;
}

void dm_role_put_prefix(struct dm_roles *roles, const struct dm_vpc *vpc, struct dm_prefix prefix)
{
    size_t own = dm_role_own_cidr(vpc, prefix);

    if (own < vpc->n_cidrs) {
        struct dm_addr base = dm_prefix_first(vpc->cidrs[own]);

        /* Bits below a CIDR's length: no carry. */
        dm_role_put2(roles, TAG_OWN, own);
        dm_role_put2(roles, prefix.addr.high ^ base.high, prefix.addr.low ^ base.low);
    } else {
        dm_role_put2(roles, TAG_LITERAL, prefix.addr.family);
        dm_role_put2(roles, prefix.addr.high, prefix.addr.low);
    }
    dm_role_put(roles, prefix.length);
}

void dm_role_put_match(struct dm_roles *roles, const struct dm_match *match)
{
    dm_role_put(roles, (uint64_t)(uint16_t)match->protocol << 48 | (uint64_t)match->port_first << 32
                           | (uint64_t)match->port_last << 16 | (uint16_t)match->icmp_type);
    dm_role_put(roles, (uint16_t)match->icmp_code);
}

/* ---- rows of equal width ---- */

enum { ROW_WIDTH = 12 };

static int compare_rows(const void *a, const void *b)
{
    return memcmp(a, b, ROW_WIDTH * sizeof(uint64_t));
}

void dm_role_end_row(struct dm_roles *roles, size_t first)
{
    DM_ASSERT(roles->failed || roles->words.n - first <= ROW_WIDTH);
    while (roles->words.n - first < ROW_WIDTH && !roles->failed) {
        dm_role_put(roles, 0);
    }
}

void dm_role_sort_rows(struct dm_roles *roles, size_t first)
{
    if (!roles->failed && roles->words.n > first) {
        qsort(roles->words.items + first, (roles->words.n - first) / ROW_WIDTH,
              ROW_WIDTH * sizeof(uint64_t), compare_rows);
    }
    dm_role_put(roles, TAG_END);
}

/* ---- members ---- */

void dm_role_join(struct dm_roles *roles, struct dm_role_members *members, uint32_t owner,
                  struct dm_prefix order, uint64_t second, uint32_t v)
{
    struct dm_role_member member = { owner, order, second, v };

    roles->failed |= !DM_VEC_PUSH(roles->arena, members, member);
}

static int compare_members(const void *a, const void *b)
{
    const struct dm_role_member *x = a;
    const struct dm_role_member *y = b;
    int order;

    if (x->owner != y->owner) {
        return x->owner < y->owner ? -1 : 1;
    }
    order = dm_prefix_compare(x->order, y->order);
    if (order) {
        return order;
    }
    if (x->second != y->second) {
        return x->second < y->second ? -1 : 1;
    }
    return (x->v > y->v) - (x->v < y->v);
}

void dm_role_sort_members(struct dm_roles *roles, struct dm_role_members *members,
                          uint32_t n_owners)
{
    uint32_t *first = DM_NEW_ARRAY(roles->arena, (size_t)n_owners + 2, uint32_t);
    size_t at = 0;

    if (!first) {
        roles->failed = true;
        return;
    }
    if (members->n > 1) {
        qsort(members->items, members->n, sizeof *members->items, compare_members);
    }
    for (uint32_t v = 0; v <= n_owners + 1; v++) {
        while (at < members->n && members->items[at].owner < v) {
            at++;
        }
        first[v] = (uint32_t)at;
    }
    members->first = first;
}

void dm_role_number(const struct dm_role_members *members, uint32_t *numbers)
{
    for (size_t i = 0; i < members->n; i++) {
        numbers[members->items[i].v] = (uint32_t)i - members->first[members->items[i].owner] + 1;
    }
}
