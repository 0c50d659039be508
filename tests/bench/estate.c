/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/estate.h"

#include "model/base/file.h"
#include "tests/bench/estate_private.h"

enum { MAX_REGIONS = 16, MAX_ZONES = 3, MAX_SERVICES = 9, MAX_ENTRIES = 3000 };
enum { VPC_BITS = 10, APP_BITS = 7, ATTACH_BITS = 4, REGION_BITS = 20 };

static const char *const regions[MAX_REGIONS] = {
    "us-east-1",      "us-east-2",  "us-west-2",      "eu-west-1",    "eu-central-1", "eu-west-2",
    "ap-southeast-1", "ap-south-1", "ap-northeast-1", "ca-central-1", "sa-east-1",    "eu-north-1",
    "ap-southeast-2", "eu-west-3",  "ap-northeast-2", "me-south-1",
};

const char *dm_estate_region(unsigned region)
{
    return regions[region];
}

const char *dm_estate_role_text(enum dm_estate_role role)
{
    static const char *const texts[] = {
        "inspection", "shared", "prod", "stage", "dev", "isolated"
    };

    return texts[role];
}

char dm_estate_zone(unsigned zone)
{
    return (char)('a' + (int)zone);
}

static bool is_spoke(enum dm_estate_role role)
{
    return role == DM_ESTATE_PROD || role == DM_ESTATE_STAGE || role == DM_ESTATE_DEV;
}

const char *dm_estate_environment(enum dm_estate_role role)
{
    return is_spoke(role) ? dm_estate_role_text(role) : NULL;
}

bool dm_estate_is_attached(enum dm_estate_role role)
{
    return role != DM_ESTATE_ISOLATED;
}

bool dm_estate_has_hosts(enum dm_estate_role role)
{
    return role != DM_ESTATE_INSPECTION;
}

bool dm_estate_has_acl(const struct dm_estate *estate, enum dm_estate_role role)
{
    return dm_estate_has_hosts(role) && estate->options.n_acl_entries;
}

const char *dm_estate_subnet(enum dm_estate_role role, bool is_second)
{
    if (is_second) {
        return role == DM_ESTATE_ISOLATED ? "rest" : "attach";
    }
    return role == DM_ESTATE_INSPECTION ? "public" : "app";
}

uint32_t dm_estate_subnet_first(const struct dm_estate *estate, const struct dm_estate_vpc *vpc,
                                bool is_second, unsigned zone)
{
    uint32_t n_zones = estate->options.n_zones;

    return is_second ? vpc->first + (n_zones << APP_BITS) + (zone << ATTACH_BITS)
                     : vpc->first + (zone << APP_BITS);
}

const char *dm_estate_address(uint32_t address, char buffer[16])
{
    snprintf(buffer, 16, "%u.%u.%u.%u", address >> 24, address >> 16 & 255, address >> 8 & 255,
             address & 255);
    return buffer;
}

/* ---- what is drawn ---- */

