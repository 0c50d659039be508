/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Random hybrid networks against the plainest reading of the facts: which links live, which of
 * them bring the site the VPC's range, which bring the VPC the site's, and which is the best.
 *
 * A network has two VPCs with virtual private gateways, one Direct Connect gateway with some
 * associations, and one site with some links.  The oracle reads the numbers that the network was
 * written from, never the model.
 */
#include <stdio.h>
#include <string.h>

#include "solver/reach/session.h"
#include "tests/support/dmtest.h"
#include "tests/support/lowered.h"

enum { N_NETS = 600, N_VPCS = 2, MAX_LINKS = 4, N_CONNECTIONS = 3, N_LOCATIONS = 2 };

struct link {
    bool is_vpn;
    bool is_static;
    unsigned vpc;        /* VPN: where it ends */
    unsigned connection; /* Direct Connect: by which */
    bool half;           /* it advertises 172.20.0.0/17 alone */
    bool both;           /* and beside that all */
    unsigned prefer;
    unsigned prepend;
    unsigned local; /* preference: 0 low to 2 high */
};

struct net {
    bool learns[N_VPCS];
    bool associated[N_VPCS];
    bool allowed[N_VPCS];
    struct link links[MAX_LINKS];
    unsigned n_links;
};

/* What failed. */
struct failed {
    bool site;
    bool gateways[N_VPCS];
    bool locations[N_LOCATIONS];
    bool connections[N_CONNECTIONS];
    bool vpns[MAX_LINKS];
    bool tunnels[MAX_LINKS][2];
};

static struct net random_net(struct dm_rng *rng)
{
    struct net net = { .n_links = (unsigned)dm_rng_below(rng, MAX_LINKS + 1) };

    for (unsigned i = 0; i < N_VPCS; i++) {
        net.learns[i] = dm_rng_chance(rng, 80);
        net.associated[i] = dm_rng_chance(rng, 80);
        net.allowed[i] = dm_rng_chance(rng, 70);
    }
    net.associated[0] = net.associated[0] || !net.associated[1];
    for (unsigned i = 0; i < net.n_links; i++) {
        struct link *link = &net.links[i];

        link->is_vpn = dm_rng_chance(rng, 50);
        link->is_static = dm_rng_chance(rng, 40);
        link->vpc = (unsigned)dm_rng_below(rng, N_VPCS);
        link->connection = (unsigned)dm_rng_below(rng, N_CONNECTIONS);
        link->half = dm_rng_chance(rng, 30);
        link->both = link->half && dm_rng_chance(rng, 40);
        link->prefer = (unsigned)dm_rng_below(rng, 3) * 10;
        link->prepend = (unsigned)dm_rng_below(rng, 3);
        link->local = (unsigned)dm_rng_below(rng, 3);
    }
    return net;
}

static void write_links(const struct net *net, struct dm_str *out)
{
    static const char *const locals[] = { "low", "medium", "high" };

    for (unsigned i = 0; i < net->n_links; i++) {
        const struct link *link = &net->links[i];

        dm_str_addf(out, "      l%u:\n", i);
        if (link->is_vpn) {
            dm_str_addf(out, "        vpn: {vpc: v%u.eu-west-1, routing: %s}\n", link->vpc,
                        link->is_static ? "static" : "bgp");
        } else {
            dm_str_addf(out,
                        "        direct_connect: {connection: c%u, gateway: g, "
                        "local_preference: %s}\n",
                        link->connection, locals[link->local]);
        }
        dm_str_addf(out, "        prefer: %u\n        prepend: %u\n", link->prefer, link->prepend);
        if (link->half) {
            dm_str_addf(out, "        advertise: [172.20.0.0/17%s]\n",
                        link->both ? ", 172.20.0.0/16" : "");
        }
    }
}

static const char *write_net(struct dm_arena *arena, const struct net *net)
{
    struct dm_str out;

    dm_str_init(&out, arena);
    dm_str_add(&out, "demarc: 1\nname: hybrid\nregions:\n  eu-west-1: {zones: [a]}\nvpcs:\n");
    for (unsigned i = 0; i < N_VPCS; i++) {
        dm_str_addf(&out,
                    "  v%u:\n    for: {region: eu-west-1}\n    cidr: 10.%u.0.0/16\n"
                    "    vpn_gateway: true\n    subnets: {s: {size: 24, learn: %s}}\n",
                    i, i, net->learns[i] ? "true" : "false");
    }
    dm_str_add(&out, "groups:\n");
    for (unsigned i = 0; i < N_VPCS; i++) {
        dm_str_addf(&out, "  g%u: {in: v%u, ingress: [{from: any, port: all}]}\n", i, i);
    }
    dm_str_add(&out, "services:\n");
    for (unsigned i = 0; i < N_VPCS; i++) {
        dm_str_addf(&out,
                    "  h%u: {for: {region: eu-west-1}, in: v%u.s, port: tcp/443, groups: [g%u]}\n",
                    i, i, i);
    }
    dm_str_add(&out, "direct_connect:\n  locations: {p0: {}, p1: {}}\n  connections:\n");
    for (unsigned i = 0; i < N_CONNECTIONS; i++) {
        dm_str_addf(&out, "    c%u: {location: p%u, region: eu-west-1}\n", i, i % N_LOCATIONS);
    }
    dm_str_add(&out, "  gateways:\n    g:\n      asn: 64600\n      associations:\n");
    for (unsigned i = 0; i < N_VPCS; i++) {
        if (net->associated[i]) {
            const char *wide = i ? "10.0.0.0/15" : "10.0.0.0/16";
            const char *narrow = i ? "10.1.0.0/17" : "10.0.128.0/17";

            dm_str_addf(&out, "        - {vpc: v%u.eu-west-1, allowed: [%s]}\n", i,
                        net->allowed[i] ? wide : narrow);
        }
    }
    dm_str_add(&out, "sites:\n  dc:\n    cidr: 172.20.0.0/16\n    links:\n");
    if (!net->n_links) {
        dm_str_add(&out, "      {}\n");
    }
    write_links(net, &out);
    assert_false(out.failed);
    return out.text;
}

