/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/address.h"

#include <stdio.h>
#include <string.h>

#include "model/base/err.h"
#include "model/base/str.h"

/* What no one on the internet can send to.  Ranges for documentation and for benchmarks
 * (RFC 5737, RFC 2544) are not among them: designs take their public addresses from there. */
static const struct dm_prefix not_public[] = {
    { { 0, 0x00000000, DM_FAMILY_IPV4 }, 8 },                    /* this network */
    { { 0, 0x0a000000, DM_FAMILY_IPV4 }, 8 },                    /* RFC 1918 */
    { { 0, 0x64400000, DM_FAMILY_IPV4 }, 10 },                   /* RFC 6598 */
    { { 0, 0x7f000000, DM_FAMILY_IPV4 }, 8 },                    /* loopback */
    { { 0, 0xa9fe0000, DM_FAMILY_IPV4 }, 16 },                   /* RFC 3927 */
    { { 0, 0xac100000, DM_FAMILY_IPV4 }, 12 },                   /* RFC 1918 */
    { { 0, 0xc0a80000, DM_FAMILY_IPV4 }, 16 },                   /* RFC 1918 */
    { { 0, 0xe0000000, DM_FAMILY_IPV4 }, 4 },                    /* multicast */
    { { 0, 0xf0000000, DM_FAMILY_IPV4 }, 4 },                    /* reserved */
    { { 0, 0, DM_FAMILY_IPV6 }, 127 },                           /* unspecified and loopback */
    { { 0, UINT64_C(0x0000ffff00000000), DM_FAMILY_IPV6 }, 96 }, /* IPv4-mapped */
    { { UINT64_C(0xfc00000000000000), 0, DM_FAMILY_IPV6 }, 7 },  /* RFC 4193 */
    { { UINT64_C(0xfe80000000000000), 0, DM_FAMILY_IPV6 }, 10 }, /* link-local */
    { { UINT64_C(0xfec0000000000000), 0, DM_FAMILY_IPV6 }, 10 }, /* site-local */
    { { UINT64_C(0xff00000000000000), 0, DM_FAMILY_IPV6 }, 8 },  /* multicast */
};

const char *dm_addr_fault_text(enum dm_addr_fault fault)
{
    switch (fault) {
    case DM_ADDR_OK:
        return "is well formed";
    case DM_ADDR_NOT_AN_ADDRESS:
        return "is no IP address";
    case DM_ADDR_PART_TOO_LARGE:
        return "has a part that is too large";
    case DM_ADDR_NO_LENGTH:
        return "has no prefix length";
    case DM_ADDR_LENGTH_TOO_LARGE:
        return "has a prefix length that is too large";
    case DM_ADDR_HOST_BITS:
        return "has bits set past its prefix length";
    }
    return "is not understood";
}

static unsigned family_bits(uint8_t family)
{
    return family == DM_FAMILY_IPV4 ? 32 : family == DM_FAMILY_IPV6 ? 128 : 0;
}

/* The last 'n' bits of 'bits' set. */
static void low_bits(unsigned n, uint64_t *ret_high, uint64_t *ret_low)
{
    *ret_low = n >= 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1;
    *ret_high = n <= 64 ? 0 : n >= 128 ? UINT64_MAX : (UINT64_C(1) << (n - 64)) - 1;
}

static void host_mask(struct dm_prefix prefix, uint64_t *ret_high, uint64_t *ret_low)
{
    unsigned bits = family_bits(prefix.addr.family);

    low_bits(bits > prefix.length ? bits - prefix.length : 0, ret_high, ret_low);
}

static enum dm_addr_fault parse_ipv4(const char *text, size_t length, uint32_t *ret_number)
{
    uint32_t number = 0;
    unsigned n_parts = 0;
    bool too_large = false;
    size_t at = 0;

