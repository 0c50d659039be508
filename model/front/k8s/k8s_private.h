/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * k8s_private - what the files that read manifests share.
 *
 * All documents are gathered first; then kinds are read in order of need: namespaces and accounts,
 * workloads, what policies refer to, policies, services, endpoints, ingresses.  A fault is reported
 * and reading goes on, so that one run shows them all; memory that runs out sets 'failed', looked
 * at in the end.
 */
#ifndef DM_MODEL_FRONT_K8S_K8S_PRIVATE_H
#define DM_MODEL_FRONT_K8S_K8S_PRIVATE_H

#include "model/base/str.h"
#include "model/base/vec.h"
#include "model/front/k8s/k8s.h"
#include "model/load/tree.h"

enum dm_k8s_kind {
    DM_K8S_NAMESPACE,
    DM_K8S_SERVICE_ACCOUNT,
    DM_K8S_WORKLOAD, /* of any controller, with a template of pods */
    DM_K8S_POD,
    DM_K8S_TIER,
    DM_K8S_NETWORK_SET,
    DM_K8S_NETWORK_POLICY,
    DM_K8S_CALICO_POLICY,
    DM_K8S_HORIZONTAL, /* autoscalers */
    DM_K8S_VERTICAL,
    DM_K8S_BUDGET,
    DM_K8S_CONFIG,       /* secrets and config maps */
    DM_K8S_ADMIN_POLICY, /* of administrators, before and after NetworkPolicies */
    DM_K8S_SERVICE,
    DM_K8S_NODE,
    DM_K8S_STORAGE_CLASS, /* and what else volumes are looked up by */
    DM_K8S_CLAIM,
    DM_K8S_VOLUME,
    DM_K8S_FELIX,
    DM_K8S_IP_POOL,
    DM_K8S_INSTALLATION,
    DM_K8S_HOST_ENDPOINT,
    DM_K8S_NAMED, /* known, not needed, and named in the model */
    DM_K8S_ENDPOINT_SLICE,
    DM_K8S_ENDPOINTS,
    DM_K8S_INGRESS_CLASS,
    DM_K8S_INGRESS_PARAMS, /* IngressClassParams: looked up by classes */
    DM_K8S_INGRESS,
    DM_K8S_ROUTE,  /* of OpenShift */
    DM_K8S_STAGED, /* a policy that is not yet one: named in the model */
    DM_K8S_LIST,
    DM_K8S_SILENT, /* carries no traffic and stops none */
    DM_K8S_KIND_COUNT
};

/* One object of the input. */
struct dm_k8s_object {
    enum dm_k8s_kind kind;
    const char *kind_text;
    bool is_global;        /* of no namespace */
    const char *namespace; /* of a global one "" */
    const char *name;
    const struct dm_tree *root;
    const struct dm_tree *metadata;
    const struct dm_tree *spec; /* NULL: none */
    struct dm_span origin;      /* of its name */
};

/* Rules of an ingress; their targets name service, port and origin alone. */
struct dm_k8s_rules {
    struct dm_kube_rule *items;
    size_t n;
    size_t capacity;
    struct dm_unknown_id unknown; /* set: not all of them are understood */
};

/* One ingress of a group. */
struct dm_k8s_member {
    const struct dm_k8s_object *object;
    const struct dm_k8s_object *params; /* IngressClassParams of its class; NULL: none */
    struct dm_k8s_rules rules;
    int64_t order;
};

/* Ingresses that become one load balancer. */
struct dm_k8s_group {
    const char *name;  /* of the balancer */
    const char *stack; /* what the controller tags it with [EKS-57] */
    struct dm_k8s_member *items;
    size_t n;
    size_t capacity;
};

struct dm_k8s {
    struct dm_arena *arena;
    struct dm_sources *sources;
    struct dm_builder *builder;
    struct dm_diags *diags;
    bool failed;
    struct dm_cluster_id cluster;
    const char *prefix; /* of names of its objects: "core.prod.eu-west-1:", or "" */
    DM_VEC(struct dm_k8s_object) objects;
    DM_VEC(struct dm_workload_id) workloads;
    DM_VEC(struct dm_network_policy_id) admin_policies;
    struct dm_map by_name;    /* "KIND/NAMESPACE/NAME" to index plus one */
    struct dm_map namespaces; /* name to handle */
    struct dm_map tiers;      /* name to handle */
    struct dm_map services;   /* "NAMESPACE/NAME" to handle */
    DM_VEC(struct dm_ip_pool) pools;
    struct dm_unknown_id felix_unknown; /* set: not all that Felix does to packets is understood */
    DM_VEC(struct dm_k8s_group) groups;
    struct dm_map groups_by_name;              /* to index plus one */
    const struct dm_k8s_object *default_class; /* of ingresses; NULL: none */
    struct dm_map pods; /* "NAMESPACE/NAME", and addresses, to 'dm_k8s_pod_place' */
};

