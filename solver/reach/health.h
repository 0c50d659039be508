/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * health - whether health checks of a load balancer's node get through to a target.
 *
 * A node asks from its own address, over TCP, the port that health is checked on; what does not
 * answer gets no traffic while another target is healthy [ELB-08].  A check is a session like any
 * other: walked, filtered, answered.  That something answers on the port is taken for granted; what
 * it says is not known.
 *
 * Of describe output health is what it says, so this is asked for target groups of designs
 * and of manifests alone.
 *
 * Where AWS, kube-proxy or the scheduler chooses, a check that gets through on some ways and not on
 * others leaves health CHANGING: the target is healthy at one time and not at another, whenever
 * enough checks in a row came by the one or the other.  What is not understood leaves it OPEN, and
 * so does a target that is a load balancer itself: its health is that of its own targets, and so
 * on, which is not followed.  A cluster's node is followed to the pods of the Service that has the
 * port, each of them.
 *
 * Answers are memoised by node, target and port, with their traces.  Complexity: a session.
 */
#ifndef DM_SOLVER_REACH_HEALTH_H
#define DM_SOLVER_REACH_HEALTH_H

#include "solver/reach/session.h"

enum dm_health {
    DM_HEALTH_GOOD,
    DM_HEALTH_BAD,      /* no check gets through */
    DM_HEALTH_CHANGING, /* one does, another does not */
    DM_HEALTH_OPEN
};

/* The port that health of a target is checked on. */
uint16_t dm_health_port(const struct dm_target_group *group, const struct dm_target *target);

/* The session of a check.  False: the node has no address of the target's family. */
bool dm_health_query(const struct dm_model *model, struct dm_interface_id node,
                     struct dm_addr target, uint16_t port, struct dm_session_query *ret_query);

/* False when memory is out. */
bool dm_health_check(const struct dm_walker *walker, struct dm_alive *alive,
                     struct dm_interface_id node, struct dm_addr target, uint16_t port,
                     enum dm_health *ret_health);

#endif