    for (;;) {
        size_t begin = at;
        unsigned part = 0;

        while (at < length && text[at] >= '0' && text[at] <= '9') {
            part = part > 999 ? part : part * 10 + (unsigned)(text[at] - '0');
            at++;
        }
        if (at == begin || (at - begin > 1 && text[begin] == '0')) {
            return DM_ADDR_NOT_AN_ADDRESS;
        }
        too_large = too_large || part > 255;
        number = number << 8 | (part & 255);
        n_parts++;
        if (at == length) {
            break;
        }
        if (text[at] != '.' || n_parts == 4) {
            return DM_ADDR_NOT_AN_ADDRESS;
        }
        at++;
    }
    if (n_parts != 4) {
        return DM_ADDR_NOT_AN_ADDRESS;
    }
    if (too_large) {
        return DM_ADDR_PART_TOO_LARGE;
    }
    *ret_number = number;
    return DM_ADDR_OK;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Groups of 16 bits as they are read; 'gap' is the index at which "::" stood, or -1. */
struct groups {
    uint16_t items[8];
    int n;
    int gap;
};

/* Reads one group, or the IPv4 tail.  '*at' moves past it. */
static enum dm_addr_fault parse_group(const char *text, size_t length, size_t *at,
                                      struct groups *groups)
{
    size_t begin = *at;
    unsigned value = 0;

    while (*at < length && hex_digit(text[*at]) >= 0) {
        value = value > 0xffff ? value : value << 4 | (unsigned)hex_digit(text[*at]);
        (*at)++;
    }
    if (*at < length && text[*at] == '.') {
        uint32_t number = 0;
        enum dm_addr_fault fault = DM_ADDR_NOT_AN_ADDRESS;

        if (groups->n > 6) {
            return DM_ADDR_NOT_AN_ADDRESS;
        }
        fault = parse_ipv4(text + begin, length - begin, &number);
        if (fault != DM_ADDR_OK) {
            return fault;
        }
        groups->items[groups->n++] = (uint16_t)(number >> 16);
        groups->items[groups->n++] = (uint16_t)(number & 0xffff);
        *at = length;
        return DM_ADDR_OK;
    }
    if (*at == begin || groups->n > 7) {
        return DM_ADDR_NOT_AN_ADDRESS;
    }
    if (value > 0xffff || *at - begin > 4) {
        return DM_ADDR_PART_TOO_LARGE;
    }
    groups->items[groups->n++] = (uint16_t)value;
    return DM_ADDR_OK;
}

static enum dm_addr_fault read_groups(const char *text, size_t length, struct groups *groups)
{
    size_t at = 0;

    if (length >= 2 && text[0] == ':' && text[1] == ':') {
        groups->gap = 0;
        at = 2;
    }
    while (at < length) {
        enum dm_addr_fault fault = parse_group(text, length, &at, groups);

        if (fault != DM_ADDR_OK) {
            return fault;
        }
        if (at == length) {
            break;
        }
        if (text[at] != ':') {
            return DM_ADDR_NOT_AN_ADDRESS;
        }
        at++;
        if (at < length && text[at] == ':') {
            if (groups->gap >= 0) {
                return DM_ADDR_NOT_AN_ADDRESS;
            }
            groups->gap = groups->n;
            at++;
        } else if (at == length) {
            return DM_ADDR_NOT_AN_ADDRESS; /* one colon at the end */
        }
    }
    return DM_ADDR_OK;
}

static enum dm_addr_fault parse_ipv6(const char *text, size_t length, struct dm_addr *ret_addr)
{
    struct groups groups = { { 0 }, 0, -1 };
    uint16_t all[8] = { 0 };
    struct dm_addr addr = { 0, 0, DM_FAMILY_IPV6 };
    enum dm_addr_fault fault = read_groups(text, length, &groups);

    if (fault != DM_ADDR_OK) {
        return fault;
    }
    if (groups.gap < 0 ? groups.n != 8 : groups.n > 7) {
        return DM_ADDR_NOT_AN_ADDRESS;
    }
    for (int i = 0; i < groups.n; i++) {
        int moved = groups.gap >= 0 && i >= groups.gap ? i + 8 - groups.n : i;

        all[moved] = groups.items[i];
    }
    for (int i = 0; i < 4; i++) {
        addr.high = addr.high << 16 | all[i];
        addr.low = addr.low << 16 | all[i + 4];
    }
    *ret_addr = addr;
    return DM_ADDR_OK;
}

static enum dm_addr_fault parse_addr(const char *text, size_t length, struct dm_addr *ret_addr)
{
    uint32_t number = 0;
    enum dm_addr_fault fault = DM_ADDR_OK;

