/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A network decision diagram with intervals on its edges (after NDD, NSDI 2025, and interval
 * decision diagrams, Strehl and Thiele 1998).  An operation walks both diagrams at once and merges
 * the intervals of two nodes as two sorted lists.  A diagram over bits would visit up to 128 levels
 * an address; arrays of boxes grow with each subtraction.
 */
#include "solver/packet/set.h"

#include "model/base/planted.h"
#include "model/base/vec.h"

enum { EMPTY, ALL, FIRST_CACHE = 1 << 10, MAX_CACHE = 1 << 18 };

struct number {
    uint64_t high;
    uint64_t low;
};

/* From 'first' to before the next edge's, or to the end of the field. */
struct edge {
    struct number first;
    uint32_t child;
};

struct node {
    uint64_t hash;
    uint32_t edges; /* index of the first */
    uint32_t n_edges;
    enum dm_field field; /* DM_FIELD_COUNT: one of the two ends */
};

enum op { OP_AND, OP_OR, OP_MINUS, OP_FORGET };

struct cached {
    uint32_t op; /* plus one; 0: free */
    uint32_t a;
    uint32_t b;
    uint32_t result;
};

struct dm_sets {
    struct dm_arena *arena;
    DM_VEC(struct node) nodes;
    DM_VEC(struct edge) edges;
    DM_VEC(struct edge) open; /* of nodes that are being put together, the innermost last */
    uint32_t *slots;          /* node, 0: free; a power of two of them */
    size_t n_slots;
    struct cached *cache;
    size_t n_cache;
    bool failed;
};

static int compare(struct number a, struct number b)
{
    return a.high != b.high ? (a.high > b.high) - (a.high < b.high)
                            : (a.low > b.low) - (a.low < b.low);
}

static bool same_edges(const struct edge *a, const struct edge *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (a[i].child != b[i].child || compare(a[i].first, b[i].first) != 0) {
            return false;
        }
    }
    return true;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

static uint64_t hash_edges(enum dm_field field, const struct edge *edges, size_t n)
{
    uint64_t hash = mix(DM_HASH_SEED, (uint64_t)field);

    for (size_t i = 0; i < n; i++) {
        hash = mix(hash, edges[i].first.high);
        hash = mix(hash, edges[i].first.low);
        hash = mix(hash, edges[i].child);
    }
    return hash;
}

/* ---- nodes ---- */

static bool grow_slots(struct dm_sets *sets)
{
    size_t n = sets->n_slots ? sets->n_slots * 2 : FIRST_CACHE;
    uint32_t *slots = DM_NEW_ARRAY(sets->arena, n, uint32_t);

    if (!slots) {
        return false;
    }
    for (size_t i = ALL + 1; i < sets->nodes.n; i++) {
        size_t at = sets->nodes.items[i].hash & (n - 1);

        while (slots[at]) {
            at = (at + 1) & (n - 1);
        }
        slots[at] = (uint32_t)i;
    }
    sets->slots = slots;
    sets->n_slots = n;
    return true;
}

static bool grow_cache(struct dm_sets *sets)
{
    size_t n = sets->n_cache ? sets->n_cache * 2 : FIRST_CACHE;
    struct cached *cache = DM_NEW_ARRAY(sets->arena, n, struct cached);

    if (!cache) {
        return false;
    }
    sets->cache = cache; /* what the old one knew is found again when it is needed */
    sets->n_cache = n;
    return true;
}

struct dm_sets *dm_sets_new(struct dm_arena *arena)
{
    struct dm_sets *sets = DM_NEW(arena, struct dm_sets);

    if (!sets) {
        return NULL;
    }
    sets->arena = arena;
    for (size_t i = EMPTY; i <= ALL; i++) {
        if (!DM_VEC_PUSH(arena, &sets->nodes, (struct node){ .field = DM_FIELD_COUNT })) {
            return NULL;
        }
    }
    return grow_slots(sets) && grow_cache(sets) ? sets : NULL;
}

bool dm_sets_failed(const struct dm_sets *sets)
{
    return sets->failed;
}

