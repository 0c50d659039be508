/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Random networks, as text.  Most of what is drawn is sensible (a route to a
 * VPC that is there, by a gateway that could carry it), so that packets often
 * arrive; some of it is wrong on purpose (gateways without an attachment,
 * missing ways back, overlapping VPCs, zones that are not served), and routes
 * have less specific fall-backs, so that a failure can also repair or leak.
 */
#include "tests/support/nets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/base/str.h"

enum { N_SEGMENTS = 3 };
enum { MAX_VPCS = 8, MAX_ZONES = 4, MAX_REGIONS = 4, MAX_SUBNETS = 6 };

struct draft_vpc {
    unsigned region;
    unsigned block; /* 10.BLOCK.0.0/16 */
    unsigned n_subnets;
    unsigned zones[MAX_SUBNETS];  /* of its subnets */
    unsigned n_used[MAX_SUBNETS]; /* addresses handed out in each */
    bool own_table[MAX_SUBNETS];
    bool has_igw;
    int nat; /* subnet of its NAT gateway, or -1 */
    bool attached;
    bool in_core;
};

struct draft {
    struct dm_random random;
    const struct dm_net_options *options;
    struct dm_str text;
    unsigned n_regions;
    unsigned n_zones[MAX_REGIONS];
    unsigned n_vpcs;
    struct draft_vpc vpcs[MAX_VPCS];
    bool has_tgw[MAX_REGIONS];
    unsigned n_tables[MAX_REGIONS]; /* of its transit gateway */
    bool has_core;
    bool has_edge[MAX_REGIONS];
    bool has_function;
    bool tpeer[MAX_REGIONS][MAX_REGIONS];
    bool peering[MAX_VPCS][MAX_VPCS]; /* [smaller][larger] */
    bool has_list;
    unsigned n_publics;
    unsigned n_hosts; /* the first ones are in VPC 0, 1, ... */
};

