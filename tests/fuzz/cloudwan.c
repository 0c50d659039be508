/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes taken for a policy document end in a model that keeps every invariant, or in faults
 * that stand within the text.
 */
#include "model/front/cloudwan/cloudwan.h"
#include "tests/fuzz/reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reading reading = reading_begin();
    struct dm_builder *builder = dm_builder_new(reading.arena, reading.sources, NULL);
    const struct dm_model *model = NULL;
    uint32_t source = 0;

    DM_ASSERT(builder);
    DM_ASSERT(dm_sources_add(reading.sources, "x.json", (const char *)data, size, &source, NULL)
              == DM_OK);
    reading.status = dm_cloudwan_load(reading.arena, reading.sources, "x.json",
                                      dm_facts_new(reading.arena), builder, &reading.diags, NULL);
    DM_ASSERT(reading.status == DM_OK);
    if (reading.status == DM_OK && reading.diags.n_errors == 0) {
        DM_ASSERT(dm_model_build(builder, &reading.diags, &model, NULL) == DM_OK);
        DM_ASSERT(!model == (reading.diags.n_errors > 0));
    }
    if (model) {
        DM_ASSERT(dm_model_check(model, &reading.diags, NULL) == DM_OK);
        DM_ASSERT(reading.diags.n_errors == 0);
    }
    for (size_t i = 0; i < reading.diags.n_items; i++) {
        DM_ASSERT(!strchr(reading.diags.items[i].message, '\n'));
        for (unsigned k = 0; k < reading.diags.items[i].n_labels; k++) {
            fuzz_check_span(reading.diags.items[i].labels[k].span, size);
        }
    }
    reading_release(&reading);
    return 0;
}
