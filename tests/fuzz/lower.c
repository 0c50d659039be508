/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any tree can be lowered, also one that the grammar would refuse: each fault stands within the
 * text, and without faults there is a model that keeps all invariants.
 */
#include "model/front/design/lower.h"
#include "tests/fuzz/reading.h"

static void lower(struct reading *reading)
{
    struct dm_builder *builder = dm_builder_new(reading->arena, reading->sources, NULL);
    const struct dm_model *model = NULL;

    DM_ASSERT(builder);
    DM_ASSERT(dm_design_lower(reading->arena, reading->tree, NULL, dm_facts_new(reading->arena),
                              builder, &reading->diags, NULL)
              == DM_OK);
    if (reading->diags.n_errors == 0) {
        DM_ASSERT(dm_model_build(builder, &reading->diags, &model, NULL) == DM_OK);
        DM_ASSERT(model);
        DM_ASSERT(dm_model_check(model, &reading->diags, NULL) == DM_OK);
        DM_ASSERT(reading->diags.n_errors == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reading reading = reading_of_bytes(READING_YAML, (const char *)data, size);

    if (reading.tree) {
        lower(&reading);
    }
    for (size_t i = 0; i < reading.diags.n_items; i++) {
        fuzz_check_span(reading.diags.items[i].labels[0].span, size);
    }
    reading_release(&reading);
    return 0;
}
