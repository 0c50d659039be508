/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * policy - what a routing policy of a core network does with a route.
 *
 * Rules are looked at by number; the first that matches decides, and a route that none matches
 * passes as it is [CWAN-24].  Whether rules behind one that lengthens the path are still looked
 * at is not known; that counts where one of them may match and would do something else.  A number
 * in the AS path can be looked for only where the path is known: what an attachment learned has
 * one of which only the length is.
 *
 * Several policies act one after the other; 'effect' gathers what they do.  What cannot be told is
 * said in 'why', and nothing else counts then.
 *
 * Complexity: O(rules).
 */
#ifndef DM_SOLVER_PLANE_POLICY_H
#define DM_SOLVER_PLANE_POLICY_H

#include "model/core.h"

struct dm_policy_effect {
    bool drops;
    uint32_t n_prepended;
    struct dm_unknown_id unknown;
    const char *why;
};

/* 'path' holds the numbers that are known; 'is_whole': there are no others. */
void dm_policy_apply(const struct dm_core_routing_policy *policy, struct dm_prefix prefix,
                     const uint64_t *path, size_t n_path, bool is_whole,
                     struct dm_policy_effect *effect);

/* All policies of one direction that the attachment gets by its label, of a route whose path is
 * empty ('is_whole') or not known. */
void dm_policy_apply_labels(const struct dm_core_network *network,
                            const struct dm_core_attachment *attachment, bool inbound,
                            struct dm_prefix prefix, bool is_whole,
                            struct dm_policy_effect *effect);

#endif