size_t dm_sets_nodes(const struct dm_sets *sets)
{
    return sets->nodes.n;
}

static uint32_t fail(struct dm_sets *sets)
{
    sets->failed = true;
    return EMPTY;
}

/* Adds an edge to the innermost open node, which began at 'base'. */
static void add_edge(struct dm_sets *sets, size_t base, struct number first, uint32_t child)
{
    if (sets->open.n > base && sets->open.items[sets->open.n - 1].child == child) {
        return;
    }
    if (!DM_VEC_PUSH(sets->arena, &sets->open, (struct edge){ first, child })) {
        sets->failed = true;
    }
}

static uint32_t add_node(struct dm_sets *sets, const struct node *made, size_t base, size_t at)
{
    struct node node = *made;

    node.edges = (uint32_t)sets->edges.n;
    for (size_t i = 0; i < node.n_edges; i++) {
        if (!DM_VEC_PUSH(sets->arena, &sets->edges, sets->open.items[base + i])) {
            return fail(sets);
        }
    }
    if (!DM_VEC_PUSH(sets->arena, &sets->nodes, node)) {
        return fail(sets);
    }
    sets->slots[at] = (uint32_t)sets->nodes.n - 1;
    if ((sets->nodes.n * 2 > sets->n_slots && !grow_slots(sets))
        || (sets->nodes.n > sets->n_cache && sets->n_cache < MAX_CACHE && !grow_cache(sets))) {
        return fail(sets);
    }
    return (uint32_t)sets->nodes.n - 1;
}

/* Closes the innermost open node. */
static uint32_t close_node(struct dm_sets *sets, enum dm_field field, size_t base)
{
    const struct edge *edges = sets->open.items + base;
    struct node node = { .field = field, .n_edges = (uint32_t)(sets->open.n - base) };
    uint32_t result = EMPTY;
    size_t at;

    if (sets->failed) {
        sets->open.n = base;
        return EMPTY;
    }
    if (node.n_edges == 1) {
        result = edges[0].child;
        sets->open.n = base;
        return result;
    }
    node.hash = hash_edges(field, edges, node.n_edges);
    at = node.hash & (sets->n_slots - 1);
    for (; sets->slots[at]; at = (at + 1) & (sets->n_slots - 1)) {
        const struct node *other = &sets->nodes.items[sets->slots[at]];

        if (other->hash == node.hash && other->field == field && other->n_edges == node.n_edges
            && same_edges(sets->edges.items + other->edges, edges, node.n_edges)) {
            sets->open.n = base;
            return sets->slots[at];
        }
    }
    result = add_node(sets, &node, base, at);
    sets->open.n = base;
    return result;
}

/* ---- operations ---- */

/* Whether the result is known without looking further down. */
static bool ends(enum op op, uint32_t a, uint32_t b, uint32_t *ret_result)
{
    bool known = true;

    switch (op) {
    case OP_AND:
        known = a == b || a <= ALL || b <= ALL;
        *ret_result = a == EMPTY || b == ALL || a == b ? a : b == EMPTY ? b : a == ALL ? b : EMPTY;
        break;
    case OP_OR:
        known = a == b || a <= ALL || b <= ALL;
        *ret_result = a == ALL || b == EMPTY || a == b ? a : b == ALL ? b : a == EMPTY ? b : EMPTY;
        break;
    case OP_MINUS:
        known = a == EMPTY || b == ALL || a == b || b == EMPTY;
        *ret_result = b == EMPTY ? a : EMPTY;
        break;
    case OP_FORGET:
        known = a <= ALL;
        *ret_result = a;
        break;
    }
    return known;
}

static struct edge edge_of(const struct dm_sets *sets, uint32_t node, enum dm_field field, size_t i)
{
    const struct node *item = &sets->nodes.items[node];

    return item->field == field ? sets->edges.items[item->edges + i]
                                : (struct edge){ { 0, 0 }, node };
}

static size_t n_edges_of(const struct dm_sets *sets, uint32_t node, enum dm_field field)
{
    const struct node *item = &sets->nodes.items[node];

    return item->field == field ? item->n_edges : 1;
}

