/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * admission - one packet between workloads: which policies let it pass, or stop it, and where.
 *
 * What is said has the form of a session over a network (session.h, result.h), so that 'path' and
 * 'probe' show it as any other: a hop for each policy that was asked, on the way out of the sender
 * and into the receiver, with the rule that decided; each policy that stops the packet is marked,
 * not the first alone.  Policies keep state: answers pass.
 *
 * Of workloads whose pods differ, a pair that lets the packet pass is shown, where there is one;
 * so a connection that 'reach' lists is one that passes here.  Between pods of two clusters nothing
 * passes for sure: what connects them is a network, and there is none.
 *
 * Complexity: as 'dm_policies_explain', for each pair of pods that differ.
 */
#ifndef DM_SCENARIOS_ADMISSION_H
#define DM_SCENARIOS_ADMISSION_H

#include "scenarios/result.h"
#include "solver/cluster/policy.h"
#include "solver/reach/session.h"

/* A workload, or where that is 0 an address outside the cluster. */
struct dm_admission_side {
    struct dm_workload_id workload;
    struct dm_addr address;
};

struct dm_admission {
    struct dm_arena *arena;
    const struct dm_model *model;
    struct dm_policies *policies;
};

struct dm_admission_answer {
    struct dm_session session;
    struct dm_path request;
    struct dm_path reply; /* n_hops 0: the request does not arrive */
};

/* 'text' is a name of one workload, or an address: of a pod, or outside.  False, and why, where it
 * is neither. */
bool dm_admission_find(const struct dm_model *model, const char *text,
                       struct dm_admission_side *ret_side, const char **ret_why);

/* The only port that containers of the workload's pods name or number; false where there is none,
 * or more than one. */
bool dm_admission_port(const struct dm_model *model, const struct dm_admission_side *side,
                       struct dm_flow *ret_flow);

DM_NODISCARD enum dm_status dm_admission_init(struct dm_admission *admission,
                                              struct dm_arena *arena, const struct dm_model *model,
                                              struct dm_err *err);

/* Whether the input is a cluster without network: policies are all that decides. */
bool dm_admission_applies(const struct dm_model *model);

/* One of the sides at least must be a workload. */
DM_NODISCARD enum dm_status
dm_admission_ask(struct dm_admission *admission, const struct dm_admission_side *from,
                 const struct dm_admission_side *to, const struct dm_flow *flow,
                 struct dm_admission_answer *ret_answer, struct dm_err *err);

#endif
