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
 * NetworkPolicies follows.  Administrators' policies have a tier before that one and one after it,
 * which pass on what no rule takes.  Where no policy selects a pod in a direction, all is allowed
 * [CAL-08].
 *
 * Selectors are trees over labels, whichever notation they were written in.
 *
 * A cluster may stand on the network of the model, or, of manifests alone, on none.  Where it does,
 * a node is a host of a VPC, and one of these stands for all nodes of its group in its zone: they
 * have equal filters and routes, and which of them a pod is on is the scheduler's choice
 * (solver/reach/overlay.h says how packets use that).  A pod that is placed is a host too, with an
 * interface of kind POD in no subnet: one for each node that it may be on.  So services,
 * requirements, 'reach' and 'path' know pods without more code.  A Service has an interface of kind
 * KUBE_SERVICE with its cluster address, which is asked for inside the cluster alone; its backends
 * are the interfaces of the pods that it selects.  Pods on their node's network have no interface
 * of their own: they are asked for at the node's.
 *
 * The pool that a pod's address is from decides how its packets travel between nodes: inside
 * packets from node to node (VXLAN, UDP 4789 [CAL-02], or IP in IP [CAL-32]), always or only
 * between subnets [CAL-03], or as they are; and whether those to addresses outside all pools,
 * disabled ones among them, leave with the node's address [CAL-04, EKS-21].
 *
 * Addresses of pods may be the VPC's own, of interfaces of their node: such a pod has a 'carrier',
 * and packets go as that interface's do [EKS-60].
 *
 * The control plane has a host with interfaces in subnets of the VPC [EKS-01].  It is not on the
 * overlay: it reaches nodes, and no pod that is not on its node's network [EKS-05].
 *
 * Names: "shop/cart[Deployment]" of workloads, "shop/cart" of other objects of a namespace; they
 * begin with "CLUSTER:" where there is more than one cluster.
 *
 * All arrays belong to the model's arena and do not change after it is built.
 */
#ifndef DM_MODEL_CLUSTER_H
#define DM_MODEL_CLUSTER_H

#include "model/network.h"

struct dm_probe;
struct dm_variable;

struct dm_kube_label {
    const char *key;
    const char *value; /* never NULL */
};

/* Sorted by key, each key once. */
struct dm_kube_labels {
    const struct dm_kube_label *items;
    size_t n;
};

/* Who gives pods their addresses. */
enum dm_cni {
    DM_CNI_NOT_KNOWN,
    DM_CNI_VPC,   /* AWS's own: they are the VPC's */
    DM_CNI_CALICO /* from pools */
};

struct dm_cluster {
    struct dm_object object;      /* "core.prod.eu-west-1" */
    struct dm_unknown_id unknown; /* set: there are policies of a kind that is not understood */
    struct dm_vpc_id vpc;         /* none: it stands on no network of the model */
    bool is_described;            /* by describe output: its nodes may have tags that say so */
    bool is_assumed; /* manifests that name no cluster are taken for those of this one */
    enum dm_cni cni;
    bool keeps_pods;     /* of the VPC's addresses: no node replaces a pod's by its own [EKS-61] */
    bool has_own_groups; /* some pods have interfaces, or groups, that their nodes do not show */
    struct dm_prefix service_range; /* of cluster addresses; DM_FAMILY_NONE: not known */
    uint16_t pod_mtu;               /* octets; 0: not known */
    uint16_t vxlan_port;            /* 4789 unless it says otherwise */
    bool wireguard;                 /* between nodes, over UDP 51820 [CAL-02] */
    /* its control plane; none: not known, or none of the model */
    const struct dm_host_id *control_plane; /* one a zone that it has an interface in */
    size_t n_control_plane;
    bool endpoint_private; /* nodes reach it in the VPC; else by its public address */
    bool endpoint_public;
    const struct dm_prefix *public_sources; /* who may use the public one */
    size_t n_public_sources;
};

