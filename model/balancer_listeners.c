/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Listeners of a load balancer that is made, and the target groups behind them.
 */
#include <string.h>

#include "model/balancer_private.h"
#include "model/base/planted.h"
#include "model/base/str.h"

static const struct dm_kube_service *service_of(const struct dm_made *made,
                                                const struct dm_kube_target *target)
{
    return &made->builder->kube_services.items[target->service.v - 1];
}

/* ---- what the controller refuses ---- */

static void look_at(struct dm_made *made, const struct dm_kube_target *target)
{
    const struct dm_kube_service *service = service_of(made, target);

    if (!dm_kube_target_fits(target, service)) {
        dm_made_refuse(made, dm_sprintf(made->builder->arena,
                                        "service `%s` has no port on nodes for instance targets "
                                        "[EKS-39]",
                                        service->object.name));
    }
}

void dm_made_look_at_targets(struct dm_made *made)
{
    for (size_t i = 0; i < made->of.n_listeners; i++) {
        const struct dm_kube_listener *listener = &made->of.listeners[i];
        size_t n_defaults = 0;

        for (size_t j = 0; j < listener->n_rules; j++) {
            n_defaults += listener->rules[j].is_default;
            for (size_t k = 0; k < listener->rules[j].n_targets; k++) {
                look_at(made, &listener->rules[j].targets[k]);
            }
        }
        if (n_defaults > 1) {
            dm_made_refuse(made, "several ingresses of its group have a default backend");
        }
    }
}

/* ---- targets ---- */

struct targets {
    struct dm_target *items;
    size_t n;
    size_t capacity;
};

static void add_target(struct dm_made *made, struct targets *targets, struct dm_target target)
{
    made->builder->failed |= !DM_VEC_PUSH(made->builder->arena, targets, target);
}

/* Nodes that take part: all but those that say that they do not [EKS-54]. */
static bool takes_part(const struct dm_node *node, const struct dm_kube_target *target)
{
    static const char *const left_out[] = {
        "node.kubernetes.io/exclude-from-external-load-balancers",
        "alpha.service-controller.kubernetes.io/exclude-balancer",
    };

    for (size_t i = 0; i < node->labels.n; i++) {
        for (size_t j = 0; j < sizeof left_out / sizeof *left_out; j++) {
            if (strcmp(node->labels.items[i].key, left_out[j]) == 0) {
                return false;
            }
        }
        if (strcmp(node->labels.items[i].key, "eks.amazonaws.com/compute-type") == 0
            && strcmp(node->labels.items[i].value, "fargate") == 0) {
            return false;
        }
    }
    return dm_selector_matches(target->nodes, &node->labels);
}

static void add_instances(struct dm_made *made, const struct dm_kube_target *target,
                          const struct dm_target_group *group, struct targets *targets)
{
    struct dm_builder *builder = made->builder;
    const struct dm_kube_service_port port = service_of(made, target)->ports[target->port];
    bool has_nodes = false;

    for (size_t i = 0; i < builder->nodes.n; i++) {
        const struct dm_node *node = &builder->nodes.items[i];
        const struct dm_interface *interface;

        has_nodes = has_nodes || node->cluster.v == made->of.cluster.v;
        if (node->cluster.v != made->of.cluster.v || !takes_part(node, target)) {
            continue;
        }
        interface = node->interface.v ? &builder->interfaces.items[node->interface.v - 1] : NULL;
        if (!interface || !interface->n_addresses || !port.node_port) {
            dm_made_doubt(
                made, "targets",
                dm_sprintf(builder->arena,
                           interface ? "the node port of `%s` is not known"
                                     : "where node `%s` is, is not known",
                           interface ? service_of(made, target)->object.name : node->object.name));
            continue;
        }
        add_target(made, targets,
                   (struct dm_target){ .address = interface->addresses[0].address,
                                       .zone = node->zone,
                                       .port = port.node_port,
                                       .is_healthy = true,
                                       .origin = target->origin,
                                       .pointer = target->pointer });
        dm_made_open(made, node->interface, port.protocol, port.node_port);
        dm_made_open(made, node->interface, DM_PROTO_TCP, group->health_port);
    }
    if (!has_nodes) {
        dm_made_doubt(made, "targets", "the nodes of its cluster are not in the input");
    }
}

/* The interface of the node's host that has the pod's address; 0: none, as of an overlay. */
static struct dm_interface_id carrier(const struct dm_made *made, const struct dm_interface *pod,
                                      struct dm_addr address)
{
    const struct dm_builder *builder = made->builder;
    struct dm_interface_id none = { 0 };
    struct dm_host_id host = pod->host;

