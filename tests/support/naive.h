/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * naive - forwarding of single packets, written once more, for tests.
 *
 * It shares nothing with solver/ but the model: no plane, no oracle of failures, no walk, no memo,
 * no filters of theirs.  Every look-up goes through every row there is.  It knows what the small
 * networks of tests/prop/small.c have and refuses others: VPCs with subnets, route tables, ACLs,
 * groups with prefixes, hosts with one interface, peerings and one zone's transit gateways without
 * peerings.
 *
 * What it holds to: longest prefix [VPC-05], a local route delivers, ACLs at subnet boundaries, in
 * order of their numbers, both ways [VPC-14], at the subnet of an attachment by its one direction
 * [TGW-27]; groups at interfaces, answers by state; a peering joins its two VPCs and no more
 * [VPC-18]; what comes in through an attachment is looked up in its associated table [TGW-08], the
 * longest prefix there, static before propagated [TGW-09], also where it leads nowhere [TGW-10].
 */
#ifndef DM_TESTS_SUPPORT_NAIVE_H
#define DM_TESTS_SUPPORT_NAIVE_H

#include "model/model.h"

struct dm_naive {
    bool delivered; /* the request */
    bool answered;  /* and the answer comes back, whatever port of 32768 to 60999 it goes to */
};

/* A request of an interface to another's address: TCP or UDP to a port, or an ICMP echo. */
struct dm_naive dm_naive_send(const struct dm_model *model, struct dm_interface_id from,
                              struct dm_interface_id to, uint8_t protocol, uint16_t port);

#endif
