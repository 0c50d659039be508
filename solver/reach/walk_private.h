/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * walk_private - the machine that walks, for the files that hold its steps.
 *
 * A step looks at where the packet is, notes its hops, moves it, and says which step comes next.
 * It ends the walk with 'drop' or 'unknown'.  Where AWS chooses it asks 'choose', once a choice, so
 * that the script of digits decides and every combination is walked.
 */
#ifndef DM_SOLVER_REACH_WALK_PRIVATE_H
#define DM_SOLVER_REACH_WALK_PRIVATE_H

#include "solver/reach/walk.h"

enum {
    MAX_CHOICES = 8,
    MAX_HOPS = 64 + 16 + DM_WALK_MAX_PASSAGES, /* the limit, what the step that passes it adds, and
                                                  the hops of missed firewalls */
    MAX_WALKS = 64 + 1 /* the limit, and one that says that there are more */
};

enum step { STEP_ROUTER, STEP_ENTER, STEP_INTERNET, STEP_TRANSIT, STEP_CORE, STEP_DONE };

struct machine {
    const struct dm_walker *walker;
    const struct dm_model *model;
    struct dm_alive *alive;
    const struct dm_walk_start *start;
    struct dm_walk walk;
    struct dm_hop *hops; /* MAX_HOPS of them */
    size_t n_hops;
    /* the packet and where it is */
    struct dm_addr source;
    struct dm_addr destination;
    struct dm_vpc_id vpc;
    struct dm_subnet_id subnet;     /* ROUTER: where it is; ENTER: where it comes from, or 0 */
    struct dm_interface_id origin;  /* whose own address the source is, or 0 */
    struct dm_interface_id carrier; /* 'origin' is 0: which sent it, of a pod behind it, or 0 */
    bool passed_on;                 /* by a node that the pod is not on */
    enum dm_scope scope;
    bool references;
    struct dm_passage passages[DM_WALK_MAX_PASSAGES];
    bool met[DM_WALK_MAX_PASSAGES];  /* of 'start->passages': the answer passed there again */
    struct dm_attachment_id ingress; /* TRANSIT: through what it came in */
    struct dm_core_attachment_id core_ingress; /* CORE: the same */
    struct dm_transit_table_id core_table; /* TRANSIT: from a core network, by its policy table */
    struct dm_dx_gateway_id dx_gateway;    /* by which it came, if it was in no VPC since */
    struct dm_zone_id sender_zone;         /* TRANSIT, CORE: 0 where it came from another region */
    /* choices */
    unsigned script[MAX_CHOICES];
    unsigned width[MAX_CHOICES];
    unsigned n_choices;
    bool too_many_choices;
    bool out_of_memory;
};

static inline struct dm_hop *add_hop(struct machine *m, enum dm_hop_kind kind, struct dm_ref at)
{
    struct dm_hop *hop = &m->hops[m->n_hops++];

    DM_ASSERT(m->n_hops <= MAX_HOPS);
    *hop = (struct dm_hop){ .kind = kind,
                            .at = at,
                            .source = m->source,
                            .destination = m->destination,
                            .subnet = m->subnet,
                            .scope = m->scope,
                            .references = m->references };
    return hop;
}

/* Those of the interface 'at', which the packet enters. */
static inline void add_groups_in(struct machine *m, struct dm_ref at)
{
    struct dm_hop *hop = add_hop(m, DM_HOP_GROUPS_IN, at);

    hop->partner = m->origin.v ? m->origin : m->carrier;
    hop->partner_carries = !m->origin.v && m->carrier.v;
}

static inline enum step drop(struct machine *m, enum dm_code code, struct dm_ref at)
{
    m->walk.end = DM_WALK_DROPPED;
    m->walk.code = code;
    m->walk.at = at;
    return STEP_DONE;
}

static inline enum step drop_dead(struct machine *m, enum dm_code code, struct dm_ref at,
                                  struct dm_element_id dead)
{
    m->walk.dead = dead;
    return drop(m, code, at);
}

static inline enum step unknown(struct machine *m, struct dm_ref at, struct dm_unknown_id what,
                                const char *why)
{
    m->walk.end = DM_WALK_UNKNOWN;
    m->walk.code = DM_CODE_NOT_UNDERSTOOD;
    m->walk.at = at;
    m->walk.unknown = what;
    m->walk.why = why;
    return STEP_DONE;
}

