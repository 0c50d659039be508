/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * graph - the picture of a network.
 */
#include "render/graph.h"

#include <string.h>

#include "cli/choice.h"
#include "cli/input.h"
#include "cli/output.h"
#include "model/base/file.h"
#include "render/picture.h"

const struct dm_option dm_graph_options[] = {
    { "output", 'o', "FILE", "F.svg, F.png, F.pdf or F.dot (default: -, standard output)" },
    { "format", 0, "FMT", "svg, png, pdf or dot, whatever the file's name is (of -: dot)" },
    { "level", 0, "LEVEL", "vpc: the only one so far" },
    { NULL, 0, NULL, NULL },
};

/* Of one try to lay the graph out; there are three, see render/picture.h. */
enum { LAYOUT_MS = 20000 };

static const char *const formats[] = { "dot", "svg", "png", "pdf", NULL };

static enum dm_status choose_format(const struct dm_args *args, const char *path,
                                    size_t *ret_format, struct dm_err *err)
{
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash ? slash : path, '.');

    *ret_format = 0;
    if (dm_args_has(args, "format")) {
        return dm_choice_of(args, "format", formats, ret_format, err);
    }
    if (strcmp(path, "-") == 0) {
        return DM_OK;
    }
    for (size_t i = 0; dot && formats[i]; i++) {
        if (strcmp(dot + 1, formats[i]) == 0) {
            *ret_format = i;
            return DM_OK;
        }
    }
    return DM_FAIL(err, DM_USAGE,
                   "the name `%s` does not end in .svg, .png, .pdf or .dot; add "
                   "`--format svg`",
                   path);
}

enum dm_status dm_run_graph(struct dm_cli *cli, int *ret_exit, struct dm_err *err)
{
    static const char *const levels[] = { "vpc", NULL };
    const char *path = dm_args_value(&cli->args, "output");
    const char *bytes = NULL;
    size_t level = 0;
    size_t format = 0;
    size_t size = 0;
    struct dm_input input;
    struct dm_str dot;
    enum dm_status status = dm_choice_of(&cli->args, "level", levels, &level, err);

    path = path ? path : "-";
    if (status == DM_OK) {
        status = choose_format(&cli->args, path, &format, err);
    }
    if (status == DM_OK) {
        status = dm_input_load(cli, cli->args.operands.items, cli->args.operands.n, &input, err);
    }
    if (status != DM_OK) {
        return status;
    }
    dm_str_init(&dot, cli->run);
    dm_render_graph(input.model, &dot);
    *ret_exit = DM_EXIT_FINE;
    if (format == 0 || dot.failed) {
        return dm_output_write(path, &dot, err);
    }
    status = dm_picture_layout(cli->run, dot.text, formats[format], LAYOUT_MS, &bytes, &size, err);
    return status == DM_OK ? dm_file_write(path, bytes, size, err) : status;
}
