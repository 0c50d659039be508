/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * written - the cluster of a small network (nets.h) as manifests, and the network without it.
 *
 * The network keeps its nodes as plain hosts.  Both together must be what the text was.
 */
#ifndef DM_TESTS_SUPPORT_WRITTEN_H
#define DM_TESTS_SUPPORT_WRITTEN_H

#include "model/base/str.h"
#include "model/model.h"

/* The text without the lines of clusters; workers become hosts. */
void dm_written_network(const char *text, struct dm_str *out);

/* Nodes, pools, pods as they run, Services and Calico's policies; clusters have one name. */
void dm_written_manifests(const struct dm_model *model, struct dm_str *out);

#endif