/* One of 'width' ways, by the script. */
static inline unsigned choose(struct machine *m, unsigned width)
{
    if (width <= 1) {
        return 0;
    }
    if (m->n_choices == MAX_CHOICES) {
        m->too_many_choices = true;
        return 0;
    }
    m->width[m->n_choices] = width;
    return m->script[m->n_choices++];
}

static inline struct dm_zone_id zone_of(const struct machine *m, struct dm_subnet_id subnet)
{
    return dm_subnet_get(m->model, subnet)->zone;
}

static inline bool zone_alive(const struct machine *m, struct dm_zone_id zone)
{
    return dm_alive(m->alive, dm_zone_get(m->model, zone)->element);
}

/* That of an attachment's subnets which is in 'zone', or 0. */
static inline struct dm_subnet_id subnet_in_zone(const struct machine *m,
                                                 const struct dm_subnet_id *subnets, size_t n,
                                                 struct dm_zone_id zone)
{
    for (size_t i = 0; i < n; i++) {
        if (zone.v && zone_of(m, subnets[i]).v == zone.v) {
            return subnets[i];
        }
    }
    return (struct dm_subnet_id){ 0 };
}

/* What the request passed 'at', as the answer that it is now would; NULL: it did not. */
const struct dm_passage *dm_walk_passage(struct machine *m, struct dm_ref at);

/* Remembers that the packet is 'at'; of more than are followed the end is unknown. */
void dm_walk_note_passage(struct machine *m, struct dm_ref at, struct dm_subnet_id subnet);

/* The subnet by which a gateway's attachment 'at' is left: in the sender's zone if it serves it and
 * does not keep flows in one zone of its own choice, else in any zone that lives; 0: none does.  In
 * appliance mode an answer takes what its request took [TGW-16]. */
static inline struct dm_subnet_id exit_subnet(struct machine *m, struct dm_ref at,
                                              const struct dm_subnet_id *subnets, size_t n_subnets,
                                              bool appliance_mode)
{
    struct dm_subnet_id exit = subnet_in_zone(m, subnets, n_subnets, m->sender_zone);
    struct dm_subnet_id living[MAX_CHOICES] = { { 0 } };
    unsigned n = 0;

    if (exit.v && !appliance_mode) {
        return exit;
    }
    for (size_t i = 0; i < n_subnets && n < MAX_CHOICES; i++) {
        if (zone_alive(m, zone_of(m, subnets[i]))) {
            living[n++] = subnets[i];
        }
    }
    if (appliance_mode) {
        const struct dm_passage *passage = dm_walk_passage(m, at);

        exit = passage ? passage->subnet : living[n ? choose(m, n) : 0];
        dm_walk_note_passage(m, at, exit);
        return exit;
    }
    return n ? living[choose(m, n)] : (struct dm_subnet_id){ 0 };
}

static inline bool in_vpc(const struct machine *m, struct dm_vpc_id vpc, struct dm_addr address)
{
    const struct dm_vpc *item = dm_vpc_get(m->model, vpc);

    for (size_t i = 0; i < item->n_cidrs; i++) {
        if (dm_prefix_has(item->cidrs[i], address)) {
            return true;
        }
    }
    return false;
}

/* A computer outside, or a service, has it. */
static inline enum step end_outside(struct machine *m)
{
    m->walk.end = DM_WALK_OUTSIDE;
    return STEP_DONE;
}

/* ---- walk_transit.c ---- */

/* Into a transit gateway, by the attachment's subnet in the sender's zone [TGW-30]. */
enum step dm_walk_to_transit(struct machine *m, struct dm_transit_gateway_id id);

/* In the table of the attachment through which it came in. */
enum step dm_walk_transit(struct machine *m);

/* At an interface in the subnet where the packet is. */
enum step dm_walk_enter_interface(struct machine *m, struct dm_interface_id interface);

/* ---- walk_accelerator.c ---- */

/* From outside, addressed to an accelerator. */
enum step dm_walk_to_accelerator(struct machine *m, struct dm_interface_id interface);

