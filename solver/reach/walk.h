/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * walk - where a packet goes: hop by hop, one way, by routes and translations.
 *
 * In AWS the way of a packet depends on its addresses and on where it is, not
 * on protocol or ports; those matter to filters alone.  So a walk is made once
 * for a pair of addresses, passes every filter and notes it as a hop, and
 * filters are asked afterwards (filter.h) with whatever packets are of interest.
 * A blocked path thereby names all its blockers.
 *
 * Where AWS chooses freely, as the zone in which a transit gateway leaves a
 * VPC's attachment for what came over a peering [TGW-30], every choice is a walk
 * of its own; what is said of a session must hold for all of them.
 *
 * Translation: an internet gateway one to one, both ways, also for what leaves
 * and comes back through it [IGW-01]; a NAT gateway by session: it only takes answers to
 * what it sent itself [NAT-20], so the way back is walked with the sessions that the way
 * there opened.
 *
 * Regional NAT gateways translate to a public address of the sender's zone and stand in no subnet
 * [VPC-10].  What leaves by an egress-only gateway comes back by it alone [EIGW-01].  Where Block
 * Public Access is on, gateways to the internet drop what it does not leave to the subnet [VPC-29].
 *
 * What has an address of one of AWS's services, and what is behind an endpoint, answers by the
 * service's ports [VPCE-20]; what a gateway endpoint led out comes back in by it [VPC-19].  A
 * public address of this network that is on no interface answers nothing [NAT-21].
 *
 * Sites are entered and left by their lines (plane/lines.h), where both ends choose among equals.
 *
 * A load balancer decides by protocol and port, so a walk ends at its node.  What it sends on is
 * another walk, from that node; session.h joins them.  The answer of a target that sees the
 * client's address goes back to the node, not by routes [ELB-06].
 *
 * An accelerator is reached from outside at its static addresses, and a walk ends there as it does
 * at a node.  What it sends on begins at the endpoint's subnet, whatever routes there are [GA-07],
 * and its answers go back to it.  Whether ACLs apply as usual is not documented [GA-08]: there they
 * are lenient.
 *
 * A route may lead to the endpoint of a firewall or a gateway load balancer, or to a host that
 * forwards: the packet is looked at there, and goes on from there [NFW-01, GWLB-01]. What a request
 * passed is remembered, with the header that it had, and handed to the way back, like sessions of
 * NAT gateways: a firewall knows its answers, groups of an appliance let them by, and an attachment
 * in appliance mode takes the zone that it took before [TGW-16].  Of a firewall that keeps
 * state and that the answer did not pass again a hop at the end of the way back says so [NFW-02].
 *
 * Between pods packets go by the overlay of their cluster, inside packets from node to node; a
 * Service's address and a node end a walk as a load balancer's node does (overlay.h).
 *
 * Walks are memoised by start, addresses and sessions, with their traces.
 *
 * Ownership: results live in the arena of the oracle's run and are immutable.
 * Complexity: O(hops * rows) a walk.  Limits: DM_LIMIT_HOPS, then the end is a
 * loop; DM_LIMIT_CHOICES, then the end is unknown.
 */
#ifndef DM_SOLVER_REACH_WALK_H
#define DM_SOLVER_REACH_WALK_H

#include "solver/plane/core.h"
#include "solver/reach/code.h"

struct dm_session_query;
struct dm_way_choice;

