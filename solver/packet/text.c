/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How sets are said: what people know as protocols, ports and prefixes.
 */
#include "solver/packet/set.h"

/* ---- protocols and ports ---- */

static void add_range(struct dm_str *out, const char *before, unsigned first, unsigned last)
{
    if (first == last) {
        dm_str_addf(out, "%s%u", before, first);
    } else {
        dm_str_addf(out, "%s%u-%u", before, first, last);
    }
}

/* One interval of types and codes: rests of types at both ends, whole types between. */
static void add_types(struct dm_str *out, const char *before, unsigned first, unsigned last)
{
    unsigned type = first >> 8;
    unsigned whole_last;

    if ((first & 255) != 0 || (type == last >> 8 && (last & 255) != 255)) {
        unsigned end = type == last >> 8 ? last & 255 : 255;

        dm_str_addf(out, "%s%u", before, type);
        add_range(out, "/", first & 255, end);
        before = ",";
        type++;
    }
    if (type > last >> 8) {
        return;
    }
    whole_last = (last & 255) == 255 ? last >> 8 : (last >> 8) - 1;
    if (type <= whole_last) {
        add_range(out, before, type, whole_last);
        before = ",";
    }
    if ((last & 255) != 255) {
        dm_str_addf(out, "%s%u", before, last >> 8);
        add_range(out, "/", 0, last & 255);
    }
}

struct saying {
    struct dm_str *out;
    bool is_icmp;
    unsigned n;
};

/* The last field of the boxes of one protocol, one after the other. */
static void say_detail(void *context, const struct dm_box *box)
{
    struct saying *saying = context;
    const char *before = saying->n++ ? "," : " ";

    if (box->detail_first == 0 && box->detail_last == 65535) {
        return;
    }
    if (saying->is_icmp) {
        add_types(saying->out, before, box->detail_first, box->detail_last);
    } else {
        add_range(saying->out, before, box->detail_first, box->detail_last);
    }
}

static void say_numbers(void *context, const struct dm_box *box)
{
    struct saying *saying = context;

    add_range(saying->out, saying->n++ ? "," : " ", box->protocol_first, box->protocol_last);
}

/* Of one family, so that its boxes differ in protocols and details alone. */
static struct dm_set of_ipv4(struct dm_sets *sets, struct dm_set set)
{
    static const struct dm_prefix all = { { 0, 0, DM_FAMILY_IPV4 }, 0 };

    return dm_set_and(sets, set, dm_set_prefix(sets, DM_FIELD_DESTINATION, all));
}

static const struct {
    uint8_t protocol;
    const char *name;
    bool is_icmp;
} named[] = { { DM_PROTO_TCP, "TCP", false },
              { DM_PROTO_UDP, "UDP", false },
              { DM_PROTO_SCTP, "SCTP", false },
              { DM_PROTO_ICMP, "ICMP", true },
              { DM_PROTO_ICMPV6, "ICMPv6", true } };

/* 'set' must not depend on addresses. */
static void say_flows(struct dm_sets *sets, struct dm_set set, struct dm_str *out)
{
    struct dm_set rest = set;
    const char *before = "";

    if (dm_set_is_equal(set, DM_SET_ALL)) {
        dm_str_add(out, "All Connections");
        return;
    }
    if (dm_set_is_empty(set)) {
        dm_str_add(out, "No Connections");
        return;
    }
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        struct dm_set protocol = dm_set_protocol(sets, named[i].protocol);
        struct dm_set part = dm_set_and(sets, set, protocol);
        struct saying saying = { out, named[i].is_icmp, 0 };

        rest = dm_set_minus(sets, rest, protocol);
        if (!dm_set_is_empty(part)) {
            dm_str_addf(out, "%s%s", before, named[i].name);
            dm_set_boxes(sets, of_ipv4(sets, part), say_detail, &saying);
            before = ",";
        }
    }
    if (!dm_set_is_empty(rest)) {
        struct saying saying = { out, false, 0 };

        dm_str_addf(out, "%sprotocol", before);
        dm_set_boxes(sets, of_ipv4(sets, rest), say_numbers, &saying);
    }
}

void dm_set_flows_text(struct dm_sets *sets, struct dm_set set, struct dm_str *out)
{
    say_flows(sets, dm_set_forget(sets, set, DM_FIELDS_OF_ADDRESSES), out);
}

void dm_set_ports_text(struct dm_sets *sets, struct dm_set set, struct dm_str *out)
{
    static const struct {
        uint8_t protocol;
        const char *name;
    } protocols[] = { { DM_PROTO_SCTP, "SCTP" }, { DM_PROTO_TCP, "TCP" }, { DM_PROTO_UDP, "UDP" } };
    struct dm_set rest = dm_set_forget(sets, set, DM_FIELDS_OF_ADDRESSES);
    const char *before = "";

    for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++) {
        struct dm_set ports = dm_set_details(sets, protocols[i].protocol, 1, 65535);
        struct dm_set part = dm_set_and(sets, rest, ports);
        struct saying saying = { out, false, 0 };

        rest = dm_set_minus(sets, rest, dm_set_protocol(sets, protocols[i].protocol));
        if (!dm_set_is_empty(part)) {
            dm_str_addf(out, "%s%s", before, protocols[i].name);
            dm_set_boxes(sets, of_ipv4(sets, part), say_detail, &saying);
            before = ",";
        }
    }
    if (!dm_set_is_empty(rest)) {
        dm_str_add(out, before);
        say_flows(sets, rest, out);
    }
}

/* ---- addresses ---- */

struct prefixes {
    struct dm_str *out;
    enum dm_field field;
    unsigned n;
};

/* The widest prefix that begins at 'first' and does not go past 'last'. */
static struct dm_prefix widest(struct dm_addr first, struct dm_addr last)
{
    struct dm_prefix best = dm_prefix_of(first);

    while (best.length > 0) {
        struct dm_prefix wider = { first, (uint8_t)(best.length - 1) };

        if (!dm_addr_equal(dm_prefix_first(wider), first)
            || dm_addr_compare(dm_prefix_last(wider), last) > 0) {
            break;
        }
        best = wider;
    }
    return best;
}

static void say_prefixes(void *context, const struct dm_box *box)
{
    struct prefixes *prefixes = context;
    bool is_source = prefixes->field == DM_FIELD_SOURCE;
    struct dm_addr first = is_source ? box->source_first : box->destination_first;
    struct dm_addr last = is_source ? box->source_last : box->destination_last;
    char buffer[DM_ADDR_TEXT_SIZE];

    for (;;) {
        struct dm_prefix prefix = widest(first, last);

        dm_str_addf(prefixes->out, "%s%s", prefixes->n++ ? "," : "",
                    dm_prefix_text(prefix, buffer));
        if (dm_addr_equal(dm_prefix_last(prefix), last)) {
            return;
        }
        first = dm_addr_add(dm_prefix_last(prefix), 1);
    }
}

void dm_set_addresses_text(struct dm_sets *sets, struct dm_set set, enum dm_field field,
                           struct dm_str *out)
{
    enum dm_field other = field == DM_FIELD_SOURCE ? DM_FIELD_DESTINATION : DM_FIELD_SOURCE;
    struct prefixes prefixes = { out, field, 0 };

    dm_set_boxes(sets, dm_set_forget(sets, set, DM_FIELDS_OF_FLOWS | DM_FIELD_BIT(other)),
                 say_prefixes, &prefixes);
}
