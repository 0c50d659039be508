/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Firewalls with sets of requests against single packets, on random policies.
 *
 * A policy of a few groups with rules over few addresses, protocols and ports, opaque ones among
 * them, is asked at each kind of hop, for each pair of addresses, about one request of each kind
 * that the rules tell apart: what 'dm_firewall_decide' says of the one packet must be what
 * 'dm_firewall_sets' says of its set.  Built with a planted fault this program must fail.
 */
#include "tests/support/dmtest.h"

#include "model/base/str.h"
#include "solver/reach/firewall.h"
#include "tests/support/nets.h"

enum { SEEDS = 3000, MAX_RULES = 6 };

static const char *const sides[] = { "any",         "home",
                                     "external",    "10.0.1.0/24",
                                     "10.0.2.0/24", "10.0.0.0/8,!10.0.1.10/32",
                                     "10.1.0.0/16", "any,!10.0.2.0/24" };
static const char *const ports[] = {
    "any", "80", "80-443", "1024-65535", "1000-2000", "22,443", "1-1023,1024-40000,40001-65535"
};
static const char *const protocols[] = { "any", "tcp", "udp", "tcp,udp", "icmp", "tcp,proto/50" };
static const uint16_t asked[] = { 1, 22, 79, 80, 443, 444, 1023, 1024, 1500, 2001, 40000, 65535 };

#define PICK(random, list) list[dm_random_below(random, sizeof(list) / sizeof *(list))]

static void add_rule(struct dm_str *text, struct dm_random *random, bool stateful)
{
    static const char *const of_stateless[] = { "pass", "drop", "forward", "either" };
    static const char *const of_stateful[] = { "pass", "drop", "alert", "either" };
    const char *action = stateful ? PICK(random, of_stateful) : PICK(random, of_stateless);
    unsigned priority = stateful ? 0 : (unsigned)text->length; /* it only grows */

    dm_str_addf(text, "frule %s %u %s %s", stateful ? "b" : "a", priority, action,
                PICK(random, protocols));
    dm_str_addf(text, " %s", PICK(random, sides));
    dm_str_addf(text, " %s", PICK(random, sides));
    dm_str_addf(text, " from=%s", dm_random_chance(random, 1, 3) ? PICK(random, ports) : "any");
    dm_str_addf(text, " to=%s", PICK(random, ports));
    dm_str_add(text, stateful && dm_random_chance(random, 1, 4) ? " both" : "");
    dm_str_addf(text, "%s\n",
                action[0] == 'e' || dm_random_chance(random, 1, 6) ? " partial=x" : "");
}

static const char *make_text(struct dm_arena *arena, uint64_t seed)
{
    static const char *const defaults[] = { "pass", "drop", "forward", "forward" };
    static const char *const strict[] = { "", " strict=pass", " strict=established",
                                          " strict=drop" };
    struct dm_random random = { seed };
    struct dm_str text;
    unsigned n;

    dm_str_init(&text, arena);
    dm_str_add(&text, "region r\nzone ra r\nvpc v r 10.0.0.0/16\nsubnet s v ra 10.0.1.0/24\n"
                      "unknown x\nfgroup a\nfgroup b stateful\n");
    dm_str_addf(&text, "fpolicy p %s", PICK(&random, defaults));
    dm_str_addf(&text, " stateless=a stateful=%sb%s", dm_random_chance(&random, 1, 6) ? "~" : "",
                PICK(&random, strict));
    dm_str_add(&text, dm_random_chance(&random, 1, 4) ? " continues" : "");
    dm_str_add(&text, dm_random_chance(&random, 1, 4) ? " home=10.0.2.0/24\n" : "\n");
    dm_str_add(&text, "firewall f v p\nfendpoint e s firewall:f\n");
    for (int stateful = 0; stateful < 2; stateful++) {
        n = dm_random_below(&random, MAX_RULES);
        for (unsigned i = 0; i < n; i++) {
            add_rule(&text, &random, stateful);
        }
    }
    assert_non_null(text.text);
    return text.text;
}

struct totals {
    size_t n[3];
};