enum dm_hop_kind {
    DM_HOP_SEND,         /* at: the sending interface */
    DM_HOP_GROUPS_OUT,   /* filter; at: interface */
    DM_HOP_ACL_OUT,      /* filter; at: subnet that is left */
    DM_HOP_ROUTE,        /* at: route table; 'route' decided */
    DM_HOP_ACL_IN,       /* filter; at: subnet that is entered */
    DM_HOP_GROUPS_IN,    /* filter; at: interface */
    DM_HOP_NAT,          /* filter by protocol, and translation; at: NAT gateway */
    DM_HOP_NAT_BACK,     /* translation of an answer; at: NAT gateway */
    DM_HOP_INTERNET_OUT, /* at: internet gateway; source translated */
    DM_HOP_INTERNET,     /* outside */
    DM_HOP_INTERNET_IN,  /* at: internet gateway; destination translated */
    DM_HOP_ENDPOINT,     /* filter by the service's ports; at: interface endpoint [VPCE-20], or the
                            endpoint service of what is managed [MGD-01] */
    DM_HOP_GATEWAY_ENDPOINT, /* at: gateway endpoint, from or to its VPC [VPC-19] */
    DM_HOP_SERVICE,          /* filter by its ports, and echo; at: endpoint service [VPCE-20] */
    DM_HOP_FIREWALL,         /* filter; at: endpoint that a request is inspected at */
    DM_HOP_FIREWALL_BACK,    /* filter; at: endpoint that an answer is inspected at; see 'seen' */
    DM_HOP_FIREWALL_MISSED,  /* filter; at: endpoint that saw the request and not this answer */
    DM_HOP_INSPECTED,        /* at: endpoint of appliances that pass on all */
    DM_HOP_FORWARD,          /* at: interface of a host that forwards */
    DM_HOP_BALANCER,         /* at: load balancer that sends on to a target */
    DM_HOP_BALANCER_BACK,    /* at: load balancer that hands an answer back */
    DM_HOP_ACCELERATOR,      /* at: accelerator that sends on to an endpoint */
    DM_HOP_ACCELERATOR_BACK, /* at: accelerator that hands an answer back */
    DM_HOP_PEERING,          /* at: VPC peering */
    DM_HOP_TRANSIT_IN,       /* at: attachment through which a transit gateway is entered */
    DM_HOP_TRANSIT_ROUTE,    /* at: transit gateway's table; 'choice' decided */
    DM_HOP_TRANSIT_PEERING,  /* at: attachment of the peering at the far side */
    DM_HOP_TRANSIT_OUT,      /* at: attachment; into its subnet in one zone */
    DM_HOP_CORE_IN,          /* at: attachment through which a core network is entered */
    DM_HOP_CORE_ROUTE,       /* at: segment; 'core_choice' decided */
    DM_HOP_CORE_EDGE,        /* at: the edge of another region */
    DM_HOP_CORE_PEERING,     /* at: peering of a core network with a transit gateway, either way */
    DM_HOP_CORE_OUT,         /* at: attachment; into its subnet in one zone */
    DM_HOP_SITE_ROUTE,       /* at: site; 'way' was taken */
    DM_HOP_VPN,              /* at: VPN connection */
    DM_HOP_DX_INTERFACE,     /* at: virtual interface of Direct Connect */
    DM_HOP_DX_GATEWAY,       /* at: Direct Connect gateway */
    DM_HOP_VPN_GATEWAY,      /* at: virtual private gateway, from or to its VPC */
    DM_HOP_POLICY_OUT,       /* filter; at: interface of a pod; of clusters without network: policy,
                                or workload that none selects */
    DM_HOP_POLICY_IN,
    DM_HOP_ENCAPSULATE,  /* at: node; hops from here on that have 'outer' are of the packet
                            around this one [CAL-02] */
    DM_HOP_DECAPSULATE,  /* at: node */
    DM_HOP_NODE_OUT,     /* at: node that sends what a pod sent with its own address [CAL-04] */
    DM_HOP_NODE_BACK,    /* at: node; an answer goes to the pod that it is for */
    DM_HOP_KUBE_SERVICE, /* at: Service; on the sender's node, to one of its pods */
    DM_HOP_KUBE_SERVICE_BACK, /* at: Service that an answer seems to come from */
    DM_HOP_NODE_PORT,         /* at: Service that a node sends on to [EKS-04] */
    DM_HOP_NODE_PORT_BACK,    /* at: Service of which a node hands an answer back */
    DM_HOP_DELIVER            /* at: receiving interface */
};

