/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/base/diag.h"

#include <stdarg.h>
#include <string.h>

#include "model/base/limits.h"
#include "model/base/str.h"
#include "model/base/vec.h"

void dm_diags_init(struct dm_diags *diags, struct dm_arena *arena)
{
    *diags = (struct dm_diags){ .arena = arena };
}

static size_t limit(void)
{
    return (size_t)dm_limit_value(DM_LIMIT_DIAGNOSTICS);
}

bool dm_diags_full(const struct dm_diags *diags)
{
    return diags->n_errors >= limit();
}

/* Errors and the rest have a limit each: warnings must not push errors out. */
static bool has_room(const struct dm_diags *diags, enum dm_severity severity)
{
    size_t n_kept_errors = diags->n_errors < limit() ? diags->n_errors : limit();

    if (severity == DM_SEV_ERROR) {
        return diags->n_errors < limit();
    }
    return diags->n_items - n_kept_errors < limit();
}

struct dm_diag *dm_diags_add(struct dm_diags *diags, enum dm_severity severity, struct dm_span span,
                             const char *fmt, ...)
{
    bool kept = has_room(diags, severity);
    struct dm_diag *diag = NULL;
    char *message;
    va_list ap;

    if (!kept) {
        diags->n_errors += severity == DM_SEV_ERROR;
        diags->n_dropped++;
        return NULL;
    }
    va_start(ap, fmt);
    message = dm_vsprintf(diags->arena, fmt, ap);
    va_end(ap);
    if (message
        && dm_vec_reserve(diags->arena, &diags->items, &diags->capacity, diags->n_items + 1,
                          sizeof *diags->items)) {
        diag = &diags->items[diags->n_items++];
        *diag = (struct dm_diag){ .severity = severity, .message = message, .n_labels = 1 };
        diag->labels[0].span = span;
        diags->n_errors += severity == DM_SEV_ERROR;
    }
    return diag;
}

struct dm_diag *dm_diag_label(struct dm_diags *diags, struct dm_diag *diag, struct dm_span span,
                              const char *fmt, ...)
{
    va_list ap;

    if (!diag || diag->n_labels == DM_DIAG_MAX_LABELS) {
        return diag;
    }
    va_start(ap, fmt);
    diag->labels[diag->n_labels].text = dm_vsprintf(diags->arena, fmt, ap);
    va_end(ap);
    diag->labels[diag->n_labels].span = span;
    diag->n_labels++;
    return diag;
}

struct dm_diag *dm_diag_help(struct dm_diags *diags, struct dm_diag *diag, const char *fmt, ...)
{
    va_list ap;

    if (!diag) {
        return NULL;
    }
    va_start(ap, fmt);
    diag->help = dm_vsprintf(diags->arena, fmt, ap);
    va_end(ap);
    return diag;
}

static int compare_u32(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

static int compare_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "");
}

static int compare(const struct dm_diag *a, const struct dm_diag *b)
{
    const struct dm_span *span_a = &a->labels[0].span;
    const struct dm_span *span_b = &b->labels[0].span;
    int order = compare_u32(span_a->source, span_b->source);

    order = order ? order : compare_u32(span_a->begin_byte, span_b->begin_byte);
    /* What is worse comes first. */
    order = order ? order : (int)b->severity - (int)a->severity;
    order = order ? order : compare_text(a->message, b->message);
    order = order ? order : compare_text(a->code, b->code);
    return order ? order : compare_u32(span_a->end_byte, span_b->end_byte);
}

/* By insertion: lists are short (DM_LIMIT_DIAGNOSTICS), and equal ones keep their order. */
void dm_diags_drop_warning(struct dm_diags *diags, struct dm_span span)
{
    for (size_t i = diags->n_items; i > 0; i--) {
        struct dm_diag *item = &diags->items[i - 1];

        if (item->severity == DM_SEV_WARNING && item->labels[0].span.source == span.source
            && item->labels[0].span.begin_byte == span.begin_byte
            && item->labels[0].span.end_byte == span.end_byte) {
            memmove(item, item + 1, (diags->n_items - i) * sizeof *item);
            diags->n_items--;
            return;
        }
    }
}

void dm_diags_sort(struct dm_diags *diags)
{
    size_t n = 0;

    for (size_t i = 1; i < diags->n_items; i++) {
        struct dm_diag item = diags->items[i];
        size_t j = i;

        for (; j > 0 && compare(&diags->items[j - 1], &item) > 0; j--) {
            diags->items[j] = diags->items[j - 1];
        }
        diags->items[j] = item;
    }
    for (size_t i = 0; i < diags->n_items; i++) {
        if (n && !compare(&diags->items[n - 1], &diags->items[i])) {
            diags->n_errors -= diags->items[i].severity == DM_SEV_ERROR;
            continue;
        }
        diags->items[n++] = diags->items[i];
    }
    diags->n_items = n;
}
