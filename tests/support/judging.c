/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/judging.h"

#include <stdlib.h>
#include <string.h>

#include "model/base/str.h"
#include "model/base/vec.h"
#include "tests/support/dmtest.h"
#include "tests/support/nets.h"

const struct dm_result *dm_judging_run_model(struct dm_arena *arena, const struct dm_model *model,
                                             const struct dm_check_options *options)
{
    const struct dm_result *result = NULL;
    struct dm_err err = DM_ERR_INIT;

    if (dm_check(arena, model, dm_facts_new(arena), options, &result, &err) != DM_OK) {
        fail_msg("%s", err.text);
    }
    return result;
}

const struct dm_result *dm_judging_run(struct dm_arena *arena, const char *net,
                                       const struct dm_check_options *options)
{
    return dm_judging_run_model(arena, dm_nets_make(arena, net), options);
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The texts in order, joined. */
static void add_sorted(struct dm_str *out, const char **texts, size_t n, const char *separator)
{
    qsort(texts, n, sizeof *texts, compare_texts);
    for (size_t i = 0; i < n; i++) {
        dm_str_add(out, i ? separator : "");
        dm_str_add(out, texts[i]);
    }
}

static const char *cut_text(struct dm_arena *arena, const struct dm_model *model,
                            const struct dm_cut *cut)
{
    const char **names = DM_NEW_ARRAY(arena, cut->n + 1, const char *);
    struct dm_str text;

    dm_str_init(&text, arena);
    for (size_t i = 0; i < cut->n; i++) {
        names[i] = dm_element_get(model, cut->elements[i])->object.name;
    }
    dm_str_add(&text, cut->n ? "" : "nothing");
    if (cut->n) {
        add_sorted(&text, names, cut->n, " + ");
    }
    return text.text;
}

static const char *finding_text(struct dm_arena *arena, const struct dm_result *result,
                                const struct dm_finding *finding, bool ids)
{
    const char **cuts = DM_NEW_ARRAY(arena, finding->n_cuts + 1, const char *);
    struct dm_str text;

    dm_str_init(&text, arena);
    dm_str_addf(&text, "  %s", dm_rule_get(finding->rule)->code);
    for (size_t i = 0; i < finding->n_subjects; i++) {
        dm_str_addf(&text, " %s", finding->subjects[i]);
    }
    for (size_t i = 0; i < finding->n_cuts; i++) {
        cuts[i] = cut_text(arena, result->model, &finding->cuts[i]);
    }
    if (finding->n_cuts) {
        dm_str_add(&text, ": ");
        add_sorted(&text, cuts, finding->n_cuts, "; ");
    }
    dm_str_addf(&text, "%s%s\n", ids ? " " : "", ids ? finding->id : "");
    return text.text;
}

/* The findings of one requirement, or, for none, those of rules. */
static void add_findings(struct dm_arena *arena, struct dm_str *out, const struct dm_result *result,
                         uint32_t requirement, bool ids)
{
    DM_VEC(const char *) texts = { 0 };

    for (size_t i = 0; i < result->n_findings; i++) {
        if (result->findings[i].requirement.v == requirement
            && (requirement || result->findings[i].severity == DM_SEV_ERROR)) {
            assert_true(
                DM_VEC_PUSH(arena, &texts, finding_text(arena, result, &result->findings[i], ids)));
        }
    }
    if (texts.n) {
        dm_str_add(out, requirement ? "" : "-\n");
        add_sorted(out, texts.items, texts.n, "");
    }
}

const char *dm_judging_text(struct dm_arena *arena, const struct dm_result *result, bool ids)
{
    struct dm_str out;

    dm_str_init(&out, arena);
    for (size_t i = 0; i < result->n_verdicts; i++) {
        const struct dm_verdict_row *row = &result->verdicts[i];

        dm_str_addf(&out, "%s %s\n",
                    dm_requirement_get(result->model, row->requirement)->object.name,
                    dm_verdict_text(row->verdict));
        add_findings(arena, &out, result, row->requirement.v, ids);
    }
    add_findings(arena, &out, result, 0, ids);
    assert_false(out.failed);
    return out.text;
}

void dm_judge(const char *net, const char *expected)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_check_options options = { .as_of = "2026-11-22" };
    const char *text = dm_judging_text(arena, dm_judging_run(arena, net, &options), false);

    if (strcmp(text, expected) != 0) {
        fail_msg("expected\n%sgot\n%sof\n%s", expected, text, net);
    }
    dm_arena_free(arena);
}
