/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All networks of up to four VPCs of a small alphabet: concrete sessions, symbolic ones and a
 * forwarding that shares nothing with them (tests/support/naive.h) say the same of each packet.
 *
 * A VPC is a letter: its attachment (none; one of two tables; one whose network a static black hole
 * hides in the first), its routes (peers by their networks and the rest by the transit gateway; or
 * everything by its only peer), its ACL (none; at its hosts; at its attachment), its group (open;
 * one port).  A network is a letter for each VPC and a peering, or none, for each two of them.
 *
 * Of networks that differ in the numbering of VPCs alone one is looked at, the one with
 * the lowest code: letters and rules above speak of a VPC's own network, its peers and all, never
 * of the number of one, so a renumbering maps packets to packets.  That nothing is left out is
 * counted: the sizes of the orbits of what is looked at add up to all codes there are.
 *
 * Built with a planted fault this program must fail.
 */
#include "tests/support/dmtest.h"

#include <string.h>

#include "model/base/str.h"
#include "solver/reach/symbolic.h"
#include "tests/support/naive.h"
#include "tests/support/nets.h"

enum { MAX_VPCS = 4, MAX_PAIRS = 6 };
enum attachment { DETACHED, BY_FIRST, BY_SECOND, HIDDEN };

/* How many values each part of a letter has, for networks of so many VPCs: the more VPCs, the
 * fewer of them, or there were too many networks. */
struct alphabet {
    unsigned n_vpcs;
    unsigned attachments;
    unsigned routes;
    unsigned acls;
    unsigned groups;
};

static const struct alphabet alphabets[] = {
    { 1, 4, 2, 3, 2 },
    { 2, 4, 2, 3, 2 },
    { 3, 4, 2, 3, 1 },
    { 4, 4, 2, 1, 1 },
};

struct letter {
    unsigned attachment;
    unsigned routes;
    unsigned acl;
    unsigned group;
};

struct network {
    const struct alphabet *alphabet;
    unsigned letters[MAX_VPCS];
    bool peered[MAX_VPCS][MAX_VPCS];
};

static unsigned n_letters(const struct alphabet *alphabet)
{
    return alphabet->attachments * alphabet->routes * alphabet->acls * alphabet->groups;
}

static struct letter letter_of(const struct alphabet *alphabet, unsigned code)
{
    struct letter letter = { .attachment = code % alphabet->attachments };

    code /= alphabet->attachments;
    letter.routes = code % alphabet->routes;
    code /= alphabet->routes;
    letter.acl = code % alphabet->acls;
    letter.group = code / alphabet->acls;
    return letter;
}

/* ---- codes ---- */

static unsigned long long n_codes(const struct alphabet *alphabet)
{
    unsigned long long n = 1ULL << (alphabet->n_vpcs * (alphabet->n_vpcs - 1) / 2);

    for (unsigned i = 0; i < alphabet->n_vpcs; i++) {
        n *= n_letters(alphabet);
    }
    return n;
}

static struct network decode(const struct alphabet *alphabet, unsigned long long code)
{
    struct network network = { .alphabet = alphabet };

    for (unsigned i = 0; i < alphabet->n_vpcs; i++) {
        for (unsigned j = i + 1; j < alphabet->n_vpcs; j++) {
            network.peered[i][j] = network.peered[j][i] = code % 2 != 0;
            code /= 2;
        }
    }
    for (unsigned i = 0; i < alphabet->n_vpcs; i++) {
        network.letters[i] = (unsigned)(code % n_letters(alphabet));
        code /= n_letters(alphabet);
    }
    return network;
}

static unsigned long long encode(const struct network *network, const unsigned *order)
{
    unsigned n = network->alphabet->n_vpcs;
    unsigned long long code = 0;

    for (unsigned i = n; i-- > 0;) {
        code = code * n_letters(network->alphabet) + network->letters[order[i]];
    }
    for (unsigned i = n; i-- > 0;) {
        for (unsigned j = n; j-- > i + 1;) {
            code = code * 2 + network->peered[order[i]][order[j]];
        }
    }
    return code;
}

/* Goes through all numberings: the lowest code among them, and how many there are that differ. */
struct orbit {
    unsigned long long codes[24];
    unsigned n;
};

static void renumber(const struct network *network, unsigned *order, unsigned n_fixed,
                     struct orbit *orbit)
{
    unsigned n = network->alphabet->n_vpcs;

    if (n_fixed == n) {
        unsigned long long code = encode(network, order);

        for (unsigned i = 0; i < orbit->n; i++) {
            if (orbit->codes[i] == code) {
                return;
            }
        }
        orbit->codes[orbit->n++] = code;
        return;
    }
    for (unsigned i = n_fixed; i < n; i++) {
        unsigned kept = order[n_fixed];

        order[n_fixed] = order[i];
        order[i] = kept;
        renumber(network, order, n_fixed + 1, orbit);
        order[i] = order[n_fixed];
        order[n_fixed] = kept;
    }
}

