/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/admit.h"

#include <string.h>

#include "cli/ask.h"
#include "cli/choice.h"
#include "model/base/vec.h"
#include "scenarios/admission.h"

static enum dm_status fail_side(struct dm_cli *cli, const struct dm_model *model, const char *word,
                                const char *why, struct dm_err *err)
{
    DM_VEC(const char *) names = { 0 };

    for (uint32_t i = 0; i < model->n_workloads; i++) {
        const struct dm_workload *workload = &model->workloads[i];
        const char *kind = strchr(workload->object.name, '[');
        size_t length =
            kind ? (size_t)(kind - workload->object.name) : strlen(workload->object.name);

        if (!DM_VEC_PUSH(cli->run, &names, workload->object.name)
            || !DM_VEC_PUSH(cli->run, &names,
                            dm_arena_strndup(cli->run, workload->object.name, length))
            || !DM_VEC_PUSH(cli->run, &names, workload->short_name)) {
            return DM_FAIL_NOMEM(err);
        }
    }
    return dm_choice_unnamed(word, why, names.items, names.n, err);
}

static enum dm_status choose_flow(struct dm_cli *cli, const struct dm_model *model,
                                  const struct dm_admission_side *to, const char *word,
                                  struct dm_flow *ret_flow, struct dm_err *err)
{
    const char *port = dm_args_value(&cli->args, "port");

    if (port) {
        return dm_ask_app(port, ret_flow)
                   ? DM_OK
                   : DM_FAIL(err, DM_USAGE,
                             "`--port` is tcp/PORT, udp/PORT, sctp/PORT or icmp, not `%s`", port);
    }
    return dm_admission_port(model, to, ret_flow)
               ? DM_OK
               : DM_FAIL(err, DM_USAGE,
                         "`%s` does not have one port of its own; add `--port tcp/443`", word);
}

enum dm_status dm_admit_ways(struct dm_cli *cli, const struct dm_model *model,
                             const char *const words[2], struct dm_path_way *ways, size_t n_ways,
                             struct dm_err *err)
{
    struct dm_admission_side sides[2];
    struct dm_admission admission;
    enum dm_status status = DM_OK;

    for (size_t i = 0; i < 2; i++) {
        const char *why = "";

        if (!dm_admission_find(model, words[i], &sides[i], &why)) {
            return fail_side(cli, model, words[i], why, err);
        }
    }
    if (!sides[0].workload.v && !sides[1].workload.v) {
        return DM_FAIL(err, DM_USAGE, "neither `%s` nor `%s` is a workload", words[0], words[1]);
    }
    status = dm_admission_init(&admission, cli->run, model, err);
    for (size_t i = 0; i < n_ways && status == DM_OK; i++) {
        struct dm_session_query *query = DM_NEW(cli->run, struct dm_session_query);
        struct dm_admission_answer *answer = DM_NEW(cli->run, struct dm_admission_answer);

        if (!query || !answer) {
            return DM_FAIL_NOMEM(err);
        }
        status = choose_flow(cli, model, &sides[1 - i], words[1 - i], &query->flow, err);
        if (status == DM_OK) {
            status =
                dm_admission_ask(&admission, &sides[i], &sides[1 - i], &query->flow, answer, err);
        }
        ways[i] = (struct dm_path_way){
            .from = words[i], .to = words[1 - i], .query = query, .session = &answer->session
        };
        if (status == DM_OK) {
            ways[i].request = answer->request;
            ways[i].reply = answer->reply;
        }
    }
    return status;
}
