/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * schema - the JSON Schemas of what the program reads and writes.
 *
 * That of the design language is made from its table of keys; the others are files
 * of data/schema, named NAME-VERSION.schema.json.
 */
#include <string.h>

#include "cli/choice.h"
#include "cli/output.h"
#include "model/facts/data.h"
#include "model/front/design/design.h"

const struct dm_option dm_schema_options[] = {
    { "output", 'o', "FILE", "write it there" },
    { NULL, 0, NULL, NULL },
};

#define FOLDER "schema/"

/* "result" of "schema/result-1.schema.json". */
static const char *name_of(struct dm_arena *arena, const struct dm_data_file *file)
{
    const char *name = file->path + strlen(FOLDER);

    return dm_arena_strndup(arena, name, strcspn(name, "-."));
}

static enum dm_status add_schema(struct dm_cli *cli, const char *name, struct dm_str *out,
                                 struct dm_err *err)
{
    size_t n = 0;
    const struct dm_data_file *files = dm_data_list(FOLDER, &n);
    DM_VEC(const char *) names = { 0 };

    if (strcmp(name, "design") == 0) {
        dm_design_schema(out);
        return DM_OK;
    }
    if (!DM_VEC_PUSH(cli->run, &names, "design")) {
        return DM_FAIL_NOMEM(err);
    }
    for (size_t i = 0; i < n; i++) {
        const char *one = name_of(cli->run, &files[i]);

        if (!one || !DM_VEC_PUSH(cli->run, &names, one)) {
            return DM_FAIL_NOMEM(err);
        }
        if (strcmp(one, name) == 0) {
            dm_str_addn(out, files[i].text, files[i].size);
            return DM_OK;
        }
    }
    return dm_choice_unknown("schema", name, names.items, names.n, err);
}

enum dm_status dm_run_schema(struct dm_cli *cli, int *ret_exit, struct dm_err *err)
{
    const char *path = dm_args_value(&cli->args, "output");
    struct dm_str out;
    enum dm_status status;

    dm_str_init(&out, cli->run);
    status = add_schema(cli, cli->args.operands.items[0], &out, err);
    if (status != DM_OK) {
        return status;
    }
    *ret_exit = DM_EXIT_FINE;
    return dm_output_write(path ? path : "-", &out, err);
}
