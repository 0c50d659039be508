/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files to objects: what is a manifest, of which kind, and in which order kinds are read.
 */
#include <string.h>

#include "model/base/file.h"
#include "model/front/k8s/upkeep.h"

enum { MAX_FOLDERS = 16, VXLAN_PORT = 4789 };

static const struct {
    const char *group; /* of the apiVersion, without version; "" is the core */
    const char *kind;
    enum dm_k8s_kind is;
    bool is_global;
} kinds[] = {
    { "", "Namespace", DM_K8S_NAMESPACE, true },
    { "", "ServiceAccount", DM_K8S_SERVICE_ACCOUNT, false },
    { "", "Pod", DM_K8S_POD, false },
    { "", "ReplicationController", DM_K8S_WORKLOAD, false },
    { "apps", "Deployment", DM_K8S_WORKLOAD, false },
    { "apps", "ReplicaSet", DM_K8S_WORKLOAD, false },
    { "apps", "StatefulSet", DM_K8S_WORKLOAD, false },
    { "apps", "DaemonSet", DM_K8S_WORKLOAD, false },
    { "extensions", "Deployment", DM_K8S_WORKLOAD, false },
    { "extensions", "ReplicaSet", DM_K8S_WORKLOAD, false },
    { "extensions", "DaemonSet", DM_K8S_WORKLOAD, false },
    { "batch", "Job", DM_K8S_WORKLOAD, false },
    { "batch", "CronJob", DM_K8S_WORKLOAD, false },
    { "", "Service", DM_K8S_SERVICE, false },
    { "", "Endpoints", DM_K8S_ENDPOINTS, false },
    { "discovery.k8s.io", "EndpointSlice", DM_K8S_ENDPOINT_SLICE, false },
    { "networking.k8s.io", "NetworkPolicy", DM_K8S_NETWORK_POLICY, false },
    { "extensions", "NetworkPolicy", DM_K8S_NETWORK_POLICY, false },
    { "networking.k8s.io", "IngressClass", DM_K8S_INGRESS_CLASS, true },
    { "extensions", "IngressClass", DM_K8S_INGRESS_CLASS, true },
    { "elbv2.k8s.aws", "IngressClassParams", DM_K8S_INGRESS_PARAMS, true },
    { "networking.k8s.io", "Ingress", DM_K8S_INGRESS, false },
    { "extensions", "Ingress", DM_K8S_INGRESS, false },
    { "policy.networking.k8s.io", "AdminNetworkPolicy", DM_K8S_ADMIN_POLICY, true },
    { "policy.networking.k8s.io", "BaselineAdminNetworkPolicy", DM_K8S_ADMIN_POLICY, true },
    { "route.openshift.io", "Route", DM_K8S_ROUTE, false },
    { "apps.openshift.io", "DeploymentConfig", DM_K8S_WORKLOAD, false },
    { "projectcalico.org", "Tier", DM_K8S_TIER, true },
    { "projectcalico.org", "NetworkPolicy", DM_K8S_CALICO_POLICY, false },
    { "projectcalico.org", "GlobalNetworkPolicy", DM_K8S_CALICO_POLICY, true },
    { "projectcalico.org", "NetworkSet", DM_K8S_NETWORK_SET, false },
    { "projectcalico.org", "GlobalNetworkSet", DM_K8S_NETWORK_SET, true },
    { "crd.projectcalico.org", "Tier", DM_K8S_TIER, true },
    { "crd.projectcalico.org", "NetworkPolicy", DM_K8S_CALICO_POLICY, false },
    { "crd.projectcalico.org", "GlobalNetworkPolicy", DM_K8S_CALICO_POLICY, true },
    { "crd.projectcalico.org", "NetworkSet", DM_K8S_NETWORK_SET, false },
    { "crd.projectcalico.org", "GlobalNetworkSet", DM_K8S_NETWORK_SET, true },
    { "", "ConfigMap", DM_K8S_CONFIG, false },
    { "", "Secret", DM_K8S_CONFIG, false },
    { "", "PersistentVolume", DM_K8S_VOLUME, true },
    { "", "PersistentVolumeClaim", DM_K8S_CLAIM, false },
    { "", "ResourceQuota", DM_K8S_SILENT, false },
    { "", "LimitRange", DM_K8S_SILENT, false },
    { "", "Event", DM_K8S_SILENT, false },
    { "", "Node", DM_K8S_NODE, true },
    { "rbac.authorization.k8s.io", "Role", DM_K8S_SILENT, false },
    { "rbac.authorization.k8s.io", "RoleBinding", DM_K8S_SILENT, false },
    { "rbac.authorization.k8s.io", "ClusterRole", DM_K8S_SILENT, true },
    { "rbac.authorization.k8s.io", "ClusterRoleBinding", DM_K8S_SILENT, true },
    { "autoscaling", "HorizontalPodAutoscaler", DM_K8S_HORIZONTAL, false },
    { "autoscaling.k8s.io", "VerticalPodAutoscaler", DM_K8S_VERTICAL, false },
    { "policy", "PodDisruptionBudget", DM_K8S_BUDGET, false },
    { "storage.k8s.io", "StorageClass", DM_K8S_STORAGE_CLASS, true },
    { "projectcalico.org", "IPPool", DM_K8S_IP_POOL, true },
    { "crd.projectcalico.org", "IPPool", DM_K8S_IP_POOL, true },
    { "projectcalico.org", "FelixConfiguration", DM_K8S_FELIX, true },
    { "crd.projectcalico.org", "FelixConfiguration", DM_K8S_FELIX, true },
    { "projectcalico.org", "HostEndpoint", DM_K8S_HOST_ENDPOINT, true },
    { "crd.projectcalico.org", "HostEndpoint", DM_K8S_HOST_ENDPOINT, true },
    { "projectcalico.org", "BGPConfiguration", DM_K8S_NAMED, true },
    { "crd.projectcalico.org", "BGPConfiguration", DM_K8S_NAMED, true },
    { "operator.tigera.io", "Installation", DM_K8S_INSTALLATION, true },
    { "operator.tigera.io", "APIServer", DM_K8S_SILENT, true },
    { "scheduling.k8s.io", "PriorityClass", DM_K8S_SILENT, true },
    { "apiextensions.k8s.io", "CustomResourceDefinition", DM_K8S_SILENT, true },
    { "apiregistration.k8s.io", "APIService", DM_K8S_SILENT, true },
    { "apps", "ControllerRevision", DM_K8S_SILENT, false },
    { "certificates.k8s.io", "CertificateSigningRequest", DM_K8S_SILENT, true },
    { "", "ComponentStatus", DM_K8S_SILENT, true },
    { "coordination.k8s.io", "Lease", DM_K8S_SILENT, false },
    { "events.k8s.io", "Event", DM_K8S_SILENT, false },
    { "flowcontrol.apiserver.k8s.io", "FlowSchema", DM_K8S_SILENT, true },
    { "flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration", DM_K8S_SILENT, true },
    { "metrics.k8s.io", "NodeMetrics", DM_K8S_SILENT, true },
    { "metrics.k8s.io", "PodMetrics", DM_K8S_SILENT, false },
    { "node.k8s.io", "RuntimeClass", DM_K8S_SILENT, true },
    { "policy", "PodSecurityPolicy", DM_K8S_SILENT, true },
    { "", "PodTemplate", DM_K8S_SILENT, false },
    { "storage.k8s.io", "CSIDriver", DM_K8S_SILENT, true },
    { "storage.k8s.io", "CSINode", DM_K8S_SILENT, true },
    { "storage.k8s.io", "CSIStorageCapacity", DM_K8S_SILENT, false },
    { "storage.k8s.io", "VolumeAttachment", DM_K8S_SILENT, true },
    { "admissionregistration.k8s.io", "ValidatingWebhookConfiguration", DM_K8S_SILENT, true },
    { "projectcalico.org", "StagedNetworkPolicy", DM_K8S_STAGED, false },
    { "projectcalico.org", "StagedGlobalNetworkPolicy", DM_K8S_STAGED, true },
    { "projectcalico.org", "StagedKubernetesNetworkPolicy", DM_K8S_STAGED, false },
    { "crd.projectcalico.org", "StagedNetworkPolicy", DM_K8S_STAGED, false },
    { "crd.projectcalico.org", "StagedGlobalNetworkPolicy", DM_K8S_STAGED, true },
    { "crd.projectcalico.org", "StagedKubernetesNetworkPolicy", DM_K8S_STAGED, false },
};

