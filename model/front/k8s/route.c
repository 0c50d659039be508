/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Routes of OpenShift: what its router, which stands for an ingress controller, sends on.
 *
 * The router sends to the endpoints of services.  "port.targetPort" keeps those that have that
 * number, or whose service port has that name; without it all do, but UDP [K8S-62].
 */
#include <string.h>

#include "model/front/k8s/k8s_private.h"

struct backends {
    struct dm_ingress_backend *items;
    size_t n;
    size_t capacity;
};

/* What a route asks for, once. */
struct wanted {
    const char *host;
    const char *path;
    const struct dm_tree *port; /* NULL: all */
};

static bool pod_has(const struct dm_pod *pod, const struct dm_kube_service_port *port,
                    uint64_t number)
{
    for (size_t i = 0; i < pod->n_ports; i++) {
        if (pod->ports[i].port == number && pod->ports[i].protocol == port->protocol
            && dm_str_equal(pod->ports[i].name, port->target_name)) {
            return true;
        }
    }
    return false;
}

/* Whether the port of the service leads to that number on any pod. */
static bool leads_to(struct dm_k8s *k8s, const struct dm_kube_service *service,
                     const struct dm_kube_service_port *port, uint64_t number)
{
    if (!port->target_name) {
        return port->target == number;
    }
    for (size_t i = 0; service->selector && i < k8s->workloads.n; i++) {
        const struct dm_workload *workload =
            dm_builder_edit_workload(k8s->builder, k8s->workloads.items[i]);

        for (size_t p = 0; workload->namespace.v == service->namespace.v && p < workload->n_pods;
             p++) {
            if (dm_selector_matches(service->selector, &workload->pods[p].labels)
                && pod_has(&workload->pods[p], port, number)) {
                return true;
            }
        }
    }
    return false;
}

static bool is_wanted(struct dm_k8s *k8s, const struct dm_kube_service *service,
                      const struct dm_kube_service_port *port, const struct dm_tree *wanted)
{
    const char *text = wanted ? dm_tree_text(wanted) : NULL;
    uint64_t number = 0;

    if (port->protocol == DM_PROTO_UDP) {
        return false;
    }
    if (!text) {
        return true;
    }
    return dm_str_to_u64(text, strlen(text), UINT16_MAX, &number)
               ? leads_to(k8s, service, port, number)
               : dm_str_equal(port->name, text);
}

static void add_service(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                        const struct dm_tree *name, const struct wanted *wanted,
                        struct backends *backends)
{
    const char *full = dm_k8s_text_of(k8s, "%s/%s", object->namespace, dm_tree_text(name));
    const uint64_t *place = dm_map_find(&k8s->services, full);
    size_t n_before = backends->n;
    const struct dm_kube_service *service;

    if (!place || !*place) {
        (void)dm_k8s_warn(k8s, name->span, "no service `%s` in namespace `%s`", dm_tree_text(name),
                          object->namespace);
        dm_k8s_unknown(k8s, name->span,
                       dm_k8s_text_of(k8s, "service %s of Route %s", dm_tree_text(name),
                                      dm_k8s_name(k8s, object)),
                       "this service is not in the input", NULL);
        return;
    }
    service =
        dm_builder_edit_kube_service(k8s->builder, (struct dm_kube_service_id){ (uint32_t)*place });
    for (uint32_t i = 0; i < service->n_ports; i++) {
        if (is_wanted(k8s, service, &service->ports[i], wanted->port)) {
            (void)DM_K8S_PUSH(k8s, backends,
                              (struct dm_ingress_backend){ .service = { (uint32_t)*place },
                                                           .port = i,
                                                           .host = wanted->host,
                                                           .path = wanted->path,
                                                           .origin = name->span });
        }
    }
    if (backends->n == n_before && wanted->port) {
        (void)dm_k8s_warn(k8s, wanted->port->span, "service `%s` leads to no port `%s`", full,
                          dm_tree_text(wanted->port));
        dm_k8s_unknown(k8s, wanted->port->span,
                       dm_k8s_text_of(k8s, "port %s of Route %s", dm_tree_text(wanted->port),
                                      dm_k8s_name(k8s, object)),
                       "the service leads to no such port", NULL);
    }
}

static void read_target(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                        const struct dm_tree *map, const struct wanted *wanted,
                        struct backends *backends)
{
    const char *kind;
    const char *name;

    if (!dm_k8s_keys(k8s, object, map, "kind|name|weight", NULL)) {
        return;
    }
    kind = dm_k8s_text(k8s, map, "kind");
    name = dm_k8s_text(k8s, map, "name");
    if (kind && strcmp(kind, "Service") != 0) {
        (void)dm_k8s_fault(k8s, dm_k8s_get(map, "kind")->span,
                           "a route leads to a Service, no `%s`", kind);
    } else if (!name) {
        (void)dm_k8s_fault(k8s, map->span, "`name` is missing");
    } else if (dm_k8s_number(k8s, map, "weight", 0, 256, 1) > 0) {
        add_service(k8s, object, dm_k8s_get(map, "name"), wanted, backends);
    }
}

void dm_k8s_read_route(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    const struct dm_tree *to = dm_k8s_map(k8s, object->spec, "to");
    const struct dm_tree *others = dm_k8s_list(k8s, object->spec, "alternateBackends");
    struct wanted wanted = {
        .host = dm_k8s_text(k8s, object->spec, "host"),
        .path = dm_k8s_text(k8s, object->spec, "path"),
        .port = dm_k8s_get(dm_k8s_map(k8s, object->spec, "port"), "targetPort"),
    };
    struct dm_ingress ingress = {
        .object = { .name = dm_k8s_text_of(k8s, "%s[Route]", dm_k8s_name(k8s, object)),
                    .origin = object->origin },
        .namespace = dm_k8s_namespace(k8s, object->namespace),
        .is_route = true,
    };
    struct backends backends = { NULL, 0, 0 };

    if (!to) {
        (void)dm_k8s_fault(k8s, object->origin, "`to` is missing");
        return;
    }
    (void)dm_k8s_keys(
        k8s, object, object->spec,
        "host|subdomain|path|to|alternateBackends|port|tls|wildcardPolicy|httpHeaders", NULL);
    read_target(k8s, object, to, &wanted, &backends);
    for (size_t i = 0; others && i < others->n; i++) {
        read_target(k8s, object, others->items[i], &wanted, &backends);
    }
    ingress.backends = backends.items;
    ingress.n_backends = backends.n;
    k8s->failed = k8s->failed || dm_builder_add_ingress(k8s->builder, &ingress).v == 0;
}
