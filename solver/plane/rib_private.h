/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rib_private - which of the routes that a table knows is taken: one engine for tables of transit
 * gateways and for segments of core networks, which exchange routes with each other.
 *
 * A node is a transit gateway's table, or a segment at one edge.  What a node knows of itself are
 * rows: static routes, what attached VPCs have, what attachments learned (learned.h).  What it
 * hears comes from other nodes by BGP:
 *
 *   - a segment at an edge hears from each other edge what that edge prefers of its own [CWAN-04];
 *   - a segment hears from a table that is attached to it, or to a segment whose attachments it
 *     sees, what that table prefers of its own, static routes with it [CWAN-16, CWAN-22];
 *   - a table hears from the segment that it is attached to what that prefers at the edge of the
 *     peering, unless its own gateway's AS number is in the path [CWAN-23].
 *
 * Preference.  Tables: source (static, VPC, Direct Connect, Connect, VPN, core network), then AS
 * path, then MED [TGW-09].  Segments: static, VPC at the same edge, then AS path, MED, and kind
 * (Direct Connect, Connect, VPN, all else) [CWAN-15].  What is as good stays: AWS takes one of
 * them, and each is a choice.
 *
 * Why not a fixed point over all tables, as routers do it: a table passes on to a core network
 * only what is its own (what it heard comes last, and goes back to nobody: its gateway has one
 * peering a core network, and paths with an edge's own number are refused there), and an edge
 * passes on to edges only what is its own.  So what one node hears depends on rows two steps away
 * at most, and is asked for one prefix at a time, lazily, when nothing that the node prefers lives.
 * tests/prop/rib.c holds this against the fixed point.  Where a table is attached to two core
 * networks it would pass routes of one on to the other: both know that they do not know (a
 * doubt).
 *
 * A doubt is a prefix in which there may be routes that are not known; whatever lies in it is
 * undecided at the node, and at nodes that hear from it.
 *
 * Rows are sorted: longest prefix first, then by prefix, source, AS path, MED and handle.
 * Complexity: O(log rows) for each length of prefixes to find the rows of an address, O(rows of the
 * prefix * edges) to decide.
 */
#ifndef DM_SOLVER_PLANE_RIB_PRIVATE_H
#define DM_SOLVER_PLANE_RIB_PRIVATE_H

#include "model/base/vec.h"
#include "solver/plane/core.h"
#include "solver/plane/learned.h"

/* A row of a node before anything failed; of a segment's, at all its edges. */
struct dm_rib_row {
    struct dm_prefix prefix;
    enum dm_route_source source; /* CORE: of a segment, from a table; of a table, from a segment */
    uint32_t as_path_length;
    uint32_t med;
    uint32_t via; /* attachment, or core attachment; 0: a black hole, or only 'inserted' */
    const struct dm_element_id *elements; /* beside the attachment's */
    size_t n_elements;
    size_t first; /* CORE: where the rows of the prefix begin in that table or segment */
    uint32_t end; /* of the rows of this prefix, and of those of this length, once sorted */
    uint32_t end_of_length;
    struct dm_core_segment_id segment; /* CORE, of a table: which segment it hears it from */
    const struct dm_core_insertion *inserted;
    bool disputed; /* another VPC propagates something that overlaps it */
    struct dm_unknown_id unknown;
    const char *why; /* set: what the row does is not known */
    struct dm_span origin;
};

struct dm_rib_doubt {
    struct dm_prefix prefix;
    struct dm_element_id element;         /* while it lives; none: always */
    struct dm_transit_gateway_id gateway; /* whose table it comes from, or none */
    struct dm_unknown_id unknown;
    const char *why;
};

struct dm_rib_table {
    DM_VEC(struct dm_rib_row) rows;
    DM_VEC(struct dm_rib_doubt) doubts;
};

struct dm_plane {
    struct dm_arena *arena;
    const struct dm_model *model;
    struct dm_rib_table *tables;    /* by transit table */
    struct dm_rib_table *segments;  /* by segment */
    struct dm_rib_table *functions; /* by network function group: where it leads traffic on to */
    const struct dm_lines *lines;
    bool failed;
};

enum { DM_RIB_MAX_PATH = 6, DM_RIB_MAX = DM_PLANE_MAX_CHOICES };

/* A route as one node offers it to another, or takes it itself. */
struct dm_rib_route {
    const struct dm_rib_row *row; /* of the node where the packet is */
    uint32_t key[4];              /* the lower one is preferred, first difference decides */
    uint64_t path[DM_RIB_MAX_PATH];
    size_t n_path;
    uint32_t length; /* of the AS path, with what attachments learned */
    struct dm_unknown_id unknown;
    const char *why;
};

/* The best that were offered, all as good as each other. */
struct dm_rib_best {
    struct dm_rib_route items[DM_RIB_MAX];
    size_t n;
    bool overflow;
};

/* Adds a row at the end; sets 'failed' when memory is out. */
void dm_rib_push(struct dm_plane *plane, struct dm_rib_table *table, struct dm_rib_row row);
void dm_rib_doubt(struct dm_plane *plane, struct dm_rib_table *table, struct dm_rib_doubt doubt);
void dm_rib_sort(struct dm_rib_table *table);

/* Where, from 'first' on, the rows of the longest prefix that has 'destination' begin; the number
 * of rows where none has.  'first' is 0 or the end of the rows of a prefix. */
size_t dm_rib_next(const struct dm_rib_table *table, size_t first, struct dm_addr destination);

/* The end of the rows that have the prefix of the row at 'first'.  The table is sorted. */
size_t dm_rib_end(const struct dm_rib_table *table, size_t first);

/* Where rows of 'prefix' begin; the number of rows where there are none. */
size_t dm_rib_find(const struct dm_rib_table *table, struct dm_prefix prefix);

/* The doubt that covers 'destination', if any does while what it comes from lives. */
const struct dm_rib_doubt *dm_rib_doubt_at(const struct dm_rib_table *table, struct dm_alive *alive,
                                           struct dm_addr destination);

/* What a table takes of the rows that begin at 'first'. */
void dm_rib_best_of_table(const struct dm_plane *plane, struct dm_alive *alive,
                          struct dm_transit_table_id table, size_t first, struct dm_rib_best *best);

/* What a segment, or a network function group, takes at an edge that lives; 'segment' is none for a
 * group. */
void dm_rib_best_at_edge(const struct dm_plane *plane, struct dm_alive *alive,
                         const struct dm_rib_table *table, struct dm_core_segment_id segment,
                         struct dm_core_edge_id edge, size_t first, struct dm_rib_best *best);

/* Where a packet is looked up: in the table of a transit gateway, or in what a segment or a network
 * function group has at an edge. */
struct dm_rib_place {
    const struct dm_rib_table *rows;
    struct dm_transit_table_id table; /* or: */
    struct dm_core_segment_id segment;
    struct dm_core_edge_id edge;
};

/* TO: one of 'best' is taken; else NO_ROUTE or UNKNOWN. */
struct dm_rib_answer {
    enum dm_transit_kind kind;
    struct dm_rib_best best;
    struct dm_unknown_id unknown;
    const char *why;
};

void dm_rib_look_up(const struct dm_plane *plane, struct dm_alive *alive,
                    const struct dm_rib_place *place, struct dm_addr destination,
                    struct dm_rib_answer *ret_answer);

/* Whether a row of a table is there by itself, whatever hides it. */
bool dm_rib_is_there(const struct dm_plane *plane, struct dm_alive *alive,
                     const struct dm_rib_row *row);

/* ---- rows, made once ---- */

void dm_rib_fill_table(struct dm_plane *plane, struct dm_transit_table_id id);
void dm_rib_fill_segment(struct dm_plane *plane, struct dm_core_segment_id id);
void dm_rib_fill_function(struct dm_plane *plane, struct dm_core_function_id id);
/* After all segments: what tables hear from them. */
void dm_rib_hear_segments(struct dm_plane *plane, struct dm_transit_table_id id);
/* After all tables: where rows that a segment or group hears from tables stand there. */
void dm_rib_link(const struct dm_plane *plane, struct dm_rib_table *table);

#endif