enum { N_KINDS = sizeof kinds / sizeof *kinds };

/* ---- names ---- */

const char *dm_k8s_in_cluster(struct dm_k8s *k8s, const char *name)
{
    return *k8s->prefix ? dm_k8s_text_of(k8s, "%s%s", k8s->prefix, name) : name;
}

const char *dm_k8s_name(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    return object->is_global
               ? dm_k8s_in_cluster(k8s, object->name)
               : dm_k8s_text_of(k8s, "%s%s/%s", k8s->prefix, object->namespace, object->name);
}

struct dm_k8s_object *dm_k8s_find(struct dm_k8s *k8s, const char *kind, const char *namespace,
                                  const char *name)
{
    const char *key = dm_k8s_text_of(k8s, "%s/%s/%s", kind, namespace, name);
    const uint64_t *place = dm_map_find(&k8s->by_name, key);

    return place ? &k8s->objects.items[*place - 1] : NULL;
}

/* ---- objects ---- */

static void report_twin(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                        const struct dm_k8s_object *first)
{
    dm_diag_label(k8s->diags,
                  dm_k8s_fault(k8s, object->origin, "there are two of %s `%s`", object->kind_text,
                               dm_k8s_name(k8s, object)),
                  first->origin, "the first is here");
}

static void add_object(struct dm_k8s *k8s, struct dm_k8s_object *object)
{
    const char *namespace = dm_k8s_text(k8s, object->metadata, "namespace");
    const char *name = dm_k8s_text(k8s, object->metadata, "name");
    const char *key;
    uint64_t *place;
    bool added = false;

    if (!name || !*name) {
        (void)dm_k8s_fault(k8s, object->metadata ? object->metadata->span : object->root->span,
                           "this %s has no name", object->kind_text);
        return;
    }
    object->name = name;
    object->namespace = object->is_global ? "" : namespace && *namespace ? namespace : "default";
    object->origin = dm_k8s_get(object->metadata, "name")->span;
    object->spec = dm_k8s_map(k8s, object->root, "spec");
    key = dm_k8s_text_of(k8s, "%s/%s/%s", object->kind_text, object->namespace, name);
    place = dm_map_add(&k8s->by_name, key, &added);
    if (!place) {
        k8s->failed = true;
    } else if (!added) {
        report_twin(k8s, object, &k8s->objects.items[*place - 1]);
    } else if (DM_K8S_PUSH(k8s, &k8s->objects, *object)) {
        *place = k8s->objects.n;
    }
}

