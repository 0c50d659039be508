/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * firewall - what a Network Firewall does with a packet at one of its endpoints.
 *
 * Each packet goes through the stateless engine, and through the stateful one where that forwards
 * it [NFW-03]. The stateful engine is asked about the first packet of a connection; what answers
 * gets follows from that [NFW-09]: where the request was passed by a rule, answers pass; where no
 * rule matched it, answers are looked at on their own. TCP of which the stateful engine sees one
 * way only is dropped, be it that the answer comes by another endpoint, by none, or that stateless
 * rules let one way pass them by [NFW-02, NFW-08].
 *
 * A connection of which established packets are dropped by default counts as dropped for TCP, since
 * it carries nothing; for other protocols it is unknown how much passes [NFW-06].
 *
 * A rule is matched for sure, not at all, or perhaps: by more than headers, or by some of the
 * ports that a sender may choose, 1024 to 65535. A packet that can both pass and be dropped,
 * as far as that tells, is unknown. So 'dm_firewall_decide' walks the rules with one packet and
 * collects how it may end, and 'dm_firewall_sets' does so with the set of all requests; each is the
 * other's oracle (tests/prop/firewall.c).
 *
 * Complexity: O(rules) for a packet, O(rules) set operations for a hop.
 */
#ifndef DM_SOLVER_REACH_FIREWALL_H
#define DM_SOLVER_REACH_FIREWALL_H

#include "solver/packet/set.h"
#include "solver/reach/filter.h"

/* At a hop FIREWALL, of a request, or FIREWALL_BACK or FIREWALL_MISSED, of an answer. */
struct dm_decision dm_firewall_decide(const struct dm_model *model, const struct dm_hop *hop,
                                      const struct dm_flow *flow);

/* The requests that the hop lets pass; at hops of answers those of which it lets the answers pass.
 */
struct dm_flow_sets dm_firewall_sets(struct dm_sets *sets, const struct dm_model *model,
                                     const struct dm_hop *hop);

/* Whether 'side' of a rule has 'address', at this firewall [NFW-10]. */
bool dm_firewall_side_has(const struct dm_model *model, const struct dm_firewall *firewall,
                          const struct dm_firewall_side *side, struct dm_addr address);

/* Ports that a sender of requests may choose. */
enum { DM_FIREWALL_PORT_FIRST = 1024, DM_FIREWALL_PORT_LAST = 65535 };

#endif
