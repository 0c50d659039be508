/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * answers - TCP that is delivered and whose answers are lost on the way back.
 *
 * Asked is between hosts that run, those of sites, and the internet, with nothing failed: for each
 * pair of places which TCP is delivered for sure, of all at once (solver/reach/symbolic.h). No
 * filter looks at source ports, so of what is delivered all or nothing is answered, and one packet
 * tells; where balancers have a say it is a port that is not answered. Everything that stops the
 * answer of that packet is a cause: a network ACL, which has no state [VPC-14], or a way back that
 * differs from the way there, so that a NAT gateway or a balancer sees one half of the session
 * [NAT-20, ELB-06], or none. Pairs with the same cause are one; of copies of one statement in a
 * design, one is named.
 *
 * Places that are alike but for their VPC's prefix are asked about once (scenarios/roles.h). One
 * address of the internet stands for it.
 *
 * Complexity: O(C^2) walks, there and back, for C classes of places.  Limits: DM_LIMIT_ANSWER_PAIRS
 * pairs of classes; those beyond are left out, and an assumption of the result says so.
 */
#ifndef DM_SCENARIOS_RULES_ANSWERS_H
#define DM_SCENARIOS_RULES_ANSWERS_H

#include "scenarios/rules/lint.h"

/* What stops answers, with the first pair of which it does. */
struct dm_lost {
    enum dm_code code;
    struct dm_ref at;
    uint32_t rule; /* of an ACL: its number, 0: none matched */
    struct dm_span origin;
    const char *from;
    const char *to;
    const char *port; /* "tcp/443" */
    struct dm_witness witness;
    size_t n_pairs; /* of classes, that one included */
};

struct dm_answers {
    struct dm_lost *items;
    size_t n;
};

/* Found once a run and kept in 'checker'. */
DM_NODISCARD enum dm_status dm_answers_find(struct dm_checker *checker,
                                            const struct dm_answers **ret_answers,
                                            struct dm_err *err);

/* Makes a finding of 'rule' of each cause that is an ACL's, or of each that is not. */
DM_NODISCARD enum dm_status dm_answers_lint(struct dm_checker *checker, enum dm_rule_id rule,
                                            bool of_acls, struct dm_err *err);

#endif
