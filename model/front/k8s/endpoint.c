/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * EndpointSlice and Endpoints: where services without selector send to.
 *
 * What the cluster writes itself for a service with selector follows from the selector, and is not
 * looked at; of such a service what others add counts besides [EKS-30].
 */
#include <string.h>

#include "model/front/k8s/k8s_private.h"

struct endpoints {
    struct dm_kube_endpoint *items;
    size_t n;
    size_t capacity;
};

struct ports {
    struct dm_kube_port *items;
    size_t n;
    size_t capacity;
};

static struct ports read_ports(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                               const struct dm_tree *list)
{
    struct ports ports = { NULL, 0, 0 };

    for (size_t i = 0; list && i < list->n; i++) {
        const struct dm_tree *map = list->items[i];
        struct dm_kube_port port = { .name = NULL };

        if (!dm_k8s_keys(k8s, object, map, "name|protocol|port|appProtocol", NULL)) {
            continue;
        }
        port.name = dm_k8s_text(k8s, map, "name");
        port.name = port.name && *port.name ? port.name : NULL;
        port.protocol = dm_k8s_protocol(k8s, map, "protocol", DM_PROTO_TCP);
        port.port = (uint16_t)dm_k8s_number(k8s, map, "port", 1, 65535, 0);
        if (port.port) {
            (void)DM_K8S_PUSH(k8s, &ports, port);
        }
    }
    return ports;
}

/* The pod that a reference names, else the one that has the address. */
static void find_pod(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                     const struct dm_tree *reference, const char *address,
                     struct dm_kube_endpoint *endpoint)
{
    const char *kind = reference ? dm_k8s_text(k8s, reference, "kind") : NULL;
    const char *name = reference ? dm_k8s_text(k8s, reference, "name") : NULL;
    const uint64_t *place = NULL;

    if (kind && name && strcmp(kind, "Pod") == 0) {
        place = dm_map_find(&k8s->pods, dm_k8s_text_of(k8s, "%s/%s", object->namespace, name));
    }
    if (!place && address) {
        place = dm_map_find(&k8s->pods, address);
    }
    if (place) {
        endpoint->workload = k8s->workloads.items[dm_k8s_pod_owner(*place)];
        endpoint->pod = dm_k8s_pod_index(*place);
    }
}

static void add_endpoint(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                         const struct dm_tree *address, const struct dm_tree *reference,
                         const struct ports *ports, struct endpoints *endpoints)
{
    struct dm_kube_endpoint endpoint = { .ports = ports->items, .n_ports = ports->n };
    const char *text = dm_tree_text(address);

    if (!text || dm_addr_parse(text, &endpoint.address) != DM_ADDR_OK) {
        (void)dm_k8s_fault(k8s, address->span, "`%s` is no address",
                           text ? text : dm_tree_kind_text(address));
        return;
    }
    find_pod(k8s, object, reference, text, &endpoint);
    (void)DM_K8S_PUSH(k8s, endpoints, endpoint);
}

/* The service that 'object' is about; NULL where it is not in the input. */
static struct dm_kube_service *service_of(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                                          const char *name, struct dm_span span)
{
    const uint64_t *place =
        dm_map_find(&k8s->services, dm_k8s_text_of(k8s, "%s/%s", object->namespace, name));

    if (!place || !*place) {
        dm_k8s_unknown(k8s, span,
                       dm_k8s_text_of(k8s, "service %s of %s %s", name, object->kind_text,
                                      dm_k8s_name(k8s, object)),
                       "this service is not in the input", NULL);
        return NULL;
    }
    return dm_builder_edit_kube_service(k8s->builder,
                                        (struct dm_kube_service_id){ (uint32_t)*place });
}

/* Puts 'more' behind what the service has. */
static void append(struct dm_k8s *k8s, struct dm_kube_service *service, struct endpoints more)
{
    struct endpoints all = { NULL, 0, 0 };

    for (size_t i = 0; i < service->n_endpoints; i++) {
        (void)DM_K8S_PUSH(k8s, &all, service->endpoints[i]);
    }
    for (size_t i = 0; i < more.n; i++) {
        (void)DM_K8S_PUSH(k8s, &all, more.items[i]);
    }
    service->endpoints = all.items;
    service->n_endpoints = all.n;
}

/* ---- slices ---- */

static bool is_ready(struct dm_k8s *k8s, const struct dm_tree *row)
{
    const struct dm_tree *conditions = dm_k8s_map(k8s, row, "conditions");

    return !dm_k8s_get(conditions, "ready") || dm_k8s_bool(k8s, conditions, "ready");
}

