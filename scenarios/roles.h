/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * roles - which VPCs, and which places in them, are alike but for their own prefixes.
 *
 * Large networks are made of few kinds of VPC.  Two spokes of one environment differ in their
 * CIDRs, in what is derived from these, and in names; whoever asks what one of them can reach has
 * asked about the other.  This says which they are, exactly: what cannot be shown to be alike is
 * told apart.
 *
 * The shape of a VPC is all that a walk or a filter can read of it, written down as numbers, where
 *
 *   - a prefix inside one of its own CIDRs is written by its place in that CIDR, any other one
 *     (a literal) as it is;
 *   - its own objects (subnets, tables, ACLs, groups, NAT gateways) are numbered in an order that
 *     does not depend on names, and what refers to them is written by that number; what is outside
 *     of it (zones, transit gateways and their tables, core networks, their edges and segments,
 *     Direct Connect gateways, a peering's far VPC, prefix lists, services) by handle;
 *   - of each CIDR the smallest prefix named anywhere that lies around it is written, and with it
 *     all that do, for they are nested;
 *   - each row outside of it (of a transit gateway's table, a segment, another VPC's table, ACL or
 *     group, a prefix list, a target group, what a Direct Connect gateway lets through) that names
 * a prefix inside its CIDRs is written with the handle of its object, its content, and the prefix's
 * place.
 *
 * VPCs of equal shape have one role.  What this file does not follow into that form makes a VPC's
 * shape its own: CIDRs that overlap another VPC's, a static route of a transit gateway or a segment
 * that leads to it for a prefix that is not its own, a group that another VPC's rules refer to, an
 * attachment to a network function group, a cluster, two attachments to one core network, lines
 * that end at its own gateway, a routing policy's or a site's prefix inside its CIDRs.
 *
 * Of an attachment to a core network its segment is written, which the build has found by its tags,
 * and its label, for routing policies: these tell prefixes apart by what is named inside a CIDR or
 * around it.  All VPCs of a role are in one region, so at one edge.
 *
 * Why that is enough: let a in VPC v and b in w, a' in v' and b' in w', where v and v' have one
 * role, w and w' too, a and a' (b and b') have one class, and v = w just where v' = w'.  The walk
 * from a to b reads v, w and VPCs and gateways that are named by handle.  Each time that a prefix
 * is compared with an address of v it is either around v's CIDR, then it is around that of v' too;
 * or inside, then the row that has it is v's own, and v' has it at the same place, or another
 * object's, and that object has one with the same content for v'; likewise for w.  Rows of v that
 * name w by a literal are rows of v' as well, since literals are equal, and the rows that w' has in
 * its stead are outside rows of w' in its shape: so v' names w' as v does w.  By induction over
 * steps both walks make the same choices, and filters see the same.  No route is chosen by an
 * address's value but through prefixes.  An object that is named by handle and lies in a VPC of a
 * role with several members would be in the shape of all of them, which cannot be: an attachment
 * leads to one VPC; so what is fixed stays fixed.
 *
 * Valid where nothing has failed: elements of two VPCs of one role fail on their own.
 *
 * The oracle is to ask every pair (tests/prop/roles.c), on networks of roles in which single
 * members deviate.
 *
 * Ownership: all in the arena given; 'scratch' holds what is needed while roles are made.
 * Complexity: O(P log P) for P rows with prefixes, and the sum of all shapes.
 */
#ifndef DM_SCENARIOS_ROLES_H
#define DM_SCENARIOS_ROLES_H

#include "model/model.h"
#include "solver/reach/walk.h"

/* An address from and to which packets go. */
struct dm_seat {
    struct dm_interface_id interface; /* 0: the guest of 'at' */
    struct dm_guest at;
};

struct dm_roles;

/* NULL when memory is out. */
struct dm_roles *dm_roles_new(struct dm_arena *arena, const struct dm_model *model);

/* The role of a VPC, from 1 on. */
uint32_t dm_roles_of_vpc(const struct dm_roles *roles, struct dm_vpc_id vpc);

/* The class of a place, from 0 on in order of asking: all its seats are in one VPC. 'kind' tells
 * kinds of places apart, 'literal', where it is not 0, this one from all others.  False when memory
 * is out. */
bool dm_roles_class(struct dm_roles *roles, uint64_t kind, uint64_t literal,
                    const struct dm_seat *seats, size_t n_seats, uint32_t *ret_class);

#endif
