/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Services of manifests on a network: cluster addresses, ports of nodes, and where those send to
 * that select no pods.
 */
#include <string.h>

#include "model/base/str.h"
#include "model/join_private.h"

/* Of EKS where nobody says another: whichever of the two it is, nothing but the cluster sees it
 * [EKS-63]. */
static const struct dm_prefix eks_range = {
    .addr = { .low = UINT64_C(172) << 24 | UINT64_C(20) << 16, .family = DM_FAMILY_IPV4 },
    .length = 16
};

/* ---- cluster addresses ---- */

/* The first free one of the range from '*at' on. */
static struct dm_addr next_free(struct dm_standing *standing, uint64_t *at)
{
    const struct dm_cluster *cluster =
        &standing->joining->builder->clusters.items[standing->id.v - 1];
    struct dm_prefix range =
        dm_addr_is_none(cluster->service_range.addr) ? eks_range : cluster->service_range;
    unsigned bits = (range.addr.family == DM_FAMILY_IPV6 ? 128U : 32U) - range.length;
    uint64_t room = bits < 32 ? UINT64_C(1) << bits : UINT64_C(1) << 32;

    while (*at + 1 < room) {
        struct dm_addr address = dm_addr_add(dm_prefix_first(range), (*at)++);
        char text[DM_ADDR_TEXT_SIZE];
        bool added = false;

        if (!dm_map_add(&standing->taken, dm_addr_text(address, text), &added)) {
            standing->joining->builder->failed = true;
            break;
        }
        if (added) {
            return address;
        }
    }
    return (struct dm_addr){ 0 };
}

static struct dm_kube_service *service_at(const struct dm_standing *standing, uint32_t v)
{
    return &standing->joining->builder->kube_services.items[v - 1];
}

static void give_cluster_address(struct dm_standing *standing, uint32_t v, uint64_t *at)
{
    struct dm_builder *builder = standing->joining->builder;
    struct dm_kube_service *service = service_at(standing, v);
    struct dm_interface interface = {
        .object = { .name = dm_sprintf(builder->arena, "%s.service", service->object.name),
                    .origin = service->object.origin },
        .kind = DM_INTERFACE_KUBE_SERVICE,
        .kube_service = { v },
    };

    if (dm_addr_is_none(service->cluster_ip)) {
        service->cluster_ip = next_free(standing, at);
    }
    if (!interface.object.name || dm_addr_is_none(service->cluster_ip)) {
        builder->failed |= !interface.object.name;
        return;
    }
    service->interface = dm_builder_add_interface(builder, &interface);
    builder->failed =
        builder->failed
        || !dm_give_address(builder->arena, builder, service->interface, service->cluster_ip);
}

/* ---- ports of nodes ---- */

/* Which are given, of any protocol. */
struct node_ports {
    bool is_taken[DM_LAST_NODE_PORT - DM_FIRST_NODE_PORT + 1];
    uint32_t next;
};

static void take_port(struct node_ports *ports, uint16_t port)
{
    if (port >= DM_FIRST_NODE_PORT && port <= DM_LAST_NODE_PORT) {
        ports->is_taken[port - DM_FIRST_NODE_PORT] = true;
    }
}

static uint16_t free_port(struct node_ports *ports)
{
    uint32_t n = sizeof ports->is_taken / sizeof *ports->is_taken;

    while (ports->next < n && ports->is_taken[ports->next]) {
        ports->next++;
    }
    return ports->next < n ? (uint16_t)(DM_FIRST_NODE_PORT + ports->next++) : 0;
}

static bool wants_ports(const struct dm_kube_service *service)
{
    return service->type == DM_KUBE_NODE_PORT
           || (service->type == DM_KUBE_LOAD_BALANCER && !service->without_node_ports);
}

static void give_node_ports(struct dm_standing *standing, struct dm_kube_service *service,
                            struct node_ports *taken)
{
    struct dm_builder *builder = standing->joining->builder;
    struct dm_kube_service_port *ports =
        DM_NEW_ARRAY(builder->arena, service->n_ports + 1, struct dm_kube_service_port);

    if (!ports) {
        builder->failed = true;
        return;
    }
    for (size_t i = 0; i < service->n_ports; i++) {
        ports[i] = service->ports[i];
        if (!ports[i].node_port) {
            ports[i].node_port = free_port(taken);
            dm_diags_add(standing->joining->diags, DM_SEV_NOTE, service->object.origin,
                         "Service `%s` does not say which port of nodes is for its port %u; %u "
                         "stands for it",
                         service->object.name, ports[i].port, ports[i].node_port);
        }
    }
    service->ports = ports;
}

static bool lacks_ports(const struct dm_kube_service *service)
{
    for (size_t i = 0; wants_ports(service) && i < service->n_ports; i++) {
        if (!service->ports[i].node_port) {
            return true;
        }
    }
    return false;
}

static void settle_node_ports(struct dm_standing *standing, const bool *is_own)
{
    struct dm_builder *builder = standing->joining->builder;
    struct node_ports *taken = DM_NEW(builder->arena, struct node_ports);

    builder->failed |= !taken;
    for (uint32_t v = 1; taken && v <= builder->kube_services.n; v++) {
        for (size_t j = 0; is_own[v] && j < service_at(standing, v)->n_ports; j++) {
            take_port(taken, service_at(standing, v)->ports[j].node_port);
        }
    }
    for (uint32_t v = 1; taken && v <= builder->kube_services.n; v++) {
        if (is_own[v] && lacks_ports(service_at(standing, v))) {
            give_node_ports(standing, service_at(standing, v), taken);
        }
    }
}

