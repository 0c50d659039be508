/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * roles_private - what the files share that write the shapes of VPCs down (roles.h).
 */
#ifndef DM_SCENARIOS_ROLES_PRIVATE_H
#define DM_SCENARIOS_ROLES_PRIVATE_H

#include "scenarios/names.h"
#include "scenarios/roles.h"

/* What belongs to a VPC or an attachment, in an order that does not depend on names. */
struct dm_role_member {
    uint32_t owner;
    struct dm_prefix order;
    uint64_t second; /* order, where the prefix says nothing */
    uint32_t v;
};

struct dm_role_members {
    struct dm_role_member *items;
    size_t n;
    size_t capacity;
    const uint32_t *first; /* by owner's handle; of the next handle: the end */
};

struct dm_roles {
    struct dm_arena *arena;
    const struct dm_model *model;
    struct dm_names names;
    struct dm_role_members subnets;
    struct dm_role_members nats;
    struct dm_role_members groups;
    struct dm_role_members attachments;
    struct dm_role_members core_attachments; /* second: the network */
    struct dm_role_members peerings;         /* second: the far VPC */
    struct dm_role_members propagations;     /* of attachments; second: the table */
    struct dm_role_members vpn_gateways;
    struct dm_role_members associations; /* of virtual private gateways; second: the other end */
    bool *is_literal;                    /* by VPC */
    uint32_t *vpc_roles;                 /* by VPC */
    uint32_t *subnet_at;                 /* number within the VPC, by handle */
    uint32_t *table_at;                  /* 0: not yet met */
    uint32_t *acl_at;
    uint32_t *group_at;
    uint32_t *nat_at;
    uint32_t n_tables; /* met, of the VPC that is being written */
    uint32_t n_acls;
    bool *group_is_named;   /* by rules of another VPC */
    DM_VEC(uint64_t) words; /* of the shape or key that is being written */
    struct dm_map shapes;
    struct dm_map classes;
    bool failed;
};

/* The end is no number that anything in a list could have. */
enum dm_role_tag { TAG_OWN = 1, TAG_LITERAL, TAG_END = 0x7ffffffe };

/* ---- roles_words.c ---- */

void dm_role_put(struct dm_roles *roles, uint64_t word);
void dm_role_put2(struct dm_roles *roles, uint64_t a, uint64_t b);
void dm_role_put_text(struct dm_roles *roles, const char *text);
void dm_role_put_prefix(struct dm_roles *roles, const struct dm_vpc *vpc, struct dm_prefix prefix);
void dm_role_put_match(struct dm_roles *roles, const struct dm_match *match);

/* Which CIDR of 'vpc' has the prefix; n_cidrs: none. */
size_t dm_role_own_cidr(const struct dm_vpc *vpc, struct dm_prefix prefix);

/* Rows whose order says nothing are made equally wide and sorted: each ends the row that began at
 * 'first', then all rows from the first one's begin on are sorted. */
void dm_role_end_row(struct dm_roles *roles, size_t first);
void dm_role_sort_rows(struct dm_roles *roles, size_t first);

void dm_role_join(struct dm_roles *roles, struct dm_role_members *members, uint32_t owner,
                  struct dm_prefix order, uint64_t second, uint32_t v);
void dm_role_sort_members(struct dm_roles *roles, struct dm_role_members *members,
                          uint32_t n_owners);
void dm_role_number(const struct dm_role_members *members, uint32_t *numbers);

/* ---- roles_rows.c ---- */

/* Where a row of a table of 'of' leads, as 'vpc' sees it. */
void dm_role_put_target(struct dm_roles *roles, struct dm_vpc_id vpc, struct dm_vpc_id of,
                        const struct dm_route *route);
void dm_role_put_entry(struct dm_roles *roles, const struct dm_acl_entry *entry);

/* Rows of others that name what lies in a prefix of the VPC's own. */
void dm_role_put_outside_rows(struct dm_roles *roles, struct dm_vpc_id vpc, struct dm_prefix own);

/* Where a public address lies: what is around it, and what names it alone. */
void dm_role_put_public(struct dm_roles *roles, struct dm_addr address);

/* ---- roles_shape.c ---- */

/* All of a VPC's shape but whether it is like no other. */
void dm_role_put_vpc(struct dm_roles *roles, struct dm_vpc_id id);

/* A group; its references to groups of the VPC by number, or as one where 'blind'. */
void dm_role_put_group(struct dm_roles *roles, struct dm_vpc_id vpc, uint32_t v, bool blind);

#endif
