/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Secrets whose values are in the input: whoever may read these files has them [K8S-51].
 */
#include "scenarios/rules/pods.h"

enum dm_status dm_rule_run_secret_in_input(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "K8S-51", NULL };
    const struct dm_model *model = checker->model;
    enum dm_status status = DM_OK;
    struct dm_lint lint;

    dm_lint_init(&lint, checker, DM_RULE_SEC010, facts);
    for (uint32_t i = 0; i < model->n_config_objects && status == DM_OK; i++) {
        const struct dm_config_object *config = &model->config_objects[i];
        struct dm_lint_item item = { .origin = config->object.origin,
                                     .subject = config->object.name };

        if (!config->is_secret) {
            continue;
        }
        if (config->n_keys) {
            item.message =
                dm_sprintf(checker->run, "secret `%s` is here with its values, such as `%s`",
                           config->object.name, config->keys[0]);
            item.label = "whoever may read this file has them";
            item.help = "keep the values elsewhere, and have the secret made from there";
            if (!item.message) {
                return DM_FAIL_NOMEM(err);
            }
        }
        status = dm_lint_add(&lint, &item, err);
    }
    return status == DM_OK ? dm_lint_report(&lint, err) : status;
}
