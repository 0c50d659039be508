/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * relay - what becomes of requests beyond the node of a load balancer or of a cluster, an
 * accelerator, or the address of a Service.
 *
 * What a node takes it sends on to a port of a target, so beyond the first node a session has one
 * destination port whatever was asked for: to follow a single flow is to follow all that the same
 * listener takes.  That makes of one relay the answer for a whole set of flows
 * (solver/reach/symbolic.h), and of a request's walk with its filters nothing is needed here.
 *
 * Each target that AWS may choose, and each way that it may take there and back, is followed.
 * 'arrive' hears of each end of a way there; a session needs all of them, an intruder one.
 *
 * Complexity: one walk there and one back for each choice.  Limits: six legs, then unknown.
 */
#ifndef DM_SOLVER_REACH_RELAY_H
#define DM_SOLVER_REACH_RELAY_H

#include "solver/reach/session.h"

/* One end of the ways there. */
struct dm_relay_end {
    enum dm_session_end end;       /* PASS: delivered to 'at'; UNKNOWN: perhaps, to anyone; FAIL */
    struct dm_interface_id at;     /* 0: outside; a node that answers by itself */
    const struct dm_walk *request; /* PASS: the joined walk there */
    const char *why;               /* UNKNOWN */
};

struct dm_relay_listener {
    void (*arrive)(void *context, const struct dm_relay_end *end);
    void *context;
    bool on_failure_too; /* follow endpoints of accelerators that serve when others fail, too */
};

/* The worst of all choices. */
struct dm_onward {
    enum dm_session_end delivered; /* to what answers */
    enum dm_session_end answered;  /* back to the first node */
    bool some_answered;            /* by one choice at least the answer is back at the node */
    bool some_back;                /* or perhaps so */
    bool some_unknown;             /* of one choice at least it is not known */
};

/* Follows on from the node at which 'request' ended; 'query' is that of the request, with a flow
 * that reached the node.  'listener' may be NULL.  False when memory is out. */
bool dm_relay_onward(const struct dm_walker *walker, struct dm_alive *alive,
                     const struct dm_session_query *query, const struct dm_walk *request,
                     const struct dm_relay_listener *listener, struct dm_onward *ret_onward);

/* Judges what goes on from the balancer's node at which 'request' ended: the worst over all targets
 * and all ways there and back, the request's own among them.  False when memory is out. */
bool dm_session_relay(const struct dm_walker *walker, struct dm_alive *alive,
                      const struct dm_session_query *query, const struct dm_walk *request,
                      struct dm_session *ret_session);

#endif
