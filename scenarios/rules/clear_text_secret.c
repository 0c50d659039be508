/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Credentials in clear text: variables of containers and keys of config maps whose name says that
 * they are one, and addresses with a password in them (model/secret.h).  Values are nowhere shown.
 */
#include <string.h>

#include "model/secret.h"
#include "scenarios/rules/pods.h"

static void look_at(struct dm_pod_look *look)
{
    for (size_t i = 0; i < look->pod->n_variables; i++) {
        const struct dm_variable *variable = &look->pod->variables[i];
        struct dm_lint_item item = dm_pod_item(look);
        bool is_faulty = variable->has_password
                         || (variable->kind == DM_VARIABLE_LITERAL
                             && dm_secret_is_name(variable->name, strlen(variable->name)));

        item.origin = variable->origin;
        item.part = variable->name;
        if (is_faulty) {
            item.message =
                dm_sprintf(look->arena, "variable `%s` of `%s` has %s in clear text",
                           variable->name, look->workload->object.name,
                           variable->has_password ? "an address with a password" : "a credential");
            item.label = "its value is written beside it";
            item.help = "take it from a secret, with `valueFrom`";
        }
        dm_pod_say(look, &item, is_faulty);
    }
}

static enum dm_status look_at_map(struct dm_lint *lint, const struct dm_config_object *config,
                                  struct dm_err *err)
{
    struct dm_lint_item item = { .origin = config->object.origin, .subject = config->object.name };

    if (config->n_keys) {
        item.message =
            dm_sprintf(lint->checker->run, "config map `%s` has a credential in clear text: `%s`",
                       config->object.name, config->keys[0]);
        item.label = "whoever may read it has them";
        item.help = "put it into a secret that is made outside these files";
        if (!item.message) {
            return DM_FAIL_NOMEM(err);
        }
    }
    return dm_lint_add(lint, &item, err);
}

enum dm_status dm_rule_run_clear_text_secret(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "K8S-51", NULL };
    const struct dm_model *model = checker->model;
    enum dm_status status = dm_pods_lint(checker, DM_RULE_SEC009, facts, look_at, err);
    struct dm_lint lint;

    dm_lint_init(&lint, checker, DM_RULE_SEC009, facts);
    for (uint32_t i = 0; i < model->n_config_objects && status == DM_OK; i++) {
        if (!model->config_objects[i].is_secret) {
            status = look_at_map(&lint, &model->config_objects[i], err);
        }
    }
    return status == DM_OK ? dm_lint_report(&lint, err) : status;
}
