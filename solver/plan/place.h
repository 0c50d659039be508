/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * place - whether the pods of a cluster find nodes, with what lives.
 *
 * All pods of a cluster that ask for a node compete for the nodes that live.  A pod goes where
 * labels, taints and its requests let it [K8S-20]; requests count, limits do not.  Pods of a
 * DaemonSet take their share of every node that they may be on.  Spread over zones, and what is to
 * be apart or together by node or by zone, are kept; a zone without living nodes does not count
 * [K8S-21].  Of pods that take one port of their node there is one on each [K8S-24].
 *
 * Nodes of a group are spread evenly over its zones, the larger shares in zones that die.
 * DM_PLACE_LEFT counts those of the desired size that live; DM_PLACE_GROWN all that the group may
 * have, in the zones that live [EKS-22].
 *
 * Where an autoscaler sets the number of pods, DM_PLACE_LEAST counts those that are there without
 * load, which are never fewer than its smallest number, and DM_PLACE_MOST its largest [K8S-44].
 * Where one sets requests, they count as large as it may make them; without a bound nothing fits
 * for certain [K8S-46].
 *
 * A volume is in one zone: a pod that has one stays where it is, and when a zone fails that some of
 * its nodes are in, it is taken to be there [EBS-01].
 *
 * Answers are those of packing (pack.h).  What cannot be said of the input makes OPEN of FITS:
 * nodes whose size is not known, pods of which nothing is said, rules of placement that are not
 * understood. Ownership: in the arena given.  Complexity: that of packing, and O(pods * nodes)
 * beside it.
 */
#ifndef DM_SOLVER_PLAN_PLACE_H
#define DM_SOLVER_PLAN_PLACE_H

#include "solver/fail/alive.h"
#include "solver/plan/pack.h"

enum dm_place_nodes { DM_PLACE_LEFT, DM_PLACE_GROWN };

enum dm_place_pods { DM_PLACE_LEAST, DM_PLACE_MOST };

/* A kind of pod: what an item of the packing is. */
struct dm_place_pod {
    struct dm_workload_id workload;
    uint32_t pod; /* index in the workload's */
};

struct dm_placement {
    struct dm_packing packing;
    struct dm_pack_answer answer;
    const struct dm_place_pod *pods; /* of each item */
    const struct dm_node_id *nodes;  /* of each kind of bins; dead ones have a count of 0 */
    const char *open_why;            /* OPEN: what is missing, a clause */
    struct dm_unknown_id unknown;    /* OPEN: what is not understood, or none */
    bool by_volume;                  /* SHORT: the item's volume is in a zone that failed */
};

/* False when memory is out. */
bool dm_place(struct dm_arena *arena, const struct dm_model *model, struct dm_alive *alive,
              struct dm_cluster_id cluster, enum dm_place_nodes nodes, enum dm_place_pods pods,
              struct dm_placement *ret_placement);

#endif
