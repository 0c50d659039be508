/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lower_private - what the passes of lowering share.
 *
 * A pass reads its part of the tree, makes objects in the builder and leaves
 * behind what later passes ask for: regions, copies of VPCs and gateways with
 * the handles of what belongs to them, parties.  A copy is one cell of a matrix:
 * its tree is the entry's with the overrides that match merged in and
 * '${env}' and '${region}' replaced; nodes that this leaves alone are shared with the
 * tree of the design, so spans point to what was written.
 *
 * Everything is walked in order of names, never of the file, so a design whose keys are
 * reordered gives the same model.
 *
 * Faults: one for each place, however many copies repeat it.  A pass goes on past
 * a fault with what can still be said; what is named and faulty counts as
 * there, so that one fault is not reported again by all that refer to it.
 * Memory that runs out sets 'oom', looked at after each pass; helpers then
 * return empty texts and zero handles, never NULL where text is expected.
 *
 * Ownership: everything lives in the arena.  Pointers to items of a vector are kept
 * only after the pass that fills it.
 */
#ifndef DM_MODEL_FRONT_DESIGN_LOWER_PRIVATE_H
#define DM_MODEL_FRONT_DESIGN_LOWER_PRIVATE_H

#include "model/addressing.h"
#include "model/base/map.h"
#include "model/base/vec.h"
#include "model/facts/facts.h"
#include "model/front/design/plan.h"
#include "model/load/tree.h"
#include "model/model.h"

struct dm_lower_zone {
    char letter;
    struct dm_zone_id id;
};

struct dm_lower_region {
    const char *name;
    const struct dm_region_fact *fact; /* NULL: not known, which was reported */
    struct dm_prefix cidr;             /* family NONE: none given */
    uint32_t asn;                      /* 0: none given */
    struct dm_region_id id;
    DM_VEC(struct dm_lower_zone) zones; /* by letter */
};

struct dm_lower_env {
    const char *name;
    struct dm_environment_id id;
};

struct dm_lower_copy {
    const char *name;                     /* "app.prod.eu-west-1" */
    const struct dm_tree_pair *entry;     /* in the design */
    const struct dm_tree *tree;           /* this copy's */
    const struct dm_lower_env *env;       /* NULL: none */
    const struct dm_lower_region *region; /* NULL: none */
    bool by_all;                          /* stands where `all` was written, not the place's name */
};

struct dm_lower_copies {
    struct dm_lower_copy *items;
    size_t n;
    size_t capacity;
};

struct dm_lower_subnet {
    const char *name;
    const struct dm_tree_pair *role;
    uint8_t length;
    size_t zone;           /* index in the region's zones */
    struct dm_prefix cidr; /* family NONE: no room, which was reported */
    bool is_public;
    struct dm_subnet_id id;
    struct dm_route_table_id table;
};

struct dm_lower_gateway;

struct dm_lower_vpc {
    const struct dm_lower_copy *copy;
    const struct dm_tree *cidr_node; /* NULL: none given */
    struct dm_prefix cidr;           /* family NONE: none to be had, which was reported */
    struct dm_vpc_id id;
    struct dm_acl_id default_acl;
    DM_VEC(struct dm_lower_subnet) subnets; /* by size, largest first, then name, then zone */
    struct dm_internet_gateway_id internet_gateway;
    struct dm_vpn_gateway_id vpn_gateway;
    struct dm_route_table_id internet_table; /* for what comes in by each; none */
    struct dm_route_table_id vpn_table;
    DM_VEC(struct dm_nat_gateway_id) nats;  /* by zone, or one for all */
    const struct dm_lower_gateway *gateway; /* attached to; NULL: to none */
    struct dm_core_network_id core;         /* the same */
};

struct dm_lower_table {
    const char *name;
    struct dm_transit_table_id id;
    DM_VEC(struct dm_transit_route) routes;
    struct dm_map routes_by_prefix; /* its text to index plus one */
    DM_VEC(struct dm_propagation) propagations;
};

