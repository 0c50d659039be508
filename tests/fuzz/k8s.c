/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes taken for manifests end in a model that keeps every invariant and whose policies can be
 * asked, or in faults that stand within the text.
 */
#include "model/front/k8s/k8s.h"
#include "solver/cluster/policy.h"
#include "tests/fuzz/reading.h"

static void ask(struct dm_arena *arena, const struct dm_model *model)
{
    struct dm_policies *policies = dm_policies_new(arena, model, dm_sets_new(arena));
    uint32_t n = dm_policies_n_pods(policies) < 4 ? dm_policies_n_pods(policies) : 4;

    for (uint32_t i = 0; i < n; i++) {
        (void)dm_policies_outside(policies, i, DM_POLICY_INGRESS);
        for (uint32_t j = 0; j < n; j++) {
            (void)dm_policies_between(policies, i, j);
        }
    }
    DM_ASSERT(!dm_policies_failed(policies));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reading reading = reading_begin();
    struct dm_builder *builder = dm_builder_new(reading.arena, reading.sources, NULL);
    const struct dm_model *model = NULL;
    uint32_t source = 0;

    DM_ASSERT(builder);
    DM_ASSERT(dm_sources_add(reading.sources, "x.yaml", (const char *)data, size, &source, NULL)
              == DM_OK);
    reading.status =
        dm_k8s_load(reading.arena, reading.sources, "x.yaml", builder, &reading.diags, NULL);
    /* INVALID: nothing in it is a manifest. */
    DM_ASSERT(reading.status == DM_OK || reading.status == DM_INVALID);
    if (reading.status == DM_OK && reading.diags.n_errors == 0) {
        DM_ASSERT(dm_model_build(builder, &reading.diags, &model, NULL) == DM_OK);
        DM_ASSERT(!model == (reading.diags.n_errors > 0));
    }
    if (model) {
        DM_ASSERT(dm_model_check(model, &reading.diags, NULL) == DM_OK);
        DM_ASSERT(reading.diags.n_errors == 0);
        ask(reading.arena, model);
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
