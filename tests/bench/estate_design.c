/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An estate as a design: what is common in one file, the VPCs of each region in a file of their
 * own.
 */
#include "tests/bench/estate_private.h"

/* The key of a VPC; inspection and shared VPCs are copies of one entry each. */
static const char *key_of(const struct dm_estate_vpc *vpc, char key[32])
{
    const char *role = dm_estate_role_text(vpc->role);

    if (vpc->role == DM_ESTATE_INSPECTION || vpc->role == DM_ESTATE_SHARED) {
        snprintf(key, 32, "%s", role);
    } else {
        snprintf(key, 32, "%s-%02u-%04u", role, vpc->region, vpc->number);
    }
    return key;
}

static void write_for(FILE *file, const struct dm_estate_vpc *vpc)
{
    const char *environment = dm_estate_environment(vpc->role);

    if (vpc->role == DM_ESTATE_INSPECTION || vpc->role == DM_ESTATE_SHARED) {
        fputs("for: {region: all}", file);
    } else {
        fprintf(file, "for: {region: %s%s%s}", dm_estate_region(vpc->region),
                environment ? ", env: " : "", environment ? environment : "");
    }
}

static void write_attach(FILE *file, const struct dm_estate *estate, enum dm_estate_role role)
{
    const char *separator = "";

    fprintf(file, "    attach: {to: main, subnets: attach, table: %s, propagate: [",
            dm_estate_table_text(dm_estate_table_of(role)));
    for (unsigned table = 0; table < DM_ESTATE_TABLE_COUNT; table++) {
        if (dm_estate_propagates(estate, role, (enum dm_estate_table)table)) {
            fprintf(file, "%s%s", separator, dm_estate_table_text((enum dm_estate_table)table));
            separator = ", ";
        }
    }
    fputs("]}\n", file);
}

static void write_core(FILE *file, enum dm_estate_role role)
{
    fprintf(file, "    core: {to: backbone, subnets: attach, %s: %s}\n",
            role == DM_ESTATE_INSPECTION ? "function" : "segment", dm_estate_role_text(role));
}

static void write_vpc(FILE *file, const struct dm_estate *estate, const struct dm_estate_vpc *vpc)
{
    char key[32];
    char address[16];
    bool has_acl = dm_estate_has_acl(estate, vpc->role);
    const char *way = estate->options.backbone ? "core-network" : "transit-gateway";

    fprintf(file, "  %s:\n    ", key_of(vpc, key));
    write_for(file, vpc);
    if (vpc->role == DM_ESTATE_INSPECTION || vpc->role == DM_ESTATE_SHARED) {
        fputs("\n    cidr: {pool: region, size: 22}\n", file);
    } else {
        fprintf(file, "\n    cidr: %s/22\n", dm_estate_address(vpc->first, address));
    }
    if (vpc->role == DM_ESTATE_INSPECTION) {
        fprintf(file,
                "    internet_gateway: true\n    nat_gateways: {in: public, per: zone}\n"
                "    subnets:\n"
                "      public: {size: 25, public: true, routes: {internet: internet-gateway, "
                "\"pool:estate\": %s}}\n"
                "      attach: {size: 28, routes: {internet: nat-gateway}}\n",
                way);
    } else {
        fputs("    subnets:\n      app: {size: 25", file);
        if (dm_estate_is_attached(vpc->role)) {
            fprintf(file, ", routes: {internet: %s}", way);
        } else if (estate->options.wan) {
            fputs(", routes: {\"pool:estate\": core-network}", file);
        }
        if (has_acl) {
            fprintf(file, ", acl: %s", key);
        }
        fprintf(file, "}\n      %s: {size: 28}\n", dm_estate_subnet(vpc->role, true));
    }
    if (dm_estate_is_attached(vpc->role) && estate->options.backbone) {
        write_core(file, vpc->role);
    } else if (dm_estate_is_attached(vpc->role)) {
        write_attach(file, estate, vpc->role);
    } else if (estate->options.wan) {
        fputs("    core: {to: backbone, subnets: rest, segment: edge}\n", file);
    }
}

static const char *match_text(const struct dm_estate_rule *rule, char text[32])
{
    if (rule->protocol[0] == 'a') {
        snprintf(text, 32, "all");
    } else if (rule->first_port == rule->last_port) {
        snprintf(text, 32, "%s/%u", rule->protocol, rule->first_port);
    } else {
        snprintf(text, 32, "%s/%u-%u", rule->protocol, rule->first_port, rule->last_port);
    }
    return text;
}

