/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * estate - what runs on the network and the data it holds: services, stores,
 * classes of data and the rules of a residency policy.
 *
 * A service of the design language that runs in four regions of two
 * environments is eight of these: one a place where it runs, "NAME.ENV.REGION",
 * with one endpoint (a host) in each zone that it runs in.
 *
 * A store has one primary copy, where it is written, and replicas.  Replication
 * is the provider's own and has no path in this network [REP-01].  Where a
 * store says to which copies it fails over, its writer is the primary while
 * that lives, else the first living copy in that order; else it has none.
 */
#ifndef DM_MODEL_ESTATE_H
#define DM_MODEL_ESTATE_H

#include "model/network.h"

struct dm_data_class {
    struct dm_object object;
};

enum dm_party_kind {
    DM_PARTY_SERVICE,
    DM_PARTY_STORE,
    DM_PARTY_INTERNET,
    DM_PARTY_SITE,
    DM_PARTY_BALANCER,   /* its nodes; nothing starts there */
    DM_PARTY_ACCELERATOR /* its static addresses; nothing starts there */
};

/* One side of a call or a requirement. */
struct dm_party {
    enum dm_party_kind kind;
    uint32_t v; /* handle of what it is; 0 for the internet */
};

/* What a service calls, or whom it lets in: the statement's place is the evidence. */
struct dm_call {
    struct dm_party to;
    struct dm_span origin;
};

struct dm_service {
    struct dm_object object; /* "portfolio.prod.eu-west-1" */
    const char *base;        /* "portfolio" */
    struct dm_environment_id environment;
    struct dm_region_id region;
    struct dm_vpc_id vpc;
    struct dm_match port;           /* what it listens on */
    const struct dm_host_id *hosts; /* one a zone */
    size_t n_hosts;
    const struct dm_call *calls;
    size_t n_calls;
    const struct dm_data_class_id *classes; /* it processes */
    size_t n_classes;
    bool is_public;                         /* its endpoints have public addresses */
    struct dm_cluster_id cluster;           /* that it runs in; none: on hosts of its own */
    bool is_webhook;                        /* the control plane of its cluster calls it */
    struct dm_kube_service_id kube_service; /* at which its cluster asks for it; none */
};

enum dm_store_engine {
    DM_ENGINE_AURORA_GLOBAL,          /* Aurora PostgreSQL global database [AUR-01] */
    DM_ENGINE_RDS,                    /* one instance with replicas [RDS-01] */
    DM_ENGINE_REDIS_GLOBAL_DATASTORE, /* [EC-01] */
    DM_ENGINE_REDIS,
    DM_ENGINE_EFS, /* [EFS-01] */
    DM_ENGINE_S3,
    DM_ENGINE_POSTGRESQL, /* run by oneself */
    DM_ENGINE_COUNT
};

/* "aurora-global", "rds", "redis-global-datastore", "redis", "efs", "s3",
 * "postgresql": the words of designs. */
const char *dm_store_engine_text(enum dm_store_engine engine);

/* One copy of a store's data, whole: nothing filters what is replicated [AUR-06]. */
struct dm_store_copy {
    struct dm_region_id region;
    const struct dm_host_id *hosts; /* endpoints in the network, one a zone; none for S3 */
    size_t n_hosts;
    struct dm_span origin;
};

struct dm_store {
    struct dm_object object; /* "ledger.prod" */
    const char *base;        /* "ledger" */
    enum dm_store_engine engine;
    struct dm_span engine_origin;
    struct dm_environment_id environment;
    struct dm_match port;
    const struct dm_data_class_id *classes;
    size_t n_classes;
    struct dm_span classes_origin;
    const char *const *subjects; /* jurisdictions of the people or books concerned, "DE" */
    size_t n_subjects;
    struct dm_span subjects_origin;
    const struct dm_store_copy *copies; /* the first is the primary */
    size_t n_copies;
    const uint32_t *failover; /* indices in 'copies', in order of promotion */
    size_t n_failover;
};

enum dm_verb { DM_VERB_STORE, DM_VERB_PROCESS, DM_VERB_COUNT };

const char *dm_verb_text(enum dm_verb verb);

/* One rule of a residency policy: where data of a class about a subject may be stored or
 * processed.  What no rule decides is undecided, never allowed. */
struct dm_policy {
    struct dm_object object;
    struct dm_data_class_id data_class;
    const char *subject; /* "DE"; NULL: any that no other rule names */
    bool verbs[DM_VERB_COUNT];
    const char *const *allowed; /* jurisdictions */
    size_t n_allowed;
    const char *tier;        /* "LAW-FORBID", "LAW-COND", "SUP", "ATT" or "POL" */
    const char *basis;       /* the document and paragraph that it rests on */
    const char *valid_until; /* "2027-12-31", inclusive; NULL: no end */
    struct dm_span allowed_origin;
};

#endif