/* ---- the oracle ---- */

static bool link_lives(const struct net *net, const struct failed *failed, unsigned i)
{
    const struct link *link = &net->links[i];

    if (failed->site) {
        return false;
    }
    if (link->is_vpn) {
        return !failed->vpns[i] && !(failed->tunnels[i][0] && failed->tunnels[i][1]);
    }
    return !failed->connections[link->connection]
           && !failed->locations[link->connection % N_LOCATIONS];
}

static bool leads_to(const struct net *net, unsigned i, unsigned vpc)
{
    return net->links[i].is_vpn ? net->links[i].vpc == vpc : net->associated[vpc];
}

/* Links by which the site may send to the VPC, as bits. */
static unsigned links_in(const struct net *net, const struct failed *failed, unsigned vpc)
{
    unsigned best = 0;
    unsigned links = 0;

    for (unsigned i = 0; i < net->n_links; i++) {
        bool offered = net->links[i].is_vpn || net->allowed[vpc];

        if (failed->gateways[vpc] || !offered || !leads_to(net, i, vpc)
            || !link_lives(net, failed, i)) {
            continue;
        }
        if (!links || net->links[i].prefer > best) {
            links = 0;
            best = net->links[i].prefer;
        }
        links |= net->links[i].prefer == best ? 1u << i : 0;
    }
    return links;
}

/* The length of the longest prefix by which the link brings an address; 0: it does not. */
static unsigned brings(const struct link *link, bool in_lower_half)
{
    if (!link->half) {
        return 16;
    }
    return in_lower_half ? 17 : (link->both ? 16 : 0);
}

/* Larger is better; each part has its own digits. */
static unsigned merit(const struct link *link, bool in_lower_half)
{
    unsigned kind = !link->is_vpn ? 2 : (link->is_static ? 1 : 0);
    unsigned local = link->is_vpn ? 0 : link->local;

    return brings(link, in_lower_half) * 10000 + kind * 1000 + local * 100 + (9 - link->prepend);
}

/* Links by which the VPC may answer. */
static unsigned links_out(const struct net *net, const struct failed *failed, unsigned vpc,
                          bool in_lower_half)
{
    unsigned best = 0;
    unsigned links = 0;

    for (unsigned i = 0; i < net->n_links; i++) {
        unsigned own = merit(&net->links[i], in_lower_half);

        if (failed->gateways[vpc] || !net->learns[vpc] || !leads_to(net, i, vpc)
            || !brings(&net->links[i], in_lower_half) || !link_lives(net, failed, i)) {
            continue;
        }
        if (own > best) {
            links = 0;
            best = own;
        }
        links |= own == best ? 1u << i : 0;
    }
    return links;
}

/* ---- both ---- */

static void fail_one(const struct dm_model *model, struct dm_element_id *elements, size_t *n,
                     const char *name)
{
    elements[*n] = dm_model_find_element(model, name);
    assert_true(elements[*n].v != 0);
    (*n)++;
}

/* Fails some elements, in the model and in the oracle's record. */
static size_t random_failures(struct dm_rng *rng, const struct net *net,
                              const struct dm_model *model, struct failed *failed,
                              struct dm_element_id *elements)
{
    char name[64];
    size_t n = 0;

#define MAY_FAIL(flag, percent, ...)                                                               \
    if (dm_rng_chance(rng, (percent))) {                                                           \
        (flag) = true;                                                                             \
        snprintf(name, sizeof name, __VA_ARGS__);                                                  \
        fail_one(model, elements, &n, name);                                                       \
    }
    MAY_FAIL(failed->site, 3, "site:dc")
    for (unsigned i = 0; i < N_VPCS; i++) {
        MAY_FAIL(failed->gateways[i], 8, "vpn-gateway:v%u.eu-west-1.vgw", i)
    }
    for (unsigned i = 0; i < N_LOCATIONS; i++) {
        MAY_FAIL(failed->locations[i], 20, "direct-connect-location:p%u", i)
    }
    for (unsigned i = 0; i < N_CONNECTIONS; i++) {
        MAY_FAIL(failed->connections[i], 20, "direct-connect-connection:c%u", i)
    }
    for (unsigned i = 0; i < net->n_links; i++) {
        if (!net->links[i].is_vpn) {
            continue;
        }
        MAY_FAIL(failed->vpns[i], 15, "vpn-connection:dc.l%u", i)
        MAY_FAIL(failed->tunnels[i][0], 35, "vpn-tunnel:dc.l%u.tunnel-1", i)
        MAY_FAIL(failed->tunnels[i][1], 35, "vpn-tunnel:dc.l%u.tunnel-2", i)
    }
#undef MAY_FAIL
    return n;
}