/* Where a pod of the input went: the index of its owner in 'workloads', and of the pod there. */
static inline uint64_t dm_k8s_pod_place(size_t owner, size_t pod)
{
    return (uint64_t)owner << 32 | (uint32_t)pod;
}

static inline size_t dm_k8s_pod_owner(uint64_t place)
{
    return (size_t)(place >> 32);
}

static inline uint32_t dm_k8s_pod_index(uint64_t place)
{
    return (uint32_t)place;
}

#define DM_K8S_PUSH(k8s, vec, ...)                                                                 \
    (DM_VEC_PUSH((k8s)->arena, (vec), __VA_ARGS__) || ((k8s)->failed = true, false))

/* ---- node.c: values ---- */

const char *dm_k8s_text_of(struct dm_k8s *k8s, const char *fmt, ...) DM_PRINTF(2, 3);
struct dm_diag *dm_k8s_fault(struct dm_k8s *k8s, struct dm_span span, const char *fmt, ...)
    DM_PRINTF(3, 4);
struct dm_diag *dm_k8s_warn(struct dm_k8s *k8s, struct dm_span span, const char *fmt, ...)
    DM_PRINTF(3, 4);
struct dm_diag *dm_k8s_note(struct dm_k8s *k8s, struct dm_span span, const char *fmt, ...)
    DM_PRINTF(3, 4);

/* Adds an unknown "WHAT of NAME" and sets '*slot' (may be NULL) to it where that has none yet. */
void dm_k8s_unknown(struct dm_k8s *k8s, struct dm_span span, const char *name, const char *why,
                    struct dm_unknown_id *slot);

/* Values of a key: NULL where it is not there or null; one of another type is a fault, and NULL. */
const struct dm_tree *dm_k8s_get(const struct dm_tree *map, const char *key);
const struct dm_tree *dm_k8s_map(struct dm_k8s *k8s, const struct dm_tree *map, const char *key);
const struct dm_tree *dm_k8s_list(struct dm_k8s *k8s, const struct dm_tree *map, const char *key);
const char *dm_k8s_text(struct dm_k8s *k8s, const struct dm_tree *map, const char *key);
bool dm_k8s_bool(struct dm_k8s *k8s, const struct dm_tree *map, const char *key);
/* A number between two; 'absent' where it is not there. */
int64_t dm_k8s_number(struct dm_k8s *k8s, const struct dm_tree *map, const char *key, int64_t min,
                      int64_t max, int64_t absent);

/* Reports keys that are not among 'known' (apart by '|'): near ones are faults, others unknown at
 * '*slot'.  Where 'slot' is NULL no verdict depends on them: near ones are warnings.  False where
 * 'map' is no map, a fault. */
bool dm_k8s_keys(struct dm_k8s *k8s, const struct dm_k8s_object *object, const struct dm_tree *map,
                 const char *known, struct dm_unknown_id *slot);

/* "TCP", "UDP", "SCTP"; 0 and a fault for others. */
uint8_t dm_k8s_protocol(struct dm_k8s *k8s, const struct dm_tree *map, const char *key,
                        uint8_t absent);
bool dm_k8s_prefix(struct dm_k8s *k8s, const struct dm_tree *node, struct dm_prefix *ret_prefix);

/* ---- name.c: whether the cluster takes these; a fault where it does not ---- */

bool dm_k8s_check_key(struct dm_k8s *k8s, const char *key, struct dm_span span);
bool dm_k8s_check_value(struct dm_k8s *k8s, const char *value, struct dm_span span);
bool dm_k8s_check_port_name(struct dm_k8s *k8s, const char *name, struct dm_span span);

/* ---- select.c: labels and selectors ---- */

struct dm_kube_labels dm_k8s_labels(struct dm_k8s *k8s, const struct dm_tree *map);
/* 'given' with a label that the cluster sets itself, whatever the input says. */
struct dm_kube_labels dm_k8s_label_set(struct dm_k8s *k8s, struct dm_kube_labels given,
                                       const char *key, const char *value);

/* A LabelSelector; an empty one selects all. */
const struct dm_selector *dm_k8s_label_selector(struct dm_k8s *k8s,
                                                const struct dm_k8s_object *object,
                                                const struct dm_tree *map,
                                                struct dm_unknown_id *slot);
/* A map of labels that must be there, as services have. */
const struct dm_selector *dm_k8s_equality_selector(struct dm_k8s *k8s, const struct dm_tree *map);
/* One of the texts of a list, as the value of 'key'. */
const struct dm_selector *dm_k8s_values_selector(struct dm_k8s *k8s, const char *key,
                                                 const struct dm_tree *list);
/* In the language of Calico; NULL and a fault where it is none. */
const struct dm_selector *dm_k8s_calico_selector(struct dm_k8s *k8s, const struct dm_tree *node);

/* ---- the kinds ---- */

