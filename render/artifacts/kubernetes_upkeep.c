/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How pods are kept up: their containers with probes and secrets, autoscalers, budgets.
 */
#include <string.h>

#include "model/base/str.h"
#include "model/base/vec.h"
#include "render/artifacts/kubernetes_private.h"

/* ---- containers ---- */

/* Names of containers, each once; NULL is the one that carries its workload's name. */
struct names {
    const char **items;
    size_t n;
    size_t capacity;
};

static void add_name(struct dm_kube *kube, struct names *names, const char *name)
{
    for (size_t i = 0; i < names->n; i++) {
        if (dm_str_equal(names->items[i], name)) {
            return;
        }
    }
    if (!DM_VEC_PUSH(kube->arena, names, name)) {
        dm_kube_nomem(kube);
    }
}

/* The largest unit that there is a whole number of: people read `512Mi`, not `536870912`. */
static int64_t octets_of(int64_t memory)
{
    int64_t unit = 1;

    while (memory && unit < INT64_C(1) << 30 && memory % (unit << 10) == 0) {
        unit <<= 10;
    }
    return unit;
}

static const char *suffix_of(int64_t unit)
{
    return unit == 1 ? "" : unit == 1 << 10 ? "Ki" : unit == 1 << 20 ? "Mi" : "Gi";
}

static void amounts(struct dm_kube *kube, json_t *in, const char *key,
                    const struct dm_resources *at)
{
    json_t *map = at->cpu_milli < 0 && at->memory < 0 ? NULL : dm_kube_map(kube, in, key);

    if (at->cpu_milli >= 0) {
        dm_kube_set(kube, map, "cpu",
                    at->cpu_milli % 1000 ? json_sprintf("%lldm", (long long)at->cpu_milli)
                                         : json_sprintf("%lld", (long long)at->cpu_milli / 1000));
    }
    if (at->memory >= 0) {
        dm_kube_set(kube, map, "memory",
                    json_sprintf("%lld%s", (long long)(at->memory / octets_of(at->memory)),
                                 suffix_of(octets_of(at->memory))));
    }
}

static void resources(struct dm_kube *kube, json_t *body, const struct dm_schedule *at)
{
    if (at->requests.cpu_milli >= 0 || at->requests.memory >= 0 || at->limits.cpu_milli >= 0
        || at->limits.memory >= 0) {
        json_t *map = dm_kube_map(kube, body, "resources");

        amounts(kube, map, "requests", &at->requests);
        amounts(kube, map, "limits", &at->limits);
    }
}

static void ports(struct dm_kube *kube, json_t *body, const struct dm_pod *pod, const char *name)
{
    for (size_t i = 0; i < pod->n_ports; i++) {
        json_t *port;

        if (!dm_str_equal(pod->ports[i].container, name)) {
            continue;
        }
        port = json_object();
        if (pod->ports[i].name) {
            dm_kube_set(kube, port, "name", json_string(pod->ports[i].name));
        }
        dm_kube_set(kube, port, "containerPort", json_integer(pod->ports[i].port));
        dm_kube_set(kube, port, "protocol",
                    json_string(dm_kube_protocol(kube, pod->ports[i].protocol)));
        dm_kube_push(kube, body, "ports", port);
    }
}

static void probe(struct dm_kube *kube, json_t *body, const struct dm_probe *at)
{
    static const char *const purposes[] = { "livenessProbe", "readinessProbe", "startupProbe" };
    static const char *const kinds[] = { "httpGet", "tcpSocket", "grpc", "exec" };
    json_t *way =
        dm_kube_map(kube, dm_kube_map(kube, body, purposes[at->purpose]), kinds[at->kind]);

    for (size_t i = 0; i < at->n_command; i++) {
        dm_kube_push(kube, way, "command", json_string(at->command[i]));
    }
    if (at->port_name) {
        dm_kube_set(kube, way, "port", json_string(at->port_name));
    } else if (at->kind != DM_PROBE_COMMAND) {
        dm_kube_set(kube, way, "port", json_integer(at->port));
    }
    if (at->kind == DM_PROBE_HTTP) {
        dm_kube_set(kube, way, "path", json_string(at->path ? at->path : "/"));
        dm_kube_set(kube, way, "scheme", json_string(at->is_tls ? "HTTPS" : "HTTP"));
    }
}

