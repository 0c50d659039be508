/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * estate_private - what the two writers of an estate share: what is drawn, and where things are.
 *
 * What is drawn is a function of the seed and of what it is drawn for, so that no order of writing
 * matters.
 */
#ifndef DM_TESTS_BENCH_ESTATE_PRIVATE_H
#define DM_TESTS_BENCH_ESTATE_PRIVATE_H

#include <stdio.h>

#include "tests/bench/estate.h"

#define DM_ESTATE_POOL "10.0.0.0/8"

enum { DM_ESTATE_FIRST_HOST = 4, DM_ESTATE_FIRST_PORT = 8000, DM_ESTATE_MAX_VPCS = 1024 };

const char *dm_estate_region(unsigned region);
const char *dm_estate_role_text(enum dm_estate_role role);
char dm_estate_zone(unsigned zone);

/* "prod", "stage", "dev", or NULL: of none. */
const char *dm_estate_environment(enum dm_estate_role role);

/* Whether there is an attachment to the region's transit gateway. */
bool dm_estate_is_attached(enum dm_estate_role role);
bool dm_estate_has_hosts(enum dm_estate_role role);
bool dm_estate_has_acl(const struct dm_estate *estate, enum dm_estate_role role);

/* What the two kinds of subnets of a VPC are called. */
const char *dm_estate_subnet(enum dm_estate_role role, bool is_second);

/* The first address of a subnet; /25 of the first kind, /28 of the second. */
uint32_t dm_estate_subnet_first(const struct dm_estate *estate, const struct dm_estate_vpc *vpc,
                                bool is_second, unsigned zone);

/* "10.0.1.0" in 'buffer'. */
const char *dm_estate_address(uint32_t address, char buffer[16]);

/* A rule of a group or an ACL. */
struct dm_estate_rule {
    bool allow;
    const char *protocol; /* "tcp", "udp" */
    unsigned first_port;
    unsigned last_port;
    char prefix[20]; /* "": the group before it */
};

struct dm_estate_rule dm_estate_group_rule(const struct dm_estate *estate, enum dm_estate_role role,
                                           unsigned service, unsigned index);
struct dm_estate_rule dm_estate_acl_entry(const struct dm_estate *estate, enum dm_estate_role role,
                                          bool egress, unsigned index);

/* Tables of a region's transit gateway, in order of their names. */
enum dm_estate_table {
    DM_ESTATE_TABLE_DEV,
    DM_ESTATE_TABLE_INSPECTION,
    DM_ESTATE_TABLE_MESH,
    DM_ESTATE_TABLE_PROD,
    DM_ESTATE_TABLE_SHARED,
    DM_ESTATE_TABLE_STAGE,
    DM_ESTATE_TABLE_COUNT
};
const char *dm_estate_table_text(enum dm_estate_table table);
enum dm_estate_table dm_estate_table_of(enum dm_estate_role role);

/* Whether VPCs of the role propagate into the table. */
bool dm_estate_propagates(const struct dm_estate *estate, enum dm_estate_role role,
                          enum dm_estate_table table);

/* Whether VPCs of the role in other regions have a static route over the mesh in the table. */
bool dm_estate_is_meshed(const struct dm_estate *estate, enum dm_estate_role role,
                         enum dm_estate_table table);

/* Whether the table has the way to the internet, by the inspection VPC, and none to what the region
 * does not tell it about: else one environment reached another by the inspection VPC. */
bool dm_estate_has_way_out(enum dm_estate_table table);

/* Of the first edge of a core network beside transit gateways; each next one has one more. */
enum { DM_ESTATE_CORE_ASN = 64600 };

/* FOLDER/NAME for writing, its folder made; NULL where that cannot be. */
FILE *dm_estate_open(const char *folder, const char *name);
bool dm_estate_close(FILE *file);

#endif
