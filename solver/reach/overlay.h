/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * overlay - how packets of pods travel over the network of their cluster and that of the VPC.
 *
 * Pods have interfaces of their own (model/cluster.h), in no subnet.  A walk from or to one is put
 * together of what the cluster does and of walks of the VPC's own:
 *
 * From pod to pod: the sender's policies, then the way to the receiver's node, then the receiver's
 * policies.  On one node there is no way between.  One node of the model may stand for several
 * alike, its twins; then it is the scheduler's choice whether both pods are on one of them or on
 * two, and both are walked.  Between nodes the pool of the address that is sent to decides:
 *   - VXLAN: the packet is inside another one, from node to node to UDP 4789 [CAL-02].  That one is
 *     walked as any packet of the nodes is, and filters on its way decide on it and not on what is
 *     inside: those hops have 'outer' set.  So an answer, which the policies let pass by state, is
 *     around it a packet of its own, to 4789 again, that groups and ACLs are asked about anew.
 *   - IP in IP: the same, of protocol 4, which rules for ports do not take [CAL-32].
 *   - CrossSubnet: between subnets as these; inside a subnet, and always without encapsulation, the
 *     pods' own addresses are on the wire: the source and destination checks of both nodes must be
 *     off, and groups see addresses that are no member's [CAL-03].  Whether a reference to the
 *     group of the node that sends, or is sent to, matches them is not known [CAL-23]: where
 *     nothing but such a rule lets the packet pass, it is not known whether it does.
 *   - without encapsulation between subnets the routes of the VPC decide, which may lead to the
 *     interface of the receiver's node.  Where they lead to another node that one would have to
 *     send it on, as its own routes say; whether it does is not known, but a loop is one, and what
 *     filters stop on the way is stopped.
 *   - WireGuard: as VXLAN, to UDP 51820, whatever the pool says [CAL-02].
 *
 * Out of the cluster: what is sent to an address outside all pools, disabled ones among them,
 * leaves with the node's address where the pod's pool says natOutgoing, and the node remembers
 * whose session that is [CAL-04, EKS-21].  Else it leaves with the pod's, which the source and
 * destination check of the node's interface stops.  An address of a pool that no pod has is dropped
 * on the node, but one of a pool that is disabled may be anybody's.  So is what comes from
 * elsewhere for a pod: no VPC routes it [CAL-05, EKS-05].
 *
 * Services: a cluster address is no place.  The sender's node replaces it by that of one of the
 * Service's living pods and sends in the sender's own name; policies see that pod.  Of a node's own
 * interface: the port may be a node port of a Service.  With external traffic policy Cluster the
 * node sends on to any living pod of it, with its own address; with Local to those that it has, and
 * the client's address stays [EKS-04, EKS-21].  So walks end there as at a load balancer's node,
 * and balance.h says where to next.
 *
 * What policies see of a node: its own packets to its own pods pass [EKS-21].  What reaches a pod
 * from another node comes from the address of that node's tunnel, which is some address of the pool
 * [EKS-21]; what a node sends on for a client to a pod of its own has the client's address until
 * after the policies, as is recalled, or the node's [CAL-22].  So such a hop lists the sources that
 * it may have; where policies do not say the same of all of them, it is not known what they do.
 *
 * Where Calico has an endpoint for a host, policies hold at the node's own interface too, and are
 * not read: whether groups there let a packet pass is then not known, but of packets around others,
 * which pass [CAL-35].
 *
 * Invariants: a hop with 'outer' set stands between ENCAPSULATE and DECAPSULATE; policies are asked
 * of requests alone; each DELIVER to a pod has read whether its node's zone lives.
 * Walks of outer packets are memoised by the pair of nodes, as walks of their own: all pods on two
 * nodes share them.
 *
 * Limits: what a node does that is sent a packet for a Service's address is not followed.
 */
#ifndef DM_SOLVER_REACH_OVERLAY_H
#define DM_SOLVER_REACH_OVERLAY_H

#include "solver/reach/filter.h"

/* WireGuard's port on nodes. */
enum { DM_WIREGUARD_PORT = 51820 };

/* What filters see of a packet around another. */
struct dm_flow dm_overlay_flow(uint32_t outer);

/* Whether 'address' is one that a cluster on the VPC gives to pods. */
bool dm_overlay_has(const struct dm_model *model, struct dm_vpc_id vpc, struct dm_addr address);

/* The living pods, or nodes, that a port of a Service may be sent on to.  'on' restricts them to
 * one node; 0: those of any. */
struct dm_backend {
    struct dm_addr address;
    uint16_t port;
};
struct dm_backends {
    struct dm_backend *items;
    size_t n;
};

/* In the order of the model.  False when memory is out. */
bool dm_overlay_backends(struct dm_arena *arena, const struct dm_model *model,
                         struct dm_alive *alive, struct dm_kube_service_id service, uint32_t port,
                         struct dm_node_id on, struct dm_backends *ret_backends);

/* Whether a POLICY hop is of what a node sends to a pod of its own, which all policies let pass. */
bool dm_overlay_is_own(const struct dm_model *model, const struct dm_hop *hop);

/* What the policies of the pod at a POLICY hop say of a flow. */
struct dm_decision dm_overlay_decide(const struct dm_model *model, const struct dm_hop *hop,
                                     const struct dm_flow *flow);

#endif
