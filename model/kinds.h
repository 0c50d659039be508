/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * kinds - what a model is made of: one handle type a kind of object.
 *
 * A handle counts from 1 within its kind; 0 is none, so that zeroed memory
 * refers to nothing.  Handles of different kinds cannot be mixed.  'dm_ref' is
 * any handle with its kind, for paths, findings and messages.
 */
#ifndef DM_MODEL_KINDS_H
#define DM_MODEL_KINDS_H

#include <stdint.h>

/* Order is that of 'demarc dump model'. */
#define DM_KIND_LIST(X)                                                                            \
    X(region, regions, "region")                                                                   \
    X(zone, zones, "zone")                                                                         \
    X(environment, environments, "environment")                                                    \
    X(vpc, vpcs, "vpc")                                                                            \
    X(subnet, subnets, "subnet")                                                                   \
    X(route_table, route_tables, "route-table")                                                    \
    X(acl, acls, "network-acl")                                                                    \
    X(group, groups, "security-group")                                                             \
    X(prefix_list, prefix_lists, "prefix-list")                                                    \
    X(host, hosts, "host")                                                                         \
    X(interface, interfaces, "network-interface")                                                  \
    X(internet_gateway, internet_gateways, "internet-gateway")                                     \
    X(nat_gateway, nat_gateways, "nat-gateway")                                                    \
    X(endpoint_service, endpoint_services, "endpoint-service")                                     \
    X(vpc_endpoint, vpc_endpoints, "vpc-endpoint")                                                 \
    X(idle_address, idle_addresses, "idle-address")                                                \
    X(firewall_rules, firewall_rule_groups, "firewall-rule-group")                                 \
    X(firewall_policy, firewall_policies, "firewall-policy")                                       \
    X(firewall, firewalls, "firewall")                                                             \
    X(gateway_balancer, gateway_balancers, "gateway-load-balancer")                                \
    X(gwlb_endpoint, gwlb_endpoints, "gateway-load-balancer-endpoint")                             \
    X(target_group, target_groups, "target-group")                                                 \
    X(balancer, balancers, "load-balancer")                                                        \
    X(accelerator, accelerators, "accelerator")                                                    \
    X(peering, peerings, "vpc-peering")                                                            \
    X(transit_gateway, transit_gateways, "transit-gateway")                                        \
    X(transit_table, transit_tables, "transit-gateway-route-table")                                \
    X(attachment, attachments, "transit-gateway-attachment")                                       \
    X(core_network, core_networks, "core-network")                                                 \
    X(core_edge, core_edges, "core-network-edge")                                                  \
    X(core_segment, core_segments, "core-network-segment")                                         \
    X(core_function, core_functions, "network-function-group")                                     \
    X(core_peering, core_peerings, "core-network-peering")                                         \
    X(core_attachment, core_attachments, "core-network-attachment")                                \
    X(cluster, clusters, "cluster")                                                                \
    X(ip_pool, ip_pools, "ip-pool")                                                                \
    X(node_group, node_groups, "node-group")                                                       \
    X(node, nodes, "node")                                                                         \
    X(namespace, namespaces, "namespace")                                                          \
    X(workload, workloads, "workload")                                                             \
    X(service_account, service_accounts, "service-account")                                        \
    X(autoscaler, autoscalers, "autoscaler")                                                       \
    X(disruption_budget, disruption_budgets, "disruption-budget")                                  \
    X(config_object, config_objects, "config-object")                                              \
    X(policy_tier, policy_tiers, "policy-tier")                                                    \
    X(network_policy, network_policies, "network-policy")                                          \
    X(network_set, network_sets, "network-set")                                                    \
    X(kube_service, kube_services, "kubernetes-service")                                           \
    X(ingress, ingresses, "ingress")                                                               \
    X(kube_balancer, kube_balancers, "kubernetes-load-balancer")                                   \
    X(site, sites, "site")                                                                         \
    X(customer_gateway, customer_gateways, "customer-gateway")                                     \
    X(vpn_gateway, vpn_gateways, "vpn-gateway")                                                    \
    X(vpn_connection, vpn_connections, "vpn-connection")                                           \
    X(dx_location, dx_locations, "direct-connect-location")                                        \
    X(dx_connection, dx_connections, "direct-connect-connection")                                  \
    X(dx_gateway, dx_gateways, "direct-connect-gateway")                                           \
    X(virtual_interface, virtual_interfaces, "virtual-interface")                                  \
    X(dx_association, dx_associations, "direct-connect-gateway-association")                       \
    X(data_class, data_classes, "data-class")                                                      \
    X(policy, policies, "residency-rule")                                                          \
    X(service, services, "service")                                                                \
    X(store, stores, "store")                                                                      \
    X(requirement, requirements, "requirement")                                                    \
    X(unknown, unknowns, "unknown")                                                                \
    X(element, elements, "element")

#define DM_KIND_ID(name, plural, text)                                                             \
    struct dm_##name##_id {                                                                        \
        uint32_t v;                                                                                \
    };
DM_KIND_LIST(DM_KIND_ID)
#undef DM_KIND_ID

enum dm_kind {
    DM_KIND_none,
#define DM_KIND_ENUM(name, plural, text) DM_KIND_##name,
    DM_KIND_LIST(DM_KIND_ENUM)
#undef DM_KIND_ENUM
        DM_KIND_COUNT
};

struct dm_ref {
    enum dm_kind kind;
    uint32_t v;
};

#define DM_REF(kind_name, id) ((struct dm_ref){ DM_KIND_##kind_name, (id).v })
#define DM_REF_NONE ((struct dm_ref){ DM_KIND_none, 0 })

const char *dm_kind_text(enum dm_kind kind);

#endif
