/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Workloads, policies and services of clusters, as 'demarc dump model' prints them.
 */
#include <inttypes.h>
#include <string.h>

#include "render/dump_private.h"

static void dump_labels(struct dm_dump *dump, const struct dm_kube_labels *labels)
{
    for (size_t i = 0; i < labels->n; i++) {
        dm_str_addf(dump->out, "%s%s=%s", i ? ", " : "", labels->items[i].key,
                    labels->items[i].value);
    }
    dm_str_addc(dump->out, '\n');
}

void dm_dump_labels(struct dm_dump *dump, const struct dm_kube_labels *labels)
{
    if (labels->n) {
        dm_str_add(dump->out, "    labels: ");
        dump_labels(dump, labels);
    }
}

void dm_dump_selector(struct dm_dump *dump, const char *name, const struct dm_selector *selector)
{
    if (selector) {
        dm_str_addf(dump->out, "    %s: ", name);
        dm_selector_text(selector, dump->out);
        dm_str_addc(dump->out, '\n');
    }
}

static void dump_pod(struct dm_dump *dump, const struct dm_pod *pod)
{
    char text[DM_ADDR_TEXT_SIZE];

    dm_str_add(dump->out, "    pods: ");
    dump_labels(dump, &pod->labels);
    for (size_t i = 0; i < pod->n_ports; i++) {
        dm_str_addf(dump->out, "      port: %u/%u %s\n", pod->ports[i].protocol, pod->ports[i].port,
                    pod->ports[i].name ? pod->ports[i].name : "");
    }
    if (!dm_addr_is_none(pod->address)) {
        dm_str_addf(dump->out, "      address: %s\n", dm_addr_text(pod->address, text));
    }
    dm_str_addf(dump->out, "      service account: %s%s%s\n", pod->account,
                pod->without_token ? ", without its token" : "",
                pod->host_network ? ", on the network of its node" : "");
    dm_dump_probes(dump, pod);
    if (pod->schedule) {
        dm_dump_schedule(dump, pod->schedule);
    }
}

static void dump_selector(struct dm_dump *dump, const char *name,
                          const struct dm_selector *selector)
{
    if (selector) {
        dm_str_addf(dump->out, " %s ", name);
        dm_selector_text(selector, dump->out);
    }
}

static void dump_ports(struct dm_dump *dump, const char *name, const struct dm_policy_port *ports,
                       size_t n)
{
    for (size_t i = 0; i < n; i++) {
        dm_str_addf(dump->out, "%s", i ? "," : name);
        if (ports[i].name) {
            dm_str_add(dump->out, ports[i].name);
        } else if (ports[i].first == ports[i].last) {
            dm_str_addf(dump->out, "%u", ports[i].first);
        } else {
            dm_str_addf(dump->out, "%u-%u", ports[i].first, ports[i].last);
        }
    }
}

static void dump_nets(struct dm_dump *dump, const char *name, const struct dm_prefix *nets,
                      size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char text[DM_ADDR_TEXT_SIZE];

        dm_str_addf(dump->out, "%s%s", i ? "," : name, dm_prefix_text(nets[i], text));
    }
}

static void dump_entity(struct dm_dump *dump, const char *name,
                        const struct dm_policy_entity *entity)
{
    dm_str_addf(dump->out, " %s(", name);
    dm_str_add(dump->out, entity->own_namespace ? " of its namespace" : "");
    dm_str_add(dump->out, entity->global_only ? " global" : "");
    dump_selector(dump, "in", entity->namespace_selector);
    dump_selector(dump, "with", entity->selector);
    dump_selector(dump, "without", entity->not_selector);
    dump_selector(dump, "of accounts", entity->account_selector);
    for (size_t i = 0; i < entity->n_accounts; i++) {
        dm_str_addf(dump->out, "%s%s", i ? "," : " account ", entity->accounts[i]);
    }
    dump_nets(dump, " nets ", entity->nets, entity->n_nets);
    dump_nets(dump, " but ", entity->not_nets, entity->n_not_nets);
    dump_ports(dump, " ports ", entity->ports, entity->n_ports);
    dump_ports(dump, " but ports ", entity->not_ports, entity->n_not_ports);
    dm_str_add(dump->out, " )");
}

