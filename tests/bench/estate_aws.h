/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * estate_aws - what the two files share that write an estate as describe output.
 */
#ifndef DM_TESTS_BENCH_ESTATE_AWS_H
#define DM_TESTS_BENCH_ESTATE_AWS_H

#include "tests/bench/describe.h"
#include "tests/bench/estate_private.h"

struct dm_estate_id {
    char text[40];
};

/* "vpc-0..." of a kind of things; 'part' tells those of one VPC apart.  Gives the buffer's text. */
const char *dm_estate_id(const char *kind, unsigned region, unsigned number, unsigned part,
                         struct dm_estate_id *buffer);
const char *dm_estate_subnet_id(const struct dm_estate_vpc *vpc, bool is_second, unsigned zone,
                                struct dm_estate_id *buffer);

const char *dm_estate_account(enum dm_estate_role role);
const char *dm_estate_zone_id(unsigned region, unsigned zone, char text[24]);

const char *dm_estate_vpc_name(const struct dm_estate_vpc *vpc, char name[32]);

/* The key "Tags" with a name. */
void dm_estate_tag(struct dm_describe *out, const char *name);

/* Writers of one VPC's part of a call's answer, in estate_hosts.c. */
void dm_estate_write_reservation(struct dm_describe *out, const struct dm_estate *estate,
                                 const struct dm_estate_vpc *vpc);
void dm_estate_write_interface(struct dm_describe *out, const struct dm_estate *estate,
                               const struct dm_estate_vpc *vpc);
void dm_estate_write_internet_gateway(struct dm_describe *out, const struct dm_estate *estate,
                                      const struct dm_estate_vpc *vpc);
void dm_estate_write_nat_gateway(struct dm_describe *out, const struct dm_estate *estate,
                                 const struct dm_estate_vpc *vpc);
void dm_estate_write_attachment(struct dm_describe *out, const struct dm_estate *estate,
                                const struct dm_estate_vpc *vpc);

/* The region's zones and transit gateway, with its tables, routes and attachments, in the network
 * account's folder; the region's VPCs are those from 'begin' to 'end'. */
bool dm_estate_write_transit(const struct dm_estate *estate, const char *folder, unsigned region,
                             size_t begin, size_t end);

/* The core network with all that is attached, in the network account's folder of the first region.
 */
bool dm_estate_write_core(const struct dm_estate *estate, const char *folder);

const char *dm_estate_core_arn(char text[96]);

/* The last part of the id of a transit gateway's side of its peering with the core network. */
enum { DM_ESTATE_CORE_SIDE = 0x20000 };

#endif
