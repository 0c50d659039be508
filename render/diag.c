/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/diag.h"

#include "render/snippet.h"

void dm_render_headline(enum dm_severity severity, const char *code, const char *message,
                        const struct dm_render_options *options, struct dm_str *out)
{
    enum dm_tint tint = dm_style_severity(severity);

    dm_style_begin(out, options, tint);
    dm_str_add(out, dm_style_severity_text(severity));
    if (code) {
        dm_str_addc(out, '[');
        dm_style_add(out, code);
        dm_str_addc(out, ']');
    }
    dm_style_end(out, options, tint);
    dm_str_add(out, ": ");
    dm_style_tinted(out, options, DM_TINT_STRONG, message);
    dm_str_addc(out, '\n');
}

void dm_render_err(const struct dm_err *err, const struct dm_render_options *options,
                   struct dm_str *out)
{
    dm_render_headline(DM_SEV_ERROR, NULL, err->text, options, out);
}

static void add_diag(const struct dm_diag *diag, const struct dm_sources *sources,
                     const struct dm_render_options *options, struct dm_str *out)
{
    dm_render_headline(diag->severity, diag->code, diag->message, options, out);
    (void)dm_snippet_add(out, sources, diag->labels, diag->n_labels,
                         dm_style_severity(diag->severity), options);
    if (diag->pointer) {
        dm_style_spaces(out, dm_snippet_gutter(sources, diag->labels, diag->n_labels));
        dm_style_tinted(out, options, DM_TINT_PLACE, " = ");
        dm_str_add(out, "at: ");
        dm_style_add(out, *diag->pointer ? diag->pointer : "the top level");
        dm_str_addc(out, '\n');
    }
    if (diag->help) {
        dm_style_tinted(out, options, DM_TINT_NOTE, "help");
        dm_str_add(out, ": ");
        dm_style_wrap(out, options, diag->help, sizeof "help: " - 1, sizeof "help: " - 1);
    }
    dm_str_addc(out, '\n');
}

/* "3 faults, 1 warning", and how many more there were than are shown. */
static void add_counts(const struct dm_diags *diags, struct dm_str *out)
{
    size_t n_warnings = 0;
    size_t n_notes = 0;
    const char *gap = "";

    for (size_t i = 0; i < diags->n_items; i++) {
        n_warnings += diags->items[i].severity == DM_SEV_WARNING;
        n_notes += diags->items[i].severity == DM_SEV_NOTE;
    }
    if (diags->n_dropped) {
        dm_str_add(out, "... and ");
        dm_style_count(out, diags->n_dropped);
        dm_str_add(out, " more\n");
    }
    if (diags->n_errors) {
        dm_style_counted(out, diags->n_errors, "fault");
        gap = ", ";
    }
    if (n_warnings) {
        dm_str_add(out, gap);
        dm_style_counted(out, n_warnings, "warning");
        gap = ", ";
    }
    if (n_notes) {
        dm_str_add(out, gap);
        dm_style_counted(out, n_notes, "note");
    }
    dm_str_addc(out, '\n');
}

void dm_render_diags(const struct dm_diags *diags, const struct dm_sources *sources,
                     const struct dm_render_options *options, struct dm_str *out)
{
    for (size_t i = 0; i < diags->n_items; i++) {
        add_diag(&diags->items[i], sources, options, out);
    }
    if (diags->n_items) {
        add_counts(diags, out);
    }
}