enum dm_encapsulation {
    DM_ENCAPSULATION_NONE,
    DM_ENCAPSULATION_VXLAN,
    DM_ENCAPSULATION_VXLAN_CROSS_SUBNET, /* inside a subnet as with NONE [CAL-03] */
    DM_ENCAPSULATION_IPIP,               /* IP in IP, protocol 4 [CAL-32] */
    DM_ENCAPSULATION_IPIP_CROSS_SUBNET
};

/* Whether packets between subnets are inside others, of UDP or of IP in IP. */
static inline bool dm_encapsulation_is_vxlan(enum dm_encapsulation encapsulation)
{
    return encapsulation == DM_ENCAPSULATION_VXLAN
           || encapsulation == DM_ENCAPSULATION_VXLAN_CROSS_SUBNET;
}

static inline bool dm_encapsulation_is_ipip(enum dm_encapsulation encapsulation)
{
    return encapsulation == DM_ENCAPSULATION_IPIP
           || encapsulation == DM_ENCAPSULATION_IPIP_CROSS_SUBNET;
}

/* A range that pods have their addresses from. */
struct dm_ip_pool {
    struct dm_object object;
    struct dm_cluster_id cluster;
    struct dm_prefix prefix;
    enum dm_encapsulation encapsulation;
    bool nat_outgoing;
    bool disabled;                   /* no new address is taken from it; it counts as a pool */
    uint8_t block_bits;              /* prefix length of the blocks that nodes take: 26 */
    const struct dm_selector *nodes; /* that use it; NULL: all */
    struct dm_unknown_id unknown;
};

/* ---- where pods may run ---- */

enum dm_taint_effect { DM_TAINT_NO_SCHEDULE, DM_TAINT_PREFER_NO_SCHEDULE, DM_TAINT_NO_EXECUTE };

struct dm_taint {
    const char *key;
    const char *value; /* never NULL */
    enum dm_taint_effect effect;
};

struct dm_toleration {
    const char *key;   /* NULL: every taint */
    const char *value; /* NULL: whatever its value */
    bool any_effect;
    enum dm_taint_effect effect;
};

/* A request that an autoscaler may raise without bound. */
#define DM_RESOURCE_UNBOUNDED INT64_MAX

/* Of a node, what pods can have of it; of a pod, what it asks for or may use at most. */
struct dm_resources {
    int64_t cpu_milli; /* thousandths of a processor; -1: not said */
    int64_t memory;    /* octets; -1: not said */
};

/* Pods of one kind are kept apart by a label of nodes, such as the zone. */
struct dm_spread {
    const char *topology_key;
    uint32_t max_skew;
    bool is_required;                   /* DoNotSchedule; else ScheduleAnyway */
    const struct dm_selector *selector; /* of pods that count */
};

struct dm_pod_affinity {
    bool is_anti;
    bool is_required;
    const char *topology_key;
    const struct dm_selector *selector;           /* of the other pods */
    const struct dm_selector *namespace_selector; /* NULL: its own namespace alone */
};

/* How pods of a workload are placed. */
struct dm_schedule {
    int32_t replicas;      /* -1: one a node, as of a DaemonSet */
    int32_t most_replicas; /* that an autoscaler may ask for; 0: none does */
    struct dm_resources requests;
    struct dm_resources grown; /* what an autoscaler may make of requests; 0: none does */
    struct dm_resources limits;
    const struct dm_selector *nodes; /* on labels of nodes: selector and required affinity; NULL */
    const struct dm_toleration *tolerations;
    size_t n_tolerations;
    const struct dm_spread *spreads;
    size_t n_spreads;
    const struct dm_pod_affinity *affinities;
    size_t n_affinities;
    bool zonal_volume;            /* each pod has one of its own, which is in one zone */
    struct dm_unknown_id unknown; /* set: where it may be placed is not all understood */
};

