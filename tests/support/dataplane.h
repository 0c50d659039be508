/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dataplane - the networks of cases/dataplane, read into the library's forwarding tables.
 *
 * Lines of both kinds: "+ fwd ELEMENT ADDRESS LENGTH PORT PRIORITY" adds a rule, "-" takes one
 * away; "ELEMENT PORT ELEMENT PORT" is a link, one way.  Of the Stanford backbone also "+ acl NAME
 * access-list ..." and a list of the ports of each VLAN; ACLs stand in its links as elements of
 * their own, "ROUTER_ACL_PORT_in", with the ports "inport" and "permit": here they become filters
 * of the links that they stand in.
 */
#ifndef DM_TESTS_SUPPORT_DATAPLANE_H
#define DM_TESTS_SUPPORT_DATAPLANE_H

#include "model/base/map.h"
#include "solver/reach/forwarding.h"

/* An entry of an ACL; of those that have a header the first one decides. */
struct dm_dataplane_entry {
    uint32_t acl;
    uint32_t priority;
    bool permit;
    struct dm_set headers;
};

struct dm_dataplane {
    struct dm_arena *arena;
    struct dm_sets *sets;
    struct dm_forwarding *forwarding;
    size_t n_elements;
    struct dm_map elements;       /* number of each name */
    struct dm_map ports;          /* number of "ELEMENT PORT" */
    const struct dm_set *filters; /* what each ACL lets pass */
    size_t n_filters;
    const struct dm_dataplane_entry *entries; /* by ACL, then priority, the highest first */
    size_t n_entries;
    size_t n_updates; /* additions that were made */
};

/* Whether the folder of cases is there at all. */
bool dm_dataplane_is_there(void);

/* The state after all additions; 'takes_away' also does all removals.  Without ACLs all links are
 * open.  False: a file cannot be read. */
bool dm_dataplane_stanford(struct dm_dataplane *plane, struct dm_arena *arena, bool with_acls,
                           bool takes_away);

/* "Airtel", "Uninett2010", "Colt". */
bool dm_dataplane_zoo(struct dm_dataplane *plane, struct dm_arena *arena, const char *name);

/* Number of an element and of a port of it, which must be there. */
uint32_t dm_dataplane_element(const struct dm_dataplane *plane, const char *element);
uint32_t dm_dataplane_port(const struct dm_dataplane *plane, const char *element, const char *port);

/* All pairs of the hosts of a zoo network: how many get to each other, of how many. */
bool dm_dataplane_zoo_pairs(const struct dm_dataplane *plane, const char *name, size_t *ret_n,
                            size_t *ret_of);

#endif
