/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dump_private - what the files that print a model share: lines of an object.
 */
#ifndef DM_RENDER_DUMP_PRIVATE_H
#define DM_RENDER_DUMP_PRIVATE_H

#include "render/dump.h"

struct dm_dump {
    const struct dm_model *model;
    struct dm_str *out;
};

/* "KIND NAME  @ PATH:LINE", and a line for its label where it has one. */
void dm_dump_head(struct dm_dump *dump, enum dm_kind kind, const struct dm_object *object);

/* "    NAME: TEXT"; nothing where 'text' is NULL. */
void dm_dump_text(struct dm_dump *dump, const char *name, const char *text);
void dm_dump_flag(struct dm_dump *dump, const char *name, bool value); /* nothing if false */

/* The name of an object; nothing where the handle is none. */
void dm_dump_bytes(struct dm_dump *dump, const char *name, uint16_t bytes); /* nothing if 0 */
void dm_dump_ref(struct dm_dump *dump, const char *name, enum dm_kind kind, uint32_t v);

/* Several names on a line: 'handles' are 'n' numbers, as each handle type is one. */
void dm_dump_refs(struct dm_dump *dump, const char *name, enum dm_kind kind, const void *handles,
                  size_t n);
void dm_dump_texts(struct dm_dump *dump, const char *name, const char *const *texts, size_t n);
void dm_dump_prefixes(struct dm_dump *dump, const char *name, const struct dm_prefix *prefixes,
                      size_t n);
void dm_dump_match(struct dm_dump *dump, const char *name, const struct dm_match *match);

/* "  @ PATH:LINE POINTER" and the end of the line; only the end where there is no place. */
void dm_dump_origin(struct dm_dump *dump, struct dm_span origin, const char *pointer);

/* Core networks, their edges, segments, groups and attachments. */
void dm_dump_core(struct dm_dump *dump);

/* Clusters: workloads, policies, services, ingresses. */
void dm_dump_nodes(struct dm_dump *dump);
void dm_dump_tags(struct dm_dump *dump, const struct dm_tags *tags);
void dm_dump_labels(struct dm_dump *dump, const struct dm_kube_labels *labels);
void dm_dump_selector(struct dm_dump *dump, const char *name, const struct dm_selector *selector);
void dm_dump_schedule(struct dm_dump *dump, const struct dm_schedule *schedule);
void dm_dump_cluster(struct dm_dump *dump);
/* How pods are kept up and what they are given; never values. */
void dm_dump_probes(struct dm_dump *dump, const struct dm_pod *pod);
void dm_dump_upkeep(struct dm_dump *dump);

/* Sites, and the lines to them. */
void dm_dump_sites(struct dm_dump *dump);

/* Endpoints and their services, load balancers and their targets, addresses on nothing. */
void dm_dump_served(struct dm_dump *dump);

/* Firewalls, gateway load balancers and their endpoints. */
void dm_dump_inspection(struct dm_dump *dump);

/* What runs on the network, and the elements. */
void dm_dump_estate(struct dm_dump *dump);

#endif