static void write_groups(FILE *file, const struct dm_estate *estate,
                         const struct dm_estate_vpc *vpc)
{
    char key[32];
    char match[32];

    for (unsigned service = 0; service < estate->options.n_services; service++) {
        fprintf(file, "  %s-g%u:\n    in: %s\n    ingress:\n", key_of(vpc, key), service, key);
        for (unsigned i = 0; i < estate->options.n_group_rules; i++) {
            struct dm_estate_rule rule = dm_estate_group_rule(estate, vpc->role, service, i);

            fputs("      - {from: ", file);
            if (rule.prefix[0]) {
                fputs(rule.prefix, file);
            } else {
                fprintf(file, "\"group:%s-g%u\"", key, service - 1);
            }
            fprintf(file, ", port: %s}\n", match_text(&rule, match));
        }
    }
}

static void write_entries(FILE *file, const struct dm_estate *estate, enum dm_estate_role role,
                          bool egress)
{
    unsigned n = estate->options.n_acl_entries;
    char match[32];

    fprintf(file, "    %s:\n", egress ? "egress" : "ingress");
    for (unsigned i = 0; i <= n; i++) {
        struct dm_estate_rule rule = dm_estate_acl_entry(estate, role, egress, i);

        fprintf(file, "      - {rule: %u, %s: %s, %s: %s}\n", 100 + 10 * i,
                rule.allow ? "allow" : "deny", match_text(&rule, match), egress ? "to" : "from",
                rule.prefix);
    }
}

static void write_services(FILE *file, const struct dm_estate *estate,
                           const struct dm_estate_vpc *vpc)
{
    char key[32];

    for (unsigned service = 0; service < estate->options.n_services; service++) {
        fprintf(file, "  %s-s%u: {", key_of(vpc, key), service);
        write_for(file, vpc);
        fprintf(file, ", in: %s.app, port: tcp/%u, groups: [%s-g%u]}\n", key,
                DM_ESTATE_FIRST_PORT + service, key, service);
    }
}

/* Writes one section about those VPCs that have something in it. */
static void write_section(FILE *file, const struct dm_estate *estate, const char *name,
                          const struct dm_estate_vpc *const *vpcs, size_t n,
                          void (*write)(FILE *, const struct dm_estate *,
                                        const struct dm_estate_vpc *))
{
    bool begun = false;

    for (size_t i = 0; i < n; i++) {
        bool has = write == write_vpc || dm_estate_has_hosts(vpcs[i]->role);

        if (has && !begun) {
            fprintf(file, "%s:\n", name);
        }
        if (has) {
            begun = true;
            write(file, estate, vpcs[i]);
        }
    }
}

static void write_acl(FILE *file, const struct dm_estate *estate, const struct dm_estate_vpc *vpc)
{
    char key[32];

    fprintf(file, "  %s:\n    in: %s\n", key_of(vpc, key), key);
    write_entries(file, estate, vpc->role, false);
    write_entries(file, estate, vpc->role, true);
}

static void write_vpcs(FILE *file, const struct dm_estate *estate,
                       const struct dm_estate_vpc *const *vpcs, size_t n)
{
    if (!n) {
        fputs("{}\n", file);
    }
    write_section(file, estate, "vpcs", vpcs, n, write_vpc);
    write_section(file, estate, "groups", vpcs, n, write_groups);
    if (estate->options.n_acl_entries) {
        write_section(file, estate, "acls", vpcs, n, write_acl);
    }
    write_section(file, estate, "services", vpcs, n, write_services);
}

/* ---- what is common ---- */

static void write_mesh(FILE *file, const struct dm_estate *estate)
{
    fputs("    mesh:\n      associate: mesh\n      routes:\n", file);
    for (unsigned role = 0; role < DM_ESTATE_ROLE_COUNT; role++) {
        enum dm_estate_table table = dm_estate_table_of((enum dm_estate_role)role);
        const char *separator = "";

        if (!dm_estate_is_meshed(estate, (enum dm_estate_role)role, table)) {
            continue;
        }
        fprintf(file, "        %s: [", dm_estate_table_text(table));
        for (size_t i = 0; i < estate->n_vpcs; i++) {
            const struct dm_estate_vpc *vpc = &estate->vpcs[i];
            const char *environment = dm_estate_environment(vpc->role);
            char key[32];

            if (vpc->role != (enum dm_estate_role)role
                || (vpc->role == DM_ESTATE_SHARED && vpc->region)) {
                continue; /* the copies of one entry are named once */
            }
            fprintf(file, "%s%s%s%s", separator, key_of(vpc, key), environment ? "." : "",
                    environment ? environment : "");
            separator = ",\n          ";
        }
        fputs("]\n", file);
    }
}

static bool has_role(const struct dm_estate *estate, enum dm_estate_role role)
{
    for (size_t i = 0; i < estate->n_vpcs; i++) {
        if (estate->vpcs[i].role == role) {
            return true;
        }
    }
    return false;
}

