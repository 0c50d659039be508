/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How pods are kept up, and what they are given: names alone, as values may be secrets.
 */
#include <inttypes.h>

#include "render/dump_private.h"

static void dump_probe(struct dm_dump *dump, const struct dm_probe *probe)
{
    static const char *const purposes[] = { "liveness", "readiness", "startup" };
    static const char *const kinds[] = { "HTTP", "TCP", "gRPC", "command" };

    dm_str_addf(dump->out, "      %s: %s", purposes[probe->purpose],
                probe->is_tls ? "HTTPS" : kinds[probe->kind]);
    if (probe->port) {
        dm_str_addf(dump->out, " %u", probe->port);
    }
    if (probe->port_name) {
        dm_str_addf(dump->out, " %s", probe->port_name);
    }
    if (probe->path) {
        dm_str_addf(dump->out, " path %s", probe->path);
    }
    dm_str_add(dump->out, probe->is_elsewhere ? " of another host" : "");
    dm_str_add(dump->out,
               probe->kind != DM_PROBE_COMMAND && !probe->is_declared ? ", not declared" : "");
    dm_str_addc(dump->out, '\n');
}

void dm_dump_probes(struct dm_dump *dump, const struct dm_pod *pod)
{
    static const char *const kinds[] = { "written there", "written there", "of a secret",
                                         "of the cluster" };

    for (size_t i = 0; i < pod->n_probes; i++) {
        dump_probe(dump, &pod->probes[i]);
    }
    for (size_t i = 0; i < pod->n_variables; i++) {
        const struct dm_variable *variable = &pod->variables[i];

        dm_str_addf(dump->out, "      variable: %s, %s", variable->name, kinds[variable->kind]);
        if (variable->secret) {
            dm_str_addf(dump->out, " %s", variable->secret);
        }
        if (variable->key) {
            dm_str_addf(dump->out, " %s", variable->key);
        }
        dm_str_addc(dump->out, '\n');
    }
}

static void dump_account(struct dm_dump *dump, const struct dm_service_account *account)
{
    dm_dump_ref(dump, "namespace", DM_KIND_namespace, account->namespace.v);
    dm_dump_labels(dump, &account->labels);
    dm_dump_text(dump, "role", account->role);
    dm_dump_flag(dump, "without token", account->without_token);
}

static void dump_figure(struct dm_dump *dump, const char *name, bool is_used, uint32_t percent)
{
    if (is_used && percent) {
        dm_str_addf(dump->out, "    by %s: %" PRIu32 "%% of what is requested\n", name, percent);
    } else if (is_used) {
        dm_str_addf(dump->out, "    by %s\n", name);
    }
}

static void dump_autoscaler(struct dm_dump *dump, const struct dm_autoscaler *autoscaler)
{
    static const char *const modes[] = { "off", "at the start", "while it runs" };

    dm_dump_ref(dump, "namespace", DM_KIND_namespace, autoscaler->namespace.v);
    if (autoscaler->target.v) {
        dm_dump_ref(dump, "target", DM_KIND_workload, autoscaler->target.v);
    } else {
        dm_str_addf(dump->out, "    target: %s %s, which is not here\n", autoscaler->target_kind,
                    autoscaler->target_name);
    }
    if (autoscaler->kind == DM_AUTOSCALER_HORIZONTAL) {
        dm_str_addf(dump->out, "    pods: %" PRIu32 " to %" PRIu32 "\n", autoscaler->least,
                    autoscaler->most);
    } else {
        dm_dump_text(dump, "sets requests", modes[autoscaler->mode]);
    }
    dump_figure(dump, "cpu", autoscaler->by_cpu, autoscaler->cpu_percent);
    dump_figure(dump, "memory", autoscaler->by_memory, autoscaler->memory_percent);
    dm_dump_flag(dump, "by other figures", autoscaler->by_other);
}

static void dump_budget(struct dm_dump *dump, const struct dm_disruption_budget *budget)
{
    dm_dump_ref(dump, "namespace", DM_KIND_namespace, budget->namespace.v);
    dm_dump_selector(dump, "pods", budget->selector);
    dm_str_addf(dump->out, "    %s: %" PRIu32 "%s\n",
                budget->is_unavailable ? "may be gone" : "must be there", budget->amount,
                budget->is_percent ? "%" : "");
}

void dm_dump_upkeep(struct dm_dump *dump)
{
    const struct dm_model *model = dump->model;

    for (uint32_t i = 0; i < model->n_service_accounts; i++) {
        dm_dump_head(dump, DM_KIND_service_account, &model->service_accounts[i].object);
        dump_account(dump, &model->service_accounts[i]);
    }
    for (uint32_t i = 0; i < model->n_autoscalers; i++) {
        dm_dump_head(dump, DM_KIND_autoscaler, &model->autoscalers[i].object);
        dump_autoscaler(dump, &model->autoscalers[i]);
    }
    for (uint32_t i = 0; i < model->n_disruption_budgets; i++) {
        dm_dump_head(dump, DM_KIND_disruption_budget, &model->disruption_budgets[i].object);
        dump_budget(dump, &model->disruption_budgets[i]);
    }
    for (uint32_t i = 0; i < model->n_config_objects; i++) {
        const struct dm_config_object *config = &model->config_objects[i];

        dm_dump_head(dump, DM_KIND_config_object, &config->object);
        dm_dump_ref(dump, "namespace", DM_KIND_namespace, config->namespace.v);
        dm_dump_texts(dump, config->is_secret ? "values" : "credentials", config->keys,
                      config->n_keys);
    }
}
