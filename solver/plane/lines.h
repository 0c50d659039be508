/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lines - which ways join a site and AWS, what each side learns by them, and which is taken.
 *
 * A way is a line of a site (model/site.h) with the place where it ends in AWS: a virtual private
 * gateway, an attachment of a transit gateway or of a core network.  A VPN connection is one
 * way; a virtual interface at a Direct Connect gateway is one for each association of that, for
 * the gateway joins its virtual interfaces with what is associated and nothing else [DX-05].
 *
 * Out of AWS.  At its end a way brings the prefixes of its line.  Of those that hold an address
 * the longest counts; of equal ones, at a virtual private gateway, Direct Connect, then a static
 * VPN, then one with BGP, then the shortest AS path [VPN-02]; among virtual interfaces the highest
 * local preference, then the shortest AS path [DX-06].  What is then equal AWS may choose from.
 * A VPN connection takes what a table sends to its attachment, learned or not.
 *
 * Into AWS.  The site hears by a way: of a virtual private gateway the ranges of its VPC
 * [VPN-07], by a Direct Connect gateway only those that an allowed prefix covers [DX-02], and what
 * its other lines brought by BGP [VPN-05] (whether also the static routes of other VPN connections
 * is not documented); of a transit gateway what the table of the attachment leads elsewhere with
 * [VPN-06], by a Direct Connect gateway the allowed prefixes as listed, whatever is there [DX-03]
 * (whether also while it is down is not documented); of a core network what its segment leads
 * elsewhere with [DX-08].  The router of a site with static VPNs is taken to be set
 * up likewise.  The longest prefix counts; of equal ones the highest preference that the site
 * declares; what is then equal it may choose from.
 *
 * A way is there while its end, its site and what carries it live.  Ways of which part is not
 * known are candidates too, and who takes one knows nothing.
 *
 * Complexity: O(lines * associations) ways, looked through at each question; networks have few.
 */
#ifndef DM_SOLVER_PLANE_LINES_H
#define DM_SOLVER_PLANE_LINES_H

#include "solver/plane/core.h"
#include "solver/plane/learned.h"

struct dm_way {
    struct dm_ref line;                      /* vpn_connection or virtual_interface */
    struct dm_site_id site;                  /* none: what is there is not in the input */
    struct dm_ref end;                       /* vpn_gateway, attachment or core_attachment */
    struct dm_dx_association_id association; /* by which a virtual interface gets there; or none */
    struct dm_core_edge_id edge;             /* core_attachment: where; one way for each edge */
};

/* A way that may be taken, as good as every other that is listed with it. */
struct dm_way_choice {
    const struct dm_way *way;
    struct dm_prefix prefix;      /* by which; length 0 of no family: by none, it takes all */
    struct dm_unknown_id unknown; /* set, or 'why': whether it is to be had is not known */
    const char *why;
};

enum { DM_WAYS_MAX = 8 };

struct dm_way_choices {
    struct dm_way_choice items[DM_WAYS_MAX];
    size_t n;
    bool too_many;
};

/* All ways of a model, in order of their lines: VPN connections first. */
struct dm_lines;

/* NULL when memory is out. */
struct dm_lines *dm_lines_new(struct dm_arena *arena, const struct dm_model *model);

/* The line of a way, whatever carries it. */
const struct dm_line *dm_way_line(const struct dm_model *model, const struct dm_way *way);

/* Whether what the way stands on lives, but for its end. */
bool dm_way_alive(struct dm_alive *alive, const struct dm_way *way);

/* Out of AWS, from 'end'. */
void dm_lines_out(const struct dm_plane *plane, struct dm_alive *alive, struct dm_ref end,
                  struct dm_addr destination, struct dm_way_choices *ret_choices);

/* Into AWS, from 'site'. */
void dm_lines_in(const struct dm_plane *plane, struct dm_alive *alive, struct dm_site_id site,
                 struct dm_addr destination, struct dm_way_choices *ret_choices);

/* The row that what its virtual private gateway learned puts into a table, where it is there and
 * better than 'choice', which the rows of the table itself give: longer, and no local route
 * holds the address [VPC-05, VPC-25]. */
struct dm_route_choice dm_lines_route(const struct dm_plane *plane, struct dm_alive *alive,
                                      struct dm_route_table_id table, struct dm_addr destination,
                                      struct dm_route_choice choice);

#endif
