/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * program - integer programs and maximum flows: the one door to GLPK.
 *
 * What comes out of an integer program is a proposal: its numbers were found in floating point, so
 * who asks checks them in integers.  That none was found proves nothing.  Flows are of integers
 * and exact.
 *
 * The search ends after a fixed number of nodes, never by the clock, so that the same question has
 * the same answer everywhere.  One thread.  A fault inside GLPK, memory among them, is a false.
 *
 * Complexity: of programs exponential at worst, cut at 'max_nodes'; of flows O(V * E^2).
 */
#ifndef DM_SOLVER_BACKEND_PROGRAM_H
#define DM_SOLVER_BACKEND_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dm_program_row {
    int64_t least; /* bounds of the row's sum; INT64_MIN and INT64_MAX: none */
    int64_t most;
};

struct dm_program_entry {
    uint32_t row;
    uint32_t column;
    int64_t value;
};

/* Integers from 0 to 'most' each; no aim but to keep all rows. */
struct dm_program {
    const uint32_t *most;
    size_t n_columns;
    const struct dm_program_row *rows;
    size_t n_rows;
    const struct dm_program_entry *entries; /* none twice */
    size_t n_entries;
    int max_nodes;
};

/* Whether a solution was proposed; it is in 'values' then, one for each column. */
bool dm_program_solve(const struct dm_program *program, uint32_t *values);

/* A directed arc with a capacity from 0 to INT32_MAX. */
struct dm_flow_arc {
    uint32_t from;
    uint32_t to;
    int32_t capacity;
};

/* The greatest flow from vertex 0 to the last one of 'n_vertices', and a minimum cut: whether each
 * vertex is on the side of the source.  False when GLPK fails. */
bool dm_flow_greatest(const struct dm_flow_arc *arcs, size_t n_arcs, size_t n_vertices,
                      int64_t *ret_flow, bool *source_side);

#endif