/* The size of the network's orbit where 'code' is the lowest in it, else 0. */
static unsigned orbit_of(const struct network *network, unsigned long long code)
{
    unsigned order[MAX_VPCS] = { 0, 1, 2, 3 };
    struct orbit orbit = { .n = 0 };

    /* Letters come in rising order in the lowest code, for they are its highest digits. */
    for (unsigned i = 1; i < network->alphabet->n_vpcs; i++) {
        if (network->letters[i] > network->letters[i - 1]) {
            return 0;
        }
    }
    renumber(network, order, 0, &orbit);
    for (unsigned i = 0; i < orbit.n; i++) {
        if (orbit.codes[i] < code) {
            return 0;
        }
    }
    return orbit.n;
}

/* ---- networks ---- */

static void describe_vpc(struct dm_str *text, const struct network *network, unsigned i)
{
    struct letter letter = letter_of(network->alphabet, network->letters[i]);

    dm_str_addf(text, "vpc v%u r 10.%u.0.0/16\ntable t%u v%u\n", i, i, i, i);
    if (letter.acl) {
        dm_str_addf(text,
                    "acl a%u v%u\nrule a%u in 100 allow tcp/443 10.0.0.0/8\n"
                    "rule a%u in 110 allow tcp/1024-65535 10.0.0.0/8\n"
                    "rule a%u out 90 deny udp/53 10.0.0.0/8\nrule a%u out 100 allow all "
                    "10.0.0.0/8\n",
                    i, i, i, i, i, i);
    }
    dm_str_addf(text, "subnet s%u v%u ra 10.%u.0.0/24 table=t%u", i, i, i, i);
    if (letter.acl == 1) {
        dm_str_addf(text, " acl=a%u", i);
    }
    dm_str_addf(text, "\nsubnet x%u v%u ra 10.%u.1.0/28", i, i, i);
    if (letter.acl == 2) {
        dm_str_addf(text, " acl=a%u", i);
    }
    if (letter.group) {
        dm_str_addf(text,
                    "\ngroup g%u v%u\npermit g%u in tcp/443 10.0.0.0/8\n"
                    "permit g%u out all 10.0.0.0/8",
                    i, i, i, i);
    }
    dm_str_addf(text, "\nhost h%u s%u 10.%u.0.10", i, i, i);
    if (letter.group) {
        dm_str_addf(text, " groups=g%u", i);
    }
    dm_str_add(text, "\n");
    if (letter.attachment != DETACHED) {
        dm_str_addf(text, "attach c%u g v%u %s x%u\npropagate A c%u\n", i, i,
                    letter.attachment == BY_SECOND ? "B" : "A", i, i);
        if (letter.attachment != BY_SECOND) {
            dm_str_addf(text, "propagate B c%u\n", i);
        }
        if (letter.attachment == HIDDEN) {
            dm_str_addf(text, "troute A 10.%u.0.0/16 none\n", i);
        }
    }
}

static void describe_routes(struct dm_str *text, const struct network *network, unsigned i)
{
    struct letter letter = letter_of(network->alphabet, network->letters[i]);
    unsigned n_peers = 0;

    for (unsigned j = 0; j < network->alphabet->n_vpcs; j++) {
        n_peers += network->peered[i][j];
    }
    for (unsigned j = 0; j < network->alphabet->n_vpcs; j++) {
        unsigned low = i < j ? i : j;
        unsigned high = i < j ? j : i;

        if (network->peered[i][j] && letter.routes == 0) {
            dm_str_addf(text, "route t%u 10.%u.0.0/16 peering:p%u%u\n", i, j, low, high);
        } else if (network->peered[i][j] && n_peers == 1) {
            dm_str_addf(text, "route t%u 10.0.0.0/8 peering:p%u%u\n", i, low, high);
        }
    }
    if (letter.routes == 0) {
        dm_str_addf(text, "route t%u 0.0.0.0/0 tgw:g\n", i);
    }
}

static const char *describe(struct dm_arena *arena, const struct network *network)
{
    struct dm_str text;

    dm_str_init(&text, arena);
    dm_str_add(&text, "region r\nzone ra r\ntgw g r\nttable A g\nttable B g\n");
    for (unsigned i = 0; i < network->alphabet->n_vpcs; i++) {
        describe_vpc(&text, network, i);
    }
    for (unsigned i = 0; i < network->alphabet->n_vpcs; i++) {
        for (unsigned j = i + 1; j < network->alphabet->n_vpcs; j++) {
            if (network->peered[i][j]) {
                dm_str_addf(&text, "peering p%u%u v%u v%u\n", i, j, i, j);
            }
        }
    }
    for (unsigned i = 0; i < network->alphabet->n_vpcs; i++) {
        describe_routes(&text, network, i);
    }
    return text.text;
}

/* ---- three answers ---- */

struct totals {
    size_t networks;
    size_t questions;
    size_t delivered;
    size_t answered;
};