/* The group of "apps/v1"; "" of "v1". */
static const char *group_of(struct dm_k8s *k8s, const char *api)
{
    const char *slash = strchr(api, '/');

    return slash ? dm_k8s_text_of(k8s, "%.*s", (int)(slash - api), api) : "";
}

/* Also named at once: what is left out of an answer must be seen beside it.  Of policies nobody
 * knows what they let pass or stop, so they leave no answer certain. */
static bool is_policy_kind(const char *kind)
{
    static const char *const others[] = { "AuthorizationPolicy", "EgressFirewall",
                                          "PeerAuthentication", "SecurityGroupPolicy",
                                          "ServerAuthorization" };

    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (strcmp(kind, others[i]) == 0) {
            return true;
        }
    }
    return strstr(kind, "NetworkPolicy") != NULL;
}

static void strange_kind(struct dm_k8s *k8s, const struct dm_tree *root, const char *kind,
                         const char *name)
{
    struct dm_span span = dm_k8s_get(root, "kind")->span;
    bool is_policy = is_policy_kind(kind);

    if (strcmp(kind, "SecurityGroupPolicy") == 0) {
        dm_builder_edit_cluster(k8s->builder, k8s->cluster)->has_own_groups = true;
    }
    (void)dm_k8s_warn(k8s, span, "objects of kind `%s` are not understood%s", kind,
                      is_policy ? ": no connection is certain" : "");
    dm_k8s_unknown(k8s, span, dm_k8s_text_of(k8s, "%s %s", kind, name),
                   "objects of this kind are not understood",
                   is_policy ? &dm_builder_edit_cluster(k8s->builder, k8s->cluster)->unknown
                             : NULL);
}

