/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pods of services: on each node that the scheduler may choose stands one for all of them there.
 *
 * Addresses depend on names alone (model/addressing.h).  Services have cluster addresses, and ports
 * of nodes, in order of their names.
 */
#include <stdlib.h>
#include <string.h>

#include "model/base/str.h"
#include "model/front/design/lower_private.h"

/* ---- how pods are placed ---- */

static bool tolerations(struct dm_lower *lower, const struct dm_lower_copy *copy,
                        struct dm_schedule *schedule)
{
    size_t n = 0;
    const struct dm_taint *taints =
        dm_lower_taints(lower, dm_tree_find(copy->tree, "tolerations"), &n);
    struct dm_toleration *items = DM_NEW_ARRAY(lower->arena, n + 1, struct dm_toleration);

    if (!items) {
        lower->oom = true;
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        items[i] = (struct dm_toleration){ .key = taints[i].key,
                                           .value = taints[i].value,
                                           .effect = taints[i].effect };
    }
    schedule->tolerations = items;
    schedule->n_tolerations = n;
    return true;
}

static void groups(struct dm_lower *lower, const struct dm_lower_copy *copy,
                   const struct dm_lower_cluster *cluster, struct dm_schedule *schedule)
{
    const struct dm_tree *list = dm_tree_find(copy->tree, "nodes");
    const struct dm_tree *known = dm_tree_find(cluster->copy->tree, "node_groups");
    DM_VEC(const char *) names = { 0 };

    for (size_t i = 0; i < dm_lower_n_items(list); i++) {
        const struct dm_tree *item = dm_lower_item(list, i);
        const char *name = dm_lower_text(lower, item);

        if (name && !dm_tree_find(known, name)) {
            dm_lower_unknown_key(lower, item->span, "node group", name, known);
        } else if (name) {
            (void)DM_LOWER_PUSH(lower, &names, name);
        }
    }
    if (names.n) {
        schedule->nodes =
            dm_lower_selector(lower, "eks.amazonaws.com/nodegroup", names.items, names.n);
    }
}

static void spread(struct dm_lower *lower, const struct dm_lower_copy *copy,
                   struct dm_schedule *schedule)
{
    const struct dm_tree *node = dm_tree_find(copy->tree, "spread");
    const char *word = node ? dm_lower_text(lower, node) : schedule->zonal_volume ? "zones" : NULL;
    struct dm_spread *item = DM_NEW(lower->arena, struct dm_spread);

    if (!word || !item) {
        lower->oom = lower->oom || !item;
        return;
    }
    *item = (struct dm_spread){
        .topology_key =
            strcmp(word, "zones") == 0 ? "topology.kubernetes.io/zone" : "kubernetes.io/hostname",
        .max_skew = 1,
        .is_required = true,
        .selector = dm_lower_selector(lower, "app", &copy->entry->key, 1),
    };
    schedule->spreads = item;
    schedule->n_spreads = 1;
}

/* As the API server does [K8S-47]. */
static void refuse_above(struct dm_lower *lower, const struct dm_lower_copy *copy, const char *key,
                         int64_t request, int64_t limit)
{
    const struct dm_tree *requests = dm_tree_find(copy->tree, "requests");
    const struct dm_tree *node = requests ? dm_tree_find(requests, key) : NULL;

    if (node && limit >= 0 && request > limit) {
        (void)dm_lower_fault(lower, node->span, "more %s is requested than the limit allows", key);
    }
}

