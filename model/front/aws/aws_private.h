/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * aws_private - what the files of this folder share.
 *
 * Reading goes in passes.  'collect' looks at every file and files each object
 * under its family and id; one object shown by several accounts or calls becomes
 * one 'thing' with several views.  'settle' compares the views, looks at states,
 * and makes stand-ins for networks that are named but not shown.  'declare' adds
 * every living thing to the builder with its name and origin, so that 'define'
 * can then fill all fields with handles, in any order.
 *
 * A node is a tree with the way that leads to it, so that its JSON pointer can
 * be written down where one is needed, and costs nothing where none is.
 *
 * Memory that runs out is remembered in 'failed' and looked at once, at the end:
 * until then every function gives what it can, and no caller has to look.
 */
#ifndef DM_MODEL_FRONT_AWS_AWS_PRIVATE_H
#define DM_MODEL_FRONT_AWS_AWS_PRIVATE_H

#include "model/base/str.h"
#include "model/front/aws/aws.h"
#include "model/load/tree.h"

/* Order of declaration: an object refers to families before its own, but for a few ways back that
 * are said where they are set.  DM_AWS_ADDRESS and what follows it are no objects of the model. */
enum dm_aws_family {
    DM_AWS_VPC,
    DM_AWS_SUBNET,
    DM_AWS_ROUTE_TABLE,
    DM_AWS_ACL,
    DM_AWS_GROUP,
    DM_AWS_PREFIX_LIST,
    DM_AWS_INSTANCE,
    DM_AWS_INTERFACE,
    DM_AWS_MANAGED,
    DM_AWS_INTERNET_GATEWAY,
    DM_AWS_EGRESS_GATEWAY,
    DM_AWS_NAT_GATEWAY,
    DM_AWS_CUSTOMER_GATEWAY,
    DM_AWS_VPN_GATEWAY,
    DM_AWS_DX_CONNECTION,
    DM_AWS_DX_GATEWAY,
    DM_AWS_ENDPOINT,
    DM_AWS_TARGET_GROUP,
    DM_AWS_BALANCER,
    DM_AWS_CLASSIC,
    DM_AWS_ACCELERATOR,
    DM_AWS_FIREWALL_RULES,
    DM_AWS_FIREWALL_POLICY,
    DM_AWS_FIREWALL,
    DM_AWS_GWLB_ENDPOINT,
    DM_AWS_PEERING,
    DM_AWS_TRANSIT_GATEWAY,
    DM_AWS_TRANSIT_TABLE,
    DM_AWS_VPN_CONNECTION,
    DM_AWS_ATTACHMENT,
    DM_AWS_CORE_NETWORK,
    DM_AWS_CORE_PEERING,
    DM_AWS_CORE_ATTACHMENT,
    DM_AWS_DX_ASSOCIATION,
    DM_AWS_DX_INTERFACE,
    DM_AWS_ADDRESS,
    DM_AWS_LISTENER,
    DM_AWS_ACCELERATOR_LISTENER,
    DM_AWS_ENDPOINT_GROUP,
    DM_AWS_PROPAGATIONS,
    DM_AWS_STATIC_ROUTES,
    DM_AWS_CORE_POLICY,
    DM_AWS_CORE_LABEL,
    DM_AWS_DX_ATTACHMENTS,
    DM_AWS_NETWORK_ROUTES,
    DM_AWS_ENDPOINT_SERVICE,
    DM_AWS_FAMILY_COUNT
};

struct dm_aws_node {
    const struct dm_tree *tree; /* NULL: it is not there, or null */
    const struct dm_aws_node *parent;
    const char *key; /* NULL: item 'index' of a list, or the root */
    size_t index;
};

/* One file; 'region' and 'account' are those of its folders, or NULL. */
struct dm_aws_file {
    const char *path;
    uint32_t source;
    const char *region;
    const char *account;
};

/* One object as one call shows it. */
struct dm_aws_view {
    struct dm_aws_node node;
    const struct dm_aws_file *file;
    const char *owner; /* the id of what it was shown inside of (an instance), or NULL */
    struct dm_aws_view *next;
};

enum dm_aws_life {
    DM_AWS_LIVE,
    DM_AWS_GONE,     /* in a terminal state, or not usable [AWS-01] */
    DM_AWS_UNDECIDED /* what it is, or will be, is not understood: 'unknown' is set */
};

