/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * terraform_private - what the writers of the kinds of resources share.
 *
 * Writers go through the model in order and add bodies of resources to roots.  Faults stick
 * ('status') and writers need not look at them: bodies are then NULL, and setters take that.  A
 * body belongs to its root's document.  References between roots are made by 'dm_tf_refer', which
 * also notes what the referring root has to read.
 */
#ifndef DM_RENDER_ARTIFACTS_TERRAFORM_PRIVATE_H
#define DM_RENDER_ARTIFACTS_TERRAFORM_PRIVATE_H

#include <jansson.h>

#include "model/base/map.h"
#include "model/base/vec.h"
#include "render/artifacts/terraform.h"

enum dm_tf_rank { DM_TF_SHARED, DM_TF_ENVIRONMENT, DM_TF_NODES, DM_TF_GLOBAL };

/* The files of a root. */
enum dm_tf_part {
    DM_TF_BALANCERS,  /* load balancers of all kinds, accelerators */
    DM_TF_CLUSTERS,   /* control planes, nodes, and what they may */
    DM_TF_FILTERS,    /* groups and ACLs */
    DM_TF_INSPECTION, /* firewalls, endpoints that routes lead to */
    DM_TF_NETWORK,    /* VPCs, subnets, gateways */
    DM_TF_OUTPUTS,    /* what other roots may refer to */
    DM_TF_PEERINGS,   /* of VPCs and of transit gateways */
    DM_TF_REMOTE,     /* other roots that are referred to */
    DM_TF_ROUTES,     /* route tables of VPCs */
    DM_TF_SETTINGS,   /* versions, back end, providers */
    DM_TF_SITES,      /* what joins sites and AWS */
    DM_TF_TRANSIT,    /* transit gateways, tables, attachments */
    DM_TF_VARIABLES,  /* what the user has to say */
    DM_TF_PART_COUNT
};

struct dm_tf_root {
    enum dm_tf_rank rank;
    const char *key;            /* "prod/eu-west-1": its folder below terraform/ */
    const char *ident;          /* "prod_eu_west_1" */
    const char *to_top;         /* "../..": from its folder to terraform/ */
    struct dm_region_id region; /* none: the global root */
    json_t *parts[DM_TF_PART_COUNT];
    struct dm_map idents; /* "TYPE IDENT" of its resources */
    struct dm_map rows;   /* "TYPE PARENT REST" of those that are rows */
};

struct dm_tf {
    struct dm_arena *arena;
    const struct dm_model *model;
    DM_VEC(struct dm_tf_root) roots;
    const char *const *idents[DM_KIND_COUNT]; /* by kind, then handle - 1 */
    const char *base;                         /* folder that places are named from */
    bool *is_target; /* by host: whether a route leads to it; NULL: not looked at yet */
    enum dm_status status;
    struct dm_err *err;
};

/* Records that 'what' cannot be written, unless something failed before. */
void dm_tf_refuse(struct dm_tf *tf, struct dm_span origin, const char *fmt, ...) DM_PRINTF(3, 4);
void dm_tf_nomem(struct dm_tf *tf);

/* ---- names ---- */

/* 'text' with '_' for what is neither letter nor digit; one more before a digit at its begin. */
char *dm_tf_ident(struct dm_arena *arena, const char *text);

/* One for each of 'n' different names, all different.  NULL when memory is out. */
const char *const *dm_tf_idents(struct dm_arena *arena, const char *const *names, size_t n);

/* 'text' as values of tags and names of groups may be: at most 'max' bytes, '_' for others. */
const char *dm_tf_plain(struct dm_tf *tf, const char *text, size_t max);

/* A name that AWS takes where it has no more than letters, digits and '-': at most 'max' bytes,
 * others for others of the same type. */
const char *dm_tf_short(struct dm_tf *tf, struct dm_ref ref, size_t max);

/* "../common/network.demarc.yaml:12", from the folder of the first input; NULL: no place. */
const char *dm_tf_place(struct dm_tf *tf, struct dm_span span);

/* ---- roots ---- */

/* Index of a root, made where there is none yet. */
uint32_t dm_tf_root_of_vpc(struct dm_tf *tf, struct dm_vpc_id vpc);