static uint64_t mix(uint64_t z)
{
    z += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* Below 'limit'; the same for the same four numbers. */
static unsigned draw(const struct dm_estate *estate, uint64_t what, uint64_t index, unsigned limit)
{
    return (unsigned)(mix(mix(mix(estate->options.seed) + what) + index) % limit);
}

static enum dm_estate_role draw_role(const struct dm_estate *estate, unsigned region,
                                     unsigned number)
{
    /* In a small estate each role is there before any is there twice. */
    static const enum dm_estate_role first[] = { DM_ESTATE_INSPECTION, DM_ESTATE_SHARED,
                                                 DM_ESTATE_PROD,       DM_ESTATE_STAGE,
                                                 DM_ESTATE_DEV,        DM_ESTATE_ISOLATED };
    unsigned part;

    if (number < sizeof first / sizeof *first) {
        return first[number];
    }
    part = draw(estate, 1 + region, number, 10);
    return part < 4   ? DM_ESTATE_PROD
           : part < 6 ? DM_ESTATE_STAGE
           : part < 9 ? DM_ESTATE_DEV
                      : DM_ESTATE_ISOLATED;
}

/* A prefix of some size, as people write them: of the estate, a region, or all. */
static void draw_prefix(const struct dm_estate *estate, uint64_t what, unsigned index,
                        char prefix[20])
{
    unsigned kind = draw(estate, what, index, 8);
    unsigned region = draw(estate, what + 1, index, estate->options.n_regions);

    if (kind == 0) {
        snprintf(prefix, 20, "0.0.0.0/0");
    } else if (kind < 4) {
        snprintf(prefix, 20, DM_ESTATE_POOL);
    } else {
        snprintf(prefix, 20, "10.%u.0.0/12", region << (REGION_BITS - 16));
    }
}

struct dm_estate_rule dm_estate_group_rule(const struct dm_estate *estate, enum dm_estate_role role,
                                           unsigned service, unsigned index)
{
    uint64_t what = 1000 + 100 * (uint64_t)role + 10 * (uint64_t)service;
    struct dm_estate_rule rule = { .allow = true, .protocol = "tcp" };

    if (index == 0) {
        /* The first service is everybody's, the next ones each that of the one before. */
        rule.first_port = DM_ESTATE_FIRST_PORT + service;
        rule.last_port = rule.first_port;
        snprintf(rule.prefix, sizeof rule.prefix, "%s", service ? "" : DM_ESTATE_POOL);
        return rule;
    }
    rule.first_port = 1 + draw(estate, what, index, 10000);
    rule.last_port = rule.first_port + draw(estate, what + 1, index, 100);
    rule.protocol = draw(estate, what + 2, index, 4) ? "tcp" : "udp";
    draw_prefix(estate, what + 3, index, rule.prefix);
    return rule;
}

struct dm_estate_rule dm_estate_acl_entry(const struct dm_estate *estate, enum dm_estate_role role,
                                          bool egress, unsigned index)
{
    uint64_t what = 3000 + 100 * (uint64_t)role + 10 * (uint64_t)egress;
    struct dm_estate_rule rule = { .allow = true, .protocol = "tcp", .last_port = 65535 };

    if (index == estate->options.n_acl_entries) {
        rule.protocol = "all";
        snprintf(rule.prefix, sizeof rule.prefix, "0.0.0.0/0");
        return rule;
    }
    rule.allow = draw(estate, what, index, 2) != 0;
    rule.protocol = draw(estate, what + 2, index, 3) ? "tcp" : "udp";
    /* What is denied is none of the ports that answers go to. */
    rule.first_port = 1 + draw(estate, what + 1, index, rule.allow ? 9000 : 900);
    rule.last_port = rule.first_port + draw(estate, what + 3, index, 100);
    draw_prefix(estate, what + 4, index, rule.prefix);
    return rule;
}

/* ---- the transit gateways' tables ---- */

const char *dm_estate_table_text(enum dm_estate_table table)
{
    static const char *const texts[] = { "dev", "inspection", "mesh", "prod", "shared", "stage" };

    return texts[table];
}

enum dm_estate_table dm_estate_table_of(enum dm_estate_role role)
{
    static const enum dm_estate_table tables[] = {
        [DM_ESTATE_INSPECTION] = DM_ESTATE_TABLE_INSPECTION,
        [DM_ESTATE_SHARED] = DM_ESTATE_TABLE_SHARED,
        [DM_ESTATE_PROD] = DM_ESTATE_TABLE_PROD,
        [DM_ESTATE_STAGE] = DM_ESTATE_TABLE_STAGE,
        [DM_ESTATE_DEV] = DM_ESTATE_TABLE_DEV,
        [DM_ESTATE_ISOLATED] = DM_ESTATE_TABLE_MESH, /* not attached */
    };

    return tables[role];
}

bool dm_estate_propagates(const struct dm_estate *estate, enum dm_estate_role role,
                          enum dm_estate_table table)
{
    if (role == DM_ESTATE_INSPECTION || role == DM_ESTATE_ISOLATED) {
        return false; /* the way to it is a static route */
    }
    if (table == DM_ESTATE_TABLE_MESH) {
        return estate->options.mesh && (role == DM_ESTATE_PROD || role == DM_ESTATE_SHARED);
    }
    return table == DM_ESTATE_TABLE_INSPECTION || table == DM_ESTATE_TABLE_SHARED
           || role == DM_ESTATE_SHARED || table == dm_estate_table_of(role);
}

bool dm_estate_is_meshed(const struct dm_estate *estate, enum dm_estate_role role,
                         enum dm_estate_table table)
{
    return estate->options.mesh && (role == DM_ESTATE_PROD || role == DM_ESTATE_SHARED)
           && table == dm_estate_table_of(role);
}

bool dm_estate_has_way_out(enum dm_estate_table table)
{
    return table != DM_ESTATE_TABLE_INSPECTION && table != DM_ESTATE_TABLE_MESH;
}

/* ---- the estate ---- */

static bool are_fine(const struct dm_estate_options *options)
{
    return options->n_regions >= 1 && options->n_regions <= MAX_REGIONS && options->n_zones >= 1
           && options->n_zones <= MAX_ZONES && options->n_vpcs >= 2 * options->n_regions
           && options->n_vpcs <= options->n_regions * DM_ESTATE_MAX_VPCS && options->n_services >= 1
           && options->n_services <= MAX_SERVICES && options->n_group_rules >= 1
           && options->n_acl_entries <= MAX_ENTRIES
           && !(options->wan && (options->mesh || options->backbone));
}

bool dm_estate_init(struct dm_arena *arena, const struct dm_estate_options *options,
                    struct dm_estate *ret_estate)
{
    struct dm_estate estate = { .options = *options };
    struct dm_estate_vpc *vpcs =
        are_fine(options) ? DM_NEW_ARRAY(arena, options->n_vpcs, struct dm_estate_vpc) : NULL;

    if (!vpcs) {
        return false;
    }
    for (unsigned region = 0; region < options->n_regions; region++) {
        unsigned n = options->n_vpcs / options->n_regions
                     + (region < options->n_vpcs % options->n_regions ? 1 : 0);

        for (unsigned number = 0; number < n; number++) {
            vpcs[estate.n_vpcs++] = (struct dm_estate_vpc){
                .role = draw_role(&estate, region, number),
                .region = region,
                .number = number,
                .first = (UINT32_C(10) << 24) + (region << REGION_BITS) + (number << VPC_BITS),
            };
            estate.n_subnets += 2 * (size_t)options->n_zones;
            estate.n_hosts += dm_estate_has_hosts(vpcs[estate.n_vpcs - 1].role)
                                  ? (size_t)options->n_zones * options->n_services
                                  : 0;
        }
    }
    estate.vpcs = vpcs;
    *ret_estate = estate;
    return true;
}

/* ---- files ---- */

FILE *dm_estate_open(const char *folder, const char *name)
{
    char path[4096];

    if (dm_file_make_folder(folder, NULL) != DM_OK) {
        return NULL;
    }
    snprintf(path, sizeof path, "%.4000s/%.90s", folder, name);
    return fopen(path, "w");
}

bool dm_estate_close(FILE *file)
{
    bool fine = !ferror(file);

    return fclose(file) == 0 && fine;
}
