/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Classes of places against asking for every pair by itself.
 *
 * Networks are made of a few roles with several VPCs each, alike but for their own prefixes; then
 * single VPCs deviate: by a row of their own or of another's that names them, a narrower filter, a
 * black hole, a twin of their CIDR, a group that others refer to; at a core network by another
 * segment, edge or appliance mode, by a static route or a routing policy that means one of them.
 * Whatever is merged must have, row by row, what asking each pair says. Built with a planted fault
 * this program must fail.
 */
#include "tests/support/dmtest.h"

#include <string.h>

#include "model/base/str.h"
#include "scenarios/pairs.h"
#include "tests/support/nets.h"

enum { SEEDS = 900, MAX_ROLES = 3, MAX_VPCS = 11, N_SEGMENTS = 3 };

/* What VPCs of one role have in common. */
struct role {
    unsigned table;      /* of the transit gateway, 0 or 1 */
    unsigned propagates; /* bits: into which tables */
    bool is_attached;
    bool has_nat;
    bool has_internet;
    bool has_default; /* all by the transit gateway, not only 10.0.0.0/8 */
    unsigned port;    /* of its hosts */
    unsigned acl;     /* kind of its ACL */
    bool own_only;    /* its group lets in its own VPC and the other's port */
    bool refers;      /* its group lets itself in */
    bool is_far;      /* in the second region, where there is no transit gateway */
    unsigned segment; /* of the core network, less one; 0: it is not attached */
    bool is_appliance;
    bool is_labelled;
    bool is_blind; /* its attachment to the core network does not let groups refer to others */
    bool asks_hub; /* its group lets in a group of a VPC that is no role's */
    bool has_regional_nat;
    unsigned line;    /* to premises: 0 no gateway, 1 no line, 2 a line, 3 one that is shut */
    bool learns;      /* what the gateway learns comes into its table */
    bool nat_is_near; /* its regional NAT gateway has an address for one zone */
    bool has_ipv6;
    bool is_without; /* IPv6: so its attachments were made */
};

struct world {
    struct dm_random random;
    struct dm_str text;
    struct role roles[MAX_ROLES];
    unsigned n_roles;
    unsigned role_of[MAX_VPCS];
    unsigned n_vpcs;
    bool has_core;
    bool has_lines;
    bool has_ipv6;
};

static bool chance(struct world *world, unsigned n, unsigned of)
{
    return dm_random_chance(&world->random, n, of);
}

static unsigned below(struct world *world, unsigned limit)
{
    return dm_random_below(&world->random, limit);
}

static void draw_role(struct world *world, struct role *role)
{
    static const unsigned ports[] = { 22, 443, 8080 };

    *role = (struct role){ .table = below(world, 2),
                           .propagates = below(world, 4),
                           .is_attached = chance(world, 5, 6),
                           .has_nat = chance(world, 1, 3),
                           .has_internet = chance(world, 1, 3),
                           .has_default = chance(world, 1, 3),
                           .port = ports[below(world, 3)],
                           .acl = below(world, 3),
                           .own_only = chance(world, 1, 3),
                           .refers = chance(world, 1, 2),
                           .has_regional_nat = chance(world, 1, 6),
                           .nat_is_near = chance(world, 1, 2) };
    role->has_regional_nat = role->has_regional_nat && !role->has_nat;
    if (world->has_core && chance(world, 3, 4)) {
        role->segment = 1 + below(world, N_SEGMENTS);
        role->is_far = chance(world, 1, 3);
        role->is_appliance = chance(world, 1, 4);
        role->is_labelled = chance(world, 1, 3);
        role->asks_hub = chance(world, 1, 3);
        role->is_blind = chance(world, 1, 4);
        role->is_attached = role->is_attached && !role->is_far && chance(world, 1, 3);
    }
    if (world->has_lines && chance(world, 1, 2)) {
        role->line = 1 + below(world, 3);
        role->learns = chance(world, 3, 4);
    }
    role->has_ipv6 = world->has_ipv6 && chance(world, 3, 4);
    role->is_without = role->has_ipv6 && chance(world, 1, 3);
}