/* Whether a VPC has a range of IPv6: its attachments are then to take it [TGW-34, CWAN-26]. */
bool dm_tf_has_ipv6(const struct dm_tf *tf, struct dm_vpc_id vpc);
uint32_t dm_tf_root_of_gateway(struct dm_tf *tf, struct dm_transit_gateway_id gateway);
uint32_t dm_tf_root_of_region(struct dm_tf *tf, struct dm_region_id region); /* of no VPC */
uint32_t dm_tf_root_shared(struct dm_tf *tf, struct dm_region_id region);
uint32_t dm_tf_root_global(struct dm_tf *tf);

/* Of nodes of clusters in a VPC. */
uint32_t dm_tf_root_of_nodes(struct dm_tf *tf, struct dm_vpc_id vpc);

/* ---- resources ---- */

/* The resource of an object, with its tags, and an output of its id. */
json_t *dm_tf_object(struct dm_tf *tf, uint32_t root, enum dm_tf_part part, const char *type,
                     struct dm_ref ref);

/* Another resource of the same object (the address of a NAT gateway), with its tags. */
json_t *dm_tf_second(struct dm_tf *tf, uint32_t root, enum dm_tf_part part, const char *type,
                     struct dm_ref ref);

/* The resource of a row 'rest' of the object 'parent'.  NULL where there is one already. */
json_t *dm_tf_row(struct dm_tf *tf, uint32_t root, enum dm_tf_part part, const char *type,
                  struct dm_ref parent, const char *rest, struct dm_span origin);

/* What the resource of an object, or of a row, is called. */
const char *dm_tf_ident_of(const struct dm_tf *tf, struct dm_ref ref);
const char *dm_tf_ident_of_row(struct dm_tf *tf, struct dm_ref parent, const char *rest);

/* "vpc_app_prod_eu_west_1": under which its root gives out the id of an object. */
const char *dm_tf_output_of(struct dm_tf *tf, struct dm_ref ref);

/* The object under 'key', made where there is none; NULL of NULL. */
json_t *dm_tf_child(struct dm_tf *tf, json_t *object, const char *key);

/* Values of a body. */
void dm_tf_text(struct dm_tf *tf, json_t *body, const char *key, const char *text);
void dm_tf_number(struct dm_tf *tf, json_t *body, const char *key, int64_t number);
void dm_tf_flag(struct dm_tf *tf, json_t *body, const char *key, bool flag);
void dm_tf_prefix(struct dm_tf *tf, json_t *body, const char *key, struct dm_prefix prefix);
void dm_tf_set(struct dm_tf *tf, json_t *body, const char *key, json_t *owned_value);

/* A block, added to those under 'key'. */
json_t *dm_tf_block(struct dm_tf *tf, json_t *body, const char *key);

/* Adds to the list under 'key', which is made where there is none. */
void dm_tf_push(struct dm_tf *tf, json_t *body, const char *key, json_t *owned_value);
void dm_tf_push_once(struct dm_tf *tf, json_t *body, const char *key, const char *text);

/* "attribute" of the resource of an object of the same root. */
void dm_tf_refer_to(struct dm_tf *tf, json_t *body, const char *key, struct dm_ref ref,
                    const char *attribute);

/* The id of the object 'ref', which stands in 'root' or in one of lower rank. */
const char *dm_tf_id(struct dm_tf *tf, uint32_t root, struct dm_ref ref);
void dm_tf_refer(struct dm_tf *tf, uint32_t root, json_t *body, const char *key, struct dm_ref ref);

/* The ARN of the object 'ref', which stands in 'root' or in one of lower rank. */
const char *dm_tf_arn(struct dm_tf *tf, uint32_t root, struct dm_ref ref);

/* The same of any attribute of the resource 'type' of the object. */
const char *dm_tf_given(struct dm_tf *tf, uint32_t root, struct dm_ref ref, const char *type,
                        const char *attribute);

/* "${TYPE.IDENT.ATTRIBUTE}" of a row of the same root. */
void dm_tf_refer_row(struct dm_tf *tf, json_t *body, const char *key, const char *type,
                     struct dm_ref parent, const char *rest, const char *attribute);

/* The id of a resource that dm_tf_second made, in the same root. */
void dm_tf_refer_second(struct dm_tf *tf, json_t *body, const char *key, const char *type,
                        struct dm_ref ref);