struct dm_lower_gateway {
    const struct dm_lower_copy *copy;
    struct dm_transit_gateway_id id;
    DM_VEC(struct dm_lower_table) tables;
};

/* An interface that wants an address of its subnet, and perhaps a public one. */
struct dm_lower_place {
    const char *name;
    struct dm_interface_id interface;
    const struct dm_lower_subnet *subnet; /* NULL: an accelerator's, with static addresses alone */
    bool is_public;
};

/* A target of a load balancer that wants the address of the interface that it is. */
struct dm_lower_target {
    struct dm_target *target;
    struct dm_interface_id interface;
};

/* A node of a cluster, which stands for those of its group in its zone. */
struct dm_lower_node {
    const char *name;  /* "workers.a" */
    const char *group; /* of nodes */
    struct dm_node_id id;
    struct dm_host_id host;
};

/* What runs on a cluster: a service or a store, with its workload. */
struct dm_lower_load {
    struct dm_party party;
    const char *name; /* of this copy; its pods' names begin with it */
    struct dm_match port;
    struct dm_workload_id workload;
    struct dm_kube_service_id kube;
    const struct dm_lower_copy *copy;
    const char *namespace;
};

/* A pool of addresses of pods. */
struct dm_lower_pod_pool {
    struct dm_prefix prefix;
    uint8_t block;
    bool is_disabled;
    const struct dm_tree *groups; /* names of those whose nodes take from it; NULL: all */
    struct dm_span span;
};

struct dm_lower_cluster {
    const struct dm_lower_copy *copy;
    const struct dm_lower_vpc *vpc;
    struct dm_cluster_id id;
    struct dm_policy_tier_id tier;
    struct dm_prefix services;
    struct dm_span pool_span;
    bool sends_as_is; /* some packets go between nodes with addresses of pods [CAL-03] */
    DM_VEC(struct dm_lower_pod_pool) pools; /* by name */
    DM_VEC(struct dm_lower_node) nodes;
    DM_VEC(struct dm_unaddressed) pods;
    DM_VEC(struct dm_lower_load) loads; /* by name */
};

struct dm_lower_hosts {
    struct dm_host_id *items;
    size_t n;
    size_t capacity;
};

/* What a load balancer brings to a service on a cluster. */
struct dm_lower_brought {
    struct dm_service_id service;
    struct dm_match match; /* of the listener */
    const struct dm_lower_vpc *vpc;
    const char *subnet; /* role of those that the balancer's nodes stand in */
    bool keeps_client;
    bool is_public; /* its nodes have public addresses */
    struct dm_balancer_id balancer;
};

struct dm_lower_party;

struct dm_lower_call {
    const struct dm_lower_party *to;
    struct dm_span origin;
};

/* A copy of a service or a store, as calls and selectors see it. */
struct dm_lower_party {
    struct dm_party party; /* v 0: it has a fault, which was reported */
    const struct dm_lower_copy *copy;
    struct dm_match port;
    DM_VEC(const struct dm_lower_region *) regions; /* where it stands */
    DM_VEC(const struct dm_lower_vpc *) vpcs;
    DM_VEC(struct dm_lower_call) calls;
    DM_VEC(struct dm_match) listened; /* on by load balancers and accelerators */
    const struct dm_data_class_id *classes;
    size_t n_classes;
};

struct dm_lower_pool {
    const char *name;
    struct dm_prefix cidr;
};

/* Keys of a map that has many. */
struct dm_lower_keys {
    const struct dm_tree *map;
    struct dm_map by_key; /* to the index of the pair */
};