/* What one VPC is, where it is not what its role is. */
static void tweak(struct world *world, struct role *role)
{
    if (!chance(world, 1, 10)) {
        return;
    }
    switch (below(world, 9)) {
    case 8:
        role->is_without = role->has_ipv6 && !role->is_without;
        break;
    case 0:
        role->segment = role->segment ? 1 + below(world, N_SEGMENTS) : 0;
        break;
    case 1:
        role->is_far = role->segment && !role->is_far && !role->is_attached;
        break;
    case 2:
        role->is_appliance = !role->is_appliance;
        break;
    case 3:
        role->is_labelled = !role->is_labelled;
        break;
    case 4:
        role->line = role->line ? 1 + below(world, 3) : 0;
        break;
    case 5:
        role->learns = !role->learns;
        break;
    case 6:
        role->is_blind = !role->is_blind;
        break;
    default:
        role->nat_is_near = !role->nat_is_near;
        break;
    }
}

#define ADD(world, ...) dm_str_addf(&(world)->text, __VA_ARGS__)

static void add_filters(struct world *world, unsigned v, const struct role *role)
{
    ADD(world, "acl a%u v%u\ngroup g%u v%u\n", v, v, v, v);
    if (role->acl > 0) {
        ADD(world, "rule a%u in 90 %s tcp/%u 10.%u.1.0/24\n", v, role->acl == 1 ? "deny" : "allow",
            role->port, v);
        ADD(world, "rule a%u in 95 deny tcp/8080 10.0.0.0/15\n", v);
    }
    ADD(world, "rule a%u in 100 allow all 0.0.0.0/0\nrule a%u out 100 allow all 0.0.0.0/0\n", v, v);
    ADD(world, "permit g%u out all 0.0.0.0/0\n", v);
    ADD(world, "permit g%u in tcp/%u %s\n", v, role->port,
        role->own_only ? "10.0.0.0/8" : "0.0.0.0/0");
    ADD(world, "permit g%u in icmp 10.%u.0.0/16\n", v, v);
    if (role->has_ipv6) {
        ADD(world, "rule a%u in 101 allow all ::/0\nrule a%u out 101 allow all ::/0\n", v, v);
        ADD(world, "permit g%u out all ::/0\npermit g%u in tcp/%u ", v, v, role->port);
        if (role->own_only) {
            ADD(world, "2001:db8:%u::/48\n", v);
        } else {
            ADD(world, "::/0\n");
        }
    }
    if (role->refers) {
        ADD(world, "permit g%u in tcp/53 group:g%u\n", v, v);
    }
    if (role->asks_hub) {
        ADD(world, "permit g%u in tcp/28 group:ghub\n", v);
    }
}

/* Its ways to the core network and to premises. */
static void add_outer_ways(struct world *world, unsigned v, const struct role *role)
{
    unsigned r = role->is_far ? 2 : 1;

    if (role->segment) {
        ADD(world, "cattach k%u c v%u c.s%u s%ua,s%ub%s%s%s%s\n", v, v, role->segment - 1, v, v,
            role->is_labelled ? " label=l" : "", role->is_appliance ? " appliance" : "",
            role->is_blind ? " norefs" : "", role->is_without ? " noipv6" : "");
        ADD(world, "route t%u %s core:c\n", v, role->is_attached ? "10.0.0.0/12" : "10.0.0.0/8");
        if (role->has_ipv6) {
            ADD(world, "route t%u %s core:c\n", v, role->is_attached ? "2001:db8::/47" : "::/0");
        }
    }
    if (role->line) {
        ADD(world, "vgw w%u v%u r%u", v, v, r);
        if (role->learns) {
            ADD(world, " learn=t%u", v);
        }
        ADD(world, "\n");
        ADD(world, "route t%u 172.17.0.0/16 vgw:w%u\n", v, v);
    }
    if (role->line > 1) {
        ADD(world, "allow d%u d w%u 10.%u.0.0/16\n", v, v, role->line == 2 ? v : 200);
    }
    if (role->has_regional_nat) {
        ADD(world, "rnat n%u v%u 198.18.%u.9", v, v, v);
        if (role->nat_is_near) {
            ADD(world, "@r%ua", r);
        }
        ADD(world, ",198.19.%u.8@r%ub\n", v, r);
        ADD(world, "route t%u 198.51.100.0/24 nat:n%u\n", v, v);
    }
}

