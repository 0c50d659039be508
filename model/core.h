/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * core - Cloud WAN: a core network as its policy document describes it, and what
 * is attached to it.
 *
 * A core network has an edge in each of its regions; all edges are joined to each
 * other [CWAN-04].  Each segment is a routing domain of its own over all its edges
 * [CWAN-06].  Between segments nothing passes but by what the policy's actions say:
 * shares, static routes, inserted network functions; filters act last [CWAN-07].
 * What follows from all that is derived, see solver/plane/core.h; here stands what the
 * document says, lowered to handles, each part with its place.
 *
 * An attachment's segment is either given, or shown by AWS, be it that it has none, or left to the
 * attachment policies: then the build takes the first rule, by number, whose conditions its tags,
 * region, resource and account meet [CWAN-11].  Attachments in the model are accepted ones.
 *
 * Routing policies (documents of version 2025.11) are kept by name.  Rules that drop, allow or
 * lengthen the AS path of routes, by prefix or by a number in that path, are followed; of any other
 * kind 'unknown' is set, and where one is applied nothing is decided.
 *
 * A network that was read from a policy document keeps its text, so that what is written of it (see
 * render/artifacts) says all that it said; one of a design has none.
 *
 * All arrays belong to the model's arena and do not change after it is built.
 */
#ifndef DM_MODEL_CORE_H
#define DM_MODEL_CORE_H

#include "model/network.h"

/* Some segments of a core network: all others, those listed, or all others but those. */
struct dm_core_segments {
    const struct dm_core_segment_id *items;
    size_t n;
    bool all;
    bool except; /* 'items' are left out of all */
};

/* "share": attachments of both see each other's routes; not transitive [CWAN-08]. */
struct dm_core_share {
    struct dm_core_segment_id segment;
    struct dm_core_segments with;
    struct dm_unknown_id unknown; /* set: part of the action is not understood */
    struct dm_span origin;
    const char *pointer;
};

enum dm_core_insertion_kind {
    DM_CORE_SEND_VIA, /* between segments: through a network function [CWAN-10] */
    DM_CORE_SEND_TO   /* out of a segment: to a network function */
};

/* Between any two of these edges the function at 'use' is taken. */
struct dm_core_override {
    const struct dm_core_edge_id *edges;
    size_t n_edges;
    struct dm_core_edge_id use;
};

struct dm_core_insertion {
    enum dm_core_insertion_kind kind;
    struct dm_core_segment_id segment;
    struct dm_core_segments when_sent_to; /* SEND_VIA */
    const struct dm_core_function_id *functions;
    size_t n_functions;
    bool dual_hop; /* through the functions of both edges, else of one */
    const struct dm_core_override *overrides;
    size_t n_overrides;
    struct dm_unknown_id unknown;
    struct dm_span origin;
    const char *pointer;
};

enum dm_core_condition_kind {
    DM_CORE_IF_ANY,
    DM_CORE_IF_TAG_EXISTS,
    DM_CORE_IF_TAG_NAME,
    DM_CORE_IF_TAG_VALUE,
    DM_CORE_IF_REGION,
    DM_CORE_IF_RESOURCE,
    DM_CORE_IF_ACCOUNT,
    DM_CORE_IF_TYPE,
    DM_CORE_IF_UNKNOWN
};

enum dm_core_operator { DM_CORE_EQUALS, DM_CORE_NOT_EQUALS, DM_CORE_CONTAINS, DM_CORE_BEGINS_WITH };

struct dm_core_condition {
    enum dm_core_condition_kind kind;
    enum dm_core_operator operator;
    const char *key;   /* TAG_EXISTS, TAG_VALUE */
    const char *value; /* NULL: none */
};

/* An attachment policy's rule [CWAN-11]. */
struct dm_core_rule {
    uint32_t number;
    bool any; /* one condition will do; else all are needed */
    const struct dm_core_condition *conditions;
    size_t n_conditions;
    struct dm_core_segment_id segment;   /* constant association */
    const char *tag;                     /* association by the value of this tag; NULL */
    struct dm_core_function_id function; /* not to a segment but to a network function group */
    struct dm_unknown_id unknown;
    struct dm_span origin;
    const char *pointer;
};

enum dm_core_routing_match {
    DM_CORE_PREFIX_EQUALS,
    DM_CORE_PREFIX_WITHIN, /* prefixes inside 'prefix' */
    DM_CORE_ASN_IN_PATH
};

enum dm_core_routing_action { DM_CORE_ALLOW, DM_CORE_DROP, DM_CORE_PREPEND };

struct dm_core_routing_rule {
    uint32_t number;
    enum dm_core_routing_match match;
    struct dm_prefix prefix;
    uint32_t asn;
    enum dm_core_routing_action action;
    uint32_t n_prepended; /* numbers that the AS path grows by */
};

struct dm_core_routing_policy {
    const char *name;
    uint32_t number;
    bool inbound;
    const struct dm_core_routing_rule *rules; /* by number */
    size_t n_rules;
    struct dm_unknown_id unknown; /* set: it does more than these rules say */
    struct dm_span origin;
    const char *pointer;
};

/* Attachments with one of these labels get routing policies. */
struct dm_core_label_rule {
    uint32_t number;
    const char *label;
    const struct dm_core_edge_id *edges; /* none: at all */
    size_t n_edges;
    const uint32_t *policies; /* indices of routing policies */
    size_t n_policies;
    struct dm_unknown_id unknown;
    struct dm_span origin;
    const char *pointer;
};

/* Routes of a segment that go from one edge to another get routing policies: outbound ones at
 * 'edge' towards 'peer', inbound ones there from it. */
