/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * build - writes what deploys a network, once it is proved.
 *
 * The gate is a check at level error, with the failures that the design itself states: nothing here
 * makes it easier.  The one file that is written outside the output folder is demarc.lock beside
 * the design, which keeps the addresses as they were deployed.
 */
#include <string.h>

#include "cli/date.h"
#include "cli/input.h"
#include "cli/output.h"
#include "model/base/file.h"
#include "model/base/limits.h"
#include "model/front/design/design.h"
#include "render/artifacts/artifacts.h"
#include "render/text.h"
#include "scenarios/check.h"

const struct dm_option dm_build_options[] = {
    { "output", 'o', "DIR", "the folder to write; needed" },
    { "as-of", 0, "DATE", "the day that policies are read for, 2026-11-22 (default: today)" },
    { NULL, 0, NULL, NULL },
};

/* Says why nothing was written. */
static enum dm_status refuse(struct dm_cli *cli, const struct dm_result *result, int exit_status,
                             struct dm_err *err)
{
    struct dm_str out;

    dm_str_init(&out, cli->run);
    dm_render_verdicts(result, &cli->options, &out);
    dm_str_addf(&out,
                "\nnothing was written: something at level error is %s; `demarc check` says why\n",
                exit_status == DM_EXIT_NO ? "violated" : "unknown");
    return dm_output_write("-", &out, err);
}

/* Beside the design; a lock that says the same already is left alone. */
static enum dm_status write_lock(struct dm_cli *cli, const struct dm_input *input,
                                 struct dm_err *err)
{
    const char *folder = dm_path_folder(cli->run, input->design);
    const char *path = folder ? dm_path_join(cli->run, folder, "demarc.lock") : NULL;
    struct dm_str text;
    enum dm_status status;

    dm_str_init(&text, cli->run);
    status =
        path ? dm_design_lock_beside(input->model, input->design, &text, err) : DM_FAIL_NOMEM(err);
    if (status != DM_OK) {
        return status;
    }
    if (dm_file_exists(path)) {
        char *old = NULL;
        size_t size = 0;

        status =
            dm_file_read(cli->run, path, dm_limit_value(DM_LIMIT_DESIGN_BYTES), &old, &size, err);

        if (status != DM_OK || (size == text.length && memcmp(old, text.text, size) == 0)) {
            return status;
        }
    }
    return dm_output_write(path, &text, err);
}

static enum dm_status write_all(struct dm_cli *cli, const struct dm_input *input,
                                const struct dm_result *result, const char *folder,
                                struct dm_err *err)
{
    struct dm_artifacts artifacts = { 0 };
    struct dm_str out;
    enum dm_status status = dm_artifacts_write(cli->run, result, folder, &artifacts, err);

    if (status == DM_OK && input->design) {
        status = write_lock(cli, input, err);
    }
    if (status != DM_OK) {
        return status;
    }
    dm_str_init(&out, cli->run);
    if (!cli->quiet) {
        dm_render_verdicts(result, &cli->options, &out);
        dm_str_addc(&out, '\n');
        dm_style_add(&out, folder);
        dm_str_add(&out, ": ");
        dm_style_counted(&out, artifacts.n_paths, "file");
        dm_str_add(&out, artifacts.unchanged ? ", as they were\n" : " written\n");
    }
    return dm_output_write("-", &out, err);
}

enum dm_status dm_run_build(struct dm_cli *cli, int *ret_exit, struct dm_err *err)
{
    const char *folder = dm_args_value(&cli->args, "output");
    struct dm_check_options options = { 0 };
    const struct dm_result *result = NULL;
    struct dm_input input;
    enum dm_status status;

    if (!folder || !*folder || strcmp(folder, "-") == 0) {
        return DM_FAIL(err, DM_USAGE, "`build` needs a folder to write: `-o DIR`");
    }
    status = dm_date_of(cli, dm_args_value(&cli->args, "as-of"), &options.as_of, err);
    if (status == DM_OK) {
        status = dm_input_load(cli, cli->args.operands.items, cli->args.operands.n, &input, err);
    }
    if (status == DM_OK) {
        status = dm_check(cli->run, input.model, input.facts, &options, &result, err);
    }
    if (status != DM_OK) {
        return status;
    }
    *ret_exit = dm_check_exit_code(result, DM_SEV_ERROR);
    return *ret_exit == DM_EXIT_FINE ? write_all(cli, &input, result, folder, err)
                                     : refuse(cli, result, *ret_exit, err);
}
