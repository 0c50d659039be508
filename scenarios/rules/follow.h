/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * follow - where tables lead an address, from table to table, whoever sends.
 *
 * A position is a table, a VPC's or a transit gateway's, or a core network's segment at an edge, or
 * its functions there. From it an address goes to the next by the route that it takes there: over a
 * peering to the far gateway's table, from a segment through the functions that it is led through
 * [CWAN-10], over the peering of a core network with a gateway [CWAN-16], into a VPC to the
 * tables of the attachment's subnets [TGW-28], out of that again by its gateway, to the table of
 * the subnet of a NAT gateway, of a firewall's or a gateway load balancer's endpoint, of a host
 * that forwards. Zones are not looked at: an address goes to each table where it may; nor are
 * filters, a firewall's with them. It ends SOMEWHERE when a route is local, or leads out of what is
 * followed here, or is not understood, and NOWHERE where no route, a black hole, an attachment that
 * is missing or a host that does not forward ends every way. It LOOPS when a position is met twice.
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
    struct dm_ref at; /* route table, or a transit gateway's; or the first of the attachments that
                         are in one segment, or group of functions, at one edge */
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

/* From the segment, or the functions, that an attachment is in, at its edge. */
void dm_follow_core(struct dm_follower *follower, struct dm_core_attachment_id ingress,
                    struct dm_addr address, struct dm_followed *ret_followed);

/* Whether the attachment is the first that is where it is: others need not be followed. */
bool dm_follow_is_first(const struct dm_follower *follower, struct dm_core_attachment_id ingress);

/* The segment or the functions of a position in a core network, else what it is at. */
struct dm_ref dm_position_ref(const struct dm_model *model, const struct dm_position *position);

/* From a table of a VPC. */
void dm_follow_table(struct dm_follower *follower, struct dm_route_table_id table,
                     struct dm_addr address, struct dm_followed *ret_followed);

#endif
