/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * addressing - addresses of pods and Services where nobody says which they have.
 *
 * A cluster chooses them as it runs; any free one of the same range is as good, since what tells
 * addresses of a range apart would tell them apart tomorrow.  So they depend on names and order
 * alone: each node has blocks of the pool, in order of the nodes, and gives of these what its pods
 * need, in order of the pods; the first of a node's blocks begins with the address of its tunnel.
 * Addresses that are taken already are passed over.
 *
 * Complexity: O(nodes * pods) comparisons, O(1) an address.
 */
#ifndef DM_MODEL_ADDRESSING_H
#define DM_MODEL_ADDRESSING_H

#include "model/base/map.h"
#include "model/model.h"

/* The first addresses of a Service's range are the control plane's and that of name resolution. */
enum { DM_FIRST_SERVICE = 16, DM_FIRST_NODE_PORT = 30000, DM_LAST_NODE_PORT = 32767 };

/* A pod that lacks an address, and the index of its node. */
struct dm_unaddressed {
    struct dm_interface_id interface;
    size_t node;
};

/* Gives the interface that one address.  False when memory is out. */
bool dm_give_address(struct dm_arena *arena, struct dm_builder *builder,
                     struct dm_interface_id interface, struct dm_addr address);

enum dm_addressed { DM_ADDRESSED, DM_POOL_IS_FULL, DM_ADDRESSING_FAILED };

/* 'taken' (may be NULL) has addresses as text, and gets those that are given. */
enum dm_addressed dm_address_pods(struct dm_arena *arena, struct dm_builder *builder,
                                  struct dm_prefix pool, uint8_t block_bits, size_t n_nodes,
                                  const struct dm_unaddressed *pods, size_t n_pods,
                                  struct dm_map *taken);

#endif
