/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/diagram.h"

#include <bdd.h>

/* Where the bits of a field begin, the highest first. */
enum { FAMILY = 0, SOURCE = 1, DESTINATION = 33, PROTOCOL = 65, DETAIL = 73, BITS = 89 };

static bdd at_least(unsigned base, unsigned width, uint64_t number)
{
    bdd result = bddtrue;

    for (unsigned i = width; i-- > 0;) {
        bool bit = number >> (width - 1 - i) & 1;

        result = bit ? bdd_and(bdd_ithvar((int)(base + i)), result)
                     : bdd_or(bdd_ithvar((int)(base + i)), result);
        bdd_addref(result);
    }
    return result;
}

static bdd at_most(unsigned base, unsigned width, uint64_t number)
{
    bdd result = bddtrue;

    for (unsigned i = width; i-- > 0;) {
        bool bit = number >> (width - 1 - i) & 1;

        result = bit ? bdd_or(bdd_nithvar((int)(base + i)), result)
                     : bdd_and(bdd_nithvar((int)(base + i)), result);
        bdd_addref(result);
    }
    return result;
}

static bdd between(unsigned base, unsigned width, uint64_t first, uint64_t last)
{
    return dm_diagram_and(at_least(base, width, first), at_most(base, width, last));
}

void dm_diagram_begin(void)
{
    bdd_init(2000000, 200000);
    bdd_gbc_hook(NULL);
    bdd_setmaxincrease(2000000);
    bdd_setvarnum(BITS);
}

void dm_diagram_end(void)
{
    bdd_done();
}

int dm_diagram_none(void)
{
    return bddfalse;
}

int dm_diagram_and(int a, int b)
{
    return bdd_addref(bdd_and(a, b));
}

int dm_diagram_or(int a, int b)
{
    return bdd_addref(bdd_or(a, b));
}

int dm_diagram_minus(int a, int b)
{
    return bdd_addref(bdd_apply(a, b, bddop_diff));
}

int dm_diagram_forget_source(int a)
{
    int variables[32];

    for (int i = 0; i < 32; i++) {
        variables[i] = SOURCE + i;
    }
    return bdd_addref(bdd_exist(a, bdd_addref(bdd_makeset(variables, 32))));
}

int dm_diagram_nodes(int a)
{
    return bdd_nodecount(a);
}

int dm_diagram_of_match(const struct dm_match *match)
{
    bdd protocol;

    if (match->protocol < 0) {
        return bddtrue;
    }
    protocol = between(PROTOCOL, 8, (uint64_t)match->protocol, (uint64_t)match->protocol);
    if (match->protocol == DM_PROTO_TCP || match->protocol == DM_PROTO_UDP) {
        return dm_diagram_and(protocol, between(DETAIL, 16, match->port_first, match->port_last));
    }
    if (match->protocol == DM_PROTO_ICMP && match->icmp_type >= 0) {
        protocol = dm_diagram_and(
            protocol, between(DETAIL, 8, (uint64_t)match->icmp_type, (uint64_t)match->icmp_type));
        return match->icmp_code < 0
                   ? protocol
                   : dm_diagram_and(protocol, between(DETAIL + 8, 8, (uint64_t)match->icmp_code,
                                                      (uint64_t)match->icmp_code));
    }
    return protocol;
}

int dm_diagram_of_prefix(enum dm_field field, struct dm_prefix prefix)
{
    return dm_diagram_and(bdd_addref(bdd_nithvar(FAMILY)),
                          between(field == DM_FIELD_SOURCE ? SOURCE : DESTINATION, 32,
                                  dm_prefix_first(prefix).low, dm_prefix_last(prefix).low));
}

int dm_diagram_of_box(const struct dm_box *box)
{
    bdd addresses = dm_diagram_and(
        between(SOURCE, 32, box->source_first.low, box->source_last.low),
        between(DESTINATION, 32, box->destination_first.low, box->destination_last.low));
    bdd flows = dm_diagram_and(between(PROTOCOL, 8, box->protocol_first, box->protocol_last),
                               between(DETAIL, 16, box->detail_first, box->detail_last));

    DM_ASSERT(box->source_first.family == DM_FAMILY_IPV4);
    return dm_diagram_and(dm_diagram_and(bdd_addref(bdd_nithvar(FAMILY)), addresses), flows);
}