struct dm_namespace_id dm_k8s_namespace(struct dm_k8s *k8s, const char *name);
/* With the cluster's prefix. */
const char *dm_k8s_in_cluster(struct dm_k8s *k8s, const char *name);
/* "shop/cart"; the name alone of a global object; both with the cluster's prefix. */
const char *dm_k8s_name(struct dm_k8s *k8s, const struct dm_k8s_object *object);
struct dm_k8s_object *dm_k8s_find(struct dm_k8s *k8s, const char *kind, const char *namespace,
                                  const char *name);

void dm_k8s_read_namespace(struct dm_k8s *k8s, const struct dm_k8s_object *object);
void dm_k8s_read_node(struct dm_k8s *k8s, const struct dm_k8s_object *object);
/* The node of that name; none where it is not in the input. */
struct dm_node_id dm_k8s_node(struct dm_k8s *k8s, const char *name);
void dm_k8s_read_felix(struct dm_k8s *k8s, const struct dm_k8s_object *object);
void dm_k8s_read_ip_pool(struct dm_k8s *k8s, const struct dm_k8s_object *object);
void dm_k8s_read_installation(struct dm_k8s *k8s, const struct dm_k8s_object *object);
/* Of a workload, which may be what gives pods addresses of the VPC. */
void dm_k8s_read_cni(struct dm_k8s *k8s, const struct dm_k8s_object *object);
void dm_k8s_read_host_endpoint(struct dm_k8s *k8s, const struct dm_k8s_object *object);
void dm_k8s_read_taints(struct dm_k8s *k8s, const struct dm_tree *list,
                        const struct dm_taint **ret_taints, size_t *ret_n);
/* Of a pod, or of a workload whose template's spec is given (schedule.h). */
struct dm_schedule *dm_k8s_schedule(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                                    const struct dm_tree *spec);
void dm_k8s_read_workloads(struct dm_k8s *k8s);
/* Sets the directions that a list of "Ingress" and "Egress" names; NULL names none. */
void dm_k8s_directions(struct dm_k8s *k8s, const struct dm_tree *types,
                       struct dm_network_policy *policy);
void dm_k8s_read_network_policy(struct dm_k8s *k8s, const struct dm_k8s_object *object);
void dm_k8s_read_admin_policy(struct dm_k8s *k8s, const struct dm_k8s_object *object);
/* After all of them. */
void dm_k8s_check_priorities(struct dm_k8s *k8s);
void dm_k8s_read_tier(struct dm_k8s *k8s, const struct dm_k8s_object *object);
void dm_k8s_read_network_set(struct dm_k8s *k8s, const struct dm_k8s_object *object);
void dm_k8s_read_calico_policy(struct dm_k8s *k8s, const struct dm_k8s_object *object);
void dm_k8s_read_service(struct dm_k8s *k8s, const struct dm_k8s_object *object);
void dm_k8s_read_endpoint_slice(struct dm_k8s *k8s, const struct dm_k8s_object *object);
void dm_k8s_read_endpoints(struct dm_k8s *k8s, const struct dm_k8s_object *object);
void dm_k8s_read_ingress_class(struct dm_k8s *k8s, const struct dm_k8s_object *object);
void dm_k8s_read_ingress(struct dm_k8s *k8s, const struct dm_k8s_object *object);
void dm_k8s_read_route(struct dm_k8s *k8s, const struct dm_k8s_object *object);
/* One of each group that was gathered, and of a service that asks for one (balancer.h). */
void dm_k8s_build_albs(struct dm_k8s *k8s);
void dm_k8s_build_nlb(struct dm_k8s *k8s, const struct dm_k8s_object *object);

/* The ports of a rule of one protocol; 'any' where the protocol stands without port. */
struct dm_k8s_ports {
    DM_VEC(struct dm_policy_port) list;
    bool any;
};

enum { DM_K8S_N_PROTOCOLS = 3 };
extern const uint8_t dm_k8s_protocols[DM_K8S_N_PROTOCOLS];

/* Rules of a policy, as they are gathered. */
struct dm_k8s_policy_rules {
    struct dm_policy_rule *items;
    size_t n;
    size_t capacity;
};

/* One peer, on all ports: a rule for each protocol that is named, or one for all. */
void dm_k8s_add_rules(struct dm_k8s *k8s, const struct dm_policy_rule *rule,
                      const struct dm_k8s_ports ports[DM_K8S_N_PROTOCOLS], bool has_ports,
                      struct dm_k8s_policy_rules *rules);

/* Where administrators' policies stand among tiers. */
#define DM_K8S_ADMIN_TIER "adminnetworkpolicy"
#define DM_K8S_BASELINE_TIER "baselineadminnetworkpolicy"

/* The tier of that name; made, last of all but those after it, where nothing declares it. */
struct dm_policy_tier_id dm_k8s_tier(struct dm_k8s *k8s, const char *name, struct dm_span span);

#endif
