/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/written.h"

#include <string.h>

/* ---- the network ---- */

static bool is_of_cluster(const char *line)
{
    static const char *const words[] = { "cluster ",  "pool ",    "ns ",   "pods ",
                                         "kservice ", "kpolicy ", "krule " };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (dm_str_starts(line, words[i])) {
            return true;
        }
    }
    return false;
}

/* "worker n c s 10.0.1.4 groups=g twins" without the cluster. */
static void add_host(const char *line, size_t length, struct dm_str *out)
{
    const char *name = line + strlen("worker ");
    size_t name_length = strcspn(name, " ");
    const char *cluster = name + name_length + 1;
    const char *rest = cluster + strcspn(cluster, " ");

    dm_str_addf(out, "host %.*s%.*s\n", (int)name_length, name, (int)(line + length - rest), rest);
}

void dm_written_network(const char *text, struct dm_str *out)
{
    while (*text) {
        size_t length = strcspn(text, "\n");

        if (dm_str_starts(text, "worker ")) {
            add_host(text, length, out);
        } else if (!is_of_cluster(text)) {
            dm_str_addf(out, "%.*s\n", (int)length, text);
        }
        text += length + (text[length] == '\n');
    }
}

/* ---- manifests ---- */

static const char *address_of(const struct dm_model *model, struct dm_interface_id id, char *text)
{
    return dm_addr_text(dm_interface_get(model, id)->addresses[0].address, text);
}

static void add_nodes(const struct dm_model *model, struct dm_str *out)
{
    for (uint32_t i = 0; i < model->n_nodes; i++) {
        const struct dm_node *node = &model->nodes[i];
        char text[DM_ADDR_TEXT_SIZE];

        dm_str_addf(out,
                    "---\nkind: Node\napiVersion: v1\nmetadata: {name: %s}\n"
                    "status: {addresses: [{type: InternalIP, address: %s}]}\n",
                    node->object.name, address_of(model, node->interface, text));
    }
}

static void add_pools(const struct dm_model *model, struct dm_str *out)
{
    static const char *const modes[] = {
        [DM_ENCAPSULATION_NONE] = "vxlanMode: Never",
        [DM_ENCAPSULATION_VXLAN] = "vxlanMode: Always",
        [DM_ENCAPSULATION_VXLAN_CROSS_SUBNET] = "vxlanMode: CrossSubnet",
        [DM_ENCAPSULATION_IPIP] = "ipipMode: Always",
        [DM_ENCAPSULATION_IPIP_CROSS_SUBNET] = "ipipMode: CrossSubnet",
    };

    for (uint32_t i = 0; i < model->n_ip_pools; i++) {
        const struct dm_ip_pool *pool = &model->ip_pools[i];
        char text[DM_ADDR_TEXT_SIZE];

        dm_str_addf(out,
                    "---\nkind: IPPool\napiVersion: crd.projectcalico.org/v1\n"
                    "metadata: {name: %s}\nspec: {cidr: %s, %s, natOutgoing: %s, disabled: %s}\n",
                    pool->object.name, dm_prefix_text(pool->prefix, text),
                    modes[pool->encapsulation], pool->nat_outgoing ? "true" : "false",
                    pool->disabled ? "true" : "false");
    }
    if (model->clusters[0].wireguard) {
        dm_str_add(out, "---\nkind: FelixConfiguration\napiVersion: crd.projectcalico.org/v1\n"
                        "metadata: {name: default}\nspec: {wireguardEnabled: true}\n");
    }
}

static void add_labels(const struct dm_kube_labels *labels, struct dm_str *out)
{
    for (size_t i = 0; i < labels->n; i++) {
        dm_str_addf(out, "%s%s: %s", i ? ", " : "", labels->items[i].key, labels->items[i].value);
    }
}

static void add_pods(const struct dm_model *model, struct dm_str *out)
{
    for (uint32_t v = 1; v <= model->n_interfaces; v++) {
        const struct dm_interface *item = dm_interface_get(model, (struct dm_interface_id){ v });
        const struct dm_workload *workload;
        char text[DM_ADDR_TEXT_SIZE];

        if (item->kind != DM_INTERFACE_POD) {
            continue;
        }
        workload = dm_workload_get(model, item->workload);
        dm_str_addf(out,
                    "---\nkind: Pod\napiVersion: v1\nmetadata: {name: %s-%s, namespace: %s, "
                    "labels: {",
                    workload->short_name, dm_node_get(model, item->node)->object.name,
                    dm_namespace_get(model, workload->namespace)->short_name);
        add_labels(&workload->pods[item->pod].labels, out);
        dm_str_addf(out,
                    "}, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: %s, "
                    "controller: true}]}\nspec: {nodeName: %s, containers: [{name: main}]}\n"
                    "status: {phase: Running, podIP: %s}\n",
                    workload->short_name, dm_node_get(model, item->node)->object.name,
                    address_of(model, (struct dm_interface_id){ v }, text));
    }
}