/* What an accelerator sends: a request to an endpoint, or an answer to a client. */
enum step dm_walk_from_accelerator(struct machine *m);

/* An endpoint's answer to what an accelerator brought. */
enum step dm_walk_back_to_accelerator(struct machine *m);

/* ---- walk_overlay.c ---- */

/* What a pod sends. */
enum step dm_walk_from_pod(struct machine *m);

/* Whether what the node 'from' sends is for its cluster's own network: for a pod, a Service, or an
 * address that only a pod would have; then how it goes there. */
bool dm_walk_is_inside(const struct machine *m, struct dm_interface_id from);
enum step dm_walk_from_node(struct machine *m);

/* An answer from a Service's address to who asked it. */
enum step dm_walk_from_service(struct machine *m);

/* The interface of the node that a pod is on. */
struct dm_interface_id dm_walk_node_of(const struct machine *m, struct dm_interface_id pod);

/* At the interface of a node, past its groups. */
enum step dm_walk_end_at_node(struct machine *m, struct dm_interface_id interface);

/* The same: to the pod of it that has the destination, or to the node itself. */
enum step dm_walk_enter_node(struct machine *m, struct dm_interface_id interface);
/* Whether the destination is a pod's, of the node's cluster and with an address of the VPC. */
bool dm_walk_is_pod_of(const struct machine *m, struct dm_node_id node);

/* To the interface of a node, in the subnet, by a route for pods. */
enum step dm_walk_by_node(struct machine *m, struct dm_interface_id interface);

/* At the end of a walk that was dropped: whether because its destination is a pod's. */
void dm_walk_note_pod_address(struct machine *m);

/* ---- walk_gateway.c ---- */

/* Out by an internet gateway, or an egress-only one. */
enum step dm_walk_to_internet_gateway(struct machine *m, struct dm_internet_gateway_id id);

/* Into a regional NAT gateway, which lives and may open a session. */
enum step dm_walk_to_regional_nat(struct machine *m, struct dm_nat_gateway_id id);

/* From outside, addressed to a regional NAT gateway. */
enum step dm_walk_from_regional_nat(struct machine *m, struct dm_nat_gateway_id id);

/* From outside, by the gateway of 'vpc', to 'private_address' in it. */
enum step dm_walk_into_vpc(struct machine *m, struct dm_vpc_id vpc, struct dm_addr private_address);
/* ---- walk.c ---- */

/* What its target does with a packet that takes 'route' of the table 'at'. */
enum step dm_walk_follow(struct machine *m, const struct dm_route *route, struct dm_ref at);

/* ---- walk_inspect.c ---- */

/* To the endpoint of a firewall or of a gateway load balancer, and on from there. */
enum step dm_walk_to_gwlb_endpoint(struct machine *m, struct dm_gwlb_endpoint_id id);

/* To an interface by a route: its host forwards what is for others, or not. */
enum step dm_walk_to_interface(struct machine *m, struct dm_interface_id id);

/* What comes in by a gateway at 'gateway' that has a route table of its own [VPC-35]. */
enum step dm_walk_edge(struct machine *m, struct dm_route_table_id table);

/* At the end of an answer's way: firewalls that saw its request and not it. */
void dm_walk_note_missed(struct machine *m);

/* ---- walk_internet.c ---- */

/* Outside, addressed to a public address. */
enum step dm_walk_internet(struct machine *m);

/* ---- walk_core.c ---- */

/* Into a core network at the edge of the region, as into a transit gateway [CWAN-14, CWAN-19]. */
enum step dm_walk_to_core(struct machine *m, struct dm_core_network_id id);

/* At the edge: where the attachment's segment sends it. */
enum step dm_walk_core(struct machine *m);

/* ---- walk_site.c ---- */

/* Into a virtual private gateway of the VPC. */
enum step dm_walk_to_vpn_gateway(struct machine *m, struct dm_vpn_gateway_id id);

/* By one of the lines that end at 'end' to the site behind it. */
enum step dm_walk_by_line(struct machine *m, struct dm_ref end);

/* By one of the lines of the site into AWS. */
enum step dm_walk_from_site(struct machine *m, struct dm_site_id site);

#endif
