/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * model - a network and what it is for, whole and immutable.
 *
 * A front end fills a builder, kind by kind, in any order; 'dm_model_build'
 * orders it, gives every element its base event, indexes it, checks it and
 * freezes it.  From then on nothing changes: a set of failures is a set of
 * elements, never a copy of the model.
 *
 * Representation: one array a kind, indexed by handles; arrays hold structs
 * with borrowed arrays.  A dump is in order of the handles, so it is the same
 * for the same input.  A model of V objects and R rules takes O(V + R) memory
 * and O((V + R) log(V + R)) time to build.
 *
 * Invariants (dm_model_check): every handle is in range, and there where it must
 * be; names are unique within a kind; prefixes are canonical; a subnet has a
 * table and an ACL of its own VPC, a zone of its VPC's region and lies in its
 * VPC's CIDRs; no two subnets of a VPC overlap; an interface's addresses lie in
 * its subnet, no other interface of the VPC has them, and no other of the model
 * its public ones; a route's target is at the VPC of its table, or in its region;
 * entries of ACLs are sorted and numbered once; tables, routes, propagations and
 * attachments of a transit gateway stay at it; a VPC has one attachment to a
 * gateway, with one subnet a zone; the two attachments of a peering name each
 * other and share their element; edges, segments, shares and routes of a core network stay
 * at it, with one edge a region; a VPC has one attachment to it, at the edge of its region;
 * a pod's interface is on a node of its cluster and has one address, which no other of the cluster
 * has; a node's is of a host in its zone; pools of a cluster do not overlap;
 * containers of an element hold no cycle.
 */
#ifndef DM_MODEL_MODEL_H
#define DM_MODEL_MODEL_H

#include "model/accelerator.h"
#include "model/base/diag.h"
#include "model/base/map.h"
#include "model/base/vec.h"
#include "model/cluster.h"
#include "model/core.h"
#include "model/inspection.h"
#include "model/requirement.h"
#include "model/site.h"
#include "model/workload.h"

struct dm_model {
    struct dm_arena *arena;
    const struct dm_sources *sources;
    const char *name;
    struct dm_span name_origin;
#define DM_KIND_ARRAY(kind, plural, text)                                                          \
    const struct dm_##kind *plural; /* 'n_' of them; handle v is item v - 1 */                     \
    uint32_t n_##plural;
    DM_KIND_LIST(DM_KIND_ARRAY)
#undef DM_KIND_ARRAY
    const struct dm_model_index *index;
};

