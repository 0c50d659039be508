/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/base/str.h"
#include "scenarios/checker.h"

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* 16 hex digits over code, requirement and subjects; nothing that moves when lines do. */
static void set_id(const struct dm_checker *checker, struct dm_finding *finding)
{
    const char *code = dm_rule_get(finding->rule)->code;
    uint64_t hash = dm_hash(DM_HASH_SEED, code, strlen(code) + 1);

    if (finding->requirement.v) {
        const char *name = dm_requirement_get(checker->model, finding->requirement)->object.name;

        hash = dm_hash(hash, name, strlen(name) + 1);
    }
    for (size_t i = 0; i < finding->n_subjects; i++) {
        hash = dm_hash(hash, finding->subjects[i], strlen(finding->subjects[i]) + 1);
    }
    (void)snprintf(finding->id, sizeof finding->id, "%016" PRIx64, hash);
}

enum dm_status dm_finding_add(struct dm_checker *checker, struct dm_judgement *judgement,
                              enum dm_rule_id rule, const char *const *subjects, size_t n_subjects,
                              struct dm_finding **ret_finding, struct dm_err *err)
{
    const char **sorted = DM_NEW_ARRAY(checker->run, n_subjects ? n_subjects : 1, const char *);
    struct dm_finding finding = { .rule = rule,
                                  .severity = dm_rule_get(rule)->severity,
                                  .n_subjects = n_subjects };

    if (!sorted) {
        return DM_FAIL_NOMEM(err);
    }
    for (size_t i = 0; i < n_subjects; i++) {
        sorted[i] = subjects[i];
    }
    qsort(sorted, n_subjects, sizeof *sorted, compare_names);
    finding.subjects = sorted;
    if (judgement) {
        static const enum dm_severity by_level[] = { [DM_LEVEL_NOTE] = DM_SEV_NOTE,
                                                     [DM_LEVEL_WARN] = DM_SEV_WARNING,
                                                     [DM_LEVEL_ERROR] = DM_SEV_ERROR };

        finding.requirement = judgement->id;
        finding.severity = by_level[judgement->requirement->level];
    }
    set_id(checker, &finding);
    if ((judgement && !DM_VEC_PUSH(checker->run, &judgement->findings, checker->findings.n))
        || !DM_VEC_PUSH(checker->run, &checker->findings, finding)) {
        return DM_FAIL_NOMEM(err);
    }
    *ret_finding = &checker->findings.items[checker->findings.n - 1];
    return DM_OK;
}

enum dm_status dm_finding_add_way(struct dm_checker *checker, struct dm_judgement *judgement,
                                  enum dm_rule_id rule, const char *from, const char *to,
                                  struct dm_finding **ret_finding, struct dm_err *err)
{
    const char *subjects[] = { dm_sprintf(checker->run, "from %s", from),
                               dm_sprintf(checker->run, "to %s", to) };

    if (!subjects[0] || !subjects[1]) {
        return DM_FAIL_NOMEM(err);
    }
    return dm_finding_add(checker, judgement, rule, subjects, 2, ret_finding, err);
}

void dm_finding_label(struct dm_checker *checker, struct dm_finding *finding, struct dm_span span,
                      const char *fmt, ...)
{
    struct dm_label label = { span, NULL };
    va_list ap;

    if (finding->n_labels == DM_DIAG_MAX_LABELS || !span.source) {
        return;
    }
    for (unsigned i = 0; i < finding->n_labels; i++) {
        if (memcmp(&finding->labels[i].span, &span, sizeof span) == 0) {
            return;
        }
    }
    if (fmt) {
        va_start(ap, fmt);
        label.text = dm_vsprintf(checker->run, fmt, ap);
        va_end(ap);
    }
    finding->labels[finding->n_labels++] = label;
}

void dm_finding_facts(struct dm_finding *finding, const char *const *facts)
{
    finding->facts = facts;
    while (facts[finding->n_facts]) {
        finding->n_facts++;
    }
}

const char *dm_cut_text(struct dm_arena *arena, const struct dm_model *model,
                        const struct dm_cut *cut)
{
    struct dm_str text;

    if (!cut->n) {
        return "nothing";
    }
    dm_str_init(&text, arena);
    for (size_t i = 0; i < cut->n; i++) {
        dm_str_add(&text, i == 0 ? "" : i + 1 == cut->n ? " and " : ", ");
        dm_str_add(&text, dm_element_get(model, cut->elements[i])->object.name);
    }
    return text.text;
}

/* Both are sorted by element. */
static bool contains(const struct dm_cut *outer, const struct dm_cut *inner)
{
    size_t i = 0;

    for (size_t j = 0; j < outer->n && i < inner->n; j++) {
        i += outer->elements[j].v == inner->elements[i].v;
    }
    return i == inner->n;
}

static size_t keep_minimal(struct dm_cut *cuts, size_t n)
{
    size_t kept = 0;

    if (n) {
        qsort(cuts, n, sizeof *cuts, dm_cut_compare);
    }
    for (size_t i = 0; i < n; i++) {
        size_t j = 0;

        while (j < kept && !contains(&cuts[i], &cuts[j])) {
            j++;
        }
        if (j == kept) {
            cuts[kept++] = cuts[i];
        }
    }
    return kept;
}

void dm_topic_settle(struct dm_topic *topic)
{
    topic->violated.n = keep_minimal(topic->violated.items, topic->violated.n);
    topic->undecided.n = keep_minimal(topic->undecided.items, topic->undecided.n);
}
