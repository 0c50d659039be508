/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * inspection - what stands in the middle of a path and looks into packets.
 *
 * A route leads to an endpoint in a subnet; what is behind it, a Network Firewall or a fleet of
 * appliances at a gateway load balancer, passes a packet on or drops it; what passes comes back at
 * the endpoint and goes on by the table of the endpoint's subnet [NFW-01, GWLB-01].
 *
 * A firewall's policy is two engines. The stateless one takes the first rule that matches, by the
 * priority of groups, then of rules: pass, drop, or forward to the other one [NFW-03]. The
 * stateful one sees connections: in strict order the first rule decides, else passing rules come
 * before dropping ones [NFW-05]. What a rule looks at besides headers (names of domains,
 * options, flags, protocols of applications) is not modelled: such a rule is 'partial', it matches
 * some of the packets that its header matches, and what it does may be EITHER.  So what is plain is
 * decided and what is opaque is unknown, only for packets that come to it.
 *
 * Rows of a group keep the order in which they are looked at; so do the groups of a policy.
 */
#ifndef DM_MODEL_INSPECTION_H
#define DM_MODEL_INSPECTION_H

#include "model/network.h"

enum dm_firewall_action {
    DM_FIREWALL_PASS,
    DM_FIREWALL_DROP,    /* also to reject */
    DM_FIREWALL_FORWARD, /* to the stateful engine; of stateless rules */
    DM_FIREWALL_ALERT,   /* notes it and goes on; of stateful rules */
    DM_FIREWALL_EITHER   /* passes or drops by more than is modelled: see 'unknown' */
};

struct dm_port_range {
    uint16_t first;
    uint16_t last;
};

/* Whether the VPC's own addresses, or all but those, are in a side besides its prefixes. */
enum dm_home { DM_HOME_NOT_NAMED, DM_HOME_NET, DM_HOME_EXTERNAL };

/* One end of what a rule matches; without prefixes and 'home' any address, without ports any. */
struct dm_firewall_side {
    const struct dm_prefix *prefixes;
    size_t n_prefixes;
    const struct dm_prefix *except; /* of those, not these */
    size_t n_except;
    enum dm_home home;
    const struct dm_port_range *ports; /* looked at for TCP and UDP only [NFW-04] */
    size_t n_ports;
};

struct dm_firewall_rule {
    enum dm_firewall_action action;
    uint32_t priority;        /* stateless ones: what orders them in their group */
    const uint8_t *protocols; /* none: any */
    size_t n_protocols;
    struct dm_firewall_side source;
    struct dm_firewall_side destination;
    bool both_ways; /* also where source and destination are the other way round */
    bool partial;   /* more than headers decides whether it matches: see 'unknown' */
    struct dm_unknown_id unknown;
    struct dm_span origin;
    const char *pointer;
};

struct dm_firewall_rules {
    struct dm_object object;
    bool is_stateful;
    const struct dm_firewall_rule *rules;
    size_t n_rules;
};

/* A group in a policy. */
struct dm_firewall_use {
    struct dm_firewall_rules_id rules;
    uint32_t priority;
    bool drops_alert_only; /* its drops are made alerts [NFW-07] */
};

enum dm_firewall_default {
    DM_FIREWALL_DEFAULT_PASS,
    DM_FIREWALL_DEFAULT_DROP_ESTABLISHED,
    DM_FIREWALL_DEFAULT_DROP
};

struct dm_firewall_policy {
    struct dm_object object;
    const struct dm_firewall_use *stateless; /* by priority */
    size_t n_stateless;
    enum dm_firewall_action stateless_default; /* PASS, DROP or FORWARD */
    const struct dm_firewall_use *stateful;    /* in strict order by priority */
    size_t n_stateful;
    bool is_strict;
    enum dm_firewall_default stateful_default; /* in strict order only [NFW-06] */
    bool continues; /* goes on with a connection whose beginning it did not see [NFW-08] */
    const struct dm_prefix *home; /* instead of the VPC's addresses */
    size_t n_home;
    struct dm_unknown_id unknown; /* set: not all of it is known, so what it does is not either */
};

struct dm_firewall {
    struct dm_object object;
    struct dm_vpc_id vpc;
    struct dm_firewall_policy_id policy; /* none: 'unknown' is set */
    struct dm_unknown_id unknown;
};

/* A fleet of appliances. What they do with packets is not known unless it is declared that they
 * pass all on [GWLB-03]. */
struct dm_gateway_balancer {
    struct dm_object object;
    struct dm_vpc_id vpc;
    const struct dm_host_id *appliances;
    size_t n_appliances;
    bool cross_zone; /* a zone's packets go to appliances of all zones [GWLB-02] */
    bool is_transparent;
    struct dm_unknown_id unknown; /* set: what is behind it is not known */
};

/* Of a firewall or of a gateway load balancer, in one subnet. */
struct dm_gwlb_endpoint {
    struct dm_object object;
    struct dm_subnet_id subnet;
    struct dm_firewall_id firewall;
    struct dm_gateway_balancer_id balancer;
    struct dm_unknown_id unknown; /* set where it has neither */
    struct dm_element_id element;
};

#endif
