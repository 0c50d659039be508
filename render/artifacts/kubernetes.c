/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/artifacts/kubernetes.h"

#include <string.h>

#include "model/base/str.h"
#include "render/artifacts/artifacts_private.h"
#include "render/artifacts/kubernetes_private.h"

static const char *const part_names[DM_KUBE_PART_COUNT] = {
    [DM_KUBE_CALICO] = "calico.json",       [DM_KUBE_NAMESPACES] = "namespaces.json",
    [DM_KUBE_POLICIES] = "policies.json",   [DM_KUBE_SERVICES] = "services.json",
    [DM_KUBE_WORKLOADS] = "workloads.json",
};

void dm_kube_nomem(struct dm_kube *kube)
{
    if (kube->status == DM_OK) {
        kube->status = DM_FAIL_NOMEM(kube->err);
    }
}

void dm_kube_refuse(struct dm_kube *kube, const struct dm_object *object, const char *why)
{
    struct dm_place place;

    if (kube->status != DM_OK) {
        return;
    }
    if (!object->origin.source || !kube->model->sources) {
        kube->status =
            DM_FAIL(kube->err, DM_UNSUPPORTED, "cannot be written: `%s`: %s", object->name, why);
        return;
    }
    place = dm_sources_place(kube->model->sources, object->origin);
    kube->status = DM_FAIL(kube->err, DM_UNSUPPORTED, "%s:%u: cannot be written: `%s`: %s",
                           place.path, (unsigned)place.line, object->name, why);
}

/* ---- values ---- */

void dm_kube_set(struct dm_kube *kube, json_t *in, const char *key, json_t *owned_value)
{
    if (!in) {
        json_decref(owned_value);
    } else if (json_object_set_new(in, key, owned_value) != 0) {
        dm_kube_nomem(kube);
    }
}

json_t *dm_kube_map(struct dm_kube *kube, json_t *in, const char *key)
{
    json_t *found = json_object_get(in, key);

    if (!found && in) {
        found = json_object();
        dm_kube_set(kube, in, key, found);
    }
    return found;
}

void dm_kube_push(struct dm_kube *kube, json_t *in, const char *key, json_t *owned_value)
{
    json_t *list = json_object_get(in, key);

    if (!list && in) {
        list = json_array();
        dm_kube_set(kube, in, key, list);
    }
    if (!list) {
        json_decref(owned_value);
    } else if (json_array_append_new(list, owned_value) != 0) {
        dm_kube_nomem(kube);
    }
}

const char *dm_kube_short(struct dm_kube *kube, const char *name)
{
    const char *colon = strrchr(name, ':');
    const char *begin = colon ? colon + 1 : name;
    const char *slash = strrchr(begin, '/');
    const char *text;

    begin = slash ? slash + 1 : begin;
    text = dm_arena_strndup(kube->arena, begin, strcspn(begin, "["));
    if (!text) {
        dm_kube_nomem(kube);
    }
    return text ? text : "";
}

static const char *place_of(struct dm_kube *kube, struct dm_span span)
{
    struct dm_place place;
    const char *path;

    if (!span.source || !kube->model->sources) {
        return NULL;
    }
    place = dm_sources_place(kube->model->sources, span);
    path = dm_artifacts_relative(kube->arena, kube->base, place.path);
    return path ? dm_sprintf(kube->arena, "%s:%u", path, (unsigned)place.line) : NULL;
}

json_t *dm_kube_object(struct dm_kube *kube, enum dm_kube_part part, const char *api,
                       const char *kind, const char *namespace, const char *name,
                       const struct dm_object *from)
{
    json_t *object = kube->status == DM_OK ? json_object() : NULL;
    json_t *metadata = dm_kube_map(kube, object, "metadata");
    const char *place = from ? place_of(kube, from->origin) : NULL;

    dm_kube_set(kube, object, "apiVersion", json_string(api));
    dm_kube_set(kube, object, "kind", json_string(kind));
    dm_kube_set(kube, metadata, "name", json_string(name));
    if (namespace) {
        dm_kube_set(kube, metadata, "namespace", json_string(namespace));
    }
    if (place) {
        dm_kube_set(kube, dm_kube_map(kube, metadata, "annotations"), "demarc/origin",
                    json_string(place));
    }
    if (object && json_array_append_new(kube->items[part], object) != 0) {
        dm_kube_nomem(kube);
        return NULL;
    }
    return object;
}

