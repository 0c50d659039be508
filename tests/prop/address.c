/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Random addresses and prefixes: texts come back as they were, and prefixes
 * contain and overlap as the slowest obvious code says, bit by bit.
 */
#include <string.h>

#include "model/address.h"
#include "tests/support/dmtest.h"
#include "tests/support/nets.h"

enum { N_ROUNDS = 20000 };

static bool bit_of(struct dm_addr addr, unsigned i)
{
    unsigned at = addr.family == DM_FAMILY_IPV4 ? i + 96 : i; /* from the top of 128 */

    return (at < 64 ? addr.high >> (63 - at) : addr.low >> (127 - at)) & 1;
}

static unsigned n_bits(struct dm_addr addr)
{
    return addr.family == DM_FAMILY_IPV4 ? 32 : 128;
}

/* The oracle: the first 'n' bits are the same. */
static bool same_start(struct dm_addr a, struct dm_addr b, unsigned n)
{
    if (a.family != b.family) {
        return false;
    }
    for (unsigned i = 0; i < n; i++) {
        if (bit_of(a, i) != bit_of(b, i)) {
            return false;
        }
    }
    return true;
}

/* Few bits are set, mostly, so that runs of zeros and neighbours are common. */
static struct dm_addr draw_addr(struct dm_random *random)
{
    struct dm_addr addr = { 0, 0, DM_FAMILY_IPV6 };
    uint64_t mask = UINT64_MAX;

    if (dm_random_chance(random, 1, 2)) {
        mask = dm_random_next(random);
        mask &= dm_random_next(random);
    }
    addr.high = dm_random_chance(random, 1, 3) ? 0 : dm_random_next(random) & mask;
    addr.low = dm_random_chance(random, 1, 3) ? 0 : dm_random_next(random) & mask;
    if (dm_random_chance(random, 1, 2)) {
        addr = dm_addr_ipv4((uint32_t)addr.low);
    }
    return addr;
}

static struct dm_prefix draw_prefix(struct dm_random *random, struct dm_addr near)
{
    struct dm_prefix prefix = { near, 0 };

    if (dm_random_chance(random, 1, 2)) {
        unsigned at = dm_random_below(random, 128);

        prefix.addr.low ^= UINT64_C(1) << at % (n_bits(near) == 32 ? 32 : 64);
        prefix.addr.high ^= n_bits(near) == 32 ? 0 : (uint64_t)(at % 2) << at % 64;
    } else if (dm_random_chance(random, 1, 2)) {
        prefix.addr = draw_addr(random);
    }
    prefix.length = (uint8_t)dm_random_below(random, n_bits(prefix.addr) + 1);
    prefix.addr = dm_prefix_first(prefix);
    return prefix;
}

static void an_address_and_a_prefix_are_read_as_they_are_printed(void **state)
{
    struct dm_random random = { 1 };
    char text[DM_ADDR_TEXT_SIZE];
    char again[DM_ADDR_TEXT_SIZE];

    (void)state;
    for (unsigned i = 0; i < N_ROUNDS; i++) {
        struct dm_addr addr = draw_addr(&random);
        struct dm_addr read = { 0, 0, 0 };
        struct dm_prefix prefix = draw_prefix(&random, addr);
        struct dm_prefix read_prefix = { { 0, 0, 0 }, 0 };

        assert_int_equal(dm_addr_parse(dm_addr_text(addr, text), &read), DM_ADDR_OK);
        assert_true(dm_addr_equal(read, addr));
        assert_string_equal(dm_addr_text(read, again), text);
        assert_int_equal(dm_prefix_parse(dm_prefix_text(prefix, text), &read_prefix), DM_ADDR_OK);
        assert_int_equal(dm_prefix_compare(read_prefix, prefix), 0);
    }
}

static void host_bits_are_seen_exactly_where_bits_past_the_length_are_set(void **state)
{
    struct dm_random random = { 2 };
    char text[DM_ADDR_TEXT_SIZE];

    (void)state;
    for (unsigned i = 0; i < N_ROUNDS; i++) {
        struct dm_addr addr = draw_addr(&random);
        struct dm_prefix given = { addr, (uint8_t)dm_random_below(&random, n_bits(addr) + 1) };
        struct dm_prefix read = { { 0, 0, 0 }, 0 };
        enum dm_addr_fault fault = dm_prefix_parse(dm_prefix_text(given, text), &read);
        bool any = false;

        for (unsigned bit = given.length; bit < n_bits(addr); bit++) {
            any = any || bit_of(addr, bit);
            assert_false(bit_of(read.addr, bit));
            assert_true(bit_of(dm_prefix_last(read), bit));
        }
        assert_int_equal(fault, any ? DM_ADDR_HOST_BITS : DM_ADDR_OK);
        assert_true(same_start(read.addr, addr, given.length));
        assert_true(same_start(dm_prefix_last(read), addr, given.length));
    }
}