static void dump_rules(struct dm_dump *dump, const char *name, const struct dm_policy_rule *rules,
                       size_t n)
{
    static const char *const actions[] = { "allow", "deny", "pass", "log" };

    for (size_t i = 0; i < n; i++) {
        const struct dm_policy_rule *rule = &rules[i];

        dm_str_addf(dump->out, "    %s: %s", name, actions[rule->action]);
        if (rule->protocol) {
            dm_str_addf(dump->out, " protocol %u", rule->protocol);
        }
        if (rule->not_protocol) {
            dm_str_addf(dump->out, " not protocol %u", rule->not_protocol);
        }
        if (rule->icmp_type >= 0) {
            dm_str_addf(dump->out, " type %d code %d", rule->icmp_type, rule->icmp_code);
        }
        dump_entity(dump, "from", &rule->source);
        dump_entity(dump, "to", &rule->destination);
        dm_dump_origin(dump, rule->origin, rule->pointer);
    }
}

static void dump_order(struct dm_dump *dump, int64_t order_micro)
{
    if (order_micro != INT64_MAX) {
        dm_str_addf(dump->out, "    order: %" PRId64 ".%06" PRId64 "\n", order_micro / 1000000,
                    order_micro % 1000000);
    }
}

static void dump_policy(struct dm_dump *dump, const struct dm_network_policy *policy)
{
    dm_dump_ref(dump, "tier", DM_KIND_policy_tier, policy->tier.v);
    dm_dump_ref(dump, "namespace", DM_KIND_namespace, policy->namespace.v);
    dump_order(dump, policy->order_micro);
    dm_str_add(dump->out, "    for:");
    dump_selector(dump, "pods", policy->selector);
    dump_selector(dump, "namespaces", policy->namespace_selector);
    dump_selector(dump, "accounts", policy->account_selector);
    dm_str_addf(dump->out, "%s%s\n", policy->for_ingress ? " ingress" : "",
                policy->for_egress ? " egress" : "");
    dump_rules(dump, "ingress", policy->ingress, policy->n_ingress);
    dump_rules(dump, "egress", policy->egress, policy->n_egress);
    dm_dump_ref(dump, "unknown", DM_KIND_unknown, policy->unknown.v);
}

static void dump_endpoint(struct dm_dump *dump, const struct dm_kube_endpoint *endpoint)
{
    char text[DM_ADDR_TEXT_SIZE];

    dm_str_addf(dump->out, "    endpoint: %s",
                dm_addr_is_none(endpoint->address) ? "a name"
                                                   : dm_addr_text(endpoint->address, text));
    if (endpoint->workload.v) {
        dm_str_addf(dump->out, " of %s",
                    dm_workload_get(dump->model, endpoint->workload)->object.name);
    }
    for (size_t i = 0; i < endpoint->n_ports; i++) {
        dm_str_addf(dump->out, "%s%u/%u", i ? ", " : " on ", endpoint->ports[i].protocol,
                    endpoint->ports[i].port);
    }
    dm_str_addc(dump->out, '\n');
}

static void dump_service(struct dm_dump *dump, const struct dm_kube_service *service)
{
    static const char *const types[] = { "ClusterIP", "NodePort", "LoadBalancer", "ExternalName" };

    dm_dump_ref(dump, "namespace", DM_KIND_namespace, service->namespace.v);
    dm_dump_text(dump, "type", types[service->type]);
    dm_dump_flag(dump, "headless", service->headless);
    dm_dump_flag(dump, "local traffic", service->local_traffic);
    dm_dump_flag(dump, "local calls", service->local_calls);
    if (service->selector) {
        dm_str_add(dump->out, "    selector: ");
        dm_selector_text(service->selector, dump->out);
        dm_str_addc(dump->out, '\n');
    }
    for (size_t i = 0; i < service->n_ports; i++) {
        const struct dm_kube_service_port *port = &service->ports[i];

        dm_str_addf(dump->out, "    port: %u/%u to ", port->protocol, port->port);
        if (port->target_name) {
            dm_str_add(dump->out, port->target_name);
        } else {
            dm_str_addf(dump->out, "%u", port->target);
        }
        dm_str_addf(dump->out, "%s%s", port->name ? " " : "", port->name ? port->name : "");
        if (port->node_port) {
            dm_str_addf(dump->out, ", on nodes %u", port->node_port);
        }
        dm_str_addc(dump->out, '\n');
    }
    dm_dump_ref(dump, "interface", DM_KIND_interface, service->interface.v);
    dm_dump_refs(dump, "backends", DM_KIND_interface, service->backends, service->n_backends);
    for (size_t i = 0; i < service->n_endpoints; i++) {
        dump_endpoint(dump, &service->endpoints[i]);
    }
}

