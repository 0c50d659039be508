/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rules - lists the catalogue.
 */
#include "cli/choice.h"
#include "cli/output.h"
#include "render/rule.h"

const struct dm_option dm_rules_options[] = {
    { "format", 0, "FMT", "text (default), json or md" },
    { NULL, 0, NULL, NULL },
};

enum dm_status dm_run_rules(struct dm_cli *cli, int *ret_exit, struct dm_err *err)
{
    static const char *const words[] = { "text", "json", "md", NULL };
    static const enum dm_rule_format formats[] = { DM_RULE_FORMAT_TEXT, DM_RULE_FORMAT_JSON,
                                                   DM_RULE_FORMAT_MARKDOWN };
    size_t format = 0;
    struct dm_str out;
    enum dm_status status = dm_choice_of(&cli->args, "format", words, &format, err);

    dm_str_init(&out, cli->run);
    if (status == DM_OK) {
        status = dm_render_rules(formats[format], &cli->options, &out, err);
    }
    if (status != DM_OK) {
        return status;
    }
    *ret_exit = DM_EXIT_FINE;
    return dm_output_write("-", &out, err);
}
