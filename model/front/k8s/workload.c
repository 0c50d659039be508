/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Workloads and pods: who owns what, and what policies look at.
 */
#include <stdlib.h>
#include <string.h>

#include "model/front/k8s/upkeep.h"

enum { MAX_OWNERS = 8 }; /* one above the other; a cycle ends there */

struct seats {
    struct dm_pod_seat *items;
    size_t n;
    size_t capacity;
};

struct pods {
    struct dm_pod *items;
    size_t n;
    size_t capacity;
    DM_VEC(struct seats) seats; /* parallel: where those of each kind run */
};

/* What a controller makes pods of; NULL and a fault where there is none. */
static const struct dm_tree *template_of(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    const struct dm_tree *spec = object->spec;
    const struct dm_tree *template;

    if (spec && strcmp(object->kind_text, "CronJob") == 0) {
        spec = dm_k8s_map(k8s, dm_k8s_map(k8s, spec, "jobTemplate"), "spec");
    }
    template = dm_k8s_map(k8s, spec, "template");
    if (!template) {
        (void)dm_k8s_fault(k8s, object->origin, "%s `%s` has no template", object->kind_text,
                           dm_k8s_name(k8s, object));
    }
    return template;
}

/* What Calico adds to what it knows of a pod and of its account [CAL-20]. */
static void add_calico_labels(struct dm_k8s *k8s, const char *namespace, struct dm_pod *pod)
{
    pod->labels = dm_k8s_label_set(k8s, pod->labels, "projectcalico.org/namespace", namespace);
    pod->labels = dm_k8s_label_set(k8s, pod->labels, "projectcalico.org/orchestrator", "k8s");
    pod->labels =
        dm_k8s_label_set(k8s, pod->labels, "projectcalico.org/serviceaccount", pod->account);
    pod->account_labels =
        dm_k8s_label_set(k8s, pod->account_labels, "projectcalico.org/name", pod->account);
}

static const char spec_keys[] =
    "activeDeadlineSeconds|affinity|automountServiceAccountToken|containers|dnsConfig|dnsPolicy|"
    "enableServiceLinks|ephemeralContainers|hostAliases|hostIPC|hostNetwork|hostPID|hostUsers|"
    "hostname|hostnameOverride|imagePullSecrets|initContainers|nodeName|nodeSelector|os|overhead|"
    "preemptionPolicy|priority|priorityClassName|readinessGates|resourceClaims|resources|"
    "restartPolicy|runtimeClassName|schedulerName|schedulingGates|securityContext|serviceAccount|"
    "serviceAccountName|setHostnameAsFQDN|shareProcessNamespace|subdomain|"
    "terminationGracePeriodSeconds|tolerations|topologySpreadConstraints|volumes";

static struct dm_pod pod_of(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                            const struct dm_tree *metadata, const struct dm_tree *spec)
{
    struct dm_pod pod = { .labels = dm_k8s_labels(k8s, dm_k8s_map(k8s, metadata, "labels")) };

    dm_k8s_read_containers(k8s, object, spec, &pod);
    pod.host_network = dm_k8s_bool(k8s, spec, "hostNetwork");
    dm_k8s_pod_account(k8s, object, spec, &pod);
    add_calico_labels(k8s, object->namespace, &pod);
    if (spec) {
        (void)dm_k8s_keys(k8s, object, spec, spec_keys, NULL);
        pod.schedule = dm_k8s_schedule(k8s, object, spec);
    }
    return pod;
}

static bool same_labels(const struct dm_kube_labels *a, const struct dm_kube_labels *b)
{
    for (size_t i = 0; a->n == b->n && i < a->n; i++) {
        if (strcmp(a->items[i].key, b->items[i].key) != 0
            || strcmp(a->items[i].value, b->items[i].value) != 0) {
            return false;
        }
    }
    return a->n == b->n;
}

static bool same_ports(const struct dm_pod *a, const struct dm_pod *b)
{
    for (size_t i = 0; a->n_ports == b->n_ports && i < a->n_ports; i++) {
        if (!dm_str_equal(a->ports[i].name, b->ports[i].name)
            || a->ports[i].port != b->ports[i].port
            || a->ports[i].protocol != b->ports[i].protocol) {
            return false;
        }
    }
    return a->n_ports == b->n_ports;
}

/* One more that is as this one. */
static void count_pod(struct dm_k8s *k8s, struct dm_pod *pod)
{
    struct dm_schedule *schedule = pod->schedule ? DM_NEW(k8s->arena, struct dm_schedule) : NULL;

    if (schedule && pod->schedule->replicas > 0) {
        *schedule = *pod->schedule;
        schedule->replicas++;
        pod->schedule = schedule;
    }
    k8s->failed = k8s->failed || (pod->schedule && !schedule);
}

/* Pods that nothing tells apart are one; addresses are of one pod only, and dropped.  The index of
 * the pod. */
