/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Services, and ingresses, which send on to them.
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
                        const struct dm_tree *list, const struct dm_kube_service *service)
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
            (void)dm_k8s_warn(k8s, list->span, "no pod of service `%s` names a port `%s`",
                              service->object.name, port->target_name);
            dm_k8s_unknown(k8s, list->span,
                           dm_k8s_text_of(k8s, "port %s of Service %s", port->target_name,
                                          dm_k8s_name(k8s, object)),
                           "no pod that it selects names this port", NULL);
        }
    }
}

void dm_k8s_read_service(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    const struct dm_tree *list = dm_k8s_list(k8s, object->spec, "ports");
    const struct dm_tree *selector = dm_k8s_map(k8s, object->spec, "selector");
    const char *traffic = dm_k8s_text(k8s, object->spec, "externalTrafficPolicy");
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
        .local_traffic = traffic && strcmp(traffic, "Local") == 0,
        .ports = ports,
    };
    uint64_t *place = dm_map_add(&k8s->services, service.object.name, NULL);

    if (!ports || !place) {
        k8s->failed = true;
        return;
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
    check_names(k8s, object, list, &service);
    *place = dm_builder_add_kube_service(k8s->builder, &service).v;
    k8s->failed = k8s->failed || *place == 0;
}

/* ---- ingresses ---- */

struct backends {
    struct dm_ingress_backend *items;
    size_t n;
    size_t capacity;
};

/* A service and its port: by "service: {name, port: {number, name}}", or, in the older form, by
 * "serviceName" and "servicePort". */
static void read_backend(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                         const struct dm_tree *map, struct backends *backends)
{
    const struct dm_tree *service = dm_k8s_map(k8s, map, "service");
    const struct dm_tree *port_map = dm_k8s_map(k8s, service, "port");
    const char *name =
        service ? dm_k8s_text(k8s, service, "name") : dm_k8s_text(k8s, map, "serviceName");
    const struct dm_tree *port =
        service ? dm_k8s_get(port_map, "number") : dm_k8s_get(map, "servicePort");
    struct dm_ingress_backend backend = { .origin = map->span };
    const uint64_t *place;
    const struct dm_kube_service *found;
    uint32_t i = 0;

    port = port ? port : dm_k8s_get(port_map, "name");
    if (!name || !port) {
        dm_k8s_unknown(k8s, map->span,
                       dm_k8s_text_of(k8s, "backend of Ingress %s", dm_k8s_name(k8s, object)),
                       "a backend that is no port of a service", NULL);
        return;
    }
    place = dm_map_find(&k8s->services, dm_k8s_text_of(k8s, "%s/%s", object->namespace, name));
    if (!place || !*place) {
        (void)dm_k8s_warn(k8s, map->span, "no service `%s` in namespace `%s`", name,
                          object->namespace);
        dm_k8s_unknown(
            k8s, map->span,
            dm_k8s_text_of(k8s, "service %s of Ingress %s", name, dm_k8s_name(k8s, object)),
            "this service is not in the input", NULL);
        return;
    }
    backend.service.v = (uint32_t)*place;
    found = dm_builder_edit_kube_service(k8s->builder, backend.service);
    while (i < found->n_ports) {
        int64_t number = 0;
        bool is_number = dm_tree_int(port, &number);

        if (is_number ? found->ports[i].port == number
                      : dm_str_equal(found->ports[i].name, dm_tree_text(port))) {
            break;
        }
        i++;
    }
    if (i == found->n_ports) {
        (void)dm_k8s_warn(k8s, port->span, "service `%s` has no port `%s`", name,
                          dm_tree_text(port) ? dm_tree_text(port) : "");
        dm_k8s_unknown(k8s, port->span,
                       dm_k8s_text_of(k8s, "port %s of service %s of Ingress %s",
                                      dm_tree_text(port) ? dm_tree_text(port) : "", name,
                                      dm_k8s_name(k8s, object)),
                       "the service has no such port", NULL);
        return;
    }
    backend.port = i;
    (void)DM_K8S_PUSH(k8s, backends, backend);
}

void dm_k8s_read_ingress(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    const struct dm_tree *rules = dm_k8s_list(k8s, object->spec, "rules");
    const struct dm_tree *standard = dm_k8s_map(k8s, object->spec, "defaultBackend");
    struct backends backends = { NULL, 0, 0 };
    struct dm_ingress ingress = {
        .object = { .name = dm_k8s_name(k8s, object), .origin = object->origin },
        .namespace = dm_k8s_namespace(k8s, object->namespace),
        .class_name = dm_k8s_text(k8s, object->spec, "ingressClassName"),
    };

    standard = standard ? standard : dm_k8s_map(k8s, object->spec, "backend");
    if (standard) {
        read_backend(k8s, object, standard, &backends);
    }
    for (size_t i = 0; rules && i < rules->n; i++) {
        const struct dm_tree *http = dm_k8s_map(k8s, rules->items[i], "http");
        const struct dm_tree *paths = dm_k8s_list(k8s, http, "paths");

        for (size_t j = 0; paths && j < paths->n; j++) {
            const struct dm_tree *backend = dm_k8s_map(k8s, paths->items[j], "backend");

            if (backend) {
                read_backend(k8s, object, backend, &backends);
            }
        }
    }
    ingress.backends = backends.items;
    ingress.n_backends = backends.n;
    k8s->failed = k8s->failed || dm_builder_add_ingress(k8s->builder, &ingress).v == 0;
}
