/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clusters - what rules about clusters share: one finding for each statement that is at fault,
 * however many copies of the cluster it makes.
 *
 * A rule looks at one cluster at a time and says what is wrong with it, and where that was stated.
 * Where a packet shows it, the finding has its path.  What is not understood is no finding.
 *
 * All texts are in the arena of the run.
 */
#ifndef DM_SCENARIOS_RULES_CLUSTERS_H
#define DM_SCENARIOS_RULES_CLUSTERS_H

#include "scenarios/checker.h"

struct dm_cluster_fault {
    const char *message; /* NULL: nothing is wrong */
    const char *help;
    struct dm_span span;
    const char *label;
    bool has_packet;
    const char *from;
    const char *to;
    struct dm_session_query query;
    struct dm_session session;
};

typedef bool dm_cluster_look(struct dm_checker *checker, struct dm_cluster_id cluster,
                             struct dm_cluster_fault *fault);

/* Looks at all clusters that stand on a network.  'facts' is of static storage, ended by NULL.
 * 'look' says false when memory is out. */
DM_NODISCARD enum dm_status dm_clusters_lint(struct dm_checker *checker, enum dm_rule_id rule,
                                             const char *const *facts, dm_cluster_look *look,
                                             struct dm_err *err);

/* Sends a packet from an interface (0: the internet) to an address, with nothing failed, into
 * 'fault'; false when memory is out. */
bool dm_clusters_ask(struct dm_checker *checker, struct dm_interface_id from,
                     struct dm_addr destination, uint8_t protocol, uint16_t port,
                     struct dm_cluster_fault *fault);

#endif