static const struct dm_schedule *schedule_of(struct dm_lower *lower,
                                             const struct dm_lower_load *load,
                                             const struct dm_lower_cluster *cluster)
{
    const struct dm_lower_copy *copy = load->copy;
    bool is_store = load->party.kind == DM_PARTY_STORE;
    struct dm_schedule *schedule = DM_NEW(lower->arena, struct dm_schedule);
    const struct dm_tree *replicas = dm_tree_find(copy->tree, is_store ? "pods" : "replicas");
    int64_t n = 1;

    if (!schedule) {
        lower->oom = true;
        return NULL;
    }
    if (replicas && !dm_lower_int(lower, replicas, 1, 5000, "`replicas`", &n)) {
        return NULL;
    }
    *schedule = (struct dm_schedule){
        .replicas = (int32_t)n,
        .requests = dm_lower_resources(lower, dm_tree_find(copy->tree, "requests")),
        .limits = dm_lower_resources(lower, dm_tree_find(copy->tree, "limits")),
        .zonal_volume = is_store,
    };
    refuse_above(lower, copy, "cpu", schedule->requests.cpu_milli, schedule->limits.cpu_milli);
    refuse_above(lower, copy, "memory", schedule->requests.memory, schedule->limits.memory);
    /* As Kubernetes does it. */
    if (schedule->requests.cpu_milli < 0) {
        schedule->requests.cpu_milli = schedule->limits.cpu_milli;
    }
    if (schedule->requests.memory < 0) {
        schedule->requests.memory = schedule->limits.memory;
    }
    groups(lower, copy, cluster, schedule);
    spread(lower, copy, schedule);
    return tolerations(lower, copy, schedule) ? schedule : NULL;
}

/* ---- workloads ---- */

static const char *word_of(struct dm_lower *lower, const struct dm_lower_copy *copy,
                           const char *key, const char *standard)
{
    const struct dm_tree *node = dm_tree_find(copy->tree, key);
    const char *text = node ? dm_lower_text(lower, node) : NULL;

    return text ? text : standard;
}

static struct dm_pod *pod_of(struct dm_lower *lower, const struct dm_lower_load *load,
                             const struct dm_lower_cluster *cluster)
{
    const struct dm_lower_copy *copy = load->copy;
    struct dm_pod *pod = DM_NEW(lower->arena, struct dm_pod);
    struct dm_kube_port *port = DM_NEW(lower->arena, struct dm_kube_port);

    if (!pod || !port) {
        lower->oom = true;
        return NULL;
    }
    *port = (struct dm_kube_port){ .protocol = (uint8_t)load->port.protocol,
                                   .port = load->port.port_first };
    *pod = (struct dm_pod){
        .labels = dm_lower_kube_labels(lower, dm_tree_find(copy->tree, "labels"), "app",
                                       copy->entry->key),
        .ports = port,
        .n_ports = 1,
        .account = word_of(lower, copy, "account", "default"),
        .account_is_known = true,
        .host_network = dm_lower_bool(lower, copy->tree, "host_network"),
        .schedule = schedule_of(lower, load, cluster),
    };
    return pod->schedule ? pod : NULL;
}

static void kube_service(struct dm_lower *lower, struct dm_lower_cluster *cluster,
                         struct dm_lower_load *load, struct dm_namespace_id namespace)
{
    const struct dm_lower_copy *copy = load->copy;
    struct dm_kube_service_port *port = DM_NEW(lower->arena, struct dm_kube_service_port);
    struct dm_kube_service item = {
        .object = { .name = dm_lower_in_cluster(
                        lower, cluster,
                        dm_lower_name(lower, "%s/%s", load->namespace, copy->entry->key)),
                    .origin = copy->entry->key_span },
        .namespace = namespace,
        .short_name = copy->entry->key,
        .type = DM_KUBE_CLUSTER_IP,
        .headless = load->party.kind == DM_PARTY_STORE,
        .local_traffic = strcmp(word_of(lower, copy, "external_traffic", "cluster"), "local") == 0,
        .selector = dm_lower_selector(lower, "app", &copy->entry->key, 1),
        .ports = port,
        .n_ports = 1,
    };
    struct dm_interface interface = { .kind = DM_INTERFACE_KUBE_SERVICE };

    if (!port) {
        lower->oom = true;
        return;
    }
    *port = (struct dm_kube_service_port){ .protocol = (uint8_t)load->port.protocol,
                                           .port = load->port.port_first,
                                           .target = load->port.port_first };
    load->kube = DM_LOWER_ADD(lower, kube_service, &item);
    if (item.headless) {
        return; /* who asks for it by name is told the addresses of its pods */
    }
    interface.object = (struct dm_object){ .name = dm_lower_name(lower, "%s.service", load->name),
                                           .origin = copy->entry->key_span };
    interface.kube_service = load->kube;
    item.interface = DM_LOWER_ADD(lower, interface, &interface);
    dm_builder_edit_kube_service(lower->builder, load->kube)->interface = item.interface;
}