static void compare(const struct dm_model *model, struct dm_sets *sets, const struct dm_hop *hop,
                    const struct dm_packet *packet, const char *text, struct totals *totals)
{
    struct dm_flow flow = { .protocol = packet->protocol,
                            .port_first = packet->destination_port,
                            .port_last = packet->destination_port,
                            .icmp_type = packet->icmp_type };
    struct dm_flow_sets all = dm_firewall_sets(sets, model, hop);
    bool sure = dm_set_has(sets, all.sure, packet);
    bool perhaps = dm_set_has(sets, all.perhaps, packet);
    enum dm_filter_verdict said = sure      ? DM_FILTER_ALLOW
                                  : perhaps ? DM_FILTER_UNKNOWN
                                            : DM_FILTER_DENY;
    enum dm_filter_verdict verdict;

    if (hop->kind != DM_HOP_FIREWALL) {
        flow.source_first = flow.port_first;
        flow.source_last = flow.port_last;
        flow.port_first = DM_FIREWALL_PORT_FIRST;
        flow.port_last = DM_FIREWALL_PORT_LAST;
    }
    verdict = dm_firewall_decide(model, hop, &flow).verdict;
    totals->n[verdict]++;
    if (verdict != said) {
        fail_msg("hop %s%s, protocol %u port %u: alone %d, of the set %d\n%s",
                 dm_hop_kind_text(hop->kind), hop->seen ? " seen" : "", (unsigned)packet->protocol,
                 (unsigned)packet->destination_port, (int)verdict, (int)said, text);
    }
}

static void compare_hop(const struct dm_model *model, struct dm_sets *sets,
                        const struct dm_hop *hop, const char *text, struct totals *totals)
{
    static const uint8_t others[] = { DM_PROTO_ICMP, 50, 47 };
    struct dm_packet packet = { .protocol = DM_PROTO_TCP };

    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        packet.destination_port = asked[i];
        packet.protocol = DM_PROTO_TCP;
        compare(model, sets, hop, &packet, text, totals);
        packet.protocol = DM_PROTO_UDP;
        compare(model, sets, hop, &packet, text, totals);
    }
    packet.destination_port = 0;
    for (size_t i = 0; i < sizeof others; i++) {
        packet.protocol = others[i];
        compare(model, sets, hop, &packet, text, totals);
    }
}

static void sets_say_what_single_packets_do(void **state)
{
    static const enum dm_hop_kind kinds[] = { DM_HOP_FIREWALL, DM_HOP_FIREWALL_BACK,
                                              DM_HOP_FIREWALL_BACK, DM_HOP_FIREWALL_MISSED };
    static const char *const addresses[] = { "10.0.1.10", "10.0.2.10", "203.0.113.9" };
    struct totals totals = { { 0 } };
    uint64_t replay = 0;
    bool one = dm_nets_replay_seed(&replay);

    (void)state;
    for (uint64_t seed = one ? replay : 1; seed <= (one ? replay : SEEDS); seed++) {
        struct dm_arena *arena = dm_arena_new(0);
        const char *text = make_text(arena, seed);
        const struct dm_model *model = dm_nets_make(arena, text);
        struct dm_sets *sets = dm_sets_new(arena);

        for (size_t i = 0; i < 4 * 3 * 3; i++) {
            struct dm_hop hop = { .kind = kinds[i % 4],
                                  .at = { DM_KIND_gwlb_endpoint, 1 },
                                  .seen = i % 4 == 1 };

            (void)dm_addr_parse(addresses[i / 4 % 3], &hop.source);
            (void)dm_addr_parse(addresses[i / 12], &hop.destination);
            compare_hop(model, sets, &hop, text, &totals);
        }
        dm_arena_free(arena);
    }
    print_message("%zu passed, %zu dropped, %zu unknown\n", totals.n[DM_FILTER_ALLOW],
                  totals.n[DM_FILTER_DENY], totals.n[DM_FILTER_UNKNOWN]);
    assert_true(one || (totals.n[0] > 1000 && totals.n[1] > 1000 && totals.n[2] > 1000));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(sets_say_what_single_packets_do) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
