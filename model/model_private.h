/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * model_private - what the files that make a model share.
 *
 * The builder holds the arrays of a model while they grow; build.c makes the
 * elements, index.c what is looked up, check.c and check_estate.c verify.
 */
#ifndef DM_MODEL_MODEL_PRIVATE_H
#define DM_MODEL_MODEL_PRIVATE_H

#include "model/model.h"

struct dm_builder {
    struct dm_arena *arena;
    const struct dm_sources *sources;
    const char *name;
    struct dm_span name_origin;
    bool failed;                        /* memory was out once: the build fails */
    struct dm_map names[DM_KIND_COUNT]; /* to the handle that had the name first */
#define DM_KIND_VEC(kind, plural, text) DM_VEC(struct dm_##kind) plural;
    DM_KIND_LIST(DM_KIND_VEC)
#undef DM_KIND_VEC
};

/* An address and who has it, sorted by (vpc, address); 'vpc' is 0 where it plays no part. */
struct dm_address_entry {
    uint32_t vpc;
    struct dm_addr address;
    uint32_t interface;
    struct dm_addr other; /* of a public address: the private one behind it */
};

struct dm_subnet_entry {
    uint32_t vpc;
    struct dm_prefix prefix;
    uint32_t subnet;
};

struct dm_attachment_entry {
    uint32_t vpc;
    uint32_t gateway;
    uint32_t attachment;
};

/* Something of a cluster. */
struct dm_member_entry {
    uint32_t cluster;
    uint32_t v;
};

struct dm_node_port_entry {
    uint32_t cluster;
    uint8_t protocol;
    uint16_t node_port;
    uint32_t service;
    uint32_t port; /* index in the service's ports */
};

/* Policies in the order in which they are asked. */
struct dm_policy_list {
    struct dm_network_policy_id *items;
    size_t n;
};

/* All that is looked up; arrays are sorted, so that a lookup is a binary search. */
struct dm_model_index {
    const struct dm_map *names;   /* DM_KIND_COUNT of them */
    struct dm_map short_elements; /* element name without its kind; value 0 where ambiguous */
    struct dm_address_entry *private_in_vpc;
    size_t n_private;
    struct dm_address_entry *private_any;    /* the same, 'vpc' 0, by (address, handle) */
    struct dm_interface_id *private_any_ids; /* parallel to 'private_any' */
    size_t n_private_any;
    struct dm_address_entry *publics;
    size_t n_publics;
    struct dm_subnet_entry *subnets;
    size_t n_subnets;
    struct dm_attachment_entry *attachments;
    size_t n_attachments;
    struct dm_attachment_entry *core_attachments; /* 'gateway': the core network */
    size_t n_core_attachments;
    uint32_t *nat_of_interface;          /* by interface, n_interfaces + 1 of them */
    bool *is_target;                     /* the same: whether a route leads to it */
    struct dm_policy_list *policies_for; /* by namespace, from 0 */
    struct dm_addr internet;
    struct dm_address_entry *in_cluster; /* of pods and Services; 'vpc': the cluster */
    size_t n_in_cluster;
    struct dm_member_entry *pools; /* n_ip_pools, by (cluster, handle); 'pool_ids' is parallel */
    struct dm_ip_pool_id *pool_ids;
    struct dm_member_entry *nodes; /* the same of nodes */
    struct dm_node_id *node_ids;
    struct dm_node_port_entry *node_ports;
    size_t n_node_ports;
};

/* The order of addresses in the index. */
int dm_index_compare_addresses(const void *left, const void *right);
const struct dm_address_entry *dm_index_find_address(const struct dm_address_entry *entries,
                                                     size_t n, uint32_t vpc,
                                                     struct dm_addr address);

/* Gives attachments of core networks the edge of their region and, where it is left to the policy,
 * their segment; a segment that names no edges gets all. */
DM_NODISCARD enum dm_status dm_model_settle_core(struct dm_builder *builder, struct dm_err *err);

/* Hosts for the addresses of sites.  'model' has its arrays already. */
DM_NODISCARD enum dm_status dm_model_settle_sites(struct dm_builder *builder,
                                                  const struct dm_model *model, struct dm_err *err);

/* Nodes of manifests become hosts of the network (join_private.h). */
DM_NODISCARD enum dm_status dm_model_join_clusters(struct dm_builder *builder,
                                                   struct dm_diags *diags, struct dm_err *err);

/* Backends of Services that select pods. */
DM_NODISCARD enum dm_status dm_model_settle_clusters(struct dm_builder *builder,
                                                     struct dm_err *err);

/* Load balancers that are made of manifests (balancer_private.h). */
DM_NODISCARD enum dm_status dm_model_settle_balancers(struct dm_builder *builder,
                                                      struct dm_diags *diags, struct dm_err *err);

/* What contains an element under construction, each once. */
struct dm_containers {
    struct dm_element_id items[3];
    size_t n;
};
void dm_contain(struct dm_containers *containers, struct dm_element_id element);

/* A new element, named after 'object'; when memory is out the builder has failed. */
struct dm_element_id dm_builder_element(struct dm_builder *builder, enum dm_element_kind kind,
                                        const struct dm_object *object,
                                        const struct dm_containers *containers);

/* Those of sites and of the lines to them. */
void dm_model_make_site_elements(struct dm_builder *builder);

/* Gives every object that can fail its element.  'model' has its other arrays already. */
DM_NODISCARD enum dm_status dm_model_make_elements(struct dm_builder *builder, struct dm_err *err);

/* '*ret_index' is what 'model' needs for its lookups; handles must be in range. */
DM_NODISCARD enum dm_status dm_model_make_index(const struct dm_model *model,
                                                const struct dm_map *names,
                                                struct dm_model_index **ret_index,
                                                struct dm_err *err);

/* The part of it that is of clusters; false when memory is out. */
bool dm_model_index_clusters(const struct dm_model *model, struct dm_model_index *index);
bool dm_model_index_policies(const struct dm_model *model, struct dm_model_index *index);

/* Faults go to 'diags'.  Each needs that the ones before it found none. */
void dm_model_check_handles(const struct dm_model *model, struct dm_diags *diags);
void dm_model_check_names(const struct dm_model *model, struct dm_diags *diags);
void dm_model_check_network(const struct dm_model *model, struct dm_diags *diags);
void dm_model_check_transit(const struct dm_model *model, struct dm_diags *diags);

/* What is attached to a transit gateway or a core network: subnets of 'vpc', one in each zone. */
void dm_model_check_attached_subnets(const struct dm_model *model, struct dm_diags *diags,
                                     const struct dm_object *object, struct dm_vpc_id vpc,
                                     const struct dm_subnet_id *subnets, size_t n_subnets);

void dm_model_check_inspection_handles(const struct dm_model *model, struct dm_diags *diags);
void dm_model_check_inspection(const struct dm_model *model, struct dm_diags *diags);
void dm_model_check_core_handles(const struct dm_model *model, struct dm_diags *diags);
void dm_model_check_core(const struct dm_model *model, struct dm_diags *diags);
void dm_model_check_cluster_handles(const struct dm_model *model, struct dm_diags *diags);
void dm_model_check_clusters(const struct dm_model *model, struct dm_diags *diags);
void dm_model_check_site_handles(const struct dm_model *model, struct dm_diags *diags);
void dm_model_check_sites(const struct dm_model *model, struct dm_diags *diags);
void dm_model_check_elements(const struct dm_model *model, struct dm_diags *diags);

#endif
