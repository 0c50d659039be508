/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * graph_private - what the files that write a graph share: the drawing, and its words.
 */
#ifndef DM_RENDER_GRAPH_PRIVATE_H
#define DM_RENDER_GRAPH_PRIVATE_H

#include "model/base/map.h"
#include "model/base/vec.h"
#include "render/graph.h"
#include "render/style.h"

/* What is known while a graph is written. */
struct dm_drawing {
    const struct dm_model *model;
    struct dm_str *out;
    struct dm_map taken;   /* ids */
    const char **regions;  /* ids, by handle */
    const char **vpcs;     /* ids, by handle */
    const char **gateways; /* of transit gateways, by handle */
    const char **edges;    /* of core networks, by handle */
    const char **sites;    /* by handle */
    const char **connects; /* Direct Connect gateways, by handle */
    const char ***copies;  /* of stores' copies, by handle of the store and index */
    const char **balancers;
    const char **accelerators;
    const char **firewalls;
    const char **fleets;     /* gateway load balancers */
    const char **endpoints;  /* of a gateway load balancer in a VPC, by its index, then the VPC's */
    const char **appliances; /* by host; NULL: it is none */
    const char **clusters;   /* of Kubernetes, by handle */
    struct dm_str label;     /* put together here, then written */
    struct dm_str tooltip;   /* likewise */
};

/* Nodes below another, in a column: a row of gateways first, then one below the other. */
struct dm_graph_items {
    DM_VEC(const char *) gateways;
    DM_VEC(const char *) column;
};

/* Formatted text; where memory is out the graph is marked as failed and the text is empty. */
const char *dm_graph_text(struct dm_drawing *drawing, const char *fmt, ...) DM_PRINTF(2, 3);

/* "vpc_app_prod_eu_west_1": unique, with a number after it where two names become one id. */
const char *dm_graph_id(struct dm_drawing *drawing, const char *kind, const char *name);

/* Ends with the tooltip and label that were put together; both are empty afterwards. */
void dm_graph_texts(struct dm_drawing *drawing, bool has_label);

/* A node of a region; 'region' is NULL for what is in none. */
void dm_graph_node(struct dm_drawing *drawing, const char *indent, const char *id, const char *kind,
                   const char *region, const char *attributes);

/* An edge; its id is made of those of its ends. */
void dm_graph_edge(struct dm_drawing *drawing, const char *from, const char *to, const char *kind,
                   const char *attributes);

/* What people call it, with its name below where that says more. */
void dm_graph_name(struct dm_str *out, const struct dm_object *object);

/* 'classes' is what it is, and where it belongs. */
void dm_graph_cluster(struct dm_drawing *drawing, const char *indent, const char *id,
                      const char *classes, const char *attributes);

/* ---- graph_served.c ---- */

/* Ids of what serves and inspects; VPCs have theirs.  False when memory is out. */
bool dm_graph_served_ids(struct dm_drawing *drawing);

/* What of it stands in a VPC, and in no subgraph of its own. */
void dm_graph_served(struct dm_drawing *drawing, struct dm_vpc_id vpc, const char *region,
                     struct dm_graph_items *items);

/* Accelerators and the internet, and what leads to what. */
void dm_graph_served_edges(struct dm_drawing *drawing);

#endif
