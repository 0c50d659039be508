/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pods that count as ready by what another port says than those which their service sends to: they
 * are sent requests whether what takes these is there or not [K8S-42].  One port of several is
 * enough.
 */
#include "scenarios/rules/pods.h"

/* Whether the pod has probes of readiness that ask it by port; 'ret_port' is that of the first. */
static bool is_asked(const struct dm_pod *pod, uint16_t *ret_port, struct dm_span *ret_origin)
{
    for (size_t i = 0; i < pod->n_probes; i++) {
        const struct dm_probe *probe = &pod->probes[i];

        if (probe->purpose == DM_PROBE_READINESS && probe->port && !probe->is_elsewhere) {
            *ret_port = probe->port;
            *ret_origin = probe->origin;
            return true;
        }
    }
    return false;
}

static bool is_asked_at(const struct dm_pod *pod, uint16_t port)
{
    for (size_t i = 0; i < pod->n_probes; i++) {
        const struct dm_probe *probe = &pod->probes[i];

        if (probe->purpose == DM_PROBE_READINESS && probe->port == port && !probe->is_elsewhere) {
            return true;
        }
    }
    return false;
}

/* Whether none of the ports that the service sends to, over TCP, is asked. */
static bool is_past(const struct dm_pod *pod, const struct dm_kube_service *service,
                    uint16_t *ret_target)
{
    *ret_target = 0;
    for (size_t i = 0; i < service->n_ports; i++) {
        uint16_t target = dm_kube_target_port(pod, &service->ports[i]);

        if (service->ports[i].protocol != DM_PROTO_TCP || !target) {
            continue;
        }
        if (is_asked_at(pod, target)) {
            return false;
        }
        *ret_target = *ret_target ? *ret_target : target;
    }
    return *ret_target != 0;
}

static void look_at(struct dm_pod_look *look)
{
    struct dm_span origin = DM_SPAN_NONE;
    uint16_t asked = 0;

    if (!is_asked(look->pod, &asked, &origin)) {
        return;
    }
    for (uint32_t i = 0; i < look->model->n_kube_services; i++) {
        const struct dm_kube_service *service = &look->model->kube_services[i];
        struct dm_lint_item item = dm_pod_item(look);
        uint16_t target;
        bool is_faulty;

        if (!dm_kube_selects(service, look->workload, look->pod)) {
            continue;
        }
        is_faulty = is_past(look->pod, service, &target);
        item.origin = origin;
        if (is_faulty) {
            item.message = dm_sprintf(
                look->arena,
                "`%s` counts as ready by port %u, and `%s` sends to port %u, of which nobody asks",
                look->workload->object.name, asked, service->object.name, target);
            item.label = "readiness is asked for here";
            item.help = "ask for readiness at a port that the service sends to";
            item.places[item.n_places++] =
                (struct dm_lint_place){ service->object.origin, "sends elsewhere" };
        }
        dm_pod_say(look, &item, is_faulty);
    }
}

enum dm_status dm_rule_run_readiness_elsewhere(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "K8S-42", NULL };

    return dm_pods_lint(checker, DM_RULE_CLU012, facts, look_at, err);
}
