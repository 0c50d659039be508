/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * explore - every set of at most k failures, without trying them all.
 *
 * A question is evaluated with nothing failed.  For each base event that the
 * evaluation read after the last one that is already failed, in the order of
 * the trace, that event fails too and the question is evaluated again, down to
 * depth k.  Each evaluation is a leaf: the cube "these failed, those read alive,
 * the rest does not matter".  Two sets of one cube give the same trace, hence
 * the same outcome; the cubes are disjoint and cover every set up to k: follow
 * any set S down, failing the first event of the trace that is in S; where no
 * further event of S was read, S is in that cube.  Nothing here asks for the
 * property to be monotone.
 *
 * The smallest sets of an outcome are among the leaves' own failed sets: the cube's
 * failed set is contained in all its members.  Breadth first, a set that
 * contains a violating one is dropped with all below it when only minimal sets
 * are wanted; depth first that is wrong, for the smaller set may come later.
 *
 * Complexity: one evaluation a leaf; with r events read on each level at most
 * the sum over i up to k of r over i.  Memory: the sets of one level.
 *
 * Limits: DM_LIMIT_EVALUATIONS; past it the result is not exhaustive and says how deep
 * all sets were seen.
 */
#ifndef DM_SOLVER_FAIL_EXPLORE_H
#define DM_SOLVER_FAIL_EXPLORE_H

#include "solver/fail/alive.h"

enum dm_outcome { DM_HOLDS, DM_NOT_APPLICABLE, DM_UNDECIDED, DM_VIOLATED, DM_OUTCOME_COUNT };

/* 'evaluate' reads the world through 'alive' alone and returns the same for the same answers. */
struct dm_question {
    enum dm_outcome (*evaluate)(const void *context, struct dm_alive *alive);
    const void *context;
};

/* A set of failed elements, in the order in which the trace met them. */
struct dm_cut {
    const struct dm_element_id *elements;
    size_t n;
};

/* By size, then elements; both must be sorted.  For qsort. */
int dm_cut_compare(const void *a, const void *b);

/* What one evaluation stands for; borrowed during the visit. */
struct dm_leaf {
    struct dm_cut failed;
    const struct dm_read *trace;
    size_t n_trace;
    enum dm_outcome outcome;
};

struct dm_explore_options {
    uint32_t kinds; /* bit 1 << enum dm_element_kind: which may fail */
    unsigned k;     /* at most DM_LIMIT_FAILURES */
    bool minimal;   /* only minimal violating sets are wanted: their supersets are dropped */
    uint64_t max_evaluations;                                 /* 0: DM_LIMIT_EVALUATIONS */
    void (*visit)(void *context, const struct dm_leaf *leaf); /* NULL: none */
    void *visit_context;
};

struct dm_exploration {
    uint64_t evaluations;
    uint64_t leaves[DM_OUTCOME_COUNT]; /* by outcome */
    struct dm_cut *violated;           /* minimal by inclusion, sorted by size, then elements */
    size_t n_violated;
    struct dm_cut *undecided; /* minimal by inclusion among undecided sets, 'minimal': and of those
                                 only such as contain no violating one */
    size_t n_undecided;
    bool exhaustive;
    unsigned depth; /* all sets of at most this size were seen */
};

/* Results live in 'arena'. */
DM_NODISCARD enum dm_status dm_explore(struct dm_arena *arena, struct dm_alive *alive,
                                       const struct dm_question *question,
                                       const struct dm_explore_options *options,
                                       struct dm_exploration *ret_exploration, struct dm_err *err);

/* The oracle of the tests: every set of at most k elements of the kinds, each evaluated. */
DM_NODISCARD enum dm_status dm_explore_brute(struct dm_arena *arena, struct dm_alive *alive,
                                             const struct dm_question *question,
                                             const struct dm_explore_options *options,
                                             struct dm_exploration *ret_exploration,
                                             struct dm_err *err);

/* How many sets of at most 'k' of 'n' elements there are; UINT64_MAX where that does not fit. */
uint64_t dm_explore_count_sets(uint64_t n, unsigned k);

/* Elements of the model that are of these kinds. */
uint64_t dm_explore_count_elements(const struct dm_model *model, uint32_t kinds);

#endif
