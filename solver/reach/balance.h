/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * balance - where a load balancer sends what reaches one of its nodes.
 *
 * The listener with the protocol and port decides; no listener, no answer, to an echo
 * request neither [ELB-22].  A node sends to healthy targets of its zone, or of all zones
 * where cross-zone is on [ELB-03]; health is as described, or where nothing describes it a matter
 * of whether the checks of the node get through, of a target beyond its reach those of a node in
 * the target's zone (health.h); and a target in a zone that has failed is not healthy.  Where no
 * target of the group is healthy anywhere, all of them get traffic: it fails open [ELB-03].  A node
 * whose zone has targets, none of them healthy, while another zone's are: not documented, so
 * unknown.  A target whose health changes with what AWS or a cluster chooses is
 * healthy at times and at times is not, so what follows of both is among the choices; of one whose
 * health is not known the choices are there, and marked.
 *
 * A Service's address, and a node port, are balanced by kube-proxy (overlay.h): a Service's living
 * pods, with internal traffic policy Local those of the sender's node alone [K8S-67], in the
 * sender's own name; from a node port those of the whole cluster in the node's name,
 * or with external traffic policy Local those of this node in the client's.  What is for no node
 * port the node answers by itself.  A target that is a node port of a Service with policy Local, on
 * a node without a living pod of it, fails its health check [EKS-04].
 *
 * Which of several targets is AWS's choice, so all are given, whatever weight their group has.  So
 * is which rule of an application load balancer a request fits, but for what rules ask of the
 * client's address [ELB-24].
 *
 * An accelerator takes a load balancer for healthy by its targets [GA-02].  A group has a healthy
 * target where a living node of the balancer has one in reach.  Where no group has one, the
 * balancer is not healthy; where no group lacks one that could have one, it is as described; of one
 * that has lost the targets of some groups it is not known.
 *
 * Complexity: O(listeners + targets).  Limits: DM_LIMIT_CHOICES targets, then unknown.
 */
#ifndef DM_SOLVER_REACH_BALANCE_H
#define DM_SOLVER_REACH_BALANCE_H

#include "solver/reach/filter.h"
#include "solver/reach/health.h"

enum dm_balance_kind {
    DM_BALANCE_FORWARDS, /* to one of 'choices' */
    DM_BALANCE_ANSWERS,  /* by itself */
    DM_BALANCE_REFUSES,  /* see 'code' */
    DM_BALANCE_UNKNOWN   /* see 'why' and 'unknown' */
};

struct dm_balance_choice {
    struct dm_addr address;
    uint16_t port;
    bool keeps_client;            /* the target sees the client's address [ELB-06, GA-04] */
    bool by_sender;               /* it was the sender's node that chose: the sender sends there */
    bool is_perhaps;              /* whether it may be chosen at all is not known */
    struct dm_interface_id entry; /* an accelerator's endpoint; else none */
};

struct dm_balance {
    enum dm_balance_kind kind;
    struct dm_ref at; /* the balancer, accelerator, Service or node */
    struct dm_span origin;
    enum dm_code code;
    struct dm_unknown_id unknown;
    const char *why;
    bool may_answer;                   /* FORWARDS: or it answers by itself */
    bool may_be_unknown;               /* FORWARDS: or it comes to what 'why' says */
    struct dm_balance_choice *choices; /* in order of rules, groups, then targets */
    size_t n_choices;
};

/* For what reached 'node', an interface of a load balancer, an accelerator, a cluster's node or a
 * Service, from 'client'.
 * 'on_failure_too' asks for what is used only when others fail, too: endpoints of an accelerator,
 * and targets that checks do not get through to, which get traffic when all are unhealthy.
 * 'choices' is in the walker's arena.  False when memory is out. */
bool dm_balance(const struct dm_walker *walker, struct dm_alive *alive, struct dm_interface_id node,
                struct dm_addr client, const struct dm_flow *flow, bool on_failure_too,
                struct dm_balance *ret_balance);

/* Health of a load balancer that is an endpoint and was described as healthy.  False when memory is
 * out. */
bool dm_balancer_health(const struct dm_walker *walker, struct dm_alive *alive,
                        struct dm_balancer_id id, enum dm_health *ret_health);

#endif
