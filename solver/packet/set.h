/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * set - sets of packet headers.
 *
 * A set is a diagram with one level a field: family, source, destination, protocol, and what the
 * protocol has after that: the destination port of TCP, UDP and SCTP, type and code of ICMP. No
 * filter of AWS looks at source ports, so there are none. A node divides the numbers of its field
 * into intervals and sends each to a node further down, to none or to all; it knows
 * only the numbers at which its own rules divide that field. Nothing is ever multiplied out over
 * fields, as boxes and global atoms are.
 *
 * Nodes are shared: of two intervals side by side that lead to the same place one is made, a node
 * with one interval is not made at all, and no node is made twice. So each set has one
 * form, and two sets of one store are equal when their handles are.
 *
 * Invariants: handles 0 and 1 are the empty set and that of all headers; fields go down in the
 * order of 'enum dm_field'; below the protocols that have nothing more to tell there is no node.
 *
 * Ownership: a store lives in its arena and never shrinks. Once memory is out
 * 'dm_sets_failed' stays true and what operations give means nothing.
 *
 * Complexity: an operation costs O(intervals of a * intervals of b) at worst, the sum of
 * them where nodes do not overlap often; each pair of nodes is looked at once while the cache
 * remembers it.
 */
#ifndef DM_SOLVER_PACKET_SET_H
#define DM_SOLVER_PACKET_SET_H

#include "model/address.h"
#include "model/base/str.h"

enum dm_field {
    DM_FIELD_FAMILY,
    DM_FIELD_SOURCE,
    DM_FIELD_DESTINATION,
    DM_FIELD_PROTOCOL,
    DM_FIELD_DETAIL, /* port, or type * 256 + code */
    DM_FIELD_COUNT
};

struct dm_sets;

/* A set, by its number in its store. */
struct dm_set {
    uint32_t v;
};

#define DM_SET_EMPTY ((struct dm_set){ 0 })
#define DM_SET_ALL ((struct dm_set){ 1 })

/* NULL when memory is out. */
struct dm_sets *dm_sets_new(struct dm_arena *arena);
bool dm_sets_failed(const struct dm_sets *sets);
size_t dm_sets_nodes(const struct dm_sets *sets);

/* What is not understood makes two sets of one: what is in it for sure, and what perhaps is. */
struct dm_flow_sets {
    struct dm_set sure;
    struct dm_set perhaps; /* has all of 'sure' */
};

/* ---- making ---- */

/* All headers whose source, or destination, is from 'first' to 'last', of one family. */
struct dm_set dm_set_addresses(struct dm_sets *sets, enum dm_field field, struct dm_addr first,
                               struct dm_addr last);
struct dm_set dm_set_prefix(struct dm_sets *sets, enum dm_field field, struct dm_prefix prefix);
struct dm_set dm_set_protocol(struct dm_sets *sets, uint8_t protocol);

/* From 'first' to 'last' in the last field; the protocol must be TCP, UDP, SCTP, ICMP
 * or ICMPv6. */
struct dm_set dm_set_details(struct dm_sets *sets, uint8_t protocol, uint16_t first, uint16_t last);
/* What a filter of AWS takes: ports of SCTP are nothing to it. */
struct dm_set dm_set_match(struct dm_sets *sets, const struct dm_match *match);

struct dm_set dm_set_and(struct dm_sets *sets, struct dm_set a, struct dm_set b);
struct dm_set dm_set_or(struct dm_sets *sets, struct dm_set a, struct dm_set b);
struct dm_set dm_set_minus(struct dm_sets *sets, struct dm_set a, struct dm_set b);
struct dm_set dm_set_not(struct dm_sets *sets, struct dm_set a);

/* The headers that are in the set with some value of each forgotten field; 'fields' is a sum of
 * DM_FIELD_BIT(field). */
#define DM_FIELD_BIT(field) (1u << (field))
#define DM_FIELDS_OF_ADDRESSES                                                                     \
    (DM_FIELD_BIT(DM_FIELD_FAMILY) | DM_FIELD_BIT(DM_FIELD_SOURCE)                                 \
     | DM_FIELD_BIT(DM_FIELD_DESTINATION))
#define DM_FIELDS_OF_FLOWS (DM_FIELD_BIT(DM_FIELD_PROTOCOL) | DM_FIELD_BIT(DM_FIELD_DETAIL))
struct dm_set dm_set_forget(struct dm_sets *sets, struct dm_set set, unsigned fields);

/* ---- asking ---- */

bool dm_set_is_empty(struct dm_set set);
bool dm_set_is_equal(struct dm_set a, struct dm_set b);
bool dm_set_has(const struct dm_sets *sets, struct dm_set set, const struct dm_packet *packet);

/* One header of the set: TCP if there is any, then UDP, then the lowest protocol; the lowest
 * numbers, but port 0, which is nobody's, only where there is no other.  False: it is empty. */
bool dm_set_witness(struct dm_sets *sets, struct dm_set set, struct dm_packet *ret_packet);

/* Headers that a box holds: each field between two numbers. */
struct dm_box {
    struct dm_addr source_first;
    struct dm_addr source_last;
    struct dm_addr destination_first;
    struct dm_addr destination_last;
    uint8_t protocol_first;
    uint8_t protocol_last;
    uint16_t detail_first; /* 0 to 65535 where the protocols have no detail */
    uint16_t detail_last;
};

/* Calls 'each' with boxes that are disjoint and together the set, in order of the fields. */
void dm_set_boxes(const struct dm_sets *sets, struct dm_set set,
                  void (*each)(void *context, const struct dm_box *box), void *context);

/* ---- saying ---- */

/* Protocols and ports, whatever the addresses: "TCP 22,80-443,UDP 53", "ICMP 8,3/4",
 * "protocol 47,50-51", "All Connections"; "No Connections" of the empty set. */
void dm_set_flows_text(struct dm_sets *sets, struct dm_set set, struct dm_str *out);

/* The same in the words of NetworkPolicies, which know ports of three protocols and nothing else:
 * "SCTP 7000,TCP 1-79,81-65535,UDP 53"; what else there is follows as above. */
void dm_set_ports_text(struct dm_sets *sets, struct dm_set set, struct dm_str *out);

/* The destinations, or sources, whatever the rest: "10.0.0.0/8,192.0.2.1/32"; prefixes, as few
 * as there can be, in order. */
void dm_set_addresses_text(struct dm_sets *sets, struct dm_set set, enum dm_field field,
                           struct dm_str *out);

#endif