struct dm_aws_thing {
    const char *id;
    const char *name; /* 'id', or longer where ids of two objects are equal */
    enum dm_aws_family family;
    struct dm_aws_view *views; /* none: a stand-in for something that is not shown */
    struct dm_aws_view *last_view;
    struct dm_aws_node mention; /* of a stand-in: where it is named */
    enum dm_aws_life life;
    struct dm_unknown_id unknown;
    struct dm_unknown_id odd; /* it lives, but a field of it is not understood, or is changing */
    uint32_t handle;          /* in its kind; 0 until it is declared, or never is */
    /* Where others say it: the table and ACL of a subnet, the instance of an interface. */
    struct dm_aws_thing *table;
    struct dm_span table_span;
    struct dm_aws_thing *acl;
    struct dm_span acl_span;
    struct dm_aws_thing *part_of;
    struct dm_aws_thing *gateway; /* of a VPC: its internet gateway; of a peering with a core
                                     network: the transit gateway; of what a Direct Connect gateway
                                     is associated with: that */
    struct dm_aws_thing *first;   /* of an instance: its interface with the lowest 'device' */
    struct dm_aws_thing *parts;   /* of an instance its interfaces, of these elastic addresses, of a
                                     load balancer its listeners, of a VPC its attachments to core
                                     networks */
    struct dm_aws_thing *next_part;
    int64_t device; /* of an interface: the index of its attachment */
    const char *region_hint;
    bool of_aws; /* of a prefix list: a gateway endpoint's [VPC-19] */
};

struct dm_aws_index {
    struct dm_map by_id; /* index in 'items' plus one */
    DM_VEC(struct dm_aws_thing *) items;
};

struct dm_aws_prefixes {
    struct dm_prefix *items;
    size_t n;
    size_t capacity;
};

struct dm_aws_addresses {
    struct dm_interface_address *items;
    size_t n;
    size_t capacity;
};

/* What the accounts call one zone, and what one name stands for. */
struct dm_aws_zones {
    struct dm_map id_of_name; /* place in 'texts' plus one; UINT64_MAX: several */
    struct dm_map name_of_id;
    DM_VEC(const char *) texts;
};

/* A region, or one account's part of it, in which Block Public Access is on, or of which its
 * exclusions are shown [VPC-29]. */
struct dm_aws_block {
    const char *region; /* NULL: not known, any */
    const char *account;
    const char *mode;        /* "block-bidirectional", "block-ingress"; NULL: not understood */
    bool ignores_exclusions; /* the account's organization does not allow them */
    struct dm_aws_node node;
};

/* A VPC or subnet that Block Public Access excepts. */
struct dm_aws_exclusion {
    const char *id;   /* "subnet-0a9" */
    const char *mode; /* "allow-bidirectional", "allow-egress"; NULL: not understood, or changing */
};

/* Rows of a transit gateway's table whose table the output does not name. */
struct dm_aws_loose {
    enum dm_aws_family family;
    const struct dm_aws_file *file;
    struct dm_aws_node root;
    const char *key;
};

/* A list of all attachments to core networks, or of their labels, was read. */
struct dm_aws_shown {
    const char *account; /* that asked; NULL: not known */
    bool are_labels;
};

struct dm_aws {
    struct dm_arena *arena;
    struct dm_sources *sources;
    struct dm_facts *facts;
    struct dm_builder *builder;
    struct dm_diags *diags;
    struct dm_aws_index families[DM_AWS_FAMILY_COUNT];
    struct dm_map balancers; /* by name, "net/web/50dc6c495c0c9188": the thing; classic ones by VPC
                                and name, "vpc-0a9 web" */
    DM_VEC(struct dm_aws_node) clusters; /* of EKS */
    struct dm_map endpoints; /* network interface: handle of the unknown that it is part of */
    struct dm_map doubts;    /* virtual private gateway: handle of the unknown that ends at it */
    struct dm_aws_zones zones;
    DM_VEC(struct dm_aws_block) blocks;
    DM_VEC(struct dm_aws_exclusion) exclusions;
    DM_VEC(struct dm_aws_block) excluding; /* where exclusions are shown, be it none */
    DM_VEC(struct dm_aws_loose) loose;
    DM_VEC(struct dm_aws_shown) core_shown;
    const char *only_region; /* of all that was read; NULL: none or several */
    bool several_regions;
    struct dm_map folders; /* device and number of those that were read */
    bool seen_again;       /* one of them was met twice */
    size_t n_understood;   /* top-level keys of describe output */
    bool failed;           /* memory is out */
};

