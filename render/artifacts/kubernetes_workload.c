/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What makes pods, with how they are placed.
 *
 * Pods of a workload are one template.  Of a workload that is none that Kubernetes knows, or whose
 * pods differ, there are pods with their owner by name.
 */
#include <string.h>

#include "model/base/str.h"
#include "render/artifacts/kubernetes_private.h"

#define STORAGE_CLASS "one-zone"

/* Volumes of one zone, made where their pod is placed. */
static void storage_class(struct dm_kube *kube)
{
    const struct dm_object *of = &dm_cluster_get(kube->model, kube->cluster)->object;
    json_t *object = dm_kube_object(kube, DM_KUBE_WORKLOADS, "storage.k8s.io/v1", "StorageClass",
                                    NULL, STORAGE_CLASS, of);

    dm_kube_set(kube, object, "provisioner", json_string("ebs.csi.aws.com"));
    dm_kube_set(kube, object, "volumeBindingMode", json_string("WaitForFirstConsumer"));
    dm_kube_set(kube, dm_kube_map(kube, object, "parameters"), "encrypted", json_string("true"));
}

/* ---- where pods may run ---- */

/* One term of node affinity, whatever it was written as. */
static void nodes(struct dm_kube *kube, json_t *spec, const struct dm_workload *at,
                  const struct dm_selector *selector)
{
    static const char key[] = "requiredDuringSchedulingIgnoredDuringExecution";
    json_t *map = NULL;
    json_t *labels;
    json_t *terms;
    json_t *term;

    if (!selector || selector->kind == DM_SELECTOR_ALL) {
        return;
    }
    if (!dm_kube_expressions(kube, selector, &map)) {
        dm_kube_refuse(kube, &at->object, "which nodes its pods may be on has no simple form");
        return;
    }
    labels = json_object_get(map, "matchLabels");
    if (labels && json_object_set(spec, "nodeSelector", labels) != 0) {
        dm_kube_nomem(kube);
    }
    terms = json_object_get(map, "matchExpressions");
    if (terms) {
        term = json_object();
        if (json_object_set(term, "matchExpressions", terms) != 0) {
            dm_kube_nomem(kube);
        }
        dm_kube_push(
            kube,
            dm_kube_map(
                kube, dm_kube_map(kube, dm_kube_map(kube, spec, "affinity"), "nodeAffinity"), key),
            "nodeSelectorTerms", term);
    }
    json_decref(map);
}

static const char *effect(enum dm_taint_effect at)
{
    static const char *const words[] = { "NoSchedule", "PreferNoSchedule", "NoExecute" };

    return words[at];
}

static void tolerations(struct dm_kube *kube, json_t *spec, const struct dm_schedule *at)
{
    for (size_t i = 0; i < at->n_tolerations; i++) {
        const struct dm_toleration *from = &at->tolerations[i];
        json_t *item = json_object();

        if (from->key) {
            dm_kube_set(kube, item, "key", json_string(from->key));
        }
        dm_kube_set(kube, item, "operator", json_string(from->value ? "Equal" : "Exists"));
        if (from->value) {
            dm_kube_set(kube, item, "value", json_string(from->value));
        }
        if (!from->any_effect) {
            dm_kube_set(kube, item, "effect", json_string(effect(from->effect)));
        }
        dm_kube_push(kube, spec, "tolerations", item);
    }
}

static json_t *label_selector(struct dm_kube *kube, const struct dm_workload *at,
                              const struct dm_selector *selector)
{
    json_t *map = NULL;

    if (!dm_kube_expressions(kube, selector, &map)) {
        dm_kube_refuse(kube, &at->object,
                       "a selector of how its pods are placed has no plain form");
        return json_object();
    }
    return map;
}

static void spreads(struct dm_kube *kube, json_t *spec, const struct dm_workload *at,
                    const struct dm_schedule *schedule)
{
    for (size_t i = 0; i < schedule->n_spreads; i++) {
        const struct dm_spread *from = &schedule->spreads[i];
        json_t *item = json_object();

        dm_kube_set(kube, item, "maxSkew", json_integer(from->max_skew ? from->max_skew : 1));
        dm_kube_set(kube, item, "topologyKey", json_string(from->topology_key));
        dm_kube_set(kube, item, "whenUnsatisfiable",
                    json_string(from->is_required ? "DoNotSchedule" : "ScheduleAnyway"));
        dm_kube_set(kube, item, "labelSelector", label_selector(kube, at, from->selector));
        dm_kube_push(kube, spec, "topologySpreadConstraints", item);
    }
}

static void affinities(struct dm_kube *kube, json_t *spec, const struct dm_workload *at,
                       const struct dm_schedule *schedule)
{
    for (size_t i = 0; i < schedule->n_affinities; i++) {
        const struct dm_pod_affinity *from = &schedule->affinities[i];
        json_t *in = dm_kube_map(kube, dm_kube_map(kube, spec, "affinity"),
                                 from->is_anti ? "podAntiAffinity" : "podAffinity");
        json_t *term = json_object();

        dm_kube_set(kube, term, "topologyKey", json_string(from->topology_key));
        dm_kube_set(kube, term, "labelSelector", label_selector(kube, at, from->selector));
        if (from->namespace_selector) {
            dm_kube_set(kube, term, "namespaceSelector",
                        label_selector(kube, at, from->namespace_selector));
        }
        if (from->is_required) {
            dm_kube_push(kube, in, "requiredDuringSchedulingIgnoredDuringExecution", term);
        } else {
            dm_kube_push(kube, in, "preferredDuringSchedulingIgnoredDuringExecution",
                         json_pack("{s:i, s:o}", "weight", 1, "podAffinityTerm", term));
        }
    }
}