bool dm_kube_labels(struct dm_kube *kube, json_t *in, const char *key,
                    const struct dm_kube_labels *labels)
{
    bool any = false;

    for (size_t i = 0; i < labels->n; i++) {
        const struct dm_kube_label *label = &labels->items[i];

        if (!dm_str_starts(label->key, "projectcalico.org/")
            && strcmp(label->key, "kubernetes.io/metadata.name") != 0) {
            dm_kube_set(kube, dm_kube_map(kube, in, key), label->key, json_string(label->value));
            any = true;
        }
    }
    return any;
}

const char *dm_kube_protocol(struct dm_kube *kube, uint8_t protocol)
{
    const char *text;

    switch (protocol) {
    case DM_PROTO_TCP:
        return "TCP";
    case DM_PROTO_UDP:
        return "UDP";
    case DM_PROTO_SCTP:
        return "SCTP";
    case DM_PROTO_ICMP:
        return "ICMP";
    case DM_PROTO_ICMPV6:
        return "ICMPv6";
    default:
        break;
    }
    text = dm_sprintf(kube->arena, "%u", (unsigned)protocol);
    if (!text) {
        dm_kube_nomem(kube);
    }
    return text ? text : "";
}

/* ---- namespaces and accounts ---- */

static bool is_here(const struct dm_kube *kube, struct dm_namespace_id id)
{
    return dm_namespace_get(kube->model, id)->cluster.v == kube->cluster.v;
}

static void namespaces(struct dm_kube *kube)
{
    for (uint32_t i = 0; i < kube->model->n_namespaces; i++) {
        const struct dm_namespace *at = &kube->model->namespaces[i];

        if (at->cluster.v == kube->cluster.v) {
            json_t *object = dm_kube_object(kube, DM_KUBE_NAMESPACES, "v1", "Namespace", NULL,
                                            at->short_name, &at->object);

            (void)dm_kube_labels(kube, dm_kube_map(kube, object, "metadata"), "labels",
                                 &at->labels);
        }
    }
}

/* The role of AWS that the account is bound to [IRSA-01]. */
static void role(struct dm_kube *kube, json_t *object, struct dm_namespace_id namespace,
                 const char *account)
{
    for (uint32_t i = 0; i < kube->model->n_service_accounts; i++) {
        const struct dm_service_account *at = &kube->model->service_accounts[i];

        if (at->namespace.v == namespace.v && strcmp(at->short_name, account) == 0 && at->role) {
            dm_kube_set(kube,
                        dm_kube_map(kube, dm_kube_map(kube, object, "metadata"), "annotations"),
                        "eks.amazonaws.com/role-arn", json_string(at->role));
        }
    }
}

/* Each account that pods have, once; "default" is in each namespace of its own. */
static void accounts(struct dm_kube *kube)
{
    struct dm_map seen;

    dm_map_init(&seen, kube->arena);
    for (uint32_t i = 0; kube->status == DM_OK && i < kube->model->n_workloads; i++) {
        const struct dm_workload *at = &kube->model->workloads[i];
        const char *namespace = dm_namespace_get(kube->model, at->namespace)->short_name;

        for (size_t j = 0; is_here(kube, at->namespace) && j < at->n_pods; j++) {
            const struct dm_pod *pod = &at->pods[j];
            const char *key =
                pod->account ? dm_sprintf(kube->arena, "%s/%s", namespace, pod->account) : NULL;
            bool added = false;
            json_t *object;

            if (!pod->account || (!pod->account_is_known && strcmp(pod->account, "default") == 0)) {
                continue;
            }
            if (!key || !dm_map_add(&seen, key, &added)) {
                dm_kube_nomem(kube);
                return;
            }
            if (added) {
                object = dm_kube_object(kube, DM_KUBE_NAMESPACES, "v1", "ServiceAccount", namespace,
                                        pod->account, &at->object);
                (void)dm_kube_labels(kube, dm_kube_map(kube, object, "metadata"), "labels",
                                     &pod->account_labels);
                role(kube, object, at->namespace, pod->account);
            }
        }
    }
}