/* Nodes that are made alike, in some zones. */
struct dm_node_group {
    struct dm_object object;
    struct dm_cluster_id cluster;
    uint32_t min_size; /* of all zones together */
    uint32_t size;     /* desired */
    uint32_t max_size;
    bool is_public;                  /* its nodes have public addresses */
    uint16_t max_pods;               /* a node; 0: not said [CAL-06] */
    struct dm_resources allocatable; /* of a node */
    struct dm_kube_labels labels;
    const struct dm_taint *taints;
    size_t n_taints;
};

/* All nodes of a group in a zone, or one node that is in the input. */
struct dm_node {
    struct dm_object object;
    struct dm_cluster_id cluster;
    struct dm_node_group_id group;      /* none: by itself */
    struct dm_interface_id interface;   /* its primary one; none: on no network of the model */
    const char *short_name;             /* of a Node object, that pods name; NULL: there is none */
    const char *instance;               /* "i-0a96945f1dbc5b2ac", as its provider id says; NULL */
    struct dm_addr address;             /* as its Node object says; DM_FAMILY_NONE: it does not */
    struct dm_zone_id zone;             /* none: not known */
    bool has_twins;                     /* there may be several such */
    struct dm_unknown_id host_endpoint; /* set: policies hold at its own interface, too, and what
                                           they say there is not known [CAL-35] */
    struct dm_kube_labels labels;       /* the group's, and those of its zone and region */
    bool has_more_labels; /* of which the input shows nothing: there is no Node object */
    const struct dm_taint *taints;
    size_t n_taints;
    struct dm_resources allocatable;
    uint16_t max_pods;
};

struct dm_namespace {
    struct dm_object object;
    struct dm_cluster_id cluster;
    const char *short_name;
    struct dm_kube_labels labels; /* with kubernetes.io/metadata.name, which is always there */
};

/* A port that a container declares. */
struct dm_kube_port {
    const char *name; /* NULL: it has none */
    uint8_t protocol;
    uint16_t port;
    const char *container; /* NULL: not told apart */
};

/* Where a pod of the input runs, as its status says. */
struct dm_pod_seat {
    struct dm_object object;     /* "shop/web-7d9c5-x2x9k" */
    struct dm_node_id node;      /* none: no node of the input has the name that it gives */
    const char *node_name;       /* NULL: it gives none */
    struct dm_addr host_address; /* of its node; DM_FAMILY_NONE: not said */
    struct dm_addr address;      /* its own; the same */
};

struct dm_pod {
    struct dm_kube_labels labels;
    const struct dm_kube_port *ports;
    size_t n_ports;
    struct dm_addr address; /* DM_FAMILY_NONE: not known */
    const char *account;    /* its service account */
    struct dm_kube_labels account_labels;
    bool account_is_known;         /* else the account is not in the input, nor its labels */
    bool without_token;            /* it is given no token of its account */
    bool is_running;               /* it was seen in a cluster: what it needs was there */
    bool host_network;             /* no policy of a pod applies to it */
    const struct dm_probe *probes; /* workload.h */
    size_t n_probes;
    const struct dm_variable *variables;
    size_t n_variables;
    const struct dm_schedule *schedule; /* NULL: not known */
    const struct dm_pod_seat *seats;    /* of the pods that are in the input and run somewhere */
    size_t n_seats;                     /* 0: where they run is the scheduler's choice */
    struct dm_unknown_id unplaced;      /* set: of some it is not known where they run */
};