/* Around a packet is one of protocol 4, which has no ports [CAL-32]. */
enum { DM_OUTER_IPIP = 65536 };

/* By what the packet came from its last translation, for references to groups [VPC-17, TGW-22]. */
enum dm_scope {
    DM_SCOPE_LOCAL,
    DM_SCOPE_PEERING,
    DM_SCOPE_TRANSIT,     /* through one transit gateway, or one edge [CWAN-17] */
    DM_SCOPE_TRANSIT_FAR, /* through several */
    DM_SCOPE_INSPECTED,   /* through something that passed it on: no reference matches [VPC-17] */
    DM_SCOPE_INTERNET
};

struct dm_hop {
    enum dm_hop_kind kind;
    struct dm_ref at;
    struct dm_addr source; /* the header when the packet leaves this hop */
    struct dm_addr destination;
    struct dm_subnet_id subnet; /* where the packet is, or 0 */
    struct dm_interface_id
        partner;          /* filters of groups: the interface at the other end, if known */
    enum dm_scope scope;  /* how it came, or for GROUPS_OUT will come, from there */
    bool references;      /* transit only: gateway and attachments let references match */
    bool is_lenient;      /* ACLs: what it denies may pass all the same [GA-08] */
    bool seen;            /* FIREWALL_BACK: the request passed here */
    bool partner_carries; /* the address at the other end is not the partner's own but that of a pod
                             behind it: whether references match is not known [CAL-23] */
    uint32_t outer; /* the UDP port of the packet around this one, or DM_OUTER_IPIP: that is what is
                       filtered and has these addresses; 0: the packet itself */
    const struct dm_addr *seen_sources; /* POLICY_IN: it may have any of these as source, ended by
                                           none; NULL: that which it has */
    const struct dm_route *route;
    const struct dm_transit_choice *choice;   /* TRANSIT_ROUTE */
    const struct dm_core_choice *core_choice; /* CORE_ROUTE */
    const struct dm_way_choice *way;          /* SITE_ROUTE, VPN, VIRTUAL_INTERFACE */
};

enum dm_walk_end {
    DM_WALK_DELIVERED, /* to 'interface', or to a guest */
    DM_WALK_OUTSIDE,   /* to a computer on the internet, which answers everything */
    DM_WALK_BALANCER,  /* at 'interface', a load balancer's node or an accelerator's, a cluster's
                          node, or a Service; where to next the port decides */
    DM_WALK_DROPPED,   /* see 'code' and 'at' */
    DM_WALK_UNKNOWN    /* see 'why', 'unknown' and 'at' */
};

enum { DM_WALK_MAX_SESSIONS = 4, DM_WALK_MAX_PASSAGES = 12 };

/* A session that a NAT gateway opened, or a node of a cluster for a pod: who is behind it. */
struct dm_nat_session {
    struct dm_nat_gateway_id gateway;
    struct dm_node_id node; /* where 'gateway' is none */
    struct dm_addr client;
};

/* What a packet passed that remembers its session: an endpoint, the interface of a host that
 * forwards, an attachment in appliance mode. */
struct dm_passage {
    struct dm_ref at;
    struct dm_subnet_id subnet; /* of an attachment: the one that was taken */
    struct dm_addr source;      /* the header there */
    struct dm_addr destination;
};

