/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/rule.h"

#include <string.h>

#include "model/facts/data.h"
#include "model/facts/explanation.h"
#include "render/json_private.h"
#include "render/table.h"
#include "scenarios/rule.h"
#include "solver/reach/code.h"

static bool is_id_byte(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

/* The next id of a fact in '*text', which moves on; NULL at the end. */
static const struct dm_fact *next_fact(struct dm_arena *arena, struct dm_facts *facts,
                                       const char **text)
{
    while (**text != '\0') {
        size_t n = 0;
        const struct dm_fact *fact = NULL;

        while (is_id_byte((*text)[n])) {
            n++;
        }
        if (n != 0) {
            const char *id = dm_arena_strndup(arena, *text, n);

            fact = id ? dm_facts_find(facts, id) : NULL;
        }
        *text += n ? n : 1;
        if (fact) {
            return fact;
        }
    }
    return NULL;
}

static void add_facts(const char *text, struct dm_facts *facts,
                      const struct dm_render_options *options, struct dm_str *out)
{
    const struct dm_fact *fact;

    while ((fact = next_fact(out->arena, facts, &text)) != NULL) {
        dm_str_addc(out, '\n');
        dm_style_tinted(out, options, DM_TINT_STRONG, fact->id);
        dm_str_addf(out, " (confidence: %s)\n    ", dm_confidence_text(fact->confidence));
        dm_style_wrap(out, options, fact->text, 4, 4);
        if (fact->figure) {
            dm_str_add(out, "    ");
            dm_style_wrap(out, options, fact->figure, 4, 4);
        }
        dm_str_add(out, "    ");
        dm_style_wrap(out, options, fact->source, 4, 4);
    }
}

static const struct dm_data_file *explanation_file(struct dm_arena *arena, const char *code)
{
    const char *path = dm_sprintf(arena, "rules/%s.md", code);

    return path ? dm_data_find(path) : NULL;
}

static void put_rule(struct dm_json *json, json_t *object, const struct dm_rule *rule)
{
    dm_json_put(json, object, "code", json_string(rule->code));
    dm_json_put(json, object, "name", json_string(rule->name));
    dm_json_put(json, object, "severity", json_string(dm_style_severity_text(rule->severity)));
    dm_json_put(json, object, "since", json_string(rule->since));
    dm_json_put(json, object, "summary", json_string(rule->summary));
}

static json_t *facts_array(struct dm_json *json, const char *text, struct dm_facts *facts)
{
    json_t *array = json_array();
    const struct dm_fact *fact;

    while ((fact = next_fact(json->arena, facts, &text)) != NULL) {
        json_t *object = json_object();

        dm_json_put(json, object, "id", dm_json_text(json, fact->id));
        dm_json_put(json, object, "confidence", json_string(dm_confidence_text(fact->confidence)));
        dm_json_put(json, object, "text", dm_json_text(json, fact->text));
        dm_json_put(json, object, "figure", dm_json_text(json, fact->figure));
        dm_json_put(json, object, "source", dm_json_text(json, fact->source));
        dm_json_push(json, array, object);
    }
    return array;
}

static enum dm_status rule_json(const struct dm_rule *rule,
                                const struct dm_explanation *explanation, struct dm_facts *facts,
                                struct dm_str *out, struct dm_err *err)
{
    static const char *const keys[DM_N_EXPLANATION_PARTS] = {
        [DM_EXPLANATION_MEANING] = "meaning", [DM_EXPLANATION_REASON] = "reason",
        [DM_EXPLANATION_EXAMPLE] = "example", [DM_EXPLANATION_REPAIRED] = "repaired",
        [DM_EXPLANATION_LIMITS] = "limits",   [DM_EXPLANATION_FACTS] = NULL,
    };
    struct dm_json json = { .arena = out->arena };
    json_t *root = json_object();
    const char *cited = explanation->parts[DM_EXPLANATION_FACTS];

    dm_json_put(&json, root, "demarc_rule", json_integer(1));
    put_rule(&json, root, rule);
    for (size_t i = 0; i < DM_N_EXPLANATION_PARTS; i++) {
        if (keys[i]) {
            dm_json_put(&json, root, keys[i], dm_json_text(&json, explanation->parts[i]));
        }
    }
    dm_json_put(&json, root, "facts", facts_array(&json, cited ? cited : "", facts));
    return dm_json_finish(&json, root, out, err);
}

static enum dm_status find_rule(const char *code_or_name, const struct dm_rule **ret_rule,
                                struct dm_err *err)
{
    const struct dm_rule *rule = dm_rule_find(code_or_name);
    const char *nearest = rule ? NULL : dm_rule_nearest(code_or_name);

    if (!rule && nearest) {
        return DM_FAIL(err, DM_USAGE, "no rule is called `%s`; did you mean `%s`?", code_or_name,
                       nearest);
    }
    if (!rule) {
        return DM_FAIL(err, DM_USAGE, "no rule is called `%s`; `demarc rules` lists them",
                       code_or_name);
    }
    *ret_rule = rule;
    return DM_OK;
}

static void add_rule_text(const struct dm_rule *rule, const struct dm_data_file *file,
                          const char *cited, struct dm_facts *facts,
                          const struct dm_render_options *options, struct dm_str *out)
{
    dm_style_tinted(out, options, DM_TINT_STRONG, rule->code);
    dm_str_addf(out, "  %s  ", rule->name);
    dm_style_tinted(out, options, dm_style_severity(rule->severity),
                    dm_style_severity_text(rule->severity));
    dm_str_addf(out, "  since %s\n", rule->since);
    dm_style_wrap(out, options, rule->summary, 0, 0);
    dm_str_addc(out, '\n');
    dm_str_addn(out, file->text, file->size);
    if (cited) {
        add_facts(cited, facts, options, out);
    }
}

enum dm_status dm_render_rule(const char *code_or_name, struct dm_facts *facts,
                              enum dm_rule_format format, const struct dm_render_options *options,
                              struct dm_str *out, struct dm_err *err)
{
    const struct dm_rule *rule = NULL;
    const struct dm_data_file *file;
    struct dm_explanation explanation;
    enum dm_status status = find_rule(code_or_name, &rule, err);

    if (status == DM_OK) {
        status = dm_explanation_find(out->arena, rule->code, &explanation, err);
    }
    if (status == DM_OK) {
        status = dm_facts_load(facts, err);
    }
    if (status != DM_OK) {
        return status;
    }
    file = explanation_file(out->arena, rule->code);
    if (!file) {
        return DM_FAIL_NOMEM(err);
    }
    switch (format) {
    case DM_RULE_FORMAT_JSON:
        return rule_json(rule, &explanation, facts, out, err);
    case DM_RULE_FORMAT_MARKDOWN:
        dm_str_addn(out, file->text, file->size);
        break;
    case DM_RULE_FORMAT_TEXT:
        add_rule_text(rule, file, explanation.parts[DM_EXPLANATION_FACTS], facts, options, out);
        break;
    }
    return out->failed ? DM_FAIL_NOMEM(err) : DM_OK;
}

static enum dm_status rules_json(struct dm_str *out, struct dm_err *err)
{
    struct dm_json json = { .arena = out->arena };
    json_t *root = json_object();
    json_t *rules = json_array();
    json_t *codes = json_array();

    for (int i = 0; i < DM_RULE_COUNT; i++) {
        json_t *object = json_object();

        put_rule(&json, object, dm_rule_get((enum dm_rule_id)i));
        dm_json_push(&json, rules, object);
    }
    for (int i = DM_CODE_NONE + 1; i < DM_CODE_COUNT; i++) {
        json_t *object = json_object();

        dm_json_put(&json, object, "code", json_string(dm_code_name((enum dm_code)i)));
        dm_json_put(&json, object, "aws_code", json_boolean(dm_code_is_aws((enum dm_code)i)));
        dm_json_put(&json, object, "text", json_string(dm_code_text((enum dm_code)i)));
        dm_json_push(&json, codes, object);
    }
    dm_json_put(&json, root, "demarc_rules", json_integer(1));
    dm_json_put(&json, root, "tool", dm_json_tool(&json));
    dm_json_put(&json, root, "rules", rules);
    dm_json_put(&json, root, "path_codes", codes);
    return dm_json_finish(&json, root, out, err);
}

static void rules_text(const struct dm_render_options *options, struct dm_str *out)
{
    const enum dm_tint strong = DM_TINT_STRONG;
    struct dm_table rules;
    struct dm_table codes;

    dm_table_init(&rules, out->arena, 4);
    dm_table_add(&rules,
                 &(struct dm_table_row){ .cells = { "code", "severity", "since", "summary" },
                                         .tints = { strong, strong, strong, strong } });
    for (int i = 0; i < DM_RULE_COUNT; i++) {
        const struct dm_rule *rule = dm_rule_get((enum dm_rule_id)i);

        dm_table_add(&rules, &(struct dm_table_row){
                                 .cells = { rule->code, dm_style_severity_text(rule->severity),
                                            rule->since, rule->summary },
                                 .tints = { strong, dm_style_severity(rule->severity) } });
    }
    dm_table_write(&rules, options, 0, false, out);
    dm_table_init(&codes, out->arena, 3);
    dm_table_add(&codes,
                 &(struct dm_table_row){ .cells = { "a packet stops with", "of", "because" },
                                         .tints = { strong, strong, strong } });
    for (int i = DM_CODE_NONE + 1; i < DM_CODE_COUNT; i++) {
        enum dm_code code = (enum dm_code)i;

        dm_table_add(&codes,
                     &(struct dm_table_row){ .cells = { dm_code_name(code),
                                                        dm_code_is_aws(code) ? "AWS" : "demarc",
                                                        dm_code_text(code) } });
    }
    dm_str_addc(out, '\n');
    dm_table_write(&codes, options, 0, false, out);
}

static void rules_markdown(struct dm_str *out)
{
    dm_str_add(out, "| Code | Name | Severity | Since | Summary |\n|---|---|---|---|---|\n");
    for (int i = 0; i < DM_RULE_COUNT; i++) {
        const struct dm_rule *rule = dm_rule_get((enum dm_rule_id)i);

        dm_str_addf(out, "| %s | %s | %s | %s | %s |\n", rule->code, rule->name,
                    dm_style_severity_text(rule->severity), rule->since, rule->summary);
    }
    dm_str_add(out, "\n| A packet stops with | Of | Because |\n|---|---|---|\n");
    for (int i = DM_CODE_NONE + 1; i < DM_CODE_COUNT; i++) {
        enum dm_code code = (enum dm_code)i;

        dm_str_addf(out, "| %s | %s | %s |\n", dm_code_name(code),
                    dm_code_is_aws(code) ? "AWS" : "demarc", dm_code_text(code));
    }
}

enum dm_status dm_render_rules(enum dm_rule_format format, const struct dm_render_options *options,
                               struct dm_str *out, struct dm_err *err)
{
    switch (format) {
    case DM_RULE_FORMAT_JSON:
        return rules_json(out, err);
    case DM_RULE_FORMAT_MARKDOWN:
        rules_markdown(out);
        break;
    case DM_RULE_FORMAT_TEXT:
        rules_text(options, out);
        break;
    }
    return out->failed ? DM_FAIL_NOMEM(err) : DM_OK;
}
