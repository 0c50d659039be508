/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pairs - who can connect to whom, and on what: all pairs of a network.
 *
 * Places are hosts that run and interfaces of endpoints, of load balancers and of what is not
 * understood, or subnets, or VPCs, and beside them the internet.  Between two hosts it is said what
 * is delivered by any of their addresses, private or public.  Between subnets and VPCs it is what
 * the network lets pass, routes and network ACLs, for whoever stands there: a guest on an address
 * that nobody has (solver/reach/walk.h), with a public one where the subnet gives them away; the
 * internet knows no guest's address and so begins nothing.
 *
 * Each row is one pair and the set of all flows of one mark. PLAIN: delivered, and what is TCP is
 * answered.  UNANSWERED: TCP that is delivered and whose answers are stopped.  UNKNOWN: what is not
 * understood stands in the way.  A pair without row has nothing.
 *
 * Places that are alike but for their VPC's own prefixes (roles.h) are asked about once, and so is
 * the internet by its atoms.  What all public addresses have is said of "Internet", of those
 * families in which the place has addresses; what parts of it have beside that is one row a set of
 * flows, named by prefixes.
 *
 * Where there are more pairs than anybody reads, rows are given by classes: "class 3 => class 5"
 * is said of every pair of members in different VPCs, "class 3 => class 5 (same VPC)" of every pair
 * within one; with the members of each class that is all pairs' answers.
 *
 * Complexity: O(C^2 + C * A) symbolic sessions for C classes and A atoms of public addresses, and
 * O(rows) texts; by classes O(places) beside that.  Limits: DM_LIMIT_PAIRS where not by classes.
 */
#ifndef DM_SCENARIOS_PAIRS_H
#define DM_SCENARIOS_PAIRS_H

#include "model/model.h"

enum dm_pairs_by {
    DM_PAIRS_BY_ENDPOINT,
    DM_PAIRS_BY_SUBNET,
    DM_PAIRS_BY_VPC,
    DM_PAIRS_BY_WORKLOAD /* see workloads.h */
};
enum dm_pair_mark { DM_PAIR_PLAIN, DM_PAIR_UNANSWERED, DM_PAIR_UNKNOWN, DM_PAIR_MARK_COUNT };

struct dm_pair_row {
    const char *from; /* "web[10.0.1.4]", "Internet", "198.51.100.0/24,203.0.113.0/24" */
    const char *to;
    enum dm_pair_mark mark;
    const char *flows; /* "TCP 22,80-443,UDP 53" */
};

/* Selectors: names or labels of places, of their hosts, subnets, VPCs, services and stores,
 * addresses, "internet".  Empty: all. */
struct dm_pairs_options {
    enum dm_pairs_by by;
    const char *const *from;
    size_t n_from;
    const char *const *to;
    size_t n_to;
    bool by_class;   /* rows are of classes */
    bool exposure;   /* workloads: with pods that are not in the input; see workloads.h */
    bool one_by_one; /* ask each pair by itself, whatever is alike: the slow way, for tests */
};

/* Places that are alike. */
struct dm_pair_class {
    const char *name; /* "class 3" */
    const char *const *members;
    size_t n_members;
};

struct dm_pairs {
    const struct dm_pair_row *rows; /* sorted by sender, receiver and mark; classes by number */
    size_t n_rows;
    const struct dm_pair_class *classes; /* where rows are of classes; in the order of numbers */
    size_t n_listed;
    size_t n_places;   /* without the internet */
    size_t n_classes;  /* of them */
    size_t n_sessions; /* that were asked for */
};

/* DM_USAGE: a selector selects nothing.  DM_LIMIT: more pairs than can be listed one by one. */
DM_NODISCARD enum dm_status dm_pairs_find(struct dm_arena *arena, const struct dm_model *model,
                                          const struct dm_pairs_options *options,
                                          struct dm_pairs *ret_pairs, struct dm_err *err);

#endif
