/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * graph - a network as a graph in DOT: regions, VPCs, what joins them, stores.
 *
 * One cluster a region, named with its jurisdiction; in it its transit gateways, a cluster a VPC,
 * and stores that are in no VPC.  A VPC holds a box that sums it up (subnets, zones, services), its
 * internet gateway, one node for all its NAT gateways, the copies of stores that have endpoints in
 * it, load balancers, firewalls, gateway load balancers and appliances.  Accelerators, which are in
 * no region, stand beside.  Between them: the internet to accelerators and to what faces it, these
 * to what they send to, with the ports of their listeners; attachments, peerings of both kinds, and
 * replication, dashed, from a store's primary copy.  What is not understood is counted in a node of
 * its own.
 *
 * A node that is drawn outside of its region is a wrong picture of where data is.  So clusters
 * decide, and nothing that lies in several of them may pull at their nodes' ranks: 'newrank' is
 * set, and edges between regions do not constrain.  Each node also says in its class which region
 * it belongs to ("in_" and the region's id), apart from the cluster that it stands in, so that a
 * test can hold one against the other in what was drawn.
 *
 * Ids are made of names, with '_' for what is neither letter nor digit, and are unique; names in
 * labels and tooltips are escaped, whatever they hold.  The text depends on the model alone.
 * O(V log V) for V objects.
 */
#ifndef DM_RENDER_GRAPH_H
#define DM_RENDER_GRAPH_H

#include "model/base/str.h"
#include "model/model.h"

void dm_render_graph(const struct dm_model *model, struct dm_str *out);

#endif