struct world {
    const struct dm_model *model;
    struct dm_walker walker;
    struct dm_alive *alive;
    struct dm_symbolic *symbolic;
    struct totals *totals;
};

static bool has(const struct world *world, struct dm_flow_sets sets, const struct dm_flow *flow)
{
    const struct dm_sets *store = dm_symbolic_sets(world->symbolic);
    struct dm_packet packet = { .protocol = flow->protocol,
                                .destination_port = flow->port_first,
                                .icmp_type = flow->icmp_type };

    assert_int_equal(dm_set_has(store, sets.sure, &packet),
                     dm_set_has(store, sets.perhaps, &packet));
    return dm_set_has(store, sets.sure, &packet);
}

static void ask(struct world *world, struct dm_interface_id from, struct dm_interface_id to)
{
    static const struct dm_flow flows[] = {
        { .protocol = DM_PROTO_TCP, .port_first = 443, .port_last = 443 },
        { .protocol = DM_PROTO_TCP, .port_first = 22, .port_last = 22 },
        { .protocol = DM_PROTO_UDP, .port_first = 53, .port_last = 53 },
        { .protocol = DM_PROTO_ICMP, .icmp_type = 8 },
    };
    struct dm_walk_start start = {
        .interface = from,
        .source = dm_interface_get(world->model, from)->addresses[0].address,
        .destination = dm_interface_get(world->model, to)->addresses[0].address,
    };
    struct dm_symbolic_session symbolic;

    assert_true(
        dm_symbolic_session(world->symbolic, &world->walker, world->alive, &start, to, &symbolic));
    for (size_t i = 0; i < sizeof flows / sizeof *flows; i++) {
        struct dm_session_query query = { .start = start, .flow = flows[i] };
        struct dm_naive naive =
            dm_naive_send(world->model, from, to, flows[i].protocol, flows[i].port_first);
        struct dm_session session;

        assert_true(dm_session_check(&world->walker, world->alive, &query, &session));
        if (session.end == DM_SESSION_UNKNOWN || (session.end == DM_SESSION_PASS) != naive.answered
            || (session.end == DM_SESSION_FAIL && session.on_reply != naive.delivered)
            || has(world, symbolic.delivered, &flows[i]) != naive.delivered
            || has(world, symbolic.answered, &flows[i]) != naive.answered) {
            fail_msg("protocol %u port %u of %s to %s: session %d, symbolic %d %d, naive %d %d\n%s",
                     flows[i].protocol, flows[i].port_first,
                     dm_interface_get(world->model, from)->object.name,
                     dm_interface_get(world->model, to)->object.name, (int)session.end,
                     has(world, symbolic.delivered, &flows[i]),
                     has(world, symbolic.answered, &flows[i]), naive.delivered, naive.answered,
                     dm_nets_describe(world->model));
        }
        world->totals->questions++;
        world->totals->delivered += naive.delivered;
        world->totals->answered += naive.answered;
    }
}

static void try_network(struct dm_arena *arena, const struct network *network,
                        struct totals *totals)
{
    struct world world = { .model = dm_nets_make(arena, describe(arena, network)),
                           .totals = totals };

    world.walker = (struct dm_walker){ .arena = arena,
                                       .model = world.model,
                                       .plane = dm_plane_new(arena, world.model),
                                       .without_memo = true };
    world.alive = dm_alive_new(arena, world.model);
    world.symbolic = dm_symbolic_new(arena, world.model);
    assert_true(world.walker.plane && world.alive && world.symbolic);
    dm_alive_begin(world.alive, NULL, 0);
    for (uint32_t i = 1; i <= world.model->n_hosts; i++) {
        for (uint32_t j = 1; j <= world.model->n_hosts; j++) {
            if (i != j) {
                ask(&world, dm_host_get(world.model, (struct dm_host_id){ i })->interfaces[0],
                    dm_host_get(world.model, (struct dm_host_id){ j })->interfaces[0]);
            }
        }
    }
    totals->networks++;
}

static void all_small_networks_get_one_answer(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct totals totals = { 0 };

    (void)state;
    for (size_t a = 0; a < sizeof alphabets / sizeof *alphabets; a++) {
        unsigned long long n = n_codes(&alphabets[a]);
        unsigned long long covered = 0;

        for (unsigned long long code = 0; code < n; code++) {
            struct network network = decode(&alphabets[a], code);
            unsigned size = orbit_of(&network, code);
            struct dm_arena_mark mark = dm_arena_save(arena);

            if (size) {
                covered += size;
                try_network(arena, &network, &totals);
            }
            dm_arena_restore(arena, mark);
        }
        assert_true(covered == n);
        print_message("%u VPCs: %llu networks\n", alphabets[a].n_vpcs, n);
    }
    print_message("%zu looked at, %zu packets, %zu delivered, %zu answered\n", totals.networks,
                  totals.questions, totals.delivered, totals.answered);
    assert_true(totals.answered > 10000);
    assert_true(totals.delivered > totals.answered);
    dm_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_small_networks_get_one_answer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
