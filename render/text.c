/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/text.h"

#include <inttypes.h>

#include "render/table.h"

static enum dm_tint verdict_tint(enum dm_verdict verdict)
{
    switch (verdict) {
    case DM_VERDICT_HOLDS:
        return DM_TINT_GOOD;
    case DM_VERDICT_VIOLATED:
        return DM_TINT_ERROR;
    case DM_VERDICT_UNKNOWN:
    case DM_VERDICT_NOT_REFUTED:
        return DM_TINT_WARNING;
    case DM_VERDICT_NOT_APPLICABLE:
    case DM_VERDICT_WAIVED:
        break;
    }
    return DM_TINT_NONE;
}

/* As people read it: the one that matters in capitals. */
static const char *verdict_word(enum dm_verdict verdict)
{
    switch (verdict) {
    case DM_VERDICT_VIOLATED:
        return "VIOLATED";
    case DM_VERDICT_NOT_REFUTED:
        return "not refuted";
    case DM_VERDICT_NOT_APPLICABLE:
        return "not applicable";
    case DM_VERDICT_HOLDS:
    case DM_VERDICT_UNKNOWN:
    case DM_VERDICT_WAIVED:
        break;
    }
    return dm_verdict_text(verdict);
}

void dm_render_model_line(const struct dm_model *model, struct dm_str *out)
{
    dm_style_counted(out, model->n_regions, "region");
    dm_str_add(out, "  ");
    dm_style_counted(out, model->n_vpcs, "VPC");
    if (model->n_transit_gateways) {
        dm_str_add(out, "  ");
        dm_style_counted(out, model->n_transit_gateways, "transit gateway");
    }
    if (model->n_clusters) {
        dm_str_add(out, "  ");
        dm_style_counted(out, model->n_clusters, "cluster");
    }
    if (model->n_services) {
        dm_str_add(out, "  ");
        dm_style_counted(out, model->n_services, "service");
    } else if (model->n_workloads) { /* of manifests: what a design calls services */
        dm_str_add(out, "  ");
        dm_style_counted(out, model->n_workloads, "workload");
        dm_str_addf(out, "  %u network polic%s", (unsigned)model->n_network_policies,
                    model->n_network_policies == 1 ? "y" : "ies");
    }
    if (model->n_stores) {
        dm_str_add(out, "  ");
        dm_style_counted(out, model->n_stores, "store");
    }
}

static void add_header(const struct dm_result *result, const struct dm_render_options *options,
                       struct dm_str *out)
{
    dm_str_add(out, "demarc " DM_VERSION "  ");
    dm_style_tinted(out, options, DM_TINT_STRONG,
                    result->model->name ? result->model->name : "unnamed network");
    dm_str_add(out, "  ");
    dm_style_counted(out, result->model->n_regions, "region");
    dm_str_add(out, "  ");
    dm_style_counted(out, result->model->n_vpcs, "VPC");
    dm_str_add(out, "  ");
    dm_style_counted(out, result->n_elements, "failure element");
    dm_str_add(out, "  ");
    dm_style_counted(out, result->n_sets, "set");
    dm_str_addf(out, ", %s", result->exhaustive ? "exhaustive" : "NOT exhaustive");
    if (result->as_of) {
        dm_str_add(out, "  as of ");
        dm_style_add(out, result->as_of);
    }
    dm_str_add(out, "\n\n");
}

/* Findings in full, at most 'limit_per_rule' of each rule, which stand together only within one
 * severity: so they are counted over all. */
static void add_findings(const struct dm_result *result, const struct dm_render_options *options,
                         struct dm_str *out)
{
    size_t n_of_rule[DM_RULE_COUNT] = { 0 };

    for (size_t i = 0; i < result->n_findings; i++) {
        const struct dm_finding *finding = &result->findings[i];

        n_of_rule[finding->rule]++;
        if (!options->limit_per_rule || n_of_rule[finding->rule] <= options->limit_per_rule) {
            dm_render_finding(result, finding, options, out);
            dm_str_addc(out, '\n');
        }
    }
    for (size_t rule = 0; options->limit_per_rule && rule < DM_RULE_COUNT; rule++) {
        if (n_of_rule[rule] > options->limit_per_rule) {
            dm_str_addf(out, "... (%zu more of %s, --all)\n\n",
                        n_of_rule[rule] - options->limit_per_rule,
                        dm_rule_get((enum dm_rule_id)rule)->code);
        }
    }
}

/* What the last column says: the worst case, and why there is no plain answer. */
static const char *worst_text(struct dm_arena *arena, const struct dm_verdict_row *row)
{
    if (row->reason && row->worst) {
        return dm_sprintf(arena, "%s; %s", row->worst, row->reason);
    }
    return row->reason ? row->reason : row->worst;
}

