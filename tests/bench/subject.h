/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * subject - the networks that the bench and the tests of its counts look at.
 *
 * Designs from data/, and a grid that grows: four regions of three zones, each with a transit
 * gateway, all gateways peered; in each region the same number of VPCs, each with a
 * host, a private subnet and a NAT gateway a zone, an internet gateway and an attachment.
 * VPC i of region r is "vRxI", its hosts "hRxIa" to "hRxIc".  A grid of n VPCs a
 * region has 26 + 20 n elements.
 *
 * Questions about the grid are always about the same few VPCs, so every VPC beyond the fourth of
 * a region is irrelevant to them.
 */
#ifndef DM_TESTS_BENCH_SUBJECT_H
#define DM_TESTS_BENCH_SUBJECT_H

#include "model/facts/facts.h"
#include "solver/fail/explore.h"
#include "solver/reach/session.h"

#define DM_SUBJECT_REPAIRED "data/designs/fineract-emea/repaired/fineract-emea.demarc.yaml"
#define DM_SUBJECT_WRITTEN "data/designs/fineract-emea/as-written/fineract-emea.demarc.yaml"

enum { DM_ALL_ELEMENT_KINDS = (1 << DM_ELEMENT_KIND_COUNT) - 1 };

/* NULL where the design has faults or cannot be read. */
const struct dm_model *dm_subject_design(struct dm_arena *arena, const char *file,
                                         struct dm_facts *facts);

/* The same network, asked only requirements of these kinds (bit 1 << enum dm_requirement_kind), all
 * of them under every set of at most 'k' of all base events.  NULL when memory is out. */
const struct dm_model *dm_subject_harder(struct dm_arena *arena, const struct dm_model *model,
                                         unsigned requirement_kinds, unsigned k);

/* NULL when memory is out. */
const struct dm_model *dm_subject_grid(struct dm_arena *arena, unsigned n_vpcs);

/* What is asked of a grid. */
enum dm_grid_question {
    DM_GRID_NEAR, /* a host of the same VPC, in another zone */
    DM_GRID_OVER, /* any of three hosts of another VPC of the region */
    DM_GRID_MESH, /* any of three hosts in another region */
    DM_GRID_OUT,  /* the internet, through the zone's NAT gateway */
    DM_GRID_ALL,  /* every one of 16 hosts, in 16 VPCs of four regions, and the internet */
    DM_GRID_ANY,  /* at least one of 12, those outside the sender's region */
    DM_GRID_QUESTION_COUNT
};
const char *dm_grid_question_text(enum dm_grid_question question);

/* What a question about a grid is explored with; in 'arena'. */
struct dm_grid {
    struct dm_arena *arena;
    struct dm_walker walker;
    struct dm_alive *alive;
};
bool dm_grid_init(struct dm_grid *grid, struct dm_arena *arena, const struct dm_model *model);

/* All sets of at most 'k' elements, for their minimal violating sets; 'brute' tries each. */
DM_NODISCARD enum dm_status dm_grid_explore(struct dm_grid *grid, enum dm_grid_question question,
                                            unsigned k, bool brute,
                                            struct dm_exploration *ret_exploration,
                                            struct dm_err *err);

/* Base events that it reads with nothing failed. */
size_t dm_grid_reads(struct dm_grid *grid, enum dm_grid_question question);

#endif
