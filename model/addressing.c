/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/addressing.h"

bool dm_give_address(struct dm_arena *arena, struct dm_builder *builder,
                     struct dm_interface_id interface, struct dm_addr address)
{
    struct dm_interface_address *item = DM_NEW(arena, struct dm_interface_address);
    struct dm_interface *edited = dm_builder_edit_interface(builder, interface);

    if (!item) {
        return false;
    }
    item->address = address;
    edited->addresses = item;
    edited->n_addresses = 1;
    return true;
}

/* The first free one from number '*at' on, which is then the next; none where the pool has none. */
static struct dm_addr next_free(struct dm_prefix pool, uint64_t room, uint64_t *at,
                                struct dm_map *taken, bool *ret_failed)
{
    while (*at < room) {
        struct dm_addr address = dm_addr_add(dm_prefix_first(pool), (*at)++);
        char text[DM_ADDR_TEXT_SIZE];
        bool added = true;

        if (taken && !dm_map_add(taken, dm_addr_text(address, text), &added)) {
            *ret_failed = true;
            break;
        }
        if (added) {
            return address;
        }
    }
    return (struct dm_addr){ 0 };
}

static unsigned bits_of(struct dm_prefix prefix)
{
    return prefix.addr.family == DM_FAMILY_IPV6 ? 128 : 32;
}

enum dm_addressed dm_address_pods(struct dm_arena *arena, struct dm_builder *builder,
                                  struct dm_prefix pool, uint8_t block_bits, size_t n_nodes,
                                  const struct dm_unaddressed *pods, size_t n_pods,
                                  struct dm_map *taken)
{
    unsigned free_bits = bits_of(pool) - pool.length;
    uint64_t room = free_bits < 63 ? UINT64_C(1) << free_bits : UINT64_MAX / 2;
    uint64_t block = UINT64_C(1) << (bits_of(pool) - block_bits);
    uint64_t next = 0;
    bool failed = false;

    for (size_t i = 0; i < n_nodes; i++) {
        uint64_t at = next + 1; /* the first is the tunnel's */

        for (size_t j = 0; j < n_pods; j++) {
            struct dm_addr address = { 0 };

            if (pods[j].node != i) {
                continue;
            }
            address = next_free(pool, room, &at, taken, &failed);
            if (failed
                || (!dm_addr_is_none(address)
                    && !dm_give_address(arena, builder, pods[j].interface, address))) {
                return DM_ADDRESSING_FAILED;
            }
            if (dm_addr_is_none(address)) {
                return DM_POOL_IS_FULL;
            }
        }
        next = (at + block - 1) / block * block;
        if (next > room) {
            return DM_POOL_IS_FULL;
        }
    }
    return DM_ADDRESSED;
}