/* ---- endpoints by hand ---- */

/* Whether what is sent to the endpoint goes to the port that the Service itself says. */
static bool keeps_ports(const struct dm_kube_service *service,
                        const struct dm_kube_endpoint *endpoint)
{
    for (size_t i = 0; endpoint->n_ports && i < service->n_ports; i++) {
        const struct dm_kube_service_port *port = &service->ports[i];
        bool is_same = false;

        for (size_t j = 0; j < endpoint->n_ports; j++) {
            is_same = is_same
                      || (dm_str_equal(endpoint->ports[j].name, port->name)
                          && endpoint->ports[j].protocol == port->protocol
                          && endpoint->ports[j].port == (port->target ? port->target : port->port));
        }
        if (!is_same || port->target_name) {
            return false;
        }
    }
    return true;
}

static uint32_t pod_at(const struct dm_standing *standing, struct dm_addr address)
{
    char text[DM_ADDR_TEXT_SIZE];
    const uint64_t *value = dm_map_find(&standing->pods, dm_addr_text(address, text));

    return value ? (uint32_t)*value : 0;
}

static void follow_endpoints(struct dm_standing *standing, struct dm_kube_service *service)
{
    struct dm_builder *builder = standing->joining->builder;
    struct dm_interface_id *backends =
        DM_NEW_ARRAY(builder->arena, service->n_endpoints + 1, struct dm_interface_id);

    if (!backends) {
        builder->failed = true;
        return;
    }
    for (size_t i = 0; i < service->n_endpoints; i++) {
        const struct dm_kube_endpoint *endpoint = &service->endpoints[i];
        uint32_t pod = pod_at(standing, endpoint->address);

        if (pod && keeps_ports(service, endpoint)) {
            backends[service->n_backends++].v = pod;
        } else if (!service->unknown.v) {
            service->unknown =
                dm_join_unknown(standing->joining, &service->object, "endpoints of Service",
                                pod ? "endpoints with ports of their own are not followed"
                                    : "endpoints that are no pods of the input are not followed");
        }
    }
    service->backends = backends;
}

/* Endpoints that nothing of the input shows, or that others add to those which are selected
 * [EKS-30]. */
static const char *why_more(const struct dm_kube_service *service)
{
    if (service->type == DM_KUBE_EXTERNAL_NAME) {
        return NULL;
    }
    if (!service->selector) {
        return service->n_endpoints ? NULL
                                    : "it selects no pods, and no endpoints of it are in the input";
    }
    return service->n_endpoints ? "endpoints besides what it selects are not followed" : NULL;
}

/* ---- all of a cluster ---- */

/* Pods by their address; two with one are a fault. */
static void index_pods(struct dm_standing *standing)
{
    struct dm_builder *builder = standing->joining->builder;

    dm_map_init(&standing->pods, builder->arena);
    for (uint32_t v = 1; v <= builder->interfaces.n; v++) {
        const struct dm_interface *item = &builder->interfaces.items[v - 1];
        char text[DM_ADDR_TEXT_SIZE];
        bool added = true;
        uint64_t *slot;

        if (item->kind != DM_INTERFACE_POD || !item->n_addresses
            || builder->nodes.items[item->node.v - 1].cluster.v != standing->id.v) {
            continue;
        }
        slot = dm_map_add(&standing->pods, dm_addr_text(item->addresses[0].address, text), &added);
        builder->failed |= !slot;
        if (slot && added) {
            *slot = v;
        } else if (slot) {
            dm_diag_label(standing->joining->diags,
                          dm_diags_add(standing->joining->diags, DM_SEV_ERROR, item->object.origin,
                                       "`%s` has the address %s of another pod", item->object.name,
                                       text),
                          builder->interfaces.items[*slot - 1].object.origin, "the other is here");
        }
    }
}

void dm_join_services(struct dm_standing *standing)
{
    struct dm_builder *builder = standing->joining->builder;
    uint32_t n = (uint32_t)builder->kube_services.n;
    bool *is_own = DM_NEW_ARRAY(builder->arena, n + 1, bool);
    uint64_t at = DM_FIRST_SERVICE;

    if (!is_own) {
        builder->failed = true;
        return;
    }
    for (uint32_t v = 1; v <= n; v++) {
        struct dm_namespace_id namespace = service_at(standing, v)->namespace;

        is_own[v] = builder->namespaces.items[namespace.v - 1].cluster.v == standing->id.v;
    }
    index_pods(standing);
    settle_node_ports(standing, is_own);
    for (uint32_t v = 1; v <= n && !builder->failed; v++) {
        struct dm_kube_service *service = service_at(standing, v);

        if (is_own[v] && !service->selector && service->n_endpoints && !service->n_backends) {
            follow_endpoints(standing, service);
        }
        if (is_own[v] && why_more(service) && !service->unknown.v && !service->n_backends) {
            service->unknown = dm_join_unknown(standing->joining, &service->object,
                                               "endpoints of Service", why_more(service));
        }
        if (is_own[v] && !service->interface.v && !service->headless
            && service->type != DM_KUBE_EXTERNAL_NAME) {
            give_cluster_address(standing, v, &at);
        }
    }
}