static struct cached *cache_slot(const struct dm_sets *sets, enum op op, uint32_t a, uint32_t b)
{
    return &sets->cache[mix(mix(mix(DM_HASH_SEED, (uint64_t)op), a), b) & (sets->n_cache - 1)];
}

static bool find_cached(const struct dm_sets *sets, enum op op, uint32_t a, uint32_t b,
                        uint32_t *ret_result)
{
    const struct cached *slot = cache_slot(sets, op, a, b);

    *ret_result = slot->result;
    return slot->op == (uint32_t)op + 1 && slot->a == a && slot->b == b;
}

static uint32_t keep_cached(struct dm_sets *sets, enum op op, uint32_t a, uint32_t b,
                            uint32_t result)
{
    *cache_slot(sets, op, a, b) = (struct cached){ (uint32_t)op + 1, a, b, result };
    return result;
}

static uint32_t apply(struct dm_sets *sets, enum op op, uint32_t a, uint32_t b)
{
    size_t base = sets->open.n;
    size_t i = 0;
    size_t j = 0;
    struct number first = { 0, 0 };
    enum dm_field field;
    uint32_t result;
    size_t n_a;
    size_t n_b;

    if (ends(op, a, b, &result) || find_cached(sets, op, a, b, &result)) {
        return result;
    }
    field = sets->nodes.items[a].field < sets->nodes.items[b].field ? sets->nodes.items[a].field
                                                                    : sets->nodes.items[b].field;
    n_a = n_edges_of(sets, a, field);
    n_b = n_edges_of(sets, b, field);
    while (i < n_a && j < n_b && !sets->failed) {
        uint32_t child =
            apply(sets, op, edge_of(sets, a, field, i).child, edge_of(sets, b, field, j).child);
        bool more_a = i + 1 < n_a;
        bool more_b = j + 1 < n_b;
        int order = !more_a   ? 1
                    : !more_b ? -1
                              : compare(edge_of(sets, a, field, i + 1).first,
                                        edge_of(sets, b, field, j + 1).first);

        add_edge(sets, base, first, child);
        if (!more_a && !more_b) {
            break;
        }
        first = order <= 0 ? edge_of(sets, a, field, i + 1).first
                           : edge_of(sets, b, field, j + 1).first;
        i += order <= 0;
        j += order >= 0 && !(DM_PLANTED(EDGE_KEPT) && order == 0 && op == OP_MINUS);
    }
    return keep_cached(sets, op, a, b, close_node(sets, field, base));
}

/* Both operations are symmetric: one order of their sets, so that the cache knows either. */
static struct dm_set apply_sorted(struct dm_sets *sets, enum op op, struct dm_set a,
                                  struct dm_set b)
{
    bool in_order = a.v < b.v;

    return (struct dm_set){ apply(sets, op, in_order ? a.v : b.v, in_order ? b.v : a.v) };
}

struct dm_set dm_set_and(struct dm_sets *sets, struct dm_set a, struct dm_set b)
{
    return apply_sorted(sets, OP_AND, a, b);
}

struct dm_set dm_set_or(struct dm_sets *sets, struct dm_set a, struct dm_set b)
{
    return apply_sorted(sets, OP_OR, a, b);
}

struct dm_set dm_set_minus(struct dm_sets *sets, struct dm_set a, struct dm_set b)
{
    return (struct dm_set){ apply(sets, OP_MINUS, a.v, b.v) };
}

struct dm_set dm_set_not(struct dm_sets *sets, struct dm_set a)
{
    return dm_set_minus(sets, DM_SET_ALL, a);
}