/* ---- pods on nodes ---- */

static struct dm_host_id pod_on(struct dm_lower *lower, struct dm_lower_cluster *cluster,
                                const struct dm_lower_load *load, size_t node)
{
    const char *name = dm_lower_name(lower, "%s.%s", load->name, cluster->nodes.items[node].name);
    struct dm_interface_id *interfaces = DM_NEW(lower->arena, struct dm_interface_id);
    struct dm_host host = { .object = { .name = name, .origin = load->copy->entry->key_span },
                            .interfaces = interfaces,
                            .n_interfaces = 1,
                            .running = true };
    struct dm_interface interface = {
        .object = { .name = dm_lower_name(lower, "%s.pod", name),
                    .origin = load->copy->entry->key_span },
        .kind = DM_INTERFACE_POD,
        .node = cluster->nodes.items[node].id,
        .workload = load->workload,
    };

    if (!interfaces) {
        lower->oom = true;
        return (struct dm_host_id){ 0 };
    }
    interface.host = DM_LOWER_ADD(lower, host, &host);
    *interfaces = DM_LOWER_ADD(lower, interface, &interface);
    (void)DM_LOWER_PUSH(lower, &cluster->pods, (struct dm_unaddressed){ *interfaces, node });
    return interface.host;
}

/* Zones that a store's volumes are in: as many as it has pods, the first ones.  Which they are is
 * the scheduler's choice; that one of them fails is the same for all of these. */
struct volumes {
    struct dm_zone_id *items;
    size_t n;
    size_t capacity;
};

static bool has_volume(struct dm_lower *lower, struct volumes *volumes,
                       const struct dm_schedule *schedule, struct dm_zone_id zone)
{
    for (size_t i = 0; i < volumes->n; i++) {
        if (volumes->items[i].v == zone.v) {
            return true;
        }
    }
    return !schedule->zonal_volume
           || (volumes->n < (size_t)schedule->replicas && DM_LOWER_PUSH(lower, volumes, zone));
}

static void place(struct dm_lower *lower, struct dm_lower_cluster *cluster,
                  const struct dm_lower_load *load, const struct dm_pod *pod,
                  struct dm_lower_hosts *hosts)
{
    struct volumes volumes = { 0 };

    for (size_t i = 0; i < cluster->nodes.n && !lower->oom; i++) {
        const struct dm_node *node =
            dm_builder_edit_node(lower->builder, cluster->nodes.items[i].id);

        if (dm_schedule_allows(pod->schedule, node)
            && has_volume(lower, &volumes, pod->schedule, node->zone)) {
            (void)DM_LOWER_PUSH(lower, hosts,
                                pod->host_network ? cluster->nodes.items[i].host
                                                  : pod_on(lower, cluster, load, i));
        }
    }
}

/* Which groups there are, and the taints that keep pods away from them. */
static void fail_place(struct dm_lower *lower, const struct dm_lower_cluster *cluster,
                       const struct dm_lower_copy *copy)
{
    struct dm_str groups;

    if (lower->diags->n_errors) {
        return; /* other faults may be why */
    }
    dm_str_init(&groups, lower->arena);
    for (size_t i = 0; i < cluster->nodes.n; i++) {
        const struct dm_lower_node *own = &cluster->nodes.items[i];
        const struct dm_node *node = dm_builder_edit_node(lower->builder, own->id);

        if (i > 0 && strcmp(own->group, own[-1].group) == 0) {
            continue;
        }
        dm_str_addf(&groups, "%s`%s`", groups.length ? ", " : "its node groups are ", own->group);
        for (size_t j = 0; j < node->n_taints; j++) {
            dm_str_addf(&groups, "%s`%s%s%s`", j ? " and " : " with the taint ",
                        node->taints[j].key, *node->taints[j].value ? "=" : "",
                        node->taints[j].value);
        }
    }
    dm_lower_help(lower,
                  dm_lower_fault(lower, copy->entry->key_span,
                                 "no node of `%s` takes the pods of `%s`, with their tolerations",
                                 cluster->copy->name, copy->name),
                  "%s: see `nodes` and `tolerations`",
                  groups.length ? groups.text : "there are no nodes");
}

