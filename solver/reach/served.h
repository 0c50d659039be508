/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * served - whom a node of a load balancer, an accelerator or a Service may ever send to.
 *
 * Which target is chosen depends on the flow, on zones and on health (balance.h); that it is one of
 * those that stand in the target groups behind some listener does not.  So a question about a host
 * that is none of them need not follow what is sent to the node, whatever fails.
 *
 * A node of a cluster may send on to what is behind any Service there, and a Service's address to
 * its pods.
 *
 * A node that sends to another serves whom that one serves.  Where a listener, a group or a target
 * is not understood, or an address is nobody's, the node may serve anyone.  So may each that sends
 * at all serve hosts of sites: those stand for ranges of addresses.
 *
 * Complexity: O(interfaces + targets behind the node), O(sites' hosts + interfaces served) to ask.
 */
#ifndef DM_SOLVER_REACH_SERVED_H
#define DM_SOLVER_REACH_SERVED_H

#include "model/model.h"

struct dm_served {
    const struct dm_interface_id *interfaces; /* nodes among them */
    size_t n;
    bool anyone;
};

/* 'interfaces' is in 'arena'; 'scratch' is given back.  False when memory is out. */
bool dm_served_find(struct dm_arena *arena, struct dm_arena *scratch, const struct dm_model *model,
                    struct dm_interface_id node, struct dm_served *ret_served);

/* Whether any of the hosts, by handle, may be served.  '*ret_sole' is the one that is, where that
 * is but one; else 0. */
bool dm_served_any(const struct dm_served *served, const struct dm_model *model, const bool *hosts,
                   struct dm_host_id *ret_sole);

#endif