struct dm_workload {
    struct dm_object object;
    struct dm_namespace_id namespace;
    const char *short_name;
    const char *owner_kind;    /* "Deployment"; "Pod" of a pod that nobody owns */
    const char *service_name;  /* of a StatefulSet: what names its pods; NULL: none is said */
    bool uses_aws;             /* it asks services of AWS for something, so the input says */
    const struct dm_pod *pods; /* at least one, however many replicas it has */
    size_t n_pods;
    bool is_loose; /* of manifests: where its pods are follows in the build (join_private.h) */
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
    bool outside_only;                  /* a block of NetworkPolicy: dm_model_block_means */
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

/* Where a service without selector sends to: a row of an EndpointSlice, or of Endpoints. */
struct dm_kube_endpoint {
    struct dm_addr address;         /* DM_FAMILY_NONE: a name, of which nothing is known */
    struct dm_workload_id workload; /* whose pod it is; none: outside, or not in the input */
    uint32_t pod;                   /* index in the workload's pods */
    const struct dm_kube_port
        *ports;     /* by the names of the service's ports; 0: a port is missing */
    size_t n_ports; /* 0: on all ports, as they come */
};

struct dm_kube_service {
    struct dm_object object;
    struct dm_namespace_id namespace;
    const char *short_name;
    enum dm_kube_service_type type;
    bool headless;
    bool local_traffic;                 /* external traffic policy Local */
    bool local_calls;                   /* internal traffic policy Local [K8S-67] */
    uint16_t health_node_port;          /* of such a service; 0: none, or chosen by the cluster */
    bool without_node_ports;            /* a load balancer that is to do without */
    const struct dm_selector *selector; /* NULL: endpoints are given by hand */
    const struct dm_kube_service_port *ports;
    size_t n_ports;
    struct dm_addr cluster_ip;              /* DM_FAMILY_NONE: none, or not known */
    struct dm_interface_id interface;       /* KUBE_SERVICE; none: on no network of the model */
    const struct dm_interface_id *backends; /* of pods, or of nodes where on their network */
    size_t n_backends;
    const struct dm_kube_endpoint *endpoints; /* given by hand, besides what is selected */
    size_t n_endpoints;
    struct dm_unknown_id unknown; /* set: it may send to more than its backends */
};

/* What an ingress controller sends on to: a port of a service. */
struct dm_ingress_backend {
    struct dm_kube_service_id service;
    uint32_t port;    /* index in the service's ports */
    const char *host; /* NULL: any; "*.example.org" */
    const char *path; /* NULL: any */
    bool is_exact;    /* the path, and not all that begins with it */
    struct dm_span origin;
    const char *pointer;
};

struct dm_ingress {
    struct dm_object object;
    struct dm_namespace_id namespace;
    bool is_route;          /* a Route of OpenShift; its router is a controller like others */
    const char *class_name; /* NULL: it names none, and no class in the input is the default */
    const char *controller; /* which serves the class; NULL: the class is not in the input */
    const struct dm_ingress_backend *backends;
    size_t n_backends;
};

/* ---- load balancers ----
 *
 * What the AWS load balancer controller builds: one application load balancer of each ingress, or
 * of all of one group, and one network load balancer of a service [EKS-04].  It is what manifests
 * say: subnets and groups are names and ids, as written.  What it becomes in the VPC that the
 * cluster stands on is a 'dm_balancer', which was in the input or is made by the build
 * (model/balancer_private.h).
 */

enum dm_kube_balancer_kind { DM_KUBE_ALB, DM_KUBE_NLB };

/* A target group: a port of a service, by its pods' addresses or by the nodes' port. */
struct dm_kube_target {
    struct dm_kube_service_id service;
    uint32_t port;     /* index in the service's ports */
    bool is_address;   /* target type ip; else instance */
    bool keeps_client; /* pods see the client's address, as far as the service lets them */
    const char *health_protocol; /* "HTTP", "HTTPS", "TCP", "GRPC" */
    const char *health_path;     /* NULL: none is asked for */
    uint16_t health_port;        /* 0: the one that traffic goes to */
    bool health_is_chosen;       /* the port, by the input and not by the controller */
    bool asks_node;              /* at the node port of health of a service of local traffic */
    enum dm_cross_zone cross_zone;
    const struct dm_selector *nodes; /* of instances, those with such labels; NULL: all */
    struct dm_span origin;
    const char *pointer;
};

enum dm_kube_rule_kind { DM_KUBE_FORWARD, DM_KUBE_REDIRECT, DM_KUBE_FIXED };

/* A rule of listeners, or what they do with all else. */
struct dm_kube_rule {
    enum dm_kube_rule_kind kind;
    const char *host; /* NULL: any */
    const char *path; /* NULL: any */
    bool is_exact;
    bool fits_all;                        /* there is no request that it is not for */
    bool is_default;                      /* tried last, after those of all members of a group */
    bool has_conditions;                  /* besides, which the annotations say */
    const struct dm_kube_target *targets; /* FORWARD: one, or several by weight */
    size_t n_targets;
    struct dm_span origin;
    const char *pointer;
};

struct dm_kube_listener {
    const char *protocol; /* "HTTP", "HTTPS", "TCP", "UDP", "TLS", "TCP_UDP" */
    uint16_t port;
    const struct dm_kube_rule *rules; /* by order of groups and names, then as written */
    size_t n_rules;
};

struct dm_kube_balancer {
    struct dm_object object; /* "shop/web[Ingress]", "shop/sql[Service]", "public[IngressGroup]" */
    struct dm_cluster_id cluster;
    enum dm_kube_balancer_kind kind;
    bool is_internet_facing;
    bool crosses_zones;
    bool is_dual_stack;         /* has addresses of IPv6 too */
    const char *const *subnets; /* names or ids; 0: those with the tag of the scheme [EKS-32] */
    size_t n_subnets;
    const char *const *groups; /* names or ids; 0: one that the controller makes */
    size_t n_groups;
    bool manages_rules;              /* its targets are made to let it in [EKS-52] */
    const struct dm_prefix *inbound; /* of the group that it makes; whom it lets in */
    size_t n_inbound;
    const char *const *lists; /* ids of prefix lists, the same */
    size_t n_lists;
    const char *stack;    /* what its tag says that it is of [EKS-57]: "shop/web", "public" */
    const char *dns_name; /* that the cluster shows; NULL: none yet, or not shown */
    const struct dm_kube_listener *listeners;
    size_t n_listeners;
    struct dm_unknown_id unknown;   /* set: what it is to be is not all understood */
    struct dm_balancer_id balancer; /* what it is in the VPC; none: see 'refused', or on none */
    bool is_found;                  /* that was in the input, and is as it says */
    const char *refused;            /* why the controller builds nothing of it; NULL: it does */
};

/* Whether a pod that is placed so may be on the node by its labels and taints; NULL: on any. */
bool dm_schedule_allows(const struct dm_schedule *schedule, const struct dm_node *node);
/* Whether that depends on labels of the node that the input does not show. */
bool dm_schedule_is_open(const struct dm_schedule *schedule, const struct dm_node *node);
bool dm_toleration_covers(const struct dm_toleration *toleration, const struct dm_taint *taint);

/* The port at which a pod takes what is for a port of a Service; NULL: something that is no pod. 0:
 * it names none such. */
uint16_t dm_kube_backend_port(const struct dm_kube_service_port *port, const struct dm_pod *pod);

/* Whether the controller sends to the target: to instances only where the Service has a port on
 * nodes [EKS-39]. */
bool dm_kube_target_fits(const struct dm_kube_target *target,
                         const struct dm_kube_service *service);

/* Whether labels meet the selector; NULL selects all.  O(selector * log labels). */
bool dm_selector_matches(const struct dm_selector *selector, const struct dm_kube_labels *labels);

enum dm_match_of_part { DM_PART_NEVER, DM_PART_OPEN, DM_PART_ALWAYS };

/* The same of labels that are known in part: OPEN where others would decide. */
enum dm_match_of_part dm_selector_matches_part(const struct dm_selector *selector,
                                               const struct dm_kube_labels *labels);

/* Order and equality of what is selected, not of notation: 0 where trees are the same. */
int dm_selector_compare(const struct dm_selector *a, const struct dm_selector *b);

/* As Calico writes it: "app == 'cart' && has(tier)". */
struct dm_str;
void dm_selector_text(const struct dm_selector *selector, struct dm_str *out);

#endif