/* One more range, or address, where the role has any of IPv6. */
static void add_ipv6(struct world *world, const struct role *role, unsigned v, const char *end)
{
    if (role->has_ipv6) {
        ADD(world, ",2001:db8:%u%s", v, end);
    }
}

static void add_vpc(struct world *world, unsigned v)
{
    struct role own = world->roles[world->role_of[v]];
    const struct role *role = &own;
    unsigned r;

    tweak(world, &own);
    r = role->is_far ? 2 : 1;
    ADD(world, "vpc v%u r%u 10.%u.0.0/16", v, r, v);
    add_ipv6(world, role, v, "::/48");
    ADD(world, "\ntable t%u v%u\n", v, v);
    add_filters(world, v, role);
    for (unsigned zone = 0; zone < 2; zone++) {
        char letter = zone ? 'b' : 'a';

        ADD(world, "subnet s%u%c v%u r%u%c 10.%u.%u.0/24", v, letter, v, r, letter, v, zone + 1);
        add_ipv6(world, role, v, zone ? ":2::/64" : ":1::/64");
        ADD(world, " table=t%u acl=a%u\n", v, v);
    }
    if (role->has_internet) {
        ADD(world, "igw i%u v%u\nroute t%u 0.0.0.0/0 igw:i%u\n", v, v, v, v);
    }
    if (role->has_nat) {
        ADD(world, "nat n%u s%ua 10.%u.1.9 198.18.%u.9\n", v, v, v, v);
        ADD(world, "route t%u 198.51.100.0/24 nat:n%u\n", v, v);
    }
    if (role->is_attached) {
        ADD(world, "attach x%u g v%u m%u s%ua,s%ub%s\nroute t%u 10.0.0.0/8 tgw:g\n", v, v,
            role->table, v, v, role->is_without ? " noipv6" : "", v);
        if (role->has_ipv6) {
            ADD(world, "route t%u 2001:db8::/32 tgw:g\n", v);
        }
        for (unsigned m = 0; m < 2; m++) {
            if (role->propagates & 1U << m) {
                ADD(world, "propagate m%u x%u\n", m, v);
            }
        }
        if (role->has_default && !role->has_internet) {
            ADD(world, "route t%u 0.0.0.0/0 tgw:g\n", v);
        }
    }
    add_outer_ways(world, v, role);
    ADD(world, "host h%ua s%ua 10.%u.1.10", v, v, v);
    if (role->has_internet) {
        ADD(world, "=198.18.%u.10", v);
    }
    add_ipv6(world, role, v, ":1::a");
    ADD(world, " groups=g%u\nhost h%ub s%ub 10.%u.2.10", v, v, v, v);
    add_ipv6(world, role, v, ":2::a");
    ADD(world, " groups=g%u\n", v);
}

/* The core network means one VPC. */
static void deviate_core(struct world *world)
{
    unsigned v = below(world, world->n_vpcs);
    unsigned w = below(world, world->n_vpcs);
    bool w_is_there = world->roles[world->role_of[w]].segment != 0;
    unsigned segment = below(world, N_SEGMENTS);

    switch (below(world, 9)) {
    case 7:
        ADD(world, "rpolicy c r drop within 10.0.0.0/8\nlabel c l r\n");
        break;
    case 8:
        for (v = 0; v < world->n_vpcs; v++) {
            if (world->roles[world->role_of[v]].segment) {
                ADD(world, "croute c.s%u 10.%u.1.0/25 ", segment, v);
                if (chance(world, 1, 3)) {
                    ADD(world, "none\n");
                } else {
                    ADD(world, "k%u\n", w_is_there && chance(world, 1, 3) ? w : v);
                }
            }
        }
        break;
    case 0:
        ADD(world, "croute c.s%u 10.%u.1.0/24 none\n", segment, v);
        break;
    case 1:
    case 2:
        if (w_is_there) {
            ADD(world, "croute c.s%u 10.%u.1.0/25 k%u\n", segment, v, w);
        }
        break;
    case 3:
        if (w_is_there) {
            ADD(world, "croute c.s%u 0.0.0.0/0 k%u\n", segment, w);
        }
        break;
    case 4:
        ADD(world, "rpolicy c p%u drop within 10.%u.0.0/16\nlabel c l p%u\n", v, v, v);
        break;
    case 5:
        ADD(world, "rpolicy c q%u drop equals 10.%u.0.0/16\nlabel c l q%u\n", v, v, v);
        break;
    default:
        ADD(world, "croute c.s%u 10.%u.0.0/17 none\n", segment, w);
        break;
    }
}

