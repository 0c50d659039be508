/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * core - where an edge of a core network sends a packet, by its segment.
 *
 * A segment knows the networks of its own attachments, unless it isolates them [CWAN-06], and
 * those of segments that share with it, either way round and no further [CWAN-08], less what its
 * filters keep out [CWAN-07]; beside them its static routes [CWAN-09].  Network functions that
 * are inserted between two segments join them as well [CWAN-10].
 *
 * Of what matches, the longest prefix counts; of one prefix a static route, then a VPC at the same
 * edge, then what was learned by BGP [CWAN-15], see rib_private.h; of what is as good AWS takes
 * any.  Propagated routes go with their attachment and its edge; static ones stay.
 *
 * Not decided, and said so: a static route to several attachments; networks
 * shared by segments that are not both at both edges; routing policies that do more than drop,
 * allow and lengthen paths; what the document says and is not understood.  All edges are joined to
 * each other [CWAN-04] and their links cannot fail alone; but a routing policy can keep a route
 * from one edge to another, and whether it then comes over a third one is not decided either
 * [CWAN-21].
 *
 * Complexity: rows of a segment are made once, O(attachments * (shares + rules)), and sorted;
 * O(rows) a lookup.
 */
#ifndef DM_SOLVER_PLANE_CORE_H
#define DM_SOLVER_PLANE_CORE_H

#include "solver/plane/lookup.h"

struct dm_core_choice {
    enum dm_transit_kind kind;
    struct dm_core_attachment_id attachment;  /* TO */
    const struct dm_core_insertion *inserted; /* what leads it through functions first, or NULL */
    bool is_static;
    struct dm_prefix prefix;
    struct dm_span origin;
    struct dm_unknown_id unknown; /* may be none */
    const char *why;              /* UNKNOWN: one clause */
};

/* For a packet that came into the network at 'edge', in 'segment': all that AWS may take, at least
 * one. */
size_t dm_lookup_core(const struct dm_plane *plane, struct dm_alive *alive,
                      struct dm_core_segment_id segment, struct dm_core_edge_id edge,
                      struct dm_addr destination,
                      struct dm_core_choice ret_choices[DM_PLANE_MAX_CHOICES]);

/* For a packet that comes back from an attachment of a network function group, at its edge. */
size_t dm_lookup_function(const struct dm_plane *plane, struct dm_alive *alive,
                          struct dm_core_function_id function, struct dm_core_edge_id edge,
                          struct dm_addr destination,
                          struct dm_core_choice ret_choices[DM_PLANE_MAX_CHOICES]);

/* The same for a packet that came in by 'ingress', which is in a segment or in a group. */
size_t dm_lookup_ingress(const struct dm_plane *plane, struct dm_alive *alive,
                         struct dm_core_attachment_id ingress, struct dm_addr destination,
                         struct dm_core_choice ret_choices[DM_PLANE_MAX_CHOICES]);

/* The attachments by which a packet may leave: the choice's own, or those of the functions that it
 * is led through first [CWAN-10].  None: the functions have no attachment, and it is dropped. */
struct dm_core_exits {
    struct dm_core_attachment_id items[DM_PLANE_MAX_CHOICES];
    size_t n;
    struct dm_ref at; /* what decided: a segment, or the attachment of a function */
    struct dm_unknown_id unknown;
    const char *why; /* not NULL: which it is is not known */
};

/* For what came in by 'ingress' and took 'choice', which is of kind TO. */
void dm_core_exits_find(const struct dm_model *model, struct dm_alive *alive,
                        struct dm_core_attachment_id ingress, const struct dm_core_choice *choice,
                        struct dm_core_exits *ret_exits);

/* The edge by which what is at edge 'from' goes out by the attachment: that one, or the first of
 * its own that lives. */
struct dm_core_edge_id dm_core_edge_towards(const struct dm_model *model, struct dm_alive *alive,
                                            const struct dm_core_attachment *out,
                                            struct dm_core_edge_id from);

#endif