static void prefixes_have_cover_and_overlap_as_their_bits_say(void **state)
{
    struct dm_random random = { 3 };
    unsigned n_overlaps = 0;
    unsigned n_apart = 0;

    (void)state;
    for (unsigned i = 0; i < N_ROUNDS; i++) {
        struct dm_addr addr = draw_addr(&random);
        struct dm_prefix a = draw_prefix(&random, addr);
        struct dm_prefix b = draw_prefix(&random, addr);
        unsigned shorter = a.length < b.length ? a.length : b.length;
        bool overlap = same_start(a.addr, b.addr, shorter);

        assert_int_equal(dm_prefix_has(a, addr), same_start(a.addr, addr, a.length));
        assert_int_equal(dm_prefix_overlaps(a, b), overlap);
        assert_int_equal(dm_prefix_overlaps(b, a), overlap);
        assert_int_equal(dm_prefix_covers(a, b), overlap && a.length <= b.length);
        assert_int_equal(dm_prefix_covers(a, b) && dm_prefix_covers(b, a),
                         dm_prefix_compare(a, b) == 0);
        n_overlaps += overlap ? 1 : 0;
        n_apart += overlap ? 0 : 1;
    }
    assert_true(n_overlaps > N_ROUNDS / 10 && n_apart > N_ROUNDS / 10);
}

static void order_is_total_and_agrees_with_first_and_last(void **state)
{
    struct dm_random random = { 4 };

    (void)state;
    for (unsigned i = 0; i < N_ROUNDS; i++) {
        struct dm_addr near = draw_addr(&random);
        struct dm_prefix a = draw_prefix(&random, near);
        struct dm_prefix b = draw_prefix(&random, near);
        struct dm_prefix c = draw_prefix(&random, near);

        assert_int_equal(dm_prefix_compare(a, b), -dm_prefix_compare(b, a));
        if (dm_prefix_compare(a, b) <= 0 && dm_prefix_compare(b, c) <= 0) {
            assert_true(dm_prefix_compare(a, c) <= 0);
        }
        if (!dm_prefix_overlaps(a, b) && dm_prefix_compare(a, b) < 0) {
            assert_true(dm_addr_compare(dm_prefix_last(a), dm_prefix_first(b)) < 0);
        }
        if (a.length > 0) {
            struct dm_addr next = dm_addr_add(dm_prefix_last(a), 1);

            assert_false(dm_prefix_has(a, next));
            assert_int_equal(next.family, a.addr.family);
        }
    }
}

static void a_match_is_read_as_it_is_printed(void **state)
{
    static const int16_t protocols[] = { -1, 0, 1, 6, 17, 47, 50, 58, 255 };
    struct dm_random random = { 5 };
    char text[DM_ADDR_TEXT_SIZE];

    (void)state;
    for (unsigned i = 0; i < N_ROUNDS; i++) {
        struct dm_match match = DM_MATCH_ALL;
        struct dm_match read = DM_MATCH_ALL;
        struct dm_packet packet = { .protocol = 6 };

        match.protocol = protocols[dm_random_below(&random, 9)];
        if (match.protocol == DM_PROTO_TCP || match.protocol == DM_PROTO_UDP) {
            match.port_first = (uint16_t)dm_random_next(&random);
            match.port_last =
                (uint16_t)(match.port_first + dm_random_below(&random, 65536u - match.port_first));
        } else if (match.protocol == DM_PROTO_ICMP || match.protocol == DM_PROTO_ICMPV6) {
            match.icmp_type = (int16_t)((int)dm_random_below(&random, 257) - 1);
            match.icmp_code =
                match.icmp_type < 0 ? -1 : (int16_t)((int)dm_random_below(&random, 257) - 1);
        }
        assert_true(dm_match_parse(dm_match_text(&match, text), &read));
        assert_int_equal(read.protocol, match.protocol);
        assert_int_equal(read.port_first, match.port_first);
        assert_int_equal(read.port_last, match.port_last);
        assert_int_equal(read.icmp_type, match.icmp_type);
        assert_int_equal(read.icmp_code, match.icmp_code);
        packet.protocol = (uint8_t)protocols[1 + dm_random_below(&random, 8)];
        packet.destination_port = (uint16_t)dm_random_next(&random);
        packet.icmp_type = (uint8_t)dm_random_below(&random, 4);
        assert_int_equal(dm_match_has(&match, &packet), dm_match_has(&read, &packet));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_and_a_prefix_are_read_as_they_are_printed),
        cmocka_unit_test(host_bits_are_seen_exactly_where_bits_past_the_length_are_set),
        cmocka_unit_test(prefixes_have_cover_and_overlap_as_their_bits_say),
        cmocka_unit_test(order_is_total_and_agrees_with_first_and_last),
        cmocka_unit_test(a_match_is_read_as_it_is_printed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