static uint32_t forget(struct dm_sets *sets, uint32_t at, unsigned fields)
{
    enum dm_field field = sets->nodes.items[at].field;
    size_t base = sets->open.n;
    uint32_t result;
    size_t n;

    if (ends(OP_FORGET, at, fields, &result) || find_cached(sets, OP_FORGET, at, fields, &result)) {
        return result;
    }
    n = n_edges_of(sets, at, field);
    result = EMPTY;
    for (size_t i = 0; i < n && !sets->failed; i++) {
        struct edge edge = edge_of(sets, at, field, i);
        uint32_t child = forget(sets, edge.child, fields);

        if (fields & DM_FIELD_BIT(field)) {
            result = apply(sets, OP_OR, result, child);
        } else {
            add_edge(sets, base, edge.first, child);
        }
    }
    if (!(fields & DM_FIELD_BIT(field))) {
        result = close_node(sets, field, base);
    }
    return keep_cached(sets, OP_FORGET, at, fields, result);
}

struct dm_set dm_set_forget(struct dm_sets *sets, struct dm_set set, unsigned fields)
{
    return (struct dm_set){ forget(sets, set.v, fields) };
}

bool dm_set_is_empty(struct dm_set set)
{
    return set.v == EMPTY;
}

bool dm_set_is_equal(struct dm_set a, struct dm_set b)
{
    return a.v == b.v;
}

/* ---- making ---- */

/* The largest number of a field. */
static struct number last_of(enum dm_field field, enum dm_family family)
{
    switch (field) {
    case DM_FIELD_SOURCE:
    case DM_FIELD_DESTINATION:
        return family == DM_FAMILY_IPV4 ? (struct number){ 0, UINT32_MAX }
                                        : (struct number){ UINT64_MAX, UINT64_MAX };
    case DM_FIELD_PROTOCOL:
        return (struct number){ 0, 255 };
    case DM_FIELD_DETAIL:
        return (struct number){ 0, 65535 };
    case DM_FIELD_FAMILY:
    case DM_FIELD_COUNT:
        break;
    }
    return (struct number){ 0, 1 };
}

static struct number after(struct number number)
{
    return (struct number){ number.high + (number.low == UINT64_MAX), number.low + 1 };
}

/* 'child' from 'first' to 'last', the empty set elsewhere; the field's last number is 'end'. */
static uint32_t interval(struct dm_sets *sets, enum dm_field field, struct number first,
                         struct number last, struct number end, uint32_t child)
{
    size_t base = sets->open.n;

    if (compare(first, (struct number){ 0, 0 }) > 0) {
        add_edge(sets, base, (struct number){ 0, 0 }, EMPTY);
    }
    add_edge(sets, base, first, child);
    if (compare(last, end) < 0) {
        add_edge(sets, base, after(last), EMPTY);
    }
    return close_node(sets, field, base);
}

struct dm_set dm_set_addresses(struct dm_sets *sets, enum dm_field field, struct dm_addr first,
                               struct dm_addr last)
{
    struct number family = { 0, first.family == DM_FAMILY_IPV6 };
    uint32_t child = interval(sets, field, (struct number){ first.high, first.low },
                              (struct number){ last.high, last.low },
                              last_of(field, (enum dm_family)first.family), ALL);

    DM_ASSERT(first.family == last.family && dm_addr_compare(first, last) <= 0);
    return (struct dm_set){ interval(sets, DM_FIELD_FAMILY, family, family,
                                     last_of(DM_FIELD_FAMILY, DM_FAMILY_NONE), child) };
}

struct dm_set dm_set_prefix(struct dm_sets *sets, enum dm_field field, struct dm_prefix prefix)
{
    return dm_set_addresses(sets, field, dm_prefix_first(prefix), dm_prefix_last(prefix));
}

static struct dm_set with_protocol(struct dm_sets *sets, uint8_t protocol, uint32_t child)
{
    struct number number = { 0, protocol };

    return (struct dm_set){ interval(sets, DM_FIELD_PROTOCOL, number, number,
                                     last_of(DM_FIELD_PROTOCOL, DM_FAMILY_NONE), child) };
}

struct dm_set dm_set_protocol(struct dm_sets *sets, uint8_t protocol)
{
    return with_protocol(sets, protocol, ALL);
}

static bool is_icmp(unsigned protocol)
{
    return protocol == DM_PROTO_ICMP || protocol == DM_PROTO_ICMPV6;
}

