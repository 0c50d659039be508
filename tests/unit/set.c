/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How sets of headers are said.
 */
#include "tests/support/dmtest.h"

#include "solver/packet/set.h"

struct frame {
    struct dm_arena *arena;
    struct dm_sets *sets;
};

static int set_up(void **state)
{
    static struct frame frame;

    frame.arena = dm_arena_new(0);
    frame.sets = dm_sets_new(frame.arena);
    *state = &frame;
    return frame.sets ? 0 : -1;
}

static int tear_down(void **state)
{
    struct frame *frame = *state;

    dm_arena_free(frame->arena);
    return 0;
}

/* The union of the matches, "tcp/22 udp/53". */
static struct dm_set flows(struct frame *frame, const char *const *texts, size_t n)
{
    struct dm_set result = DM_SET_EMPTY;

    for (size_t i = 0; i < n; i++) {
        struct dm_match match;

        assert_true(dm_match_parse(texts[i], &match));
        result = dm_set_or(frame->sets, result, dm_set_match(frame->sets, &match));
    }
    return result;
}

#define FLOWS(frame, ...)                                                                          \
    flows(frame, (const char *const[]){ __VA_ARGS__ },                                             \
          sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

static void expect_flows(struct frame *frame, struct dm_set set, const char *expected)
{
    struct dm_str text;

    dm_str_init(&text, frame->arena);
    dm_set_flows_text(frame->sets, set, &text);
    assert_string_equal(text.text, expected);
}

static void flows_are_said_by_protocol_and_port(void **state)
{
    struct frame *frame = *state;

    expect_flows(frame, DM_SET_ALL, "All Connections");
    expect_flows(frame, DM_SET_EMPTY, "No Connections");
    expect_flows(frame, FLOWS(frame, "tcp/22", "tcp/80-443", "udp/53"), "TCP 22,80-443,UDP 53");
    expect_flows(frame, FLOWS(frame, "tcp/80-100", "tcp/101-443"), "TCP 80-443");
    expect_flows(frame, FLOWS(frame, "udp", "tcp", "icmp"), "TCP,UDP,ICMP");
    expect_flows(frame, FLOWS(frame, "proto/50", "proto/51", "proto/47", "tcp/1"),
                 "TCP 1,protocol 47,50-51");
}

static void types_of_icmp_are_said_with_their_codes(void **state)
{
    struct frame *frame = *state;

    expect_flows(frame, FLOWS(frame, "icmp/8", "icmp/3/4"), "ICMP 3/4,8");
    expect_flows(frame, FLOWS(frame, "icmp/8", "icmp/9", "icmp/10/0"), "ICMP 8-9,10/0");
    expect_flows(frame, FLOWS(frame, "icmp/7/255", "icmp/8"), "ICMP 7/255,8");
    expect_flows(frame, FLOWS(frame, "icmp/7/254", "icmp/7/255", "icmp/8/0", "icmp/8/1"),
                 "ICMP 7/254-255,8/0-1");
    expect_flows(frame, FLOWS(frame, "icmpv6/128"), "ICMPv6 128");
}

static void flows_do_not_depend_on_addresses(void **state)
{
    struct frame *frame = *state;
    struct dm_prefix prefix;
    struct dm_set set;

    assert_int_equal(dm_prefix_parse("2001:db8::/32", &prefix), DM_ADDR_OK);
    set = dm_set_and(frame->sets, FLOWS(frame, "tcp/443"),
                     dm_set_prefix(frame->sets, DM_FIELD_SOURCE, prefix));
    expect_flows(frame, set, "TCP 443");
}

static void addresses_are_said_as_the_fewest_prefixes(void **state)
{
    struct frame *frame = *state;
    struct dm_set set = DM_SET_EMPTY;
    struct dm_str text;
    static const char *const texts[] = { "10.0.0.0/9",   "10.128.0.0/9",  "192.0.2.1/32",
                                         "192.0.2.2/31", "2001:db8::/33", "2001:db8:8000::/33" };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct dm_prefix prefix;

        assert_int_equal(dm_prefix_parse(texts[i], &prefix), DM_ADDR_OK);
        set = dm_set_or(frame->sets, set, dm_set_prefix(frame->sets, DM_FIELD_DESTINATION, prefix));
    }
    set = dm_set_and(frame->sets, set, FLOWS(frame, "tcp/443"));
    dm_str_init(&text, frame->arena);
    dm_set_addresses_text(frame->sets, set, DM_FIELD_DESTINATION, &text);
    assert_string_equal(text.text, "10.0.0.0/8,192.0.2.1/32,192.0.2.2/31,2001:db8::/32");
    dm_str_clear(&text);
    dm_set_addresses_text(frame->sets, set, DM_FIELD_SOURCE, &text);
    assert_string_equal(text.text, "0.0.0.0/0,::/0");
}

static void a_witness_is_tcp_where_it_can_be_and_not_port_zero(void **state)
{
    struct frame *frame = *state;
    struct dm_packet packet;

    assert_true(dm_set_witness(frame->sets, FLOWS(frame, "icmp", "udp/53", "tcp"), &packet));
    assert_int_equal(packet.protocol, DM_PROTO_TCP);
    assert_int_equal(packet.destination_port, 1);
    assert_true(dm_set_witness(frame->sets, FLOWS(frame, "tcp/0", "udp/53"), &packet));
    assert_int_equal(packet.destination_port, 0);
    assert_true(dm_set_witness(frame->sets, FLOWS(frame, "icmp/3/4"), &packet));
    assert_int_equal(packet.icmp_type, 3);
    assert_int_equal(packet.icmp_code, 4);
    assert_false(dm_set_witness(frame->sets, DM_SET_EMPTY, &packet));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flows_are_said_by_protocol_and_port),
        cmocka_unit_test(types_of_icmp_are_said_with_their_codes),
        cmocka_unit_test(flows_do_not_depend_on_addresses),
        cmocka_unit_test(addresses_are_said_as_the_fewest_prefixes),
        cmocka_unit_test(a_witness_is_tcp_where_it_can_be_and_not_port_zero),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
