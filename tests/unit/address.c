/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Addresses, prefixes and matches: texts, faults, order, what is public.
 */
#include "model/address.h"

#include <string.h>

#include "tests/support/dmtest.h"

static struct dm_addr addr(const char *text)
{
    struct dm_addr value = { 0, 0, DM_FAMILY_NONE };

    assert_int_equal(dm_addr_parse(text, &value), DM_ADDR_OK);
    return value;
}

static struct dm_prefix prefix(const char *text)
{
    struct dm_prefix value = { { 0, 0, DM_FAMILY_NONE }, 0 };

    assert_int_equal(dm_prefix_parse(text, &value), DM_ADDR_OK);
    return value;
}

static void an_address_prints_in_its_canonical_form(void **state)
{
    static const char *const pairs[][2] = {
        { "0.0.0.0", "0.0.0.0" },
        { "255.255.255.255", "255.255.255.255" },
        { "10.1.2.3", "10.1.2.3" },
        { "::", "::" },
        { "::1", "::1" },
        { "1::", "1::" },
        { "2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
        { "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
        { "2001:0db8::0001", "2001:db8::1" },
        { "1:0:0:2:0:0:0:3", "1:0:0:2::3" },
        { "::ffff:192.0.2.1", "::ffff:c000:201" },
        { "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0" },
        { "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8" },
        { "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304" },
    };
    char buffer[DM_ADDR_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        assert_string_equal(dm_addr_text(addr(pairs[i][0]), buffer), pairs[i][1]);
    }
    assert_string_equal(dm_addr_text((struct dm_addr){ 0, 0, 0 }, buffer), "none");
}

static void what_is_no_address_says_why(void **state)
{
    static const struct {
        const char *text;
        enum dm_addr_fault fault;
    } cases[] = {
        { "", DM_ADDR_NOT_AN_ADDRESS },
        { "abc", DM_ADDR_NOT_AN_ADDRESS },
        { "10.0.0", DM_ADDR_NOT_AN_ADDRESS },
        { "10.0.0.0.0", DM_ADDR_NOT_AN_ADDRESS },
        { "10.0.0.", DM_ADDR_NOT_AN_ADDRESS },
        { ".10.0.0", DM_ADDR_NOT_AN_ADDRESS },
        { "10..0.0", DM_ADDR_NOT_AN_ADDRESS },
        { "10.00.0.0", DM_ADDR_NOT_AN_ADDRESS },
        { "010.0.0.1", DM_ADDR_NOT_AN_ADDRESS },
        { "10.0.0.1 ", DM_ADDR_NOT_AN_ADDRESS },
        { "+1.0.0.1", DM_ADDR_NOT_AN_ADDRESS },
        { "10.300.0.0", DM_ADDR_PART_TOO_LARGE },
        { "10.0.0.256", DM_ADDR_PART_TOO_LARGE },
        { "10.0.0.99999999999999999999", DM_ADDR_PART_TOO_LARGE },
        { "1:2:3:4:5:6:7", DM_ADDR_NOT_AN_ADDRESS },
        { "1:2:3:4:5:6:7:8:9", DM_ADDR_NOT_AN_ADDRESS },
        { "1::2::3", DM_ADDR_NOT_AN_ADDRESS },
        { "1:2:3:4:5:6:7:8::", DM_ADDR_NOT_AN_ADDRESS },
        { ":1::2", DM_ADDR_NOT_AN_ADDRESS },
        { "1::2:", DM_ADDR_NOT_AN_ADDRESS },
        { ":", DM_ADDR_NOT_AN_ADDRESS },
        { ":::", DM_ADDR_NOT_AN_ADDRESS },
        { "1:2:3:4:5:6:7:1.2.3.4", DM_ADDR_NOT_AN_ADDRESS },
        { "::1.2.3", DM_ADDR_NOT_AN_ADDRESS },
        { "::1.2.3.4:5", DM_ADDR_NOT_AN_ADDRESS },
        { "12345::", DM_ADDR_PART_TOO_LARGE },
        { "::00001", DM_ADDR_PART_TOO_LARGE },
        { "fe80::1%eth0", DM_ADDR_NOT_AN_ADDRESS },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct dm_addr value = addr("1.2.3.4");

        if (dm_addr_parse(cases[i].text, &value) != cases[i].fault) {
            fail_msg("`%s`", cases[i].text);
        }
        assert_true(dm_addr_equal(value, addr("1.2.3.4")));
    }
}

static void what_is_no_prefix_says_why(void **state)
{
    static const struct {
        const char *text;
        enum dm_addr_fault fault;
    } cases[] = {
        { "10.0.0.0", DM_ADDR_NO_LENGTH },
        { "10.0.0.0/", DM_ADDR_NO_LENGTH },
        { "10.0.0.0/x", DM_ADDR_NO_LENGTH },
        { "10.0.0.0/-1", DM_ADDR_NO_LENGTH },
        { "10.0.0.0/08", DM_ADDR_NO_LENGTH },
        { "10.0.0.0/8/8", DM_ADDR_NO_LENGTH },
        { "10.0.0.0/33", DM_ADDR_LENGTH_TOO_LARGE },
        { "10.0.0.0/99999999999999999999999", DM_ADDR_LENGTH_TOO_LARGE },
        { "::/129", DM_ADDR_LENGTH_TOO_LARGE },
        { "10.300.0.0/16", DM_ADDR_PART_TOO_LARGE },
        { "/8", DM_ADDR_NOT_AN_ADDRESS },
        { "", DM_ADDR_NOT_AN_ADDRESS },
    };
    struct dm_prefix value = prefix("1.2.3.4/32");

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (dm_prefix_parse(cases[i].text, &value) != cases[i].fault) {
            fail_msg("`%s`", cases[i].text);
        }
        assert_int_equal(dm_prefix_compare(value, prefix("1.2.3.4/32")), 0);
    }
}

static void host_bits_are_cleared_and_told(void **state)
{
    struct dm_prefix value = { { 0, 0, 0 }, 0 };

    (void)state;
    assert_int_equal(dm_prefix_parse("10.1.2.3/16", &value), DM_ADDR_HOST_BITS);
    assert_int_equal(dm_prefix_compare(value, prefix("10.1.0.0/16")), 0);
    assert_int_equal(dm_prefix_parse("2001:db8::1/32", &value), DM_ADDR_HOST_BITS);
    assert_int_equal(dm_prefix_compare(value, prefix("2001:db8::/32")), 0);
    assert_int_equal(dm_prefix_parse("1.2.3.4/0", &value), DM_ADDR_HOST_BITS);
    assert_int_equal(dm_prefix_compare(value, prefix("0.0.0.0/0")), 0);
}

static void each_fault_has_a_text_of_its_own(void **state)
{
    (void)state;
    for (int i = DM_ADDR_OK; i <= DM_ADDR_HOST_BITS; i++) {
        for (int j = DM_ADDR_OK; j < i; j++) {
            assert_string_not_equal(dm_addr_fault_text((enum dm_addr_fault)i),
                                    dm_addr_fault_text((enum dm_addr_fault)j));
        }
    }
}

static void prefixes_order_by_family_number_and_length(void **state)
{
    static const char *const sorted[] = { "0.0.0.0/0",  "10.0.0.0/8", "10.0.0.0/16", "10.0.1.0/24",
                                          "11.0.0.0/8", "::/0",       "::1/128",     "1::/16" };

    (void)state;
    for (size_t i = 0; i < sizeof sorted / sizeof sorted[0]; i++) {
        for (size_t j = 0; j < sizeof sorted / sizeof sorted[0]; j++) {
            int order = dm_prefix_compare(prefix(sorted[i]), prefix(sorted[j]));

            assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
        }
    }
}

static void adding_goes_through_all_parts_and_wraps_in_its_family(void **state)
{
    (void)state;
    assert_true(dm_addr_equal(dm_addr_add(addr("10.0.0.255"), 1), addr("10.0.1.0")));
    assert_true(dm_addr_equal(dm_addr_add(addr("255.255.255.255"), 1), addr("0.0.0.0")));
    assert_true(dm_addr_equal(dm_addr_before(addr("10.0.1.0")), addr("10.0.0.255")));
    assert_true(dm_addr_equal(dm_addr_before(addr("0.0.0.0")), addr("255.255.255.255")));
    assert_true(dm_addr_equal(dm_addr_before(addr("0:0:0:1::")), addr("::ffff:ffff:ffff:ffff")));
    assert_true(dm_addr_equal(dm_addr_add(addr("::ffff:ffff:ffff:ffff"), 1), addr("0:0:0:1::")));
    assert_true(dm_addr_equal(dm_addr_add(addr("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), 2),
                              addr("::1")));
}

static void a_prefix_has_its_first_and_last_address_and_none_beside(void **state)
{
    (void)state;
    assert_true(dm_addr_equal(dm_prefix_last(prefix("10.0.0.0/8")), addr("10.255.255.255")));
    assert_true(dm_addr_equal(dm_prefix_last(prefix("0.0.0.0/0")), addr("255.255.255.255")));
    assert_true(dm_addr_equal(dm_prefix_last(prefix("2001:db8::/63")),
                              addr("2001:db8:0:1:ffff:ffff:ffff:ffff")));
    assert_true(dm_addr_equal(dm_prefix_last(prefix("2001:db8::/65")),
                              addr("2001:db8::7fff:ffff:ffff:ffff")));
    assert_true(dm_prefix_has(prefix("10.0.0.0/8"), addr("10.255.255.255")));
    assert_false(dm_prefix_has(prefix("10.0.0.0/8"), addr("11.0.0.0")));
    assert_false(dm_prefix_has(prefix("0.0.0.0/0"), addr("::1")));
    assert_false(dm_prefix_has(prefix("::/0"), addr("0.0.0.1")));
    assert_true(dm_prefix_has(prefix("::/0"), addr("::1")));
    assert_false(dm_prefix_has((struct dm_prefix){ { 0, 0, 0 }, 0 }, (struct dm_addr){ 0, 0, 0 }));
}

static void the_internet_is_what_no_private_network_uses(void **state)
{
    static const char *const publics[] = { "1.1.1.1",        "9.255.255.255", "11.0.0.0",
                                           "100.63.255.255", "100.128.0.0",   "172.32.0.0",
                                           "172.15.255.255", "192.167.0.1",   "198.18.0.1",
                                           "198.19.255.255", "203.0.113.7",   "223.255.255.255",
                                           "2001:db8::1",    "2600::1",       "::2" };
    static const char *const others[] = {
        "0.1.2.3",    "10.0.0.0",   "10.255.255.255",  "100.64.0.0", "127.0.0.1", "169.254.169.254",
        "172.16.0.0", "172.31.0.1", "192.168.255.255", "224.0.0.1",  "240.0.0.0", "255.255.255.255",
        "::",         "::1",        "::ffff:1.1.1.1",  "fc00::1",    "fdff::1",   "fe80::1",
        "febf::1",    "fec0::1",    "feff::1",         "ff02::1"
    };

    (void)state;
    for (size_t i = 0; i < sizeof publics / sizeof publics[0]; i++) {
        assert_true(dm_addr_is_public(addr(publics[i])));
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_false(dm_addr_is_public(addr(others[i])));
    }
    assert_false(dm_addr_is_public((struct dm_addr){ 0, 0, 0 }));
}

static void ranges_that_are_not_public_are_apart_and_in_order(void **state)
{
    size_t n = 0;
    const struct dm_prefix *ranges = dm_prefix_not_public(&n);

    (void)state;
    for (size_t i = 0; i < n; i++) {
        assert_true(dm_addr_equal(dm_prefix_first(ranges[i]), ranges[i].addr));
        if (i > 0) {
            assert_true(dm_prefix_compare(ranges[i - 1], ranges[i]) < 0);
            assert_false(dm_prefix_overlaps(ranges[i - 1], ranges[i]));
        }
    }
}

static void a_match_prints_as_it_is_read(void **state)
{
    static const char *const texts[] = { "all",      "tcp",        "tcp/443",  "tcp/1024-65535",
                                         "tcp/0",    "udp/53",     "icmp",     "icmp/8",
                                         "icmp/3/4", "icmpv6/128", "proto/50", "proto/0" };
    static const char *const wrong[] = { "",        "TCP",    "tcp/",      "tcp/65536",
                                         "tcp/9-8", "tcp/1-", "icmp/256",  "icmp/8/",
                                         "all/1",   "proto/", "proto/256", "proto/6/1",
                                         "tcp/ 1",  "tcpx/1", "tcp/+1" };
    struct dm_match match = DM_MATCH_ALL;
    char buffer[DM_ADDR_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_true(dm_match_parse(texts[i], &match));
        assert_string_equal(dm_match_text(&match, buffer), texts[i]);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (dm_match_parse(wrong[i], &match)) {
            fail_msg("`%s` was read", wrong[i]);
        }
    }
    assert_true(dm_match_parse("tcp/0-65535", &match));
    assert_string_equal(dm_match_text(&match, buffer), "tcp");
    assert_true(dm_match_parse("proto/17", &match));
    assert_string_equal(dm_match_text(&match, buffer), "udp");
}

static bool has(const char *text, struct dm_packet packet)
{
    struct dm_match match = DM_MATCH_ALL;

    assert_true(dm_match_parse(text, &match));
    return dm_match_has(&match, &packet);
}

static void a_match_looks_at_the_fields_of_its_protocol_only(void **state)
{
    struct dm_packet tcp = { .protocol = DM_PROTO_TCP, .destination_port = 443, .source_port = 80 };
    struct dm_packet ping = { .protocol = DM_PROTO_ICMP, .icmp_type = 8 };
    struct dm_packet esp = { .protocol = 50 };

    (void)state;
    assert_true(has("all", tcp) && has("all", ping) && has("all", esp));
    assert_true(has("tcp", tcp) && has("tcp/443", tcp) && has("tcp/400-443", tcp));
    assert_false(has("tcp/80", tcp) || has("udp/443", tcp) || has("tcp/444-500", tcp));
    assert_true(has("icmp", ping) && has("icmp/8", ping) && has("icmp/8/0", ping));
    assert_false(has("icmp/0", ping) || has("icmp/8/1", ping) || has("icmpv6", ping));
    assert_true(has("proto/50", esp));
    assert_false(has("proto/51", esp) || has("tcp", esp));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_prints_in_its_canonical_form),
        cmocka_unit_test(what_is_no_address_says_why),
        cmocka_unit_test(what_is_no_prefix_says_why),
        cmocka_unit_test(host_bits_are_cleared_and_told),
        cmocka_unit_test(each_fault_has_a_text_of_its_own),
        cmocka_unit_test(prefixes_order_by_family_number_and_length),
        cmocka_unit_test(adding_goes_through_all_parts_and_wraps_in_its_family),
        cmocka_unit_test(a_prefix_has_its_first_and_last_address_and_none_beside),
        cmocka_unit_test(the_internet_is_what_no_private_network_uses),
        cmocka_unit_test(ranges_that_are_not_public_are_apart_and_in_order),
        cmocka_unit_test(a_match_prints_as_it_is_read),
        cmocka_unit_test(a_match_looks_at_the_fields_of_its_protocol_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