static void variable(struct dm_kube *kube, json_t *body, const struct dm_variable *at)
{
    json_t *item = json_object();
    json_t *reference = dm_kube_map(kube, dm_kube_map(kube, item, "valueFrom"), "secretKeyRef");

    dm_kube_set(kube, item, "name", json_string(at->name));
    dm_kube_set(kube, reference, "name", json_string(at->secret ? at->secret : ""));
    dm_kube_set(kube, reference, "key", json_string(at->key ? at->key : ""));
    dm_kube_push(kube, body, "env", item);
}

static void container(struct dm_kube *kube, json_t *spec, const struct dm_workload *at,
                      const struct dm_pod *pod, const char *name, bool is_first)
{
    json_t *body = json_object();

    dm_kube_set(kube, body, "name", json_string(name ? name : at->short_name));
    dm_kube_set(kube, body, "image", json_string(name ? name : at->short_name));
    ports(kube, body, pod, name);
    if (is_first && pod->schedule) {
        resources(kube, body, pod->schedule);
    }
    for (size_t i = 0; i < pod->n_probes; i++) {
        if (dm_str_equal(pod->probes[i].container, name) && !pod->probes[i].is_elsewhere) {
            probe(kube, body, &pod->probes[i]);
        }
    }
    for (size_t i = 0; i < pod->n_variables; i++) {
        if (dm_str_equal(pod->variables[i].container, name)
            && pod->variables[i].kind == DM_VARIABLE_SECRET) {
            variable(kube, body, &pod->variables[i]);
        }
    }
    dm_kube_push(kube, spec, "containers", body);
}

void dm_kube_containers(struct dm_kube *kube, json_t *spec, const struct dm_workload *at,
                        const struct dm_pod *pod)
{
    struct names names = { NULL, 0, 0 };

    for (size_t i = 0; i < pod->n_ports; i++) {
        add_name(kube, &names, pod->ports[i].container);
    }
    for (size_t i = 0; i < pod->n_probes; i++) {
        add_name(kube, &names, pod->probes[i].container);
    }
    for (size_t i = 0; i < pod->n_variables; i++) {
        add_name(kube, &names, pod->variables[i].container);
    }
    if (!names.n) {
        add_name(kube, &names, NULL);
    }
    for (size_t i = 0; i < names.n; i++) {
        container(kube, spec, at, pod, names.items[i], i == 0);
    }
}

/* ---- autoscalers ---- */

static void target(struct dm_kube *kube, json_t *spec, const char *key,
                   const struct dm_autoscaler *at)
{
    json_t *map = dm_kube_map(kube, spec, key);

    dm_kube_set(kube, map, "apiVersion",
                json_string(dm_str_ends(at->target_kind, "Job")                     ? "batch/v1"
                            : strcmp(at->target_kind, "ReplicationController") == 0 ? "v1"
                                                                                    : "apps/v1"));
    dm_kube_set(kube, map, "kind", json_string(at->target_kind));
    dm_kube_set(kube, map, "name", json_string(at->target_name));
}

static void figure(struct dm_kube *kube, json_t *spec, const char *name, uint32_t percent)
{
    if (percent) {
        dm_kube_push(kube, spec, "metrics",
                     json_pack("{s:s, s:{s:s, s:{s:s, s:i}}}", "type", "Resource", "resource",
                               "name", name, "target", "type", "Utilization", "averageUtilization",
                               (int)percent));
    }
}

