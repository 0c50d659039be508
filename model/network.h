/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * network - the objects of AWS networking, as describe calls give them.
 *
 * Every front end, the design language included, is lowered to these same
 * objects; nothing above the model knows which it was.  Each begins with
 * 'struct dm_object': its name, unique within its kind, and where it came from.
 *
 * What a front end did not understand is not left out: a route, a rule or an
 * interface that depends on it carries the handle of a 'dm_unknown', and what
 * crosses that is unknown.  Objects in a terminal state are not in the model [AWS-01].
 *
 * All arrays belong to the model's arena and do not change after it is built.
 */
#ifndef DM_MODEL_NETWORK_H
#define DM_MODEL_NETWORK_H

#include "model/address.h"
#include "model/base/span.h"
#include "model/kinds.h"

struct dm_object {
    const char *name;    /* "app.prod.eu-west-1", "vpc-0a96945f1dbc5b2ac" */
    const char *label;   /* what people call it (a Name tag), or NULL */
    const char *pointer; /* JSON pointer of its origin, or NULL */
    struct dm_span origin;
};

/* Tags, without "Name", which is an object's label.  Where the input shows none there are none. */
struct dm_tag {
    const char *key;
    const char *value; /* never NULL */
};

struct dm_tags {
    const struct dm_tag *items;
    size_t n;
};

/* The value of the tag with the key; NULL: it has none. */
const char *dm_tags_value(const struct dm_tags *tags, const char *key);

struct dm_region {
    struct dm_object object;  /* name: "eu-west-1" */
    const char *jurisdiction; /* ISO 3166 code of the country; NULL: not known */
    const char *partition;    /* "aws" */
    struct dm_element_id element;
};

struct dm_zone {
    struct dm_object object; /* name: "eu-west-1a" */
    const char *zone_id;     /* "euw1-az1"; NULL: not known */
    struct dm_region_id region;
    struct dm_element_id element;
};

struct dm_environment {
    struct dm_object object;
};

struct dm_vpc {
    struct dm_object object;
    const char *account; /* NULL: one account, not named */
    struct dm_region_id region;
    struct dm_environment_id environment; /* none: shared by all, or input that has none */
    const char *role;                     /* name of its entry in a design; NULL */
    const struct dm_prefix *cidrs;
    size_t n_cidrs;
    struct dm_route_table_id main_table;
    struct dm_internet_gateway_id internet_gateway; /* none: not attached */
    struct dm_unknown_id gateway_unknown; /* set: whether the internet gets in is not known */
};

/* What Block Public Access leaves of the internet to a subnet [VPC-29, VPC-30, VPC-31].  It stands
 * at gateways, where routes, groups and ACLs cannot overrule it. */
enum dm_public_access {
    DM_ACCESS_OPEN,
    DM_ACCESS_BLOCKED,    /* nothing goes out or comes in */
    DM_ACCESS_NO_INGRESS, /* nothing comes in but by NAT gateways and egress-only gateways */
    DM_ACCESS_EGRESS,     /* answers come in to what went out, and nothing else */
    DM_ACCESS_UNKNOWN     /* see 'access_unknown' */
};

struct dm_subnet {
    struct dm_object object;
    struct dm_vpc_id vpc;
    struct dm_zone_id zone;
    const char *role; /* "public", "private", ...; NULL */
    const struct dm_prefix *cidrs;
    size_t n_cidrs;
    struct dm_route_table_id table; /* its own, or the VPC's main one; never none */
    struct dm_acl_id acl;           /* none: unknown, see 'unknown' */
    struct dm_unknown_id unknown;   /* set: not all that filters, or has an address, is shown */
    bool maps_public_address;
    struct dm_tags tags; /* what load balancers of Kubernetes look for [EKS-32] */
    bool knows_free;     /* how many addresses of IPv4 are free is described */
    uint32_t n_free;
    enum dm_public_access public_access;
    struct dm_unknown_id access_unknown;
};

