/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * symbolic_private - the engine, for the files that hold its parts: filters and sessions, and the
 * pieces into which those who choose by port divide flows.
 */
#ifndef DM_SOLVER_REACH_SYMBOLIC_PRIVATE_H
#define DM_SOLVER_REACH_SYMBOLIC_PRIVATE_H

#include "model/base/map.h"
#include "model/base/vec.h"
#include "solver/reach/symbolic.h"

struct dm_policies;

struct dm_symbolic {
    struct dm_arena *arena;
    const struct dm_model *model;
    struct dm_sets *sets;
    struct dm_map filters; /* of ACLs and groups, to an index in 'kept' */
    DM_VEC(struct dm_flow_sets) kept;
    struct dm_map divided; /* of a node and a set of flows, to an index in 'pieces' plus one */
    DM_VEC(struct dm_relay_pieces) pieces;
    struct dm_map answers;    /* of a set and ports that are answered to, to a set */
    struct dm_set translated; /* what NAT gateways carry */
    uint32_t outer_port;      /* of 'outer', the packets around others that were last met */
    struct dm_set outer;
    struct dm_policies *policies; /* of clusters; NULL: no hop needed them yet */
    bool by_address;              /* some rule of theirs tells pods apart by their addresses */
    bool failed;
};

#endif
