/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * facts - what is known about AWS and its regions, as data.
 *
 * The files of data/ are part of the program: the build turns each into bytes
 * (data.h), so that nothing is looked for on a disk when it runs.  A file is
 * parsed when it is first asked for; a command that needs no fact reads none.
 *
 * data/facts/regions.yaml  regions: partition, jurisdiction (ISO 3166 code of the country),
 *                          zones; a number of zones that is not known is 0
 * data/facts/aws.yaml      rows: id, what is so, figure, source, confidence
 *
 * A rule, a verdict or a step of forwarding that rests on a row names its id;
 * what is not of high confidence says so wherever it is shown.
 *
 * The files are ours, so a fault in one is a bug, and so is memory that runs out
 * in the middle of a look-up: both end the program with the place.  Whoever wants
 * a status instead calls 'dm_facts_load' first; no look-up fails after it.
 *
 * Ownership: all that is returned lives in the arena of 'dm_facts_new'.
 */
#ifndef DM_MODEL_FACTS_FACTS_H
#define DM_MODEL_FACTS_FACTS_H

#include "model/base/arena.h"
#include "model/base/diag.h"
#include "model/base/err.h"

enum dm_confidence {
    DM_CONFIDENCE_UNVERIFIED,
    DM_CONFIDENCE_LOW,
    DM_CONFIDENCE_MEDIUM,
    DM_CONFIDENCE_HIGH
};

struct dm_region_fact {
    const char *code;            /* "eu-west-1" */
    const char *name;            /* "Ireland" */
    const char *partition;       /* "aws", "aws-eusc", ... */
    const char *jurisdiction;    /* "IE" */
    unsigned n_zones;            /* 0: not known */
    const char *zone_prefix;     /* "euw1" of the zone ids euw1-az1, ...; NULL: not known */
    const char *const *zone_ids; /* 'n_zones' of them, ascending; not always 1 to n (cac1-az4) */
};

struct dm_fact {
    const char *id;
    const char *text;   /* one sentence */
    const char *figure; /* NULL: none */
    const char *source;
    enum dm_confidence confidence;
};

struct dm_facts;

/* An empty table that reads its files from the program when they are first needed.  NULL when
 * memory is out. */
struct dm_facts *dm_facts_new(struct dm_arena *arena);

/* Reads both files now.  DM_INVALID: one is out of form, and the text names the place. */
DM_NODISCARD enum dm_status dm_facts_load(struct dm_facts *facts, struct dm_err *err);

/* NULL where the code is not known.  O(1) after the first call. */
const struct dm_region_fact *dm_facts_region(struct dm_facts *facts, const char *code);

/* All regions in order of their code. */
const struct dm_region_fact *dm_facts_regions(struct dm_facts *facts, size_t *ret_n);

/* NULL where there is no such row: a test makes sure that none is named that is missing. */
const struct dm_fact *dm_facts_find(struct dm_facts *facts, const char *id);
const struct dm_fact *dm_facts_rows(struct dm_facts *facts, size_t *ret_n);

const char *dm_confidence_text(enum dm_confidence confidence);

#endif
