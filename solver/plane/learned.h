/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * learned - what an attachment learned by BGP, or was told, from what is behind it.
 *
 * VPN connections, Direct Connect gateways and Connect attachments bring routes into a transit
 * gateway's tables and into segments of a core network; what they bring depends on the site behind
 * them and on nothing in AWS.  So the routes of an attachment are listed once, for all failures
 * together, and each says which elements it stands on.
 *
 * A row is a route over one session: where two tunnels or two virtual interfaces bring one prefix
 * there are two rows.  It is there while all its elements live; rows of one attachment are no
 * choice of AWS's between places, whichever of them is there leads to the same attachment.
 *
 * How rows of several attachments compare is the reader's affair [TGW-09, CWAN-15]: source first,
 * then AS-path length, then MED.
 *
 * Rows belong to the arena and are sorted by prefix, then as they were found.
 */
#ifndef DM_SOLVER_PLANE_LEARNED_H
#define DM_SOLVER_PLANE_LEARNED_H

#include "model/model.h"

/* In the order of transit gateways: the lower one wins at equal length [TGW-09]. */
enum dm_route_source {
    DM_SOURCE_STATIC,
    DM_SOURCE_LIST,
    DM_SOURCE_VPC,
    DM_SOURCE_DIRECT_CONNECT,
    DM_SOURCE_CONNECT,
    DM_SOURCE_VPN_OVER_DIRECT_CONNECT,
    DM_SOURCE_VPN,
    DM_SOURCE_CORE /* a core network, over its peering */
};

struct dm_learned {
    struct dm_prefix prefix;
    enum dm_route_source source;
    uint32_t as_path_length;
    uint32_t med;
    const struct dm_element_id *elements; /* all must live, beside the attachment itself */
    size_t n_elements;
    struct dm_unknown_id unknown; /* set, or 'why': whether the route is there is not known */
    const char *why;              /* one clause */
    struct dm_span origin;
};

/* Everything that 'attachment' (an attachment or a core_attachment) learned, whatever failed.
 * What is not known at all, because no site is declared and no route is shown, is one row of length
 * 0 a family with 'why'.  NULL when memory is out. */
const struct dm_learned *dm_learned_by(struct dm_arena *arena, const struct dm_model *model,
                                       struct dm_ref attachment, size_t *ret_n);

#endif