bool dm_lower_pods(struct dm_lower *lower, struct dm_lower_cluster *cluster,
                   struct dm_lower_load *load, struct dm_lower_hosts *hosts)
{
    const struct dm_lower_copy *copy = load->copy;
    const struct dm_tree *node = dm_tree_find(copy->tree, "namespace");
    struct dm_pod *pod = pod_of(lower, load, cluster);
    bool is_store = load->party.kind == DM_PARTY_STORE;
    struct dm_workload workload = { .short_name = copy->entry->key,
                                    .owner_kind = is_store ? "StatefulSet" : "Deployment",
                                    .service_name = is_store ? copy->entry->key : NULL,
                                    .pods = pod,
                                    .n_pods = 1 };

    load->namespace = word_of(lower, copy, "namespace", "default");
    workload.namespace =
        dm_lower_namespace(lower, cluster, node ? node : copy->tree, load->namespace);
    if (!pod || !workload.namespace.v || lower->oom) {
        return false;
    }
    workload.object.name = dm_lower_in_cluster(
        lower, cluster,
        dm_lower_name(lower, "%s/%s[%s]", load->namespace, copy->entry->key, workload.owner_kind));
    workload.object.origin = copy->entry->key_span;
    if (dm_builder_find(
            lower->builder, DM_KIND_kube_service,
            dm_lower_in_cluster(lower, cluster,
                                dm_lower_name(lower, "%s/%s", load->namespace, copy->entry->key)))
            .v) {
        (void)dm_lower_fault(lower, copy->entry->key_span,
                             "`%s` runs something else that is called `%s`", cluster->copy->name,
                             copy->entry->key);
        return false;
    }
    dm_lower_upkeep(lower, cluster, load, &workload, pod);
    load->workload = DM_LOWER_ADD(lower, workload, &workload);
    dm_lower_scaling(lower, cluster, load, &workload, pod);
    kube_service(lower, cluster, load, workload.namespace);
    place(lower, cluster, load, pod, hosts);
    if (!hosts->n) {
        fail_place(lower, cluster, copy);
        return false;
    }
    (void)DM_LOWER_PUSH(lower, &cluster->loads, *load);
    return true;
}

void dm_lower_pods_done(struct dm_lower_cluster *cluster, struct dm_party party)
{
    cluster->loads.items[cluster->loads.n - 1].party = party;
}

/* ---- ports of nodes ---- */

uint16_t dm_lower_node_port(struct dm_lower *lower, struct dm_lower_cluster *cluster,
                            struct dm_service_id service)
{
    for (size_t i = 0; i < cluster->loads.n; i++) {
        const struct dm_lower_load *load = &cluster->loads.items[i];
        struct dm_kube_service *kube = NULL;
        struct dm_kube_service_port *port = NULL;

        if (load->party.kind != DM_PARTY_SERVICE || load->party.v != service.v
            || i > DM_LAST_NODE_PORT - DM_FIRST_NODE_PORT) {
            continue;
        }
        kube = dm_builder_edit_kube_service(lower->builder, load->kube);
        port = DM_NEW(lower->arena, struct dm_kube_service_port);
        if (!port) {
            lower->oom = true;
            return 0;
        }
        *port = kube->ports[0];
        port->node_port = (uint16_t)(DM_FIRST_NODE_PORT + i);
        kube->ports = port;
        kube->type = DM_KUBE_NODE_PORT;
        return port->node_port;
    }
    return 0;
}

/* ---- addresses ---- */

static void give(struct dm_lower *lower, struct dm_interface_id id, struct dm_addr address)
{
    lower->oom = !dm_give_address(lower->arena, lower->builder, id, address) || lower->oom;
}

static bool is_for_group(struct dm_lower *lower, const struct dm_lower_pod_pool *pool,
                         const char *group)
{
    bool found = !pool->groups;

    for (size_t i = 0; i < dm_lower_n_items(pool->groups); i++) {
        const char *name = dm_lower_text(lower, dm_lower_item(pool->groups, i));

        found = found || (name && strcmp(name, group) == 0);
    }
    return found && !pool->is_disabled;
}