/* A line of its own, or one more prefix that is let through. */
static void deviate_lines(struct world *world)
{
    unsigned v = below(world, world->n_vpcs);

    if (!world->roles[world->role_of[v]].line) {
        return;
    }
    if (chance(world, 1, 2)) {
        ADD(world, "vif z%u s w%u 172.%u.0.0/16\n", v, v, 16 + below(world, 2));
    } else {
        ADD(world, "allow o%u d w%u 10.%u.0.0/16\n", v, v, below(world, world->n_vpcs));
    }
}

/* One VPC is not quite what its role says. */
static void deviate(struct world *world)
{
    unsigned v = below(world, world->n_vpcs);
    unsigned w = below(world, world->n_vpcs);
    bool v_is_attached = world->roles[world->role_of[v]].is_attached;
    bool w_is_attached = world->roles[world->role_of[w]].is_attached;

    switch (below(world, 14)) {
    case 0:
        ADD(world, "route t%u 10.%u.1.0/24 none\n", v, v == w ? 200 : w);
        break;
    case 1:
        ADD(world, "rule a%u in 50 deny tcp/443 10.%u.0.0/16\n", v, w);
        break;
    case 2:
        ADD(world, "rule a%u out 50 deny all 10.%u.1.0/24\n", v, w);
        break;
    case 3:
        ADD(world, "troute m%u 10.%u.1.0/24 none\n", below(world, 2), v);
        break;
    case 4:
        if (w_is_attached) {
            ADD(world, "troute m%u 10.%u.1.0/25 x%u\n", below(world, 2), v, w);
        }
        break;
    case 5:
        ADD(world, "permit g%u in tcp/25 10.%u.1.0/25\n", v, w);
        break;
    case 6:
        ADD(world, "permit g%u in tcp/26 group:g%u\n", v, w);
        break;
    case 7:
        ADD(world, "vpc twin%u r1 10.%u.0.0/16\nsubnet twin%u.s twin%u r1a 10.%u.1.0/24\n", v, v, v,
            v, v);
        if (chance(world, 2, 3)) {
            ADD(world, "attach twin%u.x g twin%u m0 twin%u.s\npropagate m1 twin%u.x\n", v, v, v, v);
        }
        break;
    case 8:
        ADD(world, "list l%u 10.%u.0.0/16,10.%u.2.0/24\npermit g%u in tcp/27 list:l%u\n", v, v, w,
            w, v);
        break;
    case 9:
        if (w_is_attached) {
            ADD(world, "troute m%u 0.0.0.0/0 x%u\n", below(world, 2), w);
        }
        break;
    case 10:
        if (v != w) {
            ADD(world, "peering p%u v%u v%u\nroute t%u 10.%u.0.0/16 peering:p%u\n", v, v, w, v, w,
                v);
            ADD(world, "route t%u 10.%u.0.0/16 peering:p%u\n", w, v, v);
        }
        break;
    case 11:
        if (v_is_attached && v != w) {
            ADD(world, "route t%u 10.%u.0.0/17 tgw:g\n", v, w);
        }
        break;
    case 12:
        ADD(world, "host extra%u s%ua 10.%u.1.11 groups=g%u\n", v, v, v, v);
        break;
    default:
        ADD(world, "interface? e%u s%ub 10.%u.2.99 u\n", v, v, v);
        break;
    }
}

