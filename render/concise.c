/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/concise.h"

#include <inttypes.h>

#include "render/cuts.h"
#include "render/style.h"

static void add_place(struct dm_str *out, const struct dm_sources *sources, struct dm_span span)
{
    struct dm_place place = dm_sources_place(sources, span);

    if (!span.source) {
        dm_str_add(out, "-: ");
        return;
    }
    dm_style_add(out, place.path);
    dm_str_addf(out, ":%" PRIu32 ":%" PRIu32 ": ", place.line, place.column);
}

static void add_finding(const struct dm_result *result, const struct dm_finding *finding,
                        struct dm_str *out)
{
    add_place(out, result->model->sources,
              finding->n_labels ? finding->labels[0].span : DM_SPAN_NONE);
    dm_str_addf(out, "%s %s ", dm_style_severity_text(finding->severity),
                dm_rule_get(finding->rule)->code);
    dm_style_add(out, finding->message);
    if (finding->n_cuts && finding->cuts[0].n) {
        dm_str_add(out, " under ");
        dm_cuts_add(out, result->model, &finding->cuts[0]);
    }
    if (finding->n_cuts > 1) {
        dm_str_addf(out, " or %zu other%s", finding->n_cuts - 1, finding->n_cuts == 2 ? "" : "s");
    }
    dm_str_addf(out, " %s\n", finding->id);
}

static void add_undecided(const struct dm_result *result, const struct dm_verdict_row *row,
                          struct dm_str *out)
{
    const struct dm_requirement *requirement = dm_requirement_get(result->model, row->requirement);

    add_place(out, result->model->sources, requirement->object.origin);
    dm_str_addf(out, "%s ", dm_verdict_text(row->verdict));
    dm_style_add(out, requirement->object.name);
    dm_str_addc(out, ' ');
    dm_style_add(out, row->reason ? row->reason : row->sentence);
    dm_str_addc(out, '\n');
}

void dm_render_concise(const struct dm_result *result, struct dm_str *out)
{
    for (size_t i = 0; i < result->n_findings; i++) {
        add_finding(result, &result->findings[i], out);
    }
    for (size_t i = 0; i < result->n_verdicts; i++) {
        const struct dm_verdict_row *row = &result->verdicts[i];

        if (row->verdict == DM_VERDICT_UNKNOWN || row->verdict == DM_VERDICT_NOT_REFUTED) {
            add_undecided(result, row, out);
        }
    }
}
