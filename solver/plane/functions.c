/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Network functions that a core network leads traffic through [CWAN-10].
 */
#include "solver/plane/core.h"

struct dm_core_edge_id dm_core_edge_towards(const struct dm_model *model, struct dm_alive *alive,
                                            const struct dm_core_attachment *out,
                                            struct dm_core_edge_id from)
{
    if (dm_core_attachment_at(out, from)) {
        return from;
    }
    for (size_t i = 0; i < out->n_edges; i++) {
        if (dm_alive(alive, dm_core_edge_get(model, out->edges[i])->element)) {
            return out->edges[i];
        }
    }
    return out->edge;
}

static bool is_function_of(const struct dm_core_insertion *insertion,
                           const struct dm_core_attachment *attachment)
{
    for (size_t i = 0; i < insertion->n_functions; i++) {
        if (attachment->function.v == insertion->functions[i].v && attachment->function.v) {
            return true;
        }
    }
    return false;
}

/* Whether one of the functions has an attachment; where none has, traffic is dropped. */
static bool has_function(const struct dm_model *model, const struct dm_core_insertion *insertion)
{
    for (uint32_t i = 0; i < model->n_core_attachments; i++) {
        if (is_function_of(insertion, &model->core_attachments[i])) {
            return true;
        }
    }
    return false;
}

/* Attachments of the functions at an edge. */
static size_t functions_at(const struct dm_model *model, const struct dm_core_insertion *insertion,
                           struct dm_core_edge_id edge,
                           struct dm_core_attachment_id items[DM_PLANE_MAX_CHOICES])
{
    size_t n = 0;

    for (uint32_t i = 0; i < model->n_core_attachments && n < DM_PLANE_MAX_CHOICES; i++) {
        const struct dm_core_attachment *item = &model->core_attachments[i];

        if (dm_core_attachment_at(item, edge) && is_function_of(insertion, item)) {
            items[n++].v = i + 1;
        }
    }
    return n;
}

static struct dm_core_edge_id overridden(const struct dm_core_insertion *insertion,
                                         struct dm_core_edge_id near, struct dm_core_edge_id far)
{
    for (size_t i = 0; i < insertion->n_overrides; i++) {
        const struct dm_core_override *item = &insertion->overrides[i];
        bool has_near = false;
        bool has_far = false;

        for (size_t j = 0; j < item->n_edges; j++) {
            has_near = has_near || item->edges[j].v == near.v;
            has_far = has_far || item->edges[j].v == far.v;
        }
        if (has_near && has_far) {
            return item->use;
        }
    }
    return (struct dm_core_edge_id){ 0 };
}

static void not_known(struct dm_core_exits *exits, struct dm_unknown_id unknown, const char *why)
{
    exits->unknown = unknown;
    exits->why = why;
}

/* The functions that stand between the edges 'near', where the packet is, and 'far': those of the
 * edge that an override says; else those of the one where it is, if the way is within one edge or
 * goes through the functions of both; else those of the only edge of the two that has any. */
static void into_function(const struct dm_model *model, const struct dm_core_insertion *insertion,
                          struct dm_core_edge_id near, struct dm_core_edge_id far,
                          struct dm_core_exits *exits)
{
    struct dm_core_attachment_id there[DM_PLANE_MAX_CHOICES];
    struct dm_core_edge_id use = overridden(insertion, near, far);
    size_t n_there;

    exits->at = DM_REF(core_segment, insertion->segment);
    if (insertion->unknown.v) {
        not_known(exits, insertion->unknown, "part of the action is not understood");
        return;
    }
    if (!has_function(model, insertion)) {
        return;
    }
    exits->n = functions_at(model, insertion, use.v ? use : near, exits->items);
    n_there = near.v == far.v || use.v ? 0 : functions_at(model, insertion, far, there);
    if (exits->n + n_there == 0 || (insertion->dual_hop && exits->n == 0)) {
        not_known(exits, insertion->unknown,
                  "which edge's function is taken where this one has none is not known");
    } else if (!insertion->dual_hop && exits->n > 0 && n_there > 0) {
        not_known(exits, insertion->unknown,
                  "at which of two edges the function is taken is not known");
    }
    if (!exits->n) {
        exits->n = n_there;
        for (size_t i = 0; i < n_there; i++) {
            exits->items[i] = there[i];
        }
    }
}

/* The action that leads what goes to the segment through the functions of both edges; NULL where
 * none does.  '*ret_mixed' where another leads it through one alone. */
static const struct dm_core_insertion *both_edges(const struct dm_model *model,
                                                  const struct dm_core_attachment *function,
                                                  struct dm_core_segment_id segment,
                                                  bool *ret_mixed)
{
    const struct dm_core_network *network = dm_core_network_get(model, function->network);
    const struct dm_core_insertion *found = NULL;
    bool single = false;

    for (size_t i = 0; i < network->n_insertions; i++) {
        const struct dm_core_insertion *item = &network->insertions[i];

        if (item->kind != DM_CORE_SEND_VIA || !is_function_of(item, function)
            || (item->segment.v != segment.v
                && !dm_core_segments_have(&item->when_sent_to, item->segment, segment))) {
            continue;
        }
        found = item->dual_hop ? item : found;
        single = single || !item->dual_hop;
    }
    *ret_mixed = found && single;
    return found;
}

/* What comes back from a function goes on to where it is addressed, and where both edges' functions
 * are asked for, through those of the other edge first. */
static void after_function(const struct dm_model *model, struct dm_core_attachment_id ingress,
                           struct dm_core_attachment_id to, struct dm_core_exits *exits)
{
    const struct dm_core_attachment *in = dm_core_attachment_get(model, ingress);
    const struct dm_core_attachment *out = dm_core_attachment_get(model, to);
    bool mixed = false;
    const struct dm_core_insertion *dual = both_edges(model, in, out->segment, &mixed);

    exits->at = DM_REF(core_attachment, ingress);
    exits->n = 1;
    exits->items[0] = to;
    if (!dual || dm_core_attachment_at(out, in->edge)) {
        return;
    }
    if (mixed) {
        not_known(exits, dual->unknown,
                  "whether it goes through the functions of one edge or of both is not known");
        return;
    }
    exits->n = functions_at(model, dual, out->edge, exits->items);
    if (exits->n == 0) {
        not_known(exits, dual->unknown,
                  "which edge's function is taken where one has none is not known");
    }
}

void dm_core_exits_find(const struct dm_model *model, struct dm_alive *alive,
                        struct dm_core_attachment_id ingress, const struct dm_core_choice *choice,
                        struct dm_core_exits *ret_exits)
{
    const struct dm_core_attachment *in = dm_core_attachment_get(model, ingress);
    struct dm_core_edge_id far = in->edge;

    *ret_exits = (struct dm_core_exits){ .n = 0 };
    if (in->function.v) {
        after_function(model, ingress, choice->attachment, ret_exits);
    } else if (!choice->inserted) {
        ret_exits->items[ret_exits->n++] = choice->attachment;
    } else {
        if (choice->attachment.v) {
            far = dm_core_edge_towards(model, alive,
                                       dm_core_attachment_get(model, choice->attachment), in->edge);
        }
        into_function(model, choice->inserted, in->edge, far, ret_exits);
    }
}
