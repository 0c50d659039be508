/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * requirement - what must be true of the network, and in the face of which failures.
 *
 * Selectors are resolved to parties when the model is built; their text is kept
 * for the sentence that people read.  The words are those of docs/design.md.
 */
#ifndef DM_MODEL_REQUIREMENT_H
#define DM_MODEL_REQUIREMENT_H

#include "model/estate.h"

enum dm_requirement_kind {
    DM_REQUIRE_REACH,
    DM_REQUIRE_ISOLATE,
    DM_REQUIRE_EXPOSE,
    DM_REQUIRE_RESIDE,
    DM_REQUIRE_SCHEDULE
};

enum dm_level { DM_LEVEL_NOTE, DM_LEVEL_WARN, DM_LEVEL_ERROR };

/* "note", "warn", "error": the words of designs. */
const char *dm_level_text(enum dm_level level);

/* Failure sets: 'any': all sets of at most 'k' base events of these kinds, mixed; 'each': every
 * single element of a kind, one at a time.  Without 'survive' k is 0: no failure. */
struct dm_survive {
    uint32_t kinds; /* bit 1 << enum dm_element_kind */
    unsigned k;
    bool each;
    struct dm_span origin;
};

/* reach: one question.  Destination port: 'port'. */
struct dm_reach_pair {
    struct dm_party from;
    struct dm_party to;
    struct dm_match port;
    struct dm_span origin; /* the call, where it comes from one, else the requirement */
};

/* isolate: no packet of any kind from an endpoint of 'from' is delivered to one of 'to'. */
struct dm_isolation {
    const struct dm_party *from;
    size_t n_from;
    const struct dm_party *to;
    size_t n_to;
    const char *from_text; /* "env:dev" */
    const char *to_text;
    struct dm_span origin;
};

/* expose: what the internet may reach. */
struct dm_exposure {
    struct dm_party to;
    struct dm_match port;
    struct dm_span origin;
};

struct dm_requirement {
    struct dm_object object; /* "R-REACH-1" */
    enum dm_requirement_kind kind;
    enum dm_level level;
    struct dm_survive survive;
    const char *from_text; /* selectors as written; NULL where there is none */
    const char *to_text;
    const char *note;
    const struct dm_reach_pair *pairs; /* reach */
    size_t n_pairs;
    const struct dm_isolation *isolations; /* isolate */
    size_t n_isolations;
    const struct dm_exposure *allowed; /* expose: of everything in the network, only this */
    size_t n_allowed;
    const struct dm_store_id *stores; /* reside */
    size_t n_stores;
    const struct dm_data_class_id *classes; /* reside */
    size_t n_classes;
    const struct dm_cluster_id *clusters; /* schedule: every pod of these finds a node */
    size_t n_clusters;
    bool grown;     /* schedule: node groups may grow to their greatest size first */
    bool most_pods; /* schedule: of each workload as many as an autoscaler may ask for */
};

#endif