static bool has_ports(unsigned protocol)
{
    return protocol == DM_PROTO_TCP || protocol == DM_PROTO_UDP || protocol == DM_PROTO_SCTP;
}

struct dm_set dm_set_details(struct dm_sets *sets, uint8_t protocol, uint16_t first, uint16_t last)
{
    DM_ASSERT((is_icmp(protocol) || has_ports(protocol)) && first <= last);
    return with_protocol(sets, protocol,
                         interval(sets, DM_FIELD_DETAIL, (struct number){ 0, first },
                                  (struct number){ 0, last },
                                  last_of(DM_FIELD_DETAIL, DM_FAMILY_NONE), ALL));
}

struct dm_set dm_set_match(struct dm_sets *sets, const struct dm_match *match)
{
    uint8_t protocol = (uint8_t)match->protocol;
    unsigned first;
    unsigned last;

    if (match->protocol < 0) {
        return DM_SET_ALL;
    }
    if (has_ports(protocol) && protocol != DM_PROTO_SCTP) {
        return dm_set_details(sets, protocol, match->port_first, match->port_last);
    }
    if (!is_icmp(protocol) || match->icmp_type < 0) {
        return dm_set_protocol(sets, protocol);
    }
    first =
        (unsigned)match->icmp_type << 8 | (match->icmp_code < 0 ? 0 : (unsigned)match->icmp_code);
    last = match->icmp_code < 0 ? first + 255 : first;
    return dm_set_details(sets, protocol, (uint16_t)first, (uint16_t)last);
}

/* ---- asking ---- */

static struct number field_of(const struct dm_packet *packet, enum dm_field field)
{
    switch (field) {
    case DM_FIELD_FAMILY:
        return (struct number){ 0, packet->source.family == DM_FAMILY_IPV6 };
    case DM_FIELD_SOURCE:
        return (struct number){ packet->source.high, packet->source.low };
    case DM_FIELD_DESTINATION:
        return (struct number){ packet->destination.high, packet->destination.low };
    case DM_FIELD_PROTOCOL:
        return (struct number){ 0, packet->protocol };
    case DM_FIELD_DETAIL:
    case DM_FIELD_COUNT:
        break;
    }
    if (is_icmp(packet->protocol)) {
        return (struct number){ 0, (uint64_t)packet->icmp_type << 8 | packet->icmp_code };
    }
    return (struct number){ 0, packet->destination_port };
}