/* Kinds of which the model has an element: the others cannot fail. */
static uint32_t kinds_of(const struct dm_model *model)
{
    uint32_t kinds = 0;

    for (uint32_t i = 0; i < model->n_elements; i++) {
        kinds |= UINT32_C(1) << model->elements[i].kind;
    }
    return kinds;
}

/* "any 2 of zone, peering": shorter than the row's own words where all kinds that the model has, or
 * all but a few, are meant. */
static const char *checked_text(struct dm_arena *arena, const struct dm_model *model,
                                const struct dm_verdict_row *row,
                                const struct dm_requirement *requirement)
{
    uint32_t present = kinds_of(model);
    struct dm_str text;
    unsigned n_present = 0;
    unsigned n_meant = 0;
    unsigned n = 0;
    uint32_t named;
    bool but;

    if (!row->k || !row->kinds) {
        return "no failures";
    }
    for (unsigned i = 0; i < DM_ELEMENT_KIND_COUNT; i++) {
        n_present += present >> i & 1U;
        n_meant += (present & row->kinds) >> i & 1U;
    }
    but = n_present > 2 && 2 * n_meant > n_present + 1;
    named = but ? present & ~row->kinds : row->kinds;
    dm_str_init(&text, arena);
    if (requirement->survive.each) {
        dm_str_add(&text, "each ");
    } else {
        dm_str_addf(&text, "any %u of ", row->k);
    }
    dm_str_add(&text, but ? "all kinds" : "");
    for (unsigned i = 0; i < DM_ELEMENT_KIND_COUNT; i++) {
        if (named >> i & 1U) {
            dm_str_add(&text, n++ ? ", " : but ? " but " : "");
            dm_str_add(&text, dm_element_kind_text((enum dm_element_kind)i));
        }
    }
    return text.failed ? NULL : text.text;
}

static void add_verdicts(const struct dm_result *result, const struct dm_render_options *options,
                         struct dm_str *out)
{
    struct dm_table table;

    if (!result->n_verdicts) {
        return;
    }
    dm_table_init(&table, out->arena, 5);
    dm_table_add(&table,
                 &(struct dm_table_row){
                     .cells = { "requirement", "verdict", "level", "checked", "worst case" },
                     .tints = { DM_TINT_STRONG, DM_TINT_STRONG, DM_TINT_STRONG, DM_TINT_STRONG,
                                DM_TINT_STRONG } });
    for (size_t i = 0; i < result->n_verdicts; i++) {
        const struct dm_verdict_row *row = &result->verdicts[i];
        const struct dm_requirement *requirement =
            dm_requirement_get(result->model, row->requirement);

        dm_table_add(&table,
                     &(struct dm_table_row){
                         .cells = { requirement->object.name, verdict_word(row->verdict),
                                    dm_level_text(requirement->level),
                                    checked_text(out->arena, result->model, row, requirement),
                                    worst_text(out->arena, row) },
                         .tints = { DM_TINT_NONE, verdict_tint(row->verdict), DM_TINT_NONE,
                                    DM_TINT_NONE, DM_TINT_NONE } });
    }
    dm_table_write(&table, options, 0, false, out);
    dm_str_addc(out, '\n');
}

static void add_unknowns(const struct dm_result *result, const struct dm_render_options *options,
                         struct dm_str *out)
{
    const struct dm_model *model = result->model;
    size_t limit = options->limit_per_rule ? 3 * options->limit_per_rule : SIZE_MAX;

    for (size_t i = 0; i < model->n_unknowns && i < limit; i++) {
        const struct dm_unknown *unknown = &model->unknowns[i];
        struct dm_place place = dm_sources_place(model->sources, unknown->object.origin);
        const char *text =
            dm_sprintf(out->arena, "not understood: %s: %s", unknown->object.name, unknown->why);

        if (!text) {
            out->failed = true;
            return;
        }
        if (unknown->object.origin.source) {
            text =
                unknown->object.pointer
                    ? dm_sprintf(out->arena, "%s (%s:%" PRIu32 ", %s)", text, place.path,
                                 place.line, unknown->object.pointer)
                    : dm_sprintf(out->arena, "%s (%s:%" PRIu32 ")", text, place.path, place.line);
        }
        dm_style_tinted(out, options, DM_TINT_WARNING, "unknown");
        dm_str_add(out, ": ");
        dm_style_wrap(out, options, text ? text : "", sizeof "unknown: " - 1,
                      sizeof "unknown: " - 1);
    }
    if (model->n_unknowns > limit) {
        dm_str_addf(out, "... (%zu more that are not understood, --all)\n",
                    model->n_unknowns - limit);
    }
}