/* The object of a handle, which must exist: dm_vpc_get(model, id). */
#define DM_KIND_GET(kind, plural, text)                                                            \
    static inline const struct dm_##kind *dm_##kind##_get(const struct dm_model *model,            \
                                                          struct dm_##kind##_id id)                \
    {                                                                                              \
        DM_ASSERT(id.v >= 1 && id.v <= model->n_##plural);                                         \
        return &model->plural[id.v - 1];                                                           \
    }
DM_KIND_LIST(DM_KIND_GET)
#undef DM_KIND_GET

/* Common part of any object, or NULL for DM_REF_NONE. */
const struct dm_object *dm_model_object(const struct dm_model *model, struct dm_ref ref);
/* Its name; "internet" for DM_REF_NONE. */
const char *dm_model_ref_name(const struct dm_model *model, struct dm_ref ref);

/* What a row of a VPC's route table leads to: an object, the unknown of a target that is not
 * understood, or none where it is local or nothing. */
struct dm_ref dm_route_target(const struct dm_route *route);

/* By kind and name.  The result's 'v' is 0 where there is none.  O(1). */
struct dm_ref dm_model_find(const struct dm_model *model, enum dm_kind kind, const char *name);

/* An element by its name, "zone:eu-west-1a"; the kind may be left out where only one fits. */
struct dm_element_id dm_model_find_element(const struct dm_model *model, const char *name);

/* Element of a region, zone, gateway, edge, attachment or peering. */
struct dm_element_id dm_model_element_of(const struct dm_model *model, struct dm_ref ref);

/* The interface of 'vpc' that has the private address; 0 where none has.  O(log interfaces). */
struct dm_interface_id dm_model_interface_at(const struct dm_model *model, struct dm_vpc_id vpc,
                                             struct dm_addr address);

/* Interface with this public address, and the private one behind it; 0 where none has. */
struct dm_interface_id dm_model_interface_at_public(const struct dm_model *model,
                                                    struct dm_addr address,
                                                    struct dm_addr *ret_private);

/* Any interfaces with this private address, in any VPC, in order of their handles. */
const struct dm_interface_id *dm_model_interfaces_with(const struct dm_model *model,
                                                       struct dm_addr address, size_t *ret_n);

/* The NAT gateway whose interface it is; 0: none. */
struct dm_nat_gateway_id dm_model_nat_of_interface(const struct dm_model *model,
                                                   struct dm_interface_id interface);

/* The regional NAT gateway that has the public address; 0: none.  O(their addresses). */
struct dm_nat_gateway_id dm_model_regional_nat_at(const struct dm_model *model,
                                                  struct dm_addr address);

/* The VPC that a NAT gateway, zonal or regional, is in. */
struct dm_vpc_id dm_model_vpc_of_nat(const struct dm_model *model, struct dm_nat_gateway_id id);
/* Whether a route leads to the interface. */
bool dm_model_is_target(const struct dm_model *model, struct dm_interface_id interface);

/* The attachment of 'vpc' to 'gateway'; 0: none. */
struct dm_attachment_id dm_model_attachment_of(const struct dm_model *model, struct dm_vpc_id vpc,
                                               struct dm_transit_gateway_id gateway);

/* The attachment of 'vpc' to core network 'network'; 0: none. */
struct dm_core_attachment_id dm_model_core_attachment_of(const struct dm_model *model,
                                                         struct dm_vpc_id vpc,
                                                         struct dm_core_network_id network);

/* The subnet of 'vpc' that has 'address'; 0: none. */
struct dm_subnet_id dm_model_subnet_at(const struct dm_model *model, struct dm_vpc_id vpc,
                                       struct dm_addr address);

/* An address of the internet that no prefix of the model but a default route covers: what
 * stands for a computer outside.  [the same for the same model] */
struct dm_addr dm_model_internet_address(const struct dm_model *model);

/* The site that has the address among its own; 0: none.  Prefixes of sites do not overlap. */
struct dm_site_id dm_model_site_at(const struct dm_model *model, struct dm_addr address);

/* The interface of 'site' that stands for the address, or 0.  O(log places). */
struct dm_interface_id dm_model_site_interface(const struct dm_model *model, struct dm_site_id site,
                                               struct dm_addr address);

/* Its region through its VPC, and so on: what the dump and the checks ask all the time.  An
 * interface of a site is in no VPC and no zone: 0.  A pod's is in no VPC, and in its node's zone; a
 * Service's cluster address is in neither. */
struct dm_vpc_id dm_model_vpc_of_interface(const struct dm_model *model, struct dm_interface_id id);
struct dm_zone_id dm_model_zone_of_interface(const struct dm_model *model,
                                             struct dm_interface_id id);

/* ---- clusters ---- */

/* Whether it is a pod's, or a Service's cluster address: in no subnet, and of its cluster alone. */
bool dm_interface_is_inside(const struct dm_interface *interface);

/* "cart", "shop/cart", "shop/cart[Deployment]", or the namespace's name where 'or_namespace', with
 * "CLUSTER:" before it or not. */
bool dm_workload_is(const struct dm_model *model, const struct dm_workload *workload,
                    const char *text, bool or_namespace);

/* Whether a block of a NetworkPolicy means pods whose addresses are in it too.  Of manifests alone
 * it does not: it is for what is outside of the cluster.  On a network Calico goes by addresses,
 * whosever they are [CAL-37]; of others it is not known. */
enum dm_block_meaning { DM_BLOCK_NO_PODS, DM_BLOCK_PERHAPS_PODS, DM_BLOCK_PODS };
enum dm_block_meaning dm_model_block_means(const struct dm_model *model,
                                           struct dm_cluster_id cluster);

/* By "shop/cart", with "CLUSTER:" before it or not, a workload by its own name as well: the one, or
 * the last of several. */
enum dm_name_count { DM_NAMED_NONE, DM_NAMED_ONE, DM_NAMED_SEVERAL };
enum dm_name_count dm_model_find_workload(const struct dm_model *model, const char *text,
                                          struct dm_workload_id *ret_id);
enum dm_name_count dm_model_find_kube_service(const struct dm_model *model, const char *text,
                                              struct dm_kube_service_id *ret_id);

/* The cluster of a pod, a node or a Service's cluster address; 0: it is of none. */
struct dm_cluster_id dm_model_cluster_of_interface(const struct dm_model *model,
                                                   struct dm_interface_id id);
/* The node that it is, or that the pod is on; 0: neither. */
struct dm_node_id dm_model_node_of_interface(const struct dm_model *model,
                                             struct dm_interface_id id);

/* The pod, or the Service, with the address in the cluster; 0: none has.  O(log interfaces). */
struct dm_interface_id dm_model_interface_in_cluster(const struct dm_model *model,
                                                     struct dm_cluster_id cluster,
                                                     struct dm_addr address);

/* Pools and nodes of a cluster, in order of their handles.  O(log all + its own). */
const struct dm_ip_pool_id *dm_model_pools_of(const struct dm_model *model,
                                              struct dm_cluster_id cluster, size_t *ret_n);
const struct dm_node_id *dm_model_nodes_of(const struct dm_model *model,
                                           struct dm_cluster_id cluster, size_t *ret_n);

/* The pool, also one that is disabled, that has the address; 0: it is outside all of them. */
struct dm_ip_pool_id dm_model_pool_at(const struct dm_model *model, struct dm_cluster_id cluster,
                                      struct dm_addr address);

/* Whether an address that a pod of the cluster gets from its pools, any of them, is in one of the
 * prefixes: what is known of it where the address itself is not. */
enum dm_of_pools { DM_OF_POOLS_NONE, DM_OF_POOLS_SOME, DM_OF_POOLS_ALL };
enum dm_of_pools dm_model_pools_in(const struct dm_model *model, struct dm_cluster_id cluster,
                                   const struct dm_prefix *prefixes, size_t n);

/* The same of a network set and a pod, on its node's network or not.  Sets are lists of addresses
 * on the internet more often than not: where no pool is known, public ones are taken for no pod's.
 */
enum dm_of_pools dm_model_pods_in_set(const struct dm_model *model, struct dm_cluster_id cluster,
                                      bool on_nodes, const struct dm_prefix *prefixes, size_t n);

/* The Service that nodes of the cluster take packets to the port for, and which of its ports that
 * is; 0: none, the node itself answers or nobody.  O(log ports). */
struct dm_kube_service_id dm_model_node_port(const struct dm_model *model,
                                             struct dm_cluster_id cluster, uint8_t protocol,
                                             uint16_t port, uint32_t *ret_port);

/* Policies that may select pods of the namespace, its own and its cluster's global ones, in the
 * order in which they are asked: by tier, order and name.  O(1). */
const struct dm_network_policy_id *dm_model_policies_for(const struct dm_model *model,
                                                         struct dm_namespace_id namespace,
                                                         size_t *ret_n);

/* ---- building ---- */

struct dm_builder;

/* The builder and the model live in 'arena'. */
struct dm_builder *dm_builder_new(struct dm_arena *arena, const struct dm_sources *sources,
                                  struct dm_err *err);

void dm_builder_name(struct dm_builder *builder, const char *name, struct dm_span origin);

/* dm_builder_add_vpc(builder, &vpc): copies the struct; pointers in it are kept as they are and
 * must live as long as the arena.  Returns the handle; its 'v' is 0 when memory is out.  Element
 * handles are left zero: the build sets them.  Elements themselves are made by the build, never
 * added. */
#define DM_KIND_ADD(kind, plural, text)                                                            \
    struct dm_##kind##_id dm_builder_add_##kind(struct dm_builder *builder,                        \
                                                const struct dm_##kind *item);
DM_KIND_LIST(DM_KIND_ADD)
#undef DM_KIND_ADD

/* The item as it now stands, to complete it once others are known; borrowed until the next add. */
#define DM_KIND_EDIT(kind, plural, text)                                                           \
    struct dm_##kind *dm_builder_edit_##kind(struct dm_builder *builder, struct dm_##kind##_id id);
DM_KIND_LIST(DM_KIND_EDIT)
#undef DM_KIND_EDIT

/* By name, among what was added so far; 'v' 0 where there is none. */
struct dm_ref dm_builder_find(const struct dm_builder *builder, enum dm_kind kind,
                              const char *name);

/* The cluster of describe output, where there is but one; else 0. */
struct dm_cluster_id dm_builder_described_cluster(const struct dm_builder *builder);

/* Makes the elements, sorts what must be sorted, indexes and checks.  What breaks an invariant is a
 * diagnostic at the object's origin (and then '*ret_model' is NULL with DM_OK). */
DM_NODISCARD enum dm_status dm_model_build(struct dm_builder *builder, struct dm_diags *diags,
                                           const struct dm_model **ret_model, struct dm_err *err);

/* Verifies every invariant above; faults go to 'diags'.  It costs little, so each build does it;
 * tests do it again to what they were given.  O((V + R) log(V + R)). */
DM_NODISCARD enum dm_status dm_model_check(const struct dm_model *model, struct dm_diags *diags,
                                           struct dm_err *err);

#endif