struct dm_lower {
    struct dm_arena *arena;
    const struct dm_tree *root;
    const struct dm_tree *lock;
    struct dm_facts *facts;
    struct dm_builder *builder;
    struct dm_diags *diags;
    bool oom;
    struct dm_map reported;                 /* places of faults */
    DM_VEC(struct dm_lower_keys) keys;      /* a few: sections of the design */
    DM_VEC(struct dm_lower_env) envs;       /* as listed */
    DM_VEC(struct dm_lower_region) regions; /* by name, like all below */
    DM_VEC(struct dm_lower_pool) pools;
    struct dm_plan plan; /* CIDRs of VPCs */
    struct dm_lower_copies vpc_copies;
    DM_VEC(struct dm_lower_vpc) vpcs;
    struct dm_map vpc_index;  /* name to index */
    struct dm_map role_index; /* role to the index of its first VPC; its others follow */
    struct dm_lower_copies gateway_copies;
    DM_VEC(struct dm_lower_gateway) gateways;
    struct dm_map gateway_index;
    struct dm_lower_copies cluster_copies;
    DM_VEC(struct dm_lower_cluster) clusters;
    DM_VEC(struct dm_lower_brought) brought;
    struct dm_lower_copies service_copies;
    struct dm_lower_copies store_copies;
    struct dm_lower_copies balancer_copies;
    struct dm_lower_copies accelerator_copies;
    DM_VEC(struct dm_lower_party) parties; /* services, then stores; copies of one side by side */
    struct dm_map first_party;             /* "service:NAME" to the index of its first copy */
    DM_VEC(struct dm_lower_place) places;
    DM_VEC(struct dm_lower_target) targets;
};

#define DM_LOWER_PUSH(lower, vec, ...)                                                             \
    (DM_VEC_PUSH((lower)->arena, (vec), __VA_ARGS__) || ((lower)->oom = true, false))

/* Adds to the builder and notes when memory is out: DM_LOWER_ADD(lower, vpc, &vpc). */
#define DM_LOWER_ADD(lower, kind, item)                                                            \
    dm_lower_added_##kind((lower), dm_builder_add_##kind((lower)->builder, (item)))
#define DM_LOWER_ADDED(kind, plural, text)                                                         \
    static inline struct dm_##kind##_id dm_lower_added_##kind(struct dm_lower *lower,              \
                                                              struct dm_##kind##_id id)            \
    {                                                                                              \
        lower->oom = lower->oom || id.v == 0;                                                      \
        return id;                                                                                 \
    }
DM_KIND_LIST(DM_LOWER_ADDED)
#undef DM_LOWER_ADDED

/* ---- names.c: texts, faults, views of the tree ---- */

/* Formatted into the arena; "" when memory is out. */
const char *dm_lower_name(struct dm_lower *lower, const char *fmt, ...) DM_PRINTF(2, 3);

/* A fault; NULL where that place has one already. */
struct dm_diag *dm_lower_fault(struct dm_lower *lower, struct dm_span span, const char *fmt, ...)
    DM_PRINTF(3, 4);
void dm_lower_help(struct dm_lower *lower, struct dm_diag *diag, const char *fmt, ...)
    DM_PRINTF(3, 4);

/* "unknown WHAT `WORD`", with the nearest candidate. */
void dm_lower_unknown(struct dm_lower *lower, struct dm_span span, const char *what,
                      const char *word, const char *const *candidates, size_t n_candidates);
/* The same with the keys of a map. */
void dm_lower_unknown_key(struct dm_lower *lower, struct dm_span span, const char *what,
                          const char *word, const struct dm_tree *map);

/* Pairs of a map in order of their keys. */
const struct dm_tree_pair *const *dm_lower_sorted(struct dm_lower *lower, const struct dm_tree *map,
                                                  size_t *ret_n);

/* The value of a key as dm_tree_find gives it, for maps that grow with the design: each is indexed
 * when it is first asked.  O(1) then. */
const struct dm_tree *dm_lower_entry(struct dm_lower *lower, const struct dm_tree *map,
                                     const char *key);

/* A list, or one item without brackets: their number and the i'th. */
size_t dm_lower_n_items(const struct dm_tree *tree);
const struct dm_tree *dm_lower_item(const struct dm_tree *tree, size_t i);

