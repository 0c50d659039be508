/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/adversary.h"

#include "tests/support/rng.h"

const char *dm_adversary_text(enum dm_adversary kind)
{
    static const char *const texts[] = { "every rule matches all fields", "deeply nested prefixes",
                                         "duplicates", "many translations" };

    return texts[kind];
}

static struct dm_prefix prefix_of(uint32_t number, uint8_t length)
{
    struct dm_prefix prefix = { dm_addr_ipv4(number), length };

    prefix.addr = dm_prefix_first(prefix);
    return prefix;
}

static struct dm_prefix draw_prefix(struct dm_rng *rng)
{
    uint32_t number = 0x0a000000 | ((uint32_t)dm_rng_next(rng) & 0x00ffffff);

    return prefix_of(number, (uint8_t)(8 + dm_rng_below(rng, dm_rng_chance(rng, 20) ? 25 : 6)));
}

static struct dm_adversary_rule draw_rule(struct dm_rng *rng)
{
    struct dm_adversary_rule rule = { .allow = dm_rng_chance(rng, 50), .match = DM_MATCH_ALL };

    rule.match.protocol = dm_rng_chance(rng, 50) ? DM_PROTO_TCP : DM_PROTO_UDP;
    rule.match.port_first = (uint16_t)dm_rng_below(rng, 65536);
    rule.match.port_last =
        (uint16_t)(rule.match.port_first + dm_rng_below(rng, 65536u - rule.match.port_first));
    rule.source = draw_prefix(rng);
    rule.destination = draw_prefix(rng);
    rule.translated = draw_prefix(rng);
    return rule;
}

/* The innermost first, so that each one after takes a ring around it. */
static struct dm_adversary_rule nest_rule(size_t i, size_t n)
{
    size_t depth = 32 - 32 * i / n;
    size_t half = 16 + 32000 * i / n;
    struct dm_adversary_rule rule = { .allow = i % 2 == 0, .match = DM_MATCH_ALL };

    rule.match.protocol = i / 2 % 2 ? DM_PROTO_TCP : DM_PROTO_UDP;
    rule.match.port_first = (uint16_t)(32768 - half);
    rule.match.port_last = (uint16_t)(32768 + half);
    rule.source = prefix_of(0x0aaaaaaa, (uint8_t)depth);
    rule.destination = prefix_of(0x0a555555, (uint8_t)(i % 2 ? depth : 32 - depth / 2));
    rule.translated = rule.destination;
    return rule;
}

void dm_adversary_rules(enum dm_adversary kind, uint64_t seed, struct dm_adversary_rule *rules,
                        size_t n)
{
    struct dm_rng rng = dm_rng_seed(seed);

    for (size_t i = 0; i < n; i++) {
        if (kind == DM_ADVERSARY_NESTED) {
            rules[i] = nest_rule(i, n);
        } else if (kind == DM_ADVERSARY_DUPLICATES && i >= 8) {
            rules[i] = rules[dm_rng_below(&rng, 8)];
            rules[i].allow = dm_rng_chance(&rng, 50);
        } else {
            rules[i] = draw_rule(&rng);
        }
    }
}
