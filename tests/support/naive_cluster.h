/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * naive_cluster - packets of pods, followed once more, for tests.
 *
 * It shares nothing with solver/ but the model: no walk, no oracle of failures, no filters of
 * theirs.  It goes through all nodes, pods, rules, policies and routes there are, each time.  It
 * knows what the worlds of tests/prop/overlay.c have: one VPC whose table has local routes and
 * routes to nodes, hosts, clusters.
 *
 * What it holds to is what solver/reach/overlay.h says.  Choices are followed one after the other;
 * the worst counts.  One of kube-proxy's and the scheduler's choices may be asked for alone.
 */
#ifndef DM_TESTS_SUPPORT_NAIVE_CLUSTER_H
#define DM_TESTS_SUPPORT_NAIVE_CLUSTER_H

#include "model/model.h"

/* In order: the worst of two is the lesser. */
enum dm_naive_verdict { DM_NAIVE_FAILS, DM_NAIVE_UNSURE, DM_NAIVE_PASSES };

struct dm_naive_world {
    const struct dm_model *model;
    struct dm_zone_id dead; /* 0: none */
    /* one choice alone */
    size_t backend; /* 1 for the first living pod of a Service; 0: any */
    int twin;       /* 1: pods of a node's are on it, 2: on its twins where it has some; 0: both */
    size_t *n_backends; /* how many there were to choose from; NULL: not asked */
};

/* A request of an interface to an address, to a port of TCP or UDP, and its answer. */
enum dm_naive_verdict dm_naive_cluster_send(const struct dm_naive_world *world,
                                            struct dm_interface_id from, struct dm_addr to,
                                            uint8_t protocol, uint16_t port);

/* What policies alone say of a request from pod to pod. */
enum dm_naive_verdict dm_naive_policies(const struct dm_model *model, struct dm_interface_id from,
                                        struct dm_interface_id to, uint8_t protocol, uint16_t port);

#endif