/* Values of a key; a value of another shape is a fault and gives the default.  NULL: not there. */
const char *dm_lower_text(struct dm_lower *lower, const struct dm_tree *node);
bool dm_lower_bool(struct dm_lower *lower, const struct dm_tree *map, const char *key);
bool dm_lower_int(struct dm_lower *lower, const struct dm_tree *node, int64_t min, int64_t max,
                  const char *what, int64_t *ret_value);
/* Value of a key that must be there. */
const struct dm_tree *dm_lower_need(struct dm_lower *lower, const struct dm_tree *map,
                                    const char *key, struct dm_span owner);
/* A port of one packet's fields, "tcp/443". */
bool dm_lower_match(struct dm_lower *lower, const struct dm_tree *node, struct dm_match *ret);
/* IPv4 prefix. */
bool dm_lower_prefix(struct dm_lower *lower, const struct dm_tree *node, struct dm_prefix *ret);

/* Parts of 'text' between dots, at most 'max'; the number of parts, counted also past 'max'. */
size_t dm_lower_labels(struct dm_lower *lower, const char *text, const char **labels, size_t max);

/* ---- world.c: jurisdictions, environments, pools, regions ---- */

void dm_lower_world(struct dm_lower *lower);
const struct dm_lower_region *dm_lower_region_find(const struct dm_lower *lower, const char *name);
const struct dm_lower_env *dm_lower_env_find(const struct dm_lower *lower, const char *name);
/* "unknown region", but not of one whose name in `regions` is misspelt, which has been said. */
void dm_lower_unknown_region(struct dm_lower *lower, struct dm_span span, const char *name);
const struct dm_lower_region *dm_lower_region_need(struct dm_lower *lower,
                                                   const struct dm_tree *node);
/* CIDR of pool 'name', or of 'region' for the word `region`; false and a fault: there is none. */
bool dm_lower_pool(struct dm_lower *lower, struct dm_span span, const char *name,
                   const struct dm_lower_region *region, struct dm_prefix *ret);

struct dm_lower_codes {
    const char **items;
    size_t n;
    size_t capacity;
};
/* ISO codes of a list of codes and sets, each once, in order of writing. */
void dm_lower_codes(struct dm_lower *lower, const struct dm_tree *list,
                    struct dm_lower_codes *codes);

/* ---- copies.c: matrices ---- */

/* Unfolds every entry of the map under 'key' and sorts the copies by name. */
void dm_lower_unfold(struct dm_lower *lower, const char *key, bool needs_region,
                     struct dm_lower_copies *copies);
/* 'tree' with `${env}` and `${region}` replaced. */
const struct dm_tree *dm_lower_interpolate(struct dm_lower *lower, const struct dm_tree *tree,
                                           const struct dm_lower_copy *copy);

/* ---- vpc.c ---- */

void dm_lower_vpcs(struct dm_lower *lower);
/* Main tables' and subnets' rows, after gateways and peerings exist (route.c). */
void dm_lower_routes(struct dm_lower *lower);
void dm_lower_peerings(struct dm_lower *lower);
struct dm_lower_vpc *dm_lower_vpc_find(const struct dm_lower *lower, const char *name);
/* The copy of VPC 'role' for an environment (else the one of none) in a region; NULL. */
const struct dm_lower_vpc *dm_lower_vpc_at(struct dm_lower *lower, const char *role,
                                           const struct dm_lower_env *env,
                                           const struct dm_lower_region *region);
/* The subnet of a role in a zone; NULL. */
const struct dm_lower_subnet *dm_lower_subnet_at(const struct dm_lower_vpc *vpc, const char *role,
                                                 size_t zone);
/* The name of a VPC's entry. */
const char *dm_lower_role(const struct dm_lower_vpc *vpc);
/* All of one role, side by side; NULL where there is none. */
struct dm_lower_vpc *dm_lower_vpcs_of(const struct dm_lower *lower, const char *role,
                                      size_t *ret_n);