static void read_rows(struct dm_k8s *k8s, const struct dm_k8s_object *object, bool is_name,
                      const struct ports *ports, struct endpoints *endpoints)
{
    const struct dm_tree *rows = dm_k8s_list(k8s, object->root, "endpoints");

    for (size_t i = 0; rows && i < rows->n; i++) {
        const struct dm_tree *row = rows->items[i];
        const struct dm_tree *addresses;

        if (!dm_k8s_keys(k8s, object, row,
                         "addresses|conditions|hostname|targetRef|nodeName|zone|hints|"
                         "deprecatedTopology",
                         NULL)
            || !is_ready(k8s, row)) {
            continue;
        }
        addresses = dm_k8s_list(k8s, row, "addresses");
        for (size_t j = 0; addresses && j < addresses->n; j++) {
            const struct dm_kube_endpoint named = { .ports = ports->items, .n_ports = ports->n };

            if (!is_name) {
                add_endpoint(k8s, object, addresses->items[j], dm_k8s_map(k8s, row, "targetRef"),
                             ports, endpoints);
            } else {
                (void)DM_K8S_PUSH(k8s, endpoints, named);
            }
        }
    }
}

void dm_k8s_read_endpoint_slice(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    static const char *const types[] = { "IPv4", "IPv6", "FQDN" };
    const struct dm_tree *labels = dm_k8s_map(k8s, object->metadata, "labels");
    const char *name = labels ? dm_k8s_text(k8s, labels, "kubernetes.io/service-name") : NULL;
    const char *writer =
        labels ? dm_k8s_text(k8s, labels, "endpointslice.kubernetes.io/managed-by") : NULL;
    const char *type = dm_k8s_text(k8s, object->root, "addressType");
    struct endpoints endpoints = { NULL, 0, 0 };
    struct dm_kube_service *service;
    struct ports ports;
    size_t at = 0;

    (void)dm_k8s_keys(k8s, object, object->root,
                      "apiVersion|kind|metadata|addressType|endpoints|ports", NULL);
    while (at < 3 && !dm_str_equal(type, types[at])) {
        at++;
    }
    if (at == 3) {
        (void)dm_k8s_fault(k8s,
                           type ? dm_k8s_get(object->root, "addressType")->span : object->origin,
                           "`addressType` must be IPv4, IPv6 or FQDN");
        return;
    }
    if (!name) {
        (void)dm_k8s_warn(k8s, object->origin,
                          "this EndpointSlice is of no service: it lacks the label "
                          "`kubernetes.io/service-name`");
        dm_k8s_unknown(k8s, object->origin,
                       dm_k8s_text_of(k8s, "EndpointSlice %s", dm_k8s_name(k8s, object)),
                       "its service is not named", NULL);
        return;
    }
    ports = read_ports(k8s, object, dm_k8s_list(k8s, object->root, "ports"));
    read_rows(k8s, object, at == 2, &ports, &endpoints);
    service = service_of(k8s, object, name, object->origin);
    if (service && !(service->selector && dm_str_equal(writer, "endpointslice-controller.k8s.io"))
        && !(dm_str_equal(writer, "endpointslicemirroring-controller.k8s.io")
             && dm_k8s_find(k8s, "Endpoints", object->namespace, name))) {
        append(k8s, service, endpoints);
    }
}

/* ---- the older form ---- */

void dm_k8s_read_endpoints(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    const struct dm_tree *subsets = dm_k8s_list(k8s, object->root, "subsets");
    struct dm_kube_service *service;
    struct endpoints endpoints = { NULL, 0, 0 };

    (void)dm_k8s_keys(k8s, object, object->root, "apiVersion|kind|metadata|subsets", NULL);
    for (size_t i = 0; subsets && i < subsets->n; i++) {
        const struct dm_tree *subset = subsets->items[i];
        const struct dm_tree *addresses;
        struct ports ports;

        if (!dm_k8s_keys(k8s, object, subset, "addresses|notReadyAddresses|ports", NULL)) {
            continue;
        }
        ports = read_ports(k8s, object, dm_k8s_list(k8s, subset, "ports"));
        addresses = dm_k8s_list(k8s, subset, "addresses");
        for (size_t j = 0; addresses && j < addresses->n; j++) {
            const struct dm_tree *row = addresses->items[j];

            if (dm_k8s_keys(k8s, object, row, "ip|hostname|nodeName|targetRef", NULL)
                && dm_k8s_get(row, "ip")) {
                add_endpoint(k8s, object, dm_k8s_get(row, "ip"), dm_k8s_map(k8s, row, "targetRef"),
                             &ports, &endpoints);
            }
        }
    }
    service = service_of(k8s, object, object->name, object->origin);
    if (service && !service->selector) {
        append(k8s, service, endpoints);
    }
}