enum dm_target_kind {
    DM_TARGET_LOCAL,
    DM_TARGET_INTERNET_GATEWAY,
    DM_TARGET_NAT_GATEWAY,
    DM_TARGET_PEERING,
    DM_TARGET_TRANSIT_GATEWAY,
    DM_TARGET_CORE_NETWORK,
    DM_TARGET_VPN_GATEWAY,
    DM_TARGET_INTERFACE,
    DM_TARGET_VPC_ENDPOINT,  /* a gateway endpoint */
    DM_TARGET_GWLB_ENDPOINT, /* of a firewall or a gateway load balancer */
    DM_TARGET_NONE,          /* the target is gone: a black hole */
    DM_TARGET_UNKNOWN        /* a kind of target that is not understood */
};

/* A row of a VPC's route table [VPC-05, VPC-06, VPC-25, VPC-26]. */
struct dm_route {
    struct dm_prefix prefix;
    struct dm_prefix_list_id list; /* when set, 'prefix' is not looked at */
    enum dm_target_kind target_kind;
    uint32_t target; /* handle of the kind that 'target_kind' says, dm_unknown for UNKNOWN */
    bool propagated;
    struct dm_span origin;
    const char *pointer;
};

struct dm_route_table {
    struct dm_object object;
    struct dm_vpc_id vpc;
    const struct dm_route *routes;
    size_t n_routes;
    struct dm_internet_gateway_id edge; /* gateway whose incoming traffic it routes; none */
    struct dm_vpn_gateway_id vpn_edge;  /* the same of a virtual private gateway */
    struct dm_vpn_gateway_id learns;    /* what this one has learned becomes rows [VPN-03]; none */
};

struct dm_acl_entry {
    uint32_t number; /* 1 to 32767 */
    bool egress;
    bool allow;
    struct dm_match match;
    struct dm_prefix prefix;
    struct dm_span origin;
    const char *pointer;
};

/* Entries are sorted by direction (ingress first), then number; no match is a deny [VPC-14]. */
struct dm_acl {
    struct dm_object object;
    struct dm_vpc_id vpc;
    const struct dm_acl_entry *entries;
    size_t n_entries;
    bool is_default; /* that which AWS made with the VPC: it cannot be deleted */
};

enum dm_peer_kind { DM_PEER_PREFIX, DM_PEER_GROUP, DM_PEER_LIST, DM_PEER_UNKNOWN };

/* One permission of a security group, with one peer [VPC-16, VPC-28, SG-20]. */
struct dm_group_rule {
    bool egress;
    enum dm_peer_kind peer_kind;
    struct dm_match match;
    struct dm_prefix prefix;
    uint32_t peer; /* handle of a group, a prefix list or an unknown */
    bool is_made;  /* by the controller of a cluster: who has the group does not write it */
    struct dm_span origin;
    const char *pointer;
};

struct dm_group {
    struct dm_object object;
    struct dm_vpc_id vpc;
    const struct dm_group_rule *rules;
    size_t n_rules;
    bool is_default; /* that which AWS made with the VPC: it cannot be deleted */
    bool is_made;    /* by the controller of a cluster, of what stands in manifests */
    struct dm_tags tags;
};

struct dm_prefix_list {
    struct dm_object object;
    const struct dm_prefix *prefixes;
    size_t n_prefixes;
    bool is_aws;                           /* AWS's own */
    struct dm_endpoint_service_id service; /* what answers at its addresses [VPCE-20]; none */
    struct dm_unknown_id unknown; /* set: what it holds is not known, so any address may match, of
                                     AWS's own lists any public one */
};

/* A service that an endpoint leads to, or that has the addresses of a prefix list of AWS: it
 * answers on its own ports [VPCE-20, VPCE-21]. */
struct dm_endpoint_service {
    struct dm_object object; /* "com.amazonaws.eu-west-1.s3" */
    const struct dm_match *answers;
    size_t n_answers;
    bool is_whole; /* false: whether it answers on more than these is not known */
};

/* A gateway endpoint is the target of routes to a prefix list, an interface endpoint has interfaces
 * [VPC-19, VPCE-20]. */
struct dm_vpc_endpoint {
    struct dm_object object;
    struct dm_vpc_id vpc;
    struct dm_endpoint_service_id service;
    bool is_gateway;
};

/* A public address that belonged, or still belongs, to this network but is on no interface that is
 * shown: nothing answers there [NAT-21], or what does is not known.  Its name is the address. */
struct dm_idle_address {
    struct dm_object object;
    struct dm_addr address;
    struct dm_unknown_id unknown; /* set: it is on something that is not in the input */
};