/* The number of the pool that pods on the node have addresses of; that of pools: of none. */
static size_t pool_of(struct dm_lower *lower, const struct dm_lower_cluster *cluster, size_t node)
{
    size_t at = 0;

    while (at < cluster->pools.n
           && !is_for_group(lower, &cluster->pools.items[at], cluster->nodes.items[node].group)) {
        at++;
    }
    return at;
}

/* What has addresses of one pool: its nodes, in their order, take its blocks. */
static enum dm_addressed address_of(struct dm_lower *lower, const struct dm_lower_cluster *cluster,
                                    size_t at)
{
    const struct dm_lower_pod_pool *pool = &cluster->pools.items[at];
    DM_VEC(struct dm_unaddressed) pods = { 0 };
    size_t n_nodes = 0;

    for (size_t i = 0; i < cluster->nodes.n; i++) {
        if (pool_of(lower, cluster, i) != at) {
            continue;
        }
        for (size_t j = 0; j < cluster->pods.n; j++) {
            struct dm_unaddressed pod = cluster->pods.items[j];

            if (pod.node == i) {
                pod.node = n_nodes;
                (void)DM_LOWER_PUSH(lower, &pods, pod);
            }
        }
        n_nodes++;
    }
    return dm_address_pods(lower->arena, lower->builder, pool->prefix, pool->block, n_nodes,
                           pods.items, pods.n, NULL);
}

static void pod_addresses(struct dm_lower *lower, const struct dm_lower_cluster *cluster)
{
    for (size_t i = 0; i < cluster->pods.n && !lower->diags->n_errors; i++) {
        const struct dm_lower_node *node = &cluster->nodes.items[cluster->pods.items[i].node];

        if (pool_of(lower, cluster, cluster->pods.items[i].node) == cluster->pools.n) {
            (void)dm_lower_fault(lower, cluster->pool_span,
                                 "no pool of `%s` gives addresses to pods on nodes of `%s`",
                                 cluster->copy->name, node->group);
            return;
        }
    }
    for (size_t i = 0; i < cluster->pools.n && !lower->oom; i++) {
        const struct dm_lower_pod_pool *pool = &cluster->pools.items[i];
        enum dm_addressed said = address_of(lower, cluster, i);

        lower->oom = lower->oom || said == DM_ADDRESSING_FAILED;
        if (said == DM_POOL_IS_FULL) {
            dm_lower_help(lower,
                          dm_lower_fault(lower, cluster->pool_span,
                                         "the pool of `%s` has no block left for all its nodes",
                                         cluster->copy->name),
                          "it has %llu blocks of /%u, of which each node takes one or more: take a "
                          "larger `range`, or a longer `block`",
                          1ull << (pool->block - pool->prefix.length), (unsigned)pool->block);
        }
    }
}

static void service_addresses(struct dm_lower *lower, const struct dm_lower_cluster *cluster)
{
    uint64_t room = UINT64_C(1) << (32 - cluster->services.length);

    if (dm_addr_is_none(cluster->services.addr)) {
        return;
    }
    for (size_t i = 0; i < cluster->loads.n && !lower->oom; i++) {
        struct dm_kube_service *service =
            dm_builder_edit_kube_service(lower->builder, cluster->loads.items[i].kube);

        if (service->headless) {
            continue;
        }
        if (i + DM_FIRST_SERVICE + 1 >= room) {
            (void)dm_lower_fault(lower, dm_tree_find(cluster->copy->tree, "services")->span,
                                 "`%s` has more services than this range has addresses",
                                 cluster->copy->name);
            return;
        }
        service->cluster_ip = dm_addr_add(dm_prefix_first(cluster->services), i + DM_FIRST_SERVICE);
        give(lower, service->interface, service->cluster_ip);
    }
}

void dm_lower_cluster_addresses(struct dm_lower *lower)
{
    for (size_t i = 0; i < lower->clusters.n && !lower->oom; i++) {
        pod_addresses(lower, &lower->clusters.items[i]);
        service_addresses(lower, &lower->clusters.items[i]);
    }
}