static void pod_spec(struct dm_kube *kube, json_t *spec, const struct dm_workload *at,
                     const struct dm_pod *pod)
{
    if (pod->account && strcmp(pod->account, "default") != 0) {
        dm_kube_set(kube, spec, "serviceAccountName", json_string(pod->account));
    }
    if (pod->without_token) {
        dm_kube_set(kube, spec, "automountServiceAccountToken", json_false());
    }
    if (pod->host_network) {
        dm_kube_set(kube, spec, "hostNetwork", json_true());
    }
    dm_kube_containers(kube, spec, at, pod);
    if (pod->schedule) {
        if (pod->schedule->unknown.v) {
            dm_kube_refuse(kube, &at->object, "where its pods may be placed is not all understood");
        }
        nodes(kube, spec, at, pod->schedule->nodes);
        tolerations(kube, spec, pod->schedule);
        spreads(kube, spec, at, pod->schedule);
        affinities(kube, spec, at, pod->schedule);
    }
}

/* ---- workloads ---- */

static const struct {
    const char *kind;
    const char *api;
    bool has_replicas;
    bool is_run; /* to an end */
} templates[] = {
    { "Deployment", "apps/v1", true, false },       { "StatefulSet", "apps/v1", true, false },
    { "DaemonSet", "apps/v1", false, false },       { "ReplicaSet", "apps/v1", true, false },
    { "ReplicationController", "v1", true, false }, { "Job", "batch/v1", false, true },
};

enum { N_TEMPLATES = sizeof templates / sizeof templates[0] };

static void of_template(struct dm_kube *kube, const struct dm_workload *at, size_t kind)
{
    const struct dm_pod *pod = &at->pods[0];
    const char *namespace = dm_namespace_get(kube->model, at->namespace)->short_name;
    json_t *spec =
        dm_kube_map(kube,
                    dm_kube_object(kube, DM_KUBE_WORKLOADS, templates[kind].api, at->owner_kind,
                                   namespace, at->short_name, &at->object),
                    "spec");
    json_t *template = dm_kube_map(kube, spec, "template");
    bool has_labels =
        dm_kube_labels(kube, dm_kube_map(kube, template, "metadata"), "labels", &pod->labels);

    if (has_labels && strcmp(templates[kind].api, "apps/v1") == 0) {
        (void)dm_kube_labels(kube, dm_kube_map(kube, spec, "selector"), "matchLabels",
                             &pod->labels);
    }
    if (templates[kind].has_replicas && pod->schedule && pod->schedule->replicas >= 0) {
        dm_kube_set(kube, spec, "replicas", json_integer(pod->schedule->replicas));
    }
    if (strcmp(at->owner_kind, "StatefulSet") == 0) {
        dm_kube_set(kube, spec, "serviceName",
                    json_string(at->service_name ? at->service_name : at->short_name));
    }
    if (templates[kind].is_run) {
        dm_kube_set(kube, dm_kube_map(kube, template, "spec"), "restartPolicy",
                    json_string("Never"));
    }
    pod_spec(kube, dm_kube_map(kube, template, "spec"), at, pod);
    if (pod->schedule && pod->schedule->zonal_volume) {
        dm_kube_push(kube, spec, "volumeClaimTemplates",
                     json_pack("{s:{s:s}, s:{s:[s], s:s, s:{s:{s:s}}}}", "metadata", "name", "data",
                               "spec", "accessModes", "ReadWriteOnce", "storageClassName",
                               STORAGE_CLASS, "resources", "requests", "storage", "1Gi"));
    }
}

static void as_pods(struct dm_kube *kube, const struct dm_workload *at)
{
    const char *namespace = dm_namespace_get(kube->model, at->namespace)->short_name;
    bool is_alone = strcmp(at->owner_kind, "Pod") == 0 && at->n_pods == 1;

    for (size_t i = 0; i < at->n_pods; i++) {
        const char *name =
            is_alone ? at->short_name : dm_sprintf(kube->arena, "%s-%zu", at->short_name, i);
        json_t *object = dm_kube_object(kube, DM_KUBE_WORKLOADS, "v1", "Pod", namespace,
                                        name ? name : "", &at->object);
        json_t *metadata = dm_kube_map(kube, object, "metadata");

        if (!name) {
            dm_kube_nomem(kube);
        }
        (void)dm_kube_labels(kube, metadata, "labels", &at->pods[i].labels);
        if (!is_alone) {
            dm_kube_push(kube, metadata, "ownerReferences",
                         json_pack("{s:s, s:s, s:b}", "kind", at->owner_kind, "name",
                                   at->short_name, "controller", 1));
        }
        pod_spec(kube, dm_kube_map(kube, object, "spec"), at, &at->pods[i]);
    }
}

void dm_kube_workloads(struct dm_kube *kube)
{
    bool has_volumes = false;

    for (uint32_t i = 0; i < kube->model->n_workloads; i++) {
        const struct dm_workload *at = &kube->model->workloads[i];
        size_t kind = 0;

        if (dm_namespace_get(kube->model, at->namespace)->cluster.v != kube->cluster.v) {
            continue;
        }
        while (kind < N_TEMPLATES && strcmp(templates[kind].kind, at->owner_kind) != 0) {
            kind++;
        }
        if (kind < N_TEMPLATES && at->n_pods == 1) {
            of_template(kube, at, kind);
            if (at->pods[0].schedule && at->pods[0].schedule->zonal_volume && !has_volumes) {
                storage_class(kube);
                has_volumes = true;
            }
        } else {
            as_pods(kube, at);
        }
    }
}