static size_t add_pod(struct dm_k8s *k8s, struct pods *pods, const struct dm_pod *pod)
{
    for (size_t i = 0; i < pods->n; i++) {
        struct dm_pod *known = &pods->items[i];

        if (same_labels(&known->labels, &pod->labels) && same_ports(known, pod)
            && strcmp(known->account, pod->account) == 0
            && known->host_network == pod->host_network) {
            known->address = (struct dm_addr){ 0 };
            count_pod(k8s, known);
            return i;
        }
    }
    (void)DM_K8S_PUSH(k8s, &pods->seats, (struct seats){ NULL, 0, 0 });
    return DM_K8S_PUSH(k8s, pods, *pod) ? pods->n - 1 : 0;
}

static void take_seats(struct pods *pods)
{
    for (size_t i = 0; i < pods->n; i++) {
        pods->items[i].seats = pods->seats.items[i].items;
        pods->items[i].n_seats = pods->seats.items[i].n;
    }
}

/* ---- owners ---- */

/* The reference to its controller, or to its only owner. */
static const struct dm_tree *owner_of(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    const struct dm_tree *list = dm_k8s_list(k8s, object->metadata, "ownerReferences");

    for (size_t i = 0; list && i < list->n; i++) {
        if (dm_k8s_bool(k8s, list->items[i], "controller")) {
            return list->items[i];
        }
    }
    return list && list->n == 1 ? list->items[0] : NULL;
}

/* Who owns it in the end: as far up as the input goes, and for a pod one further, by name. */
static void root_owner(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                       const char **ret_name, const char **ret_kind)
{
    *ret_name = object->name;
    *ret_kind = object->kind_text;
    for (unsigned i = 0; i < MAX_OWNERS; i++) {
        const struct dm_tree *owner = owner_of(k8s, object);
        const char *name = owner ? dm_k8s_text(k8s, owner, "name") : NULL;
        const char *kind = owner ? dm_k8s_text(k8s, owner, "kind") : NULL;
        const struct dm_k8s_object *next =
            name && kind ? dm_k8s_find(k8s, kind, object->namespace, name) : NULL;

        if (name && (next || object->kind == DM_K8S_POD)) {
            *ret_name = name;
            *ret_kind = kind ? kind : "Pod";
        }
        if (!next) {
            return;
        }
        object = next;
    }
}

/* ---- workloads ---- */

struct owned {
    struct dm_workload workload;
    struct pods pods;
    struct dm_pod template;
    bool has_template;
};

struct owners {
    struct owned *items;
    size_t n;
    size_t capacity;
    struct dm_map by_name; /* to index plus one */
};

static struct owned *owner(struct dm_k8s *k8s, struct owners *owners,
                           const struct dm_k8s_object *object, const char *name, const char *kind)
{
    const char *full =
        dm_k8s_text_of(k8s, "%s%s/%s[%s]", k8s->prefix, object->namespace, name, kind);
    uint64_t *place = dm_map_add(&owners->by_name, full, NULL);
    struct owned item = { .workload = { .object = { .name = full, .origin = object->origin },
                                        .namespace = dm_k8s_namespace(k8s, object->namespace),
                                        .short_name = name,
                                        .is_loose = true,
                                        .owner_kind = kind } };

    k8s->failed = k8s->failed || !place;
    if (!place || (!*place && !DM_K8S_PUSH(k8s, owners, item))) {
        return NULL;
    }
    *place = *place ? *place : owners->n;
    return &owners->items[*place - 1];
}

/* A selector that does not select what it makes is refused by the cluster. */
static void check_selector(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                           const struct dm_pod *pod)
{
    const struct dm_tree *map = dm_k8s_map(k8s, object->spec, "selector");
    const struct dm_selector *selector;

    if (!map || strcmp(object->kind_text, "ReplicationController") == 0
        || strcmp(object->kind_text, "DeploymentConfig") == 0
        || dm_str_ends(object->kind_text, "Job")) {
        return;
    }
    selector = dm_k8s_label_selector(k8s, object, map, NULL);
    if (!dm_selector_matches(selector, &pod->labels)) {
        (void)dm_k8s_fault(k8s, map->span,
                           "the selector does not match the labels of the template");
    }
}

static void read_workload(struct dm_k8s *k8s, struct owners *owners,
                          const struct dm_k8s_object *object)
{
    const struct dm_tree *template = template_of(k8s, object);
    const char *name;
    const char *kind;
    struct dm_pod pod;
    struct owned *owned;

    if (!template) {
        return;
    }
    root_owner(k8s, object, &name, &kind);
    pod = pod_of(k8s, object, dm_k8s_map(k8s, template, "metadata"),
                 dm_k8s_map(k8s, template, "spec"));
    check_selector(k8s, object, &pod);
    owned = owner(k8s, owners, object, name, kind);
    if (owned && (!owned->has_template || strcmp(kind, object->kind_text) == 0)) {
        owned->template = pod;
        owned->has_template = true;
        owned->workload.object.origin = object->origin;
        owned->workload.service_name =
            strcmp(kind, "StatefulSet") == 0 ? dm_k8s_text(k8s, object->spec, "serviceName") : NULL;
    }
}

