/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * validate - reads a network and stops there.
 */
#include "cli/input.h"
#include "cli/output.h"
#include "render/text.h"

enum dm_status dm_run_validate(struct dm_cli *cli, int *ret_exit, struct dm_err *err)
{
    struct dm_input input;
    struct dm_str out;
    enum dm_status status =
        dm_input_load(cli, cli->args.operands.items, cli->args.operands.n, &input, err);

    if (status != DM_OK) {
        return status;
    }
    dm_str_init(&out, cli->run);
    if (!cli->quiet) {
        const struct dm_model *model = input.model;

        dm_style_tinted(&out, &cli->options, DM_TINT_STRONG,
                        model->name ? model->name : "unnamed network");
        dm_str_add(&out, "  ");
        dm_render_model_line(model, &out);
        if (model->n_requirements) {
            dm_str_add(&out, "  ");
            dm_style_counted(&out, model->n_requirements, "requirement");
        }
        dm_str_add(&out, "  well formed\n");
        if (model->n_unknowns) {
            dm_style_counted(&out, model->n_unknowns, "part");
            dm_str_add(&out, " not understood: see `demarc dump model`\n");
        }
    }
    *ret_exit = DM_EXIT_FINE;
    return dm_output_write("-", &out, err);
}