/* "pool:NAME" or "internet" or a prefix, as seen from a VPC. */
bool dm_lower_network(struct dm_lower *lower, const struct dm_lower_region *region,
                      struct dm_span span, const char *text, struct dm_prefix *ret);

/* ---- plan of VPCs: allocate.c ---- */

void dm_lower_allocate(struct dm_lower *lower);
void dm_lower_allocate_subnets(struct dm_lower *lower, struct dm_lower_vpc *vpc);

/* ---- transit.c ---- */

void dm_lower_transit(struct dm_lower *lower);
/* The subnets that an attachment names by their role in 'subnets', each with an interface of it
 * that is called after 'suffix'; false and a fault where there is no such role. */
bool dm_lower_attached_subnets(struct dm_lower *lower, struct dm_lower_vpc *vpc,
                               const struct dm_tree *attach, struct dm_span owner,
                               const char *suffix, const struct dm_subnet_id **ret_subnets,
                               size_t *ret_n);

/* An attachment of the transit gateway that 'tree' names, by the keys of links. */
void dm_lower_line_attach(struct dm_lower *lower, const struct dm_tree *tree, const char *name,
                          struct dm_span origin, enum dm_attachment_kind kind);

/* ---- core.c ---- */

struct dm_lower_core_network {
    const struct dm_tree_pair *pair;
    struct dm_core_network_id id;
    bool is_given; /* by the design itself, not by a document */
    uint32_t asn;  /* of the first edge */
    uint32_t n_edges;
};

void dm_lower_core(struct dm_lower *lower);

/* `all`, one segment or a list of them. */
struct dm_core_segments dm_lower_core_segments(struct dm_lower *lower,
                                               const struct dm_lower_core_network *network,
                                               const struct dm_tree *node);

/* ---- core_insert.c ---- */

void dm_lower_core_functions(struct dm_lower *lower, const struct dm_lower_core_network *network);
/* After functions and segments. */
void dm_lower_core_insertions(struct dm_lower *lower, const struct dm_lower_core_network *network);
/* Handle of a network function group; 0 and a fault: there is none. */
uint32_t dm_lower_core_function(struct dm_lower *lower, const struct dm_lower_core_network *network,
                                const struct dm_tree *node);

/* By key; of no map none. */
struct dm_tags dm_lower_tags(struct dm_lower *lower, const struct dm_tree *map);

void dm_lower_core_tags(struct dm_lower *lower, const struct dm_tree *map,
                        struct dm_core_attachment *attachment);

/* Its segment, where the design or a document may say which; false and a fault: none could be.
 * 'core' has the key `segment`. */
bool dm_lower_core_segment(struct dm_lower *lower, const struct dm_lower_core_network *network,
                           const struct dm_tree_pair *core, struct dm_core_attachment *attachment);

/* ---- core_peering.c ---- */

void dm_lower_core_peerings(struct dm_lower *lower, const struct dm_lower_core_network *networks,
                            size_t n);

/* ---- site.c ---- */

/* Attachments of transit gateways for the lines that end there; the rest after core networks. */
void dm_lower_line_attachments(struct dm_lower *lower);
void dm_lower_sites(struct dm_lower *lower);
/* After services and stores. */
void dm_lower_site_parties(struct dm_lower *lower);

/* ---- filter.c ---- */

void dm_lower_filters(struct dm_lower *lower);

/* ---- inspect.c ---- */

/* After groups. */
void dm_lower_inspection(struct dm_lower *lower);

/* ---- place.c: interfaces and their addresses ---- */

/* An interface of 'subnet' which gets its address at the end. */
struct dm_interface_id dm_lower_interface(struct dm_lower *lower, const struct dm_interface *item,
                                          const struct dm_lower_subnet *subnet, bool is_public);
/* The same for an accelerator's, which is in no subnet. */
struct dm_interface_id dm_lower_static_interface(struct dm_lower *lower,
                                                 const struct dm_interface *item);
void dm_lower_places(struct dm_lower *lower);

/* ---- seat.c, store.c, service.c, policy.c ---- */