struct dm_core_edge_policy {
    struct dm_core_segment_id segment;
    struct dm_core_edge_id edge;
    struct dm_core_edge_id peer;
    const uint32_t *policies; /* indices of routing policies */
    size_t n_policies;
    struct dm_unknown_id unknown;
    struct dm_span origin;
    const char *pointer;
};

struct dm_core_network {
    struct dm_object object;
    const char *version;  /* "2021.12" or "2025.11" [CWAN-01] */
    const char *document; /* the policy document that it was read from; NULL: none */
    bool group_references;
    const struct dm_core_share *shares;
    size_t n_shares;
    const struct dm_core_insertion *insertions;
    size_t n_insertions;
    const struct dm_core_rule *rules; /* by number */
    size_t n_rules;
    const struct dm_core_routing_policy *routing_policies;
    size_t n_routing_policies;
    const struct dm_core_label_rule *label_rules; /* by number */
    size_t n_label_rules;
    const struct dm_core_edge_policy *edge_policies;
    size_t n_edge_policies;
    struct dm_unknown_id unknown; /* set: the document says more that is not understood */
};

struct dm_core_edge {
    struct dm_object object; /* name: "backbone.eu-west-1" */
    struct dm_core_network_id network;
    struct dm_region_id region;
    uint32_t asn; /* 0: not given */
    struct dm_element_id element;
};

/* A static route of a segment; it beats what is propagated [CWAN-09]. */
struct dm_core_route {
    struct dm_prefix prefix;
    const struct dm_core_attachment_id *attachments; /* none: a black hole, or 'unknown' is set */
    size_t n_attachments;
    struct dm_unknown_id unknown;
    struct dm_span origin;
    const char *pointer;
};

struct dm_core_segment {
    struct dm_object object; /* name: "backbone.production" */
    const char *short_name;  /* "production" */
    struct dm_core_network_id network;
    const struct dm_core_edge_id *edges; /* none: all of the network */
    size_t n_edges;
    bool isolated; /* its attachments do not see each other [CWAN-06] */
    bool has_allow;
    const struct dm_core_segment_id *allow; /* takes routes of these others only */
    size_t n_allow;
    const struct dm_core_segment_id *deny; /* and of these not */
    size_t n_deny;
    const struct dm_core_route *routes;
    size_t n_routes;
    struct dm_unknown_id unknown; /* set: what it routes is not known in full */
};

/* A network function group: attachments that traffic is led through. */
struct dm_core_function {
    struct dm_object object; /* name: "backbone.inspection" */
    const char *short_name;
    struct dm_core_network_id network;
};

struct dm_core_tag {
    const char *key;
    const char *value;
};

/* A transit gateway and an edge in its region, joined by BGP [CWAN-16].  The peering alone carries
 * nothing: each table of the gateway that takes part is attached to a segment, and these
 * attachments are the rows of its policy table. */
struct dm_core_peering {
    struct dm_object object; /* name: "backbone.hub.eu-west-1" */
    struct dm_core_network_id network;
    struct dm_core_edge_id edge;
    struct dm_transit_gateway_id gateway;
    struct dm_attachment_id attachment; /* its side at the transit gateway */
    struct dm_element_id element;
};

enum dm_core_attachment_kind {
    DM_CORE_ATTACHMENT_VPC,
    DM_CORE_ATTACHMENT_TABLE, /* a transit gateway's route table, over a peering */
    DM_CORE_ATTACHMENT_VPN,
    DM_CORE_ATTACHMENT_DIRECT_CONNECT,
    DM_CORE_ATTACHMENT_CONNECT,
    DM_CORE_ATTACHMENT_UNKNOWN
};

/* Of a VPC, with one subnet in each zone that is served, or of something else. */
struct dm_core_attachment {
    struct dm_object object;
    enum dm_core_attachment_kind kind;
    struct dm_core_network_id network;
    struct dm_core_edge_id edge; /* VPC: none before the build: that of its region; else given */
    const struct dm_core_edge_id *edges; /* DIRECT_CONNECT: all where it is, 'edge' the first */
    size_t n_edges;
    struct dm_core_segment_id segment;   /* none after the build: it has no connectivity */
    struct dm_core_function_id function; /* it stands in this group instead */
    struct dm_vpc_id vpc;                /* VPC */
    struct dm_core_peering_id peering;   /* TABLE: over which */
    struct dm_transit_table_id table;    /* TABLE: which */
    const struct dm_subnet_id *subnets;
    size_t n_subnets;
    const struct dm_core_tag *tags; /* looked at where the segment is left to the policy */
    size_t n_tags;
    struct dm_core_attachment_id transport; /* CONNECT: fails with it; none: not in the input */
    struct dm_connect connect;              /* CONNECT */
    const char *label;                      /* of routing policies; NULL: none */
    bool appliance_mode;
    bool is_settled;      /* AWS shows which segment or group it is in: no policy is asked */
    bool refers_no_group; /* its rules of groups do not see those of other VPCs [CWAN-25] */
    bool no_ipv6;         /* it was made without support of IPv6 [CWAN-26] */
    struct dm_unknown_id
        unknown; /* set: which segment it is in is not known; UNKNOWN: what it is */
    struct dm_element_id element;
};

/* Whether a segment, or its network where it names no edges, has this edge. */
bool dm_core_segment_at(const struct dm_core_segment *segment, struct dm_core_edge_id edge);

/* As attachment policies spell it, "vpc"; NULL: not known. */
const char *dm_core_attachment_kind_text(enum dm_core_attachment_kind kind);

/* Whether the attachment is at this edge. */
bool dm_core_attachment_at(const struct dm_core_attachment *attachment,
                           struct dm_core_edge_id edge);

/* Whether 'of' takes in 'other', for an action of segment 'self'. */
bool dm_core_segments_have(const struct dm_core_segments *of, struct dm_core_segment_id self,
                           struct dm_core_segment_id other);

#endif