/* An instance; in a design each endpoint of a service or store is one. */
struct dm_host {
    struct dm_object object;
    const struct dm_interface_id *interfaces;
    size_t n_interfaces;
    const char *cluster_name; /* of Kubernetes, that tags say it is a node of; NULL */
    const char *node_group;   /* the same; NULL */
    const char *architecture; /* "x86_64", "arm64"; NULL: not said */
    const char *platform;     /* "windows"; NULL: another, or not said */
    bool running;
    bool forwards; /* passes on what is for others, unchanged, by the interface that it came in by;
                      false: whether it does is not known */
    struct dm_element_id element; /* of one that forwards */
};

struct dm_interface_address {
    struct dm_addr address;
    struct dm_addr public_address; /* DM_FAMILY_NONE: none */
};

enum dm_interface_kind {
    DM_INTERFACE_HOST,
    DM_INTERFACE_NAT,
    DM_INTERFACE_TRANSIT,      /* of an attachment, or of a firewall's endpoint: hosts nothing */
    DM_INTERFACE_ENDPOINT,     /* of an interface endpoint: see 'endpoint' */
    DM_INTERFACE_BALANCER,     /* a load balancer's node in its zone: see 'balancer' */
    DM_INTERFACE_ACCELERATOR,  /* static addresses, in no subnet: see 'accelerator' */
    DM_INTERFACE_SITE,         /* of a host at a site, in no subnet: see 'site' */
    DM_INTERFACE_POD,          /* of a pod, in no subnet: see 'node' and 'workload' */
    DM_INTERFACE_KUBE_SERVICE, /* a Service's cluster address, in no subnet: see 'kube_service' */
    DM_INTERFACE_UNKNOWN       /* of something that is not understood: see 'unknown' */
};

struct dm_interface {
    struct dm_object object;
    enum dm_interface_kind kind;
    struct dm_subnet_id subnet;
    struct dm_host_id host;             /* none where 'kind' is not HOST, or nothing is attached */
    struct dm_vpc_endpoint_id endpoint; /* ENDPOINT: whose it is */
    struct dm_endpoint_service_id service;  /* HOST: what is managed answers these alone; or none */
    struct dm_balancer_id balancer;         /* BALANCER: whose it is */
    struct dm_site_id site;                 /* SITE: where it is */
    struct dm_accelerator_id accelerator;   /* ACCELERATOR: whose it is */
    struct dm_node_id node;                 /* POD: where it runs; HOST: the node that it is */
    struct dm_workload_id workload;         /* POD: whose it is */
    uint32_t pod;                           /* POD: index in the workload's pods */
    struct dm_interface_id carrier;         /* POD: which one of its node has its address, where
                                               that is the VPC's; none: it is the cluster's own */
    struct dm_kube_service_id kube_service; /* KUBE_SERVICE: whose it is */
    const struct dm_interface_address *addresses; /* the first is the primary one */
    size_t n_addresses;
    const struct dm_group_id *groups;
    size_t n_groups;
    struct dm_unknown_id unknown;
    bool source_dest_check;
    uint16_t mtu; /* HOST: largest packet, in bytes; 0: not said, what its system takes [VPC-40] */
};

/* What a load balancer may send to, with its health as described. */
struct dm_target {
    struct dm_addr address; /* none: 'unknown' is set */
    struct dm_zone_id zone; /* none: nodes of every zone send to it */
    uint16_t port;
    bool is_healthy;
    bool is_leaving; /* draining, or not in use: gets no new sessions even when all fail open */
    struct dm_unknown_id unknown;
    struct dm_span origin;
    const char *pointer;
};

enum dm_cross_zone { DM_CROSS_ZONE_AS_BALANCER, DM_CROSS_ZONE_ON, DM_CROSS_ZONE_OFF };

struct dm_target_group {
    struct dm_object object;
    struct dm_vpc_id vpc; /* none: its targets are in none */
    bool keeps_client;    /* targets see the client's address [ELB-06] */
    enum dm_cross_zone cross_zone;
    uint16_t health_port; /* that health is checked on; 0: that of the targets, or not shown */
    bool judges_health;   /* health is not shown: who is healthy follows from which checks of the
                             nodes get through [ELB-08]; 'is_healthy' of its targets is true */
    bool is_made;         /* by the controller of a cluster */
    const char *beyond; /* what describe output says of it that is not held here, so that it cannot
                           be written again, as a clause; or NULL */
    const struct dm_target *targets;
    size_t n_targets;
    struct dm_unknown_id unknown; /* set: what its targets are is not known */
};

