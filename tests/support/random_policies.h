/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * random_policies - small random clusters with policies of all three kinds, and their manifests.
 *
 * Labels are few, so that selectors meet each other; ports and blocks are few, so that rules do.
 */
#ifndef DM_TESTS_SUPPORT_RANDOM_POLICIES_H
#define DM_TESTS_SUPPORT_RANDOM_POLICIES_H

#include "model/base/str.h"
#include "model/cluster.h"
#include "tests/support/rng.h"

enum {
    N_NAMESPACES = 3,
    MAX_PODS = 5,
    MAX_POLICIES = 5,
    MAX_RULES = 3,
    MAX_PORTS = 2,
    MAX_SETS = 2,
    N_KEYS = 2,
    N_VALUES = 3, /* 0: the label is absent */
    RARE = 9      /* a value of strangers alone, which lists of values name too */
};

/* labels[k]: value of key k, 0 for none */
struct a_pod {
    unsigned namespace;
    unsigned labels[N_KEYS];
    unsigned named; /* the port that "web" is, TCP; 0: it has none */
};

enum test_kind { ANY, EQUALS, DIFFERS, EXISTS, ABSENT, AMONG };

struct a_selector {
    enum test_kind kind;
    unsigned key;
    unsigned value;
};

enum peer_kind { PEER_ANY, PEER_PODS, PEER_BLOCK, PEER_NAMESPACES };

struct a_peer {
    enum peer_kind kind;
    bool has_namespaces;
    struct a_selector pods;
    struct a_selector namespaces;
    unsigned block;  /* index in 'dm_random_blocks' */
    bool has_except; /* the upper half of it */
};

struct a_port {
    unsigned protocol; /* index in TCP, UDP, SCTP */
    bool is_named;
    unsigned first;
    unsigned last;
};

struct a_rule {
    enum dm_policy_action action;
    struct a_peer peer;
    struct a_port ports[MAX_PORTS];
    unsigned n_ports; /* 0: all */
};

/* In the order of asking; policies of the second and of the last are administrators'. */
enum tier { EARLY, ADMIN, STANDARD, BASELINE, N_TIERS };

struct a_policy {
    bool is_calico;
    bool is_global;
    unsigned namespace;
    enum tier tier; /* of Calico: EARLY, or STANDARD, "default" */
    unsigned order; /* of an administrator's its priority */
    struct a_selector pods;
    bool has_pods;                /* else an administrator's names namespaces alone */
    struct a_selector namespaces; /* of an administrator's */
    bool is_for[2];               /* by direction */
    struct a_rule rules[2][MAX_RULES];
    unsigned n_rules[2];
};

/* A network set of Calico; pods have some of its addresses. */
struct a_set {
    unsigned namespace; /* N_NAMESPACES: none */
    unsigned labels[N_KEYS];
    unsigned net; /* index in 'dm_random_nets' */
};

struct a_cluster {
    unsigned namespace_labels[N_NAMESPACES + 1][N_KEYS]; /* the last is not in the input */
    struct a_pod pods[MAX_PODS];
    unsigned n_pods;
    struct a_policy policies[MAX_POLICIES];
    unsigned n_policies;
    bool early_passes;
    struct a_set sets[MAX_SETS];
    unsigned n_sets;
};
extern const char *const dm_random_keys[N_KEYS];
extern const char *const dm_random_blocks[3];
extern const char *const dm_random_upper[3]; /* of each block */
extern const char *const dm_random_nets[3];

struct a_selector dm_random_selector(struct dm_rng *rng);
void dm_random_cluster(struct dm_rng *rng, struct a_cluster *cluster);

/* As documents of YAML. */
void dm_random_cluster_write(struct dm_str *out, const struct a_cluster *cluster);

#endif
