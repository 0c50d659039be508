/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * symbolic - what all packets at once can do on a walk.
 *
 * Walks are those of single packets (walk.h): in AWS the way of a packet depends on its addresses
 * alone. Here each filter on a walk becomes the set of protocols and ports that it lets pass
 * (packet/set.h): an ACL by taking from each entry what those before it took, groups by the union
 * of their rules. A walk lets pass what all its filters do, a session what all walks do that AWS
 * may choose, and on the way back the same holds of the answers.
 *
 * What is not understood makes two sets of one: those packets that pass for sure, and those
 * that perhaps do, the former among them.
 *
 * Sets of filters are kept for the life of the engine: a filter of a model does not change,
 * whatever fails. Translation is part of the walk; state is, as in session.h, that groups have no
 * hop on the way back.
 *
 * A load balancer's node divides flows by listener, and sends all that one takes to one port of a
 * target: so one flow of each piece is followed on (relay.h), and what becomes of it becomes of the
 * piece.  What is delivered to a node is what is delivered to all targets that it may choose.
 *
 * Ownership: all in the arena given; flows, not addresses, are what the sets here tell apart.
 * Complexity: O(rules) set operations for each filter and address, once; one for each hop after.
 */
#ifndef DM_SOLVER_REACH_SYMBOLIC_H
#define DM_SOLVER_REACH_SYMBOLIC_H

#include "solver/reach/firewall.h"
#include "solver/reach/relay.h"

struct dm_symbolic;

/* NULL when memory is out. */
struct dm_symbolic *dm_symbolic_new(struct dm_arena *arena, const struct dm_model *model);

struct dm_sets *dm_symbolic_sets(const struct dm_symbolic *symbolic);

/* Whether memory ran out in any answer: none counts for anything then. */
bool dm_symbolic_failed(const struct dm_symbolic *symbolic);

/* What one hop lets pass, all where it is no filter, and what all filters of a request's walk do,
 * wherever it ends. */
struct dm_flow_sets dm_symbolic_filter(struct dm_symbolic *symbolic, const struct dm_hop *hop);
struct dm_flow_sets dm_symbolic_walk(struct dm_symbolic *symbolic, const struct dm_walk *walk);

/* The same of those filters alone that cannot tell the sender from another whose packets go the
 * same way from an address that no rule tells from its own: ACLs, and all that lies beyond what
 * sends in its own name, a NAT gateway or a node.  And what 'sender', which is such another, has of
 * its own: its groups, or the policies that select it. */
struct dm_flow_sets dm_symbolic_beyond(struct dm_symbolic *symbolic, const struct dm_walk *walk);
struct dm_flow_sets dm_symbolic_own(struct dm_symbolic *symbolic, const struct dm_walk *walk,
                                    struct dm_interface_id sender);

/* What comes of requests from one place to one address. */
struct dm_symbolic_session {
    struct dm_flow_sets delivered; /* reach 'target' */
    struct dm_flow_sets answered;  /* and their answers come back */
};

/* Of requests with flows of 'scope' from 'start' to 'target', 0: a computer on the internet.  False
 * when memory is out. */
bool dm_symbolic_session_of(struct dm_symbolic *symbolic, const struct dm_walker *walker,
                            struct dm_alive *alive, const struct dm_walk_start *start,
                            struct dm_interface_id target, struct dm_set scope,
                            struct dm_symbolic_session *ret_session);

/* Of all flows. */
bool dm_symbolic_session(struct dm_symbolic *symbolic, const struct dm_walker *walker,
                         struct dm_alive *alive, const struct dm_walk_start *start,
                         struct dm_interface_id target, struct dm_symbolic_session *ret_session);

/* Flows that a balancer's node treats alike, and one of them. */
struct dm_relay_piece {
    struct dm_set flows;
    struct dm_flow one;
};

struct dm_relay_pieces {
    struct dm_relay_piece *items;
    size_t n;
    size_t capacity;
};

/* Divides flows that reached a node so, once for each set: the pieces live as long as the engine.
 * False when memory is out. */
bool dm_symbolic_pieces(struct dm_symbolic *symbolic, struct dm_interface_id node,
                        struct dm_set flows, struct dm_relay_pieces *ret_pieces);

/* The flow of a packet. */
struct dm_flow dm_symbolic_flow(const struct dm_packet *packet);

#endif