/* Adds 'ref', or a row of it, of the same root, to what has to be made before. */
void dm_tf_depend(struct dm_tf *tf, json_t *body, struct dm_ref ref);
void dm_tf_depend_row(struct dm_tf *tf, json_t *body, const char *type, struct dm_ref parent,
                      const char *rest);

/* Chooses the provider of 'region' where the root is the global one. */
void dm_tf_provide(struct dm_tf *tf, uint32_t root, json_t *body, struct dm_region_id region);
void dm_tf_provide_named(struct dm_tf *tf, uint32_t root, json_t *body, const char *name);

/* Prefix lists have no region of their own: each root 'owner' whose VPCs use one has its own. */
void dm_tf_refer_list(struct dm_tf *tf, uint32_t root, uint32_t owner, json_t *body,
                      const char *key, struct dm_prefix_list_id id);

/* ---- core networks ---- */

#define DM_TF_SEGMENT_TAG "demarc:segment"
#define DM_TF_GROUP_TAG "demarc:network-function-group"

/* The tags of an attachment to a core network, by which the policy document finds its segment. */
void dm_tf_core_tags(struct dm_tf *tf, json_t *body, struct dm_core_attachment_id id);

/* The policy document of a core network, as text of Terraform.  Without 'attachments': what needs
 * none, so that they can be made before the whole.  NULL, and a fault, where it cannot be written.
 */
const char *dm_tf_core_policy(struct dm_tf *tf, struct dm_core_network_id id, bool attachments);

/* Whether the document of its network asks that the attachment is accepted. */
bool dm_tf_core_accepts(struct dm_tf *tf, struct dm_core_attachment_id id);

/* Adds the attachment, accepted, to what has to be made before. */
void dm_tf_core_depend(struct dm_tf *tf, json_t *body, struct dm_core_attachment_id id);

/* ---- writers ---- */

void dm_tf_network(struct dm_tf *tf);
void dm_tf_interfaces(struct dm_tf *tf);
void dm_tf_routes(struct dm_tf *tf);
void dm_tf_filters(struct dm_tf *tf);
void dm_tf_transit(struct dm_tf *tf);
void dm_tf_peerings(struct dm_tf *tf);
void dm_tf_core(struct dm_tf *tf);
void dm_tf_sites(struct dm_tf *tf);
void dm_tf_balancers(struct dm_tf *tf);
void dm_tf_accelerators(struct dm_tf *tf);
void dm_tf_clusters(struct dm_tf *tf);
void dm_tf_rule_groups(struct dm_tf *tf);
void dm_tf_inspection(struct dm_tf *tf);

/* The node of a cluster that has an address; none. */
struct dm_node_id dm_tf_node_at(const struct dm_tf *tf, struct dm_addr address);

/* Whether interfaces of a host are made: the network leads to it. */
bool dm_tf_has_interfaces(const struct dm_tf *tf, struct dm_host_id id);

/* The rules of a stateful group in the language of Suricata, one a line.  NULL, and a fault, where
 * they cannot be said. */
const char *dm_tf_stateful_rules(struct dm_tf *tf, const struct dm_firewall_rules *group);

/* The first policy that has a group, the first firewall that has a policy; none: nobody has. */
struct dm_firewall_policy_id dm_tf_policy_of(const struct dm_tf *tf,
                                             struct dm_firewall_rules_id id);
struct dm_firewall_id dm_tf_firewall_of(const struct dm_tf *tf, struct dm_firewall_policy_id id);

/* Where that stands which a line ends at, with the line if it is a VPN connection. */
uint32_t dm_tf_root_of_end(struct dm_tf *tf, struct dm_ref end);

/* Of a VPN connection or a Direct Connect gateway: looks it up where it has no resource of its own.
 * False, and refused, where what is attached is not known. */
bool dm_tf_attachment_of_line(struct dm_tf *tf, struct dm_attachment_id id);

/* The VPN connection that ends at an attachment; none. */
struct dm_vpn_connection_id dm_tf_vpn_at(const struct dm_tf *tf, struct dm_ref end);

/* One with the same address, AS number and region stands for all: AWS has no second [VPN-08]. */
struct dm_customer_gateway_id dm_tf_customer(const struct dm_tf *tf,
                                             struct dm_customer_gateway_id id);

#endif
