/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Services.
 */
#include <string.h>

#include "model/front/k8s/k8s_private.h"

static enum dm_kube_service_type type_of(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    static const char *const words[] = { "ClusterIP", "NodePort", "LoadBalancer", "ExternalName" };
    const char *text = dm_k8s_text(k8s, object->spec, "type");

    for (size_t i = 0; text && i < sizeof words / sizeof *words; i++) {
        if (strcmp(text, words[i]) == 0) {
            return (enum dm_kube_service_type)i;
        }
    }
    if (text) {
        dm_diag_help(k8s->diags,
                     dm_k8s_fault(k8s, dm_k8s_get(object->spec, "type")->span,
                                  "unknown type `%s` of a service", text),
                     "ClusterIP, NodePort, LoadBalancer and ExternalName are known");
    }
    return DM_KUBE_CLUSTER_IP;
}

static bool read_port(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                      const struct dm_tree *map, struct dm_kube_service_port *port)
{
    const struct dm_tree *target;

    if (!dm_k8s_keys(k8s, object, map, "name|protocol|port|targetPort|nodePort|appProtocol",
                     NULL)) {
        return false;
    }
    target = dm_k8s_get(map, "targetPort");
    port->name = dm_k8s_text(k8s, map, "name");
    port->protocol = dm_k8s_protocol(k8s, map, "protocol", DM_PROTO_TCP);
    port->port = (uint16_t)dm_k8s_number(k8s, map, "port", 1, 65535, 0);
    port->node_port = (uint16_t)dm_k8s_number(k8s, map, "nodePort", 1, 65535, 0);
    if (!port->port && !dm_k8s_get(map, "port")) {
        (void)dm_k8s_fault(k8s, map->span, "`port` is missing");
    }
    if (target && target->kind == DM_TREE_SCALAR && target->scalar == DM_SCALAR_STRING) {
        port->target_name = target->text;
    } else {
        port->target = (uint16_t)dm_k8s_number(k8s, map, "targetPort", 1, 65535, port->port);
    }
    return port->port != 0;
}

static bool names_port(const struct dm_pod *pod, const struct dm_kube_service_port *port)
{
    for (size_t i = 0; i < pod->n_ports; i++) {
        if (pod->ports[i].protocol == port->protocol
            && dm_str_equal(pod->ports[i].name, port->target_name)) {
            return true;
        }
    }
    return false;
}

/* Names of ports are looked for on the pods that the service selects: one that none of them has is
 * a port that leads nowhere. */
static void check_names(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                        struct dm_span ports, const struct dm_kube_service *service)
{
    for (size_t i = 0; service->selector && i < service->n_ports; i++) {
        const struct dm_kube_service_port *port = &service->ports[i];
        bool is_selected = false;
        bool is_named = !port->target_name;

        for (size_t j = 0; j < k8s->workloads.n && !is_named; j++) {
            const struct dm_workload *workload =
                dm_builder_edit_workload(k8s->builder, k8s->workloads.items[j]);

            for (size_t p = 0;
                 workload->namespace.v == service->namespace.v && p < workload->n_pods; p++) {
                bool selects = dm_selector_matches(service->selector, &workload->pods[p].labels);

                is_selected = is_selected || selects;
                is_named = is_named || (selects && names_port(&workload->pods[p], port));
            }
        }
        if (is_selected && !is_named) {
            (void)dm_k8s_warn(k8s, ports, "no pod of service `%s` names a port `%s`",
                              service->object.name, port->target_name);
            dm_k8s_unknown(k8s, ports,
                           dm_k8s_text_of(k8s, "port %s of Service %s", port->target_name,
                                          dm_k8s_name(k8s, object)),
                           "no pod that it selects names this port", NULL);
        }
    }
}

