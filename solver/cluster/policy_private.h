/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * policy_private - what evaluation on sets and the account of one packet share.
 */
#ifndef DM_SOLVER_CLUSTER_POLICY_PRIVATE_H
#define DM_SOLVER_CLUSTER_POLICY_PRIVATE_H

#include "model/base/vec.h"
#include "solver/cluster/policy.h"

enum truth { NO, MAYBE, YES };

/* A policy that selects a pod; 'sure' unless that is not known. */
struct selected {
    const struct dm_network_policy *policy;
    uint32_t tier; /* its place among the tiers in order */
    enum truth truth;
};

struct side {
    const struct selected *items; /* by tier and order */
    size_t n;
};

struct pod {
    const struct dm_workload *workload;
    const struct dm_pod *pod;
    struct side sides[2];
};

/* A selector of the model and, for each pod or namespace, whether it matches. */
struct told {
    const struct dm_selector *selector;
    const bool *matches;
};

struct table {
    struct told *items;
    size_t n;
    size_t capacity;
};

struct dm_policies {
    struct dm_arena *arena;
    const struct dm_model *model;
    struct dm_sets *sets;
    bool failed;
    struct pod *pods;
    uint32_t n_pods;
    uint32_t *first_pod;           /* by workload's handle */
    const uint32_t *tier_rank;     /* by tier's handle */
    struct table on_pods;          /* by the selector's address */
    struct table on_namespaces;    /* the same, over namespaces */
    DM_VEC(struct dm_prefix) nets; /* of all rules */
    /* Classes of pods that nothing tells apart (alike.c); NULL: there are too many. */
    const uint32_t *classes; /* by pod */
    size_t n_classes;
    struct dm_flow_sets *between; /* by sender's and receiver's class */
};

/* ---- alike.c ---- */

/* In 'sure': it was not asked for yet. */
#define DM_SET_UNFOUND ((struct dm_set){ UINT32_MAX })

/* Puts pods into classes; after all selectors are told.  False when memory is out. */
bool dm_policies_find_alike(struct dm_policies *policies);

/* Where it is kept what passes between pods like these; NULL: nowhere. */
struct dm_flow_sets *dm_policies_known(const struct dm_policies *policies, uint32_t from,
                                       uint32_t to);

/* Whom a chain of rules meets. */
enum party_kind { A_POD, OUTSIDE, A_GUEST, A_STRANGER };

struct party {
    enum party_kind kind;
    uint32_t pod;
    struct dm_namespace_id namespace; /* of guests and strangers; 0: not in the input */
    struct dm_addr address;           /* of a pod that is placed; none: see its own */
    const struct dm_policy_fit *fit;  /* of strangers; NULL: nothing is known of their labels */
};

/* What a rule takes, for sure and perhaps. */
struct dm_flow_sets dm_policies_match(const struct dm_policies *policies,
                                      const struct dm_network_policy *policy,
                                      const struct dm_policy_rule *rule,
                                      enum dm_policy_direction direction, uint32_t subject,
                                      const struct party *peer);

/* What the policies of 'subject' let pass in one direction. */
struct dm_flow_sets dm_policies_evaluate(struct dm_policies *policies, uint32_t subject,
                                         enum dm_policy_direction direction,
                                         const struct party *peer);

/* Set: there are policies of a kind that is not understood. */
struct dm_unknown_id dm_policies_unknown(const struct dm_policies *policies, uint32_t pod);

#endif
