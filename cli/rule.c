/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rule - explains one rule.
 */
#include "render/rule.h"

#include "cli/choice.h"
#include "cli/output.h"

const struct dm_option dm_rule_options[] = {
    { "format", 0, "FMT", "text (default), json or md" },
    { NULL, 0, NULL, NULL },
};

enum dm_status dm_run_rule(struct dm_cli *cli, int *ret_exit, struct dm_err *err)
{
    static const char *const words[] = { "text", "json", "md", NULL };
    static const enum dm_rule_format formats[] = { DM_RULE_FORMAT_TEXT, DM_RULE_FORMAT_JSON,
                                                   DM_RULE_FORMAT_MARKDOWN };
    struct dm_facts *facts = dm_facts_new(cli->run);
    size_t format = 0;
    struct dm_str out;
    enum dm_status status = dm_choice_of(&cli->args, "format", words, &format, err);

    if (status == DM_OK && !facts) {
        status = DM_FAIL_NOMEM(err);
    }
    if (status == DM_OK) {
        status = dm_facts_load(facts, err);
    }
    dm_str_init(&out, cli->run);
    if (status == DM_OK) {
        status = dm_render_rule(cli->args.operands.items[0], facts, formats[format], &cli->options,
                                &out, err);
    }
    if (status != DM_OK) {
        return status;
    }
    *ret_exit = DM_EXIT_FINE;
    return dm_output_write("-", &out, err);
}