/* ---- services ---- */

static void service_port(struct dm_kube *kube, json_t *spec, const struct dm_kube_service_port *at)
{
    json_t *port = json_object();

    if (at->name) {
        dm_kube_set(kube, port, "name", json_string(at->name));
    }
    dm_kube_set(kube, port, "protocol", json_string(dm_kube_protocol(kube, at->protocol)));
    dm_kube_set(kube, port, "port", json_integer(at->port));
    dm_kube_set(kube, port, "targetPort",
                at->target_name ? json_string(at->target_name) : json_integer(at->target));
    if (at->node_port) {
        dm_kube_set(kube, port, "nodePort", json_integer(at->node_port));
    }
    dm_kube_push(kube, spec, "ports", port);
}

/* What a Service selects by is pairs, each of one value. */
static void service_selector(struct dm_kube *kube, json_t *spec, const struct dm_kube_service *at)
{
    json_t *selector = NULL;
    json_t *pairs;

    if (!at->selector || at->selector->kind == DM_SELECTOR_ALL) {
        return;
    }
    if (!dm_kube_expressions(kube, at->selector, &selector)
        || json_object_get(selector, "matchExpressions")) {
        dm_kube_refuse(kube, &at->object, "a service selects by pairs of label and value");
    }
    pairs = json_object_get(selector, "matchLabels");
    if (pairs && json_object_set(spec, "selector", pairs) != 0) {
        dm_kube_nomem(kube);
    }
    json_decref(selector);
}

static void services(struct dm_kube *kube)
{
    static const char *const types[] = { "ClusterIP", "NodePort", "LoadBalancer", "ExternalName" };
    char buffer[DM_ADDR_TEXT_SIZE];

    for (uint32_t i = 0; kube->status == DM_OK && i < kube->model->n_kube_services; i++) {
        const struct dm_kube_service *at = &kube->model->kube_services[i];
        json_t *spec;

        if (!is_here(kube, at->namespace)) {
            continue;
        }
        if (at->type == DM_KUBE_EXTERNAL_NAME || at->n_endpoints) {
            dm_kube_refuse(kube, &at->object,
                           at->n_endpoints ? "a service whose endpoints are given by hand"
                                           : "a service of a name outside the cluster");
            return;
        }
        spec = dm_kube_map(kube,
                           dm_kube_object(kube, DM_KUBE_SERVICES, "v1", "Service",
                                          dm_namespace_get(kube->model, at->namespace)->short_name,
                                          at->short_name, &at->object),
                           "spec");
        dm_kube_set(kube, spec, "type", json_string(types[at->type]));
        if (at->headless) {
            dm_kube_set(kube, spec, "clusterIP", json_string("None"));
        } else if (at->cluster_ip.family != DM_FAMILY_NONE) {
            dm_kube_set(kube, spec, "clusterIP", json_string(dm_addr_text(at->cluster_ip, buffer)));
        }
        if (at->local_traffic) {
            dm_kube_set(kube, spec, "externalTrafficPolicy", json_string("Local"));
        }
        if (at->local_calls) {
            dm_kube_set(kube, spec, "internalTrafficPolicy", json_string("Local"));
        }
        if (at->health_node_port) {
            dm_kube_set(kube, spec, "healthCheckNodePort", json_integer(at->health_node_port));
        }
        if (at->without_node_ports) {
            dm_kube_set(kube, spec, "allocateLoadBalancerNodePorts", json_false());
        }
        service_selector(kube, spec, at);
        for (size_t j = 0; j < at->n_ports; j++) {
            service_port(kube, spec, &at->ports[j]);
        }
    }
}

