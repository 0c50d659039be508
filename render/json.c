/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/json.h"

#include <stdlib.h>
#include <string.h>

#include "render/digest.h"
#include "render/json_private.h"
#include "render/style.h"

static int compare_sources(const void *a, const void *b)
{
    const struct dm_source *const *x = a;
    const struct dm_source *const *y = b;

    return strcmp((*x)->path, (*y)->path);
}

static json_t *inputs_array(struct dm_json *json)
{
    const struct dm_sources *sources = json->model->sources;
    size_t n = dm_sources_count(sources);
    const struct dm_source **sorted =
        DM_NEW_ARRAY(json->arena, n ? n : 1, const struct dm_source *);
    json_t *array = json_array();
    char digest[DM_DIGEST_SIZE];

    if (!sorted) {
        json->failed = true;
        return array;
    }
    for (size_t i = 0; i < n; i++) {
        sorted[i] = dm_sources_get(sources, (uint32_t)i + 1);
    }
    qsort(sorted, n, sizeof *sorted, compare_sources);
    for (size_t i = 0; i < n; i++) {
        json_t *input = json_object();

        dm_json_put(json, input, "path", dm_json_text(json, sorted[i]->path));
        if (!dm_digest_source(sorted[i], digest)) {
            json->failed = true;
            *digest = '\0';
        }
        dm_json_put(json, input, "sha256", json_string(digest));
        dm_json_push(json, array, input);
    }
    return array;
}

static json_t *coverage_object(struct dm_json *json, const struct dm_result *result)
{
    json_t *object = json_object();

    dm_json_put(json, object, "elements", dm_json_count(result->n_elements));
    dm_json_put(json, object, "k", json_integer(result->k));
    dm_json_put(json, object, "sets", dm_json_count(result->n_sets));
    dm_json_put(json, object, "exhaustive", json_boolean(result->exhaustive));
    dm_json_put(json, object, "evaluations", dm_json_count(result->n_evaluations));
    dm_json_put(json, object, "brute_force_sets", dm_json_count(result->n_brute_force_sets));
    return object;
}

static json_t *bound_object(struct dm_json *json, const struct dm_verdict_row *row,
                            const struct dm_requirement *requirement)
{
    static const char *const outcomes[DM_OUTCOME_COUNT] = { [DM_HOLDS] = "holds",
                                                            [DM_NOT_APPLICABLE] = "not-applicable",
                                                            [DM_UNDECIDED] = "unknown",
                                                            [DM_VIOLATED] = "violated" };
    json_t *object = json_object();
    json_t *kinds = json_array();
    json_t *leaves = json_object();

    for (int kind = 0; kind < DM_ELEMENT_KIND_COUNT; kind++) {
        if (row->kinds & 1U << kind) {
            dm_json_push(json, kinds,
                         json_string(dm_element_kind_text((enum dm_element_kind)kind)));
        }
    }
    for (size_t i = 0; i < DM_OUTCOME_COUNT; i++) {
        dm_json_put(json, leaves, outcomes[i], dm_json_count(row->n_leaves[i]));
    }
    dm_json_put(json, object, "kinds", kinds);
    dm_json_put(json, object, "k", json_integer(row->k));
    dm_json_put(json, object, "each", json_boolean(requirement->survive.each));
    dm_json_put(json, object, "depth", json_integer(row->depth));
    dm_json_put(json, object, "elements", dm_json_count(row->n_elements));
    dm_json_put(json, object, "questions", dm_json_count(row->n_questions));
    dm_json_put(json, object, "sets", dm_json_count(row->n_sets));
    dm_json_put(json, object, "evaluations", dm_json_count(row->n_evaluations));
    dm_json_put(json, object, "leaves", leaves);
    return object;
}

static json_t *verdict_object(struct dm_json *json, const struct dm_result *result,
                              const struct dm_verdict_row *row)
{
    const struct dm_requirement *requirement = dm_requirement_get(result->model, row->requirement);
    json_t *object = json_object();
    json_t *findings = json_array();

    for (size_t i = 0; i < row->n_findings; i++) {
        dm_json_push(json, findings, json_string(result->findings[row->findings[i]].id));
    }
    dm_json_put(json, object, "requirement", dm_json_text(json, requirement->object.name));
    dm_json_put(json, object, "sentence", dm_json_text(json, row->sentence));
    dm_json_put(json, object, "level", json_string(dm_level_text(requirement->level)));
    dm_json_put(json, object, "verdict", json_string(dm_verdict_text(row->verdict)));
    dm_json_put(json, object, "reason", dm_json_text(json, row->reason));
    dm_json_put(json, object, "checked", dm_json_text(json, row->checked));
    dm_json_put(json, object, "worst", dm_json_text(json, row->worst));
    dm_json_put(json, object, "bound", bound_object(json, row, requirement));
    dm_json_put(json, object, "location", dm_json_location(json, requirement->object.origin));
    dm_json_put(json, object, "findings", findings);
    return object;
}

