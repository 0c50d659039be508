/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * forwarding_private - how forwarding.c keeps rules, ports and links, for forwarding_paths.c.
 */
#ifndef DM_SOLVER_REACH_FORWARDING_PRIVATE_H
#define DM_SOLVER_REACH_FORWARDING_PRIVATE_H

#include "model/base/map.h"
#include "model/base/vec.h"
#include "solver/reach/forwarding.h"

struct dm_forwarding_link_to {
    uint32_t to;
    uint32_t way;
    struct dm_set filter;
};

struct dm_forwarding_ways {
    DM_VEC(uint32_t) list;
};

struct dm_forwarding_links {
    DM_VEC(struct dm_forwarding_link_to) list;
};

struct dm_forwarding_kept {
    struct dm_prefix prefix;
    uint32_t priority;
    uint32_t port;
    uint32_t n; /* times that it is there */
};

struct dm_forwarding_element {
    DM_VEC(struct dm_forwarding_kept) rules;
    DM_VEC(struct dm_forwarding_ways) ports;  /* by port */
    DM_VEC(struct dm_forwarding_links) links; /* by way */
};

struct dm_forwarding {
    struct dm_arena *arena;
    struct dm_map index; /* of rules: their place in their element */
    struct dm_forwarding_element *elements;
    size_t n_elements;
};

/* Ways by which what goes to the port leaves; none where nothing was said of it. */
const uint32_t *dm_forwarding_ways_of(const struct dm_forwarding *forwarding, uint32_t element,
                                      uint32_t port, size_t *ret_n);
const struct dm_forwarding_link_to *dm_forwarding_links_of(const struct dm_forwarding *forwarding,
                                                           uint32_t element, uint32_t way,
                                                           size_t *ret_n);

#endif
