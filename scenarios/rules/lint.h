/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lint - what rules that look at statements one by one share: one finding a statement.
 *
 * A statement of a design stands in as many copies as its matrix has, and is as it should be when
 * one of them is: taking it out would take it from all. So a rule hands in every copy that it
 * looked at, faulty or not, and a finding is made of a statement all of whose copies are faulty.
 * Copies are told by their place in the input; what has none stands for itself.
 *
 * Several statements may have one cause, such as a network that they name and that is gone: they
 * are one finding, about the cause.
 *
 * Findings come in order of what was handed in first, and are sorted with all others at the end.
 * Two statements that say the same, word for word, are one finding.
 *
 * Ownership: texts live in the run's arena.  Complexity: O(1) a copy.
 */
#ifndef DM_SCENARIOS_RULES_LINT_H
#define DM_SCENARIOS_RULES_LINT_H

#include "model/base/map.h"
#include "scenarios/checker.h"
#include "solver/packet/set.h"

/* A place that a finding shows besides its own. */
struct dm_lint_place {
    struct dm_span span;
    const char *text;
};

struct dm_lint_item {
    struct dm_span origin; /* the statement; told apart by it */
    const char *part;      /* which part of it, where it has several; NULL: the whole */
    const char *cause;   /* what the finding is about, with others of the same; NULL: the subject */
    const char *subject; /* its name in this copy: what stays the same when lines move */
    const char *message; /* NULL: it is as it should be */
    const char *label;   /* beside its place, or NULL */
    const char *help;    /* or NULL */
    struct dm_lint_place places[DM_DIAG_MAX_LABELS - 1];
    size_t n_places;
};

struct dm_lint_statement {
    struct dm_lint_item first; /* the faulty copy whose name comes first */
    DM_VEC(const char *) subjects;
    bool fine;                /* a copy is as it should be, or another statement stands for it */
    struct dm_lint_item more; /* the second statement of the same cause */
    size_t n_more;            /* how many there are beside the first */
};

struct dm_lint {
    struct dm_checker *checker;
    enum dm_rule_id rule;
    const char *const *facts; /* ended by NULL */
    struct dm_map index;      /* places, to an index in 'statements' */
    DM_VEC(struct dm_lint_statement) statements;
};

void dm_lint_init(struct dm_lint *lint, struct dm_checker *checker, enum dm_rule_id rule,
                  const char *const *facts);

/* One copy of a statement. */
DM_NODISCARD enum dm_status dm_lint_add(struct dm_lint *lint, const struct dm_lint_item *item,
                                        struct dm_err *err);

/* Makes the findings. */
DM_NODISCARD enum dm_status dm_lint_report(struct dm_lint *lint, struct dm_err *err);

/* "tcp/443 from 10.0.0.0/8", "all to group db": what a rule of a group says. */
const char *dm_lint_rule_text(struct dm_arena *arena, const struct dm_model *model,
                              const struct dm_group_rule *rule);

/* "allow tcp/443 from 10.0.0.0/8" */
const char *dm_lint_entry_text(struct dm_arena *arena, const struct dm_acl_entry *entry);

/* "route 10.0.0.0/8", "route list pl-1" */
const char *dm_lint_route_text(struct dm_arena *arena, const struct dm_model *model,
                               const struct dm_route *route);

/* Which of 'n' sets together have all of 'target': one where one does, else few, none of which can
 * be left out.  Only those that are 'usable' are looked at; together they must have it.  '*ret_by'
 * is in 'arena', ascending.  O(n) set operations, and O(k^2) for k that are named. */
struct dm_lint_cover {
    const size_t *items;
    size_t n;
};
bool dm_lint_cover_find(struct dm_arena *arena, struct dm_sets *sets, struct dm_set target,
                        const struct dm_set *list, const bool *usable, size_t n,
                        struct dm_lint_cover *ret_by);

/* Sets that are made, used and given back: begin, work with 'sets', end.  NULL: memory is out. */
struct dm_lint_scratch {
    struct dm_checker *checker;
    struct dm_arena_mark mark;
    struct dm_sets *sets;
};
DM_NODISCARD enum dm_status dm_lint_scratch_begin(struct dm_lint_scratch *scratch,
                                                  struct dm_checker *checker, struct dm_err *err);
DM_NODISCARD enum dm_status dm_lint_scratch_end(struct dm_lint_scratch *scratch,
                                                enum dm_status status, struct dm_err *err);

#endif
