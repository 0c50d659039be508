/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cluster - what runs in a Kubernetes cluster, and which policies say who may talk to whom.
 *
 * A workload is the controller that owns pods, or a pod that nobody owns.  What policies look at
 * are pods: their labels, their named ports, their namespace's labels.  Pods of one workload that
 * nothing tells apart are one 'dm_pod'.
 *
 * NetworkPolicy of Kubernetes and the policies of Calico are one form here, Calico's, as it is the
 * wider one: tiers in order, in each the policies that select a pod, by order, in each the rules,
 * of which the first that matches decides.  A NetworkPolicy is one of the tier "default" whose
 * rules all allow; since what no rule of a tier takes is denied there, the union of
 * NetworkPolicies follows.  Where no policy selects a pod in a direction, all is allowed [CAL-08].
 *
 * Selectors are trees over labels, whichever notation they were written in.
 *
 * Names: "shop/cart[Deployment]" of workloads, "shop/cart" of other objects of a namespace; they
 * begin with "CLUSTER:" where there is more than one cluster.
 *
 * All arrays belong to the model's arena and do not change after it is built.
 */
#ifndef DM_MODEL_CLUSTER_H
#define DM_MODEL_CLUSTER_H

#include "model/network.h"

struct dm_kube_label {
    const char *key;
    const char *value; /* never NULL */
};

/* Sorted by key, each key once. */
struct dm_kube_labels {
    const struct dm_kube_label *items;
    size_t n;
};

struct dm_cluster {
    struct dm_object object;
    struct dm_unknown_id unknown; /* set: there are policies of a kind that is not understood */
};

struct dm_namespace {
    struct dm_object object;
    struct dm_cluster_id cluster;
    const char *short_name;
    struct dm_kube_labels labels; /* with kubernetes.io/metadata.name, which is always there */
};

/* A port that a container names. */
struct dm_kube_port {
    const char *name; /* NULL: it has none */
    uint8_t protocol;
    uint16_t port;
};

struct dm_pod {
    struct dm_kube_labels labels;
    const struct dm_kube_port *ports;
    size_t n_ports;
    struct dm_addr address; /* DM_FAMILY_NONE: not known */
    const char *account;    /* its service account */
    struct dm_kube_labels account_labels;
    bool account_is_known; /* else the account is not in the input, nor its labels */
    bool host_network;     /* no policy of a pod applies to it */
};

struct dm_workload {
    struct dm_object object;
    struct dm_namespace_id namespace;
    const char *short_name;
    const char *owner_kind;    /* "Deployment"; "Pod" of a pod that nobody owns */
    const struct dm_pod *pods; /* at least one, however many replicas it has */
    size_t n_pods;
};

enum dm_selector_kind {
    DM_SELECTOR_ALL,
    DM_SELECTOR_HAS,
    DM_SELECTOR_IN, /* has one of the values; "==" has one */
    DM_SELECTOR_CONTAINS,
    DM_SELECTOR_STARTS_WITH,
    DM_SELECTOR_ENDS_WITH,
    DM_SELECTOR_NOT, /* of one part */
    DM_SELECTOR_AND,
    DM_SELECTOR_OR
};

struct dm_selector {
    enum dm_selector_kind kind;
    const char *key;
    const char *const *values; /* IN: any number; CONTAINS to ENDS_WITH: one */
    size_t n_values;
    const struct dm_selector *const *parts;
    size_t n_parts;
};

/* A port or a range of ports of a rule; by its name where it has one. */
struct dm_policy_port {
    const char *name; /* NULL: numbers */
    uint16_t first;
    uint16_t last;
};

/* One side of a rule: what meets all that is given.  NULL and 0 give nothing. */
struct dm_policy_entity {
    bool own_namespace;                 /* pods and network sets of the policy's own */
    bool global_only;                   /* network sets of no namespace */
    bool pods_only;                     /* no address outside the cluster, no set */
    bool outside_only;                  /* a block of NetworkPolicy: no pods */
    const struct dm_selector *selector; /* on labels of pods and of network sets */
    const struct dm_selector *not_selector;
    const struct dm_selector *namespace_selector; /* on labels of namespaces */
    const struct dm_selector *account_selector;   /* on labels of service accounts */
    const char *const *accounts;                  /* names of service accounts */
    size_t n_accounts;
    const struct dm_prefix *nets;
    size_t n_nets;
    const struct dm_prefix *not_nets;
    size_t n_not_nets;
    const struct dm_policy_port *ports;
    size_t n_ports;
    const struct dm_policy_port *not_ports;
    size_t n_not_ports;
};

