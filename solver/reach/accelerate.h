/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * accelerate - where an accelerator sends what reaches one of its static addresses.
 *
 * The listener with the protocol and port decides.  It chooses among healthy endpoints of groups
 * that are dialed and that weigh something; without any, among healthy ones of all groups, dial
 * aside [GA-03]; without any, among all: it fails open [GA-09].  Of a balancer each node that lives
 * is a choice, and it is healthy by its targets [GA-02], see balance.h, while one lives; of other
 * endpoints health is as described.  Which is nearest to a client is AWS's to know,
 * so every endpoint of the first of these sets that has some is a choice.
 *
 * An endpoint that does not see the client's address sees one of AWS's that is not known: that is
 * followed only where nothing looks at it [GA-04].
 *
 * Complexity: O(endpoints * interfaces * targets).  Limits: DM_LIMIT_CHOICES, then unknown.
 */
#ifndef DM_SOLVER_REACH_ACCELERATE_H
#define DM_SOLVER_REACH_ACCELERATE_H

#include "solver/reach/balance.h"

/* For what reached 'node', the interface of an accelerator, from 'client': see dm_balance. */
bool dm_accelerate(const struct dm_walker *walker, struct dm_alive *alive,
                   struct dm_interface_id node, struct dm_addr client, const struct dm_flow *flow,
                   bool on_failure_too, struct dm_balance *ret_balance);

#endif
