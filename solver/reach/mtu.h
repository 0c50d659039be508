/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * mtu - how large packets may be along a path, and what becomes of larger ones.
 *
 * Each hop of a walk takes packets up to some size (mtu_limits.c has the table, each row with its
 * fact).  Going along the hops only those matter that take less than all before them: they cut the
 * sizes into bands, and a packet of a band is dropped at the hop of that band.  So a few intervals
 * say of each size what becomes of it, and nothing is tried size by size.
 *
 * All packets are taken to forbid splitting, as those of today's systems do.  What drops one may
 * tell its sender (ICMP type 3 code 4; ICMPv6 type 2), who then sends smaller ones [VPC-41]; or it
 * may drop it in silence, and the sender goes on sending what never arrives.  Telling helps where
 * the answer gets back: it takes the way of the packet backwards, groups let it in by state, and
 * each network ACL on that way must allow it, as ACLs have no state [VPC-14].  A gateway's own
 * address is not known, so an ACL must say the same of all addresses, else it is not known what
 * becomes of the answer.  Nor is it known where something stands in between that translates,
 * inspects or forwards.  Groups that do not track a connection, as they let everything through both
 * ways, need a rule for the answer; without one it is not known either.
 *
 * TCP is told by both ends how much a packet may hold, and what clamps on the way of that word
 * lowers it [TGW-17, VPCE-30]; so TCP sends packets no larger than both ends and all that clamp on
 * the way back.
 *
 * A part of a way that begins or ends at what ends sessions itself (an application load balancer)
 * is a leg of its own [ELB-30]; other load balancers and accelerators pass packets on.
 *
 * Encapsulation adds to each packet until it is taken off again; the hops between see larger ones
 * [CAL-01].  Sizes are those of the inner packet, which is the sender's.
 *
 * What a host takes is what is said of it, else what is assumed: systems on AWS take 9001 bytes by
 * themselves [VPC-40], pods what their node takes less what is put around it, places outside 1500.
 * 'assumed' says so.
 *
 * Limits: of several ways that AWS may choose it is the one that the session shows.  Of what is not
 * documented, 'doubt' says it: smaller packets than those that seem to pass may be dropped.
 *
 * Ownership: bands are in 'arena'.  Complexity: O(hops * (bands + rules)).
 */
#ifndef DM_SOLVER_REACH_MTU_H
#define DM_SOLVER_REACH_MTU_H

#include "solver/reach/session.h"

enum { DM_MTU_JUMBO = 9001, DM_MTU_ETHERNET = 1500 };

enum dm_mtu_fate {
    DM_MTU_ANSWERED, /* the sender is told */
    DM_MTU_SILENT,   /* it is not */
    DM_MTU_UNKNOWN   /* see 'why' */
};

/* Packets of more than 'bytes', up to 'largest', are dropped at 'hop'. */
struct dm_mtu_band {
    uint32_t bytes;
    uint32_t largest;
    size_t hop; /* index in the walk's hops */
    enum dm_mtu_fate fate;
    const char *why;  /* a clause; NULL: ANSWERED, or 'by' says it */
    struct dm_ref by; /* SILENT: the ACL that stops the answer, or none: there is none */
    const char *fact; /* of the limit */
    bool tcp_is_open; /* whether TCP is told to send less is not known */
};

struct dm_mtu_leg {
    size_t first_hop;
    size_t end_hop;                  /* one past its last */
    uint32_t sent;                   /* the largest that its sender sends */
    bool assumed;                    /* 'sent' is */
    uint32_t bytes;                  /* the largest that passes */
    const char *doubt;               /* why that may be less, or NULL */
    uint32_t tcp;                    /* the largest that its sender sends of TCP */
    const struct dm_mtu_band *bands; /* in order of the hops, their sizes falling */
    size_t n_bands;
};

struct dm_mtu_way {
    const struct dm_mtu_leg *legs;
    size_t n_legs;
};

/* Of both ways of a session that passes; its walks are the session's.  False when memory is out. */
bool dm_mtu_find(struct dm_arena *arena, const struct dm_model *model,
                 const struct dm_session_query *query, const struct dm_session *session,
                 struct dm_mtu_way *ret_request, struct dm_mtu_way *ret_reply);

/* The band in which a sender that begins with packets of 'size' goes on sending in vain, or
 * perhaps, as it is not told; NULL: it is told all it needs. */
const struct dm_mtu_band *dm_mtu_stuck(const struct dm_mtu_leg *leg, uint32_t size);

/* ---- mtu_limits.c: what a hop takes ---- */

/* What drops a packet as too large does. */
enum dm_mtu_reaction { DM_MTU_TELLS, DM_MTU_TELLS_NOT, DM_MTU_TELLS_PERHAPS };

struct dm_mtu_limit {
    uint32_t bytes; /* 0: none */
    enum dm_mtu_reaction reaction;
    const char *why; /* TELLS_PERHAPS: a clause */
    const char *fact;
    const char *doubt; /* it may take less than 'bytes', or than all, where that is 0 */
    bool clamps;
    bool tcp_is_open;
    bool is_receiver; /* the end of the way: an answer takes the way of answers */
    int32_t overhead; /* what is added to a packet from here on; less than 0: taken off */
};

/* Hop 'hop' of 'walk'. */
struct dm_mtu_limit dm_mtu_limit_of(const struct dm_model *model, const struct dm_walk *walk,
                                    size_t hop);

/* What a node takes, or is assumed to, and what its cluster may put around packets of pods, over
 * IPv4; 0: nothing. */
uint32_t dm_mtu_of_node(const struct dm_model *model, struct dm_node_id id);
uint32_t dm_mtu_around(const struct dm_model *model, struct dm_cluster_id id);

/* What an interface sends and takes; 0: a computer on the internet. */
uint32_t dm_mtu_of_interface(const struct dm_model *model, struct dm_interface_id interface,
                             bool *ret_assumed);

#endif