/* Each backend is a rule of its own. */
static void backend(struct dm_kube *kube, json_t *spec, const struct dm_ingress_backend *at)
{
    const struct dm_kube_service *service = dm_kube_service_get(kube->model, at->service);
    json_t *rule = json_object();
    json_t *path = json_object();
    json_t *to = dm_kube_map(kube, dm_kube_map(kube, path, "backend"), "service");

    if (at->host) {
        dm_kube_set(kube, rule, "host", json_string(at->host));
    }
    dm_kube_set(kube, path, "path", json_string(at->path ? at->path : "/"));
    dm_kube_set(kube, path, "pathType", json_string(at->is_exact ? "Exact" : "Prefix"));
    dm_kube_set(kube, to, "name", json_string(service->short_name));
    dm_kube_set(kube, dm_kube_map(kube, to, "port"), "number",
                json_integer(service->ports[at->port].port));
    dm_kube_push(kube, dm_kube_map(kube, rule, "http"), "paths", path);
    dm_kube_push(kube, spec, "rules", rule);
}

static void ingresses(struct dm_kube *kube)
{
    for (uint32_t i = 0; i < kube->model->n_ingresses; i++) {
        const struct dm_ingress *at = &kube->model->ingresses[i];
        json_t *spec;

        if (!is_here(kube, at->namespace)) {
            continue;
        }
        if (at->is_route) {
            dm_kube_refuse(kube, &at->object, "a Route is none of Kubernetes' own kinds");
            continue;
        }
        spec = dm_kube_map(kube,
                           dm_kube_object(kube, DM_KUBE_SERVICES, "networking.k8s.io/v1", "Ingress",
                                          dm_namespace_get(kube->model, at->namespace)->short_name,
                                          dm_kube_short(kube, at->object.name), &at->object),
                           "spec");
        if (at->class_name) {
            dm_kube_set(kube, spec, "ingressClassName", json_string(at->class_name));
        }
        for (size_t j = 0; j < at->n_backends; j++) {
            backend(kube, spec, &at->backends[j]);
        }
    }
}

/* ---- files ---- */

static void dump(struct dm_kube *kube, const char *name, struct dm_layout *layout)
{
    for (int part = 0; part < DM_KUBE_PART_COUNT && kube->status == DM_OK; part++) {
        const char *path = dm_sprintf(kube->arena, "kubernetes/%s/%s", name, part_names[part]);
        json_t *list;

        if (json_array_size(kube->items[part]) == 0) {
            continue;
        }
        list = json_pack("{s:s, s:s, s:O}", "apiVersion", "v1", "kind", "List", "items",
                         kube->items[part]);
        if (!path || !list || !dm_artifacts_add_json(kube->arena, layout, path, list)) {
            dm_kube_nomem(kube);
        }
        json_decref(list);
    }
}

enum dm_status dm_kubernetes_make(struct dm_arena *arena, const struct dm_model *model,
                                  struct dm_cluster_id cluster, struct dm_layout *layout,
                                  struct dm_err *err)
{
    struct dm_kube kube = { .arena = arena, .model = model, .cluster = cluster, .err = err };
    const struct dm_cluster *at = dm_cluster_get(model, cluster);

    kube.base = dm_artifacts_base(arena, model->sources);
    if (!kube.base) {
        return DM_FAIL_NOMEM(err);
    }
    for (int part = 0; part < DM_KUBE_PART_COUNT; part++) {
        kube.items[part] = json_array();
    }
    if (at->unknown.v) {
        dm_kube_refuse(&kube, &at->object, "it has policies that are not understood");
    }
    if (at->object.name[0] == '.' || strpbrk(at->object.name, "/\\")) {
        dm_kube_refuse(&kube, &at->object, "its name is no name of a folder");
    }
    namespaces(&kube);
    accounts(&kube);
    services(&kube);
    ingresses(&kube);
    dm_kube_calico(&kube);
    dm_kube_workloads(&kube);
    dm_kube_upkeep(&kube);
    dm_kube_policies(&kube);
    dump(&kube, at->object.name, layout);
    for (int part = 0; part < DM_KUBE_PART_COUNT; part++) {
        json_decref(kube.items[part]);
    }
    return kube.status;
}

enum dm_status dm_kubernetes_make_all(struct dm_arena *arena, const struct dm_model *model,
                                      struct dm_layout *layout, struct dm_err *err)
{
    enum dm_status status = DM_OK;

    for (uint32_t i = 1; status == DM_OK && i <= model->n_clusters; i++) {
        if (model->clusters[i - 1].vpc.v) {
            status = dm_kubernetes_make(arena, model, (struct dm_cluster_id){ i }, layout, err);
        }
    }
    return status;
}
