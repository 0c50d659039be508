/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * address - IP addresses, prefixes, and what a filter says of a packet's ports.
 *
 * An address is a number of 128 bits with its family; an IPv4 address keeps its
 * 32 bits in the lowest ones.  A prefix is canonical: the bits past its length
 * are zero.  Both order by family, then number, then (longer last) length.
 */
#ifndef DM_MODEL_ADDRESS_H
#define DM_MODEL_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum dm_family { DM_FAMILY_NONE = 0, DM_FAMILY_IPV4 = 4, DM_FAMILY_IPV6 = 6 };

struct dm_addr {
    uint64_t high;
    uint64_t low;
    uint8_t family; /* enum dm_family; DM_FAMILY_NONE: no address */
};

struct dm_prefix {
    struct dm_addr addr;
    uint8_t length; /* bits, 0 to 32 or 128 */
};

enum { DM_ADDR_TEXT_SIZE = 64 };

/* Why a text is no prefix; for messages that say what is wrong with it. */
enum dm_addr_fault {
    DM_ADDR_OK,
    DM_ADDR_NOT_AN_ADDRESS, /* "10.0.0", "abc" */
    DM_ADDR_PART_TOO_LARGE, /* "10.300.0.0/16" */
    DM_ADDR_NO_LENGTH,      /* a prefix without "/n" */
    DM_ADDR_LENGTH_TOO_LARGE,
    DM_ADDR_HOST_BITS /* "10.0.0.1/16": bits past the length are set */
};

const char *dm_addr_fault_text(enum dm_addr_fault fault);

/* IPv4 in dotted decimal (no leading zeros), IPv6 by RFC 4291. */
enum dm_addr_fault dm_addr_parse(const char *text, struct dm_addr *ret_addr);

/* "ADDRESS/LENGTH".  On DM_ADDR_HOST_BITS '*ret_prefix' holds the prefix with these bits cleared.
 */
enum dm_addr_fault dm_prefix_parse(const char *text, struct dm_prefix *ret_prefix);

struct dm_addr dm_addr_ipv4(uint32_t number);

/* Look-ups consist of these: they stand here so that they are no calls. */
static inline int dm_addr_compare(struct dm_addr a, struct dm_addr b)
{
    if (a.family != b.family) {
        return a.family < b.family ? -1 : 1;
    }
    if (a.high != b.high) {
        return a.high < b.high ? -1 : 1;
    }
    return (a.low > b.low) - (a.low < b.low);
}

static inline bool dm_addr_equal(struct dm_addr a, struct dm_addr b)
{
    return a.low == b.low && a.high == b.high && a.family == b.family;
}

static inline bool dm_addr_is_none(struct dm_addr addr)
{
    return addr.family == DM_FAMILY_NONE;
}

int dm_prefix_compare(struct dm_prefix a, struct dm_prefix b);

/* The 'n'th address after 'addr'; the family stays, overflow wraps. */
struct dm_addr dm_addr_add(struct dm_addr addr, uint64_t n);

/* The address before 'addr'; the family stays, before the first is the last. */
struct dm_addr dm_addr_before(struct dm_addr addr);

struct dm_addr dm_prefix_first(struct dm_prefix prefix);
struct dm_addr dm_prefix_last(struct dm_prefix prefix);

static inline bool dm_prefix_has(struct dm_prefix prefix, struct dm_addr addr)
{
    uint64_t high = prefix.addr.high ^ addr.high;
    uint64_t low = prefix.addr.low ^ addr.low;

    if (prefix.addr.family != addr.family || dm_addr_is_none(addr)) {
        return false;
    }
    if (addr.family == DM_FAMILY_IPV4) {
        return low >> (32 - prefix.length) == 0;
    }
    if (prefix.length > 64) {
        return high == 0 && low >> (128 - prefix.length) == 0;
    }
    return !prefix.length || high >> (64 - prefix.length) == 0;
}

bool dm_prefix_covers(struct dm_prefix outer, struct dm_prefix inner); /* equal ones too */
bool dm_prefix_overlaps(struct dm_prefix a, struct dm_prefix b);
struct dm_prefix dm_prefix_of(struct dm_addr addr); /* /32 or /128 */

/* Whether no network of one's own uses it: outside RFC 1918, 6598, 3927, 4193, 4291's local,
 * loopback, multicast and reserved ranges.  Ranges for documentation and benchmarks count as
 * public: designs take public addresses from there. */
bool dm_addr_is_public(struct dm_addr addr);

/* The ranges of all addresses that are not public, disjoint, in order. */
const struct dm_prefix *dm_prefix_not_public(size_t *ret_n);

/* Writes text of at most DM_ADDR_TEXT_SIZE bytes into 'buffer' and returns it. */
const char *dm_addr_text(struct dm_addr addr, char buffer[DM_ADDR_TEXT_SIZE]);
const char *dm_prefix_text(struct dm_prefix prefix, char buffer[DM_ADDR_TEXT_SIZE]);

/* IANA numbers of the protocols that have fields of their own here. */
enum {
    DM_PROTO_ICMP = 1,
    DM_PROTO_IPIP = 4,
    DM_PROTO_TCP = 6,
    DM_PROTO_UDP = 17,
    DM_PROTO_ICMPV6 = 58,
    DM_PROTO_SCTP = 132 /* its ports count in policies of Kubernetes; no filter of AWS sees them */
};

/* Protocol and ports that a rule names.  For ICMP the fields are type and code. */
struct dm_match {
    int16_t protocol; /* IANA number; -1: any, and then nothing else is looked at */
    uint16_t port_first;
    uint16_t port_last;
    int16_t icmp_type; /* -1: any, and then the code is not looked at */
    int16_t icmp_code; /* -1: any */
};

#define DM_MATCH_ALL ((struct dm_match){ -1, 0, 65535, -1, -1 })

/* The fields of one packet; what the protocol does not have is zero. */
struct dm_packet {
    struct dm_addr source;
    struct dm_addr destination;
    uint8_t protocol;
    uint16_t source_port;
    uint16_t destination_port;
    uint8_t icmp_type;
    uint8_t icmp_code;
};

bool dm_match_has(const struct dm_match *match, const struct dm_packet *packet);

/* "tcp/443", "tcp/1024-65535", "tcp", "udp/53", "icmp", "icmp/8", "icmp/3/4", "icmpv6/128", "all",
 * "proto/50". */
bool dm_match_parse(const char *text, struct dm_match *ret_match);
const char *dm_match_text(const struct dm_match *match, char buffer[DM_ADDR_TEXT_SIZE]);

#endif