static void add_services(const struct dm_model *model, struct dm_str *out)
{
    for (uint32_t i = 0; i < model->n_kube_services; i++) {
        const struct dm_kube_service *service = &model->kube_services[i];
        const struct dm_kube_service_port *port = &service->ports[0];
        char text[DM_ADDR_TEXT_SIZE];

        dm_str_addf(out,
                    "---\nkind: Service\napiVersion: v1\nmetadata: {name: %s, namespace: %s}\n"
                    "spec:\n  clusterIP: %s\n  selector: {%s: %s}\n",
                    service->object.name, dm_namespace_get(model, service->namespace)->short_name,
                    dm_addr_text(service->cluster_ip, text), service->selector->key,
                    service->selector->values[0]);
        dm_str_addf(out, "  ports: [{port: %u, targetPort: %u", port->port, port->target);
        if (port->node_port) {
            dm_str_addf(out, ", nodePort: %u", port->node_port);
        }
        dm_str_addf(out, "}]\n  type: %s\n", port->node_port ? "NodePort" : "ClusterIP");
        if (service->local_traffic) {
            dm_str_add(out, "  externalTrafficPolicy: Local\n");
        }
    }
}

/* ---- policies ---- */

static void add_entity(const struct dm_policy_entity *entity, bool is_global, struct dm_str *out)
{
    char text[DM_ADDR_TEXT_SIZE];

    if (entity->n_nets) {
        dm_str_addf(out, "nets: [%s]", dm_prefix_text(entity->nets[0], text));
    } else if (entity->selector) {
        dm_str_add(out, "selector: \"");
        dm_selector_text(entity->selector, out);
        dm_str_addf(out, "\"%s",
                    entity->own_namespace || is_global ? "" : ", namespaceSelector: all()");
    }
}

static void add_rule(const struct dm_policy_rule *rule, bool is_ingress, bool is_global,
                     struct dm_str *out)
{
    const struct dm_policy_entity *to = &rule->destination;

    dm_str_addf(out, "  - action: %s\n", rule->action == DM_POLICY_ALLOW ? "Allow" : "Deny");
    if (rule->protocol) {
        dm_str_addf(out, "    protocol: %s\n", rule->protocol == DM_PROTO_TCP ? "TCP" : "UDP");
    }
    if (is_ingress) {
        dm_str_add(out, "    source: {");
        add_entity(&rule->source, is_global, out);
        dm_str_add(out, "}\n");
    }
    dm_str_add(out, "    destination: {");
    if (!is_ingress) {
        add_entity(to, is_global, out);
        dm_str_add(out, to->n_ports && (to->n_nets || to->selector) ? ", " : "");
    }
    if (to->n_ports) {
        dm_str_addf(out, "ports: [\"%u:%u\"]", to->ports[0].first, to->ports[0].last);
    }
    dm_str_add(out, "}\n");
}

static void add_rules(const char *key, const struct dm_policy_rule *rules, size_t n,
                      bool is_ingress, bool is_global, struct dm_str *out)
{
    if (n) {
        dm_str_addf(out, "  %s:\n", key);
    }
    for (size_t i = 0; i < n; i++) {
        add_rule(&rules[i], is_ingress, is_global, out);
    }
}

static void add_policies(const struct dm_model *model, struct dm_str *out)
{
    for (uint32_t i = 0; i < model->n_network_policies; i++) {
        const struct dm_network_policy *policy = &model->network_policies[i];
        bool is_global = !policy->namespace.v;

        dm_str_addf(out, "---\nkind: %s\napiVersion: crd.projectcalico.org/v1\nmetadata: {name: %s",
                    is_global ? "GlobalNetworkPolicy" : "NetworkPolicy", policy->object.name);
        if (!is_global) {
            dm_str_addf(out, ", namespace: %s",
                        dm_namespace_get(model, policy->namespace)->short_name);
        }
        dm_str_addf(out, "}\nspec:\n  order: %d\n  types: [%s%s%s]\n  selector: \"",
                    (int)(policy->order_micro / 1000000), policy->for_ingress ? "Ingress" : "",
                    policy->for_ingress && policy->for_egress ? ", " : "",
                    policy->for_egress ? "Egress" : "");
        dm_selector_text(policy->selector, out);
        dm_str_add(out, "\"\n");
        add_rules("ingress", policy->ingress, policy->n_ingress, true, is_global, out);
        add_rules("egress", policy->egress, policy->n_egress, false, is_global, out);
    }
}

void dm_written_manifests(const struct dm_model *model, struct dm_str *out)
{
    add_nodes(model, out);
    add_pools(model, out);
    add_pods(model, out);
    add_services(model, out);
    add_policies(model, out);
}