static void add_document(struct dm_k8s *k8s, const struct dm_tree *root, const char *path);

static void add_list(struct dm_k8s *k8s, const struct dm_tree *root, const char *item_kind,
                     const char *path)
{
    const struct dm_tree *items = dm_k8s_list(k8s, root, "items");

    for (size_t i = 0; items && i < items->n; i++) {
        const struct dm_tree *item = items->items[i];
        size_t at = 0;

        /* Items of a PodList need not say that they are pods. */
        while (at < N_KINDS && (!item_kind || strcmp(kinds[at].kind, item_kind) != 0)) {
            at++;
        }
        if (at < N_KINDS && !dm_k8s_get(item, "kind")) {
            struct dm_k8s_object object = { .kind = kinds[at].is,
                                            .kind_text = kinds[at].kind,
                                            .is_global = kinds[at].is_global,
                                            .root = item,
                                            .metadata = dm_k8s_map(k8s, item, "metadata") };

            if (object.kind != DM_K8S_SILENT) {
                add_object(k8s, &object);
            }
        } else {
            add_document(k8s, item, path);
        }
    }
}

static void add_document(struct dm_k8s *k8s, const struct dm_tree *root, const char *path)
{
    const char *api = dm_tree_text(dm_k8s_get(root, "apiVersion"));
    const char *kind = dm_tree_text(dm_k8s_get(root, "kind"));
    struct dm_k8s_object object = { .kind_text = kind, .root = root };
    const char *group;
    size_t at = 0;

    if (root->kind == DM_TREE_NULL) {
        return;
    }
    if (!api || !kind) {
        (void)dm_k8s_note(k8s, root->span, "this is no manifest, and passed over");
        dm_k8s_unknown(k8s, root->span, path, "this is no manifest", NULL);
        return;
    }
    group = group_of(k8s, api);
    if (dm_str_ends(kind, "List") && dm_k8s_get(root, "items")) {
        add_list(k8s, root,
                 strlen(kind) > 4 ? dm_k8s_text_of(k8s, "%.*s", (int)strlen(kind) - 4, kind) : NULL,
                 path);
        return;
    }
    while (at < N_KINDS
           && (strcmp(kinds[at].kind, kind) != 0 || strcmp(kinds[at].group, group) != 0)) {
        at++;
    }
    object.metadata = dm_k8s_map(k8s, root, "metadata");
    if (at == N_KINDS) {
        const char *name = dm_tree_text(dm_k8s_get(object.metadata, "name"));

        strange_kind(k8s, root, kind, name ? name : path);
        return;
    }
    object.kind = kinds[at].is;
    object.kind_text = strstr(group, "projectcalico.org") && strcmp(kind, "NetworkPolicy") == 0
                           ? "CalicoNetworkPolicy"
                           : kinds[at].kind;
    object.is_global = kinds[at].is_global;
    if (object.kind != DM_K8S_SILENT) {
        add_object(k8s, &object);
    }
}

/* ---- files ---- */

static enum dm_status read_json(struct dm_k8s *k8s, uint32_t source, const char *path,
                                struct dm_err *err)
{
    struct dm_tree *tree = NULL;
    enum dm_status status = dm_json_read(k8s->arena, k8s->sources, source, k8s->diags, &tree, err);

