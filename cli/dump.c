/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dump - what a stage made of a network, as text.
 */
#include "render/dump.h"
#include "cli/input.h"
#include "cli/output.h"
#include "model/front/design/design.h"

static void dump_elements(const struct dm_model *model, struct dm_str *out)
{
    for (uint32_t i = 0; i < model->n_elements; i++) {
        const struct dm_element *element = &model->elements[i];

        dm_style_add(out, element->object.name);
        for (size_t j = 0; j < element->n_containers; j++) {
            dm_str_add(out, j ? ", " : " in ");
            dm_style_add(out, dm_element_get(model, element->containers[j])->object.name);
        }
        dm_str_addc(out, '\n');
    }
}

static const struct {
    const char *name;
    void (*dump)(const struct dm_model *model, struct dm_str *out);
} stages[] = {
    /* NULL: it needs more than the model */
    { "model", dm_render_model },
    { "elements", dump_elements },
    { "lock", dm_design_lock },
    { "routes", NULL },
};

enum { N_STAGES = sizeof stages / sizeof *stages };

static enum dm_status find_stage(const char *name, size_t *ret_stage, struct dm_err *err)
{
    const char *names[N_STAGES];
    const char *near;

    for (size_t i = 0; i < N_STAGES; i++) {
        if (dm_str_equal(stages[i].name, name)) {
            *ret_stage = i;
            return DM_OK;
        }
        names[i] = stages[i].name;
    }
    near = dm_str_nearest(name, names, N_STAGES);
    return near ? DM_FAIL(err, DM_USAGE, "no stage `%s`; did you mean `%s`?", name, near)
                : DM_FAIL(err, DM_USAGE,
                          "no stage `%s`; there are model, elements, lock and routes", name);
}

enum dm_status dm_run_dump(struct dm_cli *cli, int *ret_exit, struct dm_err *err)
{
    const char *const *words = cli->args.operands.items;
    struct dm_input input;
    size_t stage = 0;
    struct dm_str out;
    enum dm_status status = find_stage(words[0], &stage, err);

    if (status == DM_OK) {
        status = dm_input_load(cli, words + 1, cli->args.operands.n - 1, &input, err);
    }
    if (status != DM_OK) {
        return status;
    }
    dm_str_init(&out, cli->run);
    if (stages[stage].dump) {
        stages[stage].dump(input.model, &out);
    } else if (!dm_render_routes(cli->run, input.model, &out)) {
        return DM_FAIL_NOMEM(err);
    }
    *ret_exit = DM_EXIT_FINE;
    return dm_output_write("-", &out, err);
}
