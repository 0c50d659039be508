/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * diag - a fault in what the user gave, as data.
 *
 * Loaders append diagnostics; only render/ turns them into text.  A list is
 * sorted by place before anyone sees it, so the order in which faults were met
 * never shows.  It holds at most DM_LIMIT_DIAGNOSTICS faults and counts the rest.
 *
 * A message is one line, in lower case, without a full stop, with names in
 * backticks, and states the fact; advice stands in 'help' alone.
 */
#ifndef DM_MODEL_BASE_DIAG_H
#define DM_MODEL_BASE_DIAG_H

#include "model/base/span.h"

enum dm_severity { DM_SEV_NOTE, DM_SEV_WARNING, DM_SEV_ERROR };

struct dm_label {
    struct dm_span span;
    const char *text; /* NULL: none */
};

enum { DM_DIAG_MAX_LABELS = 4 };

struct dm_diag {
    const char *code; /* "REF001"; NULL: a fault of form, without a rule of its own */
    enum dm_severity severity;
    const char *message;
    const char *help;    /* NULL: none */
    const char *pointer; /* JSON pointer into the source where it is JSON, else NULL */
    unsigned n_labels;
    struct dm_label labels[DM_DIAG_MAX_LABELS]; /* the first is the place to change */
};

struct dm_diags {
    struct dm_arena *arena;
    struct dm_diag *items;
    size_t n_items;
    size_t capacity;
    size_t n_errors;  /* all that were added, also those past the limit */
    size_t n_dropped; /* past the limit */
};

void dm_diags_init(struct dm_diags *diags, struct dm_arena *arena);

/* Adds a fault at 'span'; the text is formatted into the list's arena.  Returns the item so that
 * labels and help can be added, or NULL where it was past the limit or memory was out. */
struct dm_diag *dm_diags_add(struct dm_diags *diags, enum dm_severity severity, struct dm_span span,
                             const char *fmt, ...) DM_PRINTF(4, 5);

/* Both accept a NULL 'diag' and return it. */
struct dm_diag *dm_diag_label(struct dm_diags *diags, struct dm_diag *diag, struct dm_span span,
                              const char *fmt, ...) DM_PRINTF(4, 5);
struct dm_diag *dm_diag_help(struct dm_diags *diags, struct dm_diag *diag, const char *fmt, ...)
    DM_PRINTF(3, 4);

/* Takes out the last warning of that very place, if there is one: a fault says more. */
void dm_diags_drop_warning(struct dm_diags *diags, struct dm_span span);

/* By source, byte, severity, message; equal ones are folded into one. */
void dm_diags_sort(struct dm_diags *diags);

bool dm_diags_full(const struct dm_diags *diags);

#endif