    if (status == DM_OK && tree) {
        dm_k8s_hide_tree(k8s, tree);
        add_document(k8s, tree, path);
    } else if (status == DM_OK) {
        dm_k8s_hide_text(k8s, source);
    }
    return status;
}

/* What is no YAML may be what Helm makes it of. */
static void look_for_template(struct dm_k8s *k8s, uint32_t source)
{
    const struct dm_source *item = dm_sources_get(k8s->sources, source);

    for (size_t i = 0; i + 1 < item->size; i++) {
        if (item->text[i] == '{' && item->text[i + 1] == '{') {
            (void)dm_k8s_note(k8s, (struct dm_span){ source, (uint32_t)i, (uint32_t)i + 2 },
                              "this is a template: give what it renders to");
            return;
        }
    }
}

static enum dm_status read_file(struct dm_k8s *k8s, const char *path, struct dm_err *err)
{
    struct dm_tree *const *trees = NULL;
    size_t n_trees = 0;
    size_t n_faults;
    uint32_t source = 0;
    enum dm_status status = dm_sources_read(k8s->sources, path, &source, err);

    if (status != DM_OK) {
        return status;
    }
    if (dm_str_ends(path, ".json")) {
        return read_json(k8s, source, path, err);
    }
    n_faults = k8s->diags->n_errors;
    status = dm_yaml_read_all(k8s->arena, k8s->sources, source, k8s->diags, &trees, &n_trees, err);
    if (k8s->diags->n_errors > n_faults) {
        dm_k8s_hide_text(k8s, source);
        look_for_template(k8s, source);
    }
    for (size_t i = 0; status == DM_OK && i < n_trees; i++) {
        dm_k8s_hide_tree(k8s, trees[i]);
        add_document(k8s, trees[i], path);
    }
    return status;
}

static bool is_manifest_name(const char *name)
{
    return dm_str_ends(name, ".yaml") || dm_str_ends(name, ".yml") || dm_str_ends(name, ".json");
}

static enum dm_status read_folder(struct dm_k8s *k8s, const char *folder, unsigned depth,
                                  struct dm_err *err)
{
    const char *const *names = NULL;
    size_t n = 0;
    enum dm_status status = dm_file_list(k8s->arena, folder, &names, &n, err);

    if (status == DM_OK && depth > MAX_FOLDERS) {
        return DM_FAIL(err, DM_LIMIT, "%s: more than %d folders deep", folder, MAX_FOLDERS);
    }
    for (size_t i = 0; status == DM_OK && i < n; i++) {
        const char *path = dm_path_join(k8s->arena, folder, names[i]);

        if (!path) {
            return DM_FAIL_NOMEM(err);
        }
        if (names[i][0] == '.') {
            continue;
        }
        if (dm_file_is_folder(path)) {
            status = read_folder(k8s, path, depth + 1, err);
        } else if (is_manifest_name(names[i]) && !dm_file_is_stream(path)) {
            status = read_file(k8s, path, err);
        } else {
            (void)dm_k8s_note(k8s, DM_SPAN_NONE, "%s: no manifest, and passed over", path);
            dm_k8s_unknown(k8s, DM_SPAN_NONE, path, "this file is no manifest", NULL);
        }
    }
    return status;
}

/* ---- in order of need ---- */

/* What the cluster says of a namespace itself: Kubernetes its name, and Calico again [CAL-20]. */
static struct dm_kube_labels namespace_labels(struct dm_k8s *k8s, struct dm_kube_labels given,
                                              const char *name)
{
    given = dm_k8s_label_set(k8s, given, "kubernetes.io/metadata.name", name);
    return dm_k8s_label_set(k8s, given, "projectcalico.org/name", name);
}

struct dm_namespace_id dm_k8s_namespace(struct dm_k8s *k8s, const char *name)
{
    struct dm_namespace item = { .object = { .name = dm_k8s_in_cluster(k8s, name) },
                                 .cluster = k8s->cluster,
                                 .short_name = name };
    bool added = false;
    uint64_t *place = dm_map_add(&k8s->namespaces, name, &added);