/* Which requests a rule takes. */
static void dump_request(struct dm_dump *dump, const char *host, const char *path, bool is_exact)
{
    if (host) {
        dm_str_addf(dump->out, " host %s", host);
    }
    if (path) {
        dm_str_addf(dump->out, " path %s%s", path, is_exact ? " exactly" : "");
    }
}

static void dump_ingress(struct dm_dump *dump, const struct dm_ingress *ingress)
{
    dm_dump_ref(dump, "namespace", DM_KIND_namespace, ingress->namespace.v);
    dm_dump_flag(dump, "route", ingress->is_route);
    dm_dump_text(dump, "class", ingress->class_name);
    dm_dump_text(dump, "controller", ingress->controller);
    for (size_t i = 0; i < ingress->n_backends; i++) {
        const struct dm_ingress_backend *backend = &ingress->backends[i];
        const struct dm_kube_service *service = dm_kube_service_get(dump->model, backend->service);

        dm_str_addf(dump->out, "    backend: %s %u", service->object.name,
                    service->ports[backend->port].port);
        dump_request(dump, backend->host, backend->path, backend->is_exact);
        dm_dump_origin(dump, backend->origin, backend->pointer);
    }
}

static void dump_target(struct dm_dump *dump, const struct dm_kube_target *target)
{
    const struct dm_kube_service *service = dm_kube_service_get(dump->model, target->service);

    dm_str_addf(dump->out, "        target: %s %u by %s%s; health %s", service->object.name,
                service->ports[target->port].port, target->is_address ? "address" : "instance",
                target->keeps_client ? ", with the client's address" : "", target->health_protocol);
    if (target->health_port) {
        dm_str_addf(dump->out, " port %u", target->health_port);
    }
    dm_str_add(dump->out, target->asks_node ? " of the node itself" : "");
    if (target->health_path) {
        dm_str_addf(dump->out, " path %s", target->health_path);
    }
    dm_dump_origin(dump, target->origin, target->pointer);
}

static void dump_kube_listener(struct dm_dump *dump, const struct dm_kube_listener *listener)
{
    static const char *const kinds[] = { "forward", "redirect", "fixed response" };

    dm_str_addf(dump->out, "    listener: %s %u\n", listener->protocol, listener->port);
    for (size_t i = 0; i < listener->n_rules; i++) {
        const struct dm_kube_rule *rule = &listener->rules[i];

        dm_str_addf(dump->out, "      rule: %s", kinds[rule->kind]);
        dump_request(dump, rule->host, rule->path, rule->is_exact);
        dm_str_add(dump->out, rule->has_conditions ? " with conditions" : "");
        dm_dump_origin(dump, rule->origin, rule->pointer);
        for (size_t j = 0; j < rule->n_targets; j++) {
            dump_target(dump, &rule->targets[j]);
        }
    }
}

static void dump_words(struct dm_dump *dump, const char *name, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        dm_dump_text(dump, name, words[i]);
    }
}

