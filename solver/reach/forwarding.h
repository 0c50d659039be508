/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * forwarding - what the tables of many routers do with all packets together.
 *
 * Not AWS's own planes (solver/plane), which ask about one address and one table at a time, but
 * any network of elements whose rules look at destinations: which addresses no element tells
 * apart, which packets go round for ever, from where a port is reached.
 *
 * The first and the one after the last address of each prefix of a rule cut the line of addresses;
 * between two cuts lies an atom.  An element is a list of ports, one for each atom: of the rules
 * that have the atom the one of highest priority gives it, of equals the latest.  Atoms that have
 * the same port at every element are one class.  That is the least number of classes there can be,
 * for two of them differ somewhere.  Intervals do what diagrams over bits do in other programs,
 * because all that is asked about a destination is in which interval it is.
 *
 * A port may be left by several ways, as a VLAN is flooded, or by none: it drops or delivers.  A
 * way and its element are a position.  From it links lead to other elements, each through
 * a filter, a set of headers (packet/set.h); packets do not go back by the way that they came in
 * by.
 *
 * A loop is a cycle of positions, none of them twice, that some header passes all filters of.
 *
 * Ownership: everything lives in the arena given; rules can be taken away, their memory stays.
 * Complexity, of E elements, R rules, A atoms (at most 2 R + 1), C classes, L links:
 * classes O(R log R + E A) time and memory; the positions of a class that
 * can be part of a loop O(E + L); loops among these as many steps as there are ways without a
 * position twice, with a ceiling; reach O(E + L) operations on sets a class.
 */
#ifndef DM_SOLVER_REACH_FORWARDING_H
#define DM_SOLVER_REACH_FORWARDING_H

#include "model/base/err.h"
#include "solver/packet/set.h"

#define DM_FORWARDING_NO_PORT UINT32_MAX

struct dm_forwarding;

/* NULL when memory is out. */
struct dm_forwarding *dm_forwarding_new(struct dm_arena *arena, size_t n_elements);

struct dm_forwarding_rule {
    uint32_t element;
    struct dm_prefix prefix;
    uint32_t priority; /* the highest wins; where the longest prefix does it is the length */
    uint32_t port;
};

/* Adds a rule; one that is there already counts twice.  False when memory is out. */
bool dm_forwarding_add(struct dm_forwarding *forwarding, const struct dm_forwarding_rule *rule);

/* Takes one away; false where it is not there. */
bool dm_forwarding_remove(struct dm_forwarding *forwarding, const struct dm_forwarding_rule *rule);

/* What goes to 'port' of the element leaves by 'way'.  Ports and ways are small numbers of the
 * caller's, each element's its own.  False when memory is out. */
bool dm_forwarding_leave(struct dm_forwarding *forwarding, uint32_t element, uint32_t port,
                         uint32_t way);

/* What leaves by 'way' and is in 'filter' comes in at 'to' by its way 'to_way'. */
bool dm_forwarding_link(struct dm_forwarding *forwarding, uint32_t element, uint32_t way,
                        uint32_t to, uint32_t to_way, struct dm_set filter);

/* ---- classes ---- */

struct dm_forwarding_classes {
    const struct dm_addr *atoms; /* the first address of each, sorted, IPv4 before IPv6 */
    const uint32_t *class_of;    /* of each atom */
    size_t n_atoms;
    const uint32_t *ports; /* of class c at element e: [c * n_elements + e], or NO_PORT */
    size_t n_elements;
    size_t n; /* classes; the first atom's is 0 */
};

/* False when memory is out. */
bool dm_forwarding_classify(const struct dm_forwarding *forwarding, struct dm_arena *arena,
                            struct dm_forwarding_classes *ret_classes);

/* The class of an address; of a family that no rule is of: SIZE_MAX. */
size_t dm_forwarding_class_at(const struct dm_forwarding_classes *classes, struct dm_addr address);

/* All headers to addresses of the class. */
struct dm_set dm_forwarding_headers(struct dm_sets *sets,
                                    const struct dm_forwarding_classes *classes, size_t class);

/* ---- what becomes of packets ---- */

struct dm_forwarding_position {
    uint32_t element;
    uint32_t way;
};

struct dm_forwarding_loop {
    const struct dm_forwarding_position *positions; /* from the lowest of them on */
    size_t n;
    struct dm_set headers; /* of all classes */
    size_t n_classes;      /* that have it */
};

struct dm_forwarding_loops {
    const struct dm_forwarding_loop *items; /* in order of class, then position */
    size_t n;
};

/* DM_LIMIT: there are too many. */
DM_NODISCARD enum dm_status dm_forwarding_loops(const struct dm_forwarding *forwarding,
                                                struct dm_arena *arena, struct dm_sets *sets,
                                                const struct dm_forwarding_classes *classes,
                                                struct dm_forwarding_loops *ret_loops,
                                                struct dm_err *err);

/* For each element, the headers with which a packet of the class that begins there comes to 'port'
 * of 'element', of those that pass filters: 'ret_from' has room for all.  False when memory is
 * out. */
bool dm_forwarding_reach(const struct dm_forwarding *forwarding, struct dm_arena *scratch,
                         struct dm_sets *sets, const struct dm_forwarding_classes *classes,
                         size_t class, uint32_t element, uint32_t port, struct dm_set *ret_from);

#endif