static void horizontal(struct dm_kube *kube, json_t *spec, const struct dm_autoscaler *at)
{
    if (at->by_other || (at->by_cpu && !at->cpu_percent)
        || (at->by_memory && !at->memory_percent)) {
        dm_kube_refuse(kube, &at->object, "it goes by other figures than a percentage of requests");
    }
    target(kube, spec, "scaleTargetRef", at);
    dm_kube_set(kube, spec, "minReplicas", json_integer(at->least));
    dm_kube_set(kube, spec, "maxReplicas", json_integer(at->most));
    figure(kube, spec, "cpu", at->cpu_percent);
    figure(kube, spec, "memory", at->memory_percent);
}

static void vertical(struct dm_kube *kube, json_t *spec, const struct dm_autoscaler *at)
{
    static const char *const modes[] = { "Off", "Initial", "Recreate" };
    json_t *policy = json_object();

    target(kube, spec, "targetRef", at);
    dm_kube_set(kube, dm_kube_map(kube, spec, "updatePolicy"), "updateMode",
                json_string(modes[at->mode]));
    dm_kube_set(kube, policy, "containerName", json_string("*"));
    if (at->by_cpu) {
        dm_kube_push(kube, policy, "controlledResources", json_string("cpu"));
    }
    if (at->by_memory) {
        dm_kube_push(kube, policy, "controlledResources", json_string("memory"));
    }
    amounts(kube, policy, "maxAllowed", &at->most_asked);
    dm_kube_push(kube, dm_kube_map(kube, spec, "resourcePolicy"), "containerPolicies", policy);
}

static bool is_here(const struct dm_kube *kube, struct dm_namespace_id id)
{
    return dm_namespace_get(kube->model, id)->cluster.v == kube->cluster.v;
}

static void autoscalers(struct dm_kube *kube)
{
    for (uint32_t i = 0; i < kube->model->n_autoscalers; i++) {
        const struct dm_autoscaler *at = &kube->model->autoscalers[i];
        bool is_horizontal = at->kind == DM_AUTOSCALER_HORIZONTAL;
        json_t *spec;

        if (!is_here(kube, at->namespace)) {
            continue;
        }
        spec = dm_kube_map(
            kube,
            dm_kube_object(kube, DM_KUBE_WORKLOADS,
                           is_horizontal ? "autoscaling/v2" : "autoscaling.k8s.io/v1",
                           is_horizontal ? "HorizontalPodAutoscaler" : "VerticalPodAutoscaler",
                           dm_namespace_get(kube->model, at->namespace)->short_name, at->short_name,
                           &at->object),
            "spec");
        if (is_horizontal) {
            horizontal(kube, spec, at);
        } else {
            vertical(kube, spec, at);
        }
    }
}

/* ---- budgets ---- */

static void budget(struct dm_kube *kube, json_t *spec, const struct dm_disruption_budget *at)
{
    json_t *selector = NULL;

    dm_kube_set(kube, spec, at->is_unavailable ? "maxUnavailable" : "minAvailable",
                at->is_percent ? json_sprintf("%u%%", (unsigned)at->amount)
                               : json_integer(at->amount));
    if (at->selector && !dm_kube_expressions(kube, at->selector, &selector)) {
        dm_kube_refuse(kube, &at->object, "its selector has no plain form");
    }
    if (selector) {
        dm_kube_set(kube, spec, "selector", selector);
    }
}

void dm_kube_upkeep(struct dm_kube *kube)
{
    autoscalers(kube);
    for (uint32_t i = 0; i < kube->model->n_disruption_budgets; i++) {
        const struct dm_disruption_budget *at = &kube->model->disruption_budgets[i];

        if (is_here(kube, at->namespace)) {
            budget(kube,
                   dm_kube_map(
                       kube,
                       dm_kube_object(kube, DM_KUBE_WORKLOADS, "policy/v1", "PodDisruptionBudget",
                                      dm_namespace_get(kube->model, at->namespace)->short_name,
                                      at->short_name, &at->object),
                       "spec"),
                   at);
        }
    }
}
