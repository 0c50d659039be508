/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * filter - what the filters on a walk say of packets.
 *
 * Network ACLs: entries in order of their numbers, the first that matches
 * decides, none is a deny; inbound ones look at the source, outbound ones at
 * the destination [VPC-14].  Security groups: the union of the rules of all
 * groups of the interface, nothing but allow [VPC-16]; a reference matches
 * the private addresses of its members, in the same or a peered VPC of the
 * region, or inbound over one transit gateway that has the option [VPC-17, VPC-28,
 * TGW-22].  A NAT gateway takes TCP, UDP and ICMP [NAT-20].  A service behind an endpoint, or at an
 * address of AWS, takes its own ports [VPCE-20].
 *
 * A firewall's endpoint is asked by firewall.h, policies of clusters by overlay.h.  Of a packet
 * that others are inside of, filters decide on that packet and not on what is inside.
 *
 * No filter of AWS but firewalls looks at source ports.  So a flow has one protocol, a range of
 * destination ports, or an ICMP type and code; a range is allowed when every port of it is, which
 * is decided by one port of each piece into which the rules divide it.
 *
 * Complexity: O(rules * pieces).
 */
#ifndef DM_SOLVER_REACH_FILTER_H
#define DM_SOLVER_REACH_FILTER_H

#include "solver/reach/walk.h"

struct dm_flow {
    uint8_t protocol;
    uint16_t port_first; /* destination ports, where the protocol has some */
    uint16_t port_last;
    uint8_t icmp_type;
    uint8_t icmp_code;
    uint16_t source_first; /* of answers: the ports that were asked; only firewalls look */
    uint16_t source_last;
};

enum dm_filter_verdict { DM_FILTER_ALLOW, DM_FILTER_DENY, DM_FILTER_UNKNOWN };

struct dm_decision {
    enum dm_filter_verdict verdict;
    enum dm_code code;     /* DENY */
    struct dm_ref by;      /* the ACL, group, or interface whose groups lack a rule */
    uint32_t rule;         /* ACL: number of the entry, 0: none matched; group: index plus one */
    struct dm_span origin; /* of the deciding rule, or of the object that lacks one */
    uint16_t port;         /* DENY: a port for which it is denied */
    struct dm_unknown_id unknown;
    const char *note; /* of a default: which one; NULL */
};

/* 'hop' must be a filter (dm_hop_is_filter). */
struct dm_decision dm_filter_decide(const struct dm_model *model, const struct dm_hop *hop,
                                    const struct dm_flow *flow);

/* Whether the other end of a hop through groups is one that the rule names; ports aside. */
/* What is not known at a hop of groups at a node's interface, where policies hold besides [CAL-35];
 * of packets around others none does.  0: nothing. */
struct dm_unknown_id dm_filter_host_endpoint(const struct dm_model *model,
                                             const struct dm_hop *hop);

enum dm_filter_verdict dm_filter_peer(const struct dm_model *model, const struct dm_hop *hop,
                                      const struct dm_group_rule *rule);

#endif