static void dump_kube_balancer(struct dm_dump *dump, const struct dm_kube_balancer *balancer)
{
    dm_dump_ref(dump, "cluster", DM_KIND_cluster, balancer->cluster.v);
    dm_dump_text(dump, "kind", balancer->kind == DM_KUBE_ALB ? "application" : "network");
    dm_dump_text(dump, "scheme", balancer->is_internet_facing ? "internet-facing" : "internal");
    dm_dump_flag(dump, "cross zone", balancer->crosses_zones);
    dm_dump_flag(dump, "dual stack", balancer->is_dual_stack);
    dm_dump_text(dump, "dns name", balancer->dns_name);
    dump_words(dump, "subnet", balancer->subnets, balancer->n_subnets);
    dump_words(dump, "group", balancer->groups, balancer->n_groups);
    dm_dump_flag(dump, "lets itself in at targets", balancer->n_groups && balancer->manages_rules);
    dm_dump_prefixes(dump, "inbound", balancer->inbound, balancer->n_inbound);
    dump_words(dump, "inbound list", balancer->lists, balancer->n_lists);
    for (size_t i = 0; i < balancer->n_listeners; i++) {
        dump_kube_listener(dump, &balancer->listeners[i]);
    }
    dm_dump_ref(dump, "unknown", DM_KIND_unknown, balancer->unknown.v);
    dm_dump_ref(dump, balancer->is_found ? "is" : "becomes", DM_KIND_balancer,
                balancer->balancer.v);
    dm_dump_text(dump, "refused", balancer->refused);
}

/* What policies and ingresses refer to. */
static void dump_places(struct dm_dump *dump)
{
    const struct dm_model *model = dump->model;

    dm_dump_nodes(dump);
    for (uint32_t i = 0; i < model->n_namespaces; i++) {
        dm_dump_head(dump, DM_KIND_namespace, &model->namespaces[i].object);
        dm_str_add(dump->out, "    labels: ");
        dump_labels(dump, &model->namespaces[i].labels);
    }
    for (uint32_t i = 0; i < model->n_workloads; i++) {
        dm_dump_head(dump, DM_KIND_workload, &model->workloads[i].object);
        dm_dump_text(dump, "service", model->workloads[i].service_name);
        dm_dump_flag(dump, "uses AWS", model->workloads[i].uses_aws);
        for (size_t j = 0; j < model->workloads[i].n_pods; j++) {
            dump_pod(dump, &model->workloads[i].pods[j]);
        }
    }
    dm_dump_upkeep(dump);
    for (uint32_t i = 0; i < model->n_policy_tiers; i++) {
        dm_dump_head(dump, DM_KIND_policy_tier, &model->policy_tiers[i].object);
        dump_order(dump, model->policy_tiers[i].order_micro);
        dm_dump_flag(dump, "passes", model->policy_tiers[i].passes);
    }
}

void dm_dump_cluster(struct dm_dump *dump)
{
    const struct dm_model *model = dump->model;

    dump_places(dump);
    for (uint32_t i = 0; i < model->n_network_policies; i++) {
        dm_dump_head(dump, DM_KIND_network_policy, &model->network_policies[i].object);
        dump_policy(dump, &model->network_policies[i]);
    }
    for (uint32_t i = 0; i < model->n_network_sets; i++) {
        dm_dump_head(dump, DM_KIND_network_set, &model->network_sets[i].object);
        dm_str_add(dump->out, "    labels: ");
        dump_labels(dump, &model->network_sets[i].labels);
        dm_dump_prefixes(dump, "nets", model->network_sets[i].prefixes,
                         model->network_sets[i].n_prefixes);
    }
    for (uint32_t i = 0; i < model->n_kube_services; i++) {
        dm_dump_head(dump, DM_KIND_kube_service, &model->kube_services[i].object);
        dump_service(dump, &model->kube_services[i]);
    }
    for (uint32_t i = 0; i < model->n_ingresses; i++) {
        dm_dump_head(dump, DM_KIND_ingress, &model->ingresses[i].object);
        dump_ingress(dump, &model->ingresses[i]);
    }
    for (uint32_t i = 0; i < model->n_kube_balancers; i++) {
        dm_dump_head(dump, DM_KIND_kube_balancer, &model->kube_balancers[i].object);
        dump_kube_balancer(dump, &model->kube_balancers[i]);
    }
}
