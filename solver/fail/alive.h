/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * alive - the oracle that an evaluation asks whether something lives, and the
 * memo of what follows from its answers.
 *
 * An evaluation is a pure function of the model and of what this oracle says.
 * A base event is an element's own failure.  'dm_alive' is the conjunction over
 * an element and all that contains it, outermost first, and stops at the first
 * that failed; each base event it looks at is recorded, once, in order: that is
 * the trace, and the verdict is a function of the trace alone.  Everything that
 * explores failures (explore.h) rests on this.
 *
 * The memo keeps results of parts of an evaluation across failure sets and
 * questions of one run.  The trace of a part forms, over all failure sets that
 * were met, a decision tree: at each inner node a base event, below it what
 * followed when it lived and when it did not, at the leaves results.  A lookup
 * walks the tree and asks the oracle at each node, so a hit replays the trace
 * of what it stands for by construction, and a miss has read nothing that the
 * computation would not read itself.  A provisional value inside a fixed point
 * must not be stored: store the whole fixed point, or nothing.
 *
 * Invariants: the same model and failure set give the same answers; a result
 * stored between begin and end depends on nothing but its key and the events
 * read between them; frames nest.
 *
 * Complexity: O(1) a read, O(reads of the part) a lookup.  Memory: the memo
 * holds at most the traces that were met; it lives in the run's arena, or in one that is given back
 * between questions when it has grown (DM_LIMIT_MEMO_BYTES).
 */
#ifndef DM_SOLVER_FAIL_ALIVE_H
#define DM_SOLVER_FAIL_ALIVE_H

#include "model/model.h"

struct dm_alive;

/* One base event of a trace. */
struct dm_read {
    struct dm_element_id element;
    bool alive;
};

/* NULL when memory is out.  Everything is in 'arena'. */
struct dm_alive *dm_alive_new(struct dm_arena *arena, const struct dm_model *model);

const struct dm_model *dm_alive_model(const struct dm_alive *alive);

/* Begins an evaluation in which these base events, and no others, failed.  Empties the trace. */
void dm_alive_begin(struct dm_alive *alive, const struct dm_element_id *failed, size_t n_failed);

/* One base event, without what contains it. */
bool dm_alive_event(struct dm_alive *alive, struct dm_element_id element);

/* The element and all that contains it. */
bool dm_alive(struct dm_alive *alive, struct dm_element_id element);

/* The trace of the evaluation so far; borrowed until the next begin. */
const struct dm_read *dm_alive_trace(const struct dm_alive *alive, size_t *ret_n);

/* Whether memory ran out in this evaluation: its result counts for nothing then. */
bool dm_alive_failed(const struct dm_alive *alive);

/* ---- memo ---- */

/* Tables of results; each part of the solver owns one. */
enum dm_memo_table { DM_MEMO_WALK, DM_MEMO_HEALTH, DM_MEMO_TABLE_COUNT };

/* An open frame.  The key is borrowed until the frame ends; NULL: the memo is off. */
struct dm_memo_mark {
    enum dm_memo_table table;
    const void *key;
    size_t key_size;
    size_t log_begin;
};

/* A hit returns the stored value (never NULL).  A miss returns NULL and opens a frame: compute the
 * value, then hand it to dm_memo_end, which closes the frame; the caller ends every frame it
 * opened. */
const void *dm_memo_begin(struct dm_alive *alive, enum dm_memo_table table, const void *key,
                          size_t key_size, struct dm_memo_mark *ret_mark);

/* 'value' must live in the arena.  NULL: nothing is stored. */
void dm_memo_end(struct dm_alive *alive, struct dm_memo_mark mark, const void *value);

/* Counts over the life of the oracle, for coverage and benchmarks. */
struct dm_alive_counts {
    uint64_t reads;
    uint64_t memo_hits;
    uint64_t memo_misses;
    uint64_t memo_nodes;
};
struct dm_alive_counts dm_alive_counts(const struct dm_alive *alive);

/* Forgets all results, and keeps those to come in 'memo', which the caller may give back whenever
 * it has this called again: for runs of many questions, of which the later have no use for most of
 * what the earlier ones derived. */
void dm_alive_forget(struct dm_alive *alive, struct dm_arena *memo);

/* Turns the memo off; for tests that compare with and without. */
void dm_alive_without_memo(struct dm_alive *alive);

#endif
