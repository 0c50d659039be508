/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * check - judges a network, and says so in the forms that were asked for.
 */
#include "scenarios/check.h"

#include <string.h>

#include "cli/choice.h"
#include "cli/date.h"
#include "cli/input.h"
#include "cli/output.h"
#include "model/base/limits.h"
#include "render/concise.h"
#include "render/json.h"
#include "render/text.h"

const struct dm_option dm_check_options[] = {
    { "format", 0, "FMT[=FILE]", "text (default), concise or json; several, each to its file" },
    { "k", 0, "N", "sets of at most N failures, in place of what `survive: {any: ...}` says" },
    { "only", 0, "NAME,...", "only requirements and rules whose names begin like this" },
    { "as-of", 0, "DATE", "the day that policies are read for, 2026-11-22 (default: today)" },
    { "fail-on", 0, "LEVEL", "error (default), warn or note: what decides the exit status" },
    { "exit-zero", 0, NULL, "exit status 0 where it would be 1 or 3" },
    { "all", 0, NULL, "every finding in full, on a terminal too" },
    { NULL, 0, NULL, NULL },
};

/* Findings of one rule in full on a terminal. */
enum { TERMINAL_FINDINGS = 3 };

enum check_format { CHECK_TEXT, CHECK_CONCISE, CHECK_JSON };

/* One form of the result, and where it goes. */
struct report {
    enum check_format format;
    const char *path;
    struct dm_str text;
};

struct reports {
    DM_VEC(struct report) list;
};

/* ---- options ---- */

static enum dm_status add_report(struct dm_cli *cli, const char *value, struct reports *reports,
                                 struct dm_err *err)
{
    static const char *const words[] = { "text", "concise", "json", NULL };
    size_t size = strcspn(value, "=");
    const char *word = dm_arena_strndup(cli->run, value, size);
    struct report report = { .path = value[size] ? value + size + 1 : "-" };
    size_t format = 0;
    enum dm_status status =
        word ? dm_choice_read("format", word, words, &format, err) : DM_FAIL_NOMEM(err);

    if (status != DM_OK) {
        return status;
    }
    if (!*report.path) {
        return DM_FAIL(err, DM_USAGE, "`--format %s` lacks the file after `=`", value);
    }
    for (size_t i = 0; i < reports->list.n; i++) {
        if (strcmp(reports->list.items[i].path, report.path) == 0) {
            return strcmp(report.path, "-") == 0
                       ? DM_FAIL(err, DM_USAGE,
                                 "two formats to standard output; give one a file: FMT=FILE")
                       : DM_FAIL(err, DM_USAGE, "two formats to `%s`", report.path);
        }
    }
    report.format = (enum check_format)format;
    dm_str_init(&report.text, cli->run);
    return DM_VEC_PUSH(cli->run, &reports->list, report) ? DM_OK : DM_FAIL_NOMEM(err);
}

static enum dm_status read_formats(struct dm_cli *cli, struct reports *reports, struct dm_err *err)
{
    enum dm_status status = DM_OK;

    for (size_t i = 0; status == DM_OK && i < cli->args.given.n; i++) {
        const struct dm_given *given = &cli->args.given.items[i];

        if (strcmp(given->option->name, "format") == 0) {
            status = add_report(cli, given->value, reports, err);
        }
    }
    return status == DM_OK && reports->list.n == 0 ? add_report(cli, "text", reports, err) : status;
}

static enum dm_status read_options(struct dm_cli *cli, struct dm_check_options *options,
                                   enum dm_severity *ret_level, struct dm_err *err)
{
    static const char *const levels[] = { "error", "warn", "note", NULL };
    static const enum dm_severity severities[] = { DM_SEV_ERROR, DM_SEV_WARNING, DM_SEV_NOTE };
    uint64_t most = dm_limit_value(DM_LIMIT_FAILURES);
    const char *k = dm_args_value(&cli->args, "k");
    size_t level = 0;
    enum dm_status status = dm_choice_of(&cli->args, "fail-on", levels, &level, err);

