/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * check - judges a network: every rule and every requirement, under failures.
 *
 * A requirement is split into atomic questions (a caller and a callee, a pair
 * of endpoint classes, a store's class of data and its subject); each is explored on its own
 * (solver/fail/explore.h) and all share one memo.  The requirement's verdict is
 * the worst of its questions': violated, unknown, not refuted, holds; it is not applicable
 * where every question is.
 */
#ifndef DM_SCENARIOS_CHECK_H
#define DM_SCENARIOS_CHECK_H

#include "scenarios/result.h"

struct dm_check_options {
    bool has_k; /* 'k' replaces that of 'survive: any' */
    unsigned k;
    const char *as_of;       /* a date, "2026-11-22" */
    const char *const *only; /* requirements and codes, or prefixes of codes; empty: all */
    size_t n_only;
    uint64_t max_evaluations; /* of one question; 0: DM_LIMIT_EVALUATIONS */
    bool brute_force;         /* tests: every set is tried */
};

DM_NODISCARD enum dm_status dm_check(struct dm_arena *arena, const struct dm_model *model,
                                     struct dm_facts *facts, const struct dm_check_options *options,
                                     const struct dm_result **ret_result, struct dm_err *err);

/* 0, 1 or 3 by contracts.md: findings and requirements below 'level' do not count. */
int dm_check_exit_code(const struct dm_result *result, enum dm_severity level);

/* The path of one session as people read it; used by 'demarc path' and by witnesses. */
DM_NODISCARD enum dm_status dm_path_describe(struct dm_arena *arena, const struct dm_model *model,
                                             const struct dm_session_query *query,
                                             const struct dm_session *session,
                                             struct dm_path *ret_request, struct dm_path *ret_reply,
                                             struct dm_err *err);

#endif