static void add_assumptions(const struct dm_result *result, const struct dm_render_options *options,
                            struct dm_str *out)
{
    for (size_t i = 0; i < result->n_assumptions; i++) {
        const struct dm_assumption *assumption = &result->assumptions[i];
        const char *text =
            assumption->fact ? dm_sprintf(out->arena, "%s: %s [%s]", assumption->code,
                                          assumption->text, assumption->fact)
                             : dm_sprintf(out->arena, "%s: %s", assumption->code, assumption->text);

        dm_style_tinted(out, options, DM_TINT_NOTE, "note");
        dm_str_add(out, ": ");
        dm_style_wrap(out, options, text ? text : "", sizeof "note: " - 1, sizeof "note: " - 1);
    }
    if (result->n_assumptions || result->model->n_unknowns) {
        dm_str_addc(out, '\n');
    }
}

static size_t count_findings(const struct dm_result *result, enum dm_severity severity)
{
    size_t n = 0;

    for (size_t i = 0; i < result->n_findings; i++) {
        n += result->findings[i].severity == severity;
    }
    return n;
}

/* ", 1 violated", where there are some. */
static void add_verdict_count(const struct dm_result *result, enum dm_verdict verdict,
                              struct dm_str *out)
{
    size_t n = 0;

    for (size_t i = 0; i < result->n_verdicts; i++) {
        n += result->verdicts[i].verdict == verdict;
    }
    if (n) {
        dm_str_addf(out, ", %zu %s", n,
                    verdict == DM_VERDICT_VIOLATED ? "violated" : verdict_word(verdict));
    }
}

/* "  SOV001 x2, RES001 x1" */
static void add_rule_counts(const struct dm_result *result, struct dm_str *out)
{
    size_t n_of_rule[DM_RULE_COUNT] = { 0 };
    const char *gap = ".  ";

    for (size_t i = 0; i < result->n_findings; i++) {
        n_of_rule[result->findings[i].rule]++;
    }
    for (size_t rule = 0; rule < DM_RULE_COUNT; rule++) {
        if (n_of_rule[rule]) {
            dm_str_addf(out, "%s%s x%zu", gap, dm_rule_get((enum dm_rule_id)rule)->code,
                        n_of_rule[rule]);
            gap = ", ";
        }
    }
}

static void add_held(const struct dm_result *result, const struct dm_render_options *options,
                     size_t n_holds, struct dm_str *out)
{
    enum dm_tint tint = n_holds == result->n_verdicts ? DM_TINT_GOOD : DM_TINT_STRONG;

    if (!result->n_verdicts) {
        dm_str_add(out, "no requirement was judged: only the rules looked");
        return;
    }
    dm_style_begin(out, options, tint);
    dm_str_addf(out, "%zu of %zu requirements hold", n_holds, result->n_verdicts);
    dm_style_end(out, options, tint);
    if (result->n_verdicts < result->model->n_requirements) {
        dm_str_addf(out, ", %zu not asked for", result->model->n_requirements - result->n_verdicts);
    }
}

static void add_gate(const struct dm_result *result, const struct dm_render_options *options,
                     struct dm_str *out)
{
    size_t n_errors = count_findings(result, DM_SEV_ERROR);
    size_t n_warnings = count_findings(result, DM_SEV_WARNING);
    size_t n_holds = 0;

    for (size_t i = 0; i < result->n_verdicts; i++) {
        n_holds += result->verdicts[i].verdict == DM_VERDICT_HOLDS;
    }
    if (result->n_findings) {
        dm_style_begin(out, options, n_errors ? DM_TINT_ERROR : DM_TINT_WARNING);
        dm_style_counted(out, n_errors, "error");
        dm_str_add(out, ", ");
        dm_style_counted(out, n_warnings, "warning");
        dm_style_end(out, options, n_errors ? DM_TINT_ERROR : DM_TINT_WARNING);
        dm_str_add(out, ".  ");
    }
    add_held(result, options, n_holds, out);
    add_verdict_count(result, DM_VERDICT_VIOLATED, out);
    add_verdict_count(result, DM_VERDICT_UNKNOWN, out);
    add_verdict_count(result, DM_VERDICT_NOT_REFUTED, out);
    add_verdict_count(result, DM_VERDICT_NOT_APPLICABLE, out);
    add_verdict_count(result, DM_VERDICT_WAIVED, out);
    add_rule_counts(result, out);
    dm_str_addc(out, '\n');
}

void dm_render_verdicts(const struct dm_result *result, const struct dm_render_options *options,
                        struct dm_str *out)
{
    add_verdicts(result, options, out);
    add_gate(result, options, out);
}

void dm_render_text(const struct dm_result *result, const struct dm_render_options *options,
                    struct dm_str *out)
{
    add_header(result, options, out);
    add_findings(result, options, out);
    add_verdicts(result, options, out);
    add_unknowns(result, options, out);
    add_assumptions(result, options, out);
    add_gate(result, options, out);
}