/* What "in: app.private" and "groups: [...]" say of endpoints. */
struct dm_lower_seat {
    const char *vpc;
    const char *subnet;
    struct dm_span span;
    const struct dm_tree *groups;
    bool is_public;
    bool forwards;
    uint16_t mtu;                /* 0: not said */
    const struct dm_tree *zones; /* NULL or `all`: each */
};

bool dm_lower_seat(struct dm_lower *lower, const struct dm_lower_copy *copy, bool needs_groups,
                   struct dm_lower_seat *ret);
/* What "in: private", "groups: [...]" and "zones: [...]" of an entry say, in a VPC that is known.
 */
bool dm_lower_seat_in(struct dm_lower *lower, const struct dm_lower_vpc *vpc,
                      const struct dm_tree_pair *entry, struct dm_lower_seat *ret);
/* Entries with copies that are all left out, as their VPC is nowhere where they would be. */
void dm_lower_left_out(struct dm_lower *lower, const struct dm_lower_copies *copies,
                       enum dm_party_kind kind);
/* One host with one interface in each zone, named NAME.ZONE. */
void dm_lower_endpoints(struct dm_lower *lower, const struct dm_lower_seat *seat,
                        const struct dm_lower_vpc *vpc, const char *name, struct dm_span origin,
                        struct dm_lower_hosts *hosts);
/* One node of a load balancer in each zone, named NAME.ZONE.node. */
void dm_lower_nodes(struct dm_lower *lower, const struct dm_lower_seat *seat,
                    const struct dm_lower_vpc *vpc, const char *name, struct dm_span origin,
                    struct dm_balancer_id balancer);
void dm_lower_classes(struct dm_lower *lower, const struct dm_tree *list,
                      const struct dm_data_class_id **ret_classes, size_t *ret_n);
/* Every class, for the word `all`, in order of their names. */
void dm_lower_all_classes(struct dm_lower *lower, const struct dm_data_class_id **ret_classes,
                          size_t *ret_n);
void dm_lower_data(struct dm_lower *lower); /* classes and policies */
void dm_lower_services(struct dm_lower *lower);
void dm_lower_stores(struct dm_lower *lower);
void dm_lower_calls(struct dm_lower *lower); /* after both */

/* ---- cluster.c, cluster_nodes.c: clusters; after filters ---- */

void dm_lower_clusters(struct dm_lower *lower);
/* Nodes of a group, from its entry; the cluster's copy has a VPC. */
void dm_lower_node_group(struct dm_lower *lower, struct dm_lower_cluster *cluster,
                         const struct dm_tree_pair *entry);
/* The copy of a cluster for an environment (else the one of none) in a region; NULL: there is none
 * there. */
struct dm_lower_cluster *dm_lower_cluster_at(struct dm_lower *lower, const char *name,
                                             const struct dm_lower_env *env,
                                             const struct dm_lower_region *region);
struct dm_lower_cluster *dm_lower_cluster_of(struct dm_lower *lower, struct dm_cluster_id id);
/* A namespace that the cluster has; 0 and a fault: none of that name. */
struct dm_namespace_id dm_lower_namespace(struct dm_lower *lower,
                                          const struct dm_lower_cluster *cluster,
                                          const struct dm_tree *node, const char *name);
/* "NAME" of a cluster's objects of Kubernetes. */
const char *dm_lower_in_cluster(struct dm_lower *lower, const struct dm_lower_cluster *cluster,
                                const char *name);

/* Labels under a key, sorted, with one more where 'key' is not NULL. */
struct dm_kube_labels dm_lower_kube_labels(struct dm_lower *lower, const struct dm_tree *map,
                                           const char *key, const char *value);
struct dm_resources dm_lower_resources(struct dm_lower *lower, const struct dm_tree *map);
/* Taints of a list, with their places. */
const struct dm_taint *dm_lower_taints(struct dm_lower *lower, const struct dm_tree *list,
                                       size_t *ret_n);
