/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * probe - answers lines of questions.
 *
 * All lines are read and understood before the first is answered, so that a line
 * that cannot be read leaves nothing written.
 */
#include "render/probe.h"

#include <string.h>

#include "cli/ask.h"
#include "cli/input.h"
#include "cli/output.h"
#include "model/base/file.h"
#include "model/base/limits.h"
#include "scenarios/admission.h"

const struct dm_option dm_probe_options[] = {
    { "file", 'f', "FILE", "read the lines there (default: standard input)" },
    { NULL, 0, NULL, NULL },
};

enum { N_FIELDS = 3 };

struct probe {
    const char *fields[N_FIELDS]; /* source, destination, app */
    struct dm_session_query query;
    struct dm_admission_side sides[2]; /* of a cluster alone */
};

struct probes {
    DM_VEC(struct probe) list;
};

/* Where a line comes from, for messages. */
struct line {
    const char *path;
    size_t number;
};

/* Splits 'text' in place. */
static enum dm_status split(char *text, const struct line *line, struct probe *probe,
                            struct dm_err *err)
{
    size_t n = 0;

    for (char *at = text; at; n++) {
        char *tab = strchr(at, '\t');

        if (tab) {
            *tab = '\0';
        }
        if (n < N_FIELDS) {
            probe->fields[n] = at;
            if (!*at) {
                return DM_FAIL(err, DM_INVALID, "%s:%zu: field %zu is empty", line->path,
                               line->number, n + 1);
            }
        }
        at = tab ? tab + 1 : NULL;
    }
    if (n != N_FIELDS) {
        return DM_FAIL(err, DM_INVALID,
                       "%s:%zu: %zu field%s between tabs, not source, destination and app",
                       line->path, line->number, n, n == 1 ? "" : "s");
    }
    return DM_OK;
}

static enum dm_status read_line(const struct dm_model *model, char *text, const struct line *line,
                                struct probe *probe, struct dm_err *err)
{
    struct dm_endpoint ends[2] = { { { 0 }, { 0 } }, { { 0 }, { 0 } } };
    enum dm_status status = split(text, line, probe, err);

    if (status != DM_OK) {
        return status;
    }
    for (size_t i = 0; i < 2; i++) {
        const char *why = "nothing has this name";

        bool is_found = dm_admission_applies(model)
                            ? dm_admission_find(model, probe->fields[i], &probe->sides[i], &why)
                            : dm_endpoint_find(model, probe->fields[i], &ends[i], &why);

        if (!is_found) {
            return DM_FAIL(err, DM_INVALID, "%s:%zu: `%s`: %s", line->path, line->number,
                           probe->fields[i], why);
        }
    }
    if (!dm_ask_app(probe->fields[2], &probe->query.flow)) {
        return DM_FAIL(err, DM_INVALID, "%s:%zu: `%s` is not tcp/PORT, udp/PORT, sctp/PORT or icmp",
                       line->path, line->number, probe->fields[2]);
    }
    if (!dm_admission_applies(model)) {
        dm_endpoint_outside(model, probe->fields[1], &ends[0], &ends[1]);
        probe->query.start = dm_endpoint_start(model, &ends[0], &ends[1]);
    } else if (!probe->sides[0].workload.v && !probe->sides[1].workload.v) {
        return DM_FAIL(err, DM_INVALID, "%s:%zu: neither `%s` nor `%s` is a workload", line->path,
                       line->number, probe->fields[0], probe->fields[1]);
    }
    return DM_OK;
}

static enum dm_status read_lines(struct dm_cli *cli, const struct dm_model *model, char *text,
                                 size_t size, const char *path, struct probes *probes,
                                 struct dm_err *err)
{
    struct line line = { path, 0 };
    char *end = text + size;
    enum dm_status status = DM_OK;

    if (memchr(text, '\0', size)) {
        return DM_FAIL(err, DM_PARSE, "%s: is not text", path);
    }
    while (status == DM_OK && text < end) {
        char *newline = strchr(text, '\n');
        char *next = newline ? newline + 1 : end;
        struct probe probe = { 0 };

        line.number++;
        if (newline) {
            *newline = '\0';
            if (newline > text && newline[-1] == '\r') {
                newline[-1] = '\0';
            }
        }
        status = read_line(model, text, &line, &probe, err);
        if (status == DM_OK && !DM_VEC_PUSH(cli->run, &probes->list, probe)) {
            status = DM_FAIL_NOMEM(err);
        }
        text = next;
    }
    return status;
}

static enum dm_status answer(struct dm_cli *cli, const struct dm_model *model,
                             const struct probes *probes, struct dm_str *out, struct dm_err *err)
{
    struct dm_cut nothing = { NULL, 0 };
    struct dm_asker asker;
    enum dm_status status = dm_asker_init(&asker, cli->run, model, err);

    for (size_t i = 0; status == DM_OK && i < probes->list.n; i++) {
        const struct probe *probe = &probes->list.items[i];
        struct dm_session session;

        status = dm_ask(&asker, &nothing, &probe->query, &session, err);
        if (status == DM_OK) {
            dm_render_probe(model, probe->fields[0], probe->fields[1], probe->fields[2], &session,
                            out);
        }
    }
    return status;
}

/* The same of a cluster alone. */
static enum dm_status admit(struct dm_cli *cli, const struct dm_model *model,
                            const struct probes *probes, struct dm_str *out, struct dm_err *err)
{
    struct dm_admission admission;
    enum dm_status status = dm_admission_init(&admission, cli->run, model, err);

    for (size_t i = 0; status == DM_OK && i < probes->list.n; i++) {
        const struct probe *probe = &probes->list.items[i];
        struct dm_admission_answer answer;

        status = dm_admission_ask(&admission, &probe->sides[0], &probe->sides[1],
                                  &probe->query.flow, &answer, err);
        if (status == DM_OK) {
            dm_render_probe(model, probe->fields[0], probe->fields[1], probe->fields[2],
                            &answer.session, out);
        }
    }
    return status;
}

enum dm_status dm_run_probe(struct dm_cli *cli, int *ret_exit, struct dm_err *err)
{
    const char *path = dm_args_value(&cli->args, "file");
    struct probes probes = { 0 };
    struct dm_input input;
    char *text = NULL;
    size_t size = 0;
    struct dm_str out;
    enum dm_status status =
        dm_input_load(cli, cli->args.operands.items, cli->args.operands.n, &input, err);

    path = path ? path : "-";
    if (status == DM_OK) {
        status =
            dm_file_read(cli->run, path, dm_limit_value(DM_LIMIT_INPUT_BYTES), &text, &size, err);
    }
    if (status == DM_OK) {
        status = read_lines(cli, input.model, text, size,
                            strcmp(path, "-") == 0 ? "standard input" : path, &probes, err);
    }
    dm_str_init(&out, cli->run);
    if (status == DM_OK) {
        status = dm_admission_applies(input.model) ? admit(cli, input.model, &probes, &out, err)
                                                   : answer(cli, input.model, &probes, &out, err);
    }
    if (status != DM_OK) {
        return status;
    }
    *ret_exit = DM_EXIT_FINE;
    return dm_output_write("-", &out, err);
}