/* ---- fields.c: which fields are kept ---- */

/* See struct dm_tree_choice. */
enum dm_tree_care dm_aws_care(const void *context, size_t depth, const char *key);

/* ---- node.c: reading fields ---- */

struct dm_aws_node dm_aws_at(const struct dm_aws_node *node, const char *key);
struct dm_aws_node dm_aws_item(const struct dm_aws_node *list, size_t index);

/* A copy, with all above it, that lives in the arena. */
struct dm_aws_node dm_aws_keep(struct dm_aws *aws, const struct dm_aws_node *node);

const char *dm_aws_pointer(struct dm_aws *aws, const struct dm_aws_node *node);

/* Adds a fault at 'node', or where it is missing at what should hold it. */
struct dm_diag *dm_aws_fault(struct dm_aws *aws, const struct dm_aws_node *node, const char *fmt,
                             ...) DM_PRINTF(3, 4);

/* A field of a map.  Where it is missing, null or (text) empty: NULL, 'otherwise', false.  A value
 * of another type is a fault, and then as if it were missing. */
const char *dm_aws_text(struct dm_aws *aws, const struct dm_aws_node *node, const char *key);

/* The same of one that must be there: where it is missing, that is a fault. */
const char *dm_aws_required(struct dm_aws *aws, const struct dm_aws_node *node, const char *key);

/* What people wrote: any text, control characters made spaces; NULL where it is missing. */
const char *dm_aws_words(struct dm_aws *aws, const struct dm_aws_node *node, const char *key);

/* Control characters of 'text' become spaces, in place.  Returns it; NULL is fine. */
char *dm_aws_one_line(char *text);

bool dm_aws_flag(struct dm_aws *aws, const struct dm_aws_node *node, const char *key,
                 bool otherwise);
bool dm_aws_number(struct dm_aws *aws, const struct dm_aws_node *node, const char *key,
                   int64_t *ret_number);
struct dm_aws_node dm_aws_map(struct dm_aws *aws, const struct dm_aws_node *node, const char *key);
struct dm_aws_node dm_aws_list(struct dm_aws *aws, const struct dm_aws_node *node, const char *key);
bool dm_aws_address(struct dm_aws *aws, const struct dm_aws_node *node, const char *key,
                    struct dm_addr *ret_address);

/* A CIDR; bits past its length, which AWS cuts off, are cut off here too. */
bool dm_aws_prefix(struct dm_aws *aws, const struct dm_aws_node *node, const char *key,
                   struct dm_prefix *ret_prefix);

/* Next item of a list that is a map; others are faults and passed over. '*at' begins with 0. */
bool dm_aws_next(struct dm_aws *aws, const struct dm_aws_node *list, size_t *at,
                 struct dm_aws_node *ret_item);

/* Text at a path of keys, "State/Name", without faults. */
const char *dm_aws_peek(const struct dm_aws_node *node, const char *path);
struct dm_aws_node dm_aws_walk(const struct dm_aws_node *node, const char *path,
                               struct dm_aws_node steps[4]);

/* Span of a field, else of the whole. */
struct dm_span dm_aws_span(const struct dm_aws_node *node, const char *key);

/* ---- keys.c: what top-level keys mean ---- */

/* Whether objects of this key of the top level are looked at. */
bool dm_aws_reads_key(const char *name);

/* Whether what stands under it is of an object that the file's top level itself shows. */
bool dm_aws_is_beside(const char *name);

/* Reads one file's top level; '*ret_known' says whether any key is one of describe output. */
void dm_aws_read_keys(struct dm_aws *aws, const struct dm_aws_file *file,
                      const struct dm_aws_node *root, bool *ret_known);

/* Rows of which the output does not say of what table they are: of the only one of their region, or
 * unknown. */
void dm_aws_place_loose(struct dm_aws *aws);

/* ---- collect.c: things and their views ---- */

extern const char *const dm_aws_family_words[DM_AWS_FAMILY_COUNT];

struct dm_aws_thing *dm_aws_find(const struct dm_aws *aws, enum dm_aws_family family,
                                 const char *id);