/* "key == 'value'". */
const struct dm_selector *dm_lower_selector(struct dm_lower *lower, const char *key,
                                            const char *const *values, size_t n);
/* All labels of a map; NULL: none, and memory is not out. */
const struct dm_selector *dm_lower_selector_of(struct dm_lower *lower,
                                               const struct dm_kube_labels *labels);

/* ---- cluster_pods.c ---- */

/* The pods of a service or store that has `cluster`: its workload, a pod on each node that it may
 * be on, and what the cluster asks for it at.  'load' has copy, name, port and kind of party;
 * false: it has a fault, which was reported. */
bool dm_lower_pods(struct dm_lower *lower, struct dm_lower_cluster *cluster,
                   struct dm_lower_load *load, struct dm_lower_hosts *hosts);
/* Once the handle of the service or store is known. */
void dm_lower_pods_done(struct dm_lower_cluster *cluster, struct dm_party party);
/* The port at which nodes take what is for the service, from now on; 0: it is not of the cluster.
 */
uint16_t dm_lower_node_port(struct dm_lower *lower, struct dm_lower_cluster *cluster,
                            struct dm_service_id service);
/* Addresses of pods and of services, after those of interfaces. */
void dm_lower_cluster_addresses(struct dm_lower *lower);

/* ---- cluster_upkeep.c: how pods are kept up, and what they are given ---- */

/* Probes, further ports, credentials, account and autoscalers of a service or store on a cluster:
 * 'pod' is completed before it is placed. */
void dm_lower_upkeep(struct dm_lower *lower, const struct dm_lower_cluster *cluster,
                     const struct dm_lower_load *load, struct dm_workload *workload,
                     struct dm_pod *pod);
/* Autoscalers and a budget, once the workload is there. */
void dm_lower_scaling(struct dm_lower *lower, const struct dm_lower_cluster *cluster,
                      const struct dm_lower_load *load, const struct dm_workload *workload,
                      struct dm_pod *pod);

/* ---- cluster_policy.c: policies of pods; after calls ---- */

void dm_lower_pod_policies(struct dm_lower *lower);
/* Those under `policies` of a cluster (cluster_rules.c). */
void dm_lower_written_policies(struct dm_lower *lower, const struct dm_lower_cluster *cluster);

/* ---- balancer.c, accelerator.c ---- */

void dm_lower_balancers(struct dm_lower *lower); /* after services and stores */
/* After balancers; its static addresses come with those of interfaces. */
void dm_lower_accelerators(struct dm_lower *lower);
/* Addresses of targets, after those of interfaces. */
void dm_lower_targets(struct dm_lower *lower);
/* Whether a party is one of these: nothing starts there. */
static inline bool dm_lower_is_entry(const struct dm_lower_party *party)
{
    return party
           && (party->party.kind == DM_PARTY_BALANCER || party->party.kind == DM_PARTY_ACCELERATOR);
}

/* ---- select.c ---- */

struct dm_lower_selection {
    const struct dm_lower_party **items; /* NULL item: the internet; each once, in order */
    size_t n;
    size_t capacity;
};

/* What a selector, or a list of them, names; nothing is a fault. */
void dm_lower_select(struct dm_lower *lower, const struct dm_tree *node,
                     struct dm_lower_selection *selection);
/* Order of a selection: services, stores, the internet (NULL), each by name. */
int dm_lower_party_compare(const struct dm_lower_party *a, const struct dm_lower_party *b);
/* As it was written, items of a list joined by ", ". */
const char *dm_lower_select_text(struct dm_lower *lower, const struct dm_tree *node);
/* Entries "NAME", "service:NAME", "store:NAME"; false and a fault where it is none or ambiguous. */
bool dm_lower_party_kind(struct dm_lower *lower, struct dm_span span, const char *text,
                         enum dm_party_kind *ret_kind, const char **ret_base);

/* ---- requirement.c ---- */

void dm_lower_requirements(struct dm_lower *lower);

#endif