    if (memchr(text, ':', length)) {
        return parse_ipv6(text, length, ret_addr);
    }
    fault = parse_ipv4(text, length, &number);
    if (fault == DM_ADDR_OK) {
        *ret_addr = dm_addr_ipv4(number);
    }
    return fault;
}

enum dm_addr_fault dm_addr_parse(const char *text, struct dm_addr *ret_addr)
{
    return parse_addr(text, strlen(text), ret_addr);
}

enum dm_addr_fault dm_prefix_parse(const char *text, struct dm_prefix *ret_prefix)
{
    const char *slash = strchr(text, '/');
    size_t length = slash ? (size_t)(slash - text) : strlen(text);
    struct dm_prefix prefix = { { 0, 0, DM_FAMILY_NONE }, 0 };
    struct dm_addr given = { 0, 0, DM_FAMILY_NONE };
    uint64_t n_bits = 0;
    enum dm_addr_fault fault = parse_addr(text, length, &given);

    if (fault != DM_ADDR_OK) {
        return fault;
    }
    if (!slash || !slash[1] || strspn(slash + 1, "0123456789") != strlen(slash + 1)
        || (slash[1] == '0' && slash[2])) {
        return DM_ADDR_NO_LENGTH;
    }
    if (!dm_str_to_u64(slash + 1, strlen(slash + 1), family_bits(given.family), &n_bits)) {
        return DM_ADDR_LENGTH_TOO_LARGE;
    }
    prefix.addr = given;
    prefix.length = (uint8_t)n_bits;
    prefix.addr = dm_prefix_first(prefix);
    *ret_prefix = prefix;
    return dm_addr_equal(prefix.addr, given) ? DM_ADDR_OK : DM_ADDR_HOST_BITS;
}

struct dm_addr dm_addr_ipv4(uint32_t number)
{
    return (struct dm_addr){ 0, number, DM_FAMILY_IPV4 };
}

int dm_prefix_compare(struct dm_prefix a, struct dm_prefix b)
{
    int order = dm_addr_compare(a.addr, b.addr);

    return order ? order : (a.length > b.length) - (a.length < b.length);
}

struct dm_addr dm_addr_add(struct dm_addr addr, uint64_t n)
{
    struct dm_addr sum = addr;

    sum.low = addr.low + n;
    if (addr.family == DM_FAMILY_IPV4) {
        sum.low &= UINT32_MAX;
    } else if (sum.low < addr.low) {
        sum.high++;
    }
    return sum;
}

struct dm_addr dm_addr_before(struct dm_addr addr)
{
    if (addr.family == DM_FAMILY_IPV4) {
        addr.low = (addr.low - 1) & UINT32_MAX;
    } else {
        addr.high -= addr.low == 0;
        addr.low--;
    }
    return addr;
}

struct dm_addr dm_prefix_first(struct dm_prefix prefix)
{
    uint64_t high = 0;
    uint64_t low = 0;

    host_mask(prefix, &high, &low);
    prefix.addr.high &= ~high;
    prefix.addr.low &= ~low;
    return prefix.addr;
}

struct dm_addr dm_prefix_last(struct dm_prefix prefix)
{
    uint64_t high = 0;
    uint64_t low = 0;