/* Files 'node' under its id; 'name' may differ from it, or be NULL. */
struct dm_aws_thing *dm_aws_collect(struct dm_aws *aws, enum dm_aws_family family, const char *id,
                                    const char *name, const struct dm_aws_file *file,
                                    const struct dm_aws_node *node, const char *owner);

/* The thing, or a stand-in for what is named at 'node' but not shown. */
struct dm_aws_thing *dm_aws_need(struct dm_aws *aws, enum dm_aws_family family, const char *id,
                                 const struct dm_aws_node *node);

/* Every family by id, so that the order of files and objects does not show. */
void dm_aws_sort(struct dm_aws *aws);

/* Compares views and looks at states. */
void dm_aws_settle(struct dm_aws *aws);

/* 'thing' is as it is shown, but for what is not understood at 'node': what meets it is unknown. */
void dm_aws_doubt(struct dm_aws *aws, struct dm_aws_thing *thing, const struct dm_aws_node *node,
                  const char *fmt, ...) DM_PRINTF(4, 5);

/* What an association's state says of it: DM_AWS_LIVE where it has none. */
enum dm_aws_life dm_aws_association(const char *state);

/* ---- odd.c: what is not understood inside of objects ---- */

/* The first field below 'node' that is not understood, with the way to it in '*ret_place', which is
 * in the arena; false where there is none. */
bool dm_aws_find_odd(struct dm_aws *aws, const struct dm_aws_node *node,
                     struct dm_aws_node *ret_place);

/* Names such fields of all things; those of rows are looked at where rows are read. */
void dm_aws_name_odd(struct dm_aws *aws);

/* The view that shows 'key'; one without anything where none does. */
const struct dm_aws_node *dm_aws_with(const struct dm_aws_thing *thing, const char *key);

/* The common part; 'key' names the field whose place is the origin. */
struct dm_object dm_aws_object(struct dm_aws *aws, const struct dm_aws_thing *thing);
const char *dm_aws_account(struct dm_aws *aws, const struct dm_aws_thing *thing);

/* Its tags by key, without "Name". */
struct dm_tags dm_aws_tags(struct dm_aws *aws, const struct dm_aws_thing *thing);

/* Something that is not understood; 'name' is its own to change.  The same name is the same thing,
 * and added once. */
struct dm_unknown_id dm_aws_unknown(struct dm_aws *aws, const struct dm_aws_node *node, char *name,
                                    const char *fmt, ...) DM_PRINTF(4, 5);

/* Leaves a thing out of the model as something that is not understood; 'why' is the caller's own
 * text, NULL where memory is out. */
void dm_aws_leave_unknown(struct dm_aws *aws, struct dm_aws_thing *thing, const char *why);

/* Handle of what 'id' names at 'node'; 0 with '*ret_unknown' none where that is gone, with one set
 * where it is not shown or not understood. */
uint32_t dm_aws_resolve(struct dm_aws *aws, enum dm_aws_family family, const char *id,
                        const struct dm_aws_node *node, struct dm_unknown_id *ret_unknown);

/* Pushing on a vector of the arena, 'failed' where memory is out. */
#define DM_AWS_PUSH(aws, vec, ...)                                                                 \
    ((void)(DM_VEC_PUSH((aws)->arena, (vec), __VA_ARGS__) || ((aws)->failed = true)))

/* ---- block.c: Block Public Access ---- */

void dm_aws_read_block(struct dm_aws *aws, const struct dm_aws_file *file,
                       const struct dm_aws_node *item);
void dm_aws_read_exclusion(struct dm_aws *aws, const struct dm_aws_file *file,
                           const struct dm_aws_node *item);

/* A file shows the exclusions of its region and account, be it none. */
void dm_aws_show_exclusions(struct dm_aws *aws, const struct dm_aws_file *file);

/* What is left of the internet to subnet 'id' of 'vpc'; both are defined but for that. */
void dm_aws_set_public_access(struct dm_aws *aws, const struct dm_aws_thing *vpc, const char *id,
                              struct dm_subnet *subnet);

/* ---- place.c: regions and zones ---- */

void dm_aws_learn_zone(struct dm_aws *aws, const char *name, const char *id);
void dm_aws_learn_region(struct dm_aws *aws, const char *name);
struct dm_region_id dm_aws_region(struct dm_aws *aws, const char *name,
                                  const struct dm_aws_node *node);

