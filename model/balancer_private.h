/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * balancer_private - load balancers of Kubernetes become load balancers of the VPC.
 *
 * A 'dm_kube_balancer' is what manifests say, of any front end.  Where its cluster stands on a
 * network the build makes of it what the AWS load balancer controller makes in the account: a
 * 'dm_balancer' with nodes in subnets, groups, listeners and target groups.  Nothing above the
 * model tells it from one that was there: sessions, health, exposure and findings follow.  It is
 * done in the build, once clusters are joined and Services have their backends, as no front end
 * knows what another one read.
 *
 * One that exists already is not made twice: it is the one that has the name that the cluster shows
 * in the status of the object, or the controller's tags [EKS-57].  What is described is what
 * packets meet; where manifests say otherwise that is said, as it is planned and not there yet.
 *
 * What is made, each part in a file of its own:
 *   subnets    those that are named, else by tags, one a zone; where none has the tag, as in
 * designs that give none, by whether they reach an internet gateway [EKS-32, EKS-50, EKS-51] nodes
 * an interface in each, at its first free address; those of one that faces the internet with a
 * public one, of a range that is nobody's groups     those that are named, else one that lets in
 * what it listens on; besides, where the controller manages rules, the group that all balancers of
 * a cluster share, and rules of its targets' groups that let that one in, from the least to the
 * greatest port that any of them sends to [EKS-52, EKS-53] targets    of type instance all nodes
 * that take part, at the Service's node port [EKS-54]; of type ip the addresses of its pods, also
 * those of an overlay, which no health check ever reaches [EKS-03] listeners  with rules in order,
 * and what is sent to nobody answered with 404 [EKS-56]
 *
 * The controller refuses what it cannot do, and then nothing is there: 'refused' says why.  What is
 * not known stays unknown: annotations, a choice that depends on ids which a design does not have,
 * which of several groups of a node gets the rules.  Then flows through it are unknown.
 *
 * Rules, groups and balancers that are made say so ('is_made', 'made_of'), for those who write the
 * network down: it is not theirs.
 *
 * Handles that are given out here come after those of the front ends, in order of balancers; so
 * the same input gives the same model.  Complexity: O(balancers * (interfaces + targets + rules)).
 */
#ifndef DM_MODEL_BALANCER_PRIVATE_H
#define DM_MODEL_BALANCER_PRIVATE_H

#include "model/model_private.h"

/* What the targets in a group are sent by balancers that share one. */
struct dm_opening {
    struct dm_group_id to;
    struct dm_group_id from; /* none: which of the groups it is to be is not known */
    struct dm_unknown_id unknown;
    uint8_t protocol;
    uint16_t first;
    uint16_t last;
    struct dm_span origin;
};

/* The group that the balancers of a cluster share. */
struct dm_shared_group {
    struct dm_cluster_id cluster;
    struct dm_group_id group;
};

/* All of them while they are made. */
struct dm_balancing_all {
    struct dm_builder *builder;
    struct dm_diags *diags;
    uint64_t next_public; /* 0: not looked for yet */
    DM_VEC(struct dm_opening) openings;
    DM_VEC(struct dm_shared_group) shared;
};

struct dm_subnet_ids {
    struct dm_subnet_id *items;
    size_t n;
    size_t capacity;
};

struct dm_group_ids {
    struct dm_group_id *items;
    size_t n;
    size_t capacity;
};

/* One of them. */
struct dm_made {
    struct dm_balancing_all *all;
    struct dm_builder *builder;
    struct dm_kube_balancer of; /* a copy: arrays of the builder move */
    struct dm_vpc_id vpc;
    const char *refused; /* set: nothing is made of it */
    struct dm_unknown_id unknown;
    struct dm_subnet_ids subnets;
    struct dm_group_ids groups;
    struct dm_group_id shared; /* none: rules are left alone */
    struct dm_listener *listeners;
    size_t n_listeners;
};

/* Sets 'refused', unless it is set. */
void dm_made_refuse(struct dm_made *made, const char *why);
/* Notes that something of it, WHAT, is not known; the first one counts. */
void dm_made_doubt(struct dm_made *made, const char *what, const char *why);

/* The name by which tags know the cluster; NULL: none that the VPC shows. */
const char *dm_made_cluster_name(const struct dm_made *made);
/* Whether tags say that a thing is the cluster's, or another one's and not this one's. */
enum dm_of_cluster { DM_OF_NO_CLUSTER, DM_OF_THIS_CLUSTER, DM_OF_OTHERS };
enum dm_of_cluster dm_made_of_cluster(const char *cluster, const struct dm_tags *tags);

/* ---- balancer_subnets.c ---- */

void dm_made_choose_subnets(struct dm_made *made);
/* Nodes of 'balancer' in its subnets, with its groups. */
void dm_made_add_nodes(struct dm_made *made, struct dm_balancer_id balancer);

/* ---- balancer_groups.c ---- */

/* Finds the groups that are named; refuses where one is not there. */
void dm_made_find_groups(struct dm_made *made);
/* Makes the others. */
void dm_made_add_groups(struct dm_made *made);
/* Notes that the target with interface 'id' of a host gets traffic or checks on a port. */
void dm_made_open(struct dm_made *made, struct dm_interface_id id, uint8_t protocol, uint16_t port);
/* The rules of targets' groups, once all balancers are made. */
void dm_balancing_open(struct dm_balancing_all *all);

/* ---- balancer_listeners.c ---- */

/* Refuses what the controller does not send to [EKS-39]. */
void dm_made_look_at_targets(struct dm_made *made);
void dm_made_add_listeners(struct dm_made *made);

#endif
