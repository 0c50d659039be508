/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lowered - a design, given as text, as a model: for tests of lowering.
 *
 * The grammar is not asked: what a test writes has the right shape.  Everything lives in one
 * arena that the test frees.
 */
#ifndef DM_TESTS_SUPPORT_LOWERED_H
#define DM_TESTS_SUPPORT_LOWERED_H

#include "model/base/str.h"
#include "model/front/design/lower.h"
#include "tests/support/rng.h"

struct lowered {
    struct dm_arena *arena;
    struct dm_sources *sources;
    struct dm_diags diags;        /* sorted */
    const struct dm_model *model; /* NULL where 'diags' holds an error */
};

/* 'lock' is the text of demarc.lock, or NULL. */
struct lowered lowered_new(const char *text, const char *lock);
/* The same design with the keys of all its mappings in another order. */
struct lowered lowered_new_shuffled(const char *text, struct dm_rng *rng);
void lowered_free(struct lowered *lowered);

/* The text that a span covers. */
const char *lowered_at(const struct lowered *lowered, struct dm_span span);

/* Everything of the model that does not depend on where things stand in the text. */
const char *lowered_text(const struct lowered *lowered);

#endif
