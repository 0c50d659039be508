/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Classes of places against asking for every pair by itself.
 *
 * Networks are made of a few roles with several VPCs each, alike but for their own prefixes; then
 * single VPCs deviate: by a row of their own or of another's that names them, a narrower filter, a
 * black hole, a twin of their CIDR, a group that others refer to.  Whatever is merged must have,
 * row by row, what asking each pair says. Built with a planted fault this program must fail.
 */
#include "tests/support/dmtest.h"

#include <string.h>

#include "model/base/str.h"
#include "scenarios/pairs.h"
#include "tests/support/nets.h"

enum { SEEDS = 500, MAX_ROLES = 3, MAX_VPCS = 11 };

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
};

struct world {
    struct dm_random random;
    struct dm_str text;
    struct role roles[MAX_ROLES];
    unsigned n_roles;
    unsigned role_of[MAX_VPCS];
    unsigned n_vpcs;
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
                           .refers = chance(world, 1, 2) };
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
    if (role->refers) {
        ADD(world, "permit g%u in tcp/53 group:g%u\n", v, v);
    }
}

static void add_vpc(struct world *world, unsigned v)
{
    const struct role *role = &world->roles[world->role_of[v]];

    ADD(world, "vpc v%u r1 10.%u.0.0/16\ntable t%u v%u\n", v, v, v, v);
    add_filters(world, v, role);
    ADD(world, "subnet s%ua v%u r1a 10.%u.1.0/24 table=t%u acl=a%u\n", v, v, v, v, v);
    ADD(world, "subnet s%ub v%u r1b 10.%u.2.0/24 table=t%u acl=a%u\n", v, v, v, v, v);
    if (role->has_internet) {
        ADD(world, "igw i%u v%u\nroute t%u 0.0.0.0/0 igw:i%u\n", v, v, v, v);
    }
    if (role->has_nat) {
        ADD(world, "nat n%u s%ua 10.%u.1.9 198.18.%u.9\n", v, v, v, v);
        ADD(world, "route t%u 198.51.100.0/24 nat:n%u\n", v, v);
    }
    if (role->is_attached) {
        ADD(world, "attach x%u g v%u m%u s%ua,s%ub\nroute t%u 10.0.0.0/8 tgw:g\n", v, v,
            role->table, v, v, v);
        for (unsigned m = 0; m < 2; m++) {
            if (role->propagates & 1U << m) {
                ADD(world, "propagate m%u x%u\n", m, v);
            }
        }
        if (role->has_default && !role->has_internet) {
            ADD(world, "route t%u 0.0.0.0/0 tgw:g\n", v);
        }
    }
    ADD(world, "host h%ua s%ua 10.%u.1.10", v, v, v);
    if (role->has_internet) {
        ADD(world, "=198.18.%u.10", v);
    }
    ADD(world, " groups=g%u\nhost h%ub s%ub 10.%u.2.10 groups=g%u\n", v, v, v, v, v);
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

static const char *draw(struct dm_arena *arena, uint64_t seed)
{
    struct world world = { .random = { seed } };

    dm_str_init(&world.text, arena);
    world.n_roles = 1 + below(&world, MAX_ROLES);
    world.n_vpcs = 3 + below(&world, MAX_VPCS - 2);
    for (unsigned i = 0; i < world.n_roles; i++) {
        draw_role(&world, &world.roles[i]);
    }
    ADD(&world, "region r1\nzone r1a r1\nzone r1b r1\nunknown u\ntgw g r1 refs\n"
                "ttable m0 g\nttable m1 g\n");
    for (unsigned v = 0; v < world.n_vpcs; v++) {
        world.role_of[v] = below(&world, world.n_roles);
        add_vpc(&world, v);
    }
    for (unsigned i = below(&world, 3); i > 0; i--) {
        deviate(&world);
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