static void put_path_witness(struct dm_json *json, json_t *object, const struct dm_witness *witness)
{
    bool stopped = witness->code != DM_CODE_NONE;

    dm_json_put(json, object, "kind", json_string("path"));
    dm_json_put(json, object, "failed", dm_json_cut(json, &witness->failed));
    dm_json_put(json, object, "from", dm_json_text(json, witness->from));
    dm_json_put(json, object, "to", dm_json_text(json, witness->to));
    dm_json_put(json, object, "packet", dm_json_packet(json, &witness->packet));
    dm_json_put(json, object, "code",
                stopped ? json_string(dm_code_name(witness->code)) : json_null());
    dm_json_put(json, object, "aws_code", json_boolean(stopped && dm_code_is_aws(witness->code)));
    dm_json_put(json, object, "where", dm_json_text(json, witness->where));
    dm_json_put(json, object, "request", dm_json_path(json, &witness->request));
    dm_json_put(json, object, "reply", dm_json_path(json, &witness->reply));
    dm_json_put(json, object, "normal", dm_json_path(json, &witness->normal));
}

static void put_placement_witness(struct dm_json *json, json_t *object,
                                  const struct dm_witness *witness)
{
    const struct dm_store *store = dm_store_get(json->model, witness->store);
    const struct dm_region *region =
        dm_region_get(json->model, store->copies[witness->copy].region);

    dm_json_put(json, object, "kind", json_string("placement"));
    dm_json_put(json, object, "failed", dm_json_cut(json, &witness->failed));
    dm_json_put(json, object, "store", dm_json_text(json, store->object.name));
    dm_json_put(json, object, "copy", json_integer((json_int_t)witness->copy));
    dm_json_put(json, object, "region", dm_json_text(json, region->object.name));
    dm_json_put(json, object, "verb", json_string(dm_verb_text(witness->verb)));
    dm_json_put(json, object, "data_class", dm_json_text(json, witness->data_class));
    dm_json_put(json, object, "subject", dm_json_text(json, witness->subject));
    dm_json_put(json, object, "place", dm_json_text(json, witness->place));
    dm_json_put(json, object, "allowed", dm_json_text(json, witness->allowed));
    dm_json_put(json, object, "policy", dm_json_text(json, witness->policy));
    dm_json_put(json, object, "basis", dm_json_text(json, witness->basis));
}

static json_t *witness_object(struct dm_json *json, const struct dm_witness *witness)
{
    json_t *object;

    if (witness->kind == DM_WITNESS_NONE) {
        return json_null();
    }
    object = json_object();
    if (witness->kind == DM_WITNESS_PATH) {
        put_path_witness(json, object, witness);
    } else {
        put_placement_witness(json, object, witness);
    }
    return object;
}

static json_t *locations_array(struct dm_json *json, const struct dm_finding *finding)
{
    json_t *array = json_array();

    for (unsigned i = 0; i < finding->n_labels; i++) {
        json_t *location = dm_json_location(json, finding->labels[i].span);

        if (json_is_object(location)) {
            dm_json_put(json, location, "label", dm_json_text(json, finding->labels[i].text));
            dm_json_push(json, array, location);
        }
    }
    return array;
}

/* {"id", "confidence", "text", "source"} of each fact: ids alone say nothing to who has no copy. */
static json_t *evidence_array(struct dm_json *json, const struct dm_result *result,
                              const struct dm_finding *finding)
{
    json_t *array = json_array();

    for (size_t i = 0; i < finding->n_facts; i++) {
        const struct dm_fact *fact = dm_facts_find(result->facts, finding->facts[i]);
        json_t *object;

        if (!fact) {
            continue;
        }
        object = json_object();
        dm_json_put(json, object, "id", dm_json_text(json, fact->id));
        dm_json_put(json, object, "confidence", json_string(dm_confidence_text(fact->confidence)));
        dm_json_put(json, object, "text", dm_json_text(json, fact->text));
        dm_json_put(json, object, "source", dm_json_text(json, fact->source));
        dm_json_push(json, array, object);
    }
    return array;
}