enum dm_policy_action {
    DM_POLICY_ALLOW,
    DM_POLICY_DENY,
    DM_POLICY_PASS, /* on to the next tier */
    DM_POLICY_LOG   /* and on to the next rule */
};

struct dm_policy_rule {
    enum dm_policy_action action;
    uint8_t protocol;     /* 0: any */
    uint8_t not_protocol; /* 0: none is left out */
    int16_t icmp_type;    /* -1: any; only with a protocol ICMP or ICMPv6 */
    int16_t icmp_code;
    struct dm_policy_entity source;
    struct dm_policy_entity destination;
    struct dm_unknown_id unknown; /* set: it may match less, or more, than it seems */
    struct dm_span origin;
    const char *pointer;
};

struct dm_policy_tier {
    struct dm_object object;
    struct dm_cluster_id cluster;
    int64_t order_micro; /* in millionths, so that 10.5 is exact; INT64_MAX: last */
    bool passes;         /* what no rule takes goes on to the next tier; else it is denied */
};

struct dm_network_policy {
    struct dm_object object;
    struct dm_cluster_id cluster;
    struct dm_policy_tier_id tier;
    struct dm_namespace_id namespace; /* none: global */
    const char *kind;                 /* "NetworkPolicy", "GlobalNetworkPolicy" */
    const char *rank_name;            /* orders policies of one order */
    int64_t order_micro;
    const struct dm_selector *selector;           /* the pods that it is for */
    const struct dm_selector *namespace_selector; /* global: NULL, or of their namespaces */
    const struct dm_selector *account_selector;
    bool for_ingress;
    bool for_egress;
    const struct dm_policy_rule *ingress;
    size_t n_ingress;
    const struct dm_policy_rule *egress;
    size_t n_egress;
    struct dm_unknown_id unknown; /* set: what it is for, or what it says, is not all understood */
};

/* Prefixes under labels, for selectors of Calico's rules. */
struct dm_network_set {
    struct dm_object object;
    struct dm_cluster_id cluster;
    struct dm_namespace_id namespace; /* none: global */
    struct dm_kube_labels labels;
    const struct dm_prefix *prefixes;
    size_t n_prefixes;
    struct dm_unknown_id unknown; /* set: it may have more addresses than these */
};

enum dm_kube_service_type {
    DM_KUBE_CLUSTER_IP,
    DM_KUBE_NODE_PORT,
    DM_KUBE_LOAD_BALANCER,
    DM_KUBE_EXTERNAL_NAME
};

struct dm_kube_service_port {
    const char *name; /* NULL: the only one may lack it */
    uint8_t protocol;
    uint16_t port;
    uint16_t target;         /* 0: by name */
    const char *target_name; /* NULL: by number */
    uint16_t node_port;      /* 0: none, or chosen by the cluster */
};

struct dm_kube_service {
    struct dm_object object;
    struct dm_namespace_id namespace;
    const char *short_name;
    enum dm_kube_service_type type;
    bool headless;
    bool local_traffic;                 /* external traffic policy Local */
    const struct dm_selector *selector; /* NULL: endpoints are given by hand */
    const struct dm_kube_service_port *ports;
    size_t n_ports;
};

/* What an ingress controller sends on to: a port of a service. */
struct dm_ingress_backend {
    struct dm_kube_service_id service;
    uint32_t port; /* index in the service's ports */
    struct dm_span origin;
    const char *pointer;
};

struct dm_ingress {
    struct dm_object object;
    struct dm_namespace_id namespace;
    const char *class_name; /* NULL: the default class */
    const struct dm_ingress_backend *backends;
    size_t n_backends;
};

/* Whether labels meet the selector; NULL selects all.  O(selector * log labels). */
bool dm_selector_matches(const struct dm_selector *selector, const struct dm_kube_labels *labels);

/* Order and equality of what is selected, not of notation: 0 where trees are the same. */
int dm_selector_compare(const struct dm_selector *a, const struct dm_selector *b);

/* As Calico writes it: "app == 'cart' && has(tier)". */
struct dm_str;
void dm_selector_text(const struct dm_selector *selector, struct dm_str *out);

#endif