/* What is there of a core network and of lines before there are VPCs. */
static void add_core(struct world *world)
{
    if (world->has_core) {
        ADD(world, "core c refs\ncedge c.r1 c r1\ncedge c.r2 c r2\n");
        for (unsigned i = 0; i < N_SEGMENTS; i++) {
            ADD(world, "segment c.s%u c%s", i, chance(world, 1, 4) ? " isolate" : "");
            ADD(world, i > 0 && chance(world, 1, 4) ? " deny=c.s0\n" : "\n");
        }
        for (unsigned i = 0; i < N_SEGMENTS; i++) {
            if (chance(world, 1, 2)) {
                ADD(world, "share c c.s%u c.s%u\n", i, (i + 1) % N_SEGMENTS);
            }
        }
        if (chance(world, 1, 2)) {
            ADD(world, "cpeer p c.r1 g\nctable y p m%u c.s%u\n", below(world, 2),
                below(world, N_SEGMENTS));
        }
        ADD(world, "vpc hub r1 10.101.0.0/16\ngroup ghub hub\n"
                   "subnet hub.s hub r1a 10.101.1.0/24\nroute hub.main 10.0.0.0/8 core:c\n"
                   "permit ghub out all 0.0.0.0/0\ncattach khub c hub c.s0 hub.s\n"
                   "host hhub hub.s 10.101.1.10 groups=ghub\n");
        if (chance(world, 1, 4)) {
            ADD(world, "function c.f c\nvia c c.s0 c.s1 c.f\nvpc f r1 10.100.0.0/16\n"
                       "subnet f.s f r1a 10.100.1.0/24\nroute f.main 0.0.0.0/0 core:c\n"
                       "cattach kf c f c.f f.s\n");
        }
    }
    if (world->has_lines) {
        ADD(world, "site s 172.16.0.0/16\ndxgw d\nvif x s d 172.16.0.0/16\n");
    }
}

static const char *draw(struct dm_arena *arena, uint64_t seed)
{
    struct world world = { .random = { seed } };

    dm_str_init(&world.text, arena);
    world.has_core = chance(&world, 1, 2);
    world.has_lines = chance(&world, 1, 4);
    world.has_ipv6 = chance(&world, 1, 3);
    world.n_roles = 1 + below(&world, MAX_ROLES);
    world.n_vpcs = 3 + below(&world, MAX_VPCS - 2);
    for (unsigned i = 0; i < world.n_roles; i++) {
        draw_role(&world, &world.roles[i]);
    }
    ADD(&world, "region r1\nzone r1a r1\nzone r1b r1\nregion r2\nzone r2a r2\nzone r2b r2\n"
                "unknown u\ntgw g r1 refs\nttable m0 g\nttable m1 g\n");
    add_core(&world);
    for (unsigned v = 0; v < world.n_vpcs; v++) {
        world.role_of[v] = below(&world, world.n_roles);
        add_vpc(&world, v);
    }
    for (unsigned i = below(&world, 3); i > 0; i--) {
        if (world.has_core && chance(&world, 1, 2)) {
            deviate_core(&world);
        } else if (world.has_lines && chance(&world, 1, 2)) {
            deviate_lines(&world);
        } else {
            deviate(&world);
        }
    }
    return world.text.failed ? NULL : world.text.text;
}

/* ---- the property ---- */

struct totals {
    size_t networks;
    size_t rows;
    size_t places;
    size_t classes;
    size_t sessions;
    size_t sessions_one_by_one;
};

static const char *class_of(const struct dm_pairs *pairs, const char *name)
{
    for (size_t i = 0; i < pairs->n_listed; i++) {
        for (size_t j = 0; j < pairs->classes[i].n_members; j++) {
            if (strcmp(pairs->classes[i].members[j], name) == 0) {
                return pairs->classes[i].name;
            }
        }
    }
    return name; /* the internet */
}

/* Notes the rows of classes that say what a row of two places says; how many do. */
static size_t find_rows(const struct dm_pairs *pairs, const struct dm_pair_row *row, bool *said)
{
    const char *from = class_of(pairs, row->from);
    const char *to = class_of(pairs, row->to);
    size_t length = strlen(to);
    size_t n = 0;

    for (size_t i = 0; i < pairs->n_rows; i++) {
        const struct dm_pair_row *of = &pairs->rows[i];

        if (strcmp(of->from, from) == 0 && strncmp(of->to, to, length) == 0
            && (!of->to[length] || strcmp(of->to + length, " (same VPC)") == 0)
            && of->mark == row->mark && strcmp(of->flows, row->flows) == 0) {
            said[i] = true;
            n++;
        }
    }
    return n;
}