/* By its folder or, failing that, 'hint' or the only region that was read of. */
struct dm_region_id dm_aws_region_of(struct dm_aws *aws, const struct dm_aws_thing *thing,
                                     const char *hint);
struct dm_zone_id dm_aws_zone(struct dm_aws *aws, struct dm_region_id region, const char *name,
                              const char *id, const struct dm_aws_node *node);

/* "eu-west-1" of "eu-west-1a", "us-west-2" of "us-west-2-lax-1a"; of an ARN.  NULL: none. */
const char *dm_aws_region_of_zone(struct dm_aws *aws, const char *zone);
const char *dm_aws_region_of_arn(struct dm_aws *aws, const char *arn);

/* ---- families: what they refer to, and how they are added and filled ---- */

void dm_aws_collect_rule_group(struct dm_aws *aws, const struct dm_aws_file *file,
                               const struct dm_aws_node *item);
void dm_aws_collect_firewall_policy(struct dm_aws *aws, const struct dm_aws_file *file,
                                    const struct dm_aws_node *item);
void dm_aws_collect_firewall(struct dm_aws *aws, const struct dm_aws_file *file,
                             const struct dm_aws_node *item);
void dm_aws_collect_gwlb_endpoint(struct dm_aws *aws, const struct dm_aws_file *file,
                                  const struct dm_aws_node *item);