static const char service_keys[] =
    "type|selector|ports|clusterIP|clusterIPs|ipFamilies|ipFamilyPolicy|externalIPs|externalName|"
    "externalTrafficPolicy|internalTrafficPolicy|healthCheckNodePort|loadBalancerClass|"
    "loadBalancerIP|loadBalancerSourceRanges|allocateLoadBalancerNodePorts|"
    "publishNotReadyAddresses|sessionAffinity|sessionAffinityConfig|topologyKeys|"
    "trafficDistribution";

/* A traffic policy. */
static bool is_local(struct dm_k8s *k8s, const struct dm_k8s_object *object, const char *key)
{
    const char *text = dm_k8s_text(k8s, object->spec, key);
    bool local = text && strcmp(text, "Local") == 0;

    if (text && !local && strcmp(text, "Cluster") != 0) {
        (void)dm_k8s_fault(k8s, dm_k8s_get(object->spec, key)->span,
                           "`%s` must be Cluster or Local", key);
    }
    return local;
}

/* Whatever takes packets to these to a node is not in the input. */
static void name_external_addresses(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    const struct dm_tree *list = dm_k8s_list(k8s, object->spec, "externalIPs");

    if (list && list->n) {
        (void)dm_k8s_warn(k8s, list->span,
                          "calls to external addresses of service `%s` are not "
                          "followed",
                          dm_k8s_name(k8s, object));
        dm_k8s_unknown(
            k8s, list->span,
            dm_k8s_text_of(k8s, "external addresses of Service %s", dm_k8s_name(k8s, object)),
            "calls to them are not followed", NULL);
    }
}

void dm_k8s_read_service(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    const struct dm_tree *list = dm_k8s_list(k8s, object->spec, "ports");
    const struct dm_tree *selector = dm_k8s_map(k8s, object->spec, "selector");
    const char *address = dm_k8s_text(k8s, object->spec, "clusterIP");
    size_t n = list ? list->n : 0;
    struct dm_kube_service_port *ports =
        DM_NEW_ARRAY(k8s->arena, n + 1, struct dm_kube_service_port);
    struct dm_kube_service service = {
        .object = { .name = dm_k8s_name(k8s, object), .origin = object->origin },
        .namespace = dm_k8s_namespace(k8s, object->namespace),
        .short_name = object->name,
        .type = type_of(k8s, object),
        .headless = address && strcmp(address, "None") == 0,
        .local_traffic = is_local(k8s, object, "externalTrafficPolicy"),
        .local_calls = is_local(k8s, object, "internalTrafficPolicy"),
        .health_node_port =
            (uint16_t)dm_k8s_number(k8s, object->spec, "healthCheckNodePort", 0, 65535, 0),
        .without_node_ports = dm_k8s_get(object->spec, "allocateLoadBalancerNodePorts")
                              && !dm_k8s_bool(k8s, object->spec, "allocateLoadBalancerNodePorts"),
        .ports = ports,
    };
    uint64_t *place = dm_map_add(
        &k8s->services, dm_k8s_text_of(k8s, "%s/%s", object->namespace, object->name), NULL);

    if (!ports || !place) {
        k8s->failed = true;
        return;
    }
    if (object->spec) {
        (void)dm_k8s_keys(k8s, object, object->spec, service_keys, NULL);
        name_external_addresses(k8s, object);
    }
    if (address && *address && !service.headless
        && dm_addr_parse(address, &service.cluster_ip) != DM_ADDR_OK) {
        (void)dm_k8s_fault(k8s, dm_k8s_get(object->spec, "clusterIP")->span, "`%s` is no address",
                           address);
    }
    for (size_t i = 0; i < n; i++) {
        struct dm_kube_service_port port = { 0 };

        if (read_port(k8s, object, list->items[i], &port)) {
            ports[service.n_ports++] = port;
        }
    }
    if (selector && selector->n) {
        service.selector = dm_k8s_equality_selector(k8s, selector);
    }
    check_names(k8s, object, list ? list->span : service.object.origin, &service);
    *place = dm_builder_add_kube_service(k8s->builder, &service).v;
    k8s->failed = k8s->failed || *place == 0;
}
