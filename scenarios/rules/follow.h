/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * follow - where tables lead an address, from table to table, whoever sends.
 *
 * A position is a table: a VPC's, or a transit gateway's. From it an address goes to the next by
 * the route that it takes there: over a peering to the far gateway's table, into a VPC to the
 * tables of the attachment's subnets [TGW-28], out of that again by its gateway, to the table of a
 * NAT gateway's subnet. Zones are not looked at: an address goes to each table where it may. It
 * ends SOMEWHERE when a route is local, or leads out of what is followed here, or is not
 * understood, and NOWHERE where no route, a black hole or an attachment that is missing ends every
 * way. It LOOPS when a position is met twice.
 *
 * Addresses need not be tried one by one: all of one atom (scenarios/classes.h) go one way.
 *
 * Ownership: all in the arena given.  Complexity: O(positions * rows) an address.
 */
#ifndef DM_SCENARIOS_RULES_FOLLOW_H
#define DM_SCENARIOS_RULES_FOLLOW_H

#include "scenarios/rules/lint.h"

/* Of a path: the table, and the route that was taken there. */
struct dm_position {
    struct dm_ref at; /* route table, or a transit gateway's */
    struct dm_span origin;
};

enum { DM_FOLLOW_MAX = 64 };

struct dm_followed {
    bool somewhere;
    bool loops;
    struct dm_position loop[DM_FOLLOW_MAX]; /* the first that was met */
    size_t n_loop;
};

struct dm_follower;

/* NULL when memory is out. */
struct dm_follower *dm_follower_new(struct dm_arena *arena, const struct dm_checker *checker);

/* From a transit gateway's table. */
void dm_follow_transit(struct dm_follower *follower, struct dm_transit_table_id table,
                       struct dm_addr address, struct dm_followed *ret_followed);

/* From a table of a VPC. */
void dm_follow_table(struct dm_follower *follower, struct dm_route_table_id table,
                     struct dm_addr address, struct dm_followed *ret_followed);

#endif
