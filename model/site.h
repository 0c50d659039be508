/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * site - places that are not AWS's, and the lines between them and AWS.
 *
 * A site is a set of prefixes somewhere: a data centre, an office.  A line joins it to AWS:
 * a VPN connection, two tunnels from its customer gateway [VPN-01], or a virtual interface on a
 * Direct Connect connection [DX-04].  A line ends at a virtual private gateway, at an
 * attachment of a transit gateway or of a core network; a virtual interface may end at a
 * Direct Connect gateway, which its associations join to any number of those.
 *
 * By a line AWS learns prefixes: those that the site advertises by BGP, or the static routes of
 * a VPN connection.  What AWS advertises back follows from the tables at the line's end, see
 * solver/plane/lines.h; to which of several equal offers a site sends is its own choice, by
 * 'preference' where it declares one.
 *
 * A site has hosts, as services have: one with one interface for each range of its addresses
 * that some rule of the model tells apart, and one for each address that it names.  The build
 * makes them, so that whoever asks for endpoints needs to know nothing of sites; an interface
 * of a site is in no subnet.  Like computers on the internet they answer everything.
 *
 * Elements: a site; a location with the connections in it; a VPN connection with its tunnels.
 * A line lives while its site does and the connection that carries it; a VPN connection
 * while one of its tunnels does.
 *
 * All arrays belong to the model's arena and do not change after it is built.
 */
#ifndef DM_MODEL_SITE_H
#define DM_MODEL_SITE_H

#include "model/network.h"

/* An address that has a name of its own. */
struct dm_site_name {
    const char *name;
    struct dm_addr address;
    struct dm_span origin;
};

/* Addresses from 'first' to the next place's first, or to the end of their prefix. */
struct dm_site_place {
    struct dm_addr first;
    struct dm_interface_id interface;
};

struct dm_site {
    struct dm_object object;
    const char *jurisdiction; /* ISO 3166 code of the country; NULL: not given */
    const struct dm_prefix *prefixes;
    size_t n_prefixes;
    const struct dm_site_name *names;
    size_t n_names;
    const struct dm_site_place *places; /* made by the build, sorted */
    size_t n_places;
    const struct dm_host_id *hosts; /* parallel to 'places' */
    size_t n_hosts;
    struct dm_element_id element;
};

struct dm_customer_gateway {
    struct dm_object object;
    struct dm_site_id site; /* none: where it stands is not in the input */
    struct dm_region_id region;
    uint32_t asn; /* 0: not given */
    struct dm_addr address;
};

/* A virtual private gateway. */
struct dm_vpn_gateway {
    struct dm_object object;
    struct dm_region_id region;
    struct dm_vpc_id vpc; /* none: not attached */
    uint32_t asn;
    struct dm_route_table_id edge_table; /* none: incoming traffic is routed to where it belongs */
    struct dm_element_id element;
};

/* What a line is, whatever carries it. */
struct dm_line {
    const struct dm_prefix *prefixes; /* that AWS learns by it */
    size_t n_prefixes;
    uint32_t prepend;             /* AS numbers that the site puts before its own */
    uint32_t preference;          /* of the site, among equal offers: the highest; equal: either */
    struct dm_unknown_id unknown; /* set: what AWS learns by it is not known */
};

struct dm_vpn_tunnel {
    struct dm_object object; /* name: "berlin.fra.tunnel-1" */
    bool is_down;            /* as described */
    struct dm_element_id element;
};

enum { DM_VPN_TUNNELS = 2 };

struct dm_vpn_connection {
    struct dm_object object;
    struct dm_region_id region;
    struct dm_customer_gateway_id customer;
    struct dm_ref end; /* vpn_gateway, attachment or core_attachment */
    struct dm_line line;
    bool is_static;
    struct dm_vpn_tunnel tunnels[DM_VPN_TUNNELS];
    struct dm_element_id element;
};

struct dm_dx_location {
    struct dm_object object;
    const char *jurisdiction; /* NULL: not given */
    struct dm_element_id element;
};

/* A port at a location, or a group of them that is one [DX-01]. */
struct dm_dx_connection {
    struct dm_object object;
    struct dm_dx_location_id location; /* none: not in the input */
    struct dm_region_id region;        /* that it belongs to; none: not given */
    const char *bandwidth;             /* "10Gbps"; NULL: not given */
    bool macsec;                       /* encrypted up to AWS's device */
    struct dm_element_id element;
};

struct dm_dx_gateway {
    struct dm_object object;
    uint32_t asn;
};

/* Of local-preference communities: the higher goes first, before the length of AS paths [DX-06]. */
enum dm_dx_preference { DM_DX_LOW, DM_DX_MEDIUM, DM_DX_HIGH };

enum { DM_DX_MTU = 1500 }; /* of a virtual interface that none was asked for [DX-20] */

/* Private, or a transit one.  Public ones are not in the model. */
struct dm_virtual_interface {
    struct dm_object object;
    struct dm_site_id site; /* none: where it leads is not in the input */
    struct dm_dx_connection_id connection;
    struct dm_ref end; /* dx_gateway or vpn_gateway */
    struct dm_line line;
    enum dm_dx_preference local_preference;
    uint32_t asn;  /* of the site; 0: not given */
    uint16_t vlan; /* 0: not given */
    uint16_t mtu;  /* largest packet, in bytes [DX-20]; 0: not known */
    bool is_transit;
    bool is_down; /* as described */
};

/* A Direct Connect gateway with one of what stands behind it. */
struct dm_dx_association {
    struct dm_object object;
    struct dm_dx_gateway_id gateway;
    struct dm_ref end;               /* vpn_gateway, attachment or core_attachment */
    const struct dm_prefix *allowed; /* not of core networks [DX-02, DX-03, DX-08] */
    size_t n_allowed;
    struct dm_unknown_id unknown; /* set: which are allowed is not known */
};

#endif