    if (!place) {
        k8s->failed = true;
        return (struct dm_namespace_id){ 0 };
    }
    if (added) { /* a design may have said it already */
        *place = dm_builder_find(k8s->builder, DM_KIND_namespace, item.object.name).v;
    }
    if (!*place) {
        item.labels = namespace_labels(k8s, (struct dm_kube_labels){ NULL, 0 }, name);
        *place = dm_builder_add_namespace(k8s->builder, &item).v;
        k8s->failed = k8s->failed || *place == 0;
    }
    return (struct dm_namespace_id){ (uint32_t)*place };
}

void dm_k8s_read_namespace(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    struct dm_namespace_id id = dm_k8s_namespace(k8s, object->name);
    struct dm_kube_labels given = dm_k8s_labels(k8s, dm_k8s_map(k8s, object->metadata, "labels"));

    if (id.v) {
        struct dm_namespace *namespace = dm_builder_edit_namespace(k8s->builder, id);

        namespace->object.origin = object->origin;
        namespace->labels = namespace_labels(k8s, given, object->name);
    }
}

/* What says how many pods there are, or may be gone at once: answers hold for any number of them.
 */
static void name_object(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    dm_k8s_unknown(k8s, object->origin,
                   dm_k8s_text_of(k8s, "%s %s", object->kind_text, dm_k8s_name(k8s, object)),
                   "what it changes while the cluster runs is not followed", NULL);
}

/* What would be a policy if it were enforced [CAL-34]. */
static void name_staged(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    (void)dm_k8s_note(k8s, object->origin, "%s `%s` is staged: it decides nothing",
                      object->kind_text, dm_k8s_name(k8s, object));
    dm_k8s_unknown(k8s, object->origin,
                   dm_k8s_text_of(k8s, "%s %s", object->kind_text, dm_k8s_name(k8s, object)),
                   "it is staged: it decides nothing until it is enforced", NULL);
}

static void read_kind(struct dm_k8s *k8s, enum dm_k8s_kind kind,
                      void (*read)(struct dm_k8s *k8s, const struct dm_k8s_object *object))
{
    for (size_t i = 0; i < k8s->objects.n && !k8s->failed; i++) {
        if (k8s->objects.items[i].kind == kind) {
            read(k8s, &k8s->objects.items[i]);
        }
    }
}

static void read_objects(struct dm_k8s *k8s)
{
    read_kind(k8s, DM_K8S_NAMESPACE, dm_k8s_read_namespace);
    read_kind(k8s, DM_K8S_FELIX, dm_k8s_read_felix);
    read_kind(k8s, DM_K8S_IP_POOL, dm_k8s_read_ip_pool);
    read_kind(k8s, DM_K8S_INSTALLATION, dm_k8s_read_installation);
    read_kind(k8s, DM_K8S_WORKLOAD, dm_k8s_read_cni);
    read_kind(k8s, DM_K8S_NAMED, name_object);
    read_kind(k8s, DM_K8S_NODE, dm_k8s_read_node);
    read_kind(k8s, DM_K8S_HOST_ENDPOINT, dm_k8s_read_host_endpoint);
    read_kind(k8s, DM_K8S_SERVICE_ACCOUNT, dm_k8s_read_account);
    read_kind(k8s, DM_K8S_CONFIG, dm_k8s_read_config);
    dm_k8s_read_workloads(k8s);
    read_kind(k8s, DM_K8S_HORIZONTAL, dm_k8s_read_horizontal);
    read_kind(k8s, DM_K8S_VERTICAL, dm_k8s_read_vertical);
    read_kind(k8s, DM_K8S_BUDGET, dm_k8s_read_budget);
    read_kind(k8s, DM_K8S_TIER, dm_k8s_read_tier);
    read_kind(k8s, DM_K8S_NETWORK_SET, dm_k8s_read_network_set);
    read_kind(k8s, DM_K8S_NETWORK_POLICY, dm_k8s_read_network_policy);
    read_kind(k8s, DM_K8S_CALICO_POLICY, dm_k8s_read_calico_policy);
    read_kind(k8s, DM_K8S_ADMIN_POLICY, dm_k8s_read_admin_policy);
    dm_k8s_check_priorities(k8s);
    read_kind(k8s, DM_K8S_SERVICE, dm_k8s_read_service);
    read_kind(k8s, DM_K8S_ENDPOINT_SLICE, dm_k8s_read_endpoint_slice);
    read_kind(k8s, DM_K8S_ENDPOINTS, dm_k8s_read_endpoints);
    read_kind(k8s, DM_K8S_INGRESS_CLASS, dm_k8s_read_ingress_class);
    read_kind(k8s, DM_K8S_INGRESS, dm_k8s_read_ingress);
    read_kind(k8s, DM_K8S_ROUTE, dm_k8s_read_route);
    read_kind(k8s, DM_K8S_STAGED, name_staged);
    dm_k8s_build_albs(k8s);
    read_kind(k8s, DM_K8S_SERVICE, dm_k8s_build_nlb);
}

