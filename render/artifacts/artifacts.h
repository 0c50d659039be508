/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * artifacts - what 'demarc build' writes: the proved network, ready to be deployed.
 *
 * The caller has passed the gate: nothing here looks at whether a verdict is good.  One folder is
 * written:
 *
 *   - terraform/ENV/REGION/: VPCs of an environment (of models without any: 'default')
 *   - terraform/shared/REGION/: transit gateways, their tables, VPCs of no environment
 *   - terraform/ENV.nodes/REGION/: nodes of clusters
 *   - terraform/global/: what joins regions or roots: peerings and what goes over them
 *   - kubernetes/CLUSTER/: what a cluster holds: Calico, policies, services, workloads
 *   - evidence.json: inputs, verdicts and files, with digests
 *   - README.md: how the parts go together
 *
 * Bytes depend on the model, the verdicts and the date that the result names: not on the clock, on
 * where the program runs, or on the folder that the design is read from.
 *
 * All is made in memory, then in a folder beside 'folder', which takes the place of 'folder' by
 * renaming it when it is whole; a failure before that leaves everything as it was.  A folder that
 * holds what is not ours (no evidence.json of this form in it) is refused.  In one that is ours,
 * files that are not ours, as the state that Terraform keeps there, are carried over.
 *
 * What the model holds but Terraform cannot be told (unknown targets, rules that look at more than
 * headers) is an error that names it: nothing is left out in silence.  Hosts, services and stores
 * are no part of the network; evidence.json says that they are not generated.  Interfaces of hosts
 * that the network leads to are.
 *
 * Time and memory: O(V + R) of V objects and R rules, beside sorting.
 */
#ifndef DM_RENDER_ARTIFACTS_ARTIFACTS_H
#define DM_RENDER_ARTIFACTS_ARTIFACTS_H

#include <stdbool.h>

#include "scenarios/result.h"

struct dm_artifacts {
    const char *const *paths; /* of all files, below the folder, sorted */
    size_t n_paths;
    bool unchanged; /* the folder held exactly these bytes already, and was not touched */
};

/* Writes the artifacts of 'result->model' to 'folder'; '*ret_artifacts' (in 'arena') says what is
 * there now.  DM_UNSUPPORTED: the model holds what cannot be written; DM_INVALID: 'folder' is not
 * ours; DM_IO: it cannot be written.  After a failure 'folder' is as it was. */
DM_NODISCARD enum dm_status dm_artifacts_write(struct dm_arena *arena,
                                               const struct dm_result *result, const char *folder,
                                               struct dm_artifacts *ret_artifacts,
                                               struct dm_err *err);

#endif
