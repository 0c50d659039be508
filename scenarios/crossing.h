/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * crossing - whether any packet at all is delivered from one place to another.
 *
 * The walk is made once; where it arrives, all packets at once are sent through the filters on it,
 * as a set (solver/reach/symbolic.h), and one of what is left is the witness.  Answers do not
 * matter: what is delivered has crossed.
 *
 * What ends at a load balancer's node crosses to whom the balancer sends it: to any target that AWS
 * may choose, for one is enough.
 *
 * No two questions of this kind share a pair of addresses, so their walks are not kept: what was
 * found is there until the next evaluation begins.
 */
#ifndef DM_SCENARIOS_CROSSING_H
#define DM_SCENARIOS_CROSSING_H

#include "scenarios/checker.h"

struct dm_crossing {
    enum dm_outcome outcome;       /* VIOLATED: something crosses; HOLDS; UNDECIDED */
    struct dm_session_query query; /* VIOLATED: what crosses */
    const struct dm_walk *walk;
    const char *why; /* UNDECIDED */
    bool
        arrives; /* some way ends at the target, at a node, or is not known, whatever filters say */
};

/* Whether a flow that arrives at an interface (0: outside) counts; NULL: each does.  It tells flows
 * apart by 'told' alone. */
struct dm_crossing_test {
    bool (*counts)(const void *context, struct dm_interface_id at, const struct dm_flow *flow);
    const void *context;
    const struct dm_match *told;
    size_t n_told;
};

/* To be called when an evaluation begins: gives back what the last one found. */
void dm_crossing_begin(struct dm_checker *checker);

/* Packets from 'start' that are delivered to 'target', or to the internet where that is 0, or where
 * that is a balancer's node to whomever it sends them.  False when memory is out. */
bool dm_crossing_find(struct dm_checker *checker, struct dm_alive *alive,
                      const struct dm_walk_start *start, struct dm_interface_id target,
                      const struct dm_crossing_test *test, struct dm_crossing *ret_crossing);

/* Whether anything may cross from 'sender', of the place (sides.h) of the only sender that this
 * evaluation had asked for when it had met 'n_ways' (checker.h).  Its packets go these ways, so
 * they are not walked again: only the filters that are its own are asked. */
bool dm_crossing_may(struct dm_checker *checker, size_t n_ways, struct dm_interface_id sender);

/* The witness of what crosses. */
DM_NODISCARD enum dm_status dm_crossing_witness(struct dm_checker *checker, const char *from,
                                                const char *to, const struct dm_crossing *crossing,
                                                const struct dm_cut *failed,
                                                struct dm_witness *ret_witness, struct dm_err *err);

/* "tcp/22" */
const char *dm_flow_text(const struct dm_flow *flow, char buffer[DM_ADDR_TEXT_SIZE]);

#endif
