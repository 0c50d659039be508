/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * result - what was asked of a network and what came out, as data.
 *
 * The one source of every report: renderers read it and nothing else decides anything.  There is
 * one verdict a requirement, none left out, and one finding for each rule, requirement and set of
 * subjects, with all its minimal failure sets.  Findings are ordered by severity, code, then
 * subjects; their ids stay the same when lines move or input is reordered.
 *
 * Evidence: a violation has a witness: a packet with its path, hop by hop, or a placement with the
 * rule of the policy that it breaks.  A verdict that holds counts the leaves
 * (solver/fail/explore.h) that it rests on.
 *
 * Everything lives in the run's arena.
 */
#ifndef DM_SCENARIOS_RESULT_H
#define DM_SCENARIOS_RESULT_H

#include "model/facts/facts.h"
#include "scenarios/rule.h"
#include "solver/fail/explore.h"
#include "solver/reach/session.h"

enum dm_verdict {
    DM_VERDICT_HOLDS,
    DM_VERDICT_VIOLATED,
    DM_VERDICT_UNKNOWN,
    DM_VERDICT_NOT_REFUTED, /* the exploration was cut short */
    DM_VERDICT_NOT_APPLICABLE,
    DM_VERDICT_WAIVED
};

/* "holds", "violated", "unknown", "not-refuted", "not-applicable", "waived" */
const char *dm_verdict_text(enum dm_verdict verdict);

/* One line of a path as people read it. */
struct dm_path_hop {
    enum dm_hop_kind kind;
    struct dm_ref at;
    const char *name;         /* "vpc app.prod.eu-west-1" */
    const char *decided_by;   /* "10.16.0.0/12 to main.eu-west-1", or NULL */
    struct dm_span origin;    /* of what decided, or none */
    const char *jurisdiction; /* of the place; NULL: none known */
    struct dm_addr source;
    struct dm_addr destination;
    enum dm_code blocked; /* DM_CODE_NONE: it let the packet pass */
};

struct dm_path {
    const struct dm_path_hop *hops;
    size_t n_hops;
    bool is_reply;
    bool arrives;
};

enum dm_witness_kind { DM_WITNESS_NONE, DM_WITNESS_PATH, DM_WITNESS_PLACEMENT };

struct dm_witness {
    enum dm_witness_kind kind;
    struct dm_cut failed; /* the failure set in which it is seen */
    /* PATH */
    const char *from; /* names of the endpoints */
    const char *to;
    struct dm_packet packet;
    struct dm_path request;
    struct dm_path reply;  /* n_hops 0: the request did not arrive */
    enum dm_code code;     /* what stopped it; NONE: it gets through, and should not */
    const char *where;     /* name of what stopped it, or NULL */
    struct dm_path normal; /* the way there with nothing failed; no hops where it is the same */
    /* PLACEMENT */
    struct dm_store_id store;
    size_t copy; /* index in the store's copies */
    enum dm_verb verb;
    const char *data_class;
    const char *subject;
    const char *place;   /* jurisdiction */
    const char *allowed; /* "DE, FR"; NULL: undecided */
    const char *policy;  /* the rule's name; NULL */
    const char *basis;
};

struct dm_finding {
    char id[17]; /* 16 hex digits over code, requirement and sorted subjects */
    enum dm_rule_id rule;
    enum dm_severity severity;
    const char *message;
    const char *help;                     /* NULL: none */
    struct dm_requirement_id requirement; /* 0: a rule of its own */
    const char *const *subjects;          /* sorted */
    size_t n_subjects;
    const char *const *facts; /* ids */
    size_t n_facts;
    const char *tier;                           /* of the policy; NULL */
    struct dm_label labels[DM_DIAG_MAX_LABELS]; /* the first: the place to change */
    unsigned n_labels;
    struct dm_witness witness;
    const struct dm_cut *cuts; /* minimal failure sets; one empty set: without any failure */
    size_t n_cuts;
    uint64_t n_sets; /* failure sets that were judged for it */
};

struct dm_verdict_row {
    struct dm_requirement_id requirement;
    enum dm_verdict verdict;
    const char *sentence; /* what is required, in a sentence */
    const char *reason;   /* unknown, not-refuted, not-applicable: why; else NULL */
    const char *worst;    /* worst case seen in a few words, or NULL */
    const char *checked;  /* "no failures", "all sets of at most 2 of zone, region" */
    uint32_t kinds;
    unsigned k;
    unsigned depth;      /* all sets of at most this size were seen */
    uint64_t n_elements; /* that may fail */
    uint64_t n_sets;     /* failure sets of one question: what brute force evaluates */
    uint64_t n_questions;
    uint64_t n_evaluations;
    uint64_t n_leaves[DM_OUTCOME_COUNT];
    const size_t *findings; /* indices in the result's findings */
    size_t n_findings;
};

struct dm_assumption {
    const char *code; /* "ASSUMPTION_SOURCE_PORTS" */
    const char *text;
    const char *fact; /* id, or NULL */
};

struct dm_result {
    const struct dm_model *model;
    struct dm_facts *facts;
    const char *as_of;                     /* "2026-11-22" */
    const struct dm_verdict_row *verdicts; /* in order of the requirements' names */
    size_t n_verdicts;
    const struct dm_finding *findings;
    size_t n_findings;
    const struct dm_assumption *assumptions;
    size_t n_assumptions;
    /* coverage over all requirements */
    uint64_t n_elements;
    unsigned k;
    uint64_t n_sets; /* distinct failure sets up to k of all elements that may fail */
    uint64_t n_evaluations;
    uint64_t n_brute_force_sets; /* evaluations that trying every set would have taken */
    uint64_t n_memo_hits;        /* walks found in the memo, and walks made for it */
    uint64_t n_memo_misses;
    bool exhaustive;
};

#endif
