/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * reach - all pairs of a network: who can connect to whom, and on what.
 */
#include "cli/choice.h"
#include "cli/input.h"
#include "cli/output.h"
#include "render/pairs.h"
#include "scenarios/workloads.h"

const struct dm_option dm_reach_options[] = {
    { "from", 0, "NAME,...", "only what comes from these" },
    { "to", 0, "NAME,...", "only what goes to these" },
    { "by", 0, "WHAT", "endpoint (default), subnet, vpc or workload (default of k8s: inputs)" },
    { "exposure", 0, NULL, "of k8s: inputs, pods that are not in them too, by namespace" },
    { "classes", 0, NULL, "by classes of places that are alike, with their members" },
    { "format", 0, "FORMAT", "text (default), json or csv" },
    { NULL, 0, NULL, NULL },
};

static enum dm_status read_options(struct dm_cli *cli, struct dm_pairs_options *options,
                                   size_t *ret_format, struct dm_err *err)
{
    static const char *const by[] = { "endpoint", "subnet", "vpc", "workload", NULL };
    static const char *const formats[] = { "text", "json", "csv", NULL };
    size_t chosen = 0;
    enum dm_status status = dm_choice_of(&cli->args, "by", by, &chosen, err);

    *options = (struct dm_pairs_options){ .by = (enum dm_pairs_by)chosen };
    options->by_class = dm_args_has(&cli->args, "classes");
    options->exposure = dm_args_has(&cli->args, "exposure");
    if (status == DM_OK) {
        status = dm_choice_of(&cli->args, "format", formats, ret_format, err);
    }
    if (status == DM_OK) {
        status = dm_args_list(cli->run, &cli->args, "from", &options->from, &options->n_from, err);
    }
    if (status == DM_OK) {
        status = dm_args_list(cli->run, &cli->args, "to", &options->to, &options->n_to, err);
    }
    return status;
}

/* A network of workloads alone has no other places. */
static enum dm_status find(struct dm_cli *cli, const struct dm_input *input,
                           const struct dm_pairs_options *options, struct dm_pairs *ret_pairs,
                           struct dm_err *err)
{
    bool is_cluster = input->model->n_clusters && !input->model->n_vpcs;

    return options->by == DM_PAIRS_BY_WORKLOAD || (is_cluster && !dm_args_has(&cli->args, "by"))
               ? dm_workloads_find(cli->run, input->model, options, ret_pairs, err)
               : dm_pairs_find(cli->run, input->model, options, ret_pairs, err);
}

enum dm_status dm_run_reach(struct dm_cli *cli, int *ret_exit, struct dm_err *err)
{
    struct dm_pairs_options options;
    struct dm_pairs pairs;
    struct dm_input input;
    size_t format = 0;
    struct dm_str out;
    enum dm_status status = read_options(cli, &options, &format, err);

    if (status == DM_OK) {
        status = dm_input_load(cli, cli->args.operands.items, cli->args.operands.n, &input, err);
    }
    if (status == DM_OK) {
        status = find(cli, &input, &options, &pairs, err);
    }
    if (status != DM_OK) {
        return status;
    }
    dm_str_init(&out, cli->run);
    if (format == 1) {
        status = dm_render_pairs_json(input.model, &pairs, &out, err);
    } else if (format == 2) {
        dm_render_pairs_csv(&pairs, &out);
    } else {
        dm_render_pairs(&pairs, &out);
    }
    *ret_exit = DM_EXIT_FINE;
    return status == DM_OK ? dm_output_write("-", &out, err) : status;
}