void dm_aws_refer_firewall(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_refer_gwlb_endpoint(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_firewall_rules(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_firewall_policy(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_firewall(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_gwlb_endpoint(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_refer_subnet(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_refer_in_vpc(struct dm_aws *aws, struct dm_aws_thing *thing); /* groups */
void dm_aws_refer_route_table(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_refer_acl(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_refer_internet_gateway(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_refer_interface(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_refer_prefix_list(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_refer_address(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_refer_egress_gateway(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_refer_nat_gateway(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_refer_endpoint(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_refer_target_group(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_refer_balancer(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_refer_listener(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_refer_peering(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_refer_transit_table(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_refer_attachment(struct dm_aws *aws, struct dm_aws_thing *thing);

/* The VPC that 'thing' says it is in, or a stand-in; NULL after a fault where it says none. */
struct dm_aws_thing *dm_aws_vpc_of(struct dm_aws *aws, const struct dm_aws_thing *thing);

/* The subnet that 'thing' says it is in, or a stand-in in its VPC; NULL where it says neither. */
struct dm_aws_thing *dm_aws_need_subnet(struct dm_aws *aws, const struct dm_aws_thing *thing);

/* Handle of that VPC. */
struct dm_vpc_id dm_aws_vpc_handle(struct dm_aws *aws, const struct dm_aws_thing *thing);

void dm_aws_define_vpc(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_subnet(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_route_table(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_acl(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_group(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_prefix_list(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_instance(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_interface(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_internet_gateway(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_egress_gateway(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_nat_gateway(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_endpoint(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_target_group(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_balancer(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_peering(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_transit_gateway(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_transit_table(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_attachment(struct dm_aws *aws, struct dm_aws_thing *thing);

/* The service 'name' of the field 'key' of 'node', made where it is not there yet; and that which
 * has the addresses of the prefix list 'name', or none. */
struct dm_endpoint_service_id dm_aws_service(struct dm_aws *aws, const char *name,
                                             const struct dm_aws_node *node, const char *key);
struct dm_endpoint_service_id dm_aws_service_of_list(struct dm_aws *aws, const char *name,
                                                     const struct dm_aws_node *node);

bool dm_aws_is_gateway_endpoint(const struct dm_aws_thing *thing);

/* Public addresses on no interface; after all else is defined. */
void dm_aws_add_idle_addresses(struct dm_aws *aws);

/* ---- eks.c ---- */

void dm_aws_read_cluster(struct dm_aws *aws, const struct dm_aws_file *file,
                         const struct dm_aws_node *item);
void dm_aws_add_clusters(struct dm_aws *aws);
/* What the tags of an instance say of the cluster that it is a node of. */
void dm_aws_note_cluster(struct dm_aws *aws, const struct dm_aws_thing *thing,
                         struct dm_host *host);

/* Private and public addresses, the primary one first. */
void dm_aws_interface_addresses(struct dm_aws *aws, const struct dm_aws_thing *thing,
                                struct dm_aws_addresses *addresses);

/* Load balancers and what other calls say of them; those of types that are not modelled too. */
void dm_aws_collect_balancer(struct dm_aws *aws, const struct dm_aws_file *file,
                             const struct dm_aws_node *item);
void dm_aws_collect_listener(struct dm_aws *aws, const struct dm_aws_file *file,
                             const struct dm_aws_node *item);
void dm_aws_collect_listener_rule(struct dm_aws *aws, const struct dm_aws_file *file,
                                  const struct dm_aws_node *item);
void dm_aws_collect_tags(struct dm_aws *aws, const struct dm_aws_file *file,
                         const struct dm_aws_node *item);
void dm_aws_collect_target_group(struct dm_aws *aws, const struct dm_aws_file *file,
                                 const struct dm_aws_node *item);

/* A list of maps under 'list' that have a key and a value each. */
struct dm_aws_listing {
    const char *list;
    const char *key;
    const char *value;
};

/* The value beside 'key' in whatever view lists it, or NULL. */
const char *dm_aws_listed(struct dm_aws *aws, const struct dm_aws_thing *thing,
                          const struct dm_aws_listing *listing, const char *key);

/* The same of an attribute. */
const char *dm_aws_attribute(struct dm_aws *aws, const struct dm_aws_thing *thing, const char *key);

/* ---- fleet.c: gateway load balancers ---- */

void dm_aws_collect_endpoint_service(struct dm_aws *aws, const struct dm_aws_file *file,
                                     const struct dm_aws_node *item);

/* The fleet behind an endpoint; none where the input does not say which. */
struct dm_gateway_balancer_id dm_aws_fleet_of(struct dm_aws *aws, const struct dm_aws_thing *thing);

/* ---- classic.c: classic load balancers ---- */

/* By its name, in the region and account of 'file'. */
void dm_aws_collect_classic(struct dm_aws *aws, const struct dm_aws_file *file,
                            const struct dm_aws_node *item);
void dm_aws_refer_classic(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_classic(struct dm_aws *aws, struct dm_aws_thing *thing);

/* That of an interface in the VPC by its description, "ELB web"; NULL where it is of none. */
struct dm_aws_thing *dm_aws_classic_of(struct dm_aws *aws, const char *vpc,
                                       const char *description);

/* ---- managed.c: databases, caches, mount targets ---- */

void dm_aws_collect_db_instance(struct dm_aws *aws, const struct dm_aws_file *file,
                                const struct dm_aws_node *item);
void dm_aws_collect_cache_cluster(struct dm_aws *aws, const struct dm_aws_file *file,
                                  const struct dm_aws_node *item);
void dm_aws_collect_replication_group(struct dm_aws *aws, const struct dm_aws_file *file,
                                      const struct dm_aws_node *item);
void dm_aws_collect_mount_target(struct dm_aws *aws, const struct dm_aws_file *file,
                                 const struct dm_aws_node *item);
void dm_aws_refer_managed(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_managed(struct dm_aws *aws, struct dm_aws_thing *thing);

/* ---- vpn.c: virtual private gateways, VPN connections ---- */

void dm_aws_refer_vpn_gateway(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_refer_vpn_connection(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_customer_gateway(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_vpn_gateway(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_vpn_connection(struct dm_aws *aws, struct dm_aws_thing *thing);

/* What tables show that they learned from the gateway. */
void dm_aws_add_seen(struct dm_aws *aws, const struct dm_aws_thing *gateway,
                     struct dm_aws_prefixes *prefixes);

/* Whether what is shown of the lines of a virtual private gateway explains that it learned a
 * prefix. */
bool dm_aws_may_learn(struct dm_aws *aws, const struct dm_aws_thing *gateway,
                      struct dm_prefix prefix);

/* Whether the table lists the gateway among those that it learns from [VPN-03]. */
bool dm_aws_is_learning(struct dm_aws *aws, const struct dm_aws_thing *table,
                        const struct dm_aws_thing *gateway);

/* ---- learned.c: propagated rows ---- */

/* What the attachment of a transit gateway may have learned by BGP, as listings of the tables into
 * which it propagates show; false where none shows it. */
bool dm_aws_add_learned(struct dm_aws *aws, const struct dm_aws_thing *attachment,
                        struct dm_aws_prefixes *prefixes);

/* What get-network-routes lists of a segment of a core network. */
void dm_aws_collect_network_routes(struct dm_aws *aws, const struct dm_aws_file *file,
                                   const struct dm_aws_node *root);

/* The same as dm_aws_add_learned, of an attachment to a core network. */
bool dm_aws_add_core_learned(struct dm_aws *aws, const struct dm_aws_thing *attachment,
                             struct dm_aws_prefixes *prefixes);

/* A propagated row that contradicts what propagates into the table, named; or none. */
struct dm_unknown_id dm_aws_check_propagated(struct dm_aws *aws, const struct dm_aws_thing *table,
                                             const struct dm_aws_thing *listing,
                                             const char *gateway);

/* ---- dx.c: Direct Connect ---- */

void dm_aws_collect_lag(struct dm_aws *aws, const struct dm_aws_file *file,
                        const struct dm_aws_node *item);
void dm_aws_collect_dx_attachment(struct dm_aws *aws, const struct dm_aws_file *file,
                                  const struct dm_aws_node *item);
void dm_aws_refer_dx_connection(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_refer_dx_gateway(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_refer_dx_interface(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_refer_dx_association(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_dx_connection(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_dx_gateway(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_dx_interface(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_dx_association(struct dm_aws *aws, struct dm_aws_thing *thing);

/* Whether a virtual interface leads to the virtual private gateway. */
bool dm_aws_has_interface(const struct dm_aws *aws, const struct dm_aws_thing *gateway);

/* ---- core.c: core networks ---- */

void dm_aws_collect_core_network(struct dm_aws *aws, const struct dm_aws_file *file,
                                 const struct dm_aws_node *item);
void dm_aws_collect_core_policy(struct dm_aws *aws, const struct dm_aws_file *file,
                                const struct dm_aws_node *item);
void dm_aws_collect_core_attachment(struct dm_aws *aws, const struct dm_aws_file *file,
                                    const struct dm_aws_node *item);
void dm_aws_collect_core_label(struct dm_aws *aws, const struct dm_aws_file *file,
                               const struct dm_aws_node *item);
void dm_aws_collect_core_peering(struct dm_aws *aws, const struct dm_aws_file *file,
                                 const struct dm_aws_node *item);
void dm_aws_refer_core_peering(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_refer_core_attachment(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_core_network(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_core_peering(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_core_attachment(struct dm_aws *aws, struct dm_aws_thing *thing);

/* A file lists the attachments to core networks of its account, or their labels, be it none. */
void dm_aws_show_core(struct dm_aws *aws, const struct dm_aws_file *file, bool are_labels);

/* What follows the last slash of an ARN; NULL is fine. */
const char *dm_aws_last_part(const char *arn);

/* Whether an attachment of the VPC to the core network is in the input. */
bool dm_aws_is_core_attached(const struct dm_aws_thing *vpc, const struct dm_aws_thing *network);

/* ---- accelerator.c ---- */

void dm_aws_collect_accelerator(struct dm_aws *aws, const struct dm_aws_file *file,
                                const struct dm_aws_node *item);
void dm_aws_collect_accelerator_listener(struct dm_aws *aws, const struct dm_aws_file *file,
                                         const struct dm_aws_node *item);
void dm_aws_collect_endpoint_group(struct dm_aws *aws, const struct dm_aws_file *file,
                                   const struct dm_aws_node *item);
void dm_aws_refer_accelerator_listener(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_refer_endpoint_group(struct dm_aws *aws, struct dm_aws_thing *thing);
void dm_aws_define_accelerator(struct dm_aws *aws, struct dm_aws_thing *thing);

/* The load balancer of an interface by its description, "ELB net/web/50dc6c495c0c9188"; NULL where
 * it is none, or none that lives. */
struct dm_aws_thing *dm_aws_balancer_of(const struct dm_aws *aws, const char *description);

/* Collects one attachment of one transit gateway; its id alone may name both ends of a peering. */
void dm_aws_collect_attachment(struct dm_aws *aws, const struct dm_aws_file *file,
                               const struct dm_aws_node *node);
void dm_aws_collect_peering_attachment(struct dm_aws *aws, const struct dm_aws_file *file,
                                       const struct dm_aws_node *node);

#endif