static void write_gateways(FILE *file, const struct dm_estate *estate)
{
    fputs("transit_gateways:\n  main:\n    for: {region: all}\n    tables: [", file);
    for (unsigned table = 0; table < DM_ESTATE_TABLE_COUNT; table++) {
        fprintf(file, "%s%s", table ? ", " : "", dm_estate_table_text((enum dm_estate_table)table));
    }
    fputs("]\n    default_association: none\n    default_propagation: none\n    routes:\n", file);
    for (unsigned table = 0; table < DM_ESTATE_TABLE_COUNT; table++) {
        if (dm_estate_has_way_out((enum dm_estate_table)table)) {
            fprintf(file, "      %s: {internet: \"vpc:inspection\", \"pool:estate\": blackhole}\n",
                    dm_estate_table_text((enum dm_estate_table)table));
        }
    }
    if (estate->options.mesh && estate->options.n_regions > 1
        && (has_role(estate, DM_ESTATE_PROD) || has_role(estate, DM_ESTATE_SHARED))) {
        write_mesh(file, estate);
    }
}

static void write_wan(FILE *file, const struct dm_estate *estate)
{
    fputs("    core: {to: backbone, tables: {prod: {segment: prod}, shared: {segment: shared}}}\n"
          "core_networks:\n  backbone:\n    edges: [",
          file);
    for (unsigned region = 0; region < estate->options.n_regions; region++) {
        fprintf(file, "%s%s", region ? ", " : "", dm_estate_region(region));
    }
    fprintf(file, "]\n    asn: %d\n    segments:\n", DM_ESTATE_CORE_ASN);
    fputs("      edge: {isolate: true}\n      prod: {}\n      shared: {share_with: all}\n", file);
}

/* What a segment does not know of the pool goes nowhere: else one environment reached another by
 * the inspection VPC. */
static void write_backbone(FILE *file)
{
    static const enum dm_estate_role roles[] = { DM_ESTATE_SHARED, DM_ESTATE_PROD, DM_ESTATE_STAGE,
                                                 DM_ESTATE_DEV };

    fputs("core_networks:\n  backbone:\n    edges: all\n    asn: 64700\n"
          "    network_functions: [inspection]\n    segments:\n",
          file);
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        fprintf(file,
                "      %s: {send_to: [inspection], routes: {" DM_ESTATE_POOL ": blackhole}%s}\n",
                dm_estate_role_text(roles[i]),
                roles[i] == DM_ESTATE_SHARED ? ", share_with: [dev, prod, stage]" : "");
    }
}

static void write_common(FILE *file, const struct dm_estate *estate)
{
    fprintf(file, "demarc: 1\nname: estate\ninclude:\n");
    for (unsigned region = 0; region < estate->options.n_regions; region++) {
        fprintf(file, "  - regions/%s.demarc.yaml\n", dm_estate_region(region));
    }
    fputs("environments: [dev, prod, stage]\npools:\n  estate: {cidr: " DM_ESTATE_POOL "}\n"
          "regions:\n",
          file);
    for (unsigned region = 0; region < estate->options.n_regions; region++) {
        fprintf(file, "  %s: {cidr: 10.%u.0.0/12, asn: %u, zones: [", dm_estate_region(region),
                region * 16, 64512 + region);
        for (unsigned zone = 0; zone < estate->options.n_zones; zone++) {
            fprintf(file, "%s%c", zone ? ", " : "", dm_estate_zone(zone));
        }
        fputs("]}\n", file);
    }
    if (estate->options.backbone) {
        write_backbone(file);
    } else {
        write_gateways(file, estate);
    }
    if (estate->options.wan) {
        write_wan(file, estate);
    }
}

bool dm_estate_write_design(const struct dm_estate *estate, const char *folder)
{
    FILE *file = dm_estate_open(folder, "estate.demarc.yaml");
    bool fine = file != NULL;
    size_t at = 0;
    char regions[4096];

    if (!fine) {
        return false;
    }
    write_common(file, estate);
    fine = dm_estate_close(file);
    snprintf(regions, sizeof regions, "%.4000s/regions", folder);
    for (unsigned region = 0; fine && region < estate->options.n_regions; region++) {
        const struct dm_estate_vpc *vpcs[DM_ESTATE_MAX_VPCS];
        size_t n = 0;
        char name[64];

        for (; at < estate->n_vpcs && estate->vpcs[at].region == region; at++) {
            const struct dm_estate_vpc *vpc = &estate->vpcs[at];

            if (region == 0
                || (vpc->role != DM_ESTATE_INSPECTION && vpc->role != DM_ESTATE_SHARED)) {
                vpcs[n++] = vpc; /* the first region's stands for the copies of all */
            }
        }
        snprintf(name, sizeof name, "%s.demarc.yaml", dm_estate_region(region));
        file = dm_estate_open(regions, name);
        if (!file) {
            return false;
        }
        write_vpcs(file, estate, vpcs, n);
        fine = dm_estate_close(file);
    }
    return fine;
}
