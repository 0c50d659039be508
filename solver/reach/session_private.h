/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * session_private - what judging a session and joining its parts share.
 *
 * Where load balancers stand in between, a session is a row of legs: there from the
 * sender to a balancer's node, from that to the next, to the one that answers, and back
 * over the same nodes.  Each leg is judged as a session of its own would be: its walk
 * there, filtered with its own flow, and its walk back to where it began.
 */
#ifndef DM_SOLVER_REACH_SESSION_PRIVATE_H
#define DM_SOLVER_REACH_SESSION_PRIVATE_H

#include "solver/reach/session.h"

/* The verdict of one way: its filters in order, then its end.  'reply' is NULL on the way there;
 * a way that ends at a balancer's node passes. */
struct dm_session dm_session_judge_way(const struct dm_walker *walker,
                                       const struct dm_session_query *query,
                                       const struct dm_walk *request, const struct dm_walk *reply);

/* The way back from where 'request' ended; it must end where the request began. */
struct dm_session dm_session_judge_reply(const struct dm_walker *walker,
                                         const struct dm_session_query *query,
                                         const struct dm_walk *request,
                                         const struct dm_walk *reply);

/* Keeps the worse of two: a failure, else what is unknown. */
void dm_session_keep_worse(struct dm_session *worst, const struct dm_session *session);

#endif
