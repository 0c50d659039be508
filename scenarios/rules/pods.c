/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/rules/pods.h"

#include <string.h>

enum dm_status dm_pods_lint(struct dm_checker *checker, enum dm_rule_id rule,
                            const char *const *facts, dm_pod_rule *look_at, struct dm_err *err)
{
    struct dm_lint lint;
    struct dm_pod_look look = {
        .lint = &lint, .arena = checker->run, .model = checker->model, .err = err
    };

    dm_lint_init(&lint, checker, rule, facts);
    dm_map_init(&look.parts, look.arena);
    for (uint32_t i = 0; i < look.model->n_workloads; i++) {
        look.workload = &look.model->workloads[i];
        for (size_t j = 0; j < look.workload->n_pods && look.status == DM_OK; j++) {
            look.pod = &look.workload->pods[j];
            look_at(&look);
        }
    }
    return look.status == DM_OK ? dm_lint_report(&lint, err) : look.status;
}

enum dm_status dm_autoscalers_lint(struct dm_checker *checker, enum dm_rule_id rule,
                                   const char *const *facts, dm_pod_rule *look_at,
                                   struct dm_err *err)
{
    struct dm_lint lint;
    struct dm_pod_look look = {
        .lint = &lint, .arena = checker->run, .model = checker->model, .err = err
    };

    dm_lint_init(&lint, checker, rule, facts);
    dm_map_init(&look.parts, look.arena);
    for (uint32_t i = 0; i < look.model->n_autoscalers && look.status == DM_OK; i++) {
        look.autoscaler = &look.model->autoscalers[i];
        look.workload =
            look.autoscaler->target.v ? dm_workload_get(look.model, look.autoscaler->target) : NULL;
        look.pod = look.workload ? &look.workload->pods[0] : NULL;
        look_at(&look);
    }
    return look.status == DM_OK ? dm_lint_report(&lint, err) : look.status;
}

/* Each part is a finding of its own, however many of one name its workload has: they are counted,
 * in the order of the input, so that what a finding is about stays the same when lines move. */
static const char *cause_of(struct dm_pod_look *look, const struct dm_lint_item *item)
{
    uint64_t at = (uint64_t)item->origin.source << 32 | item->origin.begin_byte;

    for (unsigned n = 1;; n++) {
        const char *cause = dm_sprintf(look->arena, "%s %s %u", item->subject, item->part, n);
        bool added = false;
        uint64_t *slot = cause ? dm_map_add(&look->parts, cause, &added) : NULL;

        if (!slot) {
            return NULL;
        }
        if (added || *slot == at) {
            *slot = at;
            return cause;
        }
    }
}

void dm_pod_say(struct dm_pod_look *look, struct dm_lint_item *item, bool is_faulty)
{
    if (item->part && !item->cause) {
        item->cause = cause_of(look, item);
    }
    if (look->status == DM_OK && item->part && !item->cause) {
        look->status = DM_FAIL_NOMEM(look->err);
    }
    if (look->status == DM_OK) {
        look->status = is_faulty && !item->message ? DM_FAIL_NOMEM(look->err)
                                                   : dm_lint_add(look->lint, item, look->err);
    }
}

struct dm_lint_item dm_pod_item(const struct dm_pod_look *look)
{
    const struct dm_object *object =
        look->autoscaler ? &look->autoscaler->object : &look->workload->object;

    return (struct dm_lint_item){ .origin = object->origin, .subject = object->name };
}

const char *dm_probe_purpose_text(enum dm_probe_purpose purpose)
{
    static const char *const words[] = { "liveness", "readiness", "startup" };

    return words[purpose];
}

bool dm_kube_selects(const struct dm_kube_service *service, const struct dm_workload *workload,
                     const struct dm_pod *pod)
{
    return service->namespace.v == workload->namespace.v && service->selector
           && service->type != DM_KUBE_EXTERNAL_NAME
           && dm_selector_matches(service->selector, &pod->labels);
}

uint16_t dm_kube_target_port(const struct dm_pod *pod, const struct dm_kube_service_port *port)
{
    if (!port->target_name) {
        return port->target;
    }
    for (size_t i = 0; i < pod->n_ports; i++) {
        if (pod->ports[i].protocol == port->protocol
            && dm_str_equal(pod->ports[i].name, port->target_name)) {
            return pod->ports[i].port;
        }
    }
    return 0;
}