static json_t *finding_object(struct dm_json *json, const struct dm_result *result,
                              const struct dm_finding *finding)
{
    json_t *object = json_object();
    json_t *cuts = json_array();
    const char *requirement =
        finding->requirement.v
            ? dm_requirement_get(result->model, finding->requirement)->object.name
            : NULL;

    for (size_t i = 0; i < finding->n_cuts; i++) {
        dm_json_push(json, cuts, dm_json_cut(json, &finding->cuts[i]));
    }
    dm_json_put(json, object, "id", json_string(finding->id));
    dm_json_put(json, object, "code", json_string(dm_rule_get(finding->rule)->code));
    dm_json_put(json, object, "name", json_string(dm_rule_get(finding->rule)->name));
    dm_json_put(json, object, "severity", json_string(dm_style_severity_text(finding->severity)));
    dm_json_put(json, object, "message", dm_json_text(json, finding->message));
    dm_json_put(json, object, "help", dm_json_text(json, finding->help));
    dm_json_put(json, object, "requirement", dm_json_text(json, requirement));
    dm_json_put(json, object, "subjects",
                dm_json_texts(json, finding->subjects, finding->n_subjects));
    dm_json_put(json, object, "facts", dm_json_texts(json, finding->facts, finding->n_facts));
    dm_json_put(json, object, "fact_rows", evidence_array(json, result, finding));
    dm_json_put(json, object, "tier", dm_json_text(json, finding->tier));
    dm_json_put(json, object, "locations", locations_array(json, finding));
    dm_json_put(json, object, "witness", witness_object(json, &finding->witness));
    dm_json_put(json, object, "cuts", cuts);
    dm_json_put(json, object, "sets", dm_json_count(finding->n_sets));
    dm_json_put(json, object, "repair", json_null());
    return object;
}

static json_t *assumptions_array(struct dm_json *json, const struct dm_result *result)
{
    json_t *array = json_array();

    for (size_t i = 0; i < result->n_assumptions; i++) {
        json_t *object = json_object();

        dm_json_put(json, object, "code", dm_json_text(json, result->assumptions[i].code));
        dm_json_put(json, object, "text", dm_json_text(json, result->assumptions[i].text));
        dm_json_put(json, object, "fact", dm_json_text(json, result->assumptions[i].fact));
        dm_json_push(json, array, object);
    }
    return array;
}

static json_t *unknowns_array(struct dm_json *json, const struct dm_model *model)
{
    json_t *array = json_array();

    for (size_t i = 0; i < model->n_unknowns; i++) {
        const struct dm_unknown *unknown = &model->unknowns[i];
        json_t *object = json_object();

        dm_json_put(json, object, "what", dm_json_text(json, unknown->object.name));
        dm_json_put(json, object, "why", dm_json_text(json, unknown->why));
        dm_json_put(json, object, "location", dm_json_location(json, unknown->object.origin));
        dm_json_put(json, object, "pointer", dm_json_text(json, unknown->object.pointer));
        dm_json_push(json, array, object);
    }
    return array;
}

enum dm_status dm_render_json(const struct dm_result *result, struct dm_str *out,
                              struct dm_err *err)
{
    struct dm_json json = { .arena = out->arena, .model = result->model };
    json_t *root = json_object();
    json_t *verdicts = json_array();
    json_t *findings = json_array();

    for (size_t i = 0; i < result->n_verdicts; i++) {
        dm_json_push(&json, verdicts, verdict_object(&json, result, &result->verdicts[i]));
    }
    for (size_t i = 0; i < result->n_findings; i++) {
        dm_json_push(&json, findings, finding_object(&json, result, &result->findings[i]));
    }
    dm_json_put(&json, root, "demarc_result", json_integer(1));
    dm_json_put(&json, root, "tool", dm_json_tool(&json));
    dm_json_put(&json, root, "name", dm_json_text(&json, result->model->name));
    dm_json_put(&json, root, "as_of", dm_json_text(&json, result->as_of));
    dm_json_put(&json, root, "inputs", inputs_array(&json));
    dm_json_put(&json, root, "coverage", coverage_object(&json, result));
    dm_json_put(&json, root, "verdicts", verdicts);
    dm_json_put(&json, root, "findings", findings);
    dm_json_put(&json, root, "assumptions", assumptions_array(&json, result));
    dm_json_put(&json, root, "unknowns", unknowns_array(&json, result->model));
    dm_json_put(&json, root, "waivers", json_array());
    return dm_json_finish(&json, root, out, err);
}