/* Rows of classes say what all rows say, and nothing else. */
static void compare_classes(const struct dm_model *model, const struct dm_pairs *all,
                            const struct dm_pairs_options *options, uint64_t seed)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_err err = DM_ERR_INIT;
    struct dm_pairs classes;
    bool *said;

    assert_int_equal(dm_pairs_find(arena, model, options, &classes, &err), DM_OK);
    said = DM_NEW_ARRAY(arena, classes.n_rows + 1, bool);
    for (size_t i = 0; i < all->n_rows; i++) {
        if (!find_rows(&classes, &all->rows[i], said)) {
            fail_msg("DM_SEED=%llu: no row of classes says `%s => %s : %s`\n%s",
                     (unsigned long long)seed, all->rows[i].from, all->rows[i].to,
                     all->rows[i].flows, dm_nets_describe(model));
        }
    }
    for (size_t i = 0; i < classes.n_rows; i++) {
        if (!said[i]) {
            fail_msg("DM_SEED=%llu: `%s => %s : %s` is of no pair\n%s", (unsigned long long)seed,
                     classes.rows[i].from, classes.rows[i].to, classes.rows[i].flows,
                     dm_nets_describe(model));
        }
    }
    dm_arena_free(arena);
}

static void compare(const struct dm_model *model, enum dm_pairs_by by, uint64_t seed,
                    struct totals *totals)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_pairs_options options = { .by = by };
    struct dm_err err = DM_ERR_INIT;
    struct dm_pairs classes;
    struct dm_pairs all;

    assert_int_equal(dm_pairs_find(arena, model, &options, &classes, &err), DM_OK);
    options.one_by_one = true;
    assert_int_equal(dm_pairs_find(arena, model, &options, &all, &err), DM_OK);
    for (size_t i = 0; i < all.n_rows || i < classes.n_rows; i++) {
        const struct dm_pair_row *x = i < classes.n_rows ? &classes.rows[i] : NULL;
        const struct dm_pair_row *y = i < all.n_rows ? &all.rows[i] : NULL;

        if (!x || !y || strcmp(x->from, y->from) != 0 || strcmp(x->to, y->to) != 0
            || x->mark != y->mark || strcmp(x->flows, y->flows) != 0) {
            fail_msg("DM_SEED=%llu: `%s => %s : %s` by classes, `%s => %s : %s` pair by pair\n%s",
                     (unsigned long long)seed, x ? x->from : "", x ? x->to : "", x ? x->flows : "",
                     y ? y->from : "", y ? y->to : "", y ? y->flows : "", dm_nets_describe(model));
        }
    }
    options = (struct dm_pairs_options){ .by = by, .by_class = true };
    compare_classes(model, &all, &options, seed);
    totals->rows += all.n_rows;
    totals->places += classes.n_places;
    totals->classes += classes.n_classes;
    totals->sessions += classes.n_sessions;
    totals->sessions_one_by_one += all.n_sessions;
    dm_arena_free(arena);
}

static void hold_network(uint64_t seed, struct totals *totals)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_net_options options = DM_NET_ALL;
    const struct dm_model *model = NULL;
    const char *text = seed % 5 == 0 ? dm_nets_random(arena, seed, &options) : draw(arena, seed);

    /* Two deviations may want the same row; that is no network. */
    if (dm_nets_parse(arena, text, &model, NULL) == DM_OK) {
        totals->networks++;
        for (int by = DM_PAIRS_BY_ENDPOINT; by <= DM_PAIRS_BY_VPC; by++) {
            compare(model, (enum dm_pairs_by)by, seed, totals);
        }
    }
    dm_arena_free(arena);
}

static void classes_have_what_each_pair_has(void **state)
{
    struct totals totals = { 0 };
    uint64_t seed;

    (void)state;
    if (dm_nets_replay_seed(&seed)) {
        hold_network(seed, &totals);
        return;
    }
    for (seed = 1; seed <= SEEDS; seed++) {
        hold_network(seed, &totals);
    }
    print_message("%zu networks, %zu rows: %zu places in %zu classes, %zu sessions for %zu\n",
                  totals.networks, totals.rows, totals.places, totals.classes, totals.sessions,
                  totals.sessions_one_by_one);
    /* The networks must be of the kind that is to be tested. */
    assert_true(totals.networks > SEEDS / 4 * 3);
    assert_true(totals.rows > SEEDS * 20);
    assert_true(totals.classes < totals.places / 4 * 3);
    assert_true(totals.sessions < totals.sessions_one_by_one / 3 * 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_have_what_each_pair_has),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