uint64_t dm_random_next(struct dm_random *random)
{
    uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

unsigned dm_random_below(struct dm_random *random, unsigned limit)
{
    return limit ? (unsigned)(dm_random_next(random) % limit) : 0;
}

bool dm_random_chance(struct dm_random *random, unsigned n, unsigned of)
{
    return dm_random_below(random, of) < n;
}

#define BELOW(draft, limit) dm_random_below(&(draft)->random, (limit))
#define CHANCE(draft, n, of) dm_random_chance(&(draft)->random, (n), (of))
#define LINE(draft, ...) dm_str_addf(&(draft)->text, __VA_ARGS__)

static unsigned at_most(struct draft *draft, unsigned max, unsigned limit)
{
    max = max == 0 ? 1 : max > limit ? limit : max;
    return 1 + BELOW(draft, max);
}

static void draw_regions(struct draft *draft)
{
    draft->n_regions = at_most(draft, draft->options->max_regions, MAX_REGIONS);
    for (unsigned r = 0; r < draft->n_regions; r++) {
        LINE(draft, "region r%u\n", r);
        draft->n_zones[r] = at_most(draft, draft->options->max_zones, MAX_ZONES);
        for (unsigned z = 0; z < draft->n_zones[r]; z++) {
            LINE(draft, "zone r%u%c r%u\n", r, 'a' + (int)z, r);
        }
    }
    if (draft->options->with_unknowns) {
        LINE(draft, "unknown u\n");
    }
    draft->has_list = draft->options->with_lists;
}

/* "deny" or "allow" of some traffic, both ways; a rule that lets all through comes last, mostly. */
static void draw_acl(struct draft *draft, unsigned v, const char *name)
{
    static const char *const matches[] = { "all",    "tcp/443", "tcp/1024-65535",
                                           "udp/53", "icmp",    "icmp/8" };
    unsigned n = 1 + BELOW(draft, 3);

    LINE(draft, "acl %s v%u\n", name, v);
    for (unsigned i = 0; i < n; i++) {
        LINE(draft, "rule %s %s %u %s %s 10.%u.%u.0/%u\n", name, CHANCE(draft, 1, 2) ? "in" : "out",
             100 + i * 10, CHANCE(draft, 1, 2) ? "allow" : "deny", matches[BELOW(draft, 6)],
             BELOW(draft, draft->n_vpcs), 2 * BELOW(draft, 2), 23 + BELOW(draft, 2));
    }
    for (unsigned egress = 0; egress < 2; egress++) {
        if (CHANCE(draft, 7, 8)) {
            LINE(draft, "rule %s %s 200 allow all 0.0.0.0/0\n", name, egress ? "out" : "in");
        }
    }
}

static void draw_subnet(struct draft *draft, unsigned v, unsigned s, unsigned zone)
{
    struct draft_vpc *vpc = &draft->vpcs[v];
    char name[32];

    vpc->zones[s] = zone;
    vpc->own_table[s] = CHANCE(draft, 1, 2);
    snprintf(name, sizeof name, "a%u.%u", v, s);
    if (vpc->own_table[s]) {
        LINE(draft, "table t%u.%u v%u\n", v, s, v);
    }
    if (draft->options->with_filters && CHANCE(draft, 1, 3)) {
        draw_acl(draft, v, name);
    } else {
        snprintf(name, sizeof name, "v%u.acl", v);
    }
    LINE(draft, "subnet s%u.%u v%u r%u%c 10.%u.%u.0/24 ", v, s, v, vpc->region, 'a' + (int)zone,
         vpc->block, s);
    if (vpc->own_table[s]) {
        LINE(draft, "table=t%u.%u ", v, s);
    }
    LINE(draft, "acl=%s\n", name);
}

static void draw_vpc(struct draft *draft, unsigned v)
{
    struct draft_vpc *vpc = &draft->vpcs[v];
    unsigned n_zones = 0;

    vpc->region = BELOW(draft, draft->n_regions);
    vpc->block = v > 0 && CHANCE(draft, 1, 10) ? draft->vpcs[BELOW(draft, v)].block : v;
    vpc->nat = -1;
    n_zones = draft->n_zones[vpc->region];
    LINE(draft, "vpc v%u r%u 10.%u.0.0/16\n", v, vpc->region, vpc->block);
    for (unsigned z = 0; z < n_zones; z++) {
        unsigned n = CHANCE(draft, 1, 6) ? 0 : 1 + (CHANCE(draft, 1, 4) ? 1 : 0);

        for (unsigned i = 0; i < n && vpc->n_subnets < MAX_SUBNETS; i++) {
            draw_subnet(draft, v, vpc->n_subnets++, z);
        }
    }
    if (vpc->n_subnets == 0) {
        draw_subnet(draft, v, vpc->n_subnets++, BELOW(draft, n_zones));
    }
}

/* The last part of 198.18.0.0/24's addresses, each once, in no order: 37 has an inverse mod 251. */
static unsigned next_public(struct draft *draft)
{
    return 1 + ++draft->n_publics * 37 % 251;
}

static void draw_gateways(struct draft *draft, unsigned v)
{
    struct draft_vpc *vpc = &draft->vpcs[v];

    if (draft->options->with_internet && CHANCE(draft, 1, 2)) {
        vpc->has_igw = true;
        LINE(draft, "igw i%u v%u\n", v, v);
    }
    if (draft->options->with_nat && CHANCE(draft, 1, 2)) {
        vpc->nat = (int)BELOW(draft, vpc->n_subnets);
        LINE(draft, "nat n%u s%u.%d 10.%u.%d.5", v, v, vpc->nat, vpc->block, vpc->nat);
        if (vpc->has_igw && CHANCE(draft, 4, 5)) {
            LINE(draft, " 198.18.0.%u", next_public(draft));
        }
        LINE(draft, "\n");
    }
}

static void draw_peerings(struct draft *draft)
{
    for (unsigned v = 0; v < draft->n_vpcs; v++) {
        for (unsigned w = v + 1; w < draft->n_vpcs; w++) {
            if (draft->vpcs[v].block != draft->vpcs[w].block && CHANCE(draft, 2, 5)) {
                draft->peering[v][w] = true;
                LINE(draft, "peering p%u.%u v%u v%u\n", v, w, v, w);
            }
        }
    }
}

/* A transit table of region 'r', or "-". */
static void add_table_word(struct draft *draft, unsigned r)
{
    if (CHANCE(draft, 1, 12)) {
        LINE(draft, " -");
    } else {
        LINE(draft, " m%u.%u", r, BELOW(draft, draft->n_tables[r]));
    }
}

/* One subnet in each of some zones. */
static void add_served_word(struct draft *draft, unsigned v)
{
    const struct draft_vpc *vpc = &draft->vpcs[v];
    unsigned served = 0;
    bool first = true;

    LINE(draft, " ");
    for (unsigned s = 0; s < vpc->n_subnets; s++) {
        bool last = s + 1 == vpc->n_subnets;

        if (!(served & 1u << vpc->zones[s]) && (CHANCE(draft, 4, 5) || (last && first))) {
            LINE(draft, "%ss%u.%u", first ? "" : ",", v, s);
            served |= 1u << vpc->zones[s];
            first = false;
        }
    }
}

static void draw_attachment(struct draft *draft, unsigned v)
{
    struct draft_vpc *vpc = &draft->vpcs[v];

    vpc->attached = true;
    LINE(draft, "attach x%u g%u v%u", v, vpc->region, v);
    add_table_word(draft, vpc->region);
    add_served_word(draft, v);
    LINE(draft, "%s%s\n", CHANCE(draft, 1, 5) ? " appliance" : "",
         CHANCE(draft, 1, 5) ? " norefs" : "");
}

static void draw_transit(struct draft *draft)
{
    for (unsigned r = 0; r < draft->n_regions; r++) {
        if (!CHANCE(draft, 5, 6)) {
            continue;
        }
        draft->has_tgw[r] = true;
        draft->n_tables[r] = 1 + BELOW(draft, 2);
        LINE(draft, "tgw g%u r%u%s\n", r, r, CHANCE(draft, 1, 2) ? " refs" : "");
        for (unsigned t = 0; t < draft->n_tables[r]; t++) {
            LINE(draft, "ttable m%u.%u g%u\n", r, t, r);
        }
    }
    for (unsigned r = 0; r < draft->n_regions; r++) {
        for (unsigned q = r + 1; q < draft->n_regions; q++) {
            if (draft->has_tgw[r] && draft->has_tgw[q] && CHANCE(draft, 4, 5)) {
                draft->tpeer[r][q] = true;
                LINE(draft, "tpeer y%u.%u g%u", r, q, r);
                add_table_word(draft, r);
                LINE(draft, " y%u.%u g%u", q, r, q);
                add_table_word(draft, q);
                LINE(draft, "\n");
            }
        }
    }
    for (unsigned v = 0; v < draft->n_vpcs; v++) {
        if (draft->has_tgw[draft->vpcs[v].region] && CHANCE(draft, 5, 6)) {
            draw_attachment(draft, v);
        }
    }
}

static void draw_segments(struct draft *draft)
{
    for (unsigned s = 0; s < N_SEGMENTS; s++) {
        LINE(draft, "segment c.s%u c%s", s, CHANCE(draft, 1, 5) ? " isolate" : "");
        if (s > 0 && CHANCE(draft, 1, 5)) {
            LINE(draft, " %s=c.s%u", CHANCE(draft, 1, 2) ? "allow" : "deny", BELOW(draft, s));
        }
        LINE(draft, "\n");
    }
    for (unsigned s = 0; s < N_SEGMENTS; s++) {
        if (CHANCE(draft, 1, 2)) {
            LINE(draft, "share c c.s%u c.s%u\n", s, (s + 1) % N_SEGMENTS);
        }
    }
    draft->has_function = CHANCE(draft, 1, 4);
    if (draft->has_function) {
        LINE(draft, "function c.f c\nvia c c.s0 c.s1 c.f\n");
    }
}

/* A peering of the core network with a region's transit gateway, and tables that it carries. */
static void draw_core_peering(struct draft *draft, unsigned r)
{
    LINE(draft, "cpeer p%u c.r%u g%u\n", r, r, r);
    for (unsigned t = 0; t < draft->n_tables[r]; t++) {
        if (CHANCE(draft, 3, 4)) {
            LINE(draft, "ctable kt%u.%u p%u m%u.%u c.s%u\n", r, t, r, r, t,
                 BELOW(draft, N_SEGMENTS));
        }
    }
}

/* A core network, VPCs that are attached to it, and a static route or two. */
static void draw_core(struct draft *draft)
{
    draft->has_core = CHANCE(draft, 1, 2);
    if (!draft->has_core) {
        return;
    }
    LINE(draft, "core c%s\n", CHANCE(draft, 1, 2) ? " refs" : "");
    for (unsigned r = 0; r < draft->n_regions; r++) {
        draft->has_edge[r] = CHANCE(draft, 5, 6);
        if (draft->has_edge[r]) {
            LINE(draft, "cedge c.r%u c r%u\n", r, r);
        }
    }
    draw_segments(draft);
    for (unsigned v = 0; v < draft->n_vpcs; v++) {
        struct draft_vpc *vpc = &draft->vpcs[v];

        if (draft->has_edge[vpc->region] && CHANCE(draft, 5, 6)) {
            vpc->in_core = true;
            LINE(draft, "cattach k%u c v%u ", v, v);
            if (draft->has_function && CHANCE(draft, 1, 4)) {
                LINE(draft, "c.f");
            } else if (CHANCE(draft, 1, 12)) {
                LINE(draft, "-");
            } else {
                LINE(draft, "c.s%u", BELOW(draft, N_SEGMENTS));
            }
            add_served_word(draft, v);
            LINE(draft, "%s\n", CHANCE(draft, 1, 5) ? " appliance" : "");
        }
        if (vpc->in_core && CHANCE(draft, 1, 4)) {
            LINE(draft, "croute c.s%u 10.%u.0.0/%u ", BELOW(draft, N_SEGMENTS), vpc->block,
                 CHANCE(draft, 1, 2) ? 16 : 17);
            LINE(draft, CHANCE(draft, 1, 2) ? "none\n" : "k%u\n", v);
        }
    }
    for (unsigned r = 0; r < draft->n_regions; r++) {
        if (draft->has_edge[r] && draft->has_tgw[r] && CHANCE(draft, 1, 2)) {
            draw_core_peering(draft, r);
        }
    }
}

/* Prefixes that a table has already: AWS lets none stand twice. */
struct prefix_set {
    struct dm_prefix items[64];
    size_t n;
};

static bool add_prefix(struct prefix_set *set, const char *text)
{
    struct dm_prefix prefix = { { 0, 0, DM_FAMILY_NONE }, 0 };
    enum dm_addr_fault fault = dm_prefix_parse(text, &prefix);

    if (fault != DM_ADDR_OK || set->n == sizeof set->items / sizeof set->items[0]) {
        return false;
    }
    for (size_t i = 0; i < set->n; i++) {
        if (dm_prefix_compare(set->items[i], prefix) == 0) {
            return false;
        }
    }
    set->items[set->n++] = prefix;
    return true;
}

/* A prefix that has to do with VPC 'w': its range, a half, a subnet, more than it, everything. */
static const char *draw_prefix(struct draft *draft, unsigned w, char buffer[DM_ADDR_TEXT_SIZE])
{
    unsigned block = draft->vpcs[w].block;

    switch (BELOW(draft, 8)) {
    case 0:
        snprintf(buffer, DM_ADDR_TEXT_SIZE, "10.%u.%u.0/24", block,
                 BELOW(draft, draft->vpcs[w].n_subnets));
        break;
    case 1:
        snprintf(buffer, DM_ADDR_TEXT_SIZE, "10.%u.0.0/17", block);
        break;
    case 2:
        snprintf(buffer, DM_ADDR_TEXT_SIZE, "10.%u.0.0/15", block & ~1u);
        break;
    case 3:
        snprintf(buffer, DM_ADDR_TEXT_SIZE, "10.0.0.0/%u", 8 + BELOW(draft, 5));
        break;
    default:
        snprintf(buffer, DM_ADDR_TEXT_SIZE, "10.%u.0.0/16", block);
        break;
    }
    return buffer;
}

/* A target at VPC 'v' that could carry packets to VPC 'w'; false: none was drawn. */
static bool draw_target(struct draft *draft, unsigned v, unsigned w, char buffer[32])
{
    const struct draft_vpc *vpc = &draft->vpcs[v];
    unsigned low = v < w ? v : w;
    unsigned high = v < w ? w : v;

    switch (BELOW(draft, draft->has_core ? 11 : 8)) {
    case 8:
    case 9:
    case 10:
        snprintf(buffer, 32, "core:c");
        return vpc->in_core || CHANCE(draft, 1, 6);
    case 0:
        if (draft->options->with_middleboxes && CHANCE(draft, 1, 2)) {
            snprintf(buffer, 32, "gwlb:q%u", v);
            return true;
        }
        if (draft->options->with_middleboxes && v < draft->n_hosts && CHANCE(draft, 1, 2)) {
            snprintf(buffer, 32, "eni:h%u.0", v);
            return true;
        }
        snprintf(buffer, 32, "none");
        return CHANCE(draft, 1, 3);
    case 1:
        if (draft->options->with_unknowns && CHANCE(draft, 1, 2)) {
            snprintf(buffer, 32, "unknown:u");
            return true;
        }
        snprintf(buffer, 32, "nat:n%u", v);
        return vpc->nat >= 0;
    case 2:
    case 3:
    case 4:
        snprintf(buffer, 32, "peering:p%u.%u", low, high);
        return v != w && draft->peering[low][high];
    default:
        snprintf(buffer, 32, "tgw:g%u", vpc->region);
        return draft->has_tgw[vpc->region] && (vpc->attached || CHANCE(draft, 1, 4));
    }
}

static void draw_default(struct draft *draft, unsigned v, const char *table)
{
    const struct draft_vpc *vpc = &draft->vpcs[v];

    if (vpc->has_igw && CHANCE(draft, 1, 2)) {
        LINE(draft, "route %s 0.0.0.0/0 igw:i%u\n", table, v);
    } else if (vpc->nat >= 0 && CHANCE(draft, 2, 3)) {
        LINE(draft, "route %s 0.0.0.0/0 nat:n%u\n", table, v);
    } else if (draft->has_tgw[vpc->region] && CHANCE(draft, 1, 2)) {
        LINE(draft, "route %s 0.0.0.0/0 tgw:g%u\n", table, vpc->region);
    }
}

/* Routes into the VPC's own range: whole subnets, to NAT gateways and interfaces [VPC-06]. */
static bool may_route(struct dm_prefix own, struct dm_prefix prefix, const char *target)
{
    bool is_near = dm_str_starts(target, "nat:") || dm_str_starts(target, "eni:")
                   || dm_str_starts(target, "gwlb:");

    return !dm_prefix_covers(own, prefix) || (prefix.length == 24 && is_near);
}

static void draw_table(struct draft *draft, unsigned v, const char *table)
{
    struct prefix_set set = { .n = 0 };
    struct dm_prefix own = { dm_addr_ipv4(10u << 24 | draft->vpcs[v].block << 16), 16 };
    char prefix[DM_ADDR_TEXT_SIZE];
    char target[32];

    for (unsigned i = 0; i < 2 * draft->n_vpcs; i++) {
        unsigned w = i % draft->n_vpcs;

        draw_prefix(draft, w, prefix);
        if (draw_target(draft, v, w, target) && add_prefix(&set, prefix)
            && may_route(own, set.items[set.n - 1], target)) {
            LINE(draft, "route %s %s %s\n", table, prefix, target);
        }
    }
    if (draft->has_list && CHANCE(draft, 1, 4)
        && draw_target(draft, v, BELOW(draft, draft->n_vpcs), target)) {
        LINE(draft, "route %s list:l %s\n", table, target);
    } else if (draft->has_list && draft->options->with_endpoints && CHANCE(draft, 1, 6)) {
        LINE(draft, "route %s list:l endpoint:e%u\n", table, v);
    }
    draw_default(draft, v, table);
}

static void draw_routes(struct draft *draft)
{
    char table[32];

    for (unsigned v = 0; v < draft->n_vpcs; v++) {
        snprintf(table, sizeof table, "v%u.main", v);
        draw_table(draft, v, table);
        for (unsigned s = 0; s < draft->vpcs[v].n_subnets; s++) {
            if (draft->vpcs[v].own_table[s]) {
                snprintf(table, sizeof table, "t%u.%u", v, s);
                draw_table(draft, v, table);
            }
        }
    }
}

/* An attachment at the transit gateway of region 'r' that leads to VPC 'w', mostly. */
static bool draw_attached(struct draft *draft, unsigned r, unsigned w, char buffer[32])
{
    unsigned q = CHANCE(draft, 4, 5) ? draft->vpcs[w].region : BELOW(draft, draft->n_regions);

    if (q != r && draft->tpeer[q < r ? q : r][q < r ? r : q]) {
        snprintf(buffer, 32, "y%u.%u", r, q);
        return true;
    }
    if (draft->vpcs[w].region == r && draft->vpcs[w].attached) {
        snprintf(buffer, 32, "x%u", w);
        return true;
    }
    snprintf(buffer, 32, "%s", draft->options->with_unknowns ? "unknown:u" : "none");
    return CHANCE(draft, 1, 4);
}

static void draw_transit_table(struct draft *draft, unsigned r, unsigned t)
{
    struct prefix_set set = { .n = 0 };
    char prefix[DM_ADDR_TEXT_SIZE];
    char target[32];

    for (unsigned v = 0; v < draft->n_vpcs; v++) {
        if (draft->vpcs[v].attached && draft->vpcs[v].region == r && CHANCE(draft, 3, 4)) {
            LINE(draft, "propagate m%u.%u x%u\n", r, t, v);
        }
    }
    for (unsigned i = 0; i < 2 * draft->n_vpcs; i++) {
        unsigned w = i % draft->n_vpcs;
        bool away = draft->vpcs[w].region != r;

        if (!CHANCE(draft, away ? 7 : 2, 8)) {
            continue;
        }
        if (draw_attached(draft, r, w, target) && add_prefix(&set, draw_prefix(draft, w, prefix))) {
            LINE(draft, "troute m%u.%u %s %s\n", r, t, prefix, target);
        }
    }
    if (CHANCE(draft, 1, 4) && draw_attached(draft, r, BELOW(draft, draft->n_vpcs), target)) {
        LINE(draft, "troute m%u.%u 0.0.0.0/0 %s\n", r, t, target);
    }
}

/* Each VPC has two groups, c and d. */
static void draw_groups(struct draft *draft)
{
    static const char *const matches[] = { "all",    "tcp/443", "tcp/1-1024",
                                           "udp/53", "icmp",    "icmp/8" };

    for (unsigned v = 0; v < draft->n_vpcs; v++) {
        LINE(draft, "group c%u v%u\ngroup d%u v%u\n", v, v, v, v);
    }
    for (unsigned v = 0; v < draft->n_vpcs; v++) {
        for (unsigned i = 0; i < 4; i++) {
            LINE(draft, "permit %c%u in %s ", i % 2 ? 'c' : 'd', v, matches[BELOW(draft, 6)]);
            if (CHANCE(draft, 1, 2)) {
                LINE(draft, "group:%c%u\n", CHANCE(draft, 1, 2) ? 'c' : 'd',
                     BELOW(draft, draft->n_vpcs));
            } else if (CHANCE(draft, 1, 3)) {
                LINE(draft, "0.0.0.0/0\n");
            } else if (draft->has_list && CHANCE(draft, 1, 3)) {
                LINE(draft, "list:l\n");
            } else if (draft->options->with_unknowns && CHANCE(draft, 1, 8)) {
                LINE(draft, "unknown:u\n");
            } else {
                LINE(draft, "10.%u.0.0/16\n", BELOW(draft, draft->n_vpcs));
            }
        }
        LINE(draft, "permit c%u out all 0.0.0.0/0\n", v);
        if (CHANCE(draft, 1, 2)) {
            LINE(draft, "permit d%u out %s 10.0.0.0/%u\n", v, matches[BELOW(draft, 6)],
                 8 + BELOW(draft, 9));
        }
    }
}

/* A subnet's word, an address in it and groups. */
static void add_interface_words(struct draft *draft, unsigned v, unsigned s)
{
    struct draft_vpc *vpc = &draft->vpcs[v];

    LINE(draft, " s%u.%u 10.%u.%u.%u", v, s, vpc->block, s, 10 + vpc->n_used[s]++);
    if (vpc->has_igw && CHANCE(draft, 1, 3)) {
        LINE(draft, "=198.18.0.%u", next_public(draft));
    }
    if (draft->options->with_filters) {
        switch (BELOW(draft, 4)) {
        case 0:
            LINE(draft, " groups=c%u", v);
            break;
        case 1:
            LINE(draft, " groups=d%u", v);
            break;
        case 2:
            LINE(draft, " groups=c%u,d%u", v, v);
            break;
        default:
            break;
        }
    }
}

static void draw_hosts(struct draft *draft)
{
    for (unsigned h = 0; h < draft->n_hosts; h++) {
        unsigned v = h < draft->n_vpcs ? h : BELOW(draft, draft->n_vpcs);
        struct draft_vpc *vpc = &draft->vpcs[v];
        unsigned s = BELOW(draft, vpc->n_subnets);

        LINE(draft, "host h%u", h);
        add_interface_words(draft, v, s);
        if (draft->options->with_middleboxes && CHANCE(draft, 1, 3)) {
            LINE(draft, " nocheck");
        }
        LINE(draft, "%s%s\n", CHANCE(draft, 1, 12) ? " stopped" : "",
             draft->options->with_middleboxes && CHANCE(draft, 1, 2) ? " forwards" : "");
        for (unsigned other = 0; other < vpc->n_subnets; other++) {
            if (other != s && vpc->zones[other] == vpc->zones[s] && CHANCE(draft, 1, 3)) {
                LINE(draft, "nic h%u", h);
                add_interface_words(draft, v, other);
                LINE(draft, "\n");
                break;
            }
        }
    }
}

/* A firewall with an endpoint in each VPC, and a few policies for them all. */
static void draw_firewalls(struct draft *draft)
{
    LINE(draft, "fgroup fa\nfgroup fb stateful\nfpolicy o0 pass stateless=fa\n"
                "fpolicy o1 forward stateful=fb\nfpolicy o2 forward stateless=fa stateful=fb "
                "strict=drop\nfpolicy o3 drop stateless=fa\n");
    LINE(draft, "frule fa 1 drop tcp any 10.%u.0.0/16 to=80-%u\n", BELOW(draft, draft->n_vpcs),
         80 + BELOW(draft, 500));
    LINE(draft, "frule fa 2 %s udp any any\n", CHANCE(draft, 1, 2) ? "pass" : "drop");
    LINE(draft, "frule fb 0 %s tcp any 10.%u.0.0/16 to=443,8080 %s\n",
         CHANCE(draft, 1, 2) ? "pass" : "drop", BELOW(draft, draft->n_vpcs),
         CHANCE(draft, 1, 2) ? "both" : "");
    LINE(draft, "frule fb 0 %s icmp home any\n", CHANCE(draft, 1, 2) ? "pass" : "drop");
    for (unsigned v = 0; v < draft->n_vpcs; v++) {
        LINE(draft, "firewall f%u v%u o%u\nfendpoint q%u s%u.%u firewall:f%u\n", v, v,
             CHANCE(draft, 2, 3) ? 0 : BELOW(draft, 4), v, v,
             BELOW(draft, draft->vpcs[v].n_subnets), v);
    }
}

static void draw_all(struct draft *draft)
{
    draw_regions(draft);
    draft->n_vpcs = at_most(draft, draft->options->max_vpcs, MAX_VPCS);
    draft->n_hosts = 1 + at_most(draft, draft->options->max_hosts, 16);
    for (unsigned v = 0; v < draft->n_vpcs; v++) {
        draw_vpc(draft, v);
        draw_gateways(draft, v);
    }
    if (draft->has_list) {
        LINE(draft, "answers x tcp/443\nlist l 10.%u.0.0/16,10.%u.0.0/24,198.18.0.0/15%s\n",
             BELOW(draft, draft->n_vpcs), BELOW(draft, draft->n_vpcs),
             CHANCE(draft, 1, 2) ? " service=x" : "");
        for (unsigned v = 0; v < draft->n_vpcs; v++) {
            LINE(draft, "endpoint e%u v%u x\n", v, v);
        }
    }
    if (draft->options->with_peering) {
        draw_peerings(draft);
    }
    if (draft->options->with_tgw) {
        draw_transit(draft);
    }
    if (draft->options->with_core) {
        draw_core(draft);
    }
    if (draft->options->with_middleboxes) {
        draw_firewalls(draft);
    }
    draw_routes(draft);
    for (unsigned r = 0; r < draft->n_regions; r++) {
        for (unsigned t = 0; t < draft->n_tables[r]; t++) {
            draw_transit_table(draft, r, t);
        }
    }
    if (draft->options->with_filters) {
        draw_groups(draft);
    }
    draw_hosts(draft);
}

const char *dm_nets_random(struct dm_arena *arena, uint64_t seed,
                           const struct dm_net_options *options)
{
    struct draft draft = { .random = { seed }, .options = options };

    dm_str_init(&draft.text, arena);
    draw_all(&draft);
    return draft.text.failed ? NULL : draft.text.text;
}

bool dm_nets_replay_seed(uint64_t *ret_seed)
{
    const char *text = getenv("DM_SEED");

    return text && dm_str_to_u64(text, strlen(text), UINT64_MAX, ret_seed);
}

/* 'text' without 'n' lines from line 'first' on; NULL where there are fewer, or memory is out. */
static const char *without_lines(struct dm_arena *arena, const char *text, size_t first, size_t n)
{
    struct dm_str rest;
    size_t line = 0;
    bool left_out = false;

    dm_str_init(&rest, arena);
    for (const char *at = text; *at; line++) {
        size_t length = strcspn(at, "\n");

        length += at[length] ? 1 : 0;
        if (line >= first && line < first + n) {
            left_out = true;
        } else {
            dm_str_addn(&rest, at, length);
        }
        at += length;
    }
    return left_out && !rest.failed ? rest.text : NULL;
}

static size_t count_lines(const char *text)
{
    size_t n = 0;

    for (const char *at = text; *at; at++) {
        n += *at == '\n' ? 1 : 0;
    }
    return n;
}

const char *dm_nets_shrink(struct dm_arena *arena, const char *text,
                           bool (*fails)(const struct dm_model *model, void *context),
                           void *context)
{
    size_t n = count_lines(text) / 2;

    while (n > 0) {
        bool smaller = false;

        for (size_t first = 0; first < count_lines(text);) {
            const char *rest = without_lines(arena, text, first, n);
            const struct dm_model *model = NULL;

            if (rest && dm_nets_parse(arena, rest, &model, NULL) == DM_OK
                && fails(model, context)) {
                text = rest;
                smaller = true;
            } else {
                first += n;
            }
        }
        n = n == 1 ? (smaller ? 1 : 0) : n / 2;
    }
    return text;
}