/* What a load balancer does with a request: it sends to any of the groups [ELB-21], or answers
 * itself (a fixed response, a redirect), or either. */
struct dm_listener_action {
    const struct dm_target_group_id *groups;
    size_t n_groups;
    bool answers;
    struct dm_unknown_id unknown; /* set: what it does is not understood */
};

/* A rule of an application load balancer.  Of what it asks only the client's address is known of a
 * packet; all else a request may have or not [ELB-24]. */
struct dm_listener_rule {
    const struct dm_prefix *sources; /* it is for clients in one of them; none: for all */
    size_t n_sources;
    bool asks_more; /* than the client's address */
    struct dm_listener_action action;
};

/* What a load balancer takes on a port, and what it does with it: what the first of the rules that
 * fits says, or else the default. */
struct dm_listener {
    struct dm_match match;
    const struct dm_listener_rule *rules; /* in order */
    size_t n_rules;
    struct dm_listener_action action;
    const char *certificate;      /* its ARN, where a design says that TLS ends here; or NULL */
    struct dm_unknown_id unknown; /* set: what it takes is not known */
    struct dm_span origin;
    const char *pointer;
};

/* Network, application and classic load balancers.  Each has an interface, a node, in each of its
 * zones. */
struct dm_balancer {
    struct dm_object object; /* "net/web/50dc6c495c0c9188" */
    const char *dns_name;    /* NULL: not shown, or none yet */
    struct dm_tags tags;
    struct dm_vpc_id vpc;
    bool is_application;                /* it ends sessions and opens its own */
    bool is_classic;                    /* 'is_application' too, but on the level of TCP [ELB-25] */
    bool cross_zone;                    /* nodes send to targets of all zones [ELB-03] */
    const char *beyond;                 /* as of a target group */
    struct dm_kube_balancer_id made_of; /* built of manifests by a controller; none: it was there */
    const struct dm_listener *listeners;
    size_t n_listeners;
    struct dm_unknown_id unknown; /* set: what it listens on is not known */
};

/* An egress-only one carries IPv6 alone, what went out by it and the answers [EIGW-01]; a VPC may
 * have several of these, and does not name them. */
struct dm_internet_gateway {
    struct dm_object object;
    struct dm_vpc_id vpc; /* none: not attached */
    struct dm_region_id region;
    bool egress_only;
    struct dm_route_table_id edge_table; /* none: incoming traffic is routed to where it belongs */
    struct dm_element_id element;
};

/* A public address of a regional NAT gateway, used for what comes from its zone. */
struct dm_nat_address {
    struct dm_zone_id zone; /* none: not known, any */
    struct dm_addr address;
};

/* Zonal, public or private [VPC-09]; or regional: public, in no subnet, with addresses in each zone
 * and a route table of its own [VPC-10]. */
struct dm_nat_gateway {
    struct dm_object object;
    struct dm_subnet_id subnet;       /* zonal */
    struct dm_interface_id interface; /* zonal */
    bool is_private;
    bool is_regional;
    struct dm_vpc_id vpc;           /* regional */
    struct dm_route_table_id table; /* regional; none: all but the VPC's own leads outside */
    const struct dm_nat_address *addresses; /* regional */
    size_t n_addresses;
    struct dm_element_id element;
};

/* Of two VPCs; never transitive [VPC-18].  Active ones only. */
struct dm_peering {
    struct dm_object object;
    struct dm_vpc_id requester;
    struct dm_vpc_id accepter;
    struct dm_element_id element;
};

struct dm_transit_gateway {
    struct dm_object object;
    struct dm_region_id region;
    uint32_t asn;                                   /* 0: not known */
    struct dm_transit_table_id default_association; /* none: off [TGW-15] */
    struct dm_transit_table_id default_propagation;
    bool group_references; /* [TGW-22] */
    struct dm_element_id element;
};

