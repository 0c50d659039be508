/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * session - whether a request arrives and its answer comes back.
 *
 * The way there is walked and filtered; from where it ends the answer is walked
 * with the addresses turned round and the translations that the way there
 * opened.  Groups let an answer pass by state; ACLs do not, and see it go to
 * the ports from which requests are sent: 32768 to 60999 of a host, 1024 to 65535
 * of a NAT gateway [VPC-14].  The answer must reach the sender's interface, from
 * the address that was asked, to the address that asked.
 *
 * A session passes when it does so on every choice of AWS; it fails when it fails on one;
 * else it is unknown.  What a filter may stop is followed all the same: a session that something
 * after it stops for sure fails.  A computer on the internet answers everything.
 *
 * Through load balancers a session is followed target by target, to what answers in the end and
 * back over the same nodes [ELB-03, ELB-06, ELB-20, ELB-22]; walks and hops of what decided are
 * joined.  A balancer that ends sessions itself is followed to its targets too: who calls a service
 * wants its answer.
 *
 * Nothing is allocated but by walking and joining, so a session costs the sum of its filters.
 */
#ifndef DM_SOLVER_REACH_SESSION_H
#define DM_SOLVER_REACH_SESSION_H

#include "solver/reach/filter.h"

enum dm_session_end { DM_SESSION_PASS, DM_SESSION_FAIL, DM_SESSION_UNKNOWN };

/* 'start' is that of the request.  For ICMP an echo request, type 8, is answered by type 0. */
struct dm_session_query {
    struct dm_walk_start start;
    struct dm_flow flow; /* one destination port */
    bool wide_ports;     /* sent from ports 1024 to 65535: by a balancer, or behind one or a NAT */
};

struct dm_session {
    enum dm_session_end end;
    const struct dm_walk *request; /* the walk that decided; never NULL */
    const struct dm_walk *reply;   /* NULL: the request did not arrive */
    bool on_reply;                 /* FAIL, UNKNOWN: which way it was */
    enum dm_code code;
    struct dm_ref at;
    struct dm_span origin;     /* of what decided, or none */
    struct dm_element_id dead; /* the failed element that it ran into, or 0 */
    struct dm_unknown_id unknown;
    const char *why; /* UNKNOWN: a clause, or NULL */
};

/* False when memory is out. */
bool dm_session_check(const struct dm_walker *walker, struct dm_alive *alive,
                      const struct dm_session_query *query, struct dm_session *ret_session);

/* Everything that stops a session on one walk: filters in their order, and what ends the walk.  The
 * way back is looked at where the way there is free. */
struct dm_blocker {
    bool on_reply;
    size_t hop; /* index in the walk's hops; n_hops for its end */
    enum dm_code code;
    struct dm_ref at;
    uint32_t rule;
    struct dm_span origin;
};

struct dm_blockers {
    struct dm_blocker *items;
    size_t n;
};

/* For the walks of 'session'.  False when memory is out. */
bool dm_session_blockers(struct dm_arena *arena, const struct dm_model *model,
                         const struct dm_session_query *query, const struct dm_session *session,
                         struct dm_blockers *ret_blockers);

/* The flow as the filter at hop 'hop' sees it, of 'reply', or of 'request' where that is NULL. */
struct dm_flow dm_session_flow(const struct dm_session_query *query, const struct dm_walk *request,
                               const struct dm_walk *reply, size_t hop);

/* From where and with what the answer to what ended there is walked. */
struct dm_walk_start dm_session_reply_start(const struct dm_walk *request);

/* Whether an answer that got through is one to the request: at its sender, from whom it asked. */
bool dm_session_is_answer(const struct dm_session_query *query, const struct dm_walk *reply);

/* ---- by address ---- */

/* An address or name as a person gives it, found in the model. */
struct dm_endpoint {
    struct dm_interface_id interface; /* 0: a computer outside */
    struct dm_addr address;           /* as given, or the primary private one of what was named */
};

/* 'text' is an address, or a name of an interface, host or site, service (its first endpoint), load
 * balancer (its first node) or accelerator, workload or Service of a cluster (its first pod).
 * False where it is neither, or where several hosts have the address; '*ret_why' says which. */
bool dm_endpoint_find(const struct dm_model *model, const char *text,
                      struct dm_endpoint *ret_endpoint, const char **ret_why);

/* What a name means to somebody outside, who knows public addresses alone: 'text' is that of 'to',
 * which becomes its public address where it is a name and has one. */
void dm_endpoint_outside(const struct dm_model *model, const char *text,
                         const struct dm_endpoint *from, struct dm_endpoint *to);

/* A request between two endpoints; a sender named by its public address sends from the private one.
 */
struct dm_walk_start dm_endpoint_start(const struct dm_model *model, const struct dm_endpoint *from,
                                       const struct dm_endpoint *to);

#endif