/* The links that the walks took, as bits. */
static unsigned links_of(const struct dm_model *model, const struct dm_walks *walks)
{
    unsigned links = 0;

    for (size_t i = 0; i < walks->n; i++) {
        for (size_t j = 0; j < walks->items[i].n_hops; j++) {
            const struct dm_hop *hop = &walks->items[i].hops[j];

            if (hop->kind == DM_HOP_VPN || hop->kind == DM_HOP_DX_INTERFACE) {
                unsigned link = 0;

                assert_int_equal(sscanf(dm_model_ref_name(model, hop->at), "dc.l%u", &link), 1);
                links |= 1u << link;
            }
        }
    }
    return links;
}

static void compare(uint64_t seed, const struct net *net, const struct failed *failed,
                    const struct dm_walker *walker, struct dm_alive *alive, unsigned vpc,
                    bool in_lower_half)
{
    const struct dm_model *model = walker->model;
    struct dm_endpoint from = { 0 };
    struct dm_endpoint to = { 0 };
    const char *why = NULL;
    struct dm_session_query query = {
        .flow = { .protocol = DM_PROTO_TCP, .port_first = 443, .port_last = 443 }
    };
    struct dm_session session;
    struct dm_walk_start back;
    const struct dm_walks *walks;
    unsigned in = links_in(net, failed, vpc);
    unsigned out = links_out(net, failed, vpc, in_lower_half);
    char host[32];

    snprintf(host, sizeof host, "h%u.eu-west-1.a", vpc);
    assert_true(
        dm_endpoint_find(model, in_lower_half ? "172.20.3.4" : "172.20.200.4", &from, &why));
    assert_true(dm_endpoint_find(model, host, &to, &why));
    query.start = dm_endpoint_start(model, &from, &to);
    assert_true(dm_session_check(walker, alive, &query, &session));
    if ((session.end == DM_SESSION_PASS) != (in && out) || session.end == DM_SESSION_UNKNOWN) {
        fail_msg("DM_SEED=%llu: to VPC %u from the %s half: links %x in, %x out, but %s",
                 (unsigned long long)seed, vpc, in_lower_half ? "lower" : "upper", in, out,
                 dm_code_name(session.code));
    }
    walks = dm_walk(walker, alive, &query.start);
    if (in && links_of(model, walks) != in) {
        fail_msg("DM_SEED=%llu: the site may take links %x, not %x", (unsigned long long)seed, in,
                 links_of(model, walks));
    }
    back = (struct dm_walk_start){ .interface = to.interface,
                                   .source = to.address,
                                   .destination = from.address };
    walks = dm_walk(walker, alive, &back);
    if (links_of(model, walks) != out) {
        fail_msg("DM_SEED=%llu: AWS may take links %x, not %x", (unsigned long long)seed, out,
                 links_of(model, walks));
    }
}

static void sites_and_aws_take_the_ways_that_the_facts_say(void **state)
{
    (void)state;
    for (uint64_t seed = dm_seed_first(1); seed < dm_seed_end(1, N_NETS); seed++) {
        struct dm_rng rng = dm_rng_seed(seed);
        struct net net = random_net(&rng);
        struct dm_arena *arena = dm_arena_new(0);
        struct lowered lowered = lowered_new(write_net(arena, &net), NULL);
        const struct dm_model *model = lowered.model;
        struct dm_walker walker = { .arena = arena, .model = model };
        struct dm_alive *alive;

        if (!model) {
            fail_msg("DM_SEED=%llu: its design has a fault", (unsigned long long)seed);
        }
        walker.plane = dm_plane_new(arena, model);
        alive = dm_alive_new(arena, model);
        assert_non_null(walker.plane);
        assert_non_null(alive);
        for (unsigned i = 0; i < 8; i++) {
            struct failed failed = { .site = false };
            struct dm_element_id elements[32];
            size_t n = i ? random_failures(&rng, &net, model, &failed, elements) : 0;

            dm_alive_begin(alive, elements, n);
            for (unsigned vpc = 0; vpc < N_VPCS; vpc++) {
                compare(seed, &net, &failed, &walker, alive, vpc, true);
                compare(seed, &net, &failed, &walker, alive, vpc, false);
            }
        }
        lowered_free(&lowered);
        dm_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sites_and_aws_take_the_ways_that_the_facts_say),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
