/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * join_private - manifests on a network, in the build.
 *
 * What manifests say of a cluster and what the network is come from front ends that know nothing of
 * each other.  Here they become one: nodes are hosts of the network (join_cluster.c), then pods
 * stand on nodes and Services have addresses (join_pods.c).  It comes before all that looks at
 * interfaces of pods, so that nothing after it knows that it was there.
 *
 * Invariants: a cluster has a VPC where one of its nodes is a host; each pod interface that is made
 * has a node with an interface, and an address that no other of the cluster has.
 */
#ifndef DM_MODEL_JOIN_PRIVATE_H
#define DM_MODEL_JOIN_PRIVATE_H

#include "model/addressing.h"
#include "model/base/vec.h"
#include "model/model_private.h"

struct dm_joining {
    struct dm_builder *builder;
    struct dm_diags *diags;
    struct dm_map by_address; /* to the first interface of a host whose primary address it is */
    uint32_t *next;           /* by interface: the next one with its address; 0: none */
};

/* Adds the unknown "WHAT NAME", once. */
struct dm_unknown_id dm_join_unknown(struct dm_joining *joining, const struct dm_object *object,
                                     const char *what, const char *why);

/* Why pods are left out; the same text for the same reason. */
struct dm_left_out {
    const char *why;
    const struct dm_object *first;
    size_t n;
};

/* A cluster whose nodes are hosts: what is needed to place its pods. */
struct dm_standing {
    struct dm_joining *joining;
    struct dm_cluster_id id;
    DM_VEC(struct dm_node_id) nodes; /* that have a host */
    bool is_of_vpc;                  /* pods have addresses of the VPC */
    bool has_pools;                  /* pods have addresses of pools, which are all in the input */
    bool gives_addresses;            /* what a pod that has none would get is known */
    DM_VEC(struct dm_unaddressed) waiting;
    struct dm_left_out left_out[12];
    size_t n_left_out;
    struct dm_map taken;  /* addresses of pods and Services, as text */
    struct dm_map pods;   /* address to the interface of its pod */
    struct dm_map in_vpc; /* address to the interface of a host of the cluster's VPC */
};

/* Nodes by tags of instances, of clusters whose Node objects are not in the input. */
void dm_join_tagged(struct dm_joining *joining);

/* Pods on nodes, and all that follows for Services. */
DM_NODISCARD enum dm_status dm_join_pods(struct dm_joining *joining, struct dm_err *err);
void dm_join_services(struct dm_standing *standing);

/* Whether a pool of the cluster, also a disabled one, has the address. */
bool dm_join_has_pool(const struct dm_standing *standing, struct dm_addr address);

/* join_vpc.c: all addresses of hosts of the cluster's VPC, and whether pods have some of these,
 * which no pool of the cluster has. */
void dm_join_index_vpc(struct dm_standing *standing);
bool dm_join_is_of_vpc(const struct dm_standing *standing);
/* The interfaces of its nodes are these nodes'. */
void dm_join_take_interfaces(struct dm_standing *standing);
/* The interface of a node that has the address; none: no node has it. */
struct dm_interface_id dm_join_carrier(const struct dm_standing *standing, struct dm_addr address);
/* One more address for a pod of the node, of its interfaces or of its subnet, and the interface
 * that has it; none: none is left. */
struct dm_addr dm_join_next_in_vpc(struct dm_standing *standing, struct dm_node_id node,
                                   struct dm_interface_id *ret_carrier);

/* The node that a pod of the input runs on; none: not known. */
struct dm_node_id dm_join_seat(const struct dm_builder *builder, struct dm_cluster_id cluster,
                               const struct dm_pod_seat *seat);

#endif