    if (status == DM_OK && k) {
        uint64_t value = 0;

        if (!dm_str_to_u64(k, strlen(k), most, &value)) {
            return DM_FAIL(err, DM_USAGE, "`--k` is a number from 0 to %llu, not `%s`",
                           (unsigned long long)most, k);
        }
        options->has_k = true;
        options->k = (unsigned)value;
    }
    if (status == DM_OK) {
        status = dm_date_of(cli, dm_args_value(&cli->args, "as-of"), &options->as_of, err);
    }
    if (status == DM_OK) {
        status = dm_args_list(cli->run, &cli->args, "only", &options->only, &options->n_only, err);
    }
    *ret_level = severities[level];
    return status;
}

/* What nothing bears would make a check of nothing, which holds: it is refused. */
static enum dm_status check_only(struct dm_cli *cli, const struct dm_model *model,
                                 const struct dm_check_options *options, struct dm_err *err)
{
    DM_VEC(const char *) names = { 0 };

    for (uint32_t i = 0; i < model->n_requirements; i++) {
        if (!DM_VEC_PUSH(cli->run, &names, model->requirements[i].object.name)) {
            return DM_FAIL_NOMEM(err);
        }
    }
    for (int i = 0; i < DM_RULE_COUNT; i++) {
        if (!DM_VEC_PUSH(cli->run, &names, dm_rule_get((enum dm_rule_id)i)->code)) {
            return DM_FAIL_NOMEM(err);
        }
    }
    for (size_t i = 0; i < options->n_only; i++) {
        bool found = false;

        for (size_t j = 0; j < names.n; j++) {
            found = found || dm_str_starts(names.items[j], options->only[i]);
        }
        if (!found) {
            return dm_choice_unknown("requirement or rule", options->only[i], names.items, names.n,
                                     err);
        }
    }
    return DM_OK;
}

/* ---- reports ---- */

static enum dm_status write_reports(struct dm_cli *cli, const struct dm_result *result,
                                    struct reports *reports, struct dm_err *err)
{
    enum dm_status status = DM_OK;

    for (size_t i = 0; status == DM_OK && i < reports->list.n; i++) {
        struct report *report = &reports->list.items[i];
        bool to_stdout = strcmp(report->path, "-") == 0;
        struct dm_render_options options = to_stdout ? cli->options : DM_RENDER_PLAIN;

        if (to_stdout && cli->is_terminal && !dm_args_has(&cli->args, "all")) {
            options.limit_per_rule = TERMINAL_FINDINGS;
        }
        switch (report->format) {
        case CHECK_TEXT:
            dm_render_text(result, &options, &report->text);
            break;
        case CHECK_CONCISE:
            dm_render_concise(result, &report->text);
            break;
        case CHECK_JSON:
            status = dm_render_json(result, &report->text, err);
            break;
        }
    }
    for (size_t i = 0; status == DM_OK && i < reports->list.n; i++) {
        status = dm_output_write(reports->list.items[i].path, &reports->list.items[i].text, err);
    }
    return status;
}

enum dm_status dm_run_check(struct dm_cli *cli, int *ret_exit, struct dm_err *err)
{
    struct dm_check_options options = { 0 };
    enum dm_severity level = DM_SEV_ERROR;
    const struct dm_result *result = NULL;
    struct reports reports = { 0 };
    struct dm_input input;
    enum dm_status status = read_formats(cli, &reports, err);

    if (status == DM_OK) {
        status = read_options(cli, &options, &level, err);
    }
    if (status == DM_OK) {
        status = dm_input_load(cli, cli->args.operands.items, cli->args.operands.n, &input, err);
    }
    if (status == DM_OK) {
        status = check_only(cli, input.model, &options, err);
    }
    if (status == DM_OK) {
        status = dm_check(cli->run, input.model, input.facts, &options, &result, err);
    }
    if (status == DM_OK) {
        status = write_reports(cli, result, &reports, err);
    }
    if (status != DM_OK) {
        return status;
    }
    *ret_exit =
        dm_args_has(&cli->args, "exit-zero") ? DM_EXIT_FINE : dm_check_exit_code(result, level);
    return DM_OK;
}