    if (pod->carrier.v) {
        return pod->carrier;
    }
    if (pod->kind == DM_INTERFACE_POD && pod->node.v) {
        uint32_t v = builder->nodes.items[pod->node.v - 1].interface.v;

        host.v = v ? builder->interfaces.items[v - 1].host.v : 0;
    }
    for (size_t i = 0; host.v && i < builder->hosts.items[host.v - 1].n_interfaces; i++) {
        struct dm_interface_id id = builder->hosts.items[host.v - 1].interfaces[i];
        const struct dm_interface *item = &builder->interfaces.items[id.v - 1];

        for (size_t j = 0; j < item->n_addresses; j++) {
            if (dm_addr_equal(item->addresses[j].address, address)) {
                return id;
            }
        }
    }
    return none;
}

/* The zone of the VPC's subnet that has the address; none: targets outside are of all zones. */
static struct dm_zone_id zone_at(const struct dm_made *made, struct dm_addr address)
{
    const struct dm_builder *builder = made->builder;

    for (size_t i = 0; i < builder->subnets.n; i++) {
        const struct dm_subnet *subnet = &builder->subnets.items[i];

        for (size_t j = 0; subnet->vpc.v == made->vpc.v && j < subnet->n_cidrs; j++) {
            if (dm_prefix_has(subnet->cidrs[j], address)) {
                return subnet->zone;
            }
        }
    }
    return (struct dm_zone_id){ 0 };
}

static void add_pod(struct dm_made *made, const struct dm_kube_target *target,
                    struct dm_interface_id backend, const struct dm_target_group *group,
                    struct targets *targets)
{
    const struct dm_builder *builder = made->builder;
    const struct dm_kube_service_port port = service_of(made, target)->ports[target->port];
    struct dm_interface interface = builder->interfaces.items[backend.v - 1];
    const struct dm_pod *pod =
        interface.workload.v
            ? &builder->workloads.items[interface.workload.v - 1].pods[interface.pod]
            : NULL;
    struct dm_target item = { .port = dm_kube_backend_port(&port, pod),
                              .is_healthy = true,
                              .origin = target->origin,
                              .pointer = target->pointer };
    struct dm_interface_id at;

    if (!item.port) {
        return; /* it names no such port: the cluster lists it not */
    }
    if (!interface.n_addresses) {
        dm_made_doubt(
            made, "targets",
            dm_sprintf(builder->arena, "the address of `%s` is not known", interface.object.name));
        return;
    }
    item.address = interface.addresses[0].address;
    item.zone = zone_at(made, item.address);
    add_target(made, targets, item);
    at = carrier(made, &interface, item.address);
    if (at.v) {
        dm_made_open(made, at, port.protocol, item.port);
        dm_made_open(made, at, DM_PROTO_TCP, group->health_port ? group->health_port : item.port);
    }
}

static void add_endpoints(struct dm_made *made, const struct dm_kube_target *target,
                          struct targets *targets)
{
    const struct dm_kube_service service = *service_of(made, target);
    const struct dm_kube_service_port *port = &service.ports[target->port];

    for (size_t i = 0; i < service.n_endpoints; i++) {
        const struct dm_kube_endpoint *endpoint = &service.endpoints[i];
        struct dm_target item = { .address = endpoint->address,
                                  .zone = zone_at(made, endpoint->address),
                                  .port = port->target ? port->target : port->port,
                                  .is_healthy = true,
                                  .origin = target->origin,
                                  .pointer = target->pointer };

        for (size_t j = 0; j < endpoint->n_ports; j++) {
            if (dm_str_equal(endpoint->ports[j].name, port->name)) {
                item.port = endpoint->ports[j].port;
            }
        }
        if (dm_addr_is_none(item.address)) {
            dm_made_doubt(made, "targets", "the address of one of them is not known");
        } else if (item.port) {
            add_target(made, targets, item);
        }
    }
}

/* A port that the cluster chose and the input does not show: any that nothing has, as one does. */
static uint16_t choose_port(const struct dm_builder *builder)
{
    uint16_t port = 32767;

    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < builder->kube_services.n; i++) {
            const struct dm_kube_service *service = &builder->kube_services.items[i];

            for (size_t j = 0; j < service->n_ports; j++) {
                again = again || service->ports[j].node_port == port;
            }
            again = again || service->health_node_port == port;
        }
        port -= again;
    }
    return port;
}

static uint16_t health_port(struct dm_made *made, const struct dm_kube_target *target)
{
    struct dm_kube_service *service = &made->builder->kube_services.items[target->service.v - 1];

    if (!target->asks_node) {
        return target->health_port;
    }
    if (!service->health_node_port) {
        service->health_node_port = choose_port(made->builder);
    }
    return service->health_node_port;
}

/* ---- target groups ---- */