bool dm_set_has(const struct dm_sets *sets, struct dm_set set, const struct dm_packet *packet)
{
    uint32_t at = set.v;

    while (at > ALL) {
        const struct node *node = &sets->nodes.items[at];
        const struct edge *edges = sets->edges.items + node->edges;
        struct number number = field_of(packet, node->field);
        size_t low = 0;
        size_t high = node->n_edges - 1;

        while (low < high) {
            size_t middle = low + (high - low + 1) / 2;

            if (compare(edges[middle].first, number) <= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        at = edges[low].child;
    }
    return at == ALL;
}

/* ---- boxes ---- */

struct walk {
    const struct dm_sets *sets;
    void (*each)(void *context, const struct dm_box *box);
    void *context;
    struct number first[DM_FIELD_COUNT];
    struct number last[DM_FIELD_COUNT];
};

static struct dm_addr address(struct number number, bool is_ipv6)
{
    return (struct dm_addr){ number.high, number.low, is_ipv6 ? DM_FAMILY_IPV6 : DM_FAMILY_IPV4 };
}

static void give_box(const struct walk *walk)
{
    bool is_ipv6 = walk->first[DM_FIELD_FAMILY].low == 1;
    struct dm_box box = {
        .source_first = address(walk->first[DM_FIELD_SOURCE], is_ipv6),
        .source_last = address(walk->last[DM_FIELD_SOURCE], is_ipv6),
        .destination_first = address(walk->first[DM_FIELD_DESTINATION], is_ipv6),
        .destination_last = address(walk->last[DM_FIELD_DESTINATION], is_ipv6),
        .protocol_first = (uint8_t)walk->first[DM_FIELD_PROTOCOL].low,
        .protocol_last = (uint8_t)walk->last[DM_FIELD_PROTOCOL].low,
        .detail_first = (uint16_t)walk->first[DM_FIELD_DETAIL].low,
        .detail_last = (uint16_t)walk->last[DM_FIELD_DETAIL].low,
    };

    walk->each(walk->context, &box);
}

static struct number before(struct number number)
{
    return (struct number){ number.high - (number.low == 0), number.low - 1 };
}

/* All below 'at', the fields before 'field' being fixed. A family is never passed over: what an
 * address may be depends on it. */
static void visit(struct walk *walk, uint32_t at, enum dm_field field)
{
    const struct dm_sets *sets = walk->sets;
    bool is_ipv6 = field > DM_FIELD_FAMILY && walk->first[DM_FIELD_FAMILY].low == 1;
    struct number end = last_of(field, is_ipv6 ? DM_FAMILY_IPV6 : DM_FAMILY_IPV4);
    size_t n;

    if (at == EMPTY) {
        return;
    }
    if (field == DM_FIELD_COUNT) {
        give_box(walk);
        return;
    }
    n = n_edges_of(sets, at, field);
    if (field == DM_FIELD_FAMILY && n == 1) {
        for (uint64_t family = 0; family < 2; family++) {
            walk->first[field] = walk->last[field] = (struct number){ 0, family };
            visit(walk, at, DM_FIELD_SOURCE);
        }
        return;
    }
    for (size_t i = 0; i < n; i++) {
        struct edge edge = edge_of(sets, at, field, i);

        walk->first[field] = edge.first;
        walk->last[field] = i + 1 < n ? before(edge_of(sets, at, field, i + 1).first) : end;
        visit(walk, edge.child, (enum dm_field)(field + 1));
    }
}

void dm_set_boxes(const struct dm_sets *sets, struct dm_set set,
                  void (*each)(void *context, const struct dm_box *box), void *context)
{
    struct walk walk = { .sets = sets, .each = each, .context = context };

    visit(&walk, set.v, DM_FIELD_FAMILY);
}

/* The lowest header of a set that is not empty. */
static struct dm_packet lowest(const struct dm_sets *sets, struct dm_set set)
{
    struct number values[DM_FIELD_COUNT] = { { 0, 0 } };
    uint32_t at = set.v;
    struct dm_packet packet;

    while (at > ALL) {
        const struct node *node = &sets->nodes.items[at];
        const struct edge *edge = sets->edges.items + node->edges;

        edge += edge->child == EMPTY;
        values[node->field] = edge->first;
        at = edge->child;
    }
    packet = (struct dm_packet){
        .source = address(values[DM_FIELD_SOURCE], values[DM_FIELD_FAMILY].low == 1),
        .destination = address(values[DM_FIELD_DESTINATION], values[DM_FIELD_FAMILY].low == 1),
        .protocol = (uint8_t)values[DM_FIELD_PROTOCOL].low,
    };
    if (is_icmp(packet.protocol)) {
        packet.icmp_type = (uint8_t)(values[DM_FIELD_DETAIL].low >> 8);
        packet.icmp_code = (uint8_t)values[DM_FIELD_DETAIL].low;
    } else if (has_ports(packet.protocol)) {
        packet.destination_port = (uint16_t)values[DM_FIELD_DETAIL].low;
    }
    return packet;
}

bool dm_set_witness(struct dm_sets *sets, struct dm_set set, struct dm_packet *ret_packet)
{
    struct dm_set best = set;

    for (unsigned i = 0; i < 4; i++) {
        struct dm_set wanted = dm_set_and(
            sets, set,
            dm_set_details(sets, i < 2 ? DM_PROTO_TCP : DM_PROTO_UDP, i % 2 ? 0 : 1, 65535));

        if (!dm_set_is_empty(wanted)) {
            best = wanted;
            break;
        }
    }
    if (dm_set_is_empty(best)) {
        return false;
    }
    *ret_packet = lowest(sets, best);
    return true;
}