static enum dm_status read_path(struct dm_k8s *k8s, const char *path, struct dm_err *err)
{
    bool is_folder = strcmp(path, "-") != 0 && dm_file_is_folder(path);
    size_t n = k8s->objects.n;
    enum dm_status status = is_folder ? read_folder(k8s, path, 0, err) : read_file(k8s, path, err);

    if (status == DM_OK && k8s->objects.n == n && k8s->diags->n_errors == 0) {
        return DM_FAIL(err, DM_INVALID, "%s: no manifest in it", path);
    }
    return status;
}

/* The cluster of that name, which other inputs may have shown. */
static bool find_cluster(struct dm_k8s *k8s, const char *name)
{
    struct dm_cluster cluster = { .object = { .name = name ? name : "cluster" },
                                  .vxlan_port = VXLAN_PORT };

    k8s->prefix = name ? dm_k8s_text_of(k8s, "%s:", name) : "";
    k8s->cluster.v = dm_builder_find(k8s->builder, DM_KIND_cluster, cluster.object.name).v;
    if (!k8s->cluster.v && !name) {
        k8s->cluster = dm_builder_described_cluster(k8s->builder);
        if (k8s->cluster.v) {
            dm_builder_edit_cluster(k8s->builder, k8s->cluster)->is_assumed = true;
        }
    }
    if (!k8s->cluster.v) {
        k8s->cluster = dm_builder_add_cluster(k8s->builder, &cluster);
    }
    return k8s->cluster.v && !k8s->failed;
}

enum dm_status dm_k8s_load_all(struct dm_arena *arena, struct dm_sources *sources, const char *name,
                               const char *const *paths, size_t n_paths, struct dm_builder *builder,
                               struct dm_diags *diags, struct dm_err *err)
{
    struct dm_k8s k8s = { .arena = arena, .sources = sources, .builder = builder, .diags = diags };
    enum dm_status status = DM_OK;

    dm_map_init(&k8s.by_name, arena);
    dm_map_init(&k8s.namespaces, arena);
    dm_map_init(&k8s.tiers, arena);
    dm_map_init(&k8s.services, arena);
    dm_map_init(&k8s.pods, arena);
    dm_map_init(&k8s.groups_by_name, arena);
    if (!find_cluster(&k8s, name)) {
        return DM_FAIL_NOMEM(err);
    }
    for (size_t i = 0; status == DM_OK && i < n_paths; i++) {
        status = read_path(&k8s, paths[i], err);
    }
    if (status == DM_OK) {
        read_objects(&k8s);
    }
    return status == DM_OK && k8s.failed ? DM_FAIL_NOMEM(err) : status;
}

enum dm_status dm_k8s_load(struct dm_arena *arena, struct dm_sources *sources, const char *path,
                           struct dm_builder *builder, struct dm_diags *diags, struct dm_err *err)
{
    return dm_k8s_load_all(arena, sources, NULL, &path, 1, builder, diags, err);
}
