/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A store with more secondary regions than its engine has [EC-01, AUR-01, EFS-01].
 * One finding for each statement of an engine.
 */
#include "model/base/str.h"
#include "scenarios/checker.h"

/* Secondary regions at most; 0: this rule knows no limit of the engine. */
static const struct {
    size_t most;
    const char *facts[3];
    const char *what;
} limits[DM_ENGINE_COUNT] = {
    [DM_ENGINE_AURORA_GLOBAL] = { 10, { "AUR-01", NULL }, "an Aurora global database" },
    [DM_ENGINE_REDIS_GLOBAL_DATASTORE] = { 2, { "EC-01", "EC-03", NULL }, "a global datastore" },
    [DM_ENGINE_EFS] = { 1, { "EFS-01", NULL }, "an EFS file system" },
};

static size_t count_secondaries(const struct dm_store *store)
{
    return store->n_copies ? store->n_copies - 1 : 0;
}

static enum dm_status add_finding(struct dm_checker *checker, uint32_t first, struct dm_err *err)
{
    const struct dm_model *model = checker->model;
    const struct dm_store *store = &model->stores[first];
    DM_VEC(const char *) subjects = { 0 };
    size_t most = limits[store->engine].most;
    struct dm_finding *finding;
    enum dm_status status;

    for (uint32_t i = first; i < model->n_stores; i++) {
        if (dm_str_equal(model->stores[i].base, store->base)
            && model->stores[i].engine == store->engine
            && count_secondaries(&model->stores[i]) > most
            && !DM_VEC_PUSH(checker->run, &subjects, model->stores[i].object.name)) {
            return DM_FAIL_NOMEM(err);
        }
    }
    status =
        dm_finding_add(checker, NULL, DM_RULE_RES001, subjects.items, subjects.n, &finding, err);
    if (status != DM_OK) {
        return status;
    }
    finding->message =
        dm_sprintf(checker->run, "`%s` has %zu secondary regions, and %s has at most %zu",
                   store->base, count_secondaries(store), limits[store->engine].what, most);
    finding->help = "drop a region, or give it a store of its own";
    dm_finding_facts(finding, limits[store->engine].facts);
    dm_finding_label(checker, finding, store->copies[most + 1].origin, "one too many");
    dm_finding_label(checker, finding, store->engine_origin, "%s",
                     dm_store_engine_text(store->engine));
    return finding->message ? DM_OK : DM_FAIL_NOMEM(err);
}

enum dm_status dm_rule_run_too_many_secondaries(struct dm_checker *checker, struct dm_err *err)
{
    const struct dm_model *model = checker->model;
    enum dm_status status = DM_OK;

    for (uint32_t i = 0; status == DM_OK && i < model->n_stores; i++) {
        const struct dm_store *store = &model->stores[i];
        bool said = false;

        if (!limits[store->engine].most || count_secondaries(store) <= limits[store->engine].most) {
            continue;
        }
        for (uint32_t j = 0; j < i; j++) {
            said |= dm_str_equal(model->stores[j].base, store->base)
                    && model->stores[j].engine == store->engine
                    && count_secondaries(&model->stores[j]) > limits[store->engine].most;
        }
        if (!said) {
            status = add_finding(checker, i, err);
        }
    }
    return status;
}