/* Pods that ended carry nothing. */
static bool has_ended(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    const char *phase = dm_k8s_text(k8s, dm_k8s_map(k8s, object->root, "status"), "phase");

    return phase && (strcmp(phase, "Succeeded") == 0 || strcmp(phase, "Failed") == 0);
}

/* What its status says of where it runs; false where it does not run yet. */
static bool seat_of(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                    const struct dm_pod *pod, struct dm_pod_seat *ret_seat)
{
    const struct dm_tree *status = dm_k8s_map(k8s, object->root, "status");
    const char *host = dm_k8s_text(k8s, status, "hostIP");
    struct dm_pod_seat seat = { .object = { .name = dm_k8s_name(k8s, object),
                                            .origin = object->origin },
                                .node_name = dm_k8s_text(k8s, object->spec, "nodeName") };

    seat.node_name = seat.node_name && *seat.node_name ? seat.node_name : NULL;
    if (host && *host && dm_addr_parse(host, &seat.host_address) != DM_ADDR_OK) {
        (void)dm_k8s_fault(k8s, dm_k8s_get(status, "hostIP")->span, "`%s` is no address", host);
    }
    if (seat.node_name) {
        seat.node = dm_k8s_node(k8s, seat.node_name);
    }
    if (!pod->host_network) {
        seat.address = pod->address;
    }
    *ret_seat = seat;
    return seat.node_name || !dm_addr_is_none(seat.host_address) || !dm_addr_is_none(seat.address);
}

/* Two pods that run have two addresses, but on their node's network. */
static void remember_address(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                             const char *address, uint64_t place)
{
    bool added = true;
    uint64_t *slot = dm_map_add(&k8s->pods, address, &added);

    if (slot) {
        *slot = place;
    }
    if (!added) {
        (void)dm_k8s_fault(k8s, dm_k8s_get(dm_k8s_get(object->root, "status"), "podIP")->span,
                           "another pod that runs has the address %s", address);
    }
    k8s->failed = k8s->failed || !slot;
}

static void remember_pod(struct dm_k8s *k8s, const char *name, uint64_t place)
{
    uint64_t *slot = dm_map_add(&k8s->pods, name, NULL);

    k8s->failed = k8s->failed || !slot;
    if (slot) {
        *slot = place;
    }
}

static void read_pod(struct dm_k8s *k8s, struct owners *owners, const struct dm_k8s_object *object)
{
    const char *address = dm_k8s_text(k8s, dm_k8s_map(k8s, object->root, "status"), "podIP");
    const char *name;
    const char *kind;
    struct dm_pod pod;
    struct dm_pod_seat seat;
    struct owned *owned;

    if (has_ended(k8s, object)) {
        return;
    }
    root_owner(k8s, object, &name, &kind);
    pod = pod_of(k8s, object, object->metadata, object->spec);
    pod.is_running = dm_k8s_get(object->root, "status") != NULL;
    if (address && *address && dm_addr_parse(address, &pod.address) != DM_ADDR_OK) {
        (void)dm_k8s_fault(k8s, dm_k8s_get(dm_k8s_get(object->root, "status"), "podIP")->span,
                           "`%s` is no address", address);
    }
    owned = owner(k8s, owners, object, name, kind);
    if (owned) {
        uint64_t place =
            dm_k8s_pod_place((size_t)(owned - owners->items), add_pod(k8s, &owned->pods, &pod));

        remember_pod(k8s, dm_k8s_text_of(k8s, "%s/%s", object->namespace, object->name), place);
        if (address && *address && !pod.host_network) {
            remember_address(k8s, object, address, place);
        }
        if (!k8s->failed && seat_of(k8s, object, &pod, &seat)) {
            (void)DM_K8S_PUSH(k8s, &owned->pods.seats.items[dm_k8s_pod_index(place)], seat);
        }
    }
}

void dm_k8s_read_workloads(struct dm_k8s *k8s)
{
    struct owners owners = { NULL, 0, 0, { 0 } };

    dm_map_init(&owners.by_name, k8s->arena);
    for (size_t i = 0; i < k8s->objects.n; i++) {
        const struct dm_k8s_object *object = &k8s->objects.items[i];

        if (object->kind == DM_K8S_WORKLOAD) {
            read_workload(k8s, &owners, object);
        } else if (object->kind == DM_K8S_POD) {
            read_pod(k8s, &owners, object);
        }
    }
    for (size_t i = 0; i < owners.n && !k8s->failed; i++) {
        struct owned *owned = &owners.items[i];

        if (owned->pods.n == 0) {
            (void)add_pod(k8s, &owned->pods, &owned->template);
        }
        take_seats(&owned->pods);
        owned->workload.pods = owned->pods.items;
        owned->workload.n_pods = owned->pods.n;
        if (DM_K8S_PUSH(k8s, &k8s->workloads,
                        dm_builder_add_workload(k8s->builder, &owned->workload))) {
            k8s->failed = k8s->workloads.items[i].v == 0;
        }
    }
}