struct dm_walk {
    enum dm_walk_end end;
    const struct dm_hop *hops;
    size_t n_hops;
    struct dm_interface_id interface;   /* DELIVERED; 0: to the guest */
    struct dm_vpc_endpoint_id endpoint; /* OUTSIDE: the gateway endpoint that led there, or none */
    struct dm_internet_gateway_id
        egress;            /* the egress-only gateway by which it went out, or none */
    struct dm_addr source; /* the header at the end */
    struct dm_addr destination;
    enum dm_code code;
    struct dm_ref at;
    struct dm_element_id dead; /* ELEMENT_FAILED, BAD_STATE_ROUTE: the element, or 0 */
    struct dm_unknown_id unknown;
    const char *why;
    struct dm_nat_session sessions[DM_WALK_MAX_SESSIONS]; /* opened on the way, in order */
    size_t n_sessions;
    const struct dm_passage *passages; /* in order */
    size_t n_passages;
    const struct dm_leg *legs; /* of one that load balancers join; none: itself */
    size_t n_legs;
};

/* A part of a joined walk: from a sender or a balancer's node to a balancer's node or the end. */
struct dm_leg {
    size_t first_hop;
    const struct dm_session_query *query;
    const struct dm_walk *request;
    const struct dm_walk *reply; /* NULL: this is the way there */
};

struct dm_walks {
    const struct dm_walk *items; /* one for each choice of AWS, at least one */
    size_t n;
};

/* What walking needs: made once a run.  Without memo each walk is made anew, and 'arena' may be
 * given back between evaluations: for questions that share no pair of addresses with any other. */
struct dm_walker {
    struct dm_arena *arena; /* that of the walks */
    const struct dm_model *model;
    const struct dm_plane *plane;
    bool without_memo;
};

/* A host that is not in the model, on an address that nobody has: to ask what lies between places
 * whoever stands there.  It has no groups. */
struct dm_guest {
    struct dm_subnet_id subnet;
    struct dm_addr address;
    struct dm_addr public_address; /* DM_FAMILY_NONE: none */
};

/* From where: an interface, or where 'interface' is 0 a guest, or the internet. Walks of guests are
 * not memoised. */
struct dm_walk_start {
    struct dm_interface_id interface;
    struct dm_addr source;
    struct dm_addr destination;
    struct dm_nat_session sessions[DM_WALK_MAX_SESSIONS]; /* an answer's: those of the way there */
    size_t n_sessions;
    const struct dm_passage *passages; /* an answer's: those of the way there */
    size_t n_passages;
    struct dm_vpc_endpoint_id endpoint; /* an answer's that comes in by a gateway endpoint */
    struct dm_internet_gateway_id
        egress;                    /* an answer's to what went out by an egress-only gateway */
    struct dm_interface_id node;   /* an answer's that a balancer takes back whomever it is to */
    struct dm_interface_id entry;  /* what an accelerator sends: to this endpoint's interface; what
                                      a pod sends: it asked for this Service's address */
    struct dm_addr client;         /* a node's: for whom it sends; none: for itself */
    bool stays;                    /* a node's: in the client's name, to pods that it has itself */
    bool is_outer;                 /* a packet that others are inside of, from node to node */
    bool is_reply;                 /* filters of groups let it pass by state */
    const struct dm_guest *sender; /* NULL: none */
    const struct dm_guest *receiver;
};

/* NULL when memory is out. */
const struct dm_walks *dm_walk(const struct dm_walker *walker, struct dm_alive *alive,
                               const struct dm_walk_start *start);

/* Whether the walk ended at 'target', or, where that is 0, at the guest that was asked for or at a
 * computer on the internet. */
bool dm_walk_is_at(const struct dm_walk *walk, struct dm_interface_id target);

/* Whether more than the walk says decides what gets through: it is unknown, or a balancer's. */
bool dm_walk_is_open(const struct dm_walk *walk);

/* Whether the interface's zone, and region, or its site live: whoever sends or answers asks this
 * first. */
bool dm_walk_interface_alive(const struct dm_walker *walker, struct dm_alive *alive,
                             struct dm_interface_id interface);

const char *dm_hop_kind_text(enum dm_hop_kind kind);

/* Whether a filter decides at this hop, and whether that is the policies of a pod. */
bool dm_hop_is_filter(enum dm_hop_kind kind);
bool dm_hop_is_policy(enum dm_hop_kind kind);

#endif