struct dm_transit_route {
    struct dm_prefix prefix;
    struct dm_attachment_id attachment; /* none: a black hole, or 'unknown' is set */
    struct dm_unknown_id unknown;
    struct dm_span origin;
    const char *pointer;
};

struct dm_propagation {
    struct dm_attachment_id attachment;
    struct dm_span origin;
    const char *pointer;
};

/* Static routes and who propagates; what follows from both is derived, see solver/plane. */
struct dm_transit_table {
    struct dm_object object;
    struct dm_transit_gateway_id gateway;
    const struct dm_transit_route *routes;
    size_t n_routes;
    const struct dm_propagation *propagations; /* asked for; over peerings AWS has none [TGW-01] */
    size_t n_propagations;
    struct dm_unknown_id unknown; /* set: it may hold more routes than these */
};

enum dm_attachment_kind {
    DM_ATTACHMENT_VPC,
    DM_ATTACHMENT_PEERING, /* with another transit gateway */
    DM_ATTACHMENT_CORE,    /* the peering with an edge of a core network, see 'core_peering' */
    DM_ATTACHMENT_VPN,
    DM_ATTACHMENT_DIRECT_CONNECT,
    DM_ATTACHMENT_CONNECT,
    DM_ATTACHMENT_UNKNOWN
};

/* What a Connect attachment brings by BGP, from a router that is reached over another attachment,
 * its transport [TGW-33]. */
struct dm_connect {
    const struct dm_prefix *prefixes;
    size_t n_prefixes;
    bool is_shown; /* these are all; else what it learned is not known */
};

/* A peering of transit gateways is two attachments, one at each, that share an element. */
struct dm_attachment {
    struct dm_object object;
    enum dm_attachment_kind kind;
    struct dm_transit_gateway_id gateway;
    struct dm_transit_table_id table; /* association; none: what comes in is dropped [TGW-08] */
    struct dm_vpc_id vpc;
    const struct dm_subnet_id *subnets; /* one in each zone that is served [TGW-13] */
    size_t n_subnets;
    bool appliance_mode; /* [TGW-16] */
    bool group_references;
    bool no_ipv6;                           /* VPC: made without support of IPv6 [TGW-34] */
    struct dm_attachment_id peer;           /* the other side of a peering; none: unknown */
    struct dm_core_peering_id core_peering; /* CORE */
    struct dm_attachment_id transport;      /* CONNECT: fails with it; none: not in the input */
    struct dm_connect connect;              /* CONNECT */
    struct dm_unknown_id unknown;
    struct dm_element_id element;
};

/* Something of the input that is not understood, and what that does. */
struct dm_unknown {
    struct dm_object object; /* name: the thing, "vpn-gateway vgw-1" */
    const char *why;         /* "virtual private gateways are not modelled" */
};

/* What can fail on its own: a base event.  It is dead when it failed or one of its containers did.
 */
enum dm_element_kind {
    DM_ELEMENT_REGION,
    DM_ELEMENT_ZONE,
    DM_ELEMENT_TRANSIT_GATEWAY,
    DM_ELEMENT_CORE_EDGE,
    DM_ELEMENT_ATTACHMENT,
    DM_ELEMENT_PEERING,
    DM_ELEMENT_CORE_PEERING,
    DM_ELEMENT_NAT_GATEWAY,
    DM_ELEMENT_INTERNET_GATEWAY,
    DM_ELEMENT_SITE,
    DM_ELEMENT_DX_LOCATION,
    DM_ELEMENT_DX_CONNECTION,
    DM_ELEMENT_VPN_GATEWAY,
    DM_ELEMENT_VPN_CONNECTION,
    DM_ELEMENT_VPN_TUNNEL,
    DM_ELEMENT_ACCELERATOR,
    DM_ELEMENT_GWLB_ENDPOINT,
    DM_ELEMENT_APPLIANCE, /* a host that forwards */
    DM_ELEMENT_KIND_COUNT
};

/* "region", "zone", "transit-gateway", ...: the words of 'survive:' and '--fail'. */
const char *dm_element_kind_text(enum dm_element_kind kind);

struct dm_element {
    struct dm_object object; /* name: "zone:eu-west-1a", unique */
    enum dm_element_kind kind;
    const struct dm_element_id *containers; /* all of them, outermost first, not itself */
    size_t n_containers;
};

#endif