    host_mask(prefix, &high, &low);
    prefix.addr.high |= high;
    prefix.addr.low |= low;
    return prefix.addr;
}

bool dm_prefix_covers(struct dm_prefix outer, struct dm_prefix inner)
{
    return outer.length <= inner.length && dm_prefix_has(outer, inner.addr);
}

bool dm_prefix_overlaps(struct dm_prefix a, struct dm_prefix b)
{
    return dm_prefix_covers(a, b) || dm_prefix_covers(b, a);
}

struct dm_prefix dm_prefix_of(struct dm_addr addr)
{
    return (struct dm_prefix){ addr, (uint8_t)family_bits(addr.family) };
}

const struct dm_prefix *dm_prefix_not_public(size_t *ret_n)
{
    *ret_n = sizeof not_public / sizeof not_public[0];
    return not_public;
}

bool dm_addr_is_public(struct dm_addr addr)
{
    if (dm_addr_is_none(addr)) {
        return false;
    }
    for (size_t i = 0; i < sizeof not_public / sizeof not_public[0]; i++) {
        if (dm_prefix_has(not_public[i], addr)) {
            return false;
        }
    }
    return true;
}

/* The longest run of two or more zero groups, the first of equals [RFC 5952]; '*ret_n' 0: none. */
static int longest_zero_run(const uint16_t groups[8], int *ret_n)
{
    int best = 0;

    *ret_n = 0;
    for (int i = 0; i < 8; i++) {
        int n = 0;

        while (i + n < 8 && groups[i + n] == 0) {
            n++;
        }
        if (n >= 2 && n > *ret_n) {
            best = i;
            *ret_n = n;
        }
    }
    return best;
}

static void ipv6_text(struct dm_addr addr, char buffer[DM_ADDR_TEXT_SIZE])
{
    uint16_t groups[8];
    int n_gap = 0;
    int gap = 0;
    size_t used = 0;

    for (int i = 0; i < 4; i++) {
        groups[i] = (uint16_t)(addr.high >> (48 - 16 * i) & 0xffff);
        groups[i + 4] = (uint16_t)(addr.low >> (48 - 16 * i) & 0xffff);
    }
    gap = longest_zero_run(groups, &n_gap);
    buffer[0] = '\0';
    for (int i = 0; i < 8;) {
        if (n_gap && i == gap) {
            used += (size_t)snprintf(buffer + used, DM_ADDR_TEXT_SIZE - used, "::");
            i += n_gap;
            continue;
        }
        used += (size_t)snprintf(buffer + used, DM_ADDR_TEXT_SIZE - used, "%s%x",
                                 i && !(n_gap && i == gap + n_gap) ? ":" : "", groups[i]);
        i++;
    }
}

const char *dm_addr_text(struct dm_addr addr, char buffer[DM_ADDR_TEXT_SIZE])
{
    unsigned long number = (unsigned long)(addr.low & UINT32_MAX);

    switch (addr.family) {
    case DM_FAMILY_IPV4:
        snprintf(buffer, DM_ADDR_TEXT_SIZE, "%lu.%lu.%lu.%lu", number >> 24, number >> 16 & 255,
                 number >> 8 & 255, number & 255);
        break;
    case DM_FAMILY_IPV6:
        ipv6_text(addr, buffer);
        break;
    default:
        snprintf(buffer, DM_ADDR_TEXT_SIZE, "none");
        break;
    }
    return buffer;
}

const char *dm_prefix_text(struct dm_prefix prefix, char buffer[DM_ADDR_TEXT_SIZE])
{
    size_t used = strlen(dm_addr_text(prefix.addr, buffer));

    if (!dm_addr_is_none(prefix.addr)) {
        snprintf(buffer + used, DM_ADDR_TEXT_SIZE - used, "/%u", prefix.length);
    }
    return buffer;
}

static bool has_ports(int protocol)
{
    return protocol == DM_PROTO_TCP || protocol == DM_PROTO_UDP;
}

static bool is_icmp(int protocol)
{
    return protocol == DM_PROTO_ICMP || protocol == DM_PROTO_ICMPV6;
}

bool dm_match_has(const struct dm_match *match, const struct dm_packet *packet)
{
    if (match->protocol == -1) {
        return true;
    }
    if (match->protocol != packet->protocol) {
        return false;
    }
    if (has_ports(match->protocol)) {
        return packet->destination_port >= match->port_first
               && packet->destination_port <= match->port_last;
    }
    if (is_icmp(match->protocol) && match->icmp_type != -1) {
        return match->icmp_type == packet->icmp_type
               && (match->icmp_code == -1 || match->icmp_code == packet->icmp_code);
    }
    return true;
}

static const struct {
    const char *name;
    int16_t protocol;
} protocols[] = {
    { "tcp", DM_PROTO_TCP },
    { "udp", DM_PROTO_UDP },
    { "icmp", DM_PROTO_ICMP },
    { "icmpv6", DM_PROTO_ICMPV6 },
};

/* "A" or "A<separator>B", both at most 'max'; '*ret_second' stays where there is no separator. */
static bool parse_numbers(const char *text, char separator, uint64_t max, uint64_t *ret_first,
                          uint64_t *ret_second)
{
    const char *middle = strchr(text, separator);
    size_t length = middle ? (size_t)(middle - text) : strlen(text);

    return dm_str_to_u64(text, length, max, ret_first)
           && (!middle || dm_str_to_u64(middle + 1, strlen(middle + 1), max, ret_second));
}

static bool parse_fields(const char *text, struct dm_match *match)
{
    uint64_t first = 0;
    uint64_t second = 0;

    if (has_ports(match->protocol)) {
        second = UINT64_MAX;
        if (!parse_numbers(text, '-', 65535, &first, &second)) {
            return false;
        }
        second = second == UINT64_MAX ? first : second;
        match->port_first = (uint16_t)first;
        match->port_last = (uint16_t)second;
        return first <= second;
    }
    if (is_icmp(match->protocol)) {
        second = UINT64_MAX;
        if (!parse_numbers(text, '/', 255, &first, &second)) {
            return false;
        }
        match->icmp_type = (int16_t)first;
        match->icmp_code = second == UINT64_MAX ? -1 : (int16_t)second;
        return true;
    }
    return false;
}

bool dm_match_parse(const char *text, struct dm_match *ret_match)
{
    struct dm_match match = DM_MATCH_ALL;
    const char *slash = strchr(text, '/');
    size_t length = slash ? (size_t)(slash - text) : strlen(text);
    uint64_t number = 0;

    if (dm_str_equal(text, "all")) {
        *ret_match = match;
        return true;
    }
    if (dm_str_starts(text, "proto/")) {
        if (!dm_str_to_u64(text + 6, strlen(text + 6), 255, &number)) {
            return false;
        }
        match.protocol = (int16_t)number;
        *ret_match = match;
        return true;
    }
    for (size_t i = 0; i < sizeof protocols / sizeof protocols[0]; i++) {
        if (strlen(protocols[i].name) == length && memcmp(protocols[i].name, text, length) == 0) {
            match.protocol = protocols[i].protocol;
            if (slash && !parse_fields(slash + 1, &match)) {
                return false;
            }
            *ret_match = match;
            return true;
        }
    }
    return false;
}

const char *dm_match_text(const struct dm_match *match, char buffer[DM_ADDR_TEXT_SIZE])
{
    const char *name = NULL;

    for (size_t i = 0; i < sizeof protocols / sizeof protocols[0]; i++) {
        if (protocols[i].protocol == match->protocol) {
            name = protocols[i].name;
        }
    }
    if (match->protocol == -1) {
        snprintf(buffer, DM_ADDR_TEXT_SIZE, "all");
    } else if (!name) {
        snprintf(buffer, DM_ADDR_TEXT_SIZE, "proto/%d", match->protocol);
    } else if (has_ports(match->protocol) && match->port_first == match->port_last) {
        snprintf(buffer, DM_ADDR_TEXT_SIZE, "%s/%u", name, match->port_first);
    } else if (has_ports(match->protocol)
               && !(match->port_first == 0 && match->port_last == 65535)) {
        snprintf(buffer, DM_ADDR_TEXT_SIZE, "%s/%u-%u", name, match->port_first, match->port_last);
    } else if (is_icmp(match->protocol) && match->icmp_type != -1 && match->icmp_code != -1) {
        snprintf(buffer, DM_ADDR_TEXT_SIZE, "%s/%d/%d", name, match->icmp_type, match->icmp_code);
    } else if (is_icmp(match->protocol) && match->icmp_type != -1) {
        snprintf(buffer, DM_ADDR_TEXT_SIZE, "%s/%d", name, match->icmp_type);
    } else {
        snprintf(buffer, DM_ADDR_TEXT_SIZE, "%s", name);
    }
    return buffer;
}
