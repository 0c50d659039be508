/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * estate - networks of any size, in a fixed set of roles, for the bench and for other programs.
 *
 * An estate is some regions, each with a transit gateway, all peered where 'mesh' is set, and VPCs
 * in six roles:
 *
 *   inspection  one in each region: the way of everybody to the internet, with NAT gateways
 *   shared      one in each region: every environment reaches it, and it them
 *   prod, stage, dev    spokes of an environment: each sees its own and the shared VPC; those of
 *               prod also see prod in other regions, over the mesh; by a backbone all see their own
 *               everywhere
 *   isolated    attached to nothing
 *
 * With 'backbone' there is one core network in place of the transit gateways and their mesh: a
 * segment for each environment and one that is shared with them, over all regions, and inspection
 * VPCs as a network function group on the way to the internet.
 *
 * With 'wan' there is a core network beside the transit gateways, and no mesh: the tables of prod
 * and of shared VPCs are attached to segments of these names, and isolated VPCs to a third one,
 * "edge", which isolates them and sees the shared segment alone, as all do.
 *
 * The first VPC of a region is the inspection VPC, the second the shared one, and the roles of the
 * rest are drawn. Each VPC is a /22 with a subnet "app" in each zone, where its hosts are, and one
 * "attach" for the interface of the transit gateway ("rest" where it is isolated, "public" for the
 * inspection VPC's app); each service of a VPC is a host in each zone, with a group of
 * its own. Rules of groups and entries of ACLs are drawn by role, not by VPC, so that the number of
 * kinds of endpoints does not grow with that of VPCs.
 *
 * An estate is written twice, as what 'aws ... describe-*' prints (a folder an account and a
 * region, a file a call) and as a design, and both are the same network: addresses in the
 * former are those that the design language would give. A test holds them to it
 * (tests/prop/estate.c).  Everything follows from the options: the same ones give the same bytes.
 *
 * Limits: 16 regions, 1,024 VPCs a region, 3 zones, 9 services a VPC.
 * Complexity: O(VPCs) memory; O(output) time, in which a static route for each pair of a region and
 * a VPC elsewhere is the largest part where there is a mesh.
 */
#ifndef DM_TESTS_BENCH_ESTATE_H
#define DM_TESTS_BENCH_ESTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/base/arena.h"

enum dm_estate_role {
    DM_ESTATE_INSPECTION,
    DM_ESTATE_SHARED,
    DM_ESTATE_PROD,
    DM_ESTATE_STAGE,
    DM_ESTATE_DEV,
    DM_ESTATE_ISOLATED,
    DM_ESTATE_ROLE_COUNT
};

struct dm_estate_options {
    uint64_t seed;
    unsigned n_regions;     /* 1 to 16 */
    unsigned n_vpcs;        /* in all; at least 2 a region */
    unsigned n_zones;       /* 1 to 3 in each region */
    unsigned n_services;    /* in each VPC but the inspection ones, 1 to 9; each in every zone */
    unsigned n_group_rules; /* of each group, at least 1 */
    unsigned n_acl_entries; /* of each app subnet's ACL, each way, beside the last; 0: no ACL */
    bool mesh;
    bool backbone;
    bool wan; /* not together with 'mesh' or 'backbone' */
};

#define DM_ESTATE_SMALL ((struct dm_estate_options){ 1, 2, 12, 2, 1, 2, 3, true, false, false })

struct dm_estate_vpc {
    enum dm_estate_role role;
    unsigned region;
    unsigned number; /* in its region, from 0 */
    uint32_t first;  /* address of its /22 */
};

struct dm_estate {
    struct dm_estate_options options;
    const struct dm_estate_vpc *vpcs; /* by region */
    size_t n_vpcs;
    size_t n_subnets;
    size_t n_hosts;
};

/* False: the options are out of their limits, or memory is. */
bool dm_estate_init(struct dm_arena *arena, const struct dm_estate_options *options,
                    struct dm_estate *ret_estate);

/* Writes below 'folder', which is made.  False: a file cannot be written. */
bool dm_estate_write_aws(const struct dm_estate *estate, const char *folder);

/* The file to load is FOLDER/estate.demarc.yaml. */
bool dm_estate_write_design(const struct dm_estate *estate, const char *folder);

#endif