static bool is_same(const struct dm_kube_target *a, const struct dm_kube_target *b)
{
    return a->service.v == b->service.v && a->port == b->port && a->is_address == b->is_address
           && a->keeps_client == b->keeps_client && a->health_port == b->health_port
           && a->asks_node == b->asks_node && a->cross_zone == b->cross_zone
           && dm_selector_compare(a->nodes, b->nodes) == 0;
}

/* Target groups of one balancer, each once. */
struct group_of {
    const struct dm_kube_target *target;
    struct dm_target_group_id id;
};

struct groups {
    struct group_of *items;
    size_t n;
    size_t capacity;
};

static struct dm_target_group_id
add_group(struct dm_made *made, const struct dm_kube_target *target, struct groups *groups)
{
    struct dm_builder *builder = made->builder;
    const struct dm_kube_service *service = service_of(made, target);
    struct targets targets = { NULL, 0, 0 };
    struct dm_target_group group = {
        .object = { .name = dm_sprintf(builder->arena, "%s.%zu-%s-%u", made->of.object.name,
                                       groups->n + 1, service->short_name,
                                       service->ports[target->port].port),
                    .pointer = target->pointer,
                    .origin = target->origin },
        .vpc = made->vpc,
        .keeps_client = target->keeps_client && made->of.kind == DM_KUBE_NLB,
        .cross_zone = target->cross_zone,
        .health_port = health_port(made, target),
        .judges_health = true,
        .is_made = true,
    };
    struct group_of item = { target, { 0 } };

    builder->failed |= !group.object.name;
    if (target->is_address) {
        size_t n = service->n_backends;
        const struct dm_interface_id *backends = service->backends;

        group.unknown = service->unknown;
        for (size_t i = 0; i < n; i++) {
            add_pod(made, target, backends[i], &group, &targets);
        }
        add_endpoints(made, target, &targets);
    } else {
        add_instances(made, target, &group, &targets);
    }
    group.targets = targets.items;
    group.n_targets = targets.n;
    item.id = dm_builder_add_target_group(builder, &group);
    builder->failed |= !item.id.v || !DM_VEC_PUSH(builder->arena, groups, item);
    return item.id;
}

static struct dm_target_group_id
group_for(struct dm_made *made, const struct dm_kube_target *target, struct groups *groups)
{
    for (size_t i = 0; i < groups->n; i++) {
        if (is_same(groups->items[i].target, target)) {
            return groups->items[i].id;
        }
    }
    return add_group(made, target, groups);
}

/* ---- listeners ---- */

static struct dm_listener_action action_of(struct dm_made *made, const struct dm_kube_rule *rule,
                                           struct groups *groups)
{
    struct dm_listener_action action = { .answers = rule->kind != DM_KUBE_FORWARD };
    struct dm_target_group_id *ids =
        DM_NEW_ARRAY(made->builder->arena, rule->n_targets + 1, struct dm_target_group_id);

    made->builder->failed |= !ids;
    for (size_t i = 0; ids && i < rule->n_targets; i++) {
        ids[action.n_groups++] = group_for(made, &rule->targets[i], groups);
    }
    action.groups = ids;
    return action;
}

static void add_listener(struct dm_made *made, const struct dm_kube_listener *of, int16_t protocol,
                         struct groups *groups)
{
    struct dm_listener_rule *rules =
        DM_NEW_ARRAY(made->builder->arena, of->n_rules + 1, struct dm_listener_rule);
    struct dm_listener *listener = &made->listeners[made->n_listeners++];

    made->builder->failed |= !rules;
    *listener = (struct dm_listener){ .match = { protocol, of->port, of->port, -1, -1 },
                                      .rules = rules,
                                      .action = { .answers = true },
                                      .origin = made->of.object.origin,
                                      .pointer = made->of.object.pointer };
    for (size_t i = 0; rules && i < of->n_rules; i++) {
        struct dm_listener_action action = action_of(made, &of->rules[i], groups);

        if (of->rules[i].is_default) {
            listener->action = action;
        } else {
            rules[listener->n_rules++] = (struct dm_listener_rule){
                .asks_more = !of->rules[i].fits_all || of->rules[i].has_conditions,
                .action = action,
            };
        }
    }
}

void dm_made_add_listeners(struct dm_made *made)
{
    struct groups groups = { NULL, 0, 0 };

    made->listeners =
        DM_NEW_ARRAY(made->builder->arena, 2 * made->of.n_listeners + 1, struct dm_listener);
    if (!made->listeners) {
        made->builder->failed = true;
        return;
    }
    for (size_t i = 0; i < made->of.n_listeners && !made->builder->failed; i++) {
        const struct dm_kube_listener *of = &made->of.listeners[i];

        if (strcmp(of->protocol, "UDP") != 0) {
            add_listener(made, of, DM_PROTO_TCP, &groups);
        }
        if (strstr(of->protocol, "UDP")) {
            add_listener(made, of, DM_PROTO_UDP, &groups);
        }
    }
}
